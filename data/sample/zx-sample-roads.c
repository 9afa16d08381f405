/* SPDX-License-Identifier: GPL-3.0-or-later */

/* roads.geojson: edges of one street that follow one another make one line, as in OpenStreetMap;
 * lines share their crossings' coordinates exactly.  A bridge is a line of its own. */

#include "data/sample/zx-sample-private.h"

#define MAX_LINE_M 2500.0

typedef struct
{
  const SampleWorld *world;
  const SampleStreets *streets;
  const SampleGraph *graph;
  GString *text;
  char *name;           /* of the street at hand */
  guint32 named_street; /* G_MAXUINT32: none */
  guint n_lines, n_on_line;
  SamplePoint last;
} Writer;

static gboolean
runs_east_west (const SampleStreets *streets, const SampleStreet *street)
{
  SamplePoint a = *SAMPLE_POINT (streets->points, street->first);
  SamplePoint b = *SAMPLE_POINT (streets->points, street->first + street->n - 1);
  return fabs (b.x - a.x) > fabs (b.y - a.y);
}

static char *
name_street (const SampleWorld *world, const SampleStreets *streets, guint32 number)
{
  const SampleStreet *street = &g_array_index (streets->list, SampleStreet, number);
  gboolean is_east_west = runs_east_west (streets, street);
  if (street->is_link)
    return g_strdup ("");
  if (street->road_class == ZX_ROAD_MOTORWAY)
    return g_strdup_printf ("S%u 澜东高速", 21 + 2 * (number % 9));
  if (street->level == SAMPLE_COUNTRY)
    switch (street->road_class)
      {
      case ZX_ROAD_TRUNK:
        return g_strdup_printf ("G%u 国道", 500 + number % 40);
      case ZX_ROAD_PRIMARY:
        return g_strdup_printf ("S%u 省道", 200 + number % 90);
      case ZX_ROAD_SECONDARY:
        return g_strdup_printf ("X%03u 县道", 1 + number % 99);
      default:
        return g_strdup ("");
      }
  const SampleSettlement *town
      = street->settlement >= 0
            ? &g_array_index (world->settlements, SampleSettlement, street->settlement)
            : NULL;
  if (town == NULL || town->rank == 3
      || (street->road_class >= ZX_ROAD_RESIDENTIAL && number % 4 == 0))
    return g_strdup ("");
  return zx_sample_street_name (world->seed, number, street->road_class, is_east_west);
}

static void
begin_line (Writer *self, guint32 number, gboolean is_bridge)
{
  const SampleStreet *street = &g_array_index (self->streets->list, SampleStreet, number);
  if (self->named_street != number)
    {
      g_free (self->name);
      self->name = name_street (self->world, self->streets, number);
      self->named_street = number;
    }
  g_string_append (self->text, self->n_lines++ == 0 ? "" : ",\n");
  g_string_append (self->text, "{\"type\":\"Feature\",\"properties\":{\"highway\":\"");
  g_string_append (self->text, zx_road_class_name ((ZxRoadClass) street->road_class));
  g_string_append (self->text, street->is_link ? "_link\"" : "\"");
  if (self->name[0] != '\0')
    {
      g_string_append (self->text, ",\"name\":");
      zx_sample_append_json (self->text, self->name);
    }
  if (street->one_way)
    g_string_append (self->text, ",\"oneway\":\"yes\"");
  if (zx_sample_street_posted (street) != NULL)
    g_string_append_printf (self->text, ",\"maxspeed\":\"%s\"", zx_sample_street_posted (street));
  if (is_bridge)
    g_string_append (self->text, ",\"bridge\":\"yes\",\"layer\":\"1\"");
  g_string_append (self->text, "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[");
  self->n_on_line = 0;
}

static void
add_point (Writer *self, SamplePoint p)
{
  g_string_append (self->text, self->n_on_line++ == 0 ? "[" : ",[");
  zx_sample_append_lonlat (self->text, self->world, p.x, p.y);
  g_string_append_c (self->text, ']');
  self->last = p;
}

static void
end_line (Writer *self)
{
  g_string_append (self->text, "]}}");
}

/* From the edge's first node on, a new line where a bridge begins or ends. */
static void
add_edge (Writer *self, const SampleEdge *edge, gboolean *is_bridge, gboolean continues)
{
  gboolean bridge = edge->starts_on_bridge != 0;
  SamplePoint a = *SAMPLE_POINT (self->graph->nodes, edge->a);
  if (!continues || bridge != *is_bridge)
    {
      if (continues)
        end_line (self);
      begin_line (self, edge->street, bridge);
      add_point (self, a);
    }
  for (guint i = 0; i < edge->n; i++)
    {
      gboolean next = g_array_index (self->graph->flags, guint8, edge->first + i) != 0;
      add_point (self, *SAMPLE_POINT (self->graph->points, edge->first + i));
      if (next == bridge)
        continue;
      end_line (self);
      begin_line (self, edge->street, next);
      add_point (self, self->last);
      bridge = next;
    }
  add_point (self, *SAMPLE_POINT (self->graph->nodes, edge->b));
  *is_bridge = bridge;
}

static gboolean
is_single (const SampleGraph *graph, guint e)
{
  const SampleEdge *edge = &g_array_index (graph->edges, SampleEdge, e);
  for (guint i = 0; i < edge->n; i++)
    if (g_array_index (graph->flags, guint8, edge->first + i) != 0)
      return FALSE;
  for (gint side = -1; side <= 1; side += 2)
    {
      gint64 other = (gint64) e + side;
      if (other < 0 || other >= graph->edges->len)
        continue;
      const SampleEdge *next = &g_array_index (graph->edges, SampleEdge, (guint) other);
      if (next->street == edge->street && !next->is_dropped)
        return FALSE;
    }
  return !edge->is_dropped && edge->a != edge->b;
}

/* A few streets twice, and a few that are a single point. */
static void
add_dirt (Writer *self, SampleDirt *dirt)
{
  for (guint k = 0, e = 40; k < 4 && e < self->graph->edges->len; e += 97)
    {
      const SampleEdge *edge = &g_array_index (self->graph->edges, SampleEdge, e);
      /* An edge that is a line by itself, so that the copy copies all of it. */
      if (!is_single (self->graph, e) || edge->starts_on_bridge)
        continue;
      gboolean is_bridge = FALSE;
      zx_sample_dirt_add (dirt, "roads.geojson", self->n_lines, "roads.duplicate");
      add_edge (self, edge, &is_bridge, FALSE);
      end_line (self);
      zx_sample_dirt_add (dirt, "roads.geojson", self->n_lines, "roads.zero-length");
      begin_line (self, edge->street, FALSE);
      add_point (self, *SAMPLE_POINT (self->graph->nodes, edge->a));
      add_point (self, *SAMPLE_POINT (self->graph->nodes, edge->a));
      end_line (self);
      k++;
    }
}

gboolean
zx_sample_write_roads (const SampleWorld *world, const SampleStreets *streets,
                       const SampleGraph *graph, const char *folder, SampleDirt *dirt,
                       const ZxProgress *progress, GError **error)
{
  g_autoptr (SampleFile) out = zx_sample_file_new (folder, "roads.geojson", error);
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  Writer writer = { world, streets, graph, text, NULL, G_MAXUINT32, 0, 0, { 0, 0 } };
  gboolean is_open = FALSE, is_bridge = FALSE, ok = out != NULL;
  const SampleEdge *before = NULL;
  double length = 0;
  for (guint e = 0; ok && e < graph->edges->len; e++)
    {
      const SampleEdge *edge = &g_array_index (graph->edges, SampleEdge, e);
      if (edge->is_dropped)
        continue;
      gboolean continues = is_open && before->street == edge->street && before->b == edge->a
                           && length + edge->length_m < MAX_LINE_M;
      if (is_open && !continues)
        end_line (&writer);
      length = continues ? length + edge->length_m : edge->length_m;
      add_edge (&writer, edge, &is_bridge, continues);
      is_open = TRUE;
      before = edge;
      if (text->len > 1 << 20)
        ok = zx_sample_file_flush (out, text, error)
             && zx_progress_step (progress, e, graph->edges->len, error);
    }
  if (is_open)
    end_line (&writer);
  add_dirt (&writer, dirt);
  g_string_append (text, "\n]}\n");
  g_free (writer.name);
  return ok && zx_sample_file_flush (out, text, error)
         && zx_sample_file_close (g_steal_pointer (&out), error);
}
