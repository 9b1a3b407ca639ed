/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-string.c - text strings of PDF: UTF-16, UTF-8 or PDFDocEncoding into UTF-8 of allowed
 * characters. Contract in pdf.h. Spec: ISO 32000-1, 7.9.2.2 and annex D.3; docs/formats/pdf.md,
 * `text`
 */
#include "disarm/pdf.h"

#include "base/reader.h"
#include "format/plain.h"

/* What PDFDocEncoding has where Latin-1 has controls. */
/* 18 to 1F */
static const uint16_t low[] = { 0x02d8, 0x02c7, 0x02c6, 0x02d9, 0x02dd, 0x02db, 0x02da, 0x02dc };
static const uint16_t high[] = {
    0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039, 0x203a, 0x2212,
    0x2030, 0x201e, 0x201c, 0x201d, 0x2018, 0x2019, 0x201a, 0x2122, 0xfb01, 0xfb02, 0x0141,
    0x0152, 0x0160, 0x0178, 0x017d, 0x0131, 0x0142, 0x0153, 0x0161, 0x017e, 0x0000, 0x20ac,
}; /* 80 to A0 */

static uint32_t
document_character(uint8_t byte)
{
    if (byte >= 0x18 && byte <= 0x1f)
        return low[byte - 0x18];
    return byte >= 0x80 && byte <= 0xa0 ? high[byte - 0x80] : byte;
}

static uint32_t
unit(SkReader *r, bool little)
{
    return little ? sk_reader_u16le(r) : sk_reader_u16be(r);
}

static void
from_utf16(SkSpan s, bool little, GString *out)
{
    SkReader r = sk_reader(s);

    while (sk_reader_left(&r) >= 2) {
        uint32_t c = unit(&r, little);
        if (c >= 0xd800 && c < 0xdc00 && sk_reader_left(&r) >= 2) {
            SkReader ahead = r;
            uint32_t second = unit(&ahead, little);
            if (second >= 0xdc00 && second < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (second - 0xdc00);
                r = ahead;
            }
        }
        if (c >= 0xd800 && c < 0xe000)
            c = 0xfffd;
        if (c != 0)
            g_string_append_unichar(out, c);
    }
}

char *
sk_pdf_text_of(SkSpan bytes)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (sk_span_starts(bytes, "\xfe\xff") || sk_span_starts(bytes, "\xff\xfe")) {
        from_utf16(sk_span_sub(bytes, 2, bytes.n - 2), bytes.p[0] == 0xff, text);
        return sk_pdf_plain(text->str);
    }
    if (sk_span_starts(bytes, "\xef\xbb\xbf")) {
        g_autofree char *valid = g_utf8_make_valid((const char *)bytes.p + 3, (gssize)bytes.n - 3);
        return sk_pdf_plain(valid);
    }
    for (size_t i = 0; i < bytes.n; i++) {
        uint32_t c = document_character(bytes.p[i]);
        if (c != 0)
            g_string_append_unichar(text, c);
    }
    return sk_pdf_plain(text->str);
}

/* The character of one or two bytes at @at; 0 behind the end. */
static unsigned
unit_at(SkSpan s, size_t at, bool wide)
{
    if (at + (wide ? 2 : 1) > s.n)
        return 0;
    if (!wide)
        return s.p[at];
    return s.p[0] == 0xff ? s.p[at] | (unsigned)s.p[at + 1] << 8
                          : (unsigned)s.p[at] << 8 | s.p[at + 1];
}

GPtrArray *
sk_pdf_lines(SkPdf *self, SkPdfObject o)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GBytes) bytes = sk_pdf_string(self, o);
    SkSpan s = bytes == NULL ? SK_SPAN_EMPTY : sk_span_bytes(bytes);
    bool wide = sk_span_starts(s, "\xfe\xff") || sk_span_starts(s, "\xff\xfe");
    size_t step = wide ? 2 : 1,
           head = wide                                ? 2
                  : sk_span_starts(s, "\xef\xbb\xbf") ? 3
                                                      : 0,
           end = head;

    for (size_t at = head; at < s.n && lines->len < SK_PDF_LINES_MAX; at = end + step) {
        g_autoptr(GByteArray) line = g_byte_array_new();
        for (end = at; end < s.n && unit_at(s, end, wide) != '\n' && unit_at(s, end, wide) != '\r';)
            end += step;
        g_byte_array_append(line, s.p, (guint)head); /* says the code */
        g_byte_array_append(line, s.p + at, (guint)(MIN(end, s.n) - at));
        g_ptr_array_add(lines, sk_pdf_text_of(sk_span(line->data, line->len)));
        if (unit_at(s, end, wide) == '\r' && unit_at(s, end + step, wide) == '\n')
            end += step;
    }
    return lines;
}

/* One pass from left to right: appends what may stand to @to. Taking one character away may take
 * the reason from another. */
static bool
drop_once(const char *text, GString *to)
{
    uint32_t before = SK_PLAIN_NOTHING;
    bool dropped = false;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        uint32_t c = g_utf8_get_char(at), after = g_utf8_get_char(g_utf8_next_char(at));
        SkPlainClass class = sk_plain_class(c);
        bool space = class == SK_PLAIN_BREAK || c == '\t';
        bool reasoned = (class == SK_PLAIN_JOINER || class == SK_PLAIN_SELECTOR) &&
                        sk_plain_reason(c, before, after == 0 ? SK_PLAIN_NOTHING : after);
        if (space)
            c = ' ';
        else if (class != SK_PLAIN_OTHER && !reasoned) {
            dropped = true;
            continue;
        }
        g_string_append_unichar(to, c);
        before = c;
    }
    return dropped;
}

char *
sk_pdf_plain(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) now = g_string_new(valid);
    g_autoptr(GString) next = g_string_new(NULL);

    if (now->len > SK_PDF_TEXT_MAX) {
        const char *end = g_utf8_find_prev_char(now->str, now->str + SK_PDF_TEXT_MAX + 1);
        g_string_truncate(now, (gsize)(end - now->str));
    }
    for (bool dropped = true; dropped;) {
        g_string_truncate(next, 0);
        dropped = drop_once(now->str, next);
        g_string_assign(now, next->str);
    }
    return g_string_free(g_steal_pointer(&now), FALSE);
}
