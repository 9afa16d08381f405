/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two stacks in one array: edits before @n_done are done, those behind it are undone.  Edits of one
 * gesture within JOIN_US of each other become one. */

#include "app/project/zx-history.h"

#define MOST_EDITS 500
#define JOIN_US    (1500 * 1000)

struct _ZxHistory
{
  GObject parent;
  GPtrArray *edits; /* ZxEdit */
  guint n_done;
  gint64 last_us;
};

enum
{
  PROP_0,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_UNDO_LABEL,
  PROP_REDO_LABEL,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ZxHistory, zx_history, G_TYPE_OBJECT)

static void
edit_free (gpointer data)
{
  ZxEdit *edit = data;
  if (edit->free != NULL)
    edit->free (edit->data);
  g_free (edit->label);
  g_free (edit);
}

static void
zx_history_finalize (GObject *object)
{
  g_ptr_array_unref (ZX_HISTORY (object)->edits);
  G_OBJECT_CLASS (zx_history_parent_class)->finalize (object);
}

const char *
zx_history_undo_label (ZxHistory *self)
{
  return self->n_done > 0 ? ((ZxEdit *) g_ptr_array_index (self->edits, self->n_done - 1))->label
                          : NULL;
}

const char *
zx_history_redo_label (ZxHistory *self)
{
  return self->n_done < self->edits->len
             ? ((ZxEdit *) g_ptr_array_index (self->edits, self->n_done))->label
             : NULL;
}

static void
zx_history_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ZxHistory *self = ZX_HISTORY (object);
  switch (id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, zx_history_undo_label (self) != NULL);
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, zx_history_redo_label (self) != NULL);
      break;
    case PROP_UNDO_LABEL:
      g_value_set_string (value, zx_history_undo_label (self));
      break;
    case PROP_REDO_LABEL:
      g_value_set_string (value, zx_history_redo_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
zx_history_class_init (ZxHistoryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object_class->finalize = zx_history_finalize;
  object_class->get_property = zx_history_get_property;
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_UNDO_LABEL] = g_param_spec_string ("undo-label", NULL, NULL, NULL, flags);
  properties[PROP_REDO_LABEL] = g_param_spec_string ("redo-label", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
zx_history_init (ZxHistory *self)
{
  self->edits = g_ptr_array_new_with_free_func (edit_free);
}

ZxHistory *
zx_history_new (void)
{
  return g_object_new (ZX_TYPE_HISTORY, NULL);
}

static void
tell (ZxHistory *self)
{
  for (guint id = PROP_CAN_UNDO; id < N_PROPS; id++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static gboolean
join_last (ZxHistory *self, const ZxEdit *edit)
{
  if (self->n_done == 0 || g_get_monotonic_time () - self->last_us > JOIN_US)
    return FALSE;
  ZxEdit *last = g_ptr_array_index (self->edits, self->n_done - 1);
  return last->join != NULL && last->join == edit->join && last->join (last->data, edit->data);
}

void
zx_history_do (ZxHistory *self, const ZxEdit *edit)
{
  g_return_if_fail (edit->apply != NULL && edit->revert != NULL && edit->label != NULL);
  ZxEdit *kept = g_memdup2 (edit, sizeof *edit);
  kept->apply (kept->data);
  g_ptr_array_set_size (self->edits, (int) self->n_done);
  if (join_last (self, kept))
    edit_free (kept);
  else
    {
      g_ptr_array_add (self->edits, kept);
      self->n_done++;
      if (self->edits->len > MOST_EDITS)
        {
          g_ptr_array_remove_index (self->edits, 0);
          self->n_done--;
        }
    }
  self->last_us = g_get_monotonic_time ();
  tell (self);
}

gboolean
zx_history_undo (ZxHistory *self)
{
  if (self->n_done == 0)
    return FALSE;
  ZxEdit *edit = g_ptr_array_index (self->edits, --self->n_done);
  self->last_us = 0;
  edit->revert (edit->data);
  tell (self);
  return TRUE;
}

gboolean
zx_history_redo (ZxHistory *self)
{
  if (self->n_done >= self->edits->len)
    return FALSE;
  ZxEdit *edit = g_ptr_array_index (self->edits, self->n_done++);
  self->last_us = 0;
  edit->apply (edit->data);
  tell (self);
  return TRUE;
}

void
zx_history_clear (ZxHistory *self)
{
  g_ptr_array_set_size (self->edits, 0);
  self->n_done = 0;
  tell (self);
}
