/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From columns as they came to facts we can rely on: which role a layer plays, what its columns
 * mean, what is wrong with its rows, and what was done about it. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* ---- roles and columns -------------------------------------------------------------------- */

typedef enum
{
  ZX_ROLE_NONE, /* not used */
  ZX_ROLE_ROADS,
  ZX_ROLE_STATIONS,
  ZX_ROLE_PILES,
  ZX_ROLE_USAGE_WIDE,     /* hours down, stations across: kWh */
  ZX_ROLE_USAGE_LONG,     /* station, time, kWh */
  ZX_ROLE_USAGE_SESSIONS, /* station or pile, start, end, kWh */
  ZX_ROLE_PRICE_WIDE,     /* as USAGE_WIDE, price per kWh */
  ZX_ROLE_DURATION_WIDE,  /* as USAGE_WIDE, hours of charging */
  ZX_ROLE_VEHICLE_POINTS, /* positions */
  ZX_ROLE_VEHICLE_TRACES, /* positions with vehicle id and time */
  ZX_ROLE_VEHICLE_TRIPS,  /* start and end place and time */
  ZX_ROLE_FEEDER_NODES,
  ZX_ROLE_FEEDER_BRANCHES,
  ZX_ROLE_TRANSFORMER_AREAS,
  ZX_ROLE_PEOPLE,
  ZX_ROLE_PLACES, /* POI */
  ZX_ROLE_BOUNDARY,
  ZX_ROLE_DISTRICTS,
  ZX_ROLE_WATER, /* polygons; where tag columns (natural, landuse …) are bound and know any row,
                    each row's tag says water or green and rows that are neither are left out: one
                    OSM layer feeds both */
  ZX_ROLE_GREEN,
  ZX_ROLE_EXCLUSIONS,
  ZX_ROLE_PARCELS, /* candidate land */
  ZX_N_ROLES,
} ZxRole;

const char *zx_role_name (ZxRole role);  /* "usage-wide": in recipes and on the command line */
const char *zx_role_title (ZxRole role); /* English msgid for people */
ZxRole zx_role_parse (const char *name); /* NONE for anything else */

/* What our names for a role's columns are ("id", "lon", "kwh" …), NULL-terminated; required ones
 * first. */
typedef struct
{
  const char *name;
  gboolean is_required;
  const char *meaning; /* English msgid, with the unit */
} ZxRoleColumn;
const ZxRoleColumn *zx_role_columns (ZxRole role, guint *n_columns);

/* How one layer of one file is to be understood.  Made by guessing, changed by the recipe. */
typedef struct
{
  char *path; /* of the file, as given */
  char *layer;
  ZxRole role;
  char *role_reason;   /* English, one phrase: "has longitude, latitude and a number of piles" */
  GHashTable *columns; /* our column name → source column name (owned texts) */
  GHashTable *values; /* our column name → one value for every row ("base_mva" → "10"), for what the
                         file does not say; a bound column comes first */
  char *crs;          /* NULL = as declared by the file */
  char *crs_reason;
  char *unit;         /* of the main quantity: "kWh", "MWh", "W" …; NULL = the role's own */
  double price_scale; /* to fen per kWh: 100 when prices are in yuan, 1 when in fen; 0 = by the
                         values */
  GArray *left_out;   /* gint64, ascending: rows of the source that are not used because somebody
                         said so; NULL = none */
} ZxBinding;

ZxBinding *zx_binding_new (const char *path, const char *layer);
void zx_binding_free (ZxBinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxBinding, zx_binding_free)
const char *zx_binding_column (const ZxBinding *self,
                               const char *our_name); /* NULL when not bound */
const char *zx_binding_value (const ZxBinding *self,
                              const char *our_name); /* NULL when not stated */
/* NULL @source unbinds. */
void zx_binding_bind (ZxBinding *self, const char *our_name, const char *source);
/* Single rows can be left out of layers whose rows stand for places or positions. */
gboolean zx_role_can_leave_out (ZxRole role);
void zx_binding_leave_out (ZxBinding *self, gint64 row, gboolean is_left_out); /* row >= 0 */
/* In place of those left out before; in any order.  Takes @rows (gint64). */
void zx_binding_leave_out_all (ZxBinding *self, GArray *rows);
gboolean zx_binding_leaves_out (const ZxBinding *self, gint64 row);

/* Guesses role and columns from names (Chinese, English, T/CEC spellings) and values of the first
 * rows.  The reason is one of a fixed set of English msgids, so that it can be shown in either
 * language.
 * @driver: GDAL's name ("OSM" helps), nullable; @layer: the rows to judge by; @n_rows: of the whole
 * layer, -1 when not known.  Returns: (transfer full) */
ZxBinding *zx_quality_guess (const ZxLayer *layer, const char *path, const char *driver,
                             gint64 n_rows);
/* The same where a person said what the layer is: only its columns are guessed. */
ZxBinding *zx_quality_guess_columns (const ZxLayer *layer, const char *path, ZxRole role);

/* ---- recipes ------------------------------------------------------------------------------ */

/* What GKeyFile holds: one group per layer ("layer 1": file=, layer=, role=, crs=, columns as
 * column.lon=…) and a group "city" (name=, currency=, crs=).  Written by the program, edited by
 * people. */
typedef struct
{
  char *name, *currency, *crs; /* NULL = not set */
  GPtrArray *bindings;         /* ZxBinding */
  GHashTable *accepted;        /* set of texts: findings somebody looked at and lets stand */
} ZxRecipe;
ZxRecipe *zx_recipe_new (void);
void zx_recipe_free (ZxRecipe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxRecipe, zx_recipe_free)
ZxRecipe *zx_recipe_parse (const char *text, gssize n,
                           GError **error);      /* a sentence names group, key, value */
char *zx_recipe_format (const ZxRecipe *recipe); /* with the reasons as comments; round-trips */
/* The binding that findings name by @title (zx_findings_title ()), borrowed; NULL = no file. */
ZxBinding *zx_recipe_binding (const ZxRecipe *self, const char *title);
/* Accepting a finding changes nothing but the list of what is still to be looked at. @row -1: all
 * of the rule in that layer. */
void zx_recipe_accept (ZxRecipe *self, const char *rule, const char *layer, gint64 row,
                       gboolean is_accepted);
gboolean zx_recipe_is_accepted (const ZxRecipe *self, const char *rule, const char *layer,
                                gint64 row);

/* ---- the rules ---------------------------------------------------------------------------- */

typedef struct
{
  const char *id;      /* "usage.filled-in" */
  const char *title;   /* English msgid: "Totals that are not measurements" */
  const char *message; /* English msgid with %s value, %s bound: one sentence */
  const char *advice;  /* English msgid: what to do */
  ZxSeverity severity;
} ZxRule;
const ZxRule *zx_quality_rules (guint *n_rules);
const ZxRule *zx_quality_rule (const char *id); /* NULL when unknown */
/* Returns: (transfer full): the finding in the catalogue's language, one sentence. */
char *zx_quality_describe (const ZxFindings *findings, const ZxFinding *finding,
                           const ZxCatalogue *catalogue);
/* Findings of later stages stand under parts of the program ("siting") instead of files; those have
 * names for people, files keep theirs.  Returns: (transfer full) */
char *zx_quality_layer_title (const char *layer, const ZxCatalogue *catalogue);

/* ---- checking and cleaning ---------------------------------------------------------------- */

/* Turns @n points in place from the layer's own system (x is longitude or easting) into the city's
 * metres.  A point that cannot be turned becomes NaN. */
typedef void (*ZxQualityMetres) (double *x, double *y, gsize n, gpointer data);

/* A layer with its binding, coordinates already in the city's metric system. */
typedef struct
{
  const ZxBinding *binding;
  const ZxLayer *layer; /* its geometry in the city's metres, its columns as in the source */
  const char *file_fingerprint; /* nullable */
  const char *crs, *crs_reason; /* what the layer's coordinates turned out to be in, for the list of
                                   sources; nullable */
  ZxQualityMetres to_metres;    /* for coordinates that stand in columns: the ends of trips, swapped
                                   pairs, WKT.  NULL: the columns hold the city's metres already */
  gpointer to_metres_data;      /* handed to @to_metres, borrowed */
} ZxQualityInput;

typedef struct
{
  double snap_station_m; /* usage without an id is matched to the station this near, m: 30 */
  double study_margin_m; /* stations farther than this from the roads' or boundary's extent are set
                            aside: 500 */
  gint64 now; /* civil seconds; sessions later than this are in the future.  G_MAXINT64: the latest
                 stamp decides */
} ZxQualityOptions;
#define ZX_QUALITY_OPTIONS_INIT                                                                    \
  {                                                                                                \
    30.0, 500.0, G_MAXINT64                                                                        \
  }

/* Checks every row by every rule that applies, cleans, and fills an unsealed city (crs must be set
 * by the caller; sources are appended).  Every row is used, corrected or set aside with a finding:
 * none is lost silently.  For every source, n_used + the counts of its SET_ASIDE findings = n_rows.
 * Of one rule in one layer the first 20 000 findings name their row; the rest stand in one finding
 * with row -1 and their count.
 * FALSE only when cancelled, out of memory, or when nothing usable is left (@error says what is
 * missing); the findings made so far stay. */
gboolean zx_quality_build (ZxCity *city, const ZxQualityInput *inputs, guint n_inputs,
                           const ZxQualityOptions *options, ZxFindings *findings,
                           const ZxProgress *progress, GError **error);

G_END_DECLS
