/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The ground floor: what every room needs and no room owns.
 *
 *   progress      how long work reports a fraction and learns that it shall stop
 *   parallel      one loop over threads whose result does not depend on their number
 *   random        seeded numbers, the same on every machine
 *   fingerprint   SHA-256 over typed values: cache key, reproducibility, tamper evidence
 *   text          pools of interned strings, numbers without a locale, the message catalogue
 *   table         columns of numbers and texts; geometry beside them: a layer
 *   findings      doubts about data, as rows
 *   offset        GCJ-02, which both the reader and the sample of Chinese data need
 *   files         complete or absent
 *
 * Plain structs and functions: any thread, no main loop, no globals but the number of threads.
 */
#pragma once

#include <gio/gio.h>
#include <glib/gi18n-lib.h> /* _() for messages, N_() for texts looked up later */
#include <math.h>

G_BEGIN_DECLS

/* ---- errors ------------------------------------------------------------------------------- */

typedef enum
{
  ZX_ERROR_INVALID,   /* a value or file is outside its bounds */
  ZX_ERROR_MISSING,   /* something the work needs is not there */
  ZX_ERROR_CANCELLED, /* the caller asked to stop */
  ZX_ERROR_IO,        /* the system refused to read or write */
} ZxErrorCode;

#define ZX_ERROR (zx_error_quark ())
GQuark zx_error_quark (void);

/* ---- progress ----------------------------------------------------------------------------- */

typedef struct _ZxProgress ZxProgress;

/* Called from the working thread, never from two threads at once for one root.
 * @fraction: 0 … 1 of the whole; @what: a translated phrase or NULL, borrowed.
 * Returns: FALSE to stop the work. */
typedef gboolean (*ZxProgressFunc) (double fraction, const char *what, gpointer data);

struct _ZxProgress
{
  ZxProgressFunc func; /* NULL: silent */
  gpointer data;       /* handed to @func, borrowed */
  double from, to;     /* the part of the whole this slice covers */
  const gint *stop;    /* NULL or an int that another thread sets atomically to 1 */
};

/* A root: stack-allocate it, hand a pointer down. */
#define ZX_PROGRESS_INIT(f, d, s)                                                                  \
  {                                                                                                \
    (f), (d), 0.0, 1.0, (s)                                                                        \
  }

/* Reports @done of @total (total 0 counts as done).  NULL @progress: returns TRUE at once.
 * Returns: FALSE with ZX_ERROR_CANCELLED set when the work shall stop.  ~5 ns when silent. */
gboolean zx_progress_step (const ZxProgress *progress, gsize done, gsize total, GError **error);

/* The same with a phrase for people ("Reading roads"). */
gboolean zx_progress_say (const ZxProgress *progress, double fraction, const char *what,
                          GError **error);

/* Asks only; for inner loops and parallel bodies.  Returns: TRUE when the work shall stop. */
gboolean zx_progress_is_stopped (const ZxProgress *progress);

/* The part @from … @to of @progress as a progress of its own; of NULL, a silent one. */
ZxProgress zx_progress_slice (const ZxProgress *progress, double from, double to);

/* ---- parallel loops ----------------------------------------------------------------------- */

/* The half-open range of items one call works on; @worker: 0 … zx_parallel_threads () - 1, for
 * scratch memory.  Results must depend on the items alone, never on @worker or on how the range
 * was cut: that is what makes 1 and N threads give the same bytes. */
typedef void (*ZxParallelFunc) (gsize begin, gsize end, guint worker, gpointer data);

/* Runs @func over 0 … @n_items in pieces of @grain items (0: chosen for about 64 pieces).
 * Pieces start in order of their index.  @func asks zx_progress_is_stopped() itself if a piece is
 * long. Nested calls run on the calling thread alone. Returns: FALSE with ZX_ERROR_CANCELLED set
 * when stopped; the results are then incomplete. */
gboolean zx_parallel_for (gsize n_items, gsize grain, ZxParallelFunc func, gpointer data,
                          const ZxProgress *progress, GError **error);

guint zx_parallel_threads (void);               /* >= 1; default: the processors, at most 64 */
void zx_parallel_set_threads (guint n_threads); /* 0: the default again.  Before any work. */

/* ---- random numbers ----------------------------------------------------------------------- */

/* xoshiro256** seeded by splitmix64 (Blackman and Vigna 2018): same seed, same numbers, on any
 * machine.  Copy by value to fork deliberately; use zx_rng_stream() for independent streams. */
typedef struct
{
  guint64 state[4];
} ZxRng;

ZxRng zx_rng_new (guint64 seed);
ZxRng zx_rng_stream (guint64 seed, guint64 stream); /* stream: any number, e.g. an item's index */
guint64 zx_rng_next (ZxRng *rng);
double zx_rng_uniform (ZxRng *rng);               /* (0, 1), never 0 or 1 */
guint32 zx_rng_below (ZxRng *rng, guint32 bound); /* 0 … bound - 1, unbiased; bound >= 1 */
double zx_rng_normal (ZxRng *rng);                /* inverse-CDF: one uniform, one normal */
double zx_rng_exponential (ZxRng *rng);           /* mean 1 */
double zx_rng_gamma (ZxRng *rng, double shape);   /* scale 1; shape > 0 (Marsaglia and Tsang) */
double zx_rng_beta (ZxRng *rng, double a, double b);
guint64 zx_rng_poisson (ZxRng *rng, double mean);                        /* mean >= 0; 0 gives 0 */
guint64 zx_rng_negative_binomial (ZxRng *rng, double mean, double size); /* variance m + m²/size */

/* ---- fingerprints ------------------------------------------------------------------------- */

/* SHA-256 over typed, length-prefixed, little-endian values: two different sequences of calls
 * cannot collide by concatenation.  -0.0 counts as 0.0 and every NaN as one NaN. */
typedef struct _ZxFingerprint ZxFingerprint;

ZxFingerprint *zx_fingerprint_new (const char *domain); /* domain: what is fingerprinted */
void zx_fingerprint_free (ZxFingerprint *self);
void zx_fingerprint_add_text (ZxFingerprint *self, const char *text); /* NULL allowed, ≠ "" */
void zx_fingerprint_add_int (ZxFingerprint *self, gint64 value);
void zx_fingerprint_add_double (ZxFingerprint *self, double value);
void zx_fingerprint_add_doubles (ZxFingerprint *self, const double *values, gsize n);
void zx_fingerprint_add_bytes (ZxFingerprint *self, gconstpointer bytes, gsize n);
/* Returns: (transfer full): 64 lower-case hex digits; @self stays usable for _free only. */
char *zx_fingerprint_finish (ZxFingerprint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFingerprint, zx_fingerprint_free)

/* Returns: (transfer full): hex SHA-256 of the file's bytes, or NULL with @error. */
char *zx_file_fingerprint (const char *path, const ZxProgress *progress, GError **error);

/* ---- text --------------------------------------------------------------------------------- */

/* Interned strings: equal texts have equal numbers; 0 is the empty text.  Not thread-safe while
 * growing; read-only use from many threads is. */
typedef struct _ZxPool ZxPool;

ZxPool *zx_pool_new (void);
ZxPool *zx_pool_ref (ZxPool *self);
void zx_pool_unref (ZxPool *self);
guint32 zx_pool_add (ZxPool *self, const char *text);              /* NULL or "" gives 0 */
guint32 zx_pool_add_len (ZxPool *self, const char *text, gsize n); /* need not end in NUL */
/* The same for @n_texts at once: in a large pool several times as fast as one by one, because the
 * memory of the next texts is fetched while the first are compared. */
typedef struct
{
  const char *text; /* NULL allowed */
  gsize n;          /* bytes; need not be followed by NUL */
} ZxText;
void zx_pool_add_many (ZxPool *self, const ZxText *texts, gsize n_texts, guint32 *ids);
guint32 zx_pool_find (const ZxPool *self, const char *text); /* 0 when absent */
const char *zx_pool_get (const ZxPool *self,
                         guint32 id);      /* borrowed for the pool's life; never NULL */
guint32 zx_pool_size (const ZxPool *self); /* ids are 0 … size - 1 */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxPool, zx_pool_unref)

/* A whole decimal number with optional white space around it, '.' as decimal mark, no locale.
 * Returns: FALSE (and NaN) for anything else, "" and "nan" and "inf" included. */
gboolean zx_number_parse (const char *text, gsize n, double *value);

/* Shortest text that reads back as the same double; "" for NaN.  @buffer: >= 32 bytes.
 * Returns: @buffer. */
char *zx_number_format (double value, char *buffer);

/* "1 234.5" style for people: @decimals places, thin-space groups, "–" for NaN; no locale.
 * Returns: (transfer full) */
char *zx_number_human (double value, guint decimals);

/* Which of three conductors carries a load: "A", "BC", "A 0.5 B 0.3 C 0.2", "三相"; "" gives NaN.
 * Returns: FALSE (and NaN) for what names no phase, plain digits included. */
gboolean zx_phases_parse (const char *text, double share[3] /* out: sum 1 */);
/* The way back; "" for NaN.  Returns: (transfer full) */
char *zx_phases_format (const double share[3]);

/* Civil time without time zones: days and seconds since 1970-01-01 of a proleptic Gregorian date.
 */
gint64 zx_time_from_civil (int year, guint month, guint day, guint hour, guint minute,
                           guint second);
void zx_time_to_civil (gint64 time, int *year, guint *month, guint *day, guint *hour, guint *minute,
                       guint *second, guint *weekday /* 0 = Monday */); /* any may be NULL */

/* ---- the message catalogue ---------------------------------------------------------------- */

/* The report speaks the language of its --lang whatever the process's locale is (a bare machine
 * has only C), so its texts come from the compiled catalogues linked into the program, not from
 * gettext.  Everything else uses _(). */
typedef struct _ZxCatalogue ZxCatalogue;

/* @language: "en" or "zh_CN" (anything else: English).  Cheap; keep for the work at hand.
 * Returns: (transfer full) */
ZxCatalogue *zx_catalogue_new (const char *language);
void zx_catalogue_free (ZxCatalogue *self);
/* Returns: the translation of @message or @message itself; borrowed for the catalogue's life. */
const char *zx_catalogue_get (const ZxCatalogue *self, const char *message);
const char *zx_catalogue_language (const ZxCatalogue *self); /* "en" or "zh_CN" */
/* The number of messages the catalogue holds; 0 for English. */
guint zx_catalogue_size (const ZxCatalogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxCatalogue, zx_catalogue_free)
/* A file of resources/data linked into the program ("speeds.ini"), or NULL; borrowed for ever,
 * NUL-terminated.  @n: (out) (optional): bytes without the NUL. */
const char *zx_resource_text (const char *name, gsize *n);

/* ---- tables and layers -------------------------------------------------------------------- */

typedef enum
{
  ZX_COLUMN_NUMBER, /* double; NaN = missing; whole numbers exact to 2^53 */
  ZX_COLUMN_TEXT,   /* pool ids; 0 = missing */
} ZxColumnKind;

typedef struct
{
  char *name; /* as in the source, UTF-8, never NULL; may be "" */
  ZxColumnKind kind;
  double *number; /* n_rows, when kind is NUMBER, else NULL */
  guint32 *text;  /* n_rows, when kind is TEXT, else NULL */
} ZxColumn;

typedef enum
{
  ZX_GEOMETRY_NONE,
  ZX_GEOMETRY_POINT,
  ZX_GEOMETRY_LINE,
  ZX_GEOMETRY_POLYGON,
} ZxGeometryKind;

/* Coordinates of all rows in two arrays.
 *   POINT    x[row], y[row]; NaN for a row without a place; the offset arrays are NULL.
 *   LINE     row r has the parts part_first[r] … part_first[r+1]-1, part p the points
 *            point_first[p] … point_first[p+1]-1.
 *   POLYGON  the same; parts are closed rings (last point repeats the first); rings with
 *            is_hole[p] belong to the last ring before them that is none.  Outer rings run
 *            counter-clockwise, holes clockwise. */
typedef struct
{
  ZxGeometryKind kind;
  gsize n_rows, n_parts, n_points;
  double *x, *y;
  gsize *part_first;  /* n_rows + 1 */
  gsize *point_first; /* n_parts + 1 */
  guint8 *is_hole;    /* n_parts, POLYGON only */
} ZxGeometry;

/* A table with one geometry per row (or none): what a reader gives and a writer takes. */
typedef struct
{
  char *name;   /* layer name, never NULL */
  char *source; /* path or other origin, never NULL */
  gsize n_rows;
  guint n_columns;
  ZxColumn *columns;
  ZxGeometry geometry;
  ZxPool *pool; /* of all text columns */
  char *crs;    /* "EPSG:4326", "GCJ-02", "BD-09", other text PROJ understands; NULL = not stated */
} ZxLayer;

ZxLayer *zx_layer_new (const char *name, const char *source, gsize n_rows);
void zx_layer_free (ZxLayer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxLayer, zx_layer_free)
/* Appends a column of missing values.  Returns: borrowed; valid until the next column is added. */
ZxColumn *zx_layer_add_column (ZxLayer *self, const char *name, ZxColumnKind kind);
double *zx_layer_new_numbers (ZxLayer *self, const char *name);
guint32 *zx_layer_new_texts (ZxLayer *self, const char *name);
/* The same with values, as many as there are rows; NULL: all missing.  Texts are taken from
 * @pool. */
void zx_layer_add_doubles (ZxLayer *self, const char *name, const double *values);
void zx_layer_add_floats (ZxLayer *self, const char *name, const float *values);
void zx_layer_add_texts (ZxLayer *self, const char *name, const ZxPool *pool, const guint32 *ids);
/* Returns: (nullable): borrowed; exact name. */
ZxColumn *zx_layer_column (const ZxLayer *self, const char *name);
int zx_layer_column_index (const ZxLayer *self, const char *name); /* -1 when absent */
const char *zx_layer_text (const ZxLayer *self, const ZxColumn *column,
                           gsize row);                                           /* "" if missing */
double zx_layer_number (const ZxLayer *self, const ZxColumn *column, gsize row); /* parses TEXT */

/* Takes over the arrays.  Line and polygon builders: zx_geometry_builder below. */
void zx_geometry_clear (ZxGeometry *self);
void zx_geometry_copy (ZxGeometry *to, const ZxGeometry *from);
/* Extent of all finite points; FALSE when there is none. */
gboolean zx_geometry_extent (const ZxGeometry *self, double *min_x, double *min_y, double *max_x,
                             double *max_y);
/* Polygons: absolute area of the row, holes subtracted, in units²; 0 for other kinds. */
double zx_geometry_area (const ZxGeometry *self, gsize row);
/* Lines: length of the row. */
double zx_geometry_length (const ZxGeometry *self, gsize row);
/* Point in the row's polygon (even-odd); points: FALSE.  O(points of the row). */
gboolean zx_geometry_contains (const ZxGeometry *self, gsize row, double x, double y);
/* A point of the row: the point, the middle of a line, the centroid of the largest outer ring
 * (or, where that falls outside, a point inside).  FALSE when the row is empty. */
gboolean zx_geometry_centre (const ZxGeometry *self, gsize row, double *x, double *y);

/* Appends rows one after another; _finish hands the arrays to a ZxGeometry. */
typedef struct
{
  ZxGeometryKind kind;
  GArray *x, *y;                    /* double */
  GArray *part_first, *point_first; /* gsize */
  GArray *is_hole;                  /* guint8 */
} ZxGeometryBuilder;

void zx_geometry_builder_init (ZxGeometryBuilder *self, ZxGeometryKind kind);
void zx_geometry_builder_begin_part (ZxGeometryBuilder *self, gboolean is_hole);
void zx_geometry_builder_point (ZxGeometryBuilder *self, double x, double y);
void zx_geometry_builder_end_row (ZxGeometryBuilder *self);
void zx_geometry_builder_finish (ZxGeometryBuilder *self, ZxGeometry *geometry); /* also clears */
void zx_geometry_builder_clear (ZxGeometryBuilder *self);

/* ---- findings ----------------------------------------------------------------------------- */

typedef enum
{
  ZX_SEVERITY_NOTE,    /* worth knowing; nothing was changed */
  ZX_SEVERITY_WARNING, /* doubtful; kept, perhaps corrected */
  ZX_SEVERITY_ERROR,   /* impossible; the row was set aside */
} ZxSeverity;

typedef enum
{
  ZX_ACTION_KEPT,      /* used as it is */
  ZX_ACTION_CORRECTED, /* used with another value */
  ZX_ACTION_SET_ASIDE, /* not used; kept in the findings */
} ZxAction;

/* One doubt.  The words for people come from the rule's id (zx_quality_rule_text()), so that a
 * finding can be shown in either language long after it was made. */
typedef struct
{
  const char *rule; /* interned by g_intern_string(): "usage.filled-in" */
  guint32 layer;    /* index into ZxFindings.layers */
  gint64 row;       /* 0-based row of the source layer; -1: the layer as a whole */
  guint32 count;    /* rows it stands for, >= 1 */
  ZxSeverity severity;
  ZxAction action;
  guint32 value; /* pool id: the offending value as text */
  guint32 bound; /* pool id: the bound or the corrected value */
} ZxFinding;

typedef struct
{
  GArray *rows;      /* ZxFinding */
  GPtrArray *layers; /* owned texts, "file: layer" */
  ZxPool *pool;
} ZxFindings;

ZxFindings *zx_findings_new (void);
void zx_findings_free (ZxFindings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxFindings, zx_findings_free)
guint32 zx_findings_layer (ZxFindings *self, const char *layer); /* finds or adds */
/* The layer of a file as people know it: "a.csv", or "a.gpkg: roads" where the layer's name says
 * more than the file's; @layer NULL: the file as a whole.  Every room names a file through this, so
 * that its findings stand together.  Returns: (transfer full) */
char *zx_findings_title (const char *path, const char *layer);
/* @value and @bound may be NULL. */
void zx_findings_add (ZxFindings *self, const char *rule, guint32 layer, gint64 row, guint32 count,
                      ZxSeverity severity, ZxAction action, const char *value, const char *bound);
guint zx_findings_count (const ZxFindings *self, ZxSeverity at_least);

/* ---- the offset of Chinese web maps -------------------------------------------------------- */

/* GCJ-02 from WGS-84 in degrees, in place (DOMAIN.md §2.2); identity outside the offset's box and
 * for NaN.  The way back and BD-09 are in data/gis. */
void zx_gcj02_from_wgs84 (double *lon_deg, double *lat_deg);

/* ---- files -------------------------------------------------------------------------------- */

/* Writes the whole file or leaves what was there: temporary beside it, fsync, rename, fsync of
 * the directory. */
gboolean zx_file_replace (const char *path, gconstpointer bytes, gsize n, GError **error);

/* For writers that insist on a path (GDAL, cairo, SQLite): a name beside @path to write to, then
 * _commit (fsync, rename) or _abandon (unlink).  Left-overs of killed runs are swept by _begin.
 * Returns: (transfer full): the temporary path, same extension as @path. */
char *zx_file_begin (const char *path, GError **error);
gboolean zx_file_commit (const char *temporary, const char *path, GError **error);
void zx_file_abandon (const char *temporary);

/* ---- memory ------------------------------------------------------------------------------- */

/* n × size bytes, zeroed; NULL with a clear @error ("… needs 12 GiB") instead of an abort, for
 * every size that comes from data.  n = 0 gives a valid pointer.  Free with g_free(). */
gpointer zx_try_new (gsize n, gsize size, const char *what, GError **error);
#define ZX_TRY_NEW(type, n, what, error) ((type *) zx_try_new ((n), sizeof (type), (what), (error)))

G_END_DECLS
