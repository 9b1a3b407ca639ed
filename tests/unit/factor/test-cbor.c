/* SPDX-License-Identifier: Apache-2.0
 * test-cbor.c - what the reader takes and, mostly, what it does not. */
#include "factor/cbor.h"

#include <string.h>

typedef struct {
    const char *bytes;
    size_t n;
    int code; /* 0: taken */
} Case;

#define CASE(text, code)                                                                           \
    {                                                                                              \
        text, sizeof text - 1, code                                                                \
    }

static const Case cases[] = {
    CASE("\x00", 0),
    CASE("\x17", 0),
    CASE("\x18\x18", 0),
    CASE("\x18\xff", 0),
    CASE("\x19\x01\x00", 0),
    CASE("\x1a\x00\x01\x00\x00", 0),
    CASE("\x1b\x00\x00\x00\x01\x00\x00\x00\x00", 0),
    CASE("\x1b\xff\xff\xff\xff\xff\xff\xff\xff", 0),
    CASE("\x3b\xff\xff\xff\xff\xff\xff\xff\xff", 0),
    CASE("\x20", 0),
    CASE("\x40", 0),
    CASE("\x43"
         "abc",
         0),
    CASE("\x66\xe9\x96\xa2\xe6\x89\x80", 0),
    CASE("\x80", 0),
    CASE("\x83\x01\x02\x03", 0),
    CASE("\xa0", 0),
    CASE("\xa2\x01\x02\x20\x03", 0), /* 1, -1 */
    CASE("\xa3"
         "c"
         "fmt"
         "\xf4"
         "d"
         "aaaa"
         "\xf5"
         "d"
         "aaab"
         "\xf6",
         0),
    CASE("\x81\x81\x81\x80", 0),
    /* longer than need be */
    CASE("\x18\x17", SK_ERROR_MALFORMED),
    CASE("\x19\x00\xff", SK_ERROR_MALFORMED),
    CASE("\x1a\x00\x00\xff\xff", SK_ERROR_MALFORMED),
    CASE("\x1b\x00\x00\x00\x00\xff\xff\xff\xff", SK_ERROR_MALFORMED),
    CASE("\x58\x01"
         "a",
         SK_ERROR_MALFORMED),
    CASE("\x98\x01\x00", SK_ERROR_MALFORMED),
    /* indefinite lengths, reserved ones */
    CASE("\x5f\x41"
         "a"
         "\xff",
         SK_ERROR_MALFORMED),
    CASE("\x7f\xff", SK_ERROR_MALFORMED),
    CASE("\x9f\xff", SK_ERROR_MALFORMED),
    CASE("\xbf\xff", SK_ERROR_MALFORMED),
    CASE("\x1f", SK_ERROR_MALFORMED),
    CASE("\x1c", SK_ERROR_MALFORMED),
    CASE("\x5e", SK_ERROR_MALFORMED),
    /* tags, floats, undefined, other simple values, a break alone */
    CASE("\xc1\x00", SK_ERROR_UNSUPPORTED),
    CASE("\xf9\x3c\x00", SK_ERROR_UNSUPPORTED),
    CASE("\xfa\x00\x00\x00\x00", SK_ERROR_UNSUPPORTED),
    CASE("\xf7", SK_ERROR_UNSUPPORTED),
    CASE("\xe0", SK_ERROR_UNSUPPORTED),
    CASE("\xf8\x14", SK_ERROR_UNSUPPORTED),
    CASE("\xff", SK_ERROR_UNSUPPORTED),
    /* cut */
    CASE("", SK_ERROR_TRUNCATED),
    CASE("\x18", SK_ERROR_TRUNCATED),
    CASE("\x1b\x00\x00", SK_ERROR_TRUNCATED),
    CASE("\x42"
         "a",
         SK_ERROR_TRUNCATED),
    CASE("\x82\x01", SK_ERROR_TRUNCATED),
    CASE("\xa1\x01", SK_ERROR_TRUNCATED),
    CASE("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00", SK_ERROR_TRUNCATED),
    CASE("\xbb\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00", SK_ERROR_TRUNCATED),
    CASE("\x5b\xff\xff\xff\xff\xff\xff\xff\xff", SK_ERROR_TRUNCATED),
    /* keys: twice, out of order by size, by bytes, by kind; of a kind that is none */
    CASE("\xa2\x01\x00\x01\x00", SK_ERROR_MALFORMED),
    CASE("\xa2\x02\x00\x01\x00", SK_ERROR_MALFORMED),
    CASE("\xa2\x20\x00\x01\x00", SK_ERROR_MALFORMED),
    CASE("\xa2\x62"
         "aa"
         "\x00\x61"
         "b"
         "\x00",
         SK_ERROR_MALFORMED),
    CASE("\x81\xa2\x61"
         "a"
         "\x00\x61"
         "a"
         "\x00",
         SK_ERROR_MALFORMED),
    CASE("\xa1\xf5\x00", SK_ERROR_UNSUPPORTED),
    CASE("\xa1\x80\x00", SK_ERROR_UNSUPPORTED),
    /* the rest */
    CASE("\x62\xc3\x28", SK_ERROR_MALFORMED), /* not UTF-8 */
    CASE("\x61\x00", SK_ERROR_MALFORMED),     /* a NUL in text */
    CASE("\x81\x81\x81\x81\x80", SK_ERROR_LIMIT),
    CASE("\xa1\x01\xa1\x01\xa1\x01\xa1\x01\xa0", SK_ERROR_LIMIT),
    CASE("\x00\x00", SK_ERROR_MALFORMED), /* something behind it */
};

static void
forms(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree uint8_t *copy = g_memdup2(cases[i].bytes, MAX(cases[i].n, 1));
        g_autoptr(GError) error = NULL;
        SkCborItem item;
        bool ok = sk_cbor_parse(sk_span(copy, cases[i].n), NULL, &item, &error);
        g_test_message("case %zu", i);
        g_assert_cmpint(ok ? 0 : error->code, ==, cases[i].code);
        if (ok)
            g_assert_cmpuint(item.whole.n, ==, cases[i].n);
    }
    g_autofree uint8_t *huge = g_malloc0(SK_CBOR_BYTES_MAX + 1);
    SkCborItem item;
    g_assert_false(sk_cbor_parse(sk_span(huge, SK_CBOR_BYTES_MAX + 1), NULL, &item, NULL));
}

static void
lookups(void)
{
    static const char bytes[] = "\xa5\x01\x02\x03\x26\x20\x01\x21\x43"
                                "xyz"
                                "\x63"
                                "fmt"
                                "\xa1\x61"
                                "a"
                                "\x81\x05";
    SkCborItem map, item;
    size_t used = 0;
    g_assert_true(sk_cbor_parse(sk_span(bytes, sizeof bytes - 1), &used, &map, NULL));
    g_assert_cmpuint(used, ==, sizeof bytes - 1);
    g_assert_cmpuint(map.value, ==, 5);
    g_assert_true(sk_cbor_get_int(&map, 1, &item) && sk_cbor_is_int(&item, 2));
    g_assert_true(sk_cbor_get_int(&map, 3, &item) && sk_cbor_is_int(&item, -7));
    g_assert_false(sk_cbor_is_int(&item, 6) || sk_cbor_is_int(&item, 7));
    g_assert_true(sk_cbor_get_int(&map, -2, &item) && sk_span_is(item.bytes, "xyz"));
    g_assert_false(sk_cbor_get_int(&map, 2, &item));
    g_assert_true(sk_cbor_get_text(&map, "fmt", &item) && item.type == SK_CBOR_MAP);
    g_assert_false(sk_cbor_get_text(&map, "a", &item)); /* inside, not here */
    g_assert_true(sk_cbor_get_text(&map, "fmt", &map) && sk_cbor_get_text(&map, "a", &item));
    g_assert_cmpint(item.type, ==, SK_CBOR_ARRAY);
    g_assert_false(sk_cbor_get_text(&item, "a", &map)); /* no map */
    g_assert_true(sk_cbor_parse(sk_span("\x01\x02", 2), &used, &item, NULL));
    g_assert_cmpuint(used, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cbor/forms", forms);
    g_test_add_func("/cbor/lookups", lookups);
    return g_test_run();
}
