/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file is complete or absent: written beside its place, synced, renamed, and the directory
 * synced.
 *
 * Temporaries are called ".NAME.zx-PID-N.EXT".  A killed run leaves one behind; the next _begin for
 * the same file removes those whose process is gone. */

#include "data/base/zx-base.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

static gboolean
fail_io (GError **error, const char *path, int code)
{
  g_set_error (error, ZX_ERROR, ZX_ERROR_IO, _ ("%s cannot be written: %s"), path,
               g_strerror (code));
  return FALSE;
}

static void
sweep (const char *folder, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      if (!g_str_has_prefix (name, prefix))
        continue;
      gint64 pid = g_ascii_strtoll (name + strlen (prefix), NULL, 10);
      if (pid > 0 && pid != getpid () && kill ((pid_t) pid, 0) != 0 && errno == ESRCH)
        {
          g_autofree char *stale = g_build_filename (folder, name, NULL);
          g_unlink (stale);
        }
    }
}

char *
zx_file_begin (const char *path, GError **error)
{
  static gint counter;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *prefix = g_strdup_printf (".%s.zx-", name);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      fail_io (error, path, ENOENT);
      return NULL;
    }
  if (g_access (folder, W_OK) != 0)
    {
      fail_io (error, path, errno);
      return NULL;
    }
  sweep (folder, prefix);
  const char *dot = strrchr (name, '.');
  return g_strdup_printf ("%s/%s%d-%d%s", folder, prefix, (int) getpid (),
                          g_atomic_int_add (&counter, 1), dot != NULL && dot != name ? dot : "");
}

static gboolean
sync_path (const char *path, int flags)
{
  int file = g_open (path, flags | O_CLOEXEC, 0);
  if (file < 0)
    return FALSE;
  gboolean ok = fsync (file) == 0;
  int saved = errno;
  ok = close (file) == 0 && ok;
  errno = saved;
  return ok;
}

gboolean
zx_file_commit (const char *temporary, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  if (!sync_path (temporary, O_RDONLY) || g_rename (temporary, path) != 0)
    {
      int saved = errno;
      g_unlink (temporary);
      return fail_io (error, path, saved);
    }
  if (!sync_path (folder, O_RDONLY | O_DIRECTORY) && errno != EINVAL)
    return fail_io (error, path, errno);
  return TRUE;
}

void
zx_file_abandon (const char *temporary)
{
  if (temporary != NULL)
    g_unlink (temporary);
}

gboolean
zx_file_replace (const char *path, gconstpointer bytes, gsize n, GError **error)
{
  g_autofree char *temporary = zx_file_begin (path, error);
  if (temporary == NULL)
    return FALSE;
  int file = g_open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0)
    return fail_io (error, path, errno);
  const char *p = bytes;
  for (gsize done = 0; done < n;)
    {
      gssize written = write (file, p + done, n - done);
      if (written < 0)
        {
          if (errno == EINTR)
            continue;
          int saved = errno;
          close (file);
          g_unlink (temporary);
          return fail_io (error, path, saved);
        }
      done += (gsize) written;
    }
  if (close (file) != 0)
    {
      int saved = errno;
      g_unlink (temporary);
      return fail_io (error, path, saved);
    }
  return zx_file_commit (temporary, path, error);
}
