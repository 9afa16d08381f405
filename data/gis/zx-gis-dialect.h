/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/gis/zx-gis-scanner.h"

G_BEGIN_DECLS

/* How a table of text is written, guessed from its first records. */
typedef struct
{
  ZxGisRecordFormat format;
  guint n_skipped;     /* title lines before the header */
  gboolean has_header; /* the next record names the columns */
  guint n_columns;
  char **names;        /* n_columns, raw bytes, "" for a column without a name */
  gboolean *is_number; /* n_columns: so far */
} ZxGisDialect;

/* Leaves @scanner behind the header, set to the format found. */
gboolean zx_gis_dialect_guess (ZxGisDialect *self, ZxGisScanner *scanner, GError **error);
void zx_gis_dialect_clear (ZxGisDialect *self);

typedef enum
{
  ZX_GIS_CELL_MISSING, /* empty */
  ZX_GIS_CELL_NUMBER,
  ZX_GIS_CELL_WORD_FOR_MISSING, /* "NULL", "NaN", … : missing in a column of numbers */
  ZX_GIS_CELL_TEXT,
} ZxGisCellKind;

/* Codes are text: digits behind a leading zero, and whole numbers of more than 15 digits. */
ZxGisCellKind zx_gis_cell_parse (const char *text, gsize n, double *value);

G_END_DECLS
