/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What placing blocks and drawing them share. */
#pragma once

#include "app/report/zx-page.h"

G_BEGIN_DECLS

#define ZX_PAGE_BANNER_PAD  11.0
#define ZX_PAGE_BANNER_BAR  3.0
#define ZX_PAGE_FACT_GUTTER 12.0
#define ZX_PAGE_ITEM_INDENT 14.0

typedef struct
{
  guint block;
  guint page; /* 0 … */
  double y, height;
  guint from, to; /* lines or rows */
} ZxPlacement;

/* What setting a block gives. */
typedef struct
{
  ZxPassage *passage, *title;
  GPtrArray *passages; /* facts: number, unit, label of each; contents: entries */
  double height;
} ZxSetting;

struct _ZxPages
{
  const ZxDocument *document;
  const ZxInk *ink;
  ZxSetting *settings;
  GArray *placements;
  GArray *listed;      /* guint: blocks of the contents' entries */
  guint *heading_page; /* of each block */
  guint n_pages;
  double contents_scale; /* of the contents' line height, so that they fill one page if they can */
  /* while placing */
  GArray *waiting;  /* guint: figures and their notes */
  double tightness; /* of the gaps between blocks; 1: as usual */
  guint page;
  double y;
  gboolean is_fresh; /* nothing stands on this page yet */
};

const ZxBlock *zx_pages_block (const ZxPages *self, guint i);
/* Room of a heading's number with the gap behind it. */
double zx_pages_number_width (const ZxPages *self, const ZxBlock *block);
double zx_pages_fact_width (const ZxBlock *block);
double zx_pages_entry_height (const ZxPages *self, guint entry); /* of the contents */

G_END_DECLS
