/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Money as people say it: "1.13 million yuan", 「113 万元」. */
#pragma once

#include "data/city/zx-city.h"

G_BEGIN_DECLS

/* @city: for its currency, nullable.  "–" for NaN.  (transfer full) */
char *zx_money_text (const ZxCity *city, double fen);
/* How many yuan are one of the language's large unit, and what that is called, translated. */
double zx_money_large_yuan (void);
const char *zx_money_large_unit (void);

G_END_DECLS
