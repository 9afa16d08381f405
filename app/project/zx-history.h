/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo: one stack for everything a person changes.  An edit is a pair of functions on the
 * same data; doing and redoing are the same call. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ZX_TYPE_HISTORY (zx_history_get_type ())
G_DECLARE_FINAL_TYPE (ZxHistory, zx_history, ZX, HISTORY, GObject)

typedef struct
{
  char *label; /* translated: "Hide layer"; owned */
  void (*apply) (gpointer data);
  void (*revert) (gpointer data);
  /* Takes @later into @data when both are one gesture (a slider dragged); NULL = never. */
  gboolean (*join) (gpointer data, gpointer later);
  GDestroyNotify free;
  gpointer data;
} ZxEdit;

/* Properties: can-undo, can-redo (boolean), undo-label, redo-label (string, NULL = nothing). */
ZxHistory *zx_history_new (void);
/* Applies @edit and keeps it; what was undone before can no longer be redone.  Takes over label and
 * data. */
void zx_history_do (ZxHistory *self, const ZxEdit *edit);
gboolean zx_history_undo (ZxHistory *self);
gboolean zx_history_redo (ZxHistory *self);
void zx_history_clear (ZxHistory *self);
const char *zx_history_undo_label (ZxHistory *self); /* NULL = nothing to undo */
const char *zx_history_redo_label (ZxHistory *self);

G_END_DECLS
