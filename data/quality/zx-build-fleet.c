/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Vehicles: which measure a city gets, positions without times, and the ends of trips.
 *
 * A city has one measure of where vehicles are.  Traces say most (hours spent), then trips (where
 * people get in and out), then bare positions; layers of another kind are left out and said. */

#include "data/quality/zx-build-fleet.h"
#include "data/quality/zx-clock.h"
#include "data/quality/zx-row-table.h"
#include "data/quality/zx-usage-sums.h"

#define BLOCK 16384

static const ZxPlaceRules point_places
    = { "vehicles.missing-place", "vehicles.impossible-place", "vehicles.swapped-axes", NULL };

/* ---- positions ---------------------------------------------------------------------------- */

static gboolean
grow (float **array, gsize n, gsize n_room, GError **error)
{
  float *larger = ZX_TRY_NEW (float, n_room, _ ("Vehicle positions"), error);
  if (larger == NULL)
    return FALSE;
  if (n > 0)
    memcpy (larger, *array, n * sizeof (float));
  g_free (*array);
  *array = larger;
  return TRUE;
}

gboolean
zx_fleet_sums_reserve (ZxFleetSums *self, gsize n_more, GError **error)
{
  gsize n_room = self->n + n_more;
  if (n_room <= self->n_room)
    return TRUE;
  guint8 *bins = ZX_TRY_NEW (guint8, n_room, _ ("Vehicle positions"), error);
  if (bins == NULL)
    return FALSE;
  if (self->n > 0)
    memcpy (bins, self->time_bin, self->n);
  g_free (self->time_bin);
  self->time_bin = bins;
  gboolean is_weighted = self->build->city->fleet.measure == ZX_FLEET_VEHICLE_HOURS;
  self->n_room = n_room;
  return grow (&self->dx_m, self->n, n_room, error) && grow (&self->dy_m, self->n, n_room, error)
         && (!is_weighted || grow (&self->weight, self->n, n_room, error));
}

void
zx_fleet_sums_add (ZxFleetSums *self, double x, double y, double weight, gint64 time)
{
  const ZxCity *city = self->build->city;
  self->dx_m[self->n] = (float) (x - city->origin_x_m);
  self->dy_m[self->n] = (float) (y - city->origin_y_m);
  if (self->weight != NULL)
    self->weight[self->n] = (float) weight;
  self->time_bin[self->n] = time != ZX_TIME_NONE ? (guint8) zx_time_bin (time) : ZX_FLEET_NO_TIME;
  self->n++;
}

static void
add_day (ZxFleetSums *self, gint64 time, gint64 *last_day)
{
  gint64 day = time != ZX_TIME_NONE ? zx_time_day (time) : *last_day;
  if (day == *last_day)
    return;
  *last_day = day;
  g_hash_table_add (self->days, GSIZE_TO_POINTER ((gsize) (day + 1000000)));
}

static void
tell_outside (ZxTally *tally, gsize n)
{
  char count[32], limit[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n);
  g_snprintf (limit, sizeof limit, "%d", ZX_FLEET_REACH_M / 1000);
  zx_tally_find_many (tally, "vehicles.outside-study-area", -1, n, ZX_ACTION_SET_ASIDE, count,
                      limit);
}

gboolean
zx_fleet_add_points (ZxFleetSums *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = tally->layer->n_rows;
  const ZxBox reach = zx_box_grown (&self->build->study, ZX_FLEET_REACH_M);
  ZxRowPlaces places;
  gboolean is_usable, ok = zx_fleet_sums_reserve (self, n_rows, error);
  gsize n_outside = 0;
  gint64 last_day = G_MININT64;
  if (!ok || !zx_row_places_init (&places, tally, error))
    return FALSE;
  g_autofree gint64 *time = zx_clock_read (tally, "time", "date", &is_usable, error);
  ok = time != NULL;
  for (gsize row = 0; ok && row < n_rows; row++)
    {
      ok = row % BLOCK != 0 || zx_progress_step (progress, row, n_rows, error);
      if (!ok || !zx_row_places_admit (&places, tally, row, &point_places, NULL, 0))
        continue;
      if (!zx_box_contains (&reach, places.x[row], places.y[row]))
        {
          n_outside++;
          continue;
        }
      zx_fleet_sums_add (self, places.x[row], places.y[row], 1, time[row]);
      add_day (self, time[row], &last_day);
      tally->n_used++;
    }
  tell_outside (tally, n_outside);
  zx_row_places_clear (&places);
  tally->is_done = TRUE;
  return ok;
}

/* ---- trips -------------------------------------------------------------------------------- */

typedef struct
{
  ZxFleetSums *sums;
  ZxTally *tally;
  ZxNumbers column[4]; /* start lon, start lat, end lon, end lat */
  double raw[4][BLOCK], metres[4][BLOCK];
  gint64 *start, *end;
  ZxRowTable seen;
  ZxBox reach;
  gboolean is_degrees;
  gsize n_outside;
} Trips;

static void
read_block (Trips *self, gsize begin, gsize n)
{
  const ZxQualityInput *input = self->tally->input;
  for (guint k = 0; k < 4; k++)
    for (gsize i = 0; i < n; i++)
      self->raw[k][i] = self->metres[k][i] = zx_cells_number (&self->column[k], begin + i);
  for (guint k = 0; input->to_metres != NULL && k < 4; k += 2)
    input->to_metres (self->metres[k], self->metres[k + 1], n, input->to_metres_data);
}

static gboolean
is_place (const Trips *self, gsize i, guint k)
{
  double lon = self->raw[k][i], lat = self->raw[k + 1][i];
  double zero = self->is_degrees ? 1e-3 : 0;
  return ZX_IS_METRES (self->metres[k][i]) && ZX_IS_METRES (self->metres[k + 1][i])
         && !(fabs (lon) <= zero && fabs (lat) <= zero)
         && !(self->is_degrees && (fabs (lon) > 180 || fabs (lat) > 90));
}

static gboolean
admit_ends (Trips *self, gsize row, gsize i)
{
  for (guint k = 0; k < 4; k += 2)
    {
      if (is_place (self, i, k))
        continue;
      char a[32], b[32];
      gboolean is_missing = isnan (self->raw[k][i]) || isnan (self->raw[k + 1][i]);
      g_autofree char *text = g_strdup_printf ("%s, %s", zx_cells_raw (&self->column[k], row, a),
                                               zx_cells_raw (&self->column[k + 1], row, b));
      zx_tally_find (self->tally,
                     is_missing ? "vehicles.missing-place" : "vehicles.impossible-place",
                     (gint64) row, ZX_ACTION_SET_ASIDE, text, NULL);
      return FALSE;
    }
  return TRUE;
}

static gboolean
admit_times (Trips *self, gsize row, gsize i)
{
  gint64 start = self->start[row], end = self->end[row];
  char a[32], b[32];
  if (start != ZX_TIME_NONE
      && !zx_clock_admit (self->tally, row, start, FALSE)) /* a missing time is no harm here */
    return FALSE;
  if (start == ZX_TIME_NONE || end == ZX_TIME_NONE)
    return TRUE;
  if (end < start)
    {
      zx_tally_find (self->tally, "vehicles.end-before-start", (gint64) row, ZX_ACTION_SET_ASIDE,
                     zx_time_text (end, a), zx_time_text (start, b));
      return FALSE;
    }
  double metres
      = hypot (self->metres[2][i] - self->metres[0][i], self->metres[3][i] - self->metres[1][i]);
  double kmh = metres / (double) MAX (end - start, 1) * 3.6;
  if (metres < 2000 || kmh <= ZX_FASTEST_KMH)
    return TRUE;
  zx_tally_find_number (self->tally, "vehicles.impossible-speed", (gint64) row, ZX_ACTION_SET_ASIDE,
                        floor (kmh + 0.5), ZX_FASTEST_KMH);
  return FALSE;
}

static gboolean
admit_once (Trips *self, gsize row, gsize i, const ZxColumn *vehicle)
{
  char key[64];
  guint64 hash = zx_hash_text (5, zx_cells_key (self->tally->layer, vehicle, row, key));
  for (guint k = 0; k < 4; k++)
    hash = zx_hash_double (hash, self->raw[k][i]);
  hash = zx_hash_double (zx_hash_double (hash, (double) self->start[row]), (double) self->end[row]);
  gssize other = zx_row_table_first (&self->seen, hash, row);
  if (other < 0)
    return TRUE;
  zx_tally_find_row (self->tally, "vehicles.identical-trip", (gint64) row, ZX_ACTION_SET_ASIDE,
                     NULL, other);
  return FALSE;
}

static void
add_trip (Trips *self, gsize row, gsize i, gint64 *last_day)
{
  if (!zx_box_contains (&self->reach, self->metres[0][i], self->metres[1][i])
      || !zx_box_contains (&self->reach, self->metres[2][i], self->metres[3][i]))
    {
      self->n_outside++;
      return;
    }
  zx_fleet_sums_add (self->sums, self->metres[0][i], self->metres[1][i], 1, self->start[row]);
  zx_fleet_sums_add (self->sums, self->metres[2][i], self->metres[3][i], 1, self->end[row]);
  add_day (self->sums, self->start[row], last_day);
  self->tally->n_used++;
}

static gboolean
add_trips (Trips *self, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = self->tally->layer->n_rows;
  const ZxColumn *vehicle = zx_cells_column (self->tally, "vehicle_id");
  gint64 last_day = G_MININT64;
  for (gsize begin = 0; begin < n_rows; begin += BLOCK)
    {
      gsize n = MIN (BLOCK, n_rows - begin);
      if (!zx_progress_step (progress, begin, n_rows, error))
        return FALSE;
      read_block (self, begin, n);
      for (gsize i = 0; i < n; i++)
        if (admit_ends (self, begin + i, i) && admit_times (self, begin + i, i)
            && admit_once (self, begin + i, i, vehicle))
          add_trip (self, begin + i, i, &last_day);
    }
  tell_outside (self->tally, self->n_outside);
  return TRUE;
}

gboolean
zx_fleet_add_trips (ZxFleetSums *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  static const char *const names[] = { "start_lon", "start_lat", "end_lon", "end_lat" };
  const gsize n_rows = tally->layer->n_rows;
  g_autofree Trips *trips = g_new0 (Trips, 1);
  gboolean is_usable, ok;
  trips->sums = self;
  trips->tally = tally;
  trips->reach = zx_box_grown (&self->build->study, ZX_FLEET_REACH_M);
  trips->is_degrees = tally->input->to_metres != NULL;
  for (guint k = 0; k < 4; k++)
    trips->column[k] = zx_cells_numbers (tally, names[k]);
  if (n_rows > G_MAXSIZE / 4 || !zx_fleet_sums_reserve (self, 2 * n_rows, error))
    return FALSE;
  trips->start = zx_clock_read (tally, "start_time", NULL, &is_usable, error);
  trips->end
      = trips->start != NULL ? zx_clock_read (tally, "end_time", NULL, &is_usable, error) : NULL;
  zx_row_table_init (&trips->seen, n_rows);
  ok = trips->end != NULL && add_trips (trips, progress, error);
  zx_row_table_clear (&trips->seen);
  g_free (trips->start);
  g_free (trips->end);
  tally->is_done = TRUE;
  return ok;
}

/* ---- the fleet ---------------------------------------------------------------------------- */

gboolean
zx_fleet_is_traced (const ZxTally *tally)
{
  const ZxColumn *time = zx_cells_column (tally, "time");
  if (time == NULL || zx_cells_column (tally, "vehicle_id") == NULL)
    return FALSE;
  char first[32] = "", buffer[32];
  for (gsize row = 0; row < MIN (tally->layer->n_rows, 10000); row++)
    {
      const char *text = zx_cells_text (tally->layer, time, row, buffer);
      if (*text == '\0')
        continue;
      if (*first == '\0')
        g_strlcpy (first, text, sizeof first);
      else if (strncmp (first, text, sizeof first - 1) != 0)
        return TRUE;
    }
  return FALSE;
}

static ZxFleetMeasure
measure_of (const ZxTally *tally)
{
  switch (tally->binding->role)
    {
    case ZX_ROLE_VEHICLE_TRACES:
      return zx_fleet_is_traced (tally) ? ZX_FLEET_VEHICLE_HOURS : ZX_FLEET_POINTS;
    case ZX_ROLE_VEHICLE_TRIPS:
      return ZX_FLEET_TRIP_ENDS;
    case ZX_ROLE_VEHICLE_POINTS:
      return ZX_FLEET_POINTS;
    default:
      return ZX_FLEET_NONE;
    }
}

static const char *
measure_name (ZxFleetMeasure measure)
{
  static const char *const names[] = { "–", "points", "traces", "trips" };
  return names[measure];
}

/* All layers of one measure. */
static gboolean
add_layers (ZxFleetSums *sums, ZxFleetMeasure measure, const ZxProgress *progress, GError **error)
{
  const GArray *tallies = sums->build->tallies;
  sums->build->city->fleet.measure = measure;
  for (guint i = 0; i < tallies->len; i++)
    {
      ZxTally *tally = &g_array_index (tallies, ZxTally, i);
      if (tally->is_done || measure_of (tally) != measure)
        continue;
      gboolean ok
          = measure == ZX_FLEET_VEHICLE_HOURS ? zx_fleet_add_traces (sums, tally, progress, error)
            : measure == ZX_FLEET_TRIP_ENDS   ? zx_fleet_add_trips (sums, tally, progress, error)
                                              : zx_fleet_add_points (sums, tally, progress, error);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static void
begin_again (ZxFleetSums *self)
{
  g_clear_pointer (&self->dx_m, g_free);
  g_clear_pointer (&self->dy_m, g_free);
  g_clear_pointer (&self->weight, g_free);
  g_clear_pointer (&self->time_bin, g_free);
  self->n_room = self->n_vehicles = 0;
  g_array_set_size (self->dwells, 0);
  g_hash_table_remove_all (self->days);
}

/* The best measure that leaves anything; layers of the others are left out. */
static gboolean
add_best_layers (ZxFleetSums *sums, const ZxProgress *progress, GError **error)
{
  static const ZxFleetMeasure order[]
      = { ZX_FLEET_VEHICLE_HOURS, ZX_FLEET_TRIP_ENDS, ZX_FLEET_POINTS };
  ZxBuild *build = sums->build;
  for (guint i = 0; i < G_N_ELEMENTS (order) && sums->n == 0; i++)
    {
      begin_again (sums); /* the arrays of one measure do not fit another */
      if (!add_layers (sums, order[i], progress, error))
        return FALSE;
    }
  for (guint i = 0; i < build->tallies->len; i++)
    {
      ZxTally *tally = &g_array_index (build->tallies, ZxTally, i);
      ZxFleetMeasure measure = measure_of (tally);
      if (tally->is_done || measure == ZX_FLEET_NONE)
        continue;
      zx_tally_find_many (tally, "vehicles.measure-mixed", -1, tally->layer->n_rows,
                          ZX_ACTION_SET_ASIDE, measure_name (measure),
                          measure_name (build->city->fleet.measure));
      tally->is_done = TRUE;
    }
  return TRUE;
}

static gboolean
take_over (ZxBuild *self, ZxFleetSums *sums, GError **error)
{
  ZxFleet *fleet = &self->city->fleet;
  fleet->n = sums->n;
  fleet->dx_m = g_steal_pointer (&sums->dx_m);
  fleet->dy_m = g_steal_pointer (&sums->dy_m);
  fleet->weight = g_steal_pointer (&sums->weight);
  fleet->time_bin = g_steal_pointer (&sums->time_bin);
  fleet->n_vehicles = (guint32) MIN (sums->n_vehicles, G_MAXUINT32);
  guint n_days = g_hash_table_size (sums->days);
  fleet->observed_days = n_days > 0 ? n_days : NAN;
  const gsize n = sums->dwells->len;
  fleet->dwell_x_m = ZX_TRY_NEW (float, n, _ ("Long stays of vehicles"), error);
  fleet->dwell_y_m = ZX_TRY_NEW (float, n, _ ("Long stays of vehicles"), error);
  fleet->dwell_hours = ZX_TRY_NEW (float, n, _ ("Long stays of vehicles"), error);
  if (fleet->dwell_x_m == NULL || fleet->dwell_y_m == NULL || fleet->dwell_hours == NULL)
    return FALSE;
  fleet->n_dwells = n;
  for (gsize i = 0; i < n; i++)
    {
      const ZxDwell *dwell = &g_array_index (sums->dwells, ZxDwell, i);
      fleet->dwell_x_m[i] = dwell->x_m;
      fleet->dwell_y_m[i] = dwell->y_m;
      fleet->dwell_hours[i] = dwell->hours;
    }
  return TRUE;
}

gboolean
zx_build_fleet (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  ZxFleetSums sums = { .build = self,
                       .dwells = g_array_new (FALSE, FALSE, sizeof (ZxDwell)),
                       .days = g_hash_table_new (NULL, NULL) };
  gboolean ok = zx_fleet_alloc (&self->city->fleet, 0, FALSE, error);
  ok = ok && add_best_layers (&sums, progress, error);
  if (ok && sums.n > 0)
    {
      g_clear_pointer (&self->city->fleet.dx_m, g_free);
      g_clear_pointer (&self->city->fleet.dy_m, g_free);
      g_clear_pointer (&self->city->fleet.time_bin, g_free);
      ok = take_over (self, &sums, error);
    }
  else if (ok)
    self->city->fleet.measure = ZX_FLEET_NONE;
  g_free (sums.dx_m);
  g_free (sums.dy_m);
  g_free (sums.weight);
  g_free (sums.time_bin);
  g_array_unref (sums.dwells);
  g_hash_table_unref (sums.days);
  return ok;
}
