/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person sees and hears of a page. */
#pragma once

#include "zx-ui-test.h"

#include "ui/zx-page-reading.h"

/* Shows the page, waits until it has read its snapshot; returns it, NULL for
 * the map alone. */
GtkWidget *zx_ui_test_page (ZxWindow *window, const char *name);
/* A visible label under @widget holds @text. */
gboolean zx_ui_test_says (GtkWidget *widget, const char *text);
/* Nothing visible under @widget takes the focus without a name for a screen reader. */
void zx_ui_test_assert_named (GtkWidget *widget);
void zx_ui_test_open_expanders (GtkWidget *widget);
