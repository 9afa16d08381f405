/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Catchments by Huff's rule (Huff 1963): a driver in cell c charges at station i with probability
 *   share_ic = A_ic / (A_outside + Σ_j A_jc),   A_ic = connectors_i^exponent exp (-seconds_ic /
 * decay) where A_outside stands for not charging in public at all.  A cell's demand is all of it,
 * so that a station's expected sale is Σ_c share_ic D_c.
 *
 * When it is wrong: choice depends on price, habit and queues too; the model's operator effect and
 * overdispersion take up what is left. */

#include "app/demand/zx-catchments.h"

#define DEFAULT_CONNECTORS                                                                         \
  8 /* when no station of the city states its size: the median of the public                       \
     * stations of a Chinese city, order of magnitude only */

double
zx_huff_attraction (double connectors, double seconds, const ZxHuffOptions *options)
{
  return connectors > 0 && seconds <= options->limit_s
             ? pow (connectors, options->size_exponent) * exp (-seconds / options->decay_s)
             : 0;
}

double
zx_huff_outside (const ZxHuffOptions *options)
{
  return zx_huff_attraction (options->outside, 0, options);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

double *
zx_demand_connectors (const ZxStations *stations)
{
  g_autofree double *known = g_new (double, stations->n);
  double *connectors = g_new (double, stations->n);
  guint n_known = 0;
  for (guint i = 0; i < stations->n; i++)
    {
      connectors[i] = stations->n_dc[i] + stations->n_ac[i];
      if (connectors[i] > 0 && stations->state[i] == ZX_STATION_WORKING)
        known[n_known++] = connectors[i];
    }
  qsort (known, n_known, sizeof *known, compare_doubles);
  double median = n_known > 0 ? known[n_known / 2] : DEFAULT_CONNECTORS;
  for (guint i = 0; i < stations->n; i++)
    {
      if (!(connectors[i] > 0))
        connectors[i] = median;
      if (stations->state[i] != ZX_STATION_WORKING)
        connectors[i] = 0;
    }
  return connectors;
}

/* Σ_j A_jc over the working stations. */
double *
zx_demand_supply (const ZxStations *stations, const ZxTravelRows *rows, guint n_cells,
                  const ZxHuffOptions *options)
{
  g_autofree double *connectors = zx_demand_connectors (stations);
  double *supply = g_new0 (double, n_cells);
  for (guint i = 0; i < stations->n; i++)
    for (gsize k = rows->first[i]; k < rows->first[i + 1]; k++)
      supply[rows->target[k]] += zx_huff_attraction (connectors[i], rows->seconds[k], options);
  return supply;
}

gboolean
zx_demand_check_rows (const ZxStations *stations, const ZxTravelRows *rows, guint n_cells,
                      GError **error)
{
  if (rows->n_rows != stations->n)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Travel times are given for %u stations, but the city has %u"), rows->n_rows,
                   stations->n);
      return FALSE;
    }
  for (gsize k = 0; k < rows->first[rows->n_rows]; k++)
    if (rows->target[k] >= n_cells || !(rows->seconds[k] >= 0))
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("Travel time %zu is %g s to cell %u, but the cells are 0 to %u"), k,
                     rows->seconds[k], rows->target[k], n_cells - 1);
        return FALSE;
      }
  return TRUE;
}

void
zx_catchments_clear (ZxCatchments *self)
{
  g_free (self->station);
  g_free (self->days);
  g_free (self->kwh);
  g_free (self->first);
  g_free (self->cell);
  g_free (self->weight);
  *self = (ZxCatchments){ 0 };
}

static gboolean
has_history (const ZxStations *stations, guint i)
{
  return stations->state[i] == ZX_STATION_WORKING && stations->kwh_per_day[i] >= 0
         && isfinite (stations->kwh_per_day[i]) && stations->observed_days[i] > 0
         && isfinite (stations->observed_days[i]);
}

gboolean
zx_catchments_init (ZxCatchments *self, const ZxCity *city, const ZxCells *cells,
                    const ZxTravelRows *rows, const ZxHuffOptions *options, GError **error)
{
  const ZxStations *stations = &city->stations;
  *self = (ZxCatchments){ 0 };
  if (!zx_demand_check_rows (stations, rows, cells->n, error))
    return FALSE;
  gsize n_times = rows->first[rows->n_rows];
  g_autofree double *connectors = zx_demand_connectors (stations);
  g_autofree double *supply = zx_demand_supply (stations, rows, cells->n, options);
  double outside = zx_huff_outside (options);
  self->cell = ZX_TRY_NEW (guint32, n_times, _ ("The catchments"), error);
  if (self->cell != NULL)
    self->weight = ZX_TRY_NEW (double, n_times, _ ("The catchments"), error);
  if (self->weight == NULL)
    return FALSE;
  self->station = g_new (guint32, stations->n);
  self->days = g_new (double, stations->n);
  self->kwh = g_new (double, stations->n);
  self->first = g_new0 (gsize, (gsize) stations->n + 1);
  for (guint i = 0; i < stations->n; i++)
    {
      gsize at = self->first[self->n];
      if (!has_history (stations, i))
        continue;
      for (gsize k = rows->first[i]; k < rows->first[i + 1]; k++)
        {
          guint32 c = rows->target[k];
          double attraction = zx_huff_attraction (connectors[i], rows->seconds[k], options);
          double weight = attraction / (outside + supply[c]) * cells->area_km2[c];
          if (!(weight > 0))
            continue;
          self->cell[at] = c;
          self->weight[at++] = weight;
        }
      if (at == self->first[self->n])
        {
          self->n_without++;
          continue;
        }
      self->station[self->n] = i;
      self->days[self->n] = stations->observed_days[i];
      self->kwh[self->n] = stations->kwh_per_day[i];
      self->first[++self->n] = at;
    }
  return TRUE;
}
