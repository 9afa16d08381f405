/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which site first: a plan is built over years, and what stands must serve meanwhile.
 *
 * The order is the one with the most energy summed over all stages of building (the area under the
 * curve of value against sites standing), exactly by dynamic programming over sets for few sites
 * (Held and Karp 1962), else each next site is the one that adds most.  Value has falling returns
 * where queues do not bind, so the greedy order is then within 1 - 1/e of the best at every stage
 * (Nemhauser, Wolsey and Fisher 1978).  Wrong where demand itself grows from year to year by place:
 * the draws are of one year. */

#include "app/siting/zx-plan.h"

#define MOST_EXACT  8u /* sites: 2^8 sets */
#define MOST_GREEDY 60u

typedef struct
{
  const ZxChoice *choice;
  const ZxPick *pick; /* in the order of the plan's sites */
  guint n;
  ZxPick *stands;
  ZxChoiceSpace space;
  guint *order; /* [stage]: site */
  double *value;
} Phases;

static double
value_of (Phases *self, guint n)
{
  return zx_choice_value (self->choice, self->stands, n, &self->space, NULL, NULL);
}

static void
order_exactly (Phases *self)
{
  guint n_sets = 1u << self->n;
  g_autofree double *own = g_new0 (double, n_sets), *best = g_new0 (double, n_sets);
  g_autofree guint8 *last = g_new0 (guint8, n_sets);
  for (guint set = 1; set < n_sets; set++)
    {
      guint n = 0;
      for (guint i = 0; i < self->n; i++)
        if (set & (1u << i))
          self->stands[n++] = self->pick[i];
      own[set] = value_of (self, n);
      best[set] = -INFINITY;
      for (guint i = 0; i < self->n; i++)
        if ((set & (1u << i)) && own[set] + best[set & ~(1u << i)] > best[set])
          {
            best[set] = own[set] + best[set & ~(1u << i)];
            last[set] = (guint8) i;
          }
    }
  for (guint set = n_sets - 1, stage = self->n; stage-- > 0; set &= ~(1u << last[set]))
    {
      self->order[stage] = last[set];
      self->value[stage] = own[set];
    }
}

static void
order_greedily (Phases *self)
{
  g_autofree guint8 *is_built = g_new0 (guint8, self->n + 1);
  for (guint stage = 0; stage < self->n; stage++)
    {
      self->value[stage] = -INFINITY;
      for (guint i = 0; i < self->n; i++)
        {
          self->stands[stage] = self->pick[i];
          double value = is_built[i] ? -INFINITY : value_of (self, stage + 1);
          if (value <= self->value[stage])
            continue;
          self->value[stage] = value;
          self->order[stage] = i;
        }
      is_built[self->order[stage]] = TRUE;
      self->stands[stage] = self->pick[self->order[stage]];
    }
}

/* So many sites that only their own size tells. */
static void
order_by_size (Phases *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      self->order[i] = i;
      self->stands[i] = self->pick[i];
      self->value[i] = value_of (self, i + 1);
    }
}

void
zx_plan_order_sites (ZxPlan *plan, const ZxChoice *choice)
{
  guint n = plan->n_sites;
  g_autofree ZxPick *pick = g_new0 (ZxPick, n + 1), *stands = g_new0 (ZxPick, n + 1);
  g_autofree guint *order = g_new0 (guint, n + 1);
  g_autofree double *value = g_new0 (double, n + 1);
  Phases phases = {
    .choice = choice, .pick = pick, .n = n, .stands = stands, .order = order, .value = value
  };
  for (guint i = 0; i < n; i++)
    pick[i] = (ZxPick){ plan->site[i].candidate, plan->site[i].configuration };
  zx_choice_space_init (&phases.space, choice);
  if (n <= MOST_EXACT)
    order_exactly (&phases);
  else if (n <= MOST_GREEDY)
    order_greedily (&phases);
  else
    order_by_size (&phases);
  zx_choice_space_clear (&phases.space);
  for (guint stage = 0; stage < n; stage++)
    {
      plan->site[order[stage]].stage = stage + 1;
      plan->site[order[stage]].value_then = value[stage];
    }
}
