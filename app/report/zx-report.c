/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report's story: say everything, set it on pages, draw the pages into a PDF in memory, add
 * what cairo leaves out, and put the file in its place whole. */

#include "app/report/zx-report.h"

#include <cairo-pdf.h>
#include <string.h>

#include "app/report/zx-fonts.h"
#include "app/report/zx-page.h"
#include "app/report/zx-pdf-finish.h"
#include "app/report/zx-section.h"

#define MOST_BYTES (512u << 20) /* of a PDF; more is a mistake of the data */
#define NO_DATE    "1970-01-01"

typedef struct
{
  GByteArray *bytes;
  const ZxProgress *progress;
} Pdf;

/* A page of a large city keeps cairo busy for half a second, in which nobody else asks: no more
 * bytes are taken once the work shall stop, and cairo gives the page up. */
static cairo_status_t
on_bytes_cb (gpointer closure, const unsigned char *data, unsigned int length)
{
  const Pdf *pdf = closure;
  if (length > MOST_BYTES - pdf->bytes->len || zx_progress_is_stopped (pdf->progress))
    return CAIRO_STATUS_WRITE_ERROR;
  g_byte_array_append (pdf->bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* The day as YYYY-MM-DD, never the clock: the same input gives the same bytes. */
static gboolean
is_day (const char *date)
{
  static const char shape[] = "dddd-dd-dd";
  if (date == NULL || strlen (date) < strlen (shape))
    return FALSE;
  for (guint i = 0; shape[i] != '\0'; i++)
    if (shape[i] == 'd' ? !g_ascii_isdigit (date[i]) : date[i] != shape[i])
      return FALSE;
  return TRUE;
}

static const char *
attribution_of (const ZxCity *city, ZxWords *words)
{
  for (guint i = 0; city->sources != NULL && i < city->sources->len; i++)
    {
      const ZxSource *source = g_ptr_array_index (city->sources, i);
      if (source->layer != NULL
          && (strstr (source->layer, ".osm") != NULL || strstr (source->layer, ".pbf") != NULL))
        return zx_words_get (words, N_ ("Roads © OpenStreetMap contributors"));
    }
  return NULL;
}

/* ---- chapters ------------------------------------------------------------------------------ */

static const struct
{
  const char *name, *title;
  void (*tell) (ZxTelling *tell);
} chapters[ZX_N_REPORT_CHAPTERS] = {
  [ZX_REPORT_PRESENT] = { "present", N_ ("Current state"), zx_tell_present },
  [ZX_REPORT_DATA] = { "data", N_ ("Data and their quality"), zx_tell_data },
  [ZX_REPORT_DEMAND] = { "demand", N_ ("Demand"), zx_tell_demand },
  [ZX_REPORT_CANDIDATES] = { "candidates", N_ ("Candidate places"), zx_tell_candidates },
  [ZX_REPORT_SCORES] = { "scores", N_ ("Scores and choice"), zx_tell_scores },
  [ZX_REPORT_SITES] = { "sites", N_ ("Site sheets"), zx_tell_sites },
  [ZX_REPORT_GRID] = { "grid", N_ ("Grid check"), zx_tell_grid },
  [ZX_REPORT_ECONOMICS] = { "economics", N_ ("Economics"), zx_tell_economics },
  [ZX_REPORT_VARIANTS] = { "variants", N_ ("Alternatives and sensitivity"), zx_tell_variants },
  [ZX_REPORT_CARBON] = { "carbon", N_ ("Carbon"), zx_tell_carbon },
};

const char *
zx_report_chapter_name (ZxReportChapter chapter)
{
  return chapters[chapter].name;
}

const char *
zx_report_chapter_title (ZxReportChapter chapter)
{
  return chapters[chapter].title;
}

static void
refuse_chapter (const char *name, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < ZX_N_REPORT_CHAPTERS; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", chapters[i].name);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("“%s” is no chapter that a report can do without; those are %s"), name,
               names->str);
}

gboolean
zx_report_parse_chapters (const char *names, guint *bits, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (names, ",", -1);
  *bits = 0;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint chapter = 0;
      while (chapter < ZX_N_REPORT_CHAPTERS && strcmp (parts[i], chapters[chapter].name) != 0)
        chapter++;
      if (parts[i][0] != '\0' && chapter == ZX_N_REPORT_CHAPTERS)
        {
          refuse_chapter (parts[i], error);
          return FALSE;
        }
      if (parts[i][0] != '\0')
        *bits |= 1u << chapter;
    }
  return TRUE;
}

/* A chapter that was left out keeps its number and says so: other chapters refer to it, and a
 * reader shall know that there is more. */
static void
tell_chapter (ZxTelling *tell, ZxReportChapter chapter)
{
  if ((tell->input->left_out & (1u << chapter)) == 0)
    {
      chapters[chapter].tell (tell);
      return;
    }
  if (chapter == ZX_REPORT_VARIANTS
      && (tell->input->plan == NULL || tell->input->plan->n_variants == 0))
    return;
  zx_document_chapter (tell->document, zx_word (tell, chapters[chapter].title));
  zx_paragraph (tell, N_ ("This chapter was left out of this copy of the report."));
}

static void
tell_everything (ZxTelling *tell)
{
  zx_tell_cover (tell);
  zx_tell_conclusion (tell);
  zx_document_room (tell->document, zx_has_plan (tell) ? ZX_PAGE_HEIGHT : 480.0);
  zx_document_front (tell->document, zx_word (tell, N_ ("Contents")));
  ZxBlock *title = g_ptr_array_index (tell->document->blocks, tell->document->blocks->len - 1);
  title->is_listed = FALSE;
  zx_document_contents (tell->document);
  zx_tell_task (tell);
  for (guint chapter = 0; chapter < ZX_N_REPORT_CHAPTERS; chapter++)
    tell_chapter (tell, (ZxReportChapter) chapter);
  zx_tell_limits (tell);
  zx_tell_annexes (tell);
}

/* ---- drawing ------------------------------------------------------------------------------ */

typedef struct
{
  const char *title, *author, *subject, *day;
} Facts;

static Facts
facts_of (ZxTelling *tell)
{
  Facts facts;
  facts.title = zx_say (tell, N_ ("%s — charging stations: reference data for site selection"),
                        tell->place);
  facts.author = zx_say (tell, N_ ("Zhixing %s"),
                         zx_words_clean (tell->words, tell->input->program_version, 24));
  facts.subject = zx_word (tell, N_ ("Sites, pile types and grid room for charging stations"));
  facts.day
      = is_day (tell->input->date) ? zx_words_clean (tell->words, tell->input->date, 10) : NO_DATE;
  g_autofree char *bare = g_strndup (facts.day, 10);
  facts.day = zx_words_clean (tell->words, bare, 10);
  return facts;
}

static void
set_metadata (cairo_surface_t *surface, const Facts *facts)
{
  g_autofree char *moment = g_strdup_printf ("%sT00:00:00Z", facts->day);
  cairo_pdf_surface_restrict_to_version (surface, CAIRO_PDF_VERSION_1_4);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, facts->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_AUTHOR, facts->author);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, facts->subject);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, facts->author);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, moment);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_MOD_DATE, moment);
}

static ZxFurniture
furniture_of (ZxTelling *tell)
{
  ZxFurniture furniture;
  g_autofree char *print = g_strndup (
      tell->input->project_fingerprint != NULL ? tell->input->project_fingerprint : "", 12);
  furniture.header = zx_say (tell, N_ ("%s · site selection for charging stations"), tell->place);
  furniture.footer = zx_say (tell, N_ ("Zhixing %s · data up to %s · fingerprint %s"),
                             zx_words_clean (tell->words, tell->input->program_version, 24),
                             zx_words_clean (tell->words, tell->input->date, 20),
                             zx_words_clean (tell->words, print, 12));
  return furniture;
}

/* Names that app/carto writes on maps, and what is said only while pages are drawn. */
static void
show_names (ZxTelling *tell)
{
  const ZxPool *pool = tell->city->pool;
  zx_words_show (tell->words, zx_words_get (tell->words, ZX_PAGE_MESSAGE));
  for (guint32 id = 0; id < zx_pool_size (pool); id++)
    zx_words_show (tell->words, zx_pool_get (pool, id));
}

static gboolean
draw (ZxTelling *tell, const ZxInk *ink, cairo_surface_t *surface, const ZxFurniture *furniture,
      GPtrArray *alternatives, guint *n_pages, const ZxProgress *progress, GError **error)
{
  g_autoptr (ZxPages) pages = zx_pages_new (tell->document, ink);
  if (n_pages != NULL)
    *n_pages = zx_pages_count (pages);
  return zx_pages_draw (pages, surface, furniture, alternatives, progress, error);
}

/* The PDF in memory, or NULL with @error. */
static GByteArray *
compose (ZxTelling *tell, guint *n_pages, const ZxProgress *progress, GError **error)
{
  ZxFurniture furniture = furniture_of (tell);
  Facts facts = facts_of (tell);
  show_names (tell); /* all words are said: the fonts can be made, and live until cairo is done */
  g_autoptr (ZxFonts) fonts = zx_fonts_new (tell->words);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Pdf pdf = { bytes, progress };
  g_autoptr (GPtrArray) alternatives = g_ptr_array_new_with_free_func (g_free);
  gboolean is_chinese = zx_words_is_chinese (tell->words);
  cairo_surface_t *surface
      = cairo_pdf_surface_create_for_stream (on_bytes_cb, &pdf, ZX_PAGE_WIDTH, ZX_PAGE_HEIGHT);
  set_metadata (surface, &facts);
  cairo_t *cr = cairo_create (surface);
  ZxInk ink = { cr, pango_language_from_string (is_chinese ? "zh-cn" : "en") };
  gboolean ok = draw (tell, &ink, surface, &furniture, alternatives, n_pages, progress, error);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  ok = ok && zx_progress_step (progress, 1, 1, error);
  if (ok && status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("The report cannot be drawn: %s"),
                   cairo_status_to_string (status));
      ok = FALSE;
    }
  ZxPdfFacts finish = {
    is_chinese ? "zh-CN" : "en", facts.title, facts.author, facts.subject, facts.day, alternatives
  };
  if (!ok || !zx_pdf_finish (bytes, &finish, error))
    return NULL;
  return g_steal_pointer (&bytes);
}

/* The pages in memory as a drawing; the system's fonts will do, for nothing is embedded. */
static cairo_surface_t *
record (ZxTelling *tell, guint *n_pages, const ZxProgress *progress, GError **error)
{
  ZxFurniture furniture = furniture_of (tell);
  g_autoptr (GPtrArray) alternatives = g_ptr_array_new_with_free_func (g_free);
  gboolean is_chinese = zx_words_is_chinese (tell->words);
  cairo_surface_t *surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, NULL);
  cairo_t *cr = cairo_create (surface);
  ZxInk ink = { cr, pango_language_from_string (is_chinese ? "zh-cn" : "en") };
  gboolean ok = draw (tell, &ink, surface, &furniture, alternatives, n_pages, progress, error);
  cairo_destroy (cr);
  if (!ok)
    g_clear_pointer (&surface, cairo_surface_destroy);
  return surface;
}

/* Everything said, not yet on pages. */
static void
begin (ZxTelling *tell, const ZxReportInput *input, ZxWords *words, ZxDocument *document)
{
  *tell = (ZxTelling){ input, input->city, words, document, NULL, NULL, NULL };
  tell->place = input->city->name != NULL && *input->city->name != '\0'
                    ? zx_words_clean (words, input->city->name, 40)
                    : zx_words_get (words, N_ ("the study area"));
  tell->attribution = attribution_of (input->city, words);
  tell_everything (tell);
}

gboolean
zx_report_write (const char *path, const ZxReportInput *input, guint *n_pages,
                 const ZxProgress *progress, GError **error)
{
  g_return_val_if_fail (path != NULL && input != NULL && input->city != NULL, FALSE);
  g_autoptr (ZxWords) words = zx_words_new (input->language, input->city->currency);
  g_autoptr (ZxDocument) document = zx_document_new (words);
  ZxTelling tell;
  if (!zx_progress_say (progress, 0.0, _ ("Writing the report"), error))
    return FALSE;
  begin (&tell, input, words, document);
  ZxProgress drawing = zx_progress_slice (progress, 0.1, 0.95);
  g_autoptr (GByteArray) pdf = compose (&tell, n_pages, &drawing, error);
  zx_cover_free (tell.cover);
  return pdf != NULL && zx_file_replace (path, pdf->data, pdf->len, error);
}

cairo_surface_t *
zx_report_record (const ZxReportInput *input, guint *n_pages, const ZxProgress *progress,
                  GError **error)
{
  g_return_val_if_fail (input != NULL && input->city != NULL, NULL);
  g_autoptr (ZxWords) words = zx_words_new (input->language, input->city->currency);
  g_autoptr (ZxDocument) document = zx_document_new (words);
  ZxTelling tell;
  if (!zx_progress_say (progress, 0.0, _ ("Laying out the report"), error))
    return NULL;
  begin (&tell, input, words, document);
  ZxProgress drawing = zx_progress_slice (progress, 0.1, 1);
  cairo_surface_t *surface = record (&tell, n_pages, &drawing, error);
  zx_cover_free (tell.cover);
  return surface;
}
