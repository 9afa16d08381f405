/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Simulation-based calibration (Talts et al. 2018; DEMAND.md §10): parameters drawn from the
 * priors, counts drawn from them, and the rank of each parameter among 99 draws of its posterior,
 * which is uniform when prior, likelihood and inference belong together.
 *
 * The design is one of 260 stations of 6 operators in 20 × 15 cells with two smooth covariates.
 * Runs in which a mean count would pass 100 000 are drawn again: nobody would believe them. */
#pragma once

#include "app/carto/zx-carto.h"
#include "app/demand/zx-demand.h"
#include "app/solve/zx-solve.h"
#include "tests/zx-test.h"

#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#define SIM_WIDTH    20
#define SIM_HEIGHT   15
#define SIM_CELLS    (SIM_WIDTH * SIM_HEIGHT)
#define SIM_STATIONS 260
#define SIM_GROUPS   6
#define SIM_DRAWS    99
#define SIM_BINS     20
#define SIM_MOST     1e5
#define PANEL_WIDTH  220.0
#define PANEL_HEIGHT 150.0

enum
{
  SIM_B0,
  SIM_B1,
  SIM_SIGMA,
  SIM_PHI,
  SIM_GROUP_SD,
  SIM_PSI,
  SIM_S1,
  SIM_S150,
  SIM_TOTAL,
  N_SIM,
};

static const char *const sim_names[N_SIM]
    = { "b_0", "b_1", "sigma", "phi", "sigma_op", "psi", "s_1", "s_150", "log total demand" };

typedef struct
{
  ZxDemandData data;
  guint32 a[2 * SIM_CELLS], b[2 * SIM_CELLS], cell[SIM_STATIONS];
  double x[2 * SIM_CELLS], y[SIM_STATIONS], exposure[SIM_STATIONS];
  gint32 group[SIM_STATIONS];
  ZxIntrinsic *graph;
  ZxMixingPrior *mixing;
} Simulation;

static void
simulation_init (Simulation *self, ZxRng *rng)
{
  guint n_edges = 0;
  for (guint32 c = 0; c < SIM_CELLS; c++)
    {
      guint column = c % SIM_WIDTH, row = c / SIM_WIDTH;
      if (column + 1 < SIM_WIDTH)
        {
          self->a[n_edges] = c;
          self->b[n_edges++] = c + 1;
        }
      if (row + 1 < SIM_HEIGHT)
        {
          self->a[n_edges] = c;
          self->b[n_edges++] = c + SIM_WIDTH;
        }
      self->x[c] = sqrt (2) * sin (0.45 * column + 0.2 * row);
      self->x[SIM_CELLS + c] = sqrt (2) * cos (0.15 * column - 0.5 * row);
    }
  for (guint i = 0; i < SIM_STATIONS; i++)
    {
      self->cell[i] = zx_rng_below (rng, SIM_CELLS);
      self->group[i] = (gint32) zx_rng_below (rng, SIM_GROUPS);
      self->exposure[i] = 1 + zx_rng_below (rng, 40);
    }
  self->data = (ZxDemandData){ .n_cells = SIM_CELLS,
                               .n_edges = n_edges,
                               .edge_a = self->a,
                               .edge_b = self->b,
                               .n_covariates = 2,
                               .x = self->x,
                               .n_observations = SIM_STATIONS,
                               .cell = self->cell,
                               .y = self->y,
                               .exposure = self->exposure,
                               .group = self->group,
                               .n_groups = SIM_GROUPS };
  self->graph = zx_intrinsic_new (SIM_CELLS, self->a, self->b, n_edges, NULL);
  self->mixing = zx_mixing_prior_new (self->graph, 0.5, 2.0 / 3, NULL);
}

/* One draw from the priors and its counts.  FALSE when a mean is beyond belief. */
static gboolean
simulate (Simulation *self, ZxRng *rng, double *truth)
{
  double b[3], s[SIM_CELLS], w[SIM_GROUPS], rest, total = 0;
  for (guint j = 0; j < 3; j++)
    b[j] = 5 * zx_rng_normal (rng);
  double sigma = zx_rng_exponential (rng) / 4.60517;
  double group_sd = zx_rng_exponential (rng) / 4.60517;
  double psi = zx_rng_exponential (rng) / 2.302585;
  double phi = zx_mixing_prior_quantile (self->mixing, zx_rng_normal (rng), &rest);
  for (guint c = 0; c < SIM_CELLS; c++)
    s[c] = zx_rng_normal (rng);
  zx_intrinsic_colour (self->graph, self->graph->grounded, s);
  for (guint c = 0; c < SIM_CELLS; c++)
    {
      s[c] = sigma * (sqrt (phi) * s[c] + sqrt (rest) * zx_rng_normal (rng));
      total += exp (b[0] + b[1] * self->x[c] + b[2] * self->x[SIM_CELLS + c] + s[c]);
    }
  for (guint g = 0; g < SIM_GROUPS; g++)
    w[g] = group_sd * zx_rng_normal (rng);
  for (guint i = 0; i < SIM_STATIONS; i++)
    {
      guint32 c = self->cell[i];
      double mean = self->exposure[i]
                    * exp (b[0] + b[1] * self->x[c] + b[2] * self->x[SIM_CELLS + c] + s[c]
                           + w[self->group[i]]);
      if (mean > SIM_MOST)
        return FALSE;
      self->y[i] = (double) zx_rng_negative_binomial (rng, mean, 1 / (psi * psi));
    }
  const double values[N_SIM] = { b[0], b[1], sigma, phi, group_sd, psi, s[0], s[149], log (total) };
  memcpy (truth, values, sizeof values);
  return TRUE;
}

static void
draw_values (const Simulation *self, const ZxPosterior *posterior, guint d, double *value)
{
  const float *b = posterior->draw_coefficient + (gsize) d * 3;
  const float *rate = posterior->draw + (gsize) d * SIM_CELLS;
  double total = 0, s[2];
  for (guint k = 0; k < 2; k++)
    {
      guint c = k == 0 ? 0 : 149;
      s[k] = rate[c] - b[0] - b[1] * self->x[c] - b[2] * self->x[SIM_CELLS + c];
    }
  for (guint c = 0; c < SIM_CELLS; c++)
    total += exp (rate[c]);
  const double values[N_SIM] = { b[0],
                                 b[1],
                                 posterior->draw_sigma[d],
                                 posterior->draw_phi[d],
                                 posterior->draw_group_sd[d],
                                 posterior->draw_psi[d],
                                 s[0],
                                 s[1],
                                 log (total) };
  memcpy (value, values, sizeof values);
}

/* P (χ² > value), by Wilson and Hilferty's cube root. */
static double
chi_square_beyond (double value, double df)
{
  double z = (cbrt (value / df) - (1 - 2 / (9 * df))) / sqrt (2 / (9 * df));
  return zx_normal_cdf (-z);
}

static void
print_calibration (guint rank[][N_SIM], guint n)
{
  g_print ("quantity,runs,cover50,cover80,cover95,chi_square_p,largest_gap,gap_bar\n");
  for (guint k = 0; k < N_SIM; k++)
    {
      guint bin[SIM_BINS] = { 0 }, at[SIM_DRAWS + 1] = { 0 }, below = 0;
      /* 50, 80 and, with half of the ranks beside it, 95 of 100 ranks */
      static const guint from[] = { 25, 10, 3 }, to[] = { 74, 89, 96 };
      double chi = 0, gap = 0, inside[3] = { 0 };
      for (guint r = 0; r < n; r++)
        {
          bin[rank[r][k] * SIM_BINS / (SIM_DRAWS + 1)]++;
          at[rank[r][k]]++;
          for (guint j = 0; j < 3; j++)
            inside[j] += rank[r][k] >= from[j] && rank[r][k] <= to[j];
          inside[2] += rank[r][k] == 2 || rank[r][k] == 97 ? 0.5 : 0;
        }
      for (guint j = 0; j < SIM_BINS; j++)
        chi += pow (bin[j] - (double) n / SIM_BINS, 2) * SIM_BINS / n;
      for (guint j = 0; j <= SIM_DRAWS; j++)
        {
          below += at[j];
          gap = MAX (gap, fabs ((double) below / n - (j + 1.0) / (SIM_DRAWS + 1)));
        }
      g_print ("%s,%u,%.1f,%.1f,%.1f,%.3f,%.3f,%.3f\n", sim_names[k], n, 100.0 * inside[0] / n,
               100.0 * inside[1] / n, 100.0 * inside[2] / n, chi_square_beyond (chi, SIM_BINS - 1),
               gap, 1.358 / sqrt (n));
    }
}

/* How far the distribution of the ranks lies from the uniform one, beside the band that holds all
 * of it in 95 of 100 sets of runs: one panel a quantity. */
static void
plot_calibration (const char *path, guint rank[][N_SIM], guint n)
{
  cairo_surface_t *surface = cairo_svg_surface_create (path, 3 * PANEL_WIDTH, 3 * PANEL_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  double x[SIM_DRAWS + 2], zero[SIM_DRAWS + 2], low[SIM_DRAWS + 2], high[SIM_DRAWS + 2];
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  for (guint j = 0; j <= SIM_DRAWS + 1; j++)
    {
      x[j] = j / (SIM_DRAWS + 1.0);
      zero[j] = 0;
      high[j] = 1.358 / sqrt (n);
      low[j] = -high[j];
    }
  for (guint k = 0; k < N_SIM; k++)
    {
      double off[SIM_DRAWS + 2] = { 0 };
      for (guint r = 0; r < n; r++)
        off[rank[r][k] + 1] += 1.0 / n;
      for (guint j = 1; j <= SIM_DRAWS + 1; j++)
        off[j] += off[j - 1];
      for (guint j = 0; j <= SIM_DRAWS + 1; j++)
        off[j] -= x[j];
      const ZxSeries series[] = { { "95 % band", SIM_DRAWS + 2, x, zero, low, high, TRUE },
                                  { sim_names[k], SIM_DRAWS + 2, x, off, NULL, NULL, FALSE } };
      const ZxChartFrame frame = { .x = k % 3 * PANEL_WIDTH + 6,
                                   .y = k / 3 * PANEL_HEIGHT + 6,
                                   .width = PANEL_WIDTH - 12,
                                   .height = PANEL_HEIGHT - 12,
                                   .title = sim_names[k],
                                   .x_label = "rank",
                                   .is_small = TRUE };
      zx_chart_lines (cr, &frame, series, G_N_ELEMENTS (series));
    }
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    g_printerr ("%s: %s\n", path, cairo_status_to_string (cairo_surface_status (surface)));
  cairo_surface_destroy (surface);
}

/* @plot: nullable, an SVG file. */
static void
bench_calibration (guint n_runs, guint64 seed, const char *plot)
{
  Simulation *simulation = g_new0 (Simulation, 1);
  ZxRng rng = zx_rng_new (seed);
  guint (*rank)[N_SIM] = g_malloc0_n (n_runs, sizeof *rank);
  guint n = 0, n_beyond = 0, n_failed = 0;
  simulation_init (simulation, &rng);
  while (n < n_runs)
    {
      double truth[N_SIM], value[N_SIM];
      if (!simulate (simulation, &rng, truth))
        {
          n_beyond++;
          continue;
        }
      ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
      options.n_draws = SIM_DRAWS;
      options.seed = seed + n + n_failed;
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxPosterior) posterior = zx_demand_fit (&simulation->data, &options, NULL, &error);
      if (posterior == NULL)
        {
          n_failed++;
          g_printerr ("%s\n", error->message);
          continue;
        }
      for (guint d = 0; d < SIM_DRAWS; d++)
        {
          draw_values (simulation, posterior, d, value);
          for (guint k = 0; k < N_SIM; k++)
            rank[n][k] += value[k] < truth[k];
        }
      n++;
      if (n % 50 == 0 || n == n_runs)
        {
          g_print ("# bench-demand --calibration %u %" G_GUINT64_FORMAT
                   ": drawn again %u, failed %u\n",
                   n, seed, n_beyond, n_failed);
          print_calibration (rank, n);
        }
    }
  if (plot != NULL)
    plot_calibration (plot, rank, n);
  zx_intrinsic_free (simulation->graph);
  zx_mixing_prior_free (simulation->mixing);
  g_free (rank);
  g_free (simulation);
}
