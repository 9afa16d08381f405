/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The feeders of a grid as the sweeps want them: nodes in breadth-first order from the sources, so
 * that parents stand before their children, fields in arrays of their own.
 *
 * Every ideal transformer on the way from the source is taken out by scaling: with k the product of
 * the ratios a = tap·e^(j·shift) between source and node (k grows by a when the branch is entered
 * at its FROM end, shrinks by a when at its TO end), U = k V and J = I / conj(k) leave all powers
 * as they are and turn V_parent = a (V_child + z I) into U_parent = U_child + |k_inside|² z J.
 * Shunts become Y / |k|².  A tree then has lines only, whatever its taps and vector groups. */
#pragma once

#include "app/power/zx-power.h"

/* Loops closed by currents at break points; with more of them Newton's method is used. */
#define ZX_NET_MAX_LINKS 16
#define ZX_NET_NO_BRANCH G_MAXUINT32

/* A closed branch that is not in the tree: U_from - ratio·U_to = z J, J drawn at the from end and
 * conj(ratio)·J given back at the other. */
typedef struct
{
  guint32 branch, from, to; /* positions */
  double ratio_re, ratio_im;
  double z_re, z_im;
  double half_re, half_im; /* charging at the from end, scaled; at the to end / |ratio|² */
} ZxNetLink;

typedef struct
{
  const ZxGrid *grid; /* borrowed */
  guint n;            /* supplied nodes */
  gint32 *position;   /* [grid node]; -1 = not supplied */
  guint32 *node;      /* [n]: of each position */
  guint32 *parent;    /* [n]: position; of a source itself */
  guint32 *branch;    /* [n]: to the parent; ZX_NET_NO_BRANCH for a source */
  guint8 *is_forward; /* [n]: the branch's FROM end is at the parent */
  double *z_re, *z_im;
  double *y_re, *y_im;                  /* all shunts at the node, charging included */
  double *loss_re;                      /* the part of y_re that is branches' */
  double *p, *q;                        /* constant power, per unit */
  double *c_p, *c_q;                    /* constant current: drawn as conj(c) U/|U| */
  double *i_p, *i_q;                    /* constant impedance: drawn as conj(i) U */
  gboolean is_mixed;                    /* any of the last four is not 0 */
  double *k_re, *k_im, *k2;             /* scale, and its square */
  double *per_k2;                       /* 1 / k2: |V|² = |U|² per_k2 */
  double *half_re, *half_im;            /* charging at either end of the branch to the parent */
  double *parent_weight, *child_weight; /* × |J|² = (loading / 100 %)² at each end; 0 unrated */
  guint n_components;
  guint32 *first;     /* n_components + 1 positions */
  guint32 *n_sources; /* [component]: they come first */
  guint32 *component; /* [n] */
  guint n_links;      /* in order of the component */
  ZxNetLink *link;
  guint32 *first_link;   /* n_components + 1 */
  double **loop_inverse; /* [component]: 2 × n × n, complex by rows; NULL when there are no links or
                            too many */
} ZxNet;

/* @is_closed: of each branch, in place of the grid's; NULL: the grid's.  NULL with @error: memory
 * or a loop without impedance.  O(nodes + branches), and links times nodes. */
ZxNet *zx_net_new (const ZxGrid *grid, const guint8 *is_closed, GError **error);
void zx_net_free (ZxNet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxNet, zx_net_free)
/* FALSE with @error naming a node that has a load and no source. */
gboolean zx_net_check_supplied (const ZxNet *self, GError **error);
gboolean zx_net_needs_newton (const ZxNet *self, guint component);
