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
  char *folder;                     /* of the copies */
  FcPattern *patterns[MOST_COPIES]; /* what fontconfig is to know of them */
  char *originals[MOST_COPIES];     /* paths */
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

static gboolean
write_face (hb_face_t *face, const char *path)
{
  hb_blob_t *blob = hb_face_reference_blob (face);
  guint n = 0;
  const char *bytes = hb_blob_get_data (blob, &n);
  gboolean ok = n > 0 && g_file_set_contents (path, bytes, n, NULL);
  hb_blob_destroy (blob);
  return ok;
}

static FcCharSet *
signs_of (hb_face_t *face)
{
  FcCharSet *signs = FcCharSetCreate ();
  hb_set_t *unicodes = hb_set_create ();
  hb_face_collect_unicodes (face, unicodes);
  for (hb_codepoint_t c = HB_SET_VALUE_INVALID; hb_set_next (unicodes, &c);)
    FcCharSetAddChar (signs, c);
  hb_set_destroy (unicodes);
  return signs;
}

/* The original's pattern with another file and fewer signs.  (FcConfigAppFontAddFile() would read
 * the file and lose memory each time.) */
static FcPattern *
describe_copy (FcPattern *original, hb_face_t *face, const char *path)
{
  FcPattern *pattern = FcPatternDuplicate (original);
  FcCharSet *signs = signs_of (face);
  FcPatternDel (pattern, FC_FILE);
  FcPatternDel (pattern, FC_INDEX);
  FcPatternDel (pattern, FC_CHARSET);
  FcPatternAddString (pattern, FC_FILE, (const FcChar8 *) path);
  FcPatternAddInteger (pattern, FC_INDEX, 0);
  FcPatternAddCharSet (pattern, FC_CHARSET, signs);
  FcCharSetDestroy (signs);
  return pattern;
}

/* The system's own pattern of a font that pango has chosen, or NULL. */
static FcPattern *
find_original (PangoFont *font)
{
  FcPattern *chosen = pango_fc_font_get_pattern (PANGO_FC_FONT (font));
  FcFontSet *system = FcConfigGetFonts (NULL, FcSetSystem);
  FcChar8 *path, *other;
  int index, other_index;
  if (FcPatternGetString (chosen, FC_FILE, 0, &path) != FcResultMatch
      || FcPatternGetInteger (chosen, FC_INDEX, 0, &index) != FcResultMatch)
    return NULL;
  for (int i = 0; system != NULL && i < system->nfont; i++)
    if (FcPatternGetString (system->fonts[i], FC_FILE, 0, &other) == FcResultMatch
        && FcPatternGetInteger (system->fonts[i], FC_INDEX, 0, &other_index) == FcResultMatch
        && index == other_index && g_strcmp0 ((char *) path, (char *) other) == 0)
      return system->fonts[i];
  return NULL;
}

/* One weight of the family the report is set in. */
static void
copy_font (ZxFonts *self, gboolean is_bold, const ZxWords *words)
{
  g_autoptr (PangoLayout) layout = zx_text_layout (NULL, 10.0, is_bold);
  g_autoptr (PangoFont) font = pango_font_map_load_font (
      self->before, pango_layout_get_context (layout), pango_layout_get_font_description (layout));
  FcPattern *original = font != NULL && PANGO_IS_FC_FONT (font) ? find_original (font) : NULL;
  FcChar8 *original_path = NULL;
  if (original == NULL)
    return;
  hb_face_t *face = hb_font_get_face (pango_font_get_hb_font (font));
  hb_face_t *copy = is_cff (face) ? copy_face (face, words) : NULL;
  g_autofree char *path
      = g_build_filename (self->folder, is_bold ? "bold.otf" : "regular.otf", NULL);
  if (copy != NULL && write_face (copy, path))
    {
      guint i = self->n_copies++;
      FcPatternGetString (original, FC_FILE, 0, &original_path);
      self->originals[i] = g_strdup ((const char *) original_path);
      self->patterns[i] = describe_copy (original, copy, path);
    }
  hb_face_destroy (copy);
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

/* Our copies first, then every font of the system but their originals.  Adding a folder, empty as
 * it is, makes fontconfig create the set that patterns can be added to; it wants a place for its
 * cache and gets the same folder. */
static gboolean
configure (ZxFonts *self)
{
  g_autofree char *settings = g_markup_printf_escaped (
      "<?xml version=\"1.0\"?><fontconfig><cachedir>%s</cachedir></fontconfig>", self->folder);
  self->config = FcConfigCreate ();
  return self->config != NULL && FcConfigGetFonts (NULL, FcSetSystem) != NULL
         && FcConfigParseAndLoadFromMemory (self->config, (const FcChar8 *) settings, FcFalse)
         && FcConfigAppFontAddDir (self->config, (const FcChar8 *) self->folder)
         && FcConfigGetFonts (self->config, FcSetApplication) != NULL;
}

static void
fill_set (ZxFonts *self)
{
  FcFontSet *ours = FcConfigGetFonts (self->config, FcSetApplication);
  FcFontSet *system = FcConfigGetFonts (NULL, FcSetSystem);
  for (guint i = 0; i < self->n_copies; i++)
    FcFontSetAdd (ours, g_steal_pointer (&self->patterns[i]));
  for (int i = 0; i < system->nfont; i++)
    if (!is_original (self, system->fonts[i]))
      {
        FcPatternReference (system->fonts[i]);
        FcFontSetAdd (ours, system->fonts[i]);
      }
}

ZxFonts *
zx_fonts_new (const ZxWords *words)
{
  ZxFonts *self = g_new0 (ZxFonts, 1);
  self->before = g_object_ref (pango_cairo_font_map_get_default ());
  self->folder = g_dir_make_tmp ("zhixing-fonts-XXXXXX", NULL);
  if (self->folder != NULL && configure (self))
    {
      copy_font (self, FALSE, words);
      copy_font (self, TRUE, words);
    }
  if (self->n_copies < MOST_COPIES)
    {
      zx_fonts_free (self);
      return NULL;
    }
  fill_set (self);
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new_for_font_type (CAIRO_FONT_TYPE_FT);
  pango_fc_font_map_set_config (PANGO_FC_FONT_MAP (map), self->config);
  pango_cairo_font_map_set_default (PANGO_CAIRO_FONT_MAP (map));
  return self;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  if (folder != NULL)
    g_rmdir (folder);
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
      g_free (self->originals[i]);
      if (self->patterns[i] != NULL)
        FcPatternDestroy (self->patterns[i]);
    }
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}
