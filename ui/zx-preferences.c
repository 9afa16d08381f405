/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-preferences.h"

#include <glib/gi18n-lib.h>

#include "app/project/zx-project.h"
#include "ui/zx-appearance.h"
#include "ui/zx-application.h"
#include "ui/zx-dialogs.h"
#include "ui/zx-window.h"

struct _ZxPreferences
{
  GtkWindow parent;
  GtkWidget *style, *language, *client, *threads, *units, *tile_memory;
};

G_DEFINE_FINAL_TYPE (ZxPreferences, zx_preferences, GTK_TYPE_WINDOW)

static const char *const styles[] = { "follow", "light", "dark" };
static const char *const units[] = { "metric", "imperial" };
static const char *const languages[] = { "window", "zh_CN", "en" };

GSettings *
zx_preferences_settings (void)
{
  static GSettings *settings;
  static gboolean has_looked;
  if (has_looked)
    return settings;
  has_looked = TRUE;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
      = source != NULL ? g_settings_schema_source_lookup (source, ZX_APPLICATION_ID, TRUE) : NULL;
  if (schema != NULL)
    settings = g_settings_new_full (schema, NULL, NULL);
  return settings;
}

static guint
position_of (const char *const *values, guint n, const char *key)
{
  g_autofree char *value = g_settings_get_string (zx_preferences_settings (), key);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (values[i], value))
      return i;
  return 0;
}

const char *
zx_preferences_report_language (void)
{
  guint i = zx_preferences_settings () != NULL
                ? position_of (languages, G_N_ELEMENTS (languages), "report-language")
                : 0;
  return i == 0 ? zx_dialogs_language () : languages[i];
}

void
zx_preferences_apply (void)
{
  GSettings *settings = zx_preferences_settings ();
  if (settings == NULL)
    return;
  zx_appearance_set (styles[position_of (styles, G_N_ELEMENTS (styles), "style")]);
  zx_parallel_set_threads ((guint) g_settings_get_int (settings, "threads"));
}

static void
on_style_cb (ZxPreferences *self)
{
  const char *style = styles[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->style))];
  g_settings_set_string (zx_preferences_settings (), "style", style);
  zx_appearance_set (style);
}

static void
on_language_cb (ZxPreferences *self)
{
  g_settings_set_string (zx_preferences_settings (), "report-language",
                         languages[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->language))]);
}

static void
on_units_cb (ZxPreferences *self)
{
  g_settings_set_string (zx_preferences_settings (), "units",
                         units[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->units))]);
}

/* Of every window: they share the machine's memory. */
static void
forget_tiles_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *owner = gtk_window_get_transient_for (GTK_WINDOW (widget));
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      if (ZX_IS_WINDOW (window))
        gtk_widget_activate_action (GTK_WIDGET (zx_window_map (ZX_WINDOW (window))),
                                    "map.forget-tiles", NULL);
    }
  if (owner != NULL)
    gtk_widget_activate_action (GTK_WIDGET (owner), "win.tell", "s",
                                _ ("The map tiles in memory are forgotten"));
}

static void
zx_preferences_class_init (ZxPreferencesClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/zx-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxPreferences, style);
  gtk_widget_class_bind_template_child (widget_class, ZxPreferences, language);
  gtk_widget_class_bind_template_child (widget_class, ZxPreferences, client);
  gtk_widget_class_bind_template_child (widget_class, ZxPreferences, threads);
  gtk_widget_class_bind_template_child (widget_class, ZxPreferences, units);
  gtk_widget_class_bind_template_child (widget_class, ZxPreferences, tile_memory);
  gtk_widget_class_install_action (widget_class, "preferences.forget-tiles", NULL,
                                   forget_tiles_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
zx_preferences_init (ZxPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  GSettings *settings = zx_preferences_settings ();
  if (settings == NULL)
    {
      gtk_widget_set_sensitive (gtk_window_get_child (GTK_WINDOW (self)), FALSE);
      return;
    }
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->style),
                              position_of (styles, G_N_ELEMENTS (styles), "style"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->language),
                              position_of (languages, G_N_ELEMENTS (languages), "report-language"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->units),
                              position_of (units, G_N_ELEMENTS (units), "units"));
  g_settings_bind (settings, "tile-memory", self->tile_memory, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "client", self->client, "text", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "threads", self->threads, "value", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->units, "notify::selected", G_CALLBACK (on_units_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->style, "notify::selected", G_CALLBACK (on_style_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->language, "notify::selected", G_CALLBACK (on_language_cb), self,
                           G_CONNECT_SWAPPED);
}

void
zx_preferences_show (GtkWindow *parent)
{
  GtkWindow *window = g_object_new (ZX_TYPE_PREFERENCES, "transient-for", parent, NULL);
  gtk_window_present (window);
}
