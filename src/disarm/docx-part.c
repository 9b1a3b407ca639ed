/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-part.c - one XML part through the allow-list, as a stream: every element is kept with the
 * attributes that its row permits, let through, or dropped, by its symbol alone; a few have a
 * handler of their own. Nothing is remembered but the open elements and one field's beginning.
 */
#include "disarm/docx.h"

#include "disarm/docx-names.h"
#include "disarm/docx-story.h"

#include <string.h>

typedef enum {
    FRAME_KEEP,        /* its end tag will be written */
    FRAME_TEXT,        /* so will its text */
    FRAME_THROUGH,     /* only what is inside stays */
    FRAME_DROP,        /* with everything inside */
    FRAME_FORMULA,     /* its text will be, if it names ranges only */
    FRAME_INSTRUCTION, /* its text is part of a field's instruction */
    FRAME_ALTERNATE,   /* mc:AlternateContent; its tag is written with the Choice that is taken */
    FRAME_GRAPHIC,     /* a:graphicData of a chart: written once the chart is known to be there */
} FrameKind;

typedef struct {
    SkXmlSymbol symbol;
    FrameKind kind;
    const char *name; /* of the end tag */
    bool done;        /* ALTERNATE: a branch is taken; GRAPHIC: the tag is written */
    bool story;       /* a story of fields ends with it */
} Frame;

/* An attribute that will be written. */
typedef struct {
    SkXmlSymbol symbol;
    SkSpan value;
    unsigned number; /* of a relationship, instead of the value */
} Kept;

typedef struct {
    SkDocxRun *run;
    SkXmlReader *reader; /* borrowed */
    SkXmlWriter *out;    /* owned */
    SkDocxStory *story;  /* owned */
    unsigned depth;
    unsigned deleted; /* open w:del and w:moveFrom */
    bool is_root_written;
    SkSpan extent[2]; /* cx and cy of the drawing that is open */
    char extent_text[2][24];
    GString *formula; /* owned: the text of the open c:f */
    GHashTable *seen; /* owned: w:id of this part's own notes or comments */
    /* Here, since the compiler clears large locals on every call. */
    Kept kept[SK_XML_ATTRS_MAX + 1];
    Frame frames[SK_XML_DEPTH_MAX];
} Filter;

static const SkXmlSymbol roots[SK_OOXML_KINDS] = {
    [SK_OOXML_DOCUMENT] = SK_EL_w_document,   [SK_OOXML_STYLES] = SK_EL_w_styles,
    [SK_OOXML_NUMBERING] = SK_EL_w_numbering, [SK_OOXML_SETTINGS] = SK_EL_w_settings,
    [SK_OOXML_FONT_TABLE] = SK_EL_w_fonts,    [SK_OOXML_THEME] = SK_EL_a_theme,
    [SK_OOXML_FOOTNOTES] = SK_EL_w_footnotes, [SK_OOXML_ENDNOTES] = SK_EL_w_endnotes,
    [SK_OOXML_COMMENTS] = SK_EL_w_comments,   [SK_OOXML_HEADER] = SK_EL_w_hdr,
    [SK_OOXML_FOOTER] = SK_EL_w_ftr,          [SK_OOXML_CHART] = SK_EL_c_chartSpace,
};

static Frame *
top(Filter *self)
{
    return &self->frames[self->depth - 1];
}

static SkXmlSymbol
parent_of(const Filter *self)
{
    return self->depth >= 2 ? self->frames[self->depth - 2].symbol : 0;
}

static void
count(Filter *self, SkElement element)
{
    sk_docx_count(self->run, element);
}

static bool
verdict_is_kept(Filter *self, SkElement element)
{
    return sk_disarm_verdict(self->run->docx->disarm, element) == SK_VERDICT_KEPT;
}

static SkSpan
value_of(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == symbol)
            return attrs[i].value;
    }
    return SK_SPAN_EMPTY;
}

/* ---- attributes ---------------------------------------------------------------------------- */

static SkOoxmlKind
kind_of_class(SkDocxValue class)
{
    return class == SK_DOCX_VALUE_IMAGE    ? SK_OOXML_IMAGE
           : class == SK_DOCX_VALUE_HEADER ? SK_OOXML_HEADER
           : class == SK_DOCX_VALUE_FOOTER ? SK_OOXML_FOOTER
           : class == SK_DOCX_VALUE_CHART  ? SK_OOXML_CHART
                                           : SK_OOXML_HYPERLINK;
}

/* Keeps the list in order of symbols, which is that of names; the same attribute twice (by two
 * prefixes of one namespace) has two readings. */
static bool
insert(Kept *kept, unsigned *n, const SkXmlAttr *attr, GError **error)
{
    unsigned at = *n;
    while (at > 0 && kept[at - 1].symbol > attr->symbol)
        at--;
    if (at > 0 && kept[at - 1].symbol == attr->symbol)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "docx: one attribute twice");
    for (unsigned i = *n; i > at; i--)
        kept[i] = kept[i - 1];
    kept[at] = (Kept){ .symbol = attr->symbol, .value = attr->value };
    *n += 1;
    return true;
}

static void
count_lost(Filter *self, SkXmlSymbol attr)
{
    if (attr == SK_AT_REVISION)
        count(self, SK_ELEMENT_REVISION_IDS);
    else if (attr != SK_AT_QUIET)
        count(self, SK_ELEMENT_UNKNOWN_PART);
}

static bool
filter_attrs(Filter *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, Kept *kept,
             unsigned *ret_n, GError **error)
{
    unsigned kept_n = 0;

    for (unsigned i = 0; i < n; i++) {
        const SkDocxAttrRow *row = attrs[i].symbol == 0 || attrs[i].symbol >= SK_AT_COUNT
                                       ? NULL
                                       : sk_docx_attr_row(element, attrs[i].symbol);
        if (row == NULL || (row->value < SK_DOCX_VALUE_IMAGE &&
                            !sk_docx_value_is((SkDocxValue)row->value, attrs[i].value))) {
            count_lost(self, attrs[i].symbol);
            continue;
        }
        if (!insert(kept, &kept_n, &attrs[i], error))
            return false;
    }
    *ret_n = kept_n;
    return true;
}

/* Ids become ours; an attribute whose id leads nowhere goes. */
static bool
resolve_ids(Filter *self, SkXmlSymbol element, Kept *kept, unsigned *n, GError **error)
{
    unsigned left = 0;

    for (unsigned i = 0; i < *n; i++) {
        const SkDocxAttrRow *row = sk_docx_attr_row(element, kept[i].symbol);
        if (row->value >= SK_DOCX_VALUE_IMAGE) {
            if (!sk_docx_refer(self->run, kept[i].value, kind_of_class((SkDocxValue)row->value),
                               &kept[i].number, error))
                return false;
            if (kept[i].number == 0)
                continue;
        }
        kept[left++] = kept[i];
    }
    *n = left;
    return true;
}

static void
write_attrs(Filter *self, const Kept *kept, unsigned n)
{
    char id[16];

    for (unsigned i = 0; i < n; i++) {
        SkSpan value = kept[i].value;
        if (kept[i].number > 0) {
            g_snprintf(id, sizeof id, "rId%u", kept[i].number);
            value = sk_span_str(id);
        }
        sk_xml_writer_attr(self->out, sk_docx_attr_names[kept[i].symbol], value);
    }
}

static void
write_start(Filter *self, const char *name, FrameKind kind)
{
    sk_xml_writer_start(self->out, name);
    top(self)->kind = kind;
    top(self)->name = name;
}

/* ---- the stand-in picture ------------------------------------------------------------------ */

static void
write_empty(Filter *self, const char *name, const char *attrs)
{
    sk_xml_writer_start(self->out, name);
    sk_xml_writer_raw(self->out, attrs);
    sk_xml_writer_end(self->out, name);
}

static void
write_standin_shape(Filter *self)
{
    static const char zero[] = "0";
    bool sized = self->extent[0].n > 0 && self->extent[1].n > 0;

    sk_xml_writer_start(self->out, "pic:spPr");
    sk_xml_writer_start(self->out, "a:xfrm");
    write_empty(self, "a:off", " x=\"0\" y=\"0\"");
    sk_xml_writer_start(self->out, "a:ext");
    sk_xml_writer_attr(self->out, "cx", sized ? self->extent[0] : sk_span_str(zero));
    sk_xml_writer_attr(self->out, "cy", sized ? self->extent[1] : sk_span_str(zero));
    sk_xml_writer_end(self->out, "a:ext");
    sk_xml_writer_end(self->out, "a:xfrm");
    sk_xml_writer_start(self->out, "a:prstGeom");
    sk_xml_writer_attr(self->out, "prst", sk_span_str("rect"));
    write_empty(self, "a:avLst", "");
    sk_xml_writer_end(self->out, "a:prstGeom");
    sk_xml_writer_end(self->out, "pic:spPr");
}

/* A whole a:graphicData that shows the stand-in in place of a graphic that cannot be carried over.
 */
static bool
write_standin_graphic(Filter *self, GError **error)
{
    unsigned number = 0;
    char id[16];

    if (!sk_docx_refer_standin(self->run, &number, error))
        return false;
    g_snprintf(id, sizeof id, "rId%u", number);
    sk_xml_writer_start(self->out, "a:graphicData");
    sk_xml_writer_attr(self->out, "uri", sk_span_str(SK_DOCX_GRAPHIC_PICTURE));
    sk_xml_writer_start(self->out, "pic:pic");
    sk_xml_writer_start(self->out, "pic:nvPicPr");
    write_empty(self, "pic:cNvPr", " id=\"0\" name=\"\"");
    write_empty(self, "pic:cNvPicPr", "");
    sk_xml_writer_end(self->out, "pic:nvPicPr");
    sk_xml_writer_start(self->out, "pic:blipFill");
    sk_xml_writer_start(self->out, "a:blip");
    sk_xml_writer_attr(self->out, "r:embed", sk_span_str(id));
    sk_xml_writer_end(self->out, "a:blip");
    sk_xml_writer_start(self->out, "a:stretch");
    write_empty(self, "a:fillRect", "");
    sk_xml_writer_end(self->out, "a:stretch");
    sk_xml_writer_end(self->out, "pic:blipFill");
    write_standin_shape(self);
    sk_xml_writer_end(self->out, "pic:pic");
    sk_xml_writer_end(self->out, "a:graphicData");
    return true;
}

static bool
start_graphic(Filter *self, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const char *uri = sk_docx_graphic(value_of(attrs, n, SK_AT_uri));

    if (uri == NULL) {
        count(self, SK_ELEMENT_UNKNOWN_PART);
        top(self)->kind = FRAME_DROP;
        return write_standin_graphic(self, error);
    }
    if (strcmp(uri, SK_DOCX_GRAPHIC_CHART) == 0) {
        top(self)->kind = FRAME_GRAPHIC;
        return true;
    }
    write_start(self, "a:graphicData", FRAME_KEEP);
    sk_xml_writer_attr(self->out, "uri", sk_span_str(uri));
    return true;
}

/* c:chart inside a:graphicData: only now is it known that the chart can be shown. */
static bool
start_chart(Filter *self, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Frame *graphic = &self->frames[self->depth - 2];
    unsigned number = 0;
    char id[16];

    top(self)->kind = FRAME_DROP;
    if (graphic->done)
        return true;
    if (!sk_docx_refer(self->run, value_of(attrs, n, SK_AT_r_id), SK_OOXML_CHART, &number, error))
        return false;
    if (number == 0)
        return true;
    graphic->done = true;
    sk_xml_writer_start(self->out, "a:graphicData");
    sk_xml_writer_attr(self->out, "uri", sk_span_str(SK_DOCX_GRAPHIC_CHART));
    g_snprintf(id, sizeof id, "rId%u", number);
    write_start(self, "c:chart", FRAME_KEEP);
    sk_xml_writer_attr(self->out, "r:id", sk_span_str(id));
    return true;
}

/* ---- alternate content --------------------------------------------------------------------- */

static bool
start_choice(Filter *self, const SkXmlAttr *attrs, unsigned n)
{
    Frame *alternate = &self->frames[self->depth - 2];
    SkSpan required = SK_SPAN_EMPTY;
    bool inside = alternate->kind == FRAME_ALTERNATE;

    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == SK_AT_Requires)
            required = attrs[i].value;
    }
    SkSpan uri = required.n > 0 ? sk_xml_reader_prefix(self->reader, required) : SK_SPAN_EMPTY;
    const char *prefix = uri.n > 0 ? sk_docx_prefix(uri) : NULL;
    if (!inside || alternate->done || prefix == NULL ||
        !sk_docx_value_is(SK_DOCX_VALUE_Q, sk_span_str(prefix))) {
        top(self)->kind = FRAME_DROP;
        return true;
    }
    alternate->done = true;
    alternate->name = "mc:AlternateContent";
    sk_xml_writer_start(self->out, alternate->name);
    write_start(self, "mc:Choice", FRAME_KEEP);
    sk_xml_writer_attr(self->out, "Requires", sk_span_str(prefix));
    return true;
}

static void
start_fallback(Filter *self)
{
    Frame *alternate = &self->frames[self->depth - 2];
    bool taken = alternate->kind == FRAME_ALTERNATE && !alternate->done;

    if (taken)
        alternate->done = true;
    top(self)->kind = taken ? FRAME_THROUGH : FRAME_DROP;
}

/* ---- notes and comments -------------------------------------------------------------------- */

static int
ids_of(const Filter *self, SkXmlSymbol symbol)
{
    bool in_settings = self->run->part->kind == SK_OOXML_SETTINGS;

    switch (symbol) {
    case SK_EL_w_commentReference:
    case SK_EL_w_commentRangeStart:
    case SK_EL_w_commentRangeEnd:
        return SK_DOCX_COMMENTS;
    case SK_EL_w_footnoteReference:
        return SK_DOCX_FOOTNOTES;
    case SK_EL_w_endnoteReference:
        return SK_DOCX_ENDNOTES;
    case SK_EL_w_footnote:
        return in_settings ? SK_DOCX_FOOTNOTES : -1;
    case SK_EL_w_endnote:
        return in_settings ? SK_DOCX_ENDNOTES : -1;
    default:
        return -1;
    }
}

/* Is this a reference to what is not there, or a note whose id came before? */
static bool
is_dangling(Filter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    int ids = ids_of(self, symbol);
    bool is_own = ids < 0 && (symbol == SK_EL_w_comment || symbol == SK_EL_w_footnote ||
                              symbol == SK_EL_w_endnote);

    if (ids < 0 && !is_own)
        return false;
    SkSpan value = value_of(attrs, n, SK_AT_w_id);
    g_autofree char *id = sk_span_dup(value);
    if (is_own)
        return self->depth != 2 || !sk_docx_value_is(SK_DOCX_VALUE_N, value) ||
               !g_hash_table_add(self->seen, g_steal_pointer(&id));
    return !g_hash_table_contains(self->run->docx->ids[ids], id);
}

/* ---- elements ------------------------------------------------------------------------------ */

static bool
start_root(Filter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan name = value_of(attrs, n, SK_AT_name);

    if (symbol != roots[self->run->part->kind])
        return sk_throw(error, SK_ERROR_MALFORMED, "docx: root element contradicts the part");
    sk_xml_writer_declaration(self->out);
    write_start(self, sk_docx_element_rows[symbol].name, FRAME_KEEP);
    sk_xml_writer_raw(self->out, sk_docx_namespaces);
    if (symbol == SK_EL_a_theme && name.n > 0 && sk_docx_value_is(SK_DOCX_VALUE_S, name))
        sk_xml_writer_attr(self->out, "name", name);
    return true;
}

static bool
is_root(SkXmlSymbol symbol)
{
    for (SkOoxmlKind kind = SK_OOXML_DOCUMENT; kind <= SK_OOXML_CHART; kind++) {
        if (roots[kind] == symbol)
            return true;
    }
    return false;
}

/* What an element cannot be written without: 0 for nothing. */
static SkXmlSymbol
required_attr(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_w_headerReference:
    case SK_EL_w_footerReference:
    case SK_EL_a_hlinkClick:
        return SK_AT_r_id;
    default:
        return 0;
    }
}

static bool
has_attr(const Kept *kept, unsigned n, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < n; i++) {
        if (kept[i].symbol == symbol)
            return true;
    }
    return false;
}

/* a:blip and v:imagedata always show something. */
static bool
add_standin(Filter *self, SkXmlSymbol symbol, Kept *kept, unsigned *n, GError **error)
{
    SkXmlAttr attr = { .symbol = symbol == SK_EL_a_blip ? SK_AT_r_embed : SK_AT_r_id };
    unsigned number = 0;

    if ((symbol != SK_EL_a_blip && symbol != SK_EL_v_imagedata) || has_attr(kept, *n, attr.symbol))
        return true;
    if (!sk_docx_refer_standin(self->run, &number, error) || !insert(kept, n, &attr, error))
        return false;
    for (unsigned i = 0; i < *n; i++) {
        if (kept[i].symbol == attr.symbol)
            kept[i].number = number;
    }
    return true;
}

static void
remember_extent(Filter *self, const Kept *kept, unsigned n)
{
    SkXmlSymbol symbols[2] = { SK_AT_cx, SK_AT_cy };

    for (unsigned which = 0; which < 2; which++) {
        self->extent[which] = SK_SPAN_EMPTY;
        for (unsigned i = 0; i < n; i++) {
            if (kept[i].symbol != symbols[which] || kept[i].value.n >= sizeof self->extent_text[0])
                continue;
            g_snprintf(self->extent_text[which], sizeof self->extent_text[0], "%.*s",
                       (int)kept[i].value.n, (const char *)kept[i].value.p);
            self->extent[which] = sk_span_str(self->extent_text[which]);
        }
    }
}

static bool
starts_story(const Filter *self, SkXmlSymbol symbol)
{
    return symbol == SK_EL_w_txbxContent || symbol == SK_EL_w_comment ||
           (self->run->part->kind != SK_OOXML_SETTINGS &&
            (symbol == SK_EL_w_footnote || symbol == SK_EL_w_endnote));
}

static bool
start_kept(Filter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkDocxElementRow *row = &sk_docx_element_rows[symbol];
    Kept *kept = self->kept;
    unsigned kept_n = 0;

    if (!filter_attrs(self, symbol, attrs, n, kept, &kept_n, error) ||
        !resolve_ids(self, symbol, kept, &kept_n, error) ||
        !add_standin(self, symbol, kept, &kept_n, error))
        return false;
    if (required_attr(symbol) != 0 && !has_attr(kept, kept_n, required_attr(symbol))) {
        top(self)->kind = FRAME_DROP;
        return true;
    }
    if (symbol == SK_EL_w_hyperlink && !has_attr(kept, kept_n, SK_AT_r_id) &&
        !has_attr(kept, kept_n, SK_AT_w_anchor)) {
        top(self)->kind = FRAME_THROUGH;
        return true;
    }
    if (symbol == SK_EL_wp_extent)
        remember_extent(self, kept, kept_n);
    if (row->element != SK_ELEMENT_NONE)
        count(self, row->element);
    write_start(self, row->name, row->mode == SK_DOCX_MODE_TEXT ? FRAME_TEXT : FRAME_KEEP);
    if (symbol == SK_EL_c_f) {
        top(self)->kind = FRAME_FORMULA;
        g_string_truncate(self->formula, 0);
    }
    write_attrs(self, kept, kept_n);
    self->deleted += symbol == SK_EL_w_del || symbol == SK_EL_w_moveFrom;
    if (starts_story(self, symbol)) {
        top(self)->story = true;
        return sk_docx_story_push(self->story, error);
    }
    return true;
}

static bool
start_field_simple(Filter *self, const SkXmlAttr *attrs, unsigned n)
{
    SkDocxField field = sk_docx_field(value_of(attrs, n, SK_AT_w_instr), false,
                                      verdict_is_kept(self, SK_ELEMENT_HYPERLINK));
    g_autofree char *text = field.text;

    if (field.element != SK_ELEMENT_NONE)
        count(self, field.element);
    if (field.fate == SK_DOCX_FIELD_KEEP) {
        write_start(self, "w:fldSimple", FRAME_KEEP);
        sk_xml_writer_attr(self->out, "w:instr", sk_span_str(text));
        return true;
    }
    top(self)->kind = FRAME_THROUGH;
    if (field.fate == SK_DOCX_FIELD_TEXT) {
        sk_xml_writer_start(self->out, "w:r");
        sk_docx_story_write_text(self->out, text);
        sk_xml_writer_end(self->out, "w:r");
    }
    return true;
}

/* Inside of what is dropped things are still counted, and a form field's state is noted. */
static void
start_dropped(Filter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const SkDocxElementRow *row = &sk_docx_element_rows[symbol];

    top(self)->kind = FRAME_DROP;
    if (symbol != 0 && row->mode == SK_DOCX_MODE_DROP && row->element != SK_ELEMENT_NONE)
        count(self, row->element);
    if (symbol == SK_EL_w_checked || symbol == SK_EL_w_default) {
        SkSpan value = value_of(attrs, n, SK_AT_w_val);
        bool on = value.n == 0 || sk_span_is(value, "1") || sk_span_is(value, "true") ||
                  sk_span_is(value, "on");
        sk_docx_story_checkbox(self->story, symbol == SK_EL_w_checked, on);
    }
}

static bool
start_special(Filter *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, bool *ret_done,
              GError **error)
{
    *ret_done = true;
    switch (symbol) {
    case SK_EL_mc_AlternateContent:
        count(self, SK_ELEMENT_ALTERNATE_CONTENT);
        top(self)->kind = FRAME_ALTERNATE;
        return true;
    case SK_EL_mc_Choice:
        return start_choice(self, attrs, n);
    case SK_EL_mc_Fallback:
        start_fallback(self);
        return true;
    case SK_EL_w_object:
        write_start(self, "w:pict", FRAME_KEEP);
        return true;
    case SK_EL_a_graphicData:
        return start_graphic(self, attrs, n, error);
    case SK_EL_c_chart:
        if (parent_of(self) == SK_EL_a_graphicData)
            return start_chart(self, attrs, n, error);
        write_start(self, "c:chart", FRAME_KEEP);
        return true;
    case SK_EL_w_fldSimple:
        return start_field_simple(self, attrs, n);
    case SK_EL_w_fldChar:
        top(self)->kind = FRAME_DROP;
        return sk_docx_story_char(self->story, self->run, value_of(attrs, n, SK_AT_w_fldCharType),
                                  self->deleted > 0, error);
    case SK_EL_w_instrText:
    case SK_EL_w_delInstrText:
        top(self)->kind = FRAME_INSTRUCTION;
        return true;
    default:
        *ret_done = false;
        return true;
    }
}

/* Between a field's beginning and its result only the skeleton of paragraphs and runs is written.
 */
static bool
is_in_instruction(Filter *self, SkXmlSymbol symbol)
{
    if (!sk_docx_story_collects(self->story))
        return false;
    if (symbol == SK_EL_w_fldSimple || symbol == SK_EL_w_tbl)
        return true;
    return parent_of(self) == SK_EL_w_r && symbol != SK_EL_w_rPr && symbol != SK_EL_w_fldChar &&
           symbol != SK_EL_w_instrText && symbol != SK_EL_w_delInstrText &&
           symbol != SK_EL_w_commentReference;
}

static bool
on_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Filter *self = user;
    const SkDocxElementRow *row = &sk_docx_element_rows[symbol];
    bool inside_drop = self->depth > 0 && top(self)->kind == FRAME_DROP;
    bool done = false;

    self->depth++;
    *top(self) = (Frame){ .symbol = symbol, .kind = FRAME_DROP };
    if (self->depth == 1)
        return start_root(self, symbol, attrs, n, error);
    const Frame *parent = &self->frames[self->depth - 2];
    if (inside_drop || is_in_instruction(self, symbol)) {
        start_dropped(self, symbol, attrs, n);
        return true;
    }
    if (symbol == 0 || is_root(symbol) || parent->kind == FRAME_TEXT ||
        parent->kind == FRAME_FORMULA || parent->kind == FRAME_INSTRUCTION ||
        (parent->kind == FRAME_ALTERNATE && symbol != SK_EL_mc_Choice &&
         symbol != SK_EL_mc_Fallback) ||
        (parent->kind == FRAME_GRAPHIC && symbol != SK_EL_c_chart)) {
        count(self, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (row->mode == SK_DOCX_MODE_DROP) {
        if (row->element == SK_ELEMENT_NONE)
            count(self, SK_ELEMENT_UNKNOWN_PART);
        start_dropped(self, symbol, attrs, n);
        return true;
    }
    if (!start_special(self, symbol, attrs, n, &done, error))
        return false;
    if (done)
        return true;
    if (is_dangling(self, symbol, attrs, n)) {
        count(self, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (row->mode == SK_DOCX_MODE_THROUGH) {
        top(self)->kind = FRAME_THROUGH;
        if (row->element != SK_ELEMENT_NONE)
            count(self, row->element);
        return true;
    }
    return start_kept(self, symbol, attrs, n, error);
}

/* All of the text is known only now: it may have come in pieces. */
static void
write_formula(Filter *self)
{
    SkSpan text = sk_span((const uint8_t *)self->formula->str, self->formula->len);

    if (sk_docx_is_formula(text))
        sk_xml_writer_text(self->out, text);
    else
        count(self,
              sk_docx_formula_runs(text) ? SK_ELEMENT_DDE_FIELD : SK_ELEMENT_EXTERNAL_RELATIONSHIP);
}

static bool
on_end(void *user, SkXmlSymbol symbol, GError **error)
{
    Filter *self = user;
    Frame frame = *top(self);

    if (frame.story && !sk_docx_story_pop(self->story, self->run, error))
        return false;
    if (self->depth == 1 && !sk_docx_story_pop(self->story, self->run, error))
        return false;
    if (frame.kind == FRAME_FORMULA)
        write_formula(self);
    if (frame.kind == FRAME_KEEP || frame.kind == FRAME_TEXT || frame.kind == FRAME_FORMULA) {
        sk_xml_writer_end(self->out, frame.name);
        self->deleted -= symbol == SK_EL_w_del || symbol == SK_EL_w_moveFrom;
    } else if (frame.kind == FRAME_ALTERNATE && frame.name != NULL) {
        sk_xml_writer_end(self->out, frame.name);
    } else if (frame.kind == FRAME_GRAPHIC) {
        if (frame.done)
            sk_xml_writer_end(self->out, "a:graphicData");
        else if (!write_standin_graphic(self, error))
            return false;
    }
    self->depth--;
    return true;
}

static bool
is_white(SkSpan text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr(" \t\r\n", text.p[i]) == NULL)
            return false;
    }
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    Filter *self = user;

    (void)error;
    if (self->depth == 0)
        return true;
    if (top(self)->kind == FRAME_TEXT)
        sk_xml_writer_text(self->out, text);
    else if (top(self)->kind == FRAME_FORMULA && self->formula->len <= SK_DOCX_FORMULA_MAX)
        g_string_append_len(self->formula, (const char *)text.p, (gssize)text.n);
    else if (top(self)->kind == FRAME_INSTRUCTION)
        sk_docx_story_instruct(self->story, text);
    else if (top(self)->kind != FRAME_DROP && top(self)->kind != FRAME_FORMULA && !is_white(text))
        count(self, SK_ELEMENT_UNKNOWN_PART);
    return true;
}

static void
on_aside(void *user)
{
    count(user, SK_ELEMENT_XML_INSTRUCTION);
}

static SkXmlSymbol
on_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    return sk_docx_element(uri, local);
}

static SkXmlSymbol
on_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    return sk_docx_attribute(uri, local);
}

static void
on_output(void *user, SkSpan s)
{
    sk_zip_writer_span(user, s);
}

bool
sk_docx_filter(SkDocxRun *run, GError **error)
{
    static const SkXmlHandler handler = { on_element, on_attribute, on_start,
                                          on_end,     on_text,      on_aside };
    g_autofree Filter *self = g_new0(Filter, 1);
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, self);
    g_autoptr(SkXmlWriter) out = sk_xml_writer_new(on_output, run->docx->writer);
    g_autoptr(SkDocxStory) story =
        sk_docx_story_new(out, verdict_is_kept(&(Filter){ .run = run }, SK_ELEMENT_HYPERLINK));
    g_autoptr(GString) formula = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    self->run = run;
    self->reader = reader;
    self->out = out;
    self->story = story;
    self->formula = formula;
    self->seen = seen;
    if (!sk_ooxml_parse(run->docx->package, run->part->entry, reader, error))
        return false;
    sk_xml_writer_finish(out);
    return true;
}

/* ---- ids of notes and comments ------------------------------------------------------------- */

typedef struct {
    GHashTable *ids;
    unsigned depth;
} Ids;

static bool
ids_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Ids *self = user;

    (void)error;
    self->depth++;
    SkSpan id = value_of(attrs, n, SK_AT_w_id);
    if (self->depth == 2 &&
        (symbol == SK_EL_w_comment || symbol == SK_EL_w_footnote || symbol == SK_EL_w_endnote) &&
        sk_docx_value_is(SK_DOCX_VALUE_N, id))
        g_hash_table_add(self->ids, sk_span_dup(id));
    return true;
}

static bool
ids_end(void *user, SkXmlSymbol symbol, GError **error)
{
    (void)symbol, (void)error;
    ((Ids *)user)->depth--;
    return true;
}

static bool
ids_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

bool
sk_docx_collect_ids(SkDocx *self, const SkZipEntry *part, GHashTable *ids, GError **error)
{
    static const SkXmlHandler handler = { on_element, on_attribute, ids_start,
                                          ids_end,    ids_text,     NULL };
    Ids collect = { .ids = ids };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &collect);

    return sk_ooxml_parse(self->package, part, reader, error);
}
