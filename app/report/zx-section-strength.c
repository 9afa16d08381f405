/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sections of the grid chapter on how strong the grid is: unbalance of phases, transformer areas to
 * protect, what would help the tightest nodes and at what cost, a branch out with the best tie, and
 * many sites at once. */

#include "app/report/zx-section-feeders.h"

#include <stdlib.h>

#define MOST_ROWS    10u
#define MOST_FEEDERS 6u
#define SPREAD_DRAWS 100u

int
zx_compare_ranked (gconstpointer a, gconstpointer b)
{
  const ZxRanked *p = a, *q = b;
  if (p->rate != q->rate)
    return p->rate > q->rate ? -1 : 1;
  return (p->index > q->index) - (p->index < q->index);
}

const ZxFeederState *
zx_feeder_state_of (const ZxTelling *tell)
{
  const ZxFeederState *state = tell->input->headroom != NULL ? tell->input->headroom->flows : NULL;
  return state != NULL && state->n_nodes == tell->city->feeders.n_nodes
                 && state->n_branches == tell->city->feeders.n_branches
                 && state->n_feeders == tell->city->feeders.n_feeders
             ? state
             : NULL;
}

static const char *
branch_title (ZxTelling *tell, gint32 branch)
{
  const ZxFeeders *feeders = &tell->city->feeders;
  if (branch < 0 || (guint) branch >= feeders->n_branches)
    return "–";
  guint32 name = feeders->branch_name[branch];
  return zx_data_text (tell, name != 0 ? name : feeders->branch_id[branch], 24);
}

static const char *
node_title (ZxTelling *tell, gint32 node)
{
  const ZxFeeders *feeders = &tell->city->feeders;
  return node >= 0 && (guint) node < feeders->n_nodes
             ? zx_data_text (tell, feeders->node_id[node], 20)
             : "–";
}

static const char *
feeder_title (ZxTelling *tell, gint32 feeder)
{
  return feeder >= 0 ? zx_data_text (tell, tell->city->feeders.feeder_id[feeder], 20) : "–";
}

/* ---- unbalance --------------------------------------------------------------------------------
 */

static double
unbalance_limit (guint place)
{
  return place == ZX_UNBALANCE_OUTLET ? ZX_UNBALANCE_OUTLET_PERCENT
         : place == ZX_UNBALANCE_HEAD ? ZX_UNBALANCE_HEAD_PERCENT
                                      : NAN;
}

static void
tell_unbalanced (ZxTelling *tell, const ZxFeederState *state, const GArray *ranked)
{
  ZxWords *words = tell->words;
  const ZxFeeders *feeders = &tell->city->feeders;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Element")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Where")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Unbalance")), zx_word (tell, N_ ("of the current")), 1.0, FALSE },
    { zx_word (tell, N_ ("Allowed")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Neutral")), zx_word (tell, N_ ("of the rating")), 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Outlets and heads with the highest unbalance")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (ranked->len, MOST_ROWS); i++)
    {
      guint b = g_array_index (ranked, ZxRanked, i).index;
      gboolean is_outlet = state->branch_place[b] == ZX_UNBALANCE_OUTLET;
      ZX_TABLE_ROW (table, branch_title (tell, (gint32) b),
                    zx_word (tell, is_outlet ? N_ ("transformer outlet") : N_ ("feeder head")),
                    feeder_title (tell, feeders->node_feeder[feeders->branch_from[b]]),
                    zx_words_percent (words, state->branch_unbalance_percent[b] / 100, 1),
                    zx_words_percent (words, unbalance_limit (state->branch_place[b]) / 100, 0),
                    zx_words_percent (words, state->branch_neutral_percent[b] / 100, 1));
    }
}

static void
tell_unbalance (ZxTelling *tell, const ZxFeederState *state)
{
  ZxWords *words = tell->words;
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (ZxRanked));
  guint n_above = 0, n_nodes = 0, n_feeders = 0;
  float worst = NAN;
  for (guint f = 0; f < state->n_feeders; f++)
    n_feeders += state->feeder_known_share[f] > 0;
  if (n_feeders == 0)
    return;
  for (guint b = 0; b < state->n_branches; b++)
    {
      ZxRanked row = { b, state->branch_unbalance_percent[b] };
      if (state->branch_place[b] == ZX_UNBALANCE_BETWEEN || isnan (row.rate))
        continue;
      n_above += row.rate > unbalance_limit (state->branch_place[b]);
      g_array_append_val (ranked, row);
    }
  for (guint i = 0; i < state->n_nodes; i++)
    {
      worst = fmaxf (worst, state->node_unbalance_percent[i]);
      n_nodes += state->node_unbalance_percent[i] > ZX_UNBALANCE_VOLTAGE_PERCENT;
    }
  g_array_sort (ranked, zx_compare_ranked);
  zx_document_section (tell->document, zx_word (tell, N_ ("Unbalance of phases")));
  zx_paragraph (tell,
                N_ ("The phases of loads are known on %s of %s feeders. At the fullest hour %s of "
                    "%s transformer outlets and feeder heads are above their limit, and %s nodes "
                    "above the voltage unbalance of 2 %% (the highest is %s)."),
                zx_words_count (words, n_feeders), zx_words_count (words, state->n_feeders),
                zx_words_count (words, n_above), zx_words_count (words, ranked->len),
                zx_words_count (words, n_nodes), zx_words_percent (words, worst / 100, 2));
  if (ranked->len > 0)
    tell_unbalanced (tell, state, ranked);
  zx_note (tell,
           N_ ("Unbalance of the current: (Imax - Imin)/Imax of the three phases, at most 15 %% at "
               "the outlet of a transformer and 25 %% at the head of a feeder, neutral at most 25 "
               "%% of the rating (practice of DL/T 1102 and Q/GDW 1519). Unbalance of the "
               "voltage: negative over positive sequence, 2 %% (GB/T 15543). An estimate from the "
               "balanced flow and the phases of the loads; loads of unknown phase count as "
               "balanced."));
}

/* ---- transformer areas to protect -------------------------------------------------------------
 */

static void
tell_protection (ZxTelling *tell)
{
  const ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  const ZxRemedyOptions prices = ZX_REMEDY_OPTIONS_INIT;
  ZxWords *words = tell->words;
  const ZxTransformerAreas *areas = &tell->city->transformers;
  g_autoptr (GArray) list = zx_power_protection (tell->city, tell->input->headroom, &options);
  if (areas->n == 0)
    return;
  zx_document_section (tell->document, zx_word (tell, N_ ("Transformer areas to protect")));
  if (list->len == 0)
    {
      zx_paragraph (tell, N_ ("No transformer area is heavily loaded or overloaded on the design "
                              "day."));
      return;
    }
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Transformer area")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Rated")), "kVA", 1.0, FALSE },
    { zx_word (tell, N_ ("Peak")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Heavy")), zx_word (tell, N_ ("hours")), 1.0, FALSE },
    { zx_word (tell, N_ ("Over")), zx_word (tell, N_ ("hours")), 1.0, FALSE },
    { zx_word (tell, N_ ("No room")), zx_word (tell, N_ ("from – to")), 1.0, FALSE },
    { zx_word (tell, N_ ("Size for 80 %")), "kVA", 1.0, FALSE },
    { zx_word (tell, N_ ("Cost")), zx_words_money_unit (words), 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("High-load protection list, the worst first")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (list->len, MOST_ROWS); i++)
    {
      const ZxProtectedArea *area = &g_array_index (list, ZxProtectedArea, i);
      guint32 name = areas->name[area->area] != 0 ? areas->name[area->area] : areas->id[area->area];
      gboolean has_size = area->next_size_kva > 0;
      ZX_TABLE_ROW (
          table, zx_data_text (tell, name, 28),
          zx_words_number (words, areas->rated_kva[area->area], 0),
          zx_words_percent (words, area->peak_rate, 1), zx_words_count (words, area->heavy_hours),
          zx_words_count (words, area->over_hours),
          area->first_hour < 24
              ? zx_say (tell, "%u:00 – %u:00", area->first_hour, area->last_hour + 1u)
              : "–",
          has_size ? zx_words_count (words, area->next_size_kva) : "–",
          has_size ? zx_words_money (words, area->next_size_kva * prices.transformer_fen_per_kva)
                   : "–");
    }
  zx_note (tell,
           N_ ("%s areas in all. Charging between the hours given needs orderly charging or a "
               "larger transformer; the size is the next standard one that brings the peak to 80 "
               "%%, at 800 yuan/kVA."),
           zx_words_count (words, list->len));
}

/* ---- what would help --------------------------------------------------------------------------
 */

/* The feeders whose tightest node has the least room. */
static GArray *
rank_tight (const ZxTelling *tell, const ZxFeederState *state)
{
  const gint32 *feeder_of = tell->city->feeders.node_feeder;
  GArray *ranked = g_array_new (FALSE, FALSE, sizeof (ZxRanked));
  g_autofree double *least = g_new (double, MAX (state->n_feeders, 1));
  for (guint f = 0; f < state->n_feeders; f++)
    least[f] = INFINITY;
  for (guint i = 0; i < state->n_nodes; i++)
    if (feeder_of[i] >= 0 && state->node_room_kw[i] < least[feeder_of[i]])
      least[feeder_of[i]] = state->node_room_kw[i];
  for (guint f = 0; f < state->n_feeders; f++)
    {
      ZxRanked row = { f, -least[f] };
      if (isfinite (least[f]))
        g_array_append_val (ranked, row);
    }
  g_array_sort (ranked, zx_compare_ranked);
  return ranked;
}

/* What is wanted at a tight node: a station of the usual size, or half as much again as it has. */
static double
wanted_kw (double room_kw)
{
  return fmax (480, ceil (room_kw * 1.5 / 10) * 10);
}

static void
tell_remedies (ZxTelling *tell, const ZxFeederState *state, const GArray *ranked)
{
  static const char *const titles[] = {
    [ZX_REMEDY_TRANSFORMER] = N_ ("larger transformer"),
    [ZX_REMEDY_CONDUCTOR] = N_ ("larger conductor"),
    [ZX_REMEDY_MANAGED] = N_ ("managed charging"),
  };
  const ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  ZxWords *words = tell->words;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Node")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Has")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Wanted")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Remedy")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("First element")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Buys")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Cost")), zx_words_money_unit (words), 1.0, FALSE },
  };
  ZxTable *table = NULL;
  for (guint i = 0; i < MIN (ranked->len, MOST_FEEDERS); i++)
    {
      const ZxRanked *row = &g_array_index (ranked, ZxRanked, i);
      gint32 node;
      g_autoptr (GArray) remedies = zx_power_feeder_remedies (
          tell->city, state, row->index, wanted_kw (-row->rate), &options, &node, NULL);
      for (guint k = 0; remedies != NULL && k < remedies->len; k++)
        {
          const ZxRemedy *remedy = &g_array_index (remedies, ZxRemedy, k);
          if (!(remedy->gained_kw > 0))
            continue;
          if (table == NULL)
            table = zx_document_table (
                tell->document,
                zx_word (tell, N_ ("What would help the tightest node of a feeder, and its cost")),
                columns, G_N_ELEMENTS (columns));
          ZX_TABLE_ROW (table, node_title (tell, node), feeder_title (tell, (gint32) row->index),
                        zx_words_number (words, -row->rate, 0),
                        zx_words_number (words, wanted_kw (-row->rate), 0),
                        zx_word (tell, titles[remedy->kind]), branch_title (tell, remedy->branch),
                        zx_words_number (words, remedy->gained_kw, 0),
                        zx_words_money (words, remedy->cost_fen));
        }
    }
  if (table != NULL)
    zx_note (
        tell,
        N_ ("By exact power flow on the changed feeder: the next standard transformer size (800 "
            "yuan/kVA), a conductor of 1.4 times the rating (350 000 yuan/km) or charging "
            "held to the room there is (100 yuan/kW). Prices are assumptions for comparing; "
            "a remedy that gains nothing is left out."));
}

/* ---- a branch out -----------------------------------------------------------------------------
 */

static void
tell_outages (ZxTelling *tell, const ZxFeederState *state)
{
  const ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  const ZxFeeders *feeders = &tell->city->feeders;
  ZxWords *words = tell->words;
  g_autoptr (GArray) outages
      = zx_power_head_outages (tell->city, state, MOST_ROWS, &options, NULL, NULL);
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (ZxRanked));
  for (guint i = 0; outages != NULL && i < outages->len; i++)
    {
      ZxRanked row = { i, g_array_index (outages, ZxOutage, i).unsupplied_kw };
      g_array_append_val (ranked, row);
    }
  if (ranked->len == 0)
    return;
  g_array_sort (ranked, zx_compare_ranked);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Branch out")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Cut off")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("Best tie")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Lowest voltage")), zx_word (tell, N_ ("p.u.")), 1.0, FALSE },
    { zx_word (tell, N_ ("Highest loading")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Verdict")), NULL, 0.0, TRUE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("First branches of feeders out, one at a time (N-1)")),
      columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (ranked->len, MOST_ROWS); i++)
    {
      const ZxOutage *outage
          = &g_array_index (outages, ZxOutage, g_array_index (ranked, ZxRanked, i).index);
      gboolean is_lost = outage->tie < 0 && outage->unsupplied_nodes > 0;
      gboolean is_kept = !is_lost && outage->vmin_pu >= options.vmin_pu
                         && !(outage->max_loading_percent > options.loading_limit_percent);
      ZX_TABLE_ROW (table, branch_title (tell, (gint32) outage->branch),
                    feeder_title (tell, feeders->node_feeder[feeders->branch_from[outage->branch]]),
                    zx_words_number (words, outage->unsupplied_kw, 0),
                    branch_title (tell, outage->tie), zx_words_number (words, outage->vmin_pu, 4),
                    zx_words_percent (words, outage->max_loading_percent / 100, 1),
                    zx_word (tell, is_lost   ? N_ ("no tie helps")
                                   : is_kept ? N_ ("holds")
                                             : N_ ("breaks a limit")));
    }
  zx_note (tell,
           N_ ("All feeders together, each with the load of its fullest hour; the one open branch "
               "that gives the highest lowest voltage is closed. Holds: 0.93 p.u. and 100 %% by "
               "current on every feeder."));
}

/* ---- many sites at once -----------------------------------------------------------------------
 */

static void
tell_spread (ZxTelling *tell, const ZxFeederState *state, const GArray *ranked)
{
  const ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  ZxSpreadOptions draws = ZX_SPREAD_OPTIONS_INIT;
  ZxWords *words = tell->words;
  ZxTable *table = NULL;
  draws.n_draws = SPREAD_DRAWS;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Feeder")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Mean")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("95 % band of the mean")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("P10")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("P50")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("P90")), "kW", 1.0, FALSE },
    { zx_word (tell, N_ ("By voltage")), zx_word (tell, N_ ("draws")), 1.0, FALSE },
    { zx_word (tell, N_ ("By loading")), zx_word (tell, N_ ("draws")), 1.0, FALSE },
  };
  for (guint i = 0; i < MIN (ranked->len, MOST_FEEDERS); i++)
    {
      guint f = g_array_index (ranked, ZxRanked, i).index;
      ZxSpreadPart part;
      if (!zx_power_feeder_spread (tell->city, state, f, &options, &draws, &part, NULL))
        continue;
      if (table == NULL)
        table = zx_document_table (tell->document,
                                   zx_word (tell, N_ ("What random sites could take together")),
                                   columns, G_N_ELEMENTS (columns));
      ZX_TABLE_ROW (
          table, feeder_title (tell, (gint32) f), zx_words_number (words, part.mean_kw, 0),
          zx_words_range (words, part.mean_low_kw, part.mean_high_kw, 0),
          zx_words_number (words, part.p10_kw, 0), zx_words_number (words, part.p50_kw, 0),
          zx_words_number (words, part.p90_kw, 0), zx_words_count (words, part.n_voltage),
          zx_words_count (words, part.n_thermal));
    }
  if (table != NULL)
    zx_note (
        tell,
        N_ ("Sites of %s kW at random nodes, one after another until a limit breaks; %u draws, "
            "seed %u. A feeder that breaks a limit without sites has 0. The band is that of "
            "the draws alone."),
        zx_words_number (words, draws.site_kw, 0), draws.n_draws, (guint) draws.seed);
}

void
zx_tell_grid_strength (ZxTelling *tell)
{
  const ZxFeederState *state = zx_feeder_state_of (tell);
  tell_protection (tell);
  if (state == NULL)
    return;
  tell_unbalance (tell, state);
  g_autoptr (GArray) ranked = rank_tight (tell, state);
  if (ranked->len == 0)
    return;
  zx_document_section (tell->document, zx_word (tell, N_ ("Reinforcement, N-1 and many sites")));
  tell_remedies (tell, state, ranked);
  tell_outages (tell, state);
  tell_spread (tell, state, ranked);
}
