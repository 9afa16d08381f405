/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Points and weights that integrate a density of a few coordinates.
 *
 * lattice     A regular lattice in the principal axes, scaled to one standard deviation.  The sum
 *             over a lattice integrates a normal density of sd 1 with relative error about
 *             2 exp (-2π²/h²), h one over the shortest vector of the dual lattice: 1e-8 at 1, 6e-6
 *             at 1.25, so what matters is how far it reaches, and it reaches until the density has
 *             fallen by the given drop.  From four dimensions on every second point is left out
 *             (those with an odd sum): D₄ has the same shortest dual vector as the whole cubic
 *             lattice, so half the points do the same (Conway and Sloane 1999, ch. 4).
 * composite   The fully symmetric rule of degree 5 on the sphere of radius √(n+2): centre
 *             2/(n+2), axes 1/(n+2)² each, corners n²/(2ⁿ (n+2)²) each (Stroud 1971, Eₙ^r² 5-3);
 *             each weight is multiplied by the density's ratio to the normal one.
 *
 * When it is wrong: the composite rule sees no more than 1 + 2n + 2ⁿ points, so a density far from
 * normal is integrated roughly; the lattice misses a second hill behind a valley deeper than the
 * drop. */

#include "app/solve/zx-solve-private.h"

#define FROM_CHECKED 4   /* dimensions from which every second point is left out */
#define MOST_MOVES   128 /* 4 pairs of signs × 28 pairs of axes, at most */

typedef struct
{
  ZxMode *mode;
  ZxBatchFunc func;
  gpointer data;
  double spacing;
  guint n_moves;
  gint8 (*move)[8];   /* to the neighbours of a point */
  GArray *cell;       /* gint8 [point][n]: place on the lattice */
  GArray *value;      /* double */
  GArray *index;      /* gint32: number among the points asked for */
  GHashTable *number; /* packed place → its number + 1 */
} Growth;

void
zx_lattice_free (ZxLattice *self)
{
  if (self == NULL)
    return;
  g_free (self->point);
  g_free (self->log_density);
  g_free (self->weight);
  g_free (self->index);
  g_free (self->step);
  g_free (self);
}

/* @at: in standard deviations along the axes. */
static void
place_point (const ZxMode *mode, const double *at, double *point)
{
  guint n = mode->n;
  for (guint i = 0; i < n; i++)
    {
      point[i] = mode->mode[i];
      for (guint k = 0; k < n; k++)
        point[i] += mode->axis[i * n + k] * mode->sd[k] * at[k];
    }
}

static guint64
pack (const gint8 *cell, guint n)
{
  guint64 packed = 0;
  for (guint i = 0; i < n; i++)
    packed = packed << 8 | (guint8) cell[i];
  return packed;
}

/* The number of a place + 1, or 0. */
static guint
find (const Growth *growth, const gint8 *cell)
{
  guint64 key = pack (cell, growth->mode->n);
  return GPOINTER_TO_UINT (g_hash_table_lookup (growth->number, &key));
}

static void
note (Growth *growth, const gint8 *cell)
{
  guint64 key = pack (cell, growth->mode->n);
  guint number = growth->cell->len / growth->mode->n + 1;
  g_hash_table_insert (growth->number, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (number));
  g_array_append_vals (growth->cell, cell, growth->mode->n);
}

/* What the value one move on from point @k will be at most: the last difference goes on, bending
 * half as much as a normal density would.  Saves asking for most of the rim. */
static double
expect (const Growth *growth, guint k, const gint8 *move)
{
  guint n = growth->mode->n;
  gint8 before[8];
  double value = g_array_index (growth->value, double, k), bend = 0;
  for (guint i = 0; i < n; i++)
    {
      before[i] = g_array_index (growth->cell, gint8, k * n + i) - move[i];
      bend += 0.5 * growth->spacing * growth->spacing * move[i] * move[i];
    }
  guint number = find (growth, before);
  if (number == 0 || number > growth->value->len)
    return value;
  double difference = value - g_array_index (growth->value, double, number - 1);
  return value + difference - bend;
}

static gboolean
ask_new (Growth *growth, const GArray *parent, GError **error)
{
  ZxMode *mode = growth->mode;
  guint n = mode->n, first = growth->value->len, n_new = parent->len;
  g_autofree double *point = g_new (double, (gsize) n_new *n), *value = g_new (double, n_new);
  for (guint k = 0; k < n_new; k++)
    {
      double at[8];
      for (guint i = 0; i < n; i++)
        at[i] = growth->spacing * g_array_index (growth->cell, gint8, (first + k) * n + i);
      place_point (mode, at, point + (gsize) k * n);
    }
  gint32 number = (gint32) mode->n_asked;
  if (!zx_mode_ask (mode, point, (const gint32 *) (gpointer) parent->data, n_new, value,
                    growth->func, growth->data, error))
    return FALSE;
  for (guint k = 0; k < n_new; k++, number++)
    {
      g_array_append_val (growth->value, value[k]);
      g_array_append_val (growth->index, number);
    }
  return TRUE;
}

/* One ring further around every point from @begin that is high enough. */
static gboolean
grow (Growth *growth, guint begin, double least, guint max_points, GError **error)
{
  guint n = growth->mode->n, end = growth->value->len;
  g_autoptr (GArray) parent = g_array_new (FALSE, FALSE, sizeof (gint32));
  for (guint k = begin; k < end; k++)
    {
      if (g_array_index (growth->value, double, k) < least)
        continue;
      for (guint m = 0; m < growth->n_moves; m++)
        {
          gint8 cell[8];
          gboolean is_far = end + parent->len >= max_points;
          for (guint i = 0; i < n; i++)
            {
              cell[i] = g_array_index (growth->cell, gint8, k * n + i) + growth->move[m][i];
              is_far = is_far || ABS (cell[i]) > 100;
            }
          if (is_far || find (growth, cell) > 0 || expect (growth, k, growth->move[m]) < least)
            continue;
          note (growth, cell);
          g_array_append_val (parent, g_array_index (growth->index, gint32, k));
        }
    }
  return parent->len == 0 || ask_new (growth, parent, error);
}

static double
best_of (const GArray *value)
{
  double best = -INFINITY;
  for (guint k = 0; k < value->len; k++)
    best = MAX (best, g_array_index (value, double, k));
  return best;
}

/* Weights exp (value) × @volume, normalised; sums in log space. */
static void
weigh (ZxLattice *self, const double *log_volume)
{
  double best = -INFINITY, sum = 0;
  for (guint k = 0; k < self->n_points; k++)
    best = MAX (best, self->log_density[k] + log_volume[k]);
  for (guint k = 0; k < self->n_points; k++)
    {
      self->weight[k] = exp (self->log_density[k] + log_volume[k] - best);
      sum += self->weight[k];
    }
  for (guint k = 0; k < self->n_points; k++)
    self->weight[k] /= sum;
  self->log_integral = best + log (sum);
}

static double
log_axes (const ZxMode *mode)
{
  double sum = 0;
  for (guint i = 0; i < mode->n; i++)
    sum += log (mode->sd[i]);
  return sum;
}

static ZxLattice *
lattice_new (guint n, guint n_points)
{
  ZxLattice *self = g_new0 (ZxLattice, 1);
  self->n = n;
  self->n_points = n_points;
  self->point = g_new (double, (gsize) n *n_points);
  self->log_density = g_new (double, n_points);
  self->weight = g_new (double, n_points);
  self->index = g_new (gint32, n_points);
  self->step = g_new0 (double, n);
  return self;
}

static ZxLattice *
collect (const Growth *growth)
{
  guint n = growth->mode->n, n_points = growth->value->len;
  ZxLattice *self = lattice_new (n, n_points);
  g_autofree double *log_volume = g_new (double, n_points);
  for (guint k = 0; k < n_points; k++)
    {
      double at[8];
      for (guint i = 0; i < n; i++)
        at[i] = growth->spacing * g_array_index (growth->cell, gint8, k * n + i);
      place_point (growth->mode, at, self->point + (gsize) k * n);
      self->log_density[k] = g_array_index (growth->value, double, k);
      self->index[k] = g_array_index (growth->index, gint32, k);
      log_volume[k]
          = n * log (growth->spacing) + log_axes (growth->mode) + (n < FROM_CHECKED ? 0 : G_LN2);
    }
  for (guint i = 0; i < n; i++)
    {
      double squared = 0;
      for (guint k = 0; k < n; k++)
        squared += pow (growth->mode->axis[i * n + k] * growth->mode->sd[k], 2);
      self->step[i] = growth->spacing * sqrt (squared);
    }
  weigh (self, log_volume);
  return self;
}

static guint
list_moves (guint n, gint8 (*move)[8])
{
  guint n_moves = 0;
  memset (move, 0, MOST_MOVES * sizeof *move);
  for (guint i = 0; i < n; i++)
    for (guint j = n < FROM_CHECKED ? i : i + 1; j < (n < FROM_CHECKED ? i + 1 : n); j++)
      for (guint signs = 0; signs < (i == j ? 2u : 4u); signs++, n_moves++)
        {
          move[n_moves][j] = signs & 2 ? 1 : -1;
          move[n_moves][i] = signs & 1 ? 1 : -1;
        }
  return n_moves;
}

ZxLattice *
zx_lattice_explore (ZxMode *mode, double spacing, double drop, guint max_points, ZxBatchFunc func,
                    gpointer data, GError **error)
{
  g_return_val_if_fail (spacing > 0 && drop > 0, NULL);
  gint8 move[MOST_MOVES][8];
  guint n_moves = list_moves (mode->n, move);
  Growth growth = { mode,
                    func,
                    data,
                    spacing,
                    n_moves,
                    move,
                    g_array_new (FALSE, FALSE, sizeof (gint8)),
                    g_array_new (FALSE, FALSE, sizeof (double)),
                    g_array_new (FALSE, FALSE, sizeof (gint32)),
                    g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) };
  gint8 centre[8] = { 0 };
  note (&growth, centre);
  g_array_append_val (growth.value, mode->value);
  g_array_append_val (growth.index, mode->index);
  gboolean is_done = TRUE;
  for (guint begin = 0; is_done && begin < growth.value->len;)
    {
      guint end = growth.value->len;
      is_done = grow (&growth, begin, best_of (growth.value) - drop, max_points, error);
      begin = end;
    }
  ZxLattice *self = is_done ? collect (&growth) : NULL;
  g_array_unref (growth.cell);
  g_array_unref (growth.value);
  g_array_unref (growth.index);
  g_hash_table_unref (growth.number);
  return self;
}

/* Fills the places of the rule, in standard deviations, and the logs of its weights. */
static guint
composite_rule (guint n, double *at, double *log_weight)
{
  double radius = sqrt (n + 2.0);
  guint n_points = 1, n_corners = n > 1 ? 1u << n : 0;
  memset (at, 0, n * sizeof *at);
  log_weight[0] = log (2 / (n + 2.0));
  for (guint k = 0; k < 2 * n; k++, n_points++)
    {
      memset (at + n_points * n, 0, n * sizeof *at);
      at[n_points * n + k / 2] = k % 2 ? -radius : radius;
      log_weight[n_points] = n > 1 ? -2 * log (n + 2.0) : log (1.0 / 6);
    }
  for (guint k = 0; k < n_corners; k++, n_points++)
    {
      for (guint i = 0; i < n; i++)
        at[n_points * n + i] = (k >> i & 1 ? -radius : radius) / sqrt (n);
      log_weight[n_points] = 2 * log (n) - n * G_LN2 - 2 * log (n + 2.0);
    }
  return n_points;
}

ZxLattice *
zx_lattice_composite (ZxMode *mode, ZxBatchFunc func, gpointer data, GError **error)
{
  guint n = mode->n, most = 1 + 2 * n + (1u << n);
  g_autofree double *at = g_new (double, (gsize) most *n), *log_volume = g_new (double, most);
  guint n_points = composite_rule (n, at, log_volume);
  g_autoptr (ZxLattice) self = lattice_new (n, n_points);
  g_autofree gint32 *parent = g_new (gint32, n_points);
  gint32 first = (gint32) mode->n_asked;
  for (guint k = 0; k < n_points; k++)
    {
      double squared = 0;
      for (guint i = 0; i < n; i++)
        squared += at[k * n + i] * at[k * n + i];
      /* weight over normal density: what the true density is to be multiplied with */
      log_volume[k] += 0.5 * squared + 0.5 * n * log (2 * G_PI) + log_axes (mode);
      place_point (mode, at + k * n, self->point + (gsize) k * n);
      parent[k] = mode->index;
      self->index[k] = k == 0 ? mode->index : first + (gint32) k - 1;
    }
  self->log_density[0] = mode->value;
  if (!zx_mode_ask (mode, self->point + n, parent + 1, n_points - 1, self->log_density + 1, func,
                    data, error))
    return NULL;
  weigh (self, log_volume);
  return g_steal_pointer (&self);
}

ZxLattice *
zx_lattice_star (const ZxMode *mode)
{
  guint n = mode->n;
  ZxLattice *self = lattice_new (n, 1 + 2 * n);
  double at[8] = { 0 };
  for (guint k = 0; k < self->n_points; k++)
    {
      if (k > 0)
        at[(k - 1) / 2] = k % 2 ? sqrt (n + 1.0) : -sqrt (n + 1.0);
      place_point (mode, at, self->point + (gsize) k * n);
      self->log_density[k] = k == 0 ? mode->value : mode->value - 0.5 * (n + 1.0);
      self->weight[k] = k == 0 ? 1 / (n + 1.0) : 0.5 / (n + 1.0);
      self->index[k] = mode->index;
      if (k > 0)
        at[(k - 1) / 2] = 0;
    }
  self->log_integral = mode->value + 0.5 * n * log (2 * G_PI) + log_axes (mode);
  return self;
}
