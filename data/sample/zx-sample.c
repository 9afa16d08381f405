/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order in which an invented city comes to be, and the files it leaves. */

#include "data/sample/zx-sample-private.h"

#include <glib/gstdio.h>

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
static gboolean
make_streets (const SampleWorld *world, SampleStreets *streets, const ZxProgress *progress,
              GError **error)
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
  return ok;
}

static gboolean
write_land (const SampleWorld *world, const char *folder, GError **error)
{
  SampleAreas green;
  zx_sample_areas_init (&green);
  const SampleAreas *both[] = { &world->hills, &world->parks };
  for (guint k = 0; k < G_N_ELEMENTS (both); k++)
    for (guint i = 0; i < both[k]->list->len; i++)
      {
        const SampleArea *area = both[k]->list->pdata[i];
        zx_sample_areas_add (&green, area->name, area->kind, g_array_copy (area->rings->pdata[0]));
      }
  gboolean ok
      = zx_sample_write_areas (world, &world->districts, folder, "districts.geojson", NULL, error)
        && zx_sample_write_areas (world, &world->boundary, folder, "boundary.geojson", NULL, error)
        && zx_sample_write_areas (world, &world->water, folder, "water.geojson", "water", error)
        && zx_sample_write_areas (world, &green, folder, "green.geojson", "landuse", error)
        && zx_sample_write_areas (world, &world->exclusions, folder, "exclusions.geojson", "reason",
                                  error);
  zx_sample_areas_clear (&green);
  return ok;
}

/* ---- the folder --------------------------------------------------------------------------- */

static gboolean
prepare_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("The folder %s cannot be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return FALSE;
  const char *name = g_dir_read_name (dir);
  if (name == NULL)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The folder %s holds %s already; the sample needs an empty one"), folder, name);
  return FALSE;
}

gboolean
zx_sample_write (const char *folder, ZxSampleSize size, guint64 seed, const ZxProgress *progress,
                 GError **error)
{
  g_return_val_if_fail (folder != NULL && size <= ZX_SAMPLE_PROVINCE, FALSE);
  if (!prepare_folder (folder, error))
    return FALSE;
  SampleStreets streets;
  ZxProgress land = zx_progress_slice (progress, 0, 0.1);
  ZxProgress lines = zx_progress_slice (progress, 0.1, 0.3);
  ZxProgress cuts = zx_progress_slice (progress, 0.3, 0.4);
  ZxProgress roads = zx_progress_slice (progress, 0.4, 0.5);
  if (!zx_progress_say (progress, 0, _ ("Inventing a city"), error))
    return FALSE;
  g_autoptr (SampleWorld) world = zx_sample_world_new (size, seed, &land, error);
  if (world == NULL)
    return FALSE;
  zx_sample_streets_init (&streets);
  g_autoptr (SampleGraph) graph = NULL;
  gboolean ok = make_streets (world, &streets, &lines, error);
  if (ok)
    ok = (graph = zx_sample_graph_new (world, &streets, &cuts, error)) != NULL;
  ok = ok && write_land (world, folder, error)
       && zx_sample_write_roads (world, &streets, graph, folder, &roads, error);
  zx_sample_streets_clear (&streets);
  return ok;
}
