/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a compiled gettext catalogue (.mo) that is linked into the program.
 *
 *   0  magic 0x950412de      4  revision            8  number of strings N
 *  12  offset of the table of originals, 16  of translations: N × { length, offset }, sorted
 *
 * The bytes are our own build's, but the reader checks every offset all the same: a catalogue is
 * also a file that somebody may edit. */

#include "data/base/zx-base.h"

GResource *zx_get_resource (void);

struct _ZxCatalogue
{
  const char *language;
  GBytes *bytes; /* NULL: English */
  const guint8 *mo;
  gsize size;
  guint32 n, originals, translations;
};

static gboolean
read_u32 (const ZxCatalogue *self, gsize offset, guint32 *value)
{
  if (offset > self->size || self->size - offset < 4)
    return FALSE;
  memcpy (value, self->mo + offset, 4);
  *value = GUINT32_FROM_LE (*value);
  return TRUE;
}

/* The NUL-terminated string of entry @i in the table at @table. */
static const char *
entry (const ZxCatalogue *self, guint32 table, guint32 i)
{
  guint32 length, offset;
  gsize at = (gsize) table + (gsize) i * 8;
  if (!read_u32 (self, at, &length) || !read_u32 (self, at + 4, &offset) || offset >= self->size
      || self->size - offset <= length || self->mo[offset + length] != 0)
    return NULL;
  return (const char *) self->mo + offset;
}

static gboolean
load (ZxCatalogue *self)
{
  guint32 magic;
  self->mo = g_bytes_get_data (self->bytes, &self->size);
  return read_u32 (self, 0, &magic) && magic == 0x950412de && read_u32 (self, 8, &self->n)
         && read_u32 (self, 12, &self->originals) && read_u32 (self, 16, &self->translations);
}

ZxCatalogue *
zx_catalogue_new (const char *language)
{
  ZxCatalogue *self = g_new0 (ZxCatalogue, 1);
  self->language = "en";
  if (language == NULL || !g_str_has_prefix (language, "zh"))
    return self;
  self->bytes = g_resource_lookup_data (zx_get_resource (), "/zhixing/locale/zh_CN.mo",
                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (self->bytes != NULL && load (self))
    self->language = "zh_CN";
  else
    self->n = 0;
  return self;
}

void
zx_catalogue_free (ZxCatalogue *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

const char *
zx_catalogue_get (const ZxCatalogue *self, const char *message)
{
  guint32 low = 0, high = self != NULL ? self->n : 0;
  if (*message == '\0') /* the header's key */
    return message;
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      const char *original = entry (self, self->originals, middle);
      int order = original != NULL ? strcmp (message, original) : 0;
      if (order == 0)
        {
          const char *translation
              = original != NULL ? entry (self, self->translations, middle) : NULL;
          return translation != NULL && *translation != '\0' ? translation : message;
        }
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return message;
}

const char *
zx_catalogue_language (const ZxCatalogue *self)
{
  return self->language;
}

guint
zx_catalogue_size (const ZxCatalogue *self)
{
  return self->n;
}
