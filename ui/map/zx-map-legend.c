/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/map/zx-map-legend.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define WIDTH           190
#define GAP             10
#define NORMAL_DPI      (96 * 1024)
#define PAPER_TO_SCREEN 1.3
#define LARGEST_SCALE   1.9

struct _ZxMapLegend
{
  GtkWidget parent;
  ZxMapData *data;
  ZxMapInk ink[ZX_N_MAP_LAYERS];
  guint n_inks;
  gboolean is_dark;
  guint finding; /* source that finds fonts ahead, for n_found parts so far */
  guint n_found;
};

G_DEFINE_FINAL_TYPE (ZxMapLegend, zx_map_legend, GTK_TYPE_WIDGET)

double
zx_map_text_scale (GtkWidget *widget)
{
  int dpi = NORMAL_DPI;
  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return PAPER_TO_SCREEN * (dpi > 0 ? (double) dpi / NORMAL_DPI : 1);
}

/* Larger letters, but not so large that the legend hides the map. */
static double
legend_scale (ZxMapLegend *self)
{
  return fmin (zx_map_text_scale (GTK_WIDGET (self)), LARGEST_SCALE);
}

static gboolean
symbols_of (ZxMapLayerKind kind, ZxSymbol *symbols, const char **labels, guint *n)
{
  switch (kind)
    {
    case ZX_MAP_LAYER_STATIONS:
      symbols[*n] = ZX_SYMBOL_STATION;
      labels[(*n)++] = _ ("Station");
      return TRUE;
    case ZX_MAP_LAYER_SITES:
      symbols[*n] = ZX_SYMBOL_SITE;
      labels[(*n)++] = _ ("Chosen site");
      return TRUE;
    case ZX_MAP_LAYER_CANDIDATES:
      symbols[*n] = ZX_SYMBOL_CANDIDATE;
      labels[(*n)++] = _ ("Candidate");
      symbols[*n] = ZX_SYMBOL_REJECTED;
      labels[(*n)++] = _ ("Ruled out");
      return TRUE;
    case ZX_MAP_LAYER_LIMITS:
      symbols[*n] = ZX_SYMBOL_EXCLUSION;
      labels[(*n)++] = _ ("No station here");
      symbols[*n] = ZX_SYMBOL_BARRIER;
      labels[(*n)++] = _ ("No way across");
      return TRUE;
    case ZX_MAP_LAYER_BASE:
    case ZX_MAP_LAYER_USAGE_HEAT:
    case ZX_MAP_LAYER_VEHICLE_HEAT:
    case ZX_MAP_LAYER_SHORTFALL:
    case ZX_MAP_LAYER_DEMAND_MEAN:
    case ZX_MAP_LAYER_DEMAND_SPREAD:
    case ZX_MAP_LAYER_DEMAND_PROBABILITY:
    case ZX_MAP_LAYER_TRANSFORMER_AREAS:
    case ZX_MAP_LAYER_FEEDERS:
    case ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED:
    case ZX_MAP_LAYER_FEEDERS_PLANNED:
    case ZX_MAP_LAYER_FEEDER_ROOM:
    case ZX_N_MAP_LAYERS:
    default:
      return FALSE;
    }
}

/* Draws, or with NULL measures; returns the height. */
static double
paint (ZxMapLegend *self, cairo_t *cr)
{
  ZxSymbol symbols[8];
  const char *labels[8];
  ZxColour colour[8];
  const ZxColour *colours[8] = { NULL };
  guint n_symbols = 0;
  double y = 0;
  for (guint i = self->n_inks; i > 0; i--)
    {
      guint first = n_symbols;
      ZxColourScale scale;
      gboolean has_symbols = symbols_of (self->ink[i - 1].kind, symbols, labels, &n_symbols);
      for (guint k = first; k < n_symbols; k++)
        if (zx_map_ink_colour (&self->ink[i - 1], &colour[k]))
          colours[k] = &colour[k];
      if (has_symbols || !zx_map_ink_scale (&self->ink[i - 1], self->data, &scale))
        continue;
      g_autofree char *note = NULL;
      g_autofree char *title = zx_map_data_legend (self->data, self->ink[i - 1].kind, &note);
      const ZxLegend legend = { title, &scale, 0, NULL, NULL, note, self->is_dark };
      y += zx_map_paint_legend (cr, 0, y, WIDTH, &legend) + GAP;
    }
  if (n_symbols > 0)
    {
      const ZxLegend legend
          = { NULL, NULL, n_symbols, symbols, labels, NULL, self->is_dark, colours };
      y += zx_map_paint_legend (cr, 0, y, WIDTH, &legend) + GAP;
    }
  return fmax (0, y - GAP);
}

static void
zx_map_legend_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  ZxMapLegend *self = ZX_MAP_LEGEND (widget);
  double zoom = legend_scale (self);
  double size = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH
                : self->data != NULL                      ? paint (self, NULL)
                                                          : 0;
  *minimum = *natural = (int) ceil (size * zoom);
}

static void
zx_map_legend_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxMapLegend *self = ZX_MAP_LEGEND (widget);
  if (self->data == NULL)
    return;
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                            (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &all);
  double zoom = legend_scale (self);
  cairo_scale (cr, zoom, zoom);
  paint (self, cr);
  cairo_destroy (cr);
}

/* The first text of every size has its fonts looked for by two threads, for which this one waits:
 * better while it has nothing else to do than in the frame that first shows a map.  One part of a
 * legend at a time, 3 ms of CPU each. */
static gboolean
find_fonts_cb (gpointer data)
{
  ZxMapLegend *self = data;
  const ZxColourScale scale = { ZX_RAMP_HEAT, 0, 1 };
  const ZxSymbol symbol = ZX_SYMBOL_SITE;
  const char *text = _ ("Chosen site");
  const ZxLegend parts[] = { { .title = text },
                             { .scale = &scale },
                             { .n_symbols = 1, .symbols = &symbol, .symbol_labels = &text },
                             { .note = text } };
  cairo_surface_t *nowhere = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, NULL);
  cairo_t *cr = cairo_create (nowhere);
  double zoom = legend_scale (self);
  cairo_scale (cr, zoom, zoom);
  zx_map_paint_legend (cr, 0, 0, WIDTH, &parts[self->n_found++]);
  cairo_destroy (cr);
  cairo_surface_destroy (nowhere);
  if (self->n_found < G_N_ELEMENTS (parts))
    return G_SOURCE_CONTINUE;
  self->finding = 0;
  return G_SOURCE_REMOVE;
}

static void
zx_map_legend_dispose (GObject *object)
{
  g_clear_handle_id (&ZX_MAP_LEGEND (object)->finding, g_source_remove);
  g_clear_pointer (&ZX_MAP_LEGEND (object)->data, zx_map_data_unref);
  G_OBJECT_CLASS (zx_map_legend_parent_class)->dispose (object);
}

static void
zx_map_legend_class_init (ZxMapLegendClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_map_legend_dispose;
  widget_class->measure = zx_map_legend_measure;
  widget_class->snapshot = zx_map_legend_snapshot;
  gtk_widget_class_set_css_name (widget_class, "zx-legend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
zx_map_legend_init (ZxMapLegend *self)
{
  self->finding = g_idle_add_full (G_PRIORITY_LOW, find_fonts_cb, self, NULL);
}

/* The same in words, for those who cannot see it. */
static void
tell_in_words (ZxMapLegend *self)
{
  GString *words = g_string_new (_ ("Legend"));
  for (guint i = self->n_inks; i > 0; i--)
    {
      const ZxColourScale *scale = zx_map_data_scale (self->data, self->ink[i - 1].kind);
      g_autofree char *note = NULL;
      g_autofree char *title = zx_map_data_legend (self->data, self->ink[i - 1].kind, &note);
      char low[32], high[32];
      if (scale != NULL)
        g_string_append_printf (words, "; %s %s … %s", title, zx_number_format (scale->low, low),
                                zx_number_format (scale->high, high));
      else
        g_string_append_printf (words, "; %s", title);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words->str,
                                  -1);
  g_string_free (words, TRUE);
}

void
zx_map_legend_set_content (ZxMapLegend *self, ZxMapData *data, const ZxMapInk *ink, guint n_inks)
{
  if (data != NULL)
    zx_map_data_ref (data);
  g_clear_pointer (&self->data, zx_map_data_unref);
  self->data = data;
  self->n_inks = data != NULL ? n_inks : 0;
  if (self->n_inks > 0)
    memcpy (self->ink, ink, n_inks * sizeof *ink);
  tell_in_words (self);
  gtk_widget_set_visible (GTK_WIDGET (self), self->n_inks > 0);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
zx_map_legend_set_dark (ZxMapLegend *self, gboolean is_dark)
{
  if (self->is_dark == is_dark)
    return;
  self->is_dark = is_dark;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
