/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Views that are kept: every change is an edit, and goes into the file by a job of its own, for no
 * result rests on them. */

#include "app/project/zx-session-private.h"

GListModel *
zx_session_bookmarks (ZxSession *self)
{
  return G_LIST_MODEL (self->bookmarks);
}

void
zx_session_reset_bookmarks (ZxSession *self)
{
  g_list_store_remove_all (self->bookmarks);
  const char *text = self->project != NULL ? zx_project_bookmarks (self->project) : NULL;
  if (text == NULL)
    return;
  g_autoptr (GPtrArray) bookmarks = zx_bookmarks_parse (text);
  g_list_store_splice (self->bookmarks, 0, 0, bookmarks->pdata, bookmarks->len);
}

/* ---- keeping -------------------------------------------------------------------------------- */

typedef struct
{
  char *path, *text;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;
  g_free (order->path);
  g_free (order->text);
  g_free (order);
}

static gpointer
do_keep (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  return zx_project_keep_bookmarks (order->path, order->text, error) ? g_strdup (order->path)
                                                                     : NULL;
}

static void
on_kept_cb (GObject *owner, gpointer result, const GError *error)
{
  if (result == NULL && !g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
    zx_session_tell_failed (ZX_SESSION (owner), _ ("The views could not be kept"), error->message);
  g_free (result);
}

static void
keep (ZxSession *self)
{
  if (self->project == NULL)
    return;
  const Order order = { g_strdup (zx_project_path (self->project)),
                        zx_bookmarks_format (G_LIST_MODEL (self->bookmarks)) };
  zx_jobs_start (self->jobs, _ ("Keeping the views"), do_keep, g_memdup2 (&order, sizeof order),
                 order_free, on_kept_cb, G_OBJECT (self));
}

/* ---- edits ----------------------------------------------------------------------------------- */

typedef struct
{
  ZxSession *session;   /* borrowed: the history dies with it */
  ZxBookmark *bookmark; /* owned */
  int before, after;    /* position; -1: not in the list */
} BookmarkEdit;

static void
put (BookmarkEdit *edit, int position)
{
  GListStore *bookmarks = edit->session->bookmarks;
  guint now;
  if (g_list_store_find (bookmarks, edit->bookmark, &now))
    g_list_store_remove (bookmarks, now);
  if (position >= 0)
    g_list_store_insert (
        bookmarks, MIN ((guint) position, g_list_model_get_n_items (G_LIST_MODEL (bookmarks))),
        edit->bookmark);
  keep (edit->session);
}

static void
apply_bookmark (gpointer data)
{
  BookmarkEdit *edit = data;
  put (edit, edit->after);
}

static void
revert_bookmark (gpointer data)
{
  BookmarkEdit *edit = data;
  put (edit, edit->before);
}

static void
bookmark_edit_free (gpointer data)
{
  BookmarkEdit *edit = data;
  g_object_unref (edit->bookmark);
  g_free (edit);
}

static void
change (ZxSession *self, ZxBookmark *bookmark, char *label, int before, int after)
{
  const BookmarkEdit edit = { self, g_object_ref (bookmark), before, after };
  const ZxEdit step = { label, apply_bookmark,     revert_bookmark,
                        NULL,  bookmark_edit_free, g_memdup2 (&edit, sizeof edit) };
  zx_history_do (self->history, &step);
}

void
zx_session_add_bookmark (ZxSession *self, const char *name, double x_m, double y_m,
                         double metres_per_unit)
{
  if (self->project == NULL)
    return;
  int n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->bookmarks));
  g_autoptr (ZxBookmark) bookmark = zx_bookmark_new (name, x_m, y_m, metres_per_unit);
  change (self, bookmark, g_strdup_printf (_ ("Keep the view “%s”"), zx_bookmark_name (bookmark)),
          -1, n);
}

void
zx_session_remove_bookmark (ZxSession *self, guint position)
{
  g_autoptr (ZxBookmark) bookmark
      = g_list_model_get_item (G_LIST_MODEL (self->bookmarks), position);
  if (bookmark != NULL)
    change (self, bookmark,
            g_strdup_printf (_ ("Remove the view “%s”"), zx_bookmark_name (bookmark)),
            (int) position, -1);
}
