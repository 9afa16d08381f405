/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choice of sites, held to what the feeders can carry exactly.
 *
 * A plan is chosen by kilowatts, checked by power flow, and where a feeder breaks a limit the share
 * that would hold becomes the feeder's room and the choice is made again.  Each round cuts at least
 * one feeder; the last one shuts those that still break, so the plan that comes out holds. */

#include "app/project/zx-route.h"

#include <string.h>

#define MAX_ROUNDS 6
/* A little below what holds: bisection leaves it between two steps. */
#define MARGIN 0.995

typedef struct
{
  ZxRoute *route;
  ZxSitingInput input;
  const ZxSitingOptions *options;
  ZxHeadroom headroom; /* the route's, with @room_kw in place of its feeders' */
  float *room_kw;      /* [feeder][24] */
  float *given_kw;     /* [candidate]: to be put back */
} Cut;

/* ---- cutting --------------------------------------------------------------------------------- */

static gboolean
cut_init (Cut *self, ZxRoute *route, const ZxSitingInput *input, const ZxSitingOptions *options,
          GError **error)
{
  guint n = route->candidates->n;
  gsize n_hours = route->headroom != NULL ? (gsize) route->headroom->n_feeders * 24 : 0;
  *self = (Cut){ .route = route, .input = *input, .options = options };
  self->given_kw = ZX_TRY_NEW (float, n, _ ("Candidates"), error);
  self->room_kw = ZX_TRY_NEW (float, n_hours, _ ("Feeders"), error);
  if (self->given_kw == NULL || self->room_kw == NULL)
    return FALSE;
  memcpy (self->given_kw, route->candidates->feeder_room_kw, sizeof (float) * n);
  if (route->headroom == NULL)
    return TRUE;
  self->headroom = *route->headroom;
  memcpy (self->room_kw, route->headroom->feeder_room_kw, sizeof (float) * n_hours);
  self->headroom.feeder_room_kw = self->room_kw;
  self->input.headroom = &self->headroom;
  return TRUE;
}

/* The candidates are the score stage's result: they leave as they came. */
static void
cut_clear (Cut *self)
{
  ZxCandidates *candidates = self->route->candidates;
  if (self->given_kw != NULL)
    memcpy (candidates->feeder_room_kw, self->given_kw, sizeof (float) * candidates->n);
  g_free (self->given_kw);
  g_free (self->room_kw);
}

static void
cut_feeder (Cut *self, guint feeder, double room_kw)
{
  ZxCandidates *candidates = self->route->candidates;
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->feeder[j] == (gint32) feeder && !(candidates->feeder_room_kw[j] <= room_kw))
      candidates->feeder_room_kw[j] = (float) room_kw;
  for (guint hour = 0; feeder < self->headroom.n_feeders && hour < 24; hour++)
    if (!(self->room_kw[feeder * 24 + hour] <= room_kw))
      self->room_kw[feeder * 24 + hour] = (float) room_kw;
}

static gboolean
is_broken (const ZxFeederCheck *check)
{
  return check->limit != ZX_LIMIT_CAP && check->limit != ZX_LIMIT_NONE;
}

/* Returns: how many feeders break; they are cut. */
static guint
cut_broken (Cut *self, const GArray *checks, gboolean is_last)
{
  guint n = 0;
  for (guint i = 0; i < checks->len; i++)
    {
      const ZxFeederCheck *check = &g_array_index (checks, ZxFeederCheck, i);
      if (!is_broken (check))
        continue;
      cut_feeder (self, (guint) check->feeder,
                  is_last ? 0 : check->allowed_share * check->site_kw * MARGIN);
      n++;
    }
  return n;
}

/* ---- telling --------------------------------------------------------------------------------- */

static void
tell_cuts (Cut *self, const GArray *checks, ZxFindings *findings)
{
  const ZxCity *city = self->route->city;
  for (guint i = 0; i < checks->len; i++)
    {
      const ZxFeederCheck *check = &g_array_index (checks, ZxFeederCheck, i);
      char kw[32], allowed[32];
      if (!is_broken (check))
        continue;
      g_autofree char *feeder = g_strdup_printf (
          "%s: %s kW", zx_pool_get (city->pool, city->feeders.feeder_id[check->feeder]),
          zx_number_format (round (check->site_kw), kw));
      zx_findings_add (findings, "siting.feeder-cut", zx_findings_layer (findings, "siting"), -1, 1,
                       ZX_SEVERITY_NOTE, ZX_ACTION_CORRECTED, feeder,
                       zx_number_format (round (check->allowed_share * check->site_kw), allowed));
    }
}

/* What a round said, of the round that counts. */
static void
take_over (ZxFindings *to, const ZxFindings *from)
{
  for (guint i = 0; i < from->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (from->rows, ZxFinding, i);
      zx_findings_add (to, row->rule,
                       zx_findings_layer (to, g_ptr_array_index (from->layers, row->layer)),
                       row->row, row->count, row->severity, row->action,
                       zx_pool_get (from->pool, row->value), zx_pool_get (from->pool, row->bound));
    }
}

/* ---- the story ------------------------------------------------------------------------------- */

/* A later round that finds no plan at all (a site that must be built on a full feeder) leaves the
 * one before; *@is_kept says so. */
static gboolean
choose_once (Cut *self, guint round, ZxFindings *said, gboolean *is_kept,
             const ZxProgress *progress, GError **error)
{
  /* Nearly always the first round is the only one. */
  double from = round == 0 ? 0 : 0.7 + 0.3 * (round - 1) / (MAX_ROUNDS + 1);
  double to = round == 0 ? 0.7 : 0.7 + 0.3 * round / (MAX_ROUNDS + 1);
  ZxProgress slice = zx_progress_slice (progress, from, to);
  g_autoptr (GError) local = NULL;
  ZxPlan *plan = zx_siting_choose (&self->input, self->route->candidates, self->options, said,
                                   &slice, &local);
  *is_kept = plan == NULL && self->route->plan != NULL
             && !g_error_matches (local, ZX_ERROR, ZX_ERROR_CANCELLED);
  if (plan == NULL)
    {
      if (!*is_kept)
        g_propagate_error (error, g_steal_pointer (&local));
      return *is_kept;
    }
  g_clear_pointer (&self->route->plan, zx_plan_free);
  self->route->plan = plan;
  return TRUE;
}

/* Returns: (transfer full): NULL with @error; nothing to check when the grid is switched off. */
static GArray *
check (const ZxRoute *route, const ZxConfiguration *const *configurations, GError **error)
{
  const ZxFeederOptions limits = ZX_FEEDER_OPTIONS_INIT;
  if (route->siting_options.ignore_grid || route->city->feeders.n_feeders == 0)
    return g_array_new (FALSE, FALSE, sizeof (ZxFeederCheck));
  g_autoptr (GArray) loads
      = zx_plan_loads (route->plan, route->candidates, configurations, route->configurations->len);
  return zx_power_check_plan (route->city, (const ZxSiteLoad *) (void *) loads->data, loads->len,
                              &limits, NULL, error);
}

gboolean
zx_stage_choose_on_feeders (ZxRoute *self, const ZxSitingInput *input,
                            const ZxSitingOptions *options, const ZxProgress *progress,
                            GError **error)
{
  ZxFindings *findings = zx_route_findings (self, ZX_STAGE_CHOOSE);
  Cut cut;
  g_clear_pointer (&self->plan, zx_plan_free);
  gboolean ok = cut_init (&cut, self, input, options, error), is_done = FALSE;
  for (guint round = 0; ok && !is_done; round++)
    {
      gboolean is_kept = FALSE;
      g_autoptr (ZxFindings) said = zx_findings_new ();
      ok = choose_once (&cut, round, said, &is_kept, progress, error);
      g_autoptr (GArray) checks = ok ? check (self, input->configurations, error) : NULL;
      ok = checks != NULL;
      if (!ok)
        break;
      is_done = is_kept || cut_broken (&cut, checks, round + 2 >= MAX_ROUNDS) == 0
                || round >= MAX_ROUNDS;
      if (!is_kept)
        tell_cuts (&cut, checks, findings);
      if (is_done)
        take_over (findings, said);
    }
  cut_clear (&cut);
  return ok;
}
