/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-help-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/widgets/zx-chart-view.h"

#define PICTURE_WIDTH  190.0
#define RAMP_HEIGHT    34.0
#define SYMBOLS_HEIGHT 54.0
#define MARK           "<span background=\"#ffd54a\" foreground=\"#1b1b1b\">"

static char *
rest_of (const char *line, const char *mark)
{
  return g_strstrip (g_strdup (line + strlen (mark)));
}

char *
zx_help_text_title (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  return g_str_has_prefix (lines[0], "# ") ? rest_of (lines[0], "# ") : g_strdup (lines[0]);
}

gboolean
zx_help_text_holds (const char *text, char **words)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* ---- words that are looked for -------------------------------------------------------------- */

/* The bytes of @text at @at that fold to @word; 0 when they do not. */
static gsize
match_at (const char *at, const char *word)
{
  glong n = g_utf8_strlen (word, -1), n_left = g_utf8_strlen (at, -1);
  if (n == 0 || n > n_left)
    return 0;
  gsize length = (gsize) (g_utf8_offset_to_pointer (at, n) - at);
  g_autofree char *folded = g_utf8_casefold (at, (gssize) length);
  return strcmp (folded, word) == 0 ? length : 0;
}

static char *
mark_words (const char *text, char **words)
{
  GString *markup = g_string_new (NULL);
  for (const char *at = text; *at != '\0';)
    {
      gsize length = 0;
      for (guint i = 0; words[i] != NULL && length == 0; i++)
        length = match_at (at, words[i]);
      gsize step = length > 0 ? length : (gsize) (g_utf8_next_char (at) - at);
      g_autofree char *piece = g_markup_escape_text (at, (gssize) step);
      g_string_append_printf (markup, "%s%s%s", length > 0 ? MARK : "", piece,
                              length > 0 ? "</span>" : "");
      at += step;
    }
  return g_string_free (markup, FALSE);
}

static GtkWidget *
label_of (const char *text, char **words, const char *class)
{
  g_autofree char *markup = mark_words (text, words);
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

/* ---- pictures ------------------------------------------------------------------------------ */

static const struct
{
  const char *name;
  ZxRamp ramp;
  double low, high;
} ramps[] = {
  { "heat", ZX_RAMP_HEAT, 0, 100 },
  { "difference", ZX_RAMP_DIFFERENCE, -100, 100 },
  { "load", ZX_RAMP_LOAD, 0, 120 },
  { "probability", ZX_RAMP_PROBABILITY, 0, 1 },
};

static void
paint_ramp (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data) - 1;
  const ZxColourScale scale = { ramps[i].ramp, ramps[i].low, ramps[i].high, FALSE, NAN };
  const ZxLegend legend = { NULL, &scale, 0, NULL, NULL, NULL, frame->is_dark };
  zx_map_paint_legend (cr, 0, 2, PICTURE_WIDTH, &legend);
}

static void
paint_symbols (cairo_t *cr, ZxChartFrame *frame, gconstpointer data)
{
  static const ZxSymbol symbols[]
      = { ZX_SYMBOL_SITE, ZX_SYMBOL_STATION, ZX_SYMBOL_CANDIDATE, ZX_SYMBOL_REJECTED };
  const char *const labels[]
      = { _ ("Chosen site"), _ ("Station"), _ ("Candidate"), _ ("Ruled out") };
  const ZxLegend legend
      = { NULL, NULL, G_N_ELEMENTS (symbols), symbols, labels, NULL, frame->is_dark };
  zx_map_paint_legend (cr, 0, 2, PICTURE_WIDTH, &legend);
}

static GtkWidget *
picture_of (const char *name, const char *text)
{
  GtkWidget *view = g_object_new (ZX_TYPE_CHART_VIEW, NULL);
  if (g_str_equal (name, "symbols"))
    zx_chart_view_set (ZX_CHART_VIEW (view), text, SYMBOLS_HEIGHT, paint_symbols, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ramps); i++)
    if (g_str_equal (name, ramps[i].name))
      zx_chart_view_set (ZX_CHART_VIEW (view), text, RAMP_HEIGHT, paint_ramp,
                         GUINT_TO_POINTER (i + 1), NULL);
  return view;
}

/* ---- lines --------------------------------------------------------------------------------- */

static GtkWidget *
beside (GtkWidget *sign, GtkWidget *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_set_valign (sign, GTK_ALIGN_START);
  gtk_widget_set_margin_start (sign, 6);
  gtk_box_append (GTK_BOX (box), sign);
  gtk_box_append (GTK_BOX (box), text);
  return box;
}

static GtkWidget *
icon_line (const char *line, char **words)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 2);
  return beside (gtk_image_new_from_icon_name (parts[0]),
                 label_of (parts[1] != NULL ? parts[1] : "", words, NULL));
}

static GtkWidget *
picture_line (const char *line, char **words)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 2);
  const char *text = parts[1] != NULL ? parts[1] : "";
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append (GTK_BOX (box), label_of (text, words, NULL));
  gtk_box_append (GTK_BOX (box), picture_of (parts[0], text));
  return box;
}

static GtkWidget *
view_line (const char *line, char **words)
{
  g_autofree char *bare = rest_of (line, "");
  if (g_str_has_prefix (bare, "## "))
    return label_of (bare + 3, words, "heading");
  if (g_str_has_prefix (bare, "# "))
    return label_of (bare + 2, words, "title-1");
  if (g_str_has_prefix (bare, "- "))
    return beside (gtk_label_new ("•"), label_of (bare + 2, words, NULL));
  if (g_str_has_prefix (bare, "@ "))
    return icon_line (bare + 2, words);
  if (g_str_has_prefix (bare, "% "))
    return picture_line (bare + 2, words);
  return label_of (bare, words, NULL);
}

GtkWidget *
zx_help_text_view (const char *text, char **words)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  g_autofree char *title = zx_help_text_title (text);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0')
      gtk_box_append (GTK_BOX (box), view_line (lines[i], words));
  gtk_widget_add_css_class (box, "help-text");
  gtk_widget_set_focusable (box, TRUE); /* so that keys scroll it */
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return box;
}
