/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The linear relaxation of coverage and its odd cuts against every set of sites. */

#include "app/locate/zx-median-relax.h"

#include "zx-locate-cases.h"
#include "zx-test.h"

#define N_CLIENTS 40
#define N_SITES   14
#define N_PICKS   4
#define N_TURNS   6

typedef struct
{
  ZxMedian *problem;
  double covers[N_CLIENTS][N_SITES]; /* 0 or 1 */
  double least;                      /* the best value of any set */
} Case;

/* Every client is covered by two sites or three anywhere: odd rings are common. */
static void
scatter (ZxRng *rng, guint n_clients, guint n_sites, double *weights, double *covers)
{
  memset (covers, 0, (gsize) n_clients * n_sites * sizeof *covers);
  for (guint i = 0; i < n_clients; i++)
    {
      weights[i] = 1 + zx_rng_below (rng, 20);
      for (guint n = 0, most = 2 + zx_rng_below (rng, 2); n < most; n++)
        covers[i * n_sites + zx_rng_below (rng, n_sites)] = 1;
    }
}

static double
missed_by (const Case *self, guint set)
{
  double missed = 0;
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      double n = 0;
      for (guint j = 0; j < N_SITES; j++)
        n += (set >> j & 1) * self->covers[i][j];
      missed += n > 0 ? 0 : self->problem->weight[i];
    }
  return missed;
}

static gboolean
has_size (guint set)
{
  guint n = 0;
  for (guint j = 0; j < N_SITES; j++)
    n += set >> j & 1;
  return n == N_PICKS;
}

static void
case_init (Case *self, ZxRng *rng)
{
  double weights[N_CLIENTS];
  scatter (rng, N_CLIENTS, N_SITES, weights, self->covers[0]);
  self->problem = zx_locate_coverage (N_CLIENTS, N_SITES, N_PICKS, weights, self->covers[0]);
  self->least = INFINITY;
  for (guint set = 0; set < 1u << N_SITES; set++)
    if (has_size (set))
      self->least = MIN (self->least, missed_by (self, set));
}

static void
assert_cut_holds (const Case *self, const ZxMedianRelax *relax, guint cut, guint set)
{
  guint left = 0, right = (relax->cut_size[cut] + 1u) / 2, n_covered[N_SITES] = { 0 };
  for (guint m = 0; m < relax->cut_size[cut]; m++)
    {
      guint client = relax->client[relax->member[cut][m]];
      gboolean is_covered = FALSE;
      for (guint j = 0; j < N_SITES; j++)
        if (self->covers[client][j] > 0)
          {
            n_covered[j]++;
            is_covered = is_covered || (set >> j & 1);
          }
      left += !is_covered;
    }
  for (guint j = 0; j < N_SITES; j++)
    left += (set >> j & 1) * ((n_covered[j] + 1) / 2);
  g_assert_cmpuint (left, >=, right);
}

/* Neither a bound nor a cut nor a fixed site may exclude a set as good as the best. */
static void
assert_nothing_good_is_lost (const Case *self, const ZxMedianRelax *relax)
{
  guint8 status[N_SITES] = { 0 };
  g_assert_cmpfloat (relax->bound, <=, self->least);
  zx_median_relax_fix (relax, self->least + 1, status);
  for (guint set = 0; set < 1u << N_SITES; set++)
    {
      if (!has_size (set))
        continue;
      for (guint c = 0; c < relax->n_cuts; c++)
        assert_cut_holds (self, relax, c, set);
      if (missed_by (self, set) > self->least)
        continue;
      for (guint j = 0; j < N_SITES; j++)
        g_assert_true (status[j] == ZX_MEDIAN_FREE
                       || (status[j] == ZX_MEDIAN_OPEN) == (set >> j & 1));
    }
}

static void
test_nothing_good_is_lost (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_cuts = 0, n_tighter = 0, n_fixed = 0;
  for (guint k = 0; k < 60; k++)
    {
      Case at;
      case_init (&at, &rng);
      guint8 status[N_SITES] = { 0 };
      g_autoptr (ZxMedianRelax) relax = zx_median_relax_new (at.problem, status);
      zx_median_relax_run (relax, 600, 0, NULL);
      double linear = relax->bound;
      for (guint turn = 0; turn < N_TURNS; turn++)
        {
          n_cuts += zx_median_relax_cut (relax, 0);
          zx_median_relax_run (relax, 400, 0, NULL);
          assert_nothing_good_is_lost (&at, relax);
        }
      g_assert_cmpfloat (relax->bound, >=, linear);
      n_tighter += relax->bound > linear + 0.5;
      n_fixed += zx_median_relax_fix (relax, at.least + 1, status);
      zx_median_free (at.problem);
    }
  g_assert_cmpuint (n_cuts, >, 50);
  g_assert_cmpuint (n_tighter, >, 5);
  g_assert_cmpuint (n_fixed, >, 100);
}

/* What is left after fixing, started from where the whole was, bounds what can still be better. */
static void
test_the_rest_starts_where_the_whole_was (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_rests = 0;
  for (guint k = 0; k < 40; k++)
    {
      Case at;
      case_init (&at, &rng);
      guint8 status[N_SITES] = { 0 };
      g_autoptr (ZxMedianRelax) whole = zx_median_relax_new (at.problem, status);
      zx_median_relax_run (whole, 600, 0, NULL);
      zx_median_relax_cut (whole, 0);
      zx_median_relax_run (whole, 600, 0, NULL);
      guint n_fixed = zx_median_relax_fix (whole, at.least + 20, status);
      g_autoptr (ZxMedianRelax) rest = zx_median_relax_new (at.problem, status);
      if (n_fixed > 0 && rest != NULL)
        {
          zx_median_relax_inherit (rest, whole);
          zx_median_relax_run (rest, 300, 0, NULL);
          g_assert_cmpuint (rest->n_sites, ==, N_SITES - n_fixed);
          g_assert_cmpfloat (rest->bound, <=, at.least);
          g_assert_cmpfloat (rest->bound, >, whole->bound - 1);
          n_rests++;
        }
      zx_median_free (at.problem);
    }
  g_assert_cmpuint (n_rests, >, 10);
}

/* Two triangles: every client can be covered by half of two sites, but three whole sites leave one
 * client out.  One cut of each triangle says so.  (By hand: the linear bound is 0, the cuts add up
 * to Σ u >= 4 - 3.) */
static void
test_two_triangles_need_their_cuts (void)
{
  const double weights[] = { 8, 8, 8, 8, 8, 8 };
  double covers[6][6] = { 0 };
  for (guint i = 0; i < 6; i++)
    covers[i][i] = covers[i][i < 3 ? (i + 1) % 3 : 3 + (i + 1) % 3] = 1;
  g_autoptr (ZxMedian) problem = zx_locate_coverage (6, 6, 3, weights, covers[0]);
  const guint8 status[6] = { 0 };
  g_autoptr (ZxMedianRelax) relax = zx_median_relax_new (problem, status);
  zx_median_relax_run (relax, 2000, 0, NULL);
  g_assert_cmpfloat (relax->bound, <=, 0);
  g_assert_cmpuint (zx_median_relax_cut (relax, 0), ==, 2);
  zx_median_relax_run (relax, 2000, 0, NULL);
  g_assert_cmpfloat (relax->bound, >, 7.99);
  g_assert_cmpfloat (relax->bound, <=, 8);
  g_assert_cmpuint (zx_median_relax_cut (relax, 0), ==, 0);
}

/* A state may come with a better bound than its prices show; only what the prices show may fix. */
static void
test_prices_fix_by_their_own_bound (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  const ZxMedianPace pace = { 30, 1, 0.6, 10, 0 };
  for (guint k = 0; k < 60; k++)
    {
      Case at;
      case_init (&at, &rng);
      double price[N_CLIENTS] = { 0 }, frequency[N_SITES] = { 0 };
      guint8 status[N_SITES] = { 0 };
      guint32 chosen[N_PICKS];
      ZxMedianDual dual = { price, status, frequency, chosen, at.least, FALSE };
      g_autoptr (ZxMedianWork) work = zx_median_work_new (at.problem);
      zx_median_dual_run (work, &dual, at.least + 1, &pace, NULL);
      g_assert_false (dual.is_closed);
      for (guint set = 0; set < 1u << N_SITES; set++)
        for (guint j = 0; j < N_SITES && has_size (set) && missed_by (&at, set) == at.least; j++)
          g_assert_true (status[j] == ZX_MEDIAN_FREE
                         || (status[j] == ZX_MEDIAN_OPEN) == (set >> j & 1));
      zx_median_free (at.problem);
    }
}

/* Where the work stops early its bound still is one. */
static void
test_a_bound_holds_wherever_the_work_stops (void)
{
  enum
  {
    MANY = 160,
    SITES = 60
  };
  static const guint64 limits[] = { 3, 103, 111, 131 };
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n_stopped = 0;
  for (guint k = 0; k < 3; k++)
    {
      double weights[MANY];
      g_autofree double *covers = g_new (double, MANY *SITES);
      scatter (&rng, MANY, SITES, weights, covers);
      g_autoptr (ZxMedian) problem = zx_locate_coverage (MANY, SITES, 20, weights, covers);
      ZxMedianLimits limit = { 0, G_MAXUINT64, 1 };
      g_autoptr (ZxMedianResult) best = zx_median_solve (problem, &limit, NULL, NULL);
      g_assert_true (best->is_proven);
      for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
        {
          limit.max_nodes = limits[l];
          g_autoptr (ZxMedianResult) result = zx_median_solve (problem, &limit, NULL, NULL);
          g_assert_cmpfloat (result->bound, <=, best->value);
          g_assert_cmpfloat (result->value, >=, best->value);
          /* a stopped search is the beginning of the whole one: it proves no more */
          g_assert_true (!result->is_proven || best->n_nodes <= limits[l]);
          n_stopped += !result->is_proven;
        }
    }
  g_assert_cmpuint (n_stopped, >, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locate/relax/nothing-good-is-lost", test_nothing_good_is_lost);
  g_test_add_func ("/locate/relax/the-rest-starts-where-the-whole-was",
                   test_the_rest_starts_where_the_whole_was);
  g_test_add_func ("/locate/relax/two-triangles-need-their-cuts",
                   test_two_triangles_need_their_cuts);
  g_test_add_func ("/locate/relax/prices-fix-by-their-own-bound",
                   test_prices_fix_by_their_own_bound);
  g_test_add_func ("/locate/relax/a-bound-holds-wherever-the-work-stops",
                   test_a_bound_holds_wherever_the_work_stops);
  return g_test_run ();
}
