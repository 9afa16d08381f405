/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stations of several files: whose identifiers mean what, and which of them are one. */
#pragma once

#include "data/quality/zx-build.h"

G_BEGIN_DECLS

/* ---- identifiers -------------------------------------------------------------------------- */

/* Each file numbers its stations for itself.  FALSE: @key is empty or stands in this file. */
gboolean zx_station_ids_add (ZxBuild *build, const ZxTally *tally, const char *key, guint station);
/* In the file of @tally alone; -1. */
gssize zx_station_ids_own (const ZxBuild *build, const ZxTally *tally, const char *key);
/* What @asker means by @key: a station of a file in its own folder, else of the first file that
 * has it; -1. */
gssize zx_station_ids_find (const ZxBuild *build, const ZxTally *asker, const char *key);

/* ---- twins -------------------------------------------------------------------------------- */

/* The stations that files before this one gave. */
typedef struct
{
  ZxBuild *build;
  guint n_before;
  double *x, *y;
  ZxPointIndex *index;
  guint8 *is_claimed; /* by a row of this file: each is the twin of one row at most */
} ZxStationTwins;

void zx_station_twins_init (ZxStationTwins *self, ZxBuild *build);
void zx_station_twins_clear (ZxStationTwins *self);
/* The station that @draft, of a later file, is too; -1.  @key: its identifier. */
gssize zx_station_twins_find (const ZxStationTwins *self, const ZxStationDraft *draft,
                              const char *key, double *distance_m);
/* Completes @station by what @draft knows more, and makes the finding. */
void zx_station_twins_merge (ZxStationTwins *self, guint station, const ZxStationDraft *draft,
                             double distance_m);

G_END_DECLS
