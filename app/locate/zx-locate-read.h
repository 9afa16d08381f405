/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words and numbers of a text, with the line for the error. */
#pragma once

#include "app/locate/zx-locate.h"

G_BEGIN_DECLS

typedef struct
{
  const char *at, *end;
  guint line;
} ZxLocateScan;

/* The next word of any line, or FALSE at the end. */
gboolean zx_locate_scan_word (ZxLocateScan *self, const char **word, gsize *n);
/* The next word as a number in @low … @high (and whole, where asked); @what names it. */
gboolean zx_locate_scan_number (ZxLocateScan *self, double low, double high, gboolean is_whole,
                                const char *what, double *value, GError **error);
/* The rest of the line without the white space around it; FALSE at the end of the text. */
gboolean zx_locate_scan_line (ZxLocateScan *self, const char **line, gsize *n);

/* Readers of a format each. */
ZxLocate *zx_locate_parse_pmed (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                                const ZxProgress *progress, GError **error);
ZxLocate *zx_locate_parse_cap (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                               GError **error);
ZxLocate *zx_locate_parse_pmedcap (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                                   GError **error);
ZxLocate *zx_locate_parse_tsplib (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                                  GError **error);
ZxLocate *zx_locate_parse_mclp (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                                const ZxProgress *progress, GError **error);

/* Every client with every site, refused with a sentence when there are too many. */
ZxLocate *zx_locate_new_complete (ZxLocateKind kind, guint n_clients, guint n_sites,
                                  GError **error);

#define ZX_LOCATE_MAX_SITES   1000000
#define ZX_LOCATE_MAX_CLIENTS 20000000
#define ZX_LOCATE_MAX_NUMBER  1e12

G_END_DECLS
