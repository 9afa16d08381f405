/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a plan says of each site.
 *
 * Demand that comes to site j from cell c is D_c a / (B + A); of it a share existing / B was served
 * by stations before, since every rival loses in proportion.  Grid figures take the full connected
 * power, money the expected sale, waiting the design hour at the P90 demand. */

#include "app/siting/zx-plan.h"

#define BASE_POWER_FACTOR 0.95 /* where the base load's reactive power is not known */

typedef struct
{
  ZxPlan *plan;
  const ZxSitingModel *model;
  const ZxCandidates *candidates;
  const ZxSitingChoice *choice;
  const ZxPicks *picks;
  float *served;      /* [pick][stride] */
  double *attraction; /* [cell]: of all picks */
} Describing;

/* ---- demand ------------------------------------------------------------------------------- */

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return (x > y) - (x < y);
}

static void
sum_attraction (Describing *self)
{
  const ZxChoice *choice = &self->choice->choice;
  for (guint i = 0; i < self->picks->n; i++)
    {
      ZxPick pick = self->picks->pick[i];
      double size = choice->size[choice->kind_size[pick.kind]];
      for (gsize k = choice->first[pick.candidate]; k < choice->first[pick.candidate + 1]; k++)
        self->attraction[choice->cell[k]] += size * choice->near[k];
    }
}

/* Mean kWh a day that existing stations lose to the pick, when it serves @served of what it is
 * asked for. */
static double
taken_from_existing (const Describing *self, ZxPick pick, double served)
{
  const ZxChoice *choice = &self->choice->choice;
  double size = choice->size[choice->kind_size[pick.kind]], asked = 0, taken = 0;
  for (gsize k = choice->first[pick.candidate]; k < choice->first[pick.candidate + 1]; k++)
    {
      guint32 c = choice->cell[k];
      double kwh
          = choice->mean[c] * size * choice->near[k] / (choice->rival[c] + self->attraction[c]);
      asked += kwh;
      taken += kwh * self->model->existing[c] / choice->rival[c];
    }
  return asked > 0 ? taken * MIN (served / asked, 1) : 0;
}

static void
describe_demand (const Describing *self, guint i, ZxPlanSite *site, float *sorted)
{
  const ZxSitingModel *model = self->model;
  const ZxSitingOptions *options = model->options;
  const ZxConfiguration *size = model->input->configurations[site->configuration];
  guint n = model->n_draws;
  memcpy (sorted, self->served + (gsize) i * model->stride, n * sizeof (float));
  qsort (sorted, n, sizeof (float), compare_floats);
  site->served_p10 = zx_siting_quantile (sorted, n, 0.1);
  site->served_p50 = zx_siting_quantile (sorted, n, 0.5);
  site->served_p90 = zx_siting_quantile (sorted, n, 0.9);
  site->taken_from_existing = taken_from_existing (self, self->picks->pick[i], site->served_mean);
  double per_kwh = model->peak_share / options->session_kwh;
  site->peak_sessions_per_h = site->served_mean * per_kwh;
  site->wait_min = zx_configuration_wait_min (size, options, site->served_p90 * per_kwh);
  site->wait_over_10 = zx_configuration_wait_over_10 (size, options, site->served_p90 * per_kwh);
  site->utilisation = site->served_mean / (zx_configuration_kw (size) * 24);
  site->co2_t_per_year = zx_carbon_saved_t (site->served_mean * ZX_SITING_DAYS_PER_YEAR,
                                            options->ev_kwh_per_km, options->car_l_per_100km,
                                            options->petrol_kg_per_l, options->grid_t_per_mwh);
  for (guint h = 0; h < 24; h++)
    site->hourly_kw[h] = (float) (site->served_mean * model->profile[h]);
}

/* ---- money -------------------------------------------------------------------------------- */

static void
describe_money (const Describing *self, guint i, ZxPlanSite *site)
{
  const ZxSitingModel *model = self->model;
  const float *served = self->served + (gsize) i * model->stride;
  guint j = site->candidate, kind = site->configuration, n_positive = 0;
  double kwh = site->served_mean * ZX_SITING_DAYS_PER_YEAR;
  site->capex_fen = model->kind_fen[kind];
  site->opex_fen_per_year = zx_siting_opex_fen (model, self->candidates, j, kind)
                            + kwh * model->options->loss_fen_per_kwh;
  site->revenue_fen_per_year = kwh * model->options->service_fee_fen_per_kwh;
  double yearly = site->revenue_fen_per_year - site->opex_fen_per_year;
  for (guint k = 0; k < model->n_draws; k++)
    n_positive += zx_siting_npv_fen (model, self->candidates, j, kind, served[k]) > 0;
  site->npv_positive = (double) n_positive / model->n_draws;
  site->npv_mean_fen = zx_siting_npv_fen (model, self->candidates, j, kind, site->served_mean);
  site->npv_p10_fen = zx_siting_npv_fen (model, self->candidates, j, kind, site->served_p10);
  site->npv_p90_fen = zx_siting_npv_fen (model, self->candidates, j, kind, site->served_p90);
  site->irr = zx_irr (site->capex_fen, yearly, model->options->life_years);
  site->payback_years = zx_payback_years (site->capex_fen, yearly);
}

/* ---- grid --------------------------------------------------------------------------------- */

static double
load_on_room (const Describing *self, gint32 room)
{
  double kw = 0;
  for (guint i = 0; i < self->picks->n; i++)
    kw += zx_choice_load_kw (&self->choice->choice, self->picks->pick[i].candidate,
                             self->picks->pick[i].kind, room);
  return kw;
}

/* Load rate of the area at its worst hour with @kw of charging on top of the base. */
static double
load_rate (const Describing *self, gint32 area, double kw)
{
  const ZxTransformerAreas *areas = &self->model->input->city->transformers;
  double worst = NAN, kvar = kw * tan (acos (self->model->options->grid_power_factor));
  for (guint h = 0; h < 24; h++)
    {
      double base_kw = areas->base_kw[(gsize) area * 24 + h];
      double base_kvar = areas->base_kvar[(gsize) area * 24 + h];
      if (isnan (base_kvar))
        base_kvar = base_kw * tan (acos (BASE_POWER_FACTOR));
      double rate = zx_power_load_rate (areas->rated_kva[area], base_kw + kw, base_kvar + kvar);
      worst = fmax (worst, rate);
    }
  return worst;
}

static void
describe_grid (const Describing *self, ZxPlanSite *site)
{
  const ZxSitingChoice *choice = self->choice;
  guint j = site->candidate;
  const gint32 rooms[2] = { choice->area_room[j], choice->feeder_room[j] };
  gint32 area = self->candidates->transformer[j];
  site->room_left_kw = site->load_rate_before = site->load_rate_after = NAN;
  for (guint k = 0; k < 2; k++)
    if (rooms[k] >= 0)
      site->room_left_kw
          = fmin (site->room_left_kw, choice->room_kw[rooms[k]] - load_on_room (self, rooms[k]));
  if (area < 0)
    return;
  /* Where the grid is not checked there are no rooms to sum over: the site's own power then. */
  double kw
      = rooms[0] >= 0 ? load_on_room (self, rooms[0]) : self->model->kind_kw[site->configuration];
  site->load_rate_before = load_rate (self, area, 0);
  site->load_rate_after = load_rate (self, area, kw);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static double
newly_covered (const Describing *self)
{
  const ZxSitingModel *model = self->model;
  const ZxTravelRows *rows = self->candidates->rows;
  g_autofree guint8 *is_near = g_new0 (guint8, model->n_cells);
  double people = 0;
  for (guint i = 0; i < self->picks->n; i++)
    {
      guint j = self->picks->pick[i].candidate;
      for (gsize k = rows->first[j]; k < rows->first[j + 1]; k++)
        if (rows->seconds[k] <= model->options->coverage_s)
          is_near[rows->target[k]] = TRUE;
    }
  for (guint c = 0; c < model->n_cells; c++)
    if (is_near[c] && !model->is_covered[c])
      people += model->residents[c];
  return model->has_residents ? people : NAN;
}

static void
describe_whole (const Describing *self, float *sorted)
{
  ZxPlan *plan = self->plan;
  const ZxSitingModel *model = self->model;
  double taken = 0;
  for (guint k = 0; k < model->n_draws; k++)
    {
      double sum = 0;
      for (guint i = 0; i < self->picks->n; i++)
        sum += self->served[(gsize) i * model->stride + k];
      sorted[k] = (float) sum;
    }
  qsort (sorted, model->n_draws, sizeof (float), compare_floats);
  plan->value_p10 = zx_siting_quantile (sorted, model->n_draws, 0.1);
  plan->value_p50 = zx_siting_quantile (sorted, model->n_draws, 0.5);
  plan->value_p90 = zx_siting_quantile (sorted, model->n_draws, 0.9);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      plan->capex_fen += plan->site[i].capex_fen;
      taken += plan->site[i].taken_from_existing;
    }
  plan->new_to_public = plan->value - taken;
  plan->newly_covered_people = newly_covered (self);
}

static int
compare_sites (gconstpointer a, gconstpointer b)
{
  const ZxPlanSite *x = a, *y = b;
  if (x->served_mean != y->served_mean)
    return x->served_mean > y->served_mean ? -1 : 1;
  return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

gboolean
zx_plan_describe (ZxPlan *plan, const ZxSitingModel *model, const ZxCandidates *candidates,
                  const ZxSitingChoice *choice, const ZxPicks *picks, GError **error)
{
  g_autofree float *served = ZX_TRY_NEW (float, (gsize) MAX (picks->n, 1) * model->stride,
                                         _ ("the plan's demand"), error);
  if (served == NULL)
    return FALSE;
  g_autofree double *attraction = g_new0 (double, model->n_cells);
  g_autofree double *mean = g_new0 (double, picks->n + 1);
  g_autofree float *sorted = g_new (float, model->stride);
  Describing self = { plan, model, candidates, choice, picks, served, attraction };
  ZxChoiceSpace space;
  zx_choice_space_init (&space, &choice->choice);
  zx_choice_value (&choice->choice, picks->pick, picks->n, &space, mean, served);
  zx_choice_space_clear (&space);
  sum_attraction (&self);
  plan->n_sites = picks->n;
  plan->site = g_new0 (ZxPlanSite, picks->n + 1);
  for (guint i = 0; i < picks->n; i++)
    {
      ZxPlanSite *site = plan->site + i;
      site->candidate = picks->pick[i].candidate;
      site->configuration = picks->pick[i].kind;
      site->served_mean = mean[i];
      describe_demand (&self, i, site, sorted);
      describe_money (&self, i, site);
      describe_grid (&self, site);
    }
  describe_whole (&self, sorted);
  if (picks->n > 1)
    qsort (plan->site, picks->n, sizeof (ZxPlanSite), compare_sites);
  return TRUE;
}
