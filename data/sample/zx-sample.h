/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An invented Chinese port city whose truth is known.  Written as the files a planner would
 * receive, with some dirt and a list of it. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_SAMPLE_TOWN,     /* ~60 k people, seconds for the whole route */
  ZX_SAMPLE_CITY,     /* ~300 k people */
  ZX_SAMPLE_PROVINCE, /* >= 1 M road nodes, 10 k stations, 10 M vehicle points */
} ZxSampleSize;

/* Writes into @folder (made if absent; refused if it holds anything):
 *   roads.geojson                     lines: highway, oneway, maxspeed, name, bridge
 *   districts.geojson, boundary.geojson, water.geojson, green.geojson, exclusions.geojson
 *   stations.csv                      GCJ-02 like any T/CEC export, Chinese column names
 *   usage.csv.gz                      hours × stations, kWh
 *   vehicles.csv.gz                   traces: vehicle id, time, lon, lat, speed
 *   places.csv, people.geojson        POI; population hexagons
 *   transformer_areas.geojson, feeder_nodes.csv, feeder_branches.geojson
 *   parcels.geojson                   candidate land
 *   recipe.ini                        what the guess cannot know: the city's name, stations' datum
 *   truth.json, truth_cells.csv       the parameters and the true demand intensity on a fine
 * lattice planted_dirt.csv                  file, row (0-based source row), rule expected Same size
 * and seed: same bytes.  Bounded memory. */
gboolean zx_sample_write (const char *folder, ZxSampleSize size, guint64 seed,
                          const ZxProgress *progress, GError **error);

G_END_DECLS
