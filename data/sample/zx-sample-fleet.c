/* SPDX-License-Identifier: GPL-3.0-or-later */

/* vehicles.csv.gz: where vehicles were.
 *
 * Each vehicle has a home, a place of work and a few others, drawn from the vehicle density (the
 * others near the first), and drives between them on the quickest way; some are for hire and drive
 * all day.  While driving a terminal reports every 60 to 120 s, parked on arrival, on departure and
 * every three hours.  Vehicles are made side by side and written in their order. */

#include "data/sample/zx-sample-private.h"

#define FILE_NAME   "vehicles.csv.gz"
#define N_PLACES    6
#define BATCH       256
#define HEARTBEAT_S 10800
/* Thursday 2026-04-16: with five days and more there is a weekend. */
#define FIRST_DAY (SAMPLE_FIRST_DAY + 46)

typedef struct
{
  gint64 row; /* within the vehicle */
  const char *rule;
} OwnDirt;

typedef struct
{
  GString *text;
  GArray *dirt; /* OwnDirt */
  gint64 n_rows;
} Output;

typedef struct
{
  const SampleSite *site;
  const SampleDraw *draw;
  guint first; /* of the batch */
  Output *outputs;
  SampleSearch **searches; /* one per worker */
  double reach_m;          /* how far others are from home, typically */
} FleetTask;

typedef struct
{
  const FleetTask *task;
  SampleSearch *search;
  Output *output;
  ZxRng rng;
  guint number;
  guint32 node[N_PLACES];
  SamplePoint at[N_PLACES];
  GArray *ways[N_PLACES][N_PLACES]; /* SampleWaypoint; NULL: not looked for */
  guint here;
  double now, end; /* seconds since the first midnight */
  double interval_s;
} Vehicle;

/* ---- rows --------------------------------------------------------------------------------- */

static void
append_two (GString *text, guint value)
{
  g_string_append_c (text, (char) ('0' + value / 10 % 10));
  g_string_append_c (text, (char) ('0' + value % 10));
}

static void
append_time (GString *text, gint64 time)
{
  int year;
  guint month, day, hour, minute, second;
  zx_time_to_civil (time, &year, &month, &day, &hour, &minute, &second, NULL);
  append_two (text, (guint) year / 100);
  append_two (text, (guint) year);
  const guint parts[] = { month, day, hour, minute, second };
  static const char before[] = "-- ::";
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_string_append_c (text, before[i]);
      append_two (text, parts[i]);
    }
}

static void
append_row (Vehicle *self, double time, SamplePoint at, double speed_mps, gboolean is_nowhere)
{
  GString *text = self->output->text;
  double lon = 0, lat = 0;
  if (!is_nowhere)
    zx_sample_world_lonlat (self->task->site->world, at.x, at.y, &lon, &lat);
  g_string_append_c (text, 'V');
  for (guint power = 100000; power > 0; power /= 10)
    g_string_append_c (text, (char) ('0' + self->number / power % 10));
  g_string_append_c (text, ',');
  append_time (text, (gint64) FIRST_DAY * 86400 + (gint64) time);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, lon, 6);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, lat, 6);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, speed_mps * 3.6, 1);
  g_string_append_c (text, '\n');
  self->output->n_rows++;
}

static void
note_dirt (Vehicle *self, const char *rule)
{
  OwnDirt dirt = { self->output->n_rows - 1, rule };
  g_array_append_val (self->output->dirt, dirt);
}

/* One vehicle in 40 has a terminal that stutters once, loses itself once, or leaps. */
static void
maybe_spoil (Vehicle *self, double time, SamplePoint at, double speed_mps)
{
  if (self->number % 40 != 17 || self->output->n_rows != 25 || self->number > 2000)
    return;
  append_row (self, time, at, speed_mps, FALSE);
  note_dirt (self, "vehicles.duplicate-point");
  append_row (self, time + 11, at, speed_mps, TRUE);
  note_dirt (self, "vehicles.impossible-place");
  SamplePoint leap = { at.x - 9000 * self->task->site->world->scale->scale, at.y };
  append_row (self, time + 23, leap, 160, FALSE);
  note_dirt (self, "vehicles.impossible-speed");
}

static void
report (Vehicle *self, double time, SamplePoint at, double speed_mps)
{
  double error_m = speed_mps > 0 ? 5 : 3;
  SamplePoint seen = { at.x + error_m * zx_rng_normal (&self->rng),
                       at.y + error_m * zx_rng_normal (&self->rng) };
  append_row (self, time, seen, speed_mps, FALSE);
  maybe_spoil (self, time, seen, speed_mps);
}

/* ---- places and ways ---------------------------------------------------------------------- */

static gboolean
settle (Vehicle *self, guint place, SamplePoint p)
{
  const SampleNetwork *network = self->task->site->network;
  gssize node = zx_sample_network_door (network, p.x, p.y, 700);
  if (node < 0)
    return FALSE;
  SamplePoint door = *SAMPLE_POINT (network->graph->nodes, (guint) node);
  double angle = 2 * G_PI * zx_rng_uniform (&self->rng);
  double away = 10 + 45 * zx_rng_uniform (&self->rng);
  self->node[place] = (guint32) node;
  self->at[place] = (SamplePoint){ door.x + away * cos (angle), door.y + away * sin (angle) };
  if (zx_sample_shore_distance (self->task->site->world->water_shore, self->at[place].x,
                                self->at[place].y)
      < 5)
    self->at[place] = door;
  return TRUE;
}

static void
settle_home (Vehicle *self)
{
  const SampleTruth *truth = self->task->site->truth;
  for (;;)
    {
      SamplePoint p = zx_sample_truth_centre (truth, zx_sample_draw (self->task->draw, &self->rng));
      p.x += truth->cell_m * (zx_rng_uniform (&self->rng) - 0.5);
      p.y += truth->cell_m * (zx_rng_uniform (&self->rng) - 0.5);
      if (settle (self, 0, p))
        return;
    }
}

/* Out of a dozen places around home, one in proportion to the vehicle density. */
static void
settle_other (Vehicle *self, guint place)
{
  const SampleTruth *truth = self->task->site->truth;
  for (guint try = 0; try < 20; try++)
    {
      SamplePoint chosen = self->at[0];
      double sum = 0;
      for (guint k = 0; k < 12; k++)
        {
          double r = self->task->reach_m * (zx_rng_exponential (&self->rng) + 0.15);
          double angle = 2 * G_PI * zx_rng_uniform (&self->rng);
          SamplePoint p = { self->at[0].x + r * cos (angle), self->at[0].y + r * sin (angle) };
          gssize cell = zx_sample_truth_cell (truth, p.x, p.y);
          double weight = cell >= 0 ? truth->vehicles[cell] : 0;
          sum += weight;
          if (weight > 0 && zx_rng_uniform (&self->rng) * sum < weight)
            chosen = p;
        }
      if (sum > 0 && settle (self, place, chosen))
        return;
    }
  self->node[place] = self->node[0];
  self->at[place] = self->at[0];
}

/* The speed stands at the point where a stretch begins, so that it moves by one when turned. */
static GArray *
turn_round (const GArray *path)
{
  GArray *turned = g_array_sized_new (FALSE, FALSE, sizeof (SampleWaypoint), path->len);
  for (guint i = path->len; i-- > 0;)
    {
      SampleWaypoint waypoint = g_array_index (path, SampleWaypoint, i);
      waypoint.speed_mps = i > 0 ? g_array_index (path, SampleWaypoint, i - 1).speed_mps : 0;
      g_array_append_val (turned, waypoint);
    }
  return turned;
}

/* Ways are looked for once, and driven back where no street forbids it. */
static const GArray *
way (Vehicle *self, guint from, guint to)
{
  GArray **found = &self->ways[from][to];
  gboolean is_two_way = FALSE;
  if (*found != NULL)
    return *found;
  *found = g_array_new (FALSE, FALSE, sizeof (SampleWaypoint));
  if (self->node[from] != self->node[to])
    zx_sample_network_route (self->task->site->network, self->search, self->node[from],
                             self->node[to], *found, &is_two_way);
  if (is_two_way && self->ways[to][from] == NULL)
    self->ways[to][from] = turn_round (*found);
  return *found;
}

/* ---- driving and parking ------------------------------------------------------------------ */

/* Speeds are those of a busy hour; nights are faster, rush hours slower. */
static double
congestion (double time)
{
  double hour = fmod (time / 3600, 24);
  double morning = exp (-0.5 * pow ((hour - 8) / 0.9, 2));
  double evening = exp (-0.5 * pow ((hour - 18) / 1.1, 2));
  return 0.74 + 0.34 * morning + 0.4 * evening;
}

static void
park_until (Vehicle *self, double until)
{
  until = MIN (until, self->end);
  for (double beat = self->now + HEARTBEAT_S; beat < until - 600; beat += HEARTBEAT_S)
    report (self, beat, self->at[self->here], 0);
  self->now = MAX (self->now, until);
}

static void
drive_to (Vehicle *self, guint place)
{
  const GArray *path = way (self, self->here, place);
  if (path->len < 2 || self->now >= self->end)
    return;
  report (self, self->now, self->at[self->here], 0);
  double slow = congestion (self->now) * (0.92 + 0.2 * zx_rng_uniform (&self->rng));
  double next = self->now + self->interval_s * (0.3 + 0.7 * zx_rng_uniform (&self->rng));
  for (guint i = 0; i + 1 < path->len; i++)
    {
      const SampleWaypoint *a = &g_array_index (path, SampleWaypoint, i), *b = a + 1;
      double speed = a->speed_mps / slow;
      double seconds = zx_sample_distance (a->at, b->at) / speed + 0.8;
      for (; next < self->now + seconds; next += self->interval_s)
        {
          double share = (next - self->now) / seconds;
          SamplePoint at
              = { a->at.x + share * (b->at.x - a->at.x), a->at.y + share * (b->at.y - a->at.y) };
          report (self, next, at, speed * (0.75 + 0.5 * zx_rng_uniform (&self->rng)));
        }
      self->now += seconds;
    }
  self->now += 20;
  self->here = place;
  report (self, self->now, self->at[place], 0);
}

static double
hours (guint day, double hour)
{
  return day * 86400.0 + hour * 3600;
}

static void
live_working_day (Vehicle *self, guint day)
{
  ZxRng *rng = &self->rng;
  park_until (self, hours (day, 7.9 + 0.7 * zx_rng_normal (rng)));
  drive_to (self, 1);
  if (zx_rng_uniform (rng) < 0.2)
    {
      park_until (self, hours (day, 12 + 0.3 * zx_rng_normal (rng)));
      drive_to (self, 2);
      park_until (self, self->now + 2400 + 1800 * zx_rng_uniform (rng));
      drive_to (self, 1);
    }
  park_until (self, MAX (self->now + 3600, hours (day, 17.9 + 0.8 * zx_rng_normal (rng))));
  if (zx_rng_uniform (rng) < 0.4)
    {
      drive_to (self, 3 + zx_rng_below (rng, 2));
      park_until (self, self->now + 2400 + 4800 * zx_rng_uniform (rng));
    }
  drive_to (self, 0);
}

static void
live_day_off (Vehicle *self, guint day)
{
  ZxRng *rng = &self->rng;
  guint n_trips = zx_rng_below (rng, 4);
  park_until (self, hours (day, 9.5 + 1.4 * zx_rng_normal (rng)));
  for (guint trip = 0; trip < n_trips; trip++)
    {
      drive_to (self, 2 + zx_rng_below (rng, N_PLACES - 2));
      park_until (self, self->now + 3000 + 8000 * zx_rng_uniform (rng));
    }
  if (self->here != 0)
    drive_to (self, 0);
}

static void
live_day_for_hire (Vehicle *self, guint day)
{
  ZxRng *rng = &self->rng;
  double until = hours (day, 18 + 3 * zx_rng_uniform (rng));
  park_until (self, hours (day, 6.5 + 2 * zx_rng_uniform (rng)));
  for (guint trip = 0; trip < 60 && self->now < until; trip++)
    {
      guint next = zx_rng_below (rng, N_PLACES);
      if (next != self->here)
        drive_to (self, next);
      park_until (self, self->now + 120 + 900 * zx_rng_uniform (rng));
    }
  drive_to (self, 0);
}

static void
live (Vehicle *self)
{
  static const double intervals[] = { 60, 75, 90, 120 };
  const SampleScale *scale = self->task->site->world->scale;
  self->interval_s = intervals[zx_rng_below (&self->rng, G_N_ELEMENTS (intervals))];
  self->end = scale->fleet_days * 86400.0;
  gboolean is_for_hire = zx_rng_uniform (&self->rng) < 0.1;
  settle_home (self);
  for (guint place = 1; place < N_PLACES; place++)
    settle_other (self, place);
  self->now = 1800 * zx_rng_uniform (&self->rng);
  report (self, self->now, self->at[0], 0);
  for (guint day = 0; day < scale->fleet_days; day++)
    {
      guint weekday;
      zx_time_to_civil ((gint64) (FIRST_DAY + day) * 86400, NULL, NULL, NULL, NULL, NULL, NULL,
                        &weekday);
      if (is_for_hire)
        live_day_for_hire (self, day);
      else if (weekday < 5 && zx_rng_uniform (&self->rng) < 0.93)
        live_working_day (self, day);
      else
        live_day_off (self, day);
    }
  park_until (self, self->end);
}

static void
make_vehicles (gsize begin, gsize end, guint worker, gpointer data)
{
  FleetTask *task = data;
  if (task->searches[worker] == NULL)
    task->searches[worker] = zx_sample_search_new (task->site->network);
  for (gsize i = begin; i < end; i++)
    {
      Vehicle self = { .task = task, .search = task->searches[worker] };
      self.output = &task->outputs[i];
      self.number = task->first + (guint) i;
      self.rng = zx_rng_stream (task->site->world->seed ^ 0xca4, self.number);
      live (&self);
      for (guint from = 0; from < N_PLACES; from++)
        for (guint to = 0; to < N_PLACES; to++)
          g_clear_pointer (&self.ways[from][to], g_array_unref);
    }
}

/* ---- the file ----------------------------------------------------------------------------- */

static gboolean
write_batches (FleetTask *task, SampleFile *out, const ZxProgress *progress, GError **error)
{
  guint n_vehicles = task->site->world->scale->n_vehicles;
  gint64 row = 0;
  for (guint first = 0; first < n_vehicles; first += BATCH)
    {
      guint n = MIN (BATCH, n_vehicles - first);
      task->first = first;
      if (!zx_progress_step (progress, first, n_vehicles, error))
        return FALSE;
      ZxProgress silent = ZX_PROGRESS_INIT (NULL, NULL, progress != NULL ? progress->stop : NULL);
      if (!zx_parallel_for (n, 4, make_vehicles, task, &silent, error))
        return FALSE;
      for (guint i = 0; i < n; i++)
        {
          Output *output = &task->outputs[i];
          for (guint k = 0; k < output->dirt->len; k++)
            {
              const OwnDirt *dirt = &g_array_index (output->dirt, OwnDirt, k);
              zx_sample_dirt_add (task->site->dirt, FILE_NAME, row + dirt->row, dirt->rule);
            }
          row += output->n_rows;
          output->n_rows = 0;
          g_array_set_size (output->dirt, 0);
          if (!zx_sample_file_flush (out, output->text, error))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
zx_sample_write_fleet (const SampleSite *site, const ZxProgress *progress, GError **error)
{
  static const char header[] = "vehicle_id,time,lon,lat,speed_kmh\n";
  SampleDraw draw;
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, FILE_NAME, error);
  if (out == NULL || !zx_sample_file_write (out, header, strlen (header), error)
      || !zx_sample_draw_init (&draw, site->truth->vehicles, zx_sample_truth_size (site->truth),
                               error))
    return FALSE;
  FleetTask task = { .site = site, .draw = &draw };
  task.reach_m = 2600 * MAX (site->world->scale->scale, 0.5);
  task.outputs = g_new (Output, BATCH);
  task.searches = g_new0 (SampleSearch *, zx_parallel_threads ());
  for (guint i = 0; i < BATCH; i++)
    task.outputs[i]
        = (Output){ g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (OwnDirt)), 0 };
  gboolean ok = write_batches (&task, out, progress, error);
  for (guint i = 0; i < BATCH; i++)
    {
      g_string_free (task.outputs[i].text, TRUE);
      g_array_unref (task.outputs[i].dirt);
    }
  for (guint i = 0; i < zx_parallel_threads (); i++)
    zx_sample_search_free (task.searches[i]);
  g_free (task.outputs);
  g_free (task.searches);
  zx_sample_draw_clear (&draw);
  return ok && zx_sample_file_close (g_steal_pointer (&out), error);
}
