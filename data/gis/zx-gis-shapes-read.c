/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geometries of GDAL, as objects, as well-known binary (OGC 06-103r4) and as records of shapefiles
 * (ESRI 1998).  The latter two come straight from files: every count is checked against the bytes
 * left.
 *
 *   order (1 byte), type (4: kind + 1000 Z + 2000 M, or EWKB's high bits), then
 *   point: 2–4 doubles;  line: count, points;  polygon: count, rings;  others: count, geometries
 *
 *   type (4: kind, 10 more with Z, 20 more with M), then  point: 2 doubles;
 *   line, polygon: 4 doubles, count of parts, count of points, first point of each part, points
 *
 * Objects hand over their coordinates array by array, which costs a quarter of the way through
 * bytes.  Curves are cut into chords by GDAL first. */

#include "data/gis/zx-gis-shapes.h"

#define MAX_NESTING 8
#define POINT_BYTES ((gssize) 16) /* of two doubles */

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

typedef struct
{
  const guint8 *p, *end;
  gboolean is_big_endian;
  guint n_dimensions;
} Reader;

/* ---- bytes -------------------------------------------------------------------------------- */

static guint32
get_32 (Reader *reader)
{
  guint32 value;
  memcpy (&value, reader->p, 4);
  reader->p += 4;
  return reader->is_big_endian ? GUINT32_FROM_BE (value) : GUINT32_FROM_LE (value);
}

static inline guint64
get_bits (const guint8 *p, gboolean is_big_endian)
{
  guint64 bits;
  memcpy (&bits, p, 8);
  return is_big_endian ? GUINT64_FROM_BE (bits) : GUINT64_FROM_LE (bits);
}

static inline double
get_double (const guint8 *p, gboolean is_big_endian)
{
  guint64 bits = get_bits (p, is_big_endian);
  double value;
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

/* @n points of two doubles, @step bytes from one to the next, backwards when negative.  While they
 * are laid down they are compared with the bound as whole numbers, in which infinity and NaN are
 * the largest; only when one is beyond it the gate looks at each. */
static ZxGisVerdict
read_points (ZxGisShapes *self, const guint8 *p, gssize step, gboolean is_big_endian, gsize n)
{
  if (!zx_gis_shapes_reserve (self, n))
    return ZX_GIS_SHAPE_BROKEN;
  const double largest = ZX_GIS_LARGEST_COORDINATE;
  double *x = self->x + self->n_points, *y = self->y + self->n_points;
  guint64 bound, beyond = 0;
  memcpy (&bound, &largest, 8);
  for (gsize i = 0; i < n; i++, p += step)
    {
      guint64 x_bits = get_bits (p, is_big_endian), y_bits = get_bits (p + 8, is_big_endian);
      memcpy (x + i, &x_bits, 8);
      memcpy (y + i, &y_bits, 8);
      beyond |= (bound - (x_bits & G_MAXINT64)) | (bound - (y_bits & G_MAXINT64));
    }
  if (beyond >> 63 != 0)
    return zx_gis_shapes_take (self, n);
  self->n_points += n;
  return ZX_GIS_SHAPE_FINE;
}

static ZxGisVerdict
take_read (ZxGisShapes *self, Reader *reader, guint32 n)
{
  gsize step = 8 * reader->n_dimensions;
  const guint8 *p = reader->p;
  reader->p += n * step;
  return read_points (self, p, (gssize) step, reader->is_big_endian, n);
}

static ZxGisVerdict
read_point (ZxGisShapes *self, Reader *reader)
{
  if ((gsize) (reader->end - reader->p) < 8 * reader->n_dimensions)
    return ZX_GIS_SHAPE_BROKEN;
  if (isnan (get_double (reader->p, reader->is_big_endian))
      && isnan (get_double (reader->p + 8, reader->is_big_endian))) /* WKB's POINT EMPTY */
    {
      reader->p += 8 * reader->n_dimensions;
      return ZX_GIS_SHAPE_EMPTY;
    }
  return zx_gis_shapes_begin_part (self, FALSE) ? take_read (self, reader, 1) : ZX_GIS_SHAPE_BROKEN;
}

static ZxGisVerdict
read_line (ZxGisShapes *self, Reader *reader)
{
  guint32 n;
  if (!read_count (reader, 8 * reader->n_dimensions, &n))
    return ZX_GIS_SHAPE_BROKEN;
  if (n == 0)
    return ZX_GIS_SHAPE_EMPTY;
  if (!zx_gis_shapes_begin_part (self, FALSE))
    return ZX_GIS_SHAPE_BROKEN;
  ZxGisVerdict verdict = take_read (self, reader, n);
  return verdict == ZX_GIS_SHAPE_FINE && n < 2 ? ZX_GIS_SHAPE_TOO_SHORT : verdict;
}

/* One ring was stored: a hole without extent is left out, an outer ring without is the polygon's
 * end. */
static ZxGisVerdict
finish_ring (ZxGisShapes *self, gboolean is_hole, ZxGisVerdict verdict)
{
  if (verdict == ZX_GIS_SHAPE_FINE)
    verdict = zx_gis_shapes_end_ring (self, is_hole);
  if (verdict != ZX_GIS_SHAPE_TOO_SHORT || !is_hole)
    return verdict;
  zx_gis_shapes_drop (self, self->n_parts - 1, self->point_first[self->n_parts - 1]);
  return ZX_GIS_SHAPE_FINE;
}

static ZxGisVerdict
read_polygon (ZxGisShapes *self, Reader *reader)
{
  guint32 n_rings;
  if (!read_count (reader, 4, &n_rings))
    return ZX_GIS_SHAPE_BROKEN;
  ZxGisVerdict worst = n_rings == 0 ? ZX_GIS_SHAPE_EMPTY : ZX_GIS_SHAPE_FINE;
  for (guint32 ring = 0; ring < n_rings; ring++)
    {
      guint32 n;
      if (!read_count (reader, 8 * reader->n_dimensions, &n))
        return ZX_GIS_SHAPE_BROKEN;
      if (n == 0 && ring == 0)
        worst = ZX_GIS_SHAPE_EMPTY;
      if (n == 0 || worst == ZX_GIS_SHAPE_EMPTY)
        {
          reader->p += (gsize) n * 8 * reader->n_dimensions;
          continue;
        }
      if (!zx_gis_shapes_begin_part (self, ring > 0))
        return ZX_GIS_SHAPE_BROKEN;
      ZxGisVerdict verdict = finish_ring (self, ring > 0, take_read (self, reader, n));
      worst = verdict != ZX_GIS_SHAPE_FINE ? verdict : worst;
    }
  return worst;
}

static ZxGisVerdict read_geometry (ZxGisShapes *self, Reader *reader, guint depth,
                                   ZxGeometryKind *kind);

static ZxGisVerdict
read_members (ZxGisShapes *self, Reader *reader, guint depth, ZxGeometryKind *kind)
{
  guint32 n;
  if (depth >= MAX_NESTING || !read_count (reader, 5, &n))
    return ZX_GIS_SHAPE_BROKEN;
  ZxGisMembers members
      = { self->n_parts, self->n_points, ZX_GEOMETRY_NONE, FALSE, FALSE, ZX_GIS_SHAPE_FINE };
  for (guint32 i = 0; i < n; i++)
    {
      gsize part = self->n_parts, point = self->n_points;
      ZxGeometryKind member = ZX_GEOMETRY_NONE;
      ZxGisVerdict verdict = read_geometry (self, reader, depth + 1, &member);
      if (verdict == ZX_GIS_SHAPE_BROKEN)
        return ZX_GIS_SHAPE_BROKEN;
      zx_gis_shapes_join (self, &members, verdict, member, part, point);
    }
  *kind = members.kind;
  return zx_gis_shapes_end_members (self, &members);
}

static ZxGisVerdict
read_geometry (ZxGisShapes *self, Reader *reader, guint depth, ZxGeometryKind *kind)
{
  guint type;
  ZxGisVerdict verdict;
  ZxGeometryKind found;
  if (!read_header (reader, &type))
    return ZX_GIS_SHAPE_BROKEN;
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
      return ZX_GIS_SHAPE_BROKEN;
    }
  if (verdict == ZX_GIS_SHAPE_FINE)
    *kind = found;
  return verdict;
}

gboolean
zx_gis_shapes_add_wkb (ZxGisShapes *self, const guint8 *wkb, gsize n, GError **error)
{
  if (n == 0)
    return zx_gis_shapes_add_point (self, NAN, NAN, error);
  Reader reader = { wkb, wkb + n, FALSE, 2 }, ahead = reader;
  guint type = 0;
  if (read_header (&ahead, &type) && type == WKB_POINT
      && (gsize) (ahead.end - ahead.p) >= 8 * ahead.n_dimensions)
    return zx_gis_shapes_add_point (self, get_double (ahead.p, ahead.is_big_endian),
                                    get_double (ahead.p + 8, ahead.is_big_endian), error);
  ZxGeometryKind kind = ZX_GEOMETRY_NONE;
  zx_gis_shapes_begin_row (self);
  gsize part = self->n_parts, point = self->n_points;
  ZxGisVerdict verdict = read_geometry (self, &reader, 0, &kind);
  return zx_gis_shapes_end_row (self, verdict, kind, part, point, error);
}

/* A type without its Z and M: OGR_GT_Flatten() is a call into another library for each row. */
static inline guint
flat_type (OGRwkbGeometryType type)
{
  guint code = (guint) type & 0x7fffffffu;
  return code < 4000 ? code % 1000 : code;
}

/* ---- records of shapefiles ---------------------------------------------------------------- */

enum
{
  SHP_NULL,
  SHP_POINT,
  SHP_LINE = 3,
  SHP_POLYGON = 5,
  SHP_PARTS = 44, /* bytes before the first points of the parts */
};

typedef struct
{
  const guint8 *first;  /* of each part, 4 bytes */
  const guint8 *points; /* 16 bytes each */
  guint32 n_parts, n_points;
} Parts;

static guint32
little_endian_at (const guint8 *p)
{
  guint32 value;
  memcpy (&value, p, 4);
  return GUINT32_FROM_LE (value);
}

static guint32
part_end (const Parts *parts, guint32 part)
{
  return part + 1 < parts->n_parts ? little_endian_at (parts->first + 4 * (gsize) (part + 1))
                                   : parts->n_points;
}

/* FALSE: no parts, or such that do not follow one another. */
static gboolean
find_parts (const guint8 *record, gsize n, Parts *parts)
{
  if (n < SHP_PARTS)
    return FALSE;
  parts->n_parts = little_endian_at (record + 36);
  parts->n_points = little_endian_at (record + 40);
  gsize left = n - SHP_PARTS;
  if (parts->n_parts == 0 || parts->n_parts > left / 4
      || parts->n_points > (left - 4 * (gsize) parts->n_parts) / 16)
    return FALSE;
  parts->first = record + SHP_PARTS;
  parts->points = parts->first + 4 * (gsize) parts->n_parts;
  guint32 begin = little_endian_at (parts->first);
  for (guint32 part = 0; part < parts->n_parts; part++)
    {
      guint32 end = part_end (parts, part);
      if ((part == 0 && begin != 0) || end <= begin || end > parts->n_points)
        return FALSE;
      begin = end;
    }
  return TRUE;
}

/* A shell runs clockwise in a shapefile: read from its end it need not be turned round. */
static ZxGisVerdict
read_part (ZxGisShapes *self, const Parts *parts, guint32 part, gboolean is_ring)
{
  guint32 begin = little_endian_at (parts->first + 4 * (gsize) part);
  guint32 n = part_end (parts, part) - begin;
  const guint8 *first = parts->points + POINT_BYTES * begin, *last = first + POINT_BYTES * (n - 1);
  gboolean is_backward = is_ring && memcmp (first, last, POINT_BYTES) == 0;
  if (!zx_gis_shapes_begin_part (self, FALSE))
    return ZX_GIS_SHAPE_BROKEN;
  ZxGisVerdict verdict = read_points (self, is_backward ? last : first,
                                      is_backward ? -POINT_BYTES : POINT_BYTES, FALSE, n);
  if (is_ring)
    return finish_ring (self, FALSE, verdict);
  return verdict == ZX_GIS_SHAPE_FINE && n < 2 ? ZX_GIS_SHAPE_TOO_SHORT : verdict;
}

static ZxGisVerdict
read_parts (ZxGisShapes *self, const Parts *parts, ZxGeometryKind kind)
{
  gboolean is_ring = kind == ZX_GEOMETRY_POLYGON;
  if (parts->n_parts == 1)
    return read_part (self, parts, 0, is_ring);
  ZxGisMembers members
      = { self->n_parts, self->n_points, ZX_GEOMETRY_NONE, FALSE, FALSE, ZX_GIS_SHAPE_FINE };
  for (guint32 k = 0; k < parts->n_parts; k++)
    {
      gsize part = self->n_parts, point = self->n_points;
      ZxGisVerdict verdict = read_part (self, parts, k, is_ring);
      zx_gis_shapes_join (self, &members, verdict,
                          verdict == ZX_GIS_SHAPE_FINE ? kind : ZX_GEOMETRY_NONE, part, point);
    }
  return zx_gis_shapes_end_members (self, &members);
}

static inline double
x_at (const guint8 *points, gsize i)
{
  return get_double (points + POINT_BYTES * i, FALSE);
}

static inline double
y_at (const guint8 *points, gsize i)
{
  return get_double (points + POINT_BYTES * i + 8, FALSE);
}

/* A shell runs clockwise in a shapefile, a hole the other way.  The turn at the lowest vertex
 * tells, as it does in the driver; FALSE also when it does not turn there. */
static gboolean
is_clockwise (const guint8 *points, gsize n)
{
  gsize lowest = 0;
  double x = x_at (points, 0), y = y_at (points, 0);
  n -= n > 1 && memcmp (points, points + POINT_BYTES * (n - 1), POINT_BYTES) == 0;
  for (gsize i = 1; i < n; i++)
    {
      double here = y_at (points, i);
      if (here > y || (here == y && x_at (points, i) <= x))
        continue;
      lowest = i;
      x = x_at (points, i);
      y = here;
    }
  gsize before = lowest > 0 ? lowest - 1 : n - 1, after = lowest + 1 < n ? lowest + 1 : 0;
  return (x_at (points, before) - x) * (y_at (points, after) - y)
             - (y_at (points, before) - y) * (x_at (points, after) - x)
         > 0;
}

static gboolean
has_only_shells (const Parts *parts)
{
  for (guint32 part = 0; part < parts->n_parts; part++)
    {
      guint32 begin = little_endian_at (parts->first + 4 * (gsize) part);
      if (!is_clockwise (parts->points + POINT_BYTES * (gsize) begin,
                         part_end (parts, part) - begin))
        return FALSE;
    }
  return TRUE;
}

/* Which ring is a hole of which other is a question of where they lie: the driver answers it. */
gboolean
zx_gis_shapes_add_shp (ZxGisShapes *self, const guint8 *record, gsize n, gboolean *is_plain,
                       GError **error)
{
  guint32 type = n >= 4 ? little_endian_at (record) : G_MAXUINT32;
  Parts parts;
  *is_plain = TRUE;
  if (type == SHP_NULL)
    return zx_gis_shapes_add_point (self, NAN, NAN, error);
  if (type < 30 && type % 10 == SHP_POINT && n >= 20)
    {
      double x = get_double (record + 4, FALSE), y = get_double (record + 12, FALSE);
      return zx_gis_shapes_add_point (self, x, isnan (x) ? INFINITY : y, error);
    }
  gboolean is_line = type < 30 && type % 10 == SHP_LINE;
  *is_plain = (is_line || (type < 30 && type % 10 == SHP_POLYGON)) && find_parts (record, n, &parts)
              && (is_line || parts.n_parts == 1 || has_only_shells (&parts));
  if (!*is_plain)
    return TRUE;
  ZxGeometryKind kind = is_line ? ZX_GEOMETRY_LINE : ZX_GEOMETRY_POLYGON;
  zx_gis_shapes_begin_row (self);
  gsize part = self->n_parts, point = self->n_points;
  ZxGisVerdict verdict = read_parts (self, &parts, kind);
  return zx_gis_shapes_end_row (self, verdict, kind, part, point, error);
}

/* ---- objects ------------------------------------------------------------------------------ */

static ZxGisVerdict
take_points (ZxGisShapes *self, OGRGeometryH line, gsize n)
{
  if (!zx_gis_shapes_reserve (self, n))
    return ZX_GIS_SHAPE_BROKEN;
  OGR_G_GetPoints (line, self->x + self->n_points, sizeof (double), self->y + self->n_points,
                   sizeof (double), NULL, 0);
  return zx_gis_shapes_take (self, n);
}

static ZxGisVerdict
take_line (ZxGisShapes *self, OGRGeometryH line)
{
  int n = OGR_G_GetPointCount (line);
  if (n <= 0)
    return ZX_GIS_SHAPE_EMPTY;
  if (!zx_gis_shapes_begin_part (self, FALSE))
    return ZX_GIS_SHAPE_BROKEN;
  ZxGisVerdict verdict = take_points (self, line, (gsize) n);
  return verdict == ZX_GIS_SHAPE_FINE && n < 2 ? ZX_GIS_SHAPE_TOO_SHORT : verdict;
}

static ZxGisVerdict
take_polygon (ZxGisShapes *self, OGRGeometryH polygon)
{
  int n_rings = OGR_G_GetGeometryCount (polygon);
  ZxGisVerdict worst = n_rings == 0 ? ZX_GIS_SHAPE_EMPTY : ZX_GIS_SHAPE_FINE;
  for (int i = 0; i < n_rings && worst != ZX_GIS_SHAPE_EMPTY; i++)
    {
      OGRGeometryH ring = OGR_G_GetGeometryRef (polygon, i);
      int n = OGR_G_GetPointCount (ring);
      if (n <= 0 && i == 0)
        worst = ZX_GIS_SHAPE_EMPTY;
      if (n <= 0)
        continue;
      if (!zx_gis_shapes_begin_part (self, i > 0))
        return ZX_GIS_SHAPE_BROKEN;
      ZxGisVerdict verdict = finish_ring (self, i > 0, take_points (self, ring, (gsize) n));
      worst = verdict != ZX_GIS_SHAPE_FINE ? verdict : worst;
    }
  return worst;
}

/* Lines and polygons, single and multiple. */
static ZxGisVerdict
take_simple (ZxGisShapes *self, OGRGeometryH geometry, guint type)
{
  return type == wkbLineString ? take_line (self, geometry) : take_polygon (self, geometry);
}

static ZxGisVerdict
take_multiple (ZxGisShapes *self, OGRGeometryH geometry, guint type, ZxGeometryKind kind)
{
  ZxGisMembers members
      = { self->n_parts, self->n_points, ZX_GEOMETRY_NONE, FALSE, FALSE, ZX_GIS_SHAPE_FINE };
  int n = OGR_G_GetGeometryCount (geometry);
  for (int i = 0; i < n; i++)
    {
      gsize part = self->n_parts, point = self->n_points;
      ZxGisVerdict verdict = take_simple (self, OGR_G_GetGeometryRef (geometry, i), type);
      zx_gis_shapes_join (self, &members, verdict,
                          verdict == ZX_GIS_SHAPE_FINE ? kind : ZX_GEOMETRY_NONE, part, point);
    }
  return zx_gis_shapes_end_members (self, &members);
}

/* The types that nearly all files have; FALSE for the others. */
static gboolean
take_usual (ZxGisShapes *self, OGRGeometryH geometry, guint type, GError **error,
            gboolean *is_added)
{
  gboolean is_single = type == wkbLineString || type == wkbPolygon;
  gboolean is_line = type == wkbLineString || type == wkbMultiLineString;
  if (!is_single && type != wkbMultiLineString && type != wkbMultiPolygon)
    return FALSE;
  ZxGeometryKind kind = is_line ? ZX_GEOMETRY_LINE : ZX_GEOMETRY_POLYGON;
  zx_gis_shapes_begin_row (self);
  gsize part = self->n_parts, point = self->n_points;
  ZxGisVerdict verdict
      = is_single ? take_simple (self, geometry, type)
                  : take_multiple (self, geometry, is_line ? wkbLineString : wkbPolygon, kind);
  *is_added = zx_gis_shapes_end_row (self, verdict, kind, part, point, error);
  return TRUE;
}

static gboolean
add_as_bytes (ZxGisShapes *self, OGRGeometryH geometry, GError **error)
{
  gsize n = (gsize) OGR_G_WkbSize (geometry);
  if (n > self->buffer_size)
    {
      g_free (self->buffer);
      self->buffer_size = n * 2;
      self->buffer = g_try_malloc (self->buffer_size);
    }
  gboolean has_bytes = self->buffer != NULL
                       && OGR_G_ExportToIsoWkb (geometry, wkbNDR, self->buffer) == OGRERR_NONE;
  if (self->buffer == NULL)
    self->buffer_size = 0;
  return has_bytes ? zx_gis_shapes_add_wkb (self, self->buffer, n, error)
                   : zx_gis_shapes_add_wkb (self, (const guint8 *) "\1", 1, error);
}

gboolean
zx_gis_shapes_add_ogr (ZxGisShapes *self, OGRGeometryH geometry, GError **error)
{
  if (geometry == NULL)
    return zx_gis_shapes_add_point (self, NAN, NAN, error);
  guint type = flat_type (OGR_G_GetGeometryType (geometry));
  if (type == wkbPoint)
    {
      if (OGR_G_IsEmpty (geometry))
        return zx_gis_shapes_add_point (self, NAN, NAN, error);
      double x = OGR_G_GetX (geometry, 0), y = OGR_G_GetY (geometry, 0);
      return zx_gis_shapes_add_point (self, x, isnan (x) ? INFINITY : y, error);
    }
  gboolean is_added = FALSE;
  if (take_usual (self, geometry, type, error, &is_added))
    return is_added;
  if (OGR_G_IsEmpty (geometry))
    return zx_gis_shapes_add_point (self, NAN, NAN, error);
  OGRGeometryH chords = OGR_G_HasCurveGeometry (geometry, TRUE)
                            ? OGR_G_GetLinearGeometry (geometry, 0, NULL)
                            : NULL;
  is_added = add_as_bytes (self, chords != NULL ? chords : geometry, error);
  OGR_G_DestroyGeometry (chords);
  return is_added;
}
