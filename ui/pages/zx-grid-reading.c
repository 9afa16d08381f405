/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-grid-reading.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

#define NO_ROOM_KW 1.0 /* less than any pile draws */

static char *
name_of (const ZxCity *city, guint32 name, guint32 id)
{
  const char *text = zx_pool_get (city->pool, name);
  if (text == NULL || text[0] == '\0')
    text = zx_pool_get (city->pool, id);
  return g_strdup (text != NULL && text[0] != '\0' ? text : "–");
}

static gboolean
is_full (const ZxGridLine *line)
{
  return line->room_kw < NO_ROOM_KW;
}

static const char *
limit_text (guint8 limit)
{
  switch (limit)
    {
    case ZX_LIMIT_VOLTAGE:
      return _ ("Voltage");
    case ZX_LIMIT_THERMAL:
      return _ ("Loading");
    case ZX_LIMIT_BASE_VOLTAGE:
      return _ ("Voltage, too low already");
    case ZX_LIMIT_BASE_THERMAL:
      return _ ("Loading, too high already");
    default:
      return _ ("Not known");
    }
}

/* ---- load duration ------------------------------------------------------------------------- */

static int
compare_falling (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return (x < y) - (x > y);
}

/* From the fullest hour down; unknown as a whole where one hour is. */
static void
sort_hours (float *hours)
{
  for (guint hour = 0; hour < 24; hour++)
    if (isnan (hours[hour]))
      {
        for (guint i = 0; i < 24; i++)
          hours[i] = NAN;
        return;
      }
  qsort (hours, 24, sizeof *hours, compare_falling);
}

/* ---- transformer areas --------------------------------------------------------------------- */

/* Charging in an area loads its feeder too: the smaller room of the two counts. */
static void
read_room (ZxGridLine *line, const ZxCity *city, const ZxHeadroom *headroom, guint area)
{
  gint32 feeder = city->transformers.feeder[area];
  gboolean has_feeder
      = feeder >= 0 && (guint) feeder < headroom->n_feeders && headroom->feeder_room_kw != NULL;
  gboolean is_feeder_less = FALSE;
  line->room_kw = NAN;
  for (guint hour = 0; hour < 24; hour++)
    {
      float own = headroom->room_kw[area * 24 + hour];
      float shared = has_feeder ? headroom->feeder_room_kw[feeder * 24 + hour] : NAN;
      line->room_plan_kw[hour] = isnan (own) ? NAN : fminf (own, shared);
      line->room_full_kw[hour] = headroom->room100_kw[area * 24 + hour];
      if (isnan (line->room_plan_kw[hour]) || line->room_plan_kw[hour] >= line->room_kw)
        continue;
      line->room_kw = line->room_plan_kw[hour];
      line->room_hour = hour;
      is_feeder_less = shared < own;
    }
  if (isnan (line->room_kw))
    line->limit = g_strdup (_ ("Not known"));
  else if (is_feeder_less)
    line->limit = g_strdup_printf (_ ("Feeder %s"),
                                   zx_pool_get (city->pool, city->feeders.feeder_id[feeder]));
  else
    line->limit = g_strdup (_ ("Its transformer"));
}

static void
read_area (ZxGridLine *line, const ZxCity *city, const ZxHeadroom *headroom, guint area)
{
  const ZxTransformerAreas *areas = &city->transformers;
  gint32 feeder = areas->feeder[area];
  line->name = name_of (city, areas->name[area], areas->id[area]);
  line->feeder = feeder >= 0 && (guint) feeder < headroom->n_feeders
                     ? (gint32) headroom->n_areas + feeder
                     : -1;
  line->x_m = areas->x_m[area];
  line->y_m = areas->y_m[area];
  line->rate = line->rate_after = headroom->peak_rate[area];
  for (guint hour = 0; hour < 24; hour++)
    {
      line->load_now[hour] = headroom->rate[area * 24 + hour];
      line->load_after[hour] = NAN;
    }
  sort_hours (line->load_now);
  read_room (line, city, headroom, area);
  line->room_after_kw = line->room_kw;
}

/* ---- feeders ------------------------------------------------------------------------------- */

static void
place_feeder (ZxGridLine *line, const ZxFeeders *feeders, guint feeder)
{
  double x = 0, y = 0;
  guint n = 0;
  for (guint i = 0; i < feeders->n_nodes; i++)
    if (feeders->node_feeder[i] == (gint32) feeder && isfinite (feeders->node_x_m[i])
        && isfinite (feeders->node_y_m[i]))
      {
        x += feeders->node_x_m[i];
        y += feeders->node_y_m[i];
        n++;
      }
  line->x_m = n > 0 ? x / n : NAN;
  line->y_m = n > 0 ? y / n : NAN;
}

/* Power flow at the fullest hour: numbers for the text, voltages for the chart. */
static void
read_flow (ZxGridLine *line, const ZxFeeders *feeders, const ZxFeederState *flows, guint feeder)
{
  if (flows->feeder_problem[feeder] != NULL)
    {
      line->flow = g_strdup_printf (_ ("Power flow: %s"), flows->feeder_problem[feeder]);
      return;
    }
  g_autofree char *vmin = zx_number_human (flows->feeder_vmin_pu[feeder], 4);
  g_autofree char *limit = zx_number_human (flows->feeder_limit_pu[feeder], 2);
  g_autofree char *loading = zx_number_human (flows->feeder_loading_percent[feeder], 1);
  g_autofree char *losses = zx_number_human (flows->feeder_losses_kwh[feeder], 0);
  g_autoptr (GArray) km = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) pu = g_array_new (FALSE, FALSE, sizeof (double));
  line->flow = g_strdup_printf (_ ("By power flow, fullest at %u:00: lowest voltage %s p.u. (limit "
                                   "%s), highest loading %s %%, losses %s kWh a day."),
                                flows->feeder_hour[feeder], vmin, limit, loading, losses);
  zx_power_voltage_profile (feeders, flows, feeder, km, pu);
  line->n_profile = km->len;
  line->limit_pu = flows->feeder_limit_pu[feeder];
  line->profile_km = (double *) (gpointer) g_array_free (g_steal_pointer (&km), FALSE);
  line->profile_pu = (double *) (gpointer) g_array_free (g_steal_pointer (&pu), FALSE);
}

/* The branches at the source may have no limit of their own; the flow knows every branch. */
static void
read_feeder (ZxGridLine *line, const ZxCity *city, const ZxHeadroom *headroom, guint feeder)
{
  line->is_feeder = TRUE;
  line->feeder = -1;
  line->name = name_of (city, city->feeders.feeder_id[feeder], 0);
  place_feeder (line, &city->feeders, feeder);
  line->rate = line->room_kw = NAN;
  for (guint hour = 0; hour < 24; hour++)
    {
      float rate = headroom->feeder_rate != NULL ? headroom->feeder_rate[feeder * 24 + hour] : NAN;
      float room
          = headroom->feeder_room_kw != NULL ? headroom->feeder_room_kw[feeder * 24 + hour] : NAN;
      line->rate = fmax (line->rate, rate);
      line->load_now[hour] = rate;
      line->load_after[hour] = NAN;
      line->room_plan_kw[hour] = room;
      line->room_full_kw[hour] = NAN;
      if (isnan (room) || room >= line->room_kw)
        continue;
      line->room_kw = room;
      line->room_hour = hour;
    }
  sort_hours (line->load_now);
  line->limit = g_strdup (isnan (line->room_kw) ? _ ("No limit is given") : _ ("Substation line"));
  line->rate_after = line->room_after_kw = NAN;
  if (headroom->flows == NULL)
    return;
  read_flow (line, &city->feeders, headroom->flows, feeder);
  float loading = headroom->flows->feeder_loading_percent[feeder];
  line->rate = isfinite (loading) ? loading / 100 : line->rate;
}

static void
read_transformer (ZxGridLine *line, const ZxCity *city, const ZxFeederState *flows, guint branch)
{
  /* Read only where there are no areas: feeders are the first lines. */
  const ZxFeeders *feeders = &city->feeders;
  guint32 node = feeders->branch_to[branch];
  gint32 feeder = feeders->node_feeder[node];
  line->feeder = feeder;
  line->name = name_of (city, feeders->branch_name[branch], feeders->branch_id[branch]);
  line->x_m = feeders->node_x_m[node];
  line->y_m = feeders->node_y_m[node];
  line->rate = flows->branch_loading_percent[branch] / 100;
  line->room_kw = flows->node_room_kw[node];
  line->room_hour = feeder >= 0 ? flows->feeder_hour[feeder] : 0;
  line->rate_after = line->room_after_kw = NAN;
  line->limit = g_strdup (limit_text (flows->node_limit[node]));
  for (guint hour = 0; hour < 24; hour++)
    line->room_plan_kw[hour] = line->room_full_kw[hour] = line->load_now[hour]
        = line->load_after[hour] = NAN;
}

/* Returns: how many there are; @lines NULL: counts only. */
static guint
read_transformers (ZxGridLine *lines, const ZxCity *city, const ZxHeadroom *headroom)
{
  guint n = 0;
  if (headroom->n_areas > 0 || headroom->flows == NULL)
    return 0;
  for (guint b = 0; b < city->feeders.n_branches; b++)
    if (city->feeders.branch_kind[b] == ZX_FEEDER_TRANSFORMER)
      {
        if (lines != NULL)
          read_transformer (&lines[n], city, headroom->flows, b);
        n++;
      }
  return n;
}

/* ---- the tree ------------------------------------------------------------------------------ */

static void
group_lines (ZxGridReading *self)
{
  self->member = g_new (guint, self->n + 1);
  self->member_start = g_new0 (guint, self->n + 2);
  for (guint i = 0; i < self->n; i++)
    self->member_start[self->line[i].feeder + 2]++;
  for (guint i = 0; i <= self->n; i++)
    self->member_start[i + 1] += self->member_start[i];
  g_autofree guint *next = g_memdup2 (self->member_start, (self->n + 2) * sizeof *next);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < self->n; i++)
      if (self->line[i].is_feeder == (pass == 0))
        self->member[next[self->line[i].feeder + 1]++] = i;
}

const guint *
zx_grid_reading_members (const ZxGridReading *self, gint32 line, guint *n)
{
  guint start = self->member_start[line + 1];
  *n = self->member_start[line + 2] - start;
  return self->member + start;
}

/* ---- the plan ------------------------------------------------------------------------------ */

static void
read_plan (ZxGridReading *self, ZxProject *project, const ZxCity *city)
{
  const ZxPlan *plan = zx_project_plan (project);
  const ZxCandidates *candidates = zx_project_candidates (project);
  guint n_areas = city->transformers.n;
  for (guint i = 0; plan != NULL && candidates != NULL && i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = &plan->site[i];
      gint32 area = candidates->transformer[site->candidate],
             feeder = candidates->feeder[site->candidate];
      if (area >= 0 && (guint) area < n_areas)
        {
          ZxGridLine *line = &self->line[area];
          line->n_sites++;
          line->rate_after = fmax (line->rate_after, site->load_rate_after);
          line->room_after_kw = fmin (line->room_after_kw, site->room_left_kw);
        }
      if (feeder >= 0 && n_areas + (guint) feeder < self->n)
        self->line[n_areas + (guint) feeder].n_sites++;
    }
}

/* The sites draw their full power in every hour, as the choice counts it. */
static void
read_load_after (ZxGridReading *self, const ZxCity *city, const ZxHeadroom *headroom)
{
  for (guint i = 0; i < headroom->n_areas; i++)
    {
      ZxGridLine *line = &self->line[i];
      double added = line->rate_after - line->rate;
      if (line->n_sites == 0 || !isfinite (added))
        continue;
      for (guint hour = 0; hour < 24; hour++)
        line->load_after[hour] = (float) (line->load_now[hour] + added);
    }
}

static void
sum_up_flows (ZxGridReading *self, const ZxHeadroom *headroom)
{
  const ZxFeederState *flows = headroom->flows;
  guint n_over = 0, n_heavy = 0, n_low = 0;
  for (guint b = 0; b < flows->n_branches; b++)
    {
      n_over += flows->branch_loading_percent[b] >= 100;
      n_heavy += flows->branch_loading_percent[b] >= 80 && flows->branch_loading_percent[b] < 100;
    }
  for (guint f = 0; f < flows->n_feeders; f++)
    n_low += flows->feeder_vmin_pu[f] < flows->feeder_limit_pu[f];
  self->summary = g_strdup_printf (
      _ ("Of %u feeders, %u fall below the voltage limit; %u lines and transformers are overloaded "
         "and %u heavily loaded."),
      flows->n_feeders, n_low, n_over, n_heavy);
}

static void
sum_up (ZxGridReading *self, const ZxHeadroom *headroom)
{
  guint n_over = 0, n_heavy = 0, n_full = 0;
  for (guint i = 0; i < headroom->n_areas; i++)
    {
      n_over += headroom->load_class[i] == ZX_LOAD_OVER;
      n_heavy += headroom->load_class[i] == ZX_LOAD_HEAVY;
      n_full += is_full (&self->line[i]);
    }
  if (headroom->n_areas > 0)
    self->summary = g_strdup_printf (
        _ ("Of %u transformer areas, %u are overloaded and %u heavily loaded on the design day; %u "
           "have no room for charging."),
        headroom->n_areas, n_over, n_heavy, n_full);
  else if (headroom->flows != NULL)
    sum_up_flows (self, headroom);
}

ZxGridReading *
zx_grid_reading_new (ZxProject *project)
{
  ZxGridReading *self = g_atomic_rc_box_new0 (ZxGridReading);
  const ZxCity *city = zx_project_city (project);
  const ZxHeadroom *headroom = zx_project_headroom (project);
  const ZxStageInfo *stage = zx_project_stage (project, ZX_STAGE_HEADROOM);
  self->plan_rate = zx_project_setting (project, "power.plan_rate");
  if (city == NULL || headroom == NULL || headroom->n_areas != city->transformers.n
      || headroom->n_feeders != city->feeders.n_feeders)
    {
      self->absence = g_strdup (
          stage->state == ZX_STAGE_SKIPPED && stage->skip_reason != NULL
              ? _ (stage->skip_reason)
              : _ ("Load rates and room have not been worked out yet: run the route first."));
      group_lines (self);
      return self;
    }
  guint n_lines = headroom->n_areas + headroom->n_feeders;
  self->n = n_lines + read_transformers (NULL, city, headroom);
  self->line = g_new0 (ZxGridLine, self->n + 1);
  for (guint i = 0; i < headroom->n_areas; i++)
    read_area (&self->line[i], city, headroom, i);
  for (guint i = 0; i < headroom->n_feeders; i++)
    read_feeder (&self->line[headroom->n_areas + i], city, headroom, i);
  read_transformers (self->line + n_lines, city, headroom);
  group_lines (self);
  read_plan (self, project, city);
  read_load_after (self, city, headroom);
  zx_grid_reading_advise (self, city, headroom);
  sum_up (self, headroom);
  return self;
}

ZxGridReading *
zx_grid_reading_ref (ZxGridReading *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ZxGridReading *self = data;
  for (guint i = 0; i < self->n; i++)
    {
      g_free (self->line[i].name);
      g_free (self->line[i].limit);
      g_free (self->line[i].flow);
      g_free (self->line[i].advice);
      g_free (self->line[i].profile_km);
      g_free (self->line[i].profile_pu);
    }
  g_free (self->line);
  g_free (self->member);
  g_free (self->member_start);
  g_free (self->absence);
  g_free (self->summary);
}

void
zx_grid_reading_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear);
}
