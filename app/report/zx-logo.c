/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A PNG begins with eight bytes of signature and the chunk IHDR, whose first eight bytes of data
 * are width and height.  They are read before anything is unpacked, for a small file can claim to
 * hold more pixels than there is memory. */

#include "app/report/zx-logo.h"

#include <string.h>

#include "app/report/zx-report.h"

#define MOST_BYTES  (8u << 20)
#define MOST_PIXELS (16u << 20)
#define HEADER      24
#define WIDTH_AT    16
#define HEIGHT_AT   20

static guint32
number_at (const guint8 *bytes, gsize at)
{
  return ((guint32) bytes[at] << 24) | ((guint32) bytes[at + 1] << 16)
         | ((guint32) bytes[at + 2] << 8) | bytes[at + 3];
}

gboolean
zx_report_check_logo (GBytes *png, GError **error)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a };
  gsize n;
  const guint8 *bytes = g_bytes_get_data (png, &n);
  if (n < HEADER || memcmp (bytes, signature, sizeof signature) != 0)
    {
      g_set_error_literal (error, ZX_ERROR, ZX_ERROR_INVALID,
                           _ ("The logo is not a PNG picture; save it as PNG"));
      return FALSE;
    }
  guint64 width = number_at (bytes, WIDTH_AT), height = number_at (bytes, HEIGHT_AT);
  if (n > MOST_BYTES || width == 0 || height == 0 || width * height > MOST_PIXELS)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The logo has %llu × %llu pixels in %zu bytes; at most %u pixels in %u bytes "
                      "can be used"),
                   (unsigned long long) width, (unsigned long long) height, n, MOST_PIXELS,
                   MOST_BYTES);
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  const guint8 *bytes;
  gsize n, at;
} Source;

static cairo_status_t
on_read_cb (gpointer closure, unsigned char *data, unsigned int length)
{
  Source *source = closure;
  if (length > source->n - source->at)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, source->bytes + source->at, length);
  source->at += length;
  return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *
zx_logo_read (GBytes *png)
{
  if (png == NULL || !zx_report_check_logo (png, NULL))
    return NULL;
  Source source = { .at = 0 };
  source.bytes = g_bytes_get_data (png, &source.n);
  cairo_surface_t *logo = cairo_image_surface_create_from_png_stream (on_read_cb, &source);
  if (cairo_surface_status (logo) == CAIRO_STATUS_SUCCESS)
    return logo;
  cairo_surface_destroy (logo);
  return NULL;
}
