/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One line for each of the role's columns.  The names stand in the file, which a job looks into. */

#include "ui/pages/zx-columns-window.h"

#include <glib/gi18n-lib.h>

struct _ZxColumnsWindow
{
  GtkWindow parent;
  ZxSession *session;
  char *layer;
  char **names;        /* of the file's columns; NULL until they are known */
  ZxRole role;         /* the lines are for this one */
  GPtrArray *choosers; /* GtkDropDown per column of the role, borrowed */
  gboolean is_filling;
  GtkWidget *state, *list;
};

G_DEFINE_FINAL_TYPE (ZxColumnsWindow, zx_columns_window, GTK_TYPE_WINDOW)

static const ZxBinding *
binding_of (ZxColumnsWindow *self)
{
  const ZxRecipe *recipe = zx_session_recipe (self->session);
  return recipe != NULL ? zx_recipe_binding (recipe, self->layer) : NULL;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void
on_chosen_cb (ZxColumnsWindow *self, GParamSpec *spec, GtkDropDown *chooser)
{
  guint i, n, chosen = gtk_drop_down_get_selected (chooser);
  const ZxRoleColumn *columns = zx_role_columns (self->role, &n);
  if (self->is_filling || !g_ptr_array_find (self->choosers, chooser, &i) || i >= n)
    return;
  zx_session_bind_column (self->session, self->layer, columns[i].name,
                          chosen > 0 ? self->names[chosen - 1] : NULL);
}

static GtkWidget *
line_new (ZxColumnsWindow *self, const ZxRoleColumn *column)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12),
            *label = gtk_label_new (_ (column->meaning)), *chooser;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  gtk_string_list_append (names,
                          column->is_required ? _ ("not chosen yet") : _ ("not in the file"));
  gtk_string_list_splice (names, 1, 0, (const char *const *) self->names);
  chooser = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (chooser, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chooser), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (column->meaning), -1);
  g_signal_connect_object (chooser, "notify::selected", G_CALLBACK (on_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (line), chooser);
  g_ptr_array_add (self->choosers, chooser);
  return line;
}

static void
make_lines (ZxColumnsWindow *self, ZxRole role)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (role, &n);
  GtkWidget *row;
  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  g_ptr_array_set_size (self->choosers, 0);
  self->role = role;
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *line = line_new (self, &columns[i]);
      gtk_list_box_append (GTK_LIST_BOX (self->list), line);
      row = gtk_widget_get_parent (line);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
      gtk_widget_set_focusable (row, FALSE);
    }
}

static guint
position_of (ZxColumnsWindow *self, const char *name)
{
  for (guint i = 0; name != NULL && self->names[i] != NULL; i++)
    if (strcmp (self->names[i], name) == 0)
      return i + 1;
  return 0;
}

/* As the recipe says, here changed or by undoing. */
static void
show_choices (ZxColumnsWindow *self)
{
  guint n;
  const ZxBinding *binding = binding_of (self);
  if (binding == NULL)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  if (self->names == NULL)
    return;
  self->is_filling = TRUE;
  if (binding->role != self->role)
    make_lines (self, binding->role);
  const ZxRoleColumn *columns = zx_role_columns (binding->role, &n);
  for (guint i = 0; i < n; i++)
    gtk_drop_down_set_selected (g_ptr_array_index (self->choosers, i),
                                position_of (self, zx_binding_column (binding, columns[i].name)));
  self->is_filling = FALSE;
  g_autofree char *text
      = g_strdup_printf (n > 0 ? _ ("%s is used as “%s”. The next run goes by what is chosen here.")
                               : _ ("%s is used as “%s”, which needs no columns."),
                         self->layer, _ (zx_role_title (binding->role)));
  gtk_label_set_text (GTK_LABEL (self->state), text);
  gtk_widget_set_visible (self->list, n > 0);
}

static void
on_listed_cb (GObject *owner, gpointer result, const GError *error)
{
  ZxColumnsWindow *self = ZX_COLUMNS_WINDOW (owner);
  if (self->session == NULL) /* closed meanwhile */
    {
      g_strfreev (result);
      return;
    }
  self->names = result;
  if (result == NULL)
    gtk_label_set_text (GTK_LABEL (self->state), error->message);
  else
    show_choices (self);
}

/* ---- the window ------------------------------------------------------------------------------ */

static void
zx_columns_window_dispose (GObject *object)
{
  ZxColumnsWindow *self = ZX_COLUMNS_WINDOW (object);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->layer, g_free);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->choosers, g_ptr_array_unref);
  G_OBJECT_CLASS (zx_columns_window_parent_class)->dispose (object);
}

static void
zx_columns_window_class_init (ZxColumnsWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_columns_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/zhixing/ui/pages/zx-columns-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxColumnsWindow, state);
  gtk_widget_class_bind_template_child (widget_class, ZxColumnsWindow, list);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
zx_columns_window_init (ZxColumnsWindow *self)
{
  self->role = ZX_N_ROLES;
  self->choosers = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

ZxColumnsWindow *
zx_columns_window_present (GtkWindow *parent, ZxSession *session, const char *layer)
{
  ZxColumnsWindow *self = g_object_new (ZX_TYPE_COLUMNS_WINDOW, "transient-for", parent,
                                        "destroy-with-parent", TRUE, NULL);
  self->session = g_object_ref (session);
  self->layer = g_strdup (layer);
  g_signal_connect_swapped (session, "settings-changed", G_CALLBACK (show_choices), self);
  gtk_label_set_text (GTK_LABEL (self->state), _ ("Looking at files"));
  gtk_widget_set_visible (self->list, FALSE);
  zx_session_list_columns (session, layer, on_listed_cb, G_OBJECT (self));
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
