/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The checker: recomputes a result from the problem alone, the slow and obvious way.  It shares no
 * code and no data with the solvers. */

#include "app/locate/zx-locate.h"

/* Sums of the same terms in another order differ by rounding only. */
#define TOLERANCE 1e-9

static gboolean complain (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
complain (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("The result does not hold: %s"), text);
  return FALSE;
}

static ZxLocateRole
role_of (const ZxLocate *self, guint32 site)
{
  return self->role != NULL ? (ZxLocateRole) self->role[site] : ZX_LOCATE_CANDIDATE;
}

/* Marks chosen and existing sites in @stands. */
static gboolean
check_sites (const ZxLocate *self, const ZxLocation *location, guint8 *stands, GError **error)
{
  if (self->n_choose > 0 && location->n_chosen != self->n_choose)
    return complain (error, _ ("%u sites are chosen instead of %u"), location->n_chosen,
                     self->n_choose);
  for (guint j = 0; j < self->n_sites; j++)
    stands[j] = role_of (self, j) == ZX_LOCATE_EXISTING;
  for (guint k = 0; k < location->n_chosen; k++)
    {
      guint32 site = location->chosen[k];
      if (site >= self->n_sites || stands[site] || role_of (self, site) == ZX_LOCATE_BANNED
          || role_of (self, site) == ZX_LOCATE_RIVAL)
        return complain (error, _ ("site %u must not be chosen, or is chosen twice"), site);
      stands[site] = 1;
    }
  for (guint j = 0; j < self->n_sites; j++)
    if (role_of (self, j) == ZX_LOCATE_REQUIRED && !stands[j])
      return complain (error, _ ("site %u is required and not chosen"), j);
  return TRUE;
}

static double
pair_cost (const ZxLocate *self, gsize pair)
{
  return self->cost != NULL ? self->cost[pair] : 0;
}

/* What one client adds to the value when served over @pair. */
static double
worth (const ZxLocate *self, guint client, gsize pair)
{
  double cost = pair_cost (self, pair), demand = self->demand[client];
  switch (self->kind)
    {
    case ZX_LOCATE_MEDIAN:
      return demand * cost;
    case ZX_LOCATE_COVERAGE:
    case ZX_LOCATE_CAPACITATED_COVERAGE:
      return cost <= self->limit ? demand : 0;
    case ZX_LOCATE_ATTENDANCE:
      return cost < self->limit ? demand * (1 - cost / self->limit) : 0;
    case ZX_LOCATE_FACILITY:
    case ZX_LOCATE_ASSIGNMENT:
      return cost;
    case ZX_LOCATE_CENTRE:
    case ZX_LOCATE_SET_COVER:
    case ZX_LOCATE_MARKET_SHARE:
    case ZX_LOCATE_TARGET_SHARE:
      return 0; /* not a sum over clients */
    }
  g_return_val_if_reached (NAN);
}

static gboolean
is_most (const ZxLocate *self)
{
  return self->kind == ZX_LOCATE_COVERAGE || self->kind == ZX_LOCATE_ATTENDANCE
         || self->kind == ZX_LOCATE_MARKET_SHARE || self->kind == ZX_LOCATE_CAPACITATED_COVERAGE;
}

/* Each client at the named site, which stands and is paired with it. */
static gboolean
check_servers (const ZxLocate *self, const ZxLocation *location, const guint8 *stands, double *load,
               double *value, GError **error)
{
  for (guint i = 0; i < self->n_clients; i++)
    {
      gsize pair = G_MAXSIZE;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        if (self->site[k] == location->server[i])
          pair = k;
      if (location->server[i] == G_MAXUINT32)
        {
          if (!is_most (self) && self->demand[i] > 0)
            return complain (error, _ ("client %u is not served"), i);
          continue;
        }
      if (pair == G_MAXSIZE || !stands[location->server[i]])
        return complain (error, _ ("client %u is sent to site %u, which cannot serve it"), i,
                         location->server[i]);
      load[location->server[i]] += self->demand[i];
      *value += worth (self, i, pair);
    }
  return TRUE;
}

static gboolean
check_shares (const ZxLocate *self, const ZxLocation *location, const guint8 *stands, double *load,
              double *value, GError **error)
{
  for (guint i = 0; i < self->n_clients; i++)
    {
      double total = 0;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        {
          double share = location->share[k];
          if (!(share >= 0 && share <= 1 + TOLERANCE) || (share > 0 && !stands[self->site[k]]))
            return complain (error, _ ("client %u is sent to site %u, which cannot serve it"), i,
                             self->site[k]);
          total += share;
          load[self->site[k]] += share * self->demand[i];
          *value += share * worth (self, i, k);
        }
      if (total > 1 + TOLERANCE
          || (self->kind == ZX_LOCATE_FACILITY && self->demand[i] > 0 && total < 1 - TOLERANCE))
        return complain (error, _ ("client %u is served to %.9f of its demand"), i, total);
    }
  for (guint k = 0; k < location->n_chosen; k++)
    *value += self->fixed_cost != NULL ? self->fixed_cost[location->chosen[k]] : 0;
  return TRUE;
}

/* Every client with demand has its number of sites within the limit. */
static gboolean
check_cover (const ZxLocate *self, const ZxLocation *location, const guint8 *stands, double *value,
             GError **error)
{
  for (guint i = 0; i < self->n_clients; i++)
    {
      guint n = 0;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        n += stands[self->site[k]] && pair_cost (self, k) <= self->limit;
      if (self->demand[i] > 0 && n < MAX (self->n_needed, 1))
        return complain (error, _ ("client %u has %u sites within the limit and needs %u"), i, n,
                         MAX (self->n_needed, 1));
    }
  for (guint k = 0; k < location->n_chosen; k++)
    *value += self->fixed_cost != NULL ? self->fixed_cost[location->chosen[k]] : 1;
  return TRUE;
}

/* The worst served client at its cheapest standing site. */
static void
find_worst (const ZxLocate *self, const guint8 *stands, double *value)
{
  for (guint i = 0; i < self->n_clients; i++)
    {
      double least = INFINITY;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        if (stands[self->site[k]])
          least = MIN (least, pair_cost (self, k));
      if (self->demand[i] > 0)
        *value = MAX (*value, least);
    }
}

/* The demand drawn from rivals: of each client, our part of all attraction. */
static double
drawn_demand (const ZxLocate *self, const guint8 *stands)
{
  double total = 0;
  for (guint i = 0; i < self->n_clients; i++)
    {
      double ours = 0, theirs = 0;
      for (gsize k = self->first[i]; k < self->first[i + 1]; k++)
        {
          ours += stands[self->site[k]] ? self->attraction[k] : 0;
          theirs += role_of (self, self->site[k]) == ZX_LOCATE_RIVAL ? self->attraction[k] : 0;
        }
      total += ours > 0 ? self->demand[i] * (ours / (ours + theirs)) : 0;
    }
  return total;
}

static gboolean
check_target (const ZxLocate *self, const ZxLocation *location, double drawn, double *value,
              GError **error)
{
  double demand = 0;
  for (guint i = 0; i < self->n_clients; i++)
    demand += self->demand[i];
  if (drawn < self->target * demand * (1 - TOLERANCE))
    return complain (error, _ ("it draws %.9g of the demand and the target is %.9g"),
                     drawn / demand, self->target);
  *value = location->n_chosen;
  return TRUE;
}

static gboolean
check_loads (const ZxLocate *self, const double *load, GError **error)
{
  if (self->capacity == NULL)
    return TRUE;
  for (guint j = 0; j < self->n_sites; j++)
    if (load[j] > self->capacity[j] * (1 + TOLERANCE))
      return complain (error, _ ("site %u serves %.3f and can serve %.3f"), j, load[j],
                       self->capacity[j]);
  return TRUE;
}

static gboolean
check_value (const ZxLocate *self, const ZxLocation *location, double value, GError **error)
{
  double room = TOLERANCE * (1 + fabs (value));
  if (!(fabs (location->value - value) <= room))
    return complain (error, _ ("its value is %.9g and not %.9g"), value, location->value);
  double excess
      = is_most (self) ? location->value - location->bound : location->bound - location->value;
  if (!(excess <= room))
    return complain (error, _ ("its bound of %.9g contradicts its value of %.9g"), location->bound,
                     location->value);
  return TRUE;
}

gboolean
zx_locate_check (const ZxLocate *self, const ZxLocation *location, GError **error)
{
  g_autofree guint8 *stands = g_new0 (guint8, (gsize) self->n_sites + 1);
  g_autofree double *load = g_new0 (double, (gsize) self->n_sites + 1);
  double value = 0;
  if (!check_sites (self, location, stands, error))
    return FALSE;
  if (self->kind == ZX_LOCATE_MARKET_SHARE || self->kind == ZX_LOCATE_TARGET_SHARE)
    {
      value = drawn_demand (self, stands);
      if (self->kind == ZX_LOCATE_TARGET_SHARE
          && !check_target (self, location, value, &value, error))
        return FALSE;
      return check_value (self, location, value, error);
    }
  if (location->share != NULL ? !check_shares (self, location, stands, load, &value, error)
                              : !check_servers (self, location, stands, load, &value, error))
    return FALSE;
  if (self->kind == ZX_LOCATE_SET_COVER && !check_cover (self, location, stands, &value, error))
    return FALSE;
  if (self->kind == ZX_LOCATE_CENTRE)
    find_worst (self, stands, &value);
  return check_loads (self, load, error) && check_value (self, location, value, error);
}
