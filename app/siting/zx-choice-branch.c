/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Branch and bound over zx-choice-bound.h: the part with the highest bound is split next, so the
 * bound of the whole falls with every step and can be reported whenever the work stops.
 *
 * A part is split where the fractional picks are most undecided: a candidate in or out, or its dear
 * kinds against its cheap ones.  A part without open questions is a leaf; its
 * bound is its exact value, so that caps and draws, which the bound only approximates from above,
 * end up exact as well. */

#include "app/siting/zx-choice-bound.h"

#define FIRST_ROUNDS 6 /* then a set is annealed */
#define ROOT_ROUNDS  80
#define ROOT_STEPS   12
#define GROUPS       8 /* of draws */
#define PART_ROUNDS  4
#define PART_STEPS   8
#define ANNEAL_SHARE 0.4 /* of the time left, where time is the limit */
#define SLOWER       4   /* times the steps, for the second annealing */
#define SHAKE_SHARE  0.6 /* of the time left after the root, where time is the limit */
#define TRIES_KEPT   64  /* fingerprints of sets tried lately */

typedef struct
{
  const ZxChoice *choice;
  const ZxChoiceProof *proof;
  ZxBound bound;
  ZxPicks *best;
  ZxPicks trial;
  double target;   /* parts at or below it need no look */
  GPtrArray *open; /* heap of ZxPart, highest bound first */
  ZxChoiceSpace space;
  guint64 tried[TRIES_KEPT];
  guint n_tried;
  guint n_nodes;
  gboolean is_at_root;
  const ZxProgress *progress;
} Branch;

/* ---- good sets on the way ----------------------------------------------------------------- */

static void
set_target (Branch *self)
{
  double value = MAX (self->best->value, 0);
  self->target = self->best->value == -INFINITY ? -1 : value + value * self->proof->gap_goal / 2;
}

/* FNV-1a over the sorted picks. */
static guint64
fingerprint (const ZxPicks *picks)
{
  guint64 hash = 14695981039346656037u;
  for (guint i = 0; i < picks->n; i++)
    hash
        = (hash ^ ((guint64) picks->pick[i].candidate << 8 | picks->pick[i].kind)) * 1099511628211u;
  return hash;
}

static gboolean
was_tried (Branch *self, const ZxPicks *picks)
{
  guint64 print = fingerprint (picks);
  for (guint i = 0; i < MIN (self->n_tried, TRIES_KEPT); i++)
    if (self->tried[i] == print)
      return TRUE;
  self->tried[self->n_tried++ % TRIES_KEPT] = print;
  return FALSE;
}

/* Takes the trial set when it is better, and climbs from there. */
static void
try_set (Branch *self)
{
  const ZxChoice *choice = self->choice;
  zx_picks_sort (&self->trial);
  if (self->trial.n == 0 || was_tried (self, &self->trial)
      || !zx_choice_is_feasible (choice, self->trial.pick, self->trial.n))
    return;
  double above = zx_choice_value_above (choice, self->trial.pick, self->trial.n, &self->space);
  if (above <= self->best->value)
    return;
  self->trial.value
      = zx_choice_value (choice, self->trial.pick, self->trial.n, &self->space, NULL, NULL);
  if (self->trial.value <= self->best->value)
    return;
  zx_picks_copy (self->best, &self->trial);
  zx_choice_improve (choice, NULL, ZX_SEARCH_QUICK, self->best, self->progress);
  set_target (self);
}

/* The value and the bound of the whole (NAN: no news of it), for whoever watches. */
static void
show_step (const Branch *self, double bound)
{
  zx_choice_tell (self->choice, self->best->value, isnan (bound) ? NAN : MAX (bound, self->target));
}

/* The maximum of the bound as a set: what does not fit is left out, the best first. */
static void
on_picked_cb (const ZxBound *bound, const ZxPart *part, gpointer data)
{
  Branch *self = data;
  g_autofree guint32 *order = g_memdup2 (bound->picked, (bound->n_picked + 1) * sizeof (guint32));
  g_qsort_with_data (order, (gint) bound->n_picked, sizeof (guint32), zx_choice_compare_by_key,
                     bound->reduced);
  self->trial.n = 0;
  for (guint i = 0; i < bound->n_picked; i++)
    {
      ZxPick pick = { bound->candidate[order[i]], bound->kind[order[i]] };
      if (zx_choice_fits (self->choice, self->trial.pick, self->trial.n, pick))
        self->trial.pick[self->trial.n++] = pick;
    }
  try_set (self);
  show_step (self, self->is_at_root ? part->bound : NAN);
}

/* ---- the heap of parts -------------------------------------------------------------------- */

static void
push (Branch *self, ZxPart *part)
{
  GPtrArray *open = self->open;
  g_ptr_array_add (open, part);
  for (guint i = open->len - 1; i > 0;)
    {
      guint parent = (i - 1) / 2;
      ZxPart *above = open->pdata[parent];
      if (above->bound >= part->bound)
        break;
      open->pdata[i] = above;
      open->pdata[parent] = part;
      i = parent;
    }
}

static ZxPart *
pop (Branch *self)
{
  GPtrArray *open = self->open;
  ZxPart *top = open->pdata[0];
  open->pdata[0] = open->pdata[open->len - 1];
  open->pdata[open->len - 1] = NULL;
  g_ptr_array_set_size (open, (gint) open->len - 1);
  for (guint i = 0;;)
    {
      guint best = i;
      for (guint child = 2 * i + 1; child < MIN (2 * i + 3, open->len); child++)
        if (((ZxPart *) open->pdata[child])->bound > ((ZxPart *) open->pdata[best])->bound)
          best = child;
      if (best == i)
        return top;
      gpointer swapped = open->pdata[i];
      open->pdata[i] = open->pdata[best];
      open->pdata[best] = swapped;
      i = best;
    }
}

/* ---- splitting ---------------------------------------------------------------------------- */

/* Two parts that together are the whole: in one @at has one of the kinds @in and is forced, in the
 * other it keeps @out, as it was. */
typedef struct
{
  guint32 at; /* active; G_MAXUINT32: nothing to split, a leaf */
  guint32 in, out;
  double distance; /* of the fraction that is split from one half */
} Split;

/* How much of each kind the fractional picks hold: [active][kind]. */
static double *
sum_shares (const Branch *self, const ZxPart *part)
{
  guint n_kinds = self->choice->n_kinds;
  double *share = g_new0 (double, (gsize) self->bound.n *n_kinds + 1);
  for (guint i = 0; i < part->fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (part->fraction, ZxFraction, i);
      share[(gsize) pick->active * n_kinds + pick->kind] += pick->share;
    }
  return share;
}

/* The kinds of @mask dearer than the mean of what is picked, and what part of the picks they are.
 * All alike: the one picked most. */
static guint32
dear_kinds (const ZxChoice *choice, guint32 mask, const double *share, double *part_of)
{
  double total = 0, money = 0, dear = 0;
  guint32 kinds = 0;
  for (guint t = 0; t < choice->n_kinds; t++)
    {
      total += share[t];
      money += share[t] * choice->kind_fen[t];
    }
  for (guint t = 0; t < choice->n_kinds; t++)
    if ((mask & (1u << t)) && choice->kind_fen[t] * total > money)
      {
        kinds |= 1u << t;
        dear += share[t];
      }
  *part_of = total > 0 ? dear / total : 0;
  return kinds;
}

static guint32
largest_kind (const ZxChoice *choice, guint32 mask)
{
  guint32 best = 0;
  double most = -1;
  for (guint t = 0; t < choice->n_kinds; t++)
    if ((mask & (1u << t)) && choice->kind_fen[t] > most)
      {
        most = choice->kind_fen[t];
        best = 1u << t;
      }
  return best;
}

/* Dear kinds or the others; where the picks say nothing, the dearest kind or the others. */
static void
consider_kinds (const ZxChoice *choice, guint32 at, guint32 mask, const double *share, Split *split)
{
  guint32 kinds = mask & ZX_BOUND_KINDS;
  double part_of;
  guint32 dear = dear_kinds (choice, kinds, share, &part_of);
  if (dear == 0 || dear == kinds)
    dear = largest_kind (choice, kinds);
  if (fabs (part_of - 0.5) < split->distance)
    *split = (Split){ at, dear, mask & ~dear, fabs (part_of - 0.5) };
}

/* A forced candidate that is mostly full weighs on its neighbours with its least size: which kinds
 * it has is the most urgent question. */
static gboolean
is_urgent (const Branch *self, const ZxPart *part, guint32 at)
{
  const ZxChoice *choice = self->choice;
  guint32 mask = part->mask[at];
  double open = 0, share = 0, least = INFINITY, most = 0;
  if ((mask & ZX_BOUND_FORCED) == 0 || !self->bound.may_fill)
    return FALSE;
  for (guint i = 0; i < part->fraction->len; i++)
    {
      const ZxFraction *pick = &g_array_index (part->fraction, ZxFraction, i);
      open += pick->active == at ? pick->share * pick->open : 0;
      share += pick->active == at ? pick->share : 0;
    }
  for (guint t = 0; t < choice->n_kinds; t++)
    if (mask & (1u << t))
      {
        least = MIN (least, choice->size[choice->kind_size[t]]);
        most = MAX (most, choice->size[choice->kind_size[t]]);
      }
  return open < 0.9 * share && least < most;
}

/* The most undecided question: in or out, or which kinds. */
static Split
choose_split (const Branch *self, const ZxPart *part)
{
  const ZxChoice *choice = self->choice;
  Split split = { G_MAXUINT32, 0, 0, INFINITY };
  g_autofree double *shares = sum_shares (self, part);
  for (guint32 i = 0; i < self->bound.n; i++)
    {
      guint32 mask = part->mask[i], kinds = mask & ZX_BOUND_KINDS;
      const double *share = shares + (gsize) i * choice->n_kinds;
      double total = 0;
      for (guint t = 0; t < choice->n_kinds; t++)
        total += share[t];
      if (kinds == 0)
        continue;
      if ((mask & ZX_BOUND_FORCED) == 0 && fabs (total - 0.5) < split.distance)
        split = (Split){ i, kinds, 0, fabs (total - 0.5) };
      if (((mask & ZX_BOUND_FORCED) || total > 0.9) && (kinds & (kinds - 1)) != 0)
        consider_kinds (choice, i, mask, share, &split);
      if (is_urgent (self, part, i))
        {
          Split urgent = { i, 0, 0, INFINITY };
          consider_kinds (choice, i, mask, share, &urgent);
          return urgent;
        }
    }
  return split;
}

static void
try_leaf (Branch *self, const ZxPart *part)
{
  self->trial.n = 0;
  for (guint i = 0; i < self->bound.n; i++)
    if (part->mask[i] & ZX_BOUND_FORCED)
      self->trial.pick[self->trial.n++]
          = (ZxPick){ self->bound.candidate[i],
                      (guint32) __builtin_ctz (part->mask[i] & ZX_BOUND_KINDS) };
  try_set (self);
}

/* Bounds a new part and keeps it when it may hold something better. */
static void
consider (Branch *self, ZxPart *part)
{
  gboolean is_open = zx_bound_propagate (&self->bound, part);
  if (is_open && choose_split (self, part).at == G_MAXUINT32)
    try_leaf (self, part);
  else if (is_open)
    {
      zx_bound_lower (&self->bound, part, PART_ROUNDS, PART_STEPS, &self->target, on_picked_cb,
                      self);
      if (part->bound > self->target && choose_split (self, part).at == G_MAXUINT32)
        try_leaf (self, part);
      else if (part->bound > self->target)
        {
          push (self, part);
          return;
        }
    }
  zx_part_free (part);
}

static void
split (Branch *self, ZxPart *part)
{
  Split at = choose_split (self, part);
  ZxPart *other = zx_part_copy (part, &self->bound);
  part->mask[at.at] = at.in | ZX_BOUND_FORCED;
  other->mask[at.at] = at.out;
  consider (self, part);
  consider (self, other);
  self->n_nodes++;
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
is_spent (const Branch *self)
{
  double open = ((const ZxPart *) self->open->pdata[0])->bound;
  gboolean is_proven = open - self->best->value <= self->proof->gap_goal * open;
  return is_proven || self->n_nodes >= self->proof->max_nodes
         || self->bound.effort >= self->proof->effort || zx_bound_is_stopped (&self->bound);
}

/* The candidates that matter at the root: in the fractional picks or of large reduced worth. */
static void
fill_pool (const Branch *self, const ZxPart *root, guint32 *pool)
{
  const ZxBound *bound = &self->bound;
  g_autofree double *sorted = g_memdup2 (bound->reduced, (bound->n + 1) * sizeof (double));
  guint n = 6 * self->choice->n_sites + 60;
  double least = -INFINITY;
  if (bound->n > n)
    {
      qsort (sorted, bound->n, sizeof (double), zx_choice_compare_descending);
      least = sorted[n];
    }
  for (guint i = 0; i < bound->n; i++)
    if (bound->reduced[i] >= least)
      pool[bound->candidate[i]] = root->mask[i] & ZX_BOUND_KINDS;
  for (guint i = 0; i < root->fraction->len; i++)
    {
      guint32 active = g_array_index (root->fraction, ZxFraction, i).active;
      pool[bound->candidate[active]] = root->mask[active] & ZX_BOUND_KINDS;
    }
  for (guint i = 0; i < self->best->n; i++)
    pool[self->best->pick[i].candidate] |= 1u << self->best->pick[i].kind;
}

/* Where there is time: once more, from hot, in more steps. */
static void
anneal_slowly (Branch *self, ZxChoiceKicks kicks)
{
  kicks.n_kicks = SLOWER * self->proof->n_steps * self->choice->n_sites;
  kicks.seed = self->proof->seed + 1;
  zx_choice_anneal (self->choice, &kicks, self->best);
}

/* With prices and pool known kicks find what climbing alone did not: so many, or where time is the
 * limit for a share of it. */
static void
shake (Branch *self, const ZxPart *root)
{
  const ZxChoice *choice = self->choice;
  if (self->proof->n_kicks == 0)
    return;
  g_autofree guint32 *pool = g_new0 (guint32, choice->n_candidates + 1);
  double before = self->best->value;
  gint64 now = g_get_monotonic_time (), deadline = self->bound.deadline;
  ZxChoiceKicks kicks = {
    self->proof->n_kicks, self->bound.per_kind, self->proof->seed, { choice, self->progress, 0 }
  };
  if (deadline > 0)
    {
      kicks.n_kicks = G_MAXUINT;
      kicks.patience.deadline = now + (gint64) (SHAKE_SHARE * (double) (deadline - now));
    }
  fill_pool (self, root, pool);
  if (deadline > 0)
    anneal_slowly (self, kicks);
  zx_choice_shake (choice, pool, &kicks, self->best);
  if (self->best->value > before)
    zx_choice_improve (choice, NULL, ZX_SEARCH_QUICK, self->best, self->progress);
  set_target (self);
}

/* A good set before the bound's fine work, which needs to know how far down is worth going. */
static void
anneal (Branch *self)
{
  const ZxChoice *choice = self->choice;
  gint64 now = g_get_monotonic_time (), deadline = self->bound.deadline;
  ZxChoiceKicks kicks = {
    self->proof->n_steps * choice->n_sites, NULL, self->proof->seed, { choice, self->progress, 0 }
  };
  double before = self->best->value;
  if (deadline > 0)
    kicks.patience.deadline = now + (gint64) (ANNEAL_SHARE * (double) (deadline - now));
  if (kicks.n_kicks > 0)
    zx_choice_anneal (choice, &kicks, self->best);
  if (self->best->value > before)
    zx_choice_improve (choice, NULL, ZX_SEARCH_QUICK, self->best, self->progress);
  set_target (self);
}

static void
bound_root (Branch *self, double *root_bound)
{
  ZxPart *root = zx_part_new (&self->bound);
  *root_bound = self->target;
  if (zx_bound_propagate (&self->bound, root))
    {
      zx_bound_start (&self->bound, root, self->best);
      zx_bound_lower (&self->bound, root, FIRST_ROUNDS, ROOT_STEPS, &self->target, on_picked_cb,
                      self);
      if (root->bound > self->target && self->best->n > 0)
        anneal (self);
      if (root->bound > self->target)
        zx_bound_lower (&self->bound, root, ROOT_ROUNDS, ROOT_STEPS, &self->target, on_picked_cb,
                        self);
      self->is_at_root = FALSE;
      if (root->bound > self->target && self->best->n > 0)
        shake (self, root);
      *root_bound = MAX (root->bound, self->target);
      if (root->bound > self->target)
        {
          zx_bound_compact (&self->bound, root);
          consider (self, root);
          return;
        }
    }
  zx_part_free (root);
}

static gboolean
report (Branch *self, GError **error)
{
  double done = (double) self->n_nodes / MAX (self->proof->max_nodes, 1);
  double spent = self->bound.effort / MAX (self->proof->effort, 1);
  return zx_progress_step (self->progress, (gsize) (1000 * MIN (MAX (done, spent), 1)), 1000,
                           error);
}

gboolean
zx_choice_solve (const ZxChoice *self, const ZxChoiceProof *proof, ZxPicks *best,
                 ZxChoiceOutcome *outcome, const ZxProgress *progress, GError **error)
{
  Branch branch
      = { .choice = self, .proof = proof, .best = best, .is_at_root = TRUE, .progress = progress };
  gboolean is_done = TRUE;
  gint64 start = g_get_monotonic_time ();
  zx_bound_init (&branch.bound, self, best, GROUPS, progress);
  if (proof->time_limit_s > 0)
    branch.bound.deadline = start + (gint64) (proof->time_limit_s * 1e6);
  zx_choice_space_init (&branch.space, self);
  branch.trial = zx_picks_new (self->n_sites);
  branch.open = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_part_free);
  set_target (&branch);
  bound_root (&branch, &outcome->root_bound);
  while (branch.open->len > 0 && !is_spent (&branch) && is_done)
    {
      ZxPart *part = pop (&branch);
      if (part->bound <= branch.target)
        zx_part_free (part); /* a better set was found since */
      else
        split (&branch, part);
      if (branch.open->len > 0)
        show_step (&branch, ((const ZxPart *) branch.open->pdata[0])->bound);
      is_done = report (&branch, error);
    }
  double open = branch.open->len > 0 ? ((ZxPart *) branch.open->pdata[0])->bound : -INFINITY;
  outcome->bound = MAX (open, branch.target);
  outcome->bound = MAX (outcome->bound, best->value);
  outcome->is_proven = outcome->bound - best->value <= proof->gap_goal * outcome->bound;
  outcome->n_nodes = branch.n_nodes;
  outcome->effort = branch.bound.effort;
  g_ptr_array_unref (branch.open);
  zx_picks_clear (&branch.trial);
  zx_choice_space_clear (&branch.space);
  zx_bound_clear (&branch.bound);
  return is_done && zx_progress_step (progress, 1, 1, error);
}
