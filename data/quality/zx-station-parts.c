/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Connectors, rated power, price and state, as stations and piles give them. */

#include "data/quality/zx-station-parts.h"

#define MOST_CONNECTORS 1000 /* the largest stations have some hundreds */
#define MOST_KW         1000 /* DOMAIN.md §1.7: DC at most 1000 kW per connector */
#define LEAST_KW        1
#define W_SLIP          2000 /* a connector of more "kW" than this is in W */

/* ---- whole columns ------------------------------------------------------------------------ */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* The middle of the values above 0; NaN without any. */
static double
middle_above_zero (const ZxNumbers *numbers, gsize n_rows)
{
  g_autofree double *value = g_new (double, n_rows + 1);
  gsize n = 0;
  for (gsize row = 0; row < n_rows; row++)
    {
      double v = zx_cells_number (numbers, row);
      if (v > 0 && isfinite (v))
        value[n++] = v;
    }
  qsort (value, n, sizeof (double), compare_doubles);
  return n > 0 ? value[n / 2] : NAN;
}

double
zx_price_scale_of (double middle)
{
  return middle >= 15 ? 1 : 100;
}

gboolean
zx_price_is_plausible (double fen)
{
  return fen >= 1 && fen <= 3000;
}

static void
judge_price (ZxStationColumns *self, ZxTally *tally)
{
  self->price_scale = tally->binding->price_scale;
  if (self->price_scale > 0 || !zx_cells_has (&self->price))
    return;
  double middle = middle_above_zero (&self->price, tally->layer->n_rows);
  self->price_scale = zx_price_scale_of (middle);
  if (self->price_scale == 1) /* the unusual reading is said */
    zx_tally_find_number (tally, "price.scale-assumed", -1, ZX_ACTION_KEPT, middle, 0.01);
}

static void
judge_power (ZxStationColumns *self, ZxTally *tally)
{
  const ZxNumbers *each
      = zx_cells_has (&self->kw_each) || !self->is_pile ? &self->kw_each : &self->kw;
  double middle = middle_above_zero (each, tally->layer->n_rows);
  self->power_scale = 1;
  if (!(middle > W_SLIP))
    return;
  char value[32], read[32];
  self->power_scale = 1e-3;
  g_ascii_formatd (value, sizeof value, "%.6g", middle);
  g_ascii_formatd (read, sizeof read, "%.6g", middle / 1000);
  zx_tally_find_many (tally, "stations.unit-slip", -1, tally->layer->n_rows, ZX_ACTION_CORRECTED,
                      value, read);
}

void
zx_station_columns_init (ZxStationColumns *self, ZxTally *tally)
{
  *self = (ZxStationColumns){ .id = zx_cells_column (tally, "id"),
                              .name = zx_cells_column (tally, "name"),
                              .operator_name = zx_cells_column (tally, "operator"),
                              .state = zx_cells_column (tally, "state"),
                              .current = zx_cells_column (tally, "current"),
                              .n_dc = zx_cells_numbers (tally, "n_dc"),
                              .n_ac = zx_cells_numbers (tally, "n_ac"),
                              .connectors = zx_cells_numbers (tally, "connectors"),
                              .kw = zx_cells_numbers (tally, "kw"),
                              .kw_each = zx_cells_numbers (tally, "kw_each"),
                              .price = zx_cells_numbers (tally, "price"),
                              .service_price = zx_cells_numbers (tally, "service_price"),
                              .is_pile = tally->binding->role == ZX_ROLE_PILES };
  self->has_connectors = zx_cells_has (&self->n_dc) || zx_cells_has (&self->n_ac)
                         || zx_cells_has (&self->connectors);
  judge_price (self, tally);
  judge_power (self, tally);
}

ZxStationDraft
zx_station_draft (void)
{
  return (ZxStationDraft){ .x = NAN,
                           .y = NAN,
                           .state = ZX_STATION_WORKING,
                           .kw = NAN,
                           .kw_each = NAN,
                           .price = NAN,
                           .service_price = NAN,
                           .kwh_total = NAN,
                           .hours_total = NAN,
                           .period_days = NAN,
                           .pile_kwh = NAN,
                           .pile_hours = NAN,
                           .pile_days = NAN,
                           .pile_kw = NAN,
                           .row = -1 };
}

/* ---- state -------------------------------------------------------------------------------- */

guint8
zx_station_state (const ZxLayer *layer, const ZxColumn *column, gsize row)
{
  /* Numbers: T/CEC 102 StationStatus, Open Charge Map StatusTypeID.  Words: OCPI and Chinese. */
  static const struct
  {
    const char *word;
    ZxStationState state;
  } words[] = {
    { "1", ZX_STATION_PLANNED },       { "5", ZX_STATION_CLOSED },
    { "51", ZX_STATION_CLOSED },       { "100", ZX_STATION_CLOSED },
    { "150", ZX_STATION_PLANNED },     { "200", ZX_STATION_CLOSED },
    { "planned", ZX_STATION_PLANNED }, { "removed", ZX_STATION_CLOSED },
    { "closed", ZX_STATION_CLOSED },   { "construction", ZX_STATION_PLANNED },
    { "建设中", ZX_STATION_PLANNED },  { "在建", ZX_STATION_PLANNED },
    { "规划", ZX_STATION_PLANNED },    { "关闭", ZX_STATION_CLOSED },
    { "关闭下线", ZX_STATION_CLOSED }, { "停运", ZX_STATION_CLOSED },
    { "停用", ZX_STATION_CLOSED },     { "拆除", ZX_STATION_CLOSED },
    { "歇业", ZX_STATION_CLOSED },
  };
  char buffer[32];
  const char *text = zx_cells_text (layer, column, row, buffer);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i].word) == 0)
      return (guint8) words[i].state;
  return ZX_STATION_WORKING;
}

/* ---- connectors --------------------------------------------------------------------------- */

/* DC, AC or not known, as T/CEC, OCPI and Open Charge Map say it. */
static int
is_dc (const ZxLayer *layer, const ZxColumn *column, gsize row)
{
  char buffer[32];
  const char *text = zx_cells_text (layer, column, row, buffer);
  if (strcmp (text, "1") == 0 || strcmp (text, "3") == 0 || strcmp (text, "30") == 0
      || g_ascii_strncasecmp (text, "DC", 2) == 0 || strstr (text, "直流") != NULL
      || strstr (text, "快充") != NULL)
    return 1;
  if (strcmp (text, "2") == 0 || strcmp (text, "10") == 0 || strcmp (text, "20") == 0
      || g_ascii_strncasecmp (text, "AC", 2) == 0 || strstr (text, "交流") != NULL
      || strstr (text, "慢充") != NULL)
    return 0;
  return -1;
}

static gboolean
is_count (double value)
{
  return value >= 1 && value <= MOST_CONNECTORS;
}

void
zx_station_connectors (const ZxStationColumns *self, ZxTally *tally, gsize row,
                       ZxStationDraft *draft)
{
  double dc = zx_cells_number (&self->n_dc, row), ac = zx_cells_number (&self->n_ac, row);
  double any = zx_cells_number (&self->connectors, row);
  double split = (isfinite (dc) ? dc : 0) + (isfinite (ac) ? ac : 0);
  double total = split > 0 ? split : any;
  if (self->is_pile && !self->has_connectors)
    total = any = 1;
  if (is_count (total) && !(dc < 0) && !(ac < 0))
    {
      int current = is_dc (tally->layer, self->current, row);
      draft->n_dc = split > 0 && dc > 0 ? (guint) (dc + 0.5) : 0;
      draft->n_ac = split > 0 && ac > 0 ? (guint) (ac + 0.5) : 0;
      draft->n_any = split > 0 ? 0 : (guint) (total + 0.5);
      if (draft->n_any > 0 && current >= 0)
        {
          *(current == 1 ? &draft->n_dc : &draft->n_ac) = draft->n_any;
          draft->n_any = 0;
        }
      return;
    }
  if (!self->has_connectors)
    return;
  char value[32];
  if (total > MOST_CONNECTORS || dc < 0 || ac < 0 || any < 0)
    {
      double shown = dc < 0 ? dc : ac < 0 ? ac : total;
      zx_tally_find_number (tally, "stations.connectors-implausible", (gint64) row,
                            ZX_ACTION_CORRECTED, shown, MOST_CONNECTORS);
      return;
    }
  const ZxNumbers *shown = zx_cells_has (&self->connectors) ? &self->connectors
                           : zx_cells_has (&self->n_dc)     ? &self->n_dc
                                                            : &self->n_ac;
  zx_tally_find (tally, "stations.missing-connectors", (gint64) row, ZX_ACTION_CORRECTED,
                 zx_cells_raw (shown, row, value), NULL);
}

/* ---- rated power -------------------------------------------------------------------------- */

void
zx_station_power (const ZxStationColumns *self, ZxTally *tally, gsize row, ZxStationDraft *draft)
{
  double connectors = MAX (draft->n_dc + draft->n_ac + draft->n_any, 1);
  double each = zx_cells_number (&self->kw_each, row) * self->power_scale;
  double whole = zx_cells_number (&self->kw, row) * self->power_scale;
  draft->kw_each = each > 0 ? each : NAN;
  draft->kw = whole > 0 ? whole : draft->kw_each * connectors;
  double per_connector = draft->kw / connectors;
  gboolean is_count_known = draft->n_dc + draft->n_ac + draft->n_any > 0;
  if (per_connector > W_SLIP && (is_count_known || draft->kw >= 7000))
    {
      zx_tally_find_number (tally, "stations.unit-slip", (gint64) row, ZX_ACTION_CORRECTED,
                            draft->kw, draft->kw / 1000);
      draft->kw /= 1000;
      draft->kw_each /= 1000;
      per_connector /= 1000;
    }
  gboolean is_wrong = whole < 0 || each < 0 || per_connector < LEAST_KW
                      || (is_count_known && per_connector > MOST_KW);
  if (!is_wrong)
    return;
  char value[32], bound[32];
  g_ascii_formatd (value, sizeof value, "%.6g",
                   whole < 0  ? whole
                   : each < 0 ? each
                              : per_connector);
  g_snprintf (bound, sizeof bound, "%d – %d", LEAST_KW, MOST_KW);
  zx_tally_find (tally, "stations.power-implausible", (gint64) row, ZX_ACTION_CORRECTED, value,
                 bound);
  draft->kw = draft->kw_each = NAN;
}

/* ---- price -------------------------------------------------------------------------------- */

void
zx_station_price (const ZxStationColumns *self, ZxTally *tally, gsize row, ZxStationDraft *draft)
{
  double price = zx_cells_number (&self->price, row) * self->price_scale;
  double service = zx_cells_number (&self->service_price, row) * self->price_scale;
  char value[32];
  if (price == 0)
    {
      const char *id = zx_cells_text (tally->layer, self->id, row, value);
      zx_tally_find (tally, "price.zero-means-missing", (gint64) row, ZX_ACTION_CORRECTED,
                     *id != '\0' ? id : "–", NULL);
      return;
    }
  double sum = price + (service > 0 ? service : 0);
  if (isnan (sum))
    return;
  if (zx_price_is_plausible (sum))
    draft->price = sum;
  else
    {
      g_ascii_formatd (value, sizeof value, "%.6g", sum);
      zx_tally_find (tally, "price.implausible", (gint64) row, ZX_ACTION_CORRECTED, value,
                     ZX_PRICE_BOUNDS);
    }
}
