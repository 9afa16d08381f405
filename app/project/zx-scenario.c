/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/project/zx-scenario.h"

#define N_FIGURES    9
#define LONGEST_NAME 200

void
zx_plan_figures (const ZxPlan *plan, ZxPlanFigures *figures)
{
  *figures = (ZxPlanFigures){ plan->n_sites,
                              plan->value,
                              plan->value_p10,
                              plan->value_p90,
                              plan->bound,
                              plan->gap,
                              plan->capex_fen,
                              plan->newly_covered_people,
                              0 };
  for (guint i = 0; i < plan->n_sites; i++)
    figures->npv_fen += plan->site[i].npv_mean_fen;
}

void
zx_scenario_free (ZxScenario *self)
{
  g_free (self->name);
  g_free (self->settings);
  g_free (self->locks);
  g_strfreev (self->sites);
  g_free (self);
}

GPtrArray *
zx_scenario_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) zx_scenario_free);
}

GPtrArray *
zx_scenario_list_copy (const GPtrArray *scenarios)
{
  GPtrArray *copies = zx_scenario_list_new ();
  for (guint i = 0; i < scenarios->len; i++)
    {
      const ZxScenario *from = g_ptr_array_index (scenarios, i);
      ZxScenario *copy = g_memdup2 (from, sizeof *from);
      copy->name = g_strdup (from->name);
      copy->settings = g_strdup (from->settings);
      copy->locks = g_strdup (from->locks);
      copy->sites = g_strdupv (from->sites);
      g_ptr_array_add (copies, copy);
    }
  return copies;
}

/* ---- as text -------------------------------------------------------------------------------- */

static char *
format_figures (const ZxPlanFigures *figures)
{
  const double values[N_FIGURES]
      = { figures->n_sites, figures->value, figures->value_p10, figures->value_p90,
          figures->bound,   figures->gap,   figures->capex_fen, figures->newly_covered_people,
          figures->npv_fen };
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < N_FIGURES; i++)
    {
      char number[32];
      g_string_append_printf (text, "%s%s", i > 0 ? ";" : "", zx_number_format (values[i], number));
    }
  return g_string_free (text, FALSE);
}

static gboolean
parse_figures (const char *text, ZxPlanFigures *figures)
{
  double values[N_FIGURES];
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  if (g_strv_length (parts) != N_FIGURES)
    return FALSE;
  for (guint i = 0; i < N_FIGURES; i++)
    if (!zx_number_parse (parts[i], strlen (parts[i]), &values[i]))
      return FALSE;
  if (!(values[0] >= 0 && values[0] <= 1e6))
    return FALSE;
  *figures = (ZxPlanFigures){ (guint) values[0], values[1], values[2], values[3], values[4],
                              values[5],         values[6], values[7], values[8] };
  return TRUE;
}

char *
zx_scenario_list_format (const GPtrArray *scenarios)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  for (guint i = 0; i < scenarios->len; i++)
    {
      const ZxScenario *scenario = g_ptr_array_index (scenarios, i);
      g_autofree char *group = g_strdup_printf ("scenario %u", i + 1);
      g_autofree char *figures = format_figures (&scenario->figures);
      g_key_file_set_string (file, group, "name", scenario->name);
      g_key_file_set_string (file, group, "settings", scenario->settings);
      g_key_file_set_string (file, group, "locks", scenario->locks);
      g_key_file_set_string (file, group, "figures", figures);
      g_key_file_set_string_list (file, group, "sites", (const char *const *) scenario->sites,
                                  g_strv_length (scenario->sites));
    }
  return g_key_file_to_data (file, NULL, NULL);
}

static ZxScenario *
read_scenario (GKeyFile *file, const char *group)
{
  ZxScenario *self = g_new0 (ZxScenario, 1);
  g_autofree char *figures = g_key_file_get_string (file, group, "figures", NULL);
  self->name = g_key_file_get_string (file, group, "name", NULL);
  self->settings = g_key_file_get_string (file, group, "settings", NULL);
  self->locks = g_key_file_get_string (file, group, "locks", NULL);
  self->sites = g_key_file_get_string_list (file, group, "sites", NULL, NULL);
  if (self->locks == NULL)
    self->locks = g_strdup ("");
  if (self->sites == NULL)
    self->sites = g_new0 (char *, 1);
  if (self->name != NULL && strlen (self->name) <= LONGEST_NAME && self->settings != NULL
      && figures != NULL && parse_figures (figures, &self->figures))
    return self;
  zx_scenario_free (self);
  return NULL;
}

GPtrArray *
zx_scenario_list_parse (const char *text)
{
  GPtrArray *scenarios = zx_scenario_list_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_utf8_validate (text, -1, NULL)
      || !g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL))
    return scenarios;
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL && scenarios->len < ZX_MOST_SCENARIOS; i++)
    {
      ZxScenario *scenario = read_scenario (file, groups[i]);
      if (scenario != NULL)
        g_ptr_array_add (scenarios, scenario);
    }
  return scenarios;
}
