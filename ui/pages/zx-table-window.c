/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading, sorting, filtering and writing as text are done in workers on the shared table; an
 * answer that a newer question has overtaken is dropped. */

#include "ui/pages/zx-table-window.h"

#include <glib/gi18n-lib.h>

#include "ui/map/zx-map-painter.h"
#include "ui/pages/zx-table-rows.h"

#define CELL_CHARS 40

struct _ZxTableWindow
{
  GtkWindow parent;
  ZxProject *project;
  ZxLayerTable *table; /* NULL until it is read */
  ZxTableRows *rows;
  GtkMultiSelection *selection;
  char *layer_name;
  guint newest; /* number of the newest question */
  guint n_under_way;
  int probed; /* the column whose sorter was asked first */
  GtkWidget *search, *view, *state;
};

G_DEFINE_FINAL_TYPE (ZxTableWindow, zx_table_window, GTK_TYPE_WINDOW)

const char *
zx_table_of_layer (ZxMapLayerKind kind)
{
  switch (kind)
    {
    case ZX_MAP_LAYER_STATIONS:
      return "stations";
    case ZX_MAP_LAYER_CANDIDATES:
      return "candidates";
    case ZX_MAP_LAYER_SITES:
      return "sites";
    case ZX_MAP_LAYER_TRANSFORMER_AREAS:
      return "transformer_area";
    case ZX_MAP_LAYER_DEMAND_MEAN:
    case ZX_MAP_LAYER_DEMAND_SPREAD:
    case ZX_MAP_LAYER_DEMAND_PROBABILITY:
      return "cells";
    default:
      return NULL;
    }
}

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

static void
say_count (ZxTableWindow *self)
{
  g_autofree char *shown = zx_number_human (zx_table_window_n_rows (self), 0),
                  *all = zx_number_human ((double) zx_layer_table_layer (self->table)->n_rows, 0);
  g_autofree char *text = g_strdup_printf (_ ("%s of %s rows"), shown, all);
  gtk_label_set_text (GTK_LABEL (self->state), text);
}

static gboolean
on_answered_cb (gpointer data)
{
  Question *question = data;
  g_autoptr (ZxTableWindow) self = g_weak_ref_get (&question->window);
  if (self != NULL && self->rows != NULL)
    {
      self->n_under_way--;
      if (question->error != NULL)
        gtk_label_set_text (GTK_LABEL (self->state), question->error->message);
      else if (question->csv != NULL)
        {
          gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), question->csv);
          gtk_label_set_text (GTK_LABEL (self->state), _ ("The rows are on the clipboard as CSV"));
        }
      else if (question->number == self->newest)
        {
          if (self->table == NULL)
            {
              self->table = zx_layer_table_ref (question->table);
              add_columns (self);
            }
          zx_table_rows_set_order (self->rows, g_steal_pointer (&question->order));
          say_count (self);
        }
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
  gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
}

static void
add_columns (ZxTableWindow *self)
{
  const ZxLayer *layer = zx_layer_table_layer (self->table);
  for (guint c = 0; c < layer->n_columns; c++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_object_set_data (G_OBJECT (factory), "zx-window", self);
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind_cb), GUINT_TO_POINTER (c));
      g_autoptr (GtkColumnViewColumn) column
          = gtk_column_view_column_new (layer->columns[c].name, factory);
      g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (on_probe_cb, column, NULL));
      g_object_set_data (G_OBJECT (column), "zx-window", self);
      g_object_set_data (G_OBJECT (column), "zx-column", GINT_TO_POINTER (c));
      gtk_column_view_column_set_sorter (column, sorter);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), column);
    }
}

/* ---- choosing and copying -------------------------------------------------------------------- */

static guint32
row_at (ZxTableWindow *self, guint position)
{
  return g_array_index (zx_table_rows_order (self->rows), guint32, position);
}

/* One chosen row is shown on the map of the window the table belongs to. */
static void
on_selection_changed_cb (ZxTableWindow *self)
{
  g_autoptr (GtkBitset) chosen
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkWindow *owner = gtk_window_get_transient_for (GTK_WINDOW (self));
  double x_m, y_m;
  if (gtk_bitset_get_size (chosen) == 1 && owner != NULL
      && zx_layer_table_place (self->table, row_at (self, gtk_bitset_get_nth (chosen, 0)), &x_m,
                               &y_m))
    gtk_widget_activate_action (GTK_WIDGET (owner), "win.fly-to", "(ddd)", x_m, y_m, 0.0);
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
  g_clear_pointer (&self->table, zx_layer_table_unref);
  g_clear_pointer (&self->layer_name, g_free);
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
  self->rows = zx_table_rows_new ();
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (on_selection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view)), "changed",
                           G_CALLBACK (ask_order), self, G_CONNECT_SWAPPED);
}

ZxTableWindow *
zx_table_window_present (GtkWindow *parent, ZxSession *session, ZxMapLayer *layer)
{
  const char *name = zx_table_of_layer (zx_map_layer_kind (layer));
  g_return_val_if_fail (name != NULL && zx_session_project (session) != NULL, NULL);
  ZxTableWindow *self = g_object_new (ZX_TYPE_TABLE_WINDOW, "transient-for", parent,
                                      "destroy-with-parent", TRUE, NULL);
  gtk_window_set_title (GTK_WINDOW (self), zx_map_layer_title (layer));
  self->project = g_object_ref (zx_session_project (session));
  self->layer_name = g_strdup (name);
  Question *question = g_new0 (Question, 1);
  question->project = g_object_ref (self->project);
  question->layer_name = g_strdup (name);
  question->wish = (ZxTableOrder){ g_strdup (""), -1, FALSE };
  question->number = ++self->newest;
  push (self, question);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
