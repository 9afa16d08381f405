/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report's words: sentences in its language, numbers and money for people, and texts of the
 * data made harmless.  Everything returned lives as long as the words do. */
#pragma once

#include "data/base/zx-base.h"

G_BEGIN_DECLS

typedef struct _ZxWords ZxWords;

/* @currency: of the city, "CNY". */
ZxWords *zx_words_new (const char *language, const char *currency);
void zx_words_free (ZxWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxWords, zx_words_free)

const ZxCatalogue *zx_words_catalogue (const ZxWords *self);
gboolean zx_words_is_chinese (const ZxWords *self);

/* The translation of an English message; its arguments may change places ("%2$s"). */
const char *zx_words_get (ZxWords *self, const char *message);
const char *zx_words_say (ZxWords *self, const char *message, ...) G_GNUC_PRINTF (2, 3);
const char *zx_words_say_list (ZxWords *self, const char *message, va_list arguments)
    G_GNUC_PRINTF (2, 0);

/* Every sign the words have handed out or been shown. */
gboolean zx_words_has_seen (const ZxWords *self, gunichar sign);
void zx_words_show (ZxWords *self, const char *text); /* signs that others will paint */

/* Texts from the data: valid UTF-8 without control, bidirectional and invisible characters, at
 * most @n_most characters; "–" when nothing is left. */
const char *zx_words_clean (ZxWords *self, const char *text, guint n_most);

/* "12 345.6"; "–" for NaN. */
const char *zx_words_number (ZxWords *self, double value, guint decimals);
const char *zx_words_count (ZxWords *self, guint64 n);
/* Three significant digits at least, for values of any size: 0.0123, 12.3, 1 234. */
const char *zx_words_measure (ZxWords *self, double value);
/* Every digit, for parameters that are used as printed. */
const char *zx_words_exact (ZxWords *self, double value);
const char *zx_words_percent (ZxWords *self, double share, guint decimals);
/* "120–340" */
const char *zx_words_range (ZxWords *self, double low, double high, guint decimals);

/* Money in the language's usual large unit: 10 000 of the currency in Chinese (万元), thousands in
 * English. */
const char *zx_words_money (ZxWords *self, double fen);
const char *zx_words_money_unit (ZxWords *self);                /* "万元", "CNY thousand" */
const char *zx_words_sum (ZxWords *self, double fen);           /* with the unit */
const char *zx_words_price (ZxWords *self, double fen_per_kwh); /* "0.50 元/kWh" */
const char *zx_words_years (ZxWords *self, double years);       /* "4.2"; "never" */
const char *zx_words_payback (ZxWords *self, double years);     /* "4.2 years"; "never" */

/* Joins a list as the language does: "a, b and c", "a、b和c". */
const char *zx_words_list (ZxWords *self, const char *const *items, guint n);

G_END_DECLS
