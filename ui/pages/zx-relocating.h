/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of the project that is read from another place: what would be different is said before. */
#pragma once

#include "ui/zx-window.h"

G_BEGIN_DECLS

void zx_relocating_ask (ZxWindow *window, const char *from);
void zx_relocating_start (ZxWindow *window, const char *from, const char *to);

G_END_DECLS
