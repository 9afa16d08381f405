/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-status.h"

struct _ZxStatus
{
  GtkWidget parent;
  char *icon_name, *title, *description, *button_label, *action_name;
};

enum
{
  PROP_0,
  PROP_ICON_NAME,
  PROP_TITLE,
  PROP_DESCRIPTION,
  PROP_BUTTON_LABEL,
  PROP_ACTION_NAME,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ZxStatus, zx_status, GTK_TYPE_WIDGET)

static char **
field (ZxStatus *self, guint id)
{
  char **fields[] = { NULL,
                      &self->icon_name,
                      &self->title,
                      &self->description,
                      &self->button_label,
                      &self->action_name };
  return id < N_PROPS ? fields[id] : NULL;
}

static void
zx_status_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  char **text = field (ZX_STATUS (object), id);
  if (text != NULL)
    g_value_set_string (value, *text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
zx_status_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  char **text = field (ZX_STATUS (object), id);
  if (text == NULL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
      return;
    }
  if (g_strcmp0 (*text, g_value_get_string (value)) == 0)
    return;
  g_free (*text);
  *text = g_value_dup_string (value);
  g_object_notify_by_pspec (object, spec);
}

static void
zx_status_dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (zx_status_parent_class)->dispose (object);
}

static void
zx_status_finalize (GObject *object)
{
  for (guint id = 1; id < N_PROPS; id++)
    g_free (*field (ZX_STATUS (object), id));
  G_OBJECT_CLASS (zx_status_parent_class)->finalize (object);
}

static gboolean
has_text (ZxStatus *self, const char *text)
{
  return text != NULL && text[0] != '\0';
}

static void
zx_status_class_init (ZxStatusClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  object_class->get_property = zx_status_get_property;
  object_class->set_property = zx_status_set_property;
  object_class->dispose = zx_status_dispose;
  object_class->finalize = zx_status_finalize;
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, flags);
  properties[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/widgets/zx-status.ui");
  gtk_widget_class_bind_template_callback (widget_class, has_text);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "zx-status");
}

static void
zx_status_init (ZxStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
