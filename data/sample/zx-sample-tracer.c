/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The streets of a town as evenly spaced streamlines of a cross field (Jobard and Lefer 1997; cross
 * fields for streets: Chen et al. 2008).
 *
 * The field's angle is known up to a quarter turn, so it is summed as (cos 4θ, sin 4θ): each
 * district's own angle, the line of coast and rivers near them, rings around the old town.  A
 * street follows the direction nearest its own until it leaves the built-up area, meets water or a
 * hill, or comes too near a street that runs alongside.  Arterials first, then finer levels between
 * them; each street seeds its neighbours and its crossings. */

#include "data/sample/zx-sample-private.h"

/* A street ends when one alongside is nearer than this share of its spacing. */
#define SHARE_TOO_NEAR 0.62
/* Cosine of the angle below which two streets run alongside. */
#define ALONGSIDE 0.80
#define MAX_STEPS 4000

typedef struct
{
  double spacing_m, step_m, least_built, shortest_m, bank_m, max_bridge_m;
} LevelRules;

static const LevelRules level_rules[SAMPLE_N_LEVELS] = {
  [SAMPLE_ARTERIAL] = { 1080, 25, 0.035, 700, 34, 700 },
  [SAMPLE_COLLECTOR] = { 500, 25, 0.20, 380, 32, 420 },
  [SAMPLE_LOCAL] = { 228, 20, 0.32, 190, 30, 105 },
  [SAMPLE_LANE] = { 86, 16, 0.40, 85, 27, 0 },
};

/* How far a loose end looks for a street to join. */
static const double look_ahead_m[SAMPLE_N_LEVELS] = { 1400, 600, 300, 125 };

/* Points of the streets so far, one hash per level: each holds what that level must keep off. */
typedef struct
{
  double cell_m;
  guint n_columns, n_rows;
  guint32 *head; /* n_columns × n_rows; 0 = empty */
  GArray *samples;
} Hash;

typedef struct
{
  float x, y, dx, dy;
  guint32 next;
} Sample;

typedef struct
{
  SamplePoint at, direction;
} Seed;

typedef struct
{
  const SampleWorld *world;
  const SampleSettlement *settlement;
  gint32 number;
  SampleCross cross;
  Hash hashes[SAMPLE_N_LEVELS];
  SampleStreets *streets;
  GArray *forward, *backward; /* SamplePoint: the street being traced */
  GArray *forward_flags, *backward_flags;
} Tracer;

/* ---- keeping apart ------------------------------------------------------------------------ */

static void
hash_init (Hash *self, const Tracer *tracer, double cell_m)
{
  self->cell_m = cell_m;
  self->n_columns = (guint) ((tracer->cross.max_x - tracer->cross.min_x) / cell_m) + 1;
  self->n_rows = (guint) ((tracer->cross.max_y - tracer->cross.min_y) / cell_m) + 1;
  self->head = g_new0 (guint32, (gsize) self->n_columns * self->n_rows);
  self->samples = g_array_new (FALSE, TRUE, sizeof (Sample));
  g_array_set_size (self->samples, 1); /* number 0 ends a chain */
}

static void
hash_clear (Hash *self)
{
  g_free (self->head);
  g_clear_pointer (&self->samples, g_array_unref);
}

static void
hash_add (Hash *self, const Tracer *tracer, SamplePoint p, SamplePoint direction)
{
  double x = (p.x - tracer->cross.min_x) / self->cell_m,
         y = (p.y - tracer->cross.min_y) / self->cell_m;
  if (x < 0 || y < 0 || x >= self->n_columns || y >= self->n_rows)
    return;
  guint32 *head = &self->head[(gsize) y * self->n_columns + (gsize) x];
  Sample sample = { (float) p.x, (float) p.y, (float) direction.x, (float) direction.y, *head };
  *head = self->samples->len;
  g_array_append_val (self->samples, sample);
}

static gboolean
is_too_near (const Hash *self, const Tracer *tracer, SamplePoint p, SamplePoint direction,
             double distance_m)
{
  double x = (p.x - tracer->cross.min_x) / self->cell_m,
         y = (p.y - tracer->cross.min_y) / self->cell_m;
  double reach = distance_m / self->cell_m;
  gint west = (gint) MAX (0, floor (x - reach)), east = (gint) MIN (self->n_columns - 1, x + reach);
  gint south = (gint) MAX (0, floor (y - reach)), north = (gint) MIN (self->n_rows - 1, y + reach);
  double limit2 = distance_m * distance_m;
  for (gint row = south; row <= north; row++)
    for (gint column = west; column <= east; column++)
      for (guint32 k = self->head[(gsize) row * self->n_columns + (gsize) column]; k != 0;)
        {
          const Sample *sample = &g_array_index (self->samples, Sample, k);
          double dx = sample->x - p.x, dy = sample->y - p.y;
          if (dx * dx + dy * dy < limit2
              && fabs (sample->dx * direction.x + sample->dy * direction.y) > ALONGSIDE)
            return TRUE;
          k = sample->next;
        }
  return FALSE;
}

static void
remember (Tracer *self, SampleLevel level, SamplePoint p, SamplePoint direction)
{
  for (guint l = level; l < SAMPLE_N_LEVELS; l++)
    hash_add (&self->hashes[l], self, p, direction);
}

/* ---- tracing ------------------------------------------------------------------------------ */

/* Districts differ: the old town is close-meshed, industry wide. */
static double
spacing_at (const Tracer *self, SampleLevel level, SamplePoint p)
{
  static const double factor[SAMPLE_N_KINDS][SAMPLE_N_LEVELS] = {
    [SAMPLE_OLD_TOWN] = { 0.82, 0.80, 0.80, 0.74 },
    [SAMPLE_NEW_DISTRICT] = { 1.0, 1.05, 1.15, 1.0 },
    [SAMPLE_INDUSTRY] = { 1.1, 1.25, 1.5, 2.2 },
    [SAMPLE_CAMPUS] = { 1.05, 1.15, 1.4, 1.25 },
    [SAMPLE_MARKET_TOWN] = { 0.7, 0.7, 0.75, 0.72 },
    [SAMPLE_VILLAGE] = { 1, 1, 1, 1 },
  };
  const SampleCentre *centre = zx_sample_ruling_centre (self->world, self->settlement, p.x, p.y);
  return level_rules[level].spacing_m * factor[centre->kind][level];
}

static gboolean
is_allowed (const Tracer *self, SampleLevel level, SamplePoint p, double least_built)
{
  if (p.x < self->cross.min_x || p.x > self->cross.max_x || p.y < self->cross.min_y
      || p.y > self->cross.max_y)
    return FALSE;
  const SampleWorld *world = self->world;
  if (zx_sample_built (world, self->settlement, p.x, p.y) < least_built
      || zx_sample_shore_distance (world->hill_shore, p.x, p.y) < 25)
    return FALSE;
  return level < SAMPLE_LOCAL || !zx_sample_shore_contains (world->park_shore, p.x, p.y);
}

static gboolean
returns_to_start (const GArray *points, SamplePoint p, double distance_m)
{
  return points->len > 30 && zx_sample_distance (*SAMPLE_POINT (points, 0), p) < distance_m;
}

/* One way from @seed; points go to @points, the seed itself included. */
static void
trace_one_way (const Tracer *self, SampleLevel level, Seed seed, gboolean keeps_apart,
               GArray *points, GArray *flags)
{
  const LevelRules *rules = &level_rules[level];
  const SampleShore *water = self->world->water_shore;
  SamplePoint p = seed.at, direction = zx_sample_cross_follow (&self->cross, p, seed.direction);
  guint8 flag = 0;
  guint free_until = keeps_apart ? 0 : 12;
  g_array_set_size (points, 0);
  g_array_set_size (flags, 0);
  g_array_append_val (points, p);
  g_array_append_val (flags, flag);
  for (guint step = 0; step < MAX_STEPS; step++)
    {
      SamplePoint half
          = { p.x + direction.x * rules->step_m / 2, p.y + direction.y * rules->step_m / 2 };
      direction = zx_sample_cross_follow (&self->cross, half, direction);
      SamplePoint next = { p.x + direction.x * rules->step_m, p.y + direction.y * rules->step_m };
      if (zx_sample_shore_distance (water, next.x, next.y) < rules->bank_m)
        {
          if (!zx_sample_find_crossing (self->world, p, direction, rules->max_bridge_m,
                                        rules->bank_m + 4, &next))
            break;
          double length = zx_sample_distance (p, next);
          direction = (SamplePoint){ (next.x - p.x) / length, (next.y - p.y) / length };
          g_array_index (flags, guint8, flags->len - 1) |= SAMPLE_ON_BRIDGE;
          /* A bridge that has been built lands, whoever is near on the other bank. */
          if (level == SAMPLE_ARTERIAL)
            free_until = step + 8;
        }
      gboolean is_free = step < free_until;
      if (!is_allowed (self, level, next, rules->least_built)
          || (!is_free
              && is_too_near (&self->hashes[level], self, next, direction,
                              SHARE_TOO_NEAR * spacing_at (self, level, next)))
          || returns_to_start (points, next, rules->step_m))
        {
          guint8 *last = &g_array_index (flags, guint8, flags->len - 1);
          *last &= (guint8) ~SAMPLE_ON_BRIDGE;
          break;
        }
      g_array_append_val (points, next);
      g_array_append_val (flags, flag);
      p = next;
    }
}

/* Joins both halves to a street; a bridge flag belongs to the earlier of its two points. */
static void
join_halves (Tracer *self, ZxRoadClass road_class, SampleLevel level)
{
  zx_sample_streets_begin (self->streets, road_class, level, self->number);
  for (guint i = self->backward->len; i-- > 1;)
    zx_sample_streets_point (self->streets, *SAMPLE_POINT (self->backward, i),
                             g_array_index (self->backward_flags, guint8, i - 1));
  for (guint i = 0; i < self->forward->len; i++)
    zx_sample_streets_point (self->streets, *SAMPLE_POINT (self->forward, i),
                             g_array_index (self->forward_flags, guint8, i));
}

static void
remember_street (Tracer *self, const SampleStreet *street, SampleLevel level)
{
  for (guint i = 0; i < street->n; i++)
    remember (self, level, *SAMPLE_POINT (self->streets->points, street->first + i),
              zx_sample_street_tangent (self->streets, street, i));
}

/* Neighbours on both sides and crossings, once per spacing. */
static void
add_seeds (Tracer *self, GArray *seeds, const SampleStreet *street, SampleLevel level)
{
  double since = 0;
  for (guint i = 0; i < street->n; i++)
    {
      SamplePoint p = *SAMPLE_POINT (self->streets->points, street->first + i);
      double spacing = spacing_at (self, level, p);
      since += i > 0 ? zx_sample_distance (
                   p, *SAMPLE_POINT (self->streets->points, street->first + i - 1))
                     : 0;
      if (since < spacing && i > 0)
        continue;
      since = 0;
      SamplePoint t = zx_sample_street_tangent (self->streets, street, i), normal = { -t.y, t.x };
      Seed left = { { p.x + spacing * normal.x, p.y + spacing * normal.y }, t };
      Seed right = { { p.x - spacing * normal.x, p.y - spacing * normal.y }, t };
      Seed crossing = { p, normal };
      g_array_append_val (seeds, crossing);
      g_array_append_val (seeds, left);
      g_array_append_val (seeds, right);
    }
}

static gboolean
is_seed_good (const Tracer *self, const Seed *seed, SampleLevel level)
{
  const LevelRules *rules = &level_rules[level];
  SamplePoint direction = zx_sample_cross_follow (&self->cross, seed->at, seed->direction);
  return is_allowed (self, level, seed->at, rules->least_built)
         && zx_sample_shore_distance (self->world->water_shore, seed->at.x, seed->at.y)
                >= rules->bank_m
         && !is_too_near (&self->hashes[level], self, seed->at, direction,
                          0.88 * spacing_at (self, level, seed->at));
}

static void
trace_seed (Tracer *self, GArray *seeds, Seed seed, SampleLevel level, ZxRoadClass road_class)
{
  Seed back = { seed.at, { -seed.direction.x, -seed.direction.y } };
  trace_one_way (self, level, seed, TRUE, self->forward, self->forward_flags);
  trace_one_way (self, level, back, TRUE, self->backward, self->backward_flags);
  double length
      = zx_sample_points_length (self->forward) + zx_sample_points_length (self->backward);
  double shortest = level_rules[level].shortest_m * (self->settlement->rank == 2 ? 0.6 : 1);
  if (length < shortest)
    return;
  join_halves (self, road_class, level);
  SampleStreet street
      = g_array_index (self->streets->list, SampleStreet, self->streets->list->len - 1);
  remember_street (self, &street, level);
  add_seeds (self, seeds, &street, level);
}

static ZxRoadClass
class_at (const Tracer *self, SampleLevel level, SamplePoint p)
{
  static const ZxRoadClass classes[SAMPLE_N_LEVELS]
      = { ZX_ROAD_PRIMARY, ZX_ROAD_SECONDARY, ZX_ROAD_TERTIARY, ZX_ROAD_RESIDENTIAL };
  static const ZxRoadClass in_market_towns[SAMPLE_N_LEVELS]
      = { ZX_ROAD_SECONDARY, ZX_ROAD_TERTIARY, ZX_ROAD_UNCLASSIFIED, ZX_ROAD_RESIDENTIAL };
  if (self->settlement->rank == 2)
    return in_market_towns[level];
  const SampleCentre *centre = zx_sample_ruling_centre (self->world, self->settlement, p.x, p.y);
  if (level == SAMPLE_LANE && centre->kind == SAMPLE_INDUSTRY)
    return ZX_ROAD_UNCLASSIFIED;
  return classes[level];
}

/* First the queue of seeds that streets leave behind, then a lattice for what none has reached. */
static void
trace_level (Tracer *self, SampleLevel level)
{
  g_autoptr (GArray) seeds = g_array_new (FALSE, FALSE, sizeof (Seed));
  for (guint i = 0; i < self->streets->list->len; i++)
    {
      SampleStreet street = g_array_index (self->streets->list, SampleStreet, i);
      add_seeds (self, seeds, &street, level);
    }
  double spacing = level_rules[level].spacing_m;
  guint next = 0;
  for (double y = self->cross.min_y + spacing / 2; y < self->cross.max_y; y += spacing)
    for (double x = self->cross.min_x + spacing / 2; x < self->cross.max_x; x += spacing)
      {
        for (; next < seeds->len; next++)
          {
            Seed seed = g_array_index (seeds, Seed, next);
            if (is_seed_good (self, &seed, level))
              trace_seed (self, seeds, seed, level, class_at (self, level, seed.at));
          }
        for (guint turn = 0; turn < 2; turn++)
          {
            Seed seed = { { x, y }, { turn == 0, turn == 1 } };
            if (is_seed_good (self, &seed, level))
              trace_seed (self, seeds, seed, level, class_at (self, level, seed.at));
          }
      }
}

/* ---- given streets ------------------------------------------------------------------------ */

static void
trace_gateways (Tracer *self, const GArray *gateways)
{
  for (guint i = 0; i < gateways->len; i++)
    {
      const SampleGateway *gateway = &g_array_index (gateways, SampleGateway, i);
      if ((gint32) gateway->settlement != self->number)
        continue;
      SampleLevel level = gateway->road_class <= ZX_ROAD_PRIMARY ? SAMPLE_ARTERIAL
                          : gateway->road_class <= ZX_ROAD_SECONDARY
                              ? (self->settlement->rank == 2 ? SAMPLE_ARTERIAL : SAMPLE_COLLECTOR)
                              : SAMPLE_LOCAL;
      Seed seed = { gateway->at, gateway->direction };
      trace_one_way (self, level, seed, FALSE, self->forward, self->forward_flags);
      g_array_set_size (self->backward, 0);
      join_halves (self, gateway->road_class, level);
      guint last = self->streets->list->len - 1;
      if (!zx_sample_streets_end (self->streets))
        continue;
      SampleStreet street = g_array_index (self->streets->list, SampleStreet, last);
      g_array_index (self->streets->flags, guint8, street.first) |= SAMPLE_IS_PINNED;
      remember_street (self, &street, level);
    }
}

static void
lay_given (Tracer *self, const GArray *line, ZxRoadClass road_class, double max_bridge_m)
{
  guint before = self->streets->list->len;
  zx_sample_lay (self->world, self->streets, line, road_class, SAMPLE_ARTERIAL, self->number,
                 max_bridge_m);
  for (guint i = before; i < self->streets->list->len; i++)
    {
      SampleStreet street = g_array_index (self->streets->list, SampleStreet, i);
      remember_street (self, &street, SAMPLE_ARTERIAL);
    }
}

/* A ring around the old town, open where it would run into the sea or out of town. */
static void
lay_ring (Tracer *self, SamplePoint middle, double radius_m)
{
  g_autoptr (GArray) part = zx_sample_points_new ();
  const guint n = 180;
  for (guint i = 0; i <= n; i++)
    {
      double angle = 2 * G_PI * i / n;
      double r = radius_m
                 * (1
                    + 0.1
                          * zx_sample_octaves (self->world->seed + 131, 3 * cos (angle),
                                               3 * sin (angle), 2, 2, 0.5));
      SamplePoint p = { middle.x + r * cos (angle), middle.y + 0.92 * r * sin (angle) };
      gboolean is_in = zx_sample_built (self->world, self->settlement, p.x, p.y) > 0.02
                       && zx_sample_shore_distance (self->world->hill_shore, p.x, p.y) > 30;
      if (is_in)
        g_array_append_val (part, p);
      if ((!is_in || i == n) && part->len > 0)
        {
          if (part->len > 14)
            lay_given (self, part, ZX_ROAD_TRUNK, 800);
          g_array_set_size (part, 0);
        }
    }
}

/* The boulevard along the sea front. */
static void
lay_sea_front (Tracer *self)
{
  const GArray *coast = self->world->coast;
  g_autoptr (GArray) part = zx_sample_points_new ();
  double back_m = 190;
  for (guint i = 2; i + 2 < coast->len; i += 4)
    {
      SamplePoint a = *SAMPLE_POINT (coast, i - 2), b = *SAMPLE_POINT (coast, i + 2);
      SamplePoint p = *SAMPLE_POINT (coast, i);
      double length = MAX (zx_sample_distance (a, b), 1e-9);
      SamplePoint inland
          = { p.x - back_m * (b.y - a.y) / length, p.y + back_m * (b.x - a.x) / length };
      gboolean is_in
          = inland.x > self->cross.min_x && inland.x < self->cross.max_x
            && inland.y > self->cross.min_y && inland.y < self->cross.max_y
            && zx_sample_built (self->world, self->settlement, inland.x, inland.y) > 0.12
            && zx_sample_shore_distance (self->world->water_shore, inland.x, inland.y) > 50
            && zx_sample_shore_distance (self->world->hill_shore, inland.x, inland.y) > 30;
      if (is_in)
        g_array_append_val (part, inland);
      if ((!is_in || i + 6 >= coast->len) && part->len > 0)
        {
          zx_sample_points_remove_loops (part);
          if (zx_sample_points_length (part) > 700)
            lay_given (self, part, ZX_ROAD_PRIMARY, 500);
          g_array_set_size (part, 0);
        }
    }
}

/* ---- a town ------------------------------------------------------------------------------- */

static void
tracer_init (Tracer *self, const SampleWorld *world, guint settlement, SampleStreets *streets)
{
  *self = (Tracer){ .world = world, .number = (gint32) settlement, .streets = streets };
  self->settlement = &g_array_index (world->settlements, SampleSettlement, settlement);
  zx_sample_cross_init (&self->cross, world, self->settlement);
  static const double cells[SAMPLE_N_LEVELS] = { 350, 170, 85, 45 };
  for (guint level = 0; level < SAMPLE_N_LEVELS; level++)
    hash_init (&self->hashes[level], self, cells[level]);
  self->forward = zx_sample_points_new ();
  self->backward = zx_sample_points_new ();
  self->forward_flags = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->backward_flags = g_array_new (FALSE, FALSE, sizeof (guint8));
}

static void
tracer_clear (Tracer *self)
{
  for (guint level = 0; level < SAMPLE_N_LEVELS; level++)
    hash_clear (&self->hashes[level]);
  g_array_unref (self->forward);
  g_array_unref (self->backward);
  g_array_unref (self->forward_flags);
  g_array_unref (self->backward_flags);
  zx_sample_cross_clear (&self->cross);
}

void
zx_sample_trace_town (const SampleWorld *world, guint settlement, const GArray *gateways,
                      SampleStreets *streets)
{
  Tracer tracer;
  tracer_init (&tracer, world, settlement, streets);
  const SampleCentre *old
      = &g_array_index (world->centres, SampleCentre, tracer.settlement->centre_first);
  if (tracer.settlement->rank == 0)
    {
      lay_ring (&tracer, old->at, 1.95 * old->radius_m);
      lay_sea_front (&tracer);
    }
  trace_gateways (&tracer, gateways);
  if (tracer.settlement->rank <= 1)
    {
      Seed seeds[2] = { { old->at, { 1, 0 } }, { old->at, { 0, 1 } } };
      g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (Seed));
      for (guint i = 0; i < 2; i++)
        if (is_seed_good (&tracer, &seeds[i], SAMPLE_ARTERIAL))
          trace_seed (&tracer, queue, seeds[i], SAMPLE_ARTERIAL, ZX_ROAD_PRIMARY);
    }
  for (guint level = 0; level < SAMPLE_N_LEVELS; level++)
    trace_level (&tracer, level);
  zx_sample_extend_ends (world, &tracer.cross, look_ahead_m, streets);
  tracer_clear (&tracer);
}
