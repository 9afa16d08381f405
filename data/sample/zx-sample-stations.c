/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Charging stations: where operators have built, what they have, and what of the true demand they
 * catch.
 *
 * Operators follow vehicles and places, but not everywhere: some districts have been left out, so
 * that a plan has something to find.  What a station sells a day is what it catches
 * (zx-sample-catch.c) × its operator's effect × its own luck. */

#include "data/sample/zx-sample-private.h"

static const struct
{
  const char *name, *prefix;
  double share, dc_kw;
  int service_fen;
} operators[SAMPLE_N_OPERATORS] = {
  { "青鸾充电", "QL", 0.28, 120, 48 },    { "泊电新能源", "BD", 0.22, 60, 42 },
  { "海岬快充", "HJ", 0.16, 120, 55 },    { "云帆能源", "YF", 0.12, 90, 45 },
  { "鲁泊公共充电", "LB", 0.10, 60, 38 }, { "潮汐超充", "CX", 0.07, 180, 68 },
  { "临港巴士充电", "LG", 0.05, 60, 35 },
};

const char *
zx_sample_operator_name (guint operator_number)
{
  return operators[operator_number].name;
}

double
zx_sample_operator_effect (guint64 seed, guint operator_number)
{
  ZxRng rng = zx_rng_stream (seed ^ 0x09e7, operator_number);
  return exp (SAMPLE_OPERATOR_SD * zx_rng_normal (&rng));
}

/* ---- where -------------------------------------------------------------------------------- */

/* How far a district has been served: most well, some hardly. */
static double
service (const SampleWorld *world, const SampleCentre *centre, gsize number)
{
  ZxRng rng = zx_rng_stream (world->seed ^ 0x5e7, number);
  double luck = zx_rng_uniform (&rng);
  if (world->scale->size != ZX_SAMPLE_PROVINCE && centre->settlement == 0)
    {
      /* The west and the south of the bay grew faster than their stations; the campus has few. */
      static const double plan[] = { 1.1, 0.75, 0.14, 0.9, 0.22, 0.8, 0.12 };
      return plan[MIN (number, G_N_ELEMENTS (plan) - 1)];
    }
  return luck < 0.25 ? 0.1 : 0.5 + luck;
}

static double
service_at (const SampleWorld *world, SamplePoint p)
{
  gsize square = (gsize) CLAMP ((p.y - world->scale->min_y_m) / 2000, 0, world->near_rows - 1)
                     * world->near_columns
                 + (gsize) CLAMP ((p.x - world->scale->min_x_m) / 2000, 0, world->near_columns - 1);
  double best = 0.25, nearest = 1.35;
  for (guint32 k = world->near_first[square]; k < world->near_first[square + 1]; k++)
    {
      guint32 number = world->near_item[k];
      const SampleCentre *centre = &g_array_index (world->centres, SampleCentre, number);
      double d = zx_sample_distance (p, centre->at) / centre->radius_m;
      if (d < nearest)
        {
          nearest = d;
          best = service (world, centre, number);
        }
    }
  return best;
}

static float *
supply_weights (const SampleWorld *world, const SampleTruth *truth, GError **error)
{
  gsize n = zx_sample_truth_size (truth);
  float *weight = ZX_TRY_NEW (float, n, _ ("Cells of the sample"), error);
  for (gsize i = 0; weight != NULL && i < n; i++)
    if (!isnan (truth->demand[i]))
      weight[i] = (float) (pow (truth->vehicles[i], 0.75) * pow (truth->places[i], 0.25)
                           * service_at (world, zx_sample_truth_centre (truth, i)));
  return weight;
}

static gboolean
find_place (const SampleWorld *world, const SampleTruth *truth, const SampleNetwork *network,
            const SampleDraw *draw, const GArray *taken, ZxRng *rng, SamplePoint *place)
{
  double apart = world->scale->size == ZX_SAMPLE_PROVINCE ? 120 : 160;
  for (guint try = 0; try < 40; try++)
    {
      SamplePoint p = zx_sample_truth_centre (truth, zx_sample_draw (draw, rng));
      p.x += truth->cell_m * (zx_rng_uniform (rng) - 0.5);
      p.y += truth->cell_m * (zx_rng_uniform (rng) - 0.5);
      gssize node = zx_sample_network_door (network, p.x, p.y, 260);
      if (node < 0)
        continue;
      SamplePoint door = *SAMPLE_POINT (network->graph->nodes, (guint) node);
      double angle = 2 * G_PI * zx_rng_uniform (rng), away = 22 + 30 * zx_rng_uniform (rng);
      *place = (SamplePoint){ door.x + away * cos (angle), door.y + away * sin (angle) };
      gboolean is_free = zx_sample_is_buildable (world, place->x, place->y, 12, 5);
      guint first = taken->len > 400 ? taken->len - 400 : 0;
      for (guint i = first; is_free && i < taken->len; i++)
        is_free = zx_sample_distance (*place, g_array_index (taken, SampleStation, i).at) > apart;
      if (is_free)
        return TRUE;
    }
  return FALSE;
}

/* ---- what --------------------------------------------------------------------------------- */

static guint
draw_operator (ZxRng *rng)
{
  double at = zx_rng_uniform (rng);
  for (guint k = 0; k + 1 < SAMPLE_N_OPERATORS; k++)
    if ((at -= operators[k].share) < 0)
      return k;
  return SAMPLE_N_OPERATORS - 1;
}

static char *
name_station (const SampleWorld *world, const SampleStation *station, guint number, ZxRng *rng)
{
  static const char *const hosts[] = { "停车场", "购物中心", "公园", "体育馆", "客运站",
                                       "产业园", "小区",     "医院", "市场",   "酒店" };
  g_autofree char *street
      = zx_sample_street_name (world->seed + 3, number, ZX_ROAD_SECONDARY, number % 2 == 0);
  return g_strconcat (street, hosts[zx_rng_below (rng, G_N_ELEMENTS (hosts))],
                      station->n_dc >= 16 ? "充电示范站" : "充电站", NULL);
}

static void
equip (const SampleWorld *world, SampleStation *self, guint number, double demand, ZxRng *rng)
{
  self->operator_number = (guint8) draw_operator (rng);
  const char *prefix = operators[self->operator_number].prefix;
  g_snprintf (self->id, sizeof self->id, "%s%06u", prefix, 370000 + number);
  double size = 1.2 * pow (MAX (demand, 20) / 900, 0.3);
  gboolean is_hub = zx_rng_uniform (rng) < 0.05;
  self->n_dc = (guint16) (2 + zx_rng_negative_binomial (rng, (is_hub ? 22 : 5) * size, 3));
  if (zx_rng_uniform (rng) < 0.4)
    self->n_ac = (guint16) (2 + zx_rng_poisson (rng, 4));
  if (self->operator_number == 4 && zx_rng_uniform (rng) < 0.35)
    {
      self->n_ac = (guint16) (self->n_dc + 2);
      self->n_dc = 0;
    }
  double each = operators[self->operator_number].dc_kw * (zx_rng_uniform (rng) < 0.2 ? 0.5 : 1);
  self->rated_kw = self->n_dc * each + self->n_ac * 7.0;
  self->service_fen
      = operators[self->operator_number].service_fen + 5 * (int) zx_rng_below (rng, 5) - 10;
  self->energy_fen = 68 + 2 * (int) zx_rng_below (rng, 9);
  self->opened_day = SAMPLE_FIRST_DAY - 90 - (int) zx_rng_below (rng, 1700);
  self->is_planned = zx_rng_uniform (rng) < 0.04;
  self->habit = (guint8) zx_rng_below (rng, 3);
  self->name = name_station (world, self, number, rng);
}

static void
clear_station (gpointer data)
{
  g_free (((SampleStation *) data)->name);
}

static void
draw_sales (const SampleWorld *world, GArray *stations)
{
  double shape = 1 / (SAMPLE_STATION_SD * SAMPLE_STATION_SD);
  for (guint i = 0; i < stations->len; i++)
    {
      SampleStation *station = &g_array_index (stations, SampleStation, i);
      ZxRng rng = zx_rng_stream (world->seed ^ 0x57a7, i);
      station->kwh_per_day = station->caught_kwh
                             * zx_sample_operator_effect (world->seed, station->operator_number)
                             * zx_rng_gamma (&rng, shape) / shape;
    }
}

GArray *
zx_sample_stations_new (const SampleWorld *world, const SampleTruth *truth,
                        const SampleNetwork *network, const ZxProgress *progress, GError **error)
{
  g_autoptr (GArray) stations = g_array_new (FALSE, TRUE, sizeof (SampleStation));
  g_autofree float *weight = supply_weights (world, truth, error);
  SampleDraw draw;
  g_array_set_clear_func (stations, clear_station);
  if (weight == NULL || !zx_sample_draw_init (&draw, weight, zx_sample_truth_size (truth), error))
    return NULL;
  ZxRng rng = zx_rng_stream (world->seed, 900);
  for (guint i = 0; i < world->scale->n_stations; i++)
    {
      SampleStation station = { 0 };
      if (!find_place (world, truth, network, &draw, stations, &rng, &station.at))
        continue;
      gssize cell = zx_sample_truth_cell (truth, station.at.x, station.at.y);
      double demand = cell >= 0 && !isnan (truth->demand[cell]) ? truth->demand[cell] : 100;
      equip (world, &station, i, demand, &rng);
      g_array_append_val (stations, station);
    }
  zx_sample_draw_clear (&draw);
  if (!zx_sample_catch (truth, network, stations, progress, error))
    return NULL;
  draw_sales (world, stations);
  return g_steal_pointer (&stations);
}

/* ---- stations.csv ------------------------------------------------------------------------- */

#define FILE_NAME "stations.csv"

/* What is done to one row on its way out. */
typedef enum
{
  CLEAN,
  SWAPPED,
  NOWHERE,
  FAR_AWAY,
  NO_CONNECTORS,
  FREE_OF_CHARGE,
} RowDirt;

/* Connector-hours of the last 365 days: measured ones are no whole hours a day (nor is their bound,
 * busy for 22 h), filled-in ones are. */
static void
append_hours (GString *text, const SampleStation *self, gboolean is_filled_in)
{
  guint n = self->n_dc + self->n_ac;
  double each_kw = 0.55 * self->rated_kw / MAX (n, 1);
  double hours = self->kwh_per_day / MAX (each_kw, 1) * 365.25 + 0.3;
  if (self->is_planned)
    return;
  if (is_filled_in)
    hours = 365.0 * (2 + n);
  zx_sample_append_fixed (text, MIN (hours, 8003.7 * n), 1);
}

static void
append_row (GString *text, const SampleSite *site, const SampleStation *self, RowDirt dirt,
            gboolean is_filled_in)
{
  double lon, lat;
  int year;
  guint month, day;
  zx_sample_world_lonlat (site->world, self->at.x, self->at.y, &lon, &lat);
  zx_gcj02_from_wgs84 (&lon, &lat);
  if (dirt == NOWHERE)
    lon = lat = 0;
  if (dirt == FAR_AWAY)
    lon -= 3.1;
  if (dirt == SWAPPED)
    {
      double swap = lon;
      lon = lat;
      lat = swap;
    }
  g_string_append_printf (text, "%s,%s,%s,", self->id, self->name,
                          operators[self->operator_number].name);
  zx_sample_append_fixed (text, lon, 6);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, lat, 6);
  if (dirt == NO_CONNECTORS)
    g_string_append (text, ",0,0,");
  else
    g_string_append_printf (text, ",%u,%u,", self->n_dc, self->n_ac);
  zx_sample_append_fixed (text, self->rated_kw, 0);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, dirt == FREE_OF_CHARGE ? 0 : self->service_fen / 100.0, 2);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, dirt == FREE_OF_CHARGE ? 0 : self->energy_fen / 100.0, 2);
  zx_time_to_civil ((gint64) self->opened_day * 86400, &year, &month, &day, NULL, NULL, NULL, NULL);
  g_string_append_printf (text, ",%s,%04d-%02u-%02u,", self->is_planned ? "建设中" : "正常使用",
                          year, month, day);
  append_hours (text, self, is_filled_in);
  g_string_append_c (text, '\n');
}

/* A station that exists only as a mistake. */
static void
append_ghost (GString *text, const SampleSite *site, guint number, RowDirt dirt)
{
  SampleStation ghost = g_array_index (site->stations, SampleStation, 11 + 2 * number);
  g_autofree char *name = g_strconcat (ghost.name, "(新)", NULL);
  g_snprintf (ghost.id, sizeof ghost.id, "%s%06u", operators[ghost.operator_number].prefix,
              360000 + number);
  ghost.name = name;
  append_row (text, site, &ghost, dirt, FALSE);
}

gboolean
zx_sample_write_stations (const SampleSite *site, GError **error)
{
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, FILE_NAME, error);
  g_autoptr (GString) text = g_string_new ("站点编号,站点名称,运营商,经度,纬度,直流枪数,交流枪数,"
                                           "额定功率(kW),服务费(元/kWh),电费(元/kWh),"
                                           "状态,投运日期,累计充电时长(h)\n");
  if (out == NULL)
    return FALSE;
  guint n = site->stations->len, n_ghosts = MIN (2 + n / 60, 6), every = n < 60 ? 8 : 53;
  for (guint i = 0; i < n; i++)
    {
      const SampleStation *station = &g_array_index (site->stations, SampleStation, i);
      RowDirt dirt = CLEAN;
      if (n > 16 && i % (2 * every) == 5)
        dirt = SWAPPED;
      else if (n > 16 && i % every == 1)
        dirt = NO_CONNECTORS;
      else if (n > 16 && i % every == 6)
        dirt = FREE_OF_CHARGE;
      if (i < 1000)
        switch (dirt)
          {
          case SWAPPED:
            zx_sample_dirt_add (site->dirt, FILE_NAME, i, "stations.swapped-axes");
            break;
          case NO_CONNECTORS:
            zx_sample_dirt_add (site->dirt, FILE_NAME, i, "stations.missing-connectors");
            break;
          case FREE_OF_CHARGE:
            zx_sample_dirt_add (site->dirt, FILE_NAME, i, "price.zero-means-missing");
            break;
          default:
            break;
          }
      gboolean is_filled_in = i % 4 == 2 && i < 1000 && !station->is_planned;
      if (is_filled_in)
        zx_sample_dirt_add (site->dirt, FILE_NAME, i, "usage.filled-in");
      append_row (text, site, station, i < 1000 ? dirt : CLEAN, is_filled_in);
    }
  guint row = n;
  for (guint k = 0; n > 16 && k < n_ghosts; k++)
    {
      append_row (text, site, &g_array_index (site->stations, SampleStation, 3 + 5 * k), CLEAN,
                  FALSE);
      zx_sample_dirt_add (site->dirt, FILE_NAME, row++, "stations.duplicate-id");
    }
  for (guint k = 0; n > 16 && k < (n < 60 ? 1 : 2); k++)
    {
      append_ghost (text, site, 2 * k, NOWHERE);
      zx_sample_dirt_add (site->dirt, FILE_NAME, row++, "stations.impossible-place");
      append_ghost (text, site, 2 * k + 1, FAR_AWAY);
      zx_sample_dirt_add (site->dirt, FILE_NAME, row++, "stations.outside-study-area");
    }
  if (!zx_sample_file_flush (out, text, error))
    return FALSE;
  return zx_sample_file_close (g_steal_pointer (&out), error);
}
