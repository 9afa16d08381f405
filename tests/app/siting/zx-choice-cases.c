/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "zx-choice-cases.h"

static double
uniform (ZxRng *rng, double low, double high)
{
  return low + (high - low) * zx_rng_uniform (rng);
}

static void
make_cells (Case *self, const CaseShape *shape, ZxRng *rng)
{
  ZxChoice *choice = &self->choice;
  guint n = shape->n_cells;
  choice->n_cells = n;
  choice->n_draws = shape->n_draws;
  choice->stride = (shape->n_draws + ZX_CHOICE_LANES - 1) / ZX_CHOICE_LANES * ZX_CHOICE_LANES;
  self->mean = g_new0 (double, n);
  self->rival = g_new0 (double, n);
  self->cell_x = g_new0 (double, n);
  self->cell_y = g_new0 (double, n);
  self->draw = g_new0 (float, (gsize) n * choice->stride);
  double level[256];
  for (guint k = 0; k < shape->n_draws; k++)
    level[k] = exp (0.4 * zx_rng_normal (rng));
  for (guint c = 0; c < n; c++)
    {
      double base = 100 * exp (shape->lump * zx_rng_normal (rng));
      self->cell_x[c] = uniform (rng, 0, shape->width_m);
      self->cell_y[c] = uniform (rng, 0, shape->width_m);
      self->rival[c] = uniform (rng, 1, 6);
      for (guint k = 0; k < shape->n_draws; k++)
        {
          float value = (float) (base * level[k] * exp (0.5 * zx_rng_normal (rng)));
          self->draw[(gsize) c * choice->stride + k] = value;
          self->mean[c] += (double) value / shape->n_draws;
        }
    }
  choice->mean = self->mean;
  choice->rival = self->rival;
  choice->draw = self->draw;
}

static void
make_rows (Case *self, const CaseShape *shape)
{
  ZxChoice *choice = &self->choice;
  g_autoptr (GArray) cell = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (float));
  self->first = g_new0 (gsize, shape->n_candidates + 1);
  for (guint j = 0; j < shape->n_candidates; j++)
    {
      for (guint32 c = 0; c < shape->n_cells; c++)
        {
          double away = hypot (self->x_m[j] - self->cell_x[c], self->y_m[j] - self->cell_y[c]);
          float e = (float) exp (-away / shape->reach_m);
          if (away > 4 * shape->reach_m)
            continue;
          g_array_append_val (cell, c);
          g_array_append_val (near, e);
        }
      self->first[j + 1] = cell->len;
    }
  choice->first = self->first;
  choice->cell = self->cell = g_memdup2 (cell->data, cell->len * sizeof (guint32));
  choice->near = self->near = g_memdup2 (near->data, near->len * sizeof (float));
}

static void
make_candidates (Case *self, const CaseShape *shape, ZxRng *rng)
{
  ZxChoice *choice = &self->choice;
  guint n = shape->n_candidates;
  choice->n_candidates = n;
  self->x_m = g_new0 (double, n);
  self->y_m = g_new0 (double, n);
  self->offered = g_new0 (guint32, n);
  self->area_room = g_new0 (gint32, n);
  self->feeder_room = g_new0 (gint32, n);
  for (guint j = 0; j < n; j++)
    {
      self->x_m[j] = uniform (rng, 0, shape->width_m);
      self->y_m[j] = uniform (rng, 0, shape->width_m);
      self->offered[j] = (1u << shape->n_kinds) - 1;
      if (zx_rng_below (rng, 6) == 0)
        self->offered[j] &= zx_rng_below (rng, 1u << shape->n_kinds);
      guint n_areas = shape->n_rooms > 1 ? shape->n_rooms - 1 : 0;
      self->area_room[j] = n_areas > 0 ? (gint32) zx_rng_below (rng, n_areas + 1) - 1 : -1;
      self->feeder_room[j]
          = shape->n_rooms > 0 && zx_rng_below (rng, 3) > 0 ? (gint32) shape->n_rooms - 1 : -1;
    }
  choice->x_m = self->x_m;
  choice->y_m = self->y_m;
  choice->offered = self->offered;
  choice->area_room = self->area_room;
  choice->feeder_room = self->feeder_room;
}

static void
make_kinds (Case *self, const CaseShape *shape, ZxRng *rng)
{
  ZxChoice *choice = &self->choice;
  double typical = 0;
  for (guint c = 0; c < shape->n_cells; c++)
    typical += self->mean[c] * 0.2;
  choice->n_kinds = shape->n_kinds;
  choice->n_sizes = MIN (shape->n_kinds, 3);
  for (guint u = 0; u < choice->n_sizes; u++)
    self->size[u] = (u == 0 ? 0 : self->size[u - 1]) + uniform (rng, 1, 6);
  for (guint t = 0; t < shape->n_kinds; t++)
    {
      guint u = t % choice->n_sizes;
      self->kind_size[t] = u;
      self->kind_cap[t]
          = shape->cap_scale > 0 ? typical * shape->cap_scale * uniform (rng, 0.3, 1.5) : INFINITY;
      self->kind_fen[t] = self->size[u] * uniform (rng, 0.8e6, 1.5e6);
      self->kind_kw[t] = self->size[u] * uniform (rng, 20, 50);
      if (zx_rng_below (rng, 3) == 0)
        choice->kinds_past_area |= 1u << t;
    }
  choice->size = self->size;
  choice->kind_size = self->kind_size;
  choice->kind_cap = self->kind_cap;
  choice->kind_fen = self->kind_fen;
  choice->kind_kw = self->kind_kw;
}

static void
make_limits (Case *self, const CaseShape *shape, ZxRng *rng)
{
  ZxChoice *choice = &self->choice;
  double dearest = 0;
  for (guint t = 0; t < shape->n_kinds; t++)
    dearest = MAX (dearest, self->kind_fen[t]);
  choice->n_sites = shape->n_sites;
  choice->budget_fen
      = shape->budget_share > 0 ? shape->budget_share * dearest * shape->n_sites : INFINITY;
  choice->spacing_m = shape->spacing_m;
  choice->n_rooms = shape->n_rooms;
  self->room_kw = g_new0 (double, shape->n_rooms + 1);
  for (guint r = 0; r < shape->n_rooms; r++)
    self->room_kw[r] = uniform (rng, 30, 500);
  choice->room_kw = self->room_kw;
  choice->n_required = shape->n_required;
  self->required[0] = zx_rng_below (rng, shape->n_candidates);
  self->required[1] = (self->required[0] + 1) % shape->n_candidates;
  choice->required = self->required;
}

void
case_init (Case *self, const CaseShape *shape, ZxRng *rng)
{
  *self = (Case){ 0 };
  make_cells (self, shape, rng);
  make_candidates (self, shape, rng);
  make_rows (self, shape);
  make_kinds (self, shape, rng);
  make_limits (self, shape, rng);
  g_autoptr (GError) error = NULL;
  zx_choice_prepare (&self->choice, NULL, &error);
  g_assert_no_error (error);
}

void
case_clear (Case *self)
{
  zx_choice_clear (&self->choice);
  g_free (self->mean);
  g_free (self->rival);
  g_free (self->x_m);
  g_free (self->y_m);
  g_free (self->cell_x);
  g_free (self->cell_y);
  g_free (self->room_kw);
  g_free (self->draw);
  g_free (self->near);
  g_free (self->first);
  g_free (self->cell);
  g_free (self->offered);
  g_free (self->area_room);
  g_free (self->feeder_room);
}

/* ---- slow and honest ---------------------------------------------------------------------- */

static double
near_of (const Case *self, guint32 candidate, guint32 cell)
{
  for (gsize i = self->first[candidate]; i < self->first[candidate + 1]; i++)
    if (self->cell[i] == cell)
      return self->near[i];
  return 0;
}

double
case_value (const Case *self, const ZxPick *pick, guint n)
{
  const ZxChoice *choice = &self->choice;
  double value = 0;
  g_autofree double *share = g_new0 (double, (gsize) n * choice->n_cells + 1);
  for (guint32 c = 0; c < choice->n_cells; c++)
    {
      double all = self->rival[c];
      for (guint i = 0; i < n; i++)
        all += share[i * choice->n_cells + c]
            = self->size[self->kind_size[pick[i].kind]] * near_of (self, pick[i].candidate, c);
      for (guint i = 0; i < n; i++)
        share[i * choice->n_cells + c] /= all;
    }
  for (guint k = 0; k < choice->n_draws; k++)
    for (guint i = 0; i < n; i++)
      {
        double asked = 0;
        for (guint32 c = 0; c < choice->n_cells; c++)
          asked += share[i * choice->n_cells + c] * self->draw[(gsize) c * choice->stride + k];
        value += MIN (asked, self->kind_cap[pick[i].kind]);
      }
  return value / choice->n_draws;
}

static gboolean
keeps_rooms (const Case *self, const ZxPick *pick, guint n)
{
  const ZxChoice *choice = &self->choice;
  for (gint32 r = 0; r < (gint32) choice->n_rooms; r++)
    {
      double kw = 0;
      for (guint i = 0; i < n; i++)
        {
          gint32 feeder = self->feeder_room[pick[i].candidate];
          gboolean is_past = feeder >= 0 && (choice->kinds_past_area & (1u << pick[i].kind));
          if (feeder == r || (self->area_room[pick[i].candidate] == r && !is_past))
            kw += self->kind_kw[pick[i].kind];
        }
      if (kw > self->room_kw[r])
        return FALSE;
    }
  return TRUE;
}

gboolean
case_is_feasible (const Case *self, const ZxPick *pick, guint n)
{
  const ZxChoice *choice = &self->choice;
  double fen = 0;
  guint n_required = 0;
  for (guint i = 0; i < n; i++)
    {
      fen += self->kind_fen[pick[i].kind];
      if ((self->offered[pick[i].candidate] & (1u << pick[i].kind)) == 0)
        return FALSE;
      for (guint r = 0; r < choice->n_required; r++)
        n_required += pick[i].candidate == self->required[r];
      for (guint k = 0; k < i; k++)
        if (hypot (self->x_m[pick[i].candidate] - self->x_m[pick[k].candidate],
                   self->y_m[pick[i].candidate] - self->y_m[pick[k].candidate])
            < choice->spacing_m)
          return FALSE;
    }
  return n <= choice->n_sites && n_required == choice->n_required && fen <= choice->budget_fen
         && keeps_rooms (self, pick, n);
}

typedef struct
{
  const Case *case_;
  ZxPick pick[8], *best;
  guint n, *n_best;
  double value;
} Brute;

static void
enumerate (Brute *self, guint32 from)
{
  const ZxChoice *choice = &self->case_->choice;
  if (self->n > 0 && case_is_feasible (self->case_, self->pick, self->n))
    {
      double value = case_value (self->case_, self->pick, self->n);
      if (value > self->value)
        {
          self->value = value;
          *self->n_best = self->n;
          memcpy (self->best, self->pick, self->n * sizeof (ZxPick));
        }
    }
  for (guint32 j = from; j < choice->n_candidates && self->n < choice->n_sites; j++)
    for (guint32 t = 0; t < choice->n_kinds; t++)
      {
        self->pick[self->n++] = (ZxPick){ j, t };
        enumerate (self, j + 1);
        self->n--;
      }
}

double
case_brute_force (const Case *self, ZxPick *best, guint *n_best)
{
  Brute brute = { .case_ = self, .best = best, .n_best = n_best, .value = -INFINITY };
  *n_best = 0;
  enumerate (&brute, 0);
  return brute.value;
}
