/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What cannot be asked for, said in one sentence with the nearest way out; and which limit a plan
 * would gain most from losing. */

#include "app/siting/zx-plan.h"

#define LEAST_GAIN 1e-3 /* of the value: less is no reason to name a limit */

/* ---- naming ------------------------------------------------------------------------------- */

/* The candidate as people know it: its id, or C0001 by index.  (transfer full) */
static char *
name_of (const ZxSitingModel *model, const ZxCandidates *candidates, guint candidate)
{
  const ZxCity *city = model->input->city;
  gint32 parcel = candidates->parcel[candidate];
  guint32 name = parcel >= 0 ? city->parcels.name[parcel] : 0;
  if (name == 0)
    name = candidates->id[candidate];
  return name != 0 ? g_strdup (zx_pool_get (city->pool, name))
                   : g_strdup_printf ("C%04u", candidate + 1);
}

static char *
yuan (double fen)
{
  return zx_number_human (ceil (fen / 100), 0);
}

static gboolean
refuse (GError **error, char *sentence)
{
  g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID, sentence);
  g_free (sentence);
  return FALSE;
}

/* ---- the number of sites and the budget --------------------------------------------------- */

static gboolean
check_count (const ZxSitingModel *model, const ZxCandidates *candidates, const ZxChoice *choice,
             GError **error)
{
  guint n_passing = candidates->n_by_filter[ZX_FILTER_NONE], worst = ZX_FILTER_OUTSIDE;
  for (guint f = ZX_FILTER_OUTSIDE; f < ZX_N_FILTERS; f++)
    if (candidates->n_by_filter[f] > candidates->n_by_filter[worst])
      worst = f;
  if (n_passing >= choice->n_sites)
    return TRUE;
  if (n_passing == 0)
    return refuse (error,
                   g_strdup_printf (_ ("None of %u candidates passes the filters; the one that "
                                       "rules out most (%u) is “%s”"),
                                    candidates->n, candidates->n_by_filter[worst],
                                    _ (zx_filter_title (worst))));
  return refuse (error,
                 g_strdup_printf (_ ("%u sites are asked for, but only %u candidates pass the "
                                     "filters; ask for %u, or ease “%s”, which rules out %u"),
                                  choice->n_sites, n_passing, n_passing,
                                  _ (zx_filter_title (worst)), candidates->n_by_filter[worst]));
}

static double
cheapest_of (const ZxChoice *choice, guint32 kinds)
{
  double least = INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    if (kinds & (1u << t))
      least = MIN (least, choice->kind_fen[t]);
  return least;
}

static gboolean
check_budget (const ZxSitingModel *model, const ZxCandidates *candidates, const ZxChoice *choice,
              GError **error)
{
  double least = INFINITY;
  gboolean is_offered = FALSE;
  for (guint j = 0; j < candidates->n; j++)
    {
      guint32 kinds
          = candidates->filter[j] == ZX_FILTER_NONE
                ? zx_candidates_kinds_that_fit (model->input, model->options, candidates, j)
                : 0;
      least = MIN (least, cheapest_of (choice, kinds));
      is_offered = is_offered || choice->offered[j] != 0;
    }
  if (is_offered)
    return TRUE;
  if (least > choice->budget_fen)
    {
      g_autofree char *budget = yuan (floor (choice->budget_fen / 100) * 100);
      g_autofree char *needed = yuan (least);
      return refuse (error, g_strdup_printf (_ ("The budget is %s yuan, but the cheapest station "
                                                "costs %s yuan; raise the budget to that"),
                                             budget, needed));
    }
  return refuse (error, g_strdup (_ ("No place and size pays as well or as surely as asked for; "
                                     "lower siting.npv_floor_yuan or siting.pays_least")));
}

/* ---- required sites ----------------------------------------------------------------------- */

/* What would let a filtered candidate pass. */
static char *
way_past_filter (const ZxSitingModel *model, const ZxCandidates *candidates, guint candidate)
{
  const ZxSitingOptions *options = model->options;
  switch (candidates->filter[candidate])
    {
    case ZX_FILTER_SPACING:
      return g_strdup_printf (_ ("set the distance to existing stations to %.0f m instead of "
                                 "%.0f m"),
                              floor (candidates->nearest_station_m[candidate]),
                              options->station_spacing_m);
    case ZX_FILTER_ROAD:
      return g_strdup_printf (_ ("set the distance to a road to %.0f m instead of %.0f m"),
                              ceil (candidates->road_distance_m[candidate]), options->road_limit_m);
    case ZX_FILTER_GRID:
      return g_strdup_printf (_ ("there are %.0f kW of room; add a smaller size or leave the grid "
                                 "out of account"),
                              candidates->grid_room_kw[candidate]);
    default:
      return g_strdup (_ ("do not require it"));
    }
}

static gboolean
check_required_one (const ZxSitingModel *model, const ZxCandidates *candidates,
                    const ZxChoice *choice, guint i, GError **error)
{
  guint32 candidate = choice->required[i];
  if (candidate >= candidates->n)
    return refuse (error, g_strdup_printf (_ ("Candidate %u is required, but there are only %u "
                                              "candidates"),
                                           candidate + 1, candidates->n));
  g_autofree char *name = name_of (model, candidates, candidate);
  for (guint k = 0; k < i; k++)
    if (choice->required[k] == candidate)
      return refuse (error, g_strdup_printf (_ ("“%s” is required twice"), name));
  if (candidates->filter[candidate] != ZX_FILTER_NONE)
    {
      g_autofree char *way = way_past_filter (model, candidates, candidate);
      return refuse (error,
                     g_strdup_printf (_ ("“%s” is required but ruled out by “%s”: %s"), name,
                                      _ (zx_filter_title (candidates->filter[candidate])), way));
    }
  if (choice->offered[candidate] == 0)
    return refuse (error, g_strdup_printf (_ ("“%s” is required, but no size of station fits "
                                              "there within the budget and the lowest NPV"),
                                           name));
  return TRUE;
}

static gboolean
check_required_pairs (const ZxSitingModel *model, const ZxCandidates *candidates,
                      const ZxChoice *choice, GError **error)
{
  for (guint i = 0; i < choice->n_required; i++)
    for (guint k = 0; k < i; k++)
      {
        guint32 a = choice->required[k], b = choice->required[i];
        double away = hypot (choice->x_m[a] - choice->x_m[b], choice->y_m[a] - choice->y_m[b]);
        if (!zx_choice_excludes (choice, a, b))
          continue;
        g_autofree char *name_a = name_of (model, candidates, a);
        g_autofree char *name_b = name_of (model, candidates, b);
        if (away < choice->spacing_m)
          return refuse (error,
                         g_strdup_printf (_ ("“%s” and “%s” are both required but only %.0f m "
                                             "apart; set the distance between new sites to %.0f "
                                             "m instead of %.0f m"),
                                          name_a, name_b, away, floor (away), choice->spacing_m));
        return refuse (error, g_strdup_printf (_ ("“%s” and “%s” are both required but share a "
                                                  "transformer area or feeder without room for "
                                                  "two stations; require one of them"),
                                               name_a, name_b));
      }
  return TRUE;
}

static gboolean
check_required (const ZxSitingModel *model, const ZxCandidates *candidates, const ZxChoice *choice,
                GError **error)
{
  double needed = 0;
  if (choice->n_required > choice->n_sites)
    return refuse (error,
                   g_strdup_printf (_ ("%u sites are required, but only %u are asked for; "
                                       "ask for %u"),
                                    choice->n_required, choice->n_sites, choice->n_required));
  for (guint i = 0; i < choice->n_required; i++)
    {
      if (!check_required_one (model, candidates, choice, i, error))
        return FALSE;
      needed += cheapest_of (choice, choice->offered[choice->required[i]]);
    }
  if (needed > choice->budget_fen)
    {
      g_autofree char *budget = yuan (floor (choice->budget_fen / 100) * 100);
      g_autofree char *least = yuan (needed);
      return refuse (error, g_strdup_printf (_ ("The %u required sites cost at least %s yuan, but "
                                                "the budget is %s yuan; raise it or require "
                                                "fewer"),
                                             choice->n_required, least, budget));
    }
  return check_required_pairs (model, candidates, choice, error);
}

gboolean
zx_plan_check_wishes (const ZxSitingModel *model, const ZxCandidates *candidates,
                      const ZxChoice *choice, GError **error)
{
  return check_required (model, candidates, choice, error)
         && check_count (model, candidates, choice, error)
         && check_budget (model, candidates, choice, error);
}

/* ---- what binds --------------------------------------------------------------------------- */

typedef enum
{
  LIMIT_SITES,
  LIMIT_BUDGET,
  LIMIT_ROOM,
  LIMIT_SPACING,
  N_LIMITS
} Limit;

static const char *const limit_titles[N_LIMITS]
    = { N_ ("the number of sites"), N_ ("the budget"), N_ ("grid room"),
        N_ ("the distance between new sites") };

/* The sizes on offer once @limit has gone. */
static void
offer_without (Limit limit, const ZxSitingModel *model, const ZxCandidates *candidates,
               const ZxChoice *choice, guint32 *offered)
{
  ZxSitingOptions options = *model->options;
  options.ignore_grid = options.ignore_grid || limit == LIMIT_ROOM;
  for (guint j = 0; j < choice->n_candidates; j++)
    {
      guint32 kinds = choice->offered[j] != 0
                          ? zx_candidates_kinds_that_fit (model->input, &options, candidates, j)
                          : 0;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (limit != LIMIT_BUDGET && choice->kind_fen[t] > choice->budget_fen)
          kinds &= ~(1u << t);
      kinds = zx_siting_without_idle_kinds (model, choice, j, kinds);
      offered[j] = limit == LIMIT_ROOM || limit == LIMIT_BUDGET ? kinds | choice->offered[j]
                                                                : choice->offered[j];
    }
}

/* How much a quick climb gains once a limit has gone. */
static double
gain_without (Limit limit, const ZxSitingModel *model, const ZxCandidates *candidates,
              const ZxChoice *choice, const ZxPicks *picks)
{
  ZxChoice relaxed = *choice;
  relaxed.pace = NULL;
  g_autofree guint32 *offered = g_new (guint32, choice->n_candidates + 1);
  g_autofree gint32 *none = g_new (gint32, choice->n_candidates + 1);
  memset (none, 0xff, (choice->n_candidates + 1) * sizeof (gint32));
  offer_without (limit, model, candidates, choice, offered);
  relaxed.offered = offered;
  if (limit == LIMIT_SITES)
    relaxed.n_sites++;
  else if (limit == LIMIT_BUDGET)
    relaxed.budget_fen = INFINITY;
  else if (limit == LIMIT_ROOM)
    relaxed.area_room = relaxed.feeder_room = none;
  else
    relaxed.spacing_m = 0;
  zx_choice_list_neighbours (&relaxed);
  ZxPicks trial = zx_picks_new (relaxed.n_sites);
  zx_picks_copy (&trial, picks);
  zx_choice_improve (&relaxed, NULL, ZX_SEARCH_QUICK, &trial, NULL);
  double gain = trial.value - picks->value;
  zx_picks_clear (&trial);
  g_free (relaxed.neighbour_first);
  g_free (relaxed.neighbour);
  return gain;
}

static gboolean
has_limit (Limit limit, const ZxChoice *choice, const ZxPicks *picks)
{
  switch (limit)
    {
    case LIMIT_SITES:
      return picks->n == choice->n_sites;
    case LIMIT_BUDGET:
      return isfinite (choice->budget_fen);
    case LIMIT_ROOM:
      return choice->n_rooms > 0;
    default:
      return choice->spacing_m > 0;
    }
}

char *
zx_plan_find_limiting (const ZxSitingModel *model, const ZxCandidates *candidates,
                       const ZxChoice *choice, const ZxPicks *picks)
{
  const char *title = N_ ("the places and sizes on offer");
  double most = LEAST_GAIN * MAX (picks->value, 0);
  for (Limit limit = LIMIT_SITES; limit < N_LIMITS; limit++)
    {
      double gain = has_limit (limit, choice, picks)
                        ? gain_without (limit, model, candidates, choice, picks)
                        : 0;
      if (gain > most)
        {
          most = gain;
          title = limit_titles[limit];
        }
    }
  return g_strdup (title);
}
