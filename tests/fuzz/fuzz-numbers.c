/* SPDX-License-Identifier: Apache-2.0
 * fuzz-numbers.c - looking for My Numbers in any bytes: what is found is what is told, nothing else is,
 * and no place holds more than the line. */
#include "disarm/numbers.h"
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkReport) report = sk_report_new();
    uint64_t found = sk_numbers_scan(sk_span(data, size), report), told = 0;

    for (guint i = 0; i < report->findings->len; i++) {
        const SkFinding *f = &g_array_index(report->findings, SkFinding, i);
        g_assert_cmpint(f->element, ==, SK_ELEMENT_MY_NUMBER);
        g_assert_true(f->place[0] == '\0' || g_str_has_prefix(f->place, "line "));
        told += f->count;
    }
    g_assert_cmpuint(found, ==, told);
    g_assert_cmpuint(report->findings->len, <=, SK_NUMBER_PLACES_MAX + 1);
    g_assert_cmpuint(found, <=, size / SK_NUMBER_DIGITS);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "1234 5678 9018\n123456789018",
        "１２３４－５６７８－９０１８ 7-0000-1205-0002",
        "1\t2\t3\t4\t5\t6\t7\t8\t9\t0\t1\t8",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index])) : NULL;
}
