/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the report is wanted: said on the page, undone, kept in the project; and the pages printed.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "app/project/zx-wish.h"
#include "ui/pages/zx-report-page.h"
#include "zx-ui-look.h"

static GtkWidget *
find (GtkWidget *widget, GType type, const char *label)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)
      && (label == NULL
          || g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)), label) == 0))
    return widget;
  GtkWidget *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = find (at, type, label);
  return found;
}

static const char *
client_on (GtkWidget *page)
{
  return gtk_editable_get_text (GTK_EDITABLE (find (page, GTK_TYPE_ENTRY, NULL)));
}

static void
write_logo (const char *path)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 40, 20);
  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
}

/* Until it holds; fails when the longest wait is over. */
#define WAIT_UNTIL(condition)                                                                      \
  for (gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US; !(condition);)                \
    {                                                                                              \
      g_assert_cmpint (g_get_monotonic_time (), <, end);                                           \
      if (!g_main_context_iteration (NULL, FALSE))                                                 \
        g_usleep (1000);                                                                           \
    }

static void
test_wish (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "report");
  const char *chapter = zx_report_chapter_title (ZX_REPORT_CARBON);
  g_autofree char *folder = g_dir_make_tmp ("zx-report-XXXXXX", NULL),
                  *logo = g_build_filename (folder, "logo.png", NULL),
                  *path = g_strdup (zx_project_path (zx_session_project (session)));
  gtk_expander_set_expanded (GTK_EXPANDER (find (page, GTK_TYPE_EXPANDER, NULL)), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (find (page, GTK_TYPE_ENTRY, NULL)), "Harbour Power");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (find (page, GTK_TYPE_CHECK_BUTTON, chapter)),
                               FALSE);
  write_logo (logo);
  zx_report_page_take_logo (ZX_REPORT_PAGE (page), logo);
  WAIT_UNTIL (zx_session_wish (session)->logo != NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL); /* the logo */
  g_assert_null (zx_session_wish (session)->logo);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL); /* the chapter */
  g_assert_true (
      gtk_check_button_get_active (GTK_CHECK_BUTTON (find (page, GTK_TYPE_CHECK_BUTTON, chapter))));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL); /* the name */
  g_assert_cmpstr (client_on (page), ==, "");
  for (guint i = 0; i < 3; i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.redo", NULL);
  g_assert_cmpstr (client_on (page), ==, "Harbour Power");
  g_assert_false (zx_session_is_kept (session));
  WAIT_UNTIL (zx_session_is_kept (session));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.close-project", NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.open-path", "s", path);
  zx_ui_test_settle (window);
  page = zx_ui_test_page (window, "report");
  g_assert_cmpstr (client_on (page), ==, "Harbour Power");
  g_assert_cmpuint (zx_session_wish (session)->left_out, ==, 1u << ZX_REPORT_CARBON);
  g_assert_nonnull (zx_session_wish (session)->logo);
  g_remove (logo);
  g_rmdir (folder);
}

static guint
count (const char *bytes, gsize n_bytes, const char *text)
{
  guint n = 0;
  gsize length = strlen (text);
  for (gsize i = 0; i + length <= n_bytes; i++)
    n += memcmp (bytes + i, text, length) == 0;
  return n;
}

static void
test_printing (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = zx_ui_test_page (window, "report");
  g_autofree char *folder = g_dir_make_tmp ("zx-report-XXXXXX", NULL),
                  *path = g_build_filename (folder, "printed.pdf", NULL), *pdf = NULL;
  gsize n_bytes;
  WAIT_UNTIL (zx_report_page_n_sheets (ZX_REPORT_PAGE (page)) > 0);
  guint n_sheets = zx_report_page_n_sheets (ZX_REPORT_PAGE (page));
  g_test_message ("%u pages", n_sheets);
  gtk_widget_activate_action (page, "report.print-to", "s", path);
  WAIT_UNTIL (strstr (zx_window_told (window), "printer") != NULL);
  g_assert_true (g_file_get_contents (path, &pdf, &n_bytes, NULL));
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));
  g_assert_cmpuint (count (pdf, n_bytes, "/Type /Page") - count (pdf, n_bytes, "/Type /Pages"), ==,
                    n_sheets);
  g_assert_cmpuint (count (pdf, n_bytes, "/MediaBox [ 0 0 595.27"), ==, n_sheets);
  g_remove (path);
  g_rmdir (folder);
}

/* A project's file may hold anything. */
static void
test_hostile (void)
{
  static const char *const texts[]
      = { "", "[report", "[report]\nlanguage=xx\nleft_out=18446744073709551615\nlogo=AAAA\n",
          "[report]\nlogo=iVBORw0KGgo=\n", "[other]\nclient=a\n" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ZxReportWish) wish = zx_wish_parse (texts[i]);
      g_assert_cmpstr (wish->language, ==, "en");
      g_assert_null (wish->client);
      g_assert_null (wish->logo);
      g_assert_cmpuint (wish->left_out, <, 1u << ZX_N_REPORT_CHAPTERS);
    }
  g_assert_null (zx_wish_parse (NULL));
}

static void
test_names (gconstpointer data)
{
  zx_ui_test_assert_named (zx_ui_test_page ((ZxWindow *) data, "report"));
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  ZxWindow *window = zx_ui_test_town ();
  g_test_add_data_func ("/ui/report-page/what-is-wanted-is-undone-and-kept-in-the-project", window,
                        test_wish);
  g_test_add_data_func ("/ui/report-page/every-page-is-printed-on-a4", window, test_printing);
  g_test_add_data_func ("/ui/report-page/everything-that-takes-the-focus-has-a-name", window,
                        test_names);
  g_test_add_func ("/ui/report-page/a-hostile-wish-is-left-as-it-is-by-itself", test_hostile);
  int result = g_test_run ();
  zx_ui_test_close (window);
  return result;
}
