/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-application.h"

#include <glib/gi18n-lib.h>

#include "ui/zx-appearance.h"
#include "ui/zx-preferences.h"
#include "ui/zx-window.h"

struct _ZxApplication
{
  GtkApplication parent;
};

G_DEFINE_FINAL_TYPE (ZxApplication, zx_application, GTK_TYPE_APPLICATION)

static const struct
{
  const char *action;
  const char *keys[3];
} accelerators[] = {
  { "win.open", { "<Control>o" } },
  { "win.new-project", { "<Control>n" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.run", { "<Control>r", "F5" } },
  { "win.cancel", { "<Control>period" } },
  { "win.settle", { "<Control>k" } },
  { "win.export", { "<Control><Shift>e" } },
  { "win.write-report", { "<Control>e" } },
  { "win.find", { "<Control>f" } },
  { "win.sidebar", { "F9" } },
  { "win.fullscreen", { "F11" } },
  { "win.menu", { "F10" } },
  { "win.help", { "F1" } },
  { "window.close", { "<Control>w" } },
  { "win.show-help-overlay", { "<Control>question" } },
  { "win.page('map')", { "<Alt>1" } },
  { "win.page('layers')", { "<Alt>2" } },
  { "win.page('findings')", { "<Alt>3" } },
  { "win.page('demand')", { "<Alt>4" } },
  { "win.page('grid')", { "<Alt>5" } },
  { "win.page('sites')", { "<Alt>6" } },
  { "win.page('report')", { "<Alt>7" } },
  { "win.map-home", { "<Control>Home" } },
  { "win.map-zoom(0.5)", { "<Control>plus", "<Control>equal" } },
  { "win.map-zoom(-0.5)", { "<Control>minus" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.quit", { "<Control>q" } },
};

/* The window that is open, or a new one. */
static ZxWindow *
window_of (ZxApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  for (GList *at = gtk_application_get_windows (GTK_APPLICATION (self));
       at != NULL && !ZX_IS_WINDOW (window); at = at->next)
    window = at->data;
  return ZX_IS_WINDOW (window) ? ZX_WINDOW (window) : zx_window_new (GTK_APPLICATION (self));
}

static void
zx_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (window_of (ZX_APPLICATION (application))));
}

/* A second launch lands here in the running program: a project that is open already only comes to
 * the front, another one gets a window of its own. */
static void
zx_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_file_get_path (files[i]);
      ZxWindow *window = NULL;
      for (GList *at = gtk_application_get_windows (GTK_APPLICATION (application)); at != NULL;
           at = at->next)
        if (ZX_IS_WINDOW (at->data) && path != NULL
            && zx_window_has_path (ZX_WINDOW (at->data), path))
          window = at->data;
      if (window == NULL)
        {
          window = window_of (ZX_APPLICATION (application));
          if (!zx_window_is_empty (window))
            window = zx_window_new (GTK_APPLICATION (application));
          g_autoptr (GPtrArray) one = g_ptr_array_new ();
          g_ptr_array_add (one, files[i]);
          zx_window_take_files (window, one);
        }
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));
  for (GList *at = windows; at != NULL; at = at->next)
    gtk_window_close (GTK_WINDOW (at->data));
  g_list_free (windows);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_show_about_dialog (
      gtk_application_get_active_window (GTK_APPLICATION (data)), "program-name", _ ("Zhixing"),
      "version", ZX_VERSION, "logo-icon-name", ZX_APPLICATION_ID, "license-type",
      GTK_LICENSE_GPL_3_0, "comments",
      _ ("Decides, with you, where charging stations go: vehicles, piles, roads and grid on one "
         "map, a demand model on your own machine, and a proven choice of sites."),
      NULL);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  zx_preferences_show (gtk_application_get_active_window (GTK_APPLICATION (data)));
}

static void
zx_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "quit", .activate = quit_action },
    { .name = "about", .activate = about_action },
    { .name = "preferences", .activate = preferences_action },
  };
  G_APPLICATION_CLASS (zx_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (ZX_APPLICATION_ID);
  zx_appearance_start ();
  zx_preferences_apply ();
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accelerators[i].action,
                                           (const char *const *) accelerators[i].keys);
}

static void
zx_application_class_init (ZxApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);
  application_class->activate = zx_application_activate;
  application_class->open = zx_application_open;
  application_class->startup = zx_application_startup;
}

static void
zx_application_init (ZxApplication *self)
{
}

ZxApplication *
zx_application_new (void)
{
  return g_object_new (ZX_TYPE_APPLICATION, "application-id", ZX_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/zhixing/ui", NULL);
}
