/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The outer part of the fit: the mode of the hyperparameters and the integration over them
 * (DEMAND.md §6; Rue, Martino and Chopin 2009).
 *
 * Points are asked for in batches and fitted in parallel, each from where an earlier point near it
 * says that its mode should be, which is part of the question, so that results depend on no
 * thread.  zx-fit-posterior.c describes the posterior at the points that carry weight. */

#include "app/demand/zx-fit-private.h"

#include <string.h>

#define STEP         0.05 /* of the differences; the coordinates are of order one */
#define MAX_POINTS   4000
#define COSTLY_CELLS 6000 /* from here on the composite design replaces the lattice */
#define MOST_LATTICE 4    /* hyperparameters; beyond, a lattice has more points than it is worth */
#define GAIN         1e-4 /* of the log density: where the climb to the mode ends … */
#define COSTLY_GAIN                                                                                \
  3e-3 /* … a twelfth of an sd away: the design weighs what it finds around it                   \
        */

/* ---- making ------------------------------------------------------------------------------- */

ZxFit *
zx_fit_new (const ZxLatent *latent, const ZxHyperSpace *space, GError **error)
{
  g_autoptr (ZxFit) self = g_new0 (ZxFit, 1);
  self->latent = latent;
  self->space = space;
  self->engine = zx_latent_engine (latent);
  self->shared = self->engine->prepare (latent, error);
  if (self->shared == NULL)
    return NULL;
  self->state_size = self->engine->state_size (latent, self->shared);
  self->state = g_ptr_array_new_with_free_func (g_free);
  self->asked = g_array_new (FALSE, FALSE, sizeof (double));
  self->n_workers = zx_parallel_threads ();
  self->worker = g_new0 (gpointer, self->n_workers);
  for (guint k = 0; k < self->n_workers; k++)
    self->worker[k] = self->engine->worker_new (latent, self->shared);
  return g_steal_pointer (&self);
}

void
zx_fit_free (ZxFit *self)
{
  if (self == NULL)
    return;
  for (guint k = 0; k < self->n_workers; k++)
    self->engine->worker_free (self->worker[k]);
  g_free (self->worker);
  self->engine->release (self->shared);
  g_clear_pointer (&self->state, g_ptr_array_unref);
  g_clear_pointer (&self->asked, g_array_unref);
  g_free (self->slope);
  g_free (self);
}

void
zx_fit_tell_more (ZxFit *self)
{
  self->tells_more = TRUE;
}

const ZxLatent *
zx_fit_latent (const ZxFit *self)
{
  return self->latent;
}

const ZxHyperSpace *
zx_fit_space (const ZxFit *self)
{
  return self->space;
}

const double *
zx_fit_best_point (const ZxFit *self)
{
  return self->best;
}

gpointer
zx_fit_shared (const ZxFit *self)
{
  return self->shared;
}

/* ---- asking for points -------------------------------------------------------------------- */

typedef struct
{
  ZxFit *fit;
  const double *point;
  const gint32 *parent;
  double *value;
  gpointer *state;
} Batch;

/* Where the mode should be: the parent's, moved along the slopes.  It saves Newton every third
 * step.
 */
static double *
state_expected (const ZxFit *fit, const double *point, gint32 parent)
{
  const double *from = parent >= 0 ? g_ptr_array_index (fit->state, parent) : NULL;
  if (from == NULL)
    return NULL;
  double *state = g_memdup2 (from, fit->state_size * sizeof *state);
  for (guint i = 0; i < fit->space->n && fit->slope != NULL; i++)
    {
      double off
          = point[i] - g_array_index (fit->asked, double, (guint) parent * fit->space->n + i);
      const double *slope = fit->slope + (gsize) i * fit->state_size;
      if (off != 0)
        for (gsize k = 0; k < fit->state_size; k++)
          state[k] += off * slope[k];
    }
  return state;
}

/* The coordinate in which two points stand on either side of their parent, or -1. */
static gint
straddled (const ZxFit *fit, const double *up, const double *down, const double *centre)
{
  gint which = -1;
  for (guint i = 0; i < fit->space->n; i++)
    {
      double above = up[i] - centre[i], below = centre[i] - down[i];
      if (above == 0 && below == 0)
        continue;
      if (which >= 0 || !(above > 0) || fabs (above - below) > 1e-9)
        return -1;
      which = (gint) i;
    }
  return which;
}

/* Pairs of points that straddle their parent tell how the state moves. */
static void
learn_slopes (ZxFit *fit, const double *point, const gint32 *parent, guint n_points,
              const gpointer *state)
{
  guint n = fit->space->n;
  for (guint k = 0; k + 1 < n_points; k += 2)
    {
      const double *up = point + (gsize) k * n, *down = up + n;
      const double *from = state[k], *to = state[k + 1];
      if (parent[k] < 0 || parent[k] != parent[k + 1] || from == NULL || to == NULL)
        continue;
      gint i
          = straddled (fit, up, down, &g_array_index (fit->asked, double, (guint) parent[k] * n));
      if (i < 0)
        continue;
      if (fit->slope == NULL)
        fit->slope = g_new0 (double, n * fit->state_size);
      double *slope = fit->slope + (gsize) i * fit->state_size, width = up[i] - down[i];
      for (gsize q = 0; q < fit->state_size; q++)
        slope[q] = (from[q] - to[q]) / width;
    }
}

static void
ask_some (gsize begin, gsize end, guint worker, gpointer data)
{
  Batch *batch = data;
  ZxFit *fit = batch->fit;
  for (gsize k = begin; k < end; k++)
    {
      const double *point = batch->point + k * fit->space->n;
      ZxTheta theta = zx_hyper_theta (fit->space, point);
      g_autofree double *start = state_expected (fit, point, batch->parent[k]);
      double *state = g_new (double, fit->state_size);
      batch->value[k] = fit->engine->find_mode (fit->worker[worker], &theta, start, state)
                        + zx_hyper_log_prior (fit->space, point);
      if (isfinite (batch->value[k]) && fit->is_refined)
        batch->value[k] += fit->engine->refine (fit->worker[worker]);
      if (!isfinite (batch->value[k]))
        g_clear_pointer (&state, g_free);
      batch->state[k] = state;
    }
}

static gboolean
ask (const double *point, const gint32 *parent, guint n_points, double *value, gpointer data,
     GError **error)
{
  ZxFit *fit = data;
  gsize done = fit->state->len;
  if (!zx_progress_step (fit->progress, MIN (done, fit->n_expected), fit->n_expected, error))
    return FALSE;
  g_autofree gpointer *state = g_new0 (gpointer, n_points);
  Batch batch = { fit, point, parent, value, state };
  /* silent: the batch asks whether to stop, and the fraction is told above */
  ZxProgress asks_only = ZX_PROGRESS_INIT (NULL, NULL, fit->progress ? fit->progress->stop : NULL);
  gboolean is_done = zx_parallel_for (n_points, 1, ask_some, &batch, &asks_only, error);
  learn_slopes (fit, point, parent, n_points, state);
  g_array_append_vals (fit->asked, point, n_points * fit->space->n);
  for (guint k = 0; k < n_points; k++)
    g_ptr_array_add (fit->state, state[k]);
  return is_done;
}

ZxMode *
zx_fit_mode (ZxFit *self, const double *start, const ZxProgress *progress, GError **error)
{
  double origin[ZX_N_HYPERS] = { 0 };
  self->progress = progress;
  self->is_refined = FALSE;
  self->n_expected = 120;
  g_ptr_array_set_size (self->state, 0); /* the numbers of asking begin anew */
  g_array_set_size (self->asked, 0);
  g_clear_pointer (&self->slope, g_free);
  ZxMode *mode
      = zx_mode_find (self->space->n, start != NULL ? start : origin, STEP,
                      self->latent->n_cells >= COSTLY_CELLS ? COSTLY_GAIN : GAIN, ask, self, error);
  if (mode != NULL)
    memcpy (self->best, mode->mode, self->space->n * sizeof *self->best);
  else if (error != NULL && g_error_matches (*error, ZX_ERROR, ZX_ERROR_INVALID))
    {
      g_clear_error (error);
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The demand model did not converge; look for counts that their exposure "
                      "cannot explain, or covariates far from 0: standardise them"));
    }
  return mode;
}

/* One dimension costs nothing; in four, a spacing of 1.4 still integrates a normal density to
 * 1e-4. */
static double
spacing_for (guint n)
{
  static const double spacing[] = { 0.5, 0.5, 0.7, 1.0, 1.4 };
  return spacing[MIN (n, 4)];
}

/* Of the log density at the rim of the lattice.  The upper tail of a deviation known from a handful
 * of operators needs 7.  The precision -2 log sigma has a tail of its own: where the data leave
 * sigma → 0 possible, a thousandth of the mass holds a tenth of its standard deviation (ncsids:
 * 0.72 at a drop of 7, 0.78 at 12 and at 16), which two coordinates can afford to follow. */
static double
drop_for (guint n)
{
  return n <= 2 ? 12 : 7;
}

ZxLattice *
zx_fit_integrate (ZxFit *self, ZxMode *mode, const ZxProgress *progress, GError **error)
{
  self->progress = progress;
  self->n_expected = self->state->len + (self->space->n > 2 ? 300 : 120);
  gint32 parent = mode->index;
  self->is_refined = TRUE;
  mode->index = (gint32) mode->n_asked++;
  if (!ask (mode->mode, &parent, 1, &mode->value, self, error))
    return NULL;
  if (self->is_mode_only)
    return zx_lattice_star (mode);
  if (self->latent->n_cells >= COSTLY_CELLS || self->space->n > MOST_LATTICE)
    return zx_lattice_composite (mode, ask, self, error);
  return zx_lattice_explore (mode, spacing_for (self->space->n), drop_for (self->space->n),
                             MAX_POINTS, ask, self, error);
}
