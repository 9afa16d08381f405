/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a grid engineer would add to a row of the grid page: the protection of a full transformer
 * area, unbalance where phases are known, what the loss of a feeder's first branch does, and what
 * would help its tightest node.  The same engines as the report's chapter. */

#include "ui/pages/zx-grid-reading.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MOST_HEADS    10u
#define MOST_REMEDIES 40u
#define USUAL_KW      480.0

static void say (ZxGridLine *line, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
say (ZxGridLine *line, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *before = g_steal_pointer (&line->advice);
  line->advice = before != NULL ? g_strconcat (before, "\n", text, NULL) : g_steal_pointer (&text);
}

static const char *
branch_title (const ZxCity *city, gint32 branch)
{
  const ZxFeeders *feeders = &city->feeders;
  if (branch < 0)
    return "–";
  guint32 name = feeders->branch_name[branch];
  return zx_pool_get (city->pool, name != 0 ? name : feeders->branch_id[branch]);
}

/* ---- transformer areas ---------------------------------------------------------------------- */

static void
advise_areas (ZxGridReading *self, const ZxCity *city, const ZxHeadroom *headroom)
{
  const ZxRemedyOptions prices = ZX_REMEDY_OPTIONS_INIT;
  ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  options.plan_rate = self->plan_rate;
  g_autoptr (GArray) list = zx_power_protection (city, headroom, &options);
  for (guint i = 0; i < list->len; i++)
    {
      const ZxProtectedArea *area = &g_array_index (list, ZxProtectedArea, i);
      ZxGridLine *line = &self->line[area->area];
      say (line, _ ("On the high-load protection list: %u heavy and %u overloaded hours."),
           area->heavy_hours, area->over_hours);
      if (area->next_size_kva > 0)
        say (line,
             _ ("A transformer of %u kVA would bring the peak to the planning rate, for about "
                "%.0f yuan."),
             area->next_size_kva, area->next_size_kva * prices.transformer_fen_per_kva / 100);
    }
}

/* ---- unbalance ------------------------------------------------------------------------------ */

static double
limit_of (guint place)
{
  return place == ZX_UNBALANCE_OUTLET ? ZX_UNBALANCE_OUTLET_PERCENT
         : place == ZX_UNBALANCE_HEAD ? ZX_UNBALANCE_HEAD_PERCENT
                                      : NAN;
}

static void
advise_unbalance (ZxGridLine *line, const ZxCity *city, const ZxFeederState *flows, guint feeder)
{
  const ZxFeeders *feeders = &city->feeders;
  gint32 worst = -1;
  float voltage = NAN;
  guint n_above = 0;
  if (!(flows->feeder_known_share[feeder] > 0))
    return;
  for (guint i = 0; i < flows->n_nodes; i++)
    if (feeders->node_feeder[i] == (gint32) feeder)
      voltage = fmaxf (voltage, flows->node_unbalance_percent[i]);
  for (guint b = 0; b < flows->n_branches; b++)
    {
      float percent = flows->branch_unbalance_percent[b];
      if (feeders->node_feeder[feeders->branch_from[b]] != (gint32) feeder
          || isnan (limit_of (flows->branch_place[b])) || isnan (percent))
        continue;
      n_above += percent > limit_of (flows->branch_place[b]);
      if (worst < 0 || percent > flows->branch_unbalance_percent[worst])
        worst = (gint32) b;
    }
  say (line, _ ("Unbalance: voltage at most %.2f %% (2 %% allowed)."), voltage);
  if (worst >= 0)
    say (line,
         _ ("Unbalance of the current: %.1f %% at “%s”; %u outlets and heads above 15 %% and 25 "
            "%%."),
         flows->branch_unbalance_percent[worst], branch_title (city, worst), n_above);
}

/* ---- feeders -------------------------------------------------------------------------------- */

static void
advise_outages (ZxGridReading *self, guint first, const ZxCity *city, const ZxHeadroom *headroom)
{
  const ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  const ZxFeeders *feeders = &city->feeders;
  g_autoptr (GArray) outages
      = zx_power_head_outages (city, headroom->flows, MOST_HEADS, &options, NULL, NULL);
  for (guint i = 0; outages != NULL && i < outages->len; i++)
    {
      const ZxOutage *outage = &g_array_index (outages, ZxOutage, i);
      gint32 feeder = feeders->node_feeder[feeders->branch_from[outage->branch]];
      if (feeder < 0)
        continue;
      ZxGridLine *line = &self->line[first + (guint) feeder];
      if (outage->tie >= 0)
        say (line,
             _ ("N-1, “%s” out: the tie “%s” takes over %.0f kW, then at least %.4f p.u. and at "
                "most %.1f %%."),
             branch_title (city, (gint32) outage->branch), branch_title (city, outage->tie),
             outage->unsupplied_kw, outage->vmin_pu, outage->max_loading_percent);
      else if (outage->unsupplied_nodes > 0)
        say (line, _ ("N-1, “%s” out: %.0f kW stay without supply, no tie helps."),
             branch_title (city, (gint32) outage->branch), outage->unsupplied_kw);
    }
}

static const char *
remedy_title (ZxRemedyKind kind)
{
  return kind == ZX_REMEDY_TRANSFORMER ? _ ("a larger transformer")
         : kind == ZX_REMEDY_CONDUCTOR ? _ ("a larger conductor")
                                       : _ ("managed charging");
}

static void
advise_remedies (ZxGridLine *line, const ZxCity *city, const ZxFeederState *flows, guint feeder)
{
  const ZxFeederOptions options = ZX_FEEDER_OPTIONS_INIT;
  gint32 node;
  g_autoptr (GArray) remedies
      = zx_power_feeder_remedies (city, flows, feeder, USUAL_KW, &options, &node, NULL);
  for (guint i = 0; remedies != NULL && i < remedies->len; i++)
    {
      const ZxRemedy *remedy = &g_array_index (remedies, ZxRemedy, i);
      if (remedy->gained_kw > 0)
        say (line, _ ("At node %s %s would add %.0f kW for about %.0f yuan."),
             zx_pool_get (city->pool, city->feeders.node_id[node]), remedy_title (remedy->kind),
             remedy->gained_kw, remedy->cost_fen / 100);
    }
}

void
zx_grid_reading_advise (ZxGridReading *self, const ZxCity *city, const ZxHeadroom *headroom)
{
  guint n_remedied = 0;
  advise_areas (self, city, headroom);
  if (headroom->flows == NULL)
    return;
  for (guint f = 0; f < headroom->n_feeders; f++)
    {
      ZxGridLine *line = &self->line[headroom->n_areas + f];
      advise_unbalance (line, city, headroom->flows, f);
      if (headroom->flows->feeder_problem[f] == NULL && n_remedied++ < MOST_REMEDIES)
        advise_remedies (line, city, headroom->flows, f);
    }
  advise_outages (self, headroom->n_areas, city, headroom);
}
