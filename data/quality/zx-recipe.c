/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recipes as text.
 *
 *   [city]
 *   name=Rizhao
 *   currency=CNY
 *   crs=EPSG:4549
 *
 *   # a station, a place and a number of connectors in every row
 *   [layer 1]
 *   file=stations.csv
 *   layer=stations
 *   role=stations
 *   crs=GCJ-02
 *   unit=kWh
 *   price_scale=100
 *   column.lon=经度
 *   value.period_days=365
 *   left_out=17;204
 *
 *   [accepted]
 *   1=stations.duplicate-place;3;stations.csv
 *   2=usage.gap;*;usage.csv
 *
 * Rows are counted from 1, as people count them; the row of an accepted finding is * when all of
 * the rule in the layer are.
 *
 * The comment above a layer's group is the reason for its role and is read back.  A key or a column
 * nobody knows is an error and not a shrug: it is a typing mistake that would be missed otherwise.
 */

#include "data/quality/zx-quality.h"

#define MAX_BYTES  (4 * 1024 * 1024)
#define MAX_LAYERS 10000

ZxRecipe *
zx_recipe_new (void)
{
  ZxRecipe *self = g_new0 (ZxRecipe, 1);
  self->bindings = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_binding_free);
  self->accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
zx_recipe_free (ZxRecipe *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->currency);
  g_free (self->crs);
  g_ptr_array_unref (self->bindings);
  g_hash_table_unref (self->accepted);
  g_free (self);
}

ZxBinding *
zx_recipe_binding (const ZxRecipe *self, const char *title)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      ZxBinding *binding = g_ptr_array_index (self->bindings, i);
      g_autofree char *own = zx_findings_title (binding->path, binding->layer);
      if (strcmp (own, title) == 0)
        return binding;
    }
  return NULL;
}

/* ---- accepted findings -------------------------------------------------------------------- */

static char *
accepted_text (const char *rule, const char *layer, gint64 row)
{
  return row < 0 ? g_strdup_printf ("%s;*;%s", rule, layer)
                 : g_strdup_printf ("%s;%lld;%s", rule, (long long) row + 1, layer);
}

gboolean
zx_recipe_is_accepted (const ZxRecipe *self, const char *rule, const char *layer, gint64 row)
{
  g_autofree char *all = accepted_text (rule, layer, -1), *one = accepted_text (rule, layer, row);
  return g_hash_table_contains (self->accepted, all) || g_hash_table_contains (self->accepted, one);
}

void
zx_recipe_accept (ZxRecipe *self, const char *rule, const char *layer, gint64 row,
                  gboolean is_accepted)
{
  g_autofree char *text = accepted_text (rule, layer, row);
  if (is_accepted)
    g_hash_table_add (self->accepted, g_steal_pointer (&text));
  else
    g_hash_table_remove (self->accepted, text);
}

/* ---- reading ------------------------------------------------------------------------------ */

static gboolean
refuse (GError **error, const char *group, const char *key, const char *value, const char *bound)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("In the recipe's group [%s], %s = “%s” cannot be used: %s"), group, key, value,
               bound);
  return FALSE;
}

/* g_key_file_get_string() warns on the terminal about a text with two bad escapes, so the raw value
 * is taken and the few escapes there are (\s \n \t \r \\) are undone here. */
static char *
undo_escapes (const char *raw)
{
  static const char marks[] = "sntr\\", characters[] = " \n\t\r\\";
  GString *out = g_string_new (NULL);
  for (const char *p = raw; *p != '\0'; p++)
    {
      const char *mark = *p == '\\' && p[1] != '\0' ? strchr (marks, p[1]) : NULL;
      if (*p == '\\' && mark == NULL)
        {
          g_string_free (out, TRUE);
          return NULL;
        }
      g_string_append_c (out, mark != NULL ? characters[mark - marks] : *p);
      p += mark != NULL;
    }
  return g_string_free (out, FALSE);
}

static char *
read_value (GKeyFile *file, const char *group, const char *key, GError **error)
{
  g_autofree char *raw = g_key_file_get_value (file, group, key, NULL);
  char *value = raw != NULL ? undo_escapes (raw) : NULL;
  if (value == NULL)
    refuse (error, group, key, raw != NULL ? raw : "",
            _ ("a backslash must be written twice, except in \\s \\n \\t \\r"));
  return value;
}

static gboolean
read_city (ZxRecipe *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "city", NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      char **place = strcmp (keys[i], "name") == 0       ? &self->name
                     : strcmp (keys[i], "currency") == 0 ? &self->currency
                     : strcmp (keys[i], "crs") == 0      ? &self->crs
                                                         : NULL;
      g_autofree char *value = read_value (file, "city", keys[i], error);
      if (value == NULL)
        return FALSE;
      if (place == NULL)
        return refuse (error, "city", keys[i], value,
                       _ ("the keys of this group are name, currency and crs"));
      g_free (*place);
      *place = *value != '\0' ? g_steal_pointer (&value) : NULL;
    }
  return TRUE;
}

static gboolean
has_column (ZxRole role, const char *name)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (role, &n);
  for (guint i = 0; i < n; i++)
    if (strcmp (columns[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_left_out (ZxBinding *binding, const char *group, const char *value, GError **error)
{
  if (!zx_role_can_leave_out (binding->role))
    return refuse (error, group, "left_out", value,
                   _ ("single rows can be left out of layers of places and positions only"));
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (GStrv) rows = g_strsplit (value, ";", -1);
  for (guint i = 0; rows[i] != NULL; i++)
    {
      gint64 row;
      if (rows[i][0] == '\0')
        continue;
      if (!g_ascii_string_to_signed (rows[i], 10, 1, G_MAXINT32, &row, NULL))
        return refuse (error, group, "left_out", value,
                       _ ("it must be numbers of rows from 1 on, with semicolons between"));
      row--;
      g_array_append_val (numbers, row);
    }
  zx_binding_leave_out_all (binding, g_steal_pointer (&numbers));
  return TRUE;
}

static gboolean
read_accepted (ZxRecipe *self, GKeyFile *file, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, "accepted", NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = read_value (file, "accepted", keys[i], error);
      if (value == NULL)
        return FALSE;
      g_auto (GStrv) parts = g_strsplit (value, ";", 3);
      gint64 row = 0;
      if (g_strv_length (parts) != 3
          || (strcmp (parts[1], "*") != 0
              && !g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT32, &row, NULL)))
        return refuse (error, "accepted", keys[i], value,
                       _ ("it must be a rule, a row from 1 on or *, and a layer, with semicolons "
                          "between"));
      zx_recipe_accept (self, parts[0], parts[2], row - 1, TRUE);
    }
  return TRUE;
}

static gboolean
read_key (ZxBinding *binding, const char *group, const char *key, char *value, GError **error)
{
  char **text = strcmp (key, "file") == 0    ? &binding->path
                : strcmp (key, "layer") == 0 ? &binding->layer
                : strcmp (key, "crs") == 0   ? &binding->crs
                : strcmp (key, "unit") == 0  ? &binding->unit
                                             : NULL;
  if (text != NULL)
    {
      g_free (*text);
      *text = g_strdup (value);
      return TRUE;
    }
  if (strcmp (key, "role") == 0)
    return TRUE; /* read first */
  if (strcmp (key, "price_scale") == 0)
    {
      double scale;
      if (!zx_number_parse (value, strlen (value), &scale) || scale < 0 || scale > 1e6)
        return refuse (error, group, key, value, _ ("it must be a number from 0 to 1000000"));
      binding->price_scale = scale;
      return TRUE;
    }
  if (strcmp (key, "left_out") == 0)
    return read_left_out (binding, group, value, error);
  gboolean is_column = g_str_has_prefix (key, "column.");
  if (!is_column && !g_str_has_prefix (key, "value."))
    return refuse (
        error, group, key, value,
        _ ("the keys are file, layer, role, crs, unit, price_scale, left_out, column.NAME "
           "and value.NAME"));
  const char *ours = strchr (key, '.') + 1;
  if (!has_column (binding->role, ours))
    {
      g_autofree char *bound = g_strdup_printf (_ ("the role “%s” has no column of that name"),
                                                zx_role_name (binding->role));
      return refuse (error, group, key, value, bound);
    }
  g_hash_table_replace (is_column ? binding->columns : binding->values, g_strdup (ours),
                        g_strdup (value));
  return TRUE;
}

/* The comment above the group, without its marks; NULL when there is none. */
static char *
read_reason (GKeyFile *file, const char *group)
{
  g_autofree char *comment = g_key_file_get_comment (file, group, NULL, NULL);
  if (comment == NULL)
    return NULL;
  g_strdelimit (comment, "\r\n", ' ');
  g_strstrip (comment);
  return *comment != '\0' ? g_steal_pointer (&comment) : NULL;
}

static ZxBinding *
read_layer (GKeyFile *file, const char *group, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  g_autoptr (ZxBinding) binding = zx_binding_new ("", "");
  if (!g_key_file_has_key (file, group, "file", NULL))
    {
      g_set_error (
          error, ZX_ERROR, ZX_ERROR_MISSING,
          _ ("The recipe's group [%s] has no key “file”; it must name the file it is about"),
          group);
      return NULL;
    }
  if (g_key_file_has_key (file, group, "role", NULL))
    {
      g_autofree char *role = read_value (file, group, "role", error);
      if (role == NULL)
        return NULL;
      binding->role = zx_role_parse (role);
      if (binding->role == ZX_ROLE_NONE && strcmp (role, zx_role_name (ZX_ROLE_NONE)) != 0)
        {
          refuse (error, group, "role", role, _ ("there is no such role"));
          return NULL;
        }
    }
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = read_value (file, group, keys[i], error);
      if (value == NULL || !read_key (binding, group, keys[i], value, error))
        return NULL;
    }
  binding->role_reason = read_reason (file, group);
  return g_steal_pointer (&binding);
}

static GKeyFile *
load (const char *text, gsize n, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (n > MAX_BYTES)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The recipe has %zu bytes; it must have at most %d"), n, MAX_BYTES);
      return NULL;
    }
  if (memchr (text, '\0', n) != NULL || !g_utf8_validate (text, (gssize) n, NULL))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The recipe is not text in UTF-8; save it as UTF-8 without zero bytes"));
      return NULL;
    }
  if (n > 0 && !g_key_file_load_from_data (file, text, n, G_KEY_FILE_KEEP_COMMENTS, &reason))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("The recipe cannot be read: %s"),
                   reason->message);
      return NULL;
    }
  return g_steal_pointer (&file);
}

ZxRecipe *
zx_recipe_parse (const char *text, gssize n, GError **error)
{
  gsize length = n < 0 ? strlen (text) : (gsize) n;
  g_autoptr (GKeyFile) file = load (text, length, error);
  if (file == NULL)
    return NULL;
  g_autoptr (ZxRecipe) self = zx_recipe_new ();
  gsize n_groups = 0;
  g_auto (GStrv) groups = g_key_file_get_groups (file, &n_groups);
  if (n_groups > MAX_LAYERS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The recipe has %zu groups; it must have at most %d"), n_groups, MAX_LAYERS);
      return NULL;
    }
  for (gsize i = 0; i < n_groups; i++)
    if (strcmp (groups[i], "city") == 0)
      {
        if (!read_city (self, file, error))
          return NULL;
      }
    else if (strcmp (groups[i], "accepted") == 0)
      {
        if (!read_accepted (self, file, error))
          return NULL;
      }
    else if (g_str_has_prefix (groups[i], "layer "))
      {
        ZxBinding *binding = read_layer (file, groups[i], error);
        if (binding == NULL)
          return NULL;
        g_ptr_array_add (self->bindings, binding);
      }
    else
      {
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("The recipe has a group [%s]; groups are [city], [layer 1], [layer 2] and "
                        "so on, and "
                        "[accepted]"),
                     groups[i]);
        return NULL;
      }
  return g_steal_pointer (&self);
}

/* ---- writing ------------------------------------------------------------------------------ */

/* In the order of the role's columns, so that equal recipes are equal texts. */
static void
write_columns (GKeyFile *file, const char *group, const ZxBinding *binding)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (binding->role, &n);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n; i++)
      {
        const char *value = pass == 0 ? zx_binding_column (binding, columns[i].name)
                                      : zx_binding_value (binding, columns[i].name);
        if (value == NULL)
          continue;
        g_autofree char *key
            = g_strdup_printf ("%s.%s", pass == 0 ? "column" : "value", columns[i].name);
        g_key_file_set_string (file, group, key, value);
      }
}

static void
write_left_out (GKeyFile *file, const char *group, const ZxBinding *binding)
{
  if (binding->left_out == NULL || binding->left_out->len == 0
      || !zx_role_can_leave_out (binding->role))
    return;
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < binding->left_out->len; i++)
    g_string_append_printf (text, "%s%lld", i > 0 ? ";" : "",
                            (long long) g_array_index (binding->left_out, gint64, i) + 1);
  g_key_file_set_string (file, group, "left_out", text->str);
}

static void
write_layer (GKeyFile *file, const char *group, const ZxBinding *binding)
{
  g_key_file_set_string (file, group, "file", binding->path);
  g_key_file_set_string (file, group, "layer", binding->layer);
  g_key_file_set_string (file, group, "role", zx_role_name (binding->role));
  if (binding->crs != NULL)
    g_key_file_set_string (file, group, "crs", binding->crs);
  if (binding->unit != NULL)
    g_key_file_set_string (file, group, "unit", binding->unit);
  if (binding->price_scale > 0)
    {
      char number[32];
      g_key_file_set_string (file, group, "price_scale",
                             zx_number_format (binding->price_scale, number));
    }
  write_columns (file, group, binding);
  write_left_out (file, group, binding);
  if (binding->role_reason != NULL)
    {
      g_autofree char *comment = g_strdup_printf (" %s", binding->role_reason);
      g_strdelimit (comment, "\r\n", ' ');
      g_key_file_set_comment (file, group, NULL, comment, NULL);
    }
}

static void
write_accepted (GKeyFile *file, const ZxRecipe *recipe)
{
  guint number = 1;
  g_autoptr (GList) texts = g_hash_table_get_keys (recipe->accepted);
  texts = g_list_sort (texts, (GCompareFunc) strcmp);
  for (const GList *at = texts; at != NULL; at = at->next, number++)
    {
      g_autofree char *key = g_strdup_printf ("%u", number);
      g_key_file_set_string (file, "accepted", key, at->data);
    }
}

char *
zx_recipe_format (const ZxRecipe *recipe)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (recipe->name != NULL)
    g_key_file_set_string (file, "city", "name", recipe->name);
  if (recipe->currency != NULL)
    g_key_file_set_string (file, "city", "currency", recipe->currency);
  if (recipe->crs != NULL)
    g_key_file_set_string (file, "city", "crs", recipe->crs);
  for (guint i = 0; i < recipe->bindings->len; i++)
    {
      g_autofree char *group = g_strdup_printf ("layer %u", i + 1);
      write_layer (file, group, g_ptr_array_index (recipe->bindings, i));
    }
  write_accepted (file, recipe);
  return g_key_file_to_data (file, NULL, NULL);
}
