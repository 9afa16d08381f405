/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/locate/zx-locate.h"

G_BEGIN_DECLS

ZxLocateRole zx_locate_role (const ZxLocate *self, guint32 site);
gboolean zx_locate_has_capacity (const ZxLocate *self);
/* Banned or a rival's: neither serves nor may be chosen. */
gboolean zx_locate_is_barred (const ZxLocate *self, guint32 site);
/* Checks sizes, ranges and pairs; every solver may rely on it. */
gboolean zx_locate_verify (const ZxLocate *self, GError **error);

/* One per family; value, bound, chosen and n_nodes are filled, the rest is the caller's. */
ZxLocation *zx_locate_solve_median (const ZxLocate *self, const ZxLocateOptions *options,
                                    const ZxProgress *progress, GError **error);
ZxLocation *zx_locate_solve_facility (const ZxLocate *self, const ZxLocateOptions *options,
                                      const ZxProgress *progress, GError **error);
ZxLocation *zx_locate_solve_centre (const ZxLocate *self, const ZxLocateOptions *options,
                                    const ZxProgress *progress, GError **error);
ZxLocation *zx_locate_solve_set_cover (const ZxLocate *self, const ZxLocateOptions *options,
                                       const ZxProgress *progress, GError **error);
ZxLocation *zx_locate_solve_market_share (const ZxLocate *self, const ZxLocateOptions *options,
                                          const ZxProgress *progress, GError **error);
ZxLocation *zx_locate_solve_target_share (const ZxLocate *self, const ZxLocateOptions *options,
                                          const ZxProgress *progress, GError **error);
ZxLocation *zx_locate_solve_assignment (const ZxLocate *self, const ZxLocateOptions *options,
                                        const ZxProgress *progress, GError **error);

G_END_DECLS
