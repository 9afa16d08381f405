/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checking and cleaning at the size of a province: ten million vehicle positions, a year of hourly
 * usage of a thousand stations, a million roads.  The naive version of the traces keeps a growing
 * array per vehicle in a hash table of texts and sorts each.
 *
 *   bench-quality [millions of positions] */

#include "data/quality/zx-quality.h"
#include "tests/bench/zx-bench.h"
#include "tests/zx-test.h"

#define N_VEHICLES 20000
#define PERIOD_S   30

static void
stamp (char *text, gsize size, gint64 time)
{
  int year;
  guint month, day, hour, minute, second;
  zx_time_to_civil (time, &year, &month, &day, &hour, &minute, &second, NULL);
  g_snprintf (text, size, "%04d-%02u-%02u %02u:%02u:%02u", year, month, day, hour, minute, second);
}

/* Vehicles that wander; @is_by_time: as a platform writes them, all vehicles of a moment together.
 */
static ZxLayer *
make_traces (gsize n, gboolean is_by_time)
{
  ZxLayer *layer = zx_layer_new ("vehicles", "vehicles.csv", n);
  ZxRng rng = zx_rng_new (7);
  zx_layer_add_column (layer, "vehicle_id", ZX_COLUMN_TEXT);
  zx_layer_add_column (layer, "time", ZX_COLUMN_TEXT);
  ZxColumn *vehicle = &layer->columns[0], *time = &layer->columns[1];
  ZxGeometry *geometry = &layer->geometry;
  const gsize n_each = n / N_VEHICLES;
  guint32 *stamps = g_new (guint32, n_each + 1), *ids = g_new (guint32, N_VEHICLES);
  char text[32];
  *geometry = (ZxGeometry){ .kind = ZX_GEOMETRY_POINT, .n_rows = n, .n_points = n };
  geometry->x = g_new (double, n);
  geometry->y = g_new (double, n);
  for (gsize i = 0; i <= n_each; i++)
    {
      stamp (text, sizeof text, 1700006400 + (gint64) i * PERIOD_S);
      stamps[i] = zx_pool_add (layer->pool, text);
    }
  for (guint v = 0; v < N_VEHICLES; v++)
    {
      g_snprintf (text, sizeof text, "LB%06u", v);
      ids[v] = zx_pool_add (layer->pool, text);
    }
  for (gsize row = 0; row < n; row++)
    {
      gsize v = is_by_time ? row % N_VEHICLES : row / MAX (n_each, 1) % N_VEHICLES;
      gsize i = is_by_time ? row / N_VEHICLES : row % MAX (n_each, 1);
      double angle = (double) i * 0.02 + (double) v;
      vehicle->text[row] = ids[v];
      time->text[row] = stamps[MIN (i, n_each)];
      geometry->x[row]
          = 600000 + 20000 * sin ((double) v) + 3000 * cos (angle) + 10 * zx_rng_uniform (&rng);
      geometry->y[row] = 3900000 + 20000 * cos ((double) v * 1.7) + 3000 * sin (angle);
    }
  g_free (stamps);
  g_free (ids);
  return layer;
}

static ZxLayer *
make_usage (guint n_hours, guint n_stations)
{
  ZxLayer *layer = zx_layer_new ("usage", "usage.csv", n_hours);
  ZxRng rng = zx_rng_new (8);
  zx_layer_add_column (layer, "time", ZX_COLUMN_TEXT);
  for (guint i = 0; i < n_stations; i++)
    {
      char name[16];
      g_snprintf (name, sizeof name, "%u", i);
      ZxColumn *column = zx_layer_add_column (layer, name, ZX_COLUMN_NUMBER);
      for (guint row = 0; row < n_hours; row++)
        column->number[row] = 100 * zx_rng_uniform (&rng);
    }
  for (guint row = 0; row < n_hours; row++)
    {
      char text[32];
      stamp (text, sizeof text, 1700006400 + (gint64) row * 3600);
      layer->columns[0].text[row] = zx_pool_add (layer->pool, text);
    }
  return layer;
}

static ZxLayer *
make_stations (guint n)
{
  ZxLayer *layer = zx_layer_new ("stations", "stations.csv", n);
  const char *const names[] = { "station_id", "x", "y", "fast", "ratedpower" };
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      ZxColumn *column = zx_layer_add_column (layer, names[k], ZX_COLUMN_NUMBER);
      for (guint row = 0; row < n; row++)
        column->number[row] = k == 0   ? row
                              : k == 1 ? 600000 + (double) (row % 100) * 300
                              : k == 2 ? 3900000 + (double) (row / 100) * 300
                              : k == 3 ? 10
                                       : 600;
    }
  return layer;
}

static ZxLayer *
make_roads (gsize n)
{
  ZxLayer *layer = zx_layer_new ("roads", "roads.geojson", n);
  ZxColumn *highway = zx_layer_add_column (layer, "highway", ZX_COLUMN_TEXT);
  ZxGeometryBuilder builder;
  ZxRng rng = zx_rng_new (9);
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (gsize row = 0; row < n; row++)
    {
      double x = 600000 + 40000 * zx_rng_uniform (&rng),
             y = 3900000 + 40000 * zx_rng_uniform (&rng);
      highway->text[row] = zx_pool_add (layer->pool, row % 5 == 0 ? "tertiary" : "residential");
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint i = 0; i < 5; i++)
        zx_geometry_builder_point (&builder, x + i * 20, y + i * i);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  return layer;
}

/* ---- the naive traces ----------------------------------------------------------------------- */

typedef struct
{
  gint64 time;
  double x, y;
} Fix;

static int
compare_fixes (gconstpointer a, gconstpointer b)
{
  const Fix *s = a, *t = b;
  return (s->time > t->time) - (s->time < t->time);
}

static gint64
read_plainly (const char *text)
{
  g_autofree char *iso = g_strdup (text);
  g_strdelimit (iso, " ", 'T');
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, utc);
  return g_date_time_to_unix (time);
}

static double
naive_vehicle_hours (const ZxLayer *layer)
{
  g_autoptr (GHashTable) fixes
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  double hours = 0;
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      const char *vehicle = zx_layer_text (layer, &layer->columns[0], row);
      GArray *list = g_hash_table_lookup (fixes, vehicle);
      if (list == NULL)
        {
          list = g_array_new (FALSE, FALSE, sizeof (Fix));
          g_hash_table_insert (fixes, g_strdup (vehicle), list);
        }
      Fix fix = { read_plainly (zx_layer_text (layer, &layer->columns[1], row)),
                  layer->geometry.x[row], layer->geometry.y[row] };
      g_array_append_val (list, fix);
    }
  GHashTableIter iter;
  gpointer list;
  g_hash_table_iter_init (&iter, fixes);
  while (g_hash_table_iter_next (&iter, NULL, &list))
    {
      g_array_sort (list, compare_fixes);
      for (guint i = 0; i + 1 < ((GArray *) list)->len; i++)
        hours += (double) MIN (g_array_index ((GArray *) list, Fix, i + 1).time
                                   - g_array_index ((GArray *) list, Fix, i).time,
                               600)
                 / 3600;
    }
  return hours;
}

/* ---- timing ------------------------------------------------------------------------------- */

static double
build (const char *what, ZxLayer *const *layers, guint n_layers, gsize n_items)
{
  ZxQualityInput inputs[4] = { { NULL } };
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (GError) error = NULL;
  ZxCity *city = zx_city_new ();
  double begin = zx_bench_seconds (), memory = zx_bench_peak_mib ();
  for (guint i = 0; i < n_layers; i++)
    {
      inputs[i].layer = layers[i];
      inputs[i].binding = zx_quality_guess (layers[i], layers[i]->source, NULL, -1);
    }
  double guessed = zx_bench_seconds ();
  gboolean ok = zx_quality_build (city, inputs, n_layers, NULL, findings, NULL, &error);
  double took = zx_bench_seconds () - guessed, hours = 0;
  for (gsize i = 0; i < city->fleet.n && city->fleet.weight != NULL; i++)
    hours += city->fleet.weight[i];
  g_print ("%-28s %9.3f s  %7.1f ns/item  guess %.1f ms  +%.0f MiB  %u findings%s\n", what, took,
           took * 1e9 / (double) n_items, (guessed - begin) * 1e3, zx_bench_peak_mib () - memory,
           findings->rows->len, ok ? "" : error->message);
  if (hours > 0)
    g_print ("%-28s %.1f vehicle-hours, %u long stays\n", "", hours, (guint) city->fleet.n_dwells);
  for (guint i = 0; i < n_layers; i++)
    zx_binding_free ((ZxBinding *) inputs[i].binding);
  zx_city_unref (city);
  return took;
}

int
main (int argc, char **argv)
{
  const gsize n = (gsize) ((argc > 1 ? g_ascii_strtod (argv[1], NULL) : 10) * 1e6);
  g_print ("%u threads\n", zx_parallel_threads ());
  ZxLayer *usage[] = { make_stations (1000), make_usage (8760, 1000) };
  build ("usage, 1 000 × 8 760 h", usage, 2, 8760000);
  zx_layer_free (usage[0]);
  zx_layer_free (usage[1]);
  ZxLayer *roads[] = { make_roads (1000000) };
  build ("roads, 1 M of 5 points", roads, 1, 1000000);
  zx_layer_free (roads[0]);
  for (guint is_by_time = 0; is_by_time < 2; is_by_time++)
    {
      ZxLayer *traces[] = { make_traces (n, is_by_time) };
      double took = build (is_by_time ? "traces, by time" : "traces, by vehicle", traces, 1, n);
      double begin = zx_bench_seconds ();
      double hours = naive_vehicle_hours (traces[0]);
      double naive = zx_bench_seconds () - begin;
      g_print ("%-28s %9.3f s, %.1f times as long (%.1f vehicle-hours)\n", "  the naive version",
               naive, naive / took, hours);
      zx_layer_free (traces[0]);
    }
  return 0;
}
