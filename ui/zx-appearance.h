/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our style sheet, and light or dark as the desktop or the person wants. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void zx_appearance_start (void);
void zx_appearance_set (const char *style); /* "follow", "light" or "dark" */

G_END_DECLS
