/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "make.h"

void
making_init (Making *self, double centre_lon, double centre_lat)
{
  memset (self, 0, sizeof *self);
  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_layer_free);
  self->bindings = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_binding_free);
  self->inputs = g_array_new (FALSE, TRUE, sizeof (ZxQualityInput));
  self->centre[0] = centre_lon;
  self->centre[1] = centre_lat;
}

ZxBinding *
making_add (Making *self, ZxLayer *layer, const char *file)
{
  ZxBinding *binding = zx_quality_guess (layer, file, "CSV", (gint64) layer->n_rows);
  const gboolean is_degrees = isfinite (self->centre[0]);
  const char *lon = zx_binding_column (binding, "lon"), *lat = zx_binding_column (binding, "lat");
  if (lon != NULL && lat != NULL && layer->geometry.kind == ZX_GEOMETRY_NONE)
    make_points (layer, lon, lat);
  if (is_degrees)
    project_layer (layer, self->centre);
  ZxQualityInput input = { .binding = binding, .layer = layer, .file_fingerprint = "0" };
  if (is_degrees)
    {
      input.to_metres = to_flat_metres;
      input.to_metres_data = self->centre;
    }
  g_ptr_array_add (self->layers, layer);
  g_ptr_array_add (self->bindings, binding);
  g_array_append_val (self->inputs, input);
  return binding;
}

ZxBinding *
making_add_text (Making *self, const char *file, const char *text)
{
  return making_add (self, read_csv_text (file, text, 0), file);
}

/* For every source: used + set aside = rows. */
static void
check_rows (const Making *self)
{
  for (guint i = 0; i < self->city->sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (self->city->sources, i);
      gint64 n_aside = 0;
      for (guint k = 0; k < self->findings->rows->len; k++)
        {
          const ZxFinding *finding = &g_array_index (self->findings->rows, ZxFinding, k);
          const char *layer = g_ptr_array_index (self->findings->layers, finding->layer);
          if (g_str_has_prefix (layer, source->layer) && finding->action == ZX_ACTION_SET_ASIDE)
            n_aside += finding->count;
        }
      if (source->n_used + n_aside != source->n_rows)
        {
          g_autofree char *summary = making_summary (self);
          g_error ("%s: %" G_GINT64_FORMAT " used and %" G_GINT64_FORMAT
                   " set aside of %" G_GINT64_FORMAT " rows\n%s",
                   source->layer, source->n_used, n_aside, source->n_rows, summary);
        }
    }
}

void
making_run (Making *self, const ZxQualityOptions *options)
{
  g_autoptr (GError) error = NULL;
  self->city = zx_city_new ();
  g_free (self->city->crs);
  self->city->crs = g_strdup ("EPSG:4549");
  self->findings = zx_findings_new ();
  self->ok = zx_quality_build (self->city, (const ZxQualityInput *) (gpointer) self->inputs->data,
                               self->inputs->len, options, self->findings, NULL, &self->error);
  if (self->ok || self->city->sources->len > 0)
    check_rows (self);
  if (self->ok && !zx_city_seal (self->city, &error))
    g_error ("the city does not seal: %s", error->message);
}

void
making_clear (Making *self)
{
  g_array_unref (self->inputs);
  g_ptr_array_unref (self->layers);
  g_ptr_array_unref (self->bindings);
  zx_city_unref (self->city);
  zx_findings_free (self->findings);
  g_clear_error (&self->error);
}

static gboolean
is_of (const Making *self, const ZxFinding *finding, const char *file)
{
  return file == NULL
         || g_str_has_prefix (g_ptr_array_index (self->findings->layers, finding->layer), file);
}

gsize
making_count (const Making *self, const char *file, const char *rule)
{
  gsize n = 0;
  for (guint i = 0; i < self->findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (self->findings->rows, ZxFinding, i);
      if (strcmp (finding->rule, rule) == 0 && is_of (self, finding, file))
        n += finding->count;
    }
  return n;
}

gboolean
making_names_row (const Making *self, const char *file, const char *rule, gint64 row)
{
  for (guint i = 0; i < self->findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (self->findings->rows, ZxFinding, i);
      if (finding->row == row && strcmp (finding->rule, rule) == 0 && is_of (self, finding, file))
        return TRUE;
    }
  return FALSE;
}

char *
making_summary (const Making *self)
{
  GString *text = g_string_new (NULL);
  guint n_rules;
  const ZxRule *rules = zx_quality_rules (&n_rules);
  for (guint layer = 0; layer < self->findings->layers->len; layer++)
    for (guint r = 0; r < n_rules; r++)
      {
        const char *name = g_ptr_array_index (self->findings->layers, layer);
        gsize n = making_count (self, name, rules[r].id);
        g_autofree char *file = g_strndup (name, strcspn (name, ":"));
        if (n > 0)
          g_string_append_printf (text, "%s,%s,%" G_GSIZE_FORMAT "\n", file, rules[r].id, n);
      }
  return g_string_free (text, FALSE);
}
