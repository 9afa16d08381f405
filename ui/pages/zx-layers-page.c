/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-layers-page.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/zx-file-menu.h"
#include "ui/pages/zx-file-row.h"
#include "ui/pages/zx-layer-row.h"
#include "ui/widgets/zx-reveal.h"

#define ROWS_PER_FRAME 1 /* of each list */

struct _ZxLayersPage
{
  ZxPage parent;
  GtkWidget *list, *add, *files, *waiting, *no_files;
  GtkStringList *layers; /* of the files, as findings name them */
  GtkSliceListModel *shown_layers, *shown_files;
};

G_DEFINE_FINAL_TYPE (ZxLayersPage, zx_layers_page, ZX_TYPE_PAGE)

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return GTK_WIDGET (zx_layer_row_new (zx_page_session (ZX_PAGE (data)), ZX_MAP_LAYER (item)));
}

/* What was removed can be added again. */
static void
make_menu (GtkMenuButton *button, gpointer data)
{
  ZxSession *session = zx_page_session (ZX_PAGE (data));
  g_autoptr (GMenu) menu = g_menu_new ();
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (zx_session_layer (session, (ZxMapLayerKind) kind) == NULL)
      {
        g_autoptr (GMenuItem) item
            = g_menu_item_new (_ (zx_map_layer_kind_title ((ZxMapLayerKind) kind)), NULL);
        g_menu_item_set_action_and_target (item, "layers.add", "s",
                                           zx_map_layer_kind_name ((ZxMapLayerKind) kind));
        g_menu_append_item (menu, item);
      }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
update_add (ZxLayersPage *self)
{
  GListModel *layers = zx_session_layers (zx_page_session (ZX_PAGE (self)));
  gtk_widget_set_sensitive (self->add, g_list_model_get_n_items (layers) < ZX_N_MAP_LAYERS);
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapLayerKind kind = zx_map_layer_kind_parse (g_variant_get_string (parameter, NULL));
  if (kind < ZX_N_MAP_LAYERS)
    zx_session_add_layer (zx_page_session (ZX_PAGE (widget)), kind);
}

/* ---- files ------------------------------------------------------------------------------------
 */

static GtkWidget *
create_file_row (gpointer item, gpointer data)
{
  return GTK_WIDGET (zx_file_row_new (zx_page_session (ZX_PAGE (data)),
                                      gtk_string_object_get_string (GTK_STRING_OBJECT (item))));
}

static gboolean
are_shown (ZxLayersPage *self, const char *const *layers)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->layers));
  for (guint i = 0; i < n; i++)
    if (layers[i] == NULL || strcmp (layers[i], gtk_string_list_get_string (self->layers, i)) != 0)
      return FALSE;
  return layers[n] == NULL;
}

/* Rows follow what is corrected by themselves; they are made anew for other files only. */
static void
show_files (ZxPage *page)
{
  ZxLayersPage *self = ZX_LAYERS_PAGE (page);
  ZxSession *session = zx_page_session (page);
  const ZxRecipe *recipe = zx_session_recipe (session);
  guint n = recipe != NULL ? recipe->bindings->len : 0;
  g_auto (GStrv) layers = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (recipe->bindings, i);
      layers[i] = zx_findings_title (binding->path, binding->layer);
    }
  if (!are_shown (self, (const char *const *) layers))
    gtk_string_list_splice (self->layers, 0, g_list_model_get_n_items (G_LIST_MODEL (self->layers)),
                            (const char *const *) layers);
  gtk_widget_set_visible (self->files, n > 0);
  gtk_widget_set_visible (self->no_files, n == 0);
  gtk_widget_set_visible (self->waiting,
                          zx_session_stage_state (session, ZX_STAGE_OPEN) == ZX_STAGE_STALE);
}

static void
zx_layers_page_bind (ZxPage *page, ZxSession *session)
{
  ZxLayersPage *self = ZX_LAYERS_PAGE (page);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->add), make_menu, self, NULL);
  g_signal_connect_object (session, "layers-changed", G_CALLBACK (update_add), self,
                           G_CONNECT_SWAPPED);
  update_add (self);
  zx_page_follow (page, show_files);
}

static void
zx_layers_page_dispose (GObject *object)
{
  ZxLayersPage *self = ZX_LAYERS_PAGE (object);
  g_clear_object (&self->shown_layers);
  g_clear_object (&self->shown_files);
  g_clear_object (&self->layers);
  G_OBJECT_CLASS (zx_layers_page_parent_class)->dispose (object);
}

/* Rows nobody looks at are not made: opening a project exchanges all of them. */
static void
zx_layers_page_map (GtkWidget *widget)
{
  ZxLayersPage *self = ZX_LAYERS_PAGE (widget);
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  GTK_WIDGET_CLASS (zx_layers_page_parent_class)->map (widget);
  gtk_slice_list_model_set_model (self->shown_layers, zx_session_layers (session));
  zx_reveal_begin (self->shown_layers, widget, ROWS_PER_FRAME);
  zx_reveal_begin (self->shown_files, widget, ROWS_PER_FRAME);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->shown_layers), create_row,
                           self, NULL);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->files), G_LIST_MODEL (self->shown_files),
                           create_file_row, self, NULL);
  zx_session_look_for_files (session);
}

static void
zx_layers_page_unmap (GtkWidget *widget)
{
  ZxLayersPage *self = ZX_LAYERS_PAGE (widget);
  GTK_WIDGET_CLASS (zx_layers_page_parent_class)->unmap (widget);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->files), NULL, NULL, NULL, NULL);
}

static void
zx_layers_page_class_init (ZxLayersPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  ZX_PAGE_CLASS (class)->bind = zx_layers_page_bind;
  G_OBJECT_CLASS (class)->dispose = zx_layers_page_dispose;
  widget_class->map = zx_layers_page_map;
  widget_class->unmap = zx_layers_page_unmap;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-layers-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxLayersPage, list);
  gtk_widget_class_bind_template_child (widget_class, ZxLayersPage, add);
  gtk_widget_class_bind_template_child (widget_class, ZxLayersPage, files);
  gtk_widget_class_bind_template_child (widget_class, ZxLayersPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, ZxLayersPage, no_files);
  zx_file_menu_add_actions (widget_class);
  gtk_widget_class_install_action (widget_class, "layers.add", "s", add_action);
}

static void
zx_layers_page_init (ZxLayersPage *self)
{
  self->layers = gtk_string_list_new (NULL);
  self->shown_layers = gtk_slice_list_model_new (NULL, 0, G_MAXUINT);
  self->shown_files
      = gtk_slice_list_model_new (G_LIST_MODEL (g_object_ref (self->layers)), 0, G_MAXUINT);
  gtk_widget_init_template (GTK_WIDGET (self));
}
