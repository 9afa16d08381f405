/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may explain demand, per cell, from what the city has.
 *
 * A density or count x enters as log (x + h), h half the tenth percentile of its positive values
 * (half a pixel, so to speak: it keeps empty cells on the scale without making them outliers), and
 * is standardised over the cells.  Counts are taken within REACH_M of the centre, which is a walk
 * of a quarter of an hour.
 *
 * A column that is constant, or whose correlation with an earlier one exceeds COLLINEAR, is left
 * out with a finding: two such columns share one coefficient between them in a way no data can
 * tell.  The order of the columns is the order of trust.
 *
 * When it is wrong: covariates measured with error pull their coefficients towards zero; and supply
 * stands where demand was expected, so its coefficient says what goes along, not what causes. */

#include "app/demand/zx-catchments.h"

#define REACH_M      1000.0
#define PIECE_M      100.0 /* roads are counted in pieces of at most this */
#define COLLINEAR    0.95
#define LEAST_PRICES 5

typedef struct
{
  const ZxCells *cells;
  GPtrArray *name, *title;
  GArray *x, *mean, *sd; /* double */
  ZxFindings *findings;
} Columns;

void
zx_covariates_free (ZxCovariates *self)
{
  if (self == NULL)
    return;
  for (guint k = 0; k < self->n; k++)
    {
      g_free (self->name[k]);
      g_free (self->title[k]);
    }
  g_free (self->name);
  g_free (self->title);
  g_free (self->raw_mean);
  g_free (self->raw_sd);
  g_free (self->x);
  g_free (self);
}

/* ---- keeping or dropping a column --------------------------------------------------------- */

static void
tell_dropped (Columns *columns, const char *rule, const char *title, const char *twin)
{
  if (columns->findings == NULL)
    return;
  guint32 layer = zx_findings_layer (columns->findings, "cells");
  zx_findings_add (columns->findings, rule, layer, -1, 1, ZX_SEVERITY_NOTE, ZX_ACTION_SET_ASIDE,
                   title, twin);
}

/* The title of an earlier column that says the same, or NULL. */
static const char *
find_twin (const Columns *columns, const double *x)
{
  guint n = columns->cells->n;
  for (guint k = 0; k < columns->name->len; k++)
    {
      const double *other = &g_array_index (columns->x, double, (gsize) k *n);
      double sum = 0;
      for (guint c = 0; c < n; c++)
        sum += x[c] * other[c];
      if (fabs (sum / n) > COLLINEAR)
        return columns->title->pdata[k];
    }
  return NULL;
}

static void
add_column (Columns *columns, const char *name, const char *title, double *x)
{
  guint n = columns->cells->n;
  double mean = 0, sd = 0, size = 0;
  for (guint c = 0; c < n; c++)
    {
      mean += x[c] / n;
      size = MAX (size, fabs (x[c]));
    }
  for (guint c = 0; c < n; c++)
    sd += (x[c] - mean) * (x[c] - mean) / n;
  sd = sqrt (sd);
  if (!(sd > 1e-9 * (1 + size)))
    {
      tell_dropped (columns, "demand.covariate-constant", title, NULL);
      return;
    }
  for (guint c = 0; c < n; c++)
    x[c] = (x[c] - mean) / sd;
  const char *twin = find_twin (columns, x);
  if (twin != NULL)
    {
      tell_dropped (columns, "demand.covariate-dropped", title, twin);
      return;
    }
  g_array_append_vals (columns->x, x, n);
  g_array_append_val (columns->mean, mean);
  g_array_append_val (columns->sd, sd);
  g_ptr_array_add (columns->name, g_strdup (name));
  g_ptr_array_add (columns->title, g_strdup (title));
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* x ← log (x + half the tenth percentile of the positive ones); FALSE when none is positive. */
static gboolean
take_log (double *x, guint n)
{
  g_autofree double *positive = g_new (double, n);
  guint n_positive = 0;
  for (guint c = 0; c < n; c++)
    if (x[c] > 0 && isfinite (x[c]))
      positive[n_positive++] = x[c];
  if (n_positive == 0)
    return FALSE;
  qsort (positive, n_positive, sizeof *positive, compare_doubles);
  double half = 0.5 * positive[n_positive / 10];
  for (guint c = 0; c < n; c++)
    x[c] = log ((x[c] > 0 && isfinite (x[c]) ? x[c] : 0) + half);
  return TRUE;
}

static void
add_log_column (Columns *columns, const char *name, const char *title, double *x)
{
  if (take_log (x, columns->cells->n))
    add_column (columns, name, title, x);
}

/* ---- sums within reach -------------------------------------------------------------------- */

typedef struct
{
  const ZxCells *cells;
  const ZxPointIndex *index;
  const double *weight; /* NULL: count */
  double reach_m;
  double *sum;
} Reach;

typedef struct
{
  const double *weight;
  double sum;
} Sum;

static void
on_point_cb (gsize point, double distance_m, gpointer data)
{
  Sum *sum = data;
  sum->sum += sum->weight != NULL ? sum->weight[point] : 1;
}

static void
sum_some (gsize begin, gsize end, guint worker, gpointer data)
{
  const Reach *reach = data;
  for (gsize c = begin; c < end; c++)
    {
      Sum sum = { reach->weight, 0 };
      zx_point_index_within (reach->index, reach->cells->x_m[c], reach->cells->y_m[c],
                             reach->reach_m, on_point_cb, &sum);
      reach->sum[c] = sum.sum;
    }
}

static gboolean
sum_within (const ZxCells *cells, const double *x, const double *y, const double *weight, gsize n,
            double *sum, const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxPointIndex) index = zx_point_index_new (x, y, n);
  Reach reach = { cells, index, weight, MAX (REACH_M, 0.6 * cells->across_m), sum };
  return zx_parallel_for (cells->n, 0, sum_some, &reach, progress, error);
}

/* ---- the columns -------------------------------------------------------------------------- */

/* The mean of the field over the cell: at its centre and half way to its six sides. */
static void
add_vehicles (Columns *columns, const ZxField *vehicles, double *x)
{
  const ZxCells *cells = columns->cells;
  for (guint c = 0; c < cells->n; c++)
    {
      double sum = 0;
      guint n = 0;
      for (guint k = 0; k < 7; k++)
        {
          double angle = k * G_PI / 3, radius = k < 6 ? cells->across_m / 3 : 0;
          double value = zx_field_at (vehicles, cells->x_m[c] + radius * cos (angle),
                                      cells->y_m[c] + radius * sin (angle));
          if (isfinite (value))
            {
              sum += value;
              n++;
            }
        }
      x[c] = n > 0 ? sum / n : 0;
    }
  add_log_column (columns, "vehicles", N_ ("Vehicle heat, log"), x);
}

#define BIT(kind) (1u << (kind))
static const struct
{
  const char *name, *title;
  guint kinds; /* bits of ZxPlaceKind */
} place_groups[] = {
  { "places", N_ ("Places within 1 km, log"), ~0u },
  { "parking", N_ ("Car parks within 1 km, log"), BIT (ZX_PLACE_PARKING) },
  { "commerce", N_ ("Shops, food and leisure within 1 km, log"),
    BIT (ZX_PLACE_FOOD) | BIT (ZX_PLACE_SHOP) | BIT (ZX_PLACE_LEISURE) | BIT (ZX_PLACE_LODGING) },
  { "work", N_ ("Offices, schools and public services within 1 km, log"),
    BIT (ZX_PLACE_OFFICE) | BIT (ZX_PLACE_EDUCATION) | BIT (ZX_PLACE_HEALTH)
        | BIT (ZX_PLACE_PUBLIC_SERVICE) },
  { "transit", N_ ("Transit stops and fuel stations within 1 km, log"),
    BIT (ZX_PLACE_TRANSIT) | BIT (ZX_PLACE_FUEL) },
};

static gboolean
add_places (Columns *columns, const ZxPlaces *places, guint group, double *sum,
            const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
  for (gsize i = 0; i < places->n; i++)
    if (place_groups[group].kinds >> places->kind[i] & 1)
      {
        g_array_append_val (x, places->x_m[i]);
        g_array_append_val (y, places->y_m[i]);
      }
  if (x->len == 0)
    return TRUE;
  if (!sum_within (columns->cells, (double *) (gpointer) x->data, (double *) (gpointer) y->data,
                   NULL, x->len, sum, progress, error))
    return FALSE;
  add_log_column (columns, place_groups[group].name, place_groups[group].title, sum);
  return TRUE;
}

static gboolean
add_people (Columns *columns, const ZxPeople *people, double *sum, const ZxProgress *progress,
            GError **error)
{
  g_autofree double *weight = g_new (double, people->n);
  for (gsize i = 0; i < people->n; i++)
    weight[i] = (people->residents[i] > 0 ? people->residents[i] : 0)
                + (people->jobs[i] > 0 ? people->jobs[i] : 0);
  if (people->n == 0)
    return TRUE;
  if (!sum_within (columns->cells, people->x_m, people->y_m, weight, people->n, sum, progress,
                   error))
    return FALSE;
  add_log_column (columns, "people", N_ ("Residents and jobs within 1 km, log"), sum);
  return TRUE;
}

static gboolean
is_main_road (guint8 road_class)
{
  return road_class <= ZX_ROAD_SECONDARY;
}

static gboolean
is_drivable (const ZxRoads *roads, gsize row)
{
  return roads->road_class[row] != ZX_ROAD_FERRY && roads->road_class[row] != ZX_ROAD_TRACK
         && roads->road_class[row] != ZX_ROAD_PATH && (roads->flags[row] & ZX_ROAD_IS_CLOSED) == 0;
}

/* Middles of pieces of road, with their lengths in km. */
static void
cut_roads (const ZxRoads *roads, gboolean only_main, GArray *x, GArray *y, GArray *length)
{
  const ZxGeometry *g = &roads->lines;
  for (gsize row = 0; row < roads->n; row++)
    {
      if (!is_drivable (roads, row) || (only_main && !is_main_road (roads->road_class[row])))
        continue;
      for (gsize part = g->part_first[row]; part < g->part_first[row + 1]; part++)
        for (gsize k = g->point_first[part]; k + 1 < g->point_first[part + 1]; k++)
          {
            double dx = g->x[k + 1] - g->x[k], dy = g->y[k + 1] - g->y[k];
            double metres = hypot (dx, dy);
            if (!(metres > 0 && metres < 1e6))
              continue;
            guint n = (guint) ceil (metres / PIECE_M);
            for (guint i = 0; i < n; i++)
              {
                double share = (i + 0.5) / n, px = g->x[k] + share * dx, py = g->y[k] + share * dy;
                double km = metres * 1e-3 / n;
                g_array_append_val (x, px);
                g_array_append_val (y, py);
                g_array_append_val (length, km);
              }
          }
    }
}

static gboolean
add_roads (Columns *columns, const ZxRoads *roads, gboolean only_main, double *sum,
           const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) length = g_array_new (FALSE, FALSE, sizeof (double));
  cut_roads (roads, only_main, x, y, length);
  if (x->len == 0)
    return TRUE;
  if (!sum_within (columns->cells, (double *) (gpointer) x->data, (double *) (gpointer) y->data,
                   (double *) (gpointer) length->data, x->len, sum, progress, error))
    return FALSE;
  if (only_main)
    add_log_column (columns, "main_roads", N_ ("Main roads within 1 km, log"), sum);
  else
    add_log_column (columns, "roads", N_ ("Roads within 1 km, log"), sum);
  return TRUE;
}

static void
add_supply (Columns *columns, const ZxCity *city, const ZxTravelRows *rows, double *x)
{
  const ZxHuffOptions options = ZX_HUFF_OPTIONS_INIT;
  g_autofree double *supply = zx_demand_supply (&city->stations, rows, columns->cells->n, &options);
  for (guint c = 0; c < columns->cells->n; c++)
    x[c] = log (supply[c] + zx_huff_outside (&options));
  add_column (columns, "supply", N_ ("Charging supply within reach, log"), x);
}

/* What a driver of the cell pays: the mean over the stations within reach by their attraction, and
 * the city's mean where there is none. */
static void
add_price (Columns *columns, const ZxCity *city, const ZxTravelRows *rows, double *x)
{
  const ZxHuffOptions options = ZX_HUFF_OPTIONS_INIT;
  const ZxStations *stations = &city->stations;
  g_autofree double *connectors = zx_demand_connectors (stations);
  g_autofree double *weight = g_new0 (double, columns->cells->n);
  double total = 0;
  guint n_known = 0;
  memset (x, 0, columns->cells->n * sizeof *x);
  for (guint i = 0; i < stations->n; i++)
    {
      double price = stations->price_fen_per_kwh[i];
      if (!(price > 0 && isfinite (price) && connectors[i] > 0))
        continue;
      total += price;
      n_known++;
      for (gsize k = rows->first[i]; k < rows->first[i + 1]; k++)
        {
          double a = zx_huff_attraction (connectors[i], rows->seconds[k], &options);
          x[rows->target[k]] += a * price;
          weight[rows->target[k]] += a;
        }
    }
  if (n_known < LEAST_PRICES)
    return;
  double typical = zx_huff_outside (&options);
  for (guint c = 0; c < columns->cells->n; c++)
    x[c] = (x[c] + typical * total / n_known) / (weight[c] + typical);
  add_column (columns, "price", N_ ("Price of charging within reach"), x);
}

/* ---- all of them -------------------------------------------------------------------------- */

static gboolean
add_all (Columns *columns, const ZxCity *city, const ZxField *vehicles,
         const ZxTravelRows *station_rows, double *x, const ZxProgress *progress, GError **error)
{
  if (vehicles != NULL)
    add_vehicles (columns, vehicles, x);
  guint step = 0;
  const guint n_steps = G_N_ELEMENTS (place_groups) + 3;
#define NEXT_SLICE zx_progress_slice (progress, step / (double) n_steps, (step + 1.0) / n_steps)
  ZxProgress slice = NEXT_SLICE;
  if (!add_places (columns, &city->places, 0, x, &slice, error))
    return FALSE;
  step++;
  slice = NEXT_SLICE;
  if (!add_people (columns, &city->people, x, &slice, error))
    return FALSE;
  for (guint group = 1; group < G_N_ELEMENTS (place_groups); group++)
    {
      step++;
      slice = NEXT_SLICE;
      if (!add_places (columns, &city->places, group, x, &slice, error))
        return FALSE;
    }
  for (guint only_main = 0; only_main < 2; only_main++)
    {
      step++;
      slice = NEXT_SLICE;
      if (!add_roads (columns, &city->roads, only_main == 1, x, &slice, error))
        return FALSE;
    }
#undef NEXT_SLICE
  if (station_rows != NULL)
    {
      add_supply (columns, city, station_rows, x);
      add_price (columns, city, station_rows, x);
    }
  return zx_progress_step (progress, 1, 1, error);
}

ZxCovariates *
zx_demand_covariates (const ZxCity *city, const ZxCells *cells, const ZxField *vehicles,
                      const ZxTravelRows *station_rows, ZxFindings *findings,
                      const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && cells != NULL, NULL);
  if (station_rows != NULL
      && !zx_demand_check_rows (&city->stations, station_rows, cells->n, error))
    return NULL;
  Columns columns = { cells,
                      g_ptr_array_new (),
                      g_ptr_array_new (),
                      g_array_new (FALSE, FALSE, sizeof (double)),
                      g_array_new (FALSE, FALSE, sizeof (double)),
                      g_array_new (FALSE, FALSE, sizeof (double)),
                      findings };
  g_autofree double *x = g_new (double, cells->n);
  gboolean is_done = add_all (&columns, city, vehicles, station_rows, x, progress, error);
  ZxCovariates *self = g_new0 (ZxCovariates, 1);
  self->n_cells = cells->n;
  self->n = columns.name->len;
  self->name = (char **) g_ptr_array_free (columns.name, FALSE);
  self->title = (char **) g_ptr_array_free (columns.title, FALSE);
  self->x = (double *) (gpointer) g_array_free (columns.x, FALSE);
  self->raw_mean = (double *) (gpointer) g_array_free (columns.mean, FALSE);
  self->raw_sd = (double *) (gpointer) g_array_free (columns.sd, FALSE);
  if (!is_done)
    g_clear_pointer (&self, zx_covariates_free);
  return self;
}
