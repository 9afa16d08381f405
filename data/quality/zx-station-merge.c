/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two files about one city number their stations apart and hold many of the same.
 *
 * An identifier means a station of its own file.  Two rows of different files are one station
 *   within 50 m when they bear the same identifier or the same name,
 *   within 10 m when their connectors are about as many or not known,
 *   within 1 m in any case: two surveys do not hit the same metre by chance, but one counts piles
 *   where the other counts connectors (the two files of Shenzhen: 1 358 of 1 445 stations agree to
 *   the metre, and one has six times the connectors of the other in the middle),
 * unless both name an operator and the names differ.  Places are compared after the datum is set
 * right.  Wrong where a file gives one station in several rows at one place: only the nearest of
 * them is taken for the twin, the others stay. */

#include "data/quality/zx-station-merge.h"

#include "data/quality/zx-usage-sums.h"

#define SAME_NAME_M  50.0
#define SAME_SIZE_M  10.0
#define SAME_PLACE_M 1.0

/* ---- identifiers -------------------------------------------------------------------------- */

static char *
space_of (const ZxTally *tally, const char *key)
{
  return g_strdup_printf ("%p\x1f%s", (gconstpointer) tally->layer, key);
}

static gssize
recall (GHashTable *table, const char *key)
{
  return (gssize) GPOINTER_TO_UINT (g_hash_table_lookup (table, key)) - 1;
}

gboolean
zx_station_ids_add (ZxBuild *build, const ZxTally *tally, const char *key, guint station)
{
  if (*key == '\0')
    return FALSE;
  g_autofree char *own = space_of (tally, key);
  if (g_hash_table_contains (build->station_of_own_id, own))
    return FALSE;
  g_hash_table_insert (build->station_of_own_id, g_steal_pointer (&own),
                       GUINT_TO_POINTER (station + 1));
  gssize first = recall (build->station_of_id, key);
  if (first < 0)
    g_hash_table_insert (build->station_of_id, g_strdup (key), GUINT_TO_POINTER (station + 1));
  else if (first != (gssize) station)
    build->has_shared_ids = TRUE;
  return TRUE;
}

gssize
zx_station_ids_own (const ZxBuild *build, const ZxTally *tally, const char *key)
{
  g_autofree char *own = space_of (tally, key);
  return *key != '\0' ? recall (build->station_of_own_id, own) : -1;
}

static gboolean
is_beside (const ZxTally *tally, const ZxTally *asker)
{
  g_autofree char *folder = g_path_get_dirname (tally->binding->path);
  g_autofree char *other = g_path_get_dirname (asker->binding->path);
  return strcmp (folder, other) == 0;
}

gssize
zx_station_ids_find (const ZxBuild *build, const ZxTally *asker, const char *key)
{
  if (key == NULL || *key == '\0')
    return -1;
  gssize first = recall (build->station_of_id, key);
  /* With one file of stations there is nothing to choose. */
  if (first < 0 || !build->has_shared_ids || asker == NULL)
    return first;
  for (guint i = 0; i < build->tallies->len; i++)
    {
      const ZxTally *tally = &g_array_index (build->tallies, ZxTally, i);
      if (tally->binding->role != ZX_ROLE_STATIONS || !is_beside (tally, asker))
        continue;
      gssize found = zx_station_ids_own (build, tally, key);
      if (found >= 0)
        return found;
    }
  return first;
}

/* ---- twins -------------------------------------------------------------------------------- */

void
zx_station_twins_init (ZxStationTwins *self, ZxBuild *build)
{
  *self = (ZxStationTwins){ .build = build, .n_before = build->drafts->len };
  self->x = g_new (double, self->n_before + 1);
  self->y = g_new (double, self->n_before + 1);
  self->is_claimed = g_new0 (guint8, self->n_before + 1);
  for (guint i = 0; i < self->n_before; i++)
    {
      self->x[i] = g_array_index (build->drafts, ZxStationDraft, i).x;
      self->y[i] = g_array_index (build->drafts, ZxStationDraft, i).y;
    }
  self->index = zx_point_index_new (self->x, self->y, self->n_before);
}

void
zx_station_twins_clear (ZxStationTwins *self)
{
  zx_point_index_free (self->index);
  g_free (self->x);
  g_free (self->y);
  g_free (self->is_claimed);
}

static guint
connectors_of (const ZxStationDraft *draft)
{
  return draft->n_dc + draft->n_ac + draft->n_any;
}

static gboolean
are_as_large (const ZxStationDraft *a, const ZxStationDraft *b)
{
  guint n = connectors_of (a), m = connectors_of (b);
  return n == 0 || m == 0 || (2 * MAX (n, m) <= 3 * MIN (n, m)) || MAX (n, m) - MIN (n, m) <= 1;
}

typedef struct
{
  const ZxStationTwins *twins;
  const ZxStationDraft *draft;
  const char *key;
  gssize best;
  double distance_m;
} Search;

static void
consider (gsize index, double distance_m, gpointer data)
{
  Search *search = data;
  const ZxStationDraft *other
      = &g_array_index (search->twins->build->drafts, ZxStationDraft, index);
  const ZxStationDraft *draft = search->draft;
  gboolean is_nearer = distance_m < search->distance_m
                       || (distance_m == search->distance_m && (gssize) index < search->best);
  if (search->twins->is_claimed[index] || !is_nearer)
    return;
  if (draft->operator_name != 0 && other->operator_name != 0
      && draft->operator_name != other->operator_name)
    return;
  gboolean has_same_id
      = zx_station_ids_own (search->twins->build, other->tally, search->key) == (gssize) index;
  gboolean has_same_name = draft->name != 0 && draft->name == other->name;
  double limit = has_same_id || has_same_name  ? SAME_NAME_M
                 : are_as_large (draft, other) ? SAME_SIZE_M
                                               : SAME_PLACE_M;
  if (distance_m > limit)
    return;
  search->best = (gssize) index;
  search->distance_m = distance_m;
}

gssize
zx_station_twins_find (const ZxStationTwins *self, const ZxStationDraft *draft, const char *key,
                       double *distance_m)
{
  Search search = { self, draft, key, -1, INFINITY };
  if (self->n_before > 0)
    zx_point_index_within (self->index, draft->x, draft->y, SAME_NAME_M, consider, &search);
  *distance_m = search.distance_m;
  return search.best;
}

static void
complete (double *value, double other)
{
  if (!(*value > 0) && other > 0)
    *value = other;
}

/* Power is taken by the connector: the file that states it may count piles. */
static void
complete_power (ZxStationDraft *station, const ZxStationDraft *draft)
{
  double each = draft->kw_each > 0 ? draft->kw_each : draft->kw / MAX (connectors_of (draft), 1);
  complete (&station->kw_each, each);
  complete (&station->kw, each * MAX (connectors_of (station), 1));
}

static void
complete_totals (ZxStationDraft *station, const ZxStationDraft *draft)
{
  if (isfinite (station->kwh_total) || isfinite (station->hours_total))
    return;
  station->kwh_total = draft->kwh_total;
  station->hours_total = draft->hours_total;
  station->period_days = draft->period_days;
}

void
zx_station_twins_merge (ZxStationTwins *self, guint station, const ZxStationDraft *draft,
                        double distance_m)
{
  ZxStationDraft *kept = &g_array_index (self->build->drafts, ZxStationDraft, station);
  char distance[32];
  self->is_claimed[station] = TRUE;
  if (connectors_of (draft) > connectors_of (kept))
    {
      kept->n_dc = draft->n_dc;
      kept->n_ac = draft->n_ac;
      kept->n_any = draft->n_any;
    }
  complete_power (kept, draft);
  complete (&kept->price, draft->price);
  complete (&kept->service_price, draft->service_price);
  complete_totals (kept, draft);
  kept->name = kept->name != 0 ? kept->name : draft->name;
  kept->operator_name = kept->operator_name != 0 ? kept->operator_name : draft->operator_name;
  /* Two sources like to name their files alike: the folder tells them apart. */
  g_autofree char *file = g_path_get_basename (kept->tally->binding->path);
  g_autofree char *above = g_path_get_dirname (kept->tally->binding->path);
  g_autofree char *folder = g_path_get_basename (above);
  g_autofree char *row = g_strdup_printf ("%s/%s, %lld", folder, file, (long long) kept->row);
  g_ascii_formatd (distance, sizeof distance, "%.0f", ceil (distance_m));
  zx_tally_find (draft->tally, "stations.same-in-two-files", draft->row, ZX_ACTION_CORRECTED, row,
                 distance);
}
