/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files a project is made from: whether they are there, what they are taken for, and where else
 * they may be. */

#include "app/project/zx-relocation.h"
#include "app/project/zx-session-private.h"

/* ---- whether they are there ------------------------------------------------------------------ */

typedef struct
{
  ZxSession *session;
  char *path;
} Look;

static void
set_missing (ZxSession *self, const char *path, gboolean is_missing)
{
  if (g_hash_table_contains (self->missing, path) == is_missing)
    return;
  if (is_missing)
    g_hash_table_add (self->missing, g_strdup (path));
  else
    g_hash_table_remove (self->missing, path);
  g_signal_emit_by_name (self, "files-changed");
}

static void
on_looked_cb (GObject *file, GAsyncResult *result, gpointer data)
{
  Look *look = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (file), result, &error);
  if (look->session->missing != NULL)
    set_missing (look->session, look->path, info == NULL);
  g_object_unref (look->session);
  g_free (look->path);
  g_free (look);
}

void
zx_session_look_for_files (ZxSession *self)
{
  g_autoptr (GHashTable) asked = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; self->recipe != NULL && i < self->recipe->bindings->len; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (self->recipe->bindings, i);
      if (!g_hash_table_add (asked, binding->path))
        continue;
      g_autoptr (GFile) file = g_file_new_for_path (binding->path);
      const Look look = { g_object_ref (self), g_strdup (binding->path) };
      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT, NULL, on_looked_cb,
                               g_memdup2 (&look, sizeof look));
    }
}

void
zx_session_reset_files (ZxSession *self)
{
  g_hash_table_remove_all (self->missing);
  zx_session_look_for_files (self);
}

gboolean
zx_session_is_missing (ZxSession *self, const char *path)
{
  return g_hash_table_contains (self->missing, path);
}

guint
zx_session_n_missing (ZxSession *self)
{
  guint n = 0;
  for (guint i = 0; self->recipe != NULL && i < self->recipe->bindings->len; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (self->recipe->bindings, i);
      n += binding->role != ZX_ROLE_NONE && zx_session_is_missing (self, binding->path);
    }
  return n;
}

const ZxSource *
zx_session_source (ZxSession *self, const char *layer)
{
  return self->project != NULL ? zx_relocation_source (zx_project_city (self->project), layer)
                               : NULL;
}

/* ---- jobs that look into a file ---------------------------------------------------------------
 */

typedef struct
{
  char *path, *layer, *title; /* @title: as findings name the layer */
  char *other;                /* the file in its place */
  ZxRole role;
  ZxRecipe *recipe;
  ZxProject *project;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;
  g_free (order->path);
  g_free (order->layer);
  g_free (order->title);
  g_free (order->other);
  zx_recipe_free (order->recipe);
  g_clear_object (&order->project);
  g_free (order);
}

static Order *
order_for (const ZxBinding *binding, const char *title)
{
  Order *order = g_new0 (Order, 1);
  order->path = g_strdup (binding->path);
  order->layer = g_strdup (binding->layer);
  order->title = g_strdup (title);
  return order;
}

static gpointer
do_list_columns (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  g_autoptr (ZxLayer) head = zx_relocation_head (order->path, order->layer, progress, error);
  if (head == NULL)
    return NULL;
  char **names = g_new0 (char *, head->n_columns + 1);
  for (guint i = 0; i < head->n_columns; i++)
    names[i] = g_strdup (head->columns[i].name);
  return names;
}

void
zx_session_list_columns (ZxSession *self, const char *layer, ZxJobDoneFunc done, GObject *owner)
{
  const ZxBinding *binding = self->recipe != NULL ? zx_recipe_binding (self->recipe, layer) : NULL;
  g_return_if_fail (binding != NULL);
  zx_jobs_start (self->jobs, _ ("Looking at files"), do_list_columns, order_for (binding, layer),
                 order_free, done, owner);
}

static gpointer
do_compare (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  const ZxCity *city = order->project != NULL ? zx_project_city (order->project) : NULL;
  return zx_relocation_compare (order->path, order->other, order->recipe, city, progress, error);
}

void
zx_session_check_relocation (ZxSession *self, const char *from, const char *to, ZxJobDoneFunc done,
                             GObject *owner)
{
  g_return_if_fail (self->recipe != NULL);
  Order *order = g_new0 (Order, 1);
  order->path = g_strdup (from);
  order->other = g_canonicalize_filename (to, NULL);
  order->recipe = zx_session_copy_recipe (self);
  order->project = g_object_ref (self->project);
  zx_jobs_start (self->jobs, _ ("Looking at files"), do_compare, order, order_free, done, owner);
}

/* ---- edits ------------------------------------------------------------------------------------
 */

void
zx_session_relocate (ZxSession *self, const ZxRelocation *relocation)
{
  if (self->recipe == NULL || !relocation->is_possible
      || strcmp (relocation->from, relocation->to) == 0)
    return;
  ZxRecipe *after = zx_session_copy_recipe (self);
  for (guint i = 0; i < after->bindings->len; i++)
    {
      ZxBinding *binding = g_ptr_array_index (after->bindings, i);
      if (strcmp (binding->path, relocation->from) != 0)
        continue;
      const char *layer = g_hash_table_lookup (relocation->layers, binding->layer);
      char *now = g_strdup (layer != NULL ? layer : binding->layer);
      g_free (binding->path);
      g_free (binding->layer);
      binding->path = g_strdup (relocation->to);
      binding->layer = now;
    }
  g_autofree char *name = g_path_get_basename (relocation->from);
  zx_session_change_recipe (self, after, g_strdup_printf (_ ("Read %s from another place"), name));
}

void
zx_session_bind_column (ZxSession *self, const char *layer, const char *our_name,
                        const char *source)
{
  const ZxBinding *binding = self->recipe != NULL ? zx_recipe_binding (self->recipe, layer) : NULL;
  if (binding == NULL || g_strcmp0 (zx_binding_column (binding, our_name), source) == 0)
    return;
  ZxRecipe *after = zx_session_copy_recipe (self);
  zx_binding_bind (zx_recipe_binding (after, layer), our_name, source);
  zx_session_change_recipe (
      self, after,
      source != NULL
          ? g_strdup_printf (_ ("Take “%s” of %s from the column “%s”"), our_name, layer, source)
          : g_strdup_printf (_ ("Take “%s” of %s from no column"), our_name, layer));
}

/* What a layer is decides which columns it has; the system stays as it was stated. */
static void
put_role (ZxBinding *binding, ZxBinding *guess)
{
  GHashTable *columns = binding->columns;
  binding->role = guess->role;
  binding->columns = guess->columns;
  guess->columns = columns;
  g_free (binding->role_reason);
  binding->role_reason = g_strdup (guess->role_reason);
  g_free (binding->unit);
  binding->unit = g_strdup (guess->unit);
  if (!zx_role_can_leave_out (binding->role))
    g_clear_pointer (&binding->left_out, g_array_unref);
}

static void
change_role (ZxSession *self, const char *layer, ZxBinding *guess)
{
  ZxRecipe *after = zx_session_copy_recipe (self);
  ZxBinding *binding = zx_recipe_binding (after, layer);
  if (binding == NULL || binding->role == guess->role || strcmp (binding->path, guess->path) != 0)
    {
      zx_recipe_free (after);
      return;
    }
  put_role (binding, guess);
  zx_session_change_recipe (
      self, after, g_strdup_printf (_ ("Use %s as “%s”"), layer, _ (zx_role_title (guess->role))));
}

typedef struct
{
  char *title;
  ZxBinding *guess;
} RoleGuess;

static gpointer
do_guess_columns (gpointer input, const ZxProgress *progress, GError **error)
{
  const Order *order = input;
  g_autoptr (ZxLayer) head = zx_relocation_head (order->path, order->layer, progress, error);
  if (head == NULL)
    return NULL;
  RoleGuess *guess = g_new0 (RoleGuess, 1);
  guess->title = g_strdup (order->title);
  guess->guess = zx_quality_guess_columns (head, order->path, order->role);
  return guess;
}

static void
on_columns_guessed_cb (GObject *owner, gpointer result, const GError *error)
{
  ZxSession *self = ZX_SESSION (owner);
  RoleGuess *guess = result;
  if (guess == NULL)
    {
      if (!g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
        zx_session_tell_failed (self, _ ("The file cannot be read"), error->message);
      zx_session_look_for_files (self);
      return;
    }
  if (self->recipe != NULL)
    change_role (self, guess->title, guess->guess);
  zx_binding_free (guess->guess);
  g_free (guess->title);
  g_free (guess);
}

void
zx_session_set_role (ZxSession *self, const char *layer, ZxRole role)
{
  const ZxBinding *binding = self->recipe != NULL ? zx_recipe_binding (self->recipe, layer) : NULL;
  if (binding == NULL || binding->role == role)
    return;
  if (role == ZX_ROLE_NONE)
    {
      zx_session_leave_layer_out (self, layer);
      return;
    }
  Order *order = order_for (binding, layer);
  order->role = role;
  zx_jobs_start (self->jobs, _ ("Looking at files"), do_guess_columns, order, order_free,
                 on_columns_guessed_cb, G_OBJECT (self));
}
