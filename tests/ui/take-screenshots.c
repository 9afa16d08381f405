/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes a picture of every page into a folder: take-screenshots FOLDER NAME [dark] [large] */

#include "ui/zx-appearance.h"
#include "zx-ui-test.h"

#define LARGE_DPI (2 * 96 * 1024)

static void
write_png (GtkWidget *widget, const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), gtk_widget_get_width (widget),
                          gtk_widget_get_height (widget));
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  g_autoptr (GdkTexture) texture = gsk_renderer_render_texture (renderer, node, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static gboolean
on_enough_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
take (ZxWindow *window, const char *folder, const char *page, const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s-%s.png", page, name);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  gboolean is_enough = FALSE;
  zx_ui_test_settle (window);
  g_timeout_add (600, on_enough_cb, &is_enough);
  while (!is_enough)
    g_main_context_iteration (NULL, TRUE);
  zx_ui_test_settle (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  write_png (GTK_WIDGET (window), path);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  if (argc < 3)
    return 2;
  for (int i = 3; i < argc; i++)
    if (g_str_equal (argv[i], "dark"))
      zx_appearance_set ("dark");
    else if (g_str_equal (argv[i], "large"))
      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", LARGE_DPI, NULL);
  ZxWindow *window = zx_ui_test_window ();
  take (window, argv[1], "empty", argv[2]);
  zx_ui_test_close (window);
  window = zx_ui_test_town ();
  for (guint i = 0; zx_window_pages ()[i] != NULL; i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.page", "s", zx_window_pages ()[i]);
      take (window, argv[1], zx_window_pages ()[i], argv[2]);
    }
  zx_ui_test_close (window);
  return 0;
}
