/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Problems given by places: TSPLIB p-medians (EUC_2D rounded down, clients are sites) and coverage,
 * either as lines F and C after a header "m n radius p" or as a city of latitudes and longitudes
 * with demands.
 *
 * City distances are great circles on a sphere of 6 378 100 m, rounded to single precision before
 * they are compared with the radius: the published values count them so.  Chords decide nearly
 * every pair; only pairs within a millionth of the radius need the arc. */

#include "app/locate/zx-locate-read.h"

#include <string.h>

#define EARTH_M  6378100.0
#define MAX_CITY 200000

typedef struct
{
  double *x, *y, *z; /* z: cities only */
  guint n;
} Places;

static gboolean
places_init (Places *self, guint n, GError **error)
{
  *self = (Places){ .n = n };
  self->x = ZX_TRY_NEW (double, n, _ ("the places"), error);
  self->y = ZX_TRY_NEW (double, n, _ ("the places"), error);
  self->z = ZX_TRY_NEW (double, n, _ ("the places"), error);
  return self->x != NULL && self->y != NULL && self->z != NULL;
}

static void
places_clear (Places *self)
{
  g_free (self->x);
  g_free (self->y);
  g_free (self->z);
}

/* ---- TSPLIB ------------------------------------------------------------------------------- */

/* "KEY : value" or "KEY: value". */
static gboolean
is_key (const char *line, gsize n, const char *key)
{
  gsize length = strlen (key);
  return n >= length && strncmp (line, key, length) == 0
         && (n == length || line[length] == ':' || g_ascii_isspace (line[length]));
}

static char *
value_of (const char *line, gsize n)
{
  const char *colon = memchr (line, ':', n);
  if (colon == NULL)
    return g_strdup ("");
  return g_strstrip (g_strndup (colon + 1, (gsize) (line + n - colon - 1)));
}

static gboolean
refuse (GError **error, guint line, const char *reason)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("Line %u: %s"), line, reason);
  return FALSE;
}

/* Reads up to and with NODE_COORD_SECTION; @is_city: which kind of coordinates is asked for. */
static gboolean
scan_header (ZxLocateScan *scan, gboolean is_city, guint *n_places, GError **error)
{
  const char *line;
  gsize n;
  double dimension = 0;
  while (zx_locate_scan_line (scan, &line, &n))
    {
      g_autofree char *value = value_of (line, n);
      if (is_key (line, n, "DIMENSION"))
        {
          if (!zx_number_parse (value, strlen (value), &dimension) || dimension < 1
              || dimension > MAX_CITY || dimension != floor (dimension))
            return refuse (error, scan->line - 1,
                           _ ("the dimension must be a whole number from 1 to 200000"));
        }
      else if (is_key (line, n, "EDGE_WEIGHT_TYPE")
               && strcmp (value, is_city ? "COORD" : "EUC_2D") != 0)
        return refuse (error, scan->line - 1,
                       is_city ? _ ("a city's EDGE_WEIGHT_TYPE must be COORD")
                               : _ ("the EDGE_WEIGHT_TYPE must be EUC_2D"));
      else if (is_key (line, n, "NODE_COORD_SECTION"))
        {
          *n_places = (guint) dimension;
          return dimension > 0
                 || refuse (error, scan->line - 1, _ ("no DIMENSION stands before the places"));
        }
    }
  return refuse (error, scan->line, _ ("the file has no NODE_COORD_SECTION"));
}

ZxLocate *
zx_locate_parse_tsplib (ZxLocateScan *scan, const ZxLocateFileOptions *options, GError **error)
{
  guint n = 0;
  if (options->n_choose == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("TSPLIB files do not say how many sites to choose; say it with --sites"));
      return NULL;
    }
  if (!scan_header (scan, FALSE, &n, error))
    return NULL;
  g_autoptr (ZxLocate) self = zx_locate_new_complete (ZX_LOCATE_MEDIAN, n, n, error);
  if (self == NULL)
    return NULL;
  g_autofree double *x = g_new (double, n), *y = g_new (double, n);
  self->n_choose = options->n_choose;
  for (guint i = 0; i < n; i++)
    {
      double number;
      if (!zx_locate_scan_number (scan, 0, 1e9, TRUE, _ ("the number of a place"), &number, error)
          || !zx_locate_scan_number (scan, -1e7, 1e7, FALSE, _ ("a coordinate"), &x[i], error)
          || !zx_locate_scan_number (scan, -1e7, 1e7, FALSE, _ ("a coordinate"), &y[i], error))
        return NULL;
      self->demand[i] = 1;
    }
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      self->cost[self->first[i] + j]
          = floor (sqrt ((x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j])));
  return g_steal_pointer (&self);
}

/* ---- coverage ----------------------------------------------------------------------------- */

/* Sites sorted along x, so that a client meets only those within its radius in x. */
typedef struct
{
  double x, y, z;
  guint32 site;
} Stand;

static int
compare_stands (gconstpointer a, gconstpointer b)
{
  const Stand *p = a, *q = b;
  if (p->x != q->x)
    return p->x < q->x ? -1 : 1;
  return p->site < q->site ? -1 : p->site > q->site;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  return x < y ? -1 : x > y;
}

/* Squared chord on the sphere of @radius; a city's places are points of the unit sphere. */
static double
arc_m (double square)
{
  double half = MIN (1, sqrt (square) / 2);
  return (double) (float) (2 * EARTH_M * asin (half));
}

static gboolean
is_within (const Stand *stand, double x, double y, double z, double limit, double radius,
           gboolean is_city)
{
  double dx = stand->x - x, dy = stand->y - y, dz = stand->z - z;
  double square = dx * dx + dy * dy + dz * dz;
  if (!is_city)
    return square <= limit * limit;
  if (fabs (square - limit * limit) > 2e-6 * limit * limit)
    return square < limit * limit;
  return arc_m (square) <= radius;
}

/* Lists for each client the sites within reach. */
static ZxLocate *
list_covered (const Places *clients, const Places *sites, double radius, gboolean is_city,
              const ZxProgress *progress, GError **error)
{
  g_autofree Stand *stand = g_new (Stand, (gsize) sites->n + 1);
  g_autoptr (GArray) covered = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree gsize *first = ZX_TRY_NEW (gsize, (gsize) clients->n + 1, _ ("the clients"), error);
  /* In a city the limit is a chord of the unit sphere. */
  double limit = is_city ? 2 * sin (MIN (radius / EARTH_M / 2, G_PI / 2)) : radius;
  if (first == NULL)
    return NULL;
  for (guint j = 0; j < sites->n; j++)
    stand[j] = (Stand){ sites->x[j], sites->y[j], sites->z[j], j };
  qsort (stand, sites->n, sizeof *stand, compare_stands);
  for (guint i = 0; i < clients->n; i++)
    {
      double low = clients->x[i] - limit * (1 + 1e-5), high = clients->x[i] + limit * (1 + 1e-5);
      guint begin = 0, end = sites->n;
      if (i % 4096 == 0 && !zx_progress_step (progress, i, clients->n, error))
        return NULL;
      while (begin < end)
        {
          guint middle = begin + (end - begin) / 2;
          if (stand[middle].x < low)
            begin = middle + 1;
          else
            end = middle;
        }
      guint from = covered->len;
      for (guint k = begin; k < sites->n && stand[k].x <= high; k++)
        if (is_within (stand + k, clients->x[i], clients->y[i], clients->z[i], limit, radius,
                       is_city))
          g_array_append_val (covered, stand[k].site);
      if (covered->len > from + 1)
        qsort (&g_array_index (covered, guint32, from), covered->len - from, sizeof (guint32),
               compare_numbers);
      first[i + 1] = covered->len;
    }
  ZxLocate *self
      = zx_locate_new (ZX_LOCATE_COVERAGE, clients->n, sites->n, covered->len, FALSE, error);
  if (self == NULL)
    return NULL;
  memcpy (self->first, first, ((gsize) clients->n + 1) * sizeof *first);
  if (covered->len > 0)
    memcpy (self->site, covered->data, covered->len * sizeof (guint32));
  self->limit = radius;
  return self;
}

static gboolean
scan_city (ZxLocateScan *scan, Places *places, GError **error)
{
  const double radian = G_PI / 180;
  for (guint i = 0; i < places->n; i++)
    {
      double lat, lon;
      if (!zx_locate_scan_number (scan, -90, 90, FALSE, _ ("a latitude"), &lat, error)
          || !zx_locate_scan_number (scan, -360, 360, FALSE, _ ("a longitude"), &lon, error))
        return FALSE;
      places->x[i] = cos (lat * radian) * cos (lon * radian);
      places->y[i] = cos (lat * radian) * sin (lon * radian);
      places->z[i] = sin (lat * radian);
    }
  const char *word;
  gsize n;
  if (!zx_locate_scan_word (scan, &word, &n) || n != strlen ("DEMAND_SECTION")
      || strncmp (word, "DEMAND_SECTION", n) != 0)
    return refuse (error, scan->line, _ ("DEMAND_SECTION should follow the last place"));
  return TRUE;
}

static ZxLocate *
parse_city (ZxLocateScan *scan, const ZxLocateFileOptions *options, const ZxProgress *progress,
            GError **error)
{
  Places places = { 0 };
  guint n;
  g_autoptr (ZxLocate) self = NULL;
  if (options->n_choose == 0 || options->radius == 0)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("A city's file says neither radius nor number of sites; say them with "
                      "--radius (metres) and --sites"));
      return NULL;
    }
  if (!scan_header (scan, TRUE, &n, error))
    return NULL;
  if (places_init (&places, n, error) && scan_city (scan, &places, error))
    self = list_covered (&places, &places, options->radius, TRUE, progress, error);
  places_clear (&places);
  if (self == NULL)
    return NULL;
  self->n_choose = options->n_choose;
  for (guint i = 0; i < n; i++)
    if (!zx_locate_scan_number (scan, 0, 1e12, FALSE, _ ("a demand"), &self->demand[i], error))
      return NULL;
  return g_steal_pointer (&self);
}

/* Lines "LETTER id x y [demand]" with ids counting from 0. */
static gboolean
scan_places (ZxLocateScan *scan, char letter, Places *places, double *demand, GError **error)
{
  for (guint i = 0; i < places->n; i++)
    {
      const char *word;
      gsize n;
      double number;
      if (!zx_locate_scan_word (scan, &word, &n) || n != 1 || *word != letter)
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("Line %u should begin with %c: %u such lines are promised, this is "
                          "number %u"),
                       scan->line, letter, places->n, i + 1);
          return FALSE;
        }
      if (!zx_locate_scan_number (scan, i, i, TRUE, _ ("the number of a place"), &number, error)
          || !zx_locate_scan_number (scan, -1e9, 1e9, FALSE, _ ("a coordinate"), &places->x[i],
                                     error)
          || !zx_locate_scan_number (scan, -1e9, 1e9, FALSE, _ ("a coordinate"), &places->y[i],
                                     error)
          || (demand != NULL
              && !zx_locate_scan_number (scan, 0, 1e12, FALSE, _ ("a demand"), &demand[i], error)))
        return FALSE;
    }
  return TRUE;
}

static ZxLocate *
parse_plane (ZxLocateScan *scan, const ZxLocateFileOptions *options, const ZxProgress *progress,
             GError **error)
{
  Places sites = { 0 }, clients = { 0 };
  g_autoptr (ZxLocate) self = NULL;
  g_autofree double *demand = NULL;
  double n_sites, n_clients, radius, n_choose;
  if (!zx_locate_scan_number (scan, 1, ZX_LOCATE_MAX_SITES, TRUE, _ ("the number of sites"),
                              &n_sites, error)
      || !zx_locate_scan_number (scan, 1, ZX_LOCATE_MAX_CLIENTS, TRUE, _ ("the number of clients"),
                                 &n_clients, error)
      || !zx_locate_scan_number (scan, 0, 1e9, FALSE, _ ("the radius"), &radius, error)
      || !zx_locate_scan_number (scan, 1, 1e9, TRUE, _ ("the number of sites to choose"), &n_choose,
                                 error))
    return NULL;
  if (n_sites + n_clients > (double) (scan->end - scan->at) / 8 + 1)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The file promises %.0f places and is too short for them"),
                   n_sites + n_clients);
      return NULL;
    }
  radius = options->radius > 0 ? options->radius : radius;
  demand = ZX_TRY_NEW (double, (gsize) n_clients, _ ("the demand"), error);
  if (demand != NULL && places_init (&sites, (guint) n_sites, error)
      && places_init (&clients, (guint) n_clients, error)
      && scan_places (scan, 'F', &sites, NULL, error)
      && scan_places (scan, 'C', &clients, demand, error))
    self = list_covered (&clients, &sites, radius, FALSE, progress, error);
  places_clear (&sites);
  places_clear (&clients);
  if (self == NULL)
    return NULL;
  self->n_choose = options->n_choose > 0 ? options->n_choose : (guint) n_choose;
  memcpy (self->demand, demand, self->n_clients * sizeof *demand);
  return g_steal_pointer (&self);
}

ZxLocate *
zx_locate_parse_mclp (ZxLocateScan *scan, const ZxLocateFileOptions *options,
                      const ZxProgress *progress, GError **error)
{
  ZxLocateScan ahead = *scan;
  const char *word;
  double number;
  gsize n;
  if (zx_locate_scan_word (&ahead, &word, &n) && zx_number_parse (word, n, &number))
    return parse_plane (scan, options, progress, error);
  return parse_city (scan, options, progress, error);
}
