/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of text, read by ourselves: GDAL's driver builds an object per row and a string per cell,
 * needs ten times as long, and knows neither GBK nor a header of numbers.
 *
 * A column is a column of numbers when every filled cell of it is one.  That is known only at the
 * end, so the first pass parses what the sample takes for numbers; columns that turn out to be
 * texts are filled by a second pass.  A text keeps the bytes of the file; zx_gis_settle_text()
 * decodes. */

#include "data/gis/zx-gis-dialect.h"

#define ROWS_PER_STEP   4096
#define TEXTS_AT_ONCE   16
#define MAX_SCAN_BYTES  (G_GUINT64_CONSTANT (256) << 20) /* of a sample */
#define PLENTY_OF_CELLS 1000000u

typedef struct
{
  gboolean is_failed;       /* met a text: filled by the second pass */
  gsize n_numbers, n_words; /* filled cells; cells such as "NULL" */
} State;

typedef struct
{
  ZxGisScanner *scanner;
  ZxGisDialect dialect;
  ZxGisTable *table;
  GArray *states;  /* State per column */
  GArray *pending; /* guint: columns of the row at hand whose texts are to be stored */
  ZxGisDoubts *doubts;
  int wkt_column; /* -1: none */
  guint n_renamed;
  gboolean is_sample; /* all columns are texts until the end; rows have no numbers to report */
  GHashTable *names;  /* owned text → the next suffix to try, as guint */
} Work;

/* ---- columns ------------------------------------------------------------------------------ */

static gboolean
starts_like_wkt (const char *text)
{
  static const char *const words[]
      = { "POINT",           "LINESTRING",   "POLYGON",           "MULTIPOINT",
          "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION" };
  while (*text == ' ')
    text++;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strncasecmp (text, words[i], strlen (words[i])) == 0
        && strpbrk (text, "(E") != NULL)
      return TRUE;
  return FALSE;
}

/* A name that says so, or the name of nothing else: the texts decide. */
static gboolean
may_be_wkt (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  return strstr (lower, "wkt") != NULL || strstr (lower, "geom") != NULL
         || strcmp (lower, "shape") == 0;
}

/* A thousand columns of one name are numbered without a search from the start for each. */
static char *
unique_name (const Work *work, const char *name)
{
  char *unique = g_strdup (name);
  guint suffix = MAX (GPOINTER_TO_UINT (g_hash_table_lookup (work->names, name)), 2);
  gboolean is_taken = *name != '\0' && g_hash_table_contains (work->names, unique);
  if (!is_taken)
    return unique;
  for (; g_hash_table_contains (work->names, unique); suffix++)
    {
      g_free (unique);
      unique = g_strdup_printf ("%s_%u", name, suffix);
    }
  g_hash_table_insert (work->names, g_strdup (name), GUINT_TO_POINTER (suffix));
  return unique;
}

static void
add_column (Work *work, const char *name, gboolean is_number, const ZxGisReadOptions *options)
{
  g_autofree char *unique = unique_name (work, name);
  work->n_renamed += strcmp (unique, name) != 0;
  gboolean is_wkt = work->wkt_column < 0 && !is_number && may_be_wkt (unique)
                    && (options == NULL || options->x_column == NULL);
  if (is_wkt)
    work->wkt_column = (int) work->table->n_columns;
  gboolean is_wanted = is_wkt || zx_gis_is_wanted (options, unique)
                       || !g_utf8_validate (unique, -1, NULL); /* decoded and judged at the end */
  zx_gis_table_add_column (work->table, unique, !is_number, is_wanted);
  g_hash_table_insert (work->names, g_steal_pointer (&unique), NULL);
  State state = { FALSE, 0, 0 };
  g_array_append_val (work->states, state);
}

/* ---- cells -------------------------------------------------------------------------------- */

static inline void
store_text (Work *work, guint index, gsize row, const ZxGisCell *cell)
{
  if (cell->n > 0)
    zx_gis_table_texts (work->table, index)[row]
        = zx_pool_add_len (work->table->pool, cell->text, cell->n);
}

/* The texts of a row, looked up together. */
static void
store_texts (Work *work, const ZxGisCell *cells, gsize row)
{
  const guint *pending = (const guint *) (gpointer) work->pending->data;
  for (guint first = 0; first < work->pending->len; first += TEXTS_AT_ONCE)
    {
      ZxText texts[TEXTS_AT_ONCE];
      guint32 ids[TEXTS_AT_ONCE];
      guint n = MIN (TEXTS_AT_ONCE, work->pending->len - first);
      for (guint i = 0; i < n; i++)
        texts[i] = (ZxText){ cells[pending[first + i]].text, cells[pending[first + i]].n };
      zx_pool_add_many (work->table->pool, texts, n, ids);
      for (guint i = 0; i < n; i++)
        zx_gis_table_texts (work->table, pending[first + i])[row] = ids[i];
    }
}

static inline void
store_number (Work *work, guint index, gsize row, const ZxGisCell *cell)
{
  State *state = &g_array_index (work->states, State, index);
  if (state->is_failed)
    return;
  switch (zx_gis_cell_parse (cell->text, cell->n, &work->table->columns[index].number[row]))
    {
    case ZX_GIS_CELL_NUMBER:
      state->n_numbers++;
      break;
    case ZX_GIS_CELL_WORD_FOR_MISSING:
      state->n_words++;
      break;
    case ZX_GIS_CELL_TEXT:
      state->is_failed = TRUE;
      break;
    case ZX_GIS_CELL_MISSING:
    default:
      break;
    }
}

static gboolean
has_filled (const ZxGisCell *cells, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    if (cells[i].n > 0)
      return TRUE;
  return FALSE;
}

/* More cells than names: the surplus becomes columns without a name. */
static void
widen (Work *work, const ZxGisCell *cells, guint *n, gsize row)
{
  guint known = work->table->n_columns;
  if (*n <= known)
    return;
  if (!has_filled (cells, known, *n))
    *n = known;
  else if (!work->is_sample)
    zx_gis_doubt (work->doubts, "gis.long-row", (gint64) row, ZX_SEVERITY_WARNING, ZX_ACTION_KEPT,
                  NULL, NULL);
  while (work->table->n_columns < *n)
    add_column (work, "", !work->is_sample, NULL);
}

static void
store_record (Work *work)
{
  guint n;
  const ZxGisCell *cells = zx_gis_scanner_cells (work->scanner, &n);
  gsize row = work->table->n_rows - 1;
  widen (work, cells, &n, row);
  if (n < work->dialect.n_columns && !work->is_sample)
    zx_gis_doubt (work->doubts, "gis.short-row", (gint64) row, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT,
                  NULL, NULL);
  if (zx_gis_scanner_has_odd_quote (work->scanner) && !work->is_sample)
    zx_gis_doubt (work->doubts, "gis.odd-quote", (gint64) row, ZX_SEVERITY_WARNING, ZX_ACTION_KEPT,
                  NULL, NULL);
  work->pending->len = 0;
  for (guint i = 0; i < n; i++)
    {
      const ZxGisColumn *column = &work->table->columns[i];
      if (column->number != NULL)
        store_number (work, i, row, &cells[i]);
      else if (column->is_text && column->is_wanted && cells[i].n > 0)
        g_array_append_val (work->pending, i);
    }
  store_texts (work, cells, row);
}

/* ---- passes ------------------------------------------------------------------------------- */

/* Rows cost memory by columns: a header of thousands over rows of one cell must not be a bomb. */
static gboolean
is_too_sparse (const Work *work)
{
  guint64 cells = (guint64) work->table->capacity * work->table->n_columns;
  return cells > PLENTY_OF_CELLS && cells / 8 > zx_gis_scanner_bytes_read (work->scanner);
}

static gboolean
step (const Work *work, gsize row, const ZxProgress *progress, GError **error)
{
  return row % ROWS_PER_STEP != 0
         || zx_progress_say (progress, zx_gis_scanner_fraction (work->scanner), NULL, error);
}

static gboolean
fail_sparse (const Work *work, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The table names %u columns but its %zu rows hold far fewer; this is no table"),
               work->table->n_columns, work->table->n_rows);
  return FALSE;
}

static gboolean
read_all (Work *work, const ZxProgress *progress, GError **error)
{
  GError *inner = NULL;
  while (zx_gis_scanner_next (work->scanner, &inner))
    {
      if (work->table->n_rows == work->table->capacity && is_too_sparse (work))
        return fail_sparse (work, error);
      if (!zx_gis_table_add_rows (work->table, 1, error))
        return FALSE;
      store_record (work);
      if (!step (work, work->table->n_rows, progress, error))
        return FALSE;
    }
  if (inner != NULL)
    g_propagate_error (error, inner);
  return inner == NULL;
}

/* Columns that met a text, or nothing but empty cells, become columns of texts.  Returns: whether
 * any has to be read again. */
static gboolean
turn_failed_columns (Work *work, gboolean *again)
{
  gboolean any = FALSE;
  for (guint i = 0; i < work->table->n_columns; i++)
    {
      ZxGisColumn *column = &work->table->columns[i];
      const State *state = &g_array_index (work->states, State, i);
      again[i] = column->number != NULL
                 && (state->is_failed || (state->n_numbers == 0 && state->n_words > 0));
      if (again[i] || (column->number != NULL && state->n_numbers == 0))
        {
          column->is_text = TRUE;
          g_clear_pointer (&column->number, g_free);
        }
      any = any || again[i];
    }
  return any;
}

static gboolean
read_again (Work *work, const gboolean *again, const ZxProgress *progress, GError **error)
{
  if (!zx_gis_scanner_rewind (work->scanner, error))
    return FALSE;
  guint n_skipped = work->dialect.n_skipped + work->dialect.has_header;
  GError *inner = NULL;
  for (gsize record = 0; zx_gis_scanner_next (work->scanner, &inner); record++)
    {
      if (record < n_skipped)
        continue;
      gsize row = record - n_skipped;
      if (row >= work->table->n_rows) /* the file grew meanwhile */
        break;
      guint n;
      const ZxGisCell *cells = zx_gis_scanner_cells (work->scanner, &n);
      for (guint i = 0; i < MIN (n, work->table->n_columns); i++)
        if (again[i])
          store_text (work, i, row, &cells[i]);
      if (!step (work, record, progress, error))
        return FALSE;
    }
  if (inner != NULL)
    g_propagate_error (error, inner);
  return inner == NULL;
}

static gboolean
read_whole (Work *work, const ZxProgress *progress, GError **error)
{
  ZxProgress first = zx_progress_slice (progress, 0, 0.7);
  ZxProgress second = zx_progress_slice (progress, 0.7, 1);
  if (!read_all (work, &first, error))
    return FALSE;
  g_autofree gboolean *again = g_new0 (gboolean, MAX (work->table->n_columns, 1));
  return !turn_failed_columns (work, again) || read_again (work, again, &second, error);
}

/* ---- samples ------------------------------------------------------------------------------ */

/* Keeps every other row. */
static void
thin_out (ZxGisTable *table)
{
  gsize n = (table->n_rows + 1) / 2;
  for (guint i = 0; i < table->n_columns; i++)
    for (gsize row = 1; table->columns[i].text != NULL && row < n; row++)
      table->columns[i].text[row] = table->columns[i].text[2 * row];
  for (guint i = 0; i < table->n_columns; i++)
    if (table->columns[i].text != NULL)
      memset (table->columns[i].text + n, 0, (table->n_rows - n) * sizeof (guint32));
  table->n_rows = n;
}

static void
turn_numbers (Work *work)
{
  ZxGisTable *table = work->table;
  for (guint i = 0; i < table->n_columns; i++)
    {
      ZxGisColumn *column = &table->columns[i];
      gsize n_numbers = 0;
      gboolean is_number = column->text != NULL;
      g_autofree double *number = g_new (double, MAX (table->capacity, 1));
      for (gsize row = 0; row < table->n_rows && is_number; row++)
        {
          const char *text = zx_pool_get (table->pool, column->text[row]);
          ZxGisCellKind kind = zx_gis_cell_parse (text, strlen (text), &number[row]);
          is_number = kind != ZX_GIS_CELL_TEXT;
          n_numbers += kind == ZX_GIS_CELL_NUMBER;
        }
      if (!is_number || n_numbers == 0)
        continue;
      column->is_text = FALSE;
      g_clear_pointer (&column->text, g_free);
      column->number = g_steal_pointer (&number);
    }
}

/* Every record is seen, every 2^k-th kept: at the end between limit / 2 and limit rows, spread over
 * the file.  Everything is text until the end. */
static gboolean
read_sample (Work *work, gsize limit, gint64 *n_rows, const ZxProgress *progress, GError **error)
{
  gsize stride = 1;
  gint64 n = 0;
  GError *inner = NULL;
  for (; zx_gis_scanner_next (work->scanner, &inner); n++)
    {
      if (zx_gis_scanner_bytes_read (work->scanner) > MAX_SCAN_BYTES)
        break;
      if (!step (work, (gsize) n, progress, error))
        return FALSE;
      if ((gsize) n % stride != 0)
        continue;
      if (work->table->n_rows == limit)
        {
          thin_out (work->table);
          stride *= 2;
          if ((gsize) n % stride != 0)
            continue;
        }
      if (work->table->n_rows == work->table->capacity && is_too_sparse (work))
        return fail_sparse (work, error);
      if (!zx_gis_table_add_rows (work->table, 1, error))
        return FALSE;
      store_record (work);
    }
  if (inner != NULL)
    {
      g_propagate_error (error, inner);
      return FALSE;
    }
  gboolean is_whole = zx_gis_scanner_bytes_read (work->scanner) <= MAX_SCAN_BYTES;
  *n_rows = is_whole ? n : -1;
  turn_numbers (work);
  return TRUE;
}

/* ---- geometry ----------------------------------------------------------------------------- */

static gboolean
has_wkt (const ZxLayer *layer, const ZxColumn *column)
{
  for (gsize row = 0; row < layer->n_rows; row++)
    if (column->text[row] != 0)
      return starts_like_wkt (zx_layer_text (layer, column, row));
  return FALSE;
}

static gboolean
take_wkt (Work *work, ZxLayer *layer, const char *name, GError **error)
{
  int index = zx_layer_column_index (layer, name);
  if (index < 0 || layer->columns[index].kind != ZX_COLUMN_TEXT
      || !has_wkt (layer, &layer->columns[index]))
    return TRUE;
  g_autoptr (ZxGisShapes) shapes = zx_gis_shapes_new (work->doubts);
  for (gsize row = 0; row < layer->n_rows; row++)
    {
      g_autofree char *text = g_strdup (zx_layer_text (layer, &layer->columns[index], row));
      char *rest = text;
      OGRGeometryH geometry = NULL;
      gboolean is_fine
          = *text == '\0' || OGR_G_CreateFromWkt (&rest, NULL, &geometry) == OGRERR_NONE;
      gboolean is_added = is_fine ? zx_gis_shapes_add_ogr (shapes, geometry, error)
                                  : zx_gis_shapes_add_wkb (shapes, (const guint8 *) "\1", 1, error);
      OGR_G_DestroyGeometry (geometry);
      if (!is_added)
        return FALSE;
    }
  zx_gis_shapes_finish (shapes, ZX_GEOMETRY_NONE, &layer->geometry);
  zx_gis_remove_column (layer, (guint) index);
  return TRUE;
}

/* ---- the story ---------------------------------------------------------------------------- */

static void
report_shape (const Work *work)
{
  guint n_words = 0;
  for (guint i = 0; i < work->table->n_columns; i++)
    if (work->table->columns[i].number != NULL)
      n_words += (guint) g_array_index (work->states, State, i).n_words;
  char count[24];
  g_snprintf (count, sizeof count, "%u", n_words);
  if (n_words > 0)
    zx_gis_doubt (work->doubts, "gis.words-for-missing", -1, ZX_SEVERITY_NOTE, ZX_ACTION_CORRECTED,
                  count, NULL);
  g_snprintf (count, sizeof count, "%u", work->n_renamed);
  if (work->n_renamed > 0)
    zx_gis_doubt (work->doubts, "gis.duplicate-column", -1, ZX_SEVERITY_WARNING,
                  ZX_ACTION_CORRECTED, count, NULL);
  if (!work->dialect.has_header)
    zx_gis_doubt (work->doubts, "gis.no-header", -1, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, NULL, NULL);
  g_snprintf (count, sizeof count, "%u", work->dialect.n_skipped);
  if (work->dialect.n_skipped > 0)
    zx_gis_doubt (work->doubts, "gis.title-lines", -1, ZX_SEVERITY_NOTE, ZX_ACTION_SET_ASIDE, count,
                  NULL);
}

static ZxLayer *
finish (Work *work, const ZxGisMember *member, const char *source, const ZxGisReadOptions *options,
        GError **error)
{
  report_shape (work);
  g_autofree char *wkt_name
      = work->wkt_column >= 0 ? g_strdup (work->table->columns[work->wkt_column].name) : NULL;
  g_autoptr (ZxLayer) layer = zx_gis_table_finish (work->table, member->stem, source);
  if (wkt_name != NULL && !take_wkt (work, layer, wkt_name, error))
    return NULL;
  zx_gis_settle_text (layer, NULL, work->doubts);
  zx_gis_drop_unwanted (layer, options);
  layer->crs = options != NULL ? g_strdup (options->crs) : NULL;
  if (!zx_gis_points_from_columns (layer, options, work->doubts, error))
    return NULL;
  return g_steal_pointer (&layer);
}

static ZxLayer *
read_table (Work *work, const ZxGisMember *member, const char *source,
            const ZxGisReadOptions *options, gsize limit, gint64 *n_rows,
            const ZxProgress *progress, GError **error)
{
  if (!zx_gis_dialect_guess (&work->dialect, work->scanner, error))
    return NULL;
  for (guint i = 0; i < work->dialect.n_columns; i++)
    add_column (work, work->dialect.names[i], !work->is_sample && work->dialect.is_number[i],
                options);
  if (limit > 0 ? !read_sample (work, limit, n_rows, progress, error)
                : !read_whole (work, progress, error))
    return NULL;
  if (limit == 0)
    *n_rows = (gint64) work->table->n_rows;
  return finish (work, member, source, options, error);
}

ZxLayer *
zx_gis_csv_read (const ZxGisMember *member, const char *source, const ZxGisReadOptions *options,
                 gsize limit, gint64 *n_rows, ZxFindings *findings, const ZxProgress *progress,
                 GError **error)
{
  g_autoptr (ZxGisScanner) scanner = zx_gis_scanner_new (member, error);
  if (scanner == NULL)
    return NULL;
  ZxGisDoubts doubts;
  zx_gis_doubts_begin (&doubts, findings, source, member->stem);
  g_autoptr (ZxGisTable) table = zx_gis_table_new ();
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (State));
  g_autoptr (GArray) pending = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Work work = { scanner, { { 0 } }, table, states, pending, &doubts, -1, 0, limit > 0, names };
  ZxLayer *layer = read_table (&work, member, source, options, limit, n_rows, progress, error);
  zx_gis_dialect_clear (&work.dialect);
  zx_gis_doubts_end (&doubts);
  return layer;
}
