/* SPDX-License-Identifier: Apache-2.0
 * html-charset.c - the bytes of a web page as UTF-8. What is said about the encoding is tried; what
 * the bytes themselves allow decides. Contract in html.h. */
#include "format/html.h"

#include "format/single-byte.h"

#include <string.h>

#define SNIFF_MAX 4096u

typedef struct {
    const char *label;
    SkCharset charset;
} Label;

static const Label labels[] = {
    { "utf-8", SK_CHARSET_UTF8 },           { "utf8", SK_CHARSET_UTF8 },
    { "unicode-1-1-utf-8", SK_CHARSET_UTF8 }, { "shift_jis", SK_CHARSET_CP932 },
    { "shift-jis", SK_CHARSET_CP932 },      { "sjis", SK_CHARSET_CP932 },
    { "x-sjis", SK_CHARSET_CP932 },         { "windows-31j", SK_CHARSET_CP932 },
    { "cp932", SK_CHARSET_CP932 },          { "ms932", SK_CHARSET_CP932 },
    { "ms_kanji", SK_CHARSET_CP932 },       { "csshiftjis", SK_CHARSET_CP932 },
    { "euc-jp", SK_CHARSET_EUCJP },         { "x-euc-jp", SK_CHARSET_EUCJP },
    { "eucjp", SK_CHARSET_EUCJP },          { "eucjp-ms", SK_CHARSET_EUCJP },
    { "cp51932", SK_CHARSET_EUCJP },        { "iso-2022-jp", SK_CHARSET_ISO2022JP },
    { "csiso2022jp", SK_CHARSET_ISO2022JP }, { "cp50220", SK_CHARSET_ISO2022JP },
    { "cp50221", SK_CHARSET_ISO2022JP },    { "iso-2022-jp-ms", SK_CHARSET_ISO2022JP },
    { "iso-2022-jp-1", SK_CHARSET_ISO2022JP },
};

/* Chinese and Korean: real encodings, which are not read here, and which strict trial would take for Japanese ones. */
static const char *const unread[] = { "gb2312", "gb_2312-80", "chinese", "gbk", "x-gbk", "gb18030", "hz-gb-2312", "big5", "big5-hkscs",
                                      "cn-big5", "x-x-big5", "euc-kr", "korean", "ks_c_5601-1987", "ksc5601", "windows-949", "cp949",
                                      "cp936", "cp950", "euc-tw", "x-euc-tw", "iso-2022-kr", "iso-2022-cn", "johab" };

static bool
is_unread(SkSpan label)
{
    for (size_t i = 0; i < G_N_ELEMENTS(unread); i++) {
        if (strlen(unread[i]) == label.n && g_ascii_strncasecmp((const char *)label.p, unread[i], label.n) == 0)
            return true;
    }
    return false;
}

static SkCharset
by_label(SkSpan label)
{
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        SkSpan name = sk_span_str(labels[i].label);
        if (name.n == label.n &&
            g_ascii_strncasecmp((const char *)label.p, labels[i].label, name.n) == 0)
            return labels[i].charset;
    }
    return SK_CHARSET_NONE;
}

/* The word behind `charset=` in the page's own beginning, wherever it stands in a tag. */
static SkSpan
sniff(SkSpan bytes)
{
    SkSpan head = sk_span_sub(bytes, 0, MIN(bytes.n, (size_t)SNIFF_MAX));

    for (size_t at = 0; at + 8 < head.n; at++) {
        if (g_ascii_strncasecmp((const char *)head.p + at, "charset", 7) != 0 &&
            g_ascii_strncasecmp((const char *)head.p + at, "encoding", 8) != 0)
            continue;
        size_t i = at + (g_ascii_tolower((char)head.p[at]) == 'c' ? 7 : 8);
        while (i < head.n && g_ascii_isspace(head.p[i]))
            i++;
        if (i >= head.n || head.p[i] != '=')
            continue;
        i++;
        while (i < head.n && (g_ascii_isspace(head.p[i]) || head.p[i] == '"' || head.p[i] == '\''))
            i++;
        size_t from = i;
        while (i < head.n && (g_ascii_isalnum(head.p[i]) || strchr("-_:.", head.p[i]) != NULL) &&
               head.p[i] != 0)
            i++;
        if (i > from)
            return sk_span_sub(head, from, i - from);
    }
    return SK_SPAN_EMPTY;
}

typedef struct {
    GString *out;
    bool after_cr;
    uint32_t replaced;
} Out;

static void
put(Out *self, uint32_t c)
{
    uint8_t utf8[4];

    if (c == '\n' && self->after_cr) {
        self->after_cr = false;
        return;
    }
    self->after_cr = c == '\r';
    unsigned n = sk_charset_utf8(c == '\r' ? '\n' : c, utf8);
    g_string_append_len(self->out, (const char *)utf8, n);
}

static void
decode(Out *self, SkSpan s, SkCharset charset)
{
    while (s.n > 0) {
        SkCharsetCursor cursor = sk_charset_cursor(s, charset);
        size_t before = 0;
        uint32_t c = 0;
        while (sk_charset_next(&cursor, &c)) {
            put(self, c);
            before = cursor.r.at;
        }
        if (!cursor.bad)
            return;
        put(self, 0xFFFD);
        self->replaced++;
        before = MIN(before + 1, s.n);
        s = sk_span_sub(s, before, s.n - before);
    }
}

/* UTF-8 already, all of it: only the line ends are not sure. */
static void
copy(Out *self, SkSpan s)
{
    for (size_t at = 0; at < s.n;) {
        const uint8_t *cr = memchr(s.p + at, '\r', s.n - at);
        size_t end = cr == NULL ? s.n : (size_t)(cr - s.p);
        g_string_append_len(self->out, (const char *)s.p + at, (gssize)(end - at));
        if (cr == NULL)
            return;
        g_string_append_c(self->out, '\n');
        at = end + 1 + (end + 1 < s.n && s.p[end + 1] == '\n' ? 1 : 0);
    }
}

static bool
fits(SkSpan s, SkCharset charset)
{
    SkCharsetCursor cursor = sk_charset_cursor(s, charset);
    uint32_t c = 0;

    while (sk_charset_next(&cursor, &c))
        ;
    return !cursor.bad;
}

static void
decode_single(Out *self, SkSpan s, const SkSingleByte *single)
{
    for (size_t i = 0; i < s.n; i++) {
        uint32_t c = s.p[i] < 0x80 ? s.p[i] : single->upper[s.p[i] - 0x80];
        self->replaced += s.p[i] >= 0x80 && c == 0 ? 1 : 0;
        put(self, s.p[i] >= 0x80 && c == 0 ? 0xFFFD : c);
    }
}

static bool
is_plain(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 0x80 || s.p[i] == 0x1B)
            return false;
    }
    return true;
}

GString *
sk_html_decode(SkSpan bytes, SkSpan label, SkHtmlCharset *ret)
{
    Out out = { .out = g_string_sized_new(bytes.n + bytes.n / 2 + 16) };
    size_t bom = 0;
    SkCharset guess = sk_charset_guess(bytes, &bom);
    SkSpan body = sk_span_sub(bytes, bom, bytes.n - bom);

    *ret = (SkHtmlCharset){ .bom = bom > 0 };
    if (label.n == 0)
        label = sniff(body);
    SkCharset said = by_label(label);
    const SkSingleByte *single = said == SK_CHARSET_NONE ? sk_single_byte(label) : NULL;
    SkCharset charset = guess;
    bool wide = guess >= SK_CHARSET_UTF16LE && guess <= SK_CHARSET_UTF32BE;
    bool certain = bom > 0 || wide || (guess == SK_CHARSET_ASCII && is_plain(body)) || guess == SK_CHARSET_UTF8 ||
                   guess == SK_CHARSET_ISO2022JP;
    ret->unread = !certain && is_unread(label);
    if (certain) {
        single = NULL;
    } else if (said != SK_CHARSET_NONE && fits(body, said)) {
        charset = said;
    } else if (said != SK_CHARSET_NONE && guess == SK_CHARSET_NONE) {
        charset = said; /* with holes */
    } else if (guess == SK_CHARSET_NONE && single == NULL) {
        single = sk_single_byte(sk_span_str("windows-1252"));
    }
    if (single != NULL)
        decode_single(&out, body, single);
    else if (charset == guess && (charset == SK_CHARSET_UTF8 || charset == SK_CHARSET_ASCII))
        copy(&out, body);
    else
        decode(&out, body, charset == SK_CHARSET_NONE ? SK_CHARSET_UTF8 : charset);
    ret->name = single != NULL ? single->label : sk_charset_name(charset);
    ret->foreign = single != NULL || (charset != SK_CHARSET_UTF8 && charset != SK_CHARSET_ASCII);
    ret->disagrees = label.n > 0 && charset != SK_CHARSET_ASCII && single == NULL && said != charset;
    ret->replaced = out.replaced;
    return out.out;
}
