/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "ui/zx-application.h"

int
main (int argc, char **argv)
{
  const char *folder = g_getenv ("ZX_LOCALE_DIR"); /* of a program that is not installed */
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : ZX_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Zhixing"));
  g_autoptr (ZxApplication) application = zx_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
