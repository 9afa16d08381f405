/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/quality/zx-sketch.h"
#include "data/quality/zx-times.h"
#include "data/quality/zx-vocabulary.h"

#define MOST       0.9 /* of the filled cells */
#define N_DISTINCT 64
#define N_LOOK     200 /* rows that are looked at */

/* ---- one column --------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static gboolean
cell_time (const ZxLayer *layer, const ZxColumn *column, gsize row, double *time)
{
  ZxStamp stamp;
  if (column->kind != ZX_COLUMN_TEXT)
    return FALSE;
  const char *text = zx_layer_text (layer, column, row);
  double number;
  if (zx_number_parse (text, strlen (text), &number)
      || !zx_stamp_parse (text, strlen (text), ZX_DATE_DAY_FIRST, &stamp))
    {
      /* 01/25/2018 is no date with the day first. */
      if (!zx_stamp_parse (text, strlen (text), ZX_DATE_MONTH_FIRST, &stamp)
          || zx_number_parse (text, strlen (text), &number))
        return FALSE;
    }
  *time = (double) stamp.time;
  return TRUE;
}

static gboolean
is_cell_empty (const ZxLayer *layer, const ZxColumn *column, gsize row)
{
  return column->kind == ZX_COLUMN_TEXT ? column->text[row] == 0 : isnan (column->number[row]);
}

static gsize
count_distinct (const double *sorted, gsize n)
{
  gsize distinct = n > 0;
  for (gsize i = 1; i < n; i++)
    distinct += sorted[i] > sorted[i - 1];
  return MIN (distinct, N_DISTINCT);
}

/* The most common positive difference of neighbours. */
static double
common_step (const double *time, gsize n)
{
  double best = NAN;
  gsize best_count = 0;
  for (gsize i = 1; i < n && i < 64; i++)
    {
      double step = time[i] - time[i - 1];
      gsize count = 0;
      for (gsize j = 1; j < n; j++)
        count += time[j] - time[j - 1] == step;
      if (step > 0 && count > best_count)
        {
          best = step;
          best_count = count;
        }
    }
  return best;
}

static void
look_at (const ZxLayer *layer, const ZxColumn *column, ZxColumnLook *look)
{
  double value[N_LOOK], text[N_LOOK];
  gsize n = 0, n_text = 0, step = MAX (layer->n_rows / N_LOOK, 1);
  double last = -INFINITY;
  *look = (ZxColumnLook){ .is_rising = TRUE, .min = NAN, .max = NAN, .middle = NAN, .step_s = NAN };
  if (layer->n_rows < 2 * N_LOOK)
    step = 1; /* neighbours show the step of times */
  for (gsize row = 0; row < layer->n_rows && look->n_filled < N_LOOK; row += step)
    {
      if (is_cell_empty (layer, column, row))
        continue;
      look->n_filled++;
      double number = zx_layer_number (layer, column, row), time;
      gboolean is_time = !isfinite (number) && cell_time (layer, column, row, &time);
      look->n_numbers += isfinite (number);
      look->n_times += is_time;
      if (is_time)
        number = time;
      if (!isfinite (number))
        {
          text[n_text++] = column->kind == ZX_COLUMN_TEXT ? column->text[row] : 0;
          continue;
        }
      look->n_whole += number == floor (number);
      look->is_rising = look->is_rising && number >= last;
      last = number;
      value[n++] = number;
    }
  look->step_s = look->n_times > 0 ? common_step (value, n) : NAN;
  qsort (value, n, sizeof (double), compare_doubles);
  qsort (text, n_text, sizeof (double), compare_doubles);
  look->n_distinct = MIN (count_distinct (value, n) + count_distinct (text, n_text), N_DISTINCT);
  if (n > 0)
    {
      look->min = value[0];
      look->max = value[n - 1];
      look->middle = value[n / 2];
    }
}

/* ---- the layer ---------------------------------------------------------------------------- */

static char *
bare_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *valid = g_utf8_make_valid (base, -1);
  char *lower = g_utf8_strdown (valid, -1);
  static const char *const endings[]
      = { ".gz",   ".zip",  ".csv", ".tsv", ".txt", ".json", ".geojson", ".shp",
          ".gpkg", ".xlsx", ".xls", ".kml", ".gml", ".fgb",  ".pbf",     ".osm" };
  for (guint pass = 0; pass < 3; pass++)
    for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
      if (g_str_has_suffix (lower, endings[i]) && strlen (lower) > strlen (endings[i]))
        lower[strlen (lower) - strlen (endings[i])] = '\0';
  return lower;
}

void
zx_sketch_init (ZxSketch *self, const ZxLayer *layer, const char *path, const char *driver,
                gint64 n_rows)
{
  *self = (ZxSketch){ .layer = layer,
                      .n_rows = n_rows >= 0 ? n_rows : (gint64) layer->n_rows,
                      .driver = driver != NULL ? driver : "",
                      .n = layer->n_columns };
  self->file = bare_name (path);
  self->header = g_new0 (char *, self->n + 1);
  self->look = g_new0 (ZxColumnLook, self->n + 1);
  for (guint i = 0; i < self->n; i++)
    {
      self->header[i] = zx_vocabulary_normalise (layer->columns[i].name);
      look_at (layer, &layer->columns[i], &self->look[i]);
    }
}

void
zx_sketch_clear (ZxSketch *self)
{
  g_free (self->file);
  g_strfreev (self->header);
  g_free (self->look);
}

gboolean
zx_sketch_is_named (const ZxSketch *self, const char *words)
{
  g_autofree char *valid = g_utf8_make_valid (self->layer->name, -1);
  g_autofree char *layer = g_utf8_strdown (valid, -1);
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  for (guint i = 0; list[i] != NULL; i++)
    if (strstr (self->file, list[i]) != NULL || strstr (layer, list[i]) != NULL)
      return TRUE;
  return FALSE;
}

int
zx_sketch_find (const ZxSketch *self, ZxRole role, const char *column)
{
  return zx_vocabulary_find (role, column, self->header, self->n, NULL);
}

gboolean
zx_sketch_is_time (const ZxSketch *self, int column)
{
  const ZxColumnLook *look = column >= 0 ? &self->look[column] : NULL;
  return look != NULL && look->n_filled > 0
         && (double) look->n_times >= MOST * (double) look->n_filled;
}

gboolean
zx_sketch_is_number (const ZxSketch *self, int column)
{
  const ZxColumnLook *look = column >= 0 ? &self->look[column] : NULL;
  return look != NULL && look->n_filled > 0
         && (double) look->n_numbers >= MOST * (double) look->n_filled;
}

gboolean
zx_sketch_is_empty (const ZxSketch *self, int column)
{
  return column < 0 || self->look[column].n_filled == 0;
}

/* ---- tables with a column per station ------------------------------------------------------ */

/* "17", "S-0017", "5f71dc92282990157f986a94": more digits and hexadecimal letters than words have.
 */
static gboolean
is_identifier (const char *header)
{
  gsize digits = 0, others = 0;
  for (const char *p = header; *p != '\0'; p = g_utf8_next_char (p))
    if (g_ascii_isdigit (*p))
      digits++;
    else
      others++;
  return digits > 0 && (others <= 4 || others <= 2 * digits);
}

ZxWideLook
zx_sketch_wide (const ZxSketch *self)
{
  ZxWideLook wide = { .time = -1 };
  guint n_identifiers = 0, n_weather = 0, n_known = 0;
  for (guint i = 0; i < self->n; i++)
    {
      if (wide.time < 0 && zx_sketch_is_time (self, (int) i))
        {
          wide.time = (int) i;
          continue;
        }
      n_weather += zx_vocabulary_is_weather (self->header[i]);
      n_known += zx_vocabulary_knows (self->header[i]);
      if (self->look[i].n_filled > 0 && !zx_sketch_is_number (self, (int) i))
        continue;
      wide.n_series++;
      n_identifiers += is_identifier (self->layer->columns[i].name);
    }
  gboolean are_identifiers = wide.n_series >= 2 && n_identifiers * 5 >= wide.n_series * 4;
  /* Without digits in the names: many columns of numbers whose names we do not know. */
  gboolean are_names = wide.n_series >= 8 && n_known * 5 < wide.n_series;
  gboolean is_table = wide.n_series * 10 >= (self->n - 1) * 9;
  wide.is_weather = wide.time >= 0 && n_weather >= 3 && n_weather * 2 >= wide.n_series;
  wide.is_wide = wide.time >= 0 && is_table && self->n_rows >= 24 && !wide.is_weather
                 && (are_identifiers || are_names);
  wide.may_be_wide
      = wide.time >= 0 && is_table && self->n_rows >= 24 && !wide.is_weather && n_known == 0;
  gint64 difference = self->n_rows - (gint64) wide.n_series;
  wide.is_pairs = wide.time < 0 && are_identifiers && wide.n_series >= 20 && difference >= -2
                  && difference <= 2;
  return wide;
}

/* ---- places by values ---------------------------------------------------------------------- */

/* Degrees of one city: finite, fractions, not all the same, within a few degrees of one another. */
static gboolean
is_degrees (const ZxColumnLook *look, double limit)
{
  return look->n_numbers >= 3 && look->n_numbers == look->n_filled && look->min >= -limit
         && look->max <= limit && look->max - look->min < 20 && look->max > look->min
         && fabs (look->middle) > 1 && look->n_whole * 10 < look->n_numbers;
}

gboolean
zx_sketch_find_place (const ZxSketch *self, int *lon, int *lat)
{
  for (guint i = 0; i + 1 < self->n; i++)
    {
      const ZxColumnLook *a = &self->look[i], *b = &self->look[i + 1];
      gboolean is_china = is_degrees (a, 180) && is_degrees (b, 180);
      gboolean a_first = is_china && a->min >= 73 && a->max <= 136 && b->min >= 3 && b->max <= 54;
      gboolean b_first = is_china && b->min >= 73 && b->max <= 136 && a->min >= 3 && a->max <= 54;
      if (!a_first && !b_first)
        continue;
      *lon = (int) (a_first ? i : i + 1);
      *lat = (int) (a_first ? i + 1 : i);
      return TRUE;
    }
  return FALSE;
}
