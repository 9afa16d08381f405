/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a file of station sizes: refused with a sentence, or read into sizes that make
 * sense. */

#include "app/siting/zx-siting.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) sizes = zx_siting_configurations (text, (gssize) size, &error);
  g_assert_true ((sizes == NULL) == (error != NULL));
  ZxSitingOptions options;
  zx_siting_options_default (&options);
  for (guint i = 0; sizes != NULL && i < sizes->len; i++)
    {
      const ZxConfiguration *one = g_ptr_array_index (sizes, i);
      g_assert_cmpfloat (one->capex_fen, >=, 0);
      g_assert_true (isfinite (one->fixed_opex_fen_per_year));
      g_assert_cmpfloat (zx_configuration_capacity_kwh (one, &options, 0.08), >=, 0);
    }
  return 0;
}
