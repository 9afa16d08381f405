/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/city/zx-city.h"

void
zx_feeder_walk_clear (ZxFeederWalk *self)
{
  g_clear_pointer (&self->order, g_free);
  g_clear_pointer (&self->parent, g_free);
  g_clear_pointer (&self->n_ends, g_free);
}

/* The closed branches of each node, in the order of the branches. */
static void
list_ends (const ZxFeeders *feeders, guint32 *first, guint32 *branch)
{
  for (guint b = 0; b < feeders->n_branches; b++)
    if (!feeders->branch_is_open[b])
      {
        first[feeders->branch_from[b]]++;
        first[feeders->branch_to[b]]++;
      }
  for (guint node = 1; node <= feeders->n_nodes; node++)
    first[node] += first[node - 1];
  for (guint b = feeders->n_branches; b-- > 0;)
    if (!feeders->branch_is_open[b])
      {
        branch[--first[feeders->branch_from[b]]] = b;
        branch[--first[feeders->branch_to[b]]] = b;
      }
}

static void
reach (ZxFeederWalk *self, const ZxFeeders *feeders, const guint32 *first, const guint32 *branch)
{
  for (guint at = 0; at < self->n_reached; at++)
    for (guint32 k = first[self->order[at]]; k < first[self->order[at] + 1]; k++)
      {
        guint32 b = branch[k], node = self->order[at];
        guint32 next
            = feeders->branch_from[b] == node ? feeders->branch_to[b] : feeders->branch_from[b];
        if (self->parent[next] != ZX_WALK_NOT_REACHED
            || feeders->node_feeder[next] != feeders->node_feeder[node])
          continue;
        self->parent[next] = (gint32) b;
        self->order[self->n_reached++] = next;
      }
}

gboolean
zx_feeder_walk_init (ZxFeederWalk *self, const ZxFeeders *feeders, GError **error)
{
  gsize n = feeders->n_nodes, m = feeders->n_branches;
  const char *what = _ ("Feeder nodes");
  g_autofree guint32 *first = ZX_TRY_NEW (guint32, n + 1, what, error);
  g_autofree guint32 *branch = ZX_TRY_NEW (guint32, 2 * m, what, error);
  *self = (ZxFeederWalk){ 0 };
  if (first == NULL || branch == NULL
      || (self->order = ZX_TRY_NEW (guint32, n, what, error)) == NULL
      || (self->parent = ZX_TRY_NEW (gint32, n, what, error)) == NULL
      || (self->n_ends = ZX_TRY_NEW (guint32, n, what, error)) == NULL)
    return FALSE;
  list_ends (feeders, first, branch);
  for (guint i = 0; i < n; i++)
    {
      self->n_ends[i] = first[i + 1] - first[i];
      self->parent[i] = feeders->node_is_source[i] ? ZX_WALK_SOURCE : ZX_WALK_NOT_REACHED;
      if (feeders->node_is_source[i])
        self->order[self->n_reached++] = i;
    }
  reach (self, feeders, first, branch);
  return TRUE;
}
