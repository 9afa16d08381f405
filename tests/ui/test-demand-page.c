/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demand page on the sample town. */

#include "zx-ui-look.h"

static void
test_words (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = zx_ui_test_page (window, "demand");
  g_assert_true (zx_ui_test_says (page, "kWh a day in public"));
  g_assert_true (zx_ui_test_says (page, "In plain words"));
  g_assert_true (zx_ui_test_says (page, "Charging supply within reach"));
  g_assert_true (zx_ui_test_says (page, "95\u00a0% interval"));
  g_assert_true (zx_ui_test_says (page, "Piles and operators"));
  g_assert_true (zx_ui_test_says (page, "kWh a day. "));
  g_assert_true (zx_ui_test_says (page, "Where it errs"));
  g_assert_true (zx_ui_test_says (page, "cells with a busy station where there are"));
  g_assert_true (zx_ui_test_says (page, "C / s(C)"));
  g_assert_false (zx_ui_test_says (page, "nan"));
}

static void
test_layers (gconstpointer data)
{
  static const ZxMapLayerKind kinds[]
      = { ZX_MAP_LAYER_DEMAND_MEAN, ZX_MAP_LAYER_DEMAND_SPREAD, ZX_MAP_LAYER_DEMAND_PROBABILITY };
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  ZxMapLayer *heat = zx_session_layer (session, ZX_MAP_LAYER_USAGE_HEAT);
  zx_ui_test_page (window, "demand");
  g_assert_true (zx_map_layer_is_visible (heat));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.show-layer", "s",
                                  zx_map_layer_kind_name (kinds[i]));
      g_assert_true (zx_map_layer_is_visible (zx_session_layer (session, kinds[i])));
      g_assert_false (zx_map_layer_is_visible (heat));
      zx_ui_test_settle (window);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_true (zx_map_layer_is_visible (heat));
  g_assert_false (zx_map_layer_is_visible (zx_session_layer (session, kinds[0])));
  zx_ui_test_settle (window);
}

static void
test_stale (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  GtkWidget *page = zx_ui_test_page (window, "demand");
  g_assert_false (zx_ui_test_says (page, "settings have changed"));
  g_assert_true (zx_session_set (zx_window_session (window), "demand.draws", 500, NULL));
  g_assert_true (zx_ui_test_says (page, "settings have changed"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_false (zx_ui_test_says (page, "settings have changed"));
}

static void
test_names (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  zx_ui_test_assert_named (zx_ui_test_page (window, "demand"));
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  ZxWindow *window = zx_ui_test_town ();
  g_test_add_data_func ("/ui/demand-page/effects-and-predictability-are-said-in-words", window,
                        test_words);
  g_test_add_data_func ("/ui/demand-page/a-map-of-demand-is-shown-alone-and-undone", window,
                        test_layers);
  g_test_add_data_func ("/ui/demand-page/a-changed-setting-makes-it-say-so", window, test_stale);
  g_test_add_data_func ("/ui/demand-page/everything-that-takes-the-focus-has-a-name", window,
                        test_names);
  int result = g_test_run ();
  zx_ui_test_close (window);
  return result;
}
