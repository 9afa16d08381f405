/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One feature of the map is chosen at a time: by a click, by Return in the middle of the view, or
 * by the row of a table.  A card tells of it, and whoever listens to “chosen” follows. */

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/map/zx-map-features.h"
#include "ui/map/zx-map-pane-private.h"

static void
fill_rows (ZxMapPane *self, const char *text)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->card_rows)) != NULL)
    gtk_grid_remove (GTK_GRID (self->card_rows), child);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gtk_label_set_text (GTK_LABEL (self->card_title), lines[0]);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) halves = g_strsplit (lines[i], "\t", 2);
      GtkWidget *label = gtk_label_new (halves[0]), *value = gtk_label_new (halves[1]);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_label_set_wrap (GTK_LABEL (value), TRUE);
      gtk_widget_set_hexpand (value, TRUE);
      gtk_grid_attach (GTK_GRID (self->card_rows), label, 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->card_rows), value, 1, (int) i, 1, 1);
    }
  gtk_widget_set_visible (self->card, TRUE);
}

void
zx_map_pane_fill_card (ZxMapPane *self, const char *text)
{
  fill_rows (self, text);
  gtk_widget_set_visible (self->card_table, FALSE);
  gtk_widget_set_visible (self->lock_buttons, FALSE);
}

static void
offer_lock (ZxMapPane *self, ZxMapLayerKind kind, guint place)
{
  const ZxPlan *plan = zx_project_plan (zx_map_data_project (self->data));
  gboolean can_lock = kind == ZX_MAP_LAYER_CANDIDATES
                      || (kind == ZX_MAP_LAYER_SITES && plan != NULL && place < plan->n_sites);
  gtk_widget_set_visible (self->lock_buttons, can_lock);
  if (!can_lock)
    return;
  guint candidate = kind == ZX_MAP_LAYER_SITES ? plan->site[place].candidate : place;
  for (GtkWidget *button = gtk_widget_get_first_child (self->lock_buttons); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", candidate);
}

static void
choose (ZxMapPane *self, ZxMapLayerKind kind, int feature)
{
  if (self->chosen_kind == kind && self->chosen == feature)
    return;
  self->chosen_kind = kind;
  self->chosen = feature;
  g_signal_emit_by_name (self, "chosen", kind, feature);
}

/* FALSE when there is no such feature. */
static gboolean
tell_of (ZxMapPane *self, ZxMapLayerKind kind, guint feature)
{
  g_autofree char *text = zx_map_feature_describe (self->data, kind, feature);
  if (text == NULL)
    return FALSE;
  fill_rows (self, text);
  gtk_widget_set_visible (self->card_table, TRUE);
  offer_lock (self, kind, feature);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->card_table), "(su)",
                                    zx_map_layer_kind_name (kind), feature);
  choose (self, kind, (int) feature);
  return TRUE;
}

gboolean
zx_map_pane_choose (ZxMapPane *self, ZxMapLayerKind kind, guint feature)
{
  double x_m, y_m;
  if (!zx_map_pane_is_ready (self) || !zx_map_feature_place (self->data, kind, feature, &x_m, &y_m)
      || !tell_of (self, kind, feature))
    return FALSE;
  zx_map_pane_fly_to (self, x_m, y_m, 0);
  return TRUE;
}

int
zx_map_pane_chosen (ZxMapPane *self, ZxMapLayerKind *kind)
{
  *kind = self->chosen_kind;
  return self->chosen;
}

gboolean
zx_map_pane_shows (ZxMapPane *self, ZxMapLayerKind kind)
{
  ZxMapInk ink[ZX_N_MAP_LAYERS];
  for (guint side = 0; side < (zx_map_pane_is_comparing (self) ? 2U : 1U); side++)
    for (guint i = zx_map_pane_inks (self, (ZxMapSide) side, ink); i > 0; i--)
      if (ink[i - 1].kind == kind)
        return TRUE;
  return FALSE;
}

/* Symbols first, for they are small; then lines, then the areas that lie under everything. */
static gboolean
is_area (ZxMapPane *self, ZxMapLayerKind kind)
{
  const ZxGeometry *shapes = zx_map_data_shapes (self->data, kind);
  return shapes != NULL && shapes->kind == ZX_GEOMETRY_POLYGON;
}

gboolean
zx_map_pane_identify (ZxMapPane *self, double x_m, double y_m, double reach)
{
  static const ZxMapLayerKind kinds[] = { ZX_MAP_LAYER_SITES,
                                          ZX_MAP_LAYER_STATIONS,
                                          ZX_MAP_LAYER_CANDIDATES,
                                          ZX_MAP_LAYER_TRANSFORMER_AREAS,
                                          ZX_MAP_LAYER_FEEDER_ROOM,
                                          ZX_MAP_LAYER_FEEDERS_PLANNED,
                                          ZX_MAP_LAYER_FEEDERS,
                                          ZX_MAP_LAYER_TRANSFORMER_AREAS_PLANNED,
                                          ZX_MAP_LAYER_DEMAND_MEAN,
                                          ZX_MAP_LAYER_DEMAND_SPREAD,
                                          ZX_MAP_LAYER_DEMAND_PROBABILITY };
  double limit_m = reach * zx_map_pane_metres_per_unit (self);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
      {
        if (is_area (self, kinds[i]) != (pass == 1) || !zx_map_pane_shows (self, kinds[i]))
          continue;
        int feature = zx_map_feature_at (self->data, kinds[i], x_m, y_m, limit_m);
        if (feature < 0 || !tell_of (self, kinds[i], (guint) feature))
          continue;
        zx_map_pane_set_mark (self, x_m, y_m);
        return TRUE;
      }
  return FALSE;
}

void
zx_map_pane_identify_site (ZxMapPane *self, guint candidate, double x_m, double y_m)
{
  const ZxPlan *plan = zx_project_plan (zx_map_data_project (self->data));
  guint site = 0;
  while (plan != NULL && site < plan->n_sites && plan->site[site].candidate != candidate)
    site++;
  gboolean is_site = plan != NULL && site < plan->n_sites;
  if (tell_of (self, is_site ? ZX_MAP_LAYER_SITES : ZX_MAP_LAYER_CANDIDATES,
               is_site ? site : candidate))
    zx_map_pane_set_mark (self, x_m, y_m);
}

void
zx_map_pane_close_card (ZxMapPane *self)
{
  gtk_widget_set_visible (self->card, FALSE);
  zx_map_pane_set_mark (self, NAN, NAN);
  choose (self, ZX_N_MAP_LAYERS, -1);
}

static void
close_card_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_map_pane_close_card (ZX_MAP_PANE (widget));
}

void
zx_map_pane_add_card (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, ZxMapPane, card);
  gtk_widget_class_bind_template_child (class, ZxMapPane, card_title);
  gtk_widget_class_bind_template_child (class, ZxMapPane, card_rows);
  gtk_widget_class_bind_template_child (class, ZxMapPane, card_table);
  gtk_widget_class_bind_template_child (class, ZxMapPane, lock_buttons);
  gtk_widget_class_install_action (class, "map.close-card", NULL, close_card_action);
  g_signal_new ("chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT);
}
