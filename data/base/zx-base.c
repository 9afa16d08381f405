/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Errors, progress, memory, resources: the small things. */

#include "data/base/zx-base.h"

GResource *zx_get_resource (void); /* made by glib-compile-resources */

G_DEFINE_QUARK (zx_error, zx_error)

static gboolean
report (const ZxProgress *progress, double fraction, const char *what, GError **error)
{
  if (progress == NULL)
    return TRUE;
  double whole = progress->from + CLAMP (fraction, 0.0, 1.0) * (progress->to - progress->from);
  if (zx_progress_is_stopped (progress)
      || (progress->func != NULL && !progress->func (whole, what, progress->data)))
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_CANCELLED, _ ("The work was cancelled"));
      return FALSE;
    }
  return TRUE;
}

gboolean
zx_progress_step (const ZxProgress *progress, gsize done, gsize total, GError **error)
{
  return report (progress, total > 0 ? (double) done / (double) total : 1.0, NULL, error);
}

gboolean
zx_progress_say (const ZxProgress *progress, double fraction, const char *what, GError **error)
{
  return report (progress, fraction, what, error);
}

gboolean
zx_progress_is_stopped (const ZxProgress *progress)
{
  return progress != NULL && progress->stop != NULL && g_atomic_int_get (progress->stop) != 0;
}

ZxProgress
zx_progress_slice (const ZxProgress *progress, double from, double to)
{
  if (progress == NULL)
    return (ZxProgress) ZX_PROGRESS_INIT (NULL, NULL, NULL);
  ZxProgress slice = *progress;
  double width = progress->to - progress->from;
  slice.from = progress->from + from * width;
  slice.to = progress->from + to * width;
  return slice;
}

gpointer
zx_try_new (gsize n, gsize size, const char *what, GError **error)
{
  gsize bytes;
  gpointer memory = NULL;
  /* A gsize that overflows would be far beyond any machine: the same sentence serves. */
  if (g_size_checked_mul (&bytes, n, size) && bytes < G_MAXSSIZE)
    memory = g_try_malloc0 (MAX (bytes, 1));
  if (memory == NULL)
    {
      g_autofree char *amount = g_format_size_full (n * size, G_FORMAT_SIZE_IEC_UNITS);
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s: %zu items need %s of memory, which this machine does not have"), what, n,
                   amount);
    }
  return memory;
}

const char *
zx_resource_text (const char *name, gsize *n)
{
  g_autofree char *path = g_strconcat ("/zhixing/data/", name, NULL);
  /* Uncompressed resources point into the program itself, so the bytes outlive the GBytes. */
  g_autoptr (GBytes) bytes
      = g_resource_lookup_data (zx_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes == NULL)
    return NULL;
  return g_bytes_get_data (bytes, n);
}
