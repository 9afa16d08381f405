/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Building cities in tests: layers in, city and findings out. */
#pragma once

#include "read.h"

typedef struct
{
  GPtrArray *layers, *bindings; /* owned */
  GArray *inputs;               /* ZxQualityInput */
  ZxCity *city;
  ZxFindings *findings;
  GError *error;
  gboolean ok;
  double centre[2]; /* degrees; NaN: columns are metres */
} Making;

void making_init (Making *self, double centre_lon, double centre_lat);
/* Takes over @layer; guesses its role.  Points are made from the columns lon and lat. */
ZxBinding *making_add (Making *self, ZxLayer *layer, const char *file);
/* From text; @role NONE: guessed. */
ZxBinding *making_add_text (Making *self, const char *file, const char *text);
/* Runs zx_quality_build() and checks that every row is used or set aside, and that the city seals.
 */
void making_run (Making *self, const ZxQualityOptions *options);
void making_clear (Making *self);
/* Rows that findings of @rule stand for; @file NULL: in any. */
gsize making_count (const Making *self, const char *file, const char *rule);
/* TRUE when a finding of @rule names @row of @file. */
gboolean making_names_row (const Making *self, const char *file, const char *rule, gint64 row);
/* "rule count" lines, sorted; for messages. */
char *making_summary (const Making *self);
