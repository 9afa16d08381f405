/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws that are alike, for the bound.
 *
 * min (w, u) is concave in a draw's demand, so that over a group of draws min (mean w, mean u) is
 * too high (Jensen) by the lesser of the mean shortfall and the mean excess over what a station can
 * serve.  Alike are therefore draws in which the same stations are full: a group is split at the
 * draws where one pick fills up, by the pick and the group that lose most; where nothing is lost,
 * at the median of the draws' total demand.  Never wrong, only more or less tight. */

#include "app/siting/zx-choice-bound.h"

#define LEAST_SHARE 0.02 /* smaller fractional picks do not say which draws are alike */
#define MOST_PICKS  128  /* whose excess is looked at */
#define LOSS_SHARE  1e-5 /* of what is served: a loss not worth a split by it */

typedef struct
{
  const ZxChoice *choice;
  guint n_picks;
  double *excess; /* [draw][pick]: share of the pick × (asked - cap) */
  double *total;  /* [draw]: all demand */
  double served;  /* by the picks, about */
  guint *draw;    /* sorted by group */
  guint n_groups;
  guint first[ZX_BOUND_GROUPS + 1];
  double loss[ZX_BOUND_GROUPS]; /* of the pick that loses most, times the draws of the group */
  guint at[ZX_BOUND_GROUPS];    /* that pick */
} Grouping;

/* ---- what fills up in which draw ---------------------------------------------------------- */

static double
attract (const ZxBound *self, const GArray *fraction, double *attraction)
{
  const ZxChoice *choice = self->choice;
  double total = 0;
  for (guint i = 0; i < fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (fraction, ZxFraction, i);
      double mass = pick->share * choice->size[choice->kind_size[pick->kind]];
      guint32 j = self->candidate[pick->active];
      total += pick->share;
      for (gsize k = choice->first[j]; mass > 0 && k < choice->first[j + 1]; k++)
        attraction[choice->cell[k]] += mass * choice->near[k];
    }
  return total;
}

/* What one pick, there in full beside the shares of the others, is asked for in every draw. */
static void
ask (const ZxBound *self, const ZxFraction *pick, const double *attraction, double *asked)
{
  const ZxChoice *choice = self->choice;
  double size = choice->size[choice->kind_size[pick->kind]];
  guint32 j = self->candidate[pick->active];
  memset (asked, 0, choice->stride * sizeof (double));
  for (gsize i = choice->first[j]; i < choice->first[j + 1]; i++)
    {
      guint32 c = choice->cell[i];
      double a = size * choice->near[i];
      double share = a / (choice->rival[c] + attraction[c] + (1 - pick->share) * a);
      const float *draw = choice->draw + (gsize) c * choice->stride;
      for (guint k = 0; k < choice->stride; k++)
        asked[k] += share * draw[k];
    }
}

static void
measure_excess (Grouping *self, const ZxBound *bound, const GArray *fraction)
{
  const ZxChoice *choice = self->choice;
  g_autofree double *attraction = g_new0 (double, choice->n_cells + 1);
  g_autofree double *asked = g_new (double, choice->stride);
  attract (bound, fraction, attraction);
  for (guint i = 0; i < fraction->len && self->n_picks < MOST_PICKS; i++)
    {
      const ZxFraction *pick = &g_array_index (fraction, ZxFraction, i);
      double cap = choice->kind_cap[pick->kind];
      if (pick->share < LEAST_SHARE)
        continue;
      ask (bound, pick, attraction, asked);
      for (guint k = 0; k < choice->n_draws; k++)
        {
          self->excess[(gsize) k * MOST_PICKS + self->n_picks] = pick->share * (asked[k] - cap);
          self->served += pick->share * MIN (asked[k], cap) / choice->n_draws;
        }
      self->n_picks++;
    }
}

static void
total_draws (Grouping *self)
{
  const ZxChoice *choice = self->choice;
  for (guint c = 0; c < choice->n_cells; c++)
    for (guint k = 0; k < choice->n_draws; k++)
      self->total[k] += choice->draw[(gsize) c * choice->stride + k];
}

/* ---- splitting ---------------------------------------------------------------------------- */

/* Which pick loses most in group @g, and how much. */
static void
measure_loss (Grouping *self, guint g)
{
  self->loss[g] = 0;
  for (guint p = 0; p < self->n_picks; p++)
    {
      double over = 0, under = 0;
      for (guint i = self->first[g]; i < self->first[g + 1]; i++)
        {
          double excess = self->excess[(gsize) self->draw[i] * MOST_PICKS + p];
          over += MAX (excess, 0);
          under += MAX (-excess, 0);
        }
      if (MIN (over, under) > self->loss[g])
        {
          self->loss[g] = MIN (over, under);
          self->at[g] = p;
        }
    }
}

static int
compare_draws (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *key = data;
  guint i = *(const guint *) a, k = *(const guint *) b;
  if (key[i] != key[k])
    return key[i] < key[k] ? -1 : 1;
  return (i > k) - (i < k);
}

/* Orders the group's draws by what it is split at.  Returns: how many go into the first part. */
static guint
order_group (Grouping *self, guint g)
{
  guint n = self->first[g + 1] - self->first[g], *draw = self->draw + self->first[g];
  gboolean is_by_pick = self->loss[g] > LOSS_SHARE * self->served * self->choice->n_draws;
  g_autofree double *key = g_new (double, self->choice->n_draws);
  for (guint i = 0; i < n; i++)
    key[draw[i]] = is_by_pick ? self->excess[(gsize) draw[i] * MOST_PICKS + self->at[g]]
                              : self->total[draw[i]];
  g_qsort_with_data (draw, (gint) n, sizeof (guint), compare_draws, key);
  guint below = 0;
  while (is_by_pick && below < n && key[draw[below]] <= 0)
    below++;
  return is_by_pick ? CLAMP (below, 1, n - 1) : n / 2;
}

/* The group to split next: where most is lost, else the largest; G_MAXUINT: all are single. */
static guint
choose_group (const Grouping *self)
{
  double least = LOSS_SHARE * self->served * self->choice->n_draws;
  guint found = G_MAXUINT, largest = 1;
  for (guint g = 0; g < self->n_groups; g++)
    if (self->loss[g] > least)
      {
        least = self->loss[g];
        found = g;
      }
  for (guint g = 0; g < self->n_groups && found == G_MAXUINT; g++)
    largest = MAX (largest, self->first[g + 1] - self->first[g]);
  for (guint g = 0; g < self->n_groups && found == G_MAXUINT && largest > 1; g++)
    if (self->first[g + 1] - self->first[g] == largest)
      found = g;
  return found;
}

static void
split_groups (Grouping *self, guint n_groups)
{
  self->n_groups = 1;
  self->first[1] = self->choice->n_draws;
  measure_loss (self, 0);
  while (self->n_groups < n_groups)
    {
      guint g = choose_group (self);
      if (g == G_MAXUINT)
        break;
      guint below = order_group (self, g);
      for (guint i = self->n_groups; i > g; i--)
        {
          self->first[i + 1] = self->first[i];
          self->loss[i] = self->loss[i - 1];
          self->at[i] = self->at[i - 1];
        }
      self->first[g + 1] = self->first[g] + below;
      self->n_groups++;
      measure_loss (self, g);
      measure_loss (self, g + 1);
    }
}

/* ---- means of the groups ------------------------------------------------------------------ */

/* Demand of every cell: Σ over the group's draws / all draws. */
static void
fill_demand (ZxBound *self, const guint8 *group)
{
  const ZxChoice *choice = self->choice;
  for (guint c = 0; c < choice->n_cells; c++)
    {
      double sum[ZX_BOUND_GROUPS] = { 0 };
      ZxLine *line = self->line + (gsize) c * self->n_quads;
      for (guint k = 0; k < choice->n_draws; k++)
        sum[group[k]] += choice->draw != NULL ? choice->draw[(gsize) c * choice->stride + k]
                                              : choice->mean[c];
      for (guint q = 0; q < self->n_quads; q++)
        for (guint l = 0; l < ZX_BOUND_LANES; l++)
          line[q].demand[l] = (float) (sum[q * ZX_BOUND_LANES + l] / choice->n_draws);
    }
}

typedef struct
{
  ZxBound *bound;
  const guint8 *group;
} Alone;

static void
fill_alone_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const Alone *self = data;
  const ZxChoice *choice = self->bound->choice;
  guint n = self->bound->n_quads * ZX_BOUND_LANES;
  for (gsize j = begin; j < end; j++)
    for (guint t = 0; t < choice->n_kinds; t++)
      {
        double sum[ZX_BOUND_GROUPS] = { 0 };
        const float *asked
            = choice->alone_draw
              + zx_choice_at (choice, (guint32) j, choice->kind_size[t]) * choice->stride;
        float *alone = self->bound->alone + (j * choice->n_kinds + t) * n;
        if ((choice->offered[j] & (1u << t)) == 0)
          continue;
        for (guint k = 0; k < choice->n_draws; k++)
          sum[self->group[k]] += MIN (asked[k], choice->kind_cap[t]);
        for (guint g = 0; g < n; g++)
          alone[g] = (float) (sum[g] / choice->n_draws * (1 + ZX_CHOICE_FLOAT_SLACK));
      }
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
find_groups (const ZxBound *self, const GArray *fraction, guint n_groups, guint8 *group)
{
  Grouping grouping = { .choice = self->choice };
  guint n = self->choice->n_draws;
  g_autofree double *excess = grouping.excess = g_new0 (double, (gsize) n *MOST_PICKS + 1);
  g_autofree double *total = grouping.total = g_new0 (double, n);
  g_autofree guint *draw = grouping.draw = g_new (guint, n);
  for (guint k = 0; k < n; k++)
    draw[k] = k;
  measure_excess (&grouping, self, fraction);
  total_draws (&grouping);
  split_groups (&grouping, n_groups);
  for (guint g = 0; g < grouping.n_groups; g++)
    for (guint i = grouping.first[g]; i < grouping.first[g + 1]; i++)
      group[draw[i]] = (guint8) g;
}

void
zx_bound_group (ZxBound *self, GArray *fraction, guint n_groups)
{
  const ZxChoice *choice = self->choice;
  g_autofree guint8 *group = g_new0 (guint8, choice->n_draws);
  n_groups = self->may_fill ? MIN (MIN (n_groups, ZX_BOUND_GROUPS), choice->n_draws) : 1;
  if (n_groups > 1 && n_groups < choice->n_draws)
    find_groups (self, fraction, n_groups, group);
  for (guint k = 0; n_groups == choice->n_draws && k < n_groups; k++)
    group[k] = (guint8) k;
  self->n_quads = (n_groups + ZX_BOUND_LANES - 1) / ZX_BOUND_LANES;
  memset (self->group_share, 0, sizeof self->group_share);
  for (guint k = 0; k < choice->n_draws; k++)
    self->group_share[group[k]] += 1.0 / choice->n_draws;
  g_free (self->line);
  g_free (self->mass);
  g_free (self->alone);
  self->line = g_new0 (ZxLine, (gsize) choice->n_cells * self->n_quads + 1);
  self->mass = g_new0 (ZxMass, (gsize) choice->n_cells * self->n_quads + 1);
  self->alone = g_new0 (
      float, (gsize) choice->n_candidates * choice->n_kinds * self->n_quads * ZX_BOUND_LANES + 1);
  fill_demand (self, group);
  Alone alone = { self, group };
  zx_parallel_for (choice->n_candidates, 0, fill_alone_range, &alone, NULL, NULL);
  for (guint i = 0; i < fraction->len; i++)
    zx_fraction_open (&g_array_index (fraction, ZxFraction, i));
}
