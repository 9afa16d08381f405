/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Motorways: two one-way carriageways beside a centre line that finds its way around towns and
 * hills.  They cross everything on another level and are met only over links: a diamond of four
 * where they cross a big road, a cloverleaf of eight where they cross each other.  A link begins
 * and ends at points that both roads have, so that equal coordinates join them. */

#include "data/sample/zx-sample-private.h"

#define STEP_M       25.0
#define HALF_WIDTH_M 11.0
#define RAMP_M       330.0
#define LEAF_M       95.0

typedef struct
{
  GArray *centre;       /* SamplePoint, every STEP_M */
  guint ahead, back;    /* streets: along the centre line, and against it */
  GArray *interchanges; /* guint: indices into the centre line */
  gint32 number;
} Highway;

static SamplePoint
direction_at (const GArray *line, guint i)
{
  SamplePoint a = *SAMPLE_POINT (line, i > 1 ? i - 2 : 0);
  SamplePoint b = *SAMPLE_POINT (line, MIN (i + 2, line->len - 1));
  double length = MAX (zx_sample_distance (a, b), 1e-9);
  return (SamplePoint){ (b.x - a.x) / length, (b.y - a.y) / length };
}

static SamplePoint
right_of (SamplePoint u)
{
  return (SamplePoint){ u.y, -u.x };
}

static SamplePoint
offset (SamplePoint p, SamplePoint u, double m)
{
  return (SamplePoint){ p.x + m * u.x, p.y + m * u.y };
}

/* ---- where they run ----------------------------------------------------------------------- */

static GArray *
even_steps (const GArray *line)
{
  GArray *even = zx_sample_points_new ();
  double left = 0;
  for (guint i = 0; i + 1 < line->len; i++)
    {
      SamplePoint a = *SAMPLE_POINT (line, i), b = *SAMPLE_POINT (line, i + 1);
      double length = zx_sample_distance (a, b);
      for (; left < length; left += STEP_M)
        zx_sample_points_add (even, a.x + (b.x - a.x) * left / length,
                              a.y + (b.y - a.y) * left / length);
      left -= length;
    }
  return even;
}

/* Through @controls, each leg on its own way, then smoothed to curves that one can take fast. */
static GArray *
find_course (SampleTerrain *terrain, const SamplePoint *controls, guint n, double scale)
{
  g_autoptr (GArray) rough = zx_sample_points_new ();
  for (guint i = 0; i + 1 < n; i++)
    {
      SamplePoint from = { controls[i].x * scale, controls[i].y * scale };
      SamplePoint to = { controls[i + 1].x * scale, controls[i + 1].y * scale };
      g_autoptr (GArray) leg = zx_sample_find_way (terrain, from, to);
      g_array_append_vals (rough, leg->data, leg->len - (i + 2 < n ? 1 : 0));
    }
  g_autoptr (GArray) first = even_steps (rough);
  g_autoptr (GArray) second = zx_sample_points_smooth (first, 24);
  g_autoptr (GArray) third = zx_sample_points_smooth (second, 18);
  zx_sample_points_remove_loops (third);
  return even_steps (third);
}

static void
add_carriageway (const SampleWorld *world, SampleStreets *streets, const Highway *highway,
                 gboolean is_back)
{
  const GArray *centre = highway->centre;
  gboolean was_wet = FALSE;
  zx_sample_streets_begin (streets, ZX_ROAD_MOTORWAY, SAMPLE_HIGHWAY, -1);
  g_array_index (streets->list, SampleStreet, streets->list->len - 1).one_way = TRUE;
  for (guint k = 0; k < centre->len; k++)
    {
      guint i = is_back ? centre->len - 1 - k : k;
      SamplePoint u = direction_at (centre, i), r = right_of (u);
      SamplePoint p = offset (*SAMPLE_POINT (centre, i), r, is_back ? -HALF_WIDTH_M : HALF_WIDTH_M);
      gboolean is_wet = zx_sample_shore_distance (world->water_shore, p.x, p.y) < STEP_M;
      /* A bridge begins a step before the water. */
      if (is_wet && !was_wet && k > 0)
        g_array_index (streets->flags, guint8, streets->flags->len - 1) |= SAMPLE_ON_BRIDGE;
      zx_sample_streets_point (streets, p, is_wet ? SAMPLE_ON_BRIDGE : 0);
      was_wet = is_wet;
    }
  zx_sample_streets_end (streets);
}

static void
add_highway (const SampleWorld *world, SampleStreets *streets, GArray *highways, GArray *centre)
{
  Highway highway = { .centre = centre, .number = (gint32) highways->len };
  highway.interchanges = g_array_new (FALSE, FALSE, sizeof (guint));
  highway.ahead = streets->list->len;
  add_carriageway (world, streets, &highway, FALSE);
  highway.back = streets->list->len;
  add_carriageway (world, streets, &highway, TRUE);
  g_array_append_val (highways, highway);
}

static void
clear_highway (gpointer data)
{
  Highway *self = data;
  g_array_unref (self->centre);
  g_array_unref (self->interchanges);
}

/* ---- links -------------------------------------------------------------------------------- */

/* The number of the carriageway's point beside the centre line's @i. */
static guint
beside (const SampleStreets *streets, const Highway *highway, gboolean is_back, guint i)
{
  const SampleStreet *street
      = &g_array_index (streets->list, SampleStreet, is_back ? highway->back : highway->ahead);
  return street->first + (is_back ? highway->centre->len - 1 - i : i);
}

static void
pin (SampleStreets *streets, guint point)
{
  g_array_index (streets->flags, guint8, point) |= SAMPLE_IS_PINNED;
}

/* A link with an even curve from @from in direction @u to @to in direction @v. */
static void
add_link (SampleStreets *streets, guint from, SamplePoint u, guint to, SamplePoint v,
          const SamplePoint *loop, guint n_loop)
{
  SamplePoint a = *SAMPLE_POINT (streets->points, from), b = *SAMPLE_POINT (streets->points, to);
  double reach = 0.42 * zx_sample_distance (a, b);
  SamplePoint c = offset (a, u, reach), d = offset (b, v, -reach);
  pin (streets, from);
  pin (streets, to);
  zx_sample_streets_begin (streets, ZX_ROAD_MOTORWAY, SAMPLE_HIGHWAY, -1);
  SampleStreet *street = &g_array_index (streets->list, SampleStreet, streets->list->len - 1);
  street->one_way = street->is_link = TRUE;
  zx_sample_streets_point (streets, a, SAMPLE_IS_PINNED);
  for (guint k = 0; k < n_loop; k++)
    zx_sample_streets_point (streets, loop[k], 0);
  for (guint k = 1; k < 12 && n_loop == 0; k++)
    {
      double t = k / 12.0, s = 1 - t;
      SamplePoint p
          = { s * s * s * a.x + 3 * s * s * t * c.x + 3 * s * t * t * d.x + t * t * t * b.x,
              s * s * s * a.y + 3 * s * s * t * c.y + 3 * s * t * t * d.y + t * t * t * b.y };
      zx_sample_streets_point (streets, p, 0);
    }
  zx_sample_streets_point (streets, b, SAMPLE_IS_PINNED);
  zx_sample_streets_end (streets);
}

static gboolean
is_dry_around (const SampleWorld *world, SamplePoint p, double radius_m)
{
  for (double r = 40; r <= radius_m; r += 60)
    for (guint k = 0; k < 12; k++)
      if (zx_sample_shore_distance (world->water_shore, p.x + r * cos (G_PI * k / 6),
                                    p.y + r * sin (G_PI * k / 6))
          < 12)
        return FALSE;
  return TRUE;
}

/* ---- big roads ---------------------------------------------------------------------------- */

typedef struct
{
  guint at;     /* index into the centre line */
  guint street; /* of the big road */
  guint point;  /* its point before the crossing */
  guint8 road_class;
} Crossing;

static int
compare_crossings (gconstpointer a, gconstpointer b)
{
  const Crossing *p = a, *q = b;
  if (p->road_class != q->road_class)
    return (gint) p->road_class - (gint) q->road_class;
  if (p->at != q->at)
    return (p->at > q->at) - (p->at < q->at);
  return (p->point > q->point) - (p->point < q->point);
}

/* Centre lines in buckets of their points; a big road's segment is tried on those near it. */
static GArray *
find_crossings (const SampleStreets *streets, const Highway *highway)
{
  GArray *crossings = g_array_new (FALSE, FALSE, sizeof (Crossing));
  const SamplePoint *line = (const SamplePoint *) (void *) highway->centre->data;
  SampleBuckets buckets;
  zx_sample_buckets_init (&buckets, line, highway->centre->len, 200);
  for (guint s = 0; s < streets->list->len; s++)
    {
      const SampleStreet *street = &g_array_index (streets->list, SampleStreet, s);
      if (street->road_class > ZX_ROAD_TERTIARY || street->level == SAMPLE_HIGHWAY)
        continue;
      for (guint i = 0; i + 1 < street->n; i++)
        {
          SamplePoint a = *SAMPLE_POINT (streets->points, street->first + i);
          SamplePoint b = *SAMPLE_POINT (streets->points, street->first + i + 1);
          gssize near = zx_sample_buckets_nearest (&buckets, line, a.x, a.y, 60, -1);
          for (gssize k = near - 2; near >= 0 && k <= near + 2; k++)
            {
              SamplePoint where;
              double along, other;
              if (k < 0 || k + 1 >= (gssize) highway->centre->len
                  || !zx_sample_segments_cross (a, b, line[k], line[k + 1], &where, &along, &other))
                continue;
              Crossing crossing = { (guint) k, s, street->first + i, street->road_class };
              g_array_append_val (crossings, crossing);
              break;
            }
        }
    }
  zx_sample_buckets_clear (&buckets);
  g_array_sort (crossings, compare_crossings);
  return crossings;
}

/* A point of the big road about @away_m from the crossing, on one side of it; -1 when the road ends
 * or lies on a bridge before. */
static gint
point_along (const SampleStreets *streets, const Crossing *crossing, gint step, double away_m)
{
  const SampleStreet *street = &g_array_index (streets->list, SampleStreet, crossing->street);
  SamplePoint start = *SAMPLE_POINT (streets->points, crossing->point);
  for (gint i = (gint) crossing->point + (step > 0 ? 1 : 0);
       i > (gint) street->first && i < (gint) (street->first + street->n) - 1; i += step)
    {
      if (g_array_index (streets->flags, guint8, i) & SAMPLE_ON_BRIDGE)
        return -1;
      if (zx_sample_distance (start, *SAMPLE_POINT (streets->points, i)) >= away_m)
        return i;
    }
  return -1;
}

static gboolean
add_diamond (const SampleWorld *world, SampleStreets *streets, Highway *highway,
             const Crossing *crossing)
{
  double ramp_m = RAMP_M * MAX (0.6, MIN (world->scale->scale, 1));
  guint reach = (guint) (ramp_m / STEP_M), at = crossing->at;
  if (at < reach + 4 || at + reach + 4 >= highway->centre->len)
    return FALSE;
  SamplePoint middle = *SAMPLE_POINT (highway->centre, at), u = direction_at (highway->centre, at);
  gint ends[2]
      = { point_along (streets, crossing, 1, 95), point_along (streets, crossing, -1, 95) };
  if (ends[0] < 0 || ends[1] < 0 || !is_dry_around (world, middle, 1.05 * ramp_m))
    return FALSE;
  SamplePoint first = *SAMPLE_POINT (streets->points, ends[0]), r = right_of (u);
  double side = (first.x - middle.x) * r.x + (first.y - middle.y) * r.y;
  /* Roads that run along rather than across have no room for ramps. */
  if (fabs (side) < 55)
    return FALSE;
  guint right = (guint) (side > 0 ? ends[0] : ends[1]),
        left = (guint) (side > 0 ? ends[1] : ends[0]);
  SamplePoint back = { -u.x, -u.y };
  add_link (streets, beside (streets, highway, FALSE, at - reach), u, right, u, NULL, 0);
  add_link (streets, right, u, beside (streets, highway, FALSE, at + reach), u, NULL, 0);
  add_link (streets, beside (streets, highway, TRUE, at + reach), back, left, back, NULL, 0);
  add_link (streets, left, back, beside (streets, highway, TRUE, at - reach), back, NULL, 0);
  g_array_append_val (highway->interchanges, at);
  return TRUE;
}

static gboolean
is_apart (const Highway *highway, guint at, double apart_m)
{
  for (guint i = 0; i < highway->interchanges->len; i++)
    {
      guint other = g_array_index (highway->interchanges, guint, i);
      if (fabs ((double) at - other) * STEP_M < apart_m)
        return FALSE;
    }
  return TRUE;
}

/* ---- crossings of two highways ------------------------------------------------------------ */

typedef struct
{
  const Highway *highway;
  gboolean is_back;
  guint at;
  SamplePoint direction;
} Approach;

/* The carriageway's point @m after the crossing (negative: before it). */
static guint
approach_point (const SampleStreets *streets, const Approach *self, double m)
{
  gint steps = (gint) lround (m / STEP_M);
  return beside (streets, self->highway, self->is_back,
                 (guint) ((gint) self->at + (self->is_back ? -steps : steps)));
}

/* To the left by three quarters of a circle to the right. */
static void
add_leaf (SampleStreets *streets, const Approach *from, const Approach *to, SamplePoint middle)
{
  SamplePoint p = from->direction, q = right_of (p), loop[12];
  for (guint k = 0; k < G_N_ELEMENTS (loop); k++)
    {
      double angle = 1.5 * G_PI * (k + 0.5) / G_N_ELEMENTS (loop);
      double along = 125 + LEAF_M * sin (angle), across = 22 + LEAF_M * (1 - cos (angle));
      loop[k] = offset (offset (middle, p, along), q, across);
    }
  add_link (streets, approach_point (streets, from, 100), p, approach_point (streets, to, -25),
            to->direction, loop, G_N_ELEMENTS (loop));
}

static void
add_cloverleaf (const SampleWorld *world, SampleStreets *streets, Highway *a, Highway *b,
                guint at_a, guint at_b)
{
  guint reach = (guint) (1.4 * RAMP_M / STEP_M);
  SamplePoint middle = *SAMPLE_POINT (a->centre, at_a);
  if (at_a < reach + 4 || at_b < reach + 4 || at_a + reach + 4 >= a->centre->len
      || at_b + reach + 4 >= b->centre->len || !is_dry_around (world, middle, 1.5 * RAMP_M))
    return;
  Highway *highways[2] = { a, b };
  guint at[2] = { at_a, at_b };
  Approach approach[4];
  for (guint k = 0; k < 4; k++)
    {
      SamplePoint u = direction_at (highways[k / 2]->centre, at[k / 2]);
      gboolean is_back = k % 2 == 1;
      approach[k] = (Approach){ highways[k / 2], is_back, at[k / 2],
                                is_back ? (SamplePoint){ -u.x, -u.y } : u };
    }
  for (guint from = 0; from < 4; from++)
    for (guint to = 0; to < 4; to++)
      {
        SamplePoint u = approach[from].direction, v = approach[to].direction;
        double turn = u.x * v.y - u.y * v.x;
        if (from / 2 == to / 2)
          continue;
        if (turn < 0)
          add_link (streets, approach_point (streets, &approach[from], -1.3 * RAMP_M), u,
                    approach_point (streets, &approach[to], 1.3 * RAMP_M), v, NULL, 0);
        else
          add_leaf (streets, &approach[from], &approach[to], middle);
      }
  g_array_append_val (a->interchanges, at_a);
  g_array_append_val (b->interchanges, at_b);
}

static void
cross_highways (const SampleWorld *world, SampleStreets *streets, Highway *a, Highway *b)
{
  for (guint i = 0; i + 1 < a->centre->len; i++)
    for (guint j = 0; j + 1 < b->centre->len; j++)
      {
        SamplePoint p = *SAMPLE_POINT (a->centre, i), q = *SAMPLE_POINT (b->centre, j), where;
        double s, t, apart = zx_sample_distance (p, q);
        if (apart > 2 * STEP_M)
          {
            /* As many steps as it takes to come near at all. */
            j += (guint) (apart / STEP_M) - 2;
            continue;
          }
        if (zx_sample_segments_cross (p, *SAMPLE_POINT (a->centre, i + 1), q,
                                      *SAMPLE_POINT (b->centre, j + 1), &where, &s, &t))
          {
            add_cloverleaf (world, streets, a, b, i, j);
            return;
          }
      }
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
lay_courses (const SampleWorld *world, SampleStreets *streets, GArray *highways)
{
  static const SamplePoint coastal[]
      = { { -9200, -17500 }, { -8300, -9600 }, { -7700, -4400 }, { -7700, 1500 },
          { -6900, 5400 },   { -5700, 9400 },  { -4900, 17500 } };
  static const SamplePoint province_coastal[]
      = { { -24000, -88000 }, { -20500, -58000 }, { -15500, -30000 }, { -13500, -1500 },
          { -7000, 26000 },   { -2500, 51500 },   { 3000, 88000 } };
  static const SamplePoint province_middle[]
      = { { -115000, 14500 }, { -81000, 16500 }, { -60000, 2500 },
          { -33000, 8000 },   { -13500, 5500 },  { -9500, 5200 } };
  static const SamplePoint province_inland[]
      = { { -92000, -88000 }, { -76000, -52500 }, { -64500, -20000 }, { -50500, 9000 },
          { -46000, 40000 },  { -44500, 62000 },  { -40000, 88000 } };
  static const SamplePoint province_north[]
      = { { -115000, 48500 }, { -88500, 50000 }, { -56000, 51000 },
          { -27000, 57500 },  { -3500, 45500 },  { 500, 44500 } };
  static const SamplePoint province_south[] = { { -115000, -52500 },
                                                { -86000, -54500 },
                                                { -52000, -52500 },
                                                { -21500, -51500 },
                                                { -17500, -51000 } };
  static const struct
  {
    const SamplePoint *controls;
    guint n;
  } courses[] = {
    { province_coastal, G_N_ELEMENTS (province_coastal) },
    { province_middle, G_N_ELEMENTS (province_middle) },
    { province_inland, G_N_ELEMENTS (province_inland) },
    { province_north, G_N_ELEMENTS (province_north) },
    { province_south, G_N_ELEMENTS (province_south) },
  };
  SampleTerrain terrain;
  zx_sample_terrain_init (&terrain, world, TRUE);
  if (world->scale->size == ZX_SAMPLE_PROVINCE)
    for (guint i = 0; i < G_N_ELEMENTS (courses); i++)
      add_highway (world, streets, highways,
                   find_course (&terrain, courses[i].controls, courses[i].n, 1));
  else
    add_highway (world, streets, highways,
                 find_course (&terrain, coastal, G_N_ELEMENTS (coastal), world->scale->scale));
  zx_sample_terrain_clear (&terrain);
}

void
zx_sample_trace_highways (const SampleWorld *world, SampleStreets *streets)
{
  g_autoptr (GArray) highways = g_array_new (FALSE, TRUE, sizeof (Highway));
  double apart_m = 3200 * world->scale->scale + 1200;
  g_array_set_clear_func (highways, clear_highway);
  lay_courses (world, streets, highways);
  for (guint a = 0; a < highways->len; a++)
    for (guint b = a + 1; b < highways->len; b++)
      cross_highways (world, streets, &g_array_index (highways, Highway, a),
                      &g_array_index (highways, Highway, b));
  for (guint h = 0; h < highways->len; h++)
    {
      Highway *highway = &g_array_index (highways, Highway, h);
      g_autoptr (GArray) crossings = find_crossings (streets, highway);
      for (guint i = 0; i < crossings->len; i++)
        {
          const Crossing *crossing = &g_array_index (crossings, Crossing, i);
          if (is_apart (highway, crossing->at, apart_m))
            add_diamond (world, streets, highway, crossing);
        }
    }
}
