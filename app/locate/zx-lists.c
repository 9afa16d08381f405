/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/locate/zx-lists.h"

void
zx_lists_turn (guint n_from, const gsize *first, const guint32 *at, guint n_to, gsize *other_first,
               guint32 *other_at)
{
  gsize *next = other_first + 1; /* ends as the ends of the lists */
  for (gsize k = first[0]; k < first[n_from]; k++)
    next[at[k] + 1]++;
  for (guint j = 0; j < n_to; j++)
    next[j + 1] += next[j];
  for (guint i = 0; i < n_from; i++)
    for (gsize k = first[i]; k < first[i + 1]; k++)
      other_at[next[at[k]]++] = i;
}

int
zx_lists_compare (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  return x < y ? -1 : x > y;
}
