/* SPDX-License-Identifier: Apache-2.0
 *
 * html.c - the profile of web pages: the fixed head, then tags, attributes and texts of the table
 * alone, each in its one spelling. Nothing here follows the algorithm of HTML: no element of the
 * profile changes how what follows is cut into tags, so every reader cuts it as this one does.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/html.md   Tests: tests/unit/verify/test-html.c,
 * tests/fuzz/fuzz-verify-html.c
 */
#include "verify/html.h"

#include "base/reader.h"
#include "verify/chars.h"
#include "verify/link.h"

#include <string.h>

#define OPEN_MAX 512u
#define IDS_MAX 1000000u

typedef struct {
    SkProof *proof;
    SkReader r;
    const SkHtmlTableRow *open[OPEN_MAX];
    unsigned open_n;
    uint32_t ids, refers; /* the last id that stood; the greatest one that is referred to */
} Page;

static bool
no(Page *self, SkElement element, const char *what)
{
    return sk_proof_no(self->proof, element, "%s, byte %zu", what, self->r.at);
}

static bool
take(Page *self, const char *s)
{
    SkReader ahead = self->r;
    size_t n = strlen(s);

    if (sk_reader_left(&ahead) < n || !sk_span_is(sk_reader_span(&ahead, n), s))
        return false;
    self->r = ahead;
    return true;
}

static SkSpan
name(Page *self)
{
    size_t from = self->r.at;

    for (int c; (c = sk_reader_peek(&self->r, 0)) >= 0 && (g_ascii_islower(c) || g_ascii_isdigit(c) || c == '-');)
        sk_reader_skip(&self->r, 1);
    return sk_span_sub(self->r.in, from, self->r.at - from);
}

static const SkHtmlTableRow *
lookup(char kind, SkSpan word)
{
    for (unsigned i = 0; i < sk_html_table_n; i++) {
        if (sk_html_table[i].kind == kind && sk_span_is(word, sk_html_table[i].name))
            return &sk_html_table[i];
    }
    return NULL;
}

/* &amp; &lt; &gt; and, in values, &quot; are the only references; < > " stand nowhere else. */
static bool
take_text(Page *self, bool value, GString *out)
{
    for (int c; (c = sk_reader_peek(&self->r, 0)) >= 0 && c != '<' && c != (value ? '"' : '<');) {
        if (c == '>' )
            return no(self, SK_ELEMENT_NOT_CANONICAL, "a bare >");
        const char *as = NULL;
        if (c == '&') {
            as = take(self, "&amp;")  ? "&"
                 : take(self, "&lt;") ? "<"
                 : take(self, "&gt;") ? ">"
                 : value && take(self, "&quot;") ? "\"" : NULL;
            if (as == NULL)
                return no(self, SK_ELEMENT_NOT_CANONICAL, "a reference");
        } else {
            sk_reader_skip(&self->r, 1);
        }
        if (out != NULL && as != NULL)
            g_string_append(out, as);
        else if (out != NULL)
            g_string_append_c(out, (char)c);
    }
    return true;
}

/* ---- values --------------------------------------------------------------------------------- */

static bool
is_picture(Page *self, SkSpan s)
{
    static const char png[] = "data:image/png;base64,", jpeg[] = "data:image/jpeg;base64,";
    bool is_png = sk_span_starts(s, png);
    size_t from = is_png ? sizeof png - 1 : sizeof jpeg - 1;
    SkPicture picture;
    gsize n = 0;

    if (!is_png && !sk_span_starts(s, jpeg))
        return no(self, SK_ELEMENT_HTML_EXTERNAL, "src");
    g_autofree char *text = sk_span_dup(sk_span_sub(s, from, s.n - from));
    g_autofree guchar *data = g_base64_decode(text, &n);
    g_autofree char *again = n == 0 ? NULL : g_base64_encode(data, n);
    if (again == NULL || strcmp(again, text) != 0)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "base64");
    return is_png ? sk_verify_png(self->proof, sk_span(data, n), &picture)
                  : sk_verify_jpeg(self->proof, sk_span(data, n), &picture);
}

static bool
number_of(SkSpan s, const char *prefix, uint32_t *ret)
{
    size_t n = strlen(prefix);

    *ret = 0;
    if (!sk_span_starts(s, prefix) || s.n == n || s.n - n > 7 || s.p[n] == '0')
        return false;
    for (size_t i = n; i < s.n; i++) {
        if (!g_ascii_isdigit(s.p[i]))
            return false;
        *ret = *ret * 10 + (uint32_t)(s.p[i] - '0');
    }
    return true;
}

static bool
is_link(Page *self, SkSpan s)
{
    uint32_t id = 0;

    if (sk_span_starts(s, "#")) {
        if (!number_of(s, "#i", &id))
            return no(self, SK_ELEMENT_HTML_REFERENCE, "href");
        self->refers = MAX(self->refers, id);
        return true;
    }
    if (!sk_link_is_permitted(s))
        return no(self, SK_ELEMENT_UNSAFE_HYPERLINK, "href");
    return sk_proof_keeps(self->proof, SK_ELEMENT_HYPERLINK) || no(self, SK_ELEMENT_HYPERLINK, "href");
}

static bool
is_style(Page *self, SkSpan s)
{
    size_t at = 0;

    while (at < s.n) {
        size_t colon = sk_span_find(s, at, sk_span_str(":"));
        const SkHtmlTableRow *row =
            colon == SIZE_MAX ? NULL : lookup(':', sk_span_sub(s, at, colon - at));
        if (row == NULL)
            return no(self, SK_ELEMENT_HTML_STYLE, "property");
        size_t end = sk_span_find(s, colon, sk_span_str(";"));
        size_t to = end == SIZE_MAX ? s.n : end;
        SkSpan value = sk_span_sub(s, colon + 1, to - colon - 1);
        if (sk_span_find(value, 0, sk_span_str("url(")) != SIZE_MAX)
            return no(self, SK_ELEMENT_HTML_EXTERNAL, row->name);
        if (!sk_html_spelled(row->value, value))
            return no(self, SK_ELEMENT_HTML_STYLE, row->name);
        if (end != SIZE_MAX && end + 1 == s.n)
            return no(self, SK_ELEMENT_NOT_CANONICAL, "style");
        at = end == SIZE_MAX ? s.n : end + 1;
    }
    return s.n > 0 || no(self, SK_ELEMENT_NOT_CANONICAL, "style");
}

static bool
is_value(Page *self, const SkHtmlTableRow *row, SkSpan s)
{
    uint32_t id = 0;

    switch (row->value) {
    case 's':
        return is_style(self, s);
    case 'h':
        return is_link(self, s);
    case 'p':
        return is_picture(self, s);
    case 'i':
        if (!number_of(s, "i", &id) || id != self->ids + 1)
            return no(self, SK_ELEMENT_NOT_CANONICAL, "id");
        self->ids = id;
        return id < IDS_MAX || no(self, SK_ELEMENT_NOT_CANONICAL, "ids");
    default:
        return sk_html_spelled(row->value, s) || no(self, SK_ELEMENT_NOT_CANONICAL, row->name);
    }
}

/* ---- tags ----------------------------------------------------------------------------------- */

static bool
refuse_attribute(Page *self, SkSpan word)
{
    if (sk_span_starts(word, "on"))
        return no(self, SK_ELEMENT_HTML_SCRIPT, "handler");
    if (sk_span_is(word, "download"))
        return no(self, SK_ELEMENT_HTML_SMUGGLING, "download");
    if (sk_span_is(word, "srcset") || sk_span_is(word, "background") || sk_span_is(word, "ping") ||
        sk_span_is(word, "poster"))
        return no(self, SK_ELEMENT_HTML_EXTERNAL, "attribute");
    return no(self, SK_ELEMENT_HTML_UNKNOWN, "attribute");
}

static bool
attributes(Page *self, const char *element)
{
    SkSpan before = SK_SPAN_EMPTY;
    g_autofree char *word = g_strconcat(" ", element, " ", NULL);

    while (take(self, " ")) {
        SkSpan attribute = name(self);
        const SkHtmlTableRow *row = lookup('@', attribute);
        if (row == NULL || (strcmp(row->where, " * ") != 0 && strstr(row->where, word) == NULL))
            return refuse_attribute(self, attribute);
        size_t n = MIN(before.n, attribute.n);
        int order = memcmp(before.p, attribute.p, n);
        if (order > 0 || (order == 0 && before.n >= attribute.n))
            return no(self, SK_ELEMENT_NOT_CANONICAL, "order");
        before = attribute;
        g_autoptr(GString) value = g_string_new(NULL);
        if (!take(self, "=\"") || !take_text(self, true, value) || !take(self, "\""))
            return no(self, SK_ELEMENT_NOT_CANONICAL, "value");
        if (!is_value(self, row, sk_span(value->str, value->len)))
            return false;
    }
    return true;
}

static bool
refuse_element(Page *self, SkSpan word)
{
    static const struct {
        const char *name;
        SkElement element;
    } known[] = {
        { "script", SK_ELEMENT_HTML_SCRIPT },     { "form", SK_ELEMENT_HTML_FORM },
        { "input", SK_ELEMENT_HTML_FORM },        { "button", SK_ELEMENT_HTML_FORM },
        { "select", SK_ELEMENT_HTML_FORM },       { "textarea", SK_ELEMENT_HTML_FORM },
        { "iframe", SK_ELEMENT_HTML_EMBEDDED },   { "object", SK_ELEMENT_HTML_EMBEDDED },
        { "embed", SK_ELEMENT_HTML_EMBEDDED },    { "applet", SK_ELEMENT_HTML_EMBEDDED },
        { "template", SK_ELEMENT_HTML_EMBEDDED }, { "video", SK_ELEMENT_HTML_EMBEDDED },
        { "audio", SK_ELEMENT_HTML_EMBEDDED },    { "link", SK_ELEMENT_HTML_EXTERNAL },
        { "base", SK_ELEMENT_HTML_REDIRECT },     { "meta", SK_ELEMENT_HTML_REDIRECT },
        { "style", SK_ELEMENT_HTML_STYLE },       { "svg", SK_ELEMENT_HTML_ISLAND },
        { "math", SK_ELEMENT_HTML_ISLAND },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (sk_span_is(word, known[i].name))
            return no(self, known[i].element, known[i].name);
    }
    return no(self, SK_ELEMENT_HTML_UNKNOWN, "element");
}

static bool
end_tag(Page *self)
{
    SkSpan word = name(self);

    if (self->open_n == 0 || !sk_span_is(word, self->open[self->open_n - 1]->name) || !take(self, ">"))
        return no(self, SK_ELEMENT_NOT_CANONICAL, "end tag");
    self->open_n--;
    return true;
}

static bool
start_tag(Page *self)
{
    SkSpan word = name(self);
    const SkHtmlTableRow *row = lookup('e', word);

    if (take(self, "!"))
        return no(self, SK_ELEMENT_HTML_COMMENT, "declaration");
    if (row == NULL)
        return refuse_element(self, word);
    if ((strcmp(row->name, "body") == 0) != (self->open_n == 0))
        return no(self, SK_ELEMENT_NOT_CANONICAL, "body");
    if (!attributes(self, row->name))
        return false;
    if (!take(self, ">") || (strcmp(row->name, "pre") == 0 && !take(self, "\n")))
        return no(self, SK_ELEMENT_NOT_CANONICAL, "tag");
    if (row->value == 'v')
        return true;
    if (self->open_n == OPEN_MAX)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "depth");
    self->open[self->open_n++] = row;
    return true;
}

static bool
body(Page *self)
{
    do {
        if (!take(self, "<"))
            return no(self, SK_ELEMENT_NOT_CANONICAL, "outside the body");
        if (take(self, "/") ? !end_tag(self) : !start_tag(self))
            return false;
        if (self->open_n > 0 && !take_text(self, false, NULL))
            return false;
    } while (self->open_n > 0);
    return true;
}

static bool
head(Page *self)
{
    bool good = take(self, "<!DOCTYPE html>\n<html");

    if (good && take(self, " lang=\"")) {
        size_t from = self->r.at;
        while (g_ascii_isalnum(MAX(sk_reader_peek(&self->r, 0), 0)) || sk_reader_peek(&self->r, 0) == '-')
            sk_reader_skip(&self->r, 1);
        good = sk_html_spelled('g', sk_span_sub(self->r.in, from, self->r.at - from)) && take(self, "\"");
    }
    good = good &&
           take(self, ">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "img-src data:; style-src 'unsafe-inline'\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    if (!good)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "head");
    return take_text(self, false, NULL) &&
           (take(self, "</title>\n</head>\n") || no(self, SK_ELEMENT_NOT_CANONICAL, "title"));
}

static bool
characters(SkProof *proof, SkSpan in)
{
    SkCharWalk walk = SK_CHAR_WALK(sk_proof_keeps(proof, SK_ELEMENT_TEXT_INVISIBLE));

    for (size_t at = 0; at < in.n;) {
        size_t from = at;
        uint32_t c = sk_char_next(in, &at);
        if (c == SK_CHAR_BAD)
            return sk_proof_no(proof, SK_ELEMENT_TEXT_ENCODING, "byte %zu", at);
        SkElement found = c == '\r' ? SK_ELEMENT_TEXT_NEWLINE : sk_char_step(&walk, c);
        if (found != SK_ELEMENT_NONE)
            return sk_proof_no(proof, found, "byte %zu", from);
    }
    SkElement found = sk_char_stop(&walk);
    return found == SK_ELEMENT_NONE || sk_proof_no(proof, found, "end");
}

bool
sk_verify_html(SkProof *proof, SkSpan in)
{
    g_autofree Page *self = g_new0(Page, 1);

    self->proof = proof;
    self->r = sk_reader(in);
    if (!characters(proof, in) || !head(self) || !body(self))
        return false;
    if (!take(self, "</html>") || sk_reader_left(&self->r) > 0)
        return no(self, SK_ELEMENT_NOT_CANONICAL, "end");
    return self->refers <= self->ids || no(self, SK_ELEMENT_HTML_REFERENCE, "an id that is not there");
}
