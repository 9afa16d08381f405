/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chosen plan on the city's feeders, exactly.
 *
 * The choice of sites counts kilowatts against the room of each feeder's head; it knows no voltage,
 * no losses and no branch in the middle.  Here every feeder that carries sites is solved for the 24
 * hours of the design day with and without them.  Where a limit breaks, bisection on the share of
 * the sites' power says what would hold: that share, given back as the feeder's room, is the cut
 * that makes the next choice better.
 */

#include "app/power/zx-feeder-study.h"

#define SHARE_STEPS 14

static ZxHostingLimit
judge (const ZxStudy *self, const ZxStudyDay *day)
{
  if (day->vmin_pu < self->options->vmin_pu)
    return ZX_LIMIT_VOLTAGE;
  return day->loading_percent > self->options->loading_limit_percent ? ZX_LIMIT_THERMAL
                                                                     : ZX_LIMIT_CAP;
}

static gboolean
holds (const ZxStudy *self, double share)
{
  g_autoptr (ZxFlowSeries) series = zx_study_run_day (self, share, NULL);
  if (series == NULL)
    return FALSE;
  ZxStudyDay day = zx_study_sum_up (series);
  return judge (self, &day) == ZX_LIMIT_CAP;
}

static double
find_share (const ZxStudy *self)
{
  double low = 0, high = 1;
  for (guint step = 0; step < SHARE_STEPS; step++)
    {
      double middle = (low + high) / 2;
      if (holds (self, middle))
        low = middle;
      else
        high = middle;
    }
  return low;
}

static void
name_limit (const ZxStudy *self, const ZxStudyDay *day, ZxHostingLimit limit, ZxFeederCheck *check)
{
  gboolean is_voltage = limit == ZX_LIMIT_VOLTAGE;
  gint32 element = is_voltage ? day->vmin_node : day->loading_branch;
  check->limit = limit;
  check->hour = is_voltage ? day->vmin_hour : day->loading_hour;
  if (limit == ZX_LIMIT_CAP || element < 0)
    return;
  check->element = (gint32) (is_voltage ? self->node_of[element] : self->branch_of[element]);
}

/* Fills @check from the two days.  FALSE with @error: the feeder has no power flow even before. */
static gboolean
compare_days (const ZxStudy *self, ZxFeederCheck *check, GError **error)
{
  g_autoptr (ZxFlowSeries) before = zx_study_run_day (self, 0, error);
  if (before == NULL)
    return FALSE;
  g_autoptr (GError) why_not = NULL;
  g_autoptr (ZxFlowSeries) after = zx_study_run_day (self, 1, &why_not);
  ZxStudyDay first = zx_study_sum_up (before);
  ZxHostingLimit limit = judge (self, &first);
  check->vmin_before_pu = first.vmin_pu;
  check->loading_before_percent = first.loading_percent;
  check->losses_before_kwh = first.losses_kwh;
  check->vmin_after_pu = check->loading_after_percent = check->losses_after_kwh = NAN;
  check->element = -1;
  if (after != NULL)
    {
      ZxStudyDay second = zx_study_sum_up (after);
      check->vmin_after_pu = second.vmin_pu;
      check->loading_after_percent = second.loading_percent;
      check->losses_after_kwh = second.losses_kwh;
      name_limit (self, &second, judge (self, &second), check);
    }
  else
    check->limit = ZX_LIMIT_NO_SOLUTION;
  if (limit != ZX_LIMIT_CAP)
    {
      name_limit (self, &first, limit, check);
      check->limit = limit == ZX_LIMIT_VOLTAGE ? ZX_LIMIT_BASE_VOLTAGE : ZX_LIMIT_BASE_THERMAL;
      check->allowed_share = 0;
    }
  else
    check->allowed_share = check->limit == ZX_LIMIT_CAP ? 1 : find_share (self);
  return TRUE;
}

/* Returns: FALSE with @error; TRUE with *@is_checked FALSE when the feeder has no places. */
static gboolean
check_feeder (const ZxCity *city, guint feeder, const ZxSiteLoad *sites, guint n_sites,
              const ZxFeederOptions *options, ZxFeederCheck *check, gboolean *is_checked,
              GError **error)
{
  ZxStudy study;
  *check = (ZxFeederCheck){ .feeder = (gint32) feeder };
  gboolean ok = zx_study_init (&study, city, feeder, options, error);
  *is_checked
      = ok && zx_study_add_areas (&study) && zx_study_add_sites (&study, sites, n_sites, check);
  if (*is_checked)
    ok = compare_days (&study, check, error);
  zx_study_clear (&study);
  return ok;
}

GArray *
zx_power_check_plan (const ZxCity *city, const ZxSiteLoad *sites, guint n_sites,
                     const ZxFeederOptions *options, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && (sites != NULL || n_sites == 0) && options != NULL, NULL);
  guint n_feeders = city->feeders.n_feeders;
  g_autoptr (GArray) checks = g_array_new (FALSE, TRUE, sizeof (ZxFeederCheck));
  g_autofree guint8 *is_loaded = ZX_TRY_NEW (guint8, n_feeders, _ ("Feeders"), error);
  if (is_loaded == NULL || !zx_study_check_options (options, error))
    return NULL;
  for (guint i = 0; i < n_sites; i++)
    if (sites[i].feeder >= 0 && (guint) sites[i].feeder < n_feeders)
      is_loaded[sites[i].feeder] = TRUE;
  for (guint feeder = 0; feeder < n_feeders; feeder++)
    {
      ZxFeederCheck check;
      gboolean is_checked;
      if (!is_loaded[feeder])
        continue;
      if (!zx_progress_step (progress, feeder, n_feeders, error))
        return NULL;
      g_autoptr (GError) why_not = NULL;
      if (!check_feeder (city, feeder, sites, n_sites, options, &check, &is_checked, &why_not))
        {
          check.limit = ZX_LIMIT_NONE;
          check.allowed_share = 1;
          is_checked = TRUE;
        }
      if (is_checked)
        g_array_append_val (checks, check);
    }
  return g_steal_pointer (&checks);
}
