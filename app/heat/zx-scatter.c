/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Points onto a lattice, in parallel and without atomics.
 *
 * The lattice is cut into bands of rows, each with a sum of its own that reaches a few rows over
 * its edges.  Points come in blocks that fit into the cache; a block is sorted by band (a counting
 * sort over fixed chunks of points, stable), and every band is filled by one worker from its own
 * points. At the end the overlaps are added in the order of the bands.  So each cell receives its
 * sums in the order of the points, whatever the threads, and random points meet a band that is in
 * the cache: random order costs 6.5 times at 4096² cells (MAP.md §7.2).
 *
 * A point is stamped as a cubic B-spline rather than as a cloud in cell (the linear one): the
 * variance that the cloud adds depends on where in its cell the point lies, between 0 and 1/4
 * cell², and no blur can take that back: 0.26 % of the peak for one point at a bandwidth of 8
 * cells, 4 % at
 * 2.  The cubic spline adds 1/3 cell² everywhere, and its third moment is 0 everywhere. */

#include "app/heat/zx-heat-private.h"

/* ---- constants ---------------------------------------------------------------------------- */

#define N_CHUNKS     16                /* fixed: what is stable must not depend on the threads */
#define BLOCK_POINTS ((gsize) 1 << 20) /* sorted at a time: 12 MB, a chunk of it 0.8 */
#define BAND_CELLS   (32 * 1024)       /* 256 kB of sums: half of a small second-level cache */
#define SPLINE_REACH 2
#define FIXED_BITS   16 /* places are kept to 1/65536 of a cell */
#define FIXED_ONE    (1u << FIXED_BITS)
#define MAX_SIDE     (FIXED_ONE - 1)

/* ---- types -------------------------------------------------------------------------------- */

/* A place on the lattice as fixed-point numbers: cell i covers i << 16 … (i + 1) << 16. */
typedef struct
{
  guint32 column, row;
  float weight;
} Point;

typedef struct
{
  const ZxHeatPoints *points;
  const ZxHeatOptions *options;
  const ZxHeatLattice *lattice;
  const guint8 *mask;               /* NULL: every cell counts */
  double scale, offset_x, offset_y; /* metres to cells of the field */
  double to_fixed;                  /* cells of the field to fixed-point numbers */
  guint8 counts[256];               /* by time bin */

  guint reach;      /* rows that a stamp extends to each side of its point's row */
  guint band_shift; /* a band has 1 << band_shift rows */
  guint n_bands;
  double *band_sum; /* [band][reach + rows + reach][column] */

  gsize begin, n;         /* of the block */
  Point *placed, *sorted; /* a chunk's begin where its points do */
  guint32 *first;         /* [chunk][n_bands + 1]: in the chunk's sorted points */
  ZxHeatCount chunk[N_CHUNKS];
  double *sum;
} Work;

/* ---- places ------------------------------------------------------------------------------- */

/* FALSE for a point that does not count. */
static inline gboolean
place_point (const Work *work, gsize i, Point *point)
{
  const ZxHeatPoints *points = work->points;
  const ZxHeatOptions *options = work->options;
  double x = points->dx_m[i] * work->scale + work->offset_x;
  double y = points->dy_m[i] * work->scale + work->offset_y;
  float weight = points->weight != NULL ? points->weight[i] : 1;
  if (!(x >= 0 && y >= 0 && x < options->n_columns && y < options->n_rows) || !isfinite (weight))
    return FALSE;
  if (work->mask != NULL && !work->mask[(gsize) y * options->n_columns + (gsize) x])
    return FALSE;
  guint32 pad = work->lattice->pad << FIXED_BITS;
  *point = (Point){ (guint32) (gint64) (x * work->to_fixed) + pad,
                    (guint32) (gint64) (y * work->to_fixed) + pad, weight };
  return TRUE;
}

static inline gboolean
is_in_hours (const Work *work, gsize i)
{
  return work->points->time_bin == NULL || work->counts[work->points->time_bin[i]];
}

static inline guint
band_of (const Work *work, const Point *point)
{
  return point->row >> FIXED_BITS >> work->band_shift;
}

/* From the block's beginning. */
static gsize
chunk_begin (const Work *work, gsize chunk)
{
  return work->n * chunk / N_CHUNKS;
}

/* ---- sorting by band ---------------------------------------------------------------------- */

/* Returns: how many of the chunk's points count; they are in @placed, and @n_in_band knows them. */
static gsize
place_chunk (Work *work, gsize chunk, Point *placed, guint32 *n_in_band)
{
  ZxHeatCount count = { 0, 0 };
  gsize n = 0, end = work->begin + chunk_begin (work, chunk + 1);
  for (gsize i = work->begin + chunk_begin (work, chunk); i < end; i++)
    {
      if (!is_in_hours (work, i))
        continue;
      if (!place_point (work, i, &placed[n]))
        {
          count.n_outside++;
          continue;
        }
      count.weight += placed[n].weight;
      n_in_band[band_of (work, &placed[n++])]++;
    }
  work->chunk[chunk] = count;
  return n;
}

static void
sort_chunks (gsize from, gsize to, guint worker, gpointer data)
{
  Work *work = data;
  g_autofree guint32 *next = g_new (guint32, work->n_bands);
  for (gsize chunk = from; chunk < to; chunk++)
    {
      Point *placed = work->placed + chunk_begin (work, chunk);
      Point *sorted = work->sorted + chunk_begin (work, chunk);
      guint32 *first = work->first + chunk * (work->n_bands + 1), sum = 0;
      memset (next, 0, work->n_bands * sizeof (guint32));
      gsize n = place_chunk (work, chunk, placed, next);
      for (guint band = 0; band < work->n_bands; band++)
        {
          first[band] = sum;
          sum += next[band];
          next[band] = first[band];
        }
      first[work->n_bands] = sum;
      for (gsize i = 0; i < n; i++)
        sorted[next[band_of (work, &placed[i])]++] = placed[i];
    }
}

/* ---- stamping ----------------------------------------------------------------------------- */

/* @sum: of the band, where row 0 is the lattice's row @first_row. */
ZX_HEAT_WIDE_VECTORS static void
stamp_splines (const Point *point, gsize n, double *sum, gsize n_columns, guint first_row)
{
  for (gsize i = 0; i < n; i++)
    {
      double across[4], along[4];
      /* From the centres of cells, and one cell back to the first of the four. */
      guint32 column = point[i].column - FIXED_ONE / 2, row = point[i].row - FIXED_ONE / 2;
      zx_heat_cubic_weights ((double) (column & (FIXED_ONE - 1)) * (1.0 / FIXED_ONE), across);
      zx_heat_cubic_weights ((double) (row & (FIXED_ONE - 1)) * (1.0 / FIXED_ONE), along);
      gint64 row_in_band = (gint64) (row >> FIXED_BITS) - 1 - first_row; /* >= -SPLINE_REACH */
      double *cell = sum + row_in_band * (gint64) n_columns + (column >> FIXED_BITS) - 1;
      for (guint r = 0; r < 4; r++, cell += n_columns)
        {
          double weight = along[r] * point[i].weight;
          for (guint c = 0; c < 4; c++)
            cell[c] += weight * across[c];
        }
    }
}

typedef struct
{
  double sigma, rate, step; /* rate: 1 / (2 σ²); step: exp (-1 / σ²) */
  double *across, *along;   /* scratch for the samples */
} Kernel;

/* Samples of the Gaussian at the cells' centres, not yet summing to 1; the nearest cell alone when
 * the kernel is too narrow to meet a centre.  Each sample follows from the one before by two
 * multiplications: g(k+1) = g(k) r(k), r(k+1) = r(k) exp (-1/σ²).
 * Returns: how many; @first: the cell of the first. */
static inline guint
sample_kernel (const Kernel *kernel, guint32 fixed, gint64 *first, double *sample, double *sum)
{
  double place = (double) fixed / FIXED_ONE - 0.5;
  gint64 from = (gint64) ceil (place - ZX_HEAT_CUT * kernel->sigma);
  gint64 to = (gint64) floor (place + ZX_HEAT_CUT * kernel->sigma);
  if (to <= from)
    {
      *first = to < from ? (gint64) floor (place + 0.5) : from;
      *sum = sample[0] = 1;
      return 1;
    }
  double t = (double) from - place;
  double value = exp (-t * t * kernel->rate), ratio = exp (-(2 * t + 1) * kernel->rate);
  guint n = (guint) (to - from + 1);
  *sum = 0;
  for (guint i = 0; i < n; i++)
    {
      sample[i] = value;
      *sum += value;
      value *= ratio;
      ratio *= kernel->step;
    }
  *first = from;
  return n;
}

ZX_HEAT_WIDE_VECTORS static void
stamp_kernels (const Point *point, gsize n_points, const Kernel *kernel, double *band_sum,
               gsize n_columns, gint64 first_row)
{
  for (gsize i = 0; i < n_points; i++)
    {
      gint64 column, row;
      double sum_across, sum_along;
      gint64 n_across
          = sample_kernel (kernel, point[i].column, &column, kernel->across, &sum_across);
      guint n_along = sample_kernel (kernel, point[i].row, &row, kernel->along, &sum_along);
      gint64 left = MAX (column, 0), n = MIN (column + n_across, (gint64) n_columns) - left;
      const double *restrict across = kernel->across + (left - column);
      double scale = point[i].weight / (sum_across * sum_along);
      for (guint k = 0; k < n_along; k++)
        {
          double *restrict to = band_sum + (row + k - first_row) * (gint64) n_columns + left;
          double weight = kernel->along[k] * scale;
          for (gint64 c = 0; c < n; c++)
            to[c] += weight * across[c];
        }
    }
}

static gsize
band_cells (const Work *work)
{
  return (((gsize) 1 << work->band_shift) + 2 * work->reach) * work->lattice->n_columns;
}

static void
fill_bands (gsize from, gsize to, guint worker, gpointer data)
{
  Work *work = data;
  const ZxHeatLattice *lattice = work->lattice;
  gsize n_samples = lattice->stamp == ZX_STAMP_KERNEL ? 2 * (gsize) work->reach + 2 : 1;
  g_autofree double *across = g_new (double, n_samples), *along = g_new (double, n_samples);
  double rate = 1 / (2 * lattice->sigma * lattice->sigma);
  Kernel kernel = { lattice->sigma, rate, exp (-2 * rate), across, along };
  for (gsize band = from; band < to; band++)
    for (gsize chunk = 0; chunk < N_CHUNKS; chunk++)
      {
        const guint32 *first = work->first + chunk * (work->n_bands + 1) + band;
        const Point *point = work->sorted + chunk_begin (work, chunk) + first[0];
        gsize n = first[1] - first[0];
        guint first_row = (guint) band << work->band_shift;
        double *sum = work->band_sum + band * band_cells (work) + work->reach * lattice->n_columns;
        if (lattice->stamp == ZX_STAMP_SPLINE)
          stamp_splines (point, n, sum, lattice->n_columns, first_row);
        else
          stamp_kernels (point, n, &kernel, sum, lattice->n_columns, first_row);
      }
}

/* ---- joining ------------------------------------------------------------------------------ */

static void
add_row (const Work *work, gint64 band, gint64 row, double *to)
{
  gint64 n_rows = (gint64) 1 << work->band_shift, reach = work->reach, at = row - band * n_rows;
  gsize n_columns = work->lattice->n_columns;
  if (band < 0 || band >= work->n_bands || at < -reach || at >= n_rows + reach)
    return;
  const double *from
      = work->band_sum + (gsize) band * band_cells (work) + (gsize) (at + reach) * n_columns;
  for (gsize column = 0; column < n_columns; column++)
    to[column] += from[column];
}

/* A band is no shorter than a stamp reaches, so a row has sums in three bands at most. */
static void
join_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  const Work *work = data;
  for (gsize row = begin; row < end; row++)
    {
      gint64 band = (gint64) (row >> work->band_shift);
      double *to = work->sum + row * work->lattice->n_columns;
      for (gint64 b = band - 1; b <= band + 1; b++)
        add_row (work, b, (gint64) row, to);
    }
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
choose_bands (Work *work)
{
  const ZxHeatLattice *lattice = work->lattice;
  work->reach = SPLINE_REACH;
  if (lattice->stamp == ZX_STAMP_KERNEL)
    work->reach = (guint) MIN (ceil (ZX_HEAT_CUT * lattice->sigma) + 1, MAX_SIDE);
  guint least = MAX (MAX (BAND_CELLS / lattice->n_columns, work->reach), 4);
  while ((1u << work->band_shift) < least)
    work->band_shift++;
  work->n_bands = ((lattice->n_rows - 1) >> work->band_shift) + 1;
}

static gboolean
prepare (Work *work, GError **error)
{
  const ZxHeatLattice *lattice = work->lattice;
  const ZxHeatOptions *options = work->options;
  if (lattice->n_columns > MAX_SIDE || lattice->n_rows > MAX_SIDE)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A heat map of %u × %u cells is too large; a side holds at most %u"),
                   lattice->n_columns, lattice->n_rows, MAX_SIDE);
      return FALSE;
    }
  work->mask = options->correct_edges ? options->mask : NULL;
  work->scale = 1 / options->cell_m;
  work->offset_x = (work->points->origin_x_m - options->min_x_m) / options->cell_m;
  work->offset_y = (work->points->origin_y_m - options->min_y_m) / options->cell_m;
  work->to_fixed = (double) FIXED_ONE / lattice->factor;
  for (guint bin = 0; bin < 256; bin++)
    work->counts[bin]
        = bin < 48 ? work->points->hours >> bin & 1 : work->points->hours == ZX_HEAT_ALL_HOURS;
  choose_bands (work);
  const char *what = _ ("A heat map");
  gsize n_points = MIN (work->points->n, BLOCK_POINTS);
  work->first = ZX_TRY_NEW (guint32, ((gsize) work->n_bands + 1) * N_CHUNKS, what, error);
  work->band_sum = ZX_TRY_NEW (double, work->n_bands *band_cells (work), what, error);
  work->placed = ZX_TRY_NEW (Point, n_points, what, error);
  work->sorted = ZX_TRY_NEW (Point, n_points, what, error);
  return work->first != NULL && work->band_sum != NULL && work->placed != NULL
         && work->sorted != NULL;
}

static gboolean
scatter_block (Work *work, ZxHeatCount *count, const ZxProgress *progress, GError **error)
{
  ZxProgress sorting = zx_progress_slice (progress, 0, 0.5);
  ZxProgress filling = zx_progress_slice (progress, 0.5, 1);
  if (!zx_parallel_for (N_CHUNKS, 1, sort_chunks, work, &sorting, error)
      || !zx_parallel_for (work->n_bands, 1, fill_bands, work, &filling, error))
    return FALSE;
  for (guint chunk = 0; chunk < N_CHUNKS; chunk++)
    {
      count->weight += work->chunk[chunk].weight;
      count->n_outside += work->chunk[chunk].n_outside;
    }
  return TRUE;
}

static gboolean
scatter (Work *work, ZxHeatCount *count, const ZxProgress *progress, GError **error)
{
  gsize n = work->points->n;
  ZxProgress blocks = zx_progress_slice (progress, 0, 0.95);
  ZxProgress joining = zx_progress_slice (progress, 0.95, 1);
  if (!prepare (work, error))
    return FALSE;
  for (; work->begin < n; work->begin += work->n)
    {
      work->n = MIN (n - work->begin, BLOCK_POINTS);
      ZxProgress block = zx_progress_slice (&blocks, (double) work->begin / (double) n,
                                            (double) (work->begin + work->n) / (double) n);
      if (!scatter_block (work, count, &block, error))
        return FALSE;
    }
  return zx_parallel_for (work->lattice->n_rows, 0, join_rows, work, &joining, error);
}

gboolean
zx_heat_scatter (const ZxHeatPoints *points, const ZxHeatOptions *options,
                 const ZxHeatLattice *lattice, double *sum, ZxHeatCount *count,
                 const ZxProgress *progress, GError **error)
{
  Work work = { .points = points, .options = options, .lattice = lattice, .sum = sum };
  *count = (ZxHeatCount){ 0, 0 };
  gboolean is_done = scatter (&work, count, progress, error);
  g_free (work.placed);
  g_free (work.sorted);
  g_free (work.band_sum);
  g_free (work.first);
  return is_done;
}
