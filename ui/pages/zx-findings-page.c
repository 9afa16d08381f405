/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-findings-page.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/zx-finding-group.h"

struct _ZxFindingsPage
{
  ZxPage parent;
  GtkWidget *severity, *summary, *list;
  GListStore *groups; /* ZxFindingGroup */
};

G_DEFINE_FINAL_TYPE (ZxFindingsPage, zx_findings_page, ZX_TYPE_PAGE)

/* ---- rows ------------------------------------------------------------------------------------ */

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

static GtkWidget *
text_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

/* A finding that lies somewhere is a button that flies there. */
static GtkWidget *
finding_widget (ZxFindingGroup *group, guint i)
{
  double x_m, y_m;
  g_autofree char *sentence = zx_finding_group_sentence (group, i);
  if (!zx_finding_group_place (group, i, &x_m, &y_m))
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

/* The single findings are made when somebody looks at them. */
static void
on_expanded_cb (GtkExpander *expander, GParamSpec *spec, ZxFindingGroup *group)
{
  if (!gtk_expander_get_expanded (expander) || gtk_expander_get_child (expander) != NULL)
    return;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_top (box, 6);
  for (guint i = 0; i < zx_finding_group_n_shown (group); i++)
    gtk_box_append (GTK_BOX (box), finding_widget (group, i));
  if (zx_finding_group_n_shown (group) < zx_finding_group_count (group))
    gtk_box_append (GTK_BOX (box),
                    text_label (_ ("The rest stands in the layer “findings” of the project file."),
                                "dim-label"));
  gtk_expander_set_child (expander, box);
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  ZxFindingGroup *group = item;
  ZxSeverity severity = zx_finding_group_severity (group);
  g_autofree char *title = zx_finding_group_title (group),
                  *advice = zx_finding_group_advice (group);
  g_autofree char *where
      = g_strdup_printf (_ ("%s · %s · rows: %u"), severity_name (severity),
                         zx_finding_group_layer (group), zx_finding_group_count (group));
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10),
            *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4),
            *icon = gtk_image_new_from_icon_name (severity_icon (severity)),
            *expander = gtk_expander_new (_ ("Which"));
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (icon, severity == ZX_SEVERITY_ERROR     ? "error"
                                  : severity == ZX_SEVERITY_WARNING ? "warning"
                                                                    : "dim-label");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (column), text_label (title, "heading"));
  gtk_box_append (GTK_BOX (column), text_label (where, "caption"));
  if (advice[0] != '\0')
    gtk_box_append (GTK_BOX (column), text_label (advice, "dim-label"));
  g_signal_connect_object (expander, "notify::expanded", G_CALLBACK (on_expanded_cb), group, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_box_append (GTK_BOX (column), expander);
  gtk_box_append (GTK_BOX (box), column);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return row;
}

/* ---- filling ----------------------------------------------------------------------------------
 */

static void
show_findings (ZxFindingsPage *self)
{
  ZxProject *project = zx_session_project (zx_page_session (ZX_PAGE (self)));
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->severity));
  g_autoptr (GPtrArray) groups = project != NULL
                                     ? zx_finding_groups (project, (ZxSeverity) MIN (chosen, 2))
                                     : g_ptr_array_new ();
  g_list_store_splice (self->groups, 0, g_list_model_get_n_items (G_LIST_MODEL (self->groups)),
                       groups->pdata, groups->len);
  gtk_widget_set_visible (self->list, groups->len > 0);
  guint n_rows = 0;
  for (guint i = 0; i < groups->len; i++)
    n_rows += zx_finding_group_count (g_ptr_array_index (groups, i));
  g_autofree char *summary
      = groups->len > 0 ? g_strdup_printf (_ ("Rules that found something: %u, rows: %u. Nothing "
                                              "was changed without a line here."),
                                           groups->len, n_rows)
                        : g_strdup (_ ("Nothing was found that would be doubtful."));
  gtk_label_set_text (GTK_LABEL (self->summary), summary);
}

static void
zx_findings_page_bind (ZxPage *page, ZxSession *session)
{
  ZxFindingsPage *self = ZX_FINDINGS_PAGE (page);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->groups), create_row, self,
                           NULL);
  g_signal_connect_object (session, "notify::project", G_CALLBACK (show_findings), self,
                           G_CONNECT_SWAPPED);
  show_findings (self);
}

static void
zx_findings_page_dispose (GObject *object)
{
  g_clear_object (&ZX_FINDINGS_PAGE (object)->groups);
  G_OBJECT_CLASS (zx_findings_page_parent_class)->dispose (object);
}

static void
zx_findings_page_class_init (ZxFindingsPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  ZX_PAGE_CLASS (class)->bind = zx_findings_page_bind;
  G_OBJECT_CLASS (class)->dispose = zx_findings_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/zhixing/ui/pages/zx-findings-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, severity);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, summary);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, list);
}

static void
zx_findings_page_init (ZxFindingsPage *self)
{
  self->groups = g_list_store_new (ZX_TYPE_FINDING_GROUP);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->severity, "notify::selected", G_CALLBACK (show_findings), self,
                           G_CONNECT_SWAPPED);
}
