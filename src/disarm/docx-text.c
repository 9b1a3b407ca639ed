/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-text.c - the text of a rebuilt Word document: the body in its order, then what is read
 * elsewhere (notes, comments, headers and footers). Spec: docs/formats/office-text.md
 */
#include "disarm/docx-list.h"
#include "disarm/math-text.h"
#include "disarm/office-names.h"
#include "disarm/office-text.h"

#include <string.h>

#define MAIN_PART "word/document.xml"

/* Text that is there but not to be read as the rest stands between marks. */
typedef enum { MARK_NONE, MARK_DELETED, MARK_HIDDEN } Mark;

/* Notes of one kind: what refers to them numbers them. */
typedef struct {
    const char *mark;    /* "脚注" */
    GHashTable *numbers; /* owned: id → its number */
} Notes;

typedef struct {
    SkOfficeText *office; /* borrowed */
    SkTextFlow *flow;     /* borrowed */
    SkDocxLists *lists;   /* borrowed */
    GArray *relations;    /* borrowed: of the part at hand */
    SkDocxSays says;      /* the paragraph whose w:pPr is open */
    bool in_properties;   /* w:pPr */
    bool in_run_properties;
    bool in_text;
    bool hidden;       /* the run is */
    unsigned deleted;  /* depth of w:del and w:moveFrom */
    Mark mark;         /* open just now */
    GArray *spans;     /* owned, of uint32_t: of the cells that are open */
    GPtrArray *rubies; /* owned, of char *: readings, until their base has been */
    SkMathText math;
    char *description; /* owned: of the drawing at hand */
    Notes notes[3];
    /* While a part of notes is read. */
    Notes *reading;
    GPtrArray *read; /* owned: their texts by number, NULL where there is none */
    uint32_t number; /* of the note at hand; 0: it is none */
    char *lead;      /* owned: what the note's first paragraph begins with */
} Run;

enum { FOOTNOTES, ENDNOTES, COMMENTS };

static void
run_clear(Run *self)
{
    sk_docx_says_clear(&self->says);
    g_clear_pointer(&self->spans, g_array_unref);
    g_clear_pointer(&self->rubies, g_ptr_array_unref);
    g_clear_pointer(&self->description, g_free);
    g_clear_pointer(&self->lead, g_free);
    for (unsigned i = 0; i < G_N_ELEMENTS(self->notes); i++)
        g_clear_pointer(&self->notes[i].numbers, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* ---- runs ----------------------------------------------------------------------------------- */

static void
set_mark(Run *self, Mark mark)
{
    static const char *const openings[] = { "", "〔削除：", "〔隠し文字：" };

    if (self->mark == mark)
        return;
    if (self->mark != MARK_NONE)
        sk_text_flow_str(self->flow, "〕");
    if (mark != MARK_NONE)
        sk_text_flow_str(self->flow, openings[mark]);
    self->mark = mark;
}

static void
put_text(Run *self, SkSpan text)
{
    if (text.n == 0)
        return;
    set_mark(self, self->deleted > 0 ? MARK_DELETED : self->hidden ? MARK_HIDDEN : MARK_NONE);
    sk_text_flow_text(self->flow, text);
}

static void
write_symbol(Run *self, SkSpan hex)
{
    uint32_t c = 0;
    uint8_t utf8[6];

    for (size_t i = 0; i < hex.n && i < 6; i++) {
        int digit = g_ascii_xdigit_value((char)hex.p[i]);
        if (digit < 0)
            return;
        c = c << 4 | (uint32_t)digit;
    }
    if (c < ' ' || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return;
    /* Letters of a symbol font have their place in the private area; with a text font it is the
     * letter. */
    put_text(self, sk_span(utf8, (size_t)g_unichar_to_utf8(c, (char *)utf8)));
}

static uint32_t
number_of(Notes *notes, SkSpan id)
{
    g_autofree char *key = sk_span_dup(id);
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(notes->numbers, key));

    if (number == 0) {
        number = g_hash_table_size(notes->numbers) + 1;
        g_hash_table_insert(notes->numbers, g_steal_pointer(&key), GUINT_TO_POINTER(number));
    }
    return number;
}

static void
refer(Run *self, unsigned kind, SkSpan id)
{
    Notes *notes = &self->notes[kind];
    g_autofree char *mark = g_strdup_printf("〔%s%u〕", notes->mark, number_of(notes, id));
    set_mark(self, MARK_NONE);
    sk_text_flow_str(self->flow, mark);
}

/* ---- paragraphs ----------------------------------------------------------------------------- */

static void
paragraph_properties_end(Run *self)
{
    g_autofree char *number = sk_docx_lists_number(self->lists, &self->says);
    unsigned heading =
        sk_text_flow_in_cell(self->flow) ? 0 : sk_docx_lists_heading(self->lists, &self->says);
    g_autoptr(GString) prefix = g_string_new(NULL);

    for (unsigned i = 0; i < heading; i++)
        g_string_append_c(prefix, '#');
    if (heading > 0)
        g_string_append_c(prefix, ' ');
    if (number != NULL) {
        g_string_append(prefix, number);
        if (!g_str_equal(number, "・"))
            g_string_append_c(prefix, ' ');
    }
    if (prefix->len > 0)
        sk_text_flow_prefix(self->flow, prefix->str);
    self->in_properties = false;
}

static void
paragraph_property(Run *self, SkXmlSymbol element, SkSpan value)
{
    if (element == SK_ON_W_P_STYLE && self->says.style == NULL)
        self->says.style = sk_span_dup(value);
    else if (element == SK_ON_W_OUTLINE_LVL)
        self->says.outline = (uint8_t)sk_office_number(value, SK_DOCX_LEVELS - 1, SK_DOCX_LEVELS);
    else if (element == SK_ON_W_ILVL)
        self->says.level = (uint8_t)sk_office_number(value, SK_DOCX_LEVELS - 1, 0);
    else if (element == SK_ON_W_NUM_ID)
        self->says.list = sk_office_number(value, 1000000, UINT32_MAX);
}

static void
span(Run *self, SkSpan value)
{
    if (self->spans->len > 0)
        g_array_index(self->spans, uint32_t, self->spans->len - 1) =
            sk_office_number(value, 1000, 1);
}

static void
cell(Run *self)
{
    uint32_t one = 1;
    g_array_append_val(self->spans, one);
    sk_text_flow_cell(self->flow);
}

static void
cell_end(Run *self)
{
    uint32_t columns = 1;
    if (self->spans->len > 0) {
        columns = g_array_index(self->spans, uint32_t, self->spans->len - 1);
        g_array_set_size(self->spans, self->spans->len - 1);
    }
    sk_text_flow_cell_end(self->flow, columns);
}

/* ---- notes ---------------------------------------------------------------------------------- */

static void
note(Run *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan type = sk_office_attr(attrs, n, SK_ON_W_TYPE);

    sk_text_flow_catch(self->flow);
    self->number = 0;
    if (self->reading == NULL || (type.n > 0 && !sk_span_is(type, "normal")))
        return;
    self->number = number_of(self->reading, sk_office_attr(attrs, n, SK_ON_W_ID));
    g_autofree char *author = sk_span_dup(sk_office_attr(attrs, n, SK_ON_W_AUTHOR));
    g_free(self->lead);
    self->lead = g_strdup_printf("〔%s%u〕%s%s", self->reading->mark, self->number, author,
                                 author[0] != '\0' ? "：" : "");
}

static void
paragraph(Run *self)
{
    set_mark(self, MARK_NONE);
    sk_text_flow_paragraph(self->flow);
    if (self->lead != NULL)
        sk_text_flow_str(self->flow, self->lead);
    g_clear_pointer(&self->lead, g_free);
}

static void
note_end(Run *self)
{
    g_autofree char *text = sk_text_flow_caught(self->flow);

    if (self->number == 0 || self->read == NULL)
        return;
    if (self->read->len < self->number)
        g_ptr_array_set_size(self->read, (int)self->number);
    g_free(self->read->pdata[self->number - 1]);
    self->read->pdata[self->number - 1] = g_steal_pointer(&text);
}

/* ---- the part ------------------------------------------------------------------------------- */

static bool
start_chart(Run *self, SkSpan id, GError **error)
{
    const char *target = sk_office_text_relation(self->relations, id, "chart");
    if (id.n == 0 || target == NULL)
        return true;
    sk_text_flow_box(self->flow);
    if (!sk_office_text_chart(self->office, target, error))
        return false;
    sk_text_flow_box_end(self->flow);
    return true;
}

static void
start_run_element(Run *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    switch (element) {
    case SK_ON_W_TAB:
    case SK_ON_W_PTAB:
        put_text(self, sk_span_str("\t"));
        break;
    case SK_ON_W_BR:
    case SK_ON_W_CR:
        put_text(self, sk_span_str("\n"));
        break;
    case SK_ON_W_NO_BREAK_HYPHEN:
        put_text(self, sk_span_str("-"));
        break;
    case SK_ON_W_SYM:
        write_symbol(self, sk_office_attr(attrs, n, SK_ON_W_CHAR));
        break;
    case SK_ON_W_FOOTNOTE_REFERENCE:
        refer(self, FOOTNOTES, sk_office_attr(attrs, n, SK_ON_W_ID));
        break;
    case SK_ON_W_ENDNOTE_REFERENCE:
        refer(self, ENDNOTES, sk_office_attr(attrs, n, SK_ON_W_ID));
        break;
    case SK_ON_W_COMMENT_REFERENCE:
        refer(self, COMMENTS, sk_office_attr(attrs, n, SK_ON_W_ID));
        break;
    case SK_ON_WP_DOC_PR:
        g_free(self->description);
        self->description = sk_span_dup(sk_office_attr(attrs, n, SK_ON_DESCR));
        break;
    case SK_ON_PIC_PIC:
    case SK_ON_V_IMAGEDATA:
        set_mark(self, MARK_NONE);
        sk_office_text_picture(self->office, sk_span_str(self->description));
        g_clear_pointer(&self->description, g_free);
        break;
    case SK_ON_V_TEXTPATH:
        put_text(self, sk_office_attr(attrs, n, SK_ON_STRING));
        break;
    default:
        break;
    }
}

static void
start_block(Run *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    switch (element) {
    case SK_ON_W_P:
        paragraph(self);
        break;
    case SK_ON_W_PPR:
        sk_docx_says_clear(&self->says);
        self->in_properties = true;
        break;
    case SK_ON_W_TR:
        sk_text_flow_row(self->flow);
        break;
    case SK_ON_W_TC:
        cell(self);
        break;
    case SK_ON_W_GRID_SPAN:
        span(self, sk_office_attr(attrs, n, SK_ON_W_VAL));
        break;
    case SK_ON_W_TXBX_CONTENT:
        set_mark(self, MARK_NONE);
        sk_text_flow_box(self->flow);
        break;
    case SK_ON_W_RT:
        set_mark(self, MARK_NONE);
        sk_text_flow_catch(self->flow);
        break;
    case SK_ON_W_FOOTNOTE:
    case SK_ON_W_ENDNOTE:
    case SK_ON_W_COMMENT:
        note(self, attrs, n);
        break;
    default:
        break;
    }
}

static bool
start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Run *self = user;

    if (self->in_properties && !self->in_run_properties) {
        self->in_run_properties = element == SK_ON_W_RPR;
        paragraph_property(self, element, sk_office_attr(attrs, n, SK_ON_W_VAL));
        return true;
    }
    if (element == SK_ON_W_RPR) {
        self->in_run_properties = true;
    } else if (self->in_run_properties) {
        if (element == SK_ON_W_VANISH && !self->in_properties)
            self->hidden = !sk_office_has(attrs, n, SK_ON_W_VAL) ||
                           sk_office_is_on(sk_office_attr(attrs, n, SK_ON_W_VAL));
    } else if (element == SK_ON_W_R) {
        self->hidden = false;
    } else if (element == SK_ON_W_T || element == SK_ON_W_DEL_TEXT || element == SK_ON_M_T) {
        self->in_text = true;
    } else if (element == SK_ON_W_DEL || element == SK_ON_W_MOVE_FROM) {
        self->deleted++;
    } else if (element == SK_ON_C_CHART) {
        return start_chart(self, sk_office_attr(attrs, n, SK_ON_R_ID), error);
    } else {
        start_block(self, element, attrs, n);
        start_run_element(self, element, attrs, n);
        sk_math_text_start(&self->math, self->flow, element, sk_office_attr(attrs, n, SK_ON_M_VAL));
    }
    return true;
}

static void
end_block(Run *self, SkXmlSymbol element)
{
    switch (element) {
    case SK_ON_W_P:
        set_mark(self, MARK_NONE);
        sk_text_flow_paragraph_end(self->flow);
        break;
    case SK_ON_W_TR:
        sk_text_flow_row_end(self->flow);
        break;
    case SK_ON_W_TC:
        cell_end(self);
        break;
    case SK_ON_W_TXBX_CONTENT:
        sk_text_flow_box_end(self->flow);
        self->hidden = false;
        break;
    case SK_ON_W_RT:
        set_mark(self, MARK_NONE);
        g_ptr_array_add(self->rubies, sk_text_flow_caught(self->flow));
        break;
    case SK_ON_W_FOOTNOTE:
    case SK_ON_W_ENDNOTE:
    case SK_ON_W_COMMENT:
        note_end(self);
        break;
    default:
        break;
    }
}

/* The base is written; its reading follows in brackets. */
static void
ruby_end(Run *self)
{
    if (self->rubies->len == 0)
        return;
    g_autofree char *reading = g_ptr_array_steal_index(self->rubies, self->rubies->len - 1);
    if (reading[0] == '\0')
        return;
    put_text(self, sk_span_str("（"));
    put_text(self, sk_span_str(reading));
    put_text(self, sk_span_str("）"));
}

static bool
end(void *user, SkXmlSymbol element, GError **error)
{
    Run *self = user;
    (void)error;

    if (element == SK_ON_W_RPR) {
        self->in_run_properties = false;
    } else if (self->in_run_properties) {
        return true;
    } else if (element == SK_ON_W_PPR) {
        if (self->in_properties)
            paragraph_properties_end(self);
    } else if (self->in_properties) {
        return true;
    } else if (element == SK_ON_W_T || element == SK_ON_W_DEL_TEXT || element == SK_ON_M_T) {
        self->in_text = false;
    } else if (element == SK_ON_W_DEL || element == SK_ON_W_MOVE_FROM) {
        self->deleted -= self->deleted > 0 ? 1 : 0;
    } else if (element == SK_ON_W_RUBY) {
        ruby_end(self);
    } else {
        end_block(self, element);
        sk_math_text_end(&self->math, self->flow, element);
    }
    return true;
}

static bool
text(void *user, SkSpan s, GError **error)
{
    Run *self = user;
    (void)error;
    if (self->in_text)
        put_text(self, s);
    return true;
}

static const SkXmlHandler handler = {
    sk_office_element, sk_office_attribute, start, end, text, NULL
};

static bool
parse(Run *self, const char *part, GError **error)
{
    g_autoptr(GArray) relations = NULL;
    if (!sk_office_text_relations(self->office, part, &relations, error))
        return false;
    self->relations = relations;
    bool ok = sk_office_text_parse(self->office, part, &handler, self, error);
    self->relations = NULL;
    return ok;
}

/* The notes of one kind, in the order of their numbers. */
static bool
write_notes(Run *self, const GArray *relations, const char *type, unsigned kind, GError **error)
{
    const char *part = sk_office_text_relation(relations, SK_SPAN_EMPTY, type);
    if (part == NULL)
        return true;
    g_autoptr(GPtrArray) read = g_ptr_array_new_with_free_func(g_free);
    self->reading = &self->notes[kind];
    self->read = read;
    bool ok = parse(self, part, error);
    self->reading = NULL;
    self->read = NULL;
    for (unsigned i = 0; ok && i < read->len; i++) {
        if (i == 0)
            sk_text_flow_line(self->flow, "");
        if (read->pdata[i] != NULL)
            sk_text_flow_line(self->flow, read->pdata[i]);
    }
    return ok;
}

/* Headers or footers, each text once. */
static bool
write_margins(Run *self, const GArray *relations, const char *type, const char *mark,
              GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < relations->len; i++) {
        const SkOfficeRel *relation = &g_array_index(relations, SkOfficeRel, i);
        if (relation->external || !g_str_equal(relation->type, type))
            continue;
        sk_text_flow_catch(self->flow);
        if (!parse(self, relation->target, error))
            return false;
        char *caught = sk_text_flow_caught(self->flow);
        bool blank = caught[strspn(caught, " \t\n")] == '\0';
        if (!g_hash_table_add(seen, caught) || blank)
            continue;
        sk_text_flow_line(self->flow, "");
        sk_text_flow_line(self->flow, mark);
        sk_text_flow_line(self->flow, caught);
    }
    return true;
}

bool
sk_office_text_docx(SkOfficeText *self, GError **error)
{
    g_autoptr(GArray) relations = NULL;
    g_autoptr(SkDocxLists) lists = NULL;
    g_auto(Run) run = { .office = self,
                        .flow = self->flow,
                        .spans = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                        .rubies = g_ptr_array_new_with_free_func(g_free),
                        .notes = { { "脚注", NULL }, { "文末脚注", NULL }, { "コメント", NULL } } };

    for (unsigned i = 0; i < G_N_ELEMENTS(run.notes); i++)
        run.notes[i].numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!sk_office_text_relations(self, MAIN_PART, &relations, error) ||
        !sk_docx_lists_read(self, sk_office_text_relation(relations, SK_SPAN_EMPTY, "styles"),
                            sk_office_text_relation(relations, SK_SPAN_EMPTY, "numbering"), &lists,
                            error))
        return false;
    run.lists = lists;
    return parse(&run, MAIN_PART, error) &&
           write_notes(&run, relations, "footnotes", FOOTNOTES, error) &&
           write_notes(&run, relations, "endnotes", ENDNOTES, error) &&
           write_notes(&run, relations, "comments", COMMENTS, error) &&
           write_margins(&run, relations, "header", "〔ヘッダー〕", error) &&
           write_margins(&run, relations, "footer", "〔フッター〕", error);
}
