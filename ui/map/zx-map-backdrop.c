/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing what lies under the map.  Nothing is asked of the network until a person chose a server
 * here; the choice is remembered until another is made, or none. */

#include "ui/map/zx-map-pane-private.h"

#include <glib/gi18n-lib.h>

#include "ui/zx-dialogs.h"
#include "ui/zx-preferences.h"
#include "ui/zx-window.h"

#define TILES_PER_MB    4 /* of 256 pixels a side, four bytes each */
#define OSM_ADDRESS     "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
#define OSM_ATTRIBUTION "© OpenStreetMap contributors"

static void
on_failed_cb (ZxMapPane *self, const char *reason)
{
  g_autofree char *text = g_strdup_printf (_ ("Some map tiles did not come: %s"), reason);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s", text);
}

/* As many as the memory that was chosen holds. */
static void
limit_tiles (ZxMapPane *self)
{
  GSettings *settings = zx_preferences_settings ();
  if (settings != NULL && self->backdrop != NULL)
    zx_backdrop_set_most_kept (self->backdrop,
                               (guint) g_settings_get_int (settings, "tile-memory") * TILES_PER_MB);
}

static void
forget_tiles_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  if (self->backdrop != NULL)
    zx_backdrop_forget (self->backdrop);
}

static void
put (ZxMapPane *self, ZxBackdrop *backdrop)
{
  if (backdrop != NULL)
    g_signal_connect_object (backdrop, "failed", G_CALLBACK (on_failed_cb), self,
                             G_CONNECT_SWAPPED);
  g_set_object (&self->backdrop, backdrop);
  limit_tiles (self);
  zx_map_canvas_set_backdrop (self->canvas, backdrop);
  zx_map_canvas_set_backdrop (self->right, backdrop);
  zx_map_canvas_set_backdrop (self->beside, backdrop);
  const char *attribution = backdrop != NULL ? zx_backdrop_attribution (backdrop) : "";
  gtk_label_set_text (GTK_LABEL (self->attribution), attribution);
  gtk_widget_set_visible (self->attribution, attribution[0] != '\0');
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->backdrop_button));
}

static void
remember (const char *kind, const char *place, gboolean is_gcj02, const char *attribution)
{
  GSettings *settings = zx_preferences_settings ();
  if (settings != NULL)
    g_settings_set (settings, "backdrop", "(ssbs)", kind, place, is_gcj02, attribution);
}

/* What was chosen last time. */
void
zx_map_pane_restore_backdrop (ZxMapPane *self)
{
  const char *kind, *place, *attribution;
  gboolean is_gcj02;
  GSettings *settings = zx_preferences_settings ();
  if (settings == NULL)
    return;
  g_signal_connect_object (settings, "changed::tile-memory", G_CALLBACK (limit_tiles), self,
                           G_CONNECT_SWAPPED);
  g_autoptr (GVariant) kept = g_settings_get_value (settings, "backdrop");
  g_variant_get (kept, "(&s&sb&s)", &kind, &place, &is_gcj02, &attribution);
  if (strcmp (kind, "address") == 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "map.backdrop-address", "(sbs)", place, is_gcj02,
                                attribution);
  else if (strcmp (kind, "file") == 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "map.backdrop-file", "s", place);
}

static void
no_backdrop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  remember ("", "", FALSE, "");
  put (ZX_MAP_PANE (widget), NULL);
}

/* (address, whether in GCJ-02, attribution) */
static void
backdrop_address_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *address, *attribution;
  gboolean is_gcj02;
  g_autoptr (GError) error = NULL;
  g_variant_get (parameter, "(&sb&s)", &address, &is_gcj02, &attribution);
  g_autoptr (ZxBackdrop) backdrop
      = zx_backdrop_new_for_address (address, is_gcj02, attribution, &error);
  if (backdrop != NULL)
    {
      remember ("address", address, is_gcj02, attribution);
      put (ZX_MAP_PANE (widget), backdrop);
    }
  else
    gtk_widget_activate_action (widget, "win.tell", "s", error->message);
}

static void
backdrop_osm_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "map.backdrop-address", "(sbs)", OSM_ADDRESS, FALSE,
                              OSM_ATTRIBUTION);
}

static void
on_address_given_cb (ZxMapPane *self)
{
  g_autofree char *address
      = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->backdrop_address))));
  gtk_widget_activate_action (GTK_WIDGET (self), "map.backdrop-address", "(sbs)", address,
                              gtk_check_button_get_active (GTK_CHECK_BUTTON (self->backdrop_gcj02)),
                              "");
}

/* ---- files ------------------------------------------------------------------------------------
 */

static gpointer
open_tiles (gpointer input, const ZxProgress *progress, GError **error)
{
  return zx_tiles_open (input, error);
}

static void
on_tiles_opened_cb (GObject *owner, gpointer tiles, const GError *error)
{
  ZxMapPane *self = ZX_MAP_PANE (owner);
  if (tiles == NULL)
    {
      remember ("", "", FALSE, ""); /* or every window would say so again */
      if (!g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED) && self->canvas != NULL)
        gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s", error->message);
      return;
    }
  g_autoptr (ZxBackdrop) backdrop = zx_backdrop_new_for_tiles (tiles);
  if (self->canvas != NULL)
    put (self, backdrop);
}

static void
backdrop_file_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxMapPane *self = ZX_MAP_PANE (widget);
  remember ("file", g_variant_get_string (parameter, NULL), FALSE, "");
  zx_jobs_start (zx_session_jobs (self->session), _ ("Opening the tiles"), open_tiles,
                 g_variant_dup_string (parameter, NULL), g_free, on_tiles_opened_cb,
                 G_OBJECT (self));
}

static void
on_file_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  gtk_widget_activate_action (GTK_WIDGET (zx_window_map (ZX_WINDOW (window))), "map.backdrop-file",
                              "s", g_ptr_array_index (paths, 0));
}

static void
choose_backdrop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (ZX_MAP_PANE (widget)->backdrop_button));
  zx_dialogs_open_tiles (GTK_WINDOW (gtk_widget_get_root (widget)), on_file_chosen, NULL);
}

void
zx_map_pane_add_backdrop (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, ZxMapPane, backdrop_button);
  gtk_widget_class_bind_template_child (class, ZxMapPane, backdrop_address);
  gtk_widget_class_bind_template_child (class, ZxMapPane, backdrop_gcj02);
  gtk_widget_class_bind_template_child (class, ZxMapPane, attribution);
  gtk_widget_class_bind_template_callback (class, on_address_given_cb);
  gtk_widget_class_install_action (class, "map.forget-tiles", NULL, forget_tiles_action);
  gtk_widget_class_install_action (class, "map.no-backdrop", NULL, no_backdrop_action);
  gtk_widget_class_install_action (class, "map.backdrop-osm", NULL, backdrop_osm_action);
  gtk_widget_class_install_action (class, "map.backdrop-address", "(sbs)", backdrop_address_action);
  gtk_widget_class_install_action (class, "map.backdrop-file", "s", backdrop_file_action);
  gtk_widget_class_install_action (class, "map.choose-backdrop", NULL, choose_backdrop_action);
}
