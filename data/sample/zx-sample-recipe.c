/* SPDX-License-Identifier: GPL-3.0-or-later */

/* recipe.ini, README.txt and the list of planted dirt. */

#include "data/sample/zx-sample-private.h"

void
zx_sample_dirt_add (SampleDirt *self, const char *file, gint64 row, const char *rule)
{
  SampleDirtRow dirt = { file, rule, row };
  g_array_append_val (self->rows, dirt);
}

gboolean
zx_sample_write_dirt (const SampleSite *site, GError **error)
{
  g_autoptr (GString) text = g_string_new ("file,row,rule\n");
  g_autofree char *path = g_build_filename (site->folder, "planted_dirt.csv", NULL);
  for (guint i = 0; i < site->dirt->rows->len; i++)
    {
      const SampleDirtRow *dirt = &g_array_index (site->dirt->rows, SampleDirtRow, i);
      g_string_append_printf (text, "%s,%lld,%s\n", dirt->file, (long long) dirt->row, dirt->rule);
    }
  return zx_file_replace (path, text->str, text->len, error);
}

/* ---- the recipe --------------------------------------------------------------------------- */

static const struct
{
  const char *file, *layer, *role, *crs;
  const char *columns; /* ours=theirs, separated by semicolons */
} layers[] = {
  { "roads.geojson", "roads", "roads", "EPSG:4326",
    "class=highway;name=name;one_way=oneway;max_speed=maxspeed;bridge=bridge;"
    "level=layer" },
  { "districts.geojson", "districts", "districts", "EPSG:4326", "name=name" },
  { "boundary.geojson", "boundary", "boundary", "EPSG:4326", "name=name" },
  { "water.geojson", "water", "water", "EPSG:4326", "name=name;kind=water" },
  { "green.geojson", "green", "green", "EPSG:4326", "name=name;kind=landuse" },
  { "exclusions.geojson", "exclusions", "exclusions", "EPSG:4326", "name=name;kind=reason" },
  { "stations.csv", "stations", "stations", "GCJ-02",
    "id=站点编号;name=站点名称;operator=运营商;lon=经度;lat=纬度;n_dc=直流枪数;n_ac=交流枪数;"
    "kw=额定功率(kW);service_price=服务费(元/kWh);price=电费(元/kWh);state=状态;"
    "hours_total=累计充电时长(h)" },
  { "usage.csv.gz", "usage", "usage-wide", NULL, "time=时间" },
  { "vehicles.csv.gz", "vehicles", "vehicle-traces", "EPSG:4326",
    "vehicle_id=vehicle_id;time=time;lon=lon;lat=lat;speed=speed_kmh" },
  { "places.csv", "places", "places", "EPSG:4326", "name=名称;kind=类别;lon=经度;lat=纬度" },
  { "people.geojson", "people", "people", "EPSG:4326",
    "id=网格编号;residents=常住人口;jobs=就业人口" },
  { "transformer_areas.geojson", "transformer_areas", "transformer-areas", "EPSG:4326",
    "id=台区编号;name=名称;s_kva=额定容量kVA;feeder_id=馈线;power_factor=功率因数" },
  { "feeder_nodes.csv", "feeder_nodes", "feeder-nodes", "EPSG:4326",
    "node_id=node_id;feeder_id=feeder_id;lon=lon;lat=lat;base_kv=base_kv;p_kw=p_kw;q_kvar=q_kvar;"
    "is_source=is_source" },
  { "feeder_branches.geojson", "feeder_branches", "feeder-branches", "EPSG:4326",
    "branch_id=branch_id;feeder_id=feeder_id;from_node=from_node;to_node=to_node;r_ohm=r_ohm;"
    "x_ohm=x_ohm;max_kva=limit_kva;status=status" },
  { "parcels.geojson", "parcels", "parcels", "EPSG:4326",
    "id=编号;name=名称;area_m2=面积;bays=车位;rent=租金;transformer_id=台区" },
};

static void
append_layer (GString *text, guint i)
{
  g_auto (GStrv) columns = g_strsplit (layers[i].columns, ";", -1);
  g_string_append_printf (text, "\n[layer %u]\nfile=%s\nlayer=%s\nrole=%s\n", i + 1, layers[i].file,
                          layers[i].layer, layers[i].role);
  if (layers[i].crs != NULL)
    g_string_append_printf (text, "crs=%s\n", layers[i].crs);
  if (g_str_equal (layers[i].role, "stations"))
    g_string_append (text, "price_scale=100\nvalue.period_days=365\n");
  if (g_str_equal (layers[i].role, "usage-wide"))
    g_string_append (text, "unit=kWh\n");
  for (guint k = 0; columns[k] != NULL; k++)
    g_string_append_printf (text, "column.%s\n", columns[k]);
  for (guint hour = 0; hour < 24 && g_str_equal (layers[i].role, "transformer-areas"); hour++)
    g_string_append_printf (text, "column.p%02u=p%02u\n", hour, hour);
}

static const char readme[]
    = "虚构城市样例数据 / Sample data of an invented city\n"
      "================================================\n\n"
      "本文件夹由智行生成，城市、企业、站点、车辆均为虚构，可自由使用。\n"
      "Everything here was invented by Zhixing: the place, its companies, stations and vehicles. "
      "Use it "
      "freely.\n\n"
      "roads.geojson             道路（与 OpenStreetMap 属性相同，WGS-84） / roads with "
      "OpenStreetMap "
      "attributes\n"
      "districts, boundary       行政区、研究范围 / districts and the study area\n"
      "water, green, exclusions  水域、绿地与山体、禁建区（含原因） / water, green land, areas "
      "where no "
      "station may stand, with the reason\n"
      "stations.csv              充电站（GCJ-02 坐标，与平台导出一致） / stations in GCJ-02, as "
      "platforms export them\n"
      "usage.csv.gz              逐小时充电量 kWh，一列一站 / kWh per hour, one column per "
      "station\n"
      "vehicles.csv.gz           车辆轨迹（WGS-84） / vehicle traces\n"
      "places.csv                兴趣点（GBK 编码，Windows 换行） / points of interest, in GBK "
      "with Windows "
      "line ends\n"
      "people.geojson            人口与就业六边形 / hexagons of residents and jobs\n"
      "transformer_areas.geojson 台区：额定容量与典型日 24 点负荷 kW / transformer areas: rating "
      "and the "
      "24 loads of a design day\n"
      "feeder_nodes.csv, feeder_branches.geojson  10 kV 馈线 / 10 kV feeders\n"
      "parcels.geojson           可用地块（租金：元/车位·年） / land that can be had; rent in yuan "
      "per bay "
      "and year\n"
      "recipe.ini                各文件的角色、坐标系与字段 / what each file is, its datum and "
      "columns\n"
      "truth.json, truth_cells.csv  真实需求的参数与网格（供检验，不作输入） / the true demand: "
      "parameters "
      "and lattice, to check results by, not to be read as input\n"
      "planted_dirt.csv          故意放入的错误：文件、行号（从 0 起）、规则 / errors planted on "
      "purpose: "
      "file, row from 0, rule\n";

gboolean
zx_sample_write_recipe (const SampleSite *site, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *recipe = g_build_filename (site->folder, "recipe.ini", NULL);
  g_autofree char *about = g_build_filename (site->folder, "README.txt", NULL);
  g_string_append_printf (text, "[city]\nname=%s\ncurrency=CNY\ncrs=EPSG:4549\n",
                          site->world->scale->name);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    append_layer (text, i);
  return zx_file_replace (recipe, text->str, text->len, error)
         && zx_file_replace (about, readme, strlen (readme), error);
}
