/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The words are those of the report wherever it says the same. */

#include "ui/pages/zx-demand-reading.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/pages/zx-demand-beside.h"
#include "ui/pages/zx-demand-profiles.h"

#define NOTHING_EXPLAINED 0.02 /* R² that is as good as none */
#define MUCH_EXPLAINED    0.3
#define MOST_TIMES        1000.0
#define MOST_POINTS       4000 /* of a scatter that a person can still tell apart */

static char *
percent (double share, guint decimals)
{
  g_autofree char *number = zx_number_human (100 * share, decimals);
  return g_strdup_printf (_ ("%s %%"), number);
}

/* ---- how much ------------------------------------------------------------------------------ */

/* NULL: nobody doubts the level. */
static char *
read_doubt (const ZxFindings *findings)
{
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      if (strcmp (row->rule, "demand.far-above-sold") == 0)
        return g_strdup_printf (
            _ ("That is %s times what the stations with a history sell. Such a level is not "
               "credible: do not use it as a forecast. Sales here do not follow the places from "
               "which cars could come; check what energies and connectors the stations state."),
            zx_pool_get (findings->pool, row->value));
    }
  return NULL;
}

/* NULL: all of the belief rests on place. */
static char *
read_members (const ZxDemand *demand)
{
  double weight = demand->member[ZX_MEMBER_PLACE].weight;
  if (!demand->is_stacked || weight >= 1)
    return NULL;
  if (!(weight > 0))
    return g_strdup (_ ("Blocks held out do not support an effect of place: the belief rests on "
                        "models without it, held to what the stations sell."));
  g_autofree char *share = percent (weight, 0);
  return g_strdup_printf (_ ("Blocks held out leave open whether place matters: %s of the draws "
                             "know place, the others are held to what the stations sell."),
                          share);
}

static void
read_total (ZxDemandReading *self, const ZxDemand *demand, const ZxFindings *findings)
{
  double quantiles[3];
  guint n_outside = 0;
  if (!zx_demand_total (demand, quantiles))
    return;
  g_autofree char *low = zx_number_human (quantiles[0], 0);
  g_autofree char *middle = zx_number_human (quantiles[1], 0);
  g_autofree char *high = zx_number_human (quantiles[2], 0);
  self->total = g_strdup_printf (
      _ ("The model believes that drivers in the study area want to charge %s kWh a day in public; "
         "with a probability of 80 %%, between %s and %s kWh. That is all demand, served today or "
         "not."),
      middle, low, high);
  for (guint c = 0; demand->is_extrapolated != NULL && c < demand->n_cells; c++)
    n_outside += demand->is_extrapolated[c] != 0;
  self->total_note = read_doubt (findings);
  if (self->total_note == NULL)
    self->total_note = read_members (demand);
  if (n_outside == 0 || self->total_note != NULL)
    return;
  g_autofree char *outside = zx_number_human (n_outside, 0);
  g_autofree char *all = zx_number_human (demand->n_cells, 0);
  self->total_note = g_strdup_printf (
      _ ("%s of %s cells lie outside the range of surroundings seen at stations with a history: "
         "there the model extends its rule into country it has not seen."),
      outside, all);
}

/* ---- what goes with demand ----------------------------------------------------------------- */

static char *
signed_percent (double share)
{
  g_autofree char *number = percent (share, 1);
  return share > 0 ? g_strconcat ("+", number, NULL) : g_steal_pointer (&number);
}

static char *
effect_sentence (const ZxMarginal *marginal, double step, gboolean is_log, gboolean is_clear)
{
  double middle = expm1 (marginal->mean * step);
  g_autofree char *size = percent (fabs (middle), 1);
  g_autofree char *low = signed_percent (expm1 (marginal->q025 * step));
  g_autofree char *high = signed_percent (expm1 (marginal->q975 * step));
  if (!is_clear && is_log)
    return g_strdup_printf (_ ("No clear effect: a 10 %% rise goes with anything from %s to %s "
                               "demand (95 %% interval)."),
                            low, high);
  if (!is_clear)
    return g_strdup_printf (_ ("No clear effect: one standard deviation more goes with anything "
                               "from %s to %s demand (95 %% interval)."),
                            low, high);
  if (is_log && middle > 0)
    return g_strdup_printf (_ ("A 10 %% rise goes with %s more demand (95 %% interval %s to %s)."),
                            size, low, high);
  if (is_log)
    return g_strdup_printf (_ ("A 10 %% rise goes with %s less demand (95 %% interval %s to %s)."),
                            size, low, high);
  if (middle > 0)
    return g_strdup_printf (_ ("One standard deviation more goes with %s more demand (95 %% "
                               "interval %s to %s)."),
                            size, low, high);
  return g_strdup_printf (
      _ ("One standard deviation more goes with %s less demand (95 %% interval %s to %s)."), size,
      low, high);
}

static int
compare_effects (gconstpointer a, gconstpointer b)
{
  const ZxDemandEffect *p = a, *q = b;
  if (p->is_clear != q->is_clear)
    return p->is_clear ? -1 : 1;
  double x = fabs (p->middle), y = fabs (q->middle);
  return (x < y) - (x > y);
}

/* Covariates that entered as a logarithm say so at the end of their title. */
static void
read_effects (ZxDemandReading *self, const ZxCovariates *covariates, const ZxPosterior *posterior)
{
  if (covariates == NULL || posterior->n_coefficients < covariates->n + 1)
    return;
  /* TRANSLATORS: the end of a title: "Residents within 1 km, log" */
  const char *suffix = _ (", log");
  self->effect = g_new0 (ZxDemandEffect, covariates->n + 1);
  self->n_effects = covariates->n;
  for (guint i = 0; i < covariates->n; i++)
    {
      const ZxMarginal *marginal = &posterior->coefficient[i + 1];
      const char *title = _ (covariates->title[i]);
      gboolean is_log = g_str_has_suffix (title, suffix) && covariates->raw_sd[i] > 0;
      ZxDemandEffect *effect = &self->effect[i];
      effect->title = g_strndup (title, strlen (title) - (is_log ? strlen (suffix) : 0));
      effect->is_clear = marginal->q025 > 0 || marginal->q975 < 0;
      effect->sentence = effect_sentence (marginal, is_log ? log (1.1) / covariates->raw_sd[i] : 1,
                                          is_log, effect->is_clear);
      effect->low = marginal->q025;
      effect->middle = marginal->mean;
      effect->high = marginal->q975;
    }
  qsort (self->effect, self->n_effects, sizeof *self->effect, compare_effects);
}

/* ---- how far to trust it ------------------------------------------------------------------- */

/* Nobody reads the digits of a factor of millions. */
static char *
width_words (const ZxDemandChecks *checks)
{
  g_autofree char *most = zx_number_human (MOST_TIMES, 0);
  return checks->width80_ratio <= MOST_TIMES ? zx_number_human (checks->width80_ratio, 1)
                                             : g_strdup_printf (_ ("more than %s"), most);
}

static char *
predictable_sentence (const ZxDemandChecks *checks)
{
  g_autofree char *width = width_words (checks);
  g_autofree char *share = percent (checks->r2_log, 0);
  if (checks->r2_log < NOTHING_EXPLAINED)
    return g_strdup_printf (
        _ ("In plain words: place did not help to tell what a station sells; what decides lies "
           "elsewhere, as in size, operator and price. The upper end of a single site's range is "
           "about %s times its lower end. That is why sites are chosen on the whole range, and why "
           "a small first stage with measurement is worth more than a finer model."),
        width);
  if (checks->r2_log < MUCH_EXPLAINED)
    return g_strdup_printf (
        _ ("In plain words: what a station sells depends more on its size, its operator and its "
           "price than on its place. Of the differences in use between stations, place explains "
           "%s. The range of a single site is wide: its upper end is about %s times its lower end. "
           "That is why sites are chosen on the whole range, and why a small first stage with "
           "measurement is worth more than a finer model."),
        share, width);
  return g_strdup_printf (
      _ ("In plain words: place explains %s of the differences in use between stations. The range "
         "of a single site stays wide: its upper end is about %s times its lower end."),
      share, width);
}

static void
add_check (ZxDemandReading *self, const char *name, char *value, const char *meaning)
{
  self->check[self->n_checks++] = (ZxDemandLine){ g_strdup (name), value, g_strdup (meaning) };
}

static void
read_checks (ZxDemandReading *self, const ZxDemandChecks *checks)
{
  g_autofree char *width = width_words (checks);
  self->predictable = predictable_sentence (checks);
  if (fabs (checks->cover80 - 0.8) > 0.1)
    {
      g_autofree char *held = percent (checks->cover80, 0);
      self->coverage = g_strdup_printf (
          _ ("The 80 %% intervals held %s of the stations that were left out: read them as %s than "
             "they claim."),
          held,
          checks->cover80 < 0.8 ? _ ("too narrow, less certain") : _ ("too wide, more certain"));
    }
  add_check (self, _ ("R² of the log rate"), zx_number_human (checks->r2_log, 2),
             _ ("Share of the differences between stations that place explains; below 0 the city's "
                "mean would do better"));
  add_check (self, _ ("Width of the interval of 80 %"), g_strdup_printf ("× %s", width),
             _ ("The upper end is typically so many times the lower end"));
  add_check (self, _ ("Coverage of the interval of 80 %"), percent (checks->cover80, 0),
             _ ("Share of stations inside; should be near 80 %"));
  add_check (self, _ ("Coverage of the interval of 95 %"), percent (checks->cover95, 0),
             _ ("Share of stations inside; should be near 95 %"));
  g_autofree char *gain = zx_number_human (checks->place_gain, 3);
  g_autofree char *gain_se = zx_number_human (checks->place_gain_se, 3);
  add_check (self, _ ("Gain in log score"), g_strdup_printf ("%s ± %s", gain, gain_se),
             _ ("Against one level for all places, with its standard error; place counts as proven "
                "above two of them"));
  for (guint i = 0; i < ZX_N_PIT; i++)
    self->pit[i] = checks->pit[i];
}

static void
read_vehicles_trial (ZxDemandReading *self, const ZxJointTrial *trial)
{
  g_autofree char *gain = zx_number_human (trial->gain, 3);
  g_autofree char *gain_se = zx_number_human (trial->gain_se, 3);
  add_check (self, _ ("Vehicles as a second likelihood"),
             g_strdup_printf ("%s ± %s", gain, gain_se),
             trial->is_joint_better
                 ? _ ("Taken: it predicts held-out stations better than vehicles as a covariate "
                      "and than without them, by more than two standard errors of the log score")
                 : _ ("Not taken: to replace the covariate it would have to predict held-out "
                      "stations better, by more than two standard errors of the log score"));
}

/* Every k-th station where there are more than can be told apart. */
static void
read_points (ZxDemandReading *self, const ZxDemand *demand)
{
  guint step = demand->n_observations / MOST_POINTS + 1;
  self->fitted = g_new (double, demand->n_observations / step + 1);
  self->observed = g_new (double, demand->n_observations / step + 1);
  for (guint i = 0; i < demand->n_observations; i += step)
    if (demand->observed_kwh_per_day[i] > 0 && demand->fitted_kwh_per_day[i] > 0)
      {
        self->fitted[self->n_points] = demand->fitted_kwh_per_day[i];
        self->observed[self->n_points++] = demand->observed_kwh_per_day[i];
      }
}

/* ---- over the day -------------------------------------------------------------------------- */

/* To per cent of each day type; FALSE when one of them has nothing. */
static gboolean
make_shares (double hours[48])
{
  for (guint day = 0; day < 2; day++)
    {
      double sum = 0;
      for (guint hour = 0; hour < 24; hour++)
        sum += hours[24 * day + hour];
      if (!(sum > 0 && isfinite (sum)))
        return FALSE;
      for (guint hour = 0; hour < 24; hour++)
        hours[24 * day + hour] *= 100 / sum;
    }
  return TRUE;
}

static void
read_day (ZxDemandReading *self, const ZxCity *city, const ZxDemand *demand)
{
  for (guint hour = 0; demand != NULL && demand->profile != NULL && hour < 48; hour++)
    self->use_share[hour] = demand->profile[hour];
  self->has_use = make_shares (self->use_share);
  const ZxFleet *fleet = &city->fleet;
  for (gsize i = 0; fleet->time_bin != NULL && i < fleet->n; i++)
    if (fleet->time_bin[i] < 48)
      self->vehicle_share[fleet->time_bin[i]] += fleet->weight != NULL ? fleet->weight[i] : 1;
  self->has_vehicles = make_shares (self->vehicle_share);
  const ZxStations *stations = &city->stations;
  for (guint i = 0; i < stations->n; i++)
    {
      guint n_connectors = stations->n_dc[i] + stations->n_ac[i];
      double share = stations->busy_hours_per_day[i] / (24.0 * n_connectors);
      if (n_connectors == 0 || !(share >= 0 && share <= 1))
        continue;
      self->busy[MIN (ZX_N_BUSY_CLASSES - 1, (guint) (share * ZX_N_BUSY_CLASSES))]++;
      self->n_busy_stations++;
    }
}

/* ---- all of it ----------------------------------------------------------------------------- */

static char *
absence_of (ZxProject *project)
{
  const ZxStageInfo *stage = zx_project_stage (project, ZX_STAGE_BELIEVE);
  if (stage->state == ZX_STAGE_SKIPPED && stage->skip_reason != NULL)
    return g_strdup (_ (stage->skip_reason));
  return g_strdup (_ ("The demand model has not run."));
}

ZxDemandReading *
zx_demand_reading_new (ZxProject *project)
{
  ZxDemandReading *self = g_atomic_rc_box_new0 (ZxDemandReading);
  const ZxCity *city = zx_project_city (project);
  const ZxDemand *demand = zx_project_demand (project);
  if (city != NULL)
    {
      read_day (self, city, demand);
      g_autoptr (ZxProfiles) profiles = zx_project_profiles (project, NULL, NULL);
      if (profiles != NULL)
        zx_demand_profiles_read (self, profiles);
    }
  if (demand == NULL)
    {
      self->absence = absence_of (project);
      return self;
    }
  read_total (self, demand, zx_project_findings (project));
  if (demand->posterior == NULL)
    {
      self->predictable
          = g_strdup (_ ("No station has a usable history, so nothing could be learned from use: "
                         "demand is spread over the city by assumption."));
      return self;
    }
  read_effects (self, zx_project_covariates (project), demand->posterior);
  if (demand->has_checks)
    {
      read_checks (self, &demand->checks);
      if (demand->has_vehicles_trial)
        read_vehicles_trial (self, &demand->vehicles);
    }
  else
    self->predictable = g_strdup (_ ("There were too few stations with a history to hold some out: "
                                     "the model is not tested."));
  read_points (self, demand);
  zx_demand_beside_read (self, project);
  return self;
}

ZxDemandReading *
zx_demand_reading_ref (ZxDemandReading *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_lines (ZxDemandLine *line, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_free (line[i].name);
      g_free (line[i].value);
      g_free (line[i].meaning);
    }
}

static void
clear (gpointer data)
{
  ZxDemandReading *self = data;
  g_free (self->absence);
  g_free (self->total);
  g_free (self->total_note);
  g_free (self->predictable);
  g_free (self->coverage);
  for (guint i = 0; i < self->n_effects; i++)
    {
      g_free (self->effect[i].title);
      g_free (self->effect[i].sentence);
    }
  g_free (self->effect);
  clear_lines (self->check, self->n_checks);
  clear_lines (self->user, self->n_users);
  clear_lines (self->pile, self->n_piles);
  clear_lines (self->area, self->n_areas);
  clear_lines (self->factor, self->n_factors);
  g_free (self->factor);
  g_free (self->evidence);
  g_free (self->residual_x_m);
  g_free (self->residual_y_m);
  g_free (self->residual);
  g_clear_pointer (&self->city, zx_city_unref);
  g_free (self->user);
  g_free (self->pile);
  g_free (self->area);
  g_free (self->fitted);
  g_free (self->observed);
}

void
zx_demand_reading_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear);
}
