/* SPDX-License-Identifier: Apache-2.0
 * docx-words.c - the grammars of links and of fields' instructions; contracts in docx.h. */
#include "verify/docx.h"
#include "verify/chars.h"
#include "base/reader.h"

#include <string.h>

#define LINK_MAX 2048u
#define INSTRUCTION_MAX 4096u

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

/* ---- links -------------------------------------------------------------------------------- */

static int
hex_digit(int c)
{
    return g_ascii_isdigit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The rest of "%XX", and which byte it stands for: no control, but line ends where @lines. */
static bool
take_escape(SkReader *r, bool lines)
{
    int high = hex_digit(sk_reader_u8(r)), low = hex_digit(sk_reader_u8(r));

    if (high < 0 || low < 0)
        return false;
    int byte = high * 16 + low;
    return (byte >= 0x20 && byte != 0x7f) || (lines && (byte == '\r' || byte == '\n'));
}

/* As many of letters, digits, @set and escapes as there are; false: a wrong escape. */
static bool
take_run(SkReader *r, const char *set, bool lines, size_t *ret_n)
{
    size_t from = r->at;

    for (int c; (c = sk_reader_peek(r, 0)) >= 0;) {
        if (c != '%' && !one_of(c, set))
            break;
        sk_reader_skip(r, 1);
        if (c == '%' && !take_escape(r, lines))
            return false;
    }
    *ret_n = r->at - from;
    return true;
}

static bool
take_host(SkReader *r)
{
    size_t from = r->at;

    if (take(r, "[")) {
        for (int c; (c = sk_reader_peek(r, 0)) >= 0 && c != ']'; sk_reader_skip(r, 1))
            if (!g_ascii_isdigit(c) && !(c >= 'a' && c <= 'f') && c != ':' && c != '.')
                return false;
        return r->at > from + 1 && take(r, "]");
    }
    for (int c; (c = sk_reader_peek(r, 0)) >= 0; sk_reader_skip(r, 1)) {
        if (c == '%') {
            if (hex_digit(sk_reader_peek(r, 1)) < 8 || hex_digit(sk_reader_peek(r, 2)) < 0)
                return false;
            sk_reader_skip(r, 2);
        } else if (!g_ascii_islower(c) && !g_ascii_isdigit(c) && c != '-' && c != '.' && c != '_') {
            break;
        }
    }
    return r->at > from;
}

static bool
is_web_link(SkReader r)
{
    size_t n = 0, fragment = 0;

    if (!take_host(&r))
        return false;
    if (take(&r, ":")) {
        size_t from = r.at;
        while (g_ascii_isdigit(MAX(sk_reader_peek(&r, 0), 0)))
            sk_reader_skip(&r, 1);
        if (r.at == from || r.at - from > 5)
            return false;
    }
    if (sk_reader_left(&r) == 0)
        return true;
    if (!one_of(sk_reader_peek(&r, 0), "/?#") || g_ascii_isalnum(sk_reader_peek(&r, 0)))
        return false;
    for (size_t i = r.at; i < r.in.n; i++)
        fragment += r.in.p[i] == '#' ? 1 : 0;
    return fragment <= 1 && take_run(&r, "-._~!$&'()*+,;=:@/?#", false, &n) &&
           sk_reader_left(&r) == 0;
}

static bool
is_mail_link(SkReader r)
{
    static const char *const keys[] = { "subject=", "body=", "cc=", "bcc=" };
    size_t n = 0;

    if (!take_run(&r, "._+-'=,@!$&*~", false, &n) || n == 0)
        return false;
    for (const char *mark = "?"; sk_reader_left(&r) > 0; mark = "&") {
        bool known = false, body = false;
        if (!take(&r, mark))
            return false;
        for (unsigned i = 0; i < G_N_ELEMENTS(keys) && !known; i++) {
            known = take(&r, keys[i]);
            body = known && strcmp(keys[i], "body=") == 0;
        }
        if (!known || !take_run(&r, "-._~!$'()*+,;:@/?", body, &n))
            return false;
    }
    return true;
}

bool
sk_docx_is_link(SkSpan s)
{
    SkReader r = sk_reader(s);

    if (s.n > LINK_MAX)
        return false;
    if (take(&r, "http://") || take(&r, "https://"))
        return is_web_link(r);
    return take(&r, "mailto:") && is_mail_link(r);
}

/* ---- instructions ------------------------------------------------------------------------- */

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
    char link[LINK_MAX];
    size_t n = 0;

    if (take(&r, "\"")) {
        if (!take_quoted(&r, &quoted) || quoted.n > sizeof link)
            return false;
        for (size_t i = 0; i < quoted.n; i++) {
            if (quoted.p[i] == '\\')
                i++;
            link[n++] = (char)quoted.p[i];
        }
        if (!sk_docx_is_link(sk_span(link, n)) || !take(&r, " "))
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

    if (s.n > INSTRUCTION_MAX || has_control(s) || !take(&r, " "))
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
