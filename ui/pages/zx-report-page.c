/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pages are laid out by the function that writes the PDF, when the page is looked at and what
 * it shows is no longer so. */

#include "ui/pages/zx-report-page.h"

#include <glib/gi18n-lib.h>

#include "ui/map/zx-map-painter.h"
#include "ui/pages/zx-report-sheet.h"
#include "ui/zx-dialogs.h"
#include "ui/zx-preferences.h"

#define REST_MS     500
#define LOOK_MS     30
#define LOGO_PIXELS 800

struct _ZxReportPage
{
  ZxPage parent;
  GtkWidget *language, *client, *logo, *no_logo, *chapters, *state, *list, *scroller;
  GBytes *picture; /* the logo as PNG; nullable */
  gboolean is_filling;

  guint look;
  GListStore *sheets; /* ZxSheetItem */
  ZxRecording *recording;
  gboolean is_old, is_under_way;
  guint rest;
};

G_DEFINE_FINAL_TYPE (ZxReportPage, zx_report_page, ZX_TYPE_PAGE)

static const char *
chosen_language (ZxReportPage *self)
{
  return gtk_drop_down_get_selected (GTK_DROP_DOWN (self->language)) == 0 ? "zh_CN" : "en";
}

static const char *
client_name (ZxReportPage *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->client));
}

/* As the page says it; borrows from the page. */
static ZxReportWish
wish_of (ZxReportPage *self)
{
  ZxReportWish wish = { chosen_language (self), client_name (self), self->picture, 0 };
  guint chapter = 0;
  for (GtkWidget *box = gtk_widget_get_first_child (self->chapters); box != NULL;
       box = gtk_widget_get_next_sibling (box), chapter++)
    if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (box)))
      wish.left_out |= 1u << chapter;
  return wish;
}

guint
zx_report_page_n_sheets (ZxReportPage *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->sheets));
}

/* ---- laying out ------------------------------------------------------------------------------ */

static void
say_state (ZxReportPage *self, const GError *error)
{
  g_autofree char *text = NULL;
  if (error != NULL)
    text = g_strdup (error->message);
  else if (self->recording != NULL)
    text = g_strdup_printf (_ ("Pages: %u, A4"), zx_recording_n_pages (self->recording));
  gtk_label_set_text (GTK_LABEL (self->state), text != NULL ? text : "");
}

static void lay_out (ZxReportPage *self);

static void
on_recorded_cb (GObject *owner, gpointer result, const GError *error)
{
  ZxReportPage *self = ZX_REPORT_PAGE (owner);
  self->is_under_way = FALSE;
  g_clear_pointer (&self->recording, zx_recording_unref);
  self->recording = result;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint page = 0; result != NULL && page < zx_recording_n_pages (result); page++)
    g_ptr_array_add (items, zx_sheet_item_new (result, page));
  if (self->sheets != NULL)
    g_list_store_splice (self->sheets, 0, zx_report_page_n_sheets (self), items->pdata, items->len);
  if (g_error_matches (error, ZX_ERROR, ZX_ERROR_CANCELLED))
    error = NULL;
  say_state (self, error);
  if (self->is_old)
    lay_out (self);
}

static void
lay_out (ZxReportPage *self)
{
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  ZxProject *project = session != NULL ? zx_session_project (session) : NULL;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || !self->is_old || self->is_under_way
      || project == NULL || zx_project_city (project) == NULL)
    return;
  self->is_old = FALSE;
  self->is_under_way = TRUE;
  const ZxReportWish wish = wish_of (self);
  zx_session_record_report (session, &wish, on_recorded_cb, G_OBJECT (self));
}

static gboolean
on_rest_cb (gpointer data)
{
  ZxReportPage *self = data;
  self->rest = 0;
  lay_out (self);
  return G_SOURCE_REMOVE;
}

/* A name is typed letter by letter: the pages wait until the hand rests. */
static void
on_changed_cb (ZxReportPage *self)
{
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  const ZxReportWish wish = wish_of (self);
  if (self->is_filling)
    return;
  if (session != NULL)
    zx_session_set_wish (session, &wish);
  self->is_old = TRUE;
  g_clear_handle_id (&self->rest, g_source_remove);
  self->rest = g_timeout_add (REST_MS, on_rest_cb, self);
}

static void
show_logo (ZxReportPage *self, GBytes *png)
{
  g_clear_pointer (&self->picture, g_bytes_unref);
  self->picture = png != NULL ? g_bytes_ref (png) : NULL;
  gtk_button_set_label (GTK_BUTTON (self->logo),
                        png != NULL ? _ ("Choose another picture…") : _ ("Choose a picture…"));
  gtk_widget_set_visible (self->no_logo, png != NULL);
}

static void
show_chapters (ZxReportPage *self, guint left_out)
{
  guint chapter = 0;
  for (GtkWidget *box = gtk_widget_get_first_child (self->chapters); box != NULL;
       box = gtk_widget_get_next_sibling (box), chapter++)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (box), (left_out & 1u << chapter) == 0);
}

/* As the project has it, here changed or by undoing; of one where nothing was said yet, as the
 * preferences have it. */
static void
show_wish (ZxReportPage *self)
{
  ZxSession *session = zx_page_session (ZX_PAGE (self));
  const ZxReportWish *kept = session != NULL ? zx_session_wish (session) : NULL;
  GSettings *settings = zx_preferences_settings ();
  g_autofree char *client
      = kept == NULL && settings != NULL ? g_settings_get_string (settings, "client") : NULL;
  const ZxReportWish fresh = { zx_preferences_report_language (), client, NULL, 0 };
  const ZxReportWish *wish = kept != NULL ? kept : &fresh;
  const char *name = wish->client != NULL ? wish->client : "";
  self->is_filling = TRUE;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->language),
                              g_str_equal (wish->language, "zh_CN") ? 0 : 1);
  if (strcmp (client_name (self), name) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->client), name);
  if (wish->logo != self->picture)
    show_logo (self, wish->logo);
  show_chapters (self, wish->left_out);
  self->is_filling = FALSE;
}

/* A setting of the route changes nothing here. */
static void
on_settings_changed_cb (ZxReportPage *self)
{
  const ZxReportWish before = wish_of (self);
  g_autoptr (GBytes) logo = before.logo != NULL ? g_bytes_ref (before.logo) : NULL;
  g_autofree char *client = g_strdup (before.client);
  show_wish (self);
  const ZxReportWish after = wish_of (self);
  if (g_str_equal (before.language, after.language) && g_str_equal (client, after.client)
      && logo == after.logo && before.left_out == after.left_out)
    return;
  self->is_old = TRUE;
  lay_out (self);
}

static void
on_project_changed_cb (ZxReportPage *self)
{
  show_wish (self);
  g_clear_pointer (&self->recording, zx_recording_unref);
  g_list_store_remove_all (self->sheets);
  self->is_old = TRUE;
  say_state (self, NULL);
  lay_out (self);
}

static void
zx_report_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (zx_report_page_parent_class)->map (widget);
  lay_out (ZX_REPORT_PAGE (widget));
}

/* ---- sheets ---------------------------------------------------------------------------------- */

static void
look_at_sheet (ZxReportPage *self, GtkWidget *sheet)
{
  graphene_rect_t bounds;
  float height = (float) gtk_widget_get_height (self->scroller);
  gboolean is_near = gtk_widget_compute_bounds (sheet, self->scroller, &bounds)
                     && bounds.origin.y + bounds.size.height > -height
                     && bounds.origin.y < 2 * height;
  zx_report_sheet_set_near (ZX_REPORT_SHEET (sheet), is_near);
}

static gboolean
on_look_cb (gpointer data)
{
  ZxReportPage *self = data;
  self->look = 0;
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *sheet = gtk_widget_get_first_child (row);
      if (ZX_IS_REPORT_SHEET (sheet))
        look_at_sheet (self, sheet);
    }
  return G_SOURCE_REMOVE;
}

/* After the list has laid itself out. */
static void
on_scrolled_cb (ZxReportPage *self)
{
  if (self->look == 0)
    self->look = g_timeout_add (LOOK_MS, on_look_cb, self);
}

static void
on_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (ZX_TYPE_REPORT_SHEET, NULL));
  gtk_list_item_set_activatable (item, FALSE);
}

static void
on_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  zx_report_sheet_show (ZX_REPORT_SHEET (gtk_list_item_get_child (item)),
                        gtk_list_item_get_item (item));
}

static void
on_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  zx_report_sheet_show (ZX_REPORT_SHEET (gtk_list_item_get_child (item)), NULL);
}

/* ---- writing ----------------------------------------------------------------------
 */

static void
on_path_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  GtkWidget *page = g_object_get_data (G_OBJECT (window), "zx-report-page");
  if (page == NULL)
    return;
  const ZxReportWish wish = wish_of (ZX_REPORT_PAGE (page));
  zx_session_write_report (zx_page_session (ZX_PAGE (page)), g_ptr_array_index (paths, 0), &wish);
}

static void
write_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  g_object_set_data (G_OBJECT (window), "zx-report-page", widget); /* they live and die together */
  zx_dialogs_save (window, _ ("Write the report"), "report.pdf", on_path_chosen, NULL);
}

/* ---- logo --------------------------------------------------------------------------------------
 */

typedef struct
{
  GWeakRef page;
  char *path;
  GBytes *png; /* NULL with @error */
  GError *error;
} Reading;

/* Any picture the desktop can read, drawings too, as PNG fine enough for print. */
static void
read_logo (gpointer data, gpointer unused)
{
  Reading *reading = data;
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_file_at_scale (
      reading->path, LOGO_PIXELS, LOGO_PIXELS, TRUE, &reading->error);
  if (picture == NULL)
    return;
  g_autoptr (GdkTexture) texture = gdk_texture_new_for_pixbuf (picture);
  reading->png = gdk_texture_save_to_png_bytes (texture);
  if (!zx_report_check_logo (reading->png, &reading->error))
    g_clear_pointer (&reading->png, g_bytes_unref);
}

static void
set_logo (ZxReportPage *self, GBytes *png)
{
  show_logo (self, png);
  on_changed_cb (self);
}

static gboolean
on_logo_read_cb (gpointer data)
{
  Reading *reading = data;
  g_autoptr (ZxReportPage) self = g_weak_ref_get (&reading->page);
  if (self != NULL && reading->png != NULL)
    set_logo (self, reading->png);
  else if (self != NULL)
    say_state (self, reading->error);
  g_clear_pointer (&reading->png, g_bytes_unref);
  g_clear_error (&reading->error);
  g_weak_ref_clear (&reading->page);
  g_free (reading->path);
  g_free (reading);
  return G_SOURCE_REMOVE;
}

void
zx_report_page_take_logo (ZxReportPage *self, const char *path)
{
  Reading *reading = g_new0 (Reading, 1);
  g_weak_ref_init (&reading->page, self);
  reading->path = g_strdup (path);
  zx_map_pool_push (read_logo, on_logo_read_cb, reading);
}

static void
on_logo_chosen (GtkWindow *window, GPtrArray *paths, gpointer data)
{
  GtkWidget *page = g_object_get_data (G_OBJECT (window), "zx-report-page");
  if (page != NULL)
    zx_report_page_take_logo (ZX_REPORT_PAGE (page), g_ptr_array_index (paths, 0));
}

static void
choose_logo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  g_object_set_data (G_OBJECT (window), "zx-report-page", widget);
  zx_dialogs_open_picture (window, on_logo_chosen, NULL);
}

static void
no_logo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_logo (ZX_REPORT_PAGE (widget), NULL);
}

static void
add_chapters (ZxReportPage *self)
{
  for (guint chapter = 0; chapter < ZX_N_REPORT_CHAPTERS; chapter++)
    {
      GtkWidget *box = gtk_check_button_new_with_label (
          _ (zx_report_chapter_title ((ZxReportChapter) chapter)));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (box), TRUE);
      g_signal_connect_swapped (box, "toggled", G_CALLBACK (on_changed_cb), self);
      gtk_box_append (GTK_BOX (self->chapters), box);
    }
}

/* ---- printing ----------------------------------------------------------------------------------
 */

typedef struct
{
  GtkPrintOperation *operation;
  ZxRecording *recording;
  cairo_t *cr;
  double scale;
  guint page;
} Print;

static void
print_page (gpointer data, gpointer unused)
{
  Print *print = data;
  cairo_scale (print->cr, print->scale, print->scale);
  zx_recording_draw (print->recording, print->page, print->cr);
}

static gboolean
on_page_printed_cb (gpointer data)
{
  g_autofree Print *print = data;
  gtk_print_operation_draw_page_finish (print->operation);
  cairo_destroy (print->cr);
  zx_recording_unref (print->recording);
  g_object_unref (print->operation);
  return G_SOURCE_REMOVE;
}

static void
on_draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page,
                 ZxRecording *recording)
{
  const Print print
      = { g_object_ref (operation), zx_recording_ref (recording),
          cairo_reference (gtk_print_context_get_cairo_context (context)),
          gtk_print_context_get_width (context) / ZX_REPORT_PAGE_WIDTH, (guint) page };
  gtk_print_operation_set_defer_drawing (operation);
  zx_map_pool_push (print_page, on_page_printed_cb, g_memdup2 (&print, sizeof print));
}

static void
on_printed_cb (ZxReportPage *self, GtkPrintOperationResult result, GtkPrintOperation *operation)
{
  g_autoptr (GError) error = NULL;
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    {
      gtk_print_operation_get_error (operation, &error);
      say_state (self, error);
    }
  else if (result == GTK_PRINT_OPERATION_RESULT_APPLY)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.tell", "s",
                                _ ("The report has gone to the printer"));
}

/* @path: NULL asks for a printer; else what would be printed goes into that PDF. */
static void
print (ZxReportPage *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  if (self->recording == NULL)
    return;
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  g_autoptr (GtkPaperSize) paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);
  gtk_page_setup_set_paper_size (setup, paper);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_n_pages (operation, (int) zx_recording_n_pages (self->recording));
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_allow_async (operation, TRUE);
  if (path != NULL)
    gtk_print_operation_set_export_filename (operation, path);
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (on_draw_page_cb),
                         zx_recording_ref (self->recording),
                         (GClosureNotify) (GCallback) zx_recording_unref, 0);
  g_signal_connect_object (operation, "done", G_CALLBACK (on_printed_cb), self, G_CONNECT_SWAPPED);
  gtk_print_operation_run (operation,
                           path != NULL ? GTK_PRINT_OPERATION_ACTION_EXPORT
                                        : GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                           GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), &error);
  if (error != NULL)
    say_state (self, error);
}

static void
print_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  print (ZX_REPORT_PAGE (widget), NULL);
}

static void
print_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  print (ZX_REPORT_PAGE (widget), g_variant_get_string (parameter, NULL));
}

/* ---- the page ----------------------------------------------------------------------------------
 */

static void
zx_report_page_bind (ZxPage *page, ZxSession *session)
{
  ZxReportPage *self = ZX_REPORT_PAGE (page);
  g_signal_connect_object (session, "notify::project", G_CALLBACK (on_project_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "settings-changed", G_CALLBACK (on_settings_changed_cb), self,
                           G_CONNECT_SWAPPED);
  on_project_changed_cb (self);
}

static void
zx_report_page_dispose (GObject *object)
{
  ZxReportPage *self = ZX_REPORT_PAGE (object);
  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->sheets);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_clear_pointer (&self->recording, zx_recording_unref);
  G_OBJECT_CLASS (zx_report_page_parent_class)->dispose (object);
}

static void
zx_report_page_class_init (ZxReportPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  ZX_PAGE_CLASS (class)->bind = zx_report_page_bind;
  G_OBJECT_CLASS (class)->dispose = zx_report_page_dispose;
  widget_class->map = zx_report_page_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/pages/zx-report-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, language);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, client);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, logo);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, no_logo);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, chapters);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, state);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, list);
  gtk_widget_class_bind_template_child (widget_class, ZxReportPage, scroller);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind_cb);
  gtk_widget_class_install_action (widget_class, "report.write", NULL, write_action);
  gtk_widget_class_install_action (widget_class, "report.print", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "report.print-to", "s", print_to_action);
  gtk_widget_class_install_action (widget_class, "report.choose-logo", NULL, choose_logo_action);
  gtk_widget_class_install_action (widget_class, "report.no-logo", NULL, no_logo_action);
}

static void
zx_report_page_init (ZxReportPage *self)
{
  self->sheets = g_list_store_new (ZX_TYPE_SHEET_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_chapters (self);
  g_signal_connect_object (self->language, "notify::selected", G_CALLBACK (on_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_autoptr (GtkSelectionModel) model
      = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->sheets))));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), model);
  GtkAdjustment *adjustment
      = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_scrolled_cb), self,
                           G_CONNECT_SWAPPED);
}
