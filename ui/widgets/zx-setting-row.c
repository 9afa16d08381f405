/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-setting-row.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/zx-line-layout.h"
#include "ui/zx-money.h"

struct _ZxSettingRow
{
  GtkWidget parent;
  ZxSession *session;
  char *key, *title, *unit;
  double scale;
  guint digits;
  double none;         /* the lowest value, which where is_optional stands for none at all */
  GListModel *choices; /* words for 0, 1, 2 …; NULL: a number */
  gboolean is_switch, is_money, is_optional, is_filling;
  GtkWidget *box, *label, *control, *has; /* has: NULL where there is always a value */
};

enum
{
  PROP_0,
  PROP_KEY,
  PROP_TITLE,
  PROP_UNIT,
  PROP_SCALE,
  PROP_DIGITS,
  PROP_IS_SWITCH,
  PROP_IS_MONEY,
  PROP_IS_OPTIONAL,
  PROP_CHOICES,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ZxSettingRow, zx_setting_row, GTK_TYPE_WIDGET)

static void
zx_setting_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  ZxSettingRow *self = ZX_SETTING_ROW (object);
  switch (id)
    {
    case PROP_KEY:
      self->key = g_value_dup_string (value);
      break;
    case PROP_TITLE:
      self->title = g_value_dup_string (value);
      break;
    case PROP_UNIT:
      self->unit = g_value_dup_string (value);
      break;
    case PROP_SCALE:
      self->scale = g_value_get_double (value);
      break;
    case PROP_DIGITS:
      self->digits = g_value_get_uint (value);
      break;
    case PROP_IS_SWITCH:
      self->is_switch = g_value_get_boolean (value);
      break;
    case PROP_IS_MONEY:
      self->is_money = g_value_get_boolean (value);
      break;
    case PROP_IS_OPTIONAL:
      self->is_optional = g_value_get_boolean (value);
      break;
    case PROP_CHOICES:
      self->choices = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static const ZxSetting *
find_setting (const char *key)
{
  guint n;
  const ZxSetting *settings = zx_settings (&n);
  for (guint i = 0; i < n; i++)
    if (strcmp (settings[i].key, key) == 0)
      return &settings[i];
  return NULL;
}

static void
show_value (ZxSettingRow *self)
{
  double value = zx_session_setting (self->session, self->key);
  self->is_filling = TRUE;
  if (self->has != NULL)
    {
      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->has), value != self->none);
      gtk_widget_set_sensitive (self->control, value != self->none);
    }
  if (self->is_switch)
    gtk_switch_set_active (GTK_SWITCH (self->control), value > 0.5);
  else if (self->choices != NULL)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->control), (guint) value);
  else if (self->has != NULL && value == self->none)
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->control), 0);
  else
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->control), value / self->scale);
  self->is_filling = FALSE;
}

static void
on_changed_cb (ZxSettingRow *self)
{
  if (self->is_filling)
    return;
  double value = self->has != NULL && !gtk_check_button_get_active (GTK_CHECK_BUTTON (self->has))
                     ? self->none
                 : self->is_switch ? gtk_switch_get_active (GTK_SWITCH (self->control))
                 : self->choices != NULL
                     ? gtk_drop_down_get_selected (GTK_DROP_DOWN (self->control))
                     : gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->control)) * self->scale;
  zx_session_set (self->session, self->key, value, NULL); /* the control keeps the bounds */
}

static GtkWidget *
make_spin (ZxSettingRow *self, const ZxSetting *setting)
{
  double step = pow (10, -(double) self->digits), low = setting->low / self->scale,
         high = setting->high / self->scale;
  if (self->digits == 0)
    step = high >= 10000 ? 50 : 1;
  GtkWidget *spin = gtk_spin_button_new_with_range (low, high, step);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), self->digits);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 7);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (on_changed_cb), self);
  return spin;
}

static void
make_control (ZxSettingRow *self, const ZxSetting *setting)
{
  if (self->is_switch)
    {
      self->control = gtk_switch_new ();
      g_signal_connect_swapped (self->control, "notify::active", G_CALLBACK (on_changed_cb), self);
    }
  else if (self->choices != NULL)
    {
      self->control = gtk_drop_down_new (g_object_ref (self->choices), NULL);
      g_signal_connect_swapped (self->control, "notify::selected", G_CALLBACK (on_changed_cb),
                                self);
    }
  else
    self->control = make_spin (self, setting);
}

/* Whether there is a value at all; 0 is one. */
static void
make_has (ZxSettingRow *self, const char *text)
{
  g_autofree char *name = g_strdup_printf (_ ("Use “%s”"), text);
  self->has = gtk_check_button_new ();
  gtk_widget_set_valign (self->has, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->has, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->has), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  g_signal_connect_swapped (self->has, "toggled", G_CALLBACK (on_changed_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->has);
}

static void
zx_setting_row_constructed (GObject *object)
{
  ZxSettingRow *self = ZX_SETTING_ROW (object);
  G_OBJECT_CLASS (zx_setting_row_parent_class)->constructed (object);
  const ZxSetting *setting = find_setting (self->key);
  g_return_if_fail (setting != NULL);
  if (self->is_money)
    {
      self->scale = zx_money_large_yuan ();
      self->digits = self->scale > 1e5 ? 2 : 0;
      g_free (self->unit);
      self->unit = g_strdup (zx_money_large_unit ());
    }
  g_autofree char *text = self->unit != NULL && self->unit[0] != '\0'
                              ? g_strdup_printf ("%s (%s)", self->title, self->unit)
                              : g_strdup (self->title);
  /* Words want the width of the page. */
  self->box = self->choices != NULL ? gtk_box_new (GTK_ORIENTATION_VERTICAL, 6) : zx_line_new (12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->label);
  self->none = setting->low;
  if (self->is_optional)
    make_has (self, self->title);
  make_control (self, setting);
  gtk_widget_set_valign (self->control, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), self->control);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ (setting->meaning));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _ (setting->meaning),
                                  -1);
}

static void
zx_setting_row_dispose (GObject *object)
{
  ZxSettingRow *self = ZX_SETTING_ROW (object);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  g_clear_object (&self->choices);
  G_OBJECT_CLASS (zx_setting_row_parent_class)->dispose (object);
}

static void
zx_setting_row_finalize (GObject *object)
{
  ZxSettingRow *self = ZX_SETTING_ROW (object);
  g_free (self->key);
  g_free (self->title);
  g_free (self->unit);
  G_OBJECT_CLASS (zx_setting_row_parent_class)->finalize (object);
}

static void
zx_setting_row_class_init (ZxSettingRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  object_class->set_property = zx_setting_row_set_property;
  object_class->constructed = zx_setting_row_constructed;
  object_class->dispose = zx_setting_row_dispose;
  object_class->finalize = zx_setting_row_finalize;
  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, "", flags);
  properties[PROP_SCALE] = g_param_spec_double ("scale", NULL, NULL, 1e-12, 1e12, 1, flags);
  properties[PROP_DIGITS] = g_param_spec_uint ("digits", NULL, NULL, 0, 6, 0, flags);
  properties[PROP_IS_SWITCH] = g_param_spec_boolean ("is-switch", NULL, NULL, FALSE, flags);
  properties[PROP_IS_MONEY] = g_param_spec_boolean ("is-money", NULL, NULL, FALSE, flags);
  properties[PROP_IS_OPTIONAL] = g_param_spec_boolean ("is-optional", NULL, NULL, FALSE, flags);
  properties[PROP_CHOICES] = g_param_spec_object ("choices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "zx-setting-row");
}

static void
zx_setting_row_init (ZxSettingRow *self)
{
}

void
zx_setting_row_bind (ZxSettingRow *self, ZxSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (show_value), self,
                           G_CONNECT_SWAPPED);
  show_value (self);
}

void
zx_setting_rows_bind (GtkWidget *widget, ZxSession *session)
{
  if (ZX_IS_SETTING_ROW (widget))
    {
      zx_setting_row_bind (ZX_SETTING_ROW (widget), session);
      return;
    }
  /* What is folded in is no child of the expander until it is opened. */
  GtkWidget *folded = GTK_IS_EXPANDER (widget) && !gtk_expander_get_expanded (GTK_EXPANDER (widget))
                          ? gtk_expander_get_child (GTK_EXPANDER (widget))
                          : NULL;
  if (folded != NULL)
    zx_setting_rows_bind (folded, session);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    zx_setting_rows_bind (child, session);
}
