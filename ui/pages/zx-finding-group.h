/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings of one rule in one layer. */
#pragma once

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_FINDING_GROUP (zx_finding_group_get_type ())
G_DECLARE_FINAL_TYPE (ZxFindingGroup, zx_finding_group, ZX, FINDING_GROUP, GObject)

/* The groups of a project's findings, worst first, then in the order of the route; those below
 * @at_least are left out.  (transfer full) (element-type ZxFindingGroup) */
GPtrArray *zx_finding_groups (ZxProject *project, ZxSeverity at_least);

ZxSeverity zx_finding_group_severity (ZxFindingGroup *self);
guint zx_finding_group_count (ZxFindingGroup *self); /* rows it stands for */
const char *zx_finding_group_layer (ZxFindingGroup *self);
const char *zx_finding_group_rule (ZxFindingGroup *self);
/* Translated, (transfer full). */
char *zx_finding_group_title (ZxFindingGroup *self);
char *zx_finding_group_advice (ZxFindingGroup *self); /* "" = none */

/* The first of its findings, one by one. */
guint zx_finding_group_n_shown (ZxFindingGroup *self);
char *zx_finding_group_sentence (ZxFindingGroup *self, guint i);    /* (transfer full) */
gint64 zx_finding_group_source_row (ZxFindingGroup *self, guint i); /* from 0; -1: no single row */
/* FALSE where nobody knows where the row lies. */
gboolean zx_finding_group_place (ZxFindingGroup *self, guint i, double *x_m, double *y_m);

G_END_DECLS
