/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Backward/forward sweep (Shirmohammadi, Hong, Semlyen and Luo 1988) on scaled feeders: sum the
 * currents towards the source, let the voltages fall away from it, renew the currents, until no
 * voltage moves.  About 30 flops and one division per node and step; each step shrinks the error by
 * about the relative voltage drop, so 5 % of drop gives more than one digit a step.  The division
 * loop knows no tree and runs in vectors.
 *
 * A step that moves no voltage by more than d leaves a power mismatch below (|S| + |Y|) d at every
 * node, so the bound on d is divided by the largest such sum: the stop is one on power, too.
 *
 * Loops are opened at break points and their currents corrected by the Thévenin matrix after each
 * sweep.  Wrong place for it: drops near the point of collapse (the caller turns to Newton). */

#include "app/power/zx-sweep.h"

#define MAX_ITERATIONS 200
/* Steps between looks at the progress: a sweep that has not halved its error is stuck. */
#define PATIENCE 10
/* Rounding keeps voltages moving by about this much for ever. */
#define LEAST_STEP 2e-14

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_TARGETS 1
#endif

gboolean
zx_state_init (ZxState *self, const ZxNet *net, GError **error)
{
  const char *what = _ ("Feeder nodes");
  *self = (ZxState){ NULL };
  return (self->v_re = ZX_TRY_NEW (double, net->n, what, error)) != NULL
         && (self->v_im = ZX_TRY_NEW (double, net->n, what, error)) != NULL
         && (self->j_re = ZX_TRY_NEW (double, net->n, what, error)) != NULL
         && (self->j_im = ZX_TRY_NEW (double, net->n, what, error)) != NULL
         && (self->link_re = ZX_TRY_NEW (double, net->n_links, what, error)) != NULL
         && (self->link_im = ZX_TRY_NEW (double, net->n_links, what, error)) != NULL;
}

void
zx_state_clear (ZxState *self)
{
  g_free (self->v_re);
  g_free (self->v_im);
  g_free (self->j_re);
  g_free (self->j_im);
  g_free (self->link_re);
  g_free (self->link_im);
}

void
zx_state_reset (ZxState *self, const ZxNet *net, guint component)
{
  guint32 begin = net->first[component], sources = begin + net->n_sources[component];
  for (guint32 at = begin; at < net->first[component + 1]; at++)
    {
      if (at >= sources)
        {
          self->v_re[at] = self->v_re[net->parent[at]];
          self->v_im[at] = self->v_im[net->parent[at]];
          continue;
        }
      double vm = net->grid->node_vm_set_pu[net->node[at]];
      double va = net->grid->node_va_set_deg[net->node[at]] * (G_PI / 180);
      self->v_re[at] = vm * cos (va);
      self->v_im[at] = vm * sin (va);
    }
  for (guint32 l = net->first_link[component]; l < net->first_link[component + 1]; l++)
    self->link_re[l] = self->link_im[l] = 0;
}

/* ---- the currents of loads and shunts ------------------------------------------------------ */

typedef struct
{
  const double *p, *q, *y_re, *y_im, *v_re, *v_im;
  double *j_re, *j_im;
} Loads;

/* conj(S/V) + Y V = conj(S) V / |V|² + Y V. */
static inline __attribute__ ((always_inline)) void
draw_body (const Loads *loads, guint32 n)
{
  const double *restrict p = loads->p, *restrict q = loads->q;
  const double *restrict y_re = loads->y_re, *restrict y_im = loads->y_im;
  const double *restrict v_re = loads->v_re, *restrict v_im = loads->v_im;
  double *restrict j_re = loads->j_re, *restrict j_im = loads->j_im;
  for (guint32 i = 0; i < n; i++)
    {
      double a = v_re[i], b = v_im[i], share = 1 / (a * a + b * b);
      j_re[i] = (p[i] * a + q[i] * b) * share + (y_re[i] * a - y_im[i] * b);
      j_im[i] = (p[i] * b - q[i] * a) * share + (y_re[i] * b + y_im[i] * a);
    }
}

static void
draw_plain (const Loads *loads, guint32 n)
{
  draw_body (loads, n);
}

#ifdef HAVE_TARGETS
__attribute__ ((target ("avx2"))) static void
draw_avx2 (const Loads *loads, guint32 n)
{
  draw_body (loads, n);
}

__attribute__ ((target ("avx512f"))) static void
draw_avx512 (const Loads *loads, guint32 n)
{
  draw_body (loads, n);
}
#endif

static void
draw (const Loads *loads, guint32 n)
{
#ifdef HAVE_TARGETS
  if (__builtin_cpu_supports ("avx512f"))
    draw_avx512 (loads, n);
  else if (__builtin_cpu_supports ("avx2"))
    draw_avx2 (loads, n);
  else
#endif
    draw_plain (loads, n);
}

static void
draw_mixed (const ZxNet *net, guint32 begin, guint32 end, ZxState *self)
{
  for (guint32 i = begin; i < end; i++)
    {
      double a = self->v_re[i], b = self->v_im[i], share = 1 / hypot (a, b);
      double p = net->c_p[i] * share + net->i_p[i], q = net->c_q[i] * share + net->i_q[i];
      self->j_re[i] += p * a + q * b;
      self->j_im[i] += p * b - q * a;
    }
}

static void
draw_links (const ZxNet *net, guint component, ZxState *self)
{
  for (guint32 l = net->first_link[component]; l < net->first_link[component + 1]; l++)
    {
      const ZxNetLink *link = &net->link[l];
      double re = self->link_re[l], im = self->link_im[l];
      self->j_re[link->from] += re;
      self->j_im[link->from] += im;
      self->j_re[link->to] -= link->ratio_re * re + link->ratio_im * im;
      self->j_im[link->to] -= link->ratio_re * im - link->ratio_im * re;
    }
}

static void
draw_all (const ZxNet *net, guint component, ZxState *self)
{
  guint32 begin = net->first[component], end = net->first[component + 1];
  Loads loads = { net->p + begin,     net->q + begin,     net->y_re + begin,  net->y_im + begin,
                  self->v_re + begin, self->v_im + begin, self->j_re + begin, self->j_im + begin };
  draw (&loads, end - begin);
  if (net->is_mixed)
    draw_mixed (net, begin, end, self);
  draw_links (net, component, self);
}

/* ---- the sweeps ---------------------------------------------------------------------------- */

static void
sum_to_parents (const ZxNet *net, guint32 first, guint32 end, ZxState *self)
{
  const guint32 *restrict parent = net->parent;
  double *restrict j_re = self->j_re, *restrict j_im = self->j_im;
  for (guint32 i = end; i-- > first;)
    {
      j_re[parent[i]] += j_re[i];
      j_im[parent[i]] += j_im[i];
    }
}

/* Returns: the largest |ΔV|²; NaN when a voltage is no number.  Nothing here branches on the data.
 */
static double
fall (const ZxNet *net, guint32 first, guint32 end, ZxState *self)
{
  const guint32 *restrict parent = net->parent;
  const double *restrict z_re = net->z_re, *restrict z_im = net->z_im;
  const double *restrict j_re = self->j_re, *restrict j_im = self->j_im;
  double *restrict v_re = self->v_re, *restrict v_im = self->v_im;
  double most = 0, sum = 0;
  for (guint32 i = first; i < end; i++)
    {
      guint32 up = parent[i];
      double re = v_re[up] - (z_re[i] * j_re[i] - z_im[i] * j_im[i]);
      double im = v_im[up] - (z_re[i] * j_im[i] + z_im[i] * j_re[i]);
      double d_re = re - v_re[i], d_im = im - v_im[i], moved = d_re * d_re + d_im * d_im;
      v_re[i] = re;
      v_im[i] = im;
      sum += moved;
      most = moved > most ? moved : most;
    }
  return isfinite (sum) ? most : NAN;
}

/* What is left of U_from - ratio U_to = z J, and the correction of all link currents for it.
 * Returns: the largest |residual|². */
static double
close_loops (const ZxNet *net, guint component, ZxState *self)
{
  guint32 first = net->first_link[component], n = net->first_link[component + 1] - first;
  const double *inverse = net->loop_inverse[component];
  double left_re[ZX_NET_MAX_LINKS], left_im[ZX_NET_MAX_LINKS], most = 0;
  if (inverse == NULL)
    return 0;
  for (guint l = 0; l < n; l++)
    {
      const ZxNetLink *link = &net->link[first + l];
      double a = self->v_re[link->to], b = self->v_im[link->to];
      double re = self->link_re[first + l], im = self->link_im[first + l];
      left_re[l] = self->v_re[link->from] - (link->ratio_re * a - link->ratio_im * b)
                   - (link->z_re * re - link->z_im * im);
      left_im[l] = self->v_im[link->from] - (link->ratio_re * b + link->ratio_im * a)
                   - (link->z_re * im + link->z_im * re);
      most = MAX (most, left_re[l] * left_re[l] + left_im[l] * left_im[l]);
    }
  for (guint l = 0; l < n; l++)
    for (guint m = 0; m < n; m++)
      {
        double re = inverse[2 * (l * n + m)], im = inverse[2 * (l * n + m) + 1];
        self->link_re[first + l] += re * left_re[m] - im * left_im[m];
        self->link_im[first + l] += re * left_im[m] + im * left_re[m];
      }
  return most;
}

void
zx_state_sum_currents (const ZxNet *net, guint component, ZxState *self)
{
  draw_all (net, component, self);
  sum_to_parents (net, net->first[component] + net->n_sources[component], net->first[component + 1],
                  self);
}

static double
largest_power (const ZxNet *net, guint32 begin, guint32 end)
{
  double most = 1;
  for (guint32 i = begin; i < end; i++)
    most = MAX (most, fabs (net->p[i]) + fabs (net->q[i]) + fabs (net->c_p[i]) + fabs (net->c_q[i])
                          + fabs (net->i_p[i]) + fabs (net->i_q[i]) + fabs (net->y_re[i])
                          + fabs (net->y_im[i]));
  return most;
}

gboolean
zx_sweep_component (const ZxNet *net, guint component, double tolerance, ZxState *self)
{
  guint32 begin = net->first[component], end = net->first[component + 1];
  guint32 first = begin + net->n_sources[component];
  double bound = MAX (tolerance / largest_power (net, begin, end), LEAST_STEP);
  double reference = INFINITY;
  self->worst = begin;
  draw_all (net, component, self);
  for (guint iteration = 1; iteration <= MAX_ITERATIONS; iteration++)
    {
      self->iterations = MAX (self->iterations, iteration);
      sum_to_parents (net, first, end, self);
      double moved = fall (net, first, end, self);
      double left = close_loops (net, component, self);
      draw_all (net, component, self);
      if (!isfinite (moved) || !isfinite (left))
        return FALSE;
      if (moved <= bound * bound && left <= bound * bound)
        {
          sum_to_parents (net, first, end, self);
          return TRUE;
        }
      if (iteration % PATIENCE == 0)
        {
          if (!(moved + left < reference / 4))
            return FALSE;
          reference = moved + left;
        }
    }
  return FALSE;
}
