/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fate of rows, and findings about them. */

#include "data/quality/zx-build.h"

#define NAMED_ROWS 20000 /* per rule and layer; zx-quality.h says so */

typedef struct
{
  const char *rule;
  ZxSeverity severity;
  guint32 index_of_rest; /* of the finding that stands for the rows beyond, when n is larger */
  gsize n;
} Count;

GArray *
zx_tally_counts_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Count));
}

static Count *
count_of (ZxTally *self, const char *rule)
{
  for (guint i = 0; i < self->counts->len; i++)
    if (strcmp (g_array_index (self->counts, Count, i).rule, rule) == 0)
      return &g_array_index (self->counts, Count, i);
  const ZxRule *known = zx_quality_rule (rule);
  g_assert (known != NULL); /* every rule has its words */
  Count count = { known->id, known->severity, 0, 0 };
  g_array_append_val (self->counts, count);
  return &g_array_index (self->counts, Count, self->counts->len - 1);
}

void
zx_tally_find_many (ZxTally *self, const char *rule, gint64 row, gsize n, ZxAction action,
                    const char *value, const char *bound)
{
  ZxFindings *findings = self->build->findings;
  if (n == 0)
    return;
  if (action == ZX_ACTION_SET_ASIDE)
    self->n_set_aside += n;
  if (findings == NULL)
    return;
  Count *count = count_of (self, rule);
  count->n++;
  if (count->n <= NAMED_ROWS)
    zx_findings_add (findings, count->rule, self->findings_layer, row,
                     (guint32) MIN (n, G_MAXUINT32), count->severity, action, value, bound);
  else if (count->n == NAMED_ROWS + 1)
    {
      count->index_of_rest = findings->rows->len;
      zx_findings_add (findings, count->rule, self->findings_layer, -1, (guint32) n,
                       count->severity, action, NULL, NULL);
    }
  else
    g_array_index (findings->rows, ZxFinding, count->index_of_rest).count += (guint32) n;
}

void
zx_tally_find (ZxTally *self, const char *rule, gint64 row, ZxAction action, const char *value,
               const char *bound)
{
  zx_tally_find_many (self, rule, row, 1, action, value, bound);
}

static const char *
number_text (double value, char *buffer)
{
  if (isnan (value))
    return "–";
  /* Six digits say what is meant; seventeen say how doubles work. */
  g_ascii_formatd (buffer, 32, "%.6g", value);
  return buffer;
}

void
zx_tally_find_number (ZxTally *self, const char *rule, gint64 row, ZxAction action, double value,
                      double bound)
{
  char a[32], b[32];
  zx_tally_find_many (self, rule, row, 1, action, number_text (value, a), number_text (bound, b));
}

void
zx_tally_find_row (ZxTally *self, const char *rule, gint64 row, ZxAction action, const char *value,
                   gint64 other_row)
{
  char other[32];
  g_snprintf (other, sizeof other, "%" G_GINT64_FORMAT, other_row);
  if (value != NULL)
    zx_tally_find_many (self, rule, row, 1, action, value, other);
  else
    zx_tally_find_many (self, rule, row, 1, action, other, NULL);
}
