/* SPDX-License-Identifier: Apache-2.0
 * pptx.c - presentations: their parts, and the rules beside their table; contract in proof.h.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/pptx.md   Tests: tests/unit/verify/test-pptx.c */
#include "pptx-elements.h"
#include "verify/ooxml.h"

#include <string.h>

#define O SK_OOXML_O
#define D SK_OOXML_D
#define P SK_OOXML_D "presentationml."
#define CHART_URI "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define TABLE_URI "http://schemas.openxmlformats.org/drawingml/2006/table"
#define RANGE_MAX 4096u
#define EXPRESSION_MAX 4096u
#define ATTRIBUTE_NAME_MAX 64u
#define SHAPES_MAX 65536u

/* ---- parts -------------------------------------------------------------------------------- */

enum {
    PRESENTATION,
    PROPERTIES,
    TABLE_STYLES,
    AUTHORS,
    THEME,
    THEME_OVERRIDE,
    MASTER,
    LAYOUT,
    SLIDE,
    NOTES_MASTER,
    NOTES,
    HANDOUT,
    COMMENTS,
    CHART,
    PICTURE,
    LINK,
    KINDS
};

static const SkOoxmlKind kinds[KINDS] = {
    [PRESENTATION] = SK_OOXML_ONE("presentation", E_p_presentation, P "presentation.main+xml",
                                  O "officeDocument"),
    [PROPERTIES] = SK_OOXML_ONE("presProps", E_p_presentationPr, P "presProps+xml", O "presProps"),
    [TABLE_STYLES] =
        SK_OOXML_ONE("tableStyles", E_a_tblStyleLst, P "tableStyles+xml", O "tableStyles"),
    [AUTHORS] =
        SK_OOXML_ONE("commentAuthors", E_p_cmAuthorLst, P "commentAuthors+xml", O "commentAuthors"),
    [THEME] = SK_OOXML_SOME("theme/theme", E_a_theme, D "theme+xml", O "theme"),
    [THEME_OVERRIDE] = SK_OOXML_SOME("theme/themeOverride", E_a_themeOverride,
                                     D "themeOverride+xml", O "themeOverride"),
    [MASTER] = SK_OOXML_SOME("slideMasters/slideMaster", E_p_sldMaster, P "slideMaster+xml",
                             O "slideMaster"),
    [LAYOUT] = SK_OOXML_SOME("slideLayouts/slideLayout", E_p_sldLayout, P "slideLayout+xml",
                             O "slideLayout"),
    [SLIDE] = SK_OOXML_SOME("slides/slide", E_p_sld, P "slide+xml", O "slide"),
    [NOTES_MASTER] = SK_OOXML_SOME("notesMasters/notesMaster", E_p_notesMaster, P "notesMaster+xml",
                                   O "notesMaster"),
    [NOTES] =
        SK_OOXML_SOME("notesSlides/notesSlide", E_p_notes, P "notesSlide+xml", O "notesSlide"),
    [HANDOUT] = SK_OOXML_SOME("handoutMasters/handoutMaster", E_p_handoutMaster,
                              P "handoutMaster+xml", O "handoutMaster"),
    [COMMENTS] = SK_OOXML_SOME("comments/comment", E_p_cmLst, P "comments+xml", O "comments"),
    [CHART] = SK_OOXML_SOME("charts/chart", E_c_chartSpace, D "drawingml.chart+xml", O "chart"),
    [PICTURE] = SK_OOXML_PICTURES,
    [LINK] = SK_OOXML_LINKS,
};

#define EXPLICIT(from, to)                                                                         \
    {                                                                                              \
        from, to, SK_OOXML_EXPLICIT, false                                                         \
    }
/* Where there are no attributes to use them, they are refused as not used. */
#define ANY(from) EXPLICIT(from, PICTURE), EXPLICIT(from, LINK), EXPLICIT(from, SLIDE)
#define SHAPES(from) ANY(from), EXPLICIT(from, CHART)

static const SkOoxmlEdge edges[] = {
    { PRESENTATION, PROPERTIES, SK_OOXML_MAY, false },
    { PRESENTATION, TABLE_STYLES, SK_OOXML_MAY, false },
    { PRESENTATION, THEME, SK_OOXML_MAY, false },
    { PRESENTATION, AUTHORS, SK_OOXML_MAY, false },
    { SLIDE, LAYOUT, SK_OOXML_MUST, false },
    { SLIDE, NOTES, SK_OOXML_MAY, true },
    { SLIDE, COMMENTS, SK_OOXML_MAY, true },
    { SLIDE, THEME_OVERRIDE, SK_OOXML_MAY, false },
    { LAYOUT, MASTER, SK_OOXML_MUST, false },
    { LAYOUT, THEME_OVERRIDE, SK_OOXML_MAY, false },
    { MASTER, THEME, SK_OOXML_MUST, false },
    { NOTES, NOTES_MASTER, SK_OOXML_MUST, false },
    { NOTES, SLIDE, SK_OOXML_MUST, false },
    { NOTES, THEME_OVERRIDE, SK_OOXML_MAY, false },
    { NOTES_MASTER, THEME, SK_OOXML_MUST, false },
    { HANDOUT, THEME, SK_OOXML_MUST, false },
    { CHART, THEME_OVERRIDE, SK_OOXML_MAY, false },
    EXPLICIT(PRESENTATION, MASTER),
    EXPLICIT(PRESENTATION, NOTES_MASTER),
    EXPLICIT(PRESENTATION, HANDOUT),
    EXPLICIT(MASTER, LAYOUT),
    ANY(PRESENTATION),
    ANY(PROPERTIES),
    ANY(TABLE_STYLES),
    ANY(AUTHORS),
    ANY(THEME),
    ANY(THEME_OVERRIDE),
    ANY(COMMENTS),
    ANY(CHART),
    SHAPES(SLIDE),
    SHAPES(LAYOUT),
    SHAPES(MASTER),
    SHAPES(NOTES),
    SHAPES(NOTES_MASTER),
    SHAPES(HANDOUT),
};

static const char *const declarations[][2] = {
    { "xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main" },
    { "xmlns:a14", "http://schemas.microsoft.com/office/drawing/2010/main" },
    { "xmlns:c", "http://schemas.openxmlformats.org/drawingml/2006/chart" },
    { "xmlns:m", "http://schemas.openxmlformats.org/officeDocument/2006/math" },
    { "xmlns:mc", "http://schemas.openxmlformats.org/markup-compatibility/2006" },
    { "xmlns:p", "http://schemas.openxmlformats.org/presentationml/2006/main" },
    { "xmlns:p14", "http://schemas.microsoft.com/office/powerpoint/2010/main" },
    { "xmlns:p15", "http://schemas.microsoft.com/office/powerpoint/2012/main" },
    { "xmlns:p159", "http://schemas.microsoft.com/office/powerpoint/2015/09/main" },
    { "xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships" },
};

/* ---- classes of values -------------------------------------------------------------------- */

static bool
is_expression(SkSpan v)
{
    char resolved[EXPRESSION_MAX];
    size_t n = sk_xml_resolve(v, resolved, sizeof resolved);

    for (size_t i = 0; i < MIN(n, sizeof resolved); i++)
        if (!g_ascii_isalnum(resolved[i]) &&
            (resolved[i] == '\0' || strchr(" _.,:;#$%()+-*/^<>=", resolved[i]) == NULL))
            return false;
    return n <= sizeof resolved;
}

#define JUMP "ppaction://hlinksldjump"
#define SHOW "ppaction://customshow?id="

static bool
is_action(SkSpan v)
{
    size_t at = strlen(SHOW), from = at;

    if (!sk_span_starts(v, SHOW))
        return sk_package_is_word(v, JUMP " ppaction://hlinkshowjump?jump=nextslide "
                                          "ppaction://hlinkshowjump?jump=previousslide "
                                          "ppaction://hlinkshowjump?jump=firstslide "
                                          "ppaction://hlinkshowjump?jump=lastslide "
                                          "ppaction://hlinkshowjump?jump=lastslideviewed "
                                          "ppaction://hlinkshowjump?jump=endshow");
    while (at < v.n && g_ascii_isdigit(v.p[at]))
        at++;
    SkSpan rest = sk_span_sub(v, at, v.n - at);
    return at > from && at - from <= 9 && (rest.n == 0 || sk_span_is(rest, "&amp;return=true"));
}

static bool
check_action(SkOoxmlWalk *walk, SkSpan v)
{
    return is_action(v) || sk_package_no(walk, SK_ELEMENT_UNSAFE_HYPERLINK, "action");
}

/* r:id of a click: what it must be the action says, which stands before it. */
static bool
check_jump(SkOoxmlWalk *walk, SkSpan v)
{
    const SkSpan *action = sk_xml_attribute(walk->xml, "action");

    if (action == NULL)
        return sk_package_check_relation(walk, v, SK_OOXML_TO(LINK));
    if (sk_span_is(*action, JUMP))
        return sk_package_check_relation(walk, v, SK_OOXML_TO(SLIDE));
    return v.n == 0 || sk_package_no(walk, SK_ELEMENT_UNSAFE_HYPERLINK, "r:id of an action");
}

static const SkOoxmlClass classes[C_COUNT] = {
    SK_OOXML_CLASSES,
    [C_q] = { .words = "a14 p14 p15 p159" },
    [C_g] = { .words = CHART_URI " " TABLE_URI },
    [C_expression] = { .fits = is_expression },
    [C_sections] = { .words = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}" },
    [C_action] = { .check = check_action },
    [C_jump] = { .check = check_jump },
    [C_image] = { .kinds = SK_OOXML_TO(PICTURE) },
    [C_chart] = { .kinds = SK_OOXML_TO(CHART) },
    [C_slide] = { .kinds = SK_OOXML_TO(SLIDE) },
    [C_slide_master] = { .kinds = SK_OOXML_TO(MASTER) },
    [C_slide_layout] = { .kinds = SK_OOXML_TO(LAYOUT) },
    [C_notes_master] = { .kinds = SK_OOXML_TO(NOTES_MASTER) },
    [C_handout_master] = { .kinds = SK_OOXML_TO(HANDOUT) },
};

/* ---- elements with rules ------------------------------------------------------------------ */

typedef enum {
    RULE_NONE,
    RULE_CHOICE,     /* mc:Choice */
    RULE_SLIDE,      /* p:sld, which is two things */
    RULE_NEEDS_ID,   /* r:id is obligatory */
    RULE_HOVER,      /* the same, and an action: what lies outside is not opened by the way */
    RULE_SLIDE_ID,   /* p:sldId */
    RULE_SECTION_ID, /* p14:sldId */
    RULE_BLIP,       /* a:blip: r:embed is obligatory */
    RULE_GRAPHIC,    /* a:graphicData */
    RULE_CHART,      /* c:chart, which is two things */
    RULE_SHAPE,      /* p:cNvPr defines an id */
    RULE_AIM,        /* spid is obligatory, and the id of a shape */
    RULE_EXTENSION,  /* p:ext */
    RULE_EXTENSIONS, /* p:extLst */
    RULE_SECTIONS,   /* p14:sectionLst */
    RULE_FULL,       /* never empty */
    RULE_TEXT,       /* see its end */
} Rule;

static const uint8_t rules[E_COUNT] = {
    [E_mc_Choice] = RULE_CHOICE,
    [E_p_sld] = RULE_SLIDE,
    [E_p_sldMasterId] = RULE_NEEDS_ID,
    [E_p_notesMasterId] = RULE_NEEDS_ID,
    [E_p_handoutMasterId] = RULE_NEEDS_ID,
    [E_p_sldLayoutId] = RULE_NEEDS_ID,
    [E_a_hlinkClick] = RULE_NEEDS_ID,
    [E_a_hlinkHover] = RULE_HOVER,
    [E_a_hlinkMouseOver] = RULE_HOVER,
    [E_p_sldId] = RULE_SLIDE_ID,
    [E_p14_sldId] = RULE_SECTION_ID,
    [E_a_blip] = RULE_BLIP,
    [E_a_graphicData] = RULE_GRAPHIC,
    [E_c_chart] = RULE_CHART,
    [E_p_cNvPr] = RULE_SHAPE,
    [E_p_spTgt] = RULE_AIM,
    [E_p_bldP] = RULE_AIM,
    [E_p_bldOleChart] = RULE_AIM,
    [E_p_bldGraphic] = RULE_AIM,
    [E_p_ext] = RULE_EXTENSION,
    [E_p_extLst] = RULE_EXTENSIONS,
    [E_p14_sectionLst] = RULE_SECTIONS,
    [E_p_timing] = RULE_FULL,
    [E_p_tnLst] = RULE_FULL,
    [E_p_bldLst] = RULE_FULL,
    [E_p_tmplLst] = RULE_FULL,
    [E_p_childTnLst] = RULE_FULL,
    [E_p_subTnLst] = RULE_FULL,
    [E_p_stCondLst] = RULE_FULL,
    [E_p_endCondLst] = RULE_FULL,
    [E_p_prevCondLst] = RULE_FULL,
    [E_p_nextCondLst] = RULE_FULL,
    [E_p_tgtEl] = RULE_FULL,
    [E_p_cBhvr] = RULE_FULL,
    [E_p_par] = RULE_FULL,
    [E_p_seq] = RULE_FULL,
    [E_p_excl] = RULE_FULL,
    [E_p_anim] = RULE_FULL,
    [E_p_animClr] = RULE_FULL,
    [E_p_animEffect] = RULE_FULL,
    [E_p_animMotion] = RULE_FULL,
    [E_p_animRot] = RULE_FULL,
    [E_p_animScale] = RULE_FULL,
    [E_p_set] = RULE_FULL,
    [E_p_attrName] = RULE_TEXT,
    [E_c_f] = RULE_TEXT,
};

static const uint8_t marks[E_COUNT] = {
    [E_p_presentation] = SK_OOXML_ROOT,  [E_p_presentationPr] = SK_OOXML_ROOT,
    [E_p_cmAuthorLst] = SK_OOXML_ROOT,   [E_p_cmLst] = SK_OOXML_ROOT,
    [E_p_handoutMaster] = SK_OOXML_ROOT, [E_p_notesMaster] = SK_OOXML_ROOT,
    [E_p_sldLayout] = SK_OOXML_ROOT,     [E_p_sldMaster] = SK_OOXML_ROOT,
    [E_p_notes] = SK_OOXML_ROOT,         [E_a_tblStyleLst] = SK_OOXML_ROOT,
    [E_a_theme] = SK_OOXML_ROOT,         [E_a_themeOverride] = SK_OOXML_ROOT,
    [E_c_chartSpace] = SK_OOXML_ROOT,    [E_mc_AlternateContent] = SK_OOXML_ALTERNATE,
    [E_mc_Choice] = SK_OOXML_CHOICE,     [E_p_attrName] = SK_OOXML_GATHER,
    [E_c_f] = SK_OOXML_GATHER,
};

/* What stays by default, and goes where the policy says so. */
static const uint8_t kept[E_COUNT] = {
    [E_p_cm] = SK_ELEMENT_COMMENTS,
    [E_p_cmAuthor] = SK_ELEMENT_COMMENTS,
    [E_p_sld] = SK_ELEMENT_HIDDEN_SLIDE,
};

static bool
stays(const SkOoxmlWalk *walk, uint16_t element)
{
    const SkSpan *show = sk_xml_attribute(walk->xml, "show");

    return element == E_p_sld && (show == NULL || !sk_package_is_word(*show, "0 false"));
}

/* ---- the rules ---------------------------------------------------------------------------- */

enum { SLIDE_IDS };

typedef struct {
    GHashTable *shapes; /* owned: ids of shapes of the present part */
} File;

typedef struct {
    bool table; /* the present a:graphicData holds a table, not a chart */
} Part;

static bool
check_choice(const SkOoxmlWalk *walk)
{
    const SkSpan *requires = sk_xml_attribute(walk->xml, "Requires");

    if (requires == NULL)
        return sk_package_bad(walk, "Requires");
    /* Around it: the root, and mc:AlternateContent. */
    return walk->depth == 2 || sk_span_is(*requires, "a14") ||
           sk_package_no(walk, SK_ELEMENT_ALTERNATE_CONTENT, "choice inside a part's content");
}

static bool
check_slide(const SkOoxmlWalk *walk)
{
    bool id = sk_xml_attribute(walk->xml, "r:id") != NULL;

    if (walk->depth == 0)
        return !id || sk_package_bad(walk, "p:sld");
    return (sk_package_parent(walk) == E_p_sldLst && id && walk->xml->empty &&
            walk->xml->n_attributes == 1) ||
           sk_package_bad(walk, "p:sld");
}

static bool
check_graphic(SkOoxmlWalk *walk, Part *part)
{
    const SkSpan *uri = sk_xml_attribute(walk->xml, "uri");

    if (uri == NULL || walk->xml->empty)
        return sk_package_bad(walk, "a:graphicData");
    part->table = sk_span_is(*uri, TABLE_URI);
    return true;
}

static bool
check_shape(const SkOoxmlWalk *walk, bool defines)
{
    const File *file = walk->file->state;
    const SkSpan *id = sk_xml_attribute(walk->xml, defines ? "id" : "spid");

    if (id == NULL)
        return defines || sk_package_bad(walk, "spid");
    g_autofree char *name = sk_span_dup(*id);
    if (!defines)
        return g_hash_table_contains(file->shapes, name) ||
               sk_package_bad(walk, "spid of no shape");
    g_hash_table_add(file->shapes, g_steal_pointer(&name));
    return g_hash_table_size(file->shapes) <= SHAPES_MAX || sk_package_bad(walk, "too many shapes");
}

static bool
check_extension(const SkOoxmlWalk *walk, uint16_t parent)
{
    return (sk_package_parent(walk) == parent && !walk->xml->empty &&
            walk->children[walk->depth - 1] == 0) ||
           sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "extension");
}

static bool
check_id(const SkOoxmlWalk *walk, bool defines)
{
    const SkSpan *id = sk_xml_attribute(walk->xml, "id");

    if (id == NULL)
        return sk_package_bad(walk, "id");
    return defines ? sk_package_define(walk, SLIDE_IDS, *id)
                   : sk_package_note_use(walk, SLIDE_IDS, *id);
}

static bool
check_rule(SkOoxmlWalk *walk, uint16_t element)
{
    switch ((Rule)rules[element]) {
    case RULE_NONE:
    case RULE_TEXT:
        return true;
    case RULE_CHOICE:
        return check_choice(walk);
    case RULE_SLIDE:
        return check_slide(walk);
    case RULE_NEEDS_ID:
        return sk_package_need(walk, "r:id");
    case RULE_HOVER:
        return sk_package_need(walk, "r:id") &&
               (sk_xml_attribute(walk->xml, "action") != NULL ||
                sk_package_no(walk, SK_ELEMENT_UNSAFE_HYPERLINK, "link without a click"));
    case RULE_SLIDE_ID:
        return sk_package_need(walk, "r:id") && check_id(walk, true);
    case RULE_SECTION_ID:
        return check_id(walk, false);
    case RULE_BLIP:
        return sk_package_need(walk, "r:embed");
    case RULE_GRAPHIC:
        return check_graphic(walk, walk->state);
    case RULE_CHART:
        return sk_package_check_chart(walk, E_a_graphicData);
    case RULE_SHAPE:
        return check_shape(walk, true);
    case RULE_AIM:
        return check_shape(walk, false);
    case RULE_EXTENSION:
        return sk_package_need(walk, "uri") && check_extension(walk, E_p_extLst);
    case RULE_EXTENSIONS:
        /* Of several in p:presentation, each would be the first of its own. */
        return (sk_package_parent(walk) == E_p_presentation && !walk->xml->empty) ||
               sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "extension");
    case RULE_SECTIONS:
        return check_extension(walk, E_p_ext);
    case RULE_FULL:
        return !walk->xml->empty || sk_package_bad(walk, "element with nothing in it");
    }
    return false;
}

/* What stands in elements that hold one kind of thing only. */
static bool
check_inside(const SkOoxmlWalk *walk, uint16_t element)
{
    const Part *part = walk->state;

    switch (sk_package_parent(walk)) {
    case E_a_graphicData:
        return (element == (part->table ? E_a_tbl : E_c_chart) &&
                walk->children[walk->depth - 1] == 0) ||
               sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "graphic");
    case E_p_extLst:
        return element == E_p_ext || sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "extension");
    case E_p_ext:
        return element == E_p14_sectionLst ||
               sk_package_no(walk, SK_ELEMENT_UNKNOWN_PART, "extension");
    default:
        return true;
    }
}

static bool
on_start(SkOoxmlWalk *walk, uint16_t element)
{
    return check_inside(walk, element) &&
           (rules[element] == RULE_NONE || check_rule(walk, element));
}

static bool
check_attribute_name(const SkOoxmlWalk *walk)
{
    SkSpan name = walk->gathered;

    for (size_t i = 0; i < name.n; i++)
        if (!g_ascii_isalnum(name.p[i]) && name.p[i] != '_' && name.p[i] != '.')
            return sk_package_bad(walk, "p:attrName");
    return (name.n > 0 && name.n <= ATTRIBUTE_NAME_MAX) || sk_package_bad(walk, "p:attrName");
}

static bool
on_end(SkOoxmlWalk *walk, uint16_t element)
{
    if (element == E_p_attrName)
        return check_attribute_name(walk);
    return element != E_c_f || sk_package_check_range(walk);
}

static bool
part_begin(SkOoxmlWalk *walk)
{
    File *file = walk->file->state;

    if (file->shapes == NULL)
        file->shapes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_remove_all(file->shapes);
    return true;
}

static void
file_free(void *state)
{
    File *file = state;

    g_clear_pointer(&file->shapes, g_hash_table_unref);
}

static const SkOoxmlFormat format = {
    .folder = "ppt/",
    .table = &sk_pptx_table,
    .kinds = kinds,
    .n_kinds = KINDS,
    .main = PRESENTATION,
    .edges = edges,
    .n_edges = G_N_ELEMENTS(edges),
    .declarations = declarations,
    .n_declarations = G_N_ELEMENTS(declarations),
    .classes = classes,
    .marks = marks,
    .kept = kept,
    .every = true,
    .text_max = RANGE_MAX,
    .file_size = sizeof(File),
    .part_size = sizeof(Part),
    .start = on_start,
    .end = on_end,
    .part_begin = part_begin,
    .stays = stays,
    .file_free = file_free,
};

bool
sk_verify_pptx(SkProof *proof, SkSpan in)
{
    return sk_package_verify(proof, in, &format);
}
