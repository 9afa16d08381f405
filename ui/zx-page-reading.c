/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-page-reading.h"

#include "ui/map/zx-map-painter.h"

#define KEY "zx-page-reading"

typedef struct
{
  ZxReadFunc read;
  ZxShowFunc show;
  GDestroyNotify free;
  gpointer reading;
  guint number; /* of the newest order */
  gboolean is_under_way, is_due;
} Keeper;

typedef struct
{
  GWeakRef page;
  Keeper how; /* the functions and the number */
  ZxProject *project;
  gpointer reading;
} Order;

static void
keeper_free (gpointer data)
{
  Keeper *keeper = data;
  if (keeper->reading != NULL)
    keeper->free (keeper->reading);
  g_free (keeper);
}

static Keeper *
keeper_of (ZxPage *page)
{
  return g_object_get_data (G_OBJECT (page), KEY);
}

static void
show (ZxPage *page, gpointer reading)
{
  Keeper *keeper = keeper_of (page);
  gpointer old = keeper->reading;
  keeper->reading = reading;
  keeper->show (page, reading);
  if (old != NULL)
    keeper->free (old);
}

static void
do_order (gpointer data, gpointer unused)
{
  Order *order = data;
  order->reading = order->how.read (order->project);
}

static gboolean
on_read_cb (gpointer data)
{
  Order *order = data;
  g_autoptr (ZxPage) page = g_weak_ref_get (&order->page);
  if (page != NULL && zx_page_session (page) != NULL
      && keeper_of (page)->number == order->how.number)
    {
      keeper_of (page)->is_under_way = FALSE;
      show (page, g_steal_pointer (&order->reading));
    }
  if (order->reading != NULL)
    order->how.free (order->reading);
  g_weak_ref_clear (&order->page);
  g_object_unref (order->project);
  g_free (order);
  return G_SOURCE_REMOVE;
}

static void
start (ZxPage *page)
{
  Keeper *keeper = keeper_of (page);
  ZxProject *project = zx_session_project (zx_page_session (page));
  keeper->is_due = FALSE;
  keeper->number++;
  keeper->is_under_way = project != NULL;
  if (project == NULL)
    {
      show (page, NULL);
      return;
    }
  Order *order = g_new0 (Order, 1);
  g_weak_ref_init (&order->page, page);
  order->how = *keeper;
  order->project = g_object_ref (project);
  zx_map_pool_push (do_order, on_read_cb, order);
}

static void
on_project_changed_cb (ZxPage *page)
{
  keeper_of (page)->is_due = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (page)))
    start (page);
}

static void
on_map_cb (ZxPage *page)
{
  if (keeper_of (page)->is_due)
    start (page);
}

void
zx_page_keep_reading (ZxPage *self, ZxReadFunc read, ZxShowFunc show_func, GDestroyNotify free_func)
{
  g_return_if_fail (zx_page_session (self) != NULL && keeper_of (self) == NULL);
  const Keeper keeper = { read, show_func, free_func, NULL, 0, FALSE, TRUE };
  g_object_set_data_full (G_OBJECT (self), KEY, g_memdup2 (&keeper, sizeof keeper), keeper_free);
  g_signal_connect_object (zx_page_session (self), "notify::project",
                           G_CALLBACK (on_project_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (on_map_cb), NULL);
}

gboolean
zx_page_is_reading (ZxPage *self)
{
  const Keeper *keeper = keeper_of (self);
  return keeper != NULL && (keeper->is_under_way || keeper->is_due);
}
