/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why this is needed: when cairo (up to 1.18 at least) embeds a CFF font, it follows the
 * subroutines of every sign to see which are used, but enters each subroutine only once.  Hints
 * declared inside a subroutine are then not counted for the next sign that calls it, the length of
 * a hint mask comes out wrong, the rest of the charstring is misread, and a subroutine that is
 * needed may be dropped.  With Noto Sans CJK one sign in some hundreds was missing from the page,
 * though it could still be copied.
 *
 * The cure: HarfBuzz writes a copy of the font that holds the signs we need and has no subroutines
 * at all.  The copies are made known to a fontconfig configuration of our own, in the place of the
 * originals, and this thread's pango uses that configuration as long as the report is drawn. */

#include "app/report/zx-fonts.h"

#include "app/carto/zx-carto.h"

#include <glib/gstdio.h>
#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb-subset.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>
#include <pango/pangofc-fontmap.h>

#define MOST_COPIES 2

struct _ZxFonts
{
  PangoFontMap *before; /* this thread's */
  FcConfig *config;
  char *copies[MOST_COPIES]; /* paths */
  char *originals[MOST_COPIES];
  guint n_copies;
};

/* Blocks of which maps, charts and numbers may use any sign. */
static const gunichar blocks[][2] = {
  { 0x20, 0x17f },    { 0x370, 0x3ff },   { 0x2000, 0x206f }, { 0x2070, 0x20bf },
  { 0x2100, 0x22ff }, { 0x25a0, 0x25ff }, { 0x3000, 0x303f }, { 0xff00, 0xffef },
};

static void
add_signs (hb_set_t *signs, const ZxWords *words)
{
  for (gunichar c = 0; c <= 0x10ffff; c++)
    if (zx_words_has_seen (words, c))
      hb_set_add (signs, c);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    hb_set_add_range (signs, blocks[i][0], blocks[i][1]);
}

static gboolean
is_cff (hb_face_t *face)
{
  hb_blob_t *table = hb_face_reference_table (face, HB_TAG ('C', 'F', 'F', ' '));
  gboolean has_table = hb_blob_get_length (table) > 0;
  hb_blob_destroy (table);
  return has_table;
}

static hb_face_t *
copy_face (hb_face_t *face, const ZxWords *words)
{
  hb_subset_input_t *input = hb_subset_input_create_or_fail ();
  if (input == NULL)
    return NULL;
  add_signs (hb_subset_input_unicode_set (input), words);
  hb_subset_input_set_flags (input, HB_SUBSET_FLAGS_DESUBROUTINIZE);
  hb_face_t *copy = hb_subset_or_fail (face, input);
  hb_subset_input_destroy (input);
  return copy;
}

static char *
write_face (hb_face_t *face)
{
  char *path = NULL;
  hb_blob_t *blob = hb_face_reference_blob (face);
  guint n = 0;
  const char *bytes = hb_blob_get_data (blob, &n);
  int file = n > 0 ? g_file_open_tmp ("zhixing-XXXXXX.otf", &path, NULL) : -1;
  if (file >= 0)
    {
      g_close (file, NULL);
      if (!g_file_set_contents (path, bytes, n, NULL))
        {
          g_unlink (path);
          g_clear_pointer (&path, g_free);
        }
    }
  hb_blob_destroy (blob);
  return path;
}

/* One weight of the family the report is set in. */
static void
copy_font (ZxFonts *self, PangoWeight weight, const ZxWords *words)
{
  g_autoptr (PangoLayout) layout = zx_text_layout (NULL, 10.0, weight == PANGO_WEIGHT_BOLD);
  g_autoptr (PangoFont) font = pango_font_map_load_font (
      self->before, pango_layout_get_context (layout), pango_layout_get_font_description (layout));
  FcChar8 *original = NULL;
  if (font == NULL || !PANGO_IS_FC_FONT (font)
      || FcPatternGetString (pango_fc_font_get_pattern (PANGO_FC_FONT (font)), FC_FILE, 0,
                             &original)
             != FcResultMatch)
    return;
  hb_face_t *face = hb_font_get_face (pango_font_get_hb_font (font));
  hb_face_t *copy = is_cff (face) ? copy_face (face, words) : NULL;
  char *path = copy != NULL ? write_face (copy) : NULL;
  hb_face_destroy (copy);
  if (path == NULL)
    return;
  self->originals[self->n_copies] = g_strdup ((const char *) original);
  self->copies[self->n_copies++] = path;
}

static gboolean
is_original (const ZxFonts *self, FcPattern *pattern)
{
  FcChar8 *file = NULL;
  if (FcPatternGetString (pattern, FC_FILE, 0, &file) != FcResultMatch)
    return FALSE;
  for (guint i = 0; i < self->n_copies; i++)
    if (g_strcmp0 (self->originals[i], (const char *) file) == 0)
      return TRUE;
  return FALSE;
}

/* Our copies first, then every font of the system but their originals. */
static gboolean
configure (ZxFonts *self)
{
  self->config = FcConfigCreate ();
  for (guint i = 0; i < self->n_copies; i++)
    if (!FcConfigAppFontAddFile (self->config, (const FcChar8 *) self->copies[i]))
      return FALSE;
  FcFontSet *ours = FcConfigGetFonts (self->config, FcSetApplication);
  FcFontSet *system = FcConfigGetFonts (NULL, FcSetSystem);
  for (int i = 0; ours != NULL && system != NULL && i < system->nfont; i++)
    if (!is_original (self, system->fonts[i]))
      {
        FcPatternReference (system->fonts[i]);
        FcFontSetAdd (ours, system->fonts[i]);
      }
  return ours != NULL;
}

ZxFonts *
zx_fonts_new (const ZxWords *words)
{
  ZxFonts *self = g_new0 (ZxFonts, 1);
  self->before = g_object_ref (pango_cairo_font_map_get_default ());
  copy_font (self, PANGO_WEIGHT_NORMAL, words);
  copy_font (self, PANGO_WEIGHT_BOLD, words);
  if (self->n_copies < MOST_COPIES || !configure (self))
    {
      zx_fonts_free (self);
      return NULL;
    }
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new_for_font_type (CAIRO_FONT_TYPE_FT);
  pango_fc_font_map_set_config (PANGO_FC_FONT_MAP (map), self->config);
  pango_cairo_font_map_set_default (PANGO_CAIRO_FONT_MAP (map));
  return self;
}

void
zx_fonts_free (ZxFonts *self)
{
  if (self == NULL)
    return;
  pango_cairo_font_map_set_default (PANGO_CAIRO_FONT_MAP (self->before));
  g_object_unref (self->before);
  if (self->config != NULL)
    FcConfigDestroy (self->config);
  for (guint i = 0; i < self->n_copies; i++)
    {
      g_unlink (self->copies[i]);
      g_free (self->copies[i]);
      g_free (self->originals[i]);
    }
  g_free (self);
}
