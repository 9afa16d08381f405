/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapters 5 and 6: which places were considered, how they rank, and how the choice was made. */

#include "app/report/zx-section.h"

#include <stdlib.h>

#define MOST_RANKED  20u
#define MOST_PLOTTED 15u
#define MOST_BARS    15u

/* ---- candidates --------------------------------------------------------------------------- */

static void
tell_filters (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxCandidates *candidates = tell->input->candidates;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Filter")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Candidates")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Share")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Candidates by the filter that put them out")), columns,
      G_N_ELEMENTS (columns));
  double all = MAX (candidates->n, 1);
  for (guint filter = ZX_FILTER_NONE + 1; filter < ZX_N_FILTERS; filter++)
    if (candidates->n_by_filter[filter] > 0)
      ZX_TABLE_ROW (table, zx_word (tell, zx_filter_title ((ZxFilter) filter)),
                    zx_words_count (words, candidates->n_by_filter[filter]),
                    zx_words_percent (words, candidates->n_by_filter[filter] / all, 1));
  guint n_left = candidates->n_by_filter[ZX_FILTER_NONE];
  ZX_TABLE_TOTAL (table, zx_word (tell, N_ ("Left to choose from")), zx_words_count (words, n_left),
                  zx_words_percent (words, n_left / all, 1));
  zx_note (tell, N_ ("A candidate counts under the first filter it fails. Safety, water and "
                     "protected land are filters, never weights."));
}

static guint
collect (const ZxCandidates *candidates, gboolean passes, double *x, double *y)
{
  guint n = 0;
  for (guint i = 0; i < candidates->n; i++)
    if ((candidates->filter[i] == ZX_FILTER_NONE) == passes)
      {
        x[n] = candidates->x_m[i];
        y[n++] = candidates->y_m[i];
      }
  return n;
}

static void
tell_candidate_map (ZxTelling *tell)
{
  const ZxCandidates *candidates = tell->input->candidates;
  g_autofree double *x = g_new (double, candidates->n + 1);
  g_autofree double *y = g_new (double, candidates->n + 1);
  ZxPlate *plate = zx_city_plate (tell);
  guint n = collect (candidates, FALSE, x, y);
  if (n > 0)
    zx_plate_add_points (plate, ZX_SYMBOL_REJECTED, n, x, y, NULL, NULL, NULL, NULL,
                         zx_word (tell, N_ ("Put out by a filter")));
  n = collect (candidates, TRUE, x, y);
  if (n > 0)
    zx_plate_add_points (plate, ZX_SYMBOL_CANDIDATE, n, x, y, NULL, NULL, NULL, NULL,
                         zx_word (tell, N_ ("Candidate")));
  zx_plate_with_sites (tell, plate, zx_word (tell, N_ ("Recommended site")));
  zx_show_plate (tell, plate, zx_caption (tell, N_ ("Candidates and recommended sites")), NULL);
}

void
zx_tell_candidates (ZxTelling *tell)
{
  const ZxCandidates *candidates = tell->input->candidates;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Candidate places")));
  if (candidates == NULL || candidates->n == 0)
    {
      const char *reason = zx_skip_reason (tell, "score");
      zx_paragraph (tell,
                    N_ ("No candidate places were made or given, so no site could be chosen."));
      if (reason != NULL)
        zx_document_text (tell->document, reason);
      return;
    }
  if (candidates->are_parcels)
    zx_paragraph (tell, N_ ("The planner gave %s parcels as candidates."),
                  zx_words_count (tell->words, candidates->n));
  else
    zx_paragraph (tell,
                  N_ ("No parcels were given, so the program made %s candidates itself, from the "
                      "cells of the demand model and the roads in them. They are points to look "
                      "around, not plots of land: ownership, size and access are not known."),
                  zx_words_count (tell->words, candidates->n));
  tell_filters (tell);
  tell_candidate_map (tell);
}

/* ---- ranking ------------------------------------------------------------------------------ */

typedef struct
{
  guint candidate;
  double score;
} Ranked;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  const Ranked *p = a, *q = b;
  if (p->score != q->score)
    return p->score > q->score ? -1 : 1;
  return (p->candidate > q->candidate) - (p->candidate < q->candidate);
}

static GArray *
rank (const ZxCandidates *candidates)
{
  GArray *ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));
  for (guint i = 0; i < candidates->n; i++)
    if (candidates->filter[i] == ZX_FILTER_NONE && isfinite (candidates->score[i]))
      {
        Ranked row = { i, candidates->score[i] };
        g_array_append_val (ranked, row);
      }
  g_array_sort (ranked, compare_ranked);
  return ranked;
}

static const char *
site_of (ZxTelling *tell, guint candidate, const char **destination)
{
  const ZxPlan *plan = tell->input->plan;
  for (guint i = 0; plan != NULL && i < plan->n_sites; i++)
    if (plan->site[i].candidate == candidate)
      {
        *destination = zx_site_destination (tell, i);
        return zx_words_count (tell->words, i + 1);
      }
  return "";
}

static void
tell_ranking (ZxTelling *tell, const GArray *ranked)
{
  ZxWords *words = tell->words;
  const ZxCandidates *candidates = tell->input->candidates;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Rank")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Candidate")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Served")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Range")), zx_word (tell, N_ ("P10–P90")), 1.0, FALSE },
    { zx_word (tell, N_ ("P(NPV>0)")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Newly covered")), zx_word (tell, N_ ("residents")), 1.0, FALSE },
    { zx_word (tell, N_ ("Grid room")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Score")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("TOPSIS")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Site")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Ranking of candidates, each as if built alone")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (ranked->len, MOST_RANKED); i++)
    {
      const Ranked *row = &g_array_index (ranked, Ranked, i);
      guint c = row->candidate;
      const char *destination = NULL;
      const char *site = site_of (tell, c, &destination);
      ZX_TABLE_ROW (table, zx_words_count (words, i + 1), zx_candidate_name (tell, c),
                    zx_words_number (words, candidates->served_mean[c], 0),
                    zx_words_range (words, candidates->served_p10[c], candidates->served_p90[c], 0),
                    zx_words_percent (words, candidates->npv_positive[c], 0),
                    zx_words_number (words, candidates->coverage_people[c], 0),
                    zx_words_number (words, candidates->grid_room_kw[c], 0),
                    zx_words_number (words, row->score, 2),
                    zx_words_number (words, candidates->topsis[c], 2), site);
      if (destination != NULL)
        zx_table_link (table, 9, destination);
    }
  zx_note (
      tell,
      N_ ("The score orders candidates one by one, for discussion. The choice below is "
          "not made by it: sites take demand from each other, so the best set is not the set of "
          "the best. TOPSIS is the older recipe, printed beside for comparison."));
}

static void
tell_weights (ZxTelling *tell, const ZxScoreViews *views)
{
  static const char *const names[ZX_N_SCORES] = {
    [ZX_SCORE_DEMAND] = N_ ("Energy served"),
    [ZX_SCORE_GRID] = N_ ("Grid room"),
    [ZX_SCORE_ACCESS] = N_ ("Access by road"),
    [ZX_SCORE_COST] = N_ ("Cost per kWh"),
    [ZX_SCORE_COVERAGE] = N_ ("Residents newly covered"),
  };
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Criterion")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Weight")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("AHP")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Entropy")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Weights of the criteria, and those of the old recipes")),
      columns, G_N_ELEMENTS (columns));
  for (guint k = 0; k < ZX_N_SCORES; k++)
    ZX_TABLE_ROW (table, zx_word (tell, names[k]), zx_words_percent (words, views->weight[k], 0),
                  zx_words_percent (words, views->ahp_weight[k], 0),
                  zx_words_percent (words, views->entropy_weight[k], 0));
  zx_note (
      tell,
      N_ ("AHP takes the ratios of the weights, rounded to 1/9 … 9, as judgements of every two "
          "criteria. Entropy weighs a criterion by how much the candidates differ in it. A "
          "criterion nothing is known of weighs nothing."));
}

/* Where the candidate stands in the views' lists. */
static guint
row_of (const ZxScoreViews *views, guint candidate)
{
  guint low = 0, high = views->n;
  while (low + 1 < high)
    {
      guint middle = (low + high) / 2;
      if (views->candidate[middle] <= candidate)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static const char *
ranks (ZxWords *words, guint best, guint worst)
{
  return best == worst ? zx_words_count (words, best) : zx_words_range (words, best, worst, 0);
}

/* Whether the order is the weights' or the places'. */
static void
tell_firmness (ZxTelling *tell, const GArray *ranked)
{
  ZxWords *words = tell->words;
  const ZxReportInput *input = tell->input;
  guint n = MIN (ranked->len, MOST_PLOTTED), n_firm = 0;
  if (input->siting_options == NULL || input->configurations == NULL || n < 2)
    return;
  g_autoptr (ZxScoreViews) views = zx_siting_score_views (
      input->candidates, input->siting_options, input->configurations, input->n_configurations);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Rank")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Candidate")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Weights ±20 %")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("AHP")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Entropy")), NULL, 1.0, FALSE },
  };
  tell_weights (tell, views);
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("Ranks under other weights")),
                           columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < n; i++)
    {
      guint c = g_array_index (ranked, Ranked, i).candidate, row = row_of (views, c);
      n_firm += views->worst_rank[row] <= n;
      ZX_TABLE_ROW (table, zx_words_count (words, i + 1), zx_candidate_name (tell, c),
                    ranks (words, views->best_rank[row], views->worst_rank[row]),
                    zx_words_count (words, views->ahp_rank[row]),
                    zx_words_count (words, views->entropy_rank[row]));
    }
  zx_paragraph (tell,
                N_ ("When one weight at a time is a fifth less or more, %s of the first %s "
                    "candidates always stay among the first %s. The judgements behind the AHP "
                    "weights have a consistency ratio of %s; below 0.10 they go together."),
                zx_words_count (words, n_firm), zx_words_count (words, n),
                zx_words_count (words, n),
                zx_words_number (words, views->ahp.consistency_ratio, 3));
}

static void
tell_ranges (ZxTelling *tell, const GArray *ranked)
{
  const ZxCandidates *candidates = tell->input->candidates;
  guint n = MIN (ranked->len, MOST_PLOTTED);
  const char *labels[MOST_PLOTTED];
  double low[MOST_PLOTTED], middle[MOST_PLOTTED], high[MOST_PLOTTED];
  if (n < 2)
    return;
  for (guint i = 0; i < n; i++)
    {
      guint c = g_array_index (ranked, Ranked, i).candidate;
      labels[i] = zx_candidate_name (tell, c);
      low[i] = candidates->served_p10[c];
      middle[i] = candidates->served_p50[c];
      high[i] = candidates->served_p90[c];
    }
  ZxGraph *graph = zx_graph_intervals (zx_word (tell, N_ ("Energy served if built alone, kWh/d")),
                                       labels, n, low, middle, high, NAN);
  zx_show_graph (tell, graph, 50.0 + 14.0 * n,
                 zx_caption (tell, N_ ("Energy served by the first candidates: P10, median, P90")),
                 NULL);
  zx_note_full_stations (tell, low, high, n);
}

/* ---- choice ------------------------------------------------------------------------------- */

static void
tell_best_set (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("No.")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Site")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("In the best set")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Served")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Taken from existing")), "kWh/d", 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Probability that a site belongs to the best set")),
      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = &plan->site[i];
      ZX_TABLE_ROW (table, zx_words_count (words, i + 1), zx_candidate_name (tell, site->candidate),
                    zx_words_percent (words, site->in_best_set, 0),
                    zx_words_number (words, site->served_mean, 0),
                    zx_words_number (words, site->taken_from_existing, 0));
      zx_table_link (table, 1, zx_site_destination (tell, i));
    }
  zx_note (tell,
           N_ ("For each draw of the demand model the best set was sought anew; the figure is "
               "the share of draws in which the site was in it. Low figures mean that other "
               "places would do nearly as well."));
}

/* Few sites read best as pairs of bars: a half site does not exist. */
static ZxGraph *
curve_bars (ZxTelling *tell, const double *sites, const double *value, const double *bound, guint n)
{
  const char *const names[]
      = { zx_word (tell, N_ ("Best plan found")), zx_word (tell, N_ ("Proven bound")) };
  const char *categories[MOST_BARS];
  double both[2 * MOST_BARS];
  for (guint i = 0; i < n; i++)
    {
      categories[i] = zx_words_number (tell->words, sites[i], 0);
      both[i] = value[i];
      both[n + i] = bound[i];
    }
  return zx_graph_bars (zx_word (tell, N_ ("Number of new sites")),
                        zx_word (tell, N_ ("Energy served, kWh/d")), categories, n, names, 2, both,
                        FALSE);
}

static ZxGraph *
curve_lines (ZxTelling *tell, const double *sites, const double *value, const double *bound,
             guint n)
{
  ZxGraph *graph = zx_graph_lines (zx_word (tell, N_ ("Number of new sites")),
                                   zx_word (tell, N_ ("Energy served, kWh/d")));
  zx_graph_add_line (graph, zx_word (tell, N_ ("Best plan found")), sites, value, NULL, NULL, n,
                     FALSE);
  zx_graph_add_line (graph, zx_word (tell, N_ ("Proven bound")), sites, bound, NULL, NULL, n, TRUE);
  zx_graph_set_whole (graph, TRUE, FALSE);
  return graph;
}

static void
tell_curve (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  guint n = 0;
  if (plan->n_asked < 2 || plan->value_by_sites == NULL || plan->bound_by_sites == NULL)
    return;
  g_autofree double *sites = g_new (double, plan->n_asked);
  g_autofree double *value = g_new (double, plan->n_asked);
  g_autofree double *bound = g_new (double, plan->n_asked);
  for (guint i = 0; i < plan->n_asked; i++)
    if (isfinite (plan->value_by_sites[i]) && isfinite (plan->bound_by_sites[i]))
      {
        sites[n] = i + 1;
        value[n] = plan->value_by_sites[i];
        bound[n++] = plan->bound_by_sites[i];
      }
  if (n < 2)
    return;
  ZxGraph *graph = n <= MOST_BARS ? curve_bars (tell, sites, value, bound, n)
                                  : curve_lines (tell, sites, value, bound, n);
  zx_paragraph (
      tell,
      N_ ("The last site added brings %s kWh a day, the first brought %s: where the curve "
          "flattens, further sites mostly share what is served already."),
      zx_words_number (tell->words, value[n - 1] - value[n - 2], 0),
      zx_words_number (tell->words, value[0], 0));
  zx_show_graph (tell, graph, 170.0,
                 zx_caption (tell, N_ ("Value and proven bound against the number of sites")),
                 NULL);
}

/* What the plan risks, and the plan that was chosen by that. */
static void
tell_risk (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const char *share = zx_words_percent (words, plan->risk_share, 0),
             *unmet = zx_words_number (words, plan->unmet, 0),
             *pays = zx_words_percent (words, plan->pays, 0);
  if (plan->risk == ZX_RISK_UNMET)
    zx_paragraph (
        tell,
        N_ ("The planner asked for the plan that leaves the least demand unserved in the worst %s "
            "of the draws (conditional value at risk). It leaves %s kWh/d there; no plan under the "
            "planning conditions leaves less than %s kWh/d, gap %s. On average it serves %s kWh/d, "
            "where no plan serves more than %s. Alternatives and prices are asked for the plan of "
            "most energy only."),
        share, unmet, zx_words_number (words, plan->unmet_bound, 0),
        zx_words_percent (words, plan->gap, 2), zx_words_number (words, plan->value, 0),
        zx_words_number (words, plan->bound, 0));
  else if (plan->risk == ZX_RISK_PAYS)
    zx_paragraph (
        tell,
        N_ ("The planner asked for the plan that pays with the greatest probability. Its net "
            "present value as a whole is positive in %s of the draws; no plan under the planning "
            "conditions reaches more than %s, gap %s. On average it serves %s kWh/d, where no plan "
            "serves more than %s. Alternatives and prices are asked for the plan of most energy "
            "only."),
        pays, zx_words_percent (words, plan->pays_bound, 0), zx_words_percent (words, plan->gap, 2),
        zx_words_number (words, plan->value, 0), zx_words_number (words, plan->bound, 0));
  else if (isfinite (plan->unmet) && plan->risk_share > 0.0)
    zx_paragraph (
        tell,
        N_ ("In the worst %s of the draws %s kWh/d of the demand of all cells are left to "
            "others or unserved. The plan as a whole has a positive net present value in "
            "%s of the draws."),
        share, unmet, pays);
  if (plan->n_batches > 0 && isfinite (plan->batch_bound))
    zx_paragraph (
        tell,
        N_ ("Over %s batches of draws, each bounded for itself, no plan serves more than "
            "%s kWh/d on average; with 95 %% confidence the most that can be had in truth "
            "is below %s kWh/d."),
        zx_words_count (words, plan->n_batches), zx_words_number (words, plan->batch_bound, 0),
        zx_words_number (words, plan->batch_bound_high, 0));
}

static void
tell_choice (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  zx_document_section (tell->document, zx_word (tell, N_ ("Choice")));
  if (plan->risk == ZX_RISK_MEAN)
    zx_paragraph (
        tell,
        N_ ("Of all sets of candidates and configurations that keep the planning conditions, "
            "the one was sought that serves the most energy on average over all draws of the "
            "demand model. The search looked at %s nodes. Value %s kWh/d, proven bound %s "
            "kWh/d, gap %s."),
        zx_words_count (words, plan->n_nodes), zx_words_number (words, plan->value, 0),
        zx_words_number (words, plan->bound, 0), zx_words_percent (words, plan->gap, 2));
  tell_risk (tell);
  if (plan->was_settled)
    zx_paragraph (tell, N_ ("The planner ended the search before it ended by itself: this is the "
                            "best plan found until then, and its bound holds. What came after, the "
                            "curve over the number of sites, the choice of each draw and the "
                            "alternatives, was not sought or not in full."));
  if (plan->new_to_public >= 0.0)
    zx_paragraph (
        tell,
        N_ ("Of the energy served, %s kWh a day were not served in public before; the rest "
            "moves from existing stations."),
        zx_words_number (words, plan->new_to_public, 0));
  if (isfinite (plan->regret_fen_or_kwh))
    zx_paragraph (
        tell,
        N_ ("If the true demand were known beforehand, the choice could serve about %s kWh a "
            "day more on average (the expected value of perfect information, estimated by "
            "search): that is what surveys can gain at best."),
        zx_words_number (words, fmax (0.0, plan->regret_fen_or_kwh), 0));
  if (plan->n_draws_best > 0)
    tell_best_set (tell);
  tell_curve (tell);
}

void
zx_tell_scores (ZxTelling *tell)
{
  const ZxCandidates *candidates = tell->input->candidates;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Scores and choice")));
  GArray *ranked
      = candidates != NULL ? rank (candidates) : g_array_new (FALSE, FALSE, sizeof (Ranked));
  if (ranked->len > 0)
    {
      zx_document_section (tell->document, zx_word (tell, N_ ("Ranking")));
      tell_ranking (tell, ranked);
      tell_firmness (tell, ranked);
      tell_ranges (tell, ranked);
    }
  else
    zx_paragraph (tell, N_ ("No candidate passed the filters, so there is nothing to rank."));
  if (zx_has_plan (tell))
    tell_choice (tell);
  else
    zx_paragraph (tell, N_ ("No plan was made: there is no choice to explain."));
  g_array_unref (ranked);
}
