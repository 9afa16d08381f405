/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the value grows with the number of sites: for each number below the plan's a quick search and
 * a few rounds of the bound, from many sites to few so that each starts from its neighbour. */

#include "app/siting/zx-choice-bound.h"

#define FIRST_ROUNDS 10
#define ROUNDS       5
#define STEPS        12
#define GROUPS       8

typedef struct
{
  ZxChoice choice; /* with the number of sites at hand; borrows everything */
  ZxPicks picks, trial;
  ZxChoiceSpace space;
  ZxProgress quiet;
} Curve;

/* The best set of one site less: the one at hand without its least valuable site, and a fresh
 * search. */
static gboolean
search_one_less (Curve *self, GError **error)
{
  ZxPicks *picks = &self->picks, *trial = &self->trial;
  double best = -INFINITY;
  guint out = G_MAXUINT;
  for (guint i = 0; i < picks->n && picks->n > self->choice.n_sites; i++)
    {
      gboolean is_required = FALSE;
      for (guint r = 0; r < self->choice.n_required; r++)
        is_required = is_required || self->choice.required[r] == picks->pick[i].candidate;
      zx_picks_copy (trial, picks);
      zx_picks_remove (trial, i);
      double value = is_required ? -INFINITY
                                 : zx_choice_value (&self->choice, trial->pick, trial->n,
                                                    &self->space, NULL, NULL);
      if (value > best)
        {
          best = value;
          out = i;
        }
    }
  if (out != G_MAXUINT)
    {
      zx_picks_remove (picks, out);
      picks->value = best;
      zx_choice_improve (&self->choice, NULL, ZX_SEARCH_QUICK, picks, &self->quiet);
    }
  if (!zx_choice_search (&self->choice, NULL, ZX_SEARCH_QUICK, trial, &self->quiet, error))
    return FALSE;
  if (trial->n > 0 && (picks->n > self->choice.n_sites || trial->value > picks->value))
    zx_picks_copy (picks, trial);
  return TRUE;
}

/* One site: every candidate and kind has been valued by preparing. */
static double
best_alone (const ZxChoice *choice, ZxChoiceSpace *space)
{
  double best = 0;
  for (guint32 j = 0; j < choice->n_candidates; j++)
    for (guint32 t = 0; t < choice->n_kinds; t++)
      if ((choice->offered[j] & (1u << t))
          && zx_choice_alone (choice, j, t) * (1 + ZX_CHOICE_FLOAT_SLACK) > best)
        {
          ZxPick pick = { j, t };
          if (zx_choice_is_feasible (choice, &pick, 1))
            best = MAX (best, zx_choice_value (choice, &pick, 1, space, NULL, NULL));
        }
  return best;
}

static double
bound_for (ZxBound *bound, ZxPart *part, const ZxChoice *choice, guint n_rounds, double value)
{
  bound->choice = choice;
  for (guint i = 0; i < bound->n; i++)
    {
      part->mask[i] = choice->offered[bound->candidate[i]] & ZX_BOUND_KINDS;
      for (guint r = 0; r < choice->n_required; r++)
        if (choice->required[r] == bound->candidate[i])
          part->mask[i] |= ZX_BOUND_FORCED;
    }
  part->bound = INFINITY;
  part->has_bound = FALSE;
  if (!zx_bound_propagate (bound, part))
    return value;
  zx_bound_lower (bound, part, n_rounds, STEPS, &value, NULL, NULL);
  return MAX (part->bound, value);
}

/* NaN, what was not sought, stays so. */
static void
make_monotone (guint n, double *value, double *bound)
{
  for (guint p = 1; p < n; p++)
    if (!isnan (value[p]))
      value[p] = fmax (value[p], value[p - 1]); /* at most p sites: p - 1 will do */
  for (guint p = n - 1; p-- > 0;)
    if (!isnan (bound[p]))
      bound[p] = MIN (bound[p], bound[p + 1]);
}

gboolean
zx_choice_curve (const ZxChoice *self, const ZxPicks *best, double *value, double *bound,
                 const ZxProgress *progress, GError **error)
{
  guint n = self->n_sites;
  gboolean is_good = TRUE;
  ZxBound bounds;
  Curve curve = { .choice = *self, .quiet = zx_choice_quiet (progress) };
  curve.picks = zx_picks_new (n);
  curve.trial = zx_picks_new (n);
  curve.choice.pace = NULL;
  zx_choice_space_init (&curve.space, self);
  zx_picks_copy (&curve.picks, best);
  zx_bound_init (&bounds, self, best, GROUPS, progress);
  ZxPart *part = zx_part_new (&bounds);
  zx_bound_start (&bounds, part, best);
  for (guint p = n - 1; p >= 1; p--)
    value[p - 1] = bound[p - 1] = NAN;
  for (guint p = n - 1;
       p >= MAX (self->n_required, 1) && is_good && !zx_choice_is_stopped (self, NULL); p--)
    {
      curve.choice.n_sites = p;
      is_good = zx_progress_step (progress, n - p, n, error) && search_one_less (&curve, error);
      value[p - 1] = curve.picks.value;
      if (p == 1)
        value[0] = bound[0] = best_alone (self, &curve.space);
      else if (is_good)
        bound[p - 1] = bound_for (&bounds, part, &curve.choice, p == n - 1 ? FIRST_ROUNDS : ROUNDS,
                                  curve.picks.value);
    }
  if (is_good)
    make_monotone (n, value, bound);
  zx_part_free (part);
  zx_bound_clear (&bounds);
  zx_choice_space_clear (&curve.space);
  zx_picks_clear (&curve.picks);
  zx_picks_clear (&curve.trial);
  return is_good;
}
