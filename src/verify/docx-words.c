/* SPDX-License-Identifier: Apache-2.0
 * docx-words.c - contract in docx-words.h. */
#include "verify/docx-words.h"
#include "verify/chars.h"
#include "verify/link.h"
#include "base/reader.h"

#include <string.h>

static bool
one_of(int c, const char *set)
{
    return c > 0 && c < 0x80 && (g_ascii_isalnum(c) || strchr(set, c) != NULL);
}

static bool
take(SkReader *r, const char *s)
{
    SkReader ahead = *r;
    if (!sk_span_is(sk_reader_span(&ahead, strlen(s)), s))
        return false;
    *r = ahead;
    return true;
}

static const char *const list_a[] = { "ADVANCE",  "AUTONUM", "AUTONUMLGL", "AUTONUMOUT",   "DATE",
                                      "INDEX",    "LISTNUM", "NOTEREF",    "NUMPAGES",     "PAGE",
                                      "PAGEREF",  "REF",     "SECTION",    "SECTIONPAGES", "SEQ",
                                      "STYLEREF", "SYMBOL",  "TA",         "TC",           "TIME",
                                      "TOA",      "TOC",     "XE" };

/* From behind the opening quote to behind the closing one; @ret is what stands between. */
static bool
take_quoted(SkReader *r, SkSpan *ret)
{
    size_t from = r->at;

    while (sk_reader_left(r) > 0) {
        uint8_t c = sk_reader_u8(r);
        if (c == '"') {
            *ret = sk_span_sub(r->in, from, r->at - 1 - from);
            return true;
        }
        if (c == '\\') {
            c = sk_reader_u8(r);
            if (c != '"' && c != '\\')
                return false;
        }
    }
    return false;
}

static bool
is_bare(uint32_t c)
{
    if (c < 0x80)
        return one_of((int)c, "_.:;/%+,-");
    return c >= 0xa1 && !(c >= 0x2000 && c <= 0x206f) && c != 0x3000 && c != 0xfeff && c != 0xff02;
}

/* A switch, a quoted or a bare token, and the space behind it. */
static bool
take_token(SkReader *r)
{
    SkSpan quoted = SK_SPAN_EMPTY;
    size_t from = r->at;

    if (take(r, "\\"))
        return one_of(sk_reader_u8(r), "*@#!") && !g_ascii_isdigit(r->in.p[r->at - 1]) &&
               take(r, " ");
    if (take(r, "\""))
        return take_quoted(r, &quoted) && take(r, " ");
    while (sk_reader_left(r) > 0) {
        size_t at = r->at;
        if (!is_bare(sk_char_next(r->in, &at)))
            break;
        sk_reader_seek(r, at);
    }
    return r->at > from && take(r, " ");
}

static bool
is_hyperlink(SkReader r)
{
    SkSpan quoted = SK_SPAN_EMPTY;
    char link[SK_LINK_MAX];
    size_t n = 0;

    if (take(&r, "\"")) {
        if (!take_quoted(&r, &quoted) || quoted.n > sizeof link)
            return false;
        for (size_t i = 0; i < quoted.n; i++) {
            if (quoted.p[i] == '\\')
                i++;
            link[n++] = (char)quoted.p[i];
        }
        if (!sk_link_is_permitted(sk_span(link, n)) || !take(&r, " "))
            return false;
        if (take(&r, "\\l \"") && (!take_quoted(&r, &quoted) || !take(&r, " ")))
            return false;
    } else if (!take(&r, "\\l \"") || !take_quoted(&r, &quoted) || !take(&r, " ")) {
        return false;
    }
    if (take(&r, "\\o \"") && (!take_quoted(&r, &quoted) || !take(&r, " ")))
        return false;
    return sk_reader_left(&r) == 0;
}

/* What stands behind EQ or `=`: raw, then a space. */
static bool
is_raw(SkReader r)
{
    size_t n = sk_reader_left(&r);
    SkSpan raw = sk_reader_span(&r, n);

    if (n < 2 || raw.p[n - 1] != ' ' || raw.p[0] == ' ' || raw.p[n - 2] == ' ')
        return false;
    return memchr(raw.p, '{', n) == NULL && memchr(raw.p, '}', n) == NULL;
}

static bool
has_control(SkSpan s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t c = sk_char_next(s, &at);
        if (c == SK_CHAR_BAD || c < 0x20 || (c >= 0x7f && c < 0xa0))
            return true;
    }
    return false;
}

bool
sk_docx_is_instruction(SkSpan s)
{
    SkReader r = sk_reader(s);

    if (s.n > SK_DOCX_INSTRUCTION_MAX || has_control(s) || !take(&r, " "))
        return false;
    if (take(&r, "EQ ") || take(&r, "= "))
        return is_raw(r);
    if (take(&r, "HYPERLINK "))
        return is_hyperlink(r);
    size_t from = r.at;
    while (g_ascii_isupper(MAX(sk_reader_peek(&r, 0), 0)))
        sk_reader_skip(&r, 1);
    SkSpan name = sk_span_sub(s, from, r.at - from);
    bool listed = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(list_a); i++)
        listed = listed || sk_span_is(name, list_a[i]);
    if (!listed || !take(&r, " "))
        return false;
    while (sk_reader_left(&r) > 0)
        if (!take_token(&r))
            return false;
    return true;
}
