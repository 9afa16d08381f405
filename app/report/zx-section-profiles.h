/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the sections of profiles share. */
#pragma once

#include "app/report/zx-section.h"

G_BEGIN_DECLS

/* Names of the program are translated, names of the data made harmless. */
const char *zx_profile_name (ZxTelling *tell, const char *name, gboolean is_ours, guint n_most);
const char *zx_profile_hour (ZxTelling *tell, guint hour); /* "18:00"; "–" from 24 on */
/* A line of the 24 hours in per cent of their sum. */
void zx_profile_add_day (ZxGraph *graph, const char *name, const double *hours, gboolean is_dashed);
void zx_tell_users (ZxTelling *tell, const ZxProfiles *profiles);

G_END_DECLS
