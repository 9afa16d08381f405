/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Points with symbols and labels.  Symbols always stand where they are; labels are tried at eight
 * places around them and left out where none is free.  Pins are painted from north to south, so
 * that the nearer stands before the farther; the heads of pins too close together lean apart, lower
 * numbers choosing first. */

#include "app/carto/zx-map-private.h"

#define LEANING         7
#define MOST_COVERED    0.10 /* of the map by one layer's symbols, before they shrink */
#define LEAST_FACTOR    0.3
#define ENOUGH_TO_STAMP 100
#define LEAST_LETTER    0.15 /* of the type size: what the narrowest letters are wide */

static const double lean_angles[LEANING] = { 0, -0.55, 0.55, -1.1, 1.1, -1.65, 1.65 };

typedef struct
{
  guint index;
  double x, y; /* page */
  double factor, angle;
} Mark;

static double
factor_of (const ZxMapPoints *points, guint i)
{
  double factor = points->size != NULL ? points->size[i] : 1;
  return isfinite (factor) && factor > 0 ? MIN (factor, 20.0) : 1;
}

/* A thousand stations at full size would hide the heat they stand on: where the symbols together
 * would cover more than a tenth of the map, all shrink alike. */
static void
thin_marks (const ZxMapView *view, const ZxMapPoints *points, GArray *marks)
{
  ZxBox box = zx_map_view_box (view);
  double covered = 0, radius = zx_symbol_radius (points->symbol);
  for (guint i = 0; i < marks->len; i++)
    {
      double r = radius * g_array_index (marks, Mark, i).factor;
      covered += G_PI * r * r;
    }
  double allowed = MOST_COVERED * box.width * box.height;
  if (points->symbol == ZX_SYMBOL_SITE || covered <= allowed)
    return;
  double shrink = MAX (sqrt (allowed / covered), LEAST_FACTOR);
  for (guint i = 0; i < marks->len; i++)
    g_array_index (marks, Mark, i).factor *= shrink;
}

/* The points whose symbol touches the map, with their colours' rows intact. */
static GArray *
visible_marks (const ZxMapView *view, const ZxMapPoints *points)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  ZxBox box = zx_map_view_box (view);
  for (guint i = 0; i < points->n; i++)
    {
      Mark mark = { .index = i, .factor = factor_of (points, i) };
      if (!isfinite (points->x_m[i]) || !isfinite (points->y_m[i]))
        continue;
      zx_map_view_to_page (view, points->x_m[i], points->y_m[i], &mark.x, &mark.y);
      double reach = zx_symbol_radius (points->symbol) * mark.factor;
      ZxBox near = zx_map_box_grown (&box, points->symbol == ZX_SYMBOL_SITE ? 0 : reach);
      if (mark.x >= near.x && mark.y >= near.y && mark.x <= near.x + near.width
          && mark.y <= near.y + near.height)
        g_array_append_val (marks, mark);
    }
  thin_marks (view, points, marks);
  return marks;
}

/* FALSE when the symbol has its own colour; grey where the value is missing or below what the scale
 * paints. */
static gboolean
mark_colour (const ZxMapPoints *points, guint i, ZxColour *colour)
{
  if (points->value == NULL || points->scale == NULL)
    {
      if (points->colour != NULL)
        *colour = *points->colour;
      return points->colour != NULL;
    }
  *colour = zx_colour_at (points->scale, points->value[i]);
  if (colour->alpha <= 0)
    *colour = zx_colour_hex (0xd9d9d9, 1);
  colour->alpha = 1;
  return TRUE;
}

static void
paint_symbols (cairo_t *cr, const ZxMapPoints *points, const GArray *marks)
{
  ZxStamps *stamps = marks->len >= ENOUGH_TO_STAMP ? zx_stamps_new (cr, points->symbol) : NULL;
  for (guint i = 0; i < marks->len; i++)
    {
      const Mark *mark = &g_array_index (marks, Mark, i);
      ZxColour colour;
      const ZxColour *fill = mark_colour (points, mark->index, &colour) ? &colour : NULL;
      if (stamps != NULL)
        zx_stamps_paint (stamps, cr, mark->x, mark->y, mark->factor, fill);
      else
        zx_symbol_paint (cr, points->symbol, mark->x, mark->y, mark->factor, fill);
    }
  zx_stamps_free (stamps);
}

static ZxBox
symbol_box (const ZxMapPoints *points, const Mark *mark)
{
  double x = mark->x, y = mark->y, r = zx_symbol_radius (points->symbol) * mark->factor;
  if (points->symbol == ZX_SYMBOL_SITE)
    zx_pin_head (mark->x, mark->y, mark->factor, mark->angle, &x, &y, &r);
  return (ZxBox){ x - r, y - r, 2 * r, 2 * r };
}

/* ---- pins --------------------------------------------------------------------------------- */

static gboolean
head_is_clear (const ZxBox *map, const Mark *mark, const Mark *placed, guint n_placed)
{
  double x, y, r;
  zx_pin_head (mark->x, mark->y, mark->factor, mark->angle, &x, &y, &r);
  ZxBox head = { x - r, y - r, 2 * r, 2 * r };
  if (!zx_box_holds (map, &head))
    return FALSE;
  for (guint i = 0; i < n_placed; i++)
    {
      double other_x, other_y, other_r;
      zx_pin_head (placed[i].x, placed[i].y, placed[i].factor, placed[i].angle, &other_x, &other_y,
                   &other_r);
      if (hypot (x - other_x, y - other_y) < r + other_r + 0.8
          || hypot (x - placed[i].x, y - placed[i].y) < r + 0.5)
        return FALSE;
    }
  return TRUE;
}

static void
lean_pins (const ZxMapView *view, GArray *marks)
{
  ZxBox map = zx_map_view_box (view);
  Mark *mark = (Mark *) (gpointer) marks->data;
  for (guint i = 0; i < marks->len; i++)
    {
      guint lean = 0;
      do
        mark[i].angle = lean_angles[lean];
      while (!head_is_clear (&map, &mark[i], mark, i) && ++lean < LEANING);
      if (lean == LEANING)
        mark[i].angle = 0;
    }
}

static int
compare_north_first (gconstpointer a, gconstpointer b)
{
  const Mark *left = a, *right = b;
  if (left->y != right->y)
    return left->y < right->y ? -1 : 1;
  return left->index > right->index ? -1 : left->index < right->index;
}

/* Three digits or letters, or one Chinese sign: more would be too small to read. */
static gboolean
stands_in_pin (const char *label)
{
  guint width = 0;
  for (const char *at = label; *at != '\0'; at = g_utf8_next_char (at))
    width += g_unichar_iswide (g_utf8_get_char (at)) ? 2 : 1;
  return width > 0 && width <= 3;
}

static void
paint_pins (cairo_t *cr, const ZxMapPoints *points, const GArray *marks)
{
  g_autoptr (GArray) order = g_array_copy ((GArray *) marks);
  g_array_sort (order, compare_north_first);
  for (guint i = 0; i < order->len; i++)
    {
      const Mark *mark = &g_array_index (order, Mark, i);
      ZxColour colour;
      gboolean is_coloured = mark_colour (points, mark->index, &colour);
      const char *label = points->label != NULL ? points->label[mark->index] : NULL;
      g_autofree char *number = g_strdup_printf ("%u", mark->index + 1);
      g_autofree char *valid = zx_text_valid (label);
      zx_pin_paint (cr, mark->x, mark->y, mark->factor, mark->angle, is_coloured ? &colour : NULL,
                    stands_in_pin (valid) ? valid : number);
    }
}

/* ---- labels ------------------------------------------------------------------------------- */

#define N_PLACES 8

/* Where a label of this size may stand around the symbol, the best first. */
static void
label_places (const ZxBox *symbol, double width, double height, ZxBox *places)
{
  double middle_x = symbol->x + symbol->width / 2 - width / 2;
  double middle_y = symbol->y + symbol->height / 2 - height / 2;
  double left = symbol->x - width - 1.5, right = symbol->x + symbol->width + 1.5;
  double above = symbol->y - height - 0.3, below = symbol->y + symbol->height + 0.3;
  const double corner[N_PLACES][2]
      = { { right, middle_y }, { left, middle_y }, { middle_x, above }, { middle_x, below },
          { right, above },    { right, below },   { left, above },     { left, below } };
  for (guint i = 0; i < N_PLACES; i++)
    places[i] = (ZxBox){ corner[i][0], corner[i][1], width, height };
}

/* NULL where there is no room. */
static const ZxBox *
find_place (const ZxOccupied *occupied, const ZxBox *map, const ZxBox *places)
{
  for (guint i = 0; i < N_PLACES; i++)
    if (zx_box_holds (map, &places[i]) && zx_occupied_is_free (occupied, &places[i]))
      return &places[i];
  return NULL;
}

static double
least_width (const ZxInk *ink, const char *label)
{
  guint n = 0;
  for (const char *at = label; *at != '\0' && n < 100; at = g_utf8_next_char (at))
    n += !g_unichar_iszerowidth (g_utf8_get_char (at));
  return n * LEAST_LETTER * ink->size;
}

/* Setting a text costs far more than seeing that not even the narrowest of its length has room:
 * each place of the narrower lies within that of the wider. */
static void
paint_label (cairo_t *cr, const ZxBox *map, const ZxBox *symbol, const ZxInk *ink,
             const char *label)
{
  ZxOccupied *occupied = zx_occupied_of (cr);
  ZxBox places[N_PLACES];
  double height = 1.15 * ink->size;
  label_places (symbol, least_width (ink, label), height, places);
  if (find_place (occupied, map, places) == NULL)
    return;
  label_places (symbol, zx_line_width (ink, label) + 1, height, places);
  const ZxBox *place = find_place (occupied, map, places);
  if (place == NULL)
    return;
  zx_occupied_take (occupied, place);
  zx_line_paint (cr, place->x + 0.5, place->y + height / 2, 0, ink, label);
}

static void
paint_labels (cairo_t *cr, const ZxMapView *view, const ZxMapPoints *points, const GArray *marks)
{
  const ZxMapColours *colours = zx_map_colours (ZX_BASE_FULL, view->is_dark);
  ZxBox map = zx_map_view_box (view);
  ZxInk ink = { .size = 7,
                .colour = zx_colour_hex (colours->text, 1),
                .halo = zx_colour_hex (colours->halo, 0.9),
                .halo_width = 1.1 };
  for (guint i = 0; i < marks->len; i++)
    {
      const Mark *mark = &g_array_index (marks, Mark, i);
      ZxBox symbol = symbol_box (points, mark);
      g_autofree char *label = zx_text_valid (points->label[mark->index]);
      if (label[0] != '\0' && !(points->symbol == ZX_SYMBOL_SITE && stands_in_pin (label)))
        paint_label (cr, &map, &symbol, &ink, label);
    }
}

static void
take_places (cairo_t *cr, const ZxMapPoints *points, const GArray *marks)
{
  for (guint i = 0; i < marks->len; i++)
    {
      const Mark *mark = &g_array_index (marks, Mark, i);
      ZxBox box = symbol_box (points, mark);
      zx_occupied_take (zx_occupied_of (cr), &box);
      if (points->symbol != ZX_SYMBOL_SITE)
        continue;
      ZxBox stem
          = { MIN (mark->x, box.x + box.width / 2) - 1, MIN (mark->y, box.y + box.height),
              fabs (mark->x - box.x - box.width / 2) + 2, fabs (mark->y - box.y - box.height) };
      zx_occupied_take (zx_occupied_of (cr), &stem);
    }
}

void
zx_map_take_points (cairo_t *cr, const ZxMapView *view, const ZxMapPoints *points)
{
  if (!zx_map_view_is_drawable (view) || points->n == 0)
    return;
  g_autoptr (GArray) marks = visible_marks (view, points);
  if (points->symbol == ZX_SYMBOL_SITE)
    lean_pins (view, marks);
  take_places (cr, points, marks);
}

void
zx_map_paint_points (cairo_t *cr, const ZxMapView *view, const ZxMapPoints *points)
{
  if (!zx_map_view_is_drawable (view) || points->n == 0)
    return;
  g_autoptr (GArray) marks = visible_marks (view, points);
  zx_map_view_begin (cr, view);
  if (points->symbol == ZX_SYMBOL_SITE)
    {
      lean_pins (view, marks);
      paint_pins (cr, points, marks);
    }
  else
    paint_symbols (cr, points, marks);
  take_places (cr, points, marks);
  if (points->label != NULL)
    paint_labels (cr, view, points, marks);
  cairo_restore (cr);
}
