/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The name of a coordinate system as the other rooms know it. */

#include "data/gis/zx-gis-private.h"

#define MIN_CONFIDENCE 90 /* of a search: names differ, parameters agree */

static char *
registered_code (OGRSpatialReferenceH system)
{
  const char *authority = OSRGetAuthorityName (system, NULL);
  const char *code = OSRGetAuthorityCode (system, NULL);
  gboolean is_epsg
      = authority != NULL && code != NULL && g_ascii_strcasecmp (authority, "EPSG") == 0;
  if (is_epsg && strcmp (code, "4979") == 0) /* WGS 84 with heights, which are not read */
    return g_strdup ("EPSG:4326");
  if (is_epsg)
    return g_strdup_printf ("EPSG:%s", code);
  /* GeoJSON's OGC:CRS84 is EPSG:4326 with longitude first, which is how we read all systems. */
  if (authority != NULL && code != NULL && g_ascii_strcasecmp (authority, "OGC") == 0
      && strcmp (code, "CRS84") == 0)
    return g_strdup ("EPSG:4326");
  return NULL;
}

/* A .prj of Esri has parameters but no code. */
static char *
searched_code (OGRSpatialReferenceH system)
{
  int n = 0, *confidence = NULL;
  OGRSpatialReferenceH *found = OSRFindMatches (system, NULL, &n, &confidence);
  char *code = NULL;
  for (int i = 0; i < n && code == NULL && confidence[i] >= MIN_CONFIDENCE; i++)
    code = registered_code (found[i]);
  OSRFreeSRSArray (found);
  CPLFree (confidence);
  return code;
}

char *
zx_gis_crs_text (OGRSpatialReferenceH system)
{
  static const char *const options[] = { "FORMAT=WKT2_2019", "MULTILINE=NO", NULL };
  if (system == NULL)
    return NULL;
  char *code = registered_code (system);
  if (code == NULL)
    code = searched_code (system);
  if (code != NULL)
    return code;
  char *wkt = NULL;
  char *text
      = OSRExportToWktEx (system, &wkt, options) == OGRERR_NONE && wkt != NULL && *wkt != '\0'
            ? g_utf8_make_valid (wkt, -1)
            : NULL;
  CPLFree (wkt);
  return text;
}

/* Through PROJ and not GDAL's own guessing from text, which also takes names of files and
 * addresses on the network. */
OGRSpatialReferenceH
zx_gis_system_new (const char *crs, GError **error)
{
  g_autofree char *wkt = zx_gis_crs_wkt (crs, error);
  if (wkt == NULL)
    return NULL;
  ZxGisCall call;
  zx_gis_call_begin (&call, NULL);
  OGRSpatialReferenceH system = OSRNewSpatialReference (wkt);
  zx_gis_call_end (&call, NULL, NULL);
  if (system == NULL)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The coordinate system %.80s cannot be written to a file"), crs);
  else
    OSRSetAxisMappingStrategy (system, OAMS_TRADITIONAL_GIS_ORDER);
  return system;
}
