/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The speed table: resources/data/speeds.ini, a GKeyFile that planners may edit.  Every byte of it
 * may be hostile: unknown groups and keys, numbers out of bounds and oversized texts are refused
 * with the name of the key and the bound. */

#include "app/travel/zx-travel.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define MAX_TEXT_BYTES (1 << 20) /* the default has 5 kB; GKeyFile copies what it reads */
#define MAX_KMH        250.0     /* no road vehicle is planned for more */
#define MIN_SHARE      0.05      /* of free flow: slower is standing */
#define MAX_SHARE      1.5
#define MAX_TURN_S     300.0
#define KMH_PER_MPS    3.6

/* ---- types -------------------------------------------------------------------------------- */

typedef struct
{
  const char *group, *key;
  gsize offset; /* of the float in ZxSpeedTable */
  double min, max;
} Rule;

static const Rule rules[] = {
  { "rules", "max_speed_share", G_STRUCT_OFFSET (ZxSpeedTable, max_speed_share), 0.1, 1.5 },
  { "rules", "junction_s", G_STRUCT_OFFSET (ZxSpeedTable, junction_s), 0, 120 },
  { "rules", "urban_factor", G_STRUCT_OFFSET (ZxSpeedTable, urban_factor), MIN_SHARE, MAX_SHARE },
  { "turns", "costs", G_STRUCT_OFFSET (ZxSpeedTable, has_turn_costs), 0, 1 },
  { "turns", "straight_s", G_STRUCT_OFFSET (ZxSpeedTable, straight_s), 0, MAX_TURN_S },
  { "turns", "right_s", G_STRUCT_OFFSET (ZxSpeedTable, right_s), 0, MAX_TURN_S },
  { "turns", "left_s", G_STRUCT_OFFSET (ZxSpeedTable, left_s), 0, MAX_TURN_S },
  { "turns", "signal_s", G_STRUCT_OFFSET (ZxSpeedTable, signal_s), 0, MAX_TURN_S },
  { "turns", "u_turn_s", G_STRUCT_OFFSET (ZxSpeedTable, u_turn_s), 0, MAX_TURN_S },
  { "turns", "u_turns", G_STRUCT_OFFSET (ZxSpeedTable, may_u_turn), 0, 1 },
  { "straight", "kmh", G_STRUCT_OFFSET (ZxSpeedTable, straight_kmh), 1, MAX_KMH },
  { "straight", "detour", G_STRUCT_OFFSET (ZxSpeedTable, straight_detour), 1, 5 },
};

/* ---- reading ------------------------------------------------------------------------------ */

/* Where the value of a key goes, with its bounds; NULL for a key that does not exist. */
static float *
find_value (ZxSpeedTable *table, const char *group, const char *key, double *min, double *max)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (group, rules[i].group) == 0 && strcmp (key, rules[i].key) == 0)
      {
        *min = rules[i].min;
        *max = rules[i].max;
        return G_STRUCT_MEMBER_P (table, rules[i].offset);
      }
  gboolean is_link = strcmp (group, "link") == 0;
  if (!is_link && strcmp (group, "speed") != 0)
    return NULL;
  *min = 0;
  *max = MAX_KMH;
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    if (strcmp (key, zx_road_class_name ((ZxRoadClass) i)) == 0)
      return is_link ? &table->link_kmh[i] : &table->kmh[i];
  return NULL;
}

static gboolean
refuse_key (const char *group, const char *key, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The speed table has a key “%s” in [%s] that does not exist; remove it or "
                  "correct its name"),
               key, group);
  return FALSE;
}

static gboolean
read_key (ZxSpeedTable *table, GKeyFile *file, const char *group, const char *key, GError **error)
{
  double min = 0, max = 0, value = NAN;
  float *place = find_value (table, group, key, &min, &max);
  if (place == NULL)
    return refuse_key (group, key, error);
  g_autofree char *text = g_key_file_get_value (file, group, key, NULL);
  if (text == NULL || !zx_number_parse (text, strlen (text), &value)
      || !(value >= min && value <= max))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("“%s” in [%s] of the speed table is “%.40s”; it must be a number from %g to "
                      "%g"),
                   key, group, text != NULL ? text : "", min, max);
      return FALSE;
    }
  *place = (float) value;
  return TRUE;
}

/* 24 shares of free flow, from midnight on, for a class or "all". */
static gboolean
read_hours (ZxSpeedTable *table, GKeyFile *file, const char *key, GError **error)
{
  guint road_class = 0;
  while (road_class < ZX_N_ROAD_CLASSES
         && strcmp (key, zx_road_class_name ((ZxRoadClass) road_class)) != 0)
    road_class++;
  if (road_class == ZX_N_ROAD_CLASSES && strcmp (key, "all") != 0)
    return refuse_key ("hours", key, error);
  g_autofree char *text = g_key_file_get_value (file, "hours", key, NULL);
  g_auto (GStrv) shares = g_strsplit (text != NULL ? text : "", ";", ZX_HOURS + 2);
  guint n = g_strv_length (shares);
  n -= n > 0 && *g_strstrip (shares[n - 1]) == '\0'; /* lists of key files end in a semicolon */
  gboolean is_good = n == ZX_HOURS;
  for (guint hour = 0; is_good && hour < ZX_HOURS; hour++)
    {
      double share;
      is_good = zx_number_parse (shares[hour], strlen (shares[hour]), &share) && share >= MIN_SHARE
                && share <= MAX_SHARE;
      table->hour_share[road_class][hour] = is_good ? (float) share : NAN;
    }
  if (!is_good)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("“%s” in [hours] of the speed table is “%.40s”; it must be %d shares of free "
                    "flow from %g to %g, one for each hour from midnight, with semicolons between"),
                 key, text != NULL ? text : "", ZX_HOURS, MIN_SHARE, MAX_SHARE);
  return is_good;
}

static gboolean
read_group (ZxSpeedTable *table, GKeyFile *file, const char *group, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, error);
  if (keys == NULL)
    return FALSE;
  for (char **key = keys; *key != NULL; key++)
    if (strcmp (group, "hours") == 0 ? !read_hours (table, file, *key, error)
                                     : !read_key (table, file, group, *key, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_text (ZxSpeedTable *table, const char *text, gsize n, GError **error)
{
  if (n > MAX_TEXT_BYTES)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The speed table has %zu bytes; more than %d cannot be one"), n,
                   MAX_TEXT_BYTES);
      return FALSE;
    }
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  if (n > 0 && !g_key_file_load_from_data (file, text, n, G_KEY_FILE_NONE, &reason))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("The speed table cannot be read: %s"),
                   reason->message);
      return FALSE;
    }
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group != NULL; group++)
    if (!read_group (table, file, *group, error))
      return FALSE;
  return TRUE;
}

/* ---- public functions --------------------------------------------------------------------- */

void
zx_speed_table_default (ZxSpeedTable *self)
{
  g_return_if_fail (self != NULL);
  gsize n = 0;
  const char *text = zx_resource_text ("speeds.ini", &n);
  g_assert (text != NULL);
  *self = (ZxSpeedTable){ .hour = ZX_NO_HOUR };
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    self->link_kmh[i] = NAN;
  for (guint i = 0; i <= ZX_ALL_ROAD_CLASSES; i++)
    for (guint hour = 0; hour < ZX_HOURS; hour++)
      self->hour_share[i][hour] = NAN;
  g_autoptr (GError) error = NULL;
  if (!read_text (self, text, n, &error))
    g_error ("The speed table that is linked in is broken: %s", error->message);
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++) /* links of minor roads are like the roads */
    if (isnan (self->link_kmh[i]))
      self->link_kmh[i] = self->kmh[i];
}

gboolean
zx_speed_table_parse (ZxSpeedTable *self, const char *text, gssize n, GError **error)
{
  g_return_val_if_fail (self != NULL && text != NULL, FALSE);
  ZxSpeedTable table;
  zx_speed_table_default (&table);
  if (!read_text (&table, text, n < 0 ? strlen (text) : (gsize) n, error))
    return FALSE;
  *self = table;
  return TRUE;
}

double
zx_speed_table_share (const ZxSpeedTable *self, guint road_class)
{
  if (self->hour < 0 || self->hour >= ZX_HOURS)
    return self->urban_factor;
  float own = self->hour_share[MIN (road_class, ZX_ROAD_UNKNOWN)][self->hour];
  float share = isnan (own) ? self->hour_share[ZX_ALL_ROAD_CLASSES][self->hour] : own;
  return isnan (share) ? self->urban_factor : share;
}

double
zx_speed_table_on_road (const ZxSpeedTable *self, const ZxRoads *roads, gsize row)
{
  guint road_class = MIN (roads->road_class[row], ZX_ROAD_UNKNOWN);
  gboolean is_link = (roads->flags[row] & ZX_ROAD_IS_LINK) != 0;
  double kmh = is_link ? self->link_kmh[road_class] : self->kmh[road_class];
  double factor = roads->speed_factor[row], posted = roads->max_speed_kmh[row];
  if ((roads->flags[row] & ZX_ROAD_IS_CLOSED) != 0 || !(kmh > 0) || !(factor > 0))
    return 0;
  if (posted > 0 && posted <= MAX_KMH)
    kmh = posted * self->max_speed_share;
  return kmh * MIN (factor, 1) * zx_speed_table_share (self, road_class) / KMH_PER_MPS;
}
