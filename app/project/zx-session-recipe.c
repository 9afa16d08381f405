/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Corrections: each is an edit of the recipe, from one whole recipe to another, so that undoing
 * brings back exactly what was there.  Recipes are small texts; a copy costs nothing. */

#include "app/project/zx-session-private.h"

static ZxRecipe *
copy (const ZxRecipe *recipe)
{
  g_autofree char *text = zx_recipe_format (recipe);
  return zx_recipe_parse (text, -1, NULL); /* what we wrote we can read: a test says so */
}

void
zx_session_reset_recipe (ZxSession *self)
{
  g_clear_pointer (&self->recipe, zx_recipe_free);
  if (self->project != NULL)
    self->recipe = copy (zx_project_recipe (self->project));
}

ZxRecipe *
zx_session_copy_recipe (ZxSession *self)
{
  return copy (self->recipe);
}

const ZxRecipe *
zx_session_recipe (ZxSession *self)
{
  return self->recipe;
}

/* Without what was accepted, which changes no result. */
static char *
what_counts (const ZxRecipe *recipe)
{
  char *text = zx_recipe_format (recipe), *end = strstr (text, "\n[accepted]\n");
  if (end != NULL)
    *end = '\0';
  g_strchomp (text);
  return text;
}

gboolean
zx_session_recipe_differs (ZxSession *self)
{
  if (self->recipe == NULL || self->project == NULL)
    return FALSE;
  g_autofree char *now = what_counts (self->recipe),
                  *then = what_counts (zx_project_recipe (self->project));
  return strcmp (now, then) != 0;
}

/* ---- edits --------------------------------------------------------------------------------- */

typedef struct
{
  ZxSession *session; /* borrowed: the history dies with it */
  ZxRecipe *before, *after;
} RecipeEdit;

static void
put (ZxSession *self, const ZxRecipe *recipe)
{
  zx_recipe_free (self->recipe);
  self->recipe = copy (recipe);
  zx_session_changed_choice (self);
  zx_session_look_for_files (self);
}

static void
apply_recipe (gpointer data)
{
  RecipeEdit *edit = data;
  put (edit->session, edit->after);
}

static void
revert_recipe (gpointer data)
{
  RecipeEdit *edit = data;
  put (edit->session, edit->before);
}

static void
recipe_edit_free (gpointer data)
{
  RecipeEdit *edit = data;
  zx_recipe_free (edit->before);
  zx_recipe_free (edit->after);
  g_free (edit);
}

void
zx_session_change_recipe (ZxSession *self, ZxRecipe *after, char *label)
{
  const RecipeEdit edit = { self, copy (self->recipe), after };
  const ZxEdit step = { label, apply_recipe,     revert_recipe,
                        NULL,  recipe_edit_free, g_memdup2 (&edit, sizeof edit) };
  zx_history_do (self->history, &step);
}

static ZxBinding *
binding_of (const ZxSession *self, const char *layer)
{
  return self->recipe != NULL ? zx_recipe_binding (self->recipe, layer) : NULL;
}

gboolean
zx_session_is_accepted (ZxSession *self, const char *rule, const char *layer, gint64 row)
{
  return self->recipe != NULL && zx_recipe_is_accepted (self->recipe, rule, layer, row);
}

void
zx_session_accept (ZxSession *self, const char *rule, const char *layer, gint64 row,
                   gboolean is_accepted)
{
  if (self->recipe == NULL
      || zx_recipe_is_accepted (self->recipe, rule, layer, row) == !!is_accepted)
    return;
  ZxRecipe *after = copy (self->recipe);
  zx_recipe_accept (after, rule, layer, row, is_accepted);
  zx_session_change_recipe (self, after,
                            g_strdup_printf (is_accepted ? _ ("Accept a finding of %s")
                                                         : _ ("Open a finding of %s again"),
                                             layer));
}

void
zx_session_leave_out (ZxSession *self, const char *layer, gint64 row, gboolean is_left_out)
{
  const ZxBinding *binding = binding_of (self, layer);
  if (binding == NULL || !zx_role_can_leave_out (binding->role) || row < 0
      || zx_binding_leaves_out (binding, row) == !!is_left_out)
    return;
  ZxRecipe *after = copy (self->recipe);
  zx_binding_leave_out (zx_recipe_binding (after, layer), row, is_left_out);
  zx_session_change_recipe (self, after,
                            g_strdup_printf (is_left_out ? _ ("Leave row %lld of %s out")
                                                         : _ ("Use row %lld of %s again"),
                                             (long long) row + 1, layer));
}

void
zx_session_leave_layer_out (ZxSession *self, const char *layer)
{
  const ZxBinding *binding = binding_of (self, layer);
  if (binding == NULL || binding->role == ZX_ROLE_NONE)
    return;
  ZxRecipe *after = copy (self->recipe);
  zx_recipe_binding (after, layer)->role = ZX_ROLE_NONE;
  zx_session_change_recipe (self, after, g_strdup_printf (_ ("Leave %s out"), layer));
}

void
zx_session_set_crs (ZxSession *self, const char *layer, const char *crs)
{
  const ZxBinding *binding = binding_of (self, layer);
  if (binding == NULL || g_strcmp0 (binding->crs, crs) == 0)
    return;
  ZxRecipe *after = copy (self->recipe);
  ZxBinding *changed = zx_recipe_binding (after, layer);
  g_free (changed->crs);
  changed->crs = g_strdup (crs);
  zx_session_change_recipe (self, after,
                            crs != NULL ? g_strdup_printf (_ ("Read %s as %s"), layer, crs)
                                        : g_strdup_printf (_ ("Read %s as the file says"), layer));
}

gboolean
zx_session_can_swap_axes (ZxSession *self, const char *layer)
{
  const ZxBinding *binding = binding_of (self, layer);
  return binding != NULL && zx_binding_column (binding, "lon") != NULL
         && zx_binding_column (binding, "lat") != NULL;
}

void
zx_session_swap_axes (ZxSession *self, const char *layer)
{
  if (!zx_session_can_swap_axes (self, layer))
    return;
  ZxRecipe *after = copy (self->recipe);
  ZxBinding *changed = zx_recipe_binding (after, layer);
  g_autofree char *lon = g_strdup (zx_binding_column (changed, "lon")),
                  *lat = g_strdup (zx_binding_column (changed, "lat"));
  zx_binding_bind (changed, "lon", lat);
  zx_binding_bind (changed, "lat", lon);
  zx_session_change_recipe (self, after,
                            g_strdup_printf (_ ("Exchange longitude and latitude of %s"), layer));
}
