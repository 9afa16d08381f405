/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rules of SITING.md §8 (the car profile of OSRM, as facts).
 *
 * Surfaces, tracks and smoothness cap the speed at so many km/h; the city keeps a factor.  It is
 * the cap over the speed the road would have otherwise: its limit times 0.8, or its class's speed.
 * When a project's speed table is far from these classes' speeds the factor is off by their ratio,
 * which matters on unpaved roads only.
 *
 * Left out: "destination" roads stay open, for sites stand at their ends; conditional restrictions,
 * lanes by direction, and relations of turns are not read. */

#include "data/quality/zx-road-tags.h"

typedef struct
{
  const char *word;
  float value;
} Word;

/* ---- words -------------------------------------------------------------------------------- */

static const float class_kmh[ZX_N_ROAD_CLASSES] = {
  [ZX_ROAD_MOTORWAY] = 90,    [ZX_ROAD_TRUNK] = 85,         [ZX_ROAD_PRIMARY] = 65,
  [ZX_ROAD_SECONDARY] = 55,   [ZX_ROAD_TERTIARY] = 40,      [ZX_ROAD_UNCLASSIFIED] = 25,
  [ZX_ROAD_RESIDENTIAL] = 25, [ZX_ROAD_LIVING_STREET] = 10, [ZX_ROAD_SERVICE] = 15,
  [ZX_ROAD_FERRY] = 5,        [ZX_ROAD_TRACK] = 10,         [ZX_ROAD_PATH] = 5,
  [ZX_ROAD_UNKNOWN] = 25,
};

static const Word surface_caps[] = {
  { "cement", 80 },      { "compacted", 80 },   { "fine_gravel", 80 }, { "paving_stones", 60 },
  { "metal", 60 },       { "bricks", 60 },      { "grass", 40 },       { "wood", 40 },
  { "sett", 40 },        { "grass_paver", 40 }, { "gravel", 40 },      { "unpaved", 40 },
  { "ground", 40 },      { "dirt", 40 },        { "pebblestone", 40 }, { "tartan", 40 },
  { "cobblestone", 30 }, { "clay", 30 },        { "earth", 20 },       { "stone", 20 },
  { "rocky", 20 },       { "sand", 20 },        { "mud", 10 },
};
static const Word track_caps[]
    = { { "grade1", 60 }, { "grade2", 40 }, { "grade3", 30 }, { "grade4", 25 }, { "grade5", 20 } };
static const Word smoothness_caps[]
    = { { "intermediate", 80 }, { "bad", 40 },          { "very_bad", 20 },
        { "horrible", 10 },     { "very_horrible", 5 }, { "impassable", 0 } };
static const Word service_factors[]
    = { { "alley", 0.5f },    { "parking", 0.5f },       { "parking_aisle", 0.5f },
        { "driveway", 0.5f }, { "drive-through", 0.5f }, { "drive-thru", 0.5f } };
/* Where only the kind of place is given.  China: Road Traffic Safety Law regulations, art. 45
 * and 78. */
static const Word legal_limits[] = {
  { "CN:urban", 50 },  { "CN:rural", 70 }, { "CN:trunk", 100 },     { "CN:motorway", 120 },
  { "DE:rural", 100 }, { "urban", 50 },    { "rural", 90 },         { "trunk", 110 },
  { "motorway", 130 }, { "walk", 7 },      { "living_street", 10 }, { "zone30", 30 },
  { "zone:30", 30 },   { "zone20", 20 },   { "zone:20", 20 },
};
static const char closed_words[] = " no agricultural forestry emergency psv bus taxi foot military "
                                   "private delivery customers permit residents ";
static const char gone_words[]
    = " abandoned razed disused demolished dismantled no none planned "
      "historic crossing traffic_signals bus_stop emergency_bay street_lamp "
      "rest_area services ";

static float
find_word (const Word *words, guint n, const char *text, float otherwise)
{
  for (guint i = 0; *text != '\0' && i < n; i++)
    if (strcmp (words[i].word, text) == 0)
      return words[i].value;
  return otherwise;
}

/* @words begin and end with a space, so that whole words are found. */
static gboolean
is_in (const char *text, const char *words)
{
  gsize n = strlen (text);
  for (const char *p = words; n > 0 && (p = strstr (p, text)) != NULL; p++)
    if (p > words && p[-1] == ' ' && p[n] == ' ')
      return TRUE;
  return FALSE;
}

static gboolean
is_yes (const char *text)
{
  return *text != '\0' && !is_in (text, " no false 0 F f N n 否 无 ");
}

/* ---- columns ------------------------------------------------------------------------------ */

static const struct
{
  const char *column, *osm;
} names[ZX_N_ROAD_TAGS] = {
  [ZX_TAG_CLASS] = { "class", "highway" },
  [ZX_TAG_ONE_WAY] = { "one_way", "oneway" },
  [ZX_TAG_MAX_SPEED] = { "max_speed", "maxspeed" },
  [ZX_TAG_BRIDGE] = { "bridge", "bridge" },
  [ZX_TAG_TUNNEL] = { "tunnel", "tunnel" },
  [ZX_TAG_LEVEL] = { "level", "layer" },
  [ZX_TAG_JUNCTION] = { "junction", "junction" },
  [ZX_TAG_SERVICE] = { "service", "service" },
  [ZX_TAG_SURFACE] = { "surface", "surface" },
  [ZX_TAG_TRACK_TYPE] = { "track_type", "tracktype" },
  [ZX_TAG_SMOOTHNESS] = { "smoothness", "smoothness" },
  [ZX_TAG_ROUTE] = { "route", "route" },
  [ZX_TAG_ACCESS] = { "access", "access" },
  [ZX_TAG_VEHICLE] = { "vehicle", "vehicle" },
  [ZX_TAG_MOTOR_VEHICLE] = { "motor_vehicle", "motor_vehicle" },
  [ZX_TAG_MOTORCAR] = { "motorcar", "motorcar" },
  [ZX_TAG_AREA] = { "area", "area" },
};

const char *
zx_road_tag_column (ZxRoadTag tag)
{
  return names[tag].column;
}

/* A quoted text of an hstore; NULL when there is none.  Moves @p behind it. */
static const char *
take_quoted (const char **p, GString *out)
{
  g_string_truncate (out, 0);
  if (**p != '"')
    return NULL;
  for ((*p)++; **p != '\0' && **p != '"'; (*p)++)
    {
      if (**p == '\\' && (*p)[1] != '\0')
        (*p)++;
      g_string_append_c (out, **p);
    }
  if (**p != '"')
    return NULL;
  (*p)++;
  return out->str;
}

void
zx_road_tags_from_hstore (const char *hstore, const char *tags[ZX_N_ROAD_TAGS], GStringChunk *arena)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autoptr (GString) value = g_string_new (NULL);
  for (const char *p = hstore; *p != '\0';)
    {
      if (take_quoted (&p, key) == NULL || strncmp (p, "=>", 2) != 0)
        return;
      p += 2;
      if (take_quoted (&p, value) == NULL)
        return;
      for (guint i = 0; i < ZX_N_ROAD_TAGS; i++)
        if (strcmp (names[i].osm, key->str) == 0 && *tags[i] == '\0')
          tags[i] = g_string_chunk_insert_const (arena, value->str);
      while (*p == ',' || *p == ' ')
        p++;
    }
}

/* ---- speeds ------------------------------------------------------------------------------- */

double
zx_road_speed_limit (const char *text, gboolean *is_unreadable)
{
  *is_unreadable = FALSE;
  if (*text == '\0' || is_in (text, " none signals variable default implicit 0 "))
    return NAN;
  gsize n = strspn (text, "0123456789.");
  double value;
  if (n > 0 && zx_number_parse (text, n, &value))
    {
      const char *unit = text + n;
      while (*unit == ' ')
        unit++;
      if (g_str_has_prefix (unit, "mph"))
        value *= 1.609344;
      else if (g_str_has_prefix (unit, "knots"))
        value *= 1.852;
      /* "50;80": lanes differ; the first is as good as any. */
      if (value >= 3 && value <= 160)
        return value;
    }
  float limit = find_word (legal_limits, G_N_ELEMENTS (legal_limits), text, NAN);
  const char *kind = strchr (text, ':');
  if (isnan (limit) && kind != NULL)
    limit = find_word (legal_limits, G_N_ELEMENTS (legal_limits), kind + 1, NAN);
  *is_unreadable = isnan (limit);
  return limit;
}

static void
set_speed (ZxRoadFacts *facts, const char *const tags[])
{
  facts->max_speed_kmh
      = (float) zx_road_speed_limit (tags[ZX_TAG_MAX_SPEED], &facts->is_speed_unreadable);
  float usual = isfinite (facts->max_speed_kmh) ? 0.8f * facts->max_speed_kmh
                                                : class_kmh[facts->road_class];
  float cap = find_word (surface_caps, G_N_ELEMENTS (surface_caps), tags[ZX_TAG_SURFACE], 1000);
  cap = MIN (cap, find_word (track_caps, G_N_ELEMENTS (track_caps), tags[ZX_TAG_TRACK_TYPE], 1000));
  float rough
      = find_word (smoothness_caps, G_N_ELEMENTS (smoothness_caps), tags[ZX_TAG_SMOOTHNESS], 1000);
  if (rough == 0)
    facts->flags |= ZX_ROAD_IS_CLOSED;
  else
    cap = MIN (cap, rough);
  facts->speed_factor
      = MIN (1.0f, cap / usual)
        * find_word (service_factors, G_N_ELEMENTS (service_factors), tags[ZX_TAG_SERVICE], 1);
}

/* ---- direction and access ----------------------------------------------------------------- */

static void
set_direction (ZxRoadFacts *facts, const char *const tags[], gboolean t_is_against)
{
  const char *text = tags[ZX_TAG_ONE_WAY];
  gboolean is_round = is_in (tags[ZX_TAG_JUNCTION], " roundabout circular ");
  if (is_round)
    facts->flags |= ZX_ROAD_IS_ROUNDABOUT;
  if (t_is_against && (strcmp (text, "F") == 0 || strcmp (text, "T") == 0))
    facts->one_way = *text == 'F' ? 1 : -1;
  else if (is_in (text, " yes true 1 T t Y y 是 "))
    facts->one_way = 1;
  else if (is_in (text, " -1 reverse "))
    facts->one_way = -1;
  else if (is_in (text, " reversible alternating "))
    facts->flags |= ZX_ROAD_IS_CLOSED; /* nobody can plan on them */
  else if (*text == '\0' || t_is_against)
    facts->one_way = is_round
                     || (*text == '\0' && facts->road_class == ZX_ROAD_MOTORWAY
                         && !(facts->flags & ZX_ROAD_IS_LINK));
}

static gboolean
is_closed (const char *const tags[])
{
  static const ZxRoadTag order[]
      = { ZX_TAG_MOTORCAR, ZX_TAG_MOTOR_VEHICLE, ZX_TAG_VEHICLE, ZX_TAG_ACCESS };
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (*tags[order[i]] != '\0') /* the narrowest that says anything decides */
      return is_in (tags[order[i]], closed_words);
  return FALSE;
}

static gint8
read_level (const char *text)
{
  double value;
  if (!zx_number_parse (text, strlen (text), &value))
    return 0;
  return (gint8) CLAMP (floor (value), -5, 5);
}

ZxRoadFacts
zx_road_facts (const char *const tags[ZX_N_ROAD_TAGS], gboolean is_osm, gboolean t_is_against)
{
  ZxRoadFacts facts = { .max_speed_kmh = NAN, .speed_factor = 1, .road_class = ZX_ROAD_UNKNOWN };
  const char *text = tags[ZX_TAG_CLASS];
  gboolean is_link = FALSE, is_ferry = strcmp (tags[ZX_TAG_ROUTE], "ferry") == 0;
  facts.is_road = !(is_osm && *text == '\0' && !is_ferry) && !(is_osm && is_in (text, gone_words))
                  && !(is_osm && is_yes (tags[ZX_TAG_AREA]));
  facts.road_class = *text != '\0' ? zx_road_class_parse (text, &is_link)
                     : is_ferry    ? ZX_ROAD_FERRY
                                   : ZX_ROAD_UNKNOWN;
  facts.is_class_known = facts.road_class != ZX_ROAD_UNKNOWN || strcmp (text, "road") == 0
                         || strcmp (text, "unknown") == 0;
  facts.flags = (is_link ? ZX_ROAD_IS_LINK : 0)
                | (is_yes (tags[ZX_TAG_BRIDGE]) ? ZX_ROAD_IS_BRIDGE : 0)
                | (is_yes (tags[ZX_TAG_TUNNEL]) ? ZX_ROAD_IS_TUNNEL : 0)
                | (is_closed (tags) ? ZX_ROAD_IS_CLOSED : 0);
  facts.level = read_level (tags[ZX_TAG_LEVEL]);
  set_direction (&facts, tags, t_is_against);
  set_speed (&facts, tags);
  return facts;
}
