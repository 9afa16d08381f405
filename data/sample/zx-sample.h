/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An invented Chinese port city whose truth is known.  Written as the files a planner would
 * receive, with some dirt and a list of it. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_SAMPLE_TOWN,     /* ~60 k people, 20 stations, 60 k vehicle points */
  ZX_SAMPLE_CITY,     /* ~300 k people, 120 stations, 1 M vehicle points */
  ZX_SAMPLE_PROVINCE, /* >= 1 M road nodes, 10 k stations, 10 M vehicle points */
} ZxSampleSize;

/* Writes into @folder (made if absent; refused if it holds anything):
 *   roads.geojson                     lines as in OpenStreetMap: highway, oneway, maxspeed, name,
 *                                     bridge, layer; crossings are equal coordinates
 *   districts.geojson, boundary.geojson, water.geojson, green.geojson, exclusions.geojson
 *   stations.csv                      GCJ-02 like any T/CEC export, Chinese column names
 *   usage.csv.gz                      hours down, stations across, kWh
 *   vehicles.csv.gz                   traces: vehicle_id, time, lon, lat, speed_kmh
 *   places.csv, people.geojson        POI (GBK, Windows line ends); population hexagons
 *   transformer_areas.geojson, feeder_nodes.csv, feeder_branches.geojson
 *   parcels.geojson                   candidate land, rent in yuan per bay and year
 *   recipe.ini                        what each file is: role, datum, columns, the city's name
 *   truth.json, truth_cells.csv       the parameters and the true demand on a fine lattice: lon,
 *                                     lat, x, y (EPSG:4549), demand_kwh_per_km2_day
 *   planted_dirt.csv                  file, row (0-based source row, -1 the whole layer), rule
 *                                     expected of data/quality
 *   README.txt                        the same for people, in Chinese and English
 *
 * Coordinates are WGS-84 but for stations.csv.  Same size and seed: same bytes, on any number of
 * threads.  Rows are streamed: a town takes 12 MB, a city 40 MB, a province 600 MB; half a CPU
 * second, five, and a minute. */
gboolean zx_sample_write (const char *folder, ZxSampleSize size, guint64 seed,
                          const ZxProgress *progress, GError **error);

G_END_DECLS
