/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a path to things that can be opened.  What GDAL must not read in place (archives, shapefiles
 * without index or with a wrong name) is first laid out in a folder in memory, so that nothing is
 * ever written beside a source. */

#include "data/gis/zx-gis-private.h"

#include <glib/gstdio.h>
#include <zlib.h>

#include "data/gis/zx-gis-identify.h"

#define HEAD_BYTES (64u << 10)

static const char *const main_extensions[]
    = { "shp", "gpkg", "geojson", "json", "fgb",  "csv", "tsv",  "txt", "kml",
        "gml", "osm",  "pbf",     "tif",  "tiff", "asc", "xlsx", NULL };
static const char *const side_extensions[] = { "shx", "dbf", "prj", "cpg", "tfw", NULL };

static gboolean
refuse (GError **error, ZxErrorCode code, const char *path, const char *why)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *shown = g_utf8_make_valid (name, -1);
  g_set_error (error, ZX_ERROR, code, "%s %s", shown, why);
  return FALSE;
}

static gboolean
is_one_of (const char *name, const char *const *extensions)
{
  const char *dot = strrchr (name, '.');
  for (; dot != NULL && *extensions != NULL; extensions++)
    if (g_ascii_strcasecmp (dot + 1, *extensions) == 0)
      return TRUE;
  return FALSE;
}

static char *
stem_of (const char *path)
{
  char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');
  if (dot != NULL && dot != name)
    *dot = '\0';
  return name;
}

static void
free_member (gpointer data)
{
  ZxGisMember *member = data;
  g_free (member->path);
  g_free (member->stem);
  g_free (member);
}

void
zx_gis_source_free (ZxGisSource *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->members);
  if (self->folder != NULL)
    VSIRmdirRecursive (self->folder);
  g_free (self->folder);
  g_free (self);
}

static void
add_member (ZxGisSource *self, const char *path, const char *stem_source, ZxGisFormat format,
            const char *driver, gboolean is_gzip)
{
  ZxGisMember *member = g_new0 (ZxGisMember, 1);
  g_autofree char *stem = stem_of (stem_source);
  member->path = g_strdup (path);
  member->stem = g_utf8_make_valid (stem, -1);
  member->format = format;
  member->driver = driver;
  member->is_gzip = is_gzip;
  g_ptr_array_add (self->members, member);
}

/* ---- the folder in memory ----------------------------------------------------------------- */

static const char *
ensure_folder (ZxGisSource *self)
{
  static gint counter;
  if (self->folder == NULL)
    {
      self->folder = g_strdup_printf ("/vsimem/zx-gis-%d", g_atomic_int_add (&counter, 1));
      VSIMkdir (self->folder, 0700);
    }
  return self->folder;
}

/* Takes over @bytes. */
static char *
stage_bytes (ZxGisSource *self, const char *name, GByte *bytes, gsize n)
{
  char *path = g_strdup_printf ("%s/%s", ensure_folder (self), name);
  if (strchr (name, '/') != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (path);
      VSIMkdirRecursive (folder, 0700);
    }
  VSILFILE *file = VSIFileFromMemBuffer (path, bytes, n, TRUE);
  if (file != NULL)
    VSIFCloseL (file);
  return path;
}

static gboolean
stage_file (ZxGisSource *self, const char *from, const char *name, GError **error)
{
  GStatBuf info;
  FILE *file = g_stat (from, &info) == 0 ? g_fopen (from, "rb") : NULL;
  gsize n = file != NULL ? (gsize) info.st_size : 0;
  GByte *bytes = file != NULL && n <= ZX_GIS_MAX_INFLATED ? VSI_MALLOC_VERBOSE (MAX (n, 1)) : NULL;
  gboolean is_read = bytes != NULL && fread (bytes, 1, n, file) == n;
  if (file != NULL)
    fclose (file);
  if (!is_read)
    {
      VSIFree (bytes);
      return refuse (error, ZX_ERROR_IO, from, _ ("cannot be read into memory"));
    }
  g_free (stage_bytes (self, name, bytes, n));
  return TRUE;
}

/* ---- plain files -------------------------------------------------------------------------- */

/* The sibling of @path with another extension, in either case; NULL when there is none. */
static char *
find_sibling (const char *path, const char *extension)
{
  const char *dot = strrchr (path, '.');
  gsize n = dot != NULL && strchr (dot, '/') == NULL ? (gsize) (dot - path) : strlen (path);
  g_autofree char *upper = g_ascii_strup (extension, -1);
  char *sibling = g_strdup_printf ("%.*s.%s", (int) n, path, extension);
  if (g_file_test (sibling, G_FILE_TEST_IS_REGULAR))
    return sibling;
  g_free (sibling);
  sibling = g_strdup_printf ("%.*s.%s", (int) n, path, upper);
  if (g_file_test (sibling, G_FILE_TEST_IS_REGULAR))
    return sibling;
  g_free (sibling);
  return NULL;
}

static void
report_restored (ZxFindings *findings, const char *path, const char *stem)
{
  if (findings == NULL)
    return;
  g_autofree char *title = zx_findings_title (path, NULL);
  g_autofree char *index = g_strdup_printf ("%s.shx", stem);
  zx_findings_add (findings, "gis.shx-restored", zx_findings_layer (findings, title), -1, 1,
                   ZX_SEVERITY_NOTE, ZX_ACTION_CORRECTED, index, NULL);
}

/* Copies a shapefile into memory, where its index can be rebuilt and its name be right. */
static gboolean
stage_shapefile (ZxGisSource *self, const char *path, ZxFindings *findings, GError **error)
{
  static const char *const parts[] = { "shx", "dbf", "prj", "cpg" };
  g_autofree char *stem = stem_of (path);
  g_autofree char *main_name = g_strdup_printf ("%s.shp", stem);
  if (!stage_file (self, path, main_name, error))
    return FALSE;
  g_autofree char *index = find_sibling (path, "shx");
  if (index == NULL)
    report_restored (findings, path, stem);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *sibling = find_sibling (path, parts[i]);
      g_autofree char *name = g_strdup_printf ("%s.%s", stem, parts[i]);
      if (sibling != NULL && !stage_file (self, sibling, name, error))
        return FALSE;
    }
  g_autofree char *staged = g_strdup_printf ("%s/%s", self->folder, main_name);
  add_member (self, staged, path, ZX_GIS_VECTOR, "ESRI Shapefile", FALSE);
  return TRUE;
}

static gboolean
add_shapefile (ZxGisSource *self, const char *path, ZxFindings *findings, GError **error)
{
  static const char *const shape[] = { "shp", NULL }, *const index[] = { "shx", NULL };
  if (!is_one_of (path, shape))
    {
      g_autofree char *sibling = find_sibling (path, "shp");
      if (sibling != NULL && !is_one_of (sibling, index))
        return add_shapefile (self, sibling, findings, error);
      if (is_one_of (path, index))
        return refuse (error, ZX_ERROR_MISSING, path,
                       _ ("is the index of a shapefile whose .shp is not beside it"));
      if (!is_one_of (path, side_extensions))
        return stage_shapefile (self, path, findings, error);
    }
  g_autofree char *index_path = find_sibling (path, "shx");
  if (is_one_of (path, shape) && index_path == NULL)
    return stage_shapefile (self, path, findings, error);
  add_member (self, path, path, ZX_GIS_VECTOR, "ESRI Shapefile", FALSE);
  return TRUE;
}

static gboolean
add_file (ZxGisSource *self, const char *path, const guint8 *head, gsize n, ZxFindings *findings,
          GError **error)
{
  ZxGisFormat format;
  const char *driver, *refusal;
  zx_gis_identify (head, n, path, &format, &driver, &refusal);
  if (driver == NULL)
    return refuse (error, ZX_ERROR_INVALID, path, _ (refusal));
  if (strcmp (driver, "ESRI Shapefile") == 0)
    return add_shapefile (self, path, findings, error);
  add_member (self, path, path, format, driver, FALSE);
  return TRUE;
}

/* ---- archives ----------------------------------------------------------------------------- */

/* "name.osm.gz" → "name.osm"; other names stay. */
static char *
inner_name (const char *path)
{
  char *name = g_path_get_basename (path);
  if (g_str_has_suffix (name, ".gz") || g_str_has_suffix (name, ".GZ"))
    name[strlen (name) - 3] = '\0';
  return name;
}

static gsize
gzip_head (const char *path, guint8 *head, gsize n)
{
  gzFile file = gzopen (path, "rb");
  int got = file != NULL ? gzread (file, head, (unsigned) n) : -1;
  if (file != NULL)
    gzclose (file);
  return got > 0 ? (gsize) got : 0;
}

static gboolean
add_gzip (ZxGisSource *self, const char *path, const ZxProgress *progress, GError **error)
{
  g_autofree guint8 *head = g_malloc (HEAD_BYTES);
  gsize n = gzip_head (path, head, HEAD_BYTES);
  if (n == 0)
    return refuse (error, ZX_ERROR_INVALID, path,
                   _ ("holds no gzip data that can be unpacked; copy or download it again"));
  g_autofree char *name = inner_name (path);
  ZxGisFormat format;
  const char *driver, *refusal;
  zx_gis_identify (head, n, name, &format, &driver, &refusal);
  if (driver == NULL)
    return refuse (error, ZX_ERROR_INVALID, path, _ (refusal));
  if (format == ZX_GIS_TEXT_TABLE)
    {
      add_member (self, path, name, format, driver, TRUE);
      return TRUE;
    }
  gsize size;
  GByte *bytes = zx_gis_inflate_gzip (path, &size, progress, error);
  if (bytes == NULL)
    return FALSE;
  g_autofree char *staged = stage_bytes (self, name, bytes, size);
  add_member (self, staged, name, format, driver, FALSE);
  return TRUE;
}

static gboolean
is_workbook (const GArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (g_array_index (entries, ZxGisEntry, i).name, "xl/workbook.xml") == 0)
      return TRUE;
  return FALSE;
}

static gboolean
stage_entry (ZxGisSource *self, const char *path, const ZxGisEntry *entry, GError **error)
{
  gsize n;
  GByte *bytes = zx_gis_zip_inflate (path, entry, &n, error);
  if (bytes == NULL)
    return FALSE;
  ZxGisFormat format = ZX_GIS_VECTOR;
  const char *driver = NULL, *refusal;
  if (is_one_of (entry->name, main_extensions))
    zx_gis_identify (bytes, MIN (n, HEAD_BYTES), entry->name, &format, &driver, &refusal);
  g_autofree char *staged = stage_bytes (self, entry->name, bytes, n);
  if (driver != NULL)
    add_member (self, staged, entry->name, format, driver, FALSE);
  return TRUE;
}

static gboolean
add_zip (ZxGisSource *self, const char *path, const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) entries = zx_gis_zip_list (path, error);
  if (entries == NULL)
    return FALSE;
  if (is_workbook (entries))
    {
      add_member (self, path, path, ZX_GIS_VECTOR, "XLSX", FALSE);
      return TRUE;
    }
  for (guint i = 0; i < entries->len; i++)
    {
      const ZxGisEntry *entry = &g_array_index (entries, ZxGisEntry, i);
      if (!zx_progress_step (progress, i, entries->len, error))
        return FALSE;
      if ((is_one_of (entry->name, main_extensions) || is_one_of (entry->name, side_extensions))
          && !stage_entry (self, path, entry, error))
        return FALSE;
    }
  if (self->members->len == 0)
    return refuse (error, ZX_ERROR_INVALID, path,
                   _ ("is a zip archive that holds no data this program reads"));
  return TRUE;
}

/* ---- opening ------------------------------------------------------------------------------ */

static gboolean
is_plain_path (const char *path, GError **error)
{
  if (strstr (path, "://") != NULL || g_str_has_prefix (path, "/vsi"))
    return refuse (error, ZX_ERROR_INVALID, path,
                   _ ("is not a file of this machine; download it first"));
  GStatBuf info;
  if (g_stat (path, &info) != 0)
    return refuse (error, ZX_ERROR_MISSING, path, _ ("does not exist or cannot be read"));
  if (S_ISDIR (info.st_mode))
    return refuse (error, ZX_ERROR_INVALID, path, _ ("is a folder; give its files one by one"));
  if (!S_ISREG (info.st_mode))
    return refuse (error, ZX_ERROR_INVALID, path, _ ("is a device or pipe, not a file"));
  if (info.st_size == 0)
    return refuse (error, ZX_ERROR_INVALID, path, _ ("is empty"));
  return TRUE;
}

static gboolean
fill_source (ZxGisSource *self, const char *path, ZxFindings *findings, const ZxProgress *progress,
             GError **error)
{
  g_autofree guint8 *head = g_malloc (HEAD_BYTES);
  FILE *file = g_fopen (path, "rb");
  gsize n = file != NULL ? fread (head, 1, HEAD_BYTES, file) : 0;
  if (file != NULL)
    fclose (file);
  if (n == 0)
    return refuse (error, ZX_ERROR_IO, path, _ ("does not exist or cannot be read"));
  if (n >= 4 && memcmp (head, "PK", 2) == 0 && (head[2] == 3 || head[2] == 5))
    return add_zip (self, path, progress, error);
  if (n >= 2 && head[0] == 0x1f && head[1] == 0x8b)
    return add_gzip (self, path, progress, error);
  return add_file (self, path, head, n, findings, error);
}

ZxGisSource *
zx_gis_source_open (const char *path, ZxFindings *findings, const ZxProgress *progress,
                    GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  if (!is_plain_path (path, error))
    return NULL;
  /* Absolute, so that no name can be taken for a "DRIVER:…" of GDAL's. */
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (ZxGisSource) self = g_new0 (ZxGisSource, 1);
  self->members = g_ptr_array_new_with_free_func (free_member);
  if (!is_plain_path (absolute, error) || !fill_source (self, absolute, findings, progress, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint64
zx_gis_member_size (const ZxGisMember *member)
{
  VSILFILE *file = VSIFOpenL (member->path, "rb");
  guint64 n = file != NULL && VSIFSeekL (file, 0, SEEK_END) == 0 ? VSIFTellL (file) : 0;
  if (file != NULL)
    VSIFCloseL (file);
  return n;
}

/* ---- GDAL's handle ------------------------------------------------------------------------ */

static char **
open_options (const ZxGisMember *member)
{
  char **options = NULL;
  if (strcmp (member->driver, "GPKG") == 0)
    {
      /* A database in write-ahead mode would get two files beside it on reading. */
      g_autofree char *log = g_strconcat (member->path, "-wal", NULL);
      options = CSLSetNameValue (options, "LIST_ALL_TABLES", "AUTO");
      if (!g_file_test (log, G_FILE_TEST_EXISTS))
        options = CSLSetNameValue (options, "IMMUTABLE", "YES");
    }
  else if (strcmp (member->driver, "GML") == 0)
    {
      options = CSLSetNameValue (options, "DOWNLOAD_SCHEMA", "NO");
      options = CSLSetNameValue (options, "WRITE_GFS", "NO");
    }
  else if (strcmp (member->driver, "ESRI Shapefile") == 0)
    options = CSLSetNameValue (options, "ENCODING", ""); /* see zx-gis-text.c */
  else if (strcmp (member->driver, "OSM") == 0)
    options = CSLSetNameValue (options, "CONFIG_FILE", zx_gis_osm_config ());
  else if (strcmp (member->driver, "GeoJSON") == 0)
    {
      options = CSLSetNameValue (options, "DATE_AS_STRING", "YES");
      options = CSLSetNameValue (options, "ARRAY_AS_STRING", "YES");
    }
  return options;
}

/* Formats whose driver reads the whole file when it opens it. */
static gboolean
is_read_at_once (const ZxGisMember *member)
{
  static const char *const drivers[] = { "GeoJSON", "LIBKML", "GML", NULL };
  return g_strv_contains (drivers, member->driver);
}

GDALDatasetH
zx_gis_member_open (const ZxGisMember *member, const ZxGisCall *call, const ZxProgress *progress,
                    GError **error)
{
  const char *drivers[3] = { member->driver, NULL, NULL };
  if (strcmp (member->driver, "LIBKML") == 0)
    drivers[1] = "KML";
  else if (strcmp (member->driver, "GeoJSON") == 0)
    drivers[1] = "GeoJSONSeq";
  gboolean is_staged = g_str_has_prefix (member->path, "/vsimem/");
  unsigned flags = GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR
                   | (member->format == ZX_GIS_RASTER ? GDAL_OF_RASTER : GDAL_OF_VECTOR);
  char **options = open_options (member);
  CPLSetThreadLocalConfigOption ("SHAPE_RESTORE_SHX", is_staged ? "YES" : "NO");
  GDALDatasetH dataset
      = is_read_at_once (member)
            ? zx_gis_stop_open (member->path, flags, drivers, (const char *const *) options,
                                progress)
            : GDALOpenEx (member->path, flags, drivers, (const char *const *) options, NULL);
  CPLSetThreadLocalConfigOption ("SHAPE_RESTORE_SHX", NULL);
  CSLDestroy (options);
  if (zx_progress_is_stopped (progress) && !zx_progress_step (progress, 0, 1, error))
    {
      if (dataset != NULL)
        GDALClose (dataset);
      return NULL;
    }
  if (dataset == NULL)
    {
      const char *said = call->first_failure;
      gboolean says_nothing = said == NULL || strstr (said, "not recognized as") != NULL;
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s looks like %s but cannot be read: %s"),
                   member->stem, member->driver,
                   says_nothing ? _ ("its content does not follow the format") : said);
    }
  return dataset;
}
