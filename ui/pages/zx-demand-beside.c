/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-demand-beside.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/solve/zx-solve.h"

/* ---- weights of evidence ------------------------------------------------------------------- */

static char *
factor_title (const ZxCovariates *covariates, guint factor)
{
  const char *title = _ (covariates->title[factor]);
  /* TRANSLATORS: the end of a title: "Residents within 1 km, log" */
  const char *suffix = _ (", log");
  return g_strndup (title,
                    strlen (title) - (g_str_has_suffix (title, suffix) ? strlen (suffix) : 0));
}

static ZxDemandLine
factor_line (const ZxCovariates *covariates, const ZxEvidence *evidence, guint f)
{
  const ZxEvidenceFactor *factor = &evidence->factor[f];
  const ZxEvidenceClass *class = &factor->class[factor->strongest];
  double all = factor->class[0].n_cells + factor->class[1].n_cells;
  g_autofree char *share = zx_number_human (100 * class->n_cells / all, 0);
  g_autofree char *present = zx_number_human (class->weight, 2);
  g_autofree char *absent = zx_number_human (factor->class[1 - factor->strongest].weight, 2);
  g_autofree char *studentised = zx_number_human (factor->studentised, 1);
  g_autofree char *contrast = zx_number_human (class->contrast, 2);
  g_autofree char *cells
      = g_strdup_printf (factor->strongest == 1 ? _ ("The highest %s %% of the cells.")
                                                : _ ("The lowest %s %% of the cells."),
                         share);
  return (ZxDemandLine){ factor_title (covariates, f), g_strdup_printf ("C %s", contrast),
                         g_strdup_printf (_ ("%s W+ %s, W− %s, C / s(C) %s."), cells, present,
                                          absent, studentised) };
}

static char *
verdict_sentence (const ZxEvidence *evidence)
{
  g_autofree char *predicted = zx_number_human (evidence->predicted, 0);
  g_autofree char *ratio = zx_number_human (evidence->ratio, 2);
  switch (zx_evidence_verdict (evidence))
    {
    case ZX_EVIDENCE_UNTESTED:
      return g_strdup (_ ("Fewer than two factors tell busy stations from others by more than "
                          "chance, so there is nothing to count twice."));
    case ZX_EVIDENCE_OVERCONFIDENT:
      return g_strdup_printf (
          _ ("It is over-confident: its probabilities add up to %s cells with a busy station where "
             "there are %u (ratio %s; below 0.85 is a problem). Its factors tell the same thing "
             "several times, and it counts each time."),
          predicted, evidence->n_events, ratio);
    case ZX_EVIDENCE_DEPENDENT:
      return g_strdup_printf (
          _ ("Its probabilities add up to %s cells with a busy station where there are %u (ratio "
             "%s), but %u pairs of its factors depend on each other: single cells are "
             "over-confident."),
          predicted, evidence->n_events, ratio, evidence->n_dependent);
    case ZX_EVIDENCE_INDEPENDENT:
      return g_strdup_printf (
          _ ("Its probabilities add up to %s cells with a busy station where there are %u (ratio "
             "%s): no test speaks against independent factors."),
          predicted, evidence->n_events, ratio);
    }
  g_return_val_if_reached (NULL);
}

static void
read_evidence (ZxDemandReading *self, const ZxCity *city, const ZxCells *cells,
               const ZxCovariates *covariates)
{
  g_autoptr (ZxEvidence) evidence = zx_demand_evidence (city, cells, covariates, NULL, NULL);
  if (evidence == NULL)
    return;
  self->evidence = verdict_sentence (evidence);
  self->factor = g_new0 (ZxDemandLine, evidence->n_factors + 1);
  for (guint f = 0; f < evidence->n_factors; f++)
    if (evidence->factor[f].is_used)
      self->factor[self->n_factors++] = factor_line (covariates, evidence, f);
}

/* ---- residuals ----------------------------------------------------------------------------- */

/* Where each station stands in what the model expects of it from all the others. */
static void
read_residuals (ZxDemandReading *self, const ZxCity *city, const ZxDemand *demand)
{
  const ZxCriteria *criteria = demand->posterior->criteria;
  if (criteria == NULL || criteria->n != demand->n_observations)
    return;
  self->residual_x_m = g_new (double, criteria->n + 1);
  self->residual_y_m = g_new (double, criteria->n + 1);
  self->residual = g_new (float, criteria->n + 1);
  for (guint i = 0; i < criteria->n; i++)
    {
      guint32 station = demand->observed_station[i];
      if (criteria->state[i] == ZX_CPO_ABSENT || !isfinite (criteria->pit[i])
          || station >= city->stations.n)
        continue;
      double z = zx_normal_quantile (CLAMP (criteria->pit[i], 1e-6, 1 - 1e-6));
      self->residual_x_m[self->n_residuals] = city->stations.x_m[station];
      self->residual_y_m[self->n_residuals] = city->stations.y_m[station];
      self->residual[self->n_residuals++] = (float) CLAMP (z, -ZX_MOST_RESIDUAL, ZX_MOST_RESIDUAL);
    }
  if (self->n_residuals > 0)
    self->city = zx_city_ref ((ZxCity *) city);
}

void
zx_demand_beside_read (ZxDemandReading *reading, ZxProject *project)
{
  const ZxCity *city = zx_project_city (project);
  const ZxDemand *demand = zx_project_demand (project);
  const ZxCells *cells = zx_project_cells (project);
  const ZxCovariates *covariates = zx_project_covariates (project);
  if (city == NULL || demand == NULL || demand->posterior == NULL)
    return;
  read_residuals (reading, city, demand);
  if (cells != NULL && covariates != NULL && covariates->n > 0)
    read_evidence (reading, city, cells, covariates);
}
