/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geometries into two coordinate arrays, through one gate: coordinates finite and below 1e8, lines
 * of two points, rings closed and of four points, outer rings counter-clockwise, holes clockwise. A
 * ring left open is closed; what else fails gives an empty row.  Self-intersections are not looked
 * for: the even-odd rule gives them a meaning.
 *
 * While all rows are points nothing is stored but their coordinates; the first other row turns them
 * into parts of one point each. */

#include "data/gis/zx-gis-shapes.h"

ZxGisShapes *
zx_gis_shapes_new (ZxGisDoubts *doubts)
{
  ZxGisShapes *self = g_new0 (ZxGisShapes, 1);
  self->doubts = doubts;
  self->has_only_points = TRUE;
  return self;
}

void
zx_gis_shapes_free (ZxGisShapes *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->x);
  g_free (self->y);
  g_free (self->part_first);
  g_free (self->point_first);
  g_free (self->is_hole);
  g_free (self->buffer);
  g_free (self);
}

gsize
zx_gis_shapes_n_rows (const ZxGisShapes *self)
{
  return self->n_rows;
}

gsize
zx_gis_shapes_n_empty (const ZxGisShapes *self)
{
  return self->n_of_kind[ZX_GEOMETRY_NONE];
}

ZxGeometryKind
zx_gis_kind_of (OGRwkbGeometryType type)
{
  switch (OGR_GT_Flatten (type))
    {
    case wkbPoint:
    case wkbMultiPoint:
      return ZX_GEOMETRY_POINT;
    case wkbLineString:
    case wkbMultiLineString:
    case wkbCircularString:
    case wkbCompoundCurve:
    case wkbMultiCurve:
    case wkbCurve:
      return ZX_GEOMETRY_LINE;
    case wkbPolygon:
    case wkbMultiPolygon:
    case wkbCurvePolygon:
    case wkbMultiSurface:
    case wkbSurface:
    case wkbPolyhedralSurface:
    case wkbTIN:
    case wkbTriangle:
      return ZX_GEOMETRY_POLYGON;
    default:
      return ZX_GEOMETRY_NONE;
    }
}

/* ---- growing ------------------------------------------------------------------------------ */

static gboolean
grow (ZxGisShapes *self, gpointer *array, gsize n, gsize size)
{
  gpointer larger = g_try_realloc_n (*array, n, size);
  if (larger == NULL)
    {
      self->is_out_of_memory = TRUE;
      return FALSE;
    }
  *array = larger;
  return TRUE;
}

gboolean
zx_gis_shapes_reserve (ZxGisShapes *self, gsize n)
{
  n++;
  if (self->n_points + n <= self->points_size)
    return TRUE;
  gsize size = MAX (MAX (self->points_size * 2, 1024), self->n_points + n);
  if (!grow (self, (gpointer *) &self->x, size, sizeof (double))
      || !grow (self, (gpointer *) &self->y, size, sizeof (double)))
    return FALSE;
  self->points_size = size;
  return TRUE;
}

void
zx_gis_shapes_expect (ZxGisShapes *self, gsize n_points)
{
  if (!zx_gis_shapes_reserve (self, n_points))
    self->is_out_of_memory = FALSE; /* it was only a wish */
}

/* One more part than asked: the end of the last one is stored behind it. */
static gboolean
reserve_part (ZxGisShapes *self)
{
  if (self->n_parts + 1 < self->parts_size)
    return TRUE;
  gsize size = MAX (self->parts_size * 2, 256);
  if (!grow (self, (gpointer *) &self->point_first, size, sizeof (gsize))
      || !grow (self, (gpointer *) &self->is_hole, size, 1))
    return FALSE;
  self->parts_size = size;
  return TRUE;
}

static gboolean
reserve_row (ZxGisShapes *self)
{
  if (self->n_rows + 1 < self->rows_size)
    return TRUE;
  gsize size = MAX (self->rows_size * 2, 256);
  if (!grow (self, (gpointer *) &self->kind, size, 1)
      || (!self->has_only_points
          && !grow (self, (gpointer *) &self->part_first, size, sizeof (gsize))))
    return FALSE;
  self->rows_size = size;
  return TRUE;
}

/* The first row that is no point: the points so far become parts of one point each. */
gboolean
zx_gis_shapes_begin_row (ZxGisShapes *self)
{
  self->n_dropped = 0;
  if (!self->has_only_points)
    return TRUE;
  gsize size = MAX (self->rows_size, 256);
  if (!grow (self, (gpointer *) &self->part_first, size, sizeof (gsize))
      || !grow (self, (gpointer *) &self->kind, size, 1))
    return FALSE;
  gsize n = 0;
  for (gsize row = 0; row < self->n_rows; row++)
    {
      self->part_first[row] = n;
      if (self->kind[row] != ZX_GEOMETRY_POINT)
        continue;
      self->n_parts = n;
      if (!reserve_part (self))
        return FALSE;
      self->point_first[n] = n;
      self->is_hole[n] = 0;
      self->x[n] = self->x[row];
      self->y[n] = self->y[row];
      n++;
    }
  self->part_first[self->n_rows] = n;
  self->n_parts = self->n_points = n;
  self->rows_size = size;
  self->has_only_points = FALSE;
  return TRUE;
}

/* ---- parts -------------------------------------------------------------------------------- */

static ZxGisVerdict
check (double x, double y)
{
  if (!isfinite (x) || !isfinite (y))
    return ZX_GIS_SHAPE_NOT_FINITE;
  gboolean is_near = fabs (x) <= ZX_GIS_LARGEST_COORDINATE && fabs (y) <= ZX_GIS_LARGEST_COORDINATE;
  return is_near ? ZX_GIS_SHAPE_FINE : ZX_GIS_SHAPE_TOO_FAR;
}

gboolean
zx_gis_shapes_begin_part (ZxGisShapes *self, gboolean is_hole)
{
  if (!reserve_part (self))
    return FALSE;
  self->point_first[self->n_parts] = self->n_points;
  self->is_hole[self->n_parts] = is_hole != FALSE;
  self->n_parts++;
  return TRUE;
}

ZxGisVerdict
zx_gis_shapes_take (ZxGisShapes *self, gsize n)
{
  const double *x = self->x + self->n_points, *y = self->y + self->n_points;
  ZxGisVerdict verdict = ZX_GIS_SHAPE_FINE;
  gsize n_fine = 0; /* counted without a branch: nearly all are */
  for (gsize i = 0; i < n; i++)
    n_fine
        += (fabs (x[i]) <= ZX_GIS_LARGEST_COORDINATE) & (fabs (y[i]) <= ZX_GIS_LARGEST_COORDINATE);
  for (gsize i = 0; n_fine < n && i < n; i++)
    if (check (x[i], y[i]) != ZX_GIS_SHAPE_FINE)
      verdict = check (x[i], y[i]);
  self->n_points += n;
  return verdict;
}

static void
reverse (double *values, gsize n)
{
  for (gsize i = 0; i < n / 2; i++)
    {
      double held = values[i];
      values[i] = values[n - 1 - i];
      values[n - 1 - i] = held;
    }
}

/* Twice the signed area, from the first point so that large coordinates keep their digits.  Two
 * sums, for each addition waits for the one before it. */
static double
ring_area (const double *x, const double *y, gsize n)
{
  double even = 0, odd = 0;
  gsize i = 1;
  for (; i + 2 < n; i += 2)
    {
      odd += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
      even += (x[i + 1] - x[0]) * (y[i + 2] - y[0]) - (x[i + 2] - x[0]) * (y[i + 1] - y[0]);
    }
  if (i + 1 < n)
    odd += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
  return even + odd;
}

ZxGisVerdict
zx_gis_shapes_end_ring (ZxGisShapes *self, gboolean is_hole)
{
  gsize first = self->point_first[self->n_parts - 1], n = self->n_points - first;
  double *x = self->x + first, *y = self->y + first;
  gboolean is_closed = n > 1 && x[0] == x[n - 1] && y[0] == y[n - 1];
  if (n < (is_closed ? 4 : 3))
    return ZX_GIS_SHAPE_TOO_SHORT;
  if (!is_closed)
    {
      x[n] = x[0];
      y[n++] = y[0];
      self->n_points++;
      zx_gis_doubt (self->doubts, "gis.open-ring", (gint64) self->n_rows, ZX_SEVERITY_WARNING,
                    ZX_ACTION_CORRECTED, NULL, NULL);
    }
  double area = ring_area (x, y, n);
  if (is_hole ? area > 0 : area < 0)
    {
      reverse (x, n);
      reverse (y, n);
    }
  return ZX_GIS_SHAPE_FINE;
}

/* A piece without extent, perhaps beside pieces that have one. */
void
zx_gis_shapes_drop (ZxGisShapes *self, gsize n_parts, gsize n_points)
{
  self->n_parts = n_parts;
  self->n_points = n_points;
  self->n_dropped++;
}

/* ---- collections -------------------------------------------------------------------------- */

/* The parts from @part on take the place of those from the row's first one on. */
static void
replace_members (ZxGisShapes *self, const ZxGisMembers *members, gsize part, gsize point)
{
  gsize n_parts = self->n_parts - part, n_points = self->n_points - point;
  for (gsize k = 0; k < n_parts; k++)
    {
      self->point_first[members->first_part + k]
          = self->point_first[part + k] - point + members->first_point;
      self->is_hole[members->first_part + k] = self->is_hole[part + k];
    }
  memmove (self->x + members->first_point, self->x + point, n_points * sizeof (double));
  memmove (self->y + members->first_point, self->y + point, n_points * sizeof (double));
  self->n_parts = members->first_part + n_parts;
  self->n_points = members->first_point + n_points;
}

void
zx_gis_shapes_join (ZxGisShapes *self, ZxGisMembers *members, ZxGisVerdict verdict,
                    ZxGeometryKind kind, gsize part, gsize point)
{
  if (verdict == ZX_GIS_SHAPE_TOO_SHORT)
    {
      members->has_short = TRUE;
      zx_gis_shapes_drop (self, part, point);
      return;
    }
  if (verdict != ZX_GIS_SHAPE_FINE && verdict != ZX_GIS_SHAPE_EMPTY)
    members->worst = verdict;
  if (kind > members->kind)
    {
      members->has_left_out = members->has_left_out || members->kind != ZX_GEOMETRY_NONE;
      members->kind = kind;
      if (part > members->first_part)
        replace_members (self, members, part, point);
    }
  else if (kind < members->kind && kind != ZX_GEOMETRY_NONE)
    {
      members->has_left_out = TRUE;
      self->n_parts = part;
      self->n_points = point;
    }
}

ZxGisVerdict
zx_gis_shapes_end_members (ZxGisShapes *self, const ZxGisMembers *members)
{
  if (members->has_left_out)
    zx_gis_doubt (self->doubts, "gis.mixed-collection", (gint64) self->n_rows, ZX_SEVERITY_WARNING,
                  ZX_ACTION_CORRECTED, NULL, NULL);
  if (members->worst != ZX_GIS_SHAPE_FINE || members->kind != ZX_GEOMETRY_NONE)
    return members->worst;
  return members->has_short ? ZX_GIS_SHAPE_TOO_SHORT : ZX_GIS_SHAPE_EMPTY;
}

/* ---- rows --------------------------------------------------------------------------------- */

static void
report (ZxGisShapes *self, ZxGisVerdict verdict)
{
  static const char *const rules[]
      = { NULL, NULL, "gis.broken-geometry", "gis.not-finite", "gis.too-far", "gis.too-short" };
  if (rules[verdict] != NULL)
    zx_gis_doubt (self->doubts, rules[verdict], (gint64) self->n_rows, ZX_SEVERITY_ERROR,
                  ZX_ACTION_SET_ASIDE, NULL, verdict == ZX_GIS_SHAPE_TOO_FAR ? "100000000" : NULL);
}

static gboolean
fail_memory (const ZxGisShapes *self, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("There is not enough memory for the %zu points of %zu rows"), self->n_points,
               self->n_rows);
  return FALSE;
}

static gboolean
store_row (ZxGisShapes *self, ZxGeometryKind kind, gsize part, gsize point, GError **error)
{
  if (!self->has_only_points && kind == ZX_GEOMETRY_NONE)
    {
      self->n_parts = part;
      self->n_points = point;
    }
  if (self->is_out_of_memory || !reserve_row (self))
    return fail_memory (self, error);
  if (!self->has_only_points)
    {
      self->part_first[self->n_rows] = part;
      self->part_first[self->n_rows + 1] = self->n_parts;
    }
  self->kind[self->n_rows++] = (guint8) kind;
  self->n_of_kind[kind]++;
  return TRUE;
}

gboolean
zx_gis_shapes_end_row (ZxGisShapes *self, ZxGisVerdict verdict, ZxGeometryKind kind, gsize part,
                       gsize point, GError **error)
{
  gboolean is_fine = verdict == ZX_GIS_SHAPE_FINE;
  report (self, verdict);
  if (is_fine && self->n_dropped > 0)
    zx_gis_doubt (self->doubts, "gis.part-without-extent", (gint64) self->n_rows,
                  ZX_SEVERITY_WARNING, ZX_ACTION_CORRECTED, NULL, NULL);
  if (is_fine && kind == ZX_GEOMETRY_POINT && self->n_parts - part > 1)
    {
      zx_gis_doubt (self->doubts, "gis.many-points", (gint64) self->n_rows, ZX_SEVERITY_WARNING,
                    ZX_ACTION_CORRECTED, NULL, NULL);
      self->n_parts = part + 1;
      self->n_points = point + 1;
    }
  return store_row (self, is_fine ? kind : ZX_GEOMETRY_NONE, part, point, error);
}

gboolean
zx_gis_shapes_add_point (ZxGisShapes *self, double x, double y, GError **error)
{
  ZxGisVerdict verdict = isnan (x) && isnan (y) ? ZX_GIS_SHAPE_EMPTY : check (x, y);
  gboolean is_fine = verdict == ZX_GIS_SHAPE_FINE;
  gsize part = self->n_parts, point = self->n_points;
  report (self, verdict);
  if (!zx_gis_shapes_reserve (self, 1))
    return fail_memory (self, error);
  if (self->has_only_points || is_fine)
    {
      if (!self->has_only_points && !zx_gis_shapes_begin_part (self, FALSE))
        return fail_memory (self, error);
      self->x[self->n_points] = is_fine ? x : NAN;
      self->y[self->n_points] = is_fine ? y : NAN;
      self->n_points++;
    }
  return store_row (self, is_fine ? ZX_GEOMETRY_POINT : ZX_GEOMETRY_NONE, part, point, error);
}

/* ---- the end ------------------------------------------------------------------------------ */

/* The kind most rows have; of equally many the higher. */
static ZxGeometryKind
choose_kind (const ZxGisShapes *self, ZxGeometryKind declared)
{
  ZxGeometryKind best = ZX_GEOMETRY_NONE;
  gsize most = 0;
  for (guint kind = ZX_GEOMETRY_POINT; kind <= ZX_GEOMETRY_POLYGON; kind++)
    if (self->n_of_kind[kind] > 0 && self->n_of_kind[kind] >= most)
      {
        most = self->n_of_kind[kind];
        best = kind;
      }
  return best != ZX_GEOMETRY_NONE ? best : declared;
}

static void
report_others (ZxGisShapes *self, ZxGeometryKind kind)
{
  static const char *const names[] = { "", "point", "line", "polygon" };
  for (gsize row = 0; row < self->n_rows; row++)
    if (self->kind[row] != ZX_GEOMETRY_NONE && self->kind[row] != kind)
      zx_gis_doubt (self->doubts, "gis.other-geometry", (gint64) row, ZX_SEVERITY_WARNING,
                    ZX_ACTION_SET_ASIDE, names[self->kind[row]], names[kind]);
}

static void
finish_points (ZxGisShapes *self, ZxGeometry *geometry)
{
  if (!self->has_only_points)
    {
      double *x = g_new (double, MAX (self->n_rows, 1)), *y = g_new (double, MAX (self->n_rows, 1));
      for (gsize row = 0; row < self->n_rows; row++)
        {
          gboolean is_point = self->kind[row] == ZX_GEOMETRY_POINT;
          gsize point = is_point ? self->point_first[self->part_first[row]] : 0;
          x[row] = is_point ? self->x[point] : NAN;
          y[row] = is_point ? self->y[point] : NAN;
        }
      g_free (self->x);
      g_free (self->y);
      self->x = x;
      self->y = y;
    }
  gsize n = MAX (self->n_rows, 1);
  geometry->n_points = self->n_rows;
  geometry->x = g_renew (double, g_steal_pointer (&self->x), n);
  geometry->y = g_renew (double, g_steal_pointer (&self->y), n);
}

/* Moves the parts of the rows of @kind together and drops the others. */
static void
drop_others (ZxGisShapes *self, ZxGeometryKind kind)
{
  gsize n_parts = 0, n_points = 0;
  for (gsize row = 0; row < self->n_rows; row++)
    {
      gsize begin = self->part_first[row], end = self->part_first[row + 1];
      self->part_first[row] = n_parts;
      for (gsize part = begin; self->kind[row] == kind && part < end; part++)
        {
          gsize from = self->point_first[part], n = self->point_first[part + 1] - from;
          memmove (self->x + n_points, self->x + from, n * sizeof (double));
          memmove (self->y + n_points, self->y + from, n * sizeof (double));
          self->point_first[n_parts] = n_points;
          self->is_hole[n_parts++] = self->is_hole[part];
          n_points += n;
        }
    }
  self->part_first[self->n_rows] = self->n_parts = n_parts;
  self->point_first[n_parts] = self->n_points = n_points;
}

static void
finish_parts (ZxGisShapes *self, ZxGeometryKind kind, ZxGeometry *geometry)
{
  if (self->n_of_kind[ZX_GEOMETRY_NONE] + self->n_of_kind[kind] < self->n_rows)
    drop_others (self, kind);
  geometry->n_points = self->n_points;
  geometry->n_parts = self->n_parts;
  geometry->x = g_renew (double, g_steal_pointer (&self->x), MAX (self->n_points, 1));
  geometry->y = g_renew (double, g_steal_pointer (&self->y), MAX (self->n_points, 1));
  geometry->part_first = g_renew (gsize, g_steal_pointer (&self->part_first), self->n_rows + 1);
  geometry->point_first = g_renew (gsize, g_steal_pointer (&self->point_first), self->n_parts + 1);
  geometry->is_hole = g_renew (guint8, g_steal_pointer (&self->is_hole), MAX (self->n_parts, 1));
}

void
zx_gis_shapes_finish (ZxGisShapes *self, ZxGeometryKind declared, ZxGeometry *geometry)
{
  ZxGeometryKind kind = choose_kind (self, declared);
  memset (geometry, 0, sizeof *geometry);
  geometry->kind = kind;
  if (kind == ZX_GEOMETRY_NONE)
    return;
  geometry->n_rows = self->n_rows;
  report_others (self, kind);
  if (kind == ZX_GEOMETRY_POINT)
    {
      finish_points (self, geometry);
      return;
    }
  if (!zx_gis_shapes_begin_row (self) || !reserve_part (self)) /* no memory for 256 entries */
    {
      memset (geometry, 0, sizeof *geometry);
      return;
    }
  self->part_first[self->n_rows] = self->n_parts;
  self->point_first[self->n_parts] = self->n_points;
  finish_parts (self, kind, geometry);
}
