/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Places, people and parcels. */

#include "data/quality/zx-build.h"
#include "data/quality/zx-row-table.h"

#define REACH_M 5000 /* what lies this near outside the study area still draws people into it */

static void
tell_outside (ZxTally *tally, const char *rule, gsize n)
{
  char count[32], limit[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n);
  g_snprintf (limit, sizeof limit, "%d", REACH_M / 1000);
  zx_tally_find_many (tally, rule, -1, n, ZX_ACTION_SET_ASIDE, count, limit);
}

/* ---- places ------------------------------------------------------------------------------- */

typedef struct
{
  double x, y;
  guint8 kind;
  guint32 name;
} Place;

enum
{
  N_KIND_COLUMNS = 9
};

typedef struct
{
  ZxTally *tally;
  ZxRowPlaces places;
  const ZxColumn *kind[N_KIND_COLUMNS];
  const ZxColumn *name, *other_tags;
  gboolean has_tags; /* OSM: a point without any of them is a part of something else */
  ZxRowTable seen;
  gsize n_outside, n_other;
} PlaceLayer;

static const ZxPlaceRules place_rules
    = { "places.missing-place", "places.impossible-place", "places.swapped-axes", NULL };

/* The value of a tag in an hstore, or NULL. */
static const char *
find_in_hstore (const char *hstore, const char *key, char *buffer, gsize size)
{
  g_autofree char *start = g_strdup_printf ("\"%s\"=>\"", key);
  const char *found = strstr (hstore, start);
  if (found == NULL)
    return NULL;
  found += strlen (start);
  g_strlcpy (buffer, found, MIN (size, strcspn (found, "\"") + 1));
  return buffer;
}

/* The text that says what the place is; "" when nothing does. */
static const char *
kind_text (const PlaceLayer *layer, gsize row, char *buffer)
{
  static const char *const keys[] = { "amenity",          "shop",    "office", "leisure", "tourism",
                                      "public_transport", "highway", "railway" };
  for (guint i = 0; i < N_KIND_COLUMNS; i++)
    {
      const char *text = zx_layer_text (layer->tally->layer, layer->kind[i], row);
      if (*text != '\0')
        return i == 2 ? "shop" : i == 3 ? "office" : text;
    }
  const char *hstore = zx_layer_text (layer->tally->layer, layer->other_tags, row);
  for (guint i = 0; *hstore != '\0' && i < G_N_ELEMENTS (keys); i++)
    if (find_in_hstore (hstore, keys[i], buffer, 32) != NULL)
      return i == 1 ? "shop" : i == 2 ? "office" : buffer;
  return "";
}

static ZxPlaceKind
kind_of (const char *text)
{
  if (strcmp (text, "office") == 0)
    return ZX_PLACE_OFFICE;
  return zx_place_kind_parse (text);
}

/* Crossings and the like: OSM points that are parts of roads and railways. */
static gboolean
is_part_of_something (const PlaceLayer *layer, const char *kind)
{
  static const char words[] = " crossing traffic_signals turning_circle motorway_junction stop "
                              "give_way mini_roundabout street_lamp level_crossing switch signal "
                              "turning_loop elevator milestone speed_camera buffer_stop platform "
                              "stop_position railway_crossing passing_place bench waste_basket ";
  if (!layer->has_tags)
    return FALSE;
  g_autofree char *word = g_strdup_printf (" %s ", kind);
  return *kind == '\0' || strstr (words, word) != NULL;
}

static gboolean
is_repeated (PlaceLayer *layer, gsize row, guint32 name, const char *kind)
{
  guint64 hash = zx_hash_double (zx_hash_text (9, kind), name);
  hash = zx_hash_double (hash, floor (layer->places.x[row] * 10 + 0.5)); /* to a decimetre */
  hash = zx_hash_double (hash, floor (layer->places.y[row] * 10 + 0.5));
  gssize other = zx_row_table_first (&layer->seen, hash, row);
  if (other >= 0)
    zx_tally_find_row (layer->tally, "places.duplicate", (gint64) row, ZX_ACTION_SET_ASIDE, NULL,
                       other);
  return other >= 0;
}

static void
add_place (GArray *places, PlaceLayer *layer, const ZxBox *reach, gsize row)
{
  char buffer[32];
  const char *kind = kind_text (layer, row, buffer);
  if (is_part_of_something (layer, kind))
    {
      layer->n_other++;
      return;
    }
  if (!zx_row_places_admit (&layer->places, layer->tally, row, &place_rules, NULL, 0))
    return;
  if (!zx_box_contains (reach, layer->places.x[row], layer->places.y[row]))
    {
      layer->n_outside++;
      return;
    }
  guint32 name = zx_cells_city_text (layer->tally, layer->name, row);
  if (is_repeated (layer, row, name, kind))
    return;
  Place place = { layer->places.x[row], layer->places.y[row], (guint8) kind_of (kind), name };
  g_array_append_val (places, place);
  layer->tally->n_used++;
}

static gboolean
place_layer_init (PlaceLayer *layer, ZxTally *tally, GError **error)
{
  static const char *const names[N_KIND_COLUMNS]
      = { "kind",    "amenity",          "shop",    "office", "leisure",
          "tourism", "public_transport", "highway", "railway" };
  *layer = (PlaceLayer){ .tally = tally,
                         .name = zx_cells_column (tally, "name"),
                         .other_tags = zx_cells_column (tally, "other_tags") };
  for (guint i = 0; i < N_KIND_COLUMNS; i++)
    layer->kind[i] = zx_cells_column (tally, names[i]);
  layer->has_tags = layer->kind[0] == NULL && (layer->kind[1] != NULL || layer->other_tags != NULL);
  zx_row_table_init (&layer->seen, tally->layer->n_rows);
  if (zx_row_places_init (&layer->places, tally, error))
    return TRUE;
  zx_row_table_clear (&layer->seen);
  return FALSE;
}

static gboolean
add_place_layer (GArray *places, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  PlaceLayer layer;
  const ZxBox reach = zx_box_grown (&tally->build->study, REACH_M);
  if (!place_layer_init (&layer, tally, error))
    return FALSE;
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 4096 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (ok)
        add_place (places, &layer, &reach, row);
    }
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, layer.n_other);
  zx_tally_find_many (tally, "layer.other-things", -1, layer.n_other, ZX_ACTION_SET_ASIDE, count,
                      NULL);
  tell_outside (tally, "places.outside-study-area", layer.n_outside);
  zx_row_table_clear (&layer.seen);
  zx_row_places_clear (&layer.places);
  tally->is_done = TRUE;
  return ok;
}

gboolean
zx_build_places (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_PLACES, &index)) != NULL;)
    if (!add_place_layer (places, tally, progress, error))
      return FALSE;
  ZxPlaces *city = &self->city->places;
  if (!zx_places_alloc (city, places->len, error))
    return FALSE;
  for (gsize i = 0; i < city->n; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      city->x_m[i] = place->x;
      city->y_m[i] = place->y;
      city->kind[i] = place->kind;
      city->name[i] = place->name;
    }
  return TRUE;
}

/* ---- people ------------------------------------------------------------------------------- */

typedef struct
{
  double x, y, residents, jobs;
} Person;

typedef struct
{
  GArray *rows; /* Person */
  ZxGeometryBuilder areas;
  gboolean has_areas;
} People;

static const ZxPlaceRules people_places
    = { "people.impossible-place", "people.impossible-place", "people.swapped-axes", NULL };

/* FALSE: set aside. */
static gboolean
admit_people (ZxTally *tally, gsize row, const ZxNumbers *residents, const ZxNumbers *jobs)
{
  double people = zx_cells_number (residents, row), work = zx_cells_number (jobs, row);
  char text[32];
  if (people < 0 || work < 0)
    {
      zx_tally_find_number (tally, "people.negative", (gint64) row, ZX_ACTION_SET_ASIDE,
                            people < 0 ? people : work, NAN);
      return FALSE;
    }
  if (isfinite (people) || (isfinite (work) && zx_cells_is_empty (residents, row)))
    return TRUE;
  gboolean is_empty = zx_cells_is_empty (residents, row);
  zx_tally_find (tally, is_empty ? "people.missing" : "people.unreadable", (gint64) row,
                 ZX_ACTION_SET_ASIDE, is_empty ? NULL : zx_cells_raw (residents, row, text), NULL);
  return FALSE;
}

static void
add_area (People *people, const ZxGeometry *geometry, gsize row)
{
  if (geometry->kind != ZX_GEOMETRY_POLYGON)
    zx_geometry_builder_end_row (&people->areas);
  else if (zx_shape_append (&people->areas, geometry, row))
    people->has_areas = TRUE;
}

static gboolean
add_people_layer (People *people, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  const ZxBox reach = zx_box_grown (&tally->build->study, REACH_M);
  ZxNumbers residents = zx_cells_numbers (tally, "residents"),
            jobs = zx_cells_numbers (tally, "jobs");
  ZxRowPlaces places;
  gsize n_outside = 0;
  gboolean ok = zx_row_places_init (&places, tally, error);
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 4096 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (!ok || !zx_row_places_admit (&places, tally, row, &people_places, NULL, 0)
          || !admit_people (tally, row, &residents, &jobs))
        continue;
      if (!zx_box_contains (&reach, places.x[row], places.y[row]))
        {
          n_outside++;
          continue;
        }
      Person person = { places.x[row], places.y[row], zx_cells_number (&residents, row),
                        zx_cells_number (&jobs, row) };
      g_array_append_val (people->rows, person);
      add_area (people, &tally->layer->geometry, row);
      tally->n_used++;
    }
  tell_outside (tally, "people.outside-study-area", n_outside);
  zx_row_places_clear (&places);
  tally->is_done = TRUE;
  return ok;
}

gboolean
zx_build_people (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  People people = { .rows = g_array_new (FALSE, FALSE, sizeof (Person)) };
  ZxPeople *city = &self->city->people;
  zx_geometry_builder_init (&people.areas, ZX_GEOMETRY_POLYGON);
  guint index = 0;
  gboolean ok = TRUE;
  for (ZxTally *tally; ok && (tally = zx_build_next (self, ZX_ROLE_PEOPLE, &index)) != NULL;)
    ok = add_people_layer (&people, tally, progress, error);
  ok = ok && zx_people_alloc (city, people.rows->len, error);
  for (gsize i = 0; ok && i < city->n; i++)
    {
      const Person *person = &g_array_index (people.rows, Person, i);
      city->x_m[i] = person->x;
      city->y_m[i] = person->y;
      city->residents[i] = (float) person->residents;
      city->jobs[i] = (float) person->jobs;
    }
  if (ok && people.has_areas)
    zx_geometry_builder_finish (&people.areas, &city->areas);
  zx_geometry_builder_clear (&people.areas);
  g_array_unref (people.rows);
  return ok;
}

/* ---- parcels ------------------------------------------------------------------------------ */

typedef struct
{
  guint32 id, name;
  double x, y, area_m2, bays, rent;
  gint32 transformer;
} Parcel;

typedef struct
{
  ZxTally *tally;
  ZxRowPlaces places;
  const ZxColumn *id, *name, *transformer;
  ZxNumbers area, bays, rent;
  double rent_scale;
  GHashTable *row_of_id, *transformer_of_id;
} ParcelLayer;

static const ZxPlaceRules parcel_places
    = { "parcels.missing-place", "parcels.impossible-place", "parcels.swapped-axes", NULL };

/* Inside the boundary's polygons when there are some, else in the study rectangle. */
static gboolean
is_point_inside (const ZxBuild *self, double x, double y)
{
  if (!zx_box_is_empty (&self->study)
      && zx_box_distance (&self->study, x, y) > self->options->study_margin_m)
    return FALSE;
  return !zx_city_has_boundary (self->city)
         || zx_city_area_at (self->city, ZX_AREA_BOUNDARY, x, y) >= 0;
}

/* Land on the border belongs here: any part of it inside will do. */
static gboolean
is_inside (const ZxBuild *self, const ZxGeometry *geometry, gsize row, double x, double y)
{
  if (is_point_inside (self, x, y))
    return TRUE;
  gboolean has_outline = geometry->kind == ZX_GEOMETRY_POLYGON && zx_shape_is_good (geometry, row);
  gsize first = has_outline ? geometry->point_first[geometry->part_first[row]] : 0;
  gsize last = has_outline ? geometry->point_first[geometry->part_first[row + 1]] : 0;
  for (gsize i = first; i < last; i++)
    if (is_point_inside (self, geometry->x[i], geometry->y[i]))
      return TRUE;
  return FALSE;
}

static double
read_positive (ParcelLayer *layer, const ZxNumbers *numbers, const char *what, gsize row,
               double most)
{
  double value = zx_cells_number (numbers, row);
  if (isnan (value) || (value >= 0 && value <= most))
    return value;
  char text[32];
  zx_tally_find (layer->tally, "parcels.implausible", (gint64) row, ZX_ACTION_CORRECTED,
                 zx_cells_raw (numbers, row, text), what);
  return NAN;
}

static gint32
read_transformer (ParcelLayer *layer, gsize row)
{
  char key[64];
  zx_cells_key (layer->tally->layer, layer->transformer, row, key);
  gsize found = GPOINTER_TO_SIZE (g_hash_table_lookup (layer->transformer_of_id, key));
  if (*key != '\0' && found == 0 && layer->tally->build->city->transformers.n > 0)
    zx_tally_find (layer->tally, "parcels.unknown-transformer", (gint64) row, ZX_ACTION_CORRECTED,
                   key, NULL);
  return (gint32) found - 1;
}

static void
add_parcel (GArray *parcels, ParcelLayer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  char key[64];
  if (!zx_row_places_admit (&layer->places, tally, row, &parcel_places, NULL, 0))
    return;
  if (!is_inside (tally->build, &tally->layer->geometry, row, layer->places.x[row],
                  layer->places.y[row]))
    {
      g_autofree char *text = zx_row_places_text (&layer->places, row);
      zx_tally_find (tally, "parcels.outside-study-area", (gint64) row, ZX_ACTION_SET_ASIDE, text,
                     NULL);
      return;
    }
  zx_cells_key (tally->layer, layer->id, row, key);
  gsize other = *key != '\0' ? GPOINTER_TO_SIZE (g_hash_table_lookup (layer->row_of_id, key)) : 0;
  if (other > 0)
    {
      zx_tally_find_row (tally, "parcels.duplicate-id", (gint64) row, ZX_ACTION_SET_ASIDE, key,
                         (gint64) other - 1);
      return;
    }
  Parcel parcel = { .x = layer->places.x[row], .y = layer->places.y[row] };
  parcel.id = zx_cells_city_text (tally, layer->id, row);
  parcel.name = zx_cells_city_text (tally, layer->name, row);
  parcel.area_m2 = read_positive (layer, &layer->area, "m²", row, 1e8);
  parcel.bays = read_positive (layer, &layer->bays, "P", row, 1e5);
  parcel.rent = read_positive (layer, &layer->rent, "¥", row, 1e9) * layer->rent_scale;
  parcel.transformer = read_transformer (layer, row);
  if (isnan (parcel.area_m2) && tally->layer->geometry.kind == ZX_GEOMETRY_POLYGON)
    parcel.area_m2 = zx_geometry_area (&tally->layer->geometry, row);
  if (*key != '\0')
    g_hash_table_insert (layer->row_of_id, g_strdup (key), GSIZE_TO_POINTER (row + 1));
  g_array_append_val (parcels, parcel);
  tally->n_used++;
}

static gboolean
add_parcel_layer (GArray *parcels, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  const ZxTransformerAreas *transformers = &tally->build->city->transformers;
  ParcelLayer layer = { .tally = tally,
                        .id = zx_cells_column (tally, "id"),
                        .name = zx_cells_column (tally, "name"),
                        .transformer = zx_cells_column (tally, "transformer_id"),
                        .area = zx_cells_numbers (tally, "area_m2"),
                        .bays = zx_cells_numbers (tally, "bays"),
                        .rent = zx_cells_numbers (tally, "rent") };
  if (!zx_row_places_init (&layer.places, tally, error))
    return FALSE;
  layer.rent_scale = tally->binding->price_scale > 0 ? tally->binding->price_scale : 100;
  layer.row_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  layer.transformer_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < transformers->n; i++)
    {
      char key[64];
      zx_key_of (zx_pool_get (tally->build->city->pool, transformers->id[i]), key);
      g_hash_table_insert (layer.transformer_of_id, g_strdup (key),
                           GSIZE_TO_POINTER ((gsize) i + 1));
    }
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 256 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (ok)
        add_parcel (parcels, &layer, row);
    }
  g_hash_table_unref (layer.row_of_id);
  g_hash_table_unref (layer.transformer_of_id);
  zx_row_places_clear (&layer.places);
  tally->is_done = TRUE;
  return ok;
}

gboolean
zx_build_parcels (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) parcels = g_array_new (FALSE, FALSE, sizeof (Parcel));
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_PARCELS, &index)) != NULL;)
    if (!add_parcel_layer (parcels, tally, progress, error))
      return FALSE;
  ZxParcels *city = &self->city->parcels;
  if (!zx_parcels_alloc (city, parcels->len, error))
    return FALSE;
  for (guint i = 0; i < city->n; i++)
    {
      const Parcel *parcel = &g_array_index (parcels, Parcel, i);
      city->id[i] = parcel->id;
      city->name[i] = parcel->name;
      city->x_m[i] = parcel->x;
      city->y_m[i] = parcel->y;
      city->area_m2[i] = (float) parcel->area_m2;
      city->bays[i] = (float) parcel->bays;
      city->rent_fen_per_bay_year[i] = (float) parcel->rent;
      city->transformer_area[i] = parcel->transformer;
    }
  return TRUE;
}
