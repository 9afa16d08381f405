/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What real files with known traps give (tests/golden/traps-quality.csv): file, rule, rows.  With
 * ZX_WRITE_GOLDEN=1 the table is written again; look at the difference before it is committed. */

#include "make.h"
#include "tests/zx-test.h"

typedef struct
{
  const char *name;
  double lon, lat;
  const char *files[12];
} Case;

/* Each case is a city of its own; coordinates are turned to flat metres around lon, lat. */
static const Case cases[] = {
  { "spo",
    -46.66,
    -23.57,
    { "charging/charged_spo/stations.csv", "charging/charged_spo/piles.csv",
      "charging/charged_spo/volume.csv", "charging/charged_spo/duration.csv",
      "charging/charged_spo/e_price.csv", "charging/charged_spo/s_price.csv",
      "charging/charged_spo/poi.csv", "base/sao_paulo/spo_hexgrid.csv" } },
  { "szh",
    114.05,
    22.6,
    { "charging/charged_szh/stations.csv", "charging/charged_szh/piles.csv",
      "charging/charged_szh/poi.csv", "vehicles/shenzhen_taxi_trips.csv" } },
  { "st-evcdp", 114.05, 22.6, { "charging/st_evcdp/stations.csv" } },
  { "urbanev", 114.05, 22.6, { "charging/urbanev/inf.csv" } },
  { "urbanev-raw", 114.05, 22.6, { "charging/urbanev/inf_raw.csv" } },
  { "dundee-1",
    NAN,
    NAN,
    { "charging/sessions_dundee/Charging_Sessions_Dundee_010917_-_011217.csv" } },
  { "dundee-2",
    NAN,
    NAN,
    { "charging/sessions_dundee/Charging_Sessions_Dundee_021217-_020318.csv" } },
  { "dundee-3",
    NAN,
    NAN,
    { "charging/sessions_dundee/Charging_Sessions_Dundee_050318_-_050618.csv" } },
  { "dundee-4",
    NAN,
    NAN,
    { "charging/sessions_dundee/Charging_Sessions_Dundee_060618_-_060918.csv" } },
  { "boulder",
    NAN,
    NAN,
    { "charging/sessions_boulder/ev_chargingstationdata_Boulder_March_2021.csv" } },
  { "jpl", NAN, NAN, { "charging/sessions_jpl_acn/jpl.csv" } },
  { "berlin", 13.4, 52.5, { "vehicles/berlin_gps_traces.csv.gz" } },
  { "jinan", 117.0, 36.7, { "roads/jinan/edges.shp" } },
  { "sz", 114.05, 22.6, { "base/china/shenzhen_sz/sz.shp" } },
  { "shanghai",
    121.4,
    31.2,
    { "base/china/poi/shanghai_school.csv", "base/china/poi/shanghai_hotpot.csv" } },
  { "poa", -51.2, -30.05, { "base/porto_alegre/poa_hexgrid.csv" } },
  { "case33bw", NAN, NAN, { "grid/case33bw/nodes.csv", "grid/case33bw/branches.csv" } },
  { "oberrhein", 7.85, 48.45, { "grid/oberrhein_a/nodes.csv", "grid/oberrhein_a/branches.csv" } },
  { "schutterwald",
    7.88,
    48.46,
    { "grid/schutterwald_a/nodes.csv", "grid/schutterwald_a/branches.csv" } },
  { "hi533", NAN, NAN, { "grid/case533mt_hi/nodes.csv", "grid/case533mt_hi/branches.csv" } },
};

static char *
run_case (const Case *test, const char *root)
{
  Making making;
  making_init (&making, test->lon, test->lat);
  for (guint i = 0; i < G_N_ELEMENTS (test->files) && test->files[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (root, test->files[i], NULL);
      ZxLayer *layer = read_file (path, 0);
      g_assert_nonnull (layer);
      making_add (&making, layer, path);
    }
  making_run (&making, NULL);
  char *summary = making_summary (&making);
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new ("en");
  for (guint i = 0; g_getenv ("ZX_SHOW") != NULL && i < making.findings->rows->len; i++)
    {
      const ZxFinding *finding = &g_array_index (making.findings->rows, ZxFinding, i);
      g_autofree char *text = zx_quality_describe (making.findings, finding, catalogue);
      g_print ("%s row %d: %s\n", finding->rule, (int) finding->row, text);
    }
  making_clear (&making);
  return summary;
}

static void
test_traps (gconstpointer data)
{
  const Case *test = data;
  g_autofree char *root = zx_test_shared ("data");
  g_autofree char *golden_path
      = g_build_filename (g_getenv ("ZX_SOURCE"), "tests/golden/traps-quality.csv", NULL);
  g_autofree char *golden = NULL;
  if (root == NULL)
    return;
  g_autofree char *found = run_case (test, root);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_auto (GStrv) rows = g_strsplit (found, "\n", -1);
  for (guint i = 0; rows[i] != NULL && *rows[i] != '\0'; i++)
    g_string_append_printf (lines, "%s,%s\n", test->name, rows[i]);
  if (g_getenv ("ZX_WRITE_GOLDEN") != NULL)
    {
      g_print ("%s", lines->str);
      return;
    }
  g_assert_true (g_file_get_contents (golden_path, &golden, NULL, NULL));
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_auto (GStrv) all = g_strsplit (golden, "\n", -1);
  g_autofree char *prefix = g_strdup_printf ("%s,", test->name);
  for (guint i = 1; all[i] != NULL; i++)
    if (g_str_has_prefix (all[i], prefix))
      g_string_append_printf (wanted, "%s\n", all[i]);
  g_assert_cmpstr (lines->str, ==, wanted->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf (
          "/quality/traps/%s-gives-the-findings-of-the-golden-table", cases[i].name);
      g_test_add_data_func (name, &cases[i], test_traps);
    }
  return g_test_run ();
}
