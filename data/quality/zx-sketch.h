/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the first rows of a layer look like: the evidence a guess is made from. */
#pragma once

#include "data/quality/zx-quality.h"

typedef struct
{
  gsize n_filled;          /* cells that are not empty */
  gsize n_numbers;         /* of them numbers */
  gsize n_times;           /* of them texts that are stamps with a date or a time of day */
  gsize n_whole;           /* numbers without a fraction */
  gsize n_distinct;        /* different values, counted to 64 */
  gboolean is_rising;      /* numbers or times never fall */
  double min, max, middle; /* of the numbers; NaN without any */
  double step_s;           /* times: the most common distance of neighbours, s; NaN */
} ZxColumnLook;

typedef struct
{
  const ZxLayer *layer;
  gint64 n_rows; /* of the whole layer */
  const char *driver;
  char *file;    /* last part of the path, lower case, without its endings */
  char **header; /* normalised names, n_columns + NULL */
  ZxColumnLook *look;
  guint n; /* columns */
} ZxSketch;

void zx_sketch_init (ZxSketch *self, const ZxLayer *layer, const char *path, const char *driver,
                     gint64 n_rows);
void zx_sketch_clear (ZxSketch *self);

/* TRUE when the file's or layer's name holds one of the @words (separated by spaces). */
gboolean zx_sketch_is_named (const ZxSketch *self, const char *words);
/* Column that could be meant by @column in @role, or -1. */
int zx_sketch_find (const ZxSketch *self, ZxRole role, const char *column);
gboolean zx_sketch_is_time (const ZxSketch *self, int column);   /* mostly stamps */
gboolean zx_sketch_is_number (const ZxSketch *self, int column); /* mostly numbers */
gboolean zx_sketch_is_empty (const ZxSketch *self, int column);

/* A table with a column of times and a column per station. */
typedef struct
{
  gboolean is_wide;     /* times down, stations across */
  gboolean may_be_wide; /* the same with names that could be anything: the file's name decides */
  gboolean is_pairs; /* as many rows as columns, both with the same names: distances and the like */
  gboolean is_weather;
  int time;       /* column of the times, or -1 */
  guint n_series; /* columns of numbers beside it */
} ZxWideLook;
ZxWideLook zx_sketch_wide (const ZxSketch *self);

/* Two columns that hold longitudes and latitudes, whatever they are called. */
gboolean zx_sketch_find_place (const ZxSketch *self, int *lon, int *lat);
