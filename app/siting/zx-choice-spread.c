/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fractional picks of zx-choice-bound.h: accelerated projected gradients with restart (Beck and
 * Teboulle 2009; O'Donoghue and Candès 2015) over shares >= 0 with at most one pick a clique, at
 * most n_sites in all and the budget kept.  The result only chooses where the tangents touch, so
 * nothing here has to be exact for the bound to hold. */

#include "app/siting/zx-choice-bound.h"

#define LEAST_SHARE 1e-4 /* smaller ones are forgotten at the next gathering */
#define BISECTIONS  30
#define LEAST_PACE  0.005 /* of the widest */

/* ---- gathering ---------------------------------------------------------------------------- */

static int
compare_fractions (gconstpointer a, gconstpointer b, gpointer data)
{
  const ZxFraction *x = a, *y = b;
  const guint32 *clique = data;
  if (clique[x->active] != clique[y->active])
    return clique[x->active] < clique[y->active] ? -1 : 1;
  if (x->active != y->active)
    return x->active < y->active ? -1 : 1;
  return (x->kind > y->kind) - (x->kind < y->kind);
}

static gboolean
is_open (const ZxPart *part, guint32 active, guint kind)
{
  return (part->mask[active] & ZX_BOUND_KINDS & (1u << kind)) != 0;
}

/* What a candidate must be worth to be looked at: about the (2 n + 20)th largest. */
static double
worth_to_enter (const ZxBound *self)
{
  guint n = 2 * self->choice->n_sites + 20;
  if (self->n <= n)
    return 0;
  g_autofree double *sorted = g_memdup2 (self->reduced, self->n * sizeof (double));
  qsort (sorted, self->n, sizeof (double), zx_choice_compare_descending);
  return MAX (sorted[n], 0);
}

void
zx_bound_gather (ZxBound *self, ZxPart *part)
{
  guint n = 0;
  double enter = worth_to_enter (self);
  g_autofree guint32 *kinds = g_new0 (guint32, self->n + 1); /* already there */
  for (guint i = 0; i < part->fraction->len; i++)
    {
      ZxFraction pick = g_array_index (part->fraction, ZxFraction, i);
      if (!is_open (part, pick.active, pick.kind) || pick.share < LEAST_SHARE)
        continue;
      kinds[pick.active] |= 1u << pick.kind;
      g_array_index (part->fraction, ZxFraction, n++) = pick;
    }
  g_array_set_size (part->fraction, n);
  for (guint32 i = 0; i < self->n; i++)
    {
      ZxFraction pick = zx_fraction (i, self->kind[i], 0);
      gboolean is_forced = (part->mask[i] & ZX_BOUND_FORCED) != 0;
      if ((is_forced || self->reduced[i] > enter) && is_open (part, i, pick.kind)
          && (kinds[i] & (1u << pick.kind)) == 0)
        g_array_append_val (part->fraction, pick);
    }
  g_array_sort_with_data (part->fraction, compare_fractions, self->clique);
}

/* ---- projection --------------------------------------------------------------------------- */

typedef struct
{
  ZxBound *bound;
  const ZxPart *part;
  guint n;
  ZxFraction *pick;
  guint *group_first; /* n_groups + 1: picks of one clique */
  guint n_groups;
  gboolean *is_forced; /* [group]: its shares add up to 1 */
  double *fen;         /* [pick]: share of the budget; NULL without one */
  double *point, *gradient, *next, *last;
} Spread;

/* Lowers the shares of one group until they add up to 1. */
static void
project_group (double *share, guint n, double sum)
{
  double level = (sum - 1) / n, before = -INFINITY;
  while (level > before)
    {
      double rest = 0;
      guint n_above = 0;
      before = level;
      for (guint i = 0; i < n; i++)
        if (share[i] > level)
          {
            rest += share[i];
            n_above++;
          }
      level = n_above > 0 ? (rest - 1) / n_above : level;
    }
  for (guint i = 0; i < n; i++)
    share[i] = MAX (share[i] - level, 0);
}

/* A forced group takes what it is given, negative or not, to a sum of 1. */
static void
project_forced (double *share, guint n)
{
  double least = INFINITY, sum = 0;
  for (guint i = 0; i < n; i++)
    least = MIN (least, share[i]);
  for (guint i = 0; i < n; i++)
    sum += share[i] += 1 - least; /* all >= 1: the sum is never below 1 */
  project_group (share, n, sum);
}

/* @next ← the nearest shares to @point - prices that keep the groups.  @money: their share of the
 * budget.  Returns: their sum. */
static double
project_at (const Spread *self, double per_site, double per_budget, double *money)
{
  double total = 0;
  *money = 0;
  self->bound->effort += self->n;
  for (guint g = 0; g < self->n_groups; g++)
    {
      guint from = self->group_first[g], n = self->group_first[g + 1] - from;
      double sum = 0, *next = self->next + from;
      for (guint i = 0; i < n; i++)
        {
          double price = self->fen != NULL ? per_budget * self->fen[from + i] : 0;
          next[i] = self->point[from + i] - per_site - price;
          if (!self->is_forced[g])
            next[i] = MAX (next[i], 0);
          sum += next[i];
        }
      if (self->is_forced[g])
        project_forced (next, n);
      else if (sum > 1)
        project_group (next, n, sum);
      for (guint i = 0; i < n; i++)
        {
          total += next[i];
          *money += self->fen != NULL ? self->fen[from + i] * next[i] : 0;
        }
    }
  return total;
}

static double
project_sites (const Spread *self, double per_budget)
{
  double money, low = 0, high = 1;
  guint n_sites = self->bound->choice->n_sites;
  if (project_at (self, 0, per_budget, &money) <= n_sites)
    return money;
  while (project_at (self, high, per_budget, &money) > n_sites && high < 1e12)
    high *= 2;
  for (guint i = 0; i < BISECTIONS; i++)
    {
      double middle = (low + high) / 2;
      if (project_at (self, middle, per_budget, &money) > n_sites)
        low = middle;
      else
        high = middle;
    }
  project_at (self, high, per_budget, &money);
  return money;
}

static void
project (const Spread *self)
{
  double low = 0, high = 1;
  if (project_sites (self, 0) <= 1 || self->fen == NULL)
    return;
  while (project_sites (self, high) > 1 && high < 1e12)
    high *= 2;
  for (guint i = 0; i < BISECTIONS; i++)
    {
      double middle = (low + high) / 2;
      if (project_sites (self, middle) > 1)
        low = middle;
      else
        high = middle;
    }
  project_sites (self, high);
}

/* ---- gradient steps ----------------------------------------------------------------------- */

/* The gradient of the concave bound at @point. */
static void
evaluate (Spread *self)
{
  ZxBound *bound = self->bound;
  for (guint i = 0; i < self->n; i++)
    self->pick[i].share = self->point[i];
  zx_bound_place_tangents (bound, self->part->fraction, TRUE);
  for (guint i = 0; i < self->n; i++)
    {
      ZxFraction *pick = self->pick + i;
      guint32 candidate = bound->candidate[pick->active];
      /* The budget is kept by the projection; to charge the kinds' prices as well would empty the
       * plan while those prices are still wrong. */
      self->gradient[i]
          = zx_bound_weigh (bound, pick) - zx_bound_price_of_rooms (bound, candidate, pick->kind);
    }
}

static void
spread_init (Spread *self, ZxBound *bound, ZxPart *part)
{
  const ZxChoice *choice = bound->choice;
  *self = (Spread){ .bound = bound, .part = part, .n = part->fraction->len };
  self->pick = (ZxFraction *) part->fraction->data;
  self->group_first = g_new0 (guint, self->n + 2);
  self->is_forced = g_new0 (gboolean, self->n + 1);
  self->point = g_new0 (double, self->n + 1);
  self->gradient = g_new0 (double, self->n + 1);
  self->next = g_new0 (double, self->n + 1);
  self->last = g_new0 (double, self->n + 1);
  if (isfinite (choice->budget_fen) && choice->budget_fen > 0)
    self->fen = g_new0 (double, self->n + 1);
  for (guint i = 0; i < self->n; i++)
    {
      const ZxFraction *pick = self->pick + i;
      if (i == 0 || bound->clique[pick->active] != bound->clique[pick[-1].active])
        self->group_first[self->n_groups++] = i;
      if (part->mask[pick->active] & ZX_BOUND_FORCED)
        self->is_forced[self->n_groups - 1] = TRUE;
      if (self->fen != NULL)
        self->fen[i] = choice->kind_fen[pick->kind] / choice->budget_fen;
      self->point[i] = self->last[i] = pick->share;
    }
  self->group_first[self->n_groups] = self->n;
}

static void
spread_clear (Spread *self)
{
  g_free (self->group_first);
  g_free (self->is_forced);
  g_free (self->fen);
  g_free (self->point);
  g_free (self->gradient);
  g_free (self->next);
  g_free (self->last);
}

/* The pace that moves the steepest share by one half. */
static double
widest_pace (const Spread *self)
{
  double most = 0;
  for (guint i = 0; i < self->n; i++)
    most = MAX (most, self->gradient[i]);
  return most > 0 ? 0.5 / most : 1;
}

/* Moves to the projection of @point + pace × gradient, and on by @push of that move. */
static void
step (Spread *self, double push)
{
  double pace = self->bound->pace;
  for (guint i = 0; i < self->n; i++)
    self->point[i] += pace * self->gradient[i];
  project (self);
  for (guint i = 0; i < self->n; i++)
    {
      self->point[i] = MAX (self->next[i] + push * (self->next[i] - self->last[i]), 0);
      self->last[i] = self->next[i];
    }
}

/* A gradient that points back along the last move says that it was too long: shorter from now on,
 * and without momentum.  (The bound's own value is no judge: it also falls when tangents settle.)
 */
static gboolean
points_back (const Spread *self, const double *move)
{
  double along = 0;
  for (guint i = 0; i < self->n; i++)
    along += self->gradient[i] * move[i];
  return along < 0;
}

void
zx_bound_spread (ZxBound *self, ZxPart *part, guint n_steps)
{
  Spread spread;
  double momentum = 1;
  spread_init (&spread, self, part);
  g_autofree double *move = g_new0 (double, spread.n + 1);
  g_autofree double *average = g_new0 (double, spread.n + 1);
  guint n_averaged = 0;
  for (guint k = 0;
       k < n_steps && spread.n > 0 && !zx_choice_is_stopped (self->choice, self->progress); k++)
    {
      evaluate (&spread);
      double widest = widest_pace (&spread);
      gboolean is_back = points_back (&spread, move);
      self->pace = self->pace > 0 ? self->pace * (is_back ? 0.6 : 1.1) : widest;
      self->pace = CLAMP (self->pace, LEAST_PACE * widest, widest);
      double grown = (1 + sqrt (1 + 4 * momentum * momentum)) / 2;
      memcpy (move, spread.last, spread.n * sizeof (double));
      step (&spread, is_back ? 0 : (momentum - 1) / grown);
      for (guint i = 0; i < spread.n; i++)
        move[i] = spread.last[i] - move[i];
      momentum = is_back ? 1 : grown;
      for (guint i = 0; i < spread.n && 2 * k >= n_steps; i++)
        average[i] += spread.last[i];
      n_averaged += 2 * k >= n_steps;
    }
  for (guint i = 0; i < spread.n; i++)
    spread.pick[i].share = n_averaged > 0 ? average[i] / n_averaged : spread.last[i];
  spread_clear (&spread);
}
