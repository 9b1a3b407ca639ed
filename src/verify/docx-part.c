/* SPDX-License-Identifier: Apache-2.0
 * docx-part.c - one XML part, element by element; contract in docx.h.
 *
 * Every element and attribute is in the table; a few elements have rules beside it
 * (docs/formats/docx.md, "Rules beyond the table"): `rules` says which, so that all others cost one
 * look. */
#include "verify/docx.h"

#include <string.h>

#define FIELDS_MAX 32u
#define INSTRUCTION_MAX 4096u
#define IDS_MAX 65536u
#define TEXT_MAX 8192u

typedef enum {
    RULE_NONE,
    RULE_ROOT,      /* stands only as the root of its part */
    RULE_ALTERNATE, /* mc:AlternateContent */
    RULE_CHOICE,    /* mc:Choice */
    RULE_STORY,     /* fields that begin in it end in it */
    RULE_NOTE, /* w:footnote, w:endnote, w:comment: a story with an id, or in w:settings a reference
                */
    RULE_REFERENCE,   /* to a note */
    RULE_FIELD,       /* w:fldChar */
    RULE_INSTRUCTION, /* w:instrText, w:delInstrText */
    RULE_SIMPLE,      /* w:fldSimple */
    RULE_FORMULA,     /* c:f */
    RULE_CHART,       /* c:chart, which is two things */
    RULE_NEEDS_ID,    /* r:id is obligatory */
    RULE_BLIP,        /* a:blip: r:embed is obligatory */
    RULE_GRAPHIC,     /* a:graphicData: uri is obligatory */
} Rule;

static const uint8_t rules[E_COUNT] = {
    [E_w_document] = RULE_ROOT,
    [E_w_styles] = RULE_ROOT,
    [E_w_numbering] = RULE_ROOT,
    [E_w_settings] = RULE_ROOT,
    [E_w_fonts] = RULE_ROOT,
    [E_w_footnotes] = RULE_ROOT,
    [E_w_endnotes] = RULE_ROOT,
    [E_w_hdr] = RULE_ROOT,
    [E_w_ftr] = RULE_ROOT,
    [E_w_comments] = RULE_ROOT,
    [E_a_theme] = RULE_ROOT,
    [E_c_chartSpace] = RULE_ROOT,
    [E_mc_AlternateContent] = RULE_ALTERNATE,
    [E_mc_Choice] = RULE_CHOICE,
    [E_w_txbxContent] = RULE_STORY,
    [E_w_footnote] = RULE_NOTE,
    [E_w_endnote] = RULE_NOTE,
    [E_w_comment] = RULE_NOTE,
    [E_w_footnoteReference] = RULE_REFERENCE,
    [E_w_endnoteReference] = RULE_REFERENCE,
    [E_w_commentReference] = RULE_REFERENCE,
    [E_w_commentRangeStart] = RULE_REFERENCE,
    [E_w_commentRangeEnd] = RULE_REFERENCE,
    [E_w_fldChar] = RULE_FIELD,
    [E_w_instrText] = RULE_INSTRUCTION,
    [E_w_delInstrText] = RULE_INSTRUCTION,
    [E_c_f] = RULE_FORMULA,
    [E_w_fldSimple] = RULE_SIMPLE,
    [E_c_chart] = RULE_CHART,
    [E_w_headerReference] = RULE_NEEDS_ID,
    [E_w_footerReference] = RULE_NEEDS_ID,
    [E_a_hlinkClick] = RULE_NEEDS_ID,
    [E_a_blip] = RULE_BLIP,
    [E_a_graphicData] = RULE_GRAPHIC,
};

/* What stays by default, and goes where the policy says so. */
static const uint8_t kept_as[E_COUNT] = {
    [E_w_ins] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_del] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_moveFrom] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_moveTo] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_rPrChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_pPrChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_sectPrChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_tblPrChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_tblPrExChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_trPrChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_tcPrChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_cellIns] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_cellDel] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_cellMerge] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_tblGridChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_numberingChange] = SK_ELEMENT_TRACKED_CHANGES,
    [E_w_comment] = SK_ELEMENT_COMMENTS,
    [E_w_commentReference] = SK_ELEMENT_COMMENTS,
    [E_w_commentRangeStart] = SK_ELEMENT_COMMENTS,
    [E_w_commentRangeEnd] = SK_ELEMENT_COMMENTS,
    [E_w_vanish] = SK_ELEMENT_HIDDEN_TEXT,
};

/* The namespace declarations of every root element, in this order. */
static const char *const declarations[][2] = {
    { "xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main" },
    { "xmlns:c", "http://schemas.openxmlformats.org/drawingml/2006/chart" },
    { "xmlns:m", "http://schemas.openxmlformats.org/officeDocument/2006/math" },
    { "xmlns:mc", "http://schemas.openxmlformats.org/markup-compatibility/2006" },
    { "xmlns:o", "urn:schemas-microsoft-com:office:office" },
    { "xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture" },
    { "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships" },
    { "xmlns:v", "urn:schemas-microsoft-com:vml" },
    { "xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main" },
    { "xmlns:w10", "urn:schemas-microsoft-com:office:word" },
    { "xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" },
    { "xmlns:wpg", "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" },
    { "xmlns:wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape" },
};

typedef struct {
    uint32_t separated; /* bit i: the field open at depth i has had its separator */
    unsigned open;
} Story;

typedef struct {
    SkDocx *docx;
    SkXml *xml; /* borrowed */
    SkDocxKind kind;
    const SkDocxRelations *relations;
    unsigned used; /* relationships used so far: those after it have not been */

    unsigned depth;
    uint16_t open[SK_XML_DEPTH_MAX];    /* SkDocxElement */
    uint8_t children[SK_XML_DEPTH_MAX]; /* seen so far, saturating at 2 */
    Story stories[SK_XML_DEPTH_MAX + 1];
    unsigned story;
    bool instruction_next; /* a field has begun: its instruction must be the next element */
    bool instruction_open;
    bool formula_open; /* its text is gathered in the same place: neither stands in the other */
    size_t instruction_n;
    char instruction[INSTRUCTION_MAX];
} Part;

static bool
no(const Part *part, SkElement element, const char *what)
{
    return sk_proof_no(part->docx->proof, element, "%s, byte %" G_GUINT64_FORMAT, what,
                       sk_xml_at(part->xml));
}

static SkDocxElement
parent(const Part *part)
{
    return part->depth == 0 ? E_NONE : (SkDocxElement)part->open[part->depth - 1];
}

/* ---- values ------------------------------------------------------------------------------- */

static bool
is_number(SkSpan v)
{
    size_t at = v.n > 0 && v.p[0] == '-' ? 1 : 0, from = at;

    while (at < v.n && g_ascii_isdigit(v.p[at]))
        at++;
    if (at == from || at - from > 18)
        return false;
    if (at < v.n && v.p[at] == '.') {
        from = ++at;
        while (at < v.n && g_ascii_isdigit(v.p[at]))
            at++;
        if (at == from || at - from > 18)
            return false;
    }
    if (at == v.n || (v.n - at == 1 && v.p[at] == '%'))
        return true;
    return v.n - at == 2 && g_ascii_islower(v.p[at]) && g_ascii_islower(v.p[at + 1]);
}

static bool
is_keyword(SkSpan v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!g_ascii_isalnum(v.p[i]) && strchr("_.#%+-{}:,", v.p[i]) == NULL)
            return false;
    return v.n >= 1 && v.n <= 64;
}

static bool
is_text(SkSpan v)
{
    return v.n <= TEXT_MAX || sk_xml_resolve(v, NULL, 0) <= TEXT_MAX;
}

static bool
is_tame_text(SkSpan v)
{
    return is_text(v) && memchr(v.p, '(', v.n) == NULL && memchr(v.p, ')', v.n) == NULL &&
           memchr(v.p, '\\', v.n) == NULL;
}

static bool
is_graphic(SkSpan v)
{
    static const char *const uris[] = {
        "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(uris); i++)
        if (sk_span_is(v, uris[i]))
            return true;
    return false;
}

/* rIdK of an explicit relationship of @kind; first uses come in ascending order. */
static bool
check_relation(Part *part, SkSpan v, SkDocxKind kind)
{
    const SkDocxRelations *relations = part->relations;
    size_t k = 0;

    if (!sk_span_starts(v, "rId") || v.n < 4 || v.n > 9 || v.p[3] == '0')
        return no(part, SK_ELEMENT_NOT_CANONICAL, "relationship id");
    for (size_t i = 3; i < v.n; i++) {
        if (!g_ascii_isdigit(v.p[i]))
            return no(part, SK_ELEMENT_NOT_CANONICAL, "relationship id");
        k = k * 10 + (size_t)(v.p[i] - '0');
    }
    if (k <= relations->implicit || k > relations->kinds->len ||
        relations->kinds->data[k - 1] != kind)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "relationship of another kind, or none");
    if (k > part->used + 1)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "relationship not in order of use");
    part->used = MAX(part->used, (unsigned)k);
    return true;
}

static bool
check_value(Part *part, uint8_t class, SkSpan v)
{
    bool fits = false;

    switch ((SkDocxClass) class) {
    case SK_DOCX_N:
        fits = is_number(v);
        break;
    case SK_DOCX_K:
        fits = is_keyword(v);
        break;
    case SK_DOCX_S:
        fits = is_text(v);
        break;
    case SK_DOCX_Y:
        fits = is_tame_text(v);
        break;
    case SK_DOCX_P:
        fits = sk_span_is(v, "preserve");
        break;
    case SK_DOCX_Q:
        fits = sk_span_is(v, "wps") || sk_span_is(v, "wpg");
        break;
    case SK_DOCX_G:
        fits = is_graphic(v);
        break;
    case SK_DOCX_IMAGE:
        return check_relation(part, v, SK_DOCX_PICTURES);
    case SK_DOCX_HEADER:
        return check_relation(part, v, SK_DOCX_HEADERS);
    case SK_DOCX_FOOTER:
        return check_relation(part, v, SK_DOCX_FOOTERS);
    case SK_DOCX_CHART:
        return check_relation(part, v, SK_DOCX_CHARTS);
    case SK_DOCX_LINK:
        return check_relation(part, v, SK_DOCX_HYPERLINKS);
    }
    return fits || no(part, SK_ELEMENT_NOT_CANONICAL, "attribute value");
}

/* Written attributes and the table's both ascend, so one walk over both sees order, doubles and
 * strays. */
static bool
check_attributes(Part *part, SkDocxElement element, unsigned from)
{
    const SkXml *xml = part->xml;
    const SkDocxRow *row = &sk_docx_rows[element];
    unsigned j = 0;

    for (unsigned i = from; i < xml->n_attributes; i++) {
        SkSpan name = xml->attributes[i].name;
        const SkDocxAttribute *known = &sk_docx_attributes[row->attributes];
        while (j < row->n_attributes &&
               (known[j].length != name.n || memcmp(known[j].name, name.p, name.n) != 0))
            j++;
        if (j == row->n_attributes)
            return no(part, sk_docx_name_of_attribute(xml->name, name), "attribute");
        if (!check_value(part, known[j++].class, xml->attributes[i].value))
            return false;
    }
    return true;
}

/* ---- the rules ---------------------------------------------------------------------------- */

static bool
need(const Part *part, const char *name)
{
    return sk_xml_attribute(part->xml, name) != NULL || no(part, SK_ELEMENT_NOT_CANONICAL, name);
}

static bool
note_id(const Part *part, SkDocxElement element, bool defines)
{
    const SkSpan *id = sk_xml_attribute(part->xml, "w:id");
    SkDocxIds *ids = NULL;

    if (element == E_w_footnote || element == E_w_footnoteReference)
        ids = &part->docx->ids[SK_DOCX_FOOTNOTE_IDS];
    else if (element == E_w_endnote || element == E_w_endnoteReference)
        ids = &part->docx->ids[SK_DOCX_ENDNOTE_IDS];
    else
        ids = &part->docx->ids[SK_DOCX_COMMENT_IDS];
    if (id == NULL)
        return defines || no(part, SK_ELEMENT_NOT_CANONICAL, "w:id");
    GHashTable *set = defines ? ids->defined : ids->referenced;
    if (!g_hash_table_add(set, sk_span_dup(*id)) && defines)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "w:id twice");
    return g_hash_table_size(set) <= IDS_MAX ||
           no(part, SK_ELEMENT_NOT_CANONICAL, "too many notes");
}

static bool
check_note(const Part *part, SkDocxElement element)
{
    if (part->kind == SK_DOCX_SETTINGS)
        return note_id(part, element, false);
    bool home = (element == E_w_footnote && part->kind == SK_DOCX_FOOTNOTES) ||
                (element == E_w_endnote && part->kind == SK_DOCX_ENDNOTES) ||
                (element == E_w_comment && part->kind == SK_DOCX_COMMENTS);
    return !home || note_id(part, element, true);
}

static bool
check_field(Part *part)
{
    const SkSpan *type = sk_xml_attribute(part->xml, "w:fldCharType");
    Story *story = &part->stories[part->story];
    uint32_t bit = story->open == 0 ? 0 : (uint32_t)1 << (story->open - 1);

    if (type == NULL || !part->xml->empty)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "w:fldChar");
    if (sk_span_is(*type, "begin")) {
        if (story->open == FIELDS_MAX)
            return no(part, SK_ELEMENT_NOT_CANONICAL, "fields nested too deep");
        story->open++;
        part->instruction_next = true;
    } else if (sk_span_is(*type, "separate")) {
        if (bit == 0 || (story->separated & bit) != 0)
            return no(part, SK_ELEMENT_NOT_CANONICAL, "w:fldChar");
        story->separated |= bit;
    } else if (sk_span_is(*type, "end") && bit != 0) {
        story->separated &= ~bit;
        story->open--;
    } else {
        return no(part, SK_ELEMENT_NOT_CANONICAL, "w:fldChar");
    }
    return true;
}

static bool
check_instruction(const Part *part, SkSpan s)
{
    if (s.n > INSTRUCTION_MAX)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "instruction or formula too long");
    if (!sk_docx_is_instruction(s))
        return no(part, sk_docx_name_of_instruction(s), "instruction");
    if (sk_span_starts(s, " HYPERLINK \"") &&
        !sk_proof_keeps(part->docx->proof, SK_ELEMENT_HYPERLINK))
        return no(part, SK_ELEMENT_HYPERLINK, "instruction");
    return true;
}

static bool
check_simple(const Part *part)
{
    const SkSpan *written = sk_xml_attribute(part->xml, "w:instr");
    char instruction[INSTRUCTION_MAX + 1];

    if (written == NULL)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "w:instr");
    size_t n = sk_xml_resolve(*written, instruction, sizeof instruction);
    return check_instruction(part, sk_span(instruction, MIN(n, sizeof instruction)));
}

static bool
check_chart(const Part *part)
{
    bool id = sk_xml_attribute(part->xml, "r:id") != NULL;
    bool fits = parent(part) == E_a_graphicData ? id : !id;

    return fits || no(part, SK_ELEMENT_NOT_CANONICAL, "c:chart");
}

static bool
check_rule(Part *part, SkDocxElement element)
{
    const SkXml *xml = part->xml;

    switch ((Rule)rules[element]) {
    case RULE_NONE:
    case RULE_STORY:
        return true;
    case RULE_ROOT:
        return part->depth == 0 || no(part, SK_ELEMENT_NOT_CANONICAL, "root inside a part");
    case RULE_ALTERNATE:
        return !xml->empty || no(part, SK_ELEMENT_ALTERNATE_CONTENT, "no choice");
    case RULE_CHOICE:
        return need(part, "Requires");
    case RULE_NOTE:
        return check_note(part, element);
    case RULE_REFERENCE:
        return note_id(part, element, false);
    case RULE_FIELD:
        return check_field(part);
    case RULE_INSTRUCTION:
        part->instruction_open = true;
        part->instruction_n = 0;
        return !xml->empty || no(part, SK_ELEMENT_NOT_CANONICAL, "instruction");
    case RULE_FORMULA:
        part->formula_open = !xml->empty;
        part->instruction_n = 0;
        return true;
    case RULE_SIMPLE:
        return check_simple(part);
    case RULE_CHART:
        return check_chart(part);
    case RULE_NEEDS_ID:
        return need(part, "r:id");
    case RULE_BLIP:
        return need(part, "r:embed");
    case RULE_GRAPHIC:
        return need(part, "uri");
    }
    return false;
}

/* Not what stays only where the policy lets it: comments, tracked changes, hidden text. */
static bool
check_kept(const Part *part, SkDocxElement element)
{
    SkElement code = (SkElement)kept_as[element];

    if (code == SK_ELEMENT_NONE || sk_proof_keeps(part->docx->proof, code))
        return true;
    if (code == SK_ELEMENT_HIDDEN_TEXT) {
        const SkSpan *on = sk_xml_attribute(part->xml, "w:val");
        if (on != NULL &&
            (sk_span_is(*on, "0") || sk_span_is(*on, "false") || sk_span_is(*on, "off")))
            return true;
    }
    return no(part, code, sk_docx_rows[element].name);
}

/* Where the element stands, as far as the profile cares. */
static bool
check_place(Part *part, SkDocxElement element)
{
    SkDocxElement outer = parent(part);
    bool instruction = rules[element] == RULE_INSTRUCTION;

    if (outer != E_NONE && sk_docx_rows[outer].text)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "element inside text");
    if ((outer == E_mc_AlternateContent) != (element == E_mc_Choice) ||
        (outer == E_mc_AlternateContent && part->children[part->depth - 1] > 0))
        return no(part, SK_ELEMENT_ALTERNATE_CONTENT, "alternate content");
    if (instruction != part->instruction_next)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "instruction not behind its field's beginning");
    part->instruction_next = false;
    return check_kept(part, element);
}

/* ---- tokens ------------------------------------------------------------------------------- */

static bool
on_start(Part *part)
{
    const SkXml *xml = part->xml;
    SkDocxElement element = sk_docx_lookup(xml->name);

    if (element == E_NONE)
        return no(part, sk_docx_name_of_element(xml->name), "element");
    if (!check_place(part, element) ||
        !check_attributes(part, element, part->depth == 0 ? G_N_ELEMENTS(declarations) : 0) ||
        (rules[element] != RULE_NONE && !check_rule(part, element)))
        return false;
    if (part->depth > 0 && part->children[part->depth - 1] < 2)
        part->children[part->depth - 1]++;
    if (xml->empty)
        return true;
    part->open[part->depth] = (uint16_t)element;
    part->children[part->depth++] = 0;
    if (rules[element] == RULE_STORY || rules[element] == RULE_NOTE)
        part->stories[++part->story] = (Story){ .open = 0 };
    return true;
}

/* The root element: the part's own, with the declarations and nothing before them. */
static bool
on_root(Part *part)
{
    const SkXml *xml = part->xml;

    if (!sk_span_is(xml->name, sk_docx_rows[sk_docx_kinds[part->kind].root].name))
        return no(part, SK_ELEMENT_WRONG_CONTENT_TYPE, "root element");
    for (unsigned i = 0; i < G_N_ELEMENTS(declarations); i++)
        if (i >= xml->n_attributes || !sk_span_is(xml->attributes[i].name, declarations[i][0]) ||
            !sk_span_is(xml->attributes[i].value, declarations[i][1]))
            return no(part, SK_ELEMENT_NOT_CANONICAL, "namespace declarations");
    return on_start(part);
}

static bool
end_story(Part *part)
{
    if (part->stories[part->story].open > 0 || part->instruction_next)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "field not ended");
    return true;
}

/* A chart names ranges of a sheet: no program (`cmd|…`), no file, no function. */
static bool
check_formula(Part *part, SkSpan s)
{
    static const uint8_t wide_bar[] = { 0xef, 0xbd, 0x9c };

    for (size_t i = 0; i < s.n; i++) {
        uint8_t before = i > 0 ? s.p[i - 1] : 0;
        if (s.p[i] == '|' ||
            sk_span_equal(sk_span_sub(s, i, MIN(s.n - i, sizeof wide_bar)), sk_span(wide_bar, 3)))
            return no(part, SK_ELEMENT_DDE_FIELD, "formula");
        if (memchr("\\/\"[]{}<>=;@#+", s.p[i], 14) != NULL ||
            (s.p[i] == '(' && (g_ascii_isalnum(before) || before == '.' || before == '_')))
            return no(part, SK_ELEMENT_EXTERNAL_RELATIONSHIP, "formula");
    }
    return true;
}

static bool
on_end(Part *part)
{
    SkDocxElement element = parent(part);

    if (part->instruction_next)
        return no(part, SK_ELEMENT_NOT_CANONICAL, "field without instruction");
    if (part->formula_open) {
        part->formula_open = false;
        if (!check_formula(part, sk_span(part->instruction, part->instruction_n)))
            return false;
    }
    if (part->instruction_open) {
        part->instruction_open = false;
        if (!check_instruction(part, sk_span(part->instruction, part->instruction_n)))
            return false;
    }
    part->depth--;
    if (rules[element] == RULE_STORY || rules[element] == RULE_NOTE) {
        if (!end_story(part))
            return false;
        part->story--;
    }
    return true;
}

static bool
on_text(Part *part)
{
    SkSpan text = part->xml->text;

    if (!sk_docx_rows[parent(part)].text)
        return no(part, SK_ELEMENT_UNKNOWN_PART, "text between elements");
    if (part->instruction_open || part->formula_open) {
        size_t room = sizeof part->instruction - part->instruction_n;
        size_t n = sk_xml_resolve(text, part->instruction + part->instruction_n, room);
        if (n > room)
            return no(part, SK_ELEMENT_NOT_CANONICAL, "instruction too long");
        part->instruction_n += n;
    }
    return true;
}

static bool
check(Part *part)
{
    bool good = true, first = true;

    while (good) {
        switch (sk_xml_next(part->xml)) {
        case SK_XML_START:
            good = first ? on_root(part) : on_start(part);
            first = false;
            break;
        case SK_XML_END:
            good = on_end(part);
            break;
        case SK_XML_TEXT:
            good = on_text(part);
            break;
        case SK_XML_EOF:
            if (part->used < part->relations->kinds->len)
                return no(part, SK_ELEMENT_NOT_CANONICAL, "relationship not used");
            return end_story(part);
        case SK_XML_NO:
            return false;
        }
    }
    return false;
}

bool
sk_docx_check_part(SkDocx *docx, const SkZipEntry *entry, SkDocxKind kind,
                   const SkDocxRelations *relations)
{
    SkZipStream stream;

    sk_zip_stream_begin(&stream, docx->proof, entry);
    g_autoptr(SkXml) xml = sk_xml_new(docx->proof, sk_zip_stream_read, &stream);
    g_autofree Part *part = g_new0(Part, 1);
    part->docx = docx;
    part->xml = xml;
    part->kind = kind;
    part->relations = relations;
    part->used = relations->implicit;
    bool good = check(part);
    sk_zip_stream_end(&stream);
    return good;
}
