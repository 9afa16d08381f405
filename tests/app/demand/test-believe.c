/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cities whose demand is known. */

#include "app/demand/zx-belief.h"
#include "tests/app/demand/planted.h"

static ZxDemandOptions
product_options (void)
{
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  options.coefficient_sd = 1;
  return options;
}

static ZxDemand *
believe (const Planted *planted, ZxFindings *findings)
{
  const ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  ZxDemandOptions options = product_options ();
  g_autoptr (GError) error = NULL;
  ZxDemand *demand = zx_demand_believe (planted->city, planted->cells, planted->covariates,
                                        planted->rows, &huff, &options, findings, NULL, &error);
  g_assert_no_error (error);
  return demand;
}

/* One small city is 20 independent pieces of field or so: its share of covered cells scatters by
 * 0.1 around 0.8, so three are taken together. */
static void
test_intervals_cover_the_planted_truth (void)
{
  double cover = 0, total = 0;
  for (guint k = 0; k < 3; k++)
    {
      PlantedOptions options = PLANTED_OPTIONS_INIT;
      options.seed = zx_test_seed () + k;
      Planted planted = planted_new (&options);
      g_autoptr (ZxDemand) demand = believe (&planted, NULL);
      double share = planted_cover80 (&planted, demand);
      double ratio = planted_total_ratio (&planted, demand);
      g_print ("# %u cells, %u stations: 80 %% intervals hold %.1f %%, total %.2f of the truth, "
               "held-out log score %.2f (level alone %.2f), %.2f s\n",
               planted.cells->n, demand->n_observations, 100 * share, ratio,
               demand->checks.mean_log_score, demand->checks.baseline_log_score,
               demand->posterior->seconds);
      g_assert_cmpfloat (demand->checks.mean_log_score, >, demand->checks.baseline_log_score);
      cover += share / 3;
      total += ratio / 3;
      planted_clear (&planted);
    }
  g_assert_cmpfloat (cover, >, 0.7);
  g_assert_cmpfloat (cover, <, 0.95);
  g_assert_cmpfloat (fabs (log (total)), <, log (1.25));
}

/* Above 800 stations only the first order of the catchment's sum is kept; its error, on a city
 * where both are possible. */
static void
test_first_order_stays_near_the_whole (void)
{
  PlantedOptions planted_options = PLANTED_OPTIONS_INIT;
  planted_options.seed = zx_test_seed ();
  planted_options.n_stations = 120;
  planted_options.side_m = 8000;
  Planted planted = planted_new (&planted_options);
  const ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  ZxDemandOptions options = product_options ();
  double share[2], ratio[2];
  for (guint k = 0; k < 2; k++)
    {
      options.engine = k == 0 ? ZX_DEMAND_ENGINE_AUTOMATIC : ZX_DEMAND_ENGINE_SPARSE;
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxDemand) demand
          = zx_demand_believe (planted.city, planted.cells, planted.covariates, planted.rows, &huff,
                               &options, NULL, NULL, &error);
      g_assert_no_error (error);
      share[k] = planted_cover80 (&planted, demand);
      ratio[k] = planted_total_ratio (&planted, demand);
      g_print ("# %s: 80 %% intervals hold %.1f %%, total %.3f of the truth, held-out log score "
               "%.3f, %.2f s\n",
               k == 0 ? "whole" : "first order", 100 * share[k], ratio[k],
               demand->checks.mean_log_score, demand->posterior->seconds);
    }
  g_assert_cmpfloat (fabs (log (ratio[1])), <, log (1.2));
  g_assert_cmpfloat (share[1], >, 0.5);
  planted_clear (&planted);
}

static void
test_answer_is_whole (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 20;
  Planted planted = planted_new (&options);
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxDemand) demand = believe (&planted, findings);
  g_assert_cmpuint (demand->n_observations, ==, 20);
  g_assert_true (demand->has_checks);
  for (guint c = 0; c < demand->n_cells; c++)
    {
      g_assert_cmpfloat (demand->p10[c], >, 0);
      g_assert_cmpfloat (demand->p10[c], <=, demand->p50[c]);
      g_assert_cmpfloat (demand->p50[c], <=, demand->p90[c]);
      g_assert_true (isfinite (demand->mean[c]));
    }
  for (guint i = 0; i < 20; i++)
    g_assert_cmpfloat (fabs (log (demand->fitted_kwh_per_day[i] / demand->observed_kwh_per_day[i])),
                       <, 1);
  double weekday = 0, weekend = 0;
  for (guint hour = 0; hour < 24; hour++)
    {
      weekday += demand->profile[hour];
      weekend += demand->profile[24 + hour];
    }
  g_assert_cmpfloat (fabs (weekday - 1), <, 1e-5);
  g_assert_cmpfloat (fabs (weekend - 1), <, 1e-5);
  guint sum = 0;
  for (guint k = 0; k < 10; k++)
    sum += demand->checks.pit[k];
  g_assert_cmpuint (sum, ==, demand->checks.n);
  planted_clear (&planted);
}

static void
test_threads_do_not_change_a_byte (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 15;
  Planted planted = planted_new (&options);
  zx_parallel_set_threads (1);
  g_autoptr (ZxDemand) one = believe (&planted, NULL);
  zx_parallel_set_threads (3);
  g_autoptr (ZxDemand) three = believe (&planted, NULL);
  zx_parallel_set_threads (0);
  g_assert_true (memcmp (one->cell_kwh_per_day, three->cell_kwh_per_day,
                         (gsize) one->n_draws * one->n_cells * sizeof (float))
                 == 0);
  g_assert_true (memcmp (&one->checks, &three->checks, sizeof one->checks) == 0);
  planted_clear (&planted);
}

static gboolean
has_finding (const ZxFindings *findings, const char *rule)
{
  for (guint k = 0; k < findings->rows->len; k++)
    if (g_str_equal (g_array_index (findings->rows, ZxFinding, k).rule, rule))
      return TRUE;
  return FALSE;
}

/* The same city twice: as it is, and with what was sold dealt out anew among the stations, so that
 * place tells nothing. */
static void
test_place_is_supported_where_it_matters (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.seed = zx_test_seed ();
  options.side_m = 7000;
  options.n_stations = 60;
  Planted planted = planted_new (&options);
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxDemand) real = believe (&planted, findings);
  g_assert_cmpint (zx_demand_place_verdict (real), ==, ZX_PLACE_SUPPORTED);
  g_assert_false (has_finding (findings, "demand.place-unproven"));
  g_assert_cmpuint (real->n_trials, >=, 3);
  g_assert_cmpuint (real->chosen, <, real->n_trials);
  g_assert_nonnull (real->posterior->criteria);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < options.n_stations; i++)
    planted.city->stations.kwh_per_day[i] = (float) (900 * exp (0.8 * zx_rng_normal (&rng)));
  g_autoptr (ZxDemand) dealt = believe (&planted, findings);
  g_print ("# gain of place %.3f (%.3f), dealt anew %.3f (%.3f)\n", real->checks.place_gain,
           real->checks.place_gain_se, dealt->checks.place_gain, dealt->checks.place_gain_se);
  g_assert_cmpint (zx_demand_place_verdict (dealt), !=, ZX_PLACE_UNTESTED);
  g_assert_cmpint (zx_demand_place_verdict (dealt), !=, ZX_PLACE_SUPPORTED);
  g_assert_true (has_finding (findings, "demand.place-unproven")
                 || has_finding (findings, "demand.place-worse"));
  planted_clear (&planted);
}

/* When all but a trickle of demand is held to charge elsewhere, what is believed is far above what
 * is sold, and nobody may read it as a forecast. */
static void
test_a_level_far_above_what_is_sold_is_doubted (void)
{
  PlantedOptions planted_options = PLANTED_OPTIONS_INIT;
  planted_options.side_m = 4000;
  planted_options.n_stations = 20;
  Planted planted = planted_new (&planted_options);
  ZxDemandOptions options = product_options ();
  for (guint k = 0; k < 2; k++)
    {
      ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
      huff.outside *= k == 0 ? 1 : 1000;
      g_autoptr (ZxFindings) findings = zx_findings_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxDemand) demand
          = zx_demand_believe (planted.city, planted.cells, planted.covariates, planted.rows, &huff,
                               &options, findings, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (has_finding (findings, "demand.far-above-sold"), ==, k == 1);
    }
  planted_clear (&planted);
}

static double
median_total (const ZxDemand *demand)
{
  double quantiles[3];
  g_assert_true (zx_demand_total (demand, quantiles));
  return quantiles[1];
}

/* Sales that have nothing to do with where cars come from, by five orders of size: the model with
 * place may believe what it likes, the belief stays with what is sold. */
static void
test_belief_stays_with_what_is_sold (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 7000;
  options.n_stations = 60;
  for (guint k = 0; k < 2; k++)
    {
      options.seed = zx_test_seed () + k;
      Planted planted = planted_new (&options);
      ZxRng rng = zx_rng_new (options.seed);
      for (guint i = 0; i < options.n_stations; i++)
        planted.city->stations.kwh_per_day[i] = (float) (900 * exp (2 * zx_rng_normal (&rng)));
      g_autoptr (ZxFindings) findings = zx_findings_new ();
      g_autoptr (ZxDemand) demand = believe (&planted, findings);
      const ZxDemandMember *place = &demand->member[ZX_MEMBER_PLACE];
      double weight = 0, fitted = 0, apart = 0, total = 0;
      for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
        {
          weight += demand->member[m].weight;
          apart += demand->member[m].weight * demand->member[m].mean_log_score;
        }
      /* The checks are of the mixture: by Jensen no worse than its parts on average. */
      g_assert_cmpfloat (demand->checks.mean_log_score, >=, apart - 1e-9);
      g_assert_cmpfloat (demand->checks.width80_ratio, >, 1);
      g_assert_true (isfinite (demand->checks.r2_log));
      for (guint tenth = 0; tenth < 10; tenth++)
        total += demand->checks.pit[tenth];
      g_assert_cmpfloat (total, ==, demand->n_observations);
      for (guint i = 0; i < demand->n_observations; i++)
        fitted += demand->fitted_kwh_per_day[i];
      g_print ("# place alone %.1f times what is sold, its weight %.2f, belief %.1f times\n",
               place->total_kwh_per_day / demand->sold_kwh_per_day, place->weight,
               median_total (demand) / demand->sold_kwh_per_day);
      g_assert_true (demand->is_stacked);
      g_assert_cmpfloat (fabs (weight - 1), <, 1e-9);
      g_assert_cmpfloat (place->weight, <, 1);
      g_assert_cmpfloat (median_total (demand), <, 3 * demand->sold_kwh_per_day);
      g_assert_cmpfloat (median_total (demand), >, demand->sold_kwh_per_day);
      if (!(place->weight > 0))
        g_assert_cmpfloat (fabs (fitted / demand->sold_kwh_per_day - 1), <, 1e-6);
      g_assert_true (has_finding (findings, "demand.place-left-out")
                     || has_finding (findings, "demand.place-shared"));
      planted_clear (&planted);
    }
}

/* Three members of two observations by hand: the third is never right, the first two are each
 * right once.  With one pseudo-station each the weights of the two solve w = (1 + 1) / 5 by
 * symmetry, and the third keeps its pseudo-station. */
static void
test_stacking_weights_by_hand (void)
{
  const double a[] = { 0, -800 }, b[] = { -800, 0 }, c[] = { -800, -800 };
  const double *const scores[] = { a, b, c };
  const gboolean all[] = { TRUE, TRUE, TRUE }, two[] = { TRUE, FALSE, TRUE };
  double weight[3];
  zx_stacking_weights (scores, 3, all, 2, weight);
  g_assert_cmpfloat (fabs (weight[0] - 0.4), <, 1e-12);
  g_assert_cmpfloat (fabs (weight[1] - 0.4), <, 1e-12);
  g_assert_cmpfloat (fabs (weight[2] - 0.2), <, 1e-12);
  /* the first is right once; where both are wrong alike, the weights share the station */
  zx_stacking_weights (scores, 3, two, 2, weight);
  g_assert_cmpfloat (weight[1], ==, 0);
  g_assert_cmpfloat (fabs (weight[0] - 2.0 / 3), <, 1e-12);
  g_assert_cmpfloat (fabs (weight[2] - 1.0 / 3), <, 1e-12);
}

static void
test_without_history_demand_is_spread (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 12;
  Planted planted = planted_new (&options);
  for (guint i = 0; i < 12; i++)
    planted.city->stations.observed_days[i] = 0;
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxDemand) demand = believe (&planted, findings);
  g_assert_null (demand->posterior);
  g_assert_true (has_finding (findings, "demand.no-history"));
  /* it still ranks: by vehicles first */
  guint most = 0, least = 0;
  for (guint c = 0; c < demand->n_cells; c++)
    {
      most = planted.covariates->x[c] > planted.covariates->x[most] ? c : most;
      least = planted.covariates->x[c] < planted.covariates->x[least] ? c : least;
      g_assert_cmpfloat (demand->rate_p90_to_p10[c], >, 3);
    }
  g_assert_cmpfloat (demand->p50[most] / planted.cells->area_km2[most], >,
                     demand->p50[least] / planted.cells->area_km2[least]);
  planted_clear (&planted);
}

static void
test_unknown_sizes_take_the_median (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 15;
  Planted planted = planted_new (&options);
  planted.city->stations.n_dc[3] = 0;
  planted.city->stations.state[5] = ZX_STATION_CLOSED;
  g_autoptr (ZxDemand) demand = believe (&planted, NULL);
  g_assert_cmpuint (demand->n_observations, ==, 14);
  for (guint i = 0; i < demand->n_observations; i++)
    g_assert_cmpuint (demand->observed_station[i], !=, 5);
  planted_clear (&planted);
}

static void
test_a_stopped_belief_gives_nothing (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 15;
  Planted planted = planted_new (&options);
  const ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  ZxDemandOptions product = product_options ();
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_demand_believe (planted.city, planted.cells, planted.covariates, planted.rows,
                                    &huff, &product, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  planted_clear (&planted);
}

static void
test_rows_of_another_city_are_refused (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 15;
  Planted planted = planted_new (&options);
  const ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  ZxDemandOptions product = product_options ();
  g_autoptr (GError) error = NULL;
  planted.rows->n_rows = 14;
  g_assert_null (zx_demand_believe (planted.city, planted.cells, planted.covariates, planted.rows,
                                    &huff, &product, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_clear_error (&error);
  planted.rows->n_rows = 15;
  planted.rows->target[4] = planted.cells->n;
  g_assert_null (zx_demand_believe (planted.city, planted.cells, planted.covariates, planted.rows,
                                    &huff, &product, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  planted_clear (&planted);
}

/* Two equal columns and a level one: both are left out and said so. */
static void
test_useless_covariates_are_dropped (void)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.side_m = 4000;
  options.n_stations = 8;
  Planted planted = planted_new (&options);
  ZxRng rng = zx_rng_new (3);
  g_assert_true (zx_places_alloc (&planted.city->places, 4000, NULL));
  for (guint i = 0; i < 4000; i++)
    {
      planted.city->places.x_m[i] = 4000 * sqrt (zx_rng_uniform (&rng));
      planted.city->places.y_m[i] = 4000 * zx_rng_uniform (&rng);
      planted.city->places.kind[i] = ZX_PLACE_PARKING;
    }
  g_autoptr (ZxField) level = zx_field_new (0, 0, 100, 40, 40, "1", NULL);
  for (guint k = 0; k < 1600; k++)
    level->value[k] = 7;
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCovariates) covariates
      = zx_demand_covariates (planted.city, planted.cells, level, NULL, findings, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (covariates->n, ==, 1); /* places; parking is the same, vehicles are level */
  g_assert_cmpstr (covariates->name[0], ==, "places");
  g_assert_true (has_finding (findings, "demand.covariate-dropped"));
  g_assert_true (has_finding (findings, "demand.covariate-constant"));
  g_assert_cmpuint (findings->rows->len, ==, 2);
  double mean = 0, squared = 0;
  for (guint c = 0; c < covariates->n_cells; c++)
    {
      mean += covariates->x[c] / covariates->n_cells;
      squared += covariates->x[c] * covariates->x[c] / covariates->n_cells;
    }
  g_assert_cmpfloat (fabs (mean), <, 1e-10);
  g_assert_cmpfloat (fabs (squared - 1), <, 1e-10);
  planted_clear (&planted);
}

static void
test_attraction_by_hand (void)
{
  ZxHuffOptions options = ZX_HUFF_OPTIONS_INIT;
  g_assert_cmpfloat (fabs (zx_huff_attraction (8, 300, &options) - pow (8, 0.9) * exp (-1)), <,
                     1e-12);
  g_assert_cmpfloat (zx_huff_attraction (8, 1201, &options), ==, 0);
  g_assert_cmpfloat (zx_huff_attraction (0, 10, &options), ==, 0);
  g_assert_cmpfloat (fabs (zx_huff_outside (&options) - pow (2, 0.9)), <, 1e-12);
}

/* Vehicles in each cell as the planted covariate has them; the covariate then becomes what a reader
 * of these vehicles would make of them. */
static void
count_vehicles (Planted *planted, double vehicles_a_cell, guint64 seed)
{
  ZxFleet *fleet = &planted->city->fleet;
  guint n = planted->cells->n;
  double *x = planted->covariates->x, mean = 0, square = 0;
  ZxRng rng = zx_rng_new (seed);
  g_autofree guint64 *count = g_new (guint64, n);
  gsize total = 0, at = 0;
  for (guint c = 0; c < n; c++)
    total += count[c] = zx_rng_poisson (&rng, vehicles_a_cell * exp (x[c]));
  g_assert_true (zx_fleet_alloc (fleet, total, FALSE, NULL));
  fleet->measure = ZX_FLEET_POINTS;
  for (guint c = 0; c < n; c++)
    for (guint64 k = 0; k < count[c]; k++, at++)
      {
        fleet->dx_m[at] = (float) (planted->cells->x_m[c] - planted->city->origin_x_m);
        fleet->dy_m[at] = (float) (planted->cells->y_m[c] - planted->city->origin_y_m);
      }
  for (guint c = 0; c < n; c++)
    {
      x[c] = log (count[c] + 0.5);
      mean += x[c] / n;
      square += x[c] * x[c] / n;
    }
  for (guint c = 0; c < n; c++)
    x[c] = (x[c] - mean) / sqrt (square - mean * mean);
}

static Planted
planted_with_vehicles (guint64 seed)
{
  PlantedOptions options = PLANTED_OPTIONS_INIT;
  options.seed = seed;
  options.n_stations = 120;
  options.field_sd = 0.1;
  options.side_m = 5000;
  return planted_new (&options);
}

static ZxDemand *
believe_vehicles (const Planted *planted, const ZxHuffOptions *huff, gboolean is_asked)
{
  ZxDemandOptions options = product_options ();
  options.tries_vehicles = is_asked;
  options.n_draws = 300;
  g_autoptr (GError) error = NULL;
  ZxDemand *demand = zx_demand_believe (planted->city, planted->cells, planted->covariates,
                                        planted->rows, huff, &options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (demand->has_vehicles_trial, ==, is_asked);
  const ZxJointTrial *trial = &demand->vehicles;
  g_test_message ("covariate %.4f, joint %.4f: %+.4f (%.4f), over nothing %+.4f (%.4f), copy %.2f",
                  trial->covariate_log_score, trial->joint_log_score, trial->gain, trial->gain_se,
                  trial->gain_over_nothing, trial->gain_over_nothing_se, trial->copy);
  return demand;
}

/* Well counted, and drawn on from far away: asking changes nothing but that it is told. */
static void
test_covariate_of_vehicles_stays (void)
{
  const ZxHuffOptions huff = ZX_HUFF_OPTIONS_INIT;
  Planted planted = planted_with_vehicles (50);
  count_vehicles (&planted, 30, 51);
  g_autoptr (ZxDemand) asked = believe_vehicles (&planted, &huff, TRUE);
  g_autoptr (ZxDemand) unasked = believe_vehicles (&planted, &huff, FALSE);
  g_assert_false (asked->vehicles.is_joint_better);
  g_assert_cmpmem (asked->mean, asked->n_cells * sizeof (float), unasked->mean,
                   unasked->n_cells * sizeof (float));
  planted_clear (&planted);
}

/* A vehicle in every third cell, and stations that live on their own cell. */
static void
test_poorly_counted_vehicles_are_a_likelihood (void)
{
  const ZxHuffOptions huff = { 20, 0.9, 105, 2 };
  Planted planted = planted_with_vehicles (60);
  ZxStations *stations = &planted.city->stations;
  ZxRng rng = zx_rng_new (61);
  for (guint i = 0; i < stations->n; i++)
    {
      gint32 cell = zx_cells_at (planted.cells, stations->x_m[i], stations->y_m[i]);
      g_assert_cmpint (cell, >=, 0);
      stations->kwh_per_day[i]
          = (float) (800 * exp (1.2 * planted.covariates->x[cell] + 0.1 * zx_rng_normal (&rng)));
    }
  count_vehicles (&planted, 0.4, 62);
  g_autoptr (ZxDemand) demand = believe_vehicles (&planted, &huff, TRUE);
  g_assert_true (demand->vehicles.is_joint_better);
  g_assert_cmpfloat (demand->vehicles.copy, >, 0.3);
  g_assert_cmpuint (demand->posterior->n_coefficients, ==, planted.covariates->n + 1);
  g_assert_cmpfloat (fabs (demand->posterior->coefficient[1].mean), <, 1e-5);
  for (guint c = 0; c < demand->n_cells; c++)
    g_assert_true (isfinite (demand->mean[c]) && demand->mean[c] > 0);
  g_assert_cmpuint (demand->posterior->criteria->n, ==, demand->n_observations);
  planted_clear (&planted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/believe/intervals-cover-the-planted-truth",
                   test_intervals_cover_the_planted_truth);
  g_test_add_func ("/demand/believe/first-order-stays-near-the-whole",
                   test_first_order_stays_near_the_whole);
  g_test_add_func ("/demand/believe/place-is-supported-where-it-matters",
                   test_place_is_supported_where_it_matters);
  g_test_add_func ("/demand/believe/answer-is-whole", test_answer_is_whole);
  g_test_add_func ("/demand/believe/threads-do-not-change-a-byte",
                   test_threads_do_not_change_a_byte);
  g_test_add_func ("/demand/believe/without-history-demand-is-spread",
                   test_without_history_demand_is_spread);
  g_test_add_func ("/demand/believe/unknown-sizes-take-the-median",
                   test_unknown_sizes_take_the_median);
  g_test_add_func ("/demand/believe/a-stopped-belief-gives-nothing",
                   test_a_stopped_belief_gives_nothing);
  g_test_add_func ("/demand/believe/rows-of-another-city-are-refused",
                   test_rows_of_another_city_are_refused);
  g_test_add_func ("/demand/covariates/useless-ones-are-dropped",
                   test_useless_covariates_are_dropped);
  g_test_add_func ("/demand/huff/attraction-by-hand", test_attraction_by_hand);
  g_test_add_func ("/demand/believe/a-level-far-above-what-is-sold-is-doubted",
                   test_a_level_far_above_what_is_sold_is_doubted);
  g_test_add_func ("/demand/believe/belief-stays-with-what-is-sold",
                   test_belief_stays_with_what_is_sold);
  g_test_add_func ("/demand/believe/a-covariate-of-vehicles-stays-when-it-is-no-worse",
                   test_covariate_of_vehicles_stays);
  g_test_add_func ("/demand/believe/poorly-counted-vehicles-are-a-likelihood",
                   test_poorly_counted_vehicles_are_a_likelihood);
  g_test_add_func ("/demand/believe/stacking-weights-by-hand", test_stacking_weights_by_hand);
  return g_test_run ();
}
