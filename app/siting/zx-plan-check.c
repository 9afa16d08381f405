/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The checker: value and limits of a plan from the city itself, with none of the search's code: its
 * own travel times, its own shares, its own sums.  Slow and plain on purpose. */

#include "app/siting/zx-siting.h"

#define VALUE_TOLERANCE 1e-4 /* relative: the plan keeps shares in single precision */
#define FEN_TOLERANCE   1.0
#define KW_TOLERANCE    1e-3
#define METRE_TOLERANCE 1e-3

typedef struct
{
  const ZxSitingInput *input;
  const ZxCandidates *candidates;
  const ZxSitingOptions *options;
  const ZxPlan *plan;
} Check;

static gboolean
broken (GError **error, char *sentence)
{
  g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID, sentence);
  g_free (sentence);
  return FALSE;
}

/* ---- which and how many ------------------------------------------------------------------- */

static gboolean
check_sites (const Check *self, GError **error)
{
  const ZxPlan *plan = self->plan;
  guint n_wanted = self->options->n_sites > 0 ? self->options->n_sites : 5;
  if (plan->n_sites > n_wanted)
    return broken (error, g_strdup_printf (_ ("The plan has %u sites; %u were asked for"),
                                           plan->n_sites, n_wanted));
  for (guint i = 0; i < plan->n_sites; i++)
    {
      guint j = plan->site[i].candidate;
      if (j >= self->candidates->n || plan->site[i].configuration >= self->input->n_configurations)
        return broken (error, g_strdup_printf (_ ("Site %u of the plan is no candidate or has no "
                                                  "size that is on offer"),
                                               i + 1));
      if (self->candidates->filter[j] != ZX_FILTER_NONE)
        return broken (error,
                       g_strdup_printf (_ ("Site %u of the plan fails the filter “%s”"), i + 1,
                                        _ (zx_filter_title (self->candidates->filter[j]))));
      for (guint k = 0; k < i; k++)
        if (plan->site[k].candidate == j)
          return broken (
              error,
              g_strdup_printf (_ ("Sites %u and %u of the plan are the same place"), k + 1, i + 1));
    }
  return TRUE;
}

static gboolean
has_site (const ZxPlan *plan, guint candidate)
{
  for (guint i = 0; i < plan->n_sites; i++)
    if (plan->site[i].candidate == candidate)
      return TRUE;
  return FALSE;
}

static gboolean
check_wishes (const Check *self, GError **error)
{
  for (guint i = 0; i < self->options->n_required; i++)
    if (!has_site (self->plan, self->options->required[i]))
      return broken (error, g_strdup_printf (_ ("Candidate %u is required but not in the plan"),
                                             self->options->required[i] + 1));
  for (guint i = 0; i < self->options->n_banned; i++)
    if (has_site (self->plan, self->options->banned[i]))
      return broken (error, g_strdup_printf (_ ("Candidate %u is ruled out but in the plan"),
                                             self->options->banned[i] + 1));
  return TRUE;
}

static gboolean
check_bays (const Check *self, GError **error)
{
  const ZxParcels *parcels = &self->input->city->parcels;
  for (guint i = 0; i < self->plan->n_sites; i++)
    {
      const ZxPlanSite *site = self->plan->site + i;
      gint32 parcel = self->candidates->parcel[site->candidate];
      guint needed = self->input->configurations[site->configuration]->bays;
      if (parcel >= 0 && parcels->bays[parcel] < needed)
        return broken (error,
                       g_strdup_printf (_ ("Site %u of the plan needs %u bays; its parcel has %g"),
                                        i + 1, needed, parcels->bays[parcel]));
    }
  return TRUE;
}

/* ---- money, distance, grid ---------------------------------------------------------------- */

static gboolean
check_budget (const Check *self, GError **error)
{
  double fen = 0;
  for (guint i = 0; i < self->plan->n_sites; i++)
    fen += self->input->configurations[self->plan->site[i].configuration]->capex_fen;
  if (fabs (fen - self->plan->capex_fen) > FEN_TOLERANCE)
    return broken (error, g_strdup_printf (_ ("The plan says it costs %.0f fen; its sites add up "
                                              "to %.0f fen"),
                                           self->plan->capex_fen, fen));
  if (fen > self->options->budget_fen + FEN_TOLERANCE)
    return broken (error, g_strdup_printf (_ ("The plan costs %.0f fen; the budget is %.0f fen"),
                                           fen, self->options->budget_fen));
  return TRUE;
}

static gboolean
check_spacing (const Check *self, GError **error)
{
  const ZxCandidates *candidates = self->candidates;
  const ZxStations *stations = &self->input->city->stations;
  for (guint i = 0; i < self->plan->n_sites; i++)
    {
      guint a = self->plan->site[i].candidate;
      for (guint k = 0; k < i; k++)
        {
          guint b = self->plan->site[k].candidate;
          double away = hypot (candidates->x_m[a] - candidates->x_m[b],
                               candidates->y_m[a] - candidates->y_m[b]);
          if (away < self->options->site_spacing_m - METRE_TOLERANCE)
            return broken (error,
                           g_strdup_printf (_ ("Sites %u and %u of the plan are %.1f m "
                                               "apart; the least is %.0f m"),
                                            k + 1, i + 1, away, self->options->site_spacing_m));
        }
      for (guint s = 0; s < stations->n; s++)
        {
          double away = hypot (candidates->x_m[a] - stations->x_m[s],
                               candidates->y_m[a] - stations->y_m[s]);
          if (stations->state[s] != ZX_STATION_CLOSED
              && away < self->options->station_spacing_m * (1 - 1e-6) - METRE_TOLERANCE)
            return broken (error, g_strdup_printf (_ ("Site %u of the plan is %.1f m from an "
                                                      "existing station; the least is %.0f m"),
                                                   i + 1, away, self->options->station_spacing_m));
        }
    }
  return TRUE;
}

static double
least_feeder_room (const ZxHeadroom *headroom, gint32 feeder)
{
  double least = NAN;
  for (guint h = 0; h < 24 && feeder >= 0 && feeder < (gint32) headroom->n_feeders; h++)
    least = fmin (least, headroom->feeder_room_kw[(gsize) feeder * 24 + h]);
  return least;
}

/* kW that all sites of the plan put on one area (@is_feeder FALSE) or feeder. */
static double
load_kw (const Check *self, gboolean is_feeder, gint32 index)
{
  double kw = 0;
  for (guint i = 0; i < self->plan->n_sites; i++)
    {
      const ZxPlanSite *site = self->plan->site + i;
      const ZxConfiguration *size = self->input->configurations[site->configuration];
      gint32 area = self->candidates->transformer[site->candidate];
      gint32 feeder = self->candidates->feeder[site->candidate];
      gboolean is_past
          = size->has_transformer && !isnan (least_feeder_room (self->input->headroom, feeder));
      if (is_feeder ? feeder == index : area == index && !is_past)
        kw += size->kva * self->options->grid_power_factor;
    }
  return kw;
}

static gboolean
check_grid (const Check *self, GError **error)
{
  const ZxHeadroom *headroom = self->input->headroom;
  for (guint i = 0; headroom != NULL && !self->options->ignore_grid && i < self->plan->n_sites; i++)
    {
      guint j = self->plan->site[i].candidate;
      gint32 area = self->candidates->transformer[j], feeder = self->candidates->feeder[j];
      double room
          = area >= 0 && area < (gint32) headroom->n_areas ? headroom->least_room_kw[area] : NAN;
      double kw = area >= 0 ? load_kw (self, FALSE, area) : 0;
      if (kw > room + KW_TOLERANCE)
        return broken (error, g_strdup_printf (_ ("The plan puts %.1f kW on the transformer area "
                                                  "of site %u; there is room for %.1f kW"),
                                               kw, i + 1, room));
      room = least_feeder_room (headroom, feeder);
      kw = feeder >= 0 ? load_kw (self, TRUE, feeder) : 0;
      if (kw > room + KW_TOLERANCE)
        return broken (error, g_strdup_printf (_ ("The plan puts %.1f kW on the feeder of site "
                                                  "%u; there is room for %.1f kW"),
                                               kw, i + 1, room));
    }
  return TRUE;
}

/* ---- the value ---------------------------------------------------------------------------- */

static double
typical_connectors (const ZxStations *stations)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint s = 0; s < stations->n; s++)
    {
      double n = stations->n_dc[s] + stations->n_ac[s];
      guint at = 0;
      if (n <= 0 || stations->state[s] != ZX_STATION_WORKING)
        continue;
      while (at < known->len && g_array_index (known, double, at) < n)
        at++;
      g_array_insert_val (known, at, n);
    }
  return known->len > 0 ? g_array_index (known, double, known->len / 2) : 8;
}

/* Attraction of everything but the plan, by cell. */
static double *
sum_rivals (const Check *self)
{
  const ZxStations *stations = &self->input->city->stations;
  const ZxTravelRows *rows = self->input->station_rows;
  const ZxHuffOptions *huff = &self->options->huff;
  double *rival = g_new (double, self->input->cells->n), typical = typical_connectors (stations);
  for (guint c = 0; c < self->input->cells->n; c++)
    rival[c] = zx_huff_attraction (huff->outside, 0, huff);
  for (guint s = 0; rows != NULL && s < stations->n; s++)
    {
      double n = stations->n_dc[s] + stations->n_ac[s];
      for (gsize i = rows->first[s]; i < rows->first[s + 1]; i++)
        if (stations->state[s] != ZX_STATION_CLOSED && rows->target[i] < self->input->cells->n)
          rival[rows->target[i]]
              += zx_huff_attraction (n > 0 ? n : typical, rows->seconds[i], huff);
    }
  return rival;
}

/* Attraction of every site on every cell. */
static double *
pull_of_sites (const Check *self, GError **error)
{
  const ZxPlan *plan = self->plan;
  const ZxCells *cells = self->input->cells;
  g_autofree double *x = g_new (double, plan->n_sites), *y = g_new (double, plan->n_sites);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      x[i] = self->candidates->x_m[plan->site[i].candidate];
      y[i] = self->candidates->y_m[plan->site[i].candidate];
    }
  g_autoptr (ZxTravelRows) rows = NULL;
  if (self->input->graph == NULL)
    rows = zx_travel_rows_straight (x, y, plan->n_sites, cells->x_m, cells->y_m, cells->n,
                                    self->options->huff.limit_s, self->input->speeds,
                                    &self->input->city->areas, NULL, error);
  else
    {
      g_autofree ZxSnap *to = g_new0 (ZxSnap, plan->n_sites), *from = g_new0 (ZxSnap, cells->n);
      if (zx_travel_snap (self->input->graph, x, y, plan->n_sites, INFINITY, to, NULL, error)
          && zx_cells_snap (cells, self->input->graph, from, NULL, error))
        rows = zx_travel_rows (self->input->graph, to, plan->n_sites, from, cells->n,
                               self->options->huff.limit_s, TRUE, NULL, error);
    }
  if (rows == NULL)
    return NULL;
  double *pull = g_new0 (double, (gsize) plan->n_sites * cells->n);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxConfiguration *size = self->input->configurations[plan->site[i].configuration];
      for (gsize k = rows->first[i]; k < rows->first[i + 1]; k++)
        pull[(gsize) i * cells->n + rows->target[k]]
            = zx_huff_attraction (size->n_dc + size->n_ac, rows->seconds[k], &self->options->huff);
    }
  return pull;
}

static double
largest_share (const float *profile)
{
  double sum = 0, most = 0;
  for (guint h = 0; profile != NULL && h < 24; h++)
    if (profile[h] > 0 && isfinite (profile[h]))
      {
        sum += profile[h];
        most = MAX (most, profile[h]);
      }
  return sum > 0 ? most / sum : 1.0 / 24;
}

/* Mean over the draws the plan used of what each site serves. */
static double
sum_served (const Check *self, const double *rival, const double *pull)
{
  const ZxPlan *plan = self->plan;
  const ZxDemand *demand = self->input->demand;
  guint n_cells = self->input->cells->n, n_used = MAX (plan->n_draws_used, 1);
  double peak = largest_share (demand->profile), value = 0;
  g_autofree double *share = g_new0 (double, n_cells);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      double cap = zx_configuration_capacity_kwh (
          self->input->configurations[plan->site[i].configuration], self->options, peak);
      for (guint c = 0; c < n_cells; c++)
        {
          double all = rival[c];
          for (guint k = 0; k < plan->n_sites; k++)
            all += pull[(gsize) k * n_cells + c];
          share[c] = pull[(gsize) i * n_cells + c] / all;
        }
      for (guint used = 0; used < n_used; used++)
        {
          gsize draw = (gsize) ((guint64) used * demand->n_draws / n_used);
          double asked = 0;
          for (guint c = 0; c < n_cells; c++)
            {
              double kwh = demand->cell_kwh_per_day[draw * n_cells + c];
              asked += share[c] > 0 && kwh > 0 && isfinite (kwh) ? share[c] * kwh : 0;
            }
          value += MIN (asked, cap) / n_used;
        }
    }
  return value;
}

static gboolean
check_value (const Check *self, GError **error)
{
  const ZxPlan *plan = self->plan;
  double said = 0;
  g_autofree double *rival = sum_rivals (self);
  g_autofree double *pull = pull_of_sites (self, error);
  if (pull == NULL)
    return FALSE;
  double value = sum_served (self, rival, pull);
  for (guint i = 0; i < plan->n_sites; i++)
    said += plan->site[i].served_mean;
  if (fabs (value - plan->value) > VALUE_TOLERANCE * MAX (value, 1)
      || fabs (said - plan->value) > VALUE_TOLERANCE * MAX (value, 1))
    return broken (error, g_strdup_printf (_ ("The plan says it serves %.3f kWh a day and its "
                                              "sites %.3f; worked out again it is %.3f"),
                                           plan->value, said, value));
  if (plan->bound < plan->value * (1 - VALUE_TOLERANCE))
    return broken (error, g_strdup_printf (_ ("The bound %.3f is below the value %.3f"),
                                           plan->bound, plan->value));
  return TRUE;
}

gboolean
zx_siting_check_plan (const ZxSitingInput *input, const ZxCandidates *candidates,
                      const ZxSitingOptions *options, const ZxPlan *plan, GError **error)
{
  g_return_val_if_fail (input != NULL && candidates != NULL && options != NULL && plan != NULL,
                        FALSE);
  Check self = { input, candidates, options, plan };
  return check_sites (&self, error) && check_wishes (&self, error) && check_bays (&self, error)
         && check_budget (&self, error) && check_spacing (&self, error) && check_grid (&self, error)
         && (plan->n_sites == 0 || check_value (&self, error));
}
