/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The classic location problems of the literature's files, for anyone who wants to check how good
 * the sites and bounds are. */

#include "app/cli/zx-cli.h"
#include "app/locate/zx-locate.h"

#include <string.h>

static gboolean
parse_number (const char *option, const char *text, double low, double *value)
{
  if (text == NULL)
    return TRUE;
  if (zx_number_parse (text, strlen (text), value) && *value >= low && *value <= 1e12)
    return TRUE;
  g_printerr (_ ("zhixing-cli: %s must be a number from %g to 1e12 and not “%s”\n"), option, low,
              text);
  return FALSE;
}

static void
append_number (GString *out, const char *key, double value)
{
  char buffer[32];
  g_string_append_printf (out, "  \"%s\": %s,\n", key,
                          isfinite (value) ? zx_number_format (value, buffer) : "null");
}

static void
print_json (const ZxLocate *problem, const ZxLocation *location, ZxLocateFormat format)
{
  g_autoptr (GString) out = g_string_new ("{\n");
  g_string_append_printf (out, "  \"format\": \"%s\",\n", zx_locate_format_name (format));
  append_number (out, "clients", problem->n_clients);
  append_number (out, "candidates", problem->n_sites);
  append_number (out, "value", location->value);
  append_number (out, "bound", location->bound);
  append_number (out, "gap", location->gap);
  g_string_append_printf (out, "  \"proven\": %s,\n", location->is_proven ? "true" : "false");
  append_number (out, "nodes", (double) location->n_nodes);
  append_number (out, "first_seconds", location->first_seconds);
  append_number (out, "seconds", location->seconds);
  g_string_append (out, "  \"sites\": [");
  for (guint k = 0; k < location->n_chosen; k++)
    g_string_append_printf (out, "%s%u", k > 0 ? ", " : "", location->chosen[k]);
  g_string_append (out, "]\n}\n");
  g_print ("%s", out->str);
}

static void
print_lines (const ZxLocation *location)
{
  char text[32];
  g_print (_ ("value    %s\n"), zx_number_format (location->value, text));
  g_print (_ ("bound    %s\n"), zx_number_format (location->bound, text));
  g_print (_ ("gap      %.4f %%%s\n"), 100 * location->gap,
           location->is_proven ? _ (" (proven best)") : "");
  g_print (_ ("nodes    %llu\n"), (unsigned long long) location->n_nodes);
  g_print (_ ("seconds  %.2f (first set after %.2f)\n"), location->seconds,
           location->first_seconds);
  g_print (_ ("sites   "));
  for (guint k = 0; k < location->n_chosen; k++)
    g_print (" %u", location->chosen[k]);
  g_print ("\n");
}

/* One line a client: its sites, nearest first, and what each costs. */
static gboolean
print_nearest (const ZxLocate *problem, guint n_nearest, const ZxProgress *progress, GError **error)
{
  g_autofree guint32 *site = NULL;
  g_autofree double *cost = NULL;
  char number[32];
  if (!zx_locate_nearest (problem, n_nearest, &site, &cost, progress, error))
    return FALSE;
  zx_cli_progress_done ();
  g_autoptr (GString) out = g_string_new ("client,rank,site,cost\n");
  for (guint i = 0; i < problem->n_clients; i++)
    for (guint k = 0; k < n_nearest; k++)
      {
        gsize at = (gsize) i * n_nearest + k;
        if (site[at] != G_MAXUINT32)
          g_string_append_printf (out, "%u,%u,%u,%s\n", i, k + 1, site[at],
                                  zx_number_format (cost[at], number));
      }
  g_print ("%s", out->str);
  return TRUE;
}

/* Gives the sites of a list "3,17" a role; a site has the one said last. */
static gboolean
give_role (ZxLocate *problem, const char *list, ZxLocateRole role, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (list != NULL ? list : "", ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      double site = -1;
      if (!zx_number_parse (parts[i], strlen (parts[i]), &site) || site < 0
          || site >= problem->n_sites || site != floor (site))
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                       _ ("“%s” is no site; sites are numbered from 0 to %u"), parts[i],
                       problem->n_sites - 1);
          return FALSE;
        }
      if (problem->role == NULL)
        problem->role = g_new0 (guint8, (gsize) problem->n_sites + 1);
      problem->role[(guint) site] = (guint8) role;
    }
  return TRUE;
}

typedef struct
{
  char *required, *existing, *banned;
} Lists;

static void
lists_clear (Lists *self)
{
  g_free (self->required);
  g_free (self->existing);
  g_free (self->banned);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lists, lists_clear)

static gboolean
give_roles (ZxLocate *problem, const Lists *lists, GError **error)
{
  return give_role (problem, lists->existing, ZX_LOCATE_EXISTING, error)
         && give_role (problem, lists->required, ZX_LOCATE_REQUIRED, error)
         && give_role (problem, lists->banned, ZX_LOCATE_BANNED, error);
}

int
zx_command_locate (int argc, char **argv)
{
  int status, n_choose = 0, n_nearest = 0;
  gboolean is_json = FALSE;
  g_auto (GStrv) words = NULL;
  g_autofree char *format_name = NULL, *radius = NULL, *capacity = NULL, *fixed = NULL,
                  *limit = NULL;
  g_auto (Lists) lists = { NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;
  ZxLocateFileOptions file_options = ZX_LOCATE_FILE_OPTIONS_INIT;
  ZxLocateOptions options = ZX_LOCATE_OPTIONS_INIT;
  ZxLocateFormat format;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format_name,
      N_ ("orlib-pmed, orlib-cap, pmedcap, tsplib-pmedian or mclp"), N_ ("FORMAT") },
    { "sites", 0, 0, G_OPTION_ARG_INT, &n_choose, N_ ("Sites to choose (as the file says)"), "N" },
    { "radius", 0, 0, G_OPTION_ARG_STRING, &radius, N_ ("Coverage radius (as the file says)"),
      "R" },
    { "capacity", 0, 0, G_OPTION_ARG_STRING, &capacity,
      N_ ("Capacity of every site (as the file says)"), "C" },
    { "fixed-cost", 0, 0, G_OPTION_ARG_STRING, &fixed,
      N_ ("In place of every fixed cost that is not 0"), "F" },
    { "time-limit", 0, 0, G_OPTION_ARG_STRING, &limit,
      N_ ("Stop after so many seconds with the best found and its bound"), "S" },
    { "require", 0, 0, G_OPTION_ARG_STRING, &lists.required,
      N_ ("Sites that must be chosen, numbered from 0"), "N,…" },
    { "ban", 0, 0, G_OPTION_ARG_STRING, &lists.banned, N_ ("Sites that must not be chosen"),
      "N,…" },
    { "existing", 0, 0, G_OPTION_ARG_STRING, &lists.existing,
      N_ ("Sites that stand and serve; they do not count among those chosen"), "N,…" },
    { "nearest", 0, 0, G_OPTION_ARG_INT, &n_nearest,
      N_ ("Choose nothing: the K nearest sites of every client, as comma-separated text"), "K" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, N_ ("For scripts"), NULL },
    { NULL }
  };
  if (!zx_cli_parse (argc, argv, entries, 1, 1, &words, &status))
    return status;
  if (!zx_locate_format_parse (format_name, &format, &error))
    {
      g_printerr ("zhixing-cli: %s\n", error->message);
      return ZX_EXIT_USAGE;
    }
  if (n_nearest < 0)
    {
      g_printerr (_ ("zhixing-cli: --nearest must be 1 or more and not %d\n"), n_nearest);
      return ZX_EXIT_USAGE;
    }
  if (n_choose < 0)
    {
      g_printerr (_ ("zhixing-cli: --sites must be 1 or more and not %d\n"), n_choose);
      return ZX_EXIT_USAGE;
    }
  file_options.n_choose = (guint) n_choose;
  if (!parse_number ("--radius", radius, 0, &file_options.radius)
      || !parse_number ("--capacity", capacity, 0, &file_options.capacity)
      || !parse_number ("--fixed-cost", fixed, 0, &file_options.fixed_cost)
      || !parse_number ("--time-limit", limit, 0, &options.time_limit_s))
    return ZX_EXIT_USAGE;
  const ZxProgress *progress = zx_cli_progress ();
  g_autoptr (ZxLocate) problem = zx_locate_read (words[0], format, &file_options, progress, &error);
  if (n_nearest > 0)
    return problem != NULL && give_roles (problem, &lists, &error)
                   && print_nearest (problem, (guint) n_nearest, progress, &error)
               ? ZX_EXIT_OK
               : zx_cli_fail (error);
  g_autoptr (ZxLocation) location = problem != NULL && give_roles (problem, &lists, &error)
                                        ? zx_locate_solve (problem, &options, progress, &error)
                                        : NULL;
  if (location == NULL)
    return zx_cli_fail (error);
  zx_cli_progress_done ();
  if (is_json)
    print_json (problem, location, format);
  else
    print_lines (location);
  return ZX_EXIT_OK;
}
