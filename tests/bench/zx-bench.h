/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What every bench measures with.  On a machine that others use too, processor time says what the
 * work costs and wall time only what the queue was. */
#pragma once

#include <glib.h>
#include <sys/resource.h>

static inline double
zx_bench_seconds (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

static inline double
zx_bench_ms (void)
{
  return zx_bench_seconds () * 1e3;
}

/* Of all threads, user and system. */
static inline double
zx_bench_cpu_seconds (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static inline double
zx_bench_cpu_ms (void)
{
  return zx_bench_cpu_seconds () * 1e3;
}

/* Resident memory at its highest since the program began. */
static inline double
zx_bench_peak_mib (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_maxrss / 1024;
}
