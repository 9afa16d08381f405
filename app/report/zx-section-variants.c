/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Alternatives and sensitivity: what the plan rests on, from the same question asked again with one
 * thing changed (ZxPlanVariant). */

#include "app/report/zx-section.h"

#define LEAST_CHANGE 1e-3 /* of the plan's value: less is no better plan */

/* ---- what was changed --------------------------------------------------------------------- */

static const char *
room_name (ZxTelling *tell, guint room, gboolean *is_feeder)
{
  const ZxCity *city = tell->city;
  guint n_areas = city->transformers.n;
  *is_feeder = room >= n_areas;
  if (room >= n_areas + city->feeders.n_feeders) /* a plan of another city */
    return "–";
  return zx_data_text (
      tell, *is_feeder ? city->feeders.feeder_id[room - n_areas] : city->transformers.id[room], 24);
}

static const char *
room_title (ZxTelling *tell, const ZxPlanVariant *variant)
{
  gboolean is_feeder;
  const char *name = room_name (tell, (guint) variant->subject, &is_feeder);
  const char *kva = zx_words_number (tell->words, variant->change, 0);
  return is_feeder ? zx_say (tell, N_ ("%s kVA more on feeder %s"), kva, name)
                   : zx_say (tell, N_ ("%s kVA more in transformer area %s"), kva, name);
}

static const char *
variant_title (ZxTelling *tell, const ZxPlanVariant *variant)
{
  ZxWords *words = tell->words;
  const char *percent = zx_say (tell, variant->change < 1 ? N_ ("%s less") : N_ ("%s more"),
                                zx_words_percent (words, fabs (variant->change - 1), 0));
  switch (variant->kind)
    {
    case ZX_VARIANT_SITES:
      return zx_word (tell, variant->change < 0 ? N_ ("One site fewer") : N_ ("One site more"));
    case ZX_VARIANT_BUDGET:
      return zx_say (tell, N_ ("Budget of %s"), zx_words_sum (words, variant->change));
    case ZX_VARIANT_SPACING:
      return zx_say (tell, N_ ("New sites %s m apart"),
                     zx_words_number (words, variant->change, 0));
    case ZX_VARIANT_NO_GRID:
      return zx_word (tell, N_ ("No limits of the grid"));
    case ZX_VARIANT_ROOM:
      return room_title (tell, variant);
    case ZX_VARIANT_DEMAND:
      return zx_say (tell, N_ ("Demand %s"), percent);
    case ZX_VARIANT_DRIVING:
      return zx_say (tell, N_ ("Patience of drivers %s"), percent);
    case ZX_VARIANT_WAIT:
      return zx_say (tell, N_ ("Longest mean wait %s"), percent);
    default:
      return zx_candidate_name (tell, (guint) variant->subject);
    }
}

static const char *
shown_change (ZxTelling *tell, double kwh)
{
  const char *number = zx_words_number (tell->words, fabs (kwh), 0);
  return kwh > -0.5 ? zx_say (tell, "+%s", number) : zx_say (tell, "−%s", number);
}

static const char *
shown_stay (ZxTelling *tell, const ZxPlanVariant *variant)
{
  return zx_say (tell, N_ ("%s of %s"), zx_words_count (tell->words, variant->n_stay),
                 zx_words_count (tell->words, tell->input->plan->n_sites));
}

/* A room that adds nothing needs no row. */
static gboolean
is_idle_room (const ZxPlanVariant *variant)
{
  return variant->kind == ZX_VARIANT_ROOM
         && variant->value - variant->base <= LEAST_CHANGE * variant->base;
}

static gboolean
is_asked (const ZxPlanVariant *variant)
{
  return isfinite (variant->value) && isfinite (variant->kept);
}

/* ---- the tables --------------------------------------------------------------------------- */

static void
tell_limits_table (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Limit")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Best plan found")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Against this plan")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Investment")), zx_words_money_unit (words), 1.0, FALSE },
    { zx_word (tell, N_ ("Sites that stay")), NULL, 1.0, FALSE },
  };
  ZxTable *table
      = zx_document_table (tell->document, zx_word (tell, N_ ("What each limit is worth")), columns,
                           G_N_ELEMENTS (columns));
  guint n_idle = 0;
  double base = NAN; /* of this plan, on the draws that the alternatives are weighed on */
  for (guint i = 0; i < plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &plan->variant[i];
      n_idle += is_idle_room (variant);
      if (variant->kind < ZX_VARIANT_DEMAND && is_asked (variant))
        base = variant->base;
      if (variant->kind < ZX_VARIANT_DEMAND && is_asked (variant) && !is_idle_room (variant))
        ZX_TABLE_ROW (table, variant_title (tell, variant),
                      zx_words_number (words, variant->value, 0),
                      shown_change (tell, variant->value - variant->base),
                      zx_words_money (words, variant->capex_fen), shown_stay (tell, variant));
    }
  if (n_idle > 0)
    zx_paragraph (tell,
                  N_ ("At %s transformer areas and feeders where larger stations would find "
                      "demand, one more transformer alone would add nothing to the plan."),
                  zx_words_count (words, n_idle));
  zx_note (
      tell,
      N_ ("One limit changes at a time, the others stay. Plans are found by search, not proven, "
          "and weighed on a part of the draws, on which this plan serves %s kWh a day: what a "
          "limit is worth is a lower estimate."),
      zx_words_number (words, base, 0));
}

static void
tell_assumptions_table (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Assumption")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("This plan then")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Best plan then")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Regret")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Sites that stay")), NULL, 1.0, FALSE },
  };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("What happens when an assumption is wrong")), columns,
      G_N_ELEMENTS (columns));
  for (guint i = 0; i < plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &plan->variant[i];
      if (variant->kind >= ZX_VARIANT_DEMAND && variant->kind < ZX_VARIANT_WITHOUT_SITE
          && is_asked (variant))
        ZX_TABLE_ROW (table, variant_title (tell, variant),
                      zx_words_number (words, variant->kept, 0),
                      zx_words_number (words, variant->value, 0),
                      zx_words_number (words, fmax (variant->value - variant->kept, 0), 0),
                      shown_stay (tell, variant));
    }
  zx_note (tell, N_ ("Regret is what this plan serves less than the best plan found under the "
                     "changed assumption. Small regret: the plan can be built without knowing."));
}

static void
tell_without_table (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  const ZxTableColumn columns[] = {
    { zx_word (tell, N_ ("Site left out")), NULL, 0.0, TRUE },
    { zx_word (tell, N_ ("Best plan without it")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("Against this plan")), "kWh/d", 1.0, FALSE },
    { zx_word (tell, N_ ("In its place")), NULL, 0.0, TRUE },
  };
  ZxTable *table = NULL;
  for (guint i = 0; i < plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &plan->variant[i];
      if (variant->kind != ZX_VARIANT_WITHOUT_SITE || !is_asked (variant))
        continue;
      if (table == NULL)
        table = zx_document_table (tell->document,
                                   zx_word (tell, N_ ("Alternatives when a site falls through")),
                                   columns, G_N_ELEMENTS (columns));
      ZX_TABLE_ROW (table, variant_title (tell, variant),
                    zx_words_number (words, variant->value, 0),
                    shown_change (tell, variant->value - variant->base),
                    variant->enters >= 0 ? zx_candidate_name (tell, (guint) variant->enters) : "–");
    }
}

/* ---- sentences ---------------------------------------------------------------------------- */

static void
tell_fresh (ZxTelling *tell)
{
  ZxWords *words = tell->words;
  const ZxPlan *plan = tell->input->plan;
  if (plan->n_draws_fresh < 2 || !isfinite (plan->fresh_mean))
    return;
  zx_paragraph (tell,
                N_ ("On %s draws of demand that the search has not seen the plan serves %s kWh a "
                    "day (95 %% interval of the mean %s), against %s on the draws it was chosen "
                    "by."),
                zx_words_count (words, plan->n_draws_fresh),
                zx_words_number (words, plan->fresh_mean, 0),
                zx_words_range (words, plan->fresh_low, plan->fresh_high, 0),
                zx_words_number (words, plan->value, 0));
}

static void
tell_grid_price (ZxTelling *tell)
{
  const ZxPlan *plan = tell->input->plan;
  for (guint i = 0; i < plan->n_variants; i++)
    {
      const ZxPlanVariant *variant = &plan->variant[i];
      double more = variant->value - variant->base;
      if (variant->kind != ZX_VARIANT_NO_GRID || !is_asked (variant))
        continue;
      if (more <= LEAST_CHANGE * variant->base)
        zx_paragraph (tell, N_ ("The grid does not hold the plan back: without its limits no "
                                "better plan was found."));
      else
        zx_paragraph (tell,
                      N_ ("The grid holds the plan back: without its limits the best plan found "
                          "would serve %s kWh a day more, and %s of the %s sites would be other "
                          "ones."),
                      zx_words_number (tell->words, more, 0),
                      zx_words_count (tell->words, plan->n_sites - variant->n_stay),
                      zx_words_count (tell->words, plan->n_sites));
    }
}

void
zx_tell_variants (ZxTelling *tell)
{
  if (!zx_has_plan (tell) || tell->input->plan->n_variants == 0)
    return;
  zx_document_chapter (tell->document, zx_word (tell, N_ ("Alternatives and sensitivity")));
  zx_paragraph (tell, N_ ("The same question was asked again with one thing changed at a time: a "
                          "limit, an assumption, or a site that cannot be had."));
  tell_fresh (tell);
  tell_grid_price (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Limits and their prices")));
  tell_limits_table (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Assumptions")));
  tell_assumptions_table (tell);
  zx_document_section (tell->document, zx_word (tell, N_ ("Sites")));
  tell_without_table (tell);
}
