/* SPDX-License-Identifier: GPL-3.0-or-later */

/* zhixing-cli: the whole route from the command line. */

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/zx-cli.h"

static const ZxCommand commands[] = {
  { "look", "FILE…", N_ ("Shows what files hold, and what role each layer would play and why"),
    zx_command_look },
  { "new", "PROJECT [RECIPE | FILE…]", N_ ("Makes a project from files or a recipe"),
    zx_command_new },
  { "check", "PROJECT", N_ ("Reads and checks the data, and lists the findings"),
    zx_command_check },
  { "run", "PROJECT", N_ ("Runs the route: travel, heat, headroom, demand, candidates, plan"),
    zx_command_run },
  { "report", "PROJECT -o FILE.pdf", N_ ("Writes the site-selection reference report"),
    zx_command_report },
  { "export", "PROJECT -o FILE", N_ ("Writes results as GeoPackage, CSV, GeoJSON, GeoTIFF …"),
    zx_command_export },
  { "info", "PROJECT", N_ ("Shows stages, plan and findings of a project"), zx_command_info },
  { "area", "PROJECT --at LON,LAT -o FILE", N_ ("Writes the area reached within some minutes"),
    zx_command_area },
  { "fit", "--areas FILE --edges FILE -o FILE",
    N_ ("Fits the demand model to plain tables of counts"), zx_command_fit },
  { "crossvalidate", "--stations FILE … --folds COLUMN -o FILE",
    N_ ("Tells how well stations not seen are predicted"), zx_command_crossvalidate },
  { "sample", "FOLDER", N_ ("Invents a port city and writes its files"), zx_command_sample },
  { "locate", "FILE --format FORMAT", N_ ("Solves a location problem of the literature's files"),
    zx_command_locate },
  { "flow", "CASE|NODES BRANCHES -o FOLDER", N_ ("Solves the power flow of feeders"),
    zx_command_flow },
  { "hosting", "CASE|NODES BRANCHES -o FILE",
    N_ ("Finds how much load each node of feeders can take"), zx_command_hosting },
  { "n1", "CASE|NODES BRANCHES -o FILE",
    N_ ("Takes out every branch of feeders and finds the best tie"), zx_command_n1 },
};

const ZxCommand *
zx_cli_commands (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

/* ---- progress and Ctrl-C ------------------------------------------------------------------ */

static gint stop_asked, settle_asked, has_plan;

static void
on_interrupt (int signal_number)
{
  if (signal_number == SIGINT && g_atomic_int_get (&has_plan) && !g_atomic_int_get (&settle_asked))
    {
      g_atomic_int_set (&settle_asked, 1);
      return;
    }
  /* The second Ctrl-C does what it always did. */
  if (g_atomic_int_get (&stop_asked))
    signal (signal_number, SIG_DFL);
  g_atomic_int_set (&stop_asked, 1);
}

typedef struct
{
  gboolean is_terminal, is_shown;
  int last_percent;
  char phrase[128];
} Bar;

static gboolean
show_progress (double fraction, const char *what, gpointer data)
{
  Bar *bar = data;
  int percent = (int) (fraction * 100);
  gboolean is_new = what != NULL && strcmp (what, bar->phrase) != 0;
  if (is_new)
    g_strlcpy (bar->phrase, what, sizeof bar->phrase);
  if (!is_new && percent == bar->last_percent)
    return TRUE;
  bar->last_percent = percent;
  if (bar->is_terminal)
    {
      char cells[31];
      for (int i = 0; i < 30; i++)
        cells[i] = i < percent * 30 / 100 ? '#' : '.';
      cells[30] = '\0';
      fprintf (stderr, "\r\033[K[%s] %3d %%  %s", cells, percent, bar->phrase);
      fflush (stderr);
      bar->is_shown = TRUE;
    }
  else if (is_new)
    fprintf (stderr, "%3d %%  %s\n", percent, bar->phrase);
  return TRUE;
}

static Bar bar;

const ZxProgress *
zx_cli_progress (void)
{
  static ZxProgress progress;
  bar = (Bar){ isatty (STDERR_FILENO), FALSE, -1, "" };
  progress = (ZxProgress) ZX_PROGRESS_INIT (show_progress, &bar, &stop_asked);
  signal (SIGINT, on_interrupt);
  signal (SIGTERM, on_interrupt);
  return &progress;
}

/* The bar says how far the proof is; lines say once that a plan stands. */
static void
show_pace (double value, double bound, double gap, gpointer data)
{
  Bar *shown = data;
  gboolean is_first = g_atomic_int_compare_and_exchange (&has_plan, 0, 1);
  g_autofree char *percent = zx_number_human (100 * gap, 2);
  g_autofree char *phrase = g_strdup_printf (
      _ ("Gap %s %%; Ctrl-C ends the search with the best plan so far"), percent);
  if (shown->is_terminal || is_first)
    show_progress (shown->last_percent / 100.0, phrase, shown);
}

void
zx_cli_watch_choice (ZxProject *project)
{
  zx_project_watch_choice (project, &settle_asked, show_pace, &bar);
}

void
zx_cli_progress_done (void)
{
  if (bar.is_shown)
    fprintf (stderr, "\r\033[K");
  bar.is_shown = FALSE;
}

int
zx_cli_fail (const GError *error)
{
  zx_cli_progress_done ();
  g_printerr ("zhixing-cli: %s\n", error->message);
  return ZX_EXIT_FAILED;
}

/* ---- options ------------------------------------------------------------------------------ */

gboolean
zx_cli_parse (int argc, char **argv, const GOptionEntry *entries, guint min, guint max,
              char ***arguments, int *status)
{
  const ZxCommand *command = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, argv[0]) == 0)
      command = &commands[i];
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strconcat ("zhixing-cli ", argv[0], NULL);
  g_autoptr (GOptionContext) context
      = g_option_context_new (command != NULL ? command->arguments : NULL);
  g_auto (GStrv) words = g_new0 (char *, argc + 1);
  words[0] = g_strdup (program);
  for (int i = 1; i < argc; i++)
    words[i] = g_strdup (argv[i]);
  g_option_context_set_summary (context, command != NULL ? _ (command->summary) : NULL);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_set_prgname (program); /* what --help prints */
  if (!g_option_context_parse_strv (context, &words, &error))
    {
      g_printerr ("zhixing-cli: %s\n", error->message);
      g_printerr (_ ("“%s --help” shows how it is used.\n"), program);
      *status = ZX_EXIT_USAGE;
      return FALSE;
    }
  guint n = g_strv_length (words) - 1;
  if (n < min || n > max)
    {
      g_printerr (_ ("Usage: %s %s\n"), program, command != NULL ? command->arguments : "");
      *status = ZX_EXIT_USAGE;
      return FALSE;
    }
  *arguments = g_strdupv (words + 1);
  return TRUE;
}

const char *
zx_cli_language (void)
{
  const char *locale = setlocale (LC_MESSAGES, NULL);
  return locale != NULL && g_str_has_prefix (locale, "zh") ? "zh_CN" : "en";
}

/* ---- findings ----------------------------------------------------------------------------- */

typedef struct
{
  const char *rule;
  guint layer, first, rows;
  ZxSeverity severity;
} Group;

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *x = a, *y = b;
  if (x->severity != y->severity)
    return (int) y->severity - (int) x->severity;
  return x->first < y->first ? -1 : x->first > y->first;
}

void
zx_cli_print_findings (const ZxFindings *findings, gboolean all)
{
  static const char *const severities[] = { N_ ("note"), N_ ("warning"), N_ ("error") };
  g_autoptr (ZxCatalogue) catalogue = zx_catalogue_new (zx_cli_language ());
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (Group));
  for (guint i = 0; i < findings->rows->len; i++)
    {
      const ZxFinding *row = &g_array_index (findings->rows, ZxFinding, i);
      guint k = all ? groups->len : 0;
      while (k < groups->len
             && (g_array_index (groups, Group, k).rule != row->rule
                 || g_array_index (groups, Group, k).layer != row->layer))
        k++;
      if (k == groups->len)
        {
          Group group = { row->rule, row->layer, i, 0, row->severity };
          g_array_append_val (groups, group);
        }
      Group *group = &g_array_index (groups, Group, k);
      group->rows += row->count;
      group->severity = MAX (group->severity, row->severity);
    }
  if (!all)
    g_array_sort (groups, compare_groups);
  for (guint k = 0; k < groups->len; k++)
    {
      const Group *group = &g_array_index (groups, Group, k);
      const ZxFinding *first = &g_array_index (findings->rows, ZxFinding, group->first);
      g_autofree char *sentence = zx_quality_describe (findings, first, catalogue);
      g_autofree char *layer
          = zx_quality_layer_title (g_ptr_array_index (findings->layers, group->layer), catalogue);
      g_print ("%-8s %7u  %s: %s", _ (severities[group->severity]), group->rows, layer, sentence);
      if (first->row >= 0)
        g_print (_ (" (row %lld)"), (long long) first->row);
      g_print ("  [%s]\n", group->rule);
    }
}

/* ---- main --------------------------------------------------------------------------------- */

static void
print_help (void)
{
  g_print (_ ("Usage: zhixing-cli COMMAND …\n\nChooses sites for charging stations, from files to "
              "the report.\n\n"
              "Commands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-8s %-32s %s\n", commands[i].name, commands[i].arguments, _ (commands[i].summary));
  g_print (
      _ ("\n“zhixing-cli COMMAND --help” explains one.  ZX_THREADS sets the number of threads.\n"));
}

static void
set_threads (void)
{
  double n = 0;
  const char *text = g_getenv ("ZX_THREADS");
  if (text != NULL && zx_number_parse (text, strlen (text), &n) && n >= 1 && n <= 64)
    zx_parallel_set_threads ((guint) n);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, ZX_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  set_threads ();
  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0
      || strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return argc < 2 ? ZX_EXIT_USAGE : ZX_EXIT_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("zhixing %s\n", ZX_VERSION);
      return ZX_EXIT_OK;
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, argv[1]) == 0)
      return commands[i].run (argc - 1, argv + 1);
  g_printerr (_ ("zhixing-cli: there is no command “%s”; “zhixing-cli --help” lists them\n"),
              argv[1]);
  return ZX_EXIT_USAGE;
}
