/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a map costs: a view over a million road segments as a window's worker repaints it, beside
 * painting every road as it is; a heat texture of 2 Mpx, beside asking zx_field_at() for every
 * pixel; the size and time of a PDF page. */

#include "app/carto/zx-carto.h"

#include <cairo-pdf.h>

#include "tests/bench/zx-bench.h"

#define SIDE_M 60000.0
#define WIDTH  1600
#define HEIGHT 1300
#define ROUNDS 5

/* Streets on a bent lattice, each cut into rows of 1 to 4 segments; every 4th is tertiary, every
 * 12th secondary, every 36th primary, every 108th trunk. */
static ZxRoadClass
class_of_street (guint street)
{
  return street % 108 == 0  ? ZX_ROAD_TRUNK
         : street % 36 == 0 ? ZX_ROAD_PRIMARY
         : street % 12 == 0 ? ZX_ROAD_SECONDARY
         : street % 4 == 0  ? ZX_ROAD_TERTIARY
                            : ZX_ROAD_RESIDENTIAL;
}

static void
add_street (ZxGeometryBuilder *builder, GArray *classes, guint street, guint n_steps,
            gboolean is_vertical, double across_m, ZxRng *rng)
{
  guint8 road_class = (guint8) class_of_street (street);
  guint left_in_row = 0;
  for (guint i = 0; i < n_steps; i++)
    {
      double along = SIDE_M * i / n_steps, bend = 300 * sin (along / 7000 + street);
      double x = is_vertical ? across_m + bend : along, y = is_vertical ? along : across_m + bend;
      zx_geometry_builder_point (builder, x + 3 * zx_rng_normal (rng), y + 3 * zx_rng_normal (rng));
      if (left_in_row-- > 0)
        continue;
      if (i > 0)
        {
          zx_geometry_builder_end_row (builder);
          g_array_append_val (classes, road_class);
        }
      if (i + 1 == n_steps)
        return;
      left_in_row = 1 + zx_rng_below (rng, 4);
      zx_geometry_builder_begin_part (builder, FALSE);
      zx_geometry_builder_point (builder, x, y);
    }
}

static ZxCity *
big_city (gsize n_segments)
{
  ZxCity *city = zx_city_new ();
  ZxGeometryBuilder builder;
  ZxRng rng = zx_rng_new (1);
  GArray *classes = g_array_new (FALSE, FALSE, 1);
  guint n_streets = (guint) sqrt ((double) n_segments / 2), n_steps = n_streets;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (guint k = 0; k < 2 * n_streets; k++)
    add_street (&builder, classes, k / 2, n_steps, k % 2 == 0, SIDE_M * (k / 2 + 0.5) / n_streets,
                &rng);
  while (builder.part_first->len - 1 < builder.point_first->len)
    {
      guint8 last = ZX_ROAD_RESIDENTIAL;
      zx_geometry_builder_end_row (&builder);
      g_array_append_val (classes, last);
    }
  if (!zx_roads_alloc (&city->roads, classes->len, NULL))
    g_error ("no memory for the roads");
  memcpy (city->roads.road_class, classes->data, classes->len);
  zx_geometry_builder_finish (&builder, &city->roads.lines);
  city->roads.n = MIN (city->roads.n, city->roads.lines.n_rows);
  city->max_x_m = city->max_y_m = SIDE_M;
  g_array_unref (classes);
  return city;
}

static double
median (double *times, guint n)
{
  for (guint i = 1; i < n; i++)
    for (guint k = i; k > 0 && times[k] < times[k - 1]; k--)
      {
        double kept = times[k];
        times[k] = times[k - 1];
        times[k - 1] = kept;
      }
  return times[n / 2];
}

/* ---- roads -------------------------------------------------------------------------------- */

/* The plain way: every row as it is, one stroke each, all casings of a class before its fills,
 * small classes first. */
static void
paint_every_row (cairo_t *cr, const ZxMapView *view, const ZxCity *city, guint8 road_class,
                 double width, double grey)
{
  const ZxGeometry *lines = &city->roads.lines;
  cairo_set_source_rgb (cr, grey, grey, grey);
  cairo_set_line_width (cr, width);
  for (gsize row = 0; row < city->roads.n; row++)
    for (gsize part = lines->part_first[row];
         city->roads.road_class[row] == road_class && part < lines->part_first[row + 1]; part++)
      {
        for (gsize i = lines->point_first[part]; i < lines->point_first[part + 1]; i++)
          {
            double x, y;
            zx_map_view_to_page (view, lines->x[i], lines->y[i], &x, &y);
            cairo_line_to (cr, x, y);
          }
        cairo_stroke (cr);
      }
}

static void
paint_plainly (cairo_t *cr, const ZxMapView *view, const ZxCity *city)
{
  for (int road_class = ZX_ROAD_RESIDENTIAL; road_class >= 0; road_class--)
    {
      paint_every_row (cr, view, city, (guint8) road_class, 2, 0.5);
      paint_every_row (cr, view, city, (guint8) road_class, 1, 0.9);
    }
}

static void
time_view (const ZxCity *city, double metres_per_unit, const char *what)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (image);
  ZxMapView view = zx_map_view_fit (0, 0, WIDTH, HEIGHT, 0, 0, SIDE_M, SIDE_M);
  double times[ROUNDS], cpu[ROUNDS];
  view.metres_per_unit = metres_per_unit;
  view.device_scale = 1;
  for (guint i = 0; i < ROUNDS; i++)
    {
      double start = zx_bench_ms (), start_cpu = zx_bench_cpu_ms ();
      zx_map_paint_base (cr, &view, city, ZX_BASE_FULL);
      times[i] = zx_bench_ms () - start;
      cpu[i] = zx_bench_cpu_ms () - start_cpu;
    }
  double start_cpu = zx_bench_cpu_ms ();
  paint_plainly (cr, &view, city);
  double plain = zx_bench_cpu_ms () - start_cpu, middle = median (times, ROUNDS),
         work = median (cpu, ROUNDS);
  g_print ("%-14s %5.1f m/px  %6.1f ms (%.1f to %.1f), CPU %6.1f ms; plainly CPU %7.1f ms, ratio "
           "%.1f\n",
           what, metres_per_unit, middle, times[0], times[ROUNDS - 1], work, plain, plain / work);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
}

static cairo_status_t
on_pdf_write_cb (void *data, const guchar *bytes, unsigned int n)
{
  *(gsize *) data += n;
  return CAIRO_STATUS_SUCCESS;
}

static void
time_page (const ZxCity *city, double metres_per_unit)
{
  gsize n_bytes = 0;
  double start = zx_bench_ms ();
  cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream (on_pdf_write_cb, &n_bytes, 595, 842);
  cairo_t *cr = cairo_create (pdf);
  ZxMapView view = zx_map_view_fit (40, 40, 515, 700, 0, 0, SIDE_M, SIDE_M);
  if (metres_per_unit > 0)
    view.metres_per_unit = metres_per_unit;
  zx_map_paint_base (cr, &view, city, ZX_BASE_FULL);
  cairo_show_page (cr);
  cairo_destroy (cr);
  cairo_surface_finish (pdf);
  cairo_surface_destroy (pdf);
  g_print ("PDF page                     %6.1f m/pt  %8.1f ms   %.2f MB\n", view.metres_per_unit,
           zx_bench_ms () - start, (double) n_bytes / 1e6);
}

/* ---- heat --------------------------------------------------------------------------------- */

static ZxField *
waves (guint n)
{
  ZxField *field = zx_field_new (0, 0, SIDE_M / n, n, n, "1", NULL);
  for (guint row = 0; row < n; row++)
    for (guint column = 0; column < n; column++)
      field->value[(gsize) row * n + column]
          = hypot (row - n / 2.0, column - n / 2.0) > 0.6 * n
                ? NAN
                : (float) (1 + sin (row * 0.05) * cos (column * 0.07));
  return field;
}

static double
naive_texture (cairo_surface_t *image, const ZxMapView *view, const ZxField *field,
               const ZxColourScale *scale)
{
  guchar *pixels = cairo_image_surface_get_data (image);
  int stride = cairo_image_surface_get_stride (image);
  double start = zx_bench_ms ();
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        double x_m = view->centre_x_m + (x + 0.5 - WIDTH / 2.0) * view->metres_per_unit;
        double y_m = view->centre_y_m - (y + 0.5 - HEIGHT / 2.0) * view->metres_per_unit;
        ZxColour colour = zx_colour_at (scale, zx_field_at (field, x_m, y_m));
        ((guint32 *) (gpointer) (pixels + (gsize) y * stride))[x]
            = (guint32) (colour.alpha * 255) << 24 | (guint32) (colour.red * 255) << 16
              | (guint32) (colour.green * 255) << 8 | (guint32) (colour.blue * 255);
      }
  return zx_bench_ms () - start;
}

static void
time_heat (gboolean is_sqrt)
{
  g_autoptr (ZxField) field = waves (600);
  ZxColourScale scale = { ZX_RAMP_HEAT, 0, 2, is_sqrt, 0.01 };
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (image);
  ZxMapView view = zx_map_view_fit (0, 0, WIDTH, HEIGHT, 0, 0, SIDE_M, SIDE_M);
  double times[ROUNDS];
  view.metres_per_unit = SIDE_M / WIDTH;
  view.device_scale = 1;
  for (guint i = 0; i < ROUNDS; i++)
    {
      double start = zx_bench_ms ();
      zx_map_paint_field (cr, &view, field, &scale, 0.8);
      times[i] = zx_bench_ms () - start;
    }
  double naive = naive_texture (image, &view, field, &scale), middle = median (times, ROUNDS);
  g_print (
      "heat texture %4.2f Mpx %-5s               %8.1f ms   pixel by pixel %9.1f ms   ratio %.1f\n",
      WIDTH * HEIGHT / 1e6, is_sqrt ? "sqrt" : "", middle, naive, naive / middle);
  cairo_destroy (cr);
  cairo_surface_destroy (image);
}

/* ---- stations ----------------------------------------------------------------------------- */

#define N_STATIONS 9318

/* In clusters, as charging stations stand, each with a name of its own. */
static void
time_stations (gboolean is_named)
{
  g_autofree double *x = g_new (double, N_STATIONS), *y = g_new (double, N_STATIONS);
  g_auto (GStrv) names = g_new0 (char *, N_STATIONS + 1);
  ZxRng rng = zx_rng_new (5);
  for (guint i = 0; i < N_STATIONS; i++)
    {
      x[i] = SIDE_M * (0.5 + 0.13 * zx_rng_normal (&rng));
      y[i] = SIDE_M * (0.5 + 0.13 * zx_rng_normal (&rng));
      names[i] = g_strdup_printf ("Station %u", i);
    }
  const ZxMapPoints points = { ZX_SYMBOL_STATION,
                               N_STATIONS,
                               x,
                               y,
                               NULL,
                               is_named ? (const char *const *) names : NULL,
                               NULL,
                               NULL };
  ZxMapView view = zx_map_view_fit (0, 0, WIDTH, HEIGHT, 0, 0, SIDE_M, SIDE_M);
  view.device_scale = 1;
  double times[ROUNDS];
  for (guint i = 0; i < ROUNDS; i++)
    {
      cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
      cairo_t *cr = cairo_create (image);
      double start = zx_bench_cpu_ms ();
      zx_map_paint_points (cr, &view, &points);
      times[i] = zx_bench_cpu_ms () - start;
      cairo_destroy (cr);
      cairo_surface_destroy (image);
    }
  g_print ("%d stations %-19s CPU %6.1f ms\n", N_STATIONS,
           is_named ? "with names" : "without names", median (times, ROUNDS));
}

int
main (void)
{
  time_stations (FALSE);
  time_stations (TRUE);
  g_autoptr (ZxCity) city = big_city (1000000);
  g_print ("%" G_GSIZE_FORMAT " roads, %" G_GSIZE_FORMAT " segments, %d x %d px, %u threads\n",
           city->roads.n, city->roads.lines.n_points - city->roads.lines.n_parts, WIDTH, HEIGHT,
           zx_parallel_threads ());
  time_view (city, SIDE_M / HEIGHT, "whole city");
  time_view (city, 15, "a third of it");
  time_view (city, 4, "a district");
  time_view (city, 1, "a quarter");
  time_page (city, 0);
  time_page (city, 25);
  time_page (city, 8);
  time_heat (FALSE);
  time_heat (TRUE);
  g_print ("peak memory %.0f MB\n", zx_bench_peak_mib ());
  return 0;
}
