/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The prices of the kinds in zx-choice-bound.h: subgradient steps between what the maximum picks
 * and what the budget would pay for, an integer knapsack over kinds solved by depth-first search.
 */

#include "app/siting/zx-choice-bound.h"

#define MAX_STEPS  16
#define MAX_VISITS 4000 /* of the knapsack; beyond that its linear bound is used */
#define BISECTIONS 30
#define EVENNESS   1e-4 /* relative, of the even price */

/* ---- the knapsack ------------------------------------------------------------------------- */

typedef struct
{
  const ZxChoice *choice;
  guint n;                         /* kinds that are worth anything */
  guint kind[ZX_CHOICE_MAX_KINDS]; /* by worth per fen, best first */
  double price[ZX_CHOICE_MAX_KINDS], fen[ZX_CHOICE_MAX_KINDS];
  double most_after[ZX_CHOICE_MAX_KINDS]; /* largest price from here on */
  guint count[ZX_CHOICE_MAX_KINDS], best_count[ZX_CHOICE_MAX_KINDS];
  double best;
  guint n_visits;
} Knapsack;

static double
linear_bound (const Knapsack *self, guint level, double fen, guint n)
{
  double by_number = n * self->most_after[level];
  if (self->fen[level] <= 0)
    return by_number;
  return MIN (by_number, fen / self->fen[level] * self->price[level]);
}

static void
visit (Knapsack *self, guint level, double value, double fen, guint n)
{
  if (value > self->best)
    {
      self->best = value;
      memcpy (self->best_count, self->count, sizeof self->count);
    }
  if (level == self->n || n == 0 || self->n_visits++ > MAX_VISITS
      || value + linear_bound (self, level, fen, n) <= self->best)
    return;
  guint most = n;
  if (self->fen[level] > 0)
    most = (guint) MIN ((fen + 1e-3) / self->fen[level], n);
  for (guint k = most + 1; k-- > 0;)
    {
      self->count[level] = k;
      visit (self, level + 1, value + k * self->price[level], fen - k * self->fen[level], n - k);
    }
}

static void
add_kind (Knapsack *self, guint kind, double price, double fen)
{
  guint i = self->n++;
  for (; i > 0 && price * self->fen[i - 1] > self->price[i - 1] * fen; i--)
    {
      self->kind[i] = self->kind[i - 1];
      self->price[i] = self->price[i - 1];
      self->fen[i] = self->fen[i - 1];
    }
  self->kind[i] = kind;
  self->price[i] = price;
  self->fen[i] = fen;
}

/* What is already spent: forced candidates with one kind left. */
static guint
count_forced (const ZxBound *self, const ZxPart *part, guint *count, double *fen, double *value)
{
  guint n = 0;
  for (guint i = 0; i < self->n; i++)
    {
      guint32 kinds = part->mask[i] & ZX_BOUND_KINDS;
      if ((part->mask[i] & ZX_BOUND_FORCED) == 0 || kinds == 0 || (kinds & (kinds - 1)) != 0)
        continue;
      guint kind = (guint) __builtin_ctz (kinds);
      count[kind]++;
      *fen += self->choice->kind_fen[kind];
      *value += self->per_kind[kind];
      n++;
    }
  return n;
}

/* max Σ price × count within budget and number; the counts into self->in_budget. */
static double
pay_best (ZxBound *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  Knapsack knapsack = { .choice = choice };
  double spent = 0, value = 0;
  memset (self->in_budget, 0, sizeof self->in_budget);
  guint n_forced = count_forced (self, part, self->in_budget, &spent, &value);
  guint n = choice->n_sites > n_forced ? choice->n_sites - n_forced : 0;
  double fen = MAX (choice->budget_fen - spent, 0);
  for (guint t = 0; t < choice->n_kinds; t++)
    if (self->per_kind[t] > 0 && choice->kind_fen[t] <= fen + 1e-3)
      add_kind (&knapsack, t, self->per_kind[t], choice->kind_fen[t]);
  double most = 0;
  for (guint i = knapsack.n; i-- > 0;)
    knapsack.most_after[i] = most = MAX (most, knapsack.price[i]);
  visit (&knapsack, 0, 0, fen, n);
  for (guint i = 0; i < knapsack.n; i++)
    self->in_budget[knapsack.kind[i]] += knapsack.best_count[i];
  if (knapsack.n_visits > MAX_VISITS)
    knapsack.best = linear_bound (&knapsack, 0, fen, n);
  return value + knapsack.best;
}

/* ---- prices ------------------------------------------------------------------------------- */

static double
money_of_picked (const ZxBound *self)
{
  double fen = 0;
  for (guint i = 0; i < self->n_picked; i++)
    fen += self->choice->kind_fen[self->kind[self->picked[i]]];
  return fen;
}

static void
price_by_fen (ZxBound *self, double per_fen)
{
  for (guint t = 0; t < self->choice->n_kinds; t++)
    self->per_kind[t] = per_fen * self->choice->kind_fen[t];
}

/* Whether the maximum at one price per fen keeps the budget. */
static gboolean
keeps_budget (ZxBound *self, const ZxPart *part, double per_fen)
{
  price_by_fen (self, per_fen);
  zx_bound_pick (self, part);
  return money_of_picked (self) <= self->choice->budget_fen;
}

/* The one price per fen at which the maximum just keeps the budget, sought around the one of
 * before: the best of its kind. */
static void
price_evenly (ZxBound *self, const ZxPart *part)
{
  double low = self->per_fen > 0 ? 0.95 * self->per_fen : 0,
         high = self->per_fen > 0 ? 1.05 * self->per_fen : 1e-12;
  for (; !keeps_budget (self, part, high) && high<1e100; high *= low> 0 ? 1.3 : 4)
    low = high;
  for (; low > 0 && keeps_budget (self, part, low); low = low > 1e-15 ? low / 1.3 : 0)
    high = low;
  for (guint i = 0; i < BISECTIONS && high - low > EVENNESS * high; i++)
    {
      double middle = (low + high) / 2;
      if (keeps_budget (self, part, middle))
        high = middle;
      else
        low = middle;
    }
  self->per_fen = high;
  price_by_fen (self, high);
}

/* Picked less paid, by kind.  Returns: its squared length. */
static double
disagreement (const ZxBound *self, double *difference)
{
  double squares = 0;
  for (guint t = 0; t < self->choice->n_kinds; t++)
    difference[t] = -(double) self->in_budget[t];
  for (guint i = 0; i < self->n_picked; i++)
    difference[self->kind[self->picked[i]]] += 1;
  for (guint t = 0; t < self->choice->n_kinds; t++)
    squares += difference[t] * difference[t];
  return squares;
}

/* What the maximum and the budget are worth together at the present prices. */
static double
value_priced (ZxBound *self, const ZxPart *part)
{
  return zx_bound_pick (self, part) + pay_best (self, part);
}

double
zx_bound_pick_within_budget (ZxBound *self, const ZxPart *part, double rest, double target)
{
  double kept[ZX_CHOICE_MAX_KINDS], best_prices[ZX_CHOICE_MAX_KINDS] = { 0 };
  memcpy (kept, self->per_kind, sizeof kept);
  memset (self->per_kind, 0, sizeof self->per_kind);
  double best = zx_bound_pick (self, part), pace = 1;
  if (!isfinite (self->choice->budget_fen) || money_of_picked (self) <= self->choice->budget_fen)
    return best;
  /* Prices of before may be far off where the worths have moved: then an even one does better. */
  price_evenly (self, part);
  double even[ZX_CHOICE_MAX_KINDS];
  memcpy (even, self->per_kind, sizeof even);
  double value_even = value_priced (self, part);
  memcpy (self->per_kind, kept, sizeof kept);
  if (value_priced (self, part) > value_even)
    memcpy (self->per_kind, even, sizeof even);
  for (guint i = 0; i < MAX_STEPS; i++)
    {
      double difference[ZX_CHOICE_MAX_KINDS];
      double value = value_priced (self, part);
      pace *= value < best ? 1 : 0.6;
      if (value < best)
        {
          best = value;
          memcpy (best_prices, self->per_kind, sizeof best_prices);
        }
      double squares = disagreement (self, difference), above = rest + value - target;
      if (squares <= 0 || above <= 0)
        break;
      for (guint t = 0; t < self->choice->n_kinds; t++)
        self->per_kind[t] += pace * above / squares * difference[t];
    }
  memcpy (self->per_kind, best_prices, sizeof best_prices);
  zx_bound_pick (self, part);
  return best;
}
