/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/project/zx-bookmark.h"

#include "data/base/zx-base.h"

#define MOST_BOOKMARKS 1000 /* of a file, which may be anything */

struct _ZxBookmark
{
  GObject parent;
  char *name;
  double x_m, y_m, metres_per_unit;
};

G_DEFINE_FINAL_TYPE (ZxBookmark, zx_bookmark, G_TYPE_OBJECT)

static void
zx_bookmark_finalize (GObject *object)
{
  g_free (ZX_BOOKMARK (object)->name);
  G_OBJECT_CLASS (zx_bookmark_parent_class)->finalize (object);
}

static void
zx_bookmark_class_init (ZxBookmarkClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_bookmark_finalize;
}

static void
zx_bookmark_init (ZxBookmark *self)
{
}

ZxBookmark *
zx_bookmark_new (const char *name, double x_m, double y_m, double metres_per_unit)
{
  ZxBookmark *self = g_object_new (ZX_TYPE_BOOKMARK, NULL);
  self->name = g_utf8_make_valid (name, -1);
  for (char *at = self->name; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_strstrip (self->name);
  self->x_m = x_m;
  self->y_m = y_m;
  self->metres_per_unit = metres_per_unit;
  return self;
}

const char *
zx_bookmark_name (ZxBookmark *self)
{
  return self->name;
}

double
zx_bookmark_x_m (ZxBookmark *self)
{
  return self->x_m;
}

double
zx_bookmark_y_m (ZxBookmark *self)
{
  return self->y_m;
}

double
zx_bookmark_metres_per_unit (ZxBookmark *self)
{
  return self->metres_per_unit;
}

/* ---- as text ------------------------------------------------------------------------------- */

char *
zx_bookmarks_format (GListModel *bookmarks)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (bookmarks); i++)
    {
      g_autoptr (ZxBookmark) bookmark = g_list_model_get_item (bookmarks, i);
      char x[32], y[32], scale[32];
      g_string_append_printf (text, "%s %s %s %s\n", zx_number_format (bookmark->x_m, x),
                              zx_number_format (bookmark->y_m, y),
                              zx_number_format (bookmark->metres_per_unit, scale), bookmark->name);
    }
  return g_string_free (text, FALSE);
}

static ZxBookmark *
parse_line (const char *line)
{
  double number[3];
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  if (g_strv_length (words) != 4 || words[3][0] == '\0' || !g_utf8_validate (words[3], -1, NULL))
    return NULL;
  for (guint i = 0; i < 3; i++)
    if (!zx_number_parse (words[i], strlen (words[i]), &number[i]) || !isfinite (number[i]))
      return NULL;
  return number[2] > 0 ? zx_bookmark_new (words[3], number[0], number[1], number[2]) : NULL;
}

GPtrArray *
zx_bookmarks_parse (const char *text)
{
  GPtrArray *bookmarks = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", MOST_BOOKMARKS);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      ZxBookmark *bookmark = parse_line (lines[i]);
      if (bookmark != NULL)
        g_ptr_array_add (bookmarks, bookmark);
    }
  return bookmarks;
}
