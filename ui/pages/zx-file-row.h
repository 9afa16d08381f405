/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer of a file: what it is taken for and why, where on Earth it is, and whether the file is
 * there. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_FILE_ROW (zx_file_row_get_type ())
G_DECLARE_FINAL_TYPE (ZxFileRow, zx_file_row, ZX, FILE_ROW, GtkListBoxRow)

/* @layer: as findings name it. */
ZxFileRow *zx_file_row_new (ZxSession *session, const char *layer);

G_END_DECLS
