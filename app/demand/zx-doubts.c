/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands between a fitted model and its use: structure left in the residuals, cells unlike any
 * that was seen, groups that cannot be told from the place where they stand.
 *
 *   Moran's I    over pairs of neighbours, each pair once; z under normality (Cliff and Ord 1981)
 *   hull         leverage x'(X'X)⁻¹x above the highest that was seen: outside the ellipsoid around
 *                the covariates (Cook 1979, independent variable hull)
 *   alone        no observation of the group neighbours one of another: its effect and the field's
 *                are told apart by the prior alone */

#include "app/demand/zx-criteria.h"

#include <string.h>

/* ---- neighbours --------------------------------------------------------------------------- */

/* Observations with a count, listed by cell. */
static void
list_by_cell (const ZxDemandData *data, guint *first, guint32 *observation)
{
  memset (first, 0, ((gsize) data->n_cells + 2) * sizeof *first);
  for (guint i = 0; i < data->n_observations; i++)
    if (!isnan (data->y[i]))
      first[data->cell[i] + 2]++;
  for (guint c = 0; c <= data->n_cells; c++)
    first[c + 1] += first[c];
  for (guint32 i = 0; i < data->n_observations; i++)
    if (!isnan (data->y[i]))
      observation[first[data->cell[i] + 1]++] = i;
}

static void
add_pairs (const guint *first, const guint32 *observation, guint32 c, guint32 d, GArray *a,
           GArray *b)
{
  for (guint i = first[c]; i < first[c + 1]; i++)
    for (guint j = c == d ? i + 1 : first[d]; j < first[d + 1]; j++)
      {
        g_array_append_val (a, observation[i]);
        g_array_append_val (b, observation[j]);
      }
}

#define MOST_PAIRS 5000000

guint
zx_neighbours_by_cells (const ZxDemandData *data, guint32 **a, guint32 **b)
{
  g_autofree guint *first = g_new (guint, (gsize) data->n_cells + 2);
  g_autofree guint32 *observation = g_new (guint32, data->n_observations);
  GArray *from = g_array_new (FALSE, FALSE, sizeof (guint32));
  GArray *to = g_array_new (FALSE, FALSE, sizeof (guint32));
  list_by_cell (data, first, observation);
  for (guint32 c = 0; c < data->n_cells && from->len < MOST_PAIRS; c++)
    add_pairs (first, observation, c, c, from, to);
  for (guint e = 0; e < data->n_edges && from->len < MOST_PAIRS; e++)
    add_pairs (first, observation, data->edge_a[e], data->edge_b[e], from, to);
  guint n = from->len;
  *a = (guint32 *) (gpointer) g_array_free (from, FALSE);
  *b = (guint32 *) (gpointer) g_array_free (to, FALSE);
  return n;
}

guint
zx_neighbours_by_place (const double *x_m, const double *y_m, guint n, guint n_nearest, guint32 **a,
                        guint32 **b)
{
  n_nearest = MIN (n_nearest, n > 0 ? n - 1 : 0);
  *a = g_new (guint32, (gsize) n * n_nearest + 1);
  *b = g_new (guint32, (gsize) n * n_nearest + 1);
  g_autofree double *nearest = g_new (double, n_nearest + 1);
  guint n_pairs = 0;
  for (guint32 i = 0; i < n; i++)
    {
      guint32 *list = *b + n_pairs;
      guint n_listed = 0;
      for (guint32 j = 0; j < n; j++)
        {
          double d = pow (x_m[i] - x_m[j], 2) + pow (y_m[i] - y_m[j], 2);
          if (j == i || (n_listed == n_nearest && !(d < nearest[n_listed - 1])))
            continue;
          guint at = n_listed < n_nearest ? n_listed++ : n_nearest - 1;
          for (; at > 0 && nearest[at - 1] > d; at--)
            {
              nearest[at] = nearest[at - 1];
              list[at] = list[at - 1];
            }
          nearest[at] = d;
          list[at] = j;
        }
      for (guint k = 0; k < n_listed; k++)
        (*a)[n_pairs + k] = i;
      n_pairs += n_listed;
    }
  return n_pairs;
}

/* ---- Moran's I ---------------------------------------------------------------------------- */

void
zx_criteria_moran (ZxCriteria *self, const guint32 *a, const guint32 *b, guint n_pairs)
{
  guint n = self->n_counted;
  double mean = 0, square = 0, cross = 0, s2 = 0;
  g_autofree double *residual = g_new0 (double, self->n), *degree = g_new0 (double, self->n);
  self->n_neighbours = n_pairs;
  if (n < 4 || n_pairs == 0)
    return;
  for (guint i = 0; i < self->n; i++)
    if (self->state[i] != ZX_CPO_ABSENT)
      mean += residual[i] = zx_normal_quantile (CLAMP (self->pit[i], 1e-6, 1 - 1e-6));
  mean /= n;
  for (guint i = 0; i < self->n; i++)
    if (self->state[i] != ZX_CPO_ABSENT)
      square += pow (residual[i] -= mean, 2);
  for (guint k = 0; k < n_pairs; k++)
    {
      cross += residual[a[k]] * residual[b[k]];
      degree[a[k]]++;
      degree[b[k]]++;
    }
  for (guint i = 0; i < self->n; i++)
    s2 += degree[i] * degree[i];
  /* symmetric weights of 1: S₀ = 2 pairs, S₁ = 4 pairs, S₂ = 4 Σ degree² */
  double s0 = 2.0 * n_pairs, s1 = 4.0 * n_pairs, expected = -1.0 / (n - 1);
  s2 *= 4;
  double variance = ((double) n * n * s1 - n * s2 + 3 * s0 * s0) / (s0 * s0 * ((double) n * n - 1))
                    - expected * expected;
  if (!(square > 0 && variance > 0))
    return;
  self->moran = 2 * n * cross / (s0 * square);
  self->moran_z = (self->moran - expected) / sqrt (variance);
}

/* ---- the covariates' hull ----------------------------------------------------------------- */

static void
fill_row (const ZxDemandData *data, guint32 cell, double *row)
{
  row[0] = 1;
  for (guint k = 0; k < data->n_covariates; k++)
    row[k + 1] = data->x[(gsize) k * data->n_cells + cell];
}

/* x'(X'X)⁻¹x by the factor of X'X; @row is spoiled. */
static double
leverage (const double *factor, guint q, double *row)
{
  double sum = 0;
  zx_dense_solve_lower (factor, q, row, 1);
  for (guint j = 0; j < q; j++)
    sum += row[j] * row[j];
  return sum;
}

guint
zx_count_beyond_hull (const ZxDemandData *data)
{
  guint q = 1 + data->n_covariates, n_beyond = 0;
  g_autofree double *row = g_new (double, q), *square = g_new0 (double, (gsize) q *q);
  double most = 0;
  for (guint i = 0; i < data->n_observations; i++)
    {
      if (isnan (data->y[i]))
        continue;
      fill_row (data, data->cell[i], row);
      for (guint j = 0; j < q; j++)
        for (guint k = 0; k <= j; k++)
          square[(gsize) j * q + k] += row[j] * row[k];
    }
  for (guint j = 0; j < q; j++)
    square[(gsize) j * q + j] += 1e-9 * (1 + square[(gsize) j * q + j]);
  if (data->n_covariates == 0 || !zx_dense_factor (square, q))
    return 0;
  for (guint i = 0; i < data->n_observations; i++)
    if (!isnan (data->y[i]))
      {
        fill_row (data, data->cell[i], row);
        double here = leverage (square, q, row);
        most = MAX (most, here);
      }
  for (guint32 c = 0; c < data->n_cells; c++)
    {
      fill_row (data, c, row);
      n_beyond += leverage (square, q, row) > most * (1 + 1e-9);
    }
  return n_beyond;
}

/* ---- groups ------------------------------------------------------------------------------- */

void
zx_criteria_find_alone (ZxCriteria *self, const gint32 *group, guint n_groups, const guint32 *a,
                        const guint32 *b, guint n_pairs)
{
  if (group == NULL || n_groups < 2)
    return;
  g_autofree guint *count = g_new0 (guint, n_groups);
  g_clear_pointer (&self->is_group_alone, g_free);
  self->is_group_alone = g_new (guint8, n_groups);
  memset (self->is_group_alone, 1, n_groups);
  self->n_groups_alone = 0;
  for (guint i = 0; i < self->n; i++)
    if (group[i] >= 0 && self->state[i] != ZX_CPO_ABSENT)
      count[group[i]]++;
  for (guint k = 0; k < n_pairs; k++)
    if (group[a[k]] != group[b[k]])
      {
        if (group[a[k]] >= 0)
          self->is_group_alone[group[a[k]]] = 0;
        if (group[b[k]] >= 0)
          self->is_group_alone[group[b[k]]] = 0;
      }
  for (guint g = 0; g < n_groups; g++)
    {
      self->is_group_alone[g] = self->is_group_alone[g] && count[g] >= 2;
      self->n_groups_alone += self->is_group_alone[g];
    }
}

gboolean
zx_criteria_hold_out_groups (ZxCriteria *self, ZxFit *fit, guint most, guint64 seed,
                             const ZxProgress *progress, GError **error)
{
  const ZxLatent *latent = zx_fit_latent (fit);
  if (latent->group == NULL || latent->n_groups < 3 || latent->n_groups > most)
    return TRUE;
  g_autofree guint *fold = g_new (guint, latent->n_observations);
  for (guint i = 0; i < latent->n_observations; i++)
    fold[i] = latent->group[i] >= 0 ? (guint) latent->group[i] : latent->n_groups;
  self->has_group_checks
      = zx_fit_hold_out (fit, zx_fit_best_point (fit), fold, latent->n_groups + 1, seed,
                         &self->group_checks, progress, error);
  return self->has_group_checks;
}
