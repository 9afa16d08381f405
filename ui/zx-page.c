/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/zx-page.h"

#define LEAST_HEIGHT 120 /* every page scrolls */

typedef struct
{
  ZxSession *session;
  void (*show) (ZxPage *self); /* NULL: does not follow */
  gboolean is_due;             /* something changed while nobody looked */
} ZxPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ZxPage, zx_page, GTK_TYPE_WIDGET)

static void
zx_page_dispose (GObject *object)
{
  ZxPagePrivate *own = zx_page_get_instance_private (ZX_PAGE (object));
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&own->session);
  G_OBJECT_CLASS (zx_page_parent_class)->dispose (object);
}

/* A paned asks how wide its children want to be for a height, and labels that wrap answer by trying
 * one width after the other: thousands of layouts of text for every page that is opened.  A page
 * scrolls, so its width does not depend on the height, nor its least height on anything. */
static void
zx_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                 int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? LEAST_HEIGHT : 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       orientation == GTK_ORIENTATION_HORIZONTAL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;
      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
    }
}

static void
zx_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      gtk_widget_allocate (child, width, height, baseline, NULL);
}

static void
zx_page_class_init (ZxPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_page_dispose;
  widget_class->measure = zx_page_measure;
  widget_class->size_allocate = zx_page_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "zx-page");
}

static void
zx_page_init (ZxPage *self)
{
}

ZxSession *
zx_page_session (ZxPage *self)
{
  ZxPagePrivate *own = zx_page_get_instance_private (self);
  return own->session;
}

void
zx_page_bind (ZxPage *self, ZxSession *session)
{
  ZxPagePrivate *own = zx_page_get_instance_private (self);
  g_return_if_fail (own->session == NULL);
  own->session = g_object_ref (session);
  if (ZX_PAGE_GET_CLASS (self)->bind != NULL)
    ZX_PAGE_GET_CLASS (self)->bind (self, session);
}

static void
show_or_wait (ZxPage *self)
{
  ZxPagePrivate *own = zx_page_get_instance_private (self);
  own->is_due = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!own->is_due)
    own->show (self);
}

static void
on_map_cb (ZxPage *self)
{
  ZxPagePrivate *own = zx_page_get_instance_private (self);
  if (own->is_due)
    own->show (self);
  own->is_due = FALSE;
}

void
zx_page_follow (ZxPage *self, void (*show) (ZxPage *self))
{
  ZxPagePrivate *own = zx_page_get_instance_private (self);
  g_return_if_fail (own->session != NULL && own->show == NULL);
  own->show = show;
  g_signal_connect_object (own->session, "notify::project", G_CALLBACK (show_or_wait), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (own->session, "settings-changed", G_CALLBACK (show_or_wait), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (on_map_cb), NULL);
  show (self);
}
