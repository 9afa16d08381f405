/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Transformer areas and feeders with load and room, made in a worker from a snapshot; immutable,
 * shared by reference. */
#pragma once

#include "app/project/zx-project.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  gboolean is_feeder;
  gint32 feeder;        /* line of the feeder it hangs on; -1: of none that is known */
  double x_m, y_m;      /* NaN where the source has no place */
  double rate;          /* peak of the design day, 1 = 100 %; NaN unknown */
  double rate_after;    /* with the full power of the plan's sites; NaN unknown */
  double room_kw;       /* least of the day, of the area and its feeder; NaN unknown */
  double room_after_kw; /* with the plan; NaN unknown */
  guint room_hour;
  guint n_sites;                            /* of the plan that connect here */
  char *limit;                              /* what limits the room, translated */
  float room_plan_kw[24], room_full_kw[24]; /* up to the planning rate and up to 100 %; NaN */
  float load_now[24], load_after[24];       /* load rate of the design day, the fullest hour first;
                                               NaN unknown or no plan */
  char *advice; /* unbalance, protection, N-1, what would help, translated; NULL: nothing to say */
  char *flow;   /* what its power flow says, translated; NULL without one */
  guint n_profile; /* of a feeder: voltage over distance, NaN between branches */
  double *profile_km, *profile_pu;
  double limit_pu; /* lowest voltage allowed on it */
} ZxGridLine;

typedef struct
{
  char *absence; /* why there is nothing, translated; NULL when there are lines */
  char *summary;
  guint n;
  ZxGridLine *line; /* transformer areas, then feeders, then (without areas) their transformers */
  guint *member;    /* n lines by what they hang on: see below */
  guint *member_start; /* n + 2 */
  double plan_rate;
} ZxGridReading;

/* Lines that hang on the feeder of @line, in their order; of line -1: the feeders, then what hangs
 * on none.  Returns: borrowed, @n of them. */
const guint *zx_grid_reading_members (const ZxGridReading *self, gint32 line, guint *n);

/* Fills the advice of all lines. */
void zx_grid_reading_advise (ZxGridReading *self, const ZxCity *city, const ZxHeadroom *headroom);
ZxGridReading *zx_grid_reading_new (ZxProject *project);
ZxGridReading *zx_grid_reading_ref (ZxGridReading *self);
void zx_grid_reading_unref (gpointer self);

G_END_DECLS
