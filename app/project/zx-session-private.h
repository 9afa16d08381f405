/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the session share. */
#pragma once

#include "app/project/zx-session.h"

struct _ZxSession
{
  GObject parent;
  ZxProject *project; /* nullable */
  ZxJobs *jobs;
  ZxHistory *history;
  GListStore *layers;    /* ZxMapLayer, topmost first */
  GHashTable *pending;   /* key → double *: settings that differ from the project's */
  GArray *locks;         /* ZxLock: as they are now */
  GListStore *bookmarks; /* ZxBookmark */
  GPtrArray *scenarios;  /* ZxScenario: as they are now */
  ZxPlanFigures before;  /* of the plan before the last run */
  gboolean has_before;
  ZxRecipe *recipe;   /* as it is now, paths absolute; NULL without a project */
  ZxReportWish *wish; /* as it is now; NULL: nothing was said yet */
  guint keep;         /* the timeout that keeps choices in the file */
  /* Choices are counted: those made, those on their way into the file, those in it. */
  guint n_made, n_going, n_kept;
  gboolean has_unkept_choice; /* among them one that is more than a look */
  GHashTable *missing;        /* set of paths of files that are not there */
};

/* The project's own scenarios. */
void zx_session_reset_scenarios (ZxSession *self);
/* Views as the project's file holds them. */
void zx_session_reset_bookmarks (ZxSession *self);
/* Layers as a new project shows them. */
void zx_session_reset_layers (ZxSession *self);
/* The project's own recipe; what was corrected is forgotten. */
void zx_session_reset_recipe (ZxSession *self);
/* What follows from the recipe differs from what the project was made from. */
gboolean zx_session_recipe_differs (ZxSession *self);
void zx_session_changed_choice (ZxSession *self);
/* Is kept like a choice, but no result and no page rests on it. */
void zx_session_changed_look (ZxSession *self);
ZxRecipe *zx_session_copy_recipe (ZxSession *self);
/* Through the history.  Takes @after and @label. */
void zx_session_change_recipe (ZxSession *self, ZxRecipe *after, char *label);
/* As the project's file says. */
void zx_session_reset_wish (ZxSession *self);
/* Nothing is known of the files yet. */
void zx_session_reset_files (ZxSession *self);
/* Writes settings and locks into the file, as a job. */
void zx_session_keep (ZxSession *self);
gboolean zx_session_locks_differ (ZxSession *self);
void zx_session_exchange (ZxSession *self, ZxProject *project);
void zx_session_tell_is_data (ZxSession *self, const char *path);
void zx_session_tell_failed (ZxSession *self, const char *title, const char *sentence);
void zx_session_tell_finished (ZxSession *self, const char *title, const char *path);
