/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Results of the route as blobs of the project file.
 *
 * One function per result passes its members in order, writing or reading by what the Pass holds,
 * so that the two directions cannot drift apart.  Blobs are hostile like any file: sizes that do
 * not fit fail the load, and the stage is then simply run again. */

#include "app/project/zx-route.h"

typedef struct
{
  ZxWriter *writer; /* NULL: reading */
  ZxReader reader;
} Pass;

static gboolean
is_reading (const Pass *self)
{
  return self->writer == NULL;
}

static gint64
pass_int (Pass *self, gint64 value)
{
  if (is_reading (self))
    return zx_reader_int (&self->reader);
  zx_writer_int (self->writer, value);
  return value;
}

static guint
pass_count (Pass *self, guint value, guint limit)
{
  gint64 n = pass_int (self, value);
  if (n < 0 || n > limit)
    {
      self->reader.failed = TRUE;
      return 0;
    }
  return (guint) n;
}

static void
pass_double (Pass *self, double *value)
{
  if (is_reading (self))
    *value = zx_reader_double (&self->reader);
  else
    zx_writer_double (self->writer, *value);
}

static void
pass_doubles (Pass *self, double *first, guint n)
{
  for (guint i = 0; i < n; i++)
    pass_double (self, first + i);
}

static void
pass_text (Pass *self, char **text)
{
  if (is_reading (self))
    *text = zx_reader_text (&self->reader);
  else
    zx_writer_text (self->writer, *text);
}

/* NULL stays NULL; anything else must have exactly @n items. */
static void
pass_array_of (Pass *self, gpointer *items, gsize n, gsize item_size)
{
  gboolean is_there = pass_int (self, *items != NULL) != 0;
  if (!is_there)
    return;
  if (!is_reading (self))
    {
      zx_writer_array (self->writer, *items, n, item_size);
      return;
    }
  gsize found;
  *items = zx_reader_array (&self->reader, &found, item_size);
  if (found != n)
    self->reader.failed = TRUE;
}
#define pass_array(self, items, n)                                                                 \
  pass_array_of ((self), (gpointer *) (items), (n), sizeof (**(items)))

/* Structs without pointers are passed as their bytes. */
#define pass_bytes(self, value)                                                                    \
  do                                                                                               \
    {                                                                                              \
      gpointer bytes_ = (value);                                                                   \
      pass_raw ((self), bytes_, sizeof (*(value)));                                                \
    }                                                                                              \
  while (0)

static void
pass_raw (Pass *self, gpointer value, gsize size)
{
  gpointer copy = is_reading (self) ? NULL : g_memdup2 (value, size);
  pass_array_of (self, &copy, size, 1);
  if (is_reading (self) && copy != NULL && !self->reader.failed)
    memcpy (value, copy, size);
  g_free (copy);
}

/* Arrays that index others must not point outside them. */
static void
check_indices (Pass *self, const gint32 *index, guint n, gint64 low, gint64 end)
{
  for (guint i = 0; is_reading (self) && index != NULL && !self->reader.failed && i < n; i++)
    if (index[i] < low || index[i] >= end)
      self->reader.failed = TRUE;
}

/* ---- results ------------------------------------------------------------------------------ */

#define MANY 100000000u

static void
pass_field (Pass *self, ZxField **field)
{
  if (pass_int (self, *field != NULL) == 0 || self->reader.failed)
    return;
  if (is_reading (self))
    *field = g_new0 (ZxField, 1);
  ZxField *f = *field;
  pass_double (self, &f->min_x_m);
  pass_double (self, &f->min_y_m);
  pass_double (self, &f->cell_m);
  f->n_columns = pass_count (self, f->n_columns, 1 << 16);
  f->n_rows = pass_count (self, f->n_rows, 1 << 16);
  pass_array (self, &f->value, (gsize) f->n_columns * f->n_rows);
  pass_text (self, &f->unit);
  if (f->unit == NULL || f->value == NULL)
    self->reader.failed = TRUE;
}

static void
pass_heat (Pass *self, ZxRoute *route)
{
  pass_double (self, &route->usage_bandwidth_m);
  pass_double (self, &route->vehicle_bandwidth_m);
  pass_field (self, &route->usage_heat);
  pass_field (self, &route->vehicle_heat);
  pass_field (self, &route->shortfall);
}

static void
pass_cells (Pass *self, ZxCells **cells)
{
  if (is_reading (self))
    *cells = g_new0 (ZxCells, 1);
  ZxCells *c = *cells;
  c->n = pass_count (self, c->n, MANY);
  c->n_edges = pass_count (self, c->n_edges, MANY);
  pass_double (self, &c->across_m);
  pass_double (self, &c->min_x_m);
  pass_double (self, &c->min_y_m);
  c->n_columns = pass_count (self, c->n_columns, 1 << 20);
  c->n_rows = pass_count (self, c->n_rows, 1 << 20);
  gsize n_lookup = (gsize) c->n_columns * c->n_rows;
  pass_array (self, &c->lookup, n_lookup);
  for (gsize i = 0; is_reading (self) && !self->reader.failed && c->lookup != NULL && i < n_lookup;
       i++)
    if (c->lookup[i] < -1 || c->lookup[i] >= (gint64) c->n)
      self->reader.failed = TRUE;
  pass_array (self, &c->x_m, c->n);
  pass_array (self, &c->y_m, c->n);
  pass_array (self, &c->area_km2, c->n);
  pass_array (self, &c->column, c->n);
  pass_array (self, &c->row, c->n);
  pass_array (self, &c->edge_a, c->n_edges);
  pass_array (self, &c->edge_b, c->n_edges);
  for (guint i = 0; is_reading (self) && !self->reader.failed && i < c->n_edges; i++)
    if (c->edge_a[i] >= c->n || c->edge_b[i] >= c->n)
      self->reader.failed = TRUE;
}

static void
pass_rows (Pass *self, ZxTravelRows **rows, guint n_targets)
{
  if (is_reading (self))
    *rows = g_new0 (ZxTravelRows, 1);
  ZxTravelRows *r = *rows;
  r->n_rows = pass_count (self, r->n_rows, MANY);
  pass_array (self, &r->first, (gsize) r->n_rows + 1);
  if (self->reader.failed)
    return;
  gsize n = r->first[r->n_rows];
  for (guint i = 0; i < r->n_rows; i++)
    if (r->first[i] > r->first[i + 1])
      {
        self->reader.failed = TRUE;
        return;
      }
  pass_array (self, &r->target, n);
  pass_array (self, &r->seconds, n);
  for (gsize i = 0; is_reading (self) && !self->reader.failed && i < n; i++)
    if (r->target[i] >= n_targets)
      self->reader.failed = TRUE;
}

/* The graph's numbers; its arrays are built again when a stage needs them, which is faster than
 * reading them. */
static void
pass_graph (Pass *self, ZxRoute *route)
{
  if (pass_int (self, route->graph != NULL) == 0)
    return;
  if (is_reading (self))
    {
      route->graph = g_new0 (ZxRoadGraph, 1);
      route->graph_is_whole = FALSE;
    }
  ZxRoadGraph *g = route->graph;
  g->n_nodes = (guint32) pass_int (self, g->n_nodes);
  g->n_arcs = (guint32) pass_int (self, g->n_arcs);
  g->max_ds = (guint32) pass_int (self, g->max_ds);
  g->n_source_nodes = (guint32) pass_int (self, g->n_source_nodes);
  g->n_source_arcs = (guint32) pass_int (self, g->n_source_arcs);
  g->n_parts = (guint32) pass_int (self, g->n_parts);
  g->n_dropped_nodes = (guint32) pass_int (self, g->n_dropped_nodes);
  g->n_cut_roads = (guint32) pass_int (self, g->n_cut_roads);
  pass_double (self, &g->dropped_km);
  pass_double (self, &g->total_km);
}

static void
pass_travel (Pass *self, ZxRoute *route)
{
  pass_graph (self, route);
  pass_cells (self, &route->cells);
  if (!self->reader.failed && pass_int (self, route->station_rows != NULL) != 0)
    pass_rows (self, &route->station_rows, route->cells->n);
}

/* What windows and the report index with was checked when it was made; files are not believed. */
static gboolean
are_flows_good (const ZxFeederState *f)
{
  if ((f->n_nodes > 0
       && (f->node_vm_pu == NULL || f->node_distance_m == NULL || f->node_room_kw == NULL
           || f->node_limit == NULL || f->node_element == NULL
           || f->node_unbalance_percent == NULL))
      || (f->n_branches > 0
          && (f->branch_loading_percent == NULL || f->branch_kva == NULL
              || f->branch_unbalance_percent == NULL || f->branch_neutral_percent == NULL
              || f->branch_place == NULL))
      || (f->n_feeders > 0
          && (f->feeder_hour == NULL || f->feeder_vmin_pu == NULL
              || f->feeder_loading_percent == NULL || f->feeder_losses_kwh == NULL
              || f->feeder_limit_pu == NULL || f->feeder_known_share == NULL)))
    return FALSE;
  for (guint i = 0; i < f->n_nodes; i++)
    {
      guint8 limit = f->node_limit[i];
      gboolean is_node = limit == ZX_LIMIT_VOLTAGE || limit == ZX_LIMIT_BASE_VOLTAGE;
      if (limit > ZX_LIMIT_NONE || f->node_element[i] < -1
          || f->node_element[i] >= (gint64) (is_node ? f->n_nodes : f->n_branches))
        return FALSE;
    }
  for (guint i = 0; i < f->n_feeders; i++)
    if (f->feeder_hour[i] > 23)
      return FALSE;
  return TRUE;
}

static void
pass_flows (Pass *self, const ZxFeeders *feeders, ZxFeederState **flows)
{
  if (is_reading (self))
    *flows = g_new0 (ZxFeederState, 1);
  ZxFeederState *f = *flows;
  f->n_nodes = feeders->n_nodes;
  f->n_branches = feeders->n_branches;
  f->n_feeders = feeders->n_feeders;
  pass_array (self, &f->node_vm_pu, f->n_nodes);
  pass_array (self, &f->node_distance_m, f->n_nodes);
  pass_array (self, &f->node_room_kw, f->n_nodes);
  pass_array (self, &f->node_limit, f->n_nodes);
  pass_array (self, &f->node_element, f->n_nodes);
  pass_array (self, &f->branch_loading_percent, f->n_branches);
  pass_array (self, &f->branch_kva, f->n_branches);
  pass_array (self, &f->node_unbalance_percent, f->n_nodes);
  pass_array (self, &f->branch_unbalance_percent, f->n_branches);
  pass_array (self, &f->branch_neutral_percent, f->n_branches);
  pass_array (self, &f->branch_place, f->n_branches);
  pass_array (self, &f->feeder_known_share, f->n_feeders);
  pass_array (self, &f->feeder_hour, f->n_feeders);
  pass_array (self, &f->feeder_vmin_pu, f->n_feeders);
  pass_array (self, &f->feeder_loading_percent, f->n_feeders);
  pass_array (self, &f->feeder_losses_kwh, f->n_feeders);
  pass_array (self, &f->feeder_limit_pu, f->n_feeders);
  if (is_reading (self))
    f->feeder_problem = g_new0 (char *, (gsize) f->n_feeders + 1);
  for (guint i = 0; i < f->n_feeders; i++)
    pass_text (self, &f->feeder_problem[i]);
  if (is_reading (self) && (self->reader.failed || !are_flows_good (f)))
    self->reader.failed = TRUE;
}

static void
pass_headroom (Pass *self, ZxRoute *route)
{
  if (is_reading (self))
    route->headroom = g_new0 (ZxHeadroom, 1);
  ZxHeadroom *h = route->headroom;
  h->n_areas = pass_count (self, h->n_areas, MANY);
  h->n_feeders = pass_count (self, h->n_feeders, MANY);
  gsize n = h->n_areas, m = h->n_feeders;
  pass_array (self, &h->rate, n * 24);
  pass_array (self, &h->room_kw, n * 24);
  pass_array (self, &h->room100_kw, n * 24);
  pass_array (self, &h->peak_rate, n);
  pass_array (self, &h->least_room_kw, n);
  pass_array (self, &h->least_room_hour, n);
  pass_array (self, &h->load_class, n);
  pass_array (self, &h->heavy_hours, n);
  pass_array (self, &h->over_hours, n);
  pass_array (self, &h->feeder_room_kw, m * 24);
  pass_array (self, &h->feeder_rate, m * 24);
  if (pass_int (self, h->flows != NULL) == 0 || self->reader.failed)
    return;
  pass_flows (self, &route->city->feeders, &h->flows);
}

static void
pass_covariates (Pass *self, ZxCovariates **covariates)
{
  if (is_reading (self))
    *covariates = g_new0 (ZxCovariates, 1);
  ZxCovariates *c = *covariates;
  c->n_cells = pass_count (self, c->n_cells, MANY);
  c->n = pass_count (self, c->n, 1000);
  if (is_reading (self))
    {
      c->name = g_new0 (char *, c->n + 1);
      c->title = g_new0 (char *, c->n + 1);
    }
  for (guint i = 0; i < c->n; i++)
    {
      pass_text (self, &c->name[i]);
      pass_text (self, &c->title[i]);
    }
  pass_array (self, &c->raw_mean, c->n);
  pass_array (self, &c->raw_sd, c->n);
  pass_array (self, &c->x, (gsize) c->n * c->n_cells);
}

static void
pass_marginal (Pass *self, ZxMarginal *marginal)
{
  pass_text (self, &marginal->name);
  pass_doubles (self, &marginal->mean, 1);
  pass_doubles (self, &marginal->sd, 1);
  double *quantiles[]
      = { &marginal->q025, &marginal->q05, &marginal->q10, &marginal->q25, &marginal->q50,
          &marginal->q75,  &marginal->q90, &marginal->q95, &marginal->q975 };
  for (guint i = 0; i < G_N_ELEMENTS (quantiles); i++)
    pass_double (self, quantiles[i]);
  pass_double (self, &marginal->prior_overlap);
}

static void
pass_marginals (Pass *self, ZxMarginal **marginals, guint n)
{
  if (pass_int (self, *marginals != NULL) == 0 || self->reader.failed)
    return;
  if (is_reading (self))
    *marginals = g_new0 (ZxMarginal, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    pass_marginal (self, &(*marginals)[i]);
}

static void
pass_criteria (Pass *self, ZxCriteria **criteria, guint n_observations, guint n_groups)
{
  if (pass_int (self, *criteria != NULL) == 0 || self->reader.failed)
    return;
  if (is_reading (self))
    *criteria = g_new0 (ZxCriteria, 1);
  ZxCriteria *c = *criteria;
  c->n = n_observations;
  guint *counts[] = { &c->n_counted,    &c->n_refitted,     &c->n_failed,
                      &c->n_neighbours, &c->n_extrapolated, &c->n_groups_alone };
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    *counts[i] = (guint) pass_int (self, *counts[i]);
  double *values[]
      = { &c->elpd, &c->elpd_se, &c->waic, &c->waic_se, &c->n_effective, &c->moran, &c->moran_z };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    pass_double (self, values[i]);
  pass_array (self, &c->log_cpo, n_observations);
  pass_array (self, &c->pit, n_observations);
  pass_array (self, &c->state, n_observations);
  pass_array (self, &c->is_group_alone, n_groups);
  c->has_group_checks = pass_int (self, c->has_group_checks) != 0;
  pass_bytes (self, &c->group_checks);
}

/* @n_observations as in the demand.  Draws of the log rate are not kept: the cells' demand draws
 * follow from them and are what later stages read. */
static void
pass_posterior (Pass *self, ZxPosterior **posterior, guint n_observations)
{
  if (is_reading (self))
    *posterior = g_new0 (ZxPosterior, 1);
  ZxPosterior *p = *posterior;
  p->n_cells = pass_count (self, p->n_cells, MANY);
  p->n_coefficients = pass_count (self, p->n_coefficients, 10000);
  p->n_draws = pass_count (self, p->n_draws, 1000000);
  p->n_groups = pass_count (self, p->n_groups, 1000000);
  pass_marginals (self, &p->coefficient, p->n_coefficients);
  pass_marginal (self, &p->sigma);
  pass_marginal (self, &p->phi);
  pass_marginal (self, &p->psi);
  pass_marginal (self, &p->group_sd);
  pass_marginals (self, &p->field, p->n_cells);
  pass_marginals (self, &p->group, p->n_groups);
  pass_array (self, &p->eta_mean, p->n_cells);
  pass_array (self, &p->eta_sd, p->n_cells);
  pass_array (self, &p->draw_coefficient, (gsize) p->n_draws * p->n_coefficients);
  pass_array (self, &p->draw_psi, p->n_draws);
  pass_array (self, &p->draw_group_sd, p->n_draws);
  pass_array (self, &p->fitted_mean, n_observations);
  pass_array (self, &p->fitted_sd, n_observations);
  pass_double (self, &p->log_marginal);
  p->n_theta = (guint) pass_int (self, p->n_theta);
  p->n_factorisations = (guint) pass_int (self, p->n_factorisations);
  p->n_newton = (guint) pass_int (self, p->n_newton);
  pass_double (self, &p->seconds);
  pass_criteria (self, &p->criteria, n_observations, p->n_groups);
}

static void
pass_decision (Pass *self, ZxDecision **decision, guint n_cells)
{
  if (pass_int (self, *decision != NULL) == 0 || self->reader.failed)
    return;
  if (is_reading (self))
    *decision = g_new0 (ZxDecision, 1);
  ZxDecision *d = *decision;
  d->n_best = pass_count (self, d->n_best, n_cells);
  pass_array (self, &d->in_best, n_cells);
  pass_double (self, &d->chosen_kwh_per_day);
  pass_double (self, &d->perfect_kwh_per_day);
  pass_double (self, &d->value_of_information);
  pass_double (self, &d->regret_p90);
  d->n_surveys = pass_count (self, d->n_surveys, ZX_MOST_SURVEYS);
  for (guint k = 0; k < d->n_surveys; k++)
    {
      d->survey[k].cell = pass_count (self, d->survey[k].cell, n_cells > 0 ? n_cells - 1 : 0);
      pass_double (self, &d->survey[k].worth_kwh_per_day);
    }
}

static void
pass_demand (Pass *self, ZxDemand **demand, guint n_stations)
{
  if (is_reading (self))
    *demand = g_new0 (ZxDemand, 1);
  ZxDemand *d = *demand;
  d->n_cells = pass_count (self, d->n_cells, MANY);
  d->n_draws = pass_count (self, d->n_draws, 1000000);
  d->n_observations = pass_count (self, d->n_observations, MANY);
  pass_bytes (self, &d->checks);
  d->has_checks = pass_int (self, d->has_checks) != 0;
  d->likelihood = (ZxLikelihood) pass_count (self, d->likelihood, ZX_LIKELIHOOD_LOG_NORMAL);
  d->n_trials = pass_count (self, d->n_trials, ZX_MOST_TRIALS);
  d->chosen = pass_count (self, d->chosen, ZX_MOST_TRIALS - 1);
  pass_bytes (self, &d->trial);
  d->has_vehicles_trial = pass_int (self, d->has_vehicles_trial) != 0;
  pass_bytes (self, &d->vehicles);
  d->is_stacked = pass_int (self, d->is_stacked) != 0;
  d->is_level_credible = pass_int (self, d->is_level_credible) != 0;
  pass_bytes (self, &d->member);
  pass_double (self, &d->sold_kwh_per_day);
  pass_double (self, &d->level_factor);
  if (self->reader.failed)
    return;
  pass_array (self, &d->cell_kwh_per_day, (gsize) d->n_draws * d->n_cells);
  float **per_cell[] = { &d->mean, &d->p10, &d->p50, &d->p90, &d->rate_p90_to_p10 };
  for (guint i = 0; i < G_N_ELEMENTS (per_cell); i++)
    pass_array (self, per_cell[i], d->n_cells);
  pass_array (self, &d->is_extrapolated, d->n_cells);
  pass_decision (self, &d->decision, d->n_cells);
  pass_array (self, &d->observed_station, d->n_observations);
  check_indices (self, (const gint32 *) d->observed_station, d->n_observations, 0, n_stations);
  pass_array (self, &d->observed_kwh_per_day, d->n_observations);
  pass_array (self, &d->fitted_kwh_per_day, d->n_observations);
  pass_array (self, &d->profile, 48);
  if (!self->reader.failed && pass_int (self, d->posterior != NULL) != 0)
    pass_posterior (self, &d->posterior, d->n_observations);
}

static void
pass_believe (Pass *self, ZxRoute *route)
{
  pass_covariates (self, &route->covariates);
  if (!self->reader.failed)
    pass_demand (self, &route->demand, route->city->stations.n);
}

/* Pool ids as their texts: the pool of a city that is read back counts otherwise. */
static void
pass_ids (Pass *self, guint32 **ids, guint n, const ZxPool *pool)
{
  if (pass_int (self, *ids != NULL) == 0 || self->reader.failed)
    return;
  if (is_reading (self))
    *ids = g_new0 (guint32, MAX (n, 1));
  for (guint i = 0; i < n && !self->reader.failed; i++)
    {
      g_autofree char *text = is_reading (self) ? NULL : g_strdup (zx_pool_get (pool, (*ids)[i]));
      pass_text (self, &text);
      if (is_reading (self))
        (*ids)[i] = zx_pool_find (pool, text);
    }
}

static void
pass_candidates (Pass *self, ZxRoute *route)
{
  if (is_reading (self))
    route->candidates = g_new0 (ZxCandidates, 1);
  ZxCandidates *c = route->candidates;
  c->n = pass_count (self, c->n, MANY);
  c->are_parcels = pass_int (self, c->are_parcels) != 0;
  for (guint i = 0; i < ZX_N_FILTERS; i++)
    c->n_by_filter[i] = (guint) pass_int (self, c->n_by_filter[i]);
  pass_ids (self, &c->id, c->n, route->city->pool);
  pass_array (self, &c->parcel, c->n);
  pass_array (self, &c->cell, c->n);
  pass_array (self, &c->x_m, c->n);
  pass_array (self, &c->y_m, c->n);
  pass_array (self, &c->transformer, c->n);
  pass_array (self, &c->feeder, c->n);
  pass_array (self, &c->filter, c->n);
  pass_array (self, &c->best_configuration, c->n);
  float **numbers[] = { &c->grid_room_kw,     &c->road_distance_m, &c->nearest_station_m,
                        &c->served_mean,      &c->served_p10,      &c->served_p50,
                        &c->served_p90,       &c->npv_mean_fen,    &c->npv_positive,
                        &c->coverage_people,  &c->access,          &c->score,
                        &c->topsis,           &c->area_room_kw,    &c->feeder_room_kw,
                        &c->rent_fen_per_year };
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    pass_array (self, numbers[i], c->n);
  pass_array (self, &c->road_class, c->n);
  c->n_draws_used = pass_count (self, c->n_draws_used, 1000000);
  check_indices (self, c->cell, c->n, -1, route->cells->n);
  check_indices (self, c->transformer, c->n, -1, route->city->transformers.n);
  check_indices (self, c->feeder, c->n, -1, route->city->feeders.n_feeders);
  check_indices (self, c->parcel, c->n, -1, route->city->parcels.n);
  for (guint i = 0; c->filter != NULL && i < c->n; i++)
    if (c->filter[i] >= ZX_N_FILTERS)
      self->reader.failed = TRUE;
  if (!self->reader.failed && pass_int (self, c->rows != NULL) != 0)
    pass_rows (self, &c->rows, route->cells->n);
  if (is_reading (self) && c->rows != NULL && c->rows->n_rows != c->n)
    self->reader.failed = TRUE;
}

static gboolean
is_good_variant (const ZxRoute *route, const ZxPlanVariant *variant)
{
  const gint64 n = route->candidates != NULL ? route->candidates->n : 0;
  const gint64 n_rooms = (gint64) route->city->transformers.n + route->city->feeders.n_feeders;
  gint64 n_subjects = variant->kind == ZX_VARIANT_WITHOUT_SITE ? n
                      : variant->kind == ZX_VARIANT_ROOM       ? n_rooms
                                                               : 0;
  return variant->kind < ZX_N_VARIANTS && variant->enters < n && variant->enters >= -1
         && variant->leaves < n && variant->leaves >= -1
         && (n_subjects == 0 || (variant->subject >= 0 && variant->subject < n_subjects));
}

static void
pass_plan (Pass *self, ZxRoute *route)
{
  if (is_reading (self))
    route->plan = g_new0 (ZxPlan, 1);
  ZxPlan *p = route->plan;
  /* Everything but the pointers, which follow. */
  ZxPlan flat = *p;
  flat.site = NULL;
  flat.value_by_sites = flat.bound_by_sites = NULL;
  flat.limiting = NULL;
  flat.variant = NULL;
  pass_bytes (self, &flat);
  if (is_reading (self))
    {
      *p = flat;
      p->site = NULL;
      p->value_by_sites = p->bound_by_sites = NULL;
      p->limiting = NULL;
      p->variant = NULL;
      if (p->n_variants > 100000)
        self->reader.failed = TRUE;
      if (p->n_sites > 100000 || p->n_asked > 100000)
        self->reader.failed = TRUE;
    }
  if (self->reader.failed)
    {
      p->n_sites = p->n_asked = p->n_variants = 0;
      return;
    }
  pass_array (self, &p->site, p->n_sites);
  for (guint i = 0; p->site != NULL && i < p->n_sites; i++)
    if (route->candidates == NULL || p->site[i].candidate >= route->candidates->n
        || p->site[i].configuration >= ZX_MAX_CONFIGURATIONS)
      self->reader.failed = TRUE;
  pass_array (self, &p->value_by_sites, p->n_asked);
  pass_array (self, &p->bound_by_sites, p->n_asked);
  pass_text (self, &p->limiting);
  pass_array (self, &p->variant, p->n_variants);
  for (guint i = 0; p->variant != NULL && i < p->n_variants; i++)
    if (!is_good_variant (route, &p->variant[i]))
      self->reader.failed = TRUE;
}

static gboolean
are_offsets_good (const gsize *first, gsize n, gsize n_items)
{
  for (gsize i = 0; first != NULL && i < n; i++)
    if (first[i] > first[i + 1])
      return FALSE;
  return first != NULL && first[0] == 0 && first[n] == n_items;
}

static void
pass_polygons (Pass *self, ZxGeometry *polygons)
{
  if (pass_int (self, polygons->kind == ZX_GEOMETRY_POLYGON) == 0 || self->reader.failed)
    return;
  polygons->kind = ZX_GEOMETRY_POLYGON;
  polygons->n_rows = pass_count (self, (guint) polygons->n_rows, MANY);
  polygons->n_parts = pass_count (self, (guint) polygons->n_parts, MANY);
  polygons->n_points = pass_count (self, (guint) polygons->n_points, MANY);
  pass_array (self, &polygons->part_first, polygons->n_rows + 1);
  pass_array (self, &polygons->point_first, polygons->n_parts + 1);
  pass_array (self, &polygons->is_hole, polygons->n_parts);
  pass_array (self, &polygons->x, polygons->n_points);
  pass_array (self, &polygons->y, polygons->n_points);
  if (is_reading (self)
      && (self->reader.failed
          || !are_offsets_good (polygons->part_first, polygons->n_rows, polygons->n_parts)
          || !are_offsets_good (polygons->point_first, polygons->n_parts, polygons->n_points)
          || polygons->is_hole == NULL || polygons->x == NULL || polygons->y == NULL))
    {
      self->reader.failed = TRUE;
      zx_geometry_clear (polygons);
    }
}

static void
pass_choose (Pass *self, ZxRoute *route)
{
  pass_plan (self, route);
  if (self->reader.failed)
    return;
  pass_polygons (self, &route->site_areas);
  if (is_reading (self) && route->site_areas.kind == ZX_GEOMETRY_POLYGON
      && route->site_areas.n_rows != (gsize) ZX_N_SITE_LIMITS * route->plan->n_sites)
    self->reader.failed = TRUE;
}

/* ---- the list of blobs -------------------------------------------------------------------- */

static void
pass_score (Pass *self, ZxRoute *route)
{
  pass_candidates (self, route);
}

static const struct
{
  ZxStage stage;
  guint version;
  void (*pass) (Pass *self, ZxRoute *route);
} blobs[] = {
  { ZX_STAGE_TRAVEL, 2, pass_travel },     { ZX_STAGE_HEAT, 1, pass_heat },
  { ZX_STAGE_HEADROOM, 3, pass_headroom }, { ZX_STAGE_BELIEVE, 4, pass_believe },
  { ZX_STAGE_SCORE, 1, pass_score },       { ZX_STAGE_CHOOSE, 2, pass_choose },
};

static char *
blob_name (ZxStage stage)
{
  return g_strconcat ("result/", zx_stage_name (stage), NULL);
}

static gboolean
put_bytes (ZxStore *store, const char *name, const char *fingerprint, GBytes *bytes, GError **error)
{
  gboolean ok = zx_store_put (store, name, fingerprint, bytes, error);
  g_bytes_unref (bytes);
  return ok;
}

static GBytes *
text_bytes (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

static GBytes *
pack_stages (const ZxRoute *route)
{
  ZxWriter *writer = zx_writer_new ("stages", 1);
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      const ZxStageInfo *info = &route->stage[i];
      zx_writer_int (writer, info->state);
      zx_writer_text (writer, info->fingerprint);
      zx_writer_text (writer, info->skip_reason);
      zx_writer_double (writer, info->seconds);
      zx_writer_int (writer, info->peak_bytes);
    }
  zx_writer_int (writer, route->file_fingerprints->len);
  for (guint i = 0; i < route->file_fingerprints->len; i++)
    zx_writer_text (writer, g_ptr_array_index (route->file_fingerprints, i));
  return zx_writer_finish (writer);
}

static gboolean
save_findings (const ZxRoute *self, ZxStore *store, GError **error)
{
  for (guint stage = 0; stage < ZX_N_STAGES; stage++)
    {
      g_autofree char *name = g_strconcat ("findings/", zx_stage_name ((ZxStage) stage), NULL);
      const ZxFindings *findings = self->stage_findings[stage];
      if (findings != NULL
              ? !put_bytes (store, name, NULL, zx_store_pack_findings (findings), error)
              : !zx_store_remove (store, name, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
zx_route_save_recipe (ZxRoute *self, ZxStore *store, GError **error)
{
  return put_bytes (store, "recipe", NULL, text_bytes (zx_recipe_format (self->recipe)), error);
}

gboolean
zx_route_save_choices (ZxRoute *self, ZxStore *store, GError **error)
{
  return put_bytes (store, "settings", NULL, text_bytes (zx_settings_format (&self->settings)),
                    error)
         && put_bytes (store, "locks", NULL, text_bytes (zx_locks_format (self)), error)
         && put_bytes (store, "scenarios", NULL,
                       text_bytes (g_strdup (self->scenarios != NULL ? self->scenarios : "")),
                       error)
         && put_bytes (store, "speeds", NULL,
                       text_bytes (g_strdup (self->speeds_text != NULL ? self->speeds_text : "")),
                       error);
}

/* The largest thing in the file, and most runs leave it as it is.  It is believed to be there only
 * when this process has read or written it: what cannot be read is written anew. */
static gboolean
save_city (ZxRoute *self, ZxStore *store, const ZxProgress *progress, GError **error)
{
  if (self->city == NULL
      || (self->stored_city == self->city && zx_store_has (store, "city", self->city->fingerprint)))
    return TRUE;
  GBytes *bytes = zx_store_pack_city (self->city, progress, error);
  return bytes != NULL && put_bytes (store, "city", self->city->fingerprint, bytes, error);
}

void
zx_route_note_stored (ZxRoute *self)
{
  self->stored_city = self->city;
}

gboolean
zx_route_save (ZxRoute *self, ZxStore *store, const ZxProgress *progress, GError **error)
{
  if (!zx_route_save_recipe (self, store, error) || !zx_route_save_choices (self, store, error)
      || !put_bytes (store, "stages", NULL, pack_stages (self), error)
      || !save_findings (self, store, error))
    return FALSE;
  if (!save_city (self, store, progress, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (blobs); i++)
    {
      const ZxStageInfo *info = &self->stage[blobs[i].stage];
      g_autofree char *name = blob_name (blobs[i].stage);
      if (info->state != ZX_STAGE_FRESH)
        {
          if (!zx_store_remove (store, name, error))
            return FALSE;
          continue;
        }
      Pass pass = { zx_writer_new (name, blobs[i].version), { 0 } };
      blobs[i].pass (&pass, self);
      if (!put_bytes (store, name, info->fingerprint, zx_writer_finish (pass.writer), error))
        return FALSE;
    }
  return TRUE;
}

/* ---- loading ------------------------------------------------------------------------------ */

static gboolean
load_text (ZxStore *store, const char *name, char **text, GError **error)
{
  g_autoptr (GBytes) bytes = zx_store_get (store, name, NULL, error);
  if (bytes == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("The project lacks its “%s”; make it anew"), name);
      return FALSE;
    }
  *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return TRUE;
}

static void
load_stages (ZxRoute *self, ZxStore *store)
{
  ZxReader reader;
  g_autoptr (GBytes) bytes = zx_store_get (store, "stages", NULL, NULL);
  if (bytes == NULL || !zx_reader_init (&reader, bytes, "stages", 1, NULL))
    return;
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      ZxStageInfo *info = &self->stage[i];
      gint64 state = zx_reader_int (&reader);
      info->state = state >= 0 && state <= ZX_STAGE_SKIPPED ? (ZxStageState) state : ZX_STAGE_NEVER;
      info->fingerprint = zx_reader_text (&reader);
      info->skip_reason = zx_reader_text (&reader);
      info->seconds = zx_reader_double (&reader);
      info->peak_bytes = zx_reader_int (&reader);
    }
  gint64 n = zx_reader_int (&reader);
  for (gint64 i = 0; !reader.failed && i < n; i++)
    {
      char *text = zx_reader_text (&reader);
      g_ptr_array_add (self->file_fingerprints, text != NULL ? text : g_strdup (""));
    }
}

/* A blob of another layout, cut or damaged, is a stage that has not run.  FALSE: it is one, and
 * nothing of it is left. */
static gboolean
load_blob (ZxRoute *self, ZxStore *store, guint i)
{
  ZxStageInfo *info = &self->stage[blobs[i].stage];
  g_autofree char *name = blob_name (blobs[i].stage);
  g_autofree char *fingerprint = NULL;
  g_autoptr (GBytes) bytes = zx_store_get (store, name, &fingerprint, NULL);
  Pass pass = { 0 };
  if (info->state == ZX_STAGE_SKIPPED)
    return TRUE;
  if (bytes != NULL && g_strcmp0 (fingerprint, info->fingerprint) == 0
      && zx_reader_init (&pass.reader, bytes, name, blobs[i].version, NULL)
      && pass.reader.version == blobs[i].version)
    {
      blobs[i].pass (&pass, self);
      if (zx_reader_finish (&pass.reader, NULL))
        return TRUE;
    }
  zx_route_clear_stage (self, blobs[i].stage);
  return FALSE;
}

/* A result points into those before it, so that none is taken after one that is not there. */
static void
load_blobs (ZxRoute *self, ZxStore *store)
{
  gboolean has_base = self->city != NULL;
  for (guint i = 0; i < G_N_ELEMENTS (blobs); i++)
    {
      ZxStageInfo *info = &self->stage[blobs[i].stage];
      has_base = has_base && info->state != ZX_STAGE_NEVER && load_blob (self, store, i);
      if (!has_base)
        info->state = ZX_STAGE_NEVER;
    }
}

static void
load_findings (ZxRoute *self, ZxStore *store)
{
  for (guint stage = 0; stage < ZX_N_STAGES; stage++)
    {
      g_autofree char *name = g_strconcat ("findings/", zx_stage_name ((ZxStage) stage), NULL);
      g_autoptr (GBytes) bytes = zx_store_get (store, name, NULL, NULL);
      if (bytes != NULL)
        self->stage_findings[stage] = zx_store_unpack_findings (bytes, NULL);
    }
  zx_route_merge_findings (self);
}

gboolean
zx_route_load_choices (ZxRoute *self, ZxStore *store, GError **error)
{
  g_autofree char *settings = NULL, *locks = NULL;
  if (!load_text (store, "settings", &settings, error)
      || !zx_settings_parse (&self->settings, settings, -1, error))
    return FALSE;
  if (load_text (store, "locks", &locks, NULL) && locks != NULL) /* older projects: none */
    zx_locks_parse (self, locks);
  g_clear_pointer (&self->scenarios, g_free);
  load_text (store, "scenarios", &self->scenarios, NULL); /* the same */
  ZxSpeedTable speeds;
  g_clear_pointer (&self->speeds_text, g_free);
  load_text (store, "speeds", &self->speeds_text, NULL); /* the same */
  return self->speeds_text == NULL || zx_speed_table_parse (&speeds, self->speeds_text, -1, error);
}

gboolean
zx_route_load (ZxRoute *self, ZxStore *store, GError **error)
{
  g_autofree char *recipe = NULL;
  if (!load_text (store, "recipe", &recipe, error))
    return FALSE;
  zx_recipe_free (self->recipe);
  self->recipe = zx_recipe_parse (recipe, -1, error);
  if (self->recipe == NULL || !zx_route_load_choices (self, store, error))
    return FALSE;
  zx_settings_apply (&self->settings, self);
  load_stages (self, store);
  load_findings (self, store);
  g_autoptr (GBytes) city = zx_store_get (store, "city", NULL, NULL);
  if (city != NULL)
    self->city = zx_store_unpack_city (city, NULL);
  zx_route_note_stored (self);
  if (self->city == NULL)
    for (guint i = 0; i < ZX_N_STAGES; i++)
      self->stage[i].state = ZX_STAGE_NEVER;
  load_blobs (self, store);
  return TRUE;
}
