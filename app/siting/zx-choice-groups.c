/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws that are alike.  A cap makes the value concave in a draw's demand, so that a bound on mean
 * demand is too high by Jensen's inequality where caps bind in some draws; bounds by group of
 * similar draws are not.  Groups come from halving at the median of the band of cells (or of all
 * cells) whose total varies most, three times. */

#include "app/siting/zx-choice.h"

#define N_BANDS    8
#define N_FEATURES (N_BANDS + 1)

/* Totals of bands of cells and of all, by draw. */
static double *
total_bands (const ZxChoice *self)
{
  double *total = g_new0 (double, (gsize) self->n_draws *N_FEATURES);
  for (guint c = 0; c < self->n_cells; c++)
    {
      guint band = (guint) ((guint64) c * N_BANDS / self->n_cells);
      for (guint k = 0; k < self->n_draws; k++)
        {
          double kwh = self->draw[(gsize) c * self->stride + k];
          total[(gsize) k * N_FEATURES + band] += kwh;
          total[(gsize) k * N_FEATURES + N_BANDS] += kwh;
        }
    }
  return total;
}

static guint
widest_feature (const double *total, const guint *draw, guint n)
{
  guint widest = 0;
  double most = -1;
  for (guint f = 0; f < N_FEATURES; f++)
    {
      double mean = 0, squares = 0;
      for (guint i = 0; i < n; i++)
        mean += total[(gsize) draw[i] * N_FEATURES + f] / n;
      for (guint i = 0; i < n; i++)
        {
          double off = total[(gsize) draw[i] * N_FEATURES + f] - mean;
          squares += off * off;
        }
      if (squares > most)
        {
          most = squares;
          widest = f;
        }
    }
  return widest;
}

typedef struct
{
  const double *total;
  guint feature;
} Order;

static int
compare_draws (gconstpointer a, gconstpointer b, gpointer data)
{
  const Order *order = data;
  guint i = *(const guint *) a, k = *(const guint *) b;
  double x = order->total[(gsize) i * N_FEATURES + order->feature];
  double y = order->total[(gsize) k * N_FEATURES + order->feature];
  if (x != y)
    return x < y ? -1 : 1;
  return (i > k) - (i < k);
}

/* Parts @draw into @n_groups groups from number @first on. */
static void
halve (ZxChoice *self, const double *total, guint *draw, guint n, guint n_groups, guint first)
{
  if (n_groups == 1 || n < 2)
    {
      for (guint i = 0; i < n; i++)
        self->group[draw[i]] = (guint8) first;
      return;
    }
  Order order = { total, widest_feature (total, draw, n) };
  g_qsort_with_data (draw, (gint) n, sizeof (guint), compare_draws, &order);
  halve (self, total, draw, n / 2, n_groups / 2, first);
  halve (self, total, draw + n / 2, n - n / 2, n_groups / 2, first + n_groups / 2);
}

gboolean
zx_choice_group_draws (ZxChoice *self, GError **error)
{
  self->group = g_new0 (guint8, self->n_draws);
  memset (self->group_share, 0, sizeof self->group_share);
  self->group_demand = ZX_TRY_NEW (double, (gsize) self->n_cells *ZX_CHOICE_GROUPS,
                                   _ ("the groups of draws"), error);
  if (self->group_demand == NULL)
    return FALSE;
  if (self->draw == NULL)
    {
      self->group_share[0] = 1;
      for (guint c = 0; c < self->n_cells; c++)
        self->group_demand[(gsize) c * ZX_CHOICE_GROUPS] = self->mean[c];
      return TRUE;
    }
  g_autofree double *total = total_bands (self);
  g_autofree guint *draw = g_new (guint, self->n_draws);
  guint count[ZX_CHOICE_GROUPS] = { 0 };
  for (guint k = 0; k < self->n_draws; k++)
    draw[k] = k;
  halve (self, total, draw, self->n_draws, ZX_CHOICE_GROUPS, 0);
  for (guint k = 0; k < self->n_draws; k++)
    count[self->group[k]]++;
  for (guint c = 0; c < self->n_cells; c++)
    for (guint k = 0; k < self->n_draws; k++)
      self->group_demand[(gsize) c * ZX_CHOICE_GROUPS + self->group[k]]
          += (double) self->draw[(gsize) c * self->stride + k] / count[self->group[k]];
  for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
    self->group_share[g] = (double) count[g] / self->n_draws;
  return TRUE;
}
