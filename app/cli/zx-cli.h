/* SPDX-License-Identifier: GPL-3.0-or-later */

/* zhixing-cli: one file per command; what they share. */
#pragma once

#include "app/power/zx-power.h"
#include "app/project/zx-project.h"

/* Exit statuses: part of the contract with scripts. */
enum
{
  ZX_EXIT_OK = 0,
  ZX_EXIT_FAILED = 1, /* the work could not be done, or was cancelled */
  ZX_EXIT_USAGE = 2,  /* the words of the command are wrong */
};

typedef struct
{
  const char *name;
  const char *arguments;              /* "PROJECT -o FILE.pdf" */
  const char *summary;                /* English msgid */
  int (*run) (int argc, char **argv); /* argv[0] is the command's name */
} ZxCommand;

int zx_command_look (int argc, char **argv);
int zx_command_new (int argc, char **argv);
int zx_command_check (int argc, char **argv);
int zx_command_run (int argc, char **argv);
int zx_command_report (int argc, char **argv);
int zx_command_export (int argc, char **argv);
int zx_command_info (int argc, char **argv);
int zx_command_area (int argc, char **argv);
int zx_command_fit (int argc, char **argv);
int zx_command_crossvalidate (int argc, char **argv);
int zx_command_sample (int argc, char **argv);
int zx_command_locate (int argc, char **argv);
int zx_command_flow (int argc, char **argv);
int zx_command_hosting (int argc, char **argv);
int zx_command_n1 (int argc, char **argv);

const ZxCommand *zx_cli_commands (guint *n);

/* Parses options; prints the sentence and the way to help when they are wrong.  @arguments: what is
 * left, at least
 * @min and at most @max (G_MAXUINT: any number); NULL-terminated.  Returns: FALSE: exit with
 * @status. */
gboolean zx_cli_parse (int argc, char **argv, const GOptionEntry *entries, guint min, guint max,
                       char ***arguments, int *status);

/* Progress on the terminal (a bar) or as plain lines, and Ctrl-C as a request to stop. */
const ZxProgress *zx_cli_progress (void);
void zx_cli_progress_done (void);
/* The same Ctrl-C once a plan stands: the first ends the search for a better one and keeps it, the
 * second stops. */
void zx_cli_watch_choice (ZxProject *project);

/* Adds to the project's locks; runs up to the candidates when any are named.  @forgets: those that
 * were there go first. */
gboolean zx_cli_lock (ZxProject *project, char **required, char **banned, gboolean forgets,
                      const ZxProgress *progress, GError **error);

/* Prints "zhixing-cli: …" and returns ZX_EXIT_FAILED. */
int zx_cli_fail (const GError *error);

/* Language of messages and of findings: the process's own. */
const char *zx_cli_language (void);

/* The counts of findings by rule, worst first, one line each with the first example. */
void zx_cli_print_findings (const ZxFindings *findings, gboolean all);

/* flow --series (zx-flow-series.c). */
typedef struct
{
  double power_factor; /* of charging */
  guint32 julian;      /* day of the first hour */
} ZxCliSeries;
gboolean zx_cli_parse_day (const char *text, guint32 *julian,
                           GError **error); /* NULL: 2025-01-01 */
gboolean zx_cli_run_series (const ZxGrid *grid, const ZxFlowOptions *options, const char *path,
                            const ZxCliSeries *hours, const char *folder, GError **error);
gboolean zx_cli_write_table (const char *folder, const char *name, const GString *table,
                             GError **error);

/* A grid for the commands on feeders, whose doubts go to the terminal: one word is a case in any
 * format that is read, two are layers of nodes and of branches in our columns, or in those that
 * @columns ("ours=theirs", NULL at the end; nullable) names.  NULL with @error. */
ZxGrid *zx_cli_read_grid (char **words, char **columns, double base_mva, GError **error);
#define ZX_CLI_GRID_ENTRIES(columns, base_mva)                                                     \
  { "column",                                                                                      \
    0,                                                                                             \
    0,                                                                                             \
    G_OPTION_ARG_STRING_ARRAY,                                                                     \
    columns,                                                                                       \
    N_ ("With NODES BRANCHES: the column that holds one of ours"),                                 \
    N_ ("OURS=THEIRS") },                                                                          \
  {                                                                                                \
    "base-mva", 0, 0, G_OPTION_ARG_DOUBLE, base_mva,                                               \
        N_ ("With NODES BRANCHES: base of the per-unit values, MVA (1)"), N_ ("MVA")               \
  }

/* Tables as comma-separated text: a field each, the comma between them, a line's end. */
void zx_cli_add_text (GString *table, const char *text);
void zx_cli_add_number (GString *table, double value); /* shortest form; NaN: nothing */
void zx_cli_end_row (GString *table);
