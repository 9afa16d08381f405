/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From where drivers reach the recommended sites: one map of all of them, the nearer over the
 * farther, and how large each area is. */

#include "app/report/zx-section.h"

/* The area of one site within one limit, km². */
static double
area_km2 (const ZxReportInput *input, guint limit, guint site)
{
  return zx_geometry_area (input->site_areas, (gsize) limit * input->plan->n_sites + site) / 1e6;
}

static const char *
minutes_title (ZxTelling *tell, guint limit)
{
  return zx_say (tell, N_ ("Within %s min"),
                 zx_words_number (tell->words, tell->input->site_limits_s[limit] / 60, 0));
}

static void
tell_reach_table (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  const guint n = input->n_site_limits;
  g_autofree ZxTableColumn *columns = g_new0 (ZxTableColumn, n + 2);
  g_autofree const char **cells = g_new0 (const char *, n + 2);
  columns[0] = (ZxTableColumn){ zx_word (tell, N_ ("No.")), NULL, 0.0, FALSE };
  columns[1] = (ZxTableColumn){ zx_word (tell, N_ ("Site")), NULL, 0.0, TRUE };
  for (guint k = 0; k < n; k++) /* here the shortest first */
    columns[k + 2] = (ZxTableColumn){ minutes_title (tell, n - 1 - k), "km²", 0.0, FALSE };
  ZxTable *table = zx_document_table (
      tell->document, zx_word (tell, N_ ("Areas from which drivers reach the sites")), columns,
      n + 2);
  for (guint i = 0; i < input->plan->n_sites; i++)
    {
      cells[0] = zx_words_count (tell->words, i + 1);
      cells[1] = zx_candidate_name (tell, input->plan->site[i].candidate);
      for (guint k = 0; k < n; k++)
        cells[k + 2] = zx_words_number (tell->words, area_km2 (input, n - 1 - k, i), 1);
      zx_table_add (table, ZX_ROW_PLAIN, cells, n + 2);
      zx_table_link (table, 1, zx_site_destination (tell, i));
    }
}

static void
tell_reach_map (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  const ZxColourScale scale = { ZX_RAMP_VIRIDIS, 0, input->site_limits_s[0] / 60, FALSE, NAN };
  g_autofree float *minutes = g_new (float, input->site_areas->n_rows);
  for (gsize row = 0; row < input->site_areas->n_rows; row++)
    minutes[row] = (float) (input->site_limits_s[row / input->plan->n_sites] / 60);
  ZxGeometry copy = { 0 };
  zx_geometry_copy (&copy, input->site_areas);
  ZxPlate *plate = zx_city_plate (tell);
  zx_plate_set_areas (plate, &copy, minutes, &scale, zx_word (tell, N_ ("Driving time, min")));
  zx_plate_with_sites (tell, plate, zx_word (tell, N_ ("Recommended site")));
  zx_show_plate (tell, plate,
                 zx_caption (tell, N_ ("From where the recommended sites are reached by car")),
                 NULL);
}

void
zx_tell_reach (ZxTelling *tell)
{
  const ZxReportInput *input = tell->input;
  if (!zx_has_plan (tell) || input->site_areas == NULL || input->n_site_limits == 0
      || input->site_areas->n_rows != (gsize) input->n_site_limits * input->plan->n_sites)
    return;
  zx_paragraph (tell, N_ ("Drivers come from these areas over the roads as they may be driven, "
                          "one-way streets and barriers included, at the speeds said in chapter 3; "
                          "the way between road and site counts."));
  tell_reach_table (tell);
  tell_reach_map (tell);
}
