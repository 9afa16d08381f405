/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file that ends when the work shall stop.
 *
 * GDAL reads the whole of a GeoJSON, KML or GML file before it answers for the first time (to learn
 * the columns), and asks nobody on the way: seconds for a city, minutes for a province.  What it
 * does is read, so the files it reads are ours: behind a prefix of their own they are the files of
 * the same name, until the progress they were opened with is stopped.  From then on they are at
 * their end, and the parser gives up.
 *
 * The progress of a thread is set while GDAL opens; a file keeps it as long as it is open. */

#include "data/gis/zx-gis-private.h"

#define PREFIX "/vsizhixing/"

typedef struct
{
  VSILFILE *file;
  const ZxProgress *progress;
} Watched;

static GPrivate progress_of_thread;

static void *
on_open_cb (void *data, const char *name, const char *access)
{
  VSILFILE *file = strcmp (access, "rb") == 0 || strcmp (access, "r") == 0
                       ? VSIFOpenL (name, access)
                       : NULL; /* nothing is written beside a source */
  if (file == NULL)
    return NULL;
  Watched *watched = g_new (Watched, 1);
  *watched = (Watched){ file, g_private_get (&progress_of_thread) };
  return watched;
}

static int
on_stat_cb (void *data, const char *name, VSIStatBufL *status, int flags)
{
  return VSIStatExL (name, status, flags);
}

static vsi_l_offset
on_tell_cb (void *file)
{
  return VSIFTellL (((Watched *) file)->file);
}

static int
on_seek_cb (void *file, vsi_l_offset offset, int whence)
{
  return VSIFSeekL (((Watched *) file)->file, offset, whence);
}

static size_t
on_read_cb (void *file, void *buffer, size_t size, size_t n)
{
  Watched *watched = file;
  return zx_progress_is_stopped (watched->progress) ? 0
                                                    : VSIFReadL (buffer, size, n, watched->file);
}

static int
on_end_cb (void *file)
{
  Watched *watched = file;
  return zx_progress_is_stopped (watched->progress) || VSIFEofL (watched->file);
}

static int
on_close_cb (void *file)
{
  Watched *watched = file;
  int status = VSIFCloseL (watched->file);
  g_free (watched);
  return status;
}

void
zx_gis_stop_install (void)
{
  VSIFilesystemPluginCallbacksStruct *callbacks = VSIAllocFilesystemPluginCallbacksStruct ();
  callbacks->open = on_open_cb;
  callbacks->stat = on_stat_cb;
  callbacks->tell = on_tell_cb;
  callbacks->seek = on_seek_cb;
  callbacks->read = on_read_cb;
  callbacks->eof = on_end_cb;
  callbacks->close = on_close_cb;
  VSIInstallPluginHandler (PREFIX, callbacks);
  VSIFreeFilesystemPluginCallbacksStruct (callbacks);
}

GDALDatasetH
zx_gis_stop_open (const char *path, unsigned flags, const char *const *drivers,
                  const char *const *options, const ZxProgress *progress)
{
  g_autofree char *watched = g_strconcat (PREFIX, path, NULL);
  g_private_set (&progress_of_thread, (gpointer) progress);
  GDALDatasetH dataset = GDALOpenEx (watched, flags, drivers, options, NULL);
  g_private_set (&progress_of_thread, NULL);
  return dataset;
}

char *
zx_gis_stop_clean (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, PREFIX, -1);
  return g_strjoinv ("", parts);
}
