/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Millions of positions are sorted into districts through a lattice: a cell that no border crosses
 * belongs to one district as a whole; in the others the polygons are asked.  Along a row, cells
 * between two borders share their district, so that the polygons are asked once per stretch. */

#include "app/demand/zx-profile-places.h"

#define SIDE    256
#define CROSSED -2
#define SECTORS 9
#define MIDDLE  8

static gboolean
find_districts (ZxProfilePlaces *self, GError **error)
{
  const ZxAreas *areas = &self->city->areas;
  self->area_of = ZX_TRY_NEW (gint32, areas->n, _ ("Profiles"), error);
  if (self->area_of == NULL)
    return FALSE;
  for (guint i = 0; i < areas->n; i++)
    {
      self->area_of[i] = -1;
      if (areas->kind[i] == ZX_AREA_DISTRICT)
        self->area_of[i] = (gint32) self->n++;
    }
  if (self->n == 0)
    {
      self->n = SECTORS;
      return TRUE;
    }
  self->district = ZX_TRY_NEW (guint32, self->n, _ ("Profiles"), error);
  for (guint i = 0; self->district != NULL && i < areas->n; i++)
    if (self->area_of[i] >= 0)
      self->district[self->area_of[i]] = i;
  return self->district != NULL;
}

/* ---- the lattice -------------------------------------------------------------------------- */

static gboolean
find_extent (ZxProfilePlaces *self)
{
  const ZxGeometry *polygons = &self->city->areas.polygons;
  double max_x = -INFINITY, max_y = -INFINITY;
  self->min_x = self->min_y = INFINITY;
  for (guint i = 0; i < self->n; i++)
    for (gsize part = polygons->part_first[self->district[i]];
         part < polygons->part_first[self->district[i] + 1]; part++)
      for (gsize p = polygons->point_first[part]; p < polygons->point_first[part + 1]; p++)
        {
          self->min_x = fmin (self->min_x, polygons->x[p]);
          self->min_y = fmin (self->min_y, polygons->y[p]);
          max_x = fmax (max_x, polygons->x[p]);
          max_y = fmax (max_y, polygons->y[p]);
        }
  double side = fmax (max_x - self->min_x, max_y - self->min_y);
  self->cell_m = side / SIDE;
  if (!(self->cell_m > 0))
    return FALSE;
  self->n_columns = (guint) CLAMP (ceil ((max_x - self->min_x) / self->cell_m), 1, SIDE) + 1;
  self->n_rows = (guint) CLAMP (ceil ((max_y - self->min_y) / self->cell_m), 1, SIDE) + 1;
  return TRUE;
}

/* Every cell within half a cell of the segment. */
static void
cross_segment (ZxProfilePlaces *self, double x0, double y0, double x1, double y1)
{
  double steps = ceil (2 * hypot (x1 - x0, y1 - y0) / self->cell_m) + 1;
  for (double k = 0; k <= steps; k++)
    {
      double x = (x0 + (x1 - x0) * k / steps - self->min_x) / self->cell_m;
      double y = (y0 + (y1 - y0) * k / steps - self->min_y) / self->cell_m;
      guint first_column = (guint) fmax (x - 0.5, 0), first_row = (guint) fmax (y - 0.5, 0);
      for (guint row = first_row; row <= MIN ((guint) (y + 0.5), self->n_rows - 1); row++)
        for (guint column = first_column; column <= MIN ((guint) (x + 0.5), self->n_columns - 1);
             column++)
          self->cell[(gsize) row * self->n_columns + column] = CROSSED;
    }
}

static gint32
ask_polygons (const ZxProfilePlaces *self, double x_m, double y_m)
{
  int found = zx_city_area_at (self->city, ZX_AREA_DISTRICT, x_m, y_m);
  return found >= 0 ? self->area_of[found] : -1;
}

static void
fill_row (ZxProfilePlaces *self, guint row)
{
  gint32 *cells = self->cell + (gsize) row * self->n_columns;
  for (guint column = 0; column < self->n_columns; column++)
    if (cells[column] != CROSSED)
      cells[column] = column > 0 && cells[column - 1] != CROSSED
                          ? cells[column - 1]
                          : ask_polygons (self, self->min_x + (column + 0.5) * self->cell_m,
                                          self->min_y + (row + 0.5) * self->cell_m);
}

static gboolean
make_lattice (ZxProfilePlaces *self, GError **error)
{
  const ZxGeometry *polygons = &self->city->areas.polygons;
  if (!find_extent (self))
    return TRUE; /* districts without extent: every question goes to them */
  self->cell = ZX_TRY_NEW (gint32, (gsize) self->n_columns * self->n_rows, _ ("Profiles"), error);
  if (self->cell == NULL)
    return FALSE;
  for (guint i = 0; i < self->n; i++)
    for (gsize part = polygons->part_first[self->district[i]];
         part < polygons->part_first[self->district[i] + 1]; part++)
      for (gsize p = polygons->point_first[part]; p + 1 < polygons->point_first[part + 1]; p++)
        cross_segment (self, polygons->x[p], polygons->y[p], polygons->x[p + 1],
                       polygons->y[p + 1]);
  for (guint row = 0; row < self->n_rows; row++)
    fill_row (self, row);
  return TRUE;
}

/* ---- asking ------------------------------------------------------------------------------- */

/* The middle is a third of the study area across; around it one sector for each eighth. */
static guint
sector_at (const ZxCity *city, double x_m, double y_m)
{
  double half_x = fmax (city->max_x_m - city->min_x_m, 1) / 2;
  double half_y = fmax (city->max_y_m - city->min_y_m, 1) / 2;
  double x = (x_m - city->min_x_m) / half_x - 1, y = (y_m - city->min_y_m) / half_y - 1;
  if (!(fabs (x) <= 1) || !(fabs (y) <= 1))
    return SECTORS;
  if (hypot (x, y) < 1.0 / 3)
    return MIDDLE;
  return (guint) floor (atan2 (x, y) / (G_PI / 4) + 8.5) % 8; /* 0 north, then clockwise */
}

guint
zx_profile_place (const ZxProfilePlaces *self, double x_m, double y_m)
{
  if (self->district == NULL)
    return sector_at (self->city, x_m, y_m);
  gint32 found = CROSSED;
  double column = (x_m - self->min_x) / self->cell_m, row = (y_m - self->min_y) / self->cell_m;
  if (self->cell != NULL && column >= 0 && row >= 0 && column < self->n_columns
      && row < self->n_rows)
    found = self->cell[(gsize) row * self->n_columns + (gsize) column];
  else if (self->cell != NULL)
    return self->n;
  if (found == CROSSED)
    found = ask_polygons (self, x_m, y_m);
  return found >= 0 ? (guint) found : self->n;
}

const char *
zx_profile_sector_name (const ZxProfilePlaces *self, guint area)
{
  static const char *const names[SECTORS]
      = { N_ ("North"),      N_ ("North-east"), N_ ("East"),       N_ ("South-east"), N_ ("South"),
          N_ ("South-west"), N_ ("West"),       N_ ("North-west"), N_ ("Middle") };
  return self->district == NULL && area < SECTORS ? names[area] : NULL;
}

/* ---- life --------------------------------------------------------------------------------- */

gboolean
zx_profile_places_init (ZxProfilePlaces *self, const ZxCity *city, GError **error)
{
  *self = (ZxProfilePlaces){ .city = city };
  if (find_districts (self, error) && (self->district == NULL || make_lattice (self, error)))
    return TRUE;
  zx_profile_places_clear (self);
  return FALSE;
}

void
zx_profile_places_clear (ZxProfilePlaces *self)
{
  g_clear_pointer (&self->district, g_free);
  g_clear_pointer (&self->area_of, g_free);
  g_clear_pointer (&self->cell, g_free);
}
