/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Part of chapter 4: weights of evidence, the baseline many consultants work with, beside the model
 * and with the tests that say how far it is over-confident. */

#include "app/report/zx-section.h"

#include <string.h>

#define MOST_PAIRS 3

static const char *
factor_title (ZxTelling *tell, guint factor)
{
  const char *title = zx_word (tell, tell->input->covariates->title[factor]);
  /* TRANSLATORS: the end of a title: "Residents within 1 km, log" */
  const char *suffix = zx_word (tell, N_ (", log"));
  gsize n = strlen (title) - (g_str_has_suffix (title, suffix) ? strlen (suffix) : 0);
  g_autofree char *bare = g_strndup (title, n);
  return zx_words_clean (tell->words, bare, 60);
}

/* Which cells the strongest class is of, as a share of all: that reads alike for every unit. */
static const char *
class_words (ZxTelling *tell, const ZxEvidenceFactor *factor)
{
  const ZxEvidenceClass *class = &factor->class[factor->strongest];
  double all = factor->class[0].n_cells + factor->class[1].n_cells;
  const char *share = zx_words_percent (tell->words, class->n_cells / all, 0);
  return zx_say (
      tell, zx_word (tell, factor->strongest == 1 ? N_ ("the highest %s") : N_ ("the lowest %s")),
      share);
}

static void
tell_factors (ZxTelling *tell, const ZxEvidence *evidence)
{
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Factor")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Cells that speak for it")), NULL, 0.0, TRUE },
    { "W+", NULL, 1.0, FALSE },
    { "W−", NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Contrast C")), NULL, 1.0, FALSE },
    { "C / s(C)", NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Used")), NULL, 0.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Weights of evidence, a baseline")),
                           columns, G_N_ELEMENTS (columns));
  for (guint f = 0; f < evidence->n_factors; f++)
    {
      const ZxEvidenceFactor *factor = &evidence->factor[f];
      if (factor->n_classes != 2)
        {
          ZX_TABLE_ROW (table, factor_title (tell, f), "–", "–", "–", "–", "–", "");
          continue;
        }
      const ZxEvidenceClass *class = &factor->class[factor->strongest];
      ZX_TABLE_ROW (table, factor_title (tell, f), class_words (tell, factor),
                    zx_words_number (words, class->weight, 2),
                    zx_words_number (words, factor->class[1 - factor->strongest].weight, 2),
                    zx_words_number (words, class->contrast, 2),
                    zx_words_number (words, factor->studentised, 1),
                    factor->is_used ? zx_word (tell, N_ ("yes")) : "");
    }
}

static void
tell_verdict (ZxTelling *tell, const ZxEvidence *evidence)
{
  ZxWords *words = tell->words;
  switch (zx_evidence_verdict (evidence))
    {
    case ZX_EVIDENCE_UNTESTED:
      zx_paragraph (tell, N_ ("Fewer than two factors tell busy stations from others by more than "
                              "chance, so there is nothing to count twice."));
      return;
    case ZX_EVIDENCE_OVERCONFIDENT:
      zx_paragraph (
          tell,
          N_ ("The baseline is over-confident: its probabilities add up to %s cells with a busy "
              "station where there are %s (ratio %s, below 0.85 is a problem; omnibus test z = "
              "%s). "
              "Its factors tell the same thing several times, and it counts each time."),
          zx_words_number (words, evidence->predicted, 1),
          zx_words_count (words, evidence->n_events), zx_words_number (words, evidence->ratio, 2),
          zx_words_number (words, evidence->omnibus_z, 1));
      break;
    case ZX_EVIDENCE_DEPENDENT:
      zx_paragraph (
          tell,
          N_ ("The baseline's probabilities add up to %s cells with a busy station where there are "
              "%s (ratio %s, z = %s), but %s pairs of its factors depend on each other: single "
              "cells are over-confident."),
          zx_words_number (words, evidence->predicted, 1),
          zx_words_count (words, evidence->n_events), zx_words_number (words, evidence->ratio, 2),
          zx_words_number (words, evidence->omnibus_z, 1),
          zx_words_count (words, evidence->n_dependent));
      break;
    case ZX_EVIDENCE_INDEPENDENT:
      zx_paragraph (
          tell,
          N_ ("The baseline's probabilities add up to %s cells with a busy station where there are "
              "%s (ratio %s, omnibus test z = %s): no test speaks against independent factors."),
          zx_words_number (words, evidence->predicted, 1),
          zx_words_count (words, evidence->n_events), zx_words_number (words, evidence->ratio, 2),
          zx_words_number (words, evidence->omnibus_z, 1));
      break;
    }
}

static void
tell_pairs (ZxTelling *tell, const ZxEvidence *evidence)
{
  guint n = MIN (evidence->n_dependent, MOST_PAIRS);
  const char *pair[MOST_PAIRS];
  for (guint k = 0; k < n; k++)
    pair[k] = zx_say (tell, zx_word (tell, N_ ("%s with %s (χ² %s)")),
                      factor_title (tell, evidence->pair[k].a),
                      factor_title (tell, evidence->pair[k].b),
                      zx_words_number (tell->words, evidence->pair[k].chi_squared, 1));
  if (n > 0)
    zx_item (tell, N_ ("Most clearly dependent among the busy cells: %s."),
             zx_words_list (tell->words, pair, n));
}

void
zx_tell_evidence (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  if (input->cells == NULL || input->covariates == NULL || input->covariates->n == 0
      || input->demand->posterior == NULL)
    return;
  g_autoptr (ZxEvidence) evidence
      = zx_demand_evidence (input->city, input->cells, input->covariates, NULL, NULL);
  if (evidence == NULL)
    return;
  zx_document_subtitle (tell->document, zx_word (tell, N_ ("A baseline beside the model")));
  zx_paragraph (tell,
                N_ ("Weights of evidence is the usual way of GIS to find sites by layers. An event "
                    "is a cell whose stations sell more per connector than the middle one: %s of "
                    "%s cells. Each factor is cut in two where that tells these cells apart most "
                    "surely. It is shown to compare; nothing in this report rests on it."),
                zx_words_count (tell->words, evidence->n_events),
                zx_words_count (tell->words, evidence->n_cells));
  tell_factors (tell, evidence);
  tell_verdict (tell, evidence);
  tell_pairs (tell, evidence);
  double common = zx_demand_evidence_agreement (input->demand, evidence);
  if (!isnan (common))
    zx_paragraph (tell,
                  N_ ("Of the %s cells it holds likeliest, %s are also among as many of the "
                      "greatest demand by the model, which looks at all demand and not at how busy "
                      "a station is."),
                  zx_words_count (tell->words, evidence->n_events),
                  zx_words_percent (tell->words, common, 0));
}
