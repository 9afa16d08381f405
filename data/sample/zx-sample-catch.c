/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stations catch of the true demand, by Huff's rule over travel times.
 *
 * From each working station everything within reach is searched on the roads; a cell is as far as
 * the node nearest its centre, plus the way from there.  Stations are searched side by side in
 * batches, and each batch is added in its order, so that the sums are the same on any number of
 * threads.  8 bytes for each pair of a station and a cell it can be reached from. */

#include "data/sample/zx-sample-private.h"

#define BATCH           64
#define FARTHEST_DOOR_M 2500.0

typedef struct
{
  guint32 cell;
  float attraction;
} Pull;

typedef struct
{
  const SampleTruth *truth;
  const SampleNetwork *network;
  const GArray *stations;
  gint32 *door;          /* of cells: node, -1 */
  float *access_s;       /* of cells, from the door */
  guint32 *first, *item; /* cells by door */
  GArray **pulls;        /* Pull, one array per station */
  SampleSearch **searches;
  guint begin; /* of the batch */
} Task;

/* ---- cells and their doors ---------------------------------------------------------------- */

static void
find_doors (gsize begin, gsize end, guint worker, gpointer data)
{
  Task *task = data;
  for (gsize i = begin; i < end; i++)
    {
      SamplePoint p = zx_sample_truth_centre (task->truth, i);
      task->door[i] = -1;
      if (isnan (task->truth->demand[i]))
        continue;
      task->door[i] = (gint32) zx_sample_network_door (task->network, p.x, p.y, FARTHEST_DOOR_M);
      if (task->door[i] >= 0)
        task->access_s[i] = (float) zx_sample_access_s (zx_sample_distance (
            p, *SAMPLE_POINT (task->network->graph->nodes, (guint) task->door[i])));
    }
}

static void
sort_by_door (Task *task)
{
  gsize n_cells = zx_sample_truth_size (task->truth), n_nodes = task->network->graph->nodes->len;
  for (gsize i = 0; i < n_cells; i++)
    if (task->door[i] >= 0)
      task->first[task->door[i]]++;
  for (gsize node = 1; node <= n_nodes; node++)
    task->first[node] += task->first[node - 1];
  for (gsize i = n_cells; i-- > 0;)
    if (task->door[i] >= 0)
      task->item[--task->first[task->door[i]]] = (guint32) i;
}

/* ---- searching ---------------------------------------------------------------------------- */

static void
search_station (Task *task, SampleSearch *search, guint number, GArray *reached)
{
  const SampleStation *station = &g_array_index (task->stations, SampleStation, number);
  gssize door
      = zx_sample_network_door (task->network, station->at.x, station->at.y, FARTHEST_DOOR_M);
  if (station->is_planned || door < 0)
    return;
  double own_s = zx_sample_access_s (
      zx_sample_distance (station->at, *SAMPLE_POINT (task->network->graph->nodes, (guint) door)));
  double size = pow (station->n_dc + station->n_ac, SAMPLE_SIZE_EXPONENT);
  zx_sample_network_reach (task->network, search, (guint32) door, SAMPLE_LIMIT_S - own_s, reached);
  for (guint i = 0; i < reached->len; i++)
    {
      const SampleReached *here = &g_array_index (reached, SampleReached, i);
      for (guint32 k = task->first[here->node]; k < task->first[here->node + 1]; k++)
        {
          guint32 cell = task->item[k];
          double seconds = own_s + here->seconds + task->access_s[cell];
          Pull pull = { cell, (float) (size * exp (-seconds / SAMPLE_DECAY_S)) };
          if (seconds <= SAMPLE_LIMIT_S)
            g_array_append_val (task->pulls[number], pull);
        }
    }
}

static void
search_batch (gsize begin, gsize end, guint worker, gpointer data)
{
  Task *task = data;
  g_autoptr (GArray) reached = g_array_new (FALSE, FALSE, sizeof (SampleReached));
  if (task->searches[worker] == NULL)
    task->searches[worker] = zx_sample_search_new (task->network);
  for (gsize i = begin; i < end; i++)
    search_station (task, task->searches[worker], task->begin + (guint) i, reached);
}

/* ---- sharing out -------------------------------------------------------------------------- */

static gboolean
share_out (Task *task, double *sum, const ZxProgress *progress, GError **error)
{
  guint n = task->stations->len;
  double km2 = task->truth->cell_m * task->truth->cell_m * 1e-6;
  for (gsize i = 0; i < zx_sample_truth_size (task->truth); i++)
    sum[i] = pow (SAMPLE_OUTSIDE, SAMPLE_SIZE_EXPONENT);
  for (task->begin = 0; task->begin < n; task->begin += BATCH)
    {
      guint end = MIN (task->begin + BATCH, n);
      ZxProgress silent = ZX_PROGRESS_INIT (NULL, NULL, progress != NULL ? progress->stop : NULL);
      if (!zx_progress_step (progress, task->begin, n, error)
          || !zx_parallel_for (end - task->begin, 1, search_batch, task, &silent, error))
        return FALSE;
      for (guint s = task->begin; s < end; s++)
        for (guint k = 0; k < task->pulls[s]->len; k++)
          {
            const Pull *pull = &g_array_index (task->pulls[s], Pull, k);
            sum[pull->cell] += pull->attraction;
          }
    }
  for (guint s = 0; s < n; s++)
    {
      SampleStation *station = &g_array_index (task->stations, SampleStation, s);
      for (guint k = 0; k < task->pulls[s]->len; k++)
        {
          const Pull *pull = &g_array_index (task->pulls[s], Pull, k);
          station->caught_kwh
              += task->truth->demand[pull->cell] * km2 * pull->attraction / sum[pull->cell];
        }
    }
  return TRUE;
}

gboolean
zx_sample_catch (const SampleTruth *truth, const SampleNetwork *network, GArray *stations,
                 const ZxProgress *progress, GError **error)
{
  const char *what = _ ("Cells of the sample");
  gsize n_cells = zx_sample_truth_size (truth), n_nodes = network->graph->nodes->len;
  Task task = { .truth = truth, .network = network, .stations = stations };
  g_autofree gint32 *door = task.door = ZX_TRY_NEW (gint32, n_cells, what, error);
  g_autofree float *access_s = task.access_s
      = door != NULL ? ZX_TRY_NEW (float, n_cells, what, error) : NULL;
  g_autofree guint32 *first = task.first
      = access_s != NULL ? ZX_TRY_NEW (guint32, n_nodes + 1, what, error) : NULL;
  g_autofree guint32 *item = task.item
      = first != NULL ? ZX_TRY_NEW (guint32, n_cells, what, error) : NULL;
  g_autofree double *sum = item != NULL ? ZX_TRY_NEW (double, n_cells, what, error) : NULL;
  if (sum == NULL || !zx_parallel_for (n_cells, 0, find_doors, &task, NULL, error))
    return FALSE;
  sort_by_door (&task);
  task.pulls = g_new (GArray *, MAX (stations->len, 1));
  for (guint s = 0; s < stations->len; s++)
    task.pulls[s] = g_array_new (FALSE, FALSE, sizeof (Pull));
  task.searches = g_new0 (SampleSearch *, zx_parallel_threads ());
  gboolean ok = share_out (&task, sum, progress, error);
  for (guint s = 0; s < stations->len; s++)
    g_array_unref (task.pulls[s]);
  for (guint i = 0; i < zx_parallel_threads (); i++)
    zx_sample_search_free (task.searches[i]);
  g_free (task.pulls);
  g_free (task.searches);
  return ok;
}
