/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whole columns of stamps.
 *
 * Texts are interned, so each distinct one is read once, in parallel, into an array by pool id.
 * Numbers are told apart by their size: seconds (1e9), milliseconds (1e12) or microseconds (1e15)
 * since 1970, days of a spreadsheet (around 45 000, counted from 1899-12-30), or compact dates
 * (20160729, 20160729142400).  The middle value decides, so that a few wild ones do not.
 *
 * Day and month changed for one another.  A program that reads 01/12/2017 with the month first
 * where it can and the day first where it must, and writes ISO dates, turns 1 December into
 * 2017-01-12 and leaves 13 December alone.  Then the dates with a day above 12 are right and show
 * the true window; of the others only those that happen to fall in it do.  For a window of k of 12
 * months that is about k/12 of them as written and all of them when changed back. */

#include "data/quality/zx-times.h"

#define DAY_S           86400
#define UNREAD          (ZX_TIME_NONE + 1)
#define ENOUGH_TO_JUDGE 20     /* open dates before they are called changed */
#define FIRST_SERIAL    -25569 /* 1899-12-30 in days since 1970 */

typedef struct
{
  const ZxPool *pool;
  const guint8 *is_used;
  gint64 *out;
  ZxDateOrder order;
  gint n_bad, n_offset, n_open_last, n_day_first, n_month_first, n_year_first, n_dated;
  gint offset_s;
} Reading;

static void
read_texts (gsize begin, gsize end, guint worker, gpointer data)
{
  Reading *reading = data;
  gint bad = 0, offset = 0, open_last = 0, day_first = 0, month_first = 0, year_first = 0,
       dated = 0;
  for (gsize id = begin; id < end; id++)
    {
      if (!reading->is_used[id])
        continue;
      const char *text = zx_pool_get (reading->pool, (guint32) id);
      ZxStamp stamp;
      gboolean ok = zx_stamp_parse (text, strlen (text), reading->order, &stamp);
      reading->out[id] = ok ? stamp.time : ZX_TIME_NONE;
      bad += !ok;
      dated += ok && stamp.has_date;
      year_first += ok && stamp.is_year_first;
      gboolean is_year_last = !stamp.is_year_first && stamp.first > 0;
      day_first += is_year_last && stamp.first > 12 && stamp.second <= 12;
      month_first += is_year_last && stamp.second > 12 && stamp.first <= 12;
      open_last += is_year_last && stamp.first <= 12 && stamp.second <= 12;
      if (ok && stamp.has_offset)
        {
          offset++;
          g_atomic_int_set (&reading->offset_s, stamp.offset_s);
        }
    }
  g_atomic_int_add (&reading->n_bad, bad);
  g_atomic_int_add (&reading->n_offset, offset);
  g_atomic_int_add (&reading->n_open_last, open_last);
  g_atomic_int_add (&reading->n_day_first, day_first);
  g_atomic_int_add (&reading->n_month_first, month_first);
  g_atomic_int_add (&reading->n_year_first, year_first);
  g_atomic_int_add (&reading->n_dated, dated);
}

static gint64 *
read_text_column (ZxTimes *self, const ZxColumn *column, gboolean is_main, GError **error)
{
  guint32 n_texts = zx_pool_size (self->layer->pool);
  g_autofree guint8 *is_used = ZX_TRY_NEW (guint8, n_texts, _ ("A column of times"), error);
  g_autofree gint64 *out
      = is_used != NULL ? ZX_TRY_NEW (gint64, n_texts, _ ("A column of times"), error) : NULL;
  if (out == NULL)
    return NULL;
  for (gsize row = 0; row < self->layer->n_rows; row++)
    is_used[column->text[row]] = 1;
  is_used[0] = 0; /* the empty text */
  for (guint32 id = 0; id < n_texts; id++)
    out[id] = ZX_TIME_NONE;
  Reading reading = { self->layer->pool, is_used, out, ZX_DATE_DAY_FIRST };
  if (!zx_parallel_for (n_texts, 0, read_texts, &reading, NULL, error))
    return NULL;
  if (reading.n_month_first > reading.n_day_first)
    {
      reading = (Reading){ self->layer->pool, is_used, out, ZX_DATE_MONTH_FIRST };
      if (!zx_parallel_for (n_texts, 0, read_texts, &reading, NULL, error))
        return NULL;
    }
  if (reading.n_dated > 0)
    {
      self->order = reading.order;
      self->is_year_first = reading.n_year_first * 2 > reading.n_dated;
      self->is_order_assumed
          = reading.n_open_last > 0 && reading.n_day_first == 0 && reading.n_month_first == 0;
    }
  self->n_bad += (gsize) reading.n_bad;
  self->n_offset += (gsize) reading.n_offset;
  self->offset_s = reading.offset_s;
  if (is_main)
    self->is_clock_only = reading.n_dated == 0;
  return g_steal_pointer (&out);
}

/* ---- numbers ------------------------------------------------------------------------------ */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
middle_value (const ZxColumn *column, gsize n_rows)
{
  double sample[255];
  guint n = 0;
  gsize step = MAX (n_rows / G_N_ELEMENTS (sample), 1);
  for (gsize row = 0; row < n_rows && n < G_N_ELEMENTS (sample); row += step)
    if (isfinite (column->number[row]))
      sample[n++] = column->number[row];
  if (n == 0)
    return NAN;
  qsort (sample, n, sizeof (double), compare_doubles);
  return sample[n / 2];
}

/* number_scale 0 stands for compact dates; NaN for numbers that are no times. */
static void
judge_numbers (ZxTimes *self, const ZxColumn *column)
{
  double middle = middle_value (column, self->layer->n_rows);
  self->number_zero = 0;
  if (middle > 1e8 && middle < 1e10)
    self->number_scale = 1;
  else if (middle > 1e11 && middle < 1e13)
    self->number_scale = 1e-3;
  else if (middle > 1e14 && middle < 1e16)
    self->number_scale = 1e-6;
  else if (middle > 20000 && middle < 80000)
    {
      self->number_scale = DAY_S;
      self->number_zero = -FIRST_SERIAL;
    }
  else if ((middle > 18e6 && middle < 22e6) || (middle > 18e12 && middle < 22e12))
    self->number_scale = 0;
  else
    self->number_scale = NAN;
}

static gint64
time_of_number (const ZxTimes *self, double value)
{
  if (!isfinite (value) || isnan (self->number_scale))
    return ZX_TIME_NONE;
  if (self->number_scale > 0)
    {
      double seconds = (value - self->number_zero) * self->number_scale;
      return fabs (seconds) < 1e12 ? (gint64) floor (seconds + 0.5) : ZX_TIME_NONE;
    }
  char text[32];
  ZxStamp stamp;
  zx_number_format (value, text);
  return zx_stamp_parse (text, strlen (text), ZX_DATE_DAY_FIRST, &stamp) ? stamp.time
                                                                         : ZX_TIME_NONE;
}

/* ---- the column --------------------------------------------------------------------------- */

static gint64
get_part (const ZxTimes *self, const ZxColumn *column, const gint64 *by_text, gsize row)
{
  return column->kind == ZX_COLUMN_TEXT ? by_text[column->text[row]]
                                        : time_of_number (self, column->number[row]);
}

gint64
zx_times_get (const ZxTimes *self, gsize row)
{
  if (self->date == NULL)
    return get_part (self, self->time, self->of_time, row);
  gint64 date = get_part (self, self->date, self->of_date, row);
  if (self->time == NULL || date == ZX_TIME_NONE)
    return date;
  gint64 time = get_part (self, self->time, self->of_time, row);
  if (time == ZX_TIME_NONE)
    return ZX_TIME_NONE;
  return date - ((date % DAY_S) + DAY_S) % DAY_S + ((time % DAY_S) + DAY_S) % DAY_S;
}

static gboolean
is_cell_empty (const ZxColumn *column, gsize row)
{
  return column == NULL
         || (column->kind == ZX_COLUMN_TEXT ? column->text[row] == 0 : isnan (column->number[row]));
}

gboolean
zx_times_is_missing (const ZxTimes *self, gsize row)
{
  return is_cell_empty (self->date != NULL ? self->date : self->time, row);
}

static void
survey (ZxTimes *self)
{
  gsize n = 0;
  gint64 first = ZX_TIME_NONE;
  self->is_all_equal = TRUE;
  for (gsize row = 0; row < self->layer->n_rows; row++)
    {
      gint64 time = zx_times_get (self, row);
      if (time == ZX_TIME_NONE)
        continue;
      first = n++ == 0 ? time : first;
      self->is_all_equal = self->is_all_equal && time == first;
      if (!self->is_all_equal) /* neither empty nor equal: nothing more to learn */
        return;
    }
  self->is_empty = n == 0;
  self->is_all_equal = n >= 10;
}

gboolean
zx_times_init (ZxTimes *self, const ZxLayer *layer, const ZxColumn *time, const ZxColumn *date,
               GError **error)
{
  memset (self, 0, sizeof *self);
  self->layer = layer;
  self->time = time != NULL ? time : date;
  self->date = time != NULL ? date : NULL;
  if (self->date != NULL && self->date->kind == ZX_COLUMN_TEXT
      && (self->of_date = read_text_column (self, self->date, FALSE, error)) == NULL)
    return FALSE;
  if (self->date != NULL && self->date->kind == ZX_COLUMN_NUMBER)
    judge_numbers (self, self->date);
  if (self->time->kind == ZX_COLUMN_TEXT
      && (self->of_time = read_text_column (self, self->time, TRUE, error)) == NULL)
    {
      zx_times_clear (self);
      return FALSE;
    }
  if (self->time->kind == ZX_COLUMN_NUMBER && self->date == NULL)
    judge_numbers (self, self->time);
  if (self->date != NULL && !self->is_clock_only && self->of_time != NULL)
    self->date = NULL; /* the time column has dates of its own */
  survey (self);
  return TRUE;
}

void
zx_times_clear (ZxTimes *self)
{
  g_clear_pointer (&self->of_time, g_free);
  g_clear_pointer (&self->of_date, g_free);
}

/* ---- day and month ------------------------------------------------------------------------ */

gint64
zx_time_swap (gint64 time)
{
  int year;
  guint month, day;
  zx_time_to_civil (time, &year, &month, &day, NULL, NULL, NULL, NULL);
  if (day > 12)
    return time;
  gint64 clock = ((time % DAY_S) + DAY_S) % DAY_S;
  return zx_time_from_civil (year, day, month, 0, 0, 0) + clock;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

static guint
day_of (gint64 time, guint *month)
{
  guint day;
  zx_time_to_civil (time, NULL, month, &day, NULL, NULL, NULL, NULL);
  return day;
}

/* Fifty thousand stamps show a pattern as well as ten million. */
static gsize
sample_step (gsize n)
{
  return MAX (n / 50000, 1);
}

/* The window of the dates that cannot have been changed, without the outer half per cent: one
 * wild year must not open it.  Widened by the twelve days of a month that are open. */
static gboolean
find_window (const gint64 *written, gsize n, gint64 *first, gint64 *last)
{
  g_autoptr (GArray) sure = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (gsize i = 0; i < n; i += sample_step (n))
    {
      guint month;
      if (written[i] != ZX_TIME_NONE && day_of (written[i], &month) > 12)
        g_array_append_val (sure, written[i]);
    }
  if (sure->len < ENOUGH_TO_JUDGE)
    return FALSE;
  g_array_sort (sure, compare_times);
  guint cut = sure->len / 200;
  *first = g_array_index (sure, gint64, cut) - 13 * DAY_S;
  *last = g_array_index (sure, gint64, sure->len - 1 - cut) + 13 * DAY_S;
  return TRUE;
}

gboolean
zx_times_are_swapped (const gint64 *written, gsize n)
{
  gint64 first, last;
  gsize n_open = 0, n_inside = 0, n_inside_swapped = 0;
  if (!find_window (written, n, &first, &last))
    return FALSE;
  for (gsize i = 0; i < n; i += sample_step (n))
    {
      guint month;
      if (written[i] == ZX_TIME_NONE)
        continue;
      guint day = day_of (written[i], &month);
      if (day > 12 || day == month)
        continue;
      gint64 swapped = zx_time_swap (written[i]);
      n_open++;
      n_inside += written[i] >= first && written[i] <= last;
      n_inside_swapped += swapped >= first && swapped <= last;
    }
  return n_open >= ENOUGH_TO_JUDGE && (double) n_inside_swapped >= 0.98 * (double) n_open
         && (double) n_inside <= 0.75 * (double) n_open;
}
