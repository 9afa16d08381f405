/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scenarios: the list is exchanged as a whole by each edit, as the recipe is. */

#include "app/project/zx-session-private.h"

#include "app/project/zx-route.h"

void
zx_session_reset_scenarios (ZxSession *self)
{
  g_clear_pointer (&self->scenarios, g_ptr_array_unref);
  self->scenarios = self->project != NULL
                        ? zx_scenario_list_parse (zx_project_scenarios (self->project))
                        : zx_scenario_list_new ();
}

const GPtrArray *
zx_session_scenarios (ZxSession *self)
{
  return self->scenarios;
}

gboolean
zx_session_before (ZxSession *self, ZxPlanFigures *figures)
{
  *figures = self->before;
  return self->has_before;
}

/* ---- the list ------------------------------------------------------------------------------- */

typedef struct
{
  ZxSession *session; /* borrowed: the history dies with it */
  GPtrArray *before, *after;
} ListEdit;

static void
put_list (ZxSession *self, const GPtrArray *scenarios)
{
  g_ptr_array_unref (self->scenarios);
  self->scenarios = zx_scenario_list_copy (scenarios);
  zx_session_changed_choice (self);
}

static void
apply_list (gpointer data)
{
  ListEdit *edit = data;
  put_list (edit->session, edit->after);
}

static void
revert_list (gpointer data)
{
  ListEdit *edit = data;
  put_list (edit->session, edit->before);
}

static void
list_edit_free (gpointer data)
{
  ListEdit *edit = data;
  g_ptr_array_unref (edit->before);
  g_ptr_array_unref (edit->after);
  g_free (edit);
}

/* Takes @after and @label. */
static void
change_list (ZxSession *self, GPtrArray *after, char *label)
{
  const ListEdit edit = { self, zx_scenario_list_copy (self->scenarios), after };
  const ZxEdit step
      = { label, apply_list, revert_list, NULL, list_edit_free, g_memdup2 (&edit, sizeof edit) };
  zx_history_do (self->history, &step);
}

static char **
site_names (ZxProject *project, const ZxPlan *plan)
{
  char **names = g_new0 (char *, plan->n_sites + 1);
  for (guint i = 0; i < plan->n_sites; i++)
    names[i] = zx_project_candidate_name (project, plan->site[i].candidate);
  return names;
}

static ZxScenario *
scenario_of (ZxSession *self, const char *name)
{
  ZxRoute route;
  ZxScenario *scenario = g_new0 (ZxScenario, 1);
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  zx_route_init (&route);
  for (guint i = 0; i < n; i++)
    route.settings.value[i] = zx_session_setting (self, settings[i].key);
  g_array_append_vals (route.locks, self->locks->data, self->locks->len);
  scenario->name = g_strdup (name);
  scenario->settings = zx_settings_format (&route.settings);
  scenario->locks = zx_locks_format (&route);
  zx_plan_figures (zx_project_plan (self->project), &scenario->figures);
  scenario->sites = site_names (self->project, zx_project_plan (self->project));
  zx_route_clear (&route);
  return scenario;
}

gboolean
zx_session_keep_scenario (ZxSession *self, const char *name, GError **error)
{
  if (self->project == NULL || zx_project_plan (self->project) == NULL
      || zx_session_stage_state (self, ZX_STAGE_CHOOSE) != ZX_STAGE_FRESH)
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING,
                           _ ("There is no plan of the settings as they are; run the route first"));
      return FALSE;
    }
  g_autoptr (GPtrArray) after = zx_scenario_list_copy (self->scenarios);
  for (guint i = after->len; i > 0; i--)
    if (strcmp (((ZxScenario *) g_ptr_array_index (after, i - 1))->name, name) == 0)
      g_ptr_array_remove_index (after, i - 1);
  if (after->len >= ZX_MOST_SCENARIOS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("There are %d scenarios already; remove one, or give the name of one to "
                      "replace it"),
                   ZX_MOST_SCENARIOS);
      return FALSE;
    }
  g_ptr_array_add (after, scenario_of (self, name));
  change_list (self, g_steal_pointer (&after),
               g_strdup_printf (_ ("Keep the scenario “%s”"), name));
  return TRUE;
}

void
zx_session_remove_scenario (ZxSession *self, guint scenario)
{
  g_return_if_fail (scenario < self->scenarios->len);
  GPtrArray *after = zx_scenario_list_copy (self->scenarios);
  const ZxScenario *gone = g_ptr_array_index (self->scenarios, scenario);
  char *label = g_strdup_printf (_ ("Remove the scenario “%s”"), gone->name);
  g_ptr_array_remove_index (after, scenario);
  change_list (self, after, label);
}

/* ---- applying ------------------------------------------------------------------------------- */

typedef struct
{
  ZxSession *session;
  ZxSettingValues before, after;
  GArray *locks_before, *locks_after; /* ZxLock */
} ChoiceEdit;

static void
put_choices (ZxSession *self, const ZxSettingValues *values, const GArray *locks)
{
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  for (guint i = 0; i < n; i++)
    if (zx_project_setting (self->project, settings[i].key) == values->value[i])
      g_hash_table_remove (self->pending, settings[i].key);
    else
      g_hash_table_insert (self->pending, g_strdup (settings[i].key),
                           g_memdup2 (&values->value[i], sizeof (double)));
  g_array_set_size (self->locks, 0);
  g_array_append_vals (self->locks, locks->data, locks->len);
  zx_session_changed_choice (self);
}

static void
apply_choices (gpointer data)
{
  ChoiceEdit *edit = data;
  put_choices (edit->session, &edit->after, edit->locks_after);
}

static void
revert_choices (gpointer data)
{
  ChoiceEdit *edit = data;
  put_choices (edit->session, &edit->before, edit->locks_before);
}

static void
choice_edit_free (gpointer data)
{
  ChoiceEdit *edit = data;
  g_array_unref (edit->locks_before);
  g_array_unref (edit->locks_after);
  g_free (edit);
}

/* Settings that the scenario's text does not know stay as they are. */
void
zx_session_apply_scenario (ZxSession *self, guint scenario)
{
  g_return_if_fail (self->project != NULL && scenario < self->scenarios->len);
  const ZxScenario *wanted = g_ptr_array_index (self->scenarios, scenario);
  ChoiceEdit *edit = g_new0 (ChoiceEdit, 1);
  ZxRoute route;
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  zx_route_init (&route);
  for (guint i = 0; i < n; i++)
    edit->before.value[i] = zx_session_setting (self, settings[i].key);
  edit->session = self;
  edit->after = edit->before;
  zx_settings_parse (&edit->after, wanted->settings, -1, NULL);
  zx_locks_parse (&route, wanted->locks);
  edit->locks_before = g_array_copy (self->locks);
  edit->locks_after = g_array_copy (route.locks);
  zx_route_clear (&route);
  const ZxEdit step = { g_strdup_printf (_ ("Go to the scenario “%s”"), wanted->name),
                        apply_choices,
                        revert_choices,
                        NULL,
                        choice_edit_free,
                        edit };
  zx_history_do (self->history, &step);
}
