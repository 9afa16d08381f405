/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geometries into two coordinate arrays, through one gate.
 *
 * Everything arrives as well-known binary (OGC 06-103r4), from GDAL's objects or straight from a
 * file, and is parsed here with every count checked against the bytes left:
 *
 *   order (1 byte), type (4: kind + 1000 Z + 2000 M, or EWKB's high bits), then
 *   point: 2–4 doubles;  line: count, points;  polygon: count, rings;  others: count, geometries
 *
 * The gate: coordinates finite and below 1e8, lines of two points, rings closed and of four points,
 * outer rings counter-clockwise, holes clockwise.  A ring left open is closed; what else fails
 * gives an empty row.  Curves are cut into chords by GDAL first.  Self-intersections are not looked
 * for: the even-odd rule gives them a meaning. */

#include "data/gis/zx-gis-private.h"

#define MAX_NESTING 8

enum
{
  WKB_POINT = 1,
  WKB_LINE,
  WKB_POLYGON,
  WKB_MULTI_POINT,
  WKB_MULTI_LINE,
  WKB_MULTI_POLYGON,
  WKB_COLLECTION,
  WKB_SURFACE = 15, /* polyhedral: a set of polygons */
  WKB_TIN,
  WKB_TRIANGLE,
};

struct _ZxGisShapes
{
  ZxGisDoubts *doubts;
  guint8 *kind; /* ZxGeometryKind per row */
  gsize n_rows, rows_size;
  double *x, *y;
  gsize n_points, points_size;
  gsize *part_first; /* n_rows + 1; unused while has_only_points */
  gsize *point_first;
  guint8 *is_hole;
  gsize n_parts, parts_size;
  gboolean has_only_points; /* so far: one point per row, NaN where empty */
  gboolean is_out_of_memory;
  gsize n_of_kind[4];
  guint n_dropped; /* pieces of the row at hand that were left out */
  GByte *buffer;   /* for geometries of GDAL */
  gsize buffer_size;
};

typedef struct
{
  const guint8 *p, *end;
  gboolean is_big_endian;
  guint n_dimensions;
} Reader;

typedef enum
{
  FINE,
  EMPTY,
  BROKEN,     /* bytes that are no geometry */
  NOT_FINITE, /* NaN, infinite */
  TOO_FAR,
  TOO_SHORT, /* a line of one point, a ring of fewer than four */
} Verdict;

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

static gboolean
reserve_points (ZxGisShapes *self, gsize n)
{
  if (self->n_points + n <= self->points_size)
    return TRUE;
  gsize size = MAX (MAX (self->points_size * 2, 1024), self->n_points + n);
  if (!grow (self, (gpointer *) &self->x, size, sizeof (double))
      || !grow (self, (gpointer *) &self->y, size, sizeof (double)))
    return FALSE;
  self->points_size = size;
  return TRUE;
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
static gboolean
leave_points (ZxGisShapes *self)
{
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

/* ---- reading bytes ------------------------------------------------------------------------ */

static guint32
get_32 (Reader *reader)
{
  guint32 value;
  memcpy (&value, reader->p, 4);
  reader->p += 4;
  return reader->is_big_endian ? GUINT32_FROM_BE (value) : GUINT32_FROM_LE (value);
}

static double
get_double (const guint8 *p, gboolean is_big_endian)
{
  guint64 bits;
  double value;
  memcpy (&bits, p, 8);
  bits = is_big_endian ? GUINT64_FROM_BE (bits) : GUINT64_FROM_LE (bits);
  memcpy (&value, &bits, 8);
  return value;
}

static gboolean
read_header (Reader *reader, guint *type)
{
  if (reader->end - reader->p < 5)
    return FALSE;
  reader->is_big_endian = *reader->p++ == 0;
  guint32 code = get_32 (reader);
  guint extra = ((code & 0x80000000u) != 0) + ((code & 0x40000000u) != 0);
  code &= 0x0fffffffu;
  if (code >= 4000)
    return FALSE;
  extra += code >= 3000 ? 2 : code >= 1000 ? 1 : 0;
  reader->n_dimensions = 2 + MIN (extra, 2);
  *type = code % 1000;
  return TRUE;
}

/* A count of things that take at least @size bytes each. */
static gboolean
read_count (Reader *reader, gsize size, guint32 *n)
{
  if (reader->end - reader->p < 4)
    return FALSE;
  *n = get_32 (reader);
  return *n <= (gsize) (reader->end - reader->p) / size;
}

static Verdict
check (double x, double y)
{
  if (!isfinite (x) || !isfinite (y))
    return NOT_FINITE;
  return fabs (x) <= ZX_GIS_LARGEST_COORDINATE && fabs (y) <= ZX_GIS_LARGEST_COORDINATE ? FINE
                                                                                        : TOO_FAR;
}

static Verdict
read_points (ZxGisShapes *self, Reader *reader, guint32 n)
{
  gsize step = 8 * reader->n_dimensions;
  if (!reserve_points (self, (gsize) n + 1)) /* and one to close a ring */
    return BROKEN;
  Verdict verdict = FINE;
  double *x = self->x + self->n_points, *y = self->y + self->n_points;
  for (guint32 i = 0; i < n; i++, reader->p += step)
    {
      x[i] = get_double (reader->p, reader->is_big_endian);
      y[i] = get_double (reader->p + 8, reader->is_big_endian);
      Verdict one = check (x[i], y[i]);
      verdict = one != FINE ? one : verdict;
    }
  self->n_points += n;
  return verdict;
}

/* ---- parts -------------------------------------------------------------------------------- */

static gboolean
begin_part (ZxGisShapes *self, gboolean is_hole)
{
  if (!reserve_part (self))
    return FALSE;
  self->point_first[self->n_parts] = self->n_points;
  self->is_hole[self->n_parts] = is_hole != FALSE;
  self->n_parts++;
  return TRUE;
}

static Verdict
read_line (ZxGisShapes *self, Reader *reader)
{
  guint32 n;
  if (!read_count (reader, 8 * reader->n_dimensions, &n))
    return BROKEN;
  if (n == 0)
    return EMPTY;
  if (!begin_part (self, FALSE))
    return BROKEN;
  Verdict verdict = read_points (self, reader, n);
  return verdict == FINE && n < 2 ? TOO_SHORT : verdict;
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

/* Twice the signed area, from the first point so that large coordinates keep their digits. */
static double
ring_area (const double *x, const double *y, gsize n)
{
  double sum = 0;
  for (gsize i = 1; i + 1 < n; i++)
    sum += (x[i] - x[0]) * (y[i + 1] - y[0]) - (x[i + 1] - x[0]) * (y[i] - y[0]);
  return sum;
}

static Verdict
finish_ring (ZxGisShapes *self, gboolean is_hole, gint64 row)
{
  gsize first = self->point_first[self->n_parts - 1], n = self->n_points - first;
  double *x = self->x + first, *y = self->y + first;
  gboolean is_closed = n > 1 && x[0] == x[n - 1] && y[0] == y[n - 1];
  if (n < (is_closed ? 4 : 3))
    return TOO_SHORT;
  if (!is_closed)
    {
      x[n] = x[0];
      y[n++] = y[0];
      self->n_points++;
      zx_gis_doubt (self->doubts, "gis.open-ring", row, ZX_SEVERITY_WARNING, ZX_ACTION_CORRECTED,
                    NULL, NULL);
    }
  double area = ring_area (x, y, n);
  if (is_hole ? area > 0 : area < 0)
    {
      reverse (x, n);
      reverse (y, n);
    }
  return FINE;
}

/* A piece without extent, perhaps beside pieces that have one. */
static void
drop_part (ZxGisShapes *self, gsize part, gsize point)
{
  self->n_parts = part;
  self->n_points = point;
  self->n_dropped++;
}

static Verdict
read_polygon (ZxGisShapes *self, Reader *reader)
{
  guint32 n_rings;
  if (!read_count (reader, 4, &n_rings))
    return BROKEN;
  if (n_rings == 0)
    return EMPTY;
  Verdict worst = FINE;
  for (guint32 ring = 0; ring < n_rings; ring++)
    {
      guint32 n;
      if (!read_count (reader, 8 * reader->n_dimensions, &n))
        return BROKEN;
      if (n == 0 && ring == 0)
        worst = EMPTY;
      if (n == 0 || worst == EMPTY)
        {
          reader->p += (gsize) n * 8 * reader->n_dimensions;
          continue;
        }
      if (!begin_part (self, ring > 0))
        return BROKEN;
      Verdict verdict = read_points (self, reader, n);
      if (verdict == FINE)
        verdict = finish_ring (self, ring > 0, (gint64) self->n_rows);
      if (verdict == TOO_SHORT && ring > 0)
        drop_part (self, self->n_parts - 1, self->point_first[self->n_parts - 1]);
      else if (verdict != FINE)
        worst = verdict;
    }
  return worst;
}

static Verdict
read_point (ZxGisShapes *self, Reader *reader)
{
  if ((gsize) (reader->end - reader->p) < 8 * reader->n_dimensions)
    return BROKEN;
  double x = get_double (reader->p, reader->is_big_endian);
  double y = get_double (reader->p + 8, reader->is_big_endian);
  if (isnan (x) && isnan (y)) /* how WKB writes POINT EMPTY */
    {
      reader->p += 8 * reader->n_dimensions;
      return EMPTY;
    }
  return begin_part (self, FALSE) ? read_points (self, reader, 1) : BROKEN;
}

/* ---- whole geometries --------------------------------------------------------------------- */

static Verdict read_geometry (ZxGisShapes *self, Reader *reader, guint depth, ZxGeometryKind *kind);

/* Members of a lower kind than the highest are left out: a row is one thing. */
static Verdict
read_members (ZxGisShapes *self, Reader *reader, guint depth, ZxGeometryKind *kind)
{
  guint32 n;
  if (depth >= MAX_NESTING || !read_count (reader, 5, &n))
    return BROKEN;
  Verdict worst = FINE;
  gboolean has_short = FALSE;
  gsize row_part = self->n_parts, row_point = self->n_points;
  gboolean has_left_out = FALSE;
  for (guint32 i = 0; i < n; i++)
    {
      gsize part = self->n_parts, point = self->n_points;
      ZxGeometryKind member = ZX_GEOMETRY_NONE;
      Verdict verdict = read_geometry (self, reader, depth + 1, &member);
      if (verdict == BROKEN)
        return BROKEN;
      if (verdict == TOO_SHORT)
        {
          has_short = TRUE;
          drop_part (self, part, point);
        }
      else if (verdict != FINE && verdict != EMPTY)
        worst = verdict;
      if (member > *kind)
        {
          has_left_out = has_left_out || *kind != ZX_GEOMETRY_NONE;
          *kind = member;
          gsize n_new = self->n_parts - part, n_moved = self->n_points - point;
          for (gsize k = 0; k < n_new; k++)
            {
              self->point_first[row_part + k] = self->point_first[part + k] - point + row_point;
              self->is_hole[row_part + k] = self->is_hole[part + k];
            }
          memmove (self->x + row_point, self->x + point, n_moved * sizeof (double));
          memmove (self->y + row_point, self->y + point, n_moved * sizeof (double));
          self->n_parts = row_part + n_new;
          self->n_points = row_point + n_moved;
        }
      else if (member < *kind && member != ZX_GEOMETRY_NONE)
        {
          has_left_out = TRUE;
          self->n_parts = part;
          self->n_points = point;
        }
    }
  if (has_left_out)
    zx_gis_doubt (self->doubts, "gis.mixed-collection", (gint64) self->n_rows, ZX_SEVERITY_WARNING,
                  ZX_ACTION_CORRECTED, NULL, NULL);
  if (worst != FINE || *kind != ZX_GEOMETRY_NONE)
    return worst;
  return has_short ? TOO_SHORT : EMPTY;
}

static Verdict
read_geometry (ZxGisShapes *self, Reader *reader, guint depth, ZxGeometryKind *kind)
{
  guint type;
  Verdict verdict;
  ZxGeometryKind found;
  if (!read_header (reader, &type))
    return BROKEN;
  switch (type)
    {
    case WKB_POINT:
      found = ZX_GEOMETRY_POINT;
      verdict = read_point (self, reader);
      break;
    case WKB_LINE:
      found = ZX_GEOMETRY_LINE;
      verdict = read_line (self, reader);
      break;
    case WKB_POLYGON:
    case WKB_TRIANGLE:
      found = ZX_GEOMETRY_POLYGON;
      verdict = read_polygon (self, reader);
      break;
    case WKB_MULTI_POINT:
    case WKB_MULTI_LINE:
    case WKB_MULTI_POLYGON:
    case WKB_COLLECTION:
    case WKB_SURFACE:
    case WKB_TIN:
      return read_members (self, reader, depth, kind);
    default:
      return BROKEN;
    }
  if (verdict == FINE)
    *kind = found;
  return verdict;
}

/* ---- rows --------------------------------------------------------------------------------- */

static void
report (ZxGisShapes *self, Verdict verdict)
{
  static const char *const rules[]
      = { NULL, NULL, "gis.broken-geometry", "gis.not-finite", "gis.too-far", "gis.too-short" };
  if (rules[verdict] != NULL)
    zx_gis_doubt (self->doubts, rules[verdict], (gint64) self->n_rows, ZX_SEVERITY_ERROR,
                  ZX_ACTION_SET_ASIDE, NULL, verdict == TOO_FAR ? "100000000" : NULL);
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
end_row (ZxGisShapes *self, ZxGeometryKind kind, gsize part, gsize point, GError **error)
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
zx_gis_shapes_add_point (ZxGisShapes *self, double x, double y, GError **error)
{
  Verdict verdict = isnan (x) && isnan (y) ? EMPTY : check (x, y);
  report (self, verdict);
  gsize part = self->n_parts, point = self->n_points;
  if (!reserve_points (self, 1))
    return fail_memory (self, error);
  if (self->has_only_points || verdict == FINE)
    {
      if (!self->has_only_points && !begin_part (self, FALSE))
        return fail_memory (self, error);
      self->x[self->n_points] = verdict == FINE ? x : NAN;
      self->y[self->n_points] = verdict == FINE ? y : NAN;
      self->n_points++;
    }
  return end_row (self, verdict == FINE ? ZX_GEOMETRY_POINT : ZX_GEOMETRY_NONE, part, point, error);
}

gboolean
zx_gis_shapes_add_wkb (ZxGisShapes *self, const guint8 *wkb, gsize n, GError **error)
{
  if (n == 0)
    return zx_gis_shapes_add_point (self, NAN, NAN, error);
  Reader reader = { wkb, wkb + n, FALSE, 2 };
  guint type = 0;
  Reader ahead = reader;
  if (read_header (&ahead, &type) && type == WKB_POINT
      && (gsize) (ahead.end - ahead.p) >= 8 * ahead.n_dimensions)
    return zx_gis_shapes_add_point (self, get_double (ahead.p, ahead.is_big_endian),
                                    get_double (ahead.p + 8, ahead.is_big_endian), error);
  if (!leave_points (self))
    return fail_memory (self, error);
  gsize part = self->n_parts, point = self->n_points;
  ZxGeometryKind kind = ZX_GEOMETRY_NONE;
  self->n_dropped = 0;
  Verdict verdict = read_geometry (self, &reader, 0, &kind);
  report (self, verdict);
  if (verdict == FINE && self->n_dropped > 0)
    zx_gis_doubt (self->doubts, "gis.part-without-extent", (gint64) self->n_rows,
                  ZX_SEVERITY_WARNING, ZX_ACTION_CORRECTED, NULL, NULL);
  if (verdict == FINE && kind == ZX_GEOMETRY_POINT && self->n_parts - part > 1)
    {
      zx_gis_doubt (self->doubts, "gis.many-points", (gint64) self->n_rows, ZX_SEVERITY_WARNING,
                    ZX_ACTION_CORRECTED, NULL, NULL);
      self->n_parts = part + 1;
      self->n_points = point + 1;
    }
  return end_row (self, verdict == FINE ? kind : ZX_GEOMETRY_NONE, part, point, error);
}

gboolean
zx_gis_shapes_add_ogr (ZxGisShapes *self, OGRGeometryH geometry, GError **error)
{
  if (geometry == NULL || OGR_G_IsEmpty (geometry))
    return zx_gis_shapes_add_point (self, NAN, NAN, error);
  OGRwkbGeometryType type = OGR_GT_Flatten (OGR_G_GetGeometryType (geometry));
  if (type == wkbPoint)
    {
      double x = OGR_G_GetX (geometry, 0), y = OGR_G_GetY (geometry, 0);
      return zx_gis_shapes_add_point (self, x, isnan (x) ? INFINITY : y, error);
    }
  OGRGeometryH chords = OGR_G_HasCurveGeometry (geometry, TRUE)
                            ? OGR_G_GetLinearGeometry (geometry, 0, NULL)
                            : NULL;
  OGRGeometryH plain = chords != NULL ? chords : geometry;
  gsize n = (gsize) OGR_G_WkbSize (plain);
  if (n > self->buffer_size)
    {
      g_free (self->buffer);
      self->buffer_size = n * 2;
      self->buffer = g_try_malloc (self->buffer_size);
    }
  gboolean is_added = FALSE;
  if (self->buffer == NULL)
    {
      self->buffer_size = 0;
      fail_memory (self, error);
    }
  else if (OGR_G_ExportToIsoWkb (plain, wkbNDR, self->buffer) == OGRERR_NONE)
    is_added = zx_gis_shapes_add_wkb (self, self->buffer, n, error);
  else
    is_added = zx_gis_shapes_add_wkb (self, (const guint8 *) "\1", 1, error);
  OGR_G_DestroyGeometry (chords);
  return is_added;
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
  if (!leave_points (self) || !reserve_part (self)) /* no memory for 256 entries */
    {
      memset (geometry, 0, sizeof *geometry);
      return;
    }
  self->part_first[self->n_rows] = self->n_parts;
  self->point_first[self->n_parts] = self->n_points;
  finish_parts (self, kind, geometry);
}
