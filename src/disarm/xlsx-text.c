/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-text.c - the text of a rebuilt workbook; contract in xlsx-text.h. The shared strings lie one
 * after the other in one block of memory: there may be millions. Spec: docs/formats/office-text.md
 */
#include "disarm/xlsx-text.h"

#include "disarm/office-names.h"

#define MAIN_PART "xl/workbook.xml"
#define STRINGS_MAX (1u << 30) /* bytes; their ends are 32-bit */

static void
xlsx_text_clear(SkXlsxText *self)
{
    if (self->strings != NULL)
        g_string_free(self->strings, TRUE);
    g_clear_pointer(&self->string_ends, g_array_unref);
    g_clear_pointer(&self->formats, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkXlsxText, xlsx_text_clear)

SkSpan
sk_xlsx_text_string(const SkXlsxText *self, uint32_t index, bool reading)
{
    if (index >= self->string_ends->len / 2)
        return SK_SPAN_EMPTY;
    const uint32_t *ends = &g_array_index(self->string_ends, uint32_t, (size_t)index * 2);
    uint32_t from = reading ? ends[0] : index == 0 ? 0 : ends[-1], to = reading ? ends[1] : ends[0];
    return sk_span_sub(sk_span(self->strings->str, self->strings->len), from, to - from);
}

/* ---- shared strings ------------------------------------------------------------------------- */

typedef struct {
    SkXlsxText *xlsx;
    GString *reading; /* owned: of the string at hand */
    bool in_text, in_reading;
} Strings;

static bool
string_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Strings *self = user;
    (void)attrs;
    (void)n;
    (void)error;
    self->in_text |= element == SK_ON_X_T;
    self->in_reading |= element == SK_ON_X_R_PH;
    return true;
}

static bool
string_end(void *user, SkXmlSymbol element, GError **error)
{
    Strings *self = user;
    GString *all = self->xlsx->strings;

    if (element == SK_ON_X_T) {
        self->in_text = false;
    } else if (element == SK_ON_X_R_PH) {
        self->in_reading = false;
    } else if (element == SK_ON_X_SI) {
        uint32_t ends[2] = { (uint32_t)all->len, (uint32_t)(all->len + self->reading->len) };
        g_string_append_len(all, self->reading->str, (gssize)self->reading->len);
        g_array_append_vals(self->xlsx->string_ends, ends, 2);
        g_string_truncate(self->reading, 0);
        if (all->len > STRINGS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "text: too many strings");
    }
    return true;
}

static bool
string_text(void *user, SkSpan s, GError **error)
{
    Strings *self = user;
    (void)error;
    if (self->in_text)
        g_string_append_len(self->in_reading ? self->reading : self->xlsx->strings,
                            (const char *)s.p, (gssize)s.n);
    return true;
}

static bool
read_strings(SkXlsxText *self, const char *part, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element, sk_office_attribute, string_start,
                                          string_end,        string_text,         NULL };
    Strings strings = { .xlsx = self, .reading = g_string_new(NULL) };
    bool ok = part == NULL || sk_office_text_parse(self->office, part, &handler, &strings, error);
    g_string_free(strings.reading, TRUE);
    return ok;
}

/* ---- styles --------------------------------------------------------------------------------- */

typedef struct {
    SkXlsxText *xlsx;
    GHashTable *codes; /* owned: numFmtId → code */
    bool in_cell_styles;
} Styles;

static bool
style_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Styles *self = user;
    uint32_t id = sk_office_number(sk_office_attr(attrs, n, SK_ON_NUM_FMT_ID), UINT32_MAX - 1, 0);
    (void)error;

    if (element == SK_ON_X_NUM_FMT) {
        g_hash_table_insert(self->codes, GUINT_TO_POINTER(id),
                            sk_span_dup(sk_office_attr(attrs, n, SK_ON_FORMAT_CODE)));
    } else if (element == SK_ON_X_CELL_XFS) {
        self->in_cell_styles = true;
    } else if (element == SK_ON_X_XF && self->in_cell_styles) {
        const char *code = g_hash_table_lookup(self->codes, GUINT_TO_POINTER(id));
        code = code != NULL ? code : sk_number_format_builtin(id);
        g_ptr_array_add(self->xlsx->formats, sk_number_format_new(code != NULL ? code : "General"));
    }
    return true;
}

static bool
style_end(void *user, SkXmlSymbol element, GError **error)
{
    Styles *self = user;
    (void)error;
    if (element == SK_ON_X_CELL_XFS)
        self->in_cell_styles = false;
    return true;
}

static bool
read_styles(SkXlsxText *self, const char *part, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element, sk_office_attribute, style_start,
                                          style_end,         sk_office_skip_text, NULL };
    Styles styles = { .xlsx = self, .codes = g_hash_table_new_full(NULL, NULL, NULL, g_free) };
    bool ok = part == NULL || sk_office_text_parse(self->office, part, &handler, &styles, error);
    g_hash_table_unref(styles.codes);
    return ok;
}

/* ---- the workbook --------------------------------------------------------------------------- */

typedef struct {
    char *name;   /* owned */
    char *target; /* owned: name of the entry */
    bool hidden;
} Sheet;

static void
sheet_clear(void *p)
{
    Sheet *sheet = p;
    g_free(sheet->name);
    g_free(sheet->target);
}

typedef struct {
    SkXlsxText *xlsx;
    const GArray *relations;
    GArray *sheets; /* of Sheet */
} Workbook;

static bool
workbook_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Workbook *self = user;
    (void)error;

    if (element == SK_ON_X_WORKBOOK_PR) {
        SkSpan value = sk_office_attr(attrs, n, SK_ON_DATE_1904);
        self->xlsx->from_1904 = value.n > 0 && sk_office_is_on(value);
    } else if (element == SK_ON_X_SHEET) {
        SkSpan id = sk_office_attr(attrs, n, SK_ON_R_ID),
               state = sk_office_attr(attrs, n, SK_ON_STATE);
        const char *target = id.n == 0 ? NULL : sk_office_text_relation(self->relations, id, NULL);
        Sheet sheet = { .name = sk_span_dup(sk_office_attr(attrs, n, SK_ON_NAME)),
                        .target = g_strdup(target),
                        .hidden = state.n > 0 && !sk_span_is(state, "visible") };
        g_array_append_val(self->sheets, sheet);
    }
    return true;
}

static bool
write_table(const SkXlsxText *self, const Sheet *sheet, GError **error)
{
    g_autofree char *heading = g_strconcat("S\t", sheet->name, NULL);

    if (sheet->hidden || sheet->target == NULL) /* nobody sees it: nobody means it */
        return true;
    sk_text_flow_line(self->office->flow, heading);
    return sk_xlsx_text_sheet(self, sheet->target, error);
}

static bool
write_sheet(const SkXlsxText *self, const Sheet *sheet, GError **error)
{
    g_autofree char *heading =
        g_strconcat("# ", sheet->hidden ? "〔非表示のシート〕" : "", sheet->name, NULL);

    sk_text_flow_line(self->office->flow, "");
    sk_text_flow_line(self->office->flow, heading);
    return sheet->target == NULL || sk_xlsx_text_sheet(self, sheet->target, error);
}

static bool
read_workbook(SkXlsxText *self, GArray *sheets, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element,  sk_office_attribute, workbook_start,
                                          sk_office_skip_end, sk_office_skip_text, NULL };
    g_autoptr(GArray) relations = NULL;
    Workbook workbook = { .xlsx = self, .sheets = sheets };

    if (!sk_office_text_relations(self->office, MAIN_PART, &relations, error))
        return false;
    workbook.relations = relations;
    return sk_office_text_parse(self->office, MAIN_PART, &handler, &workbook, error) &&
           read_strings(self, sk_office_text_relation(relations, SK_SPAN_EMPTY, "sharedStrings"),
                        error) &&
           read_styles(self, sk_office_text_relation(relations, SK_SPAN_EMPTY, "styles"), error);
}

bool
sk_office_text_xlsx(SkOfficeText *self, GError **error)
{
    g_autoptr(GArray) sheets = g_array_new(FALSE, FALSE, sizeof(Sheet));
    g_auto(SkXlsxText) xlsx = {
        .office = self,
        .table = self->disarm->job->target == SK_TYPE_TABLE,
        .strings = g_string_new(NULL),
        .string_ends = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
        .formats = g_ptr_array_new_with_free_func((GDestroyNotify)sk_number_format_free),
    };

    g_array_set_clear_func(sheets, sheet_clear);
    if (!read_workbook(&xlsx, sheets, error))
        return false;
    for (unsigned i = 0; i < sheets->len; i++) {
        const Sheet *sheet = &g_array_index(sheets, Sheet, i);
        if (!(xlsx.table ? write_table(&xlsx, sheet, error) : write_sheet(&xlsx, sheet, error)))
            return false;
    }
    return true;
}
