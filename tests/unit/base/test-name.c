/* SPDX-License-Identifier: Apache-2.0
 * test-name.c - hostile file names become the one shape that crosses, and that shape is a fixed point. */
#include "base/name.h"

#include <string.h>

static const struct {
    const char *in;
    SkType type;
    const char *want;
} names[] = {
    { "report.docx", SK_TYPE_DOCX, "report.docx" },
    { "report.docm", SK_TYPE_DOCX, "report.docx" },
    { "見積書 令和8年.csv", SK_TYPE_CSV, "見積書 令和8年.csv" },
    { "か\xe3\x82\x99.txt", SK_TYPE_TEXT, "が.txt" }, /* macOS decomposed */
    { "../../etc/passwd", SK_TYPE_TEXT, "_.._etc_passwd.txt" },
    { "..\\..\\a.txt", SK_TYPE_TEXT, "_.._a.txt" },
    { "invoice\xe2\x80\xae" "fdp.exe", SK_TYPE_PDF, "invoicefdp.pdf" }, /* RLO */
    { "a.pdf.exe", SK_TYPE_PDF, "a.pdf" },
    { "a.pdf .exe", SK_TYPE_PDF, "a.pdf" },
    { "", SK_TYPE_PNG, "file.png" },
    { ".", SK_TYPE_PNG, "file.png" },
    { ".htaccess", SK_TYPE_TEXT, "htaccess.txt" },
    { "con", SK_TYPE_TEXT, "_con.txt" },
    { "COM1.csv", SK_TYPE_CSV, "_COM1.csv" },
    { "a\xff" "b.txt", SK_TYPE_TEXT, "ab.txt" },
    { "a\tb\n.txt", SK_TYPE_TEXT, "ab.txt" },
    { "zero\xe2\x80\x8bwidth.txt", SK_TYPE_TEXT, "zerowidth.txt" },
    { "nb\xc2\xa0space.txt", SK_TYPE_TEXT, "nb space.txt" },
    { "v1.2 final", SK_TYPE_TEXT, "v1.2 final.txt" },
};

static void
cleaned(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *got = sk_name_clean(names[i].in, names[i].type);
        g_assert_cmpstr(got, ==, names[i].want);
        g_assert_true(sk_name_is_clean(got, names[i].type));
        if (strcmp(names[i].in, names[i].want) != 0)
            g_assert_false(sk_name_is_clean(names[i].in, names[i].type));
    }
}

static void
cut(void)
{
    g_autoptr(GString) long_name = g_string_new(NULL);
    for (unsigned i = 0; i < 100; i++)
        g_string_append(long_name, "関");
    g_string_append(long_name, ".txt");
    g_autofree char *got = sk_name_clean(long_name->str, SK_TYPE_TEXT);
    g_assert_cmpuint(strlen(got), <=, SK_NAME_MAX);
    g_assert_cmpuint(strlen(got), >, SK_NAME_MAX - 8);
    g_assert_true(g_utf8_validate(got, -1, NULL));
    g_assert_true(sk_name_is_clean(got, SK_TYPE_TEXT));
}

/* Whatever comes in, the result is a fixed point. */
static void
fixed_point(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20261123);
    for (unsigned round = 0; round < 20000; round++) {
        char in[24] = { 0 };
        unsigned n = (unsigned)g_rand_int_range(rand, 0, 23);
        for (unsigned i = 0; i < n; i++) {
            static const char interesting[] = "../ \\:.txtpdfCON1\xe3\x82\x99\xe3\x81\x8b\xe2\x80\x8d\xef\xbc\x8e";
            in[i] = g_rand_boolean(rand) ? (char)g_rand_int_range(rand, 1, 256)
                                         : interesting[g_rand_int_range(rand, 0, sizeof interesting - 1)];
        }
        g_autofree char *got = sk_name_clean(in, SK_TYPE_TEXT);
        g_assert_true(sk_name_is_clean(got, SK_TYPE_TEXT));
        g_assert_null(strchr(got, '/'));
    }
}

static void
plain(void)
{
    g_assert_true(sk_text_is_plain(sk_span_str("word/vbaProject.bin"), SK_PLACE_MAX));
    g_assert_false(sk_text_is_plain(sk_span_str("a\nb"), SK_PLACE_MAX));
    g_assert_false(sk_text_is_plain(sk_span_str("abc"), 2));
    g_assert_false(sk_text_is_plain(sk_span("a\0b", 3), SK_PLACE_MAX));
    g_autofree char *forced = sk_text_plain(sk_span("a\xff\n\0b", 5), 100);
    g_assert_true(sk_text_is_plain(sk_span_str(forced), 100));
}

static void
mail_addresses(void)
{
    static const char *const good[] = { "a@b", "taro.yamada+x@town.example.jp", "a_b-c@x-y.jp", "1@2.3" };
    static const char *const bad[] = { "", "a", "@b", "a@", "a@@b", "a@b@c", "a b@c", "a@b c", "<a@b>", "a@b\r\nRCPT TO:<x@y>",
                                       "a@b\n", ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "-a@b", "a@-b", "太郎@b",
                                       "a@太郎", "\"a b\"@c", "a@[127.0.0.1]", "a,b@c", "a@b,c@d", "a:b@c" };
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(sk_mail_is(good[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_mail_is(bad[i]));
    g_autofree char *many = g_strnfill(65, 'a');
    g_autofree char *long_name = g_strconcat(many, "@b", NULL);
    g_assert_false(sk_mail_is(long_name));
    g_autofree char *host = g_strnfill(253, 'b');
    g_autofree char *long_host = g_strconcat("a@", host, NULL);
    g_assert_false(sk_mail_is(long_host));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/name/cleaned", cleaned);
    g_test_add_func("/base/name/cut", cut);
    g_test_add_func("/base/name/fixed-point", fixed_point);
    g_test_add_func("/base/name/plain", plain);
    g_test_add_func("/name/mail-addresses", mail_addresses);
    return g_test_run();
}
