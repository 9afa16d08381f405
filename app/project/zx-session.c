/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The snapshot, what is pending beside it, and who is told. */

#include "app/project/zx-session.h"

#include "app/project/zx-session-private.h"
#include "app/project/zx-wish.h"

#define KEEP_AFTER_MS 1500

enum
{
  PROP_0,
  PROP_PROJECT,
  PROP_TITLE,
  PROP_HAS_PROJECT,
  PROP_IS_BUSY,
  PROP_IS_STALE,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

enum
{
  SETTINGS_CHANGED,
  LAYERS_CHANGED,
  FILES_CHANGED,
  KEPT,
  FINISHED,
  FAILED,
  IS_DATA,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ZxSession, zx_session, G_TYPE_OBJECT)

static void
zx_session_dispose (GObject *object)
{
  ZxSession *self = ZX_SESSION (object);
  g_clear_object (&self->project);
  g_clear_object (&self->history);
  g_clear_object (&self->jobs);
  g_clear_object (&self->layers);
  g_clear_handle_id (&self->keep, g_source_remove);
  g_clear_pointer (&self->pending, g_hash_table_unref);
  g_clear_pointer (&self->locks, g_array_unref);
  g_clear_object (&self->bookmarks);
  g_clear_pointer (&self->missing, g_hash_table_unref);
  g_clear_pointer (&self->recipe, zx_recipe_free);
  g_clear_pointer (&self->wish, zx_wish_free);
  g_clear_pointer (&self->scenarios, g_ptr_array_unref);
  G_OBJECT_CLASS (zx_session_parent_class)->dispose (object);
}

/* A stage that was left out for want of data is up to date all the same. */
static gboolean
is_stale (ZxSession *self)
{
  ZxStageState last = zx_session_stage_state (self, ZX_STAGE_CHOOSE);
  return self->project != NULL && last != ZX_STAGE_FRESH && last != ZX_STAGE_SKIPPED;
}

static void
zx_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ZxSession *self = ZX_SESSION (object);
  switch (id)
    {
    case PROP_PROJECT:
      g_value_set_object (value, self->project);
      break;
    case PROP_TITLE:
      g_value_take_string (value, zx_session_title (self));
      break;
    case PROP_HAS_PROJECT:
      g_value_set_boolean (value, self->project != NULL);
      break;
    case PROP_IS_BUSY:
      g_value_set_boolean (value, zx_jobs_is_busy (self->jobs));
      break;
    case PROP_IS_STALE:
      g_value_set_boolean (value, is_stale (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
zx_session_class_init (ZxSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GType type = G_TYPE_FROM_CLASS (class);
  object_class->dispose = zx_session_dispose;
  object_class->get_property = zx_session_get_property;
  properties[PROP_PROJECT] = g_param_spec_object ("project", NULL, NULL, ZX_TYPE_PROJECT, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_HAS_PROJECT] = g_param_spec_boolean ("has-project", NULL, NULL, FALSE, flags);
  properties[PROP_IS_BUSY] = g_param_spec_boolean ("is-busy", NULL, NULL, FALSE, flags);
  properties[PROP_IS_STALE] = g_param_spec_boolean ("is-stale", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SETTINGS_CHANGED] = g_signal_new ("settings-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);
  signals[LAYERS_CHANGED] = g_signal_new ("layers-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  signals[FILES_CHANGED] = g_signal_new ("files-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  signals[KEPT]
      = g_signal_new ("kept", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[IS_DATA] = g_signal_new ("is-data", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

void
zx_session_tell_is_data (ZxSession *self, const char *path)
{
  g_signal_emit (self, signals[IS_DATA], 0, path);
}

static void
on_jobs_changed_cb (ZxSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_BUSY]);
}

static void
zx_session_init (ZxSession *self)
{
  self->jobs = zx_jobs_new ();
  self->history = zx_history_new ();
  self->layers = g_list_store_new (ZX_TYPE_MAP_LAYER);
  self->scenarios = zx_scenario_list_new ();
  self->locks = g_array_new (FALSE, FALSE, sizeof (ZxLock));
  self->bookmarks = g_list_store_new (ZX_TYPE_BOOKMARK);
  self->missing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (on_jobs_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

ZxSession *
zx_session_new (void)
{
  return g_object_new (ZX_TYPE_SESSION, NULL);
}

ZxProject *
zx_session_project (ZxSession *self)
{
  return self->project;
}

ZxJobs *
zx_session_jobs (ZxSession *self)
{
  return self->jobs;
}

ZxHistory *
zx_session_history (ZxSession *self)
{
  return self->history;
}

char *
zx_session_title (ZxSession *self)
{
  if (self->project == NULL)
    return g_strdup ("");
  const ZxCity *city = zx_project_city (self->project);
  if (city != NULL && city->name != NULL && city->name[0] != '\0')
    return g_strdup (city->name);
  return g_path_get_basename (zx_project_path (self->project));
}

/* ---- telling ------------------------------------------------------------------------------ */

void
zx_session_tell_failed (ZxSession *self, const char *title, const char *sentence)
{
  g_signal_emit (self, signals[FAILED], 0, title, sentence);
}

void
zx_session_tell_finished (ZxSession *self, const char *title, const char *path)
{
  g_signal_emit (self, signals[FINISHED], 0, title, path);
}

static void
tell_settings (ZxSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_STALE]);
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
}

static gboolean
on_keep_cb (gpointer data)
{
  ZxSession *self = data;
  if (zx_jobs_is_busy (self->jobs)) /* a run saves by itself; another job ends soon */
    return G_SOURCE_CONTINUE;
  self->keep = 0;
  zx_session_keep (self);
  return G_SOURCE_REMOVE;
}

gboolean
zx_session_is_kept (ZxSession *self)
{
  return self->n_kept == self->n_made;
}

void
zx_session_changed_look (ZxSession *self)
{
  self->n_made++;
  if (self->keep == 0 && self->project != NULL)
    self->keep = g_timeout_add (KEEP_AFTER_MS, on_keep_cb, self);
}

void
zx_session_changed_choice (ZxSession *self)
{
  self->has_unkept_choice = TRUE;
  tell_settings (self);
  zx_session_changed_look (self);
}

/* A setting that the new project already holds is no longer pending. */
static gboolean
is_settled (gpointer key, gpointer value, gpointer data)
{
  return zx_project_setting (data, key) == *(double *) value;
}

void
zx_session_exchange (ZxSession *self, ZxProject *project)
{
  gboolean is_same_file
      = self->project != NULL && project != NULL
        && g_strcmp0 (zx_project_path (self->project), zx_project_path (project)) == 0;
  const ZxPlan *old = is_same_file ? zx_project_plan (self->project) : NULL;
  self->has_before = old != NULL;
  if (old != NULL)
    zx_plan_figures (old, &self->before);
  g_set_object (&self->project, project);
  if (!is_same_file)
    {
      zx_session_reset_recipe (self);
      zx_session_reset_scenarios (self);
      zx_session_reset_wish (self);
      guint n_locks = 0;
      const ZxLock *locks = project != NULL ? zx_project_locks (project, &n_locks) : NULL;
      g_clear_handle_id (&self->keep, g_source_remove);
      self->n_kept = self->n_made;
      zx_session_reset_files (self);
      g_array_set_size (self->locks, 0);
      if (n_locks > 0)
        g_array_append_vals (self->locks, locks, n_locks);
      g_hash_table_remove_all (self->pending);
      zx_history_clear (self->history);
      zx_session_reset_layers (self);
      zx_session_reset_bookmarks (self);
    }
  else
    g_hash_table_foreach_remove (self->pending, is_settled, project);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROJECT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PROJECT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
  tell_settings (self);
}

/* ---- settings ----------------------------------------------------------------------------- */

static const ZxSetting *
find_setting (const char *key)
{
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  for (guint i = 0; i < n; i++)
    if (strcmp (settings[i].key, key) == 0)
      return &settings[i];
  return NULL;
}

double
zx_session_setting (ZxSession *self, const char *key)
{
  const double *pending = g_hash_table_lookup (self->pending, key);
  if (pending != NULL)
    return *pending;
  if (self->project != NULL)
    return zx_project_setting (self->project, key);
  const ZxSetting *setting = find_setting (key);
  return setting != NULL ? setting->standard : NAN;
}

typedef struct
{
  ZxSession *session; /* borrowed: the history dies with it */
  const ZxSetting *setting;
  double before, after;
} SettingEdit;

static void
put_setting (ZxSession *self, const ZxSetting *setting, double value)
{
  if (self->project != NULL && zx_project_setting (self->project, setting->key) == value)
    g_hash_table_remove (self->pending, setting->key);
  else
    g_hash_table_insert (self->pending, g_strdup (setting->key), g_memdup2 (&value, sizeof value));
  zx_session_changed_choice (self);
}

static void
apply_setting (gpointer data)
{
  SettingEdit *edit = data;
  put_setting (edit->session, edit->setting, edit->after);
}

static void
revert_setting (gpointer data)
{
  SettingEdit *edit = data;
  put_setting (edit->session, edit->setting, edit->before);
}

static gboolean
join_setting (gpointer data, gpointer later)
{
  SettingEdit *first = data, *second = later;
  if (first->setting != second->setting)
    return FALSE;
  first->after = second->after;
  return TRUE;
}

gboolean
zx_session_set (ZxSession *self, const char *key, double value, GError **error)
{
  const ZxSetting *setting = find_setting (key);
  g_return_val_if_fail (setting != NULL, FALSE);
  if (!(value >= setting->low && value <= setting->high))
    {
      char is[32], low[32], high[32];
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The setting %s is “%s”; it must be a number from %s to %s"), key,
                   zx_number_format (value, is), zx_number_format (setting->low, low),
                   zx_number_format (setting->high, high));
      return FALSE;
    }
  double before = zx_session_setting (self, key);
  if (before == value)
    return TRUE;
  const SettingEdit edit = { self, setting, before, value };
  const ZxEdit step = { g_strdup_printf (_ ("Change “%s”"), _ (setting->meaning)),
                        apply_setting,
                        revert_setting,
                        join_setting,
                        g_free,
                        g_memdup2 (&edit, sizeof edit) };
  zx_history_do (self->history, &step);
  return TRUE;
}

ZxStageState
zx_session_stage_state (ZxSession *self, ZxStage stage)
{
  if (self->project == NULL)
    return ZX_STAGE_NEVER;
  const ZxStageInfo *info = zx_project_stage (self->project, stage);
  if (info->state != ZX_STAGE_FRESH && info->state != ZX_STAGE_SKIPPED)
    return info->state;
  if ((zx_stage_rests_on (stage, ZX_STAGE_CHOOSE) && zx_session_locks_differ (self))
      || zx_session_recipe_differs (self))
    return ZX_STAGE_STALE;
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const ZxSetting *setting = find_setting (key);
      if (setting != NULL && zx_stage_rests_on (stage, setting->stage))
        return ZX_STAGE_STALE;
    }
  return info->state;
}
