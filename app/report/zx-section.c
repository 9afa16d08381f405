/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the chapters share: sentences, names and maps. */

#include "app/report/zx-section.h"

#include "app/report/zx-page.h"

#include <string.h>

/* ---- saying ------------------------------------------------------------------------------- */

#define SAID(tell, message, text)                                                                  \
  va_list arguments;                                                                               \
  va_start (arguments, message);                                                                   \
  const char *text = zx_words_say_list ((tell)->words, message, arguments);                        \
  va_end (arguments)

const char *
zx_say (ZxTelling *tell, const char *message, ...)
{
  SAID (tell, message, text);
  return text;
}

const char *
zx_word (const ZxTelling *tell, const char *message)
{
  return zx_words_get (tell->words, message);
}

void
zx_paragraph (ZxTelling *tell, const char *message, ...)
{
  SAID (tell, message, text);
  zx_document_text (tell->document, text);
}

void
zx_note (ZxTelling *tell, const char *message, ...)
{
  SAID (tell, message, text);
  zx_document_note (tell->document, text);
}

void
zx_item (ZxTelling *tell, const char *message, ...)
{
  SAID (tell, message, text);
  zx_document_item (tell->document, text);
}

void
zx_small_item (ZxTelling *tell, const char *message, ...)
{
  SAID (tell, message, text);
  zx_document_small_item (tell->document, text);
}

const char *
zx_caption (ZxTelling *tell, const char *message, ...)
{
  SAID (tell, message, text);
  return zx_document_figure_caption (tell->document, text);
}

const char *
zx_data_text (ZxTelling *tell, guint32 id, guint n_most)
{
  return zx_words_clean (tell->words, zx_pool_get (tell->city->pool, id), n_most);
}

/* ---- names -------------------------------------------------------------------------------- */

/* Names come through the parcel: ids of a plan that was read from a file may belong to another
 * pool of texts than the city's. */
static gint32
parcel_of (const ZxTelling *tell, guint candidate)
{
  const ZxCandidates *candidates = tell->input->candidates;
  gint32 parcel = candidates->parcel != NULL ? candidates->parcel[candidate] : -1;
  return parcel >= 0 && (guint) parcel < tell->city->parcels.n ? parcel : -1;
}

const char *
zx_candidate_id (ZxTelling *tell, guint candidate)
{
  gint32 parcel = parcel_of (tell, candidate);
  if (parcel >= 0 && tell->city->parcels.id[parcel] != 0)
    return zx_data_text (tell, tell->city->parcels.id[parcel], 24);
  return zx_say (tell, "C%04u", candidate + 1);
}

const char *
zx_candidate_name (ZxTelling *tell, guint candidate)
{
  gint32 parcel = parcel_of (tell, candidate);
  if (parcel >= 0 && tell->city->parcels.name[parcel] != 0)
    return zx_data_text (tell, tell->city->parcels.name[parcel], 40);
  return zx_candidate_id (tell, candidate);
}

const char *
zx_site_destination (ZxTelling *tell, guint site)
{
  if ((tell->input->left_out & (1u << ZX_REPORT_SITES)) != 0)
    return NULL;
  return zx_say (tell, "site-%u", site + 1);
}

const ZxConfiguration *
zx_site_configuration (const ZxTelling *tell, guint site)
{
  guint index = tell->input->plan->site[site].configuration;
  return index < tell->input->n_configurations ? tell->input->configurations[index] : NULL;
}

const char *
zx_configuration_title (ZxTelling *tell, const ZxConfiguration *configuration)
{
  if (configuration == NULL)
    return "–";
  return zx_words_clean (tell->words, zx_word (tell, configuration->title), 60);
}

double
zx_site_kw (const ZxTelling *tell, guint site)
{
  const ZxConfiguration *configuration = zx_site_configuration (tell, site);
  return configuration != NULL ? zx_configuration_kw (configuration) : NAN;
}

gboolean
zx_has_plan (const ZxTelling *tell)
{
  return tell->input->plan != NULL && tell->input->candidates != NULL
         && tell->input->plan->n_sites > 0;
}

const char *
zx_skip_reason (ZxTelling *tell, const char *stage)
{
  for (guint i = 0; i < tell->input->n_stages; i++)
    {
      const ZxReportStage *row = &tell->input->stages[i];
      if (row->is_skipped && row->skip_reason != NULL && strcmp (row->stage, stage) == 0)
        return zx_words_clean (tell->words, zx_word (tell, row->skip_reason), 400);
    }
  return NULL;
}

/* ---- maps and charts ---------------------------------------------------------------------- */

ZxPlate *
zx_city_plate (ZxTelling *tell)
{
  ZxPlate *plate = zx_plate_new (tell->city, ZX_BASE_QUIET, tell->attribution);
  zx_plate_set_exclusions (plate, zx_word (tell, N_ ("No station may stand here")));
  return plate;
}

void
zx_plate_with_sites (ZxTelling *tell, ZxPlate *plate, const char *name)
{
  const ZxPlan *plan = tell->input->plan;
  if (!zx_has_plan (tell))
    return;
  g_autofree double *x = g_new (double, plan->n_sites);
  g_autofree double *y = g_new (double, plan->n_sites);
  g_autofree const char **label = g_new (const char *, plan->n_sites);
  for (guint i = 0; i < plan->n_sites; i++)
    {
      x[i] = tell->input->candidates->x_m[plan->site[i].candidate];
      y[i] = tell->input->candidates->y_m[plan->site[i].candidate];
      label[i] = zx_say (tell, "%u", i + 1);
    }
  zx_plate_add_points (plate, ZX_SYMBOL_SITE, plan->n_sites, x, y, NULL, label, NULL, NULL, name);
}

void
zx_plate_with_stations (ZxTelling *tell, ZxPlate *plate)
{
  const ZxStations *stations = &tell->city->stations;
  if (stations->n > 0)
    zx_plate_add_points (plate, ZX_SYMBOL_STATION, stations->n, stations->x_m, stations->y_m, NULL,
                         NULL, NULL, NULL, zx_word (tell, N_ ("Existing station")));
}

void
zx_show_plate (ZxTelling *tell, ZxPlate *plate, const char *caption, const char *alternative)
{
  double height = zx_plate_height (plate, ZX_PAGE_MEASURE, 190.0, 330.0);
  ZxFigure *figure = zx_document_figure (tell->document, height, fmin (height, 200.0));
  zx_figure_add (figure, 1.0, caption, alternative, zx_plate_paint, plate, zx_plate_free);
}

void
zx_note_full_stations (ZxTelling *tell, const double *low, const double *high, guint n)
{
  guint n_full = 0;
  for (guint i = 0; i < n; i++)
    n_full += low[i] > 0 && low[i] == high[i];
  if (n_full > 0)
    zx_note (tell,
             N_ ("A point without an interval is a full station: in nearly every draw more is "
                 "asked of it than it can serve."));
}

void
zx_show_graph (ZxTelling *tell, ZxGraph *graph, double height, const char *caption,
               const char *alternative)
{
  ZxFigure *figure = zx_document_figure (tell->document, height, height * 0.8);
  zx_figure_add (figure, 1.0, caption, alternative, zx_graph_paint, graph, zx_graph_free);
}
