/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two likelihoods at given hyperparameters: the counts of stations, and a second count in every
 * cell (vehicles) around a field of its own, of which the first takes a share (DEMAND.md §2, stage
 * 2; "copy" in INLA; Martins, Simpson, Lindgren and Rue 2013):
 *   η_i = z_i'b + s_c + w_group + copy · s²_c          first
 *   η_c = z_c'a + s²_c                                 second
 *   s = e v + a u*,  s² = e₂ v₂ + a₂ u₂*               both BYM2 on the same graph
 * Where vehicles were counted exactly, copy · s² says what a covariate would; where they were
 * counted poorly, the field is smoothed before demand is read off it, and a coefficient is not
 * shrunk by what was miscounted.
 *
 * Unlike in zx-engine-sparse.c all unknowns stand in one sparse matrix, standardised: v, u*, v₂,
 * u₂* of each cell, then the coefficients and groups, whose dense rows the ordering puts last.
 *   H = prior + Σ_i d_i r_i r_i'     r_i: the few entries of η_i
 * has one pattern for all theta, and the selected inverse on it holds every covariance that the
 * variance of an η needs.  Constraints are put in by kriging as there.
 *   log det H + log det G - Σ log n_m - 2 log det R*
 *
 * Means are corrected (van Niekerk and Rue 2024); skewness and the second-order term of the
 * evidence are left out: every cell has an observation, so there are too many for either.  Without
 * a second likelihood it gives what the sparse engine gives (tests), only slower.
 *
 * When it is wrong: as the sparse engine; and s² and the noise of the second count are told apart
 * by neighbours only, for there is one count a cell. */

#include "app/demand/zx-demand-private.h"

#include <stdlib.h>
#include <string.h>

#define JITTER       1e-7
#define TOLERANCE    1e-4 /* last step in η; Newton then stands within its square */
#define MAX_STEPS    60
#define MAX_HALVINGS 14
#define MOST_PAIRS   100000000 /* entries of the rows' products: memory */

/* ---- what the workers share --------------------------------------------------------------- */

/* Rows: the observations, then what every cell would have at a station. */
typedef struct
{
  guint n, p, m, n_fields; /* unknowns, dense ones, constraints, fields */
  gsize n_rows;
  gsize *row_first;  /* n_rows + 1 */
  guint32 *row_node; /* ascending in each row */
  gsize *pair_first; /* n_rows + 1 */
  gsize *pair;       /* place among the values of each entry with itself and those before it */
  ZxPattern *pattern;
  double *prior; /* on the pattern; free of theta */
  ZxCholesky *factor;
} Shared;

static void
shared_free (gpointer data)
{
  Shared *self = data;
  if (self == NULL)
    return;
  g_free (self->row_first);
  g_free (self->row_node);
  g_free (self->pair_first);
  g_free (self->pair);
  zx_pattern_free (self->pattern);
  g_free (self->prior);
  zx_cholesky_free (self->factor);
  g_free (self);
}

static gboolean
is_second (const ZxLatent *latent, gsize row)
{
  return row < latent->n_observations && row >= latent->n_observations - latent->n_second;
}

static guint32
cell_of (const ZxLatent *latent, gsize row)
{
  return row < latent->n_observations ? latent->cell[row]
                                      : (guint32) (row - latent->n_observations);
}

/* The coefficients a row has: begin to end. */
static void
coefficients_of (const ZxLatent *latent, gsize row, guint *begin, guint *end)
{
  guint first = latent->n_coefficients - latent->n_second_coefficients;
  *begin = is_second (latent, row) ? first : 0;
  *end = is_second (latent, row) ? latent->n_coefficients : first;
}

static gint32
group_of (const ZxLatent *latent, gsize row)
{
  return row < latent->n_observations && !is_second (latent, row) && latent->group != NULL
             ? latent->group[row]
             : -1;
}

/* Nodes: v of all cells, u of all cells, the same of the second field, then the dense ones. */
static guint
list_nodes (const Shared *self, const ZxLatent *latent, gsize row, guint32 *node)
{
  guint n = 0, begin, end;
  for (guint block = is_second (latent, row) ? 2 : 0; block < 2 * self->n_fields; block++)
    node[n++] = block * latent->n_cells + cell_of (latent, row);
  guint32 dense = 2 * self->n_fields * latent->n_cells;
  coefficients_of (latent, row, &begin, &end);
  for (guint j = begin; j < end; j++)
    node[n++] = dense + j;
  gint32 group = group_of (latent, row);
  if (group >= 0)
    node[n++] = dense + latent->n_coefficients + (guint32) group;
  return n;
}

static void
make_rows (Shared *self, const ZxLatent *latent)
{
  g_autofree guint32 *node = g_new (guint32, 4 + self->p);
  self->row_first = g_new0 (gsize, self->n_rows + 1);
  self->pair_first = g_new0 (gsize, self->n_rows + 1);
  for (gsize r = 0; r < self->n_rows; r++)
    {
      gsize n = list_nodes (self, latent, r, node);
      self->row_first[r + 1] = self->row_first[r] + n;
      self->pair_first[r + 1] = self->pair_first[r] + n * (n + 1) / 2;
    }
  self->row_node = g_new (guint32, self->row_first[self->n_rows]);
  for (gsize r = 0; r < self->n_rows; r++)
    list_nodes (self, latent, r, self->row_node + self->row_first[r]);
}

static int
compare_keys (const void *a, const void *b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;
  return (x > y) - (x < y);
}

/* Every pair of unknowns that meet in a row or along an edge of a field, once. */
static gsize
list_edges (const Shared *self, const ZxLatent *latent, guint64 *key)
{
  gsize n = 0, n_unique = 0;
  const ZxPattern *graph = latent->graph->pattern;
  for (gsize r = 0; r < self->n_rows; r++)
    for (gsize i = self->row_first[r]; i < self->row_first[r + 1]; i++)
      for (gsize j = self->row_first[r]; j < i; j++)
        key[n++] = (guint64) self->row_node[j] << 32 | self->row_node[i];
  for (guint f = 0; f < self->n_fields; f++)
    for (guint32 c = 0; c < graph->n; c++)
      for (gsize k = graph->first[c] + 1; k < graph->first[c + 1]; k++)
        {
          guint64 base = (guint64) (2 * f + 1) * latent->n_cells;
          key[n++] = (base + c) << 32 | (base + graph->row[k]);
        }
  qsort (key, n, sizeof *key, compare_keys);
  for (gsize k = 0; k < n; k++)
    if (k == 0 || key[k] != key[k - 1])
      key[n_unique++] = key[k];
  return n_unique;
}

static gboolean
make_pattern (Shared *self, const ZxLatent *latent, GError **error)
{
  gsize most = self->pair_first[self->n_rows] + self->n_fields * latent->graph->pattern->n_entries;
  if (self->pair_first[self->n_rows] > MOST_PAIRS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%u cells with %u coefficients are too many for two likelihoods at once; "
                      "larger cells or fewer covariates make it possible"),
                   latent->n_cells, latent->n_coefficients);
      return FALSE;
    }
  g_autofree guint64 *key = ZX_TRY_NEW (guint64, most, _ ("The joint model"), error);
  if (key == NULL)
    return FALSE;
  gsize n_edges = list_edges (self, latent, key);
  g_autofree guint32 *a = ZX_TRY_NEW (guint32, n_edges, _ ("The joint model"), error);
  g_autofree guint32 *b
      = a != NULL ? ZX_TRY_NEW (guint32, n_edges, _ ("The joint model"), error) : NULL;
  if (b == NULL)
    return FALSE;
  for (gsize e = 0; e < n_edges; e++)
    {
      a[e] = (guint32) (key[e] >> 32);
      b[e] = (guint32) key[e];
    }
  self->pattern = zx_pattern_new (self->n, a, b, n_edges, error);
  return self->pattern != NULL;
}

static void
make_pairs (Shared *self)
{
  self->pair = g_new (gsize, self->pair_first[self->n_rows]);
  gsize at = 0;
  for (gsize r = 0; r < self->n_rows; r++)
    for (gsize i = self->row_first[r]; i < self->row_first[r + 1]; i++)
      for (gsize j = self->row_first[r]; j <= i; j++)
        self->pair[at++] = zx_pattern_find (self->pattern, self->row_node[j], self->row_node[i]);
}

static void
make_prior (Shared *self, const ZxLatent *latent)
{
  const ZxPattern *graph = latent->graph->pattern;
  const double *values = latent->graph->values;
  self->prior = g_new0 (double, self->pattern->n_entries);
  for (guint32 i = 0; i < self->n; i++)
    self->prior[self->pattern->first[i]] = 1;
  for (guint f = 0; f < self->n_fields; f++)
    for (guint32 c = 0; c < graph->n; c++)
      for (gsize k = graph->first[c]; k < graph->first[c + 1]; k++)
        {
          guint32 base = (2 * f + 1) * latent->n_cells;
          gsize to = zx_pattern_find (self->pattern, base + c, base + graph->row[k]);
          self->prior[to] = values[k] * (k == graph->first[c] ? 1 + JITTER : 1);
        }
}

static gpointer
prepare (const ZxLatent *latent, GError **error)
{
  g_return_val_if_fail (latent->graph != NULL && latent->row == NULL, NULL);
  Shared *self = g_new0 (Shared, 1);
  self->n_fields = latent->n_second > 0 ? 2 : 1;
  self->p = latent->n_coefficients + latent->n_groups;
  self->m = self->n_fields * latent->graph->n_constraints;
  self->n = 2 * self->n_fields * latent->n_cells + self->p;
  self->n_rows = (gsize) latent->n_observations + latent->n_cells;
  make_rows (self, latent);
  if (make_pattern (self, latent, error))
    self->factor = zx_cholesky_new (self->pattern, error);
  if (self->factor == NULL)
    {
      shared_free (self);
      return NULL;
    }
  make_pairs (self);
  make_prior (self, latent);
  return self;
}

/* ---- workers ------------------------------------------------------------------------------ */

typedef struct
{
  ZxEngineWork work;
  const ZxProgress *progress;
  const ZxLatent *latent;
  const Shared *shared;
  ZxNodes nodes;
  double psi, second_psi;
  double *scale, *row_value; /* p; entries of the rows */
  double *constant;          /* n_observations: of the likelihood */
  ZxCholesky *factor;
  double *values, *inverse;                        /* on the pattern */
  double *x, *old_x, *right, *spare;               /* unknowns */
  double *eta, *old_eta, *slope, *bend, *variance; /* n_observations */
  double *h, *g, *along;                           /* n × m: H⁻¹A'; m × m: factor of A h; m */
} Worker;

static gpointer
worker_new (const ZxLatent *latent, gpointer data)
{
  const Shared *shared = data;
  Worker *self = g_new0 (Worker, 1);
  self->latent = latent;
  self->shared = shared;
  zx_nodes_init (&self->nodes);
  self->scale = g_new (double, shared->p);
  self->row_value = g_new (double, shared->row_first[shared->n_rows]);
  self->factor = zx_cholesky_copy (shared->factor);
  self->values = g_new (double, shared->pattern->n_entries);
  self->inverse = g_new (double, shared->pattern->n_entries);
  double **of_unknowns[] = { &self->x, &self->old_x, &self->right, &self->spare };
  for (guint i = 0; i < G_N_ELEMENTS (of_unknowns); i++)
    *of_unknowns[i] = g_new0 (double, shared->n);
  double **of_observations[]
      = { &self->eta, &self->old_eta, &self->slope, &self->bend, &self->variance, &self->constant };
  for (guint i = 0; i < G_N_ELEMENTS (of_observations); i++)
    *of_observations[i] = g_new0 (double, latent->n_observations);
  self->h = g_new0 (double, (gsize) shared->n * shared->m);
  self->g = g_new0 (double, (gsize) shared->m * shared->m);
  self->along = g_new0 (double, shared->m);
  return self;
}

static void
worker_free (gpointer data)
{
  Worker *self = data;
  if (self == NULL)
    return;
  zx_cholesky_free (self->factor);
  double *owned[]
      = { self->scale, self->row_value, self->constant, self->values, self->inverse, self->x,
          self->old_x, self->right,     self->spare,    self->eta,    self->old_eta, self->slope,
          self->bend,  self->variance,  self->h,        self->g,      self->along };
  for (guint i = 0; i < G_N_ELEMENTS (owned); i++)
    g_free (owned[i]);
  g_free (self);
}

static gsize
state_size (const ZxLatent *latent, gpointer shared)
{
  return ((const Shared *) shared)->n;
}

/* ---- theta -------------------------------------------------------------------------------- */

static ZxNoise
noise_of (const Worker *self, guint i)
{
  if (is_second (self->latent, i))
    return (ZxNoise){ self->second_psi, FALSE };
  return zx_latent_noise (self->latent, self->psi, i);
}

static void
fill_row (Worker *self, gsize row, const double field[4])
{
  const ZxLatent *latent = self->latent;
  double *to = self->row_value + self->shared->row_first[row];
  guint q = latent->n_coefficients, begin, end;
  const double *z = row < latent->n_observations ? latent->z + row * q
                                                 : latent->x + (row - latent->n_observations) * q;
  for (guint block = is_second (latent, row) ? 2 : 0; block < 2 * self->shared->n_fields; block++)
    *to++ = field[block];
  coefficients_of (latent, row, &begin, &end);
  for (guint j = begin; j < end; j++)
    *to++ = z[j] * self->scale[j];
  gint32 group = group_of (latent, row);
  if (group >= 0)
    *to = self->scale[q + (guint) group];
}

static void
set_theta (Worker *self, const ZxTheta *theta)
{
  const ZxLatent *latent = self->latent;
  double a = theta->second_sigma * sqrt (theta->second_phi);
  double e = theta->second_sigma * sqrt (theta->second_rest);
  const double first[] = { theta->sigma * sqrt (theta->rest), theta->sigma * sqrt (theta->phi),
                           theta->copy * e, theta->copy * a };
  const double second[] = { 0, 0, e, a };
  self->psi = theta->psi;
  self->second_psi = theta->second_psi;
  memcpy (self->scale, latent->coefficient_sd, latent->n_coefficients * sizeof *self->scale);
  for (guint g = 0; g < latent->n_groups; g++)
    self->scale[latent->n_coefficients + g] = theta->group_sd;
  for (gsize r = 0; r < self->shared->n_rows; r++)
    fill_row (self, r, is_second (latent, r) ? second : first);
  for (guint i = 0; i < latent->n_observations; i++)
    self->constant[i]
        = isnan (latent->y[i]) ? 0 : zx_count_constant (latent->y[i], noise_of (self, i));
}

/* ---- the predictor and the likelihood ----------------------------------------------------- */

/* The sum over the entries of a row from the one at @from on. */
static double
row_times (const Worker *self, gsize row, guint from, guint to, const double *x)
{
  const Shared *shared = self->shared;
  double sum = 0;
  gsize first = shared->row_first[row];
  for (gsize k = first + from; k < MIN (first + to, shared->row_first[row + 1]); k++)
    sum += self->row_value[k] * x[shared->row_node[k]];
  return sum;
}

/* Fills eta and the derivatives there; with @variance, averaged.  Returns: Σ log p (y | eta) less
 * half the quadratic form of the prior. */
static double
judge (Worker *self, const double *variance)
{
  const ZxLatent *latent = self->latent;
  const Shared *shared = self->shared;
  double sum = 0;
  for (guint i = 0; i < latent->n_observations; i++)
    {
      self->eta[i] = latent->log_exposure[i] + row_times (self, i, 0, G_MAXUINT, self->x);
      if (isnan (latent->y[i]))
        continue;
      ZxNoise noise = noise_of (self, i);
      ZxTerm term = zx_count_judge (&self->nodes, latent->y[i], noise, self->eta[i],
                                    variance != NULL ? variance + i : NULL);
      sum += term.value + self->constant[i];
      self->slope[i] = term.slope;
      self->bend[i] = MAX (term.bend, 1e-12);
    }
  const ZxPattern *pattern = shared->pattern;
  for (guint32 c = 0; c < pattern->n; c++)
    {
      double below = 0;
      for (gsize k = pattern->first[c] + 1; k < pattern->first[c + 1]; k++)
        below += shared->prior[k] * self->x[pattern->row[k]];
      sum -= self->x[c] * (0.5 * shared->prior[pattern->first[c]] * self->x[c] + below);
    }
  return sum;
}

/* ---- one linear system -------------------------------------------------------------------- */

/* The constraint an unknown is in, or -1. */
static gint
constraint_of (const Worker *self, guint32 node)
{
  const ZxIntrinsic *graph = self->latent->graph;
  guint block = node / graph->n;
  if (block >= 2 * self->shared->n_fields || block % 2 == 0
      || graph->constraint[node % graph->n] < 0)
    return -1;
  return (gint) (block / 2 * graph->n_constraints) + graph->constraint[node % graph->n];
}

/* H at the current derivatives, its factor, and H⁻¹A'. */
static gboolean
build_system (Worker *self)
{
  const Shared *shared = self->shared;
  guint m = shared->m;
  memcpy (self->values, shared->prior, shared->pattern->n_entries * sizeof *self->values);
  for (guint r = 0; r < self->latent->n_observations; r++)
    {
      if (isnan (self->latent->y[r]))
        continue;
      const gsize *pair = shared->pair + shared->pair_first[r];
      for (gsize i = shared->row_first[r]; i < shared->row_first[r + 1]; i++)
        for (gsize j = shared->row_first[r]; j <= i; j++)
          self->values[*pair++] += self->bend[r] * self->row_value[i] * self->row_value[j];
    }
  self->work.n_factorisations++;
  if (!zx_cholesky_factor (self->factor, self->values, NULL))
    return FALSE;
  memset (self->h, 0, (gsize) shared->n * m * sizeof *self->h);
  memset (self->g, 0, (gsize) m * m * sizeof *self->g);
  for (guint32 i = 0; i < shared->n; i++)
    if (constraint_of (self, i) >= 0)
      self->h[(gsize) i * m + (guint) constraint_of (self, i)] = 1;
  if (m == 0)
    return TRUE;
  zx_cholesky_solve (self->factor, self->h, m);
  for (guint32 i = 0; i < shared->n; i++)
    {
      gint k = constraint_of (self, i);
      for (guint j = 0; k >= 0 && j < m; j++)
        self->g[(guint) k * m + j] += self->h[(gsize) i * m + j];
    }
  return zx_dense_factor (self->g, m);
}

/* x ← x - H⁻¹A' G⁻¹ A x. */
static void
constrain (Worker *self, double *x)
{
  guint m = self->shared->m;
  memset (self->along, 0, m * sizeof *self->along);
  for (guint32 i = 0; i < self->shared->n; i++)
    {
      gint k = constraint_of (self, i);
      if (k >= 0)
        self->along[k] += x[i];
    }
  if (m == 0)
    return;
  zx_dense_solve (self->g, m, self->along, 1);
  for (guint32 i = 0; i < self->shared->n; i++)
    for (guint k = 0; k < m; k++)
      x[i] -= self->h[(gsize) i * m + k] * self->along[k];
}

static void
move_to_solution (Worker *self)
{
  const ZxLatent *latent = self->latent;
  const Shared *shared = self->shared;
  memset (self->right, 0, shared->n * sizeof *self->right);
  for (guint i = 0; i < latent->n_observations; i++)
    {
      if (isnan (latent->y[i]))
        continue;
      double pull = self->bend[i] * (self->eta[i] - latent->log_exposure[i]) + self->slope[i];
      for (gsize k = shared->row_first[i]; k < shared->row_first[i + 1]; k++)
        self->right[shared->row_node[k]] += pull * self->row_value[k];
    }
  zx_cholesky_solve (self->factor, self->right, 1);
  memcpy (self->x, self->right, shared->n * sizeof *self->x);
  constrain (self, self->x);
}

/* ---- Newton ------------------------------------------------------------------------------- */

static double
longest_move (const Worker *self)
{
  double longest = 0;
  for (guint i = 0; i < self->latent->n_observations; i++)
    if (!isnan (self->latent->y[i]))
      longest = MAX (longest, fabs (self->eta[i] - self->old_eta[i]));
  return longest;
}

/* Climbs to the mode (of the averaged likelihood when @variance is given); leaves the system built
 * there.  Returns: log p (y, unknowns | theta) without the constants of the prior, or -INFINITY. */
static double
climb (Worker *self, const double *variance)
{
  gsize n = self->shared->n;
  double value = judge (self, variance);
  for (guint step = 0; step < MAX_STEPS; step++)
    {
      if (!isfinite (value) || zx_progress_is_stopped (self->progress) || !build_system (self))
        return -INFINITY;
      memcpy (self->old_x, self->x, n * sizeof *self->x);
      memcpy (self->old_eta, self->eta, self->latent->n_observations * sizeof *self->eta);
      move_to_solution (self);
      self->work.n_newton_steps++;
      double following = judge (self, variance);
      for (guint k = 0; k < MAX_HALVINGS && !(following >= value - 1e-7 * (1 + fabs (value))); k++)
        {
          for (gsize i = 0; i < n; i++)
            self->x[i] = 0.5 * (self->x[i] + self->old_x[i]);
          following = judge (self, variance);
        }
      value = following;
      if (longest_move (self) < TOLERANCE)
        return build_system (self) ? value : -INFINITY;
    }
  return -INFINITY;
}

static double
log_determinant (const Worker *self)
{
  const ZxIntrinsic *graph = self->latent->graph;
  double sum = zx_cholesky_log_determinant (self->factor)
               + zx_dense_log_determinant (self->g, self->shared->m);
  for (guint f = 0; f < self->shared->n_fields; f++)
    {
      sum -= graph->log_determinant;
      for (guint c = 0; c < graph->n_components; c++)
        if (graph->size[c] > 1)
          sum -= log (graph->size[c]);
    }
  return sum;
}

static void
load (Worker *self, const double *state)
{
  if (state != NULL)
    memcpy (self->x, state, self->shared->n * sizeof *self->x);
  else
    memset (self->x, 0, self->shared->n * sizeof *self->x);
}

static double
find_mode (gpointer data, const ZxTheta *theta, const double *start, double *state)
{
  Worker *self = data;
  set_theta (self, theta);
  load (self, start);
  double value = climb (self, NULL);
  if (!isfinite (value) && start != NULL) /* a start from elsewhere may mislead: once more from 0 */
    {
      load (self, NULL);
      value = climb (self, NULL);
    }
  if (!isfinite (value))
    return -INFINITY;
  memcpy (state, self->x, self->shared->n * sizeof *state);
  return value - 0.5 * log_determinant (self);
}

static double
refine (gpointer worker)
{
  return 0;
}

/* ---- the posterior ------------------------------------------------------------------------ */

/* Of the sum over a row's entries @from … @to - 1: from the inverse, less what the constraints
 * know. */
static double
row_variance (Worker *self, gsize row, guint from, guint to)
{
  const Shared *shared = self->shared;
  guint m = shared->m;
  gsize first = shared->row_first[row], end = MIN (first + to, shared->row_first[row + 1]);
  const gsize *pair = shared->pair + shared->pair_first[row];
  double sum = 0;
  memset (self->along, 0, m * sizeof *self->along);
  for (gsize i = first; i < end; i++)
    {
      for (gsize j = first; j <= i; j++, pair++)
        if (j >= first + from)
          sum += (i == j ? 1 : 2) * self->row_value[i] * self->row_value[j] * self->inverse[*pair];
      for (guint k = 0; i >= first + from && k < m; k++)
        self->along[k] += self->row_value[i] * self->h[(gsize) shared->row_node[i] * m + k];
    }
  if (m > 0)
    zx_dense_solve_lower (self->g, m, self->along, 1);
  for (guint k = 0; k < m; k++)
    sum -= self->along[k] * self->along[k];
  return MAX (sum, 0);
}

static double
node_variance (const Worker *self, guint32 node)
{
  const Shared *shared = self->shared;
  guint m = shared->m;
  double sum = self->inverse[shared->pattern->first[node]];
  for (guint k = 0; k < m; k++)
    self->along[k] = self->h[(gsize) node * m + k];
  if (m > 0)
    zx_dense_solve_lower (self->g, m, self->along, 1);
  for (guint k = 0; k < m; k++)
    sum -= self->along[k] * self->along[k];
  return MAX (sum, 0);
}

static void
describe_places (Worker *self, ZxTargets *targets)
{
  const ZxLatent *latent = self->latent;
  guint32 dense = 2 * self->shared->n_fields * latent->n_cells;
  guint n_field = 2 * self->shared->n_fields;
  for (guint j = 0; j < self->shared->p; j++)
    {
      targets->mean[j] = self->scale[j] * self->x[dense + j];
      targets->variance[j] = self->scale[j] * self->scale[j] * node_variance (self, dense + j);
    }
  gsize field = zx_latent_target_field (latent), rate = zx_latent_target_cell (latent);
  for (guint32 c = 0; c < latent->n_cells; c++)
    {
      gsize row = latent->n_observations + c;
      targets->mean[field + c] = row_times (self, row, 0, n_field, self->x);
      targets->variance[field + c] = row_variance (self, row, 0, n_field);
      targets->mean[rate + c] = row_times (self, row, 0, G_MAXUINT, self->x);
      targets->variance[rate + c] = row_variance (self, row, 0, G_MAXUINT);
    }
}

static gboolean
describe_at_mode (Worker *self, ZxTargets *targets)
{
  const ZxLatent *latent = self->latent;
  if (!isfinite (climb (self, NULL)))
    return FALSE;
  zx_cholesky_inverse (self->factor, self->inverse);
  for (guint i = 0; i < latent->n_observations; i++)
    self->variance[i] = row_variance (self, i, 0, G_MAXUINT);
  if (!isfinite (climb (self, self->variance)))
    return FALSE;
  zx_cholesky_inverse (self->factor, self->inverse);
  memset (targets->third, 0, zx_latent_n_targets (latent) * sizeof *targets->third);
  if (!targets->is_rows_only)
    describe_places (self, targets);
  gsize fitted = zx_latent_target_fitted (latent);
  for (guint i = 0; i < latent->n_observations; i++)
    {
      targets->mean[fitted + i] = self->eta[i] - latent->log_exposure[i];
      targets->variance[fitted + i] = row_variance (self, i, 0, G_MAXUINT);
    }
  return !zx_progress_is_stopped (self->progress);
}

static gboolean
describe (gpointer data, const ZxTheta *theta, const double *start, ZxTargets *targets)
{
  Worker *self = data;
  set_theta (self, theta);
  load (self, start);
  self->progress = targets->progress;
  gboolean is_done = describe_at_mode (self, targets);
  self->progress = NULL;
  return is_done;
}

static void
draw (gpointer data, ZxRng *rng, const ZxTargets *targets, float *cell, float *coefficient)
{
  Worker *self = data;
  const ZxLatent *latent = self->latent;
  guint32 dense = 2 * self->shared->n_fields * latent->n_cells;
  gsize rate = zx_latent_target_cell (latent);
  for (guint32 i = 0; i < self->shared->n; i++)
    self->spare[i] = zx_rng_normal (rng);
  zx_cholesky_colour (self->factor, self->spare);
  constrain (self, self->spare);
  for (guint j = 0; j < latent->n_coefficients && coefficient != NULL; j++)
    coefficient[j] = (float) (targets->mean[j] + self->scale[j] * self->spare[dense + j]);
  for (guint32 c = 0; c < latent->n_cells && cell != NULL; c++)
    cell[c] = (float) (targets->mean[rate + c]
                       + row_times (self, latent->n_observations + c, 0, G_MAXUINT, self->spare));
}

const ZxEngine zx_engine_joint = { .name = "joint",
                                   .prepare = prepare,
                                   .release = shared_free,
                                   .worker_new = worker_new,
                                   .worker_free = worker_free,
                                   .state_size = state_size,
                                   .find_mode = find_mode,
                                   .refine = refine,
                                   .describe = describe,
                                   .draw = draw,
                                   .is_shared_free_of_y = TRUE };
