/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The open nodes of a branch and bound, least bound first; of equal bounds the youngest, which is
 * the deepest. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

typedef struct
{
  double bound;
  guint64 serial;
  gpointer state;
} ZxOpenNode;

typedef struct
{
  GArray *heap;
  GDestroyNotify free_state;
} ZxOpenNodes;

void zx_open_nodes_init (ZxOpenNodes *self, GDestroyNotify free_state);
void zx_open_nodes_clear (ZxOpenNodes *self);
void zx_open_nodes_push (ZxOpenNodes *self, double bound, guint64 serial, gpointer state);
ZxOpenNode zx_open_nodes_pop (ZxOpenNodes *self); /* its state is the caller's */
guint zx_open_nodes_count (const ZxOpenNodes *self);
/* The least bound, or @otherwise when none is open or all are above it. */
double zx_open_nodes_bound (const ZxOpenNodes *self, double otherwise);

G_END_DECLS
