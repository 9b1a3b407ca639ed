/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-sheet-text.c - one sheet as lines of cells between tabs, as they are seen: stored results,
 * formatted. A row is one string that is used again; nothing is allocated for a cell. Contract in
 * xlsx-text.h.
 */
#include "disarm/office-names.h"
#include "disarm/table.h"
#include "disarm/xlsx-text.h"

#include <string.h>

#define GAP_MAX 256u  /* empty cells before one that is not, beyond which they are one tab */
#define ROWS_TOLD 64u /* hidden rows and columns that are listed */

typedef enum {
    TEXT_NONE,
    TEXT_VALUE,
    TEXT_FORMULA,
    TEXT_INLINE,
    TEXT_READING,
    TEXT_MARGIN
} TextKind;

typedef struct {
    const SkXlsxText *xlsx; /* borrowed */
    TextKind reading_of;
    uint32_t column;   /* of the cell at hand, from 0 */
    uint32_t written;  /* columns of the row that are written */
    uint32_t next_row; /* number of the row that would be directly below */
    char type;         /* of the cell: s b e n, S (text), d */
    uint32_t style;
    bool phonetic;
    GString *value, *formula, *reading;    /* owned: of the cell */
    GString *row;                          /* owned */
    GString *shown;                        /* owned: the cell as shown */
    GString *hidden_rows, *hidden_columns; /* owned */
    unsigned told_rows, told_columns;
    bool row_hidden_before;
    GString *margin;    /* owned: a header or footer */
    GPtrArray *margins; /* owned, of char * */
} Sheet;

static void
string_free(GString **s)
{
    if (*s != NULL)
        g_string_free(*s, TRUE);
}

static void
sheet_clear(Sheet *self)
{
    GString **all[] = { &self->value, &self->formula,     &self->reading,        &self->row,
                        &self->shown, &self->hidden_rows, &self->hidden_columns, &self->margin };
    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++)
        string_free(all[i]);
    g_clear_pointer(&self->margins, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sheet, sheet_clear)

/* ---- places --------------------------------------------------------------------------------- */

/* "AB12" → 27; @otherwise where there is no such letter. */
static uint32_t
column_of(SkSpan place, uint32_t otherwise)
{
    uint32_t column = 0;
    size_t i = 0;

    for (; i < place.n && i < 3 && place.p[i] >= 'A' && place.p[i] <= 'Z'; i++)
        column = column * 26 + (uint32_t)(place.p[i] - 'A' + 1);
    return i == 0 || column > 16384 ? otherwise : column - 1;
}

static void
append_column(GString *out, uint32_t column)
{
    char letters[8];
    unsigned n = 0;
    for (uint32_t c = column + 1; c > 0; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    while (n > 0)
        g_string_append_c(out, letters[--n]);
}

static void
tell_columns(Sheet *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan hidden = sk_office_attr(attrs, n, SK_ON_HIDDEN);
    uint32_t first = sk_office_number(sk_office_attr(attrs, n, SK_ON_MIN), 16384, 0);
    uint32_t last = sk_office_number(sk_office_attr(attrs, n, SK_ON_MAX), 16384, 0);

    if (hidden.n == 0 || !sk_office_is_on(hidden) || first == 0 || last < first ||
        self->told_columns++ >= ROWS_TOLD)
        return;
    g_string_append(self->hidden_columns, self->hidden_columns->len > 0 ? "、" : "");
    append_column(self->hidden_columns, first - 1);
    if (last > first) {
        g_string_append(self->hidden_columns, "–");
        append_column(self->hidden_columns, last - 1);
    }
}

static void
tell_row(Sheet *self, uint32_t row, bool hidden)
{
    if (hidden && !self->row_hidden_before && self->told_rows++ < ROWS_TOLD)
        g_string_append_printf(self->hidden_rows, "%s%u", self->hidden_rows->len > 0 ? "、" : "",
                               row);
    else if (hidden && self->told_rows <= ROWS_TOLD &&
             !g_str_has_suffix(self->hidden_rows->str, "–"))
        g_string_append(self->hidden_rows, "–");
    if (!hidden && g_str_has_suffix(self->hidden_rows->str, "–"))
        g_string_append_printf(self->hidden_rows, "%u", row - 1);
    self->row_hidden_before = hidden;
}

/* ---- cells ---------------------------------------------------------------------------------- */

static void
begin_row(Sheet *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan hidden = sk_office_attr(attrs, n, SK_ON_HIDDEN);
    uint32_t row = sk_office_number(sk_office_attr(attrs, n, SK_ON_R), 1u << 20, self->next_row);

    if (row > self->next_row && !self->xlsx->table) {
        tell_row(self, self->next_row, false);
        sk_text_flow_line(self->xlsx->office->flow, "");
    }
    tell_row(self, row, hidden.n > 0 && sk_office_is_on(hidden));
    self->next_row = row + 1;
    self->column = UINT32_MAX;
    self->written = 0;
    g_string_truncate(self->row, 0);
}

static void
begin_cell(Sheet *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan type = sk_office_attr(attrs, n, SK_ON_T), phonetic = sk_office_attr(attrs, n, SK_ON_PH);

    self->column = column_of(sk_office_attr(attrs, n, SK_ON_R), self->column + 1);
    self->style = sk_office_number(sk_office_attr(attrs, n, SK_ON_S), UINT32_MAX - 1, UINT32_MAX);
    self->phonetic = phonetic.n > 0 && sk_office_is_on(phonetic);
    self->type = sk_span_is(type, "inlineStr") || sk_span_is(type, "str") ? 'S'
                 : type.n == 1                                            ? (char)type.p[0]
                                                                          : 'n';
    g_string_truncate(self->value, 0);
    g_string_truncate(self->formula, 0);
    g_string_truncate(self->reading, 0);
}

static void
show_text(Sheet *self, const SkNumberFormat *format, SkSpan text, SkSpan reading)
{
    if (format != NULL)
        sk_number_format_text(format, text, self->shown);
    else
        g_string_append_len(self->shown, (const char *)text.p, (gssize)text.n);
    if (self->phonetic && reading.n > 0 && !self->xlsx->table)
        g_string_append_printf(self->shown, "（%.*s）", (int)reading.n, (const char *)reading.p);
}

static void
show_cell(Sheet *self)
{
    const SkXlsxText *xlsx = self->xlsx;
    const SkNumberFormat *format =
        self->style < xlsx->formats->len ? xlsx->formats->pdata[self->style] : NULL;
    SkSpan value = sk_span(self->value->str, self->value->len);

    g_string_truncate(self->shown, 0);
    if (self->type == 's') {
        uint32_t index = sk_office_number(value, UINT32_MAX - 1, UINT32_MAX);
        show_text(self, format, sk_xlsx_text_string(xlsx, index, false),
                  sk_xlsx_text_string(xlsx, index, true));
    } else if (self->type == 'S') {
        show_text(self, format, value, sk_span(self->reading->str, self->reading->len));
    } else if (self->type == 'b') {
        g_string_append(self->shown, sk_span_is(value, "0") ? "FALSE" : value.n > 0 ? "TRUE" : "");
    } else if (self->type == 'n' && format != NULL && value.n > 0) {
        sk_number_format_number(format, value, xlsx->from_1904, self->shown);
    } else {
        g_string_append_len(self->shown, self->value->str, (gssize)self->value->len);
    }
    /* never computed */
    if (value.n == 0 && self->type != 'S' && self->formula->len > 0 && !xlsx->table) {
        g_string_append_c(self->shown, '=');
        g_string_append_len(self->shown, self->formula->str, (gssize)self->formula->len);
    }
}

static bool
end_cell(Sheet *self, GError **error)
{
    show_cell(self);
    if (self->shown->len == 0)
        return true;
    if (self->xlsx->table && self->column >= SK_TABLE_COLUMNS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xlsx: over %u columns", SK_TABLE_COLUMNS_MAX);
    uint32_t gap = self->column >= self->written ? self->column - self->written : 0;
    for (uint32_t i = 0; i < (gap > GAP_MAX ? 1 : gap); i++)
        g_string_append_c(self->row, '\t');
    if (self->written > 0)
        g_string_append_c(self->row, '\t');
    self->written = self->column + 1;
    for (size_t i = 0; i < self->shown->len; i++) {
        char c = self->shown->str[i];
        if (c != '\r')
            g_string_append_c(self->row, c == '\n' || c == '\t' ? ' ' : c);
    }
    return true;
}

static void
end_row(Sheet *self)
{
    if (self->xlsx->table && self->row->len > 0) {
        g_autofree char *number = g_strdup_printf("%u\t", self->next_row - 1);
        g_string_prepend(self->row, number);
    }
    if (!self->xlsx->table || self->row->len > 0)
        sk_text_flow_line(self->xlsx->office->flow, self->row->str);
}

static bool
start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Sheet *self = user;
    (void)error;

    switch (element) {
    case SK_ON_X_ROW:
        begin_row(self, attrs, n);
        break;
    case SK_ON_X_C:
        begin_cell(self, attrs, n);
        break;
    case SK_ON_X_V:
        self->reading_of = TEXT_VALUE;
        break;
    case SK_ON_X_F:
        self->reading_of = TEXT_FORMULA;
        break;
    case SK_ON_X_T:
        self->reading_of = self->reading_of == TEXT_READING ? TEXT_READING : TEXT_INLINE;
        break;
    case SK_ON_X_R_PH:
        self->reading_of = TEXT_READING;
        break;
    case SK_ON_X_COL:
        tell_columns(self, attrs, n);
        break;
    case SK_ON_X_ODD_HEADER:
    case SK_ON_X_ODD_FOOTER:
    case SK_ON_X_EVEN_HEADER:
    case SK_ON_X_EVEN_FOOTER:
    case SK_ON_X_FIRST_HEADER:
    case SK_ON_X_FIRST_FOOTER:
        self->reading_of = TEXT_MARGIN;
        g_string_truncate(self->margin, 0);
        break;
    default:
        break;
    }
    return true;
}

/* "&C&"Meiryo"&14見出し&P" without its codes: parts between tabs, numbers and dates left out. */
static char *
margin_text(const char *code)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = code; *p != '\0'; p++) {
        if (*p != '&' || p[1] == '\0') {
            g_string_append_c(out, *p);
            continue;
        }
        p++;
        if (*p == '&') {
            g_string_append_c(out, '&');
        } else if (*p == '"') {
            const char *end = strchr(p + 1, '"');
            p = end == NULL ? p : end;
        } else if (strchr("LCR", *p) != NULL && out->len > 0) {
            g_string_append_c(out, '\t');
        } else if (g_ascii_isdigit(*p)) {
            while (g_ascii_isdigit(p[1]))
                p++;
        }
    }
    return g_strstrip(g_strdup(out->str));
}

static void
end_margin(Sheet *self)
{
    g_autofree char *text = margin_text(self->margin->str);
    for (unsigned i = 0; i < self->margins->len; i++) {
        if (g_str_equal(self->margins->pdata[i], text))
            return;
    }
    if (text[0] != '\0')
        g_ptr_array_add(self->margins, g_steal_pointer(&text));
}

static bool
end(void *user, SkXmlSymbol element, GError **error)
{
    Sheet *self = user;

    switch (element) {
    case SK_ON_X_ROW:
        end_row(self);
        break;
    case SK_ON_X_C:
        return end_cell(self, error);
    case SK_ON_X_V:
    case SK_ON_X_F:
    case SK_ON_X_R_PH:
        self->reading_of = TEXT_NONE;
        break;
    case SK_ON_X_T:
        self->reading_of = self->reading_of == TEXT_READING ? TEXT_READING : TEXT_NONE;
        break;
    case SK_ON_X_ODD_HEADER:
    case SK_ON_X_ODD_FOOTER:
    case SK_ON_X_EVEN_HEADER:
    case SK_ON_X_EVEN_FOOTER:
    case SK_ON_X_FIRST_HEADER:
    case SK_ON_X_FIRST_FOOTER:
        self->reading_of = TEXT_NONE;
        end_margin(self);
        break;
    default:
        break;
    }
    return true;
}

static bool
text(void *user, SkSpan s, GError **error)
{
    Sheet *self = user;
    GString *into[] = {
        [TEXT_NONE] = NULL,          [TEXT_VALUE] = self->value,     [TEXT_FORMULA] = self->formula,
        [TEXT_INLINE] = self->value, [TEXT_READING] = self->reading, [TEXT_MARGIN] = self->margin
    };
    (void)error;
    if (into[self->reading_of] != NULL)
        g_string_append_len(into[self->reading_of], (const char *)s.p, (gssize)s.n);
    return true;
}

/* ---- comments ------------------------------------------------------------------------------- */

typedef struct {
    SkTextFlow *flow;
    bool in_text, in_comment;
} Comments;

static bool
comment_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Comments *self = user;
    (void)error;

    if (element == SK_ON_X_COMMENT) {
        self->in_comment = true;
        sk_text_flow_paragraph(self->flow);
        sk_text_flow_str(self->flow, "〔コメント ");
        sk_text_flow_text(self->flow, sk_office_attr(attrs, n, SK_ON_REF));
        sk_text_flow_str(self->flow, "〕");
    }
    self->in_text = element == SK_ON_X_T && self->in_comment;
    return true;
}

static bool
comment_end(void *user, SkXmlSymbol element, GError **error)
{
    Comments *self = user;
    (void)error;
    self->in_text = false;
    if (element == SK_ON_X_COMMENT) {
        self->in_comment = false;
        sk_text_flow_paragraph_end(self->flow);
    }
    return true;
}

static bool
comment_text(void *user, SkSpan s, GError **error)
{
    Comments *self = user;
    (void)error;
    if (self->in_text)
        sk_text_flow_text(self->flow, s);
    return true;
}

/* ---- the sheet ------------------------------------------------------------------------------ */

static bool
write_beside(const SkXlsxText *self, const GArray *relations, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element, sk_office_attribute, comment_start,
                                          comment_end,       comment_text,        NULL };
    const char *comments = sk_office_text_relation(relations, SK_SPAN_EMPTY, "comments");
    const char *drawing = sk_office_text_relation(relations, SK_SPAN_EMPTY, "drawing");
    Comments state = { .flow = self->office->flow };

    return (drawing == NULL || sk_office_text_drawing(self->office, drawing, error)) &&
           (comments == NULL ||
            sk_office_text_parse(self->office, comments, &handler, &state, error));
}

static void
write_told(const Sheet *self)
{
    SkTextFlow *flow = self->xlsx->office->flow;
    g_autofree char *columns = g_strdup_printf("〔非表示の列：%s〕", self->hidden_columns->str);
    g_autofree char *rows = g_strdup_printf("〔非表示の行：%s〕", self->hidden_rows->str);

    if (self->told_columns > 0)
        sk_text_flow_line(flow, columns);
    if (self->told_rows > 0)
        sk_text_flow_line(flow, rows);
    for (unsigned i = 0; i < self->margins->len; i++) {
        g_autofree char *line =
            g_strconcat("〔ヘッダー・フッター〕", self->margins->pdata[i], NULL);
        sk_text_flow_line(flow, line);
    }
}

bool
sk_xlsx_text_sheet(const SkXlsxText *self, const char *part, GError **error)
{
    static const SkXmlHandler handler = {
        sk_office_element, sk_office_attribute, start, end, text, NULL
    };
    g_autoptr(GArray) relations = NULL;
    g_auto(Sheet) sheet = {
        .xlsx = self,
        .next_row = 1,
        .value = g_string_new(NULL),
        .formula = g_string_new(NULL),
        .reading = g_string_new(NULL),
        .row = g_string_new(NULL),
        .shown = g_string_new(NULL),
        .hidden_rows = g_string_new(NULL),
        .hidden_columns = g_string_new(NULL),
        .margin = g_string_new(NULL),
        .margins = g_ptr_array_new_with_free_func(g_free),
    };

    if (!sk_office_text_relations(self->office, part, &relations, error) ||
        !sk_office_text_parse(self->office, part, &handler, &sheet, error))
        return false;
    if (self->table)
        return true;
    tell_row(&sheet, sheet.next_row, false);
    write_told(&sheet);
    return write_beside(self, relations, error);
}
