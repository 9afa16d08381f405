/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What makes a grid unusable, and what makes it doubtful (FEEDERS.md §6).
 *
 * The doubts are rules of thumb and say so by their words: more kvar than kW on most loads, powers
 * beyond what a voltage level carries, impedances beyond any line, places no feeder spans. */

#include "data/grid/zx-grid-private.h"

/* Rules of thumb.  A 10 kV feeder carries some 10 MVA and a 0.4 kV one below 1 MVA; a hundred times
 * that is a slip of kW for MW.  A distribution line of 100 ohm would be 300 km long. */
#define MAX_LOAD_MVA_PER_KV 25.0
#define MAX_OHM             100.0
/* Literature feeders with a power factor of 0.7 have as many kvar as kW; nothing has many more. */
#define SWAPPED_RATIO 1.1
#define MAX_SPAN_DEG  3.0

static gboolean
fail_node (const ZxGrid *self, guint node, const char *format, GError **error)
{
  g_autofree char *number = g_strdup_printf ("%u", node + 1);
  const char *id = zx_grid_node_id (self, node);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, format, *id != '\0' ? id : number);
  return FALSE;
}

static gboolean
fail_branch (const ZxGrid *self, guint branch, const char *format, GError **error)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, format, zx_grid_branch_id (self, branch),
               zx_grid_node_id (self, self->branch_from[branch]),
               zx_grid_node_id (self, self->branch_to[branch]));
  return FALSE;
}

/* ---- impossible --------------------------------------------------------------------------- */

static gboolean
check_ids (const ZxGrid *self, const guint32 *ids, guint n, const char *empty, const char *twice,
           GError **error)
{
  guint32 size = zx_pool_size (self->pool);
  g_autofree guint32 *first = ZX_TRY_NEW (guint32, size, _ ("Feeder nodes"), error);
  if (first == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (ids[i] != 0 && first[ids[i]] == 0)
        {
          first[ids[i]] = i + 1;
          continue;
        }
      if (ids[i] == 0)
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, empty, i + 1);
      else
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, twice, zx_pool_get (self->pool, ids[i]),
                     first[ids[i]], i + 1);
      return FALSE;
    }
  return TRUE;
}

gboolean
zx_grid_check_node_ids (const ZxGrid *self, GError **error)
{
  return check_ids (self, self->node_id, self->n_nodes, _ ("The node in row %u has no id"),
                    _ ("The node id %s stands in rows %u and %u; ids must be unique"), error);
}

static gboolean
is_share (double share)
{
  return share >= 0 && share <= 1;
}

static gboolean
check_node (ZxGrid *self, guint i, GError **error)
{
  if (!(self->node_base_kv[i] > 0 && isfinite (self->node_base_kv[i])))
    return fail_node (
        self, i, _ ("Node %s has no base voltage; give base_kv, its nominal voltage in kV, > 0"),
        error);
  if (!isfinite (self->node_p_mw[i]) || !isfinite (self->node_q_mvar[i])
      || !isfinite (self->node_gs_mw[i]) || !isfinite (self->node_bs_mvar[i]))
    return fail_node (self, i, _ ("Node %s has a load or shunt that is no number"), error);
  if (!is_share (self->node_current_share[i]) || !is_share (self->node_impedance_share[i])
      || !(self->node_current_share[i] + self->node_impedance_share[i] <= 1 + 1e-9))
    return fail_node (self, i,
                      _ ("Node %s has load shares outside 0 to 1, or more than 1 together"), error);
  if (!self->node_is_slack[i])
    return TRUE;
  if (isnan (self->node_vm_set_pu[i]))
    self->node_vm_set_pu[i] = 1;
  if (isnan (self->node_va_set_deg[i]))
    self->node_va_set_deg[i] = 0;
  if (!(self->node_vm_set_pu[i] > 0.1 && self->node_vm_set_pu[i] < 10))
    return fail_node (
        self, i, _ ("The source node %s is held at a voltage outside 0.1 to 10 per unit"), error);
  return TRUE;
}

static gboolean
check_branch (const ZxGrid *self, guint i, GError **error)
{
  if (self->branch_from[i] == self->branch_to[i])
    return fail_branch (self, i, _ ("Branch %s joins node %s to itself"), error);
  if (!isfinite (self->branch_r_pu[i]) || !isfinite (self->branch_x_pu[i])
      || !isfinite (self->branch_g_pu[i]) || !isfinite (self->branch_b_pu[i]))
    return fail_branch (self, i, _ ("Branch %s from %s to %s has an impedance that is no number"),
                        error);
  if (self->branch_r_pu[i] == 0 && self->branch_x_pu[i] == 0
      && self->branch_kind[i] != ZX_BRANCH_SWITCH)
    return fail_branch (self, i,
                        _ ("Branch %s from %s to %s has zero impedance (r = x = 0); give its r and "
                           "x, or make it a switch"),
                        error);
  if (!(self->branch_tap[i] > 0 && self->branch_tap[i] < 10)
      || !isfinite (self->branch_shift_deg[i]))
    return fail_branch (self, i,
                        _ ("Branch %s from %s to %s has a tap ratio outside 0 to 10 or no phase "
                           "shift"),
                        error);
  if (self->branch_rate_mva[i] <= 0)
    return fail_branch (self, i,
                        _ ("Branch %s from %s to %s has a rating that is not above 0 MVA; leave it "
                           "empty when there is none"),
                        error);
  return TRUE;
}

/* ---- doubtful ----------------------------------------------------------------------------- */

static void
doubt_powers (ZxGrid *self)
{
  guint n_loads = 0, n_swapped = 0, n_negative = 0, first_negative = 0;
  gint32 heavy = -1;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      double p = self->node_p_mw[i], q = self->node_q_mvar[i];
      if (p == 0 && q == 0)
        continue;
      n_loads++;
      n_swapped += fabs (q) > SWAPPED_RATIO * fabs (p);
      first_negative = p < 0 && n_negative == 0 ? i : first_negative;
      n_negative += p < 0;
      if (hypot (p, q) > MAX_LOAD_MVA_PER_KV * self->node_base_kv[i]
          && (heavy < 0 || hypot (p, q) > hypot (self->node_p_mw[heavy], self->node_q_mvar[heavy])))
        heavy = (gint32) i;
    }
  if (n_loads >= 3 && n_swapped * 2 > n_loads)
    zx_grid_doubt (self,
                   _ ("On %u of %u loads the kvar exceed the kW: P and Q may have been swapped"),
                   n_swapped, n_loads);
  if (n_negative > 0)
    zx_grid_doubt (self,
                   _ ("%u nodes have a negative load (the first is %s): they are taken as "
                      "generation"),
                   n_negative, zx_grid_node_id (self, first_negative));
  if (heavy >= 0)
    zx_grid_doubt (self,
                   _ ("Node %s has a load of %g MVA at %g kV: its loads may be in kW and kvar "
                      "instead of MW and Mvar"),
                   zx_grid_node_id (self, (guint) heavy),
                   hypot (self->node_p_mw[heavy], self->node_q_mvar[heavy]),
                   self->node_base_kv[heavy]);
}

static void
doubt_impedances (ZxGrid *self)
{
  gint32 worst = -1;
  double most = MAX_OHM;
  guint n_negative = 0, first_negative = 0;
  for (guint i = 0; i < self->n_branches; i++)
    {
      double kv = self->node_base_kv[self->branch_to[i]];
      double ohm = hypot (self->branch_r_pu[i], self->branch_x_pu[i]) * kv * kv / self->base_mva;
      if (self->branch_kind[i] == ZX_BRANCH_LINE && ohm > most)
        {
          worst = (gint32) i;
          most = ohm;
        }
      first_negative = self->branch_r_pu[i] < 0 && n_negative == 0 ? i : first_negative;
      n_negative += self->branch_r_pu[i] < 0;
    }
  if (worst >= 0)
    zx_grid_doubt (self,
                   _ ("Branch %s would have %g ohm: its impedance may be in ohm instead of per "
                      "unit"),
                   zx_grid_branch_id (self, (guint) worst), most);
  if (n_negative > 0)
    zx_grid_doubt (self, _ ("%u branches have a negative resistance (the first is %s)"), n_negative,
                   zx_grid_branch_id (self, first_negative));
}

/* Places that are no degrees, or span more than any feeder does, are a drawing: they are taken
 * away, so that nothing can put them on a map. */
static void
doubt_places (ZxGrid *self)
{
  double west = INFINITY, east = -INFINITY, south = INFINITY, north = -INFINITY;
  gboolean is_schematic = FALSE;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      double lon = self->node_lon_deg[i], lat = self->node_lat_deg[i];
      if (isnan (lon) || isnan (lat))
        continue;
      is_schematic |= !(fabs (lon) <= 180 && fabs (lat) <= 90);
      west = MIN (west, lon);
      east = MAX (east, lon);
      south = MIN (south, lat);
      north = MAX (north, lat);
    }
  if (!is_schematic && !(east - west > MAX_SPAN_DEG || north - south > MAX_SPAN_DEG))
    return;
  for (guint i = 0; i < self->n_nodes; i++)
    self->node_lon_deg[i] = self->node_lat_deg[i] = NAN;
  for (guint i = 0; i < self->n_branches; i++)
    self->branch_wkt[i] = 0;
  zx_grid_doubt (self,
                 _ ("The coordinates run from %g, %g to %g, %g: they are schematic or in another "
                    "coordinate system, and are not put on the map"),
                 west, south, east, north);
}

gboolean
zx_grid_check (ZxGrid *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  guint n_slacks = 0;
  if (!(self->base_mva > 0 && isfinite (self->base_mva)))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The base power of %s is %g MVA; it must be more than 0"), self->name,
                   self->base_mva);
      return FALSE;
    }
  if (!zx_grid_check_node_ids (self, error)
      || !check_ids (self, self->branch_id, self->n_branches, _ ("The branch in row %u has no id"),
                     _ ("The branch id %s stands in rows %u and %u; ids must be unique"), error))
    return FALSE;
  for (guint i = 0; i < self->n_nodes; i++)
    {
      if (!check_node (self, i, error))
        return FALSE;
      n_slacks += self->node_is_slack[i];
    }
  if (n_slacks == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("%s has no source: one node must have the type slack"), self->name);
      return FALSE;
    }
  for (guint i = 0; i < self->n_branches; i++)
    if (!check_branch (self, i, error))
      return FALSE;
  doubt_powers (self);
  doubt_impedances (self);
  doubt_places (self);
  return TRUE;
}
