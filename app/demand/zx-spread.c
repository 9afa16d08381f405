/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Demand where no station has a history: a total, spread over the cells.
 *
 *   log density_c = level + Σ_k b_k x_ck + u_c,   b_k ~ N (mean_k, sd_k²), u_c ~ N (0, FIELD_SD²)
 * each draw scaled to its own total, T exp (TOTAL_SD ε).  The coefficients are what comparable
 * models find for standardised logs (vehicle heat and people count, other columns are given zero
 * mean); all of this is belief before data, so the intervals are wide and the ranking is that of
 * the covariates.
 *
 * The total: public charging in China in 2023 was 35.97 TWh (China Electric Vehicle Charging
 * Infrastructure Promotion Alliance) for 1.41 billion residents and 2.73 million public piles,
 * which is 0.070 kWh a day per resident and 36 kWh a day per pile.  A few stations with history,
 * too few for the model, replace it by what they sold over the share of demand they draw.
 *
 * When it is wrong: by the city's share of electric cars, easily a factor of two; TOTAL_SD says
 * so. */

#include "app/demand/zx-believe.h"

#define KWH_PER_RESIDENT_DAY  0.070
#define KWH_PER_CONNECTOR_DAY 36.0
#define KWH_PER_KM2_DAY       100.0 /* when nothing at all is known: 1 500 residents per km² */
#define TOTAL_SD              0.7   /* of the log: a factor of two either way */
#define FIELD_SD              0.5
#define VEHICLES_MEAN         0.6
#define PEOPLE_MEAN           0.3
#define COEFFICIENT_SD        0.2

typedef struct
{
  const ZxCells *cells;
  const ZxCovariates *covariates;
  ZxDemand *demand;
  double total;
  guint64 seed;
} Spread;

/* ---- the total ---------------------------------------------------------------------------- */

static double
count_residents (const ZxCity *city)
{
  double sum = 0;
  for (gsize i = 0; i < city->people.n; i++)
    if (city->people.residents[i] > 0
        && zx_city_contains (city, city->people.x_m[i], city->people.y_m[i]))
      sum += city->people.residents[i];
  return sum;
}

static double
expect_total (const ZxCity *city, const ZxCells *cells, const char **source)
{
  double residents = count_residents (city), n_connectors = 0, area = 0;
  g_autofree double *connectors = zx_demand_connectors (&city->stations);
  for (guint i = 0; i < city->stations.n; i++)
    n_connectors += connectors[i];
  for (guint c = 0; c < cells->n; c++)
    area += cells->area_km2[c];
  if (residents > 0)
    {
      *source = "0.070 kWh/d per resident";
      return residents * KWH_PER_RESIDENT_DAY;
    }
  if (n_connectors > 0)
    {
      *source = "36 kWh/d per connector";
      return n_connectors * KWH_PER_CONNECTOR_DAY;
    }
  *source = "100 kWh/d per km²";
  return area * KWH_PER_KM2_DAY;
}

static double
mean_coefficient (const char *name)
{
  return g_str_equal (name, "vehicles") ? VEHICLES_MEAN
         : g_str_equal (name, "people") ? PEOPLE_MEAN
                                        : 0;
}

/* What the few stations sold, over the share of the mean pattern that they draw. */
static double
total_of_stations (const ZxCells *cells, const ZxCovariates *covariates,
                   const ZxCatchments *catchments)
{
  g_autofree double *density = g_new0 (double, cells->n);
  double all = 0, drawn = 0, sold = 0;
  for (guint c = 0; c < cells->n; c++)
    {
      for (guint k = 0; k < covariates->n; k++)
        density[c]
            += mean_coefficient (covariates->name[k]) * covariates->x[(gsize) k * cells->n + c];
      density[c] = exp (density[c]);
      all += density[c] * cells->area_km2[c];
    }
  for (guint i = 0; i < catchments->n; i++)
    {
      sold += catchments->kwh[i];
      for (gsize k = catchments->first[i]; k < catchments->first[i + 1]; k++)
        drawn += catchments->weight[k] * density[catchments->cell[k]];
    }
  return sold > 0 && drawn > 0 ? sold * all / drawn : 0;
}

/* ---- the draws ---------------------------------------------------------------------------- */

static void
draw_some (gsize begin, gsize end, guint worker, gpointer data)
{
  const Spread *self = data;
  guint n = self->cells->n, q = self->covariates->n;
  g_autofree double *value = g_new (double, n);
  for (gsize d = begin; d < end; d++)
    {
      ZxRng rng = zx_rng_stream (self->seed, d);
      double sum = 0, total = self->total * exp (TOTAL_SD * zx_rng_normal (&rng));
      memset (value, 0, n * sizeof *value);
      for (guint k = 0; k < q; k++)
        {
          double b = mean_coefficient (self->covariates->name[k])
                     + COEFFICIENT_SD * zx_rng_normal (&rng);
          const double *x = self->covariates->x + (gsize) k * n;
          for (guint c = 0; c < n; c++)
            value[c] += b * x[c];
        }
      for (guint c = 0; c < n; c++)
        {
          value[c] = self->cells->area_km2[c]
                     * exp (CLAMP (value[c] + FIELD_SD * zx_rng_normal (&rng), -60, 60));
          sum += value[c];
        }
      float *to = self->demand->cell_kwh_per_day + d * n;
      for (guint c = 0; c < n; c++)
        to[c] = (float) (total * value[c] / sum);
    }
}

ZxDemand *
zx_demand_spread (const ZxCity *city, const ZxCells *cells, const ZxCovariates *covariates,
                  const ZxCatchments *catchments, const ZxDemandOptions *options,
                  ZxFindings *findings, const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxDemand) demand = zx_demand_alloc (cells->n, options->n_draws, error);
  if (demand == NULL)
    return NULL;
  const char *source = NULL;
  double total = total_of_stations (cells, covariates, catchments);
  if (total > 0)
    source = "sales of the few stations with history";
  else
    total = expect_total (city, cells, &source);
  Spread spread = { cells, covariates, demand, total, options->seed };
  ZxProgress first = zx_progress_slice (progress, 0, 0.8),
             last = zx_progress_slice (progress, 0.8, 1);
  if (!zx_parallel_for (options->n_draws, 0, draw_some, &spread, &first, error)
      || !zx_demand_sum_up (demand, &last, error))
    return NULL;
  memset (demand->is_extrapolated, 1, cells->n);
  if (findings != NULL)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_ascii_formatd (number, sizeof number, "%.0f", total);
      g_autofree char *value = g_strdup_printf ("%s kWh/d", number);
      zx_findings_add (findings, "demand.no-history", zx_findings_layer (findings, "stations"), -1,
                       1, ZX_SEVERITY_WARNING, ZX_ACTION_KEPT, value, source);
    }
  return g_steal_pointer (&demand);
}
