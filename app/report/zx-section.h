/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report's chapters: each says what the input holds, or in one sentence what is missing and
 * what that means. */
#pragma once

#include "app/report/zx-document.h"
#include "app/report/zx-graph.h"
#include "app/report/zx-plate.h"
#include "app/report/zx-report.h"

G_BEGIN_DECLS

typedef struct
{
  const ZxReportInput *input;
  const ZxCity *city;
  ZxWords *words;
  ZxDocument *document;
  const char *place; /* the city's name, or "the study area" */
  const char *attribution;
  gpointer cover; /* the cover's texts and map; zx_cover_free() */
} ZxTelling;

/* ---- saying ------------------------------------------------------------------------------- */

const char *zx_say (ZxTelling *tell, const char *message, ...) G_GNUC_PRINTF (2, 3);
const char *zx_word (const ZxTelling *tell, const char *message);
void zx_paragraph (ZxTelling *tell, const char *message, ...) G_GNUC_PRINTF (2, 3);
void zx_note (ZxTelling *tell, const char *message, ...) G_GNUC_PRINTF (2, 3);
void zx_item (ZxTelling *tell, const char *message, ...) G_GNUC_PRINTF (2, 3);
/* An item in the size of a table's cells, for the sites' sheets. */
void zx_small_item (ZxTelling *tell, const char *message, ...) G_GNUC_PRINTF (2, 3);
const char *zx_caption (ZxTelling *tell, const char *message, ...) G_GNUC_PRINTF (2, 3);
/* A text of the data by its pool id, harmless; "–" for 0. */
const char *zx_data_text (ZxTelling *tell, guint32 id, guint n_most);

/* ---- things the chapters share ------------------------------------------------------------ */

/* The parcel's name, else its id, else "C0012". */
const char *zx_candidate_name (ZxTelling *tell, guint candidate);
const char *zx_candidate_id (ZxTelling *tell, guint candidate);
/* Named destination of a site's sheet; NULL when the sheets were left out. */
const char *zx_site_destination (ZxTelling *tell, guint site);
const ZxConfiguration *zx_site_configuration (const ZxTelling *tell, guint site); /* NULL = bad */
const char *zx_configuration_title (ZxTelling *tell, const ZxConfiguration *configuration);
double zx_site_kw (const ZxTelling *tell, guint site); /* NaN = bad */
gboolean zx_has_plan (const ZxTelling *tell); /* a plan with candidates and at least one site */
/* Why a stage gave nothing: the route's own words, or NULL. */
const char *zx_skip_reason (ZxTelling *tell, const char *stage);
/* English msgid of the route's stages, NULL for others. */
const char *zx_report_stage_title (const char *stage);
/* A plate of the city with the sites as pins. */
ZxPlate *zx_city_plate (ZxTelling *tell);
void zx_plate_with_sites (ZxTelling *tell, ZxPlate *plate, const char *name);
void zx_plate_with_stations (ZxTelling *tell, ZxPlate *plate);
/* One map across the measure. */
void zx_show_plate (ZxTelling *tell, ZxPlate *plate, const char *caption, const char *alternative);
/* Below intervals of energy served: why some have no width; nothing where all have. */
void zx_note_full_stations (ZxTelling *tell, const double *low, const double *high, guint n);
void zx_show_graph (ZxTelling *tell, ZxGraph *graph, double height, const char *caption,
                    const char *alternative);

/* Every number the choice rests on; siting_options must not be NULL.  (element-type ZxParameter) */
GArray *zx_report_parameters (const ZxTelling *tell);
const char *zx_parameter_title (ZxTelling *tell, const char *key);
void zx_parameter_value (ZxTelling *tell, const ZxParameter *row, const char **value,
                         const char **unit);

/* ---- the chapters, in order --------------------------------------------------------------- */

void zx_tell_cover (ZxTelling *tell);
void zx_cover_free (gpointer cover);
void zx_tell_conclusion (ZxTelling *tell);
void zx_tell_task (ZxTelling *tell);
void zx_tell_present (ZxTelling *tell);
void zx_tell_profiles (ZxTelling *tell); /* sections of the chapter before */
void zx_tell_data (ZxTelling *tell);
void zx_tell_demand (ZxTelling *tell);
void zx_tell_members (ZxTelling *tell); /* parts of the chapter before */
void zx_tell_vehicles (ZxTelling *tell);
void zx_tell_residual_map (ZxTelling *tell);
void zx_tell_evidence (ZxTelling *tell);
void zx_tell_candidates (ZxTelling *tell);
void zx_tell_scores (ZxTelling *tell);
void zx_tell_sites (ZxTelling *tell);
void zx_tell_reach (ZxTelling *tell); /* of the sites, within their chapter */
void zx_tell_grid (ZxTelling *tell);
void zx_tell_feeder_state (ZxTelling *tell); /* sections of the chapter before */
void zx_tell_grid_strength (ZxTelling *tell);
void zx_tell_grid_hours (ZxTelling *tell);
void zx_tell_economics (ZxTelling *tell);
void zx_tell_variants (ZxTelling *tell); /* nothing when none was asked */
void zx_tell_carbon (ZxTelling *tell);
void zx_tell_limits (ZxTelling *tell);
void zx_tell_annexes (ZxTelling *tell);

G_END_DECLS
