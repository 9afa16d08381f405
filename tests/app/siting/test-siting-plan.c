/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Candidates and plans of a small invented town through the public door. */

#include "zx-town.h"

#include "zx-test.h"

static ZxCandidates *
find_candidates (Town *town)
{
  g_autoptr (GError) error = NULL;
  ZxCandidates *candidates
      = zx_siting_candidates (&town->input, &town->options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (candidates);
  return candidates;
}

static ZxPlan *
choose (Town *town, ZxCandidates *candidates)
{
  g_autoptr (GError) error = NULL;
  ZxPlan *plan = zx_siting_choose (&town->input, candidates, &town->options, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (plan);
  g_assert_true (zx_siting_check_plan (&town->input, candidates, &town->options, plan, &error));
  g_assert_no_error (error);
  g_assert_true (plan->violates_nothing);
  g_test_message ("%u sites, %.0f kWh/d, gap %.3f %% after %u nodes, limited by %s", plan->n_sites,
                  plan->value, 100 * plan->gap, plan->n_nodes, plan->limiting);
  return plan;
}

/* ---- candidates --------------------------------------------------------------------------- */

static void
test_without_parcels_every_cell_makes_one (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxCandidates) candidates
      = zx_siting_candidates (&town.input, &town.options, findings, NULL, NULL);
  g_assert_cmpuint (candidates->n, ==, town.cells->n);
  g_assert_false (candidates->are_parcels);
  gboolean is_said = FALSE;
  for (guint i = 0; i < findings->rows->len; i++)
    is_said
        = is_said
          || strcmp (g_array_index (findings->rows, ZxFinding, i).rule, "siting.candidates-made")
                 == 0;
  g_assert_true (is_said);
  for (guint j = 0; j < candidates->n; j++)
    if (candidates->filter[j] != ZX_FILTER_OUTSIDE)
      {
        double x = candidates->x_m[j] / 400, y = candidates->y_m[j] / 400;
        double off_street = MIN (fabs (x - round (x)), fabs (y - round (y)));
        g_assert_cmpint (zx_cells_at (town.cells, candidates->x_m[j], candidates->y_m[j]), ==,
                         (gint) j);
        g_assert_cmpfloat (off_street, <, 1e-9);
      }
  town_clear (&town);
}

static void
test_filters_count_every_candidate_once (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.n_parcels = 120;
  town_init (&town, &shape);
  const guint32 banned[] = { 3, 4, 5 };
  town.options.banned = banned;
  town.options.n_banned = 3;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  guint sum = 0;
  for (guint f = 0; f < ZX_N_FILTERS; f++)
    {
      sum += candidates->n_by_filter[f];
      g_assert_cmpuint (strlen (zx_filter_title (f)), >, 5);
    }
  g_assert_cmpuint (sum, ==, 120);
  g_assert_true (candidates->are_parcels);
  g_assert_cmpuint (candidates->n_by_filter[ZX_FILTER_SMALL], >, 0);
  for (guint j = 0; j < candidates->n; j++)
    {
      gboolean passes = candidates->filter[j] == ZX_FILTER_NONE;
      g_assert_true (passes == !isnan (candidates->served_mean[j]));
      g_assert_true (passes == !isnan (candidates->score[j]));
      if (passes)
        {
          g_assert_cmpfloat (candidates->nearest_station_m[j], >=, 300);
          g_assert_cmpfloat (candidates->score[j], >=, 0);
          g_assert_cmpfloat (candidates->score[j], <=, 1 + 1e-6);
          g_assert_cmpfloat (candidates->topsis[j], >=, 0);
          g_assert_cmpfloat (candidates->topsis[j], <=, 1);
          g_assert_cmpfloat (candidates->served_p10[j], <=, candidates->served_p50[j]);
          g_assert_cmpfloat (candidates->served_p50[j], <=, candidates->served_p90[j]);
          g_assert_cmpfloat (candidates->npv_positive[j], >=, 0);
          g_assert_cmpfloat (candidates->npv_positive[j], <=, 1);
        }
    }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (candidates->filter[banned[i]], !=, ZX_FILTER_NONE);
  town_clear (&town);
}

/* Attraction of not charging in public and of the stations that stand, per cell. */
static void
fill_rivals (const Town *town, double *rival)
{
  const ZxHuffOptions *huff = &town->options.huff;
  for (guint c = 0; c < town->cells->n; c++)
    rival[c] = zx_huff_attraction (huff->outside, 0, huff);
  double known[3];
  for (guint s = 0; s < 2; s++)
    known[s] = town->city->stations.n_dc[s];
  double median = MAX (known[0], known[1]); /* of two the upper; station 2 is unknown, 3 closed */
  for (guint s = 0; s < 3; s++)
    for (gsize i = town->station_rows->first[s]; i < town->station_rows->first[s + 1]; i++)
      rival[town->station_rows->target[i]]
          += zx_huff_attraction (s == 2 ? median : known[s], town->station_rows->seconds[i], huff);
}

/* Served energy alone, straight from the definition. */
static void
test_energy_alone_is_the_definition (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  const ZxHuffOptions *huff = &town.options.huff;
  g_autofree double *rival = g_new0 (double, town.cells->n);
  fill_rivals (&town, rival);
  for (guint j = 0; j < candidates->n; j += 7)
    {
      if (candidates->filter[j] != ZX_FILTER_NONE)
        continue;
      const ZxConfiguration *size = town.input.configurations[candidates->best_configuration[j]];
      double cap = zx_configuration_capacity_kwh (size, &town.options, 1.5 / 24), mean = 0;
      for (guint k = 0; k < shape.n_draws; k++)
        {
          double asked = 0;
          for (gsize i = candidates->rows->first[j]; i < candidates->rows->first[j + 1]; i++)
            {
              guint c = candidates->rows->target[i];
              double a = zx_huff_attraction (size->n_dc + size->n_ac, candidates->rows->seconds[i],
                                             huff);
              asked += town.demand->cell_kwh_per_day[(gsize) k * town.cells->n + c] * a
                       / (a + rival[c]);
            }
          mean += MIN (asked, cap) / shape.n_draws;
        }
      g_assert_cmpfloat_with_epsilon (candidates->served_mean[j], mean, 1e-4 * mean);
    }
  town_clear (&town);
}

static void
test_grid_room_is_the_least_of_area_and_feeder (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  guint n_feeder = 0;
  for (guint j = 0; j < candidates->n; j++)
    {
      gint32 area = candidates->transformer[j];
      if (area < 0)
        continue;
      float room = town.headroom->least_room_kw[area];
      if (candidates->feeder[j] == 0)
        room = MIN (room, 900);
      n_feeder += candidates->feeder[j] == 0;
      g_assert_cmpfloat (candidates->grid_room_kw[j], ==, room);
    }
  g_assert_cmpuint (n_feeder, >, 10);
  town_clear (&town);
}

static void
test_a_cancelled_search_for_candidates_says_so (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_siting_candidates (&town.input, &town.options, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  g_clear_error (&error);
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_assert_null (
      zx_siting_choose (&town.input, candidates, &town.options, NULL, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
  town_clear (&town);
}

/* ---- plans -------------------------------------------------------------------------------- */

static void
test_a_plan_describes_its_sites (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.has_graph = TRUE;
  town_init (&town, &shape);
  town.options.n_sites = 4;
  town.options.budget_fen = 6e8;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, candidates);
  g_assert_cmpuint (plan->n_sites, ==, 4);
  double value = 0, capex = 0;
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxPlanSite *site = plan->site + i;
      const ZxConfiguration *size = town.input.configurations[site->configuration];
      value += site->served_mean;
      capex += site->capex_fen;
      g_assert_true (i == 0 || site->served_mean <= site[-1].served_mean);
      g_assert_cmpfloat (site->served_p10, <=, site->served_p90);
      g_assert_cmpfloat (site->taken_from_existing, >=, 0);
      g_assert_cmpfloat (site->taken_from_existing, <=, site->served_mean);
      g_assert_cmpfloat (site->wait_min, <=, town.options.wait_limit_min * (1 + 1e-6));
      g_assert_cmpfloat (site->utilisation, >, 0);
      g_assert_cmpfloat (site->utilisation, <, 1);
      g_assert_cmpfloat (site->in_best_set, >=, 0);
      g_assert_cmpfloat (site->in_best_set, <=, 1);
      g_assert_cmpfloat (site->npv_p10_fen, <=, site->npv_p90_fen);
      g_assert_cmpfloat_with_epsilon (site->capex_fen, size->capex_fen, 1);
      g_assert_cmpfloat_with_epsilon (
          site->npv_mean_fen,
          zx_npv_fen (site->capex_fen, site->revenue_fen_per_year - site->opex_fen_per_year, 0.08,
                      10),
          1);
      double sum = 0;
      for (guint h = 0; h < 24; h++)
        sum += site->hourly_kw[h];
      g_assert_cmpfloat_with_epsilon (sum, site->served_mean, 1e-3 * sum);
      if (!isnan (site->room_left_kw))
        g_assert_cmpfloat (site->room_left_kw, >=, -1e-3);
      if (candidates->transformer[site->candidate] >= 0)
        g_assert_cmpfloat (site->load_rate_after, >=, site->load_rate_before);
    }
  g_assert_cmpfloat_with_epsilon (value, plan->value, 1e-6 * value);
  g_assert_cmpfloat_with_epsilon (capex, plan->capex_fen, 1);
  g_assert_cmpfloat (plan->bound, >=, plan->value);
  g_assert_cmpfloat_with_epsilon (plan->gap, (plan->bound - plan->value) / plan->bound, 1e-12);
  g_assert_cmpfloat (plan->value_p10, <, plan->value_p90);
  g_assert_cmpfloat (plan->new_to_public, >, 0);
  g_assert_cmpfloat (plan->regret_fen_or_kwh, >=, 0);
  g_assert_true (plan->grid_checked);
  g_assert_nonnull (plan->limiting);
  g_assert_cmpuint (plan->n_asked, ==, 4);
  for (guint p = 0; p < 4; p++)
    {
      g_assert_cmpfloat (plan->value_by_sites[p], <=, plan->bound_by_sites[p]);
      g_assert_true (p == 0 || plan->value_by_sites[p] >= plan->value_by_sites[p - 1]);
    }
  g_assert_cmpfloat (plan->value_by_sites[3], ==, plan->value);
  town_clear (&town);
}

static void
test_one_site_is_the_best_of_all (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 1;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, candidates);
  double best = 0;
  ZxPlanSite site = { 0 };
  ZxPlan one = { .n_sites = 1, .site = &site, .n_draws_used = plan->n_draws_used };
  g_assert_true (plan->is_proven);
  g_assert_cmpfloat (plan->bound, ==, plan->value);
  /* Whatever site and size the checker allows, the plan serves no less: the checker names the value
   * it worked out when told a wrong one. */
  for (site.candidate = 0; site.candidate < candidates->n; site.candidate++)
    for (site.configuration = 0; site.configuration < town.input.n_configurations;
         site.configuration++)
      {
        g_autoptr (GError) error = NULL;
        one.capex_fen = town.input.configurations[site.configuration]->capex_fen;
        if (zx_siting_check_plan (&town.input, candidates, &town.options, &one, &error))
          continue;
        const char *worked_out = g_strrstr (error->message, "it is ");
        if (worked_out != NULL)
          best = MAX (best, g_ascii_strtod (worked_out + strlen ("it is "), NULL));
      }
  g_assert_cmpfloat_with_epsilon (plan->value, best, 1e-3 + 1e-5 * best);
  town_clear (&town);
}

static void
test_required_sites_are_in_and_banned_out (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 3;
  g_autoptr (ZxCandidates) free_candidates = find_candidates (&town);
  g_autoptr (ZxPlan) free_plan = choose (&town, free_candidates);
  guint32 banned = free_plan->site[0].candidate, required = 0;
  while (free_candidates->filter[required] != ZX_FILTER_NONE || required == banned)
    required++;
  town.options.banned = &banned;
  town.options.n_banned = 1;
  town.options.required = &required;
  town.options.n_required = 1;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, candidates);
  gboolean has_required = FALSE;
  for (guint i = 0; i < plan->n_sites; i++)
    {
      g_assert_cmpuint (plan->site[i].candidate, !=, banned);
      has_required = has_required || plan->site[i].candidate == required;
    }
  g_assert_true (has_required);
  g_assert_cmpfloat (plan->value, <=, free_plan->bound);
  town_clear (&town);
}

static void
expect_refusal (Town *town, ZxCandidates *candidates, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_siting_choose (&town->input, candidates, &town->options, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_impossible_wishes_name_limit_and_way_out (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.n_parcels = 60;
  town_init (&town, &shape);
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  guint32 filtered = 0, passing[2] = { 0 }, n_passing = 0;
  for (guint32 j = 0; j < candidates->n; j++)
    if (candidates->filter[j] == ZX_FILTER_SPACING || candidates->filter[j] == ZX_FILTER_SMALL)
      filtered = j;
    else if (candidates->filter[j] == ZX_FILTER_NONE && n_passing < 2
             && town.city->parcels.bays[j] >= 8)
      passing[n_passing++] = j;
  town.options.n_sites = 1000;
  expect_refusal (&town, candidates, "pass the filters");
  town.options.n_sites = 3;
  town.options.budget_fen = 1000;
  expect_refusal (&town, candidates, "budget");
  town.options.budget_fen = INFINITY;
  town.options.required = &filtered;
  town.options.n_required = 1;
  expect_refusal (&town, candidates, "required");
  town.options.required = passing;
  town.options.n_required = 2;
  town.options.n_sites = 1;
  expect_refusal (&town, candidates, "required");
  town.options.n_sites = 2;
  town.options.site_spacing_m = 1e5;
  expect_refusal (&town, candidates, "apart");
  town.options.site_spacing_m = 0;
  town.options.ignore_grid = TRUE;
  town.options.budget_fen = 1.5e7; /* one station of 8 AC piles costs 1.0032e7 */
  expect_refusal (&town, candidates, "raise it");
  town_clear (&town);
}

static void
test_a_place_both_required_and_banned_is_named (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.n_parcels = 60;
  town_init (&town, &shape);
  g_autoptr (ZxCandidates) before = find_candidates (&town);
  guint32 wanted = 0;
  while (before->filter[wanted] != ZX_FILTER_NONE)
    wanted++;
  town.options.n_sites = 2;
  town.options.required = town.options.banned = &wanted;
  town.options.n_required = town.options.n_banned = 1;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  expect_refusal (&town, candidates, "Ruled out by the planner");
  expect_refusal (&town, candidates, "do not require it");
  town_clear (&town);
}

/* Two required places of one transformer area, or feeder, with room for one station of any size. */
static void
test_required_places_without_room_for_both_name_the_grid (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  guint32 pair[2] = { 0, 0 };
  double least_kw = INFINITY;
  shape.n_parcels = 60;
  town_init (&town, &shape);
  g_autoptr (ZxCandidates) before = find_candidates (&town);
  for (guint t = 0; t < town.input.n_configurations; t++)
    least_kw = MIN (least_kw, zx_configuration_kw (town.input.configurations[t]));
  for (guint32 j = 0; j < before->n && pair[1] == 0; j++)
    for (guint32 k = 0; k < j && pair[1] == 0; k++)
      if (before->filter[j] == ZX_FILTER_NONE && before->filter[k] == ZX_FILTER_NONE
          && before->transformer[j] >= 0 && before->transformer[j] == before->transformer[k])
        {
          pair[0] = k;
          pair[1] = j;
        }
  g_assert_cmpuint (pair[1], >, 0);
  gint32 feeder = before->feeder[pair[0]];
  g_assert_true (before->feeder[pair[1]] == feeder);
  town.headroom->least_room_kw[before->transformer[pair[0]]] = (float) (1.5 * least_kw);
  for (guint h = 0; feeder >= 0 && h < 24; h++)
    town.headroom->feeder_room_kw[(gsize) feeder * 24 + h] = (float) (1.5 * least_kw);
  town.options.n_sites = 2;
  town.options.site_spacing_m = 0;
  town.options.required = pair;
  town.options.n_required = 2;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  if (candidates->filter[pair[0]] == ZX_FILTER_NONE
      && candidates->filter[pair[1]] == ZX_FILTER_NONE)
    expect_refusal (&town, candidates, "share a transformer area or feeder");
  else
    expect_refusal (&town, candidates, "kW of room");
  town_clear (&town);
}

/* A wait that no queue keeps: nothing breaks, and no plan claims to serve what it cannot. */
static void
test_a_wait_that_hardly_any_queue_keeps_serves_hardly_anything (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 3;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) easy = choose (&town, candidates);
  town.options.wait_limit_min = 0.01;
  g_autoptr (ZxCandidates) strict = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, strict);
  g_assert_cmpfloat (plan->value, <, easy->value); /* the checker has looked at every queue */
  town_clear (&town);
}

static void
test_the_checker_catches_broken_plans (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 3;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, candidates);
  ZxSitingOptions options = town.options;
  options.budget_fen = plan->capex_fen / 2;
  g_assert_false (zx_siting_check_plan (&town.input, candidates, &options, plan, NULL));
  options = town.options;
  options.site_spacing_m = 1e6;
  g_assert_false (zx_siting_check_plan (&town.input, candidates, &options, plan, NULL));
  options = town.options;
  options.n_sites = 2;
  g_assert_false (zx_siting_check_plan (&town.input, candidates, &options, plan, NULL));
  options = town.options;
  options.banned = &plan->site[1].candidate;
  options.n_banned = 1;
  g_assert_false (zx_siting_check_plan (&town.input, candidates, &options, plan, NULL));
  plan->value *= 1.01;
  g_assert_false (zx_siting_check_plan (&town.input, candidates, &town.options, plan, NULL));
  plan->value /= 1.01;
  gint32 area = -1; /* a built site's, where its room is known */
  for (guint i = 0; i < plan->n_sites && area < 0; i++)
    area = candidates->transformer[plan->site[i].candidate];
  g_assert_cmpint (area, >=, 0);
  float room = town.headroom->least_room_kw[area];
  g_assert_true (zx_siting_check_plan (&town.input, candidates, &town.options, plan, NULL));
  town.headroom->least_room_kw[area] = 1;
  town.headroom->feeder_room_kw[0] = 1;
  g_assert_false (zx_siting_check_plan (&town.input, candidates, &town.options, plan, NULL));
  town.headroom->least_room_kw[area] = room;
  town_clear (&town);
}

static void
test_more_money_never_serves_less (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 3;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  double before = 0;
  for (guint i = 1; i <= 4; i++)
    {
      town.options.budget_fen = 1e8 * i;
      g_autoptr (ZxPlan) plan = choose (&town, candidates);
      g_assert_cmpfloat (plan->bound, >=, before);
      before = plan->value;
    }
  town_clear (&town);
}

/* kWh a day that candidate @j with @guns is asked for alone, in at most a tenth of the draws more.
 */
static double
asked_in_nine_of_ten (const Town *town, const ZxCandidates *candidates, const double *rival,
                      guint j, guint guns)
{
  guint n_draws = town->demand->n_draws;
  g_autofree float *asked = g_new0 (float, n_draws);
  for (guint k = 0; k < n_draws; k++)
    for (gsize i = candidates->rows->first[j]; i < candidates->rows->first[j + 1]; i++)
      {
        guint c = candidates->rows->target[i];
        double a = zx_huff_attraction (guns, candidates->rows->seconds[i], &town->options.huff);
        asked[k] += (float) (town->demand->cell_kwh_per_day[(gsize) k * town->cells->n + c] * a
                             / (a + rival[c]));
      }
  double highest = 0;
  for (guint k = 0; k < n_draws; k++)
    {
      guint n_above = 0;
      for (guint other = 0; other < n_draws; other++)
        n_above += asked[other] > asked[k];
      if (n_above * 10 >= n_draws)
        highest = MAX (highest, asked[k]);
    }
  return highest;
}

static void
test_no_site_is_larger_than_its_demand (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 4;
  town.options.ignore_grid = TRUE;
  /* a tenth of the demand: the largest size would stand empty, yet draw the most from rivals */
  for (gsize i = 0; i < (gsize) town.demand->n_draws * town.cells->n; i++)
    town.demand->cell_kwh_per_day[i] /= 10;
  g_autofree double *rival = g_new0 (double, town.cells->n);
  fill_rivals (&town, rival);
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, candidates);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      const ZxConfiguration *built = town.input.configurations[plan->site[i].configuration];
      double asked = asked_in_nine_of_ten (&town, candidates, rival, plan->site[i].candidate,
                                           built->n_dc + built->n_ac);
      for (guint t = 0; t < town.input.n_configurations; t++)
        {
          const ZxConfiguration *other = town.input.configurations[t];
          if (other->capex_fen < built->capex_fen && (other->n_dc > 0) == (built->n_dc > 0)
              && (other->n_ac > 0) == (built->n_ac > 0))
            g_assert_cmpfloat (zx_configuration_capacity_kwh (other, &town.options, 1.5 / 24), <,
                               asked);
        }
    }
  town.options.size_quantile = 1;
  g_autoptr (ZxPlan) any_size = choose (&town, candidates);
  g_assert_cmpfloat (any_size->value, >=, plan->value);
  g_assert_cmpfloat (any_size->capex_fen, >, plan->capex_fen);
  town_clear (&town);
}

static void
hash_plan (const ZxPlan *plan, GString *text)
{
  char number[32];
  for (guint i = 0; i < plan->n_sites; i++)
    g_string_append_printf (text, "%u/%u %s %s %s\n", plan->site[i].candidate,
                            plan->site[i].configuration,
                            zx_number_format (plan->site[i].served_mean, number), plan->limiting,
                            plan->is_proven ? "proven" : "open");
  for (guint p = 0; p < plan->n_asked; p++)
    {
      g_string_append_printf (text, "%s ", zx_number_format (plan->value_by_sites[p], number));
      g_string_append_printf (text, "%s\n", zx_number_format (plan->bound_by_sites[p], number));
    }
  g_string_append (text, zx_number_format (plan->regret_fen_or_kwh, number));
}

static void
test_one_thread_and_four_give_the_same_plan (void)
{
  g_autoptr (GString) alone = g_string_new (NULL);
  g_autoptr (GString) four = g_string_new (NULL);
  GString *const text[2] = { alone, four };
  for (guint run = 0; run < 2; run++)
    {
      Town town;
      TownShape shape = TOWN_SHAPE_INIT;
      zx_parallel_set_threads (run == 0 ? 1 : 4);
      town_init (&town, &shape);
      town.options.n_sites = 4;
      town.options.budget_fen = 3e8;
      g_autoptr (ZxCandidates) candidates = find_candidates (&town);
      g_autoptr (ZxPlan) plan = choose (&town, candidates);
      hash_plan (plan, text[run]);
      for (guint j = 0; j < candidates->n; j++)
        g_string_append_printf (text[run], "%a ", (double) candidates->score[j]);
      town_clear (&town);
    }
  zx_parallel_set_threads (0);
  g_assert_cmpstr (alone->str, ==, four->str);
}

static void
test_without_grid_data_the_plan_says_so (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  shape.n_areas = 0;
  town_init (&town, &shape);
  town.options.n_sites = 2;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (ZxPlan) plan = choose (&town, candidates);
  g_assert_false (plan->grid_checked);
  g_assert_true (isnan (plan->site[0].room_left_kw));
  g_assert_true (isnan (plan->site[0].load_rate_after));
  town_clear (&town);
}

static void
test_an_npv_floor_keeps_losers_out (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  town.options.n_sites = 3;
  town.options.npv_floor_fen = 0;
  g_autoptr (ZxCandidates) candidates = find_candidates (&town);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPlan) plan
      = zx_siting_choose (&town.input, candidates, &town.options, NULL, NULL, &error);
  if (plan == NULL)
    g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  for (guint i = 0; plan != NULL && i < plan->n_sites; i++)
    g_assert_cmpfloat (candidates->npv_mean_fen[plan->site[i].candidate], >=, -1e3);
  town_clear (&town);
}

static void
test_only_places_that_surely_pay_are_offered (void)
{
  static const double least[] = { 0.3, 0.6, 0.9, 1.0 };
  double before = INFINITY;
  for (guint i = 0; i < G_N_ELEMENTS (least); i++)
    {
      Town town;
      TownShape shape = TOWN_SHAPE_INIT;
      town_init (&town, &shape);
      town.options.n_sites = 2;
      town.options.effort = 1e6;
      town.options.service_fee_fen_per_kwh = 22; /* few pay */
      g_autoptr (ZxCandidates) candidates = find_candidates (&town);
      town.options.pays_least = least[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxPlan) plan
          = zx_siting_choose (&town.input, candidates, &town.options, NULL, NULL, &error);
      if (plan == NULL)
        g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
      double value = plan != NULL ? plan->value : 0;
      g_test_message ("pays with %.1f: %.0f kWh/d", least[i], value);
      g_assert_cmpfloat (value, <=, before * (1 + 1e-3));
      before = value;
      /* With one site nothing is taken from it by others of the plan. */
      if (plan != NULL && plan->n_sites == 1)
        g_assert_cmpfloat (plan->site[0].npv_positive, >=, least[i] - 1e-9);
      town_clear (&town);
    }
}

static void
test_demand_that_does_not_fit_the_cells_is_refused (void)
{
  Town town;
  TownShape shape = TOWN_SHAPE_INIT;
  town_init (&town, &shape);
  g_autoptr (GError) error = NULL;
  town.demand->n_cells--;
  g_assert_null (zx_siting_candidates (&town.input, &town.options, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_clear_error (&error);
  town.demand->n_cells++;
  town.input.demand = NULL;
  g_assert_null (zx_siting_candidates (&town.input, &town.options, NULL, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
  town_clear (&town);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/candidates/without-parcels-every-cell-makes-one",
                   test_without_parcels_every_cell_makes_one);
  g_test_add_func ("/siting/candidates/filters-count-every-candidate-once",
                   test_filters_count_every_candidate_once);
  g_test_add_func ("/siting/candidates/energy-alone-is-the-definition",
                   test_energy_alone_is_the_definition);
  g_test_add_func ("/siting/candidates/grid-room-is-the-least-of-area-and-feeder",
                   test_grid_room_is_the_least_of_area_and_feeder);
  g_test_add_func ("/siting/candidates/a-cancelled-search-says-so",
                   test_a_cancelled_search_for_candidates_says_so);
  g_test_add_func ("/siting/plan/a-plan-describes-its-sites", test_a_plan_describes_its_sites);
  g_test_add_func ("/siting/plan/one-site-is-the-best-of-all", test_one_site_is_the_best_of_all);
  g_test_add_func ("/siting/plan/required-sites-are-in-and-banned-out",
                   test_required_sites_are_in_and_banned_out);
  g_test_add_func ("/siting/plan/impossible-wishes-name-limit-and-way-out",
                   test_impossible_wishes_name_limit_and_way_out);
  g_test_add_func ("/siting/plan/a-place-both-required-and-banned-is-named",
                   test_a_place_both_required_and_banned_is_named);
  g_test_add_func ("/siting/plan/required-places-without-room-for-both-name-the-grid",
                   test_required_places_without_room_for_both_name_the_grid);
  g_test_add_func ("/siting/plan/a-wait-that-hardly-any-queue-keeps-serves-hardly-anything",
                   test_a_wait_that_hardly_any_queue_keeps_serves_hardly_anything);
  g_test_add_func ("/siting/plan/the-checker-catches-broken-plans",
                   test_the_checker_catches_broken_plans);
  g_test_add_func ("/siting/plan/more-money-never-serves-less", test_more_money_never_serves_less);
  g_test_add_func ("/siting/plan/one-thread-and-four-give-the-same-plan",
                   test_one_thread_and_four_give_the_same_plan);
  g_test_add_func ("/siting/plan/without-grid-data-the-plan-says-so",
                   test_without_grid_data_the_plan_says_so);
  g_test_add_func ("/siting/plan/no-site-is-larger-than-its-demand",
                   test_no_site_is_larger_than_its_demand);
  g_test_add_func ("/siting/plan/an-npv-floor-keeps-losers-out",
                   test_an_npv_floor_keeps_losers_out);
  g_test_add_func ("/siting/plan/only-places-that-surely-pay-are-offered",
                   test_only_places_that_surely_pay_are_offered);
  g_test_add_func ("/siting/plan/demand-that-does-not-fit-the-cells-is-refused",
                   test_demand_that_does_not_fit_the_cells_is_refused);
  return g_test_run ();
}
