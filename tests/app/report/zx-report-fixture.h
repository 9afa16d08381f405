/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small invented city with everything a report can speak of, made by hand: no engine runs. */
#pragma once

#include "app/report/zx-report.h"

typedef struct
{
  ZxReportInput input;
  ZxCity *city;
  ZxFindings *findings;
  ZxRoadGraph graph;
  ZxSpeedTable speeds;
  ZxField *usage_heat, *vehicle_heat, *shortfall;
  ZxHeadroom headroom;
  ZxCells cells;
  ZxCovariates covariates;
  ZxDemand demand;
  ZxPosterior posterior;
  ZxDemandOptions demand_options;
  ZxCandidates candidates;
  ZxPlan plan;
  ZxGeometry site_areas;
  ZxSitingOptions siting_options;
  GPtrArray *configurations;
  GPtrArray *owned; /* every array made by hand */
} ZxReportFixture;

/* @with_grid: transformer areas and feeders; without them the plan says that it did not look. */
ZxReportFixture *zx_report_fixture_new (const char *language, gboolean with_grid);
void zx_report_fixture_free (ZxReportFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZxReportFixture, zx_report_fixture_free)
