/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts of chapter 4 that say what stands beside the demand model: the members the belief is mixed
 * from, with what each would make of the city, and where it errs. */

#include "app/report/zx-section.h"

#include "app/solve/zx-solve.h"

#define NOTABLE_FACTOR 0.1 /* of the log: a level put right by less is not worth a word */
#define MOST_SHOWN     3.0 /* standard deviations: the ends of the residuals' colours */

static const char *
member_name (ZxTelling *tell, ZxDemandMemberKind kind)
{
  static const char *const names[ZX_N_DEMAND_MEMBERS]
      = { N_ ("Place: covariates and field"), N_ ("One density for all"),
          N_ ("Grows with the root of the supply within reach"),
          N_ ("In proportion to the supply within reach") };
  return zx_word (tell, names[kind]);
}

/* What was done where place was not borne out, in words. */
static void
tell_stacking (ZxTelling *tell, const ZxDemand *demand)
{
  ZxWords *words = tell->words;
  const ZxDemandMember *place = &demand->member[ZX_MEMBER_PLACE];
  double sold = demand->sold_kwh_per_day;
  if (place->weight >= 1)
    zx_paragraph (tell,
                  N_ ("Blocks held out bear the effect of place out, beside every model without "
                      "it: all draws are of the model with place."));
  else if (place->weight > 0 && zx_demand_place_verdict (demand) == ZX_PLACE_SUPPORTED)
    zx_paragraph (tell,
                  N_ ("Blocks held out bear the effect of place out against one density for all, "
                      "but not clearly against models that follow only the supply within reach. So "
                      "the draws are dealt out among all of them, with the weights that predict "
                      "held-out stations best: %s of them know place."),
                  zx_words_percent (words, place->weight, 0));
  else if (place->weight > 0)
    zx_paragraph (tell,
                  N_ ("Blocks held out leave open whether place matters, so the draws are dealt "
                      "out among a model that knows place and three that do not, with the weights "
                      "that predict held-out stations best: %s of them know place."),
                  zx_words_percent (words, place->weight, 0));
  else if (!demand->is_level_credible)
    zx_paragraph (
        tell,
        N_ ("The model that knows place would believe in %s times what the stations sell, "
            "more than ten times what any other believes. That is not a finding but an "
            "effect of extrapolation, so it was left out: belief and plan rest on the "
            "three models without place."),
        zx_words_number (words, place->total_kwh_per_day / sold, 1));
  else
    zx_paragraph (tell, N_ ("Blocks held out speak against the model that knows place, so it was "
                            "left out: belief and plan rest on the three models without place."));
  if (place->weight > 0 && fabs (log (demand->level_factor)) > NOTABLE_FACTOR)
    zx_paragraph (
        tell,
        N_ ("Fitted to typical stations, the model with place would have its stations sell "
            "less or more in all than they did; its level was multiplied by %s, so that "
            "they add up to what was sold."),
        zx_words_number (words, demand->level_factor, 2));
  zx_paragraph (tell,
                N_ ("The models without place are held to what the stations with a history sell, "
                    "%s kWh a day: demand is that over the share of demand which the catchments "
                    "send to these stations. The rest goes to stations without a history or to "
                    "charging elsewhere."),
                zx_words_number (words, sold, 0));
}

void
zx_tell_members (ZxTelling *tell)
{
  const ZxDemand *demand = tell->input->demand;
  ZxWords *words = tell->words;
  double sold = demand->sold_kwh_per_day;
  if (!demand->is_stacked || !(sold > 0))
    return;
  tell_stacking (tell, demand);
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Where demand lies")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Log score held out")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Weight")), NULL, 1.0, FALSE },
    { zx_word (tell, N_ ("Demand in all")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Times what is sold")), NULL, 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("What the belief is mixed from")),
                           columns, G_N_ELEMENTS (columns));
  for (guint m = 0; m < ZX_N_DEMAND_MEMBERS; m++)
    {
      const ZxDemandMember *member = &demand->member[m];
      ZX_TABLE_ROW (table, member_name (tell, (ZxDemandMemberKind) m),
                    demand->has_checks ? zx_words_number (words, member->mean_log_score, 3) : "–",
                    zx_words_percent (words, member->weight, 0),
                    zx_words_number (words, member->total_kwh_per_day, 0),
                    zx_words_number (words, member->total_kwh_per_day / sold, 1));
    }
}

/* Which of the ways with vehicles was taken, and by what scores. */
void
zx_tell_vehicles (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxDemand *demand = tell->input->demand;
  const ZxJointTrial *trial = &demand->vehicles;
  if (!demand->has_vehicles_trial)
    return;
  zx_paragraph (
      tell,
      trial->is_joint_better
          ? N_ ("Vehicles enter as a second likelihood with a field of their own, of "
                "which demand takes %s times: on held-out blocks that predicts stations "
                "better than vehicles as a covariate, by %s ± %s of log score, and "
                "better than without vehicles, by %s ± %s. Each is more than two "
                "standard errors. The effect of vehicles is therefore not in the list of "
                "covariates.")
          : N_ ("Vehicles as a second likelihood were tried, with a field of which demand "
                "would take %s times. On held-out blocks that changes the log score by "
                "%s ± %s against vehicles as a covariate and by %s ± %s against none; "
                "both would have to be more than two standard errors. So vehicles stay a "
                "covariate, whose effect is somewhat too small where they are counted "
                "poorly."),
      zx_words_number (words, trial->copy, 2), zx_words_number (words, trial->gain, 3),
      zx_words_number (words, trial->gain_se, 3),
      zx_words_number (words, trial->gain_over_nothing, 3),
      zx_words_number (words, trial->gain_over_nothing_se, 3));
}

/* Where each station stands in what the model expects of it from all the others: 0 in the middle,
 * 1 where one in six would sell more. */
void
zx_tell_residual_map (ZxTelling *tell)
{
  const ZxDemand *demand = tell->input->demand;
  const ZxStations *stations = &tell->input->city->stations;
  const ZxCriteria *criteria = demand->posterior != NULL ? demand->posterior->criteria : NULL;
  if (criteria == NULL || criteria->n != demand->n_observations || criteria->n_counted == 0)
    return;
  g_autofree double *x = g_new (double, criteria->n), *y = g_new (double, criteria->n);
  g_autofree float *residual = g_new (float, criteria->n);
  guint n = 0;
  for (guint i = 0; i < criteria->n; i++)
    {
      guint32 station = demand->observed_station[i];
      if (criteria->state[i] == ZX_CPO_ABSENT || !isfinite (criteria->pit[i])
          || station >= stations->n)
        continue;
      double z = zx_normal_quantile (CLAMP (criteria->pit[i], 1e-6, 1 - 1e-6));
      x[n] = stations->x_m[station];
      y[n] = stations->y_m[station];
      residual[n++] = (float) CLAMP (z, -MOST_SHOWN, MOST_SHOWN);
    }
  const ZxColourScale scale = { ZX_RAMP_DIFFERENCE, -MOST_SHOWN, MOST_SHOWN, FALSE, NAN };
  ZxPlate *plate = zx_city_plate (tell);
  zx_plate_add_points (plate, ZX_SYMBOL_STATION, n, x, y, NULL, NULL, residual, &scale,
                       zx_word (tell, N_ ("Residual, standard deviations")));
  zx_plate_set_note (plate, zx_word (tell, N_ ("Orange: sells more than expected. Blue: sells "
                                               "less.")));
  zx_paragraph (tell, N_ ("The map shows where the model errs: for each station what it sells "
                          "beside what the other stations let expect. Colours that stand together "
                          "are a pattern the model has not found; mixed colours are not."));
  zx_show_plate (tell, plate, zx_caption (tell, N_ ("Residuals of the stations")), NULL);
}
