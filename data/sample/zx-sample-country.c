/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Roads between settlements and the lanes of villages.
 *
 * Towns are joined by the relative neighbourhood graph (Toussaint 1980: two are neighbours when no
 * third is nearer to both), which looks like a road network that grew; the shortest ways in it
 * between cities and county towns become main roads.  Each road finds its way over a lattice where
 * water and slopes cost, then is smoothed.  Villages are joined by the same graph and short bent
 * roads.  Where a road reaches a town it stops at a gateway, from which the town's own streets go
 * on. */

#include "data/sample/zx-sample-private.h"

#define LEAST_BUILT 0.16

/* ---- neighbours --------------------------------------------------------------------------- */

typedef struct
{
  guint a, b; /* numbers in a list of places, a < b */
  ZxRoadClass road_class;
} Link;

typedef struct
{
  SamplePoint at;
  gint32 settlement; /* -1: a place beyond the edge of the map */
  guint rank;
} Place;

static gboolean
are_neighbours (const Place *places, guint n, guint a, guint b, double slack)
{
  double d = slack * zx_sample_distance (places[a].at, places[b].at);
  for (guint k = 0; k < n; k++)
    if (k != a && k != b && zx_sample_distance (places[a].at, places[k].at) < d
        && zx_sample_distance (places[b].at, places[k].at) < d)
      return FALSE;
  return TRUE;
}

/* @slack < 1 keeps more links than the pure graph has. */
static GArray *
neighbours (const Place *places, guint n, double slack, ZxRoadClass road_class)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (Link));
  for (guint a = 0; a < n; a++)
    for (guint b = a + 1; b < n; b++)
      if (are_neighbours (places, n, a, b, slack))
        {
          Link link = { a, b, road_class };
          g_array_append_val (links, link);
        }
  return links;
}

/* Villages are many: only those within @reach_m are looked at. */
static GArray *
near_neighbours (const Place *places, guint n, double reach_m)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (Link));
  g_autofree SamplePoint *points = g_new (SamplePoint, n);
  for (guint i = 0; i < n; i++)
    points[i] = places[i].at;
  SampleBuckets buckets;
  zx_sample_buckets_init (&buckets, points, n, reach_m);
  g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint a = 0; a < n; a++)
    {
      gint column = (gint) ((points[a].x - buckets.min_x) / reach_m);
      gint row = (gint) ((points[a].y - buckets.min_y) / reach_m);
      g_array_set_size (near, 0);
      for (gint j = MAX (row - 1, 0); j <= MIN (row + 1, (gint) buckets.n_rows - 1); j++)
        for (gint i = MAX (column - 1, 0); i <= MIN (column + 1, (gint) buckets.n_columns - 1); i++)
          {
            gsize cell = (gsize) j * buckets.n_columns + (gsize) i;
            for (guint32 k = buckets.first[cell]; k < buckets.first[cell + 1]; k++)
              if (zx_sample_distance (points[a], points[buckets.item[k]]) <= reach_m)
                g_array_append_val (near, buckets.item[k]);
          }
      for (guint i = 0; i < near->len; i++)
        {
          guint b = g_array_index (near, guint, i);
          double d = zx_sample_distance (points[a], points[b]);
          gboolean is_neighbour = b > a && (places[a].rank == 3 || places[b].rank == 3);
          for (guint k = 0; is_neighbour && k < near->len; k++)
            {
              guint c = g_array_index (near, guint, k);
              is_neighbour = c == a || c == b
                             || zx_sample_distance (points[a], points[c]) >= 0.93 * d
                             || zx_sample_distance (points[b], points[c]) >= 0.93 * d;
            }
          Link link = { a, b, d > 1600 ? ZX_ROAD_TERTIARY : ZX_ROAD_UNCLASSIFIED };
          if (is_neighbour)
            g_array_append_val (links, link);
        }
    }
  zx_sample_buckets_clear (&buckets);
  return links;
}

/* Marks the links on the shortest way from @from to @to; few places, so the simple search does. */
static void
promote_way (const Place *places, guint n, GArray *links, guint from, guint to,
             ZxRoadClass road_class)
{
  g_autofree double *cost = g_new (double, n);
  g_autofree gint *by = g_new (gint, n);
  g_autofree guint8 *is_done = g_new0 (guint8, n);
  for (guint i = 0; i < n; i++)
    {
      cost[i] = i == from ? 0 : G_MAXDOUBLE;
      by[i] = -1;
    }
  for (guint round = 0; round < n; round++)
    {
      guint best = n;
      for (guint i = 0; i < n; i++)
        if (!is_done[i] && cost[i] < G_MAXDOUBLE && (best == n || cost[i] < cost[best]))
          best = i;
      if (best == n || best == to)
        break;
      is_done[best] = TRUE;
      for (guint l = 0; l < links->len; l++)
        {
          const Link *link = &g_array_index (links, Link, l);
          if (link->a != best && link->b != best)
            continue;
          guint other = link->a == best ? link->b : link->a;
          double d = zx_sample_distance (places[best].at, places[other].at);
          if (cost[best] + d < cost[other])
            {
              cost[other] = cost[best] + d;
              by[other] = (gint) l;
            }
        }
    }
  for (guint i = to; i != from && by[i] >= 0;)
    {
      Link *link = &g_array_index (links, Link, by[i]);
      link->road_class = MIN (link->road_class, road_class);
      i = link->a == i ? link->b : link->a;
    }
}

/* ---- short ways --------------------------------------------------------------------------- */

/* A short road, bent a little. */
static GArray *
bend_way (const SampleWorld *world, SamplePoint from, SamplePoint to)
{
  GArray *line = zx_sample_points_new ();
  double length = zx_sample_distance (from, to);
  SamplePoint across = { -(to.y - from.y) / length, (to.x - from.x) / length };
  guint n = (guint) MAX (2, length / 60);
  for (guint i = 0; i <= n; i++)
    {
      double t = (double) i / n, x = from.x + t * (to.x - from.x), y = from.y + t * (to.y - from.y);
      double d = 0.10 * length * sin (G_PI * t)
                 * zx_sample_octaves (world->seed + 157, x, y, 900, 2, 0.5);
      zx_sample_points_add (line, x + d * across.x, y + d * across.y);
    }
  return line;
}

/* ---- gateways ----------------------------------------------------------------------------- */

/* Towns by the squares they reach into. */
typedef struct
{
  const SampleWorld *world;
  GPtrArray *squares; /* GArray of guint or NULL */
  guint n_columns, n_rows;
} TownMap;

#define TOWN_SQUARE_M 3000.0

static void
town_map_init (TownMap *self, const SampleWorld *world)
{
  const SampleScale *scale = world->scale;
  self->world = world;
  self->n_columns = (guint) ((scale->max_x_m - scale->min_x_m) / TOWN_SQUARE_M) + 1;
  self->n_rows = (guint) ((scale->max_y_m - scale->min_y_m) / TOWN_SQUARE_M) + 1;
  self->squares = g_ptr_array_new ();
  g_ptr_array_set_size (self->squares, (gint) (self->n_columns * self->n_rows));
  for (guint s = 0; s < world->settlements->len; s++)
    {
      const SampleSettlement *town = &g_array_index (world->settlements, SampleSettlement, s);
      if (town->rank > 2)
        continue;
      double reach = 1.3 * town->reach_m + 400;
      gint west = (gint) floor ((town->at.x - reach - scale->min_x_m) / TOWN_SQUARE_M);
      gint east = (gint) floor ((town->at.x + reach - scale->min_x_m) / TOWN_SQUARE_M);
      gint south = (gint) floor ((town->at.y - reach - scale->min_y_m) / TOWN_SQUARE_M);
      gint north = (gint) floor ((town->at.y + reach - scale->min_y_m) / TOWN_SQUARE_M);
      for (gint j = MAX (south, 0); j <= MIN (north, (gint) self->n_rows - 1); j++)
        for (gint i = MAX (west, 0); i <= MIN (east, (gint) self->n_columns - 1); i++)
          {
            gpointer *square = &self->squares->pdata[(guint) j * self->n_columns + (guint) i];
            if (*square == NULL)
              *square = g_array_new (FALSE, FALSE, sizeof (guint));
            g_array_append_val ((GArray *) *square, s);
          }
    }
}

static void
town_map_clear (TownMap *self)
{
  for (guint i = 0; i < self->squares->len; i++)
    g_clear_pointer ((GArray **) &self->squares->pdata[i], g_array_unref);
  g_ptr_array_unref (self->squares);
}

/* The town whose built-up area holds @p, or -1. */
static gint32
town_at (const TownMap *self, SamplePoint p)
{
  const SampleScale *scale = self->world->scale;
  gint column = (gint) floor ((p.x - scale->min_x_m) / TOWN_SQUARE_M);
  gint row = (gint) floor ((p.y - scale->min_y_m) / TOWN_SQUARE_M);
  if (column < 0 || row < 0 || column >= (gint) self->n_columns || row >= (gint) self->n_rows)
    return -1;
  const GArray *square = self->squares->pdata[(guint) row * self->n_columns + (guint) column];
  for (guint i = 0; square != NULL && i < square->len; i++)
    {
      guint s = g_array_index (square, guint, i);
      const SampleSettlement *town = &g_array_index (self->world->settlements, SampleSettlement, s);
      if (zx_sample_built (self->world, town, p.x, p.y) > LEAST_BUILT)
        return (gint32) s;
    }
  return -1;
}

static void
add_gateway (GArray *gateways, SamplePoint at, SamplePoint towards, ZxRoadClass road_class,
             gint32 town)
{
  double length = MAX (zx_sample_distance (at, towards), 1e-9);
  SampleGateway gateway = {
    at, { (towards.x - at.x) / length, (towards.y - at.y) / length }, road_class, (guint) town
  };
  g_array_append_val (gateways, gateway);
}

/* The parts of a line outside towns; each end at a town becomes a gateway where it was laid. */
static void
lay_outside (const TownMap *towns, SampleStreets *streets, GArray *gateways, const GArray *line,
             ZxRoadClass road_class, double max_bridge_m)
{
  g_autoptr (GArray) part = zx_sample_points_new ();
  SamplePoint before = { 0, 0 };
  gint32 town_before = -1;
  for (guint i = 0; i <= line->len; i++)
    {
      gint32 town = i < line->len ? town_at (towns, *SAMPLE_POINT (line, i)) : -1;
      if (i < line->len && town < 0)
        {
          g_array_append_val (part, *SAMPLE_POINT (line, i));
          continue;
        }
      if (part->len >= 3)
        {
          guint laid = streets->list->len, first_point = streets->points->len;
          zx_sample_lay (towns->world, streets, part, road_class, SAMPLE_COUNTRY, -1, max_bridge_m);
          gboolean is_laid = streets->list->len > laid;
          SamplePoint begin = *SAMPLE_POINT (part, 0), end = *SAMPLE_POINT (part, part->len - 1);
          guint last_point = streets->points->len - 1;
          if (town_before >= 0 && is_laid
              && zx_sample_distance (begin, *SAMPLE_POINT (streets->points, first_point)) < 0.5)
            {
              add_gateway (gateways, *SAMPLE_POINT (streets->points, first_point), before,
                           road_class, town_before);
              g_array_index (streets->flags, guint8, first_point) |= SAMPLE_IS_PINNED;
            }
          if (town >= 0 && is_laid
              && zx_sample_distance (end, *SAMPLE_POINT (streets->points, last_point)) < 0.5)
            {
              add_gateway (gateways, *SAMPLE_POINT (streets->points, last_point),
                           *SAMPLE_POINT (line, i), road_class, town);
              g_array_index (streets->flags, guint8, last_point) |= SAMPLE_IS_PINNED;
            }
        }
      g_array_set_size (part, 0);
      if (i < line->len)
        {
          before = *SAMPLE_POINT (line, i);
          town_before = town;
        }
    }
}

/* ---- villages ----------------------------------------------------------------------------- */

static void
lay_lane (const SampleWorld *world, SampleStreets *streets, const SampleSettlement *village,
          guint number, double angle, double offset_m, double from_m, double to_m)
{
  g_autoptr (GArray) line = zx_sample_points_new ();
  double c = cos (angle), s = sin (angle);
  guint n = (guint) MAX (2, (to_m - from_m) / 45);
  for (guint i = 0; i <= n; i++)
    {
      double along = from_m + (to_m - from_m) * i / n;
      double x = village->at.x + c * along - s * offset_m;
      double y = village->at.y + s * along + c * offset_m;
      double bend = 9 * zx_sample_noise (world->seed + 163, x, y, 190);
      zx_sample_points_add (line, x - s * bend, y + c * bend);
    }
  zx_sample_lay (world, streets, line, offset_m == 0 ? ZX_ROAD_UNCLASSIFIED : ZX_ROAD_RESIDENTIAL,
                 SAMPLE_LANE, (gint32) number, 0);
}

static void
trace_village (const SampleWorld *world, guint number, SampleStreets *streets)
{
  const SampleSettlement *village = &g_array_index (world->settlements, SampleSettlement, number);
  const SampleCentre *centre = &g_array_index (world->centres, SampleCentre, village->centre_first);
  ZxRng rng = zx_rng_stream (world->seed ^ 0x51ed, number);
  double r = centre->radius_m;
  for (guint turn = 0; turn < 2; turn++)
    {
      double spacing = turn == 0 ? 58 : 86;
      guint n = (guint) (r / spacing);
      for (gint k = -(gint) n; k <= (gint) n; k++)
        {
          double offset = k * spacing + (k != 0 ? 9 * zx_rng_normal (&rng) : 0);
          double half = sqrt (MAX (r * r - offset * offset, 0));
          double from = -half * (0.7 + 0.35 * zx_rng_uniform (&rng));
          double to = half * (0.7 + 0.35 * zx_rng_uniform (&rng));
          if (to - from > 70 && (k == 0 || zx_rng_uniform (&rng) < 0.9))
            lay_lane (world, streets, village, number, centre->angle + turn * G_PI / 2, offset,
                      from, to);
        }
    }
}

/* ---- the story ---------------------------------------------------------------------------- */

static GArray *
list_places (const SampleWorld *world, guint max_rank)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));
  for (guint i = 0; i < world->settlements->len; i++)
    {
      const SampleSettlement *town = &g_array_index (world->settlements, SampleSettlement, i);
      Place place = { town->at, (gint32) i, town->rank };
      if (town->rank <= max_rank)
        g_array_append_val (places, place);
    }
  return places;
}

/* Roads lead off the map, too. */
static void
add_beyond (const SampleWorld *world, GArray *places)
{
  const SampleScale *scale = world->scale;
  static const SamplePoint share[]
      = { { -0.02, 0.30 }, { -0.02, 0.52 }, { -0.02, 0.80 }, { 0.28, -0.02 },
          { 0.58, -0.02 }, { 0.30, 1.02 },  { 0.66, 1.02 } };
  for (guint i = 0; i < G_N_ELEMENTS (share); i++)
    {
      Place place = { { scale->min_x_m + share[i].x * (scale->max_x_m - scale->min_x_m),
                        scale->min_y_m + share[i].y * (scale->max_y_m - scale->min_y_m) },
                      -1,
                      1 };
      if (zx_sample_is_buildable (world, place.at.x, place.at.y, 60, 60))
        g_array_append_val (places, place);
    }
}

static gboolean
lay_main_roads (const TownMap *towns, SampleTerrain *terrain, SampleStreets *streets,
                GArray *gateways, const ZxProgress *progress, GError **error)
{
  const SampleWorld *world = towns->world;
  g_autoptr (GArray) places = list_places (world, 2);
  add_beyond (world, places);
  const Place *place = (const Place *) (void *) places->data;
  g_autoptr (GArray) links = neighbours (place, places->len, 0.92, ZX_ROAD_SECONDARY);
  g_autoptr (GArray) important = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GArray) number = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < places->len; i++)
    if (place[i].rank <= 1)
      {
        g_array_append_val (important, place[i]);
        g_array_append_val (number, i);
      }
  g_autoptr (GArray) ways
      = neighbours ((const Place *) (void *) important->data, important->len, 0.9, ZX_ROAD_PRIMARY);
  for (guint i = 0; i < ways->len; i++)
    {
      const Link *way = &g_array_index (ways, Link, i);
      guint from = g_array_index (number, guint, way->a),
            to = g_array_index (number, guint, way->b);
      gboolean is_trunk = place[from].settlement < 0 || place[to].settlement < 0
                          || (place[from].rank == 0 && place[to].rank <= 1);
      promote_way (place, places->len, links, from, to, is_trunk ? ZX_ROAD_TRUNK : ZX_ROAD_PRIMARY);
    }
  for (guint i = 0; i < links->len; i++)
    {
      const Link *link = &g_array_index (links, Link, i);
      if (!zx_progress_step (progress, i, links->len, error))
        return FALSE;
      if (place[link->a].settlement < 0 && place[link->b].settlement < 0)
        continue;
      g_autoptr (GArray) way = zx_sample_find_way (terrain, place[link->a].at, place[link->b].at);
      lay_outside (towns, streets, gateways, way, link->road_class, 900);
    }
  return TRUE;
}

static gboolean
lay_village_roads (const TownMap *towns, SampleStreets *streets, GArray *gateways,
                   const ZxProgress *progress, GError **error)
{
  const SampleWorld *world = towns->world;
  g_autoptr (GArray) places = list_places (world, 3);
  const Place *place = (const Place *) (void *) places->data;
  double reach = world->scale->size == ZX_SAMPLE_PROVINCE ? 4200 : 5200;
  g_autoptr (GArray) links = near_neighbours (place, places->len, reach);
  for (guint i = 0; i < links->len; i++)
    {
      const Link *link = &g_array_index (links, Link, i);
      if (i % 256 == 0 && !zx_progress_step (progress, i, links->len, error))
        return FALSE;
      g_autoptr (GArray) way = bend_way (world, place[link->a].at, place[link->b].at);
      lay_outside (towns, streets, gateways, way, link->road_class, 190);
    }
  for (guint i = 0; i < places->len; i++)
    if (place[i].rank == 3)
      trace_village (world, (guint) place[i].settlement, streets);
  return TRUE;
}

gboolean
zx_sample_trace_country (const SampleWorld *world, SampleStreets *streets, GArray *gateways,
                         const ZxProgress *progress, GError **error)
{
  TownMap towns;
  SampleTerrain terrain;
  ZxProgress main_roads = zx_progress_slice (progress, 0, 0.5);
  ZxProgress village_roads = zx_progress_slice (progress, 0.5, 1);
  town_map_init (&towns, world);
  zx_sample_terrain_init (&terrain, world, FALSE);
  gboolean ok = lay_main_roads (&towns, &terrain, streets, gateways, &main_roads, error)
                && lay_village_roads (&towns, streets, gateways, &village_roads, error);
  zx_sample_terrain_clear (&terrain);
  town_map_clear (&towns);
  return ok;
}
