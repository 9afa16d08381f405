/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The making of a city: what its parts share. */
#pragma once

#include "data/quality/zx-quality.h"
#include "data/quality/zx-times.h"

/* ---- rows and their fate ------------------------------------------------------------------ */

typedef struct _ZxBuild ZxBuild;

/* One input: its rows are counted as used or set aside, and findings about them are made here.
 * A row is set aside at most once: after it, the row is left alone. */
typedef struct
{
  ZxBuild *build;
  const ZxQualityInput *input;
  const ZxLayer *layer;
  const ZxBinding *binding;
  guint32 findings_layer;
  gsize n_used, n_set_aside;
  gboolean is_done;        /* its rows are accounted for */
  gboolean is_swapped;     /* day and month of its dates had been exchanged */
  gint64 earliest, latest; /* times outside are wild; set by zx_clock_read() */
  GArray *counts;          /* per rule: how often, for the limit on rows named */
} ZxTally;

GArray *zx_tally_counts_new (void);
/* @rule: a literal of the rule table.  @row -1: the layer as a whole. */
void zx_tally_find (ZxTally *self, const char *rule, gint64 row, ZxAction action, const char *value,
                    const char *bound);
/* One finding for @count rows; nothing when there are none. */
void zx_tally_find_many (ZxTally *self, const char *rule, gint64 row, gsize count, ZxAction action,
                         const char *value, const char *bound);
/* Texts made from numbers; NaN gives "–". */
void zx_tally_find_number (ZxTally *self, const char *rule, gint64 row, ZxAction action,
                           double value, double bound);
void zx_tally_find_row (ZxTally *self, const char *rule, gint64 row, ZxAction action,
                        const char *value, gint64 other_row);

/* ---- cells -------------------------------------------------------------------------------- */

/* A column of numbers, or one value for all rows, or nothing. */
typedef struct
{
  const ZxLayer *layer;
  const ZxColumn *column; /* NULL: @constant for every row */
  double constant;        /* NaN: not given */
  double scale;           /* multiplies what is read */
} ZxNumbers;

ZxNumbers zx_cells_numbers (const ZxTally *tally, const char *our_name);
gboolean zx_cells_has (const ZxNumbers *self); /* bound or stated */
/* NaN when missing or not a number.  Takes "1,234.5" and "7 kW" too. */
double zx_cells_number (const ZxNumbers *self, gsize row);
/* The cell as it stands, for findings.  @buffer: >= 32 bytes. */
const char *zx_cells_raw (const ZxNumbers *self, gsize row, char *buffer);
gboolean zx_cells_is_empty (const ZxNumbers *self, gsize row);

const ZxColumn *zx_cells_column (const ZxTally *tally, const char *our_name); /* NULL: not bound */
/* Text of a cell of any kind; whole numbers without a fraction.  @buffer: >= 32 bytes. */
const char *zx_cells_text (const ZxLayer *layer, const ZxColumn *column, gsize row, char *buffer);
/* The same as an id of the city's pool, control characters taken out with a finding. */
guint32 zx_cells_city_text (ZxTally *tally, const ZxColumn *column, gsize row);
/* Identifiers as they are compared: trimmed, without leading zeros when all digits.  "" when
 * missing.  @buffer: >= 64 bytes; longer ones are cut to a fingerprint. */
const char *zx_cells_key (const ZxLayer *layer, const ZxColumn *column, gsize row, char *buffer);
const char *zx_key_of (const char *text, char *buffer);

/* ---- places ------------------------------------------------------------------------------- */

typedef struct
{
  double min_x, min_y, max_x, max_y;
} ZxBox;

#define ZX_BOX_NONE ((ZxBox){ INFINITY, INFINITY, -INFINITY, -INFINITY })
gboolean zx_box_is_empty (const ZxBox *self);
void zx_box_add (ZxBox *self, double x, double y);
gboolean zx_box_contains (const ZxBox *self, double x, double y);
double zx_box_distance (const ZxBox *self, double x, double y); /* 0 inside */
ZxBox zx_box_grown (const ZxBox *self, double by);
/* Where nearly all points are: the middle nine tenths, with two of their widths (at least
 * @least_width) on every side.  Anything outside is not of this place. */
ZxBox zx_box_of_most (const double *x, const double *y, gsize n, double least_width);

/* Metres that can be on Earth; FALSE for NaN and for what overflows when it is squared. */
#define ZX_IS_METRES(v) (fabs (v) <= 1e8)

/* Row @row of lines or polygons appended to @builder and ended; without parts when any of its
 * points is no place.  Returns: TRUE when it has parts. */
gboolean zx_shape_append (ZxGeometryBuilder *builder, const ZxGeometry *geometry, gsize row);
gboolean zx_shape_is_good (const ZxGeometry *geometry, gsize row);

typedef enum
{
  ZX_PLACE_GOOD,
  ZX_PLACE_MISSING,
  ZX_PLACE_IMPOSSIBLE,
  ZX_PLACE_SWAPPED, /* good after the axes were exchanged */
  ZX_PLACE_OUTSIDE, /* of the box given */
} ZxPlaceVerdict;

/* Where the rows of a layer are, in the city's metres. */
typedef struct
{
  const ZxLayer *layer;
  ZxNumbers lon, lat; /* as in the source, when bound */
  double *x, *y;      /* n_rows; NaN: none */
  gboolean is_owned;
  gboolean is_degrees;  /* the columns hold degrees */
  gboolean has_columns; /* both are bound */
  ZxBox most;           /* of the columns, in their units: where most rows are */
} ZxRowPlaces;

gboolean zx_row_places_init (ZxRowPlaces *self, ZxTally *tally, GError **error);
void zx_row_places_clear (ZxRowPlaces *self);
/* @box NULL: anywhere on Earth.  SWAPPED changes x and y of the row. */
ZxPlaceVerdict zx_row_places_judge (ZxRowPlaces *self, ZxTally *tally, gsize row, const ZxBox *box);
/* The coordinates as in the source, "117.02 36.66".  (transfer full) */
char *zx_row_places_text (const ZxRowPlaces *self, gsize row);

/* The rules of one part for what is wrong with places; NULL: not asked for. */
typedef struct
{
  const char *missing, *impossible, *swapped, *outside;
} ZxPlaceRules;

/* Judges, makes the finding, and counts the row as set aside when it has no usable place.
 * @box NULL or @rules->outside NULL: the study area is not asked for.  Returns: TRUE: use it. */
gboolean zx_row_places_admit (ZxRowPlaces *self, ZxTally *tally, gsize row,
                              const ZxPlaceRules *rules, const ZxBox *box, double margin_m);

/* ---- the build ---------------------------------------------------------------------------- */

/* A station while it is put together. */
typedef struct
{
  double x, y;
  guint32 id, name, operator_name; /* city pool */
  guint8 state;
  guint n_dc, n_ac, n_any;     /* connectors; n_any: kind not stated */
  double kw, kw_each;          /* rated; NaN */
  double price, service_price; /* fen; NaN */
  double layer_price[2];       /* means of price layers added up: energy, service */
  guint n_layer_prices[2];
  double kwh_total, hours_total, period_days; /* usable totals; NaN */
  double pile_kwh, pile_hours, pile_days;     /* of its piles; NaN */
  guint n_piles, n_metered_piles;
  double pile_kw; /* sum of its piles' rated power; NaN */
  gint64 row;
  ZxTally *tally;
} ZxStationDraft;

typedef struct _ZxUsageSums ZxUsageSums;

struct _ZxBuild
{
  ZxCity *city;
  const ZxQualityOptions *options;
  ZxFindings *findings;
  GArray *tallies; /* ZxTally, one per input */
  ZxBox study;     /* where stations may be; empty while nothing tells */
  gboolean has_station_layers, has_pile_totals;
  gboolean has_shared_ids; /* two files use one identifier for different stations */
  GArray *drafts;          /* ZxStationDraft */
  GHashTable *station_of_id, *station_of_pile, *station_of_name; /* key → index + 1; name: 0 when it
                                                                    is not unique */
  GHashTable *station_of_own_id; /* file and key → index + 1 (zx-station-merge.c) */
  GHashTable *set_aside;         /* keys of stations that were set aside */
  ZxUsageSums *sums;
};

/* The inputs of a role in order; NULL at the end.  @index: start with 0. */
ZxTally *zx_build_next (ZxBuild *self, ZxRole role, guint *index);
/* -1 when there is no such station.  @asker: who means it, nullable. */
gssize zx_build_station (const ZxBuild *self, const ZxTally *asker, const char *id_key,
                         const char *name_key);

/* Which rule says why there is no such station. */
const char *zx_build_unknown_rule (const ZxBuild *self, const char *id_key);

gboolean zx_build_areas (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_roads (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_stations (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_piles (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_usage (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_finish_stations (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_boundary_of_districts (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_fleet (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_feeders (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_links (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_transformers (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_places (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_people (ZxBuild *self, const ZxProgress *progress, GError **error);
gboolean zx_build_parcels (ZxBuild *self, const ZxProgress *progress, GError **error);

/* ---- numbers in findings ------------------------------------------------------------------ */

/* @value with at most @digits digits, and " @unit" behind it unless that is NULL; "–" for NaN.
 * @buffer: >= 48 bytes. */
const char *zx_value_text (double value, guint digits, const char *unit, char *buffer);
/* "2024-05-17 08:30".  @buffer: >= 32 bytes. */
const char *zx_time_text (gint64 time, char *buffer);
double zx_energy_factor (const char *unit); /* to kWh; 1 for NULL or unknown */
