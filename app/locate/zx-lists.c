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

gsize
zx_lists_find_runs (const guint32 *at, gsize n, ZxRun *run)
{
  gsize n_runs = 0;
  for (gsize k = 0; k < n; k++)
    if (n_runs > 0 && run[n_runs - 1].end == at[k])
      run[n_runs - 1].end++;
    else
      run[n_runs++] = (ZxRun){ at[k], at[k] + 1 };
  return n_runs;
}

void
zx_lists_turn_to_runs (guint n, const gsize *first, const guint32 *at, gsize *run_first, ZxRun *run)
{
  gsize end = 0;
  for (guint k = 0; k < n; k++)
    {
      run_first[k] = end;
      end += zx_lists_find_runs (at + first[k], first[k + 1] - first[k], run + end);
    }
  run_first[n] = end;
}

int
zx_lists_compare (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  return x < y ? -1 : x > y;
}
