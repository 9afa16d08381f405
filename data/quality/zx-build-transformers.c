/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transformer areas.
 *
 * Slips of units are judged row by row against the layer: a rated power a thousand times smaller
 * than the others' that is a standard size when read as MVA is in MVA, and so on.  A single value
 * that fits neither reading is kept and, when the load rate passes 150 %, said. */

#include "data/quality/zx-build.h"

#define MOST_RATE 1.5

/* DOMAIN.md §4.2 (GB/T 6451, GB/T 10228), kVA. */
static const double sizes[]
    = { 10,   15,   20,   30,    50,    63,    80,    100,   125,   160,   200,   250,
        315,  400,  500,  630,   800,   1000,  1250,  1600,  2000,  2500,  3150,  4000,
        5000, 6300, 8000, 10000, 12500, 16000, 20000, 25000, 31500, 40000, 50000, 63000 };

static const ZxPlaceRules transformer_places
    = { "transformers.missing-place", "transformers.impossible-place", NULL,
        "transformers.outside-study-area" };

typedef struct
{
  gsize row;
  guint32 id, name;
  double x, y, kva, power_factor;
  double kw[24], kvar[24];
  gint32 feeder;
} Transformer;

typedef struct
{
  ZxTally *tally;
  ZxRowPlaces places;
  const ZxColumn *id, *name, *feeder;
  ZxNumbers kva, peak_kw, peak_kvar, power_factor, hour[24];
  gboolean has_hours;
  double usual_kva, usual_rate; /* middle of the layer; NaN */
  gsize n_peak_only, n_without_load;
} Layer;

typedef struct
{
  ZxBuild *build;
  GArray *rows; /* Transformer */
  ZxGeometryBuilder areas;
  gboolean has_areas;
  GHashTable *row_of_id;
  GHashTable *feeder_of_id;
} Transformers;

/* ---- sizes -------------------------------------------------------------------------------- */

static double
nearest_size (double kva)
{
  double best = sizes[0];
  for (guint i = 1; i < G_N_ELEMENTS (sizes); i++)
    if (fabs (log (sizes[i] / kva)) < fabs (log (best / kva)))
      best = sizes[i];
  return best;
}

/* One transformer or two of a size side by side. */
static gboolean
is_standard (double kva)
{
  return fabs (kva / nearest_size (kva) - 1) < 0.011
         || fabs (kva / 2 / nearest_size (kva / 2) - 1) < 0.011;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
raw_peak (const Layer *layer, gsize row)
{
  double peak = zx_cells_number (&layer->peak_kw, row);
  for (guint hour = 0; layer->has_hours && hour < 24; hour++)
    peak = fmax (peak, zx_cells_number (&layer->hour[hour], row));
  return peak;
}

static void
find_usual (Layer *layer)
{
  const gsize n_rows = layer->tally->layer->n_rows;
  g_autofree double *kva = g_new (double, n_rows + 1);
  g_autofree double *rate = g_new (double, n_rows + 1);
  gsize n_kva = 0, n_rate = 0;
  for (gsize row = 0; row < n_rows; row++)
    {
      double rated = zx_cells_number (&layer->kva, row), peak = raw_peak (layer, row);
      if (!(rated > 0))
        continue;
      kva[n_kva++] = rated;
      if (peak > 0)
        rate[n_rate++] = peak / rated;
    }
  qsort (kva, n_kva, sizeof (double), compare_doubles);
  qsort (rate, n_rate, sizeof (double), compare_doubles);
  layer->usual_kva = n_kva > 0 ? kva[n_kva / 2] : NAN;
  layer->usual_rate = n_rate > 0 ? rate[n_rate / 2] : NAN;
}

static void
tell_slip (ZxTally *tally, gsize row, double value, const char *unit, double read,
           const char *read_unit)
{
  char a[48], b[48], number[32];
  g_snprintf (a, sizeof a, "%s %s", g_ascii_formatd (number, sizeof number, "%.6g", value), unit);
  g_snprintf (b, sizeof b, "%s %s", g_ascii_formatd (number, sizeof number, "%.6g", read),
              read_unit);
  zx_tally_find (tally, "transformers.unit-slip", (gint64) row, ZX_ACTION_CORRECTED, a, b);
}

/* kVA, or NaN when the row must be set aside. */
static double
read_kva (Layer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  char text[32];
  double kva = zx_cells_number (&layer->kva, row);
  if (!(kva > 0) || !isfinite (kva))
    {
      zx_tally_find (tally, "transformers.rated-missing", (gint64) row, ZX_ACTION_SET_ASIDE,
                     zx_cells_raw (&layer->kva, row, text), NULL);
      return NAN;
    }
  /* MVA or VA among kVA, or the whole column in them. */
  gboolean is_small = kva < 10 && is_standard (kva * 1000);
  gboolean is_large = kva >= 10000 && is_standard (kva / 1000)
                      && !(layer->usual_kva < 20000 && kva < 63001 && layer->usual_kva > 2600);
  if (is_small || is_large)
    {
      double read = is_small ? kva * 1000 : kva / 1000;
      tell_slip (tally, row, kva, "kVA", read, "kVA");
      return read;
    }
  if (!is_standard (kva))
    zx_tally_find_number (tally, "transformers.rated-unusual", (gint64) row, ZX_ACTION_KEPT, kva,
                          nearest_size (kva));
  return kva;
}

/* ---- loads -------------------------------------------------------------------------------- */

static void
read_loads (Layer *layer, gsize row, Transformer *out)
{
  double peak = zx_cells_number (&layer->peak_kw, row);
  gboolean has_hour = FALSE;
  for (guint hour = 0; hour < 24; hour++)
    {
      out->kw[hour] = layer->has_hours ? zx_cells_number (&layer->hour[hour], row) : NAN;
      has_hour = has_hour || isfinite (out->kw[hour]);
      out->kvar[hour] = NAN;
    }
  for (guint hour = 0; !has_hour && hour < 24; hour++)
    out->kw[hour] = peak;
  layer->n_peak_only += !has_hour && isfinite (peak);
  layer->n_without_load += !has_hour && !isfinite (peak);
}

static void
scale_loads (Transformer *out, double by)
{
  for (guint hour = 0; hour < 24; hour++)
    out->kw[hour] *= by;
}

static double
peak_of (const Transformer *self)
{
  double peak = NAN;
  for (guint hour = 0; hour < 24; hour++)
    peak = fmax (peak, self->kw[hour]);
  return peak;
}

/* Loads in W or MW beside a rated power in kVA. */
static void
mend_units (Layer *layer, gsize row, Transformer *out)
{
  double peak = peak_of (out), rate = peak / out->kva;
  gboolean is_odd = isnan (layer->usual_rate) || rate > 50 * layer->usual_rate
                    || rate * 50 < layer->usual_rate || rate > 50 || rate < 0.002;
  double by = rate > 20 && rate / 1000 < MOST_RATE                  ? 1e-3
              : rate > 0 && rate < 0.002 && rate * 1000 < MOST_RATE ? 1e3
                                                                    : 1;
  if (by == 1 || !is_odd)
    return;
  tell_slip (layer->tally, row, peak, "kW", peak * by, "kW");
  scale_loads (out, by);
}

static void
read_reactive (Layer *layer, gsize row, Transformer *out)
{
  double factor = zx_cells_number (&layer->power_factor, row);
  double peak_kvar = zx_cells_number (&layer->peak_kvar, row), peak = peak_of (out);
  if (factor > 1 && factor <= 100) /* percent */
    factor /= 100;
  double tangent = factor > 0 && factor <= 1 ? sqrt (1 - factor * factor) / factor : NAN;
  if (isfinite (peak_kvar) && peak > 0)
    {
      if (fabs (peak_kvar) > peak * 1.2)
        zx_tally_find_number (layer->tally, "transformers.swapped-power", (gint64) row,
                              ZX_ACTION_KEPT, peak_kvar, peak);
      tangent = peak_kvar / peak;
    }
  for (guint hour = 0; hour < 24; hour++)
    out->kvar[hour] = out->kw[hour] * tangent;
  out->power_factor = factor;
}

static void
tell_load (Layer *layer, gsize row, const Transformer *out)
{
  double peak = peak_of (out);
  double factor = out->power_factor > 0 && out->power_factor <= 1 ? out->power_factor : 0.95;
  double rate = peak / factor / out->kva;
  if (rate > MOST_RATE)
    {
      char value[48], bound[48];
      zx_value_text (floor (rate * 100 + 0.5), 6, "%", value);
      zx_value_text (MOST_RATE * 100, 6, "%", bound);
      zx_tally_find (layer->tally, "transformers.overloaded", (gint64) row, ZX_ACTION_KEPT, value,
                     bound);
    }
  double least = INFINITY;
  for (guint hour = 0; hour < 24; hour++)
    least = fmin (least, out->kw[hour]);
  if (least < 0)
    zx_tally_find_number (layer->tally, "transformers.negative-load", (gint64) row, ZX_ACTION_KEPT,
                          least, NAN);
}

/* ---- rows --------------------------------------------------------------------------------- */

static gint32
read_feeder (Transformers *self, Layer *layer, gsize row)
{
  char key[64];
  zx_cells_key (layer->tally->layer, layer->feeder, row, key);
  gsize found = GPOINTER_TO_SIZE (g_hash_table_lookup (self->feeder_of_id, key));
  if (*key != '\0' && found == 0 && self->build->city->feeders.n_feeders > 0)
    zx_tally_find (layer->tally, "transformers.unknown-feeder", (gint64) row, ZX_ACTION_CORRECTED,
                   key, NULL);
  return (gint32) found - 1;
}

static void
add_area (Transformers *self, const ZxGeometry *geometry, gsize row)
{
  if (geometry->kind != ZX_GEOMETRY_POLYGON)
    zx_geometry_builder_end_row (&self->areas);
  else if (zx_shape_append (&self->areas, geometry, row))
    self->has_areas = TRUE;
}

static void
add_row (Transformers *self, Layer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  char key[64];
  if (!zx_row_places_admit (&layer->places, tally, row, &transformer_places, &self->build->study,
                            self->build->options->study_margin_m))
    return;
  zx_cells_key (tally->layer, layer->id, row, key);
  gsize other = *key != '\0' ? GPOINTER_TO_SIZE (g_hash_table_lookup (self->row_of_id, key)) : 0;
  if (other > 0)
    {
      zx_tally_find_row (tally, "transformers.duplicate-id", (gint64) row, ZX_ACTION_SET_ASIDE, key,
                         (gint64) other - 1);
      return;
    }
  Transformer out = { .row = row, .x = layer->places.x[row], .y = layer->places.y[row] };
  out.kva = read_kva (layer, row);
  if (isnan (out.kva))
    return;
  read_loads (layer, row, &out);
  mend_units (layer, row, &out);
  read_reactive (layer, row, &out);
  tell_load (layer, row, &out);
  out.id = zx_cells_city_text (tally, layer->id, row);
  out.name = zx_cells_city_text (tally, layer->name, row);
  out.feeder = read_feeder (self, layer, row);
  if (*key != '\0')
    g_hash_table_insert (self->row_of_id, g_strdup (key), GSIZE_TO_POINTER (row + 1));
  g_array_append_val (self->rows, out);
  add_area (self, &tally->layer->geometry, row);
  tally->n_used++;
}

static gboolean
layer_init (Layer *layer, ZxTally *tally, GError **error)
{
  *layer = (Layer){ .tally = tally,
                    .id = zx_cells_column (tally, "id"),
                    .name = zx_cells_column (tally, "name"),
                    .feeder = zx_cells_column (tally, "feeder_id"),
                    .kva = zx_cells_numbers (tally, "s_kva"),
                    .peak_kw = zx_cells_numbers (tally, "base_peak_kw"),
                    .peak_kvar = zx_cells_numbers (tally, "base_peak_kvar"),
                    .power_factor = zx_cells_numbers (tally, "power_factor") };
  for (guint hour = 0; hour < 24; hour++)
    {
      char name[8];
      g_snprintf (name, sizeof name, "p%02u", hour);
      layer->hour[hour] = zx_cells_numbers (tally, name);
      layer->has_hours = layer->has_hours || layer->hour[hour].column != NULL;
    }
  find_usual (layer);
  return zx_row_places_init (&layer->places, tally, error);
}

static gboolean
add_layer (Transformers *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  Layer layer;
  gboolean ok = layer_init (&layer, tally, error);
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 1024 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (ok)
        add_row (self, &layer, row);
    }
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, layer.n_peak_only);
  zx_tally_find_many (tally, "transformers.profile-assumed", -1, layer.n_peak_only, ZX_ACTION_KEPT,
                      count, NULL);
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, layer.n_without_load);
  zx_tally_find_many (tally, "transformers.load-missing", -1, layer.n_without_load, ZX_ACTION_KEPT,
                      count, NULL);
  zx_row_places_clear (&layer.places);
  tally->is_done = TRUE;
  return ok;
}

static gboolean
take_over (Transformers *self, GError **error)
{
  ZxTransformerAreas *city = &self->build->city->transformers;
  if (!zx_transformers_alloc (city, self->rows->len, error))
    return FALSE;
  for (guint i = 0; i < city->n; i++)
    {
      const Transformer *row = &g_array_index (self->rows, Transformer, i);
      city->id[i] = row->id;
      city->name[i] = row->name;
      city->x_m[i] = row->x;
      city->y_m[i] = row->y;
      city->rated_kva[i] = (float) row->kva;
      city->feeder[i] = row->feeder;
      for (guint hour = 0; hour < 24; hour++)
        {
          city->base_kw[i * 24 + hour] = (float) row->kw[hour];
          city->base_kvar[i * 24 + hour] = (float) row->kvar[hour];
        }
    }
  if (self->has_areas)
    zx_geometry_builder_finish (&self->areas, &city->areas);
  return TRUE;
}

gboolean
zx_build_transformers (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  const ZxFeeders *feeders = &self->city->feeders;
  Transformers all
      = { .build = self,
          .rows = g_array_new (FALSE, FALSE, sizeof (Transformer)),
          .row_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
          .feeder_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  zx_geometry_builder_init (&all.areas, ZX_GEOMETRY_POLYGON);
  for (guint i = 0; i < feeders->n_feeders; i++)
    {
      char key[64];
      zx_key_of (zx_pool_get (self->city->pool, feeders->feeder_id[i]), key);
      g_hash_table_insert (all.feeder_of_id, g_strdup (key), GSIZE_TO_POINTER ((gsize) i + 1));
    }
  gboolean ok = TRUE;
  guint index = 0;
  for (ZxTally *tally;
       ok && (tally = zx_build_next (self, ZX_ROLE_TRANSFORMER_AREAS, &index)) != NULL;)
    ok = add_layer (&all, tally, progress, error);
  ok = ok && take_over (&all, error);
  zx_geometry_builder_clear (&all.areas);
  g_array_unref (all.rows);
  g_hash_table_unref (all.row_of_id);
  g_hash_table_unref (all.feeder_of_id);
  return ok;
}
