/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Interned strings, numbers without a locale, civil time. */

#include "data/base/zx-base.h"

/* ---- pool --------------------------------------------------------------------------------- */

/* All bytes in one arena; an open-addressing table of ids beside their hashes, so that a text is
 * compared only when it is nearly surely the same: reading columns is mostly looking up.  Ids never
 * change, so columns can hold them. */
typedef struct
{
  guint32 hash, id; /* id 0: free */
} Slot;

#define POOL_BLOCK 64

struct _ZxPool
{
  gatomicrefcount refs;
  char *arena;
  gsize arena_used, arena_size;
  gsize *offset; /* of each id */
  guint32 n, offset_size;
  Slot *slot; /* power of two */
  guint32 slot_mask;
};

/* Eight bytes at a time, folded by multiplication (the finalizer of MurmurHash3). */
static guint32
hash_bytes (const char *text, gsize n)
{
  guint64 h = n * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), word;
  for (; n > 8; text += 8, n -= 8)
    {
      memcpy (&word, text, 8);
      h = (h ^ word) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      h ^= h >> 32;
    }
  word = 0;
  memcpy (&word, text, n);
  h = (h ^ word) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  h = (h ^ (h >> 33)) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return (guint32) (h ^ (h >> 33));
}

ZxPool *
zx_pool_new (void)
{
  ZxPool *self = g_new0 (ZxPool, 1);
  g_atomic_ref_count_init (&self->refs);
  self->arena_size = 256;
  self->arena = g_malloc0 (self->arena_size);
  self->arena_used = 1; /* id 0 is the empty text at offset 0 */
  self->offset_size = 16;
  self->offset = g_new0 (gsize, self->offset_size);
  self->n = 1;
  self->slot_mask = 31;
  self->slot = g_new0 (Slot, self->slot_mask + 1);
  return self;
}

ZxPool *
zx_pool_ref (ZxPool *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
zx_pool_unref (ZxPool *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->arena);
  g_free (self->offset);
  g_free (self->slot);
  g_free (self);
}

/* @n bytes without a NUL; the arena ends in one, so a held text is never read beyond it. */
static gboolean
is_held (const ZxPool *self, guint32 id, const char *text, gsize n)
{
  gsize offset = self->offset[id];
  return offset + n < self->arena_used && memcmp (self->arena + offset, text, n) == 0
         && self->arena[offset + n] == '\0';
}

static Slot *
find_slot (const ZxPool *self, guint32 hash, const char *text, gsize n)
{
  for (guint32 i = hash;; i++)
    {
      Slot *slot = &self->slot[i & self->slot_mask];
      if (slot->id == 0 || (slot->hash == hash && is_held (self, slot->id, text, n)))
        return slot;
    }
}

static void
grow_slots (ZxPool *self)
{
  guint32 n = self->slot_mask + 1;
  Slot *old = self->slot;
  self->slot_mask = self->slot_mask * 2 + 1;
  self->slot = g_new0 (Slot, (gsize) self->slot_mask + 1);
  for (guint32 i = 0; i < n; i++)
    if (old[i].id != 0)
      {
        guint32 to = old[i].hash;
        while (self->slot[to & self->slot_mask].id != 0)
          to++;
        self->slot[to & self->slot_mask] = old[i];
      }
  g_free (old);
}

static guint32
add_hashed (ZxPool *self, guint32 hash, const char *text, gsize n)
{
  Slot *slot = find_slot (self, hash, text, n);
  if (slot->id != 0)
    return slot->id;
  if (self->n == self->offset_size)
    {
      self->offset_size *= 2;
      self->offset = g_renew (gsize, self->offset, self->offset_size);
    }
  while (self->arena_used + n + 1 > self->arena_size)
    {
      self->arena_size *= 2;
      self->arena = g_realloc (self->arena, self->arena_size);
    }
  memcpy (self->arena + self->arena_used, text, n);
  self->arena[self->arena_used + n] = '\0';
  self->offset[self->n] = self->arena_used;
  self->arena_used += n + 1;
  guint32 id = self->n++;
  *slot = (Slot){ hash, id };
  if (self->n > self->slot_mask / 4 * 3)
    grow_slots (self);
  return id;
}

guint32
zx_pool_add_len (ZxPool *self, const char *text, gsize n)
{
  if (text != NULL) /* a NUL inside ends the text: pools hold C strings */
    n = strnlen (text, n);
  return text != NULL && n > 0 ? add_hashed (self, hash_bytes (text, n), text, n) : 0;
}

/* Slot, offset and text lie in three places that are seldom in the cache; each is asked for one
 * round before it is needed. */
static void
add_block (ZxPool *self, const ZxText *texts, gsize n_texts, guint32 *ids)
{
  guint32 hash[POOL_BLOCK];
  gsize n[POOL_BLOCK];
  for (gsize i = 0; i < n_texts; i++)
    {
      n[i] = texts[i].text != NULL ? strnlen (texts[i].text, texts[i].n) : 0;
      hash[i] = n[i] > 0 ? hash_bytes (texts[i].text, n[i]) : 0;
      __builtin_prefetch (&self->slot[hash[i] & self->slot_mask]);
    }
  for (gsize i = 0; i < n_texts; i++)
    __builtin_prefetch (&self->offset[self->slot[hash[i] & self->slot_mask].id]);
  for (gsize i = 0; i < n_texts; i++)
    __builtin_prefetch (self->arena + self->offset[self->slot[hash[i] & self->slot_mask].id]);
  for (gsize i = 0; i < n_texts; i++)
    ids[i] = n[i] > 0 ? add_hashed (self, hash[i], texts[i].text, n[i]) : 0;
}

void
zx_pool_add_many (ZxPool *self, const ZxText *texts, gsize n_texts, guint32 *ids)
{
  for (gsize i = 0; i < n_texts; i += POOL_BLOCK)
    add_block (self, texts + i, MIN (n_texts - i, POOL_BLOCK), ids + i);
}

guint32
zx_pool_add (ZxPool *self, const char *text)
{
  return text != NULL ? zx_pool_add_len (self, text, strlen (text)) : 0;
}

guint32
zx_pool_find (const ZxPool *self, const char *text)
{
  gsize n = text != NULL ? strlen (text) : 0;
  return n > 0 ? find_slot (self, hash_bytes (text, n), text, n)->id : 0;
}

const char *
zx_pool_get (const ZxPool *self, guint32 id)
{
  g_return_val_if_fail (id < self->n, "");
  return self->arena + self->offset[id];
}

guint32
zx_pool_size (const ZxPool *self)
{
  return self->n;
}

/* ---- numbers ------------------------------------------------------------------------------ */

static inline gboolean
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

gboolean
zx_number_parse (const char *text, gsize n, double *value)
{
  /* Powers of ten that are exact doubles: a mantissa below 2^53 times or over one of them is
   * correctly rounded (Clinger 1990), which covers nearly every number in a data file. */
  static const double power[]
      = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
  const char *p = text, *end = text + n;
  *value = NAN;
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
    p++;
  while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r' || end[-1] == '\n'))
    end--;
  const char *start = p;
  gboolean is_negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+'))
    p++;
  guint64 mantissa = 0;
  int exponent = 0;
  guint n_digits = 0, n_seen = 0;
  for (; p < end && is_digit (*p); p++, n_seen++)
    if (n_digits < 19)
      {
        mantissa = mantissa * 10 + (guint64) (*p - '0');
        n_digits += mantissa > 0;
      }
    else
      exponent++;
  if (p < end && *p == '.')
    for (p++; p < end && is_digit (*p); p++, n_seen++)
      if (n_digits < 19)
        {
          mantissa = mantissa * 10 + (guint64) (*p - '0');
          n_digits += mantissa > 0;
          exponent--;
        }
  if (n_seen == 0)
    return FALSE;
  if (p < end && (*p == 'e' || *p == 'E'))
    {
      const char *q = p + 1;
      gboolean is_small = q < end && *q == '-';
      if (q < end && (*q == '-' || *q == '+'))
        q++;
      int stated = 0;
      if (q == end || !is_digit (*q))
        return FALSE;
      for (; q < end && is_digit (*q); q++)
        stated = MIN (stated * 10 + (*q - '0'), 9999);
      exponent += is_small ? -stated : stated;
      p = q;
    }
  if (p != end)
    return FALSE;
  if (mantissa < (G_GUINT64_CONSTANT (1) << 53) && exponent >= -22 && exponent <= 22)
    {
      double m = (double) mantissa;
      m = exponent < 0 ? m / power[-exponent] : m * power[exponent];
      *value = is_negative ? -m : m;
      return TRUE;
    }
  char buffer[512];
  gsize length = (gsize) (end - start);
  if (length >= sizeof buffer)
    return FALSE;
  memcpy (buffer, start, length);
  buffer[length] = '\0';
  *value = g_ascii_strtod (buffer, NULL);
  if (isfinite (*value))
    return TRUE;
  *value = NAN;
  return FALSE;
}

char *
zx_number_format (double value, char *buffer)
{
  if (isnan (value))
    buffer[0] = '\0';
  else
    for (int digits = 15; digits <= 17; digits++)
      {
        char format[8];
        g_snprintf (format, sizeof format, "%%.%dg", digits);
        g_ascii_formatd (buffer, 32, format, value);
        if (g_ascii_strtod (buffer, NULL) == value)
          break;
      }
  return buffer;
}

char *
zx_number_human (double value, guint decimals)
{
  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value > 0 ? "∞" : "−∞");
  char format[8], plain[400];
  g_snprintf (format, sizeof format, "%%.%uf", MIN (decimals, 9));
  g_ascii_formatd (plain, sizeof plain, format, fabs (value));
  gboolean is_zero = strspn (plain, "0.") == strlen (plain);
  GString *out = g_string_new (value < 0 && !is_zero ? "−" : "");
  gsize whole = strcspn (plain, ".");
  for (gsize i = 0; i < whole; i++)
    {
      if (i > 0 && (whole - i) % 3 == 0 && whole > 4)
        g_string_append (out, "\u202f"); /* thin and unbreakable, ISO 80000-1 */
      g_string_append_c (out, plain[i]);
    }
  g_string_append (out, plain + whole);
  return g_string_free (out, FALSE);
}

/* ---- civil time --------------------------------------------------------------------------- */

/* Days from civil and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
gint64
zx_time_from_civil (int year, guint month, guint day, guint hour, guint minute, guint second)
{
  gint64 y = (gint64) year - (month <= 2);
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * ((gint64) month + (month > 2 ? -3 : 9)) + 2) / 5 + (gint64) day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  gint64 days = era * 146097 + day_of_era - 719468;
  return days * 86400 + (gint64) hour * 3600 + (gint64) minute * 60 + (gint64) second;
}

void
zx_time_to_civil (gint64 time, int *year, guint *month, guint *day, guint *hour, guint *minute,
                  guint *second, guint *weekday)
{
  gint64 days = time >= 0 ? time / 86400 : -((86399 - time) / 86400);
  gint64 rest = time - days * 86400;
  gint64 z = days + 719468;
  gint64 era = (z >= 0 ? z : z - 146096) / 146097;
  gint64 day_of_era = z - era * 146097;
  gint64 year_of_era
      = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 shifted = (5 * day_of_year + 2) / 153;
  guint m = (guint) (shifted < 10 ? shifted + 3 : shifted - 9);
  if (year != NULL)
    *year = (int) (year_of_era + era * 400 + (m <= 2));
  if (month != NULL)
    *month = m;
  if (day != NULL)
    *day = (guint) (day_of_year - (153 * shifted + 2) / 5 + 1);
  if (hour != NULL)
    *hour = (guint) (rest / 3600);
  if (minute != NULL)
    *minute = (guint) (rest / 60 % 60);
  if (second != NULL)
    *second = (guint) (rest % 60);
  if (weekday != NULL) /* 1970-01-01 was a Thursday */
    *weekday = (guint) (((days + 3) % 7 + 7) % 7);
}
