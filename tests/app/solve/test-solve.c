/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each routine against a naive version on small random cases, and against published figures. */

#include "app/solve/zx-solve.h"
#include "tests/zx-test.h"

#define assert_near(a, b, tolerance)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    double near_a = (a), near_b = (b);                                                             \
    if (!(fabs (near_a - near_b) <= (tolerance)))                                                  \
      g_error ("%s: %.17g, expected %.17g within %g", #a, near_a, near_b, (double) (tolerance));   \
  }                                                                                                \
  G_STMT_END

/* ---- the normal distribution -------------------------------------------------------------- */

static void
test_quantile_inverts_cdf (void)
{
  for (double z = -8; z <= 5; z += 0.125)
    assert_near (zx_normal_quantile (zx_normal_cdf (z)), z, z < 4 ? 1e-12 : 1e-9);
  assert_near (zx_normal_quantile (0.975), 1.959963984540054, 1e-14);
  assert_near (zx_normal_quantile (1e-300), -37.0471, 1e-4);
  g_assert_true (isinf (zx_normal_quantile (0)) && isnan (zx_normal_quantile (NAN)));
}

static void
test_hermite_integrates_moments (void)
{
  double node[64], weight[64];
  for (guint n = 1; n <= 64; n++)
    {
      zx_gauss_hermite (n, node, weight);
      double moment = 1;
      for (guint degree = 0; degree <= MIN (2 * n - 2, 12); degree += 2)
        {
          double sum = 0;
          for (guint k = 0; k < n; k++)
            sum += weight[k] * pow (node[k], degree);
          assert_near (sum / moment, 1, 1e-12);
          moment *= degree + 1; /* E Z² = 1, E Z⁴ = 3, … */
        }
    }
}

/* ---- dense -------------------------------------------------------------------------------- */

static double *
random_definite (ZxRng *rng, guint n)
{
  double *root = g_new (double, n *n), *a = g_new (double, n *n);
  for (guint k = 0; k < n * n; k++)
    root[k] = zx_rng_normal (rng);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        a[i * n + j] = i == j;
        for (guint k = 0; k < n; k++)
          a[i * n + j] += root[i * n + k] * root[j * n + k];
      }
  g_free (root);
  return a;
}

static void
check_dense (ZxRng *rng, guint n)
{
  g_autofree double *a = random_definite (rng, n), *factor = g_memdup2 (a, n * n * sizeof *a);
  g_autofree double *x = g_new (double, n * 3), *b = g_new (double, n * 3);
  for (guint k = 0; k < n * 3; k++)
    x[k] = zx_rng_normal (rng);
  zx_dense_multiply (a, FALSE, x, FALSE, n, 3, n, b);
  g_assert_true (zx_dense_factor (factor, n));
  zx_dense_solve (factor, n, b, 3);
  for (guint k = 0; k < n * 3; k++)
    assert_near (b[k], x[k], 1e-8);
}

static void
test_dense_solve_undoes_multiply (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint n = 1; n <= 60; n += 7)
    check_dense (&rng, n);
  double not_definite[] = { 1, 0, 2, 1 };
  g_assert_false (zx_dense_factor (not_definite, 2));
}

static void
test_eigen_rebuilds_the_matrix (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  guint n = 6;
  g_autofree double *a = random_definite (&rng, n), *copy = g_memdup2 (a, n * n * sizeof *a);
  double values[6], vectors[36];
  zx_dense_eigen (copy, n, values, vectors);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        double sum = 0;
        for (guint k = 0; k < n; k++)
          sum += vectors[i * n + k] * values[k] * vectors[j * n + k];
        assert_near (sum, a[i * n + j], 1e-10);
      }
}

/* ---- sparse ------------------------------------------------------------------------------- */

typedef struct
{
  guint n;
  GArray *a, *b; /* guint32 */
} Graph;

static Graph
random_graph (ZxRng *rng, guint n, double density)
{
  Graph graph = { n, g_array_new (FALSE, FALSE, 4), g_array_new (FALSE, FALSE, 4) };
  for (guint32 i = 0; i < n; i++)
    for (guint32 j = 0; j < i; j++)
      if (zx_rng_uniform (rng) < density)
        {
          g_array_append_val (graph.a, i);
          g_array_append_val (graph.b, j);
        }
  return graph;
}

static Graph
lattice_graph (guint width, guint height)
{
  Graph graph = { width * height, g_array_new (FALSE, FALSE, 4), g_array_new (FALSE, FALSE, 4) };
  for (guint32 i = 0; i < graph.n; i++)
    {
      guint32 right = i + 1, up = i + width;
      if (right % width != 0)
        {
          g_array_append_val (graph.a, i);
          g_array_append_val (graph.b, right);
        }
      if (up < graph.n)
        {
          g_array_append_val (graph.a, i);
          g_array_append_val (graph.b, up);
        }
    }
  return graph;
}

static void
graph_clear (Graph *graph)
{
  g_array_unref (graph->a);
  g_array_unref (graph->b);
}

#define GRAPH(g)                                                                                   \
  (g).n, (const guint32 *) (gpointer) (g).a->data, (const guint32 *) (gpointer) (g).b->data,       \
      (g).a->len

static double *
random_values (ZxRng *rng, const ZxPattern *pattern)
{
  double *values = g_new0 (double, pattern->n_entries);
  for (guint j = 0; j < pattern->n; j++)
    {
      values[pattern->first[j]] += 0.1 + zx_rng_uniform (rng);
      for (gsize k = pattern->first[j] + 1; k < pattern->first[j + 1]; k++)
        {
          values[k] = zx_rng_normal (rng);
          values[pattern->first[j]] += fabs (values[k]);
          values[pattern->first[pattern->row[k]]] += fabs (values[k]);
        }
    }
  return values;
}

static double *
spread_out (const ZxPattern *pattern, const double *values)
{
  guint n = pattern->n;
  double *a = g_new0 (double, n *n);
  for (guint j = 0; j < n; j++)
    for (gsize k = pattern->first[j]; k < pattern->first[j + 1]; k++)
      a[j * n + pattern->row[k]] = a[pattern->row[k] * n + j] = values[k];
  return a;
}

static double *
dense_inverse (const double *a, guint n, double *log_determinant)
{
  g_autofree double *factor = g_memdup2 (a, n * n * sizeof *a);
  double *inverse = g_new0 (double, n *n);
  for (guint i = 0; i < n; i++)
    inverse[i * n + i] = 1;
  g_assert_true (zx_dense_factor (factor, n));
  *log_determinant = zx_dense_log_determinant (factor, n);
  zx_dense_solve (factor, n, inverse, n);
  return inverse;
}

static void
check_sparse (ZxRng *rng, const Graph *graph)
{
  guint n = graph->n;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPattern) pattern = zx_pattern_new (GRAPH (*graph), &error);
  g_assert_no_error (error);
  g_autoptr (ZxCholesky) original = zx_cholesky_new (pattern, &error);
  g_assert_no_error (error);
  g_autoptr (ZxCholesky) factor = zx_cholesky_copy (original);
  for (guint round = 0; round < 2; round++)
    {
      g_autofree double *values = random_values (rng, pattern), *a = spread_out (pattern, values);
      double log_determinant;
      g_autofree double *inverse = dense_inverse (a, n, &log_determinant);
      g_assert_true (zx_cholesky_factor (factor, values, &error));
      assert_near (zx_cholesky_log_determinant (factor), log_determinant, 1e-9 * n);
      g_autofree double *x = g_new0 (double, n *n), *diagonal = g_new (double, n);
      for (guint i = 0; i < n; i++)
        x[i * n + i] = 1;
      zx_cholesky_solve (factor, x, n);
      for (guint k = 0; k < n * n; k++)
        assert_near (x[k], inverse[k], 1e-9);
      zx_cholesky_inverse_diagonal (factor, diagonal);
      g_autofree double *selected = g_new (double, pattern->n_entries);
      zx_cholesky_inverse (factor, selected);
      for (guint j = 0; j < n; j++)
        {
          assert_near (diagonal[j], inverse[j * n + j], 1e-9);
          for (gsize k = pattern->first[j]; k < pattern->first[j + 1]; k++)
            assert_near (selected[k], inverse[j * n + pattern->row[k]], 1e-9);
        }
      /* P'L'⁻¹ times its transpose is the inverse. */
      g_autofree double *colour = g_new0 (double, n), *sum = g_new0 (double, n);
      for (guint i = 0; i < n; i++)
        {
          memset (colour, 0, n * sizeof *colour);
          colour[i] = 1;
          zx_cholesky_colour (factor, colour);
          for (guint k = 0; k < n; k++)
            sum[k] += colour[k] * colour[k];
        }
      for (guint k = 0; k < n; k++)
        assert_near (sum[k], inverse[k * n + k], 1e-9);
    }
}

static void
test_sparse_equals_dense (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint n = 1; n <= 41; n += 4)
    {
      Graph graph = random_graph (&rng, n, n < 20 ? 0.4 : 0.1);
      check_sparse (&rng, &graph);
      graph_clear (&graph);
    }
  Graph lattice = lattice_graph (9, 7);
  check_sparse (&rng, &lattice);
  graph_clear (&lattice);
  Graph wide = lattice_graph (31, 23); /* supernodes of many columns, and zeros stored in them */
  check_sparse (&rng, &wide);
  graph_clear (&wide);
}

static void
assert_refused (guint n, const guint32 *a, const guint32 *b, gsize n_edges, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_pattern_new (n, a, b, n_edges, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  if (strstr (error->message, words) == NULL)
    g_error ("%s: expected %s", error->message, words);
}

static void
test_bad_edges_are_named (void)
{
  const guint32 a[] = { 0, 1, 1 }, b[] = { 1, 2, 0 };
  assert_refused (3, a, b, 3, "Edge 2 repeats edge 0");
  const guint32 loop_a[] = { 0, 1 }, loop_b[] = { 1, 1 };
  assert_refused (3, loop_a, loop_b, 2, "Edge 1 joins node 1 with itself");
  const guint32 far_a[] = { 0, 3 }, far_b[] = { 1, 1 };
  assert_refused (3, far_a, far_b, 2, "Edge 1 joins 3 and 1");
}

static void
test_indefinite_matrix_is_refused (void)
{
  const guint32 a[] = { 0 }, b[] = { 1 };
  const double values[] = { 1, 2, 1 }, good[] = { 2, 1, 2 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPattern) pattern = zx_pattern_new (2, a, b, 1, NULL);
  g_autoptr (ZxCholesky) factor = zx_cholesky_new (pattern, NULL);
  g_assert_false (zx_cholesky_factor (factor, values, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_true (zx_cholesky_factor (factor, good, NULL)); /* and it recovers */
  assert_near (zx_cholesky_log_determinant (factor), log (3), 1e-15);
}

/* ---- intrinsic ---------------------------------------------------------------------------- */

/* Eigenvalues of R* by Jacobi: the slow way to everything. */
static void
check_intrinsic (const Graph *graph)
{
  guint n = graph->n;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxIntrinsic) intrinsic = zx_intrinsic_new (GRAPH (*graph), &error);
  g_assert_no_error (error);
  g_autofree double *a = spread_out (intrinsic->pattern, intrinsic->values);
  g_autofree double *value = g_new (double, n), *vector = g_new (double, n *n);
  zx_dense_eigen (a, n, value, vector);
  g_autofree double *pseudo = g_new0 (double, n *n);
  double log_determinant = 0, trace = 0;
  guint n_null = 0;
  for (guint k = 0; k < n; k++)
    if (value[k] < 1e-9)
      n_null++;
    else
      {
        log_determinant += log (value[k]);
        trace += 1 / value[k];
        for (guint i = 0; i < n; i++)
          for (guint j = 0; j < n; j++)
            pseudo[i * n + j] += vector[i * n + k] * vector[j * n + k] / value[k];
      }
  g_assert_cmpuint (n_null, ==, intrinsic->n_constraints);
  assert_near (intrinsic->log_determinant, log_determinant, 1e-8);
  assert_near (intrinsic->trace, trace, 1e-8);
  g_autofree double *log_sum = g_new0 (double, intrinsic->n_components);
  for (guint i = 0; i < n; i++)
    {
      assert_near (intrinsic->variance[i], pseudo[i * n + i], 1e-9);
      log_sum[intrinsic->component[i]] += log (intrinsic->variance[i]);
    }
  for (guint c = 0; c < intrinsic->n_components; c++)
    assert_near (log_sum[c], 0, 1e-9);
  g_autofree double *x = g_new0 (double, n *n);
  for (guint i = 0; i < n; i++)
    x[i * n + i] = 1;
  zx_intrinsic_solve (intrinsic, intrinsic->grounded, x, n);
  for (guint k = 0; k < n * n; k++)
    assert_near (x[k], pseudo[k], 1e-9);
  if (intrinsic->n_constraints == 0)
    return;
  g_autoptr (ZxMixingPrior) prior = zx_mixing_prior_new (intrinsic, 0.5, 2.0 / 3, &error);
  g_assert_no_error (error);
  for (double phi = 0.001; phi <= 1; phi = MIN (phi * 1.6, phi < 1 ? 1 : 2))
    {
      double squared = 0;
      for (guint k = 0; k < n; k++)
        if (value[k] >= 1e-9)
          squared += phi * (1 / value[k] - 1) - log1p (phi * (1 / value[k] - 1));
      assert_near (zx_mixing_prior_distance (prior, phi) / sqrt (squared), 1,
                   phi < 0.01 ? 3e-4 : 1e-5);
    }
}

static void
test_intrinsic_equals_eigenvalues (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  for (guint n = 3; n <= 33; n += 6) /* sparse ones fall into parts and single nodes */
    {
      Graph graph = random_graph (&rng, n, 1.6 / n);
      check_intrinsic (&graph);
      graph_clear (&graph);
    }
  Graph lattice = lattice_graph (6, 5);
  check_intrinsic (&lattice);
  graph_clear (&lattice);
}

/* DEMAND.md §3 and §4: the 20 × 15 lattice, measured independently.  Its lambda, 0.05974957, misses
 * its own equation by 7e-6 (a root finder that stopped early); from its d (1/2) and d (1) follows
 * the value asked for here. */
static void
test_lattice_has_its_published_scale_and_lambda (void)
{
  Graph lattice = lattice_graph (20, 15);
  g_autoptr (ZxIntrinsic) intrinsic = zx_intrinsic_new (GRAPH (lattice), NULL);
  g_autoptr (ZxMixingPrior) prior = zx_mixing_prior_new (intrinsic, 0.5, 2.0 / 3, NULL);
  assert_near (intrinsic->scale[0], 0.75114687, 5e-9);
  assert_near (zx_mixing_prior_distance (prior, 0.5), 8.77187879, 1e-5);
  assert_near (zx_mixing_prior_distance (prior, 1), 15.84051573, 5e-9);
  double lambda = zx_mixing_prior_lambda (prior);
  assert_near (lambda, 0.0597537397, 1e-9);
  assert_near (expm1 (-lambda * 8.77187879) / expm1 (-lambda * 15.84051573), 2.0 / 3, 1e-10);
  graph_clear (&lattice);
}

static void
test_mixing_quantile_inverts_cdf (void)
{
  Graph lattice = lattice_graph (8, 6);
  g_autoptr (ZxIntrinsic) intrinsic = zx_intrinsic_new (GRAPH (lattice), NULL);
  g_autoptr (ZxMixingPrior) prior = zx_mixing_prior_new (intrinsic, 0.5, 2.0 / 3, NULL);
  double rest, last = -1;
  for (double z = -6; z <= 6; z += 0.25)
    {
      double phi = zx_mixing_prior_quantile (prior, z, &rest);
      g_assert_cmpfloat (phi, >, last);
      assert_near (phi + rest, 1, 1e-15);
      assert_near (zx_mixing_prior_cdf (prior, phi), zx_normal_cdf (z), 1e-12);
      last = phi;
    }
  assert_near (zx_mixing_prior_cdf (prior, 0.5), 2.0 / 3, 1e-5);
  graph_clear (&lattice);
}

static void
test_mixing_prior_refuses_what_cannot_be (void)
{
  Graph lattice = lattice_graph (5, 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxIntrinsic) intrinsic = zx_intrinsic_new (GRAPH (lattice), NULL);
  g_assert_null (zx_mixing_prior_new (intrinsic, 0.5, 0.4, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  graph_clear (&lattice);
  g_clear_error (&error);
  g_autoptr (ZxIntrinsic) lonely = zx_intrinsic_new (4, NULL, NULL, 0, NULL);
  g_assert_null (zx_mixing_prior_new (lonely, 0.5, 2.0 / 3, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

/* ---- maximise, explore, mix --------------------------------------------------------------- */

/* A normal density with correlation, bent: the exact integral stays known. */
static gboolean
bent_density (const double *point, const gint32 *parent, guint n_points, double *value,
              gpointer data, GError **error)
{
  guint n = GPOINTER_TO_UINT (data);
  for (guint k = 0; k < n_points; k++)
    {
      const double *x = point + k * n;
      double sum = 0;
      for (guint i = 0; i < n; i++)
        {
          double at = x[i] - (i > 0 ? 0.5 * x[i - 1] + 0.15 * x[i - 1] * x[i - 1] : 1);
          sum -= 0.5 * at * at * (i + 1);
        }
      value[k] = sum;
    }
  return TRUE;
}

static void
test_lattice_integrates_a_bent_density (void)
{
  for (guint n = 1; n <= 4; n++)
    {
      double start[4] = { 0 }, truth = 0.5 * n * log (2 * G_PI);
      for (guint i = 0; i < n; i++)
        truth -= 0.5 * log (i + 1.0);
      g_autoptr (ZxMode) mode
          = zx_mode_find (n, start, 0.05, 1e-4, bent_density, GUINT_TO_POINTER (n), NULL);
      assert_near (mode->value, 0, 1e-4);
      assert_near (mode->mode[0], 1, 0.02);
      g_autoptr (ZxLattice) lattice = zx_lattice_explore (mode, n < 4 ? 0.75 : 1.0, 9, 20000,
                                                          bent_density, GUINT_TO_POINTER (n), NULL);
      assert_near (lattice->log_integral, truth, 0.01);
      double mean = 0, squared = 0;
      for (guint k = 0; k < lattice->n_points; k++)
        {
          mean += lattice->weight[k] * lattice->point[k * n];
          squared += lattice->weight[k] * pow (lattice->point[k * n], 2);
        }
      assert_near (mean, 1, 0.01);
      assert_near (squared - mean * mean, 1, 0.02);
    }
}

static gboolean
straight_density (const double *point, const gint32 *parent, guint n_points, double *value,
                  gpointer data, GError **error)
{
  guint n = GPOINTER_TO_UINT (data);
  for (guint k = 0; k < n_points; k++)
    {
      value[k] = 0;
      for (guint i = 0; i < n; i++)
        value[k] -= 0.5 * (i + 1) * pow (point[k * n + i] - i, 2);
    }
  return TRUE;
}

static void
test_composite_is_exact_for_a_normal_density (void)
{
  for (guint n = 1; n <= 4; n++)
    {
      double start[4] = { 0 };
      g_autoptr (ZxMode) mode
          = zx_mode_find (n, start, 0.05, 1e-4, straight_density, GUINT_TO_POINTER (n), NULL);
      g_autoptr (ZxLattice) rule
          = zx_lattice_composite (mode, straight_density, GUINT_TO_POINTER (n), NULL);
      for (guint i = 0; i < n; i++)
        {
          double mean = 0, second = 0, fourth = 0;
          for (guint k = 0; k < rule->n_points; k++)
            {
              double off = rule->point[k * n + i] - i;
              mean += rule->weight[k] * off;
              second += rule->weight[k] * off * off;
              fourth += rule->weight[k] * pow (off, 4);
            }
          assert_near (mean, 0, 2e-3);
          assert_near (second * (i + 1), 1, 2e-3);
          assert_near (fourth * pow (i + 1, 2), 3, 2e-2);
        }
    }
}

static void
test_mixture_quantiles_of_known_bells (void)
{
  const double p[] = { 0.025, 0.1, 0.5, 0.9, 0.975 };
  double q[5], weight[] = { 0.3, 0.7 }, mean[] = { -1, 2 }, variance[] = { 1, 4 };
  ZxMixture two = { 2, weight, mean, variance, NULL, 1 };
  zx_mixture_quantiles (&two, p, 5, q);
  for (guint i = 0; i < 5; i++)
    assert_near (zx_mixture_cdf (&two, q[i]), p[i], 5e-4);
  /* a gamma of shape 16 has skewness 1/2; its quantiles from tables */
  double one = 1, gamma_mean = 16, gamma_variance = 16, gamma_third = 32;
  ZxMixture gamma = { 1, &one, &gamma_mean, &gamma_variance, &gamma_third, 1 };
  zx_mixture_quantiles (&gamma, p, 5, q);
  assert_near (q[0], 9.1454, 0.06);
  assert_near (q[2], 15.6684, 0.01);
  assert_near (q[4], 24.7402, 0.06);
  gamma_third = -32;
  double mirrored[5];
  zx_mixture_quantiles (&gamma, p, 5, mirrored);
  for (guint i = 0; i < 5; i++)
    assert_near (mirrored[i], 32 - q[4 - i], 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/solve/normal/quantile-inverts-cdf", test_quantile_inverts_cdf);
  g_test_add_func ("/solve/normal/hermite-integrates-moments", test_hermite_integrates_moments);
  g_test_add_func ("/solve/dense/solve-undoes-multiply", test_dense_solve_undoes_multiply);
  g_test_add_func ("/solve/dense/eigen-rebuilds-the-matrix", test_eigen_rebuilds_the_matrix);
  g_test_add_func ("/solve/sparse/equals-dense-on-random-graphs", test_sparse_equals_dense);
  g_test_add_func ("/solve/sparse/bad-edges-are-named", test_bad_edges_are_named);
  g_test_add_func ("/solve/sparse/indefinite-matrix-is-refused", test_indefinite_matrix_is_refused);
  g_test_add_func ("/solve/intrinsic/equals-eigenvalues-on-random-graphs",
                   test_intrinsic_equals_eigenvalues);
  g_test_add_func ("/solve/intrinsic/lattice-has-its-published-scale-and-lambda",
                   test_lattice_has_its_published_scale_and_lambda);
  g_test_add_func ("/solve/mixing/quantile-inverts-cdf", test_mixing_quantile_inverts_cdf);
  g_test_add_func ("/solve/mixing/refuses-what-cannot-be",
                   test_mixing_prior_refuses_what_cannot_be);
  g_test_add_func ("/solve/explore/lattice-integrates-a-bent-density",
                   test_lattice_integrates_a_bent_density);
  g_test_add_func ("/solve/explore/composite-is-exact-for-a-normal-density",
                   test_composite_is_exact_for_a_normal_density);
  g_test_add_func ("/solve/mixture/quantiles-of-known-bells",
                   test_mixture_quantiles_of_known_bells);
  return g_test_run ();
}
