/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Market share by Huff's rule (Huff 1964): a client splits its demand over all standing sites by
 * their attraction, so with rivals' attraction r and ours t it brings t / (t + r).
 *
 * That is concave in t and t is a sum over chosen sites, so letting sites be chosen in part gives a
 * concave problem whose best value is a bound: from any point y it is at most
 *   F (y) + the best of gradient × (set - y)                    (Frank and Wolfe 1956)
 * Branch and bound on sites with these bounds is exact (Benati and Hansen 2002).  Where a client
 * has no rival t / t jumps at 0; any slope t / (t + 0) <= 1 + slope × … of a supporting line
 * serves, here that of the smallest attraction, which is never below the jump.
 *
 * The fewest sites for a target share: numbers of sites in turn, until one reaches it. */

#include "app/locate/zx-lists.h"
#include "app/locate/zx-locate-private.h"
#include "app/locate/zx-open-nodes.h"

#include <string.h>

#define ROUNDS    80
#define ROUND_OFF 1e-9 /* of the value: bounds are sums in another order */

enum
{
  FREE,
  CHOSEN,
  SHUT,
};

typedef struct
{
  const ZxLocate *problem;
  const ZxProgress *progress;
  guint n_choose;
  gint64 deadline_us;
  guint64 max_nodes, n_nodes;
  double *ours, *theirs; /* of each client: standing attraction */
  double *least;         /* of each client: the smallest attraction of a candidate */
  double *slope;         /* n_sites: gradient of the round */
  double *part;          /* n_sites: y */
  guint8 *status;
  guint32 *order;
  guint32 *best; /* n_choose */
  double value, bound;
  gboolean is_proven;
  ZxOpenNodes open;
} Run;

typedef struct
{
  guint8 *status;
  guint32 branch;
} State;

static void
state_free (gpointer data)
{
  State *state = data;
  g_free (state->status);
  g_free (state);
}

/* ---- the share ---------------------------------------------------------------------------- */

/* What client @i brings at attraction @t, and how fast that grows. */
static double
brings (const Run *self, guint i, double t, double *slope)
{
  double demand = self->problem->demand[i], theirs = self->theirs[i];
  if (theirs > 0)
    {
      *slope = demand * theirs / ((t + theirs) * (t + theirs));
      return demand * t / (t + theirs);
    }
  if (t >= self->least[i])
    {
      *slope = 0;
      return demand;
    }
  *slope = demand / self->least[i];
  return demand * t / self->least[i];
}

/* F (y), with its gradient in slope. */
static double
evaluate (Run *self)
{
  const ZxLocate *problem = self->problem;
  double total = 0;
  memset (self->slope, 0, problem->n_sites * sizeof (double));
  for (guint i = 0; i < problem->n_clients; i++)
    {
      double t = self->ours[i], slope;
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        t += self->part[problem->site[k]] * problem->attraction[k];
      total += brings (self, i, t, &slope);
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        self->slope[problem->site[k]] += slope * problem->attraction[k];
    }
  return total;
}

static double
value_of (Run *self, const guint32 *sites)
{
  memset (self->part, 0, self->problem->n_sites * sizeof (double));
  for (guint s = 0; s < self->n_choose; s++)
    self->part[sites[s]] = 1;
  return evaluate (self);
}

static void
keep_if_better (Run *self, const guint32 *sites)
{
  double value = value_of (self, sites);
  if (value <= self->value)
    return;
  self->value = value;
  memcpy (self->best, sites, self->n_choose * sizeof *sites);
}

/* ---- a good set --------------------------------------------------------------------------- */

static void
start_greedily (Run *self)
{
  const ZxLocate *problem = self->problem;
  g_autofree guint32 *sites = g_new (guint32, (gsize) self->n_choose + 1);
  guint n = 0;
  memset (self->part, 0, problem->n_sites * sizeof (double));
  for (guint32 j = 0; j < problem->n_sites; j++)
    if (self->status[j] == CHOSEN)
      {
        sites[n++] = j;
        self->part[j] = 1;
      }
  while (n < self->n_choose)
    {
      guint32 best = G_MAXUINT32;
      evaluate (self);
      for (guint32 j = 0; j < problem->n_sites; j++)
        if (self->status[j] == FREE && self->part[j] == 0
            && (best == G_MAXUINT32 || self->slope[j] > self->slope[best]))
          best = j;
      sites[n++] = best;
      self->part[best] = 1;
    }
  keep_if_better (self, sites);
}

static gboolean
swap_once (Run *self)
{
  g_autofree guint32 *sites = g_memdup2 (self->best, self->n_choose * sizeof (guint32));
  g_autofree guint8 *is_in = g_new0 (guint8, (gsize) self->problem->n_sites + 1);
  double before = self->value;
  for (guint s = 0; s < self->n_choose; s++)
    is_in[sites[s]] = 1;
  for (guint s = 0; s < self->n_choose && !zx_progress_is_stopped (self->progress); s++)
    {
      guint32 out = sites[s];
      for (guint32 j = 0; j < self->problem->n_sites && self->status[out] == FREE; j++)
        if (!is_in[j] && self->status[j] == FREE)
          {
            sites[s] = j;
            keep_if_better (self, sites);
          }
      sites[s] = out;
      if (self->value > before)
        return TRUE;
    }
  return FALSE;
}

/* ---- bounds ------------------------------------------------------------------------------- */

static int
compare_slopes (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *slope = data;
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  if (slope[x] != slope[y])
    return slope[x] > slope[y] ? -1 : 1;
  return x < y ? -1 : x > y;
}

/* The free sites by slope, steepest first; returns how many. */
static guint
order_free (Run *self)
{
  guint n = 0;
  for (guint32 j = 0; j < self->problem->n_sites; j++)
    if (self->status[j] == FREE)
      self->order[n++] = j;
  g_qsort_with_data (self->order, (gint) n, sizeof *self->order, compare_slopes, self->slope);
  return n;
}

static gboolean
is_beaten (const Run *self, double bound)
{
  return bound <= self->value + ROUND_OFF * fabs (self->value);
}

static guint
count (const Run *self, guint8 status)
{
  guint n = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    n += self->status[j] == status;
  return n;
}

/* Sites whose other decision would be beaten. */
static void
fix_sites (Run *self, double bound, guint n_free, guint n_wanted)
{
  if (n_wanted == 0 || n_wanted >= n_free)
    return;
  double last = self->slope[self->order[n_wanted - 1]], next = self->slope[self->order[n_wanted]];
  for (guint k = 0; k < n_free; k++)
    {
      guint32 j = self->order[k];
      double forced = k < n_wanted ? bound - self->slope[j] + next : bound - last + self->slope[j];
      if (is_beaten (self, forced))
        self->status[j] = k < n_wanted ? CHOSEN : SHUT;
    }
}

/* The bound of the node; part is where it was found.  G_MAXUINT32 in @branch: it is closed. */
static double
bound_node (Run *self, double bound, guint32 *branch)
{
  guint n_wanted = self->n_choose - count (self, CHOSEN), n_free = count (self, FREE);
  g_autofree guint32 *sites = g_new (guint32, (gsize) self->n_choose + 1);
  *branch = G_MAXUINT32;
  for (guint j = 0; j < self->problem->n_sites; j++)
    self->part[j] = self->status[j] == CHOSEN ? 1
                    : self->status[j] == FREE ? (double) n_wanted / MAX (n_free, 1)
                                              : 0;
  for (guint round = 0; round < ROUNDS; round++)
    {
      double here = evaluate (self), linear = here;
      guint n = order_free (self);
      for (guint k = 0; k < n; k++)
        linear += self->slope[self->order[k]] * ((k < n_wanted) - self->part[self->order[k]]);
      bound = MIN (bound, linear);
      if (is_beaten (self, bound))
        return bound;
      if (round + 1 == ROUNDS || linear - here < 1e-10 * fabs (here))
        {
          fix_sites (self, linear, n, n_wanted);
          break;
        }
      double step = 2.0 / (round + 3);
      for (guint k = 0; k < n; k++)
        self->part[self->order[k]] += step * ((k < n_wanted) - self->part[self->order[k]]);
    }
  double least = INFINITY;
  for (guint32 j = 0; j < self->problem->n_sites; j++)
    if (self->status[j] == FREE && fabs (self->part[j] - 0.5) < least)
      {
        least = fabs (self->part[j] - 0.5);
        *branch = j;
      }
  guint n = 0;
  for (guint32 j = 0; j < self->problem->n_sites; j++)
    if (self->status[j] == CHOSEN)
      sites[n++] = j;
  for (guint k = 0; n < self->n_choose && k < n_free; k++)
    if (self->status[self->order[k]] == FREE)
      sites[n++] = self->order[k];
  if (n == self->n_choose)
    keep_if_better (self, sites);
  return bound;
}

/* ---- branching ---------------------------------------------------------------------------- */

/* Bounds self->status; pushes it if there is something left to decide. */
static void
examine (Run *self, double bound)
{
  guint32 branch;
  guint n_chosen = count (self, CHOSEN), n_free = count (self, FREE);
  self->n_nodes++;
  if (n_chosen > self->n_choose || n_chosen + n_free < self->n_choose)
    return;
  bound = bound_node (self, bound, &branch);
  if (branch == G_MAXUINT32 || is_beaten (self, bound))
    return;
  State *state = g_new (State, 1);
  state->status = g_memdup2 (self->status, self->problem->n_sites);
  state->branch = branch;
  zx_open_nodes_push (&self->open, -bound, self->n_nodes, state);
}

static gboolean
is_over (const Run *self)
{
  return zx_progress_is_stopped (self->progress) || self->n_nodes >= self->max_nodes
         || (self->deadline_us > 0 && g_get_monotonic_time () >= self->deadline_us);
}

/* @wanted: stop at a value no less, or when no value can be; 0: do not. */
static void
search (Run *self, double wanted)
{
  start_greedily (self);
  while (swap_once (self))
    ;
  examine (self, INFINITY);
  for (;;)
    {
      self->bound = MAX (self->value, -zx_open_nodes_bound (&self->open, -self->value));
      if (zx_open_nodes_count (&self->open) == 0)
        {
          self->is_proven = TRUE;
          return;
        }
      if (is_over (self)
          || (wanted > 0 && (self->value >= wanted || self->bound * (1 + ROUND_OFF) < wanted)))
        return;
      ZxOpenNode node = zx_open_nodes_pop (&self->open);
      const State *state = node.state;
      for (guint8 status = CHOSEN; status <= SHUT && !is_beaten (self, -node.bound); status++)
        {
          memcpy (self->status, state->status, self->problem->n_sites);
          self->status[state->branch] = status;
          examine (self, -node.bound);
        }
      state_free (node.state);
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
prepare_clients (Run *self)
{
  const ZxLocate *problem = self->problem;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      self->least[i] = INFINITY;
      for (gsize k = problem->first[i]; k < problem->first[i + 1]; k++)
        {
          ZxLocateRole role = zx_locate_role (problem, problem->site[k]);
          if (role == ZX_LOCATE_EXISTING)
            self->ours[i] += problem->attraction[k];
          else if (role == ZX_LOCATE_RIVAL)
            self->theirs[i] += problem->attraction[k];
          else if (role != ZX_LOCATE_BANNED)
            self->least[i] = MIN (self->least[i], problem->attraction[k]);
        }
      /* What stands already settles a client without rivals. */
      self->least[i] = self->ours[i] > 0 ? MIN (self->least[i], self->ours[i]) : self->least[i];
    }
}

static void
run_init (Run *self, const ZxLocate *problem, const ZxLocateOptions *options, guint n_choose,
          gint64 begun, const ZxProgress *progress)
{
  gsize n = (gsize) problem->n_clients + 1, m = (gsize) problem->n_sites + 1;
  *self = (Run){ .problem = problem, .progress = progress, .n_choose = n_choose };
  self->deadline_us
      = options->time_limit_s > 0 ? begun + (gint64) (options->time_limit_s * 1e6) : 0;
  self->max_nodes = options->max_nodes > 0 ? options->max_nodes : G_MAXUINT64;
  self->value = -1;
  self->ours = g_new0 (double, n);
  self->theirs = g_new0 (double, n);
  self->least = g_new0 (double, n);
  self->slope = g_new0 (double, m);
  self->part = g_new0 (double, m);
  self->status = g_new0 (guint8, m);
  self->order = g_new (guint32, m);
  self->best = g_new0 (guint32, (gsize) n_choose + 1);
  zx_open_nodes_init (&self->open, state_free);
  prepare_clients (self);
  for (guint j = 0; j < problem->n_sites; j++)
    {
      ZxLocateRole role = zx_locate_role (problem, j);
      self->status[j] = role == ZX_LOCATE_CANDIDATE  ? FREE
                        : role == ZX_LOCATE_REQUIRED ? CHOSEN
                                                     : SHUT;
    }
}

static void
run_clear (Run *self)
{
  zx_open_nodes_clear (&self->open);
  g_free (self->ours);
  g_free (self->theirs);
  g_free (self->least);
  g_free (self->slope);
  g_free (self->part);
  g_free (self->status);
  g_free (self->order);
  g_free (self->best);
}

static ZxLocation *
location_of (const Run *self)
{
  ZxLocation *location = g_new0 (ZxLocation, 1);
  location->n_chosen = self->n_choose;
  location->chosen = g_memdup2 (self->best, ((gsize) self->n_choose + 1) * sizeof (guint32));
  qsort (location->chosen, self->n_choose, sizeof (guint32), zx_lists_compare);
  location->value = self->value;
  location->bound = self->is_proven ? self->value : self->bound;
  location->is_proven = self->is_proven;
  location->n_nodes = self->n_nodes;
  return location;
}

ZxLocation *
zx_locate_solve_market_share (const ZxLocate *problem, const ZxLocateOptions *options,
                              const ZxProgress *progress, GError **error)
{
  Run run;
  run_init (&run, problem, options, problem->n_choose, g_get_monotonic_time (), progress);
  search (&run, 0);
  ZxLocation *location = location_of (&run);
  run_clear (&run);
  return location;
}

static guint
n_with_role (const ZxLocate *problem, ZxLocateRole role)
{
  guint n = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    n += zx_locate_role (problem, j) == role;
  return n;
}

ZxLocation *
zx_locate_solve_target_share (const ZxLocate *problem, const ZxLocateOptions *options,
                              const ZxProgress *progress, GError **error)
{
  gint64 begun = g_get_monotonic_time ();
  guint n_required = n_with_role (problem, ZX_LOCATE_REQUIRED), proven = n_required;
  guint n_most = n_required + n_with_role (problem, ZX_LOCATE_CANDIDATE);
  guint64 n_nodes = 0;
  double demand = 0, most = 0;
  for (guint i = 0; i < problem->n_clients; i++)
    demand += problem->demand[i];
  double wanted = problem->target * demand * (1 - 1e-12);
  for (guint n = n_required; n <= n_most; n++)
    {
      Run run;
      if (!zx_progress_step (progress, n, n_most, error))
        return NULL;
      run_init (&run, problem, options, n, begun, progress);
      search (&run, wanted);
      n_nodes += run.n_nodes;
      most = MAX (most, run.value);
      ZxLocation *location = run.value >= wanted ? location_of (&run) : NULL;
      gboolean is_impossible
          = run.value < wanted
            && (run.is_proven || run.bound * (1 + ROUND_OFF) < problem->target * demand);
      run_clear (&run);
      if (location != NULL)
        {
          location->value = n;
          location->bound = proven;
          location->is_proven = proven == n;
          location->n_nodes = n_nodes;
          return location;
        }
      if (is_impossible && proven == n)
        proven = n + 1;
    }
  char text[2][32];
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("All %u sites together draw %s of the demand and the target is %s; lower the "
                  "target or add sites"),
               n_most, zx_number_format (most / demand, text[0]),
               zx_number_format (problem->target, text[1]));
  return NULL;
}
