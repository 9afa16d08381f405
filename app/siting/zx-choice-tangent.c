/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tangents, worths and the maximum of zx-choice-bound.h. */

#include "app/siting/zx-choice-bound.h"

#define NEWTON_PASSES 2
#define BISECTIONS    40
#define OPENING       0.3      /* how fast a pick that turns out full stops shaping the tangents */
#define FULL_WIDTH    0.1      /* from not full to full, of what it can serve: no jump */
#define PARALLEL_WORK 200000.0 /* evaluations below which threads do not pay */

/* ---- tangents ----------------------------------------------------------------------------- */

/* One pass over the fractional picks: per cell Σ z of those above A0, Σ z a of those below, and of
 * all; full ones count by the share of draws in which they are not. */
static void
measure_mass (ZxBound *self, const GArray *fraction)
{
  const ZxChoice *choice = self->choice;
  memset (self->mass_low, 0, choice->n_cells * sizeof (double));
  memset (self->mass_high, 0, choice->n_cells * sizeof (double));
  memset (self->mass_all, 0, choice->n_cells * sizeof (double));
  for (guint i = 0; i < fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (fraction, ZxFraction, i);
      double mass = pick->share * pick->open, size = choice->size[choice->kind_size[pick->kind]];
      guint32 j = self->candidate[pick->active];
      if (pick->share <= 0 || self->is_aside[pick->active])
        continue;
      self->effort += (double) (choice->first[j + 1] - choice->first[j]);
      for (gsize k = choice->first[j]; k < choice->first[j + 1]; k++)
        {
          guint32 c = choice->cell[k];
          double a = size * choice->near[k];
          gboolean is_high = a > self->tangent[c].at;
          self->mass_high[c] += is_high ? mass : 0;
          self->mass_low[c] += is_high ? 0 : mass * a;
          self->mass_all[c] += mass * a;
        }
    }
}

/* Attraction of all fractional picks, full or not, and of those that are not full, by group. */
static void
measure_full (ZxBound *self, const GArray *fraction)
{
  const ZxChoice *choice = self->choice;
  memset (self->attraction, 0, choice->n_cells * sizeof (double));
  memset (self->open, 0, (gsize) choice->n_cells * ZX_CHOICE_GROUPS * sizeof (double));
  for (guint i = 0; i < fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (fraction, ZxFraction, i);
      double size = pick->share * choice->size[choice->kind_size[pick->kind]];
      guint32 j = self->candidate[pick->active];
      for (gsize k = choice->first[j]; size > 0 && k < choice->first[j + 1]; k++)
        {
          double a = size * choice->near[k],
                 *open = self->open + (gsize) choice->cell[k] * ZX_CHOICE_GROUPS;
          self->attraction[choice->cell[k]] += a;
          for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
            open[g] += a * pick->open_in[g];
        }
    }
}

/* Splits the demand of every cell and group by λ: open / attraction. */
static void
split_demand (ZxBound *self)
{
  const ZxChoice *choice = self->choice;
  for (guint c = 0; c < choice->n_cells; c++)
    {
      ZxTangent *t = self->tangent + c;
      const double *demand = choice->group_demand + (gsize) c * ZX_CHOICE_GROUPS;
      double *open = self->open + (gsize) c * ZX_CHOICE_GROUPS;
      double *full = self->full + (gsize) c * ZX_CHOICE_GROUPS, all = self->attraction[c];
      t->open = t->full = 0;
      for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
        {
          double part = all > 0 ? CLAMP (open[g] / all, 0, 1) : 1;
          open[g] = part * demand[g];
          full[g] = (1 - part) * demand[g];
          t->open += choice->group_share[g] * open[g];
          t->full += choice->group_share[g] * full[g];
        }
    }
}

/* ---- forced picks ------------------------------------------------------------------------- */

/* The least attraction a forced candidate will have. */
static double
least_size (const ZxChoice *choice, guint32 mask)
{
  double least = INFINITY;
  for (guint t = 0; t < choice->n_kinds; t++)
    if (mask & (1u << t))
      least = MIN (least, choice->size[choice->kind_size[t]]);
  return isfinite (least) ? least : 0;
}

static void
add_attraction (const ZxChoice *choice, guint32 candidate, double size, double *attraction)
{
  for (gsize k = choice->first[candidate]; k < choice->first[candidate + 1]; k++)
    attraction[choice->cell[k]] += size * choice->near[k];
}

/* What each kind of a forced candidate serves at most beside all other forced ones. */
static void
bound_forced (ZxBound *self, const ZxPart *part, guint32 active)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[active], mask = part->mask[active];
  double now = least_size (choice, mask);
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      double size = choice->size[choice->kind_size[t]];
      if ((mask & (1u << t)) == 0)
        continue;
      add_attraction (choice, candidate, size - now, self->space.attraction);
      now = size;
      self->most[(gsize) active * choice->n_kinds + t]
          = zx_choice_serve (choice, (ZxPick){ candidate, t }, &self->space)
            * (1 + ZX_CHOICE_DOUBLE_SLACK);
      self->effort += (double) (choice->first[candidate + 1] - choice->first[candidate])
                      * choice->stride / ZX_CHOICE_LANES;
    }
  add_attraction (choice, candidate, least_size (choice, mask) - now, self->space.attraction);
}

/* How open the fractional picks have found a candidate. */
static double
openness (const ZxPart *part, guint32 active)
{
  double open = 0, share = 0;
  for (guint i = 0; i < part->fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (part->fraction, ZxFraction, i);
      if (pick->active == active && pick->share > 0)
        {
          open += pick->share * pick->open;
          share += pick->share;
        }
    }
  return share > 0 ? open / share : 1;
}

void
zx_bound_set_aside (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  memset (self->is_aside, 0, self->n);
  for (gsize i = 0; i < (gsize) self->n * choice->n_kinds; i++)
    self->most[i] = INFINITY;
  for (guint c = 0; c < choice->n_cells; c++)
    self->tangent[c].rival = choice->rival[c];
  if (!self->may_fill)
    return;
  memset (self->space.attraction, 0, choice->n_cells * sizeof (double));
  for (guint32 i = 0; i < self->n; i++)
    if (part->mask[i] & ZX_BOUND_FORCED)
      add_attraction (choice, self->candidate[i], least_size (choice, part->mask[i]),
                      self->space.attraction);
  for (guint32 i = 0; i < self->n; i++)
    {
      if ((part->mask[i] & ZX_BOUND_FORCED) == 0)
        continue;
      bound_forced (self, part, i);
      self->is_aside[i] = openness (part, i) < 0.5;
      for (gsize k = choice->first[self->candidate[i]];
           self->is_aside[i] && k < choice->first[self->candidate[i] + 1]; k++)
        self->tangent[choice->cell[k]].rival
            += least_size (choice, part->mask[i]) * choice->near[k];
    }
  memset (self->space.attraction, 0, choice->n_cells * sizeof (double));
}

/* Newton steps to the largest root of Σ z min (a, A0) = A0, concave in A0, from where A0 stands;
 * any A0 is valid, so one step does where it stands near, three elsewhere. */
void
zx_bound_place_tangents (ZxBound *self, const GArray *fraction, gboolean is_near)
{
  const ZxChoice *choice = self->choice;
  self->constant = 0;
  for (guint c = 0; c < choice->n_cells && !is_near; c++)
    self->tangent[c].at = INFINITY;
  for (guint pass = 0; pass < (is_near ? 1 : 3); pass++)
    {
      measure_mass (self, fraction);
      for (guint c = 0; c < choice->n_cells; c++)
        {
          double open = 1 - self->mass_high[c];
          /* Left of the hill before the root: go to its far right and come down again. */
          self->tangent[c].at = open > 1e-3 ? self->mass_low[c] / open : self->mass_all[c];
        }
    }
  if (self->may_fill)
    {
      measure_full (self, fraction);
      split_demand (self);
    }
  for (guint c = 0; c < choice->n_cells; c++)
    {
      ZxTangent *t = self->tangent + c;
      double sum = t->rival + t->at, share = t->at / sum;
      t->slope = t->rival / sum / sum;
      t->flat = share * share;
      self->constant += t->open * t->flat;
    }
}

/* ---- worths ------------------------------------------------------------------------------- */

/* w of one size on mean demand. */
static double
weigh_mean (const ZxBound *self, guint32 candidate, double size)
{
  const ZxChoice *choice = self->choice;
  double worth = 0;
  for (gsize k = choice->first[candidate]; k < choice->first[candidate + 1]; k++)
    {
      const ZxTangent *t = self->tangent + choice->cell[k];
      double a = size * choice->near[k], share = a / (t->rival + a);
      double low = t->slope * a, high = share - t->flat;
      worth += t->open * (a <= t->at ? low : high) + t->full * share;
    }
  return worth;
}

/* w of one size in every group of draws. */
static void
weigh_groups (const ZxBound *self, guint32 candidate, double size, double *worth)
{
  const ZxChoice *choice = self->choice;
  double sum[ZX_CHOICE_GROUPS] = { 0 };
  for (gsize k = choice->first[candidate]; k < choice->first[candidate + 1]; k++)
    {
      gsize at = (gsize) choice->cell[k] * ZX_CHOICE_GROUPS;
      const ZxTangent *t = self->tangent + choice->cell[k];
      double a = size * choice->near[k], share = a / (t->rival + a);
      double low = t->slope * a, high = share - t->flat, lifted = a <= t->at ? low : high;
      for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
        sum[g] += lifted * self->open[at + g] + share * self->full[at + g];
    }
  memcpy (worth, sum, sizeof sum);
}

/* Mean over groups of min (w, u). */
static double
cap_groups (const ZxChoice *choice, guint32 candidate, guint kind, const double *worth)
{
  const double *alone
      = choice->group_alone + ((gsize) candidate * choice->n_kinds + kind) * ZX_CHOICE_GROUPS;
  double sum = 0;
  for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
    sum += choice->group_share[g] * MIN (worth[g], alone[g] * (1 + ZX_CHOICE_FLOAT_SLACK));
  return sum;
}

double
zx_bound_weigh (const ZxBound *self, guint32 active, guint kind)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[active];
  double worth[ZX_CHOICE_GROUPS], size = choice->size[choice->kind_size[kind]];
  double most = self->most[(gsize) active * choice->n_kinds + kind];
  if (self->is_aside[active])
    return most;
  if (!zx_choice_may_fill (choice, candidate, kind))
    return MIN (weigh_mean (self, candidate, size), most);
  weigh_groups (self, candidate, size, worth);
  return MIN (cap_groups (choice, candidate, kind, worth), most);
}

void
zx_bound_look_whether_full (const ZxBound *self, ZxFraction *pick)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[pick->active];
  double size = choice->size[choice->kind_size[pick->kind]], asked[ZX_CHOICE_GROUPS] = { 0 };
  const double *alone
      = choice->group_alone + ((gsize) candidate * choice->n_kinds + pick->kind) * ZX_CHOICE_GROUPS;
  if (!zx_choice_may_fill (choice, candidate, pick->kind))
    return;
  const gboolean is_aside = self->is_aside[pick->active];
  for (gsize k = choice->first[candidate]; k < choice->first[candidate + 1]; k++)
    {
      guint32 c = choice->cell[k];
      double a = size * choice->near[k];
      double rest = self->tangent[c].rival + self->attraction[c] - (is_aside ? a : pick->share * a);
      double share = a / (MAX (rest, choice->rival[c]) + a);
      const double *demand = choice->group_demand + (gsize) c * ZX_CHOICE_GROUPS;
      for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
        asked[g] += share * demand[g];
    }
  pick->open = 0;
  for (guint g = 0; g < ZX_CHOICE_GROUPS; g++)
    {
      double over = asked[g] / MAX (alone[g], 1e-300) - 1;
      double target = CLAMP (0.5 - over / FULL_WIDTH, 0, 1);
      pick->open_in[g] += (float) (OPENING * (target - pick->open_in[g]));
      pick->open += choice->group_share[g] * pick->open_in[g];
    }
}

/* All open kinds of one candidate; kinds of one size share the sums. */
static void
weigh_kinds (ZxBound *self, guint active, guint32 kinds)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[active];
  for (guint u = 0; u < choice->n_sizes; u++)
    {
      double mean = NAN, worth[ZX_CHOICE_GROUPS] = { NAN };
      for (guint t = 0; t < choice->n_kinds; t++)
        {
          gsize at = (gsize) active * choice->n_kinds + t;
          double *result = self->worth + at;
          if (choice->kind_size[t] != u || (kinds & (1u << t)) == 0)
            continue;
          if (self->is_aside[active])
            {
              *result = self->most[at];
              continue;
            }
          if (zx_choice_may_fill (choice, candidate, t))
            {
              if (isnan (worth[0]))
                weigh_groups (self, candidate, choice->size[u], worth);
              *result = MIN (cap_groups (choice, candidate, t, worth), self->most[at]);
            }
          else
            {
              if (isnan (mean))
                mean = weigh_mean (self, candidate, choice->size[u]);
              *result = MIN (mean, self->most[at]);
            }
        }
    }
}

typedef struct
{
  ZxBound *bound;
  const guint32 *mask;
} Weighing;

static void
weigh_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const Weighing *weighing = data;
  for (gsize i = begin; i < end; i++)
    {
      guint32 kinds = weighing->mask[i] & ZX_BOUND_KINDS;
      if (kinds != 0)
        weigh_kinds (weighing->bound, (guint) i, kinds);
    }
}

static void
weigh_all (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  Weighing weighing = { self, part->mask };
  double work = 0;
  for (guint i = 0; i < self->n; i++)
    if (part->mask[i] & ZX_BOUND_KINDS)
      work += (double) (choice->first[self->candidate[i] + 1] - choice->first[self->candidate[i]])
              * choice->n_sizes;
  self->effort += work;
  if (work < PARALLEL_WORK)
    weigh_range (0, self->n, 0, &weighing);
  else
    zx_parallel_for (self->n, 0, weigh_range, &weighing, NULL, NULL);
}

/* ---- the maximum -------------------------------------------------------------------------- */

double
zx_bound_price_of_rooms (const ZxBound *self, guint32 candidate, guint kind)
{
  const ZxChoice *choice = self->choice;
  const gint32 rooms[2] = { choice->area_room[candidate], choice->feeder_room[candidate] };
  double price = 0;
  for (guint k = 0; k < 2; k++)
    if (rooms[k] >= 0 && self->per_kw[rooms[k]] > 0)
      price += self->per_kw[rooms[k]] * zx_choice_load_kw (choice, candidate, kind, rooms[k]);
  return price;
}

double
zx_bound_price (const ZxBound *self, guint32 candidate, guint kind)
{
  return self->per_kind[kind] + zx_bound_price_of_rooms (self, candidate, kind);
}

static void
reduce (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  for (guint i = 0; i < self->n; i++)
    {
      self->reduced[i] = -INFINITY;
      for (guint t = 0; t < choice->n_kinds; t++)
        if (part->mask[i] & ZX_BOUND_KINDS & (1u << t))
          {
            double worth = self->worth[(gsize) i * choice->n_kinds + t]
                           - zx_bound_price (self, self->candidate[i], t);
            if (worth > self->reduced[i])
              {
                self->reduced[i] = worth;
                self->kind[i] = (guint8) t;
              }
          }
    }
}

/* Keeps the @n largest of (reduced, active) in a heap with the least on top; the rest only tells
 * which is the best of those left out. */
static gboolean
is_less (const ZxBound *self, guint32 a, guint32 b)
{
  return self->reduced[a] < self->reduced[b] || (self->reduced[a] == self->reduced[b] && a > b);
}

static void
sift (const ZxBound *self, guint32 *heap, guint n, guint i)
{
  for (;;)
    {
      guint least = i;
      for (guint child = 2 * i + 1; child < MIN (2 * i + 3, n); child++)
        if (is_less (self, heap[child], heap[least]))
          least = child;
      if (least == i)
        return;
      guint32 swapped = heap[i];
      heap[i] = heap[least];
      heap[least] = swapped;
      i = least;
    }
}

static void
offer (ZxBound *self, guint32 *heap, guint *n, guint n_max, guint32 active)
{
  if (*n < n_max)
    {
      heap[(*n)++] = active;
      for (guint i = *n / 2; *n == n_max && i-- > 0;)
        sift (self, heap, *n, i);
      return;
    }
  if (n_max > 0 && is_less (self, heap[0], active))
    {
      self->next = MAX (self->next, self->reduced[heap[0]]);
      heap[0] = active;
      sift (self, heap, *n, 0);
    }
  else
    self->next = MAX (self->next, self->reduced[active]);
}

double
zx_bound_pick (ZxBound *self, const ZxPart *part)
{
  guint n_forced = 0, n_heap = 0;
  reduce (self, part);
  memset (self->clique_best, 0xff, self->n_cliques * sizeof (guint32));
  for (guint32 i = 0; i < self->n; i++)
    if (part->mask[i] & ZX_BOUND_FORCED)
      self->picked[n_forced++] = i;
    else if (self->reduced[i] > 0)
      {
        guint32 *best = self->clique_best + self->clique[i];
        if (*best == G_MAXUINT32 || self->reduced[i] > self->reduced[*best])
          *best = i;
      }
  self->next = 0;
  guint n_free = self->choice->n_sites > n_forced ? self->choice->n_sites - n_forced : 0;
  guint32 *heap = self->picked + n_forced;
  for (guint q = 0; q < self->n_cliques; q++)
    if (self->clique_best[q] != G_MAXUINT32)
      offer (self, heap, &n_heap, n_free, self->clique_best[q]);
  self->n_picked = n_forced + n_heap;
  self->least = 0;
  if (n_heap == n_free && n_free > 0)
    self->least = self->reduced[heap[0]];
  double sum = 0;
  for (guint i = 0; i < self->n_picked; i++)
    sum += self->reduced[self->picked[i]];
  return sum;
}

double
zx_bound_maximise (ZxBound *self, const ZxPart *part, double target)
{
  double rest = self->constant;
  weigh_all (self, part);
  for (guint r = 0; r < self->choice->n_rooms; r++)
    rest += self->per_kw[r] * self->choice->room_kw[r];
  double sum = zx_bound_pick_within_budget (self, part, rest, target);
  return rest + sum + ZX_CHOICE_DOUBLE_SLACK * (rest + fabs (sum));
}
