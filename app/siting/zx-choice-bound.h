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
 * without them.  Maximising the right side over at most one pick per clique of candidates that
 * exclude each other, at most n_sites picks, and budget and rooms priced by multipliers >= 0, is
 * sorting: a valid bound for every A0 and every multiplier.
 *
 * The best A0 for fractional picks z is the largest root of Σ z min (a, A0) = A0.  Frank–Wolfe
 * moves z towards the maximising picks; the budget's multiplier is found exactly each time, the
 * rooms' by subgradient steps. */
#pragma once

#include "app/siting/zx-choice.h"

G_BEGIN_DECLS

#define ZX_BOUND_FORCED (1u << 31)
#define ZX_BOUND_KINDS  (ZX_BOUND_FORCED - 1)

typedef struct
{
  guint32 active; /* index into ZxBound.candidate */
  guint32 size;
  double mass;
} ZxMass;

/* A part of the search space, and where its bound was last computed. */
typedef struct
{
  double bound;
  guint32 *mask; /* [active]: kinds still open; ZX_BOUND_FORCED: must be in */
  GArray *mass;  /* ZxMass: the fractional picks */
  double *share; /* [active]: how often picked, capped or not */
} ZxPart;

typedef struct
{
  double demand, rival, at, slope, flat;
} ZxTangent; /* of one cell: A0, D φ', D α */

typedef struct
{
  const ZxChoice *choice;
  guint n;            /* active candidates */
  guint32 *candidate; /* [active] */
  guint32 *clique;    /* [active]: they exclude each other */
  guint n_cliques;
  double *mass;    /* [active][size] */
  double *share;   /* [active]: how often picked, smoothed */
  double *worth;   /* [active][kind]: min (w, u) */
  double *reduced; /* [active]: best kind's worth less prices */
  guint8 *kind;    /* [active]: that kind */
  guint32 *picked; /* [n_picked]: active candidates of the last maximum */
  guint n_picked;
  GArray *dear; /* ZxMass: the maximum at a slightly lower price of money, which overruns the
                   budget; both together, weighted by mass, spend it exactly */
  double dear_share;
  double next;        /* the best reduced worth that was not picked, or 0 */
  double least;       /* the least that was, of those not forced; 0 when there was room for more */
  ZxTangent *tangent; /* [cell] */
  double *mass_low, *weight_high; /* [cell] scratch */
  double per_fen;
  double *per_kw;       /* [room] */
  double *room_used;    /* [room] scratch */
  double constant;      /* Σ flat + Σ price × limit */
  double step;          /* of the rooms' multipliers */
  guint32 *clique_best; /* [clique] scratch */
  double effort;
  const ZxProgress *progress;
} ZxBound;

void zx_bound_init (ZxBound *self, const ZxChoice *choice, const ZxProgress *progress);
void zx_bound_clear (ZxBound *self);

ZxPart *zx_part_new (const ZxBound *bound);
void zx_part_free (ZxPart *self);
ZxPart *zx_part_copy (const ZxPart *self, const ZxBound *bound);

/* Closes what the forced candidates exclude; FALSE when nothing feasible is left. */
gboolean zx_bound_propagate (const ZxBound *self, ZxPart *part);
/* Takes @picks as the fractional picks to start from. */
void zx_bound_start (ZxBound *self, ZxPart *part, const ZxPicks *picks);
/* Up to @n_rounds rounds; lowers part->bound and closes kinds that cannot beat @target.  Stops when
 * the bound is at or below @target.  After each round @on_picked sees the maximising picks. */
typedef void (*ZxBoundFunc) (const ZxBound *bound, gpointer data);
void zx_bound_lower (ZxBound *self, ZxPart *part, guint n_rounds, const double *target,
                     ZxBoundFunc on_picked, gpointer data);
/* Drops candidates that are closed in @part for good. */
void zx_bound_compact (ZxBound *self, ZxPart *part);

G_END_DECLS
