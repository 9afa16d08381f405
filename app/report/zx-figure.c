/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Panels stand on a common base line; captions start under it. */

#include "app/report/zx-figure.h"
#include "app/report/zx-tag.h"

#define GUTTER      16.0
#define CAPTION_GAP 5.0

typedef struct
{
  double share;
  const char *caption, *alternative;
  ZxPanelFunc paint;
  gpointer data;
  GDestroyNotify free;
  double width;
  ZxPassage *passage;
} Panel;

struct _ZxFigure
{
  double height, least_height;
  GArray *panels;
  double captions_height;
};

static void
clear_panel (gpointer data)
{
  Panel *panel = data;
  zx_passage_free (panel->passage);
  if (panel->free != NULL)
    panel->free (panel->data);
}

ZxFigure *
zx_figure_new (double height, double least_height)
{
  ZxFigure *self = g_new0 (ZxFigure, 1);
  self->height = height;
  self->least_height = MIN (least_height, height);
  self->panels = g_array_new (FALSE, TRUE, sizeof (Panel));
  g_array_set_clear_func (self->panels, clear_panel);
  return self;
}

void
zx_figure_free (ZxFigure *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->panels);
  g_free (self);
}

void
zx_figure_add (ZxFigure *self, double share, const char *caption, const char *alternative,
               ZxPanelFunc paint, gpointer data, GDestroyNotify free)
{
  Panel panel = { share, caption, alternative, paint, data, free, 0.0, NULL };
  g_array_append_val (self->panels, panel);
}

void
zx_figure_measure (ZxFigure *self, const ZxInk *ink, double width)
{
  double shares = 0.0, free_width = width - GUTTER * (self->panels->len - 1.0);
  self->captions_height = 0.0;
  for (guint i = 0; i < self->panels->len; i++)
    shares += g_array_index (self->panels, Panel, i).share;
  for (guint i = 0; i < self->panels->len; i++)
    {
      Panel *panel = &g_array_index (self->panels, Panel, i);
      panel->width = free_width * panel->share / shares;
      zx_passage_free (panel->passage);
      panel->passage = panel->caption != NULL
                           ? zx_passage_new (ink, ZX_STYLE_CAPTION, panel->width, panel->caption)
                           : NULL;
      if (panel->passage != NULL)
        self->captions_height
            = fmax (self->captions_height, zx_passage_height (panel->passage) + CAPTION_GAP);
    }
}

double
zx_figure_height (const ZxFigure *self)
{
  return self->height + self->captions_height;
}

double
zx_figure_least_height (const ZxFigure *self)
{
  return self->least_height + self->captions_height;
}

static void
paint_panel (const Panel *panel, const ZxInk *ink, double x, double y, double height)
{
  zx_tag_begin (ink->cr, "Figure", NULL);
  cairo_save (ink->cr);
  cairo_new_path (ink->cr);
  panel->paint (ink->cr, x, y, panel->width, height, panel->data);
  cairo_restore (ink->cr);
  zx_tag_end (ink->cr, "Figure");
  if (panel->passage == NULL)
    return;
  zx_tag_begin (ink->cr, "Caption", NULL);
  zx_passage_paint (panel->passage, x, y + height + CAPTION_GAP, panel->width, 0.0);
  zx_tag_end (ink->cr, "Caption");
}

void
zx_figure_paint (const ZxFigure *self, const ZxInk *ink, double x, double y, double height,
                 GPtrArray *alternatives)
{
  for (guint i = 0; i < self->panels->len; i++)
    {
      const Panel *panel = &g_array_index (self->panels, Panel, i);
      const char *alternative = panel->alternative != NULL ? panel->alternative : panel->caption;
      paint_panel (panel, ink, x, y, height - self->captions_height);
      g_ptr_array_add (alternatives, g_strdup (alternative != NULL ? alternative : ""));
      x += panel->width + GUTTER;
    }
}
