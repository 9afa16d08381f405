/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tangents and worths of zx-choice-bound.h.  All groups of draws are computed side by side, four to
 * a vector; one cell's numbers for four groups are one line of the cache. */

#include "app/siting/zx-choice-bound.h"

#define OPENING       0.3  /* how fast a pick that turns out full stops shaping the tangents */
#define FULL_WIDTH    0.05 /* from not full to full, of what it can serve: no jump */
#define CELLS_A_BLOCK 16
#define PARALLEL_WORK 200000.0 /* evaluations below which threads do not pay */

typedef float Quad __attribute__ ((vector_size (ZX_BOUND_LANES * sizeof (float)), aligned (4)));
typedef gint32 QuadMask
    __attribute__ ((vector_size (ZX_BOUND_LANES * sizeof (gint32)), aligned (4)));

/* ---- tangents ----------------------------------------------------------------------------- */

/* One pass over the fractional picks; full ones count by how open they are in the group. */
static void
measure_mass (ZxBound *self, const GArray *fraction)
{
  const ZxChoice *choice = self->choice;
  memset (self->mass, 0, (gsize) choice->n_cells * self->n_quads * sizeof (ZxMass));
  memset (self->attraction, 0, choice->n_cells * sizeof (double));
  for (guint i = 0; i < fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (fraction, ZxFraction, i);
      double size = choice->size[choice->kind_size[pick->kind]];
      float share[ZX_BOUND_GROUPS];
      guint32 j = self->candidate[pick->active];
      if (pick->share <= 0 || self->is_aside[pick->active])
        continue;
      for (guint g = 0; g < ZX_BOUND_GROUPS; g++)
        share[g] = (float) (pick->share * pick->open_in[g] / 255);
      self->effort += (double) (choice->first[j + 1] - choice->first[j]) * self->n_quads / 4;
      for (gsize k = choice->first[j]; k < choice->first[j + 1]; k++)
        {
          float a = (float) (size * choice->near[k]);
          const ZxLine *line = self->line + (gsize) choice->cell[k] * self->n_quads;
          ZxMass *mass = self->mass + (gsize) choice->cell[k] * self->n_quads;
          self->attraction[choice->cell[k]] += pick->share * a;
          for (guint q = 0; q < self->n_quads; q++)
            {
              Quad z = *(const Quad *) (share + q * ZX_BOUND_LANES), all = z * a;
              QuadMask is_high = a > *(const Quad *) line[q].at;
              *(Quad *) mass[q].high += (Quad) (is_high & (QuadMask) z);
              *(Quad *) mass[q].low += (Quad) (~is_high & (QuadMask) all);
              *(Quad *) mass[q].all += all;
            }
        }
    }
}

static void
step_tangents (ZxBound *self)
{
  gsize n = (gsize) self->choice->n_cells * self->n_quads;
  for (gsize i = 0; i < n; i++)
    for (guint l = 0; l < ZX_BOUND_LANES; l++)
      {
        const ZxMass *mass = self->mass + i;
        float open = 1 - mass->high[l];
        /* Left of the hill before the root: go to its far right and come down again. */
        self->line[i].at[l] = open > 1e-3f ? mass->low[l] / open : mass->all[l];
      }
}

/* From A0 as it is kept, so that α, φ' and the comparisons are of one and the same A0. */
static void
fill_lines (ZxBound *self)
{
  self->constant = 0;
  for (guint c = 0; c < self->choice->n_cells; c++)
    {
      ZxLine *line = self->line + (gsize) c * self->n_quads;
      double rival = self->rival[c], constant = 0;
      for (guint q = 0; q < self->n_quads; q++)
        for (guint l = 0; l < ZX_BOUND_LANES; l++)
          {
            double at = line[q].at[l], sum = rival + at, share = at / sum;
            line[q].steep[l] = (float) (line[q].demand[l] * (rival / sum / sum));
            line[q].flat[l] = (float) (line[q].demand[l] * (share * share));
            constant += line[q].flat[l];
          }
      self->constant += constant;
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
  memcpy (self->rival, choice->rival, choice->n_cells * sizeof (double));
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
        self->rival[choice->cell[k]] += least_size (choice, part->mask[i]) * choice->near[k];
    }
  memset (self->space.attraction, 0, choice->n_cells * sizeof (double));
}

/* Newton steps to the largest root of Σ z min (a, A0) = A0, concave in A0, from where A0 stands;
 * any A0 is valid, so one step does where it stands near, three elsewhere. */
void
zx_bound_place_tangents (ZxBound *self, const GArray *fraction, gboolean is_near)
{
  gsize n = (gsize) self->choice->n_cells * self->n_quads;
  for (gsize i = 0; i < n && !is_near; i++)
    for (guint l = 0; l < ZX_BOUND_LANES; l++)
      self->line[i].at[l] = INFINITY;
  for (guint pass = 0; pass < (is_near ? 1 : 3); pass++)
    {
      measure_mass (self, fraction);
      step_tangents (self);
    }
  fill_lines (self);
}

/* ---- worths ------------------------------------------------------------------------------- */

/* w of one size in every group of draws. */
static void
weigh_size (const ZxBound *self, guint32 candidate, double size, double *worth)
{
  const ZxChoice *choice = self->choice;
  float attraction[CELLS_A_BLOCK], share[CELLS_A_BLOCK];
  const ZxLine *line[CELLS_A_BLOCK];
  gsize end = choice->first[candidate + 1];
  memset (worth, 0, (gsize) self->n_quads * ZX_BOUND_LANES * sizeof (double));
  for (gsize from = choice->first[candidate]; from < end; from += CELLS_A_BLOCK)
    {
      guint n = (guint) MIN (end - from, CELLS_A_BLOCK);
      for (guint i = 0; i < n; i++)
        {
          guint32 c = choice->cell[from + i];
          double a = size * choice->near[from + i];
          attraction[i] = (float) a;
          share[i] = (float) (a / (self->rival[c] + a));
          line[i] = self->line + (gsize) c * self->n_quads;
        }
      for (guint q = 0; q < self->n_quads; q++)
        {
          Quad sum = { 0 };
          for (guint i = 0; i < n; i++)
            {
              const ZxLine *l = line[i] + q;
              QuadMask is_low = attraction[i] <= *(const Quad *) l->at;
              Quad low = *(const Quad *) l->steep * attraction[i];
              Quad high = *(const Quad *) l->demand * share[i] - *(const Quad *) l->flat;
              sum += (Quad) ((is_low & (QuadMask) low) | (~is_low & (QuadMask) high));
            }
          for (guint k = 0; k < ZX_BOUND_LANES; k++)
            worth[q * ZX_BOUND_LANES + k] += sum[k];
        }
    }
}

static const float *
alone_of (const ZxBound *self, guint32 candidate, guint kind)
{
  return self->alone
         + ((gsize) candidate * self->choice->n_kinds + kind) * self->n_quads * ZX_BOUND_LANES;
}

/* Mean over groups of min (w, u). */
static double
cap_groups (const ZxBound *self, guint32 candidate, guint kind, const double *worth)
{
  const ZxChoice *choice = self->choice;
  const float *alone = alone_of (self, candidate, kind);
  double sum = 0,
         slack = ZX_BOUND_FLOAT_SLACK
                 * choice->alone_max[zx_choice_at (choice, candidate, choice->kind_size[kind])];
  for (guint g = 0; g < self->n_quads * ZX_BOUND_LANES; g++)
    sum += MIN (worth[g] + slack * self->group_share[g], alone[g]);
  return sum;
}

/* What the pick, there in full, adds in every group to what the others that are open meet,
 * Σ D (φ (A + a) - φ (A)) = Σ D a B / (B + A) / (B + A + a), or what it is asked for beside all of
 * them, full or not, Σ D a / (B + A + a), when that is more. */
static void
measure_asked (const ZxBound *self, const ZxFraction *pick, double *asked)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[pick->active];
  double size = choice->size[choice->kind_size[pick->kind]];
  float share[ZX_BOUND_GROUPS], rise[ZX_BOUND_GROUPS] = { 0 }, all[ZX_BOUND_GROUPS] = { 0 };
  for (guint g = 0; g < ZX_BOUND_GROUPS; g++)
    share[g] = (float) (pick->share * pick->open_in[g] / 255);
  for (gsize k = choice->first[candidate]; k < choice->first[candidate + 1]; k++)
    {
      gsize at = (gsize) choice->cell[k] * self->n_quads;
      float a = (float) (size * choice->near[k]), rival = (float) self->rival[choice->cell[k]];
      double beside = self->attraction[choice->cell[k]] - pick->share * a;
      float met = (float) (a / (rival + MAX (beside, 0) + a));
      for (guint q = 0; q < self->n_quads; q++)
        {
          Quad demand = *(const Quad *) self->line[at + q].demand;
          Quad rest = *(const Quad *) self->mass[at + q].all
                      - *(const Quad *) (share + q * ZX_BOUND_LANES) * a;
          rest = rival + (Quad) ((rest > 0) & (QuadMask) rest);
          *(Quad *) (rise + q * ZX_BOUND_LANES) += demand * (a * rival) / (rest * (rest + a));
          *(Quad *) (all + q * ZX_BOUND_LANES) += demand * met;
        }
    }
  for (guint g = 0; g < self->n_quads * ZX_BOUND_LANES; g++)
    asked[g] = MAX (rise[g], all[g]);
}

/* A pick that adds more than it can serve is full: the bound is lower when it shapes no tangent.
 * (w would be no judge: where nobody shapes the tangents everybody's w is large, and stays so.
 * What one pick adds would not be enough: where all are full together each adds little.) */
static void
look_whether_full (const ZxBound *self, ZxFraction *pick)
{
  const float *alone = alone_of (self, self->candidate[pick->active], pick->kind);
  double pace = MAX (OPENING, 1.0 / (1 + pick->n_looks)), asked[ZX_BOUND_GROUPS];
  measure_asked (self, pick, asked);
  pick->open = 0;
  for (guint g = 0; g < self->n_quads * ZX_BOUND_LANES; g++)
    {
      double over = alone[g] > 0 ? asked[g] / alone[g] - 1 : 0;
      double target = 255 * CLAMP (0.5 - over / FULL_WIDTH, 0, 1);
      pick->open_in[g] = (guint8) lround (pick->open_in[g] + pace * (target - pick->open_in[g]));
      pick->open += self->group_share[g] * pick->open_in[g] / 255;
    }
  pick->n_looks = (guint8) MIN (pick->n_looks + 1, 255);
}

double
zx_bound_weigh (ZxBound *self, ZxFraction *pick)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[pick->active];
  double worth[ZX_BOUND_GROUPS], size = choice->size[choice->kind_size[pick->kind]];
  double most = self->most[(gsize) pick->active * choice->n_kinds + pick->kind];
  if (self->is_aside[pick->active])
    return most;
  self->effort
      += (double) (choice->first[candidate + 1] - choice->first[candidate]) * self->n_quads / 4;
  weigh_size (self, candidate, size, worth);
  if (zx_choice_may_fill (choice, candidate, pick->kind))
    look_whether_full (self, pick);
  return MIN (cap_groups (self, candidate, pick->kind, worth), most);
}

/* All open kinds of one candidate; kinds of one size share the sums. */
static void
weigh_kinds (ZxBound *self, guint active, guint32 kinds)
{
  const ZxChoice *choice = self->choice;
  guint32 candidate = self->candidate[active];
  for (guint u = 0; u < choice->n_sizes; u++)
    {
      double worth[ZX_BOUND_GROUPS];
      gboolean is_weighed = FALSE;
      for (guint t = 0; t < choice->n_kinds; t++)
        {
          gsize at = (gsize) active * choice->n_kinds + t;
          if (choice->kind_size[t] != u || (kinds & (1u << t)) == 0)
            continue;
          if (!is_weighed && !self->is_aside[active])
            weigh_size (self, candidate, choice->size[u], worth);
          is_weighed = TRUE;
          self->worth[at] = self->most[at];
          if (!self->is_aside[active])
            self->worth[at] = MIN (cap_groups (self, candidate, t, worth), self->most[at]);
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
  for (gsize i = begin;
       i < end && !zx_choice_is_stopped (weighing->bound->choice, weighing->bound->progress); i++)
    {
      guint32 kinds = weighing->mask[i] & ZX_BOUND_KINDS;
      if (kinds != 0)
        weigh_kinds (weighing->bound, (guint) i, kinds);
    }
}

void
zx_bound_weigh_all (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  Weighing weighing = { self, part->mask };
  double work = 0;
  for (guint i = 0; i < self->n; i++)
    if (part->mask[i] & ZX_BOUND_KINDS)
      work += (double) (choice->first[self->candidate[i] + 1] - choice->first[self->candidate[i]])
              * choice->n_sizes * self->n_quads / 4;
  self->effort += work;
  if (work < PARALLEL_WORK)
    weigh_range (0, self->n, 0, &weighing);
  else
    zx_parallel_for (self->n, 0, weigh_range, &weighing, NULL, NULL);
}
