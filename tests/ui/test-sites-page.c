/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sites of the sample town: the search as it moves and ended early, sites moved, scenarios. */

#include <string.h>

#include "app/project/zx-scenario.h"
#include "ui/widgets/zx-setting-row.h"
#include "ui/zx-money.h"
#include "zx-ui-look.h"

static void
test_moving (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "sites");
  guint from = zx_ui_test_plan (window)->site[0].candidate, to = zx_ui_test_outsider (window);
  g_assert_false (zx_ui_test_says (page, "Against the plan before"));
  zx_session_move_site (session, from, to);
  g_assert_cmpint (zx_session_lock (session, from), ==, ZX_BANNED);
  g_assert_cmpint (zx_session_lock (session, to), ==, ZX_LOCKED);
  zx_ui_test_run (window);
  g_assert_true (zx_ui_test_holds (zx_ui_test_plan (window), to));
  g_assert_false (zx_ui_test_holds (zx_ui_test_plan (window), from));
  g_assert_true (zx_ui_test_says (page, "Against the plan before"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpint (zx_session_lock (session, from), ==, ZX_FREE);
  g_assert_cmpint (zx_session_lock (session, to), ==, ZX_FREE);
  zx_ui_test_run (window);
  g_assert_true (zx_ui_test_holds (zx_ui_test_plan (window), from));
}

static void
test_scenarios (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "sites");
  guint n_sites = zx_ui_test_plan (window)->n_sites;
  g_assert_true (zx_session_keep_scenario (session, "Wide", &error));
  g_assert_no_error (error);
  g_assert_true (zx_ui_test_says (page, "Wide"));
  zx_session_set (session, "siting.n_sites", 2, NULL);
  g_assert_false (zx_session_keep_scenario (session, "Too early", NULL));
  zx_ui_test_run (window);
  g_assert_cmpuint (zx_ui_test_plan (window)->n_sites, ==, 2);
  g_assert_true (zx_session_keep_scenario (session, "Narrow", &error));
  g_assert_true (zx_ui_test_says (page, "(+"));
  const ZxScenario *first = g_ptr_array_index (zx_session_scenarios (session), 0);
  g_assert_cmpuint (first->figures.n_sites, ==, n_sites);
  g_assert_cmpuint (g_strv_length (first->sites), ==, n_sites);

  zx_session_apply_scenario (session, 0);
  g_assert_cmpfloat (zx_session_setting (session, "siting.n_sites"), ==, n_sites);
  zx_ui_test_run (window);
  g_assert_cmpfloat_with_epsilon (zx_ui_test_plan (window)->value, first->figures.value, 1e-6);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpfloat (zx_session_setting (session, "siting.n_sites"), ==, 2);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.redo", NULL);

  g_assert_true (zx_session_keep_scenario (session, "Third", &error)
                 && zx_session_keep_scenario (session, "Fourth", &error));
  g_assert_false (zx_session_keep_scenario (session, "Fifth", &error));
  g_assert_error (error, ZX_ERROR, ZX_ERROR_INVALID);
  g_assert_true (zx_session_keep_scenario (session, "Third", NULL)); /* in its place */
  zx_session_remove_scenario (session, 0);
  g_assert_cmpuint (zx_session_scenarios (session)->len, ==, 3);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpuint (zx_session_scenarios (session)->len, ==, 4);
}

/* A run saves them: they are there when the project is opened again. */
static void
test_scenarios_are_kept (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  zx_session_set (session, "siting.n_sites", 3, NULL);
  zx_ui_test_run (window);
  g_autoptr (ZxProject) project
      = zx_project_open (zx_project_path (zx_session_project (session)), &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) kept = zx_scenario_list_parse (zx_project_scenarios (project));
  g_assert_cmpuint (kept->len, ==, zx_session_scenarios (session)->len);
}

static void
test_hostile (void)
{
  static const char *const texts[]
      = { "",
          "[scenario 1]\n",
          "[scenario 1]\nname=a\nsettings=b\nfigures=1;2\n",
          "\xff\xfe",
          "[",
          "[scenario 1]\nname=a\nsettings=b\nfigures=nan;0;0;0;0;0;0;0;0\n" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) list = zx_scenario_list_parse (texts[i]);
      g_assert_cmpuint (list->len, ==, 0);
    }
}

static void
on_pace_cb (ZxJob *job, GParamSpec *spec, guint *n_told)
{
  double value, bound, gap;
  if (!zx_job_pace (job, &value, &bound, &gap))
    return;
  g_assert_cmpfloat (value, >, 0);
  (*n_told)++;
  zx_job_settle (job);
}

/* The first plan is told of while the search goes on, and can be kept. */
static void
test_settling (gconstpointer data)
{
  guint n_told = 0;
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  zx_ui_test_page (window, "sites");
  zx_session_set (session, "siting.n_sites", 6, NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.run", NULL);
  g_autoptr (ZxJob) job = g_list_model_get_item (G_LIST_MODEL (zx_session_jobs (session)), 0);
  g_signal_connect (job, "notify::has-pace", G_CALLBACK (on_pace_cb), &n_told);
  zx_ui_test_settle (window);
  const ZxPlan *plan = zx_ui_test_plan (window);
  g_assert_cmpuint (plan->n_sites, >, 0);
  g_assert_cmpfloat (plan->bound, >=, plan->value);
  g_assert_cmpint (plan->was_settled, <=, n_told > 0); /* the town may be done before a look */
  g_test_message ("told %u times, settled: %d, gap %.3f", n_told, plan->was_settled, plan->gap);
}

static void
test_sheet (gconstpointer data)
{
  GtkWidget *page = zx_ui_test_page ((ZxWindow *) data, "sites");
  zx_ui_test_open_expanders (page);
  g_assert_true (zx_ui_test_says (page, "New energy"));
  g_assert_true (zx_ui_test_says (page, "Net present value"));
  g_assert_false (zx_ui_test_says (page, "nan"));
  g_assert_false (zx_ui_test_says (page, "10 000"));
  /* A range from one number to the same is no range. */
  const ZxPlan *plan = zx_ui_test_plan ((ZxWindow *) data);
  guint n_full = 0;
  for (guint i = 0; i < plan->n_sites; i++)
    n_full += plan->site[i].served_p10 == plan->site[i].served_p90;
  g_assert_true (zx_ui_test_says (page, "as much as it can") == (n_full > 0));
  zx_ui_test_assert_named (page);
}

static void
test_money (void)
{
  static const struct
  {
    double fen;
    const char *text;
  } cases[] = { { 113e6, "1.13 million yuan" },
                { 45e6, "450 000 yuan" },
                { -250e6, "\u22122.50 million yuan" } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = zx_money_text (NULL, cases[i].fen);
      g_auto (GStrv) parts = g_strsplit (text, "\u202f", -1); /* groups are thin */
      g_autofree char *plain = g_strjoinv (" ", parts);
      g_assert_cmpstr (plain, ==, cases[i].text);
    }
}

/* The first: limits and money. */
static GtkExpander *
find_expander (GtkWidget *widget)
{
  if (GTK_IS_EXPANDER (widget))
    return GTK_EXPANDER (widget);
  GtkExpander *found = NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = find_expander (at);
  return found;
}

/* A limit turned tells at once whom it takes, and the run then says the same. */
static void
test_limits (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "sites");
  guint now[ZX_N_FILTERS], after[ZX_N_FILTERS];
  zx_ui_test_run (window);
  const ZxCandidates *candidates = zx_project_candidates (zx_session_project (session));
  g_assert_true (zx_session_count_filters (session, now));
  g_assert_cmpmem (now, sizeof now, candidates->n_by_filter, sizeof now);
  g_assert_true (zx_session_set (session, "siting.station_spacing_m", 500, NULL));
  g_assert_true (zx_session_set (session, "siting.road_limit_m", 150, NULL));
  g_assert_true (zx_session_set (session, "siting.min_parcel_m2", 300, NULL));
  g_assert_true (zx_session_count_filters (session, after));
  g_assert_cmpuint (after[ZX_FILTER_SPACING], >, now[ZX_FILTER_SPACING]);
  g_autofree char *text
      = g_strdup_printf ("%u candidates, %u of them pass. In the last run %u", candidates->n,
                         after[ZX_FILTER_NONE], now[ZX_FILTER_NONE]);
  gtk_expander_set_expanded (find_expander (page), TRUE);
  g_assert_true (zx_ui_test_says (page, text));
  zx_ui_test_run (window);
  candidates = zx_project_candidates (zx_session_project (session));
  g_assert_cmpmem (after, sizeof after, candidates->n_by_filter, sizeof after);
  for (guint i = 0; i < 3; i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_true (zx_session_count_filters (session, after));
  g_assert_cmpmem (after, sizeof after, now, sizeof now);
  zx_ui_test_run (window);
}

static GtkWidget *
row_of (GtkWidget *widget, const char *title)
{
  GtkWidget *found = NULL;
  if (ZX_IS_SETTING_ROW (widget))
    return zx_ui_test_says (widget, title) ? widget : NULL;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = row_of (at, title);
  return found;
}

static GtkWidget *
control_in (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *at = gtk_widget_get_first_child (widget); at != NULL && found == NULL;
       at = gtk_widget_get_next_sibling (at))
    found = control_in (at, type);
  return found;
}

/* What a plan is judged by is chosen in words, said of the plan that was chosen so, and undone; a
 * floor that nobody set is none, and 0 is one. */
static void
test_aim (gconstpointer data)
{
  ZxWindow *window = (ZxWindow *) data;
  ZxSession *session = zx_window_session (window);
  GtkWidget *page = zx_ui_test_page (window, "sites");
  zx_ui_test_open_expanders (page);
  GtkWidget *aim = control_in (row_of (page, "A plan is judged by"), GTK_TYPE_DROP_DOWN);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (aim), 1);
  g_assert_cmpfloat (zx_session_setting (session, "siting.risk"), ==, 1);
  zx_ui_test_run (window);
  g_assert_cmpuint (zx_ui_test_plan (window)->risk, ==, ZX_RISK_UNMET);
  g_assert_true (zx_ui_test_says (page, "stay unserved;"));
  g_assert_false (zx_ui_test_says (page, "serves more than"));
  GtkWidget *spacing
      = control_in (row_of (page, "Least distance to stations"), GTK_TYPE_SPIN_BUTTON);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (spacing)), ==,
                     zx_session_setting (session, "siting.station_spacing_m"));
  GtkWidget *floor_row = row_of (page, "Least expected NPV of a site");
  GtkWidget *has = control_in (floor_row, GTK_TYPE_CHECK_BUTTON),
            *number = control_in (floor_row, GTK_TYPE_SPIN_BUTTON);
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (has)));
  g_assert_false (gtk_widget_get_sensitive (number));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (has), TRUE);
  g_assert_cmpfloat (zx_session_setting (session, "siting.npv_floor_yuan"), ==, 0);
  g_assert_true (gtk_widget_get_sensitive (number));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpfloat (zx_session_setting (session, "siting.npv_floor_yuan"), ==, -1e12);
  g_assert_false (gtk_check_button_get_active (GTK_CHECK_BUTTON (has)));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.undo", NULL);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (aim)), ==, 0);
  zx_ui_test_run (window);
  g_assert_true (zx_ui_test_says (page, "serves more than"));
}

int
main (int argc, char **argv)
{
  zx_ui_test_init (&argc, &argv);
  ZxWindow *window = zx_ui_test_town ();
  g_test_add_func ("/ui/sites-page/money-is-said-in-the-language", test_money);
  g_test_add_data_func ("/ui/sites-page/a-site-is-told-in-full", window, test_sheet);
  g_test_add_data_func ("/ui/sites-page/a-moved-site-shows-its-cost-and-comes-back", window,
                        test_moving);
  g_test_add_data_func ("/ui/sites-page/scenarios-stand-side-by-side", window, test_scenarios);
  g_test_add_data_func ("/ui/sites-page/scenarios-are-kept", window, test_scenarios_are_kept);
  g_test_add_func ("/ui/sites-page/scenarios-from-a-hostile-file-are-left-out", test_hostile);
  g_test_add_data_func ("/ui/sites-page/a-limit-tells-whom-it-takes-before-the-run", window,
                        test_limits);
  g_test_add_data_func ("/ui/sites-page/what-a-plan-is-judged-by-is-chosen-and-said", window,
                        test_aim);
  g_test_add_data_func ("/ui/sites-page/a-search-tells-its-pace-and-is-ended", window,
                        test_settling);
  int result = g_test_run ();
  zx_ui_test_close (window);
  return result;
}
