/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Waiting at a station: M/M/c and its M/G/c correction.
 *
 *   a = λ / μ,  Erlang B: B_0 = 1, B_k = a B_{k-1} / (k + a B_{k-1}),
 *   P(wait) C = B_c / (1 - (a / c)(1 - B_c)),  mean wait = C / (cμ - λ),
 *   P(W > t) = C exp (-(cμ - λ) t),  M/G/c mean wait ≈ M/M/c mean wait × (1 + cv²) / 2
 *
 * (Erlang 1917; Allen and Cunneen in Allen 1990.)  Wrong when arrivals are not Poisson (a bus
 * fleet coming off shift), when drivers leave a queue, and within an hour that is not in
 * equilibrium: then the wait is shorter than said. */

#include "app/siting/zx-siting.h"

/* More guns than the largest depot has; also bounds the recursion. */
#define MAX_SERVERS          100000
#define MAX_SEARCHED_SERVERS 1000
#define BISECTIONS           60

double
zx_erlang_c (guint servers, double offered)
{
  if (servers == 0 || servers > MAX_SERVERS || !(offered >= 0) || offered >= servers)
    return NAN;
  double blocked = 1;
  for (guint k = 1; k <= servers; k++)
    blocked = offered * blocked / (k + offered * blocked);
  return blocked / (1 - offered / servers * (1 - blocked));
}

static gboolean
is_queue (double lambda_per_h, double service_min)
{
  return lambda_per_h >= 0 && isfinite (lambda_per_h) && service_min > 0 && isfinite (service_min);
}

double
zx_queue_wait_min (guint servers, double lambda_per_h, double service_min, double cv2)
{
  if (!is_queue (lambda_per_h, service_min) || !(cv2 >= 0))
    return NAN;
  double busy = zx_erlang_c (servers, lambda_per_h * service_min / 60);
  return busy * 60 / (servers * 60 / service_min - lambda_per_h) * (1 + cv2) / 2;
}

double
zx_queue_exceed (guint servers, double lambda_per_h, double service_min, double wait_min)
{
  if (!is_queue (lambda_per_h, service_min) || !(wait_min >= 0))
    return NAN;
  double busy = zx_erlang_c (servers, lambda_per_h * service_min / 60);
  return busy * exp (-(servers / service_min - lambda_per_h / 60) * wait_min);
}

guint
zx_queue_servers (double lambda_per_h, double service_min, double cv2, double wait_min)
{
  if (!is_queue (lambda_per_h, service_min))
    return 0;
  for (guint c = 1; c <= MAX_SEARCHED_SERVERS; c++)
    if (zx_queue_wait_min (c, lambda_per_h, service_min, cv2) <= wait_min) /* NaN: unstable */
      return c;
  return 0;
}

double
zx_queue_capacity_per_h (guint servers, double service_min, double cv2, double wait_min)
{
  if (servers == 0 || !is_queue (0, service_min) || !(wait_min > 0) || !(cv2 >= 0))
    return 0;
  double low = 0, high = servers * 60 / service_min;
  for (guint i = 0; i < BISECTIONS; i++)
    {
      double middle = (low + high) / 2;
      if (zx_queue_wait_min (servers, middle, service_min, cv2) <= wait_min)
        low = middle;
      else
        high = middle;
    }
  return low;
}
