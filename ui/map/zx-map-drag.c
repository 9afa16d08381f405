/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A site is moved by its symbol.  It can only go where a candidate is, for a plan is made of
 * candidates: while the hand moves, the nearest one that passes every filter is the goal, and the
 * card says what it serves against the place that is left.  What the whole plan loses is known
 * after the next run; until then a cross stands on the place that is left and a ring on the new
 * one, which can be dragged on. */

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/map/zx-map-features.h"
#include "ui/map/zx-map-legend.h"
#include "ui/map/zx-map-pane-private.h"
#include "ui/zx-distance.h"

#define PIN_REACH  9.0  /* round the head of a pin and round its point */
#define HEAD_ABOVE 16.5 /* the head's middle over the point, as zx_map_paint_points() draws it */
#define GOAL_REACH 60.0
#define SLACK      5.0 /* a hand that clicks is not quite still */

/* ---- what is pending --------------------------------------------------------------------------
 */

/* Locks that the plan on the screen does not know yet. */
void
zx_map_pane_show_pending (ZxMapPane *self)
{
  ZxProject *project = self->session != NULL ? zx_session_project (self->session) : NULL;
  const ZxPlan *plan = project != NULL ? zx_project_plan (project) : NULL;
  const ZxCandidates *candidates = project != NULL ? zx_project_candidates (project) : NULL;
  g_array_set_size (self->pending, 0);
  gboolean has_any = candidates != NULL && plan != NULL
                     && zx_session_n_locks (self->session, ZX_LOCKED)
                                + zx_session_n_locks (self->session, ZX_BANNED)
                            > 0;
  for (guint j = 0; has_any && j < candidates->n; j++)
    {
      ZxLockState state = zx_session_lock (self->session, j);
      if (state == ZX_FREE || (state == ZX_BANNED) != zx_project_is_site (project, j))
        continue;
      const ZxMapPending pending
          = { candidates->x_m[j], candidates->y_m[j], j, state == ZX_BANNED };
      g_array_append_val (self->pending, pending);
    }
  const ZxMapPending *all = (const ZxMapPending *) (gpointer) self->pending->data;
  zx_map_canvas_set_pending (self->canvas, all, self->pending->len);
  zx_map_canvas_set_pending (self->beside, all, self->pending->len);
}

/* ---- taking hold ------------------------------------------------------------------------------
 */

static double
reach_m (ZxMapPane *self, double units)
{
  return units * zx_map_text_scale (GTK_WIDGET (self)) * zx_map_pane_metres_per_unit (self);
}

static gboolean
is_close (ZxMapPane *self, double x_m, double y_m, double at_x_m, double at_y_m)
{
  return hypot (x_m - at_x_m, y_m - at_y_m) < reach_m (self, PIN_REACH);
}

/* The candidate of the site whose symbol is under a place; -1: none that can be moved. */
static int
held_at (ZxMapPane *self, double x_m, double y_m)
{
  const ZxPlan *plan = zx_project_plan (zx_map_data_project (self->data));
  ZxMapPlaces sites;
  for (guint i = 0; i < self->pending->len; i++)
    {
      const ZxMapPending *ring = &g_array_index (self->pending, ZxMapPending, i);
      if (!ring->is_out && is_close (self, x_m, y_m, ring->x_m, ring->y_m))
        return (int) ring->candidate;
    }
  if (plan == NULL || !zx_map_pane_shows (self, ZX_MAP_LAYER_SITES)
      || !zx_map_data_places (self->data, ZX_MAP_LAYER_SITES, &sites))
    return -1;
  double above_m = reach_m (self, HEAD_ABOVE);
  for (guint i = 0; i < MIN (sites.n, plan->n_sites); i++)
    if (zx_session_lock (self->session, plan->site[i].candidate) != ZX_BANNED
        && (is_close (self, x_m, y_m, sites.x_m[i], sites.y_m[i])
            || is_close (self, x_m, y_m, sites.x_m[i], sites.y_m[i] + above_m)))
      return (int) plan->site[i].candidate;
  return -1;
}

/* ---- the goal ---------------------------------------------------------------------------------
 */

/* The nearest candidate within reach that a site may go to; -1: none. */
static int
goal_at (ZxMapPane *self, double x_m, double y_m)
{
  ZxProject *project = zx_map_data_project (self->data);
  const ZxCandidates *candidates = zx_project_candidates (project);
  double nearest_m = GOAL_REACH * zx_map_pane_metres_per_unit (self);
  int goal = -1;
  for (guint j = 0; j < candidates->n; j++)
    {
      double away_m = hypot (candidates->x_m[j] - x_m, candidates->y_m[j] - y_m);
      if (away_m >= nearest_m || candidates->filter[j] != ZX_FILTER_NONE
          || zx_project_is_site (project, j))
        continue;
      nearest_m = away_m;
      goal = (int) j;
    }
  return goal;
}

static void
say_goal (ZxMapPane *self, guint goal)
{
  ZxProject *project = zx_map_data_project (self->data);
  const ZxCandidates *candidates = zx_project_candidates (project);
  g_autofree char *from = zx_project_candidate_name (project, self->held),
                  *to = zx_project_candidate_name (project, goal);
  GString *card = g_string_new (NULL);
  g_string_append_printf (card, _ ("Move the site %s to %s"), from, to);
  double before = candidates->served_mean[self->held], after = candidates->served_mean[goal],
         away_m = hypot (candidates->x_m[goal] - candidates->x_m[self->held],
                         candidates->y_m[goal] - candidates->y_m[self->held]);
  g_autofree char *away = zx_distance_text (away_m);
  g_string_append_printf (card, "\n%s\t%s", _ ("Moved by"), away);
  zx_map_say (card, _ ("Served if built alone"), after, 0, _ ("kWh a day"));
  zx_map_say (card, _ ("More or less than now"), after - before, 0, _ ("kWh a day"));
  zx_map_say (card, _ ("Grid room"), candidates->grid_room_kw[goal], 0, "kW");
  zx_map_pane_fill_card (self, card->str);
  g_string_free (card, TRUE);
}

static void
say_no_goal (ZxMapPane *self)
{
  zx_map_pane_fill_card (self, _ ("No candidate that passes every filter is near"));
}

/* ---- the gesture ------------------------------------------------------------------------------
 */

static void
on_drag_begin_cb (GtkGestureDrag *drag, double x, double y, ZxMapPane *self)
{
  double x_m, y_m;
  int held = -1;
  if (zx_map_pane_is_ready (self) && !self->is_measuring
      && zx_project_candidates (zx_map_data_project (self->data)) != NULL
      && !zx_jobs_is_renewing (zx_session_jobs (self->session)))
    {
      zx_map_pane_place_under (self, self->map, x, y, &x_m, &y_m);
      held = held_at (self, x_m, y_m);
    }
  self->goal = -1;
  self->is_dragging = FALSE;
  self->is_holding = held >= 0;
  if (held >= 0)
    {
      self->held = (guint) held;
      gtk_widget_grab_focus (GTK_WIDGET (self)); /* which hears Escape */
    }
  gtk_gesture_set_state (GTK_GESTURE (drag),
                         held >= 0 ? GTK_EVENT_SEQUENCE_CLAIMED : GTK_EVENT_SEQUENCE_DENIED);
}

static void
drag_to (ZxMapPane *self, double x_m, double y_m)
{
  const ZxCandidates *candidates = zx_project_candidates (zx_map_data_project (self->data));
  self->goal = goal_at (self, x_m, y_m);
  const double path_x_m[]
      = { candidates->x_m[self->held], self->goal >= 0 ? candidates->x_m[self->goal] : x_m };
  const double path_y_m[]
      = { candidates->y_m[self->held], self->goal >= 0 ? candidates->y_m[self->goal] : y_m };
  zx_map_canvas_set_path (self->canvas, path_x_m, path_y_m, 2, FALSE);
  if (self->goal >= 0)
    say_goal (self, (guint) self->goal);
  else
    say_no_goal (self);
}

static void
on_drag_update_cb (GtkGestureDrag *drag, double by_x, double by_y, ZxMapPane *self)
{
  double x, y, x_m, y_m;
  if (!self->is_holding || (!self->is_dragging && hypot (by_x, by_y) < SLACK))
    return;
  if (!self->is_dragging)
    zx_map_pane_close_card (self);
  self->is_dragging = TRUE;
  gtk_gesture_drag_get_start_point (drag, &x, &y);
  zx_map_pane_place_under (self, self->map, x + by_x, y + by_y, &x_m, &y_m);
  drag_to (self, x_m, y_m);
}

static void
let_go (ZxMapPane *self)
{
  if (!self->is_dragging)
    return;
  self->is_dragging = FALSE;
  self->goal = -1;
  zx_map_canvas_set_path (self->canvas, NULL, NULL, 0, FALSE);
  zx_map_pane_close_card (self);
}

/* Comes too when the gesture was denied or cancelled; then nothing is held any more. */
static void
on_drag_end_cb (GtkGestureDrag *drag, double by_x, double by_y, ZxMapPane *self)
{
  double x, y, x_m, y_m;
  if (!self->is_holding)
    return;
  self->is_holding = FALSE;
  if (!self->is_dragging)
    {
      gtk_gesture_drag_get_start_point (drag, &x, &y);
      zx_map_pane_place_under (self, self->map, x, y, &x_m, &y_m);
      zx_map_pane_identify_site (self, self->held, x_m, y_m);
      return;
    }
  int goal = self->goal;
  let_go (self);
  if (goal >= 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.move-site", "(uu)", self->held,
                                (guint) goal);
}

static void
on_drag_cancelled_cb (GtkGesture *drag, GdkEventSequence *sequence, ZxMapPane *self)
{
  self->is_holding = FALSE;
  let_go (self);
}

gboolean
zx_map_pane_end_dragging (ZxMapPane *self)
{
  gboolean was_dragging = self->is_dragging;
  self->is_holding = FALSE;
  let_go (self);
  if (gtk_gesture_is_active (GTK_GESTURE (self->drag)))
    gtk_gesture_set_state (GTK_GESTURE (self->drag), GTK_EVENT_SEQUENCE_DENIED);
  return was_dragging;
}

void
zx_map_pane_start_dragging (ZxMapPane *self)
{
  self->pending = g_array_new (FALSE, FALSE, sizeof (ZxMapPending));
  self->drag = gtk_gesture_drag_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->drag),
                                              GTK_PHASE_CAPTURE); /* before the map moves */
  g_signal_connect (self->drag, "drag-begin", G_CALLBACK (on_drag_begin_cb), self);
  g_signal_connect (self->drag, "drag-update", G_CALLBACK (on_drag_update_cb), self);
  g_signal_connect (self->drag, "drag-end", G_CALLBACK (on_drag_end_cb), self);
  g_signal_connect (self->drag, "cancel", G_CALLBACK (on_drag_cancelled_cb), self);
  gtk_widget_add_controller (self->map, GTK_EVENT_CONTROLLER (self->drag));
}
