/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a file is, from its first bytes.  The name decides only between things that content cannot
 * tell apart: a text with commas is a table when it is called .csv, and needs a steady number of
 * columns otherwise.  Everything known but not allowed is refused by its real name, so that a VRT
 * called .geojson is told to be a VRT. */

#include "data/gis/zx-gis-identify.h"

typedef struct
{
  const char *bytes;
  guint8 n, offset;
  ZxGisFormat format;
  const char *driver;  /* NULL: refused … */
  const char *refusal; /* … with this sentence, N_() */
} Magic;

#define REFUSED ZX_GIS_VECTOR, NULL

static const Magic magics[] = {
  { "SQLite format 3\0", 16, 0, ZX_GIS_VECTOR, "GPKG", NULL },
  { "fgb\003", 4, 0, ZX_GIS_VECTOR, "FlatGeobuf", NULL },
  { "\0\0\x27\x0a", 4, 0, ZX_GIS_VECTOR, "ESRI Shapefile", NULL },
  { "II*\0", 4, 0, ZX_GIS_RASTER, "GTiff", NULL },
  { "MM\0*", 4, 0, ZX_GIS_RASTER, "GTiff", NULL },
  { "II+\0", 4, 0, ZX_GIS_RASTER, "GTiff", NULL },
  { "MM\0+", 4, 0, ZX_GIS_RASTER, "GTiff", NULL },
  { "\x0a\x09OSMHeader", 11, 4, ZX_GIS_OSM, "OSM", NULL },
  { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 0, REFUSED,
    N_ ("is an Excel 97–2003 workbook (.xls); save it as .xlsx or .csv") },
  { "%PDF-", 5, 0, REFUSED, N_ ("is a PDF document; ask for the data it was made from") },
  { "\x89PNG\r\n\x1a\n", 8, 0, REFUSED,
    N_ ("is a PNG image; a raster must be a GeoTIFF or an ASCII grid") },
  { "\xff\xd8\xff", 3, 0, REFUSED,
    N_ ("is a JPEG image; a raster must be a GeoTIFF or an ASCII grid") },
  { "Rar!", 4, 0, REFUSED, N_ ("is a RAR archive; unpack it first") },
  { "7z\xbc\xaf\x27\x1c", 6, 0, REFUSED, N_ ("is a 7z archive; unpack it first") },
  { "BZh", 3, 0, REFUSED, N_ ("is a bzip2 archive; unpack it first") },
  { "\xfd"
    "7zXZ",
    5, 0, REFUSED, N_ ("is an xz archive; unpack it first") },
  { "\x28\xb5\x2f\xfd", 4, 0, REFUSED, N_ ("is a zstd archive; unpack it first") },
  { "\x7f"
    "ELF",
    4, 0, REFUSED, N_ ("is a program, not data") },
};

/* Root elements of XML documents. */
static const Magic roots[] = {
  { "kml", 3, 0, ZX_GIS_VECTOR, "LIBKML", NULL },
  { "osm", 3, 0, ZX_GIS_OSM, "OSM", NULL },
  { "osmChange", 9, 0, REFUSED,
    N_ ("is a list of changes to OpenStreetMap, not a map; use the map itself") },
  { "VRTDataset", 10, 0, REFUSED,
    N_ ("is a GDAL virtual raster (VRT), which only points at other files; use those") },
  { "OGRVRTDataSource", 16, 0, REFUSED,
    N_ ("is a GDAL virtual layer (VRT), which only points at other files; use those") },
  { "GDAL_WMS", 8, 0, REFUSED,
    N_ ("describes a map service (WMS or TMS) on the network; export its data to a file") },
  { "WMS_Capabilities", 16, 0, REFUSED,
    N_ ("describes a map service (WMS or TMS) on the network; export its data to a file") },
  { "html", 4, 0, REFUSED,
    N_ ("is a web page, perhaps an error message saved in place of the data; download it again") },
  { "gpx", 3, 0, REFUSED, N_ ("is a GPX track; convert it to GeoJSON or CSV") },
  { "svg", 3, 0, REFUSED, N_ ("is a drawing (SVG), not geodata") },
};

/* ---- text --------------------------------------------------------------------------------- */

static const char *
skip_blank (const char *p, const char *end)
{
  if (end - p >= 3 && memcmp (p, "\xef\xbb\xbf", 3) == 0)
    p += 3;
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n' || *p == '\x1e'))
    p++;
  return p;
}

static gboolean
holds (const char *p, const char *end, const char *word)
{
  return g_strstr_len (p, end - p, word) != NULL;
}

static gboolean
has_extension (const char *name, const char *const *extensions)
{
  const char *dot = strrchr (name, '.');
  for (; dot != NULL && *extensions != NULL; extensions++)
    if (g_ascii_strcasecmp (dot + 1, *extensions) == 0)
      return TRUE;
  return FALSE;
}

/* The name of the root element without its prefix; skips declarations, comments and a DOCTYPE. */
static const char *
root_element (const char *p, const char *end, gsize *n)
{
  while (p < end)
    {
      p = memchr (p, '<', (gsize) (end - p));
      if (p == NULL || end - p < 2)
        return NULL;
      if (g_ascii_isalpha (p[1]) || p[1] == '_')
        break;
      const char *close = end - p > 4 && memcmp (p, "<!--", 4) == 0 ? "-->" : ">";
      p = g_strstr_len (p, end - p, close);
      if (p == NULL)
        return NULL;
    }
  if (p >= end)
    return NULL;
  const char *name = ++p;
  for (; p < end && (g_ascii_isalnum (*p) || *p == '_' || *p == '-' || *p == ':'); p++)
    if (*p == ':')
      name = p + 1;
  *n = (gsize) (p - name);
  return name;
}

static gboolean
take_magic (const Magic *magic, ZxGisFormat *format, const char **driver, const char **refusal)
{
  *format = magic->format;
  *driver = magic->driver;
  *refusal = magic->refusal;
  return TRUE;
}

static gboolean
identify_xml (const char *p, const char *end, ZxGisFormat *format, const char **driver,
              const char **refusal)
{
  gsize n = 0;
  const char *name = root_element (p, end, &n);
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (roots); i++)
    if (n == roots[i].n && g_ascii_strncasecmp (name, roots[i].bytes, n) == 0)
      return take_magic (&roots[i], format, driver, refusal);
  if (name != NULL && holds (p, end, "opengis.net/gml"))
    {
      *format = ZX_GIS_VECTOR;
      *driver = "GML";
      return TRUE;
    }
  *refusal = N_ ("is an XML document of another kind than KML, GML or OpenStreetMap");
  return TRUE;
}

static gboolean
identify_json (const char *p, const char *end, ZxGisFormat *format, const char **driver,
               const char **refusal)
{
  *format = ZX_GIS_VECTOR;
  if (holds (p, end, "\"Topology\""))
    *refusal = N_ ("is TopoJSON; convert it to GeoJSON");
  else if (holds (p, end, "\"esriGeometry") || holds (p, end, "\"spatialReference\""))
    *refusal = N_ ("is Esri JSON; convert it to GeoJSON");
  else if (*p == '{' && holds (p, end, "\"type\""))
    *driver = "GeoJSON";
  else
    *refusal = N_ ("is JSON, but not GeoJSON");
  return TRUE;
}

/* ---- tables of text ----------------------------------------------------------------------- */

static guint
count_in_line (const char *p, const char *end, char separator)
{
  guint n = 0;
  gboolean is_quoted = FALSE;
  for (; p < end; p++)
    if (*p == '"')
      is_quoted = !is_quoted;
    else if (*p == separator && !is_quoted)
      n++;
  return n;
}

/* A name that promises nothing: at least three lines, nine in ten with the same number of columns
 * and at least two of them. */
static gboolean
is_steady_table (const char *p, const char *end)
{
  for (const char *separator = ",;\t|"; *separator != '\0'; separator++)
    {
      guint first = 0, n_lines = 0, n_same = 0;
      for (const char *line = p; line < end && n_lines < 100;)
        {
          const char *stop = memchr (line, '\n', (gsize) (end - line));
          if (stop == NULL)
            break;
          guint n = count_in_line (line, stop, *separator);
          first = n_lines == 0 ? n : first;
          n_same += n == first;
          n_lines++;
          line = stop + 1;
        }
      if (n_lines >= 3 && first >= 1 && n_same * 10 >= n_lines * 9)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_binary (const char *p, const char *end)
{
  guint n_control = 0;
  for (const char *q = p; q < end; q++)
    {
      if (*q == '\0')
        return TRUE;
      n_control += (guint8) *q < 0x20 && strchr ("\t\r\n\f\v\x1a", *q) == NULL;
    }
  return n_control > (gsize) (end - p) / 100 + 3;
}

static gboolean
identify_text (const char *p, const char *end, const char *name, ZxGisFormat *format,
               const char **driver, const char **refusal)
{
  static const char *const tables[] = { "csv", "tsv", "tab", "psv", "txt", NULL };
  static const char *const sidecars[] = { "prj", "cpg", "qpj", "csvt", "qml", "qmd", NULL };
  gboolean is_utf_16
      = end - p >= 2 && (memcmp (p, "\xff\xfe", 2) == 0 || memcmp (p, "\xfe\xff", 2) == 0);
  if (has_extension (name, sidecars))
    *refusal = N_ ("only accompanies another file; give that file instead");
  else if (is_utf_16
           || (!is_binary (p, end) && (has_extension (name, tables) || is_steady_table (p, end))))
    {
      *format = ZX_GIS_TEXT_TABLE;
      *driver = "CSV";
    }
  else
    *refusal = N_ ("is none of the formats this program reads: Shapefile, GeoPackage, GeoJSON, "
                   "FlatGeobuf, CSV, KML, GML, OpenStreetMap, GeoTIFF, ASCII grid, XLSX");
  return TRUE;
}

/* dBase: a version, a date that can be one, a header length that fits. */
static gboolean
is_dbase (const guint8 *p, gsize n, const char *name)
{
  static const char *const extension[] = { "dbf", NULL };
  return n >= 32 && has_extension (name, extension) && p[2] <= 12 && p[3] <= 31;
}

gboolean
zx_gis_identify (const guint8 *bytes, gsize n, const char *name, ZxGisFormat *format,
                 const char **driver, const char **refusal)
{
  static const char *const text_only[] = { "csv", "tsv", "txt", NULL };
  *driver = *refusal = NULL;
  *format = ZX_GIS_VECTOR;
  for (guint i = 0; i < G_N_ELEMENTS (magics); i++)
    if (n >= (gsize) magics[i].offset + magics[i].n
        && memcmp (bytes + magics[i].offset, magics[i].bytes, magics[i].n) == 0)
      return take_magic (&magics[i], format, driver, refusal);
  if (is_dbase (bytes, n, name))
    {
      *driver = "ESRI Shapefile";
      return TRUE;
    }
  const char *whole = (const char *) bytes, *end = whole + n;
  const char *p = skip_blank (whole, end);
  if (p < end && *p == '<')
    return identify_xml (p, end, format, driver, refusal);
  if (p < end && (*p == '{' || (*p == '[' && !has_extension (name, text_only))))
    return identify_json (p, end, format, driver, refusal);
  if (end - p > 5 && g_ascii_strncasecmp (p, "ncols", 5) == 0)
    {
      *format = ZX_GIS_RASTER;
      *driver = "AAIGrid";
      return TRUE;
    }
  return identify_text (whole, end, name, format, driver, refusal);
}
