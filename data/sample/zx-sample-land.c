/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Coast, harbour, rivers, lakes and hills.
 *
 * The coast is a spline through a bay's control points (a template, moved and scaled for each port
 * city), roughened along its normal by noise whose strength itself varies, so that rocky stretches
 * follow beaches.  At the port the noise gives way to straight quays with piers.  Rivers are
 * splines that meander by noise and widen towards the sea. */

#include "data/sample/zx-sample-private.h"

/* A bay that opens to the east, km, south to north, about a city centre at (0, 0).  The river comes
 * in at its head; the port lies on the north shore, behind the headland. */
static const SamplePoint bay_template[] = {
  { 5.9, -9.4 }, { 6.5, -7.1 }, { 5.7, -6.1 }, { 4.2, -5.5 }, { 3.0, -4.7 }, { 2.2, -3.7 },
  { 2.2, -2.9 }, { 2.9, -2.1 }, { 3.9, -1.6 }, { 5.0, -1.4 }, { 5.9, -0.7 }, { 5.7, 0.5 },
  { 5.1, 1.9 },  { 4.8, 3.6 },  { 5.0, 5.6 },  { 5.7, 7.6 },  { 5.6, 9.6 },
};
#define PORT_X  4.1
#define PORT_Y  (-1.55)
#define PORT_KM 1.5

typedef struct
{
  SamplePoint at; /* the city's centre, m */
  double scale;
} Bay;

static const Bay province_bays[] = {
  { { -9000, -57000 }, 1.15 },
  { { 0, 0 }, 1.6 },
  { { 9000, 53000 }, 1.3 },
};

static guint
bays_of (const SampleWorld *self, Bay *bays)
{
  if (self->scale->size == ZX_SAMPLE_PROVINCE)
    {
      memcpy (bays, province_bays, sizeof province_bays);
      return G_N_ELEMENTS (province_bays);
    }
  bays[0] = (Bay){ { 0, 0 }, self->scale->scale };
  return 1;
}

/* ---- the coast ---------------------------------------------------------------------------- */

static void
add_stretch (GArray *controls, SamplePoint from, SamplePoint to, ZxRng *rng)
{
  double length = zx_sample_distance (from, to);
  guint n = (guint) (length / 6000);
  for (guint i = 1; i <= n; i++)
    {
      double share = (double) i / (n + 1);
      double bulge = length * 0.05 * sin (G_PI * share);
      zx_sample_points_add (
          controls,
          from.x + share * (to.x - from.x) + bulge + 1800 * (2 * zx_rng_uniform (rng) - 1),
          from.y + share * (to.y - from.y) + 900 * (2 * zx_rng_uniform (rng) - 1));
    }
}

static GArray *
coast_controls (const SampleWorld *self, const Bay *bays, guint n_bays)
{
  const SampleScale *scale = self->scale;
  GArray *controls = zx_sample_points_new ();
  ZxRng rng = zx_rng_stream (self->seed, 11);
  SamplePoint south = { bays[0].at.x + 4500 * scale->scale, scale->min_y_m - 4500 };
  SamplePoint north = { bays[n_bays - 1].at.x + 7000 * scale->scale, scale->max_y_m + 4500 };
  zx_sample_points_add (controls, south.x, south.y);
  for (guint b = 0; b < n_bays; b++)
    for (guint i = 0; i < G_N_ELEMENTS (bay_template); i++)
      {
        double m = 1000 * bays[b].scale, jitter = 120 * bays[b].scale;
        SamplePoint p
            = { bays[b].at.x + m * bay_template[i].x + jitter * (2 * zx_rng_uniform (&rng) - 1),
                bays[b].at.y + m * bay_template[i].y + jitter * (2 * zx_rng_uniform (&rng) - 1) };
        if (i == 0)
          add_stretch (controls, *SAMPLE_POINT (controls, controls->len - 1), p, &rng);
        g_array_append_val (controls, p);
      }
  add_stretch (controls, *SAMPLE_POINT (controls, controls->len - 1), north, &rng);
  zx_sample_points_add (controls, north.x, north.y);
  return controls;
}

/* 1 at a port, 0 from 1.35 of its size on. */
static double
port_share (const Bay *bays, guint n_bays, SamplePoint p)
{
  double most = 0;
  for (guint b = 0; b < n_bays; b++)
    {
      double m = 1000 * bays[b].scale;
      SamplePoint port = { bays[b].at.x + m * PORT_X, bays[b].at.y + m * PORT_Y };
      double z = (1.35 - zx_sample_distance (p, port) / (m * PORT_KM)) / 0.35;
      most = MAX (most, CLAMP (z, 0, 1));
    }
  return most;
}

static SamplePoint
seaward (const GArray *line, guint i)
{
  SamplePoint a = *SAMPLE_POINT (line, i > 0 ? i - 1 : 0);
  SamplePoint b = *SAMPLE_POINT (line, MIN (i + 1, line->len - 1));
  double length = MAX (zx_sample_distance (a, b), 1e-9);
  return (SamplePoint){ (b.y - a.y) / length, -(b.x - a.x) / length };
}

static GArray *
roughen (const SampleWorld *self, const Bay *bays, guint n_bays)
{
  GArray *rough = zx_sample_points_new ();
  double step = MIN (self->scale->scale, 1);
  for (guint i = 0; i < self->coast->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (self->coast, i), out = seaward (self->coast, i);
      double rocky = 0.35 + 0.9 * fabs (zx_sample_noise (self->seed + 5, p.x, p.y, 6200 * step));
      double d = zx_sample_octaves (self->seed + 7, p.x, p.y, 3800 * step, 7, 0.55);
      d *= 640 * step * rocky * (1 - port_share (bays, n_bays, p));
      zx_sample_points_add (rough, p.x + d * out.x, p.y + d * out.y);
    }
  return rough;
}

/* A pier: out @length, @width wide, and back. */
static void
add_pier (GArray *line, SamplePoint at, SamplePoint along, SamplePoint out, double length_m,
          double width_m)
{
  double w = width_m / 2;
  zx_sample_points_add (line, at.x - w * along.x, at.y - w * along.y);
  zx_sample_points_add (line, at.x - w * along.x + length_m * out.x,
                        at.y - w * along.y + length_m * out.y);
  zx_sample_points_add (line, at.x + w * along.x + length_m * out.x,
                        at.y + w * along.y + length_m * out.y);
  zx_sample_points_add (line, at.x + w * along.x, at.y + w * along.y);
}

/* Where the port is, only the feet of its piers are kept: what lies between becomes a straight
 * quay. */
static GArray *
build_port (const GArray *rough, const Bay *bays, guint n_bays, double scale)
{
  GArray *built = zx_sample_points_new ();
  double spacing = 560 * MIN (scale, 1.2), since = 0;
  gboolean was_port = FALSE;
  for (guint i = 0; i < rough->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (rough, i);
      gboolean is_port = port_share (bays, n_bays, p) > 0.95;
      since += i > 0 ? zx_sample_distance (*SAMPLE_POINT (rough, i - 1), p) : 0;
      if (!is_port)
        g_array_append_val (built, p);
      else if (!was_port)
        {
          g_array_append_val (built, p);
          since = 0;
        }
      else if (since >= spacing && i + 12 < rough->len)
        {
          SamplePoint out = seaward (rough, i), along = { -out.y, out.x };
          add_pier (built, p, along, out, 330 * MIN (scale, 1.2), 110 * MIN (scale, 1.2));
          since = 0;
        }
      was_port = is_port;
    }
  return built;
}

static gboolean
is_all_at_sea (const SampleArea *sea, const GArray *ring, double margin_m)
{
  for (guint i = 0; i < ring->len; i++)
    for (guint k = 0; k < 8; k++)
      {
        SamplePoint p = *SAMPLE_POINT (ring, i);
        double angle = G_PI * k / 4;
        if (!zx_sample_area_contains (sea, p.x + margin_m * cos (angle),
                                      p.y + margin_m * sin (angle)))
          return FALSE;
      }
  return TRUE;
}

static void
add_island (SampleWorld *self, SampleArea *sea, SamplePoint at, double radius_m, guint which)
{
  GArray *ring = zx_sample_blob (self->seed * 7 + which, 56, 0.34);
  for (guint i = 0; i < ring->len; i++)
    {
      SamplePoint *p = SAMPLE_POINT (ring, i);
      *p = (SamplePoint){ at.x + radius_m * p->x, at.y + 0.7 * radius_m * p->y };
    }
  if (is_all_at_sea (sea, ring, 60))
    zx_sample_area_add_hole (sea, ring);
  else
    g_array_unref (ring);
}

/* A mole that bends around the port, 26 m wide. */
static void
add_breakwater (SampleArea *sea, const Bay *bay)
{
  static const SamplePoint line[]
      = { { 6.35, -1.5 }, { 6.42, -2.1 }, { 6.2, -2.7 }, { 5.8, -3.1 } };
  GArray *ring = zx_sample_points_new ();
  double m = 1000 * bay->scale, half = 13;
  g_autoptr (GArray) middle = zx_sample_spline (line, G_N_ELEMENTS (line), 0.1);
  for (guint i = 0; i < middle->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (middle, i), out = seaward (middle, i);
      zx_sample_points_add (ring, bay->at.x + m * p.x + half * out.x,
                            bay->at.y + m * p.y + half * out.y);
    }
  for (guint i = middle->len; i-- > 0;)
    {
      SamplePoint p = *SAMPLE_POINT (middle, i), out = seaward (middle, i);
      zx_sample_points_add (ring, bay->at.x + m * p.x - half * out.x,
                            bay->at.y + m * p.y - half * out.y);
    }
  if (is_all_at_sea (sea, ring, 30))
    zx_sample_area_add_hole (sea, ring);
  else
    g_array_unref (ring);
}

static void
make_sea (SampleWorld *self)
{
  Bay bays[G_N_ELEMENTS (province_bays)];
  guint n_bays = bays_of (self, bays);
  const SampleScale *scale = self->scale;
  g_autoptr (GArray) controls = coast_controls (self, bays, n_bays);
  double step = scale->size == ZX_SAMPLE_PROVINCE ? 40 : 22;
  self->coast
      = zx_sample_spline ((const SamplePoint *) (void *) controls->data, controls->len, step);
  g_autoptr (GArray) rough = roughen (self, bays, n_bays);
  zx_sample_points_remove_loops (rough);
  GArray *ring = build_port (rough, bays, n_bays, scale->scale);
  zx_sample_points_remove_loops (ring);
  zx_sample_points_add (ring, scale->max_x_m + 4000, scale->max_y_m + 4500);
  zx_sample_points_add (ring, scale->max_x_m + 4000, scale->min_y_m - 4500);
  SampleArea *sea = zx_sample_areas_add (&self->water, "黄海", "sea", ring);
  for (guint b = 0; b < n_bays; b++)
    {
      double m = 1000 * bays[b].scale;
      SamplePoint at = bays[b].at;
      add_breakwater (sea, &bays[b]);
      add_island (self, sea, (SamplePoint){ at.x + 8.1 * m, at.y - 3.9 * m }, 0.42 * m, 2 * b);
      add_island (self, sea, (SamplePoint){ at.x + 7.2 * m, at.y + 4.4 * m }, 0.2 * m, 2 * b + 1);
    }
}

/* ---- rivers and lakes --------------------------------------------------------------------- */

static void
add_river (SampleWorld *self, const char *name, const SamplePoint *controls, guint n,
           double from_width_m, double to_width_m, double meander_m)
{
  double step = self->scale->size == ZX_SAMPLE_PROVINCE ? 60 : 30;
  g_autoptr (GArray) smooth = zx_sample_spline (controls, n, step);
  GArray *line = zx_sample_points_new ();
  double wavelength = 2600 * MAX (0.5, MIN (self->scale->scale, 1));
  for (guint i = 0; i < smooth->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (smooth, i), out = seaward (smooth, i);
      /* No meander at the ends: they have to meet the sea, the lake or the other river. */
      double ends = MIN (1, MIN (i, smooth->len - 1 - i) * step / (0.4 * wavelength));
      double d = ends * meander_m
                 * zx_sample_octaves (self->seed + 23 + n, p.x, p.y, wavelength, 2, 0.35);
      zx_sample_points_add (line, p.x + d * out.x, p.y + d * out.y);
    }
  zx_sample_points_remove_loops (line);
  GArray *ring = zx_sample_points_new ();
  for (gint side = 1; side >= -1; side -= 2)
    for (guint k = 0; k < line->len; k++)
      {
        guint i = side > 0 ? k : line->len - 1 - k;
        SamplePoint p = *SAMPLE_POINT (line, i), out = seaward (line, i);
        double share = (double) i / line->len;
        double half = (from_width_m + share * share * (to_width_m - from_width_m)) / 2;
        half *= 1 + 0.16 * zx_sample_noise (self->seed + 29 + (guint64) (side + 1), p.x, p.y, 700);
        zx_sample_points_add (ring, p.x + side * half * out.x, p.y + side * half * out.y);
      }
  zx_sample_areas_add (&self->water, name, "river", ring);
  g_ptr_array_add (self->rivers, line);
}

/* @controls in km about @at, scaled. */
static void
add_scaled_river (SampleWorld *self, const char *name, SamplePoint at, double scale,
                  const SamplePoint *controls, guint n, double from_width_m, double to_width_m)
{
  g_autofree SamplePoint *placed = g_new (SamplePoint, n);
  for (guint i = 0; i < n; i++)
    placed[i]
        = (SamplePoint){ at.x + 1000 * scale * controls[i].x, at.y + 1000 * scale * controls[i].y };
  add_river (self, name, placed, n, from_width_m, to_width_m, 260 * scale);
}

static GArray *
place_blob (guint64 seed, SamplePoint at, double radius_x, double radius_y, double angle,
            double roughness)
{
  guint n = (guint) CLAMP (radius_x / 7, 60, 360);
  GArray *ring = zx_sample_blob (seed, n, roughness);
  double c = cos (angle), s = sin (angle);
  for (guint i = 0; i < ring->len; i++)
    {
      SamplePoint *p = SAMPLE_POINT (ring, i);
      double u = radius_x * p->x, v = radius_y * p->y;
      *p = (SamplePoint){ at.x + c * u - s * v, at.y + s * u + c * v };
    }
  return ring;
}

/* What lies around a single port city, km. */
static void
make_city_land (SampleWorld *self)
{
  static const SamplePoint main_river[]
      = { { -19, 3.6 },   { -14, 2.6 },  { -9.5, 0.8 },  { -5.6, -1.7 },
          { -2.4, -2.8 }, { 0.4, -2.9 }, { 2.1, -3.25 }, { 3.1, -3.5 } };
  static const SamplePoint tributary[]
      = { { -8.1, 7.9 }, { -7.2, 5.6 }, { -6.7, 3.2 }, { -5.9, 0.6 }, { -5.35, -1.85 } };
  static const SamplePoint north_river[]
      = { { -19, 12.6 }, { -12, 13.4 }, { -6, 11.6 }, { -1, 9.9 }, { 2.6, 9.1 }, { 6.3, 8.4 } };
  static const struct
  {
    const char *name;
    SamplePoint at;
    double rx, ry, angle;
  } hills[] = {
    { "岚岭", { -5.4, -7.4 }, 2.3, 1.4, 0.6 },    { "云栖山", { -11.6, 10.2 }, 3.4, 2.0, 0.9 },
    { "观澜山", { -3.1, 9.0 }, 1.25, 0.6, -0.3 }, { "石臼岭", { -13.2, -6.2 }, 2.2, 1.5, 1.3 },
    { "灯塔山", { 5.2, -7.3 }, 0.62, 0.9, 0.3 },  { "南屏山", { -9.6, -12.2 }, 2.6, 1.3, 0.2 },
  };
  double s = self->scale->scale, narrow = sqrt (s);
  SamplePoint origin = { 0, 0 };
  add_scaled_river (self, "澜河", origin, s, main_river, G_N_ELEMENTS (main_river), 85 * narrow,
                    270 * narrow);
  add_scaled_river (self, "清溪河", origin, s, tributary, G_N_ELEMENTS (tributary), 26 * narrow,
                    52 * narrow);
  add_scaled_river (self, "北沙河", origin, s, north_river, G_N_ELEMENTS (north_river), 34 * narrow,
                    85 * narrow);
  zx_sample_areas_add (&self->water, "云栖水库", "reservoir",
                       place_blob (self->seed + 41, (SamplePoint){ -8300 * s, 8600 * s }, 1150 * s,
                                   720 * s, 0.9, 0.4));
  for (guint i = 0; i < G_N_ELEMENTS (hills); i++)
    zx_sample_areas_add (
        &self->hills, hills[i].name, "hill",
        place_blob (self->seed + 50 + i,
                    (SamplePoint){ 1000 * s * hills[i].at.x, 1000 * s * hills[i].at.y },
                    1000 * s * hills[i].rx, 1000 * s * hills[i].ry, hills[i].angle, 0.3));
}

/* Mountains of the province stand in ranges; a range is a line with hills strung along it. */
static void
add_range (SampleWorld *self, SamplePoint from, SamplePoint to, guint n, const char *name,
           guint64 stream)
{
  ZxRng rng = zx_rng_stream (self->seed, stream);
  double angle = atan2 (to.y - from.y, to.x - from.x);
  for (guint i = 0; i < n; i++)
    {
      double share = (i + zx_rng_uniform (&rng)) / n;
      SamplePoint at = { from.x + share * (to.x - from.x) + 3500 * zx_rng_normal (&rng),
                         from.y + share * (to.y - from.y) + 3500 * zx_rng_normal (&rng) };
      double radius = 1600 + 3800 * zx_rng_uniform (&rng) * sin (G_PI * share);
      g_autofree char *peak = g_strdup_printf ("%s%u号峰", name, i + 1);
      zx_sample_areas_add (&self->hills, peak, "hill",
                           place_blob (zx_rng_next (&rng), at, radius, 0.6 * radius,
                                       angle + 0.5 * zx_rng_normal (&rng), 0.3));
    }
}

static void
make_province_land (SampleWorld *self)
{
  static const SamplePoint south_river[]
      = { { -118000, -46000 }, { -101000, -44000 }, { -84000, -48500 },
          { -62000, -46000 },  { -41000, -54000 },  { -24000, -57500 },
          { -13000, -59500 },  { -6600, -60700 },   { -5400, -61000 } };
  static const SamplePoint middle_river[]
      = { { -118000, 21000 }, { -98000, 24000 }, { -78000, 12500 }, { -60000, 9500 },
          { -42000, 14000 },  { -24000, 4000 },  { -9000, -2700 },  { -3800, -4500 },
          { 800, -4700 },     { 3400, -5200 },   { 5000, -5600 } };
  static const SamplePoint north_river[]
      = { { -118000, 58000 }, { -97000, 53500 }, { -74000, 63000 }, { -54000, 58500 },
          { -34000, 61000 },  { -14000, 52000 }, { 3000, 49500 },   { 9500, 49200 },
          { 11800, 48900 },   { 13000, 48500 } };
  static const SamplePoint branch[] = {
    { -70000, 39000 }, { -66000, 31000 }, { -68500, 21000 }, { -64500, 15000 }, { -60500, 9600 }
  };
  add_river (self, "南澜河", south_river, G_N_ELEMENTS (south_river), 90, 330, 700);
  add_river (self, "澜河", middle_river, G_N_ELEMENTS (middle_river), 110, 430, 700);
  add_river (self, "北沙河", north_river, G_N_ELEMENTS (north_river), 90, 320, 700);
  add_river (self, "清溪河", branch, G_N_ELEMENTS (branch), 50, 110, 500);
  zx_sample_areas_add (
      &self->water, "龙池水库", "reservoir",
      place_blob (self->seed + 41, (SamplePoint){ -70500, 41500 }, 4200, 2300, 0.9, 0.45));
  zx_sample_areas_add (
      &self->water, "白鹭湖", "reservoir",
      place_blob (self->seed + 42, (SamplePoint){ -38000, -21000 }, 3600, 2600, 0.2, 0.4));
  add_range (self, (SamplePoint){ -112000, -70000 }, (SamplePoint){ -60000, -20000 }, 22, "云岭",
             301);
  add_range (self, (SamplePoint){ -80000, 28000 }, (SamplePoint){ -60000, 47000 }, 12, "龙池山",
             302);
  add_range (self, (SamplePoint){ -34000, 36000 }, (SamplePoint){ -16000, 22000 }, 12, "岚山", 303);
  add_range (self, (SamplePoint){ -30000, -40000 }, (SamplePoint){ -14000, -26000 }, 9, "石门山",
             304);
  add_range (self, (SamplePoint){ -105000, 75000 }, (SamplePoint){ -70000, 82000 }, 10, "北屏山",
             305);
}

void
zx_sample_world_make_land (SampleWorld *self)
{
  make_sea (self);
  if (self->scale->size == ZX_SAMPLE_PROVINCE)
    make_province_land (self);
  else
    make_city_land (self);
}
