/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first byte says which reader gets the rest.  What is read must be sound: ends in range, ids
 * unique, every value finite where the power flow relies on it. */

#include "data/grid/zx-grid.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_sound (const ZxGrid *grid)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      const double *share = grid->node_phase_share[i];
      g_assert_true (grid->node_base_kv[i] > 0 && isfinite (grid->node_p_mw[i])
                     && isfinite (grid->node_q_mvar[i]) && *zx_grid_node_id (grid, i) != '\0');
      g_assert_true (isnan (share[0]) || fabs (share[0] + share[1] + share[2] - 1) < 1e-6);
    }
  for (guint b = 0; b < grid->n_branches; b++)
    g_assert_true (grid->branch_from[b] < grid->n_nodes && grid->branch_to[b] < grid->n_nodes
                   && grid->branch_from[b] != grid->branch_to[b] && grid->branch_tap[b] > 0
                   && isfinite (grid->branch_r_pu[b]) && isfinite (grid->branch_x_pu[b])
                   && grid->branch_n_phases[b] >= 1 && grid->branch_n_phases[b] <= 3);
}

/* The two tables of a case stand one after the other, a form feed between them. */
static ZxGrid *
read_tables (const char *text, gsize n, GError **error)
{
  const char *middle = memchr (text, '\f', n);
  if (middle == NULL)
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_MISSING, "one table only");
      return NULL;
    }
  g_autoptr (ZxLayer) nodes = zx_grid_table_parse (text, (gsize) (middle - text), "nodes", error);
  g_autoptr (ZxLayer) branches
      = nodes != NULL
            ? zx_grid_table_parse (middle + 1, n - (gsize) (middle + 1 - text), "branches", error)
            : NULL;
  return branches != NULL ? zx_grid_from_layers (nodes, branches, NULL, 1, "fuzz", error) : NULL;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  if (size == 0)
    return 0;
  const char *text = (const char *) data + 1;
  gsize n = size - 1;
  g_autoptr (ZxGrid) grid = NULL;
  g_autoptr (ZxHostingScenario) scenario = NULL;
  switch (data[0])
    {
    case 'm':
      grid = zx_grid_parse_matpower (text, n, "fuzz", &error);
      break;
    case 'p':
      grid = zx_grid_parse_pandapower (text, n, "fuzz", &error);
      break;
    case 'd':
      grid = zx_grid_parse_opendss (text, n, "fuzz", NULL, &error);
      break;
    case 'h':
      scenario = zx_hosting_scenario_parse (text, n, &error);
      break;
    default:
      grid = read_tables (text, n, &error);
    }
  g_assert_true (grid != NULL || scenario != NULL || (error != NULL && *error->message != '\0'));
  if (grid != NULL)
    check_sound (grid);
  return 0;
}
