/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What OpenStreetMap tags (and their likes) say about a road. */
#pragma once

#include "data/quality/zx-quality.h"

typedef enum
{
  ZX_TAG_CLASS,
  ZX_TAG_ONE_WAY,
  ZX_TAG_MAX_SPEED,
  ZX_TAG_BRIDGE,
  ZX_TAG_TUNNEL,
  ZX_TAG_LEVEL,
  ZX_TAG_JUNCTION,
  ZX_TAG_SERVICE,
  ZX_TAG_SURFACE,
  ZX_TAG_TRACK_TYPE,
  ZX_TAG_SMOOTHNESS,
  ZX_TAG_ROUTE,
  ZX_TAG_ACCESS,
  ZX_TAG_VEHICLE,
  ZX_TAG_MOTOR_VEHICLE,
  ZX_TAG_MOTORCAR,
  ZX_TAG_AREA,
  ZX_N_ROAD_TAGS,
} ZxRoadTag;

const char *zx_road_tag_column (ZxRoadTag tag); /* our column's name */
/* Texts from an hstore ("oneway"=>"yes","maxspeed"=>"50") into those of @tags that are empty.
 * @arena keeps the texts. */
void zx_road_tags_from_hstore (const char *hstore, const char *tags[ZX_N_ROAD_TAGS],
                               GStringChunk *arena);

typedef struct
{
  gboolean is_road; /* FALSE: a railway, a square, a road that is no more */
  gboolean is_class_known;
  ZxRoadClass road_class;
  guint8 flags;
  gint8 one_way, level;
  float max_speed_kmh, speed_factor;
  gboolean is_speed_unreadable;
} ZxRoadFacts;

/* @tags: texts, "" when missing.  @is_osm: a line without a class is no road.  @t_is_against: "T"
 * and "F" are against and along the line (Geofabrik), not true and false. */
ZxRoadFacts zx_road_facts (const char *const tags[ZX_N_ROAD_TAGS], gboolean is_osm,
                           gboolean t_is_against);

/* km/h of a limit as text: "50", "30 mph", "CN:urban", "50;80", "walk".  NaN: none or unreadable
 * (@is_unreadable). */
double zx_road_speed_limit (const char *text, gboolean *is_unreadable);
