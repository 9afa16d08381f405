/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-grid-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/zx-grid-rows.h"
#include "ui/widgets/zx-chart-view.h"
#include "ui/widgets/zx-reveal.h"
#include "ui/widgets/zx-status.h"
#include "ui/zx-page-reading.h"

#define CHART_HEIGHT   130.0
#define NAME_CHARS     10
#define ROWS_PER_FRAME 2

struct _ZxGridPage
{
  ZxPage parent;
  GtkWidget *root, *absence, *content, *summary, *stale, *search, *show, *table, *count;
  GtkWidget *details, *details_title, *details_text, *chart, *profile, *duration;
  ZxGridReading *reading; /* nullable */
  gboolean is_tree;       /* else a list of the lines that are asked for */
  GtkFilter *filter;
  GtkTreeListModel *tree; /* of @reading, nullable */
  GtkSortListModel *sorted;
  GtkSliceListModel *shown;
  GtkSingleSelection *selection;
};

G_DEFINE_FINAL_TYPE (ZxGridPage, zx_grid_page, ZX_TYPE_PAGE)

/* ---- the table ----------------------------------------------------------------------------- */

static GtkWidget *
new_label (ZxGridColumn column)
{
  gboolean is_text = column == ZX_GRID_COLUMN_NAME || column == ZX_GRID_COLUMN_LIMIT;
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), is_text ? 0 : 1);
  if (is_text)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), NAME_CHARS);
    }
  else
    {
      gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR); /* digits line up in any language */
      gtk_widget_add_css_class (label, "numeric");
    }
  return label;
}

static void
on_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = new_label (GPOINTER_TO_UINT (data));
  if (GPOINTER_TO_UINT (data) != ZX_GRID_COLUMN_NAME)
    {
      gtk_list_item_set_child (item, label);
      return;
    }
  GtkWidget *expander = gtk_tree_expander_new ();
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), label);
  gtk_widget_set_focusable (expander, FALSE); /* the row is; keys of the table turn it */
  gtk_list_item_set_child (item, expander);
}

static void
on_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkTreeListRow *tree_row = gtk_list_item_get_item (item);
  g_autoptr (ZxGridRow) row = gtk_tree_list_row_get_item (tree_row);
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = zx_grid_row_text (row, GPOINTER_TO_UINT (data));
  if (GTK_IS_TREE_EXPANDER (label))
    {
      gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (label), tree_row);
      label = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (label));
    }
  gtk_label_set_text (GTK_LABEL (label), text);
}

static void
on_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *child = gtk_list_item_get_child (item);
  if (GTK_IS_TREE_EXPANDER (child))
    gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (child), NULL);
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer data)
{
  return zx_grid_row_compare ((ZxGridRow *) a, (ZxGridRow *) b, GPOINTER_TO_UINT (data));
}

static void
add_column (ZxGridPage *self, ZxGridColumn column, const char *title, gboolean is_wide)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), GUINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind_cb), GUINT_TO_POINTER (column));
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind_cb), NULL);
  g_autoptr (GtkColumnViewColumn) view = gtk_column_view_column_new (title, factory);
  g_autoptr (GtkSorter) sorter
      = GTK_SORTER (gtk_custom_sorter_new (compare_rows, GUINT_TO_POINTER (column), NULL));
  gtk_column_view_column_set_sorter (view, sorter);
  gtk_column_view_column_set_resizable (view, TRUE);
  gtk_column_view_column_set_expand (view, is_wide);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->table), view);
}

static ZxGridShow
show_of (ZxGridPage *self)
{
  return (ZxGridShow) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->show));
}

static gboolean
matches (gpointer item, gpointer data)
{
  ZxGridPage *self = ZX_GRID_PAGE (data);
  g_autofree char *text = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  return zx_grid_row_matches (ZX_GRID_ROW (item), show_of (self), text);
}

static GListModel *
members_of (gpointer item, gpointer data)
{
  return (GListModel *) zx_grid_rows_new_members (ZX_GRID_ROW (item));
}

static GListModel *
no_members (gpointer item, gpointer data)
{
  return NULL;
}

/* Feeders and what hangs on each; where something is looked for, a list of what fits. */
static void
show_lines (ZxGridPage *self)
{
  GListModel *lines;
  self->is_tree = show_of (self) == ZX_GRID_SHOW_ALL
                  && *gtk_editable_get_text (GTK_EDITABLE (self->search)) == '\0';
  if (self->is_tree)
    lines = G_LIST_MODEL (zx_grid_rows_new_tops (self->reading));
  else
    lines = G_LIST_MODEL (gtk_filter_list_model_new (
        G_LIST_MODEL (zx_grid_rows_new (self->reading)), g_object_ref (self->filter)));
  g_clear_object (&self->tree);
  self->tree = gtk_tree_list_model_new (lines, FALSE, FALSE,
                                        self->is_tree ? members_of : no_members, NULL, NULL);
  gtk_sort_list_model_set_model (self->sorted, G_LIST_MODEL (self->tree));
  if (g_list_model_get_n_items (lines) == 1)
    {
      g_autoptr (GtkTreeListRow) only = gtk_tree_list_model_get_row (self->tree, 0);
      gtk_tree_list_row_set_expanded (only, TRUE);
    }
}

/* -1: none. */
static gint32
selected_line (ZxGridPage *self)
{
  GtkTreeListRow *tree_row = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (ZxGridRow) row = tree_row != NULL ? gtk_tree_list_row_get_item (tree_row) : NULL;
  return row != NULL ? (gint32) zx_grid_row_index (row) : -1;
}

/* Returns: its position among the rows shown, or GTK_INVALID_LIST_POSITION. */
static guint
position_of (ZxGridPage *self, gint32 line)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->shown)); i++)
    {
      g_autoptr (GtkTreeListRow) tree_row = g_list_model_get_item (G_LIST_MODEL (self->shown), i);
      g_autoptr (ZxGridRow) row = gtk_tree_list_row_get_item (tree_row);
      if ((gint32) zx_grid_row_index (row) == line)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* Opens the feeder it hangs on. */
static void
select_line (ZxGridPage *self, gint32 line)
{
  gint32 feeder = self->reading->line[line].feeder;
  guint at = self->is_tree && feeder >= 0 ? position_of (self, feeder) : GTK_INVALID_LIST_POSITION;
  if (at != GTK_INVALID_LIST_POSITION)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->shown), at);
      gtk_tree_list_row_set_expanded (row, TRUE);
    }
  gtk_single_selection_set_selected (self->selection, position_of (self, line));
}

/* What is selected stays so where it is shown. */
static void
on_wanted_changed_cb (ZxGridPage *self)
{
  if (self->reading == NULL)
    return;
  gint32 line = selected_line (self);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  show_lines (self);
  if (line >= 0)
    select_line (self, line);
}

/* Enter or two clicks. */
static void
on_activate_cb (ZxGridPage *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->shown), position);
  gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

/* Right opens a feeder, Left closes it, or that of the line that is selected. */
static void
expand_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxGridPage *self = ZX_GRID_PAGE (widget);
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (self->selection);
  gboolean is_open = g_variant_get_boolean (parameter);
  if (row == NULL)
    return;
  g_autoptr (GtkTreeListRow) parent = gtk_tree_list_row_get_parent (row);
  if (is_open || gtk_tree_list_row_get_expanded (row) || parent == NULL)
    gtk_tree_list_row_set_expanded (row, is_open);
  else
    {
      g_autoptr (ZxGridRow) feeder = gtk_tree_list_row_get_item (parent);
      select_line (self, (gint32) zx_grid_row_index (feeder));
    }
}

static void
update_count (ZxGridPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autofree char *text = g_strdup_printf (_ ("Rows: %u"), n);
  gtk_label_set_text (GTK_LABEL (self->count), text);
}

/* ---- the row that is selected -------------------------------------------------------------- */

static void
paint_room (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  ZxGridRow *row = ZX_GRID_ROW ((gpointer) data);
  const ZxGridLine *line = zx_grid_row_line (row);
  g_autofree char *planning
      = g_strdup_printf (_ ("Up to %.0f %% load"), 100 * zx_grid_row_reading (row)->plan_rate);
  double hours[24], plan[24], full[24];
  gboolean has_full = FALSE;
  for (guint hour = 0; hour < 24; hour++)
    {
      hours[hour] = hour;
      plan[hour] = line->room_plan_kw[hour];
      full[hour] = line->room_full_kw[hour];
      has_full = has_full || isfinite (full[hour]);
    }
  const ZxSeries series[] = { { planning, 24, hours, plan },
                              { _ ("Up to 100 % load"), 24, hours, full, NULL, NULL, TRUE } };
  frame->x_label = _ ("Hour of the day");
  frame->y_label = _ ("Room for charging, kW");
  frame->x_step = 6;
  zx_chart_lines (cr, frame, series, has_full ? 2 : 1);
}

static void
paint_profile (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxGridLine *line = zx_grid_row_line (ZX_GRID_ROW ((gpointer) data));
  double most_km = 0;
  for (guint i = 0; i < line->n_profile; i++)
    most_km = fmax (most_km, line->profile_km[i]);
  const double ends_km[] = { 0, most_km }, limits[] = { line->limit_pu, line->limit_pu };
  const ZxSeries series[]
      = { { _ ("Voltage"), line->n_profile, line->profile_km, line->profile_pu },
          { _ ("Lowest allowed"), 2, ends_km, limits, NULL, NULL, TRUE } };
  frame->x_label = _ ("Distance from the source, km");
  frame->y_label = _ ("Voltage, p.u.");
  frame->is_small = TRUE;
  zx_chart_lines (cr, frame, series, G_N_ELEMENTS (series));
}

static void
paint_duration (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  const ZxGridLine *line = zx_grid_row_line (ZX_GRID_ROW ((gpointer) data));
  double hours[24], now[24], after[24];
  for (guint hour = 0; hour < 24; hour++)
    {
      hours[hour] = hour + 1;
      now[hour] = 100 * line->load_now[hour];
      after[hour] = 100 * line->load_after[hour];
    }
  const ZxSeries series[] = { { _ ("Today"), 24, hours, now },
                              { _ ("With the plan"), 24, hours, after, NULL, NULL, TRUE } };
  frame->x_label = _ ("Hours with at least this load");
  frame->y_label = _ ("Load, %");
  frame->x_step = 6;
  zx_chart_lines (cr, frame, series, isfinite (line->load_after[0]) ? 2 : 1);
}

static void
show_duration (ZxGridPage *self, ZxGridRow *row)
{
  const ZxGridLine *line = zx_grid_row_line (row);
  gboolean is_known = isfinite (line->load_now[0]);
  g_autofree char *spoken = g_strdup_printf (_ ("Load duration on the design day, %s"), line->name);
  zx_chart_view_set (ZX_CHART_VIEW (self->duration), spoken, CHART_HEIGHT,
                     is_known ? paint_duration : NULL, is_known ? g_object_ref (row) : NULL,
                     is_known ? g_object_unref : NULL);
}

static char *
describe (const ZxGridLine *line)
{
  g_autofree char *room = zx_number_human (line->room_kw, 0);
  g_autofree char *after = zx_number_human (line->room_after_kw, 0);
  GString *text = g_string_new (NULL);
  if (isfinite (line->room_kw))
    g_string_append_printf (text,
                            _ ("The least room of the day is %s kW, at %u:00. Limited by: %s."),
                            room, line->room_hour, line->limit);
  else
    g_string_append (text, _ ("The room is not known: ratings or loads are missing."));
  if (line->flow != NULL)
    g_string_append_printf (text, "\n%s", line->flow);
  if (line->advice != NULL)
    g_string_append_printf (text, "\n%s", line->advice);
  if (line->n_sites > 0)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Sites of the plan that connect here: %u."), line->n_sites);
    }
  if (line->n_sites > 0 && isfinite (line->room_after_kw))
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("With the whole plan built, %s kW are left."), after);
    }
  return g_string_free (text, FALSE);
}

static void
on_selected_cb (ZxGridPage *self)
{
  GtkTreeListRow *tree_row = gtk_single_selection_get_selected_item (self->selection);
  gtk_widget_set_visible (self->details, tree_row != NULL);
  if (tree_row == NULL)
    return;
  g_autoptr (ZxGridRow) row = gtk_tree_list_row_get_item (tree_row);
  const ZxGridLine *line = zx_grid_row_line (row);
  g_autofree char *text = describe (line);
  g_autofree char *spoken = g_strdup_printf (_ ("Room for charging by the hour, %s"), line->name);
  gtk_label_set_text (GTK_LABEL (self->details_title), line->name);
  gtk_label_set_text (GTK_LABEL (self->details_text), text);
  gboolean has_room = isfinite (line->room_plan_kw[line->room_hour]);
  zx_chart_view_set (ZX_CHART_VIEW (self->chart), spoken, CHART_HEIGHT,
                     has_room ? paint_room : NULL, has_room ? g_object_ref (row) : NULL,
                     has_room ? g_object_unref : NULL);
  g_autofree char *profile
      = g_strdup_printf (_ ("Voltage over the distance from the source, %s"), line->name);
  gboolean has_profile = line->n_profile > 0;
  zx_chart_view_set (ZX_CHART_VIEW (self->profile), profile, CHART_HEIGHT,
                     has_profile ? paint_profile : NULL, has_profile ? g_object_ref (row) : NULL,
                     has_profile ? g_object_unref : NULL);
  show_duration (self, row);
  if (isfinite (line->x_m) && isfinite (line->y_m))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.fly-to", "(ddd)", line->x_m, line->y_m,
                                0.0);
}

/* ---- the page ------------------------------------------------------------------------------ */

static void
show_reading (ZxPage *page, gpointer data)
{
  ZxGridPage *self = ZX_GRID_PAGE (page);
  ZxGridReading *reading = data;
  gtk_sort_list_model_set_model (self->sorted, NULL);
  g_clear_object (&self->tree);
  g_clear_pointer (&self->reading, zx_grid_reading_unref);
  gtk_widget_set_visible (self->root, reading != NULL);
  if (reading == NULL)
    return;
  self->reading = zx_grid_reading_ref (reading);
  g_object_set (self->absence, "description", reading->absence, NULL);
  gtk_widget_set_visible (self->absence, reading->absence != NULL);
  gtk_widget_set_visible (self->content, reading->absence == NULL);
  gtk_label_set_text (GTK_LABEL (self->summary), reading->summary != NULL ? reading->summary : "");
  gtk_widget_set_visible (self->summary, reading->summary != NULL);
  zx_reveal_begin (self->shown, GTK_WIDGET (self), ROWS_PER_FRAME);
  show_lines (self);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

static void
update_stale (ZxGridPage *self)
{
  gtk_widget_set_visible (
      self->stale, zx_session_stage_state (zx_page_session (ZX_PAGE (self)), ZX_STAGE_HEADROOM)
                       == ZX_STAGE_STALE);
}

static gpointer
read_project (ZxProject *project)
{
  return zx_grid_reading_new (project);
}

static void
zx_grid_page_bind (ZxPage *page, ZxSession *session)
{
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (update_stale), page,
                           G_CONNECT_SWAPPED);
  zx_page_keep_reading (page, read_project, show_reading, zx_grid_reading_unref);
  update_stale (ZX_GRID_PAGE (page));
}

static void
add_models (ZxGridPage *self)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->table));
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->sorted = gtk_sort_list_model_new (
      NULL, GTK_SORTER (gtk_tree_list_row_sorter_new (g_object_ref (sorter))));
  self->shown = gtk_slice_list_model_new (G_LIST_MODEL (g_object_ref (self->sorted)), 0, G_MAXUINT);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->shown)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->table), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (update_count), self,
                           G_CONNECT_SWAPPED);
}

static void
zx_grid_page_dispose (GObject *object)
{
  ZxGridPage *self = ZX_GRID_PAGE (object);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->sorted);
  g_clear_object (&self->tree);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->reading, zx_grid_reading_unref);
  G_OBJECT_CLASS (zx_grid_page_parent_class)->dispose (object);
}

static void
zx_grid_page_class_init (ZxGridPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_grid_page_dispose;
  ZX_PAGE_CLASS (class)->bind = zx_grid_page_bind;
  g_type_ensure (ZX_TYPE_CHART_VIEW);
  g_type_ensure (ZX_TYPE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-grid-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, root);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, absence);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, content);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, summary);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, stale);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, search);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, show);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, table);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, count);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, details);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, details_title);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, details_text);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, chart);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, profile);
  gtk_widget_class_bind_template_child (widget_class, ZxGridPage, duration);
  gtk_widget_class_bind_template_callback (widget_class, on_wanted_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
  gtk_widget_class_install_action (widget_class, "grid.expand", "b", expand_action);
}

static void
zx_grid_page_init (ZxGridPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_column (self, ZX_GRID_COLUMN_NAME, _ ("Name"), TRUE);
  add_column (self, ZX_GRID_COLUMN_RATE, _ ("Load"), FALSE);
  add_column (self, ZX_GRID_COLUMN_RATE_AFTER, _ ("With plan"), FALSE);
  add_column (self, ZX_GRID_COLUMN_ROOM, _ ("Room, kW"), FALSE);
  add_column (self, ZX_GRID_COLUMN_LIMIT, _ ("Limited by"), TRUE);
  add_models (self);
}
