/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/grid/zx-grid.h"

#include <string.h>

/* One walk over all arrays serves new, copy and free.  A function of it gets the place of an
 * array, its number of items and their size. */
typedef gboolean (*ArrayFunc) (gpointer *array, gconstpointer source, gsize n, gsize size,
                               gpointer data);

#define EACH(member, n)                                                                            \
  if (!func ((gpointer *) (gpointer) &self->member, from != NULL ? from->member : NULL, n,         \
             sizeof *self->member, data))                                                          \
    return FALSE;

static gboolean
walk (ZxGrid *self, const ZxGrid *from, ArrayFunc func, gpointer data)
{
  gsize n = self->n_nodes, m = self->n_branches;
  EACH (node_id, n)
  EACH (node_name, n)
  EACH (node_is_slack, n)
  EACH (node_base_kv, n)
  EACH (node_p_mw, n)
  EACH (node_q_mvar, n)
  EACH (node_gs_mw, n)
  EACH (node_bs_mvar, n)
  EACH (node_current_share, n)
  EACH (node_impedance_share, n)
  EACH (node_phase_share, n)
  EACH (node_vm_set_pu, n)
  EACH (node_va_set_deg, n)
  EACH (node_vmin_pu, n)
  EACH (node_vmax_pu, n)
  EACH (node_lon_deg, n)
  EACH (node_lat_deg, n)
  EACH (branch_id, m)
  EACH (branch_name, m)
  EACH (branch_kind, m)
  EACH (branch_from, m)
  EACH (branch_to, m)
  EACH (branch_r_pu, m)
  EACH (branch_x_pu, m)
  EACH (branch_g_pu, m)
  EACH (branch_b_pu, m)
  EACH (branch_tap, m)
  EACH (branch_shift_deg, m)
  EACH (branch_rate_mva, m)
  EACH (branch_is_closed, m)
  EACH (branch_n_phases, m)
  EACH (branch_wkt, m)
  return TRUE;
}

static gboolean
alloc_array (gpointer *array, gconstpointer source, gsize n, gsize size, gpointer data)
{
  *array = zx_try_new (n, size, _ ("Feeder nodes"), data);
  if (*array != NULL && source != NULL)
    memcpy (*array, source, n * size);
  return *array != NULL;
}

static gboolean
free_array (gpointer *array, gconstpointer source, gsize n, gsize size, gpointer data)
{
  g_clear_pointer (array, g_free);
  return TRUE;
}

static void
fill_unknown (ZxGrid *self)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      self->node_base_kv[i] = NAN;
      for (guint phase = 0; phase < 3; phase++)
        self->node_phase_share[i][phase] = NAN;
      self->node_vm_set_pu[i] = self->node_va_set_deg[i] = NAN;
      self->node_vmin_pu[i] = self->node_vmax_pu[i] = NAN;
      self->node_lon_deg[i] = self->node_lat_deg[i] = NAN;
    }
  for (guint i = 0; i < self->n_branches; i++)
    {
      self->branch_tap[i] = 1;
      self->branch_is_closed[i] = TRUE;
      self->branch_n_phases[i] = 3;
      self->branch_rate_mva[i] = NAN;
    }
}

static ZxGrid *
alloc_grid (const char *name, guint n_nodes, guint n_branches, const ZxGrid *from, GError **error)
{
  g_autoptr (ZxGrid) self = g_new0 (ZxGrid, 1);
  self->name = g_strdup (name);
  self->base_mva = 1;
  self->n_nodes = n_nodes;
  self->n_branches = n_branches;
  self->pool = from != NULL ? zx_pool_ref (from->pool) : zx_pool_new ();
  self->doubts = g_ptr_array_new_with_free_func (g_free);
  if (!walk (self, from, alloc_array, error))
    return NULL;
  return g_steal_pointer (&self);
}

ZxGrid *
zx_grid_new (const char *name, guint n_nodes, guint n_branches, GError **error)
{
  ZxGrid *self = alloc_grid (name, n_nodes, n_branches, NULL, error);
  if (self != NULL)
    fill_unknown (self);
  return self;
}

ZxGrid *
zx_grid_copy (const ZxGrid *self, GError **error)
{
  ZxGrid *copy = alloc_grid (self->name, self->n_nodes, self->n_branches, self, error);
  if (copy == NULL)
    return NULL;
  copy->base_mva = self->base_mva;
  for (guint i = 0; i < self->doubts->len; i++)
    g_ptr_array_add (copy->doubts, g_strdup (g_ptr_array_index (self->doubts, i)));
  return copy;
}

void
zx_grid_free (ZxGrid *self)
{
  if (self == NULL)
    return;
  walk (self, NULL, free_array, NULL);
  g_free (self->name);
  zx_pool_unref (self->pool);
  g_ptr_array_unref (self->doubts);
  g_free (self);
}

const char *
zx_grid_node_id (const ZxGrid *self, guint node)
{
  return zx_pool_get (self->pool, self->node_id[node]);
}

const char *
zx_grid_branch_id (const ZxGrid *self, guint branch)
{
  return zx_pool_get (self->pool, self->branch_id[branch]);
}

static gint32
find (const ZxPool *pool, const guint32 *ids, guint n, const char *id)
{
  guint32 wanted = zx_pool_find (pool, id);
  for (guint i = 0; wanted != 0 && i < n; i++)
    if (ids[i] == wanted)
      return (gint32) i;
  return -1;
}

gint32
zx_grid_find_node (const ZxGrid *self, const char *id)
{
  return find (self->pool, self->node_id, self->n_nodes, id);
}

gint32
zx_grid_find_branch (const ZxGrid *self, const char *id)
{
  return find (self->pool, self->branch_id, self->n_branches, id);
}

void
zx_grid_doubt (ZxGrid *self, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_ptr_array_add (self->doubts, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}
