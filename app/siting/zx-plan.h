/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the files that make a plan. */
#pragma once

#include "app/siting/zx-candidates.h"

G_BEGIN_DECLS

/* ---- zx-plan-limits.c --------------------------------------------------------------------- */

/* One sentence that names the limit and the nearest feasible change when what is asked for cannot
 * be: more sites than candidates, a budget below the cheapest size, required sites that break a
 * limit. */
gboolean zx_plan_check_wishes (const ZxSitingModel *model, const ZxCandidates *candidates,
                               const ZxChoice *choice, GError **error);
/* The limit whose fall would gain most; an English msgid, (transfer full). */
char *zx_plan_find_limiting (const ZxSitingModel *model, const ZxCandidates *candidates,
                             const ZxChoice *choice, const ZxPicks *picks);

/* ---- zx-plan-sites.c ---------------------------------------------------------------------- */

/* Everything in ZxPlan that follows from the picks, but what needs other sets. */
gboolean zx_plan_describe (ZxPlan *plan, const ZxSitingModel *model, const ZxCandidates *candidates,
                           const ZxSitingChoice *choice, const ZxPicks *picks, GError **error);

/* ---- zx-plan-draws.c ---------------------------------------------------------------------- */

/* The best set of each of some draws: how often each site of the plan is in it, and what knowing
 * the draw would be worth. */
gboolean zx_plan_ask_draws (ZxPlan *plan, const ZxChoice *choice, const ZxPicks *picks,
                            const ZxProgress *progress, GError **error);

/* Mean and 95 % interval of the plan's value on the draws that were kept from the search. */
gboolean zx_plan_ask_fresh_draws (ZxPlan *plan, const ZxSitingModel *model,
                                  const ZxSitingChoice *choice, const ZxPicks *picks,
                                  GError **error);

/* ---- zx-plan-risk.c ----------------------------------------------------------------------- */

/* What the plan risks; with a risk other than the mean a plan that risks less, into @picks, with
 * its value, proven bound and gap. */
gboolean zx_plan_weigh_risk (ZxPlan *plan, const ZxSitingModel *model,
                             const ZxCandidates *candidates, const ZxChoice *choice, ZxPicks *picks,
                             const ZxProgress *progress, GError **error);
/* The statistical bound. */
gboolean zx_plan_bound_batches (ZxPlan *plan, const ZxSitingModel *model, const ZxChoice *choice,
                                const ZxPicks *picks, const ZxProgress *progress, GError **error);

/* ---- zx-plan-phases.c --------------------------------------------------------------------- */

/* In which order the sites of the plan are best built. */
void zx_plan_order_sites (ZxPlan *plan, const ZxChoice *choice);

/* ---- zx-plan-variants.c ------------------------------------------------------------------- */

/* Asks again with one thing changed at a time. */
gboolean zx_plan_try_variants (ZxPlan *plan, const ZxSitingInput *input,
                               const ZxSitingOptions *options, const ZxCandidates *candidates,
                               const ZxPicks *picks, const ZxProgress *progress, GError **error);

G_END_DECLS
