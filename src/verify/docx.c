/* SPDX-License-Identifier: Apache-2.0
 * docx.c - documents of word processing: their parts, and the rules beside their table; contract in
 * proof.h. Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/docx.md   Tests: tests/unit/verify/test-docx.c */
#include "docx-elements.h"
#include "verify/docx-words.h"
#include "verify/ooxml.h"

#include <string.h>

#define O SK_OOXML_O
#define D SK_OOXML_D
#define W SK_OOXML_D "wordprocessingml."
#define FIELDS_MAX 32u

/* ---- parts -------------------------------------------------------------------------------- */

enum {
    DOCUMENT,
    STYLES,
    NUMBERING,
    SETTINGS,
    FONT_TABLE,
    THEME,
    FOOTNOTES,
    ENDNOTES,
    COMMENTS,
    HEADERS,
    FOOTERS,
    CHARTS,
    PICTURES,
    LINKS,
    KINDS
};

static const SkOoxmlKind kinds[KINDS] = {
    [DOCUMENT] = SK_OOXML_ONE("document", E_w_document, W "document.main+xml", O "officeDocument"),
    [STYLES] = SK_OOXML_ONE("styles", E_w_styles, W "styles+xml", O "styles"),
    [NUMBERING] = SK_OOXML_ONE("numbering", E_w_numbering, W "numbering+xml", O "numbering"),
    [SETTINGS] = SK_OOXML_ONE("settings", E_w_settings, W "settings+xml", O "settings"),
    [FONT_TABLE] = SK_OOXML_ONE("fontTable", E_w_fonts, W "fontTable+xml", O "fontTable"),
    [THEME] = SK_OOXML_ONE("theme", E_a_theme, D "theme+xml", O "theme"),
    [FOOTNOTES] = SK_OOXML_ONE("footnotes", E_w_footnotes, W "footnotes+xml", O "footnotes"),
    [ENDNOTES] = SK_OOXML_ONE("endnotes", E_w_endnotes, W "endnotes+xml", O "endnotes"),
    [COMMENTS] = SK_OOXML_ONE("comments", E_w_comments, W "comments+xml", O "comments"),
    [HEADERS] = SK_OOXML_SOME("header", E_w_hdr, W "header+xml", O "header"),
    [FOOTERS] = SK_OOXML_SOME("footer", E_w_ftr, W "footer+xml", O "footer"),
    [CHARTS] = SK_OOXML_SOME("chart", E_c_chartSpace, D "drawingml.chart+xml", O "chart"),
    [PICTURES] = SK_OOXML_PICTURES,
    [LINKS] = SK_OOXML_LINKS,
};

#define ANY_PART(from)                                                                             \
    { from, PICTURES, SK_OOXML_EXPLICIT, false },                                                  \
    {                                                                                              \
        from, LINKS, SK_OOXML_EXPLICIT, false                                                      \
    }
#define TEXT_PART(from)                                                                            \
    ANY_PART(from),                                                                                \
    {                                                                                              \
        from, CHARTS, SK_OOXML_EXPLICIT, false                                                     \
    }

static const SkOoxmlEdge edges[] = {
    { DOCUMENT, STYLES, SK_OOXML_MAY, false },
    { DOCUMENT, NUMBERING, SK_OOXML_MAY, false },
    { DOCUMENT, SETTINGS, SK_OOXML_MAY, false },
    { DOCUMENT, FONT_TABLE, SK_OOXML_MAY, false },
    { DOCUMENT, THEME, SK_OOXML_MAY, false },
    { DOCUMENT, FOOTNOTES, SK_OOXML_MAY, false },
    { DOCUMENT, ENDNOTES, SK_OOXML_MAY, false },
    { DOCUMENT, COMMENTS, SK_OOXML_MAY, false },
    { DOCUMENT, HEADERS, SK_OOXML_EXPLICIT, false },
    { DOCUMENT, FOOTERS, SK_OOXML_EXPLICIT, false },
    TEXT_PART(DOCUMENT),
    TEXT_PART(STYLES),
    TEXT_PART(NUMBERING),
    TEXT_PART(SETTINGS),
    TEXT_PART(FONT_TABLE),
    TEXT_PART(THEME),
    TEXT_PART(FOOTNOTES),
    TEXT_PART(ENDNOTES),
    TEXT_PART(COMMENTS),
    TEXT_PART(HEADERS),
    TEXT_PART(FOOTERS),
    ANY_PART(CHARTS),
};

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

static const SkOoxmlClass classes[C_COUNT] = {
    SK_OOXML_CLASSES,
    [C_q] = { .words = "wps wpg" },
    [C_g] = { .words = "http://schemas.openxmlformats.org/drawingml/2006/picture "
                       "http://schemas.openxmlformats.org/drawingml/2006/chart "
                       "http://schemas.microsoft.com/office/word/2010/wordprocessingShape "
                       "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" },
    [C_image] = { .kinds = SK_OOXML_TO(PICTURES) },
    [C_header] = { .kinds = SK_OOXML_TO(HEADERS) },
    [C_footer] = { .kinds = SK_OOXML_TO(FOOTERS) },
    [C_chart] = { .kinds = SK_OOXML_TO(CHARTS) },
    [C_link] = { .kinds = SK_OOXML_TO(LINKS) },
};

/* ---- elements with rules ------------------------------------------------------------------ */

typedef enum {
    RULE_NONE,
    RULE_CHOICE, /* mc:Choice */
    RULE_STORY,  /* fields that begin in it end in it */
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
    [E_v_imagedata] = RULE_NEEDS_ID,
    [E_a_blip] = RULE_BLIP,
    [E_a_graphicData] = RULE_GRAPHIC,
};

static const uint8_t marks[E_COUNT] = {
    [E_w_document] = SK_OOXML_ROOT,
    [E_w_styles] = SK_OOXML_ROOT,
    [E_w_numbering] = SK_OOXML_ROOT,
    [E_w_settings] = SK_OOXML_ROOT,
    [E_w_fonts] = SK_OOXML_ROOT,
    [E_w_footnotes] = SK_OOXML_ROOT,
    [E_w_endnotes] = SK_OOXML_ROOT,
    [E_w_hdr] = SK_OOXML_ROOT,
    [E_w_ftr] = SK_OOXML_ROOT,
    [E_w_comments] = SK_OOXML_ROOT,
    [E_a_theme] = SK_OOXML_ROOT,
    [E_c_chartSpace] = SK_OOXML_ROOT,
    [E_mc_AlternateContent] = SK_OOXML_ALTERNATE,
    [E_mc_Choice] = SK_OOXML_CHOICE,
    [E_w_instrText] = SK_OOXML_GATHER,
    [E_w_delInstrText] = SK_OOXML_GATHER,
    [E_c_f] = SK_OOXML_GATHER,
};

/* What stays by default, and goes where the policy says so. */
static const uint8_t kept[E_COUNT] = {
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

static bool
stays(const SkOoxmlWalk *walk, uint16_t element)
{
    const SkSpan *on = sk_xml_attribute(walk->xml, "w:val");

    return element == E_w_vanish && on != NULL && sk_package_is_word(*on, "0 false off");
}

/* ---- the rules ---------------------------------------------------------------------------- */

typedef struct {
    uint32_t separated; /* bit i: the field open at depth i has had its separator */
    unsigned open;
} Story;

typedef struct {
    Story stories[SK_XML_DEPTH_MAX + 2];
    unsigned story;
    bool instruction_next; /* a field has begun: its instruction must be the next element */
} Part;

enum { COMMENT_IDS, FOOTNOTE_IDS, ENDNOTE_IDS };

static bool
note_id(const SkOoxmlWalk *walk, uint16_t element, bool defines)
{
    const SkSpan *id = sk_xml_attribute(walk->xml, "w:id");
    unsigned set = COMMENT_IDS;

    if (element == E_w_footnote || element == E_w_footnoteReference)
        set = FOOTNOTE_IDS;
    else if (element == E_w_endnote || element == E_w_endnoteReference)
        set = ENDNOTE_IDS;
    if (id == NULL)
        return defines || sk_package_bad(walk, "w:id");
    return defines ? sk_package_define(walk, set, *id) : sk_package_note_use(walk, set, *id);
}

static bool
check_note(const SkOoxmlWalk *walk, uint16_t element)
{
    if (walk->kind == SETTINGS)
        return note_id(walk, element, false);
    bool home = (element == E_w_footnote && walk->kind == FOOTNOTES) ||
                (element == E_w_endnote && walk->kind == ENDNOTES) ||
                (element == E_w_comment && walk->kind == COMMENTS);
    return !home || note_id(walk, element, true);
}

static bool
check_field(const SkOoxmlWalk *walk, Part *part)
{
    const SkSpan *type = sk_xml_attribute(walk->xml, "w:fldCharType");
    Story *story = &part->stories[part->story];
    uint32_t bit = story->open == 0 ? 0 : (uint32_t)1 << (story->open - 1);

    if (type == NULL || !walk->xml->empty)
        return sk_package_bad(walk, "w:fldChar");
    if (sk_span_is(*type, "begin")) {
        if (story->open == FIELDS_MAX)
            return sk_package_bad(walk, "fields nested too deep");
        story->open++;
    } else if (sk_span_is(*type, "separate")) {
        if (bit == 0 || (story->separated & bit) != 0)
            return sk_package_bad(walk, "w:fldChar");
        story->separated |= bit;
    } else if (sk_span_is(*type, "end") && bit != 0) {
        story->separated &= ~bit;
        story->open--;
    } else {
        return sk_package_bad(walk, "w:fldChar");
    }
    return true;
}

static bool
check_instruction(const SkOoxmlWalk *walk, SkSpan s)
{
    if (s.n > SK_DOCX_INSTRUCTION_MAX)
        return sk_package_bad(walk, "instruction or formula too long");
    if (!sk_docx_is_instruction(s))
        return sk_package_no(walk, sk_package_name_of_instruction(s), "instruction");
    if (sk_span_starts(s, " HYPERLINK \"") &&
        !sk_proof_keeps(walk->file->proof, SK_ELEMENT_HYPERLINK))
        return sk_package_no(walk, SK_ELEMENT_HYPERLINK, "instruction");
    return true;
}

static bool
check_simple(const SkOoxmlWalk *walk)
{
    const SkSpan *written = sk_xml_attribute(walk->xml, "w:instr");
    char instruction[SK_DOCX_INSTRUCTION_MAX + 1];

    if (written == NULL)
        return sk_package_bad(walk, "w:instr");
    size_t n = sk_xml_resolve(*written, instruction, sizeof instruction);
    return check_instruction(walk, sk_span(instruction, MIN(n, sizeof instruction)));
}

static bool
check_rule(SkOoxmlWalk *walk, uint16_t element)
{
    switch ((Rule)rules[element]) {
    case RULE_NONE:
    case RULE_STORY:
    case RULE_FORMULA:
        return true;
    case RULE_CHOICE:
        return sk_package_need(walk, "Requires");
    case RULE_NOTE:
        return check_note(walk, element);
    case RULE_REFERENCE:
        return note_id(walk, element, false);
    case RULE_FIELD:
        return check_field(walk, walk->state);
    case RULE_INSTRUCTION:
        return !walk->xml->empty || sk_package_bad(walk, "instruction");
    case RULE_SIMPLE:
        return check_simple(walk);
    case RULE_CHART:
        return sk_package_check_chart(walk, E_a_graphicData);
    case RULE_NEEDS_ID:
        return sk_package_need(walk, "r:id");
    case RULE_BLIP:
        return sk_package_need(walk, "r:embed");
    case RULE_GRAPHIC:
        return sk_package_need(walk, "uri");
    }
    return false;
}

static bool
on_start(SkOoxmlWalk *walk, uint16_t element)
{
    Part *part = walk->state;
    Rule rule = (Rule)rules[element];

    if ((rule == RULE_INSTRUCTION) != part->instruction_next)
        return sk_package_bad(walk, "instruction not behind its field's beginning");
    part->instruction_next = false;
    if (rule == RULE_NONE)
        return true;
    if (!check_rule(walk, element))
        return false;
    if (rule == RULE_FIELD)
        part->instruction_next = sk_span_is(*sk_xml_attribute(walk->xml, "w:fldCharType"), "begin");
    if (rule == RULE_STORY || rule == RULE_NOTE)
        part->stories[++part->story] = (Story){ .open = 0 };
    return true;
}

static bool
on_end(SkOoxmlWalk *walk, uint16_t element)
{
    Part *part = walk->state;
    Rule rule = (Rule)rules[element];

    if (part->instruction_next && rule != RULE_FIELD)
        return sk_package_bad(walk, "field without instruction");
    if (rule == RULE_INSTRUCTION)
        return check_instruction(walk, walk->gathered);
    if (rule == RULE_FORMULA)
        return sk_package_check_range(walk);
    if (rule == RULE_STORY || rule == RULE_NOTE) {
        if (part->stories[part->story].open > 0)
            return sk_package_bad(walk, "field not ended");
        part->story--;
    }
    return true;
}

static bool
part_end(SkOoxmlWalk *walk)
{
    const Part *part = walk->state;

    return part->stories[part->story].open == 0 || sk_package_bad(walk, "field not ended");
}

static const SkOoxmlFormat format = {
    .folder = "word/",
    .table = &sk_docx_table,
    .kinds = kinds,
    .n_kinds = KINDS,
    .main = DOCUMENT,
    .edges = edges,
    .n_edges = G_N_ELEMENTS(edges),
    .declarations = declarations,
    .n_declarations = G_N_ELEMENTS(declarations),
    .classes = classes,
    .marks = marks,
    .kept = kept,
    .every = true,
    .text_max = SK_DOCX_INSTRUCTION_MAX,
    .part_size = sizeof(Part),
    .start = on_start,
    .end = on_end,
    .part_end = part_end,
    .stays = stays,
};

bool
sk_verify_docx(SkProof *proof, SkSpan in)
{
    return sk_package_verify(proof, in, &format);
}
