/* SPDX-License-Identifier: Apache-2.0
 * identify-text.c - contract in identify-text.h. */
#include "disarm/identify-text.h"

#include "disarm/odf.h"
#include "format/charset.h"

#include <string.h>

#define HEAD_CHARACTERS 8192u /* what marks are looked for in, of any encoding */

bool
sk_text_is_name(SkType hint)
{
    static const SkType names[] = { SK_TYPE_TEXT, SK_TYPE_CSV, SK_TYPE_TSV, SK_TYPE_JSON,
                                    SK_TYPE_XML,  SK_TYPE_HTML, SK_TYPE_MHT, SK_TYPE_SVG,
                                    SK_TYPE_ICS,  SK_TYPE_VCF, SK_TYPE_EML, SK_TYPE_MBOX };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i] == hint)
            return true;
    return false;
}

/* ---- the beginning, as UTF-8 ----------------------------------------------------------------- */

static SkSpan
skip_space(SkSpan text)
{
    size_t at = 0;
    while (at < text.n && g_ascii_isspace(text.p[at]))
        at++;
    return sk_span_sub(text, at, text.n - at);
}

/* (transfer full): without a byte order mark; the bytes themselves where no encoding fits: drawings may be in any
 * old one. */
static GString *
read_head(SkSpan input)
{
    GString *head = g_string_new(NULL);
    size_t bom = 0;
    SkCharset charset = sk_charset_guess(input, &bom);
    SkSpan body = sk_span_sub(input, bom, input.n - bom);
    uint32_t c = 0;

    if (charset == SK_CHARSET_NONE)
        return g_string_append_len(head, (const char *)input.p, (gssize)MIN(input.n, HEAD_CHARACTERS));
    SkCharsetCursor cursor = sk_charset_cursor(body, charset);
    for (unsigned i = 0; i < HEAD_CHARACTERS && sk_charset_next(&cursor, &c); i++) {
        uint8_t utf8[4];
        unsigned n = sk_charset_utf8(c, utf8);
        if (c != 0xFEFF)
            g_string_append_len(head, (const char *)utf8, n);
    }
    return head;
}

static bool
begins_with(SkSpan text, const char *word)
{
    SkSpan w = sk_span_str(word);
    return text.n >= w.n && g_ascii_strncasecmp((const char *)text.p, word, w.n) == 0;
}

static bool
has_word(SkSpan text, const char *word)
{
    return sk_span_find(text, 0, sk_span_str(word)) != SIZE_MAX;
}

static SkSpan
next_line(SkSpan text)
{
    size_t end = sk_span_find(text, 0, sk_span("\n", 1));
    return end == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(text, end + 1, text.n - end - 1);
}

/* ---- marks of single formats ----------------------------------------------------------------- */

/* Is @code alone on the first line? */
static bool
begins_with_group(SkSpan text, const char *code)
{
    size_t n = strlen(code);
    return sk_span_starts(text, code) && text.n > n && (text.p[n] == '\n' || text.p[n] == '\r');
}

/* Group code 0 and SECTION, each on its line; many programs write comments (999) before them. White
 * space before it is gone already. */
static bool
begins_as_dxf(SkSpan text)
{
    while (begins_with_group(text, "999")) {
        size_t remark = sk_span_find(text, 0, sk_span("\n", 1));
        size_t end =
            remark == SIZE_MAX ? SIZE_MAX : sk_span_find(text, remark + 1, sk_span("\n", 1));
        if (end == SIZE_MAX)
            return false;
        text = skip_space(sk_span_sub(text, end, text.n - end));
    }
    return begins_with_group(text, "0") &&
           begins_with(skip_space(sk_span_sub(text, 1, text.n - 1)), "SECTION");
}

/* A header field of a mail (RFC 5322 2.2) as they are in fact: letters, digits, hyphens, a colon. */
static bool
begins_with_field(SkSpan text)
{
    size_t at = 0;
    while (at < text.n && at < 77 && (g_ascii_isalnum(text.p[at]) || text.p[at] == '-'))
        at++;
    return at > 0 && at < text.n && text.p[at] == ':' && g_ascii_isalpha(text.p[0]);
}

/* RFC 4155: a separator, and a mail behind it. */
static bool
begins_as_mbox(SkSpan text)
{
    return sk_span_starts(text, "From ") && begins_with_field(next_line(text));
}

/* SYLK asks Excel by its first letters, whatever the name; every later line has a letter and a
 * semicolon. */
static bool
begins_as_sylk(SkSpan text)
{
    SkSpan second = next_line(text);
    return sk_span_starts(text, "ID;P") && second.n > 1 && g_ascii_isupper(second.p[0]) &&
           (second.p[1] == ';' || g_ascii_isupper(second.p[1]));
}

static bool
begins_as_web_query(SkSpan text)
{
    SkSpan second = next_line(text), third = next_line(second);
    return begins_with(text, "WEB") && text.n > 3 && (text.p[3] == '\r' || text.p[3] == '\n') &&
           sk_span_starts(second, "1") && begins_with(third, "http");
}

/* PEM (RFC 7468) and OpenPGP's armour (RFC 9580 6.2). */
static SkType
of_armour(SkSpan text)
{
    if (!sk_span_starts(text, "-----BEGIN "))
        return SK_TYPE_TEXT;
    size_t end = sk_span_find(text, 0, sk_span("\n", 1));
    SkSpan line = end == SIZE_MAX ? text : sk_span_sub(text, 0, end);
    if (has_word(line, "PRIVATE KEY"))
        return SK_TYPE_KEY;
    if (has_word(line, "PGP ") || has_word(line, "PKCS7") || has_word(line, "CMS"))
        return SK_TYPE_SEALED;
    return has_word(line, "CERTIFICATE") || has_word(line, "X509") || has_word(line, "PUBLIC KEY")
               ? SK_TYPE_CERTIFICATE
               : SK_TYPE_TEXT;
}

/* ---- XML ------------------------------------------------------------------------------------- */

/* Skips declarations, comments and a document type, perhaps with entities: where the first element's
 * name begins; SIZE_MAX where there is none. */
static size_t
find_root(SkSpan text)
{
    size_t at = 0;

    for (;;) {
        at = sk_span_find(text, at, sk_span_str("<"));
        if (at == SIZE_MAX || text.n - at < 2)
            return SIZE_MAX;
        SkSpan rest = sk_span_sub(text, at, text.n - at);
        const char *end = sk_span_starts(rest, "<?")     ? "?>"
                          : sk_span_starts(rest, "<!--") ? "-->"
                                                         : NULL;
        if (end == NULL && sk_span_starts(rest, "<!")) {
            size_t subset = sk_span_find(rest, 0, sk_span_str("[")),
                   close = sk_span_find(rest, 0, sk_span_str(">"));
            end = subset < close ? "]" : ">";
        }
        if (end == NULL)
            return at + 1;
        at = sk_span_find(text, at, sk_span_str(end));
        if (at == SIZE_MAX)
            return SIZE_MAX;
    }
}

/* The first element's name, without a prefix. */
static SkSpan
root_name(SkSpan text)
{
    size_t from = find_root(text), to = from;

    if (from == SIZE_MAX)
        return SK_SPAN_EMPTY;
    while (to < text.n && text.p[to] != 0 &&
           (g_ascii_isalnum((char)text.p[to]) || strchr("_-.:", text.p[to]) != NULL))
        to++;
    SkSpan name = sk_span_sub(text, from, to - from);
    size_t colon = sk_span_find(name, 0, sk_span_str(":"));
    return colon == SIZE_MAX ? name : sk_span_sub(name, colon + 1, name.n - colon - 1);
}

static SkType
of_root(SkSpan text)
{
    static const struct {
        const char *name;
        SkType type;
    } roots[] = {
        { "svg", SK_TYPE_SVG },
        { "html", SK_TYPE_HTML },
        { "scriptlet", SK_TYPE_SCRIPT },
        { "libraryDescription", SK_TYPE_SHORTCUT },
        { "searchConnectorDescription", SK_TYPE_SHORTCUT },
        { "PCSettings", SK_TYPE_SHORTCUT },
        { "jnlp", SK_TYPE_SHORTCUT },
        { "VisioDocument", SK_TYPE_VISIO },
    };
    SkSpan name = root_name(text);
    for (size_t i = 0; i < G_N_ELEMENTS(roots); i++)
        if (begins_with(name, roots[i].name) && name.n == strlen(roots[i].name))
            return roots[i].type;
    return SK_TYPE_XML;
}

/* ---- marks ----------------------------------------------------------------------------------- */

static SkType
by_first_words(SkSpan text)
{
    static const struct {
        const char *words;
        SkType type;
    } beginnings[] = {
        { "<!doctype html", SK_TYPE_HTML },
        { "<html", SK_TYPE_HTML },
        { "<svg", SK_TYPE_SVG },
        { "<?xml", SK_TYPE_XML },
        { "<?php", SK_TYPE_SCRIPT },
        { "#!/", SK_TYPE_SCRIPT },
        { "#! /", SK_TYPE_SCRIPT },
        { "@echo off", SK_TYPE_SCRIPT },
        { "#@~^", SK_TYPE_SCRIPT }, /* an encoded script */
        { "<hta:application", SK_TYPE_SCRIPT },
        { "<script", SK_TYPE_SCRIPT },
        { "windows registry editor", SK_TYPE_SCRIPT },
        { "regedit4", SK_TYPE_SCRIPT },
        { "[internetshortcut]", SK_TYPE_SHORTCUT },
        { "[desktop entry]", SK_TYPE_SHORTCUT },
        { "%!ps", SK_TYPE_PS },
        { "%!fonttype", SK_TYPE_FONT },
        { "# disk descriptorfile", SK_TYPE_DISK },
        { "putty-user-key-file", SK_TYPE_KEY },
        { "begin:vcalendar", SK_TYPE_ICS },
        { "begin:vcard", SK_TYPE_VCF },
        { "mime-version:", SK_TYPE_EML },
        { "received:", SK_TYPE_EML },
        { "return-path:", SK_TYPE_EML },
        { "delivered-to:", SK_TYPE_EML },
        { "dkim-signature:", SK_TYPE_EML },
        { "authentication-results:", SK_TYPE_EML },
        { "message-id:", SK_TYPE_EML },
        { "from: ", SK_TYPE_EML },
        { "iso-10303-21;", SK_TYPE_P21 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++)
        if (begins_with(text, beginnings[i].words))
            return beginnings[i].type;
    return begins_as_dxf(text)         ? SK_TYPE_DXF
           : begins_as_mbox(text)      ? SK_TYPE_MBOX
           : begins_as_sylk(text)      ? SK_TYPE_QUERY
           : begins_as_web_query(text) ? SK_TYPE_QUERY
                                       : of_armour(text);
}

SkType
sk_text_mark(SkSpan input)
{
    g_autoptr(GString) head = read_head(input);
    SkSpan text = skip_space(sk_span(head->str, head->len));
    SkType mark = by_first_words(text);

    /* SXF's short form keeps its features in comments of a STEP file that is empty otherwise. */
    if (mark == SK_TYPE_P21)
        return sk_span_find(input, 0, sk_span_str("/*SXF")) != SIZE_MAX ? SK_TYPE_SFC : mark;
    bool commented = mark == SK_TYPE_TEXT && sk_span_starts(text, "<!--");
    bool declared = mark == SK_TYPE_TEXT && begins_with(text, "<!doctype");
    if (mark == SK_TYPE_XML || commented || declared) {
        SkType root = of_root(text);
        mark = root != SK_TYPE_XML || mark == SK_TYPE_XML || declared ? root : SK_TYPE_TEXT;
    }
    SkType flat = mark == SK_TYPE_XML ? sk_odf_identify_flat(input, NULL) : SK_TYPE_NONE;
    return flat != SK_TYPE_NONE ? flat : mark;
}

/* ---- mark and name --------------------------------------------------------------------------- */

/* The first character that is no space, in any encoding. */
static char
first_of(SkSpan input)
{
    g_autoptr(GString) head = read_head(input);
    SkSpan text = skip_space(sk_span(head->str, head->len));
    return text.n == 0 ? '\0' : (char)text.p[0];
}

static bool
is_mail(SkSpan input)
{
    g_autoptr(GString) head = read_head(input);
    return begins_with_field(skip_space(sk_span(head->str, head->len)));
}

/* Tables may begin with anything that is not another format's mark; a mail's words may head a
 * column. */
static SkType
decide_table(SkType mark, SkType hint)
{
    return mark == SK_TYPE_TEXT || mark == SK_TYPE_EML || mark == SK_TYPE_MBOX ? hint : mark;
}

static SkType
decide_markup(SkSpan input, SkType mark, SkType hint)
{
    bool angle = first_of(input) == '<';
    bool plain = mark == SK_TYPE_TEXT;

    if (hint == SK_TYPE_HTML) /* a page may begin with a word, or with a script */
        return plain || (mark == SK_TYPE_SCRIPT && angle) ? hint : mark;
    if (hint == SK_TYPE_SVG) /* what is no drawing, its reader refuses as a broken one */
        return plain || mark == SK_TYPE_XML ? hint : mark;
    return angle && plain ? hint : mark; /* XML without its declaration */
}

SkType
sk_text_decide(SkSpan input, SkType mark, SkType hint)
{
    switch ((unsigned)hint) {
    case SK_TYPE_TEXT: /* an editor opens it, whatever it is */
        return hint;
    case SK_TYPE_CSV:
    case SK_TYPE_TSV:
        return decide_table(mark, hint);
    case SK_TYPE_XML:
    case SK_TYPE_HTML:
    case SK_TYPE_SVG:
        return decide_markup(input, mark, hint);
    case SK_TYPE_JSON:
        return mark == SK_TYPE_TEXT && strchr("{[\"-0123456789tfn", first_of(input)) != NULL ? hint
                                                                                         : mark;
    case SK_TYPE_EML:
        return mark == SK_TYPE_TEXT && is_mail(input) ? hint : mark;
    case SK_TYPE_MHT: /* a mail of the parts of a page; some begin with what made it */
        return mark == SK_TYPE_EML || (mark == SK_TYPE_TEXT && is_mail(input)) ? hint : mark;
    case SK_TYPE_SCRIPT: /* any text may be one of these, and none passes */
    case SK_TYPE_SHORTCUT:
    case SK_TYPE_QUERY:
    case SK_TYPE_CERTIFICATE:
    case SK_TYPE_KEY:
    case SK_TYPE_SEALED:
    case SK_TYPE_PS:
    case SK_TYPE_DISK:
    case SK_TYPE_MODEL3D:
    case SK_TYPE_GIS:
    case SK_TYPE_PACKAGE:
        return hint;
    default:
        return mark;
    }
}
