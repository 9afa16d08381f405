/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-layer-style.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _ZxLayerStyle
{
  GtkPopover parent;
  ZxSession *session;
  ZxMapLayer *layer;
  gboolean is_filling;
  GtkWidget *title, *ramp_label, *ramp, *swatch, *classes_label, *classes, *colour_label, *colour,
      *size_label, *size;
};

G_DEFINE_FINAL_TYPE (ZxLayerStyle, zx_layer_style, GTK_TYPE_POPOVER)

/* In the order of the template's list. */
static const int ramps[]
    = { ZX_OWN_RAMP, ZX_RAMP_HEAT, ZX_RAMP_VIRIDIS, ZX_RAMP_CIVIDIS, ZX_RAMP_PROBABILITY };
static const guint classes[] = { 0, 3, 4, 5, 6, 7, 9 };

gboolean
zx_layer_style_is_for (ZxMapLayerKind kind)
{
  return zx_map_layer_kind_has_classes (kind) || zx_map_layer_kind_has_size (kind);
}

/* ---- from the layer to the controls ------------------------------------------------------------
 */

static ZxRamp
shown_ramp (ZxLayerStyle *self)
{
  const ZxMapStyle *style = zx_map_layer_style (self->layer);
  ZxMapLayerKind kind = zx_map_layer_kind (self->layer);
  return style->ramp != ZX_OWN_RAMP                ? (ZxRamp) style->ramp
         : kind == ZX_MAP_LAYER_SHORTFALL          ? ZX_RAMP_DIFFERENCE
         : kind == ZX_MAP_LAYER_DEMAND_SPREAD      ? ZX_RAMP_VIRIDIS
         : kind == ZX_MAP_LAYER_FEEDER_ROOM        ? ZX_RAMP_VIRIDIS
         : kind == ZX_MAP_LAYER_DEMAND_PROBABILITY ? ZX_RAMP_PROBABILITY
                                                   : ZX_RAMP_HEAT;
}

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  ZxLayerStyle *self = data;
  const ZxColourScale scale = { .ramp = shown_ramp (self),
                                .low = shown_ramp (self) == ZX_RAMP_DIFFERENCE ? -width : 0,
                                .high = width,
                                .transparent_below = NAN,
                                .n_classes = zx_map_layer_style (self->layer)->n_classes };
  for (int x = 0; x < width; x++)
    {
      double value = scale.low + (x + 0.5) * (scale.high - scale.low) / width;
      ZxColour colour = zx_colour_at (&scale, value);
      cairo_set_source_rgb (cr, colour.red, colour.green, colour.blue);
      cairo_rectangle (cr, x, 0, 1, height);
      cairo_fill (cr);
    }
}

static GdkRGBA
own_colour (ZxMapLayerKind kind)
{
  ZxColour own = zx_symbol_own_colour (kind == ZX_MAP_LAYER_SITES        ? ZX_SYMBOL_SITE
                                       : kind == ZX_MAP_LAYER_CANDIDATES ? ZX_SYMBOL_CANDIDATE
                                                                         : ZX_SYMBOL_STATION);
  return (GdkRGBA){ (float) own.red, (float) own.green, (float) own.blue, 1 };
}

static void
show_style (ZxLayerStyle *self)
{
  const ZxMapStyle *style = zx_map_layer_style (self->layer);
  guint32 rgb = (guint32) style->colour;
  GdkRGBA colour = style->colour == ZX_OWN_COLOUR ? own_colour (zx_map_layer_kind (self->layer))
                                                  : (GdkRGBA){ (float) (rgb >> 16 & 0xff) / 255.0f,
                                                               (float) (rgb >> 8 & 0xff) / 255.0f,
                                                               (float) (rgb & 0xff) / 255.0f, 1 };
  self->is_filling = TRUE;
  gtk_label_set_text (GTK_LABEL (self->title), zx_map_layer_title (self->layer));
  for (guint i = 0; i < G_N_ELEMENTS (ramps); i++)
    if (ramps[i] == style->ramp)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->ramp), i);
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (classes[i] <= style->n_classes)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->classes), i);
  gtk_color_chooser_set_rgba (GTK_COLOR_CHOOSER (self->colour), &colour);
  gtk_range_set_value (GTK_RANGE (self->size), 100 * style->size);
  gtk_widget_queue_draw (self->swatch);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "style.own",
                                 !zx_map_style_equal (style, &(ZxMapStyle) ZX_MAP_STYLE_INIT));
  self->is_filling = FALSE;
}

static void
offer (ZxLayerStyle *self)
{
  ZxMapLayerKind kind = zx_map_layer_kind (self->layer);
  const struct
  {
    GtkWidget *label, *control;
    gboolean is_offered;
  } rows[] = {
    { self->ramp_label, self->ramp, zx_map_layer_kind_has_ramp (kind) },
    { self->classes_label, self->classes, zx_map_layer_kind_has_classes (kind) },
    { self->swatch, self->swatch, zx_map_layer_kind_has_classes (kind) },
    { self->colour_label, self->colour, zx_map_layer_kind_has_colour (kind) },
    { self->size_label, self->size, zx_map_layer_kind_has_size (kind) },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gtk_widget_set_visible (rows[i].label, rows[i].is_offered);
      gtk_widget_set_visible (rows[i].control, rows[i].is_offered);
    }
}

/* ---- from the controls to the session ----------------------------------------------------------
 */

static void
on_changed_cb (ZxLayerStyle *self)
{
  if (self->is_filling || self->layer == NULL)
    return;
  ZxMapStyle style = *zx_map_layer_style (self->layer);
  style.ramp = ramps[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->ramp))];
  style.n_classes = classes[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->classes))];
  style.size = round (gtk_range_get_value (GTK_RANGE (self->size))) / 100;
  zx_session_style_layer (self->session, self->layer, &style);
}

static guint32
level (float share)
{
  return (guint32) lroundf (CLAMP (share, 0.0f, 1.0f) * 255);
}

static void
on_colour_cb (ZxLayerStyle *self)
{
  GdkRGBA colour;
  ZxMapStyle style = *zx_map_layer_style (self->layer);
  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (self->colour), &colour);
  style.colour
      = (gint32) (level (colour.red) << 16 | level (colour.green) << 8 | level (colour.blue));
  zx_session_style_layer (self->session, self->layer, &style);
}

static void
own_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxLayerStyle *self = ZX_LAYER_STYLE (widget);
  zx_session_style_layer (self->session, self->layer, &(ZxMapStyle) ZX_MAP_STYLE_INIT);
}

/* ---- the widget --------------------------------------------------------------------------------
 */

static void
zx_layer_style_dispose (GObject *object)
{
  ZxLayerStyle *self = ZX_LAYER_STYLE (object);
  g_clear_object (&self->layer);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (zx_layer_style_parent_class)->dispose (object);
}

static void
zx_layer_style_class_init (ZxLayerStyleClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_layer_style_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-layer-style.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, title);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, ramp_label);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, ramp);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, swatch);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, classes_label);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, classes);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, colour_label);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, colour);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, size_label);
  gtk_widget_class_bind_template_child (widget_class, ZxLayerStyle, size);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_colour_cb);
  gtk_widget_class_install_action (widget_class, "style.own", NULL, own_action);
}

static void
zx_layer_style_init (ZxLayerStyle *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->swatch), draw_swatch, self, NULL);
}

ZxLayerStyle *
zx_layer_style_new (ZxSession *session, ZxMapLayer *layer)
{
  ZxLayerStyle *self = g_object_new (ZX_TYPE_LAYER_STYLE, NULL);
  self->session = g_object_ref (session);
  self->layer = g_object_ref (layer);
  g_signal_connect_object (layer, "notify", G_CALLBACK (show_style), self, G_CONNECT_SWAPPED);
  offer (self);
  show_style (self);
  return self;
}
