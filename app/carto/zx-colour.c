/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ramps and scales.
 *
 * A ramp is a row of anchors at equal distances, joined by a Catmull-Rom curve in OKLab (B.
 * Ottosson 2020, "A perceptual color space for image processing"): equal steps of a value look like
 * equal steps of colour.  The anchors of HEAT, PROBABILITY and DIFFERENCE were chosen in OKLCh with
 * even steps of lightness, so that they keep their order in a grey print and for every kind of
 * colour blindness (tests measure it).  VIRIDIS takes the published colours of matplotlib's table
 * at the ninths (N. Smith and S. van der Walt 2015, CC0), CIVIDIS those of J. Nunez, C. Anderton
 * and R. Renslow 2018.  LOAD is three pieces that do not meet: the breaks at 80 % and 100 % are
 * seen as edges.
 *
 * Between anchors VIRIDIS is off the published table by at most 3 of 255 levels. */

#include "app/carto/zx-paint-private.h"

#define FADE 0.15 /* part of the ramp over which colours fade in above transparent_below */

typedef struct
{
  double l, a, b;
} Lab;

static const guint32 heat_anchors[]
    = { 0xfdf8d6, 0xffda7f, 0xffad51, 0xf77735, 0xdb423c, 0xab1f4d, 0x711653, 0x381147 };
static const guint32 viridis_anchors[] = { 0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e,
                                           0x1f9e89, 0x35b779, 0x6dcd59, 0xb4de2c, 0xfde725 };
static const guint32 difference_anchors[]
    = { 0x043574, 0x145daa, 0x478ece, 0x93c1e4, 0xf6f6f3, 0xe5b37e, 0xce7628, 0x984b16, 0x622b0d };
static const guint32 probability_anchors[]
    = { 0xf1f8ea, 0xc3eac9, 0x7ed1b7, 0x3dafae, 0x0f84a6, 0x1a588f, 0x203068 };
static const guint32 cividis_anchors[] = { 0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173,
                                           0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55, 0xfee838 };
static const guint32 calm_anchors[] = { 0xe6f6ee, 0xaadbc4, 0x6bb797 };
static const guint32 heavy_anchors[] = { 0xfae685, 0xf5a32f };
static const guint32 over_anchors[] = { 0xe14b39, 0x750524 };

/* ---- colour arithmetic -------------------------------------------------------------------- */

static double
to_linear (double c)
{
  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
from_linear (double c)
{
  c = CLAMP (c, 0.0, 1.0);
  return c <= 0.0031308 ? 12.92 * c : 1.055 * pow (c, 1 / 2.4) - 0.055;
}

static Lab
lab_from_hex (guint32 rgb)
{
  double r = to_linear ((rgb >> 16 & 0xff) / 255.0);
  double g = to_linear ((rgb >> 8 & 0xff) / 255.0);
  double b = to_linear ((rgb & 0xff) / 255.0);
  double l = cbrt (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  double m = cbrt (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  double s = cbrt (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return (Lab){ 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s };
}

static ZxColour
colour_from_lab (Lab lab)
{
  double l = lab.l + 0.3963377774 * lab.a + 0.2158037573 * lab.b;
  double m = lab.l - 0.1055613458 * lab.a - 0.0638541728 * lab.b;
  double s = lab.l - 0.0894841775 * lab.a - 1.2914855480 * lab.b;
  l = l * l * l;
  m = m * m * m;
  s = s * s * s;
  return (ZxColour){ from_linear (4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                     from_linear (-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                     from_linear (-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 1 };
}

static double
catmull_rom (double p0, double p1, double p2, double p3, double t)
{
  return p1
         + 0.5 * t
               * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
}

static ZxColour
along (const guint32 *anchors, guint n, double t)
{
  double place = CLAMP (t, 0.0, 1.0) * (n - 1);
  guint i = MIN ((guint) place, n - 2);
  double f = place - i;
  Lab p1 = lab_from_hex (anchors[i]), p2 = lab_from_hex (anchors[i + 1]);
  Lab p0 = lab_from_hex (anchors[i > 0 ? i - 1 : i]);
  Lab p3 = lab_from_hex (anchors[MIN (i + 2, n - 1)]);
  return colour_from_lab ((Lab){ catmull_rom (p0.l, p1.l, p2.l, p3.l, f),
                                 catmull_rom (p0.a, p1.a, p2.a, p3.a, f),
                                 catmull_rom (p0.b, p1.b, p2.b, p3.b, f) });
}

#define ALONG(anchors, t) along ((anchors), G_N_ELEMENTS (anchors), (t))

ZxColour
zx_colour_hex (guint32 rgb, double alpha)
{
  return (ZxColour){ (rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0,
                     alpha };
}

ZxColour
zx_colour_mix (ZxColour a, ZxColour b, double share)
{
  return (ZxColour){ a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
                     a.blue + (b.blue - a.blue) * share, a.alpha + (b.alpha - a.alpha) * share };
}

void
zx_colour_set (cairo_t *cr, ZxColour colour)
{
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
}

guint32
zx_colour_premultiplied (ZxColour colour)
{
  guint32 a = (guint32) (colour.alpha * 255 + 0.5);
  guint32 r = (guint32) (colour.red * a + 0.5), g = (guint32) (colour.green * a + 0.5);
  guint32 b = (guint32) (colour.blue * a + 0.5);
  return a << 24 | r << 16 | g << 8 | b;
}

/* ---- scales ------------------------------------------------------------------------------- */

static double
difference_bound (const ZxColourScale *scale)
{
  return MAX (fabs (scale->low), fabs (scale->high));
}

static double
share_of (double part, double whole)
{
  if (!(whole > 0))
    return part > 0 ? 1 : 0;
  return CLAMP (part / whole, 0.0, 1.0);
}

double
zx_colour_position (const ZxColourScale *scale, double value)
{
  if (isnan (value))
    return NAN;
  if (scale->ramp == ZX_RAMP_DIFFERENCE)
    {
      double share = share_of (fabs (value), difference_bound (scale));
      share = scale->is_sqrt ? sqrt (share) : share;
      return 0.5 + (value < 0 ? -0.5 : 0.5) * share;
    }
  double share = share_of (value - scale->low, scale->high - scale->low);
  return scale->is_sqrt ? sqrt (share) : share;
}

double
zx_colour_value (const ZxColourScale *scale, double position)
{
  if (scale->ramp == ZX_RAMP_DIFFERENCE)
    {
      double share = 2 * position - 1;
      return difference_bound (scale) * (scale->is_sqrt ? share * fabs (share) : share);
    }
  double share = scale->is_sqrt ? position * position : position;
  return scale->low + share * (scale->high - scale->low);
}

static ZxColour
load_colour (const ZxColourScale *scale, double value)
{
  double unit = scale->high < 10 ? 1 : 100;
  double rate = CLAMP (value, scale->low, scale->high) / unit;
  double low = scale->low / unit, high = scale->high / unit;
  if (rate < 0.8)
    return ALONG (calm_anchors, share_of (rate - low, 0.8 - low));
  if (rate < 1.0)
    return ALONG (heavy_anchors, share_of (rate - 0.8, 0.2));
  return ALONG (over_anchors, share_of (rate - 1.0, MAX (high, 1.2) - 1.0));
}

static ZxColour
ramp_colour (const ZxColourScale *scale, double value)
{
  double position = zx_colour_position (scale, value);
  switch (scale->ramp)
    {
    case ZX_RAMP_VIRIDIS:
      return ALONG (viridis_anchors, position);
    case ZX_RAMP_DIFFERENCE:
      return ALONG (difference_anchors, position);
    case ZX_RAMP_LOAD:
      return load_colour (scale, value);
    case ZX_RAMP_PROBABILITY:
      return ALONG (probability_anchors, position);
    case ZX_RAMP_CIVIDIS:
      return ALONG (cividis_anchors, position);
    case ZX_RAMP_HEAT:
    default:
      return ALONG (heat_anchors, position);
    }
}

/* 0 at transparent_below and beneath, 1 a little above: an edge that no value jumps over. */
static double
fade_in (const ZxColourScale *scale, double value)
{
  if (isnan (scale->transparent_below))
    return 1;
  gboolean is_difference = scale->ramp == ZX_RAMP_DIFFERENCE;
  double magnitude = is_difference ? fabs (value) : value;
  if (magnitude < scale->transparent_below)
    return 0;
  double above = zx_colour_position (scale, magnitude)
                 - zx_colour_position (scale, scale->transparent_below);
  double t = CLAMP (above / FADE, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

/* The value that stands for all of its class. */
static double
class_value (const ZxColourScale *scale, double value)
{
  if (scale->n_classes < 2 || scale->ramp == ZX_RAMP_LOAD)
    return value;
  double place = floor (zx_colour_position (scale, value) * scale->n_classes);
  return zx_colour_value (scale, (MIN (place, scale->n_classes - 1.0) + 0.5) / scale->n_classes);
}

ZxColour
zx_colour_at (const ZxColourScale *scale, double value)
{
  if (isnan (value))
    return (ZxColour){ 0, 0, 0, 0 };
  value = class_value (scale, value);
  ZxColour colour = ramp_colour (scale, value);
  colour.alpha = fade_in (scale, value);
  return colour;
}

void
zx_colour_table (const ZxColourScale *scale, double opacity, guint32 *table, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      ZxColour colour = zx_colour_at (scale, zx_colour_value (scale, i / (double) (n - 1)));
      colour.alpha *= CLAMP (opacity, 0.0, 1.0);
      table[i] = zx_colour_premultiplied (colour);
    }
}

/* ---- round domains ------------------------------------------------------------------------ */

double
zx_nice_above (double value)
{
  static const double steps[] = { 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 };
  if (!(value > 0) || !isfinite (value))
    return 1;
  int k = (int) floor (log10 (value));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      double nice = k < 0 ? steps[i] / pow (10, -k) : steps[i] * pow (10, k);
      if (nice >= value * (1 - 1e-9))
        return nice;
    }
  return k + 1 < 0 ? 1 / pow (10, -k - 1) : pow (10, k + 1);
}

/* The bits of a float >= 0 order like the float: two counting passes find any rank exactly. */
static guint32
float_bits (float value)
{
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static guint32
rank_in_counts (const gsize *counts, gsize *rank)
{
  guint32 slot = 0;
  while (slot < 65535 && *rank >= counts[slot])
    *rank -= counts[slot++];
  return slot;
}

/* The magnitude of a cell, or -1 for one that does not count. */
static float
magnitude_of (float value, gboolean use_negative, double floor_value)
{
  gboolean counts
      = isfinite (value) && (use_negative || value >= 0) && fabsf (value) >= floor_value;
  return counts ? fabsf (value) : -1;
}

/* The value of rank @share among the finite cells' magnitudes that are at least @floor_value; 0
 * when there is none.  O(cells). */
static double
magnitude_quantile (const ZxField *field, gboolean use_negative, double floor_value, double share)
{
  gsize n = (gsize) field->n_columns * field->n_rows, n_used = 0;
  g_autofree gsize *counts = g_new0 (gsize, 65536);
  for (gsize i = 0; i < n; i++)
    {
      float magnitude = magnitude_of (field->value[i], use_negative, floor_value);
      if (magnitude < 0)
        continue;
      counts[float_bits (magnitude) >> 16]++;
      n_used++;
    }
  if (n_used == 0)
    return 0;
  gsize rank = (gsize) MAX (ceil (share * (double) n_used), 1.0) - 1;
  guint32 high = rank_in_counts (counts, &rank);
  memset (counts, 0, 65536 * sizeof *counts);
  for (gsize i = 0; i < n; i++)
    {
      float magnitude = magnitude_of (field->value[i], use_negative, floor_value);
      if (magnitude >= 0 && float_bits (magnitude) >> 16 == high)
        counts[float_bits (magnitude) & 0xffff]++;
    }
  guint32 bits = high << 16 | rank_in_counts (counts, &rank);
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static double
round_high (const ZxField *field, gboolean use_negative)
{
  double min, max;
  double high = magnitude_quantile (field, use_negative, 0, 0.995);
  zx_field_range (field, &min, &max);
  if (!(high > 0))
    high = use_negative ? MAX (fabs (min), fabs (max)) : max;
  return zx_nice_above (high);
}

ZxColourScale
zx_colour_scale_for (const ZxField *field, ZxRamp ramp)
{
  ZxColourScale scale = { ramp, 0, 1, FALSE, NAN };
  double min, max;
  if (ramp == ZX_RAMP_PROBABILITY)
    return scale;
  zx_field_range (field, &min, &max);
  if (ramp == ZX_RAMP_LOAD)
    {
      scale.high = max > 10 ? 120 : 1.2;
      return scale;
    }
  scale.high = round_high (field, ramp == ZX_RAMP_DIFFERENCE);
  if (ramp == ZX_RAMP_DIFFERENCE)
    {
      scale.low = -scale.high;
      scale.transparent_below = 0.02 * scale.high;
      return scale;
    }
  scale.low = min < 0 ? -zx_nice_above (-min) : 0;
  if (ramp == ZX_RAMP_HEAT && !(min < 0))
    {
      scale.transparent_below = 0.005 * scale.high;
      double middle = magnitude_quantile (field, FALSE, scale.transparent_below, 0.5);
      scale.is_sqrt = middle < 0.1 * scale.high;
    }
  return scale;
}

ZxColourScale
zx_colour_scale_for_values (float *value, gsize n, ZxRamp ramp)
{
  char unit[] = "";
  const ZxField field = { 0.0, 0.0, 1.0, (guint) n, 1, value, unit };
  return zx_colour_scale_for (&field, ramp);
}

ZxColourScale
zx_colour_scale_for_spread (const float *ratio, gsize n)
{
  static const double ends[] = { 2.0, 3.0, 5.0, 10.0, 20.0, 50.0 };
  guint end = 0;
  for (; end + 1 < G_N_ELEMENTS (ends); end++)
    {
      gsize n_below = 0;
      for (gsize i = 0; i < n; i++)
        n_below += !(ratio[i] > ends[end]);
      if ((double) n_below >= 0.9 * (double) n)
        break;
    }
  return (ZxColourScale){ ZX_RAMP_VIRIDIS, 1.0, ends[end], FALSE, NAN };
}
