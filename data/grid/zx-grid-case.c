/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The case folder: nodes.csv, branches.csv, case.json (base_mva, name), and hc.json, the scenario
 * of hosting capacity:
 *
 *   power_factor_lagging or tan_phi, vmin_pu, loading_limit_percent, search_cap_kw,
 *   slack_vm_pu_override (number or null), branch_rate_mva { branch id: MVA } */

#include "data/grid/zx-grid.h"

#include <string.h>

static ZxJson *
read_json (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;
  gsize n = 0;
  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  return zx_json_parse (text, n, name, error);
}

static ZxLayer *
read_table (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return zx_grid_table_read (path, error);
}

static ZxGrid *
read_folder (const char *path, GError **error)
{
  g_autoptr (ZxJson) head = read_json (path, "case.json", error);
  g_autoptr (ZxLayer) nodes = head != NULL ? read_table (path, "nodes.csv", error) : NULL;
  g_autoptr (ZxLayer) branches = nodes != NULL ? read_table (path, "branches.csv", error) : NULL;
  if (branches == NULL)
    return NULL;
  g_autofree char *folder = g_path_get_basename (path);
  const char *name = zx_json_text (head, "name");
  return zx_grid_from_layers (nodes, branches, NULL, zx_json_number (head, "base_mva", NAN),
                              name != NULL ? name : folder, error);
}

ZxGrid *
zx_grid_read (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return read_folder (path, error);
  g_autofree char *name = g_path_get_basename (path), *lower = g_ascii_strdown (name, -1);
  g_autofree char *folder = g_path_get_dirname (path), *text = NULL;
  gboolean is_matpower = g_str_has_suffix (lower, ".m");
  gboolean is_opendss = g_str_has_suffix (lower, ".dss");
  gsize n = 0;
  if (!is_matpower && !is_opendss && !g_str_has_suffix (lower, ".json"))
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("%s is no case folder (nodes.csv, branches.csv, case.json), no MATPOWER case "
                      "(.m), no pandapower network (.json) and no OpenDSS circuit (.dss)"),
                   path);
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  if (is_opendss)
    return zx_grid_parse_opendss (text, n, name, folder, error);
  return is_matpower ? zx_grid_parse_matpower (text, n, name, error)
                     : zx_grid_parse_pandapower (text, n, name, error);
}

/* ---- scenario ----------------------------------------------------------------------------- */

ZxHostingScenario *
zx_hosting_scenario_new (void)
{
  ZxHostingScenario *self = g_new0 (ZxHostingScenario, 1);
  self->tangent = sqrt (1 - 0.95 * 0.95) / 0.95;
  self->vmin_pu = 0.93;
  self->loading_limit_percent = 100;
  self->cap_kw = 100000;
  self->slack_vm_pu = NAN;
  return self;
}

void
zx_hosting_scenario_free (ZxHostingScenario *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_rates; i++)
    g_free (self->rate_branch[i]);
  g_free (self->rate_branch);
  g_free (self->rate_mva);
  g_free (self);
}

static void
read_rates (ZxHostingScenario *self, const ZxJson *rates)
{
  if (rates == NULL || rates->kind != ZX_JSON_OBJECT)
    return;
  self->rate_branch = g_new0 (char *, rates->n);
  self->rate_mva = g_new0 (double, rates->n);
  for (guint i = 0; i < rates->n; i++)
    if (rates->item[i].kind == ZX_JSON_NUMBER)
      {
        self->rate_branch[self->n_rates] = g_strdup (rates->key[i]);
        self->rate_mva[self->n_rates++] = rates->item[i].number;
      }
}

static gboolean
check_scenario (const ZxHostingScenario *self, GError **error)
{
  if (!(fabs (self->tangent) <= 100))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The added load has the ratio %g of kvar to kW; it must be within 100"),
                 self->tangent);
  else if (!(self->vmin_pu >= 0 && self->vmin_pu < 2))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The lowest voltage allowed is %g per unit; it must be 0 to 2"), self->vmin_pu);
  else if (!(self->loading_limit_percent > 0 && self->loading_limit_percent <= 1000))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The loading limit is %g %%; it must be more than 0 and at most 1000"),
                 self->loading_limit_percent);
  else if (!(self->cap_kw > 0 && isfinite (self->cap_kw)))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The search goes up to %g kW; it must be more than 0"), self->cap_kw);
  else if (!isnan (self->slack_vm_pu) && !(self->slack_vm_pu > 0.1 && self->slack_vm_pu < 10))
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The source is held at %g per unit; it must be 0.1 to 10"), self->slack_vm_pu);
  else
    return TRUE;
  return FALSE;
}

static ZxHostingScenario *
take_scenario (const ZxJson *json, GError **error)
{
  g_autoptr (ZxHostingScenario) self = zx_hosting_scenario_new ();
  double factor = zx_json_number (json, "power_factor_lagging", 0.95);
  double tangent = factor > 0 && factor <= 1 ? sqrt (1 - factor * factor) / factor : NAN;
  self->tangent = zx_json_number (json, "tan_phi", tangent);
  self->vmin_pu = zx_json_number (json, "vmin_pu", self->vmin_pu);
  self->loading_limit_percent
      = zx_json_number (json, "loading_limit_percent", self->loading_limit_percent);
  self->cap_kw = zx_json_number (json, "search_cap_kw", self->cap_kw);
  self->slack_vm_pu = zx_json_number (json, "slack_vm_pu_override", NAN);
  read_rates (self, zx_json_get (json, "branch_rate_mva"));
  if (!check_scenario (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

ZxHostingScenario *
zx_hosting_scenario_parse (const char *text, gsize n, GError **error)
{
  g_autoptr (ZxJson) json = zx_json_parse (text, n, "hc.json", error);
  return json != NULL ? take_scenario (json, error) : NULL;
}

ZxHostingScenario *
zx_hosting_scenario_read (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "hc.json", NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return zx_hosting_scenario_new ();
  g_autoptr (ZxJson) json = read_json (folder, "hc.json", error);
  return json != NULL ? take_scenario (json, error) : NULL;
}

gboolean
zx_hosting_scenario_apply (const ZxHostingScenario *self, ZxGrid *grid, GError **error)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < grid->n_branches; i++)
    g_hash_table_insert (by_id, GUINT_TO_POINTER (grid->branch_id[i]), GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < self->n_rates; i++)
    {
      guint32 id = zx_pool_find (grid->pool, self->rate_branch[i]);
      guint branch = GPOINTER_TO_UINT (g_hash_table_lookup (by_id, GUINT_TO_POINTER (id)));
      if (id == 0 || branch == 0 || !(self->rate_mva[i] > 0))
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("The scenario gives branch %s a rating of %g MVA; there must be such a "
                          "branch and the rating be more than 0"),
                       self->rate_branch[i], self->rate_mva[i]);
          return FALSE;
        }
      grid->branch_rate_mva[branch - 1] = self->rate_mva[i];
    }
  for (guint i = 0; i < grid->n_nodes; i++)
    if (grid->node_is_slack[i] && isfinite (self->slack_vm_pu))
      grid->node_vm_set_pu[i] = self->slack_vm_pu;
  return TRUE;
}
