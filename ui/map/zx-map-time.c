/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Heat by the hour of the day.  The hours of a kind of heat are made once, as a job; after that
 * each picture is painted before it is wanted, and playing waits for a picture that is late rather
 * than showing an old one under a new hour. */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>

#define TICK_MS      50
#define STEP_US      700000  /* an hour, while playing */
#define SLOW_STEP_US 1600000 /* for those who turned animations off */

/* ---- making -------------------------------------------------------------------------------------
 */

typedef struct
{
  ZxProject *project; /* owned */
  gboolean is_wanted[ZX_N_MAP_LAYERS];
} Order;

typedef struct
{
  ZxHourFields *fields[ZX_N_MAP_LAYERS];
} Result;

static void
order_free (gpointer data)
{
  Order *order = data;
  g_object_unref (order->project);
  g_free (order);
}

static void
result_free (Result *result)
{
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    g_clear_pointer (&result->fields[kind], zx_hour_fields_unref);
  g_free (result);
}

static gpointer
make_hours (gpointer data, const ZxProgress *progress, GError **error)
{
  const Order *order = data;
  Result *result = g_new0 (Result, 1);
  guint n_wanted = 0, n_done = 0;
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    n_wanted += order->is_wanted[kind] ? 1 : 0;
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    {
      if (!order->is_wanted[kind])
        continue;
      ZxProgress part
          = zx_progress_slice (progress, n_done / (double) n_wanted, (n_done + 1.0) / n_wanted);
      result->fields[kind]
          = zx_hour_fields_new (order->project, (ZxMapLayerKind) kind, &part, error);
      n_done++;
      if (result->fields[kind] == NULL)
        {
          result_free (result);
          return NULL;
        }
    }
  return result;
}

static gboolean
is_on (ZxMapPane *self)
{
  return gtk_widget_get_visible (self->hours_bar);
}

static void
turn_off (ZxMapPane *self)
{
  zx_map_hours_set_playing (ZX_MAP_HOURS (self->hours_bar), FALSE);
  gtk_widget_set_visible (self->hours_bar, FALSE);
}

static void
on_hours_made_cb (GObject *owner, gpointer data, const GError *error)
{
  ZxMapPane *self = ZX_MAP_PANE (owner);
  Result *result = data;
  self->is_making_hours = FALSE;
  if (result == NULL)
    {
      turn_off (self);
      if (!g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
        gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s", error->message);
    }
  else if (self->session != NULL && zx_session_project (self->session) == self->hours_of)
    for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
      if (self->hours[kind] == NULL)
        self->hours[kind] = g_steal_pointer (&result->fields[kind]);
  g_clear_pointer (&result, result_free);
  if (self->session == NULL)
    return;
  for (guint hour = 0; hour < ZX_N_HOURS; hour++)
    g_clear_pointer (&self->hour_data[hour], zx_map_data_unref);
  zx_map_pane_show_layers (self);
}

void
zx_map_pane_forget_hours (ZxMapPane *self)
{
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    g_clear_pointer (&self->hours[kind], zx_hour_fields_unref);
  for (guint hour = 0; hour < ZX_N_HOURS; hour++)
    g_clear_pointer (&self->hour_data[hour], zx_map_data_unref);
  g_clear_object (&self->hours_of);
}

void
zx_map_pane_need_hours (ZxMapPane *self)
{
  ZxProject *project = zx_session_project (self->session);
  gboolean is_any = FALSE;
  if (self->hours_of != project)
    {
      zx_map_pane_forget_hours (self);
      g_set_object (&self->hours_of, project);
    }
  if (!is_on (self) || self->is_making_hours || self->data == NULL || project == NULL)
    return;
  Order *order = g_new0 (Order, 1);
  order->project = g_object_ref (project);
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    {
      order->is_wanted[kind] = zx_hour_fields_name ((ZxMapLayerKind) kind) != NULL
                               && self->hours[kind] == NULL
                               && zx_map_pane_shows (self, (ZxMapLayerKind) kind);
      is_any = is_any || order->is_wanted[kind];
    }
  self->is_making_hours = is_any;
  if (is_any)
    zx_jobs_start (zx_session_jobs (self->session), _ ("Preparing the hours of the day"),
                   make_hours, order, order_free, on_hours_made_cb, G_OBJECT (self));
  else
    order_free (order);
}

/* ---- showing ------------------------------------------------------------------------------------
 */

static gboolean
has_hours (ZxMapPane *self)
{
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (self->hours[kind] != NULL)
      return TRUE;
  return FALSE;
}

static ZxMapData *
data_of_hour (ZxMapPane *self, guint hour)
{
  if (self->hour_data[hour] == NULL)
    self->hour_data[hour] = zx_map_data_at_hour (self->data, self->hours, hour);
  return self->hour_data[hour];
}

ZxMapData *
zx_map_pane_shown_data (ZxMapPane *self)
{
  if (self->data == NULL || !is_on (self) || !has_hours (self)
      || zx_map_data_project (self->data) != self->hours_of)
    return self->data;
  return data_of_hour (self, zx_map_hours_hour (ZX_MAP_HOURS (self->hours_bar)));
}

/* The hours that come next, and no others in memory. */
void
zx_map_pane_look_ahead (ZxMapPane *self)
{
  ZxMapData *next[ZX_MAP_CANVAS_MOST_AHEAD];
  guint n = 0, hour = zx_map_hours_hour (ZX_MAP_HOURS (self->hours_bar));
  gboolean is_near[ZX_N_HOURS] = { FALSE };
  if (self->data != NULL && zx_map_pane_shown_data (self) != self->data)
    for (n = 0; n < ZX_MAP_CANVAS_MOST_AHEAD; n++)
      next[n] = data_of_hour (self, zx_map_hours_next (hour, n + 1));
  zx_map_canvas_set_ahead (self->canvas, next, n);
  gboolean is_pair = zx_map_pane_is_comparing (self) && self->scenario < 0;
  zx_map_canvas_set_ahead (self->right, next, is_pair && !self->is_beside ? n : 0);
  zx_map_canvas_set_ahead (self->beside, next, is_pair && self->is_beside ? n : 0);
  for (guint i = 0; i <= n; i++)
    is_near[zx_map_hours_next (hour, i)] = TRUE;
  for (guint i = 0; i < ZX_N_HOURS; i++)
    if (!is_near[i])
      g_clear_pointer (&self->hour_data[i], zx_map_data_unref);
}

static void
on_hour_changed_cb (ZxMapPane *self)
{
  zx_map_pane_show_layers (self);
}

/* ---- playing ------------------------------------------------------------------------------------
 */

static gboolean
on_tick_cb (gpointer data)
{
  ZxMapPane *self = data;
  ZxMapHours *bar = ZX_MAP_HOURS (self->hours_bar);
  gboolean is_animated = TRUE;
  gint64 now = g_get_monotonic_time ();
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &is_animated,
                NULL);
  gint64 step = is_animated ? STEP_US : SLOW_STEP_US;
  gboolean is_ready = !self->is_making_hours && zx_map_canvas_is_shown (self->canvas)
                      && zx_map_canvas_is_shown (self->right)
                      && zx_map_canvas_is_shown (self->beside);
  if (!is_ready || now - self->last_step < step || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_CONTINUE;
  self->last_step = now;
  zx_map_hours_set_hour (bar, zx_map_hours_next (zx_map_hours_hour (bar), 1));
  return G_SOURCE_CONTINUE;
}

static void
on_playing_changed_cb (ZxMapPane *self)
{
  gboolean is_playing = zx_map_hours_is_playing (ZX_MAP_HOURS (self->hours_bar));
  g_clear_handle_id (&self->tick, g_source_remove);
  if (is_playing)
    self->tick = g_timeout_add (TICK_MS, on_tick_cb, self);
}

static const char *
without_heat (ZxMapPane *self)
{
  for (guint kind = 0; kind < ZX_N_MAP_LAYERS; kind++)
    if (zx_hour_fields_name ((ZxMapLayerKind) kind) != NULL
        && zx_map_pane_shows (self, (ZxMapLayerKind) kind))
      return NULL;
  return _ ("Show usage heat, vehicle heat or shortfall first: these have hours of the day");
}

static void
hours_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  if (!zx_map_pane_is_ready (self))
    return;
  const char *problem = is_on (self) ? NULL : without_heat (self);
  if (problem != NULL)
    {
      gtk_widget_activate_action (widget, "win.tell", "s", problem);
      return;
    }
  if (is_on (self))
    turn_off (self);
  else
    gtk_widget_set_visible (self->hours_bar, TRUE);
  zx_map_pane_show_layers (self);
}

static void
play_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  ZxMapHours *bar = ZX_MAP_HOURS (self->hours_bar);
  if (!is_on (self))
    hours_action (widget, name, NULL);
  if (is_on (self))
    zx_map_hours_set_playing (bar, !zx_map_hours_is_playing (bar));
}

/* 0 … 47 */
static void
hour_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  guint hour = g_variant_get_uint32 (parameter);
  if (!is_on (self))
    hours_action (widget, name, NULL);
  if (is_on (self) && hour < ZX_N_HOURS)
    zx_map_hours_set_hour (ZX_MAP_HOURS (self->hours_bar), hour);
}

/* By so many hours, round the day. */
static void
step_hour_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  ZxMapHours *bar = ZX_MAP_HOURS (self->hours_bar);
  int steps = g_variant_get_int32 (parameter);
  if (is_on (self))
    zx_map_hours_set_hour (bar,
                           zx_map_hours_next (zx_map_hours_hour (bar), (guint) (steps % 24 + 24)));
}

void
zx_map_pane_add_hours (GtkWidgetClass *class)
{
  g_type_ensure (ZX_TYPE_MAP_HOURS);
  gtk_widget_class_bind_template_child (class, ZxMapPane, hours_bar);
  gtk_widget_class_install_action (class, "map.hours", NULL, hours_action);
  gtk_widget_class_install_action (class, "map.play", NULL, play_action);
  gtk_widget_class_install_action (class, "map.hour", "u", hour_action);
  gtk_widget_class_install_action (class, "map.step-hour", "i", step_hour_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_h, 0, "map.hours", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_p, 0, "map.play", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_comma, 0, "map.step-hour", "i", -1);
  gtk_widget_class_add_binding_action (class, GDK_KEY_period, 0, "map.step-hour", "i", 1);
}

void
zx_map_pane_start_hours (ZxMapPane *self)
{
  g_signal_connect_object (self->hours_bar, "notify::hour", G_CALLBACK (on_hour_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hours_bar, "notify::playing", G_CALLBACK (on_playing_changed_cb),
                           self, G_CONNECT_SWAPPED);
}
