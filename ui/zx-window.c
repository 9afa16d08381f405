/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One table says which pages there are and how they share the window with the map. */

#include "ui/zx-window.h"

#include <glib/gi18n-lib.h>
#include <malloc.h>

#include "ui/map/zx-map-painter.h"
#include "ui/pages/zx-findings-page.h"
#include "ui/pages/zx-demand-page.h"
#include "ui/pages/zx-grid-page.h"
#include "ui/pages/zx-layers-page.h"
#include "ui/pages/zx-report-page.h"
#include "ui/pages/zx-sites-page.h"
#include "ui/widgets/zx-job-bar.h"
#include "ui/widgets/zx-line-layout.h"
#include "ui/widgets/zx-reveal.h"
#include "ui/widgets/zx-search.h"
#include "ui/widgets/zx-status.h"
#include "ui/widgets/zx-toast.h"
#include "ui/zx-frame-memory.h"
#include "ui/zx-preferences.h"
#include "ui/zx-window-private.h"

#define REST_MS     1000
#define MOST_ARENAS 4
#define MOST_KEPT   (16 * 1024 * 1024)

typedef enum
{
  BESIDE_THE_MAP,
  MAP_ALONE,
  PAGE_ALONE,
} Layout;

static const struct
{
  const char *name, *title, *icon;
  Layout layout;
  GType (*type) (void); /* NULL: the map itself */
} pages[] = {
  { "map", N_ ("Map"), "zx-map-symbolic", MAP_ALONE, NULL },
  { "layers", N_ ("Layers"), "zx-layers-symbolic", BESIDE_THE_MAP, zx_layers_page_get_type },
  { "findings", N_ ("Findings"), "zx-findings-symbolic", BESIDE_THE_MAP,
    zx_findings_page_get_type },
  { "demand", N_ ("Demand"), "zx-demand-symbolic", BESIDE_THE_MAP, zx_demand_page_get_type },
  { "grid", N_ ("Grid"), "zx-grid-symbolic", BESIDE_THE_MAP, zx_grid_page_get_type },
  { "sites", N_ ("Sites"), "zx-sites-symbolic", BESIDE_THE_MAP, zx_sites_page_get_type },
  { "report", N_ ("Report"), "zx-report-symbolic", PAGE_ALONE, zx_report_page_get_type },
};

G_DEFINE_FINAL_TYPE (ZxWindow, zx_window, GTK_TYPE_APPLICATION_WINDOW)

const char *const *
zx_window_pages (void)
{
  static const char *names[G_N_ELEMENTS (pages) + 1];
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    names[i] = pages[i].name;
  return names;
}

ZxSession *
zx_window_session (ZxWindow *self)
{
  return self->session;
}

ZxMapPane *
zx_window_map (ZxWindow *self)
{
  return ZX_MAP_PANE (self->map);
}

gboolean
zx_window_is_empty (ZxWindow *self)
{
  return zx_session_project (self->session) == NULL
         && !zx_jobs_is_busy (zx_session_jobs (self->session));
}

gboolean
zx_window_has_path (ZxWindow *self, const char *path)
{
  ZxProject *project = zx_session_project (self->session);
  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  return project != NULL && g_strcmp0 (zx_project_path (project), whole) == 0;
}

void
zx_window_tell (ZxWindow *self, const char *text, const char *button, const char *action)
{
  zx_toast_show (ZX_TOAST (self->toast), text, button, action);
}

const char *
zx_window_told (ZxWindow *self)
{
  return zx_toast_text (ZX_TOAST (self->toast));
}

/* ---- pages --------------------------------------------------------------------------------- */

static int
find_page (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_strcmp0 (pages[i].name, name) == 0)
      return (int) i;
  return -1;
}

const char *
zx_window_page (ZxWindow *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->switcher));
  return pages[row != NULL ? gtk_list_box_row_get_index (row) : 0].name;
}

/* The first measuring of a page lays out its texts and finds their fonts, 5 to 10 ms of CPU; better
 * while the thread has nothing else to do, as while a project is read, than when the page is shown.
 * "Map" stands for all that is beside the pages.  Then comes the memory that the next whole frame
 * will need. */
static gboolean
prepare_next_cb (gpointer data)
{
  ZxWindow *self = data;
  const guint i = self->n_prepared++;
  int minimum, natural;
  GtkWidget *part = pages[i].type != NULL
                        ? gtk_stack_get_child_by_name (GTK_STACK (self->pages), pages[i].name)
                        : gtk_stack_get_child_by_name (GTK_STACK (self->root), "work");
  gtk_widget_measure (part, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  if (self->n_prepared < G_N_ELEMENTS (pages))
    return G_SOURCE_CONTINUE;
  self->preparing = 0;
  zx_frame_memory_reserve (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static void
prepare_pages (ZxWindow *self)
{
  self->n_prepared = 0;
  if (self->preparing == 0)
    self->preparing = g_idle_add_full (G_PRIORITY_LOW, prepare_next_cb, self, NULL);
}

void
zx_window_show_page (ZxWindow *self, const char *name)
{
  int i = find_page (name);
  if (i < 0)
    return;
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->switcher), i);
  gtk_list_box_select_row (GTK_LIST_BOX (self->switcher), row);
  gtk_widget_set_visible (self->pages, pages[i].layout != MAP_ALONE);
  gtk_widget_set_visible (self->map, pages[i].layout != PAGE_ALONE);
  if (pages[i].type == NULL)
    return;
  /* measured in one frame, drawn in the next */
  GtkWidget *page = gtk_stack_get_child_by_name (GTK_STACK (self->pages), name);
  if (page != gtk_stack_get_visible_child (GTK_STACK (self->pages)))
    {
      zx_frame_memory_spend (GTK_WINDOW (self));
      zx_reveal_next (page);
      prepare_pages (self);
    }
  gtk_stack_set_visible_child (GTK_STACK (self->pages), page);
}

static void
on_row_selected_cb (ZxWindow *self, GtkListBoxRow *row)
{
  if (row != NULL)
    zx_window_show_page (self, pages[gtk_list_box_row_get_index (row)].name);
}

static GtkWidget *
switcher_row (guint i)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12),
            *icon = gtk_image_new_from_icon_name (pages[i].icon),
            *label = gtk_label_new (_ (pages[i].title));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (pages[i].title), -1);
  return row;
}

static void
add_pages (ZxWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      gtk_list_box_append (GTK_LIST_BOX (self->switcher), switcher_row (i));
      if (pages[i].type == NULL)
        continue;
      GtkWidget *page = g_object_new (pages[i].type (), NULL);
      gtk_stack_add_named (GTK_STACK (self->pages), page, pages[i].name);
      zx_page_bind (ZX_PAGE (page), self->session);
    }
  zx_window_show_page (self, "map");
}

/* ---- the session ---------------------------------------------------------------------------- */

static void
update_title (ZxWindow *self)
{
  g_autofree char *title = zx_session_title (self->session);
  ZxProject *project = zx_session_project (self->session);
  g_autofree char *name
      = project != NULL ? g_path_get_basename (zx_project_path (project)) : g_strdup ("");
  gboolean is_stale = FALSE;
  g_object_get (self->session, "is-stale", &is_stale, NULL);
  g_autofree char *subtitle
      = project != NULL && is_stale
            ? g_strdup_printf (_ ("%s — results are older than the settings"), name)
            : g_strdup (name);
  gtk_label_set_text (GTK_LABEL (self->title), project != NULL ? title : _ ("Zhixing"));
  gtk_label_set_text (GTK_LABEL (self->subtitle), subtitle);
  gtk_widget_set_visible (self->subtitle, project != NULL);
  g_autofree char *whole
      = project != NULL ? g_strdup_printf ("%s — %s", title, _ ("Zhixing")) : NULL;
  gtk_window_set_title (GTK_WINDOW (self), whole != NULL ? whole : _ ("Zhixing"));
}

static void
on_session_changed_cb (ZxWindow *self)
{
  gboolean has_project = zx_session_project (self->session) != NULL,
           was_work
           = strcmp (gtk_stack_get_visible_child_name (GTK_STACK (self->root)), "work") == 0;
  if (has_project && !was_work)
    {
      zx_frame_memory_spend (GTK_WINDOW (self));
      zx_reveal_next (self->map);
      prepare_pages (self);
    }
  gtk_stack_set_visible_child_name (GTK_STACK (self->root), has_project ? "work" : "empty");
  if (!has_project)
    {
      /* What is about to go must not hold the focus. */
      gtk_popover_popdown (GTK_POPOVER (self->search));
      gtk_window_set_focus (GTK_WINDOW (self), NULL);
    }
  gtk_widget_set_sensitive (self->find, has_project);
  update_title (self);
  zx_window_update_actions (self);
}

static void
on_finished_cb (ZxWindow *self, const char *title, const char *path)
{
  if (path == NULL)
    {
      zx_window_tell (self, title, NULL, NULL);
      return;
    }
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = g_strdup_printf ("%s: %s", title, name);
  zx_window_tell (self, text, NULL, NULL);
}

static void
on_failed_cb (ZxWindow *self, const char *title, const char *sentence)
{
  GtkWidget *dialog = gtk_message_dialog_new (GTK_WINDOW (self),
                                              GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", title);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", sentence);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_window_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- files ---------------------------------------------------------------------------------- */

static void
on_files_changed_cb (ZxWindow *self)
{
  guint n = zx_session_n_missing (self->session);
  if (n == 0 || strcmp (zx_window_page (self), "layers") == 0)
    return;
  g_autofree char *text
      = g_strdup_printf (_ ("Files of the project that are not where they were: %u"), n);
  zx_window_tell (self, text, _ ("Locate…"), "win.locate");
}

static void
on_active_cb (ZxWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)))
    zx_session_look_for_files (self->session);
}

/* Undo would now take back something else than the message says. */
static void
on_history_changed_cb (ZxWindow *self)
{
  zx_toast_take_back (ZX_TOAST (self->toast), "win.undo");
  zx_window_update_actions (self);
}

static gboolean
on_drop_cb (ZxWindow *self, const GValue *value)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  for (GSList *at = g_value_get_boxed (value); at != NULL; at = at->next)
    g_ptr_array_add (files, g_object_ref (at->data));
  if (files->len == 0)
    return FALSE;
  zx_window_take_files (self, files);
  return TRUE;
}

/* ---- the widget ------------------------------------------------------------------------------ */

static gboolean
zx_window_close_request (GtkWindow *window)
{
  ZxSession *session = ZX_WINDOW (window)->session;
  zx_session_close (session);
  if (!zx_session_is_kept (session))
    {
      g_signal_connect_object (session, "kept", G_CALLBACK (gtk_window_destroy), window,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "failed", G_CALLBACK (gtk_window_present), window,
                               G_CONNECT_SWAPPED);
      gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
      return TRUE;
    }
  return GTK_WINDOW_CLASS (zx_window_parent_class)->close_request (window);
}

/* ---- memory -------------------------------------------------------------------------------- */

/* The C library keeps what the workers freed, an arena for each of them, and up to 64 MB at the end
 * of each that no trimming reaches: a run left it with 130 MB of nothing, two hundred projects
 * opened and closed with 400.  Few arenas with short ends, and a trim when a job is done. */
static void
keep_little_memory (void)
{
  mallopt (M_ARENA_MAX, MOST_ARENAS);
  mallopt (M_TRIM_THRESHOLD, MOST_KEPT);
  mallopt (M_MMAP_THRESHOLD, MOST_KEPT); /* above the surface of a frame */
}

static void
give_back_memory (gpointer data, gpointer unused)
{
  malloc_trim (0);
}

/* The next frame needs some of it again.  @data: the window, a reference; NULL: it is gone. */
static gboolean
on_given_back_cb (gpointer data)
{
  g_autoptr (GtkWindow) window = data;
  if (window != NULL && gtk_widget_get_realized (GTK_WIDGET (window)))
    zx_frame_memory_touch (window);
  return G_SOURCE_REMOVE;
}

static gboolean
on_rested_cb (gpointer data)
{
  ZX_WINDOW (data)->giving_back = 0;
  zx_map_pool_push (give_back_memory, on_given_back_cb, g_object_ref (data));
  return G_SOURCE_REMOVE;
}

/* What a job leaves is freed once its results are shown and the map is painted anew. */
static void
on_jobs_changed_cb (ZxWindow *self)
{
  g_clear_handle_id (&self->giving_back, g_source_remove);
  if (!zx_jobs_is_busy (zx_session_jobs (self->session)))
    self->giving_back = g_timeout_add_full (G_PRIORITY_LOW, REST_MS, on_rested_cb, self, NULL);
}

static void
zx_window_dispose (GObject *object)
{
  ZxWindow *self = ZX_WINDOW (object);
  g_clear_handle_id (&self->giving_back, g_source_remove);
  g_clear_handle_id (&self->preparing, g_source_remove);
  if (self->session != NULL)
    zx_map_pool_push (give_back_memory, on_given_back_cb, NULL);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (zx_window_parent_class)->dispose (object);
}

static void
zx_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (zx_window_parent_class)->realize (widget);
  ZX_WINDOW (widget)->frame_memory = zx_frame_memory_keep (GTK_WINDOW (widget));
  prepare_pages (ZX_WINDOW (widget));
}

static void
zx_window_unrealize (GtkWidget *widget)
{
  g_clear_pointer (&ZX_WINDOW (widget)->frame_memory, cairo_surface_destroy);
  GTK_WIDGET_CLASS (zx_window_parent_class)->unrealize (widget);
}

static void
zx_window_class_init (ZxWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  keep_little_memory ();
  G_OBJECT_CLASS (class)->dispose = zx_window_dispose;
  widget_class->realize = zx_window_realize;
  widget_class->unrealize = zx_window_unrealize;
  GTK_WINDOW_CLASS (class)->close_request = zx_window_close_request;
  g_type_ensure (ZX_TYPE_LINE_LAYOUT);
  g_type_ensure (ZX_TYPE_MAP_PANE);
  g_type_ensure (ZX_TYPE_SEARCH);
  g_type_ensure (ZX_TYPE_STATUS);
  g_type_ensure (ZX_TYPE_TOAST);
  g_type_ensure (ZX_TYPE_JOB_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/zx-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, root);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, switcher_revealer);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, map);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, toast);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, job_bar);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, title);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, find);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, recent_section);
  gtk_widget_class_bind_template_child (widget_class, ZxWindow, search);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected_cb);
  zx_window_add_actions (widget_class);
}

static void
zx_window_init (ZxWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->session = zx_session_new ();
  zx_job_bar_set_jobs (ZX_JOB_BAR (self->job_bar), zx_session_jobs (self->session));
  zx_search_bind (ZX_SEARCH (self->search), self->session);
  g_signal_connect_object (zx_session_jobs (self->session), "items-changed",
                           G_CALLBACK (on_jobs_changed_cb), self, G_CONNECT_SWAPPED);
  zx_map_pane_set_session (ZX_MAP_PANE (self->map), self->session);
  zx_map_pane_restore_backdrop (ZX_MAP_PANE (self->map));
  add_pages (self);
  g_signal_connect_object (self->session, "notify", G_CALLBACK (on_session_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (zx_session_history (self->session), "notify",
                           G_CALLBACK (on_history_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "finished", G_CALLBACK (on_finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "failed", G_CALLBACK (on_failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->open_button, "notify::active", G_CALLBACK (zx_window_show_recent),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "files-changed", G_CALLBACK (on_files_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active_cb), NULL);
  g_signal_connect_object (self->session, "is-data", G_CALLBACK (zx_window_take_data), self,
                           G_CONNECT_SWAPPED);
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect_swapped (drop, "drop", G_CALLBACK (on_drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  on_session_changed_cb (self);
  GSettings *settings = zx_preferences_settings ();
  if (settings != NULL)
    {
      g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
    }
}

ZxWindow *
zx_window_new (GtkApplication *application)
{
  return g_object_new (ZX_TYPE_WINDOW, "application", application, NULL);
}
