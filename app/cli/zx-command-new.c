/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

/* A recipe is a text file that begins like one; anything else is data. */
static gboolean
is_recipe (const char *path)
{
  g_autofree char *text = NULL;
  gsize n = 0;
  if (!(g_str_has_suffix (path, ".ini") || g_str_has_suffix (path, ".recipe")))
    return FALSE;
  return g_file_get_contents (path, &text, &n, NULL)
         && (strstr (text, "[layer ") != NULL || strstr (text, "[city]") != NULL);
}

static ZxRecipe *
read_recipe (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize n = 0;
  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  return zx_recipe_parse (text, (gssize) n, error);
}

/* "jinan" of "plans/jinan.zxp": what a city is called until somebody says. */
static char *
name_of_file (const char *path)
{
  char *name = g_filename_display_basename (path);
  char *dot = strrchr (name, '.');
  if (dot != NULL && dot > name)
    *dot = '\0';
  return name;
}

static guint
count_used (const ZxRecipe *recipe)
{
  guint n = 0;
  for (guint i = 0; i < recipe->bindings->len; i++)
    n += ((const ZxBinding *) g_ptr_array_index (recipe->bindings, i))->role != ZX_ROLE_NONE;
  return n;
}

int
zx_command_new (int argc, char **argv)
{
  int status;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxRecipe) recipe = NULL;
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;
  const GOptionEntry entries[]
      = { { "name", 'n', 0, G_OPTION_ARG_STRING, &name,
            N_ ("Name of the city, for the report; else the project file's"), N_ ("NAME") },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 2, G_MAXUINT, &words, &status))
    return status;
  if (words[2] == NULL && is_recipe (words[1]))
    {
      recipe = read_recipe (words[1], &error);
      base = g_path_get_dirname (words[1]);
    }
  else
    recipe = zx_project_guess_recipe ((const char *const *) words + 1, NULL, zx_cli_progress (),
                                      &error);
  zx_cli_progress_done ();
  if (recipe == NULL)
    return zx_cli_fail (error);
  guint n_used = count_used (recipe);
  if (n_used == 0)
    {
      g_set_error (&error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("No layer of these files has a role, so there is nothing to plan with; "
                      "“zhixing-cli look” says why, and a recipe can state the roles"));
      return zx_cli_fail (error);
    }
  if (name == NULL && recipe->name == NULL)
    name = name_of_file (words[0]);
  if (name != NULL)
    {
      g_free (recipe->name);
      recipe->name = g_steal_pointer (&name);
    }
  g_autofree char *absolute = base != NULL ? g_canonicalize_filename (base, NULL) : NULL;
  g_autoptr (ZxProject) project = zx_project_create (words[0], recipe, absolute, &error);
  if (project == NULL)
    return zx_cli_fail (error);
  g_print (_ ("%s: %u layers, %u of them with a role\n"), words[0], recipe->bindings->len, n_used);
  return ZX_EXIT_OK;
}
