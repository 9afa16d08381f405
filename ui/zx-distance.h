/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lengths and areas in the units that were chosen in the preferences. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean zx_distance_is_imperial (void);
char *zx_distance_text (double length_m); /* "850 m", "0.5 mi"; "–" for NaN; (transfer full) */
char *zx_distance_area_text (double area_m2); /* "1.25 km²", "12 acres"; the same */

G_END_DECLS
