/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page of the window.  It shows what the session knows and keeps no facts of its own.
 *
 * To add one: a template resources/ui/pages/zx-NAME-page.ui with parent ZxPage, a class of the same
 * name in ui/pages/ that implements bind(), a line in the table of ui/zx-window.c, and the two
 * files in resources/zhixing.gresource.xml and ui/meson.build.  A page acts by actions of the
 * window ("win.run", "win.fly-to") so that menus, keys and tests share them. */
#pragma once

#include <gtk/gtk.h>

#include "app/project/zx-project.h"

G_BEGIN_DECLS

#define ZX_TYPE_PAGE (zx_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (ZxPage, zx_page, ZX, PAGE, GtkWidget)

struct _ZxPageClass
{
  GtkWidgetClass parent_class;
  /* Once, with the session the page shows from now on.  Connect with g_signal_connect_object(). */
  void (*bind) (ZxPage *self, ZxSession *session);
};

ZxSession *zx_page_session (ZxPage *self); /* borrowed; NULL before bind */
void zx_page_bind (ZxPage *self, ZxSession *session);
/* Once, in bind(): calls @show now and whenever the project, a setting or the freshness of a stage
 * changes; for a page that is not seen, once when it comes into sight. */
void zx_page_follow (ZxPage *self, void (*show) (ZxPage *self));

G_END_DECLS
