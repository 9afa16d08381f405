/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a location problem of every format: refused with a reason, or a problem whose small
 * cases are solved and hold what they claim. */

#include "app/locate/zx-locate.h"

#include <stdint.h>

#define SMALL 40

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
solve_small (const ZxLocate *problem)
{
  ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  options.max_nodes = 20;
  g_autoptr (ZxLocation) location = zx_locate_solve (problem, &options, NULL, &error);
  g_assert ((location == NULL) == (error != NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const ZxLocateFileOptions options[] = { ZX_LOCATE_FILE_OPTIONS_INIT, { 2, 500, 100, 10 } };
  for (guint format = 0; format < ZX_LOCATE_N_FORMATS; format++)
    for (guint k = 0; k < G_N_ELEMENTS (options); k++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (ZxLocate) problem = zx_locate_parse (
            (const char *) data, size, (ZxLocateFormat) format, &options[k], NULL, &error);
        g_assert ((problem == NULL) == (error != NULL));
        if (problem != NULL && problem->n_clients <= SMALL && problem->n_sites <= SMALL)
          solve_small (problem);
      }
  return 0;
}
