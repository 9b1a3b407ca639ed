/* SPDX-License-Identifier: Apache-2.0
 * test-charset.c - decoders against glibc's iconv, code by code; guesses; broken text. */
#include "format/charset.h"

#include <iconv.h>
#include <string.h>

/* One code through @cd. Returns: the code point, or UINT32_MAX for none or several. */
static uint32_t
by_iconv(iconv_t cd, const uint8_t *code, size_t n)
{
    char in[4], out[16];
    char *from = in, *to = out;
    size_t left = n, room = sizeof out;
    memcpy(in, code, n);
    iconv(cd, NULL, NULL, NULL, NULL);
    if (iconv(cd, &from, &left, &to, &room) == (size_t)-1 || left > 0 || room != 12)
        return UINT32_MAX;
    return (uint32_t)(uint8_t)out[0] | (uint32_t)(uint8_t)out[1] << 8 | (uint32_t)(uint8_t)out[2] << 16;
}

/* The whole of @code as one code point, or UINT32_MAX. */
static uint32_t
by_us(SkCharset charset, const uint8_t *code, size_t n)
{
    g_autofree uint8_t *heap = g_memdup2(code, n);
    SkCharsetCursor cursor = sk_charset_cursor(sk_span(heap, n), charset);
    uint32_t c = 0, more = 0;
    if (!sk_charset_next(&cursor, &c) || sk_charset_next(&cursor, &more) || cursor.bad)
        return UINT32_MAX;
    return c;
}

static void
compare(SkCharset charset, const char *name, uint8_t first, unsigned least)
{
    iconv_t cd = iconv_open("UTF-32LE", name);
    iconv_t back = iconv_open(name, "UTF-32LE");
    g_assert_true(cd != (iconv_t)-1 && back != (iconv_t)-1);
    unsigned codes = 0;
    for (unsigned code = 0; code < 0x10000; code++) {
        uint8_t bytes[3] = { first, (uint8_t)(code >> 8), (uint8_t)code };
        const uint8_t *start = first != 0 ? bytes : code > 0xFF ? bytes + 1 : bytes + 2;
        size_t n = (size_t)(bytes + 3 - start);
        if (charset == SK_CHARSET_EUCJP && first == 0 && code >= 0x80 && code <= 0xFF)
            continue; /* glibc lets C1 controls through; nobody writes them */
        uint32_t theirs = by_iconv(cd, start, n), ours = by_us(charset, start, n);
        if (theirs != ours)
            g_error("%s %06x: %x, not %x", name, code, ours, theirs);
        codes += ours != UINT32_MAX ? 1 : 0;
        if (ours == UINT32_MAX || ours < 0x80)
            continue;
        /* And back: the vendors gave some characters two codes, but always a code. */
        char in[4] = { (char)ours, (char)(ours >> 8), (char)(ours >> 16), 0 }, out[8];
        char *from = in, *to = out;
        size_t left = 4, room = sizeof out;
        g_assert_cmpuint(iconv(back, &from, &left, &to, &room), !=, (size_t)-1);
        g_assert_cmpuint(by_us(charset, (const uint8_t *)out, sizeof out - room), ==, ours);
    }
    g_assert_cmpuint(codes, >=, least);
    iconv_close(cd);
    iconv_close(back);
}

static void
as_iconv(void)
{
    compare(SK_CHARSET_CP932, "CP932", 0, 9400);
    compare(SK_CHARSET_EUCJP, "EUC-JP-MS", 0, 8000);
    compare(SK_CHARSET_EUCJP, "EUC-JP-MS", 0x8F, 7000);
}

/* Of a literal, without its end. */
#define TEXT(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

static void
guesses(void)
{
    static const struct {
        const char *what;
        SkSpan text;
        SkCharset charset;
        size_t bom;
        const char *utf8; /* NULL: only the guess */
    } cases[] = {
        { "nothing", { (const uint8_t *)"", 0 }, SK_CHARSET_ASCII, 0, "" },
        { "ASCII", TEXT("abc"), SK_CHARSET_ASCII, 0, "abc" },
        { "UTF-8", TEXT("申請書"), SK_CHARSET_UTF8, 0, "申請書" },
        { "UTF-8 with a mark", TEXT("\xEF\xBB\xBF" "a"), SK_CHARSET_UTF8, 3, "a" },
        { "a mark, but not its text", TEXT("\xEF\xBB\xBF\xFF"), SK_CHARSET_NONE, 3, NULL },
        { "overlong", TEXT("\xC0\xAF\x80"), SK_CHARSET_NONE, 0, NULL },
        { "CP932", TEXT("\x90\x5C\x90\xBF\x8F\x91\x87\x40\x87\x8A"), SK_CHARSET_CP932, 0, "申請書①㈱" },
        { "EUC-JP", TEXT("\xBF\xBD\xC0\xC1\xBD\xF1\xAD\xA1\xAD\xEA"), SK_CHARSET_EUCJP, 0, "申請書①㈱" },
        { "short EUC-JP that is also half-width kana", TEXT("\xA4\xA2\xA4\xA4"), SK_CHARSET_EUCJP, 0, "あい" },
        { "UTF-16LE", TEXT("\xFF\xFE\x33\x75\x0A\x00"), SK_CHARSET_UTF16LE, 2, "申\n" },
        { "UTF-16BE", TEXT("\xFE\xFF\xD8\x42\xDF\xB7"), SK_CHARSET_UTF16BE, 2, "𠮷" },
        { "lone surrogate", TEXT("\xFE\xFF\xD8\x42\x00\x41"), SK_CHARSET_NONE, 2, NULL },
        { "odd UTF-16", TEXT("\xFF\xFE\x33"), SK_CHARSET_NONE, 2, NULL },
        { "UTF-32LE", TEXT("\xFF\xFE\0\0\x33\x75\0\0"), SK_CHARSET_UTF32LE, 4, "申" },
        { "UTF-16LE without a mark", TEXT("a\0b\0c\0\r\0\n\0"), SK_CHARSET_UTF16LE, 0, "abc\r\n" },
        { "UTF-16BE without a mark", TEXT("\0a\0b\0c"), SK_CHARSET_UTF16BE, 0, "abc" },
        { "UTF-16 with NULs", TEXT("a\0\0\0b\0"), SK_CHARSET_NONE, 0, NULL },
        { "binary", TEXT("\x00\x01\x02\x03"), SK_CHARSET_NONE, 0, NULL },
        { "ISO-2022-JP", TEXT("\x1b$B?=@A=q\x1b(B."), SK_CHARSET_ISO2022JP, 0, "申請書." },
        { "ISO-2022-JP, row 13", TEXT("\x1b$B-!-j\x1b(B"), SK_CHARSET_ISO2022JP, 0, "①㈱" },
        { "ISO-2022-JP, NEC-selected", TEXT("\x1b$By!\x1b(B"), SK_CHARSET_ISO2022JP, 0, "纊" },
        { "ISO-2022-JP, kana", TEXT("\x1b(I123\x1b(B"), SK_CHARSET_ISO2022JP, 0, "ｱｲｳ" },
        { "ISO-2022-JP, kana by SO", TEXT("\x0e" "123\x0f" "a\x1b(J"), SK_CHARSET_ISO2022JP, 0, "ｱｲｳa" },
        { "ISO-2022-JP, a line forgets its end", TEXT("\x1b$B?=\nabc"), SK_CHARSET_ISO2022JP, 0, "申\nabc" },
        { "an escape hides in two bytes", TEXT("\x1b$B?\x1b(B"), SK_CHARSET_ASCII, 0, NULL },
        { "a set that nobody reads", TEXT("\x1b$)Cabc"), SK_CHARSET_ASCII, 0, NULL },
        { "half a character", TEXT("\x90\x5C\x90"), SK_CHARSET_NONE, 0, NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].what);
        g_autofree uint8_t *heap = g_memdup2(cases[i].text.p, cases[i].text.n);
        SkSpan text = sk_span(heap, cases[i].text.n);
        size_t bom = 99;
        SkCharset charset = sk_charset_guess(text, &bom);
        g_assert_cmpstr(sk_charset_name(charset), ==, sk_charset_name(cases[i].charset));
        g_assert_cmpuint(bom, ==, cases[i].bom);
        if (cases[i].utf8 == NULL)
            continue;
        g_autoptr(GString) out = g_string_new(NULL);
        SkCharsetCursor cursor = sk_charset_cursor(sk_span_sub(text, bom, text.n - bom), charset);
        uint32_t c = 0;
        while (sk_charset_next(&cursor, &c)) {
            uint8_t utf8[4];
            g_string_append_len(out, (const char *)utf8, sk_charset_utf8(c, utf8));
        }
        g_assert_false(cursor.bad);
        g_assert_cmpstr(out->str, ==, cases[i].utf8);
    }
}

static void
sentences(void)
{
    /* Ordinary sentences in both eight-bit encodings are told apart, short ones too. */
    static const char *const lines[] = { "申請", "お知らせ", "令和八年度 固定資産税の納付について", "ﾃｽﾄ ﾃﾞｰﾀ", "ご確認ください。",
                                         "受付番号：１２３", "住民票の写し", "東京都千代田区", "カタカナ", "※注意" };
    static const struct {
        const char *iconv;
        SkCharset charset;
    } encodings[] = { { "CP932", SK_CHARSET_CP932 }, { "EUC-JP-MS", SK_CHARSET_EUCJP } };
    for (size_t e = 0; e < G_N_ELEMENTS(encodings); e++) {
        for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
            gsize n = 0;
            g_autofree char *text = g_convert(lines[i], -1, encodings[e].iconv, "UTF-8", NULL, &n, NULL);
            g_assert_nonnull(text);
            size_t bom = 0;
            SkCharset charset = sk_charset_guess(sk_span(text, n), &bom);
            if (charset != encodings[e].charset)
                g_error("%s in %s read as %s", lines[i], encodings[e].iconv, sk_charset_name(charset));
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/charset/as-iconv", as_iconv);
    g_test_add_func("/charset/guesses", guesses);
    g_test_add_func("/charset/sentences", sentences);
    return g_test_run();
}
