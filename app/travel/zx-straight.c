/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Travel times for a city without roads: straight line × detour / speed, all pairs within the
 * limit.  Targets are found through a lattice of points, once to count and once to write, so that
 * every row has its place before any is written. */

#include "app/travel/zx-travel-private.h"

#include <stdlib.h>

typedef struct
{
  const double *x_m, *y_m; /* sources */
  const ZxPointIndex *index;
  const double *target_x_m, *target_y_m;
  const ZxBarriers *barriers; /* NULL: none */
  double radius_m, seconds_per_m;
  gsize *n_in_row;    /* counting */
  ZxTravelRows *rows; /* writing */
} Work;

typedef struct
{
  guint32 target;
  float seconds;
} Entry;

typedef struct
{
  const Work *work;
  gsize source;
  gsize n;         /* counting */
  GArray *entries; /* Entry: writing */
} Row;

static gboolean
is_in_sight (const Row *row, gsize target)
{
  const Work *work = row->work;
  return !zx_barriers_cross (work->barriers, work->x_m[row->source], work->y_m[row->source],
                             work->target_x_m[target], work->target_y_m[target]);
}

static void
count_target (gsize index, double distance_m, gpointer data)
{
  Row *row = data;
  row->n += is_in_sight (row, index);
}

static void
add_target (gsize index, double distance_m, gpointer data)
{
  Row *row = data;
  Entry entry = { (guint32) index, (float) (distance_m * row->work->seconds_per_m) };
  if (is_in_sight (row, index))
    g_array_append_val (row->entries, entry);
}

static int
compare_entries (const void *a, const void *b)
{
  guint32 p = ((const Entry *) a)->target, q = ((const Entry *) b)->target;
  return p < q ? -1 : p > q;
}

static gboolean
is_place (const Work *work, gsize i)
{
  return isfinite (work->x_m[i]) && isfinite (work->y_m[i]);
}

static void
count_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  for (gsize i = begin; i < end; i++)
    if (is_place (work, i))
      {
        Row row = { work, i, 0, NULL };
        zx_point_index_within (work->index, work->x_m[i], work->y_m[i], work->radius_m,
                               count_target, &row);
        work->n_in_row[i] = row.n;
      }
}

static void
write_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  for (gsize i = begin; i < end; i++)
    {
      if (!is_place (work, i))
        continue;
      Row row = { work, i, 0, entries };
      g_array_set_size (entries, 0);
      zx_point_index_within (work->index, work->x_m[i], work->y_m[i], work->radius_m, add_target,
                             &row);
      qsort (entries->data, entries->len, sizeof (Entry), compare_entries);
      for (guint k = 0; k < entries->len; k++)
        {
          work->rows->target[work->rows->first[i] + k] = g_array_index (entries, Entry, k).target;
          work->rows->seconds[work->rows->first[i] + k] = g_array_index (entries, Entry, k).seconds;
        }
    }
}

static ZxTravelRows *
fill_rows (Work *work, gsize n_sources, const ZxProgress *progress, GError **error)
{
  ZxProgress counting = zx_progress_slice (progress, 0, 0.4);
  ZxProgress writing = zx_progress_slice (progress, 0.4, 1);
  work->n_in_row = ZX_TRY_NEW (gsize, n_sources, _ ("The travel times"), error);
  if (work->n_in_row == NULL || !zx_parallel_for (n_sources, 0, count_rows, work, &counting, error))
    return NULL;
  gsize n_entries = 0;
  for (gsize i = 0; i < n_sources; i++)
    n_entries += work->n_in_row[i];
  work->rows = zx_travel_rows_new (n_sources, n_entries, error);
  if (work->rows == NULL)
    return NULL;
  for (gsize i = 0; i < n_sources; i++)
    work->rows->first[i + 1] = work->rows->first[i] + work->n_in_row[i];
  if (!zx_parallel_for (n_sources, 0, write_rows, work, &writing, error))
    g_clear_pointer (&work->rows, zx_travel_rows_free);
  return work->rows;
}

ZxTravelRows *
zx_travel_rows_straight (const double *source_x_m, const double *source_y_m, gsize n_sources,
                         const double *target_x_m, const double *target_y_m, gsize n_targets,
                         double limit_s, const ZxSpeedTable *speeds, const ZxAreas *areas,
                         const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (speeds != NULL, NULL);
  if (!zx_travel_rows_check (n_sources, n_targets, limit_s, error))
    return NULL;
  g_autoptr (ZxPointIndex) index = zx_point_index_new (target_x_m, target_y_m, n_targets);
  g_autoptr (ZxBarriers) barriers = zx_barriers_new (areas);
  double seconds_per_m = speeds->straight_detour / (speeds->straight_kmh / 3.6);
  Work work = { .x_m = source_x_m,
                .y_m = source_y_m,
                .index = index,
                .target_x_m = target_x_m,
                .target_y_m = target_y_m,
                .barriers = barriers,
                .radius_m = limit_s / seconds_per_m,
                .seconds_per_m = seconds_per_m };
  ZxTravelRows *rows = fill_rows (&work, n_sources, progress, error);
  g_free (work.n_in_row);
  return rows;
}
