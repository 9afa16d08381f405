/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Traces: positions of vehicles in time.
 *
 * Rows are put in order of vehicle and time (nothing to do for files that are so already).  Each
 * position weighs the time to the vehicle's next one, at most TEN minutes: what happens in a longer
 * silence is not known.  A vehicle that stays within STAY_M of a place for half an hour or more
 * makes a long stay there (Li et al. 2008), through silences too: a parked car's receiver sleeps.
 *
 * A position that its neighbours on both sides cannot reach, while they can reach one another, is a
 * reflection and is set aside; when the positions after a jump agree with one another, the trace
 * goes on there, and the time of the jump is not counted.
 *
 * Vehicles are shared out over fixed pieces; rows keep their own results, so the outcome does not
 * depend on threads.  25 bytes a row besides the source. */

#include "data/quality/zx-build-fleet.h"
#include "data/quality/zx-clock.h"
#include "data/quality/zx-row-table.h"
#include "data/quality/zx-usage-sums.h"

#define MOST_SILENCE_S 600
#define STAY_M         150
#define STAY_S         1800
#define LONGEST_STAY_S (7 * 86400)
#define SLACK_M        300 /* receivers between houses are off by this much */
#define SAME_M         1
#define N_PIECES       64
#define ROWS_PER_STEP  262144

typedef enum
{
  DOUBT_SAME,
  DOUBT_SPEED,
} DoubtKind;

typedef struct
{
  DoubtKind kind;
  guint32 row, other;
  double kmh;
} Doubt;

typedef struct
{
  GArray *doubts; /* Doubt */
  GArray *dwells; /* ZxDwell */
  gsize n_breaks;
} Piece;

typedef struct
{
  ZxFleetSums *sums;
  ZxTally *tally;
  ZxRowPlaces places;
  gint64 *time;
  guint32 *vehicle; /* by row; G_MAXUINT32: set aside before */
  guint32 *order;   /* rows by vehicle and time; NULL: they stand so */
  gsize *first;     /* n_vehicles + 1, in order */
  guint32 n_vehicles;
  gsize n_good;
  float *weight; /* by row; NaN: set aside */
  Piece pieces[N_PIECES];
} Traces;

#define NO_VEHICLE G_MAXUINT32

/* ---- which rows --------------------------------------------------------------------------- */

static const ZxPlaceRules trace_places
    = { "vehicles.missing-place", "vehicles.impossible-place", "vehicles.swapped-axes", NULL };

typedef struct
{
  const ZxColumn *column;
  ZxRowTable table;
  guint32 *of_text; /* pool id → vehicle + 1 */
  double last_number;
  guint32 last, n;
} Numbering;

/* Vehicles get numbers in the order they come. */
static guint32
vehicle_of (Numbering *self, gsize row)
{
  if (self->column->kind == ZX_COLUMN_TEXT)
    {
      guint32 id = self->column->text[row];
      if (id != 0 && self->of_text[id] == 0)
        self->of_text[id] = ++self->n;
      return id != 0 ? self->of_text[id] - 1 : NO_VEHICLE;
    }
  double number = self->column->number[row];
  if (isnan (number))
    return NO_VEHICLE;
  if (number == self->last_number)
    return self->last;
  gssize known = zx_row_table_first (&self->table, zx_hash_double (1, number), self->n);
  self->last_number = number;
  self->last = known >= 0 ? (guint32) known : self->n++;
  return self->last;
}

/* The usual row: two numbers near all others. */
static inline gboolean
is_plainly_good (const Traces *self, const ZxBox *reach, gsize row)
{
  const ZxRowPlaces *places = &self->places;
  double x = places->x[row], y = places->y[row];
  if (!zx_box_contains (reach, x, y))
    return FALSE;
  if (!places->has_columns)
    return x != 0 || y != 0;
  if (places->lon.column->kind != ZX_COLUMN_NUMBER || places->lat.column->kind != ZX_COLUMN_NUMBER)
    return FALSE;
  return zx_box_contains (&places->most, places->lon.column->number[row],
                          places->lat.column->number[row])
         && !zx_box_contains (&places->most, 0, 0);
}

/* A column of speeds most of which no car drives is in other units, and not asked. */
static ZxNumbers
usable_speed (const ZxTally *tally)
{
  ZxNumbers speed = zx_cells_numbers (tally, "speed");
  const gsize step = MAX (tally->layer->n_rows / 1000, 1);
  gsize n = 0, n_fast = 0;
  for (gsize row = 0; speed.column != NULL && row < tally->layer->n_rows; row += step, n++)
    n_fast += zx_cells_number (&speed, row) > ZX_FASTEST_KMH;
  if (n_fast * 20 > n)
    speed.column = NULL;
  return speed;
}

static gboolean
admit_row (Traces *self, Numbering *numbering, const ZxBox *reach, const ZxNumbers *speed,
           gsize row, gsize *n_outside)
{
  ZxTally *tally = self->tally;
  self->vehicle[row] = NO_VEHICLE;
  if (!is_plainly_good (self, reach, row))
    {
      if (!zx_row_places_admit (&self->places, tally, row, &trace_places, NULL, 0))
        return FALSE;
      if (!zx_box_contains (reach, self->places.x[row], self->places.y[row]))
        {
          (*n_outside)++;
          return FALSE;
        }
    }
  if ((self->time[row] == ZX_TIME_NONE || self->time[row] < tally->earliest
       || self->time[row] > tally->latest)
      && !zx_clock_admit (tally, row, self->time[row],
                          zx_clock_is_empty (tally, "time", "date", row)))
    return FALSE;
  double kmh = speed->column != NULL ? zx_cells_number (speed, row) : NAN;
  if (kmh > ZX_FASTEST_KMH || kmh < 0)
    {
      zx_tally_find_number (tally, "vehicles.impossible-speed", (gint64) row, ZX_ACTION_SET_ASIDE,
                            kmh, ZX_FASTEST_KMH);
      return FALSE;
    }
  guint32 vehicle = vehicle_of (numbering, row);
  if (vehicle == NO_VEHICLE)
    {
      zx_tally_find (tally, "vehicles.missing-id", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      return FALSE;
    }
  self->vehicle[row] = vehicle;
  return TRUE;
}

static gboolean
admit_rows (Traces *self, const ZxProgress *progress, GError **error)
{
  ZxTally *tally = self->tally;
  const gsize n_rows = tally->layer->n_rows;
  const ZxBox reach = zx_box_grown (&self->sums->build->study, ZX_FLEET_REACH_M);
  const ZxNumbers speed = usable_speed (tally);
  Numbering numbering = { .column = zx_cells_column (tally, "vehicle_id"), .last_number = NAN };
  gsize n_outside = 0;
  gboolean ok = TRUE;
  zx_row_table_init (&numbering.table, 0);
  if (numbering.column->kind == ZX_COLUMN_TEXT)
    {
      numbering.of_text
          = ZX_TRY_NEW (guint32, zx_pool_size (tally->layer->pool), _ ("Vehicles"), error);
      ok = numbering.of_text != NULL;
    }
  for (gsize row = 0; ok && row < n_rows; row++)
    {
      ok = row % 65536 != 0 || zx_progress_step (progress, row, n_rows, error);
      if (ok)
        self->n_good += admit_row (self, &numbering, &reach, &speed, row, &n_outside);
    }
  char count[32], limit[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n_outside);
  g_snprintf (limit, sizeof limit, "%d", ZX_FLEET_REACH_M / 1000);
  zx_tally_find_many (tally, "vehicles.outside-study-area", -1, n_outside, ZX_ACTION_SET_ASIDE,
                      count, limit);
  self->n_vehicles = numbering.n;
  self->sums->n_vehicles += numbering.n;
  zx_row_table_clear (&numbering.table);
  g_free (numbering.of_text);
  return ok;
}

/* ---- order -------------------------------------------------------------------------------- */

static gboolean
is_in_order (const Traces *self)
{
  gsize n = 0;
  guint32 vehicle = 0;
  gint64 time = G_MININT64;
  for (gsize row = 0; row < self->tally->layer->n_rows; row++)
    {
      if (self->vehicle[row] == NO_VEHICLE)
        return FALSE; /* gaps in the rows need the list */
      if (n++ > 0
          && (self->vehicle[row] < vehicle
              || (self->vehicle[row] == vehicle && self->time[row] < time)))
        return FALSE;
      vehicle = self->vehicle[row];
      time = self->time[row];
    }
  return TRUE;
}

static inline gsize
row_at (const Traces *self, gsize i)
{
  return self->order != NULL ? self->order[i] : i;
}

/* Counting sort by vehicle, which keeps the order of rows within. */
static gboolean
sort_by_vehicle (Traces *self, GError **error)
{
  const gsize n_rows = self->tally->layer->n_rows;
  self->first = ZX_TRY_NEW (gsize, (gsize) self->n_vehicles + 2, _ ("Vehicles"), error);
  if (self->first == NULL)
    return FALSE;
  for (gsize row = 0; row < n_rows; row++)
    if (self->vehicle[row] != NO_VEHICLE)
      self->first[self->vehicle[row] + 1]++;
  for (guint32 v = 0; v < self->n_vehicles; v++)
    self->first[v + 1] += self->first[v];
  if (is_in_order (self))
    return TRUE;
  self->order = ZX_TRY_NEW (guint32, self->n_good, _ ("Vehicle positions"), error);
  if (self->order == NULL)
    return FALSE;
  g_autofree gsize *next = g_memdup2 (self->first, (self->n_vehicles + 1) * sizeof (gsize));
  for (gsize row = 0; row < n_rows; row++)
    if (self->vehicle[row] != NO_VEHICLE)
      self->order[next[self->vehicle[row]]++] = (guint32) row;
  return TRUE;
}

typedef struct
{
  gint64 time;
  guint32 row;
} Stamp;

static int
compare_stamps (gconstpointer a, gconstpointer b)
{
  const Stamp *s = a, *t = b;
  if (s->time != t->time)
    return s->time < t->time ? -1 : 1;
  return (s->row > t->row) - (s->row < t->row);
}

static void
sort_by_time (Traces *self, gsize begin, gsize end)
{
  gboolean is_sorted = TRUE;
  for (gsize i = begin + 1; is_sorted && i < end; i++)
    is_sorted = self->time[row_at (self, i - 1)] <= self->time[row_at (self, i)];
  if (is_sorted)
    return;
  g_autofree Stamp *stamps = g_new (Stamp, end - begin);
  for (gsize i = begin; i < end; i++)
    stamps[i - begin] = (Stamp){ self->time[self->order[i]], self->order[i] };
  qsort (stamps, end - begin, sizeof (Stamp), compare_stamps);
  for (gsize i = begin; i < end; i++)
    self->order[i] = stamps[i - begin].row;
}

/* ---- one vehicle -------------------------------------------------------------------------- */

static inline double
distance (const Traces *self, gsize a, gsize b)
{
  double dx = self->places.x[a] - self->places.x[b], dy = self->places.y[a] - self->places.y[b];
  return sqrt (dx * dx + dy * dy);
}

static inline gboolean
is_reachable (const Traces *self, gsize from, gsize to)
{
  double seconds = (double) (self->time[to] - self->time[from]);
  return distance (self, from, to) <= SLACK_M + ZX_FASTEST_KMH / 3.6 * seconds;
}

static void
drop (Traces *self, Piece *piece, DoubtKind kind, gsize row, gsize other)
{
  double seconds = fabs ((double) (self->time[row] - self->time[other]));
  Doubt doubt = { kind, (guint32) row, (guint32) other,
                  distance (self, row, other) / fmax (seconds, 1) * 3.6 };
  self->weight[row] = NAN;
  g_array_append_val (piece->doubts, doubt);
}

/* Sets weights; what is set aside gets NaN. */
static void
clean_vehicle (Traces *self, Piece *piece, gsize begin, gsize end)
{
  gsize last = row_at (self, begin), n_kept = 1;
  self->weight[last] = 0;
  for (gsize i = begin + 1; i < end; i++)
    {
      gsize row = row_at (self, i), next = i + 1 < end ? row_at (self, i + 1) : row;
      gint64 seconds = self->time[row] - self->time[last];
      self->weight[row] = 0;
      if (seconds == 0 && distance (self, last, row) < SAME_M)
        {
          drop (self, piece, DOUBT_SAME, row, last);
          continue;
        }
      if (!is_reachable (self, last, row))
        {
          gboolean goes_on_there
              = next != row && is_reachable (self, row, next) && !is_reachable (self, last, next);
          if (!goes_on_there)
            {
              drop (self, piece, DOUBT_SPEED, row, last);
              continue;
            }
          if (n_kept == 1) /* the first one was wrong */
            drop (self, piece, DOUBT_SPEED, last, row);
          else
            piece->n_breaks++;
        }
      else
        {
          self->weight[last] = (float) ((double) MIN (seconds, MOST_SILENCE_S) / 3600);
          n_kept++;
        }
      last = row;
    }
}

static void
add_stay (Traces *self, Piece *piece, double x, double y, gint64 seconds)
{
  const ZxCity *city = self->sums->build->city;
  ZxDwell dwell = { (float) (x - city->origin_x_m), (float) (y - city->origin_y_m),
                    (float) ((double) MIN (seconds, LONGEST_STAY_S) / 3600) };
  g_array_append_val (piece->dwells, dwell);
}

/* Stays begin at an anchor and last while positions are near it. */
static void
find_stays (Traces *self, Piece *piece, gsize begin, gsize end)
{
  gsize i = begin;
  while (i < end)
    {
      gsize anchor = row_at (self, i), last = anchor, k = i + 1, n = 1;
      if (isnan (self->weight[anchor]))
        {
          i++;
          continue;
        }
      double x = self->places.x[anchor], y = self->places.y[anchor];
      for (; k < end; k++)
        {
          gsize row = row_at (self, k);
          if (isnan (self->weight[row]))
            continue;
          if (distance (self, anchor, row) > STAY_M)
            break;
          x += self->places.x[row];
          y += self->places.y[row];
          last = row;
          n++;
        }
      gint64 seconds = self->time[last] - self->time[anchor];
      if (seconds >= STAY_S)
        {
          add_stay (self, piece, x / (double) n, y / (double) n, seconds);
          i = k;
        }
      else
        i += MAX ((k - i) / 8,
                  1); /* one by one would be quadratic in halts of nearly half an hour */
    }
}

static void
clean_pieces (gsize begin, gsize end, guint worker, gpointer data)
{
  Traces *self = data;
  for (gsize p = begin; p < end; p++)
    {
      guint32 from = (guint32) ((guint64) self->n_vehicles * p / N_PIECES);
      guint32 to = (guint32) ((guint64) self->n_vehicles * (p + 1) / N_PIECES);
      for (guint32 v = from; v < to; v++)
        {
          gsize first = self->first[v], next = self->first[v + 1];
          if (first == next)
            continue;
          sort_by_time (self, first, next);
          clean_vehicle (self, &self->pieces[p], first, next);
          find_stays (self, &self->pieces[p], first, next);
        }
    }
}

/* ---- the layer ---------------------------------------------------------------------------- */

static void
tell_doubts (Traces *self)
{
  ZxTally *tally = self->tally;
  const ZxColumn *id = zx_cells_column (tally, "vehicle_id");
  gsize n_breaks = 0;
  for (guint p = 0; p < N_PIECES; p++)
    {
      n_breaks += self->pieces[p].n_breaks;
      for (guint i = 0; i < self->pieces[p].doubts->len; i++)
        {
          const Doubt *doubt = &g_array_index (self->pieces[p].doubts, Doubt, i);
          char buffer[32];
          if (doubt->kind == DOUBT_SAME)
            zx_tally_find_row (tally, "vehicles.duplicate-point", doubt->row, ZX_ACTION_SET_ASIDE,
                               zx_cells_text (tally->layer, id, doubt->row, buffer), doubt->other);
          else
            zx_tally_find_number (tally, "vehicles.impossible-speed", doubt->row,
                                  ZX_ACTION_SET_ASIDE, floor (doubt->kmh + 0.5), ZX_FASTEST_KMH);
        }
      g_array_append_vals (self->sums->dwells, self->pieces[p].dwells->data,
                           self->pieces[p].dwells->len);
    }
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n_breaks);
  zx_tally_find_many (tally, "vehicles.broken-trace", -1, n_breaks, ZX_ACTION_KEPT, count, NULL);
}

static gboolean
take_rows (Traces *self, const ZxProgress *progress, GError **error)
{
  gint64 last_day = G_MININT64;
  const gsize n_rows = self->tally->layer->n_rows;
  for (gsize row = 0; row < n_rows; row++)
    {
      if (row % ROWS_PER_STEP == 0 && !zx_progress_step (progress, row, n_rows, error))
        return FALSE;
      if (self->vehicle[row] == NO_VEHICLE || isnan (self->weight[row]))
        continue;
      zx_fleet_sums_add (self->sums, self->places.x[row], self->places.y[row], self->weight[row],
                         self->time[row]);
      gint64 day = zx_time_day (self->time[row]);
      if (day != last_day)
        g_hash_table_add (self->sums->days, GSIZE_TO_POINTER ((gsize) (day + 1000000)));
      last_day = day;
      self->tally->n_used++;
    }
  return TRUE;
}

static gboolean
add_layer (Traces *self, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = self->tally->layer->n_rows;
  gboolean is_usable;
  ZxProgress admitting = zx_progress_slice (progress, 0, 0.4);
  ZxProgress cleaning = zx_progress_slice (progress, 0.4, 0.9);
  ZxProgress taking = zx_progress_slice (progress, 0.9, 1);
  if (!zx_fleet_sums_reserve (self->sums, n_rows, error))
    return FALSE;
  self->time = zx_clock_read (self->tally, "time", "date", &is_usable, error);
  self->vehicle = ZX_TRY_NEW (guint32, n_rows, _ ("Vehicle positions"), error);
  self->weight = ZX_TRY_NEW (float, n_rows, _ ("Vehicle positions"), error);
  if (self->time == NULL || self->vehicle == NULL || self->weight == NULL
      || !admit_rows (self, &admitting, error) || !sort_by_vehicle (self, error)
      || !zx_parallel_for (N_PIECES, 1, clean_pieces, self, &cleaning, error))
    return FALSE;
  tell_doubts (self);
  return take_rows (self, &taking, error);
}

gboolean
zx_fleet_add_traces (ZxFleetSums *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  if (tally->layer->n_rows >= NO_VEHICLE)
    {
      zx_tally_find_many (tally, "layer.too-large", -1, tally->layer->n_rows, ZX_ACTION_SET_ASIDE,
                          NULL, "4294967294");
      tally->is_done = TRUE;
      return TRUE;
    }
  Traces traces = { .sums = self, .tally = tally };
  if (!zx_row_places_init (&traces.places, tally, error))
    return FALSE;
  for (guint p = 0; p < N_PIECES; p++)
    {
      traces.pieces[p].doubts = g_array_new (FALSE, FALSE, sizeof (Doubt));
      traces.pieces[p].dwells = g_array_new (FALSE, FALSE, sizeof (ZxDwell));
    }
  gboolean ok = add_layer (&traces, progress, error);
  for (guint p = 0; p < N_PIECES; p++)
    {
      g_array_unref (traces.pieces[p].doubts);
      g_array_unref (traces.pieces[p].dwells);
    }
  zx_row_places_clear (&traces.places);
  g_free (traces.time);
  g_free (traces.vehicle);
  g_free (traces.order);
  g_free (traces.first);
  g_free (traces.weight);
  tally->is_done = TRUE;
  return ok;
}
