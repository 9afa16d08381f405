/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/locate/zx-open-nodes.h"

static gboolean
comes_before (const ZxOpenNode *a, const ZxOpenNode *b)
{
  return a->bound < b->bound || (a->bound == b->bound && a->serial > b->serial);
}

void
zx_open_nodes_init (ZxOpenNodes *self, GDestroyNotify free_state)
{
  self->heap = g_array_new (FALSE, FALSE, sizeof (ZxOpenNode));
  self->free_state = free_state;
}

void
zx_open_nodes_clear (ZxOpenNodes *self)
{
  for (guint k = 0; k < self->heap->len; k++)
    self->free_state (g_array_index (self->heap, ZxOpenNode, k).state);
  g_array_unref (self->heap);
}

void
zx_open_nodes_push (ZxOpenNodes *self, double bound, guint64 serial, gpointer state)
{
  const ZxOpenNode node = { bound, serial, state };
  g_array_append_val (self->heap, node);
  ZxOpenNode *nodes = (ZxOpenNode *) (gpointer) self->heap->data;
  guint i = self->heap->len - 1;
  for (; i > 0 && comes_before (&node, nodes + (i - 1) / 2); i = (i - 1) / 2)
    nodes[i] = nodes[(i - 1) / 2];
  nodes[i] = node;
}

ZxOpenNode
zx_open_nodes_pop (ZxOpenNodes *self)
{
  ZxOpenNode *nodes = (ZxOpenNode *) (gpointer) self->heap->data;
  guint n = self->heap->len - 1, i = 0;
  const ZxOpenNode top = nodes[0], last = nodes[n];
  g_array_set_size (self->heap, n);
  for (;;)
    {
      guint child = 2 * i + 1;
      if (child >= n)
        break;
      if (child + 1 < n && comes_before (nodes + child + 1, nodes + child))
        child++;
      if (!comes_before (nodes + child, &last))
        break;
      nodes[i] = nodes[child];
      i = child;
    }
  if (n > 0)
    nodes[i] = last;
  return top;
}

guint
zx_open_nodes_count (const ZxOpenNodes *self)
{
  return self->heap->len;
}

double
zx_open_nodes_bound (const ZxOpenNodes *self, double otherwise)
{
  if (self->heap->len == 0)
    return otherwise;
  return MIN (otherwise, g_array_index (self->heap, ZxOpenNode, 0).bound);
}
