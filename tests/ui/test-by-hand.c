/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole job by pointer and keyboard alone: sample city, compare, run, lock a site, run again,
 * undo, export the report; and the exported PDF is whole and tells of the plan on the screen.
 *
 * The sample city is invented beforehand as the small town, which takes a second instead of a
 * minute; the button, the action and the job are those of the city. */

#include "zx-ui-hand.h"
#include "zx-ui-look.h"

#include <math.h>
#include <string.h>

#include "data/sample/zx-sample.h"
#include "ui/pages/zx-report-page.h"
#include "ui/pages/zx-site-row.h"
#include "ui/widgets/zx-setting-row.h"
#include "ui/zx-application.h"

#define DRAG_UNITS 120.0
#define PIN_HEAD   20.0 /* over the place of a site */

typedef struct
{
  ZxUiHand *hand;
  ZxWindow *window;
  guint candidate; /* the one that is locked or moved */
  guint goal;      /* where to */
  double metres_per_unit;
  char *pdf;
} Story;

static ZxSession *
session_of (Story *story)
{
  return zx_window_session (story->window);
}

static const ZxPlan *
plan_of (Story *story)
{
  return zx_project_plan (zx_session_project (session_of (story)));
}

/* ---- what is waited for -------------------------------------------------------------------- */

static gboolean
is_quiet (gpointer data)
{
  Story *story = data;
  return !zx_jobs_is_busy (zx_session_jobs (session_of (story)))
         && (!gtk_widget_get_mapped (GTK_WIDGET (zx_window_map (story->window)))
             || zx_map_pane_is_settled (zx_window_map (story->window)));
}

static gboolean
is_open (gpointer data)
{
  return zx_session_project (session_of (data)) != NULL && is_quiet (data);
}

static gboolean
is_comparing (gpointer data)
{
  return zx_map_pane_compared (zx_window_map (((Story *) data)->window)) < ZX_N_MAP_LAYERS
         && is_quiet (data);
}

static gboolean
is_single (gpointer data)
{
  return zx_map_pane_compared (zx_window_map (((Story *) data)->window)) == ZX_N_MAP_LAYERS;
}

/* And nothing runs: a changed setting is saved by a job, and while a job runs Ctrl+R is not heard.
 */
static gboolean
is_stale (gpointer data)
{
  return zx_session_stage_state (session_of (data), ZX_STAGE_CHOOSE) == ZX_STAGE_STALE
         && is_quiet (data);
}

static gboolean
is_fresh (gpointer data)
{
  return zx_session_stage_state (session_of (data), ZX_STAGE_CHOOSE) == ZX_STAGE_FRESH
         && is_quiet (data);
}

static gboolean
is_locked (gpointer data)
{
  return zx_session_lock (session_of (data), ((Story *) data)->candidate) == ZX_LOCKED;
}

static gboolean
is_free (gpointer data)
{
  return zx_session_lock (session_of (data), ((Story *) data)->candidate) == ZX_FREE
         && is_quiet (data);
}

static gboolean
has_settings (gpointer data)
{
  return zx_ui_find_type (GTK_WIDGET (((Story *) data)->window), ZX_TYPE_SETTING_ROW) != NULL;
}

static gboolean
has_dialog (gpointer data)
{
  return zx_ui_find_dialog (GTK_WINDOW (((Story *) data)->window)) != NULL;
}

static gboolean
has_pdf (gpointer data)
{
  return g_file_test (((Story *) data)->pdf, G_FILE_TEST_EXISTS) && is_quiet (data);
}

static gboolean
has_sheets (gpointer data)
{
  GtkWidget *page = zx_ui_find_type (GTK_WIDGET (((Story *) data)->window), ZX_TYPE_REPORT_PAGE);
  return page != NULL && zx_report_page_n_sheets (ZX_REPORT_PAGE (page)) > 0 && is_quiet (data);
}

static gboolean
has_card (gpointer data)
{
  return zx_ui_find_action (GTK_WIDGET (((Story *) data)->window), "map.close-card") != NULL;
}

static gboolean
has_no_card (gpointer data)
{
  return !has_card (data) && is_quiet (data);
}

/* The rows of the tree of feeders. */
static GListModel *
grid_rows (Story *story)
{
  GtkWidget *table = zx_ui_find_type (GTK_WIDGET (story->window), GTK_TYPE_COLUMN_VIEW);
  return table != NULL ? G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (table))) : NULL;
}

static gboolean
has_feeders (gpointer data)
{
  return grid_rows (data) != NULL
         && zx_ui_find_type (GTK_WIDGET (((Story *) data)->window), GTK_TYPE_TREE_EXPANDER) != NULL;
}

static gboolean
has_an_open_feeder (gpointer data)
{
  for (guint i = 0; i < g_list_model_get_n_items (grid_rows (data)); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (grid_rows (data), i);
      if (gtk_tree_list_row_get_expanded (row))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_no_open_feeder (gpointer data)
{
  return !has_an_open_feeder (data) && is_quiet (data);
}

/* ---- steps --------------------------------------------------------------------------------- */

static void
click_action (Story *story, const char *action)
{
  zx_ui_hand_click (story->hand, zx_ui_find_action (GTK_WIDGET (story->window), action));
}

static void
open_the_sample (Story *story)
{
  click_action (story, "win.sample-city");
  zx_ui_wait_until (is_open, story, "the sample city is open");
  g_assert_true (is_fresh (story));
}

static void
compare_two_maps (Story *story)
{
  click_action (story, "map.compare");
  zx_ui_wait_until (is_comparing, story, "two maps are compared");
  click_action (story, "map.compare");
  zx_ui_wait_until (is_single, story, "the comparison is over");
}

static void
open_a_feeder (Story *story)
{
  zx_ui_hand_key (story->hand, "5", GDK_ALT_MASK);
  zx_ui_wait_until (has_feeders, story, "the feeders are shown");
  zx_ui_hand_click (story->hand,
                    zx_ui_find_type (GTK_WIDGET (story->window), GTK_TYPE_TREE_EXPANDER));
  zx_ui_hand_key (story->hand, "Right", 0);
  zx_ui_wait_until (has_an_open_feeder, story, "a feeder shows its areas");
  zx_ui_hand_key (story->hand, "Down", 0);
  zx_ui_hand_key (story->hand, "Left", 0); /* to the feeder */
  zx_ui_hand_key (story->hand, "Left", 0);
  zx_ui_wait_until (has_no_open_feeder, story, "the feeder is closed");
}

static void
show_the_sites (Story *story)
{
  zx_ui_hand_click (story->hand, zx_ui_find_text (GTK_WIDGET (story->window), "Sites"));
  zx_ui_wait_until (has_settings, story, "the page of sites is shown");
}

/* The first setting of the page is the number of sites; Ctrl+R runs. */
static void
run_with_sites (Story *story, const char *n_sites)
{
  GtkWidget *row = zx_ui_find_type (GTK_WIDGET (story->window), ZX_TYPE_SETTING_ROW);
  zx_ui_hand_click (story->hand, zx_ui_find_type (row, GTK_TYPE_TEXT));
  zx_ui_hand_key (story->hand, "a", GDK_CONTROL_MASK);
  zx_ui_hand_type (story->hand, n_sites);
  zx_ui_hand_key (story->hand, "Return", 0);
  zx_ui_wait_until (is_stale, story, "the plan is older than the settings");
  zx_ui_hand_key (story->hand, "r", GDK_CONTROL_MASK);
  zx_ui_wait_until (is_fresh, story, "the route is done");
}

static GtkWidget *
row_of_site (Story *story, guint site)
{
  GtkWidget *first = zx_ui_find_type (GTK_WIDGET (story->window), ZX_TYPE_SITE_ROW);
  if (first == NULL)
    return NULL;
  GtkWidget *list = gtk_widget_get_ancestor (first, GTK_TYPE_LIST_BOX);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) site);
  return row != NULL && gtk_widget_get_mapped (GTK_WIDGET (row)) ? GTK_WIDGET (row) : NULL;
}

/* The rows of a new plan are revealed frame by frame. */
static gboolean
has_last_row (gpointer data)
{
  return row_of_site (data, plan_of (data)->n_sites - 1) != NULL;
}

/* The weakest of three must stay when only one may be chosen. */
static void
lock_the_last_site (Story *story)
{
  const ZxPlan *plan = plan_of (story);
  g_assert_cmpuint (plan->n_sites, ==, 3);
  story->candidate = plan->site[2].candidate;
  zx_ui_wait_until (has_last_row, story, "the last site has its row");
  zx_ui_hand_click (story->hand, zx_ui_find_type (row_of_site (story, 2), GTK_TYPE_TOGGLE_BUTTON));
  zx_ui_wait_until (is_locked, story, "the site is locked");
  run_with_sites (story, "1");
  g_assert_cmpuint (plan_of (story)->n_sites, ==, 1);
  g_assert_cmpuint (plan_of (story)->site[0].candidate, ==, story->candidate);
}

static void
undo_both (Story *story)
{
  GtkWindow *window = GTK_WINDOW (story->window);
  gtk_window_set_focus (window, NULL); /* in an entry Ctrl+Z takes back what was typed there */
  zx_ui_hand_key (story->hand, "z", GDK_CONTROL_MASK);
  zx_ui_hand_key (story->hand, "z", GDK_CONTROL_MASK);
  zx_ui_wait_until (is_free, story, "the lock is taken back");
  g_assert_cmpfloat (zx_session_setting (session_of (story), "siting.n_sites"), ==, 3);
  zx_ui_hand_key (story->hand, "F5", 0);
  zx_ui_wait_until (is_fresh, story, "the route is done again");
  g_assert_cmpuint (plan_of (story)->n_sites, ==, 3);
}

static void
export_the_report (Story *story)
{
  zx_ui_hand_key (story->hand, "7", GDK_ALT_MASK);
  zx_ui_wait_until (has_sheets, story, "the pages of the report are shown");
  GtkWidget *page = zx_ui_find_type (GTK_WIDGET (story->window), ZX_TYPE_REPORT_PAGE);
  zx_ui_hand_click (story->hand, zx_ui_find_type (page, GTK_TYPE_TEXT));
  zx_ui_hand_type (story->hand, "Harbour Grid Company");
  click_action (story, "report.write");
  zx_ui_wait_until (has_dialog, story, "the dialog for the file is shown");
  zx_ui_hand_hold (story->hand, zx_ui_find_dialog (GTK_WINDOW (story->window)));
  zx_ui_hand_key (story->hand, "a", GDK_CONTROL_MASK);
  zx_ui_hand_type (story->hand, story->pdf);
  zx_ui_hand_key (story->hand, "Return", 0);
  zx_ui_wait_until (has_pdf, story, "the report is written");
}

static guint
nearest_goal (Story *story, guint from)
{
  ZxProject *project = zx_session_project (session_of (story));
  const ZxCandidates *candidates = zx_project_candidates (project);
  double nearest_m = INFINITY;
  guint goal = from;
  for (guint j = 0; j < candidates->n; j++)
    {
      double away_m = hypot (candidates->x_m[j] - candidates->x_m[from],
                             candidates->y_m[j] - candidates->y_m[from]);
      if (candidates->filter[j] == ZX_FILTER_NONE && !zx_project_is_site (project, j)
          && away_m < nearest_m)
        {
          nearest_m = away_m;
          goal = j;
        }
    }
  g_assert_cmpuint (goal, !=, from);
  return goal;
}

static gboolean
is_moved (gpointer data)
{
  Story *story = data;
  return zx_session_lock (session_of (story), story->goal) == ZX_LOCKED
         && zx_session_lock (session_of (story), story->candidate) == ZX_BANNED && is_quiet (story);
}

/* The view flies, so being quiet is not enough. */
static gboolean
is_in_the_middle (gpointer data)
{
  Story *story = data;
  ZxProject *project = zx_session_project (session_of (story));
  const ZxCandidates *candidates = zx_project_candidates (project);
  const ZxPlane plane
      = { zx_project_city (project)->origin_x_m, zx_project_city (project)->origin_y_m };
  ShumateViewport *viewport = zx_map_pane_viewport (zx_window_map (story->window));
  double lat, lon, x, y;
  zx_plane_to_location (&plane, candidates->x_m[story->candidate],
                        candidates->y_m[story->candidate], &lat, &lon);
  GtkWidget *canvas
      = zx_ui_find_type (GTK_WIDGET (zx_window_map (story->window)), SHUMATE_TYPE_MAP);
  shumate_viewport_location_to_widget_coords (viewport, canvas, lat, lon, &x, &y);
  double metres_per_unit = zx_plane_metres_per_unit (shumate_viewport_get_zoom_level (viewport));
  return is_quiet (story) && fabs (x - gtk_widget_get_width (canvas) / 2.0) < 1
         && fabs (y - gtk_widget_get_height (canvas) / 2.0) < 1
         && fabs (metres_per_unit / story->metres_per_unit - 1) < 0.01;
}

/* The first site in the middle of the map, and where the hand takes its pin, by the head, and where
 * to bring it.  Returns: what the map is painted on. */
static GtkWidget *
bring_to_the_middle (Story *story, double *x, double *y, double *goal_x, double *goal_y)
{
  const ZxCandidates *candidates = zx_project_candidates (zx_session_project (session_of (story)));
  ZxMapPane *map = zx_window_map (story->window);
  GtkWidget *canvas = zx_ui_find_type (GTK_WIDGET (map), SHUMATE_TYPE_MAP);
  guint from = story->candidate = plan_of (story)->site[0].candidate;
  guint goal = story->goal = nearest_goal (story, from);
  double right_m = candidates->x_m[goal] - candidates->x_m[from],
         up_m = candidates->y_m[goal] - candidates->y_m[from];
  double metres_per_unit = story->metres_per_unit = hypot (right_m, up_m) / DRAG_UNITS;
  zx_map_pane_go_to (map, candidates->x_m[from], candidates->y_m[from], metres_per_unit);
  zx_ui_wait_until (is_in_the_middle, story, "the site is in the middle of the map");
  *x = gtk_widget_get_width (canvas) / 2.0;
  *y = gtk_widget_get_height (canvas) / 2.0 - PIN_HEAD;
  *goal_x = *x + right_m / metres_per_unit;
  *goal_y = *y + PIN_HEAD - up_m / metres_per_unit;
  return canvas;
}

static void
drag_the_first_site (Story *story)
{
  double x, y, goal_x, goal_y;
  GtkWidget *canvas = bring_to_the_middle (story, &x, &y, &goal_x, &goal_y);
  zx_ui_hand_drag (story->hand, canvas, x, y, goal_x, goal_y);
  zx_ui_wait_until (is_moved, story, "the site is moved");
  g_assert_cmpint (zx_session_stage_state (session_of (story), ZX_STAGE_CHOOSE), ==,
                   ZX_STAGE_STALE);
  g_assert_nonnull (strstr (zx_window_told (story->window), "alone it would serve"));
  zx_ui_hand_key (story->hand, "z", GDK_CONTROL_MASK);
  zx_ui_wait_until (is_free, story, "the site is back in its place");
  g_assert_cmpstr (zx_window_told (story->window), ==, ""); /* its Undo would undo another thing */
  g_assert_cmpint (zx_session_lock (session_of (story), story->goal), ==, ZX_FREE);
}

static void
escape_while_dragging (Story *story)
{
  zx_ui_hand_key (story->hand, "Escape", 0);
}

/* A job ended. */
static void
renew_while_dragging (Story *story)
{
  g_object_notify (G_OBJECT (session_of (story)), "project");
}

/* What happens while a site is in the hand: where the hand opens then, nothing is moved. */
static void
interrupt_a_drag (Story *story, void (*interrupt) (Story *story))
{
  double x, y, goal_x, goal_y;
  GtkWidget *canvas = bring_to_the_middle (story, &x, &y, &goal_x, &goal_y);
  zx_ui_hand_pull (story->hand, canvas, x, y, goal_x, goal_y);
  zx_ui_wait_until (has_card, story, "the card tells where the site would go");
  interrupt (story);
  zx_ui_wait_until (has_no_card, story, "the card is closed");
  zx_ui_hand_let_go (story->hand);
  zx_ui_hand_key (story->hand, "7", GDK_ALT_MASK); /* heard after the hand has opened */
  zx_ui_wait_until (has_sheets, story, "the pages of the report are shown");
  g_assert_cmpint (zx_session_lock (session_of (story), story->goal), ==, ZX_FREE);
  g_assert_cmpint (zx_session_lock (session_of (story), story->candidate), ==, ZX_FREE);
  show_the_sites (story);
}

static char *
output_of (const char *program, const char *first, const char *second, const char *third)
{
  g_autoptr (GError) error = NULL;
  char *argv[] = { (char *) program, (char *) first, (char *) second, (char *) third, NULL },
       *output = NULL;
  int status = 0;
  g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &output, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  return output;
}

/* Whole by qpdf, and its text names the client, the city and every site of the plan. */
static void
check_the_report (Story *story)
{
  g_autofree char *whole = output_of ("qpdf", "--check", story->pdf, NULL),
                  *text = output_of ("pdftotext", story->pdf, "-", NULL),
                  *title = zx_session_title (session_of (story));
  g_assert_nonnull (strstr (whole, "No syntax or stream encoding errors"));
  g_assert_nonnull (strstr (text, "Harbour Grid Company"));
  g_assert_nonnull (strstr (text, title));
  for (guint i = 0; i < plan_of (story)->n_sites; i++)
    {
      g_autofree char *name = zx_project_candidate_name (zx_session_project (session_of (story)),
                                                         plan_of (story)->site[i].candidate);
      g_assert_nonnull (strstr (text, name));
    }
}

/* ---- the story ----------------------------------------------------------------------------- */

static void
test_by_hand (void)
{
  g_autofree char *files
      = g_build_filename (g_get_user_data_dir (), "zhixing", "sample-city", "files", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (zx_sample_write (files, ZX_SAMPLE_TOWN, 1, NULL, &error));
  g_autoptr (ZxApplication) application = zx_application_new ();
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  g_application_activate (G_APPLICATION (application));
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  if (window == NULL)
    window = gtk_application_get_windows (GTK_APPLICATION (application))->data;
  g_autofree char *pdf = g_build_filename (g_get_user_data_dir (), "report.pdf", NULL);
  Story story = { zx_ui_hand_new (), ZX_WINDOW (window), 0, 0, 0, pdf };
  zx_ui_hand_hold (story.hand, window);

  open_the_sample (&story);
  compare_two_maps (&story);
  open_a_feeder (&story);
  show_the_sites (&story);
  run_with_sites (&story, "3");
  drag_the_first_site (&story);
  interrupt_a_drag (&story, escape_while_dragging);
  interrupt_a_drag (&story, renew_while_dragging);
  lock_the_last_site (&story);
  undo_both (&story);
  export_the_report (&story);
  check_the_report (&story);

  zx_ui_test_close (story.window);
  zx_ui_hand_free (story.hand);
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/by-hand/the-whole-job-by-pointer-and-keyboard", test_by_hand);
  return g_test_run ();
}
