/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the report is wanted belongs to the project: it is kept with it, and every change of it is an
 * edit; a name typed letter by letter is one. */

#include "app/project/zx-session-private.h"
#include "app/project/zx-wish.h"

typedef struct
{
  ZxSession *session;           /* borrowed: the history dies with it */
  ZxReportWish *before, *after; /* owned; @before nullable */
} WishEdit;

static void
put (ZxSession *self, const ZxReportWish *wish)
{
  g_clear_pointer (&self->wish, zx_wish_free);
  self->wish = wish != NULL ? zx_wish_copy (wish) : NULL;
  zx_session_changed_choice (self);
}

static void
apply_wish (gpointer data)
{
  WishEdit *edit = data;
  put (edit->session, edit->after);
}

static void
revert_wish (gpointer data)
{
  WishEdit *edit = data;
  put (edit->session, edit->before);
}

static gboolean
join_wish (gpointer data, gpointer later)
{
  WishEdit *first = data, *second = later;
  ZxReportWish *between = first->after;
  if (g_strcmp0 (first->after->language, second->after->language) != 0
      || first->after->logo != second->after->logo
      || first->after->left_out != second->after->left_out)
    return FALSE;
  first->after = second->after;
  second->after = between;
  return TRUE;
}

static void
wish_edit_free (gpointer data)
{
  WishEdit *edit = data;
  zx_wish_free (edit->before);
  zx_wish_free (edit->after);
  g_free (edit);
}

void
zx_session_reset_wish (ZxSession *self)
{
  g_clear_pointer (&self->wish, zx_wish_free);
  if (self->project != NULL)
    self->wish = zx_wish_parse (zx_project_wish (self->project));
}

const ZxReportWish *
zx_session_wish (ZxSession *self)
{
  return self->wish;
}

static gboolean
is_same (const ZxReportWish *a, const ZxReportWish *b)
{
  return a != NULL && g_strcmp0 (a->language, b->language) == 0
         && g_strcmp0 (a->client, b->client != NULL && b->client[0] != '\0' ? b->client : NULL) == 0
         && a->logo == b->logo && a->left_out == b->left_out;
}

void
zx_session_set_wish (ZxSession *self, const ZxReportWish *wish)
{
  if (self->project == NULL || is_same (self->wish, wish))
    return;
  const WishEdit edit
      = { self, self->wish != NULL ? zx_wish_copy (self->wish) : NULL, zx_wish_copy (wish) };
  const ZxEdit step = { g_strdup (_ ("Change how the report is wanted")),
                        apply_wish,
                        revert_wish,
                        join_wish,
                        wish_edit_free,
                        g_memdup2 (&edit, sizeof edit) };
  zx_history_do (self->history, &step);
}
