/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Queues, money, carbon and rankings against worked examples (design page DOMAIN §3.4, §3.6, §3.7,
 * §5.2) and against slow ways of computing the same. */

#include "app/siting/zx-siting.h"

#include "zx-test.h"

/* ---- queues ------------------------------------------------------------------------------- */

static void
test_erlang_c_has_the_textbook_values (void)
{
  g_assert_cmpfloat_with_epsilon (zx_erlang_c (10, 8), 0.40918, 1e-5);
  g_assert_cmpfloat_with_epsilon (zx_erlang_c (2, 1), 1.0 / 3, 1e-12);
  g_assert_cmpfloat (zx_erlang_c (3, 0), ==, 0);
}

static void
test_a_full_queue_is_refused (void)
{
  g_assert_true (isnan (zx_erlang_c (4, 4)));
  g_assert_true (isnan (zx_erlang_c (4, 9)));
  g_assert_true (isnan (zx_erlang_c (0, 0)));
  g_assert_true (isnan (zx_erlang_c (4, NAN)));
  g_assert_true (isnan (zx_erlang_c (G_MAXUINT, 4)));
  g_assert_true (isnan (zx_queue_wait_min (4, 6, 40, 1)));
  g_assert_true (isnan (zx_queue_wait_min (4, 6, 0, 1)));
  g_assert_true (isnan (zx_queue_exceed (4, 6, 40, 10)));
}

static void
test_waits_match_the_table (void)
{
  static const struct
  {
    double lambda, service;
    guint servers;
    double busy, wait, wait_half, over_10;
  } rows[] = {
    { 8, 40, 6, 0.7135, 42.81, 32.11, 0.604 }, { 8, 40, 7, 0.4095, 9.83, 7.37, 0.270 },
    { 8, 40, 8, 0.2209, 3.31, 2.48, 0.113 },   { 12, 45, 11, 0.4305, 9.69, 7.26, 0.276 },
    { 12, 45, 13, 0.1575, 1.77, 1.33, 0.065 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint c = rows[i].servers;
      double lambda = rows[i].lambda, service = rows[i].service;
      g_assert_cmpfloat_with_epsilon (zx_erlang_c (c, lambda * service / 60), rows[i].busy, 6e-5);
      g_assert_cmpfloat_with_epsilon (zx_queue_wait_min (c, lambda, service, 1), rows[i].wait,
                                      6e-3);
      g_assert_cmpfloat_with_epsilon (zx_queue_wait_min (c, lambda, service, 0.5),
                                      rows[i].wait_half, 6e-3);
      g_assert_cmpfloat_with_epsilon (zx_queue_exceed (c, lambda, service, 10), rows[i].over_10,
                                      6e-4);
    }
  g_assert_cmpfloat_with_epsilon (zx_queue_wait_min (7, 8, 40, 1), 9.829, 1e-3);
}

/* The design page lists 3, 5, 6, 8, 11, 18, 25.  Its own formula gives 12.65 min for λ = 6 with 6
 * guns under M/M/c (so 7) and 8.78 min for λ = 20 with 17 under cv² = 0.5 (so 17): the list mixes
 * the two columns below. */
static void
test_smallest_numbers_of_guns_match_the_formula (void)
{
  static const guint rows[][3] = { { 2, 3, 3 },    { 4, 5, 5 },    { 6, 7, 6 },   { 8, 8, 8 },
                                   { 12, 11, 11 }, { 20, 18, 17 }, { 30, 25, 25 } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpuint (zx_queue_servers (rows[i][0], 45, 1, 10), ==, rows[i][1]);
      g_assert_cmpuint (zx_queue_servers (rows[i][0], 45, 0.5, 10), ==, rows[i][2]);
    }
  g_assert_cmpfloat_with_epsilon (zx_queue_wait_min (6, 6, 45, 1), 12.65, 0.005);
  g_assert_cmpuint (zx_queue_servers (1e6, 45, 1, 10), ==, 0);
  g_assert_cmpuint (zx_queue_servers (NAN, 45, 1, 10), ==, 0);
}

/* M/M/c from its balance equations, summed state by state. */
static double
naive_erlang_c (guint servers, double offered)
{
  double term = 1, below = 0;
  for (guint k = 0; k < servers; k++)
    {
      below += term;
      term *= offered / (k + 1);
    }
  double waiting = term / (1 - offered / servers);
  return waiting / (below + waiting);
}

static void
test_erlang_c_agrees_with_the_balance_equations (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 500; i++)
    {
      guint servers = 1 + zx_rng_below (&rng, 40);
      double offered = servers * zx_rng_uniform (&rng);
      g_assert_cmpfloat_with_epsilon (zx_erlang_c (servers, offered),
                                      naive_erlang_c (servers, offered), 1e-9);
    }
}

static void
test_capacity_is_where_the_wait_meets_its_limit (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 200; i++)
    {
      guint servers = 1 + zx_rng_below (&rng, 30);
      double service = 5 + 100 * zx_rng_uniform (&rng), limit = 0.5 + 20 * zx_rng_uniform (&rng);
      double most = zx_queue_capacity_per_h (servers, service, 0.5, limit);
      g_assert_cmpfloat_with_epsilon (zx_queue_wait_min (servers, most, service, 0.5), limit,
                                      1e-6 * limit);
      g_assert_cmpfloat (most, <, servers * 60 / service);
    }
  g_assert_cmpfloat (zx_queue_capacity_per_h (0, 40, 0.5, 10), ==, 0);
}

/* ---- money -------------------------------------------------------------------------------- */

static void
test_npv_and_irr_have_the_worked_values (void)
{
  g_assert_cmpfloat_with_epsilon (zx_npv_fen (1e8, 2e7, 0.08, 8) / 100, 149327.79, 0.005);
  g_assert_cmpfloat_with_epsilon (zx_irr (1e8, 2e7, 8), 0.1181, 5e-5);
  g_assert_cmpfloat_with_epsilon (1 / zx_annuity (0.08, 10), 0.149029, 5e-7);
  g_assert_cmpfloat_with_epsilon (zx_annuity (0, 10), 10, 1e-12);
}

/* 10 × 120 kW with 1250 kVA: capex 1.74 M yuan, opex 184 200 yuan a year, margin 0.44 yuan/kWh. */
static void
test_the_worked_station_has_its_table (void)
{
  static const struct
  {
    double utilisation, net, payback, npv, irr;
  } rows[] = {
    { 0.06, 93317, 18.65, -1113837, -0.100 }, { 0.08, 185822, 9.36, -493117, 0.012 },
    { 0.10, 278328, 6.25, 127604, 0.096 },    { 0.12, 370834, 4.69, 748324, 0.168 },
    { 0.15, 509592, 3.41, 1679404, 0.265 },
  };
  double capex = 1200 * 450e2 + 1250 * 800e2 + 10 * 20000e2;
  double opex = 0.03 * capex + 60e2 * 1200 + 6000e2 * 10;
  g_assert_cmpfloat_with_epsilon (opex, 184200e2, 1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      double net = rows[i].utilisation * 1200 * 8760 * 44 - opex;
      g_assert_cmpfloat_with_epsilon (net / 100, rows[i].net, 1);
      g_assert_cmpfloat_with_epsilon (zx_payback_years (capex, net), rows[i].payback, 0.006);
      g_assert_cmpfloat_with_epsilon (zx_npv_fen (capex, net, 0.08, 10) / 100, rows[i].npv, 1);
      g_assert_cmpfloat_with_epsilon (zx_irr (capex, net, 10), rows[i].irr, 6e-4);
    }
  double even = zx_break_even_kwh (capex, opex, 44, 0.08, 10) / (1200 * 8760);
  g_assert_cmpfloat_with_epsilon (even, 0.0959, 1e-4);
  g_assert_cmpfloat_with_epsilon (zx_break_even_kwh (0, opex, 44, 0.08, 10) / (1200 * 8760), 0.0398,
                                  1e-4);
}

static void
test_a_station_that_never_pays_says_so (void)
{
  g_assert_true (isinf (zx_payback_years (1e8, 0)));
  g_assert_true (isinf (zx_payback_years (1e8, -5)));
  g_assert_true (isnan (zx_irr (1e8, -5, 10)));
  g_assert_true (isnan (zx_irr (1e8, 2e7, 0)));
  g_assert_true (isinf (zx_break_even_kwh (1e8, 1e6, 0, 0.08, 10)));
}

static void
test_irr_makes_the_npv_zero (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < 300; i++)
    {
      guint years = 1 + zx_rng_below (&rng, 30);
      double capex = 1e6 * (1 + 99 * zx_rng_uniform (&rng)), yearly = capex * zx_rng_uniform (&rng);
      double rate = zx_irr (capex, yearly, years);
      if (!isnan (rate))
        g_assert_cmpfloat (fabs (zx_npv_fen (capex, yearly, rate, years)), <, 1e-4 * capex);
    }
}

static void
test_carbon_has_the_worked_values (void)
{
  static const double rows[][2]
      = { { 0.5810, 529.5 }, { 0.5703, 540.2 }, { 0.5568, 553.7 }, { 0.5366, 573.9 } };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpfloat_with_epsilon (zx_carbon_saved_t (1e6, 0.15, 7.5, 2.2211, rows[i][0]),
                                    rows[i][1], 0.1);
  g_assert_cmpfloat_with_epsilon (zx_carbon_saved_t (1e6, 0.15, 7.5, 2.2211, 1.11055), 0, 0.01);
}

/* ---- rankings ----------------------------------------------------------------------------- */

static void
test_ahp_has_the_worked_weights (void)
{
  static const double expected[] = { 0.4185, 0.2625, 0.1599, 0.0973, 0.0618 };
  double matrix[25], weights[5];
  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 5; j++)
      matrix[i * 5 + j] = j >= i ? j - i + 1 : 1.0 / (i - j + 1);
  ZxAhpCheck check;
  g_assert_true (zx_ahp_weights (matrix, 5, weights, &check, NULL));
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat_with_epsilon (weights[i], expected[i], 5e-5);
  g_assert_cmpfloat_with_epsilon (check.lambda_max, 5.0681, 5e-5);
  g_assert_cmpfloat_with_epsilon (check.consistency_index, 0.01702, 5e-6);
  g_assert_cmpfloat_with_epsilon (check.consistency_ratio, 0.0152, 5e-5);
}

static void
test_ahp_gives_back_consistent_weights (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  double truth[6], matrix[36], weights[6], sum = 0;
  for (guint i = 0; i < 6; i++)
    sum += truth[i] = 0.05 + zx_rng_uniform (&rng);
  for (guint i = 0; i < 36; i++)
    matrix[i] = truth[i / 6] / truth[i % 6];
  ZxAhpCheck check;
  g_assert_true (zx_ahp_weights (matrix, 6, weights, &check, NULL));
  g_assert_cmpfloat_with_epsilon (check.consistency_ratio, 0, 1e-9);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (weights[i], truth[i] / sum, 1e-9);
}

static void
test_ahp_refuses_what_is_no_comparison (void)
{
  static const double not_reciprocal[] = { 1, 2, 3, 1 }, negative[] = { 1, -2, -0.5, 1 };
  double weights[11];
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_ahp_weights (not_reciprocal, 2, weights, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_false (zx_ahp_weights (negative, 2, weights, NULL, NULL));
  g_assert_false (zx_ahp_weights (negative, 0, weights, NULL, NULL));
  g_assert_false (zx_ahp_weights (NULL, 11, weights, NULL, NULL));
}

static const double three_places[] = { 800, 0.55, 0.9, 500, 0.30, 0.6, 650, 0.75, 0.4 };

static void
test_topsis_has_the_worked_closeness (void)
{
  static const double weights[] = { 0.5, 0.3, 0.2 }, expected[] = { 0.5553, 0.5215, 0.4155 };
  static const gboolean is_cost[] = { FALSE, TRUE, TRUE };
  double closeness[3];
  zx_topsis (three_places, 3, 3, weights, is_cost, closeness);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (closeness[i], expected[i], 5e-5);
}

static void
test_topsis_leaves_unknown_rows_out (void)
{
  static const double values[] = { 800, 0.55, 0.9, 500, 0.30, 0.6, 650, 0.75, 0.4, 1e9, NAN, 0 };
  static const double weights[] = { 0.5, 0.3, 0.2 };
  static const gboolean is_cost[] = { FALSE, TRUE, TRUE };
  double closeness[4];
  zx_topsis (values, 4, 3, weights, is_cost, closeness);
  g_assert_cmpfloat_with_epsilon (closeness[0], 0.5553, 5e-5);
  g_assert_true (isnan (closeness[3]));
}

static void
test_entropy_weights_have_the_worked_values (void)
{
  static const double expected[] = { 0.1346, 0.4698, 0.3956 }, equal[] = { 1, 2, 1, 2 };
  double weights[3];
  zx_entropy_weights (three_places, 3, 3, weights);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (weights[i], expected[i], 5e-5);
  zx_entropy_weights (equal, 2, 2, weights);
  g_assert_cmpfloat_with_epsilon (weights[0], 0.5, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/queue/erlang-c-has-the-textbook-values",
                   test_erlang_c_has_the_textbook_values);
  g_test_add_func ("/siting/queue/a-full-queue-is-refused", test_a_full_queue_is_refused);
  g_test_add_func ("/siting/queue/waits-match-the-table", test_waits_match_the_table);
  g_test_add_func ("/siting/queue/smallest-numbers-of-guns-match-the-formula",
                   test_smallest_numbers_of_guns_match_the_formula);
  g_test_add_func ("/siting/queue/erlang-c-agrees-with-the-balance-equations",
                   test_erlang_c_agrees_with_the_balance_equations);
  g_test_add_func ("/siting/queue/capacity-is-where-the-wait-meets-its-limit",
                   test_capacity_is_where_the_wait_meets_its_limit);
  g_test_add_func ("/siting/money/npv-and-irr-have-the-worked-values",
                   test_npv_and_irr_have_the_worked_values);
  g_test_add_func ("/siting/money/the-worked-station-has-its-table",
                   test_the_worked_station_has_its_table);
  g_test_add_func ("/siting/money/a-station-that-never-pays-says-so",
                   test_a_station_that_never_pays_says_so);
  g_test_add_func ("/siting/money/irr-makes-the-npv-zero", test_irr_makes_the_npv_zero);
  g_test_add_func ("/siting/money/carbon-has-the-worked-values", test_carbon_has_the_worked_values);
  g_test_add_func ("/siting/ranking/ahp-has-the-worked-weights", test_ahp_has_the_worked_weights);
  g_test_add_func ("/siting/ranking/ahp-gives-back-consistent-weights",
                   test_ahp_gives_back_consistent_weights);
  g_test_add_func ("/siting/ranking/ahp-refuses-what-is-no-comparison",
                   test_ahp_refuses_what_is_no_comparison);
  g_test_add_func ("/siting/ranking/topsis-has-the-worked-closeness",
                   test_topsis_has_the_worked_closeness);
  g_test_add_func ("/siting/ranking/topsis-leaves-unknown-rows-out",
                   test_topsis_leaves_unknown_rows_out);
  g_test_add_func ("/siting/ranking/entropy-weights-have-the-worked-values",
                   test_entropy_weights_have_the_worked_values);
  return g_test_run ();
}
