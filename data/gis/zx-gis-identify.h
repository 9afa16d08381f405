/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/gis/zx-gis-private.h"

/* What the first @n bytes of the file called @name are.  Archives are the caller's business.
 * @driver: GDAL's short name, or NULL with @refusal: the end of the sentence "NAME …", N_().
 * Always TRUE: one of the two is set. */
gboolean zx_gis_identify (const guint8 *bytes, gsize n, const char *name, ZxGisFormat *format,
                          const char **driver, const char **refusal);
