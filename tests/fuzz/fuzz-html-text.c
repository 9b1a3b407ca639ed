/* SPDX-License-Identifier: Apache-2.0
 * fuzz-html-text.c - bytes through the text of web pages: UTF-8, and the same twice. */
#include "disarm/html-text.h"
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkHtmlTextOptions options = { .width = 40 };
    SkHtmlTextCounts counts;
    g_autoptr(GString) out = g_string_new(NULL), twice = g_string_new(NULL);

    if (!sk_html_text(sk_span(data, size), SK_SPAN_EMPTY, &options, out, &counts, NULL))
        return 0;
    for (const char *p = out->str, *end = out->str + out->len; p < end; p += strlen(p) + 1)
        g_assert_true(g_utf8_validate(p, -1, NULL));
    g_assert_true(sk_html_text(sk_span(data, size), SK_SPAN_EMPTY, &options, twice, &counts, NULL));
    g_assert_true(g_string_equal(out, twice));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    (void)index;
    return NULL;
}
