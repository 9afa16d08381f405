/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numerics that know no city words.
 *
 *   normal         distribution function, quantile, Gauss–Hermite nodes
 *   dense          Cholesky, solves and products of small and middling matrices
 *   lu             sparse matrices that are not symmetric
 *   sparse         symmetric matrices on a fixed pattern: one analysis, many factors, solves,
 *                  log-determinant, selected inverse
 *   intrinsic      the scaled intrinsic autoregression (ICAR) of a graph and the prior of the
 *                  mixing parameter that goes with it
 *   spline         a clamped cubic through given points
 *   maximise       quasi-Newton without derivatives, and the lattice that explores a density
 *   mixture        quantiles of a mixture of skewed bells
 *
 * Everything is a function of its arguments alone: the same bytes from any thread.  BLAS is set to
 * one thread, because the loops above these run in parallel themselves. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* ---- the normal distribution -------------------------------------------------------------- */

double zx_normal_cdf (double z);      /* full relative precision in the lower tail */
double zx_normal_quantile (double p); /* relative error < 1e-15 (Wichura, AS 241); ±INFINITY at 1, 0
                                       */

/* Σ weight f (node) = E f (Z), Z ~ N(0, 1), exact for polynomials up to degree 2 n - 1.
 * 1 <= @n <= 64; nodes ascend. */
void zx_gauss_hermite (guint n, double *node, double *weight);

/* ---- dense matrices, row by row ----------------------------------------------------------- */

/* Lower triangle of @a becomes its Cholesky factor L; the upper triangle is left as it was.
 * FALSE when the matrix is not positive definite (then @a is spoiled).  O(n³). */
gboolean zx_dense_factor (double *a, guint n);
double zx_dense_log_determinant (const double *factor, guint n); /* of L L' */
/* @x: n rows of @n_columns, replaced by (L L')⁻¹ x, L⁻¹ x, L'⁻¹ x. */
void zx_dense_solve (const double *factor, guint n, double *x, guint n_columns);
void zx_dense_solve_lower (const double *factor, guint n, double *x, guint n_columns);
void zx_dense_solve_upper (const double *factor, guint n, double *x, guint n_columns);
/* @c = op (a) op (b): m × n from m × k and k × n; a flag says that the argument is stored
 * transposed (k × m, n × k). */
void zx_dense_multiply (const double *a, gboolean is_a_transposed, const double *b,
                        gboolean is_b_transposed, guint m, guint n, guint k, double *c);
/* Eigenvalues (descending) and vectors (columns) of a symmetric matrix by Jacobi's rotations; for
 * n of a dozen.  @a is spoiled. */
void zx_dense_eigen (double *a, guint n, double *values, double *vectors);

/* ---- sparse symmetric matrices ------------------------------------------------------------ */

/* The lower triangle by columns, ascending rows, every diagonal present (so it comes first). */
typedef struct
{
  guint n;
  gsize n_entries;
  gsize *first; /* n + 1 */
  guint32 *row; /* n_entries */
} ZxPattern;

/* Of a graph: a diagonal and one entry per edge.  NULL with @error, naming the edge, when it joins
 * a node to itself, leaves the graph or comes twice.  O(n + edges). */
ZxPattern *zx_pattern_new (guint n, const guint32 *edge_a, const guint32 *edge_b, gsize n_edges,
                           GError **error);
void zx_pattern_free (ZxPattern *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPattern, zx_pattern_free)
/* Where the entry (@a, @b) stands in the values; G_MAXSIZE when it is not in the pattern. */
gsize zx_pattern_find (const ZxPattern *self, guint32 a, guint32 b);

/* L L' = P A P'.  Analysed once per pattern; a copy shares the analysis and has its own numbers,
 * so that each worker factors on its own. */
typedef struct _ZxCholesky ZxCholesky;

ZxCholesky *zx_cholesky_new (const ZxPattern *pattern, GError **error);
ZxCholesky *zx_cholesky_copy (const ZxCholesky *self);
void zx_cholesky_free (ZxCholesky *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCholesky, zx_cholesky_free)
gsize zx_cholesky_size (const ZxCholesky *self); /* entries of L */

/* @values: as the pattern.  FALSE with @error when a pivot is not positive. */
gboolean zx_cholesky_factor (ZxCholesky *self, const double *values, GError **error);
double zx_cholesky_log_determinant (const ZxCholesky *self);
/* @x: n rows of @n_columns, replaced by A⁻¹ x. */
void zx_cholesky_solve (ZxCholesky *self, double *x, guint n_columns);
/* @x replaced by P' L'⁻¹ x: independent normals become draws with precision A. */
void zx_cholesky_colour (ZxCholesky *self, double *x);
/* The diagonal of A⁻¹, without forming it (Takahashi, Fagan and Chen 1973). */
void zx_cholesky_inverse_diagonal (ZxCholesky *self, double *diagonal);
/* The entries of A⁻¹ on the pattern. */
void zx_cholesky_inverse (ZxCholesky *self, double *values);

/* ---- sparse matrices that are not symmetric ----------------------------------------------- */

/* P A Q = L U by KLU, made for the matrices of circuits.  The matrix is given by columns, rows
 * ascending in each; analysed once, factored as often as its values change. */
typedef struct _ZxLu ZxLu;

/* @first: n + 1; @row: first[n].  Both are copied.  NULL with @error when the pattern is broken. */
ZxLu *zx_lu_new (guint n, const gint32 *first, const gint32 *row, GError **error);
void zx_lu_free (ZxLu *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxLu, zx_lu_free)
/* @values: first[n], as the pattern.  FALSE with @error when the matrix is singular. */
gboolean zx_lu_factor (ZxLu *self, const double *values, GError **error);
void zx_lu_solve (ZxLu *self, double *x); /* @x: n, replaced by A⁻¹ x */

/* ---- the scaled intrinsic autoregression -------------------------------------------------- */

/* R = D - W per component, times a scale that makes the geometric mean of the marginal variances 1
 * under Σ u = 0; a node without neighbours is an independent N(0, 1) (Sørbye and Rue 2014;
 * Freni-Sterrantino, Ventrucci and Rue 2018). */
typedef struct
{
  guint n, n_components;
  guint n_constraints; /* components of more than one node; each sums to zero */
  guint32 *component;  /* of each node */
  gint32 *constraint;  /* of each node: 0 … n_constraints - 1, or -1 */
  guint *size;         /* of each component */
  double *scale;       /* of each component; 1 for a single node */
  ZxPattern *pattern;
  double *values;         /* R* on the pattern; 1 for a single node */
  double *variance;       /* diag of the generalised inverse of R* */
  double log_determinant; /* Σ log of the eigenvalues of R* that are not null */
  double trace;           /* Σ 1/eigenvalue = Σ variance */
  ZxCholesky *grounded;   /* of R* with one node of each component held at 0 */
  guint32 *ground;        /* n_constraints: that node */
} ZxIntrinsic;

/* Exact, without a jitter: one node of each component is grounded, the reduced matrix factored
 * (its determinant times the size is that of the tree theorem), and the constraint put back by
 * centring.  Errors as zx_pattern_new(). */
ZxIntrinsic *zx_intrinsic_new (guint n, const guint32 *edge_a, const guint32 *edge_b, gsize n_edges,
                               GError **error);
void zx_intrinsic_free (ZxIntrinsic *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxIntrinsic, zx_intrinsic_free)
/* @x: n rows of @n_columns, each column replaced by the generalised inverse of R* times it.
 * @factor: self->grounded or a copy of it. */
void zx_intrinsic_solve (const ZxIntrinsic *self, ZxCholesky *factor, double *x, guint n_columns);
/* @x: n independent normals become a draw of u*. */
void zx_intrinsic_colour (const ZxIntrinsic *self, ZxCholesky *factor, double *x);
/* Subtracts from each column its mean over each constrained component. */
void zx_intrinsic_centre (const ZxIntrinsic *self, double *x, guint n_columns);

/* The penalised-complexity prior of phi in s = √(1-phi) v + √phi u* (Simpson et al. 2017; Riebler
 * et al. 2016), base phi = 0, null directions not counted, so that it is bounded:
 *   d (phi)² = phi Σ (g-1) - Σ log (1 + phi (g-1)),  g the non-null eigenvalues of (R*)⁻
 *   P (below phi) = (1 - exp (-lambda d (phi))) / (1 - exp (-lambda d (1)))
 * with lambda such that P (below @u) = @alpha.  No eigenvalues are formed: the sums are
 * log-determinants, at about 40 points with a spline between them. */
typedef struct _ZxMixingPrior ZxMixingPrior;

/* NULL with @error when no lambda does it: @alpha must exceed d (u) / d (1). */
ZxMixingPrior *zx_mixing_prior_new (const ZxIntrinsic *graph, double u, double alpha,
                                    GError **error);
void zx_mixing_prior_free (ZxMixingPrior *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMixingPrior, zx_mixing_prior_free)
double zx_mixing_prior_lambda (const ZxMixingPrior *self);
double zx_mixing_prior_distance (const ZxMixingPrior *self, double phi); /* d (phi) */
double zx_mixing_prior_cdf (const ZxMixingPrior *self, double phi);
/* The phi with P (below phi) = Φ (@z); @rest: (out): 1 - phi. */
double zx_mixing_prior_quantile (const ZxMixingPrior *self, double z, double *rest);

/* ---- spline ------------------------------------------------------------------------------- */

/* Cubic through (x, y), x ascending, n >= 2, with the given slopes at both ends; beyond them it
 * goes on as a straight line.  @second: n: computed by _prepare, read by _at. */
void zx_spline_prepare (const double *x, const double *y, guint n, double first_slope,
                        double last_slope, double *second);
double zx_spline_at (const double *x, const double *y, const double *second, guint n, double at,
                     double *slope /* nullable */);

/* ---- maximise and explore ----------------------------------------------------------------- */

/* Fills @value for @n_points points of n coordinates each, in parallel if it likes.  A point where
 * the function has no value gets -INFINITY.  @parent: of each point, an index of an earlier point
 * of the whole run (points are numbered in the order of asking) near it, for a warm start, or -1.
 * FALSE stops the run. */
typedef gboolean (*ZxBatchFunc) (const double *point, const gint32 *parent, guint n_points,
                                 double *value, gpointer data, GError **error);

typedef struct
{
  guint n;           /* coordinates, 1 … 8 */
  double *mode;      /* n */
  double value;      /* at the mode */
  gint32 index;      /* number of the mode among the points asked for */
  guint n_asked;     /* points asked for so far */
  double *precision; /* n × n: minus the second derivatives at the mode, made positive definite */
  double *axis, *sd; /* n × n: eigenvectors in columns; n: 1/√eigenvalue of the precision */
} ZxMode;

/* BFGS from @start with central differences of width @step, several step lengths tried at once;
 * until a step promises less than @gain; then the second derivatives.  The coordinates should be of
 * order one. */
ZxMode *zx_mode_find (guint n, const double *start, double step, double gain, ZxBatchFunc func,
                      gpointer data, GError **error);
void zx_mode_free (ZxMode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxMode, zx_mode_free)

/* Points with weights: Σ weight f (point) = the mean of f under the density. */
typedef struct
{
  guint n, n_points;
  double *point;       /* [point][n] */
  double *log_density; /* n_points */
  double *weight;      /* n_points, sum 1 */
  gint32 *index;       /* n_points: number among the points asked for */
  double log_integral; /* of exp (value) over all space */
  double *step;        /* n: standard deviation of one coordinate over a cell of the lattice; 0 for
                          the composite design, which has no cells */
} ZxLattice;

/* A regular lattice of @spacing in the scaled principal axes of the mode, grown outwards until
 * every point at its rim lies @drop below the best: it follows tails as far as they go. */
ZxLattice *zx_lattice_explore (ZxMode *mode, double spacing, double drop, guint max_points,
                               ZxBatchFunc func, gpointer data, GError **error);
/* The central composite design for costly functions: the mode, 2 n points on the axes and the
 * corners of a (fractional) cube on one sphere, weighted so that a normal density is integrated
 * right to its second moments (Rue, Martino and Chopin 2009, §6.5).  Lengths along each half axis
 * follow the density there. */
ZxLattice *zx_lattice_composite (ZxMode *mode, ZxBatchFunc func, gpointer data, GError **error);
/* The mode and two points on each axis that stand for a normal density of its curvature: right to
 * the second moments, and no value is asked for. */
ZxLattice *zx_lattice_star (const ZxMode *mode);
void zx_lattice_free (ZxLattice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxLattice, zx_lattice_free)

/* ---- mixtures ----------------------------------------------------------------------------- */

/* A mixture of bells given by mean, variance and third central moment each.  A bell with a third
 * moment is a shifted lognormal of the same three moments: its distribution function is elementary,
 * and for small skewness it differs from any other skewed bell in the fourth moment only. */
typedef struct
{
  guint n;
  const double *weight; /* n, sum 1 */
  const double *mean, *variance, *third;
  gsize stride; /* of mean, variance and third: element k at [k * stride] */
} ZxMixture;

double zx_mixture_mean (const ZxMixture *self);
double zx_mixture_variance (const ZxMixture *self);
double zx_mixture_cdf (const ZxMixture *self, double x);
/* @p ascending in (0, 1).  Within 1e-4 standard deviations. */
void zx_mixture_quantiles (const ZxMixture *self, const double *p, guint n_p, double *quantile);

G_END_DECLS
