/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the columns of results are called by people; files keep the short names. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Translated; @name itself for columns of which nothing is known.  Borrowed. */
const char *zx_column_title (const char *name);
/* Longitude or latitude. */
gboolean zx_column_is_degrees (const char *name);

G_END_DECLS
