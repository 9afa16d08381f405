/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/widgets/zx-line-layout.h"

struct _ZxLineLayout
{
  GtkLayoutManager parent;
  guint spacing;
};

enum
{
  PROP_0,
  PROP_SPACING,
  N_PROPS,
};

G_DEFINE_FINAL_TYPE (ZxLineLayout, zx_line_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
zx_line_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* ---- widths -------------------------------------------------------------------------------- */

/* The next child that takes room, from @child on. */
static GtkWidget *
find_seen (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
first_seen (GtkWidget *widget)
{
  return find_seen (gtk_widget_get_first_child (widget));
}

static GtkWidget *
next_seen (GtkWidget *child)
{
  return find_seen (gtk_widget_get_next_sibling (child));
}

static guint
count_seen (GtkWidget *widget)
{
  guint n = 0;
  for (GtkWidget *child = first_seen (widget); child != NULL; child = next_seen (child))
    n++;
  return n;
}

/* Everybody's least width, what is left up to the natural widths, the rest to those who expand.
 * The widths stand in minimum_size then. */
static void
share_width (ZxLineLayout *self, GtkWidget *widget, int width, guint n, GtkRequestedSize *sizes)
{
  guint i = 0, n_expand = 0, which = 0;
  int rest = width - (int) (self->spacing * (n - 1));
  for (GtkWidget *child = first_seen (widget); child != NULL; child = next_seen (child), i++)
    {
      sizes[i].data = child;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &sizes[i].minimum_size,
                          &sizes[i].natural_size, NULL, NULL);
      rest -= sizes[i].minimum_size;
      n_expand += gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
    }
  rest = gtk_distribute_natural_allocation (MAX (rest, 0), n, sizes);
  for (i = 0; i < n; i++)
    if (gtk_widget_compute_expand (sizes[i].data, GTK_ORIENTATION_HORIZONTAL))
      {
        int share
            = (rest * (int) (which + 1)) / (int) n_expand - (rest * (int) which) / (int) n_expand;
        sizes[i].minimum_size += share;
        which++;
      }
}

/* ---- measuring ----------------------------------------------------------------------------- */

static void
measure_width (ZxLineLayout *self, GtkWidget *widget, int *minimum, int *natural)
{
  guint n = count_seen (widget);
  *minimum = *natural = n > 0 ? (int) (self->spacing * (n - 1)) : 0;
  for (GtkWidget *child = first_seen (widget); child != NULL; child = next_seen (child))
    {
      int child_minimum, child_natural;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                          NULL, NULL);
      *minimum += child_minimum;
      *natural += child_natural;
    }
}

static void
measure_height (ZxLineLayout *self, GtkWidget *widget, int width, int *minimum, int *natural)
{
  guint n = count_seen (widget), i = 0;
  GtkRequestedSize *sizes = g_newa (GtkRequestedSize, MAX (n, 1));
  *minimum = *natural = 0;
  if (n > 0 && width >= 0)
    share_width (self, widget, width, n, sizes);
  for (GtkWidget *child = first_seen (widget); child != NULL; child = next_seen (child), i++)
    {
      int child_minimum, child_natural;
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width >= 0 ? sizes[i].minimum_size : -1,
                          &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
    }
}

static void
zx_line_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation,
                        int for_size, int *minimum, int *natural, int *minimum_baseline,
                        int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (ZX_LINE_LAYOUT (manager), widget, minimum, natural);
  else
    measure_height (ZX_LINE_LAYOUT (manager), widget, for_size, minimum, natural);
}

static void
zx_line_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height,
                         int baseline)
{
  ZxLineLayout *self = ZX_LINE_LAYOUT (manager);
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint n = count_seen (widget);
  if (n == 0)
    return;
  GtkRequestedSize *sizes = g_newa (GtkRequestedSize, n);
  share_width (self, widget, width, n, sizes);
  int x = 0;
  for (guint i = 0; i < n; i++)
    {
      int taken = sizes[i].minimum_size;
      const GtkAllocation place = { is_mirrored ? width - x - taken : x, 0, taken, height };
      gtk_widget_size_allocate (sizes[i].data, &place, -1);
      x += taken + (int) self->spacing;
    }
}

/* ---- the object ---------------------------------------------------------------------------- */

static void
zx_line_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_SPACING)
    ZX_LINE_LAYOUT (object)->spacing = g_value_get_uint (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
zx_line_layout_class_init (ZxLineLayoutClass *class)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (class);
  G_OBJECT_CLASS (class)->set_property = zx_line_layout_set_property;
  manager_class->get_request_mode = zx_line_layout_get_request_mode;
  manager_class->measure = zx_line_layout_measure;
  manager_class->allocate = zx_line_layout_allocate;
  g_object_class_install_property (
      G_OBJECT_CLASS (class), PROP_SPACING,
      g_param_spec_uint ("spacing", NULL, NULL, 0, 1000, 0,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
zx_line_layout_init (ZxLineLayout *self)
{
}

GtkWidget *
zx_line_new (guint spacing)
{
  return g_object_new (GTK_TYPE_BOX, "layout-manager",
                       g_object_new (ZX_TYPE_LINE_LAYOUT, "spacing", spacing, NULL), NULL);
}
