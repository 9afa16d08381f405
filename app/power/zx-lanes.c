/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sweep of zx-sweep.c with eight right-hand sides.  What is read of the feeder once serves
 * eight flows, and the chain of a long feeder, which leaves a processor waiting when walked for
 * one, is walked for eight in the same time.
 *
 * The three loops are compiled for AVX-512, AVX2 and plain x86-64 and chosen at run time; without
 * fused operations all give the same bits. */

#include "app/power/zx-lanes.h"

#include <string.h>

typedef gint64 Bits __attribute__ ((vector_size (8 * ZX_LANES), aligned (8), may_alias));

#define MAX_ITERATIONS   120
#define PATIENCE         10
#define LEAST_STEP       2e-14
#define CACHE_LINE       64
#define ALWAYS_INLINE    static inline __attribute__ ((always_inline))
#define PICK(mask, a, b) ((ZxLane) (((mask) & (Bits) (a)) | (~(mask) & (Bits) (b))))

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_TARGETS 1
#endif

/* ---- the loops ---------------------------------------------------------------------------- */

/* The current of the grid's own load at state[0 … 1] into state[2 … 3]. */
#define DRAW(net, lanes, i, v_re, v_im, state)                                                     \
  {                                                                                                \
    ZxLane share = (lanes)->scale[(lanes)->profile != NULL ? (lanes)->profile[i] : 0];             \
    ZxLane factor = share / (v_re * v_re + v_im * v_im);                                           \
    double p = (net)->p[i], q = (net)->q[i], g = (net)->y_re[i], b = (net)->y_im[i];               \
    (state)[2] = (p * v_re + q * v_im) * factor + (g * v_re - b * v_im);                           \
    (state)[3] = (p * v_im - q * v_re) * factor + (g * v_im + b * v_re);                           \
  }

ALWAYS_INLINE void
draw_body (const ZxLanes *lanes)
{
  const ZxNet *net = lanes->net;
  for (guint32 i = lanes->begin; i < lanes->end; i++)
    {
      ZxLane *state = lanes->state + 4 * (gsize) (i - lanes->begin);
      ZxLane v_re = state[0], v_im = state[1];
      DRAW (net, lanes, i, v_re, v_im, state)
    }
}

ALWAYS_INLINE void
sum_body (const ZxLanes *lanes)
{
  const guint32 *parent = lanes->net->parent;
  for (guint32 i = lanes->end; i-- > lanes->first;)
    {
      const ZxLane *state = lanes->state + 4 * (gsize) (i - lanes->begin);
      ZxLane *up = lanes->state + 4 * (gsize) (parent[i] - lanes->begin);
      up[2] += state[2];
      up[3] += state[3];
    }
}

/* Voltages fall, and the loads draw anew.  @moved: the largest |ΔV|² of each lane; not a number
 * once a voltage is none. */
ALWAYS_INLINE void
fall_body (const ZxLanes *lanes, ZxLane *moved)
{
  const ZxNet *net = lanes->net;
  ZxLane most = { 0 }, sum = { 0 };
  for (guint32 i = lanes->begin; i < lanes->first; i++)
    {
      ZxLane *state = lanes->state + 4 * (gsize) (i - lanes->begin);
      ZxLane v_re = state[0], v_im = state[1];
      DRAW (net, lanes, i, v_re, v_im, state)
    }
  for (guint32 i = lanes->first; i < lanes->end; i++)
    {
      ZxLane *state = lanes->state + 4 * (gsize) (i - lanes->begin);
      const ZxLane *up = lanes->state + 4 * (gsize) (net->parent[i] - lanes->begin);
      double r = net->z_re[i], x = net->z_im[i];
      ZxLane j_re = state[2], j_im = state[3];
      ZxLane v_re = up[0] - (r * j_re - x * j_im), v_im = up[1] - (r * j_im + x * j_re);
      ZxLane d_re = v_re - state[0], d_im = v_im - state[1];
      ZxLane d = d_re * d_re + d_im * d_im;
      Bits more = (Bits) (d > most);
      most = PICK (more, d, most);
      sum += d;
      state[0] = v_re;
      state[1] = v_im;
      DRAW (net, lanes, i, v_re, v_im, state)
    }
  Bits is_number = (Bits) (sum - sum == 0);
  *moved = PICK (is_number, most, sum - sum);
}

ALWAYS_INLINE void
view_body (const ZxLanes *lanes, ZxLane *vmin2, Bits *vmin_at, ZxLane *loading2, Bits *loading_at,
           ZxLane *losses)
{
  const ZxNet *net = lanes->net;
  ZxLane least = { 0 }, most = { 0 }, lost = { 0 };
  Bits least_at = { 0 }, most_at = { 0 };
  least += INFINITY;
  for (guint32 i = lanes->begin; i < lanes->end; i++)
    {
      const ZxLane *state = lanes->state + 4 * (gsize) (i - lanes->begin);
      const ZxLane *up = lanes->state + 4 * (gsize) (net->parent[i] - lanes->begin);
      ZxLane u2 = state[0] * state[0] + state[1] * state[1], v2 = u2 * net->per_k2[i];
      Bits less = (Bits) (v2 < least);
      least = PICK (less, v2, least);
      least_at = (less & ((gint64) i)) | (~less & least_at);
      lost += net->loss_re[i] * u2;
      if (i < lanes->first)
        continue;
      double g = net->half_re[i], b = net->half_im[i];
      ZxLane in_re = state[2] + (g * up[0] - b * up[1]), in_im = state[3] + (g * up[1] + b * up[0]);
      ZxLane out_re = state[2] - (g * state[0] - b * state[1]);
      ZxLane out_im = state[3] - (g * state[1] + b * state[0]);
      ZxLane in2 = (in_re * in_re + in_im * in_im) * net->parent_weight[i];
      ZxLane out2 = (out_re * out_re + out_im * out_im) * net->child_weight[i];
      Bits is_in = (Bits) (in2 > out2);
      ZxLane load2 = PICK (is_in, in2, out2);
      Bits more = (Bits) (load2 > most);
      most = PICK (more, load2, most);
      most_at = (more & ((gint64) i)) | (~more & most_at);
      lost += net->z_re[i] * (state[2] * state[2] + state[3] * state[3]);
    }
  *vmin2 = least;
  *vmin_at = least_at;
  *loading2 = most;
  *loading_at = most_at;
  *losses = lost;
}

#define TARGET(name, attribute)                                                                    \
  attribute static void draw_##name (const ZxLanes *lanes) { draw_body (lanes); }                  \
  attribute static void sum_##name (const ZxLanes *lanes) { sum_body (lanes); }                    \
  attribute static void fall_##name (const ZxLanes *lanes, ZxLane *moved)                          \
  {                                                                                                \
    fall_body (lanes, moved);                                                                      \
  }                                                                                                \
  attribute static void view_##name (const ZxLanes *lanes, ZxLane *vmin2, Bits *vmin_at,           \
                                     ZxLane *loading2, Bits *loading_at, ZxLane *losses)           \
  {                                                                                                \
    view_body (lanes, vmin2, vmin_at, loading2, loading_at, losses);                               \
  }

typedef struct
{
  void (*draw) (const ZxLanes *lanes);
  void (*sum) (const ZxLanes *lanes);
  void (*fall) (const ZxLanes *lanes, ZxLane *moved);
  void (*view) (const ZxLanes *lanes, ZxLane *vmin2, Bits *vmin_at, ZxLane *loading2,
                Bits *loading_at, ZxLane *losses);
} Loops;

/* clang-format off */
TARGET (plain, )
static const Loops plain = { draw_plain, sum_plain, fall_plain, view_plain };
#ifdef HAVE_TARGETS
TARGET (avx2, __attribute__ ((target ("avx2"))))
TARGET (avx512, __attribute__ ((target ("avx512f,avx512dq"))))
static const Loops avx2 = { draw_avx2, sum_avx2, fall_avx2, view_avx2 };
static const Loops avx512 = { draw_avx512, sum_avx512, fall_avx512, view_avx512 };
#endif
/* clang-format on */

static const Loops *
choose_loops (void)
{
#ifdef HAVE_TARGETS
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512dq"))
    return &avx512;
  if (__builtin_cpu_supports ("avx2"))
    return &avx2;
#endif
  return &plain;
}

/* ---- what only some feeders have ------------------------------------------------------------ */

static void
draw_mixed (const ZxLanes *self)
{
  const ZxNet *net = self->net;
  for (guint32 i = self->begin; i < self->end; i++)
    {
      ZxLane *state = self->state + 4 * (gsize) (i - self->begin);
      const ZxLane scale = self->scale[self->profile != NULL ? self->profile[i] : 0];
      for (guint l = 0; l < ZX_LANES; l++)
        {
          double a = state[0][l], b = state[1][l], size = sqrt (a * a + b * b);
          double p = (net->c_p[i] / size + net->i_p[i]) * scale[l];
          double q = (net->c_q[i] / size + net->i_q[i]) * scale[l];
          state[2][l] += p * a + q * b;
          state[3][l] += p * b - q * a;
        }
    }
}

static void
draw_loads (const ZxLanes *self)
{
  for (guint k = 0; k < self->n_loads; k++)
    {
      const ZxLaneLoad *load = &self->load[k];
      ZxLane *state = self->state + 4 * (gsize) (load->at - self->begin);
      ZxLane a = state[0], b = state[1], size2 = a * a + b * b;
      state[2] += (load->p * a + load->q * b) / size2;
      state[3] += (load->p * b - load->q * a) / size2;
    }
}

static void
draw_links (const ZxLanes *self)
{
  guint32 first = self->net->first_link[self->component];
  guint n = self->net->loop_inverse[self->component] != NULL
                ? self->net->first_link[self->component + 1] - first
                : 0;
  for (guint l = 0; l < n; l++)
    {
      const ZxNetLink *link = &self->net->link[first + l];
      ZxLane *from = self->state + 4 * (gsize) (link->from - self->begin);
      ZxLane *to = self->state + 4 * (gsize) (link->to - self->begin);
      from[2] += self->link_re[l];
      from[3] += self->link_im[l];
      to[2] -= link->ratio_re * self->link_re[l] + link->ratio_im * self->link_im[l];
      to[3] -= link->ratio_re * self->link_im[l] - link->ratio_im * self->link_re[l];
    }
}

/* As in zx-sweep.c.  Adds the largest |residual|² of each lane to @moved. */
static void
close_loops (ZxLanes *self, ZxLane *moved)
{
  guint32 first = self->net->first_link[self->component];
  const double *inverse = self->net->loop_inverse[self->component];
  guint n = inverse != NULL ? self->net->first_link[self->component + 1] - first : 0;
  ZxLane left_re[ZX_NET_MAX_LINKS], left_im[ZX_NET_MAX_LINKS];
  for (guint l = 0; l < n; l++)
    {
      const ZxNetLink *link = &self->net->link[first + l];
      const ZxLane *from = self->state + 4 * (gsize) (link->from - self->begin);
      const ZxLane *to = self->state + 4 * (gsize) (link->to - self->begin);
      ZxLane re = self->link_re[l], im = self->link_im[l];
      left_re[l] = from[0] - (link->ratio_re * to[0] - link->ratio_im * to[1])
                   - (link->z_re * re - link->z_im * im);
      left_im[l] = from[1] - (link->ratio_re * to[1] + link->ratio_im * to[0])
                   - (link->z_re * im + link->z_im * re);
      ZxLane size2 = left_re[l] * left_re[l] + left_im[l] * left_im[l];
      Bits more = (Bits) (size2 > *moved);
      *moved = PICK (more, size2, *moved);
    }
  for (guint l = 0; l < n; l++)
    for (guint m = 0; m < n; m++)
      {
        double re = inverse[2 * (l * n + m)], im = inverse[2 * (l * n + m) + 1];
        self->link_re[l] += re * left_re[m] - im * left_im[m];
        self->link_im[l] += re * left_im[m] + im * left_re[m];
      }
}

static void
draw_rest (const ZxLanes *self)
{
  if (self->net->is_mixed)
    draw_mixed (self);
  draw_loads (self);
  draw_links (self);
}

/* ---- public ------------------------------------------------------------------------------- */

static double
largest_power (const ZxNet *net, guint32 begin, guint32 end)
{
  double most = 1;
  for (guint32 i = begin; i < end; i++)
    most = MAX (most,
                fabs (net->p[i]) + fabs (net->q[i]) + fabs (net->y_re[i]) + fabs (net->y_im[i]));
  return most;
}

gboolean
zx_lanes_init (ZxLanes *self, const ZxNet *net, guint component, double tolerance, GError **error)
{
  static const ZxLane one = { 1, 1, 1, 1, 1, 1, 1, 1 };
  *self = (ZxLanes){ .net = net, .component = component, .scale = &one };
  self->begin = net->first[component];
  self->first = self->begin + net->n_sources[component];
  self->end = net->first[component + 1];
  self->bound = MAX (tolerance / largest_power (net, self->begin, self->end), LEAST_STEP);
  gsize n = self->end - self->begin;
  self->memory = zx_try_new (n + 1, 4 * sizeof (ZxLane), _ ("Feeder nodes"), error);
  if (self->memory == NULL)
    return FALSE;
  /* A vector that straddles two cache lines costs two loads. */
  guintptr start = ((guintptr) self->memory + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  self->state = (ZxLane *) start;
  zx_lanes_reset (self, ZX_LANES);
  return TRUE;
}

void
zx_lanes_clear (ZxLanes *self)
{
  g_clear_pointer (&self->memory, g_free);
}

void
zx_lanes_reset (ZxLanes *self, guint lane)
{
  const ZxNet *net = self->net;
  guint from = lane < ZX_LANES ? lane : 0, to = lane < ZX_LANES ? lane + 1 : ZX_LANES;
  for (guint32 i = self->begin; i < self->end; i++)
    {
      ZxLane *state = self->state + 4 * (gsize) (i - self->begin);
      const ZxLane *up = self->state + 4 * (gsize) (net->parent[i] - self->begin);
      double vm = net->grid->node_vm_set_pu[net->node[i]];
      double va = net->grid->node_va_set_deg[net->node[i]] * (G_PI / 180);
      for (guint l = from; l < to; l++)
        {
          state[0][l] = i < self->first ? vm * cos (va) : up[0][l];
          state[1][l] = i < self->first ? vm * sin (va) : up[1][l];
        }
    }
  for (guint k = 0; k < ZX_NET_MAX_LINKS; k++)
    for (guint l = from; l < to; l++)
      self->link_re[k][l] = self->link_im[k][l] = 0;
}

/* A lane is given up when it is no number any more or has stopped getting better. */
static void
judge (const ZxLanes *self, const ZxLane *moved, ZxLane *reference, guint iteration, guint *settled,
       guint *failed)
{
  double bound2 = self->bound * self->bound;
  *settled = 0;
  for (guint l = 0; l < ZX_LANES; l++)
    {
      double d = (*moved)[l];
      if (d <= bound2)
        *settled |= 1u << l;
      if (!isfinite (d) || (iteration % PATIENCE == 0 && d > bound2 && !(d < (*reference)[l] / 4)))
        *failed |= 1u << l;
    }
  if (iteration % PATIENCE == 0)
    *reference = *moved;
}

guint
zx_lanes_solve (ZxLanes *self)
{
  const Loops *loops = choose_loops ();
  const guint all = (1u << ZX_LANES) - 1;
  guint settled = 0, failed = 0;
  ZxLane moved, reference = { 0 };
  reference += INFINITY;
  loops->draw (self);
  draw_rest (self);
  for (self->iterations = 1; self->iterations <= MAX_ITERATIONS; self->iterations++)
    {
      loops->sum (self);
      loops->fall (self, &moved);
      close_loops (self, &moved);
      draw_rest (self);
      judge (self, &moved, &reference, self->iterations, &settled, &failed);
      if ((settled | failed) == all)
        break;
    }
  loops->sum (self);
  return settled & ~failed;
}

double
zx_lanes_v2 (const ZxLanes *self, guint32 at, guint lane)
{
  const ZxLane *state = self->state + 4 * (gsize) (at - self->begin);
  double a = state[0][lane], b = state[1][lane];
  return (a * a + b * b) * self->net->per_k2[at];
}

double
zx_lanes_link_loading (const ZxLanes *self, guint index, guint lane)
{
  const ZxNet *net = self->net;
  const ZxNetLink *link = &net->link[net->first_link[self->component] + index];
  const ZxLane *from = self->state + 4 * (gsize) (link->from - self->begin);
  const ZxLane *to = self->state + 4 * (gsize) (link->to - self->begin);
  double rate = net->grid->branch_rate_mva[link->branch] / net->grid->base_mva;
  double ratio2 = link->ratio_re * link->ratio_re + link->ratio_im * link->ratio_im;
  double re = self->link_re[index][lane], im = self->link_im[index][lane];
  double g = link->half_re, b = link->half_im;
  double in = hypot (re + g * from[0][lane] - b * from[1][lane],
                     im + g * from[1][lane] + b * from[0][lane]);
  /* At the far end in the near end's scale: U_to · ratio. */
  double a = link->ratio_re * to[0][lane] - link->ratio_im * to[1][lane];
  double c = link->ratio_re * to[1][lane] + link->ratio_im * to[0][lane];
  double out = hypot (re - g * a + b * c, im - g * c - b * a) * sqrt (ratio2);
  return MAX (in * sqrt (net->k2[link->from]), out * sqrt (net->k2[link->to])) / rate;
}

/* The branches that are not in the tree. */
static void
view_link (const ZxLanes *self, guint index, ZxLaneView *view)
{
  const ZxNetLink *link = &self->net->link[self->net->first_link[self->component] + index];
  for (guint l = 0; l < ZX_LANES; l++)
    {
      double re = self->link_re[index][l], im = self->link_im[index][l];
      double most = zx_lanes_link_loading (self, index, l);
      view->losses[l] += link->z_re * (re * re + im * im);
      if (most * most > view->loading2[l])
        {
          view->loading2[l] = most * most;
          view->loading_branch[l] = link->branch;
        }
    }
}

void
zx_lanes_view (const ZxLanes *self, ZxLaneView *view)
{
  ZxLane vmin2, loading2, losses;
  Bits vmin_at, loading_at;
  choose_loops ()->view (self, &vmin2, &vmin_at, &loading2, &loading_at, &losses);
  for (guint l = 0; l < ZX_LANES; l++)
    {
      view->vmin2[l] = vmin2[l];
      view->vmin_at[l] = (guint32) vmin_at[l];
      view->loading2[l] = loading2[l];
      view->loading_branch[l]
          = loading2[l] > 0 ? self->net->branch[(guint32) loading_at[l]] : ZX_NET_NO_BRANCH;
      view->losses[l] = losses[l];
    }
  guint n
      = self->net->loop_inverse[self->component] != NULL
            ? self->net->first_link[self->component + 1] - self->net->first_link[self->component]
            : 0;
  for (guint k = 0; k < n; k++)
    view_link (self, k, view);
}

double
zx_lanes_loading2 (const ZxLanes *self, guint32 at, guint lane)
{
  const ZxNet *net = self->net;
  const ZxLane *state = self->state + 4 * (gsize) (at - self->begin);
  const ZxLane *up = self->state + 4 * (gsize) (net->parent[at] - self->begin);
  double g = net->half_re[at], b = net->half_im[at];
  double in_re = state[2][lane] + (g * up[0][lane] - b * up[1][lane]);
  double in_im = state[3][lane] + (g * up[1][lane] + b * up[0][lane]);
  double out_re = state[2][lane] - (g * state[0][lane] - b * state[1][lane]);
  double out_im = state[3][lane] - (g * state[1][lane] + b * state[0][lane]);
  return MAX ((in_re * in_re + in_im * in_im) * net->parent_weight[at],
              (out_re * out_re + out_im * out_im) * net->child_weight[at]);
}
