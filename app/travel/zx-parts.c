/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Strongly connected parts: Tarjan (1972), "Depth-first search and linear graph algorithms", with
 * the recursion unrolled, for a chain of a million one-way arcs would need a stack of a million
 * calls.  @parent of a node on the path is the node it was entered from, @next its next arc. */

#include "app/travel/zx-travel-private.h"

typedef struct
{
  const guint32 *first;
  const ZxArc *arc;
  guint32 *part;   /* ZX_NOWHERE until known */
  guint32 *number; /* order of discovery + 1; 0: not met */
  guint32 *low;    /* lowest number known to be reachable */
  guint32 *next, *parent, *stack;
  guint32 n_numbered, n_stack, n_parts;
} Tarjan;

static void
enter (Tarjan *self, guint32 node, guint32 parent)
{
  self->number[node] = self->low[node] = ++self->n_numbered;
  self->next[node] = self->first[node];
  self->parent[node] = parent;
  self->stack[self->n_stack++] = node;
}

/* All arcs of @node are done: close its part when it is the root of one. */
static void
leave (Tarjan *self, guint32 node)
{
  if (self->low[node] == self->number[node])
    {
      guint32 member;
      do
        {
          member = self->stack[--self->n_stack];
          self->part[member] = self->n_parts;
        }
      while (member != node);
      self->n_parts++;
    }
  guint32 parent = self->parent[node];
  if (parent != ZX_NOWHERE)
    self->low[parent] = MIN (self->low[parent], self->low[node]);
}

static void
explore (Tarjan *self, guint32 root)
{
  enter (self, root, ZX_NOWHERE);
  for (guint32 node = root; node != ZX_NOWHERE;)
    {
      if (self->next[node] == self->first[node + 1])
        {
          leave (self, node);
          node = self->parent[node];
          continue;
        }
      guint32 head = self->arc[self->next[node]++].head;
      if (self->number[head] == 0)
        {
          enter (self, head, node);
          node = head;
        }
      else if (self->part[head] == ZX_NOWHERE) /* still on the stack */
        self->low[node] = MIN (self->low[node], self->number[head]);
    }
}

guint32
zx_graph_parts (guint32 n_nodes, const guint32 *first, const ZxArc *arc, guint32 *part,
                GError **error)
{
  guint32 *memory = ZX_TRY_NEW (guint32, (gsize) n_nodes * 5, _ ("The parts of the graph"), error);
  if (memory == NULL)
    return 0;
  Tarjan self = { .first = first, .arc = arc, .part = part };
  self.number = memory;
  self.low = memory + n_nodes;
  self.next = memory + 2 * (gsize) n_nodes;
  self.parent = memory + 3 * (gsize) n_nodes;
  self.stack = memory + 4 * (gsize) n_nodes;
  for (guint32 node = 0; node < n_nodes; node++)
    part[node] = ZX_NOWHERE;
  for (guint32 node = 0; node < n_nodes; node++)
    if (self.number[node] == 0)
      explore (&self, node);
  g_free (memory);
  return self.n_parts;
}
