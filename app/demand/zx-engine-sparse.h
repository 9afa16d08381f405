/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker of the sparse engine: what its two files share.  zx-engine-sparse.c finds modes,
 * zx-engine-sparse-posterior.c tells what is there. */
#pragma once

#include "app/demand/zx-demand-private.h"

typedef struct
{
  guint n_seen;          /* cells with observations that count */
  guint32 *seen_cell;    /* n_seen */
  guint32 *seen_of;      /* n_observations: place of its cell in seen_cell */
  guint32 *seen_of_cell; /* n_cells: or G_MAXUINT32 */
} ZxSparseShared;

typedef struct
{
  ZxEngineWork work;
  const ZxProgress *progress; /* asked between steps; NULL: nobody is */
  const ZxLatent *latent;
  const ZxSparseShared *shared;
  ZxNodes nodes;
  guint p, m, n_columns; /* dense unknowns, constraints, columns of w */
  double a, e, psi;
  double *scale;    /* p: prior sd of each dense column */
  double *constant; /* n_observations: of the likelihood at psi */
  ZxCholesky *factor;
  double *values;    /* S on the pattern */
  double *u, *v, *z; /* the unknowns: n_cells, n_seen, p */
  double *old_u, *old_v, *old_z;
  double *eta, *old_eta, *slope, *bend, *third, *fourth; /* n_observations */
  double *weight, *right, *kappa;                        /* n_seen: D, r = Σ d η + l', κ */
  double *b;                                             /* n_seen × p */
  double *w;           /* n_cells × n_columns: S⁻¹ of aκB | aκr | constraints */
  double *product;     /* p × n_columns: (aκB)' w */
  double *dense;       /* p × p: factor of M */
  double *right_z;     /* p */
  double *y;           /* p × m: M⁻¹ T */
  double *h;           /* n_cells × m: the u part of H⁻¹A' */
  double *g;           /* m × m: factor of G */
  double *small;       /* p + m scratch */
  double *variance;    /* n_observations */
  double *inverse;     /* n_cells: diag S⁻¹ */
  double *row;         /* n_cells × p: L_M⁻¹ w', row by row */
  double *alpha, *own; /* n_observations: of the functional η_i: factor of u, own variance */
  double *design;      /* n_observations × p: L_M⁻¹ (q - alpha w) */
  double *along;       /* n_observations × m: L_G⁻¹ (alpha h - y'q) */
  double *columns;     /* n_cells × n_seen: S⁻¹ at the seen cells; NULL until first used */
} ZxSparseWorker;

/* e v_c + a u_c at a cell. */
double zx_sparse_field_at (const ZxSparseWorker *self, guint32 cell);
void zx_sparse_start (ZxSparseWorker *self, const ZxTheta *theta, const double *state);
/* Climbs to the mode (of the averaged likelihood when @variance is given); leaves the system built
 * there.  Returns: log p (y, unknowns | theta) without the normalising constants of the prior, or
 * -INFINITY. */
double zx_sparse_climb (ZxSparseWorker *self, const double *variance);
/* (u, z) ← (u, z) - H⁻¹A' G⁻¹ A u. */
void zx_sparse_constrain (ZxSparseWorker *self, double *u, double *z);

/* The parts of ZxEngine that zx-engine-sparse-posterior.c has. */
double zx_sparse_refine (gpointer worker);
gboolean zx_sparse_describe (gpointer worker, const ZxTheta *theta, const double *start,
                             ZxTargets *targets);
void zx_sparse_draw (gpointer worker, ZxRng *rng, const ZxTargets *targets, float *cell,
                     float *coefficient);
