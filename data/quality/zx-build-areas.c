/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Boundary, districts, water, green and closed areas.
 *
 * Outlines that cross themselves are found by a sweep: segments in the order of their left ends,
 * each compared with those that still reach it; only true crossings count, for outlines of real
 * maps touch themselves in points.  O(n²) for an outline of long parallel segments, O(n √n) for
 * coasts; an outline that would take longer than MOST_PAIRS comparisons is taken as good. */

#include "data/quality/zx-build.h"

#define MOST_PAIRS      20000000u
#define BARRIER_POINT_M 5.0

/* ---- outlines ----------------------------------------------------------------------------- */

typedef struct
{
  double x0, y0, x1, y1; /* x0 <= x1 */
} Segment;

static int
compare_segments (gconstpointer a, gconstpointer b)
{
  const Segment *s = a, *t = b;
  return (s->x0 > t->x0) - (s->x0 < t->x0);
}

static double
turn (double ax, double ay, double bx, double by, double cx, double cy)
{
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

static gboolean
is_crossing (const Segment *s, const Segment *t)
{
  double a = turn (s->x0, s->y0, s->x1, s->y1, t->x0, t->y0);
  double b = turn (s->x0, s->y0, s->x1, s->y1, t->x1, t->y1);
  double c = turn (t->x0, t->y0, t->x1, t->y1, s->x0, s->y0);
  double d = turn (t->x0, t->y0, t->x1, t->y1, s->x1, s->y1);
  /* Rounding of a projection moves points by nanometres: what is that near is a touch. */
  double least
      = 1e-6 * (hypot (s->x1 - s->x0, s->y1 - s->y0) + hypot (t->x1 - t->x0, t->y1 - t->y0));
  return ((a > least && b < -least) || (a < -least && b > least))
         && ((c > least && d < -least) || (c < -least && d > least));
}

static gsize
collect_segments (const ZxGeometry *geometry, gsize row, Segment *segments)
{
  gsize n = 0;
  for (gsize part = geometry->part_first[row]; part < geometry->part_first[row + 1]; part++)
    for (gsize i = geometry->point_first[part]; i + 1 < geometry->point_first[part + 1]; i++)
      {
        gboolean is_right = geometry->x[i] <= geometry->x[i + 1];
        gsize a = is_right ? i : i + 1, b = is_right ? i + 1 : i;
        segments[n++]
            = (Segment){ geometry->x[a] - geometry->x[0], geometry->y[a] - geometry->y[0],
                         geometry->x[b] - geometry->x[0], geometry->y[b] - geometry->y[0] };
      }
  return n;
}

/* TRUE with a point near the first crossing found. */
static gboolean
find_crossing (const ZxGeometry *geometry, gsize row, double *x, double *y)
{
  gsize first = geometry->point_first[geometry->part_first[row]];
  gsize last = geometry->point_first[geometry->part_first[row + 1]];
  g_autofree Segment *segments = g_new (Segment, last - first + 1);
  g_autofree gsize *active = g_new (gsize, last - first + 1);
  gsize n = collect_segments (geometry, row, segments), n_active = 0, n_pairs = 0;
  qsort (segments, n, sizeof (Segment), compare_segments);
  for (gsize i = 0; i < n; i++)
    {
      gsize kept = 0;
      n_pairs += n_active;
      if (n_pairs > MOST_PAIRS)
        return FALSE;
      for (gsize k = 0; k < n_active; k++)
        {
          const Segment *other = &segments[active[k]];
          if (other->x1 < segments[i].x0)
            continue;
          active[kept++] = active[k];
          if (is_crossing (other, &segments[i]))
            {
              *x = segments[i].x0 + geometry->x[0];
              *y = segments[i].y0 + geometry->y[0];
              return TRUE;
            }
        }
      n_active = kept;
      active[n_active++] = i;
    }
  return FALSE;
}

/* ---- kinds -------------------------------------------------------------------------------- */

typedef struct
{
  const ZxColumn *name, *kind, *natural, *landuse, *leisure, *waterway;
  gboolean has_tags;
  ZxAreaKind otherwise; /* what the role says */
} Columns;

static gboolean
is_one_of (const char *text, const char *words)
{
  gsize n = strlen (text);
  for (const char *p = words; n > 0 && (p = strstr (p, text)) != NULL; p += n)
    if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
      return TRUE;
  return FALSE;
}

static int
kind_of_tags (const ZxLayer *layer, const Columns *columns, gsize row)
{
  const char *natural = zx_layer_text (layer, columns->natural, row);
  const char *landuse = zx_layer_text (layer, columns->landuse, row);
  const char *leisure = zx_layer_text (layer, columns->leisure, row);
  const char *waterway = zx_layer_text (layer, columns->waterway, row);
  if (is_one_of (natural, "water bay strait") || is_one_of (waterway, "riverbank dock canal river")
      || is_one_of (landuse, "reservoir basin salt_pond aquaculture"))
    return ZX_AREA_WATER;
  if (is_one_of (natural, "wood scrub grassland heath wetland")
      || is_one_of (leisure, "park garden nature_reserve golf_course common")
      || is_one_of (landuse, "forest grass meadow village_green recreation_ground cemetery orchard "
                             "vineyard allotments greenfield"))
    return ZX_AREA_GREEN;
  return -1;
}

/* A layer of waters may carry tags that say nothing of it: then its role says what it is. */
static gboolean
are_tags_useful (const ZxLayer *layer, const Columns *columns)
{
  for (gsize row = 0; row < layer->n_rows; row++)
    if (kind_of_tags (layer, columns, row) >= 0)
      return TRUE;
  return FALSE;
}

static gboolean
holds_one_of (const char *text, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  for (guint i = 0; list[i] != NULL; i++)
    if (strstr (text, list[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* -1: not of this role. */
static int
kind_of (const ZxLayer *layer, const Columns *columns, gsize row)
{
  if (columns->has_tags)
    return kind_of_tags (layer, columns, row);
  const char *kind = zx_layer_text (layer, columns->kind, row);
  if (columns->otherwise == ZX_AREA_WATER && holds_one_of (kind, "green park forest 绿 公园 林"))
    return ZX_AREA_GREEN;
  if (columns->otherwise == ZX_AREA_EXCLUSION
      && (layer->geometry.kind == ZX_GEOMETRY_LINE
          || holds_one_of (kind, "barrier Barrier wall fence 屏障 围墙 隔离 阻隔 不可穿越")
          || (layer->geometry.kind == ZX_GEOMETRY_POINT
              && holds_one_of (kind, "bollard gate closed 路障 封闭 断路"))))
    return ZX_AREA_BARRIER;
  if (columns->otherwise == ZX_AREA_GREEN && holds_one_of (kind, "water river lake 水 河 湖"))
    return ZX_AREA_WATER;
  return columns->otherwise;
}

/* ---- the areas ---------------------------------------------------------------------------- */

typedef struct
{
  ZxGeometryBuilder polygons;
  GArray *kind; /* guint8 */
  GArray *name; /* guint32 */
} Areas;

static gboolean
is_polygon_usable (const ZxGeometry *geometry, gsize row)
{
  return geometry->kind == ZX_GEOMETRY_POLYGON && zx_shape_is_good (geometry, row)
         && zx_geometry_area (geometry, row) > 0;
}

/* Nothing can stand on a line: among areas closed to stations it is what nobody may cross. */
static gboolean
is_barrier_line (const ZxGeometry *geometry, gsize row, ZxAreaKind kind)
{
  return kind == ZX_AREA_BARRIER && geometry->kind == ZX_GEOMETRY_LINE
         && zx_shape_is_good (geometry, row);
}

/* Nor on a point: it bars the road that it lies on. */
static gboolean
is_barrier_point (const ZxGeometry *geometry, gsize row, ZxAreaKind kind)
{
  return kind == ZX_AREA_BARRIER && geometry->kind == ZX_GEOMETRY_POINT
         && isfinite (geometry->x[row]) && isfinite (geometry->y[row]);
}

/* A square on its corner that the road must run through: points are seldom drawn on the very line
 * of a road, and the next carriageway is hardly ever as near. */
static void
append_point (ZxGeometryBuilder *builder, const ZxGeometry *points, gsize row)
{
  static const double corners[][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 }, { 1, 0 } };
  zx_geometry_builder_begin_part (builder, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    zx_geometry_builder_point (builder, points->x[row] + BARRIER_POINT_M * corners[i][0],
                               points->y[row] + BARRIER_POINT_M * corners[i][1]);
  zx_geometry_builder_end_row (builder);
}

/* As an area of no size: rings that run there, by a point half way on the last piece, and back. */
static void
append_line (ZxGeometryBuilder *builder, const ZxGeometry *lines, gsize row)
{
  for (gsize part = lines->part_first[row]; part < lines->part_first[row + 1]; part++)
    {
      gsize first = lines->point_first[part], last = lines->point_first[part + 1] - 1;
      if (last <= first)
        continue;
      zx_geometry_builder_begin_part (builder, FALSE);
      for (gsize i = first; i <= last; i++)
        zx_geometry_builder_point (builder, lines->x[i], lines->y[i]);
      zx_geometry_builder_point (builder, (lines->x[last - 1] + lines->x[last]) / 2,
                                 (lines->y[last - 1] + lines->y[last]) / 2);
      for (gsize i = last; i-- > first;)
        zx_geometry_builder_point (builder, lines->x[i], lines->y[i]);
    }
  zx_geometry_builder_end_row (builder);
}

static void
add_row (Areas *areas, ZxTally *tally, const Columns *columns, gsize row, ZxAreaKind kind)
{
  const ZxGeometry *geometry = &tally->layer->geometry;
  gboolean is_polygon = geometry->kind == ZX_GEOMETRY_POLYGON;
  double x, y;
  if (is_polygon && find_crossing (geometry, row, &x, &y))
    {
      char a[32], b[32];
      g_ascii_formatd (a, sizeof a, "%.0f", x);
      g_ascii_formatd (b, sizeof b, "%.0f", y);
      g_autofree char *near = g_strdup_printf ("%s, %s", a, b);
      zx_tally_find (tally, "areas.self-crossing", (gint64) row, ZX_ACTION_KEPT, near, NULL);
    }
  guint8 code = (guint8) kind;
  guint32 name
      = zx_cells_city_text (tally, columns->name != NULL ? columns->name : columns->kind, row);
  if (is_polygon)
    zx_shape_append (&areas->polygons, geometry, row);
  else if (geometry->kind == ZX_GEOMETRY_LINE)
    append_line (&areas->polygons, geometry, row);
  else
    append_point (&areas->polygons, geometry, row);
  g_array_append_val (areas->kind, code);
  g_array_append_val (areas->name, name);
  tally->n_used++;
}

static gboolean
add_layer (Areas *areas, ZxTally *tally, ZxAreaKind kind, const ZxProgress *progress,
           GError **error)
{
  Columns columns = { zx_cells_column (tally, "name"),
                      zx_cells_column (tally, "kind"),
                      zx_cells_column (tally, "natural"),
                      zx_cells_column (tally, "landuse"),
                      zx_cells_column (tally, "leisure"),
                      zx_cells_column (tally, "waterway"),
                      FALSE,
                      kind };
  columns.has_tags = kind == ZX_AREA_WATER && are_tags_useful (tally->layer, &columns);
  gsize n_other = 0;
  for (gsize row = 0; row < tally->layer->n_rows; row++)
    {
      if (row % 256 == 0 && !zx_progress_step (progress, row, tally->layer->n_rows, error))
        return FALSE;
      int found = kind_of (tally->layer, &columns, row);
      if (found < 0)
        n_other++;
      else if (!is_polygon_usable (&tally->layer->geometry, row)
               && !is_barrier_line (&tally->layer->geometry, row, (ZxAreaKind) found)
               && !is_barrier_point (&tally->layer->geometry, row, (ZxAreaKind) found))
        zx_tally_find (tally, "areas.empty", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      else
        add_row (areas, tally, &columns, row, (ZxAreaKind) found);
    }
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n_other);
  zx_tally_find_many (tally, "layer.other-things", -1, n_other, ZX_ACTION_SET_ASIDE, count, NULL);
  tally->is_done = TRUE;
  return TRUE;
}

static gboolean
take_over (ZxBuild *self, Areas *areas, GError **error)
{
  ZxAreas *city = &self->city->areas;
  if (!zx_areas_alloc (city, areas->kind->len, error))
    return FALSE;
  for (guint i = 0; i < city->n; i++)
    {
      city->kind[i] = g_array_index (areas->kind, guint8, i);
      city->name[i] = g_array_index (areas->name, guint32, i);
    }
  zx_geometry_builder_finish (&areas->polygons, &city->polygons);
  for (guint i = 0; i < city->n; i++)
    {
      const ZxGeometry *polygons = &city->polygons;
      gsize first = polygons->point_first[polygons->part_first[i]];
      gsize last = polygons->point_first[polygons->part_first[i + 1]];
      for (gsize k = first; city->kind[i] == ZX_AREA_BOUNDARY && k < last; k++)
        zx_box_add (&self->study, polygons->x[k], polygons->y[k]);
    }
  return TRUE;
}

gboolean
zx_build_areas (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  static const struct
  {
    ZxRole role;
    ZxAreaKind kind;
  } roles[] = { { ZX_ROLE_BOUNDARY, ZX_AREA_BOUNDARY },
                { ZX_ROLE_DISTRICTS, ZX_AREA_DISTRICT },
                { ZX_ROLE_WATER, ZX_AREA_WATER },
                { ZX_ROLE_GREEN, ZX_AREA_GREEN },
                { ZX_ROLE_EXCLUSIONS, ZX_AREA_EXCLUSION } };
  Areas areas = { .kind = g_array_new (FALSE, FALSE, sizeof (guint8)),
                  .name = g_array_new (FALSE, FALSE, sizeof (guint32)) };
  zx_geometry_builder_init (&areas.polygons, ZX_GEOMETRY_POLYGON);
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < G_N_ELEMENTS (roles); i++)
    {
      guint index = 0;
      for (ZxTally *tally; ok && (tally = zx_build_next (self, roles[i].role, &index)) != NULL;)
        ok = add_layer (&areas, tally, roles[i].kind, progress, error);
    }
  ok = ok && take_over (self, &areas, error);
  zx_geometry_builder_clear (&areas.polygons);
  g_array_unref (areas.kind);
  g_array_unref (areas.name);
  return ok;
}
