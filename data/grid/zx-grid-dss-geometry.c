/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Overhead lines from wires and heights: Carson's equations in their modified form (Kersting,
 * Distribution System Modeling and Analysis, §4.1), earth of 100 ohm·m, neutrals taken out by
 * Kron's reduction, then the mean of the diagonal less the mean of the rest.  OpenDSS uses Deri's
 * earth, which differs by less than 1 % at mains frequency. */

#include "data/grid/zx-grid-opendss.h"

#include <complex.h>
#include <string.h>

typedef double complex Complex;

#define MAX_WIRES   8
#define EARTH_OHM_M 100.0

typedef struct
{
  double x_m, h_m, ohm_per_m, gmr_m, amps;
} Wire;

static gboolean
take_wire (const ZxDssCircuit *circuit, const char *name, Wire *wire)
{
  const ZxDssElement *data = zx_dss_find (circuit, "wiredata", name);
  if (data == NULL)
    return FALSE;
  double per = zx_dss_metres (zx_dss_text (data, "runits"));
  double gmr = zx_dss_metres (zx_dss_text (data, "gmrunits"));
  wire->ohm_per_m = zx_dss_number (data, "rac", NAN) / (isnan (per) ? 1 : per);
  wire->gmr_m = zx_dss_number (data, "gmrac", NAN) * (isnan (gmr) ? 1 : gmr);
  wire->amps = zx_dss_number (data, "normamps", NAN);
  return wire->ohm_per_m >= 0 && wire->gmr_m > 0;
}

/* The properties of the conductors, "cond=1 wire=… x=… h=… units=…" one after another.  Returns:
 * how many; 0 when one is not known. */
static guint
take_wires (const ZxDssCircuit *circuit, const ZxDssElement *geometry, Wire *wires)
{
  guint n = 0, at = 0;
  double units = 1;
  for (guint i = 0; i < geometry->key->len; i++)
    {
      const char *key = g_ptr_array_index (geometry->key, i);
      const char *value = g_ptr_array_index (geometry->value, i);
      double number = NAN;
      zx_number_parse (value, strlen (value), &number);
      if (strcmp (key, "cond") == 0)
        {
          if (!(number >= 1 && number <= MAX_WIRES))
            return 0;
          at = (guint) number - 1;
          n = MAX (n, at + 1);
        }
      else if (strcmp (key, "wire") == 0 && !take_wire (circuit, value, &wires[at]))
        return 0;
      else if (strcmp (key, "x") == 0)
        wires[at].x_m = number;
      else if (strcmp (key, "h") == 0)
        wires[at].h_m = number;
      else if (strcmp (key, "units") == 0)
        units = zx_dss_metres (value);
    }
  for (guint i = 0; i < n; i++)
    {
      wires[i].x_m *= units;
      wires[i].h_m *= units;
      if (!(wires[i].gmr_m > 0) || !isfinite (wires[i].x_m) || !isfinite (wires[i].h_m))
        return 0;
    }
  return n;
}

/* Takes out the last wire. */
static void
reduce (Complex (*z)[MAX_WIRES], guint n)
{
  guint last = n - 1;
  for (guint i = 0; i < last; i++)
    for (guint j = 0; j < last; j++)
      z[i][j] -= z[i][last] * z[last][j] / z[last][last];
}

gboolean
zx_dss_geometry (const ZxDssCircuit *self, const char *name, double hertz, double *r, double *x,
                 double *amps)
{
  const ZxDssElement *geometry = zx_dss_find (self, "linegeometry", name);
  Wire wires[MAX_WIRES] = { { 0 } };
  Complex z[MAX_WIRES][MAX_WIRES], own = 0, mutual = 0;
  guint n = geometry != NULL ? take_wires (self, geometry, wires) : 0;
  double phases = geometry != NULL ? zx_dss_number (geometry, "nphases", 3) : 0;
  if (n == 0 || !(phases >= 1 && phases <= n))
    return FALSE;
  double earth = G_PI * G_PI * hertz * 1e-7, omega = 4 * G_PI * hertz * 1e-7;
  double depth = 658.5 * sqrt (EARTH_OHM_M / hertz);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        double apart = i == j ? wires[i].gmr_m
                              : hypot (wires[i].x_m - wires[j].x_m, wires[i].h_m - wires[j].h_m);
        if (!(apart > 0))
          return FALSE;
        z[i][j] = earth + (i == j ? wires[i].ohm_per_m : 0) + I * omega * log (depth / apart);
      }
  guint n_phases = (guint) phases;
  for (; n > n_phases; n--)
    reduce (z, n);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      *(i == j ? &own : &mutual) += z[i][j];
  Complex one = own / n - (n > 1 ? mutual / (n * (n - 1.0)) : 0);
  *r = creal (one);
  *x = cimag (one);
  *amps = wires[0].amps;
  return isfinite (*r) && isfinite (*x);
}
