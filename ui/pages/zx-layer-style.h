/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a layer is painted: ramp, steps, colour, size.  Every change shows at once and can be undone.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_LAYER_STYLE (zx_layer_style_get_type ())
G_DECLARE_FINAL_TYPE (ZxLayerStyle, zx_layer_style, ZX, LAYER_STYLE, GtkPopover)

/* FALSE for layers whose look is not to be chosen. */
gboolean zx_layer_style_is_for (ZxMapLayerKind kind);
ZxLayerStyle *zx_layer_style_new (ZxSession *session, ZxMapLayer *layer);

G_END_DECLS
