/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/map/zx-plane-source.h"

struct _ZxPlaneSource
{
  ShumateMapSource parent;
};

G_DEFINE_FINAL_TYPE (ZxPlaneSource, zx_plane_source, SHUMATE_TYPE_MAP_SOURCE)

static void
zx_plane_source_class_init (ZxPlaneSourceClass *class)
{
}

static void
zx_plane_source_init (ZxPlaneSource *self)
{
}

ShumateMapSource *
zx_plane_source_new (void)
{
  return g_object_new (ZX_TYPE_PLANE_SOURCE, "id", "plane", "name", "plane", "tile-size", 256,
                       "min-zoom-level", 0, "max-zoom-level", 20, NULL);
}
