/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the base map looks: two styles, each light and dark.  FULL is for reading, with the warm
 * order of road colours people know from printed city maps; QUIET is one grey of falling weight and
 * opacity: light enough for data to speak, and a small road stays weaker than a large one over a
 * pale field and a dark one alike.
 *
 * Widths are given at 80 metres per unit (1 : 227 000 on paper) and grow with about the root of the
 * scale, small roads faster than large ones: a motorway is 1.5 units there and 3.6 at ten times the
 * scale, a street 0.29 and 0.96. */

#include "app/carto/zx-map-private.h"

#define REFERENCE_METRES_PER_UNIT 80.0
#define LARGEST_FACTOR            7.0
#define THINNEST_CASED            0.9 /* a casing round a thinner line would be all there is to see */

static const ZxMapColours full_light = {
  .outside = 0xe9e7e2,
  .land = 0xf7f5f0,
  .water = 0xb4d3e8,
  .water_edge = 0x86b1d0,
  .green = 0xd4e7c6,
  .district_line = 0xa68fb6,
  .boundary = 0x7b5892,
  .district_name = 0x664f75,
  .road_name = 0x4f463a,
  .water_name = 0x3f7cab,
  .green_name = 0x5b8a45,
  .halo = 0xffffff,
  .text = 0x2b2b2b,
  .faint_text = 0x6a6a6a,
  .plate = 0xffffff,
  .road = { [ZX_LOOK_MOTORWAY] = { 0xf0a05a, 0xb9682a, 0xdd8436 },
            [ZX_LOOK_TRUNK] = { 0xf7c176, 0xc78a3a, 0xe6a348 },
            [ZX_LOOK_PRIMARY] = { 0xfbde94, 0xc9a654, 0xe3bb5c },
            [ZX_LOOK_SECONDARY] = { 0xfff2c2, 0xc4b583, 0xd6c48a },
            [ZX_LOOK_TERTIARY] = { 0xffffff, 0xbdb8ad, 0xcbc5b8 },
            [ZX_LOOK_MINOR] = { 0xffffff, 0xc2bcb1, 0xd9d4cb },
            [ZX_LOOK_SERVICE] = { 0xffffff, 0xd8d4cc, 0xe0dcd5 },
            [ZX_LOOK_PATH] = { 0xcdb295, 0xcdb295, 0xcdb295 },
            [ZX_LOOK_FERRY] = { 0x79a3c4, 0x79a3c4, 0x79a3c4 } },
};

static const ZxMapColours full_dark = {
  .outside = 0x191d21,
  .land = 0x23282d,
  .water = 0x17303f,
  .water_edge = 0x2a4c61,
  .green = 0x25362b,
  .district_line = 0x6f6180,
  .boundary = 0xa088b8,
  .district_name = 0xb9a8cc,
  .road_name = 0xd2cabb,
  .water_name = 0x6f9cb8,
  .green_name = 0x7d9c7f,
  .halo = 0x171a1e,
  .text = 0xe6e6e6,
  .faint_text = 0x9aa0a6,
  .plate = 0x23282d,
  .road = { [ZX_LOOK_MOTORWAY] = { 0xb9783c, 0x5f3d1e, 0xb9783c },
            [ZX_LOOK_TRUNK] = { 0xa98447, 0x574424, 0xa98447 },
            [ZX_LOOK_PRIMARY] = { 0x8f8055, 0x4a432c, 0x8f8055 },
            [ZX_LOOK_SECONDARY] = { 0x726d58, 0x3c3a2f, 0x726d58 },
            [ZX_LOOK_TERTIARY] = { 0x585d63, 0x33383d, 0x555a60 },
            [ZX_LOOK_MINOR] = { 0x474c52, 0x2f3439, 0x464b51 },
            [ZX_LOOK_SERVICE] = { 0x3c4147, 0x2b3035, 0x3c4147 },
            [ZX_LOOK_PATH] = { 0x5d5346, 0x5d5346, 0x5d5346 },
            [ZX_LOOK_FERRY] = { 0x3f6a85, 0x3f6a85, 0x3f6a85 } },
};

static const ZxMapColours quiet_light = {
  .outside = 0xf0f0ee,
  .land = 0xfbfbf9,
  .water = 0xdbe7ee,
  .water_edge = 0xb9cedb,
  .green = 0xecf2e7,
  .district_line = 0xb3abba,
  .boundary = 0x7d7587,
  .district_name = 0x5e5866,
  .road_name = 0x6b6b6b,
  .water_name = 0x7d9fb5,
  .green_name = 0x8aa07c,
  .halo = 0xffffff,
  .text = 0x2b2b2b,
  .faint_text = 0x6a6a6a,
  .plate = 0xffffff,
  .road = { [ZX_LOOK_MOTORWAY] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_TRUNK] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_PRIMARY] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_SECONDARY] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_TERTIARY] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_MINOR] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_SERVICE] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_PATH] = { 0x757b84, 0x757b84, 0x757b84 },
            [ZX_LOOK_FERRY] = { 0x6f9ab4, 0x6f9ab4, 0x6f9ab4 } },
};

static const ZxMapColours quiet_dark = {
  .outside = 0x1b1e22,
  .land = 0x24282c,
  .water = 0x1b2a34,
  .water_edge = 0x2c4352,
  .green = 0x262f2a,
  .district_line = 0x575160,
  .boundary = 0x9a92a6,
  .district_name = 0xb4adbf,
  .road_name = 0xa5a8ac,
  .water_name = 0x5f8299,
  .green_name = 0x6f8573,
  .halo = 0x171a1e,
  .text = 0xe6e6e6,
  .faint_text = 0x9aa0a6,
  .plate = 0x23282d,
  .road = { [ZX_LOOK_MOTORWAY] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_TRUNK] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_PRIMARY] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_SECONDARY] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_TERTIARY] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_MINOR] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_SERVICE] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_PATH] = { 0xa2a9b1, 0xa2a9b1, 0xa2a9b1 },
            [ZX_LOOK_FERRY] = { 0x5d8aa5, 0x5d8aa5, 0x5d8aa5 } },
};

typedef struct
{
  double full_width, quiet_width; /* at the reference scale */
  double growth;
  double full_limit, quiet_limit; /* metres per unit */
  double quiet_opacity;
} RoadSize;

static const RoadSize road_sizes[ZX_N_ROAD_LOOKS] = {
  [ZX_LOOK_MOTORWAY] = { 1.50, 1.00, 0.38, INFINITY, INFINITY, 0.85 },
  [ZX_LOOK_TRUNK] = { 1.30, 0.85, 0.38, INFINITY, INFINITY, 0.75 },
  [ZX_LOOK_PRIMARY] = { 1.05, 0.66, 0.38, 400, 300, 0.62 },
  [ZX_LOOK_SECONDARY] = { 0.80, 0.50, 0.40, 160, 120, 0.50 },
  [ZX_LOOK_TERTIARY] = { 0.54, 0.38, 0.44, 80, 60, 0.38 },
  [ZX_LOOK_MINOR] = { 0.29, 0.24, 0.52, 30, 20, 0.30 },
  [ZX_LOOK_SERVICE] = { 0.20, 0.17, 0.52, 9, 6, 0.22 },
  [ZX_LOOK_PATH] = { 0.20, 0.18, 0.38, 5, 2.5, 0.22 },
  [ZX_LOOK_FERRY] = { 0.45, 0.40, 0.38, 200, 200, 0.60 },
};

const ZxMapColours *
zx_map_colours (ZxBaseStyle style, gboolean is_dark)
{
  if (style == ZX_BASE_QUIET)
    return is_dark ? &quiet_dark : &quiet_light;
  return is_dark ? &full_dark : &full_light;
}

ZxRoadLook
zx_road_look (ZxRoadClass road_class, gboolean is_closed)
{
  static const guint8 looks[ZX_N_ROAD_CLASSES] = {
    [ZX_ROAD_MOTORWAY] = ZX_LOOK_MOTORWAY, [ZX_ROAD_TRUNK] = ZX_LOOK_TRUNK,
    [ZX_ROAD_PRIMARY] = ZX_LOOK_PRIMARY,   [ZX_ROAD_SECONDARY] = ZX_LOOK_SECONDARY,
    [ZX_ROAD_TERTIARY] = ZX_LOOK_TERTIARY, [ZX_ROAD_UNCLASSIFIED] = ZX_LOOK_MINOR,
    [ZX_ROAD_RESIDENTIAL] = ZX_LOOK_MINOR, [ZX_ROAD_LIVING_STREET] = ZX_LOOK_MINOR,
    [ZX_ROAD_SERVICE] = ZX_LOOK_SERVICE,   [ZX_ROAD_FERRY] = ZX_LOOK_FERRY,
    [ZX_ROAD_TRACK] = ZX_LOOK_PATH,        [ZX_ROAD_PATH] = ZX_LOOK_PATH,
    [ZX_ROAD_UNKNOWN] = ZX_LOOK_TERTIARY,
  };
  ZxRoadLook look
      = (guint) road_class < ZX_N_ROAD_CLASSES ? (ZxRoadLook) looks[road_class] : ZX_LOOK_MINOR;
  return is_closed && look < ZX_LOOK_SERVICE ? ZX_LOOK_SERVICE : look;
}

double
zx_road_look_limit (ZxRoadLook look, ZxBaseStyle style)
{
  return style == ZX_BASE_QUIET ? road_sizes[look].quiet_limit : road_sizes[look].full_limit;
}

double
zx_road_look_opacity (ZxRoadLook look, ZxBaseStyle style)
{
  return style == ZX_BASE_QUIET ? road_sizes[look].quiet_opacity : 1;
}

double
zx_road_look_width (ZxRoadLook look, ZxBaseStyle style, double metres_per_unit)
{
  double growth = pow (REFERENCE_METRES_PER_UNIT / metres_per_unit, road_sizes[look].growth);
  double width
      = style == ZX_BASE_QUIET ? road_sizes[look].quiet_width : road_sizes[look].full_width;
  return width * CLAMP (growth, 0.6, LARGEST_FACTOR);
}

double
zx_road_casing_width (double width, ZxBaseStyle style)
{
  if (style == ZX_BASE_QUIET || width < THINNEST_CASED)
    return 0;
  return CLAMP (0.28 + 0.05 * width, 0.3, 0.7);
}
