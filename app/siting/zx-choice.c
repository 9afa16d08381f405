/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preparing a choice, the value of a set, the limits: see zx-choice.h.
 *
 * Preparing is a product of matrices per candidate, shares [size × cell] times draws [cell × draw],
 * cut so that 64 cells of draws stay in the cache and sums stay in registers. */

#include "app/siting/zx-choice.h"

#include "data/city/zx-city.h"

#define CELLS_A_BLOCK 64
#define LANES         ZX_CHOICE_LANES
/* Sums of metres, fen and kW carry rounding; a limit is not broken by that. */
#define FEN_SLACK   1e-3
#define KW_SLACK    1e-6
#define METRE_SLACK 1e-6

/* Four at a time: wider vectors do not fit the registers that every machine has, and compilers then
 * keep the sums in memory. */
typedef float Quad __attribute__ ((vector_size (4 * sizeof (float)), aligned (4)));

/* ---- preparing ---------------------------------------------------------------------------- */

/* @sum[size][draw] += Σ_cells share × draws, for one block of cells and two sizes at once, so that
 * draws are read half as often. */
static void
add_block (const ZxChoice *self, const guint32 *cell, const float share[2][CELLS_A_BLOCK], guint n,
           double *sum[2])
{
  for (guint k = 0; k < self->stride; k += LANES)
    {
      /* Spelt out: compilers keep an array of sums in memory. */
      Quad a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 }, e = { 0 }, f = { 0 }, g = { 0 }, h = { 0 };
      for (guint i = 0; i < n; i++)
        {
          const Quad *draw = (const Quad *) (self->draw + (gsize) cell[i] * self->stride + k);
          float one = share[0][i], two = share[1][i];
          a += draw[0] * one;
          b += draw[1] * one;
          c += draw[2] * one;
          d += draw[3] * one;
          e += draw[0] * two;
          f += draw[1] * two;
          g += draw[2] * two;
          h += draw[3] * two;
        }
      const Quad sums[2][LANES / 4] = { { a, b, c, d }, { e, f, g, h } };
      for (guint l = 0; l < LANES; l++)
        {
          sum[0][k + l] += sums[0][l / 4][l % 4];
          sum[1][k + l] += sums[1][l / 4][l % 4];
        }
    }
}

static void
fill_shares (const ZxChoice *self, gsize from, guint n, double size, float *share)
{
  for (guint i = 0; i < n; i++)
    {
      double a = size * self->near[from + i];
      share[i] = (float) (a / (self->rival[self->cell[from + i]] + a));
    }
}

/* What every size at one candidate is asked for in every draw, if built alone, into @sum
 * [size][stride], with room for one size more.  Block by block for all sizes: draws come into the
 * cache once. */
static void
sum_alone (const ZxChoice *self, guint32 candidate, double *sum)
{
  float share[2][CELLS_A_BLOCK];
  gsize end = self->first[candidate + 1];
  memset (sum, 0, (gsize) (self->n_sizes + 1) * self->stride * sizeof (double));
  for (gsize from = self->first[candidate]; from < end; from += CELLS_A_BLOCK)
    for (guint u = 0; u < self->n_sizes; u += 2)
      {
        guint n = (guint) MIN (end - from, CELLS_A_BLOCK);
        double *to[2] = { sum + (gsize) u * self->stride, sum + (gsize) (u + 1) * self->stride };
        for (guint k = 0; k < 2; k++)
          fill_shares (self, from, n, self->size[MIN (u + k, self->n_sizes - 1)], share[k]);
        if (self->draw != NULL)
          add_block (self, self->cell + from, share, n, to);
        for (guint i = 0; i < n && self->draw == NULL; i++)
          for (guint k = 0; k < 2; k++)
            to[k][0] += self->mean[self->cell[from + i]] * share[k][i];
      }
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;
  return (x > y) - (x < y);
}

/* Means of equal shares of the sorted draws over their mean: the spread, in few numbers. */
static void
sketch_spread (const float *sorted, guint n, float *bins)
{
  double total = 0;
  for (guint k = 0; k < n; k++)
    total += sorted[k];
  for (guint b = 0; b < ZX_CHOICE_BINS; b++)
    {
      guint from = (guint) ((gsize) b * n / ZX_CHOICE_BINS);
      guint to = MAX ((guint) ((gsize) (b + 1) * n / ZX_CHOICE_BINS), from + 1);
      double sum = 0;
      for (guint k = from; k < to; k++)
        sum += sorted[k];
      bins[b] = total > 0 ? (float) (sum / (to - from) / (total / n)) : 1;
    }
}

static void
prepare_size (ZxChoice *self, guint32 candidate, guint size, const double *sum, float *sorted)
{
  gsize at = zx_choice_at (self, candidate, size);
  float *alone = self->alone_draw + at * self->stride;
  for (guint k = 0; k < self->stride; k++)
    alone[k] = (float) sum[k];
  memcpy (sorted, alone, self->n_draws * sizeof (float));
  qsort (sorted, self->n_draws, sizeof (float), compare_floats);
  self->alone_max[at] = sorted[self->n_draws - 1];
  sketch_spread (sorted, self->n_draws, self->sketch + at * ZX_CHOICE_BINS);
  for (guint t = 0; t < self->n_kinds; t++)
    if (self->kind_size[t] == size)
      {
        double served = 0;
        for (guint k = 0; k < self->n_draws; k++)
          served += MIN (sum[k], self->kind_cap[t]);
        self->alone[(gsize) candidate * self->n_kinds + t] = served / self->n_draws;
      }
}

static void
prepare_range (gsize begin, gsize end, guint worker, gpointer data)
{
  ZxChoice *self = data;
  g_autofree double *sum = g_new (double, (gsize) (self->n_sizes + 1) * self->stride);
  g_autofree float *sorted = g_new (float, self->stride);
  for (gsize j = begin; j < end && !zx_choice_is_stopped (self, NULL); j++)
    {
      if (self->offered[j] == 0)
        continue;
      sum_alone (self, (guint32) j, sum);
      for (guint u = 0; u < self->n_sizes; u++)
        prepare_size (self, (guint32) j, u, sum + (gsize) u * self->stride, sorted);
    }
}

/* ---- who excludes whom -------------------------------------------------------------------- */

static gboolean
is_near (const ZxChoice *self, guint32 a, guint32 b)
{
  double distance = hypot (self->x_m[a] - self->x_m[b], self->y_m[a] - self->y_m[b]);
  return distance < self->spacing_m - METRE_SLACK;
}

/* The least kW that @candidate puts on @room. */
static double
least_load_kw (const ZxChoice *self, guint32 candidate, gint32 room)
{
  double least = INFINITY;
  for (guint t = 0; t < self->n_kinds; t++)
    if (self->offered[candidate] & (1u << t))
      least = MIN (least, zx_choice_load_kw (self, candidate, t, room));
  return least;
}

static gboolean
crowds_room (const ZxChoice *self, guint32 a, guint32 b, gint32 room)
{
  return room >= 0
         && least_load_kw (self, a, room) + least_load_kw (self, b, room)
                > self->room_kw[room] + KW_SLACK;
}

gboolean
zx_choice_excludes (const ZxChoice *self, guint32 a, guint32 b)
{
  for (gsize i = self->neighbour_first[a]; i < self->neighbour_first[a + 1]; i++)
    if (self->neighbour[i] == b)
      return TRUE;
  return FALSE;
}

typedef struct
{
  const ZxChoice *choice;
  guint32 candidate;
  GArray *found;
} Near;

static void
on_near_cb (gsize index, double distance_m, gpointer data)
{
  Near *near = data;
  guint32 other = (guint32) index;
  if (other != near->candidate && near->choice->offered[other] != 0
      && is_near (near->choice, near->candidate, other))
    g_array_append_val (near->found, other);
}

static void
add_crowded (const ZxChoice *self, guint32 candidate, gint32 room, const GArray *sharers,
             GArray *found)
{
  for (guint i = 0; i < sharers->len; i++)
    {
      guint32 other = g_array_index (sharers, guint32, i);
      if (other != candidate && crowds_room (self, candidate, other, room))
        g_array_append_val (found, other);
    }
}

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  return (x > y) - (x < y);
}

static GPtrArray *
group_by_room (const ZxChoice *self)
{
  GPtrArray *rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint r = 0; r < self->n_rooms; r++)
    g_ptr_array_add (rooms, g_array_new (FALSE, FALSE, sizeof (guint32)));
  for (guint32 j = 0; j < self->n_candidates; j++)
    {
      const gint32 of[2] = { self->area_room[j], self->feeder_room[j] };
      for (guint i = 0; i < 2 && self->offered[j] != 0; i++)
        if (of[i] >= 0)
          g_array_append_val ((GArray *) g_ptr_array_index (rooms, of[i]), j);
    }
  return rooms;
}

/* A feeder with a thousand candidates is no source of pairs worth listing: where it can hold two of
 * the smallest, nothing excludes; where it cannot, every pair does, and that is a million. */
#define MAX_SHARERS 500

void
zx_choice_list_neighbours (ZxChoice *self)
{
  g_autoptr (ZxPointIndex) index = zx_point_index_new (self->x_m, self->y_m, self->n_candidates);
  g_autoptr (GPtrArray) rooms = group_by_room (self);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->neighbour_first = g_new0 (gsize, self->n_candidates + 1);
  for (guint32 j = 0; j < self->n_candidates; j++)
    {
      Near near = { self, j, found };
      const gint32 of[2] = { self->area_room[j], self->feeder_room[j] };
      g_array_set_size (found, 0);
      if (self->offered[j] != 0 && self->spacing_m > 0)
        zx_point_index_within (index, self->x_m[j], self->y_m[j], self->spacing_m, on_near_cb,
                               &near);
      for (guint i = 0; i < 2 && self->offered[j] != 0; i++)
        if (of[i] >= 0 && ((GArray *) g_ptr_array_index (rooms, of[i]))->len <= MAX_SHARERS)
          add_crowded (self, j, of[i], g_ptr_array_index (rooms, of[i]), found);
      g_array_sort (found, compare_indices);
      for (guint i = 0; i < found->len; i++)
        if (i == 0 || g_array_index (found, guint32, i) != g_array_index (found, guint32, i - 1))
          g_array_append_val (all, g_array_index (found, guint32, i));
      self->neighbour_first[j + 1] = all->len;
    }
  self->neighbour = g_memdup2 (all->data, all->len * sizeof (guint32));
}

gboolean
zx_choice_prepare (ZxChoice *self, const ZxProgress *progress, GError **error)
{
  gsize n = (gsize) self->n_candidates * self->n_sizes;
  g_assert (self->n_kinds >= 1 && self->n_kinds <= ZX_CHOICE_MAX_KINDS && self->n_draws >= 1);
  g_assert (self->stride % LANES == 0 && self->stride >= self->n_draws);
  self->alone_draw = NULL;
  self->alone = NULL;
  self->alone_max = self->sketch = NULL;
  self->neighbour_first = NULL;
  self->neighbour = NULL;
  if ((self->alone_draw = ZX_TRY_NEW (float, n * self->stride, _ ("the candidates' demand"), error))
          == NULL
      || (self->alone = ZX_TRY_NEW (double, (gsize) self->n_candidates * self->n_kinds,
                                    _ ("the candidates' demand"), error))
             == NULL)
    return FALSE;
  self->alone_max = g_new0 (float, n + 1);
  self->sketch = g_new0 (float, n *ZX_CHOICE_BINS + 1);
  zx_choice_list_neighbours (self);
  return zx_parallel_for (self->n_candidates, 0, prepare_range, self, progress, error);
}

void
zx_choice_clear (ZxChoice *self)
{
  g_clear_pointer (&self->alone_draw, g_free);
  g_clear_pointer (&self->alone, g_free);
  g_clear_pointer (&self->alone_max, g_free);
  g_clear_pointer (&self->sketch, g_free);
  g_clear_pointer (&self->neighbour_first, g_free);
  g_clear_pointer (&self->neighbour, g_free);
}

/* ---- the bound before all work ------------------------------------------------------------ */

int
zx_choice_compare_descending (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x < y) - (x > y);
}

int
zx_choice_compare_by_key (gconstpointer a, gconstpointer b, gpointer key)
{
  const double *keys = key;
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  if (keys[x] != keys[y])
    return keys[x] > keys[y] ? -1 : 1;
  return (x > y) - (x < y);
}

gboolean
zx_choice_may_any_fill (const ZxChoice *self)
{
  for (guint32 j = 0; j < self->n_candidates; j++)
    for (guint t = 0; t < self->n_kinds; t++)
      if ((self->offered[j] & (1u << t)) && zx_choice_may_fill (self, j, t))
        return TRUE;
  return FALSE;
}

double
zx_choice_sum_best_alone (const ZxChoice *self)
{
  g_autofree double *best = g_new0 (double, self->n_candidates + 1);
  double sum = 0;
  for (guint32 j = 0; j < self->n_candidates; j++)
    for (guint t = 0; t < self->n_kinds; t++)
      if (self->offered[j] & (1u << t))
        best[j] = MAX (best[j], zx_choice_alone (self, j, t));
  qsort (best, self->n_candidates, sizeof (double), zx_choice_compare_descending);
  for (guint i = 0; i < MIN (self->n_candidates, self->n_sites); i++)
    sum += best[i];
  return sum * (1 + ZX_CHOICE_FLOAT_SLACK);
}

/* ---- who watches -------------------------------------------------------------------------- */

#define PACE_US 100000

void
zx_choice_tell (const ZxChoice *self, double value, double bound)
{
  ZxChoicePace *pace = self->pace;
  if (pace == NULL)
    return;
  gboolean is_news = value > pace->value || bound < pace->bound;
  gint64 now = g_get_monotonic_time ();
  pace->value = fmax (pace->value, value);
  pace->bound = fmin (pace->bound, bound);
  if (!isfinite (pace->value) || (!is_news && now < pace->next))
    return;
  pace->next = now + PACE_US;
  pace->func (pace->value, MAX (pace->bound, pace->value), pace->data);
}

/* ---- the value of a set ------------------------------------------------------------------- */

void
zx_choice_space_init (ZxChoiceSpace *self, const ZxChoice *choice)
{
  self->attraction = g_new0 (double, choice->n_cells + 1);
  self->asked = g_new0 (double, choice->stride);
}

void
zx_choice_space_clear (ZxChoiceSpace *self)
{
  g_clear_pointer (&self->attraction, g_free);
  g_clear_pointer (&self->asked, g_free);
}

static void
add_attraction (const ZxChoice *self, ZxPick pick, double *attraction)
{
  double size = self->size[self->kind_size[pick.kind]];
  for (gsize i = self->first[pick.candidate]; i < self->first[pick.candidate + 1]; i++)
    attraction[self->cell[i]] += size * self->near[i];
}

static void
clear_attraction (const ZxChoice *self, ZxPick pick, double *attraction)
{
  for (gsize i = self->first[pick.candidate]; i < self->first[pick.candidate + 1]; i++)
    attraction[self->cell[i]] = 0;
}

static double
mean_asked (const ZxChoice *self, ZxPick pick, const double *attraction)
{
  double size = self->size[self->kind_size[pick.kind]], asked = 0;
  for (gsize i = self->first[pick.candidate]; i < self->first[pick.candidate + 1]; i++)
    {
      guint32 c = self->cell[i];
      asked += self->mean[c] * (size * self->near[i] / (self->rival[c] + attraction[c]));
    }
  return asked;
}

/* What the pick is asked for in every draw, into @asked. */
static void
draw_asked (const ZxChoice *self, ZxPick pick, const double *attraction, double *asked)
{
  double size = self->size[self->kind_size[pick.kind]];
  memset (asked, 0, self->stride * sizeof (double));
  for (gsize i = self->first[pick.candidate]; i < self->first[pick.candidate + 1]; i++)
    {
      guint32 c = self->cell[i];
      double share = size * self->near[i] / (self->rival[c] + attraction[c]);
      const float *draw = self->draw + (gsize) c * self->stride;
      for (guint k = 0; k < self->stride; k += LANES)
        for (guint l = 0; l < LANES; l++)
          asked[k + l] += share * draw[k + l];
    }
}

/* Mean of min (asked, cap) of one pick beside the others. */
static double
serve (const ZxChoice *self, ZxPick pick, ZxChoiceSpace *space, float *served_draw)
{
  double cap = self->kind_cap[pick.kind];
  double most = self->alone_max[zx_choice_at (self, pick.candidate, self->kind_size[pick.kind])];
  gboolean is_never_full = most * (1 + ZX_CHOICE_FLOAT_SLACK) <= cap;
  if (self->draw == NULL || (is_never_full && served_draw == NULL))
    {
      double asked = mean_asked (self, pick, space->attraction);
      if (served_draw != NULL)
        served_draw[0] = (float) MIN (asked, cap);
      return MIN (asked, cap);
    }
  draw_asked (self, pick, space->attraction, space->asked);
  double sum = 0;
  for (guint k = 0; k < self->n_draws; k++)
    sum += MIN (space->asked[k], cap);
  for (guint k = 0; served_draw != NULL && k < self->stride; k++)
    served_draw[k] = k < self->n_draws ? (float) MIN (space->asked[k], cap) : 0;
  return is_never_full ? mean_asked (self, pick, space->attraction) : sum / self->n_draws;
}

double
zx_choice_serve (const ZxChoice *self, ZxPick pick, ZxChoiceSpace *space)
{
  return serve (self, pick, space, NULL);
}

double
zx_choice_value (const ZxChoice *self, const ZxPick *pick, guint n, ZxChoiceSpace *space,
                 double *served, float *served_draw)
{
  double value = 0;
  for (guint i = 0; i < n; i++)
    add_attraction (self, pick[i], space->attraction);
  for (guint i = 0; i < n; i++)
    {
      float *draws = served_draw != NULL ? served_draw + (gsize) i * self->stride : NULL;
      double mean = serve (self, pick[i], space, draws);
      if (served != NULL)
        served[i] = mean;
      value += mean;
    }
  for (guint i = 0; i < n; i++)
    clear_attraction (self, pick[i], space->attraction);
  return value;
}

double
zx_choice_value_above (const ZxChoice *self, const ZxPick *pick, guint n, ZxChoiceSpace *space)
{
  double value = 0;
  for (guint i = 0; i < n; i++)
    add_attraction (self, pick[i], space->attraction);
  for (guint i = 0; i < n; i++)
    value += MIN (mean_asked (self, pick[i], space->attraction), self->kind_cap[pick[i].kind]);
  for (guint i = 0; i < n; i++)
    clear_attraction (self, pick[i], space->attraction);
  return value;
}

/* ---- limits ------------------------------------------------------------------------------- */

double
zx_choice_load_kw (const ZxChoice *self, guint32 candidate, guint kind, gint32 room)
{
  gboolean is_past_area
      = self->feeder_room[candidate] >= 0 && (self->kinds_past_area & (1u << kind)) != 0;
  if (room < 0)
    return 0;
  if (room == self->feeder_room[candidate] || (room == self->area_room[candidate] && !is_past_area))
    return self->kind_kw[kind];
  return 0;
}

static gboolean
fits_room (const ZxChoice *self, const ZxPick *pick, guint n, ZxPick added, gint32 room)
{
  double kw = zx_choice_load_kw (self, added.candidate, added.kind, room);
  if (room < 0 || kw <= 0)
    return TRUE;
  for (guint i = 0; i < n; i++)
    kw += zx_choice_load_kw (self, pick[i].candidate, pick[i].kind, room);
  return kw <= self->room_kw[room] + KW_SLACK;
}

gboolean
zx_choice_fits (const ZxChoice *self, const ZxPick *pick, guint n, ZxPick added)
{
  double fen = self->kind_fen[added.kind];
  if (n >= self->n_sites)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      fen += self->kind_fen[pick[i].kind];
      if (pick[i].candidate == added.candidate)
        return FALSE;
    }
  if (fen > self->budget_fen + FEN_SLACK)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (zx_choice_excludes (self, pick[i].candidate, added.candidate))
      return FALSE;
  return fits_room (self, pick, n, added, self->area_room[added.candidate])
         && fits_room (self, pick, n, added, self->feeder_room[added.candidate]);
}

gboolean
zx_choice_is_feasible (const ZxChoice *self, const ZxPick *pick, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!zx_choice_fits (self, pick, i, pick[i])
        || (self->offered[pick[i].candidate] & (1u << pick[i].kind)) == 0)
      return FALSE;
  for (guint r = 0; r < self->n_required; r++)
    {
      gboolean is_in = FALSE;
      for (guint i = 0; i < n && !is_in; i++)
        is_in = pick[i].candidate == self->required[r];
      if (!is_in)
        return FALSE;
    }
  return TRUE;
}

ZxProgress
zx_choice_quiet (const ZxProgress *progress)
{
  return (ZxProgress){ .to = 1, .stop = progress != NULL ? progress->stop : NULL };
}

/* ---- sets --------------------------------------------------------------------------------- */

ZxPicks
zx_picks_new (guint n_max)
{
  return (ZxPicks){ 0, n_max, g_new0 (ZxPick, n_max + 1), -INFINITY };
}

void
zx_picks_clear (ZxPicks *self)
{
  g_clear_pointer (&self->pick, g_free);
  self->n = 0;
}

void
zx_picks_copy (ZxPicks *to, const ZxPicks *from)
{
  g_assert (to->n_max >= from->n);
  memcpy (to->pick, from->pick, from->n * sizeof (ZxPick));
  to->n = from->n;
  to->value = from->value;
}

void
zx_picks_remove (ZxPicks *self, guint index)
{
  for (guint i = index; i + 1 < self->n; i++)
    self->pick[i] = self->pick[i + 1];
  self->n--;
}

static int
compare_picks (gconstpointer a, gconstpointer b)
{
  const ZxPick *x = a, *y = b;
  return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

void
zx_picks_sort (ZxPicks *self)
{
  if (self->n > 1)
    qsort (self->pick, self->n, sizeof (ZxPick), compare_picks);
}
