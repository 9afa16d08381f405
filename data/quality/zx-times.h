/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stamps as files write them, read without a locale and without trust. */
#pragma once

#include "data/quality/zx-quality.h"

#define ZX_TIME_NONE G_MININT64

/* Which of two numbers before the year is the day, in 03/04/2018. */
typedef enum
{
  ZX_DATE_DAY_FIRST,
  ZX_DATE_MONTH_FIRST,
} ZxDateOrder;

typedef struct
{
  gint64 time;       /* civil seconds since 1970 as written, or seconds of the day without a date */
  gboolean has_date; /* FALSE: only a time of day */
  gboolean has_clock;
  gboolean has_offset;    /* "Z", "+08:00", "+00" */
  gint32 offset_s;        /* of the stated zone, seconds east */
  gboolean is_year_first; /* 2018-03-04; FALSE also for times of day */
  gboolean is_open;       /* day and month could be changed for one another */
  guint8 first, second;   /* the two numbers of a date that has its year last, else month, day */
} ZxStamp;

/* Reads all of @text or nothing.  Years 1 to 9999.  Whole numbers are compact dates (8, 12 or 14
 * digits) or seconds or milliseconds since 1970 (10 or 13 digits). */
gboolean zx_stamp_parse (const char *text, gsize n, ZxDateOrder order, ZxStamp *stamp);

/* "1:28:23", "95:00", "3 h 5 min", "PT1H3M": seconds; NaN for anything else, plain numbers too. */
double zx_duration_parse (const char *text, gsize n);

/* ---- whole columns ------------------------------------------------------------------------ */

/* The stamps of a layer's rows: each distinct text is read once. */
typedef struct
{
  const ZxLayer *layer;
  const ZxColumn *time, *date; /* date NULL: the time holds it */
  gint64 *of_time, *of_date;   /* by pool id of the text; NULL for columns of numbers */
  double number_scale;         /* numbers: seconds per unit */
  double number_zero;          /* numbers: what is 1970 */
  gboolean is_clock_only;      /* times of day without a date: all on 1970-01-01 */
  gboolean is_empty;           /* no row has a stamp */
  gboolean is_all_equal;       /* at least 10 stamps and all the same */
  gboolean is_order_assumed;   /* no date tells whether day or month comes first */
  ZxDateOrder order;
  gboolean is_year_first; /* most dates are written year first */
  gsize n_bad;            /* distinct texts that are no stamps */
  gsize n_offset;         /* distinct texts that state a zone */
  gint32 offset_s;        /* of the first that does */
} ZxTimes;

/* @time or @date may be NULL (not both).  O(rows).  FALSE with @error: no memory. */
gboolean zx_times_init (ZxTimes *self, const ZxLayer *layer, const ZxColumn *time,
                        const ZxColumn *date, GError **error);
void zx_times_clear (ZxTimes *self);
/* ZX_TIME_NONE when missing or unreadable. */
gint64 zx_times_get (const ZxTimes *self, gsize row);
gboolean zx_times_is_missing (const ZxTimes *self, gsize row); /* the cell is empty */

/* Whether dates written year-month-day have day and month changed for one another wherever that
 * gives a date at all: @written are times of such a column.  True when the dates that cannot have
 * been changed (day > 12) lie in a window that the others leave as they are written and fill when
 * changed back. */
gboolean zx_times_are_swapped (const gint64 *written, gsize n);
/* The date with day and month changed; the same time when the day is above 12. */
gint64 zx_time_swap (gint64 time);
