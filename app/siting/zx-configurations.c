/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sizes of station on offer: resources/data/piles.ini or a planner's own file.
 *
 * The file's own first lines describe it.  capex = kW × pile price + kVA × transformer price + bays
 * × civil works; fixed opex = share × capex + kW × platform + bays × rent.  A station is a queue of
 * its guns; a car takes min (gun, car) kW, so one session lasts session_kwh / that.
 *
 * Every byte may be hostile: unknown keys and odd numbers are refused with a sentence that names
 * the group and the key. */

#include "app/siting/zx-siting-private.h"

#define MAX_BYTES    (1 << 20)
#define MAX_NAME     32
#define FEN_PER_YUAN 100.0

/* ---- reading numbers ---------------------------------------------------------------------- */

/* At most 40 characters of what somebody wrote, as valid UTF-8. */
static char *
shown (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "?", -1);
  return g_utf8_strlen (valid, -1) > 40 ? g_utf8_substring (valid, 0, 40) : g_strdup (valid);
}

typedef struct
{
  const char *key;
  double low, high;
  gboolean is_whole;
  double otherwise; /* when the key is absent; INFINITY: it must be there */
} NumberRule;

enum
{
  PILE_YUAN_PER_KW,
  TRANSFORMER_YUAN_PER_KVA,
  CIVIL_YUAN_PER_BAY,
  UPKEEP_SHARE_PER_YEAR,
  PLATFORM_YUAN_PER_KW_YEAR,
  RENT_YUAN_PER_BAY_YEAR,
  N_PRICES
};

static const NumberRule price_rules[N_PRICES] = {
  { "pile_yuan_per_kw", 0, 1e6, FALSE, INFINITY },
  { "transformer_yuan_per_kva", 0, 1e6, FALSE, INFINITY },
  { "civil_yuan_per_bay", 0, 1e7, FALSE, INFINITY },
  { "upkeep_share_per_year", 0, 1, FALSE, INFINITY },
  { "platform_yuan_per_kw_year", 0, 1e6, FALSE, INFINITY },
  { "rent_yuan_per_bay_year", 0, 1e7, FALSE, INFINITY },
};

enum
{
  DC,
  DC_KW,
  AC,
  AC_KW,
  CAR_KW,
  KVA,
  BAYS,
  N_SIZES
};

static const NumberRule size_rules[N_SIZES] = {
  { "dc", 0, 500, TRUE, 0 },           { "dc_kw", 1, 2000, FALSE, NAN },
  { "ac", 0, 500, TRUE, 0 },           { "ac_kw", 1, 200, FALSE, NAN },
  { "car_kw", 1, 2000, FALSE, NAN },   { "kva", 1, 50000, FALSE, INFINITY },
  { "bays", 1, 1000, TRUE, INFINITY },
};

static const char *const text_keys[] = { "title", "source", "own_transformer" };

/* The number of @rule in @group; absent: what the rule says, or what @inherited says. */
static gboolean
read_number (GKeyFile *file, const char *group, const NumberRule *rule, const double *inherited,
             double *number, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, group, rule->key, NULL);
  if (text == NULL && !g_key_file_has_key (file, group, rule->key, NULL))
    {
      *number = inherited != NULL && isfinite (*inherited) ? *inherited : rule->otherwise;
      if (!isinf (*number))
        return TRUE;
      g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                   _ ("The station size “%s” does not state “%s”, and [prices] does not either"),
                   group, rule->key);
      return FALSE;
    }
  if (text != NULL && zx_number_parse (text, strlen (text), number) && *number >= rule->low
      && *number <= rule->high && (!rule->is_whole || floor (*number) == *number))
    return TRUE;
  char low[32], high[32];
  g_autofree char *found = shown (text);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               rule->is_whole ? _ ("In “%s”, “%s” is “%s”; it must be a whole number from %s to %s")
                              : _ ("In “%s”, “%s” is “%s”; it must be a number from %s to %s"),
               group, rule->key, found, zx_number_format (rule->low, low),
               zx_number_format (rule->high, high));
  return FALSE;
}

static gboolean
is_known_key (const char *key, gboolean is_size)
{
  for (guint i = 0; i < N_PRICES; i++)
    if (strcmp (key, price_rules[i].key) == 0)
      return TRUE;
  for (guint i = 0; is_size && i < N_SIZES; i++)
    if (strcmp (key, size_rules[i].key) == 0)
      return TRUE;
  for (guint i = 0; is_size && i < G_N_ELEMENTS (text_keys); i++)
    if (strcmp (key, text_keys[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
check_keys (GKeyFile *file, const char *group, gboolean is_size, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!is_known_key (keys[i], is_size))
      {
        g_autofree char *found = shown (keys[i]);
        g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                     _ ("“%s” has a key “%s” that is not known; see the first lines of "
                        "piles.ini for those that are"),
                     group, found);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_name (const char *name, GError **error)
{
  gsize n = strlen (name);
  gboolean is_good = n >= 1 && n <= MAX_NAME;
  for (gsize i = 0; i < n && is_good; i++)
    is_good = g_ascii_isalnum (name[i]) || name[i] == '-' || name[i] == '_';
  if (is_good)
    return TRUE;
  g_autofree char *found = shown (name);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The station size “%s” needs a name of 1 to %d letters, digits, - and _"), found,
               MAX_NAME);
  return FALSE;
}

/* ---- one size ----------------------------------------------------------------------------- */

static void
fill_costs (ZxConfiguration *self, const double *price)
{
  double kw = zx_configuration_kw (self);
  self->piles_fen = kw * price[PILE_YUAN_PER_KW] * FEN_PER_YUAN;
  self->transformer_fen = self->kva * price[TRANSFORMER_YUAN_PER_KVA] * FEN_PER_YUAN;
  self->civil_fen = self->bays * price[CIVIL_YUAN_PER_BAY] * FEN_PER_YUAN;
  self->capex_fen = self->piles_fen + self->transformer_fen + self->civil_fen;
  self->rent_fen_per_year = self->bays * price[RENT_YUAN_PER_BAY_YEAR] * FEN_PER_YUAN;
  self->fixed_opex_fen_per_year = price[UPKEEP_SHARE_PER_YEAR] * self->capex_fen
                                  + kw * price[PLATFORM_YUAN_PER_KW_YEAR] * FEN_PER_YUAN
                                  + self->rent_fen_per_year;
}

static gboolean
fill_size (ZxConfiguration *self, const double *size, GError **error)
{
  self->n_dc = (guint) size[DC];
  self->n_ac = (guint) size[AC];
  self->dc_kw = self->n_dc > 0 ? size[DC_KW] : 0;
  self->ac_kw = self->n_ac > 0 ? size[AC_KW] : 0;
  self->car_kw = size[CAR_KW];
  self->kva = size[KVA];
  self->bays = (guint) size[BAYS];
  if (self->n_dc + self->n_ac == 0)
    g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                 _ ("The station size “%s” has no connector; state dc or ac"), self->id);
  else if (isnan (self->dc_kw) || isnan (self->ac_kw))
    g_set_error (error, ZX_ERROR, ZX_ERROR_MISSING,
                 _ ("The station size “%s” does not state the power of its connectors; state "
                    "dc_kw with dc, and ac_kw with ac"),
                 self->id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_flag (GKeyFile *file, const char *group, const char *key, gboolean *flag, GError **error)
{
  *flag = FALSE;
  if (!g_key_file_has_key (file, group, key, NULL))
    return TRUE;
  g_autoptr (GError) problem = NULL;
  *flag = g_key_file_get_boolean (file, group, key, &problem);
  if (problem == NULL)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID, _ ("In “%s”, “%s” must be true or false"), group,
               key);
  return FALSE;
}

static ZxConfiguration *
read_configuration (GKeyFile *file, const char *group, const double *common, GError **error)
{
  if (!check_name (group, error) || !check_keys (file, group, TRUE, error))
    return NULL;
  ZxConfiguration *self = g_new0 (ZxConfiguration, 1);
  double price[N_PRICES], size[N_SIZES];
  gboolean is_good = read_flag (file, group, "own_transformer", &self->has_transformer, error);
  for (guint i = 0; i < N_PRICES && is_good; i++)
    is_good = read_number (file, group, price_rules + i, common + i, price + i, error);
  for (guint i = 0; i < N_SIZES && is_good; i++)
    is_good = read_number (file, group, size_rules + i, NULL, size + i, error);
  self->id = g_strdup (group);
  self->title = g_key_file_get_string (file, group, "title", NULL);
  self->source = g_key_file_get_string (file, group, "source", NULL);
  if (self->title == NULL || self->title[0] == '\0')
    {
      g_free (self->title);
      self->title = g_strdup (group);
    }
  if (self->source == NULL)
    self->source = g_strdup (N_ ("Stated by the planner without a source"));
  if (!is_good || !fill_size (self, size, error))
    {
      zx_configuration_free (self);
      return NULL;
    }
  fill_costs (self, price);
  return self;
}

void
zx_configuration_free (ZxConfiguration *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_free (self->source);
  g_free (self);
}

/* ---- the file ----------------------------------------------------------------------------- */

static GKeyFile *
load (const char *text, gsize n, GError **error)
{
  g_autoptr (GError) problem = NULL;
  if (n > MAX_BYTES)
    {
      g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
                   _ ("The file of station sizes has %zu bytes; it may have %d"), n, MAX_BYTES);
      return NULL;
    }
  GKeyFile *file = g_key_file_new ();
  if (g_key_file_load_from_data (file, text, n, G_KEY_FILE_NONE, &problem))
    return file;
  g_key_file_free (file);
  g_autofree char *reason = g_utf8_make_valid (problem->message, -1);
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The file of station sizes cannot be read: %s"), reason);
  return NULL;
}

/* [prices] gives what it states; the rest stays infinite: to be stated by each size. */
static gboolean
read_prices (GKeyFile *file, double *price, GError **error)
{
  if (g_key_file_has_group (file, "prices") && !check_keys (file, "prices", FALSE, error))
    return FALSE;
  for (guint i = 0; i < N_PRICES; i++)
    {
      price[i] = INFINITY;
      if (g_key_file_has_key (file, "prices", price_rules[i].key, NULL)
          && !read_number (file, "prices", price_rules + i, NULL, price + i, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_count (guint n, GError **error)
{
  if (n >= 1 && n <= ZX_MAX_CONFIGURATIONS)
    return TRUE;
  g_set_error (error, ZX_ERROR, ZX_ERROR_INVALID,
               _ ("The file of station sizes has %u sizes; it must have 1 to %d"), n,
               ZX_MAX_CONFIGURATIONS);
  return FALSE;
}

GPtrArray *
zx_siting_configurations (const char *text, gssize n, GError **error)
{
  gsize n_bytes = 0;
  if (text == NULL)
    text = zx_resource_text ("piles.ini", &n_bytes);
  else
    n_bytes = n < 0 ? strlen (text) : (gsize) n;
  g_return_val_if_fail (text != NULL, NULL);
  g_autoptr (GKeyFile) file = load (text, n_bytes, error);
  double common[N_PRICES];
  if (file == NULL || !read_prices (file, common, error))
    return NULL;
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  guint n_sizes = g_strv_length (groups) - (g_key_file_has_group (file, "prices") ? 1 : 0);
  if (!check_count (n_sizes, error))
    return NULL;
  g_autoptr (GPtrArray) sizes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) zx_configuration_free);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (strcmp (groups[i], "prices") == 0)
        continue;
      ZxConfiguration *size = read_configuration (file, groups[i], common, error);
      if (size == NULL)
        return NULL;
      g_ptr_array_add (sizes, size);
    }
  return g_steal_pointer (&sizes);
}

/* The catalogue learns the words of the default file from here: a GKeyFile is no source that
 * xgettext reads the way we write it.  A test holds the two together. */
const char *const *
zx_siting_texts (guint *n)
{
  static const char *const texts[] = {
    N_ ("8 × AC 7 kW"),
    N_ ("2 × DC 60 kW"),
    N_ ("4 × DC 60 kW"),
    N_ ("2 × DC 120 kW, two guns each"),
    N_ ("4 × DC 120 kW, two guns each"),
    N_ ("6 × DC 120 kW, two guns each"),
    N_ ("10 × DC 120 kW, two guns each"),
    N_ ("4 × DC 240 kW, two guns each"),
    N_ ("2 × DC 480 kW liquid-cooled, two guns each"),
    N_ ("Typical: 1000 to 2000 yuan a pile in an existing car park; uncertain by 40 %"),
    N_ ("Typical: 300 to 400 yuan per kW, 60 kW piles at the upper end; uncertain by 40 %"),
    N_ ("Typical: 300 to 400 yuan per kW; uncertain by 40 %"),
    N_ ("Typical: 300 yuan per kW; 65 kW per car is an assumption for 2025 cars; uncertain by "
        "40 %"),
    N_ ("Typical: 500 to 700 yuan per kW; 100 kW per car is an assumption for 800 V cars; "
        "uncertain by 40 %"),
  };
  *n = G_N_ELEMENTS (texts);
  return texts;
}

/* ---- what a size can do ------------------------------------------------------------------- */

double
zx_configuration_kw (const ZxConfiguration *self)
{
  return self->n_dc * self->dc_kw + self->n_ac * self->ac_kw;
}

/* A station as one or two queues: its DC and its AC guns. */
typedef struct
{
  guint servers;
  double service_min;
  double capacity_per_h;
} Queue;

static Queue
make_queue (guint servers, double kw, const ZxSitingOptions *options)
{
  Queue queue = { servers, servers > 0 ? options->session_kwh / kw * 60 : 0, 0 };
  if (servers > 0)
    queue.capacity_per_h = zx_queue_capacity_per_h (servers, queue.service_min,
                                                    options->service_cv2, options->wait_limit_min);
  return queue;
}

static void
make_queues (const ZxConfiguration *self, const ZxSitingOptions *options, Queue queues[2])
{
  double car_kw = isnan (self->car_kw) ? options->car_kw_dc : self->car_kw;
  queues[0] = make_queue (self->n_dc, MIN (self->dc_kw, car_kw), options);
  queues[1] = make_queue (self->n_ac, self->ac_kw, options);
}

double
zx_configuration_capacity_kwh (const ZxConfiguration *self, const ZxSitingOptions *options,
                               double peak_share)
{
  Queue queues[2];
  make_queues (self, options, queues);
  double per_hour = queues[0].capacity_per_h + queues[1].capacity_per_h;
  double of_guns = zx_configuration_kw (self) * 24;
  return MIN (per_hour * options->session_kwh / peak_share, of_guns);
}

/* The mean over sessions of @measure, drivers splitting over DC and AC as the capacities. */
static double
over_queues (const ZxConfiguration *self, const ZxSitingOptions *options, double sessions_per_h,
             gboolean is_excess)
{
  Queue queues[2];
  make_queues (self, options, queues);
  double all = queues[0].capacity_per_h + queues[1].capacity_per_h, sum = 0;
  for (guint i = 0; i < 2; i++)
    {
      double share = all > 0 ? queues[i].capacity_per_h / all : 0;
      if (share <= 0)
        continue;
      double lambda = sessions_per_h * share;
      sum += share
             * (is_excess ? zx_queue_exceed (queues[i].servers, lambda, queues[i].service_min, 10)
                          : zx_queue_wait_min (queues[i].servers, lambda, queues[i].service_min,
                                               options->service_cv2));
    }
  return all > 0 ? sum : NAN;
}

double
zx_configuration_wait_min (const ZxConfiguration *self, const ZxSitingOptions *options,
                           double sessions_per_h)
{
  return over_queues (self, options, sessions_per_h, FALSE);
}

double
zx_configuration_wait_over_10 (const ZxConfiguration *self, const ZxSitingOptions *options,
                               double sessions_per_h)
{
  return over_queues (self, options, sessions_per_h, TRUE);
}
