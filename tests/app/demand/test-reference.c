/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The posteriors of long MCMC runs (DEMAND.md §8), met within the bars of §8.4. */

#include "tests/app/demand/reference.h"

#define MEAN_BAR     0.1 /* reference sd, plus two Monte Carlo errors */
#define QUANTILE_BAR 0.1
#define AREAL_BAR    0.05 /* of b and s on the areal sets */

static void
print_line (const char *name, const ReferenceError *error)
{
  g_print ("#   %-12s mean %+.3f (mcse %.3f)  sd ratio %.3f  q2.5 %+.3f  q97.5 %+.3f\n", name,
           error->mean, error->mcse, error->sd_ratio, error->q025, error->q975);
}

static void
check (const Reference *reference, const char *name, const ZxMarginal *marginal, double bar)
{
  ReferenceError error = reference_compare (reference, name, marginal);
  print_line (name, &error);
  g_assert_cmpfloat (fabs (error.mean), <=, bar + 2 * error.mcse);
  g_assert_cmpfloat (error.sd_ratio, >=, 0.95);
  g_assert_cmpfloat (error.sd_ratio, <=, 1.05);
  g_assert_cmpfloat (fabs (error.q025), <=, QUANTILE_BAR);
  g_assert_cmpfloat (fabs (error.q975), <=, QUANTILE_BAR);
}

/* Of a scale that runs to infinity.  The sd of a long run is no yardstick there: on ncsids the
 * kurtosis of logprec is about 50, which leaves the reference's own sd an error of √(50 / 4 / 9581)
 * = 3.6 %.  So the width of the 95 % interval stands for it; the sd is held to two of these errors
 * beyond the bar. */
#define HEAVY_TAIL 0.072
static void
check_transformed (const Reference *reference, const char *name, const ZxMarginal *marginal)
{
  const ReferenceValue *value = g_hash_table_lookup (reference->value, name);
  ReferenceError error = reference_compare (reference, name, marginal);
  double width = (marginal->q975 - marginal->q025) / (value->q975 - value->q025);
  print_line (name, &error);
  g_assert_cmpfloat (fabs (error.mean), <=, MEAN_BAR + 2 * error.mcse);
  g_assert_cmpfloat (width, >=, 0.95);
  g_assert_cmpfloat (width, <=, 1.05);
  g_assert_cmpfloat (error.sd_ratio, >=, 0.95 - HEAVY_TAIL);
  g_assert_cmpfloat (error.sd_ratio, <=, 1.05 + HEAVY_TAIL);
  g_assert_cmpfloat (fabs (error.q025), <=, QUANTILE_BAR);
  g_assert_cmpfloat (fabs (error.q975), <=, QUANTILE_BAR);
}

static void
check_field (const Reference *reference, const ZxPosterior *posterior, double bar)
{
  FieldError worst = reference_compare_field (reference, posterior);
  g_print ("#   s            mean max %.3f rms %.3f  sd ratio %.3f to %.3f  quantiles max %.3f\n",
           worst.worst_mean, worst.rms_mean, worst.least_ratio, worst.most_ratio,
           worst.worst_quantile);
  g_assert_cmpfloat (worst.excess, <=, bar);
  g_assert_cmpfloat (worst.least_ratio, >=, 0.95);
  g_assert_cmpfloat (worst.most_ratio, <=, 1.05);
  g_assert_cmpfloat (worst.worst_quantile, <=, QUANTILE_BAR);
}

/* WAIC and the leave-one-out log score of the same runs (their meta files).  The latter is by
 * Pareto-smoothed importance, which flatters where k-hat is above 0.7: on 13 and 20 areas of
 * Scotland, so that it is held to there from one side only. */
typedef struct
{
  const char *set;
  double waic, elpd;
  gboolean is_elpd_sure;
} Criterion;
static const Criterion criteria[] = { { "scotland pc", 294.904, -153.705, FALSE },
                                      { "scotland_islands pc", 299.138, -156.712, FALSE },
                                      { "ncsids pc", 431.497, -217.380, TRUE },
                                      { "evsynth pc", 1536.313, -772.573, TRUE } };

static void
check_criteria (const char *set, const ZxCriteria *ours)
{
  for (guint k = 0; k < G_N_ELEMENTS (criteria); k++)
    {
      if (!g_str_equal (criteria[k].set, set))
        continue;
      g_print ("#   WAIC %.2f (%.2f), log CPO %.2f (%.2f), %u refitted\n", ours->waic,
               criteria[k].waic, ours->elpd, criteria[k].elpd, ours->n_refitted);
      g_assert_cmpfloat (fabs (ours->waic - criteria[k].waic), <, 1.0);
      g_assert_cmpfloat (ours->elpd, <, criteria[k].elpd + 0.5);
      g_assert_cmpfloat (ours->elpd, >, criteria[k].elpd - (criteria[k].is_elpd_sure ? 2.0 : 6.0));
      g_assert_cmpuint (ours->n_failed, ==, 0);
    }
}

static void
test_reference (gconstpointer data)
{
  g_auto (GStrv) words = g_strsplit (data, " ", 2);
  Reference *reference = reference_load (words[0], words[1]);
  if (reference == NULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior
      = zx_demand_fit (&reference->data, &reference->options, NULL, &error);
  g_assert_no_error (error);
  gboolean is_areal = reference->data.n_groups == 0;
  double bar = is_areal ? AREAL_BAR : MEAN_BAR;
  g_print ("# %s: %.3f s, %u factorisations; errors in sd of the reference\n", (const char *) data,
           posterior->seconds, posterior->n_factorisations);
  for (guint j = 0; j < posterior->n_coefficients; j++)
    {
      g_autofree char *name = g_strdup_printf ("b[%u]", j + 1);
      check (reference, name, &posterior->coefficient[j], bar);
    }
  check (reference, "sigma", &posterior->sigma, MEAN_BAR);
  check (reference, "phi", &posterior->phi, MEAN_BAR);
  check_criteria (data, posterior->criteria);
  check_transformed (reference, "logprec", &posterior->log_precision);
  check_transformed (reference, "logitphi", &posterior->logit_phi);
  check_field (reference, posterior, bar);
  if (!is_areal)
    {
      check (reference, "psi[1]", &posterior->psi, MEAN_BAR);
      check (reference, "sigma_op[1]", &posterior->group_sd, MEAN_BAR);
    }
  reference_free (reference);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/demand/reference/scotland", "scotland pc", test_reference);
  g_test_add_data_func ("/demand/reference/scotland-stan-priors", "scotland stanprior",
                        test_reference);
  g_test_add_data_func ("/demand/reference/scotland-with-islands", "scotland_islands pc",
                        test_reference);
  g_test_add_data_func ("/demand/reference/north-carolina", "ncsids pc", test_reference);
  g_test_add_data_func ("/demand/reference/stations-with-operators", "evsynth pc", test_reference);
  return g_test_run ();
}
