/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Good sets and bounds in turn at the root, then branch and bound, best bound first; for coverage,
 * generations of annealing and of the linear relaxation between them.
 *
 * A node is the sites decided so far and the prices of its parent.  Branching decides the site the
 * rounds could not agree on.  Every node's bound is proven, so the least bound of the open nodes is
 * a bound of the whole whenever the work stops. */

#include "app/locate/zx-lists.h"
#include "app/locate/zx-median-relax.h"
#include "app/locate/zx-open-nodes.h"

#include <string.h>

#define N_ELITE          8
#define ROOT_TURNS       40
#define COVERAGE_TURNS   3 /* where generations follow, which bound it better */
#define IDLE_TURNS       4
#define GENERATIONS      24
#define IDLE_GENERATIONS 8
#define GENERATION_SHARE 0.99  /* of the time limit */
#define MOVES_A_SITE     15000 /* of an annealing */
#define MAX_MOVES        1200000
#define FIRST_HOT        1   /* generation: the first that knows which sites are likely */
#define TRIAL_NODES      100 /* of a tree tried between generations */
#define TRIAL_SITES      400 /* … where no more are left to decide */
#define LEAST_ROUNDS     300 /* of the relaxation in a generation */
#define MOST_ROUNDS      3000
#define RELAX_PAIRS      2000000000 /* that they look at; about as long as the annealing */
#define SLOW_BOUND       0.003 /* of the gap: where less is closed, annealing needs the time more */
#define REST             4     /* generations, then */
#define MAX_TREE_BYTES   (G_GUINT64_CONSTANT (1) << 30) /* of open nodes; then the work stops */

typedef struct
{
  guint8 *status;
  double *price;
  guint32 branch; /* the site to decide */
} Node;

typedef struct
{
  const ZxMedian *problem;
  const ZxMedianLimits *limits;
  const ZxProgress *progress;
  gint64 begun;
  ZxMedianWork *work;
  ZxMedianPlan *plan;
  ZxMedianDual dual;
  guint32 *best; /* n_choose */
  double value;
  guint32 *elite[N_ELITE];
  double elite_value[N_ELITE];
  guint n_elite;
  ZxRng rng;
  ZxOpenNodes open; /* Node */
  guint64 n_nodes;
  double first_s;
} Run;

/* ---- time --------------------------------------------------------------------------------- */

static double
elapsed (const Run *self)
{
  return (double) (g_get_monotonic_time () - self->begun) / 1e6;
}

static gboolean
is_over (const Run *self)
{
  return zx_progress_is_stopped (self->progress)
         || (self->limits->time_limit_s > 0 && elapsed (self) >= self->limits->time_limit_s);
}

/* Of g_get_monotonic_time(); 0: none. */
static gint64
deadline (const Run *self)
{
  double limit_s = self->limits->time_limit_s;
  return limit_s > 0 ? self->begun + (gint64) (limit_s * 1e6) : 0;
}

/* ---- good sets ---------------------------------------------------------------------------- */

static guint
n_common (const Run *self, const guint32 *a, const guint32 *b)
{
  guint n = 0;
  for (guint s = 0; s < self->problem->n_choose; s++)
    for (guint t = 0; t < self->problem->n_choose; t++)
      n += a[s] == b[t];
  return n;
}

/* Keeps the plan among the elite: instead of one much like it, else of the worst. */
static void
remember (Run *self)
{
  gsize bytes = self->problem->n_choose * sizeof (guint32);
  guint worst = 0, where = G_MAXUINT;
  if (self->plan->value < self->value)
    {
      self->value = self->plan->value;
      memcpy (self->best, self->plan->chosen, bytes);
    }
  for (guint e = 0; e < self->n_elite; e++)
    {
      if (self->elite_value[e] > self->elite_value[worst])
        worst = e;
      if (n_common (self, self->elite[e], self->plan->chosen) + 3 >= self->problem->n_choose)
        where = e;
    }
  if (where == G_MAXUINT)
    where = self->n_elite < N_ELITE ? self->n_elite++ : worst;
  else if (self->plan->value >= self->elite_value[where])
    return;
  if (self->elite[where] == NULL)
    self->elite[where] = g_malloc (bytes);
  else if (self->plan->value >= self->elite_value[where])
    return;
  memcpy (self->elite[where], self->plan->chosen, bytes);
  self->elite_value[where] = self->plan->value;
}

static void
improve_and_remember (Run *self)
{
  zx_median_plan_improve (self->plan, self->progress);
  remember (self);
}

static void
relink_two (Run *self)
{
  if (self->n_elite < 2)
    return;
  guint a = zx_rng_below (&self->rng, self->n_elite);
  guint b = zx_rng_below (&self->rng, self->n_elite - 1);
  b += b >= a;
  if (zx_median_plan_relink (self->plan, self->elite[a], self->elite[b]))
    improve_and_remember (self);
}

static void
kick (Run *self, guint n_swaps)
{
  zx_median_plan_set (self->plan, self->best);
  zx_median_plan_shake (self->plan, n_swaps, &self->rng);
  improve_and_remember (self);
}

/* ---- the root ----------------------------------------------------------------------------- */

static void
first_prices (Run *self)
{
  for (guint i = 0; i < self->problem->n_clients; i++)
    {
      const ZxMedianClient *client = self->plan->client + i;
      double price = ((double) client->first + client->second) / 2;
      self->dual.price[i] = floor (price / self->problem->lattice) * self->problem->lattice;
    }
}

static guint
n_free (const Run *self, const guint8 *status)
{
  guint n = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    n += status[j] == ZX_MEDIAN_FREE;
  return n;
}

/* Bounds and sets feed each other: the set of the best bound is a start for swaps, a better value
 * lets the bound fix more. */
static void
run_root (Run *self)
{
  guint n_idle = 0, n_turns = self->problem->is_coverage ? COVERAGE_TURNS : ROOT_TURNS;
  double bound = -INFINITY;
  for (guint turn = 0; turn < n_turns && n_idle < IDLE_TURNS && !self->dual.is_closed; turn++)
    {
      ZxMedianPace pace = { 150, 1.5 / (1 + 0.6 * turn), 0.6, 20, deadline (self) };
      double value = self->value;
      guint n_left = n_free (self, self->dual.status);
      zx_median_dual_run (self->work, &self->dual, self->value, &pace, self->progress);
      if (self->dual.is_closed || is_over (self))
        return;
      zx_median_plan_set (self->plan, self->dual.chosen);
      improve_and_remember (self);
      relink_two (self);
      kick (self, 2 + turn % 4);
      gboolean has_moved = self->value < value || n_free (self, self->dual.status) + 5 < n_left
                           || self->dual.bound > bound + 0.02 * (self->value - self->dual.bound);
      n_idle = has_moved ? 0 : n_idle + 1;
      bound = self->dual.bound;
    }
}

/* ---- coverage: generations ---------------------------------------------------------------- */

typedef struct
{
  const Run *run;
  guint32 *sites; /* N_ELITE sets */
  guint generation;
  gboolean is_hot;
  guint8 *is_likely; /* n_sites: says the relaxation */
  gint64 deadline_us;
  ZxMedianRelax *relax;  /* NULL: nothing is left to decide */
  gboolean has_new_cuts; /* which the relaxation has not seen */
  guint n_resting;       /* generations before the next bound */
  guint n_tried;         /* sites left to the tree when it was tried last */
} Generations;

/* A hot generation leads from one set to many, later ones farther from it than the first, lest all
 * come back; the others warm what is good, so that little of it is lost.  Times what one more site
 * would add. */
static double
heat_of (const Generations *self)
{
  return !self->is_hot ? 0.12 : self->generation == FIRST_HOT ? 0.3 : 1.0;
}

/* Cuts and rounds in turn: each takes about as long as the annealing beside it. */
static void
bound_sets (Generations *self)
{
  gsize n_pairs = self->run->problem->client_first[self->run->problem->n_clients];
  guint n_rounds = CLAMP (RELAX_PAIRS / (n_pairs + 1), LEAST_ROUNDS, MOST_ROUNDS);
  if (self->n_resting > 0)
    return;
  self->has_new_cuts = self->relax->has_run && !self->has_new_cuts;
  if (self->has_new_cuts)
    zx_median_relax_cut (self->relax, self->deadline_us);
  else
    zx_median_relax_run (self->relax, n_rounds, self->deadline_us, self->run->progress);
}

/* @closed: the share of the gap that the last turn has closed. */
static void
rest (Generations *self, double closed)
{
  if (self->n_resting > 0)
    self->n_resting--;
  else if (!self->has_new_cuts && closed < SLOW_BOUND)
    self->n_resting = REST;
}

/* A warm annealing leaves some places better and others worse: what is better is taken.  A hot one
 * brings another set, for the others to take from. */
static void
anneal_set (const Generations *self, guint k)
{
  const ZxMedian *problem = self->run->problem;
  gsize p = problem->n_choose;
  guint64 n_moves = MIN (MOVES_A_SITE * (guint64) p, MAX_MOVES);
  guint32 *set = self->sites + k * p;
  g_autofree guint32 *before = g_memdup2 (set, p * sizeof *set);
  g_autofree guint32 *after = g_memdup2 (set, p * sizeof *set);
  ZxRng rng = zx_rng_stream (self->run->limits->seed, self->generation * N_ELITE + k);
  zx_median_anneal (problem, self->generation > 0 ? self->is_likely : NULL, after, n_moves,
                    heat_of (self), &rng, self->deadline_us, self->run->progress);
  if (self->is_hot)
    memcpy (set, after, p * sizeof *set);
  else
    zx_median_merge (problem, before, after, set);
}

/* The first item is the longest: the bound; the others anneal. */
static void
run_some (gsize begin, gsize end, guint worker, gpointer data)
{
  for (gsize item = begin; item < end; item++)
    if (item == 0)
      bound_sets (data);
    else
      anneal_set (data, (guint) item - 1);
}

/* Every set takes from one other, each time the next, what that does better. */
static void
merge_with_next (const ZxMedian *problem, guint generation, guint32 *sites)
{
  gsize p = problem->n_choose;
  guint ahead = 1 + generation % (N_ELITE - 1);
  g_autofree guint32 *before = g_memdup2 (sites, N_ELITE * p * sizeof *sites);
  for (guint k = 0; k < N_ELITE; k++)
    zx_median_merge (problem, before + k * p, before + (k + ahead) % N_ELITE * p, sites + k * p);
}

/* The last set has seen what all others do better. */
static void
merge_all (const ZxMedian *problem, guint32 *sites)
{
  gsize p = problem->n_choose;
  g_autofree guint32 *merged = g_new (guint32, p + 1);
  for (guint k = 0; k < N_ELITE; k++)
    for (guint other = 0; other < N_ELITE; other++)
      {
        zx_median_merge (problem, sites + k * p, sites + other * p, merged);
        memcpy (sites + k * p, merged, p * sizeof *merged);
      }
}

/* Returns: TRUE when all sets are worth the same, which is to say that they have become one. */
static gboolean
remember_all (Run *self, const guint32 *sites)
{
  double least = INFINITY, most = 0;
  for (guint k = 0; k < N_ELITE; k++)
    {
      zx_median_plan_set (self->plan, sites + (gsize) k * self->problem->n_choose);
      least = MIN (least, self->plan->value);
      most = MAX (most, self->plan->value);
      improve_and_remember (self);
    }
  return least == most;
}

/* The best of all ages takes part again. */
static void
merge_with_best (Run *self, guint32 *sites)
{
  gsize p = self->problem->n_choose;
  g_autofree guint32 *merged = g_new (guint32, p + 1);
  for (guint k = 0; k < N_ELITE; k++)
    {
      zx_median_merge (self->problem, self->best, sites + k * p, merged);
      memcpy (sites + k * p, merged, p * sizeof *merged);
    }
  remember_all (self, sites);
}

/* ---- nodes -------------------------------------------------------------------------------- */

static void
node_free (gpointer data)
{
  Node *node = data;
  g_free (node->status);
  g_free (node->price);
  g_free (node);
}

static guint32
branching_site (const Run *self)
{
  guint32 best = G_MAXUINT32;
  double least = INFINITY;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (self->dual.status[j] == ZX_MEDIAN_FREE && fabs (self->dual.frequency[j] - 0.5) < least)
      {
        least = fabs (self->dual.frequency[j] - 0.5);
        best = j;
      }
  return best;
}

static guint
count (const Run *self, const guint8 *status, guint8 which)
{
  guint n = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    n += status[j] == which;
  return n;
}

/* All open sites there are, filled up with free ones where the number asks for it. */
static gboolean
is_decided (Run *self, guint8 *status, guint32 *sites)
{
  guint n_open = count (self, status, ZX_MEDIAN_OPEN), n = 0;
  guint n_undecided = count (self, status, ZX_MEDIAN_FREE);
  gboolean takes_all = n_open + n_undecided == self->problem->n_choose;
  if (n_open != self->problem->n_choose && !takes_all)
    return FALSE;
  for (guint j = 0; j < self->problem->n_sites; j++)
    if (status[j] == ZX_MEDIAN_OPEN || (takes_all && status[j] == ZX_MEDIAN_FREE))
      sites[n++] = j;
  return TRUE;
}

static gboolean
is_possible (const Run *self, const guint8 *status)
{
  guint n_open = count (self, status, ZX_MEDIAN_OPEN);
  return n_open <= self->problem->n_choose
         && n_open + count (self, status, ZX_MEDIAN_FREE) >= self->problem->n_choose;
}

static double
value_of (Run *self, const guint32 *sites)
{
  zx_median_plan_set (self->plan, sites);
  return self->plan->value;
}

static void
push_state (Run *self)
{
  Node *node = g_new (Node, 1);
  node->status = g_memdup2 (self->dual.status, self->problem->n_sites);
  node->price = g_memdup2 (self->dual.price, self->problem->n_clients * sizeof (double));
  node->branch = branching_site (self);
  zx_open_nodes_push (&self->open, self->dual.bound, self->n_nodes, node);
}

/* TRUE when the state in self->dual leaves nothing to bound: no set is possible, or only one, which
 * is remembered. */
static gboolean
is_settled (Run *self)
{
  g_autofree guint32 *sites = g_new (guint32, (gsize) self->problem->n_choose + 1);
  if (!is_possible (self, self->dual.status))
    return TRUE;
  if (!is_decided (self, self->dual.status, sites))
    return FALSE;
  value_of (self, sites);
  remember (self);
  return TRUE;
}

/* Bounds the state in self->dual, whose bound is its parent's; pushes it if it is still open. */
static void
examine (Run *self, const ZxMedianPace *pace)
{
  self->n_nodes++;
  self->dual.is_closed = FALSE;
  if (is_settled (self))
    return;
  zx_median_dual_run (self->work, &self->dual, self->value, pace, self->progress);
  if (self->dual.is_closed || is_settled (self))
    return;
  if (value_of (self, self->dual.chosen) < self->value)
    improve_and_remember (self);
  push_state (self);
}

static void
take_child (Run *self, const ZxOpenNode *open, guint8 status, const ZxMedianPace *pace)
{
  const ZxMedian *problem = self->problem;
  const Node *node = open->state;
  memcpy (self->dual.status, node->status, problem->n_sites);
  memcpy (self->dual.price, node->price, problem->n_clients * sizeof (double));
  self->dual.status[node->branch] = status;
  self->dual.bound = open->bound;
  for (guint j = 0; j < problem->n_sites; j++)
    self->dual.frequency[j] = 0.5;
  examine (self, pace);
}

static gboolean
is_full (const Run *self)
{
  guint64 bytes = sizeof (Node) + self->problem->n_sites
                  + self->problem->n_clients * (guint64) sizeof (double);
  return zx_open_nodes_count (&self->open) * bytes > MAX_TREE_BYTES;
}

static double
search_tree (Run *self, guint64 max_nodes)
{
  const ZxMedianPace pace = { 100, 0.6, 0.6, 10, 0 };
  if (is_settled (self))
    return self->value;
  push_state (self);
  while (zx_open_nodes_count (&self->open) > 0)
    {
      double bound = zx_open_nodes_bound (&self->open, self->value);
      if (is_over (self) || is_full (self) || self->n_nodes >= max_nodes)
        return bound;
      ZxOpenNode open = zx_open_nodes_pop (&self->open);
      if (open.bound <= self->value - 1)
        {
          take_child (self, &open, ZX_MEDIAN_OPEN, &pace);
          take_child (self, &open, ZX_MEDIAN_CLOSED, &pace);
        }
      node_free (open.state);
      if (is_over (self))
        return MIN (bound, self->value); /* the children may be unfinished */
    }
  return self->value;
}

/* Returns: a bound of the whole; the value when it is proven.  Leaves no nodes behind. */
static double
branch_and_bound (Run *self, guint64 max_nodes)
{
  double bound = search_tree (self, max_nodes);
  while (zx_open_nodes_count (&self->open) > 0)
    node_free (zx_open_nodes_pop (&self->open).state);
  return bound;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
run_init (Run *self, const ZxMedian *problem)
{
  self->problem = problem;
  self->begun = g_get_monotonic_time ();
  self->work = zx_median_work_new (problem);
  self->plan = zx_median_plan_new (problem);
  self->best = g_new0 (guint32, (gsize) problem->n_choose + 1);
  self->value = INFINITY;
  zx_open_nodes_init (&self->open, node_free);
  self->dual.price = g_new0 (double, (gsize) problem->n_clients + 1);
  self->dual.status = g_memdup2 (problem->status, (gsize) problem->n_sites);
  self->dual.frequency = g_new0 (double, (gsize) problem->n_sites + 1);
  self->dual.chosen = g_new0 (guint32, (gsize) problem->n_choose + 1);
  self->dual.bound = 0;
}

static void
run_clear (Run *self)
{
  zx_open_nodes_clear (&self->open);
  for (guint e = 0; e < N_ELITE; e++)
    g_free (self->elite[e]);
  zx_median_work_free (self->work);
  zx_median_plan_free (self->plan);
  g_free (self->best);
  g_free (self->dual.price);
  g_free (self->dual.status);
  g_free (self->dual.frequency);
  g_free (self->dual.chosen);
}

/* ---- coverage: the whole ------------------------------------------------------------------ */

/* A small tree where little is left to decide.  TRUE when that settles it; else the state is as
 * before but for a better bound. */
static gboolean
try_tree (Run *self)
{
  ZxMedianDual *dual = &self->dual;
  g_autofree guint8 *status = g_memdup2 (dual->status, self->problem->n_sites);
  g_autofree double *price
      = g_memdup2 (dual->price, self->problem->n_clients * sizeof *dual->price);
  double root = dual->bound;
  double bound
      = branch_and_bound (self, MIN (self->n_nodes + TRIAL_NODES, self->limits->max_nodes));
  memcpy (dual->status, status, self->problem->n_sites);
  memcpy (dual->price, price, self->problem->n_clients * sizeof *dual->price);
  dual->bound = MAX (root, bound);
  dual->is_closed = dual->bound > self->value - 1;
  return dual->is_closed || is_over (self) || self->n_nodes >= self->limits->max_nodes;
}

/* Takes over what the relaxation has shown; where many sites went it begins anew with what is left.
 * TRUE when that is the end of generations: the search is over, or the tree has no more to do than
 * to say so. */
static gboolean
use_bound (Run *self, Generations *generations)
{
  ZxMedianRelax *relax = generations->relax;
  double before = self->dual.bound, gap = self->value - before;
  self->dual.bound = MAX (before, MIN (relax->bound, self->value));
  self->dual.is_closed = self->dual.bound > self->value - 1;
  rest (generations, (self->dual.bound - before) / gap);
  zx_median_relax_mark_likely (relax, generations->is_likely);
  zx_median_relax_fix (relax, self->value, self->dual.status);
  zx_median_relax_guide (relax, self->dual.price, self->dual.frequency);
  guint n_left = n_free (self, self->dual.status);
  if (self->dual.is_closed || n_left > 0.9 * relax->n_sites)
    return self->dual.is_closed;
  generations->n_resting = 0;
  generations->relax = zx_median_relax_new (self->problem, self->dual.status);
  if (generations->relax != NULL)
    zx_median_relax_inherit (generations->relax, relax);
  zx_median_relax_free (relax);
  if (generations->relax == NULL)
    return TRUE;
  if (n_left > TRIAL_SITES || n_left > 0.5 * generations->n_tried)
    return FALSE;
  generations->n_tried = n_left;
  return try_tree (self);
}

/* Where the root leaves a gap in coverage, swaps are too weak to find the best set and prices to
 * bound it.  Eight sets are annealed side by side in short generations, and merged by pairs between
 * them: they stay different for long, and what one has found reaches all in three generations.
 * Once all are one they are heated again.
 * Starting every generation from the best set, or annealing longer without merging, finds less in
 * the same time.  Beside them the linear relaxation is solved and cut. */
static void
run_generations (Run *self)
{
  gsize p = self->problem->n_choose;
  guint n_idle = 0;
  gboolean has_time = self->limits->time_limit_s > 0; /* then time alone ends it */
  g_autofree guint32 *sites = g_new (guint32, N_ELITE * p + 1);
  g_autofree guint8 *is_likely = g_new (guint8, (gsize) self->problem->n_sites + 1);
  Generations generations
      = { .run = self, .sites = sites, .is_likely = is_likely, .n_tried = G_MAXUINT };
  generations.relax = zx_median_relax_new (self->problem, self->dual.status);
  gboolean is_done = generations.relax == NULL, is_one = FALSE;
  if (has_time)
    generations.deadline_us
        = self->begun + (gint64) (self->limits->time_limit_s * GENERATION_SHARE * 1e6);
  for (guint k = 0; k < N_ELITE; k++)
    memcpy (sites + k * p, self->best, p * sizeof *sites);
  for (guint g = 0; !is_done && (has_time || (g < GENERATIONS && n_idle < IDLE_GENERATIONS)); g++)
    {
      double value = self->value;
      if (is_over (self) || (has_time && g_get_monotonic_time () >= generations.deadline_us))
        break;
      generations.generation = g;
      generations.is_hot = is_one || g == FIRST_HOT;
      zx_parallel_for (N_ELITE + 1, 1, run_some, &generations, NULL, NULL);
      merge_with_next (self->problem, g, sites);
      is_one = remember_all (self, sites);
      if (is_one)
        merge_with_best (self, sites);
      is_done = use_bound (self, &generations);
      n_idle = self->value < value ? 0 : n_idle + 1;
    }
  merge_all (self->problem, sites);
  merge_with_best (self, sites);
  if (!is_done)
    use_bound (self, &generations);
  zx_median_relax_free (generations.relax);
}

/* A small tree first; where it is not enough, better sets and bounds are sought, and the tree is
 * begun anew. */
static double
search_coverage (Run *self)
{
  if (n_free (self, self->dual.status) > TRIAL_SITES || !try_tree (self))
    run_generations (self);
  double bound = MIN (self->dual.bound, self->value);
  if (self->dual.is_closed)
    return self->value;
  if (is_over (self) || self->n_nodes >= self->limits->max_nodes)
    return bound;
  double proven = branch_and_bound (self, self->limits->max_nodes);
  return MAX (bound, proven);
}

static double
search (Run *self)
{
  zx_median_plan_greedy (self->plan);
  remember (self);
  improve_and_remember (self);
  self->first_s = elapsed (self);
  first_prices (self);
  run_root (self);
  if (self->dual.is_closed)
    return self->value;
  if (is_over (self))
    return MIN (self->dual.bound, self->value);
  if (self->problem->is_coverage)
    return search_coverage (self);
  return branch_and_bound (self, self->limits->max_nodes);
}

ZxMedianResult *
zx_median_solve (const ZxMedian *problem, const ZxMedianLimits *limits, const ZxProgress *progress,
                 GError **error)
{
  if (!zx_progress_step (progress, 0, 1, error))
    return NULL;
  Run run = { .limits = limits, .progress = progress, .rng = zx_rng_new (limits->seed) };
  g_autofree guint32 *old_site = NULL;
  g_autoptr (ZxMedian) near = problem->is_coverage ? zx_median_new_near (problem, &old_site) : NULL;
  run_init (&run, near != NULL ? near : problem);
  double bound = search (&run);
  ZxMedianResult *result = g_new0 (ZxMedianResult, 1);
  result->value = run.value;
  result->bound = MIN (ceil (bound), run.value);
  result->is_proven = result->bound >= result->value;
  result->n_nodes = run.n_nodes;
  result->first_s = run.first_s;
  result->site = g_steal_pointer (&run.best);
  for (guint s = 0; near != NULL && s < problem->n_choose; s++)
    result->site[s] = old_site[result->site[s]];
  qsort (result->site, problem->n_choose, sizeof *result->site, zx_lists_compare);
  run_clear (&run);
  return result;
}

void
zx_median_result_free (ZxMedianResult *self)
{
  if (self == NULL)
    return;
  g_free (self->site);
  g_free (self);
}
