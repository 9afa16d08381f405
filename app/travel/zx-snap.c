/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Nearest place on the network: the segments of all chains lie in the cells of a square lattice; a
 * search walks rings of cells outwards and stops when no farther ring can hold anything nearer.
 *
 * The cell is at least a third of the mean extent of a segment, so that the list holds no more than
 * a few entries a segment however long some are, and large enough for no more than four cells a
 * segment however empty the area is. */

#include "app/travel/zx-travel-private.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define CELLS_PER_SEGMENT   4.0
#define ENTRIES_PER_SEGMENT 3.0
#define SEGMENTS_PER_STEP   65536

/* ---- segments ----------------------------------------------------------------------------- */

typedef struct
{
  ZxChainPoint from, to;
} Segment;

static inline Segment
segment_at (const ZxRoadGraph *graph, guint32 segment)
{
  const ZxRoadChains *chains = graph->chains;
  guint32 c = chains->segment_chain[segment], k = segment - chains->point_first[c] - c;
  return (Segment){ zx_chain_point (graph, c, k), zx_chain_point (graph, c, k + 1) };
}

static gboolean
number_segments (ZxRoadGraph *graph, guint32 *n_segments, GError **error)
{
  ZxRoadChains *chains = graph->chains;
  guint32 n = chains->point_first[chains->n] + chains->n;
  chains->segment_chain = ZX_TRY_NEW (guint32, n, _ ("The lattice of road segments"), error);
  if (chains->segment_chain == NULL)
    return FALSE;
  for (guint32 c = 0; c < chains->n; c++)
    for (guint32 s = chains->point_first[c] + c; s <= chains->point_first[c + 1] + c; s++)
      chains->segment_chain[s] = c;
  *n_segments = n;
  return TRUE;
}

/* ---- the lattice -------------------------------------------------------------------------- */

static void
choose_cells (ZxRoadGraph *graph, guint32 n_segments)
{
  ZxRoadChains *chains = graph->chains;
  double max_x = -INFINITY, max_y = -INFINITY, sum = 0;
  chains->min_x = chains->min_y = INFINITY;
  for (guint32 s = 0; s < n_segments; s++)
    {
      Segment segment = segment_at (graph, s);
      chains->min_x = MIN (chains->min_x, MIN (segment.from.x, segment.to.x));
      chains->min_y = MIN (chains->min_y, MIN (segment.from.y, segment.to.y));
      max_x = MAX (max_x, MAX (segment.from.x, segment.to.x));
      max_y = MAX (max_y, MAX (segment.from.y, segment.to.y));
      sum += fabs (segment.to.x - segment.from.x) + fabs (segment.to.y - segment.from.y);
    }
  double width = max_x - chains->min_x, height = max_y - chains->min_y;
  double n_cells = CELLS_PER_SEGMENT * n_segments;
  chains->cell_m
      = MAX (MAX (sqrt (width * height / n_cells), sum / (ENTRIES_PER_SEGMENT * n_segments)),
             MAX (MAX (width, height) / n_cells, 1e-3));
  chains->n_columns = (guint32) (width / chains->cell_m) + 1;
  chains->n_rows = (guint32) (height / chains->cell_m) + 1;
}

static inline guint32
cell_index (double position, double min, double cell, guint32 n)
{
  double c = (position - min) / cell;
  return c <= 0 ? 0 : (guint32) MIN (c, n - 1.0);
}

/* Calls for each cell that the segment touches, row by row: the columns of a row are those between
 * where the segment enters and leaves it, with a millionth of a cell to spare for rounding. */
typedef void (*CellFunc) (ZxRoadChains *chains, gsize cell, guint32 segment);

static void
visit_cells (ZxRoadChains *chains, const Segment *segment, guint32 number, CellFunc func)
{
  const double cell = chains->cell_m, spare = 1e-6 * cell;
  gboolean is_up = segment->to.y >= segment->from.y;
  ZxChainPoint low = is_up ? segment->from : segment->to,
               high = is_up ? segment->to : segment->from;
  double slope = high.y > low.y ? (high.x - low.x) / (high.y - low.y) : 0;
  double min_x = MIN (low.x, high.x), max_x = MAX (low.x, high.x);
  guint32 bottom = cell_index (low.y - spare, chains->min_y, cell, chains->n_rows);
  guint32 top = cell_index (high.y + spare, chains->min_y, cell, chains->n_rows);
  for (guint32 row = bottom; row <= top; row++)
    {
      double left = min_x, right = max_x;
      if (bottom < top && high.y > low.y)
        {
          double at_bottom = low.x + (chains->min_y + row * cell - low.y) * slope;
          double at_top = at_bottom + cell * slope;
          left = MAX (min_x, MIN (at_bottom, at_top));
          right = MIN (max_x, MAX (at_bottom, at_top));
        }
      guint32 first = cell_index (left - spare, chains->min_x, cell, chains->n_columns);
      guint32 last = cell_index (right + spare, chains->min_x, cell, chains->n_columns);
      for (guint32 column = first; column <= last; column++)
        func (chains, (gsize) row * chains->n_columns + column, number);
    }
}

static void
count_in_cell (ZxRoadChains *chains, gsize cell, guint32 segment)
{
  chains->cell_first[cell]++;
}

static void
put_in_cell (ZxRoadChains *chains, gsize cell, guint32 segment)
{
  chains->cell_segment[--chains->cell_first[cell]] = segment;
}

/* Counts, then fills each cell from its end backwards, so that numbers ascend within a cell. */
gboolean
zx_road_lattice_init (ZxRoadGraph *graph, const ZxProgress *progress, GError **error)
{
  ZxRoadChains *chains = graph->chains;
  guint32 n_segments = 0;
  if (!number_segments (graph, &n_segments, error))
    return FALSE;
  choose_cells (graph, n_segments);
  gsize n_cells = (gsize) chains->n_columns * chains->n_rows;
  chains->cell_first = ZX_TRY_NEW (guint32, n_cells + 1, _ ("The lattice of road segments"), error);
  if (chains->cell_first == NULL)
    return FALSE;
  for (guint32 s = 0; s < n_segments; s++)
    {
      Segment segment = segment_at (graph, s);
      visit_cells (chains, &segment, s, count_in_cell);
      if (s % SEGMENTS_PER_STEP == 0 && !zx_progress_step (progress, s / 2, n_segments, error))
        return FALSE;
    }
  for (gsize cell = 0; cell < n_cells; cell++)
    chains->cell_first[cell + 1] += chains->cell_first[cell];
  chains->cell_segment = ZX_TRY_NEW (guint32, chains->cell_first[n_cells],
                                     _ ("The lattice of road segments"), error);
  if (chains->cell_segment == NULL)
    return FALSE;
  for (guint32 s = n_segments; s-- > 0;)
    {
      Segment segment = segment_at (graph, s);
      visit_cells (chains, &segment, s, put_in_cell);
      if (s % SEGMENTS_PER_STEP == 0
          && !zx_progress_step (progress, n_segments - s / 2, n_segments, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- the nearest segment ------------------------------------------------------------------ */

typedef struct
{
  guint32 segment; /* ZX_NOWHERE: none yet */
  double squared;
  double share; /* of the segment, 0 … 1 */
} Nearest;

static inline void
try_segment (const ZxRoadGraph *graph, guint32 number, double x, double y, Nearest *nearest)
{
  Segment segment = segment_at (graph, number);
  double along_x = segment.to.x - segment.from.x, along_y = segment.to.y - segment.from.y;
  double length = along_x * along_x + along_y * along_y;
  double to_x = x - segment.from.x, to_y = y - segment.from.y;
  double share = length > 0 ? (to_x * along_x + to_y * along_y) / length : 0;
  share = CLAMP (share, 0, 1);
  double dx = to_x - share * along_x, dy = to_y - share * along_y, squared = dx * dx + dy * dy;
  if (squared > nearest->squared || (squared == nearest->squared && number >= nearest->segment))
    return;
  double origin_x = graph->chains->origin_x, origin_y = graph->chains->origin_y;
  if (!zx_barriers_cross (graph->barriers, origin_x + x, origin_y + y, origin_x + x - dx,
                          origin_y + y - dy))
    *nearest = (Nearest){ number, squared, share };
}

static void
try_cell (const ZxRoadGraph *graph, gint64 column, gint64 row, double x, double y, Nearest *nearest)
{
  const ZxRoadChains *chains = graph->chains;
  if (column < 0 || row < 0 || column >= chains->n_columns || row >= chains->n_rows)
    return;
  gsize cell = (gsize) row * chains->n_columns + (gsize) column;
  for (guint32 i = chains->cell_first[cell]; i < chains->cell_first[cell + 1]; i++)
    try_segment (graph, chains->cell_segment[i], x, y, nearest);
}

static void
try_ring (const ZxRoadGraph *graph, gint64 column, gint64 row, gint64 ring, double x, double y,
          Nearest *nearest)
{
  const ZxRoadChains *chains = graph->chains;
  gint64 left = MAX (column - ring, 0), right = MIN (column + ring, (gint64) chains->n_columns - 1);
  for (gint64 c = left; c <= right; c++)
    {
      try_cell (graph, c, row - ring, x, y, nearest);
      if (ring > 0)
        try_cell (graph, c, row + ring, x, y, nearest);
    }
  gint64 bottom = MAX (row - ring + 1, 0);
  gint64 top = MIN (row + ring - 1, (gint64) chains->n_rows - 1);
  for (gint64 r = bottom; r <= top; r++)
    {
      try_cell (graph, column - ring, r, x, y, nearest);
      try_cell (graph, column + ring, r, x, y, nearest);
    }
}

/* @x, @y: metres from the origin. */
static Nearest
find_nearest (const ZxRoadGraph *graph, double x, double y, double limit_m)
{
  const ZxRoadChains *chains = graph->chains;
  Nearest nearest = { ZX_NOWHERE, limit_m * limit_m, 0 };
  gint64 n_columns = chains->n_columns, n_rows = chains->n_rows;
  double width = (double) n_columns * chains->cell_m, height = (double) n_rows * chains->cell_m;
  double beside = MAX (MAX (chains->min_x - x, x - chains->min_x - width),
                       MAX (chains->min_y - y, y - chains->min_y - height));
  if (beside > limit_m)
    return nearest;
  /* From far outside every road is about as near: go on as if from four times the extent away,
   * where rings are still few, and measure from the true place. */
  gint64 column = (gint64) CLAMP (floor ((x - chains->min_x) / chains->cell_m),
                                  -4.0 * n_columns - 9, 5.0 * n_columns + 9);
  gint64 row = (gint64) CLAMP (floor ((y - chains->min_y) / chains->cell_m), -4.0 * n_rows - 9,
                               5.0 * n_rows + 9);
  gint64 start = MAX (MAX (MAX (-column, column - n_columns + 1), MAX (-row, row - n_rows + 1)), 0);
  gint64 last = MAX (MAX (column, n_columns - 1 - column), MAX (row, n_rows - 1 - row));
  for (gint64 ring = start; ring <= last; ring++)
    {
      double reach = (double) (ring - 1) * chains->cell_m; /* nothing in this ring is nearer */
      if (reach > 0 && reach * reach > nearest.squared)
        break;
      try_ring (graph, column, row, ring, x, y, &nearest);
    }
  return nearest;
}

/* ---- the place ---------------------------------------------------------------------------- */

static const ZxSnap nothing = { .node_a = ZX_NOWHERE,
                                .node_b = ZX_NOWHERE,
                                .from_a_ds = ZX_NOWHERE,
                                .from_b_ds = ZX_NOWHERE,
                                .to_a_ds = ZX_NOWHERE,
                                .to_b_ds = ZX_NOWHERE,
                                .distance_m = NAN,
                                .road = ZX_NOWHERE,
                                .chain = ZX_NOWHERE };

/* A place at an end is the node itself: it is entered and left there whatever the chain's way. */
static void
stand_on_end (ZxSnap *snap, guint32 travel_ds)
{
  if (snap->along_ds == 0)
    snap->from_a_ds = snap->to_a_ds = 0;
  if (snap->along_ds == travel_ds)
    snap->from_b_ds = snap->to_b_ds = 0;
}

static ZxSnap
make_snap (const ZxRoadGraph *graph, const Nearest *nearest)
{
  const ZxRoadChains *chains = graph->chains;
  guint32 c = chains->segment_chain[nearest->segment];
  Segment segment = segment_at (graph, nearest->segment);
  double ds = segment.from.ds + nearest->share * (segment.to.ds - segment.from.ds);
  guint32 travel = chains->travel_ds[c], along = (guint32) CLAMP (floor (ds + 0.5), 0, travel);
  guint32 a_side = along + zx_chain_delay_ds (chains, chains->a[c]);
  guint32 b_side = travel - along + zx_chain_delay_ds (chains, chains->b[c]);
  gboolean is_two_way = chains->ways[c] == ZX_WAY_BOTH;
  ZxSnap snap = { .node_a = chains->a[c],
                  .node_b = chains->b[c],
                  .from_a_ds = a_side,
                  .to_b_ds = b_side,
                  .from_b_ds = is_two_way ? b_side : ZX_NOWHERE,
                  .to_a_ds = is_two_way ? a_side : ZX_NOWHERE,
                  .distance_m = (float) sqrt (nearest->squared),
                  .road = chains->segment_road[nearest->segment],
                  .chain = c,
                  .along_ds = along,
                  .is_two_way = is_two_way };
  stand_on_end (&snap, travel);
  return snap;
}

typedef struct
{
  const ZxRoadGraph *graph;
  const double *x_m, *y_m;
  double limit_m;
  ZxSnap *snaps;
} SnapWork;

static void
snap_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const SnapWork *work = data;
  const ZxRoadChains *chains = work->graph->chains;
  for (gsize i = begin; i < end; i++)
    {
      work->snaps[i] = nothing;
      double x = work->x_m[i] - chains->origin_x, y = work->y_m[i] - chains->origin_y;
      if (!isfinite (x) || !isfinite (y))
        continue;
      Nearest nearest = find_nearest (work->graph, x, y, work->limit_m);
      if (nearest.segment != ZX_NOWHERE)
        work->snaps[i] = make_snap (work->graph, &nearest);
    }
}

/* ---- public functions --------------------------------------------------------------------- */

gboolean
zx_travel_snap (const ZxRoadGraph *graph, const double *x_m, const double *y_m, gsize n,
                double limit_m, ZxSnap *snaps, const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (graph != NULL && (n == 0 || (x_m != NULL && y_m != NULL && snaps != NULL)),
                        FALSE);
  SnapWork work = { graph, x_m, y_m, limit_m >= 0 ? limit_m : -1, snaps };
  if (work.limit_m < 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Roads are looked for within %g m of a point; it must be 0 m or more"),
                   limit_m);
      return FALSE;
    }
  return zx_parallel_for (n, n < 4096 ? 256 : 0, snap_range, &work, progress, error);
}
