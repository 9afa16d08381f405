/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-ui-hand.h"

#include <X11/XKBlib.h>
#include <X11/extensions/XTest.h>
#include <gdk/x11/gdkx.h>
#include <string.h>

#include "zx-ui-test.h"

#define WHEEL_DOWN   5
#define WHEEL_UP     4
#define STILL_FRAMES 3
#define DRAG_STEPS   5

struct _ZxUiHand
{
  Display *display; /* a connection of its own, as a mouse has */
};

ZxUiHand *
zx_ui_hand_new (void)
{
  ZxUiHand *self = g_new0 (ZxUiHand, 1);
  int event, error, major, minor;
  self->display = XOpenDisplay (NULL);
  g_assert_nonnull (self->display);
  if (!XTestQueryExtension (self->display, &event, &error, &major, &minor))
    g_error ("the display has no XTEST extension");
  return self;
}

void
zx_ui_hand_free (ZxUiHand *self)
{
  XCloseDisplay (self->display);
  g_free (self);
}

/* ---- waiting ------------------------------------------------------------------------------- */

void
zx_ui_wait_until (ZxUiSaysSo says_so, gpointer data, const char *what)
{
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  while (!says_so (data))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain: %s", what);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

static gboolean
is_active (gpointer data)
{
  return gtk_window_is_active (data);
}

typedef struct
{
  GtkWidget *widget;
  graphene_rect_t bounds;
  gint64 frame;
  guint n_still;
} Rest;

/* Shown, and in the same place for some frames: nothing slides any more. */
static gboolean
is_at_rest (gpointer data)
{
  Rest *rest = data;
  graphene_rect_t now;
  GtkNative *native = gtk_widget_get_native (rest->widget);
  if (!gtk_widget_get_mapped (rest->widget)
      || !gtk_widget_compute_bounds (rest->widget, GTK_WIDGET (native), &now) || now.size.width < 1
      || now.size.height < 1)
    return FALSE;
  gint64 frame = gdk_frame_clock_get_frame_counter (gtk_widget_get_frame_clock (rest->widget));
  if (frame == rest->frame)
    {
      gtk_widget_queue_draw (rest->widget);
      return FALSE;
    }
  rest->n_still = graphene_rect_equal (&now, &rest->bounds) ? rest->n_still + 1 : 0;
  rest->bounds = now;
  rest->frame = frame;
  return rest->n_still >= STILL_FRAMES;
}

static graphene_rect_t
bounds_at_rest (GtkWidget *widget)
{
  Rest rest = { .widget = widget, .frame = -1 };
  g_autofree char *what = g_strdup_printf ("a %s comes to rest", G_OBJECT_TYPE_NAME (widget));
  zx_ui_wait_until (is_at_rest, &rest, what);
  return rest.bounds;
}

/* ---- pointer ------------------------------------------------------------------------------- */

static void
go_to (ZxUiHand *self, GtkWidget *widget, double x, double y)
{
  GtkNative *native = gtk_widget_get_native (widget);
  double left, top;
  int root_x, root_y;
  Window child;
  gtk_native_get_surface_transform (native, &left, &top);
  XTranslateCoordinates (self->display, gdk_x11_surface_get_xid (gtk_native_get_surface (native)),
                         DefaultRootWindow (self->display), (int) (x + left), (int) (y + top),
                         &root_x, &root_y, &child);
  XTestFakeMotionEvent (self->display, -1, root_x, root_y, CurrentTime);
  XSync (self->display, False);
}

static void
press (ZxUiHand *self, guint button)
{
  XTestFakeButtonEvent (self->display, button, True, CurrentTime);
  XTestFakeButtonEvent (self->display, button, False, CurrentTime);
  XSync (self->display, False);
}

static void
go_to_middle (ZxUiHand *self, GtkWidget *widget, const graphene_rect_t *bounds)
{
  go_to (self, widget, bounds->origin.x + bounds->size.width / 2,
         bounds->origin.y + bounds->size.height / 2);
}

/* -1: above what the view shows, 1: below, 0: in view. */
static int
side_of_view (const graphene_rect_t *bounds, const graphene_rect_t *view)
{
  double middle = bounds->origin.y + bounds->size.height / 2;
  return middle < view->origin.y + 4 ? -1 : middle > view->origin.y + view->size.height - 4;
}

static graphene_rect_t
bring_into_view (ZxUiHand *self, GtkWidget *widget)
{
  graphene_rect_t bounds = bounds_at_rest (widget);
  GtkWidget *view = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  if (view == NULL)
    return bounds;
  graphene_rect_t view_bounds = bounds_at_rest (view);
  gint64 end = g_get_monotonic_time () + ZX_UI_LONGEST_WAIT_US;
  for (int side; (side = side_of_view (&bounds, &view_bounds)) != 0;)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      go_to_middle (self, view, &view_bounds);
      press (self, side > 0 ? WHEEL_DOWN : WHEEL_UP);
      bounds = bounds_at_rest (widget);
    }
  return bounds;
}

void
zx_ui_hand_click (ZxUiHand *self, GtkWidget *widget)
{
  g_assert_nonnull (widget);
  graphene_rect_t bounds = bring_into_view (self, widget);
  go_to_middle (self, widget, &bounds);
  press (self, 1);
}

void
zx_ui_hand_pull (ZxUiHand *self, GtkWidget *widget, double from_x, double from_y, double to_x,
                 double to_y)
{
  graphene_rect_t bounds = bounds_at_rest (widget);
  double left = bounds.origin.x, top = bounds.origin.y;
  go_to (self, widget, left + from_x, top + from_y);
  XTestFakeButtonEvent (self->display, 1, True, CurrentTime);
  for (guint step = 1; step <= DRAG_STEPS; step++)
    go_to (self, widget, left + from_x + (to_x - from_x) * step / DRAG_STEPS,
           top + from_y + (to_y - from_y) * step / DRAG_STEPS);
}

void
zx_ui_hand_let_go (ZxUiHand *self)
{
  XTestFakeRelativeMotionEvent (self->display, -1, -1, CurrentTime);
  XTestFakeButtonEvent (self->display, 1, False, CurrentTime);
  XSync (self->display, False);
}

void
zx_ui_hand_drag (ZxUiHand *self, GtkWidget *widget, double from_x, double from_y, double to_x,
                 double to_y)
{
  zx_ui_hand_pull (self, widget, from_x, from_y, to_x, to_y);
  XTestFakeButtonEvent (self->display, 1, False, CurrentTime);
  XSync (self->display, False);
}

/* ---- keys ---------------------------------------------------------------------------------- */

void
zx_ui_hand_hold (ZxUiHand *self, GtkWindow *window)
{
  bounds_at_rest (GTK_WIDGET (window));
  XSetInputFocus (self->display,
                  gdk_x11_surface_get_xid (gtk_native_get_surface (GTK_NATIVE (window))),
                  RevertToParent, CurrentTime);
  XSync (self->display, False);
  zx_ui_wait_until (is_active, window, "the window gets the keys");
}

static void
send_key (ZxUiHand *self, KeySym sym, gboolean is_down)
{
  XTestFakeKeyEvent (self->display, XKeysymToKeycode (self->display, sym), is_down, CurrentTime);
}

static void
send (ZxUiHand *self, KeySym sym, GdkModifierType modifiers)
{
  KeyCode code = XKeysymToKeycode (self->display, sym);
  g_assert_cmpuint (code, !=, 0);
  if (XkbKeycodeToKeysym (self->display, code, 0, 0) != sym)
    modifiers |= GDK_SHIFT_MASK;
  static const struct
  {
    GdkModifierType modifier;
    KeySym sym;
  } held[] = { { GDK_SHIFT_MASK, XK_Shift_L },
               { GDK_CONTROL_MASK, XK_Control_L },
               { GDK_ALT_MASK, XK_Alt_L } };
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    if ((modifiers & held[i].modifier) != 0)
      send_key (self, held[i].sym, True);
  send_key (self, sym, True);
  send_key (self, sym, False);
  for (guint i = G_N_ELEMENTS (held); i > 0; i--)
    if ((modifiers & held[i - 1].modifier) != 0)
      send_key (self, held[i - 1].sym, False);
  XSync (self->display, False);
}

void
zx_ui_hand_key (ZxUiHand *self, const char *name, GdkModifierType modifiers)
{
  KeySym sym = XStringToKeysym (name);
  g_assert_cmpuint (sym, !=, NoSymbol);
  send (self, sym, modifiers);
}

/* The signs of ASCII are their own symbols. */
void
zx_ui_hand_type (ZxUiHand *self, const char *text)
{
  for (; *text != '\0'; text++)
    send (self, (KeySym) *text, 0);
}

/* ---- looking ------------------------------------------------------------------------------- */

typedef gboolean (*IsIt) (GtkWidget *widget, gconstpointer wanted);

static GtkWidget *
find (GtkWidget *widget, IsIt is_it, gconstpointer wanted)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (is_it (widget, wanted))
    return widget;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL;
       at = gtk_widget_get_next_sibling (at))
    {
      GtkWidget *found = find (at, is_it, wanted);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_action (GtkWidget *widget, gconstpointer wanted)
{
  return GTK_IS_ACTIONABLE (widget)
         && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), wanted) == 0;
}

static gboolean
has_type (GtkWidget *widget, gconstpointer wanted)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, *(const GType *) wanted);
}

static gboolean
has_text (GtkWidget *widget, gconstpointer wanted)
{
  return GTK_IS_LABEL (widget) && strcmp (gtk_label_get_text (GTK_LABEL (widget)), wanted) == 0;
}

GtkWidget *
zx_ui_find_action (GtkWidget *widget, const char *action)
{
  return find (widget, has_action, action);
}

GtkWidget *
zx_ui_find_type (GtkWidget *widget, GType type)
{
  return find (widget, has_type, &type);
}

GtkWidget *
zx_ui_find_text (GtkWidget *widget, const char *text)
{
  return find (widget, has_text, text);
}

GtkWindow *
zx_ui_find_dialog (GtkWindow *window)
{
  GListModel *all = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (all, i);
      if (other != window && gtk_widget_get_mapped (GTK_WIDGET (other)))
        return other; /* the list keeps it */
    }
  return NULL;
}
