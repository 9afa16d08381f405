/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demand model in words and numbers a planner reads, made in a worker from a snapshot;
 * immutable, shared by reference. */
#pragma once

#include "app/project/zx-project.h"

G_BEGIN_DECLS

typedef struct
{
  char *title;              /* "Residents and jobs within 1 km" */
  char *sentence;           /* what 10 % more goes with, and how sure that is */
  gboolean is_clear;        /* the 95 % interval holds one sign only */
  double low, middle, high; /* change of log demand with one standard deviation more, 95 % */
} ZxDemandEffect;

typedef struct
{
  char *name, *value, *meaning;
} ZxDemandLine;

#define ZX_N_PIT          10
#define ZX_MOST_CHECKS    6
#define ZX_N_BUSY_CLASSES 10
#define ZX_MOST_RESIDUAL  3.0 /* standard deviations: the ends of the colours */

/* Texts are translated and owned; NULL where there is nothing to say. */
typedef struct
{
  char *absence; /* why there is no model; then nothing else is set but the profiles */
  char *total, *total_note, *predictable, *coverage;
  guint n_effects;
  ZxDemandEffect *effect; /* clear ones first, then by size */
  guint n_checks;
  ZxDemandLine check[ZX_MOST_CHECKS];
  double pit[ZX_N_PIT];           /* stations */
  guint n_points;                 /* 0 where the model has not learned from use */
  double *fitted, *observed;      /* kWh/d, > 0 */
  gboolean has_use, has_vehicles; /* shares of the day, per cent: weekday, then weekend */
  double use_share[48], vehicle_share[48];
  guint n_busy_stations;
  double busy[ZX_N_BUSY_CLASSES];  /* stations by busy share of their piles, tenths */
  guint n_users, n_piles, n_areas; /* profiles */
  ZxDemandLine *user, *pile, *area;
  char *evidence; /* what the tests say of weights of evidence; NULL where there are none */
  guint n_factors;
  ZxDemandLine *factor;
  guint n_residuals; /* of stations, each predicted from all others */
  double *residual_x_m, *residual_y_m;
  float *residual;
  ZxCity *city; /* the ground below them; NULL without residuals */
} ZxDemandReading;

ZxDemandReading *zx_demand_reading_new (ZxProject *project);
ZxDemandReading *zx_demand_reading_ref (ZxDemandReading *self);
void zx_demand_reading_unref (gpointer self);

G_END_DECLS
