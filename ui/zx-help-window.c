/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-help-window.h"

#include <glib/gi18n-lib.h>

#include "ui/widgets/zx-help-text.h"
#include "ui/zx-dialogs.h"

static const char *const topics[] = { "start", "planner", "grid", "consultant", "map", "data" };

struct _ZxHelpWindow
{
  GtkWindow parent;
  GtkWidget *search, *list, *scrolled, *stack;
  char *text[G_N_ELEMENTS (topics)];
  gboolean is_found[G_N_ELEMENTS (topics)];
  char **words; /* looked for, folded */
};

G_DEFINE_FINAL_TYPE (ZxHelpWindow, zx_help_window, GTK_TYPE_WINDOW)

const char *
zx_help_topic_of_page (const char *page)
{
  static const char *const pairs[][2]
      = { { "map", "map" },         { "layers", "map" },       { "findings", "data" },
          { "grid", "grid" },       { "sites", "planner" },    { "demand", "consultant" },
          { "compare", "planner" }, { "report", "consultant" } };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_strcmp0 (pairs[i][0], page) == 0)
      return pairs[i][1];
  return topics[0];
}

/* ---- showing ------------------------------------------------------------------------------- */

static void
show_row (ZxHelpWindow *self, GtkListBoxRow *row)
{
  if (row == NULL)
    return;
  GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW (self->scrolled);
  GtkWidget *view = zx_help_text_view (self->text[gtk_list_box_row_get_index (row)], self->words);
  gtk_scrolled_window_set_child (scrolled, view);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (scrolled), 0);
}

static void
on_row_selected_cb (ZxHelpWindow *self, GtkListBoxRow *row)
{
  if (!gtk_widget_in_destruction (GTK_WIDGET (self)))
    show_row (self, row);
}

static gboolean
is_wanted (GtkListBoxRow *row, gpointer data)
{
  return ZX_HELP_WINDOW (data)->is_found[gtk_list_box_row_get_index (row)];
}

guint
zx_help_window_n_found (ZxHelpWindow *self)
{
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    n += self->is_found[i];
  return n;
}

/* The page in view stays while it holds the words; otherwise the first that does comes. */
static void
on_search_changed_cb (ZxHelpWindow *self)
{
  g_autofree char *folded
      = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_strfreev (self->words);
  self->words = g_strsplit_set (g_strstrip (folded), " \t", -1);
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    self->is_found[i] = zx_help_text_holds (self->text[i], self->words);
  GtkListBox *list = GTK_LIST_BOX (self->list);
  gtk_list_box_invalidate_filter (list);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    zx_help_window_n_found (self) > 0 ? "page" : "none");
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);
  for (guint i = 0; i < G_N_ELEMENTS (topics)
                    && (row == NULL || !self->is_found[gtk_list_box_row_get_index (row)]);
       i++)
    if (self->is_found[i])
      row = gtk_list_box_get_row_at_index (list, (int) i);
  if (row == gtk_list_box_get_selected_row (list))
    show_row (self, row);
  else
    gtk_list_box_select_row (list, row);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (ZX_HELP_WINDOW (widget)->search);
}

/* ---- the window ---------------------------------------------------------------------------- */

static char *
read_topic (const char *language, const char *topic)
{
  g_autofree char *path = g_strdup_printf ("/zhixing/help/%s/%s.txt", language, topic);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize n = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : "";
  return g_strndup (data, n);
}

static void
add_topics (ZxHelpWindow *self)
{
  const char *language = g_str_equal (zx_dialogs_language (), "zh_CN") ? "zh_CN" : "C";
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      self->text[i] = read_topic (language, topics[i]);
      self->is_found[i] = TRUE;
      g_autofree char *title = zx_help_text_title (self->text[i]);
      GtkWidget *row = gtk_list_box_row_new (), *label = gtk_label_new (title);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                      -1);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
}

static void
zx_help_window_finalize (GObject *object)
{
  ZxHelpWindow *self = ZX_HELP_WINDOW (object);
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    g_free (self->text[i]);
  g_strfreev (self->words);
  G_OBJECT_CLASS (zx_help_window_parent_class)->finalize (object);
}

static void
zx_help_window_class_init (ZxHelpWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->finalize = zx_help_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/zx-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxHelpWindow, search);
  gtk_widget_class_bind_template_child (widget_class, ZxHelpWindow, list);
  gtk_widget_class_bind_template_child (widget_class, ZxHelpWindow, scrolled);
  gtk_widget_class_bind_template_child (widget_class, ZxHelpWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed_cb);
  gtk_widget_class_install_action (widget_class, "help.search", NULL, search_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "help.search",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
zx_help_window_init (ZxHelpWindow *self)
{
  self->words = g_new0 (char *, 1);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_topics (self);
  gtk_list_box_set_filter_func (GTK_LIST_BOX (self->list), is_wanted, self, NULL);
}

static ZxHelpWindow *
find_open (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      if (ZX_IS_HELP_WINDOW (window))
        return ZX_HELP_WINDOW (window); /* GTK keeps it */
    }
  return NULL;
}

ZxHelpWindow *
zx_help_window_present (GtkWindow *parent, const char *topic)
{
  ZxHelpWindow *self = find_open ();
  if (self == NULL)
    self = g_object_new (ZX_TYPE_HELP_WINDOW, "application",
                         parent != NULL ? gtk_window_get_application (parent) : NULL, NULL);
  guint wanted = 0;
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    if (g_strcmp0 (topics[i], topic) == 0)
      wanted = i;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  GtkListBox *list = GTK_LIST_BOX (self->list);
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, (int) wanted));
  gtk_window_present (GTK_WINDOW (self));
  return self;
}

const char *
zx_help_window_topic (ZxHelpWindow *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  return topics[row != NULL ? gtk_list_box_row_get_index (row) : 0];
}

void
zx_help_window_search (ZxHelpWindow *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), text);
  on_search_changed_cb (self);
}
