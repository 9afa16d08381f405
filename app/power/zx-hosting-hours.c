/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hosting capacity over the hours of a day or a year: the least over the hours, and the hour it
 * comes from.
 *
 * Charging may draw less than its power in some hours (time-of-use tariffs, managed charging): an
 * hour in which it draws the share f allows 1/f of what that hour can take.  An hour is left out
 * when another has at least its load and at least its share, which holds for feeders without
 * generation; with generation every distinct hour is searched. */

#include "app/power/zx-power.h"

typedef struct
{
  double multiplier, share;
  gint32 hour;
} Hour;

static int
compare_hours (gconstpointer a, gconstpointer b)
{
  const Hour *x = a, *y = b;
  if (x->multiplier != y->multiplier)
    return x->multiplier > y->multiplier ? -1 : 1;
  if (x->share != y->share)
    return x->share > y->share ? -1 : 1;
  return x->hour < y->hour ? -1 : x->hour > y->hour;
}

static gboolean
has_generation (const ZxGrid *grid)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    if (grid->node_p_mw[i] < 0 || grid->node_q_mvar[i] < 0)
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (element-type Hour): the hours that can bind, the heaviest first. */
static GArray *
pick_hours (const ZxGrid *grid, const ZxHostingHours *hours)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Hour));
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Hour));
  gboolean keeps_all = has_generation (grid);
  double most_share = -1;
  for (gsize i = 0; i < hours->n_hours; i++)
    {
      Hour hour = { hours->multiplier[i], hours->share != NULL ? hours->share[i] : 1, (gint32) i };
      g_array_append_val (sorted, hour);
    }
  g_array_sort (sorted, compare_hours);
  for (guint i = 0; i < sorted->len; i++)
    {
      const Hour *hour = &g_array_index (sorted, Hour, i);
      const Hour *last = all->len > 0 ? &g_array_index (all, Hour, all->len - 1) : NULL;
      gboolean is_new
          = last == NULL || last->multiplier != hour->multiplier || last->share != hour->share;
      if (keeps_all ? is_new : hour->share > most_share)
        g_array_append_vals (all, hour, 1);
      most_share = MAX (most_share, hour->share);
    }
  return all;
}

static gboolean
is_base (guint8 limit)
{
  return limit == ZX_LIMIT_BASE_VOLTAGE || limit == ZX_LIMIT_BASE_THERMAL;
}

/* Takes what @hour allows where it is less than what the hours before allow. */
static void
take_least (ZxHosting *to, const ZxHosting *from, const Hour *hour, double cap_kw, gint32 *hour_of)
{
  to->n_solves += from->n_solves;
  for (guint i = 0; i < to->n_nodes; i++)
    {
      double kw = from->hosting_kw[i];
      if (from->limit[i] == ZX_LIMIT_NONE || from->limit[i] == ZX_LIMIT_MESHED)
        {
          to->limit[i] = from->limit[i];
          continue;
        }
      if (!is_base (from->limit[i]))
        kw = hour->share > 0 ? MIN (kw / hour->share, cap_kw) : cap_kw;
      if (kw >= to->hosting_kw[i])
        continue;
      gboolean is_cap = kw >= cap_kw;
      to->hosting_kw[i] = kw;
      to->limit[i] = is_cap ? ZX_LIMIT_CAP : from->limit[i];
      to->limiting_element[i] = is_cap ? -1 : from->limiting_element[i];
      to->vmin_pu[i] = is_cap ? NAN : from->vmin_pu[i];
      to->loading_percent[i] = is_cap ? NAN : from->loading_percent[i];
      hour_of[i] = is_cap ? -1 : hour->hour;
    }
}

static void
scale_loads (const ZxGrid *grid, double by, ZxGrid *copy)
{
  for (guint i = 0; i < grid->n_nodes; i++)
    {
      copy->node_p_mw[i] = grid->node_p_mw[i] * by;
      copy->node_q_mvar[i] = grid->node_q_mvar[i] * by;
    }
}

static gboolean
check_hours (const ZxHostingHours *hours, GError **error)
{
  for (gsize i = 0; i < hours->n_hours; i++)
    {
      double share = hours->share != NULL ? hours->share[i] : 1;
      if (isfinite (hours->multiplier[i]) && share >= 0 && share <= 1)
        continue;
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("Hour %llu has the load multiplier %g and the charging share %g; the share "
                      "must be 0 to 1"),
                   (unsigned long long) i, hours->multiplier[i], share);
      return FALSE;
    }
  return TRUE;
}

ZxHosting *
zx_power_hosting_hours (const ZxGrid *grid, const ZxHostingScenario *scenario,
                        const ZxHostingHours *hours, gint32 **hour_of, const ZxProgress *progress,
                        GError **error)
{
  g_return_val_if_fail (grid != NULL && scenario != NULL && hours != NULL && hour_of != NULL, NULL);
  g_return_val_if_fail (hours->n_hours > 0, NULL);
  if (!check_hours (hours, error))
    return NULL;
  g_autoptr (GArray) picked = pick_hours (grid, hours);
  g_autoptr (ZxGrid) copy = zx_grid_copy (grid, error);
  g_autoptr (ZxHosting) least = NULL;
  g_autofree gint32 *of = ZX_TRY_NEW (gint32, grid->n_nodes, _ ("Feeder nodes"), error);
  for (guint k = 0; copy != NULL && of != NULL && k < picked->len; k++)
    {
      const Hour *hour = &g_array_index (picked, Hour, k);
      ZxProgress slice
          = zx_progress_slice (progress, (double) k / picked->len, (k + 1.0) / picked->len);
      scale_loads (grid, hour->multiplier, copy);
      g_autoptr (ZxHosting) now = zx_power_hosting (copy, scenario, &slice, error);
      if (now == NULL)
        {
          g_prefix_error (error, _ ("Hour %llu: "), (unsigned long long) hour->hour);
          return NULL;
        }
      if (least == NULL)
        {
          least = zx_power_hosting_new (grid->n_nodes, error);
          if (least == NULL)
            return NULL;
          for (guint i = 0; i < grid->n_nodes; i++)
            {
              of[i] = -1;
              least->hosting_kw[i] = now->limit[i] == ZX_LIMIT_NONE ? NAN : INFINITY;
              least->hosting_kw[i] = now->limit[i] == ZX_LIMIT_MESHED ? NAN : least->hosting_kw[i];
            }
        }
      take_least (least, now, hour, scenario->cap_kw, of);
    }
  if (least != NULL)
    *hour_of = g_steal_pointer (&of);
  return g_steal_pointer (&least);
}
