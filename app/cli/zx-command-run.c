/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

static void
print_settings (void)
{
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  for (guint i = 0; i < n; i++)
    {
      char low[32], high[32], standard[32];
      g_print ("%-32s %s … %s (%s)  %s\n", settings[i].key, zx_number_format (settings[i].low, low),
               zx_number_format (settings[i].high, high),
               zx_number_format (settings[i].standard, standard), _ (settings[i].meaning));
    }
}

static gboolean
apply_settings (ZxProject *project, char **pairs, GError **error)
{
  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
      if (pair[0] == NULL || pair[1] == NULL)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("“%s” is no setting; write KEY=VALUE"),
                       pairs[i]);
          return FALSE;
        }
      if (!zx_project_set (project, pair[0], pair[1], error))
        return FALSE;
    }
  return TRUE;
}

/* A plan that was not chosen by the mean. */
static void
print_risk (const ZxPlan *plan, const char *value, const char *gap)
{
  gboolean is_unmet = plan->risk == ZX_RISK_UNMET;
  double factor = is_unmet ? 1 : 100;
  guint digits = is_unmet ? 0 : 1;
  g_autofree char *risk = zx_number_human (factor * (is_unmet ? plan->unmet : plan->pays), digits);
  g_autofree char *least
      = zx_number_human (factor * (is_unmet ? plan->unmet_bound : plan->pays_bound), digits);
  g_print (
      is_unmet
          ? _ ("%u sites serve %s kWh a day (mean) and leave %s kWh a day unserved in the worst "
               "draws; no plan under these limits leaves less than %s: gap %s %%\n")
          : _ ("%u sites serve %s kWh a day (mean) and pay with a probability of %s %%; no plan "
               "under these limits does with more than %s %%: gap %s %%\n"),
      plan->n_sites, value, risk, least, gap);
}

static void
print_plan (ZxProject *project)
{
  const ZxPlan *plan = zx_project_plan (project);
  if (plan == NULL)
    return;
  g_autofree char *value = zx_number_human (plan->value, 0),
                  *bound = zx_number_human (plan->bound, 0);
  g_autofree char *gap = zx_number_human (plan->gap * 100, 2),
                  *capex = zx_number_human (plan->capex_fen / 100, 0);
  if (plan->risk == ZX_RISK_MEAN)
    g_print (_ ("%u sites serve %s kWh a day (mean); no plan under these limits serves more than "
                "%s: gap %s %%\n"),
             plan->n_sites, value, bound, gap);
  else
    print_risk (plan, value, gap);
  g_print (_ ("Investment %s yuan\n"), capex);
  if (plan->was_settled)
    g_print (_ ("The search was ended by the planner: this is the best plan found until then.\n"));
  if (!plan->grid_checked)
    g_print (
        _ ("Grid limits were not checked: there are neither transformer areas nor feeders.\n"));
}

static void
print_skipped (ZxProject *project)
{
  for (guint i = 0; i < ZX_N_STAGES; i++)
    {
      const ZxStageInfo *info = zx_project_stage (project, (ZxStage) i);
      if (info->state == ZX_STAGE_SKIPPED && info->skip_reason != NULL)
        g_print (_ ("%s was left out. %s\n"), _ (zx_stage_title ((ZxStage) i)),
                 _ (info->skip_reason));
    }
}

int
zx_command_run (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL, pairs = NULL, required = NULL, banned = NULL;
  g_autofree char *until = NULL, *sites = NULL, *budget = NULL, *limit = NULL, *speeds = NULL;
  g_autoptr (GError) error = NULL;
  gboolean help_settings = FALSE, forgets = FALSE;
  const GOptionEntry entries[]
      = { { "until", 'u', 0, G_OPTION_ARG_STRING, &until,
            N_ ("Last stage to run: check, travel, heat, headroom, believe, score, choose"),
            N_ ("STAGE") },
          { "sites", 's', 0, G_OPTION_ARG_STRING, &sites, N_ ("Sites to choose"), N_ ("N") },
          { "budget", 'b', 0, G_OPTION_ARG_STRING, &budget, N_ ("Budget in yuan"), N_ ("YUAN") },
          { "time-limit", 't', 0, G_OPTION_ARG_STRING, &limit,
            N_ ("Longest search for the best plan, s; then the best so far is kept"), N_ ("S") },
          { "require", 0, 0, G_OPTION_ARG_STRING_ARRAY, &required,
            N_ ("A candidate that must be in the plan, by name or place"), N_ ("NAME|LON,LAT") },
          { "ban", 0, 0, G_OPTION_ARG_STRING_ARRAY, &banned,
            N_ ("A candidate that must not be in the plan"), N_ ("NAME|LON,LAT") },
          { "forget-locks", 0, 0, G_OPTION_ARG_NONE, &forgets,
            N_ ("Frees all candidates that were required or ruled out before"), NULL },
          { "speeds", 0, 0, G_OPTION_ARG_FILENAME, &speeds,
            N_ ("Speed table, an edited copy of speeds.ini; -: the standard one"), N_ ("FILE") },
          { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &pairs,
            N_ ("Sets a number (see --help-settings)"), N_ ("KEY=VALUE") },
          { "help-settings", 0, 0, G_OPTION_ARG_NONE, &help_settings,
            N_ ("Lists the settings with their bounds"), NULL },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 0, 1, &words, &status))
    return status;
  if (help_settings)
    {
      print_settings ();
      return ZX_EXIT_OK;
    }
  ZxStage last = until != NULL ? zx_stage_parse (until) : ZX_STAGE_CHOOSE;
  if (words[0] == NULL || last == ZX_N_STAGES)
    {
      if (last == ZX_N_STAGES)
        g_printerr (_ ("zhixing-cli: there is no stage “%s”\n"), until);
      else
        g_printerr (_ ("Usage: %s %s\n"), "zhixing-cli run", "PROJECT");
      return ZX_EXIT_USAGE;
    }
  g_autoptr (ZxProject) project = zx_project_open (words[0], &error);
  if (project == NULL
      || (sites != NULL && !zx_project_set (project, "siting.n_sites", sites, &error))
      || (budget != NULL && !zx_project_set (project, "siting.budget_yuan", budget, &error))
      || (limit != NULL && !zx_project_set (project, "siting.time_limit_s", limit, &error))
      || (speeds != NULL
          && !zx_project_set_speeds (project, strcmp (speeds, "-") != 0 ? speeds : NULL, &error))
      || !apply_settings (project, pairs, &error)
      || !zx_cli_lock (project, required, banned, forgets, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_watch_choice (project);
  if (!zx_project_run (project, last, zx_cli_progress (), &error))
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  print_skipped (project);
  print_plan (project);
  return ZX_EXIT_OK;
}
