/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-toast.h"

#define SECONDS_SHOWN 6

struct _ZxToast
{
  GtkWidget parent;
  GtkWidget *revealer, *label, *button;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (ZxToast, zx_toast, GTK_TYPE_WIDGET)

static void
hide (ZxToast *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

static gboolean
on_timeout_cb (gpointer data)
{
  ZxToast *self = data;
  self->timeout = 0;
  hide (self);
  return G_SOURCE_REMOVE;
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hide (ZX_TOAST (widget));
}

static void
zx_toast_dispose (GObject *object)
{
  ZxToast *self = ZX_TOAST (object);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (zx_toast_parent_class)->dispose (object);
}

static void
zx_toast_class_init (ZxToastClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_toast_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/widgets/zx-toast.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxToast, revealer);
  gtk_widget_class_bind_template_child (widget_class, ZxToast, label);
  gtk_widget_class_bind_template_child (widget_class, ZxToast, button);
  gtk_widget_class_bind_template_callback (widget_class, hide);
  gtk_widget_class_install_action (widget_class, "toast.close", NULL, close_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "zx-toast");
}

static void
zx_toast_init (ZxToast *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

void
zx_toast_show (ZxToast *self, const char *text, const char *button, const char *action)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_visible (self->button, button != NULL);
  if (button != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->button), button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
    }
  gtk_widget_set_can_target (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  self->timeout = g_timeout_add_seconds (SECONDS_SHOWN, on_timeout_cb, self);
}

void
zx_toast_take_back (ZxToast *self, const char *action)
{
  const char *own = gtk_actionable_get_action_name (GTK_ACTIONABLE (self->button));
  if (gtk_widget_get_visible (self->button) && g_strcmp0 (own, action) == 0)
    hide (self);
}

const char *
zx_toast_text (ZxToast *self)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer))
             ? gtk_label_get_text (GTK_LABEL (self->label))
             : "";
}
