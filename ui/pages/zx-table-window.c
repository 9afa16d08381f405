/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading, sorting, filtering and writing as text are done in workers on the shared table; an
 * answer that a newer question has overtaken is dropped. */

#include "ui/pages/zx-table-window.h"

#include <glib/gi18n-lib.h>

#include "ui/map/zx-map-features.h"
#include "ui/map/zx-map-painter.h"
#include "ui/pages/zx-column-titles.h"
#include "ui/pages/zx-table-rows.h"
#include "ui/zx-window.h"

#define CELL_CHARS 40
#define TEXT_CHARS 12 /* where the window is too narrow for all columns, it scrolls */

struct _ZxTableWindow
{
  GtkWindow parent;
  ZxSession *session;
  ZxProject *project; /* whose rows these are; compared, and read in a worker */
  ZxMapLayerKind kind;
  ZxLayerTable *table; /* NULL until it is read */
  ZxTableRows *rows;
  GtkMultiSelection *selection;
  gint64 wanted;         /* row to choose when rows are there; -1: none */
  gboolean is_following; /* the map chose */
  gboolean is_at_first_column;
  guint newest; /* number of the newest question */
  guint n_under_way;
  int probed; /* the column whose sorter was asked first */
  GtkWidget *search, *view, *state;
};

G_DEFINE_FINAL_TYPE (ZxTableWindow, zx_table_window, GTK_TYPE_WINDOW)

gboolean
zx_table_window_is_ready (ZxTableWindow *self)
{
  return self->table != NULL && self->n_under_way == 0;
}

guint
zx_table_window_n_rows (ZxTableWindow *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

/* ---- questions to workers ------------------------------------------------------------------- */

typedef struct
{
  GWeakRef window;
  guint number;
  ZxProject *project; /* to read; else NULL */
  char *layer_name;
  ZxLayerTable *table;
  ZxTableOrder wish;
  GArray *order; /* the answer, or what is to be copied */
  gboolean is_copying;
  char *csv;
  GError *error;
} Question;

static void
answer (gpointer data, gpointer unused)
{
  Question *question = data;
  if (question->project != NULL)
    {
      ZxLayer *layer = zx_project_layer (question->project, question->layer_name, &question->error);
      if (layer == NULL)
        return;
      question->table = zx_layer_table_new (layer);
    }
  if (question->is_copying)
    question->csv = zx_layer_table_csv (question->table, question->order);
  else
    question->order = zx_layer_table_order (question->table, &question->wish);
}

static void
question_free (Question *question)
{
  g_weak_ref_clear (&question->window);
  g_clear_object (&question->project);
  g_free (question->layer_name);
  g_clear_pointer (&question->table, zx_layer_table_unref);
  g_free (question->wish.text);
  g_clear_pointer (&question->order, g_array_unref);
  g_free (question->csv);
  g_clear_error (&question->error);
  g_free (question);
}

static void add_columns (ZxTableWindow *self);
static void choose_wanted (ZxTableWindow *self);
static gboolean choose_row (ZxTableWindow *self, guint32 row);
static gint64 chosen_row (ZxTableWindow *self);

static void
say_count (ZxTableWindow *self)
{
  g_autofree char *shown = zx_number_human (zx_table_window_n_rows (self), 0),
                  *all = zx_number_human ((double) zx_layer_table_layer (self->table)->n_rows, 0);
  g_autofree char *text = g_strdup_printf (_ ("%s of %s rows"), shown, all);
  gtk_label_set_text (GTK_LABEL (self->state), text);
}

/* Columns stay as they were dragged and sorted where another snapshot has the same. */
static gboolean
has_its_columns (ZxTableWindow *self)
{
  const ZxLayer *layer = zx_layer_table_layer (self->table);
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view));
  guint n = g_list_model_get_n_items (columns);
  if (n != layer->n_columns)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) column = g_list_model_get_item (columns, i);
      guint own = GPOINTER_TO_UINT (g_object_get_data (column, "zx-column"));
      const char *title = gtk_column_view_column_get_title (GTK_COLUMN_VIEW_COLUMN (column));
      if (g_strcmp0 (title, zx_column_title (layer->columns[own].name)) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
take_answer (ZxTableWindow *self, Question *question)
{
  if (question->error != NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->state), question->error->message);
      return;
    }
  if (self->table == NULL)
    {
      self->table = zx_layer_table_ref (question->table);
      if (!has_its_columns (self))
        add_columns (self);
    }
  gint64 chosen = chosen_row (self);
  self->is_following = TRUE; /* other rows, nobody's choice */
  zx_table_rows_set_order (self->rows, g_steal_pointer (&question->order));
  self->is_following = FALSE;
  say_count (self);
  if (chosen >= 0)
    choose_row (self, (guint32) chosen);
  choose_wanted (self);
}

static gboolean
on_answered_cb (gpointer data)
{
  Question *question = data;
  g_autoptr (ZxTableWindow) self = g_weak_ref_get (&question->window);
  if (self != NULL && self->rows != NULL)
    {
      self->n_under_way--;
      if (question->csv != NULL)
        {
          gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), question->csv);
          gtk_label_set_text (GTK_LABEL (self->state), _ ("The rows are on the clipboard as CSV"));
        }
      else if (question->number == self->newest)
        take_answer (self, question);
    }
  question_free (question);
  return G_SOURCE_REMOVE;
}

static void
push (ZxTableWindow *self, Question *question)
{
  g_weak_ref_init (&question->window, self);
  question->table = self->table != NULL ? zx_layer_table_ref (self->table) : NULL;
  self->n_under_way++;
  zx_map_pool_push (answer, on_answered_cb, question);
}

/* ---- sorting -------------------------------------------------------------------------------- */

static int
on_probe_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  ZxTableWindow *self = g_object_get_data (data, "zx-window");
  if (self->probed < 0)
    self->probed = GPOINTER_TO_INT (g_object_get_data (data, "zx-column"));
  return GTK_ORDERING_SMALLER;
}

/* GTK 4.8 does not say which header was clicked last; but the view's sorter asks the sorter of that
 * column first, and turns its answer round when the order is descending. */
static void
find_sorting (ZxTableWindow *self, ZxTableOrder *wish)
{
  GtkSorter *sorter = gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view));
  g_autoptr (GObject) one = g_object_new (ZX_TYPE_TABLE_ROW, NULL),
                      other = g_object_new (ZX_TYPE_TABLE_ROW, NULL);
  self->probed = -1;
  GtkOrdering ordering = gtk_sorter_compare (sorter, one, other);
  wish->column = self->probed;
  wish->is_descending = ordering == GTK_ORDERING_LARGER;
}

static void
ask_order (ZxTableWindow *self)
{
  if (self->table == NULL)
    return;
  Question *question = g_new0 (Question, 1);
  find_sorting (self, &question->wish);
  question->wish.text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  question->number = ++self->newest;
  push (self, question);
}

static void
on_search_cb (ZxTableWindow *self)
{
  ask_order (self);
}

/* ---- columns -------------------------------------------------------------------------------- */

static void
on_setup_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CELL_CHARS);
  gtk_list_item_set_child (item, label);
}

static void
on_bind_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer data)
{
  ZxTableWindow *self = g_object_get_data (G_OBJECT (factory), "zx-window");
  guint column = GPOINTER_TO_UINT (data);
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = zx_layer_table_text (
      self->table, zx_table_row_index (gtk_list_item_get_item (item)), column);
  gboolean is_number = zx_layer_table_layer (self->table)->columns[column].kind != ZX_COLUMN_TEXT;
  gtk_label_set_text (GTK_LABEL (label), text);
  if (is_number)
    gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR); /* digits line up in any language */
  gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
  gtk_label_set_width_chars (GTK_LABEL (label), is_number ? -1 : TEXT_CHARS);
}

static void
remove_columns (ZxTableWindow *self)
{
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view));
  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);
      gtk_column_view_remove_column (GTK_COLUMN_VIEW (self->view), column);
    }
}

static void
add_columns (ZxTableWindow *self)
{
  const ZxLayer *layer = zx_layer_table_layer (self->table);
  remove_columns (self);
  for (guint c = 0; c < layer->n_columns; c++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_object_set_data (G_OBJECT (factory), "zx-window", self);
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind_cb), GUINT_TO_POINTER (c));
      g_autoptr (GtkColumnViewColumn) column
          = gtk_column_view_column_new (zx_column_title (layer->columns[c].name), factory);
      g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (on_probe_cb, column, NULL));
      g_object_set_data (G_OBJECT (column), "zx-window", self);
      g_object_set_data (G_OBJECT (column), "zx-column", GINT_TO_POINTER (c));
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), column);
    }
}

/* GTK 4.8's column view begins at its left end, which right to left is the last column. */
static double
first_column (GtkAdjustment *across)
{
  return gtk_adjustment_get_upper (across) - gtk_adjustment_get_page_size (across);
}

static gboolean
show_first_column_cb (GtkWidget *view, GdkFrameClock *clock, gpointer data)
{
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (view));
  gtk_adjustment_set_value (across, first_column (across));
  return G_SOURCE_REMOVE;
}

/* Emitted while the view is laid out: what is set now would not be drawn. */
static void
on_width_changed_cb (ZxTableWindow *self, GtkAdjustment *across)
{
  if (self->is_at_first_column && gtk_widget_get_direction (self->view) == GTK_TEXT_DIR_RTL)
    gtk_widget_add_tick_callback (self->view, show_first_column_cb, NULL, NULL);
}

static void
on_scrolled_cb (ZxTableWindow *self, GtkAdjustment *across)
{
  self->is_at_first_column = gtk_adjustment_get_value (across) >= first_column (across);
}

/* ---- choosing and copying -------------------------------------------------------------------- */

static guint32
row_at (ZxTableWindow *self, guint position)
{
  return g_array_index (zx_table_rows_order (self->rows), guint32, position);
}

static ZxMapPane *
map_of (ZxTableWindow *self)
{
  GtkWindow *owner = gtk_window_get_transient_for (GTK_WINDOW (self));
  return ZX_IS_WINDOW (owner) ? zx_window_map (ZX_WINDOW (owner)) : NULL;
}

/* One chosen row is shown on the map of the window the table belongs to. */
static void
on_selection_changed_cb (ZxTableWindow *self)
{
  ZxMapPane *map = map_of (self);
  gint64 row = chosen_row (self);
  if (self->is_following || row < 0 || map == NULL)
    return;
  self->is_following = TRUE;
  zx_map_pane_choose (map, self->kind, (guint) row);
  self->is_following = FALSE;
}

/* GTK 4.8 lets only the list inside the view scroll to a row. */
static void
scroll_to (ZxTableWindow *self, guint position)
{
  for (GtkWidget *at = gtk_widget_get_first_child (self->view); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    if (GTK_IS_LIST_BASE (at))
      gtk_widget_activate_action (at, "list.scroll-to-item", "u", position);
}

/* FALSE when the row is not among those shown. */
static gboolean
choose_row (ZxTableWindow *self, guint32 row)
{
  const GArray *order = zx_table_rows_order (self->rows);
  guint position = 0;
  while (position < order->len && g_array_index (order, guint32, position) != row)
    position++;
  self->is_following = TRUE;
  if (position < order->len)
    {
      gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
      scroll_to (self, position);
    }
  else
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->selection));
  self->is_following = FALSE;
  return position < order->len;
}

static void
choose_wanted (ZxTableWindow *self)
{
  gint64 row = self->wanted;
  self->wanted = -1;
  if (row >= 0 && !choose_row (self, (guint32) row))
    gtk_label_set_text (GTK_LABEL (self->state),
                        _ ("What is chosen on the map is not among the rows that are shown"));
}

/* -1: none or several. */
static gint64
chosen_row (ZxTableWindow *self)
{
  g_autoptr (GtkBitset) chosen
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  return gtk_bitset_get_size (chosen) == 1 ? row_at (self, gtk_bitset_get_nth (chosen, 0)) : -1;
}

void
zx_table_window_show_row (ZxTableWindow *self, guint row)
{
  self->wanted = row;
  if (zx_table_window_is_ready (self))
    choose_wanted (self);
}

static void
on_chosen_on_map_cb (ZxTableWindow *self, guint kind, int feature)
{
  const ZxCity *city = zx_project_city (self->project);
  if (!self->is_following && feature >= 0
      && g_strcmp0 (zx_map_feature_table (city, (ZxMapLayerKind) kind),
                    zx_map_feature_table (city, self->kind))
             == 0)
    zx_table_window_show_row (self, (guint) feature);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxTableWindow *self = ZX_TABLE_WINDOW (widget);
  if (self->table == NULL)
    return;
  g_autoptr (GtkBitset) chosen
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  Question *question = g_new0 (Question, 1);
  guint64 n_chosen = gtk_bitset_get_size (chosen);
  question->is_copying = TRUE;
  question->order = n_chosen == 0 ? g_array_copy ((GArray *) zx_table_rows_order (self->rows))
                                  : g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint64 i = 0; i < n_chosen; i++)
    {
      guint32 row = row_at (self, gtk_bitset_get_nth (chosen, (guint) i));
      g_array_append_val (question->order, row);
    }
  push (self, question);
}

/* ---- the window ------------------------------------------------------------------------------ */

static void
zx_table_window_dispose (GObject *object)
{
  ZxTableWindow *self = ZX_TABLE_WINDOW (object);
  if (self->view != NULL)
    gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->project);
  g_clear_object (&self->session);
  g_clear_pointer (&self->table, zx_layer_table_unref);
  G_OBJECT_CLASS (zx_table_window_parent_class)->dispose (object);
}

static void
zx_table_window_class_init (ZxTableWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_table_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/zhixing/ui/pages/zx-table-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxTableWindow, search);
  gtk_widget_class_bind_template_child (widget_class, ZxTableWindow, view);
  gtk_widget_class_bind_template_child (widget_class, ZxTableWindow, state);
  gtk_widget_class_bind_template_callback (widget_class, on_search_cb);
  gtk_widget_class_install_action (widget_class, "table.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "table.copy",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
zx_table_window_init (ZxTableWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->wanted = -1;
  self->rows = zx_table_rows_new ();
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (on_selection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view)), "changed",
                           G_CALLBACK (ask_order), self, G_CONNECT_SWAPPED);
  self->is_at_first_column = TRUE;
  GtkAdjustment *across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view));
  g_signal_connect_object (across, "changed", G_CALLBACK (on_width_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (across, "value-changed", G_CALLBACK (on_scrolled_cb), self,
                           G_CONNECT_SWAPPED);
}

/* The rows of the session's snapshot. */
static void
read_rows (ZxTableWindow *self)
{
  Question *question = g_new0 (Question, 1);
  g_set_object (&self->project, zx_session_project (self->session));
  find_sorting (self, &question->wish);
  g_clear_pointer (&self->table, zx_layer_table_unref);
  zx_table_rows_set_order (self->rows, g_array_new (FALSE, FALSE, sizeof (guint32)));
  question->project = g_object_ref (self->project);
  question->layer_name
      = g_strdup (zx_map_feature_table (zx_project_city (self->project), self->kind));
  question->wish.text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  question->number = ++self->newest;
  push (self, question);
}

static void
on_project_changed_cb (ZxTableWindow *self)
{
  if (zx_session_project (self->session) == self->project)
    return;
  if (zx_session_layer_absence (self->session, self->kind) != NULL)
    gtk_window_destroy (GTK_WINDOW (self));
  else
    read_rows (self);
}

static ZxTableWindow *
find_window (GtkWindow *parent, ZxMapLayerKind kind)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      if (ZX_IS_TABLE_WINDOW (window) && gtk_window_get_transient_for (window) == parent
          && ZX_TABLE_WINDOW (window)->kind == kind)
        return ZX_TABLE_WINDOW (window);
    }
  return NULL;
}

ZxTableWindow *
zx_table_window_present (GtkWindow *parent, ZxSession *session, ZxMapLayer *layer)
{
  ZxMapLayerKind kind = zx_map_layer_kind (layer);
  g_return_val_if_fail (
      zx_map_feature_table (NULL, kind) != NULL && zx_session_project (session) != NULL, NULL);
  ZxTableWindow *self = find_window (parent, kind);
  if (self == NULL)
    {
      self = g_object_new (ZX_TYPE_TABLE_WINDOW, "transient-for", parent, "destroy-with-parent",
                           TRUE, NULL);
      self->session = g_object_ref (session);
      self->kind = kind;
      g_signal_connect_object (session, "notify::project", G_CALLBACK (on_project_changed_cb), self,
                               G_CONNECT_SWAPPED);
      if (map_of (self) != NULL)
        g_signal_connect_object (map_of (self), "chosen", G_CALLBACK (on_chosen_on_map_cb), self,
                                 G_CONNECT_SWAPPED);
      read_rows (self);
    }
  gtk_window_set_title (GTK_WINDOW (self), zx_map_layer_title (layer));
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
