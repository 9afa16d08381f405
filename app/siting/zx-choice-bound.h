/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The proven bound of one part of the search space.
 *
 * Cell c, with A0 >= 0 any number, φ (A) = A / (B + A), α = φ (A0)²:
 *
 *   φ (Σ_S a)  <=  α + Σ_S β (a),    β (a) = φ' (A0) a     for a <= A0
 *                                    β (a) = φ (a) - α     for a >  A0.
 *
 * For picks with a <= A0 alone this is the tangent at A0 (φ is concave; φ (A0) - φ' (A0) A0 = α).
 * With picks L above A0: φ (Σ_L a + r) <= φ (Σ_L a) + φ' (A0) r, and φ (Σ_L a) <= α + Σ_L (φ (a) -
 * α) because the difference grows in every a > A0 and, with m = φ (A0) and all l of them at A0, l m
 * - (l - 1) m² - l m / (1 + (l - 1) m) = (l - 1)² m² (1 - m) / (1 + (l - 1) m) >= 0. So the bound
 * is exact for one pick above A0 as for many that add up to A0: tangents that fractions of a large
 * station cannot abuse.
 *
 * A pick serves at most u = its value alone, whatever else stands.  Let w = Σ_c D_c β_c.  For any
 * A0,
 *
 *   value (S) <= Σ_c D_c α_c + Σ_S min (w, u),
 *
 * since the picks with w > u serve at most u each and the others together at most their demand
 * without them.  The same holds in every draw, and so for the mean over a group of similar draws
 * with that group's D, w, u and A0; what is used is the mean over groups of min (w, u).  Groups
 * matter where stations fill up in some draws only: there the others stand alone with what is left,
 * elsewhere they share.  The right side is maximised over at most one pick
 * per clique of candidates that exclude each other and at most n_sites picks: sorting.  Rooms are
 * priced by multipliers >= 0. The budget is split off (Guignard and Kim 1987): with n_t the number
 * of picks of kind t and any prices v, max Σ_S w <= max Σ_S (w - v_kind) + max { Σ v_t n_t : Σ
 * fen_t n_t <= budget, Σ n_t <= n_sites }, the second an exact integer knapsack over the few kinds;
 * never worse than one price per fen, and exact where stations are full anyhow.
 *
 * The best A0 for fractional picks z is the largest root of Σ z min (a, A0) = A0 over those that
 * are not full (w < u: the bound's derivative by A0 vanishes there).  The concave bound that
 * follows is maximised over z by accelerated projected gradients (Beck and Teboulle 2009) on the
 * few picks that matter, to which every full pass adds those that would gain (simplicial
 * decomposition).  The budget's multiplier is found exactly each time, the rooms' by subgradient
 * steps.
 *
 *   zx-choice-bound.c     parts of the search space, closing kinds, the rounds
 *   zx-choice-groups.c    draws that are alike
 *   zx-choice-tangent.c   tangents, worths
 *   zx-choice-pick.c      the maximum
 *   zx-choice-budget.c    the prices of the kinds
 *   zx-choice-spread.c    the fractional picks
 */
#pragma once

#include "app/siting/zx-choice.h"

G_BEGIN_DECLS

#define ZX_BOUND_FORCED (1u << 31)
#define ZX_BOUND_KINDS  (ZX_BOUND_FORCED - 1)

#define ZX_BOUND_LANES  4  /* groups that are computed together */
#define ZX_BOUND_GROUPS 64 /* of draws, at most */

/* Relative to what is asked for alone: worths are summed in single precision over 16 cells, each
 * term with at most five roundings: (15 + 5) × 2^-24 = 1.2e-6. */
#define ZX_BOUND_FLOAT_SLACK 2e-6

/* A pick in part. */
typedef struct
{
  guint32 active; /* index into ZxBound.candidate */
  guint32 kind;
  double share;                    /* 0 … 1: how much of it is picked */
  double open;                     /* mean of the next over all draws */
  guint8 open_in[ZX_BOUND_GROUPS]; /* 0 … 255: not full in the group, so that others take from it */
  guint8 n_looks;                  /* how often that has been looked at, up to 255 */
} ZxFraction;

/* Nothing known about whether it is full. */
static inline void
zx_fraction_open (ZxFraction *self)
{
  self->open = 1;
  self->n_looks = 0;
  memset (self->open_in, 255, sizeof self->open_in);
}

static inline ZxFraction
zx_fraction (guint32 active, guint kind, double share)
{
  ZxFraction self = { .active = active, .kind = kind, .share = share };
  zx_fraction_open (&self);
  return self;
}

/* A part of the search space, and where its bound was last computed. */
typedef struct
{
  double bound;
  gboolean has_bound; /* a round was made; else it is only what each serves alone */
  guint32 *mask;      /* [active]: kinds still open; ZX_BOUND_FORCED: must be in */
  GArray *fraction;   /* ZxFraction */
} ZxPart;

/* Of one cell in four groups of draws: demand D (the group's share of the draws in it), A0, D φ'
 * (A0), D α. */
typedef struct
{
  float demand[ZX_BOUND_LANES], at[ZX_BOUND_LANES], steep[ZX_BOUND_LANES], flat[ZX_BOUND_LANES];
} ZxLine;

/* Of the fractional picks not full: Σ z of those above A0, Σ z a of those below, Σ z a of all. */
typedef struct
{
  float high[ZX_BOUND_LANES], low[ZX_BOUND_LANES], all[ZX_BOUND_LANES];
} ZxMass;

typedef struct
{
  const ZxChoice *choice;
  guint n;            /* active candidates */
  guint32 *candidate; /* [active] */
  guint32 *clique;    /* [active]: they exclude each other */
  guint n_cliques;
  double *worth;   /* [active][kind]: min (w, u) */
  double *blended; /* [active][kind]: of the rounds so far */
  double blended_constant;
  double *reduced; /* [active]: best kind's worth less prices */
  guint8 *kind;    /* [active]: that kind */
  guint32 *picked; /* [n_picked]: active candidates of the last maximum */
  guint n_picked;
  double next;       /* the best reduced worth that was not picked, or 0 */
  double least;      /* the least that was, of those not forced; 0 when there was room for more */
  gboolean may_fill; /* some candidate in some draw: else one group will do */
  guint n_quads;     /* groups are computed by fours */
  double group_share[ZX_BOUND_GROUPS]; /* of the draws */
  ZxLine *line;                        /* [cell][quad] */
  ZxMass *mass;                        /* [cell][quad] scratch */
  float *alone;  /* [choice's candidate][kind][group]: mean of min (asked, cap) × group's share */
  double *rival; /* [cell]: and what is set aside */
  double *attraction; /* [cell]: of all fractional picks, full or not, but those set aside */
  guint8 *is_aside;   /* [active]: full and forced */
  double *most;       /* [active][kind]: what a forced one serves at most; INFINITY else */
  ZxChoiceSpace space;
  double per_kind[ZX_CHOICE_MAX_KINDS]; /* price of one pick of each kind */
  double per_fen;                       /* the even price found last; 0: none yet */
  guint in_budget[ZX_CHOICE_MAX_KINDS]; /* picks of each kind that the budget would rather pay */
  double *per_kw;                       /* [room] */
  double *room_used;                    /* [room] scratch */
  double constant;                      /* Σ flat */
  double step;                          /* of the rooms' multipliers */
  double pace;                          /* of the gradient steps; 0: not yet known */
  guint32 *clique_best;                 /* [clique] scratch */
  double bound_alone;                   /* Σ of the best alone */
  double effort;
  gint64 deadline; /* of g_get_monotonic_time (); 0: none */
  const ZxProgress *progress;
} ZxBound;

/* @picks: a good set, to part the draws by which of its stations are full; @n_groups: of draws. */
void zx_bound_init (ZxBound *self, const ZxChoice *choice, const ZxPicks *picks, guint n_groups,
                    const ZxProgress *progress);
void zx_bound_clear (ZxBound *self);
/* Cancelled, or past the deadline. */
gboolean zx_bound_is_stopped (const ZxBound *self);

ZxPart *zx_part_new (const ZxBound *bound);
void zx_part_free (ZxPart *self);
ZxPart *zx_part_copy (const ZxPart *self, const ZxBound *bound);

/* Closes what the forced candidates exclude; FALSE when nothing feasible is left. */
gboolean zx_bound_propagate (const ZxBound *self, ZxPart *part);
/* Takes @picks as the fractional picks to start from. */
void zx_bound_start (ZxBound *self, ZxPart *part, const ZxPicks *picks);
/* Up to @n_rounds rounds of @n_steps gradient steps; lowers part->bound and closes kinds that
 * cannot beat @target.  Stops when the bound is at or below @target.  After each round @on_picked
 * sees the maximising picks. */
typedef void (*ZxBoundFunc) (const ZxBound *bound, const ZxPart *part, gpointer data);
void zx_bound_lower (ZxBound *self, ZxPart *part, guint n_rounds, guint n_steps,
                     const double *target, ZxBoundFunc on_picked, gpointer data);
/* Drops candidates that are closed in @part for good. */
void zx_bound_compact (ZxBound *self, ZxPart *part);

/* ---- zx-choice-groups.c ------------------------------------------------------------------- */

/* Parts the draws into up to @n_groups groups by which of the fractional picks are full, and fills
 * what depends on the groups.  All picks count as open again. */
void zx_bound_group (ZxBound *self, GArray *fraction, guint n_groups);

/* ---- zx-choice-tangent.c ------------------------------------------------------------------ */

/* A0 of every cell for the fractional picks; @is_near: from where it stands, with less work. */
void zx_bound_place_tangents (ZxBound *self, const GArray *fraction, gboolean is_near);
/* Sets aside the forced picks of @part that are mostly full, and bounds all forced ones. */
void zx_bound_set_aside (ZxBound *self, const ZxPart *part);
/* min (w, u) of one pick at the tangents, mean over groups; moves its openness by whether w is
 * above u. */
double zx_bound_weigh (ZxBound *self, ZxFraction *pick);
/* Worths of all open kinds, into self->worth. */
void zx_bound_weigh_all (ZxBound *self, const ZxPart *part);

/* ---- zx-choice-pick.c --------------------------------------------------------------------- */

/* Worths of all open kinds at the present tangents, blended with those of the rounds before
 * (@is_first: with none), then the maximum.  Returns: the bound. */
double zx_bound_maximise (ZxBound *self, const ZxPart *part, gboolean is_first, double target);
/* The maximum at the present prices: all forced picks and the best of the cliques, none that loses.
 * Returns: their sum. */
double zx_bound_pick (ZxBound *self, const ZxPart *part);
/* What the multipliers charge for a kind. */
double zx_bound_price (const ZxBound *self, guint32 candidate, guint kind);
double zx_bound_price_of_rooms (const ZxBound *self, guint32 candidate, guint kind);

/* ---- zx-choice-budget.c ------------------------------------------------------------------- */

/* The least of zx_bound_pick() and the priced budget over the prices of kinds, about; @target tells
 * how far down is worth going.  Leaves the prices and the picks where it was least. */
double zx_bound_pick_within_budget (ZxBound *self, const ZxPart *part, double rest, double target);

/* ---- zx-choice-spread.c ------------------------------------------------------------------- */

/* Adds the picks of the last maximum and others that would gain, with share 0, and forgets what is
 * closed or long unused. */
void zx_bound_gather (ZxBound *self, ZxPart *part);
/* Up to @n_steps gradient steps of part->fraction. */
void zx_bound_spread (ZxBound *self, ZxPart *part, guint n_steps);

G_END_DECLS
