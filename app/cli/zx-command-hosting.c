/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

static const char *
element_name (const ZxGrid *grid, const ZxHosting *hosting, guint node)
{
  gint32 element = hosting->limiting_element[node];
  if (element < 0)
    return "";
  return hosting->limit[node] == ZX_LIMIT_VOLTAGE || hosting->limit[node] == ZX_LIMIT_BASE_VOLTAGE
             ? zx_grid_node_id (grid, (guint) element)
             : zx_grid_branch_id (grid, (guint) element);
}

static gboolean
write_hosting (const char *path, const ZxGrid *grid, const ZxHosting *hosting, GError **error)
{
  g_autoptr (GString) table
      = g_string_new ("node_id,hc_kw,limit,limiting_id,vmin_at_hc_pu,max_loading_at_hc_percent\n");
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      if (hosting->limit[i] == ZX_LIMIT_NONE)
        continue;
      zx_cli_add_text (table, zx_grid_node_id (grid, i));
      zx_cli_add_number (table, hosting->hosting_kw[i]);
      zx_cli_add_text (table, zx_hosting_limit_name (hosting->limit[i]));
      zx_cli_add_text (table, element_name (grid, hosting, i));
      zx_cli_add_number (table, hosting->vmin_pu[i]);
      zx_cli_add_number (table, hosting->loading_percent[i]);
      zx_cli_end_row (table);
    }
  return zx_file_replace (path, table->str, table->len, error);
}

/* How many nodes each kind of limit holds, and why some have nothing. */
static void
print_hosting (const ZxGrid *grid, const ZxHosting *hosting)
{
  guint counts[ZX_LIMIT_NONE + 1] = { 0 };
  guint n = 0;
  for (guint i = 0; i < grid->n_nodes; i++)
    counts[hosting->limit[i]]++;
  for (guint k = 0; k < ZX_LIMIT_NONE; k++)
    n += counts[k];
  g_print (_ ("%u nodes: %u limited by voltage, %u by loading, %u not below the cap; %.1f power "
              "flows a node.\n"),
           n, counts[ZX_LIMIT_VOLTAGE], counts[ZX_LIMIT_THERMAL], counts[ZX_LIMIT_CAP],
           n > 0 ? (double) hosting->n_solves / n : 0);
  for (guint i = 0; i < grid->n_nodes; i++)
    if (hosting->limit[i] == ZX_LIMIT_BASE_VOLTAGE || hosting->limit[i] == ZX_LIMIT_BASE_THERMAL)
      {
        g_print (_ ("%u nodes have 0 kW because the base case already violates a limit: for node "
                    "%s it is %s at %s.\n"),
                 counts[ZX_LIMIT_BASE_VOLTAGE] + counts[ZX_LIMIT_BASE_THERMAL],
                 zx_grid_node_id (grid, i),
                 hosting->limit[i] == ZX_LIMIT_BASE_VOLTAGE ? _ ("the voltage") : _ ("the loading"),
                 element_name (grid, hosting, i));
        break;
      }
}

/* ---- random sites ---------------------------------------------------------------------------- */

static void
add_part (GString *table, const ZxGrid *grid, const ZxSpreadPart *part,
          const ZxSpreadOptions *options)
{
  zx_cli_add_text (table, zx_grid_node_id (grid, part->source));
  zx_cli_add_number (table, part->n_nodes);
  zx_cli_add_number (table, part->mean_kw);
  zx_cli_add_number (table, part->mean_low_kw);
  zx_cli_add_number (table, part->mean_high_kw);
  zx_cli_add_number (table, part->least_kw);
  zx_cli_add_number (table, part->p10_kw);
  zx_cli_add_number (table, part->p50_kw);
  zx_cli_add_number (table, part->p90_kw);
  zx_cli_add_number (table, part->most_kw);
  zx_cli_add_number (table, part->n_voltage);
  zx_cli_add_number (table, part->n_thermal);
  zx_cli_add_number (table, part->n_unlimited);
  zx_cli_add_number (table, part->is_violated_before);
  zx_cli_add_number (table, options->site_kw);
  zx_cli_add_number (table, options->n_draws);
  zx_cli_add_number (table, (double) options->seed);
  zx_cli_end_row (table);
}

static gboolean
write_spread (const char *path, const ZxGrid *grid, const ZxHostingScenario *scenario,
              const ZxSpreadOptions *options, GError **error)
{
  g_autoptr (GArray) parts = zx_power_spread (grid, scenario, options, zx_cli_progress (), error);
  if (parts == NULL)
    return FALSE;
  g_autoptr (GString) table = g_string_new (
      "source,nodes,mean_kw,mean_low_kw,mean_high_kw,least_kw,p10_kw,p50_kw,p90_kw,most_kw,"
      "draws_by_voltage,draws_by_loading,draws_unlimited,violated_before,site_kw,draws,seed\n");
  for (guint i = 0; i < parts->len; i++)
    add_part (table, grid, &g_array_index (parts, ZxSpreadPart, i), options);
  return zx_file_replace (path, table->str, table->len, error);
}

/* ---- remedies -------------------------------------------------------------------------------- */

static gboolean
print_remedies (const ZxGrid *grid, const ZxHostingScenario *scenario, const char *id,
                double wanted_kw, GError **error)
{
  static const char *const names[]
      = { N_ ("larger transformers"), N_ ("larger conductors"), N_ ("managed charging") };
  const ZxRemedyOptions options = ZX_REMEDY_OPTIONS_INIT;
  gint32 node = zx_grid_find_node (grid, id);
  if (node < 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("There is no node %s"), id);
      return FALSE;
    }
  g_autoptr (GArray) remedies
      = zx_power_remedies (grid, scenario, (guint) node, wanted_kw, &options, error);
  if (remedies == NULL)
    return FALSE;
  zx_cli_progress_done ();
  if (remedies->len == 0)
    g_print (_ ("Node %s takes %.1f kW as it is.\n"), id, wanted_kw);
  for (guint i = 0; i < remedies->len; i++)
    {
      const ZxRemedy *remedy = &g_array_index (remedies, ZxRemedy, i);
      if (remedy->gained_kw > 0)
        g_print (_ ("Node %s with %s: %.1f kW (%.1f kW more) for %.0f yuan.\n"), id,
                 _ (names[remedy->kind]),
                 remedy->kind == ZX_REMEDY_MANAGED ? wanted_kw : remedy->hosting_kw,
                 remedy->gained_kw, remedy->cost_fen / 100);
      else
        g_print (_ ("Node %s with %s: nothing is gained.\n"), id, _ (names[remedy->kind]));
    }
  return TRUE;
}

/* ---- the command ------------------------------------------------------------------------------
 */

static gboolean
run_hosting (const ZxGrid *grid, const ZxHostingScenario *scenario, const char *output,
             GError **error)
{
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, zx_cli_progress (), error);
  if (hosting == NULL || !write_hosting (output, grid, hosting, error))
    return FALSE;
  zx_cli_progress_done ();
  print_hosting (grid, hosting);
  return TRUE;
}

int
zx_command_hosting (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autofree char *output = NULL, *spread = NULL, *node = NULL;
  g_autoptr (GError) error = NULL;
  ZxSpreadOptions options = ZX_SPREAD_OPTIONS_INIT;
  gint n_draws = (gint) options.n_draws;
  gint64 seed = (gint64) options.seed;
  double wanted_kw = 0;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("Table to write"), N_ ("FILE.csv") },
    { "spread", 0, 0, G_OPTION_ARG_FILENAME, &spread,
      N_ ("Table of what many random sites can take together"), N_ ("FILE.csv") },
    { "site-kw", 0, 0, G_OPTION_ARG_DOUBLE, &options.site_kw,
      N_ ("Power of a random site, kW (120)"), N_ ("KW") },
    { "draws", 0, 0, G_OPTION_ARG_INT, &n_draws, N_ ("Random orders of sites (200)"), N_ ("N") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_ ("Seed of the random sites (1)"), N_ ("N") },
    { "node", 0, 0, G_OPTION_ARG_STRING, &node,
      N_ ("Print what would let this node take the power of --want"), N_ ("NODE") },
    { "want", 0, 0, G_OPTION_ARG_DOUBLE, &wanted_kw, N_ ("Power wanted at --node, kW"), N_ ("KW") },
    { NULL }
  };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  if (output == NULL && spread == NULL && node == NULL)
    {
      g_printerr (_ ("zhixing-cli: hosting needs -o FILE.csv, --spread FILE.csv or --node NODE\n"));
      return ZX_EXIT_USAGE;
    }
  options.n_draws = (guint) MAX (n_draws, 0);
  options.seed = (guint64) seed;
  g_autoptr (ZxGrid) grid = zx_cli_read_grid (words[0], &error);
  g_autoptr (ZxHostingScenario) scenario
      = grid != NULL ? zx_hosting_scenario_read (words[0], &error) : NULL;
  if (scenario == NULL || !zx_hosting_scenario_apply (scenario, grid, &error)
      || (output != NULL && !run_hosting (grid, scenario, output, &error))
      || (spread != NULL && !write_spread (spread, grid, scenario, &options, &error))
      || (node != NULL && !print_remedies (grid, scenario, node, wanted_kw, &error)))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  return ZX_EXIT_OK;
}
