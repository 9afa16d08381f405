/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the two files on feeders share. */
#pragma once

#include "app/report/zx-section.h"

typedef struct
{
  guint index;
  double rate;
} ZxRanked;

/* The highest rate first; equal ones by their index. */
int zx_compare_ranked (gconstpointer a, gconstpointer b);
/* NULL where the city has none or another number of things than it was made for. */
const ZxFeederState *zx_feeder_state_of (const ZxTelling *tell);
