/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-findings-page.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/zx-finding-row.h"
#include "ui/widgets/zx-reveal.h"

#define ROWS_PER_FRAME 1

struct _ZxFindingsPage
{
  ZxPage parent;
  GtkWidget *severity, *accepted, *waiting, *summary, *list;
  GListStore *groups;       /* ZxFindingGroup */
  GtkSliceListModel *shown; /* of them */
  gboolean is_due;
};

G_DEFINE_FINAL_TYPE (ZxFindingsPage, zx_findings_page, ZX_TYPE_PAGE)

/* ---- rows ------------------------------------------------------------------------------------ */

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return GTK_WIDGET (
      zx_finding_row_new (zx_page_session (ZX_PAGE (data)), ZX_FINDING_GROUP (item)));
}

/* ---- filling ----------------------------------------------------------------------------------
 */

/* Accepted rows are out of sight unless they are asked for; their expanders stay as they were. */
static void
show_accepted (ZxFindingsPage *self)
{
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  gboolean is_asked_for = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->accepted));
  guint n_groups = g_list_model_get_n_items (G_LIST_MODEL (self->groups)), n_rows = 0,
        n_accepted = 0;
  for (guint i = 0; i < n_groups; i++)
    {
      g_autoptr (ZxFindingGroup) group = g_list_model_get_item (G_LIST_MODEL (self->groups), i);
      n_rows += zx_finding_group_count (group);
      n_accepted += zx_session_is_accepted (session, zx_finding_group_rule (group),
                                            zx_finding_group_layer (group), -1);
    }
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    gtk_widget_set_visible (row,
                            is_asked_for || !zx_finding_row_is_accepted (ZX_FINDING_ROW (row)));
  g_autofree char *summary
      = n_groups > 0 ? g_strdup_printf (_ ("Rules that found something: %u, rows: %u. Accepted: "
                                           "%u. Nothing was changed without a line here."),
                                        n_groups, n_rows, n_accepted)
                     : g_strdup (_ ("Nothing was found that would be doubtful."));
  gtk_label_set_text (GTK_LABEL (self->summary), summary);
  gtk_widget_set_visible (self->list, n_groups > n_accepted || (is_asked_for && n_groups > 0));
  gtk_widget_set_visible (self->accepted, n_accepted > 0);
  gtk_widget_set_visible (self->waiting,
                          zx_session_stage_state (session, ZX_STAGE_CHECK) == ZX_STAGE_STALE);
}

static void
show_findings (ZxFindingsPage *self)
{
  ZxProject *project = zx_session_project (zx_page_session (ZX_PAGE (self)));
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->severity));
  g_autoptr (GPtrArray) groups = project != NULL
                                     ? zx_finding_groups (project, (ZxSeverity) MIN (chosen, 2))
                                     : g_ptr_array_new ();
  zx_reveal_begin (self->shown, GTK_WIDGET (self), ROWS_PER_FRAME);
  g_list_store_splice (self->groups, 0, g_list_model_get_n_items (G_LIST_MODEL (self->groups)),
                       groups->pdata, groups->len);
  show_accepted (self);
}

/* Rows are made when somebody sees them. */
static void
on_project_changed_cb (ZxFindingsPage *self)
{
  self->is_due = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (self->is_due)
    g_list_store_remove_all (self->groups);
  else
    show_findings (self);
}

static void
on_map_cb (ZxFindingsPage *self)
{
  if (self->is_due)
    show_findings (self);
  self->is_due = FALSE;
}

static void
zx_findings_page_bind (ZxPage *page, ZxSession *session)
{
  ZxFindingsPage *self = ZX_FINDINGS_PAGE (page);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->shown), create_row, self,
                           NULL);
  g_signal_connect_object (session, "notify::project", G_CALLBACK (on_project_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (show_accepted), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (show_accepted), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (on_map_cb), NULL);
  on_project_changed_cb (self);
}

static void
zx_findings_page_dispose (GObject *object)
{
  ZxFindingsPage *self = ZX_FINDINGS_PAGE (object);
  g_clear_object (&self->shown);
  g_clear_object (&self->groups);
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
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, accepted);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, summary);
  gtk_widget_class_bind_template_child (widget_class, ZxFindingsPage, list);
  gtk_widget_class_bind_template_callback (widget_class, show_accepted);
}

static void
zx_findings_page_init (ZxFindingsPage *self)
{
  self->groups = g_list_store_new (ZX_TYPE_FINDING_GROUP);
  self->shown = gtk_slice_list_model_new (G_LIST_MODEL (g_object_ref (self->groups)), 0, G_MAXUINT);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->severity, "notify::selected", G_CALLBACK (show_findings), self,
                           G_CONNECT_SWAPPED);
}
