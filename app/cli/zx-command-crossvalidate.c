/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How well stations not seen are predicted: the members of the stack, held out by the folds of a
 * column. */

#include <math.h>
#include <string.h>

#include "app/cli/zx-cli-counts.h"
#include "app/cli/zx-cli.h"

typedef struct
{
  char *stations, *cells, *edges, *folds, *members, *covariates, *output;
  gint64 seed;
  gint threads;
} Words;

static void
words_clear (Words *self)
{
  char *texts[] = { self->stations, self->cells,      self->edges, self->folds,
                    self->members,  self->covariates, self->output };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

/* Folds by the order in which their names come. */
static guint *
read_folds (const ZxCliTable *stations, const char *name, guint *n_folds, GError **error)
{
  guint column;
  if (!zx_cli_table_need (stations, name, &column, error))
    return NULL;
  g_autoptr (GHashTable) number = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree guint *fold = g_new (guint, stations->n_rows);
  for (gsize row = 0; row < stations->n_rows; row++)
    {
      const char *text = zx_cli_table_cell (stations, row, column);
      if (*text == '\0')
        {
          g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("%s: row %zu has no fold in %s"),
                       stations->path, row + 1, name);
          return NULL;
        }
      guint found = GPOINTER_TO_UINT (g_hash_table_lookup (number, text));
      if (found == 0)
        {
          found = g_hash_table_size (number) + 1;
          g_hash_table_insert (number, (gpointer) text, GUINT_TO_POINTER (found));
        }
      fold[row] = found - 1;
    }
  *n_folds = g_hash_table_size (number);
  return g_steal_pointer (&fold);
}

static gboolean
write_stations (const char *path, const ZxCliCounts *counts, const ZxStack *stack, GError **error)
{
  g_autoptr (GString) text = g_string_new ("station_id,logs,crps,q2.5,q10,q25,q50,q75,q90,q97.5\n");
  char id[24], number[32];
  for (guint i = 0; i < stack->n; i++)
    {
      g_string_append (text, zx_cli_counts_observation_id (counts, stack->observation[i], id));
      g_string_append_printf (text, ",%s", zx_number_format (stack->log_score[i], number));
      g_string_append_printf (text, ",%s", zx_number_format (stack->crps[i], number));
      for (guint k = 0; k < 7; k++)
        g_string_append_printf (text, ",%s", zx_number_format (stack->quantile[i * 7 + k], number));
      g_string_append_c (text, '\n');
    }
  return zx_file_replace (path, text->str, text->len, error);
}

/* The verdicts in words: what is predictable at all, and whether place is. */
static void
print_words (const ZxStack *stack)
{
  if (stack->r2_log < 0.02)
    g_print (_ ("What is known of a station does not tell its rate of use better than the overall "
                "level does.\n"));
  else
    g_print (_ ("What is known of a station tells %.0f %% of the variation of its log rate.\n"),
             100 * stack->r2_log);
  g_print (_ ("Four stations in five fall within a factor of %.1f between the low and the high end "
              "of their interval.\n"),
           stack->width80_ratio);
  if (!stack->has_place_gain)
    return;
  if (stack->place_gain > 2 * stack->place_gain_se)
    g_print (_ ("Place tells something: %+.4f (standard error %.4f) of log score per station.\n"),
             stack->place_gain, stack->place_gain_se);
  else
    g_print (_ ("Cross-validation does not support an effect of place: %+.4f (standard error %.4f) "
                "of log score per station.\n"),
             stack->place_gain, stack->place_gain_se);
}

static void
print_scores (const ZxStack *stack)
{
  g_print (_ ("Stations: %u\n"), stack->n);
  g_print (_ ("Mean log score: %.4f\n"), stack->mean_log_score);
  g_print ("CRPS: %.4f\n", stack->mean_crps);
  g_print ("MAE: %.4f\n", stack->mae);
  g_print (_ ("Coverage: 50 %%: %.1f, 80 %%: %.1f, 95 %%: %.1f\n"), 100 * stack->cover50,
           100 * stack->cover80, 100 * stack->cover95);
  g_print (_ ("R2 of the log rate: %.4f\n"), stack->r2_log);
  g_print (_ ("Members, with their weight in the stack and their mean log score alone:\n"));
  for (guint m = 0; m < stack->n_members; m++)
    g_print ("  %-16s %6.3f  %10.4f\n", stack->member[m], stack->weight[m],
             stack->member_log_score[m]);
  print_words (stack);
}

static int
crossvalidate (const Words *words)
{
  g_autoptr (GError) error = NULL;
  if (words->stations == NULL || words->cells == NULL || words->edges == NULL
      || words->folds == NULL || words->output == NULL || words->threads < 0 || words->threads > 64
      || words->seed < 0)
    {
      g_printerr (_ ("zhixing-cli: crossvalidate wants --stations, --cells, --edges, --folds and "
                     "-o; --threads is 1 to 64, and the seed is not negative\n"));
      return ZX_EXIT_USAGE;
    }
  if (words->threads > 0)
    zx_parallel_set_threads ((guint) words->threads);
  g_autoptr (ZxCliCounts) counts = zx_cli_counts_stations (words->stations, words->cells,
                                                           words->edges, words->covariates, &error);
  guint n_folds = 0;
  g_autofree guint *fold
      = counts != NULL ? read_folds (counts->observations, words->folds, &n_folds, &error) : NULL;
  g_autofree double *x_m = NULL, *y_m = NULL;
  if (fold == NULL || !zx_cli_counts_coordinate (counts, "x_m", &x_m, &error)
      || !zx_cli_counts_coordinate (counts, "y_m", &y_m, &error))
    return zx_cli_fail (error);
  gboolean has_points = x_m != NULL && y_m != NULL;
  g_auto (GStrv) members = words->members != NULL ? g_strsplit (words->members, ",", -1) : NULL;
  g_autoptr (ZxStack) stack = zx_stack_crossvalidate (
      &counts->data, has_points ? x_m : NULL, has_points ? y_m : NULL, fold, n_folds,
      (const char *const *) members, (guint64) words->seed, zx_cli_progress (), &error);
  zx_cli_progress_done ();
  if (stack == NULL || !write_stations (words->output, counts, stack, &error))
    return zx_cli_fail (error);
  print_scores (stack);
  return ZX_EXIT_OK;
}

int
zx_command_crossvalidate (int argc, char **argv)
{
  int status = ZX_EXIT_USAGE;
  g_auto (GStrv) files = NULL;
  Words words = { .seed = 1 };
  const GOptionEntry entries[] = {
    { "stations", 's', 0, G_OPTION_ARG_FILENAME, &words.stations,
      N_ ("station, cell, operator, exposure, y"), N_ ("FILE") },
    { "cells", 'c', 0, G_OPTION_ARG_FILENAME, &words.cells, N_ ("cell, covariates"), N_ ("FILE") },
    { "edges", 'e', 0, G_OPTION_ARG_FILENAME, &words.edges, N_ ("a, b: neighbours, each pair once"),
      N_ ("FILE") },
    { "folds", 'f', 0, G_OPTION_ARG_STRING, &words.folds,
      N_ ("Column of the stations that says which are held out together"), N_ ("COLUMN") },
    { "members", 'm', 0, G_OPTION_ARG_STRING, &words.members,
      N_ ("Members of the stack; standard: all"), N_ ("NAME,…") },
    { "covariates", 0, 0, G_OPTION_ARG_STRING, &words.covariates,
      N_ ("Columns; standard: all that begin with x"), N_ ("NAME,…") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &words.output, N_ ("Where the scores by station go"),
      N_ ("FILE") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &words.seed, N_ ("Same seed, same result"), N_ ("N") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &words.threads, N_ ("1 to 64"), N_ ("N") },
    { NULL }
  };
  if (zx_cli_parse (argc, argv, entries, 0, 0, &files, &status))
    status = crossvalidate (&words);
  words_clear (&words);
  return status;
}
