/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file holds, and one layer of it: the two questions every other room asks. */

#include "data/gis/zx-gis-private.h"

#define LARGE_OSM_BYTES (32u << 20)

void
zx_gis_layer_info_free (ZxGisLayerInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->crs);
  g_free (self->driver);
  zx_layer_free (self->head);
  g_free (self);
}

static ZxGisLayerInfo *
add_info (GPtrArray *infos, const char *name, const char *driver)
{
  ZxGisLayerInfo *info = g_new0 (ZxGisLayerInfo, 1);
  info->name = g_utf8_make_valid (name, -1);
  info->driver = g_strdup (driver);
  info->n_rows = -1;
  g_ptr_array_add (infos, info);
  return info;
}

/* Layers of different files of one archive may have the same name. */
static char *
unique_name (const GPtrArray *infos, const char *name)
{
  char *unique = g_strdup (name);
  for (guint suffix = 2;; suffix++)
    {
      gboolean is_taken = FALSE;
      for (guint i = 0; i < infos->len && !is_taken; i++)
        is_taken
            = strcmp (((const ZxGisLayerInfo *) g_ptr_array_index (infos, i))->name, unique) == 0;
      if (!is_taken)
        return unique;
      g_free (unique);
      unique = g_strdup_printf ("%s (%u)", name, suffix);
    }
}

/* ---- tables and layers -------------------------------------------------------------------- */

static gboolean
look_at_table (const ZxGisMember *member, const char *source, GPtrArray *infos,
               ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  gint64 n_rows = -1;
  g_autoptr (ZxLayer) head = zx_gis_csv_read (member, source, NULL, ZX_GIS_HEAD_ROWS, &n_rows,
                                              findings, progress, error);
  if (head == NULL)
    return FALSE;
  g_autofree char *name = unique_name (infos, member->stem);
  ZxGisLayerInfo *info = add_info (infos, name, "CSV");
  info->geometry = head->geometry.kind;
  info->n_rows = n_rows;
  info->head = g_steal_pointer (&head);
  return TRUE;
}

static gboolean
look_at_layer (GDALDatasetH dataset, const ZxGisMember *member, OGRLayerH layer, const char *source,
               GPtrArray *infos, ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxLayer) head = zx_gis_ogr_read (dataset, member, layer, source, NULL,
                                              ZX_GIS_HEAD_ROWS, findings, progress, error);
  if (head == NULL)
    return FALSE;
  g_autofree char *name = unique_name (infos, head->name);
  ZxGisLayerInfo *info = add_info (infos, name, member->driver);
  info->geometry = head->geometry.kind;
  info->crs = g_strdup (head->crs);
  if (head->n_rows < ZX_GIS_HEAD_ROWS)
    info->n_rows = (gint64) head->n_rows;
  else if (member->format != ZX_GIS_OSM)
    info->n_rows = (gint64) OGR_L_GetFeatureCount (layer, FALSE);
  info->head = g_steal_pointer (&head);
  return TRUE;
}

/* OpenStreetMap's driver reads forward only, so each layer is looked at in a dataset of its own.
 * Areas come last in a file: those of a large one are only named. */
static gboolean
look_at_osm (const ZxGisMember *member, const ZxGisCall *call, const char *source, GPtrArray *infos,
             ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  static const char *const layers[] = { "lines", "points", "multipolygons" };
  static const ZxGeometryKind kinds[]
      = { ZX_GEOMETRY_LINE, ZX_GEOMETRY_POINT, ZX_GEOMETRY_POLYGON };
  gboolean is_large = zx_gis_member_size (member) > LARGE_OSM_BYTES;
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      ZxProgress slice = zx_progress_slice (progress, i / 3.0, (i + 1) / 3.0);
      if (is_large && kinds[i] == ZX_GEOMETRY_POLYGON)
        {
          ZxGisLayerInfo *info = add_info (infos, layers[i], "OSM");
          info->geometry = kinds[i];
          info->crs = g_strdup ("EPSG:4326");
          info->head = zx_layer_new (layers[i], source, 0);
          break;
        }
      GDALDatasetH dataset = zx_gis_member_open (member, call, &slice, error);
      if (dataset == NULL)
        return FALSE;
      zx_gis_osm_choose (dataset, layers[i]);
      gboolean is_fine
          = look_at_layer (dataset, member, GDALDatasetGetLayerByName (dataset, layers[i]), source,
                           infos, findings, &slice, error);
      GDALClose (dataset);
      if (!is_fine)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_offered (const ZxGisMember *member, OGRLayerH layer)
{
  const char *name = OGR_L_GetName (layer);
  if (member->format == ZX_GIS_OSM)
    return zx_gis_osm_has_layer (name);
  return strcmp (name, "layer_styles") != 0; /* QGIS keeps its styles there */
}

/* ---- rasters ------------------------------------------------------------------------------ */

static gboolean
look_at_raster (GDALDatasetH dataset, const ZxGisMember *member, GPtrArray *infos, GError **error)
{
  double transform[6];
  int n = GDALGetRasterCount (dataset);
  if (GDALGetGeoTransform (dataset, transform) != CE_None)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The raster %s does not say where on Earth it lies; georeference it first"),
                   member->stem);
      return FALSE;
    }
  for (int band = 1; band <= MIN (n, ZX_GIS_MAX_LAYERS); band++)
    {
      char name[16];
      g_snprintf (name, sizeof name, "%d", band);
      ZxGisLayerInfo *info = add_info (infos, name, member->driver);
      info->is_raster = TRUE;
      info->crs = zx_gis_crs_text (GDALGetSpatialRef (dataset));
    }
  return TRUE;
}

/* ---- members ------------------------------------------------------------------------------ */

static gboolean
look_at_dataset (GDALDatasetH dataset, const ZxGisMember *member, const char *source,
                 GPtrArray *infos, ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  if (member->format == ZX_GIS_RASTER)
    return look_at_raster (dataset, member, infos, error);
  int n = MIN (GDALDatasetGetLayerCount (dataset), ZX_GIS_MAX_LAYERS);
  for (int i = 0; i < n; i++)
    {
      OGRLayerH layer = GDALDatasetGetLayer (dataset, i);
      ZxProgress slice = zx_progress_slice (progress, (double) i / n, (double) (i + 1) / n);
      if (layer != NULL && is_offered (member, layer)
          && !look_at_layer (dataset, member, layer, source, infos, findings, &slice, error))
        return FALSE;
    }
  return TRUE;
}

static void
end_call (ZxGisCall *call, ZxFindings *findings, const char *source, const ZxGisMember *member)
{
  g_autofree char *title = zx_findings_title (source, member->stem);
  zx_gis_call_end (call, findings, title);
}

static gboolean
look_at_member (const ZxGisMember *member, const char *source, GPtrArray *infos,
                ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  ZxGisCall call;
  zx_gis_call_begin (&call, member->path);
  gboolean is_fine;
  if (member->format == ZX_GIS_TEXT_TABLE)
    is_fine = look_at_table (member, source, infos, findings, progress, error);
  else if (member->format == ZX_GIS_OSM)
    is_fine = look_at_osm (member, &call, source, infos, findings, progress, error);
  else
    {
      GDALDatasetH dataset = zx_gis_member_open (member, &call, progress, error);
      is_fine = dataset != NULL
                && look_at_dataset (dataset, member, source, infos, findings, progress, error);
      if (dataset != NULL)
        GDALClose (dataset);
    }
  end_call (&call, is_fine ? findings : NULL, source, member);
  return is_fine;
}

GPtrArray *
zx_gis_look (const char *path, ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  zx_gis_init ();
  g_autoptr (ZxGisSource) source = zx_gis_source_open (path, findings, progress, error);
  if (source == NULL)
    return NULL;
  g_autoptr (GPtrArray) infos
      = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_gis_layer_info_free);
  guint n = source->members->len;
  for (guint i = 0; i < n; i++)
    {
      ZxProgress slice = zx_progress_slice (progress, (double) i / n, (double) (i + 1) / n);
      if (!look_at_member (g_ptr_array_index (source->members, i), path, infos, findings, &slice,
                           error))
        return NULL;
    }
  if (infos->len == 0)
    {
      g_autofree char *name = g_path_get_basename (path);
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s holds no layers"), name);
      return NULL;
    }
  return g_steal_pointer (&infos);
}

/* ---- reading one layer -------------------------------------------------------------------- */

/* The same walk and the same names as in zx_gis_look(). */
typedef struct
{
  const char *source, *wanted;
  const ZxGisReadOptions *options;
  ZxFindings *findings;
  const ZxProgress *progress;
  GPtrArray *seen; /* ZxGisLayerInfo, for the names */
  ZxLayer *found;
} Search;

static gboolean
is_the_one (Search *search, const char *name, const ZxGisMember *member)
{
  g_autofree char *unique = unique_name (search->seen, name);
  add_info (search->seen, unique, member->driver);
  return search->wanted == NULL || strcmp (unique, search->wanted) == 0;
}

static gboolean
search_dataset (Search *search, GDALDatasetH dataset, const ZxGisMember *member, GError **error)
{
  if (member->format == ZX_GIS_RASTER)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s is a raster; it is read as a field, not as rows"), member->stem);
      return FALSE;
    }
  int n = MIN (GDALDatasetGetLayerCount (dataset), ZX_GIS_MAX_LAYERS);
  for (int i = 0; i < n; i++)
    {
      OGRLayerH layer = GDALDatasetGetLayer (dataset, i);
      if (layer == NULL || !is_offered (member, layer))
        continue;
      g_autofree char *name = g_utf8_make_valid (OGR_L_GetName (layer), -1);
      if (!is_the_one (search, name, member))
        continue;
      if (member->format == ZX_GIS_OSM)
        zx_gis_osm_choose (dataset, name);
      search->found = zx_gis_ogr_read (dataset, member, layer, search->source, search->options, 0,
                                       search->findings, search->progress, error);
      return search->found != NULL;
    }
  return TRUE;
}

static gboolean
search_member (Search *search, const ZxGisMember *member, GError **error)
{
  ZxGisCall call;
  zx_gis_call_begin (&call, member->path);
  gboolean is_fine = TRUE;
  if (member->format == ZX_GIS_TEXT_TABLE)
    {
      gint64 n_rows;
      if (is_the_one (search, member->stem, member))
        {
          search->found = zx_gis_csv_read (member, search->source, search->options, 0, &n_rows,
                                           search->findings, search->progress, error);
          is_fine = search->found != NULL;
        }
    }
  else
    {
      GDALDatasetH dataset = zx_gis_member_open (member, &call, search->progress, error);
      is_fine = dataset != NULL && search_dataset (search, dataset, member, error);
      if (dataset != NULL)
        GDALClose (dataset);
    }
  end_call (&call, search->found != NULL ? search->findings : NULL, search->source, member);
  return is_fine;
}

ZxLayer *
zx_gis_read (const char *path, const char *layer, const ZxGisReadOptions *options,
             ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  zx_gis_init ();
  g_autoptr (ZxGisSource) source = zx_gis_source_open (path, findings, progress, error);
  if (source == NULL)
    return NULL;
  g_autoptr (GPtrArray) seen
      = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_gis_layer_info_free);
  Search search = { path, layer, options, findings, progress, seen, NULL };
  for (guint i = 0; i < source->members->len && search.found == NULL; i++)
    if (!search_member (&search, g_ptr_array_index (source->members, i), error))
      return NULL;
  if (search.found != NULL)
    {
      g_free (search.found->name);
      search.found->name
          = g_strdup (((const ZxGisLayerInfo *) g_ptr_array_index (seen, seen->len - 1))->name);
      return search.found;
    }
  g_autofree char *name = g_path_get_basename (path);
  g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("%s has no layer called %s"), name,
               layer != NULL ? layer : "");
  return NULL;
}
