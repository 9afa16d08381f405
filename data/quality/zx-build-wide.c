/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables with times down and stations across: energy, durations, prices.
 *
 * Stations are shared out over fixed pieces; each piece keeps its own sums of days and its own
 * doubts, and both are put together in the order of the pieces: the result does not depend on the
 * number of threads. */

#include "data/quality/zx-clock.h"
#include "data/quality/zx-station-parts.h"
#include "data/quality/zx-usage-sums.h"

#define MOST_PIECES    64
#define TOLERANCE      1.05 /* of rated power: DOMAIN.md A05 */
#define DOUBTFUL_SHARE 20   /* one in so many hours above rated power: the rated power is wrong */
#define MOST_GAPS      50   /* of a station that are named one by one */

/* ---- the table ---------------------------------------------------------------------------- */

typedef struct
{
  guint32 station, column;
} Series;

typedef struct
{
  ZxUsageSums *sums;
  ZxTally *tally;
  gint64 *time;
  guint8 *is_good; /* rows that count */
  gint64 step_s;
  GArray *series; /* Series, by station */
  double scale;
} Table;

static int
compare_series (gconstpointer a, gconstpointer b)
{
  const Series *s = a, *t = b;
  if (s->station != t->station)
    return s->station < t->station ? -1 : 1;
  return (s->column > t->column) - (s->column < t->column);
}

static gsize
match_columns (Table *self)
{
  const ZxTally *tally = self->tally;
  const ZxColumn *time = zx_cells_column (tally, "time");
  gsize n_unknown = 0;
  for (guint i = 0; i < tally->layer->n_columns; i++)
    {
      const ZxColumn *column = &tally->layer->columns[i];
      char key[64];
      if (column == time)
        continue;
      gssize station = zx_build_station (tally->build, tally, zx_key_of (column->name, key), NULL);
      Series series = { (guint32) station, i };
      if (station >= 0)
        g_array_append_val (self->series, series);
      else
        n_unknown++;
    }
  g_array_sort (self->series, compare_series);
  return n_unknown;
}

static void
name_unknown_columns (const Table *self)
{
  ZxTally *tally = self->tally;
  const ZxColumn *time = zx_cells_column (tally, "time");
  for (guint i = 0; i < tally->layer->n_columns; i++)
    {
      char key[64];
      const ZxColumn *column = &tally->layer->columns[i];
      if (column != time
          && zx_build_station (tally->build, tally, zx_key_of (column->name, key), NULL) < 0)
        zx_tally_find (tally, zx_build_unknown_rule (tally->build, key), -1, ZX_ACTION_CORRECTED,
                       column->name, NULL);
    }
}

/* ---- rows --------------------------------------------------------------------------------- */

typedef struct
{
  gint64 time;
  gsize row;
} Stamp;

static int
compare_stamps (gconstpointer a, gconstpointer b)
{
  const Stamp *s = a, *t = b;
  if (s->time != t->time)
    return s->time < t->time ? -1 : 1;
  return (s->row > t->row) - (s->row < t->row);
}

/* Good rows in the order of time; rows with a time that came before are set aside. */
static GArray *
sort_rows (Table *self)
{
  GArray *stamps = g_array_new (FALSE, FALSE, sizeof (Stamp));
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    if (self->is_good[row])
      {
        Stamp stamp = { self->time[row], row };
        g_array_append_val (stamps, stamp);
      }
  g_array_sort (stamps, compare_stamps);
  guint kept = 0;
  for (guint i = 0; i < stamps->len; i++)
    {
      Stamp stamp = g_array_index (stamps, Stamp, i);
      char text[32];
      if (kept > 0 && g_array_index (stamps, Stamp, kept - 1).time == stamp.time)
        {
          self->is_good[stamp.row] = FALSE;
          zx_tally_find_row (self->tally, "usage.duplicate-time", (gint64) stamp.row,
                             ZX_ACTION_SET_ASIDE, zx_time_text (stamp.time, text),
                             (gint64) g_array_index (stamps, Stamp, kept - 1).row);
        }
      else
        g_array_index (stamps, Stamp, kept++) = stamp;
    }
  g_array_set_size (stamps, kept);
  return stamps;
}

static void
set_step (Table *self, const GArray *stamps)
{
  g_autofree gint64 *time = g_new (gint64, stamps->len + 1);
  for (guint i = 0; i < stamps->len; i++)
    time[i] = g_array_index (stamps, Stamp, i).time;
  self->step_s = zx_time_step (time, stamps->len);
}

static void
find_missing_rows (Table *self, const GArray *stamps)
{
  for (guint i = 1; i < stamps->len; i++)
    {
      const Stamp *before = &g_array_index (stamps, Stamp, i - 1);
      const Stamp *after = &g_array_index (stamps, Stamp, i);
      gint64 gap = after->time - before->time - self->step_s;
      if (gap <= 0)
        continue;
      char from[32], length[32], number[32];
      g_snprintf (length, sizeof length, "%s h",
                  g_ascii_formatd (number, sizeof number, "%.4g", (double) gap / 3600));
      zx_tally_find (self->tally, "usage.gap", (gint64) after->row, ZX_ACTION_KEPT,
                     zx_time_text (before->time + self->step_s, from), length);
    }
}

/* FALSE without @error: the layer cannot be used and its rows are set aside. */
static gboolean
read_rows (Table *self, GError **error)
{
  ZxTally *tally = self->tally;
  const gsize n_rows = tally->layer->n_rows;
  gboolean is_usable;
  self->time = zx_clock_read (tally, "time", NULL, &is_usable, error);
  self->is_good
      = self->time != NULL ? ZX_TRY_NEW (guint8, n_rows, _ ("A table of usage"), error) : NULL;
  if (self->is_good == NULL)
    return FALSE;
  if (!is_usable)
    {
      zx_tally_find_many (tally, "usage.no-times", -1, n_rows, ZX_ACTION_SET_ASIDE, "0", NULL);
      return FALSE;
    }
  for (gsize row = 0; row < n_rows; row++)
    self->is_good[row] = zx_clock_admit (tally, row, self->time[row],
                                         zx_clock_is_empty (tally, "time", NULL, row));
  g_autoptr (GArray) stamps = sort_rows (self);
  set_step (self, stamps);
  gint64 span = stamps->len > 1 ? (g_array_index (stamps, Stamp, stamps->len - 1).time
                                   - g_array_index (stamps, Stamp, 0).time)
                                      / 86400
                                : 0;
  if (self->step_s <= 0 || span > ZX_LONGEST_SPAN_DAYS)
    {
      char days[32], most[32];
      g_snprintf (days, sizeof days, "%" G_GINT64_FORMAT, span);
      g_snprintf (most, sizeof most, "%d", ZX_LONGEST_SPAN_DAYS);
      zx_tally_find_many (tally, self->step_s <= 0 ? "usage.no-times" : "usage.span-implausible",
                          -1, n_rows - tally->n_set_aside, ZX_ACTION_SET_ASIDE, days, most);
      return FALSE;
    }
  find_missing_rows (self, stamps);
  tally->n_used = stamps->len;
  return zx_usage_sums_cover (
      self->sums, g_array_index (stamps, Stamp, 0).time,
      g_array_index (stamps, Stamp, stamps->len - 1).time + self->step_s - 1, error);
}

static void
table_clear (Table *self)
{
  g_free (self->time);
  g_free (self->is_good);
  g_clear_pointer (&self->series, g_array_unref);
  self->tally->is_done = TRUE;
}

/* Prepares a table.  FALSE: nothing to add; @error set only when the work must end. */
static gboolean
table_init (Table *self, ZxUsageSums *sums, ZxTally *tally, GError **error)
{
  *self = (Table){ .sums = sums, .tally = tally, .scale = 1 };
  self->series = g_array_new (FALSE, FALSE, sizeof (Series));
  gsize n_unknown = match_columns (self);
  if (self->series->len == 0)
    {
      char count[32];
      g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n_unknown);
      zx_tally_find_many (tally, "usage.unknown-station", -1, tally->layer->n_rows,
                          ZX_ACTION_SET_ASIDE,
                          tally->layer->n_columns > 1 ? tally->layer->columns[1].name : "–", count);
      return FALSE;
    }
  name_unknown_columns (self);
  return read_rows (self, error);
}

/* ---- energy ------------------------------------------------------------------------------- */

typedef enum
{
  DOUBT_NEGATIVE,
  DOUBT_ABOVE,
  DOUBT_GAP,
  DOUBT_POWER,
  DOUBT_UNREADABLE,
} DoubtKind;

typedef struct
{
  DoubtKind kind;
  guint32 column;
  gsize row, count;
  double value, limit;
} Doubt;

typedef struct
{
  GArray *doubts;
  double *day_kwh, *day_expected, *day_seen;
} Piece;

typedef struct
{
  Table *table;
  GArray *first; /* guint: series where a station begins, and the end */
  Piece *pieces;
  guint n_pieces;
} Work;

static inline double
cell (const Table *table, const ZxColumn *column, gsize row)
{
  if (column->kind == ZX_COLUMN_NUMBER)
    return column->number[row] * table->scale;
  return zx_layer_number (table->tally->layer, column, row) * table->scale;
}

static double
limit_of (const Table *table, guint station)
{
  const ZxStationDraft *draft
      = &g_array_index (table->tally->build->drafts, ZxStationDraft, station);
  return zx_draft_kw (draft) * TOLERANCE * (double) table->step_s / 3600;
}

static gboolean
is_power_doubtful (const Table *table, const ZxColumn *column, double limit, gsize *n_above,
                   gsize *n)
{
  *n = *n_above = 0;
  for (gsize row = 0; isfinite (limit) && row < table->tally->layer->n_rows; row++)
    {
      double kwh = table->is_good[row] ? cell (table, column, row) : NAN;
      *n += kwh > 0;
      *n_above += kwh > limit;
    }
  return *n_above >= 10 && *n_above * DOUBTFUL_SHARE > *n;
}

static void
add_doubt (Piece *piece, DoubtKind kind, guint32 column, gsize row, gsize count, double value,
           double limit)
{
  Doubt doubt = { kind, column, row, count, value, limit };
  g_array_append_val (piece->doubts, doubt);
}

/* Runs of missing cells between cells that are there. */
static void
find_gaps (const Table *table, Piece *piece, guint32 index, const ZxColumn *column)
{
  guint first_doubt = piece->doubts->len;
  gsize begin = 0, n_missing = 0, n_all = 0;
  gboolean has_begun = FALSE;
  for (gsize row = 0; row < table->tally->layer->n_rows; row++)
    {
      if (!table->is_good[row])
        continue;
      if (isnan (cell (table, column, row)))
        {
          begin = n_missing++ == 0 ? row : begin;
          continue;
        }
      if (has_begun && n_missing > 0)
        {
          add_doubt (piece, DOUBT_GAP, index, begin, n_missing, NAN, NAN);
          n_all += n_missing;
        }
      has_begun = TRUE;
      n_missing = 0;
    }
  if (piece->doubts->len - first_doubt <= MOST_GAPS)
    return;
  g_array_index (piece->doubts, Doubt, first_doubt).count = n_all;
  g_array_set_size (piece->doubts, first_doubt + 1);
}

/* Usable energy of a cell; NaN when it is missing or doubted. */
static double
judge_cell (const Table *table, Piece *piece, guint32 index, const ZxColumn *column, gsize row,
            double limit)
{
  double kwh = cell (table, column, row);
  if (kwh >= 0 && !(kwh > limit) && isfinite (kwh))
    return kwh;
  if (isnan (kwh))
    {
      if (column->kind == ZX_COLUMN_TEXT && column->text[row] != 0)
        add_doubt (piece, DOUBT_UNREADABLE, index, row, 1, NAN, NAN);
      return NAN;
    }
  add_doubt (piece, kwh < 0 ? DOUBT_NEGATIVE : DOUBT_ABOVE, index, row, 1, kwh, limit);
  return NAN;
}

static void
add_hour (const Table *table, Piece *piece, ZxStationSums *sums, gsize row, double kwh)
{
  const double step_h = (double) table->step_s / 3600;
  guint day = (guint) (zx_time_day (table->time[row]) - table->sums->first_day);
  sums->kwh += kwh;
  sums->observed_s += (double) table->step_s;
  piece->day_kwh[day] += kwh;
  piece->day_seen[day] += 1;
  if (table->step_s <= 3600)
    {
      guint bin = zx_time_bin (table->time[row]);
      sums->bin_kwh[bin] += kwh;
      sums->bin_hours[bin] += step_h;
    }
}

static void
add_expected (const Table *table, Piece *piece, gint64 first, gint64 last)
{
  double cells = MAX (1, 86400.0 / (double) table->step_s);
  for (gint64 day = zx_time_day (first); day <= zx_time_day (last); day++)
    piece->day_expected[day - table->sums->first_day] += cells;
}

/* One station: the sum of its columns (one, unless the columns are piles). */
static void
add_station (const Table *table, Piece *piece, const Series *series, guint n_series)
{
  const ZxLayer *layer = table->tally->layer;
  const guint station = series[0].station;
  ZxStationSums *sums = &table->sums->station[station];
  double limit = limit_of (table, station);
  gint64 first = ZX_TIME_NONE, last = ZX_TIME_NONE;
  for (guint k = 0; k < n_series; k++)
    {
      gsize n_above, n;
      if (is_power_doubtful (table, &layer->columns[series[k].column], limit, &n_above, &n))
        {
          sums->is_power_doubtful = TRUE;
          add_doubt (piece, DOUBT_POWER, series[k].column, 0, 1, (double) n_above, (double) n);
          limit = NAN;
        }
      find_gaps (table, piece, series[k].column, &layer->columns[series[k].column]);
    }
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      double sum = NAN;
      for (guint k = 0; table->is_good[row] && k < n_series; k++)
        {
          double kwh = judge_cell (table, piece, series[k].column,
                                   &layer->columns[series[k].column], row, limit);
          if (isfinite (kwh))
            sum = isnan (sum) ? kwh : sum + kwh;
        }
      if (isnan (sum))
        continue;
      add_hour (table, piece, sums, row, sum);
      first = first == ZX_TIME_NONE ? table->time[row] : MIN (first, table->time[row]);
      last = last == ZX_TIME_NONE ? table->time[row] : MAX (last, table->time[row]);
    }
  if (first != ZX_TIME_NONE)
    add_expected (table, piece, first, last);
  sums->tally = table->tally;
  sums->column = series[0].column;
}

static void
add_stations (gsize begin, gsize end, guint worker, gpointer data)
{
  Work *work = data;
  const guint n_stations = work->first->len - 1;
  for (gsize p = begin; p < end; p++)
    {
      guint from = (guint) ((guint64) n_stations * p / work->n_pieces);
      guint to = (guint) ((guint64) n_stations * (p + 1) / work->n_pieces);
      for (guint i = from; i < to; i++)
        {
          guint first = g_array_index (work->first, guint, i);
          guint next = g_array_index (work->first, guint, i + 1);
          add_station (work->table, &work->pieces[p],
                       &g_array_index (work->table->series, Series, first), next - first);
        }
    }
}

/* ---- doubts into findings ----------------------------------------------------------------- */

static void
tell_doubt (const Table *table, const Doubt *doubt)
{
  ZxTally *tally = table->tally;
  const ZxColumn *column = &tally->layer->columns[doubt->column];
  char text[96], number[32], limit[32];
  g_ascii_formatd (number, sizeof number, "%.6g", doubt->value);
  g_ascii_formatd (limit, sizeof limit, "%.6g", doubt->limit);
  switch (doubt->kind)
    {
    case DOUBT_NEGATIVE:
      zx_tally_find (tally, "usage.negative", (gint64) doubt->row, ZX_ACTION_CORRECTED,
                     column->name, number);
      break;
    case DOUBT_ABOVE:
      g_snprintf (text, sizeof text, "%s kWh > %s kWh", number, limit);
      zx_tally_find (tally, "usage.above-rated-power", (gint64) doubt->row, ZX_ACTION_CORRECTED,
                     column->name, text);
      break;
    case DOUBT_GAP:
      g_snprintf (text, sizeof text, "%s h",
                  g_ascii_formatd (number, sizeof number, "%.4g",
                                   (double) doubt->count * (double) table->step_s / 3600));
      zx_tally_find_many (tally, "usage.gap", (gint64) doubt->row, doubt->count, ZX_ACTION_KEPT,
                          column->name, text);
      break;
    case DOUBT_POWER:
      g_snprintf (text, sizeof text, "%s / %s", number, limit);
      zx_tally_find (tally, "usage.rated-power-doubtful", -1, ZX_ACTION_CORRECTED, column->name,
                     text);
      break;
    case DOUBT_UNREADABLE:
    default:
      zx_tally_find (tally, "usage.unreadable", (gint64) doubt->row, ZX_ACTION_CORRECTED,
                     column->name, zx_cells_text (tally->layer, column, doubt->row, number));
      break;
    }
}

static void
put_together (Work *work)
{
  ZxUsageSums *sums = work->table->sums;
  for (guint p = 0; p < work->n_pieces; p++)
    {
      const Piece *piece = &work->pieces[p];
      for (guint i = 0; i < piece->doubts->len; i++)
        tell_doubt (work->table, &g_array_index (piece->doubts, Doubt, i));
      for (guint day = 0; day < sums->n_days; day++)
        {
          sums->day_kwh[day] += piece->day_kwh[day];
          sums->day_expected[day] += piece->day_expected[day];
          sums->day_seen[day] += piece->day_seen[day];
        }
    }
}

static gboolean
work_init (Work *work, Table *table, GError **error)
{
  *work = (Work){ .table = table, .first = g_array_new (FALSE, FALSE, sizeof (guint)) };
  for (guint i = 0; i <= table->series->len; i++)
    if (i == 0 || i == table->series->len
        || g_array_index (table->series, Series, i).station
               != g_array_index (table->series, Series, i - 1).station)
      g_array_append_val (work->first, i);
  work->n_pieces = MIN (work->first->len - 1, MOST_PIECES);
  work->pieces = g_new0 (Piece, work->n_pieces);
  const guint n_days = table->sums->n_days;
  for (guint p = 0; p < work->n_pieces; p++)
    {
      Piece *piece = &work->pieces[p];
      piece->doubts = g_array_new (FALSE, FALSE, sizeof (Doubt));
      piece->day_kwh = ZX_TRY_NEW (double, (gsize) n_days * 3, _ ("The days of usage"), error);
      if (piece->day_kwh == NULL)
        return FALSE;
      piece->day_expected = piece->day_kwh + n_days;
      piece->day_seen = piece->day_kwh + 2 * (gsize) n_days;
    }
  return TRUE;
}

static void
work_clear (Work *work)
{
  for (guint p = 0; p < work->n_pieces; p++)
    {
      g_clear_pointer (&work->pieces[p].doubts, g_array_unref);
      g_free (work->pieces[p].day_kwh);
    }
  g_free (work->pieces);
  g_array_unref (work->first);
}

gboolean
zx_usage_add_wide (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  Table table;
  GError *failure = NULL;
  gboolean ok = TRUE;
  if (table_init (&table, self, tally, &failure))
    {
      Work work;
      table.scale = zx_energy_factor (tally->binding->unit);
      ok = work_init (&work, &table, error)
           && zx_parallel_for (work.n_pieces, 1, add_stations, &work, progress, error);
      if (ok)
        put_together (&work);
      work_clear (&work);
    }
  else if (failure != NULL)
    {
      g_propagate_error (error, failure);
      ok = FALSE;
    }
  table_clear (&table);
  return ok;
}

/* ---- durations ---------------------------------------------------------------------------- */

static void
add_duration (Table *table, const Series *series)
{
  ZxTally *tally = table->tally;
  const ZxColumn *column = &tally->layer->columns[series->column];
  ZxStationSums *sums = &table->sums->station[series->station];
  for (gsize row = 0; row < tally->layer->n_rows; row++)
    {
      double hours = table->is_good[row] ? cell (table, column, row) : NAN;
      if (hours < 0)
        zx_tally_find_number (tally, "sessions.negative-duration", (gint64) row,
                              ZX_ACTION_CORRECTED, hours, NAN);
      if (!(hours >= 0) || !isfinite (hours))
        continue;
      sums->busy_hours += hours;
      sums->busy_s += (double) table->step_s;
    }
  gboolean is_comparable = sums->tally != NULL && column->kind == ZX_COLUMN_NUMBER
                           && sums->tally->layer->n_rows == tally->layer->n_rows
                           && sums->tally->layer->columns[sums->column].kind == ZX_COLUMN_NUMBER;
  if (is_comparable)
    sums->duration = column;
}

gboolean
zx_usage_add_durations (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress,
                        GError **error)
{
  Table table;
  GError *failure = NULL;
  gboolean ok = TRUE;
  if (table_init (&table, self, tally, &failure))
    for (guint i = 0; ok && i < table.series->len; i++)
      {
        const Series *series = &g_array_index (table.series, Series, i);
        ok = zx_progress_step (progress, i, table.series->len, error);
        gboolean is_further_pile
            = i > 0 && g_array_index (table.series, Series, i - 1).station == series->station;
        double observed = self->station[series->station].busy_s;
        add_duration (&table, series);
        if (is_further_pile) /* the hours of the day count once for all piles of a station */
          self->station[series->station].busy_s = observed;
      }
  else if (failure != NULL)
    {
      g_propagate_error (error, failure);
      ok = FALSE;
    }
  table_clear (&table);
  return ok;
}

/* ---- prices ------------------------------------------------------------------------------- */

typedef struct
{
  double mean; /* of what is above 0; NaN */
  gsize n_zero, first_zero, n_positive;
} PriceLook;

static PriceLook
look_at_prices (const Table *table, const ZxColumn *column)
{
  PriceLook look = { NAN, 0, 0, 0 };
  double sum = 0;
  for (gsize row = 0; row < table->tally->layer->n_rows; row++)
    {
      double price = cell (table, column, row);
      look.first_zero = price == 0 && look.n_zero == 0 ? row : look.first_zero;
      look.n_zero += price == 0;
      if (!(price > 0) || !isfinite (price))
        continue;
      sum += price;
      look.n_positive++;
    }
  if (look.n_positive > 0)
    look.mean = sum / (double) look.n_positive;
  return look;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
judge_scale (Table *table, const PriceLook *looks)
{
  const guint n = table->series->len;
  table->scale = table->tally->binding->price_scale;
  if (table->scale > 0)
    return;
  g_autofree double *mean = g_new (double, n + 1);
  guint n_known = 0;
  for (guint i = 0; i < n; i++)
    if (isfinite (looks[i].mean))
      mean[n_known++] = looks[i].mean;
  qsort (mean, n_known, sizeof (double), compare_doubles);
  double middle = n_known > 0 ? mean[n_known / 2] : NAN;
  table->scale = zx_price_scale_of (middle);
  if (table->scale == 1)
    zx_tally_find_number (table->tally, "price.scale-assumed", -1, ZX_ACTION_KEPT, middle, NAN);
}

static void
add_price (const Table *table, const Series *series, const PriceLook *look, gboolean is_all_zero,
           gboolean is_service)
{
  ZxTally *tally = table->tally;
  const ZxColumn *column = &tally->layer->columns[series->column];
  ZxStationDraft *draft = &g_array_index (tally->build->drafts, ZxStationDraft, series->station);
  double fen = look->mean * table->scale;
  char value[32];
  if (look->n_zero > 0 && !is_all_zero)
    zx_tally_find_many (tally, "price.zero-means-missing",
                        look->n_positive > 0 ? (gint64) look->first_zero : -1, look->n_zero,
                        ZX_ACTION_CORRECTED, column->name, NULL);
  if (isnan (fen))
    return;
  if (zx_price_is_plausible (fen))
    {
      draft->layer_price[is_service] += fen;
      draft->n_layer_prices[is_service]++;
    }
  else
    zx_tally_find (tally, "price.implausible", -1, ZX_ACTION_CORRECTED,
                   g_ascii_formatd (value, sizeof value, "%.6g", fen), ZX_PRICE_BOUNDS);
}

/* Energy and service are paid together; months of one of them are not. */
static gboolean
is_service_layer (const ZxTally *tally)
{
  static const char *const words[] = { "s_price", "service", "sevice", "服务" };
  g_autofree char *file = g_path_get_basename (tally->binding->path);
  g_autofree char *lower = g_utf8_strdown (file, -1);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (lower, words[i]) != NULL || strstr (tally->layer->name, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
zx_usage_add_prices (ZxUsageSums *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  Table table = { .sums = self, .tally = tally, .scale = 1 };
  table.series = g_array_new (FALSE, FALSE, sizeof (Series));
  match_columns (&table);
  const guint n = table.series->len;
  g_autofree PriceLook *looks = g_new (PriceLook, n + 1);
  gsize n_zero = 0, n_positive = 0;
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < n; i++)
    {
      ok = zx_progress_step (progress, i, n, error);
      looks[i] = look_at_prices (
          &table, &tally->layer->columns[g_array_index (table.series, Series, i).column]);
      n_zero += looks[i].n_zero;
      n_positive += looks[i].n_positive;
    }
  if (ok && n == 0)
    zx_tally_find_many (tally, "usage.unknown-station", -1, tally->layer->n_rows,
                        ZX_ACTION_SET_ASIDE,
                        tally->layer->n_columns > 1 ? tally->layer->columns[1].name : "–", NULL);
  else if (ok)
    {
      name_unknown_columns (&table);
      judge_scale (&table, looks);
      gboolean is_all_zero = n_positive == 0 && n_zero > 0;
      if (is_all_zero)
        zx_tally_find_many (tally, "price.zero-means-missing", -1, n_zero, ZX_ACTION_CORRECTED,
                            tally->layer->name, NULL);
      for (guint i = 0; i < n; i++)
        add_price (&table, &g_array_index (table.series, Series, i), &looks[i], is_all_zero,
                   is_service_layer (tally));
      tally->n_used = tally->layer->n_rows;
    }
  table_clear (&table);
  return ok;
}
