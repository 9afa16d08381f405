/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of three conductors carries a load, as one short text:
 *
 *   A   BC   ABC   A,C   A相          equal shares of the phases named; L1 … and U V W likewise
 *   A 0.5 B 0.3 C 0.2                 shares, or any weights in proportion
 *   三相                              all three alike
 *
 * Digits alone are refused: "3" may be the third phase or the number of phases. */

#include "data/base/zx-base.h"

#include <string.h>

static const char separators[] = " \t,;:=/+-.()";

/* The phase a text begins with and the bytes of its name; -1. */
static int
phase_at (const char *text, gsize *n)
{
  static const char *const names[3][4] = {
    { "L1", "A", "U", "R" },
    { "L2", "B", "V", "S" },
    { "L3", "C", "W", "T" },
  };
  for (int phase = 0; phase < 3; phase++)
    for (guint k = 0; k < 4; k++)
      if (g_ascii_strncasecmp (text, names[phase][k], strlen (names[phase][k])) == 0)
        {
          *n = strlen (names[phase][k]);
          return phase;
        }
  return -1;
}

/* What may stand between phases and says nothing about them. */
static gsize
skip (const char *text)
{
  static const char *const words[] = { "相", "N" };
  gsize n = strspn (text, separators);
  for (guint i = 0; n == 0 && i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (text, words[i]))
      n = strlen (words[i]);
  return n;
}

gboolean
zx_phases_parse (const char *text, double share[3])
{
  double weight[3] = { 0, 0, 0 }, sum = 0;
  int phase = -1;
  share[0] = share[1] = share[2] = NAN;
  if (text == NULL || text[strspn (text, separators)] == '\0')
    return TRUE;
  if (strcmp (text, "三相") == 0)
    text = "ABC";
  while (*text != '\0')
    {
      gsize n = skip (text);
      double value;
      if (n > 0)
        {
          text += n;
          continue;
        }
      if (g_ascii_isdigit (*text) && phase >= 0)
        {
          n = strspn (text, "0123456789.eE");
          if (!zx_number_parse (text, n, &value) || !isfinite (value))
            return FALSE;
          weight[phase] += value - 1;
          phase = -1;
        }
      else if ((phase = phase_at (text, &n)) >= 0)
        weight[phase] += 1;
      else
        return FALSE;
      text += n;
    }
  sum = weight[0] + weight[1] + weight[2];
  if (!(sum > 0) || !isfinite (sum))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    share[i] = weight[i] / sum;
  return TRUE;
}

char *
zx_phases_format (const double share[3])
{
  GString *text = g_string_new (NULL);
  double most = fmax (share[0], fmax (share[1], share[2]));
  gboolean is_even = TRUE;
  if (isnan (share[0] + share[1] + share[2]))
    return g_string_free (text, FALSE);
  for (guint i = 0; i < 3; i++)
    is_even &= share[i] == 0 || fabs (share[i] - most) < 1e-9;
  for (guint i = 0; i < 3; i++)
    if (share[i] != 0)
      {
        char number[32];
        if (text->len > 0 && !is_even)
          g_string_append_c (text, ' ');
        g_string_append_c (text, (char) ('A' + (int) i));
        if (!is_even)
          g_string_append_printf (text, " %s",
                                  zx_number_format (round (share[i] * 1e9) / 1e9, number));
      }
  return g_string_free (text, FALSE);
}
