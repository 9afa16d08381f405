/* SPDX-License-Identifier: GPL-3.0-or-later */

/* usage.csv.gz: what each station sold, hour by hour.
 *
 * mean kWh a day × the hour's share (weekday or weekend, by the station's habit) × the weekday's
 * level × a day's weather for the whole place × gamma noise of the hour; never more than the rated
 * power gives.  The dirt: meters that run backwards or jump, hours that were not transmitted, a
 * column of a station nobody lists. */

#include "data/sample/zx-sample-private.h"

#define FILE_NAME        "usage.csv.gz"
#define N_HABITS         3
#define HOUR_NOISE_SHAPE 6.0

/* Shares of the day by habit: residents' evenings, offices' noons, and fleets' nights.  Weekday,
 * then weekend; each sums to 1 after scaling. */
static const double habits[N_HABITS][2][24] = {
  { { 2.2, 1.5, 1.1, 0.9, 0.9, 1.2, 2.2, 3.2, 3.6, 3.8, 4.0, 4.6,
      4.9, 4.4, 4.0, 4.0, 4.3, 5.2, 6.6, 7.6, 8.0, 7.4, 5.6, 3.6 },
    { 2.5, 1.8, 1.2, 1.0, 0.9, 1.0, 1.6, 2.4, 3.4, 4.5, 5.2, 5.5,
      5.4, 5.2, 5.2, 5.3, 5.4, 5.8, 6.2, 6.6, 6.7, 6.0, 4.8, 3.4 } },
  { { 1.0, 0.7, 0.5, 0.5, 0.6, 1.0, 2.2, 4.2, 6.4, 7.0, 6.6, 7.2,
      8.0, 7.2, 6.2, 5.6, 5.2, 5.6, 6.0, 5.6, 4.8, 3.6, 2.4, 1.6 },
    { 1.4, 1.0, 0.8, 0.7, 0.7, 1.0, 1.8, 2.8, 4.4, 5.8, 6.6, 7.0,
      7.0, 6.6, 6.2, 6.0, 6.0, 6.2, 6.4, 6.0, 5.2, 4.2, 3.0, 2.0 } },
  { { 6.2, 6.6, 6.0, 4.8, 3.4, 2.4, 2.0, 2.0, 2.2, 2.6, 3.4, 5.0,
      6.4, 6.0, 4.4, 3.2, 2.8, 2.8, 3.0, 3.6, 4.4, 5.2, 6.0, 6.6 },
    { 6.0, 6.2, 5.6, 4.4, 3.2, 2.4, 2.2, 2.2, 2.6, 3.2, 4.0, 5.2,
      6.0, 5.6, 4.6, 3.8, 3.4, 3.4, 3.8, 4.2, 4.8, 5.4, 6.0, 6.2 } },
};

static const double weekday_level[7] = { 0.97, 0.95, 0.96, 0.98, 1.06, 1.07, 1.01 };

typedef struct
{
  guint station, first_hour, n_hours;
} Gap;

typedef struct
{
  const SampleSite *site;
  guint *column; /* station of each column */
  guint n_columns, n_hours;
  double share[N_HABITS][2][24];
  double *day_level;
  GArray *gaps;
} Usage;

static void
usage_init (Usage *self, const SampleSite *site)
{
  const SampleScale *scale = site->world->scale;
  *self = (Usage){ .site = site, .n_hours = scale->usage_days * 24 };
  self->column = g_new (guint, MAX (site->stations->len, 1));
  for (guint i = 0; i < site->stations->len; i++)
    if (!g_array_index (site->stations, SampleStation, i).is_planned)
      self->column[self->n_columns++] = i;
  for (guint habit = 0; habit < N_HABITS; habit++)
    for (guint kind = 0; kind < 2; kind++)
      {
        double sum = 0;
        for (guint hour = 0; hour < 24; hour++)
          sum += habits[habit][kind][hour];
        for (guint hour = 0; hour < 24; hour++)
          self->share[habit][kind][hour] = habits[habit][kind][hour] / sum;
      }
  ZxRng rng = zx_rng_stream (site->world->seed, 910);
  self->day_level = g_new (double, scale->usage_days);
  for (guint day = 0; day < scale->usage_days; day++)
    {
      guint weekday;
      zx_time_to_civil ((gint64) (SAMPLE_FIRST_DAY + day) * 86400, NULL, NULL, NULL, NULL, NULL,
                        NULL, &weekday);
      self->day_level[day] = weekday_level[weekday] * exp (0.05 * zx_rng_normal (&rng) - 0.00125);
    }
  self->gaps = g_array_new (FALSE, FALSE, sizeof (Gap));
  for (guint k = 0; self->n_columns > 8 && k < 3; k++)
    {
      Gap gap = { self->column[2 + 2 * k], 24 * (4 + 3 * k) + 7, 36 + 18 * k };
      g_array_append_val (self->gaps, gap);
      zx_sample_dirt_add (site->dirt, FILE_NAME, gap.first_hour, "usage.gap");
    }
}

static void
usage_clear (Usage *self)
{
  g_free (self->column);
  g_free (self->day_level);
  g_array_unref (self->gaps);
}

static gboolean
is_in_gap (const Usage *self, guint station, guint hour)
{
  for (guint k = 0; k < self->gaps->len; k++)
    {
      const Gap *gap = &g_array_index (self->gaps, Gap, k);
      if (gap->station == station && hour >= gap->first_hour
          && hour < gap->first_hour + gap->n_hours)
        return TRUE;
    }
  return FALSE;
}

static double
energy_kwh (const Usage *self, guint number, guint hour)
{
  const SampleStation *station = &g_array_index (self->site->stations, SampleStation, number);
  guint day = hour / 24, weekday;
  zx_time_to_civil ((gint64) (SAMPLE_FIRST_DAY + day) * 86400, NULL, NULL, NULL, NULL, NULL, NULL,
                    &weekday);
  ZxRng rng = zx_rng_stream (self->site->world->seed ^ 0x05a9e,
                             (guint64) hour * self->site->stations->len + number);
  double mean = station->kwh_per_day * self->share[station->habit][weekday >= 5][hour % 24]
                * self->day_level[day];
  double noise = zx_rng_gamma (&rng, HOUR_NOISE_SHAPE) / HOUR_NOISE_SHAPE;
  return MIN (mean * noise, station->rated_kw);
}

/* Every so many columns a reading that cannot be: negative, or three times what the plugs give. */
static gboolean
spoil (const Usage *self, guint column, guint hour, double *kwh)
{
  const SampleStation *station
      = &g_array_index (self->site->stations, SampleStation, self->column[column]);
  if (self->n_columns <= 8 || column > 400)
    return FALSE;
  if (column % 13 == 4 && hour == 53 + 7 * column % 200)
    {
      *kwh = -(*kwh + 12);
      zx_sample_dirt_add (self->site->dirt, FILE_NAME, hour, "usage.negative");
      return TRUE;
    }
  if (column % 11 == 7 && hour == 31 + 11 * column % 200)
    {
      *kwh = 3 * station->rated_kw + 20;
      zx_sample_dirt_add (self->site->dirt, FILE_NAME, hour, "usage.above-rated-power");
      return TRUE;
    }
  return FALSE;
}

static void
append_hour (Usage *self, GString *text, guint hour)
{
  int year;
  guint month, day;
  zx_time_to_civil ((gint64) SAMPLE_FIRST_DAY * 86400 + hour * 3600, &year, &month, &day, NULL,
                    NULL, NULL, NULL);
  g_string_append_printf (text, "%04d-%02u-%02u %02u:00:00", year, month, day, hour % 24);
  for (guint column = 0; column < self->n_columns; column++)
    {
      g_string_append_c (text, ',');
      if (is_in_gap (self, self->column[column], hour))
        continue;
      double kwh = energy_kwh (self, self->column[column], hour);
      spoil (self, column, hour, &kwh);
      zx_sample_append_fixed (text, kwh, 2);
    }
  /* The station nobody lists sells a little all day. */
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, 2 + hour % 24 * 0.5, 2);
  g_string_append_c (text, '\n');
}

gboolean
zx_sample_write_usage (const SampleSite *site, const ZxProgress *progress, GError **error)
{
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, FILE_NAME, error);
  g_autoptr (GString) text = g_string_new ("时间");
  if (out == NULL)
    return FALSE;
  Usage usage;
  usage_init (&usage, site);
  for (guint column = 0; column < usage.n_columns; column++)
    g_string_append_printf (text, ",%s",
                            g_array_index (site->stations, SampleStation, usage.column[column]).id);
  g_string_append (text, ",ZZ999999\n");
  zx_sample_dirt_add (site->dirt, FILE_NAME, -1, "usage.unknown-station");
  gboolean ok = TRUE;
  for (guint hour = 0; ok && hour < usage.n_hours; hour++)
    {
      append_hour (&usage, text, hour);
      if (text->len > 1 << 19)
        ok = zx_sample_file_flush (out, text, error)
             && zx_progress_step (progress, hour, usage.n_hours, error);
    }
  usage_clear (&usage);
  return ok && zx_sample_file_flush (out, text, error)
         && zx_sample_file_close (g_steal_pointer (&out), error);
}
