/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Networks as the tools of grid engineers write them, as layers of a project.
 *
 * A case folder (nodes.csv, branches.csv, case.json) is two tables whose base power stands in the
 * third file.  A MATPOWER case, a pandapower network and an OpenDSS circuit are one file that holds
 * both; data/grid reads it, and it appears as the layers "nodes" and "branches" of that file, in
 * the columns of the case folder, so that the same checks and the same sealing serve them all.
 * Coordinates the reader takes for schematic are not there, so they reach no map. */

#include "app/project/zx-route.h"

#include "data/grid/zx-grid.h"

#define HEAD_BYTES 65536

static const char *const case_layers[] = { "nodes", "branches" };

/* ---- what stands there ------------------------------------------------------------------------
 */

static gboolean
is_folder_case (const char *path)
{
  g_autofree char *nodes = g_build_filename (path, "nodes.csv", NULL);
  g_autofree char *branches = g_build_filename (path, "branches.csv", NULL);
  return g_file_test (nodes, G_FILE_TEST_IS_REGULAR)
         && g_file_test (branches, G_FILE_TEST_IS_REGULAR);
}

static gboolean
head_holds (const char *path, const char *word)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  g_autofree char *head = g_malloc (HEAD_BYTES);
  gsize n = 0;
  return stream != NULL
         && g_input_stream_read_all (G_INPUT_STREAM (stream), head, HEAD_BYTES, &n, NULL, NULL)
         && g_strstr_len (head, (gssize) n, word) != NULL;
}

gboolean
zx_case_is_file (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  if (g_str_has_suffix (lower, ".m"))
    return head_holds (path, "mpc.");
  if (g_str_has_suffix (lower, ".dss"))
    return head_holds (path, "ircuit.") || head_holds (path, "IRCUIT.");
  return g_str_has_suffix (lower, ".json") && head_holds (path, "\"pandapower");
}

/* ---- guessing ---------------------------------------------------------------------------------
 */

static ZxBinding *
bind_layer (const ZxLayer *layer, const char *path, ZxRole role)
{
  ZxBinding *binding = zx_binding_new (path, layer->name);
  binding->role = role;
  g_free (binding->role_reason);
  binding->role_reason = g_strdup (N_ ("the network of another tool"));
  for (guint i = 0; i < layer->n_columns; i++)
    zx_binding_bind (binding, layer->columns[i].name, layer->columns[i].name);
  return binding;
}

static void
tell_doubts (const ZxGrid *grid, const char *path, ZxFindings *findings)
{
  g_autofree char *title = zx_findings_title (path, NULL);
  for (guint i = 0; findings != NULL && i < grid->doubts->len; i++)
    zx_findings_add (findings, "feeders.reader-note", zx_findings_layer (findings, title), -1, 1,
                     ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, g_ptr_array_index (grid->doubts, i), NULL);
}

static gboolean
guess_file (const char *path, ZxRecipe *recipe, GError **error)
{
  g_autoptr (ZxGrid) grid = zx_grid_read (path, error);
  if (grid == NULL)
    return FALSE;
  g_autoptr (ZxLayer) nodes = zx_grid_node_table (grid);
  g_autoptr (ZxLayer) branches = zx_grid_branch_table (grid);
  g_ptr_array_add (recipe->bindings, bind_layer (nodes, path, ZX_ROLE_FEEDER_NODES));
  g_ptr_array_add (recipe->bindings, bind_layer (branches, path, ZX_ROLE_FEEDER_BRANCHES));
  return TRUE;
}

/* "case.json" beside the tables says what one per unit is. */
static void
state_base (const char *folder, ZxBinding *binding)
{
  g_autofree char *path = g_build_filename (folder, "case.json", NULL), *text = NULL;
  gsize n = 0;
  char number[32];
  if (!g_file_get_contents (path, &text, &n, NULL))
    return;
  g_autoptr (ZxJson) head = zx_json_parse (text, n, path, NULL);
  double base_mva = zx_json_number (head, "base_mva", NAN);
  if (base_mva > 0)
    g_hash_table_insert (binding->values, g_strdup ("base_mva"),
                         g_strdup (zx_number_format (base_mva, number)));
}

static gboolean
guess_folder (const char *folder, ZxRecipe *recipe, ZxFindings *findings,
              const ZxProgress *progress, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (case_layers); i++)
    {
      g_autofree char *name = g_strconcat (case_layers[i], ".csv", NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GPtrArray) infos = zx_gis_look (path, findings, progress, error);
      if (infos == NULL)
        return FALSE;
      for (guint k = 0; k < infos->len; k++)
        {
          const ZxGisLayerInfo *info = g_ptr_array_index (infos, k);
          ZxBinding *binding = info->head != NULL
                                   ? zx_quality_guess (info->head, path, info->driver, info->n_rows)
                                   : zx_binding_new (path, info->name);
          if (binding->role == ZX_ROLE_FEEDER_BRANCHES)
            state_base (folder, binding);
          g_ptr_array_add (recipe->bindings, binding);
        }
    }
  return TRUE;
}

gboolean
zx_case_is_at (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR) ? is_folder_case (path) : zx_case_is_file (path);
}

gboolean
zx_case_guess (const char *path, ZxRecipe *recipe, ZxFindings *findings, const ZxProgress *progress,
               GError **error)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR)
             ? guess_folder (path, recipe, findings, progress, error)
             : guess_file (path, recipe, error);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

ZxLayer *
zx_case_read (const ZxBinding *binding, ZxFindings *findings, GError **error)
{
  g_autoptr (ZxGrid) grid = zx_grid_read (binding->path, error);
  if (grid == NULL)
    return NULL;
  if (g_strcmp0 (binding->layer, "branches") == 0)
    return zx_grid_branch_table (grid);
  tell_doubts (grid, binding->path, findings);
  return zx_grid_node_table (grid);
}
