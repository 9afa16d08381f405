/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A number with its interval on a common scale: a bar to the mean, a line from P10 to P90. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ZX_TYPE_INTERVAL (zx_interval_get_type ())
G_DECLARE_FINAL_TYPE (ZxInterval, zx_interval, ZX, INTERVAL, GtkWidget)

/* The last @part of the bar is paler: it stands for something else than the rest.  NaN: none. */
void zx_interval_set_part (ZxInterval *self, double part);
/* All on a scale from 0 to @most; @low and @high NaN: no line. */
void zx_interval_set (ZxInterval *self, double low, double middle, double high, double most);

G_END_DECLS
