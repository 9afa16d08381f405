/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing sites on random cities: time to the first plan, what swaps, prices and kicks add to
 * naive greedy, and how the proven gap falls with time.  "large" is 2 000 candidates × 5 sizes ×
 * 20 000 cells × 100 draws, 20 sites.  Arguments: a seed, which city (0 to 3; else all), and
 * seconds to use instead of the city's, for a machine that others use as well. */

#include "app/siting/zx-choice.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/zx-bench.h"

typedef struct
{
  const char *name;
  guint n_cells, n_candidates, n_draws, n_sites;
  double width_m, time_limit_s;
  gboolean is_free; /* neither budget nor queues bind */
} Shape;

#define N_KINDS 5
#define REACH_M 2500.0

typedef struct
{
  ZxChoice choice;
  double *mean, *rival, *x_m, *y_m;
  float *draw;
  guint32 *offered;
  gint32 *no_room;
  gsize *first;
  GArray *cell, *near;
} City;

static const double sizes[] = { 1.9, 3.5, 6.5, 9.4, 14.8 };
static const guint kind_size[N_KINDS] = { 0, 1, 2, 3, 4 };
static const double kind_cap[N_KINDS] = { 700, 1900, 4600, 7600, 14000 };
static const double free_cap[N_KINDS] = { 1e9, 1e9, 1e9, 1e9, 1e9 };
static const double kind_fen[N_KINDS] = { 1.9e7, 3.6e7, 7.3e7, 1.1e8, 1.8e8 };
static const double kind_kw[N_KINDS] = { 120, 245, 490, 784, 1225 };

static void
fill_cells (City *self, const Shape *shape, double *cell_x, double *cell_y, ZxRng *rng)
{
  ZxChoice *choice = &self->choice;
  guint n = shape->n_cells;
  choice->n_cells = n;
  choice->n_draws = shape->n_draws;
  choice->stride = (shape->n_draws + ZX_CHOICE_LANES - 1) / ZX_CHOICE_LANES * ZX_CHOICE_LANES;
  choice->mean = self->mean = g_new0 (double, n);
  choice->rival = self->rival = g_new0 (double, n);
  choice->draw = self->draw = g_new0 (float, (gsize) n * choice->stride);
  g_autofree double *level = g_new (double, shape->n_draws);
  for (guint k = 0; k < shape->n_draws; k++)
    level[k] = exp (0.3 * zx_rng_normal (rng));
  for (guint c = 0; c < n; c++)
    {
      double base = MIN (60, 1.8e5 / n) * exp (zx_rng_normal (rng));
      cell_x[c] = shape->width_m * zx_rng_uniform (rng);
      cell_y[c] = shape->width_m * zx_rng_uniform (rng);
      self->rival[c] = 1.87 + 20 * zx_rng_uniform (rng);
      for (guint k = 0; k < shape->n_draws; k++)
        {
          float kwh = (float) (base * level[k] * exp (0.4 * zx_rng_normal (rng)));
          self->draw[(gsize) c * choice->stride + k] = kwh;
          self->mean[c] += (double) kwh / shape->n_draws;
        }
    }
}

static void
fill_candidates (City *self, const Shape *shape, const double *cell_x, const double *cell_y,
                 ZxRng *rng)
{
  ZxChoice *choice = &self->choice;
  guint n = choice->n_candidates = shape->n_candidates;
  choice->x_m = self->x_m = g_new0 (double, n);
  choice->y_m = self->y_m = g_new0 (double, n);
  choice->offered = self->offered = g_new0 (guint32, n);
  choice->area_room = choice->feeder_room = self->no_room = g_new (gint32, n);
  self->first = g_new0 (gsize, n + 1);
  self->cell = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->near = g_array_new (FALSE, FALSE, sizeof (float));
  for (guint j = 0; j < n; j++)
    {
      self->x_m[j] = shape->width_m * zx_rng_uniform (rng);
      self->y_m[j] = shape->width_m * zx_rng_uniform (rng);
      self->offered[j] = (1u << N_KINDS) - 1;
      self->no_room[j] = -1;
      for (guint32 c = 0; c < shape->n_cells; c++)
        {
          double away = hypot (self->x_m[j] - cell_x[c], self->y_m[j] - cell_y[c]);
          float near = (float) exp (-away / REACH_M);
          if (away > 4 * REACH_M)
            continue;
          g_array_append_val (self->cell, c);
          g_array_append_val (self->near, near);
        }
      self->first[j + 1] = self->cell->len;
    }
  choice->first = self->first;
  choice->cell = (const guint32 *) self->cell->data;
  choice->near = (const float *) self->near->data;
}

static void
city_init (City *self, const Shape *shape, guint64 seed)
{
  ZxRng rng = zx_rng_new (seed);
  g_autofree double *cell_x = g_new (double, shape->n_cells);
  g_autofree double *cell_y = g_new (double, shape->n_cells);
  *self = (City){ 0 };
  fill_cells (self, shape, cell_x, cell_y, &rng);
  fill_candidates (self, shape, cell_x, cell_y, &rng);
  self->choice.n_kinds = N_KINDS;
  self->choice.n_sizes = G_N_ELEMENTS (sizes);
  self->choice.size = sizes;
  self->choice.kind_size = kind_size;
  self->choice.kind_cap = shape->is_free ? free_cap : kind_cap;
  self->choice.kind_fen = kind_fen;
  self->choice.kind_kw = kind_kw;
  self->choice.n_sites = shape->n_sites;
  self->choice.budget_fen = 9e7 * shape->n_sites;
  self->choice.spacing_m = 500;
}

static void
city_clear (City *self)
{
  zx_choice_clear (&self->choice);
  g_free (self->mean);
  g_free (self->rival);
  g_free (self->draw);
  g_free (self->x_m);
  g_free (self->y_m);
  g_free (self->offered);
  g_free (self->no_room);
  g_free (self->first);
  g_array_unref (self->cell);
  g_array_unref (self->near);
}

/* Adds the pick that raises the mean demand served most, all kinds of up to @n_tried candidates
 * tried afresh each time. */
static double
naive_greedy (const ZxChoice *choice, guint n_tried)
{
  g_autofree ZxPick *picks = g_new0 (ZxPick, choice->n_sites + 1);
  guint n = 0;
  double value = 0;
  ZxChoiceSpace space;
  zx_choice_space_init (&space, choice);
  while (n < choice->n_sites)
    {
      double best = value;
      ZxPick found = { 0, 0 };
      for (guint32 j = 0; j < choice->n_candidates; j += choice->n_candidates / n_tried + 1)
        for (guint32 t = 0; t < choice->n_kinds; t++)
          {
            picks[n] = (ZxPick){ j, t };
            if (!zx_choice_fits (choice, picks, n, picks[n]))
              continue;
            double with = zx_choice_value_above (choice, picks, n + 1, &space);
            if (with > best)
              {
                best = with;
                found = picks[n];
              }
          }
      if (best <= value)
        break;
      picks[n++] = found;
      value = best;
    }
  value = zx_choice_value (choice, picks, n, &space, NULL, NULL);
  zx_choice_space_clear (&space);
  return value;
}

typedef struct
{
  double start, next, cpu;
} Watch;

/* The gap over time, a line at most whenever a fifth more time has passed. */
static void
on_pace_cb (double value, double bound, gpointer data)
{
  Watch *self = data;
  double now = zx_bench_seconds () - self->start;
  if (now < self->next)
    return;
  self->next = MAX (1.2 * now, now + 0.1);
  printf ("    after             %8.3f s  (%.1f s CPU) %12.1f kWh/d  gap %.3f %%\n", now,
          zx_bench_cpu_seconds () - self->cpu, value, 100 * (bound - value) / bound);
}

static void
on_first_cb (double value, double bound, gpointer data)
{
  Watch *self = data;
  if (self->next > 0)
    return;
  self->next = 1;
  printf ("  first feasible      %8.3f s  (%.3f s CPU, with preparing) %12.1f kWh/d\n",
          zx_bench_seconds () - self->start, zx_bench_cpu_seconds () - self->cpu, value);
}

static void
run (const Shape *shape, guint64 seed, double time_limit_s)
{
  City city;
  city_init (&city, shape, seed);
  const ZxChoice *choice = &city.choice;
  double start = zx_bench_seconds (), cpu = zx_bench_cpu_seconds ();
  if (!zx_choice_prepare (&city.choice, NULL, NULL))
    exit (1);
  printf ("%s: %u candidates × %d sizes × %u cells × %u draws, %u sites; %zu travel times\n",
          shape->name, choice->n_candidates, N_KINDS, choice->n_cells, choice->n_draws,
          choice->n_sites, choice->first[choice->n_candidates]);
  printf ("  preparing           %8.3f s  (%.3f s CPU)\n", zx_bench_seconds () - start,
          zx_bench_cpu_seconds () - cpu);
  ZxPicks picks = zx_picks_new (choice->n_sites);
  Watch first = { start, 0, cpu };
  ZxChoicePace first_pace = { on_first_cb, &first, -INFINITY, INFINITY, 0 };
  city.choice.pace = &first_pace;
  start = zx_bench_seconds ();
  cpu = zx_bench_cpu_seconds ();
  zx_choice_search (choice, NULL, ZX_SEARCH_GREEDY, &picks, NULL, NULL);
  printf ("  first plan          %8.3f s  (%.3f s CPU) %12.1f kWh/d\n", zx_bench_seconds () - start,
          zx_bench_cpu_seconds () - cpu, picks.value);
  start = zx_bench_seconds ();
  double naive = naive_greedy (choice, 500);
  printf ("  naive greedy of 500 %8.3f s  %12.1f kWh/d, the first plan is %.4f of it\n",
          zx_bench_seconds () - start, naive, picks.value / naive);
  start = zx_bench_seconds ();
  zx_choice_search (choice, NULL, ZX_SEARCH_THOROUGH, &picks, NULL, NULL);
  printf ("  with swaps          %8.3f s  %12.1f kWh/d\n", zx_bench_seconds () - start,
          picks.value);
  Watch watch = { zx_bench_seconds (), 0, zx_bench_cpu_seconds () };
  ZxChoicePace pace = { on_pace_cb, &watch, -INFINITY, INFINITY, 0 };
  city.choice.pace = &pace;
  ZxChoiceProof proof = { .gap_goal = 1e-4,
                          .max_nodes = 1000000,
                          .effort = INFINITY,
                          .time_limit_s = time_limit_s > 0 ? time_limit_s : shape->time_limit_s,
                          .n_steps = 800,
                          .n_kicks = 40,
                          .seed = seed };
  ZxChoiceOutcome outcome = { 0 };
  start = zx_bench_seconds ();
  zx_choice_solve (choice, &proof, &picks, &outcome, NULL, NULL);
  printf ("  %7u nodes       %8.3f s  %12.1f kWh/d  gap %.3f %%\n", outcome.n_nodes,
          zx_bench_seconds () - start, picks.value,
          100 * (outcome.bound - picks.value) / outcome.bound);
  zx_picks_clear (&picks);
  city_clear (&city);
}

int
main (int argc, char **argv)
{
  static const Shape shapes[] = {
    { "town", 500, 500, 200, 5, 10000, 5, FALSE },
    { "city", 2000, 1500, 200, 10, 22000, 10, FALSE },
    { "large", 20000, 2000, 100, 20, 40000, 60, FALSE },
    { "large, no queue binds", 20000, 2000, 100, 20, 40000, 60, TRUE },
  };
  guint64 seed = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 1;
  setvbuf (stdout, NULL, _IOLBF, 0);
  guint only = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : G_MAXUINT;
  double time_limit_s = argc > 3 ? g_ascii_strtod (argv[3], NULL) : 0;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (only >= G_N_ELEMENTS (shapes) || only == i)
      run (shapes + i, seed, time_limit_s);
  printf ("peak memory %.0f MB\n", zx_bench_peak_mib ());
  return 0;
}
