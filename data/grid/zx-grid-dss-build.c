/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A balanced grid from a circuit of OpenDSS: lines with line codes or geometries, transformers of
 * two windings, loads, capacitors and the source, in positive sequence.
 *
 * A section of fewer than three phases carries all its power on them: on a three-phase basis its
 * impedance counts 3/n times, its charging and its rating n/3 times, so that the drop of the phases
 * it has is right when they are loaded alike.  Single-phase units side by side are one branch.  The
 * phases of loads are kept for the estimate of unbalance.
 *
 * Base voltages follow the transformers' ratios from the source, so that taps are 1 unless stated;
 * delta against wye shifts by 30 degrees, the low side behind.  Regulators keep their neutral tap.
 * Loads of model 2 are impedances, 5 currents, 4 currents by their CVRwatts; the rest are powers.
 */

#include "data/grid/zx-grid-opendss.h"

#include <string.h>

typedef struct
{
  gboolean is_transformer;
  guint32 from, to;                 /* buses */
  double r_ohm, x_ohm, farad, amps; /* line: three-phase basis, all of its length */
  double r_percent, x_percent, no_load_percent, idle_percent, kva, ratio_kv[2], tap, shift_deg;
  gboolean is_closed;
  guint n_phases;
  char *id;
} Branch;

typedef struct
{
  const ZxDssCircuit *circuit;
  const char *what;
  double hertz;
  GHashTable *bus_at; /* lower-case name → index + 1 */
  GPtrArray *buses;   /* owned names */
  GArray *branches;   /* Branch */
  guint n_single;     /* sections of fewer than three phases */
  guint source;
  GPtrArray *doubts;
} Builder;

/* ---- buses --------------------------------------------------------------------------------------
 */

/* "NAME.1.2.3" → the bus NAME. */
static guint32
bus_of (Builder *self, const char *text)
{
  gsize n = strcspn (text, ".");
  g_autofree char *name = g_strndup (text, n);
  char *lower = g_ascii_strdown (name, -1);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->bus_at, lower));
  if (found != 0)
    {
      g_free (lower);
      return found - 1;
    }
  g_ptr_array_add (self->buses, g_steal_pointer (&name));
  g_hash_table_insert (self->bus_at, lower, GUINT_TO_POINTER (self->buses->len));
  return self->buses->len - 1;
}

static gboolean
is_enabled (const ZxDssElement *element)
{
  const char *text = zx_dss_text (element, "enabled");
  return text == NULL || (g_ascii_tolower (*text) != 'n' && g_ascii_tolower (*text) != 'f');
}

static gboolean
fail (const Builder *self, const ZxDssElement *element, const char *format, const char *value,
      GError **error)
{
  g_autofree char *name = g_strconcat (element->class_name, ".", element->name, NULL);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, format, self->what, name, value);
  return FALSE;
}

/* ---- lines --------------------------------------------------------------------------------------
 */

/* Mean of the diagonal less mean of the rest of a triangle (or square) given row by row. */
static double
sequence (const char *text, guint n, double otherwise)
{
  double values[64], own = 0, mutual = 0;
  guint count = text != NULL ? zx_dss_list (text, values, G_N_ELEMENTS (values)) : 0;
  gboolean is_square = count == n * n && n > 1, is_triangle = count == n * (n + 1) / 2;
  if (n == 0 || (!is_square && !is_triangle))
    return otherwise;
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j <= i; j++)
      *(i == j ? &own : &mutual) += values[is_square ? i * n + j : i * (i + 1) / 2 + j];
  return own / n - (n > 1 ? mutual / (n * (n - 1) / 2.0) : 0);
}

typedef struct
{
  double r, x, nano_farad; /* per unit of length */
  double metres;           /* of that unit; NaN: none */
  double amps;
} LineData;

static void
take_values (const ZxDssElement *element, guint n, LineData *data)
{
  data->r = zx_dss_number (element, "r1", sequence (zx_dss_text (element, "rmatrix"), n, data->r));
  data->x = zx_dss_number (element, "x1", sequence (zx_dss_text (element, "xmatrix"), n, data->x));
  data->nano_farad = zx_dss_number (
      element, "c1", sequence (zx_dss_text (element, "cmatrix"), n, data->nano_farad));
  data->amps = zx_dss_number (element, "normamps", data->amps);
}

static gboolean
find_line_data (const Builder *self, const ZxDssElement *line, guint n, LineData *data,
                GError **error)
{
  const char *code = zx_dss_text (line, "linecode"), *geometry = zx_dss_text (line, "geometry");
  *data = (LineData){ 0.058, 0.1206, 3.4, NAN, NAN }; /* OpenDSS's own standard values */
  if (code != NULL)
    {
      const ZxDssElement *found = zx_dss_find (self->circuit, "linecode", code);
      if (found == NULL)
        return fail (self, line, _ ("%s: %s names the line code %s, which is not there"), code,
                     error);
      guint n_code = (guint) CLAMP (zx_dss_number (found, "nphases", 3), 1, 7);
      data->metres = zx_dss_metres (zx_dss_text (found, "units"));
      data->nano_farad = zx_dss_text (found, "r1") != NULL || zx_dss_text (found, "rmatrix") != NULL
                             ? 0
                             : data->nano_farad;
      take_values (found, n_code, data);
    }
  else if (geometry != NULL)
    {
      data->metres = 1;
      data->nano_farad = 0;
      if (!zx_dss_geometry (self->circuit, geometry, self->hertz, &data->r, &data->x, &data->amps))
        return fail (self, line, _ ("%s: %s names the geometry %s, whose wires are not all known"),
                     geometry, error);
    }
  else if (zx_dss_text (line, "r1") != NULL || zx_dss_text (line, "rmatrix") != NULL)
    data->nano_farad = 0;
  take_values (line, n, data);
  return TRUE;
}

static gboolean
take_line (Builder *self, const ZxDssElement *line, GError **error)
{
  const char *from = zx_dss_text (line, "bus1"), *to = zx_dss_text (line, "bus2");
  LineData data;
  if (from == NULL || to == NULL)
    return fail (self, line, _ ("%s: %s has no %s"), from == NULL ? "bus1" : "bus2", error);
  guint n = (guint) CLAMP (zx_dss_number (line, "phases", 3), 1, 3);
  const char *is_switch = zx_dss_text (line, "switch");
  if (!find_line_data (self, line, n, &data, error))
    return FALSE;
  double length = zx_dss_number (line, "length", 1);
  double metres = zx_dss_metres (zx_dss_text (line, "units"));
  if (!isnan (metres) && !isnan (data.metres))
    length *= metres / data.metres;
  if (is_switch != NULL && strchr ("yYtT", *is_switch) != NULL)
    {
      data = (LineData){ 1, 1, 0, NAN, data.amps };
      length = 0.001;
    }
  double by = 3.0 / n;
  Branch branch = { .n_phases = n, .tap = 1, .is_closed = is_enabled (line) };
  branch.from = bus_of (self, from);
  branch.to = bus_of (self, to);
  branch.r_ohm = data.r * length * by;
  branch.x_ohm = data.x * length * by;
  branch.farad = data.nano_farad * 1e-9 * length / by;
  branch.amps = data.amps / by;
  branch.id = g_strconcat ("line.", line->name, NULL);
  self->n_single += n < 3;
  g_array_append_val (self->branches, branch);
  return TRUE;
}

/* ---- transformers ------------------------------------------------------------------------------
 */

typedef struct
{
  const char *bus;
  double kv, kva, r_percent, tap;
  gboolean is_delta;
} Winding;

static void
take_winding (Winding *winding, const char *key, const char *value)
{
  double number;
  gboolean is_number = zx_number_parse (value, strlen (value), &number);
  if (strcmp (key, "bus") == 0)
    winding->bus = value;
  else if (strcmp (key, "conn") == 0)
    winding->is_delta
        = g_ascii_strncasecmp (value, "d", 1) == 0 || g_ascii_strncasecmp (value, "ll", 2) == 0;
  else if (is_number && strcmp (key, "kv") == 0)
    winding->kv = number;
  else if (is_number && strcmp (key, "kva") == 0)
    winding->kva = number;
  else if (is_number && strcmp (key, "%r") == 0)
    winding->r_percent = number;
  else if (is_number && strcmp (key, "tap") == 0)
    winding->tap = number;
}

/* "buses=[a b]", "kvs=(…)": one value for each winding, in the order of the text. */
static gboolean
take_windings (Winding *windings, const char *key, char *value)
{
  static const char *const plural[] = { "buses", "conns", "kvs", "kvas", "%rs", "taps" };
  static const char *const single[] = { "bus", "conn", "kv", "kva", "%r", "tap" };
  for (guint k = 0; k < G_N_ELEMENTS (plural); k++)
    if (strcmp (key, plural[k]) == 0)
      {
        guint w = 0;
        for (char *at = value; w < 2 && *at != '\0';)
          {
            gsize n = strcspn (at, " \t,|");
            gboolean is_last = at[n] == '\0';
            at[n] = '\0';
            if (n > 0)
              take_winding (&windings[w++], single[k], at);
            at += n + !is_last;
          }
        return TRUE;
      }
  return FALSE;
}

static double
line_to_line (const Winding *winding, guint n_phases)
{
  return n_phases >= 2 || winding->is_delta ? winding->kv : winding->kv * sqrt (3);
}

static gboolean
take_transformer (Builder *self, const ZxDssElement *element, GPtrArray *texts, GError **error)
{
  Winding windings[2]
      = { { NULL, 12.47, 1000, 0.2, 1, FALSE }, { NULL, 12.47, 1000, 0.2, 1, FALSE } };
  guint at = 0;
  for (guint i = 0; i < element->key->len; i++)
    {
      const char *key = g_ptr_array_index (element->key, i);
      char *value = g_strdup (g_ptr_array_index (element->value, i));
      g_ptr_array_add (texts, value);
      if (strcmp (key, "wdg") == 0)
        at = strcmp (value, "2") == 0 ? 1 : strcmp (value, "1") == 0 ? 0 : 2;
      else if (!take_windings (windings, key, value) && at < 2)
        take_winding (&windings[at], key, value);
    }
  if (windings[0].bus == NULL || windings[1].bus == NULL)
    return fail (self, element, _ ("%s: %s has no %s"), "bus", error);
  if (zx_dss_number (element, "windings", 2) > 2)
    g_ptr_array_add (self->doubts,
                     g_strdup_printf (_ ("%s.%s has more than two windings; the first two count"),
                                      element->class_name, element->name));
  guint n = (guint) CLAMP (zx_dss_number (element, "phases", 3), 1, 3);
  Branch branch = { .is_transformer = TRUE, .n_phases = n, .is_closed = is_enabled (element) };
  branch.from = bus_of (self, windings[0].bus);
  branch.to = bus_of (self, windings[1].bus);
  branch.r_percent
      = zx_dss_number (element, "%loadloss", windings[0].r_percent + windings[1].r_percent);
  branch.x_percent = zx_dss_number (element, "xhl", zx_dss_number (element, "x12", 7));
  branch.no_load_percent = zx_dss_number (element, "%noloadloss", 0);
  branch.idle_percent = zx_dss_number (element, "%imag", 0);
  branch.kva = windings[0].kva;
  branch.ratio_kv[0] = line_to_line (&windings[0], n);
  branch.ratio_kv[1] = line_to_line (&windings[1], n);
  branch.tap = windings[0].tap / windings[1].tap;
  if (n == 3 && windings[0].is_delta != windings[1].is_delta)
    branch.shift_deg = windings[0].kv >= windings[1].kv ? 30 : -30;
  branch.id = g_strconcat ("transformer.", element->name, NULL);
  if (!(branch.kva > 0 && branch.ratio_kv[0] > 0 && branch.ratio_kv[1] > 0))
    {
      g_free (branch.id);
      return fail (self, element, _ ("%s: %s has no %s"), "kVA or kV", error);
    }
  self->n_single += n < 3;
  g_array_append_val (self->branches, branch);
  return TRUE;
}

/* ---- one branch out of several single-phase ones
 * ------------------------------------------------- */

static gboolean
is_twin (const Branch *a, const Branch *b)
{
  return a->is_transformer == b->is_transformer && a->n_phases < 3 && b->n_phases < 3
         && a->is_closed && b->is_closed && a->from == b->from && a->to == b->to;
}

static void
join (Branch *to, const Branch *other)
{
  double kva = to->kva + other->kva;
  if (to->is_transformer)
    {
      /* Per cent on the sum of ratings: the mean by rating, close enough for like units. */
      double a = to->kva / kva, b = other->kva / kva;
      to->r_percent = a * to->r_percent + b * other->r_percent;
      to->x_percent = a * to->x_percent + b * other->x_percent;
      to->no_load_percent = a * to->no_load_percent + b * other->no_load_percent;
      to->idle_percent = a * to->idle_percent + b * other->idle_percent;
      to->kva = kva;
    }
  else
    {
      /* Admittances add. */
      double d = to->r_ohm * to->r_ohm + to->x_ohm * to->x_ohm;
      double e = other->r_ohm * other->r_ohm + other->x_ohm * other->x_ohm;
      if (!(d > 0) || !(e > 0))
        return;
      double g = to->r_ohm / d + other->r_ohm / e, b = to->x_ohm / d + other->x_ohm / e;
      to->r_ohm = g / (g * g + b * b);
      to->x_ohm = b / (g * g + b * b);
      to->farad += other->farad;
      to->amps += other->amps;
    }
  to->n_phases = MIN (3, to->n_phases + other->n_phases);
}

static void
join_twins (Builder *self)
{
  g_autoptr (GHashTable) first = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint n = 0;
  for (guint i = 0; i < self->branches->len; i++)
    {
      Branch *branch = &g_array_index (self->branches, Branch, i);
      gint64 key = (gint64) branch->from << 32 | branch->to;
      gpointer found;
      if (g_hash_table_lookup_extended (first, &key, NULL, &found))
        {
          Branch *other = &g_array_index (self->branches, Branch, GPOINTER_TO_UINT (found));
          if (is_twin (other, branch))
            {
              join (other, branch);
              g_free (branch->id);
              continue;
            }
        }
      else
        g_hash_table_insert (first, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (n));
      g_array_index (self->branches, Branch, n++) = *branch;
    }
  g_array_set_size (self->branches, n);
}

/* ---- the source
 * ----------------------------------------------------------------------------------- */

static gboolean
take_source (Builder *self, const ZxDssElement **circuit, GError **error)
{
  *circuit = NULL;
  for (guint i = 0; i < self->circuit->elements->len; i++)
    {
      const ZxDssElement *element = g_ptr_array_index (self->circuit->elements, i);
      if (strcmp (element->class_name, "circuit") == 0)
        *circuit = element;
    }
  if (*circuit == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("%s defines no circuit"), self->what);
      return FALSE;
    }
  const char *bus = zx_dss_text (*circuit, "bus1");
  guint32 at = bus_of (self, bus != NULL ? bus : "sourcebus");
  double r = zx_dss_number (*circuit, "r1", 0), x = zx_dss_number (*circuit, "x1", 0);
  self->source = at;
  if (r == 0 && x == 0)
    return TRUE;
  /* Behind its own impedance. */
  g_ptr_array_add (self->buses, g_strconcat ("source of ", (*circuit)->name, NULL));
  self->source = self->buses->len - 1;
  Branch branch = { .from = self->source,
                    .to = at,
                    .r_ohm = r,
                    .x_ohm = x,
                    .amps = NAN,
                    .tap = 1,
                    .is_closed = TRUE,
                    .n_phases = 3,
                    .id = g_strconcat ("circuit.", (*circuit)->name, NULL) };
  g_array_append_val (self->branches, branch);
  return TRUE;
}

/* ---- base voltages
 * --------------------------------------------------------------------------------- */

/* Spreads the source's voltage over lines and through transformers, in as many passes as it takes;
 * an order from the source makes that few. */
static void
spread_voltages (const Builder *self, ZxGrid *grid, double source_kv)
{
  gboolean has_changed = TRUE;
  grid->node_base_kv[self->source] = source_kv;
  for (guint pass = 0; has_changed && pass < grid->n_nodes; pass++)
    {
      has_changed = FALSE;
      for (guint k = 0; k < self->branches->len; k++)
        {
          /* Forwards and backwards in turn: files list either way. */
          guint i = pass % 2 == 0 ? k : self->branches->len - 1 - k;
          const Branch *branch = &g_array_index (self->branches, Branch, i);
          double by = branch->is_transformer ? branch->ratio_kv[1] / branch->ratio_kv[0] : 1;
          double *from = &grid->node_base_kv[branch->from], *to = &grid->node_base_kv[branch->to];
          if (isnan (*from) == isnan (*to))
            continue;
          if (isnan (*to))
            *to = *from * by;
          else
            *from = *to / by;
          has_changed = TRUE;
        }
    }
}

/* ---- what hangs on buses
 * ----------------------------------------------------------------------------- */

/* "NAME.1.2" of a load of two phases: half on A, half on B.  What a bus name leaves open hangs on
 * all three. */
static void
phases_of_bus (const char *text, guint n, double share[3])
{
  double sum = 0;
  share[0] = share[1] = share[2] = 0;
  for (const char *at = strchr (text, '.'); at != NULL; at = strchr (at + 1, '.'))
    if (at[1] >= '1' && at[1] <= '3' && !g_ascii_isdigit (at[2]))
      share[at[1] - '1'] = 1;
  sum = share[0] + share[1] + share[2];
  if (!(sum > 0))
    for (guint phase = 0; phase < MIN (n, 3); phase++)
      share[phase] = 1;
  sum = share[0] + share[1] + share[2];
  for (guint phase = 0; phase < 3; phase++)
    share[phase] /= sum;
}

static void
take_load (Builder *self, const ZxDssElement *load, ZxGrid *grid)
{
  const char *bus = zx_dss_text (load, "bus1");
  if (bus == NULL || !is_enabled (load))
    return;
  guint32 node = bus_of (self, bus);
  double factor = zx_dss_number (load, "pf", 0.88), kw = zx_dss_number (load, "kw", 10);
  double share = zx_dss_number (load, "xfkva", NAN);
  double kva = zx_dss_number (load, "kva", share * zx_dss_number (load, "allocationfactor", 0.5));
  if (!isnan (kva))
    kw = kva * fabs (factor);
  double tangent = sqrt (MAX (0, 1 - factor * factor)) / MAX (fabs (factor), 1e-3);
  double kvar = zx_dss_number (load, "kvar", kw * (factor < 0 ? -tangent : tangent));
  double model = zx_dss_number (load, "model", 1);
  double current = model == 5   ? 1
                   : model == 4 ? CLAMP (zx_dss_number (load, "cvrwatts", 1), 0, 1)
                                : 0;
  double before = grid->node_p_mw[node],
         weight = before + kw / 1000 != 0 ? kw / 1000 / (before + kw / 1000) : 1;
  grid->node_p_mw[node] += kw / 1000;
  grid->node_q_mvar[node] += kvar / 1000;
  grid->node_current_share[node] += weight * (current - grid->node_current_share[node]);
  grid->node_impedance_share[node] += weight * ((model == 2) - grid->node_impedance_share[node]);
  double phase_share[3];
  phases_of_bus (bus, (guint) CLAMP (zx_dss_number (load, "phases", 3), 1, 3), phase_share);
  /* Loads and generation that cancel have no common share. */
  weight = weight >= 0 && weight <= 1 ? weight : 0;
  for (guint phase = 0; phase < 3; phase++)
    {
      double *held = &grid->node_phase_share[node][phase];
      *held = isnan (*held) ? phase_share[phase] : *held + weight * (phase_share[phase] - *held);
    }
}

static void
take_capacitor (Builder *self, const ZxDssElement *capacitor, ZxGrid *grid)
{
  const char *bus = zx_dss_text (capacitor, "bus1");
  if (bus == NULL || !is_enabled (capacitor))
    return;
  guint32 node = bus_of (self, bus);
  double n = zx_dss_number (capacitor, "phases", 3), kv = zx_dss_number (capacitor, "kv", 12.47);
  double line_kv = n >= 2 ? kv : kv * sqrt (3), base = grid->node_base_kv[node];
  grid->node_bs_mvar[node]
      += zx_dss_number (capacitor, "kvar", 1200) / 1000 * (base * base) / (line_kv * line_kv);
}

/* ---- the grid
 * ------------------------------------------------------------------------------------------ */

static void
give_branch (const Builder *self, const Branch *branch, guint b, ZxGrid *grid)
{
  double kv = grid->node_base_kv[branch->to], ohm = kv * kv / grid->base_mva;
  grid->branch_id[b] = zx_pool_add (grid->pool, branch->id);
  grid->branch_from[b] = branch->from;
  grid->branch_to[b] = branch->to;
  grid->branch_is_closed[b] = branch->is_closed;
  grid->branch_n_phases[b] = (guint8) branch->n_phases;
  if (branch->is_transformer)
    {
      double scale = grid->base_mva / (branch->kva / 1000) / 100;
      double per = branch->kva / 1000 / grid->base_mva / 100;
      grid->branch_kind[b] = ZX_BRANCH_TRANSFORMER;
      grid->branch_r_pu[b] = branch->r_percent * scale;
      grid->branch_x_pu[b] = branch->x_percent * scale;
      grid->branch_g_pu[b] = branch->no_load_percent * per;
      grid->branch_b_pu[b] = -branch->idle_percent * per;
      grid->branch_tap[b] = branch->tap;
      grid->branch_shift_deg[b] = branch->shift_deg;
      grid->branch_rate_mva[b] = branch->kva / 1000;
      return;
    }
  grid->branch_r_pu[b] = branch->r_ohm / ohm;
  grid->branch_x_pu[b] = branch->x_ohm / ohm;
  grid->branch_b_pu[b] = 2 * G_PI * self->hertz * branch->farad * ohm;
  grid->branch_rate_mva[b] = branch->amps > 0 ? sqrt (3) * kv * branch->amps / 1000 : NAN;
  if (branch->r_ohm == 0 && branch->x_ohm == 0)
    grid->branch_kind[b] = ZX_BRANCH_SWITCH;
}

static void
give_places (const Builder *self, ZxGrid *grid)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      const char *name = g_ptr_array_index (self->buses, i);
      g_autofree char *lower = g_ascii_strdown (name, -1);
      const double *place = g_hash_table_lookup (self->circuit->place, lower);
      grid->node_id[i] = zx_pool_add (grid->pool, name);
      if (place != NULL)
        {
          grid->node_lon_deg[i] = place[0];
          grid->node_lat_deg[i] = place[1];
        }
    }
}

/* Every class that was not understood, and how often. */
static void
doubt_rest (const Builder *self, ZxGrid *grid)
{
  static const char *const known[]
      = { "circuit", "line",      "linecode",  "linegeometry", "wiredata",    "transformer",
          "load",    "capacitor", "loadshape", "monitor",      "energymeter", NULL };
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  for (guint i = 0; i < self->circuit->elements->len; i++)
    {
      const ZxDssElement *element = g_ptr_array_index (self->circuit->elements, i);
      guint n = 0;
      if (g_strv_contains (known, element->class_name)
          || g_ptr_array_find_with_equal_func (seen, element->class_name, g_str_equal, NULL))
        continue;
      g_ptr_array_add (seen, element->class_name);
      for (guint k = i; k < self->circuit->elements->len; k++)
        n += strcmp (((ZxDssElement *) g_ptr_array_index (self->circuit->elements, k))->class_name,
                     element->class_name)
             == 0;
      zx_grid_doubt (grid, _ ("%u elements of the class “%s” are not understood and left out"), n,
                     element->class_name);
    }
  for (guint i = 0; i < self->circuit->doubts->len; i++)
    g_ptr_array_add (grid->doubts, g_strdup (g_ptr_array_index (self->circuit->doubts, i)));
  for (guint i = 0; i < self->doubts->len; i++)
    g_ptr_array_add (grid->doubts, g_strdup (g_ptr_array_index (self->doubts, i)));
  if (self->n_single > 0)
    zx_grid_doubt (
        grid,
        _ ("%u branches have one or two phases: the grid is solved as balanced; unbalance is an "
           "estimate from the phases of the loads"),
        self->n_single);
}

static gboolean
take_all (Builder *self, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->circuit->elements->len; i++)
    {
      const ZxDssElement *element = g_ptr_array_index (self->circuit->elements, i);
      gboolean is_line = strcmp (element->class_name, "line") == 0;
      if ((is_line && !take_line (self, element, error))
          || (strcmp (element->class_name, "transformer") == 0
              && !take_transformer (self, element, texts, error)))
        return FALSE;
    }
  return TRUE;
}

/* Buses that only loads name: they get nodes, and are found to be islands. */
static void
find_load_buses (Builder *self)
{
  for (guint i = 0; i < self->circuit->elements->len; i++)
    {
      const ZxDssElement *element = g_ptr_array_index (self->circuit->elements, i);
      const char *bus = zx_dss_text (element, "bus1");
      if (bus != NULL
          && (strcmp (element->class_name, "load") == 0
              || strcmp (element->class_name, "capacitor") == 0))
        bus_of (self, bus);
    }
}

static ZxGrid *
build (Builder *self, GError **error)
{
  const ZxDssElement *circuit;
  if (!take_source (self, &circuit, error) || !take_all (self, error))
    return NULL;
  join_twins (self);
  find_load_buses (self);
  g_autoptr (ZxGrid) grid
      = zx_grid_new (circuit->name, self->buses->len, self->branches->len, error);
  if (grid == NULL)
    return NULL;
  grid->base_mva = 1;
  give_places (self, grid);
  spread_voltages (self, grid, zx_dss_number (circuit, "basekv", 115));
  grid->node_is_slack[self->source] = TRUE;
  grid->node_vm_set_pu[self->source] = zx_dss_number (circuit, "pu", 1);
  grid->node_va_set_deg[self->source] = zx_dss_number (circuit, "angle", 0);
  for (guint b = 0; b < grid->n_branches; b++)
    give_branch (self, &g_array_index (self->branches, Branch, b), b, grid);
  for (guint i = 0; i < self->circuit->elements->len; i++)
    {
      const ZxDssElement *element = g_ptr_array_index (self->circuit->elements, i);
      if (strcmp (element->class_name, "load") == 0)
        take_load (self, element, grid);
      else if (strcmp (element->class_name, "capacitor") == 0)
        take_capacitor (self, element, grid);
    }
  doubt_rest (self, grid);
  if (!zx_grid_check (grid, error))
    return NULL;
  return g_steal_pointer (&grid);
}

ZxGrid *
zx_grid_parse_opendss (const char *text, gsize n, const char *what, const char *folder,
                       GError **error)
{
  g_return_val_if_fail (text != NULL || n == 0, NULL);
  g_autoptr (ZxDssCircuit) circuit = zx_dss_circuit_parse (text, n, folder, error);
  if (circuit == NULL)
    return NULL;
  Builder builder = { .circuit = circuit, .what = what, .hertz = 60 };
  builder.bus_at = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  builder.buses = g_ptr_array_new_with_free_func (g_free);
  builder.branches = g_array_new (FALSE, TRUE, sizeof (Branch));
  builder.doubts = g_ptr_array_new_with_free_func (g_free);
  ZxGrid *grid = build (&builder, error);
  for (guint i = 0; i < builder.branches->len; i++)
    g_free (g_array_index (builder.branches, Branch, i).id);
  g_array_unref (builder.branches);
  g_hash_table_unref (builder.bus_at);
  g_ptr_array_unref (builder.buses);
  g_ptr_array_unref (builder.doubts);
  return grid;
}
