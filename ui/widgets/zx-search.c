/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Names are looked through in a worker: a city has a hundred thousand. */

#include "ui/widgets/zx-search.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "data/gis/zx-gis.h"
#include "ui/map/zx-map-painter.h"

#define MOST_HITS    40
#define WAIT_MS      150
#define LOOK_M       3.0 /* metres per unit where it flies to */
#define LONGEST_TEXT 200

struct _ZxSearch
{
  GtkPopover parent;
  ZxSession *session;
  GtkWidget *entry, *system, *list, *nothing;
  guint wait;
  guint64 number; /* of the last question: older answers are dropped */
};

G_DEFINE_FINAL_TYPE (ZxSearch, zx_search, GTK_TYPE_POPOVER)

/* ---- in the worker ----------------------------------------------------------------------------
 */

typedef struct
{
  char *name;
  const char *kind; /* English msgid */
  double x_m, y_m;
} Hit;

typedef struct
{
  ZxSearch *search;
  ZxProject *project;
  char *text; /* folded */
  guint64 number;
  GArray *hits;
} Question;

static void
clear_hit (gpointer hit)
{
  g_free (((Hit *) hit)->name);
}

static gboolean
matches (const Question *question, const char *name)
{
  if (name[0] == '\0')
    return FALSE;
  g_autofree char *folded = g_utf8_casefold (name, -1);
  return strstr (folded, question->text) != NULL;
}

static void
add (Question *question, const char *name, const char *kind, double x_m, double y_m)
{
  if (question->hits->len >= MOST_HITS || !isfinite (x_m) || !isfinite (y_m))
    return;
  const Hit hit = { g_strdup (name), kind, x_m, y_m };
  g_array_append_val (question->hits, hit);
}

static void
search_sites (Question *question)
{
  const ZxPlan *plan = zx_project_plan (question->project);
  const ZxCandidates *candidates = zx_project_candidates (question->project);
  for (guint i = 0; plan != NULL && candidates != NULL && i < plan->n_sites; i++)
    {
      guint j = plan->site[i].candidate;
      g_autofree char *name = zx_project_candidate_name (question->project, j);
      if (matches (question, name))
        add (question, name, N_ ("Chosen site"), candidates->x_m[j], candidates->y_m[j]);
    }
  for (guint j = 0; candidates != NULL && j < candidates->n; j++)
    {
      g_autofree char *name = zx_project_candidate_name (question->project, j);
      if (matches (question, name))
        add (question, name, N_ ("Candidate"), candidates->x_m[j], candidates->y_m[j]);
    }
}

static void
search_city (Question *question, const ZxCity *city)
{
  const ZxPool *pool = city->pool;
  for (guint i = 0; i < city->stations.n; i++)
    if (matches (question, zx_pool_get (pool, city->stations.name[i]))
        || matches (question, zx_pool_get (pool, city->stations.id[i])))
      add (question, zx_pool_get (pool, city->stations.name[i]), N_ ("Station"),
           city->stations.x_m[i], city->stations.y_m[i]);
  for (guint i = 0; i < city->areas.n; i++)
    {
      double x_m, y_m;
      const char *name = zx_pool_get (pool, city->areas.name[i]);
      if (matches (question, name) && zx_geometry_centre (&city->areas.polygons, i, &x_m, &y_m))
        add (question, name, N_ ("Area"), x_m, y_m);
    }
  for (guint i = 0; i < city->transformers.n; i++)
    if (matches (question, zx_pool_get (pool, city->transformers.name[i])))
      add (question, zx_pool_get (pool, city->transformers.name[i]), N_ ("Transformer area"),
           city->transformers.x_m[i], city->transformers.y_m[i]);
  for (gsize i = 0; i < city->places.n && question->hits->len < MOST_HITS; i++)
    if (matches (question, zx_pool_get (pool, city->places.name[i])))
      add (question, zx_pool_get (pool, city->places.name[i]),
           zx_place_kind_name ((ZxPlaceKind) city->places.kind[i]), city->places.x_m[i],
           city->places.y_m[i]);
}

/* A street is many lines of one name; one of them will do. */
static void
search_roads (Question *question, const ZxCity *city)
{
  g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
  for (gsize i = 0; i < city->roads.n && question->hits->len < MOST_HITS; i++)
    {
      gpointer name = GUINT_TO_POINTER (city->roads.name[i]);
      double x_m, y_m;
      if (name == NULL || !g_hash_table_add (told, name))
        continue;
      const char *text = zx_pool_get (city->pool, city->roads.name[i]);
      if (matches (question, text) && zx_geometry_centre (&city->roads.lines, i, &x_m, &y_m))
        add (question, text, N_ ("Road"), x_m, y_m);
    }
}

static void
answer (gpointer data, gpointer unused)
{
  Question *question = data;
  const ZxCity *city = zx_project_city (question->project);
  search_sites (question);
  if (city == NULL)
    return;
  search_city (question, city);
  search_roads (question, city);
}

/* ---- on the main thread ------------------------------------------------------------------------
 */

static GtkWidget *
hit_row (const char *name, const char *kind, double x_m, double y_m)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12),
            *left = gtk_label_new (name), *right = gtk_label_new (kind);
  g_autofree char *whole = g_strdup_printf ("%s, %s", name, kind);
  gtk_label_set_xalign (GTK_LABEL (left), 0);
  gtk_label_set_ellipsize (GTK_LABEL (left), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (left, TRUE);
  gtk_widget_add_css_class (right, "dim-label");
  gtk_box_append (GTK_BOX (box), left);
  gtk_box_append (GTK_BOX (box), right);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, whole, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.fly-to");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "(ddd)", x_m, y_m, LOOK_M);
  return row;
}

static void
clear_list (ZxSearch *self)
{
  GtkWidget *row;
  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
}

static void
show_hits (ZxSearch *self, const GArray *hits)
{
  clear_list (self);
  for (guint i = 0; i < hits->len; i++)
    {
      const Hit *hit = &g_array_index (hits, Hit, i);
      gtk_list_box_append (GTK_LIST_BOX (self->list),
                           hit_row (hit->name, _ (hit->kind), hit->x_m, hit->y_m));
    }
  gtk_widget_set_visible (self->nothing, hits->len == 0);
}

static gboolean
on_answered_cb (gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (ZxSearch) self = question->search;
  if (question->number == self->number && self->session != NULL)
    show_hits (self, question->hits);
  g_array_unref (question->hits);
  g_object_unref (question->project);
  g_free (question->text);
  return G_SOURCE_REMOVE;
}

gboolean
zx_search_parse_degrees (const char *text, double *lon_deg, double *lat_deg)
{
  g_autofree char *spaced = g_strdelimit (g_strndup (text, LONGEST_TEXT), ",;，；\t", ' ');
  g_auto (GStrv) words = g_strsplit (g_strstrip (spaced), " ", -1);
  double numbers[2];
  guint n = 0;
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0'
        && (n == 2 || !zx_number_parse (words[i], strlen (words[i]), &numbers[n++])))
      return FALSE;
  if (n != 2)
    return FALSE;
  gboolean is_swapped = fabs (numbers[1]) > 90 || (fabs (numbers[0]) <= 55 && numbers[1] > 70);
  *lon_deg = numbers[is_swapped ? 1 : 0];
  *lat_deg = numbers[is_swapped ? 0 : 1];
  return fabs (*lon_deg) <= 180 && fabs (*lat_deg) <= 90;
}

static gboolean
show_coordinates (ZxSearch *self, ZxProject *project, const char *text)
{
  double lon, lat, x_m, y_m;
  if (!zx_search_parse_degrees (text, &lon, &lat))
    return FALSE;
  gboolean is_gcj = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->system)) == 1;
  g_autofree char *name = g_strdup_printf ("%.6f, %.6f", lon, lat);
  if (is_gcj)
    zx_gis_wgs84_from_gcj02 (&lon, &lat);
  if (!zx_project_from_degrees (project, lon, lat, &x_m, &y_m))
    return FALSE;
  clear_list (self);
  gtk_list_box_append (GTK_LIST_BOX (self->list),
                       hit_row (name, is_gcj ? "GCJ-02" : "WGS-84", x_m, y_m));
  gtk_widget_set_visible (self->nothing, FALSE);
  return TRUE;
}

static gboolean
on_wait_cb (gpointer data)
{
  ZxSearch *self = data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  ZxProject *project = zx_session_project (self->session);
  self->wait = 0;
  self->number++;
  if (project == NULL || text[0] == '\0')
    {
      clear_list (self);
      gtk_widget_set_visible (self->nothing, FALSE);
      return G_SOURCE_REMOVE;
    }
  if (show_coordinates (self, project, text))
    return G_SOURCE_REMOVE;
  Question *question = g_new0 (Question, 1);
  question->search = g_object_ref (self);
  question->project = g_object_ref (project);
  question->text = g_utf8_casefold (text, -1);
  question->number = self->number;
  question->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_array_set_clear_func (question->hits, clear_hit);
  zx_map_pool_push (answer, on_answered_cb, question);
  return G_SOURCE_REMOVE;
}

static void
on_changed_cb (ZxSearch *self)
{
  g_clear_handle_id (&self->wait, g_source_remove);
  self->wait = g_timeout_add (WAIT_MS, on_wait_cb, self);
}

/* Enter takes the first hit. */
static void
on_activate_cb (ZxSearch *self)
{
  GtkWidget *first = gtk_widget_get_first_child (self->list);
  if (first != NULL)
    gtk_widget_activate (first);
}

static void
on_row_activated_cb (ZxSearch *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

/* ---- the widget
 * ---------------------------------------------------------------------------------- */

static void
zx_search_dispose (GObject *object)
{
  ZxSearch *self = ZX_SEARCH (object);
  g_clear_handle_id (&self->wait, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (zx_search_parent_class)->dispose (object);
}

static void
zx_search_class_init (ZxSearchClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = zx_search_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/zhixing/ui/widgets/zx-search.ui");
  gtk_widget_class_bind_template_child (widget_class, ZxSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, ZxSearch, system);
  gtk_widget_class_bind_template_child (widget_class, ZxSearch, list);
  gtk_widget_class_bind_template_child (widget_class, ZxSearch, nothing);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated_cb);
}

static void
zx_search_init (ZxSearch *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->system, "notify::selected", G_CALLBACK (on_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
zx_search_bind (ZxSearch *self, ZxSession *session)
{
  g_return_if_fail (self->session == NULL);
  self->session = g_object_ref (session);
}
