/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a project knows, for people and (--json) for scripts.  JSON is written here by hand: keys
 * are fixed, values are numbers and short texts. */

#include "app/cli/zx-cli.h"

static const char *const states[] = { "never", "fresh", "stale", "skipped" };

/* ---- json --------------------------------------------------------------------------------- */

static void
json_text (GString *out, const char *text)
{
  if (text == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if ((guchar) *p < 0x20)
      g_string_append_printf (out, "\\u%04x", *p);
    else
      g_string_append_c (out, *p);
  g_string_append_c (out, '"');
}

static void
json_number (GString *out, double value)
{
  char buffer[32];
  g_string_append (out, isfinite (value) ? zx_number_format (value, buffer) : "null");
}

static void
json_key (GString *out, const char *key, const char *separator)
{
  g_string_append_printf (out, "%s\"%s\": ", separator, key);
}

static void
json_stages (GString *out, ZxProject *project)
{
  g_string_append (out, "  \"stages\": [\n");
  for (guint i = 0; i < ZX_STAGE_TELL; i++)
    {
      const ZxStageInfo *info = zx_project_stage (project, (ZxStage) i);
      json_key (out, "name", i == 0 ? "    {" : ",\n    {");
      json_text (out, zx_stage_name ((ZxStage) i));
      json_key (out, "state", ", ");
      json_text (out, states[info->state]);
      json_key (out, "seconds", ", ");
      json_number (out, info->seconds);
      json_key (out, "peak_bytes", ", ");
      json_number (out, (double) info->peak_bytes);
      json_key (out, "fingerprint", ", ");
      json_text (out, info->fingerprint);
      json_key (out, "skip_reason", ", ");
      json_text (out, info->skip_reason);
      g_string_append_c (out, '}');
    }
  g_string_append (out, "\n  ]");
}

static void
json_numbers (GString *out, const char *key, const double *number, guint n)
{
  json_key (out, key, ", ");
  for (guint i = 0; i < n; i++)
    {
      g_string_append (out, i == 0 ? "[" : ", ");
      json_number (out, number[i]);
    }
  g_string_append (out, n == 0 ? "[]" : "]");
}

/* The same question with one thing changed: see ZxPlanVariant. */
static void
json_variants (GString *out, const ZxPlan *plan)
{
  json_key (out, "variants", ", ");
  g_string_append_c (out, '[');
  for (guint i = 0; i < plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &plan->variant[i];
      const struct
      {
        const char *key;
        double value;
      } numbers[] = { { "subject", variant->subject }, { "change", variant->change },
                      { "base", variant->base },       { "kept", variant->kept },
                      { "value", variant->value },     { "capex_yuan", variant->capex_fen / 100 },
                      { "sites", variant->n_sites },   { "stay", variant->n_stay },
                      { "enters", variant->enters },   { "leaves", variant->leaves } };
      json_key (out, "kind", i == 0 ? "{" : ", {");
      json_text (out, zx_variant_key ((ZxVariantKind) variant->kind));
      for (guint k = 0; k < G_N_ELEMENTS (numbers); k++)
        {
          json_key (out, numbers[k].key, ", ");
          json_number (out, numbers[k].value);
        }
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
}

static void
json_plan (GString *out, ZxProject *project)
{
  const ZxPlan *plan = zx_project_plan (project);
  const ZxCandidates *candidates = zx_project_candidates (project);
  if (plan == NULL || candidates == NULL)
    {
      g_string_append (out, ",\n  \"plan\": null");
      return;
    }
  const struct
  {
    const char *key;
    double value;
  } numbers[] = { { "value", plan->value },
                  { "value_p10", plan->value_p10 },
                  { "value_p90", plan->value_p90 },
                  { "bound", plan->bound },
                  { "gap", plan->gap },
                  { "capex_yuan", plan->capex_fen / 100 },
                  { "nodes", plan->n_nodes },
                  { "risk", plan->risk },
                  { "unmet_in_worst_draws", plan->unmet },
                  { "unmet_bound", plan->unmet_bound },
                  { "pays", plan->pays },
                  { "pays_bound", plan->pays_bound },
                  { "batch_bound", plan->batch_bound },
                  { "batch_bound_high", plan->batch_bound_high } };
  g_string_append (out, ",\n  \"plan\": {");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      json_key (out, numbers[i].key, i == 0 ? "" : ", ");
      json_number (out, numbers[i].value);
    }
  g_string_append_printf (
      out,
      ", \"unit\": \"kWh/d\", \"proven\": %s, \"settled\": %s, \"grid_checked\": %s, "
      "\"sites\": [",
      plan->is_proven ? "true" : "false", plan->was_settled ? "true" : "false",
      plan->grid_checked ? "true" : "false");
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = &plan->site[i];
      json_key (out, "candidate", i == 0 ? "{" : ", {");
      json_number (out, site->candidate);
      json_key (out, "configuration", ", ");
      json_number (out, site->configuration);
      json_key (out, "served", ", ");
      json_number (out, site->served_mean);
      json_key (out, "in_best_set", ", ");
      json_number (out, site->in_best_set);
      json_key (out, "stage", ", ");
      json_number (out, site->stage);
      json_key (out, "value_then", ", ");
      json_number (out, site->value_then);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  const double fresh[] = { plan->fresh_mean, plan->fresh_low, plan->fresh_high };
  json_numbers (out, "value_on_fresh_draws", fresh, G_N_ELEMENTS (fresh));
  json_numbers (out, "value_by_sites", plan->value_by_sites, plan->n_asked);
  json_numbers (out, "bound_by_sites", plan->bound_by_sites, plan->n_asked);
  json_variants (out, plan);
  g_string_append_c (out, '}');
}

static void
json_findings (GString *out, ZxProject *project)
{
  const ZxFindings *findings = zx_project_findings (project);
  /* By rule, in the order in which rules first appear. */
  g_autoptr (GPtrArray) rules = g_ptr_array_new ();
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      guint k;
      if (!g_ptr_array_find (rules, row->rule, &k))
        {
          guint zero = 0;
          k = rules->len;
          g_ptr_array_add (rules, (gpointer) row->rule);
          g_array_append_val (counts, zero);
        }
      g_array_index (counts, guint, k) += row->count;
    }
  g_string_append (out, ",\n  \"findings\": {");
  for (guint k = 0; k < rules->len; k++)
    {
      json_key (out, g_ptr_array_index (rules, k), k == 0 ? "" : ", ");
      json_number (out, g_array_index (counts, guint, k));
    }
  g_string_append_c (out, '}');
}

static void
json_city (GString *out, ZxProject *project)
{
  const ZxCity *city = zx_project_city (project);
  const ZxRoadGraph *graph = zx_project_graph (project);
  if (city == NULL)
    {
      g_string_append (out, ",\n  \"city\": null");
      return;
    }
  const struct
  {
    const char *key;
    double value;
  } counts[] = { { "roads", city->roads.n },
                 { "graph_nodes", graph != NULL ? graph->n_nodes : 0 },
                 { "graph_arcs", graph != NULL ? graph->n_arcs : 0 },
                 { "graph_parts", graph != NULL ? graph->n_parts : 0 },
                 { "graph_dropped_nodes", graph != NULL ? graph->n_dropped_nodes : 0 },
                 { "road_km", graph != NULL ? graph->total_km : 0 },
                 { "stations", city->stations.n },
                 { "vehicle_points", (double) city->fleet.n },
                 { "transformer_areas", city->transformers.n },
                 { "feeders", city->feeders.n_feeders },
                 { "places", (double) city->places.n },
                 { "people", (double) city->people.n },
                 { "parcels", city->parcels.n } };
  g_string_append (out, ",\n  \"city\": {\"name\": ");
  json_text (out, city->name);
  json_key (out, "crs", ", ");
  json_text (out, city->crs);
  json_key (out, "fingerprint", ", ");
  json_text (out, city->fingerprint);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      json_key (out, counts[i].key, ", ");
      json_number (out, counts[i].value);
    }
  g_string_append_c (out, '}');
}

static void
print_json (ZxProject *project)
{
  g_autoptr (GString) out = g_string_new ("{\n");
  g_autofree char *head = zx_project_ledger_head (project, NULL);
  json_stages (out, project);
  json_city (out, project);
  json_plan (out, project);
  json_findings (out, project);
  json_key (out, "ledger_head", ",\n  ");
  json_text (out, head);
  g_string_append (out, "\n}\n");
  g_print ("%s", out->str);
}

/* ---- people ------------------------------------------------------------------------------- */

static void
print_people (ZxProject *project)
{
  static const char *const titles[]
      = { N_ ("never run"), N_ ("fresh"), N_ ("stale"), N_ ("left out") };
  for (guint i = 0; i < ZX_STAGE_TELL; i++)
    {
      const ZxStageInfo *info = zx_project_stage (project, (ZxStage) i);
      g_autofree char *seconds = zx_number_human (info->seconds, 2);
      g_autofree char *memory = zx_number_human ((double) info->peak_bytes / 1048576, 0);
      g_print ("%-10s %-10s %8s s %7s MiB  %.12s  %s\n", zx_stage_name ((ZxStage) i),
               _ (titles[info->state]), seconds, memory,
               info->fingerprint != NULL ? info->fingerprint : "",
               info->skip_reason != NULL ? _ (info->skip_reason) : "");
    }
  const ZxPlan *plan = zx_project_plan (project);
  if (plan != NULL)
    {
      g_autofree char *value = zx_number_human (plan->value, 1),
                      *bound = zx_number_human (plan->bound, 1);
      g_autofree char *gap = zx_number_human (plan->gap * 100, 3);
      g_print (_ ("Plan: %u sites, value %s kWh/d, bound %s, gap %s %%\n"), plan->n_sites, value,
               bound, gap);
    }
  zx_cli_print_findings (zx_project_findings (project), FALSE);
}

int
zx_command_info (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 'j', 0, G_OPTION_ARG_NONE, &as_json, N_ ("For scripts"), NULL }, { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  g_autoptr (ZxProject) project = zx_project_open (words[0], &error);
  if (project == NULL)
    return zx_cli_fail (error);
  if (as_json)
    print_json (project);
  else
    print_people (project);
  return ZX_EXIT_OK;
}
