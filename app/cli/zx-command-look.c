/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/zx-cli.h"

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
print_columns (const ZxBinding *binding)
{
  g_autofree char **keys = (char **) g_hash_table_get_keys_as_array (binding->columns, NULL);
  guint n = g_strv_length (keys);
  qsort (keys, n, sizeof *keys, compare_texts);
  for (guint i = 0; i < n; i++)
    g_print ("%s%s=%s", i == 0 ? "    " : ", ", keys[i],
             (const char *) g_hash_table_lookup (binding->columns, keys[i]));
  if (n > 0)
    g_print ("\n");
}

int
zx_command_look (int argc, char **argv)
{
  int status;
  g_auto (GStrv) files = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  gboolean as_recipe = FALSE;
  const GOptionEntry entries[]
      = { { "recipe", 'r', 0, G_OPTION_ARG_NONE, &as_recipe,
            N_ ("Print a recipe that can be edited and given to “new”"), NULL },
          { NULL } };
  if (!zx_cli_parse (argc, argv, entries, 1, G_MAXUINT, &files, &status))
    return status;
  g_autoptr (ZxRecipe) recipe
      = zx_project_guess_recipe ((const char *const *) files, findings, zx_cli_progress (), &error);
  zx_cli_progress_done ();
  if (recipe == NULL)
    return zx_cli_fail (error);
  if (as_recipe)
    {
      g_autofree char *text = zx_recipe_format (recipe);
      g_print ("%s", text);
      return ZX_EXIT_OK;
    }
  for (guint i = 0; i < recipe->bindings->len; i++)
    {
      const ZxBinding *binding = g_ptr_array_index (recipe->bindings, i);
      g_autofree char *name = g_path_get_basename (binding->path);
      g_print ("%s", name);
      if (*binding->layer != '\0' && !g_str_has_prefix (name, binding->layer))
        g_print (" : %s", binding->layer);
      g_print ("\n    %s — %s\n", _ (zx_role_title (binding->role)),
               binding->role_reason != NULL ? _ (binding->role_reason) : "");
      if (binding->crs != NULL)
        g_print ("    %s — %s\n", binding->crs,
                 binding->crs_reason != NULL ? _ (binding->crs_reason) : "");
      print_columns (binding);
    }
  zx_cli_print_findings (findings, FALSE);
  /* Nothing that could be read at all is a failure; some junk among good files is not. */
  for (guint i = 0; i < recipe->bindings->len; i++)
    if (*((const ZxBinding *) g_ptr_array_index (recipe->bindings, i))->layer != '\0')
      return ZX_EXIT_OK;
  return ZX_EXIT_FAILED;
}
