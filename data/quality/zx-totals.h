/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Totals of a period (kWh, hours of charging) as columns of stations or piles. */
#pragma once

#include "data/quality/zx-build.h"

typedef struct
{
  ZxTally *tally;
  ZxNumbers kwh, hours, days;
  double filled_in;   /* hours that are whole multiples of this were filled in; NaN: none are */
  double period_days; /* where no column says */
} ZxTotals;

/* Looks at the whole columns and makes the findings about them. */
void zx_totals_init (ZxTotals *self, ZxTally *tally);
gboolean zx_totals_exist (const ZxTotals *self);
/* Totals of a row that can be used as history, NaN where they cannot, with the findings. */
void zx_totals_get (const ZxTotals *self, gsize row, double *kwh, double *hours, double *days);
