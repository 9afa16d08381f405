/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Roads: lines with what their tags say.
 *
 * A road is a duplicate when another has the same points in the same order; the reverse is no
 * duplicate, for many networks give each direction its own line. */

#include "data/quality/zx-build.h"
#include "data/quality/zx-road-tags.h"
#include "data/quality/zx-row-table.h"

/* The middle of a city's roads is narrow and a prefecture wide: strays are farther than two of
 * these from it. */
#define STRAY_M 100000

typedef struct
{
  ZxGeometryBuilder lines;
  GArray *facts; /* ZxRoadFacts */
  GArray *name;  /* guint32 */
  GArray *row;   /* gsize: in the source */
  ZxRowTable courses;
} Roads;

typedef struct
{
  Roads *roads;
  ZxTally *tally;
  const ZxColumn *tag[ZX_N_ROAD_TAGS];
  const ZxColumn *name, *other_tags;
  gboolean is_osm, t_is_against;
  GStringChunk *arena;
  ZxBox most; /* where nearly all roads are */
  gsize n_other, n_unknown, n_unreadable;
  const char *unreadable; /* an example */
} Layer;

/* ---- courses ------------------------------------------------------------------------------ */

static guint64
hash_course (const ZxGeometry *geometry, gsize row)
{
  gsize first = geometry->point_first[geometry->part_first[row]];
  gsize n = geometry->point_first[geometry->part_first[row + 1]] - first;
  guint64 hash = zx_hash_bytes (1, geometry->x + first, n * sizeof (double));
  return zx_hash_bytes (hash, geometry->y + first, n * sizeof (double));
}

/* @kept: index of a road that is kept already. */
static gboolean
is_same_course (const Roads *roads, gsize kept, const ZxGeometry *geometry, gsize row)
{
  const ZxGeometryBuilder *lines = &roads->lines;
  gsize first = geometry->point_first[geometry->part_first[row]];
  gsize n = geometry->point_first[geometry->part_first[row + 1]] - first;
  gsize part = g_array_index (lines->part_first, gsize, kept);
  gsize next_part = g_array_index (lines->part_first, gsize, kept + 1);
  gsize begin = g_array_index (lines->point_first, gsize, part);
  gsize end = next_part < lines->point_first->len
                  ? g_array_index (lines->point_first, gsize, next_part)
                  : lines->x->len;
  return end - begin == n
         && memcmp (&g_array_index (lines->x, double, begin), geometry->x + first,
                    n * sizeof (double))
                == 0
         && memcmp (&g_array_index (lines->y, double, begin), geometry->y + first,
                    n * sizeof (double))
                == 0;
}

/* Source row of the road it repeats, in this layer or one before; -1: none. */
static gint64
find_duplicate (Layer *layer, gsize row)
{
  Roads *roads = layer->roads;
  const ZxGeometry *geometry = &layer->tally->layer->geometry;
  gssize kept
      = zx_row_table_first (&roads->courses, hash_course (geometry, row), roads->facts->len);
  return kept >= 0 && is_same_course (roads, (gsize) kept, geometry, row)
             ? (gint64) g_array_index (roads->row, gsize, kept)
             : -1;
}

/* The first point that is no place, as text; NULL when all are. */
static char *
find_bad_point (const ZxGeometry *geometry, gsize row)
{
  gsize first = geometry->point_first[geometry->part_first[row]];
  gsize last = geometry->point_first[geometry->part_first[row + 1]];
  for (gsize i = first; i < last; i++)
    if (!ZX_IS_METRES (geometry->x[i]) || !ZX_IS_METRES (geometry->y[i]))
      {
        char a[32], b[32];
        return g_strdup_printf ("%s, %s", zx_number_format (geometry->x[i], a),
                                zx_number_format (geometry->y[i], b));
      }
  return NULL;
}

/* ---- rows --------------------------------------------------------------------------------- */

static void
read_tags (Layer *layer, gsize row, const char *tags[], char buffers[][32])
{
  const ZxLayer *source = layer->tally->layer;
  for (guint i = 0; i < ZX_N_ROAD_TAGS; i++)
    tags[i] = zx_cells_text (source, layer->tag[i], row, buffers[i]);
  if (layer->other_tags != NULL)
    zx_road_tags_from_hstore (zx_layer_text (source, layer->other_tags, row), tags, layer->arena);
}

static gboolean
admit_course (Layer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  const ZxGeometry *geometry = &tally->layer->geometry;
  g_autofree char *bad = find_bad_point (geometry, row);
  if (bad != NULL)
    {
      zx_tally_find (tally, "roads.impossible-place", (gint64) row, ZX_ACTION_SET_ASIDE, bad, NULL);
      return FALSE;
    }
  if (!(zx_geometry_length (geometry, row) > 0))
    {
      zx_tally_find (tally, "roads.zero-length", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      return FALSE;
    }
  gsize first = geometry->point_first[geometry->part_first[row]];
  double distance = zx_box_distance (&layer->most, geometry->x[first], geometry->y[first]);
  if (distance > 0)
    {
      zx_tally_find_number (tally, "roads.outside-study-area", (gint64) row, ZX_ACTION_SET_ASIDE,
                            distance / 1000, NAN);
      return FALSE;
    }
  gint64 other = find_duplicate (layer, row);
  if (other >= 0)
    zx_tally_find_row (tally, "roads.duplicate", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, other);
  return other < 0;
}

static void
add_row (Roads *roads, Layer *layer, gsize row)
{
  const char *tags[ZX_N_ROAD_TAGS];
  char buffers[ZX_N_ROAD_TAGS][32];
  read_tags (layer, row, tags, buffers);
  ZxRoadFacts facts = zx_road_facts (tags, layer->is_osm, layer->t_is_against);
  if (!facts.is_road)
    {
      layer->n_other++;
      return;
    }
  if (!admit_course (layer, row))
    return;
  if (facts.is_speed_unreadable)
    {
      layer->n_unreadable++;
      layer->unreadable = g_string_chunk_insert_const (layer->arena, tags[ZX_TAG_MAX_SPEED]);
    }
  layer->n_unknown += !facts.is_class_known;
  guint32 name = zx_cells_city_text (layer->tally, layer->name, row);
  zx_shape_append (&roads->lines, &layer->tally->layer->geometry, row);
  g_array_append_val (roads->facts, facts);
  g_array_append_val (roads->name, name);
  g_array_append_val (roads->row, row);
  layer->tally->n_used++;
}

/* ---- layers ------------------------------------------------------------------------------- */

static gboolean
has_value (const ZxLayer *layer, const ZxColumn *column, const char *text)
{
  guint32 id
      = column != NULL && column->kind == ZX_COLUMN_TEXT ? zx_pool_find (layer->pool, text) : 0;
  for (gsize row = 0; id != 0 && row < layer->n_rows; row++)
    if (column->text[row] == id)
      return TRUE;
  return FALSE;
}

static void
layer_init (Layer *self, Roads *roads, ZxTally *tally)
{
  const ZxGeometry *geometry = &tally->layer->geometry;
  *self = (Layer){ .roads = roads,
                   .tally = tally,
                   .name = zx_cells_column (tally, "name"),
                   .other_tags = zx_cells_column (tally, "other_tags") };
  for (guint i = 0; i < ZX_N_ROAD_TAGS; i++)
    self->tag[i] = zx_cells_column (tally, zx_road_tag_column ((ZxRoadTag) i));
  const char *source = zx_binding_column (tally->binding, "class");
  self->is_osm = g_strcmp0 (source, "highway") == 0;
  self->t_is_against = has_value (tally->layer, self->tag[ZX_TAG_ONE_WAY], "B");
  self->arena = g_string_chunk_new (4096);
  self->most = zx_box_of_most (geometry->x, geometry->y, geometry->n_points, STRAY_M);
}

static void
layer_finish (Layer *self)
{
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, self->n_other);
  zx_tally_find_many (self->tally, "layer.other-things", -1, self->n_other, ZX_ACTION_SET_ASIDE,
                      count, NULL);
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, self->n_unknown);
  zx_tally_find_many (self->tally, "roads.class-unknown", -1, self->n_unknown, ZX_ACTION_KEPT,
                      count, NULL);
  zx_tally_find_many (self->tally, "roads.speed-unreadable", -1, self->n_unreadable, ZX_ACTION_KEPT,
                      self->unreadable, NULL);
  g_string_chunk_free (self->arena);
  self->tally->is_done = TRUE;
}

static gboolean
add_layer (Roads *roads, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  const gsize n_rows = tally->layer->n_rows;
  if (tally->layer->geometry.kind != ZX_GEOMETRY_LINE)
    {
      zx_tally_find_many (tally, "roads.zero-length", -1, n_rows, ZX_ACTION_SET_ASIDE, NULL, NULL);
      tally->is_done = TRUE;
      return TRUE;
    }
  Layer layer;
  layer_init (&layer, roads, tally);
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < n_rows; row++)
    {
      ok = row % 4096 != 0 || zx_progress_step (progress, row, n_rows, error);
      if (ok)
        add_row (roads, &layer, row);
    }
  layer_finish (&layer);
  return ok;
}

static gboolean
take_over (ZxBuild *self, Roads *roads, GError **error)
{
  ZxRoads *city = &self->city->roads;
  if (!zx_roads_alloc (city, roads->facts->len, error))
    return FALSE;
  for (gsize i = 0; i < city->n; i++)
    {
      const ZxRoadFacts *facts = &g_array_index (roads->facts, ZxRoadFacts, i);
      city->road_class[i] = (guint8) facts->road_class;
      city->flags[i] = facts->flags;
      city->one_way[i] = facts->one_way;
      city->level[i] = facts->level;
      city->max_speed_kmh[i] = facts->max_speed_kmh;
      city->speed_factor[i] = facts->speed_factor;
      city->name[i] = g_array_index (roads->name, guint32, i);
    }
  zx_geometry_builder_finish (&roads->lines, &city->lines);
  if (zx_box_is_empty (&self->study)) /* no boundary: the roads' extent */
    for (gsize i = 0; i < city->lines.n_points; i++)
      zx_box_add (&self->study, city->lines.x[i], city->lines.y[i]);
  return TRUE;
}

gboolean
zx_build_roads (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  Roads roads = { .facts = g_array_new (FALSE, FALSE, sizeof (ZxRoadFacts)),
                  .name = g_array_new (FALSE, FALSE, sizeof (guint32)),
                  .row = g_array_new (FALSE, FALSE, sizeof (gsize)) };
  gsize n_rows = 0;
  gboolean ok = TRUE;
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_ROADS, &index)) != NULL;)
    n_rows += tally->layer->n_rows;
  zx_row_table_init (&roads.courses, n_rows);
  zx_geometry_builder_init (&roads.lines, ZX_GEOMETRY_LINE);
  index = 0;
  for (ZxTally *tally; ok && (tally = zx_build_next (self, ZX_ROLE_ROADS, &index)) != NULL;)
    ok = add_layer (&roads, tally, progress, error);
  ok = ok && take_over (self, &roads, error);
  zx_geometry_builder_clear (&roads.lines);
  g_array_unref (roads.facts);
  g_array_unref (roads.name);
  g_array_unref (roads.row);
  zx_row_table_clear (&roads.courses);
  return ok;
}
