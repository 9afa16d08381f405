/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One kind of heat for every hour of a weekday and of a weekend day, with one colour domain over
 * all of them.  Immutable, shared by reference. */
#pragma once

#include "app/carto/zx-carto.h"
#include "app/project/zx-project.h"

G_BEGIN_DECLS

typedef struct _ZxHourFields ZxHourFields;

/* NULL for kinds that have no hours. */
const char *zx_hour_fields_name (ZxMapLayerKind kind);
/* In a worker: 48 passes over the city's use or its fleet. */
ZxHourFields *zx_hour_fields_new (ZxProject *project, ZxMapLayerKind kind,
                                  const ZxProgress *progress, GError **error);
ZxHourFields *zx_hour_fields_ref (ZxHourFields *self);
void zx_hour_fields_unref (ZxHourFields *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxHourFields, zx_hour_fields_unref)

/* @hour: 0 … 47.  NaN everywhere when nothing was measured then.  To 1/65534 of the hour's range.
 * Returns: (transfer full) */
ZxField *zx_hour_fields_at (const ZxHourFields *self, guint hour);
const ZxColourScale *zx_hour_fields_scale (const ZxHourFields *self);

G_END_DECLS
