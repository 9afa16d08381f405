/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-grids.h"

#include <string.h>

#include "zx-test.h"

static const ZxFeederOptions defaults = ZX_FEEDER_OPTIONS_INIT;

/* ---- random sites --------------------------------------------------------------------------- */

static void
test_two_nodes_take_whole_sites (void)
{
  /* One node only: every order is the same, and the answer the capacity in whole sites. */
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_grid ("node_id,type,base_kv\na,slack,10\nb,pq,10\n",
                                       "branch_id,from_node,to_node,r_pu,x_pu,rate_mva\n"
                                       "1,a,b,0.001,0.001,1\n",
                                       NULL);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxSpreadOptions options = ZX_SPREAD_OPTIONS_INIT;
  options.site_kw = 100;
  options.n_draws = 20;
  g_autoptr (ZxHosting) hosting = zx_power_hosting (grid, scenario, NULL, NULL);
  g_autoptr (GArray) parts = zx_power_spread (grid, scenario, &options, NULL, &error);
  g_assert_no_error (error);
  const ZxSpreadPart *part = &g_array_index (parts, ZxSpreadPart, 0);
  double whole = floor (hosting->hosting_kw[1] / 100) * 100;
  g_assert_true (part->least_kw == whole && part->most_kw == whole && part->p50_kw == whole);
  g_assert_cmpuint (part->n_thermal, ==, 20);
  g_assert_true (part->mean_low_kw == part->mean_high_kw);
}

static void
test_spread_is_the_same_on_any_number_of_threads (void)
{
  g_autoptr (ZxGrid) grid = test_random_grid (zx_test_seed (), 60, 1);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxSpreadOptions options = ZX_SPREAD_OPTIONS_INIT;
  ZxSpreadPart part[2];
  scenario->vmin_pu = 0.85;
  options.n_draws = 50;
  for (guint n = 0; n < 2; n++)
    {
      zx_parallel_set_threads (n + 1);
      g_autoptr (GArray) parts = zx_power_spread (grid, scenario, &options, NULL, NULL);
      part[n] = g_array_index (parts, ZxSpreadPart, 0);
    }
  zx_parallel_set_threads (0);
  g_assert_cmpmem (&part[0], sizeof part[0], &part[1], sizeof part[1]);
  g_assert_cmpfloat (part[0].least_kw, <=, part[0].p10_kw);
  g_assert_cmpfloat (part[0].p10_kw, <=, part[0].p50_kw);
  g_assert_cmpfloat (part[0].p90_kw, <=, part[0].most_kw);
}

static void
test_spread_refuses_nonsense (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_chain (5);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxSpreadOptions options = ZX_SPREAD_OPTIONS_INIT;
  options.site_kw = -1;
  g_assert_null (zx_power_spread (grid, scenario, &options, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

/* ---- hours ------------------------------------------------------------------------------------
 */

static void
test_least_hour_limits (void)
{
  static const double multiplier[] = { 0.5, 1.0, 0.8, 1.0 }, share[] = { 1, 0.2, 0.5, 0.1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid = test_chain (20);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  g_autofree gint32 *always = NULL, *managed = NULL;
  ZxHostingHours hours = { 4, multiplier, NULL }, priced = { 4, multiplier, share };
  scenario->vmin_pu = 0.9;
  g_autoptr (ZxHosting) peak = zx_power_hosting (grid, scenario, NULL, &error);
  g_autoptr (ZxHosting) least
      = zx_power_hosting_hours (grid, scenario, &hours, &always, NULL, &error);
  g_autoptr (ZxHosting) shared
      = zx_power_hosting_hours (grid, scenario, &priced, &managed, NULL, &error);
  g_assert_no_error (error);
  for (guint node = 1; node < 20; node++)
    {
      g_assert_true (least->hosting_kw[node] == peak->hosting_kw[node]);
      g_assert_cmpint (always[node], ==, 1);
      /* At half the load with all of its power: more than at the peak, less than five times that.
       */
      g_assert_cmpfloat (shared->hosting_kw[node], >, peak->hosting_kw[node]);
      g_assert_cmpint (managed[node], ==, 0);
    }
  const double wrong[] = { 1, 1, 2, 1 };
  ZxHostingHours bad = { 4, multiplier, wrong };
  g_assert_null (zx_power_hosting_hours (grid, scenario, &bad, &always, NULL, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_layers_have_places_only_where_they_are_known (void)
{
  const ZxFlowOptions options = ZX_FLOW_OPTIONS_INIT;
  g_autoptr (ZxGrid) grid = test_grid (
      "node_id,type,base_kv,p_mw,lon,lat\na,slack,10,0,120,30\nb,pq,10,0.1,120.01,30\n"
      "c,pq,10,0.1,,\n",
      "branch_id,from_node,to_node,r_pu,x_pu,wkt\n"
      "1,a,b,0.01,0.01,\"LINESTRING (120 30, 120.005 30.001, 120.01 30)\"\n2,b,c,0.01,0.01,\n",
      NULL);
  g_autoptr (ZxFlow) flow = zx_power_flow (grid, &options, NULL, NULL);
  g_autoptr (ZxLayer) nodes = zx_power_node_layer (grid, flow, NULL, NULL, NULL);
  g_autoptr (ZxLayer) branches = zx_power_branch_layer (grid, flow);
  g_assert_true (nodes->geometry.x[1] == 120.01 && isnan (nodes->geometry.x[2]));
  g_assert_cmpuint (branches->geometry.n_parts, ==, 1);
  g_assert_cmpuint (branches->geometry.n_points, ==, 3);
}

/* ---- remedies -------------------------------------------------------------------------------- */

static void
test_larger_transformer_helps_where_it_limits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxGrid) grid
      = test_grid ("node_id,type,base_kv,p_mw\na,slack,10,0\nb,pq,10,0.1\nc,pq,0.4,0.2\n",
                   "branch_id,kind,from_node,to_node,r_pu,x_pu,rate_mva\n"
                   "1,line,a,b,0.01,0.01,5\nt,trafo,b,c,0.02,0.1,0.4\n",
                   NULL);
  g_autoptr (ZxHostingScenario) scenario = zx_hosting_scenario_new ();
  ZxRemedyOptions options = ZX_REMEDY_OPTIONS_INIT;
  g_autoptr (GArray) remedies = zx_power_remedies (grid, scenario, 2, 350, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (remedies->len, ==, 2);
  gdouble last = 0;
  for (guint i = 0; i < remedies->len; i++)
    {
      const ZxRemedy *remedy = &g_array_index (remedies, ZxRemedy, i);
      g_assert_cmpfloat (remedy->fen_per_kw, >=, last);
      last = remedy->fen_per_kw;
      if (remedy->kind == ZX_REMEDY_TRANSFORMER)
        {
          g_assert_cmpfloat (remedy->hosting_kw, >=, 350);
          g_assert_cmpint (remedy->branch, ==, 1);
          g_assert_cmpfloat_with_epsilon (remedy->cost_fen, 630 * 80000.0, 1);
        }
      if (remedy->kind == ZX_REMEDY_CONDUCTOR)
        g_assert_cmpfloat (remedy->gained_kw, <, 50);
    }
  g_autoptr (GArray) none = zx_power_remedies (grid, scenario, 2, 50, &options, &error);
  g_assert_cmpuint (none->len, ==, 0);
}

/* ---- a city -----------------------------------------------------------------------------------
 */

/* One feeder: source, then three nodes 1 km apart, an area at each. */
static ZxCity *
make_city (void)
{
  ZxCity *city = zx_city_new ();
  ZxFeeders *feeders = &city->feeders;
  ZxTransformerAreas *areas = &city->transformers;
  g_assert_true (zx_feeders_alloc (feeders, 1, 4, 3, NULL));
  g_assert_true (zx_transformers_alloc (areas, 3, NULL));
  for (guint i = 0; i < 4; i++)
    {
      feeders->node_x_m[i] = 1000.0 * i;
      feeders->node_y_m[i] = 0;
      feeders->node_feeder[i] = 0;
      feeders->node_kv[i] = 10;
      feeders->node_is_source[i] = i == 0;
      if (i == 3)
        break;
      feeders->branch_from[i] = i;
      feeders->branch_to[i] = i + 1;
      feeders->branch_r_ohm[i] = 0.3f;
      feeders->branch_x_ohm[i] = 0.35f;
      feeders->branch_max_kva[i] = 5000;
      areas->x_m[i] = 1000.0 * (i + 1);
      areas->y_m[i] = 50;
      areas->rated_kva[i] = 630;
      areas->feeder[i] = 0;
      for (guint hour = 0; hour < 24; hour++)
        areas->base_kw[i * 24 + hour] = hour == 19 ? 300 : 150;
    }
  return city;
}

static ZxFeederCheck
check_site (const ZxCity *city, double kw, double x_m)
{
  g_autoptr (GError) error = NULL;
  ZxSiteLoad site = { .feeder = 0, .area = -1, .x_m = x_m, .y_m = 10, .kw = kw };
  g_autoptr (GArray) checks = zx_power_check_plan (city, &site, 1, &defaults, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (checks->len, ==, 1);
  return g_array_index (checks, ZxFeederCheck, 0);
}

static void
test_plan_that_holds_is_told_so (void)
{
  g_autoptr (ZxCity) city = make_city ();
  ZxFeederCheck check = check_site (city, 500, 3000);
  g_assert_cmpint (check.limit, ==, ZX_LIMIT_CAP);
  g_assert_true (check.allowed_share == 1);
  g_assert_cmpfloat (check.vmin_after_pu, <, check.vmin_before_pu);
  g_assert_cmpfloat (check.losses_after_kwh, >, check.losses_before_kwh);
  /* 900 kW at 19 h of the areas and 500 kW of the site on the first kilometre. */
  g_assert_cmpfloat_with_epsilon (check.loading_after_percent, 1480.0 / 50, 1.5);
  g_assert_cmpuint (check.hour, ==, 19);
}

static void
test_plan_that_breaks_is_cut_to_what_holds (void)
{
  g_autoptr (ZxCity) city = make_city ();
  ZxFeederCheck check = check_site (city, 6000, 3000);
  g_assert_cmpint (check.limit, !=, ZX_LIMIT_CAP);
  g_assert_cmpfloat (check.allowed_share, >, 0.1);
  g_assert_cmpfloat (check.allowed_share, <, 1);
  g_assert_cmpint (check_site (city, 6000 * check.allowed_share, 3000).limit, ==, ZX_LIMIT_CAP);
  g_assert_cmpint (check_site (city, 6000 * (check.allowed_share + 0.01), 3000).limit, !=,
                   ZX_LIMIT_CAP);
}

static void
test_near_site_is_easier_than_a_far_one (void)
{
  g_autoptr (ZxCity) city = make_city ();
  g_assert_cmpfloat (check_site (city, 3000, 1000).vmin_after_pu, >,
                     check_site (city, 3000, 3000).vmin_after_pu);
}

static void
test_feeder_broken_before_is_not_blamed_on_the_plan (void)
{
  g_autoptr (ZxCity) city = make_city ();
  city->feeders.branch_max_kva[0] = 500;
  ZxFeederCheck check = check_site (city, 100, 2000);
  g_assert_cmpint (check.limit, ==, ZX_LIMIT_BASE_THERMAL);
  g_assert_cmpint (check.element, ==, 0);
  g_assert_true (check.allowed_share == 0);
}

static void
test_feeder_without_places_is_left_out (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = make_city ();
  for (guint i = 0; i < 4; i++)
    city->feeders.node_x_m[i] = NAN;
  ZxSiteLoad site = { .feeder = 0, .area = -1, .x_m = 1, .y_m = 1, .kw = 100 };
  g_autoptr (GArray) checks = zx_power_check_plan (city, &site, 1, &defaults, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (checks->len, ==, 0);
}

static void
test_protection_lists_the_worst_first (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxCity) city = make_city ();
  ZxPowerOptions options = ZX_POWER_OPTIONS_INIT;
  for (guint hour = 0; hour < 24; hour++)
    {
      city->transformers.base_kw[hour] = hour >= 18 && hour < 22 ? 560 : 200;
      city->transformers.base_kw[48 + hour] = hour >= 18 && hour < 22 ? 700 : 200;
    }
  g_autoptr (ZxHeadroom) headroom = zx_power_headroom (city, &options, NULL, &error);
  g_autoptr (GArray) list = zx_power_protection (city, headroom, &options);
  g_assert_cmpuint (list->len, ==, 2);
  const ZxProtectedArea *worst = &g_array_index (list, ZxProtectedArea, 0);
  g_assert_cmpuint (worst->area, ==, 2);
  g_assert_cmpint (worst->load_class, ==, ZX_LOAD_OVER);
  g_assert_cmpuint (worst->first_hour, ==, 18);
  g_assert_cmpuint (worst->last_hour, ==, 21);
  g_assert_cmpuint (worst->next_size_kva, ==, 1000);
  g_assert_cmpint (g_array_index (list, ZxProtectedArea, 1).load_class, ==, ZX_LOAD_HEAVY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/power/spread/one-node-takes-whole-sites", test_two_nodes_take_whole_sites);
  g_test_add_func ("/power/spread/is-the-same-on-any-number-of-threads",
                   test_spread_is_the_same_on_any_number_of_threads);
  g_test_add_func ("/power/spread/nonsense-is-refused", test_spread_refuses_nonsense);
  g_test_add_func ("/power/hours/the-least-hour-limits", test_least_hour_limits);
  g_test_add_func ("/power/layers/places-only-where-they-are-known",
                   test_layers_have_places_only_where_they_are_known);
  g_test_add_func ("/power/remedy/a-larger-transformer-helps-where-it-limits",
                   test_larger_transformer_helps_where_it_limits);
  g_test_add_func ("/power/plan/one-that-holds-is-told-so", test_plan_that_holds_is_told_so);
  g_test_add_func ("/power/plan/one-that-breaks-is-cut-to-what-holds",
                   test_plan_that_breaks_is_cut_to_what_holds);
  g_test_add_func ("/power/plan/a-near-site-is-easier-than-a-far-one",
                   test_near_site_is_easier_than_a_far_one);
  g_test_add_func ("/power/plan/a-feeder-broken-before-is-not-blamed-on-the-plan",
                   test_feeder_broken_before_is_not_blamed_on_the_plan);
  g_test_add_func ("/power/plan/a-feeder-without-places-is-left-out",
                   test_feeder_without_places_is_left_out);
  g_test_add_func ("/power/protection/lists-the-worst-first",
                   test_protection_lists_the_worst_first);
  return g_test_run ();
}
