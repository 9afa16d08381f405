/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "carto-city.h"

#include <cairo-pdf.h>

/* Only under the leak sanitizer: cairo 1.16 loses an array for each font it embeds in a PDF, and
 * the trace of it ends in our call. */
void __lsan_disable (void) __attribute__ ((weak));
void __lsan_enable (void) __attribute__ ((weak));

static void
finish_pdf (cairo_surface_t *surface)
{
  if (__lsan_disable != NULL)
    __lsan_disable ();
  cairo_surface_finish (surface);
  if (__lsan_enable != NULL)
    __lsan_enable ();
}

#define MIDDLE_X 500000.0
#define MIDDLE_Y 4060000.0

typedef struct
{
  ZxRoadClass road_class;
  guint8 flags;
  gint8 level;
  const char *name;
  guint n;
  double at[8]; /* x, y in km from the middle */
} HandRoad;

static const HandRoad hand_roads[] = {
  { ZX_ROAD_MOTORWAY, 0, 0, "绕城高速", 3, { -5, 0, 0, 0, 5, 0 } },
  { ZX_ROAD_PRIMARY, 0, 0, "文化东路", 3, { -2, -5, -2, -0.4, -2, -0.3 } },
  { ZX_ROAD_PRIMARY, ZX_ROAD_IS_BRIDGE, 1, "文化东路", 2, { -2, -0.3, -2, 0.3 } },
  { ZX_ROAD_PRIMARY, 0, 0, "文化东路", 2, { -2, 0.3, -2, 5 } },
  { ZX_ROAD_SECONDARY, 0, 0, "解放路", 4, { -5, 2, -1, 2.2, 2, 1.8, 5, 2 } },
  { ZX_ROAD_SECONDARY, ZX_ROAD_IS_TUNNEL, -1, "", 2, { 2, -4, 4, -4 } },
  { ZX_ROAD_TRUNK, 0, 0, "北园大街", 3, { -5, -2.5, 1, -2.5, 5, -1.5 } },
  { ZX_ROAD_RESIDENTIAL, 0, 0, "", 2, { -4, -4, -3, -4 } },
  { ZX_ROAD_SERVICE, 0, 0, "", 2, { -4, -4.2, -3, -4.2 } },
  { ZX_ROAD_PATH, 0, 0, "", 2, { -4, -4.4, -3, -4.4 } },
  { ZX_ROAD_MOTORWAY, ZX_ROAD_IS_LINK, 0, "", 3, { -1, 0, -1.4, 0.5, -2, 1 } },
};

typedef struct
{
  ZxAreaKind kind;
  const char *name;
  double min_x, min_y, max_x, max_y; /* km from the middle */
} HandArea;

static const HandArea hand_areas[] = {
  { ZX_AREA_BOUNDARY, "", -4.8, -4.8, 4.8, 4.8 },  { ZX_AREA_DISTRICT, "历下区", -4.8, -4.8, 0, 0 },
  { ZX_AREA_DISTRICT, "市中区", 0, -4.8, 4.8, 0 }, { ZX_AREA_DISTRICT, "槐荫区", -4.8, 0, 0, 4.8 },
  { ZX_AREA_DISTRICT, "天桥区", 0, 0, 4.8, 4.8 },  { ZX_AREA_WATER, "大明湖", 2, 2.5, 4, 4 },
  { ZX_AREA_GREEN, "千佛山", -4, -2, -3, -1 },
};

static void
add_hand_roads (ZxCity *city)
{
  ZxGeometryBuilder builder;
  gsize n = G_N_ELEMENTS (hand_roads);
  g_assert_true (zx_roads_alloc (&city->roads, n, NULL));
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (gsize i = 0; i < n; i++)
    {
      const HandRoad *road = &hand_roads[i];
      city->roads.road_class[i] = (guint8) road->road_class;
      city->roads.flags[i] = road->flags;
      city->roads.level[i] = road->level;
      city->roads.name[i] = zx_pool_add (city->pool, road->name);
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint k = 0; k < road->n; k++)
        zx_geometry_builder_point (&builder, MIDDLE_X + 1000 * road->at[2 * k],
                                   MIDDLE_Y + 1000 * road->at[2 * k + 1]);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &city->roads.lines);
}

static void
add_hand_areas (ZxCity *city)
{
  ZxGeometryBuilder builder;
  guint n = G_N_ELEMENTS (hand_areas);
  g_assert_true (zx_areas_alloc (&city->areas, n, NULL));
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint i = 0; i < n; i++)
    {
      const HandArea *area = &hand_areas[i];
      const double x[] = { area->min_x, area->max_x, area->max_x, area->min_x, area->min_x };
      const double y[] = { area->min_y, area->min_y, area->max_y, area->max_y, area->min_y };
      city->areas.kind[i] = (guint8) area->kind;
      city->areas.name[i] = zx_pool_add (city->pool, area->name);
      zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint k = 0; k < 5; k++)
        zx_geometry_builder_point (&builder, MIDDLE_X + 1000 * x[k], MIDDLE_Y + 1000 * y[k]);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &city->areas.polygons);
}

static ZxCity *
city_new (void)
{
  ZxCity *city = zx_city_new ();
  city->origin_x_m = MIDDLE_X;
  city->origin_y_m = MIDDLE_Y;
  city->min_x_m = MIDDLE_X - 5000;
  city->max_x_m = MIDDLE_X + 5000;
  city->min_y_m = MIDDLE_Y - 5000;
  city->max_y_m = MIDDLE_Y + 5000;
  return city;
}

static ZxCity *
sealed (ZxCity *city)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (zx_city_seal (city, &error));
  g_assert_no_error (error);
  return city;
}

ZxCity *
carto_city (void)
{
  ZxCity *city = city_new ();
  add_hand_roads (city);
  add_hand_areas (city);
  g_assert_true (zx_stations_alloc (&city->stations, 3, NULL));
  for (guint i = 0; i < 3; i++)
    {
      city->stations.x_m[i] = MIDDLE_X + 1000.0 * i;
      city->stations.y_m[i] = MIDDLE_Y - 1000;
    }
  return sealed (city);
}

ZxCity *
carto_empty_city (void)
{
  return sealed (city_new ());
}

ZxCity *
carto_random_city (gsize n, guint64 seed)
{
  ZxCity *city = city_new ();
  ZxRng rng = zx_rng_new (seed);
  ZxGeometryBuilder builder;
  double x = MIDDLE_X, y = MIDDLE_Y;
  g_assert_true (zx_roads_alloc (&city->roads, n, NULL));
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_LINE);
  for (gsize i = 0; i < n; i++)
    {
      if (i % 20 == 0) /* a new road; the rows between continue it */
        {
          x = MIDDLE_X + 10000 * (zx_rng_uniform (&rng) - 0.5);
          y = MIDDLE_Y + 10000 * (zx_rng_uniform (&rng) - 0.5);
        }
      city->roads.road_class[i] = (guint8) (i / 20 % ZX_N_ROAD_CLASSES);
      city->roads.name[i] = zx_pool_add (city->pool, i / 20 % 3 == 0 ? "经十路" : "Ring road");
      zx_geometry_builder_begin_part (&builder, FALSE);
      zx_geometry_builder_point (&builder, x, y);
      for (guint k = 0; k < 4; k++)
        {
          x += 30 * zx_rng_normal (&rng);
          y += 30 * zx_rng_normal (&rng);
          zx_geometry_builder_point (&builder, x, y);
        }
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &city->roads.lines);
  return sealed (city);
}

/* ---- surfaces ----------------------------------------------------------------------------- */

cairo_surface_t *
carto_image (int width, int height, CartoPaint paint, gpointer data)
{
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (image);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  paint (cr, data);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (image);
  return image;
}

guint32
carto_pixel (cairo_surface_t *image, int x, int y)
{
  g_assert_true (x >= 0 && y >= 0 && x < cairo_image_surface_get_width (image)
                 && y < cairo_image_surface_get_height (image));
  const guchar *row
      = cairo_image_surface_get_data (image) + (gsize) y * cairo_image_surface_get_stride (image);
  return ((const guint32 *) (gconstpointer) row)[x];
}

static cairo_status_t
on_pdf_write_cb (void *data, const guchar *bytes, unsigned int n)
{
  g_byte_array_append (data, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

GByteArray *
carto_pdf (double width, double height, CartoPaint paint, gpointer data)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface
      = cairo_pdf_surface_create_for_stream (on_pdf_write_cb, bytes, width, height);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "2024-05-01T00:00:00Z");
  cairo_t *cr = cairo_create (surface);
  paint (cr, data);
  cairo_show_page (cr);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  finish_pdf (surface);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
  return bytes;
}
