/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The road graph: pieces of road are merged into chains, chains become arcs, the strongly connected
 * part with the longest roads is kept, for a driver who leaves it cannot come back and one outside
 * cannot come in.
 *
 * The weight of a chain is driving time by the speed table plus half a crossing's delay at each
 * end, or alone where turns are counted (zx-turns.c).  Wrong where turns are forbidden (GDAL gives
 * the roads of a turn restriction, but not which is left and which entered), where a bridge shares
 * a vertex with the road below, and for one street of its class that is jammed at its own hour. */

#include "app/travel/zx-travel-private.h"
#include "app/travel/zx-turns.h"

/* ---- constants ---------------------------------------------------------------------------- */

/* A few per cent of any city's roads are car parks and cut-off ends; more is worth a warning. */
#define WORRYING_SHARE 0.05

/* ---- arcs --------------------------------------------------------------------------------- */

static inline void
put_arc (guint32 *next, ZxArc *arc, guint32 tail, guint32 head, guint32 ds)
{
  arc[next[tail]++] = (ZxArc){ head, ds };
}

/* Arcs by tail (or by head when @is_reverse) in the order of the chains.  A chain from a node to
 * itself is no arc: nobody goes round a block to get anywhere. */
static gboolean
make_star (const ZxRoadChains *chains, guint32 n_nodes, gboolean is_reverse, guint32 **first,
           ZxArc **arc, GError **error)
{
  guint32 *count
      = ZX_TRY_NEW (guint32, (gsize) n_nodes + 2, _ ("The arcs of the road graph"), error);
  if (count == NULL)
    return FALSE;
  for (guint32 c = 0; c < chains->n; c++)
    if (chains->a[c] != chains->b[c])
      {
        gboolean is_both = chains->ways[c] == ZX_WAY_BOTH;
        count[chains->a[c] + 2] += is_both || !is_reverse;
        count[chains->b[c] + 2] += is_both || is_reverse;
      }
  for (guint32 node = 0; node < n_nodes; node++)
    count[node + 2] += count[node + 1];
  *arc = ZX_TRY_NEW (ZxArc, count[n_nodes + 1], _ ("The arcs of the road graph"), error);
  if (*arc == NULL)
    {
      g_free (count);
      return FALSE;
    }
  guint32 *next = count + 1; /* filling moves each beginning to its end, that is the next one's */
  for (guint32 c = 0; c < chains->n; c++)
    if (chains->a[c] != chains->b[c])
      {
        gboolean is_both = chains->ways[c] == ZX_WAY_BOTH;
        guint32 a = chains->a[c], b = chains->b[c], ds = zx_chain_ds (chains, c);
        if (is_both || !is_reverse)
          put_arc (next, *arc, a, b, ds);
        if (is_both || is_reverse)
          put_arc (next, *arc, b, a, ds);
      }
  *first = count;
  return TRUE;
}

static gboolean
has_one_way (const ZxRoadChains *chains)
{
  for (guint32 c = 0; c < chains->n; c++)
    if (chains->ways[c] != ZX_WAY_BOTH && chains->a[c] != chains->b[c])
      return TRUE;
  return FALSE;
}

static gboolean
make_arcs (ZxRoadGraph *self, GError **error)
{
  const ZxRoadChains *chains = self->chains;
  if (!make_star (chains, self->n_nodes, FALSE, &self->first, &self->arc, error))
    return FALSE;
  self->n_arcs = self->first[self->n_nodes];
  self->reverse_first = self->first;
  self->reverse_arc = self->arc;
  if (has_one_way (chains))
    {
      self->reverse_first = NULL;
      self->reverse_arc = NULL;
      if (!make_star (chains, self->n_nodes, TRUE, &self->reverse_first, &self->reverse_arc, error))
        return FALSE;
    }
  for (guint32 c = 0; c < chains->n; c++)
    self->max_ds = MAX (self->max_ds, zx_chain_ds (chains, c));
  return TRUE;
}

/* ---- the largest part --------------------------------------------------------------------- */

/* The part with the longest roads within; of equals the one with the lowest node. */
static guint32
longest_part (const ZxRoadChains *chains, guint32 n_nodes, const guint32 *part, double *length_m)
{
  for (guint32 c = 0; c < chains->n; c++)
    if (part[chains->a[c]] == part[chains->b[c]])
      length_m[part[chains->a[c]]] += chains->length_m[c];
  guint32 best = part[0];
  for (guint32 node = 0; node < n_nodes; node++)
    if (length_m[part[node]] > length_m[best])
      best = part[node];
  return best;
}

static guint32 *
find_parts (ZxRoadGraph *self, guint32 n_nodes, GError **error)
{
  g_autofree guint32 *first = NULL;
  g_autofree ZxArc *arc = NULL;
  guint32 *part = ZX_TRY_NEW (guint32, n_nodes, _ ("The parts of the graph"), error);
  if (part == NULL || !make_star (self->chains, n_nodes, FALSE, &first, &arc, error)
      || (self->n_parts = zx_graph_parts (n_nodes, first, arc, part, error)) == 0)
    {
      g_free (part);
      return NULL;
    }
  return part;
}

/* The new number of each node, ZX_NOWHERE for those that fall outside. */
static guint32 *
choose_nodes (ZxRoadGraph *self, guint32 n_nodes, GError **error)
{
  guint32 *number = find_parts (self, n_nodes, error);
  if (number == NULL)
    return NULL;
  g_autofree double *length_m
      = ZX_TRY_NEW (double, self->n_parts, _ ("The parts of the graph"), error);
  if (length_m == NULL)
    {
      g_free (number);
      return NULL;
    }
  guint32 best = longest_part (self->chains, n_nodes, number, length_m);
  for (guint32 node = 0; node < n_nodes; node++)
    number[node] = number[node] == best ? self->n_nodes++ : ZX_NOWHERE;
  self->n_dropped_nodes = n_nodes - self->n_nodes;
  return number;
}

/* ---- findings ----------------------------------------------------------------------------- */

/* Rows with a piece outside; also sums up the lengths. */
static guint32
count_outside (ZxRoadGraph *self, const guint32 *number, gsize n_rows)
{
  const ZxRoadChains *chains = self->chains;
  g_autofree guint8 *is_outside = g_malloc0 (n_rows);
  guint32 n = 0;
  for (guint32 c = 0; c < chains->n; c++)
    {
      self->total_km += chains->length_m[c] / 1000;
      if (number[chains->a[c]] != ZX_NOWHERE && number[chains->b[c]] != ZX_NOWHERE)
        continue;
      self->dropped_km += chains->length_m[c] / 1000;
      for (guint32 s = chains->point_first[c] + c; s <= chains->point_first[c + 1] + c; s++)
        {
          n += !is_outside[chains->segment_road[s]];
          is_outside[chains->segment_road[s]] = 1;
        }
    }
  return n;
}

static void
report (const ZxRoadGraph *self, guint32 n_outside, gsize n_zero_length, ZxFindings *findings)
{
  if (findings == NULL)
    return;
  guint32 layer = zx_findings_layer (findings, "roads");
  if (n_zero_length > 0)
    zx_findings_add (findings, "roads.zero-length", layer, -1,
                     (guint32) MIN (n_zero_length, G_MAXUINT32), ZX_SEVERITY_NOTE,
                     ZX_ACTION_SET_ASIDE, NULL, NULL);
  if (self->n_cut_roads > 0)
    {
      char count[32];
      g_snprintf (count, sizeof count, "%u", self->n_cut_roads);
      zx_findings_add (findings, "roads.cut-by-barrier", layer, -1, self->n_cut_roads,
                       ZX_SEVERITY_NOTE, ZX_ACTION_SET_ASIDE, count, NULL);
    }
  if (n_outside == 0)
    return;
  gboolean is_much = self->dropped_km > WORRYING_SHARE * self->total_km;
  char dropped[G_ASCII_DTOSTR_BUF_SIZE], total[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (dropped, sizeof dropped, "%.1f", self->dropped_km);
  g_ascii_formatd (total, sizeof total, "%.1f", self->total_km);
  zx_findings_add (findings, "roads.outside-largest-part", layer, -1, n_outside,
                   is_much ? ZX_SEVERITY_WARNING : ZX_SEVERITY_NOTE, ZX_ACTION_SET_ASIDE, dropped,
                   total);
}

/* ---- the story ---------------------------------------------------------------------------- */

static gboolean
refuse_empty (gsize n_rows, GError **error)
{
  g_set_error (
      error, ZX_ERROR, ZX_ERROR_MISSING,
      _ ("None of the %zu roads is left for driving: their classes have no speed, they are "
         "closed, or no two of them lead to and fro; check the road layer and the speed "
         "table"),
      n_rows);
  return FALSE;
}

static void
count_sources (ZxRoadGraph *self, const ZxPieces *pieces)
{
  self->n_source_nodes = pieces->n_vertices;
  for (gsize i = 0; i < pieces->n; i++)
    self->n_source_arcs += pieces->piece[i].ways == ZX_WAY_BOTH ? 2 : 1;
}

static gboolean
place_nodes (ZxRoadGraph *self, const ZxPieces *pieces, const guint32 *vertex,
             const guint32 *number, GError **error)
{
  self->x_m = ZX_TRY_NEW (double, self->n_nodes, _ ("The nodes of the graph"), error);
  self->y_m = ZX_TRY_NEW (double, self->n_nodes, _ ("The nodes of the graph"), error);
  if (self->x_m == NULL || self->y_m == NULL)
    return FALSE;
  guint32 n_nodes = self->n_nodes + self->n_dropped_nodes;
  for (guint32 node = 0; node < n_nodes; node++)
    if (number[node] != ZX_NOWHERE)
      {
        self->x_m[number[node]] = pieces->x_m[vertex[node]];
        self->y_m[number[node]] = pieces->y_m[vertex[node]];
      }
  return TRUE;
}

static gboolean
make_graph (ZxRoadGraph *self, const ZxPieces *pieces, const ZxRoads *roads,
            const ZxSpeedTable *speeds, ZxFindings *findings, const ZxProgress *progress,
            GError **error)
{
  g_autofree guint32 *vertex = NULL;
  guint32 n_nodes = 0;
  if (pieces->n == 0)
    return refuse_empty (roads->n, error);
  count_sources (self, pieces);
  self->straight_kmh = speeds->straight_kmh;
  gboolean has_turn_costs = speeds->has_turn_costs >= 0.5;
  self->chains = zx_road_chains_new (pieces, has_turn_costs ? 0 : speeds->junction_s, &n_nodes,
                                     &vertex, error);
  if (self->chains == NULL || !zx_progress_step (progress, 5, 10, error))
    return FALSE;
  g_autofree guint32 *number = choose_nodes (self, n_nodes, error);
  if (number == NULL || !zx_progress_step (progress, 7, 10, error))
    return FALSE;
  guint32 n_outside = count_outside (self, number, roads->n);
  zx_road_chains_keep (self->chains, n_nodes, number);
  if (self->chains->n == 0)
    return refuse_empty (roads->n, error);
  report (self, n_outside, pieces->n_zero_length, findings);
  g_clear_pointer (&self->chains->length_m, g_free);
  ZxProgress last = zx_progress_slice (progress, 0.9, 1);
  if (!place_nodes (self, pieces, vertex, number, error) || !make_arcs (self, error)
      || (has_turn_costs && (self->turns = zx_turns_new (self, speeds, error)) == NULL))
    return FALSE;
  return zx_progress_step (progress, 9, 10, error) && zx_road_lattice_init (self, &last, error);
}

/* ---- public functions --------------------------------------------------------------------- */

ZxRoadGraph *
zx_travel_graph_new (const ZxRoads *roads, const ZxAreas *areas, const ZxSpeedTable *speeds,
                     ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (roads != NULL && speeds != NULL, NULL);
  if (!zx_progress_say (progress, 0, _ ("Building the road graph"), error))
    return NULL;
  if (roads->n == 0 || roads->lines.kind != ZX_GEOMETRY_LINE)
    {
      refuse_empty (0, error);
      return NULL;
    }
  ZxPieces pieces;
  ZxProgress first = zx_progress_slice (progress, 0, 0.5);
  ZxProgress second = zx_progress_slice (progress, 0.5, 1);
  g_autoptr (ZxBarriers) barriers = zx_barriers_new (areas);
  if (!zx_pieces_init (&pieces, roads, barriers, speeds, &first, error))
    return NULL;
  ZxRoadGraph *self = g_new0 (ZxRoadGraph, 1);
  self->barriers = g_steal_pointer (&barriers);
  self->n_cut_roads = (guint32) MIN (pieces.n_cut_rows, G_MAXUINT32);
  gboolean is_made = make_graph (self, &pieces, roads, speeds, findings, &second, error);
  zx_pieces_clear (&pieces);
  if (!is_made || !zx_progress_step (progress, 1, 1, error))
    {
      zx_travel_graph_free (self);
      return NULL;
    }
  self->n_chains = self->chains->n;
  self->n_segments = self->chains->point_first[self->n_chains] + self->n_chains;
  return self;
}

void
zx_travel_graph_free (ZxRoadGraph *self)
{
  if (self == NULL)
    return;
  if (self->reverse_arc != self->arc)
    {
      g_free (self->reverse_first);
      g_free (self->reverse_arc);
    }
  g_free (self->first);
  g_free (self->arc);
  g_free (self->x_m);
  g_free (self->y_m);
  zx_turns_free (self->turns);
  zx_road_chains_free (self->chains);
  zx_barriers_free (self->barriers);
  g_free (self);
}

gsize
zx_travel_graph_search_bytes (const ZxRoadGraph *self)
{
  gsize star = ((gsize) self->n_nodes + 1) * sizeof (guint32) + self->n_arcs * sizeof (ZxArc);
  gsize turns = self->turns != NULL ? zx_turns_bytes (self->turns, self) : 0;
  return turns + (self->reverse_arc != self->arc ? 2 * star : star);
}

gsize
zx_travel_graph_bytes (const ZxRoadGraph *self)
{
  return sizeof *self + zx_travel_graph_search_bytes (self) + self->n_nodes * 2 * sizeof (double)
         + zx_road_chains_bytes (self->chains, self->n_nodes);
}
