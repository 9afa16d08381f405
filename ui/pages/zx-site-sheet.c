/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-site-sheet.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/zx-distance.h"
#include "ui/zx-money.h"

#define MOST_PLACES 8

/* ---- lines ---------------------------------------------------------------------------------- */

typedef struct
{
  GtkGrid *grid;
  const ZxCity *city;
  int row;
} Sheet;

/* Takes @value. */
static void
say (Sheet *sheet, const char *what, char *value)
{
  GtkWidget *label = gtk_label_new (what), *text = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (text), 1);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 24);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, what,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, value, -1);
  gtk_grid_attach (sheet->grid, label, 0, sheet->row, 1, 1);
  gtk_grid_attach (sheet->grid, text, 1, sheet->row++, 1, 1);
  g_free (value);
}

static void
say_number (Sheet *sheet, const char *what, double value, guint decimals, const char *format)
{
  g_autofree char *number = zx_number_human (value, decimals);
  if (isfinite (value))
    {
      char **parts = g_strsplit (format, "%s", 2);
      say (sheet, what, g_strconcat (parts[0], number, parts[1], NULL));
      g_strfreev (parts);
    }
}

static void
say_energy (Sheet *sheet, const ZxPlanSite *site)
{
  say_number (sheet, _ ("New energy"), site->served_mean - site->taken_from_existing, 0,
              _ ("%s kWh a day"));
  say_number (sheet, _ ("Taken from existing stations"), site->taken_from_existing, 0,
              _ ("%s kWh a day"));
  say_number (sheet, _ ("Use of the connectors"), 100 * site->utilisation, 1, "%s\u00a0%");
  say_number (sheet, _ ("Mean wait in the busiest hour, high demand"), site->wait_min, 1,
              _ ("%s min"));
  say_number (sheet, _ ("Greenhouse gas saved"), site->co2_t_per_year, 0, _ ("%s t CO₂ a year"));
}

static void
say_money (Sheet *sheet, const ZxPlanSite *site)
{
  const ZxCity *city = sheet->city;
  g_autofree char *low = zx_money_text (city, site->npv_p10_fen),
                  *high = zx_money_text (city, site->npv_p90_fen),
                  *middle = zx_money_text (city, site->npv_mean_fen);
  say (sheet, _ ("Investment"), zx_money_text (city, site->capex_fen));
  say (sheet, _ ("Revenue a year"), zx_money_text (city, site->revenue_fen_per_year));
  say (sheet, _ ("Running cost a year"), zx_money_text (city, site->opex_fen_per_year));
  say (sheet, _ ("Net present value"), g_strdup_printf (_ ("%s (%s to %s)"), middle, low, high));
  say_number (sheet, _ ("Probability that it pays"), 100 * site->npv_positive, 0, "%s\u00a0%");
  say_number (sheet, _ ("Internal rate of return"), 100 * site->irr, 1, "%s\u00a0%");
}

static void
say_grid (Sheet *sheet, const ZxPlanSite *site)
{
  if (isfinite (site->load_rate_before) && isfinite (site->load_rate_after))
    {
      g_autofree char *before = zx_number_human (100 * site->load_rate_before, 0),
                      *after = zx_number_human (100 * site->load_rate_after, 0);
      say (sheet, _ ("Load rate of its transformer area"),
           g_strdup_printf (_ ("%s %% before, %s %% after"), before, after));
    }
  say_number (sheet, _ ("Room left in the grid"), site->room_left_kw, 0, _ ("%s kW"));
}

/* What the plan would lose, by the search that was made without this site. */
static void
say_without (Sheet *sheet, ZxProject *project, const ZxPlan *plan, const ZxPlanSite *site)
{
  for (guint i = 0; i < plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &plan->variant[i];
      if (variant->kind != ZX_VARIANT_WITHOUT_SITE || variant->subject != (gint32) site->candidate
          || !isfinite (variant->value) || !isfinite (variant->base))
        continue;
      say_number (sheet, _ ("Without this site the best plan found serves less by"),
                  fmax (0, variant->base - variant->value), 0, _ ("%s kWh a day"));
      if (variant->enters >= 0)
        say (sheet, _ ("In its place would come"),
             zx_project_candidate_name (project, (guint) variant->enters));
    }
}

GtkWidget *
zx_site_sheet_new (ZxProject *project, guint site)
{
  const ZxPlan *plan = zx_project_plan (project);
  GtkWidget *grid = gtk_grid_new ();
  Sheet sheet = { GTK_GRID (grid), zx_project_city (project), 0 };
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_widget_add_css_class (grid, "caption");
  gtk_widget_add_css_class (grid, "numeric");
  say_energy (&sheet, &plan->site[site]);
  say_money (&sheet, &plan->site[site]);
  say_grid (&sheet, &plan->site[site]);
  say_without (&sheet, project, plan, &plan->site[site]);
  return grid;
}

/* ---- places --------------------------------------------------------------------------------- */

typedef struct
{
  guint candidate;
  double away_m;
} Neighbour;

static int
compare_neighbours (gconstpointer a, gconstpointer b)
{
  const Neighbour *x = a, *y = b;
  if (x->away_m != y->away_m)
    return x->away_m < y->away_m ? -1 : 1;
  return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

GMenuModel *
zx_site_sheet_places (ZxProject *project, guint site)
{
  const ZxPlan *plan = zx_project_plan (project);
  const ZxCandidates *candidates = zx_project_candidates (project);
  guint from = plan->site[site].candidate;
  g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (Neighbour));
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_NONE && !zx_project_is_site (project, j))
      {
        const Neighbour neighbour = { j, hypot (candidates->x_m[j] - candidates->x_m[from],
                                                candidates->y_m[j] - candidates->y_m[from]) };
        g_array_append_val (near, neighbour);
      }
  g_array_sort (near, compare_neighbours);
  GMenu *menu = g_menu_new ();
  for (guint i = 0; i < MIN (near->len, MOST_PLACES); i++)
    {
      const Neighbour *neighbour = &g_array_index (near, Neighbour, i);
      g_autofree char *name = zx_project_candidate_name (project, neighbour->candidate),
                      *away = zx_distance_text (neighbour->away_m),
                      *alone = zx_number_human (candidates->served_mean[neighbour->candidate], 0);
      g_autofree char *text
          = g_strdup_printf (_ ("%s, %s away, alone %s kWh a day"), name, away, alone);
      g_autoptr (GMenuItem) item = g_menu_item_new (text, NULL);
      g_menu_item_set_action_and_target (item, "win.move-site", "(uu)", from, neighbour->candidate);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}
