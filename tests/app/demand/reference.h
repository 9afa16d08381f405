/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reference posteriors of the shared data (data/bayes/README.md), for the test and the bench:
 * data, graph, and per variable the mean, sd, quantiles and Monte Carlo error of a long MCMC run.
 */
#pragma once

#include "app/demand/zx-demand.h"
#include "tests/zx-test.h"

typedef struct
{
  double mean, sd, q025, q05, q10, q25, q50, q75, q90, q95, q975, mcse;
} ReferenceValue;

typedef struct
{
  ZxDemandData data;
  ZxDemandOptions options;
  guint32 *a, *b, *cell;
  double *x, *y, *exposure;
  gint32 *group;
  GHashTable *value; /* name → ReferenceValue */
} Reference;

/* Rows of numbers; quotes and texts become NaN.  The header is dropped. */
static GPtrArray *
reference_rows (const char *name)
{
  g_autofree char *relative = g_strdup_printf ("data/bayes/%s", name);
  g_autofree char *path = zx_test_shared (relative);
  g_autofree char *text = NULL;
  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint k = 1; lines[k] != NULL && lines[k][0] != '\0'; k++)
    g_ptr_array_add (rows, g_strsplit (lines[k], ",", -1));
  return rows;
}

static double
reference_number (const GPtrArray *rows, guint row, guint column)
{
  return g_ascii_strtod (((char **) rows->pdata[row])[column], NULL);
}

static GHashTable *
reference_values (const char *file)
{
  g_autoptr (GPtrArray) rows = reference_rows (file);
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint r = 0; rows != NULL && r < rows->len; r++)
    {
      char **cells = rows->pdata[r];
      double v[16];
      for (guint k = 1; k < 16; k++)
        v[k] = cells[k] != NULL ? g_ascii_strtod (cells[k], NULL) : NAN;
      ReferenceValue value
          = { v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[15] };
      char *name = g_strdup (cells[0]);
      g_strdelimit (name, "\"", ' ');
      g_hash_table_insert (values, g_strdup (g_strstrip (name)), g_memdup2 (&value, sizeof value));
      g_free (name);
    }
  return values;
}

static void
reference_edges (Reference *self, const char *file)
{
  g_autoptr (GPtrArray) rows = reference_rows (file);
  self->data.n_edges = rows->len;
  self->a = g_new (guint32, rows->len);
  self->b = g_new (guint32, rows->len);
  for (guint r = 0; r < rows->len; r++)
    {
      self->a[r] = (guint32) reference_number (rows, r, 0) - 1;
      self->b[r] = (guint32) reference_number (rows, r, 1) - 1;
    }
  self->data.edge_a = self->a;
  self->data.edge_b = self->b;
}

static void
reference_areas (Reference *self, const char *file)
{
  g_autoptr (GPtrArray) rows = reference_rows (file);
  guint n = rows->len;
  self->x = g_new (double, n);
  self->y = g_new (double, n);
  self->exposure = g_new (double, n);
  self->cell = g_new (guint32, n);
  for (guint r = 0; r < n; r++)
    {
      self->cell[r] = r;
      self->y[r] = reference_number (rows, r, 1);
      self->exposure[r] = reference_number (rows, r, 2);
      self->x[r] = reference_number (rows, r, 3);
    }
  self->data.n_cells = self->data.n_observations = n;
  self->data.n_covariates = 1;
  self->options.likelihood = ZX_LIKELIHOOD_POISSON;
}

static void
reference_stations (Reference *self)
{
  g_autoptr (GPtrArray) cells = reference_rows ("evsynth_cells.csv");
  g_autoptr (GPtrArray) rows = reference_rows ("evsynth_stations.csv");
  guint k = cells->len, n = rows->len;
  self->x = g_new (double, 2 * k);
  self->y = g_new (double, n);
  self->exposure = g_new (double, n);
  self->cell = g_new (guint32, n);
  self->group = g_new (gint32, n);
  for (guint c = 0; c < k; c++)
    {
      self->x[c] = reference_number (cells, c, 3);
      self->x[k + c] = reference_number (cells, c, 4);
    }
  for (guint r = 0; r < n; r++)
    {
      self->cell[r] = (guint32) reference_number (rows, r, 1) - 1;
      self->group[r] = (gint32) reference_number (rows, r, 2) - 1;
      self->exposure[r] = reference_number (rows, r, 3);
      self->y[r] = reference_number (rows, r, 4);
    }
  self->data.n_cells = k;
  self->data.n_observations = n;
  self->data.n_covariates = 2;
  self->data.group = self->group;
  self->data.n_groups = 6;
}

/* @set: "scotland", "scotland_islands", "ncsids", "evsynth"; @priors: "pc" or "stanprior".  NULL
 * when the shared data are not here. */
static Reference *
reference_load (const char *set, const char *priors)
{
  g_autofree char *there = zx_test_shared ("data/bayes");
  if (there == NULL)
    return NULL;
  Reference *self = g_new0 (Reference, 1);
  self->options = (ZxDemandOptions) ZX_DEMAND_OPTIONS_INIT;
  self->options.stan_priors = g_str_equal (priors, "stanprior");
  g_autofree char *edges = g_strdup_printf ("%s_edges.csv", set);
  g_autofree char *data = g_strdup_printf ("%s_data.csv", set);
  gboolean is_areal = !g_str_equal (set, "evsynth");
  g_autofree char *posterior = is_areal ? g_strdup_printf ("%s_posterior_%s.csv", set, priors)
                                        : g_strdup ("evsynth_posterior.csv");
  reference_edges (self, edges);
  if (is_areal)
    reference_areas (self, data);
  else
    reference_stations (self);
  self->value = reference_values (posterior);
  self->data.x = self->x;
  self->data.y = self->y;
  self->data.exposure = self->exposure;
  self->data.cell = self->cell;
  return self;
}

static void
reference_free (Reference *self)
{
  g_free (self->a);
  g_free (self->b);
  g_free (self->cell);
  g_free (self->x);
  g_free (self->y);
  g_free (self->exposure);
  g_free (self->group);
  g_hash_table_unref (self->value);
  g_free (self);
}

/* ---- comparing ---------------------------------------------------------------------------- */

typedef struct
{
  double mean, sd_ratio, q025, q975; /* errors in sd of the reference; ratio of the sd */
  double mcse;                       /* of the reference's mean, in its sd */
} ReferenceError;

static ReferenceError
reference_compare (const Reference *self, const char *name, const ZxMarginal *marginal)
{
  const ReferenceValue *value = g_hash_table_lookup (self->value, name);
  g_assert_nonnull (value);
  return (ReferenceError){ (marginal->mean - value->mean) / value->sd, marginal->sd / value->sd,
                           (marginal->q025 - value->q025) / value->sd,
                           (marginal->q975 - value->q975) / value->sd, value->mcse / value->sd };
}

/* The worst over the field: largest beyond Monte Carlo error, and the extremes of the rest. */
typedef struct
{
  double worst_mean, rms_mean, least_ratio, most_ratio, worst_quantile, excess;
} FieldError;

static FieldError
reference_compare_field (const Reference *self, const ZxPosterior *posterior)
{
  FieldError worst = { 0, 0, 9, 0, 0, -9 };
  for (guint c = 0; c < posterior->n_cells; c++)
    {
      g_autofree char *name = g_strdup_printf ("s[%u]", c + 1);
      ReferenceError error = reference_compare (self, name, &posterior->field[c]);
      worst.rms_mean += error.mean * error.mean / posterior->n_cells;
      worst.worst_mean = MAX (worst.worst_mean, fabs (error.mean));
      worst.excess = MAX (worst.excess, fabs (error.mean) - 2 * error.mcse);
      worst.least_ratio = MIN (worst.least_ratio, error.sd_ratio);
      worst.most_ratio = MAX (worst.most_ratio, error.sd_ratio);
      worst.worst_quantile = MAX (worst.worst_quantile, MAX (fabs (error.q025), fabs (error.q975)));
    }
  worst.rms_mean = sqrt (worst.rms_mean);
  return worst;
}
