/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights of evidence against a published table, by hand, and where independence holds or fails. */

#include "app/demand/zx-demand.h"
#include "tests/zx-test.h"

#define MANY 4000

static void
near (double is, double should, double within)
{
  g_test_message ("%.6f, should be %.6f", is, should);
  g_assert_cmpfloat (fabs (is - should), <=, within);
}

/* Gold in the Meguma terrane of Nova Scotia: 68 occurrences in 2945 km², 50 of them in the 1276.4
 * km² within 1.25 km of anticline axes.  Bonham-Carter, Agterberg and Wright (1988),
 * Photogrammetric Engineering and Remote Sensing 54 (11): W+ 0.5452 (0.1443), W- -0.7735 (0.2370),
 * C 1.3187 (0.2775), from areas that are printed to a tenth. */
static void
test_published (void)
{
  ZxEvidenceClass near_axis = { .n_cells = 1276.4, .n_events = 50 };
  ZxEvidenceClass far_off = { .n_cells = 2945 - 1276.4, .n_events = 18 };
  zx_evidence_weigh (&near_axis, 2945, 68);
  zx_evidence_weigh (&far_off, 2945, 68);
  near (near_axis.weight, 0.5452, 1e-4);
  near (near_axis.weight_sd, 0.1443, 1e-4);
  near (far_off.weight, -0.7735, 1e-4);
  near (far_off.weight_sd, 0.2370, 1e-4);
  near (near_axis.contrast, 1.3187, 1e-4);
  near (near_axis.contrast_sd, 0.2775, 1e-4);
  near (far_off.contrast, -1.3187, 1e-4);
}

typedef struct
{
  guint8 is_event[MANY];
  double x[3 * MANY];
} Cells;

static const char *const names[] = { "a", "b", "c" };

static ZxEvidence *
weigh (const Cells *cells, guint n_cells, guint n_factors, guint n_classes, GError **error)
{
  ZxEvidenceData data = { n_cells, n_factors, cells->x, names, cells->is_event, n_classes };
  return zx_evidence_new (&data, NULL, error);
}

/* 40 cells; a is 1 in 20 of them with 8 of the 10 events, b is 1 in 20, 10 of them where a is, with
 * 4 events where a is and 1 where it is not.  By hand: W+ of a = ln (0.8 / 0.4), W- = ln (0.2 /
 * 0.6); b says nothing: 5 of 10 and 15 of 30. */
static void
test_by_hand (void)
{
  Cells cells = { { 0 } };
  for (guint c = 0; c < 40; c++)
    {
      cells.x[c] = c < 20;
      cells.x[40 + c] = c % 20 < 10;
      cells.is_event[c] = c < 4 || (c >= 10 && c < 14) || c == 20 || c == 30;
    }
  g_autoptr (ZxEvidence) evidence = weigh (&cells, 40, 2, 2, NULL);
  const ZxEvidenceFactor *a = &evidence->factor[0];
  g_assert_cmpuint (evidence->n_events, ==, 10);
  near (evidence->prior, 0.25, 0);
  g_assert_cmpuint (a->n_classes, ==, 2);
  g_assert_cmpuint (a->strongest, ==, 1);
  near (a->class[0].up_to, 0, 0);
  near (a->class[1].weight, log (2), 1e-12);
  near (a->class[0].weight, -log (3), 1e-12);
  near (a->class[1].contrast, log (6), 1e-12);
  double variance = 1.0 / 8 + 1.0 / 12 + 1.0 / 2 + 1.0 / 18;
  near (a->studentised, log (6) / sqrt (variance), 1e-12);
  g_assert_true (a->is_used);
  g_assert_false (evidence->factor[1].is_used);
  near (evidence->factor[1].studentised, 0, 1e-12);
  near (evidence->posterior[0], 8.0 / 20, 1e-12); /* a alone: the share of its cells */
  near (evidence->posterior[39], 2.0 / 20, 1e-12);
  near (evidence->posterior_sd[0], 0.4 * 0.6 * sqrt (1.0 / 10 + 1.0 / 30 + 1.0 / 8 + 1.0 / 12),
        1e-12);
  near (evidence->predicted, 10, 1e-12);
  g_assert_cmpuint (evidence->n_conditions, ==, 2);
  near (evidence->predicted_sd, 20 * hypot (evidence->posterior_sd[0], evidence->posterior_sd[39]),
        1e-12);
  g_assert_cmpint (zx_evidence_verdict (evidence), ==, ZX_EVIDENCE_UNTESTED);
}

/* Factors drawn apart given the event; @n_same: how many of them say the same. */
static void
draw_cells (Cells *cells, ZxRng *rng, guint n_factors, gboolean is_same)
{
  for (guint c = 0; c < MANY; c++)
    {
      cells->is_event[c] = zx_rng_uniform (rng) < 0.08;
      for (guint f = 0; f < n_factors; f++)
        {
          double own = (cells->is_event[c] ? 1.2 : 0) + zx_rng_normal (rng);
          cells->x[f * MANY + c] = f > 0 && is_same ? cells->x[c] + 0.2 * zx_rng_normal (rng) : own;
        }
    }
}

/* With one factor T is n, wherever it is cut. */
static void
test_one_factor_adds_up (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint run = 0; run < 5; run++)
    {
      draw_cells (cells, &rng, 1, FALSE);
      for (guint n_classes = 2; n_classes <= ZX_MOST_EVIDENCE_CLASSES; n_classes++)
        {
          g_autoptr (ZxEvidence) evidence = weigh (cells, MANY, 1, n_classes, NULL);
          g_assert_true (evidence->factor[0].is_used);
          near (evidence->predicted, evidence->n_events, 1e-8 * evidence->n_events);
          near (evidence->ratio, 1, 1e-10);
        }
    }
}

static void
test_independent_factors_pass (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  ZxRng rng = zx_rng_new (7);
  draw_cells (cells, &rng, 3, FALSE);
  g_autoptr (ZxEvidence) evidence = weigh (cells, MANY, 3, 2, NULL);
  g_test_message ("ratio %.3f, z %.2f", evidence->ratio, evidence->omnibus_z);
  g_assert_cmpuint (evidence->n_used, ==, 3);
  g_assert_cmpuint (evidence->n_pairs, ==, 3);
  g_assert_cmpfloat (evidence->ratio, >, 0.85);
  g_assert_cmpint (zx_evidence_verdict (evidence), ==, ZX_EVIDENCE_INDEPENDENT);
}

/* The same thing three times: counted three times. */
static void
test_the_same_thrice_is_found_out (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  draw_cells (cells, &rng, 3, TRUE);
  for (guint n_classes = 2; n_classes <= 4; n_classes++)
    {
      g_autoptr (ZxEvidence) evidence = weigh (cells, MANY, 3, n_classes, NULL);
      g_test_message ("ratio %.3f, z %.2f", evidence->ratio, evidence->omnibus_z);
      g_assert_cmpfloat (evidence->ratio, <, 0.85);
      g_assert_cmpuint (evidence->n_dependent, ==, 3);
      g_assert_cmpfloat (evidence->pair[0].p, <=, evidence->pair[2].p);
      g_assert_cmpint (zx_evidence_verdict (evidence), ==, ZX_EVIDENCE_OVERCONFIDENT);
    }
}

/* Every cut tried one by one over all cells. */
static void
test_cut_is_the_surest (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  draw_cells (cells, &rng, 1, FALSE);
  for (guint c = 0; c < MANY; c += 3)
    cells->x[c] = round (cells->x[c]); /* ties */
  g_autoptr (ZxEvidence) evidence = weigh (cells, MANY, 1, 2, NULL);
  double taken = evidence->factor[0].class[0].up_to;
  for (guint k = 1; k < 20; k++)
    {
      g_autofree double *sorted = g_memdup2 (cells->x, MANY * sizeof *sorted);
      for (guint i = 0; i <= MANY * k / 20; i++) /* the smallest come first */
        for (guint j = i + 1; j < MANY; j++)
          if (sorted[j] < sorted[i])
            {
              double held = sorted[i];
              sorted[i] = sorted[j];
              sorted[j] = held;
            }
      double cut = sorted[MANY * k / 20 - 1], all_events = 0;
      ZxEvidenceClass above = { 0 };
      for (guint c = 0; c < MANY; c++)
        {
          all_events += cells->is_event[c];
          above.n_cells += cells->x[c] > cut;
          above.n_events += cells->x[c] > cut && cells->is_event[c];
        }
      zx_evidence_weigh (&above, MANY, all_events);
      double studentised = fabs (above.contrast / above.contrast_sd);
      if (above.n_events >= 2 && all_events - above.n_events >= 2)
        g_assert_cmpfloat (studentised, <=, evidence->factor[0].studentised + 1e-9);
      if (cut == taken)
        near (studentised, evidence->factor[0].studentised, 1e-9);
    }
}

static void
test_unknown_says_nothing (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  ZxRng rng = zx_rng_new (zx_test_seed ());
  draw_cells (cells, &rng, 1, FALSE);
  for (guint c = 0; c < 100; c++)
    cells->x[c] = c % 2 == 0 ? NAN : INFINITY;
  g_autoptr (ZxEvidence) evidence = weigh (cells, MANY, 1, 2, NULL);
  for (guint c = 0; c < 100; c++)
    near (evidence->posterior[c], evidence->prior, 1e-12);
  near (evidence->factor[0].class[0].n_cells + evidence->factor[0].class[1].n_cells, MANY - 100, 0);
}

static void
test_hostile (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  g_autoptr (GError) error = NULL;
  g_assert_null (weigh (cells, MANY, 1, 2, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "4000"));
  g_clear_error (&error);
  for (guint c = 0; c < 10; c++)
    cells->is_event[c] = 1;
  g_assert_null (weigh (cells, MANY, 1, 1, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (weigh (cells, MANY, 1, ZX_MOST_EVIDENCE_CLASSES + 1, &error));
  g_clear_error (&error);
  g_autoptr (ZxEvidence) constant = weigh (cells, MANY, 1, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (constant->factor[0].n_classes, ==, 0);
  near (constant->predicted, 10, 1e-9);
  for (guint c = 0; c < MANY; c++)
    cells->x[c] = NAN;
  g_autoptr (ZxEvidence) blind = weigh (cells, MANY, 1, 4, NULL);
  g_assert_cmpuint (blind->n_used, ==, 0);
  g_autoptr (ZxEvidence) bare = weigh (cells, MANY, 0, 2, NULL);
  near (bare->posterior[0], bare->prior, 1e-12);
}

static void
test_cancelled (void)
{
  g_autofree Cells *cells = g_new0 (Cells, 1);
  ZxRng rng = zx_rng_new (3);
  draw_cells (cells, &rng, 3, FALSE);
  const gint stop = 1;
  ZxProgress progress = ZX_PROGRESS_INIT (NULL, NULL, &stop);
  ZxEvidenceData data = { MANY, 3, cells->x, names, cells->is_event, 2 };
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_evidence_new (&data, &progress, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_CANCELLED);
}

static void
test_events_are_the_busier_half (void)
{
  const guint32 cell[] = { 0, 0, 1, 2, 3, 4, 9 };
  const double y[] = { 1, 3, 9, 1, NAN, 8, 5 }, exposure[] = { 1, 1, 3, 1, 1, 2, 1 };
  g_autofree guint8 *is_event = zx_evidence_events (6, cell, y, exposure, G_N_ELEMENTS (y));
  const guint8 should[] = { 0, 1, 0, 0, 1, 0 }; /* rates 2, 3, 1, none, 4, none */
  for (guint c = 0; c < 6; c++)
    g_assert_cmpuint (is_event[c], ==, should[c]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demand/evidence/weights-are-those-published", test_published);
  g_test_add_func ("/demand/evidence/by-hand", test_by_hand);
  g_test_add_func ("/demand/evidence/one-factor-adds-up", test_one_factor_adds_up);
  g_test_add_func ("/demand/evidence/independent-factors-pass", test_independent_factors_pass);
  g_test_add_func ("/demand/evidence/the-same-thrice-is-found-out",
                   test_the_same_thrice_is_found_out);
  g_test_add_func ("/demand/evidence/cut-is-the-surest", test_cut_is_the_surest);
  g_test_add_func ("/demand/evidence/unknown-says-nothing", test_unknown_says_nothing);
  g_test_add_func ("/demand/evidence/hostile-input-is-refused", test_hostile);
  g_test_add_func ("/demand/evidence/stops-when-asked", test_cancelled);
  g_test_add_func ("/demand/evidence/events-are-the-busier-half", test_events_are_the_busier_half);
  return g_test_run ();
}
