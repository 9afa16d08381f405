/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Times of the demand model.  bench-demand --references prints how far each reference posterior is
 * met instead. */

#include "tests/app/demand/reference.h"

static void
print_reference (const char *set, const char *priors)
{
  Reference *reference = reference_load (set, priors);
  if (reference == NULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autoptr (ZxPosterior) posterior
      = zx_demand_fit (&reference->data, &reference->options, NULL, &error);
  if (posterior == NULL)
    {
      g_print ("# %s %s: %s\n", set, priors, error->message);
      return;
    }
  g_print ("# %s %s: %.3f s, %u theta, %u factorisations, log marginal %.3f\n", set, priors,
           posterior->seconds, posterior->n_theta, posterior->n_factorisations,
           posterior->log_marginal);
  for (guint j = 0; j < posterior->n_coefficients; j++)
    {
      g_autofree char *name = g_strdup_printf ("b[%u]", j + 1);
      ReferenceError off = reference_compare (reference, name, &posterior->coefficient[j]);
      reference_print_line (name, &off);
    }
  const struct
  {
    const char *name;
    const ZxMarginal *marginal;
  } hypers[] = { { "sigma", &posterior->sigma },
                 { "phi", &posterior->phi },
                 { "psi[1]", &posterior->psi },
                 { "sigma_op[1]", &posterior->group_sd } };
  for (guint k = 0; k < G_N_ELEMENTS (hypers); k++)
    if (hypers[k].marginal->name != NULL)
      {
        ReferenceError off = reference_compare (reference, hypers[k].name, hypers[k].marginal);
        reference_print_line (hypers[k].name, &off);
      }
  FieldError field = reference_compare_field (reference, posterior);
  g_print ("#   s            mean max %.3f rms %.3f  sd ratio %.3f to %.3f  quantiles max %.3f\n",
           field.worst_mean, field.rms_mean, field.least_ratio, field.most_ratio,
           field.worst_quantile);
  reference_free (reference);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "--references"))
    {
      print_reference ("scotland", "pc");
      print_reference ("scotland", "stanprior");
      print_reference ("scotland_islands", "pc");
      print_reference ("ncsids", "pc");
      print_reference ("evsynth", "pc");
      return 0;
    }
  return 0;
}
