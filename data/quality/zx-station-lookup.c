/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/quality/zx-station-lookup.h"

typedef struct
{
  gssize station;
  gsize n_unknown, first_row;
} Entry;

static gboolean
use_places (ZxStationLookup *self, GError **error)
{
  const GArray *drafts = self->tally->build->drafts;
  if (self->id != NULL || self->name != NULL)
    return TRUE;
  if (!zx_row_places_init (&self->places, self->tally, error))
    return FALSE;
  self->has_places = TRUE;
  self->x = g_new (double, drafts->len + 1);
  self->y = g_new (double, drafts->len + 1);
  for (guint i = 0; i < drafts->len; i++)
    {
      self->x[i] = g_array_index (drafts, ZxStationDraft, i).x;
      self->y[i] = g_array_index (drafts, ZxStationDraft, i).y;
    }
  self->index = zx_point_index_new (self->x, self->y, drafts->len);
  return TRUE;
}

gboolean
zx_station_lookup_init (ZxStationLookup *self, ZxTally *tally, GError **error)
{
  *self = (ZxStationLookup){ .tally = tally,
                             .id = zx_cells_column (tally, "station_id"),
                             .name = zx_cells_column (tally, "name") };
  zx_row_table_init (&self->table, 0);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  if (use_places (self, error))
    return TRUE;
  zx_station_lookup_clear (self);
  return FALSE;
}

void
zx_station_lookup_clear (ZxStationLookup *self)
{
  zx_row_table_clear (&self->table);
  g_clear_pointer (&self->entries, g_array_unref);
  if (self->has_places)
    zx_row_places_clear (&self->places);
  g_clear_pointer (&self->index, zx_point_index_free);
  g_clear_pointer (&self->x, g_free);
  g_clear_pointer (&self->y, g_free);
}

static guint64
hash_cell (guint64 hash, const ZxColumn *column, gsize row)
{
  if (column == NULL)
    return zx_hash_double (hash, -1);
  return column->kind == ZX_COLUMN_TEXT ? zx_hash_double (hash, column->text[row])
                                        : zx_hash_double (hash, column->number[row]);
}

static gssize
find_station (const ZxStationLookup *self, gsize row)
{
  char id[64], name[64];
  return zx_build_station (self->tally->build, self->tally,
                           zx_cells_key (self->tally->layer, self->id, row, id),
                           zx_cells_key (self->tally->layer, self->name, row, name));
}

gssize
zx_station_lookup (ZxStationLookup *self, gsize row)
{
  if (self->has_places && isfinite (self->places.x[row]) && isfinite (self->places.y[row]))
    {
      gssize near = zx_point_index_nearest (self->index, self->places.x[row], self->places.y[row],
                                            self->tally->build->options->snap_station_m, NULL);
      if (near >= 0)
        return near;
    }
  guint64 hash = hash_cell (hash_cell (7, self->id, row), self->name, row);
  gssize known = zx_row_table_first (&self->table, hash, self->entries->len);
  if (known < 0)
    {
      Entry entry = { find_station (self, row), 0, row };
      known = (gssize) self->entries->len;
      g_array_append_val (self->entries, entry);
    }
  Entry *entry = &g_array_index (self->entries, Entry, known);
  if (entry->station >= 0)
    return entry->station;
  entry->first_row = entry->n_unknown++ == 0 ? row : entry->first_row;
  return -1;
}

void
zx_station_lookup_tell_unknown (ZxStationLookup *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      char id[64], name[64];
      const char *text = zx_cells_key (self->tally->layer, self->id, entry->first_row, id);
      if (*text == '\0')
        text = zx_cells_key (self->tally->layer, self->name, entry->first_row, name);
      zx_tally_find_many (self->tally,
                          *text != '\0' ? zx_build_unknown_rule (self->tally->build, text)
                                        : "sessions.missing-station",
                          (gint64) entry->first_row, entry->n_unknown, ZX_ACTION_SET_ASIDE,
                          *text != '\0' ? text : NULL, NULL);
    }
}
