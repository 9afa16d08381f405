/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Random choices of sites, and slow honest arithmetic to hold the engine against. */
#pragma once

#include "app/siting/zx-choice.h"

typedef struct
{
  ZxChoice choice;
  double *mean, *rival, *x_m, *y_m, *cell_x, *cell_y, *room_kw;
  float *draw, *near;
  gsize *first;
  guint32 *cell, *offered, required[2];
  gint32 *area_room, *feeder_room;
  double size[4], kind_cap[8], kind_fen[8], kind_kw[8];
  guint kind_size[8];
} Case;

typedef struct
{
  guint n_cells, n_candidates, n_kinds, n_draws, n_sites;
  double width_m, reach_m, budget_share, spacing_m; /* budget_share 0: none */
  double cap_scale; /* of what a middling candidate is asked for; 0: no caps */
  guint n_rooms;
  guint n_required;
  double lump; /* spread of demand over cells */
} CaseShape;

void case_init (Case *self, const CaseShape *shape, ZxRng *rng);
void case_clear (Case *self);
/* The mean over draws of Σ min (asked, cap), straight from the definition. */
double case_value (const Case *self, const ZxPick *pick, guint n);
/* From the definition, pair by pair. */
gboolean case_is_feasible (const Case *self, const ZxPick *pick, guint n);
/* The best value over all feasible sets of 1 … n_sites picks; -INFINITY: none. */
double case_brute_force (const Case *self, ZxPick *best, guint *n_best);
