/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells by our names for their columns. */

#include "data/quality/zx-build.h"

/* ---- numbers ------------------------------------------------------------------------------ */

const ZxColumn *
zx_cells_column (const ZxTally *tally, const char *our_name)
{
  const char *source = zx_binding_column (tally->binding, our_name);
  return source != NULL ? zx_layer_column (tally->layer, source) : NULL;
}

ZxNumbers
zx_cells_numbers (const ZxTally *tally, const char *our_name)
{
  ZxNumbers self = { tally->layer, zx_cells_column (tally, our_name), NAN, 1 };
  const char *stated = zx_binding_value (tally->binding, our_name);
  if (self.column == NULL && stated != NULL)
    zx_number_parse (stated, strlen (stated), &self.constant);
  return self;
}

gboolean
zx_cells_has (const ZxNumbers *self)
{
  return self->column != NULL || isfinite (self->constant);
}

/* "1,234.5" has commas before groups of three; "7 kW" ends in letters. */
static double
parse_loosely (const char *text)
{
  char plain[48];
  gsize n = 0;
  double value;
  const char *p = text;
  for (; *p != '\0' && n + 1 < sizeof plain; p++)
    if (*p == ',' && g_ascii_isdigit (p[1]) && g_ascii_isdigit (p[2]) && g_ascii_isdigit (p[3])
        && !g_ascii_isdigit (p[4]))
      continue;
    else if (g_ascii_isdigit (*p) || strchr (" +-.", *p) != NULL)
      plain[n++] = *p;
    else
      break;
  for (const char *rest = p; *rest != '\0'; rest++) /* a unit, not another number */
    if (g_ascii_isdigit (*rest) && rest[-1] != 'm')
      return NAN;
  zx_number_parse (plain, n, &value);
  return value;
}

double
zx_cells_number (const ZxNumbers *self, gsize row)
{
  if (self->column == NULL)
    return self->constant * self->scale;
  if (self->column->kind == ZX_COLUMN_NUMBER)
    return self->column->number[row] * self->scale;
  const char *text = zx_layer_text (self->layer, self->column, row);
  double value;
  if (!zx_number_parse (text, strlen (text), &value) && *text != '\0')
    value = parse_loosely (text);
  return value * self->scale;
}

gboolean
zx_cells_is_empty (const ZxNumbers *self, gsize row)
{
  if (self->column == NULL)
    return isnan (self->constant);
  return self->column->kind == ZX_COLUMN_TEXT ? self->column->text[row] == 0
                                              : isnan (self->column->number[row]);
}

const char *
zx_cells_raw (const ZxNumbers *self, gsize row, char *buffer)
{
  if (zx_cells_is_empty (self, row))
    return "–";
  if (self->column == NULL)
    return zx_number_format (self->constant, buffer);
  return zx_cells_text (self->layer, self->column, row, buffer);
}

/* ---- texts -------------------------------------------------------------------------------- */

const char *
zx_cells_text (const ZxLayer *layer, const ZxColumn *column, gsize row, char *buffer)
{
  if (column == NULL)
    return "";
  if (column->kind == ZX_COLUMN_TEXT)
    return zx_layer_text (layer, column, row);
  return zx_number_format (column->number[row], buffer);
}

static gboolean
has_control (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f
        || ((guchar) *p == 0xc2 && (guchar) p[1] >= 0x80 && (guchar) p[1] <= 0x9f))
      return TRUE;
  return FALSE;
}

guint32
zx_cells_city_text (ZxTally *tally, const ZxColumn *column, gsize row)
{
  char buffer[32];
  const char *text = zx_cells_text (tally->layer, column, row, buffer);
  ZxPool *pool = tally->build->city->pool;
  if (!has_control (text))
    return zx_pool_add (pool, text);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) clean = g_string_new (NULL);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_iscntrl (g_utf8_get_char (p)))
      g_string_append_unichar (clean, g_utf8_get_char (p));
    else if (clean->len > 0 && clean->str[clean->len - 1] != ' ')
      g_string_append_c (clean, ' ');
  g_strstrip (clean->str);
  zx_tally_find (tally, "text.control-characters", (gint64) row, ZX_ACTION_CORRECTED, clean->str,
                 NULL);
  return zx_pool_add (pool, clean->str);
}

/* ---- identifiers -------------------------------------------------------------------------- */

const char *
zx_key_of (const char *text, char *buffer)
{
  gsize n = strlen (text);
  while (n > 0 && g_ascii_isspace (*text))
    {
      text++;
      n--;
    }
  while (n > 0 && g_ascii_isspace (text[n - 1]))
    n--;
  /* A column of numbers may have been read as 17 or as 17.0. */
  if (n > 2 && memcmp (text + n - 2, ".0", 2) == 0)
    n -= 2;
  if (n > 0 && strspn (text, "0123456789") >= n)
    while (n > 1 && *text == '0')
      {
        text++;
        n--;
      }
  if (n < 64)
    {
      memcpy (buffer, text, n);
      buffer[n] = '\0';
      return buffer;
    }
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, n);
  g_strlcpy (buffer, sum, 64);
  return buffer;
}

const char *
zx_cells_key (const ZxLayer *layer, const ZxColumn *column, gsize row, char *buffer)
{
  char number[32];
  return zx_key_of (zx_cells_text (layer, column, row, number), buffer);
}

/* ---- words -------------------------------------------------------------------------------- */

const char *
zx_value_text (double value, guint digits, const char *unit, char *buffer)
{
  char format[8], number[32];
  g_snprintf (format, sizeof format, "%%.%ug", CLAMP (digits, 1, 9));
  if (isnan (value))
    return "–";
  g_ascii_formatd (number, sizeof number, format, value);
  g_snprintf (buffer, 48, "%s%s%s", number, unit != NULL ? " " : "", unit != NULL ? unit : "");
  return buffer;
}

const char *
zx_time_text (gint64 time, char *buffer)
{
  int year;
  guint month, day, hour, minute;
  if (time == ZX_TIME_NONE)
    return "–";
  zx_time_to_civil (time, &year, &month, &day, &hour, &minute, NULL, NULL);
  g_snprintf (buffer, 32, "%04d-%02u-%02u %02u:%02u", year, month, day, hour, minute);
  return buffer;
}

double
zx_energy_factor (const char *unit)
{
  static const struct
  {
    const char *unit;
    double kwh;
  } units[]
      = { { "kWh", 1 },      { "Wh", 1e-3 },     { "MWh", 1e3 }, { "GWh", 1e6 },  { "10MWh", 1e4 },
          { "MJ", 1 / 3.6 }, { "J", 1 / 3.6e6 }, { "度", 1 },    { "万kWh", 1e4 } };
  for (guint i = 0; unit != NULL && i < G_N_ELEMENTS (units); i++)
    if (strcmp (unit, units[i].unit) == 0)
      return units[i].kwh;
  return 1;
}
