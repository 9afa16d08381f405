/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Between the files of the search. */
#pragma once

#include "app/siting/zx-choice.h"

G_BEGIN_DECLS

typedef struct
{
  const ZxChoice *choice;
  const guint32 *offered;
  ZxPicks picks;
  double *attraction;         /* [cell] Σ a */
  double *inverse;            /* [cell]: 1 / (B + A) where asked last */
  double *pull;               /* [cell] Λ / (B + A): what the others lose per a / (B + A + a) */
  double *gain;               /* [candidate][kind]: at the last full pass */
  double *bound;              /* [candidate] */
  guint32 *order;             /* [candidate] */
  double about;               /* the picks' value by the estimate */
  const ZxProgress *progress; /* asked only; nullable */
  gboolean must_finish;       /* adding greedily goes on though settled */
  ZxChoiceSpace space;
} ZxSearch;

void zx_search_init (ZxSearch *self, const ZxChoice *choice, const guint32 *offered);
void zx_search_clear (ZxSearch *self);
double zx_search_value (ZxSearch *self); /* of the picks, exact */
/* A rise above @before that is more than rounding. */
gboolean zx_search_is_rise (double value, double before);
gboolean zx_search_is_required (const ZxChoice *choice, guint32 candidate);

/* Sets attraction and pull for the picks except the one at @without (or all: G_MAXUINT). */
void zx_search_place (ZxSearch *self, guint without);
/* Estimated gains of all kinds of @candidate where the picks stand; -INFINITY when not offered. */
void zx_search_estimate (const ZxSearch *self, guint32 candidate, double *gain);
/* The best kind at @candidate that fits and gains, by gain less price (@per_kind NULL: none).
 * Returns: that difference; -INFINITY: none fits. */
double zx_search_best_kind (const ZxSearch *self, guint32 candidate, const double *gain,
                            const double *per_kind, guint *kind);
/* Climbs from where the picks stand. */
void zx_search_climb (ZxSearch *self, ZxSearchDepth depth, const ZxProgress *progress);

G_END_DECLS
