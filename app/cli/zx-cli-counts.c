/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli-counts.h"

#include <math.h>
#include <string.h>

#include "app/solve/zx-solve.h"

#define ALMOST_DEPENDENT 1e-8 /* share of a column's variance that the columns before leave */

/* ---- places and edges --------------------------------------------------------------------- */

/* Ids of the places → their number; each stands once. */
static GHashTable *
number_places (const ZxCliTable *places, guint column, GError **error)
{
  g_autoptr (GHashTable) number = g_hash_table_new (g_str_hash, g_str_equal);
  if (places->n_rows >= G_MAXINT32)
    {
      zx_cli_refuse (error, _ ("%s has %zu rows; no model is that large"), places->path,
                     places->n_rows);
      return NULL;
    }
  for (gsize row = 0; row < places->n_rows; row++)
    {
      const char *id = zx_cli_table_cell (places, row, column);
      if (*id == '\0'
          || !g_hash_table_insert (number, (gpointer) id, GUINT_TO_POINTER ((guint) row + 1)))
        {
          zx_cli_refuse (error,
                         _ ("%s: row %zu has “%s” as %s; each id stands once and is not empty"),
                         places->path, row + 1, id, places->name[column]);
          return NULL;
        }
    }
  return g_steal_pointer (&number);
}

static gboolean
find_place (GHashTable *number, const ZxCliTable *table, gsize row, guint column,
            const ZxCliTable *places, guint32 *place, GError **error)
{
  const char *id = zx_cli_table_cell (table, row, column);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (number, id));
  if (found == 0)
    return zx_cli_refuse (error, _ ("%s: row %zu names “%s” as %s, but %s has no such row"),
                          table->path, row + 1, id, table->name[column], places->path);
  *place = found - 1;
  return TRUE;
}

static guint
hash_edge (gconstpointer key)
{
  guint64 edge = *(const guint64 *) key;
  return (guint) ((edge * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32);
}

static gboolean
read_edges (ZxCliCounts *self, const char *path, GHashTable *number, GError **error)
{
  g_autoptr (ZxCliTable) table = zx_cli_table_read (path, error);
  guint a, b;
  if (table == NULL || !zx_cli_table_need (table, "a", &a, error)
      || !zx_cli_table_need (table, "b", &b, error))
    return FALSE;
  self->edge_a = ZX_TRY_NEW (guint32, table->n_rows, "edges", error);
  self->edge_b = self->edge_a ? ZX_TRY_NEW (guint32, table->n_rows, "edges", error) : NULL;
  g_autofree guint64 *key
      = self->edge_b ? ZX_TRY_NEW (guint64, table->n_rows, "edges", error) : NULL;
  if (key == NULL)
    return FALSE;
  g_autoptr (GHashTable) seen = g_hash_table_new (hash_edge, g_int64_equal);
  for (gsize row = 0; row < table->n_rows; row++)
    {
      guint32 from = 0, to = 0;
      if (!find_place (number, table, row, a, self->places, &from, error)
          || !find_place (number, table, row, b, self->places, &to, error))
        return FALSE;
      if (from == to)
        return zx_cli_refuse (error, _ ("%s: row %zu joins %s to itself"), path, row + 1,
                              zx_cli_table_cell (table, row, a));
      self->edge_a[row] = MIN (from, to);
      self->edge_b[row] = MAX (from, to);
      key[row] = (guint64) self->edge_a[row] << 32 | self->edge_b[row];
      if (!g_hash_table_add (seen, &key[row]))
        return zx_cli_refuse (
            error,
            _ ("%s: row %zu joins %s and %s again; each edge stands once, in either "
               "direction"),
            path, row + 1, zx_cli_table_cell (table, row, a), zx_cli_table_cell (table, row, b));
    }
  self->data.n_edges = (guint) table->n_rows;
  self->data.edge_a = self->edge_a;
  self->data.edge_b = self->edge_b;
  return TRUE;
}

/* ---- covariates --------------------------------------------------------------------------- */

static gboolean
is_covariate (const char *name, const char *const *wanted)
{
  if (wanted != NULL)
    return g_strv_contains (wanted, name);
  return name[0] == 'x' && strcmp (name, "x_m") != 0;
}

static gboolean
add_column (const ZxCliTable *table, guint column, double *to, GError **error)
{
  g_autofree double *values = zx_cli_table_numbers (table, column, FALSE, error);
  if (values == NULL)
    return FALSE;
  memcpy (to, values, table->n_rows * sizeof *to);
  return TRUE;
}

static gboolean
check_names (const ZxCliCounts *self, const char *const *wanted, GError **error)
{
  for (guint k = 0; wanted != NULL && wanted[k] != NULL; k++)
    if (zx_cli_table_column (self->places, wanted[k]) < 0
        && (self->observations == NULL || zx_cli_table_column (self->observations, wanted[k]) < 0))
      return zx_cli_refuse (error, _ ("There is no column “%s” to be a covariate"), wanted[k]);
  return TRUE;
}

static gboolean
read_place_columns (ZxCliCounts *self, const char *const *wanted, GError **error)
{
  const ZxCliTable *places = self->places, *stations = self->observations;
  gsize n = places->n_rows, m = stations != NULL ? stations->n_rows : 0;
  gboolean is_observed = FALSE;
  for (guint k = 0; k < places->n_columns; k++)
    if (is_covariate (places->name[k], wanted))
      {
        g_ptr_array_add (self->names, (gpointer) places->name[k]);
        is_observed
            = is_observed || (stations && zx_cli_table_column (stations, places->name[k]) >= 0);
      }
  guint n_names = self->names->len;
  self->x = ZX_TRY_NEW (double, n *MAX (n_names, 1), "covariates", error);
  self->x_observed
      = self->x != NULL ? ZX_TRY_NEW (double, m *MAX (n_names, 1), "covariates", error) : NULL;
  if (self->x_observed == NULL)
    return FALSE;
  for (guint k = 0; k < n_names; k++)
    {
      const char *name = self->names->pdata[k];
      double *x = self->x + k * n;
      if (!add_column (places, (guint) zx_cli_table_column (places, name), x, error))
        return FALSE;
      int own = stations != NULL ? zx_cli_table_column (stations, name) : -1;
      if (own >= 0 && !add_column (stations, (guint) own, self->x_observed + k * m, error))
        return FALSE;
      for (gsize i = 0; i < m && own < 0; i++)
        self->x_observed[k * m + i] = x[self->cell[i]];
    }
  self->data.n_covariates = n_names;
  self->data.x = self->x;
  self->data.x_observed = is_observed ? self->x_observed : NULL;
  self->data.names = (const char *const *) self->names->pdata;
  return TRUE;
}

static gboolean
read_own_columns (ZxCliCounts *self, const char *const *wanted, GError **error)
{
  const ZxCliTable *stations = self->observations;
  for (guint k = 0; k < stations->n_columns; k++)
    if (is_covariate (stations->name[k], wanted)
        && zx_cli_table_column (self->places, stations->name[k]) < 0)
      g_ptr_array_add (self->own_names, (gpointer) stations->name[k]);
  guint n_own = self->own_names->len;
  self->x_own = ZX_TRY_NEW (double, stations->n_rows *MAX (n_own, 1), "covariates", error);
  for (guint k = 0; self->x_own != NULL && k < n_own; k++)
    if (!add_column (stations, (guint) zx_cli_table_column (stations, self->own_names->pdata[k]),
                     self->x_own + k * stations->n_rows, error))
      return FALSE;
  self->data.n_own = n_own;
  self->data.x_own = self->x_own;
  self->data.own_names = (const char *const *) self->own_names->pdata;
  return self->x_own != NULL;
}

static gboolean
read_covariates (ZxCliCounts *self, const char *covariates, GError **error)
{
  g_auto (GStrv) wanted = covariates != NULL ? g_strsplit (covariates, ",", -1) : NULL;
  const char *const *names = (const char *const *) wanted;
  return check_names (self, names, error) && read_place_columns (self, names, error)
         && (self->observations == NULL || read_own_columns (self, names, error));
}

/* ---- counts ------------------------------------------------------------------------------- */

static gboolean
read_counts (ZxCliCounts *self, const ZxCliTable *table, const char *exposure_name, GError **error)
{
  guint y, exposure;
  const char *other = zx_cli_table_column (table, exposure_name) < 0 ? "exposure" : exposure_name;
  if (!zx_cli_table_need (table, "y", &y, error)
      || !zx_cli_table_need (table, other, &exposure, error))
    return FALSE;
  self->y = zx_cli_table_numbers (table, y, TRUE, error);
  self->exposure = self->y != NULL ? zx_cli_table_numbers (table, exposure, FALSE, error) : NULL;
  if (self->exposure == NULL)
    return FALSE;
  for (gsize row = 0; row < table->n_rows; row++)
    {
      double count = self->y[row];
      if (!isnan (count) && !(count >= 0 && count == floor (count) && count < 0x1p53))
        return zx_cli_refuse (
            error,
            _ ("%s: row %zu counts %s; a count is a whole number of at least 0, or "
               "empty to be predicted"),
            table->path, row + 1, zx_cli_table_cell (table, row, y));
      if (!(self->exposure[row] > 0))
        return zx_cli_refuse (error,
                              _ ("%s: row %zu has an exposure of %s; it must be more than 0"),
                              table->path, row + 1, zx_cli_table_cell (table, row, exposure));
    }
  self->data.n_observations = (guint) table->n_rows;
  self->data.y = self->y;
  self->data.exposure = self->exposure;
  return TRUE;
}

/* Whole numbers by size, and anything else by its letters behind them. */
static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const char *x = *(const char *const *) a, *y = *(const char *const *) b;
  double u, v;
  gboolean is_u = zx_number_parse (x, strlen (x), &u), is_v = zx_number_parse (y, strlen (y), &v);
  if (is_u != is_v)
    return is_u ? -1 : 1;
  if (is_u && u != v)
    return u < v ? -1 : 1;
  return strcmp (x, y);
}

static void
read_operators (ZxCliCounts *self)
{
  const ZxCliTable *stations = self->observations;
  int column = zx_cli_table_column (stations, "operator");
  if (column < 0)
    return;
  g_autoptr (GHashTable) number = g_hash_table_new (g_str_hash, g_str_equal);
  for (gsize row = 0; row < stations->n_rows; row++)
    {
      const char *id = zx_cli_table_cell (stations, row, (guint) column);
      if (*id != '\0' && g_hash_table_add (number, (gpointer) id))
        g_ptr_array_add (self->group_ids, (gpointer) id);
    }
  g_ptr_array_sort (self->group_ids, compare_ids);
  for (guint g = 0; g < self->group_ids->len; g++)
    g_hash_table_insert (number, self->group_ids->pdata[g], GUINT_TO_POINTER (g + 1));
  self->group = g_new (gint32, stations->n_rows);
  for (gsize row = 0; row < stations->n_rows; row++)
    self->group[row] = GPOINTER_TO_INT (g_hash_table_lookup (
                           number, zx_cli_table_cell (stations, row, (guint) column)))
                       - 1;
  self->data.group = self->group_ids->len > 0 ? self->group : NULL;
  self->data.n_groups = self->group_ids->len;
}

/* ---- the two forms ------------------------------------------------------------------------ */

static ZxCliCounts *
counts_new (const char *places, GError **error)
{
  g_autoptr (ZxCliCounts) self = g_new0 (ZxCliCounts, 1);
  self->group_ids = g_ptr_array_new ();
  self->names = g_ptr_array_new ();
  self->own_names = g_ptr_array_new ();
  self->places = zx_cli_table_read (places, error);
  if (self->places == NULL)
    return NULL;
  self->data.n_cells = (guint) self->places->n_rows;
  return g_steal_pointer (&self);
}

ZxCliCounts *
zx_cli_counts_areas (const char *areas, const char *edges, const char *covariates, GError **error)
{
  g_autoptr (ZxCliCounts) self = counts_new (areas, error);
  if (self == NULL)
    return NULL;
  const char *id = zx_cli_table_column (self->places, "id") < 0 ? "area" : "id";
  if (!zx_cli_table_need (self->places, id, &self->place_id, error))
    return NULL;
  g_autoptr (GHashTable) number = number_places (self->places, self->place_id, error);
  if (number == NULL || !read_counts (self, self->places, "E", error)
      || !read_edges (self, edges, number, error) || !read_covariates (self, covariates, error))
    return NULL;
  self->observation_id = self->place_id;
  self->has_observation_id = TRUE;
  self->cell = g_new (guint32, self->places->n_rows);
  for (guint32 i = 0; i < self->places->n_rows; i++)
    self->cell[i] = i;
  self->data.cell = self->cell;
  return g_steal_pointer (&self);
}

ZxCliCounts *
zx_cli_counts_stations (const char *stations, const char *cells, const char *edges,
                        const char *covariates, GError **error)
{
  g_autoptr (ZxCliCounts) self = counts_new (cells, error);
  guint cell;
  if (self == NULL || !zx_cli_table_need (self->places, "cell", &self->place_id, error))
    return NULL;
  g_autoptr (GHashTable) number = number_places (self->places, self->place_id, error);
  self->observations = number != NULL ? zx_cli_table_read (stations, error) : NULL;
  if (self->observations == NULL || !zx_cli_table_need (self->observations, "cell", &cell, error))
    return NULL;
  if (self->observations->n_rows >= G_MAXINT32)
    {
      zx_cli_refuse (error, _ ("%s has %zu rows; no model is that large"), stations,
                     self->observations->n_rows);
      return NULL;
    }
  self->cell = g_new (guint32, self->observations->n_rows);
  for (gsize row = 0; row < self->observations->n_rows; row++)
    if (!find_place (number, self->observations, row, cell, self->places, &self->cell[row], error))
      return NULL;
  self->data.cell = self->cell;
  int id = zx_cli_table_column (self->observations, "station_id");
  id = id < 0 ? zx_cli_table_column (self->observations, "station") : id;
  self->has_observation_id = id >= 0;
  self->observation_id = (guint) MAX (id, 0);
  if (!read_counts (self, self->observations, "exposure", error)
      || !read_edges (self, edges, number, error) || !read_covariates (self, covariates, error))
    return NULL;
  read_operators (self);
  return g_steal_pointer (&self);
}

void
zx_cli_counts_free (ZxCliCounts *self)
{
  if (self == NULL)
    return;
  zx_cli_table_free (self->places);
  zx_cli_table_free (self->observations);
  g_clear_pointer (&self->group_ids, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->own_names, g_ptr_array_unref);
  g_free (self->edge_a);
  g_free (self->edge_b);
  g_free (self->cell);
  g_free (self->x);
  g_free (self->x_observed);
  g_free (self->x_own);
  g_free (self->y);
  g_free (self->exposure);
  g_free (self->group);
  g_free (self);
}

const char *
zx_cli_counts_cell_id (const ZxCliCounts *self, guint cell)
{
  return zx_cli_table_cell (self->places, cell, self->place_id);
}

gboolean
zx_cli_counts_coordinate (const ZxCliCounts *self, const char *name, double **values,
                          GError **error)
{
  int own = self->observations != NULL ? zx_cli_table_column (self->observations, name) : -1;
  int of_cell = zx_cli_table_column (self->places, name);
  if (own >= 0)
    return (*values = zx_cli_table_numbers (self->observations, (guint) own, FALSE, error)) != NULL;
  if (of_cell < 0)
    return TRUE;
  g_autofree double *centre = zx_cli_table_numbers (self->places, (guint) of_cell, FALSE, error);
  if (centre == NULL)
    return FALSE;
  *values = g_new (double, self->data.n_observations);
  for (guint i = 0; i < self->data.n_observations; i++)
    (*values)[i] = centre[self->cell[i]];
  return TRUE;
}

const char *
zx_cli_counts_observation_id (const ZxCliCounts *self, guint observation, char *buffer)
{
  const ZxCliTable *table = self->observations != NULL ? self->observations : self->places;
  if (self->has_observation_id)
    return zx_cli_table_cell (table, observation, self->observation_id);
  g_snprintf (buffer, 24, "%u", observation + 1);
  return buffer;
}

/* ---- doubts ------------------------------------------------------------------------------- */

static double
covariate_of (const ZxCliCounts *self, guint k, guint observation)
{
  const ZxDemandData *data = &self->data;
  gsize n = data->n_observations;
  if (k == 0)
    return 1;
  if (k > data->n_covariates)
    return data->x_own[(k - 1 - data->n_covariates) * n + observation];
  if (data->x_observed != NULL)
    return data->x_observed[(k - 1) * n + observation];
  return data->x[(gsize) (k - 1) * data->n_cells + data->cell[observation]];
}

static const char *
covariate_name (const ZxCliCounts *self, guint k)
{
  return k > self->data.n_covariates ? self->own_names->pdata[k - 1 - self->data.n_covariates]
                                     : self->names->pdata[k - 1];
}

/* Gram and Schmidt over the counted rows: a column of which nothing is left. */
static void
print_dependent (const ZxCliCounts *self)
{
  const ZxDemandData *data = &self->data;
  gsize n = data->n_observations;
  guint q = 1 + data->n_covariates + data->n_own;
  g_autofree double *basis = g_try_new (double, n *q);
  for (guint k = 0; basis != NULL && k < q; k++)
    {
      double *column = basis + k * n, all = 0, left = 0;
      for (gsize i = 0; i < n; i++)
        {
          column[i] = isnan (data->y[i]) ? 0 : covariate_of (self, k, (guint) i);
          all += column[i] * column[i];
        }
      for (guint pass = 0; pass < 2; pass++)
        for (guint j = 0; j < k; j++)
          {
            double along = 0;
            for (gsize i = 0; i < n; i++)
              along += basis[j * n + i] * column[i];
            for (gsize i = 0; i < n; i++)
              column[i] -= along * basis[j * n + i];
          }
      for (gsize i = 0; i < n; i++)
        left += column[i] * column[i];
      gboolean is_dependent = !(left > ALMOST_DEPENDENT * all);
      if (is_dependent && k > 0)
        g_printerr (_ ("Note: over the rows with a count the covariate %s is a combination of the "
                       "intercept and of those before it; only the priors tell them apart\n"),
                    covariate_name (self, k));
      double scale = is_dependent ? 0 : 1 / sqrt (left);
      for (gsize i = 0; i < n; i++)
        column[i] *= scale;
    }
}

void
zx_cli_counts_print_doubts (const ZxCliCounts *self)
{
  guint n_counts = 0, n_zeros = 0;
  for (guint i = 0; i < self->data.n_observations; i++)
    {
      n_counts += !isnan (self->y[i]);
      n_zeros += self->y[i] == 0;
    }
  if (n_counts == n_zeros && n_counts > 0)
    g_printerr (_ ("Note: all %u counts are zero; how low the rates are is known from the priors "
                   "alone\n"),
                n_counts);
  if (n_counts == 1)
    g_printerr (_ ("Note: there is one count; everything but the level is known from the priors "
                   "alone\n"));
  if (self->data.n_groups == 1)
    g_printerr (_ ("Note: there is one operator; its effect and the intercept cannot be told "
                   "apart\n"));
  print_dependent (self);
}
