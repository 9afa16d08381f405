/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights of evidence of a city: what GIS people would make of the covariates the model has.
 *
 * Sales go by connectors, so that an event is a busy station and not a large one; cells without a
 * metered station count as cells without an event, as the method has it, though nobody knows. */

#include "app/demand/zx-catchments.h"

static gboolean
check_cells (const ZxCells *cells, const ZxCovariates *covariates, GError **error)
{
  if (covariates->n_cells == cells->n)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The covariates are of %u cells, but there are %u"), covariates->n_cells,
               cells->n);
  return FALSE;
}

ZxEvidence *
zx_demand_evidence (const ZxCity *city, const ZxCells *cells, const ZxCovariates *covariates,
                    const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (city != NULL && cells != NULL && covariates != NULL, NULL);
  if (!check_cells (cells, covariates, error))
    return NULL;
  const ZxStations *stations = &city->stations;
  g_autofree double *connectors = zx_demand_connectors (stations);
  g_autofree double *kwh = g_new (double, stations->n + 1);
  g_autofree guint32 *cell = g_new (guint32, stations->n + 1);
  guint n = 0;
  for (guint i = 0; i < stations->n; i++)
    {
      gint32 at = zx_cells_at (cells, stations->x_m[i], stations->y_m[i]);
      if (at < 0 || !(stations->kwh_per_day[i] >= 0) || !(connectors[i] > 0))
        continue;
      cell[n] = (guint32) at;
      connectors[n] = connectors[i]; /* n <= i */
      kwh[n++] = stations->kwh_per_day[i];
    }
  g_autofree guint8 *is_event = zx_evidence_events (cells->n, cell, kwh, connectors, n);
  ZxEvidenceData data = { .n_cells = cells->n,
                          .n_factors = covariates->n,
                          .x = covariates->x,
                          .names = (const char *const *) covariates->name,
                          .is_event = is_event,
                          .n_classes = 2 };
  return zx_evidence_new (&data, progress, error);
}

typedef struct
{
  double value;
  guint32 cell;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
  const Ranked *p = a, *q = b;
  if (p->value != q->value)
    return p->value > q->value ? -1 : 1;
  return (p->cell > q->cell) - (p->cell < q->cell);
}

double
zx_demand_evidence_agreement (const ZxDemand *self, const ZxEvidence *evidence)
{
  if (self->n_cells != evidence->n_cells || evidence->n_events == 0)
    return NAN;
  g_autofree Ranked *demand = g_new (Ranked, self->n_cells);
  g_autofree Ranked *likely = g_new (Ranked, self->n_cells);
  g_autofree guint8 *is_best = g_new0 (guint8, self->n_cells);
  guint n_common = 0;
  for (guint32 c = 0; c < self->n_cells; c++)
    {
      demand[c] = (Ranked){ isnan (self->mean[c]) ? -INFINITY : self->mean[c], c };
      likely[c] = (Ranked){ evidence->posterior[c], c };
    }
  qsort (demand, self->n_cells, sizeof *demand, compare_ranked);
  qsort (likely, self->n_cells, sizeof *likely, compare_ranked);
  for (guint k = 0; k < evidence->n_events; k++)
    is_best[demand[k].cell] = 1;
  for (guint k = 0; k < evidence->n_events; k++)
    n_common += is_best[likely[k].cell];
  return (double) n_common / evidence->n_events;
}
