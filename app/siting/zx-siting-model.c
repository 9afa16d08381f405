/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The city as numbers: see zx-siting-model.h.
 *
 * Draws: all of them where (entries of the travel rows × sizes × draws) stays below MOST_WORK, else
 * every so manieth, at least LEAST_DRAWS.  The same subset serves scores, plan and checker. */

#include "app/siting/zx-candidates.h"

#define MOST_WORK          2.5e9
#define MOST_MEMORY        24e6 /* floats of the candidates' demand by draw */
#define LEAST_DRAWS        64u
#define LEAST_TO_KEEP      100u /* of so many draws a fifth is kept from the search */
#define DEFAULT_CONNECTORS 8.0  /* of a station when none in the city states its number */

/* ---- checks ------------------------------------------------------------------------------- */

static gboolean
check_sizes (const ZxSitingInput *input, GError **error)
{
  guint n_cells = input->cells->n;
  if (input->demand->n_cells != n_cells)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The demand has %u cells, but the city has %u; estimate the demand again"),
                 input->demand->n_cells, n_cells);
  else if (input->demand->n_draws < 1 || input->demand->cell_kwh_per_day == NULL)
    g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                         _ ("The demand holds no draws; estimate the demand again"));
  else if (input->station_rows != NULL && input->station_rows->n_rows != input->city->stations.n)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("Travel times are given for %u stations, but the city has %u"),
                 input->station_rows->n_rows, input->city->stations.n);
  else
    return TRUE;
  return FALSE;
}

gboolean
zx_siting_input_check (const ZxSitingInput *input, const ZxSitingOptions *options, GError **error)
{
  if (!zx_siting_options_check (options, error))
    return FALSE;
  if (input->cells == NULL || input->cells->n == 0 || input->demand == NULL)
    g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                         _ ("Sites are chosen where demand is known; estimate the demand first"));
  else if (input->n_configurations < 1 || input->n_configurations > ZX_CHOICE_MAX_KINDS)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("There are %u sizes of station to choose from; there must be 1 to %d"),
                 input->n_configurations, ZX_CHOICE_MAX_KINDS);
  else if (input->graph == NULL && input->speeds == NULL)
    g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                         _ ("Without roads a table of speeds is needed for travel times"));
  else
    return check_sizes (input, error);
  return FALSE;
}

/* ---- kinds -------------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
size_of (const ZxConfiguration *kind, const ZxSitingOptions *options)
{
  return zx_huff_attraction (kind->n_dc + kind->n_ac, 0, &options->huff);
}

static void
fill_kinds (ZxSitingModel *self)
{
  const ZxSitingInput *input = self->input;
  double all[ZX_MAX_CONFIGURATIONS];
  self->n_kinds = input->n_configurations;
  for (guint t = 0; t < self->n_kinds; t++)
    all[t] = size_of (input->configurations[t], self->options);
  qsort (all, self->n_kinds, sizeof (double), compare_doubles);
  for (guint t = 0; t < self->n_kinds; t++)
    if (self->n_sizes == 0 || all[t] > self->size[self->n_sizes - 1])
      self->size[self->n_sizes++] = all[t];
  for (guint t = 0; t < self->n_kinds; t++)
    {
      const ZxConfiguration *kind = input->configurations[t];
      while (self->size[self->kind_size[t]] < size_of (kind, self->options))
        self->kind_size[t]++;
      self->kind_cap[t] = zx_configuration_capacity_kwh (kind, self->options, self->peak_share);
      self->kind_fen[t] = kind->capex_fen;
      self->kind_kw[t] = kind->kva * self->options->grid_power_factor;
      self->kinds_past_area |= kind->has_transformer ? 1u << t : 0;
    }
}

/* The weekday's shares; flat where the demand brings none. */
static void
fill_profile (ZxSitingModel *self)
{
  const float *profile = self->input->demand->profile;
  double sum = 0;
  for (guint h = 0; h < 24; h++)
    sum += profile != NULL && profile[h] > 0 && isfinite (profile[h]) ? profile[h] : 0;
  for (guint h = 0; h < 24; h++)
    {
      double share = profile != NULL && profile[h] > 0 && isfinite (profile[h]) ? profile[h] : 0;
      self->profile[h] = sum > 0 ? share / sum : 1.0 / 24;
      self->peak_share = MAX (self->peak_share, self->profile[h]);
    }
}

/* ---- cells -------------------------------------------------------------------------------- */

static double
median_connectors (const ZxStations *stations)
{
  g_autofree double *known = g_new (double, stations->n + 1);
  guint n = 0;
  for (guint i = 0; i < stations->n; i++)
    if (stations->state[i] == ZX_STATION_WORKING && stations->n_dc[i] + stations->n_ac[i] > 0)
      known[n++] = stations->n_dc[i] + stations->n_ac[i];
  qsort (known, n, sizeof (double), compare_doubles);
  return n > 0 ? known[n / 2] : DEFAULT_CONNECTORS;
}

/* Stations being built compete too: they will be there before the plan is. */
static void
fill_rivals (ZxSitingModel *self)
{
  const ZxStations *stations = &self->input->city->stations;
  const ZxTravelRows *rows = self->input->station_rows;
  const ZxHuffOptions *huff = &self->options->huff;
  double typical = median_connectors (stations);
  for (guint i = 0; rows != NULL && i < stations->n; i++)
    {
      double connectors = stations->n_dc[i] + stations->n_ac[i];
      if (stations->state[i] == ZX_STATION_CLOSED)
        continue;
      for (gsize k = rows->first[i]; k < rows->first[i + 1]; k++)
        {
          guint32 c = rows->target[k];
          if (c >= self->n_cells)
            continue;
          self->existing[c]
              += zx_huff_attraction (connectors > 0 ? connectors : typical, rows->seconds[k], huff);
          if (rows->seconds[k] <= self->options->coverage_s)
            self->is_covered[c] = TRUE;
        }
    }
  double outside = zx_huff_attraction (huff->outside, 0, huff);
  for (guint c = 0; c < self->n_cells; c++)
    self->rival[c] = self->existing[c] + outside;
}

static void
fill_residents (ZxSitingModel *self)
{
  const ZxPeople *people = &self->input->city->people;
  for (gsize i = 0; i < people->n; i++)
    {
      gint32 c = isfinite (people->x_m[i]) && isfinite (people->y_m[i])
                     ? zx_cells_at (self->input->cells, people->x_m[i], people->y_m[i])
                     : -1;
      if (c < 0 || !(people->residents[i] >= 0))
        continue;
      self->residents[c] += people->residents[i];
      self->has_residents = TRUE;
    }
}

static void
fill_draws (ZxSitingModel *self)
{
  const ZxDemand *demand = self->input->demand;
  for (guint k = 0; k < self->n_draws; k++)
    {
      guint from = (guint) ((guint64) k * demand->n_draws / self->n_draws);
      const float *row = demand->cell_kwh_per_day + (gsize) from * self->n_cells;
      for (guint c = 0; c < self->n_cells; c++)
        {
          float kwh = row[c] > 0 && isfinite (row[c]) ? row[c] : 0;
          self->draw[(gsize) c * self->stride + k] = kwh;
          self->mean[c] += kwh;
        }
    }
  for (guint c = 0; c < self->n_cells; c++)
    self->mean[c] /= self->n_draws;
}

guint
zx_siting_draws_to_use (const ZxDemand *demand)
{
  return demand->n_draws >= LEAST_TO_KEEP ? demand->n_draws - demand->n_draws / 5 : demand->n_draws;
}

static guint
choose_n_draws (const ZxSitingModel *self, guint n_candidates, gsize n_entries)
{
  double work = (double) MAX (n_entries, 1) * self->n_sizes;
  double rows = (double) MAX (n_candidates, 1) * self->n_sizes;
  double most = MAX (MIN (MOST_WORK / work, MOST_MEMORY / rows), LEAST_DRAWS);
  return (guint) MIN (most, zx_siting_draws_to_use (self->input->demand));
}

gboolean
zx_siting_model_init (ZxSitingModel *self, const ZxSitingInput *input,
                      const ZxSitingOptions *options, guint n_candidates, gsize n_entries,
                      guint most_draws, GError **error)
{
  *self = (ZxSitingModel){ .input = input, .options = options, .n_cells = input->cells->n };
  fill_profile (self);
  fill_kinds (self);
  self->margin_fen = options->service_fee_fen_per_kwh - options->loss_fen_per_kwh;
  self->annuity = zx_annuity (options->discount_rate, options->life_years);
  self->n_draws = MIN (choose_n_draws (self, n_candidates, n_entries), most_draws);
  self->stride = (self->n_draws + ZX_CHOICE_LANES - 1) / ZX_CHOICE_LANES * ZX_CHOICE_LANES;
  self->draw
      = ZX_TRY_NEW (float, (gsize) self->n_cells * self->stride, _ ("the draws of demand"), error);
  if (self->draw == NULL)
    return FALSE;
  self->existing = g_new0 (double, self->n_cells);
  self->rival = g_new0 (double, self->n_cells);
  self->mean = g_new0 (double, self->n_cells);
  self->residents = g_new0 (double, self->n_cells);
  self->is_covered = g_new0 (guint8, self->n_cells);
  fill_rivals (self);
  fill_residents (self);
  fill_draws (self);
  return TRUE;
}

void
zx_siting_model_clear (ZxSitingModel *self)
{
  g_clear_pointer (&self->existing, g_free);
  g_clear_pointer (&self->rival, g_free);
  g_clear_pointer (&self->mean, g_free);
  g_clear_pointer (&self->draw, g_free);
  g_clear_pointer (&self->residents, g_free);
  g_clear_pointer (&self->is_covered, g_free);
}

/* ---- money -------------------------------------------------------------------------------- */

double
zx_siting_rent_fen (const ZxSitingModel *self, const ZxCandidates *candidates, guint candidate,
                    guint kind)
{
  const ZxConfiguration *size = self->input->configurations[kind];
  gint32 parcel = candidates->parcel[candidate];
  double per_bay = parcel >= 0 ? self->input->city->parcels.rent_fen_per_bay_year[parcel] : NAN;
  return per_bay >= 0 ? per_bay * size->bays : size->rent_fen_per_year;
}

double
zx_siting_opex_fen (const ZxSitingModel *self, const ZxCandidates *candidates, guint candidate,
                    guint kind)
{
  const ZxConfiguration *size = self->input->configurations[kind];
  return size->fixed_opex_fen_per_year - size->rent_fen_per_year
         + zx_siting_rent_fen (self, candidates, candidate, kind);
}

double
zx_siting_npv_fen (const ZxSitingModel *self, const ZxCandidates *candidates, guint candidate,
                   guint kind, double kwh_per_day)
{
  double yearly = kwh_per_day * ZX_SITING_DAYS_PER_YEAR * self->margin_fen
                  - zx_siting_opex_fen (self, candidates, candidate, kind);
  return yearly * self->annuity - self->kind_fen[kind];
}

/* ---- the choice --------------------------------------------------------------------------- */

/* A room for every area and feeder whose kW are known. */
void
zx_siting_fill_rooms (ZxSitingChoice *self, const ZxSitingModel *model,
                      const ZxCandidates *candidates)
{
  guint n_areas = model->input->city->transformers.n;
  guint n_feeders = model->input->city->feeders.n_feeders;
  self->room_kw = g_new0 (double, (gsize) n_areas + n_feeders + 1);
  self->area_room = g_new0 (gint32, candidates->n + 1);
  self->feeder_room = g_new0 (gint32, candidates->n + 1);
  for (guint j = 0; j < candidates->n; j++)
    {
      gint32 area = candidates->transformer[j], feeder = candidates->feeder[j];
      self->area_room[j] = self->feeder_room[j] = -1;
      if (model->options->ignore_grid)
        continue;
      if (area >= 0 && !isnan (candidates->area_room_kw[j]))
        {
          self->area_room[j] = area;
          self->room_kw[area] = candidates->area_room_kw[j];
        }
      if (feeder >= 0 && !isnan (candidates->feeder_room_kw[j]))
        {
          self->feeder_room[j] = (gint32) n_areas + feeder;
          self->room_kw[n_areas + feeder] = candidates->feeder_room_kw[j];
        }
    }
  self->choice.n_rooms = n_areas + n_feeders;
}

guint32
zx_siting_affordable (const ZxSitingModel *model)
{
  guint32 affordable = 0;
  for (guint t = 0; t < model->n_kinds; t++)
    if (model->kind_fen[t] <= model->options->budget_fen)
      affordable |= 1u << t;
  return affordable;
}

static void
offer_kinds (ZxSitingChoice *self, const ZxSitingModel *model, const ZxCandidates *candidates)
{
  guint32 affordable = zx_siting_affordable (model);
  self->offered = g_new0 (guint32, candidates->n + 1);
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_NONE)
      self->offered[j]
          = affordable & zx_candidates_kinds_that_fit (model->input, model->options, candidates, j);
}

static gboolean
has_same_connectors (const ZxConfiguration *a, const ZxConfiguration *b)
{
  return (a->n_dc > 0) == (b->n_dc > 0) && (a->n_ac > 0) == (b->n_ac > 0);
}

/* What the most able of the cheaper sizes with the same connectors among @kinds can serve, kWh a
 * day; 0 when there is none. */
static double
cheaper_cap (const ZxSitingModel *model, guint32 kinds, guint kind)
{
  double cap = 0;
  const ZxConfiguration *const *configuration = model->input->configurations;
  for (guint t = 0; t < model->n_kinds; t++)
    if ((kinds & (1u << t)) && model->kind_fen[t] < model->kind_fen[kind]
        && has_same_connectors (configuration[t], configuration[kind]))
      cap = MAX (cap, model->kind_cap[t]);
  return cap;
}

static guint
n_draws_above (const ZxChoice *choice, guint candidate, guint size, double limit)
{
  const float *asked = choice->alone_draw + zx_choice_at (choice, candidate, size) * choice->stride;
  guint n = 0;
  for (guint k = 0; k < choice->n_draws; k++)
    n += asked[k] > limit;
  return n;
}

guint32
zx_siting_without_idle_kinds (const ZxSitingModel *model, const ZxChoice *choice, guint candidate,
                              guint32 kinds)
{
  guint32 kept = kinds;
  double n_rare = (1 - model->options->size_quantile) * choice->n_draws;
  for (guint t = 0; t < choice->n_kinds && model->options->size_quantile < 1; t++)
    {
      double cap = kinds & (1u << t) ? cheaper_cap (model, kinds, t) : 0;
      if (cap > 0 && n_draws_above (choice, candidate, choice->kind_size[t], cap) <= n_rare)
        kept &= ~(1u << t);
    }
  return kept;
}

static void
fill_choice (ZxSitingChoice *self, const ZxSitingModel *model, const ZxCandidates *candidates)
{
  ZxChoice *choice = &self->choice;
  choice->n_cells = model->n_cells;
  choice->n_draws = model->n_draws;
  choice->stride = model->stride;
  choice->mean = model->mean;
  choice->draw = model->draw;
  choice->rival = model->rival;
  choice->n_candidates = candidates->n;
  choice->first = candidates->rows->first;
  choice->cell = candidates->rows->target;
  choice->near = self->near;
  choice->x_m = candidates->x_m;
  choice->y_m = candidates->y_m;
  choice->offered = self->offered;
  choice->n_kinds = model->n_kinds;
  choice->n_sizes = model->n_sizes;
  choice->size = model->size;
  choice->kind_size = model->kind_size;
  choice->kind_cap = model->kind_cap;
  choice->kind_fen = model->kind_fen;
  choice->kind_kw = model->kind_kw;
  choice->kinds_past_area = model->kinds_past_area;
  choice->n_sites = zx_siting_n_sites (model->options);
  choice->budget_fen = model->options->budget_fen;
  choice->spacing_m = model->options->site_spacing_m;
  choice->room_kw = self->room_kw;
  choice->area_room = self->area_room;
  choice->feeder_room = self->feeder_room;
  choice->required = model->options->required;
  choice->n_required = model->options->n_required;
  choice->settle = model->options->settle;
}

gboolean
zx_siting_choice_init (ZxSitingChoice *self, const ZxSitingModel *model,
                       const ZxCandidates *candidates, const ZxProgress *progress, GError **error)
{
  gsize n_entries = candidates->rows->first[candidates->n];
  *self = (ZxSitingChoice){ 0 };
  self->near = ZX_TRY_NEW (float, n_entries, _ ("the candidates' catchments"), error);
  if (self->near == NULL)
    return FALSE;
  for (gsize i = 0; i < n_entries; i++)
    self->near[i]
        = (float) zx_huff_attraction (1, candidates->rows->seconds[i], &model->options->huff);
  zx_siting_fill_rooms (self, model, candidates);
  offer_kinds (self, model, candidates);
  fill_choice (self, model, candidates);
  if (!zx_choice_prepare (&self->choice, progress, error))
    return FALSE;
  for (guint j = 0; j < candidates->n; j++)
    self->offered[j] = zx_siting_without_idle_kinds (model, &self->choice, j, self->offered[j]);
  return TRUE;
}

/* P (NPV > 0) of one size built alone, over the draws. */
static double
share_that_pays (const ZxSitingModel *model, const ZxCandidates *candidates, const ZxChoice *choice,
                 guint32 candidate, guint kind)
{
  const ZxSitingOptions *options = model->options;
  gsize at = zx_choice_at (choice, candidate, choice->kind_size[kind]);
  double least = zx_break_even_kwh (model->kind_fen[kind],
                                    zx_siting_opex_fen (model, candidates, candidate, kind),
                                    model->margin_fen, options->discount_rate, options->life_years)
                 / ZX_SITING_DAYS_PER_YEAR;
  guint n = 0;
  for (guint k = 0; k < choice->n_draws; k++)
    n += MIN (choice->alone_draw[at * choice->stride + k], choice->kind_cap[kind]) > least;
  return (double) n / choice->n_draws;
}

void
zx_siting_keep_payers (const ZxSitingModel *model, const ZxCandidates *candidates,
                       const ZxChoice *choice, guint32 *offered)
{
  double floor_fen = model->options->npv_floor_fen, least_share = model->options->pays_least;
  for (guint32 j = 0; j < candidates->n; j++)
    for (guint t = 0; offered[j] != 0 && t < model->n_kinds; t++)
      if ((offered[j] & (1u << t))
          && ((floor_fen > -INFINITY
               && zx_siting_npv_fen (model, candidates, j, t, zx_choice_alone (choice, j, t))
                      < floor_fen)
              || (least_share > 0
                  && share_that_pays (model, candidates, choice, j, t) < least_share)))
        offered[j] &= ~(1u << t);
}

void
zx_siting_choice_clear (ZxSitingChoice *self)
{
  zx_choice_clear (&self->choice);
  g_clear_pointer (&self->near, g_free);
  g_clear_pointer (&self->offered, g_free);
  g_clear_pointer (&self->room_kw, g_free);
  g_clear_pointer (&self->area_room, g_free);
  g_clear_pointer (&self->feeder_room, g_free);
}

/* ---- travel ------------------------------------------------------------------------------- */

static ZxTravelRows *
rows_on_roads (const ZxSitingInput *input, const ZxSitingOptions *options, const double *x_m,
               const double *y_m, guint n, const ZxProgress *progress, GError **error)
{
  const ZxCells *cells = input->cells;
  ZxProgress snapping = zx_progress_slice (progress, 0, 0.1);
  ZxProgress searching = zx_progress_slice (progress, 0.1, 1);
  g_autofree ZxSnap *from = ZX_TRY_NEW (ZxSnap, cells->n, _ ("the cells' roads"), error);
  g_autofree ZxSnap *to
      = from != NULL ? ZX_TRY_NEW (ZxSnap, n, _ ("the candidates' roads"), error) : NULL;
  if (to == NULL || !zx_cells_snap (cells, input->graph, from, &snapping, error)
      || !zx_travel_snap (input->graph, x_m, y_m, n, INFINITY, to, &snapping, error))
    return NULL;
  return zx_travel_rows (input->graph, to, n, from, cells->n, options->huff.limit_s, TRUE,
                         &searching, error);
}

ZxTravelRows *
zx_siting_rows (const ZxSitingInput *input, const ZxSitingOptions *options, const double *x_m,
                const double *y_m, guint n, const guint8 *is_out, const ZxProgress *progress,
                GError **error)
{
  const ZxCells *cells = input->cells;
  g_autofree double *x = g_new (double, (gsize) n + 1);
  for (guint i = 0; i < n; i++)
    x[i] = is_out != NULL && is_out[i] ? NAN : x_m[i]; /* reaches nothing */
  if (input->graph != NULL)
    return rows_on_roads (input, options, x, y_m, n, progress, error);
  return zx_travel_rows_straight (x, y_m, n, cells->x_m, cells->y_m, cells->n,
                                  options->huff.limit_s, input->speeds, &input->city->areas,
                                  progress, error);
}

/* ---- small things ------------------------------------------------------------------------- */

void
zx_siting_tell (ZxFindings *findings, const char *rule, guint count, guint of, ZxSeverity severity)
{
  char value[32], bound[32];
  if (findings == NULL || count == 0)
    return;
  zx_number_format (count, value);
  zx_number_format (of, bound);
  zx_findings_add (findings, rule, zx_findings_layer (findings, "siting"), -1, count, severity,
                   ZX_ACTION_KEPT, value, of > 0 ? bound : NULL);
}

double
zx_siting_quantile (const float *sorted, guint n, double p)
{
  double at = p * (n - 1);
  guint low = (guint) floor (at), high = MIN (low + 1, n - 1);
  return sorted[low] + (at - low) * ((double) sorted[high] - sorted[low]);
}
