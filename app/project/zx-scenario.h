/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plan that somebody keeps beside others: what was asked (settings, locks) and what came out.
 *
 * As text, for the project file: one group a scenario.
 *
 *   [scenario 1]
 *   name=Three cheap sites
 *   settings=[settings]\\nsiting.n_sites=3\\n…
 *   locks=in 1200 3400\\n
 *   figures=3;4210;3900;4600;4350;0.032;52000000;2100;1200.5
 *   sites=P00020;P00021;P00027
 */
#pragma once

#include "app/siting/zx-siting.h"

G_BEGIN_DECLS

#define ZX_MOST_SCENARIOS 4

typedef struct
{
  guint n_sites;
  double value, value_p10, value_p90; /* kWh a day */
  double bound, gap;                  /* kWh a day; share */
  double capex_fen;
  double newly_covered_people;
  double npv_fen; /* sum of the sites' expected NPV */
} ZxPlanFigures;

typedef struct
{
  char *name;
  char *settings, *locks; /* as texts */
  ZxPlanFigures figures;
  char **sites; /* names of candidates, the strongest first */
} ZxScenario;

void zx_plan_figures (const ZxPlan *plan, ZxPlanFigures *figures);
void zx_scenario_free (ZxScenario *self);
/* Lists: (element-type ZxScenario), at most ZX_MOST_SCENARIOS. */
GPtrArray *zx_scenario_list_new (void);
GPtrArray *zx_scenario_list_copy (const GPtrArray *scenarios);
char *zx_scenario_list_format (const GPtrArray *scenarios);
/* What cannot be understood is left out: the text comes from a file. */
GPtrArray *zx_scenario_list_parse (const char *text);

G_END_DECLS
