/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The grid company's side: transformer areas, 10 kV feeders and where they are full.
 *
 * Transformers stand where people and jobs are, one for so many; an area is the part of the plane
 * nearest its transformer, cut off at its neighbours' bisectors and at a radius.  Areas in the
 * order of a Hilbert curve make feeders of a dozen and substations of five feeders, which keeps
 * both compact; a feeder is the shortest tree from its substation, laid along the streets.  Most
 * areas peak at half of their rating, every fourteenth is full; so is one feeder in eleven. */

#include "data/sample/zx-sample-private.h"

#define AREAS_PER_FEEDER       12
#define FEEDERS_PER_SUBSTATION 5
#define AREA_FILE              "transformer_areas.geojson"
#define NODE_FILE              "feeder_nodes.csv"
#define BRANCH_FILE            "feeder_branches.geojson"

typedef struct
{
  SamplePoint at;
  double spacing_m; /* typical distance to the next transformer */
  double rated_kva, kw[24], power_factor;
  guint feeder;
} Area;

typedef struct
{
  const SampleSite *site;
  Area *areas;
  guint n_areas, n_feeders;
  SamplePoint *at; /* of the areas */
  SamplePoint *substations;
  guint n_substations;
} Grid;

/* ---- transformers ------------------------------------------------------------------------- */

/* Position along a Hilbert curve of 2^16 × 2^16 squares (Warren, Hacker's Delight, 16-2). */
static guint32
hilbert (guint32 x, guint32 y)
{
  guint32 position = 0;
  for (guint32 s = 1u << 15; s > 0; s >>= 1)
    {
      guint32 rx = (x & s) != 0, ry = (y & s) != 0;
      position += s * s * ((3 * rx) ^ ry);
      if (ry == 0)
        {
          if (rx == 1)
            {
              x = 65535 - x;
              y = 65535 - y;
            }
          guint32 swap = x;
          x = y;
          y = swap;
        }
    }
  return position;
}

typedef struct
{
  guint32 key;
  guint number;
} Order;

static int
compare_order (gconstpointer a, gconstpointer b)
{
  const Order *p = a, *q = b;
  if (p->key != q->key)
    return (p->key > q->key) - (p->key < q->key);
  return (p->number > q->number) - (p->number < q->number);
}

/* People are counted cell by cell; whenever enough have come together, a transformer is put in the
 * cell. */
static GArray *
place_transformers (const SampleSite *site)
{
  GArray *places = g_array_new (FALSE, TRUE, sizeof (Area));
  const SampleTruth *truth = site->truth;
  ZxRng rng = zx_rng_stream (site->world->seed, 940);
  double km2 = truth->cell_m * truth->cell_m * 1e-6, carried = 0;
  double each = site->world->scale->residents_per_area;
  /* Snaking over blocks of cells keeps what is carried over near. */
  const guint block = 4;
  for (guint top = 0; top < truth->n_rows; top += block)
    for (guint k = 0; k < truth->n_columns * block; k++)
      {
        guint column = k / block, row = top + (column % 2 == 0 ? k % block : block - 1 - k % block);
        if ((top / block) % 2 == 1)
          column = truth->n_columns - 1 - column;
        if (row >= truth->n_rows)
          continue;
        gsize i = (gsize) row * truth->n_columns + column;
        double density = truth->residents[i] + 0.7 * truth->jobs[i];
        carried += density * km2;
        for (; carried >= each; carried -= each)
          {
            SamplePoint p = zx_sample_truth_centre (truth, i);
            p.x += truth->cell_m * (zx_rng_uniform (&rng) - 0.5);
            p.y += truth->cell_m * (zx_rng_uniform (&rng) - 0.5);
            Area area = { .at = p, .spacing_m = CLAMP (1000 * sqrt (each / density), 90, 1100) };
            g_array_append_val (places, area);
          }
      }
  return places;
}

static void
sort_transformers (Grid *self, const GArray *places)
{
  const SampleScale *scale = self->site->world->scale;
  g_autofree Order *order = g_new (Order, MAX (places->len, 1));
  double side = MAX (scale->max_x_m - scale->min_x_m, scale->max_y_m - scale->min_y_m);
  for (guint i = 0; i < places->len; i++)
    {
      SamplePoint p = g_array_index (places, Area, i).at;
      order[i].number = i;
      order[i].key = hilbert ((guint32) (65535 * CLAMP ((p.x - scale->min_x_m) / side, 0, 1)),
                              (guint32) (65535 * CLAMP ((p.y - scale->min_y_m) / side, 0, 1)));
    }
  qsort (order, places->len, sizeof *order, compare_order);
  self->n_areas = places->len;
  self->areas = g_new (Area, MAX (self->n_areas, 1));
  self->at = g_new (SamplePoint, MAX (self->n_areas, 1));
  for (guint i = 0; i < self->n_areas; i++)
    {
      self->areas[i] = g_array_index (places, Area, order[i].number);
      self->areas[i].feeder = i / AREAS_PER_FEEDER;
      self->at[i] = self->areas[i].at;
    }
  self->n_feeders = (self->n_areas + AREAS_PER_FEEDER - 1) / AREAS_PER_FEEDER;
  self->n_substations = (self->n_feeders + FEEDERS_PER_SUBSTATION - 1) / FEEDERS_PER_SUBSTATION;
}

/* ---- loads -------------------------------------------------------------------------------- */

static gboolean
is_full_feeder (guint feeder)
{
  return feeder % 11 == 3;
}

/* Homes in the evening, offices by day, industry in shifts: shares of the peak by hour. */
static void
load_area (const SampleSite *site, Area *self, guint number, ZxRng *rng)
{
  static const double home[24]
      = { 0.46, 0.40, 0.37, 0.35, 0.35, 0.38, 0.47, 0.58, 0.60, 0.58, 0.58, 0.66,
          0.70, 0.64, 0.58, 0.57, 0.61, 0.72, 0.88, 0.98, 1.00, 0.95, 0.80, 0.60 };
  static const double work[24]
      = { 0.24, 0.22, 0.21, 0.21, 0.22, 0.26, 0.38, 0.62, 0.86, 0.97, 1.00, 0.96,
          0.84, 0.90, 0.98, 0.97, 0.93, 0.84, 0.66, 0.52, 0.44, 0.38, 0.32, 0.27 };
  gssize cell = zx_sample_truth_cell (site->truth, self->at.x, self->at.y);
  double residents = cell >= 0 ? site->truth->residents[cell] : 1;
  double jobs = cell >= 0 ? site->truth->jobs[cell] : 0;
  double share = jobs / MAX (jobs + 0.6 * residents, 1e-9), peak = 0;
  for (guint hour = 0; hour < 24; hour++)
    {
      self->kw[hour]
          = ((1 - share) * home[hour] + share * work[hour]) * exp (0.03 * zx_rng_normal (rng));
      peak = MAX (peak, self->kw[hour]);
    }
  static const double sizes[] = { 200, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500 };
  double wanted = site->world->scale->residents_per_area * 0.62 * exp (0.3 * zx_rng_normal (rng));
  guint size = 0;
  while (size + 1 < G_N_ELEMENTS (sizes) && sizes[size] < wanted)
    size++;
  self->rated_kva = sizes[size];
  self->power_factor = 0.93 + 0.01 * zx_rng_below (rng, 6);
  double rate = CLAMP (0.5 + 0.13 * zx_rng_normal (rng), 0.14, 0.76);
  if (number % 14 == 6)
    rate = 0.84 + 0.24 * zx_rng_uniform (rng);
  for (guint hour = 0; hour < 24; hour++)
    self->kw[hour] *= rate * self->rated_kva * self->power_factor / peak;
}

/* ---- areas as polygons -------------------------------------------------------------------- */

static GArray *
outline (const Grid *self, const SampleBuckets *buckets, guint number)
{
  const Area *area = &self->areas[number];
  double radius = 1.15 * area->spacing_m;
  GArray *ring = zx_sample_points_new ();
  for (guint k = 0; k < 14; k++)
    zx_sample_points_add (ring, area->at.x + radius * cos (2 * G_PI * (k + 0.5) / 14),
                          area->at.y + radius * sin (2 * G_PI * (k + 0.5) / 14));
  gint reach = (gint) ceil (2 * radius / buckets->cell_m);
  gint column = (gint) floor ((area->at.x - buckets->min_x) / buckets->cell_m);
  gint row = (gint) floor ((area->at.y - buckets->min_y) / buckets->cell_m);
  for (gint j = MAX (row - reach, 0); j <= MIN (row + reach, (gint) buckets->n_rows - 1); j++)
    for (gint i = MAX (column - reach, 0); i <= MIN (column + reach, (gint) buckets->n_columns - 1);
         i++)
      {
        gsize bucket = (gsize) j * buckets->n_columns + (gsize) i;
        for (guint32 k = buckets->first[bucket]; k < buckets->first[bucket + 1]; k++)
          {
            guint32 other = buckets->item[k];
            double d = zx_sample_distance (area->at, self->at[other]);
            if (other != number && d > 0.01 && d < 2 * radius)
              ring = zx_sample_ring_nearer (ring, area->at, self->at[other]);
          }
      }
  return ring;
}

/* What the sea leaves of an outline: the part around the transformer, else the biggest. */
static GArray *
cut_at_coast (const SampleWorld *world, GArray *ring, SamplePoint own)
{
  const SampleArea *sea = world->water.list->pdata[0];
  gboolean is_wet = FALSE;
  for (guint i = 0; i < ring->len; i++)
    is_wet = is_wet
             || zx_sample_area_contains (sea, SAMPLE_POINT (ring, i)->x, SAMPLE_POINT (ring, i)->y);
  if (!is_wet)
    return ring;
  g_autoptr (GPtrArray) parts = zx_sample_ring_without (ring, sea->rings->pdata[0]);
  GArray *best = NULL;
  double most = 0;
  for (guint i = 0; i < parts->len; i++)
    {
      SampleArea part = { .rings = g_ptr_array_new () };
      g_ptr_array_add (part.rings, parts->pdata[i]);
      double size = fabs (zx_sample_ring_area (parts->pdata[i]))
                    + (zx_sample_area_contains (&part, own.x, own.y) ? 1e12 : 0);
      g_ptr_array_unref (part.rings);
      if (size > most)
        {
          best = parts->pdata[i];
          most = size;
        }
    }
  if (best == NULL)
    return ring;
  g_array_unref (ring);
  return g_array_copy (best);
}

static gboolean
lacks_rating (guint number)
{
  return number % 83 == 40 && number < 600;
}

static void
append_area (GString *text, const Grid *self, const GArray *ring, guint number)
{
  const Area *area = &self->areas[number];
  const char *file = AREA_FILE;
  gboolean is_missing = lacks_rating (number);
  gboolean is_in_watts = number % 79 == 25 && number < 600;
  g_autofree char *name = zx_sample_street_name (self->site->world->seed + 23, number,
                                                 ZX_ROAD_SECONDARY, number % 2 == 0);
  g_string_append_printf (
      text,
      "%s{\"type\":\"Feature\",\"properties\":{\"台区编号\":\"TQ%06u\",\"名称\":\"%s%u号台区\",",
      number == 0 ? "" : ",\n", number, name, 1 + number % 9);
  if (is_missing)
    {
      g_string_append (text, "\"额定容量kVA\":null");
      zx_sample_dirt_add (self->site->dirt, file, number, "transformers.rated-missing");
    }
  else
    g_string_append_printf (text, "\"额定容量kVA\":%u", (guint) area->rated_kva);
  g_string_append_printf (text, ",\"馈线\":\"F%05u\"", area->feeder);
  for (guint hour = 0; hour < 24; hour++)
    {
      g_string_append_printf (text, ",\"p%02u\":", hour);
      zx_sample_append_fixed (text, area->kw[hour] * (is_in_watts ? 1000 : 1), 1);
    }
  if (is_in_watts)
    zx_sample_dirt_add (self->site->dirt, file, number, "transformers.unit-slip");
  g_string_append (text, ",\"功率因数\":");
  zx_sample_append_fixed (text, area->power_factor, 2);
  g_string_append (text, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
  for (guint i = 0; i <= ring->len; i++)
    {
      SamplePoint p = *SAMPLE_POINT (ring, i % ring->len);
      g_string_append (text, i == 0 ? "[" : ",[");
      zx_sample_append_lonlat (text, self->site->world, p.x, p.y);
      g_string_append_c (text, ']');
    }
  g_string_append (text, "]]}}");
}

static gboolean
write_areas (const Grid *self, const ZxProgress *progress, GError **error)
{
  SampleBuckets buckets;
  g_autoptr (SampleFile) out = zx_sample_file_new (self->site->folder, AREA_FILE, error);
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  if (out == NULL)
    return FALSE;
  zx_sample_buckets_init (&buckets, self->at, self->n_areas, 300);
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < self->n_areas; i++)
    {
      g_autoptr (GArray) ring
          = cut_at_coast (self->site->world, outline (self, &buckets, i), self->at[i]);
      append_area (text, self, ring, i);
      if (text->len > 1 << 20)
        ok = zx_sample_file_flush (out, text, error)
             && zx_progress_step (progress, i, self->n_areas, error);
    }
  zx_sample_buckets_clear (&buckets);
  g_string_append (text, "\n]}\n");
  return ok && zx_sample_file_flush (out, text, error)
         && zx_sample_file_close (g_steal_pointer (&out), error);
}

/* ---- feeders ------------------------------------------------------------------------------ */

static void
place_substations (Grid *self)
{
  guint each = AREAS_PER_FEEDER * FEEDERS_PER_SUBSTATION;
  self->substations = g_new (SamplePoint, MAX (self->n_substations, 1));
  for (guint s = 0; s < self->n_substations; s++)
    {
      guint end = MIN ((s + 1) * each, self->n_areas), n = end - s * each;
      SamplePoint sum = { 0, 0 };
      for (guint i = s * each; i < end; i++)
        {
          sum.x += self->at[i].x;
          sum.y += self->at[i].y;
        }
      SamplePoint middle = { sum.x / n, sum.y / n };
      gssize node = zx_sample_network_door (self->site->network, middle.x, middle.y, 5000);
      self->substations[s]
          = node >= 0 ? *SAMPLE_POINT (self->site->network->graph->nodes, (guint) node) : middle;
    }
}

typedef struct
{
  const Grid *grid;
  SampleFile *nodes, *branches;
  GString *node_text, *branch_text;
  SampleSearch *search;
  GArray *path;
  guint n_branches;
} FeederWriter;

static void
append_node (FeederWriter *self, const char *id, guint feeder, SamplePoint at, double kw,
             double kvar, gboolean is_source)
{
  double lon, lat;
  zx_sample_world_lonlat (self->grid->site->world, at.x, at.y, &lon, &lat);
  g_string_append_printf (self->node_text, "%s,F%05u,", id, feeder);
  zx_sample_append_fixed (self->node_text, lon, 6);
  g_string_append_c (self->node_text, ',');
  zx_sample_append_fixed (self->node_text, lat, 6);
  g_string_append (self->node_text, ",10,");
  zx_sample_append_fixed (self->node_text, kw, 1);
  g_string_append_c (self->node_text, ',');
  zx_sample_append_fixed (self->node_text, kvar, 1);
  g_string_append_printf (self->node_text, ",%d\n", is_source);
}

/* Cables lie under streets where the street does not go far out of its way. */
static double
lay_cable (FeederWriter *self, SamplePoint from, SamplePoint to)
{
  const SampleNetwork *network = self->grid->site->network;
  gssize a = zx_sample_network_door (network, from.x, from.y, 400);
  gssize b = zx_sample_network_door (network, to.x, to.y, 400);
  double straight = zx_sample_distance (from, to), length = 0;
  SampleWaypoint begin = { from, 0 }, end = { to, 0 };
  g_array_set_size (self->path, 0);
  g_array_append_val (self->path, begin);
  if (a >= 0 && b >= 0 && a != b)
    zx_sample_network_route (network, self->search, (guint32) a, (guint32) b, self->path, NULL);
  g_array_append_val (self->path, end);
  for (guint i = 1; i < self->path->len; i++)
    length += zx_sample_distance (g_array_index (self->path, SampleWaypoint, i - 1).at,
                                  g_array_index (self->path, SampleWaypoint, i).at);
  if (length <= 2.6 * straight + 150)
    return length;
  g_array_set_size (self->path, 1);
  g_array_append_val (self->path, end);
  return straight;
}

static void
append_branch (FeederWriter *self, guint feeder, const char *from_id, const char *to_id,
               SamplePoint from, SamplePoint to, double limit_kva, gboolean is_open)
{
  GString *text = self->branch_text;
  double km = MAX (lay_cable (self, from, to), 15) / 1000;
  gboolean is_thick = limit_kva > 7000;
  g_string_append_printf (text,
                          "%s{\"type\":\"Feature\",\"properties\":{\"branch_id\":\"B%06u\","
                          "\"feeder_id\":\"F%05u\",\"from_node\":\"%s\",\"to_node\":\"%s\","
                          "\"r_ohm\":",
                          self->n_branches == 0 ? "" : ",\n", self->n_branches, feeder, from_id,
                          to_id);
  self->n_branches++;
  zx_sample_append_fixed (text, km * (is_thick ? 0.079 : 0.206), 5);
  g_string_append (text, ",\"x_ohm\":");
  zx_sample_append_fixed (text, km * (is_thick ? 0.090 : 0.097), 5);
  g_string_append (text, ",\"limit_kva\":");
  zx_sample_append_fixed (text, limit_kva, 0);
  g_string_append_printf (text, ",\"kv\":10,\"status\":%d},", !is_open);
  g_string_append (text, "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[");
  SamplePoint last = { NAN, NAN };
  for (guint i = 0, n = 0; i < self->path->len; i++)
    {
      SamplePoint p = g_array_index (self->path, SampleWaypoint, i).at;
      if (i > 0 && i + 1 < self->path->len && zx_sample_distance (p, last) < 1)
        continue;
      g_string_append (text, n++ == 0 ? "[" : ",[");
      zx_sample_append_lonlat (text, self->grid->site->world, p.x, p.y);
      g_string_append_c (text, ']');
      last = p;
    }
  g_string_append (text, "]}}");
}

/* The limit of the head: a standard cable, or, for a full feeder, what its load nearly fills. */
static double
head_limit_kva (const Grid *self, guint feeder, guint begin, guint end)
{
  double peak = 0;
  for (guint hour = 0; hour < 24; hour++)
    {
      double kw = 0, kvar = 0;
      for (guint i = begin; i < end; i++)
        {
          double factor = self->areas[i].power_factor;
          kw += self->areas[i].kw[hour];
          kvar += self->areas[i].kw[hour] * sqrt (1 - factor * factor) / factor;
        }
      peak = MAX (peak, hypot (kw, kvar));
    }
  static const double cables[] = { 5196, 6928, 8712, 10392, 17424, 26136, 34848 };
  if (is_full_feeder (feeder))
    return 10 * floor (peak / 0.88 / 10);
  for (guint i = 0; i < G_N_ELEMENTS (cables); i++)
    if (peak < 0.62 * cables[i])
      return cables[i];
  return cables[G_N_ELEMENTS (cables) - 1];
}

/* Prim's tree from the substation over the feeder's transformers. */
static void
write_feeder (FeederWriter *self, guint feeder)
{
  const Grid *grid = self->grid;
  guint begin = feeder * AREAS_PER_FEEDER, end = MIN (begin + AREAS_PER_FEEDER, grid->n_areas);
  SamplePoint source = grid->substations[feeder / FEEDERS_PER_SUBSTATION];
  double limit = head_limit_kva (grid, feeder, begin, end);
  g_autofree char *source_id = g_strdup_printf ("S%05u", feeder);
  gboolean is_joined[AREAS_PER_FEEDER] = { FALSE };
  append_node (self, source_id, feeder, source, 0, 0, TRUE);
  for (guint i = begin; i < end; i++)
    {
      g_autofree char *id = g_strdup_printf ("N%06u", i);
      const Area *area = &grid->areas[i];
      double kw = area->kw[20], factor = area->power_factor;
      append_node (self, id, feeder, area->at, kw, kw * sqrt (1 - factor * factor) / factor, FALSE);
    }
  for (guint round = begin; round < end; round++)
    {
      double best = G_MAXDOUBLE;
      guint from = end, to = begin;
      for (guint j = begin; j < end; j++)
        for (guint i = begin; i <= end && !is_joined[j - begin]; i++)
          {
            gboolean is_source = i == end;
            if (is_source ? round != begin : !is_joined[i - begin])
              continue;
            double d = zx_sample_distance (is_source ? source : grid->at[i], grid->at[j]);
            if (d < best)
              {
                best = d;
                from = i;
                to = j;
              }
          }
      g_autofree char *from_id
          = from == end ? g_strdup (source_id) : g_strdup_printf ("N%06u", from);
      g_autofree char *to_id = g_strdup_printf ("N%06u", to);
      is_joined[to - begin] = TRUE;
      append_branch (self, feeder, from_id, to_id, from == end ? source : grid->at[from],
                     grid->at[to], from == end ? limit : MIN (limit, 6928), FALSE);
    }
  /* An open tie to the neighbour: closed only when one of the two has failed. */
  if (feeder % 2 == 1)
    {
      g_autofree char *from_id = g_strdup_printf ("N%06u", begin);
      g_autofree char *to_id = g_strdup_printf ("N%06u", begin - 1);
      append_branch (self, feeder, from_id, to_id, grid->at[begin], grid->at[begin - 1], 5196,
                     TRUE);
    }
}

/* A branch to a node that was never entered. */
static void
write_lost_branches (FeederWriter *self)
{
  const Grid *grid = self->grid;
  for (guint k = 0; k < 3 && k * 30 < grid->n_areas; k++)
    {
      guint from = k * 30;
      g_autofree char *from_id = g_strdup_printf ("N%06u", from);
      g_autofree char *to_id = g_strdup_printf ("N9%05u", k);
      SamplePoint to = { grid->at[from].x + 90, grid->at[from].y + 40 };
      zx_sample_dirt_add (grid->site->dirt, BRANCH_FILE, self->n_branches, "feeders.unknown-node");
      append_branch (self, grid->areas[from].feeder, from_id, to_id, grid->at[from], to, 5196,
                     FALSE);
    }
}

static gboolean
write_feeders (const Grid *grid, const ZxProgress *progress, GError **error)
{
  FeederWriter self = { .grid = grid };
  g_autoptr (SampleFile) nodes = zx_sample_file_new (grid->site->folder, NODE_FILE, error);
  g_autoptr (SampleFile) branches
      = nodes != NULL ? zx_sample_file_new (grid->site->folder, BRANCH_FILE, error) : NULL;
  g_autoptr (GString) node_text
      = g_string_new ("node_id,feeder_id,lon,lat,base_kv,p_kw,q_kvar,is_source\n");
  g_autoptr (GString) branch_text
      = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[\n");
  if (branches == NULL)
    return FALSE;
  self.node_text = node_text;
  self.branch_text = branch_text;
  self.search = zx_sample_search_new (grid->site->network);
  self.path = g_array_new (FALSE, FALSE, sizeof (SampleWaypoint));
  gboolean ok = TRUE;
  for (guint feeder = 0; ok && feeder < grid->n_feeders; feeder++)
    {
      write_feeder (&self, feeder);
      ok = zx_sample_file_flush (nodes, node_text, error)
           && zx_sample_file_flush (branches, branch_text, error)
           && zx_progress_step (progress, feeder, grid->n_feeders, error);
    }
  write_lost_branches (&self);
  zx_sample_search_free (self.search);
  g_array_unref (self.path);
  g_string_append (branch_text, "\n]}\n");
  return ok && zx_sample_file_flush (branches, branch_text, error)
         && zx_sample_file_close (g_steal_pointer (&nodes), error)
         && zx_sample_file_close (g_steal_pointer (&branches), error);
}

/* Land names a transformer that can be used: one without a rating is set aside by any reader. */
static gboolean
write_land (const Grid *self, GError **error)
{
  const double far_away = self->site->world->scale->max_x_m + 60000;
  g_autofree SamplePoint *at = g_memdup2 (self->at, MAX (self->n_areas, 1) * sizeof *at);
  for (guint i = 0; i < self->n_areas; i++)
    if (lacks_rating (i))
      at[i].x = far_away;
  return zx_sample_write_parcels (self->site, at, self->n_areas, error);
}

gboolean
zx_sample_write_grid (const SampleSite *site, const ZxProgress *progress, GError **error)
{
  Grid self = { .site = site };
  g_autoptr (GArray) places = place_transformers (site);
  ZxProgress areas = zx_progress_slice (progress, 0, 0.4);
  ZxProgress feeders = zx_progress_slice (progress, 0.4, 1);
  sort_transformers (&self, places);
  for (guint i = 0; i < self.n_areas; i++)
    {
      ZxRng rng = zx_rng_stream (site->world->seed ^ 0x941, i);
      load_area (site, &self.areas[i], i, &rng);
    }
  place_substations (&self);
  gboolean ok = write_areas (&self, &areas, error) && write_feeders (&self, &feeders, error)
                && write_land (&self, error);
  g_free (self.areas);
  g_free (self.at);
  g_free (self.substations);
  return ok;
}
