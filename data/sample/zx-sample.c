/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order in which an invented city comes to be, and the files it leaves. */

#include "data/sample/zx-sample-private.h"

#include <glib/gstdio.h>

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

/* Everything that stands on the roads. */
static gboolean
write_site (SampleSite *site, const ZxProgress *progress, GError **error)
{
  ZxProgress truth_part = zx_progress_slice (progress, 0, 0.12);
  ZxProgress station_part = zx_progress_slice (progress, 0.12, 0.2);
  ZxProgress usage_part = zx_progress_slice (progress, 0.2, 0.28);
  ZxProgress grid_part = zx_progress_slice (progress, 0.28, 0.4);
  ZxProgress place_part = zx_progress_slice (progress, 0.4, 0.45);
  ZxProgress cell_part = zx_progress_slice (progress, 0.45, 0.5);
  ZxProgress fleet_part = zx_progress_slice (progress, 0.5, 1);
  g_autoptr (SampleTruth) truth = zx_sample_truth_new (site->world, &truth_part, error);
  if (truth == NULL)
    return FALSE;
  site->truth = truth;
  g_autoptr (GArray) stations
      = zx_sample_stations_new (site->world, truth, site->network, &station_part, error);
  if (stations == NULL)
    return FALSE;
  site->stations = stations;
  return zx_sample_write_stations (site, error) && zx_sample_write_usage (site, &usage_part, error)
         && zx_sample_write_people (site, error) && zx_sample_write_grid (site, &grid_part, error)
         && zx_sample_write_places (site, &place_part, error)
         && zx_sample_write_truth (site, &cell_part, error)
         && zx_sample_write_fleet (site, &fleet_part, error) && zx_sample_write_recipe (site, error)
         && zx_sample_write_dirt (site, error);
}

/* The land and its roads, then what stands on them. */
static gboolean
write_world (const SampleWorld *world, SampleStreets *streets, const char *folder,
             const ZxProgress *progress, GError **error)
{
  ZxProgress lines = zx_progress_slice (progress, 0, 0.2);
  ZxProgress cuts = zx_progress_slice (progress, 0.2, 0.3);
  ZxProgress roads = zx_progress_slice (progress, 0.3, 0.4);
  ZxProgress rest = zx_progress_slice (progress, 0.4, 1);
  if (!zx_sample_make_streets (world, streets, &lines, error))
    return FALSE;
  g_autoptr (SampleGraph) graph = zx_sample_graph_new (world, streets, &cuts, error);
  SampleNetwork network;
  SampleDirt dirt = { g_array_new (FALSE, FALSE, sizeof (SampleDirtRow)) };
  SampleSite site = { .folder = folder, .world = world, .network = &network, .dirt = &dirt };
  gboolean ok = graph != NULL && write_land (world, folder, error)
                && zx_sample_write_roads (world, streets, graph, folder, &dirt, &roads, error);
  if (ok)
    {
      ok = zx_sample_network_init (&network, streets, graph, error)
           && write_site (&site, &rest, error);
      zx_sample_network_clear (&network);
    }
  g_array_unref (dirt.rows);
  return ok;
}

gboolean
zx_sample_write (const char *folder, ZxSampleSize size, guint64 seed, const ZxProgress *progress,
                 GError **error)
{
  g_return_val_if_fail (folder != NULL && size <= ZX_SAMPLE_PROVINCE, FALSE);
  SampleStreets streets;
  ZxProgress land = zx_progress_slice (progress, 0, 0.05);
  ZxProgress rest = zx_progress_slice (progress, 0.05, 1);
  if (!prepare_folder (folder, error)
      || !zx_progress_say (progress, 0, _ ("Inventing a city"), error))
    return FALSE;
  g_autoptr (SampleWorld) world = zx_sample_world_new (size, seed, &land, error);
  if (world == NULL)
    return FALSE;
  zx_sample_streets_init (&streets);
  gboolean ok = write_world (world, &streets, folder, &rest, error);
  zx_sample_streets_clear (&streets);
  return ok && zx_progress_step (progress, 1, 1, error);
}
