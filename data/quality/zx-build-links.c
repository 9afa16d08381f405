/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links that the data leaves open, taken from nearness and always said:
 *
 *   transformer area  that names no feeder: the feeder of the node nearest to it, within 500 m
 *   station           the node of a feeder that is nearest, within 300 m (low voltage is led no
 *                     farther); told only, no engine needs it
 *   gap of a line     two ends of lines within 30 m of each other, of which one has no way to a
 *                     source: told only, because what looks like a gap may be an open switch
 *
 * Nearness is no proof: each finding states the distance. */

#include "data/quality/zx-build.h"

#define AREA_REACH_M    500.0
#define STATION_REACH_M 300.0
#define GAP_M           30.0

static ZxTally *
first_of (ZxBuild *self, ZxRole role)
{
  guint index = 0;
  return zx_build_next (self, role, &index);
}

static void
metres_text (double distance_m, char *buffer, gsize n)
{
  g_snprintf (buffer, n, "%.0f m", distance_m);
}

/* ---- transformer areas ------------------------------------------------------------------------
 */

static void
link_areas (ZxBuild *self, const ZxPointIndex *nodes, ZxTally *tally)
{
  const ZxFeeders *feeders = &self->city->feeders;
  ZxTransformerAreas *areas = &self->city->transformers;
  guint n_known = 0;
  /* Where no area names a feeder the owner left the question out for all of them: the network's own
   * loads stand, and nothing is guessed. */
  for (guint i = 0; i < areas->n; i++)
    n_known += areas->feeder[i] >= 0;
  for (guint i = 0; n_known > 0 && i < areas->n; i++)
    {
      double distance;
      if (areas->feeder[i] >= 0 || !isfinite (areas->x_m[i]) || !isfinite (areas->y_m[i]))
        continue;
      gssize node
          = zx_point_index_nearest (nodes, areas->x_m[i], areas->y_m[i], AREA_REACH_M, &distance);
      if (node < 0 || feeders->node_feeder[node] < 0)
        continue;
      char text[32];
      metres_text (distance, text, sizeof text);
      g_autofree char *pair = g_strdup_printf (
          "%s → %s",
          zx_pool_get (self->city->pool, areas->id[i] != 0 ? areas->id[i] : areas->name[i]),
          zx_pool_get (self->city->pool, feeders->feeder_id[feeders->node_feeder[node]]));
      areas->feeder[i] = feeders->node_feeder[node];
      zx_tally_find (tally, "links.area-to-feeder", -1, ZX_ACTION_CORRECTED, pair, text);
    }
}

/* ---- stations ----------------------------------------------------------------------------------
 */

static void
tell_stations (ZxBuild *self, const ZxPointIndex *nodes, ZxTally *tally)
{
  const ZxStations *stations = &self->city->stations;
  gsize n_near = 0, n_far = 0;
  double farthest = 0;
  char count[32], text[32];
  for (guint i = 0; i < stations->n; i++)
    {
      double distance;
      if (zx_point_index_nearest (nodes, stations->x_m[i], stations->y_m[i], STATION_REACH_M,
                                  &distance)
          < 0)
        {
          n_far++;
          continue;
        }
      n_near++;
      farthest = MAX (farthest, distance);
    }
  if (n_near > 0)
    {
      g_snprintf (count, sizeof count, "%u", (guint) n_near);
      metres_text (farthest, text, sizeof text);
      zx_tally_find_many (tally, "links.stations-near", -1, n_near, ZX_ACTION_KEPT, count, text);
    }
  if (n_far > 0 && n_near > 0)
    {
      g_snprintf (count, sizeof count, "%u", (guint) n_far);
      metres_text (STATION_REACH_M, text, sizeof text);
      zx_tally_find_many (tally, "links.stations-far", -1, n_far, ZX_ACTION_KEPT, count, text);
    }
}

/* ---- gaps --------------------------------------------------------------------------------------
 */

static gboolean
is_tied (const ZxFeeders *feeders, guint32 a, guint32 b)
{
  for (guint i = 0; i < feeders->n_branches; i++)
    if ((feeders->branch_from[i] == a && feeders->branch_to[i] == b)
        || (feeders->branch_from[i] == b && feeders->branch_to[i] == a))
      return TRUE;
  return FALSE;
}

static gboolean
tell_gaps (ZxBuild *self, ZxTally *tally, GError **error)
{
  const ZxFeeders *feeders = &self->city->feeders;
  ZxFeederWalk walk;
  if (!zx_feeder_walk_init (&walk, feeders, error))
    {
      zx_feeder_walk_clear (&walk);
      return FALSE;
    }
  g_autofree double *x = g_new (double, feeders->n_nodes + 1);
  for (guint i = 0; i < feeders->n_nodes; i++)
    x[i] = walk.parent[i] != ZX_WALK_NOT_REACHED ? feeders->node_x_m[i] : NAN;
  g_autoptr (ZxPointIndex) supplied = zx_point_index_new (x, feeders->node_y_m, feeders->n_nodes);
  for (guint i = 0; i < feeders->n_nodes; i++)
    {
      double distance;
      if (walk.parent[i] != ZX_WALK_NOT_REACHED || walk.n_ends[i] != 1
          || !isfinite (feeders->node_x_m[i]))
        continue;
      gssize other = zx_point_index_nearest (supplied, feeders->node_x_m[i], feeders->node_y_m[i],
                                             GAP_M, &distance);
      if (other < 0 || feeders->node_kv[other] != feeders->node_kv[i]
          || is_tied (feeders, (guint32) other, i))
        continue;
      char text[32];
      metres_text (distance, text, sizeof text);
      g_autofree char *pair
          = g_strdup_printf ("%s – %s", zx_pool_get (self->city->pool, feeders->node_id[other]),
                             zx_pool_get (self->city->pool, feeders->node_id[i]));
      zx_tally_find (tally, "links.gap", -1, ZX_ACTION_KEPT, pair, text);
    }
  zx_feeder_walk_clear (&walk);
  return TRUE;
}

gboolean
zx_build_links (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  const ZxFeeders *feeders = &self->city->feeders;
  ZxTally *nodes_tally = first_of (self, ZX_ROLE_FEEDER_NODES);
  ZxTally *areas_tally = first_of (self, ZX_ROLE_TRANSFORMER_AREAS);
  if (feeders->n_nodes == 0 || nodes_tally == NULL || !zx_progress_step (progress, 0, 1, error))
    return feeders->n_nodes == 0 || nodes_tally == NULL;
  g_autoptr (ZxPointIndex) nodes
      = zx_point_index_new (feeders->node_x_m, feeders->node_y_m, feeders->n_nodes);
  if (areas_tally != NULL)
    link_areas (self, nodes, areas_tally);
  tell_stations (self, nodes, nodes_tally);
  return tell_gaps (self, nodes_tally, error);
}
