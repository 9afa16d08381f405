/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-money.h"

#include "ui/zx-dialogs.h"

#define FEN_PER_YUAN 100.0
#define MILLION      1e6
#define TEN_THOUSAND 1e4

/* The number that goes with the unit depends on the language as the unit does. */
static gboolean
is_chinese (void)
{
  return strcmp (zx_dialogs_language (), "zh_CN") == 0;
}

double
zx_money_large_yuan (void)
{
  return is_chinese () ? TEN_THOUSAND : MILLION;
}

const char *
zx_money_large_unit (void)
{
  /* TRANSLATORS: the unit of zx_money_large_yuan (): 10 000 yuan in Chinese. */
  return _ ("million yuan");
}

char *
zx_money_text (const ZxCity *city, double fen)
{
  const char *currency = city != NULL ? city->currency : NULL;
  gboolean is_yuan = currency == NULL || currency[0] == '\0' || strcmp (currency, "CNY") == 0;
  double large = fen / FEN_PER_YUAN / zx_money_large_yuan ();
  if (is_chinese () || fabs (large) >= 1 || fen == 0)
    {
      g_autofree char *number = zx_number_human (large, is_chinese () ? 0 : 2);
      return is_yuan ? g_strdup_printf ("%s %s", number, zx_money_large_unit ())
                     : g_strdup_printf (_ ("%s million %s"), number, currency);
    }
  g_autofree char *number = zx_number_human (fen / FEN_PER_YUAN, 0);
  return is_yuan ? g_strdup_printf (_ ("%s yuan"), number)
                 : g_strdup_printf ("%s %s", number, currency);
}
