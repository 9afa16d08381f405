/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demand model on plain tables, for any spatial statistician.  Variables of the posterior:
 * b[j] (b[1] the intercept, then the covariates of cells, then those of stations), sigma, phi,
 * sigma_op[1], psi[1], s[id] (the whole spatial effect), eta[id] (log mean, exposure included),
 * wr[operator] (its effect over sigma_op), logprec, logitphi. */

#include <math.h>

#include "app/cli/zx-cli-joint.h"
#include "app/cli/zx-cli.h"
#include "app/solve/zx-solve.h"

#define MOST_DRAWS 1000000

typedef struct
{
  char *areas, *stations, *cells, *edges, *output, *checks, *weights, *likelihood, *priors,
      *covariates;
  char *sigma, *sigma_op, *psi, *phi;
  char *vehicles, *vehicles_area, *replaces;
  double coefficient_sd, intercept_sd;
  gint draws, threads, classes;
  gboolean is_mode_only, is_joint;
  gint64 seed;
} Words;

static void
words_clear (Words *self)
{
  char *texts[]
      = { self->areas,         self->stations, self->cells,      self->edges,  self->output,
          self->checks,        self->weights,  self->likelihood, self->priors, self->covariates,
          self->sigma,         self->sigma_op, self->psi,        self->phi,    self->vehicles,
          self->vehicles_area, self->replaces };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

/* ---- priors ------------------------------------------------------------------------------- */

/* "1,0.01": P (sigma > 1) = 0.01, an exponential of rate -log (0.01) / 1. */
static gboolean
parse_pair (const char *text, double *bound, double *chance)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  return g_strv_length (parts) == 2 && zx_number_parse (parts[0], strlen (parts[0]), bound)
         && zx_number_parse (parts[1], strlen (parts[1]), chance) && *bound > 0 && *chance > 0
         && *chance < 1;
}

static gboolean
set_rate (const char *text, const char *option, double *rate)
{
  double bound, chance;
  if (text == NULL)
    return TRUE;
  if (parse_pair (text, &bound, &chance))
    {
      *rate = -log (chance) / bound;
      return TRUE;
    }
  g_printerr (_ ("zhixing-cli: --%s wants BOUND,CHANCE such as 1,0.01, not “%s”\n"), option, text);
  return FALSE;
}

static gboolean
set_priors (const Words *words, ZxDemandOptions *options)
{
  if (g_strcmp0 (words->priors, "stan") == 0)
    options->stan_priors = TRUE;
  else if (words->priors != NULL && g_strcmp0 (words->priors, "pc") != 0)
    {
      g_printerr (_ ("zhixing-cli: --priors is pc or stan, not “%s”\n"), words->priors);
      return FALSE;
    }
  if (words->phi != NULL && !parse_pair (words->phi, &options->phi_u, &options->phi_alpha))
    {
      g_printerr (_ ("zhixing-cli: --%s wants BOUND,CHANCE such as 1,0.01, not “%s”\n"), "phi",
                  words->phi);
      return FALSE;
    }
  options->coefficient_sd = words->coefficient_sd;
  options->intercept_sd = words->intercept_sd;
  return set_rate (words->sigma, "sigma", &options->sigma_rate)
         && set_rate (words->sigma_op, "sigma-op", &options->group_rate)
         && set_rate (words->psi, "psi", &options->psi_rate);
}

static gboolean
set_likelihood (const Words *words, ZxDemandOptions *options)
{
  const char *name = words->likelihood;
  if (name == NULL)
    name = words->areas != NULL ? "poisson" : "negative-binomial";
  static const char *const names[] = { "negative-binomial", "poisson", "log-normal" };
  static const ZxLikelihood kinds[]
      = { ZX_LIKELIHOOD_NEGATIVE_BINOMIAL, ZX_LIKELIHOOD_POISSON, ZX_LIKELIHOOD_LOG_NORMAL };
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    if (g_str_equal (name, names[k]))
      {
        options->likelihood = kinds[k];
        return TRUE;
      }
  g_printerr (
      _ ("zhixing-cli: --likelihood is poisson, negative-binomial or log-normal, not “%s”\n"),
      name);
  return FALSE;
}

static void
print_model (const ZxCliCounts *counts, const ZxDemandOptions *options)
{
  const ZxDemandData *data = &counts->data;
  gboolean is_poisson = options->likelihood == ZX_LIKELIHOOD_POISSON;
  g_print (_ ("Model: %u counts (%s) in %u cells, %u edges, %u covariates, %u operators\n"),
           data->n_observations,
           is_poisson                                        ? "Poisson"
           : options->likelihood == ZX_LIKELIHOOD_LOG_NORMAL ? _ ("log-normal")
                                                             : "NegBin2",
           data->n_cells, data->n_edges, data->n_covariates + data->n_own, data->n_groups);
  g_print (_ ("Priors: intercept N(0, %g²), coefficients N(0, %g²)\n"), options->intercept_sd,
           options->coefficient_sd);
  if (options->stan_priors)
    g_print ("  sigma ~ half-N(0, 5²), phi ~ Beta(1/2, 1/2)\n");
  else
    g_print ("  sigma ~ Exp(%g), phi ~ PC(P(phi < %g) = %g)\n", options->sigma_rate, options->phi_u,
             options->phi_alpha);
  if (data->n_groups > 0)
    g_print ("  sigma_op ~ Exp(%g)\n", options->group_rate);
  if (!is_poisson)
    g_print ("  psi ~ Exp(%g)\n", options->psi_rate);
}

/* ---- the posterior as tables -------------------------------------------------------------- */

static void
add_number (GString *text, double value)
{
  char buffer[32];
  g_string_append_c (text, ',');
  g_string_append (text, zx_number_format (value, buffer));
}

static void
add_marginal (GString *text, const char *name, const char *id, const ZxMarginal *m, double shift)
{
  if (id != NULL)
    g_string_append_printf (text, "%s[%s]", name, id);
  else
    g_string_append (text, name);
  add_number (text, m->mean + shift);
  add_number (text, m->sd);
  const double quantile[]
      = { m->q025, m->q05, m->q10, m->q25, m->q50, m->q75, m->q90, m->q95, m->q975 };
  for (guint i = 0; i < G_N_ELEMENTS (quantile); i++)
    add_number (text, quantile[i] + shift);
  g_string_append_c (text, '\n');
}

static GString *
posterior_table (const ZxCliCounts *counts, const ZxPosterior *posterior)
{
  GString *text = g_string_new ("variable,mean,sd,q2.5,q5,q10,q25,q50,q75,q90,q95,q97.5\n");
  char buffer[24];
  for (guint j = 0; j < posterior->n_coefficients; j++)
    {
      g_snprintf (buffer, sizeof buffer, "%u", j + 1);
      add_marginal (text, "b", buffer, &posterior->coefficient[j], 0);
    }
  add_marginal (text, "sigma", NULL, &posterior->sigma, 0);
  add_marginal (text, "phi", NULL, &posterior->phi, 0);
  if (posterior->group_sd.name != NULL)
    add_marginal (text, "sigma_op", "1", &posterior->group_sd, 0);
  if (posterior->psi.name != NULL)
    add_marginal (text, "psi", "1", &posterior->psi, 0);
  for (guint c = 0; c < posterior->n_cells; c++)
    add_marginal (text, "s", zx_cli_counts_cell_id (counts, c), &posterior->field[c], 0);
  for (guint i = 0; i < posterior->n_observations; i++)
    add_marginal (text, "eta", zx_cli_counts_observation_id (counts, i, buffer),
                  &posterior->fitted[i], log (counts->exposure[i]));
  for (guint g = 0; g < posterior->n_groups; g++)
    add_marginal (text, "wr", counts->group_ids->pdata[g], &posterior->group_standard[g], 0);
  add_marginal (text, "logprec", NULL, &posterior->log_precision, 0);
  add_marginal (text, "logitphi", NULL, &posterior->logit_phi, 0);
  return text;
}

/* One row per draw: coefficients, hyperparameters and the spatial effect of every cell. */
static GString *
draw_table (const ZxCliCounts *counts, const ZxPosterior *posterior)
{
  const ZxDemandData *data = &counts->data;
  GString *text = g_string_new ("draw");
  for (guint j = 0; j < posterior->n_coefficients; j++)
    g_string_append_printf (text, ",b[%u]", j + 1);
  g_string_append (text, ",sigma,phi");
  g_string_append (text, posterior->group_sd.name != NULL ? ",sigma_op[1]" : "");
  g_string_append (text, posterior->psi.name != NULL ? ",psi[1]" : "");
  for (guint c = 0; c < posterior->n_cells; c++)
    g_string_append_printf (text, ",s[%s]", zx_cli_counts_cell_id (counts, c));
  for (guint k = 0; k < posterior->n_draws; k++)
    {
      const float *b = posterior->draw_coefficient + (gsize) k * posterior->n_coefficients;
      const float *rate = posterior->draw + (gsize) k * posterior->n_cells;
      g_string_append_printf (text, "\n%u", k + 1);
      for (guint j = 0; j < posterior->n_coefficients; j++)
        add_number (text, b[j]);
      add_number (text, posterior->draw_sigma[k]);
      add_number (text, posterior->draw_phi[k]);
      if (posterior->group_sd.name != NULL)
        add_number (text, posterior->draw_group_sd[k]);
      if (posterior->psi.name != NULL)
        add_number (text, posterior->draw_psi[k]);
      for (guint c = 0; c < posterior->n_cells; c++)
        {
          double effect = rate[c] - b[0];
          for (guint j = 0; j < data->n_covariates; j++)
            effect -= b[1 + j] * data->x[(gsize) j * data->n_cells + c];
          add_number (text, (float) effect);
        }
    }
  g_string_append_c (text, '\n');
  return text;
}

static gboolean
write_table (const char *path, GString *text, GError **error)
{
  gboolean is_written = zx_file_replace (path, text->str, text->len, error);
  g_string_free (text, TRUE);
  return is_written;
}

static void
print_line (const ZxMarginal *marginal, const char *name)
{
  if (marginal->name != NULL)
    g_print ("%-28s %10.4f %10.4f %10.4f %10.4f\n", name, marginal->mean, marginal->sd,
             marginal->q025, marginal->q975);
}

static void
print_posterior (const ZxPosterior *posterior)
{
  g_print ("%-28s %10s %10s %10s %10s\n", "", _ ("mean"), _ ("sd"), "2.5 %", "97.5 %");
  for (guint j = 0; j < posterior->n_coefficients; j++)
    print_line (&posterior->coefficient[j], posterior->coefficient[j].name);
  print_line (&posterior->sigma, "sigma");
  print_line (&posterior->phi, "phi");
  print_line (&posterior->group_sd, "sigma_op");
  print_line (&posterior->psi, "psi");
  g_print (_ ("Log marginal likelihood %.3f; %u hyperparameter points, %u factorisations\n"),
           posterior->log_marginal, posterior->n_theta, posterior->n_factorisations);
}

/* ---- checks ------------------------------------------------------------------------------- */

static const char *const how[] = { "", "reweighed", "refitted", "failed" };

/* One row per observation: what the others say of it. */
static GString *
check_table (const ZxCliCounts *counts, const ZxCriteria *criteria)
{
  GString *text = g_string_new ("observation,log_cpo,pit,residual,how\n");
  char buffer[24];
  for (guint i = 0; i < criteria->n; i++)
    if (criteria->state[i] != ZX_CPO_ABSENT)
      {
        g_string_append (text, zx_cli_counts_observation_id (counts, i, buffer));
        add_number (text, criteria->log_cpo[i]);
        add_number (text, criteria->pit[i]);
        add_number (text, zx_normal_quantile (CLAMP (criteria->pit[i], 1e-6, 1 - 1e-6)));
        g_string_append_printf (text, ",%s\n", how[criteria->state[i]]);
      }
  return text;
}

static void
print_overlaps (const ZxPosterior *posterior)
{
  const ZxMarginal *marginal[]
      = { &posterior->sigma, &posterior->phi, &posterior->group_sd, &posterior->psi };
  g_print ("%s", _ ("Overlap of prior and posterior (near 1: the data say nothing of it):"));
  for (guint j = 0; j < posterior->n_coefficients; j++)
    g_print (" %s %.2f", posterior->coefficient[j].name, posterior->coefficient[j].prior_overlap);
  for (guint k = 0; k < G_N_ELEMENTS (marginal); k++)
    if (marginal[k]->name != NULL)
      g_print (" %s %.2f", marginal[k]->name, marginal[k]->prior_overlap);
  g_print ("\n");
}

static void
print_moran (const ZxCriteria *criteria)
{
  if (isnan (criteria->moran))
    return;
  g_print (_ ("Residuals of %u neighbouring pairs: Moran's I %.3f, z %.2f: "),
           criteria->n_neighbours, criteria->moran, criteria->moran_z);
  if (criteria->moran_z > 2)
    g_print ("%s\n", _ ("neighbours are alike, the field misses something"));
  else if (criteria->moran_z < -2)
    g_print ("%s\n", _ ("neighbours differ more than chance would have it"));
  else
    g_print ("%s\n", _ ("no structure is left"));
}

static void
print_criteria (const ZxCliCounts *counts, const ZxPosterior *posterior)
{
  const ZxCriteria *criteria = posterior->criteria;
  g_print (_ ("WAIC %.2f (%.2f), effective number of parameters %.2f\n"), criteria->waic,
           criteria->waic_se, criteria->n_effective);
  g_print (_ ("Sum of log CPO %.2f (%.2f); %u of %u refitted, %u unsure\n"), criteria->elpd,
           criteria->elpd_se, criteria->n_refitted, criteria->n_counted, criteria->n_failed);
  print_overlaps (posterior);
  print_moran (criteria);
  if (criteria->has_group_checks)
    g_print (
        _ ("Whole operators held out: mean log score %.3f, 80 %% intervals hold %.0f %%, R² of "
           "the log rate %.3f\n"),
        criteria->group_checks.mean_log_score, 100 * criteria->group_checks.cover80,
        criteria->group_checks.r2_log);
  if (criteria->n_extrapolated > 0)
    g_print (
        _ ("Warning: %u of %u cells lie outside the covariates that were seen; what is said of "
           "them is extrapolated\n"),
        criteria->n_extrapolated, posterior->n_cells);
  for (guint g = 0; criteria->is_group_alone != NULL && g < posterior->n_groups; g++)
    if (criteria->is_group_alone[g])
      g_print (
          _ ("Warning: operator %s never stands beside another; its effect cannot be told from "
             "that of its places\n"),
          (const char *) counts->group_ids->pdata[g]);
}

/* ---- the baseline ------------------------------------------------------------------------- */

static GString *
weight_table (const ZxEvidence *evidence)
{
  GString *text = g_string_new (
      "factor,above,up_to,cells,events,weight,weight_sd,contrast,contrast_sd,studentised,used\n");
  for (guint f = 0; f < evidence->n_factors; f++)
    for (guint k = 0; k < evidence->factor[f].n_classes; k++)
      {
        const ZxEvidenceFactor *factor = &evidence->factor[f];
        const ZxEvidenceClass *class = &factor->class[k];
        g_string_append (text, factor->name);
        const double number[] = { isfinite (class->above) ? class->above : NAN,
                                  isfinite (class->up_to) ? class->up_to : NAN,
                                  class->n_cells,
                                  class->n_events,
                                  class->weight,
                                  class->weight_sd,
                                  class->contrast,
                                  class->contrast_sd,
                                  class->contrast / class->contrast_sd };
        for (guint i = 0; i < G_N_ELEMENTS (number); i++)
          add_number (text, number[i]);
        g_string_append (text, factor->is_used ? ",1\n" : ",0\n");
      }
  return text;
}

static void
print_weights (const ZxEvidence *evidence)
{
  g_print (_ ("Weights of evidence, the baseline: %u of %u cells have a rate above the middle "
              "one; %u of %u factors used\n"),
           evidence->n_events, evidence->n_cells, evidence->n_used, evidence->n_factors);
  g_print ("%-28s %10s %10s %10s %10s\n", "", "W+", "W-", "C", "C/s(C)");
  for (guint f = 0; f < evidence->n_factors; f++)
    {
      const ZxEvidenceFactor *factor = &evidence->factor[f];
      if (factor->n_classes == 0)
        continue;
      const ZxEvidenceClass *class = &factor->class[factor->strongest];
      g_print ("%-28s %10.4f %10.4f %10.4f %10.2f\n", factor->name, class->weight,
               class->weight - class->contrast, class->contrast, factor->studentised);
    }
  g_print (_ ("Events observed %u, predicted %.2f (sd %.2f): ratio %.3f, omnibus test z %.2f, p "
              "%.4f; dependent pairs: %u of %u\n"),
           evidence->n_events, evidence->predicted, evidence->predicted_sd, evidence->ratio,
           evidence->omnibus_z, evidence->omnibus_p, evidence->n_dependent, evidence->n_pairs);
  switch (zx_evidence_verdict (evidence))
    {
    case ZX_EVIDENCE_UNTESTED:
      g_print ("%s\n", _ ("Fewer than two factors are used: there is nothing to test."));
      break;
    case ZX_EVIDENCE_INDEPENDENT:
      g_print ("%s\n", _ ("No test speaks against conditional independence."));
      break;
    case ZX_EVIDENCE_DEPENDENT:
      g_print ("%s\n", _ ("Pairs of factors depend on each other: single probabilities are "
                          "over-confident."));
      break;
    case ZX_EVIDENCE_OVERCONFIDENT:
      g_print ("%s\n", _ ("The baseline is over-confident: its factors are not independent given "
                          "the events. The model above is not built on that."));
      break;
    }
}

static gboolean
tell_weights (const Words *words, const ZxCliCounts *counts, GError **error)
{
  const ZxDemandData *data = &counts->data;
  if (words->weights == NULL)
    return TRUE;
  g_autofree guint8 *is_event = zx_evidence_events (data->n_cells, data->cell, data->y,
                                                    data->exposure, data->n_observations);
  ZxEvidenceData evidence_data = { data->n_cells, data->n_covariates, data->x,
                                   data->names,   is_event,           (guint) words->classes };
  g_autoptr (ZxEvidence) evidence = zx_evidence_new (&evidence_data, zx_cli_progress (), error);
  zx_cli_progress_done ();
  if (evidence == NULL)
    return FALSE;
  print_weights (evidence);
  return write_table (words->weights, weight_table (evidence), error);
}

/* ---- the command -------------------------------------------------------------------------- */

static gboolean
are_words_whole (const Words *words, const char *draws_path)
{
  gboolean is_areal = words->areas != NULL && words->stations == NULL && words->cells == NULL;
  gboolean is_of_stations = words->areas == NULL && words->stations != NULL && words->cells != NULL;
  if (words->edges == NULL || words->output == NULL || !(is_areal || is_of_stations))
    g_printerr (_ ("zhixing-cli: fit wants --areas or both --stations and --cells, and --edges and "
                   "-o\n"));
  else if (words->draws < 0 || words->draws > MOST_DRAWS
           || (words->draws > 0) != (draws_path != NULL))
    g_printerr (_ ("zhixing-cli: --draws wants a number from 1 to %d and a file to write\n"),
                MOST_DRAWS);
  else if (words->threads < 0 || words->threads > 64 || words->seed < 0)
    g_printerr (_ ("zhixing-cli: --threads is 1 to 64, and the seed is not negative\n"));
  else if (words->vehicles == NULL
           && (words->vehicles_area != NULL || words->replaces != NULL || words->is_joint))
    g_printerr (_ ("zhixing-cli: --vehicles-area, --replaces and --joint go with --vehicles\n"));
  else if (words->classes < 2 || words->classes > ZX_MOST_EVIDENCE_CLASSES)
    g_printerr (_ ("zhixing-cli: --classes is 2 to %d, not %d\n"), ZX_MOST_EVIDENCE_CLASSES,
                words->classes);
  else
    return TRUE;
  return FALSE;
}

static ZxPosterior *
fit_counts (const Words *words, const ZxCliCounts *counts, const ZxDemandOptions *options,
            GError **error)
{
  ZxCliVehicles vehicles
      = { words->vehicles, words->vehicles_area, words->replaces, words->is_joint };
  gboolean is_joint;
  if (words->vehicles != NULL)
    return zx_cli_fit_with_vehicles (counts, &vehicles, options, &is_joint, error);
  ZxPosterior *posterior = zx_demand_fit (&counts->data, options, zx_cli_progress (), error);
  zx_cli_progress_done ();
  return posterior;
}

static int
fit (const Words *words, const char *draws_path)
{
  g_autoptr (GError) error = NULL;
  ZxDemandOptions options = ZX_DEMAND_OPTIONS_INIT;
  if (!are_words_whole (words, draws_path) || !set_priors (words, &options)
      || !set_likelihood (words, &options))
    return ZX_EXIT_USAGE;
  options.seed = (guint64) words->seed;
  options.is_mode_only = words->is_mode_only;
  options.n_draws = MAX ((guint) words->draws, 1);
  if (words->threads > 0)
    zx_parallel_set_threads ((guint) words->threads);
  g_autoptr (ZxCliCounts) counts
      = words->areas != NULL
            ? zx_cli_counts_areas (words->areas, words->edges, words->covariates, &error)
            : zx_cli_counts_stations (words->stations, words->cells, words->edges,
                                      words->covariates, &error);
  if (counts == NULL)
    return zx_cli_fail (error);
  print_model (counts, &options);
  zx_cli_counts_print_doubts (counts);
  g_autoptr (ZxPosterior) posterior = fit_counts (words, counts, &options, &error);
  if (posterior == NULL || !write_table (words->output, posterior_table (counts, posterior), &error)
      || (words->checks != NULL
          && !write_table (words->checks, check_table (counts, posterior->criteria), &error))
      || (draws_path != NULL && !write_table (draws_path, draw_table (counts, posterior), &error)))
    return zx_cli_fail (error);
  if (posterior->is_mode_only)
    g_print ("%s\n", _ ("Only at the mode of the hyperparameters: intervals leave out what is not "
                        "known of these"));
  if (posterior->has_few_counts && posterior->n_sampled > 0)
    g_print (_ ("Counts are so few that the coefficients were sampled; the sample is worth %.0f "
                "draws\n"),
             posterior->n_sampled);
  else if (posterior->has_few_counts)
    g_print ("%s\n", _ ("Counts are so few that the intervals of the coefficients are too narrow"));
  print_posterior (posterior);
  print_criteria (counts, posterior);
  return tell_weights (words, counts, &error) ? ZX_EXIT_OK : zx_cli_fail (error);
}

int
zx_command_fit (int argc, char **argv)
{
  int status;
  g_auto (GStrv) files = NULL;
  Words words = { .coefficient_sd = 5, .intercept_sd = 5, .seed = 1, .classes = 2 };
  const GOptionEntry entries[] = {
    { "areas", 'a', 0, G_OPTION_ARG_FILENAME, &words.areas, N_ ("id, y, E, covariates"),
      N_ ("FILE") },
    { "stations", 's', 0, G_OPTION_ARG_FILENAME, &words.stations,
      N_ ("station, cell, operator, exposure, y"), N_ ("FILE") },
    { "cells", 'c', 0, G_OPTION_ARG_FILENAME, &words.cells, N_ ("cell, covariates"), N_ ("FILE") },
    { "edges", 'e', 0, G_OPTION_ARG_FILENAME, &words.edges, N_ ("a, b: neighbours, each pair once"),
      N_ ("FILE") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &words.output, N_ ("Where the posterior goes"),
      N_ ("FILE") },
    { "checks", 0, 0, G_OPTION_ARG_FILENAME, &words.checks,
      N_ ("Where log CPO, PIT and residual of each observation go"), N_ ("FILE") },
    { "weights", 0, 0, G_OPTION_ARG_FILENAME, &words.weights,
      N_ ("Also tells weights of evidence, a baseline, and writes them"), N_ ("FILE") },
    { "classes", 0, 0, G_OPTION_ARG_INT, &words.classes,
      N_ ("Classes of each factor of the weights of evidence: 2, cut where it tells most"),
      N_ ("N") },
    { "vehicles", 0, 0, G_OPTION_ARG_STRING, &words.vehicles,
      N_ ("Column of the cells with counts of vehicles: tried as a second likelihood, taken if it "
          "predicts held-out blocks better"),
      N_ ("COLUMN") },
    { "vehicles-area", 0, 0, G_OPTION_ARG_STRING, &words.vehicles_area,
      N_ ("Column with the area they were counted on; standard: all alike"), N_ ("COLUMN") },
    { "replaces", 0, 0, G_OPTION_ARG_STRING, &words.replaces,
      N_ ("The covariate that the second likelihood takes the place of"), N_ ("NAME") },
    { "joint", 0, 0, G_OPTION_ARG_NONE, &words.is_joint,
      N_ ("Take the second likelihood without comparing"), NULL },
    { "likelihood", 0, 0, G_OPTION_ARG_STRING, &words.likelihood,
      N_ ("poisson (standard of areas), negative-binomial (of stations) or log-normal"),
      N_ ("NAME") },
    { "covariates", 0, 0, G_OPTION_ARG_STRING, &words.covariates,
      N_ ("Columns; standard: all that begin with x"), N_ ("NAME,…") },
    { "priors", 0, 0, G_OPTION_ARG_STRING, &words.priors,
      N_ ("pc, or stan: sigma half-N(0,5), phi Beta(1/2,1/2)"), N_ ("SET") },
    { "coefficient-sd", 0, 0, G_OPTION_ARG_DOUBLE, &words.coefficient_sd,
      N_ ("Prior sd of the coefficients: 5"), N_ ("SD") },
    { "intercept-sd", 0, 0, G_OPTION_ARG_DOUBLE, &words.intercept_sd,
      N_ ("Prior sd of the intercept: 5"), N_ ("SD") },
    { "sigma", 0, 0, G_OPTION_ARG_STRING, &words.sigma, N_ ("P(sigma > U) = A: 1,0.01"),
      N_ ("U,A") },
    { "sigma-op", 0, 0, G_OPTION_ARG_STRING, &words.sigma_op, N_ ("P(sigma_op > U) = A: 1,0.01"),
      N_ ("U,A") },
    { "psi", 0, 0, G_OPTION_ARG_STRING, &words.psi, N_ ("P(psi > U) = A: 1,0.1"), N_ ("U,A") },
    { "phi", 0, 0, G_OPTION_ARG_STRING, &words.phi, N_ ("P(phi < U) = A: 0.5,0.6667"), N_ ("U,A") },
    { "draws", 0, 0, G_OPTION_ARG_INT, &words.draws,
      N_ ("Also writes N draws of the posterior to the file named behind N"), N_ ("N FILE") },
    { "mode-only", 0, 0, G_OPTION_ARG_NONE, &words.is_mode_only,
      N_ ("Do not integrate over the hyperparameters"), NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &words.seed, N_ ("Same seed, same draws"), N_ ("N") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &words.threads, N_ ("1 to 64"), N_ ("N") },
    { NULL }
  };
  status = ZX_EXIT_USAGE;
  if (zx_cli_parse (argc, argv, entries, 0, 1, &files, &status))
    status = fit (&words, files[0]);
  words_clear (&words);
  return status;
}
