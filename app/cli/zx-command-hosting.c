/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

#include <string.h>

#include "data/gis/zx-gis.h"

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

/* What the command found for every node. */
typedef struct
{
  const ZxGrid *grid;
  const ZxHostingScenario *scenario;
  ZxHosting *hosting, *after; /* after the queue; NULL without one */
  gint32 *hour_of;            /* NULL without hours */
  double *queued_kw;          /* NULL without a queue */
} Answer;

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->hosting, zx_power_hosting_free);
  g_clear_pointer (&self->after, zx_power_hosting_free);
  g_free (self->hour_of);
  g_free (self->queued_kw);
}

static void
add_node (GString *table, const Answer *answer, guint node)
{
  const ZxHosting *hosting = answer->hosting;
  zx_cli_add_text (table, zx_grid_node_id (answer->grid, node));
  zx_cli_add_number (table, hosting->hosting_kw[node]);
  zx_cli_add_text (table, zx_hosting_limit_name (hosting->limit[node]));
  zx_cli_add_text (table, element_name (answer->grid, hosting, node));
  zx_cli_add_number (table, hosting->vmin_pu[node]);
  zx_cli_add_number (table, hosting->loading_percent[node]);
  if (answer->hour_of != NULL)
    zx_cli_add_number (table, answer->hour_of[node] >= 0 ? answer->hour_of[node] : NAN);
  if (answer->after != NULL)
    {
      zx_cli_add_number (table, answer->queued_kw[node]);
      zx_cli_add_number (table, answer->after->hosting_kw[node]);
    }
  zx_cli_end_row (table);
}

static gboolean
write_table (const char *path, const Answer *answer, GError **error)
{
  g_autoptr (GString) table
      = g_string_new ("node_id,hc_kw,limit,limiting_id,vmin_at_hc_pu,max_loading_at_hc_percent");
  g_string_append (table, answer->hour_of != NULL ? ",limiting_hour" : "");
  g_string_append (table, answer->after != NULL ? ",queued_kw,hc_after_queue_kw\n" : "\n");
  for (guint i = 0; i < answer->grid->n_nodes; i++)
    if (answer->hosting->limit[i] != ZX_LIMIT_NONE)
      add_node (table, answer, i);
  return zx_file_replace (path, table->str, table->len, error);
}

static void
add_queue (ZxLayer *layer, const Answer *answer)
{
  gsize size = sizeof (double) * answer->grid->n_nodes;
  double *queued = zx_layer_new_numbers (layer, "queued_kw");
  memcpy (queued, answer->queued_kw, size);
  double *after = zx_layer_new_numbers (layer, "hc_after_queue_kw");
  memcpy (after, answer->after->hosting_kw, size);
}

/* Nodes and branches with the state of the base case. */
static gboolean
write_map (const char *path, const Answer *answer, GError **error)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxFlow) flow = zx_power_flow (answer->grid, &options, NULL, error);
  if (flow == NULL)
    return FALSE;
  g_autoptr (ZxLayer) nodes = zx_power_node_layer (answer->grid, flow, answer->hosting,
                                                   answer->hour_of, answer->scenario);
  g_autoptr (ZxLayer) branches = zx_power_branch_layer (answer->grid, flow);
  const ZxGisOutput outputs[] = { { nodes, NULL }, { branches, NULL } };
  if (answer->after != NULL)
    add_queue (nodes, answer);
  zx_gis_init ();
  return zx_gis_write (path, outputs, g_str_has_suffix (path, ".gpkg") ? 2 : 1, "EPSG:4326", NULL,
                       error);
}

static gboolean
write_hosting (const char *path, const Answer *answer, GError **error)
{
  return g_str_has_suffix (path, ".csv") || strchr (path, '.') == NULL
             ? write_table (path, answer, error)
             : write_map (path, answer, error);
}

/* ---- hours and queue --------------------------------------------------------------------------
 */

static double *
read_column (const ZxLayer *layer, const char *name, GError **error)
{
  const ZxColumn *column = zx_layer_column (layer, name);
  double *values = ZX_TRY_NEW (double, layer->n_rows, name, error);
  for (gsize row = 0; values != NULL && row < layer->n_rows; row++)
    values[row] = zx_layer_number (layer, column, row);
  return values;
}

/* The hours of a day or a year, and what charging draws of its power in them. */
typedef struct
{
  ZxHostingHours hours; /* n_hours 0: the grid's loads as they are */
  double *multiplier, *share;
} Series;

static void
series_clear (Series *self)
{
  g_free (self->multiplier);
  g_free (self->share);
}

/* "22-6": from ten in the evening to six in the morning, the last hour not included. */
static gboolean
parse_window (const char *text, guint *from, guint *to, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 3);
  guint64 a, b;
  if (g_strv_length (parts) == 2 && g_ascii_string_to_unsigned (parts[0], 10, 0, 24, &a, NULL)
      && g_ascii_string_to_unsigned (parts[1], 10, 0, 24, &b, NULL) && a != b)
    {
      *from = (guint) a % 24;
      *to = (guint) b % 24;
      return TRUE;
    }
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("“%s” is no span of hours; write 22-6 for charging from 22:00 to 6:00"), text);
  return FALSE;
}

/* Time-of-use charging: nothing is drawn outside the window. */
static gboolean
apply_window (Series *self, const char *window, GError **error)
{
  guint from, to;
  if (!parse_window (window, &from, &to, error))
    return FALSE;
  if (self->hours.n_hours == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("--charge-hours needs --series, which says what load each hour has"));
      return FALSE;
    }
  if (self->share == NULL)
    {
      self->share = ZX_TRY_NEW (double, self->hours.n_hours, window, error);
      for (gsize i = 0; self->share != NULL && i < self->hours.n_hours; i++)
        self->share[i] = 1;
    }
  for (gsize i = 0; self->share != NULL && i < self->hours.n_hours; i++)
    {
      guint hour = (guint) (i % 24);
      if (from <= to ? hour < from || hour >= to : hour < from && hour >= to)
        self->share[i] = 0;
    }
  self->hours.share = self->share;
  return self->share != NULL;
}

static gboolean
read_series (Series *self, const char *path, const char *window, GError **error)
{
  g_autoptr (ZxLayer) layer = path != NULL ? zx_grid_table_read (path, error) : NULL;
  if (path == NULL)
    return window == NULL || apply_window (self, window, error);
  if (layer == NULL)
    return FALSE;
  if (zx_layer_column (layer, "load_multiplier") == NULL || layer->n_rows == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("%s has no column “load_multiplier” with a number for each hour"), path);
      return FALSE;
    }
  gboolean has_share = zx_layer_column (layer, "charging_share") != NULL;
  self->multiplier = read_column (layer, "load_multiplier", error);
  self->share = has_share ? read_column (layer, "charging_share", error) : NULL;
  if (self->multiplier == NULL || (has_share && self->share == NULL))
    return FALSE;
  self->hours = (ZxHostingHours){ layer->n_rows, self->multiplier, self->share };
  return window == NULL || apply_window (self, window, error);
}

static ZxHosting *
host (const ZxGrid *grid, const ZxHostingScenario *scenario, const Series *series, gint32 **hour_of,
      GError **error)
{
  if (series->hours.n_hours == 0)
    return zx_power_hosting (grid, scenario, zx_cli_progress (), error);
  return zx_power_hosting_hours (grid, scenario, &series->hours, hour_of, zx_cli_progress (),
                                 error);
}

/* (transfer full) (element-type ZxSetLoad): a table with node_id and kw. */
static GArray *
read_set (const ZxGrid *grid, const char *path, GError **error)
{
  g_autoptr (ZxLayer) layer = zx_grid_table_read (path, error);
  const ZxColumn *id = layer != NULL ? zx_layer_column (layer, "node_id") : NULL;
  const ZxColumn *kw = layer != NULL ? zx_layer_column (layer, "kw") : NULL;
  if (layer == NULL)
    return NULL;
  g_autoptr (GArray) loads = g_array_new (FALSE, FALSE, sizeof (ZxSetLoad));
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      gint32 node = id != NULL ? zx_grid_find_node (grid, zx_layer_text (layer, id, row)) : -1;
      ZxSetLoad load = { (guint32) node, kw != NULL ? zx_layer_number (layer, kw, row) : NAN };
      if (node < 0 || !isfinite (load.kw))
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("%s: row %llu names no node of the grid (node_id) or no power (kw)"),
                       path, (unsigned long long) row + 1);
          return NULL;
        }
      g_array_append_val (loads, load);
    }
  return g_steal_pointer (&loads);
}

/* Adds the queue's loads, of the scenario's power factor, to @grid. */
static void
take_queue (ZxGrid *grid, const ZxHostingScenario *scenario, const GArray *queue, double *queued_kw)
{
  for (guint i = 0; i < queue->len; i++)
    {
      const ZxSetLoad *load = &g_array_index (queue, ZxSetLoad, i);
      queued_kw[load->node] += load->kw;
      grid->node_p_mw[load->node] += load->kw / 1000;
      grid->node_q_mvar[load->node] += load->kw / 1000 * scenario->tangent;
    }
}

static gboolean
answer_queue (Answer *answer, const Series *series, const char *path, GError **error)
{
  g_autofree gint32 *hour_of = NULL;
  g_autoptr (GArray) queue = read_set (answer->grid, path, error);
  g_autoptr (ZxGrid) copy = queue != NULL ? zx_grid_copy (answer->grid, error) : NULL;
  answer->queued_kw = copy != NULL ? ZX_TRY_NEW (double, answer->grid->n_nodes, path, error) : NULL;
  if (answer->queued_kw == NULL)
    return FALSE;
  take_queue (copy, answer->scenario, queue, answer->queued_kw);
  answer->after = host (copy, answer->scenario, series, &hour_of, error);
  return answer->after != NULL;
}

/* ---- all of a set at once ---------------------------------------------------------------------
 */

/* With what waits to be connected, where a queue is given. */
static gboolean
print_together (const ZxGrid *grid, const ZxHostingScenario *scenario, const Series *series,
                const char *queue, const char *path, GError **error)
{
  ZxTogether found;
  g_autoptr (GArray) set = read_set (grid, path, error);
  g_autoptr (GArray) waiting = set != NULL && queue != NULL ? read_set (grid, queue, error) : NULL;
  g_autoptr (ZxGrid) copy = set != NULL ? zx_grid_copy (grid, error) : NULL;
  g_autofree double *queued = ZX_TRY_NEW (double, grid->n_nodes, path, error);
  if (copy == NULL || queued == NULL || (queue != NULL && waiting == NULL))
    return FALSE;
  if (waiting != NULL)
    take_queue (copy, scenario, waiting, queued);
  const ZxHostingHours *hours = series->hours.n_hours > 0 ? &series->hours : NULL;
  if (!zx_power_together (copy, scenario, hours, (const ZxSetLoad *) (void *) set->data, set->len,
                          zx_cli_progress (), &found, error))
    return FALSE;
  zx_cli_progress_done ();
  gboolean is_node = found.limit == ZX_LIMIT_VOLTAGE || found.limit == ZX_LIMIT_BASE_VOLTAGE;
  const char *element = found.element < 0 ? ""
                        : is_node         ? zx_grid_node_id (grid, (guint) found.element)
                                          : zx_grid_branch_id (grid, (guint) found.element);
  g_autofree char *vmin = zx_number_human (found.vmin_pu, 6);
  g_autofree char *loading = zx_number_human (found.loading_percent, 2);
  if (found.limit == ZX_LIMIT_CAP)
    g_print (
        _ ("All %u sites together, %.1f kW, hold: lowest voltage %s per unit, highest loading %s "
           "%%.\n"),
        set->len, found.kw, vmin, loading);
  else
    g_print (
        _ ("All %u sites together, %.1f kW, do not hold: %s at “%s” in hour %d (%s per unit, %s "
           "%%); %.1f kW would, %.2f %% of each.\n"),
        set->len, found.kw, zx_hosting_limit_name (found.limit), element, found.hour, vmin, loading,
        found.kw * found.allowed_share, 100 * found.allowed_share);
  return TRUE;
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

/* Are there holes below the capacities? */
static gboolean
print_scan (const Answer *answer, guint n_steps, GError **error)
{
  guint n_holes = 0, first = 0;
  g_autofree double *hole = zx_power_hosting_scan (answer->grid, answer->scenario, answer->hosting,
                                                   n_steps, zx_cli_progress (), error);
  if (hole == NULL)
    return FALSE;
  zx_cli_progress_done ();
  for (guint i = answer->grid->n_nodes; i-- > 0;)
    if (!isnan (hole[i]))
      {
        n_holes++;
        first = i;
      }
  if (n_holes == 0)
    g_print (_ ("%u loads below each capacity were tried: all hold.\n"), n_steps);
  else
    g_print (_ ("%u nodes break a limit below their capacity: node %s at %.1f kW.\n"), n_holes,
             zx_grid_node_id (answer->grid, first), hole[first]);
  return TRUE;
}

static gboolean
run_hosting (const ZxGrid *grid, const ZxHostingScenario *scenario, const Series *series,
             const char *queue, gint n_steps, const char *output, GError **error)
{
  Answer answer = { .grid = grid, .scenario = scenario };
  answer.hosting = host (grid, scenario, series, &answer.hour_of, error);
  gboolean ok = answer.hosting != NULL
                && (queue == NULL || answer_queue (&answer, series, queue, error))
                && write_hosting (output, &answer, error);
  zx_cli_progress_done ();
  if (ok)
    print_hosting (grid, answer.hosting);
  ok = ok && (n_steps <= 0 || print_scan (&answer, (guint) n_steps, error));
  answer_clear (&answer);
  return ok;
}

int
zx_command_hosting (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL, columns = NULL;
  double base_mva = 1;
  g_autofree char *output = NULL, *spread = NULL, *node = NULL, *series = NULL, *queue = NULL,
                  *together = NULL, *window = NULL;
  Series hours = { 0 };
  g_autoptr (GError) error = NULL;
  ZxSpreadOptions options = ZX_SPREAD_OPTIONS_INIT;
  gint n_draws = (gint) options.n_draws;
  gint64 seed = (gint64) options.seed;
  gint n_steps = 0;
  double wanted_kw = 0;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("Table (.csv) or map (.gpkg, .geojson …) to write"), N_ ("FILE") },
    { "series", 's', 0, G_OPTION_ARG_FILENAME, &series,
      N_ ("Table with hour, load_multiplier and perhaps charging_share: the least of all hours"),
      N_ ("FILE") },
    { "queue", 'q', 0, G_OPTION_ARG_FILENAME, &queue,
      N_ ("Table with node_id and kw of what is waiting to be connected"), N_ ("FILE") },
    { "scan", 0, 0, G_OPTION_ARG_INT, &n_steps,
      N_ ("Try this many loads below each capacity, in case one breaks a limit"), N_ ("N") },
    { "together", 't', 0, G_OPTION_ARG_FILENAME, &together,
      N_ ("Table with node_id and kw of sites that are checked all at once"), N_ ("FILE") },
    { "charge-hours", 0, 0, G_OPTION_ARG_STRING, &window,
      N_ ("Charging draws its power in these hours of the day alone (needs --series): 22-6"),
      N_ ("FROM-TO") },
    { "spread", 0, 0, G_OPTION_ARG_FILENAME, &spread,
      N_ ("Table of what many random sites can take together"), N_ ("FILE.csv") },
    { "site-kw", 0, 0, G_OPTION_ARG_DOUBLE, &options.site_kw,
      N_ ("Power of a random site, kW (120)"), N_ ("KW") },
    { "draws", 0, 0, G_OPTION_ARG_INT, &n_draws, N_ ("Random orders of sites (200)"), N_ ("N") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_ ("Seed of the random sites (1)"), N_ ("N") },
    { "node", 0, 0, G_OPTION_ARG_STRING, &node,
      N_ ("Print what would let this node take the power of --want"), N_ ("NODE") },
    { "want", 0, 0, G_OPTION_ARG_DOUBLE, &wanted_kw, N_ ("Power wanted at --node, kW"), N_ ("KW") },
    ZX_CLI_GRID_ENTRIES (&columns, &base_mva),
    { NULL }
  };
  if (!zx_cli_parse (argc, argv, entries, 1, 2, &words, &status))
    return status;
  if (output == NULL && spread == NULL && node == NULL && together == NULL)
    {
      g_printerr (
          _ ("zhixing-cli: hosting needs -o FILE.csv, --spread FILE.csv, --together FILE or "
             "--node NODE\n"));
      return ZX_EXIT_USAGE;
    }
  options.n_draws = (guint) MAX (n_draws, 0);
  options.seed = (guint64) seed;
  g_autoptr (ZxGrid) grid = zx_cli_read_grid (words, columns, base_mva, &error);
  g_autoptr (ZxHostingScenario) scenario
      = grid != NULL ? zx_hosting_scenario_read (words[0], &error) : NULL;
  if (scenario == NULL || !zx_hosting_scenario_apply (scenario, grid, &error)
      || !read_series (&hours, series, window, &error)
      || (output != NULL && !run_hosting (grid, scenario, &hours, queue, n_steps, output, &error))
      || (together != NULL && !print_together (grid, scenario, &hours, queue, together, &error))
      || (spread != NULL && !write_spread (spread, grid, scenario, &options, &error))
      || (node != NULL && !print_remedies (grid, scenario, node, wanted_kw, &error)))
    {
      series_clear (&hours);
      return zx_cli_fail (error);
    }
  series_clear (&hours);
  zx_cli_progress_done ();
  return ZX_EXIT_OK;
}
