/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The place of a pixel in web Mercator is interpolated between 17 × 17 places that were transformed
 * exactly: over a sixteenth of a city's view the two systems differ from that by less than a
 * hundredth of a pixel.
 *
 * A server is asked on the main thread for tiles that a picture wanted; they are kept as bytes and
 * opened by the next picture's worker.  Pictures from outside are hostile: sizes are looked at
 * before memory is taken. */

#include "ui/map/zx-backdrop.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <math.h>
#include <shumate/shumate.h>

#include "data/gis/zx-gis.h"

#define EARTH_RADIUS_M 6378137.0
#define MOST_KEPT      384 /* tiles, unless another number is set */
#define MOST_WANTED    256 /* of one picture */
#define MOST_SIDE      4096
#define LARGER_BY      1.42 /* a tile's pixel is at most so much larger than the picture's */
#define FINEST_ZOOM    19   /* of servers */

typedef struct
{
  GBytes *bytes;   /* NULL: opened, or there is no such tile */
  guint32 *pixels; /* NULL: not opened, or broken */
  guint64 used;
} Tile;

struct _ZxBackdrop
{
  GObject parent;
  ZxTiles *tiles;            /* of a file */
  ShumateDataSource *source; /* of a server */
  GCancellable *cancellable;
  char *attribution;
  gboolean is_gcj02;
  GArray *levels;     /* ZxTileLevel, coarsest first */
  GMutex lock;        /* of what follows */
  GHashTable *kept;   /* key → Tile */
  GHashTable *wanted; /* keys that a picture lacks or that are asked for */
  guint64 n_used;
  guint most_kept;
  guint asking;        /* idle */
  gboolean has_failed; /* and said so */
};

G_DEFINE_FINAL_TYPE (ZxBackdrop, zx_backdrop, G_TYPE_OBJECT)

static guint changed_signal, failed_signal;

static guint64
key_of (guint level, guint column, guint row)
{
  return (guint64) level << 56 | (guint64) column << 28 | row;
}

static void
tile_free (gpointer data)
{
  Tile *tile = data;
  g_clear_pointer (&tile->bytes, g_bytes_unref);
  g_free (tile->pixels);
  g_free (tile);
}

/* ---- pictures from outside ------------------------------------------------------------------- */

static void
on_size_cb (GdkPixbufLoader *loader, int width, int height, gpointer side)
{
  gboolean is_fine = width >= 1 && height >= 1 && width <= MOST_SIDE && height <= MOST_SIDE;
  int wanted = is_fine ? GPOINTER_TO_INT (side) : 0;
  gdk_pixbuf_loader_set_size (loader, wanted, wanted);
}

static guint32
premultiplied (const guint8 *pixel, gboolean has_alpha)
{
  guint32 alpha = has_alpha ? pixel[3] : 255, out = alpha << 24;
  for (guint i = 0; i < 3; i++)
    out |= (pixel[i] * alpha + 127) / 255 << (16 - 8 * i);
  return out;
}

static guint32 *
open_picture (GBytes *bytes, guint side)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_cb), GINT_TO_POINTER (side));
  gboolean is_read = gdk_pixbuf_loader_write_bytes (loader, bytes, NULL);
  if (!gdk_pixbuf_loader_close (loader, NULL) || !is_read)
    return NULL;
  GdkPixbuf *picture = gdk_pixbuf_loader_get_pixbuf (loader);
  if (picture == NULL || gdk_pixbuf_get_width (picture) != (int) side
      || gdk_pixbuf_get_height (picture) != (int) side)
    return NULL;
  gboolean has_alpha = gdk_pixbuf_get_has_alpha (picture);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (picture),
        step = (gsize) gdk_pixbuf_get_n_channels (picture);
  const guint8 *from = gdk_pixbuf_read_pixels (picture);
  guint32 *pixels = g_try_new (guint32, (gsize) side * side);
  for (gsize y = 0; pixels != NULL && y < side; y++)
    for (gsize x = 0; x < side; x++)
      pixels[y * side + x] = premultiplied (from + y * stride + x * step, has_alpha);
  return pixels;
}

/* ---- tiles kept --------------------------------------------------------------------------------
 */

static int
compare_used (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;
  return x < y ? -1 : x > y;
}

/* With the lock: the half that was not looked at for longest goes. */
static void
forget_old (ZxBackdrop *self)
{
  guint n = g_hash_table_size (self->kept), at = 0;
  if (n <= self->most_kept)
    return;
  g_autofree guint64 *used = g_new (guint64, n);
  GHashTableIter iter;
  Tile *tile;
  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    used[at++] = tile->used;
  qsort (used, n, sizeof *used, compare_used);
  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &tile))
    if (tile->used < used[n / 2])
      g_hash_table_iter_remove (&iter);
}

/* With the lock. */
static Tile *
keep_tile (ZxBackdrop *self, guint64 key, GBytes *bytes)
{
  Tile *tile = g_new0 (Tile, 1);
  tile->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  tile->used = ++self->n_used;
  g_hash_table_replace (self->kept, g_memdup2 (&key, sizeof key), tile);
  forget_old (self);
  return tile;
}

static gboolean on_ask_cb (gpointer data);

/* With the lock; copies the tile into the mosaic.  A server's tile that is not here is asked for.
 */
static void
put_tile (ZxBackdrop *self, guint level, guint column, guint row, guint32 *to, gsize stride)
{
  guint side = g_array_index (self->levels, ZxTileLevel, level).tile_pixels;
  guint64 key = key_of (level, column, row);
  Tile *tile = g_hash_table_lookup (self->kept, &key);
  if (tile == NULL && self->tiles != NULL)
    {
      g_autoptr (GBytes) bytes = zx_tiles_get (self->tiles, level, column, row);
      tile = keep_tile (self, key, bytes);
    }
  else if (tile == NULL)
    {
      if (!g_hash_table_contains (self->wanted, &key))
        g_hash_table_insert (self->wanted, g_memdup2 (&key, sizeof key), GINT_TO_POINTER (FALSE));
      if (self->asking == 0)
        self->asking = g_idle_add (on_ask_cb, self);
      return;
    }
  tile->used = ++self->n_used;
  if (tile->bytes != NULL)
    {
      tile->pixels = open_picture (tile->bytes, side);
      g_clear_pointer (&tile->bytes, g_bytes_unref);
    }
  for (guint y = 0; tile->pixels != NULL && y < side; y++)
    memcpy (to + y * stride, tile->pixels + (gsize) y * side, side * sizeof *to);
}

/* ---- a server's tiles ---------------------------------------------------------------------------
 */

typedef struct
{
  ZxBackdrop *self; /* owned */
  guint64 key;
} Question;

static void
on_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (ZxBackdrop) self = question->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = shumate_data_source_get_tile_data_finish (SHUMATE_DATA_SOURCE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_mutex_lock (&self->lock);
  keep_tile (self, question->key, bytes); /* NULL: not asked for again */
  g_hash_table_remove (self->wanted, &question->key);
  g_mutex_unlock (&self->lock);
  if (bytes != NULL)
    g_signal_emit (self, changed_signal, 0);
  else if (error != NULL && !self->has_failed)
    {
      self->has_failed = TRUE;
      g_signal_emit (self, failed_signal, 0, error->message);
    }
}

static gboolean
on_ask_cb (gpointer data)
{
  ZxBackdrop *self = data;
  GHashTableIter iter;
  gpointer key, is_asked;
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_lock (&self->lock);
  self->asking = 0;
  g_hash_table_iter_init (&iter, self->wanted);
  while (g_hash_table_iter_next (&iter, &key, &is_asked))
    if (!GPOINTER_TO_INT (is_asked))
      {
        g_array_append_vals (keys, key, 1);
        g_hash_table_iter_replace (&iter, GINT_TO_POINTER (TRUE));
      }
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < keys->len; i++)
    {
      guint64 wanted = g_array_index (keys, guint64, i);
      const Question question = { g_object_ref (self), wanted };
      shumate_data_source_get_tile_data_async (
          self->source, (int) (wanted >> 28 & 0xfffffff), (int) (wanted & 0xfffffff),
          g_array_index (self->levels, ZxTileLevel, wanted >> 56).zoom, self->cancellable,
          on_answered_cb, g_memdup2 (&question, sizeof question));
    }
  return G_SOURCE_REMOVE;
}

/* ---- bending ------------------------------------------------------------------------------------
 */

typedef struct
{
  const ZxBackdropGrid *grid;
  const guint32 *mosaic;
  gint n_columns, n_rows; /* pixels of the mosaic */
  double left_m, top_m, pixel_m;
  guint32 *out;
  gsize stride;
  guint width, height;
} Bending;

static guint32
blend (guint32 a, guint32 b, guint t)
{
  guint32 even = ((a & 0xff00ff) * (256 - t) + (b & 0xff00ff) * t) >> 8 & 0xff00ff;
  guint32 odd = ((a >> 8 & 0xff00ff) * (256 - t) + (b >> 8 & 0xff00ff) * t) & 0xff00ff00;
  return even | odd;
}

static guint32
sample (const Bending *self, double x_m, double y_m)
{
  double u = (x_m - self->left_m) / self->pixel_m - 0.5,
         v = (self->top_m - y_m) / self->pixel_m - 0.5;
  if (!(u > -1 && v > -1 && u < self->n_columns && v < self->n_rows))
    return 0;
  gint x = (gint) floor (u), y = (gint) floor (v);
  guint right = (guint) ((u - x) * 256), down = (guint) ((v - y) * 256);
  gint x0 = MAX (x, 0), x1 = MIN (x + 1, self->n_columns - 1), y0 = MAX (y, 0),
       y1 = MIN (y + 1, self->n_rows - 1);
  const guint32 *upper = self->mosaic + (gsize) y0 * (gsize) self->n_columns,
                *lower = self->mosaic + (gsize) y1 * (gsize) self->n_columns;
  return blend (blend (upper[x0], upper[x1], right), blend (lower[x0], lower[x1], right), down);
}

static void
bend_row (const Bending *self, guint y)
{
  double v = (y + 0.5) / self->height * (ZX_BACKDROP_SIDE - 1);
  guint row = MIN ((guint) v, ZX_BACKDROP_SIDE - 2);
  double down = v - row, x_m[ZX_BACKDROP_SIDE], y_m[ZX_BACKDROP_SIDE];
  for (guint i = 0; i < ZX_BACKDROP_SIDE; i++)
    {
      guint upper = row * ZX_BACKDROP_SIDE + i, lower = upper + ZX_BACKDROP_SIDE;
      x_m[i] = self->grid->x_m[upper] * (1 - down) + self->grid->x_m[lower] * down;
      y_m[i] = self->grid->y_m[upper] * (1 - down) + self->grid->y_m[lower] * down;
    }
  for (guint x = 0; x < self->width; x++)
    {
      double u = (x + 0.5) / self->width * (ZX_BACKDROP_SIDE - 1);
      guint column = MIN ((guint) u, ZX_BACKDROP_SIDE - 2);
      double right = u - column;
      self->out[y * self->stride + x]
          = sample (self, x_m[column] * (1 - right) + x_m[column + 1] * right,
                    y_m[column] * (1 - right) + y_m[column + 1] * right);
    }
}

static void
bend_rows (gsize begin, gsize end, guint worker, gpointer data)
{
  for (gsize y = begin; y < end; y++)
    bend_row (data, (guint) y);
}

/* ---- a picture ----------------------------------------------------------------------------------
 */

typedef struct
{
  double min_x_m, min_y_m, max_x_m, max_y_m;
} Extent;

static gboolean
extent_of (const ZxBackdropGrid *grid, Extent *extent)
{
  *extent = (Extent){ INFINITY, INFINITY, -INFINITY, -INFINITY };
  for (guint i = 0; i < G_N_ELEMENTS (grid->x_m); i++)
    {
      if (!isfinite (grid->x_m[i]) || !isfinite (grid->y_m[i]))
        return FALSE;
      extent->min_x_m = fmin (extent->min_x_m, grid->x_m[i]);
      extent->max_x_m = fmax (extent->max_x_m, grid->x_m[i]);
      extent->min_y_m = fmin (extent->min_y_m, grid->y_m[i]);
      extent->max_y_m = fmax (extent->max_y_m, grid->y_m[i]);
    }
  return TRUE;
}

typedef struct
{
  guint level, first_column, first_row, n_columns, n_rows; /* tiles */
} Range;

static gboolean
range_on (const ZxTileLevel *level, const Extent *extent, Range *range)
{
  double tile_m = level->pixel_m * level->tile_pixels;
  double left = floor ((extent->min_x_m - level->left_m) / tile_m),
         right = floor ((extent->max_x_m - level->left_m) / tile_m),
         top = floor ((level->top_m - extent->max_y_m) / tile_m),
         bottom = floor ((level->top_m - extent->min_y_m) / tile_m);
  left = fmax (left, 0);
  top = fmax (top, 0);
  right = fmin (right, level->n_columns - 1.0);
  bottom = fmin (bottom, level->n_rows - 1.0);
  if (!(right >= left && bottom >= top) || (right - left + 1) * (bottom - top + 1) > MOST_WANTED
      || (right - left + 1) * (bottom - top + 1) * level->tile_pixels * level->tile_pixels > 64e6)
    return FALSE;
  range->first_column = (guint) left;
  range->first_row = (guint) top;
  range->n_columns = (guint) (right - left) + 1;
  range->n_rows = (guint) (bottom - top) + 1;
  return TRUE;
}

/* The coarsest level that is fine enough, or the finest there is. */
static gboolean
choose (const ZxBackdrop *self, const Extent *extent, double pixel_m, Range *range)
{
  guint level = 0;
  while (level + 1 < self->levels->len
         && g_array_index (self->levels, ZxTileLevel, level).pixel_m > pixel_m * LARGER_BY)
    level++;
  for (;; level--)
    {
      range->level = level;
      if (range_on (&g_array_index (self->levels, ZxTileLevel, level), extent, range))
        return TRUE;
      if (level == 0)
        return FALSE;
    }
}

static guint32 *
mosaic_of (ZxBackdrop *self, const Range *range, guint side)
{
  gsize stride = (gsize) range->n_columns * side;
  guint32 *mosaic = g_try_malloc0_n (stride * range->n_rows, side * sizeof *mosaic);
  g_mutex_lock (&self->lock);
  for (guint row = 0; mosaic != NULL && row < range->n_rows; row++)
    for (guint column = 0; column < range->n_columns; column++)
      put_tile (self, range->level, range->first_column + column, range->first_row + row,
                mosaic + row * side * stride + column * side, stride);
  g_mutex_unlock (&self->lock);
  return mosaic;
}

static void
bend (const ZxBackdropGrid *grid, const ZxTileLevel *level, const Range *range,
      const guint32 *mosaic, cairo_surface_t *image)
{
  double tile_m = level->pixel_m * level->tile_pixels;
  Bending bending = { .grid = grid,
                      .mosaic = mosaic,
                      .n_columns = (gint) (range->n_columns * level->tile_pixels),
                      .n_rows = (gint) (range->n_rows * level->tile_pixels),
                      .left_m = level->left_m + range->first_column * tile_m,
                      .top_m = level->top_m - range->first_row * tile_m,
                      .pixel_m = level->pixel_m,
                      .out = (guint32 *) (gpointer) cairo_image_surface_get_data (image),
                      .stride = (gsize) cairo_image_surface_get_stride (image) / 4,
                      .width = (guint) cairo_image_surface_get_width (image),
                      .height = (guint) cairo_image_surface_get_height (image) };
  zx_parallel_for (bending.height, 64, bend_rows, &bending, NULL, NULL);
  cairo_surface_mark_dirty (image);
}

void
zx_backdrop_paint (ZxBackdrop *self, cairo_t *cr, const ZxBackdropGrid *grid, double width,
                   double height, double pixels_per_unit)
{
  Extent extent;
  Range range;
  int n_columns = (int) rint (width * pixels_per_unit),
      n_rows = (int) rint (height * pixels_per_unit);
  if (!extent_of (grid, &extent) || n_columns < 1 || n_rows < 1
      || !choose (self, &extent, (extent.max_x_m - extent.min_x_m) / n_columns, &range))
    return;
  const ZxTileLevel *level = &g_array_index (self->levels, ZxTileLevel, range.level);
  g_autofree guint32 *mosaic = mosaic_of (self, &range, level->tile_pixels);
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, n_columns, n_rows);
  if (mosaic != NULL && cairo_surface_status (image) == CAIRO_STATUS_SUCCESS)
    {
      bend (grid, level, &range, mosaic, image);
      cairo_save (cr);
      cairo_scale (cr, width / n_columns, height / n_rows);
      cairo_set_source_surface (cr, image, 0, 0);
      cairo_paint (cr);
      cairo_restore (cr);
    }
  cairo_surface_destroy (image);
}

/* ---- the object
 * ---------------------------------------------------------------------------------- */

void
zx_backdrop_locate (ZxBackdrop *self, double lon_deg, double lat_deg, double *x_m, double *y_m)
{
  if (self->is_gcj02)
    zx_gis_gcj02_from_wgs84 (&lon_deg, &lat_deg);
  *x_m = lon_deg * G_PI / 180 * EARTH_RADIUS_M;
  *y_m = asinh (tan (lat_deg * G_PI / 180)) * EARTH_RADIUS_M;
}

static void
zx_backdrop_dispose (GObject *object)
{
  ZxBackdrop *self = ZX_BACKDROP (object);
  g_clear_handle_id (&self->asking, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (zx_backdrop_parent_class)->dispose (object);
}

static void
zx_backdrop_finalize (GObject *object)
{
  ZxBackdrop *self = ZX_BACKDROP (object);
  g_clear_pointer (&self->tiles, zx_tiles_close);
  g_hash_table_unref (self->kept);
  g_hash_table_unref (self->wanted);
  g_array_unref (self->levels);
  g_free (self->attribution);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (zx_backdrop_parent_class)->finalize (object);
}

static void
zx_backdrop_class_init (ZxBackdropClass *class)
{
  G_OBJECT_CLASS (class)->dispose = zx_backdrop_dispose;
  G_OBJECT_CLASS (class)->finalize = zx_backdrop_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  failed_signal = g_signal_new ("failed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
zx_backdrop_init (ZxBackdrop *self)
{
  self->levels = g_array_new (FALSE, FALSE, sizeof (ZxTileLevel));
  self->kept = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, tile_free);
  self->wanted = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  self->most_kept = MOST_KEPT;
}

ZxBackdrop *
zx_backdrop_new_for_tiles (ZxTiles *tiles)
{
  ZxBackdrop *self = g_object_new (ZX_TYPE_BACKDROP, NULL);
  guint n;
  const ZxTileLevel *levels = zx_tiles_levels (tiles, &n);
  const char *attribution = zx_tiles_attribution (tiles);
  self->tiles = tiles;
  self->attribution = g_strdup (attribution[0] != '\0' ? attribution : zx_tiles_name (tiles));
  g_array_append_vals (self->levels, levels, n);
  return self;
}

ZxBackdrop *
zx_backdrop_new_for_address (const char *address, gboolean is_gcj02, const char *attribution,
                             GError **error)
{
  gboolean is_web = g_str_has_prefix (address, "https://") || g_str_has_prefix (address, "http://");
  if (!is_web || strstr (address, "{x}") == NULL || strstr (address, "{z}") == NULL
      || strstr (address, "{y}") == NULL)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("“%s” is no address of tiles; it must begin with https:// and hold {z}, {x} "
                      "and {y}"),
                   address);
      return NULL;
    }
  ZxBackdrop *self = g_object_new (ZX_TYPE_BACKDROP, NULL);
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *host = uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : address;
  self->source = SHUMATE_DATA_SOURCE (shumate_tile_downloader_new (address));
  self->cancellable = g_cancellable_new ();
  self->is_gcj02 = is_gcj02;
  self->attribution = g_strdup (attribution[0] != '\0' ? attribution : host);
  for (int zoom = 0; zoom <= FINEST_ZOOM; zoom++)
    {
      const ZxTileLevel level = zx_tile_level_of_web (zoom);
      g_array_append_val (self->levels, level);
    }
  return self;
}

const char *
zx_backdrop_attribution (ZxBackdrop *self)
{
  return self->attribution;
}

gboolean
zx_backdrop_is_gcj02 (ZxBackdrop *self)
{
  return self->is_gcj02;
}

void
zx_backdrop_set_most_kept (ZxBackdrop *self, guint n)
{
  g_return_if_fail (n > 0);
  g_mutex_lock (&self->lock);
  self->most_kept = n;
  forget_old (self);
  g_mutex_unlock (&self->lock);
}

void
zx_backdrop_forget (ZxBackdrop *self)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->kept);
  g_mutex_unlock (&self->lock);
  self->has_failed = FALSE;
  g_signal_emit (self, changed_signal, 0);
}
