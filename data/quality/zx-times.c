/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading stamps.
 *
 * One left-to-right reader for all the forms that turn up in practice:
 *   2018-01-12 15:54:00+00   2018-01-12T15:54:00.123Z   2022/9/1 0:00   2022年9月1日 8时5分
 *   06/09/2018 23:55   1/2/2023 3:04 PM   12-Jan-2017   Wed, 25 Apr 2018 11:08:04 GMT
 *   20160729142400   20160729   1514732400   1514732400000   23:55   7:03:10
 * It is not for dates before year 1, for week dates, nor for words in other languages. */

#include "data/quality/zx-times.h"

#define DAY_S 86400

typedef struct
{
  const char *p, *end;
} Reader;

/* ---- small pieces ------------------------------------------------------------------------- */

static void
skip_space (Reader *r)
{
  while (r->p < r->end
         && (*r->p == ' ' || *r->p == '\t' || *r->p == '\r' || *r->p == '\n' || *r->p == ','))
    r->p++;
}

static gboolean
take (Reader *r, const char *word)
{
  gsize n = strlen (word);
  if ((gsize) (r->end - r->p) < n || g_ascii_strncasecmp (r->p, word, n) != 0)
    return FALSE;
  r->p += n;
  return TRUE;
}

/* A run of digits.  Returns: how many; 0 when there is none, or when it has more than 18. */
static guint
take_number (Reader *r, gint64 *value)
{
  guint n = 0;
  *value = 0;
  for (; r->p + n < r->end && g_ascii_isdigit (r->p[n]); n++)
    if (n < 18)
      *value = *value * 10 + (r->p[n] - '0');
  if (n > 18)
    return 0;
  r->p += n;
  return n;
}

static guint
take_month_name (Reader *r)
{
  static const char *const names[]
      = { "january", "february", "march",     "april",   "may",      "june",
          "july",    "august",   "september", "october", "november", "december" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      char brief[4] = { names[i][0], names[i][1], names[i][2], '\0' };
      if (take (r, names[i]) || take (r, brief))
        return i + 1;
    }
  return 0;
}

static void
skip_weekday (Reader *r)
{
  static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (take (r, names[i]))
      {
        while (r->p < r->end && (g_ascii_isalpha (*r->p) || *r->p == '.'))
          r->p++;
        skip_space (r);
        return;
      }
}

static gboolean
is_date (gint64 year, gint64 month, gint64 day)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
    return FALSE;
  gboolean is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[month - 1] + (month == 2 && is_leap);
}

/* ---- dates -------------------------------------------------------------------------------- */

static gboolean
set_date (ZxStamp *stamp, gint64 year, gint64 month, gint64 day)
{
  if (!is_date (year, month, day))
    return FALSE;
  stamp->time = zx_time_from_civil ((int) year, (guint) month, (guint) day, 0, 0, 0);
  stamp->has_date = TRUE;
  stamp->is_open = stamp->is_open && month <= 12 && day <= 12;
  return TRUE;
}

/* 20160729, 201607291424, 20160729142400, seconds, milliseconds. */
static gboolean
read_compact (gint64 value, guint n_digits, ZxStamp *stamp)
{
  if (n_digits == 10 || n_digits == 13)
    {
      stamp->time = n_digits == 13 ? value / 1000 : value;
      stamp->has_date = stamp->has_clock = TRUE;
      return TRUE;
    }
  gint64 clock = 0;
  if (n_digits == 14)
    {
      clock = value % 1000000;
      value /= 1000000;
    }
  else if (n_digits == 12)
    {
      clock = value % 10000 * 100;
      value /= 10000;
    }
  else if (n_digits != 8)
    return FALSE;
  gint64 hour = clock / 10000, minute = clock / 100 % 100, second = clock % 100;
  stamp->is_year_first = TRUE;
  if (hour > 24 || minute > 59 || second > 60
      || !set_date (stamp, value / 10000, value / 100 % 100, value % 100))
    return FALSE;
  stamp->time += hour * 3600 + minute * 60 + second;
  stamp->has_clock = n_digits > 8;
  return TRUE;
}

static gboolean
take_separator (Reader *r, const char *chinese)
{
  if (take (r, chinese))
    return TRUE;
  if (r->p < r->end && strchr ("-/. ", *r->p) != NULL)
    {
      r->p++;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_year_first (Reader *r, gint64 year, ZxStamp *stamp)
{
  gint64 month = 0, day = 0;
  if (!take_separator (r, "年"))
    return FALSE;
  guint n = take_number (r, &month);
  if (n == 0 && (month = take_month_name (r)) == 0)
    return FALSE;
  if (n > 2 || !take_separator (r, "月"))
    return FALSE;
  guint n_day = take_number (r, &day);
  if (n_day == 0 || n_day > 2)
    return FALSE;
  take (r, "日");
  stamp->is_year_first = TRUE;
  stamp->is_open = n > 0;
  stamp->first = (guint8) MIN (month, 99);
  stamp->second = (guint8) MIN (day, 99);
  return set_date (stamp, year, month, day);
}

/* Two digits: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069 (POSIX strptime's %y, nearly).
 */
static gint64
full_year (gint64 year, guint n_digits)
{
  return n_digits > 2 ? year : year + (year >= 70 ? 1900 : 2000);
}

static gboolean
read_year_last (Reader *r, gint64 first, ZxDateOrder order, ZxStamp *stamp)
{
  gint64 second = 0, year = 0;
  if (!take_separator (r, "月"))
    return FALSE;
  guint n = take_number (r, &second);
  guint month_name = n == 0 ? take_month_name (r) : 0;
  if ((n == 0 && month_name == 0) || n > 2)
    return FALSE;
  while (r->p < r->end && strchr ("-/., ", *r->p) != NULL)
    r->p++;
  guint n_year = take_number (r, &year);
  if (n_year != 2 && n_year != 4)
    return FALSE;
  year = full_year (year, n_year);
  if (month_name > 0)
    return set_date (stamp, year, month_name, first);
  stamp->first = (guint8) MIN (first, 99);
  stamp->second = (guint8) MIN (second, 99);
  stamp->is_open = TRUE;
  return order == ZX_DATE_MONTH_FIRST ? set_date (stamp, year, first, second)
                                      : set_date (stamp, year, second, first);
}

static gboolean
read_month_name_first (Reader *r, ZxStamp *stamp)
{
  gint64 day = 0, year = 0;
  guint month = take_month_name (r);
  if (month == 0)
    return FALSE;
  while (r->p < r->end && strchr (".- ", *r->p) != NULL)
    r->p++;
  guint n = take_number (r, &day);
  if (n == 0 || n > 2)
    return FALSE;
  skip_space (r);
  if (r->p < r->end && *r->p == '-')
    r->p++;
  guint n_year = take_number (r, &year);
  return (n_year == 4 || n_year == 2) && set_date (stamp, full_year (year, n_year), month, day);
}

/* ---- times of day ------------------------------------------------------------------------- */

static gboolean
take_clock_separator (Reader *r, const char *chinese)
{
  return take (r, ":") || take (r, chinese) || take (r, "：");
}

static gboolean
read_clock_after_hour (Reader *r, gint64 hour, guint n_hour, ZxStamp *stamp)
{
  gint64 minute = 0, second = 0, fraction = 0;
  if (n_hour == 0 || n_hour > 2 || hour > 24)
    return FALSE;
  gboolean is_named = r->end - r->p >= 3 && strncmp (r->p, "时", 3) == 0;
  if (!take_clock_separator (r, "时"))
    return FALSE;
  guint n = take_number (r, &minute);
  if ((n == 0 && !is_named) || n > 2 || minute > 59)
    return FALSE;
  if (n > 0 && take_clock_separator (r, "分"))
    {
      n = take_number (r, &second);
      if (n > 2 || second > 60)
        return FALSE;
      if (n > 0 && r->p + 1 < r->end && (*r->p == '.' || *r->p == ',') && g_ascii_isdigit (r->p[1]))
        {
          r->p++;
          take_number (r, &fraction);
        }
      take (r, "秒");
    }
  skip_space (r);
  if (take (r, "pm"))
    hour = hour < 12 ? hour + 12 : hour;
  else if (take (r, "am"))
    hour = hour == 12 ? 0 : hour;
  if (hour * 3600 + minute * 60 > DAY_S)
    return FALSE;
  stamp->time += hour * 3600 + minute * 60 + second;
  stamp->has_clock = TRUE;
  return TRUE;
}

static gboolean
read_offset (Reader *r, ZxStamp *stamp)
{
  skip_space (r);
  if (take (r, "z") || take (r, "utc") || take (r, "gmt"))
    stamp->has_offset = TRUE;
  if (r->p == r->end)
    return TRUE;
  if (*r->p != '+' && *r->p != '-')
    return FALSE;
  int sign = *r->p++ == '-' ? -1 : 1;
  gint64 hours = 0, minutes = 0;
  guint n = take_number (r, &hours);
  if (n == 4)
    {
      minutes = hours % 100;
      hours /= 100;
    }
  else if (n == 0 || n > 2)
    return FALSE;
  else if (take (r, ":") && take_number (r, &minutes) != 2)
    return FALSE;
  if (hours > 15 || minutes > 59)
    return FALSE;
  stamp->has_offset = TRUE;
  stamp->offset_s = (gint32) (sign * (hours * 3600 + minutes * 60));
  skip_space (r);
  return r->p == r->end;
}

/* ---- the whole stamp ---------------------------------------------------------------------- */

static gboolean
read_date_or_clock (Reader *r, ZxDateOrder order, ZxStamp *stamp)
{
  gint64 first = 0;
  guint n = take_number (r, &first);
  if (n == 0)
    return read_month_name_first (r, stamp);
  if (n == 4)
    return read_year_first (r, first, stamp);
  if (n > 4)
    return read_compact (first, n, stamp);
  if (n > 2)
    return FALSE;
  if (r->p < r->end && (*r->p == ':' || strncmp (r->p, "时", MIN (3, r->end - r->p)) == 0))
    return read_clock_after_hour (r, first, n, stamp);
  return read_year_last (r, first, order, stamp);
}

gboolean
zx_stamp_parse (const char *text, gsize n, ZxDateOrder order, ZxStamp *stamp)
{
  memset (stamp, 0, sizeof *stamp);
  if (n > 64)
    return FALSE;
  Reader r = { text, text + n };
  skip_space (&r);
  skip_weekday (&r);
  if (!read_date_or_clock (&r, order, stamp))
    return FALSE;
  if (stamp->has_clock)
    return read_offset (&r, stamp);
  if (r.p < r.end && (*r.p == 'T' || *r.p == 't'))
    r.p++;
  skip_space (&r);
  gint64 hour = 0;
  guint n_hour = take_number (&r, &hour);
  if (n_hour > 0 && !read_clock_after_hour (&r, hour, n_hour, stamp))
    return FALSE;
  return n_hour > 0 ? read_offset (&r, stamp) : r.p == r.end;
}

double
zx_duration_parse (const char *text, gsize n)
{
  Reader r = { text, text + n };
  skip_space (&r);
  double total = 0;
  gboolean is_iso = take (&r, "pt"), has_any = FALSE;
  int sign = take (&r, "-") ? -1 : 1;
  guint n_colons = 0;
  for (;;)
    {
      gint64 value = 0;
      skip_space (&r);
      if (r.p == r.end)
        break;
      guint digits = take_number (&r, &value);
      if (digits == 0 || digits > 9)
        return NAN;
      skip_space (&r);
      if (!is_iso && (take (&r, ":") || (n_colons > 0 && r.p == r.end)))
        {
          total = total * 60 + (double) value;
          has_any = ++n_colons > 1;
          if (r.p == r.end)
            break;
        }
      else if (n_colons > 0)
        return NAN;
      else if (take (&r, "hours") || take (&r, "hour") || take (&r, "h") || take (&r, "小时"))
        total += (double) value * 3600, has_any = TRUE;
      else if (take (&r, "minutes") || take (&r, "min") || take (&r, "m") || take (&r, "分钟")
               || take (&r, "分"))
        total += (double) value * 60, has_any = TRUE;
      else if (take (&r, "seconds") || take (&r, "sec") || take (&r, "s") || take (&r, "秒"))
        total += (double) value, has_any = TRUE;
      else
        return NAN;
    }
  if (!has_any || n_colons > 3)
    return NAN;
  return sign * (n_colons == 2 ? total * 60 : total); /* h:mm */
}
