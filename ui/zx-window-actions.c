/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything the window can do, by name: menus, keys and tests share these. */

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/zx-table-window.h"
#include "ui/zx-dialogs.h"
#include "ui/zx-help-window.h"
#include "ui/zx-preferences.h"
#include "ui/zx-window-private.h"

#define MOST_FILES  64
#define MOST_RECENT 8

/* ---- opening -------------------------------------------------------------------------------- */

static void
open_path (ZxWindow *self, const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  if (uri != NULL)
    gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
  zx_session_open (self->session, path);
}

static void ask_for_place (ZxWindow *self, GPtrArray *paths);

/* A GeoPackage may be a project or data; looking is a file access, so the session's job finds out
 * and tells by “is-data”.  Anything else than one file that ends in .gpkg, or in .zxp, which only
 * projects do, is the data of a city. */
static void
take_paths (ZxWindow *self, GPtrArray *paths)
{
  const char *first = g_ptr_array_index (paths, 0);
  if (paths->len == 1 && (g_str_has_suffix (first, ".gpkg") || g_str_has_suffix (first, ".zxp")))
    open_path (self, first);
  else
    ask_for_place (self, paths);
}

void
zx_window_take_data (ZxWindow *self, const char *path)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_ptr_array_add (paths, (gpointer) path);
  ask_for_place (self, paths);
}

static void
on_open_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  take_paths (ZX_WINDOW (window), paths);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_dialogs_open_project (GTK_WINDOW (widget), on_open_chosen, NULL);
}

static void
open_path_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_path (ZX_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
on_place_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  g_auto (GStrv) files = data;
  zx_session_create (ZX_WINDOW (window)->session, g_ptr_array_index (paths, 0),
                     (const char *const *) files);
}

static void
ask_for_place (ZxWindow *self, GPtrArray *paths)
{
  char **files = g_new0 (char *, paths->len + 1);
  for (guint i = 0; i < paths->len; i++)
    files[i] = g_strdup (g_ptr_array_index (paths, i));
  zx_dialogs_save (GTK_WINDOW (self), _ ("Where to keep the project"), "city.gpkg", on_place_chosen,
                   files);
}

static void
on_data_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  ask_for_place (ZX_WINDOW (window), paths);
}

static void
new_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_dialogs_open_data (GTK_WINDOW (widget), on_data_chosen, NULL);
}

/* (project, [file …]): the same without asking, for those who know. */
static void
create_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path;
  g_autofree const char **files = NULL;
  g_variant_get (parameter, "(&s^a&s)", &path, &files);
  zx_session_create (ZX_WINDOW (widget)->session, path, files);
}

void
zx_window_take_files (ZxWindow *self, GPtrArray *files)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < MIN (files->len, MOST_FILES); i++)
    {
      char *path = g_file_get_path (g_ptr_array_index (files, i));
      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  if (paths->len == 0)
    zx_window_tell (self, _ ("Only files on this machine can be opened"), NULL, NULL);
  else
    take_paths (self, paths);
}

/* "city" or "town" */
static void
sample_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gboolean is_town = g_str_equal (g_variant_get_string (parameter, NULL), "town");
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "zhixing",
                                              is_town ? "sample-town" : "sample-city", NULL);
  zx_session_open_sample (ZX_WINDOW (widget)->session, folder, is_town);
}

static void
sample_city_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.sample", "s", "city");
}

static void
close_project_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_session_close (ZX_WINDOW (widget)->session);
}

/* ---- recent projects --------------------------------------------------------------------------
 */

static gboolean
is_project (GtkRecentInfo *info)
{
  const char *uri = gtk_recent_info_get_uri (info);
  return gtk_recent_info_has_application (info, g_get_application_name ())
         && (g_str_has_suffix (uri, ".gpkg") || g_str_has_suffix (uri, ".zxp"));
}

static int
compare_visits (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *) b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *) a));
}

/* When the menu is opened: the list changes seldom and is looked at seldom. */
void
zx_window_show_recent (ZxWindow *self)
{
  GList *all = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  guint n = 0;
  g_menu_remove_all (self->recent_section);
  all = g_list_sort (all, compare_visits);
  for (GList *at = all; at != NULL && n < MOST_RECENT; at = at->next)
    {
      g_autofree char *path
          = is_project (at->data)
                ? g_filename_from_uri (gtk_recent_info_get_uri (at->data), NULL, NULL)
                : NULL;
      if (path == NULL)
        continue;
      g_autofree char *name = g_path_get_basename (path);
      g_autofree char *folder = g_path_get_dirname (path), *place = g_path_get_basename (folder);
      g_autofree char *label = g_strdup_printf ("%s — %s", name, place);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "win.open-path", "s", path);
      g_menu_append_item (self->recent_section, item);
      n++;
    }
  g_list_free_full (all, (GDestroyNotify) gtk_recent_info_unref);
}

/* ---- changing -------------------------------------------------------------------------------- */

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_history_undo (zx_session_history (ZX_WINDOW (widget)->session));
}

static void
redo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_history_redo (zx_session_history (ZX_WINDOW (widget)->session));
}

static void
lock_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxSession *session = ZX_WINDOW (widget)->session;
  ZxProject *project = zx_session_project (session);
  guint candidate = g_variant_get_uint32 (parameter);
  const ZxCandidates *candidates = project != NULL ? zx_project_candidates (project) : NULL;
  if (candidates == NULL || candidate >= candidates->n)
    return;
  ZxLockState state = g_str_equal (name, "win.lock")  ? ZX_LOCKED
                      : g_str_equal (name, "win.ban") ? ZX_BANNED
                                                      : ZX_FREE;
  if (zx_session_lock (session, candidate) == state)
    return;
  zx_session_set_lock (session, candidate, state);
  zx_window_tell (ZX_WINDOW (widget), zx_history_undo_label (zx_session_history (session)),
                  _ ("Undo"), "win.undo");
}

/* (from, to), candidates.  What is said of energy is that of the places alone: the plan's is known
 * after the next run. */
static void
move_site_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxSession *session = ZX_WINDOW (widget)->session;
  ZxProject *project = zx_session_project (session);
  const ZxCandidates *candidates = project != NULL ? zx_project_candidates (project) : NULL;
  guint from, to;
  g_variant_get (parameter, "(uu)", &from, &to);
  if (candidates == NULL || from >= candidates->n || to >= candidates->n || from == to)
    return;
  zx_session_move_site (session, from, to);
  double more = candidates->served_mean[to] - candidates->served_mean[from];
  g_autofree char *size = zx_number_human (fabs (more), 0),
                  *text
                  = g_strdup_printf (more < 0 ? _ ("%s: alone it would serve %s kWh a day less")
                                              : _ ("%s: alone it would serve %s kWh a day more"),
                                     zx_history_undo_label (zx_session_history (session)), size);
  zx_window_tell (ZX_WINDOW (widget), text, _ ("Undo"), "win.undo");
}

/* ---- running --------------------------------------------------------------------------------- */

static void
run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_session_run (ZX_WINDOW (widget)->session, ZX_STAGE_CHOOSE);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_jobs_cancel_all (zx_session_jobs (ZX_WINDOW (widget)->session));
}

static void
settle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_jobs_settle_all (zx_session_jobs (ZX_WINDOW (widget)->session));
}

/* ---- writing --------------------------------------------------------------------------------- */

static void
on_report_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  ZxSession *session = ZX_WINDOW (window)->session;
  const ZxReportWish fresh = { .language = zx_preferences_report_language () },
                     *kept = zx_session_wish (session);
  zx_session_write_report (session, g_ptr_array_index (paths, 0), kept != NULL ? kept : &fresh);
}

static void
write_report_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_dialogs_save (GTK_WINDOW (widget), _ ("Write the report"), "report.pdf", on_report_chosen,
                   NULL);
}

/* (path, language, client) */
static void
write_report_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path, *language, *client;
  g_variant_get (parameter, "(&s&s&s)", &path, &language, &client);
  const ZxReportWish wish = { .language = language, .client = client };
  zx_session_write_report (ZX_WINDOW (widget)->session, path, &wish);
}

static void
on_export_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  zx_session_export (ZX_WINDOW (window)->session, g_ptr_array_index (paths, 0), NULL);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_dialogs_save (GTK_WINDOW (widget), _ ("Export the results"), "results.gpkg", on_export_chosen,
                   NULL);
}

/* ---- looking --------------------------------------------------------------------------------- */

static void
page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_window_show_page (ZX_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* (x, y, metres per unit), in the city's metres; 0: a close look. */
static void
fly_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  double x_m, y_m, metres_per_unit;
  g_variant_get (parameter, "(ddd)", &x_m, &y_m, &metres_per_unit);
  zx_map_pane_fly_to (zx_window_map (ZX_WINDOW (widget)), x_m, y_m, metres_per_unit);
}

/* The layer of that name; ZX_N_MAP_LAYERS when there is none, or nothing in it, which is told. */
static ZxMapLayerKind
layer_of (ZxWindow *self, GVariant *parameter)
{
  ZxMapLayerKind kind = zx_map_layer_kind_parse (g_variant_get_string (parameter, NULL));
  const char *absence
      = kind != ZX_N_MAP_LAYERS ? zx_session_layer_absence (self->session, kind) : NULL;
  if (absence != NULL)
    zx_window_tell (self, absence, NULL, NULL);
  return absence != NULL ? ZX_N_MAP_LAYERS : kind;
}

/* The name of a layer that colours the whole map: that one, and none of its like. */
static void
show_layer_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxWindow *self = ZX_WINDOW (widget);
  ZxMapLayerKind kind = layer_of (self, parameter);
  if (kind != ZX_N_MAP_LAYERS)
    zx_session_show_alone (self->session, kind);
}

/* The name of a layer; all of it comes into view. */
static void
zoom_to_layer_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxWindow *self = ZX_WINDOW (widget);
  ZxMapLayerKind kind = layer_of (self, parameter);
  if (kind != ZX_N_MAP_LAYERS)
    zx_map_pane_show_all_of (zx_window_map (self), kind);
}

/* (layer, row): the feature is shown on the map and told of. */
static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *layer;
  guint feature;
  g_variant_get (parameter, "(&su)", &layer, &feature);
  ZxMapLayerKind kind = zx_map_layer_kind_parse (layer);
  if (kind < ZX_N_MAP_LAYERS)
    zx_map_pane_choose (zx_window_map (ZX_WINDOW (widget)), kind, feature);
}

/* (layer, row): the row in the table of the layer. */
static void
table_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxWindow *self = ZX_WINDOW (widget);
  const char *name_of_layer;
  guint feature;
  g_variant_get (parameter, "(&su)", &name_of_layer, &feature);
  ZxMapLayer *layer = zx_session_layer (self->session, zx_map_layer_kind_parse (name_of_layer));
  if (layer != NULL)
    zx_table_window_show_row (zx_table_window_present (GTK_WINDOW (self), self->session, layer),
                              feature);
}

static void
map_home_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_map_pane_show_city (zx_window_map (ZX_WINDOW (widget)));
}

static void
map_zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_map_pane_zoom (zx_window_map (ZX_WINDOW (widget)), g_variant_get_double (parameter));
}

static void
sidebar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkRevealer *revealer = GTK_REVEALER (ZX_WINDOW (widget)->switcher_revealer);
  gtk_revealer_set_reveal_child (revealer, !gtk_revealer_get_reveal_child (revealer));
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (ZX_WINDOW (widget)->find));
}

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_fullscreen (GTK_WINDOW (widget));
}

static void
tell_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_window_tell (ZX_WINDOW (widget), g_variant_get_string (parameter, NULL), NULL, NULL);
}

/* A message with an Undo button, for what can be taken back. */
static void
tell_undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_window_tell (ZX_WINDOW (widget), g_variant_get_string (parameter, NULL), _ ("Undo"),
                  "win.undo");
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (ZX_WINDOW (widget)->primary_menu));
}

static void
locate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_window_show_page (ZX_WINDOW (widget), "layers");
}

static void
help_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxWindow *self = ZX_WINDOW (widget);
  gboolean has_project = zx_session_project (self->session) != NULL;
  zx_help_window_present (GTK_WINDOW (self),
                          has_project ? zx_help_topic_of_page (zx_window_page (self)) : NULL);
}

void
zx_window_add_actions (GtkWidgetClass *class)
{
  static const struct
  {
    const char *name, *type;
    GtkWidgetActionActivateFunc func;
  } actions[] = {
    { "win.open", NULL, open_action },
    { "win.open-path", "s", open_path_action },
    { "win.new-project", NULL, new_project_action },
    { "win.create", "(sas)", create_action },
    { "win.sample", "s", sample_action },
    { "win.sample-city", NULL, sample_city_action },
    { "win.close-project", NULL, close_project_action },
    { "win.undo", NULL, undo_action },
    { "win.redo", NULL, redo_action },
    { "win.lock", "u", lock_action },
    { "win.ban", "u", lock_action },
    { "win.free", "u", lock_action },
    { "win.move-site", "(uu)", move_site_action },
    { "win.run", NULL, run_action },
    { "win.cancel", NULL, cancel_action },
    { "win.settle", NULL, settle_action },
    { "win.write-report", NULL, write_report_action },
    { "win.write-report-to", "(sss)", write_report_to_action },
    { "win.export", NULL, export_action },
    { "win.page", "s", page_action },
    { "win.fly-to", "(ddd)", fly_to_action },
    { "win.show-layer", "s", show_layer_action },
    { "win.zoom-to-layer", "s", zoom_to_layer_action },
    { "win.choose", "(su)", choose_action },
    { "win.table", "(su)", table_action },
    { "win.map-home", NULL, map_home_action },
    { "win.map-zoom", "d", map_zoom_action },
    { "win.sidebar", NULL, sidebar_action },
    { "win.find", NULL, find_action },
    { "win.fullscreen", NULL, fullscreen_action },
    { "win.menu", NULL, menu_action },
    { "win.locate", NULL, locate_action },
    { "win.help", NULL, help_action },
    { "win.tell", "s", tell_action },
    { "win.tell-undo", "s", tell_undo_action },
  };
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (class, actions[i].name, actions[i].type, actions[i].func);
}

void
zx_window_update_actions (ZxWindow *self)
{
  ZxHistory *history = zx_session_history (self->session);
  ZxProject *project = zx_session_project (self->session);
  ZxJobs *jobs = zx_session_jobs (self->session);
  gboolean is_busy = zx_jobs_is_busy (jobs), is_renewing = zx_jobs_is_renewing (jobs);
  gboolean has_city = project != NULL && zx_project_city (project) != NULL;
  const struct
  {
    const char *name;
    gboolean is_enabled;
  } states[] = {
    { "win.undo", zx_history_undo_label (history) != NULL },
    { "win.redo", zx_history_redo_label (history) != NULL },
    { "win.run", project != NULL && !is_renewing },
    { "win.cancel", is_busy },
    { "win.settle", is_busy },
    { "win.close-project", project != NULL },
    { "win.write-report", has_city },
    { "win.write-report-to", has_city },
    { "win.export", has_city },
    { "win.page", project != NULL },
    { "win.locate", project != NULL },
    { "win.fly-to", has_city },
    { "win.find", has_city },
    { "win.show-layer", has_city },
    { "win.zoom-to-layer", has_city },
    { "win.choose", has_city },
    { "win.table", has_city },
    { "win.map-home", has_city },
    { "win.map-zoom", has_city },
    { "win.sample", !is_renewing },
    { "win.sample-city", !is_renewing },
  };
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), states[i].name, states[i].is_enabled);
}
