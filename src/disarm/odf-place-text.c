/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-place-text.c - what stands in places of its own: tables and sheets, frames, slides, notes and
 * comments, headers and footers; contract in odf-text.h.
 */
#include "disarm/odf-text.h"

#include <string.h>

#define REPEATED_MAX 1000u /* rows or cells with the same text that are written */
#define TOLD_MAX 64u

static bool
is_blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

/* ---- notes and comments --------------------------------------------------------------------- */

static const char *const note_names[SK_ODF_NOTES] = { "脚注", "文末脚注", "コメント" };

static void
start_note(SkOdfText *self, SkOdfNotes kind)
{
    unsigned number = self->notes[kind]->len + 1;
    g_autofree char *mark = g_strdup_printf("〔%s%u〕", note_names[kind], number);

    self->note = kind;
    sk_text_flow_str(self->flow, mark);
    self->space_before = false;
    g_ptr_array_add(self->notes[kind], g_steal_pointer(&mark)); /* the text follows */
}

static void
append_note(GPtrArray *notes, const char *author, const char *text)
{
    if (notes->len == 0)
        return;
    char *mark = notes->pdata[notes->len - 1];
    notes->pdata[notes->len - 1] =
        g_strconcat(mark, author, author[0] != '\0' ? "：" : "", text, NULL);
    g_free(mark);
}

static void
start_annotation(SkOdfText *self)
{
    unsigned number = self->notes[SK_ODF_COMMENTS]->len + 1;
    bool in_sheet = self->type == SK_TYPE_ODS && self->tables > 0;
    g_autofree char *mark = g_strdup_printf("〔コメント%u〕", number);

    g_string_truncate(self->creator, 0);
    if (in_sheet) {
        g_autoptr(GString) place = g_string_new(NULL);
        for (uint32_t c = self->column + 1; c > 0; c = (c - 1) / 26)
            g_string_prepend_c(place, (char)('A' + (c - 1) % 26));
        g_free(mark);
        mark = g_strdup_printf("〔コメント %s%u〕", place->str, self->row + 1);
    } else {
        sk_text_flow_str(self->flow, mark);
    }
    self->space_before = false;
    g_ptr_array_add(self->notes[SK_ODF_COMMENTS], g_steal_pointer(&mark));
    sk_text_flow_catch(self->flow);
}

static void
end_annotation(SkOdfText *self)
{
    g_autofree char *text = sk_text_flow_caught(self->flow);
    append_note(self->notes[SK_ODF_COMMENTS], self->creator->str, text);
}

/* ---- tables and sheets ---------------------------------------------------------------------- */

static void
tell(SkOdfText *self, const char *format, uint32_t first, uint32_t last)
{
    if (self->told++ >= TOLD_MAX)
        return;
    g_autofree char *from = g_strdup_printf("%u", first + 1);
    g_autofree char *to = last > first ? g_strdup_printf("–%u", last + 1) : g_strdup("");
    g_string_append_printf(self->hidden, "%s〔%s：%s%s〕", self->hidden->len > 0 ? "\n" : "",
                           format, from, to);
}

static bool
is_hidden(SkSpan visibility)
{
    return sk_span_is(visibility, "collapse") || sk_span_is(visibility, "filter");
}

static void
start_table(SkOdfText *self, const SkXmlAttr *attrs, unsigned n)
{
    if (self->tables++ > 0 || self->type != SK_TYPE_ODS)
        return;
    g_autofree char *name = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_TABLE_NAME));
    bool hides = sk_odf_lists_hides(self->lists, sk_office_attr(attrs, n, SK_ON_AT_TABLE_STYLE));
    g_autofree char *heading = g_strconcat("# ", hides ? "〔非表示のシート〕" : "", name, NULL);
    sk_text_flow_line(self->flow, "");
    sk_text_flow_line(self->flow, heading);
    g_string_truncate(self->hidden, 0);
    self->told = 0;
    self->row = self->column = 0;
}

static void
end_table(SkOdfText *self)
{
    self->tables -= self->tables > 0 ? 1 : 0;
    if (self->tables > 0 || self->type != SK_TYPE_ODS)
        return;
    if (self->hidden->len > 0)
        sk_text_flow_line(self->flow, self->hidden->str);
    for (unsigned kind = 0; kind < SK_ODF_NOTES; kind++)
        sk_odf_text_notes(self, kind);
}

static void
column(SkOdfText *self, const SkXmlAttr *attrs, unsigned n)
{
    uint32_t repeated = sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_COLUMNS), 1u << 20, 1);
    if (self->tables == 1 && self->type == SK_TYPE_ODS &&
        is_hidden(sk_office_attr(attrs, n, SK_ON_AT_VISIBILITY)))
        tell(self, "非表示の列（番号）", self->column, self->column + repeated - 1);
    self->column += self->tables == 1 ? repeated : 0;
}

static void
start_row(SkOdfText *self, const SkXmlAttr *attrs, unsigned n)
{
    if (self->tables != 1) {
        sk_text_flow_row(self->flow);
        return;
    }
    self->rows_repeated =
        MAX(sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_ROWS), 1u << 24, 1), 1u);
    self->column = 0;
    if (self->type == SK_TYPE_ODS && is_hidden(sk_office_attr(attrs, n, SK_ON_AT_VISIBILITY)))
        tell(self, "非表示の行", self->row, self->row + self->rows_repeated - 1);
    if (self->rows_repeated > 1)
        sk_text_flow_catch(self->flow);
    sk_text_flow_row(self->flow);
}

/* Rows that are the same are stored once; so they are caught, and written as often as they stand.
 */
static void
end_row(SkOdfText *self)
{
    sk_text_flow_row_end(self->flow);
    if (self->tables != 1 || self->rows_repeated <= 1) {
        self->row += self->tables == 1 ? 1 : 0;
        return;
    }
    g_autofree char *cells = sk_text_flow_caught(self->flow);
    self->row += self->rows_repeated;
    if (is_blank(cells))
        sk_text_flow_line(self->flow, "");
    for (uint32_t i = 0; !is_blank(cells) && i < MIN(self->rows_repeated, REPEATED_MAX); i++)
        sk_text_flow_line(self->flow, cells);
    self->rows_repeated = 1;
}

static void
start_cell(SkOdfText *self, const SkXmlAttr *attrs, unsigned n)
{
    SkOdfCell cell = {
        .repeated =
            MAX(sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_COLUMNS), 1u << 20, 1), 1u)
    };
    g_array_append_val(self->cells, cell);
    sk_text_flow_cell(self->flow);
    sk_text_flow_catch(self->flow);
}

static void
end_cell(SkOdfText *self)
{
    g_autofree char *text = sk_text_flow_caught(self->flow);
    uint32_t repeated = 1;

    if (self->cells->len > 0) {
        repeated = g_array_index(self->cells, SkOdfCell, self->cells->len - 1).repeated;
        g_array_set_size(self->cells, self->cells->len - 1);
    }
    if (self->tables == 1)
        self->column += repeated;
    if (is_blank(text)) {
        sk_text_flow_cell_end(self->flow, repeated);
        return;
    }
    for (uint32_t i = 0; i < MIN(repeated, REPEATED_MAX); i++) {
        if (i > 0)
            sk_text_flow_cell(self->flow);
        sk_text_flow_line(self->flow, text);
        sk_text_flow_cell_end(self->flow, 1);
    }
}

/* ---- frames --------------------------------------------------------------------------------- */

static SkOdfFrame *
frame_at_hand(SkOdfText *self)
{
    return self->frames->len == 0 ? NULL
                                  : &g_array_index(self->frames, SkOdfFrame, self->frames->len - 1);
}

static void
start_frame(SkOdfText *self, const SkXmlAttr *attrs, unsigned n)
{
    SkOdfFrame frame = { .description = g_string_new(NULL) };

    if (sk_office_has(attrs, n, SK_ON_AT_CLASS))
        frame.class = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_CLASS));
    frame.caught = self->type == SK_TYPE_ODP && frame.class != NULL;
    if (frame.caught)
        sk_text_flow_catch(self->flow);
    g_array_append_val(self->frames, frame);
}

static bool
start_object(SkOdfText *self, SkSpan href, GError **error)
{
    SkOdfFrame *frame = frame_at_hand(self);
    if (frame != NULL)
        frame->object = true;
    if (!sk_span_starts(href, "./Object") || href.n > 32)
        return true;
    g_autofree char *folder = sk_span_dup(sk_span_sub(href, 2, href.n - 2));
    return sk_odf_object_text(self->office, folder, error);
}

/* Of the slide's own places: what is furniture of its master or its notes page is not said again.
 */
static bool
is_furniture(const SkOdfText *self, const char *class)
{
    static const char *const always[] = { "page-number", "page", "handout" };
    static const char *const of_master[] = {
        "title",  "outline", "subtitle",  "text",    "notes",
        "header", "footer",  "date-time", "graphic", "object"
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(always); i++) {
        if (g_str_equal(class, always[i]))
            return true;
    }
    for (unsigned i = 0; self->in_styles && i < G_N_ELEMENTS(of_master); i++) {
        if (g_str_equal(class, of_master[i]))
            return true;
    }
    return false;
}

static void
end_frame(SkOdfText *self)
{
    SkOdfFrame *frame = frame_at_hand(self);
    if (frame == NULL)
        return;
    if (frame->picture && !frame->object) {
        bool alone = self->paragraphs == 0;
        if (alone)
            sk_text_flow_paragraph(self->flow);
        sk_office_text_picture(self->office,
                               sk_span(frame->description->str, frame->description->len));
        if (alone)
            sk_text_flow_paragraph_end(self->flow);
        self->space_before = false;
    }
    if (frame->caught) {
        g_autofree char *text = sk_text_flow_caught(self->flow);
        if (!self->in_styles && g_str_equal(frame->class, "title") && self->title->len == 0) {
            g_strdelimit(text, "\n\t", ' ');
            g_string_append(self->title, text);
        } else if (!is_blank(text) && !is_furniture(self, frame->class)) {
            sk_text_flow_line(self->flow, text);
        }
    }
    g_array_set_size(self->frames, self->frames->len - 1);
}

/* ---- slides --------------------------------------------------------------------------------- */

static void
start_slide(SkOdfText *self, SkSpan style)
{
    self->slides++;
    self->slide_hidden = sk_odf_lists_hides(self->lists, style);
    g_string_truncate(self->title, 0);
    sk_text_flow_catch(self->flow);
}

static void
end_slide(SkOdfText *self)
{
    g_autofree char *said = sk_text_flow_caught(self->flow);
    g_autofree char *heading =
        g_strdup_printf("# 〔%sスライド%u〕%s", self->slide_hidden ? "非表示の" : "", self->slides,
                        self->title->str);
    sk_text_flow_line(self->flow, "");
    sk_text_flow_line(self->flow, heading);
    if (said[0] != '\0')
        sk_text_flow_line(self->flow, said);
    for (unsigned kind = 0; kind < SK_ODF_NOTES; kind++)
        sk_odf_text_notes(self, kind);
}

static void
end_notes(SkOdfText *self)
{
    g_autofree char *said = sk_text_flow_caught(self->flow);
    if (is_blank(said) || self->in_styles)
        return;
    sk_text_flow_line(self->flow, "〔ノート〕");
    sk_text_flow_line(self->flow, said);
}

/* Headers, footers, and what a master page shows; each text once. */
static void
end_margin(SkOdfText *self, const char *mark)
{
    char *said = sk_text_flow_caught(self->flow);
    bool blank = is_blank(said);

    if (!g_hash_table_add(self->margins, said) || blank)
        return;
    sk_text_flow_line(self->flow, "");
    sk_text_flow_line(self->flow, mark);
    sk_text_flow_line(self->flow, said);
}

static const char *
margin_of(const SkOdfText *self, SkXmlSymbol element)
{
    switch (element) {
    case SK_ON_OS_HEADER:
    case SK_ON_OS_HEADER_LEFT:
    case SK_ON_OS_HEADER_FIRST:
    case SK_ON_OP_HEADER_DECL:
        return "〔ヘッダー〕";
    case SK_ON_OS_FOOTER:
    case SK_ON_OS_FOOTER_LEFT:
    case SK_ON_OS_FOOTER_FIRST:
    case SK_ON_OP_FOOTER_DECL:
        return "〔フッター〕";
    case SK_ON_OS_MASTER_PAGE:
        return self->type == SK_TYPE_ODP ? "〔全スライド共通〕" : NULL;
    default:
        return NULL;
    }
}

/* ---- the walk ------------------------------------------------------------------------------- */

static void
start_margin(SkOdfText *self, SkXmlSymbol element)
{
    bool declared = element == SK_ON_OP_HEADER_DECL || element == SK_ON_OP_FOOTER_DECL;

    sk_text_flow_catch(self->flow);
    self->paragraphs += declared ? 1 : 0; /* its text stands in no paragraph */
    self->space_before = true;
}

bool
sk_odf_place_start(SkOdfText *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n,
                   GError **error)
{
    bool endnote;

    switch (element) {
    case SK_ON_OT_NOTE:
        endnote = sk_span_is(sk_office_attr(attrs, n, SK_ON_AT_NOTE_CLASS), "endnote");
        start_note(self, endnote ? SK_ODF_ENDNOTES : SK_ODF_FOOTNOTES);
        break;
    case SK_ON_OT_NOTE_BODY:
    case SK_ON_OP_NOTES:
        sk_text_flow_catch(self->flow);
        break;
    case SK_ON_OO_ANNOTATION:
        start_annotation(self);
        break;
    case SK_ON_OB_TABLE:
        start_table(self, attrs, n);
        break;
    case SK_ON_OB_TABLE_COLUMN:
        column(self, attrs, n);
        break;
    case SK_ON_OB_TABLE_ROW:
        start_row(self, attrs, n);
        break;
    case SK_ON_OB_TABLE_CELL:
    case SK_ON_OB_COVERED_TABLE_CELL:
        start_cell(self, attrs, n);
        break;
    case SK_ON_OD_PAGE:
        start_slide(self, sk_office_attr(attrs, n, SK_ON_AT_DRAW_STYLE));
        break;
    case SK_ON_OD_FRAME:
        start_frame(self, attrs, n);
        break;
    case SK_ON_OD_TEXT_BOX:
        sk_text_flow_box(self->flow);
        break;
    case SK_ON_OD_IMAGE:
        if (frame_at_hand(self) != NULL)
            frame_at_hand(self)->picture = true;
        break;
    case SK_ON_OD_OBJECT:
        return start_object(self, sk_office_attr(attrs, n, SK_ON_AT_HREF), error);
    default:
        if (margin_of(self, element) != NULL)
            start_margin(self, element);
        break;
    }
    return true;
}

void
sk_odf_place_end(SkOdfText *self, SkXmlSymbol element)
{
    g_autofree char *text = NULL;

    switch (element) {
    case SK_ON_OT_NOTE_BODY:
        text = sk_text_flow_caught(self->flow);
        append_note(self->notes[self->note], "", text);
        break;
    case SK_ON_OP_NOTES:
        end_notes(self);
        break;
    case SK_ON_OO_ANNOTATION:
        end_annotation(self);
        break;
    case SK_ON_OB_TABLE:
        end_table(self);
        break;
    case SK_ON_OB_TABLE_ROW:
        end_row(self);
        break;
    case SK_ON_OB_TABLE_CELL:
    case SK_ON_OB_COVERED_TABLE_CELL:
        end_cell(self);
        break;
    case SK_ON_OD_PAGE:
        end_slide(self);
        break;
    case SK_ON_OD_FRAME:
        end_frame(self);
        break;
    case SK_ON_OD_TEXT_BOX:
        sk_text_flow_box_end(self->flow);
        break;
    default:
        if (margin_of(self, element) == NULL)
            break;
        if (element == SK_ON_OP_HEADER_DECL || element == SK_ON_OP_FOOTER_DECL)
            self->paragraphs -= self->paragraphs > 0 ? 1 : 0;
        end_margin(self, margin_of(self, element));
        break;
    }
}
