/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-file-menu.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/zx-columns-window.h"
#include "ui/pages/zx-relocating.h"
#include "ui/zx-window.h"

static const struct
{
  const char *crs, *title;
} systems[] = {
  { "", N_ ("As the file says, or as found from the data") },
  { "EPSG:4326", N_ ("WGS-84, satellite positions") },
  { "EPSG:4490", N_ ("CGCS2000, Chinese surveying") },
  { "GCJ-02", N_ ("GCJ-02, Chinese web maps") },
  { "BD-09", N_ ("BD-09, Baidu") },
};

const char *
zx_file_menu_system_title (const char *crs)
{
  for (guint i = 1; i < G_N_ELEMENTS (systems); i++)
    if (g_strcmp0 (systems[i].crs, crs) == 0)
      return _ (systems[i].title);
  return crs;
}

/* ---- actions --------------------------------------------------------------------------------- */

static ZxWindow *
window_of (GtkWidget *widget)
{
  return ZX_WINDOW (gtk_widget_get_ancestor (widget, ZX_TYPE_WINDOW));
}

/* A message with Undo, for what has just been changed. */
static void
tell_change (ZxWindow *window)
{
  const char *label = zx_history_undo_label (zx_session_history (zx_window_session (window)));
  if (label != NULL)
    zx_window_tell (window, label, _ ("Undo"), "win.undo");
}

static void
swap_axes_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxWindow *window = window_of (widget);
  zx_session_swap_axes (zx_window_session (window), g_variant_get_string (parameter, NULL));
  tell_change (window);
}

/* (layer, system); "": as the file says. */
static void
crs_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *layer, *crs;
  g_variant_get (parameter, "(&s&s)", &layer, &crs);
  ZxWindow *window = window_of (widget);
  zx_session_set_crs (zx_window_session (window), layer, crs[0] != '\0' ? crs : NULL);
  tell_change (window);
}

/* (layer, role) */
static void
role_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *layer, *role;
  g_variant_get (parameter, "(&s&s)", &layer, &role);
  zx_session_set_role (zx_window_session (window_of (widget)), layer, zx_role_parse (role));
}

static void
columns_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxWindow *window = window_of (widget);
  zx_columns_window_present (GTK_WINDOW (window), zx_window_session (window),
                             g_variant_get_string (parameter, NULL));
}

/* The path of the file that is to be found elsewhere. */
static void
locate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zx_relocating_ask (window_of (widget), g_variant_get_string (parameter, NULL));
}

/* (from, to): the same without asking where. */
static void
relocate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *from, *to;
  g_variant_get (parameter, "(&s&s)", &from, &to);
  zx_relocating_start (window_of (widget), from, to);
}

void
zx_file_menu_add_actions (GtkWidgetClass *class)
{
  static const struct
  {
    const char *name, *type;
    GtkWidgetActionActivateFunc func;
  } actions[] = {
    { "file.swap-axes", "s", swap_axes_action }, { "file.crs", "(ss)", crs_action },
    { "file.role", "(ss)", role_action },        { "file.columns", "s", columns_action },
    { "file.locate", "s", locate_action },       { "file.relocate", "(ss)", relocate_action },
  };
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (class, actions[i].name, actions[i].type, actions[i].func);
}

/* ---- menu ------------------------------------------------------------------------------------ */

/* Takes @target. */
static void
append (GMenu *menu, const char *title, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (title, NULL);
  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

static GMenuModel *
role_menu (const ZxBinding *binding, const char *layer)
{
  GMenu *menu = g_menu_new ();
  for (guint role = ZX_ROLE_NONE + 1; role < ZX_N_ROLES; role++)
    if (role != binding->role)
      append (menu, _ (zx_role_title ((ZxRole) role)), "file.role",
              g_variant_new ("(ss)", layer, zx_role_name ((ZxRole) role)));
  return G_MENU_MODEL (menu);
}

static GMenuModel *
system_menu (const char *layer)
{
  GMenu *menu = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    append (menu, _ (systems[i].title), "file.crs", g_variant_new ("(ss)", layer, systems[i].crs));
  return G_MENU_MODEL (menu);
}

GMenuModel *
zx_file_menu_new (ZxSession *session, const char *layer)
{
  GMenu *menu = g_menu_new ();
  const ZxRecipe *recipe = zx_session_recipe (session);
  const ZxBinding *binding = recipe != NULL ? zx_recipe_binding (recipe, layer) : NULL;
  if (binding == NULL)
    return G_MENU_MODEL (menu);
  g_autoptr (GMenuModel) roles = role_menu (binding, layer), crs = system_menu (layer);
  g_menu_append_submenu (menu, _ ("The layer holds"), roles);
  if (binding->role != ZX_ROLE_NONE)
    {
      g_menu_append_submenu (menu, _ ("The coordinates are in"), crs);
      append (menu, _ ("Columns…"), "file.columns", g_variant_new_string (layer));
      if (zx_session_can_swap_axes (session, layer))
        append (menu, _ ("Exchange longitude and latitude"), "file.swap-axes",
                g_variant_new_string (layer));
    }
  append (menu, _ ("Locate…"), "file.locate", g_variant_new_string (binding->path));
  if (binding->role != ZX_ROLE_NONE)
    append (menu, _ ("Leave the whole layer out"), "file.role",
            g_variant_new ("(ss)", layer, zx_role_name (ZX_ROLE_NONE)));
  return G_MENU_MODEL (menu);
}
