/* SPDX-License-Identifier: GPL-3.0-or-later */

/* MATPOWER case files (version 2), which are programs: a table of buses, generators and branches,
 * and often statements at the end that turn ohm into per unit or kW into MW.
 *
 *   function mpc = NAME           mpc.baseMVA = EXPRESSION      mpc.bus = [ … ]
 *   [PQ, PV, …] = idx_bus         NAME = EXPRESSION
 *   mpc.T(:, COLUMNS) = mpc.T(:, COLUMNS) * FACTOR / FACTOR …
 *
 * are carried out in their order, with the four operations, powers, sin, cos, acos, sqrt, pi and
 * single entries mpc.T(row, column).  Any other statement that would change a table is an error,
 * because values in unknown units are worse than none.
 *
 * Reference buses (type 3) are sources held at their generator's voltage; generators elsewhere are
 * negative loads, also those of type 2, and a doubt says so. */

#include "data/grid/zx-grid-private.h"

#include <string.h>

#define MAX_DEPTH   32
#define MAX_COLUMNS 64

typedef struct
{
  gsize n_rows;
  guint n_columns;
  GArray *cells; /* double, by rows */
} Table;

typedef struct
{
  char *name;
  GHashTable *scalars; /* name → double * */
  Table bus, gen, branch;
  const char *at, *end; /* of the statement being read */
  guint depth;
} Case;

static const struct
{
  const char *name;
  double value;
} constants[] = {
  { "BUS_I", 1 },  { "BUS_TYPE", 2 }, { "PD", 3 },      { "QD", 4 },         { "GS", 5 },
  { "BS", 6 },     { "BUS_AREA", 7 }, { "VM", 8 },      { "VA", 9 },         { "BASE_KV", 10 },
  { "ZONE", 11 },  { "VMAX", 12 },    { "VMIN", 13 },   { "F_BUS", 1 },      { "T_BUS", 2 },
  { "BR_R", 3 },   { "BR_X", 4 },     { "BR_B", 5 },    { "RATE_A", 6 },     { "RATE_B", 7 },
  { "RATE_C", 8 }, { "TAP", 9 },      { "SHIFT", 10 },  { "BR_STATUS", 11 }, { "GEN_BUS", 1 },
  { "PG", 2 },     { "QG", 3 },       { "VG", 6 },      { "MBASE", 7 },      { "GEN_STATUS", 8 },
  { "pi", G_PI },  { "ANGMIN", 12 },  { "ANGMAX", 13 },
};

/* ---- reading words ------------------------------------------------------------------------- */

static void
skip_space (Case *self)
{
  while (self->at < self->end && g_ascii_isspace (*self->at))
    self->at++;
}

static gboolean
accept (Case *self, char sign)
{
  skip_space (self);
  if (self->at >= self->end || *self->at != sign)
    return FALSE;
  self->at++;
  return TRUE;
}

/* A name with its dots: "mpc.bus".  "" when there is none. */
static void
read_name (Case *self, char *name, gsize size)
{
  gsize n = 0;
  skip_space (self);
  while (self->at < self->end
         && (g_ascii_isalpha (*self->at) || *self->at == '_'
             || (n > 0 && (g_ascii_isdigit (*self->at) || *self->at == '.'))))
    {
      if (n + 1 < size)
        name[n++] = *self->at;
      self->at++;
    }
  name[n] = '\0';
}

static gboolean
is_at_end (Case *self)
{
  skip_space (self);
  return self->at >= self->end;
}

static Table *
table_of (Case *self, const char *name)
{
  if (strcmp (name, "mpc.bus") == 0)
    return &self->bus;
  if (strcmp (name, "mpc.gen") == 0)
    return &self->gen;
  return strcmp (name, "mpc.branch") == 0 ? &self->branch : NULL;
}

static double *
cell (const Table *table, gsize row, gsize column)
{
  return &g_array_index (table->cells, double, row * table->n_columns + column);
}

/* ---- expressions ---------------------------------------------------------------------------- */

static gboolean read_sum (Case *self, double *value);

static gboolean
read_literal (Case *self, double *value)
{
  const char *stop = self->at;
  while (stop < self->end && (g_ascii_isdigit (*stop) || *stop == '.'))
    stop++;
  if (stop < self->end && stop > self->at && (*stop == 'e' || *stop == 'E'))
    {
      const char *exponent = stop + 1;
      if (exponent < self->end && (*exponent == '+' || *exponent == '-'))
        exponent++;
      if (exponent < self->end && g_ascii_isdigit (*exponent))
        for (stop = exponent; stop < self->end && g_ascii_isdigit (*stop);)
          stop++;
    }
  gsize n = (gsize) (stop - self->at);
  gboolean ok = n > 0 && zx_number_parse (self->at, n, value);
  self->at = stop;
  return ok;
}

/* (row, column), one-based. */
static gboolean
read_cell (Case *self, const Table *table, double *value)
{
  double row, column;
  if (!accept (self, '(') || !read_sum (self, &row) || !accept (self, ',')
      || !read_sum (self, &column) || !accept (self, ')') || !(row >= 1) || !(column >= 1)
      || row > (double) table->n_rows || column > table->n_columns)
    return FALSE;
  *value = *cell (table, (gsize) row - 1, (gsize) column - 1);
  return TRUE;
}

static gboolean
read_function (Case *self, const char *name, double *value)
{
  static const struct
  {
    const char *name;
    double (*function) (double);
  } functions[] = { { "sin", sin },   { "cos", cos },   { "tan", tan },   { "acos", acos },
                    { "asin", asin }, { "atan", atan }, { "sqrt", sqrt }, { "abs", fabs } };
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (strcmp (name, functions[i].name) == 0)
      {
        if (!accept (self, '(') || !read_sum (self, value) || !accept (self, ')'))
          return FALSE;
        *value = functions[i].function (*value);
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_primary (Case *self, double *value)
{
  char name[64];
  if (accept (self, '('))
    return read_sum (self, value) && accept (self, ')');
  read_name (self, name, sizeof name);
  if (*name == '\0')
    return read_literal (self, value);
  const Table *table = table_of (self, name);
  if (table != NULL)
    return read_cell (self, table, value);
  const double *scalar = g_hash_table_lookup (self->scalars, name);
  if (scalar != NULL)
    *value = *scalar;
  return scalar != NULL || read_function (self, name, value);
}

static gboolean
read_power (Case *self, double *value)
{
  double exponent;
  gboolean is_negative = FALSE;
  while (accept (self, '-') || accept (self, '+'))
    is_negative ^= self->at[-1] == '-';
  if (self->depth >= MAX_DEPTH)
    return FALSE;
  self->depth++;
  gboolean ok = read_primary (self, value);
  if (ok && accept (self, '^'))
    {
      ok = read_power (self, &exponent);
      *value = ok ? pow (*value, exponent) : NAN;
    }
  self->depth--;
  *value = is_negative ? -*value : *value;
  return ok;
}

/* "*", "/", ".*", "./" */
static gboolean
accept_factor (Case *self, gboolean *is_division)
{
  skip_space (self);
  const char *at = self->at;
  if (at + 1 < self->end && *at == '.' && (at[1] == '*' || at[1] == '/'))
    at++;
  if (at >= self->end || (*at != '*' && *at != '/'))
    return FALSE;
  *is_division = *at == '/';
  self->at = at + 1;
  return TRUE;
}

static gboolean
read_product (Case *self, double *value)
{
  gboolean is_division;
  double factor;
  if (!read_power (self, value))
    return FALSE;
  while (accept_factor (self, &is_division))
    {
      if (!read_power (self, &factor))
        return FALSE;
      *value = is_division ? *value / factor : *value * factor;
    }
  return TRUE;
}

static gboolean
read_sum (Case *self, double *value)
{
  double term;
  if (!read_product (self, value))
    return FALSE;
  while (accept (self, '+') || accept (self, '-'))
    {
      gboolean is_minus = self->at[-1] == '-';
      if (!read_product (self, &term))
        return FALSE;
      *value += is_minus ? -term : term;
    }
  return TRUE;
}

/* ---- statements ----------------------------------------------------------------------------- */

/* Rows end at semicolons and lines. */
static gboolean
read_matrix (Case *self, Table *table)
{
  guint n = 0;
  g_array_set_size (table->cells, 0);
  table->n_rows = table->n_columns = 0;
  for (;;)
    {
      while (self->at < self->end && (strchr (" \t\r,", *self->at) != NULL && *self->at != '\0'))
        self->at++;
      if (self->at >= self->end)
        return FALSE;
      if (*self->at == ']' || *self->at == ';' || *self->at == '\n')
        {
          if (n > 0 && table->n_columns == 0)
            table->n_columns = n;
          if (n > 0 && n != table->n_columns)
            return FALSE;
          table->n_rows += n > 0;
          n = 0;
          if (*self->at++ == ']')
            return TRUE;
          continue;
        }
      double value, sign = accept (self, '-') ? -1 : 1;
      if (self->end - self->at >= 3 && g_ascii_strncasecmp (self->at, "inf", 3) == 0)
        {
          value = INFINITY;
          self->at += 3;
        }
      else if (!read_literal (self, &value))
        return FALSE;
      value *= sign;
      if (++n > MAX_COLUMNS)
        return FALSE;
      g_array_append_val (table->cells, value);
    }
}

typedef struct
{
  Table *table;
  guint n;
  gsize column[MAX_COLUMNS];
} Columns;

/* (:, NAME) or (:, [NAME NAME …]) after the table's name. */
static gboolean
read_columns (Case *self, Table *table, Columns *columns)
{
  columns->table = table;
  columns->n = 0;
  if (!accept (self, '(') || !accept (self, ':') || !accept (self, ','))
    return FALSE;
  gboolean is_list = accept (self, '[');
  do
    {
      double value;
      accept (self, ',');
      if (columns->n >= MAX_COLUMNS || !read_primary (self, &value) || !(value >= 1)
          || value > table->n_columns)
        return FALSE;
      columns->column[columns->n++] = (gsize) value - 1;
    }
  while (is_list && !accept (self, ']'));
  return accept (self, ')');
}

/* The right side: the same number of columns, times and over factors. */
static gboolean
assign_columns (Case *self, const Columns *to)
{
  Columns from;
  char name[64];
  double factor = 1, value;
  gboolean is_division;
  read_name (self, name, sizeof name);
  Table *table = table_of (self, name);
  if (table == NULL || !read_columns (self, table, &from) || from.n != to->n
      || table->n_rows != to->table->n_rows)
    return FALSE;
  while (accept_factor (self, &is_division))
    {
      if (!read_power (self, &value))
        return FALSE;
      factor = is_division ? factor / value : factor * value;
    }
  if (!is_at_end (self))
    return FALSE;
  for (gsize row = 0; row < table->n_rows; row++)
    {
      double taken[MAX_COLUMNS];
      for (guint k = 0; k < from.n; k++)
        taken[k] = *cell (table, row, from.column[k]) * factor;
      for (guint k = 0; k < from.n; k++)
        *cell (to->table, row, to->column[k]) = taken[k];
    }
  return TRUE;
}

static gboolean
assign_scalar (Case *self, const char *name)
{
  double value;
  if (!read_sum (self, &value) || !is_at_end (self))
    return FALSE;
  g_hash_table_insert (self->scalars, g_strdup (name), g_memdup2 (&value, sizeof value));
  return TRUE;
}

/* FALSE when it might change something we do not understand. */
static gboolean
run_statement (Case *self)
{
  char name[64];
  const char *begin = self->at;
  if (is_at_end (self) || accept (self, '['))
    return is_at_end (self) || strstr (begin, "idx_") != NULL;
  read_name (self, name, sizeof name);
  if (strcmp (name, "function") == 0)
    {
      read_name (self, name, sizeof name);
      if (accept (self, '='))
        read_name (self, name, sizeof name);
      g_free (self->name);
      self->name = g_strdup (name);
      return TRUE;
    }
  if (strcmp (name, "return") == 0 || strcmp (name, "end") == 0)
    return TRUE;
  Table *table = table_of (self, name);
  skip_space (self);
  if (table != NULL && self->at < self->end && *self->at == '(')
    {
      Columns columns;
      return read_columns (self, table, &columns) && accept (self, '=')
             && assign_columns (self, &columns);
    }
  if (*name == '\0' || !accept (self, '='))
    return FALSE;
  if (table != NULL)
    return accept (self, '[') && read_matrix (self, table) && is_at_end (self);
  /* Fields of mpc that no power flow reads: costs, names, areas. */
  if (strncmp (name, "mpc.", 4) == 0 && strcmp (name, "mpc.baseMVA") != 0)
    return TRUE;
  return assign_scalar (self, name);
}

/* Comments blanked, "…" continuations joined; the length stays. */
static char *
blank_comments (const char *text, gsize n)
{
  char *copy = g_strndup (text, n);
  gboolean is_comment = FALSE, is_text = FALSE;
  gsize length = strlen (copy);
  for (gsize i = 0; i < length; i++)
    {
      if (copy[i] == '\n')
        is_comment = is_text = FALSE;
      else if (is_comment)
        copy[i] = ' ';
      else if (copy[i] == '\'')
        is_text = !is_text;
      else if (copy[i] == '%' && !is_text)
        {
          is_comment = TRUE;
          copy[i] = ' ';
        }
      else if (strncmp (copy + i, "...", 3) == 0 && !is_text)
        {
          while (i < length && copy[i] != '\n')
            copy[i++] = ' ';
          if (i < length)
            copy[i] = ' ';
        }
    }
  return copy;
}

static gboolean
run_all (Case *self, char *text, const char *what, GError **error)
{
  char *begin = text;
  while (*begin != '\0')
    {
      gint depth = 0;
      char *stop = begin;
      for (; *stop != '\0'; stop++)
        {
          depth += (*stop == '[' || *stop == '(' || *stop == '{')
                   - (*stop == ']' || *stop == ')' || *stop == '}');
          if (depth <= 0 && (*stop == ';' || *stop == '\n'))
            break;
        }
      char last = *stop;
      *stop = '\0';
      self->at = begin;
      self->end = stop;
      self->depth = 0;
      if (!run_statement (self))
        {
          g_autofree char *line = g_strndup (g_strchug (begin), 60);
          g_autofree char *shown = g_utf8_make_valid (line, -1);
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("%s: the statement “%s” is not understood; its values would be in "
                          "unknown units"),
                       what, g_strdelimit (shown, "\n", ' '));
          return FALSE;
        }
      begin = stop + (last != '\0');
    }
  return TRUE;
}

/* ---- the grid ------------------------------------------------------------------------------- */

static gboolean
check_tables (const Case *self, const char *what, GError **error)
{
  const double *base = g_hash_table_lookup (self->scalars, "mpc.baseMVA");
  if (self->bus.n_rows == 0 || self->bus.n_columns < 13 || self->branch.n_columns < 11
      || (self->gen.n_rows > 0 && self->gen.n_columns < 8) || base == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s is no MATPOWER case: mpc.bus (13 columns), mpc.branch (11 columns) and "
                      "mpc.baseMVA must be there"),
                   what);
      return FALSE;
    }
  return TRUE;
}

static guint32
number_id (ZxPool *pool, double number)
{
  char buffer[32];
  return zx_pool_add (pool, zx_number_format (number, buffer));
}

static void
take_buses (const Case *self, ZxGrid *grid)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      const double *row = cell (&self->bus, i, 0);
      grid->node_id[i] = number_id (grid->pool, row[0]);
      grid->node_is_slack[i] = row[1] == 3;
      grid->node_p_mw[i] = row[2];
      grid->node_q_mvar[i] = row[3];
      grid->node_gs_mw[i] = row[4];
      grid->node_bs_mvar[i] = row[5];
      grid->node_base_kv[i] = row[9];
      grid->node_vmax_pu[i] = row[11];
      grid->node_vmin_pu[i] = row[12];
      if (row[1] == 3)
        {
          grid->node_vm_set_pu[i] = row[7];
          grid->node_va_set_deg[i] = row[8];
        }
    }
}

static gboolean
find_bus (const ZxGrid *grid, GHashTable *by_id, double number, guint32 *node, const char *what,
          GError **error)
{
  char buffer[32];
  guint32 id = zx_pool_find (grid->pool, zx_number_format (number, buffer));
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (by_id, GUINT_TO_POINTER (id)));
  if (id == 0 || found == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s names the bus %s, which is not in mpc.bus"), what,
                   zx_number_format (number, buffer));
      return FALSE;
    }
  *node = found - 1;
  return TRUE;
}

static gboolean
take_generators (const Case *self, ZxGrid *grid, GHashTable *by_id, const char *what,
                 GError **error)
{
  guint n_held = 0, first_held = 0;
  for (gsize i = 0; i < self->gen.n_rows; i++)
    {
      const double *row = cell (&self->gen, i, 0);
      guint32 node;
      if (!(row[7] > 0))
        continue;
      if (!find_bus (grid, by_id, row[0], &node, what, error))
        return FALSE;
      if (grid->node_is_slack[node])
        {
          grid->node_vm_set_pu[node] = row[5];
          continue;
        }
      grid->node_p_mw[node] -= row[1];
      grid->node_q_mvar[node] -= row[2];
      first_held = n_held++ == 0 ? node : first_held;
    }
  if (n_held > 0)
    zx_grid_doubt (grid,
                   _ ("%u generators away from the source (the first at bus %s) are taken as "
                      "negative loads: they do not hold their voltage"),
                   n_held, zx_grid_node_id (grid, first_held));
  return TRUE;
}

static gboolean
take_branches (const Case *self, ZxGrid *grid, GHashTable *by_id, const char *what, GError **error)
{
  for (guint i = 0; i < grid->n_branches; i++)
    {
      const double *row = cell (&self->branch, i, 0);
      if (!find_bus (grid, by_id, row[0], &grid->branch_from[i], what, error)
          || !find_bus (grid, by_id, row[1], &grid->branch_to[i], what, error))
        return FALSE;
      grid->branch_id[i] = number_id (grid->pool, i + 1);
      grid->branch_r_pu[i] = row[2];
      grid->branch_x_pu[i] = row[3];
      grid->branch_b_pu[i] = row[4];
      grid->branch_rate_mva[i] = row[5] == 0 ? NAN : row[5];
      grid->branch_tap[i] = row[8] == 0 ? 1 : row[8];
      grid->branch_shift_deg[i] = row[9];
      grid->branch_is_closed[i] = row[10] > 0;
      gboolean is_transformer
          = row[8] != 0 || row[9] != 0
            || grid->node_base_kv[grid->branch_from[i]] != grid->node_base_kv[grid->branch_to[i]];
      grid->branch_kind[i] = is_transformer ? ZX_BRANCH_TRANSFORMER : ZX_BRANCH_LINE;
    }
  return TRUE;
}

static ZxGrid *
build (const Case *self, const char *what, GError **error)
{
  if (!check_tables (self, what, error))
    return NULL;
  g_autoptr (ZxGrid) grid
      = zx_grid_new (self->name != NULL ? self->name : what, (guint) self->bus.n_rows,
                     (guint) self->branch.n_rows, error);
  g_autoptr (GHashTable) by_id = g_hash_table_new (NULL, NULL);
  if (grid == NULL)
    return NULL;
  grid->base_mva = *(const double *) g_hash_table_lookup (self->scalars, "mpc.baseMVA");
  take_buses (self, grid);
  for (guint i = 0; i < grid->n_nodes; i++)
    g_hash_table_insert (by_id, GUINT_TO_POINTER (grid->node_id[i]), GUINT_TO_POINTER (i + 1));
  if (!take_generators (self, grid, by_id, what, error)
      || !take_branches (self, grid, by_id, what, error) || !zx_grid_check (grid, error))
    return NULL;
  return g_steal_pointer (&grid);
}

ZxGrid *
zx_grid_parse_matpower (const char *text, gsize n, const char *what, GError **error)
{
  g_return_val_if_fail (text != NULL || n == 0, NULL);
  Case self = { .scalars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
  Table *tables[] = { &self.bus, &self.gen, &self.branch };
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    tables[i]->cells = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    g_hash_table_insert (self.scalars, g_strdup (constants[i].name),
                         g_memdup2 (&constants[i].value, sizeof (double)));
  g_autofree char *copy = blank_comments (n > 0 ? text : "", n);
  ZxGrid *grid = run_all (&self, copy, what, error) ? build (&self, what, error) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_array_unref (tables[i]->cells);
  g_hash_table_unref (self.scalars);
  g_free (self.name);
  return grid;
}
