/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Newton's method in rectangular coordinates on the nodal equations, with sparse LU: the second
 * solver, and the oracle of the first.  It shares nothing with the sweeps but the order of nodes:
 * unscaled voltages, the branch's four admittances
 *
 *   Y_ff = (y + y_c/2) / |a|²   Y_ft = -y / conj(a)   Y_tf = -y / a   Y_tt = y + y_c/2
 *
 * and  F_i = V_i conj(Σ Y_ij V_j) + S_i = 0  for every node without a source.  With A_ij = V_i
 * conj(Y_ij) the derivatives are A_ij (+ conj(I_i) if i = j) for the real part of V_j and -j A_ij
 * (+ j conj(I_i)) for the imaginary.  A start from the voltages without load copes with any vector
 * group; it ends at the upper solution unless the load is close to the point of collapse. */

#include "app/power/zx-sweep.h"

#include <complex.h>
#include <string.h>

#include "app/solve/zx-solve.h"

typedef double complex Complex;

#define MAX_STEPS     40
#define LAST_POWER_PU 1e-8 /* mismatch that rounding may leave on heavy branches */
#define ROUNDING_STEP 1e-9 /* quadratic convergence goes through this in one step */
#define SWITCH_X      1e-7 /* of a closed switch: an admittance must be finite */

typedef struct
{
  const ZxNet *net;
  guint32 begin, sources, end; /* positions; unknowns are sources … end */
  guint n;                     /* unknown nodes */
  guint32 *first;              /* n_nodes + 1: entries of each row, the diagonal first */
  guint32 *column;             /* local positions, the sources included */
  Complex *admittance;
  Complex *v;                 /* unscaled, local positions */
  gint32 *column_first, *row; /* the Jacobian by columns: 2n + 1, its rows */
  guint32 *target;            /* [4 × entry]: where its 2 × 2 numbers go */
  double *values, *rhs;
  ZxLu *lu;
} Newton;

static void
newton_clear (Newton *self)
{
  g_free (self->first);
  g_free (self->column);
  g_free (self->admittance);
  g_free (self->v);
  g_free (self->column_first);
  g_free (self->row);
  g_free (self->target);
  g_free (self->values);
  g_free (self->rhs);
  zx_lu_free (self->lu);
}

/* ---- the admittance matrix ----------------------------------------------------------------- */

/* Calls for every branch of the component: tree branches, then links. */
static guint32
branch_at (const Newton *self, guint32 index)
{
  const ZxNet *net = self->net;
  guint c = net->component[self->begin];
  guint32 n_tree = self->end - self->sources;
  return index < n_tree ? net->branch[self->sources + index]
                        : net->link[net->first_link[c] + index - n_tree].branch;
}

static guint32
count_branches (const Newton *self)
{
  guint c = self->net->component[self->begin];
  return self->end - self->sources + self->net->first_link[c + 1] - self->net->first_link[c];
}

static guint32
local_of (const Newton *self, guint32 grid_node)
{
  return (guint32) self->net->position[grid_node] - self->begin;
}

static gboolean
alloc_rows (Newton *self, GError **error)
{
  gsize n_nodes = self->end - self->begin, n_entries = n_nodes + 2 * (gsize) count_branches (self);
  return (self->first = ZX_TRY_NEW (guint32, n_nodes + 1, _ ("Feeder nodes"), error)) != NULL
         && (self->column = ZX_TRY_NEW (guint32, n_entries, _ ("Feeder nodes"), error)) != NULL
         && (self->admittance = ZX_TRY_NEW (Complex, n_entries, _ ("Feeder nodes"), error)) != NULL
         && (self->v = ZX_TRY_NEW (Complex, n_nodes, _ ("Feeder nodes"), error)) != NULL;
}

static void
put (Newton *self, guint32 *next, guint32 row, guint32 column, Complex own, Complex other)
{
  self->admittance[self->first[row]] += own;
  self->column[next[row]] = column;
  self->admittance[next[row]++] = other;
}

static void
put_branch (Newton *self, guint32 *next, guint32 branch)
{
  const ZxGrid *grid = self->net->grid;
  double r = grid->branch_r_pu[branch], x = grid->branch_x_pu[branch];
  Complex y = 1 / (r + (r == 0 && x == 0 ? SWITCH_X : x) * I);
  Complex half = (grid->branch_g_pu[branch] + grid->branch_b_pu[branch] * I) / 2;
  double shift = grid->branch_shift_deg[branch] * (G_PI / 180), tap = grid->branch_tap[branch];
  Complex ratio = tap * (cos (shift) + sin (shift) * I);
  guint32 from = local_of (self, grid->branch_from[branch]);
  guint32 to = local_of (self, grid->branch_to[branch]);
  put (self, next, from, to, (y + half) / (tap * tap), -y / conj (ratio));
  put (self, next, to, from, y + half, -y / ratio);
}

static gboolean
build_admittances (Newton *self, GError **error)
{
  const ZxGrid *grid = self->net->grid;
  guint32 n_nodes = self->end - self->begin, n_branches = count_branches (self);
  if (!alloc_rows (self, error))
    return FALSE;
  g_autofree guint32 *next = ZX_TRY_NEW (guint32, (gsize) n_nodes, _ ("Feeder nodes"), error);
  if (next == NULL)
    return FALSE;
  for (guint32 i = 0; i < n_nodes; i++)
    self->first[i + 1] = 1;
  for (guint32 b = 0; b < n_branches; b++)
    {
      self->first[local_of (self, grid->branch_from[branch_at (self, b)]) + 1]++;
      self->first[local_of (self, grid->branch_to[branch_at (self, b)]) + 1]++;
    }
  for (guint32 i = 0; i < n_nodes; i++)
    {
      guint32 node = self->net->node[self->begin + i];
      self->first[i + 1] += self->first[i];
      next[i] = self->first[i] + 1;
      self->column[self->first[i]] = i;
      self->admittance[self->first[i]]
          = (grid->node_gs_mw[node] + grid->node_bs_mvar[node] * I) / grid->base_mva;
    }
  for (guint32 b = 0; b < n_branches; b++)
    put_branch (self, next, branch_at (self, b));
  return TRUE;
}

/* ---- the Jacobian -------------------------------------------------------------------------- */

typedef struct
{
  guint32 row, column, entry;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *x = a, *y = b;
  if (x->column != y->column)
    return x->column < y->column ? -1 : 1;
  if (x->row != y->row)
    return x->row < y->row ? -1 : 1;
  return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* Unknown u of node n is 2n for the real and 2n+1 for the imaginary part; each entry of the
 * admittance matrix is a 2 × 2 block.  Parallel branches share a block. */
static void
lay_blocks (Newton *self, const Place *places, guint n_places)
{
  gint32 at = 0;
  for (guint begin = 0, end; begin < n_places; begin = end)
    {
      guint n_blocks = 0;
      for (end = begin; end < n_places && places[end].column == places[begin].column; end++)
        n_blocks += end == begin || places[end].row != places[end - 1].row;
      gint32 block = at - 2;
      for (guint k = begin; k < end; k++)
        {
          if (k == begin || places[k].row != places[k - 1].row)
            block += 2;
          for (gint32 part = 0; part < 4; part++)
            {
              gint32 place = block + part / 2 * (gint32) (2 * n_blocks) + part % 2;
              self->target[4 * places[k].entry + (guint32) part] = (guint32) place;
              self->row[place] = (gint32) (2 * places[k].row) + part % 2;
            }
        }
      self->column_first[2 * places[begin].column] = at;
      self->column_first[2 * places[begin].column + 1] = at + (gint32) (2 * n_blocks);
      at += (gint32) (4 * n_blocks);
    }
  self->column_first[2 * self->n] = at;
}

static gboolean
build_pattern (Newton *self, GError **error)
{
  guint32 n_sources = self->sources - self->begin, n_nodes = self->end - self->begin;
  gsize n_entries = self->first[n_nodes];
  g_autofree Place *places = ZX_TRY_NEW (Place, n_entries, _ ("Feeder nodes"), error);
  self->column_first = ZX_TRY_NEW (gint32, 2 * (gsize) self->n + 1, _ ("Feeder nodes"), error);
  self->row = ZX_TRY_NEW (gint32, 4 * n_entries, _ ("Feeder nodes"), error);
  self->target = ZX_TRY_NEW (guint32, 4 * n_entries, _ ("Feeder nodes"), error);
  self->values = ZX_TRY_NEW (double, 4 * n_entries, _ ("Feeder nodes"), error);
  self->rhs = ZX_TRY_NEW (double, 2 * (gsize) self->n, _ ("Feeder nodes"), error);
  if (places == NULL || self->column_first == NULL || self->row == NULL || self->target == NULL
      || self->values == NULL || self->rhs == NULL)
    return FALSE;
  guint n_places = 0;
  for (guint32 i = n_sources; i < n_nodes; i++)
    for (guint32 k = self->first[i]; k < self->first[i + 1]; k++)
      if (self->column[k] >= n_sources)
        places[n_places++] = (Place){ i - n_sources, self->column[k] - n_sources, k };
  qsort (places, n_places, sizeof (Place), compare_places);
  lay_blocks (self, places, n_places);
  self->lu = zx_lu_new (2 * self->n, self->column_first, self->row, error);
  return self->lu != NULL;
}

static void
add_block (Newton *self, guint32 entry, Complex by_re, Complex by_im)
{
  const guint32 *target = self->target + 4 * (gsize) entry;
  self->values[target[0]] += creal (by_re);
  self->values[target[1]] += cimag (by_re);
  self->values[target[2]] += creal (by_im);
  self->values[target[3]] += cimag (by_im);
}

/* S of the node at voltage @v and its derivatives by the two parts of the voltage. */
static Complex
load_at (const Newton *self, guint32 local, Complex v, Complex *by_re, Complex *by_im)
{
  const ZxGrid *grid = self->net->grid;
  guint32 node = self->net->node[self->begin + local];
  Complex s = (grid->node_p_mw[node] + grid->node_q_mvar[node] * I) / grid->base_mva;
  double current = grid->node_current_share[node], impedance = grid->node_impedance_share[node];
  double size = cabs (v);
  *by_re = s * (current / size + 2 * impedance) * creal (v);
  *by_im = s * (current / size + 2 * impedance) * cimag (v);
  return s * (1 - current - impedance + current * size + impedance * size * size);
}

/* Fills the Jacobian and the mismatch.  Returns: its largest part. */
static double
linearise (Newton *self)
{
  guint32 n_sources = self->sources - self->begin;
  double most = 0;
  memset (self->values, 0, sizeof (double) * (gsize) self->column_first[2 * self->n]);
  for (guint32 u = 0; u < self->n; u++)
    {
      guint32 i = u + n_sources;
      Complex v = self->v[i], current = 0, by_re, by_im;
      for (guint32 k = self->first[i]; k < self->first[i + 1]; k++)
        {
          current += self->admittance[k] * self->v[self->column[k]];
          Complex part = v * conj (self->admittance[k]);
          if (self->column[k] >= n_sources)
            add_block (self, k, part, -I * part);
        }
      Complex left = v * conj (current) + load_at (self, i, v, &by_re, &by_im);
      add_block (self, self->first[i], conj (current) + by_re, I * conj (current) + by_im);
      self->rhs[2 * u] = -creal (left);
      self->rhs[2 * u + 1] = -cimag (left);
      double size = MAX (fabs (creal (left)), fabs (cimag (left)));
      most = size <= most ? most : size;
    }
  return most;
}

/* Returns: the largest step of a voltage; NaN when something is no number. */
static double
advance (Newton *self, guint32 *worst)
{
  guint32 n_sources = self->sources - self->begin;
  double most = 0, sum = 0;
  for (guint32 u = 0; u < self->n; u++)
    {
      double step = hypot (self->rhs[2 * u], self->rhs[2 * u + 1]);
      self->v[n_sources + u] += self->rhs[2 * u] + self->rhs[2 * u + 1] * I;
      sum += step;
      if (step > most)
        {
          most = step;
          *worst = self->sources + u;
        }
    }
  return isfinite (sum) ? most : NAN;
}

static gboolean
run (Newton *self, double tolerance, ZxState *state)
{
  double last = INFINITY;
  for (guint step = 1; step <= MAX_STEPS; step++)
    {
      linearise (self);
      if (!zx_lu_factor (self->lu, self->values, NULL))
        return FALSE;
      zx_lu_solve (self->lu, self->rhs);
      double moved = advance (self, &state->worst);
      state->iterations = MAX (state->iterations, step);
      if (isnan (moved) || moved > 1e6)
        return FALSE;
      /* Steps that shrink no more are rounding: admittances of short cables are large. */
      if (moved <= tolerance || (moved < ROUNDING_STEP && moved > last / 4))
        return linearise (self) <= LAST_POWER_PU;
      last = moved;
    }
  return FALSE;
}

/* ---- in and out of the scaled state --------------------------------------------------------- */

static Complex
scale_at (const Newton *self, guint32 local)
{
  return self->net->k_re[self->begin + local] + self->net->k_im[self->begin + local] * I;
}

static void
take_voltages (Newton *self, const ZxState *state)
{
  for (guint32 i = 0; i < self->end - self->begin; i++)
    self->v[i]
        = (state->v_re[self->begin + i] + state->v_im[self->begin + i] * I) / scale_at (self, i);
}

static void
give_voltages (const Newton *self, guint component, ZxState *state)
{
  const ZxNet *net = self->net;
  for (guint32 i = 0; i < self->end - self->begin; i++)
    {
      Complex u = self->v[i] * scale_at (self, i);
      state->v_re[self->begin + i] = creal (u);
      state->v_im[self->begin + i] = cimag (u);
    }
  for (guint32 l = net->first_link[component]; l < net->first_link[component + 1]; l++)
    {
      const ZxNetLink *link = &net->link[l];
      Complex from = state->v_re[link->from] + state->v_im[link->from] * I;
      Complex to = state->v_re[link->to] + state->v_im[link->to] * I;
      Complex j
          = (from - (link->ratio_re + link->ratio_im * I) * to) / (link->z_re + link->z_im * I);
      state->link_re[l] = creal (j);
      state->link_im[l] = cimag (j);
    }
  zx_state_sum_currents (net, component, state);
}

gboolean
zx_newton_component (const ZxNet *net, guint component, double tolerance, ZxState *state,
                     GError **error)
{
  guint32 begin = net->first[component], end = net->first[component + 1];
  Newton self = { .net = net, .begin = begin, .end = end };
  self.sources = begin + net->n_sources[component];
  self.n = end - self.sources;
  state->worst = begin;
  if (self.n == 0)
    {
      zx_state_sum_currents (net, component, state);
      return TRUE;
    }
  gboolean ok = build_admittances (&self, error) && build_pattern (&self, error);
  if (ok)
    {
      take_voltages (&self, state);
      ok = run (&self, tolerance, state);
    }
  if (ok)
    give_voltages (&self, component, state);
  newton_clear (&self);
  return ok;
}
