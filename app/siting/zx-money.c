/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Money and carbon of one site: equal yearly flows, paid at the end of each year.
 *
 *   NPV = -capex + yearly × (1 - (1 + r)^-n) / r;  IRR is the r with NPV = 0;
 *   CO2 saved = E / e_ev × litres per km × kg per litre - E × grid factor.
 *
 * Wrong when tariffs or demand change over the years; taxes, subsidies and the value left at the
 * end are not counted. */

#include "app/siting/zx-siting.h"

/* No station pays back a thousand times a year; the bracket also keeps powers finite. */
#define HIGHEST_RATE 1000.0
#define LOWEST_RATE  (-0.999999)
#define BISECTIONS   200

double
zx_annuity (double rate, guint years)
{
  if (!(rate > -1) || !isfinite (rate))
    return NAN;
  if (fabs (rate) < 1e-12)
    return years;
  return -expm1 (-(double) years * log1p (rate)) / rate;
}

double
zx_npv_fen (double capex_fen, double yearly_fen, double rate, guint years)
{
  return yearly_fen * zx_annuity (rate, years) - capex_fen;
}

double
zx_irr (double capex_fen, double yearly_fen, guint years)
{
  if (!(capex_fen > 0) || !(yearly_fen > 0) || years == 0 || !isfinite (capex_fen + yearly_fen))
    return NAN;
  double low = LOWEST_RATE, high = HIGHEST_RATE;
  if (zx_npv_fen (capex_fen, yearly_fen, high, years) > 0
      || zx_npv_fen (capex_fen, yearly_fen, low, years) < 0)
    return NAN;
  for (guint i = 0; i < BISECTIONS; i++)
    {
      double middle = (low + high) / 2;
      if (zx_npv_fen (capex_fen, yearly_fen, middle, years) > 0)
        low = middle;
      else
        high = middle;
    }
  return (low + high) / 2;
}

double
zx_payback_years (double capex_fen, double yearly_fen)
{
  if (isnan (capex_fen) || isnan (yearly_fen))
    return NAN;
  if (capex_fen <= 0)
    return 0;
  return yearly_fen > 0 ? capex_fen / yearly_fen : INFINITY;
}

double
zx_break_even_kwh (double capex_fen, double opex_fen_per_year, double margin_fen_per_kwh,
                   double rate, guint years)
{
  if (!(margin_fen_per_kwh > 0) || years == 0)
    return INFINITY;
  return (capex_fen / zx_annuity (rate, years) + opex_fen_per_year) / margin_fen_per_kwh;
}

double
zx_carbon_saved_t (double kwh, double ev_kwh_per_km, double car_l_per_100km, double petrol_kg_per_l,
                   double grid_t_per_mwh)
{
  double km = kwh / ev_kwh_per_km;
  return km * car_l_per_100km / 100 * petrol_kg_per_l / 1000 - kwh / 1000 * grid_t_per_mwh;
}
