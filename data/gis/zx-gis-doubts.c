/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/gis/zx-gis-private.h"

#define NAMED_ROWS 100 /* a file of a million broken rows shall not give a million findings */

typedef struct
{
  const char *rule; /* a literal */
  ZxSeverity severity;
  ZxAction action;
  guint32 n;
} Rule;

void
zx_gis_doubts_begin (ZxGisDoubts *self, ZxFindings *findings, const char *path,
                     const char *layer_name)
{
  g_autofree char *title = zx_findings_title (path, layer_name);
  self->findings = findings;
  self->layer = findings != NULL ? zx_findings_layer (findings, title) : 0;
  self->rules = g_array_new (FALSE, FALSE, sizeof (Rule));
}

static Rule *
find_rule (ZxGisDoubts *self, const char *id)
{
  for (guint i = 0; i < self->rules->len; i++)
    if (strcmp (g_array_index (self->rules, Rule, i).rule, id) == 0)
      return &g_array_index (self->rules, Rule, i);
  Rule rule = { id, ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, 0 };
  g_array_append_val (self->rules, rule);
  return &g_array_index (self->rules, Rule, self->rules->len - 1);
}

void
zx_gis_doubt (ZxGisDoubts *self, const char *rule_id, gint64 row, ZxSeverity severity,
              ZxAction action, const char *value, const char *bound)
{
  if (self->findings == NULL)
    return;
  Rule *rule = find_rule (self, rule_id);
  rule->severity = MAX (rule->severity, severity);
  rule->action = MAX (rule->action, action);
  if (rule->n++ < NAMED_ROWS)
    zx_findings_add (self->findings, rule_id, self->layer, row, 1, severity, action, value, bound);
}

void
zx_gis_doubts_end (ZxGisDoubts *self)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      const Rule *rule = &g_array_index (self->rules, Rule, i);
      if (rule->n > NAMED_ROWS)
        zx_findings_add (self->findings, rule->rule, self->layer, -1, rule->n - NAMED_ROWS,
                         rule->severity, rule->action, NULL, NULL);
    }
  g_clear_pointer (&self->rules, g_array_unref);
}
