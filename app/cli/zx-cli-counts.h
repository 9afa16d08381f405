/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts on a graph read from plain tables (columns as any user of BYM2 writes them): areas with
 * one count each, or stations in cells. */
#pragma once

#include "app/cli/zx-cli-table.h"
#include "app/demand/zx-demand.h"

typedef struct
{
  ZxDemandData data;              /* borrows from what follows */
  ZxCliTable *places;             /* areas or cells, one row per cell of the model */
  ZxCliTable *observations;       /* stations; NULL for areas */
  guint place_id, observation_id; /* columns with the ids */
  gboolean has_observation_id;
  GPtrArray *group_ids; /* operators' names, in the order of their numbers or letters */
  GPtrArray *names, *own_names;
  guint32 *edge_a, *edge_b, *cell;
  double *x, *x_observed, *x_own, *y, *exposure;
  gint32 *group;
} ZxCliCounts;

/* id or area, y, E or exposure, covariates.  @covariates: names parted by commas, or NULL: every
 * column that begins with x but x_m. */
ZxCliCounts *zx_cli_counts_areas (const char *areas, const char *edges, const char *covariates,
                                  GError **error);
/* Stations: station or station_id, cell, exposure, y, operator (optional), covariates of their
 * own.  Cells: cell, covariates.  A covariate in both is taken from the station for its count and
 * from the cell for the cell. */
ZxCliCounts *zx_cli_counts_stations (const char *stations, const char *cells, const char *edges,
                                     const char *covariates, GError **error);
void zx_cli_counts_free (ZxCliCounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCliCounts, zx_cli_counts_free)

const char *zx_cli_counts_cell_id (const ZxCliCounts *self, guint cell);
/* The station's id, else the number of its row from 1; @buffer: 24 bytes. */
const char *zx_cli_counts_observation_id (const ZxCliCounts *self, guint observation, char *buffer);
/* Of the observations: their own column, else that of their cells; *values stays NULL where there
 * is neither. */
gboolean zx_cli_counts_coordinate (const ZxCliCounts *self, const char *name, double **values,
                                   GError **error);
/* Prints what a reader of the posterior must know: nothing but zeros, one count, operators and
 * covariates that cannot be told apart. */
void zx_cli_counts_print_doubts (const ZxCliCounts *self);
