/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A wide plate has its legend on the right, a narrow one below: the map keeps the larger part
 * either way. */

#include "app/report/zx-plate.h"

#define MOST_LAYERS  4
#define WIDE_PLATE   330.0 /* points; from here on the legend stands beside the map */
#define LEGEND_WIDTH 112.0
#define LEGEND_GAP   12.0
#define DEVICE_SCALE 3.0 /* 216 dpi: heat is smooth, and 300 dpi doubles the file */
#define MARGIN_SHARE 0.03
#define LINE_WIDTH   1.2

typedef struct
{
  ZxSymbol symbol;
  guint n;
  double *x_m, *y_m, *size;
  const char **label;
  float *value;
  ZxColourScale scale;
  gboolean has_scale;
  const char *name;
} Layer;

struct _ZxPlate
{
  const ZxCity *city;
  ZxBaseStyle style;
  const char *attribution, *note, *title, *exclusions;
  double min_x_m, min_y_m, max_x_m, max_y_m;
  const ZxField *field;
  ZxGeometry areas;
  float *area_value;
  ZxColourScale scale;
  gboolean has_scale, is_legend_hidden;
  ZxGeometry lines;
  float *line_value;
  ZxColourScale line_scale;
  const char *line_title;
  Layer layers[MOST_LAYERS];
  guint n_layers;
};

ZxPlate *
zx_plate_new (const ZxCity *city, ZxBaseStyle style, const char *attribution)
{
  ZxPlate *self = g_new0 (ZxPlate, 1);
  double margin
      = MARGIN_SHARE * fmax (city->max_x_m - city->min_x_m, city->max_y_m - city->min_y_m);
  self->city = city;
  self->style = style;
  self->attribution = attribution;
  self->min_x_m = city->min_x_m - margin;
  self->min_y_m = city->min_y_m - margin;
  self->max_x_m = city->max_x_m + margin;
  self->max_y_m = city->max_y_m + margin;
  return self;
}

void
zx_plate_free (gpointer plate)
{
  ZxPlate *self = plate;
  for (guint i = 0; i < self->n_layers; i++)
    {
      g_free (self->layers[i].x_m);
      g_free (self->layers[i].y_m);
      g_free (self->layers[i].size);
      g_free (self->layers[i].label);
      g_free (self->layers[i].value);
    }
  zx_geometry_clear (&self->areas);
  g_free (self->area_value);
  zx_geometry_clear (&self->lines);
  g_free (self->line_value);
  g_free (self);
}

void
zx_plate_look_at (ZxPlate *self, double x_m, double y_m, double radius_m)
{
  self->min_x_m = x_m - radius_m;
  self->max_x_m = x_m + radius_m;
  self->min_y_m = y_m - radius_m;
  self->max_y_m = y_m + radius_m;
}

void
zx_plate_set_field (ZxPlate *self, const ZxField *field, const ZxColourScale *scale,
                    const char *title)
{
  self->field = field;
  self->scale = *scale;
  self->has_scale = TRUE;
  self->title = title;
}

void
zx_plate_set_areas (ZxPlate *self, ZxGeometry *geometry, const float *value,
                    const ZxColourScale *scale, const char *title)
{
  self->areas = *geometry;
  *geometry = (ZxGeometry){ 0 };
  self->area_value = g_memdup2 (value, self->areas.n_rows * sizeof *value);
  self->scale = *scale;
  self->has_scale = TRUE;
  self->title = title;
}

void
zx_plate_set_lines (ZxPlate *self, ZxGeometry *geometry, const float *value,
                    const ZxColourScale *scale, const char *title)
{
  self->lines = *geometry;
  *geometry = (ZxGeometry){ 0 };
  if (value == NULL || scale == NULL)
    return;
  self->line_value = g_memdup2 (value, self->lines.n_rows * sizeof *value);
  self->line_scale = *scale;
  self->line_title = title;
}

void
zx_plate_add_points (ZxPlate *self, ZxSymbol symbol, guint n, const double *x_m, const double *y_m,
                     const double *size, const char *const *label, const float *value,
                     const ZxColourScale *scale, const char *name)
{
  g_return_if_fail (self->n_layers < MOST_LAYERS);
  Layer *layer = &self->layers[self->n_layers++];
  layer->symbol = symbol;
  layer->n = n;
  layer->x_m = g_memdup2 (x_m, n * sizeof *x_m);
  layer->y_m = g_memdup2 (y_m, n * sizeof *y_m);
  layer->size = size != NULL ? g_memdup2 (size, n * sizeof *size) : NULL;
  layer->label = label != NULL ? g_memdup2 (label, n * sizeof *label) : NULL;
  layer->value = value != NULL ? g_memdup2 (value, n * sizeof *value) : NULL;
  layer->has_scale = scale != NULL;
  if (scale != NULL)
    layer->scale = *scale;
  layer->name = name;
}

static gboolean
shows_exclusions (const ZxPlate *self)
{
  const ZxAreas *areas = &self->city->areas;
  for (guint i = 0; self->exclusions != NULL && i < areas->n; i++)
    for (gsize part = areas->polygons.part_first[i];
         areas->kind[i] == ZX_AREA_EXCLUSION && part < areas->polygons.part_first[i + 1]; part++)
      for (gsize p = areas->polygons.point_first[part]; p < areas->polygons.point_first[part + 1];
           p++)
        if (areas->polygons.x[p] >= self->min_x_m && areas->polygons.x[p] <= self->max_x_m
            && areas->polygons.y[p] >= self->min_y_m && areas->polygons.y[p] <= self->max_y_m)
          return TRUE;
  return FALSE;
}

void
zx_plate_set_exclusions (ZxPlate *self, const char *name)
{
  self->exclusions = name;
}

void
zx_plate_set_note (ZxPlate *self, const char *note)
{
  self->note = note;
}

void
zx_plate_hide_legend (ZxPlate *self)
{
  self->is_legend_hidden = TRUE;
}

/* ---- legend ------------------------------------------------------------------------------- */

typedef struct
{
  ZxLegend legend;
  ZxSymbol symbols[MOST_LAYERS + 1];
  const char *labels[MOST_LAYERS + 1];
} Key;

/* Colours of symbols take the scale's place when nothing else is coloured. */
static void
fill_key (const ZxPlate *self, Key *key)
{
  key->legend = (ZxLegend){ self->title, self->has_scale ? &self->scale : NULL,
                            0,           key->symbols,
                            key->labels, self->note };
  if (key->legend.scale == NULL && self->line_value != NULL)
    {
      key->legend.scale = &self->line_scale;
      key->legend.title = self->line_title;
    }
  for (guint i = 0; i < self->n_layers; i++)
    {
      const Layer *layer = &self->layers[i];
      if (layer->has_scale && key->legend.scale == NULL)
        {
          key->legend.scale = &layer->scale;
          key->legend.title = layer->name;
        }
      else if (layer->name != NULL && layer->n > 0)
        {
          key->symbols[key->legend.n_symbols] = layer->symbol;
          key->labels[key->legend.n_symbols++] = layer->name;
        }
    }
  if (shows_exclusions (self))
    {
      key->symbols[key->legend.n_symbols] = ZX_SYMBOL_EXCLUSION;
      key->labels[key->legend.n_symbols++] = self->exclusions;
    }
}

static gboolean
has_legend (const ZxPlate *self, const Key *key)
{
  return !self->is_legend_hidden
         && (key->legend.scale != NULL || key->legend.n_symbols > 0 || key->legend.note != NULL);
}

/* ---- painting ----------------------------------------------------------------------------- */

static void
paint_layer (cairo_t *cr, const ZxMapView *view, const Layer *layer)
{
  ZxMapPoints points = { layer->symbol, layer->n,
                         layer->x_m,    layer->y_m,
                         layer->size,   (const char *const *) layer->label,
                         layer->value,  layer->has_scale ? &layer->scale : NULL };
  if (layer->n > 0)
    zx_map_paint_points (cr, view, &points);
}

static void
paint_map (cairo_t *cr, const ZxPlate *self, double x, double y, double width, double height)
{
  ZxMapView view = zx_map_view_fit (x, y, width, height, self->min_x_m, self->min_y_m,
                                    self->max_x_m, self->max_y_m);
  view.device_scale = DEVICE_SCALE;
  gboolean is_plain = self->field == NULL && self->area_value == NULL;
  if (is_plain)
    {
      zx_map_paint_ground (cr, &view, self->city, self->style);
      if (self->exclusions != NULL)
        zx_map_paint_exclusions (cr, &view, self->city);
      zx_map_paint_roads (cr, &view, self->city, self->style);
      zx_map_paint_names (cr, &view, self->city, self->style);
    }
  else
    zx_map_paint_base (cr, &view, self->city, self->style);
  if (self->field != NULL)
    zx_map_paint_field (cr, &view, self->field, &self->scale, 0.85);
  if (self->area_value != NULL)
    zx_map_paint_choropleth (cr, &view, &self->areas, self->area_value, &self->scale, 0.78);
  if (!is_plain && self->exclusions != NULL)
    zx_map_paint_exclusions (cr, &view, self->city);
  if (!is_plain)
    zx_map_paint_roads (cr, &view, self->city, ZX_BASE_QUIET);
  if (self->lines.kind == ZX_GEOMETRY_LINE)
    zx_map_paint_lines (cr, &view, &self->lines, self->line_value,
                        self->line_value != NULL ? &self->line_scale : NULL, LINE_WIDTH);
  for (guint i = 0; i < self->n_layers; i++)
    paint_layer (cr, &view, &self->layers[i]);
  zx_map_paint_frame (cr, &view, self->attribution);
}

void
zx_plate_paint (cairo_t *cr, double x, double y, double width, double height, gpointer plate)
{
  const ZxPlate *self = plate;
  Key key;
  fill_key (self, &key);
  if (!has_legend (self, &key))
    paint_map (cr, self, x, y, width, height);
  else if (width >= WIDE_PLATE)
    {
      double map_width = width - LEGEND_WIDTH - LEGEND_GAP;
      paint_map (cr, self, x, y, map_width, height);
      zx_map_paint_legend (cr, x + map_width + LEGEND_GAP, y, LEGEND_WIDTH, &key.legend);
    }
  else
    {
      double legend = zx_map_paint_legend (NULL, 0.0, 0.0, width, &key.legend);
      double map_height = fmax (height - legend - 8.0, height * 0.4);
      paint_map (cr, self, x, y, width, map_height);
      zx_map_paint_legend (cr, x, y + map_height + 8.0, width, &key.legend);
    }
}

double
zx_plate_height (const ZxPlate *self, double width, double least, double most)
{
  Key key;
  fill_key (self, &key);
  double legend = 0.0, map_width = width;
  if (has_legend (self, &key) && width >= WIDE_PLATE)
    map_width -= LEGEND_WIDTH + LEGEND_GAP;
  else if (has_legend (self, &key))
    legend = zx_map_paint_legend (NULL, 0.0, 0.0, width, &key.legend) + 8.0;
  double aspect = (self->max_y_m - self->min_y_m) / fmax (1.0, self->max_x_m - self->min_x_m);
  return CLAMP (map_width * aspect + legend, least, most);
}
