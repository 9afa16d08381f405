/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks that pandapower writes as JSON: tables of columns, index and data, each a text of JSON
 * inside the JSON, and geometries as GeoJSON texts once more.
 *
 * bus, line, trafo, load, sgen, shunt, ext_grid and switch are read after pandapower's own rules:
 *
 *   line    z = (r + jx) l / (parallel Z_b),  b = 2π f c l parallel Z_b,  Z_b = kV² / MVA of the
 *           from bus;  rated √3 kV max_i df parallel
 *   trafo   |z| = vk, r = vkr on the rated power, at the low-voltage side; the magnetising branch
 *           stands in the middle (T), turned into a π of equal halves; tap and shift on the
 *           high-voltage side
 *   switch  between buses: a branch of no impedance; at a line: an open one leaves that end of the
 *           line on a node of its own; at a transformer: an open one takes it out
 *
 * Generators that hold a voltage are taken as negative loads, and every table with rows that is not
 * read is named in a doubt.  Old files have coordinates in another system than degrees; those are
 * found to be schematic by zx_grid_check(). */

#include "data/grid/zx-grid-private.h"

#include <string.h>

typedef struct
{
  ZxJson *owned; /* when the table is a text of JSON */
  const ZxJson *columns, *index, *data;
  guint n;
} Frame;

typedef struct
{
  const char *what;
  const ZxJson *root; /* the net's own object */
  double mva, hertz;
  Frame bus, line, trafo, load, sgen, gen, shunt, ext_grid, switches;
  GHashTable *bus_at; /* bus index + 1 → node + 1 */
  GArray *open_ends;  /* OpenEnd */
  ZxGrid *grid;
} Reader;

/* An end of a line that a switch has opened; its node stands behind the buses. */
typedef struct
{
  guint line;
  gboolean is_from;
} OpenEnd;

/* ---- frames --------------------------------------------------------------------------------- */

static void
frame_clear (Frame *self)
{
  zx_json_free (self->owned);
}

static gboolean
frame_read (Frame *self, const Reader *reader, const char *name, GError **error)
{
  const ZxJson *table = zx_json_get (reader->root, name);
  const ZxJson *object = zx_json_get (table, "_object");
  *self = (Frame){ NULL };
  if (object == NULL)
    return TRUE;
  if (object->kind == ZX_JSON_TEXT)
    {
      self->owned = zx_json_parse (object->text, strlen (object->text), name, error);
      if (self->owned == NULL)
        return FALSE;
      object = self->owned;
    }
  self->columns = zx_json_get (object, "columns");
  self->index = zx_json_get (object, "index");
  self->data = zx_json_get (object, "data");
  gboolean ok = self->columns != NULL && self->columns->kind == ZX_JSON_LIST && self->index != NULL
                && self->index->kind == ZX_JSON_LIST && self->data != NULL
                && self->data->kind == ZX_JSON_LIST && self->data->n == self->index->n;
  for (guint i = 0; ok && i < self->data->n; i++)
    ok = self->data->item[i].kind == ZX_JSON_LIST && self->data->item[i].n == self->columns->n;
  if (!ok)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s: the table “%s” has no columns, index and data that fit together"),
                   reader->what, name);
      return FALSE;
    }
  self->n = self->data->n;
  return TRUE;
}

static const ZxJson *
frame_get (const Frame *self, guint row, const char *column)
{
  for (guint c = 0; self->columns != NULL && c < self->columns->n; c++)
    if (self->columns->item[c].kind == ZX_JSON_TEXT
        && strcmp (self->columns->item[c].text, column) == 0)
      return &self->data->item[row].item[c];
  return NULL;
}

static double
frame_number (const Frame *self, guint row, const char *column, double otherwise)
{
  const ZxJson *value = frame_get (self, row, column);
  return value != NULL && value->kind == ZX_JSON_NUMBER && isfinite (value->number) ? value->number
                                                                                    : otherwise;
}

static const char *
frame_text (const Frame *self, guint row, const char *column)
{
  const ZxJson *value = frame_get (self, row, column);
  return value != NULL && value->kind == ZX_JSON_TEXT ? value->text : "";
}

static gboolean
frame_is (const Frame *self, guint row, const char *column, gboolean otherwise)
{
  const ZxJson *value = frame_get (self, row, column);
  if (value == NULL || (value->kind != ZX_JSON_TRUE && value->kind != ZX_JSON_FALSE))
    return otherwise;
  return value->kind == ZX_JSON_TRUE;
}

static double
frame_index (const Frame *self, guint row)
{
  return self->index->item[row].kind == ZX_JSON_NUMBER ? self->index->item[row].number : -1;
}

/* ---- buses ---------------------------------------------------------------------------------- */

static gboolean
find_bus (const Reader *self, double index, guint32 *node, const char *table, GError **error)
{
  gpointer found = index >= 0 && index < 1e9
                       ? g_hash_table_lookup (self->bus_at, GUINT_TO_POINTER ((guint) index + 1))
                       : NULL;
  if (found == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s: the table “%s” names the bus %g, which is not there"), self->what, table,
                   index);
      return FALSE;
    }
  *node = GPOINTER_TO_UINT (found) - 1;
  return TRUE;
}

static void
take_place (ZxGrid *grid, guint node, const char *text)
{
  g_autoptr (ZxJson) point
      = *text != '\0' ? zx_json_parse (text, strlen (text), "geo", NULL) : NULL;
  const ZxJson *place = zx_json_get (point, "coordinates");
  if (place == NULL || place->kind != ZX_JSON_LIST || place->n < 2
      || place->item[0].kind != ZX_JSON_NUMBER || place->item[1].kind != ZX_JSON_NUMBER)
    return;
  grid->node_lon_deg[node] = place->item[0].number;
  grid->node_lat_deg[node] = place->item[1].number;
}

static void
take_buses (Reader *self)
{
  ZxGrid *grid = self->grid;
  char buffer[32];
  for (guint i = 0; i < self->bus.n; i++)
    {
      double index = frame_index (&self->bus, i);
      grid->node_id[i] = zx_pool_add (grid->pool, zx_number_format (index, buffer));
      grid->node_name[i] = zx_pool_add (grid->pool, frame_text (&self->bus, i, "name"));
      grid->node_base_kv[i] = frame_number (&self->bus, i, "vn_kv", NAN);
      take_place (grid, i, frame_text (&self->bus, i, "geo"));
      if (index >= 0 && index < 1e9)
        g_hash_table_insert (self->bus_at, GUINT_TO_POINTER ((guint) index + 1),
                             GUINT_TO_POINTER (i + 1));
    }
}

/* ---- what hangs on buses ----------------------------------------------------------------------
 */

/* @sign: 1 for a load, -1 for a generator. */
static gboolean
take_injections (Reader *self, const Frame *frame, const char *table, double sign, GError **error)
{
  ZxGrid *grid = self->grid;
  for (guint i = 0; i < frame->n; i++)
    {
      guint32 node;
      double scale = sign * frame_number (frame, i, "scaling", 1);
      if (!frame_is (frame, i, "in_service", TRUE))
        continue;
      if (!find_bus (self, frame_number (frame, i, "bus", -1), &node, table, error))
        return FALSE;
      double p = frame_number (frame, i, "p_mw", 0) * scale;
      double before = grid->node_p_mw[node];
      grid->node_p_mw[node] += p;
      grid->node_q_mvar[node] += frame_number (frame, i, "q_mvar", 0) * scale;
      double impedance = frame_number (frame, i, "const_z_percent",
                                       frame_number (frame, i, "const_z_p_percent", 0));
      double current = frame_number (frame, i, "const_i_percent",
                                     frame_number (frame, i, "const_i_p_percent", 0));
      /* Several loads of one bus share its shares, by their power. */
      double weight = before + p != 0 ? p / (before + p) : 1;
      grid->node_impedance_share[node]
          += weight * (impedance / 100 - grid->node_impedance_share[node]);
      grid->node_current_share[node] += weight * (current / 100 - grid->node_current_share[node]);
    }
  return TRUE;
}

static gboolean
take_shunts (Reader *self, GError **error)
{
  for (guint i = 0; i < self->shunt.n; i++)
    {
      guint32 node;
      if (!frame_is (&self->shunt, i, "in_service", TRUE))
        continue;
      if (!find_bus (self, frame_number (&self->shunt, i, "bus", -1), &node, "shunt", error))
        return FALSE;
      double kv = self->grid->node_base_kv[node];
      double by = frame_number (&self->shunt, i, "step", 1)
                  * pow (kv / frame_number (&self->shunt, i, "vn_kv", kv), 2);
      self->grid->node_gs_mw[node] += frame_number (&self->shunt, i, "p_mw", 0) * by;
      self->grid->node_bs_mvar[node] -= frame_number (&self->shunt, i, "q_mvar", 0) * by;
    }
  return TRUE;
}

static gboolean
take_sources (Reader *self, GError **error)
{
  for (guint i = 0; i < self->ext_grid.n; i++)
    {
      guint32 node;
      if (!frame_is (&self->ext_grid, i, "in_service", TRUE))
        continue;
      if (!find_bus (self, frame_number (&self->ext_grid, i, "bus", -1), &node, "ext_grid", error))
        return FALSE;
      self->grid->node_is_slack[node] = TRUE;
      self->grid->node_vm_set_pu[node] = frame_number (&self->ext_grid, i, "vm_pu", 1);
      self->grid->node_va_set_deg[node] = frame_number (&self->ext_grid, i, "va_degree", 0);
    }
  return TRUE;
}

/* ---- branches ---------------------------------------------------------------------------------
 */

static void
name_branch (Reader *self, guint branch, const char *prefix, double index, const char *name)
{
  char number[32];
  g_autofree char *id = g_strconcat (prefix, zx_number_format (index, number), NULL);
  self->grid->branch_id[branch] = zx_pool_add (self->grid->pool, id);
  self->grid->branch_name[branch] = zx_pool_add (self->grid->pool, name);
}

static gboolean
take_line (Reader *self, guint i, guint branch, GError **error)
{
  ZxGrid *grid = self->grid;
  const Frame *line = &self->line;
  name_branch (self, branch, "line ", frame_index (line, i), frame_text (line, i, "name"));
  if (!find_bus (self, frame_number (line, i, "from_bus", -1), &grid->branch_from[branch], "line",
                 error)
      || !find_bus (self, frame_number (line, i, "to_bus", -1), &grid->branch_to[branch], "line",
                    error))
    return FALSE;
  double kv = grid->node_base_kv[grid->branch_from[branch]], ohm = kv * kv / self->mva;
  double length = frame_number (line, i, "length_km", NAN);
  double parallel = frame_number (line, i, "parallel", 1);
  grid->branch_r_pu[branch] = frame_number (line, i, "r_ohm_per_km", NAN) * length / parallel / ohm;
  grid->branch_x_pu[branch] = frame_number (line, i, "x_ohm_per_km", NAN) * length / parallel / ohm;
  grid->branch_b_pu[branch] = 2 * G_PI * self->hertz * 1e-9
                              * frame_number (line, i, "c_nf_per_km", 0) * length * parallel * ohm;
  grid->branch_g_pu[branch]
      = 1e-6 * frame_number (line, i, "g_us_per_km", 0) * length * parallel * ohm;
  grid->branch_rate_mva[branch] = sqrt (3) * kv * frame_number (line, i, "max_i_ka", NAN)
                                  * frame_number (line, i, "df", 1) * parallel;
  grid->branch_is_closed[branch] = frame_is (line, i, "in_service", TRUE);
  return TRUE;
}

/* Rated voltages of both windings with the tap where it stands. */
static void
tap_voltages (const Frame *trafo, guint i, double *high_kv, double *low_kv)
{
  double steps = frame_number (trafo, i, "tap_pos", 0) - frame_number (trafo, i, "tap_neutral", 0);
  double by = 1 + steps * frame_number (trafo, i, "tap_step_percent", 0) / 100;
  *high_kv = frame_number (trafo, i, "vn_hv_kv", NAN);
  *low_kv = frame_number (trafo, i, "vn_lv_kv", NAN);
  if (strcmp (frame_text (trafo, i, "tap_side"), "hv") == 0)
    *high_kv *= by;
  else if (strcmp (frame_text (trafo, i, "tap_side"), "lv") == 0)
    *low_kv *= by;
}

/* The T of z/2, y, z/2 as a π: z' = z (1 + z y/4), and y' = y / (1 + z y/4) of both halves. */
static void
set_pi (ZxGrid *grid, guint branch, double r, double x, double g, double b)
{
  double c_re = 1 + (r * g - x * b) / 4, c_im = (r * b + x * g) / 4;
  double size2 = c_re * c_re + c_im * c_im;
  grid->branch_r_pu[branch] = r * c_re - x * c_im;
  grid->branch_x_pu[branch] = r * c_im + x * c_re;
  grid->branch_g_pu[branch] = (g * c_re + b * c_im) / size2;
  grid->branch_b_pu[branch] = (b * c_re - g * c_im) / size2;
}

static gboolean
take_trafo (Reader *self, guint i, guint branch, GError **error)
{
  ZxGrid *grid = self->grid;
  const Frame *trafo = &self->trafo;
  double high_kv, low_kv, sn = frame_number (trafo, i, "sn_mva", NAN);
  name_branch (self, branch, "trafo ", frame_index (trafo, i), frame_text (trafo, i, "name"));
  if (!find_bus (self, frame_number (trafo, i, "hv_bus", -1), &grid->branch_from[branch], "trafo",
                 error)
      || !find_bus (self, frame_number (trafo, i, "lv_bus", -1), &grid->branch_to[branch], "trafo",
                    error))
    return FALSE;
  double from_kv = grid->node_base_kv[grid->branch_from[branch]];
  double to_kv = grid->node_base_kv[grid->branch_to[branch]];
  double parallel = frame_number (trafo, i, "parallel", 1);
  tap_voltages (trafo, i, &high_kv, &low_kv);
  double scale = low_kv * low_kv / (to_kv * to_kv) * self->mva / sn / parallel;
  double z = frame_number (trafo, i, "vk_percent", NAN) / 100 * scale;
  double r = frame_number (trafo, i, "vkr_percent", 0) / 100 * scale;
  double iron_mw = frame_number (trafo, i, "pfe_kw", 0) / 1000;
  double idle_mva = frame_number (trafo, i, "i0_percent", 0) / 100 * sn;
  double per = to_kv * to_kv / (low_kv * low_kv) * parallel / self->mva;
  double reactive = sqrt (MAX (0, idle_mva * idle_mva - iron_mw * iron_mw));
  set_pi (grid, branch, r, sqrt (MAX (0, z * z - r * r)), iron_mw * per, -reactive * per);
  grid->branch_kind[branch] = ZX_BRANCH_TRANSFORMER;
  grid->branch_tap[branch] = high_kv / low_kv * to_kv / from_kv;
  grid->branch_shift_deg[branch] = frame_number (trafo, i, "shift_degree", 0);
  grid->branch_rate_mva[branch] = sn * frame_number (trafo, i, "df", 1) * parallel;
  grid->branch_is_closed[branch] = frame_is (trafo, i, "in_service", TRUE);
  return TRUE;
}

/* ---- switches ---------------------------------------------------------------------------------
 */

static gint32
row_of (const Frame *frame, double index)
{
  for (guint i = 0; i < frame->n; i++)
    if (frame_index (frame, i) == index)
      return (gint32) i;
  return -1;
}

static gboolean
is_bus_switch (const Frame *switches, guint i)
{
  return strcmp (frame_text (switches, i, "et"), "b") == 0;
}

static guint
count_bus_switches (const Reader *self)
{
  guint n = 0;
  for (guint i = 0; i < self->switches.n; i++)
    n += is_bus_switch (&self->switches, i);
  return n;
}

/* The open ends of lines, so that their nodes can be counted before the grid is made. */
static void
find_open_ends (Reader *self)
{
  for (guint i = 0; i < self->switches.n; i++)
    {
      if (strcmp (frame_text (&self->switches, i, "et"), "l") != 0
          || frame_is (&self->switches, i, "closed", TRUE))
        continue;
      gint32 line = row_of (&self->line, frame_number (&self->switches, i, "element", -1));
      if (line < 0)
        continue;
      gboolean is_from = frame_number (&self->line, (guint) line, "from_bus", -1)
                         == frame_number (&self->switches, i, "bus", -2);
      OpenEnd end = { (guint) line, is_from };
      g_array_append_val (self->open_ends, end);
    }
}

/* A line open at both ends carries nothing; at one, it ends at a node of its own. */
static void
move_open_ends (Reader *self)
{
  ZxGrid *grid = self->grid;
  for (guint k = 0; k < self->open_ends->len; k++)
    {
      const OpenEnd *end = &g_array_index (self->open_ends, OpenEnd, k);
      guint32 *at = end->is_from ? &grid->branch_from[end->line] : &grid->branch_to[end->line];
      guint node = self->bus.n + k;
      g_autofree char *id = g_strdup_printf ("%s/%s", zx_grid_branch_id (grid, end->line),
                                             zx_grid_node_id (grid, *at));
      /* Two switches at one end: the second changes nothing, but its node needs a name. */
      g_autofree char *unique = g_strdup_printf ("%s/%u", id, k);
      grid->node_id[node] = zx_pool_add (grid->pool, unique);
      grid->node_base_kv[node] = grid->node_base_kv[*at];
      grid->node_lon_deg[node] = grid->node_lon_deg[*at];
      grid->node_lat_deg[node] = grid->node_lat_deg[*at];
      *at = node;
      if (grid->branch_from[end->line] >= self->bus.n && grid->branch_to[end->line] >= self->bus.n)
        grid->branch_is_closed[end->line] = FALSE;
    }
}

static gboolean
take_switches (Reader *self, guint branch, GError **error)
{
  ZxGrid *grid = self->grid;
  for (guint i = 0; i < self->switches.n; i++)
    {
      const Frame *switches = &self->switches;
      gboolean is_closed = frame_is (switches, i, "closed", TRUE);
      double element = frame_number (switches, i, "element", -1);
      gint32 trafo = strcmp (frame_text (switches, i, "et"), "t") == 0 && !is_closed
                         ? row_of (&self->trafo, element)
                         : -1;
      if (trafo >= 0)
        grid->branch_is_closed[self->line.n + (guint) trafo] = FALSE;
      if (!is_bus_switch (switches, i))
        continue;
      name_branch (self, branch, "switch ", frame_index (switches, i),
                   frame_text (switches, i, "name"));
      if (!find_bus (self, frame_number (switches, i, "bus", -1), &grid->branch_from[branch],
                     "switch", error)
          || !find_bus (self, element, &grid->branch_to[branch], "switch", error))
        return FALSE;
      double kv = grid->node_base_kv[grid->branch_from[branch]];
      grid->branch_kind[branch] = ZX_BRANCH_SWITCH;
      grid->branch_r_pu[branch] = frame_number (switches, i, "z_ohm", 0) * self->mva / (kv * kv);
      grid->branch_is_closed[branch++] = is_closed;
    }
  return TRUE;
}

/* Buses out of service take their branches with them, and their loads are none. */
static void
drop_dead_buses (Reader *self)
{
  ZxGrid *grid = self->grid;
  for (guint i = 0; i < self->bus.n; i++)
    if (!frame_is (&self->bus, i, "in_service", TRUE))
      {
        grid->node_p_mw[i] = grid->node_q_mvar[i] = 0;
        grid->node_is_slack[i] = FALSE;
        for (guint b = 0; b < grid->n_branches; b++)
          if (grid->branch_from[b] == i || grid->branch_to[b] == i)
            grid->branch_is_closed[b] = FALSE;
      }
}

/* ---- all ----------------------------------------------------------------------------------------
 */

static void
doubt_unread (const Reader *self)
{
  static const char *const unread[]
      = { "trafo3w",         "impedance",       "ward", "xward", "dcline", "storage",    "motor",
          "asymmetric_load", "asymmetric_sgen", "svc",  "tcsc",  "ssc",    "controller", NULL };
  if (self->gen.n > 0)
    zx_grid_doubt (self->grid,
                   _ ("%u generators that hold their voltage are taken as negative loads"),
                   self->gen.n);
  for (guint i = 0; unread[i] != NULL; i++)
    {
      Frame frame;
      if (frame_read (&frame, self, unread[i], NULL) && frame.n > 0)
        zx_grid_doubt (self->grid, _ ("The table “%s” (%u rows) is not understood and left out"),
                       unread[i], frame.n);
      frame_clear (&frame);
    }
}

static gboolean
read_frames (Reader *self, GError **error)
{
  return frame_read (&self->bus, self, "bus", error)
         && frame_read (&self->line, self, "line", error)
         && frame_read (&self->trafo, self, "trafo", error)
         && frame_read (&self->load, self, "load", error)
         && frame_read (&self->sgen, self, "sgen", error)
         && frame_read (&self->gen, self, "gen", error)
         && frame_read (&self->shunt, self, "shunt", error)
         && frame_read (&self->ext_grid, self, "ext_grid", error)
         && frame_read (&self->switches, self, "switch", error);
}

static gboolean
build (Reader *self, GError **error)
{
  if (!read_frames (self, error))
    return FALSE;
  find_open_ends (self);
  const char *name = zx_json_text (self->root, "name");
  self->grid = zx_grid_new (name != NULL && *name != '\0' ? name : self->what,
                            self->bus.n + self->open_ends->len,
                            self->line.n + self->trafo.n + count_bus_switches (self), error);
  if (self->grid == NULL)
    return FALSE;
  self->grid->base_mva = self->mva;
  take_buses (self);
  for (guint i = 0; i < self->line.n; i++)
    if (!take_line (self, i, i, error))
      return FALSE;
  for (guint i = 0; i < self->trafo.n; i++)
    if (!take_trafo (self, i, self->line.n + i, error))
      return FALSE;
  move_open_ends (self);
  if (!take_injections (self, &self->load, "load", 1, error)
      || !take_injections (self, &self->sgen, "sgen", -1, error)
      || !take_injections (self, &self->gen, "gen", -1, error) || !take_shunts (self, error)
      || !take_sources (self, error) || !take_switches (self, self->line.n + self->trafo.n, error))
    return FALSE;
  drop_dead_buses (self);
  doubt_unread (self);
  return zx_grid_check (self->grid, error);
}

ZxGrid *
zx_grid_parse_pandapower (const char *text, gsize n, const char *what, GError **error)
{
  g_return_val_if_fail (text != NULL || n == 0, NULL);
  g_autoptr (ZxJson) json = zx_json_parse (text, n, what, error);
  if (json == NULL)
    return NULL;
  Reader reader = { .what = what, .root = zx_json_get (json, "_object") };
  if (zx_json_get (reader.root, "bus") == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s is no network written by pandapower"),
                   what);
      return NULL;
    }
  reader.mva = zx_json_number (reader.root, "sn_mva", 1);
  reader.hertz = zx_json_number (reader.root, "f_hz", 50);
  reader.bus_at = g_hash_table_new (NULL, NULL);
  reader.open_ends = g_array_new (FALSE, FALSE, sizeof (OpenEnd));
  gboolean ok = build (&reader, error);
  Frame *frames[] = { &reader.bus, &reader.line,  &reader.trafo,    &reader.load,    &reader.sgen,
                      &reader.gen, &reader.shunt, &reader.ext_grid, &reader.switches };
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    frame_clear (frames[i]);
  g_hash_table_unref (reader.bus_at);
  g_array_unref (reader.open_ends);
  if (!ok)
    g_clear_pointer (&reader.grid, zx_grid_free);
  return reader.grid;
}
