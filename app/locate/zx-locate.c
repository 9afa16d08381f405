/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The door: what is a problem, who solves it, and the check of every result. */

#include "app/locate/zx-locate-private.h"

#include <string.h>

#define MAX_TIME_S 1e8

ZxLocate *
zx_locate_new (ZxLocateKind kind, guint n_clients, guint n_sites, gsize n_pairs, gboolean has_cost,
               GError **error)
{
  g_autoptr (ZxLocate) self = g_new0 (ZxLocate, 1);
  self->kind = kind;
  self->n_clients = n_clients;
  self->n_sites = n_sites;
  self->demand = ZX_TRY_NEW (double, n_clients, _ ("the demand"), error);
  if (self->demand == NULL)
    return NULL;
  self->first = ZX_TRY_NEW (gsize, (gsize) n_clients + 1, _ ("the clients"), error);
  if (self->first == NULL)
    return NULL;
  self->site = ZX_TRY_NEW (guint32, n_pairs, _ ("the pairs of clients and sites"), error);
  if (self->site == NULL)
    return NULL;
  if (has_cost)
    {
      self->cost = ZX_TRY_NEW (double, n_pairs, _ ("the costs"), error);
      if (self->cost == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
zx_locate_free (ZxLocate *self)
{
  if (self == NULL)
    return;
  g_free (self->demand);
  g_free (self->first);
  g_free (self->site);
  g_free (self->cost);
  g_free (self->capacity);
  g_free (self->fixed_cost);
  g_free (self->attraction);
  g_free (self->role);
  g_free (self);
}

void
zx_location_free (ZxLocation *self)
{
  if (self == NULL)
    return;
  g_free (self->chosen);
  g_free (self->server);
  g_free (self->share);
  g_free (self);
}

ZxLocateRole
zx_locate_role (const ZxLocate *self, guint32 site)
{
  return self->role != NULL ? (ZxLocateRole) self->role[site] : ZX_LOCATE_CANDIDATE;
}

gboolean
zx_locate_has_capacity (const ZxLocate *self)
{
  return self->kind == ZX_LOCATE_FACILITY || self->kind == ZX_LOCATE_ASSIGNMENT
         || self->kind == ZX_LOCATE_CAPACITATED_COVERAGE;
}

gboolean
zx_locate_is_barred (const ZxLocate *self, guint32 site)
{
  ZxLocateRole role = zx_locate_role (self, site);
  return role == ZX_LOCATE_BANNED || role == ZX_LOCATE_RIVAL;
}

/* ---- is it a problem? --------------------------------------------------------------------- */

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID, text);
  return FALSE;
}

static gboolean
is_amount (double value)
{
  return isfinite (value) && value >= 0;
}

static gboolean
verify_demand (const ZxLocate *self, GError **error)
{
  gboolean has_capacity = zx_locate_has_capacity (self);
  double total = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      if (!is_amount (self->demand[i]))
        return refuse (error, _ ("The demand of client %u is not a number of 0 or more"), i);
      if (has_capacity && self->demand[i] != floor (self->demand[i]))
        return refuse (error,
                       _ ("The demand of client %u is not whole; with capacities it must be: use "
                          "a finer unit"),
                       i);
      total += self->demand[i];
    }
  if (total <= 0)
    return refuse (error, _ ("All demand is zero; there is nothing to serve"));
  if (total > 4e15)
    return refuse (error, _ ("The demand adds up to more than 4e15; use a coarser unit"));
  return TRUE;
}

static gboolean
verify_pairs (const ZxLocate *self, GError **error)
{
  gboolean is_share = self->kind == ZX_LOCATE_MARKET_SHARE || self->kind == ZX_LOCATE_TARGET_SHARE;
  g_autofree guint32 *seen = g_new0 (guint32, (gsize) self->n_sites + 1);
  if (self->first[0] != 0)
    return refuse (error, _ ("The pairs do not begin with the first client's"));
  for (guint i = 0; i < self->n_clients; i++)
    {
      if (self->first[i + 1] < self->first[i])
        return refuse (error, _ ("The pairs of client %u end before they begin"), i);
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        {
          if (self->site[k] >= self->n_sites)
            return refuse (error, _ ("Client %u is paired with site %u; there are %u sites"), i,
                           self->site[k], self->n_sites);
          if (seen[self->site[k]] == i + 1)
            return refuse (error, _ ("Client %u is paired with site %u twice"), i, self->site[k]);
          seen[self->site[k]] = i + 1;
          if (is_share
              && !(self->attraction != NULL && isfinite (self->attraction[k])
                   && self->attraction[k] > 0))
            return refuse (error,
                           _ ("The attraction of site %u for client %u is not a number of more "
                              "than 0"),
                           self->site[k], i);
          if (self->cost != NULL && !is_amount (self->cost[k]))
            return refuse (error,
                           _ ("The cost of client %u at site %u is not a number of 0 or more"), i,
                           self->site[k]);
        }
    }
  return TRUE;
}

static gboolean
verify_sites (const ZxLocate *self, GError **error)
{
  gboolean has_capacity = zx_locate_has_capacity (self);
  guint n_open = 0, n_required = 0;
  for (guint j = 0; j < self->n_sites; j++)
    {
      ZxLocateRole role = zx_locate_role (self, j);
      if (role > ZX_LOCATE_RIVAL)
        return refuse (error, _ ("Site %u has a role that does not exist"), j);
      n_open += role == ZX_LOCATE_CANDIDATE || role == ZX_LOCATE_REQUIRED;
      n_required += role == ZX_LOCATE_REQUIRED;
      if (has_capacity
          && (self->capacity == NULL || !is_amount (self->capacity[j])
              || self->capacity[j] != floor (self->capacity[j])))
        return refuse (error, _ ("The capacity of site %u is not a whole number of 0 or more"), j);
      if (self->fixed_cost != NULL && !is_amount (self->fixed_cost[j]))
        return refuse (error, _ ("The fixed cost of site %u is not a number of 0 or more"), j);
    }
  if (self->n_choose == 0 && self->kind != ZX_LOCATE_FACILITY && self->kind != ZX_LOCATE_SET_COVER
      && self->kind != ZX_LOCATE_TARGET_SHARE)
    return refuse (error, _ ("No sites are to be chosen; choose at least 1"));
  if (self->n_choose > n_open)
    return refuse (error, _ ("%u sites are to be chosen and there are only %u candidates"),
                   self->n_choose, n_open);
  if (self->n_choose > 0 && n_required > self->n_choose)
    return refuse (error, _ ("%u sites are required and only %u are to be chosen"), n_required,
                   self->n_choose);
  return TRUE;
}

gboolean
zx_locate_verify (const ZxLocate *self, GError **error)
{
  gboolean has_limit = self->kind == ZX_LOCATE_COVERAGE || self->kind == ZX_LOCATE_ATTENDANCE
                       || self->kind == ZX_LOCATE_SET_COVER
                       || self->kind == ZX_LOCATE_CAPACITATED_COVERAGE;
  char text[32];
  if (self->n_clients == 0 || self->n_sites == 0)
    return refuse (error, _ ("There are %u clients and %u sites; both must be at least 1"),
                   self->n_clients, self->n_sites);
  if ((self->kind == ZX_LOCATE_SET_COVER || self->kind == ZX_LOCATE_TARGET_SHARE)
      && self->n_choose > 0)
    return refuse (error, _ ("This problem finds the number of sites itself; it cannot be %u"),
                   self->n_choose);
  if (self->kind == ZX_LOCATE_TARGET_SHARE && !(self->target > 0 && self->target <= 1))
    return refuse (error, _ ("The target share is %s; it must be more than 0 and at most 1"),
                   isnan (self->target) ? "NaN" : zx_number_format (self->target, text));
  if (has_limit && !(self->limit > 0 && isfinite (self->limit)))
    return refuse (error, _ ("The limit is %s; it must be more than 0"),
                   isnan (self->limit) ? "NaN" : zx_number_format (self->limit, text));
  return verify_demand (self, error) && verify_sites (self, error) && verify_pairs (self, error);
}

static gboolean
verify_options (const ZxLocateOptions *options, GError **error)
{
  char text[32];
  if (options->time_limit_s >= 0 && options->time_limit_s <= MAX_TIME_S)
    return TRUE;
  return refuse (error,
                 _ ("The time limit is %s s; it must be from 0 (none) to 1e8 s "
                    "(three years)"),
                 isnan (options->time_limit_s) ? "NaN"
                                               : zx_number_format (options->time_limit_s, text));
}

/* ---- solving ------------------------------------------------------------------------------ */

static ZxLocation *
solve (const ZxLocate *self, const ZxLocateOptions *options, const ZxProgress *progress,
       GError **error)
{
  switch (self->kind)
    {
    case ZX_LOCATE_MEDIAN:
    case ZX_LOCATE_COVERAGE:
    case ZX_LOCATE_ATTENDANCE:
      return zx_locate_solve_median (self, options, progress, error);
    case ZX_LOCATE_FACILITY:
    case ZX_LOCATE_CAPACITATED_COVERAGE:
      return zx_locate_solve_facility (self, options, progress, error);
    case ZX_LOCATE_ASSIGNMENT:
      return zx_locate_solve_assignment (self, options, progress, error);
    case ZX_LOCATE_CENTRE:
      return zx_locate_solve_centre (self, options, progress, error);
    case ZX_LOCATE_SET_COVER:
      return zx_locate_solve_set_cover (self, options, progress, error);
    case ZX_LOCATE_MARKET_SHARE:
      return zx_locate_solve_market_share (self, options, progress, error);
    case ZX_LOCATE_TARGET_SHARE:
      return zx_locate_solve_target_share (self, options, progress, error);
    }
  g_return_val_if_reached (NULL);
}

ZxLocation *
zx_locate_solve (const ZxLocate *self, const ZxLocateOptions *options, const ZxProgress *progress,
                 GError **error)
{
  gint64 begun = g_get_monotonic_time ();
  g_return_val_if_fail (self != NULL && options != NULL, NULL);
  if (!verify_options (options, error) || !zx_locate_verify (self, error)
      || !zx_progress_step (progress, 0, 1, error))
    return NULL;
  g_autoptr (ZxLocation) location = solve (self, options, progress, error);
  if (location == NULL)
    return NULL;
  double size = fabs (location->value);
  location->gap
      = size > 0 ? fabs (location->bound - location->value) / size : fabs (location->bound) > 0;
  if (!zx_locate_check (self, location, error))
    return NULL;
  location->seconds = (double) (g_get_monotonic_time () - begun) / 1e6;
  return g_steal_pointer (&location);
}
