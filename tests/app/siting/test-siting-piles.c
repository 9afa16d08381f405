/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of station sizes, what a size can do, and the options. */

#include "app/siting/zx-siting.h"
#include "app/siting/zx-siting-private.h"

#include "zx-test.h"

#define PRICES                                                                                     \
  "[prices]\npile_yuan_per_kw=450\ntransformer_yuan_per_kva=800\ncivil_yuan_per_bay=20000\n"       \
  "upkeep_share_per_year=0.03\nplatform_yuan_per_kw_year=60\nrent_yuan_per_bay_year=6000\n"

static void
test_the_default_file_is_read_and_priced (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sizes->len, >=, 8);
  for (guint i = 0; i < sizes->len; i++)
    {
      const ZxConfiguration *size = g_ptr_array_index (sizes, i);
      double kw = zx_configuration_kw (size);
      g_assert_cmpfloat (size->kva * 0.98, >=, kw);
      g_assert_cmpuint (size->bays, ==, size->n_dc + size->n_ac);
      g_assert_cmpfloat_with_epsilon (
          size->capex_fen, size->piles_fen + size->transformer_fen + size->civil_fen, 1e-6);
      g_assert_cmpfloat (size->capex_fen / kw, >=, 0.8 * 1e5);
      g_assert_cmpfloat (size->capex_fen / kw, <=, 2.5 * 1e5);
    }
}

static void
test_the_worked_station_costs_what_it_should (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (
      PRICES "[hub]\ntitle=Hub\ndc=10\ndc_kw=120\nkva=1250\nbays=10\n", -1, &error);
  g_assert_no_error (error);
  const ZxConfiguration *hub = g_ptr_array_index (sizes, 0);
  g_assert_cmpfloat_with_epsilon (hub->capex_fen, 1.74e8, 1e-3);
  g_assert_cmpfloat_with_epsilon (hub->fixed_opex_fen_per_year, 184200e2, 1e-3);
  g_assert_false (hub->has_transformer);
}

static void
test_a_size_may_state_its_own_price (void)
{
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (
      PRICES "[a]\ndc=1\ndc_kw=100\nkva=100\nbays=1\npile_yuan_per_kw=100\nown_transformer=true\n",
      -1, NULL);
  g_assert_nonnull (sizes);
  const ZxConfiguration *size = g_ptr_array_index (sizes, 0);
  g_assert_cmpfloat_with_epsilon (size->piles_fen, 100 * 100 * 100.0, 1e-6);
  g_assert_cmpstr (size->title, ==, "a");
  g_assert_true (size->has_transformer);
}

static void
test_bad_files_are_refused_with_a_sentence (void)
{
  static const char *const texts[] = {
    "",
    "[prices]\n",
    "no group",
    "[a]\ndc=1\ndc_kw=60\nkva=100\nbays=1\n",
    PRICES "[a]\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=1\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=1\ndc_kw=60\nbays=1\n",
    PRICES "[a]\ndc=1.5\ndc_kw=60\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=-1\ndc_kw=60\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=1\ndc_kw=nan\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=1\ndc_kw=1e300\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=1\ndc_kw=60\nkva=100\nbays=1\ncolour=red\n",
    PRICES "[a b]\ndc=1\ndc_kw=60\nkva=100\nbays=1\n",
    PRICES "[a]\ndc=1\ndc_kw=60\nkva=100\nbays=1\nown_transformer=perhaps\n",
    PRICES "[a]\ndc=1\ndc_kw=\xff\xfe\nkva=100\nbays=1\n",
    PRICES "dc=1\n[a]\ndc=1\ndc_kw=60\nkva=100\nbays=1\n",
  };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (zx_siting_configurations (texts[i], -1, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == ZX_ERROR);
      g_assert_cmpuint (strlen (error->message), >, 20);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_too_many_sizes_are_refused (void)
{
  g_autoptr (GString) text = g_string_new (PRICES);
  for (guint i = 0; i <= ZX_MAX_CONFIGURATIONS; i++)
    g_string_append_printf (text, "[s%u]\ndc=1\ndc_kw=60\nkva=100\nbays=1\n", i);
  g_autoptr (GError) error = NULL;
  g_assert_null (zx_siting_configurations (text->str, (gssize) text->len, &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
}

static void
test_the_catalogue_knows_the_words_of_the_default_file (void)
{
  guint n;
  const char *const *texts = zx_siting_texts (&n);
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (NULL, 0, NULL);
  for (guint i = 0; i < sizes->len; i++)
    {
      const ZxConfiguration *size = g_ptr_array_index (sizes, i);
      gboolean has_title = FALSE, has_source = FALSE;
      for (guint k = 0; k < n; k++)
        {
          has_title = has_title || strcmp (texts[k], size->title) == 0;
          has_source = has_source || strcmp (texts[k], size->source) == 0;
        }
      g_assert_true (has_title && has_source);
    }
}

/* ---- what a size can do ------------------------------------------------------------------- */

static void
test_at_its_capacity_a_size_just_keeps_the_wait (void)
{
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (NULL, 0, NULL);
  const double peak_share = 0.08;
  for (guint i = 0; i < sizes->len; i++)
    {
      const ZxConfiguration *size = g_ptr_array_index (sizes, i);
      double kwh = zx_configuration_capacity_kwh (size, &options, peak_share);
      double sessions = kwh * peak_share / options.session_kwh;
      g_assert_cmpfloat (kwh, <=, zx_configuration_kw (size) * 24);
      g_assert_cmpfloat (zx_configuration_wait_min (size, &options, sessions), <=,
                         options.wait_limit_min * (1 + 1e-6));
      g_assert_cmpfloat (zx_configuration_wait_over_10 (size, &options, sessions), <, 1);
    }
}

static void
test_mixed_stations_are_two_queues (void)
{
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (
      PRICES "[dc]\ndc=4\ndc_kw=60\nkva=250\nbays=4\n[ac]\nac=6\nac_kw=7\nkva=50\nbays=6\n"
             "[both]\ndc=4\ndc_kw=60\nac=6\nac_kw=7\nkva=300\nbays=10\n",
      -1, NULL);
  g_assert_nonnull (sizes);
  double kwh[3];
  for (guint i = 0; i < 3; i++)
    kwh[i] = zx_configuration_capacity_kwh (g_ptr_array_index (sizes, i), &options, 0.1);
  g_assert_cmpfloat_with_epsilon (kwh[2], kwh[0] + kwh[1], 1e-6);
}

static void
test_more_guns_serve_more_than_in_proportion (void)
{
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  ZxConfiguration size = { .n_dc = 2, .dc_kw = 60, .car_kw = NAN, .kva = 500, .bays = 2 };
  double two = zx_configuration_capacity_kwh (&size, &options, 0.08);
  size.n_dc = 8;
  g_assert_cmpfloat (zx_configuration_capacity_kwh (&size, &options, 0.08), >, 4 * two);
  size.car_kw = 20;
  g_assert_cmpfloat (zx_configuration_capacity_kwh (&size, &options, 0.08), <, 4 * two);
}

/* ---- options ------------------------------------------------------------------------------ */

static void
test_default_options_pass_their_own_check (void)
{
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  g_assert_true (zx_siting_options_check (&options, NULL));
  g_assert_cmpuint (options.n_sites, ==, 5);
  g_assert_cmpfloat (options.discount_rate, ==, 0.08);
  options.n_sites = 0;
  g_assert_true (zx_siting_options_check (&options, NULL));
}

static void
test_an_option_outside_its_bounds_is_named (void)
{
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  options.session_kwh = NAN;
  g_autoptr (GError) error = NULL;
  g_assert_false (zx_siting_options_check (&options, &error));
  g_assert_nonnull (strstr (error->message, "session_kwh"));
  zx_siting_options_default (&options);
  options.huff.outside = 0;
  g_assert_false (zx_siting_options_check (&options, NULL));
}

static void
test_every_parameter_has_unit_and_source (void)
{
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (NULL, 0, NULL);
  g_autoptr (GArray) parameters
      = zx_siting_parameters (&options, (const ZxConfiguration *const *) sizes->pdata, sizes->len);
  g_assert_cmpuint (parameters->len, >, 100);
  for (guint i = 0; i < parameters->len; i++)
    {
      const ZxParameter *parameter = &g_array_index (parameters, ZxParameter, i);
      g_assert_nonnull (parameter->unit);
      g_assert_cmpuint (strlen (parameter->source), >, 5);
      g_assert_false (isnan (parameter->value));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/siting/piles/the-default-file-is-read-and-priced",
                   test_the_default_file_is_read_and_priced);
  g_test_add_func ("/siting/piles/the-worked-station-costs-what-it-should",
                   test_the_worked_station_costs_what_it_should);
  g_test_add_func ("/siting/piles/a-size-may-state-its-own-price",
                   test_a_size_may_state_its_own_price);
  g_test_add_func ("/siting/piles/bad-files-are-refused-with-a-sentence",
                   test_bad_files_are_refused_with_a_sentence);
  g_test_add_func ("/siting/piles/too-many-sizes-are-refused", test_too_many_sizes_are_refused);
  g_test_add_func ("/siting/piles/the-catalogue-knows-the-words-of-the-default-file",
                   test_the_catalogue_knows_the_words_of_the_default_file);
  g_test_add_func ("/siting/piles/at-its-capacity-a-size-just-keeps-the-wait",
                   test_at_its_capacity_a_size_just_keeps_the_wait);
  g_test_add_func ("/siting/piles/mixed-stations-are-two-queues",
                   test_mixed_stations_are_two_queues);
  g_test_add_func ("/siting/piles/more-guns-serve-more-than-in-proportion",
                   test_more_guns_serve_more_than_in_proportion);
  g_test_add_func ("/siting/options/default-options-pass-their-own-check",
                   test_default_options_pass_their_own_check);
  g_test_add_func ("/siting/options/an-option-outside-its-bounds-is-named",
                   test_an_option_outside_its_bounds_is_named);
  g_test_add_func ("/siting/options/every-parameter-has-unit-and-source",
                   test_every_parameter_has_unit_and_source);
  return g_test_run ();
}
