/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/gis/zx-gis-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *text; /* in the scanner's buffer: valid until the next record; not NUL-terminated */
  gsize n;
  gboolean is_quoted;
} ZxGisCell;

/* Records of separated text, one after another, from a file, a gzip file or memory. */
typedef struct _ZxGisScanner ZxGisScanner;

typedef struct
{
  char separator;
  gboolean ends_with_cr; /* old Macintosh: records end with a lone CR */
} ZxGisRecordFormat;

ZxGisScanner *zx_gis_scanner_new (const ZxGisMember *member, GError **error);
/* Borrows @bytes. */
ZxGisScanner *zx_gis_scanner_new_for_bytes (const char *bytes, gsize n);
void zx_gis_scanner_free (ZxGisScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGisScanner, zx_gis_scanner_free)

void zx_gis_scanner_set_format (ZxGisScanner *self, ZxGisRecordFormat format);
/* The bytes at the very beginning, without a byte-order mark: what to guess the format from. */
const char *zx_gis_scanner_peek (ZxGisScanner *self, gsize *n);
gboolean zx_gis_scanner_rewind (ZxGisScanner *self, GError **error);
/* The next record that is no blank line.  FALSE at the end, or with @error. */
gboolean zx_gis_scanner_next (ZxGisScanner *self, GError **error);
ZxGisCell *zx_gis_scanner_cells (const ZxGisScanner *self, guint *n);
/* TRUE when a quote of the record had no partner and was taken as a letter. */
gboolean zx_gis_scanner_has_odd_quote (const ZxGisScanner *self);
guint64 zx_gis_scanner_bytes_read (const ZxGisScanner *self); /* after inflating */
double zx_gis_scanner_fraction (const ZxGisScanner *self);    /* of the file, 0 … 1 */

G_END_DECLS
