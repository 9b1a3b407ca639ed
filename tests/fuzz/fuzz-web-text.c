/* SPDX-License-Identifier: Apache-2.0
 * fuzz-web-text.c - queries, cookies, percent-encoding: what is decoded and encoded again means the
 * same, and a Content-Disposition never holds a line end. */
#include <string.h>

#include "fuzz.h"
#include "web/text.h"

static void
check_percent(SkSpan in)
{
    size_t n = 0;
    size_t again_n = 0;
    g_autofree char *plain = sk_percent_decode(in, false, &n);
    if (plain == NULL)
        return;
    g_autofree char *encoded = sk_percent_encode(sk_span(plain, n));
    g_autofree char *again = sk_percent_decode(sk_span_str(encoded), false, &again_n);
    g_assert_cmpmem(plain, n, again, again_n);
    if (!g_utf8_validate_len(plain, n, NULL))
        return;
    g_autofree char *disposition = sk_content_disposition(plain);
    for (const char *p = disposition; *p != '\0'; p++)
        g_assert_true(*p >= 0x20 && *p < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan in = sk_span(data, size);
    g_autofree char *text = sk_span_dup(in);
    g_autofree char *cookie = NULL;
    uint64_t number = 0;

    check_percent(in);
    g_autoptr(SkQuery) query = sk_query_parse(in);
    if (query != NULL) {
        const char *value = sk_query_get(query, "a");
        g_assert_true(value == NULL || g_utf8_validate(value, -1, NULL));
    }
    if (!sk_cookie_get(text, "s", &cookie))
        g_assert_null(cookie);
    if (sk_number_parse(text, 1000, &number))
        g_assert_cmpuint(number, <=, 1000);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = { "a=1&b=%E8%A6%8B+x&c=", "s=1; t=2; s=3", "%E8%A6%8B.docx",
                                         "1000", "a%00b\"\\/%0d%0a" };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
