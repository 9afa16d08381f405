/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-report-sheet.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/map/zx-map-painter.h"
#include "ui/zx-picture.h"

#define NATURAL_WIDTH 760
#define LEAST_WIDTH   280

/* ---- item ------------------------------------------------------------------------------------ */

struct _ZxSheetItem
{
  GObject parent;
  ZxRecording *recording;
  guint page;
};

G_DEFINE_FINAL_TYPE (ZxSheetItem, zx_sheet_item, G_TYPE_OBJECT)

static void
zx_sheet_item_finalize (GObject *object)
{
  g_clear_pointer (&ZX_SHEET_ITEM (object)->recording, zx_recording_unref);
  G_OBJECT_CLASS (zx_sheet_item_parent_class)->finalize (object);
}

static void
zx_sheet_item_class_init (ZxSheetItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = zx_sheet_item_finalize;
}

static void
zx_sheet_item_init (ZxSheetItem *self)
{
}

ZxSheetItem *
zx_sheet_item_new (ZxRecording *recording, guint page)
{
  ZxSheetItem *self = g_object_new (ZX_TYPE_SHEET_ITEM, NULL);
  self->recording = zx_recording_ref (recording);
  self->page = page;
  return self;
}

/* ---- sheet ----------------------------------------------------------------------------------- */

struct _ZxReportSheet
{
  GtkWidget parent;
  ZxSheetItem *item;   /* nullable */
  GdkTexture *texture; /* of @item, nullable */
  int texture_width;
  gboolean is_under_way, is_near;
};

G_DEFINE_FINAL_TYPE (ZxReportSheet, zx_report_sheet, GTK_TYPE_WIDGET)

typedef struct
{
  ZxReportSheet *sheet;
  ZxSheetItem *item;
  int width, scale;
  GdkTexture *texture;
} Painting;

static void
paint_sheet (gpointer data, gpointer unused)
{
  Painting *painting = data;
  int width = painting->width * painting->scale,
      height = (int) lround (width * ZX_REPORT_PAGE_HEIGHT / ZX_REPORT_PAGE_WIDTH);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_scale (cr, width / ZX_REPORT_PAGE_WIDTH, height / ZX_REPORT_PAGE_HEIGHT);
  zx_recording_draw (painting->item->recording, painting->item->page, cr);
  cairo_destroy (cr);
  painting->texture = zx_picture_new (surface);
}

static void ask (ZxReportSheet *self);

static gboolean
on_painted_cb (gpointer data)
{
  g_autofree Painting *painting = data;
  g_autoptr (ZxReportSheet) self = painting->sheet;
  self->is_under_way = FALSE;
  if (self->item == painting->item && self->is_near && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      g_set_object (&self->texture, painting->texture);
      self->texture_width = painting->width;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  g_clear_object (&painting->texture);
  g_object_unref (painting->item);
  ask (self);
  return G_SOURCE_REMOVE;
}

gboolean
zx_report_sheet_is_painted (ZxReportSheet *self)
{
  return self->item == NULL || !self->is_near
         || (self->texture != NULL
             && self->texture_width == gtk_widget_get_width (GTK_WIDGET (self)));
}

static void
ask (ZxReportSheet *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  if (zx_report_sheet_is_painted (self) || self->is_under_way || width <= 0
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  Painting *painting = g_new0 (Painting, 1);
  painting->sheet = g_object_ref (self);
  painting->item = g_object_ref (self->item);
  painting->width = width;
  painting->scale = MAX (1, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  self->is_under_way = TRUE;
  zx_map_pool_push (paint_sheet, on_painted_cb, painting);
}

static void
zx_report_sheet_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ZxReportSheet *self = ZX_REPORT_SHEET (widget);
  const GdkRGBA paper = { 1, 1, 1, 1 };
  graphene_rect_t all = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                            (float) gtk_widget_get_height (widget));
  gtk_snapshot_append_color (snapshot, &paper, &all);
  if (self->texture != NULL)
    zx_picture_snapshot (self->texture, widget, &all, &all, snapshot);
}

static GtkSizeRequestMode
zx_report_sheet_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
zx_report_sheet_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = LEAST_WIDTH;
      *natural = NATURAL_WIDTH;
      return;
    }
  int width = for_size > 0 ? MIN (for_size, NATURAL_WIDTH) : NATURAL_WIDTH;
  *minimum = *natural = (int) lround (width * ZX_REPORT_PAGE_HEIGHT / ZX_REPORT_PAGE_WIDTH);
}

static void
zx_report_sheet_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ask (ZX_REPORT_SHEET (widget));
}

static void
zx_report_sheet_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (zx_report_sheet_parent_class)->map (widget);
  ask (ZX_REPORT_SHEET (widget));
}

/* Pages nobody sees are painted again when they are looked at. */
static void
zx_report_sheet_unmap (GtkWidget *widget)
{
  g_clear_object (&ZX_REPORT_SHEET (widget)->texture);
  GTK_WIDGET_CLASS (zx_report_sheet_parent_class)->unmap (widget);
}

static void
zx_report_sheet_dispose (GObject *object)
{
  ZxReportSheet *self = ZX_REPORT_SHEET (object);
  g_clear_object (&self->item);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (zx_report_sheet_parent_class)->dispose (object);
}

static void
zx_report_sheet_class_init (ZxReportSheetClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_report_sheet_dispose;
  widget_class->snapshot = zx_report_sheet_snapshot;
  widget_class->get_request_mode = zx_report_sheet_get_request_mode;
  widget_class->measure = zx_report_sheet_measure;
  widget_class->size_allocate = zx_report_sheet_size_allocate;
  widget_class->map = zx_report_sheet_map;
  widget_class->unmap = zx_report_sheet_unmap;
  gtk_widget_class_set_css_name (widget_class, "zx-sheet");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
zx_report_sheet_init (ZxReportSheet *self)
{
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

void
zx_report_sheet_show (ZxReportSheet *self, ZxSheetItem *item)
{
  g_set_object (&self->item, item);
  g_clear_object (&self->texture);
  if (item != NULL)
    {
      g_autofree char *name = g_strdup_printf (_ ("Page %u of %u"), item->page + 1,
                                               zx_recording_n_pages (item->recording));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      -1);
      /* The list's own row takes the focus. */
      GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
      if (row != NULL)
        gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                        -1);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  ask (self);
}

void
zx_report_sheet_set_near (ZxReportSheet *self, gboolean is_near)
{
  if (self->is_near == is_near)
    return;
  self->is_near = is_near;
  if (!is_near)
    g_clear_object (&self->texture);
  ask (self);
}
