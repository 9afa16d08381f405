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

#define LATTICE_M 100.0
/* A street ends when one alongside is nearer than this share of its spacing. */
#define SHARE_TOO_NEAR 0.62
/* Cosine of the angle below which two streets run alongside. */
#define ALONGSIDE 0.80
#define MAX_STEPS 4000

typedef struct
{
  double spacing_m, step_m, least_built, shortest_m, bank_m, max_bridge_m, look_ahead_m;
} LevelRules;

static const LevelRules level_rules[SAMPLE_N_LEVELS] = {
  [SAMPLE_ARTERIAL] = { 1080, 25, 0.035, 700, 34, 700, 1400 },
  [SAMPLE_COLLECTOR] = { 500, 25, 0.20, 380, 32, 420, 600 },
  [SAMPLE_LOCAL] = { 228, 20, 0.32, 190, 30, 105, 300 },
  [SAMPLE_LANE] = { 86, 16, 0.40, 85, 27, 0, 125 },
};

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
  double min_x, min_y, max_x, max_y;
  guint n_columns, n_rows;
  float *cosine, *sine; /* of 4θ */
  Hash hashes[SAMPLE_N_LEVELS];
  SampleStreets *streets;
  GArray *forward, *backward; /* SamplePoint: the street being traced */
  GArray *forward_flags, *backward_flags;
} Tracer;

/* ---- the field ---------------------------------------------------------------------------- */

typedef struct
{
  double c, s;
} Cross;

static void
add_angle (Cross *cross, double angle, double weight)
{
  cross->c += weight * cos (4 * angle);
  cross->s += weight * sin (4 * angle);
}

/* Nearest point of a coarse line and its direction there. */
static double
distance_to_line (const GArray *line, double x, double y, double *angle)
{
  double best = G_MAXDOUBLE;
  for (guint i = 0; i + 1 < line->len; i++)
    {
      SamplePoint a = *SAMPLE_POINT (line, i), b = *SAMPLE_POINT (line, i + 1);
      double ux = b.x - a.x, uy = b.y - a.y, length2 = ux * ux + uy * uy;
      double t = CLAMP (((x - a.x) * ux + (y - a.y) * uy) / MAX (length2, 1e-9), 0, 1);
      double d = hypot (a.x + t * ux - x, a.y + t * uy - y);
      if (d < best)
        {
          best = d;
          *angle = atan2 (uy, ux);
        }
    }
  return best;
}

static Cross
cross_at (const Tracer *self, GPtrArray *lines, double x, double y)
{
  const SampleWorld *world = self->world;
  const SampleSettlement *town = self->settlement;
  Cross cross = { 0 };
  for (guint k = 0; k < town->n_centres; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, town->centre_first + k);
      double d = hypot (x - centre->at.x, y - centre->at.y) / centre->radius_m;
      add_angle (&cross, centre->angle, exp (-0.8 * d * d) + 0.02);
      if (k == 0 && town->rank <= 1 && d > 0.5)
        add_angle (&cross, atan2 (y - centre->at.y, x - centre->at.x),
                   0.55 * exp (-0.12 * d * d) * MIN (1, 1.5 * (d - 0.5)));
    }
  for (guint i = 0; i < lines->len; i++)
    {
      double angle = 0, d = distance_to_line (lines->pdata[i], x, y, &angle);
      double reach = i == 0 ? 800 : 420;
      add_angle (&cross, angle, 2.2 * exp (-(d / reach) * (d / reach)));
    }
  double turn = 4 * 0.14 * zx_sample_octaves (world->seed + 97, x, y, 3300, 2, 0.5);
  return (Cross){ cross.c * cos (turn) - cross.s * sin (turn),
                  cross.c * sin (turn) + cross.s * cos (turn) };
}

/* The part of a line near the town, a point every few steps. */
static GArray *
coarse_part (const Tracer *self, const GArray *line, double step_m)
{
  GArray *part = zx_sample_points_new ();
  double since = step_m;
  for (guint i = 0; i < line->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (line, i);
      since += i > 0 ? zx_sample_distance (*SAMPLE_POINT (line, i - 1), p) : 0;
      if (since < step_m || p.x < self->min_x - 2000 || p.x > self->max_x + 2000
          || p.y < self->min_y - 2000 || p.y > self->max_y + 2000)
        continue;
      g_array_append_val (part, p);
      since = 0;
    }
  return part;
}

static void
fill_field (Tracer *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_ptr_array_add (lines, coarse_part (self, self->world->coast, 250));
  for (guint i = 0; i < self->world->rivers->len; i++)
    {
      GArray *part = coarse_part (self, self->world->rivers->pdata[i], 200);
      if (part->len >= 2)
        g_ptr_array_add (lines, part);
      else
        g_array_unref (part);
    }
  self->n_columns = (guint) ((self->max_x - self->min_x) / LATTICE_M) + 2;
  self->n_rows = (guint) ((self->max_y - self->min_y) / LATTICE_M) + 2;
  self->cosine = g_new (float, (gsize) self->n_columns * self->n_rows);
  self->sine = g_new (float, (gsize) self->n_columns * self->n_rows);
  for (guint row = 0; row < self->n_rows; row++)
    for (guint column = 0; column < self->n_columns; column++)
      {
        Cross cross = cross_at (self, lines, self->min_x + column * LATTICE_M,
                                self->min_y + row * LATTICE_M);
        double length = MAX (hypot (cross.c, cross.s), 1e-9);
        gsize i = (gsize) row * self->n_columns + column;
        self->cosine[i] = (float) (cross.c / length);
        self->sine[i] = (float) (cross.s / length);
      }
}

/* The field's direction at @p nearest to @direction. */
static SamplePoint
follow (const Tracer *self, SamplePoint p, SamplePoint direction)
{
  double x = CLAMP ((p.x - self->min_x) / LATTICE_M, 0, self->n_columns - 1.001);
  double y = CLAMP ((p.y - self->min_y) / LATTICE_M, 0, self->n_rows - 1.001);
  guint column = (guint) x, row = (guint) y;
  double u = x - column, v = y - row;
  gsize i = (gsize) row * self->n_columns + column, j = i + self->n_columns;
  double c = (1 - v) * ((1 - u) * self->cosine[i] + u * self->cosine[i + 1])
             + v * ((1 - u) * self->cosine[j] + u * self->cosine[j + 1]);
  double s = (1 - v) * ((1 - u) * self->sine[i] + u * self->sine[i + 1])
             + v * ((1 - u) * self->sine[j] + u * self->sine[j + 1]);
  double angle = atan2 (s, c) / 4, ax = cos (angle), ay = sin (angle);
  double along = ax * direction.x + ay * direction.y, across = ax * direction.y - ay * direction.x;
  if (fabs (along) >= fabs (across))
    return along >= 0 ? (SamplePoint){ ax, ay } : (SamplePoint){ -ax, -ay };
  return across >= 0 ? (SamplePoint){ -ay, ax } : (SamplePoint){ ay, -ax };
}

/* ---- keeping apart ------------------------------------------------------------------------ */

static void
hash_init (Hash *self, const Tracer *tracer, double cell_m)
{
  self->cell_m = cell_m;
  self->n_columns = (guint) ((tracer->max_x - tracer->min_x) / cell_m) + 1;
  self->n_rows = (guint) ((tracer->max_y - tracer->min_y) / cell_m) + 1;
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
  double x = (p.x - tracer->min_x) / self->cell_m, y = (p.y - tracer->min_y) / self->cell_m;
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
  double x = (p.x - tracer->min_x) / self->cell_m, y = (p.y - tracer->min_y) / self->cell_m;
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
  if (p.x < self->min_x || p.x > self->max_x || p.y < self->min_y || p.y > self->max_y)
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
  SamplePoint p = seed.at, direction = follow (self, p, seed.direction);
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
      direction = follow (self, half, direction);
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

static SamplePoint
tangent (const SampleStreets *streets, const SampleStreet *street, guint i)
{
  SamplePoint a = *SAMPLE_POINT (streets->points, street->first + (i > 0 ? i - 1 : 0));
  SamplePoint b = *SAMPLE_POINT (streets->points, street->first + MIN (i + 1, street->n - 1));
  double length = MAX (zx_sample_distance (a, b), 1e-9);
  return (SamplePoint){ (b.x - a.x) / length, (b.y - a.y) / length };
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
              tangent (self->streets, street, i));
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
      SamplePoint t = tangent (self->streets, street, i), normal = { -t.y, t.x };
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
  SamplePoint direction = follow (self, seed->at, seed->direction);
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
  for (double y = self->min_y + spacing / 2; y < self->max_y; y += spacing)
    for (double x = self->min_x + spacing / 2; x < self->max_x; x += spacing)
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
          = inland.x > self->min_x && inland.x < self->max_x && inland.y > self->min_y
            && inland.y < self->max_y
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

/* ---- ends --------------------------------------------------------------------------------- */

/* All segments of the town, in buckets, so that an end can look ahead for a street to join. */
typedef struct
{
  SamplePoint a, b;
  guint street;
} Piece;

typedef struct
{
  double cell_m;
  guint n_columns, n_rows;
  guint32 *first;
  Piece *piece;
} Pieces;

static void
pieces_spread (Pieces *self, const Tracer *tracer, gboolean is_filling)
{
  const SampleStreets *streets = tracer->streets;
  for (guint s = 0; s < streets->list->len; s++)
    {
      const SampleStreet *street = &g_array_index (streets->list, SampleStreet, s);
      for (guint i = 0; i + 1 < street->n; i++)
        {
          Piece piece = { *SAMPLE_POINT (streets->points, street->first + i),
                          *SAMPLE_POINT (streets->points, street->first + i + 1), s };
          double x = ((piece.a.x + piece.b.x) / 2 - tracer->min_x) / self->cell_m;
          double y = ((piece.a.y + piece.b.y) / 2 - tracer->min_y) / self->cell_m;
          if (x < 0 || y < 0 || x >= self->n_columns || y >= self->n_rows)
            continue;
          guint32 *first = &self->first[(gsize) y * self->n_columns + (gsize) x];
          if (is_filling)
            self->piece[--*first] = piece;
          else
            ++*first;
        }
    }
}

static void
pieces_init (Pieces *self, const Tracer *tracer)
{
  self->cell_m = 60;
  self->n_columns = (guint) ((tracer->max_x - tracer->min_x) / self->cell_m) + 1;
  self->n_rows = (guint) ((tracer->max_y - tracer->min_y) / self->cell_m) + 1;
  gsize n = (gsize) self->n_columns * self->n_rows;
  self->first = g_new0 (guint32, n + 1);
  pieces_spread (self, tracer, FALSE);
  for (gsize i = 1; i <= n; i++)
    self->first[i] += self->first[i - 1];
  self->piece = g_new (Piece, MAX (self->first[n], 1));
  pieces_spread (self, tracer, TRUE);
}

static void
pieces_clear (Pieces *self)
{
  g_free (self->first);
  g_free (self->piece);
}

/* How far from @from along @direction the first other street lies; 0 when none within @max_m. */
static double
look_ahead (const Pieces *self, const Tracer *tracer, guint own, SamplePoint from,
            SamplePoint direction, double max_m)
{
  double best = max_m;
  SamplePoint to = { from.x + max_m * direction.x, from.y + max_m * direction.y };
  for (double t = 0; t <= best + self->cell_m; t += self->cell_m)
    {
      gint column = (gint) floor ((from.x + t * direction.x - tracer->min_x) / self->cell_m);
      gint row = (gint) floor ((from.y + t * direction.y - tracer->min_y) / self->cell_m);
      for (gint j = MAX (row - 1, 0); j <= MIN (row + 1, (gint) self->n_rows - 1); j++)
        for (gint i = MAX (column - 1, 0); i <= MIN (column + 1, (gint) self->n_columns - 1); i++)
          {
            gsize cell = (gsize) j * self->n_columns + (gsize) i;
            for (guint32 k = self->first[cell]; k < self->first[cell + 1]; k++)
              {
                const Piece *piece = &self->piece[k];
                SamplePoint where;
                double along, other;
                if (piece->street != own
                    && zx_sample_segments_cross (from, to, piece->a, piece->b, &where, &along,
                                                 &other)
                    && along * max_m > 0.5)
                  best = MIN (best, along * max_m);
              }
          }
    }
  return best < max_m ? best : 0;
}

static gboolean
is_way_dry (const SampleWorld *world, SamplePoint from, SamplePoint direction, double length_m)
{
  for (double t = 10; t < length_m; t += 12)
    if (!zx_sample_is_buildable (world, from.x + t * direction.x, from.y + t * direction.y, 18, 8))
      return FALSE;
  return TRUE;
}

/* Streets that stopped short go on to the next one, 2 m beyond so that the crossing is sure to be
 * found.  @ends: two per street, the new points; NaN where an end stays as it is. */
static void
find_ends (const Tracer *self, const Pieces *pieces, SamplePoint *ends)
{
  for (guint s = 0; s < self->streets->list->len; s++)
    {
      const SampleStreet *street = &g_array_index (self->streets->list, SampleStreet, s);
      for (guint side = 0; side < 2; side++)
        {
          guint i = side == 0 ? 0 : street->n - 1;
          SamplePoint p = *SAMPLE_POINT (self->streets->points, street->first + i);
          SamplePoint t = tangent (self->streets, street, i);
          SamplePoint out = side == 0 ? (SamplePoint){ -t.x, -t.y } : t;
          ends[2 * s + side] = (SamplePoint){ NAN, NAN };
          guint8 flags = g_array_index (self->streets->flags, guint8, street->first + i);
          if (flags & SAMPLE_IS_PINNED || street->level >= SAMPLE_N_LEVELS)
            continue;
          double far = level_rules[street->level].look_ahead_m;
          double length = look_ahead (pieces, self, s, p, out, far);
          if (length > 0 && is_way_dry (self->world, p, out, length))
            ends[2 * s + side]
                = (SamplePoint){ p.x + (length + 2) * out.x, p.y + (length + 2) * out.y };
        }
    }
}

static void
extend_ends (Tracer *self)
{
  Pieces pieces;
  SampleStreets longer;
  guint n = self->streets->list->len;
  g_autofree SamplePoint *ends = g_new (SamplePoint, 2 * (gsize) n);
  pieces_init (&pieces, self);
  find_ends (self, &pieces, ends);
  pieces_clear (&pieces);
  zx_sample_streets_init (&longer);
  for (guint s = 0; s < n; s++)
    {
      SampleStreet street = g_array_index (self->streets->list, SampleStreet, s);
      zx_sample_streets_begin (&longer, street.road_class, street.level, street.settlement);
      if (!isnan (ends[2 * s].x))
        zx_sample_streets_point (&longer, ends[2 * s], 0);
      for (guint i = 0; i < street.n; i++)
        zx_sample_streets_point (&longer, *SAMPLE_POINT (self->streets->points, street.first + i),
                                 g_array_index (self->streets->flags, guint8, street.first + i));
      if (!isnan (ends[2 * s + 1].x))
        zx_sample_streets_point (&longer, ends[2 * s + 1], 0);
      zx_sample_streets_end (&longer);
    }
  zx_sample_streets_clear (self->streets);
  *self->streets = longer;
}

/* ---- a town ------------------------------------------------------------------------------- */

static void
tracer_init (Tracer *self, const SampleWorld *world, guint settlement, SampleStreets *streets)
{
  *self = (Tracer){ .world = world, .number = (gint32) settlement, .streets = streets };
  self->settlement = &g_array_index (world->settlements, SampleSettlement, settlement);
  self->min_x = self->min_y = G_MAXDOUBLE;
  self->max_x = self->max_y = -G_MAXDOUBLE;
  for (guint k = 0; k < self->settlement->n_centres; k++)
    {
      const SampleCentre *centre
          = &g_array_index (world->centres, SampleCentre, self->settlement->centre_first + k);
      double reach = 1.55 * centre->radius_m + 350;
      self->min_x = MIN (self->min_x, centre->at.x - reach);
      self->min_y = MIN (self->min_y, centre->at.y - reach);
      self->max_x = MAX (self->max_x, centre->at.x + reach);
      self->max_y = MAX (self->max_y, centre->at.y + reach);
    }
  static const double cells[SAMPLE_N_LEVELS] = { 350, 170, 85, 45 };
  for (guint level = 0; level < SAMPLE_N_LEVELS; level++)
    hash_init (&self->hashes[level], self, cells[level]);
  self->forward = zx_sample_points_new ();
  self->backward = zx_sample_points_new ();
  self->forward_flags = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->backward_flags = g_array_new (FALSE, FALSE, sizeof (guint8));
  fill_field (self);
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
  g_free (self->cosine);
  g_free (self->sine);
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
  extend_ends (&tracer);
  tracer_clear (&tracer);
}
