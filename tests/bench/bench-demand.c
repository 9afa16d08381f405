/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demand model: how near it comes to the reference posteriors (--references), and what it
 * costs.
 *
 *   bench-demand
 *     times of all sizes, against the other engine where both can
 *   bench-demand --speed CELLS
 *     factor and selected inverse beside CHOLMOD's, then whole fits, up to so many cells
 *   bench-demand --cities
 *     invented cities: what a belief costs, what was chosen, what it covers
 *   bench-demand --references
 *     the table of reference posteriors, the stack on the real stations of Shenzhen beside its
 *     peers, and the speeds
 *   bench-demand --calibration RUNS SEED [PLOT.svg]
 *     ranks of what was planted (DEMAND.md §10)
 *   bench-demand --shenzhen
 *     the textbook model on 853 real stations, against its bars
 *
 * Seconds are those of the clock and of all processors together (the second says more on a busy
 * machine). */

#include "app/solve/zx-solve.h"
#include "tests/app/demand/planted.h"
#include "tests/app/demand/reference.h"
#include "tests/bench/calibration.h"
#include "tests/bench/shenzhen.h"
#include "tests/bench/speed.h"

/* ---- fits ---------------------------------------------------------------------------------- */

/* @vehicles: nullable, a second likelihood. */
static ZxPosterior *
fit_with (const char *name, const ZxDemandData *data, const ZxVehicleCounts *vehicles,
          const ZxDemandOptions *options)
{
  g_autoptr (GError) error = NULL;
  Clock begin = now ();
  ZxPosterior *posterior = vehicles != NULL
                               ? zx_demand_fit_joint (data, vehicles, options, NULL, &error)
                               : zx_demand_fit (data, options, NULL, &error);
  Clock used = since (begin);
  if (posterior == NULL)
    g_print ("%-34s %s\n", name, error->message);
  else
    g_print ("%-34s %8.3f s  %8.3f processor s  %5u theta  %6u factorisations  peak %.0f MB\n",
             name, used.wall, used.processor, posterior->n_theta, posterior->n_factorisations,
             zx_bench_peak_mib ());
  return posterior;
}

static ZxPosterior *
fit (const char *name, const ZxDemandData *data, const ZxDemandOptions *options)
{
  return fit_with (name, data, NULL, options);
}

/* ---- references --------------------------------------------------------------------------- */

static void
print_value (const Reference *reference, const char *set, const char *name,
             const ZxMarginal *marginal)
{
  const ReferenceValue *value = g_hash_table_lookup (reference->value, name);
  ReferenceError off = reference_compare (reference, name, marginal);
  g_print ("%-22s %-12s %10.4f (%.4f) %10.4f (%.4f) %+8.3f   %.3f %+8.3f %+8.3f\n", set, name,
           marginal->mean, marginal->sd, value->mean, value->sd, off.mean, off.sd_ratio, off.q025,
           off.q975);
}

static void
print_reference (const char *set, const char *priors)
{
  Reference *reference = reference_load (set, priors);
  if (reference == NULL)
    {
      g_print ("%s: the shared data are not here\n", set);
      return;
    }
  g_autofree char *title = g_strdup_printf ("%s %s", set, priors);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior
      = zx_demand_fit (&reference->data, &reference->options, NULL, &error);
  for (guint j = 0; j < posterior->n_coefficients; j++)
    {
      g_autofree char *name = g_strdup_printf ("b[%u]", j + 1);
      print_value (reference, title, name, &posterior->coefficient[j]);
    }
  print_value (reference, title, "sigma", &posterior->sigma);
  print_value (reference, title, "phi", &posterior->phi);
  print_value (reference, title, "logprec", &posterior->log_precision);
  print_value (reference, title, "logitphi", &posterior->logit_phi);
  if (posterior->group_sd.name != NULL)
    print_value (reference, title, "sigma_op[1]", &posterior->group_sd);
  if (posterior->psi.name != NULL)
    print_value (reference, title, "psi[1]", &posterior->psi);
  for (guint g = 0; g < posterior->n_groups; g++)
    {
      g_autofree char *name = g_strdup_printf ("wr[%u]", g + 1);
      print_value (reference, title, name, &posterior->group_standard[g]);
    }
  FieldError field = reference_compare_field (reference, posterior);
  g_print ("%-22s s: worst of %u cells %25.3f   %.3f to %.3f; quantiles %.3f\n", title,
           posterior->n_cells, field.worst_mean, field.least_ratio, field.most_ratio,
           field.worst_quantile);
  reference_free (reference);
}

static void
print_references (void)
{
  g_print ("%-22s %-12s %19s %19s %9s %6s %8s %8s\n", "set", "quantity", "ours (sd)",
           "reference (sd)", "mean, sd", "ratio", "q2.5", "q97.5");
  print_reference ("scotland", "pc");
  print_reference ("scotland", "stanprior");
  print_reference ("scotland_islands", "pc");
  print_reference ("ncsids", "pc");
  print_reference ("evsynth", "pc");
}

/* What each reference set costs. */
static void
bench_references (void)
{
  static const char *const sets[] = { "scotland", "scotland_islands", "ncsids", "evsynth" };
  for (guint k = 0; k < G_N_ELEMENTS (sets); k++)
    {
      Reference *reference = reference_load (sets[k], "pc");
      if (reference == NULL)
        continue;
      g_autoptr (ZxPosterior) posterior = fit (sets[k], &reference->data, &reference->options);
      reference_free (reference);
    }
}

/* ---- invented lattices -------------------------------------------------------------------- */

typedef struct
{
  ZxDemandData data;
  guint32 *a, *b, *cell;
  double *x, *y, *exposure;
  gint32 *group;
} Lattice;

static Lattice
lattice_new (guint width, guint height, guint n_observations, guint n_covariates, guint n_groups,
             guint64 seed)
{
  guint n = width * height, n_edges = 0;
  ZxRng rng = zx_rng_new (seed);
  Lattice self = { .a = g_new (guint32, 2 * n),
                   .b = g_new (guint32, 2 * n),
                   .cell = g_new (guint32, n_observations),
                   .x = g_new (double, (gsize) n *n_covariates),
                   .y = g_new (double, n_observations),
                   .exposure = g_new (double, n_observations),
                   .group = g_new (gint32, n_observations) };
  for (guint32 i = 0; i < n; i++)
    {
      if ((i + 1) % width != 0)
        {
          self.a[n_edges] = i;
          self.b[n_edges++] = i + 1;
        }
      if (i + width < n)
        {
          self.a[n_edges] = i;
          self.b[n_edges++] = i + width;
        }
    }
  Waves waves[16], rest;
  waves_init (&rest, &rng, 8);
  for (guint k = 0; k < n_covariates; k++)
    waves_init (&waves[k], &rng, 5);
  for (guint k = 0; k < n_covariates; k++)
    for (guint c = 0; c < n; c++)
      self.x[(gsize) k * n + c] = waves_at (&waves[k], c % width, c / width);
  for (guint i = 0; i < n_observations; i++)
    {
      guint32 c = self.cell[i] = zx_rng_below (&rng, n);
      double eta = -0.5 + 0.4 * waves_at (&rest, c % width, c / width) + 0.2 * zx_rng_normal (&rng);
      for (guint k = 0; k < n_covariates; k++)
        eta += (k % 2 ? -0.2 : 0.3) * self.x[(gsize) k * n + c];
      self.group[i] = n_groups > 0 ? (gint32) zx_rng_below (&rng, n_groups) : -1;
      self.exposure[i] = 1 + zx_rng_below (&rng, 40);
      self.y[i] = (double) zx_rng_negative_binomial (
          &rng, self.exposure[i] * exp (eta + 0.1 * (self.group[i] % 3)), 5);
    }
  self.data = (ZxDemandData){ .n_cells = n,
                              .n_edges = n_edges,
                              .edge_a = self.a,
                              .edge_b = self.b,
                              .n_covariates = n_covariates,
                              .x = self.x,
                              .n_observations = n_observations,
                              .cell = self.cell,
                              .y = self.y,
                              .exposure = self.exposure,
                              .group = n_groups > 0 ? self.group : NULL,
                              .n_groups = n_groups };
  return self;
}

static void
lattice_clear (Lattice *self)
{
  g_free (self->a);
  g_free (self->b);
  g_free (self->cell);
  g_free (self->x);
  g_free (self->y);
  g_free (self->exposure);
  g_free (self->group);
}

static void
bench_lattice (const char *name, guint width, guint height, guint n_observations,
               guint n_covariates, guint n_groups, gboolean with_other)
{
  Lattice lattice = lattice_new (width, height, n_observations, n_covariates, n_groups, 7);
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.coefficient_sd = 1;
  if (!with_other)
    {
      g_autoptr (ZxPosterior) posterior = fit (name, &lattice.data, &options);
    }
  else
    for (guint k = 0; k < 2; k++)
      {
        g_autofree char *title = g_strdup_printf ("%s, %s", name, k == 0 ? "sparse" : "dense");
        options.engine = k == 0 ? ZX_DEMAND_ENGINE_SPARSE : ZX_DEMAND_ENGINE_DENSE;
        g_autoptr (ZxPosterior) posterior = fit (title, &lattice.data, &options);
      }
  lattice_clear (&lattice);
}

/* The same stations learnt from alone and together with vehicles counted in every cell. */
static void
bench_joint (const char *name, guint width, guint height, guint n_observations)
{
  Lattice lattice = lattice_new (width, height, n_observations, 3, 8, 7);
  guint n = width * height;
  g_autofree double *count = g_new (double, n), *area = g_new (double, n);
  ZxRng rng = zx_rng_new (8);
  for (guint c = 0; c < n; c++)
    {
      area[c] = 1;
      count[c] = (double) zx_rng_negative_binomial (&rng, exp (3 + 0.5 * lattice.x[c]), 4);
    }
  const ZxVehicleCounts vehicles = { count, area, 0 };
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.coefficient_sd = 1;
  for (guint k = 0; k < 2; k++)
    {
      g_autofree char *title = g_strdup_printf ("%s, %s", name, k == 0 ? "alone" : "joint");
      g_autoptr (ZxPosterior) posterior
          = fit_with (title, &lattice.data, k == 0 ? NULL : &vehicles, &options);
    }
  lattice_clear (&lattice);
}

/* ---- a city ------------------------------------------------------------------------------- */

static void
bench_city (double side_m, double across_m, guint n_stations)
{
  PlantedOptions planted_options = PLANTED_OPTIONS_INIT;
  planted_options.side_m = side_m;
  planted_options.across_m = across_m;
  planted_options.n_stations = n_stations;
  Planted planted = planted_new (&planted_options);
  ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.coefficient_sd = 1;
  g_autoptr (GError) error = NULL;
  Clock begin = now ();
  g_autoptr (ZxDemand) demand
      = zx_demand_believe (planted.city, planted.cells, planted.covariates, planted.rows, &huff,
                           &options, NULL, NULL, &error);
  Clock used = since (begin);
  if (demand == NULL)
    g_print ("%s\n", error->message);
  else
    g_print ("city, %5u cells, %4u stations     %8.3f s  %8.3f processor s; 80 %% intervals hold "
             "%.1f %% of the truth\n",
             planted.cells->n, n_stations, used.wall, used.processor,
             100 * planted_cover80 (&planted, demand));
  for (guint k = 0; demand != NULL && k < demand->n_trials; k++)
    {
      const ZxDemandTrial *trial = &demand->trial[k];
      g_print ("    %s%s, coefficients x %.2f: mean log score %.4f, gain %+.4f (%.4f)%s\n",
               trial->likelihood == ZX_LIKELIHOOD_LOG_NORMAL ? "log-normal" : "negative binomial",
               trial->has_size_spread ? ", spread by size" : "", trial->shrinkage,
               trial->mean_log_score, trial->gain, trial->gain_se,
               k == demand->chosen ? "  <- taken" : "");
    }
  if (demand != NULL && demand->has_checks)
    g_print ("    place: gain %+.4f (%.4f); held-out R² %.3f, 80 %% intervals hold %.1f %%, width "
             "x %.1f; Moran z %.2f\n",
             demand->checks.place_gain, demand->checks.place_gain_se, demand->checks.r2_log,
             100 * demand->checks.cover80, demand->checks.width80_ratio,
             demand->posterior->criteria->moran_z);
  planted_clear (&planted);
}

/* ---- real stations ------------------------------------------------------------------------ */

/* log p (y) of a negative binomial whose log mean is normal: quadrature around the joint mode. */
static double
log_predictive (double y, double mean, double sd, double psi)
{
  double node[15], weight[15], r = 1 / (psi * psi), at = mean, bend = 0, best = -INFINITY,
                               value[15];
  zx_gauss_hermite (15, node, weight);
  for (guint k = 0; k < 50; k++)
    {
      double mu = exp (at), q = mu / r;
      bend = (1 + y / r) * mu / ((1 + q) * (1 + q)) + 1 / (sd * sd);
      at += CLAMP (((y - mu) / (1 + q) - (at - mean) / (sd * sd)) / bend, -1, 1);
    }
  for (guint k = 0; k < 15; k++)
    {
      double eta = at + node[k] / sqrt (bend), mu = exp (eta);
      value[k] = lgamma (y + r) - lgamma (r) - lgamma (y + 1) + y * (eta - log (r + mu))
                 + r * log (r / (r + mu)) - 0.5 * pow ((eta - mean) / sd, 2)
                 + 0.5 * node[k] * node[k];
      best = MAX (best, value[k]);
    }
  double sum = 0;
  for (guint k = 0; k < 15; k++)
    sum += weight[k] * exp (value[k] - best);
  return best + log (sum) - log (sd * sqrt (bend));
}

/* Columns of a file by name. */
static double *
column (const char *file, const char *name, guint *n)
{
  g_autofree char *path = zx_test_shared (file);
  g_autofree char *text = NULL;
  g_file_get_contents (path, &text, NULL, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) header = g_strsplit (g_strstrip (lines[0]), ",", -1);
  guint at = 0, n_lines = g_strv_length (lines);
  while (header[at] != NULL && !g_str_equal (header[at], name))
    at++;
  double *values = g_new (double, n_lines);
  *n = 0;
  for (guint k = 1; k < n_lines && lines[k][0] != '\0'; k++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[k], ",", -1);
      values[(*n)++] = g_ascii_strtod (cells[at], NULL);
    }
  return values;
}

/* 853 stations of Shenzhen, held out by the folds of data/bayes/shenzhen/README.md; the bars there
 * for this model with the stations' own covariates are -10.977 (block) and -10.956 (random), each
 * within 0.005. */
static void
bench_shenzhen (void)
{
  static const char *const own[]
      = { "x_own_connectors", "x_own_connectors_sq", "x_own_dcshare", "x_own_power" };
  const char *stations = "data/bayes/shenzhen/stations.csv",
             *edges = "data/bayes/shenzhen/edges.csv";
  g_autofree char *there = zx_test_shared (stations);
  if (there == NULL)
    return;
  guint n, n_edges, n_cells;
  g_autofree double *a = column (edges, "a", &n_edges), *b = column (edges, "b", &n_edges);
  g_autofree double *cells = column ("data/bayes/shenzhen/cells.csv", "cell", &n_cells);
  g_autofree double *y = column (stations, "y", &n), *exposure = column (stations, "exposure", &n);
  g_autofree double *cell = column (stations, "cell", &n);
  g_autofree guint32 *edge_a = g_new (guint32, n_edges), *edge_b = g_new (guint32, n_edges);
  g_autofree guint32 *cell_of = g_new (guint32, n);
  g_autofree double *x = g_new (double, 4 * n), *held = g_new (double, n);
  for (guint e = 0; e < n_edges; e++)
    {
      edge_a[e] = (guint32) a[e] - 1;
      edge_b[e] = (guint32) b[e] - 1;
    }
  for (guint i = 0; i < n; i++)
    cell_of[i] = (guint32) cell[i] - 1;
  for (guint k = 0; k < 4; k++)
    {
      g_autofree double *values = column (stations, own[k], &n);
      memcpy (x + (gsize) k * n, values, n * sizeof *x);
    }
  for (guint scheme = 0; scheme < 2; scheme++)
    {
      g_autofree double *fold = column (stations, scheme == 0 ? "fold" : "fold_random", &n);
      double sum = 0, least = INFINITY, most = -INFINITY;
      Clock begin = now ();
      for (guint i = 0; i < n; i++)
        {
          least = MIN (least, fold[i]);
          most = MAX (most, fold[i]);
        }
      for (double f = least; f <= most; f++)
        {
          for (guint i = 0; i < n; i++)
            held[i] = fold[i] == f ? NAN : y[i];
          ZxDemandData data = { .n_cells = n_cells,
                                .n_edges = n_edges,
                                .edge_a = edge_a,
                                .edge_b = edge_b,
                                .n_observations = n,
                                .cell = cell_of,
                                .y = held,
                                .exposure = exposure,
                                .n_own = 4,
                                .x_own = x };
          ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
          options.n_draws = 10;
          g_autoptr (ZxPosterior) posterior = zx_demand_fit (&data, &options, NULL, NULL);
          for (guint i = 0; i < n; i++)
            if (fold[i] == f)
              sum += log_predictive (y[i], posterior->fitted_mean[i] + log (exposure[i]),
                                     posterior->fitted_sd[i], posterior->psi.mean);
        }
      Clock used = since (begin);
      g_print (
          "Shenzhen, %s folds: mean log score %.4f (bar %.3f +- 0.005), %.1f s, %.1f processor "
          "s\n",
          scheme == 0 ? "block" : "random", sum / n, scheme == 0 ? -10.977 : -10.956, used.wall,
          used.processor);
    }
}

/* Factors, inverses and whole fits up to a number of cells. */
static void
bench_speed (guint most_cells)
{
  bench_factor (100, 100, 20);
  if (most_cells >= 100000)
    bench_factor (400, 250, 5);
  if (most_cells >= 1000000)
    bench_factor (1000, 1000, 1);
  if (most_cells >= 2000)
    bench_references ();
  if (most_cells >= 2000)
    bench_lattice ("2 000 cells, 2 000 observations", 50, 40, 2000, 6, 8, FALSE);
  if (most_cells >= 10000)
    bench_lattice ("10 000 cells, 10 000 observations", 100, 100, 10000, 6, 8, FALSE);
  if (most_cells >= 100000)
    bench_lattice ("100 000 cells, 30 000 observations", 400, 250, 30000, 4, 0, FALSE);
  if (most_cells >= 1000000)
    bench_lattice ("1 000 000 cells, 100 000 observations", 1000, 1000, 100000, 4, 0, FALSE);
}

int
main (int argc, char **argv)
{
  if (argc > 3 && g_str_equal (argv[1], "--calibration"))
    {
      bench_calibration ((guint) g_ascii_strtoull (argv[2], NULL, 10),
                         g_ascii_strtoull (argv[3], NULL, 10), argc > 4 ? argv[4] : NULL);
      return 0;
    }
  if (argc > 1 && g_str_equal (argv[1], "--shenzhen"))
    {
      bench_shenzhen ();
      return 0;
    }
  if (argc > 1 && g_str_equal (argv[1], "--cities"))
    {
      bench_city (10000, 360, 80);
      bench_city (15000, 350, 150);
      return 0;
    }
  if (argc > 1 && g_str_equal (argv[1], "--speed"))
    {
      bench_speed (argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 1000000);
      return 0;
    }
  print_references ();
  if (argc > 1 && g_str_equal (argv[1], "--references"))
    bench_shenzhen_stack ();
  bench_references ();
  bench_lattice ("2 000 cells, 150 stations", 50, 40, 150, 6, 8, TRUE);
  bench_joint ("2 000 cells, 150 stations", 50, 40, 150);
  bench_lattice ("2 000 cells, 2 000 observations", 50, 40, 2000, 6, 8, FALSE);
  bench_lattice ("10 000 cells, 10 000 observations", 100, 100, 10000, 6, 8, FALSE);
  bench_city (10000, 360, 80);
  bench_city (15000, 350, 150);
  return 0;
}
