/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A project's blobs are bytes from outside: a city and findings read from any bytes. */

#include "data/store/zx-store.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (ZxCity) city = zx_store_unpack_city (bytes, NULL);
  g_autoptr (ZxFindings) findings = zx_store_unpack_findings (bytes, NULL);
  return 0;
}
