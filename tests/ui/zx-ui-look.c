/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-ui-look.h"

#include <string.h>

static GtkWidget *
find_page (GtkWidget *widget)
{
  if (ZX_IS_PAGE (widget) && gtk_widget_get_mapped (widget))
    return widget;
  GtkWidget *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = find_page (at);
  return found;
}

GtkWidget *
zx_ui_test_page (ZxWindow *window, const char *name)
{
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", name);
  zx_ui_test_settle (window);
  GtkWidget *page = find_page (GTK_WIDGET (window));
  while (page != NULL && zx_page_is_reading (ZX_PAGE (page)))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  zx_ui_test_settle (window);
  return page;
}

static const char *
text_of (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_INSCRIPTION (widget))
    return gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  return NULL;
}

gboolean
zx_ui_test_says (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  const char *own = text_of (widget);
  if (own != NULL && strstr (own, text) != NULL)
    return TRUE;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    if (zx_ui_test_says (at, text))
      return TRUE;
  return FALSE;
}

static gboolean
is_named (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);
  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY)
         || (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
         || (GTK_IS_CHECK_BUTTON (widget)
             && gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)) != NULL)
         || (GTK_IS_LABEL (widget) && gtk_label_get_text (GTK_LABEL (widget))[0] != '\0');
}

/* The parts of a control speak with its name, and rows of a table with the text of their cells. */
static gboolean
is_part (GtkWidget *widget)
{
  static const char *const wholes[]
      = { "GtkEntry",      "GtkSearchEntry", "GtkDropDown", "GtkSpinButton",
          "GtkMenuButton", "GtkColumnView",  NULL };
  for (GtkWidget *at = gtk_widget_get_parent (widget); at != NULL; at = gtk_widget_get_parent (at))
    if (g_strv_contains (wholes, G_OBJECT_TYPE_NAME (at)))
      return TRUE;
  return GTK_IS_SCROLLED_WINDOW (widget);
}

void
zx_ui_test_assert_named (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (gtk_widget_get_focusable (widget) && !is_part (widget) && !is_named (widget))
    g_error ("a %s takes the focus and has no name", G_OBJECT_TYPE_NAME (widget));
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    zx_ui_test_assert_named (at);
}

void
zx_ui_test_open_expanders (GtkWidget *widget)
{
  if (GTK_IS_EXPANDER (widget))
    gtk_expander_set_expanded (GTK_EXPANDER (widget), TRUE);
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    zx_ui_test_open_expanders (at);
}
