/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-dialogs.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GtkFileChooserNative *chooser;
  ZxPathsFunc done;
  char **data; /* owned until handed over */
} Asking;

static void
on_response_cb (GtkNativeDialog *dialog, int response, gpointer data)
{
  g_autofree Asking *asking = data;
  GtkWindow *window = gtk_native_dialog_get_transient_for (dialog);
  if (response == GTK_RESPONSE_ACCEPT && window != NULL)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);
          char *path = g_file_get_path (file);
          if (path != NULL)
            g_ptr_array_add (paths, path);
        }
      if (paths->len > 0)
        asking->done (window, paths, g_steal_pointer (&asking->data));
    }
  g_strfreev (asking->data);
  g_object_unref (asking->chooser);
}

static void
ask (GtkWindow *window, const char *title, GtkFileChooserAction action, const char *accept,
     const char *name, const char *const *patterns, const char *kind, gboolean is_many,
     ZxPathsFunc done, char **data)
{
  Asking *asking = g_new0 (Asking, 1);
  asking->chooser = gtk_file_chooser_native_new (title, window, action, accept, _ ("Cancel"));
  asking->done = done;
  asking->data = data;
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (asking->chooser);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (asking->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (chooser, is_many);
  if (name != NULL)
    gtk_file_chooser_set_current_name (chooser, name);
  if (patterns != NULL)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
      gtk_file_filter_set_name (filter, kind);
      for (guint i = 0; patterns[i] != NULL; i++)
        gtk_file_filter_add_pattern (filter, patterns[i]);
      gtk_file_chooser_add_filter (chooser, filter);
      g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
      gtk_file_filter_set_name (all, _ ("All files"));
      gtk_file_filter_add_pattern (all, "*");
      gtk_file_chooser_add_filter (chooser, all);
    }
  g_signal_connect (asking->chooser, "response", G_CALLBACK (on_response_cb), asking);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (asking->chooser));
}

void
zx_dialogs_open_project (GtkWindow *window, ZxPathsFunc done, gpointer data)
{
  static const char *const patterns[] = { "*.gpkg", "*.zxp", NULL };
  ask (window, _ ("Open a project or the files of a city"), GTK_FILE_CHOOSER_ACTION_OPEN,
       _ ("_Open"), NULL, patterns, _ ("Projects"), TRUE, done, data);
}

void
zx_dialogs_open_picture (GtkWindow *window, ZxPathsFunc done, gpointer data)
{
  static const char *const patterns[] = { "*.png", "*.svg", "*.jpg", "*.jpeg", NULL };
  ask (window, _ ("Choose a picture"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL, patterns,
       _ ("Pictures"), FALSE, done, data);
}

void
zx_dialogs_open_data (GtkWindow *window, ZxPathsFunc done, gpointer data)
{
  ask (window, _ ("Choose the files of the city"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL,
       NULL, NULL, TRUE, done, data);
}

void
zx_dialogs_open_tiles (GtkWindow *window, ZxPathsFunc done, gpointer data)
{
  static const char *const patterns[] = { "*.mbtiles", "*.gpkg", NULL };
  ask (window, _ ("Map tiles from a file"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL,
       patterns, _ ("MBTiles and GeoPackage"), FALSE, done, data);
}

void
zx_dialogs_locate (GtkWindow *window, const char *title, ZxPathsFunc done, char **data)
{
  ask (window, title, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL, NULL, NULL, FALSE, done,
       data);
}

void
zx_dialogs_save (GtkWindow *window, const char *title, const char *name, ZxPathsFunc done,
                 char **data)
{
  ask (window, title, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), name, NULL, NULL, FALSE, done,
       data);
}

const char *
zx_dialogs_language (void)
{
  const char *const *languages = g_get_language_names ();
  for (guint i = 0; languages[i] != NULL; i++)
    if (g_str_has_prefix (languages[i], "zh"))
      return "zh_CN";
    else if (g_str_has_prefix (languages[i], "en"))
      return "en";
  return "en";
}
