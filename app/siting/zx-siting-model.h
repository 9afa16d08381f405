/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The city as numbers for the choice: shared by the candidates' scores and the plan. */
#pragma once

#include "app/siting/zx-choice.h"
#include "app/siting/zx-siting-private.h"

G_BEGIN_DECLS

#define ZX_SITING_DAYS_PER_YEAR 365.0

typedef struct
{
  const ZxSitingInput *input;
  const ZxSitingOptions *options;
  /* cells */
  guint n_cells, n_draws, stride;
  double *existing; /* [cell]: attraction of stations that work or are being built */
  double *rival;    /* [cell]: existing and not charging in public */
  double *mean;     /* [cell]: over the draws used */
  float *draw;      /* [cell][stride] */
  double *residents;
  guint8 *is_covered; /* [cell]: has a station within coverage_s */
  gboolean has_residents;
  /* kinds */
  guint n_kinds, n_sizes;
  double size[ZX_MAX_CONFIGURATIONS];
  guint kind_size[ZX_MAX_CONFIGURATIONS];
  double kind_cap[ZX_MAX_CONFIGURATIONS], kind_fen[ZX_MAX_CONFIGURATIONS];
  double kind_kw[ZX_MAX_CONFIGURATIONS];
  guint32 kinds_past_area;
  /* the day and the money */
  double profile[24]; /* share of a weekday's energy by hour */
  double peak_share;  /* the largest of them */
  double margin_fen;  /* per kWh */
  double annuity;
} ZxSitingModel;

/* What can be said before any candidate is known.  FALSE with a sentence when something needed is
 * missing or does not fit together. */
gboolean zx_siting_input_check (const ZxSitingInput *input, const ZxSitingOptions *options,
                                GError **error);
/* Draws that may be used for scores and plan; the others are kept to judge the plan by. */
guint zx_siting_draws_to_use (const ZxDemand *demand);
/* @n_entries: of the candidates' travel rows; decides with @most_draws how many draws are used. */
gboolean zx_siting_model_init (ZxSitingModel *self, const ZxSitingInput *input,
                               const ZxSitingOptions *options, guint n_candidates, gsize n_entries,
                               guint most_draws, GError **error);
void zx_siting_model_clear (ZxSitingModel *self);

/* Yearly costs without energy of kind @kind at @candidate (its parcel's rent where known). */
double zx_siting_opex_fen (const ZxSitingModel *self, const ZxCandidates *candidates,
                           guint candidate, guint kind);
double zx_siting_rent_fen (const ZxSitingModel *self, const ZxCandidates *candidates,
                           guint candidate, guint kind);
/* NPV when @kwh_per_day are sold. */
double zx_siting_npv_fen (const ZxSitingModel *self, const ZxCandidates *candidates,
                          guint candidate, guint kind, double kwh_per_day);

/* The candidates as a choice. */
typedef struct
{
  ZxChoice choice;
  float *near;
  guint32 *offered;
  double *room_kw;
  gint32 *area_room, *feeder_room; /* [candidate] */
} ZxSitingChoice;

/* @kinds less the idle ones.  A size is idle where a cheaper one of @kinds with the same connectors
 * (AC, DC) can serve all that this one, which is larger and so draws more, is asked for in all but
 * the fullest draws.  Its further guns would still draw cars from rivals, and a plan for energy
 * alone would always build the largest; but they would stand empty, and nobody sizes a station that
 * way (DOMAIN.md §3.6: the fewest guns that keep the wait).  O(kinds × draws). */
guint32 zx_siting_without_idle_kinds (const ZxSitingModel *model, const ZxChoice *choice,
                                      guint candidate, guint32 kinds);
/* Builds and prepares; @offered starts as what parcel, grid and budget let stand and is not idle.
 */
gboolean zx_siting_choice_init (ZxSitingChoice *self, const ZxSitingModel *model,
                                const ZxCandidates *candidates, const ZxProgress *progress,
                                GError **error);
void zx_siting_choice_clear (ZxSitingChoice *self);
/* Only the rooms and who has which, of all candidates. */
void zx_siting_fill_rooms (ZxSitingChoice *self, const ZxSitingModel *model,
                           const ZxCandidates *candidates);
/* Takes out of @offered the sizes whose NPV alone is below the planner's floor, or positive with
 * less than the planner's probability. */
void zx_siting_keep_payers (const ZxSitingModel *model, const ZxCandidates *candidates,
                            const ZxChoice *choice, guint32 *offered);
guint32 zx_siting_affordable (const ZxSitingModel *model); /* mask of kinds */

/* Drivers' times from the cells to places; a place whose @is_out (nullable) is
 * set gets an empty row. */
ZxTravelRows *zx_siting_rows (const ZxSitingInput *input, const ZxSitingOptions *options,
                              const double *x_m, const double *y_m, guint n, const guint8 *is_out,
                              const ZxProgress *progress, GError **error);

double zx_siting_quantile (const float *sorted, guint n, double p); /* linear between draws */

G_END_DECLS
