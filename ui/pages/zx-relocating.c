/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-relocating.h"

#include <glib/gi18n-lib.h>

#include "ui/zx-dialogs.h"

static void
accept (ZxWindow *window, const ZxRelocation *relocation)
{
  ZxSession *session = zx_window_session (window);
  zx_session_relocate (session, relocation);
  const char *label = zx_history_undo_label (zx_session_history (session));
  if (label != NULL)
    zx_window_tell (window, label, _ ("Undo"), "win.undo");
}

static void
on_response_cb (GtkDialog *dialog, int response, ZxRelocation *relocation)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  if (response == GTK_RESPONSE_ACCEPT && window != NULL)
    accept (ZX_WINDOW (window), relocation);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static char *
differences_text (const ZxRelocation *relocation)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < relocation->differences->len; i++)
    g_string_append_printf (text, "%s• %s", i > 0 ? "\n" : "",
                            (char *) g_ptr_array_index (relocation->differences, i));
  return g_string_free (text, FALSE);
}

/* Takes @relocation. */
static void
tell_differences (ZxWindow *window, ZxRelocation *relocation)
{
  g_autofree char *name = g_path_get_basename (relocation->to),
                  *text = differences_text (relocation);
  GtkWidget *dialog = gtk_message_dialog_new (
      GTK_WINDOW (window), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
      relocation->is_possible ? GTK_MESSAGE_QUESTION : GTK_MESSAGE_ERROR, GTK_BUTTONS_NONE,
      relocation->is_possible ? _ ("%s is not the same as before")
                              : _ ("%s cannot stand in its place"),
      name);
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", text);
  gtk_dialog_add_button (GTK_DIALOG (dialog), relocation->is_possible ? _ ("Cancel") : _ ("Close"),
                         GTK_RESPONSE_CANCEL);
  if (relocation->is_possible)
    gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("Use it"), GTK_RESPONSE_ACCEPT);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response_cb), relocation,
                         (GClosureNotify) (GCallback) zx_relocation_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_compared_cb (GObject *owner, gpointer result, const GError *error)
{
  ZxWindow *window = ZX_WINDOW (owner);
  ZxRelocation *relocation = result;
  if (relocation == NULL)
    {
      if (!g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
        zx_window_tell (window, error->message, NULL, NULL);
    }
  else if (zx_window_session (window) == NULL || relocation->differences->len == 0)
    {
      if (zx_window_session (window) != NULL)
        accept (window, relocation);
      zx_relocation_free (relocation);
    }
  else
    tell_differences (window, relocation);
}

void
zx_relocating_start (ZxWindow *window, const char *from, const char *to)
{
  zx_session_check_relocation (zx_window_session (window), from, to, on_compared_cb,
                               G_OBJECT (window));
}

static void
on_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  g_auto (GStrv) from = data;
  zx_relocating_start (ZX_WINDOW (window), from[0], g_ptr_array_index (paths, 0));
}

void
zx_relocating_ask (ZxWindow *window, const char *from)
{
  const char *const paths[] = { from, NULL };
  g_autofree char *name = g_path_get_basename (from),
                  *title = g_strdup_printf (_ ("Where is %s now?"), name);
  zx_dialogs_locate (GTK_WINDOW (window), title, on_chosen, g_strdupv ((char **) paths));
}
