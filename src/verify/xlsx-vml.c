/* SPDX-License-Identifier: Apache-2.0
 * xlsx-vml.c - VML drawings (docs/formats/xlsx.md, "VML drawings"): both kinds are fixed but for
 * numbers, so they are read against what they must be, tag by tag; contract in xlsx.h. */
#include "verify/xlsx.h"

#include <stdarg.h>
#include <string.h>

#define ANCHORS 8u
#define ANCHOR_MAX 1048576u
#define HEADERS_MAX 18u
#define ANCHOR_TEXT_MAX 128u

static bool
no(const SkOoxmlWalk *walk, const char *what)
{
    return sk_package_no(walk, SK_ELEMENT_VML_DRAWING, what);
}

static bool
next_is(const SkOoxmlWalk *walk, SkXmlToken want)
{
    SkXmlToken token = sk_xml_next(walk->xml);

    return token == want || (token != SK_XML_NO && no(walk, "VML"));
}

/* The start tag that has just been read: its name, then names and values of its attributes, NULL at
 * the end. */
static bool
is_tag(const SkOoxmlWalk *walk, bool empty, const char *name, va_list args)
{
    const SkXml *xml = walk->xml;
    const char *attribute = NULL;
    unsigned i = 0;

    if (!sk_span_is(xml->name, name) || xml->empty != empty)
        return no(walk, name);
    for (; (attribute = va_arg(args, const char *)) != NULL; i++) {
        const char *value = va_arg(args, const char *);
        if (i >= xml->n_attributes || !sk_span_is(xml->attributes[i].name, attribute) ||
            (value != NULL && !sk_span_is(xml->attributes[i].value, value)))
            return no(walk, attribute);
    }
    return i == xml->n_attributes || no(walk, name);
}

/* The next token is this start tag. A value NULL is any: the caller looks at it. */
G_GNUC_NULL_TERMINATED static bool
start(const SkOoxmlWalk *walk, const char *name, ...)
{
    va_list args;

    if (!next_is(walk, SK_XML_START))
        return false;
    va_start(args, name);
    bool good = is_tag(walk, false, name, args);
    va_end(args);
    return good;
}

G_GNUC_NULL_TERMINATED static bool
empty(const SkOoxmlWalk *walk, const char *name, ...)
{
    va_list args;

    if (!next_is(walk, SK_XML_START))
        return false;
    va_start(args, name);
    bool good = is_tag(walk, true, name, args);
    va_end(args);
    return good;
}

static bool
end(const SkOoxmlWalk *walk)
{
    return next_is(walk, SK_XML_END);
}

/* All the text of an element that is open, and its end. */
static bool
read_text(const SkOoxmlWalk *walk, char *ret, size_t size, size_t *ret_n)
{
    SkXmlToken token = SK_XML_NO;
    size_t n = 0;

    while ((token = sk_xml_next(walk->xml)) == SK_XML_TEXT) {
        n += sk_xml_resolve(walk->xml->text, ret + n, size - n);
        if (n >= size)
            return no(walk, "VML text");
    }
    *ret_n = n;
    return token == SK_XML_END || (token != SK_XML_NO && no(walk, "VML"));
}

/* <NAME>TEXT</NAME>. */
static bool
element(const SkOoxmlWalk *walk, const char *name, const char *text)
{
    char found[ANCHOR_TEXT_MAX];
    size_t n = 0;

    return start(walk, name, NULL) && read_text(walk, found, sizeof found, &n) &&
           (sk_span_is(sk_span(found, n), text) || no(walk, name));
}

static bool
check_anchor(const SkOoxmlWalk *walk)
{
    char text[ANCHOR_TEXT_MAX];
    size_t n = 0;
    unsigned numbers = 0;

    if (!start(walk, "x:Anchor", NULL) || !read_text(walk, text, sizeof text, &n))
        return false;
    for (size_t at = 0; at <= n; numbers++) {
        size_t to = at;
        uint32_t number = 0;
        while (to < n && text[to] != ',')
            to++;
        if (!sk_workbook_whole(sk_span(text + at, to - at), ANCHOR_MAX, &number))
            return no(walk, "x:Anchor");
        if (to < n && (to + 1 == n || text[to + 1] != ' '))
            return no(walk, "x:Anchor");
        at = to < n ? to + 2 : n + 1;
    }
    return numbers == ANCHORS || no(walk, "x:Anchor");
}

static bool
check_note(SkOoxmlWalk *walk, const SkXlsxNote *note, const char *id)
{
    const char *style = "position:absolute;margin-left:0;margin-top:0;width:108pt;height:60pt;"
                        "z-index:1;visibility:";
    g_autofree char *row = g_strdup_printf("%u", note->row);
    g_autofree char *column = g_strdup_printf("%u", note->column);
    g_autofree char *shown = g_strconcat(style, "visible", NULL);
    g_autofree char *hidden = g_strconcat(style, "hidden", NULL);

    if (!start(walk, "v:shape", "fillcolor", "#ffffe1", "id", id, "o:insetmode", "auto", "style",
               NULL, "type", "#_x0000_t202", NULL))
        return false;
    bool visible = sk_span_is(walk->xml->attributes[3].value, shown);
    if (!visible && !sk_span_is(walk->xml->attributes[3].value, hidden))
        return no(walk, "style");
    return empty(walk, "v:fill", "color2", "#ffffe1", NULL) &&
           empty(walk, "v:shadow", "color", "black", "obscured", "t", "on", "t", NULL) &&
           empty(walk, "v:path", "o:connecttype", "none", NULL) &&
           empty(walk, "v:textbox", "style", "mso-direction-alt:auto", NULL) &&
           start(walk, "x:ClientData", "ObjectType", "Note", NULL) &&
           empty(walk, "x:MoveWithCells", NULL) && empty(walk, "x:SizeWithCells", NULL) &&
           check_anchor(walk) && element(walk, "x:AutoFill", "False") &&
           element(walk, "x:Row", row) && element(walk, "x:Column", column) &&
           (!visible || empty(walk, "x:Visible", NULL)) && end(walk) && end(walk);
}

static bool
check_notes(SkOoxmlWalk *walk, const GArray *notes, unsigned number)
{
    if (!start(walk, "v:shapetype", "coordsize", "21600,21600", "id", "_x0000_t202", "o:spt", "202",
               "path", "m,l,21600r21600,l21600,xe", NULL) ||
        !empty(walk, "v:stroke", "joinstyle", "miter", NULL) ||
        !empty(walk, "v:path", "gradientshapeok", "t", "o:connecttype", "rect", NULL) || !end(walk))
        return false;
    for (unsigned i = 0; i < notes->len; i++) {
        g_autofree char *id = g_strdup_printf("_x0000_s%u", 1024 * number + i + 1);
        if (!check_note(walk, &g_array_index(notes, SkXlsxNote, i), id))
            return false;
    }
    return end(walk);
}

/* `Wpt` with W [1-9][0-9]{0,3}(\.[0-9]{1,4})?, at *@at, which moves behind it. */
static bool
take_points(SkSpan s, size_t *at)
{
    size_t from = *at;

    while (*at < s.n && g_ascii_isdigit(s.p[*at]))
        *at += 1;
    if (*at == from || *at - from > 4 || s.p[from] == '0')
        return false;
    if (*at < s.n && s.p[*at] == '.') {
        for (from = *at += 1; *at < s.n && g_ascii_isdigit(s.p[*at]);)
            *at += 1;
        if (*at == from || *at - from > 4)
            return false;
    }
    bool unit = s.n - *at >= 2 && s.p[*at] == 'p' && s.p[*at + 1] == 't';
    *at += unit ? 2 : 0;
    return unit;
}

static bool
take(SkSpan s, size_t *at, const char *text)
{
    size_t n = strlen(text);

    if (!sk_span_is(sk_span_sub(s, *at, MIN(n, s.n - *at)), text))
        return false;
    *at += n;
    return true;
}

static bool
is_header_style(SkSpan s, unsigned index)
{
    g_autofree char *z = g_strdup_printf(";z-index:%u", index);
    size_t at = 0;

    return take(s, &at, "position:absolute;margin-left:0;margin-top:0;width:") &&
           take_points(s, &at) && take(s, &at, ";height:") && take_points(s, &at) &&
           take(s, &at, z) && at == s.n;
}

/* Which of the 18 places it is; HEADERS_MAX: none. */
static unsigned
header_place(SkSpan id)
{
    static const char *const sides[] = { "LH", "CH", "RH", "LF", "CF", "RF" };
    static const char *const pages[] = { "", "EVEN", "FIRST" };

    for (unsigned i = 0; i < HEADERS_MAX; i++) {
        g_autofree char *name = g_strconcat(sides[i % 6], pages[i / 6], NULL);
        if (sk_span_is(id, name))
            return i;
    }
    return HEADERS_MAX;
}

/* Its start tag has just been read. */
static bool
check_header(SkOoxmlWalk *walk, unsigned number, unsigned index, uint32_t *places)
{
    const SkXml *xml = walk->xml;
    g_autofree char *id = g_strdup_printf("_x0000_s%u", 1024 * number + index);

    if (!sk_span_is(xml->name, "v:shape") || xml->empty || xml->n_attributes != 4 ||
        !sk_span_is(xml->attributes[0].name, "id") ||
        !sk_span_is(xml->attributes[1].name, "o:spid") ||
        !sk_span_is(xml->attributes[1].value, id) ||
        !sk_span_is(xml->attributes[2].name, "style") ||
        !is_header_style(xml->attributes[2].value, index) ||
        !sk_span_is(xml->attributes[3].name, "type") ||
        !sk_span_is(xml->attributes[3].value, "#_x0000_t75"))
        return no(walk, "v:shape");
    unsigned place = header_place(xml->attributes[0].value);
    uint32_t bit = (uint32_t)1 << place;
    if (place == HEADERS_MAX || (*places & bit) != 0)
        return no(walk, "id of v:shape");
    *places |= bit;
    return empty(walk, "v:imagedata", "o:relid", NULL, "o:title", "", NULL) &&
           sk_package_check_relation(walk, xml->attributes[0].value,
                                     SK_OOXML_TO(SK_XLSX_PICTURE)) &&
           empty(walk, "o:lock", "rotation", "t", "v:ext", "edit", NULL) && end(walk);
}

static bool
check_headers(SkOoxmlWalk *walk, unsigned number)
{
    uint32_t places = 0;

    if (!start(walk, "v:shapetype", "coordsize", "21600,21600", "filled", "f", "id", "_x0000_t75",
               "o:preferrelative", "t", "o:spt", "75", "path", "m@4@5l@4@11@9@11@9@5xe", "stroked",
               "f", NULL) ||
        !empty(walk, "v:stroke", "joinstyle", "miter", NULL) ||
        !empty(walk, "v:path", "gradientshapeok", "t", "o:connecttype", "rect", "o:extrusionok",
               "f", NULL) ||
        !empty(walk, "o:lock", "aspectratio", "t", "v:ext", "edit", NULL) || !end(walk))
        return false;
    for (unsigned i = 1; i <= HEADERS_MAX + 1; i++) {
        SkXmlToken token = sk_xml_next(walk->xml);
        if (token == SK_XML_END)
            return i > 1 || no(walk, "no picture");
        if (token != SK_XML_START)
            return token != SK_XML_NO && no(walk, "VML");
        if (!check_header(walk, number, i, &places))
            return false;
    }
    return false; /* the nineteenth has no place left */
}

bool
sk_workbook_vml(SkOoxmlWalk *walk)
{
    const SkXlsxFile *file = walk->file->state;
    unsigned number = sk_package_part_at(walk->file, walk->part)->number;
    g_autofree char *data = g_strdup_printf("%u", number);
    void *comments = NULL;
    const GArray *notes = NULL;

    if (!g_hash_table_lookup_extended(file->vml, GUINT_TO_POINTER(walk->part), NULL, &comments))
        return no(walk, "drawing of nothing");
    if (comments != NULL)
        notes = g_hash_table_lookup(file->notes, GUINT_TO_POINTER(GPOINTER_TO_UINT(comments) - 1));
    if (comments != NULL && notes == NULL)
        return no(walk, "drawing before its comments");
    return start(walk, "xml", "xmlns:v", "urn:schemas-microsoft-com:vml", "xmlns:o",
                 "urn:schemas-microsoft-com:office:office", "xmlns:x",
                 "urn:schemas-microsoft-com:office:excel", NULL) &&
           start(walk, "o:shapelayout", "v:ext", "edit", NULL) &&
           empty(walk, "o:idmap", "data", data, "v:ext", "edit", NULL) && end(walk) &&
           (notes != NULL ? check_notes(walk, notes, number) : check_headers(walk, number)) &&
           next_is(walk, SK_XML_EOF);
}
