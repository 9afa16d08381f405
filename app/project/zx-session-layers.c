/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every change of a layer is an edit: what it was and what it becomes. */

#include "app/project/zx-session-private.h"

GListModel *
zx_session_layers (ZxSession *self)
{
  return G_LIST_MODEL (self->layers);
}

static void
tell (ZxSession *self)
{
  g_signal_emit_by_name (self, "layers-changed");
}

/* Of an edit: it is kept. */
static void
tell_edited (ZxSession *self)
{
  tell (self);
  zx_session_changed_look (self);
}

static int
position_of (ZxSession *self, ZxMapLayer *layer)
{
  guint position;
  return g_list_store_find (self->layers, layer, &position) ? (int) position : -1;
}

ZxMapLayer *
zx_session_layer (ZxSession *self, ZxMapLayerKind kind)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->layers));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ZxMapLayer) layer = g_list_model_get_item (G_LIST_MODEL (self->layers), i);
      if (zx_map_layer_kind (layer) == kind)
        return layer; /* the list keeps it */
    }
  return NULL;
}

/* A city of feeders alone: whoever opened a network wants to see it. */
static gboolean
is_network_alone (ZxProject *project)
{
  const ZxCity *city = zx_project_city (project);
  return city != NULL && city->feeders.n_branches > 0 && city->stations.n == 0 && city->fleet.n == 0
         && city->roads.n == 0;
}

void
zx_session_reset_layers (ZxSession *self)
{
  const char *text = self->project != NULL ? zx_project_map_layers (self->project) : NULL;
  if (text != NULL)
    {
      g_autoptr (GPtrArray) layers = zx_map_layers_parse (text);
      g_list_store_splice (self->layers, 0, g_list_model_get_n_items (G_LIST_MODEL (self->layers)),
                           layers->pdata, layers->len);
      tell (self);
      return;
    }
  gboolean shows_network = self->project != NULL && is_network_alone (self->project);
  g_list_store_remove_all (self->layers);
  for (guint kind = 0; self->project != NULL && kind < ZX_N_MAP_LAYERS; kind++)
    {
      g_autoptr (ZxMapLayer) layer = zx_map_layer_new ((ZxMapLayerKind) kind);
      if (shows_network
          && (kind == ZX_MAP_LAYER_FEEDERS || kind == ZX_MAP_LAYER_FEEDER_ROOM
              || kind == ZX_MAP_LAYER_TRANSFORMER_AREAS))
        zx_map_layer_set_visible (layer, TRUE);
      g_list_store_insert (self->layers, 0, layer);
    }
  tell (self);
}

static gboolean
has_transformers (const ZxFeeders *feeders)
{
  for (guint b = 0; b < feeders->n_branches; b++)
    if (feeders->branch_kind[b] == ZX_FEEDER_TRANSFORMER)
      return TRUE;
  return FALSE;
}

static gboolean
has_feeder_places (const ZxCity *city)
{
  for (guint i = 0; i < city->feeders.n_nodes; i++)
    if (isfinite (city->feeders.node_x_m[i]) && isfinite (city->feeders.node_y_m[i]))
      return TRUE;
  return FALSE;
}

static gboolean
has_limits (const ZxAreas *areas)
{
  for (guint i = 0; i < areas->n; i++)
    if (areas->kind[i] == ZX_AREA_EXCLUSION || areas->kind[i] == ZX_AREA_BARRIER)
      return TRUE;
  return FALSE;
}

static const char *
absence (ZxProject *project, ZxMapLayerKind kind)
{
  const ZxCity *city = zx_project_city (project);
  if (city == NULL)
    return N_ ("There is no city yet: run the route first.");
  switch (kind)
    {
    case ZX_MAP_LAYER_USAGE_HEAT:
      return zx_project_field (project, "usage_heat") != NULL
                 ? NULL
                 : N_ ("No station has a measured use.");
    case ZX_MAP_LAYER_VEHICLE_HEAT:
      return zx_project_field (project, "vehicle_heat") != NULL
                 ? NULL
                 : N_ ("The project has no vehicles.");
    case ZX_MAP_LAYER_SHORTFALL:
      return zx_project_field (project, "shortfall") != NULL
                 ? NULL
                 : N_ ("Shortfall needs vehicles and measured use.");
    case ZX_MAP_LAYER_DEMAND_MEAN:
    case ZX_MAP_LAYER_DEMAND_SPREAD:
    case ZX_MAP_LAYER_DEMAND_PROBABILITY:
      return zx_project_demand (project) != NULL && zx_project_cells (project) != NULL
                 ? NULL
                 : N_ ("The demand model has not run.");
    case ZX_MAP_LAYER_TRANSFORMER_AREAS:
      return city->transformers.n > 0 || has_transformers (&city->feeders)
                 ? NULL
                 : N_ ("The project has no transformer areas.");
    case ZX_MAP_LAYER_FEEDERS:
      return city->feeders.n_branches > 0 ? NULL : N_ ("The project has no feeders.");
    case ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED:
      return city->transformers.n == 0           ? N_ ("The project has no transformer areas.")
             : zx_project_plan (project) == NULL ? N_ ("No sites have been chosen yet.")
                                                 : NULL;
    case ZX_MAP_LAYER_FEEDERS_PLANNED:
      return city->feeders.n_branches == 0       ? N_ ("The project has no feeders.")
             : zx_project_plan (project) == NULL ? N_ ("No sites have been chosen yet.")
                                                 : NULL;
    case ZX_MAP_LAYER_FEEDER_ROOM:
      return city->feeders.n_branches == 0 ? N_ ("The project has no feeders.")
             : has_feeder_places (city)    ? NULL
                                           : N_ ("No node of a feeder has a place on Earth: the "
                                                    "coordinates are schematic or missing.");
    case ZX_MAP_LAYER_LIMITS:
      return has_limits (&city->areas)
                 ? NULL
                 : N_ ("The project names no area where no station may stand and no barrier.");
    case ZX_MAP_LAYER_STATIONS:
      return city->stations.n > 0 ? NULL : N_ ("The project has no stations.");
    case ZX_MAP_LAYER_CANDIDATES:
      return zx_project_candidates (project) != NULL ? NULL
                                                     : N_ ("Candidates have not been looked for.");
    case ZX_MAP_LAYER_SITES:
      return zx_project_plan (project) != NULL ? NULL : N_ ("No sites have been chosen yet.");
    case ZX_MAP_LAYER_BASE:
    case ZX_N_MAP_LAYERS:
    default:
      return NULL;
    }
}

const char *
zx_session_layer_absence (ZxSession *self, ZxMapLayerKind kind)
{
  const char *reason = self->project != NULL ? absence (self->project, kind)
                                             : N_ ("There is no city yet: run the route first.");
  return reason != NULL ? _ (reason) : NULL;
}

/* ---- edits of one layer -------------------------------------------------------------------- */

typedef enum
{
  VISIBILITY,
  OPACITY,
  TITLE,
  STYLE,
} What;

typedef struct
{
  ZxSession *session;
  ZxMapLayer *layer; /* owned */
  What what;
  double before, after;
  char *title_before, *title_after;
  ZxMapStyle style_before, style_after;
} LayerEdit;

static void
layer_edit_free (gpointer data)
{
  LayerEdit *edit = data;
  g_object_unref (edit->layer);
  g_free (edit->title_before);
  g_free (edit->title_after);
  g_free (edit);
}

static void
put (LayerEdit *edit, double value, const char *title, const ZxMapStyle *style)
{
  switch (edit->what)
    {
    case VISIBILITY:
      zx_map_layer_set_visible (edit->layer, value != 0);
      break;
    case OPACITY:
      zx_map_layer_set_opacity (edit->layer, value);
      break;
    case STYLE:
      zx_map_layer_set_style (edit->layer, style);
      break;
    case TITLE:
    default:
      zx_map_layer_set_title (edit->layer, title);
      break;
    }
  tell_edited (edit->session);
}

static void
apply_layer (gpointer data)
{
  LayerEdit *edit = data;
  put (edit, edit->after, edit->title_after, &edit->style_after);
}

static void
revert_layer (gpointer data)
{
  LayerEdit *edit = data;
  put (edit, edit->before, edit->title_before, &edit->style_before);
}

/* What a slider does step by step is one edit. */
static gboolean
join_steps (gpointer data, gpointer later)
{
  LayerEdit *first = data, *second = later;
  if (first->layer != second->layer || first->what != second->what
      || (first->what != OPACITY && first->what != STYLE))
    return FALSE;
  first->after = second->after;
  first->style_after = second->style_after;
  return TRUE;
}

static void
change_layer (ZxSession *self, ZxMapLayer *layer, What what, const char *label, double before,
              double after, const char *title_before, const char *title_after)
{
  LayerEdit *edit = g_new0 (LayerEdit, 1);
  *edit = (LayerEdit){
    self, g_object_ref (layer), what, before, after, g_strdup (title_before), g_strdup (title_after)
  };
  const ZxEdit step
      = { g_strdup (label), apply_layer, revert_layer, join_steps, layer_edit_free, edit };
  zx_history_do (self->history, &step);
}

void
zx_session_show_layer (ZxSession *self, ZxMapLayer *layer, gboolean is_visible)
{
  if (zx_map_layer_is_visible (layer) == !!is_visible)
    return;
  g_autofree char *label = g_strdup_printf (is_visible ? _ ("Show “%s”") : _ ("Hide “%s”"),
                                            zx_map_layer_title (layer));
  change_layer (self, layer, VISIBILITY, label, !is_visible, is_visible, NULL, NULL);
}

void
zx_session_fade_layer (ZxSession *self, ZxMapLayer *layer, double opacity)
{
  if (zx_map_layer_opacity (layer) == opacity)
    return;
  g_autofree char *label
      = g_strdup_printf (_ ("Change the opacity of “%s”"), zx_map_layer_title (layer));
  change_layer (self, layer, OPACITY, label, zx_map_layer_opacity (layer), opacity, NULL, NULL);
}

void
zx_session_rename_layer (ZxSession *self, ZxMapLayer *layer, const char *title)
{
  if (strcmp (zx_map_layer_title (layer), title) == 0 || title[0] == '\0')
    return;
  g_autofree char *label = g_strdup_printf (_ ("Rename “%s”"), zx_map_layer_title (layer));
  change_layer (self, layer, TITLE, label, 0, 0, zx_map_layer_title (layer), title);
}

void
zx_session_style_layer (ZxSession *self, ZxMapLayer *layer, const ZxMapStyle *style)
{
  if (zx_map_style_equal (zx_map_layer_style (layer), style))
    return;
  LayerEdit *edit = g_new0 (LayerEdit, 1);
  *edit = (LayerEdit){ .session = self,
                       .layer = g_object_ref (layer),
                       .what = STYLE,
                       .style_before = *zx_map_layer_style (layer),
                       .style_after = *style };
  const ZxEdit step
      = { g_strdup_printf (_ ("Change the style of “%s”"), zx_map_layer_title (layer)),
          apply_layer,
          revert_layer,
          join_steps,
          layer_edit_free,
          edit };
  zx_history_do (self->history, &step);
}

/* ---- edits of the list --------------------------------------------------------------------- */

typedef struct
{
  ZxSession *session;
  ZxMapLayer *layer; /* owned */
  int before, after; /* position; -1: not in the list */
} ListEdit;

static void
list_edit_free (gpointer data)
{
  ListEdit *edit = data;
  g_object_unref (edit->layer);
  g_free (edit);
}

static void
place (ListEdit *edit, int position)
{
  GListStore *layers = edit->session->layers;
  int now = position_of (edit->session, edit->layer);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (layers));
  if (now >= 0)
    {
      g_list_store_remove (layers, (guint) now);
      n--;
    }
  if (position >= 0)
    g_list_store_insert (layers, MIN ((guint) position, n), edit->layer);
  tell_edited (edit->session);
}

static void
apply_list (gpointer data)
{
  ListEdit *edit = data;
  place (edit, edit->after);
}

static void
revert_list (gpointer data)
{
  ListEdit *edit = data;
  place (edit, edit->before);
}

static void
change_list (ZxSession *self, ZxMapLayer *layer, char *label, int before, int after)
{
  ListEdit *edit = g_new0 (ListEdit, 1);
  *edit = (ListEdit){ self, g_object_ref (layer), before, after };
  const ZxEdit step = { label, apply_list, revert_list, NULL, list_edit_free, edit };
  zx_history_do (self->history, &step);
}

void
zx_session_move_layer (ZxSession *self, ZxMapLayer *layer, int by)
{
  int before = position_of (self, layer);
  int last = (int) g_list_model_get_n_items (G_LIST_MODEL (self->layers)) - 1;
  int after = CLAMP (before + by, 0, last);
  if (before < 0 || after == before)
    return;
  change_list (self, layer, g_strdup_printf (_ ("Move “%s”"), zx_map_layer_title (layer)), before,
               after);
}

void
zx_session_remove_layer (ZxSession *self, ZxMapLayer *layer)
{
  int before = position_of (self, layer);
  if (before < 0)
    return;
  change_list (self, layer, g_strdup_printf (_ ("Remove “%s”"), zx_map_layer_title (layer)), before,
               -1);
}

void
zx_session_add_layer (ZxSession *self, ZxMapLayerKind kind)
{
  if (zx_session_layer (self, kind) != NULL || self->project == NULL)
    return;
  g_autoptr (ZxMapLayer) layer = zx_map_layer_new (kind);
  zx_map_layer_set_visible (layer, TRUE);
  change_list (self, layer, g_strdup_printf (_ ("Add “%s”"), zx_map_layer_title (layer)), -1, 0);
}
