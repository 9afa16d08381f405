/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kinds of places from the words that OSM and Chinese web maps use for them. */

#include "data/city/zx-city.h"

static const char *const kind_names[ZX_N_PLACE_KINDS] = {
  N_ ("parking"),      N_ ("food and drink"),  N_ ("shops"),
  N_ ("education"),    N_ ("health"),          N_ ("public transport"),
  N_ ("fuel"),         N_ ("offices"),         N_ ("leisure"),
  N_ ("lodging"),      N_ ("public services"), N_ ("housing"),
  N_ ("other places"),
};

/* The first word that the text contains decides, so narrower words stand before wider ones. */
static const struct
{
  const char *word;
  ZxPlaceKind kind;
} words[] = {
  { "charging", ZX_PLACE_FUEL },
  { "充电", ZX_PLACE_FUEL },
  { "parking", ZX_PLACE_PARKING },
  { "停车", ZX_PLACE_PARKING },
  { "加油", ZX_PLACE_FUEL },
  { "fuel", ZX_PLACE_FUEL },
  { "restaurant", ZX_PLACE_FOOD },
  { "fast_food", ZX_PLACE_FOOD },
  { "food_court", ZX_PLACE_FOOD },
  { "cafe", ZX_PLACE_FOOD },
  { "pub", ZX_PLACE_FOOD },
  { "餐饮", ZX_PLACE_FOOD },
  { "ice_cream", ZX_PLACE_FOOD },
  { "biergarten", ZX_PLACE_FOOD },
  { "kindergarten", ZX_PLACE_EDUCATION },
  { "school", ZX_PLACE_EDUCATION },
  { "college", ZX_PLACE_EDUCATION },
  { "university", ZX_PLACE_EDUCATION },
  { "学校", ZX_PLACE_EDUCATION },
  { "科教文化", ZX_PLACE_EDUCATION },
  { "hospital", ZX_PLACE_HEALTH },
  { "clinic", ZX_PLACE_HEALTH },
  { "pharmacy", ZX_PLACE_HEALTH },
  { "doctors", ZX_PLACE_HEALTH },
  { "dentist", ZX_PLACE_HEALTH },
  { "医疗", ZX_PLACE_HEALTH },
  { "bus_station", ZX_PLACE_TRANSIT },
  { "ferry_terminal", ZX_PLACE_TRANSIT },
  { "bus_stop", ZX_PLACE_TRANSIT },
  { "taxi", ZX_PLACE_TRANSIT },
  { "station", ZX_PLACE_TRANSIT },
  { "交通设施", ZX_PLACE_TRANSIT },
  { "地铁", ZX_PLACE_TRANSIT },
  { "office", ZX_PLACE_OFFICE },
  { "公司", ZX_PLACE_OFFICE },
  { "写字楼", ZX_PLACE_OFFICE },
  { "商务", ZX_PLACE_OFFICE },
  { "hotel", ZX_PLACE_LODGING },
  { "hostel", ZX_PLACE_LODGING },
  { "住宿", ZX_PLACE_LODGING },
  { "cinema", ZX_PLACE_LEISURE },
  { "theatre", ZX_PLACE_LEISURE },
  { "park", ZX_PLACE_LEISURE },
  { "sports", ZX_PLACE_LEISURE },
  { "stadium", ZX_PLACE_LEISURE },
  { "nightclub", ZX_PLACE_LEISURE },
  { "风景", ZX_PLACE_LEISURE },
  { "体育", ZX_PLACE_LEISURE },
  { "bank", ZX_PLACE_PUBLIC_SERVICE },
  { "police", ZX_PLACE_PUBLIC_SERVICE },
  { "post_office", ZX_PLACE_PUBLIC_SERVICE },
  { "library", ZX_PLACE_PUBLIC_SERVICE },
  { "townhall", ZX_PLACE_PUBLIC_SERVICE },
  { "courthouse", ZX_PLACE_PUBLIC_SERVICE },
  { "place_of_worship", ZX_PLACE_PUBLIC_SERVICE },
  { "community", ZX_PLACE_PUBLIC_SERVICE },
  { "政府", ZX_PLACE_PUBLIC_SERVICE },
  { "金融", ZX_PLACE_PUBLIC_SERVICE },
  { "shop", ZX_PLACE_SHOP },
  { "supermarket", ZX_PLACE_SHOP },
  { "mall", ZX_PLACE_SHOP },
  { "marketplace", ZX_PLACE_SHOP },
  { "购物", ZX_PLACE_SHOP },
  { "residential", ZX_PLACE_RESIDENCE },
  { "apartments", ZX_PLACE_RESIDENCE },
  { "住宅", ZX_PLACE_RESIDENCE },
  { "小区", ZX_PLACE_RESIDENCE },
};

const char *
zx_place_kind_name (ZxPlaceKind kind)
{
  return (guint) kind < ZX_N_PLACE_KINDS ? kind_names[kind] : kind_names[ZX_PLACE_OTHER];
}

ZxPlaceKind
zx_place_kind_parse (const char *text)
{
  /* "bar" and "atm" are whole values: inside other words they mean nothing. */
  if (g_strcmp0 (text, "bar") == 0)
    return ZX_PLACE_FOOD;
  if (g_strcmp0 (text, "atm") == 0)
    return ZX_PLACE_PUBLIC_SERVICE;
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (words); i++)
    if (strstr (text, words[i].word) != NULL)
      return words[i].kind;
  return ZX_PLACE_OTHER;
}
