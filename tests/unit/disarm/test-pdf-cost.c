/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pdf-cost.c - dashes counted on content as it was written. */
#include "disarm/pdf-cost.h"

#include <string.h>

static void
test_dashes(void)
{
    static const struct {
        const char *content;
        uint64_t dashes;
    } cases[] = {
        { "", 0 },
        { "0 0 m\n100 0 l\nS\n", 0 },
        { "[] 0 d\n0 0 m\n100 0 l\nS\n", 0 },
        { "[2] 0 d\n0 0 m\n100 0 l\nS\n", 50 },
        { "[1 0.5 0.5] 0 d\n0 0 m\n-100 0 l\nS\n", 50 },
        { "[2] 0 d\n0 0 m\n100 0 l\nn\n", 0 },
        { "[2] 0 d\n0 0 m\n100 0 l\nf\n", 0 },
        { "[2] 0 d\n0 0 m\n100 0 l\ns\n", 100 },
        { "[2] 0 d\n0 0 m\n100 0 l\nh\nB\n", 100 },
        { "[2] 0 d\n0 0 m\n100 0 l\nb*\n", 100 },
        { "[2] 0 d\n10 10 30 20 re\nS\n", 50 },
        { "[2] 0 d\n10 10 30 -20 re\nS\n", 50 },
        { "[2] 0 d\n0 0 m\n0 10 10 10 10 0 c\nS\n", 15 },
        { "[2] 0 d\n0 0 m\n0 10 10 0 v\nS\n", 15 },
        { "q\n[2] 0 d\nQ\n0 0 m\n100 0 l\nS\n", 0 },
        { "[2] 0 d\nq\n[] 0 d\n0 0 m\n9 0 l\nS\nQ\n0 0 m\n100 0 l\nS\n", 50 },
        { "[2] 0 d\nBT\n/F0 10 Tf\n<4142> Tj\nET\n", 0 },
        { "[2] 0 d\nBT\n1 Tr\n/F0 10 Tf\n<4142> Tj\nET\n", 100 },
        { "[2] 0 d\nBT\n1 Tr\n/F0 10 Tf\n2 0 0 2 5 5 Tm\n[<41>-9<42>3 4] TJ\nET\n", 400 },
        { "[2] 0 d\n/S0 sh\n/C0 CS\n1 SCN\n3 w\n1 0 0 1 0 0 cm\n", 0 },
        { "[0.00000001] 0 d\n0 0 m\n2147483647 0 l\nS\n", 1000000000 }, /* never more */
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *copy = g_memdup2(cases[i].content, strlen(cases[i].content));
        g_test_message("%s", cases[i].content);
        g_assert_cmpuint(sk_pdf_dashes(sk_span(copy, strlen(cases[i].content))), ==, cases[i].dashes);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pdf-cost/dashes", test_dashes);
    return g_test_run();
}
