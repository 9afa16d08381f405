/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The 《充电站选址参考数据报告》, site-selection reference report: what is said and how it is laid
 * out. A4, outline, page numbers, links, embedded fonts, selectable text, tagged; byte-identical
 * for the same input. */
#pragma once

#include <cairo.h>

#include "app/heat/zx-heat.h"
#include "app/siting/zx-siting.h"

G_BEGIN_DECLS

typedef struct
{
  const char *stage;       /* "heat" */
  const char *fingerprint; /* hex */
  gboolean is_skipped;
  const char *skip_reason; /* English msgid */
} ZxReportStage;

/* Everything the report speaks of; NULL where a stage was skipped.  Borrowed for the call. */
typedef struct
{
  const char *language; /* "zh_CN" or "en" */
  const char *program_version;
  const char *client; /* NULL = none */
  const char *date;   /* ISO day of the data's end, for the cover: never the clock */
  const char *project_fingerprint;
  const ZxCity *city;
  const ZxFindings *findings;
  const ZxRoadGraph *graph;
  const ZxSpeedTable *speeds;
  const ZxField *usage_heat, *vehicle_heat, *shortfall;
  double usage_bandwidth_m, vehicle_bandwidth_m;
  const ZxHeadroom *headroom;
  const ZxCells *cells;
  const ZxCovariates *covariates;
  const ZxDemand *demand;
  const ZxProfiles *profiles;
  const ZxDemandOptions *demand_options;
  const ZxCandidates *candidates;
  const ZxPlan *plan;
  const ZxSitingOptions *siting_options;
  const ZxConfiguration *const *configurations;
  guint n_configurations;
  guint n_stages;
  const ZxReportStage *stages;
  /* (x, y) → lon, lat in WGS 84, so that this room needs no PROJ; returns FALSE when not possible.
   */
  gboolean (*to_lonlat) (double x_m, double y_m, double *lon_deg, double *lat_deg, gpointer data);
  gpointer to_lonlat_data;
} ZxReportInput;

/* Complete or absent.  @n_pages: (out) (optional). */
gboolean zx_report_write (const char *path, const ZxReportInput *input, guint *n_pages,
                          const ZxProgress *progress, GError **error);

/* The same pages as a drawing, each ZX_REPORT_PAGE_HEIGHT below the one before, for a screen or a
 * printer: what is seen there is what the PDF holds.  (transfer full): a recording surface. */
#define ZX_REPORT_PAGE_WIDTH  595.276 /* A4, points */
#define ZX_REPORT_PAGE_HEIGHT 841.890
cairo_surface_t *zx_report_record (const ZxReportInput *input, guint *n_pages,
                                   const ZxProgress *progress, GError **error);

G_END_DECLS
