/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Roles, columns, recipes, rules and times.  With ZX_WRITE_GOLDEN=1 the table of roles is written
 * again instead of compared; look at the difference before it is committed. */

#include "read.h"
#include "data/quality/zx-times.h"
#include "tests/zx-test.h"

/* ---- roles -------------------------------------------------------------------------------- */

static char *
describe_columns (const ZxBinding *binding)
{
  guint n;
  const ZxRoleColumn *columns = zx_role_columns (binding->role, &n);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    if (zx_binding_column (binding, columns[i].name) != NULL)
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? "; " : "", columns[i].name,
                              zx_binding_column (binding, columns[i].name));
  return g_string_free (text, FALSE);
}

static void
test_golden_roles (void)
{
  g_autofree char *golden_path
      = g_build_filename (g_getenv ("ZX_SOURCE"), "tests/golden/roles.csv", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *root = zx_test_shared ("data");
  if (root == NULL)
    return;
  g_assert_true (g_file_get_contents (golden_path, &bytes, NULL, NULL));
  g_autoptr (ZxLayer) golden = read_csv_text ("roles.csv", bytes, 0);
  g_autoptr (GString) again = g_string_new ("file,role,columns\n");
  for (gsize row = 0; row < golden->n_rows; row++)
    {
      const char *file = zx_layer_text (golden, zx_layer_column (golden, "file"), row);
      const char *role = zx_layer_text (golden, zx_layer_column (golden, "role"), row);
      const char *columns = zx_layer_text (golden, zx_layer_column (golden, "columns"), row);
      g_autofree char *path = g_build_filename (root, file, NULL);
      g_autoptr (ZxLayer) layer = read_file (path, 1000);
      g_assert_nonnull (layer);
      g_autoptr (ZxBinding) binding = zx_quality_guess (layer, path, "CSV", (gint64) layer->n_rows);
      g_autofree char *found = describe_columns (binding);
      g_string_append_printf (again, "%s,%s,\"%s\"\n", file, zx_role_name (binding->role), found);
      g_test_message ("%s: %s (%s)", file, zx_role_name (binding->role), binding->role_reason);
      if (g_getenv ("ZX_WRITE_GOLDEN") != NULL)
        continue;
      if (strcmp (role, zx_role_name (binding->role)) != 0 || strcmp (columns, found) != 0)
        g_error ("%s: guessed %s (%s), the table says %s (%s)", file, zx_role_name (binding->role),
                 found, role, columns);
    }
  if (g_getenv ("ZX_WRITE_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (golden_path, again->str, -1, NULL));
}

static ZxBinding *
guess_text (const char *file, const char *text)
{
  g_autoptr (ZxLayer) layer = read_csv_text (file, text, 0);
  return zx_quality_guess (layer, file, "CSV", (gint64) layer->n_rows);
}

static void
test_chinese_export (void)
{
  g_autoptr (ZxBinding) binding = guess_text (
      "站点清单.csv",
      "站点编号,站点名称,运营商,经度,纬度,直流枪数,交流枪数,额定功率kW,电价\n"
      "S1,泉城站,甲,117.02,36.66,4,2,240,1.25\nS2,大明湖站,乙,117.03,36.67,8,0,480,1.10\n");
  g_assert_cmpint (binding->role, ==, ZX_ROLE_STATIONS);
  g_assert_cmpstr (zx_binding_column (binding, "id"), ==, "站点编号");
  g_assert_cmpstr (zx_binding_column (binding, "name"), ==, "站点名称");
  g_assert_cmpstr (zx_binding_column (binding, "operator"), ==, "运营商");
  g_assert_cmpstr (zx_binding_column (binding, "lon"), ==, "经度");
  g_assert_cmpstr (zx_binding_column (binding, "lat"), ==, "纬度");
  g_assert_cmpstr (zx_binding_column (binding, "n_dc"), ==, "直流枪数");
  g_assert_cmpstr (zx_binding_column (binding, "n_ac"), ==, "交流枪数");
  g_assert_cmpstr (zx_binding_column (binding, "kw"), ==, "额定功率kW");
  g_assert_cmpstr (zx_binding_column (binding, "price"), ==, "电价");
  g_assert_cmpfloat (binding->price_scale, ==, 0); /* by the values */
}

static void
test_tcec_is_gcj02 (void)
{
  g_autoptr (ZxBinding) binding = guess_text (
      "stations.csv",
      "StationID,OperatorID,StationName,StationLng,StationLat,StationStatus,RatedPower\n"
      "1,123456789,A,117.02,36.66,50,240\n2,123456789,B,117.03,36.67,5,120\n");
  g_assert_cmpint (binding->role, ==, ZX_ROLE_STATIONS);
  g_assert_cmpstr (binding->crs, ==, "GCJ-02");
  g_assert_cmpstr (zx_binding_column (binding, "state"), ==, "StationStatus");
  g_assert_cmpstr (zx_binding_column (binding, "kw"), ==, "RatedPower");
}

static void
test_misspelled_orders (void)
{
  g_autoptr (ZxBinding) binding = guess_text (
      "orders.csv", "StartChargeSeq,ConnectorID,StartTime,EndTime,TotalPower,TotalElecMoney,"
                    "TotalSeviceMoney,TotalMoney\n"
                    "1,370101,2024-05-01 08:00:00,2024-05-01 09:00:00,30.125,20,10,30\n");
  g_assert_cmpint (binding->role, ==, ZX_ROLE_USAGE_SESSIONS);
  g_assert_cmpstr (zx_binding_column (binding, "station_id"), ==, "ConnectorID");
  g_assert_cmpstr (zx_binding_column (binding, "kwh"), ==, "TotalPower");
  g_assert_cmpstr (zx_binding_column (binding, "cost"), ==, "TotalMoney");
}

static void
test_foreign_platforms (void)
{
  g_autoptr (ZxBinding) ocm
      = guess_text ("ocm.csv", "ID,AddressInfo.Title,AddressInfo.Latitude,AddressInfo.Longitude,"
                               "OperatorInfo.Title,NumberOfPoints,StatusTypeID\n"
                               "1,A,52.1,13.4,X,4,50\n2,B,52.2,13.5,Y,2,150\n");
  g_assert_cmpint (ocm->role, ==, ZX_ROLE_STATIONS);
  g_assert_cmpstr (zx_binding_column (ocm, "lat"), ==, "AddressInfo.Latitude");
  g_assert_cmpstr (zx_binding_column (ocm, "connectors"), ==, "NumberOfPoints");
  g_autoptr (ZxBinding) ocpi = guess_text (
      "evses.csv",
      "uid,evse_id,location_id,coordinates.latitude,coordinates.longitude,status,power_type,max_"
      "electric_power\n"
      "1,DE*1,L1,52.1,13.4,AVAILABLE,DC,150000\n2,DE*2,L1,52.1,13.4,CHARGING,DC,150000\n");
  g_assert_cmpint (ocpi->role, ==, ZX_ROLE_PILES);
  g_assert_cmpstr (zx_binding_column (ocpi, "current"), ==, "power_type");
  g_assert_cmpstr (zx_binding_column (ocpi, "kw"), ==, "max_electric_power");
  g_assert_cmpstr (zx_binding_column (ocpi, "station_id"), ==, "location_id");
}

static void
test_acn_sessions (void)
{
  g_autoptr (ZxBinding) binding = guess_text (
      "acn.csv", "sessionID,stationID,spaceID,connectionTime,disconnectTime,kWhDelivered,userID\n"
                 "1,2-39-78-362,CA-496,\"Wed, 25 Apr 2018 11:08:04 GMT\",\"Wed, 25 Apr 2018 "
                 "13:20:10 GMT\",7.9,1\n");
  g_assert_cmpint (binding->role, ==, ZX_ROLE_USAGE_SESSIONS);
  g_assert_cmpstr (zx_binding_column (binding, "start_time"), ==, "connectionTime");
  g_assert_cmpstr (zx_binding_column (binding, "kwh"), ==, "kWhDelivered");
  g_assert_cmpstr (zx_binding_column (binding, "station_id"), ==, "stationID");
}

static void
test_places_by_values (void)
{
  g_autoptr (ZxBinding) binding = guess_text (
      "taxi.csv", "a,b,c\n1,117.02,36.66\n1,117.021,36.661\n2,117.1,36.7\n2,117.2,36.71\n");
  g_assert_cmpint (binding->role, ==, ZX_ROLE_VEHICLE_POINTS);
  g_assert_cmpstr (zx_binding_column (binding, "lon"), ==, "b");
  g_assert_cmpstr (zx_binding_column (binding, "lat"), ==, "c");
}

static void
test_exchanged_columns (void)
{
  g_autoptr (ZxBinding) binding = guess_text (
      "stations.csv", "station_id,lon,lat,connectors\n1,36.66,117.02,4\n2,36.67,117.03,2\n");
  g_assert_cmpstr (zx_binding_column (binding, "lon"), ==, "lat");
  g_assert_cmpstr (zx_binding_column (binding, "lat"), ==, "lon");
  g_assert_nonnull (binding->crs_reason);
}

static ZxLayer *
geometry_layer (const char *name, ZxGeometryKind kind, gsize n_rows, const char *const *columns)
{
  ZxLayer *layer = zx_layer_new (name, name, n_rows);
  ZxGeometryBuilder builder;
  zx_geometry_builder_init (&builder, kind);
  for (gsize row = 0; row < n_rows; row++)
    {
      if (kind != ZX_GEOMETRY_POINT)
        zx_geometry_builder_begin_part (&builder, FALSE);
      for (guint i = 0; i < (kind == ZX_GEOMETRY_POINT ? 1 : 4); i++)
        zx_geometry_builder_point (&builder, (double) row + (i == 1 || i == 2), i == 2);
      zx_geometry_builder_end_row (&builder);
    }
  zx_geometry_builder_finish (&builder, &layer->geometry);
  for (guint i = 0; columns[i] != NULL; i++)
    zx_layer_add_column (layer, columns[i], ZX_COLUMN_TEXT);
  return layer;
}

static void
test_geometry (void)
{
  static const struct
  {
    const char *file, *layer, *driver;
    ZxGeometryKind kind;
    gsize n_rows;
    const char *columns[12];
    ZxRole role;
  } cases[] = {
    { "a.osm.pbf", "lines", "OSM", ZX_GEOMETRY_LINE, 3, { "osm_id", "highway" }, ZX_ROLE_ROADS },
    { "a.osm.pbf", "points", "OSM", ZX_GEOMETRY_POINT, 3, { "osm_id" }, ZX_ROLE_PLACES },
    { "a.osm.pbf", "multipolygons", "OSM", ZX_GEOMETRY_POLYGON, 3, { "natural" }, ZX_ROLE_WATER },
    { "a.osm.pbf", "multilinestrings", "OSM", ZX_GEOMETRY_LINE, 3, { "name" }, ZX_ROLE_NONE },
    { "roads.geojson",
      "roads",
      "GeoJSON",
      ZX_GEOMETRY_LINE,
      3,
      { "highway", "oneway", "maxspeed", "name", "bridge" },
      ZX_ROLE_ROADS },
    { "道路.shp",
      "道路",
      "ESRI Shapefile",
      ZX_GEOMETRY_LINE,
      3,
      { "名称", "道路等级" },
      ZX_ROLE_ROADS },
    { "centrelines.gpkg", "x", "GPKG", ZX_GEOMETRY_LINE, 3, { "id" }, ZX_ROLE_ROADS },
    { "busline.json", "busline", "GeoJSON", ZX_GEOMETRY_LINE, 2, { "Id", "name" }, ZX_ROLE_NONE },
    { "feeder_branches.geojson",
      "feeder_branches",
      "GeoJSON",
      ZX_GEOMETRY_LINE,
      3,
      { "branch_id", "from_node", "to_node", "r_ohm", "x_ohm", "max_kva" },
      ZX_ROLE_FEEDER_BRANCHES },
    { "transformer_areas.geojson",
      "transformer_areas",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      3,
      { "id", "name", "s_kva", "feeder_id", "base_peak_kw" },
      ZX_ROLE_TRANSFORMER_AREAS },
    { "people.geojson",
      "people",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      3,
      { "id", "residents", "jobs" },
      ZX_ROLE_PEOPLE },
    { "parcels.geojson",
      "parcels",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      3,
      { "id", "name", "area_m2", "bays", "rent" },
      ZX_ROLE_PARCELS },
    { "districts.geojson",
      "districts",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      3,
      { "name" },
      ZX_ROLE_DISTRICTS },
    { "jinan_370100.json",
      "jinan_370100",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      12,
      { "adcode", "name", "center", "centroid", "childrenNum", "level", "parent" },
      ZX_ROLE_DISTRICTS },
    { "boundary.geojson",
      "boundary",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      1,
      { "name" },
      ZX_ROLE_BOUNDARY },
    { "x.geojson", "x", "GeoJSON", ZX_GEOMETRY_POLYGON, 1, { "name" }, ZX_ROLE_BOUNDARY },
    { "water.geojson", "water", "GeoJSON", ZX_GEOMETRY_POLYGON, 3, { "name" }, ZX_ROLE_WATER },
    { "green.geojson", "green", "GeoJSON", ZX_GEOMETRY_POLYGON, 3, { "name" }, ZX_ROLE_GREEN },
    { "exclusions.geojson",
      "exclusions",
      "GeoJSON",
      ZX_GEOMETRY_POLYGON,
      3,
      { "reason" },
      ZX_ROLE_EXCLUSIONS },
    { "nodes.shp", "nodes", "ESRI Shapefile", ZX_GEOMETRY_POINT, 3, { "FID" }, ZX_ROLE_NONE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ZxLayer) layer
          = geometry_layer (cases[i].layer, cases[i].kind, cases[i].n_rows, cases[i].columns);
      g_autoptr (ZxBinding) binding
          = zx_quality_guess (layer, cases[i].file, cases[i].driver, (gint64) cases[i].n_rows);
      if (binding->role != cases[i].role)
        g_error ("%s: guessed %s (%s)", cases[i].file, zx_role_name (binding->role),
                 binding->role_reason);
      g_assert_nonnull (binding->role_reason);
    }
}

static void
test_empty_layer (void)
{
  g_autoptr (ZxLayer) layer = zx_layer_new ("", "", 0);
  g_autoptr (ZxBinding) binding = zx_quality_guess (layer, "", NULL, -1);
  g_assert_cmpint (binding->role, ==, ZX_ROLE_NONE);
  g_assert_nonnull (binding->role_reason);
}

static void
test_role_names (void)
{
  for (guint role = 0; role < ZX_N_ROLES; role++)
    {
      g_assert_cmpint (zx_role_parse (zx_role_name ((ZxRole) role)), ==, role);
      g_assert_nonnull (zx_role_title ((ZxRole) role));
      guint n;
      const ZxRoleColumn *columns = zx_role_columns ((ZxRole) role, &n);
      gboolean is_optional = FALSE;
      for (guint i = 0; i < n; i++)
        {
          g_assert_nonnull (columns[i].meaning);
          g_assert_false (is_optional && columns[i].is_required);
          is_optional = is_optional || !columns[i].is_required;
        }
    }
  g_assert_cmpint (zx_role_parse ("nonsense"), ==, ZX_ROLE_NONE);
}

/* ---- recipes ------------------------------------------------------------------------------ */

static const char recipe_text[]
    = "[city]\nname=日照\ncurrency=CNY\ncrs=EPSG:4549\n\n"
      "# a station and a place in every row\n[layer 1]\nfile=站点.csv\nlayer=站点\n"
      "role=stations\ncrs=GCJ-02\nprice_scale=100\ncolumn.lon=经度\ncolumn.lat=纬度\n"
      "value.period_days=365\n\n[layer 2]\nfile=x.csv\nlayer=\nrole=none\n";

static void
test_recipe_round_trip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxRecipe) recipe = zx_recipe_parse (recipe_text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (recipe->bindings->len, ==, 2);
  const ZxBinding *first = g_ptr_array_index (recipe->bindings, 0);
  g_assert_cmpint (first->role, ==, ZX_ROLE_STATIONS);
  g_assert_cmpstr (zx_binding_column (first, "lon"), ==, "经度");
  g_assert_cmpstr (zx_binding_value (first, "period_days"), ==, "365");
  g_assert_cmpstr (first->role_reason, ==, "a station and a place in every row");
  g_assert_cmpstr (recipe->name, ==, "日照");
  g_autofree char *text = zx_recipe_format (recipe);
  g_autoptr (ZxRecipe) again = zx_recipe_parse (text, -1, &error);
  g_assert_no_error (error);
  g_autofree char *second = zx_recipe_format (again);
  g_assert_cmpstr (text, ==, second);
  g_assert_nonnull (strstr (text, "# a station and a place in every row\n[layer 1]"));
}

static void
test_recipe_errors (void)
{
  static const struct
  {
    const char *text, *words[3];
  } cases[] = {
    { "[layer 1]\nfile=a\nrole=statoins\n", { "layer 1", "role", "statoins" } },
    { "[layer 1]\nrole=stations\n", { "layer 1", "file", "file" } },
    { "[layer 7]\nfile=a\nrole=stations\ncolumn.long=x\n", { "layer 7", "column.long", "x" } },
    { "[layer 1]\nfile=a\nprice_scale=ten\n", { "layer 1", "price_scale", "ten" } },
    { "[layer 1]\nfile=a\nprice_scale=-1\n", { "layer 1", "price_scale", "-1" } },
    { "[layer 1]\nfile=a\ncsr=b\n", { "layer 1", "csr", "b" } },
    { "[city]\nnmae=b\n", { "city", "nmae", "b" } },
    { "[town]\nname=b\n", { "town", "[city]", "layer" } },
    { "file=a\n", { "recipe", "recipe", "recipe" } },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_recipe_parse (cases[i].text, -1, &error));
      for (guint k = 0; k < 3; k++)
        if (strstr (error->message, cases[i].words[k]) == NULL)
          g_error ("“%s” does not name “%s”", error->message, cases[i].words[k]);
    }
}

static void
test_recipe_hostile (void)
{
  static const char zero[] = "[city]\nname=a\0b\n", wild[] = "[city]\nname=\xff\xfe\n";
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_recipe_parse (zero, sizeof zero - 1, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (zx_recipe_parse (wild, -1, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_clear_error (&error);
  g_autofree char *long_text = g_strnfill (5 * 1024 * 1024, '\n');
  g_assert_null (zx_recipe_parse (long_text, -1, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_autoptr (ZxRecipe) nothing = zx_recipe_parse ("", 0, NULL);
  g_assert_cmpuint (nothing->bindings->len, ==, 0);
}

/* What a person corrects by hand: rows left out, findings accepted. */
static void
test_recipe_by_hand (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxRecipe) recipe
      = zx_recipe_parse ("[layer 1]\nfile=a/stations.csv\nrole=stations\nleft_out=9;3;3;;1\n"
                         "[accepted]\n1=usage.gap;*;usage.csv\n2=stations.missing-id;4;a;b.csv\n",
                         -1, &error);
  g_assert_no_error (error);
  ZxBinding *binding = zx_recipe_binding (recipe, "stations.csv");
  g_assert_nonnull (binding);
  g_assert_null (zx_recipe_binding (recipe, "siting"));
  g_assert_cmpuint (binding->left_out->len, ==, 3);
  g_assert_true (zx_binding_leaves_out (binding, 0) && zx_binding_leaves_out (binding, 8));
  g_assert_false (zx_binding_leaves_out (binding, 1));
  zx_binding_leave_out (binding, 1, TRUE);
  zx_binding_leave_out (binding, 8, FALSE);
  g_assert_true (zx_recipe_is_accepted (recipe, "usage.gap", "usage.csv", 17));
  g_assert_true (zx_recipe_is_accepted (recipe, "stations.missing-id", "a;b.csv", 3));
  g_assert_false (zx_recipe_is_accepted (recipe, "stations.missing-id", "a;b.csv", 4));
  zx_recipe_accept (recipe, "usage.gap", "usage.csv", -1, FALSE);
  g_autofree char *text = zx_recipe_format (recipe);
  g_assert_nonnull (strstr (text, "left_out=1;2;3\n"));
  g_assert_null (strstr (text, "usage.gap"));
  g_autoptr (ZxRecipe) again = zx_recipe_parse (text, -1, &error);
  g_assert_no_error (error);
  g_autofree char *second = zx_recipe_format (again);
  g_assert_cmpstr (text, ==, second);
  static const char *const bad[] = { "[layer 1]\nfile=a\nrole=stations\nleft_out=0\n",
                                     "[layer 1]\nfile=a\nrole=roads\nleft_out=3\n",
                                     "[accepted]\n1=usage.gap;x;b\n", "[accepted]\n1=usage.gap\n" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (zx_recipe_parse (bad[i], -1, NULL));
}

static void
test_recipe_odd_names (void)
{
  g_autoptr (ZxRecipe) recipe = zx_recipe_new ();
  ZxBinding *binding = zx_binding_new ("a b\n#[x].csv", "  layer = 1 ");
  binding->role = ZX_ROLE_STATIONS;
  binding->role_reason = g_strdup ("one\ntwo");
  zx_binding_bind (binding, "lon", " lon=\t\\;\"x\" ");
  g_ptr_array_add (recipe->bindings, binding);
  g_autofree char *text = zx_recipe_format (recipe);
  g_autoptr (ZxRecipe) again = zx_recipe_parse (text, -1, NULL);
  const ZxBinding *read = g_ptr_array_index (again->bindings, 0);
  g_assert_cmpstr (read->path, ==, binding->path);
  g_assert_cmpstr (read->layer, ==, binding->layer);
  g_assert_cmpstr (zx_binding_column (read, "lon"), ==, zx_binding_column (binding, "lon"));
}

/* ---- rules -------------------------------------------------------------------------------- */

static void
test_rules (void)
{
  guint n;
  const ZxRule *rules = zx_quality_rules (&n);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (zx_quality_rule (rules[i].id) == &rules[i]);
      g_assert_true (strlen (rules[i].title) > 0 && strlen (rules[i].advice) > 0);
      guint n_values = 0;
      for (const char *p = strchr (rules[i].message, '%'); p != NULL;
           p = strchr (p + 1, '%'), n_values++)
        g_assert_cmpint (p[1], ==, 's');
      g_assert_cmpuint (n_values, <=, 2);
    }
  g_assert_null (zx_quality_rule ("no.such-rule"));
}

static void
test_describe (void)
{
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  guint32 layer = zx_findings_layer (findings, "a");
  zx_findings_add (findings, "stations.duplicate-id", layer, 7, 1, ZX_SEVERITY_ERROR,
                   ZX_ACTION_SET_ASIDE, "S%s\x1b[1m\xe2\x80\xae", "3");
  zx_findings_add (findings, "text.control-characters", layer, -1, 12000, ZX_SEVERITY_WARNING,
                   ZX_ACTION_CORRECTED, "x", NULL);
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new ("en");
  g_autofree char *first
      = zx_quality_describe (findings, &g_array_index (findings->rows, ZxFinding, 0), catalogue);
  g_assert_cmpstr (first, ==, "The identifier S%s[1m stands in row 3 already.");
  g_autofree char *second
      = zx_quality_describe (findings, &g_array_index (findings->rows, ZxFinding, 1), catalogue);
  g_assert_nonnull (strstr (second, "12\xe2\x80\xaf"
                                    "000"));
}

static void
test_reasons_speak_chinese (void)
{
  g_autoptr (ZxFindings) findings = zx_findings_new ();
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new ("zh_CN");
  zx_findings_add (findings, "gis.crs-guessed", zx_findings_layer (findings, "siting"), -1, 1,
                   ZX_SEVERITY_NOTE, ZX_ACTION_KEPT, "EPSG:4326",
                   "values between -180 and 180 and between -90 and 90 are degrees");
  g_autofree char *sentence
      = zx_quality_describe (findings, &g_array_index (findings->rows, ZxFinding, 0), catalogue);
  g_assert_null (strstr (sentence, "values between"));
  g_assert_nonnull (strstr (sentence, "EPSG:4326"));
  g_autofree char *part = zx_quality_layer_title ("siting", catalogue);
  g_autofree char *file = zx_quality_layer_title ("siting.csv", catalogue);
  g_assert_cmpstr (part, !=, "siting");
  g_assert_cmpstr (file, ==, "siting.csv");
}

/* ---- times -------------------------------------------------------------------------------- */

static void
test_stamps (void)
{
  static const struct
  {
    const char *text;
    gint64 time;
  } cases[] = {
    { "2018-01-12 15:54:00+00", 1515772440 },
    { "2018/01/12 15:54:00+00", 1515772440 },
    { "2018-01-12T15:54:00.123Z", 1515772440 },
    { "2018-01-12T15:54:00+08:00", 1515772440 },
    { "2018-01-12T15:54", 1515772440 },
    { "2018-1-12 3:54 PM", 1515772440 },
    { "2018年1月12日 15时54分", 1515772440 },
    { "2018年1月12日15时54分00秒", 1515772440 },
    { "20180112155400", 1515772440 },
    { "201801121554", 1515772440 },
    { "1515772440", 1515772440 },
    { "1515772440000", 1515772440 },
    { "12/01/2018 15:54", 1515772440 },
    { "12.01.2018 15:54:00", 1515772440 },
    { "12-Jan-2018 15:54", 1515772440 },
    { "Jan 12, 2018 15:54", 1515772440 },
    { "Fri, 12 Jan 2018 15:54:00 GMT", 1515772440 },
    { " 2018-01-12 15:54 ", 1515772440 },
    { "2022/9/1 0:00", 1661990400 },
    { "2022/9/1", 1661990400 },
    { "20220901", 1661990400 },
    { "2022-08-31 24:00", 1661990400 },
    { "15:54", 57240 },
    { "7:03:10", 25390 },
    { "2020-02-29", 1582934400 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ZxStamp stamp;
      if (!zx_stamp_parse (cases[i].text, strlen (cases[i].text), ZX_DATE_DAY_FIRST, &stamp)
          || stamp.time != cases[i].time)
        g_error ("“%s” was read as %" G_GINT64_FORMAT, cases[i].text, stamp.time);
    }
}

static void
test_bad_stamps (void)
{
  static const char *const cases[] = { "",
                                       " ",
                                       "-",
                                       "2018",
                                       "2018-13-01",
                                       "2018-02-29",
                                       "2019-00-10",
                                       "32/01/2018",
                                       "25:00",
                                       "12:60",
                                       "2018-01-12 25:00",
                                       "2018-01-12x",
                                       "2018-01-12 15:54:00+99",
                                       "99999999999999999999",
                                       "Marketing",
                                       "2018-01",
                                       "1.5",
                                       "nan",
                                       "12",
                                       "0000-01-01",
                                       "2018-01-12T15:54:00+",
                                       "2018-01-12 24:30" };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ZxStamp stamp;
      if (zx_stamp_parse (cases[i], strlen (cases[i]), ZX_DATE_DAY_FIRST, &stamp))
        g_error ("“%s” was taken for a time", cases[i]);
    }
}

static void
test_durations (void)
{
  static const struct
  {
    const char *text;
    double seconds;
  } cases[] = {
    { "1:28:23", 5303 }, { "0:30", 1800 },     { "95:00:00", 342000 }, { "3 h 5 min", 11100 },
    { "PT1H3M", 3780 },  { "-0:10:00", -600 }, { "45min", 2700 },      { "2小时30分钟", 9000 },
    { "12", NAN },       { "", NAN },          { "a:b", NAN },         { "1:2:3:4:5", NAN }
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double found = zx_duration_parse (cases[i].text, strlen (cases[i].text));
      if (found != cases[i].seconds && !(isnan (found) && isnan (cases[i].seconds)))
        g_error ("“%s” was read as %g s", cases[i].text, found);
    }
}

static void
test_random_bytes_are_no_crash (void)
{
  ZxRng rng = zx_rng_new (zx_test_seed ());
  static const char alphabet[] = "0123456789-/:. TZ+年月日时PMAJan,\xff";
  for (guint i = 0; i < 200000; i++)
    {
      char text[24];
      gsize n = zx_rng_below (&rng, sizeof text);
      for (gsize k = 0; k < n; k++)
        text[k] = alphabet[zx_rng_below (&rng, sizeof alphabet - 1)];
      ZxStamp stamp;
      if (zx_stamp_parse (text, n, (ZxDateOrder) (i & 1), &stamp))
        g_assert_true (stamp.has_date || stamp.has_clock);
      zx_duration_parse (text, n);
    }
}

static ZxTimes
times_of (const char *text, ZxLayer **layer)
{
  ZxTimes times;
  *layer = read_csv_text ("t", text, 0);
  g_assert_true (zx_times_init (&times, *layer, zx_layer_column (*layer, "t"),
                                zx_layer_column (*layer, "d"), NULL));
  return times;
}

static void
test_order_of_day_and_month (void)
{
  ZxLayer *layer;
  ZxTimes times = times_of ("t\n03/04/2018\n05/25/2018\n", &layer);
  g_assert_cmpint (times.order, ==, ZX_DATE_MONTH_FIRST);
  g_assert_cmpint (zx_times_get (&times, 0), ==, zx_time_from_civil (2018, 3, 4, 0, 0, 0));
  zx_times_clear (&times);
  zx_layer_free (layer);
  times = times_of ("t\n03/04/2018\n25/05/2018\n", &layer);
  g_assert_cmpint (times.order, ==, ZX_DATE_DAY_FIRST);
  g_assert_false (times.is_order_assumed);
  zx_times_clear (&times);
  zx_layer_free (layer);
  times = times_of ("t\n03/04/2018\n", &layer);
  g_assert_true (times.is_order_assumed);
  zx_times_clear (&times);
  zx_layer_free (layer);
}

static void
test_date_and_clock (void)
{
  ZxLayer *layer;
  ZxTimes times
      = times_of ("d,t\n2018-01-12T00:00:00,12:09\n,12:10\n2018-01-12T00:00:00,\n", &layer);
  g_assert_cmpint (zx_times_get (&times, 0), ==, zx_time_from_civil (2018, 1, 12, 12, 9, 0));
  g_assert_cmpint (zx_times_get (&times, 1), ==, ZX_TIME_NONE);
  g_assert_cmpint (zx_times_get (&times, 2), ==, ZX_TIME_NONE);
  zx_times_clear (&times);
  zx_layer_free (layer);
}

static void
test_numbers_as_times (void)
{
  static const struct
  {
    const char *text;
    gint64 time;
  } cases[] = { { "t\n1515772440\n", 1515772440 },     { "t\n1515772440000\n", 1515772440 },
                { "t\n43112.6625\n", 1515772440 },     { "t\n20220901\n", 1661990400 },
                { "t\n20180112155400\n", 1515772440 }, { "t\n17\n", ZX_TIME_NONE } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ZxLayer *layer;
      ZxTimes times = times_of (cases[i].text, &layer);
      g_assert_cmpint (zx_times_get (&times, 0), ==, cases[i].time);
      zx_times_clear (&times);
      zx_layer_free (layer);
    }
}

static void
test_swapped_dates (void)
{
  gint64 right[180], written[180];
  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      right[i] = zx_time_from_civil (2017, 9, 1, 8, 0, 0) + (gint64) i / 2 * 86400;
      written[i] = zx_time_swap (right[i]);
    }
  g_assert_false (zx_times_are_swapped (right, G_N_ELEMENTS (right)));
  g_assert_true (zx_times_are_swapped (written, G_N_ELEMENTS (written)));
  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    g_assert_cmpint (zx_time_swap (written[i]), ==, right[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/rules/reasons-speak-the-language-of-their-sentence",
                   test_reasons_speak_chinese);
  g_test_add_func ("/quality/guess/real-files-get-the-roles-of-the-golden-table",
                   test_golden_roles);
  g_test_add_func ("/quality/guess/a-chinese-export-is-understood", test_chinese_export);
  g_test_add_func ("/quality/guess/tcec-stations-are-gcj02", test_tcec_is_gcj02);
  g_test_add_func ("/quality/guess/misspelled-orders-are-sessions", test_misspelled_orders);
  g_test_add_func ("/quality/guess/foreign-platforms-are-understood", test_foreign_platforms);
  g_test_add_func ("/quality/guess/acn-sessions-are-understood", test_acn_sessions);
  g_test_add_func ("/quality/guess/places-are-found-by-values", test_places_by_values);
  g_test_add_func ("/quality/guess/exchanged-columns-are-bound-crosswise", test_exchanged_columns);
  g_test_add_func ("/quality/guess/geometry-and-names-decide", test_geometry);
  g_test_add_func ("/quality/guess/an-empty-layer-has-no-role", test_empty_layer);
  g_test_add_func ("/quality/roles/names-parse-back", test_role_names);
  g_test_add_func ("/quality/recipe/round-trips", test_recipe_round_trip);
  g_test_add_func ("/quality/recipe/errors-name-group-key-and-value", test_recipe_errors);
  g_test_add_func ("/quality/recipe/hostile-text-is-refused", test_recipe_hostile);
  g_test_add_func ("/quality/recipe/odd-names-survive", test_recipe_odd_names);
  g_test_add_func ("/quality/recipe/what-was-corrected-by-hand-round-trips", test_recipe_by_hand);
  g_test_add_func ("/quality/rules/are-complete", test_rules);
  g_test_add_func ("/quality/rules/values-cannot-harm-the-sentence", test_describe);
  g_test_add_func ("/quality/times/many-forms-are-read", test_stamps);
  g_test_add_func ("/quality/times/nonsense-is-refused", test_bad_stamps);
  g_test_add_func ("/quality/times/durations-are-read", test_durations);
  g_test_add_func ("/quality/times/random-bytes-are-no-crash", test_random_bytes_are_no_crash);
  g_test_add_func ("/quality/times/the-column-tells-the-order", test_order_of_day_and_month);
  g_test_add_func ("/quality/times/date-and-clock-in-two-columns", test_date_and_clock);
  g_test_add_func ("/quality/times/numbers-are-told-apart-by-size", test_numbers_as_times);
  g_test_add_func ("/quality/times/exchanged-day-and-month-are-found", test_swapped_dates);
  return g_test_run ();
}
