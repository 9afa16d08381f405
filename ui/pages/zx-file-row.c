/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-file-row.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/zx-file-menu.h"

struct _ZxFileRow
{
  GtkListBoxRow parent;
  ZxSession *session;
  char *layer;
  GtkWidget *title, *role, *system, *missing, *missing_text, *locate, *menu;
};

G_DEFINE_FINAL_TYPE (ZxFileRow, zx_file_row, GTK_TYPE_LIST_BOX_ROW)

static const ZxBinding *
binding_of (ZxFileRow *self)
{
  const ZxRecipe *recipe = zx_session_recipe (self->session);
  return recipe != NULL ? zx_recipe_binding (recipe, self->layer) : NULL;
}

static void
show_role (ZxFileRow *self, const ZxBinding *binding)
{
  const char *title = _ (zx_role_title (binding->role));
  gboolean has_reason = binding->role_reason != NULL && binding->role_reason[0] != '\0';
  g_autofree char *text = has_reason
                              ? g_strdup_printf (_ ("%s: %s"), title, _ (binding->role_reason))
                              : g_strdup (title);
  gtk_label_set_text (GTK_LABEL (self->role), text);
}

/* What a person stated counts from the next run on; else what the last run found. */
static void
show_system (ZxFileRow *self, const ZxBinding *binding)
{
  const ZxSource *source = zx_session_source (self->session, self->layer);
  gboolean is_found = source != NULL && source->crs[0] != '\0'
                      && (binding->crs == NULL || strcmp (binding->crs, source->crs) == 0);
  const char *crs = is_found ? source->crs : binding->crs,
             *reason = is_found                      ? source->crs_reason
                       : binding->crs == NULL        ? ""
                       : binding->crs_reason != NULL ? binding->crs_reason
                                                     : N_ ("stated in the recipe");
  g_autofree char *text = NULL;
  if (binding->role != ZX_ROLE_NONE && crs != NULL)
    text = reason[0] != '\0'
               ? g_strdup_printf (_ ("%s: %s"), zx_file_menu_system_title (crs), _ (reason))
               : g_strdup (zx_file_menu_system_title (crs));
  gtk_label_set_text (GTK_LABEL (self->system), text != NULL ? text : "");
  gtk_widget_set_visible (self->system, text != NULL);
}

static void
show_missing (ZxFileRow *self, const ZxBinding *binding)
{
  gboolean is_missing = zx_session_is_missing (self->session, binding->path);
  g_autofree char *text = g_strdup_printf (_ ("The file is not at %s any more."), binding->path);
  gtk_label_set_text (GTK_LABEL (self->missing_text), is_missing ? text : "");
  gtk_widget_set_visible (self->missing, is_missing);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->locate), "s", binding->path);
}

static void
show_file (ZxFileRow *self)
{
  const ZxBinding *binding = binding_of (self);
  if (binding == NULL) /* read from elsewhere under another name: the page makes another row */
    return;
  show_role (self, binding);
  show_system (self, binding);
  show_missing (self, binding);
}

/* The menu is made when it is opened. */
static void
create_menu (GtkMenuButton *button, gpointer data)
{
  ZxFileRow *self = data;
  g_autoptr (GMenuModel) menu = zx_file_menu_new (self->session, self->layer);
  gtk_menu_button_set_menu_model (button, menu);
}

static void
zx_file_row_dispose (GObject *object)
{
  ZxFileRow *self = ZX_FILE_ROW (object);
  g_clear_object (&self->session);
  g_clear_pointer (&self->layer, g_free);
  G_OBJECT_CLASS (zx_file_row_parent_class)->dispose (object);
}

static void
zx_file_row_class_init (ZxFileRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_file_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, title);
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, role);
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, system);
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, missing);
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, missing_text);
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, locate);
  gtk_widget_class_bind_template_child (widget_class, ZxFileRow, menu);
  zx_file_menu_add_actions (widget_class);
}

static void
zx_file_row_init (ZxFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu), create_menu, self, NULL);
}

ZxFileRow *
zx_file_row_new (ZxSession *session, const char *layer)
{
  ZxFileRow *self = g_object_new (ZX_TYPE_FILE_ROW, NULL);
  g_autofree char *locate = g_strdup_printf (_ ("Say where %s is now"), layer),
                  *menu = g_strdup_printf (_ ("Correct how %s is read"), layer);
  self->session = g_object_ref (session);
  self->layer = g_strdup (layer);
  gtk_label_set_text (GTK_LABEL (self->title), layer);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, layer, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->locate), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  locate, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL, menu,
                                  -1);
  static const char *const signals[] = { "files-changed", "settings-changed", "notify::project" };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (session, signals[i], G_CALLBACK (show_file), self, G_CONNECT_SWAPPED);
  show_file (self);
  return self;
}
