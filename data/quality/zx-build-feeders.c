/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Feeders: nodes and branches.
 *
 * Per-unit impedances become ohms with the voltage of the branch's from-node, z = z_pu kV² / MVA,
 * so a transformer's ohms are those seen from there.  Loads are constant power.  Coordinates that
 * are schematic (0, 1, 2, or far off all roads and stations) are left out as a whole: a network
 * drawn in the wrong place is worse than one not drawn. */

#include "data/quality/zx-build.h"
#include "data/quality/zx-row-table.h"

#define LEAST_OHM 1e-6 /* a closed switch */

typedef struct
{
  ZxTally *tally;
  gsize row;
  guint32 id, name, feeder; /* city pool; feeder 0: not stated */
  double x, y, kv, kw, kvar, gs_kw, bs_kvar, vm_set_pu, phase_share[3];
  gboolean is_source;
  gint32 component; /* index of its feeder, in the end */
} Node;

typedef struct
{
  ZxTally *tally;
  gsize row;
  guint32 id, name, from, to;
  double r_ohm, x_ohm, g_siemens, b_siemens, tap, shift_deg, max_kva;
  ZxFeederBranchKind kind;
  gboolean is_open;
  guint8 n_phases; /* 0: not stated */
} Branch;

typedef struct
{
  ZxBuild *build;
  GArray *nodes, *branches;
  GHashTable *node_of_id; /* key → index + 1 */
  ZxGeometryBuilder lines;
  GArray *feeders; /* guint32 pool ids */
} Feeders;

/* ---- nodes -------------------------------------------------------------------------------- */

typedef struct
{
  const ZxColumn *id, *name, *feeder, *type, *is_source, *phases;
  ZxNumbers kv, mw, mvar, kw, kvar, gs_mw, bs_mvar, vm_set_pu;
  gboolean has_places;
} NodeColumns;

static gboolean
says_source (const ZxTally *tally, const NodeColumns *columns, gsize row)
{
  char buffer[32];
  const char *type = zx_cells_text (tally->layer, columns->type, row, buffer);
  if (g_ascii_strcasecmp (type, "slack") == 0 || g_ascii_strcasecmp (type, "source") == 0
      || g_ascii_strcasecmp (type, "ref") == 0 || strcmp (type, "3") == 0
      || strstr (type, "电源") != NULL || strstr (type, "平衡") != NULL)
    return TRUE;
  const char *flag = zx_cells_text (tally->layer, columns->is_source, row, buffer);
  return g_ascii_strcasecmp (flag, "true") == 0 || g_ascii_strcasecmp (flag, "yes") == 0
         || strcmp (flag, "1") == 0 || strcmp (flag, "是") == 0;
}

static double
sum_of (double large, double small, double per_large)
{
  double value = isfinite (large) ? large * per_large : small;
  return isfinite (value) ? value : 0;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Schematic: small whole numbers, or hardly any extent on Earth, or nowhere near the city. */
static gboolean
are_places_real (Feeders *self, ZxTally *tally, const ZxRowPlaces *places)
{
  const gsize n_rows = tally->layer->n_rows;
  const ZxBox reach = zx_box_grown (&self->build->study, 200000);
  gsize n = 0, n_whole = 0, n_inside = 0;
  double low = INFINITY, high = -INFINITY;
  for (gsize row = 0; row < n_rows; row++)
    {
      double lon = places->has_columns ? zx_cells_number (&places->lon, row) : places->x[row];
      double lat = places->has_columns ? zx_cells_number (&places->lat, row) : places->y[row];
      if (!isfinite (lon) || !isfinite (lat))
        continue;
      n++;
      n_whole += lon == floor (lon) && lat == floor (lat);
      low = MIN (low, MIN (lon, lat));
      high = MAX (high, MAX (lon, lat));
      n_inside += isfinite (places->x[row]) && isfinite (places->y[row])
                  && (zx_box_is_empty (&self->build->study)
                      || zx_box_contains (&reach, places->x[row], places->y[row]));
    }
  if (n == 0 || (n_inside * 2 >= n && !(n_whole * 10 >= n * 9 && places->is_degrees)))
    return n > 0;
  char a[32], b[32];
  g_ascii_formatd (a, sizeof a, "%.6g", low);
  g_ascii_formatd (b, sizeof b, "%.6g", high);
  zx_tally_find_many (tally, "feeders.schematic-coordinates", -1, n, ZX_ACTION_CORRECTED, a, b);
  return FALSE;
}

static void
place_node (Node *node, ZxTally *tally, ZxRowPlaces *places)
{
  node->x = node->y = NAN;
  switch (zx_row_places_judge (places, tally, node->row, NULL))
    {
    case ZX_PLACE_GOOD:
    case ZX_PLACE_SWAPPED:
      node->x = places->x[node->row];
      node->y = places->y[node->row];
      break;
    case ZX_PLACE_IMPOSSIBLE:
      {
        g_autofree char *text = zx_row_places_text (places, node->row);
        zx_tally_find (tally, "feeders.impossible-place", (gint64) node->row, ZX_ACTION_CORRECTED,
                       text, NULL);
        break;
      }
    case ZX_PLACE_MISSING:
    case ZX_PLACE_OUTSIDE:
    default:
      break;
    }
}

static void
add_node (Feeders *self, ZxTally *tally, const NodeColumns *columns, ZxRowPlaces *places, gsize row,
          double slip)
{
  char key[64];
  zx_cells_key (tally->layer, columns->id, row, key);
  if (*key == '\0')
    {
      zx_tally_find (tally, "feeders.missing-id", (gint64) row, ZX_ACTION_SET_ASIDE, NULL, NULL);
      return;
    }
  gsize other = GPOINTER_TO_SIZE (g_hash_table_lookup (self->node_of_id, key));
  if (other > 0)
    {
      zx_tally_find_row (tally, "feeders.duplicate-node", (gint64) row, ZX_ACTION_SET_ASIDE, key,
                         (gint64) g_array_index (self->nodes, Node, other - 1).row);
      return;
    }
  Node node = { .tally = tally, .row = row, .x = NAN, .y = NAN, .component = -1 };
  node.id = zx_cells_city_text (tally, columns->id, row);
  node.feeder = zx_cells_city_text (tally, columns->feeder, row);
  node.kv = zx_cells_number (&columns->kv, row);
  node.kw = sum_of (zx_cells_number (&columns->mw, row), zx_cells_number (&columns->kw, row), 1000)
            * slip;
  node.kvar
      = sum_of (zx_cells_number (&columns->mvar, row), zx_cells_number (&columns->kvar, row), 1000)
        * slip;
  node.name = zx_cells_city_text (tally, columns->name, row);
  node.gs_kw = sum_of (zx_cells_number (&columns->gs_mw, row), 0, 1000);
  node.bs_kvar = sum_of (zx_cells_number (&columns->bs_mvar, row), 0, 1000);
  node.is_source = says_source (tally, columns, row);
  node.vm_set_pu = node.is_source ? zx_cells_number (&columns->vm_set_pu, row) : NAN;
  if (!(node.vm_set_pu > 0.5 && node.vm_set_pu < 1.5))
    node.vm_set_pu = NAN;
  char buffer[32];
  const char *phases = zx_cells_text (tally->layer, columns->phases, row, buffer);
  if (!zx_phases_parse (phases, node.phase_share))
    zx_tally_find (tally, "feeders.unknown-phases", (gint64) row, ZX_ACTION_KEPT, phases, NULL);
  if (columns->has_places)
    place_node (&node, tally, places);
  if (fabs (node.kvar) > fabs (node.kw) * 1.2 && fabs (node.kvar) > 10 && node.kw > 0)
    zx_tally_find_number (tally, "feeders.swapped-power", (gint64) row, ZX_ACTION_KEPT, node.kvar,
                          node.kw);
  g_array_append_val (self->nodes, node);
  g_hash_table_insert (self->node_of_id, g_strdup (key), GSIZE_TO_POINTER (self->nodes->len));
  tally->n_used++;
}

/* Loads of hundreds in a column of MW are kW: no node of a 10 kV feeder takes 100 MW. */
static double
find_slip (ZxTally *tally, const NodeColumns *columns)
{
  const gsize n_rows = tally->layer->n_rows;
  g_autofree double *mw = g_new (double, n_rows + 1);
  gsize n = 0;
  for (gsize row = 0; row < n_rows; row++)
    {
      double value = zx_cells_number (&columns->mw, row), kv = zx_cells_number (&columns->kv, row);
      if (value > 0 && !(kv > 66))
        mw[n++] = value;
    }
  qsort (mw, n, sizeof (double), compare_doubles);
  if (n == 0 || mw[n / 2] < 20)
    return 1;
  char a[48], b[48];
  zx_value_text (mw[n / 2], 6, "MW", a);
  zx_value_text (mw[n / 2], 6, "kW", b);
  zx_tally_find_many (tally, "feeders.unit-slip", -1, n_rows, ZX_ACTION_CORRECTED, a, b);
  return 1e-3;
}

static gboolean
add_node_layer (Feeders *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  ZxRowPlaces places;
  NodeColumns columns = { .id = zx_cells_column (tally, "node_id"),
                          .name = zx_cells_column (tally, "name"),
                          .feeder = zx_cells_column (tally, "feeder_id"),
                          .type = zx_cells_column (tally, "type"),
                          .is_source = zx_cells_column (tally, "is_source"),
                          .phases = zx_cells_column (tally, "phases"),
                          .kv = zx_cells_numbers (tally, "base_kv"),
                          .mw = zx_cells_numbers (tally, "p_mw"),
                          .mvar = zx_cells_numbers (tally, "q_mvar"),
                          .kw = zx_cells_numbers (tally, "p_kw"),
                          .kvar = zx_cells_numbers (tally, "q_kvar"),
                          .gs_mw = zx_cells_numbers (tally, "gs_mw"),
                          .bs_mvar = zx_cells_numbers (tally, "bs_mvar"),
                          .vm_set_pu = zx_cells_numbers (tally, "vm_set_pu") };
  if (!zx_row_places_init (&places, tally, error))
    return FALSE;
  columns.has_places = are_places_real (self, tally, &places);
  double slip = find_slip (tally, &columns);
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 4096 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (ok)
        add_node (self, tally, &columns, &places, row, slip);
    }
  zx_row_places_clear (&places);
  tally->is_done = TRUE;
  return ok;
}

/* ---- branches ----------------------------------------------------------------------------- */

typedef struct
{
  const ZxColumn *id, *name, *kind, *from, *to, *status, *wkt;
  ZxNumbers r_ohm, x_ohm, max_kva, max_a, r_pu, x_pu, rate_mva, base_mva, g_pu, b_pu, tap, shift,
      n_phases;
  gboolean is_base_stated;
  GHashTable *row_of_id;
} BranchColumns;

static gssize
find_node (Feeders *self, ZxTally *tally, const ZxColumn *column, gsize row)
{
  char key[64], text[32];
  gsize found = GPOINTER_TO_SIZE (
      g_hash_table_lookup (self->node_of_id, zx_cells_key (tally->layer, column, row, key)));
  if (found == 0)
    zx_tally_find (tally, "feeders.unknown-node", (gint64) row, ZX_ACTION_SET_ASIDE,
                   zx_cells_text (tally->layer, column, row, text), NULL);
  return (gssize) found - 1;
}

static ZxFeederBranchKind
read_kind (const ZxTally *tally, const ZxColumn *column, gsize row)
{
  char buffer[32];
  const char *text = zx_cells_text (tally->layer, column, row, buffer);
  if (g_ascii_strncasecmp (text, "tra", 3) == 0 || strstr (text, "变") != NULL)
    return ZX_FEEDER_TRANSFORMER;
  return g_ascii_strncasecmp (text, "sw", 2) == 0 || strstr (text, "开关") != NULL
             ? ZX_FEEDER_SWITCH
             : ZX_FEEDER_LINE;
}

/* Impedance of 1 per unit, at the voltage of the from-node; NaN without one. */
static double
base_ohm (const BranchColumns *columns, gsize row, const Node *from)
{
  double mva = zx_cells_number (&columns->base_mva, row);
  return from->kv * from->kv / (mva > 0 ? mva : 1);
}

/* What a π and a transformer have besides their impedance; nothing where it is not stated. */
static void
read_rest (const BranchColumns *columns, gsize row, const Node *from, Branch *branch)
{
  double z = base_ohm (columns, row, from);
  double g = zx_cells_number (&columns->g_pu, row), b = zx_cells_number (&columns->b_pu, row);
  double tap = zx_cells_number (&columns->tap, row);
  double shift = zx_cells_number (&columns->shift, row);
  branch->g_siemens = isfinite (g) && z > 0 ? g / z : 0;
  branch->b_siemens = isfinite (b) && z > 0 ? b / z : 0;
  branch->tap = tap > 0.5 && tap < 2 ? tap : NAN;
  branch->shift_deg = isfinite (shift) ? shift : 0;
  double n_phases = zx_cells_number (&columns->n_phases, row);
  branch->n_phases = n_phases >= 1 && n_phases <= 3 ? (guint8) n_phases : 0;
}

/* FALSE: set aside. */
static gboolean
read_impedance (ZxTally *tally, const BranchColumns *columns, gsize row, const Node *from,
                Branch *branch)
{
  branch->r_ohm = zx_cells_number (&columns->r_ohm, row);
  branch->x_ohm = zx_cells_number (&columns->x_ohm, row);
  double r_pu = zx_cells_number (&columns->r_pu, row), x_pu = zx_cells_number (&columns->x_pu, row);
  if (isnan (branch->r_ohm) && isfinite (r_pu))
    {
      double z = base_ohm (columns, row, from);
      if (!(z > 0))
        {
          zx_tally_find (tally, "feeders.voltage-missing", (gint64) row, ZX_ACTION_SET_ASIDE,
                         zx_pool_get (tally->build->city->pool, from->id), NULL);
          return FALSE;
        }
      branch->r_ohm = r_pu * z;
      branch->x_ohm = x_pu * z;
    }
  if (isnan (branch->r_ohm))
    {
      zx_tally_find (tally, "feeders.impedance-missing", (gint64) row, ZX_ACTION_SET_ASIDE, NULL,
                     NULL);
      return FALSE;
    }
  if (branch->r_ohm < 0)
    {
      zx_tally_find_number (tally, "feeders.negative-impedance", (gint64) row, ZX_ACTION_SET_ASIDE,
                            branch->r_ohm, NAN);
      return FALSE;
    }
  if (isnan (branch->x_ohm))
    branch->x_ohm = 0;
  if (branch->r_ohm == 0 && branch->x_ohm == 0 && branch->kind != ZX_FEEDER_SWITCH)
    {
      zx_tally_find_number (tally, "feeders.zero-impedance", (gint64) row, ZX_ACTION_CORRECTED, 0,
                            LEAST_OHM);
      branch->r_ohm = LEAST_OHM;
    }
  return TRUE;
}

static void
read_limit (const BranchColumns *columns, gsize row, const Node *from, Branch *branch)
{
  double kva = zx_cells_number (&columns->max_kva, row);
  double mva = zx_cells_number (&columns->rate_mva, row);
  double ampere = zx_cells_number (&columns->max_a, row);
  if (!(kva > 0) && mva > 0)
    kva = mva * 1000;
  if (!(kva > 0) && ampere > 0 && from->kv > 0)
    kva = sqrt (3) * from->kv * ampere;
  branch->max_kva = kva > 0 ? kva : NAN;
}

static gboolean
says_open (const ZxTally *tally, const ZxColumn *column, gsize row)
{
  char buffer[32];
  const char *text = zx_cells_text (tally->layer, column, row, buffer);
  return strcmp (text, "0") == 0 || g_ascii_strcasecmp (text, "open") == 0
         || g_ascii_strcasecmp (text, "false") == 0 || g_ascii_strcasecmp (text, "no") == 0
         || g_ascii_strcasecmp (text, "off") == 0 || strcmp (text, "断开") == 0
         || strcmp (text, "开") == 0 || strcmp (text, "分") == 0 || strcmp (text, "否") == 0;
}

/* "LINESTRING (x y, x y)" appended to the row; nothing for anything else. */
static void
add_wkt (Feeders *self, ZxTally *tally, const char *text)
{
  const char *p = strchr (text, '(');
  if (p == NULL || g_ascii_strncasecmp (text, "LINESTRING", 10) != 0)
    return;
  g_autoptr (GArray) x = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) y = g_array_new (FALSE, FALSE, sizeof (double));
  for (p++; *p != '\0' && *p != ')'; p += *p == ',')
    {
      gsize n = strcspn (p, ",)");
      g_autofree char *pair = g_strstrip (g_strndup (p, n));
      char *space = strchr (pair, ' ');
      double a = NAN, b = NAN;
      if (space != NULL)
        {
          g_strstrip (space);
          gsize n_second = strcspn (space + strspn (space, " "), " ");
          zx_number_parse (pair, (gsize) (space - pair), &a);
          zx_number_parse (space + strspn (space, " "), n_second, &b);
        }
      if (!isfinite (a) || !isfinite (b))
        return;
      g_array_append_val (x, a);
      g_array_append_val (y, b);
      p += n;
    }
  if (x->len < 2)
    return;
  double *xs = (double *) (gpointer) x->data, *ys = (double *) (gpointer) y->data;
  if (tally->input->to_metres != NULL)
    tally->input->to_metres (xs, ys, x->len, tally->input->to_metres_data);
  for (guint i = 0; i < x->len; i++)
    if (!ZX_IS_METRES (xs[i]) || !ZX_IS_METRES (ys[i]))
      return;
  zx_geometry_builder_begin_part (&self->lines, FALSE);
  for (guint i = 0; i < x->len; i++)
    zx_geometry_builder_point (&self->lines, xs[i], ys[i]);
}

static void
add_course (Feeders *self, ZxTally *tally, const BranchColumns *columns, gsize row)
{
  if (tally->layer->geometry.kind == ZX_GEOMETRY_LINE)
    {
      zx_shape_append (&self->lines, &tally->layer->geometry, row);
      return;
    }
  if (columns->wkt != NULL)
    add_wkt (self, tally, zx_layer_text (tally->layer, columns->wkt, row));
  zx_geometry_builder_end_row (&self->lines);
}

static void
add_branch (Feeders *self, ZxTally *tally, const BranchColumns *columns, gsize row)
{
  char key[64];
  zx_cells_key (tally->layer, columns->id, row, key);
  gsize other = *key != '\0' ? GPOINTER_TO_SIZE (g_hash_table_lookup (columns->row_of_id, key)) : 0;
  if (other > 0)
    {
      zx_tally_find_row (tally, "feeders.duplicate-branch", (gint64) row, ZX_ACTION_SET_ASIDE, key,
                         (gint64) other - 1);
      return;
    }
  gssize from = find_node (self, tally, columns->from, row);
  gssize to = from >= 0 ? find_node (self, tally, columns->to, row) : -1;
  if (from < 0 || to < 0)
    return;
  const Node *node = &g_array_index (self->nodes, Node, from);
  if (from == to)
    {
      zx_tally_find (tally, "feeders.self-loop", (gint64) row, ZX_ACTION_SET_ASIDE,
                     zx_pool_get (self->build->city->pool, node->id), NULL);
      return;
    }
  Branch branch = { .tally = tally, .row = row, .from = (guint32) from, .to = (guint32) to };
  branch.kind = read_kind (tally, columns->kind, row);
  if (!read_impedance (tally, columns, row, node, &branch))
    return;
  read_rest (columns, row, node, &branch);
  read_limit (columns, row, node, &branch);
  branch.is_open = says_open (tally, columns->status, row);
  branch.id = zx_cells_city_text (tally, columns->id, row);
  branch.name = zx_cells_city_text (tally, columns->name, row);
  if (*key != '\0')
    g_hash_table_insert (columns->row_of_id, g_strdup (key), GSIZE_TO_POINTER (row + 1));
  g_array_append_val (self->branches, branch);
  add_course (self, tally, columns, row);
  tally->n_used++;
}

static gboolean
add_branch_layer (Feeders *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  BranchColumns columns = { .id = zx_cells_column (tally, "branch_id"),
                            .name = zx_cells_column (tally, "name"),
                            .kind = zx_cells_column (tally, "kind"),
                            .from = zx_cells_column (tally, "from_node"),
                            .to = zx_cells_column (tally, "to_node"),
                            .status = zx_cells_column (tally, "status"),
                            .wkt = zx_cells_column (tally, "wkt"),
                            .r_ohm = zx_cells_numbers (tally, "r_ohm"),
                            .x_ohm = zx_cells_numbers (tally, "x_ohm"),
                            .max_kva = zx_cells_numbers (tally, "max_kva"),
                            .max_a = zx_cells_numbers (tally, "max_a"),
                            .r_pu = zx_cells_numbers (tally, "r_pu"),
                            .x_pu = zx_cells_numbers (tally, "x_pu"),
                            .rate_mva = zx_cells_numbers (tally, "rate_mva"),
                            .base_mva = zx_cells_numbers (tally, "base_mva"),
                            .g_pu = zx_cells_numbers (tally, "g_pu"),
                            .b_pu = zx_cells_numbers (tally, "b_pu"),
                            .tap = zx_cells_numbers (tally, "tap"),
                            .shift = zx_cells_numbers (tally, "shift_deg"),
                            .n_phases = zx_cells_numbers (tally, "n_phases") };
  if (zx_cells_has (&columns.r_pu) && !zx_cells_has (&columns.r_ohm)
      && !zx_cells_has (&columns.base_mva))
    zx_tally_find_number (tally, "feeders.base-assumed", -1, ZX_ACTION_KEPT, 1, NAN);
  columns.row_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 4096 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (ok)
        add_branch (self, tally, &columns, row);
    }
  g_hash_table_unref (columns.row_of_id);
  tally->is_done = TRUE;
  return ok;
}

/* ---- which feeder ------------------------------------------------------------------------- */

static guint32
root_of (guint32 *parent, guint32 node)
{
  while (parent[node] != node)
    node = parent[node] = parent[parent[node]];
  return node;
}

static gint32
feeder_index (Feeders *self, GHashTable *index_of, guint32 id)
{
  gpointer found = g_hash_table_lookup (index_of, GUINT_TO_POINTER (id));
  if (found == NULL)
    {
      g_array_append_val (self->feeders, id);
      found = GUINT_TO_POINTER (self->feeders->len);
      g_hash_table_insert (index_of, GUINT_TO_POINTER (id), found);
    }
  return (gint32) GPOINTER_TO_UINT (found) - 1;
}

/* Stated feeders first; nodes without one join the others of their connected part, and parts
 * without any become feeders named by their place in the list. */
static void
assign_feeders (Feeders *self)
{
  const guint n = self->nodes->len;
  g_autofree guint32 *parent = g_new (guint32, n + 1);
  g_autofree gint32 *of_part = g_new (gint32, n + 1);
  g_autoptr (GHashTable) index_of = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < n; i++)
    {
      parent[i] = i;
      of_part[i] = -1;
    }
  for (guint i = 0; i < self->branches->len; i++)
    {
      const Branch *branch = &g_array_index (self->branches, Branch, i);
      if (!branch->is_open)
        parent[root_of (parent, branch->from)] = root_of (parent, branch->to);
    }
  for (guint i = 0; i < n; i++)
    {
      Node *node = &g_array_index (self->nodes, Node, i);
      if (node->feeder == 0)
        continue;
      node->component = feeder_index (self, index_of, node->feeder);
      guint32 root = root_of (parent, i);
      of_part[root] = of_part[root] < 0 ? node->component : of_part[root];
    }
  for (guint i = 0; i < n; i++)
    {
      Node *node = &g_array_index (self->nodes, Node, i);
      guint32 root = root_of (parent, i);
      if (node->component >= 0)
        continue;
      if (of_part[root] < 0)
        {
          char name[32];
          g_snprintf (name, sizeof name, "F%u", self->feeders->len + 1);
          of_part[root]
              = feeder_index (self, index_of, zx_pool_add (self->build->city->pool, name));
        }
      node->component = of_part[root];
    }
}

/* A feeder without a source gets its node of the highest voltage, the first of them. */
static void
assign_sources (Feeders *self)
{
  const guint n_feeders = self->feeders->len;
  g_autofree gint64 *best = g_new (gint64, n_feeders + 1);
  g_autofree guint8 *has_source = g_new0 (guint8, n_feeders + 1);
  for (guint f = 0; f < n_feeders; f++)
    best[f] = -1;
  for (guint i = 0; i < self->nodes->len; i++)
    {
      const Node *node = &g_array_index (self->nodes, Node, i);
      gint64 *held = &best[node->component];
      has_source[node->component] |= node->is_source;
      if (*held < 0 || node->kv > g_array_index (self->nodes, Node, *held).kv)
        *held = i;
    }
  for (guint f = 0; f < n_feeders; f++)
    {
      if (has_source[f] || best[f] < 0)
        continue;
      Node *node = &g_array_index (self->nodes, Node, best[f]);
      const ZxPool *pool = self->build->city->pool;
      node->is_source = TRUE;
      zx_tally_find (node->tally, "feeders.no-source", (gint64) node->row, ZX_ACTION_CORRECTED,
                     zx_pool_get (pool, g_array_index (self->feeders, guint32, f)),
                     zx_pool_get (pool, node->id));
    }
}

static void
tell_isolated (Feeders *self)
{
  g_autofree guint8 *is_joined = g_new0 (guint8, self->nodes->len + 1);
  for (guint i = 0; i < self->branches->len; i++)
    {
      is_joined[g_array_index (self->branches, Branch, i).from] = 1;
      is_joined[g_array_index (self->branches, Branch, i).to] = 1;
    }
  gsize n = 0;
  for (guint i = 0; i < self->nodes->len; i++)
    n += !is_joined[i];
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, n);
  if (n > 0)
    zx_tally_find_many (g_array_index (self->nodes, Node, 0).tally, "feeders.isolated-node", -1, n,
                        ZX_ACTION_KEPT, count, NULL);
}

/* ---- into the city ------------------------------------------------------------------------ */

static gboolean
take_over (Feeders *self, GError **error)
{
  ZxFeeders *city = &self->build->city->feeders;
  if (!zx_feeders_alloc (city, self->feeders->len, self->nodes->len, self->branches->len, error))
    return FALSE;
  for (guint i = 0; i < city->n_feeders; i++)
    city->feeder_id[i] = g_array_index (self->feeders, guint32, i);
  for (guint i = 0; i < city->n_nodes; i++)
    {
      const Node *node = &g_array_index (self->nodes, Node, i);
      city->node_id[i] = node->id;
      city->node_x_m[i] = node->x;
      city->node_y_m[i] = node->y;
      city->node_feeder[i] = node->component;
      city->node_kv[i] = node->kv > 0 ? (float) node->kv : NAN;
      city->node_kw[i] = (float) node->kw;
      city->node_kvar[i] = (float) node->kvar;
      for (guint phase = 0; phase < 3; phase++)
        city->node_phase_share[i * 3 + phase] = (float) node->phase_share[phase];
      city->node_is_source[i] = node->is_source != FALSE;
      city->node_name[i] = node->name;
      city->node_gs_kw[i] = (float) node->gs_kw;
      city->node_bs_kvar[i] = (float) node->bs_kvar;
      city->node_vm_set_pu[i] = node->vm_set_pu;
    }
  for (guint i = 0; i < city->n_branches; i++)
    {
      const Branch *branch = &g_array_index (self->branches, Branch, i);
      city->branch_id[i] = branch->id;
      city->branch_from[i] = branch->from;
      city->branch_to[i] = branch->to;
      city->branch_r_ohm[i] = (float) branch->r_ohm;
      city->branch_x_ohm[i] = (float) branch->x_ohm;
      city->branch_max_kva[i] = (float) branch->max_kva;
      city->branch_is_open[i] = branch->is_open != FALSE;
      city->branch_n_phases[i] = branch->n_phases;
      city->branch_name[i] = branch->name;
      city->branch_kind[i] = branch->kind;
      city->branch_g_siemens[i] = (float) branch->g_siemens;
      city->branch_b_siemens[i] = (float) branch->b_siemens;
      city->branch_tap[i] = branch->tap;
      city->branch_shift_deg[i] = (float) branch->shift_deg;
    }
  if (self->lines.x->len > 0)
    zx_geometry_builder_finish (&self->lines, &city->branch_lines);
  return TRUE;
}

gboolean
zx_build_feeders (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  Feeders feeders = { .build = self,
                      .nodes = g_array_new (FALSE, FALSE, sizeof (Node)),
                      .branches = g_array_new (FALSE, FALSE, sizeof (Branch)),
                      .feeders = g_array_new (FALSE, FALSE, sizeof (guint32)),
                      .node_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  zx_geometry_builder_init (&feeders.lines, ZX_GEOMETRY_LINE);
  gboolean ok = TRUE;
  guint index = 0;
  for (ZxTally *tally; ok && (tally = zx_build_next (self, ZX_ROLE_FEEDER_NODES, &index)) != NULL;)
    ok = add_node_layer (&feeders, tally, progress, error);
  index = 0;
  for (ZxTally *tally;
       ok && (tally = zx_build_next (self, ZX_ROLE_FEEDER_BRANCHES, &index)) != NULL;)
    ok = add_branch_layer (&feeders, tally, progress, error);
  if (ok)
    {
      assign_feeders (&feeders);
      assign_sources (&feeders);
      tell_isolated (&feeders);
      ok = take_over (&feeders, error);
    }
  zx_geometry_builder_clear (&feeders.lines);
  g_array_unref (feeders.nodes);
  g_array_unref (feeders.branches);
  g_array_unref (feeders.feeders);
  g_hash_table_unref (feeders.node_of_id);
  return ok;
}
