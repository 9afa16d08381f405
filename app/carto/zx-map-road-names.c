/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of main roads along their lines.
 *
 * Rows of one name are joined end to end into chains; each name is written on its longest chain
 * that has a straight enough free stretch, at most once per REPEAT_DISTANCE.  On nearly straight
 * stretches the name is one turned line of text; on bends, and always for Chinese names on steep
 * roads, it is set sign by sign, steep ones upright and from the top down, as printed Chinese maps
 * do. */

#include "app/carto/zx-map-private.h"

#define LARGEST_BEND       0.42              /* radians between neighbouring signs */
#define LARGEST_TURN       0.9               /* radians along the whole name */
#define STRAIGHT           0.10              /* radians: set as one line */
#define STEEP              (G_PI * 50 / 180) /* Chinese names stand upright from here */
#define REPEAT_DISTANCE    260.0
#define EDGE_MARGIN        4.0
#define JOIN_DISTANCE      0.3
#define MAX_LINES_PER_NAME 400 /* joining is quadratic; the longest lines are taken */
#define MAX_NAMES          400
#define MAX_SIGNS          40

typedef struct
{
  guint32 name;
  guint8 look;
  guint row;
} NamedRow;

typedef struct
{
  GArray *points; /* ZxPagePoint */
  double length;
  gboolean is_used;
} Chain;

typedef struct
{
  double x, y, angle; /* middle of the sign, direction of reading */
} Place;

typedef struct
{
  cairo_t *cr;
  const ZxMapView *view;
  ZxInk ink;
  ZxBox room;
  char *sign[MAX_SIGNS];
  double advance[MAX_SIGNS]; /* width of each sign */
  guint n_signs;
  gboolean is_chinese; /* all signs are wide: "G508 国道" turns with its road like Latin */
  double length;       /* of the name with its gaps, along the line */
  double gap;
} Writer;

/* ---- chains ------------------------------------------------------------------------------- */

static void
chain_free (gpointer data)
{
  Chain *chain = data;
  g_array_unref (chain->points);
  g_free (chain);
}

static double
distance (ZxPagePoint a, ZxPagePoint b)
{
  return hypot ((double) b.x - a.x, (double) b.y - a.y);
}

static Chain *
chain_new (const ZxPolylines *lines, guint line)
{
  guint begin = g_array_index (lines->first, guint, line), end = zx_polylines_end (lines, line);
  Chain *chain = g_new0 (Chain, 1);
  chain->points = g_array_new (FALSE, FALSE, sizeof (ZxPagePoint));
  g_array_append_vals (chain->points, &g_array_index (lines->points, ZxPagePoint, begin),
                       end - begin);
  for (guint i = begin + 1; i < end; i++)
    chain->length += distance (g_array_index (lines->points, ZxPagePoint, i - 1),
                               g_array_index (lines->points, ZxPagePoint, i));
  return chain;
}

static int
compare_chains (gconstpointer a, gconstpointer b)
{
  const Chain *left = *(Chain *const *) a, *right = *(Chain *const *) b;
  if (left->length != right->length)
    return left->length > right->length ? -1 : 1;
  ZxPagePoint p = g_array_index (left->points, ZxPagePoint, 0);
  ZxPagePoint q = g_array_index (right->points, ZxPagePoint, 0);
  if (p.x != q.x)
    return p.x < q.x ? -1 : 1;
  return p.y < q.y ? -1 : p.y > q.y;
}

static void
reverse_points (GArray *points)
{
  ZxPagePoint *p = (ZxPagePoint *) (gpointer) points->data;
  for (guint i = 0, j = points->len - 1; i < j; i++, j--)
    {
      ZxPagePoint kept = p[i];
      p[i] = p[j];
      p[j] = kept;
    }
}

/* Cosine of the turn where @from's end meets @to's beginning: 1 straight on, -1 back. */
static double
straightness (const GArray *from, const GArray *to)
{
  ZxPagePoint a = g_array_index (from, ZxPagePoint, from->len - 2);
  ZxPagePoint b = g_array_index (from, ZxPagePoint, from->len - 1);
  ZxPagePoint c = g_array_index (to, ZxPagePoint, 0), d = g_array_index (to, ZxPagePoint, 1);
  double lengths = distance (a, b) * distance (c, d);
  double dot
      = ((double) b.x - a.x) * ((double) d.x - c.x) + ((double) b.y - a.y) * ((double) d.y - c.y);
  return lengths > 0 ? dot / lengths : -1;
}

/* The straightest unused chain that begins where @chain ends (turned round if need be), or NULL. */
static Chain *
best_continuation (GPtrArray *chains, const Chain *chain)
{
  Chain *best = NULL;
  double best_straightness = 0.5;
  ZxPagePoint end = g_array_index (chain->points, ZxPagePoint, chain->points->len - 1);
  for (guint i = 0; i < chains->len; i++)
    {
      Chain *other = g_ptr_array_index (chains, i);
      if (other->is_used || other == chain)
        continue;
      ZxPagePoint last = g_array_index (other->points, ZxPagePoint, other->points->len - 1);
      ZxPagePoint first = g_array_index (other->points, ZxPagePoint, 0);
      if (distance (end, first) > JOIN_DISTANCE && distance (end, last) <= JOIN_DISTANCE)
        reverse_points (other->points);
      else if (distance (end, first) > JOIN_DISTANCE)
        continue;
      double straight = straightness (chain->points, other->points);
      if (straight > best_straightness)
        {
          best = other;
          best_straightness = straight;
        }
    }
  return best;
}

static void
extend_chain (GPtrArray *chains, Chain *chain)
{
  for (Chain *next; (next = best_continuation (chains, chain)) != NULL;)
    {
      next->is_used = TRUE;
      g_array_append_vals (chain->points, &g_array_index (next->points, ZxPagePoint, 1),
                           next->points->len - 1);
      chain->length += next->length;
    }
}

static GPtrArray *
join_lines (const ZxPolylines *lines)
{
  GPtrArray *chains = g_ptr_array_new_with_free_func (chain_free);
  for (guint line = 0; line < lines->first->len; line++)
    g_ptr_array_add (chains, chain_new (lines, line));
  g_ptr_array_sort (chains, compare_chains);
  g_ptr_array_set_size (chains, (gint) MIN (chains->len, MAX_LINES_PER_NAME));
  for (guint i = 0; i < chains->len; i++)
    {
      Chain *chain = g_ptr_array_index (chains, i);
      if (chain->is_used)
        continue;
      extend_chain (chains, chain);
      reverse_points (chain->points);
      extend_chain (chains, chain);
    }
  for (guint i = chains->len; i > 0; i--)
    if (((Chain *) g_ptr_array_index (chains, i - 1))->is_used)
      g_ptr_array_remove_index (chains, i - 1);
  g_ptr_array_sort (chains, compare_chains);
  return chains;
}

/* ---- places along a chain ----------------------------------------------------------------- */

static Place
place_at (const GArray *points, double along)
{
  ZxPagePoint a = g_array_index (points, ZxPagePoint, 0), b = a;
  for (guint i = 1; i < points->len; i++)
    {
      a = g_array_index (points, ZxPagePoint, i - 1);
      b = g_array_index (points, ZxPagePoint, i);
      double length = distance (a, b);
      if (along <= length || i == points->len - 1)
        {
          double t = length > 0 ? CLAMP (along / length, 0.0, 1.0) : 0;
          return (Place){ a.x + ((double) b.x - a.x) * t, a.y + ((double) b.y - a.y) * t,
                          atan2 ((double) b.y - a.y, (double) b.x - a.x) };
        }
      along -= length;
    }
  return (Place){ a.x, a.y, 0 };
}

/* The direction over a sign's own width: one short segment must not turn it. */
static Place
smooth_place (const GArray *points, double along, double reach)
{
  Place here = place_at (points, along);
  Place before = place_at (points, MAX (along - reach, 0.0));
  Place after = place_at (points, along + reach);
  if (hypot (after.x - before.x, after.y - before.y) > 1e-6)
    here.angle = atan2 (after.y - before.y, after.x - before.x);
  return here;
}

static double
turn_between (double a, double b)
{
  return fabs (remainder (b - a, 2 * G_PI));
}

static gboolean
is_smooth (const Place *places, guint n)
{
  for (guint i = 1; i < n; i++)
    if (turn_between (places[i - 1].angle, places[i].angle) > LARGEST_BEND
        || turn_between (places[0].angle, places[i].angle) > LARGEST_TURN)
      return FALSE;
  return TRUE;
}

/* Whether the line must be read from its other end: Latin from the left; Chinese on steep roads
 * from the top. */
static gboolean
reads_backwards (const Writer *writer, double angle)
{
  if (writer->is_chinese && fabs (sin (angle)) > sin (STEEP))
    return sin (angle) < 0;
  return cos (angle) < -1e-3 || (fabs (cos (angle)) <= 1e-3 && sin (angle) > 0);
}

static gboolean
places_along (const Writer *writer, const GArray *points, double begin, Place *places)
{
  double along = begin, reach = 0.6 * writer->ink.size;
  for (guint i = 0; i < writer->n_signs; i++)
    {
      places[i] = smooth_place (points, along + writer->advance[i] / 2, reach);
      along += writer->advance[i] + writer->gap;
    }
  return is_smooth (places, writer->n_signs);
}

static ZxBox
sign_box (const Writer *writer, const Place *place, guint sign)
{
  double half = 0.5 * MAX (writer->advance[sign], writer->ink.size) + 0.4;
  return (ZxBox){ place->x - half, place->y - half, 2 * half, 2 * half };
}

static gboolean
is_room (const Writer *writer, const Place *places)
{
  const ZxOccupied *occupied = zx_occupied_of (writer->cr);
  for (guint i = 0; i < writer->n_signs; i++)
    {
      ZxBox box = sign_box (writer, &places[i], i);
      if (!zx_box_holds (&writer->room, &box) || !zx_occupied_is_free (occupied, &box))
        return FALSE;
    }
  return TRUE;
}

/* ---- writing ------------------------------------------------------------------------------ */

static void
paint_turned (const Writer *writer, double x, double y, double angle, const char *text)
{
  cairo_save (writer->cr);
  cairo_translate (writer->cr, x, y);
  cairo_rotate (writer->cr, angle);
  zx_line_paint (writer->cr, 0, 0, 0.5, &writer->ink, text);
  cairo_restore (writer->cr);
}

static void
write_signs (const Writer *writer, const Place *places)
{
  gboolean is_upright
      = writer->is_chinese && fabs (sin (places[writer->n_signs / 2].angle)) > sin (STEEP);
  Writer halo = *writer, fill = *writer;
  halo.ink.colour.alpha = 0;
  fill.ink.halo.alpha = 0;
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < writer->n_signs; i++)
      paint_turned (pass == 0 ? &halo : &fill, places[i].x, places[i].y,
                    places[i].angle - (is_upright ? G_PI / 2 : 0), writer->sign[i]);
}

static void
write_name (const Writer *writer, const Place *places, const char *name)
{
  Place first = places[0], last = places[writer->n_signs - 1];
  double angle = writer->n_signs > 1 ? atan2 (last.y - first.y, last.x - first.x) : first.angle;
  gboolean is_straight = TRUE;
  for (guint i = 0; i < writer->n_signs; i++)
    is_straight = is_straight && turn_between (angle, places[i].angle) < STRAIGHT;
  gboolean is_upright = writer->is_chinese && fabs (sin (angle)) > sin (STEEP);
  if (is_straight && !is_upright)
    {
      Writer spaced = *writer;
      spaced.ink.spacing = writer->gap;
      paint_turned (&spaced, (first.x + last.x) / 2, (first.y + last.y) / 2, angle, name);
    }
  else
    write_signs (writer, places);
  for (guint i = 0; i < writer->n_signs; i++)
    {
      ZxBox box = sign_box (writer, &places[i], i);
      zx_occupied_take (zx_occupied_of (writer->cr), &box);
    }
}

static gboolean
try_at (const Writer *writer, GArray *points, double length, double begin, const char *name)
{
  Place places[MAX_SIGNS];
  if (reads_backwards (writer,
                       smooth_place (points, begin + writer->length / 2, writer->length / 2).angle))
    {
      reverse_points (points);
      begin = length - begin - writer->length;
    }
  if (!places_along (writer, points, begin, places) || !is_room (writer, places))
    return FALSE;
  write_name (writer, places, name);
  return TRUE;
}

/* From the middle of the stretch outwards, to both sides. */
static gboolean
write_on_stretch (const Writer *writer, Chain *chain, double from, double to, const char *name)
{
  double slack = to - from - writer->length - 2 * writer->ink.size;
  double step = MAX (writer->length / 3, 4.0);
  if (slack < 0)
    return FALSE;
  double middle = (from + to - writer->length) / 2;
  for (double off = 0; off <= slack / 2; off += step)
    if (try_at (writer, chain->points, chain->length, middle - off, name)
        || (off > 0 && try_at (writer, chain->points, chain->length, middle + off, name)))
      return TRUE;
  return FALSE;
}

static void
write_on_chain (const Writer *writer, Chain *chain, const char *name)
{
  guint n_stretches = (guint) CLAMP (chain->length / REPEAT_DISTANCE, 1.0, 8.0);
  for (guint i = 0; i < n_stretches; i++)
    write_on_stretch (writer, chain, chain->length * i / n_stretches,
                      chain->length * (i + 1) / n_stretches, name);
}

/* ---- names -------------------------------------------------------------------------------- */

static gboolean
writer_take_name (Writer *self, const char *name)
{
  self->n_signs = 0;
  self->is_chinese = TRUE;
  self->length = 0;
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (self->n_signs == MAX_SIGNS)
        return FALSE;
      gunichar sign = g_utf8_get_char (at);
      self->is_chinese = self->is_chinese && g_unichar_iswide (sign);
      char *text = self->sign[self->n_signs] = g_strndup (at, (gsize) (g_utf8_next_char (at) - at));
      self->advance[self->n_signs++]
          = g_unichar_iswide (sign) ? self->ink.size : zx_line_width (&self->ink, text);
    }
  self->gap = self->is_chinese ? 0.35 * self->ink.size : 0.05 * self->ink.size;
  for (guint i = 0; i < self->n_signs; i++)
    self->length += self->advance[i] + (i > 0 ? self->gap : 0);
  return self->n_signs > 0;
}

static void
writer_drop_name (Writer *self)
{
  for (guint i = 0; i < self->n_signs; i++)
    g_free (self->sign[i]);
  self->n_signs = 0;
}

static void
write_road (Writer *writer, const ZxPolylines *lines, const char *raw_name)
{
  g_autofree char *name = zx_text_valid (raw_name);
  if (writer_take_name (writer, name))
    {
      g_autoptr (GPtrArray) chains = join_lines (lines);
      if (chains->len > 0)
        write_on_chain (writer, g_ptr_array_index (chains, 0), name);
    }
  writer_drop_name (writer);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const NamedRow *left = a, *right = b;
  if (left->look != right->look)
    return left->look < right->look ? -1 : 1;
  if (left->name != right->name)
    return left->name < right->name ? -1 : 1;
  return left->row < right->row ? -1 : left->row > right->row;
}

/* The least important look whose names the scale has room for; -1: none. */
static gint
smallest_named (double metres_per_unit, ZxBaseStyle style)
{
  if (style == ZX_BASE_QUIET)
    return metres_per_unit < 6 ? ZX_LOOK_SECONDARY : metres_per_unit < 14 ? ZX_LOOK_PRIMARY : -1;
  return metres_per_unit < 4    ? ZX_LOOK_MINOR
         : metres_per_unit < 10 ? ZX_LOOK_TERTIARY
         : metres_per_unit < 30 ? ZX_LOOK_SECONDARY
                                : ZX_LOOK_PRIMARY;
}

static GArray *
named_rows (const ZxMapView *view, const ZxRoads *roads, gint smallest)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (NamedRow));
  double scale = view->metres_per_unit;
  double half_width = view->page_width / 2 * scale, half_height = view->page_height / 2 * scale;
  for (gsize row = 0; row < roads->n && row < G_MAXUINT; row++)
    {
      ZxRoadLook look = zx_road_look ((ZxRoadClass) roads->road_class[row],
                                      roads->flags[row] & ZX_ROAD_IS_CLOSED);
      gsize part = roads->lines.part_first[row], next_part = roads->lines.part_first[row + 1];
      if (roads->name[row] == 0 || (gint) look > smallest || (roads->flags[row] & ZX_ROAD_IS_LINK)
          || part == next_part || roads->lines.point_first[part] == roads->lines.n_points)
        continue;
      gsize first = roads->lines.point_first[part];
      if (fabs (roads->lines.x[first] - view->centre_x_m) > 1.5 * half_width
          || fabs (roads->lines.y[first] - view->centre_y_m) > 1.5 * half_height)
        continue;
      NamedRow named = { roads->name[row], (guint8) look, (guint) row };
      g_array_append_val (rows, named);
    }
  g_array_sort (rows, compare_rows);
  return rows;
}

static void
write_group (Writer *writer, const ZxCity *city, const NamedRow *rows, guint n)
{
  ZxPathMaker maker;
  ZxPolylines lines;
  zx_path_maker_init (&maker, writer->view, 0);
  zx_polylines_init (&lines);
  for (guint i = 0; i < n; i++)
    zx_path_maker_add_row (&maker, &city->roads.lines, rows[i].row, &lines);
  if (lines.first->len > 0)
    write_road (writer, &lines, zx_pool_get (city->pool, rows[0].name));
  zx_polylines_clear (&lines);
  zx_path_maker_clear (&maker);
}

void
zx_map_paint_road_names (cairo_t *cr, const ZxMapView *view, const ZxCity *city, ZxBaseStyle style)
{
  const ZxMapColours *colours = zx_map_colours (style, view->is_dark);
  gint smallest = smallest_named (view->metres_per_unit, style);
  if (city->roads.n == 0 || city->roads.lines.kind != ZX_GEOMETRY_LINE || smallest < 0)
    return;
  ZxBox map = zx_map_view_box (view);
  Writer writer = { .cr = cr, .view = view, .room = zx_map_box_grown (&map, -EDGE_MARGIN) };
  writer.ink = (ZxInk){ .size = style == ZX_BASE_QUIET ? 6.2 : 6.8,
                        .colour = zx_colour_hex (colours->road_name, 1),
                        .halo = zx_colour_hex (colours->halo, 0.9),
                        .halo_width = 1.1 };
  g_autoptr (GArray) rows = named_rows (view, &city->roads, smallest);
  const NamedRow *named = (const NamedRow *) (gconstpointer) rows->data;
  guint n_names = 0;
  for (guint begin = 0, end; begin < rows->len && n_names < MAX_NAMES; begin = end, n_names++)
    {
      for (end = begin; end < rows->len && named[end].name == named[begin].name
                        && named[end].look == named[begin].look;
           end++)
        ;
      write_group (&writer, city, named + begin, end - begin);
    }
}
