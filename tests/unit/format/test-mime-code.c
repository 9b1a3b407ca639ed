/* SPDX-License-Identifier: Apache-2.0
 * test-mime-code.c - transfer encodings and the words of mails. */
#include "format/foreign.h"
#include "format/mime-code.h"

#include <string.h>

static void
assert_decoded(const char *in, SkMimeEncoding encoding, const char *out)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(10000);
    g_autoptr(GError) error = NULL;
    bool ok = sk_mime_decode(sk_span_str(in), encoding, sink, &error);

    g_test_message("%s", in);
    if (out == NULL) {
        g_assert_false(ok);
        g_assert_error(error, SK_ERROR, SK_ERROR_AMBIGUOUS);
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpmem(sk_sink_memory(sink).p, sk_sink_memory(sink).n, out, strlen(out));
}

static void
test_base64(void)
{
    assert_decoded("QUJDRA==", SK_MIME_BASE64, "ABCD");
    assert_decoded("QUJD\r\nREU=\r\n", SK_MIME_BASE64, "ABCDE");
    assert_decoded("Q U\tJ D", SK_MIME_BASE64, "ABC");
    assert_decoded("QUJDRA", SK_MIME_BASE64, "ABCD"); /* padding forgotten */
    assert_decoded("", SK_MIME_BASE64, "");
    assert_decoded("QUJDR", SK_MIME_BASE64, NULL);
    assert_decoded("QUJD-REU=", SK_MIME_BASE64, NULL);
    assert_decoded("QUI=QUJD", SK_MIME_BASE64, NULL); /* more behind the padding */
    assert_decoded("QUJDRA==\n-- \nlist footer", SK_MIME_BASE64, NULL);
    assert_decoded("QUJDRA===", SK_MIME_BASE64, NULL);
    assert_decoded("=QUJD", SK_MIME_BASE64, NULL);
}

static void
test_quoted(void)
{
    assert_decoded("a=3Db", SK_MIME_QUOTED, "a=b");
    assert_decoded("soft=\r\n line", SK_MIME_QUOTED, "soft line");
    assert_decoded("soft=  \r\nline", SK_MIME_QUOTED, "softline");
    assert_decoded("trail \t\r\nx\n", SK_MIME_QUOTED, "trail\r\nx\n");
    assert_decoded("=E4=BC=9a", SK_MIME_QUOTED, "\xe4\xbc\x9a");
    assert_decoded("=4=XY 1=1", SK_MIME_QUOTED, "=4=XY 1=1");
    assert_decoded("end=", SK_MIME_QUOTED, "end");
}

static void
test_uuencode(void)
{
    static const char text[] = "Hello\nbegin 644 a b.txt\n%:&5L;&\\\n`\nend\nrest";
    SkMimeUu uu;

    g_assert_true(sk_mime_find_uu(sk_span_str(text), 0, &uu));
    g_assert_true(sk_span_is(uu.name, "a b.txt"));
    g_assert_cmpuint(uu.from, ==, 6);
    g_assert_cmpstr(text + uu.to, ==, "rest");
    assert_decoded(text, SK_MIME_UUENCODE, "hello");
    assert_decoded("%:&5L;&\\\n", SK_MIME_UUENCODE, "hello");
    assert_decoded("not uuencoded\n", SK_MIME_UUENCODE, NULL);
    g_assert_false(sk_mime_find_uu(sk_span_str("begin 644 x\nend\n"), 0, &uu));
    g_assert_false(sk_mime_find_uu(sk_span_str("begin again\n%:&5L;&\\\n`\nend\n"), 0, &uu));
    g_assert_false(sk_mime_find_uu(sk_span_str("begin 644 x\n%:&5L;&\\\n"), 0, &uu));
}

static void
test_words(void)
{
    static const struct {
        const char *in, *out;
        SkMimeReading reading;
    } rows[] = {
        { "plain words", "plain words", SK_MIME_AS_LABELLED },
        { "=?utf-8?B?5Lya6K2w?=", "会議", SK_MIME_AS_LABELLED },
        { "=?UTF-8?B?YQ==?= =?UTF-8?B?Yg==?=", "ab", SK_MIME_AS_LABELLED }, /* GMime stops at the first padding */
        { "=?utf-8?q?a_b=3D?= c", "a b= c", SK_MIME_AS_LABELLED },
        { "=?utf-8?B?5Lya?=\r\n =?utf-8?B?6K2w?=", "会議", SK_MIME_AS_LABELLED },
        { "=?utf-8?B?5Ly?= =?utf-8?B?mg==?=", "会", SK_MIME_AS_LABELLED }, /* split inside a character */
        { "=?iso-2022-jp?B?GyRCMnE1RBsoQg==?=", "会議", SK_MIME_AS_LABELLED },
        { "=?ISO-2022-JP*ja?B?GyRCLSEbKEI=?=", "①", SK_MIME_AS_LABELLED },
        { "=?shift_jis?B?h0A=?=", "①", SK_MIME_AS_LABELLED },
        { "=?gb2312?B?u+HS6Q==?=", "会议", SK_MIME_AS_LABELLED },
        { "=?big5?B?t3zEsw==?=", "會議", SK_MIME_AS_LABELLED },
        { "=?euc-kr?B?yLjAxw==?=", "회의", SK_MIME_AS_LABELLED },
        { "=?koi8-r?B?0NLJ18XU?=", "привет", SK_MIME_AS_LABELLED },
        { "=?iso-8859-1?Q?caf=E9?=", "café", SK_MIME_AS_LABELLED },
        { "=?windows-1251?Q?=EF=F0?=", "пр", SK_MIME_AS_LABELLED },
        { "\x1b$B2q5D\x1b(B raw", "会議 raw", SK_MIME_AS_LABELLED },
        { "\x89\xef\x8b\x63 raw", "会議 raw", SK_MIME_OTHERWISE },
        { "\xe4\xbc\x9a\xe8\xad\xb0", "会議", SK_MIME_OTHERWISE },
        { "=?utf-8?B?ieeLYw==?=", NULL, SK_MIME_OTHERWISE },
        { "=?euc-kr?Q?=FF=FF?=", "\\xFF\\xFF", SK_MIME_UNREAD },
        { "=?utf-8?B?junk!?=", "=?utf-8?B?junk!?=", SK_MIME_AS_LABELLED },
        { "=?utf-8?X?abc?=", "=?utf-8?X?abc?=", SK_MIME_AS_LABELLED },
        { "=?utf-8?B?5Lya?= and =?utf-8?B?6K2w?=", "会 and 議", SK_MIME_AS_LABELLED },
        { "=?", "=?", SK_MIME_AS_LABELLED },
        { "=?utf-8?q?=0D=0ABcc:_x?=", "Bcc: x", SK_MIME_AS_LABELLED }, /* no line of its own */
        { "a\r\n b\tc\x01", "a b c", SK_MIME_AS_LABELLED },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        SkMimeReading reading = SK_MIME_AS_LABELLED;
        g_autofree char *out = sk_mime_words(sk_span_str(rows[i].in), &reading);
        g_test_message("row %u: %s → %s", i, rows[i].in, out);
        g_assert_true(g_utf8_validate(out, -1, NULL));
        if (rows[i].out != NULL)
            g_assert_cmpstr(out, ==, rows[i].out);
        g_assert_cmpint(reading, ==, rows[i].reading);
    }
}

/* The tables from abroad against the C library's own. */
static void
test_foreign(void)
{
    static const struct {
        const char *label, *iconv;
    } rows[] = { { "gb2312", "GBK" },           { "big5", "CP950" },          { "ks_c_5601-1987", "CP949" },
                 { "koi8-r", "KOI8-R" },        { "windows-1251", "CP1251" }, { "iso-8859-2", "ISO-8859-2" },
                 { "iso-8859-15", "ISO-8859-15" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned same = 0, seen = 0;
        for (unsigned a = 0x81; a < 0xFF; a++) {
            for (unsigned b = i < 3 ? 0xA1 : 0x20; b < (i < 3 ? 0xFFu : 0x21u); b++) {
                const uint8_t bytes[2] = { (uint8_t)a, (uint8_t)b };
                g_autoptr(GString) ours = g_string_new(NULL);
                bool known = false;
                bool ok = sk_foreign_text(sk_span(bytes, 2), rows[i].label, ours, &known);
                g_autofree char *theirs = g_convert((const char *)bytes, 2, "UTF-8", rows[i].iconv, NULL, NULL, NULL);
                g_assert_true(known);
                seen += theirs != NULL ? 1 : 0;
                same += ok && theirs != NULL && strcmp(ours->str, theirs) == 0 ? 1 : 0;
            }
        }
        g_test_message("%s: %u of %u", rows[i].label, same, seen);
        g_assert_cmpuint(same * 100, >=, seen * 95); /* they differ in private and doubled characters */
    }
    bool known = true;
    g_autoptr(GString) none = g_string_new(NULL);
    g_assert_false(sk_foreign_text(sk_span_str("x"), "x-nonsense", none, &known));
    g_assert_false(known);
}

/* A beginning of a word after the other, and no end: a search from each would not come to one here. */
static void
test_unended(void)
{
    g_autoptr(GString) value = g_string_new("a ");

    while (value->len < 1500000)
        g_string_append(value, "=?x?q?a_");
    g_autofree char *words = sk_mime_words(sk_span_str(value->str), NULL);
    g_assert_true(g_str_has_prefix(words, "a =?x?q?a_=?"));
    g_assert_cmpuint(strlen(words), ==, value->len);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mime-code/base64", test_base64);
    g_test_add_func("/mime-code/quoted", test_quoted);
    g_test_add_func("/mime-code/uuencode", test_uuencode);
    g_test_add_func("/mime-code/words", test_words);
    g_test_add_func("/mime-code/foreign", test_foreign);
    g_test_add_func("/mime-code/unended", test_unended);
    return g_test_run();
}
