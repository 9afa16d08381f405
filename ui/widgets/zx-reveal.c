/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-reveal.h"

#define KEY       "zx-reveal"
#define PARTS_KEY "zx-reveal-parts"
#define MOST_ROWS 240 /* a list of widgets on demand makes no more than 200 at a time */

typedef struct
{
  GtkSliceListModel *slice; /* owned */
  guint step;
} Reveal;

static guint *
count_under_way (void)
{
  static guint n_under_way;
  return &n_under_way;
}

static void
reveal_free (gpointer data)
{
  Reveal *reveal = data;
  g_object_set_data (G_OBJECT (reveal->slice), KEY, NULL);
  g_object_unref (reveal->slice);
  g_free (reveal);
  (*count_under_way ())--;
}

static gboolean
on_tick_cb (GtkWidget *page, GdkFrameClock *clock, gpointer data)
{
  Reveal *reveal = data;
  GListModel *rows = gtk_slice_list_model_get_model (reveal->slice);
  guint n = rows != NULL ? g_list_model_get_n_items (rows) : 0,
        size = gtk_slice_list_model_get_size (reveal->slice) + reveal->step;
  gboolean is_whole = size >= MIN (n, MOST_ROWS);
  gtk_slice_list_model_set_size (reveal->slice, is_whole ? G_MAXUINT : size);
  return is_whole ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

void
zx_reveal_begin (GtkSliceListModel *slice, GtkWidget *page, guint step)
{
  gboolean is_seen = gtk_widget_get_mapped (page);
  gtk_slice_list_model_set_size (slice, is_seen ? 0 : G_MAXUINT);
  if (!is_seen || g_object_get_data (G_OBJECT (slice), KEY) != NULL)
    return;
  Reveal *reveal = g_new0 (Reveal, 1);
  reveal->slice = g_object_ref (slice);
  reveal->step = step;
  g_object_set_data (G_OBJECT (slice), KEY, reveal);
  (*count_under_way ())++;
  gtk_widget_add_tick_callback (page, on_tick_cb, reveal, reveal_free);
}

/* ---- in parts ------------------------------------------------------------------------------- */

typedef struct
{
  const ZxRevealPart *parts;
  guint n, next, step;
  guint tick;
  gpointer data;
  GDestroyNotify free;
} Parts;

static void
parts_free (gpointer data)
{
  Parts *self = data;
  self->free (self->data);
  g_free (self);
  (*count_under_way ())--;
}

static void
make_step (GtkWidget *page, Parts *self)
{
  if (self->parts[self->next](page, self->data, self->step))
    {
      self->step++;
      return;
    }
  self->next++;
  self->step = 0;
}

/* One step, or all where the page is out of sight.  TRUE: some are still to come. */
static gboolean
make_parts (GtkWidget *page, Parts *self)
{
  do
    make_step (page, self);
  while (self->next < self->n && !gtk_widget_get_mapped (page));
  return self->next < self->n;
}

static gboolean
next_part_cb (GtkWidget *page, GdkFrameClock *clock, gpointer data)
{
  if (make_parts (page, data))
    return G_SOURCE_CONTINUE;
  g_object_set_data (G_OBJECT (page), PARTS_KEY, NULL);
  return G_SOURCE_REMOVE;
}

void
zx_reveal_parts (GtkWidget *page, const ZxRevealPart *parts, guint n, gpointer data,
                 GDestroyNotify free_func)
{
  const Parts *old = g_object_get_data (G_OBJECT (page), PARTS_KEY);
  if (old != NULL)
    gtk_widget_remove_tick_callback (page, old->tick);
  g_object_set_data (G_OBJECT (page), PARTS_KEY, NULL);
  Parts *self = g_new0 (Parts, 1);
  *self = (Parts){ .parts = parts, .n = n, .data = data, .free = free_func };
  (*count_under_way ())++;
  if (!make_parts (page, self))
    {
      parts_free (self);
      return;
    }
  g_object_set_data (G_OBJECT (page), PARTS_KEY, self);
  self->tick = gtk_widget_add_tick_callback (page, next_part_cb, self, parts_free);
}

/* ---- one a frame --------------------------------------------------------------------------- */

static gboolean
draw_again_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_REMOVE;
}

static void
wait_is_over (gpointer unused)
{
  (*count_under_way ())--;
}

gboolean
zx_reveal_is_turn (GtkWidget *widget)
{
  static gint64 taken = -1; /* time of the frame whose turn is given away */
  gint64 now = gdk_frame_clock_get_frame_time (gtk_widget_get_frame_clock (widget));
  if (now != taken)
    {
      taken = now;
      return TRUE;
    }
  (*count_under_way ())++;
  gtk_widget_add_tick_callback (widget, draw_again_cb, count_under_way (), wait_is_over);
  return FALSE;
}

/* A frame may pass without a layout, where the window is still to be told its size. */
static gboolean
become_seen_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer first_frame)
{
  gboolean is_to_be_laid_out = gtk_widget_get_mapped (widget) && gtk_widget_get_width (widget) == 0;
  if (gdk_frame_clock_get_frame_counter (clock) <= *(gint64 *) first_frame || is_to_be_laid_out)
    return G_SOURCE_CONTINUE;
  gtk_widget_set_opacity (widget, 1);
  return G_SOURCE_REMOVE;
}

static void
be_seen (gpointer first_frame)
{
  g_free (first_frame);
  wait_is_over (NULL);
}

/* A widget without opacity is not drawn at all. */
void
zx_reveal_next (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  if (clock == NULL || gtk_widget_get_opacity (widget) < 1)
    return;
  const gint64 now = gdk_frame_clock_get_frame_counter (clock) + 1;
  gtk_widget_set_opacity (widget, 0);
  (*count_under_way ())++;
  gtk_widget_add_tick_callback (widget, become_seen_cb, g_memdup2 (&now, sizeof now), be_seen);
}

gboolean
zx_reveal_is_under_way (void)
{
  return *count_under_way () > 0;
}
