/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The classic location problems, each with its value, a proven bound and the gap between them.
 *
 *   median       n sites so that demand × cost to the nearest is least
 *   coverage     n sites so that most demand lies within a limit
 *   attendance   n sites; demand that comes falls linearly with cost and is nil at the limit
 *   centre       n sites so that the worst served client's cost is least
 *   set cover    fewest sites (or least fixed cost) so that each client has one, or with backup
 *                several, within a limit
 *   market share n sites that draw most demand from rivals (Huff 1964)
 *   target share fewest sites that draw a given part of all demand
 *   facility     sites with capacities and fixed costs; demand may be split; least total cost
 *   capacitated  n sites with capacities; most demand within a limit that they can serve, split as
 *   coverage     need be
 *   assignment   n sites with capacities; each client goes to one site as a whole; least total cost
 *
 * A problem is its demand and the pairs of client and site that may serve it; a pair that is not
 * listed cannot.  Results are checked by code that knows nothing of how they were found. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

typedef enum
{
  ZX_LOCATE_MEDIAN,
  ZX_LOCATE_COVERAGE,
  ZX_LOCATE_ATTENDANCE,
  ZX_LOCATE_FACILITY,
  ZX_LOCATE_ASSIGNMENT,
  ZX_LOCATE_CENTRE,
  ZX_LOCATE_SET_COVER,
  ZX_LOCATE_MARKET_SHARE,
  ZX_LOCATE_TARGET_SHARE,
  ZX_LOCATE_CAPACITATED_COVERAGE,
} ZxLocateKind;

typedef enum
{
  ZX_LOCATE_CANDIDATE, /* may be chosen */
  ZX_LOCATE_REQUIRED,  /* must be chosen; counts among n_choose */
  ZX_LOCATE_EXISTING,  /* stands and serves; does not count */
  ZX_LOCATE_BANNED,    /* must not be chosen */
  ZX_LOCATE_RIVAL,     /* stands and draws demand to others (shares); elsewhere as if banned */
} ZxLocateRole;

typedef struct
{
  ZxLocateKind kind;
  guint n_clients, n_sites;
  guint n_choose; /* >= 1; set cover and target share: 0; facility: 0 is any number */
  guint n_needed; /* set cover: sites each client with demand must have; 0 counts as 1 */
  double *demand; /* n_clients, >= 0; with capacities: whole numbers */
  gsize *first;   /* n_clients + 1: pairs by client, each site once */
  guint32 *site;
  double *cost;       /* of each pair, >= 0; NULL: all 0.  Median, coverage and attendance: per unit
                         of demand.  Facility and assignment: of serving the whole demand */
  double *capacity;   /* n_sites, whole: facility, assignment, capacitated coverage; else NULL */
  double *fixed_cost; /* n_sites, >= 0, facility; set cover: NULL is 1 each; else NULL */
  double *attraction; /* of each pair, > 0: market and target share; else NULL */
  double target;      /* target share: part of all demand, in (0, 1] */
  guint8 *role;       /* n_sites of ZxLocateRole, or NULL: all candidates */
  double limit; /* coverages, set cover: cost up to which demand counts; attendance: from which
                   it does not; > 0 */
} ZxLocate;

/* Room for @n_pairs pairs; all zero.  NULL with @error when memory lacks. */
ZxLocate *zx_locate_new (ZxLocateKind kind, guint n_clients, guint n_sites, gsize n_pairs,
                         gboolean has_cost, GError **error);
void zx_locate_free (ZxLocate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxLocate, zx_locate_free)

/* ---- files -------------------------------------------------------------------------------- */

typedef enum
{
  ZX_LOCATE_ORLIB_PMED,     /* "n m p", m lines "i j length"; the last of equal edges counts */
  ZX_LOCATE_ORLIB_CAP,      /* "m n", m lines "capacity fixed", per client demand and m costs */
  ZX_LOCATE_PMEDCAP,        /* "id best", "n p capacity", n lines "id x y demand" */
  ZX_LOCATE_TSPLIB_PMEDIAN, /* EUC_2D; clients are sites; distances rounded down */
  ZX_LOCATE_MCLP,           /* "m n radius p", lines F and C; or a city: TSPLIB of lat and lon */
  ZX_LOCATE_N_FORMATS,
} ZxLocateFormat;

/* 0: as the file says. */
typedef struct
{
  guint n_choose;
  double radius; /* coverage: the file's unit, metres for a city */
  double capacity;
  double fixed_cost; /* in place of every fixed cost that is not 0; < 0: as the file says */
} ZxLocateFileOptions;

#define ZX_LOCATE_FILE_OPTIONS_INIT                                                                \
  {                                                                                                \
    .fixed_cost = -1                                                                               \
  }

const char *zx_locate_format_name (ZxLocateFormat format); /* "orlib-pmed" … */
/* FALSE with @error, which lists the names. */
gboolean zx_locate_format_parse (const char *name, ZxLocateFormat *format, GError **error);

/* Any bytes: a whole problem, or NULL with the line that is wrong. */
ZxLocate *zx_locate_parse (const char *text, gsize n, ZxLocateFormat format,
                           const ZxLocateFileOptions *options, const ZxProgress *progress,
                           GError **error);
ZxLocate *zx_locate_read (const char *path, ZxLocateFormat format,
                          const ZxLocateFileOptions *options, const ZxProgress *progress,
                          GError **error);

/* ---- solving ------------------------------------------------------------------------------ */

typedef struct
{
  double time_limit_s; /* wall time, 0: none.  A run that it cut short need not repeat */
  guint64 max_nodes;   /* branch-and-bound nodes; 0: no limit */
  guint64 seed;
} ZxLocateOptions;

#define ZX_LOCATE_OPTIONS_INIT                                                                     \
  {                                                                                                \
    .seed = 1                                                                                      \
  }

typedef struct
{
  guint n_chosen;
  guint32 *chosen; /* ascending, without existing sites */
  double value;    /* coverages, attendance, market share: most; the others: least.  Set cover and
                      target share: number or fixed cost of the chosen; centre: cost of the worst
                      served */
  double bound;    /* proven: no choice is better */
  double gap;      /* |bound - value| / |value|; 0 when both are 0 */
  gboolean is_proven;
  guint32 *server; /* n_clients: the site that serves, G_MAXUINT32: none; NULL where demand splits:
                      facility, capacitated coverage, shares */
  double *share;   /* facility, capacitated coverage: of each pair, the part of the client's demand
                      it serves; else NULL */
  guint64 n_nodes;
  double seconds, first_seconds; /* wall time, and until the first good set */
} ZxLocation;

/* Stopped by time, nodes or @progress it gives the best found with its bound.  NULL with @error:
 * ZX_ERROR_INVALID for a problem outside its bounds or one no choice can meet (the sentence names
 * what prevents it), ZX_ERROR_CANCELLED when stopped before the first choice.  Without a time
 * limit the same bytes every time. */
ZxLocation *zx_locate_solve (const ZxLocate *self, const ZxLocateOptions *options,
                             const ZxProgress *progress, GError **error);
void zx_location_free (ZxLocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxLocation, zx_location_free)

/* The @n_nearest cheapest sites of every client among those not ruled out, ascending, ties by
 * number:
 * @site and @cost (transfer full) [client][n_nearest]; where fewer are listed G_MAXUINT32 and
 * INFINITY.  Whatever the kind.  O(pairs × n_nearest), parallel. */
gboolean zx_locate_nearest (const ZxLocate *self, guint n_nearest, guint32 **site, double **cost,
                            const ZxProgress *progress, GError **error);

/* Recomputes everything from the problem: number of sites, roles, who is served by whom, loads,
 * value; and that the bound does not contradict it.  zx_locate_solve() has called it. */
gboolean zx_locate_check (const ZxLocate *self, const ZxLocation *location, GError **error);

G_END_DECLS
