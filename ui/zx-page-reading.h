/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a page shows, worked out of the session's snapshot in a worker.
 *
 * A page that is not seen reads nothing; when it comes into sight it reads the newest snapshot.  A
 * reading of an older snapshot is thrown away. */
#pragma once

#include "ui/zx-page.h"

G_BEGIN_DECLS

/* In a worker.  Returns: (transfer full) */
typedef gpointer (*ZxReadFunc) (ZxProject *project);
/* On the main thread.  @reading: borrowed until the next call; NULL when nothing is open. */
typedef void (*ZxShowFunc) (ZxPage *page, gpointer reading);

/* Once, in bind(). */
void zx_page_keep_reading (ZxPage *self, ZxReadFunc read, ZxShowFunc show, GDestroyNotify free);
gboolean zx_page_is_reading (ZxPage *self);

G_END_DECLS
