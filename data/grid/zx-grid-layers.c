/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A grid from two layers in the columns of the case folder:
 *
 *   nodes      node_id,name,type(slack|pq),base_kv,p_mw,q_mvar,gs_mw,bs_mvar,vm_set_pu,va_set_deg,
 *              vmin_pu,vmax_pu,lon,lat,current_share,impedance_share,phases
 *   branches   branch_id,name,kind(line|trafo|switch),from_node,to_node,r_pu,x_pu,g_pu,b_pu,tap,
 *              shift_deg,rate_mva,status,wkt,n_phases
 *
 * phases says on which conductors the node's load hangs: A, BC, "A 0.5 B 0.3 C 0.2"; empty or a
 * mere number: not known.  node_id, base_kv, branch ends, r_pu and x_pu must be there; an empty tap
 * or 0 means 1, an empty or 0 rating none, an empty status closed, another empty number 0. */

#include "data/grid/zx-grid-private.h"

#include <string.h>

typedef struct
{
  const ZxLayer *layer;
  ZxGridColumns columns;
  GHashTable *found; /* our name → ZxColumn or nothing */
} Source;

/* Their name for our @name. */
static const char *
mapped (ZxGridColumns columns, const char *name)
{
  for (gsize i = 0; columns != NULL && columns[i] != NULL && columns[i + 1] != NULL; i += 2)
    if (strcmp (columns[i], name) == 0)
      return columns[i + 1];
  return name;
}

static const ZxColumn *
column_of (const Source *source, const char *name)
{
  gpointer column = NULL;
  if (!g_hash_table_lookup_extended (source->found, name, NULL, &column))
    {
      column = zx_layer_column (source->layer, mapped (source->columns, name));
      g_hash_table_insert (source->found, (gpointer) name, column);
    }
  return column;
}

static gboolean
require (const Source *source, const char *const *names, GError **error)
{
  for (; *names != NULL; names++)
    if (column_of (source, *names) == NULL)
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                     _ ("%s has no column “%s”; add it or say which column holds it"),
                     source->layer->name, mapped (source->columns, *names));
        return FALSE;
      }
  return TRUE;
}

/* The value as a text without spaces around it; numbers in their shortest form. */
static const char *
get_text (const Source *source, const char *name, gsize row, char *buffer)
{
  const ZxColumn *column = column_of (source, name);
  if (column == NULL)
    return "";
  if (column->kind == ZX_COLUMN_NUMBER)
    return zx_number_format (column->number[row], buffer);
  return zx_layer_text (source->layer, column, row);
}

/* @otherwise for an empty value.  FALSE when the value is no number. */
static gboolean
get_number (const Source *source, const char *name, gsize row, double otherwise, double *value,
            GError **error)
{
  char buffer[32];
  const char *text = get_text (source, name, row, buffer);
  *value = otherwise;
  if (*text == '\0' || g_ascii_strcasecmp (text, "nan") == 0)
    return TRUE;
  if (zx_number_parse (text, strlen (text), value) && isfinite (*value))
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s: row %llu has %s “%.40s”, not a number"),
               source->layer->name, (unsigned long long) row + 1, name, text);
  return FALSE;
}

/* ---- nodes -------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  gsize member; /* offset in ZxGrid of the array */
  double otherwise;
} Number;

#define NUMBER(column, array, otherwise)                                                           \
  {                                                                                                \
    column, G_STRUCT_OFFSET (ZxGrid, array), otherwise                                             \
  }

static gboolean
read_numbers (const Source *source, ZxGrid *grid, const Number *numbers, guint n, gsize row,
              GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      double *array = G_STRUCT_MEMBER (double *, grid, numbers[i].member);
      if (!get_number (source, numbers[i].name, row, numbers[i].otherwise, &array[row], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_type (const Source *source, ZxGrid *grid, gsize row, GError **error)
{
  char buffer[32];
  const char *type = get_text (source, "type", row, buffer);
  grid->node_is_slack[row] = g_ascii_strcasecmp (type, "slack") == 0;
  if (grid->node_is_slack[row] || *type == '\0' || g_ascii_strcasecmp (type, "pq") == 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Node %s has the type “%.40s”; it must be slack or pq"),
               zx_grid_node_id (grid, (guint) row), type);
  return FALSE;
}

static gboolean
read_phases (const Source *source, ZxGrid *grid, gsize row, GError **error)
{
  char buffer[32];
  const char *text = get_text (source, "phases", row, buffer);
  /* A number of phases does not say which: not known. */
  gboolean is_count = strcmp (text, "1") == 0 || strcmp (text, "2") == 0 || strcmp (text, "3") == 0;
  if (zx_phases_parse (text, grid->node_phase_share[row]) || is_count)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Node %s has the phases “%.40s”; they must be A, B, C or several of them, each "
                  "perhaps with its share of the load"),
               zx_grid_node_id (grid, (guint) row), text);
  return FALSE;
}

static gboolean
read_nodes (const Source *source, ZxGrid *grid, GError **error)
{
  static const Number numbers[] = {
    NUMBER ("base_kv", node_base_kv, NAN),
    NUMBER ("p_mw", node_p_mw, 0),
    NUMBER ("q_mvar", node_q_mvar, 0),
    NUMBER ("gs_mw", node_gs_mw, 0),
    NUMBER ("bs_mvar", node_bs_mvar, 0),
    NUMBER ("vm_set_pu", node_vm_set_pu, NAN),
    NUMBER ("va_set_deg", node_va_set_deg, NAN),
    NUMBER ("vmin_pu", node_vmin_pu, NAN),
    NUMBER ("vmax_pu", node_vmax_pu, NAN),
    NUMBER ("lon", node_lon_deg, NAN),
    NUMBER ("lat", node_lat_deg, NAN),
    NUMBER ("current_share", node_current_share, 0),
    NUMBER ("impedance_share", node_impedance_share, 0),
  };
  char buffer[32];
  for (gsize row = 0; row < grid->n_nodes; row++)
    {
      grid->node_id[row] = zx_pool_add (grid->pool, get_text (source, "node_id", row, buffer));
      grid->node_name[row] = zx_pool_add (grid->pool, get_text (source, "name", row, buffer));
      if (!read_numbers (source, grid, numbers, G_N_ELEMENTS (numbers), row, error)
          || !read_type (source, grid, row, error) || !read_phases (source, grid, row, error))
        return FALSE;
      if (!grid->node_is_slack[row])
        grid->node_vm_set_pu[row] = grid->node_va_set_deg[row] = NAN;
    }
  return TRUE;
}

/* ---- branches ----------------------------------------------------------------------------- */

/* Node texts to indices: pool ids are dense, so an array does. */
static gboolean
index_nodes (const ZxGrid *grid, guint32 **by_id, GError **error)
{
  guint32 size = zx_pool_size (grid->pool);
  *by_id = ZX_TRY_NEW (guint32, size, _ ("Feeder nodes"), error);
  for (guint32 node = grid->n_nodes; *by_id != NULL && node-- > 0;)
    (*by_id)[grid->node_id[node]] = node + 1;
  return *by_id != NULL;
}

static gboolean
read_end (const Source *source, ZxGrid *grid, const char *name, gsize row, const guint32 *by_id,
          guint32 n_ids, guint32 *node, GError **error)
{
  char buffer[32];
  const char *text = get_text (source, name, row, buffer);
  guint32 id = zx_pool_find (grid->pool, text);
  if (id != 0 && id < n_ids && by_id[id] != 0)
    {
      *node = by_id[id] - 1;
      return TRUE;
    }
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Branch %s (row %llu) names the %s “%.40s”, which is not among the nodes"),
               zx_grid_branch_id (grid, (guint) row), (unsigned long long) row + 1, name, text);
  return FALSE;
}

static gboolean
read_kind (const Source *source, ZxGrid *grid, gsize row, GError **error)
{
  static const struct
  {
    const char *name;
    ZxBranchKind kind;
  } kinds[] = { { "", ZX_BRANCH_LINE },
                { "line", ZX_BRANCH_LINE },
                { "cable", ZX_BRANCH_LINE },
                { "trafo", ZX_BRANCH_TRANSFORMER },
                { "transformer", ZX_BRANCH_TRANSFORMER },
                { "switch", ZX_BRANCH_SWITCH },
                { "breaker", ZX_BRANCH_SWITCH } };
  char buffer[32];
  const char *text = get_text (source, "kind", row, buffer);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (text, kinds[i].name) == 0)
      {
        grid->branch_kind[row] = (guint8) kinds[i].kind;
        return TRUE;
      }
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Branch %s has the kind “%.40s”; it must be line, trafo or switch"),
               zx_grid_branch_id (grid, (guint) row), text);
  return FALSE;
}

static gboolean
read_status (const Source *source, ZxGrid *grid, gsize row, GError **error)
{
  static const char *const closed[] = { "", "1", "1.0", "true", "closed", NULL };
  static const char *const open[] = { "0", "0.0", "false", "open", NULL };
  char buffer[32];
  g_autofree char *text = g_ascii_strdown (get_text (source, "status", row, buffer), -1);
  grid->branch_is_closed[row] = g_strv_contains (closed, text);
  if (grid->branch_is_closed[row] || g_strv_contains (open, text))
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Branch %s has the status “%.40s”; it must be 1 (closed) or 0 (open)"),
               zx_grid_branch_id (grid, (guint) row), text);
  return FALSE;
}

static gboolean
read_n_phases (const Source *source, ZxGrid *grid, gsize row, GError **error)
{
  double n;
  if (!get_number (source, "n_phases", row, 3, &n, error))
    return FALSE;
  if (n == 1 || n == 2 || n == 3)
    {
      grid->branch_n_phases[row] = (guint8) n;
      return TRUE;
    }
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Branch %s has %g phases; it must have 1, 2 or 3"),
               zx_grid_branch_id (grid, (guint) row), n);
  return FALSE;
}

static gboolean
read_branch (const Source *source, ZxGrid *grid, gsize row, const guint32 *by_id, guint32 n_ids,
             GError **error)
{
  static const Number numbers[] = {
    NUMBER ("r_pu", branch_r_pu, 0),
    NUMBER ("x_pu", branch_x_pu, 0),
    NUMBER ("g_pu", branch_g_pu, 0),
    NUMBER ("b_pu", branch_b_pu, 0),
    NUMBER ("tap", branch_tap, 1),
    NUMBER ("shift_deg", branch_shift_deg, 0),
    NUMBER ("rate_mva", branch_rate_mva, NAN),
  };
  char buffer[32];
  grid->branch_id[row] = zx_pool_add (grid->pool, get_text (source, "branch_id", row, buffer));
  grid->branch_name[row] = zx_pool_add (grid->pool, get_text (source, "name", row, buffer));
  grid->branch_wkt[row] = zx_pool_add (grid->pool, get_text (source, "wkt", row, buffer));
  if (!read_end (source, grid, "from_node", row, by_id, n_ids, &grid->branch_from[row], error)
      || !read_end (source, grid, "to_node", row, by_id, n_ids, &grid->branch_to[row], error)
      || !read_numbers (source, grid, numbers, G_N_ELEMENTS (numbers), row, error)
      || !read_kind (source, grid, row, error) || !read_status (source, grid, row, error)
      || !read_n_phases (source, grid, row, error))
    return FALSE;
  if (grid->branch_tap[row] == 0)
    grid->branch_tap[row] = 1;
  if (grid->branch_rate_mva[row] == 0)
    grid->branch_rate_mva[row] = NAN;
  return TRUE;
}

static gboolean
read_branches (const Source *source, ZxGrid *grid, GError **error)
{
  g_autofree guint32 *by_id = NULL;
  guint32 n_ids = zx_pool_size (grid->pool);
  if (!index_nodes (grid, &by_id, error))
    return FALSE;
  for (gsize row = 0; row < grid->n_branches; row++)
    if (!read_branch (source, grid, row, by_id, n_ids, error))
      return FALSE;
  return TRUE;
}

ZxGrid *
zx_grid_from_layers (const ZxLayer *nodes, const ZxLayer *branches, ZxGridColumns columns,
                     double base_mva, const char *name, GError **error)
{
  static const char *const node_names[] = { "node_id", "base_kv", NULL };
  static const char *const branch_names[]
      = { "branch_id", "from_node", "to_node", "r_pu", "x_pu", NULL };
  g_return_val_if_fail (nodes != NULL && branches != NULL, NULL);
  g_autoptr (GHashTable) node_columns = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) branch_columns = g_hash_table_new (g_str_hash, g_str_equal);
  Source node_source = { nodes, columns, node_columns };
  Source branch_source = { branches, columns, branch_columns };
  if (!require (&node_source, node_names, error) || !require (&branch_source, branch_names, error))
    return NULL;
  if (nodes->n_rows > G_MAXINT32 || branches->n_rows > G_MAXINT32)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s has too many rows"), nodes->name);
      return NULL;
    }
  g_autoptr (ZxGrid) grid
      = zx_grid_new (name, (guint) nodes->n_rows, (guint) branches->n_rows, error);
  if (grid == NULL)
    return NULL;
  grid->base_mva = base_mva;
  if (!read_nodes (&node_source, grid, error) || !zx_grid_check_node_ids (grid, error)
      || !read_branches (&branch_source, grid, error) || !zx_grid_check (grid, error))
    return NULL;
  return g_steal_pointer (&grid);
}
