/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Separator, title lines, header and kinds of columns from the first 200 records.
 *
 * Separator: the one of , ; TAB | with which most records have the same number of cells, more than
 * one.  Header: a first record of texts; or one that differs from what stands below it: a text over
 * numbers, an empty corner over row names, words without digits over stamps or codes (unless the
 * record has decimals, which are no names), or a row of distinct whole numbers (zones, stations,
 * hours as names) over values that repeat.  Wrong for a table
 * without header whose columns are all texts: its first row is taken for names. */

#include "data/gis/zx-gis-dialect.h"

#define LEAST_RECORDS   10
#define SAMPLE_CELLS    100000
#define SAMPLE_RECORDS  200
#define MAX_TITLE_LINES 5

typedef struct
{
  GPtrArray *records; /* GPtrArray of char * */
} Sample;

/* ---- cells -------------------------------------------------------------------------------- */

static gboolean
is_word_for_missing (const char *p, gsize n)
{
  static const char *const words[]
      = { "NULL", "null", "NaN", "nan", "NA", "N/A", "#N/A", "None", "\\N", "-", "--" };
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == n && memcmp (p, words[i], n) == 0)
      return TRUE;
  return FALSE;
}

/* Digits only, behind an optional sign. */
static gboolean
is_code (const char *p, gsize n)
{
  if (n > 0 && (*p == '-' || *p == '+'))
    {
      p++;
      n--;
    }
  if (n >= 2 && p[0] == '0' && g_ascii_isdigit (p[1]))
    return TRUE;
  if (n <= 15)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit (p[i]))
      return FALSE;
  return TRUE;
}

ZxGisCellKind
zx_gis_cell_parse (const char *text, gsize n, double *value)
{
  *value = NAN;
  while (n > 0 && (*text == ' ' || *text == '\t'))
    {
      text++;
      n--;
    }
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
    n--;
  if (n == 0)
    return ZX_GIS_CELL_MISSING;
  gboolean may_be_number = g_ascii_isdigit (*text) || *text == '-' || *text == '+' || *text == '.';
  if (may_be_number && !is_code (text, n) && zx_number_parse (text, n, value))
    return ZX_GIS_CELL_NUMBER;
  return is_word_for_missing (text, n) ? ZX_GIS_CELL_WORD_FOR_MISSING : ZX_GIS_CELL_TEXT;
}

static ZxGisCellKind
kind_of (const char *text)
{
  double value;
  return zx_gis_cell_parse (text, strlen (text), &value);
}

/* ---- the sample --------------------------------------------------------------------------- */

/* A matrix of ten thousand columns shows what it is by fewer rows. */
static GPtrArray *
take_sample (ZxGisScanner *scanner, GError **error)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  gsize n_cells = 0;
  while (records->len < SAMPLE_RECORDS + MAX_TITLE_LINES
         && (n_cells < SAMPLE_CELLS || records->len < LEAST_RECORDS + MAX_TITLE_LINES)
         && zx_gis_scanner_next (scanner, error))
    {
      guint n;
      const ZxGisCell *cells = zx_gis_scanner_cells (scanner, &n);
      GPtrArray *record = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; i < n; i++)
        g_ptr_array_add (record, g_strndup (cells[i].text, cells[i].n));
      g_ptr_array_add (records, record);
      n_cells += n;
    }
  return records;
}

static const char *
cell_at (const GPtrArray *records, guint row, guint column)
{
  const GPtrArray *record = g_ptr_array_index (records, row);
  return column < record->len ? g_ptr_array_index (record, column) : "";
}

static guint
width (const GPtrArray *records, guint row)
{
  return ((const GPtrArray *) g_ptr_array_index (records, row))->len;
}

/* ---- separator ---------------------------------------------------------------------------- */

/* The number of cells most records have; of equally many the larger. */
static guint
usual_width (const GPtrArray *records, guint *n_same)
{
  guint best = 1;
  *n_same = 0;
  for (guint i = 0; i < records->len; i++)
    {
      guint n = 0, w = width (records, i);
      for (guint k = 0; k < records->len; k++)
        n += width (records, k) == w;
      if (n > *n_same || (n == *n_same && w > best))
        {
          *n_same = n;
          best = w;
        }
    }
  return best;
}

static gboolean
ends_with_cr (const char *p, gsize n)
{
  return memchr (p, '\n', n) == NULL && memchr (p, '\r', n) != NULL;
}

static ZxGisRecordFormat
choose_format (const char *bytes, gsize n)
{
  static const char separators[] = ",;\t|";
  ZxGisRecordFormat best = { ',', ends_with_cr (bytes, n) };
  double best_share = 0;
  guint best_width = 1;
  for (const char *separator = separators; *separator != '\0'; separator++)
    {
      g_autoptr (ZxGisScanner) scanner = zx_gis_scanner_new_for_bytes (bytes, n);
      zx_gis_scanner_set_format (scanner, (ZxGisRecordFormat){ *separator, best.ends_with_cr });
      g_autoptr (GPtrArray) records = take_sample (scanner, NULL);
      if (records->len == 0)
        continue;
      guint n_same, usual = usual_width (records, &n_same);
      double share = (double) n_same / records->len;
      gboolean fits_header = width (records, 0) == usual;
      share -= fits_header ? 0 : 0.25;
      if (usual > 1
          && (share > best_share + 0.05 || (share > best_share - 0.05 && usual > best_width)))
        {
          best_share = share;
          best_width = usual;
          best.separator = *separator;
        }
    }
  return best;
}

/* ---- title lines and header --------------------------------------------------------------- */

static guint
n_filled (const GPtrArray *records, guint row)
{
  guint n = 0;
  for (guint i = 0; i < width (records, row); i++)
    n += *cell_at (records, row, i) != '\0';
  return n;
}

static guint
count_title_lines (const GPtrArray *records)
{
  guint n_same, usual = usual_width (records, &n_same), n = 0;
  if (usual < 3)
    return 0;
  while (n < MAX_TITLE_LINES && n + 1 < records->len && n_filled (records, n) == 1)
    n++;
  return n + 1 < records->len && n_filled (records, n) >= 3 ? n : 0;
}

static gboolean
has_digit (const char *text)
{
  return strpbrk (text, "0123456789") != NULL;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* At least three whole numbers, all different; other cells do not count. */
static gboolean
has_distinct_whole_numbers (const GPtrArray *records, guint row)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  for (guint i = 0; i < width (records, row); i++)
    {
      const char *text = cell_at (records, row, i);
      if (kind_of (text) == ZX_GIS_CELL_NUMBER)
        {
          if (strspn (text, "0123456789") != strlen (text))
            return FALSE;
          g_ptr_array_add (sorted, (gpointer) text);
        }
    }
  g_ptr_array_sort (sorted, compare_texts);
  for (guint i = 1; i < sorted->len; i++)
    if (strcmp (sorted->pdata[i - 1], sorted->pdata[i]) == 0)
      return FALSE;
  return sorted->len >= 3;
}

/* What stands below the first record in one column. */
typedef struct
{
  guint n, n_numbers, n_digits; /* filled cells; numbers; cells with a digit */
} Below;

static Below
look_below (const GPtrArray *records, guint first, guint column)
{
  Below below = { 0, 0, 0 };
  for (guint row = first + 1; row < records->len; row++)
    {
      const char *text = cell_at (records, row, column);
      if (*text == '\0')
        continue;
      below.n++;
      below.n_numbers += kind_of (text) == ZX_GIS_CELL_NUMBER;
      below.n_digits += has_digit (text);
    }
  return below;
}

static gboolean
is_decimal (const char *text)
{
  return kind_of (text) == ZX_GIS_CELL_NUMBER && strspn (text, "0123456789") != strlen (text);
}

/* A text over numbers, or nothing over row names. */
static gboolean
names_numbers (const GPtrArray *records, guint first, guint column)
{
  ZxGisCellKind kind = kind_of (cell_at (records, first, column));
  Below below = look_below (records, first, column);
  if (below.n == 0 || kind == ZX_GIS_CELL_NUMBER)
    return FALSE;
  if (kind == ZX_GIS_CELL_MISSING)
    return column == 0 && below.n == records->len - first - 1;
  return below.n_numbers * 5 >= below.n * 4;
}

/* A word over stamps or codes: weaker, for the first of many codes may be a word itself. */
static gboolean
names_codes (const GPtrArray *records, guint first, guint column)
{
  const char *top = cell_at (records, first, column);
  Below below = look_below (records, first, column);
  return below.n > 0 && kind_of (top) == ZX_GIS_CELL_TEXT && !has_digit (top)
         && below.n_digits * 5 >= below.n * 4;
}

static gboolean
is_header (const GPtrArray *records, guint first)
{
  guint n = width (records, first), n_numbers = 0, n_decimals = 0;
  gboolean has_names_of_codes = FALSE;
  for (guint i = 0; i < n; i++)
    {
      const char *text = cell_at (records, first, i);
      n_numbers += kind_of (text) == ZX_GIS_CELL_NUMBER;
      n_decimals += is_decimal (text);
      has_names_of_codes = has_names_of_codes || names_codes (records, first, i);
      if (names_numbers (records, first, i))
        return TRUE;
    }
  if (n_numbers == 0 || (n_decimals == 0 && has_names_of_codes))
    return TRUE;
  return records->len - first > 1 && has_distinct_whole_numbers (records, first)
         && !has_distinct_whole_numbers (records, first + 1)
         && (records->len - first <= 2 || !has_distinct_whole_numbers (records, first + 2));
}

static void
name_columns (ZxGisDialect *self, const GPtrArray *records)
{
  guint first = self->n_skipped;
  self->n_columns = width (records, first);
  self->names = g_new0 (char *, self->n_columns + 1);
  self->is_number = g_new0 (gboolean, self->n_columns);
  for (guint i = 0; i < self->n_columns; i++)
    {
      self->names[i] = self->has_header ? g_strstrip (g_strdup (cell_at (records, first, i)))
                                        : g_strdup_printf ("field_%u", i + 1);
      self->is_number[i] = TRUE;
      for (guint row = first + self->has_header; row < records->len; row++)
        if (kind_of (cell_at (records, row, i)) == ZX_GIS_CELL_TEXT)
          self->is_number[i] = FALSE;
    }
}

gboolean
zx_gis_dialect_guess (ZxGisDialect *self, ZxGisScanner *scanner, GError **error)
{
  gsize n;
  const char *bytes = zx_gis_scanner_peek (scanner, &n);
  memset (self, 0, sizeof *self);
  self->format = choose_format (bytes, n);
  zx_gis_scanner_set_format (scanner, self->format);
  GError *inner = NULL;
  g_autoptr (GPtrArray) records = take_sample (scanner, &inner);
  if (inner != NULL)
    {
      g_propagate_error (error, inner);
      return FALSE;
    }
  if (records->len == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The table holds nothing but blank lines"));
      return FALSE;
    }
  self->n_skipped = count_title_lines (records);
  self->has_header = is_header (records, self->n_skipped);
  name_columns (self, records);
  if (!zx_gis_scanner_rewind (scanner, error))
    return FALSE;
  guint n_before = self->n_skipped + self->has_header;
  while (n_before > 0 && zx_gis_scanner_next (scanner, &inner))
    n_before--;
  if (inner != NULL)
    g_propagate_error (error, inner);
  return inner == NULL;
}

void
zx_gis_dialect_clear (ZxGisDialect *self)
{
  g_strfreev (self->names);
  g_free (self->is_number);
  memset (self, 0, sizeof *self);
}
