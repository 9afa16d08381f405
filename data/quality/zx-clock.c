/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Times as a whole.
 *
 * Which clock.  Stamps that end in +00 beside a column of zones that says MST leave two readings,
 * six or seven hours apart.  People charge by day: of the two readings the one is taken that has
 * clearly fewer starts between midnight and five.  That is wrong for fleets charged at night; the
 * finding says what was done. */

#include "data/quality/zx-clock.h"

#define FIRST_YEAR 1990
#define LAST_YEAR  2100

/* ---- columns ------------------------------------------------------------------------------ */

/* What is true of the first column of a layer is true of its others. */
static void
find_swapped (ZxTally *tally, gint64 *time)
{
  const gsize n = tally->layer->n_rows;
  gsize n_changed = 0;
  gint64 example = ZX_TIME_NONE;
  gboolean is_first = !tally->is_swapped;
  tally->is_swapped = tally->is_swapped || zx_times_are_swapped (time, n);
  for (gsize row = 0; tally->is_swapped && row < n; row++)
    {
      gint64 right = time[row] != ZX_TIME_NONE ? zx_time_swap (time[row]) : ZX_TIME_NONE;
      if (right == time[row])
        continue;
      example = n_changed++ == 0 ? time[row] : example;
      time[row] = right;
    }
  char written[32], right[32];
  if (n_changed == 0 || !is_first)
    return;
  zx_time_text (example, written);
  zx_time_text (zx_time_swap (example), right);
  written[10] = right[10] = '\0'; /* the dates */
  zx_tally_find_many (tally, "time.day-month-swapped", -1, n_changed, ZX_ACTION_CORRECTED, written,
                      right);
}

static void
find_assumed_order (ZxTally *tally, const ZxTimes *times)
{
  char buffer[32], text[32];
  const ZxColumn *column = times->date != NULL ? times->date : times->time;
  for (gsize row = 0; times->is_order_assumed && row < tally->layer->n_rows; row++)
    if (zx_times_get (times, row) != ZX_TIME_NONE)
      {
        zx_time_text (zx_times_get (times, row), text);
        text[10] = '\0';
        zx_tally_find (tally, "time.order-assumed", -1, ZX_ACTION_KEPT,
                       zx_cells_text (tally->layer, column, row, buffer), text);
        return;
      }
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;
  return (x > y) - (x < y);
}

/* Times are wild when they lie beyond the middle nine tenths by more than twice their span and a
 * year: one stamp of 2099 must not make a history of a century. */
static void
find_bounds (ZxTally *tally, const gint64 *time)
{
  enum
  {
    N_SAMPLE = 20000
  };
  const gsize n_rows = tally->layer->n_rows, step = MAX (n_rows / N_SAMPLE, 1);
  g_autoptr (GArray) sample = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (gsize row = 0; row < n_rows; row += step)
    if (time[row] != ZX_TIME_NONE)
      g_array_append_val (sample, time[row]);
  if (sample->len == 0)
    return;
  g_array_sort (sample, compare_times);
  gint64 low = g_array_index (sample, gint64, sample->len / 20);
  gint64 high = g_array_index (sample, gint64, sample->len - 1 - sample->len / 20);
  gint64 margin = 2 * (high - low) + 366 * (gint64) 86400;
  tally->earliest = low - margin;
  tally->latest = MIN (tally->build->options->now, high + margin);
}

gint64 *
zx_clock_read (ZxTally *tally, const char *time_name, const char *date_name, gboolean *is_usable,
               GError **error)
{
  const gsize n_rows = tally->layer->n_rows;
  const ZxColumn *time_column = zx_cells_column (tally, time_name);
  const ZxColumn *date_column = date_name != NULL ? zx_cells_column (tally, date_name) : NULL;
  gint64 *time = ZX_TRY_NEW (gint64, n_rows, _ ("The times of a layer"), error);
  *is_usable = FALSE;
  if (time == NULL)
    return NULL;
  for (gsize row = 0; row < n_rows; row++)
    time[row] = ZX_TIME_NONE;
  if (time_column == NULL && date_column == NULL)
    return time;
  ZxTimes times;
  if (!zx_times_init (&times, tally->layer, time_column, date_column, error))
    {
      g_free (time);
      return NULL;
    }
  char text[32];
  if (times.is_empty)
    zx_tally_find_many (tally, "time.column-empty", -1, n_rows, ZX_ACTION_KEPT,
                        zx_binding_column (tally->binding, time_name), NULL);
  else if (times.is_all_equal)
    zx_tally_find_many (tally, "time.all-equal", -1, n_rows, ZX_ACTION_KEPT,
                        zx_time_text (zx_times_get (&times, 0), text), NULL);
  *is_usable = !times.is_empty && !times.is_all_equal;
  for (gsize row = 0; *is_usable && row < n_rows; row++)
    time[row] = zx_times_get (&times, row);
  if (*is_usable && times.is_year_first)
    find_swapped (tally, time);
  if (*is_usable)
    find_bounds (tally, time);
  find_assumed_order (tally, &times);
  zx_times_clear (&times);
  return time;
}

/* ---- rows --------------------------------------------------------------------------------- */

gboolean
zx_clock_is_empty (const ZxTally *tally, const char *time_name, const char *date_name, gsize row)
{
  ZxNumbers time = zx_cells_numbers (tally, time_name);
  ZxNumbers date = date_name != NULL ? zx_cells_numbers (tally, date_name) : time;
  const ZxNumbers *leading = date.column != NULL ? &date : &time;
  return leading->column == NULL || zx_cells_is_empty (leading, row);
}

gboolean
zx_clock_admit (ZxTally *tally, gsize row, gint64 time, gboolean is_cell_empty)
{
  char value[32], bound[32];
  int year;
  if (time == ZX_TIME_NONE)
    {
      zx_tally_find (tally, is_cell_empty ? "time.missing" : "time.unreadable", (gint64) row,
                     ZX_ACTION_SET_ASIDE, NULL, NULL);
      return FALSE;
    }
  zx_time_to_civil (time, &year, NULL, NULL, NULL, NULL, NULL, NULL);
  gboolean is_clock_only = time >= 0 && time <= 86400;
  if ((year < FIRST_YEAR && !is_clock_only) || year > LAST_YEAR || time < tally->earliest)
    {
      g_snprintf (bound, sizeof bound, "%d – %d", FIRST_YEAR, LAST_YEAR);
      zx_tally_find (tally, "time.year-implausible", (gint64) row, ZX_ACTION_SET_ASIDE,
                     zx_time_text (time, value), bound);
      return FALSE;
    }
  if (time > tally->latest)
    {
      zx_tally_find (tally, "time.future", (gint64) row, ZX_ACTION_SET_ASIDE,
                     zx_time_text (time, value), zx_time_text (tally->latest, bound));
      return FALSE;
    }
  return TRUE;
}

/* ---- zones -------------------------------------------------------------------------------- */

/* Hours east of UTC for what zone columns say; NaN for anything else. */
static double
zone_hours (const char *text)
{
  static const struct
  {
    const char *name;
    double hours;
  } zones[]
      = { { "UTC", 0 },  { "GMT", 0 },     { "Z", 0 },    { "WET", 0 },  { "BST", 1 },
          { "CET", 1 },  { "CEST", 2 },    { "EET", 2 },  { "EEST", 3 }, { "EST", -5 },
          { "EDT", -4 }, { "CDT", -5 },    { "MST", -7 }, { "MDT", -6 }, { "PST", -8 },
          { "PDT", -7 }, { "BRT", -3 },    { "JST", 9 },  { "HKT", 8 },  { "Asia/Shanghai", 8 },
          { "PRC", 8 },  { "北京时间", 8 } };
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    if (strcmp (text, zones[i].name) == 0)
      return zones[i].hours;
  double hours;
  const char *sign = strpbrk (text, "+-");
  if ((g_str_has_prefix (text, "UTC") || g_str_has_prefix (text, "GMT")) && sign != NULL
      && zx_number_parse (sign, strlen (sign), &hours) && fabs (hours) <= 14)
    return hours;
  return NAN;
}

/* What the start column's texts state; NaN when they state nothing. */
static double
stated_hours (const ZxTally *tally)
{
  const ZxColumn *column = zx_cells_column (tally, "start_time");
  ZxStamp stamp;
  for (gsize row = 0;
       column != NULL && column->kind == ZX_COLUMN_TEXT && row < MIN (tally->layer->n_rows, 100);
       row++)
    {
      const char *text = zx_layer_text (tally->layer, column, row);
      if (zx_stamp_parse (text, strlen (text), ZX_DATE_DAY_FIRST, &stamp))
        return stamp.has_offset ? stamp.offset_s / 3600.0 : NAN;
    }
  return NAN;
}

static gboolean
is_night (gint64 time)
{
  gint64 clock = ((time % 86400) + 86400) % 86400;
  return clock < 5 * 3600;
}

void
zx_clock_localise (ZxTally *tally, gint64 *const *times, guint n_arrays)
{
  const ZxColumn *zone = zx_cells_column (tally, "zone");
  const double stated = stated_hours (tally);
  gsize n = 0, n_conflicts = 0, n_night = 0, n_night_moved = 0;
  double example = NAN;
  if (zone == NULL || zone->kind != ZX_COLUMN_TEXT || isnan (stated))
    return;
  for (gsize row = 0; row < tally->layer->n_rows; row++)
    {
      double hours = zone_hours (zx_layer_text (tally->layer, zone, row)) - stated;
      if (times[0][row] == ZX_TIME_NONE || isnan (hours))
        continue;
      n++;
      n_conflicts += hours != 0;
      example = isnan (example) && hours != 0 ? hours : example;
      n_night += is_night (times[0][row]);
      n_night_moved += is_night (times[0][row] + (gint64) (hours * 3600));
    }
  if (n_conflicts == 0)
    return;
  char offset[32], share[64];
  g_snprintf (offset, sizeof offset, "UTC%+d", (int) stated);
  zx_tally_find_many (tally, "time.zone-conflict", -1, n_conflicts, ZX_ACTION_KEPT, offset,
                      zx_layer_text (tally->layer, zone, 0));
  if ((double) n_night < 1.5 * (double) n_night_moved)
    return;
  for (gsize row = 0; row < tally->layer->n_rows; row++)
    {
      double hours = zone_hours (zx_layer_text (tally->layer, zone, row)) - stated;
      for (guint k = 0; isfinite (hours) && k < n_arrays; k++)
        if (times[k][row] != ZX_TIME_NONE)
          times[k][row] += (gint64) (hours * 3600);
    }
  g_snprintf (offset, sizeof offset, "%+d", (int) example);
  g_snprintf (share, sizeof share, "%d %% – %d %%", (int) (100 * n_night / n),
              (int) (100 * n_night_moved / n));
  zx_tally_find_many (tally, "time.zone-shifted", -1, n_conflicts, ZX_ACTION_CORRECTED, offset,
                      share);
}
