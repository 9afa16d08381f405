/* SPDX-License-Identifier: GPL-3.0-or-later */

/*   [report]
 *   language=zh_CN
 *   client=…
 *   left_out=12          bits of ZxReportChapter
 *   logo=iVBORw0KGgo…    PNG in base 64
 */

#include "app/project/zx-wish.h"

#define GROUP          "report"
#define LONGEST_CLIENT 400
#define MAX_BYTES      (16 * 1024 * 1024)

ZxReportWish *
zx_wish_copy (const ZxReportWish *wish)
{
  ZxReportWish *self = g_new0 (ZxReportWish, 1);
  gboolean has_client = wish->client != NULL && wish->client[0] != '\0';
  *self = *wish;
  self->language = g_strdup (wish->language);
  self->client = has_client ? g_strdup (wish->client) : NULL;
  self->logo = wish->logo != NULL ? g_bytes_ref (wish->logo) : NULL;
  return self;
}

void
zx_wish_free (ZxReportWish *self)
{
  if (self == NULL)
    return;
  g_free ((char *) self->language);
  g_free ((char *) self->client);
  g_clear_pointer (&self->logo, g_bytes_unref);
  g_free (self);
}

static GBytes *
parse_logo (GKeyFile *file)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, "logo", NULL);
  gsize n = 0;
  guchar *bytes = text != NULL ? g_base64_decode (text, &n) : NULL;
  g_autoptr (GBytes) logo = g_bytes_new_take (bytes, n);
  return n > 0 && zx_report_check_logo (logo, NULL) ? g_steal_pointer (&logo) : NULL;
}

ZxReportWish *
zx_wish_parse (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (text == NULL)
    return NULL;
  ZxReportWish *self = g_new0 (ZxReportWish, 1);
  gboolean is_read
      = strlen (text) <= MAX_BYTES
        && g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL);
  g_autofree char *language
      = is_read ? g_key_file_get_string (file, GROUP, "language", NULL) : NULL;
  self->language = g_strdup (g_strcmp0 (language, "zh_CN") == 0 ? "zh_CN" : "en");
  if (!is_read)
    return self;
  g_autofree char *client = g_key_file_get_string (file, GROUP, "client", NULL);
  if (client != NULL && client[0] != '\0' && strlen (client) <= LONGEST_CLIENT)
    self->client = g_steal_pointer (&client);
  self->left_out = (guint) g_key_file_get_uint64 (file, GROUP, "left_out", NULL)
                   & ((1u << ZX_N_REPORT_CHAPTERS) - 1);
  self->logo = parse_logo (file);
  return self;
}

char *
zx_wish_format (const ZxReportWish *wish)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_key_file_set_string (file, GROUP, "language", wish->language);
  if (wish->client != NULL)
    g_key_file_set_string (file, GROUP, "client", wish->client);
  g_key_file_set_uint64 (file, GROUP, "left_out", wish->left_out);
  if (wish->logo != NULL)
    {
      gsize n;
      const guchar *bytes = g_bytes_get_data (wish->logo, &n);
      g_autofree char *logo = g_base64_encode (bytes, n);
      g_key_file_set_string (file, GROUP, "logo", logo);
    }
  return g_key_file_to_data (file, NULL, NULL);
}
