/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A forest that says a density (Breiman 2001; Meinshausen 2006): each tree is grown on a bootstrap
 * sample with a random third of the features at each split; a station's density is that of the
 * training stations that share its leaves, each with its weight, smoothed by a normal kernel whose
 * width maximises the likelihood of the training stations out of bag.
 *
 * Features are cut into at most 64 bins once, so a split costs one pass over the node and one over
 * the bins.  A split maximises the gain in normal log-likelihood, with one spread for both sides
 * (then it is the sum of squares) or one for each: then stations part where they are less alike,
 * even when their mean is the same, which is what size does to them.
 *
 * When it is wrong: it cannot say anything beyond the rates it has seen, and under held-out blocks
 * the width is chosen on neighbours; stacking is what holds that in check. */

#include "app/demand/zx-rates.h"

#include <math.h>
#include <string.h>

#define MOST_BINS     64
#define LEAST_SPREAD  0.15 /* of the training sd: a leaf is never thought narrower */
#define MOST_NODES(n) (2 * (n) + 1)

static const double widths[] = { 0.12, 0.18, 0.27, 0.4, 0.6 }; /* in sd of the log rate */

typedef struct
{
  gint32 feature; /* -1: a leaf */
  guint8 cut;     /* bins <= cut go to the first child */
  guint32 child;  /* the first; the second follows */
  guint32 leaf;
} Node;

typedef struct
{
  const ZxRateTask *task;
  const ZxForestOptions *options;
  double floor;    /* least variance */
  guint32 *sample; /* bootstrap sample, parted in place */
  Node *node;
  guint n_nodes, n_leaves;
  guint *feature; /* shuffled */
  guint8 *is_in_bag;
  guint32 *leaf_first, *leaf_member, *leaf_of; /* members of leaves: training stations */
  ZxRng rng;
} Grower;

/* Σ over a side of the normal log-likelihood, but for constants. */
static double
side (const Grower *self, double n, double sum, double square)
{
  if (!self->options->is_of_spread)
    return sum * sum / n;
  double variance = MAX (square / n - (sum / n) * (sum / n), self->floor);
  return -n * log (variance);
}

typedef struct
{
  double gain;
  gint32 feature;
  guint8 cut;
} Split;

static void
try_feature (const Grower *self, guint from, guint to, guint feature, Split *best)
{
  const ZxRates *rates = self->task->rates;
  double count[MOST_BINS] = { 0 }, sum[MOST_BINS] = { 0 }, square[MOST_BINS] = { 0 };
  double all = 0, all_square = 0, n = to - from, left = 0, left_sum = 0, left_square = 0;
  for (guint k = from; k < to; k++)
    {
      gsize i = self->task->train[self->sample[k]];
      guint8 bin = rates->bin[i * rates->n_features + feature];
      double z = rates->z[i];
      count[bin]++;
      sum[bin] += z;
      square[bin] += z * z;
      all += z;
      all_square += z * z;
    }
  for (guint b = 0; b + 1 < MOST_BINS; b++)
    {
      left += count[b];
      left_sum += sum[b];
      left_square += square[b];
      if (!(count[b] > 0) || left < self->options->leaf || n - left < self->options->leaf)
        continue;
      double gain = side (self, left, left_sum, left_square)
                    + side (self, n - left, all - left_sum, all_square - left_square);
      if (gain > best->gain)
        *best = (Split){ gain, (gint32) feature, (guint8) b };
    }
}

static Split
find_split (Grower *self, guint from, guint to)
{
  double sum = 0, square = 0;
  for (guint k = from; k < to; k++)
    {
      double z = self->task->rates->z[self->task->train[self->sample[k]]];
      sum += z;
      square += z * z;
    }
  double before = side (self, to - from, sum, square);
  Split best = { before + 1e-9 * fabs (before) + 1e-12, -1, 0 };
  guint n_features = self->options->n_features, n_tried = MAX (n_features / 3, 1);
  for (guint k = 0; k < n_tried; k++)
    {
      guint j = k + zx_rng_below (&self->rng, n_features - k), other = self->feature[k];
      self->feature[k] = self->feature[j];
      self->feature[j] = other;
      try_feature (self, from, to, self->feature[k], &best);
    }
  return best;
}

static guint
part (Grower *self, guint from, guint to, const Split *split)
{
  const ZxRates *rates = self->task->rates;
  guint middle = from;
  for (guint k = from; k < to; k++)
    {
      guint32 s = self->sample[k];
      if (rates->bin[(gsize) self->task->train[s] * rates->n_features + split->feature]
          > split->cut)
        continue;
      self->sample[k] = self->sample[middle];
      self->sample[middle++] = s;
    }
  return middle;
}

static void
grow (Grower *self, guint at, guint from, guint to)
{
  Split split = { 0, -1, 0 };
  if (to - from >= 2 * self->options->leaf)
    split = find_split (self, from, to);
  self->node[at] = (Node){ split.feature, split.cut, 0, 0 };
  if (split.feature < 0)
    {
      self->node[at].leaf = self->n_leaves++;
      return;
    }
  guint child = self->n_nodes, middle = part (self, from, to, &split);
  self->n_nodes += 2;
  self->node[at].child = child;
  grow (self, child, from, middle);
  grow (self, child + 1, middle, to);
}

static guint32
leaf_at (const Grower *self, guint station)
{
  const ZxRates *rates = self->task->rates;
  const guint8 *bin = rates->bin + (gsize) station * rates->n_features;
  guint at = 0;
  while (self->node[at].feature >= 0)
    at = self->node[at].child + (bin[self->node[at].feature] > self->node[at].cut);
  return self->node[at].leaf;
}

static void
grow_tree (Grower *self, guint tree)
{
  guint n = self->task->n_train;
  self->rng = zx_rng_stream (self->task->rates->seed, self->options->stream * 0x10000 + tree);
  memset (self->is_in_bag, 0, n);
  for (guint k = 0; k < n; k++)
    {
      self->sample[k] = zx_rng_below (&self->rng, n);
      self->is_in_bag[self->sample[k]] = 1;
    }
  for (guint f = 0; f < self->options->n_features; f++)
    self->feature[f] = f;
  self->n_nodes = 1;
  self->n_leaves = 0;
  grow (self, 0, 0, n);
  memset (self->leaf_first, 0, (self->n_leaves + 2) * sizeof *self->leaf_first);
  for (guint k = 0; k < n; k++)
    {
      self->leaf_of[k] = leaf_at (self, self->task->train[k]);
      self->leaf_first[self->leaf_of[k] + 2]++;
    }
  for (guint l = 0; l < self->n_leaves; l++)
    self->leaf_first[l + 2] += self->leaf_first[l + 1];
  for (guint k = 0; k < n; k++)
    self->leaf_member[self->leaf_first[self->leaf_of[k] + 1]++] = k;
}

/* Adds one tree's weights of the training stations to a row; @but: left out of its leaf. */
static void
add_weights (const Grower *self, guint32 leaf, guint but, float *weight)
{
  guint from = self->leaf_first[leaf], to = self->leaf_first[leaf + 1];
  guint n = to - from - (but != G_MAXUINT);
  float share = n > 0 ? 1.0f / (float) n : 0;
  for (guint k = from; k < to; k++)
    if (self->leaf_member[k] != but)
      weight[self->leaf_member[k]] += share;
}

static double
choose_width (const Grower *self, const float *out_of_bag, double spread)
{
  guint n = self->task->n_train;
  const double *z = self->task->rates->z;
  double best = -INFINITY, width = widths[2] * spread;
  for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
    {
      double h = widths[w] * spread, value = 0;
      for (guint i = 0; i < n; i++)
        {
          double sum = 0, all = 0;
          for (guint j = 0; j < n; j++)
            {
              double weight = out_of_bag[(gsize) i * n + j];
              if (!(weight > 0))
                continue;
              double u = (z[self->task->train[i]] - z[self->task->train[j]]) / h;
              sum += weight * exp (-0.5 * u * u);
              all += weight;
            }
          if (all > 0)
            value += log (0.99 * sum / (all * h) + 1e-4);
        }
      if (value > best)
        {
          best = value;
          width = h;
        }
    }
  return width;
}

static void
fill (const Grower *self, const float *weight, double width)
{
  const ZxRateTask *task = self->task;
  guint n = task->n_train;
  g_autofree double *at = g_new (double, n), *w = g_new (double, n);
  for (guint i = 0; i < n; i++)
    at[i] = task->rates->z[task->train[i]];
  for (guint t = 0; t < task->n_target; t++)
    {
      for (guint i = 0; i < n; i++)
        w[i] = weight[(gsize) t * n + i];
      zx_rate_add_kernels (&task->rates->grid, task->density + (gsize) t * task->rates->grid.n, at,
                           w, n, width);
    }
}

void
zx_rates_forest (const ZxRateTask *task, const ZxForestOptions *options)
{
  gsize n = task->n_train;
  double spread = zx_rate_spread (task);
  g_autofree guint32 *sample = g_new (guint32, n), *member = g_new (guint32, n);
  g_autofree guint32 *first = g_new (guint32, n + 3), *leaf_of = g_new (guint32, n);
  g_autofree Node *node = g_new (Node, MOST_NODES (n));
  g_autofree guint *feature = g_new (guint, options->n_features);
  g_autofree guint8 *is_in_bag = g_new (guint8, n);
  g_autofree float *weight = g_new0 (float, task->n_target *n);
  g_autofree float *out_of_bag = g_new0 (float, n *n);
  Grower self = { .task = task,
                  .options = options,
                  .floor = pow (LEAST_SPREAD * spread, 2),
                  .sample = sample,
                  .node = node,
                  .feature = feature,
                  .is_in_bag = is_in_bag,
                  .leaf_first = first,
                  .leaf_member = member,
                  .leaf_of = leaf_of };
  for (guint tree = 0; tree < options->n_trees; tree++)
    {
      grow_tree (&self, tree);
      for (guint t = 0; t < task->n_target; t++)
        add_weights (&self, leaf_at (&self, task->target[t]), G_MAXUINT, weight + t * n);
      for (guint i = 0; i < n; i++)
        if (!is_in_bag[i])
          add_weights (&self, leaf_of[i], i, out_of_bag + i * n);
    }
  fill (&self, weight, choose_width (&self, out_of_bag, spread));
}
