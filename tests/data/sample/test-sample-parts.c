/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/sample/zx-sample-private.h"

#include "zx-test.h"

/* ---- projection --------------------------------------------------------------------------- */

static void
test_projection_agrees_with_proj (void)
{
  /* DOMAIN.md §2.4: Qingdao in EPSG:4549, from PROJ 9.1.1. */
  double lon, lat;
  zx_sample_lonlat (534467.459, 3993055.813, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (lon, 120.3826, 1e-8);
  g_assert_cmpfloat_with_epsilon (lat, 36.0671, 1e-8);
}

static void
test_projection_on_the_meridian (void)
{
  /* A quarter of the GRS80 meridian is 10 001 965.729 m. */
  double lon, lat;
  zx_sample_lonlat (500000, 0, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (lon, 120, 1e-12);
  g_assert_cmpfloat_with_epsilon (lat, 0, 1e-12);
  zx_sample_lonlat (500000, 10001965.729, &lon, &lat);
  g_assert_cmpfloat_with_epsilon (lat, 90, 1e-7);
}

/* ---- noise -------------------------------------------------------------------------------- */

static void
test_noise_is_smooth_and_centred (void)
{
  double sum = 0, sum2 = 0, steepest = 0;
  const guint n = 20000;
  for (guint i = 0; i < n; i++)
    {
      double x = 37.3 * i, y = 11.9 * i;
      double v = zx_sample_noise (5, x, y, 500);
      sum += v;
      sum2 += v * v;
      steepest = MAX (steepest, fabs (zx_sample_noise (5, x + 1, y, 500) - v));
    }
  g_assert_cmpfloat (fabs (sum / n), <, 0.05);
  g_assert_cmpfloat (sum2 / n, >, 0.03);
  g_assert_cmpfloat (steepest, <, 6.0 / 500);
}

static void
test_field_has_the_correlation_it_says (void)
{
  double near = 0, far = 0, square = 0;
  const guint n_fields = 40, n_places = 50;
  for (guint k = 0; k < n_fields; k++)
    {
      SampleField field;
      zx_sample_field_init (&field, 1000 + k, 930);
      for (guint i = 0; i < n_places; i++)
        {
          double x = 7000.0 * i, y = 3000.0 * k, here = zx_sample_field_at (&field, x, y);
          square += here * here;
          near += here * zx_sample_field_at (&field, x + 930, y);
          far += here * zx_sample_field_at (&field, x, y + 4000);
        }
    }
  double n = n_fields * n_places;
  g_assert_cmpfloat_with_epsilon (square / n, 1, 0.12);
  g_assert_cmpfloat_with_epsilon (near / n, exp (-0.5), 0.12);
  g_assert_cmpfloat_with_epsilon (far / n, 0, 0.12);
}

/* ---- shapes ------------------------------------------------------------------------------- */

static void
test_loops_are_cut_out (void)
{
  static const double line[][2]
      = { { 0, 0 }, { 10, 0 }, { 20, 0 }, { 20, 10 }, { 15, 10 }, { 15, -10 }, { 30, -10 } };
  g_autoptr (GArray) points = zx_sample_points_new ();
  for (guint i = 0; i < G_N_ELEMENTS (line); i++)
    zx_sample_points_add (points, line[i][0], line[i][1]);
  zx_sample_points_remove_loops (points);
  g_assert_cmpuint (points->len, ==, 5);
  g_assert_cmpfloat_with_epsilon (SAMPLE_POINT (points, 2)->x, 15, 1e-9);
  g_assert_cmpfloat_with_epsilon (SAMPLE_POINT (points, 2)->y, 0, 1e-9);
}

static void
test_simplified_line_stays_within_tolerance (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  g_autoptr (GArray) points = zx_sample_points_new ();
  for (guint i = 0; i < 400; i++)
    zx_sample_points_add (points, 10.0 * i, 8 * zx_rng_normal (&rng));
  g_autoptr (GArray) simple = zx_sample_points_simplify (points, 6);
  g_assert_cmpuint (simple->len, <, points->len);
  for (guint i = 0, k = 0; i < points->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (points, i);
      while (SAMPLE_POINT (simple, k + 1)->x < p.x)
        k++;
      SamplePoint a = *SAMPLE_POINT (simple, k), b = *SAMPLE_POINT (simple, k + 1);
      double length = zx_sample_distance (a, b);
      double off = fabs ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length;
      g_assert_cmpfloat (off, <=, 6 + 1e-9);
    }
}

static gboolean
is_in_any (const SampleAreas *areas, double x, double y)
{
  for (guint i = 0; i < areas->list->len; i++)
    if (zx_sample_area_contains (areas->list->pdata[i], x, y))
      return TRUE;
  return FALSE;
}

static double
naive_distance (const SampleAreas *areas, double x, double y)
{
  double best = SAMPLE_SHORE_REACH_M;
  for (guint i = 0; i < areas->list->len; i++)
    {
      const SampleArea *area = areas->list->pdata[i];
      for (guint r = 0; r < area->rings->len; r++)
        {
          const GArray *ring = area->rings->pdata[r];
          for (guint k = 0; k < ring->len; k++)
            {
              SamplePoint a = *SAMPLE_POINT (ring, k),
                          b = *SAMPLE_POINT (ring, (k + 1) % ring->len);
              double ux = b.x - a.x, uy = b.y - a.y;
              double t = ((x - a.x) * ux + (y - a.y) * uy) / MAX (ux * ux + uy * uy, 1e-12);
              t = CLAMP (t, 0, 1);
              best = MIN (best, hypot (a.x + t * ux - x, a.y + t * uy - y));
            }
        }
    }
  return is_in_any (areas, x, y) ? -best : best;
}

static void
test_shore_agrees_with_a_naive_one (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  for (guint trial = 0; trial < 12; trial++)
    {
      SampleAreas areas;
      zx_sample_areas_init (&areas);
      for (guint k = 0; k < 4; k++)
        {
          GArray *ring = zx_sample_blob (seed + 10 * trial + k, 40 + 30 * k, 0.5);
          double radius = 200 + 700 * zx_rng_uniform (&rng);
          double x = 3000 * zx_rng_uniform (&rng), y = 3000 * zx_rng_uniform (&rng);
          for (guint i = 0; i < ring->len; i++)
            {
              SamplePoint *p = SAMPLE_POINT (ring, i);
              *p = (SamplePoint){ x + radius * p->x, y + radius * p->y };
            }
          zx_sample_areas_add (&areas, NULL, NULL, ring);
        }
      SampleShore *shore = zx_sample_shore_new (&areas, -500, -500, 3500, 3500);
      for (guint i = 0; i < 2000; i++)
        {
          double x = 3900 * zx_rng_uniform (&rng) - 450, y = 3900 * zx_rng_uniform (&rng) - 450;
          g_assert_cmpint (zx_sample_shore_contains (shore, x, y), ==, is_in_any (&areas, x, y));
          g_assert_cmpfloat_with_epsilon (zx_sample_shore_distance (shore, x, y),
                                          naive_distance (&areas, x, y), 1e-6);
        }
      zx_sample_shore_free (shore);
      zx_sample_areas_clear (&areas);
    }
}

static gboolean
is_in_parts (GPtrArray *parts, double x, double y)
{
  for (guint i = 0; i < parts->len; i++)
    {
      SampleArea part = { .rings = g_ptr_array_new () };
      g_ptr_array_add (part.rings, parts->pdata[i]);
      gboolean is_in = zx_sample_area_contains (&part, x, y);
      g_ptr_array_unref (part.rings);
      if (is_in)
        return TRUE;
    }
  return FALSE;
}

static GArray *
placed_blob (guint64 seed, double x, double y, double radius)
{
  GArray *ring = zx_sample_blob (seed, 60, 0.5);
  for (guint i = 0; i < ring->len; i++)
    {
      SamplePoint *p = SAMPLE_POINT (ring, i);
      *p = (SamplePoint){ x + radius * p->x, y + radius * p->y };
    }
  return ring;
}

static void
test_ring_without_another (void)
{
  guint64 seed = zx_test_seed ();
  ZxRng rng = zx_rng_new (seed);
  for (guint trial = 0; trial < 60; trial++)
    {
      SampleAreas areas;
      zx_sample_areas_init (&areas);
      GArray *a = placed_blob (seed + 2 * trial, 0, 0, 100);
      GArray *b = placed_blob (seed + 2 * trial + 1, 260 * zx_rng_uniform (&rng) - 130,
                               260 * zx_rng_uniform (&rng) - 130, 20 + 120 * zx_rng_uniform (&rng));
      const SampleArea *first = zx_sample_areas_add (&areas, NULL, NULL, a);
      const SampleArea *second = zx_sample_areas_add (&areas, NULL, NULL, b);
      g_autoptr (GPtrArray) parts = zx_sample_ring_without (a, b);
      gboolean is_hole = parts->len == 1 && ((GArray *) parts->pdata[0])->len == a->len;
      for (guint i = 0; i < 300 && !is_hole; i++)
        {
          double x = 300 * zx_rng_uniform (&rng) - 150, y = 300 * zx_rng_uniform (&rng) - 150;
          gboolean expected
              = zx_sample_area_contains (first, x, y) && !zx_sample_area_contains (second, x, y);
          g_assert_cmpint (is_in_parts (parts, x, y), ==, expected);
        }
      zx_sample_areas_clear (&areas);
    }
}

static void
test_nearest_agrees_with_a_naive_search (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  SamplePoint points[500];
  SampleBuckets buckets;
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    points[i] = (SamplePoint){ 4000 * zx_rng_uniform (&rng), 1500 * zx_rng_uniform (&rng) };
  zx_sample_buckets_init (&buckets, points, G_N_ELEMENTS (points), 170);
  for (guint trial = 0; trial < 3000; trial++)
    {
      double x = 5000 * zx_rng_uniform (&rng) - 500, y = 2500 * zx_rng_uniform (&rng) - 500;
      double best_m = 600 * zx_rng_uniform (&rng);
      gssize best = -1;
      gssize found = zx_sample_buckets_nearest (&buckets, points, x, y, best_m, trial % 500);
      for (gssize i = 0; i < (gssize) G_N_ELEMENTS (points); i++)
        {
          double d = hypot (points[i].x - x, points[i].y - y);
          if (d < best_m && i != (gssize) (trial % 500))
            {
              best = i;
              best_m = d;
            }
        }
      g_assert_cmpint (found, ==, best);
    }
  zx_sample_buckets_clear (&buckets);
}

/* ---- names and numbers -------------------------------------------------------------------- */

static void
test_names_can_be_written_in_gbk (void)
{
  for (guint i = 0; i < 4000; i++)
    {
      g_autofree char *street = zx_sample_street_name (3, i, ZX_ROAD_SECONDARY, i % 2);
      g_autofree char *village = zx_sample_village_name (3, i);
      g_autofree char *both = g_strconcat (street, village, NULL);
      g_autofree char *bytes = g_convert (both, -1, "GBK", "UTF-8", NULL, NULL, NULL);
      g_assert_nonnull (bytes);
    }
}

static void
test_fixed_numbers (void)
{
  static const struct
  {
    double value;
    guint decimals;
    const char *text;
  } cases[] = {
    { 119.5, 7, "119.5000000" },  { -0.05, 1, "-0.1" }, { -0.04, 1, "0.0" },  { 0, 0, "0" },
    { 12345.678, 2, "12345.68" }, { 7, 0, "7" },        { 0.999, 2, "1.00" }, { NAN, 3, "" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      zx_sample_append_fixed (text, cases[i].value, cases[i].decimals);
      g_assert_cmpstr (text->str, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/projection/agrees-with-proj", test_projection_agrees_with_proj);
  g_test_add_func ("/sample/projection/on-the-meridian", test_projection_on_the_meridian);
  g_test_add_func ("/sample/noise/is-smooth-and-centred", test_noise_is_smooth_and_centred);
  g_test_add_func ("/sample/noise/field-has-the-correlation-it-says",
                   test_field_has_the_correlation_it_says);
  g_test_add_func ("/sample/shapes/loops-are-cut-out", test_loops_are_cut_out);
  g_test_add_func ("/sample/shapes/simplified-line-stays-within-tolerance",
                   test_simplified_line_stays_within_tolerance);
  g_test_add_func ("/sample/shapes/shore-agrees-with-a-naive-one",
                   test_shore_agrees_with_a_naive_one);
  g_test_add_func ("/sample/shapes/ring-without-another", test_ring_without_another);
  g_test_add_func ("/sample/shapes/nearest-agrees-with-a-naive-search",
                   test_nearest_agrees_with_a_naive_search);
  g_test_add_func ("/sample/names/can-be-written-in-gbk", test_names_can_be_written_in_gbk);
  g_test_add_func ("/sample/numbers/fixed", test_fixed_numbers);
  return g_test_run ();
}
