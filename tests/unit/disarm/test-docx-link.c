/* SPDX-License-Identifier: Apache-2.0 */
#include "disarm/docx-link.h"

static void
test_table(void)
{
    static const struct {
        const char *in;
        const char *out; /* NULL: unsafe */
    } cases[] = {
        { "http://example.jp/", "http://example.jp/" },
        { " HTTPS://Example.JP:8443/A?b=c#d ", "https://example.jp:8443/A?b=c#d" },
        { "https://example.jp", "https://example.jp" },
        { "https://example.jp:/", "https://example.jp/" },
        { "https://example.jp?q", "https://example.jp?q" },
        { "https://例え.jp/予算", "https://%E4%BE%8B%E3%81%88.jp/%E4%BA%88%E7%AE%97" },
        { "http://h/a b\"<>^`{|}", "http://h/a%20b%22%3C%3E%5E%60%7B%7C%7D" },
        { "http://h/%e3%81%82", "http://h/%E3%81%82" },
        { "http://h/100%", "http://h/100%25" },
        { "http://h/a#b#c", "http://h/a#b%23c" },
        { "http://[2001:DB8::1]:80/x", "http://[2001:db8::1]:80/x" },
        { "http://h_1.jp/a[0]", "http://h_1.jp/a%5B0%5D" },
        { "mailto:a.b@example.jp", "mailto:a.b@example.jp" },
        { "MAILTO:a@example.jp?Subject=x y&BODY=%0d%0a", "mailto:a@example.jp?subject=x%20y&body=%0D%0A" },
        { "", NULL },
        { "http://", NULL },
        { "http:///path", NULL },
        { "https://bank.example@evil.example/", NULL },
        { "https://bank.example%40evil.example/", NULL },
        { "http://h:123456/", NULL },
        { "http://h:8x/", NULL },
        { "http://a%2fb/", NULL },
        { "http://h/\\evil", NULL },
        { "http://h/\x01", NULL },
        { "http://h/%00", NULL },
        { "http://h/%0d%0aX: y", NULL },
        { "http://h/\xff", NULL },
        { "http://[::1", NULL },
        { "javascript:alert(1)", NULL },
        { "java\tscript:alert(1)", NULL },
        { "file:///c:/x.exe", NULL },
        { "\\\\server\\share\\x", NULL },
        { "//server/share", NULL },
        { "ms-msdt:/id PCWDiagnostic", NULL },
        { "mhtml:http://h/x!x-usc:http://h/y", NULL },
        { "ftp://h/x", NULL },
        { "report.docx", NULL },
        { "#bookmark", NULL },
        { "mailto:", NULL },
        { "mailto:a@b?attach=c:/x", NULL },
        { "mailto:a@b?subject", NULL },
        { "mailto:a@b?subject=x%0d%0aBcc: c@d", NULL },
        { "mailto:a@b?body=x%0d%0ay&cc=c%0a", NULL },
        { "mailto:a@b%0D%0ABcc:c@d", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = sk_docx_link(sk_span_str(cases[i].in));
        g_test_message("%zu", i);
        g_assert_cmpstr(out, ==, cases[i].out);
        if (out != NULL) {
            g_autofree char *again = sk_docx_link(sk_span_str(out));
            g_assert_cmpstr(again, ==, out);
        }
    }
}

static void
test_length(void)
{
    g_autoptr(GString) s = g_string_new("http://h/");
    while (s->len < SK_DOCX_LINK_MAX)
        g_string_append_c(s, 'a');
    g_autofree char *fits = sk_docx_link(sk_span(s->str, s->len));
    g_assert_nonnull(fits);
    g_string_append_c(s, 'a');
    g_assert_null(sk_docx_link(sk_span(s->str, s->len)));
    /* one that grows over the limit by being encoded */
    g_string_assign(s, "http://h/");
    while (s->len < 1000)
        g_string_append(s, "あ");
    g_assert_null(sk_docx_link(sk_span(s->str, s->len)));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/docx-link/table", test_table);
    g_test_add_func("/docx-link/length", test_length);
    return g_test_run();
}
