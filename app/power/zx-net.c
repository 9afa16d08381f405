/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/power/zx-net.h"

#include <complex.h>

typedef double complex Complex;

/* A closed loop of switches needs some impedance to say who carries what. */
#define SWITCH_LOOP_X 1e-9

/* ---- the closed branches of each node ------------------------------------------------------ */

typedef struct
{
  guint32 *first;  /* n_nodes + 1 */
  guint32 *branch; /* in the order of the file */
} Neighbours;

static gboolean
neighbours_init (Neighbours *self, const ZxGrid *grid, const guint8 *is_closed, GError **error)
{
  guint n = grid->n_nodes;
  self->first = ZX_TRY_NEW (guint32, (gsize) n + 1, _ ("Feeder nodes"), error);
  self->branch = self->first != NULL
                     ? ZX_TRY_NEW (guint32, (gsize) grid->n_branches * 2, _ ("Feeder nodes"), error)
                     : NULL;
  if (self->branch == NULL)
    return FALSE;
  for (guint b = 0; b < grid->n_branches; b++)
    if (is_closed[b])
      {
        self->first[grid->branch_from[b]]++;
        self->first[grid->branch_to[b]]++;
      }
  for (guint i = 0; i < n; i++)
    self->first[i + 1] += self->first[i];
  /* Filled from the end, each first comes to stand where its node's branches begin. */
  for (guint b = grid->n_branches; b-- > 0;)
    if (is_closed[b])
      {
        self->branch[--self->first[grid->branch_from[b]]] = b;
        self->branch[--self->first[grid->branch_to[b]]] = b;
      }
  return TRUE;
}

static void
neighbours_clear (Neighbours *self)
{
  g_free (self->first);
  g_free (self->branch);
}

static guint32
other_end (const ZxGrid *grid, guint32 branch, guint32 node)
{
  return grid->branch_from[branch] == node ? grid->branch_to[branch] : grid->branch_from[branch];
}

/* ---- the order ---------------------------------------------------------------------------- */

/* Which component a node belongs to, +1; 0 = no source reaches it.  @queue is scratch. */
static void
label_components (const ZxGrid *grid, const Neighbours *near, guint32 *label, guint32 *queue,
                  guint *n_components)
{
  *n_components = 0;
  for (guint32 source = 0; source < grid->n_nodes; source++)
    {
      if (!grid->node_is_slack[source] || label[source] != 0)
        continue;
      guint n = 0;
      label[source] = ++*n_components;
      queue[n++] = source;
      for (guint i = 0; i < n; i++)
        for (guint32 k = near->first[queue[i]]; k < near->first[queue[i] + 1]; k++)
          {
            guint32 next = other_end (grid, near->branch[k], queue[i]);
            if (label[next] != 0)
              continue;
            label[next] = *n_components;
            queue[n++] = next;
          }
    }
}

static void
place (ZxNet *self, guint32 node, guint32 parent, guint32 branch)
{
  guint32 at = self->n++;
  self->position[node] = (gint32) at;
  self->node[at] = node;
  self->parent[at] = parent == ZX_NET_NO_BRANCH ? at : parent;
  self->branch[at] = branch;
  self->is_forward[at] = branch != ZX_NET_NO_BRANCH && self->grid->branch_to[branch] == node;
}

static void
walk_component (ZxNet *self, const Neighbours *near, guint32 begin, guint8 *is_in_tree)
{
  for (guint32 at = begin; at < self->n; at++)
    {
      guint32 node = self->node[at];
      for (guint32 k = near->first[node]; k < near->first[node + 1]; k++)
        {
          guint32 branch = near->branch[k], next = other_end (self->grid, branch, node);
          if (self->position[next] >= 0)
            continue;
          is_in_tree[branch] = TRUE;
          place (self, next, at, branch);
        }
    }
}

/* The sources, component by component, each in the order of the file.  Returns: (transfer full):
 * NULL with @error. */
static guint32 *
sort_sources (const ZxNet *self, const guint32 *label, GError **error)
{
  const ZxGrid *grid = self->grid;
  guint32 *sorted = ZX_TRY_NEW (guint32, grid->n_nodes, _ ("Feeder nodes"), error);
  g_autofree guint32 *next
      = ZX_TRY_NEW (guint32, (gsize) self->n_components + 2, _ ("Feeder nodes"), error);
  if (sorted == NULL || next == NULL)
    {
      g_free (sorted);
      return NULL;
    }
  for (guint32 i = 0; i < grid->n_nodes; i++)
    if (grid->node_is_slack[i])
      {
        next[label[i] + 1]++;
        self->n_sources[label[i] - 1]++;
      }
  for (guint c = 0; c < self->n_components; c++)
    next[c + 1] += next[c];
  for (guint32 i = 0; i < grid->n_nodes; i++)
    if (grid->node_is_slack[i])
      sorted[next[label[i]]++] = i;
  return sorted;
}

/* The sources of a component stand first in it. */
static void
order_nodes (ZxNet *self, const Neighbours *near, const guint32 *source, guint8 *is_in_tree)
{
  for (guint32 i = 0; i < self->grid->n_nodes; i++)
    self->position[i] = -1;
  for (guint c = 0; c < self->n_components; c++)
    {
      guint32 begin = self->first[c] = self->n;
      for (guint32 i = 0; i < self->n_sources[c]; i++)
        place (self, *source++, ZX_NET_NO_BRANCH, ZX_NET_NO_BRANCH);
      walk_component (self, near, begin, is_in_tree);
      for (guint32 at = begin; at < self->n; at++)
        self->component[at] = c;
    }
  self->first[self->n_components] = self->n;
}

/* ---- the quantities ------------------------------------------------------------------------ */

static Complex
ratio_of (const ZxGrid *grid, guint32 branch)
{
  double shift = grid->branch_shift_deg[branch] * (G_PI / 180);
  double tap = grid->branch_tap[branch];
  return shift == 0 ? tap : tap * cos (shift) + tap * sin (shift) * I;
}

static void
fill_scale (ZxNet *self, guint32 at)
{
  guint32 branch = self->branch[at], parent = self->parent[at];
  Complex k = 1;
  if (branch != ZX_NET_NO_BRANCH)
    {
      Complex above = self->k_re[parent] + self->k_im[parent] * I;
      Complex ratio = ratio_of (self->grid, branch);
      k = self->is_forward[at] ? above * ratio : above / ratio;
    }
  self->k_re[at] = creal (k);
  self->k_im[at] = cimag (k);
  self->k2[at] = creal (k) * creal (k) + cimag (k) * cimag (k);
  self->per_k2[at] = 1 / self->k2[at];
}

static void
fill_load (ZxNet *self, guint32 at)
{
  const ZxGrid *grid = self->grid;
  guint32 node = self->node[at];
  double base = grid->base_mva, k2 = self->k2[at], k = sqrt (k2);
  double p = grid->node_p_mw[node] / base, q = grid->node_q_mvar[node] / base;
  double current = grid->node_current_share[node], impedance = grid->node_impedance_share[node];
  double power = current == 0 && impedance == 0 ? 1 : 1 - current - impedance;
  self->p[at] = p * power;
  self->q[at] = q * power;
  self->c_p[at] = p * current / k;
  self->c_q[at] = q * current / k;
  self->i_p[at] = p * impedance / k2;
  self->i_q[at] = q * impedance / k2;
  self->is_mixed |= current != 0 || impedance != 0;
  self->y_re[at] += grid->node_gs_mw[node] / base / k2;
  self->y_im[at] += grid->node_bs_mvar[node] / base / k2;
}

static void
add_charging (ZxNet *self, guint32 at, double half_re, double half_im)
{
  self->y_re[at] += half_re;
  self->y_im[at] += half_im;
  self->loss_re[at] += half_re;
}

static double
loading_weight (const ZxGrid *grid, guint32 branch, double k2)
{
  double rate = grid->branch_rate_mva[branch] / grid->base_mva;
  return isnan (rate) ? 0 : k2 / (rate * rate);
}

static void
fill_branch (ZxNet *self, guint32 at)
{
  const ZxGrid *grid = self->grid;
  guint32 branch = self->branch[at], parent = self->parent[at];
  if (branch == ZX_NET_NO_BRANCH)
    return;
  double inside2 = self->is_forward[at] ? self->k2[at] : self->k2[parent];
  self->z_re[at] = grid->branch_r_pu[branch] * inside2;
  self->z_im[at] = grid->branch_x_pu[branch] * inside2;
  self->half_re[at] = grid->branch_g_pu[branch] / 2 / inside2;
  self->half_im[at] = grid->branch_b_pu[branch] / 2 / inside2;
  add_charging (self, at, self->half_re[at], self->half_im[at]);
  add_charging (self, parent, self->half_re[at], self->half_im[at]);
  self->parent_weight[at] = loading_weight (grid, branch, self->k2[parent]);
  self->child_weight[at] = loading_weight (grid, branch, self->k2[at]);
}

/* ---- loops -------------------------------------------------------------------------------- */

static void
fill_link (ZxNet *self, ZxNetLink *link, guint32 branch)
{
  const ZxGrid *grid = self->grid;
  link->branch = branch;
  link->from = (guint32) self->position[grid->branch_from[branch]];
  link->to = (guint32) self->position[grid->branch_to[branch]];
  Complex from = self->k_re[link->from] + self->k_im[link->from] * I;
  Complex to = self->k_re[link->to] + self->k_im[link->to] * I;
  Complex inside = from * ratio_of (grid, branch), ratio = inside / to;
  double inside2 = creal (inside) * creal (inside) + cimag (inside) * cimag (inside);
  double ratio2 = creal (ratio) * creal (ratio) + cimag (ratio) * cimag (ratio);
  double r = grid->branch_r_pu[branch], x = grid->branch_x_pu[branch];
  link->ratio_re = creal (ratio);
  link->ratio_im = cimag (ratio);
  link->z_re = r * inside2;
  link->z_im = (r == 0 && x == 0 ? SWITCH_LOOP_X : x) * inside2;
  link->half_re = grid->branch_g_pu[branch] / 2 / inside2;
  link->half_im = grid->branch_b_pu[branch] / 2 / inside2;
  add_charging (self, link->from, link->half_re, link->half_im);
  add_charging (self, link->to, link->half_re * ratio2, link->half_im * ratio2);
}

static gboolean
find_links (ZxNet *self, const guint8 *is_closed, const guint8 *is_in_tree, GError **error)
{
  const ZxGrid *grid = self->grid;
  for (guint b = 0; b < grid->n_branches; b++)
    if (is_closed[b] && !is_in_tree[b] && self->position[grid->branch_from[b]] >= 0)
      self->first_link[self->component[self->position[grid->branch_from[b]]] + 1]++;
  for (guint c = 0; c < self->n_components; c++)
    self->first_link[c + 1] += self->first_link[c];
  self->n_links = self->first_link[self->n_components];
  self->link = ZX_TRY_NEW (ZxNetLink, self->n_links, _ ("Feeder nodes"), error);
  g_autofree guint32 *next
      = g_memdup2 (self->first_link, sizeof (guint32) * ((gsize) self->n_components + 1));
  if (self->link == NULL)
    return FALSE;
  for (guint b = 0; b < grid->n_branches; b++)
    if (is_closed[b] && !is_in_tree[b] && self->position[grid->branch_from[b]] >= 0)
      {
        guint32 c = self->component[self->position[grid->branch_from[b]]];
        fill_link (self, &self->link[next[c]++], b);
      }
  return TRUE;
}

/* The voltages that fall when a link carries 1: its current goes up the tree from both ends. */
static void
respond (const ZxNet *self, guint c, const ZxNetLink *link, Complex *current, Complex *fall)
{
  guint32 begin = self->first[c], end = self->first[c + 1];
  Complex ratio = link->ratio_re + link->ratio_im * I;
  for (guint32 at = begin; at < end; at++)
    current[at - begin] = 0;
  current[link->from - begin] += 1;
  current[link->to - begin] -= conj (ratio);
  for (guint32 at = end; at-- > begin + self->n_sources[c];)
    current[self->parent[at] - begin] += current[at - begin];
  for (guint32 at = begin; at < end; at++)
    fall[at - begin] = at < begin + self->n_sources[c]
                           ? 0
                           : fall[self->parent[at] - begin]
                                 + (self->z_re[at] + self->z_im[at] * I) * current[at - begin];
}

/* Gauss–Jordan with pivots; @a becomes its inverse.  FALSE when it is singular. */
static gboolean
invert (Complex *a, guint n)
{
  guint column_of[ZX_NET_MAX_LINKS], row_of[ZX_NET_MAX_LINKS];
  gboolean is_used[ZX_NET_MAX_LINKS] = { FALSE };
  for (guint step = 0; step < n; step++)
    {
      double best = 0;
      for (guint i = 0; i < n; i++)
        for (guint j = 0; !is_used[i] && j < n; j++)
          if (!is_used[j] && cabs (a[i * n + j]) > best)
            {
              best = cabs (a[i * n + j]);
              row_of[step] = i;
              column_of[step] = j;
            }
      if (!(best > 0) || !isfinite (best))
        return FALSE;
      guint row = row_of[step], column = column_of[step];
      is_used[column] = TRUE;
      for (guint j = 0; row != column && j < n; j++)
        {
          Complex swap = a[row * n + j];
          a[row * n + j] = a[column * n + j];
          a[column * n + j] = swap;
        }
      Complex pivot = a[column * n + column];
      a[column * n + column] = 1;
      for (guint j = 0; j < n; j++)
        a[column * n + j] /= pivot;
      for (guint i = 0; i < n; i++)
        {
          if (i == column)
            continue;
          Complex factor = a[i * n + column];
          a[i * n + column] = 0;
          for (guint j = 0; j < n; j++)
            a[i * n + j] -= factor * a[column * n + j];
        }
    }
  for (guint step = n; step-- > 0;)
    for (guint i = 0; row_of[step] != column_of[step] && i < n; i++)
      {
        Complex swap = a[i * n + row_of[step]];
        a[i * n + row_of[step]] = a[i * n + column_of[step]];
        a[i * n + column_of[step]] = swap;
      }
  return TRUE;
}

/* The matrix of the break points' Thévenin impedances (Shirmohammadi et al. 1988), inverted. */
static gboolean
prepare_loops (ZxNet *self, guint c, GError **error)
{
  guint n = self->first_link[c + 1] - self->first_link[c];
  gsize size = self->first[c + 1] - self->first[c];
  if (n == 0 || n > ZX_NET_MAX_LINKS)
    return TRUE;
  g_autofree Complex *current = ZX_TRY_NEW (Complex, size, _ ("Feeder nodes"), error);
  g_autofree Complex *fall = ZX_TRY_NEW (Complex, size, _ ("Feeder nodes"), error);
  g_autofree Complex *matrix = g_new0 (Complex, n * n);
  if (current == NULL || fall == NULL)
    return FALSE;
  const ZxNetLink *links = self->link + self->first_link[c];
  for (guint m = 0; m < n; m++)
    {
      respond (self, c, &links[m], current, fall);
      for (guint l = 0; l < n; l++)
        matrix[l * n + m]
            = fall[links[l].from - self->first[c]]
              - (links[l].ratio_re + links[l].ratio_im * I) * fall[links[l].to - self->first[c]]
              + (l == m ? links[l].z_re + links[l].z_im * I : 0);
    }
  if (!invert (matrix, n))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The loop closed by branch %s has no impedance at all; give one of its "
                      "branches its r and x"),
                   zx_grid_branch_id (self->grid, links[0].branch));
      return FALSE;
    }
  self->loop_inverse[c] = (double *) (void *) g_steal_pointer (&matrix);
  return TRUE;
}

/* ---- public ------------------------------------------------------------------------------- */

void
zx_net_free (ZxNet *self)
{
  if (self == NULL)
    return;
  for (guint c = 0; self->loop_inverse != NULL && c < self->n_components; c++)
    g_free (self->loop_inverse[c]);
  gpointer arrays[] = {
    self->position,  self->node,      self->parent,        self->branch,       self->is_forward,
    self->z_re,      self->z_im,      self->y_re,          self->y_im,         self->loss_re,
    self->p,         self->q,         self->c_p,           self->c_q,          self->i_p,
    self->i_q,       self->k_re,      self->k_im,          self->k2,           self->per_k2,
    self->half_re,   self->half_im,   self->parent_weight, self->child_weight, self->first,
    self->n_sources, self->component, self->link,          self->first_link,   self->loop_inverse
  };
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_free (arrays[i]);
  g_free (self);
}

static gboolean
alloc_doubles (ZxNet *self, gsize n, GError **error)
{
  double **arrays[]
      = { &self->z_re,    &self->z_im,    &self->y_re,          &self->y_im,        &self->loss_re,
          &self->p,       &self->q,       &self->c_p,           &self->c_q,         &self->i_p,
          &self->i_q,     &self->k_re,    &self->k_im,          &self->k2,          &self->per_k2,
          &self->half_re, &self->half_im, &self->parent_weight, &self->child_weight };
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    if ((*arrays[i] = ZX_TRY_NEW (double, n, _ ("Feeder nodes"), error)) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
alloc_net (ZxNet *self, gsize n, gsize n_components, GError **error)
{
  const char *what = _ ("Feeder nodes");
  self->n_components = (guint) n_components;
  return (self->position = ZX_TRY_NEW (gint32, n, what, error)) != NULL
         && (self->node = ZX_TRY_NEW (guint32, n, what, error)) != NULL
         && (self->parent = ZX_TRY_NEW (guint32, n, what, error)) != NULL
         && (self->branch = ZX_TRY_NEW (guint32, n, what, error)) != NULL
         && (self->is_forward = ZX_TRY_NEW (guint8, n, what, error)) != NULL
         && (self->component = ZX_TRY_NEW (guint32, n, what, error)) != NULL
         && (self->first = ZX_TRY_NEW (guint32, n_components + 1, what, error)) != NULL
         && (self->first_link = ZX_TRY_NEW (guint32, n_components + 1, what, error)) != NULL
         && (self->n_sources = ZX_TRY_NEW (guint32, n_components, what, error)) != NULL
         && (self->loop_inverse = ZX_TRY_NEW (double *, n_components, what, error)) != NULL
         && alloc_doubles (self, n, error);
}

ZxNet *
zx_net_new (const ZxGrid *grid, const guint8 *is_closed, GError **error)
{
  g_autoptr (ZxNet) self = g_new0 (ZxNet, 1);
  guint n = grid->n_nodes, n_components = 0;
  const guint8 *closed = is_closed != NULL ? is_closed : grid->branch_is_closed;
  g_autofree guint32 *label = ZX_TRY_NEW (guint32, n, _ ("Feeder nodes"), error);
  g_autofree guint32 *queue = ZX_TRY_NEW (guint32, n, _ ("Feeder nodes"), error);
  g_autofree guint8 *is_in_tree = ZX_TRY_NEW (guint8, grid->n_branches, _ ("Feeder nodes"), error);
  Neighbours near = { NULL, NULL };
  self->grid = grid;
  gboolean ok = label != NULL && queue != NULL && is_in_tree != NULL
                && neighbours_init (&near, grid, closed, error);
  if (ok)
    {
      label_components (grid, &near, label, queue, &n_components);
      ok = alloc_net (self, n, n_components, error);
    }
  g_autofree guint32 *sources = ok ? sort_sources (self, label, error) : NULL;
  ok = sources != NULL;
  if (ok)
    order_nodes (self, &near, sources, is_in_tree);
  neighbours_clear (&near);
  for (guint32 at = 0; ok && at < self->n; at++)
    {
      fill_scale (self, at);
      fill_load (self, at);
      fill_branch (self, at);
    }
  ok = ok && find_links (self, closed, is_in_tree, error);
  for (guint c = 0; ok && c < n_components; c++)
    ok = prepare_loops (self, c, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

gboolean
zx_net_check_supplied (const ZxNet *self, GError **error)
{
  const ZxGrid *grid = self->grid;
  guint n = 0, first = 0;
  double kw = 0;
  for (guint i = 0; i < grid->n_nodes; i++)
    if (self->position[i] < 0 && (grid->node_p_mw[i] != 0 || grid->node_q_mvar[i] != 0))
      {
        first = n++ == 0 ? i : first;
        kw += grid->node_p_mw[i] * 1000;
      }
  if (n == 0)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("Node %s is an island: no closed branch joins it to a source (%u nodes with "
                  "%.1f kW are cut off); close a branch or add a source"),
               zx_grid_node_id (grid, first), n, kw);
  return FALSE;
}

gboolean
zx_net_needs_newton (const ZxNet *self, guint component)
{
  return self->first_link[component + 1] > self->first_link[component]
         && self->loop_inverse[component] == NULL;
}
