/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where people live: the cities' districts from a plan, county towns, market towns and villages
 * thrown at random with a distance between equals.  Parks and the places where no station may
 * stand belong to the cities' plan too. */

#include "data/sample/zx-sample-private.h"

/* A district of a city's plan, km and 1000 people at scale 1. */
typedef struct
{
  double x, y, radius, angle;
  double residents, jobs;
  SampleKind kind;
} District;

static const District port_city[] = {
  { 0.2, -0.6, 1.8, 0.12, 84, 46, SAMPLE_OLD_TOWN },
  { 2.6, 4.0, 2.35, 0.0, 74, 40, SAMPLE_NEW_DISTRICT },
  { -3.8, 1.4, 1.85, -0.16, 48, 16, SAMPLE_NEW_DISTRICT },
  { 3.8, -0.4, 1.3, 0.2, 5, 16, SAMPLE_INDUSTRY },
  { 0.2, -4.9, 1.5, -0.08, 27, 7, SAMPLE_NEW_DISTRICT },
  { 1.8, -7.7, 1.7, -0.1, 6, 24, SAMPLE_INDUSTRY },
  { -0.7, 6.9, 1.35, 0.3, 24, 9, SAMPLE_CAMPUS },
};

static const District inland_city[] = {
  { 0, 1.2, 1.85, 0.05, 88, 46, SAMPLE_OLD_TOWN },
  { 3.3, 1.8, 1.9, 0.05, 56, 27, SAMPLE_NEW_DISTRICT },
  { 0.3, 4.5, 1.6, -0.1, 40, 14, SAMPLE_NEW_DISTRICT },
  { -3.2, 0.9, 1.5, 0.2, 30, 9, SAMPLE_NEW_DISTRICT },
  { 0.6, -2.9, 1.7, 0.0, 14, 26, SAMPLE_INDUSTRY },
  { -2.7, 4.0, 1.2, 0.35, 18, 7, SAMPLE_CAMPUS },
};

static const District county_town[] = {
  { 0, 0, 1.25, 0.1, 62, 30, SAMPLE_OLD_TOWN },
  { 1.8, 0.9, 1.25, 0.1, 36, 14, SAMPLE_NEW_DISTRICT },
  { -1.5, -1.3, 0.9, 0.2, 6, 12, SAMPLE_INDUSTRY },
};

static const struct
{
  const char *name;
  SamplePoint at;
  double scale;
  gboolean is_port;
} province_cities[] = {
  { "临澜", { 0, 0 }, 1.6, TRUE },
  { "望潮", { -9000, -57000 }, 1.15, TRUE },
  { "澄港", { 9000, 53000 }, 1.3, TRUE },
  { "安泽", { -60000, 10600 }, 1.5, FALSE },
  { "云阳", { -84000, -47000 }, 1.15, FALSE },
  { "嘉陵", { -54000, 59500 }, 1.2, FALSE },
  { "青源", { -97000, 54800 }, 1.0, FALSE },
};

/* ---- adding ------------------------------------------------------------------------------- */

static void
add_centre (SampleWorld *self, SamplePoint at, double radius_m, double angle, double residents,
            double jobs, SampleKind kind, ZxRng *rng)
{
  /* POI per resident and job, and how attractive parking there is, by kind. */
  static const double places_per_resident[SAMPLE_N_KINDS]
      = { 0.034, 0.024, 0.010, 0.030, 0.022, 0.006 };
  static const double places_per_job[SAMPLE_N_KINDS] = { 0.055, 0.050, 0.012, 0.020, 0.030, 0.010 };
  static const double vehicles_per_resident[SAMPLE_N_KINDS]
      = { 0.060, 0.105, 0.080, 0.045, 0.050, 0.030 };
  static const double vehicles_per_job[SAMPLE_N_KINDS] = { 0.09, 0.13, 0.10, 0.08, 0.05, 0.03 };
  double taste = exp (0.22 * zx_rng_normal (rng)), wheels = exp (0.22 * zx_rng_normal (rng));
  SampleCentre centre = {
    .at = at,
    .radius_m = radius_m,
    .angle = angle,
    .residents = residents,
    .jobs = jobs,
    .places = taste * (places_per_resident[kind] * residents + places_per_job[kind] * jobs),
    .vehicles = wheels * (vehicles_per_resident[kind] * residents + vehicles_per_job[kind] * jobs),
    .kind = kind,
    .settlement = self->settlements->len - 1,
  };
  g_array_append_val (self->centres, centre);
  SampleSettlement *settlement
      = &g_array_index (self->settlements, SampleSettlement, centre.settlement);
  settlement->n_centres++;
  settlement->reach_m
      = MAX (settlement->reach_m, zx_sample_distance (settlement->at, at) + 1.7 * radius_m);
}

static void
add_settlement (SampleWorld *self, const char *name, SamplePoint at, guint rank)
{
  SampleSettlement settlement = { .name = g_strdup (name), .at = at, .rank = rank };
  settlement.centre_first = self->centres->len;
  g_array_append_val (self->settlements, settlement);
}

static void
add_planned (SampleWorld *self, const char *name, SamplePoint at, guint rank, double scale,
             double turn, const District *districts, guint n, ZxRng *rng)
{
  add_settlement (self, name, at, rank);
  double c = cos (turn), s = sin (turn), m = 1000 * scale;
  for (guint i = 0; i < n; i++)
    {
      const District *d = &districts[i];
      double jitter = rank == 0 ? 0.02 : 0.12;
      double x = d->x + jitter * zx_rng_normal (rng), y = d->y + jitter * zx_rng_normal (rng);
      SamplePoint place = { at.x + m * (c * x - s * y), at.y + m * (s * x + c * y) };
      double people = 920 * scale * scale * exp (0.05 * zx_rng_normal (rng));
      add_centre (self, place, d->radius * m, d->angle + turn, d->residents * people,
                  d->jobs * people, d->kind, rng);
    }
}

static void
add_parks (SampleWorld *self, SamplePoint at, double scale)
{
  static const struct
  {
    const char *name;
    double x, y, radius, stretch, angle;
  } parks[] = {
    { "人民公园", -0.35, 0.25, 0.24, 0.8, 0.2 },   { "中央公园", 2.2, 3.2, 0.36, 0.6, 0.0 },
    { "海滨公园", 4.25, 3.1, 0.5, 0.24, 1.5 },     { "青年公园", -3.3, 2.3, 0.26, 0.8, 0.5 },
    { "湿地公园", -3.6, -1.55, 0.55, 0.34, -0.6 }, { "植物园", 0.9, 6.9, 0.32, 0.9, 0.1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (parks); i++)
    {
      GArray *ring = zx_sample_blob (self->seed + 400 + i, 40, 0.22);
      double c = cos (parks[i].angle), s = sin (parks[i].angle), r = 1000 * scale * parks[i].radius;
      for (guint k = 0; k < ring->len; k++)
        {
          SamplePoint *p = SAMPLE_POINT (ring, k);
          double u = r * p->x, v = r * parks[i].stretch * p->y;
          *p = (SamplePoint){ at.x + 1000 * scale * parks[i].x + c * u - s * v,
                              at.y + 1000 * scale * parks[i].y + s * u + c * v };
        }
      zx_sample_areas_add (&self->parks, parks[i].name, "park", ring);
    }
}

/* ---- thrown at random --------------------------------------------------------------------- */

/* Squares that remember who is where, so that a throw is O(1). */
typedef struct
{
  double cell_m;
  guint n_columns, n_rows;
  GArray **square; /* of settlement numbers */
} Crowd;

static void
crowd_init (Crowd *self, const SampleScale *scale, double cell_m)
{
  self->cell_m = cell_m;
  self->n_columns = (guint) ((scale->max_x_m - scale->min_x_m) / cell_m) + 1;
  self->n_rows = (guint) ((scale->max_y_m - scale->min_y_m) / cell_m) + 1;
  self->square = g_new0 (GArray *, (gsize) self->n_columns * self->n_rows);
}

static void
crowd_clear (Crowd *self)
{
  for (gsize i = 0; i < (gsize) self->n_columns * self->n_rows; i++)
    g_clear_pointer (&self->square[i], g_array_unref);
  g_free (self->square);
}

static void
crowd_add (Crowd *self, const SampleScale *scale, SamplePoint at, guint number)
{
  guint column = (guint) CLAMP ((at.x - scale->min_x_m) / self->cell_m, 0, self->n_columns - 1);
  guint row = (guint) CLAMP ((at.y - scale->min_y_m) / self->cell_m, 0, self->n_rows - 1);
  GArray **square = &self->square[(gsize) row * self->n_columns + column];
  if (*square == NULL)
    *square = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (*square, number);
}

static gboolean
has_distance (const SampleWorld *self, const Crowd *crowd, SamplePoint at, double distance_m)
{
  gint column = (gint) ((at.x - self->scale->min_x_m) / crowd->cell_m);
  gint row = (gint) ((at.y - self->scale->min_y_m) / crowd->cell_m);
  for (gint j = MAX (row - 1, 0); j <= MIN (row + 1, (gint) crowd->n_rows - 1); j++)
    for (gint i = MAX (column - 1, 0); i <= MIN (column + 1, (gint) crowd->n_columns - 1); i++)
      {
        const GArray *square = crowd->square[(gsize) j * crowd->n_columns + (gsize) i];
        for (guint k = 0; square != NULL && k < square->len; k++)
          {
            const SampleSettlement *other = &g_array_index (self->settlements, SampleSettlement,
                                                            g_array_index (square, guint, k));
            if (zx_sample_distance (at, other->at) < distance_m)
              return FALSE;
          }
      }
  return TRUE;
}

/* Cities keep everyone away by their own reach. */
static gboolean
is_outside_of_towns (const SampleWorld *self, guint n_towns, SamplePoint at, double margin_m)
{
  for (guint i = 0; i < n_towns; i++)
    {
      const SampleSettlement *town = &g_array_index (self->settlements, SampleSettlement, i);
      if (zx_sample_distance (at, town->at) > town->reach_m + margin_m)
        continue;
      for (guint k = 0; k < town->n_centres; k++)
        {
          const SampleCentre *centre
              = &g_array_index (self->centres, SampleCentre, town->centre_first + k);
          if (zx_sample_distance (at, centre->at) < 1.5 * centre->radius_m + margin_m)
            return FALSE;
        }
    }
  return TRUE;
}

static void
add_thrown (SampleWorld *self, SamplePoint at, guint rank, guint number, ZxRng *rng)
{
  double angle = 0.5 * zx_rng_normal (rng);
  if (rank == 1)
    {
      g_autofree char *base = zx_sample_town_name (self->seed, number);
      g_autofree char *name = g_strconcat (base, "县", NULL);
      add_planned (self, name, at, rank, 1.15 + 0.35 * zx_rng_uniform (rng),
                   zx_rng_uniform (rng) * 2 * G_PI, county_town, G_N_ELEMENTS (county_town), rng);
    }
  else if (rank == 2)
    {
      g_autofree char *base = zx_sample_town_name (self->seed, 200 + number);
      g_autofree char *name = g_strconcat (base, "镇", NULL);
      double size = exp (0.3 * zx_rng_normal (rng));
      double most = self->scale->size == ZX_SAMPLE_PROVINCE ? 14000 : 5200 * self->scale->scale;
      add_settlement (self, name, at, rank);
      add_centre (self, at, sqrt (most * size / (5500 * G_PI)) * 1000, angle, most * size,
                  0.3 * most * size, SAMPLE_MARKET_TOWN, rng);
    }
  else
    {
      g_autofree char *name = zx_sample_village_name (self->seed, number);
      double most = self->scale->size == ZX_SAMPLE_PROVINCE ? 650 : 100;
      double residents = most * exp (0.45 * zx_rng_normal (rng));
      add_settlement (self, name, at, rank);
      add_centre (self, at, 95 + 5.2 * sqrt (residents), angle, residents, 0.15 * residents,
                  SAMPLE_VILLAGE, rng);
    }
}

static gboolean
throw_settlements (SampleWorld *self, guint rank, guint n, double distance_m,
                   const ZxProgress *progress, GError **error)
{
  const SampleScale *scale = self->scale;
  guint n_towns = 0, made = 0;
  Crowd crowd;
  gboolean ok = TRUE;
  ZxRng rng = zx_rng_stream (self->seed, 500 + rank);
  crowd_init (&crowd, scale, distance_m);
  for (guint i = 0; i < self->settlements->len; i++)
    crowd_add (&crowd, scale, g_array_index (self->settlements, SampleSettlement, i).at, i);
  while (n_towns < self->settlements->len
         && g_array_index (self->settlements, SampleSettlement, n_towns).rank < 2)
    n_towns++;
  for (guint try = 0; ok && try < 60 * n && made < n; try++)
    {
      ok = try % 4096 != 0 || zx_progress_step (progress, made, n, error);
      double border = rank == 1 ? 5500 : rank == 2 ? 1500 : 450 + 250 * scale->scale;
      SamplePoint at
          = { scale->min_x_m + border
                  + (scale->max_x_m - scale->min_x_m - 2 * border) * zx_rng_uniform (&rng),
              scale->min_y_m + border
                  + (scale->max_y_m - scale->min_y_m - 2 * border) * zx_rng_uniform (&rng) };
      double free_m = rank <= 1 ? 2000 : rank == 2 ? 600 : 60;
      double water_m = MIN (rank < 3 ? 400 * scale->scale : 190, SAMPLE_SHORE_REACH_M - 1);
      if (!zx_sample_is_buildable (self, at.x, at.y, water_m, MIN (water_m, 120))
          || !has_distance (self, &crowd, at, distance_m)
          || !is_outside_of_towns (self, n_towns, at, free_m))
        continue;
      add_thrown (self, at, rank, made++, &rng);
      crowd_add (&crowd, scale, at, self->settlements->len - 1);
    }
  crowd_clear (&crowd);
  return ok;
}

/* ---- where no station may stand ----------------------------------------------------------- */

static void
add_disc (SampleAreas *areas, const char *name, const char *reason, SamplePoint at, double radius_m,
          double stretch, guint64 seed)
{
  GArray *ring = zx_sample_blob (seed, 36, 0.12);
  for (guint i = 0; i < ring->len; i++)
    {
      SamplePoint *p = SAMPLE_POINT (ring, i);
      *p = (SamplePoint){ at.x + radius_m * p->x, at.y + stretch * radius_m * p->y };
    }
  zx_sample_areas_add (areas, name, reason, ring);
}

static void
add_port_exclusions (SampleWorld *self, SamplePoint at, double scale)
{
  static const struct
  {
    const char *name, *reason;
    double x, y, radius, stretch;
  } zones[] = {
    { "老街历史文化街区", "文物保护", 0.55, -1.0, 0.33, 0.7 },
    { "油品码头安全距离", "危险化学品安全距离", 4.6, -0.75, 0.42, 0.8 },
    { "化工园区防护距离", "危险化学品安全距离", 2.2, -8.2, 0.5, 0.9 },
    { "灯塔山军事管理区", "军事管理", 5.3, -7.2, 0.7, 1.2 },
    { "澜河行洪区", "行洪区", -2.6, -2.75, 0.8, 0.28 },
    { "云栖水库一级保护区", "饮用水源保护", -8.3, 8.6, 1.5, 0.8 },
    { "海滨自然保护区", "生态保护红线", 5.0, 6.9, 0.7, 1.3 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    add_disc (&self->exclusions, zones[i].name, zones[i].reason,
              (SamplePoint){ at.x + 1000 * scale * zones[i].x, at.y + 1000 * scale * zones[i].y },
              1000 * scale * zones[i].radius, zones[i].stretch, self->seed + 600 + i);
}

gboolean
zx_sample_world_make_settlements (SampleWorld *self, const ZxProgress *progress, GError **error)
{
  const SampleScale *scale = self->scale;
  ZxRng rng = zx_rng_stream (self->seed, 500);
  gboolean is_province = scale->size == ZX_SAMPLE_PROVINCE;
  if (!is_province)
    {
      add_planned (self, scale->name, (SamplePoint){ 0, 0 }, 0, scale->scale, 0, port_city,
                   G_N_ELEMENTS (port_city), &rng);
      add_parks (self, (SamplePoint){ 0, 0 }, scale->scale);
      add_port_exclusions (self, (SamplePoint){ 0, 0 }, scale->scale);
    }
  for (guint i = 0; is_province && i < G_N_ELEMENTS (province_cities); i++)
    {
      gboolean is_port = province_cities[i].is_port;
      add_planned (self, province_cities[i].name, province_cities[i].at, 0,
                   province_cities[i].scale, is_port ? 0 : 0.3 * zx_rng_normal (&rng),
                   is_port ? port_city : inland_city,
                   is_port ? G_N_ELEMENTS (port_city) : G_N_ELEMENTS (inland_city), &rng);
      add_parks (self, province_cities[i].at, province_cities[i].scale);
      if (is_port)
        add_port_exclusions (self, province_cities[i].at, province_cities[i].scale);
    }
  ZxProgress counties = zx_progress_slice (progress, 0, 0.1);
  ZxProgress towns = zx_progress_slice (progress, 0.1, 0.3);
  ZxProgress villages = zx_progress_slice (progress, 0.3, 1);
  return throw_settlements (self, 1, scale->n_counties, 13500, &counties, error)
         && throw_settlements (self, 2, scale->n_market_towns, is_province ? 4800 : 4300, &towns,
                               error)
         && throw_settlements (self, 3, scale->n_villages, is_province ? 1000 : 780, &villages,
                               error);
}
