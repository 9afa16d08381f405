/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Beasley's OR-Library: uncapacitated p-medians on networks (pmed), capacitated facilities (cap),
 * single-source capacitated p-medians (pmedcap).
 *
 * pmed lists some edges twice; the last counts, not the shortest: the published optima hold only so
 * (pmed1 is 5819, not 5718). */

#include "app/locate/zx-locate-read.h"

#include <string.h>

#define MAX_NODES 20000
#define MAX_EDGES 50000000

/* ---- pmed: a network ---------------------------------------------------------------------- */

typedef struct
{
  guint32 from, to, order;
  guint32 length;
} Edge;

typedef struct
{
  guint n;
  guint32 *first; /* n + 1 */
  guint32 *head, *length;
} Network;

static int
compare_edges (gconstpointer a, gconstpointer b)
{
  const Edge *x = a, *y = b;
  if (x->from != y->from)
    return x->from < y->from ? -1 : 1;
  if (x->to != y->to)
    return x->to < y->to ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

static Edge *
scan_edges (ZxLocateScan *scan, guint n, guint n_edges, GError **error)
{
  g_autofree Edge *edge = ZX_TRY_NEW (Edge, (gsize) n_edges * 2, _ ("the edges"), error);
  if (edge == NULL)
    return NULL;
  for (guint e = 0; e < n_edges; e++)
    {
      double from, to, length;
      if (!zx_locate_scan_number (scan, 1, n, TRUE, _ ("a node"), &from, error)
          || !zx_locate_scan_number (scan, 1, n, TRUE, _ ("a node"), &to, error)
          || !zx_locate_scan_number (scan, 0, 1e6, TRUE, _ ("a length"), &length, error))
        return NULL;
      edge[2 * e] = (Edge){ (guint32) from - 1, (guint32) to - 1, e, (guint32) length };
      edge[2 * e + 1] = (Edge){ (guint32) to - 1, (guint32) from - 1, e, (guint32) length };
    }
  return g_steal_pointer (&edge);
}

static void
network_clear (Network *self)
{
  g_free (self->first);
  g_free (self->head);
  g_free (self->length);
}

static void
network_fill (Network *self, Edge *edge, gsize n_edges)
{
  guint32 n = 0;
  qsort (edge, n_edges, sizeof *edge, compare_edges);
  self->first = g_new0 (guint32, (gsize) self->n + 1);
  self->head = g_new (guint32, n_edges + 1);
  self->length = g_new (guint32, n_edges + 1);
  for (gsize e = 0; e < n_edges; e++)
    {
      if (e + 1 < n_edges && edge[e + 1].from == edge[e].from && edge[e + 1].to == edge[e].to)
        continue;
      self->head[n] = edge[e].to;
      self->length[n++] = edge[e].length;
      self->first[edge[e].from + 1] = n;
    }
  for (guint i = 0; i < self->n; i++)
    self->first[i + 1] = MAX (self->first[i + 1], self->first[i]);
}

/* ---- shortest paths ----------------------------------------------------------------------- */

typedef struct
{
  guint32 distance, node;
} Label;

static void
labels_push (GArray *heap, Label label)
{
  g_array_append_val (heap, label);
  Label *labels = (Label *) (gpointer) heap->data;
  guint i = heap->len - 1;
  while (i > 0 && labels[(i - 1) / 2].distance > label.distance)
    {
      labels[i] = labels[(i - 1) / 2];
      i = (i - 1) / 2;
    }
  labels[i] = label;
}

static Label
labels_pop (GArray *heap)
{
  Label *labels = (Label *) (gpointer) heap->data;
  Label top = labels[0], last = labels[heap->len - 1];
  guint n = heap->len - 1, i = 0;
  g_array_set_size (heap, n);
  for (;;)
    {
      guint child = 2 * i + 1;
      if (child >= n)
        break;
      if (child + 1 < n && labels[child + 1].distance < labels[child].distance)
        child++;
      if (labels[child].distance >= last.distance)
        break;
      labels[i] = labels[child];
      i = child;
    }
  if (n > 0)
    labels[i] = last;
  return top;
}

static void
search (const Network *network, guint32 from, guint32 *distance, GArray *heap)
{
  memset (distance, 0xff, network->n * sizeof *distance);
  distance[from] = 0;
  labels_push (heap, (Label){ 0, from });
  while (heap->len > 0)
    {
      Label label = labels_pop (heap);
      if (label.distance != distance[label.node])
        continue;
      for (guint32 e = network->first[label.node]; e < network->first[label.node + 1]; e++)
        {
          guint32 next = label.distance + network->length[e];
          if (next >= distance[network->head[e]] || next < label.distance)
            continue;
          distance[network->head[e]] = next;
          labels_push (heap, (Label){ next, network->head[e] });
        }
    }
}

static ZxLocate *
network_to_problem (const Network *network, guint n_choose, const ZxProgress *progress,
                    GError **error)
{
  g_autoptr (ZxLocate) self
      = zx_locate_new_complete (ZX_LOCATE_MEDIAN, network->n, network->n, error);
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Label));
  g_autofree guint32 *distance = g_new (guint32, (gsize) network->n + 1);
  gsize n_pairs = 0;
  if (self == NULL)
    return NULL;
  self->n_choose = n_choose;
  for (guint i = 0; i < network->n; i++)
    {
      if (!zx_progress_step (progress, i, network->n, error))
        return NULL;
      search (network, i, distance, heap);
      self->demand[i] = 1;
      self->first[i] = n_pairs;
      for (guint j = 0; j < network->n; j++)
        if (distance[j] != G_MAXUINT32)
          {
            self->site[n_pairs] = j;
            self->cost[n_pairs++] = distance[j];
          }
    }
  self->first[network->n] = n_pairs;
  return g_steal_pointer (&self);
}

ZxLocate *
zx_locate_parse_pmed (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                      const ZxProgress *progress, GError **error)
{
  double n, n_edges, n_choose;
  if (!zx_locate_scan_number (scan, 1, MAX_NODES, TRUE, _ ("the number of nodes"), &n, error)
      || !zx_locate_scan_number (scan, 0, MAX_EDGES, TRUE, _ ("the number of edges"), &n_edges,
                                 error)
      || !zx_locate_scan_number (scan, 1, 1e9, TRUE, _ ("the number of sites to choose"), &n_choose,
                                 error))
    return NULL;
  if (n_edges > (double) (scan->end - scan->at) / 6 + 1)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The file promises %.0f edges and is too short for them"), n_edges);
      return NULL;
    }
  g_autofree Edge *edge = scan_edges (scan, (guint) n, (guint) n_edges, error);
  if (edge == NULL)
    return NULL;
  Network network = { .n = (guint) n };
  network_fill (&network, edge, (gsize) n_edges * 2);
  ZxLocate *self = network_to_problem (
      &network, options->n_choose > 0 ? options->n_choose : (guint) n_choose, progress, error);
  network_clear (&network);
  return self;
}

/* ---- cap ---------------------------------------------------------------------------------- */

static gboolean
scan_sites (ZxLocateScan *scan, ZxLocate *self, const ZxLocateFileOptions *options, GError **error)
{
  for (guint j = 0; j < self->n_sites; j++)
    {
      const char *word;
      gsize n;
      ZxLocateScan before = *scan;
      /* capa, capb and capc say “capacity” in place of a number, which the user then gives. */
      if (options->capacity > 0 && zx_locate_scan_word (scan, &word, &n) && n == strlen ("capacity")
          && strncmp (word, "capacity", n) == 0)
        self->capacity[j] = options->capacity;
      else
        {
          *scan = before;
          if (!zx_locate_scan_number (scan, 0, 1e9, options->capacity == 0, _ ("a capacity"),
                                      &self->capacity[j], error))
            return FALSE;
        }
      if (options->capacity > 0)
        self->capacity[j] = floor (options->capacity);
      if (!zx_locate_scan_number (scan, 0, ZX_LOCATE_MAX_NUMBER, FALSE, _ ("a fixed cost"),
                                  &self->fixed_cost[j], error))
        return FALSE;
      if (options->fixed_cost >= 0 && self->fixed_cost[j] > 0)
        self->fixed_cost[j] = options->fixed_cost;
    }
  return TRUE;
}

ZxLocate *
zx_locate_parse_cap (ZxLocateScan *scan, const ZxLocateFileOptions *options, GError **error)
{
  double n_sites, n_clients;
  if (!zx_locate_scan_number (scan, 1, 2000, TRUE, _ ("the number of sites"), &n_sites, error)
      || !zx_locate_scan_number (scan, 1, 20000, TRUE, _ ("the number of clients"), &n_clients,
                                 error))
    return NULL;
  g_autoptr (ZxLocate) self
      = zx_locate_new_complete (ZX_LOCATE_FACILITY, (guint) n_clients, (guint) n_sites, error);
  if (self == NULL)
    return NULL;
  self->capacity = g_new0 (double, self->n_sites);
  self->fixed_cost = g_new0 (double, self->n_sites);
  self->n_choose = options->n_choose;
  if (!scan_sites (scan, self, options, error))
    return NULL;
  for (guint i = 0; i < self->n_clients; i++)
    {
      if (!zx_locate_scan_number (scan, 0, 1e9, TRUE, _ ("a demand"), &self->demand[i], error))
        return NULL;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        if (!zx_locate_scan_number (scan, 0, ZX_LOCATE_MAX_NUMBER, FALSE, _ ("a cost"),
                                    &self->cost[k], error))
          return NULL;
    }
  return g_steal_pointer (&self);
}

/* ---- pmedcap ------------------------------------------------------------------------------ */

static void
fill_distances (ZxLocate *self, const double *x, const double *y)
{
  for (guint i = 0; i < self->n_clients; i++)
    for (guint j = 0; j < self->n_sites; j++)
      self->cost[self->first[i] + j]
          = floor (sqrt ((x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j])));
}

ZxLocate *
zx_locate_parse_pmedcap (ZxLocateScan *scan, const ZxLocateFileOptions *options, GError **error)
{
  double ignored, n, n_choose, capacity;
  if (!zx_locate_scan_number (scan, 0, 1e9, TRUE, _ ("the number of the problem"), &ignored, error)
      || !zx_locate_scan_number (scan, 0, 1e12, FALSE, _ ("the best known value"), &ignored, error)
      || !zx_locate_scan_number (scan, 1, 5000, TRUE, _ ("the number of clients"), &n, error)
      || !zx_locate_scan_number (scan, 1, 1e9, TRUE, _ ("the number of sites to choose"), &n_choose,
                                 error)
      || !zx_locate_scan_number (scan, 0, 1e9, TRUE, _ ("a capacity"), &capacity, error))
    return NULL;
  g_autoptr (ZxLocate) self
      = zx_locate_new_complete (ZX_LOCATE_ASSIGNMENT, (guint) n, (guint) n, error);
  if (self == NULL)
    return NULL;
  g_autofree double *x = g_new0 (double, self->n_clients), *y = g_new0 (double, self->n_clients);
  self->n_choose = options->n_choose > 0 ? options->n_choose : (guint) n_choose;
  self->capacity = g_new0 (double, self->n_sites);
  for (guint i = 0; i < self->n_clients; i++)
    {
      if (!zx_locate_scan_number (scan, 0, 1e9, TRUE, _ ("the number of a client"), &ignored, error)
          || !zx_locate_scan_number (scan, -1e6, 1e6, FALSE, _ ("a coordinate"), &x[i], error)
          || !zx_locate_scan_number (scan, -1e6, 1e6, FALSE, _ ("a coordinate"), &y[i], error)
          || !zx_locate_scan_number (scan, 0, 1e9, TRUE, _ ("a demand"), &self->demand[i], error))
        return NULL;
      self->capacity[i] = options->capacity > 0 ? floor (options->capacity) : capacity;
    }
  fill_distances (self, x, y);
  return g_steal_pointer (&self);
}
