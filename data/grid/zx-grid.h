/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The electrical network of feeders and transformer areas, as the power company's tools write it.
 *
 *   grid       nodes and branches in per unit, in contiguous arrays
 *   readers    our case folder, two layers with a column map, and the files of other tools
 *   doubts     what is suspicious about a grid, one sentence each
 *   scenario   what hosting capacity is asked for (hc.json)
 *   json       a small reader for the files above
 *
 * Three-phase power on base_mva, voltages on each node's base_kv.  A branch is an ideal transformer
 * at its FROM end, V_from = tap·e^(j·shift)·V_inside, then a π of r + jx with half of g + jb at
 * each end.  Pure text: no geodata library is needed. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

/* ---- json --------------------------------------------------------------------------------- */

typedef enum
{
  ZX_JSON_NULL,
  ZX_JSON_FALSE,
  ZX_JSON_TRUE,
  ZX_JSON_NUMBER,
  ZX_JSON_TEXT,
  ZX_JSON_LIST,
  ZX_JSON_OBJECT,
} ZxJsonKind;

typedef struct _ZxJson ZxJson;
struct _ZxJson
{
  ZxJsonKind kind;
  double number; /* NUMBER; NaN and Infinity, which Python writes, are read */
  char *text;    /* TEXT, owned */
  guint n;       /* items of LIST and OBJECT */
  char **key;    /* OBJECT: n names */
  ZxJson *item;  /* LIST, OBJECT */
};

/* @what names the text in errors ("hc.json").  At most 64 levels deep.  NULL with @error, which
 * tells the place. */
ZxJson *zx_json_parse (const char *text, gsize n, const char *what, GError **error);
void zx_json_free (ZxJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxJson, zx_json_free)
/* Borrowed; NULL when @self is NULL, no object, or has no such name (the first of several counts).
 */
const ZxJson *zx_json_get (const ZxJson *self, const char *key);
double zx_json_number (const ZxJson *self, const char *key, double otherwise);
const char *zx_json_text (const ZxJson *self, const char *key); /* NULL unless a text */

/* ---- the grid ----------------------------------------------------------------------------- */

typedef enum
{
  ZX_BRANCH_LINE,
  ZX_BRANCH_TRANSFORMER,
  ZX_BRANCH_SWITCH, /* the only kind that may have no impedance */
} ZxBranchKind;

typedef struct
{
  char *name;
  double base_mva; /* > 0 */
  ZxPool *pool;    /* of the ids and names */

  guint n_nodes;
  guint32 *node_id, *node_name; /* pool ids; ids are unique */
  guint8 *node_is_slack;
  double *node_base_kv;                     /* > 0 */
  double *node_p_mw, *node_q_mvar;          /* net load; < 0 is generation */
  double *node_gs_mw, *node_bs_mvar;        /* shunt at 1 pu: Y = (gs + j bs) / base_mva */
  double *node_current_share;               /* 0 … 1 of the load that draws constant current */
  double *node_impedance_share;             /* 0 … 1 of the load that is a constant impedance */
  double (*node_phase_share)[3];            /* of the load on A, B, C: sum 1; NaN: not known */
  double *node_vm_set_pu, *node_va_set_deg; /* slack nodes; else NaN */
  double *node_vmin_pu, *node_vmax_pu;      /* NaN when not given */
  double *node_lon_deg, *node_lat_deg;      /* WGS 84; NaN when not given or schematic */

  guint n_branches;
  guint32 *branch_id, *branch_name;
  guint8 *branch_kind;               /* ZxBranchKind */
  guint32 *branch_from, *branch_to;  /* node indices, never equal */
  double *branch_r_pu, *branch_x_pu; /* both 0 only for a switch */
  double *branch_g_pu, *branch_b_pu; /* of the whole branch */
  double *branch_tap;                /* > 0 */
  double *branch_shift_deg;
  double *branch_rate_mva; /* NaN: no limit given */
  guint8 *branch_is_closed;
  guint8 *branch_n_phases; /* 1 … 3 conductors; impedance and rating stay on three-phase basis */
  guint32 *branch_wkt;     /* pool id of a LINESTRING, 0 when not given */

  GPtrArray *doubts; /* owned sentences, in the order they were found */
} ZxGrid;

/* Everything 0, shares 0, NaN where not known, tap 1, closed.  NULL with @error: no memory. */
ZxGrid *zx_grid_new (const char *name, guint n_nodes, guint n_branches, GError **error);
ZxGrid *zx_grid_copy (const ZxGrid *self, GError **error);
void zx_grid_free (ZxGrid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxGrid, zx_grid_free)
const char *zx_grid_node_id (const ZxGrid *self, guint node);
const char *zx_grid_branch_id (const ZxGrid *self, guint branch);
gint32 zx_grid_find_node (const ZxGrid *self, const char *id);   /* -1 when absent; O(n) */
gint32 zx_grid_find_branch (const ZxGrid *self, const char *id); /* -1 when absent; O(n) */
void zx_grid_doubt (ZxGrid *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What every reader ends with: ids unique, ends in range, values finite, impedances there; then
 * the doubts: P and Q swapped, kW for MW, ohm for per unit, generation, schematic places.  FALSE
 * with @error naming the thing.  O(nodes + branches). */
gboolean zx_grid_check (ZxGrid *self, GError **error);

/* ---- readers ------------------------------------------------------------------------------ */

/* Which column holds what: pairs "our name", "their name", NULL at the end; NULL: our names. */
typedef const char *const *ZxGridColumns;

/* Two layers in the columns of our case folder (or mapped to them).  Numbers may be texts. */
ZxGrid *zx_grid_from_layers (const ZxLayer *nodes, const ZxLayer *branches, ZxGridColumns columns,
                             double base_mva, const char *name, GError **error);
/* A comma-separated table with a head row, quotes as in RFC 4180: all columns are texts. */
ZxLayer *zx_grid_table_parse (const char *text, gsize n, const char *what, GError **error);
ZxLayer *zx_grid_table_read (const char *path, GError **error);

/* By what stands at @path: a case folder (nodes.csv, branches.csv, case.json), a MATPOWER case (.m)
 * or a network of pandapower (.json). */
ZxGrid *zx_grid_read (const char *path, GError **error);

/* The files that the one at @path redirects to and that are read with it (OpenDSS); empty for other
 * kinds.  (transfer full) (element-type filename) */
GPtrArray *zx_grid_other_files (const char *path, GError **error);

/* The same from a text; @what names it in errors.  The files' comments say what is understood;
 * what is left out is named in a doubt, what would change the meaning of numbers is an error. */
ZxGrid *zx_grid_parse_matpower (const char *text, gsize n, const char *what, GError **error);
ZxGrid *zx_grid_parse_pandapower (const char *text, gsize n, const char *what, GError **error);
/* @folder: where the files it redirects to are; NULL: they count as missing. */
ZxGrid *zx_grid_parse_opendss (const char *text, gsize n, const char *what, const char *folder,
                               GError **error);

/* The way back: (transfer full): layers in the columns of the case folder, with base_mva in the
 * branches.  The nodes are points in WGS 84 where any has a place. */
ZxLayer *zx_grid_node_table (const ZxGrid *grid);
ZxLayer *zx_grid_branch_table (const ZxGrid *grid);

/* ---- the scenario of hosting capacity ------------------------------------------------------ */

typedef struct
{
  double tangent;               /* of the added load: Q/P */
  double vmin_pu;               /* every node of the component must stay at or above it */
  double loading_limit_percent; /* every rated branch at or below it */
  double cap_kw;                /* search no farther */
  double slack_vm_pu;           /* NaN: as in the grid */
  guint n_rates;                /* ratings that replace those of the grid */
  char **rate_branch;           /* branch ids */
  double *rate_mva;
} ZxHostingScenario;

/* Power factor 0.95 lagging, 0.93 pu, 100 %, cap 100 MW. */
ZxHostingScenario *zx_hosting_scenario_new (void);
/* hc.json of a case folder; the standard one when the folder has none. */
ZxHostingScenario *zx_hosting_scenario_read (const char *folder, GError **error);
ZxHostingScenario *zx_hosting_scenario_parse (const char *text, gsize n, GError **error);
void zx_hosting_scenario_free (ZxHostingScenario *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxHostingScenario, zx_hosting_scenario_free)
/* Puts the slack voltage and the ratings into @grid.  FALSE with @error when a branch is unknown.
 */
gboolean zx_hosting_scenario_apply (const ZxHostingScenario *self, ZxGrid *grid, GError **error);

G_END_DECLS
