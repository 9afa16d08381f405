/* SPDX-License-Identifier: GPL-3.0-or-later */

/* people.geojson, places.csv and parcels.geojson: who lives where, what is there, and land that can
 * be had. */

#include "data/sample/zx-sample-private.h"

/* ---- people ------------------------------------------------------------------------------- */

typedef struct
{
  double across_m, side_m; /* pointy top: columns across_m apart, rows 1.5 sides */
  guint n_columns, n_rows;
  double *residents, *jobs;
} Hexagons;

static SamplePoint
hexagon_centre (const Hexagons *self, const SampleTruth *truth, guint column, guint row)
{
  return (SamplePoint){ truth->min_x + (column + 0.5 * (row & 1)) * self->across_m,
                        truth->min_y + row * 1.5 * self->side_m };
}

/* The nearest centre among the two rows around the point. */
static gsize
hexagon_at (const Hexagons *self, const SampleTruth *truth, SamplePoint p)
{
  double y = (p.y - truth->min_y) / (1.5 * self->side_m), best = G_MAXDOUBLE;
  gsize found = 0;
  for (gint row = (gint) floor (y); row <= (gint) floor (y) + 1; row++)
    {
      guint r = (guint) CLAMP (row, 0, (gint) self->n_rows - 1);
      double x = (p.x - truth->min_x) / self->across_m - 0.5 * (r & 1);
      guint column = (guint) CLAMP (floor (x + 0.5), 0, self->n_columns - 1.0);
      double d = zx_sample_distance (p, hexagon_centre (self, truth, column, r));
      if (d < best)
        {
          best = d;
          found = (gsize) r * self->n_columns + column;
        }
    }
  return found;
}

static void
append_polygon (GString *text, const SampleWorld *world, const SamplePoint *ring, guint n)
{
  g_string_append (text, "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
  for (guint i = 0; i <= n; i++)
    {
      g_string_append (text, i == 0 ? "[" : ",[");
      zx_sample_append_lonlat (text, world, ring[i % n].x, ring[i % n].y);
      g_string_append_c (text, ']');
    }
  g_string_append (text, "]]}}");
}

static void
append_hexagon (GString *text, const SampleSite *site, const Hexagons *hexagons, gsize i,
                guint number, gboolean is_negative)
{
  SamplePoint ring[6],
      centre = hexagon_centre (hexagons, site->truth, (guint) (i % hexagons->n_columns),
                               (guint) (i / hexagons->n_columns));
  for (guint k = 0; k < 6; k++)
    {
      double angle = G_PI / 3 * k + G_PI / 6;
      ring[k] = (SamplePoint){ centre.x + hexagons->side_m * cos (angle),
                               centre.y + hexagons->side_m * sin (angle) };
    }
  ZxRng rng = zx_rng_stream (site->world->seed ^ 0x9e0, i);
  gint64 residents = (gint64) zx_rng_poisson (&rng, hexagons->residents[i]);
  gint64 jobs = (gint64) zx_rng_poisson (&rng, hexagons->jobs[i]);
  g_string_append_printf (text,
                          "%s{\"type\":\"Feature\",\"properties\":{\"网格编号\":\"H%06u\","
                          "\"常住人口\":%lld,\"就业人口\":%lld},",
                          number == 0 ? "" : ",\n", number,
                          (long long) (is_negative ? -residents - 1 : residents), (long long) jobs);
  append_polygon (text, site->world, ring, 6);
}

static gboolean
hexagons_init (Hexagons *self, const SampleSite *site, GError **error)
{
  const SampleTruth *truth = site->truth;
  *self = (Hexagons){ .across_m = site->world->scale->hexagon_m };
  self->side_m = self->across_m / sqrt (3);
  self->n_columns = (guint) (truth->n_columns * truth->cell_m / self->across_m) + 2;
  self->n_rows = (guint) (truth->n_rows * truth->cell_m / (1.5 * self->side_m)) + 2;
  gsize n = (gsize) self->n_columns * self->n_rows;
  self->residents = ZX_TRY_NEW (double, n, _ ("People of the sample"), error);
  self->jobs = ZX_TRY_NEW (double, n, _ ("People of the sample"), error);
  if (self->residents == NULL || self->jobs == NULL)
    return FALSE;
  double km2 = truth->cell_m * truth->cell_m * 1e-6;
  for (gsize i = 0; i < zx_sample_truth_size (truth); i++)
    {
      if (isnan (truth->demand[i]))
        continue;
      gsize hexagon = hexagon_at (self, truth, zx_sample_truth_centre (truth, i));
      self->residents[hexagon] += truth->residents[i] * km2;
      self->jobs[hexagon] += truth->jobs[i] * km2;
    }
  return TRUE;
}

gboolean
zx_sample_write_people (const SampleSite *site, GError **error)
{
  Hexagons hexagons;
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, "people.geojson", error);
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  gboolean ok = out != NULL;
  if (!ok)
    return FALSE;
  ok = hexagons_init (&hexagons, site, error);
  for (gsize i = 0, number = 0; ok && i < (gsize) hexagons.n_columns * hexagons.n_rows; i++)
    {
      if (hexagons.residents[i] < 0.5)
        continue;
      gboolean is_negative = number % 97 == 31 && number < 400;
      if (is_negative)
        zx_sample_dirt_add (site->dirt, "people.geojson", (gint64) number, "people.negative");
      append_hexagon (text, site, &hexagons, i, (guint) number++, is_negative);
      if (text->len > 1 << 20)
        ok = zx_sample_file_flush (out, text, error);
    }
  g_free (hexagons.residents);
  g_free (hexagons.jobs);
  g_string_append (text, "\n]}\n");
  return ok && zx_sample_file_flush (out, text, error)
         && zx_sample_file_close (g_steal_pointer (&out), error);
}

/* ---- places ------------------------------------------------------------------------------- */

static const struct
{
  const char *kind, *tail;
  guint weight;
} place_kinds[] = {
  { "餐饮服务;中餐厅;综合酒楼", "酒楼", 24 },
  { "餐饮服务;快餐厅;快餐厅", "快餐", 18 },
  { "购物服务;便民商店/便利店", "便利店", 20 },
  { "购物服务;商场;购物中心", "购物中心", 3 },
  { "购物服务;超级市场", "超市", 6 },
  { "生活服务;美容美发店", "理发店", 9 },
  { "科教文化服务;学校;小学", "小学", 3 },
  { "科教文化服务;学校;中学", "中学", 2 },
  { "科教文化服务;幼儿园", "幼儿园", 4 },
  { "医疗保健服务;综合医院", "医院", 1 },
  { "医疗保健服务;诊所", "诊所", 4 },
  { "医疗保健服务;医药保健销售店;药房", "大药房", 5 },
  { "交通设施服务;停车场;公共停车场", "停车场", 9 },
  { "交通设施服务;公交车站", "公交站", 8 },
  { "汽车服务;加油站", "加油站", 1 },
  { "公司企业;公司", "有限公司", 13 },
  { "商务住宅;住宅区;住宅小区", "小区", 9 },
  { "商务住宅;楼宇;商务写字楼", "大厦", 3 },
  { "住宿服务;宾馆酒店", "宾馆", 4 },
  { "体育休闲服务;运动场馆", "健身馆", 3 },
  { "风景名胜;公园广场;公园", "公园", 1 },
  { "金融保险服务;银行", "银行", 4 },
  { "政府机构及社会团体;政府机关", "服务中心", 2 },
};

static guint
draw_kind (ZxRng *rng)
{
  guint sum = 0;
  for (guint i = 0; i < G_N_ELEMENTS (place_kinds); i++)
    sum += place_kinds[i].weight;
  gint at = (gint) zx_rng_below (rng, sum);
  guint kind = 0;
  while ((at -= (gint) place_kinds[kind].weight) >= 0)
    kind++;
  return kind;
}

static void
append_place (GString *text, const SampleSite *site, const SampleDraw *draw, guint number,
              ZxRng *rng)
{
  const SampleTruth *truth = site->truth;
  SamplePoint p = { 0, 0 };
  for (guint try = 0; try < 20; try++)
    {
      p = zx_sample_truth_centre (truth, zx_sample_draw (draw, rng));
      p.x += truth->cell_m * (zx_rng_uniform (rng) - 0.5);
      p.y += truth->cell_m * (zx_rng_uniform (rng) - 0.5);
      if (zx_sample_is_buildable (site->world, p.x, p.y, 10, 0))
        break;
    }
  guint kind = draw_kind (rng);
  double lon, lat;
  zx_sample_world_lonlat (site->world, p.x, p.y, &lon, &lat);
  g_autofree char *street
      = zx_sample_street_name (site->world->seed + 11, number, ZX_ROAD_SECONDARY, number % 2 == 0);
  g_string_append_printf (text, "%s%s,%s,", street, place_kinds[kind].tail, place_kinds[kind].kind);
  zx_sample_append_fixed (text, lon, 6);
  g_string_append_c (text, ',');
  zx_sample_append_fixed (text, lat, 6);
  g_string_append (text, "\r\n");
}

/* In the dress in which such lists come: GBK, lines end as on Windows. */
static gboolean
flush_gbk (SampleFile *out, GString *text, GError **error)
{
  gsize n;
  g_autofree char *bytes
      = g_convert (text->str, (gssize) text->len, "GBK", "UTF-8", NULL, &n, error);
  g_string_truncate (text, 0);
  return bytes != NULL && zx_sample_file_write (out, bytes, n, error);
}

gboolean
zx_sample_write_places (const SampleSite *site, const ZxProgress *progress, GError **error)
{
  SampleDraw draw;
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, "places.csv", error);
  g_autoptr (GString) text = g_string_new ("名称,类别,经度,纬度\r\n");
  if (out == NULL
      || !zx_sample_draw_init (&draw, site->truth->places, zx_sample_truth_size (site->truth),
                               error))
    return FALSE;
  ZxRng rng = zx_rng_stream (site->world->seed, 920);
  guint n = site->world->scale->n_places;
  gint64 row = 0;
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < n; i++)
    {
      gsize before = text->len;
      append_place (text, site, &draw, i, &rng);
      row++;
      if (i % 311 == 77 && i < 6000)
        {
          g_autofree char *again = g_strdup (text->str + before);
          g_string_append (text, again);
          zx_sample_dirt_add (site->dirt, "places.csv", row++, "places.duplicate");
        }
      if (text->len > 1 << 18)
        ok = flush_gbk (out, text, error) && zx_progress_step (progress, i, n, error);
    }
  zx_sample_draw_clear (&draw);
  return ok && flush_gbk (out, text, error) && zx_sample_file_close (g_steal_pointer (&out), error);
}

/* ---- land --------------------------------------------------------------------------------- */

static guint
nearest_transformer (const SampleBuckets *buckets, const SamplePoint *transformers, SamplePoint p)
{
  gssize near = zx_sample_buckets_nearest (buckets, transformers, p.x, p.y, 20000, -1);
  return near < 0 ? 0 : (guint) near;
}

/* A rectangle beside the street, along it. */
static gboolean
find_land (const SampleSite *site, const SampleDraw *draw, ZxRng *rng, SamplePoint ring[4],
           SamplePoint *centre)
{
  const SampleNetwork *network = site->network;
  for (guint try = 0; try < 50; try++)
    {
      SamplePoint p = zx_sample_truth_centre (site->truth, zx_sample_draw (draw, rng));
      gssize node = zx_sample_network_door (network, p.x, p.y, 300);
      if (node < 0 || network->first[node] == network->first[node + 1])
        continue;
      SamplePoint a = *SAMPLE_POINT (network->graph->nodes, (guint) node);
      SamplePoint b
          = *SAMPLE_POINT (network->graph->nodes, network->arc[network->first[node]].head);
      double length = zx_sample_distance (a, b);
      if (length < 40)
        continue;
      SamplePoint u = { (b.x - a.x) / length, (b.y - a.y) / length }, v = { -u.y, u.x };
      double wide = 38 + 60 * zx_rng_uniform (rng), deep = 28 + 40 * zx_rng_uniform (rng);
      double side = zx_rng_uniform (rng) < 0.5 ? 1 : -1, away = side * (18 + deep / 2);
      *centre = (SamplePoint){ a.x + u.x * length / 2 + v.x * away,
                               a.y + u.y * length / 2 + v.y * away };
      static const double corner[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };
      gboolean is_good = TRUE;
      for (guint k = 0; k < 4; k++)
        {
          double s = corner[k][0] * wide / 2, t = corner[k][1] * deep / 2;
          ring[k] = (SamplePoint){ centre->x + s * u.x + t * v.x, centre->y + s * u.y + t * v.y };
          is_good = is_good && zx_sample_is_buildable (site->world, ring[k].x, ring[k].y, 12, 5);
        }
      if (is_good)
        return TRUE;
    }
  return FALSE;
}

static void
append_parcel (GString *text, const SampleSite *site, const SamplePoint *ring, SamplePoint centre,
               guint number, guint transformer, ZxRng *rng)
{
  static const char *const uses[] = { "停车场",     "闲置地块",   "公园停车场", "农贸市场停车场",
                                      "公交首末站", "市政停车场", "旧厂房地块", "桥下空间" };
  double area = zx_sample_distance (ring[0], ring[1]) * zx_sample_distance (ring[1], ring[2]);
  gssize cell = zx_sample_truth_cell (site->truth, centre.x, centre.y);
  double density = cell >= 0 ? site->truth->places[cell] : 0;
  double rent = 300 + 900 * pow (density / 150, 0.4) * exp (0.2 * zx_rng_normal (rng));
  g_autofree char *street
      = zx_sample_street_name (site->world->seed + 17, number, ZX_ROAD_SECONDARY, number % 2 == 0);
  g_string_append_printf (
      text,
      "%s{\"type\":\"Feature\",\"properties\":{\"编号\":\"P%05u\",\"名称\":\"%s%s\",\"面积\":",
      number == 0 ? "" : ",\n", number, street, uses[zx_rng_below (rng, G_N_ELEMENTS (uses))]);
  zx_sample_append_fixed (text, area, 0);
  g_string_append_printf (text, ",\"车位\":%u,\"租金\":", (guint) (area / 32));
  zx_sample_append_fixed (text, 10 * floor (rent / 10), 0);
  g_string_append_printf (text, ",\"台区\":\"TQ%06u\"},", transformer);
  append_polygon (text, site->world, ring, 4);
}

gboolean
zx_sample_write_parcels (const SampleSite *site, const SamplePoint *transformers,
                         guint n_transformers, GError **error)
{
  SampleDraw draw;
  SampleBuckets buckets;
  g_autoptr (SampleFile) out = zx_sample_file_new (site->folder, "parcels.geojson", error);
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  gsize n_cells = zx_sample_truth_size (site->truth);
  g_autofree float *weight = ZX_TRY_NEW (float, n_cells, _ ("Cells of the sample"), error);
  if (out == NULL || weight == NULL)
    return FALSE;
  /* Land is offered where there are people, less in the very middle. */
  for (gsize i = 0; i < n_cells; i++)
    weight[i] = sqrtf (site->truth->residents[i] + site->truth->jobs[i]);
  for (gsize i = 0; i < n_cells; i++)
    if (site->truth->residents[i] < 900)
      weight[i] *= 0.04f;
  if (!zx_sample_draw_init (&draw, weight, n_cells, error))
    return FALSE;
  ZxRng rng = zx_rng_stream (site->world->seed, 930);
  zx_sample_buckets_init (&buckets, transformers, n_transformers, 500);
  guint number = 0;
  for (guint i = 0; i < site->world->scale->n_parcels; i++)
    {
      SamplePoint ring[4], centre;
      if (!find_land (site, &draw, &rng, ring, &centre))
        continue;
      guint transformer = nearest_transformer (&buckets, transformers, centre);
      if (number % 17 == 11 && number < 120)
        {
          for (guint k = 0; k < 4; k++)
            ring[k].x -= 1.9 * (site->world->scale->max_x_m - site->world->scale->min_x_m);
          zx_sample_dirt_add (site->dirt, "parcels.geojson", number, "parcels.outside-study-area");
        }
      append_parcel (text, site, ring, centre, number++, transformer, &rng);
    }
  zx_sample_buckets_clear (&buckets);
  zx_sample_draw_clear (&draw);
  g_string_append (text, "\n]}\n");
  if (!zx_sample_file_flush (out, text, error))
    return FALSE;
  return zx_sample_file_close (g_steal_pointer (&out), error);
}
