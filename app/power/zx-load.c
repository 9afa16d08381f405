/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Load rates, room, events, voltage drop and the tables of grid practice (DOMAIN.md §4).
 *
 * Load rate is √(P² + Q²) / S in kVA; kW alone flatters a transformer by its power factor.  Room is
 * the positive root of (P0 + P)² + (Q0 + P tanφ)² = (rate·S)².  The coincidence tables and the
 * standard sizes are design practice that was handed down, not a standard we have read (DOMAIN.md
 * marks them "memory"); a utility's own table replaces them. */

#include "app/power/zx-power.h"

#define EVENT_HOURS 2.0
/* Steps like 1/12 h do not add up to 2 h exactly. */
#define HOURS_TOLERANCE 1e-9

typedef struct
{
  gsize n;
  double factor;
} Coincidence;

/* Middle of the range for AC piles of 7 kW, in the style of 18D705-2. */
static const Coincidence ac_factors[] = {
  { 1, 1.0 },   { 3, 0.905 },  { 5, 0.82 },  { 10, 0.70 },  { 15, 0.60 }, { 20, 0.51 },
  { 25, 0.46 }, { 30, 0.415 }, { 40, 0.35 }, { 50, 0.325 }, { 60, 0.32 }, { 100, 0.275 },
};

static const guint standard_sizes_kva[] = { 30,  50,  80,  100, 125,  160,  200,  250,  315,
                                            400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500 };

double
zx_power_load_rate (double rated_kva, double kw, double kvar)
{
  return rated_kva > 0 ? hypot (kw, kvar) / rated_kva : NAN;
}

double
zx_power_room_kw (double rated_kva, double base_kw, double base_kvar, double power_factor,
                  double rate)
{
  if (!(rated_kva > 0 && power_factor > 0 && power_factor <= 1 && rate >= 0))
    return NAN;
  double tangent = sqrt (1 - power_factor * power_factor) / power_factor;
  double limit = rate * rated_kva;
  double a = 1 + tangent * tangent;
  double half_b = base_kw + base_kvar * tangent;
  double c = base_kw * base_kw + base_kvar * base_kvar - limit * limit;
  if (c >= 0)
    return 0;
  /* c < 0, so both forms are exact roots; the one chosen never subtracts like from like. */
  double root = sqrt (half_b * half_b - a * c);
  return half_b > 0 ? -c / (half_b + root) : (root - half_b) / a;
}

void
zx_power_day_of (guint32 julian, gsize hour, guint *season, gboolean *is_weekend)
{
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_julian (&date, julian + (guint32) (hour / 24));
  *season = (guint) g_date_get_month (&date) % 12 / 3;
  *is_weekend = g_date_get_weekday (&date) >= G_DATE_SATURDAY;
}

double
zx_power_voltage_drop_percent (double kw, double kvar, double r_ohm, double x_ohm, double kv)
{
  return kv > 0 ? (kw * r_ohm + kvar * x_ohm) / (kv * kv * 1000) * 100 : NAN;
}

static double
ac_coincidence (guint n_piles)
{
  guint last = G_N_ELEMENTS (ac_factors) - 1;
  if (n_piles >= ac_factors[last].n)
    return ac_factors[last].factor;
  guint i = 0;
  while (ac_factors[i + 1].n <= n_piles)
    i++;
  const Coincidence *low = &ac_factors[i], *high = low + 1;
  double share = (double) (n_piles - low->n) / (double) (high->n - low->n);
  return low->factor + share * (high->factor - low->factor);
}

/* The steps of the table (0.9 to 4 guns, 0.75 to 10, 0.6 beyond) would let the eleventh gun lower
 * the station's demand from 7.5 guns' worth to 6.6.  A gun more never needs less, so demand stays
 * on the step before until the next one has caught up; the factor stays within the table's range.
 */
static double
dc_coincidence (guint n_piles)
{
  double n = n_piles;
  if (n_piles <= 4)
    return 0.9;
  if (n_piles <= 10)
    return MAX (0.75, 4 * 0.9 / n);
  return MAX (0.6, 10 * 0.75 / n);
}

double
zx_power_coincidence (guint n_piles, gboolean is_dc)
{
  if (n_piles == 0)
    return 0;
  return is_dc ? dc_coincidence (n_piles) : ac_coincidence (n_piles);
}

guint
zx_power_transformer_size_kva (double kva)
{
  for (guint i = 0; i < G_N_ELEMENTS (standard_sizes_kva); i++)
    if (kva <= standard_sizes_kva[i])
      return standard_sizes_kva[i];
  return 0;
}

/* The values at or above @bound that follow one another from @begin on; NaN compares false. */
static gsize
run_length (const float *rate, gsize begin, gsize n, float bound)
{
  gsize end = begin;
  while (end < n && rate[end] >= bound)
    end++;
  return end - begin;
}

static gboolean
is_event (gsize length, double step_hours)
{
  return (double) length * step_hours >= EVENT_HOURS - HOURS_TOLERANCE;
}

static void
add_over_events (ZxLoadEvents *events, const float *rate, gsize n, double step_hours, float over)
{
  for (gsize i = 0; i < n;)
    {
      gsize length = run_length (rate, i, n, over);
      if (is_event (length, step_hours))
        {
          events->n_over_events++;
          events->over_hours += (double) length * step_hours;
        }
      i += MAX (length, 1);
    }
}

ZxLoadEvents
zx_power_load_events (const float *rate, gsize n, double step_hours, const ZxPowerOptions *options)
{
  ZxLoadEvents events = { 0 };
  g_return_val_if_fail ((rate != NULL || n == 0) && options != NULL && step_hours > 0, events);
  /* Bounds as floats: 0.8 in a series of floats is 0.8, not a little more or less. */
  float heavy = (float) options->heavy_rate, over = (float) options->over_rate;
  add_over_events (&events, rate, n, step_hours, over);
  for (gsize i = 0; i < n;)
    {
      gsize length = run_length (rate, i, n, heavy);
      gboolean is_all_over = run_length (rate, i, i + length, over) == length;
      if (length > 0 && !is_all_over && is_event (length, step_hours))
        {
          events.n_heavy_events++;
          events.heavy_hours += (double) length * step_hours;
        }
      i += MAX (length, 1);
    }
  return events;
}
