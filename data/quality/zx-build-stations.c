/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stations and piles, put together into drafts. */

#include "data/quality/zx-row-table.h"
#include "data/quality/zx-station-merge.h"
#include "data/quality/zx-station-parts.h"
#include "data/quality/zx-totals.h"

static const ZxPlaceRules station_places
    = { "stations.missing-place", "stations.impossible-place", "stations.swapped-axes",
        "stations.outside-study-area" };
static const ZxPlaceRules pile_places = { "piles.missing-place", "piles.impossible-place",
                                          "piles.swapped-axes", "piles.outside-study-area" };

/* ---- keys --------------------------------------------------------------------------------- */

static gboolean
remember (GHashTable *table, const char *key, guint station)
{
  if (*key == '\0' || g_hash_table_contains (table, key))
    return FALSE;
  g_hash_table_insert (table, g_strdup (key), GUINT_TO_POINTER (station + 1));
  return TRUE;
}

static gssize
recall (GHashTable *table, const char *key)
{
  return key == NULL || *key == '\0'
             ? -1
             : (gssize) GPOINTER_TO_UINT (g_hash_table_lookup (table, key)) - 1;
}

gssize
zx_build_station (const ZxBuild *self, const ZxTally *asker, const char *id_key,
                  const char *name_key)
{
  gssize found = zx_station_ids_find (self, asker, id_key);
  if (found < 0)
    found = recall (self->station_of_pile, id_key);
  if (found < 0)
    found = recall (self->station_of_name, name_key);
  if (found < 0) /* some sources put names where ids belong */
    found = recall (self->station_of_name, id_key);
  return found;
}

const char *
zx_build_unknown_rule (const ZxBuild *self, const char *id_key)
{
  return g_hash_table_contains (self->set_aside, id_key) ? "usage.station-set-aside"
                                                         : "usage.unknown-station";
}

/* A name that two stations bear finds neither. */
static void
remember_name (ZxBuild *self, guint station)
{
  char key[64];
  zx_key_of (
      zx_pool_get (self->city->pool, g_array_index (self->drafts, ZxStationDraft, station).name),
      key);
  if (*key != '\0' && !remember (self->station_of_name, key, station))
    g_hash_table_replace (self->station_of_name, g_strdup (key), GUINT_TO_POINTER (0));
}

/* ---- stations ----------------------------------------------------------------------------- */

typedef struct
{
  ZxTally *tally;
  ZxRowPlaces places;
  ZxStationColumns columns;
  ZxTotals totals;
  ZxStationTwins twins;
  ZxRowTable rows; /* by identifier */
  gsize n_without_id, n_of_unknown_kind, n_shared_ids;
} StationLayer;

static ZxStationDraft
draft_of_row (StationLayer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  ZxStationDraft draft = zx_station_draft ();
  draft.x = layer->places.x[row];
  draft.y = layer->places.y[row];
  draft.row = (gint64) row;
  draft.tally = tally;
  draft.id = zx_cells_city_text (tally, layer->columns.id, row);
  draft.name = zx_cells_city_text (tally, layer->columns.name, row);
  draft.operator_name = zx_cells_city_text (tally, layer->columns.operator_name, row);
  draft.state = zx_station_state (tally->layer, layer->columns.state, row);
  zx_station_connectors (&layer->columns, tally, row, &draft);
  zx_station_power (&layer->columns, tally, row, &draft);
  zx_station_price (&layer->columns, tally, row, &draft);
  return draft;
}

static void
add_station (ZxBuild *self, StationLayer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  char key[64];
  zx_cells_key (tally->layer, layer->columns.id, row, key);
  gssize other = *key != '\0' ? zx_row_table_first (&layer->rows, zx_hash_text (5, key), row) : -1;
  if (other >= 0)
    {
      zx_tally_find_row (tally, "stations.duplicate-id", (gint64) row, ZX_ACTION_SET_ASIDE, key,
                         other);
      return;
    }
  ZxStationDraft draft = draft_of_row (layer, row);
  if (!self->has_pile_totals && zx_totals_exist (&layer->totals))
    zx_totals_get (&layer->totals, row, &draft.kwh_total, &draft.hours_total, &draft.period_days);
  double distance_m;
  gssize twin = zx_station_twins_find (&layer->twins, &draft, key, &distance_m);
  tally->n_used++;
  if (twin >= 0)
    {
      zx_station_twins_merge (&layer->twins, (guint) twin, &draft, distance_m);
      zx_station_ids_add (self, tally, key, (guint) twin);
      return;
    }
  layer->n_without_id += *key == '\0';
  layer->n_shared_ids += recall (self->station_of_id, key) >= 0;
  layer->n_of_unknown_kind += draft.n_any > 0 && !(draft.kw_each > 0) && !(draft.kw > 0);
  guint index = self->drafts->len;
  g_array_append_val (self->drafts, draft);
  zx_station_ids_add (self, tally, key, index);
  remember_name (self, index);
}

static void
remember_set_aside (ZxBuild *self, StationLayer *layer, gsize row)
{
  char key[64];
  zx_cells_key (layer->tally->layer, layer->columns.id, row, key);
  if (*key != '\0')
    g_hash_table_add (self->set_aside, g_strdup (key));
}

static gboolean
add_station_layer (ZxBuild *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  StationLayer layer = { .tally = tally };
  if (!zx_row_places_init (&layer.places, tally, error))
    return FALSE;
  zx_station_columns_init (&layer.columns, tally);
  if (!self->has_pile_totals)
    zx_totals_init (&layer.totals, tally);
  zx_station_twins_init (&layer.twins, self);
  zx_row_table_init (&layer.rows, 0);
  if (zx_box_is_empty (&self->study)) /* no boundary, no roads: where most stations are */
    self->study = zx_box_of_most (layer.places.x, layer.places.y, tally->layer->n_rows, 50000);
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      ok = row % 1024 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (!ok)
        break;
      if (zx_row_places_admit (&layer.places, tally, row, &station_places, &self->study,
                               self->options->study_margin_m))
        add_station (self, &layer, row);
      else
        remember_set_aside (self, &layer, row);
    }
  char count[32], limit[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, layer.n_without_id);
  zx_tally_find_many (tally, "stations.missing-id", -1, layer.n_without_id, ZX_ACTION_KEPT, count,
                      NULL);
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, layer.n_of_unknown_kind);
  g_snprintf (limit, sizeof limit, "%d", ZX_LEAST_DC_KW);
  zx_tally_find_many (tally, "stations.connector-kind-assumed", -1, layer.n_of_unknown_kind,
                      ZX_ACTION_KEPT, count, limit);
  g_snprintf (count, sizeof count, "%zu", layer.n_shared_ids);
  zx_tally_find_many (tally, "stations.shared-ids", -1, layer.n_shared_ids, ZX_ACTION_KEPT, count,
                      NULL);
  zx_station_twins_clear (&layer.twins);
  zx_row_table_clear (&layer.rows);
  zx_row_places_clear (&layer.places);
  tally->is_done = TRUE;
  return ok;
}

/* ---- stations in one place ---------------------------------------------------------------- */

typedef struct
{
  const ZxBuild *build;
  guint station;
  gssize other;
  double distance_m;
} Search;

static void
compare_places (gsize index, double distance_m, gpointer data)
{
  Search *search = data;
  if (index >= search->station || (search->other >= 0 && (gsize) search->other < index))
    return;
  const ZxStationDraft *a = &g_array_index (search->build->drafts, ZxStationDraft, search->station);
  const ZxStationDraft *b = &g_array_index (search->build->drafts, ZxStationDraft, index);
  gboolean is_same_name = a->name == b->name && a->operator_name == b->operator_name;
  /* DOMAIN.md U02: 30 m with operator and name; nothing but the place: 1 m. */
  double limit = is_same_name && a->name != 0 ? 30 : 1;
  if (is_same_name && distance_m <= limit)
    {
      search->other = (gssize) index;
      search->distance_m = distance_m;
    }
}

static void
find_duplicate_places (ZxBuild *self)
{
  const guint n = self->drafts->len;
  g_autofree double *x = g_new (double, n + 1);
  g_autofree double *y = g_new (double, n + 1);
  for (guint i = 0; i < n; i++)
    {
      x[i] = g_array_index (self->drafts, ZxStationDraft, i).x;
      y[i] = g_array_index (self->drafts, ZxStationDraft, i).y;
    }
  g_autoptr (ZxPointIndex) index = zx_point_index_new (x, y, n);
  for (guint i = 0; i < n; i++)
    {
      const ZxStationDraft *draft = &g_array_index (self->drafts, ZxStationDraft, i);
      Search search = { self, i, -1, NAN };
      zx_point_index_within (index, x[i], y[i], 30, compare_places, &search);
      if (search.other < 0)
        continue;
      char distance[32];
      g_ascii_formatd (distance, sizeof distance, "%.0f", ceil (search.distance_m));
      zx_tally_find_row (draft->tally, "stations.duplicate-place", draft->row, ZX_ACTION_KEPT,
                         distance, g_array_index (self->drafts, ZxStationDraft, search.other).row);
    }
}

gboolean
zx_build_stations (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_PILES, &index)) != NULL;)
    self->has_pile_totals = self->has_pile_totals || zx_cells_column (tally, "kwh_total") != NULL
                            || zx_cells_column (tally, "hours_total") != NULL;
  index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_STATIONS, &index)) != NULL;)
    {
      self->has_station_layers = TRUE;
      if (!add_station_layer (self, tally, progress, error))
        return FALSE;
      if (self->has_pile_totals
          && (zx_cells_column (tally, "kwh_total") != NULL
              || zx_cells_column (tally, "hours_total") != NULL))
        zx_tally_find (tally, "usage.pile-totals-preferred", -1, ZX_ACTION_KEPT, NULL, NULL);
    }
  find_duplicate_places (self);
  return TRUE;
}

/* ---- piles -------------------------------------------------------------------------------- */

typedef struct
{
  ZxTally *tally;
  ZxRowPlaces places;
  ZxStationColumns columns;
  const ZxColumn *station_id;
  ZxTotals totals;
  ZxPointIndex *index; /* of the stations that were there before */
  double *x, *y;
  GHashTable *row_of_id; /* key → row + 1 */
  guint n_before;        /* stations */
  gsize n_made;
} PileLayer;

static void
pile_layer_init (PileLayer *layer, ZxBuild *self, ZxTally *tally)
{
  zx_station_columns_init (&layer->columns, tally);
  layer->station_id = zx_cells_column (tally, "station_id");
  zx_totals_init (&layer->totals, tally);
  layer->n_before = self->drafts->len;
  layer->x = g_new (double, layer->n_before + 1);
  layer->y = g_new (double, layer->n_before + 1);
  for (guint i = 0; i < layer->n_before; i++)
    {
      layer->x[i] = g_array_index (self->drafts, ZxStationDraft, i).x;
      layer->y[i] = g_array_index (self->drafts, ZxStationDraft, i).y;
    }
  layer->index = zx_point_index_new (layer->x, layer->y, layer->n_before);
  layer->row_of_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
pile_layer_clear (PileLayer *layer)
{
  zx_row_places_clear (&layer->places);
  zx_point_index_free (layer->index);
  g_free (layer->x);
  g_free (layer->y);
  g_hash_table_unref (layer->row_of_id);
}

/* By the station's id, else the nearest station; -1: none. */
static gssize
station_of_pile (ZxBuild *self, PileLayer *layer, gsize row, const char *station_key)
{
  gssize found = zx_station_ids_find (self, layer->tally, station_key);
  if (found < 0 && isfinite (layer->places.x[row]) && isfinite (layer->places.y[row]))
    found = zx_point_index_nearest (layer->index, layer->places.x[row], layer->places.y[row],
                                    self->options->snap_station_m, NULL);
  return found;
}

/* Without a layer of stations a pile makes one, named by the station's id or the pile's own. */
static gssize
make_station (ZxBuild *self, PileLayer *layer, gsize row, const char *station_key)
{
  ZxTally *tally = layer->tally;
  char key[64];
  ZxStationDraft draft = zx_station_draft ();
  draft.x = layer->places.x[row];
  draft.y = layer->places.y[row];
  draft.row = (gint64) row;
  draft.tally = tally;
  const ZxColumn *id = *station_key != '\0' ? layer->station_id : layer->columns.id;
  draft.id = zx_cells_city_text (tally, id, row);
  draft.name = zx_cells_city_text (tally, layer->columns.name, row);
  draft.operator_name = zx_cells_city_text (tally, layer->columns.operator_name, row);
  draft.state = ZX_STATION_CLOSED; /* until a pile of it works */
  guint index = self->drafts->len;
  g_array_append_val (self->drafts, draft);
  zx_station_ids_add (self, tally, zx_cells_key (tally->layer, id, row, key), index);
  remember_name (self, index);
  layer->n_made++;
  return index;
}

static void
add_to_sum (double *sum, double value)
{
  if (isfinite (value))
    *sum = isnan (*sum) ? value : *sum + value;
}

static void
attach (ZxBuild *self, PileLayer *layer, gsize row, guint station)
{
  ZxTally *tally = layer->tally;
  ZxStationDraft pile = zx_station_draft ();
  ZxStationDraft *draft = &g_array_index (self->drafts, ZxStationDraft, station);
  double kwh = NAN, hours = NAN, days = NAN;
  zx_station_connectors (&layer->columns, tally, row, &pile);
  zx_station_power (&layer->columns, tally, row, &pile);
  if (zx_totals_exist (&layer->totals))
    zx_totals_get (&layer->totals, row, &kwh, &hours, &days);
  if (station >= layer->n_before) /* a station made of its piles: their sum */
    {
      draft->n_dc += pile.n_dc;
      draft->n_ac += pile.n_ac;
      draft->n_any += pile.n_any;
      draft->state = MIN (draft->state, zx_station_state (tally->layer, layer->columns.state, row));
      if (isfinite (layer->places.x[row]) && isfinite (layer->places.y[row]))
        {
          draft->x += (layer->places.x[row] - draft->x) / (draft->n_piles + 1.0);
          draft->y += (layer->places.y[row] - draft->y) / (draft->n_piles + 1.0);
        }
    }
  draft->n_piles++;
  draft->n_metered_piles += isfinite (kwh) || isfinite (hours);
  add_to_sum (&draft->pile_kw, pile.kw);
  add_to_sum (&draft->pile_kwh, kwh);
  add_to_sum (&draft->pile_hours, hours);
  if (isfinite (days))
    draft->pile_days = fmax (draft->pile_days, days);
}

static void
add_pile (ZxBuild *self, PileLayer *layer, gsize row)
{
  ZxTally *tally = layer->tally;
  char key[64], station_key[64];
  zx_cells_key (tally->layer, layer->columns.id, row, key);
  zx_cells_key (tally->layer, layer->station_id, row, station_key);
  gsize other = GPOINTER_TO_SIZE (g_hash_table_lookup (layer->row_of_id, key));
  if (*key != '\0' && other > 0)
    {
      zx_tally_find_row (tally, "piles.duplicate-id", (gint64) row, ZX_ACTION_SET_ASIDE, key,
                         (gint64) other - 1);
      return;
    }
  gssize station = station_of_pile (self, layer, row, station_key);
  gboolean may_make = !self->has_station_layers && isfinite (layer->places.x[row])
                      && isfinite (layer->places.y[row]);
  if (station < 0 && may_make)
    station = make_station (self, layer, row, station_key);
  if (station < 0)
    {
      zx_tally_find (tally, "piles.unknown-station", (gint64) row, ZX_ACTION_SET_ASIDE, station_key,
                     NULL);
      return;
    }
  if (*key != '\0')
    {
      g_hash_table_insert (layer->row_of_id, g_strdup (key), GSIZE_TO_POINTER (row + 1));
      remember (self->station_of_pile, key, (guint) station);
    }
  attach (self, layer, row, (guint) station);
  tally->n_used++;
}

static gboolean
add_pile_layer (ZxBuild *self, ZxTally *tally, const ZxProgress *progress, GError **error)
{
  PileLayer layer = { .tally = tally };
  if (!zx_row_places_init (&layer.places, tally, error))
    return FALSE;
  pile_layer_init (&layer, self, tally);
  if (zx_box_is_empty (&self->study))
    self->study = zx_box_of_most (layer.places.x, layer.places.y, tally->layer->n_rows, 50000);
  gboolean ok = TRUE;
  for (gsize row = 0; ok && row < tally->layer->n_rows; row++)
    {
      char key[64];
      ok = row % 1024 != 0 || zx_progress_step (progress, row, tally->layer->n_rows, error);
      if (!ok)
        break;
      /* A pile of a known station needs no place of its own. */
      gboolean has_station
          = zx_station_ids_find (self, tally,
                                 zx_cells_key (tally->layer, layer.station_id, row, key))
            >= 0;
      gboolean has_place = isfinite (layer.places.x[row]) && isfinite (layer.places.y[row]);
      if ((has_station && !has_place && !zx_binding_leaves_out (tally->binding, (gint64) row))
          || zx_row_places_admit (&layer.places, tally, row, &pile_places, &self->study,
                                  self->options->study_margin_m))
        add_pile (self, &layer, row);
    }
  char count[32];
  g_snprintf (count, sizeof count, "%" G_GSIZE_FORMAT, layer.n_made);
  zx_tally_find_many (tally, "stations.made-from-piles", -1, layer.n_made, ZX_ACTION_KEPT, count,
                      NULL);
  pile_layer_clear (&layer);
  tally->is_done = TRUE;
  return ok;
}

gboolean
zx_build_piles (ZxBuild *self, const ZxProgress *progress, GError **error)
{
  guint index = 0;
  for (ZxTally *tally; (tally = zx_build_next (self, ZX_ROLE_PILES, &index)) != NULL;)
    if (!add_pile_layer (self, tally, progress, error))
      return FALSE;
  return TRUE;
}
