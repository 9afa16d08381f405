/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Geometries of a shapefile (ESRI 1998), straight from its records: GDAL builds an object for each
 * only to have it taken apart, which is half its time for lines.
 *
 *   .shx  100 bytes, then for each record: offset, length (big-endian, in words of two bytes)
 *   .shp  at that offset: number, length (big-endian), then the shape (little-endian)
 *   .dbf  … 4: records, 8: bytes of the header, 10: bytes of a record …; a record's first byte is
 *         '*' when it was deleted
 *
 * Only plain records are read here.  Whatever is unusual in any way (another length in the index,
 * holes, many points) is asked of the driver, record by record, so that there is one opinion on it.
 * Rings that all run clockwise are shells beside one another, for the driver too.
 */

#include "data/gis/zx-gis-shp.h"

#include "data/gis/zx-gis-shapes.h"

#define HEADER_BYTES  100
#define INDEX_BYTES   8
#define RECORD_HEADER 8
#define WINDOW_BYTES  (64u << 10)
#define ROWS_PER_STEP 4096

struct _ZxGisShp
{
  VSILFILE *file;
  guint8 *index; /* 8 bytes per record */
  gsize n_records;
  guint64 file_size;
  guint8 *window; /* bytes @begin … @begin + @n of the file */
  gsize window_size, n;
  guint64 begin;
};

/* ---- opening ------------------------------------------------------------------------------ */

/* The file beside @path with another extension, in either case. */
static VSILFILE *
open_beside (const char *path, const char *extension)
{
  g_autofree char *upper = g_ascii_strup (extension, -1);
  const char *const both[] = { extension, upper };
  const char *dot = strrchr (path, '.');
  gsize n = dot != NULL ? (gsize) (dot - path) : strlen (path);
  VSILFILE *file = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (both) && file == NULL; i++)
    {
      g_autofree char *beside = g_strdup_printf ("%.*s.%s", (int) n, path, both[i]);
      file = VSIFOpenL (beside, "rb");
    }
  return file;
}

static guint64
size_of (VSILFILE *file)
{
  return VSIFSeekL (file, 0, SEEK_END) == 0 ? VSIFTellL (file) : 0;
}

static gboolean
read_index (ZxGisShp *self, VSILFILE *file)
{
  guint64 size = size_of (file);
  if (size < HEADER_BYTES + INDEX_BYTES || size > G_MAXINT32)
    return FALSE;
  self->n_records = (gsize) (size - HEADER_BYTES) / INDEX_BYTES;
  self->index = g_try_malloc_n (self->n_records, INDEX_BYTES);
  return self->index != NULL && VSIFSeekL (file, HEADER_BYTES, SEEK_SET) == 0
         && VSIFReadL (self->index, INDEX_BYTES, self->n_records, file) == self->n_records;
}

ZxGisShp *
zx_gis_shp_open (const ZxGisMember *member)
{
  if (strcmp (member->driver, "ESRI Shapefile") != 0)
    return NULL;
  g_autoptr (ZxGisShp) self = g_new0 (ZxGisShp, 1);
  VSILFILE *index = open_beside (member->path, "shx");
  gboolean is_fine = index != NULL && read_index (self, index);
  if (index != NULL)
    VSIFCloseL (index);
  if (!is_fine)
    return NULL;
  self->file = open_beside (member->path, "shp");
  if (self->file == NULL)
    return NULL;
  self->file_size = size_of (self->file);
  self->window_size = WINDOW_BYTES;
  self->window = g_malloc (WINDOW_BYTES);
  return g_steal_pointer (&self);
}

void
zx_gis_shp_free (ZxGisShp *self)
{
  if (self == NULL)
    return;
  if (self->file != NULL)
    VSIFCloseL (self->file);
  g_free (self->index);
  g_free (self->window);
  g_free (self);
}

/* ---- records ------------------------------------------------------------------------------ */

static guint32
big_endian_at (const guint8 *p)
{
  guint32 value;
  memcpy (&value, p, 4);
  return GUINT32_FROM_BE (value);
}

/* @n bytes at @offset, which lie inside the file; NULL when they cannot be read. */
static const guint8 *
bytes_at (ZxGisShp *self, guint64 offset, gsize n)
{
  if (offset >= self->begin && offset + n <= self->begin + self->n)
    return self->window + (offset - self->begin);
  if (n > self->window_size)
    {
      guint8 *larger = g_try_realloc (self->window, n);
      if (larger == NULL)
        return NULL;
      self->window = larger;
      self->window_size = n;
    }
  self->begin = offset;
  self->n = VSIFSeekL (self->file, offset, SEEK_SET) == 0
                ? VSIFReadL (self->window, 1, self->window_size, self->file)
                : 0;
  return self->n >= n ? self->window : NULL;
}

/* The shape of a record without its header; NULL: not plain. */
static const guint8 *
record_at (ZxGisShp *self, guint32 record, gsize *n)
{
  if (record >= self->n_records)
    return NULL;
  const guint8 *entry = self->index + (gsize) record * INDEX_BYTES;
  guint64 offset = (guint64) big_endian_at (entry) * 2;
  guint32 words = big_endian_at (entry + 4);
  *n = (gsize) words * 2;
  if (offset < HEADER_BYTES || offset + RECORD_HEADER + *n > self->file_size)
    return NULL;
  const guint8 *bytes = bytes_at (self, offset, RECORD_HEADER + *n);
  return bytes != NULL && big_endian_at (bytes + 4) == words ? bytes + RECORD_HEADER : NULL;
}

static gboolean
ask_driver (OGRLayerH layer, guint32 record, ZxGisShapes *shapes, GError **error)
{
  OGRFeatureH feature = OGR_L_GetFeature (layer, record);
  OGRGeometryH geometry = feature != NULL ? OGR_F_GetGeometryRef (feature) : NULL;
  gboolean is_added = zx_gis_shapes_add_ogr (shapes, geometry, error);
  OGR_F_Destroy (feature);
  return is_added;
}

gboolean
zx_gis_shp_read (ZxGisShp *self, OGRLayerH layer, const guint32 *records, gsize n,
                 ZxGisShapes *shapes, const ZxProgress *progress, GError **error)
{
  for (gsize row = 0; row < n; row++)
    {
      gsize size = 0;
      const guint8 *bytes = record_at (self, records[row], &size);
      gboolean is_plain = FALSE;
      if (row % ROWS_PER_STEP == 0 && !zx_progress_step (progress, row, n, error))
        return FALSE;
      if (bytes != NULL && !zx_gis_shapes_add_shp (shapes, bytes, size, &is_plain, error))
        return FALSE;
      if (!is_plain && !ask_driver (layer, records[row], shapes, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- rows that are gone ------------------------------------------------------------------- */

gsize
zx_gis_shp_count_deleted (const ZxGisMember *member, const guint32 *records, gsize n,
                          gsize n_records)
{
  guint8 header[32];
  VSILFILE *file = open_beside (member->path, "dbf");
  gsize n_deleted = 0, begin = 0, step = 0, next = 0;
  if (file != NULL && VSIFReadL (header, sizeof header, 1, file) == 1)
    {
      begin = header[8] | (gsize) header[9] << 8;
      step = header[10] | (gsize) header[11] << 8;
    }
  for (gsize record = 0; step > 0 && record < n_records; record++)
    {
      guint8 mark = ' ';
      if (next < n && records[next] == record)
        {
          next++;
          continue;
        }
      if (VSIFSeekL (file, begin + record * step, SEEK_SET) != 0
          || VSIFReadL (&mark, 1, 1, file) != 1)
        break;
      n_deleted += mark == '*';
    }
  if (file != NULL)
    VSIFCloseL (file);
  return n_deleted;
}
