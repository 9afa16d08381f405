/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The road graph at the size of a large city: a jittered lattice with arterials (SITING.md §7.3).
 * bench-travel [SIDE]: about SIDE² vertices; the default gives a graph of about 1 M nodes. */

#include "app/travel/zx-travel.h"

#include <locale.h>
#ifdef ZX_HAVE_IGRAPH
#include <igraph/igraph.h>
#endif

#include "tests/bench/zx-bench.h"
#include "zx-test.h"

#define DEFAULT_SIDE   1256
#define SPACING_M      100.0
#define ARTERIAL_EVERY 20
#define KEPT_SHARE     0.6
#define N_CANDIDATES   2000
#define N_CELLS        20000
#define REPEATS        7

/* ---- the city ----------------------------------------------------------------------------- */

static void
add_street (ZxGeometryBuilder *builder, GArray *road_class, const double *x, const double *y,
            gsize from, gsize to, gboolean is_arterial)
{
  zx_geometry_builder_begin_part (builder, FALSE);
  zx_geometry_builder_point (builder, x[from], y[from]);
  zx_geometry_builder_point (builder, x[to], y[to]);
  zx_geometry_builder_end_row (builder);
  guint8 value = is_arterial ? ZX_ROAD_PRIMARY : ZX_ROAD_RESIDENTIAL;
  g_array_append_val (road_class, value);
}

static void
make_roads (ZxRoads *roads, guint side, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  gsize n = (gsize) side * side;
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  g_autoptr (GArray) road_class = g_array_new (FALSE, FALSE, 1);
  for (gsize i = 0; i < n; i++)
    {
      x[i] = 5e5 + SPACING_M * ((double) (i % side) + 0.6 * (zx_rng_uniform (&rng) - 0.5));
      y[i] = 4e6 + SPACING_M * ((double) (i / side) + 0.6 * (zx_rng_uniform (&rng) - 0.5));
    }
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (gsize i = 0; i < n; i++)
    {
      gsize column = i % side, row = i / side;
      if (column + 1 < side && (row % ARTERIAL_EVERY == 0 || zx_rng_uniform (&rng) < KEPT_SHARE))
        add_street (&builder, road_class, x, y, i, i + 1, row % ARTERIAL_EVERY == 0);
      if (row + 1 < side && (column % ARTERIAL_EVERY == 0 || zx_rng_uniform (&rng) < KEPT_SHARE))
        add_street (&builder, road_class, x, y, i, i + side, column % ARTERIAL_EVERY == 0);
    }
  g_assert_true (zx_roads_alloc (roads, road_class->len, NULL));
  zx_geometry_builder_finish (&builder, &roads->lines);
  memcpy (roads->road_class, road_class->data, road_class->len);
}

/* ---- measuring ---------------------------------------------------------------------------- */

static double
measure_one_to_all (const ZxRoadGraph *graph, const char *title)
{
  g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
  double best = INFINITY, worst = 0;
  guint32 farthest = 0;
  for (guint i = 0; i < REPEATS; i++)
    {
      guint32 source = (guint32) ((guint64) graph->n_nodes * (i + 1) / (REPEATS + 1));
      double start = zx_bench_ms ();
      g_assert_true (zx_travel_one_to_all (graph, source, ds, NULL));
      double ms = zx_bench_ms () - start;
      best = MIN (best, ms);
      worst = MAX (worst, ms);
    }
  for (guint32 i = 0; i < graph->n_nodes; i++)
    farthest = MAX (farthest, ds[i]);
  g_print ("%s: %.1f … %.1f ms with its scratch memory, %.0f ns/node, %.0f M arcs/s, "
           "farthest %.0f s\n",
           title, best, worst, best * 1e6 / graph->n_nodes, graph->n_arcs / best / 1e3,
           farthest / 10.0);
  return best;
}

static void
scatter_places (const ZxRoadGraph *graph, gsize n, ZxRng *rng, double *x, double *y)
{
  for (gsize i = 0; i < n; i++)
    {
      guint32 node = zx_rng_below (rng, graph->n_nodes);
      x[i] = graph->x_m[node] + 60 * zx_rng_normal (rng);
      y[i] = graph->y_m[node] + 60 * zx_rng_normal (rng);
    }
}

static ZxSnap *
snap_places (const ZxRoadGraph *graph, gsize n, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  ZxSnap *snaps = g_new (ZxSnap, n);
  scatter_places (graph, n, &rng, x, y);
  double start = zx_bench_ms ();
  g_assert_true (zx_travel_snap (graph, x, y, n, 2000, snaps, NULL, NULL));
  g_print ("snap %zu places: %.2f µs each\n", n, (zx_bench_ms () - start) * 1e3 / (double) n);
  return snaps;
}

/* One bounded search at a time: rows without targets, on one thread.  Returns: ms. */
static double
measure_bounded (const ZxRoadGraph *graph, const ZxSnap *sources, double limit_s)
{
  const gsize n = 200;
  double n_settled = 0;
  g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
  for (gsize i = 0; i < n; i += 20)
    {
      g_assert_true (zx_travel_one_to_all (graph, sources[i].node_a, ds, NULL));
      for (guint32 node = 0; node < graph->n_nodes; node++)
        n_settled += ds[node] <= 10 * limit_s;
    }
  n_settled /= 10;
  zx_parallel_set_threads (1);
  double start = zx_bench_ms ();
  g_autoptr (ZxTravelRows) none
      = zx_travel_rows (graph, sources, n, NULL, 0, limit_s, FALSE, NULL, NULL);
  double ms = (zx_bench_ms () - start) / (double) n;
  zx_parallel_set_threads (0);
  g_print ("%2.0f-minute search: %.2f ms each on one thread, about %.0f nodes, %.0f ns/node\n",
           limit_s / 60, ms, n_settled, ms * 1e6 / n_settled);
  return ms;
}

static void
measure_rows (const ZxRoadGraph *graph)
{
  g_autofree ZxSnap *candidates = snap_places (graph, N_CANDIDATES, 1);
  g_autofree ZxSnap *cells = snap_places (graph, N_CELLS, 2);
  g_autofree ZxSnap *many = snap_places (graph, 1000000, 3);

  measure_bounded (graph, candidates, 600);
  measure_bounded (graph, candidates, 1500);
  double start = zx_bench_ms ();
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, candidates, N_CANDIDATES, cells, N_CELLS, 600, TRUE, NULL, NULL);
  g_print ("%d candidates × %d cells, 10 minutes: %.0f ms on %u threads, %.0f cells a row\n",
           N_CANDIDATES, N_CELLS, zx_bench_ms () - start, zx_parallel_threads (),
           (double) rows->first[N_CANDIDATES] / N_CANDIDATES);
  start = zx_bench_ms ();
  g_autoptr (ZxTravelRows) wide
      = zx_travel_rows (graph, candidates, N_CANDIDATES, many, 1000000, 600, TRUE, NULL, NULL);
  g_print ("%d candidates × 1 M places, 10 minutes: %.0f ms, %.0f places a row\n", N_CANDIDATES,
           zx_bench_ms () - start, (double) wide->first[N_CANDIDATES] / N_CANDIDATES);
}

static void
measure_service_area (const ZxRoadGraph *graph)
{
  g_autofree ZxSnap *place = snap_places (graph, 1, 9);
  static const double limits[] = { 300, 600, 900 };
  ZxGeometry areas = { 0 };
  double start = zx_bench_ms ();
  g_assert_true (zx_travel_service_area (graph, place, FALSE, limits, 3, 100, &areas, NULL, NULL));
  g_print ("service areas of 5, 10 and 15 minutes: %.1f ms, %zu rings, %zu points, %.0f km²\n",
           zx_bench_ms () - start, areas.n_parts, areas.n_points,
           zx_geometry_area (&areas, 2) / 1e6);
  zx_geometry_clear (&areas);
}

/* The same roads with turns that cost: beside the plain search of the same run. */
static void
measure_turns (const ZxRoads *roads, ZxSpeedTable speeds, const ZxRoadGraph *plain, double plain_ms)
{
  speeds.has_turn_costs = 1;
  double start = zx_bench_ms ();
  g_autoptr (ZxRoadGraph) graph = zx_travel_graph_new (roads, NULL, &speeds, NULL, NULL, NULL);
  g_print ("with turn costs: built in %.0f ms, arcs %.1f B/node\n", zx_bench_ms () - start,
           (double) zx_travel_graph_search_bytes (graph) / graph->n_nodes);
  double ms = measure_one_to_all (graph, "one-to-all with turn costs");
  g_autofree ZxSnap *plain_places = snap_places (plain, N_CANDIDATES, 1);
  g_autofree ZxSnap *places = snap_places (graph, N_CANDIDATES, 1);
  g_autofree ZxSnap *cells = snap_places (graph, N_CELLS, 2);
  double bounded = measure_bounded (graph, places, 600);
  double plain_bounded = measure_bounded (plain, plain_places, 600);
  start = zx_bench_ms ();
  g_autoptr (ZxTravelRows) rows
      = zx_travel_rows (graph, places, N_CANDIDATES, cells, N_CELLS, 600, TRUE, NULL, NULL);
  g_print ("with turn costs: %d candidates × %d cells, 10 minutes: %.0f ms\n", N_CANDIDATES,
           N_CELLS, zx_bench_ms () - start);
  g_print ("turn costs take %.2f times as long one-to-all, %.2f times in 10 minutes\n",
           ms / plain_ms, bounded / plain_bounded);
}

#ifdef ZX_HAVE_IGRAPH
static void
measure_igraph (const ZxRoadGraph *graph, double ours_ms)
{
  igraph_vector_int_t edges;
  igraph_vector_t weights;
  igraph_vector_int_init (&edges, 2 * (igraph_integer_t) graph->n_arcs);
  igraph_vector_init (&weights, graph->n_arcs);
  for (guint32 node = 0; node < graph->n_nodes; node++)
    for (guint32 i = graph->first[node]; i < graph->first[node + 1]; i++)
      {
        VECTOR (edges)[2 * i] = node;
        VECTOR (edges)[2 * i + 1] = graph->arc[i].head;
        VECTOR (weights)[i] = graph->arc[i].ds;
      }
  igraph_t peer;
  igraph_matrix_t distances;
  igraph_create (&peer, &edges, graph->n_nodes, TRUE);
  igraph_matrix_init (&distances, 0, 0);
  guint32 source = graph->n_nodes / 2;
  double start = zx_bench_ms ();
  igraph_distances_dijkstra (&peer, &distances, igraph_vss_1 (source), igraph_vss_all (), &weights,
                             IGRAPH_OUT);
  double ms = zx_bench_ms () - start;
  g_autofree guint32 *ds = g_new (guint32, graph->n_nodes);
  g_assert_true (zx_travel_one_to_all (graph, source, ds, NULL));
  for (guint32 i = 0; i < graph->n_nodes; i++)
    g_assert_true (MATRIX (distances, 0, i) == ds[i]);
  g_print ("igraph_distances_dijkstra: %.0f ms, the same times; ratio %.1f\n", ms, ms / ours_ms);
  igraph_matrix_destroy (&distances);
  igraph_destroy (&peer);
  igraph_vector_destroy (&weights);
  igraph_vector_int_destroy (&edges);
}
#endif

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  guint side = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : DEFAULT_SIDE;
  g_autoptr (ZxCity) city = zx_city_new ();
  ZxSpeedTable speeds;
  g_autoptr (GError) error = NULL;
  make_roads (&city->roads, MAX (side, 2), zx_test_seed ());
  zx_speed_table_default (&speeds);
  double start = zx_bench_ms (), before = zx_bench_peak_mib ();
  g_autoptr (ZxRoadGraph) graph
      = zx_travel_graph_new (&city->roads, NULL, &speeds, NULL, NULL, &error);
  g_assert_no_error (error);
  g_print ("%zu streets, %u vertices, %u source arcs → %u nodes, %u arcs up to %u ds: built in "
           "%.0f ms, peak +%.0f MiB\n",
           city->roads.n, graph->n_source_nodes, graph->n_source_arcs, graph->n_nodes,
           graph->n_arcs, graph->max_ds, zx_bench_ms () - start, zx_bench_peak_mib () - before);
  g_print ("arcs: %.1f B/node; with geometry and lattice for snapping: %.1f B/node\n",
           (double) zx_travel_graph_search_bytes (graph) / graph->n_nodes,
           (double) zx_travel_graph_bytes (graph) / graph->n_nodes);
  double ms = measure_one_to_all (graph, "one-to-all");
  measure_rows (graph);
  measure_service_area (graph);
  measure_turns (&city->roads, speeds, graph, ms);
#ifdef ZX_HAVE_IGRAPH
  measure_igraph (graph, ms);
#else
  g_print ("igraph is not on this machine: no ratio (%.1f ms)\n", ms);
#endif
  g_print ("peak memory %.0f MiB\n", zx_bench_peak_mib ());
  return 0;
}
