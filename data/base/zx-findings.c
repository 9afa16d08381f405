/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/zx-base.h"

ZxFindings *
zx_findings_new (void)
{
  ZxFindings *self = g_new0 (ZxFindings, 1);
  self->rows = g_array_new (FALSE, FALSE, sizeof (ZxFinding));
  self->layers = g_ptr_array_new_with_free_func (g_free);
  self->pool = zx_pool_new ();
  return self;
}

void
zx_findings_free (ZxFindings *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->rows);
  g_ptr_array_unref (self->layers);
  zx_pool_unref (self->pool);
  g_free (self);
}

guint32
zx_findings_layer (ZxFindings *self, const char *layer)
{
  for (guint i = 0; i < self->layers->len; i++)
    if (strcmp (g_ptr_array_index (self->layers, i), layer) == 0)
      return i;
  g_ptr_array_add (self->layers, g_strdup (layer));
  return self->layers->len - 1;
}

char *
zx_findings_title (const char *path, const char *layer)
{
  g_autofree char *file = g_path_get_basename (path);
  /* The name of a layer that has none is the file's without its endings. */
  gboolean is_file = layer == NULL || g_str_has_prefix (file, layer);
  g_autofree char *title = is_file ? g_strdup (file) : g_strdup_printf ("%s: %s", file, layer);
  return g_utf8_make_valid (title, -1);
}

void
zx_findings_add (ZxFindings *self, const char *rule, guint32 layer, gint64 row, guint32 count,
                 ZxSeverity severity, ZxAction action, const char *value, const char *bound)
{
  if (self == NULL)
    return;
  g_return_if_fail (layer < self->layers->len);
  ZxFinding finding = { g_intern_string (rule),
                        layer,
                        row,
                        MAX (count, 1),
                        severity,
                        action,
                        zx_pool_add (self->pool, value),
                        zx_pool_add (self->pool, bound) };
  g_array_append_val (self->rows, finding);
}

guint
zx_findings_count (const ZxFindings *self, ZxSeverity at_least)
{
  guint n = 0;
  for (guint i = 0; i < self->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (self->rows, ZxFinding, i);
      if (finding->severity >= at_least)
        n += finding->count;
    }
  return n;
}
