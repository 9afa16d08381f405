/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the pane share. */
#pragma once

#include "ui/map/zx-map-hours.h"
#include "ui/map/zx-map-pane.h"

G_BEGIN_DECLS

/* Of a comparison; a map alone is the left one. */
typedef enum
{
  ZX_MAP_LEFT,
  ZX_MAP_RIGHT,
  ZX_N_MAP_SIDES,
} ZxMapSide;

struct _ZxMapPane
{
  GtkWidget parent;
  ZxSession *session;
  ZxMapData *data;
  ZxPlane plane;
  gboolean has_plane, has_size;
  guint first_size;
  /* comparing */
  ZxMapLayerKind shown[ZX_N_MAP_SIDES]; /* ZX_N_MAP_LAYERS: left the layers as they are, right no
                                           comparison */
  gboolean is_beside;                   /* two maps, not one with a handle */
  GArray *choices;                      /* ZxMapLayerKind: what can be compared with */
  gboolean is_filling;
  int scenario;             /* whose sites the right map shows; -1: the plan's */
  ZxMapData *scenario_data; /* of that; NULL: not made */
  ZxMapData *scenario_of;   /* what it was made from; owned */
  /* the hour of the day */
  ZxHourFields *hours[ZX_N_MAP_LAYERS]; /* of @hours_of; NULL: not made */
  ZxProject *hours_of;                  /* owned */
  gboolean is_making_hours;
  guint tick; /* while playing */
  gint64 last_step;
  ZxMapData *hour_data[ZX_N_HOURS]; /* made when they come near, dropped when they are past */
  /* what the card tells of */
  ZxMapLayerKind chosen_kind;
  int chosen; /* -1: nothing */
  /* moving a site */
  GtkGesture *drag;
  GArray *pending; /* ZxMapPending */
  guint held;      /* candidate */
  int goal;        /* candidate; -1: none */
  gboolean is_holding, is_dragging;
  ZxBackdrop *backdrop; /* nullable */
  /* measuring */
  gboolean is_measuring, is_closed;
  GArray *path_x_m, *path_y_m;             /* double */
  double pointer_lon_deg, pointer_lat_deg; /* NaN: not over the map */
  ZxMapCanvas *canvas, *right, *beside;    /* right: on the left map behind the handle */
  GtkWidget *overlay, *map, *map_beside, *scale, *readout, *card, *card_title, *card_rows,
      *card_table, *legend, *left_legend, *compare_bar, *compare_left, *compare_right, *swipe,
      *lock_buttons, *hours_bar, *measure_card, *measure_text, *views_button, *views_list,
      *view_name, *menu, *backdrop_button, *backdrop_address, *backdrop_gcj02, *attribution;
};

/* ---- view ---- */

void zx_map_pane_centre (ZxMapPane *self, double *x_m, double *y_m);
void zx_map_pane_set_mark (ZxMapPane *self, double x_m, double y_m);
double zx_map_pane_metres_per_unit (ZxMapPane *self);
gboolean zx_map_pane_is_ready (ZxMapPane *self); /* there is a city to look at */

/* ---- content ---- */

gboolean zx_map_pane_is_comparing (ZxMapPane *self);
guint zx_map_pane_inks (ZxMapPane *self, ZxMapSide side, ZxMapInk *ink);
/* Of the hour that is shown; borrowed, may be NULL. */
ZxMapData *zx_map_pane_shown_data (ZxMapPane *self);
/* The same for the right map; borrowed. */
ZxMapData *zx_map_pane_right_data (ZxMapPane *self);
void zx_map_pane_forget_scenario (ZxMapPane *self);
void zx_map_pane_show_layers (ZxMapPane *self);

/* ---- parts ---- */

void zx_map_pane_add_comparing (GtkWidgetClass *class);
void zx_map_pane_start_comparing (ZxMapPane *self);
void zx_map_pane_follow_scenarios (ZxMapPane *self); /* once, with the session */
void zx_map_pane_update_comparing (ZxMapPane *self); /* widgets that only a comparison has */

void zx_map_pane_add_pointer (GtkWidgetClass *class);
void zx_map_pane_start_pointer (ZxMapPane *self, GtkWidget *map);
void zx_map_pane_place_under (ZxMapPane *self, GtkWidget *map, double x, double y, double *x_m,
                              double *y_m);
void zx_map_pane_add_card (GtkWidgetClass *class);
/* Lines of "label\tvalue", the first a title; nothing is chosen by it. */
void zx_map_pane_fill_card (ZxMapPane *self, const char *text);
/* The site of a candidate, or the candidate, with the mark at the place. */
void zx_map_pane_identify_site (ZxMapPane *self, guint candidate, double x_m, double y_m);
/* What is shown within @reach units of a place is chosen; FALSE when nothing is there. */
gboolean zx_map_pane_identify (ZxMapPane *self, double x_m, double y_m, double reach);
void zx_map_pane_close_card (ZxMapPane *self);
gboolean zx_map_pane_shows (ZxMapPane *self, ZxMapLayerKind kind); /* on either side */
void zx_map_pane_say_place (ZxMapPane *self, ZxMapSide side, double x_m, double y_m);

void zx_map_pane_start_dragging (ZxMapPane *self);
gboolean zx_map_pane_end_dragging (ZxMapPane *self); /* TRUE: one was under way */
void zx_map_pane_show_pending (ZxMapPane *self);

void zx_map_pane_add_measuring (GtkWidgetClass *class);
void zx_map_pane_start_measuring (ZxMapPane *self);
void zx_map_pane_update_measured (ZxMapPane *self); /* other units */
void zx_map_pane_add_measured (ZxMapPane *self, double x_m, double y_m);
void zx_map_pane_end_measuring (ZxMapPane *self);

void zx_map_pane_add_hours (GtkWidgetClass *class);
void zx_map_pane_start_hours (ZxMapPane *self);
void zx_map_pane_forget_hours (ZxMapPane *self);
void zx_map_pane_need_hours (ZxMapPane *self); /* makes those of the kinds that are shown */
void zx_map_pane_look_ahead (ZxMapPane *self);

void zx_map_pane_add_backdrop (GtkWidgetClass *class);

void zx_map_pane_add_views (GtkWidgetClass *class);
void zx_map_pane_start_views (ZxMapPane *self);

G_END_DECLS
