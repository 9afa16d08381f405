/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-finding-row.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/zx-file-menu.h"
#include "ui/widgets/zx-line-layout.h"

struct _ZxFindingRow
{
  GtkListBoxRow parent;
  ZxSession *session;
  ZxFindingGroup *group;
  GtkWidget *icon, *title, *where, *advice, *accept, *correct, *expander;
  GPtrArray *leave_out; /* GtkToggleButton per finding shown, borrowed; NULL where none */
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (ZxFindingRow, zx_finding_row, GTK_TYPE_LIST_BOX_ROW)

static const char *
severity_icon (ZxSeverity severity)
{
  return severity == ZX_SEVERITY_ERROR     ? "dialog-error-symbolic"
         : severity == ZX_SEVERITY_WARNING ? "dialog-warning-symbolic"
                                           : "dialog-information-symbolic";
}

static const char *
severity_name (ZxSeverity severity)
{
  return severity == ZX_SEVERITY_ERROR     ? _ ("Error")
         : severity == ZX_SEVERITY_WARNING ? _ ("Warning")
                                           : _ ("Note");
}

static const ZxBinding *
binding_of (ZxFindingRow *self)
{
  const ZxRecipe *recipe = zx_session_recipe (self->session);
  return recipe != NULL ? zx_recipe_binding (recipe, zx_finding_group_layer (self->group)) : NULL;
}

/* A message with Undo, for what has just been changed. */
static void
tell_change (ZxFindingRow *self)
{
  const char *label = zx_history_undo_label (zx_session_history (self->session));
  if (label != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.tell-undo", "s", label);
}

/* ---- single findings ------------------------------------------------------------------------ */

static GtkWidget *
text_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, style);
  return label;
}

/* A finding that lies somewhere is a button that flies there. */
static GtkWidget *
sentence_widget (ZxFindingRow *self, guint i)
{
  double x_m, y_m;
  g_autofree char *sentence = zx_finding_group_sentence (self->group, i);
  if (!zx_finding_group_place (self->group, i, &x_m, &y_m))
    return text_label (sentence, "caption");
  GtkWidget *button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (button), text_label (sentence, "caption"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Show on the map"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.fly-to");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ddd)", x_m, y_m, 0.0);
  return button;
}

static void
on_leave_out_toggled_cb (ZxFindingRow *self, GtkToggleButton *button)
{
  guint i;
  if (self->is_filling || !g_ptr_array_find (self->leave_out, button, &i))
    return;
  zx_session_leave_out (self->session, zx_finding_group_layer (self->group),
                        zx_finding_group_source_row (self->group, i),
                        gtk_toggle_button_get_active (button));
  tell_change (self);
}

/* NULL where rows cannot be left out one by one. */
static GtkWidget *
leave_out_button (ZxFindingRow *self, guint i)
{
  const ZxBinding *binding = binding_of (self);
  gint64 row = zx_finding_group_source_row (self->group, i);
  if (binding == NULL || row < 0 || !zx_role_can_leave_out (binding->role))
    return NULL;
  GtkWidget *button = gtk_toggle_button_new ();
  g_autofree char *name = g_strdup_printf (_ ("Leave row %lld out"), (long long) row + 1);
  gtk_button_set_icon_name (GTK_BUTTON (button), "action-unavailable-symbolic");
  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), zx_binding_leaves_out (binding, row));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (on_leave_out_toggled_cb), self);
  return button;
}

/* The single findings are made when somebody looks at them. */
static void
on_expanded_cb (ZxFindingRow *self)
{
  GtkExpander *expander = GTK_EXPANDER (self->expander);
  if (!gtk_expander_get_expanded (expander) || gtk_expander_get_child (expander) != NULL)
    return;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_margin_top (box, 6);
  for (guint i = 0; i < zx_finding_group_n_shown (self->group); i++)
    {
      GtkWidget *line = zx_line_new (6), *sentence = sentence_widget (self, i),
                *button = leave_out_button (self, i);
      gtk_widget_set_hexpand (sentence, TRUE);
      gtk_box_append (GTK_BOX (line), sentence);
      if (button != NULL)
        gtk_box_append (GTK_BOX (line), button);
      g_ptr_array_add (self->leave_out, button);
      gtk_box_append (GTK_BOX (box), line);
    }
  if (zx_finding_group_n_shown (self->group) < zx_finding_group_count (self->group))
    gtk_box_append (GTK_BOX (box),
                    text_label (_ ("The rest stands in the layer “findings” of the project file."),
                                "dim-label"));
  gtk_expander_set_child (expander, box);
}

/* ---- accepting ------------------------------------------------------------------------------ */

gboolean
zx_finding_row_is_accepted (ZxFindingRow *self)
{
  return zx_session_is_accepted (self->session, zx_finding_group_rule (self->group),
                                 zx_finding_group_layer (self->group), -1);
}

static void
on_accept_toggled_cb (ZxFindingRow *self)
{
  if (self->is_filling)
    return;
  zx_session_accept (self->session, zx_finding_group_rule (self->group),
                     zx_finding_group_layer (self->group), -1,
                     gtk_check_button_get_active (GTK_CHECK_BUTTON (self->accept)));
  tell_change (self);
}

/* The menu is made when it is opened. */
static void
create_menu (GtkMenuButton *button, gpointer data)
{
  ZxFindingRow *self = data;
  g_autoptr (GMenuModel) menu
      = zx_file_menu_new (self->session, zx_finding_group_layer (self->group));
  gtk_menu_button_set_menu_model (button, menu);
}

/* What was decided, here or by undoing. */
static void
show_decisions (ZxFindingRow *self)
{
  const ZxBinding *binding = binding_of (self);
  self->is_filling = TRUE;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->accept), zx_finding_row_is_accepted (self));
  gtk_widget_set_visible (self->correct, binding != NULL);
  for (guint i = 0; i < self->leave_out->len; i++)
    {
      GtkToggleButton *button = g_ptr_array_index (self->leave_out, i);
      if (button != NULL && binding != NULL)
        gtk_toggle_button_set_active (
            button, zx_binding_leaves_out (binding, zx_finding_group_source_row (self->group, i)));
    }
  self->is_filling = FALSE;
}

/* ---- the widget ----------------------------------------------------------------------------- */

static void
name_controls (ZxFindingRow *self, const char *title)
{
  const char *layer = zx_finding_group_layer (self->group);
  g_autofree char *accept = g_strdup_printf (_ ("Accept “%s” in %s"), title, layer),
                  *correct = g_strdup_printf (_ ("Correct how %s is read"), layer);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->accept), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  accept, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->correct), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  correct, -1);
}

static void
show_group (ZxFindingRow *self)
{
  ZxSeverity severity = zx_finding_group_severity (self->group);
  g_autofree char *title = zx_finding_group_title (self->group),
                  *advice = zx_finding_group_advice (self->group);
  g_autofree char *where = g_strdup_printf (_ ("%s · %s · rows: %u"), severity_name (severity),
                                            zx_finding_group_layer (self->group),
                                            zx_finding_group_count (self->group));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), severity_icon (severity));
  gtk_widget_add_css_class (self->icon, severity == ZX_SEVERITY_ERROR     ? "error"
                                        : severity == ZX_SEVERITY_WARNING ? "warning"
                                                                          : "dim-label");
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->where), where);
  gtk_label_set_text (GTK_LABEL (self->advice), advice);
  gtk_widget_set_visible (self->advice, advice[0] != '\0');
  name_controls (self, title);
}

static void
zx_finding_row_dispose (GObject *object)
{
  ZxFindingRow *self = ZX_FINDING_ROW (object);
  g_clear_object (&self->session);
  g_clear_object (&self->group);
  g_clear_pointer (&self->leave_out, g_ptr_array_unref);
  G_OBJECT_CLASS (zx_finding_row_parent_class)->dispose (object);
}

static void
zx_finding_row_class_init (ZxFindingRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_finding_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-finding-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, icon);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, title);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, where);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, advice);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, accept);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, correct);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingRow, expander);
  gtk_widget_class_bind_template_callback (widget_class, on_accept_toggled_cb);
  zx_file_menu_add_actions (widget_class);
}

static void
zx_finding_row_init (ZxFindingRow *self)
{
  self->leave_out = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->correct), create_menu, self, NULL);
  g_signal_connect_object (self->expander, "notify::expanded", G_CALLBACK (on_expanded_cb), self,
                           G_CONNECT_SWAPPED);
}

ZxFindingRow *
zx_finding_row_new (ZxSession *session, ZxFindingGroup *group)
{
  ZxFindingRow *self = g_object_new (ZX_TYPE_FINDING_ROW, NULL);
  self->session = g_object_ref (session);
  self->group = g_object_ref (group);
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (show_decisions), self,
                           G_CONNECT_SWAPPED);
  show_group (self);
  show_decisions (self);
  return self;
}
