/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Is one of two data sets in GCJ-02 and the other in WGS-84?  Nothing in a file says so; but points
 * of the same city lie nearer to one another when the offset is taken off.
 *
 * All points are moved together by each node of a lattice of shifts, laid along the local offset
 * vector v = GCJ − WGS (so that −v, 0 and +v are nodes), out to 2 |v| on either side, in steps of
 * |v| / 6, about 90 m.  The score of a shift is the median distance to the nearest reference point.
 * The best shift is evidence when it beats no shift by 15 % and lies within 150 m of −v (the points
 * are GCJ-02) or +v (the reference is).  Wrong when both sets follow the same regular pattern with
 * a period of half a kilometre.
 *
 * Cost: 625 shifts × at most 1000 points × one look into a lattice of reference points. */

#include "data/gis/zx-gis.h"

#define STEPS_PER_OFFSET  6
#define REACH             (2 * STEPS_PER_OFFSET)
#define SIDE              (2 * REACH + 1)
#define MAX_POINTS        1000
#define MAX_REFERENCE     400000
#define MIN_POINTS        30
#define MIDDLE_POINTS     10000
#define FIELD_OF_VIEW_M   500000.0 /* around the middle: outliers would ruin the lattice */
#define FARTHEST_M        3000.0   /* a point with no reference this near says nothing */
#define CLOSE_ENOUGH_M    150.0
#define CLEAR_RATIO       0.85
#define METRES_PER_DEGREE (6371008.8 * G_PI / 180)

typedef struct
{
  double *x, *y; /* metres from the reference's middle */
  gsize n;
} Cloud;

typedef struct
{
  const Cloud *points;
  const ZxPointIndex *index;
  double step_x, step_y; /* metres: one step along the offset; across it is (-step_y, step_x) */
  double limit_m;        /* how far a nearest point is looked for */
  double *score;         /* SIDE × SIDE */
} Search;

static void
clear_cloud (Cloud *cloud)
{
  g_free (cloud->x);
  g_free (cloud->y);
}

/* At most @limit points, evenly picked, in metres around the given middle. */
static Cloud
make_cloud (const double *lon, const double *lat, gsize n, gsize limit, double middle_lon,
            double middle_lat)
{
  gsize stride = limit > 0 ? (n + limit - 1) / limit : 1;
  Cloud cloud = { g_new (double, limit + 1), g_new (double, limit + 1), 0 };
  double east = METRES_PER_DEGREE * cos (middle_lat * G_PI / 180);
  for (gsize i = 0; i < n && cloud.n < limit; i += MAX (stride, 1))
    {
      cloud.x[cloud.n] = (lon[i] - middle_lon) * east;
      cloud.y[cloud.n] = (lat[i] - middle_lat) * METRES_PER_DEGREE;
      cloud.n += fabs (cloud.x[cloud.n]) < FIELD_OF_VIEW_M
                 && fabs (cloud.y[cloud.n]) < FIELD_OF_VIEW_M; /* FALSE for NaN */
    }
  return cloud;
}

/* Puts the @k-th smallest (from 0) of @n finite values at [k], nothing larger before it (Hoare's
 * selection).  O(n) on average. */
static void
select_value (double *values, gsize n, gsize k)
{
  gssize low = 0, high = (gssize) n - 1, wanted = (gssize) k;
  while (low < high)
    {
      double pivot = values[(low + high) / 2];
      gssize i = low, j = high;
      while (i <= j)
        {
          while (values[i] < pivot)
            i++;
          while (pivot < values[j])
            j--;
          if (i <= j)
            {
              double swapped = values[i];
              values[i++] = values[j];
              values[j--] = swapped;
            }
        }
      if (wanted <= j)
        high = j;
      else if (wanted >= i)
        low = i;
      else
        return;
    }
}

/* Of finite values, which it reorders. */
static double
median (double *values, gsize n)
{
  if (n == 0)
    return NAN;
  select_value (values, n, n / 2);
  double upper = values[n / 2], lower = values[0];
  if (n % 2 == 1)
    return upper;
  for (gsize i = 1; i < n / 2; i++)
    lower = MAX (lower, values[i]);
  return (lower + upper) / 2;
}

static double
median_distance (const Search *search, double shift_x, double shift_y)
{
  const Cloud *points = search->points;
  g_autofree double *distance = g_new (double, MAX (points->n, 1));
  for (gsize i = 0; i < points->n; i++)
    {
      distance[i] = FARTHEST_M;
      zx_point_index_nearest (search->index, points->x[i] + shift_x, points->y[i] + shift_y,
                              search->limit_m, &distance[i]);
    }
  return median (distance, points->n);
}

static void
score_shifts (gsize begin, gsize end, guint worker, gpointer data)
{
  const Search *search = data;
  for (gsize i = begin; i < end; i++)
    {
      double along = (double) (i % SIDE) - REACH, across = (double) (i / SIDE) - REACH;
      search->score[i] = median_distance (search, along * search->step_x - across * search->step_y,
                                          along * search->step_y + across * search->step_x);
    }
}

/* Drops the points that have no reference near them. */
static void
keep_near (Cloud *points, const ZxPointIndex *index)
{
  gsize n = 0;
  for (gsize i = 0; i < points->n; i++)
    if (zx_point_index_nearest (index, points->x[i], points->y[i], FARTHEST_M, NULL) >= 0)
      {
        points->x[n] = points->x[i];
        points->y[n++] = points->y[i];
      }
  points->n = n;
}

static gsize
best_shift (const double *score)
{
  const gsize zero = (gsize) REACH * SIDE + REACH;
  gsize best = zero; /* of equally good ones, no shift */
  for (gsize i = 0; i < SIDE * SIDE; i++)
    if (score[i] < score[best])
      best = i;
  return best;
}

static int
judge (const Search *search, double *before, double *after)
{
  const gsize zero = (gsize) REACH * SIDE + REACH, best = best_shift (search->score);
  *before = search->score[zero];
  *after = search->score[best];
  double along = (double) (best % SIDE) - REACH, across = (double) (best / SIDE) - REACH;
  double step_m = hypot (search->step_x, search->step_y);
  if (!(*after < CLEAR_RATIO * *before))
    return 0;
  if (hypot (along + STEPS_PER_OFFSET, across) * step_m <= CLOSE_ENOUGH_M)
    return 1;
  return hypot (along - STEPS_PER_OFFSET, across) * step_m <= CLOSE_ENOUGH_M ? -1 : 0;
}

/* The median place: a few points at 0, 0 or in the next country must not move it. */
static gboolean
find_middle (const double *lon, const double *lat, gsize n, double *middle_lon, double *middle_lat)
{
  gsize stride = n / MIDDLE_POINTS + 1, n_used = 0;
  g_autofree double *x = g_new (double, MIDDLE_POINTS + 1), *y = g_new (double, MIDDLE_POINTS + 1);
  for (gsize i = 0; i < n && n_used < MIDDLE_POINTS; i += stride)
    if (isfinite (lon[i]) && isfinite (lat[i]) && fabs (lon[i]) <= 180 && fabs (lat[i]) <= 90)
      {
        x[n_used] = lon[i];
        y[n_used++] = lat[i];
      }
  if (n_used < MIN_POINTS)
    return FALSE;
  *middle_lon = median (x, n_used);
  *middle_lat = median (y, n_used);
  return TRUE;
}

static int
find_shift (const double *lon_deg, const double *lat_deg, gsize n, const double *reference_lon_deg,
            const double *reference_lat_deg, gsize n_reference, double *before, double *after,
            const ZxProgress *progress)
{
  double middle_lon, middle_lat;
  if (!find_middle (lon_deg, lat_deg, n, &middle_lon, &middle_lat))
    return 0;
  double there_lon = middle_lon, there_lat = middle_lat;
  zx_gis_gcj02_from_wgs84 (&there_lon, &there_lat);
  double east = METRES_PER_DEGREE * cos (middle_lat * G_PI / 180);
  double offset_x = (there_lon - middle_lon) * east;
  double offset_y = (there_lat - middle_lat) * METRES_PER_DEGREE;

  Cloud points = make_cloud (lon_deg, lat_deg, n, MAX_POINTS, middle_lon, middle_lat);
  Cloud reference = make_cloud (reference_lon_deg, reference_lat_deg, n_reference,
                                MIN (n_reference, MAX_REFERENCE), middle_lon, middle_lat);
  g_autoptr (ZxPointIndex) index = zx_point_index_new (reference.x, reference.y, reference.n);
  keep_near (&points, index);
  g_autofree double *score = g_new0 (double, SIDE *SIDE);
  Search search = { &points,    index, offset_x / STEPS_PER_OFFSET, offset_y / STEPS_PER_OFFSET,
                    FARTHEST_M, score };
  int verdict = 0;
  if (points.n >= MIN_POINTS && reference.n >= MIN_POINTS)
    {
      *before = *after = median_distance (&search, 0, 0);
      /* A better shift has a median below @before, so both middle values of an even number of
       * distances are below twice that: what lies farther need not be found. */
      search.limit_m = MIN (FARTHEST_M, 2 * *before + 1e-3);
      /* Abroad there is no offset to look for. */
      if ((offset_x != 0 || offset_y != 0)
          && zx_parallel_for (SIDE * SIDE, 8, score_shifts, &search, progress, NULL))
        verdict = judge (&search, before, after);
    }
  clear_cloud (&points);
  clear_cloud (&reference);
  return verdict;
}

/* The thinner set is moved over the denser one: the stations of a city have shops near them, but
 * most shops have no station near them. */
int
zx_gis_datum_shift (const double *lon_deg, const double *lat_deg, gsize n,
                    const double *reference_lon_deg, const double *reference_lat_deg,
                    gsize n_reference, double *median_before_m, double *median_after_m,
                    const ZxProgress *progress)
{
  double before = NAN, after = NAN;
  int shift = n <= n_reference
                  ? find_shift (lon_deg, lat_deg, n, reference_lon_deg, reference_lat_deg,
                                n_reference, &before, &after, progress)
                  : -find_shift (reference_lon_deg, reference_lat_deg, n_reference, lon_deg,
                                 lat_deg, n, &before, &after, progress);
  if (median_before_m != NULL)
    *median_before_m = before;
  if (median_after_m != NULL)
    *median_after_m = after;
  return shift;
}
