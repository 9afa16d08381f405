/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choice of sites as pure arithmetic: no city, no kWh tariffs, no files.
 *
 * A candidate j of kind t pulls on cell c with the attraction a = size_t × near_jc; a set S of
 * picks draws from the cell the share  φ_c (A) = A / (B_c + A),  A = Σ_S a,  B_c the attraction of
 * rivals.  In draw k pick j is asked for  h_jk = Σ_c D_ck a_jc / (B_c + A_c)  and serves
 * min (h_jk, cap_t).  The value of S is the mean over draws of Σ_S min (h, cap).
 *
 * To be maximised over sets of at most n_sites picks, at most one kind a candidate, within the
 * budget, the rooms (kW shared by the candidates of a transformer area or feeder) and the spacing,
 * with all required candidates in.
 *
 *   zx-choice.c         preparing, values, limits
 *   zx-choice-search.c  lazy greedy at prices, required sites, kicks
 *   zx-choice-climb.c   estimates, swaps, exchange of kinds
 *   zx-choice-anneal.c  annealing at a price of money
 *   zx-choice-bound.c   the proven bound: groups of draws, lifted tangents, multipliers, fixing
 *   zx-choice-branch.c  branch and bound
 */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

#define ZX_CHOICE_MAX_KINDS 31 /* bits of a mask; the last bit means "must be in" */
#define ZX_CHOICE_BINS      16 /* of the sketch of a candidate's spread over draws */
#define ZX_CHOICE_LANES     16 /* draws are padded with zeros to a multiple of it */

/* Relative slack that makes bounds safe: values of single candidates are summed in single precision
 * over at most 64 cells before they go into doubles (64 × 2^-24 = 3.8e-6); everything else is in
 * doubles over fewer than 1e7 terms (1e-9). */
#define ZX_CHOICE_FLOAT_SLACK  5e-6
#define ZX_CHOICE_DOUBLE_SLACK 1e-9

typedef struct
{
  guint32 candidate, kind;
} ZxPick;

typedef struct
{
  guint n, n_max;
  ZxPick *pick;
  double value; /* of zx_choice_value(); -INFINITY when not yet known */
} ZxPicks;

/* Who watches the work, and what was told last.  One thread's. */
typedef struct
{
  void (*func) (double value, double bound, gpointer data);
  gpointer data;
  double value, bound; /* the best so far; -INFINITY and INFINITY at first */
  gint64 next;         /* of g_get_monotonic_time (): when to tell again though nothing is new */
} ZxChoicePace;

typedef struct
{
  /* cells; borrowed */
  guint n_cells, n_draws, stride; /* stride: n_draws rounded up to ZX_CHOICE_LANES */
  const double *mean;             /* [cell]: mean over the draws, >= 0 */
  const float *draw;              /* [cell][stride]; NULL: the mean is the only draw */
  const double *rival;            /* [cell]: > 0 */
  /* candidates; borrowed */
  guint n_candidates;
  const gsize *first; /* n_candidates + 1 */
  const guint32 *cell;
  const float *near;
  const double *x_m, *y_m;
  const guint32 *offered; /* [candidate]: bit t: kind t may stand there */
  /* kinds; borrowed */
  guint n_kinds, n_sizes;
  const double *size;     /* [size]: ascending, > 0 */
  const guint *kind_size; /* [kind]: index into size */
  const double *kind_cap, *kind_fen, *kind_kw;
  guint32 kinds_past_area; /* bit t: loads the feeder only, where the candidate's has a room */
  /* limits; borrowed */
  guint n_sites;
  double budget_fen, spacing_m;
  guint n_rooms;
  const double *room_kw;                 /* [room] */
  const gint32 *area_room, *feeder_room; /* [candidate]: -1 = none known */
  guint n_required;
  const guint32 *required; /* candidates, no doubles */
  const gint *settle; /* nullable: set to 1 by another thread, all work ends with what it has */
  ZxChoicePace *pace; /* nullable; not for copies that ask other questions */
  /* filled by zx_choice_prepare(), owned */
  float *alone_draw;      /* [candidate][size][stride]: asked for when nothing else is built */
  double *alone;          /* [candidate][kind]: mean of min (asked, cap) */
  float *alone_max;       /* [candidate][size]: over draws */
  float *sketch;          /* [candidate][size][bin]: ascending, mean 1 */
  gsize *neighbour_first; /* candidates that exclude each other: nearer than the spacing, or */
  guint32 *neighbour;     /* together too much for a shared room whatever their kinds */
} ZxChoice;

/* ---- zx-choice.c -------------------------------------------------------------------------- */

/* O(entries × sizes × draws), parallel.  Settled: TRUE, but not whole; set self->settle only
 * afterwards where a plan must come of it. */
gboolean zx_choice_prepare (ZxChoice *self, const ZxProgress *progress, GError **error);
/* Its last part: who excludes whom under the present limits.  Writes over the two pointers. */
void zx_choice_list_neighbours (ZxChoice *self);
void zx_choice_clear (ZxChoice *self); /* frees what zx_choice_prepare() made */

/* Scratch of one thread. */
typedef struct
{
  double *attraction; /* [cell], zero between calls */
  double *asked;      /* [stride] */
} ZxChoiceSpace;
void zx_choice_space_init (ZxChoiceSpace *self, const ZxChoice *choice);
void zx_choice_space_clear (ZxChoiceSpace *self);

/* The value of the set; @served (nullable): [pick] mean, @served_draw (nullable): [pick][stride].
 */
double zx_choice_value (const ZxChoice *self, const ZxPick *pick, guint n, ZxChoiceSpace *space,
                        double *served, float *served_draw);
/* Mean of min (asked, cap) of one pick where space->attraction stands for all picks, it among them.
 */
double zx_choice_serve (const ZxChoice *self, ZxPick pick, ZxChoiceSpace *space);
/* Σ min (mean asked, cap): never less than the value, and much cheaper. */
double zx_choice_value_above (const ZxChoice *self, const ZxPick *pick, guint n,
                              ZxChoiceSpace *space);

gboolean zx_choice_excludes (const ZxChoice *self, guint32 a, guint32 b);
/* kW that kind @kind at @candidate puts on @room. */
double zx_choice_load_kw (const ZxChoice *self, guint32 candidate, guint kind, gint32 room);
/* Whether @added fits beside the picks, which fit among themselves. */
gboolean zx_choice_fits (const ZxChoice *self, const ZxPick *pick, guint n, ZxPick added);
gboolean zx_choice_is_feasible (const ZxChoice *self, const ZxPick *pick, guint n);

/* Cancelled, or ended by the planner. */
static inline gboolean
zx_choice_is_stopped (const ZxChoice *self, const ZxProgress *progress)
{
  return zx_progress_is_stopped (progress)
         || (self->settle != NULL && g_atomic_int_get (self->settle) != 0);
}

/* For qsort() of doubles, the largest first. */
int zx_choice_compare_descending (gconstpointer a, gconstpointer b);
/* For g_qsort_with_data() of indices into the doubles @key, the largest first, then the lowest
 * index: qsort_r is not in every C library GLib runs on. */
int zx_choice_compare_by_key (gconstpointer a, gconstpointer b, gpointer key);

/* Σ of what the best n_sites candidates serve alone: no plan serves more. */
double zx_choice_sum_best_alone (const ZxChoice *self);

/* Tells of a better value or a lower bound (NAN: no news of it) at once, else now and then. */
void zx_choice_tell (const ZxChoice *self, double value, double bound);

/* Stops when @progress stops, and reports nothing: for work of which the caller reports. */
ZxProgress zx_choice_quiet (const ZxProgress *progress);

ZxPicks zx_picks_new (guint n_max);
void zx_picks_clear (ZxPicks *self);
void zx_picks_copy (ZxPicks *to, const ZxPicks *from);
void zx_picks_remove (ZxPicks *self, guint index);
void zx_picks_sort (ZxPicks *self); /* by candidate */

static inline gsize
zx_choice_at (const ZxChoice *self, guint32 candidate, guint size)
{
  return (gsize) candidate * self->n_sizes + size;
}

static inline double
zx_choice_alone (const ZxChoice *self, guint32 candidate, guint kind)
{
  return self->alone[(gsize) candidate * self->n_kinds + kind];
}

/* TRUE when the kind may be asked for more than it can serve in some draw. */
static inline gboolean
zx_choice_may_fill (const ZxChoice *self, guint32 candidate, guint kind)
{
  return self->alone_max[zx_choice_at (self, candidate, self->kind_size[kind])]
             * (1 + ZX_CHOICE_FLOAT_SLACK)
         > self->kind_cap[kind];
}

/* Whether any kind offered anywhere may. */
gboolean zx_choice_may_any_fill (const ZxChoice *self);

/* ---- zx-choice-search.c, zx-choice-climb.c ------------------------------------------------ */

typedef enum
{
  ZX_SEARCH_GREEDY,
  ZX_SEARCH_QUICK,    /* one sweep of swaps, few trials each */
  ZX_SEARCH_THOROUGH, /* sweeps of swaps and exchanges until none helps */
} ZxSearchDepth;

/* A good set within all limits, into @best (n_max >= n_sites).  Not proven; empty when nothing
 * fits.  Settled or not, the first greedy set is made whole.  @offered: masks to use instead of
 * self->offered, or NULL. */
gboolean zx_choice_search (const ZxChoice *self, const guint32 *offered, ZxSearchDepth depth,
                           ZxPicks *best, const ZxProgress *progress, GError **error);
/* Climbs from where @picks stand; its value must be known.  Never makes it worse. */
void zx_choice_improve (const ZxChoice *self, const guint32 *offered, ZxSearchDepth depth,
                        ZxPicks *picks, const ZxProgress *progress);
typedef struct
{
  const ZxChoice *choice;
  const ZxProgress *progress; /* nullable */
  gint64 deadline;            /* of g_get_monotonic_time (); 0: none */
} ZxChoicePatience;

static inline gboolean
zx_choice_is_over (const ZxChoicePatience *self)
{
  return zx_choice_is_stopped (self->choice, self->progress)
         || (self->deadline > 0 && g_get_monotonic_time () >= self->deadline);
}

typedef struct
{
  guint n_kicks;          /* at most, over all chains */
  const double *per_kind; /* prices; NULL: none */
  guint64 seed;
  ZxChoicePatience patience;
} ZxChoiceKicks;

/* Takes a few sites out, puts others in at the prices and climbs again, in chains side by side that
 * meet after every few kicks, until some meetings in a row bring nothing.  Never
 * makes it worse; same seed and no deadline, same result on any number of threads. */
void zx_choice_shake (const ZxChoice *self, const guint32 *offered, const ZxChoiceKicks *kicks,
                      ZxPicks *picks);

/* Anneals in chains side by side, n_kicks steps over all of them.  Never makes it worse; same seed
 * and no deadline, same result on any number of threads. */
void zx_choice_anneal (const ZxChoice *self, const ZxChoiceKicks *kicks, ZxPicks *picks);

/* ---- zx-choice-branch.c ------------------------------------------------------------------- */

typedef struct
{
  double gap_goal;     /* stop when bound - value <= gap_goal × bound */
  guint max_nodes;     /* 0: the root only */
  double effort;       /* most evaluations of (candidate, size, cell) */
  double time_limit_s; /* 0: none */
  guint n_steps;       /* of annealing, times n_sites; 0: none */
  guint n_kicks;       /* of the search once prices are known; 0: none */
  guint64 seed;
} ZxChoiceProof;

typedef struct
{
  double bound;
  gboolean is_proven; /* within the goal */
  guint n_nodes;
  double effort; /* spent */
  double root_bound;
} ZxChoiceOutcome;

/* Improves @best (which may be empty) and bounds the optimum.  FALSE only when cancelled. */
gboolean zx_choice_solve (const ZxChoice *self, const ZxChoiceProof *proof, ZxPicks *best,
                          ZxChoiceOutcome *outcome, const ZxProgress *progress, GError **error);

/* Values of good sets and bounds for at most 1, 2 … n_sites sites, into @value and @bound; NaN for
 * fewer than the required, and where the work was settled before.   The last of both must be there
 * already. */
gboolean zx_choice_curve (const ZxChoice *self, const ZxPicks *best, double *value, double *bound,
                          const ZxProgress *progress, GError **error);

G_END_DECLS
