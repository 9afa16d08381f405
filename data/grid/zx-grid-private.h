/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the readers of this room share. */
#pragma once

#include "data/grid/zx-grid.h"

/* A part of zx_grid_check() that must come before branches are joined to nodes by their ids. */
gboolean zx_grid_check_node_ids (const ZxGrid *self, GError **error);
