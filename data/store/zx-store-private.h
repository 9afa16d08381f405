/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

#include "data/store/zx-store.h"

struct _ZxStore
{
  sqlite3 *db;
  char *path;
  gboolean is_writable;
  const ZxProgress *progress; /* borrowed, nullable */
};

gboolean zx_store_exec (ZxStore *self, const char *sql, GError **error);
sqlite3_stmt *zx_store_prepare (ZxStore *self, const char *sql, GError **error);
/* Steps once and finalises. */
gboolean zx_store_finish (ZxStore *self, sqlite3_stmt *statement, const char *doing,
                          GError **error);
