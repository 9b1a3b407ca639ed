/* SPDX-License-Identifier: Apache-2.0
 * mime-word.c - the words of headers and texts (RFC 2047), by their label or by their bytes. Contract in mime-code.h. */
#include "format/charset.h"
#include "format/foreign.h"
#include "format/mime-code.h"

#include <string.h>

static void
append(GString *out, uint32_t c)
{
    uint8_t utf8[4];
    unsigned n = sk_charset_utf8(c, utf8);

    g_string_append_len(out, (const char *)utf8, n);
}

/* ---- one text --------------------------------------------------------------------------------- */

/* WHATWG's reading of labels, as far as our tables go: what mail calls shift_jis is CP932. */
static SkCharset
by_label(const char *label)
{
    static const struct {
        const char *label;
        SkCharset charset;
    } rows[] = {
        { "us-ascii", SK_CHARSET_ASCII },       { "ascii", SK_CHARSET_ASCII },
        { "utf-8", SK_CHARSET_UTF8 },           { "utf8", SK_CHARSET_UTF8 },
        { "unicode-1-1-utf-8", SK_CHARSET_UTF8 }, { "utf-16le", SK_CHARSET_UTF16LE },
        { "utf-16be", SK_CHARSET_UTF16BE },     { "utf-32le", SK_CHARSET_UTF32LE },
        { "utf-32be", SK_CHARSET_UTF32BE },     { "iso-2022-jp", SK_CHARSET_ISO2022JP },
        { "iso-2022-jp-1", SK_CHARSET_ISO2022JP }, { "iso-2022-jp-ms", SK_CHARSET_ISO2022JP },
        { "cp50220", SK_CHARSET_ISO2022JP },    { "cp50221", SK_CHARSET_ISO2022JP },
        { "csiso2022jp", SK_CHARSET_ISO2022JP }, { "euc-jp", SK_CHARSET_EUCJP },
        { "x-euc-jp", SK_CHARSET_EUCJP },       { "eucjp", SK_CHARSET_EUCJP },
        { "cp51932", SK_CHARSET_EUCJP },        { "shift_jis", SK_CHARSET_CP932 },
        { "shift-jis", SK_CHARSET_CP932 },      { "x-sjis", SK_CHARSET_CP932 },
        { "sjis", SK_CHARSET_CP932 },           { "windows-31j", SK_CHARSET_CP932 },
        { "ms_kanji", SK_CHARSET_CP932 },       { "cp932", SK_CHARSET_CP932 },
    };
    for (unsigned i = 0; label != NULL && i < G_N_ELEMENTS(rows); i++)
        if (g_ascii_strcasecmp(label, rows[i].label) == 0)
            return rows[i].charset;
    return SK_CHARSET_NONE;
}

static bool
decode(SkSpan bytes, SkCharset charset, GString *out)
{
    SkCharsetCursor cursor = sk_charset_cursor(bytes, charset);
    gsize before = out->len;
    uint32_t c = 0;

    while (sk_charset_next(&cursor, &c))
        append(out, c);
    /* A label that says ASCII is right only about ASCII. */
    bool fits = !cursor.bad;
    for (size_t i = 0; charset == SK_CHARSET_ASCII && fits && i < bytes.n; i++)
        fits = bytes.p[i] < 0x80 && bytes.p[i] != 0x1B;
    if (!fits)
        g_string_truncate(out, before);
    return fits;
}

/* The bytes themselves. A piece of a mail is short: UTF-8 that fits is UTF-8. */
static bool
decode_by_bytes(SkSpan bytes, GString *out)
{
    size_t bom = 0;
    SkCharset charset = sk_charset_guess(bytes, &bom);

    return charset != SK_CHARSET_NONE &&
           decode(sk_span_sub(bytes, bom, bytes.n - bom), charset == SK_CHARSET_ASCII ? SK_CHARSET_UTF8 : charset, out);
}

/* Escape sequences of JIS are nothing that another 8-bit text would hold, whatever it is called. */
static bool
has_escapes(SkSpan bytes)
{
    return sk_span_find(bytes, 0, sk_span_str("\x1b$")) != SIZE_MAX ||
           sk_span_find(bytes, 0, sk_span_str("\x1b(")) != SIZE_MAX;
}

static bool
is_wide(SkCharset charset)
{
    return charset >= SK_CHARSET_UTF16LE && charset <= SK_CHARSET_UTF32BE;
}

static void
spell(SkSpan bytes, GString *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        if (bytes.p[i] < 0x80)
            g_string_append_c(out, (char)bytes.p[i]);
        else
            g_string_append_printf(out, "\\x%02X", bytes.p[i]);
    }
}

SkMimeReading
sk_mime_text(SkSpan bytes, const char *label, GString *out)
{
    bool labelled = label != NULL && *label != '\0', foreign = false;
    SkCharset charset = by_label(label);

    if (!is_wide(charset) && charset != SK_CHARSET_ISO2022JP && has_escapes(bytes) &&
        decode(bytes, SK_CHARSET_ISO2022JP, out))
        return labelled ? SK_MIME_OTHERWISE : SK_MIME_AS_LABELLED;
    if (charset != SK_CHARSET_NONE && decode(bytes, charset, out))
        return SK_MIME_AS_LABELLED;
    if (decode(bytes, SK_CHARSET_ASCII, out))
        return charset == SK_CHARSET_NONE ? SK_MIME_AS_LABELLED : SK_MIME_OTHERWISE;
    if (labelled && sk_foreign_text(bytes, label, out, &foreign))
        return SK_MIME_AS_LABELLED;
    /* What calls itself Korean and is not may well be anything: Japanese by chance, too. UTF-8 is never by chance. */
    if (foreign ? decode(bytes, SK_CHARSET_UTF8, out) : decode_by_bytes(bytes, out))
        return SK_MIME_OTHERWISE;
    spell(bytes, out);
    return SK_MIME_UNREAD;
}

/* ---- encoded words ---------------------------------------------------------------------------- */

typedef struct {
    SkSpan label;
    bool base64;
    SkSpan text;
    size_t n; /* of all of it */
} Word;

/* RFC 2047 allows 75 characters; careless programs write a whole subject as one word. A bound there has to be: a search to the
 * end for each beginning would take quadratic time. */
#define WORD_MAX 8192u

/* =?CHARSET[*LANGUAGE]?B|Q?TEXT?= at the start of @s (RFC 2047, 2; RFC 2231, 5). */
static bool
parse_word(SkSpan s, Word *ret)
{
    s.n = MIN(s.n, WORD_MAX);
    if (!sk_span_starts(s, "=?"))
        return false;
    size_t one = sk_span_find(s, 2, sk_span_str("?"));
    if (one == SIZE_MAX || one + 2 >= s.n || s.p[one + 2] != '?' || one == 2)
        return false;
    uint8_t kind = (uint8_t)g_ascii_tolower((char)s.p[one + 1]);
    size_t end = sk_span_find(s, one + 3, sk_span_str("?="));
    if (end == SIZE_MAX || (kind != 'b' && kind != 'q'))
        return false;
    SkSpan label = sk_span_sub(s, 2, one - 2);
    size_t language = sk_span_find(label, 0, sk_span_str("*"));
    *ret = (Word){ .label = language == SIZE_MAX ? label : sk_span_sub(label, 0, language),
                   .base64 = kind == 'b',
                   .text = sk_span_sub(s, one + 3, end - one - 3),
                   .n = end + 2 };
    return ret->text.n == 0 || memchr(ret->text.p, '\n', ret->text.n) == NULL;
}

static void
append_q(SkSpan text, GByteArray *out)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t b = text.p[i];
        if (b == '=' && i + 2 < text.n && g_ascii_isxdigit(text.p[i + 1]) && g_ascii_isxdigit(text.p[i + 2])) {
            b = (uint8_t)(g_ascii_xdigit_value((char)text.p[i + 1]) * 16 + g_ascii_xdigit_value((char)text.p[i + 2]));
            i += 2;
        } else if (b == '_') {
            b = ' ';
        }
        g_byte_array_append(out, &b, 1);
    }
}

/* Each word's base64 is closed by itself: what GMime forgets behind a padded one. */
static bool
append_bytes(const Word *word, GByteArray *out)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(word->text.n + 4);

    if (!word->base64) {
        append_q(word->text, out);
        return true;
    }
    if (!sk_mime_decode(word->text, SK_MIME_BASE64, sink, NULL))
        return false;
    SkSpan made = sk_sink_memory(sink);
    g_byte_array_append(out, made.p, (guint)made.n);
    return true;
}

static size_t
skip_blank(SkSpan s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\r' || s.p[at] == '\n'))
        at++;
    return at;
}

/* All words from @at on that follow each other in one charset are one text: some split characters between words. */
static size_t
take_words(SkSpan s, size_t at, GString *out, SkMimeReading *worst)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *label = NULL;
    size_t end = at;
    Word word;

    while (parse_word(sk_span_sub(s, at, s.n - at), &word)) {
        g_autofree char *next = sk_span_dup(word.label);
        if ((label != NULL && g_ascii_strcasecmp(label, next) != 0) || !append_bytes(&word, bytes))
            break;
        if (label == NULL)
            label = g_steal_pointer(&next);
        end = at + word.n;
        at = skip_blank(s, end);
    }
    if (label == NULL)
        return 0;
    SkMimeReading reading = sk_mime_text(sk_span(bytes->data, bytes->len), label, out);
    *worst = MAX(*worst, reading);
    return end;
}

/* What stands between encoded words. */
static void
take_plain(SkSpan s, GString *out, SkMimeReading *worst)
{
    if (s.n == 0)
        return;
    SkMimeReading reading = sk_mime_text(s, NULL, out);
    *worst = MAX(*worst, reading);
}

/* A line end is a space where none stands already; other controls are gone. */
static char *
tidy(const GString *words)
{
    g_autoptr(GString) out = g_string_sized_new(words->len);
    bool pending = false;

    for (gsize i = 0; i < words->len; i++) {
        uint8_t b = (uint8_t)words->str[i];
        if (b == '\n' || b == '\r') {
            pending = true;
            continue;
        }
        if (b == '\t')
            b = ' ';
        if (pending && b != ' ' && out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
        pending = false;
        if (b >= 32 && b != 127)
            g_string_append_c(out, (char)b);
    }
    return g_strstrip(g_string_free(g_steal_pointer(&out), FALSE));
}

char *
sk_mime_words(SkSpan value, SkMimeReading *ret_reading)
{
    g_autoptr(GString) out = g_string_new(NULL);
    SkMimeReading worst = SK_MIME_AS_LABELLED;
    size_t from = 0, at = 0;

    while ((at = sk_span_find(value, at, sk_span_str("=?"))) != SIZE_MAX) {
        g_autoptr(GString) word = g_string_new(NULL);
        size_t end = take_words(value, at, word, &worst);
        if (end == 0) {
            at += 2;
            continue;
        }
        /* White space between two encoded words belongs to neither (RFC 2047, 6.2). */
        bool between = from > 0 && skip_blank(value, from) == at;
        if (!between)
            take_plain(sk_span_sub(value, from, at - from), out, &worst);
        g_string_append_len(out, word->str, (gssize)word->len);
        from = at = end;
    }
    take_plain(sk_span_sub(value, from, value.n - from), out, &worst);
    if (ret_reading != NULL)
        *ret_reading = worst;
    return tidy(out);
}

char *
sk_mime_param_text(const SkMimeParam *param)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (param->label == NULL)
        return sk_mime_words(sk_span_str(param->value), NULL);
    (void)sk_mime_text(sk_span_str(param->value), param->label, out);
    return tidy(out);
}
