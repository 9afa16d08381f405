/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The route as one table: what each stage is called, what it stands on, and the function that runs
 * it.
 *
 * A stage's fingerprint covers the program's version, the fingerprints of the stages it stands on
 * and the settings that begin to matter with it.  Same fingerprint: the result is kept.  Another:
 * it is stale and run again.  The same number is printed in the report and entered in the ledger.
 */

#include "app/project/zx-route.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  const char *name, *title;
  guint stands_on; /* bits of stages */
  gboolean (*run) (ZxRoute *self, const ZxProgress *progress, GError **error);
  double share; /* of a typical run's time, for the progress bar */
} Stage;

#define ON(stage) (1u << ZX_STAGE_##stage)

/* Open, check and seal are one pass over the files: raw layers are not kept, so none of the three
 * can be run without the others. */
static const Stage stages[ZX_N_STAGES] = {
  { "open", N_ ("Reading files"), 0, NULL, 0.0 },
  { "check", N_ ("Checking rows"), ON (OPEN), NULL, 0.0 },
  { "seal", N_ ("Sealing the city"), ON (CHECK), zx_stage_open_to_seal, 0.35 },
  { "travel", N_ ("Travel times"), ON (SEAL), zx_stage_travel, 0.1 },
  { "heat", N_ ("Heat"), ON (SEAL), zx_stage_heat, 0.05 },
  { "headroom", N_ ("Grid headroom"), ON (SEAL), zx_stage_headroom, 0.02 },
  { "believe", N_ ("Demand model"), ON (TRAVEL) | ON (HEAT), zx_stage_believe, 0.25 },
  { "score", N_ ("Candidates and scores"), ON (BELIEVE) | ON (HEADROOM), zx_stage_score, 0.1 },
  { "choose", N_ ("Choice of sites"), ON (SCORE), zx_stage_choose, 0.13 },
  { "tell", N_ ("Maps, tables and report"), ON (CHOOSE), NULL, 0.0 },
};

const char *
zx_stage_name (ZxStage stage)
{
  return stage < ZX_N_STAGES ? stages[stage].name : "";
}

const char *
zx_stage_title (ZxStage stage)
{
  return stage < ZX_N_STAGES ? stages[stage].title : "";
}

ZxStage
zx_stage_parse (const char *name)
{
  for (guint i = 0; i < ZX_N_STAGES; i++)
    if (g_strcmp0 (stages[i].name, name) == 0)
      return (ZxStage) i;
  return ZX_N_STAGES;
}

gboolean
zx_stage_rests_on (ZxStage stage, ZxStage below)
{
  g_return_val_if_fail (stage < ZX_N_STAGES && below < ZX_N_STAGES, FALSE);
  if (stage == below)
    return TRUE;
  for (guint i = 0; i < (guint) stage; i++)
    if ((stages[stage].stands_on & (1u << i)) != 0 && zx_stage_rests_on ((ZxStage) i, below))
      return TRUE;
  return FALSE;
}

/* ---- life --------------------------------------------------------------------------------- */

void
zx_route_init (ZxRoute *self)
{
  memset (self, 0, sizeof *self);
  self->findings = zx_findings_new ();
  self->locks = g_array_new (FALSE, FALSE, sizeof (ZxLock));
  self->file_fingerprints = g_ptr_array_new_with_free_func (g_free);
  zx_settings_standard (&self->settings);
  zx_settings_apply (&self->settings, self);
}

void
zx_route_clear_stage (ZxRoute *self, ZxStage stage)
{
  g_clear_pointer (&self->stage_findings[stage], zx_findings_free);
  switch (stage)
    {
    case ZX_STAGE_SEAL:
      g_clear_pointer (&self->city, zx_city_unref);
      g_ptr_array_set_size (self->file_fingerprints, 0);
      break;
    case ZX_STAGE_TRAVEL:
      g_clear_pointer (&self->graph, zx_travel_graph_free);
      g_clear_pointer (&self->cells, zx_cells_free);
      g_clear_pointer (&self->station_rows, zx_travel_rows_free);
      break;
    case ZX_STAGE_HEAT:
      g_clear_pointer (&self->usage_heat, zx_field_free);
      g_clear_pointer (&self->vehicle_heat, zx_field_free);
      g_clear_pointer (&self->shortfall, zx_field_free);
      break;
    case ZX_STAGE_HEADROOM:
      g_clear_pointer (&self->headroom, zx_power_headroom_free);
      break;
    case ZX_STAGE_BELIEVE:
      g_clear_pointer (&self->covariates, zx_covariates_free);
      g_clear_pointer (&self->demand, zx_demand_free);
      break;
    case ZX_STAGE_SCORE:
      g_clear_pointer (&self->candidates, zx_candidates_free);
      break;
    case ZX_STAGE_CHOOSE:
      g_clear_pointer (&self->plan, zx_plan_free);
      zx_geometry_clear (&self->site_areas);
      break;
    case ZX_STAGE_OPEN:
    case ZX_STAGE_CHECK:
    case ZX_STAGE_TELL:
    case ZX_N_STAGES:
    default:
      break;
    }
}

void
zx_route_clear (ZxRoute *self)
{
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      zx_route_clear_stage (self, (ZxStage) i);
      g_free (self->stage[i].fingerprint);
      g_free (self->stage[i].skip_reason);
    }
  g_clear_pointer (&self->recipe, zx_recipe_free);
  g_clear_pointer (&self->locks, g_array_unref);
  g_clear_pointer (&self->scenarios, g_free);
  g_clear_pointer (&self->speeds_text, g_free);
  g_clear_pointer (&self->findings, zx_findings_free);
  g_clear_pointer (&self->file_fingerprints, g_ptr_array_unref);
  g_clear_pointer (&self->configurations, g_ptr_array_unref);
}

void
zx_route_skip (ZxRoute *self, ZxStage stage, const char *reason)
{
  g_free (self->stage[stage].skip_reason);
  self->stage[stage].skip_reason = g_strdup (reason);
  self->stage[stage].state = ZX_STAGE_SKIPPED;
}

ZxFindings *
zx_route_findings (ZxRoute *self, ZxStage stage)
{
  if (self->stage_findings[stage] == NULL)
    self->stage_findings[stage] = zx_findings_new ();
  return self->stage_findings[stage];
}

void
zx_route_merge_findings (ZxRoute *self)
{
  zx_findings_free (self->findings);
  self->findings = zx_findings_new ();
  for (guint stage = 0; stage < ZX_N_STAGES; stage++)
    {
      const ZxFindings *from = self->stage_findings[stage];
      for (guint i = 0; from != NULL && i < from->rows->len; i++)
        {
          const ZxFinding *row = &g_array_index (from->rows, ZxFinding, i);
          guint32 layer
              = zx_findings_layer (self->findings, g_ptr_array_index (from->layers, row->layer));
          zx_findings_add (self->findings, row->rule, layer, row->row, row->count, row->severity,
                           row->action, zx_pool_get (from->pool, row->value),
                           zx_pool_get (from->pool, row->bound));
        }
    }
}

/* ---- fingerprints ------------------------------------------------------------------------- */

/* A file and those it redirects to, which are as much of the source as itself. */
static char *
fingerprint_source (const char *path, const ZxProgress *progress, GError **error)
{
  g_autofree char *own = zx_file_fingerprint (path, progress, error);
  g_autoptr (GPtrArray) others = own != NULL ? zx_grid_other_files (path, NULL) : NULL;
  if (others == NULL || others->len == 0)
    return g_steal_pointer (&own);
  g_autoptr (ZxFingerprint) sum = zx_fingerprint_new ("files");
  zx_fingerprint_add_text (sum, own);
  for (guint i = 0; i < others->len; i++)
    {
      g_autofree char *other = zx_file_fingerprint (g_ptr_array_index (others, i), progress, error);
      if (other == NULL)
        return NULL;
      zx_fingerprint_add_text (sum, other);
    }
  return zx_fingerprint_finish (sum);
}

/* The files as they are now: a changed file makes everything stale.  Texts, one per binding. */
static GPtrArray *
fingerprint_files (const ZxRoute *self, const ZxProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) sums = g_ptr_array_new_with_free_func (g_free);
  /* A file with many layers is read once. */
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->recipe->bindings->len; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (self->recipe->bindings, i);
      const char *before = g_hash_table_lookup (known, binding->path);
      char *sum = binding->role == ZX_ROLE_NONE ? g_strdup ("")
                  : before != NULL              ? g_strdup (before)
                                   : fingerprint_source (binding->path, progress, error);
      if (sum == NULL)
        {
          g_prefix_error (error, _ ("A source of the project is gone: "));
          return NULL;
        }
      g_ptr_array_add (sums, sum);
      if (binding->role != ZX_ROLE_NONE)
        g_hash_table_insert (known, binding->path, sum);
    }
  return g_steal_pointer (&sums);
}

static char *
stage_fingerprint (const ZxRoute *self, ZxStage stage)
{
  g_autoptr (ZxFingerprint) sum = zx_fingerprint_new (stages[stage].name);
  zx_fingerprint_add_text (sum, ZX_VERSION);
  for (guint i = 0; i < ZX_N_STAGES; i++)
    if ((stages[stage].stands_on & (1u << i)) != 0)
      {
        zx_fingerprint_add_text (sum, self->stage[i].fingerprint);
        zx_fingerprint_add_int (sum, self->stage[i].state == ZX_STAGE_SKIPPED);
      }
  zx_settings_fingerprint (&self->settings, stage, sum);
  if (stage == ZX_STAGE_OPEN)
    {
      /* Of the recipe what changes the result: not the paths, which differ between machines, nor
       * what was accepted, which is the last group. */
      for (guint i = 0; i < self->file_fingerprints->len; i++)
        zx_fingerprint_add_text (sum, g_ptr_array_index (self->file_fingerprints, i));
      g_autofree char *recipe = zx_recipe_format (self->recipe);
      g_auto (GStrv) lines = g_strsplit (recipe, "\n", -1);
      for (guint i = 0; lines[i] != NULL && strcmp (lines[i], "[accepted]") != 0; i++)
        if (!g_str_has_prefix (lines[i], "file=") && lines[i][0] != '#')
          zx_fingerprint_add_text (sum, lines[i]);
    }
  if (stage == ZX_STAGE_SEAL && self->city != NULL)
    zx_fingerprint_add_text (sum, self->city->fingerprint);
  if (stage == ZX_STAGE_CHOOSE && self->locks->len > 0)
    {
      g_autofree char *locks = zx_locks_format (self);
      zx_fingerprint_add_text (sum, locks);
    }
  if (stage == ZX_STAGE_SCORE)
    zx_fingerprint_add_text (sum, zx_resource_text ("piles.ini", NULL));
  if (stage == ZX_STAGE_TRAVEL)
    {
      zx_fingerprint_add_text (sum, zx_resource_text ("speeds.ini", NULL));
      if (self->speeds_text != NULL && self->speeds_text[0] != '\0')
        zx_fingerprint_add_text (sum, self->speeds_text);
    }
  return zx_fingerprint_finish (sum);
}

static gboolean
stands_on_stale (const ZxRoute *self, ZxStage stage)
{
  for (guint i = 0; i < (guint) stage; i++)
    if ((stages[stage].stands_on & (1u << i)) != 0 && self->stage[i].state == ZX_STAGE_STALE)
      return TRUE;
  return FALSE;
}

/* What stands on a stale stage is stale with it, until that has run and gave the same again. */
void
zx_route_refresh (ZxRoute *self)
{
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      ZxStageInfo *info = &self->stage[i];
      if (info->state == ZX_STAGE_NEVER || info->fingerprint == NULL)
        continue;
      g_autofree char *now = stage_fingerprint (self, (ZxStage) i);
      gboolean is_same
          = strcmp (now, info->fingerprint) == 0 && !stands_on_stale (self, (ZxStage) i);
      if (is_same)
        info->state = info->skip_reason != NULL ? ZX_STAGE_SKIPPED : ZX_STAGE_FRESH;
      else
        info->state = ZX_STAGE_STALE;
    }
}

/* ---- running ------------------------------------------------------------------------------ */

/* Resident memory at its peak since the last reset; the whole process's where the kernel forbids
 * resetting. */
static gint64
peak_memory (gboolean reset)
{
  gint64 peak = 0;
  if (reset)
    {
      FILE *file = fopen ("/proc/self/clear_refs", "w");
      if (file != NULL)
        {
          fputs ("5", file);
          fclose (file);
        }
      return 0;
    }
  g_autofree char *status = NULL;
  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    {
      const char *line = strstr (status, "VmHWM:");
      if (line != NULL)
        peak = g_ascii_strtoll (line + strlen ("VmHWM:"), NULL, 10) * 1024;
    }
  return peak;
}

/* Runs one stage and notes how it went. */
static gboolean
run_stage (ZxRoute *self, ZxStage stage, const ZxProgress *progress, GError **error)
{
  ZxStageInfo *info = &self->stage[stage];
  gint64 start = g_get_monotonic_time ();
  g_clear_pointer (&info->skip_reason, g_free);
  info->state = ZX_STAGE_NEVER;
  zx_route_clear_stage (self, stage);
  peak_memory (TRUE);
  if (!zx_progress_say (progress, 0, _ (stages[stage].title), error)
      || !stages[stage].run (self, progress, error))
    return FALSE;
  info->seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  info->peak_bytes = peak_memory (FALSE);
  if (info->state != ZX_STAGE_SKIPPED)
    info->state = ZX_STAGE_FRESH;
  g_free (info->fingerprint);
  info->fingerprint = stage_fingerprint (self, stage);
  return TRUE;
}

/* The three first stages share one run. */
static gboolean
run_open_to_seal (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  ZxProgress sums = zx_progress_slice (progress, 0, 0.1),
             rest = zx_progress_slice (progress, 0.1, 1);
  GPtrArray *now = fingerprint_files (self, &sums, error);
  if (now == NULL)
    return FALSE;
  gboolean is_same = now->len == self->file_fingerprints->len;
  for (guint i = 0; is_same && i < now->len; i++)
    is_same = g_strcmp0 (g_ptr_array_index (now, i), g_ptr_array_index (self->file_fingerprints, i))
              == 0;
  if (is_same && self->city != NULL && self->stage[ZX_STAGE_SEAL].state == ZX_STAGE_FRESH)
    {
      g_ptr_array_unref (now);
      return TRUE;
    }
  zx_route_clear_stage (self, ZX_STAGE_SEAL);
  for (guint i = 0; i < now->len; i++)
    g_ptr_array_add (self->file_fingerprints, g_strdup (g_ptr_array_index (now, i)));
  for (ZxStage stage = ZX_STAGE_OPEN; stage <= ZX_STAGE_CHECK; stage++)
    {
      g_free (self->stage[stage].fingerprint);
      self->stage[stage].fingerprint = stage_fingerprint (self, stage);
    }
  gint64 start = g_get_monotonic_time ();
  peak_memory (TRUE);
  gboolean ok = zx_stage_open_to_seal (self, &rest, error);
  g_ptr_array_unref (now);
  if (!ok)
    return FALSE;
  ZxStageInfo *seal = &self->stage[ZX_STAGE_SEAL];
  seal->seconds
      = MAX (0, (double) (g_get_monotonic_time () - start) / 1e6
                    - self->stage[ZX_STAGE_OPEN].seconds - self->stage[ZX_STAGE_CHECK].seconds);
  for (ZxStage stage = ZX_STAGE_OPEN; stage <= ZX_STAGE_SEAL; stage++)
    {
      self->stage[stage].state = ZX_STAGE_FRESH;
      self->stage[stage].peak_bytes = peak_memory (FALSE);
    }
  g_free (seal->fingerprint);
  seal->fingerprint = stage_fingerprint (self, ZX_STAGE_SEAL);
  return TRUE;
}

gboolean
zx_route_need_graph (ZxRoute *self, const ZxProgress *progress, GError **error)
{
  if (self->city->roads.n == 0 || (self->graph != NULL && self->graph_is_whole))
    return TRUE;
  g_clear_pointer (&self->graph, zx_travel_graph_free);
  /* Its findings are kept from the run that first built it. */
  g_autoptr (ZxFindings) again = zx_findings_new ();
  self->graph = zx_travel_graph_new (&self->city->roads, &self->city->areas, &self->speeds, again,
                                     progress, error);
  self->graph_is_whole = self->graph != NULL;
  return self->graph != NULL;
}

gboolean
zx_route_run (ZxRoute *self, ZxStage until, const ZxProgress *progress, GError **error)
{
  double done = 0;
  zx_settings_apply (&self->settings, self);
  zx_route_refresh (self);
  for (ZxStage stage = ZX_STAGE_SEAL; stage < ZX_STAGE_TELL; stage++)
    {
      if (stage > MAX (until, ZX_STAGE_SEAL))
        break;
      ZxProgress slice = zx_progress_slice (progress, done, done + stages[stage].share);
      done += stages[stage].share;
      if (stage == ZX_STAGE_SEAL)
        {
          if (!run_open_to_seal (self, &slice, error))
            return FALSE;
          zx_route_refresh (self);
          continue;
        }
      g_autofree char *wanted = stage_fingerprint (self, stage);
      ZxStageInfo *info = &self->stage[stage];
      if ((info->state == ZX_STAGE_FRESH || info->state == ZX_STAGE_SKIPPED)
          && g_strcmp0 (wanted, info->fingerprint) == 0)
        continue;
      if (!run_stage (self, stage, &slice, error))
        return FALSE;
      zx_route_refresh (self);
    }
  zx_route_merge_findings (self);
  return TRUE;
}
