/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Branch and bound with Lagrangian bounds for covering with prices (Beasley 1990; Caprara,
 * Fischetti and Toth 1999).
 *
 * Client i pays 0 <= u_i <= penalty_i for each of its needed sites.  Whatever the prices,
 *   Σ_i needed_i u_i + Σ_j min (0, cost_j - Σ_{i at j} u_i)  <=  the best value.
 * A site whose reduced cost cost_j - Σ u is farther from 0 than the best value from the bound is
 * decided.  The sites of negative reduced cost, less those that save more by going and with those
 * that save by coming, are a good set. */

#include "app/locate/zx-cover.h"
#include "app/locate/zx-lists.h"
#include "app/locate/zx-open-nodes.h"

#include <string.h>

#define ROOT_ROUNDS 400
#define NODE_ROUNDS 40

typedef struct
{
  double *price;
  guint8 *status;
  guint32 branch;
} State;

typedef struct
{
  const ZxCover *problem;
  const ZxCoverLimits *limits;
  const ZxProgress *progress;
  ZxCoverResult *result;
  /* the node at hand */
  guint8 *status;
  double *price, *best_price, *direction, *frequency, *reduced, *best_reduced;
  double bound;
  gboolean is_closed;
  /* what is left of it */
  guint32 *client; /* those still wanting sites */
  gint32 *wanting; /* n_clients: how many */
  guint n_left;
  double constant;
  /* a set */
  guint8 *is_chosen;
  gint32 *count; /* n_clients: chosen sites at the client */
  ZxOpenNodes open;
} Run;

void
zx_cover_finish (ZxCover *self)
{
  gsize n_pairs = self->client_first[self->n_clients];
  self->site_first = g_new0 (gsize, (gsize) self->n_sites + 2);
  self->site_client = g_new (guint32, n_pairs + 1);
  zx_lists_turn (self->n_clients, self->client_first, self->client_site, self->n_sites,
                 self->site_first, self->site_client);
}

void
zx_cover_clear (ZxCover *self)
{
  g_free (self->penalty);
  g_free (self->needed);
  g_free (self->cost);
  g_free (self->client_first);
  g_free (self->client_site);
  g_free (self->site_first);
  g_free (self->site_client);
  g_free (self->status);
}

/* ---- sets --------------------------------------------------------------------------------- */

static gint32
shortage (const ZxCover *problem, const gint32 *count, guint client)
{
  return MAX ((gint32) problem->needed[client] - count[client], 0);
}

static void
add_site (Run *self, guint32 site, gint32 by)
{
  const ZxCover *problem = self->problem;
  self->is_chosen[site] = by > 0;
  for (gsize k = problem->site_first[site]; k < problem->site_first[site + 1]; k++)
    self->count[problem->site_client[k]] += by;
}

/* What the value falls by when the site comes (or, chosen, goes). */
static double
saving (const Run *self, guint32 site)
{
  const ZxCover *problem = self->problem;
  gboolean is_in = self->is_chosen[site];
  double total = is_in ? problem->cost[site] : -problem->cost[site];
  for (gsize k = problem->site_first[site]; k < problem->site_first[site + 1]; k++)
    {
      guint32 client = problem->site_client[k];
      gint32 spare = self->count[client] - (gint32) problem->needed[client];
      if (is_in && spare <= 0)
        total -= problem->penalty[client];
      else if (!is_in && spare < 0)
        total += problem->penalty[client];
    }
  return total;
}

/* The site whose going (@is_in) or coming saves most; G_MAXUINT32: none saves anything. */
static guint32
best_change (const Run *self, gboolean is_in)
{
  guint8 decided = is_in ? ZX_COVER_OPEN : ZX_COVER_SHUT;
  double most = 0;
  guint32 best = G_MAXUINT32;
  for (guint32 j = 0; j < self->problem->n_sites; j++)
    {
      if ((self->is_chosen[j] != 0) != is_in || self->status[j] == decided)
        continue;
      double gain = saving (self, j);
      if (gain <= most)
        continue;
      most = gain;
      best = j;
    }
  return best;
}

static void
add_best_sites (Run *self)
{
  for (guint32 best; (best = best_change (self, FALSE)) != G_MAXUINT32;)
    add_site (self, best, 1);
}

static void
drop_sites (Run *self)
{
  for (guint32 best; (best = best_change (self, TRUE)) != G_MAXUINT32;)
    add_site (self, best, -1);
}

static double
value_of_set (const Run *self)
{
  const ZxCover *problem = self->problem;
  double total = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    total += self->is_chosen[j] ? problem->cost[j] : 0;
  for (guint i = 0; i < problem->n_clients; i++)
    total += problem->penalty[i] * shortage (problem, self->count, i);
  return total;
}

/* A set from the reduced costs of the round. */
static void
try_set (Run *self)
{
  const ZxCover *problem = self->problem;
  memset (self->is_chosen, 0, problem->n_sites);
  memset (self->count, 0, problem->n_clients * sizeof *self->count);
  for (guint j = 0; j < problem->n_sites; j++)
    if (self->status[j] == ZX_COVER_OPEN
        || (self->status[j] == ZX_COVER_FREE && self->reduced[j] < 0))
      add_site (self, j, 1);
  add_best_sites (self);
  drop_sites (self);
  add_best_sites (self);
  double value = value_of_set (self);
  if (value >= self->result->value)
    return;
  self->result->value = value;
  memcpy (self->result->is_chosen, self->is_chosen, problem->n_sites);
}

/* ---- bounds ------------------------------------------------------------------------------- */

static gboolean
reaches (const Run *self, double bound)
{
  if (!(self->result->value < INFINITY))
    return FALSE;
  if (self->problem->is_whole)
    return bound > self->result->value - 1 + 1e-6;
  return bound >= self->result->value - 1e-9 * fabs (self->result->value);
}

static void
cut_down (Run *self)
{
  const ZxCover *problem = self->problem;
  self->constant = 0;
  self->n_left = 0;
  for (guint j = 0; j < problem->n_sites; j++)
    self->constant += self->status[j] == ZX_COVER_OPEN ? problem->cost[j] : 0;
  for (guint i = 0; i < problem->n_clients; i++)
    {
      gint32 wanting = (gint32) problem->needed[i];
      gboolean has_free = FALSE;
      for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
        {
          wanting -= self->status[problem->client_site[k]] == ZX_COVER_OPEN;
          has_free = has_free || self->status[problem->client_site[k]] == ZX_COVER_FREE;
        }
      self->wanting[i] = MAX (wanting, 0);
      if (wanting > 0 && has_free)
        self->client[self->n_left++] = i;
      else if (wanting > 0)
        self->constant += wanting * problem->penalty[i];
      self->direction[i] = 0;
      self->best_price[i] = self->price[i];
    }
}

static double
evaluate (Run *self)
{
  const ZxCover *problem = self->problem;
  double bound = self->constant;
  memcpy (self->reduced, problem->cost, problem->n_sites * sizeof (double));
  for (guint c = 0; c < self->n_left; c++)
    {
      guint32 i = self->client[c];
      double price = self->price[i];
      bound += self->wanting[i] * price;
      for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
        self->reduced[problem->client_site[k]] -= price;
    }
  for (guint j = 0; j < problem->n_sites; j++)
    if (self->status[j] == ZX_COVER_FREE)
      {
        bound += MIN (self->reduced[j], 0);
        self->frequency[j] += 0.05 * ((self->reduced[j] < 0) - self->frequency[j]);
      }
  return bound;
}

static double
turn (Run *self)
{
  const ZxCover *problem = self->problem;
  double length = 0;
  for (guint c = 0; c < self->n_left; c++)
    {
      guint32 i = self->client[c];
      double slack = self->wanting[i];
      for (gsize k = problem->client_first[i]; k < problem->client_first[i + 1]; k++)
        {
          guint32 site = problem->client_site[k];
          slack -= self->status[site] == ZX_COVER_FREE && self->reduced[site] < 0;
        }
      double next = 0.7 * slack + 0.3 * self->direction[i];
      if ((self->price[i] <= 0 && next < 0) || (self->price[i] >= problem->penalty[i] && next > 0))
        next = 0;
      self->direction[i] = next;
      length += next * next * (1 + problem->penalty[i]);
    }
  return length;
}

/* Prices move in proportion to what a client can pay, on multiples of 2^-20 of a unit. */
static void
move (Run *self, double step)
{
  const double rounder = ldexp (1.5, 52 - 20); /* adding it and taking it away rounds */
  for (guint c = 0; c < self->n_left; c++)
    {
      guint32 i = self->client[c];
      double most = self->problem->penalty[i];
      double price = self->price[i] + step * self->direction[i] * (1 + most);
      price = (price + rounder) - rounder;
      self->price[i] = CLAMP (price, 0, most);
    }
}

static guint
fix_sites (Run *self)
{
  guint n = 0;
  for (guint j = 0; j < self->problem->n_sites; j++)
    {
      if (self->status[j] != ZX_COVER_FREE
          || !reaches (self, self->bound + fabs (self->best_reduced[j])))
        continue;
      self->status[j] = self->best_reduced[j] < 0 ? ZX_COVER_OPEN : ZX_COVER_SHUT;
      n++;
    }
  return n;
}

static void
follow (Run *self, guint n_rounds, double step)
{
  double best = -INFINITY;
  guint n_stalled = 0;
  cut_down (self);
  for (guint round = 0; round < n_rounds && !zx_progress_is_stopped (self->progress); round++)
    {
      double bound = evaluate (self);
      n_stalled++;
      if (bound > best)
        {
          n_stalled = bound > best + 1e-5 * fabs (best) ? 0 : n_stalled;
          best = bound;
          self->bound = MAX (self->bound, bound);
          memcpy (self->best_price, self->price, self->problem->n_clients * sizeof (double));
          memcpy (self->best_reduced, self->reduced, self->problem->n_sites * sizeof (double));
          if (reaches (self, bound))
            {
              self->is_closed = TRUE;
              return;
            }
        }
      if (round % 50 == 25)
        try_set (self);
      if (n_stalled >= 10)
        {
          step *= 0.6;
          n_stalled = 0;
        }
      double length = turn (self);
      if (length <= 0)
        break;
      double target = self->result->value * 1.001 + 1e-6;
      move (self, step * (MAX (target, best) - bound) / length);
    }
  memcpy (self->price, self->best_price, self->problem->n_clients * sizeof (double));
  memcpy (self->reduced, self->best_reduced, self->problem->n_sites * sizeof (double));
}

static void
bound_node (Run *self, guint n_rounds, double step)
{
  self->is_closed = FALSE;
  follow (self, n_rounds, step);
  if (self->is_closed)
    return;
  try_set (self);
  for (guint pass = 0; pass < 3 && fix_sites (self) > 2 && !self->is_closed; pass++)
    follow (self, n_rounds / 2, step / 2);
  self->is_closed = self->is_closed || reaches (self, self->bound);
}

/* ---- branching ---------------------------------------------------------------------------- */

static void
state_free (gpointer data)
{
  State *state = data;
  g_free (state->price);
  g_free (state->status);
  g_free (state);
}

static guint32
wavering_site (const Run *self)
{
  guint32 best = G_MAXUINT32;
  double least = INFINITY;
  for (guint32 j = 0; j < self->problem->n_sites; j++)
    if (self->status[j] == ZX_COVER_FREE && fabs (self->frequency[j] - 0.5) < least)
      {
        least = fabs (self->frequency[j] - 0.5);
        best = j;
      }
  return best;
}

/* A node without free sites is its own value, which try_set() has taken. */
static void
push_node (Run *self)
{
  guint32 branch = wavering_site (self);
  if (branch == G_MAXUINT32)
    {
      try_set (self);
      return;
    }
  State *state = g_new (State, 1);
  state->price = g_memdup2 (self->price, self->problem->n_clients * sizeof (double));
  state->status = g_memdup2 (self->status, self->problem->n_sites);
  state->branch = branch;
  zx_open_nodes_push (&self->open, self->bound, self->result->n_nodes, state);
}

static void
take_child (Run *self, const ZxOpenNode *node, guint8 decision)
{
  const State *state = node->state;
  self->result->n_nodes++;
  memcpy (self->price, state->price, self->problem->n_clients * sizeof (double));
  memcpy (self->status, state->status, self->problem->n_sites);
  self->status[state->branch] = decision;
  self->bound = node->bound;
  for (guint j = 0; j < self->problem->n_sites; j++)
    self->frequency[j] = 0.5;
  bound_node (self, NODE_ROUNDS, 0.6);
  if (!self->is_closed)
    push_node (self);
}

static gboolean
is_over (const Run *self)
{
  return zx_progress_is_stopped (self->progress) || self->result->n_nodes >= self->limits->max_nodes
         || self->result->value <= self->limits->enough
         || (self->limits->deadline_us > 0 && g_get_monotonic_time () >= self->limits->deadline_us);
}

static void
branch_and_bound (Run *self)
{
  push_node (self);
  while (zx_open_nodes_count (&self->open) > 0)
    {
      self->result->bound = zx_open_nodes_bound (&self->open, self->result->value);
      if (is_over (self))
        return;
      ZxOpenNode node = zx_open_nodes_pop (&self->open);
      if (!reaches (self, node.bound))
        {
          take_child (self, &node, ZX_COVER_OPEN);
          take_child (self, &node, ZX_COVER_SHUT);
        }
      state_free (node.state);
      if (zx_progress_is_stopped (self->progress))
        return; /* the children may be unfinished: the bound of before stands */
    }
  self->result->bound = self->result->value;
  self->result->is_proven = TRUE;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void
run_init (Run *self, const double *price)
{
  const ZxCover *problem = self->problem;
  gsize n = (gsize) problem->n_clients + 1, m = (gsize) problem->n_sites + 1;
  self->status = g_memdup2 (problem->status, m - 1);
  self->price = g_new0 (double, n);
  self->best_price = g_new0 (double, n);
  self->direction = g_new0 (double, n);
  self->frequency = g_new0 (double, m);
  self->reduced = g_memdup2 (problem->cost, (m - 1) * sizeof (double));
  self->best_reduced = g_new0 (double, m);
  self->client = g_new (guint32, n);
  self->wanting = g_new (gint32, n);
  self->is_chosen = g_new0 (guint8, m);
  self->count = g_new0 (gint32, n);
  self->bound = 0;
  zx_open_nodes_init (&self->open, state_free);
  if (price != NULL)
    memcpy (self->price, price, (n - 1) * sizeof (double));
}

static void
run_clear (Run *self)
{
  zx_open_nodes_clear (&self->open);
  g_free (self->status);
  g_free (self->price);
  g_free (self->best_price);
  g_free (self->direction);
  g_free (self->frequency);
  g_free (self->reduced);
  g_free (self->best_reduced);
  g_free (self->client);
  g_free (self->wanting);
  g_free (self->is_chosen);
  g_free (self->count);
}

ZxCoverResult *
zx_cover_solve (const ZxCover *problem, const double *price, const ZxCoverLimits *limits,
                const ZxProgress *progress)
{
  Run run = { .problem = problem, .limits = limits, .progress = progress };
  ZxCoverResult *result = run.result = g_new0 (ZxCoverResult, 1);
  result->is_chosen = g_new0 (guint8, (gsize) problem->n_sites + 1);
  result->value = limits->cutoff;
  run_init (&run, price);
  try_set (&run);
  bound_node (&run, ROOT_ROUNDS, 1);
  result->bound = MIN (run.bound, result->value);
  if (run.is_closed)
    {
      result->bound = result->value;
      result->is_proven = TRUE;
    }
  else
    branch_and_bound (&run);
  run_clear (&run);
  return result;
}

void
zx_cover_result_free (ZxCoverResult *self)
{
  if (self == NULL)
    return;
  g_free (self->is_chosen);
  g_free (self);
}
