/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/carto/zx-chart-private.h"
#include "carto-city.h"
#include "tests/zx-test.h"

/* ---- ticks -------------------------------------------------------------------------------- */

static void
assert_ticks (double low, double high, guint max_ticks, const double *expected, guint n_expected)
{
  double ticks[20];
  guint n = zx_nice_ticks (low, high, max_ticks, ticks);
  g_assert_cmpuint (n, ==, n_expected);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (ticks[i], expected[i], 1e-9 * MAX (fabs (expected[i]), 1));
}

/* Sites are 1, 2, 3, never 1.5. */
static void
test_whole_axes_have_whole_ticks (void)
{
  static const double ranges[][2]
      = { { 1, 2 }, { 1, 3 }, { 0, 7 }, { 0.2, 0.8 }, { 1, 500 }, { -3, 2 }, { 0, 1e15 } };
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    for (guint most = 2; most <= 10; most++)
      {
        ZxAxis axis = { .low = ranges[i][0], .high = ranges[i][1], .is_whole = TRUE };
        zx_axis_set_ticks (&axis, most);
        g_assert_cmpuint (axis.n_ticks, <=, most);
        for (guint k = 0; k < axis.n_ticks; k++)
          g_assert_cmpfloat (axis.tick[k], ==, floor (axis.tick[k]));
        zx_axis_span_round (&axis, ranges[i][0], ranges[i][1], most);
        g_assert_cmpuint (axis.n_ticks, >=, 2);
        for (guint k = 0; k < axis.n_ticks; k++)
          g_assert_cmpfloat (axis.tick[k], ==, floor (axis.tick[k]));
      }
}

static void
test_ticks_are_the_ones_people_write (void)
{
  assert_ticks (0, 10, 6, (const double[]){ 0, 2, 4, 6, 8, 10 }, 6);
  assert_ticks (0, 10, 5, (const double[]){ 0, 2.5, 5, 7.5, 10 }, 5);
  assert_ticks (-1, 1, 5, (const double[]){ -1, -0.5, 0, 0.5, 1 }, 5);
  assert_ticks (0.13, 0.37, 6, (const double[]){ 0.15, 0.2, 0.25, 0.3, 0.35 }, 5);
  assert_ticks (7, 7, 5, (const double[]){ 7 }, 1);
  assert_ticks (NAN, 1, 5, NULL, 0);
  assert_ticks (0, INFINITY, 5, NULL, 0);
  assert_ticks (2, 1, 5, NULL, 0);
  assert_ticks (0, 1, 0, NULL, 0);
}

static void
test_ticks_lie_within_and_are_never_too_many (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 3000; round++)
    {
      double size = pow (10, 12 * zx_rng_uniform (&rng) - 6);
      double low = size * zx_rng_normal (&rng), high = low + size * zx_rng_exponential (&rng);
      guint max_ticks = 2 + zx_rng_below (&rng, 12);
      double ticks[16];
      guint n = zx_nice_ticks (low, high, max_ticks, ticks);
      g_assert_cmpuint (n, <=, max_ticks);
      for (guint i = 0; i < n; i++)
        {
          double slack = 1e-6 * (high - low) + 1e-12 * fabs (low);
          g_assert_true (ticks[i] >= low - slack && ticks[i] <= high + slack);
          g_assert_true (i == 0 || ticks[i] > ticks[i - 1]);
        }
    }
}

static void
test_rounded_axis_holds_the_data_with_little_to_spare (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint round = 0; round < 2000; round++)
    {
      ZxAxis axis = { 0 };
      double low = 100 * zx_rng_normal (&rng), high = low + 100 * zx_rng_exponential (&rng);
      zx_axis_span_round (&axis, low, high, 6);
      g_assert_cmpfloat (axis.low, <=, low + 1e-9);
      g_assert_cmpfloat (axis.high, >=, high - 1e-9);
      g_assert_cmpuint (axis.n_ticks, >=, 2);
      g_assert_cmpuint (axis.n_ticks, <=, 10); /* 6, two to save room, two by rounding */
      g_assert_cmpfloat_with_epsilon (axis.tick[0], axis.low, 1e-6);
      g_assert_cmpfloat_with_epsilon (axis.tick[axis.n_ticks - 1], axis.high, 1e-6);
    }
}

static void
test_axis_of_500_ends_at_500 (void)
{
  for (guint max_ticks = 4; max_ticks < 9; max_ticks++)
    {
      ZxAxis axis = { 0 };
      zx_axis_span_round (&axis, 0, 500, max_ticks);
      g_assert_cmpfloat (axis.low, ==, 0);
      g_assert_cmpfloat (axis.high, ==, 500);
    }
}

static void
test_tick_texts_have_the_decimals_of_their_step (void)
{
  const struct
  {
    double value, step;
    const char *text;
  } cases[] = { { 0.5, 0.25, "0.50" },
                { 3, 1, "3" },
                { -2.5, 2.5, "−2.5" },
                { 12000, 500, "12\u202f000" },
                { 0.1 + 0.2, 0.1, "0.3" } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = zx_tick_text (cases[i].value, cases[i].step);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* ---- charts ------------------------------------------------------------------------------- */

static void
test_a_bar_reaches_its_value (void)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 200, 200);
  cairo_t *cr = cairo_create (image);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  const ZxChartFrame frame = { .x = 0, .y = 0, .width = 200, .height = 200 };
  const char *categories[] = { "" };
  const double value[] = { 50 }, whole[] = { 100 };
  int heights[2] = { 0, 0 };
  for (guint i = 0; i < 2; i++)
    {
      cairo_set_source_rgb (cr, 1, 1, 1);
      cairo_paint (cr);
      const double both[] = { i == 0 ? value[0] : whole[0], 100 };
      const char *two[] = { categories[0], "" };
      zx_chart_bars (cr, &frame, two, 2, NULL, 1, both, FALSE);
      cairo_surface_flush (image);
      guint32 bar = zx_colour_premultiplied (zx_series_colour (0, FALSE));
      for (int y = 0; y < 200; y++)
        heights[i] += carto_pixel (image, 65, y) == bar ? 1 : 0;
    }
  g_assert_cmpint (heights[1], >, 150);
  g_assert_cmpint (abs (heights[1] - 2 * heights[0]), <=, 2);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
}

static void
paint_charts (cairo_t *cr, gpointer data)
{
  const ZxChartFrame *frame = data;
  const double x[] = { 0, 1, 2, NAN, 4 }, y[] = { 3, NAN, 5, 6, INFINITY },
               same[] = { 7, 7, 7, 7, 7 };
  const double none[] = { NAN, NAN, NAN, NAN, NAN };
  const char *labels[] = { "历下区", "一个非常非常非常长的类别名称", "", "a", "\xff" };
  double calendar[48];
  for (guint i = 0; i < 48; i++)
    calendar[i] = i % 5 == 0 ? NAN : i;
  const ZxColourScale scale = { ZX_RAMP_VIRIDIS, 0, 40, FALSE, NAN };
  const ZxSeries series[] = { { "甲", 5, x, y, y, same, FALSE },
                              { "乙", 5, x, same, NULL, NULL, TRUE },
                              { NULL, 5, x, none, none, none, FALSE },
                              { "丙", 1, x, y, NULL, NULL, FALSE },
                              { "空", 0, NULL, NULL, NULL, NULL, FALSE } };
  for (guint n = 0; n <= G_N_ELEMENTS (series); n++)
    zx_chart_lines (cr, frame, series, n);
  zx_chart_lines (cr, frame, series + 3, 1);
  for (guint n = 0; n <= 5; n++)
    {
      zx_chart_bars (cr, frame, labels, n, labels, n > 0 ? 5 / n : 0, same, n % 2 == 0);
      zx_chart_bars (cr, frame, labels, n, NULL, 1, none, n % 2 == 0);
      zx_chart_intervals (cr, frame, labels, n, y, same, same, NAN);
      zx_chart_intervals (cr, frame, labels, n, none, none, none, 0);
      zx_chart_histogram (cr, frame, x, y, n < 5 ? n : 4);
      zx_chart_histogram (cr, frame, none, none, n < 5 ? n : 4);
      zx_chart_scatter (cr, frame, x, y, n, n % 2 == 0, TRUE);
      zx_chart_scatter (cr, frame, same, same, n, n % 2 == 0, n % 3 == 0);
      zx_chart_tornado (cr, frame, labels, n, y, same, 5);
      zx_chart_tornado (cr, frame, labels, n, none, none, NAN);
    }
  zx_chart_heat_calendar (cr, frame, labels, 2, calendar, &scale);
  zx_chart_heat_calendar (cr, frame, labels, 0, NULL, &scale);
}

static void
test_degenerate_charts_paint_something_or_nothing (void)
{
  const double sizes[][2] = { { 200, 120 }, { 0, 0 },    { 30, 30 },    { NAN, 100 },
                              { 1e9, 100 }, { 25, 300 }, { 300, 24.5 }, { -5, -5 } };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      ZxChartFrame frame = { 5, 5, sizes[i][0], sizes[i][1], "标题", "小时", "kW", i % 2 == 0, 6 };
      cairo_surface_destroy (carto_image (220, 140, paint_charts, &frame));
    }
}

static void
test_same_charts_same_bytes (void)
{
  ZxChartFrame frame = { 5, 5, 200, 120, "标题 Title", "小时", "kW", FALSE, 6 };
  g_autoptr (GByteArray) first = carto_pdf (220, 140, paint_charts, &frame);
  g_autoptr (GByteArray) second = carto_pdf (220, 140, paint_charts, &frame);
  g_assert_cmpmem (first->data, first->len, second->data, second->len);
}

static void
test_a_million_points_make_a_small_page (void)
{
  guint n = 1000000;
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint i = 0; i < n; i++)
    {
      x[i] = zx_rng_normal (&rng);
      y[i] = x[i] + zx_rng_normal (&rng);
    }
  cairo_surface_t *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, NULL);
  cairo_t *cr = cairo_create (surface);
  const ZxChartFrame frame = { 0, 0, 150, 150, "散点", "x", "y", FALSE, 0 };
  gint64 start = g_get_monotonic_time ();
  zx_chart_scatter (cr, &frame, x, y, n, FALSE, TRUE);
  g_test_message ("1 M points: %.0f ms", (double) (g_get_monotonic_time () - start) / 1000);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/carto/ticks/whole-axes-have-whole-ticks", test_whole_axes_have_whole_ticks);
  g_test_add_func ("/carto/ticks/are-the-ones-people-write", test_ticks_are_the_ones_people_write);
  g_test_add_func ("/carto/ticks/lie-within-and-are-never-too-many",
                   test_ticks_lie_within_and_are_never_too_many);
  g_test_add_func ("/carto/axis/rounded-axis-holds-the-data-with-little-to-spare",
                   test_rounded_axis_holds_the_data_with_little_to_spare);
  g_test_add_func ("/carto/axis/of-500-ends-at-500", test_axis_of_500_ends_at_500);
  g_test_add_func ("/carto/axis/tick-texts-have-the-decimals-of-their-step",
                   test_tick_texts_have_the_decimals_of_their_step);
  g_test_add_func ("/carto/chart/a-bar-reaches-its-value", test_a_bar_reaches_its_value);
  g_test_add_func ("/carto/chart/degenerate-charts-paint-something-or-nothing",
                   test_degenerate_charts_paint_something_or_nothing);
  g_test_add_func ("/carto/chart/same-charts-same-bytes", test_same_charts_same_bytes);
  g_test_add_func ("/carto/chart/a-million-points-make-a-small-page",
                   test_a_million_points_make_a_small_page);
  return g_test_run ();
}
