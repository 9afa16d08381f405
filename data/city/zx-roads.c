/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names of road classes: OSM's, and the grades Chinese road layers carry. */

#include "data/city/zx-city.h"

static const char *const class_names[ZX_N_ROAD_CLASSES] = {
  "motorway",      "trunk",   "primary", "secondary", "tertiary", "unclassified", "residential",
  "living_street", "service", "ferry",   "track",     "path",     "unknown",
};

static const struct
{
  const char *text;
  ZxRoadClass road_class;
} other_names[] = {
  { "road", ZX_ROAD_UNKNOWN },
  { "footway", ZX_ROAD_PATH },
  { "cycleway", ZX_ROAD_PATH },
  { "steps", ZX_ROAD_PATH },
  { "pedestrian", ZX_ROAD_PATH },
  { "bridleway", ZX_ROAD_PATH },
  { "corridor", ZX_ROAD_PATH },
  { "construction", ZX_ROAD_PATH },
  { "proposed", ZX_ROAD_PATH },
  { "platform", ZX_ROAD_PATH },
  { "raceway", ZX_ROAD_PATH },
  { "busway", ZX_ROAD_PATH },
  { "bus_guideway", ZX_ROAD_PATH },
  { "elevator", ZX_ROAD_PATH },
  { "escape", ZX_ROAD_PATH },
  { "rest_area", ZX_ROAD_SERVICE },
  { "services", ZX_ROAD_SERVICE },
  /* Urban roads by GB 50220 grade, highways by JTG B01 and administrative level. */
  { "高速公路", ZX_ROAD_MOTORWAY },
  { "高速", ZX_ROAD_MOTORWAY },
  { "快速路", ZX_ROAD_TRUNK },
  { "城市快速路", ZX_ROAD_TRUNK },
  { "国道", ZX_ROAD_TRUNK },
  { "一级公路", ZX_ROAD_TRUNK },
  { "主干路", ZX_ROAD_PRIMARY },
  { "主干道", ZX_ROAD_PRIMARY },
  { "省道", ZX_ROAD_PRIMARY },
  { "二级公路", ZX_ROAD_PRIMARY },
  { "次干路", ZX_ROAD_SECONDARY },
  { "次干道", ZX_ROAD_SECONDARY },
  { "县道", ZX_ROAD_SECONDARY },
  { "三级公路", ZX_ROAD_SECONDARY },
  { "支路", ZX_ROAD_TERTIARY },
  { "乡道", ZX_ROAD_TERTIARY },
  { "四级公路", ZX_ROAD_TERTIARY },
  { "村道", ZX_ROAD_UNCLASSIFIED },
  { "街坊路", ZX_ROAD_RESIDENTIAL },
  { "小区路", ZX_ROAD_LIVING_STREET },
  { "轮渡", ZX_ROAD_FERRY },
};

const char *
zx_road_class_name (ZxRoadClass road_class)
{
  return (guint) road_class < ZX_N_ROAD_CLASSES ? class_names[road_class] : "unknown";
}

ZxRoadClass
zx_road_class_parse (const char *text, gboolean *is_link)
{
  gboolean link = text != NULL && g_str_has_suffix (text, "_link");
  if (is_link != NULL)
    *is_link = link;
  if (text == NULL)
    return ZX_ROAD_UNKNOWN;
  g_autofree char *base = g_strndup (text, strlen (text) - (link ? strlen ("_link") : 0));
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    if (strcmp (base, class_names[i]) == 0)
      return (ZxRoadClass) i;
  for (guint i = 0; i < G_N_ELEMENTS (other_names); i++)
    if (strcmp (base, other_names[i].text) == 0)
      return other_names[i].road_class;
  return ZX_ROAD_UNKNOWN;
}
