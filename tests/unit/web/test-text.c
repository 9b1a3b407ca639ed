/* SPDX-License-Identifier: Apache-2.0
 * test-text.c - percent-encoding, queries, cookies, Content-Disposition, numbers. */
#include "web/text.h"

#include <string.h>

static void
percent(void)
{
    static const struct {
        const char *in;
        bool plus;
        const char *out; /* NULL: refused */
        size_t n;
    } cases[] = {
        { "", false, "", 0 },
        { "a%20b", false, "a b", 3 },
        { "%E8%A6%8B%e7%a9%8d.docx", false, "見積.docx", 11 },
        { "a+b", false, "a+b", 3 },
        { "a+b", true, "a b", 3 },
        { "a%00b", false, "a", 3 },
        { "%", false, NULL, 0 },
        { "%4", false, NULL, 0 },
        { "%4g", false, NULL, 0 },
        { "a%", false, NULL, 0 },
        { "%-1", false, NULL, 0 },
        { "%%41", false, NULL, 0 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t n = 0;
        g_autofree char *copy = g_strdup(cases[i].in);
        g_autofree char *got = sk_percent_decode(sk_span_str(copy), cases[i].plus, &n);
        g_assert_cmpstr(got, ==, cases[i].out);
        g_assert_cmpuint(n, ==, cases[i].n);
    }
    g_autofree char *encoded = sk_percent_encode(sk_span_str("a b'(1)*%見"));
    g_assert_cmpstr(encoded, ==, "a%20b%27%281%29%2A%25%E8%A6%8B");
}

static SkQuery *
query(const char *s)
{
    g_autofree char *copy = g_memdup2(s, strlen(s));
    return sk_query_parse(sk_span(copy, strlen(s)));
}

static void
queries(void)
{
    static const char *const refused[] = { "a",        "=b",    "a=1&a=2", "A=1",        "a%=1",
                                           "a=%",      "a=%ff", "a=%00",   "a=1&&b=2",   "&a=1",
                                           "a=%c0%af", "a-b=1", "a=\xff",  "a=%ed%a0%80" };
    for (unsigned i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_test_message("%s", refused[i]);
        g_assert_null(query(refused[i]));
    }
    g_autoptr(SkQuery) none = query("");
    g_assert_nonnull(none);
    g_assert_null(sk_query_get(none, "a"));
    g_autoptr(SkQuery) some = query("to=lgwan&reason=%E8%A6%8B+x&for=");
    g_assert_cmpstr(sk_query_get(some, "to"), ==, "lgwan");
    g_assert_cmpstr(sk_query_get(some, "reason"), ==, "見 x");
    g_assert_cmpstr(sk_query_get(some, "for"), ==, "");
    g_assert_true(sk_query_only(some, "for to as reason"));
    g_assert_false(sk_query_only(some, "to reason"));
    g_assert_true(sk_query_only(none, ""));
    g_autoptr(GString) many = g_string_new("a=1");
    for (char c = 'b'; c < 'b' + (char)SK_QUERY_MAX; c++)
        g_string_append_printf(many, "&%c=1", c);
    g_assert_null(query(many->str));
}

static void
cookies(void)
{
    static const struct {
        const char *header;
        bool ok;
        const char *value;
    } cases[] = {
        { NULL, true, NULL },         { "", true, NULL },
        { "s=1", true, "1" },         { "a=b; s=1; c=d", true, "1" },
        { "a=b;s=1", true, "1" },     { "s=", true, "" },
        { "ss=1; as=2", true, NULL }, { "S=1", true, NULL },
        { "s", true, NULL },          { "s=1=2", true, "1=2" },
        { "s=1; s=2", false, NULL },  { "s=1; a=b; s=1", false, NULL },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *value = NULL;
        g_assert_cmpint(sk_cookie_get(cases[i].header, "s", &value), ==, cases[i].ok);
        g_assert_cmpstr(value, ==, cases[i].value);
    }
}

static void
disposition(void)
{
    static const struct {
        const char *name;
        const char *want;
    } cases[] = {
        { "a.docx", "attachment; filename=\"a.docx\"; filename*=UTF-8''a.docx" },
        { "見積 1.pdf",
          "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E8%A6%8B%E7%A9%8D%201.pdf" },
        { "a\"b\\c.txt", "attachment; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%5Cc.txt" },
        { "a\r\nSet-Cookie: x.txt", "attachment; filename=\"a__Set-Cookie: x.txt\"; "
                                    "filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x.txt" },
        { "50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = sk_content_disposition(cases[i].name);
        g_assert_cmpstr(got, ==, cases[i].want);
    }
}

static void
words(void)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = { { "", "" },
                  { " \n ", "" },
                  { "a", "a" },
                  { " a\r\n\tb  c ", "a b c" },
                  { "見積\n承認", "見積 承認" } };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = sk_words_tidy(cases[i].in);
        g_assert_cmpstr(got, ==, cases[i].out);
    }
}

static void
numbers(void)
{
    static const char *const refused[] = { "",    "-1", "+1",
                                           " 1",  "1 ", "1e3",
                                           "0x1", "11", "9999999999999999999" };
    uint64_t n = 7;
    for (unsigned i = 0; i < G_N_ELEMENTS(refused); i++)
        g_assert_false(sk_number_parse(refused[i], 10, &n));
    g_assert_cmpuint(n, ==, 7);
    g_assert_true(sk_number_parse("10", 10, &n));
    g_assert_cmpuint(n, ==, 10);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/text/percent", percent);
    g_test_add_func("/web/text/query", queries);
    g_test_add_func("/web/text/cookie", cookies);
    g_test_add_func("/web/text/disposition", disposition);
    g_test_add_func("/web/text/number", numbers);
    g_test_add_func("/web/text/words", words);
    return g_test_run();
}
