/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/pages/zx-scenarios.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/zx-money.h"

struct _ZxScenarios
{
  GtkWidget parent;
  ZxSession *session;
  GtkWidget *box, *name, *keep, *trouble, *scroller, *table;
};

G_DEFINE_FINAL_TYPE (ZxScenarios, zx_scenarios, GTK_TYPE_WIDGET)

/* ---- the table ------------------------------------------------------------------------------ */

typedef enum
{
  COUNT,
  ENERGY,
  MONEY,
  PERCENT,
} Kind;

static const struct
{
  const char *title;
  Kind kind;
} lines[] = {
  { N_ ("Sites"), COUNT },
  { N_ ("Serves, kWh a day"), ENERGY },
  { N_ ("At most, kWh a day"), ENERGY },
  { N_ ("Gap"), PERCENT },
  { N_ ("Investment"), MONEY },
  { N_ ("Net present value"), MONEY },
  { N_ ("Residents newly within ten minutes"), COUNT },
};

static double
figure (const ZxPlanFigures *figures, guint line)
{
  const double values[G_N_ELEMENTS (lines)] = { figures->n_sites,
                                                figures->value,
                                                figures->bound,
                                                100 * figures->gap,
                                                figures->capex_fen,
                                                figures->npv_fen,
                                                figures->newly_covered_people };
  return values[line];
}

static char *
figure_text (const ZxCity *city, Kind kind, double value)
{
  if (kind == MONEY)
    return zx_money_text (city, value);
  g_autofree char *number = zx_number_human (value, kind == PERCENT ? 2 : 0);
  return kind == PERCENT ? g_strdup_printf ("%s\u00a0%%", number) : g_steal_pointer (&number);
}

/* "4 210 (+120)": against the plan on the screen; "" where they are the same. */
static char *
difference_text (const ZxCity *city, Kind kind, double value, double against)
{
  double by = value - against;
  if (!isfinite (by) || fabs (by) < 0.5 * (kind == PERCENT ? 0.01 : 1))
    return g_strdup ("");
  g_autofree char *text = figure_text (city, kind, fabs (by));
  return g_strdup_printf (" (%s%s)", by > 0 ? "+" : "−", text);
}

static void
put (ZxScenarios *self, GtkWidget *widget, int column, int row)
{
  gtk_grid_attach (GTK_GRID (self->table), widget, column, row, 1, 1);
}

static GtkWidget *
cell (const char *text, gboolean is_number)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
  if (!is_number)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static GtkWidget *
header (ZxScenarios *self, guint scenario, const char *name)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenuItem) go = g_menu_item_new (_ ("Go to this scenario"), NULL),
                        remove = g_menu_item_new (_ ("Remove"), NULL);
  g_autofree char *spoken = g_strdup_printf (_ ("Scenario “%s”"), name);
  g_menu_item_set_action_and_target (go, "scenarios.apply", "u", scenario);
  g_menu_item_set_action_and_target (remove, "scenarios.remove", "u", scenario);
  g_menu_append_item (menu, go);
  g_menu_append_item (menu, remove);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), name);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
  return button;
}

static void
fill_column (ZxScenarios *self, const ZxPlanFigures *figures, const ZxPlanFigures *against,
             int column)
{
  const ZxCity *city = zx_project_city (zx_session_project (self->session));
  for (guint line = 0; line < G_N_ELEMENTS (lines); line++)
    {
      double value = figure (figures, line);
      g_autofree char *text = figure_text (city, lines[line].kind, value);
      g_autofree char *by = against != NULL ? difference_text (city, lines[line].kind, value,
                                                               figure (against, line))
                                            : g_strdup ("");
      g_autofree char *both = g_strconcat (text, by, NULL);
      put (self, cell (both, TRUE), column, (int) line + 1);
    }
}

static void
clear_table (ZxScenarios *self)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->table)) != NULL)
    gtk_grid_remove (GTK_GRID (self->table), child);
}

static void
fill_table (ZxScenarios *self, const ZxPlan *plan, const GPtrArray *scenarios)
{
  ZxPlanFigures now;
  int column = 1;
  for (guint line = 0; line < G_N_ELEMENTS (lines); line++)
    put (self, cell (_ (lines[line].title), FALSE), 0, (int) line + 1);
  if (plan != NULL)
    {
      zx_plan_figures (plan, &now);
      put (self, cell (_ ("Now"), TRUE), column, 0);
      fill_column (self, &now, NULL, column++);
    }
  for (guint i = 0; i < scenarios->len; i++)
    {
      const ZxScenario *scenario = g_ptr_array_index (scenarios, i);
      put (self, header (self, i, scenario->name), column, 0);
      fill_column (self, &scenario->figures, plan != NULL ? &now : NULL, column++);
    }
}

static void
show_scenarios (ZxScenarios *self)
{
  ZxProject *project = zx_session_project (self->session);
  const ZxPlan *plan = project != NULL ? zx_project_plan (project) : NULL;
  const GPtrArray *scenarios = zx_session_scenarios (self->session);
  gtk_widget_set_visible (GTK_WIDGET (self), plan != NULL || scenarios->len > 0);
  gtk_widget_set_visible (self->trouble, FALSE);
  clear_table (self);
  gtk_widget_set_visible (self->scroller, project != NULL && scenarios->len > 0);
  if (project != NULL && scenarios->len > 0)
    fill_table (self, plan, scenarios);
}

/* ---- keeping, going, removing --------------------------------------------------------------- */

static void
on_name_changed_cb (ZxScenarios *self)
{
  gtk_widget_set_sensitive (self->keep,
                            gtk_editable_get_text (GTK_EDITABLE (self->name))[0] != '\0');
}

static void
on_keep_cb (ZxScenarios *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  if (name[0] == '\0')
    return;
  if (zx_session_keep_scenario (self->session, name, &error))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->name), "");
      return;
    }
  gtk_label_set_text (GTK_LABEL (self->trouble), error->message);
  gtk_widget_set_visible (self->trouble, TRUE);
}

static void
tell_undo (ZxScenarios *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.tell-undo", "s",
                              zx_history_undo_label (zx_session_history (self->session)));
}

static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxScenarios *self = ZX_SCENARIOS (widget);
  zx_session_apply_scenario (self->session, g_variant_get_uint32 (parameter));
  tell_undo (self);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxScenarios *self = ZX_SCENARIOS (widget);
  zx_session_remove_scenario (self->session, g_variant_get_uint32 (parameter));
  tell_undo (self);
}

/* ---- the widget ----------------------------------------------------------------------------- */

static void
zx_scenarios_dispose (GObject *object)
{
  ZxScenarios *self = ZX_SCENARIOS (object);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (zx_scenarios_parent_class)->dispose (object);
}

static void
zx_scenarios_class_init (ZxScenariosClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_scenarios_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-scenarios.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxScenarios, box);
  gtk_widget_class_bind_template_child (widget_class, ZxScenarios, name);
  gtk_widget_class_bind_template_child (widget_class, ZxScenarios, keep);
  gtk_widget_class_bind_template_child (widget_class, ZxScenarios, trouble);
  gtk_widget_class_bind_template_child (widget_class, ZxScenarios, scroller);
  gtk_widget_class_bind_template_child (widget_class, ZxScenarios, table);
  gtk_widget_class_bind_template_callback (widget_class, on_keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed_cb);
  gtk_widget_class_install_action (widget_class, "scenarios.apply", "u", apply_action);
  gtk_widget_class_install_action (widget_class, "scenarios.remove", "u", remove_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
zx_scenarios_init (ZxScenarios *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  on_name_changed_cb (self);
}

void
zx_scenarios_bind (ZxScenarios *self, ZxSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::project", G_CALLBACK (show_scenarios), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (show_scenarios), self,
                           G_CONNECT_SWAPPED);
  show_scenarios (self);
}
