/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the readers share: words, numbers, the names of the formats. */

#include "app/locate/zx-locate-read.h"

#include <string.h>

#define MAX_PAIRS ((gsize) 1 << 26)

static const char *const format_names[ZX_LOCATE_N_FORMATS]
    = { "orlib-pmed", "orlib-cap", "pmedcap", "tsplib-pmedian", "mclp" };

/* ---- words -------------------------------------------------------------------------------- */

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

gboolean
zx_locate_scan_word (ZxLocateScan *self, const char **word, gsize *n)
{
  while (self->at < self->end && is_blank (*self->at))
    self->line += *self->at++ == '\n';
  *word = self->at;
  while (self->at < self->end && !is_blank (*self->at))
    self->at++;
  *n = (gsize) (self->at - *word);
  return *n > 0;
}

gboolean
zx_locate_scan_number (ZxLocateScan *self, double low, double high, gboolean is_whole,
                       const char *what, double *value, GError **error)
{
  const char *word;
  gsize n;
  if (!zx_locate_scan_word (self, &word, &n))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The file ends at line %u, where %s should be"), self->line, what);
      return FALSE;
    }
  if (zx_number_parse (word, n, value) && *value >= low && *value <= high
      && (!is_whole || *value == floor (*value)))
    return TRUE;
  char text[2][32];
  g_autofree char *shown = g_strndup (word, MIN (n, 40));
  g_autofree char *valid = g_utf8_make_valid (shown, -1);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               is_whole ? _ ("Line %u: %s is “%s”; it must be a whole number from %s to %s")
                        : _ ("Line %u: %s is “%s”; it must be a number from %s to %s"),
               self->line, what, valid, zx_number_format (low, text[0]),
               zx_number_format (high, text[1]));
  return FALSE;
}

gboolean
zx_locate_scan_line (ZxLocateScan *self, const char **line, gsize *n)
{
  if (self->at >= self->end)
    return FALSE;
  const char *end = memchr (self->at, '\n', (gsize) (self->end - self->at));
  const char *next = end != NULL ? end + 1 : self->end;
  end = end != NULL ? end : self->end;
  while (self->at < end && is_blank (*self->at))
    self->at++;
  while (end > self->at && is_blank (end[-1]))
    end--;
  *line = self->at;
  *n = (gsize) (end - self->at);
  self->at = next;
  self->line++;
  return TRUE;
}

/* ---- problems ----------------------------------------------------------------------------- */

ZxLocate *
zx_locate_new_complete (ZxLocateKind kind, guint n_clients, guint n_sites, GError **error)
{
  if (n_sites > 0 && n_clients > MAX_PAIRS / n_sites)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%u clients and %u sites make more than %zu pairs; that is the most this "
                      "format is solved for"),
                   n_clients, n_sites, MAX_PAIRS);
      return NULL;
    }
  ZxLocate *self
      = zx_locate_new (kind, n_clients, n_sites, (gsize) n_clients * n_sites, TRUE, error);
  if (self == NULL)
    return NULL;
  for (guint i = 0; i <= n_clients; i++)
    self->first[i] = (gsize) i * n_sites;
  for (guint i = 0; i < n_clients; i++)
    for (guint j = 0; j < n_sites; j++)
      self->site[self->first[i] + j] = j;
  return self;
}

/* ---- formats ------------------------------------------------------------------------------ */

const char *
zx_locate_format_name (ZxLocateFormat format)
{
  g_return_val_if_fail (format < ZX_LOCATE_N_FORMATS, NULL);
  return format_names[format];
}

gboolean
zx_locate_format_parse (const char *name, ZxLocateFormat *format, GError **error)
{
  for (guint f = 0; f < ZX_LOCATE_N_FORMATS; f++)
    if (g_strcmp0 (name, format_names[f]) == 0)
      {
        *format = (ZxLocateFormat) f;
        return TRUE;
      }
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("There is no format “%s”; there are orlib-pmed, orlib-cap, pmedcap, "
                  "tsplib-pmedian and mclp"),
               valid);
  return FALSE;
}

static gboolean
check_file_options (const ZxLocateFileOptions *options, GError **error)
{
  const double values[] = { options->radius, options->capacity, options->fixed_cost };
  for (guint k = 0; k < G_N_ELEMENTS (values); k++)
    if (!(values[k] <= ZX_LOCATE_MAX_NUMBER && (values[k] >= 0 || k == 2)))
      {
        char text[32];
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("A radius, capacity or fixed cost of %s makes no sense; it must be from 0 "
                        "to 1e12"),
                     isnan (values[k]) ? "NaN" : zx_number_format (values[k], text));
        return FALSE;
      }
  return TRUE;
}

ZxLocate *
zx_locate_parse (const char *text, gsize n, ZxLocateFormat format,
                 const ZxLocateFileOptions *options, const ZxProgress *progress, GError **error)
{
  ZxLocateScan scan = { text, text + n, 1 };
  if (!check_file_options (options, error))
    return NULL;
  switch (format)
    {
    case ZX_LOCATE_ORLIB_PMED:
      return zx_locate_parse_pmed (&scan, options, progress, error);
    case ZX_LOCATE_ORLIB_CAP:
      return zx_locate_parse_cap (&scan, options, error);
    case ZX_LOCATE_PMEDCAP:
      return zx_locate_parse_pmedcap (&scan, options, error);
    case ZX_LOCATE_TSPLIB_PMEDIAN:
      return zx_locate_parse_tsplib (&scan, options, error);
    case ZX_LOCATE_MCLP:
      return zx_locate_parse_mclp (&scan, options, progress, error);
    case ZX_LOCATE_N_FORMATS:
      break;
    }
  g_return_val_if_reached (NULL);
}

ZxLocate *
zx_locate_read (const char *path, ZxLocateFormat format, const ZxLocateFileOptions *options,
                const ZxProgress *progress, GError **error)
{
  g_autofree char *text = NULL;
  gsize n = 0;
  g_autoptr (GError) io = NULL;
  if (!g_file_get_contents (path, &text, &n, &io))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s could not be read: %s"), path, io->message);
      return NULL;
    }
  ZxLocate *self = zx_locate_parse (text, n, format, options, progress, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  return self;
}
