/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A circuit as OpenDSS text defines it: elements with their properties in order, before anything is
 * understood of them. */
#pragma once

#include "data/grid/zx-grid-private.h"

typedef struct
{
  char *class_name, *name; /* lower case */
  GPtrArray *key, *value; /* owned texts, in the order they were written; keys in lower case, "" for
                             a value without one */
} ZxDssElement;

typedef struct
{
  GPtrArray *elements; /* ZxDssElement, in the order they were made */
  GHashTable *by_name; /* "class.name" → ZxDssElement, borrowed */
  GHashTable *place;   /* bus, lower case → double[2] */
  GPtrArray *doubts;   /* owned sentences */
  GPtrArray *files;    /* owned paths of the files it redirects to, as they were read */
  guint n_ignored;     /* commands that no power flow needs */
} ZxDssCircuit;

/* @folder: where redirected files are looked for; NULL: nowhere.  NULL with @error. */
ZxDssCircuit *zx_dss_circuit_parse (const char *text, gsize n, const char *folder, GError **error);
void zx_dss_circuit_free (ZxDssCircuit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxDssCircuit, zx_dss_circuit_free)

/* The last value of a property; NULL when it was not given. */
const char *zx_dss_text (const ZxDssElement *self, const char *key);
double zx_dss_number (const ZxDssElement *self, const char *key, double otherwise);
/* The numbers of a value like "(1 2 | 3 4)" or "[1, 2]"; bars count as separators.  Returns: how
 * many, at most @max. */
guint zx_dss_list (const char *value, double *numbers, guint max);
const ZxDssElement *zx_dss_find (const ZxDssCircuit *self, const char *class_name,
                                 const char *name);

/* Positive-sequence impedance of a line geometry in ohm per metre, by Carson's equations.  FALSE
 * when its wires are not all known. */
gboolean zx_dss_geometry (const ZxDssCircuit *self, const char *name, double hertz, double *r,
                          double *x, double *amps);
double zx_dss_metres (const char *units); /* NaN for none */
