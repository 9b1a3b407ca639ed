/* SPDX-License-Identifier: Apache-2.0
 *
 * print-main.c - `sekisho-wall-print svg|pdf MICROSECONDS POLICY`: what `sekisho wall compile --format svg|pdf`
 * becomes. Words are checked there; here only that they are whole. */
#include "wall/print.h"

#include "base/io.h"

#include <stdio.h>
#include <string.h>

static cairo_status_t
to_stdout(void *data, const unsigned char *bytes, unsigned n)
{
    (void)data;
    return fwrite(bytes, 1, n, stdout) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    gint64 at = 0;

    if (argc != 4 || (strcmp(argv[1], "svg") != 0 && strcmp(argv[1], "pdf") != 0) ||
        !g_ascii_string_to_signed(argv[2], 10, 0, G_MAXINT64, &at, NULL)) {
        fputs("Usage: sekisho wall compile POLICY --format svg|pdf\n", stderr);
        return 2;
    }
    if (sk_policy_load(argv[3], &policy, &error) &&
        sk_wall_print(policy, at,
                      strcmp(argv[1], "svg") == 0 ? SK_WALL_PRINT_SVG : SK_WALL_PRINT_PDF,
                      to_stdout, NULL, &error) &&
        fflush(stdout) == 0)
        return 0;
    fprintf(stderr, "sekisho wall compile: %s\n",
            error == NULL ? "it could not be written" : error->message);
    return g_error_matches(error, SK_ERROR, SK_ERROR_MALFORMED) ? 1 : 3;
}
