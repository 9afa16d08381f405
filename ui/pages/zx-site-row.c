/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-site-row.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/zx-site-sheet.h"
#include "ui/widgets/zx-interval.h"
#include "ui/zx-money.h"

/* ---- item ------------------------------------------------------------------------------------ */

struct _ZxSiteItem
{
  GObject parent;
  guint candidate;
  int site;
};

G_DEFINE_FINAL_TYPE (ZxSiteItem, zx_site_item, G_TYPE_OBJECT)

static void
zx_site_item_class_init (ZxSiteItemClass *class)
{
}

static void
zx_site_item_init (ZxSiteItem *self)
{
}

ZxSiteItem *
zx_site_item_new (guint candidate, int site)
{
  ZxSiteItem *self = g_object_new (ZX_TYPE_SITE_ITEM, NULL);
  self->candidate = candidate;
  self->site = site;
  return self;
}

guint
zx_site_item_candidate (ZxSiteItem *self)
{
  return self->candidate;
}

/* ---- row ------------------------------------------------------------------------------------- */

struct _ZxSiteRow
{
  GtkWidget parent;
  ZxSession *session; /* borrowed while shown */
  ZxSiteItem *item;
  gboolean is_filling;
  GtkWidget *box, *rank, *name, *facts, *money, *interval, *lock, *ban, *more, *move;
};

G_DEFINE_FINAL_TYPE (ZxSiteRow, zx_site_row, GTK_TYPE_WIDGET)

static void
show_site (ZxSiteRow *self, ZxProject *project, const ZxPlanSite *site, double most_kwh)
{
  const ZxConfiguration *size = zx_project_configuration (project, site->configuration);
  g_autofree char *served = zx_number_human (site->served_mean, 0),
                  *low = zx_number_human (site->served_p10, 0),
                  *high = zx_number_human (site->served_p90, 0),
                  *capex = zx_money_text (zx_project_city (project), site->capex_fen),
                  *payback = zx_number_human (site->payback_years, 1),
                  *rate = zx_number_human (100 * site->load_rate_after, 0),
                  *sure = zx_number_human (100 * site->in_best_set, 0);
  const char *title = size != NULL ? _ (size->title) : "–";
  gboolean is_full = site->served_p10 > 0 && site->served_p10 == site->served_p90;
  g_autofree char *facts
      = is_full
            ? g_strdup_printf (_ ("%s · serves %s kWh a day, as much as it can"), title, served)
            : g_strdup_printf (_ ("%s · serves %s kWh a day (%s to %s)"), title, served, low, high);
  GString *money = g_string_new (capex);
  if (isfinite (site->payback_years))
    g_string_append_printf (money, _ (" · pays back in %s years"), payback);
  else
    g_string_append (money, _ (" · never pays back"));
  if (isfinite (site->load_rate_after))
    g_string_append_printf (money, _ (" · load rate %s %% after"), rate);
  if (isfinite (site->in_best_set))
    g_string_append_printf (money, _ (" · in %s %% of the best plans"), sure);
  gtk_label_set_text (GTK_LABEL (self->facts), facts);
  gtk_label_set_text (GTK_LABEL (self->money), money->str);
  g_string_free (money, TRUE);
  zx_interval_set (ZX_INTERVAL (self->interval), site->served_p10, site->served_mean,
                   site->served_p90, most_kwh);
  zx_interval_set_part (ZX_INTERVAL (self->interval), site->taken_from_existing);
}

static void
show_candidate (ZxSiteRow *self, ZxLockState state)
{
  gtk_label_set_text (GTK_LABEL (self->facts), state == ZX_BANNED
                                                   ? _ ("Kept out of the plan by you")
                                                   : _ ("Will be in the plan after the next run"));
  gtk_label_set_text (GTK_LABEL (self->money), "");
}

static void
name_buttons (ZxSiteRow *self, const char *name)
{
  g_autofree char *lock = g_strdup_printf (_ ("Lock %s into the plan"), name);
  g_autofree char *ban = g_strdup_printf (_ ("Keep %s out of the plan"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lock), GTK_ACCESSIBLE_PROPERTY_LABEL, lock,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->ban), GTK_ACCESSIBLE_PROPERTY_LABEL, ban,
                                  -1);
  g_autofree char *more = g_strdup_printf (_ ("More about %s"), name);
  g_autofree char *move = g_strdup_printf (_ ("Move %s to another place"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->more), GTK_ACCESSIBLE_PROPERTY_LABEL, more,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->move), GTK_ACCESSIBLE_PROPERTY_LABEL, move,
                                  -1);
  gtk_widget_set_tooltip_text (self->move, move);
  gtk_widget_set_tooltip_text (self->lock, lock);
  gtk_widget_set_tooltip_text (self->ban, ban);
}

void
zx_site_row_show (ZxSiteRow *self, ZxSession *session, ZxSiteItem *item, double most_kwh)
{
  ZxProject *project = zx_session_project (session);
  const ZxPlan *plan = project != NULL ? zx_project_plan (project) : NULL;
  const ZxCandidates *candidates = project != NULL ? zx_project_candidates (project) : NULL;
  if (candidates == NULL || item->candidate >= candidates->n)
    return;
  gboolean is_site = plan != NULL && item->site >= 0 && (guint) item->site < plan->n_sites;
  ZxLockState state = zx_session_lock (session, item->candidate);
  g_autofree char *name = zx_project_candidate_name (project, item->candidate);
  g_autofree char *rank = is_site ? g_strdup_printf ("%d", item->site + 1) : g_strdup ("–");
  self->session = session;
  g_set_object (&self->item, item);
  gtk_label_set_text (GTK_LABEL (self->rank), rank);
  gtk_label_set_text (GTK_LABEL (self->name), name);
  gtk_widget_set_visible (self->interval, is_site);
  gtk_widget_set_visible (self->money, is_site);
  gtk_widget_set_visible (self->more, is_site);
  gtk_widget_set_visible (self->move, is_site);
  if (is_site)
    show_site (self, project, &plan->site[item->site], most_kwh);
  else
    show_candidate (self, state);
  name_buttons (self, name);
  self->is_filling = TRUE;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->lock), state == ZX_LOCKED);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->ban), state == ZX_BANNED);
  self->is_filling = FALSE;
}

/* Made when somebody looks: a plan may have hundreds of sites. */
static void
on_more_cb (ZxSiteRow *self)
{
  GtkExpander *expander = GTK_EXPANDER (self->more);
  ZxProject *project = zx_session_project (self->session);
  if (gtk_expander_get_expanded (expander) && gtk_expander_get_child (expander) == NULL
      && project != NULL)
    gtk_expander_set_child (expander, zx_site_sheet_new (project, (guint) self->item->site));
}

static void
fill_places (GtkMenuButton *button, gpointer data)
{
  ZxSiteRow *self = data;
  g_autoptr (GMenuModel) places
      = zx_site_sheet_places (zx_session_project (self->session), (guint) self->item->site);
  gtk_menu_button_set_menu_model (button, places);
}

static void
on_lock_toggled_cb (ZxSiteRow *self)
{
  if (!self->is_filling)
    zx_session_set_lock (self->session, self->item->candidate,
                         gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->lock)) ? ZX_LOCKED
                                                                                       : ZX_FREE);
}

static void
on_ban_toggled_cb (ZxSiteRow *self)
{
  if (!self->is_filling)
    zx_session_set_lock (self->session, self->item->candidate,
                         gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->ban)) ? ZX_BANNED
                                                                                      : ZX_FREE);
}

static void
zx_site_row_dispose (GObject *object)
{
  ZxSiteRow *self = ZX_SITE_ROW (object);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (zx_site_row_parent_class)->dispose (object);
}

static void
zx_site_row_class_init (ZxSiteRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_site_row_dispose;
  g_type_ensure (ZX_TYPE_INTERVAL);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-site-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, box);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, rank);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, name);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, facts);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, money);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, interval);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, lock);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, ban);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, more);
  gtk_widget_class_bind_template_child (widget_class, ZxSiteRow, move);
  gtk_widget_class_bind_template_callback (widget_class, on_lock_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_ban_toggled_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
zx_site_row_init (ZxSiteRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->more, "notify::expanded", G_CALLBACK (on_more_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->move), fill_places, self, NULL);
}
