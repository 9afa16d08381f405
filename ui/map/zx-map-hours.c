/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/map/zx-map-hours.h"

#include <glib/gi18n-lib.h>

#include "ui/map/zx-map-data.h"

#define HOURS_A_DAY 24

struct _ZxMapHours
{
  GtkWidget parent;
  guint hour;
  gboolean is_playing, is_setting;
  GtkWidget *box, *play, *days, *slider, *label;
};

enum
{
  PROP_0,
  PROP_HOUR,
  PROP_PLAYING,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ZxMapHours, zx_map_hours, GTK_TYPE_WIDGET)

guint
zx_map_hours_hour (ZxMapHours *self)
{
  return self->hour;
}

guint
zx_map_hours_next (guint hour, guint steps)
{
  return hour / HOURS_A_DAY * HOURS_A_DAY + (hour + steps) % HOURS_A_DAY;
}

/* Widgets follow the hour; what they tell back meanwhile is not a wish. */
static void
show_hour (ZxMapHours *self)
{
  g_autofree char *text = zx_map_data_hour_text (self->hour);
  self->is_setting = TRUE;
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_range_set_value (GTK_RANGE (self->slider), self->hour % HOURS_A_DAY);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->days), self->hour / HOURS_A_DAY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
  self->is_setting = FALSE;
}

void
zx_map_hours_set_hour (ZxMapHours *self, guint hour)
{
  g_return_if_fail (hour < ZX_N_HOURS);
  if (self->hour == hour)
    return;
  self->hour = hour;
  show_hour (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOUR]);
}

gboolean
zx_map_hours_is_playing (ZxMapHours *self)
{
  return self->is_playing;
}

void
zx_map_hours_set_playing (ZxMapHours *self, gboolean is_playing)
{
  if (self->is_playing == !!is_playing)
    return;
  self->is_playing = !!is_playing;
  const char *name = is_playing ? _ ("Stop") : _ ("Play the hours of the day");
  gtk_button_set_icon_name (GTK_BUTTON (self->play), is_playing ? "media-playback-pause-symbolic"
                                                                : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->play, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

static void
on_changed_cb (ZxMapHours *self)
{
  if (self->is_setting)
    return;
  guint day = MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->days)), 1),
        hour = (guint) gtk_range_get_value (GTK_RANGE (self->slider));
  zx_map_hours_set_hour (self, day * HOURS_A_DAY + MIN (hour, HOURS_A_DAY - 1));
}

/* ---- the widget ---------------------------------------------------------------------------------
 */

static void
zx_map_hours_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ZxMapHours *self = ZX_MAP_HOURS (object);
  if (id == PROP_HOUR)
    g_value_set_uint (value, self->hour);
  else if (id == PROP_PLAYING)
    g_value_set_boolean (value, self->is_playing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
zx_map_hours_dispose (GObject *object)
{
  g_clear_pointer (&ZX_MAP_HOURS (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (zx_map_hours_parent_class)->dispose (object);
}

static void
zx_map_hours_class_init (ZxMapHoursClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object_class->dispose = zx_map_hours_dispose;
  object_class->get_property = zx_map_hours_get_property;
  properties[PROP_HOUR] = g_param_spec_uint ("hour", NULL, NULL, 0, ZX_N_HOURS - 1, 0, flags);
  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/map/zx-map-hours.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxMapHours, box);
  gtk_widget_class_bind_template_child (widget_class, ZxMapHours, play);
  gtk_widget_class_bind_template_child (widget_class, ZxMapHours, days);
  gtk_widget_class_bind_template_child (widget_class, ZxMapHours, slider);
  gtk_widget_class_bind_template_child (widget_class, ZxMapHours, label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
}

static void
zx_map_hours_init (ZxMapHours *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->hour = 8;
  show_hour (self);
}
