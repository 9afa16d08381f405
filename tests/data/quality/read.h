/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Layers for tests: from text, from real files, by hand. */
#pragma once

#include "data/quality/zx-quality.h"

/* Quote-aware; a column is of numbers when every filled cell is one.  A byte-order mark is taken
 * off.  @max_rows 0: all. */
ZxLayer *read_csv_text (const char *name, const char *text, gsize max_rows);
/* A CSV file (plain or .gz), a Shapefile's .dbf and .shp, or NULL when it is not there. */
ZxLayer *read_file (const char *path, gsize max_rows);
/* Moves two columns of numbers into point geometry, as a reader does. */
void make_points (ZxLayer *layer, const char *x, const char *y);
/* Flat metres around a place, good to a metre in a town: for tests that need metres. */
void to_flat_metres (double *x, double *y, gsize n, gpointer centre /* double[2] */);
void project_layer (ZxLayer *layer, double *centre);
