/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plain GTK does not follow the desktop's wish for dark by itself; the settings portal tells it. */

#include "ui/zx-appearance.h"

#define PORTAL_NAME     "org.freedesktop.portal.Desktop"
#define PORTAL_PATH     "/org/freedesktop/portal/desktop"
#define PORTAL_SETTINGS "org.freedesktop.portal.Settings"
#define APPEARANCE      "org.freedesktop.appearance"
#define PREFERS_DARK    1

#define ICONS     "/zhixing/ui/icons"
#define ICON_SIZE 16 /* beside letters of 10 points */

/* What the desktop last said and what the person chose; kept on the display's settings object. */
static void
apply (GtkSettings *settings)
{
  const char *style = g_object_get_data (G_OBJECT (settings), "zx-style");
  gboolean is_dark_desktop
      = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (settings), "zx-desktop-dark"));
  gboolean is_dark
      = g_strcmp0 (style, "dark") == 0 || (g_strcmp0 (style, "light") != 0 && is_dark_desktop);
  g_object_set (settings, "gtk-application-prefer-dark-theme", is_dark, NULL);
}

void
zx_appearance_set (const char *style)
{
  GtkSettings *settings = gtk_settings_get_default ();
  g_object_set_data_full (G_OBJECT (settings), "zx-style", g_strdup (style), g_free);
  apply (settings);
}

static void
take_scheme (GVariant *value)
{
  GtkSettings *settings = gtk_settings_get_default ();
  g_autoptr (GVariant) inner = g_variant_ref (value);
  while (g_variant_is_of_type (inner, G_VARIANT_TYPE_VARIANT))
    {
      GVariant *next = g_variant_get_variant (inner);
      g_variant_unref (inner);
      inner = next;
    }
  if (!g_variant_is_of_type (inner, G_VARIANT_TYPE_UINT32) || settings == NULL)
    return;
  g_object_set_data (G_OBJECT (settings), "zx-desktop-dark",
                     GINT_TO_POINTER (g_variant_get_uint32 (inner) == PREFERS_DARK));
  apply (settings);
}

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, NULL);
  if (reply == NULL) /* no portal: the theme's own choice stays */
    return;
  g_autoptr (GVariant) value = g_variant_get_child_value (reply, 0);
  take_scheme (value);
}

static void
on_signal_cb (GDBusProxy *proxy, const char *sender, const char *name, GVariant *parameters,
              gpointer data)
{
  const char *space, *key;
  g_autoptr (GVariant) value = NULL;
  if (g_strcmp0 (name, "SettingChanged") != 0
      || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &space, &key, &value);
  if (g_str_equal (space, APPEARANCE) && g_str_equal (key, "color-scheme"))
    take_scheme (value);
}

static void
on_proxy_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusProxy *proxy = g_dbus_proxy_new_for_bus_finish (result, NULL);
  if (proxy == NULL)
    return;
  g_signal_connect (proxy, "g-signal", G_CALLBACK (on_signal_cb), NULL);
  g_dbus_proxy_call (proxy, "Read", g_variant_new ("(ss)", APPEARANCE, "color-scheme"),
                     G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, on_read_cb, NULL);
  g_object_set_data_full (G_OBJECT (gtk_settings_get_default ()), "zx-portal", proxy,
                          g_object_unref);
}

/* ---- icons ---------------------------------------------------------------------------------- */

typedef struct
{
  GtkIconTheme *theme;
  char **names; /* of their files */
  guint next;
  int scale;
  GPtrArray *loaded; /* GtkIconPaintable: the theme forgets what nobody holds */
} Icons;

static void
icons_free (gpointer data)
{
  Icons *self = data;
  g_object_set_data_full (G_OBJECT (self->theme), "zx-icons", self->loaded,
                          (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (self->theme);
  g_strfreev (self->names);
  g_free (self);
}

/* An icon is read when it is first drawn, 1.1 ms each, and a dozen come into sight with the map: 13
 * of the 21 ms of CPU of that frame.  What GTK 4.8 loads ahead by itself it does not find again,
 * for it looks for it with other flags. */
static gboolean
load_next_cb (gpointer data)
{
  Icons *self = data;
  const char *file = self->names[self->next++];
  if (file == NULL)
    return G_SOURCE_REMOVE;
  g_autofree char *name = g_strndup (file, strcspn (file, "."));
  g_autoptr (GIcon) icon = g_themed_icon_new (name);
  GtkIconPaintable *paintable = gtk_icon_theme_lookup_by_gicon (
      self->theme, icon, ICON_SIZE, self->scale, gtk_widget_get_default_direction (), 0);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (GDK_PAINTABLE (paintable), snapshot, ICON_SIZE, ICON_SIZE);
  g_ptr_array_add (self->loaded, paintable);
  return G_SOURCE_CONTINUE;
}

/* Of the first monitor. */
static int
find_scale (GdkDisplay *display)
{
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (gdk_display_get_monitors (display), 0);
  return monitor != NULL ? gdk_monitor_get_scale_factor (monitor) : 1;
}

/* One at a time, while the thread has nothing else to do. */
static void
load_icons (GtkIconTheme *theme)
{
  Icons *self = g_new0 (Icons, 1);
  self->theme = g_object_ref (theme);
  self->scale = find_scale (gtk_icon_theme_get_display (theme));
  self->names = g_resources_enumerate_children (ICONS "/scalable/actions",
                                                G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  self->loaded = g_ptr_array_new_with_free_func (g_object_unref);
  g_idle_add_full (G_PRIORITY_LOW, load_next_cb, self, icons_free);
}

/* ---- the whole ------------------------------------------------------------------------------ */

void
zx_appearance_start (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/zhixing/ui/zhixing.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  GtkIconTheme *icons = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  gtk_icon_theme_add_resource_path (icons, ICONS);
  load_icons (icons);
  g_dbus_proxy_new_for_bus (G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, NULL,
                            PORTAL_NAME, PORTAL_PATH, PORTAL_SETTINGS, NULL, on_proxy_cb, NULL);
}
