/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small random problems of every kind, and their best value by trying all sets of sites. */
#pragma once

#include "app/locate/zx-locate.h"

ZxLocate *zx_locate_case (ZxLocateKind kind, guint64 seed);

/* The best value over all sets, NaN when no set holds every constraint. */
double zx_locate_brute (const ZxLocate *problem);
