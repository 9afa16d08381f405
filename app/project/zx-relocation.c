/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file was moved, or another one is to stand in its place.  What the project took from the old
 * one is known: names of layers and columns from the recipe; rows and system from the last run.
 * The new one is looked at without reading it whole.
 *
 * It cannot stand for the old one when a layer is not in it or a column is missing that nothing
 * works without.  All else is a difference that is said and may be wanted: a newer version has
 * other rows.  Wrong where a file keeps names and numbers but means something else by them: nobody
 * can see that from outside. */

#include "app/project/zx-relocation.h"

#include "app/project/zx-route.h"
#include "data/gis/zx-gis.h"

void
zx_relocation_free (ZxRelocation *self)
{
  if (self == NULL)
    return;
  g_free (self->from);
  g_free (self->to);
  g_ptr_array_unref (self->differences);
  g_hash_table_unref (self->layers);
  g_free (self);
}

static ZxRelocation *
relocation_new (const char *from, const char *to)
{
  ZxRelocation *self = g_new0 (ZxRelocation, 1);
  self->from = g_strdup (from);
  self->to = g_strdup (to);
  self->is_possible = TRUE;
  self->differences = g_ptr_array_new_with_free_func (g_free);
  self->layers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

const ZxSource *
zx_relocation_source (const ZxCity *city, const char *layer)
{
  for (guint i = 0; city != NULL && i < city->sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (city->sources, i);
      if (strcmp (source->layer, layer) == 0)
        return source;
    }
  return NULL;
}

/* The last run may have read the layer under another name; one of its kind is still the same. */
static const ZxSource *
source_of (const ZxCity *city, const ZxBinding *binding)
{
  g_autofree char *title = zx_findings_title (binding->path, binding->layer);
  const ZxSource *named = zx_relocation_source (city, title), *alike = NULL;
  guint n_alike = 0;
  for (guint i = 0; city != NULL && i < city->sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (city->sources, i);
      if (strcmp (source->role, zx_role_name (binding->role)) == 0)
        {
          alike = source;
          n_alike++;
        }
    }
  return named != NULL ? named : n_alike == 1 ? alike : NULL;
}

/* ---- what the new file holds --------------------------------------------------------------- */

typedef struct
{
  char *name;
  ZxLayer *head;    /* nullable */
  gint64 n_rows;    /* -1: not known */
  char *crs;        /* nullable */
  ZxBinding *guess; /* as what it would be taken */
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;
  g_free (found->name);
  zx_layer_free (found->head);
  g_free (found->crs);
  zx_binding_free (found->guess);
  g_free (found);
}

static char *
guess_crs (const ZxLayer *head)
{
  gboolean is_swapped;
  g_autofree char *reason = NULL;
  return head->geometry.n_points > 0 ? zx_gis_guess_crs (
             head->geometry.x, head->geometry.y, head->geometry.n_points, &reason, &is_swapped)
                                     : NULL;
}

static void
find_in_tables (GPtrArray *all, GPtrArray *infos, const char *path)
{
  for (guint i = 0; i < infos->len; i++)
    {
      ZxGisLayerInfo *info = g_ptr_array_index (infos, i);
      Found *found = g_new0 (Found, 1);
      found->name = g_strdup (info->name);
      found->n_rows = info->n_rows;
      found->guess = info->head != NULL
                         ? zx_quality_guess (info->head, path, info->driver, info->n_rows)
                         : zx_binding_new (path, info->name);
      found->crs
          = info->crs == NULL && info->head != NULL ? guess_crs (info->head) : g_strdup (info->crs);
      found->head = g_steal_pointer (&info->head);
      g_ptr_array_add (all, found);
    }
}

/* The network of another tool: both tables in one file, with our own names for columns. */
static void
find_in_case (GPtrArray *all, ZxRecipe *recipe)
{
  for (guint i = 0; i < recipe->bindings->len; i++)
    {
      Found *found = g_new0 (Found, 1);
      ZxBinding **binding = (ZxBinding **) &recipe->bindings->pdata[i];
      found->name = g_strdup ((*binding)->layer);
      found->n_rows = -1;
      found->guess = *binding;
      *binding = zx_binding_new ("", ""); /* the recipe frees what it holds */
      g_ptr_array_add (all, found);
    }
}

static GPtrArray *
find_all (const char *path, const ZxProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (found_free);
  if (zx_case_is_file (path))
    {
      g_autoptr (ZxRecipe) recipe = zx_recipe_new ();
      if (!zx_case_guess (path, recipe, NULL, progress, error))
        return NULL;
      find_in_case (all, recipe);
      return g_steal_pointer (&all);
    }
  zx_gis_init ();
  g_autoptr (GPtrArray) infos = zx_gis_look (path, NULL, progress, error);
  if (infos == NULL)
    return NULL;
  find_in_tables (all, infos, path);
  return g_steal_pointer (&all);
}

/* By its name; a layer that is the whole file is the only one of the other, whatever that calls it.
 */
static const Found *
find_layer (const GPtrArray *all, const char *name)
{
  for (guint i = 0; i < all->len; i++)
    {
      const Found *found = g_ptr_array_index (all, i);
      if (strcmp (found->name, name) == 0)
        return found;
    }
  return all->len == 1 ? g_ptr_array_index (all, 0) : NULL;
}

/* ---- comparing ------------------------------------------------------------------------------ */

/* Takes @sentence. */
static void
differ (ZxRelocation *self, char *sentence)
{
  g_ptr_array_add (self->differences, sentence);
}

static gboolean
has_column (const Found *found, const char *name)
{
  if (found->head != NULL)
    return zx_layer_column_index (found->head, name) >= 0;
  GHashTableIter iter;
  gpointer source;
  g_hash_table_iter_init (&iter, found->guess->columns);
  while (g_hash_table_iter_next (&iter, NULL, &source))
    if (strcmp (source, name) == 0)
      return TRUE;
  return FALSE;
}

static void
compare_columns (ZxRelocation *self, const ZxBinding *binding, const Found *found)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (binding->role, &n);
  for (guint i = 0; i < n; i++)
    {
      const char *source = zx_binding_column (binding, columns[i].name);
      if (source == NULL || has_column (found, source))
        continue;
      if (columns[i].is_required)
        self->is_possible = FALSE;
      differ (self, g_strdup_printf (columns[i].is_required
                                         ? _ ("%s has no column “%s”, without which it is of no "
                                              "use (%s).")
                                         : _ ("%s has no column “%s” (%s)."),
                                     found->name, source, _ (columns[i].meaning)));
    }
}

static gboolean
is_drawn_as (ZxRole role, ZxGeometryKind kind)
{
  switch (role)
    {
    case ZX_ROLE_ROADS:
      return kind == ZX_GEOMETRY_LINE;
    case ZX_ROLE_BOUNDARY:
    case ZX_ROLE_DISTRICTS:
    case ZX_ROLE_WATER:
    case ZX_ROLE_GREEN:
    case ZX_ROLE_EXCLUSIONS:
      return kind == ZX_GEOMETRY_POLYGON;
    default:
      return TRUE;
    }
}

static void
compare_type (ZxRelocation *self, const ZxBinding *binding, const Found *found)
{
  if (found->head != NULL && !is_drawn_as (binding->role, found->head->geometry.kind))
    {
      self->is_possible = FALSE;
      differ (self, g_strdup_printf (binding->role == ZX_ROLE_ROADS
                                         ? _ ("%s is used as “%s”, but it does not hold lines.")
                                         : _ ("%s is used as “%s”, but it does not hold areas."),
                                     found->name, _ (zx_role_title (binding->role))));
    }
  else if (found->guess->role != binding->role)
    differ (self, g_strdup_printf (_ ("%s is used as “%s”; this file looks like “%s”."),
                                   found->name, _ (zx_role_title (binding->role)),
                                   _ (zx_role_title (found->guess->role))));
}

/* Formats that do not say how many rows there are have to be read for it.  -1: that failed. */
static gint64
count_rows (const char *path, const Found *found, const ZxProgress *progress)
{
  if (found->n_rows >= 0 || found->head == NULL || found->head->n_columns == 0)
    return found->n_rows;
  const char *const columns[] = { found->head->columns[0].name, NULL };
  ZxGisReadOptions options = ZX_GIS_READ_OPTIONS_INIT;
  options.columns = columns;
  g_autoptr (ZxLayer) layer = zx_gis_read (path, found->name, &options, NULL, progress, NULL);
  return layer != NULL ? (gint64) layer->n_rows : -1;
}

static void
compare_rows (ZxRelocation *self, const ZxSource *source, const Found *found,
              const ZxProgress *progress)
{
  gint64 n_rows = source != NULL ? count_rows (self->to, found, progress) : -1;
  if (n_rows < 0 || n_rows == source->n_rows)
    return;
  g_autofree char *now = zx_number_human ((double) n_rows, 0),
                  *then = zx_number_human ((double) source->n_rows, 0);
  differ (self,
          g_strdup_printf (_ ("%s has %s rows; before there were %s."), found->name, now, then));
}

/* What a person stated stays so.  An offset found by comparing layers is found again by the run. */
static void
compare_systems (ZxRelocation *self, const ZxBinding *binding, const ZxSource *source,
                 const Found *found)
{
  if (binding->crs != NULL || source == NULL || source->crs[0] == '\0' || found->crs == NULL
      || strcmp (source->crs, "GCJ-02") == 0 || strcmp (source->crs, "BD-09") == 0
      || strcmp (found->crs, source->crs) == 0)
    return;
  differ (self, g_strdup_printf (_ ("The coordinates of %s are in %s; before they were in %s."),
                                 found->name, found->crs, source->crs));
}

static void
compare_layer (ZxRelocation *self, const ZxBinding *binding, const GPtrArray *all,
               const ZxCity *city, const ZxProgress *progress)
{
  const Found *found = find_layer (all, binding->layer);
  if (found == NULL)
    {
      self->is_possible = FALSE;
      differ (self, g_strdup_printf (_ ("There is no layer “%s” in it."), binding->layer));
      return;
    }
  const ZxSource *source = source_of (city, binding);
  g_hash_table_insert (self->layers, g_strdup (binding->layer), g_strdup (found->name));
  compare_type (self, binding, found);
  compare_columns (self, binding, found);
  compare_rows (self, source, found, progress);
  compare_systems (self, binding, source, found);
}

ZxRelocation *
zx_relocation_compare (const char *from, const char *to, const ZxRecipe *recipe, const ZxCity *city,
                       const ZxProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) all = find_all (to, progress, error);
  if (all == NULL)
    return NULL;
  g_autoptr (ZxRelocation) self = relocation_new (from, to);
  guint n = recipe->bindings->len;
  for (guint i = 0; i < n; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (recipe->bindings, i);
      ZxProgress slice = zx_progress_slice (progress, (double) i / n, (double) (i + 1) / n);
      if (!zx_progress_step (&slice, 0, 1, error))
        return NULL;
      if (strcmp (binding->path, from) == 0 && binding->role != ZX_ROLE_NONE)
        compare_layer (self, binding, all, city, &slice);
    }
  return zx_progress_step (progress, 1, 1, error) ? g_steal_pointer (&self) : NULL;
}

ZxLayer *
zx_relocation_head (const char *path, const char *layer, const ZxProgress *progress, GError **error)
{
  zx_gis_init ();
  g_autoptr (GPtrArray) infos = zx_gis_look (path, NULL, progress, error);
  for (guint i = 0; infos != NULL && i < infos->len; i++)
    {
      ZxGisLayerInfo *info = g_ptr_array_index (infos, i);
      if (strcmp (info->name, layer) == 0 && info->head != NULL)
        return g_steal_pointer (&info->head);
    }
  if (infos != NULL)
    g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING, _ ("The file %s holds no table “%s”"), path,
                 layer);
  return NULL;
}
