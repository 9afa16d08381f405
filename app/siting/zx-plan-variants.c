/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the plan rests on: the same question asked again with one thing changed.
 *
 * A variant changes a limit (one site more, 400 kVA more in a transformer area), forbids a site, or
 * an assumption (demand, driving).  It tells what the plan as it is would be worth then, and what
 * the best plan found would be: from the plan, climbing, and from nothing.  What a changed limit
 * adds is its price; what replanning adds under a changed assumption is the regret of not having
 * known.  All are found by search, on at most MOST_DRAWS draws: lower estimates of what could be
 * gained, never proven.  Of a limit that is tightened or eased only what search finds is said.
 *
 * The grid's limits are taken away in the base and put back as a restriction, so that places
 * which only the grid rules out are known as well. */

#include "app/siting/zx-plan.h"

#define MOST_DRAWS   100u
#define MOST_OUT     20u   /* sites that are forbidden one by one */
#define MOST_ROOMS   8u    /* rooms that are priced */
#define ROOM_KVA     400.0 /* one more transformer of the usual size */
#define LEAST_EASING 1e-3  /* relative: less is no gain */

/* The city with one set of assumptions, without grid limits, and the limits beside it. */
typedef struct
{
  const ZxPicks *plan; /* whose kinds are on offer where limits allow it */
  ZxSitingOptions options;
  ZxCandidates candidates; /* as given, but those only the grid rules out may pass */
  guint8 *filter;
  ZxTravelRows *rows; /* NULL: the given ones do */
  ZxSitingModel model;
  ZxSitingChoice free; /* no grid limits */
  guint32 *offered;    /* under the grid's limits */
  ZxSitingChoice real; /* only its rooms: the grid's limits */
} World;

typedef struct
{
  const ZxSitingInput *input;
  const ZxSitingOptions *options;
  const ZxCandidates *candidates;
  const ZxPicks *picks;
  World base;
  double base_value;
  GArray *variant; /* ZxPlanVariant, to be filled */
  ZxProgress quiet;
} Variants;

/* ---- worlds ------------------------------------------------------------------------------- */

static gboolean
let_grid_pass (World *self, const ZxSitingInput *input, const ZxCandidates *given,
               const ZxProgress *progress, GError **error)
{
  guint8 *is_out = self->filter = g_memdup2 (given->filter, given->n);
  gboolean has_new = FALSE;
  for (guint j = 0; j < given->n; j++)
    if (given->filter[j] == ZX_FILTER_GRID)
      {
        is_out[j] = ZX_FILTER_NONE;
        has_new = TRUE;
      }
  self->candidates = *given;
  self->candidates.filter = self->filter;
  if (!has_new)
    return TRUE;
  self->rows = zx_siting_rows (input, &self->options, given->x_m, given->y_m, given->n, is_out,
                               progress, error);
  self->candidates.rows = self->rows;
  return self->rows != NULL;
}

/* The kinds of the plan at @candidate.  Of so few draws they may look idle, but a question about
 * the plan that took them away would have no answer. */
static guint32
kinds_of_plan (const ZxPicks *plan, guint32 candidate)
{
  guint32 kinds = 0;
  for (guint i = 0; i < plan->n; i++)
    kinds |= plan->pick[i].candidate == candidate ? 1u << plan->pick[i].kind : 0;
  return kinds;
}

/* What may stand where under the grid's limits with the rooms in @candidates. */
static guint32 *
offer (const World *self, const ZxSitingInput *input, const ZxSitingOptions *options,
       const ZxCandidates *candidates)
{
  const ZxChoice *choice = &self->free.choice;
  guint32 *offered = g_new0 (guint32, candidates->n + 1);
  for (guint j = 0; j < candidates->n; j++)
    if (choice->offered[j] != 0)
      {
        guint32 fits = zx_siting_affordable (&self->model)
                       & zx_candidates_kinds_that_fit (input, options, candidates, j);
        offered[j] = zx_siting_without_idle_kinds (&self->model, choice, j, fits)
                     | (fits & kinds_of_plan (self->plan, j));
      }
  zx_siting_keep_payers (&self->model, candidates, choice, offered);
  return offered;
}

static gboolean
world_init (World *self, const ZxSitingInput *input, const ZxSitingOptions *options,
            const ZxCandidates *candidates, const ZxPicks *plan, double demand_factor,
            const ZxProgress *progress, GError **error)
{
  self->plan = plan;
  self->options = *options;
  self->options.ignore_grid = TRUE;
  if (!let_grid_pass (self, input, candidates, progress, error)
      || !zx_siting_model_init (&self->model, input, &self->options, candidates->n,
                                self->candidates.rows->first[candidates->n], MOST_DRAWS, error))
    return FALSE;
  for (gsize i = 0; i < (gsize) self->model.n_cells * self->model.stride; i++)
    self->model.draw[i] = (float) (self->model.draw[i] * demand_factor);
  for (guint c = 0; c < self->model.n_cells; c++)
    self->model.mean[c] *= demand_factor;
  if (!zx_siting_choice_init (&self->free, &self->model, &self->candidates, progress, error))
    return FALSE;
  self->free.choice.required = options->required;
  self->free.choice.n_required = options->n_required;
  for (guint i = 0; i < plan->n; i++)
    self->free.offered[plan->pick[i].candidate] |= 1u << plan->pick[i].kind;
  zx_siting_keep_payers (&self->model, &self->candidates, &self->free.choice, self->free.offered);
  self->model.options = options; /* the grid counts again */
  self->offered = offer (self, input, options, candidates);
  zx_siting_fill_rooms (&self->real, &self->model, candidates);
  return TRUE;
}

static void
world_clear (World *self)
{
  zx_siting_choice_clear (&self->free);
  zx_siting_choice_clear (&self->real);
  zx_siting_model_clear (&self->model);
  g_clear_pointer (&self->offered, g_free);
  g_clear_pointer (&self->filter, g_free);
  g_clear_pointer (&self->rows, zx_travel_rows_free);
}

/* The choice under the grid's limits: borrows all but its list of neighbours. */
static ZxChoice
limited (const World *self)
{
  ZxChoice choice = self->free.choice;
  choice.offered = self->offered;
  choice.n_rooms = self->real.choice.n_rooms;
  choice.room_kw = self->real.room_kw;
  choice.area_room = self->real.area_room;
  choice.feeder_room = self->real.feeder_room;
  zx_choice_list_neighbours (&choice);
  return choice;
}

static void
limited_clear (ZxChoice *choice)
{
  g_free (choice->neighbour_first);
  g_free (choice->neighbour);
}

/* ---- solving ------------------------------------------------------------------------------ */

static double
value_of (const ZxChoice *choice, const ZxPick *pick, guint n)
{
  ZxChoiceSpace space;
  zx_choice_space_init (&space, choice);
  double value = zx_choice_value (choice, pick, n, &space, NULL, NULL);
  zx_choice_space_clear (&space);
  return value;
}

/* With @more kinds beside: what may stand under a limit may stand when it is eased.  (The rule that
 * offers no idle size looks at the cheaper ones on offer, of which easing makes more.) */
static void
add_offers (guint32 *offered, const guint32 *more, guint n)
{
  for (guint j = 0; j < n; j++)
    offered[j] |= more[j];
}

/* What of the plan the changed limits leave, in the plan's order, @without (G_MAXUINT32: none). */
static void
keep_what_fits (const ZxChoice *choice, const ZxPicks *plan, guint32 without, ZxPicks *kept)
{
  kept->n = 0;
  for (guint i = 0; i < plan->n && kept->n < kept->n_max; i++)
    if (plan->pick[i].candidate != without
        && (choice->offered[plan->pick[i].candidate] & (1u << plan->pick[i].kind))
        && zx_choice_fits (choice, kept->pick, kept->n, plan->pick[i]))
      kept->pick[kept->n++] = plan->pick[i];
  kept->value = value_of (choice, kept->pick, kept->n);
}

/* How the sets differ: how many of the plan stay, and the first that comes and goes. */
static void
compare (const ZxPicks *plan, const ZxPicks *best, ZxPlanVariant *variant)
{
  variant->enters = variant->leaves = -1;
  variant->n_sites = best->n;
  variant->n_stay = 0;
  for (guint i = 0; i < plan->n; i++)
    {
      gboolean stays = FALSE;
      for (guint k = 0; k < best->n && !stays; k++)
        stays = best->pick[k].candidate == plan->pick[i].candidate;
      variant->n_stay += stays;
      if (!stays && variant->leaves < 0)
        variant->leaves = (gint32) plan->pick[i].candidate;
    }
  for (guint k = 0; k < best->n && variant->enters < 0; k++)
    {
      gboolean is_new = TRUE;
      for (guint i = 0; i < plan->n && is_new; i++)
        is_new = plan->pick[i].candidate != best->pick[k].candidate;
      if (is_new)
        variant->enters = (gint32) best->pick[k].candidate;
    }
}

/* The best set under @choice, from what is left of the plan and from nothing. */
static void
solve (const Variants *self, const ZxChoice *choice, guint32 without, ZxPlanVariant *variant)
{
  ZxPicks kept = zx_picks_new (choice->n_sites), fresh = zx_picks_new (choice->n_sites);
  keep_what_fits (choice, self->picks, without, &kept);
  variant->kept = kept.value;
  variant->capex_fen = 0;
  gboolean is_whole = kept.n == self->picks->n;
  zx_choice_improve (choice, NULL, ZX_SEARCH_QUICK, &kept, &self->quiet);
  zx_choice_search (choice, NULL, ZX_SEARCH_QUICK, &fresh, &self->quiet, NULL);
  const ZxPicks *best = fresh.n > 0 && fresh.value > kept.value ? &fresh : &kept;
  if (is_whole && best->value <= variant->kept * (1 + LEAST_EASING))
    best = self->picks; /* what search finds beyond the plan is an accident of the draws */
  variant->value = best == self->picks ? variant->kept : best->value;
  for (guint i = 0; i < best->n; i++)
    variant->capex_fen += choice->kind_fen[best->pick[i].kind];
  compare (self->picks, best, variant);
  zx_picks_clear (&kept);
  zx_picks_clear (&fresh);
}

/* ---- one variant -------------------------------------------------------------------------- */

/* Rooms with @subject's larger by ROOM_KVA, and what may stand there then. */
static void
solve_room (const Variants *self, ZxPlanVariant *variant)
{
  const World *base = &self->base;
  const ZxCandidates *given = self->candidates;
  double more_kw = variant->change * self->options->grid_power_factor;
  ZxChoice choice = base->free.choice;
  g_autofree double *room_kw
      = g_memdup2 (base->real.room_kw, (base->real.choice.n_rooms + 1) * sizeof (double));
  g_autofree float *area_kw = g_memdup2 (given->area_room_kw, given->n * sizeof (float));
  g_autofree float *feeder_kw = g_memdup2 (given->feeder_room_kw, given->n * sizeof (float));
  ZxCandidates eased = *given;
  eased.area_room_kw = area_kw;
  eased.feeder_room_kw = feeder_kw;
  room_kw[variant->subject] += more_kw;
  for (guint j = 0; j < given->n; j++)
    {
      area_kw[j] += base->real.area_room[j] == variant->subject ? (float) more_kw : 0;
      feeder_kw[j] += base->real.feeder_room[j] == variant->subject ? (float) more_kw : 0;
    }
  g_autofree guint32 *offered = offer (base, self->input, self->options, &eased);
  add_offers (offered, base->offered, given->n);
  choice.offered = offered;
  choice.n_rooms = base->real.choice.n_rooms;
  choice.room_kw = room_kw;
  choice.area_room = base->real.area_room;
  choice.feeder_room = base->real.feeder_room;
  zx_choice_list_neighbours (&choice);
  solve (self, &choice, G_MAXUINT32, variant);
  limited_clear (&choice);
}

static void
solve_assumption (const Variants *self, ZxPlanVariant *variant)
{
  World world = { 0 };
  ZxSitingOptions options = *self->options;
  gboolean is_demand = variant->kind == ZX_VARIANT_DEMAND;
  if (variant->kind == ZX_VARIANT_DRIVING)
    options.huff.decay_s *= variant->change;
  if (variant->kind == ZX_VARIANT_WAIT)
    options.wait_limit_min *= variant->change;
  if (world_init (&world, self->input, &options, self->candidates, self->picks,
                  is_demand ? variant->change : 1, &self->quiet, NULL))
    {
      ZxChoice choice = limited (&world);
      solve (self, &choice, G_MAXUINT32, variant);
      variant->kept = value_of (&choice, self->picks->pick, self->picks->n);
      if (variant->value <= variant->kept * (1 + LEAST_EASING))
        {
          variant->value = variant->kept;
          compare (self->picks, self->picks, variant);
        }
      limited_clear (&choice);
    }
  world_clear (&world);
}

static void
solve_free (const Variants *self, ZxPlanVariant *variant)
{
  ZxChoice choice = self->base.free.choice;
  g_autofree guint32 *offered
      = g_memdup2 (choice.offered, (choice.n_candidates + 1) * sizeof (guint32));
  add_offers (offered, self->base.offered, choice.n_candidates);
  choice.offered = offered;
  solve (self, &choice, G_MAXUINT32, variant);
}

static void
solve_limit (const Variants *self, ZxPlanVariant *variant)
{
  ZxChoice choice = limited (&self->base);
  g_autofree guint32 *offered
      = g_memdup2 (choice.offered, (choice.n_candidates + 1) * sizeof (guint32));
  guint32 without = G_MAXUINT32;
  if (variant->kind == ZX_VARIANT_WITHOUT_SITE)
    {
      without = (guint32) variant->subject;
      offered[without] = 0;
      choice.offered = offered;
    }
  if (variant->kind == ZX_VARIANT_SITES)
    choice.n_sites = (guint) ((int) choice.n_sites + (int) variant->change);
  if (variant->kind == ZX_VARIANT_BUDGET)
    choice.budget_fen = variant->change;
  if (variant->kind == ZX_VARIANT_SPACING)
    {
      limited_clear (&choice);
      choice.spacing_m = variant->change;
      zx_choice_list_neighbours (&choice);
    }
  solve (self, &choice, without, variant);
  /* Less choice is never better; what these few draws say beyond that is an accident. */
  if (without != G_MAXUINT32)
    variant->value = MIN (variant->value, variant->base);
  limited_clear (&choice);
}

static gboolean
is_stopped (const Variants *self)
{
  return zx_choice_is_stopped (&self->base.free.choice, &self->quiet);
}

static void
solve_range (gsize begin, gsize end, guint worker, gpointer data)
{
  const Variants *self = data;
  for (gsize i = begin; i < end && !is_stopped (self); i++)
    {
      ZxPlanVariant *variant = &g_array_index (self->variant, ZxPlanVariant, i);
      variant->base = self->base_value;
      switch (variant->kind)
        {
        case ZX_VARIANT_NO_GRID:
          solve_free (self, variant);
          break;
        case ZX_VARIANT_ROOM:
          solve_room (self, variant);
          break;
        case ZX_VARIANT_DEMAND:
        case ZX_VARIANT_DRIVING:
        case ZX_VARIANT_WAIT:
          solve_assumption (self, variant);
          break;
        default:
          solve_limit (self, variant);
        }
      if (is_stopped (self)) /* the question was not thought through */
        variant->kept = variant->value = variant->capex_fen = NAN;
    }
}

/* ---- which are asked ---------------------------------------------------------------------- */

static void
ask (Variants *self, ZxVariantKind kind, gint32 subject, double change)
{
  ZxPlanVariant variant = { .kind = kind,
                            .subject = subject,
                            .change = change,
                            .kept = NAN,
                            .value = NAN,
                            .capex_fen = NAN,
                            .enters = -1,
                            .leaves = -1 };
  g_array_append_val (self->variant, variant);
}

static gboolean
is_required (const ZxSitingOptions *options, guint32 candidate)
{
  for (guint i = 0; i < options->n_required; i++)
    if (options->required[i] == candidate)
      return TRUE;
  return FALSE;
}

/* What @candidate could serve alone if its rooms were larger, over what it may now. */
static double
hope_of_room (const Variants *self, guint32 candidate)
{
  const ZxChoice *free = &self->base.free.choice;
  double now = 0, then = 0;
  for (guint t = 0; t < free->n_kinds; t++)
    {
      double alone = zx_choice_alone (free, candidate, t);
      now = MAX (now, self->base.offered[candidate] & (1u << t) ? alone : 0);
      then = MAX (then, free->offered[candidate] & (1u << t) ? alone : 0);
    }
  return then - now;
}

/* The rooms in which most could be gained. */
static void
ask_rooms (Variants *self)
{
  const World *base = &self->base;
  guint n_rooms = base->real.choice.n_rooms;
  g_autofree double *hope = g_new0 (double, n_rooms + 1);
  for (guint32 j = 0; j < self->candidates->n; j++)
    {
      const gint32 rooms[2] = { base->real.area_room[j], base->real.feeder_room[j] };
      double gain = base->free.choice.offered[j] != 0 ? hope_of_room (self, j) : 0;
      for (guint k = 0; k < 2; k++)
        if (rooms[k] >= 0)
          hope[rooms[k]] = MAX (hope[rooms[k]], gain);
    }
  for (guint i = 0; i < MOST_ROOMS; i++)
    {
      guint best = 0;
      for (guint r = 1; r < n_rooms; r++)
        if (hope[r] > hope[best])
          best = r;
      if (n_rooms == 0 || hope[best] <= LEAST_EASING * self->base_value)
        break;
      ask (self, ZX_VARIANT_ROOM, (gint32) best, ROOM_KVA);
      hope[best] = 0;
    }
}

static void
ask_budgets (Variants *self, double capex_fen)
{
  static const double less[] = { 0.5, 0.75, 0.9 }, more[] = { 1.1, 1.25, 1.5 };
  gboolean has_budget = isfinite (self->options->budget_fen);
  double whole = has_budget ? self->options->budget_fen : capex_fen;
  for (guint i = 0; i < G_N_ELEMENTS (less); i++)
    ask (self, ZX_VARIANT_BUDGET, -1, less[i] * whole);
  for (guint i = 0; i < G_N_ELEMENTS (more) && has_budget; i++)
    ask (self, ZX_VARIANT_BUDGET, -1, more[i] * whole);
}

static void
ask_all (Variants *self, const ZxPlan *plan)
{
  static const double factors[] = { 0.8, 1.2 };
  guint n_sites = self->base.free.choice.n_sites;
  if (n_sites > 1 && n_sites > self->options->n_required)
    ask (self, ZX_VARIANT_SITES, -1, -1);
  if (self->picks->n == n_sites)
    ask (self, ZX_VARIANT_SITES, -1, 1);
  ask_budgets (self, plan->capex_fen);
  if (self->options->site_spacing_m > 0)
    ask (self, ZX_VARIANT_SPACING, -1, 0.5 * self->options->site_spacing_m);
  if (plan->grid_checked)
    {
      ask (self, ZX_VARIANT_NO_GRID, -1, 0);
      ask_rooms (self);
    }
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    ask (self, ZX_VARIANT_DEMAND, -1, factors[i]);
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    ask (self, ZX_VARIANT_DRIVING, -1, factors[i]);
  ask (self, ZX_VARIANT_WAIT, -1, 0.5);
  for (guint i = 0; i < MIN (plan->n_sites, MOST_OUT); i++)
    if (!is_required (self->options, plan->site[i].candidate))
      ask (self, ZX_VARIANT_WITHOUT_SITE, (gint32) plan->site[i].candidate, 0);
}

/* ---- the story ---------------------------------------------------------------------------- */

/* Settled on the way: what has an answer stays. */
static gboolean
drop_unanswered (const Variants *self)
{
  guint n = 0;
  if (!is_stopped (self))
    return TRUE;
  for (guint i = 0; i < self->variant->len; i++)
    if (!isnan (g_array_index (self->variant, ZxPlanVariant, i).value))
      g_array_index (self->variant, ZxPlanVariant, n++)
          = g_array_index (self->variant, ZxPlanVariant, i);
  g_array_set_size (self->variant, n);
  return TRUE;
}

gboolean
zx_plan_try_variants (ZxPlan *plan, const ZxSitingInput *input, const ZxSitingOptions *options,
                      const ZxCandidates *candidates, const ZxPicks *picks,
                      const ZxProgress *progress, GError **error)
{
  Variants self = { .input = input,
                    .options = options,
                    .candidates = candidates,
                    .picks = picks,
                    .quiet = zx_choice_quiet (progress) };
  ZxProgress building = zx_progress_slice (progress, 0, 0.2);
  ZxProgress asking = zx_progress_slice (progress, 0.2, 1);
  if (picks->n == 0 || (options->settle != NULL && g_atomic_int_get (options->settle)))
    return TRUE;
  self.variant = g_array_new (FALSE, TRUE, sizeof (ZxPlanVariant));
  gboolean is_good
      = world_init (&self.base, input, options, candidates, picks, 1, &building, error);
  if (is_good && !is_stopped (&self))
    {
      self.base_value = value_of (&self.base.free.choice, picks->pick, picks->n);
      ask_all (&self, plan);
      is_good = zx_parallel_for (self.variant->len, 1, solve_range, &self, &asking, error);
    }
  is_good = is_good && drop_unanswered (&self);
  world_clear (&self.base);
  plan->n_variants = is_good ? self.variant->len : 0;
  plan->variant = (ZxPlanVariant *) (gpointer) g_array_free (self.variant, FALSE);
  return is_good;
}
