/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All streets of a world: the country's first, because towns begin at its gateways; highways last,
 * because they look for big roads to meet. */

#include "data/sample/zx-sample-private.h"

typedef struct
{
  const SampleWorld *world;
  const GArray *gateways;
  guint n_towns;
  SampleStreets *streets; /* one per town */
} TownTask;

static void
trace_towns (gsize begin, gsize end, guint worker, gpointer data)
{
  TownTask *task = data;
  for (gsize i = begin; i < end; i++)
    zx_sample_trace_town (task->world, (guint) i, task->gateways, &task->streets[i]);
}

/* Towns are traced side by side and appended in order. */
gboolean
zx_sample_make_streets (const SampleWorld *world, SampleStreets *streets,
                        const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) gateways = g_array_new (FALSE, FALSE, sizeof (SampleGateway));
  ZxProgress country = zx_progress_slice (progress, 0, 0.4);
  ZxProgress towns = zx_progress_slice (progress, 0.4, 1);
  if (!zx_sample_trace_country (world, streets, gateways, &country, error))
    return FALSE;
  TownTask task = { .world = world, .gateways = gateways };
  while (task.n_towns < world->settlements->len
         && g_array_index (world->settlements, SampleSettlement, task.n_towns).rank <= 2)
    task.n_towns++;
  task.streets = g_new0 (SampleStreets, MAX (task.n_towns, 1));
  for (guint i = 0; i < task.n_towns; i++)
    zx_sample_streets_init (&task.streets[i]);
  gboolean ok = zx_parallel_for (task.n_towns, 1, trace_towns, &task, &towns, error);
  for (guint i = 0; i < task.n_towns; i++)
    {
      if (ok)
        zx_sample_streets_append (streets, &task.streets[i]);
      zx_sample_streets_clear (&task.streets[i]);
    }
  g_free (task.streets);
  if (ok)
    zx_sample_trace_highways (world, streets);
  return ok;
}
