/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The 《充电站选址参考数据报告》, site-selection reference report: what is said and how it is laid
 * out. A4, outline, page numbers, links, embedded fonts, selectable text, tagged; byte-identical
 * for the same input. */
#pragma once

#include <cairo.h>

#include "app/heat/zx-heat.h"
#include "app/siting/zx-siting.h"

G_BEGIN_DECLS

/* Chapters a report can do without; the others say what it is and what it rests on. */
typedef enum
{
  ZX_REPORT_PRESENT,
  ZX_REPORT_DATA,
  ZX_REPORT_DEMAND,
  ZX_REPORT_CANDIDATES,
  ZX_REPORT_SCORES,
  ZX_REPORT_SITES,
  ZX_REPORT_GRID,
  ZX_REPORT_ECONOMICS,
  ZX_REPORT_VARIANTS,
  ZX_REPORT_CARBON,
  ZX_N_REPORT_CHAPTERS,
} ZxReportChapter;
const char *zx_report_chapter_name (ZxReportChapter chapter);  /* "economics" */
const char *zx_report_chapter_title (ZxReportChapter chapter); /* English msgid */
/* A bit for each of the @names (comma-separated): what may be left out.  FALSE with a sentence that
 * lists the names. */
gboolean zx_report_parse_chapters (const char *names, guint *bits, GError **error);

/* FALSE with one sentence when @png is no PNG, or too large a one. */
gboolean zx_report_check_logo (GBytes *png, GError **error);

/* How a report is wanted. */
typedef struct
{
  const char *language; /* "zh_CN" or "en" */
  const char *client;   /* on the cover; NULL = none */
  GBytes *logo;         /* PNG, on the cover; NULL = none */
  guint left_out;       /* bits of ZxReportChapter: said to be left out in one sentence */
} ZxReportWish;

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
  GBytes *logo;       /* PNG of at most 16 megapixels; NULL = none */
  guint left_out;     /* bits of ZxReportChapter */
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
  /* From where drivers reach the plan's sites: POLYGON, a row for each limit and site, the sites of
   * one limit one after another, the longest limit first; NULL without roads. */
  const ZxGeometry *site_areas;
  const double *site_limits_s;
  guint n_site_limits;
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
