/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-job-bar.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define PATIENCE_MS 400
#define A_MINUTE_S  90.0 /* below, seconds are said */

struct _ZxJobBar
{
  GtkWidget parent;
  GtkWidget *revealer, *title, *phrase, *progress, *remaining, *pace, *settle;
  ZxJobs *jobs;
  ZxJob *job; /* the first of the list */
  guint patience;
};

G_DEFINE_FINAL_TYPE (ZxJobBar, zx_job_bar, GTK_TYPE_WIDGET)

static char *
remaining_text (double seconds)
{
  if (!isfinite (seconds))
    return g_strdup ("");
  guint n = (guint) MAX (1, lround (seconds < A_MINUTE_S ? seconds : seconds / 60));
  return seconds < A_MINUTE_S ? g_strdup_printf (_ ("%u s left"), n)
                              : g_strdup_printf (_ ("%u min left"), n);
}

/* "Serves 4 210 kWh a day, at most 4 350; gap 3.2 %" */
static void
show_pace (ZxJobBar *self)
{
  double value, bound, gap;
  gboolean has_plan = zx_job_pace (self->job, &value, &bound, &gap),
           is_settling = zx_job_is_settling (self->job);
  gtk_widget_set_visible (self->pace, has_plan);
  gtk_widget_set_visible (self->settle, has_plan);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "job.settle", has_plan && !is_settling);
  if (!has_plan)
    return;
  g_autofree char *served = zx_number_human (value, 0), *most = zx_number_human (bound, 0),
                  *percent = zx_number_human (100 * gap, 1);
  g_autofree char *text = isfinite (bound)
                              ? g_strdup_printf (_ ("Serves %s kWh a day, at most %s; gap %s %%"),
                                                 served, most, percent)
                              : g_strdup_printf (_ ("Serves %s kWh a day; no bound yet"), served);
  gtk_label_set_text (GTK_LABEL (self->pace), text);
}

static void
show_job (ZxJobBar *self)
{
  if (self->job == NULL)
    {
      g_clear_handle_id (&self->patience, g_source_remove);
      gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);
      return;
    }
  g_autofree char *remaining = remaining_text (zx_job_remaining_s (self->job));
  show_pace (self);
  gtk_label_set_text (GTK_LABEL (self->title), zx_job_title (self->job));
  gtk_label_set_text (GTK_LABEL (self->phrase), zx_job_phrase (self->job));
  gtk_label_set_text (GTK_LABEL (self->remaining), remaining);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), zx_job_fraction (self->job));
}

/* What is done at once needs no bar. */
static gboolean
on_patience_cb (gpointer data)
{
  ZxJobBar *self = data;
  self->patience = 0;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), self->job != NULL);
  return G_SOURCE_REMOVE;
}

static void
on_jobs_changed_cb (ZxJobBar *self)
{
  g_autoptr (ZxJob) first = g_list_model_get_item (G_LIST_MODEL (self->jobs), 0);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, first);
  if (first != NULL)
    {
      g_signal_connect_swapped (first, "notify", G_CALLBACK (show_job), self);
      if (self->patience == 0)
        self->patience = g_timeout_add (PATIENCE_MS, on_patience_cb, self);
    }
  show_job (self);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxJobBar *self = ZX_JOB_BAR (widget);
  if (self->job != NULL)
    zx_job_cancel (self->job);
}

static void
settle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ZxJobBar *self = ZX_JOB_BAR (widget);
  if (self->job != NULL)
    zx_job_settle (self->job);
}

static void
zx_job_bar_dispose (GObject *object)
{
  ZxJobBar *self = ZX_JOB_BAR (object);
  g_clear_handle_id (&self->patience, g_source_remove);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->jobs);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (zx_job_bar_parent_class)->dispose (object);
}

static void
zx_job_bar_class_init (ZxJobBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_job_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/widgets/zx-job-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, title);
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, phrase);
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, progress);
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, remaining);
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, pace);
  gtk_widget_class_bind_template_child (widget_class, ZxJobBar, settle);
  gtk_widget_class_install_action (widget_class, "job.settle", NULL, settle_action);
  gtk_widget_class_install_action (widget_class, "job.cancel", NULL, cancel_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "zx-job-bar");
}

static void
zx_job_bar_init (ZxJobBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
zx_job_bar_set_jobs (ZxJobBar *self, ZxJobs *jobs)
{
  g_return_if_fail (self->jobs == NULL);
  self->jobs = g_object_ref (jobs);
  g_signal_connect_object (jobs, "items-changed", G_CALLBACK (on_jobs_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_jobs_changed_cb (self);
}
