/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profiles as tables: one row for an area, a kind of pile or operator, a kind of charging or
 * group of drivers; and one row for an area and an hour. */

#include "app/project/zx-route.h"

/* The member at @offset of each of @n structs of @size bytes. */
static void
put_members (ZxLayer *layer, const char *name, gconstpointer first, gsize size, gsize offset)
{
  double *column = zx_layer_new_numbers (layer, name);
  for (gsize i = 0; i < layer->n_rows; i++)
    column[i] = G_STRUCT_MEMBER (double, (const guint8 *) first + i * size, offset);
}

static void
put_counts (ZxLayer *layer, const char *name, gconstpointer first, gsize size, gsize offset)
{
  double *column = zx_layer_new_numbers (layer, name);
  for (gsize i = 0; i < layer->n_rows; i++)
    column[i] = G_STRUCT_MEMBER (guint, (const guint8 *) first + i * size, offset);
}

/* Columns weekday_h00 … weekend_h23. */
static void
put_hours (ZxLayer *layer, const char *const *days, guint n_days, gconstpointer first, gsize size,
           gsize offset)
{
  for (guint bin = 0; bin < n_days * 24; bin++)
    {
      g_autofree char *name = g_strdup_printf ("%s_h%02u", days[bin / 24], bin % 24);
      put_members (layer, name, first, size, offset + bin * sizeof (double));
    }
}

static const char *const both_days[] = { "weekday", "weekend" };

/* ---- areas -------------------------------------------------------------------------------- */

#define AREA(member) G_STRUCT_OFFSET (ZxAreaProfile, member)

static void
put_area_shapes (ZxLayer *layer, const ZxProfiles *profiles, const ZxGeometry *polygons)
{
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, ZX_GEOMETRY_POLYGON);
  for (guint i = 0; i < profiles->n_areas; i++)
    {
      gint32 row = profiles->area[i].area;
      for (gsize part = row >= 0 ? polygons->part_first[row] : 0;
           part < (row >= 0 ? polygons->part_first[row + 1] : 0); part++)
        {
          zx_geometry_builder_begin_part (&builder, polygons->is_hole[part]);
          for (gsize p = polygons->point_first[part]; p < polygons->point_first[part + 1]; p++)
            zx_geometry_builder_point (&builder, polygons->x[p], polygons->y[p]);
        }
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
}

static ZxLayer *
areas_layer (const ZxProfiles *profiles, const ZxCity *city)
{
  static const char *const stays[ZX_N_STAY_CLASSES]
      = { "stays_under_1h", "stays_1_to_2h", "stays_2_to_4h", "stays_4_to_8h",
          "stays_8h_and_more" };
  ZxLayer *layer = zx_layer_new ("area_profiles", "", profiles->n_areas);
  if (!profiles->has_sectors)
    put_area_shapes (layer, profiles, &city->areas.polygons);
  guint32 *name = zx_layer_new_texts (layer, "area");
  for (guint i = 0; i < profiles->n_areas; i++)
    name[i] = zx_pool_add (layer->pool, profiles->area[i].name);
  put_counts (layer, "stations", profiles->area, sizeof (ZxAreaProfile), AREA (n_stations));
  put_counts (layer, "connectors", profiles->area, sizeof (ZxAreaProfile), AREA (n_connectors));
  put_members (layer, "rated_kw", profiles->area, sizeof (ZxAreaProfile), AREA (rated_kw));
  put_counts (layer, "metered", profiles->area, sizeof (ZxAreaProfile), AREA (n_metered));
  put_members (layer, "kwh_per_day", profiles->area, sizeof (ZxAreaProfile), AREA (kwh_per_day));
  put_members (layer, "utilisation", profiles->area, sizeof (ZxAreaProfile), AREA (utilisation));
  put_members (layer, "vehicles_per_day", profiles->area, sizeof (ZxAreaProfile),
               AREA (vehicles_per_day));
  put_members (layer, "vehicle_share", profiles->area, sizeof (ZxAreaProfile),
               AREA (vehicle_share));
  for (guint k = 0; profiles->has_stays && k < ZX_N_STAY_CLASSES; k++)
    put_counts (layer, stays[k], profiles->area, sizeof (ZxAreaProfile),
                AREA (n_stays) + k * sizeof (guint));
  put_members (layer, "median_stay_h", profiles->area, sizeof (ZxAreaProfile),
               AREA (median_stay_h));
  return layer;
}

static ZxLayer *
hours_layer (const ZxProfiles *profiles)
{
  ZxLayer *layer = zx_layer_new ("area_hours", "", (gsize) profiles->n_areas * 48);
  guint32 *name = zx_layer_new_texts (layer, "area");
  for (gsize i = 0; i < layer->n_rows; i++)
    name[i] = zx_pool_add (layer->pool, profiles->area[i / 48].name);
  guint32 *day = zx_layer_new_texts (layer, "day");
  for (gsize i = 0; i < layer->n_rows; i++)
    day[i] = zx_pool_add (layer->pool, both_days[i % 48 / 24]);
  double *hour = zx_layer_new_numbers (layer, "hour");
  for (gsize i = 0; i < layer->n_rows; i++)
    hour[i] = (double) (i % 24);
  double *usage = zx_layer_new_numbers (layer, "usage_kwh");
  for (gsize i = 0; i < layer->n_rows; i++)
    usage[i] = profiles->area[i / 48].usage_kwh[i % 48];
  double *presence = zx_layer_new_numbers (layer, "presence_share");
  for (gsize i = 0; i < layer->n_rows; i++)
    presence[i] = profiles->area[i / 48].presence_share[i % 48];
  return layer;
}

/* ---- piles -------------------------------------------------------------------------------- */

static ZxLayer *
piles_layer (const ZxProfiles *profiles)
{
  static const struct
  {
    const char *name;
    gsize offset;
    gboolean is_count;
  } columns[] = {
    { "stations", G_STRUCT_OFFSET (ZxPileProfile, n_stations), TRUE },
    { "dc_connectors", G_STRUCT_OFFSET (ZxPileProfile, n_dc), TRUE },
    { "ac_connectors", G_STRUCT_OFFSET (ZxPileProfile, n_ac), TRUE },
    { "rated_kw", G_STRUCT_OFFSET (ZxPileProfile, rated_kw), FALSE },
    { "kw_per_connector", G_STRUCT_OFFSET (ZxPileProfile, kw_per_connector), FALSE },
    { "metered", G_STRUCT_OFFSET (ZxPileProfile, n_metered), TRUE },
    { "kwh_per_day", G_STRUCT_OFFSET (ZxPileProfile, kwh_per_day), FALSE },
    { "kwh_per_connector_day", G_STRUCT_OFFSET (ZxPileProfile, kwh_per_connector_day), FALSE },
    { "utilisation", G_STRUCT_OFFSET (ZxPileProfile, utilisation), FALSE },
    { "busy_share", G_STRUCT_OFFSET (ZxPileProfile, busy_share), FALSE },
    { "sessions_per_connector_day", G_STRUCT_OFFSET (ZxPileProfile, sessions_per_connector_day),
      FALSE },
    { "kwh_per_session", G_STRUCT_OFFSET (ZxPileProfile, kwh_per_session), FALSE },
    { "price_fen_per_kwh", G_STRUCT_OFFSET (ZxPileProfile, price_fen_per_kwh), FALSE },
    { "peak_hour", G_STRUCT_OFFSET (ZxPileProfile, peak_hour), TRUE },
    { "peak_share", G_STRUCT_OFFSET (ZxPileProfile, peak_share), FALSE },
    { "night_share", G_STRUCT_OFFSET (ZxPileProfile, night_share), FALSE },
  };
  ZxLayer *layer = zx_layer_new ("pile_profiles", "", profiles->n_piles);
  guint32 *by = zx_layer_new_texts (layer, "by");
  for (guint i = 0; i < profiles->n_piles; i++)
    by[i] = zx_pool_add (layer->pool, profiles->pile[i].is_operator ? "operator" : "kind");
  guint32 *name = zx_layer_new_texts (layer, "name");
  for (guint i = 0; i < profiles->n_piles; i++)
    name[i] = zx_pool_add (layer->pool, profiles->pile[i].name);
  for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
    if (columns[k].is_count)
      put_counts (layer, columns[k].name, profiles->pile, sizeof (ZxPileProfile),
                  columns[k].offset);
    else
      put_members (layer, columns[k].name, profiles->pile, sizeof (ZxPileProfile),
                   columns[k].offset);
  ZxColumn *peak = zx_layer_column (layer, "peak_hour");
  for (guint i = 0; i < profiles->n_piles; i++)
    if (profiles->pile[i].peak_hour > 23)
      peak->number[i] = NAN;
  put_hours (layer, both_days, 2, profiles->pile, sizeof (ZxPileProfile),
             G_STRUCT_OFFSET (ZxPileProfile, hour_share));
  return layer;
}

/* ---- users -------------------------------------------------------------------------------- */

static ZxLayer *
users_layer (const ZxProfiles *profiles)
{
  static const struct
  {
    const char *name;
    gsize offset;
  } columns[] = {
    { "session_share", G_STRUCT_OFFSET (ZxUserProfile, session_share) },
    { "energy_share", G_STRUCT_OFFSET (ZxUserProfile, energy_share) },
    { "mean_kwh", G_STRUCT_OFFSET (ZxUserProfile, mean_kwh) },
    { "median_charging_h", G_STRUCT_OFFSET (ZxUserProfile, median_hours) },
    { "median_stay_h", G_STRUCT_OFFSET (ZxUserProfile, median_stay_h) },
    { "mean_kw", G_STRUCT_OFFSET (ZxUserProfile, mean_kw) },
    { "dc_share", G_STRUCT_OFFSET (ZxUserProfile, dc_share) },
    { "weekend_share", G_STRUCT_OFFSET (ZxUserProfile, weekend_share) },
  };
  static const char *const starts[] = { "start" };
  ZxLayer *layer = zx_layer_new ("user_profiles", "", profiles->n_users);
  guint32 *by = zx_layer_new_texts (layer, "by");
  for (guint i = 0; i < profiles->n_users; i++)
    by[i] = zx_pool_add (layer->pool, profiles->user[i].is_driver ? "driver" : "charge");
  guint32 *name = zx_layer_new_texts (layer, "name");
  for (guint i = 0; i < profiles->n_users; i++)
    name[i] = zx_pool_add (layer->pool, profiles->user[i].name);
  guint32 *rule = zx_layer_new_texts (layer, "rule");
  for (guint i = 0; i < profiles->n_users; i++)
    rule[i] = zx_pool_add (layer->pool, profiles->user[i].rule);
  double *drivers = zx_layer_new_numbers (layer, "drivers");
  for (guint i = 0; i < profiles->n_users; i++)
    drivers[i] = profiles->user[i].is_driver ? profiles->user[i].n_users : NAN;
  double *sessions = zx_layer_new_numbers (layer, "sessions");
  for (guint i = 0; i < profiles->n_users; i++)
    sessions[i] = (double) profiles->user[i].n_sessions;
  for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
    put_members (layer, columns[k].name, profiles->user, sizeof (ZxUserProfile), columns[k].offset);
  put_hours (layer, starts, 1, profiles->user, sizeof (ZxUserProfile),
             G_STRUCT_OFFSET (ZxUserProfile, start_share));
  return layer;
}

/* ---- by name ------------------------------------------------------------------------------ */

ZxLayer *
zx_route_profile_layer (const ZxRoute *self, const char *name, GError **error)
{
  g_autoptr (ZxProfiles) profiles = zx_demand_profiles (self->city, NULL, error);
  if (profiles == NULL)
    return NULL;
  if (strcmp (name, "area_profiles") == 0)
    return areas_layer (profiles, self->city);
  if (strcmp (name, "area_hours") == 0)
    return hours_layer (profiles);
  if (strcmp (name, "pile_profiles") == 0 && profiles->n_piles > 0)
    return piles_layer (profiles);
  if (strcmp (name, "user_profiles") == 0 && profiles->n_users > 0)
    return users_layer (profiles);
  g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
               _ ("There is nothing to fill the layer “%s” with: it needs %s"), name,
               strcmp (name, "user_profiles") == 0 ? _ ("charging sessions") : _ ("stations"));
  return NULL;
}
