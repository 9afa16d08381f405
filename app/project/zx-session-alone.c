/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two layers that each colour the whole map cannot be read through one another; whoever asks for
 * one wants to see that one.  Lines and symbols stay as they are. */

#include "app/project/zx-session-private.h"

static const ZxMapLayerKind coloured[] = {
  ZX_MAP_LAYER_USAGE_HEAT,        ZX_MAP_LAYER_VEHICLE_HEAT,
  ZX_MAP_LAYER_SHORTFALL,         ZX_MAP_LAYER_DEMAND_MEAN,
  ZX_MAP_LAYER_DEMAND_SPREAD,     ZX_MAP_LAYER_DEMAND_PROBABILITY,
  ZX_MAP_LAYER_TRANSFORMER_AREAS, ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED,
};

typedef struct
{
  ZxSession *session;
  ZxMapLayerKind kind;
  gboolean was_visible[G_N_ELEMENTS (coloured)];
} AloneEdit;

static void
put (AloneEdit *edit, gboolean is_alone)
{
  for (guint i = 0; i < G_N_ELEMENTS (coloured); i++)
    {
      ZxMapLayer *layer = zx_session_layer (edit->session, coloured[i]);
      if (layer != NULL)
        zx_map_layer_set_visible (layer,
                                  is_alone ? coloured[i] == edit->kind : edit->was_visible[i]);
    }
  g_signal_emit_by_name (edit->session, "layers-changed");
  zx_session_changed_look (edit->session);
}

static void
apply_alone (gpointer data)
{
  put (data, TRUE);
}

static void
revert_alone (gpointer data)
{
  put (data, FALSE);
}

/* Layers that were removed stay removed, save the one asked for, which comes back by an edit of
 * its own. */
void
zx_session_show_alone (ZxSession *self, ZxMapLayerKind kind)
{
  if (self->project == NULL)
    return;
  if (zx_session_layer (self, kind) == NULL)
    zx_session_add_layer (self, kind);
  AloneEdit edit = { self, kind, { FALSE } };
  gboolean is_so = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (coloured); i++)
    {
      ZxMapLayer *layer = zx_session_layer (self, coloured[i]);
      edit.was_visible[i] = layer != NULL && zx_map_layer_is_visible (layer);
      is_so = is_so && edit.was_visible[i] == (coloured[i] == kind);
    }
  if (is_so)
    return;
  char *label
      = g_strdup_printf (_ ("Show “%s”"), zx_map_layer_title (zx_session_layer (self, kind)));
  const ZxEdit step
      = { label, apply_alone, revert_alone, NULL, g_free, g_memdup2 (&edit, sizeof edit) };
  zx_history_do (self->history, &step);
}
