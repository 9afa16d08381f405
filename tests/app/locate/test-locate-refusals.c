/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every bad input gets one sentence. */

#include "tests/app/locate/zx-locate-cases.h"

#include <string.h>

static void
assert_refused (const ZxLocate *problem, const ZxLocateOptions *options, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxLocation) location = zx_locate_solve (problem, options, NULL, &error);
  g_assert_null (location);
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strchr (error->message, '\n'));
}

/* Two clients, two sites, all pairs of cost 1. */
static ZxLocate *
small (ZxLocateKind kind)
{
  ZxLocate *self = zx_locate_new (kind, 2, 2, 4, TRUE, NULL);
  for (guint i = 0; i < 2; i++)
    {
      self->demand[i] = 3;
      self->first[i + 1] = 2 * (i + 1);
      for (guint j = 0; j < 2; j++)
        {
          self->site[2 * i + j] = j;
          self->cost[2 * i + j] = 1;
        }
    }
  self->n_choose = 1;
  self->limit = 1;
  self->capacity = g_new0 (double, 2);
  self->capacity[0] = self->capacity[1] = 10;
  self->role = g_new0 (guint8, 2);
  return self;
}

static void
impossible_problems_are_named (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = small (ZX_LOCATE_MEDIAN);
  problem->n_choose = 3;
  assert_refused (problem, &options, "only 2 candidates");
  problem->n_choose = 0;
  assert_refused (problem, &options, "at least 1");
  problem->n_choose = 1;
  problem->role[0] = problem->role[1] = ZX_LOCATE_REQUIRED;
  assert_refused (problem, &options, "2 sites are required");
  problem->role[0] = problem->role[1] = ZX_LOCATE_BANNED;
  assert_refused (problem, &options, "only 0 candidates");
}

static void
unreachable_demand_is_counted (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = small (ZX_LOCATE_MEDIAN);
  problem->first[1] = 1; /* the first client knows site 0 only, the second site 1 */
  problem->first[2] = 2;
  problem->site[1] = 1;
  assert_refused (problem, &options, "at least 1 clients");
}

static void
capacities_that_do_not_suffice_are_named (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = small (ZX_LOCATE_ASSIGNMENT);
  problem->capacity[0] = problem->capacity[1] = 4;
  assert_refused (problem, &options, "choose 2 sites");
  problem->capacity[0] = problem->capacity[1] = 2;
  assert_refused (problem, &options, "add capacity of 2");
  problem->capacity[0] = problem->capacity[1] = 5;
  problem->demand[0] = 6;
  problem->n_choose = 2;
  assert_refused (problem, &options, "Client 0 needs 6");
  problem->demand[0] = 3.5;
  assert_refused (problem, &options, "not whole");
}

static void
doubtful_numbers_are_named (void)
{
  ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = small (ZX_LOCATE_COVERAGE);
  problem->limit = NAN;
  assert_refused (problem, &options, "limit is NaN");
  problem->limit = 1;
  problem->site[1] = 0;
  assert_refused (problem, &options, "twice");
  problem->site[1] = 1;
  problem->cost[2] = -1;
  assert_refused (problem, &options, "cost of client 1");
  problem->cost[2] = 1;
  problem->demand[0] = INFINITY;
  assert_refused (problem, &options, "demand of client 0");
  problem->demand[0] = problem->demand[1] = 0;
  assert_refused (problem, &options, "All demand is zero");
  problem->demand[0] = 1;
  options.time_limit_s = -1;
  assert_refused (problem, &options, "time limit is -1");
  options.time_limit_s = NAN;
  assert_refused (problem, &options, "time limit is NaN");
  options.time_limit_s = 1e30;
  assert_refused (problem, &options, "three years");
}

static void
covers_and_shares_out_of_reach_are_named (void)
{
  const ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (ZxLocate) problem = small (ZX_LOCATE_SET_COVER);
  assert_refused (problem, &options, "finds the number of sites itself");
  problem->n_choose = 0;
  problem->limit = 0.5;
  assert_refused (problem, &options, "a limit of 1 would do");
  problem->limit = 1;
  problem->n_needed = 3;
  assert_refused (problem, &options, "can reach 2 sites at all and needs 3");
  problem->kind = ZX_LOCATE_CENTRE;
  problem->n_choose = 1;
  problem->first[1] = 1;
  problem->first[2] = 2;
  problem->site[1] = 1;
  assert_refused (problem, &options, "at any cost");
  problem->kind = ZX_LOCATE_TARGET_SHARE;
  problem->n_choose = 0;
  problem->target = 2;
  assert_refused (problem, &options, "target share is 2");
  problem->target = 0.9;
  assert_refused (problem, &options, "attraction of site 0");
  problem->attraction = g_new0 (double, 4);
  problem->attraction[0] = problem->attraction[1] = 1;
  problem->role[1] = ZX_LOCATE_RIVAL;
  assert_refused (problem, &options, "lower the target");
}

typedef struct
{
  ZxLocateFormat format;
  const char *text, *part;
} Broken;

static const Broken broken[] = {
  { ZX_LOCATE_ORLIB_PMED, "", "ends at line 1" },
  { ZX_LOCATE_ORLIB_PMED, "3 1 1\n1 9 1\n", "Line 2: a node is “9”" },
  { ZX_LOCATE_ORLIB_PMED, "3 50000000 1\n1 2 1\n", "too short" },
  { ZX_LOCATE_ORLIB_PMED, "99999 1 1\n1 2 1\n", "from 1 to 20000" },
  { ZX_LOCATE_ORLIB_CAP, "2 1\n5 nan\n", "a fixed cost" },
  { ZX_LOCATE_ORLIB_CAP, "2 1\ncapacity 1\n", "a capacity is “capacity”" },
  { ZX_LOCATE_PMEDCAP, "1 700\n2 1 9\n1 1 1 1\n", "ends at line" },
  { ZX_LOCATE_TSPLIB_PMEDIAN, "NAME : x\n", "--sites" },
  { ZX_LOCATE_MCLP, "NAME : x\n", "--radius" },
  { ZX_LOCATE_MCLP, "1 1 5 1\nF 0 0 0\nX 0 0 0 1\n", "Line 3 should begin with C" },
  { ZX_LOCATE_MCLP, "1 1 5 1\nF 7 0 0\nC 0 0 0 1\n", "the number of a place" },
  { ZX_LOCATE_MCLP, "1000000 20000000 5 1\nF 0 0 0\n", "too short" },
};

static void
broken_files_are_named_by_line (void)
{
  const ZxLocateFileOptions options = ZX_LOCATE_FILE_OPTIONS_INIT;
  for (guint b = 0; b < G_N_ELEMENTS (broken); b++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ZxLocate) problem = zx_locate_parse (broken[b].text, strlen (broken[b].text),
                                                      broken[b].format, &options, NULL, &error);
      g_assert_null (problem);
      g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, broken[b].part));
    }
}

static void
unknown_formats_are_answered_with_the_known (void)
{
  ZxLocateFormat format;
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_locate_format_parse ("pmed", &format, &error));
  g_assert_nonnull (strstr (error->message, "orlib-pmed"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locate/refusals/impossible-problems-are-named", impossible_problems_are_named);
  g_test_add_func ("/locate/refusals/unreachable-demand-is-counted", unreachable_demand_is_counted);
  g_test_add_func ("/locate/refusals/capacities-that-do-not-suffice-are-named",
                   capacities_that_do_not_suffice_are_named);
  g_test_add_func ("/locate/refusals/doubtful-numbers-are-named", doubtful_numbers_are_named);
  g_test_add_func ("/locate/refusals/covers-and-shares-out-of-reach-are-named",
                   covers_and_shares_out_of_reach_are_named);
  g_test_add_func ("/locate/refusals/broken-files-are-named-by-line",
                   broken_files_are_named_by_line);
  g_test_add_func ("/locate/refusals/unknown-formats-are-answered-with-the-known",
                   unknown_formats_are_answered_with_the_known);
  return g_test_run ();
}
