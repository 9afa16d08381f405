/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chapter 3: where the data come from, what was doubtful, and what was done about it. */

#include "app/report/zx-section.h"

#include "data/quality/zx-quality.h"

#include <string.h>

#define MOST_RULES    40u
#define MOST_EXAMPLES 12u

/* ---- sources ------------------------------------------------------------------------------ */

static void
tell_sources (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const GPtrArray *sources = tell->city->sources;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Layer")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Role")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Rows")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Used")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Coordinates")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("How we know")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Fingerprint")), NULL, 0.0, FALSE },
  };
  if (sources == NULL || sources->len == 0)
    {
      zx_paragraph (tell, N_ ("The city names no source files: where its facts come from cannot be "
                              "traced."));
      return;
    }
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Sources")), columns,
                                      G_N_ELEMENTS (columns));
  for (guint i = 0; i < sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (sources, i);
      ZxRole role = zx_role_parse (source->role != NULL ? source->role : "");
      g_autofree char *print
          = g_strndup (source->fingerprint != NULL ? source->fingerprint : "", 8);
      ZX_TABLE_ROW (table, zx_words_clean (words, source->layer, 48),
                    role != ZX_ROLE_NONE ? zx_word (tell, zx_role_title (role))
                                         : zx_words_clean (words, source->role, 24),
                    zx_words_number (words, (double) source->n_rows, 0),
                    zx_words_number (words, (double) source->n_used, 0),
                    zx_words_clean (words, source->crs, 18),
                    source->crs_reason != NULL
                        ? zx_words_clean (words, zx_word (tell, source->crs_reason), 120)
                        : "–",
                    zx_words_clean (words, print, 8));
    }
  zx_note (tell, N_ ("Rows that were not used are among the findings below. Whole fingerprints "
                     "stand in the last annex."));
}

/* ---- findings ----------------------------------------------------------------------------- */

typedef struct
{
  const char *rule;
  guint32 layer;
  ZxSeverity severity;
  ZxAction action;
  guint64 n_rows;
  const ZxFinding *first;
} Group;

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *p = a, *q = b;
  if (p->severity != q->severity)
    return p->severity > q->severity ? -1 : 1;
  if (p->n_rows != q->n_rows)
    return p->n_rows > q->n_rows ? -1 : 1;
  int order = strcmp (p->rule, q->rule);
  return order != 0 ? order : (p->layer > q->layer) - (p->layer < q->layer);
}

static guint
group_hash (gconstpointer key)
{
  const ZxFinding *finding = key;
  return g_str_hash (finding->rule) ^ finding->layer * 31u ^ (guint) finding->action << 8;
}

static gboolean
group_equal (gconstpointer a, gconstpointer b)
{
  const ZxFinding *p = a, *q = b;
  return p->layer == q->layer && p->severity == q->severity && p->action == q->action
         && strcmp (p->rule, q->rule) == 0;
}

/* One group for rule, layer, severity and action: the table's rows. */
static GArray *
group_findings (const ZxFindings *findings)
{
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_autoptr (GHashTable) index = g_hash_table_new (group_hash, group_equal);
  for (guint i = 0; i < findings->rows->len; i++)
    {
      ZxFinding *finding = &g_array_index (findings->rows, ZxFinding, i);
      gpointer found;
      if (!g_hash_table_lookup_extended (index, finding, NULL, &found))
        {
          Group group
              = { finding->rule, finding->layer, finding->severity, finding->action, 0, finding };
          found = GUINT_TO_POINTER (groups->len);
          g_array_append_val (groups, group);
          g_hash_table_insert (index, finding, found);
        }
      g_array_index (groups, Group, GPOINTER_TO_UINT (found)).n_rows += finding->count;
    }
  g_array_sort (groups, compare_groups);
  return groups;
}

static const char *
severity_title (ZxSeverity severity)
{
  switch (severity)
    {
    case ZX_SEVERITY_ERROR:
      return N_ ("error");
    case ZX_SEVERITY_WARNING:
      return N_ ("warning");
    case ZX_SEVERITY_NOTE:
    default:
      return N_ ("note");
    }
}

static const char *
action_title (ZxAction action)
{
  switch (action)
    {
    case ZX_ACTION_CORRECTED:
      return N_ ("corrected");
    case ZX_ACTION_SET_ASIDE:
      return N_ ("set aside");
    case ZX_ACTION_KEPT:
    default:
      return N_ ("kept");
    }
}

static const char *
layer_name (ZxTelling *tell, const ZxFindings *findings, guint32 layer)
{
  if (layer >= findings->layers->len)
    return "–";
  g_autofree char *title = zx_quality_layer_title (g_ptr_array_index (findings->layers, layer),
                                                   zx_words_catalogue (tell->words));
  return zx_words_clean (tell->words, title, 40);
}

static void
tell_groups (ZxTelling *tell, const ZxFindings *findings, const GArray *groups)
{
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Finding")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Layer")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Severity")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("What was done")), NULL, 0.0, FALSE },
    { zx_word (tell, N_ ("Rows")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (tell->document, zx_word (tell, N_ ("Findings by rule")),
                                      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (groups->len, MOST_RULES); i++)
    {
      const Group *group = &g_array_index (groups, Group, i);
      const ZxRule *rule = zx_quality_rule (group->rule);
      ZX_TABLE_ROW (table,
                    rule != NULL ? zx_word (tell, rule->title)
                                 : zx_words_clean (tell->words, group->rule, 48),
                    layer_name (tell, findings, group->layer),
                    zx_word (tell, severity_title (group->severity)),
                    zx_word (tell, action_title (group->action)),
                    zx_words_count (tell->words, group->n_rows));
    }
  if (groups->len > MOST_RULES)
    zx_note (tell,
             N_ ("The %s most important of %s kinds of findings; the program's list and its "
                 "export hold all of them."),
             zx_words_count (tell->words, MOST_RULES), zx_words_count (tell->words, groups->len));
}

/* The first finding of each weighty kind in words, with what to do about it. */
static void
tell_examples (ZxTelling *tell, const ZxFindings *findings, const GArray *groups)
{
  guint n = 0;
  const char *last = "";
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("For example")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("What to do")), NULL, 0.0, TRUE },
  };
  ZxTable *table = NULL;
  for (guint i = 0; i < groups->len && n < MOST_EXAMPLES; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);
      const ZxRule *rule = zx_quality_rule (group->rule);
      if (rule == NULL || group->severity == ZX_SEVERITY_NOTE || strcmp (last, group->rule) == 0)
        continue;
      g_autofree char *sentence
          = zx_quality_describe (findings, group->first, zx_words_catalogue (tell->words));
      if (table == NULL)
        table = zx_document_table (tell->document, zx_word (tell, N_ ("Findings in words")),
                                   columns, G_N_ELEMENTS (columns));
      ZX_TABLE_ROW (table, zx_words_clean (tell->words, sentence, 260),
                    zx_word (tell, rule->advice != NULL ? rule->advice : ""));
      last = group->rule;
      n++;
    }
}

static void
tell_counts (ZxTelling *tell, const GArray *groups)
{
  guint64 by_action[3] = { 0 }, n_notes = 0;
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);
      if (group->severity == ZX_SEVERITY_NOTE)
        n_notes += group->n_rows;
      else
        by_action[MIN (group->action, 2)] += group->n_rows;
    }
  ZxFact facts[] = {
    { zx_words_count (tell->words, by_action[ZX_ACTION_SET_ASIDE]), NULL,
      zx_word (tell, N_ ("rows set aside: impossible values")) },
    { zx_words_count (tell->words, by_action[ZX_ACTION_CORRECTED]), NULL,
      zx_word (tell, N_ ("rows corrected, the original value kept")) },
    { zx_words_count (tell->words, by_action[ZX_ACTION_KEPT]), NULL,
      zx_word (tell, N_ ("rows doubtful but used as they are")) },
    { zx_words_count (tell->words, n_notes), NULL, zx_word (tell, N_ ("notes worth knowing")) },
  };
  zx_document_facts (tell->document, facts, G_N_ELEMENTS (facts));
}

static void
tell_findings (ZxTelling *tell)
{
  const ZxFindings *findings = tell->input->findings;
  if (findings == NULL)
    {
      zx_paragraph (tell, N_ ("The data were not checked: treat every figure of this report with "
                              "care."));
      return;
    }
  if (findings->rows->len == 0)
    {
      zx_paragraph (tell, N_ ("Every row passed every rule that applies to it."));
      return;
    }
  GArray *groups = group_findings (findings);
  zx_paragraph (tell,
                N_ ("Every row was checked by every rule that applies to it. No row was "
                    "dropped in silence: it was used, corrected or set aside with a finding."));
  tell_counts (tell, groups);
  tell_groups (tell, findings, groups);
  tell_examples (tell, findings, groups);
  g_array_unref (groups);
}

/* The least and the greatest share of free flow among the classes that are driven. */
static void
range_of_shares (const ZxSpeedTable *speeds, double *low, double *high)
{
  *low = INFINITY;
  *high = 0;
  for (guint i = 0; i < ZX_N_ROAD_CLASSES; i++)
    if (speeds->kmh[i] > 0)
      {
        *low = MIN (*low, zx_speed_table_share (speeds, i));
        *high = MAX (*high, zx_speed_table_share (speeds, i));
      }
}

static void
tell_speeds (ZxTelling *tell, const ZxSpeedTable *speeds)
{
  ZxWords *words = tell->words;
  double low, high;
  range_of_shares (speeds, &low, &high);
  if (speeds->hour < 0)
    zx_paragraph (tell,
                  N_ ("Travel times are those of the design hour, in which cars drive at %s of "
                      "free-flow speed."),
                  zx_words_percent (words, speeds->urban_factor, 0));
  else if (high - low < 0.005)
    zx_paragraph (tell,
                  N_ ("Travel times are those of the hour from %d:00, in which cars drive at %s of "
                      "free-flow speed by the speed table."),
                  speeds->hour, zx_words_percent (words, low, 0));
  else
    zx_paragraph (tell,
                  N_ ("Travel times are those of the hour from %d:00, in which cars drive at %s to "
                      "%s of free-flow speed by the speed table, depending on the class of road."),
                  speeds->hour, zx_words_percent (words, low, 0),
                  zx_words_percent (words, high, 0));
  if (speeds->has_turn_costs > 0)
    zx_paragraph (
        tell,
        N_ ("At crossings a turn to the left costs %s s, to the right %s s, straight on "
            "%s s, and turning back %s s; where three or more main roads meet, signals "
            "cost %s s more."),
        zx_words_number (words, speeds->left_s, 1), zx_words_number (words, speeds->right_s, 1),
        zx_words_number (words, speeds->straight_s, 1),
        zx_words_number (words, speeds->u_turn_s, 1), zx_words_number (words, speeds->signal_s, 1));
}

static void
tell_roads (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxRoadGraph *graph = tell->input->graph;
  if (graph == NULL)
    {
      zx_paragraph (tell, N_ ("There is no road network: travel times are straight lines times a "
                              "detour factor, which hides rivers, railways and one-way streets."));
      return;
    }
  double share = graph->total_km > 0.0 ? graph->dropped_km / graph->total_km : 0.0;
  zx_paragraph (tell,
                N_ ("The road network has %s junctions and %s directed sections after merging. "
                    "%s km (%s of all) lie outside the largest part in which every place can be "
                    "reached from every other, and carry no traffic in the model."),
                zx_words_count (words, graph->n_nodes), zx_words_count (words, graph->n_arcs),
                zx_words_number (words, graph->dropped_km, 1), zx_words_percent (words, share, 1));
  if (graph->n_cut_roads > 0)
    zx_paragraph (tell,
                  N_ ("Barriers close %s roads, wholly or in part; nobody is led across them."),
                  zx_words_count (words, graph->n_cut_roads));
  if (tell->input->speeds != NULL)
    tell_speeds (tell, tell->input->speeds);
}

void
zx_tell_data (ZxTelling *tell)
{
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Data and their quality")));
  zx_document_section (tell->document, zx_word (tell, N_ ("Sources")));
  tell_sources (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Findings")));
  tell_findings (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Road network")));
  tell_roads (tell);
}
