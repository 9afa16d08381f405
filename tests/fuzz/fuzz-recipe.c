/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recipes are typed by people and copied from anywhere: what parses must format, and the text must
 * parse to the same again. */

#include "data/quality/zx-quality.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxRecipe) recipe = zx_recipe_parse ((const char *) data, (gssize) size, &error);
  if (recipe == NULL)
    {
      g_assert (error != NULL && *error->message != '\0');
      return 0;
    }
  g_autofree char *text = zx_recipe_format (recipe);
  g_autoptr (ZxRecipe) again = zx_recipe_parse (text, -1, &error);
  g_assert_no_error (error);
  g_autofree char *second = zx_recipe_format (again);
  g_assert_cmpstr (text, ==, second);
  return 0;
}
