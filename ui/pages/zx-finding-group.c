/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-finding-group.h"

#include <glib/gi18n-lib.h>

#include "ui/zx-dialogs.h"

#define MOST_SHOWN 60

struct _ZxFindingGroup
{
  GObject parent;
  ZxProject *project;
  const char *rule; /* interned */
  guint32 layer;
  ZxSeverity severity;
  guint count, order;
  GArray *shown; /* guint: indices of findings */
};

G_DEFINE_FINAL_TYPE (ZxFindingGroup, zx_finding_group, G_TYPE_OBJECT)

static void
zx_finding_group_finalize (GObject *object)
{
  ZxFindingGroup *self = ZX_FINDING_GROUP (object);
  g_clear_object (&self->project);
  g_array_unref (self->shown);
  G_OBJECT_CLASS (zx_finding_group_parent_class)->finalize (object);
}

static void
zx_finding_group_class_init (ZxFindingGroupClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_finding_group_finalize;
}

static void
zx_finding_group_init (ZxFindingGroup *self)
{
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
}

static guint
hash_group (gconstpointer key)
{
  const ZxFindingGroup *group = key;
  return g_direct_hash (group->rule) ^ (group->layer * 2654435761u);
}

static gboolean
equal_groups (gconstpointer a, gconstpointer b)
{
  const ZxFindingGroup *x = a, *y = b;
  return x->rule == y->rule && x->layer == y->layer;
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const ZxFindingGroup *x = *(ZxFindingGroup *const *) a, *y = *(ZxFindingGroup *const *) b;
  if (x->severity != y->severity)
    return (int) y->severity - (int) x->severity;
  return x->order < y->order ? -1 : x->order > y->order;
}

GPtrArray *
zx_finding_groups (ZxProject *project, ZxSeverity at_least)
{
  const ZxFindings *findings = zx_project_findings (project);
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) known = g_hash_table_new (hash_group, equal_groups);
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      ZxFindingGroup key = { .rule = row->rule, .layer = row->layer };
      if (row->severity < at_least)
        continue;
      ZxFindingGroup *group = g_hash_table_lookup (known, &key);
      if (group == NULL)
        {
          group = g_object_new (ZX_TYPE_FINDING_GROUP, NULL);
          group->project = g_object_ref (project);
          group->rule = row->rule;
          group->layer = row->layer;
          group->order = i;
          g_hash_table_add (known, group);
          g_ptr_array_add (groups, group);
        }
      group->severity = MAX (group->severity, row->severity);
      group->count += row->count;
      if (group->shown->len < MOST_SHOWN)
        g_array_append_val (group->shown, i);
    }
  g_ptr_array_sort (groups, compare_groups);
  return groups;
}

ZxSeverity
zx_finding_group_severity (ZxFindingGroup *self)
{
  return self->severity;
}

guint
zx_finding_group_count (ZxFindingGroup *self)
{
  return self->count;
}

const char *
zx_finding_group_layer (ZxFindingGroup *self)
{
  return g_ptr_array_index (zx_project_findings (self->project)->layers, self->layer);
}

const char *
zx_finding_group_rule (ZxFindingGroup *self)
{
  return self->rule;
}

char *
zx_finding_group_title (ZxFindingGroup *self)
{
  const ZxRule *rule = zx_quality_rule (self->rule);
  return g_strdup (rule != NULL ? _ (rule->title) : self->rule);
}

char *
zx_finding_group_advice (ZxFindingGroup *self)
{
  const ZxRule *rule = zx_quality_rule (self->rule);
  return g_strdup (
      rule != NULL && rule->advice != NULL && rule->advice[0] != '\0' ? _ (rule->advice) : "");
}

guint
zx_finding_group_n_shown (ZxFindingGroup *self)
{
  return self->shown->len;
}

static const ZxFinding *
finding (ZxFindingGroup *self, guint i)
{
  return &g_array_index (zx_project_findings (self->project)->rows, ZxFinding,
                         g_array_index (self->shown, guint, i));
}

char *
zx_finding_group_sentence (ZxFindingGroup *self, guint i)
{
  const ZxFinding *row = finding (self, i);
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new (zx_dialogs_language ());
  g_autofree char *sentence
      = zx_quality_describe (zx_project_findings (self->project), row, catalogue);
  if (row->row < 0)
    return g_steal_pointer (&sentence);
  return g_strdup_printf (_ ("Row %lld: %s"), (long long) row->row + 1, sentence);
}

gint64
zx_finding_group_source_row (ZxFindingGroup *self, guint i)
{
  return finding (self, i)->row;
}

/* Stations remember the row they came from; other rows lie nowhere once the city is sealed. */
gboolean
zx_finding_group_place (ZxFindingGroup *self, guint i, double *x_m, double *y_m)
{
  const ZxFinding *row = finding (self, i);
  const ZxCity *city = zx_project_city (self->project);
  if (row->row < 0 || city == NULL || city->stations.source_row == NULL
      || !g_str_has_prefix (self->rule, "station"))
    return FALSE;
  for (guint s = 0; s < city->stations.n; s++)
    if (city->stations.source_row[s] == row->row)
      {
        *x_m = city->stations.x_m[s];
        *y_m = city->stations.y_m[s];
        return isfinite (*x_m) && isfinite (*y_m);
      }
  return FALSE;
}
