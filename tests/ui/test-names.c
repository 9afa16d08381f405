/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every widget that takes the focus has a name for screen readers, every action can be run by its
 * name, and under zh_CN no text of ours is left in English. */

#include "zx-ui-test.h"

#include <string.h>

#include "ui/pages/zx-columns-window.h"
#include "ui/pages/zx-table-window.h"
#include "ui/zx-help-window.h"
#include "ui/zx-preferences.h"

/* ---- walking ----------------------------------------------------------------------------------
 */

typedef void (*VisitFunc) (GtkWidget *widget, gpointer data);

static void
walk (GtkWidget *widget, VisitFunc visit, gpointer data)
{
  visit (widget, data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    walk (child, visit, data);
}

static void
on_every_page (ZxWindow *window, VisitFunc visit, gpointer data)
{
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", zx_window_pages ()[i]);
      zx_ui_test_settle (window);
      walk (GTK_WIDGET (window), visit, data);
    }
}

/* The windows beside the main one, each as it is when it has filled itself. */
static void
on_every_window (ZxWindow *window, VisitFunc visit, gpointer data)
{
  ZxSession *session = zx_window_session (window);
  const ZxBinding *binding = g_ptr_array_index (zx_session_recipe (session)->bindings, 0);
  g_autofree char *layer = zx_findings_title (binding->path, binding->layer);
  ZxTableWindow *table = zx_table_window_present (
      GTK_WINDOW (window), session, zx_session_layer (session, ZX_MAP_LAYER_STATIONS));
  GtkWidget *columns = GTK_WIDGET (zx_columns_window_present (GTK_WINDOW (window), session, layer));
  GtkWidget *help = GTK_WIDGET (zx_help_window_present (GTK_WINDOW (window), "data"));
  zx_preferences_show (GTK_WINDOW (window));
  zx_ui_test_settle (window);
  while (!zx_table_window_is_ready (table))
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (GListModel) all = g_object_ref (gtk_window_get_toplevels ());
  guint n_others = 0;
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWidget) other = g_list_model_get_item (all, i);
      if (other == GTK_WIDGET (window) || !gtk_widget_get_mapped (other))
        continue;
      gtk_test_widget_wait_for_draw (other);
      walk (other, visit, data);
      n_others++;
    }
  g_assert_cmpuint (n_others, >=, 4);
  gtk_window_destroy (GTK_WINDOW (table));
  gtk_window_destroy (GTK_WINDOW (columns));
  gtk_window_destroy (GTK_WINDOW (help));
}

/* ---- names ------------------------------------------------------------------------------------
 */

static gboolean
has_text_below (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_label_get_text (GTK_LABEL (widget))[0] != '\0')
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_text_below (child))
      return TRUE;
  return FALSE;
}

static gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);
  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY)
         || GTK_IS_LABEL (widget);
}

/* Screen readers read the text inside these. */
static gboolean
takes_its_text (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_EXPANDER (widget)
         || strcmp (G_OBJECT_TYPE_NAME (widget), "GtkListItemWidget") == 0;
}

/* The part of a control that takes the focus for it is named by the control. */
static gboolean
is_named (GtkWidget *widget)
{
  for (guint level = 0; widget != NULL && level < 3; level++)
    {
      if (has_name (widget))
        return TRUE;
      if (takes_its_text (widget))
        return has_text_below (widget);
      widget = gtk_widget_get_parent (widget);
    }
  return FALSE;
}

/* Containers that only hand the focus on, and what GTK makes for itself. */
static gboolean
is_passive (GtkWidget *widget)
{
  return !gtk_widget_get_focusable (widget) || !gtk_widget_get_mapped (widget)
         || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_WINDOW (widget)
         || g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "GtkPopover");
}

static char *
path_of (GtkWidget *widget)
{
  GString *path = g_string_new (G_OBJECT_TYPE_NAME (widget));
  while ((widget = gtk_widget_get_parent (widget)) != NULL)
    {
      g_string_prepend (path, " / ");
      g_string_prepend (path, G_OBJECT_TYPE_NAME (widget));
    }
  return g_string_free (path, FALSE);
}

static void
check_name (GtkWidget *widget, gpointer data)
{
  guint *n_nameless = data;
  if (is_passive (widget) || is_named (widget))
    return;
  g_autofree char *path = path_of (widget);
  g_test_message ("no name: %s", path);
  (*n_nameless)++;
}

static void
test_names (void)
{
  guint n_nameless = 0;
  ZxWindow *window = zx_ui_test_window ();
  walk (GTK_WIDGET (window), check_name, &n_nameless);
  zx_ui_test_close (window);
  window = zx_ui_test_town ();
  on_every_page (window, check_name, &n_nameless);
  on_every_window (window, check_name, &n_nameless);
  g_assert_cmpuint (n_nameless, ==, 0);
  zx_ui_test_close (window);
}

/* ---- texts -------------------------------------------------------------------------------------
 */

/* Names of units, files and things, which are the same in both languages. */
static gboolean
is_same_everywhere (const char *text)
{
  static const char *const known[]
      = { "English", "GCJ-02", "WGS-84", "kWh", "kW", "km", "m", "kVA", "A4", "PDF", "DC", "AC" };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (text, known[i]) == 0)
      return TRUE;
  return strstr (text, ".gpkg") != NULL || strstr (text, ".csv") != NULL
         || strstr (text, ".geojson") != NULL;
}

/* A run of Latin words, two or more letters each, without a single Chinese sign. */
static gboolean
is_english (const char *text)
{
  guint n_words = 0, n_letters = 0;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar sign = g_utf8_get_char (at);
      if (sign >= 0x2e80)
        return FALSE;
      if (g_ascii_isalpha (*at))
        n_letters++;
      else
        {
          n_words += n_letters >= 3;
          n_letters = 0;
        }
    }
  n_words += n_letters >= 3;
  return n_words >= 1 && !is_same_everywhere (text);
}

/* Columns are called as in the files, which is no text of ours. */
static gboolean
is_name_of_column (GtkWidget *widget)
{
  return gtk_widget_get_ancestor (widget, GTK_TYPE_COLUMN_VIEW) != NULL
             ? ZX_IS_TABLE_WINDOW (gtk_widget_get_root (widget))
             : gtk_widget_get_ancestor (widget, GTK_TYPE_DROP_DOWN) != NULL
                   && ZX_IS_COLUMNS_WINDOW (gtk_widget_get_root (widget));
}

static void
check_text (GtkWidget *widget, gpointer data)
{
  guint *n_english = data;
  const char *texts[2] = { NULL, NULL };
  if (!gtk_widget_get_mapped (widget) || is_name_of_column (widget))
    return;
  if (GTK_IS_LABEL (widget))
    texts[0] = gtk_label_get_text (GTK_LABEL (widget));
  texts[1] = gtk_widget_get_tooltip_text (widget);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL && is_english (texts[i]))
      {
        g_test_message ("English: %s", texts[i]);
        (*n_english)++;
      }
}

static void
test_chinese (void)
{
  guint n_english = 0;
  g_assert_cmpstr (g_dgettext (GETTEXT_PACKAGE, "Undo"), !=, "Undo"); /* the catalogue is found */
  ZxWindow *window = zx_ui_test_window ();
  walk (GTK_WIDGET (window), check_text, &n_english);
  zx_ui_test_close (window);
  window = zx_ui_test_town ();
  on_every_page (window, check_text, &n_english);
  on_every_window (window, check_text, &n_english);
  g_assert_cmpuint (n_english, ==, 0);
  zx_ui_test_close (window);
}

/* ---- actions ------------------------------------------------------------------------------------
 */

/* A value for each kind of parameter; what asks for files opens a dialog, which is closed again. */
static GVariant *
parameter_for (const char *name, const GVariantType *type)
{
  if (type == NULL)
    return NULL;
  if (strcmp (name, "win.page") == 0)
    return g_variant_new_string ("map");
  if (strcmp (name, "win.sample") == 0)
    return g_variant_new_string ("town");
  if (g_variant_type_equal (type, G_VARIANT_TYPE_STRING))
    return g_variant_new_string ("");
  if (g_variant_type_equal (type, G_VARIANT_TYPE_DOUBLE))
    return g_variant_new_double (0.5);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_UINT32))
    return g_variant_new_uint32 (0);
  if (g_variant_type_equal (type, G_VARIANT_TYPE ("(ddd)")))
    return g_variant_new ("(ddd)", 0.0, 0.0, 20.0);
  if (g_variant_type_equal (type, G_VARIANT_TYPE ("(su)")))
    return g_variant_new ("(su)", "stations", 0);
  if (g_variant_type_equal (type, G_VARIANT_TYPE ("(uu)")))
    return g_variant_new ("(uu)", 0, 1);
  if (g_variant_type_equal (type, G_VARIANT_TYPE ("(sss)")))
    return g_variant_new ("(sss)", "/nowhere/report.pdf", "en", "");
  if (g_variant_type_equal (type, G_VARIANT_TYPE ("(sas)")))
    return g_variant_new ("(sas)", "/nowhere/city.gpkg", NULL);
  g_assert_not_reached ();
}

static void
close_dialogs (ZxWindow *window)
{
  g_autoptr (GListModel) all = g_object_ref (gtk_window_get_toplevels ());
  for (guint i = g_list_model_get_n_items (all); i > 0; i--)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i - 1);
      if (other != GTK_WINDOW (window) && gtk_widget_get_visible (GTK_WIDGET (other)))
        gtk_window_close (other);
    }
  for (guint i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
test_actions (void)
{
  ZxWindow *window = zx_ui_test_town ();
  GtkWidgetClass *class = GTK_WIDGET_GET_CLASS (window);
  const char *owner_name, *name, *property;
  const GVariantType *type;
  GType owner;
  guint n_run = 0;
  for (guint i = 0; gtk_widget_class_query_action (class, i, &owner, &name, &type, &property); i++)
    {
      owner_name = g_type_name (owner);
      if (strcmp (owner_name, "ZxWindow") != 0)
        continue;
      g_test_message ("%s", name);
      GVariant *parameter = parameter_for (name, type);
      gtk_widget_activate_action_variant (GTK_WIDGET (window), name, parameter);
      for (guint turn = 0; turn < 20; turn++)
        g_main_context_iteration (NULL, FALSE);
      if (strcmp (name, "win.sample-city") == 0) /* a minute's work, and a case for stopping it */
        gtk_widget_activate_action (GTK_WIDGET (window), "win.cancel", NULL);
      zx_ui_test_settle (window);
      close_dialogs (window);
      /* Some close the project; the next shall find one. */
      if (zx_session_project (zx_window_session (window)) == NULL)
        {
          gtk_widget_activate_action (GTK_WIDGET (window), "win.sample", "s", "town");
          zx_ui_test_settle (window);
        }
      n_run++;
    }
  g_assert_cmpuint (n_run, >, 15);
  zx_ui_test_close (window);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  if (g_strcmp0 (g_getenv ("LANGUAGE"), "zh_CN") == 0)
    g_test_add_func ("/ui/names/no-english-is-left-in-chinese", test_chinese);
  else
    {
      g_test_add_func ("/ui/names/all-that-takes-the-focus-has-a-name", test_names);
      g_test_add_func ("/ui/names/every-action-runs-by-its-name", test_actions);
    }
  return g_test_run ();
}
