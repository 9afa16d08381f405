/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The second line of defence of RELIABILITY.md §5.3: only the drivers this program reads or writes
 * exist in the process, none of them reaches the network, none writes beside a source.  Drivers are
 * registered one by one instead of all of them less some: what GDAL adds tomorrow stays out, and
 * nothing searches the disk for plug-ins. */

#include "data/gis/zx-gis-private.h"

#define MAX_WARNINGS 20
#define MAX_MESSAGE  400

/* Exported by GDAL for C, but declared only in headers of C++ or without prototypes. */
extern void GDALRegister_GTiff (void);
extern void GDALRegister_AAIGrid (void);
extern void RegisterOGRShape (void);
extern void RegisterOGRGeoPackage (void);
extern void RegisterOGRGeoJSON (void);
extern void RegisterOGRGeoJSONSeq (void);
extern void RegisterOGRFlatGeobuf (void);
extern void RegisterOGRLIBKML (void);
extern void RegisterOGRKML (void);
extern void RegisterOGRGML (void);
extern void RegisterOGROSM (void);
extern void RegisterOGRXLSX (void);

static void CPL_STDCALL
on_stray_message_cb (CPLErr kind, CPLErrorNum code, const char *text)
{
  /* From a thread of GDAL's own, outside any call: there is no one to tell. */
}

static void
set_options (void)
{
  static const char *const options[][2] = {
    /* nothing leaves the machine: no curl file has this extension, and the proxy is a closed port
     */
    { "CPL_VSIL_CURL_ALLOWED_EXTENSIONS", ".zx-none" },
    { "GDAL_HTTP_PROXY", "http://127.0.0.1:1" },
    { "GDAL_HTTP_CONNECTTIMEOUT", "1" },
    { "GDAL_HTTP_TIMEOUT", "1" },
    { "GDAL_HTTP_MAX_RETRY", "0" },
    { "GML_DOWNLOAD_SCHEMA", "NO" },
    { "GML_SKIP_RESOLVE_ELEMS", "ALL" },
    { "GML_SAVE_RESOLVED_TO", "NONE" },
    /* nothing is written beside a source or read from beside it unasked */
    { "GDAL_PAM_ENABLED", "NO" },
    { "CPL_VSIL_GZIP_WRITE_PROPERTIES", "NO" },
    { "GDAL_DRIVER_PATH", "disable" },
    { "OGR_SQLITE_PRAGMA", "trusted_schema=0,cell_size_check=1,mmap_size=0" },
    { "OGR_SQLITE_SYNCHRONOUS", "OFF" }, /* of files we write: synced once, when complete */
    /* bounds */
    { "GDAL_CACHEMAX", "64" },
    { "OGR_GEOJSON_MAX_OBJ_SIZE", "200" }, /* MB of one feature */
    { "OSM_MAX_TMPFILE_SIZE", "256" },
    { "OGR_XLSX_HEADERS", "AUTO" },
    /* a code's registered axis order never swaps our x and y */
    { "OSR_DEFAULT_AXIS_MAPPING_STRATEGY", "TRADITIONAL_GIS_ORDER" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    CPLSetConfigOption (options[i][0], options[i][1]);
  OSRSetPROJEnableNetwork (FALSE);
}

static void
register_drivers (void)
{
  RegisterOGRShape ();
  RegisterOGRGeoPackage ();
  RegisterOGRGeoJSON ();
  RegisterOGRGeoJSONSeq ();
  RegisterOGRFlatGeobuf ();
  RegisterOGRLIBKML ();
  RegisterOGRKML ();
  RegisterOGRGML ();
  RegisterOGROSM ();
  RegisterOGRXLSX ();
  GDALRegister_GTiff ();
  GDALRegister_AAIGrid ();
}

void
zx_gis_init (void)
{
  static gsize is_done;
  if (!g_once_init_enter (&is_done))
    return;
  CPLSetErrorHandler (on_stray_message_cb);
  set_options ();
  register_drivers ();
  zx_gis_stop_install ();
  g_once_init_leave (&is_done, 1);
}

/* ---- one call ----------------------------------------------------------------------------- */

/* One line, without the folder: a finding must read the same on every machine. */
static char *
clean_message (const char *text, const char *folder)
{
  g_autofree char *valid = g_utf8_make_valid (text, strnlen (text, MAX_MESSAGE));
  g_autofree char *plain = zx_gis_stop_clean (valid);
  g_auto (GStrv) parts = g_strsplit (plain, folder, -1);
  char *clean = *folder != '\0' ? g_strjoinv ("", parts) : g_strdup (plain);
  for (char *p = clean; *p != '\0'; p++)
    if (*p == '\n' || *p == '\r' || *p == '\t')
      *p = ' ';
  return g_strstrip (clean);
}

static void CPL_STDCALL
on_message_cb (CPLErr kind, CPLErrorNum code, const char *text)
{
  ZxGisCall *self = CPLGetErrorHandlerUserData ();
  if (self == NULL || kind == CE_None || kind == CE_Debug)
    return;
  if (kind >= CE_Failure)
    self->n_failures++;
  else
    self->n_warnings++;
  g_autofree char *message = clean_message (text, self->folder);
  if (kind >= CE_Failure && self->first_failure == NULL)
    self->first_failure = g_strdup (message);
  GPtrArray *texts = kind >= CE_Failure ? self->failures : self->warnings;
  if (texts->len < MAX_WARNINGS
      && !g_ptr_array_find_with_equal_func (texts, message, g_str_equal, NULL))
    g_ptr_array_add (texts, g_steal_pointer (&message));
}

void
zx_gis_call_begin (ZxGisCall *self, const char *path)
{
  zx_gis_init ();
  memset (self, 0, sizeof *self);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->failures = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  self->folder = folder != NULL ? g_strconcat (folder, "/", NULL) : g_strdup ("");
  CPLPushErrorHandlerEx (on_message_cb, self);
}

static void
report (const GPtrArray *texts, const char *rule, ZxSeverity severity, ZxFindings *findings,
        guint32 layer)
{
  for (guint i = 0; i < texts->len; i++)
    zx_findings_add (findings, rule, layer, -1, 1, severity, ZX_ACTION_KEPT,
                     g_ptr_array_index (texts, i), NULL);
}

void
zx_gis_call_end (ZxGisCall *self, ZxFindings *findings, const char *layer_name)
{
  CPLPopErrorHandler ();
  CPLErrorReset ();
  if (findings != NULL && layer_name != NULL && self->warnings->len + self->failures->len > 0)
    {
      guint32 layer = zx_findings_layer (findings, layer_name);
      report (self->failures, "gis.driver-error", ZX_SEVERITY_WARNING, findings, layer);
      report (self->warnings, "gis.driver-warning", ZX_SEVERITY_NOTE, findings, layer);
    }
  g_ptr_array_unref (self->warnings);
  g_ptr_array_unref (self->failures);
  g_free (self->first_failure);
  g_free (self->folder);
}
