/* SPDX-License-Identifier: GPL-3.0-or-later */

/* KLU behind three functions: Davis and Palamadai Natarajan, "Algorithm 907", 2010.  Block
 * triangular form and AMD ordering; a second factor of the same pattern keeps the pivots when they
 * are still good and chooses new ones when not. */

#include "app/solve/zx-solve.h"

#include <suitesparse/klu.h>

struct _ZxLu
{
  guint n;
  int *first, *row;
  klu_common common;
  klu_symbolic *symbolic;
  klu_numeric *numeric;
};

/* Below it the pivots of the factor before are no good any more. */
#define LEAST_CONDITION 1e-12

static gboolean
is_pattern (guint n, const gint32 *first, const gint32 *row)
{
  if (n == 0 || n > G_MAXINT32 / 2 || first[0] != 0)
    return FALSE;
  for (guint c = 0; c < n; c++)
    {
      if (first[c + 1] < first[c])
        return FALSE;
      for (gint32 k = first[c]; k < first[c + 1]; k++)
        if (row[k] < 0 || row[k] >= (gint32) n || (k > first[c] && row[k] <= row[k - 1]))
          return FALSE;
    }
  return TRUE;
}

ZxLu *
zx_lu_new (guint n, const gint32 *first, const gint32 *row, GError **error)
{
  g_return_val_if_fail (first != NULL && row != NULL, NULL);
  if (!is_pattern (n, first, row))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The pattern of a sparse matrix with %u rows is not in order"), n);
      return NULL;
    }
  g_autoptr (ZxLu) self = g_new0 (ZxLu, 1);
  self->n = n;
  self->first = g_memdup2 (first, sizeof (int) * ((gsize) n + 1));
  self->row = g_memdup2 (row, sizeof (int) * (gsize) MAX (first[n], 1));
  klu_defaults (&self->common);
  self->symbolic = klu_analyze ((int) n, self->first, self->row, &self->common);
  if (self->symbolic == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A sparse matrix with %u rows is singular by its pattern"), n);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
zx_lu_free (ZxLu *self)
{
  if (self == NULL)
    return;
  if (self->numeric != NULL)
    klu_free_numeric (&self->numeric, &self->common);
  if (self->symbolic != NULL)
    klu_free_symbolic (&self->symbolic, &self->common);
  g_free (self->first);
  g_free (self->row);
  g_free (self);
}

static gboolean
refactor (ZxLu *self, double *values)
{
  return self->numeric != NULL
         && klu_refactor (self->first, self->row, values, self->symbolic, self->numeric,
                          &self->common)
         && klu_rcond (self->symbolic, self->numeric, &self->common)
         && self->common.rcond > LEAST_CONDITION;
}

gboolean
zx_lu_factor (ZxLu *self, const double *values, GError **error)
{
  double *entries = (double *) values; /* KLU only reads them */
  g_return_val_if_fail (self != NULL && values != NULL, FALSE);
  if (refactor (self, entries))
    return TRUE;
  if (self->numeric != NULL)
    klu_free_numeric (&self->numeric, &self->common);
  self->numeric = klu_factor (self->first, self->row, entries, self->symbolic, &self->common);
  if (self->numeric != NULL && self->common.status == KLU_OK)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("A sparse matrix with %u rows is singular"),
               self->n);
  return FALSE;
}

void
zx_lu_solve (ZxLu *self, double *x)
{
  g_return_if_fail (self != NULL && self->numeric != NULL && x != NULL);
  klu_solve (self->symbolic, self->numeric, (int) self->n, 1, x, &self->common);
}
