/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Totals, and how to tell that they are no measurements.
 *
 * Filled in.  Someone who has no data writes "so many hours a day" and multiplies by the days of
 * the period.  Such totals are whole multiples of one number of days, to rounding.  For each number
 * of days that periods have we count the multiples, and compare with what chance gives: a total
 * that is a whole number is a multiple of c once in c times, one with a fraction practically never.
 * Ten times more than chance, and at least five, is not chance.  (CHARGED, Shenzhen: 1,178 of 2,195
 * are multiples of 365; the others' remainders are evenly spread.)  A short list of honest totals
 * in whole hours a day would be taken for filled in, which they then are.
 *
 * Not metered.  Energy over hours is the mean power.  When many rows have the very same one to a
 * millionth, energy was worked out from rated power and hours. */

#include "data/quality/zx-totals.h"

#define TOLERANCE         1e-6
#define USUAL_PERIOD_DAYS 365

/* Longer ones first: a multiple of 730 is one of 365 and of 73 too, and 365 says more. */
static const double periods[]
    = { 366, 365, 184, 183, 182, 181, 180, 92, 91, 90, 89, 61, 60, 59, 31, 30, 29, 28 };

static gboolean
is_multiple (double value, double of)
{
  double quotient = value / of;
  return value > 0 && fabs (quotient - floor (quotient + 0.5)) <= TOLERANCE;
}

/* How many totals are multiples of @period, and how many chance would give. */
static gsize
count_multiples (const ZxTotals *self, double period, double *by_chance)
{
  gsize n = 0, n_others = 0, n_whole_others = 0;
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    {
      double hours = zx_cells_number (&self->hours, row);
      if (!(hours > 0) || !isfinite (hours))
        continue;
      gboolean is_one = is_multiple (hours, period);
      n += is_one;
      n_others += !is_one;
      n_whole_others += !is_one && is_multiple (hours, 1);
    }
  double share_whole = n_others > 0 ? (double) n_whole_others / (double) n_others : 0;
  *by_chance = (double) (n + n_others) * share_whole / period;
  return n;
}

static void
find_filled_in (ZxTotals *self)
{
  gsize most = 0;
  self->filled_in = NAN;
  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    {
      double by_chance;
      gsize n = count_multiples (self, periods[i], &by_chance);
      if (n >= 5 && (double) n >= 10 * by_chance && n > most)
        {
          most = n;
          self->filled_in = periods[i];
        }
    }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
find_not_metered (ZxTotals *self)
{
  const gsize n_rows = self->tally->layer->n_rows;
  g_autofree double *power = g_new (double, n_rows + 1);
  gsize n = 0, n_repeated = 0, longest = 0;
  double common = NAN;
  for (gsize row = 0; row < n_rows; row++)
    {
      double kw = zx_cells_number (&self->kwh, row) / zx_cells_number (&self->hours, row);
      if (kw > 0 && isfinite (kw))
        power[n++] = kw;
    }
  qsort (power, n, sizeof (double), compare_doubles);
  for (gsize begin = 0, end; begin < n; begin = end)
    {
      for (end = begin + 1; end < n && power[end] <= power[begin] * (1 + TOLERANCE); end++)
        ;
      n_repeated += end - begin >= 5 ? end - begin : 0;
      if (end - begin > longest)
        {
          longest = end - begin;
          common = power[begin];
        }
    }
  if (n < 20 || (double) n_repeated < 0.3 * (double) n)
    return;
  char kw[48], share[48];
  zx_value_text (common, 4, "kW", kw);
  zx_value_text (floor (100.0 * (double) n_repeated / (double) n + 0.5), 3, "%", share);
  zx_tally_find_many (self->tally, "usage.not-metered", -1, n_repeated, ZX_ACTION_KEPT, kw, share);
}

gboolean
zx_totals_exist (const ZxTotals *self)
{
  return zx_cells_has (&self->kwh) || zx_cells_has (&self->hours);
}

void
zx_totals_init (ZxTotals *self, ZxTally *tally)
{
  *self = (ZxTotals){ tally,
                      zx_cells_numbers (tally, "kwh_total"),
                      zx_cells_numbers (tally, "hours_total"),
                      zx_cells_numbers (tally, "period_days"),
                      NAN,
                      USUAL_PERIOD_DAYS };
  self->kwh.scale = zx_energy_factor (tally->binding->unit);
  if (!zx_totals_exist (self))
    return;
  if (!zx_cells_has (&self->days))
    zx_tally_find_number (tally, "usage.period-assumed", -1, ZX_ACTION_KEPT, USUAL_PERIOD_DAYS,
                          NAN);
  if (zx_cells_has (&self->hours))
    find_filled_in (self);
  if (zx_cells_has (&self->hours) && zx_cells_has (&self->kwh))
    find_not_metered (self);
}

/* A pile can stand for many connectors, so hours have no hard bound; ten thousand at once do. */
static gboolean
is_plausible (const ZxTotals *self, gsize row, double value, double most, const char *unit)
{
  if (isnan (value) || (value >= 0 && value <= most))
    return TRUE;
  char text[32], bound[48], number[32];
  g_ascii_formatd (text, sizeof text, "%.6g", value);
  g_snprintf (bound, sizeof bound, "0 – %s %s",
              g_ascii_formatd (number, sizeof number, "%.6g", most), unit);
  zx_tally_find (self->tally, "usage.total-implausible", (gint64) row, ZX_ACTION_CORRECTED, text,
                 bound);
  return FALSE;
}

void
zx_totals_get (const ZxTotals *self, gsize row, double *kwh, double *hours, double *days)
{
  *kwh = zx_cells_number (&self->kwh, row);
  *hours = zx_cells_number (&self->hours, row);
  *days = zx_cells_has (&self->days) ? zx_cells_number (&self->days, row) : self->period_days;
  gboolean is_usable = *days > 0 && *days <= 36525
                       && is_plausible (self, row, *hours, *days * 24 * 10000, "h")
                       && is_plausible (self, row, *kwh, *days * 24 * 1e6, "kWh");
  if (is_usable && is_multiple (*hours, self->filled_in))
    {
      zx_tally_find_number (self->tally, "usage.filled-in", (gint64) row, ZX_ACTION_CORRECTED,
                            *hours, self->filled_in);
      is_usable = FALSE;
    }
  double leading = isfinite (*hours) ? *hours : *kwh;
  if (is_usable && leading == 0)
    {
      zx_tally_find_number (self->tally, "usage.zero-total", (gint64) row, ZX_ACTION_CORRECTED, 0,
                            NAN);
      is_usable = FALSE;
    }
  if (!is_usable)
    *kwh = *hours = *days = NAN;
}
