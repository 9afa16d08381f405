/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A binary heap on an array, for the two searches here. */

#include "data/sample/zx-sample-private.h"

void
zx_sample_heap_push (GArray *heap, float key, guint32 number)
{
  SampleHeapItem item = { key, number };
  g_array_append_val (heap, item);
  SampleHeapItem *h = (SampleHeapItem *) (void *) heap->data;
  guint i = heap->len - 1;
  for (; i > 0 && h[(i - 1) / 2].key > item.key; i = (i - 1) / 2)
    h[i] = h[(i - 1) / 2];
  h[i] = item;
}

SampleHeapItem
zx_sample_heap_pop (GArray *heap)
{
  SampleHeapItem *h = (SampleHeapItem *) (void *) heap->data, top = h[0], last = h[heap->len - 1];
  g_array_set_size (heap, heap->len - 1);
  guint i = 0, n = heap->len;
  for (guint child = 1; child < n; child = 2 * i + 1)
    {
      if (child + 1 < n && h[child + 1].key < h[child].key)
        child++;
      if (h[child].key >= last.key)
        break;
      h[i] = h[child];
      i = child;
    }
  if (n > 0)
    h[i] = last;
  return top;
}
