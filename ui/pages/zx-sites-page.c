/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-sites-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/zx-scenarios.h"
#include "ui/pages/zx-site-row.h"
#include "ui/widgets/zx-reveal.h"
#include "ui/widgets/zx-setting-row.h"
#include "ui/zx-money.h"

#define ROWS_PER_FRAME 1

struct _ZxSitesPage
{
  ZxPage parent;
  GtkWidget *settings, *summary, *limits, *before, *stale, *list, *list_title, *filters, *scenarios;
  GListStore *items;        /* ZxSiteItem */
  GtkSliceListModel *shown; /* of them */
  const ZxPlan *plan;       /* that the items are of; only compared */
  double most_kwh;
};

G_DEFINE_FINAL_TYPE (ZxSitesPage, zx_sites_page, ZX_TYPE_PAGE)

/* ---- words ----------------------------------------------------------------------------------- */

/* What the plan was chosen by; its gap is of that. */
static void
append_risk (GString *text, const ZxPlan *plan)
{
  g_autofree char *gap = zx_number_human (100 * plan->gap, 2),
                  *share = zx_number_human (100 * plan->risk_share, 1),
                  *unmet = zx_number_human (plan->unmet, 0),
                  *unmet_bound = zx_number_human (plan->unmet_bound, 0),
                  *pays = zx_number_human (100 * plan->pays, 0),
                  *pays_bound = zx_number_human (100 * plan->pays_bound, 0);
  if (plan->risk == ZX_RISK_UNMET)
    g_string_append_printf (text,
                            _ (" In the worst %s %% of the cases %s kWh a day stay unserved; no "
                               "plan under these limits leaves less than %s: the gap is %s %%."),
                            share, unmet, unmet_bound, gap);
  else
    g_string_append_printf (text,
                            _ (" The whole plan pays for itself in %s %% of the cases; no plan "
                               "under these limits in more than %s %%: the gap is %s %%."),
                            pays, pays_bound, gap);
}

static char *
summary_text (const ZxCity *city, const ZxPlan *plan)
{
  g_autofree char *value
      = zx_number_human (plan->value, 0),
      *low = zx_number_human (plan->value_p10, 0), *high = zx_number_human (plan->value_p90, 0),
      *bound = zx_number_human (plan->bound, 0), *gap = zx_number_human (100 * plan->gap, 2),
      *capex = zx_money_text (city, plan->capex_fen),
      *people = zx_number_human (plan->newly_covered_people, 0);
  GString *text = g_string_new (NULL);
  if (plan->risk == ZX_RISK_MEAN)
    g_string_append_printf (
        text,
        _ ("%u sites serve %s kWh a day (%s to %s). No plan under these limits serves more than "
           "%s: the gap is %s %%."),
        plan->n_sites, value, low, high, bound, gap);
  else
    {
      g_string_append_printf (text, _ ("%u sites serve %s kWh a day (%s to %s)."), plan->n_sites,
                              value, low, high);
      append_risk (text, plan);
    }
  g_string_append_printf (text, _ (" Investment %s."), capex);
  if (plan->newly_covered_people > 0)
    g_string_append_printf (text, _ (" %s residents come within ten minutes of a station."),
                            people);
  return g_string_free (text, FALSE);
}

static char *
limits_text (const ZxPlan *plan)
{
  GString *text = g_string_new (NULL);
  if (plan->limiting != NULL)
    g_string_append_printf (text, _ ("What binds is %s."), _ (plan->limiting));
  if (plan->was_settled)
    g_string_append (text,
                     _ (" The search was ended by you; the bound is what was proven by then."));
  if (!plan->grid_checked)
    g_string_append (text, _ (" Grid limits were not checked."));
  if (!plan->violates_nothing)
    g_string_append (text, _ (" The independent check found a broken limit."));
  return g_string_free (text, FALSE);
}

static char *
signed_text (double by, char *amount)
{
  char *text = g_strconcat (by < 0 ? "−" : "+", amount, NULL);
  g_free (amount);
  return text;
}

/* What a lock, a move or another setting cost; NULL when nothing changed. */
static char *
before_text (ZxSession *session, const ZxCity *city, const ZxPlan *plan)
{
  ZxPlanFigures before;
  if (!zx_session_before (session, &before))
    return NULL;
  double energy = plan->value - before.value, capex = plan->capex_fen - before.capex_fen;
  if (fabs (energy) < 0.5 && fabs (capex) < 1)
    return NULL;
  g_autofree char *served = signed_text (energy, zx_number_human (fabs (energy), 0)),
                  *money = signed_text (capex, zx_money_text (city, fabs (capex)));
  return g_strdup_printf (_ ("Against the plan before: %s kWh a day, %s."), served, money);
}

/* How many candidates each filter takes with the limits as they stand, and how many it took in the
 * run where that is another number. */
static char *
filters_text (const ZxCandidates *candidates, const guint *n_by_filter)
{
  GString *text = g_string_new (NULL);
  const guint *then = candidates->n_by_filter;
  guint n_pass = n_by_filter[ZX_FILTER_NONE];
  g_string_append_printf (text, _ ("%u candidates, %u of them pass."), candidates->n, n_pass);
  if (n_pass != then[ZX_FILTER_NONE])
    g_string_append_printf (text, _ (" In the last run %u passed."), then[ZX_FILTER_NONE]);
  for (guint filter = ZX_FILTER_NONE + 1; filter < ZX_N_FILTERS; filter++)
    {
      if (n_by_filter[filter] == 0 && then[filter] == 0)
        continue;
      g_string_append_printf (text, "\n%u  %s", n_by_filter[filter],
                              _ (zx_filter_title ((ZxFilter) filter)));
      if (n_by_filter[filter] != then[filter])
        g_string_append_printf (text, _ (" (in the last run %u)"), then[filter]);
    }
  return g_string_free (text, FALSE);
}

/* ---- filling --------------------------------------------------------------------------------- */

static gboolean
is_same_item (GListModel *model, guint position, ZxSiteItem *item)
{
  g_autoptr (ZxSiteItem) old = g_list_model_get_item (model, position);
  return old != NULL && zx_site_item_candidate (old) == zx_site_item_candidate (item);
}

static void
show_rows_again (ZxSitesPage *self, ZxSession *session, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i);
      g_autoptr (ZxSiteItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      if (row != NULL)
        zx_site_row_show (ZX_SITE_ROW (gtk_list_box_row_get_child (row)), session, item,
                          self->most_kwh);
    }
}

/* A lock must not make the list begin anew, nor take the focus from the button that was pressed:
 * rows that stay are only shown again. */
static void
put_items (ZxSitesPage *self, ZxSession *session, const ZxPlan *plan, GPtrArray *items)
{
  GListModel *model = G_LIST_MODEL (self->items);
  guint n_old = g_list_model_get_n_items (model), n_same = 0;
  if (plan != self->plan)
    zx_reveal_begin (self->shown, GTK_WIDGET (self), ROWS_PER_FRAME);
  else
    while (n_same < MIN (n_old, items->len)
           && is_same_item (model, n_same, g_ptr_array_index (items, n_same)))
      n_same++;
  self->plan = plan;
  show_rows_again (self, session, n_same);
  if (n_same < MAX (n_old, items->len))
    g_list_store_splice (self->items, n_same, n_old - n_same, items->pdata + n_same,
                         items->len - n_same);
}

static void
fill_items (ZxSitesPage *self, ZxSession *session, const ZxPlan *plan,
            const ZxCandidates *candidates)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  self->most_kwh = 0;
  for (guint i = 0; plan != NULL && i < plan->n_sites; i++)
    {
      self->most_kwh = fmax (self->most_kwh, plan->site[i].served_p90);
      g_ptr_array_add (items, zx_site_item_new (plan->site[i].candidate, (int) i));
    }
  gboolean has_locks
      = zx_session_n_locks (session, ZX_LOCKED) > 0 || zx_session_n_locks (session, ZX_BANNED) > 0;
  for (guint j = 0; has_locks && candidates != NULL && j < candidates->n; j++)
    if (zx_session_lock (session, j) != ZX_FREE
        && !zx_project_is_site (zx_session_project (session), j))
      g_ptr_array_add (items, zx_site_item_new (j, -1));
  put_items (self, session, plan, items);
}

static void
show_plan (ZxPage *page)
{
  ZxSitesPage *self = ZX_SITES_PAGE (page);
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  ZxProject *project = zx_session_project (session);
  const ZxPlan *plan = project != NULL ? zx_project_plan (project) : NULL;
  const ZxCandidates *candidates = project != NULL ? zx_project_candidates (project) : NULL;
  g_autofree char *summary = plan != NULL ? summary_text (zx_project_city (project), plan) : NULL;
  g_autofree char *limits = plan != NULL ? limits_text (plan) : NULL;
  g_autofree char *before
      = plan != NULL ? before_text (session, zx_project_city (project), plan) : NULL;
  guint n_by_filter[ZX_N_FILTERS];
  g_autofree char *filters = zx_session_count_filters (session, n_by_filter)
                                 ? filters_text (candidates, n_by_filter)
                                 : NULL;
  ZxStageState state = zx_session_stage_state (session, ZX_STAGE_CHOOSE);
  gtk_label_set_text (GTK_LABEL (self->summary),
                      summary != NULL
                          ? summary
                          : _ ("No sites have been chosen yet. Run the route: the "
                               "plan, its value and the proven bound stand here then."));
  gtk_label_set_text (GTK_LABEL (self->limits), limits != NULL ? limits : "");
  gtk_label_set_text (GTK_LABEL (self->filters),
                      filters != NULL ? filters : _ ("Candidates have not been looked for."));
  gtk_widget_set_visible (self->stale, plan != NULL && state == ZX_STAGE_STALE);
  gtk_label_set_text (GTK_LABEL (self->before), before != NULL ? before : "");
  gtk_widget_set_visible (self->before, before != NULL);
  gtk_widget_set_visible (self->limits, limits != NULL && limits[0] != '\0');
  fill_items (self, session, plan, candidates);
  gboolean has_items = g_list_model_get_n_items (G_LIST_MODEL (self->items)) > 0;
  gtk_widget_set_visible (self->list, has_items);
  gtk_widget_set_visible (self->list_title, has_items);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  ZxSitesPage *self = data;
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  GtkWidget *row = gtk_list_box_row_new (), *content = g_object_new (ZX_TYPE_SITE_ROW, NULL);
  g_autofree char *name
      = zx_project_candidate_name (zx_session_project (session), zx_site_item_candidate (item));
  zx_site_row_show (ZX_SITE_ROW (content), session, item, self->most_kwh);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

/* The plan's sites come first. */
static void
on_row_activated_cb (ZxSitesPage *self, GtkListBoxRow *row)
{
  guint position = (guint) gtk_list_box_row_get_index (row);
  g_autoptr (ZxSiteItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  gboolean is_site = self->plan != NULL && position < self->plan->n_sites;
  gtk_widget_activate_action (
      GTK_WIDGET (self), "win.choose", "(su)",
      zx_map_layer_kind_name (is_site ? ZX_MAP_LAYER_SITES : ZX_MAP_LAYER_CANDIDATES),
      is_site ? position : zx_site_item_candidate (item));
}

/* ---- the page ---------------------------------------------------------------------------------
 */

static void
zx_sites_page_bind (ZxPage *page, ZxSession *session)
{
  ZxSitesPage *self = ZX_SITES_PAGE (page);
  zx_setting_rows_bind (self->settings, session);
  zx_scenarios_bind (ZX_SCENARIOS (self->scenarios), session);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->shown), create_row, self,
                           NULL);
  zx_page_follow (page, show_plan);
}

static void
zx_sites_page_dispose (GObject *object)
{
  g_clear_object (&ZX_SITES_PAGE (object)->shown);
  g_clear_object (&ZX_SITES_PAGE (object)->items);
  G_OBJECT_CLASS (zx_sites_page_parent_class)->dispose (object);
}

static void
zx_sites_page_class_init (ZxSitesPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  ZX_PAGE_CLASS (class)->bind = zx_sites_page_bind;
  G_OBJECT_CLASS (class)->dispose = zx_sites_page_dispose;
  g_type_ensure (ZX_TYPE_SETTING_ROW);
  g_type_ensure (ZX_TYPE_SCENARIOS);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-sites-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, settings);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, summary);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, limits);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, before);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, scenarios);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, stale);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, list);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, list_title);
  gtk_widget_class_bind_template_child (widget_class, ZxSitesPage, filters);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated_cb);
}

static void
zx_sites_page_init (ZxSitesPage *self)
{
  self->items = g_list_store_new (ZX_TYPE_SITE_ITEM);
  self->shown = gtk_slice_list_model_new (G_LIST_MODEL (g_object_ref (self->items)), 0, G_MAXUINT);
  gtk_widget_init_template (GTK_WIDGET (self));
}
