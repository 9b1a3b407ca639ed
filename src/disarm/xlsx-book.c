/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-book.c - what must be known of a workbook before anything of it is written: its sheets,
 * which of its names and pivot tables go, and so which formulas do.
 */
#include "disarm/xlsx.h"

#include "disarm/ooxml-names.h"

#include <string.h>

#define ITEMS_MAX 65536u
#define SHEETS_MAX 4096u
#define ROUNDS_MAX 64u

/* ---- names --------------------------------------------------------------------------------- */

bool
sk_xlsx_fold(SkSpan s, char buffer[SK_XLSX_NAME_MAX * 4])
{
    if (s.n >= (size_t)SK_XLSX_NAME_MAX * 4)
        return false;
    for (size_t i = 0; i < s.n; i++)
        buffer[i] = g_ascii_tolower((char)s.p[i]);
    buffer[s.n] = '\0';
    return true;
}

static bool
has_folded(GHashTable *set, SkSpan name)
{
    char folded[SK_XLSX_NAME_MAX * 4];
    return sk_xlsx_fold(name, folded) && g_hash_table_contains(set, folded);
}

static bool
is_sheet(const void *user, SkSpan name)
{
    return has_folded(((const SkXlsx *)user)->names, name);
}

static bool
is_lost(const void *user, SkSpan name)
{
    return has_folded(((const SkXlsx *)user)->lost, name);
}

bool
sk_xlsx_is_sheet_name(SkSpan s)
{
    if (s.n == 0 || s.n > SK_XLSX_NAME_MAX || s.p[0] == '\'' || s.p[s.n - 1] == '\'')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && s.p[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1 || strchr(":\\/?*[]", c) != NULL)
            return false;
    }
    return true;
}

/* ---- what the workbook's part says --------------------------------------------------------- */

typedef struct {
    char *name;     /* owned */
    char *text;     /* owned */
    uint32_t sheet; /* UINT32_MAX: of the workbook */
    bool macro;
} Name;

typedef struct {
    char *name; /* owned: of the sheet */
    char *id;   /* owned: of the relationship */
    bool hidden;
} Sheet;

typedef struct {
    char *cache; /* owned */
    char *id;    /* owned */
} Cache;

typedef struct {
    GArray *names;  /* owned, of Name */
    GArray *sheets; /* owned, of Sheet */
    GArray *caches; /* owned, of Cache */
    GString *text;  /* owned */
    unsigned depth;
    SkXmlSymbol path[4]; /* open elements, as far as they matter */
} Scan;

static void
name_clear(void *p)
{
    g_free(((Name *)p)->name);
    g_free(((Name *)p)->text);
}

static void
sheet_clear(void *p)
{
    g_free(((Sheet *)p)->name);
    g_free(((Sheet *)p)->id);
}

static void
cache_clear(void *p)
{
    g_free(((Cache *)p)->cache);
    g_free(((Cache *)p)->id);
}

static void
scan_clear(Scan *self)
{
    g_clear_pointer(&self->names, g_array_unref);
    g_clear_pointer(&self->sheets, g_array_unref);
    g_clear_pointer(&self->caches, g_array_unref);
    if (self->text != NULL)
        g_string_free(self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scan, scan_clear)

static GArray *
list_of(size_t size, GDestroyNotify clear)
{
    GArray *list = g_array_new(FALSE, TRUE, (guint)size);
    g_array_set_clear_func(list, clear);
    return list;
}

static bool
is_true(SkSpan value)
{
    return value.n > 0 && !sk_span_is(value, "0") && !sk_span_is(value, "false");
}

static void
add_name(Scan *self, const SkXmlAttr *attrs, unsigned n)
{
    Name name = { .name = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_name)), .sheet = UINT32_MAX };
    SkSpan sheet = sk_ooxml_value(attrs, n, SK_AT_localSheetId);

    name.macro = is_true(sk_ooxml_value(attrs, n, SK_AT_function)) ||
                 is_true(sk_ooxml_value(attrs, n, SK_AT_vbProcedure)) ||
                 is_true(sk_ooxml_value(attrs, n, SK_AT_xlm));
    if (sheet.n > 0 && !sk_xlsx_whole(sheet, &name.sheet))
        name.sheet = UINT32_MAX - 1;
    g_array_append_val(self->names, name);
    g_string_truncate(self->text, 0);
}

static bool
on_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Scan *self = user;
    SkXmlSymbol parent = self->depth == 2 ? self->path[1] : 0;

    if (self->depth < G_N_ELEMENTS(self->path))
        self->path[self->depth] = symbol;
    self->depth++;
    if (symbol == SK_EL_sheet && parent == SK_EL_sheets) {
        SkSpan state = sk_ooxml_value(attrs, n, SK_AT_state);
        Sheet sheet = { .name = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_name)),
                        .id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_id)),
                        .hidden = state.n > 0 && !sk_span_is(state, "visible") };
        g_array_append_val(self->sheets, sheet);
    } else if (symbol == SK_EL_definedName && parent == SK_EL_definedNames) {
        add_name(self, attrs, n);
    } else if (symbol == SK_EL_pivotCache && parent == SK_EL_pivotCaches) {
        Cache cache = { .cache = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_cacheId)),
                        .id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_id)) };
        g_array_append_val(self->caches, cache);
    }
    if (self->sheets->len > SHEETS_MAX || self->names->len > ITEMS_MAX ||
        self->caches->len > SHEETS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xlsx: too many sheets or names");
    return true;
}

static bool
on_end(void *user, SkXmlSymbol symbol, GError **error)
{
    Scan *self = user;

    (void)error;
    self->depth--;
    if (symbol == SK_EL_definedName && self->depth == 2 && self->path[1] == SK_EL_definedNames) {
        Name *name = &g_array_index(self->names, Name, self->names->len - 1);
        g_free(name->text);
        name->text = g_strndup(self->text->str, self->text->len);
    }
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    Scan *self = user;

    (void)error;
    if (self->depth == 3 && self->text->len <= SK_FORMULA_MAX)
        g_string_append_len(self->text, (const char *)text.p, (gssize)text.n);
    return true;
}

/* ---- sheets -------------------------------------------------------------------------------- */

static const SkOoxmlRel *
rel_of(GArray *rels, const char *id)
{
    for (unsigned i = 0; i < rels->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
        if (strcmp(rel->id, id) == 0)
            return rel;
    }
    return NULL;
}

static bool
is_taken(const SkXlsx *book, const SkZipEntry *entry)
{
    for (unsigned i = 0; i < book->sheets->len; i++) {
        if (g_array_index(book->sheets, SkXlsxSheet, i).entry == entry)
            return true;
    }
    return false;
}

static bool
add_sheet(SkOoxmlDocument *document, const Sheet *sheet, GArray *rels, GError **error)
{
    SkXlsx *book = document->own;
    const SkOoxmlRel *rel = rel_of(rels, sheet->id);
    SkXlsxSheet row = { .hidden = sheet->hidden };
    char folded[SK_XLSX_NAME_MAX * 4];

    if (rel != NULL && !rel->external &&
        (rel->kind == SK_OOXML_WORKSHEET || rel->kind == SK_OOXML_CHARTSHEET)) {
        row.entry = sk_ooxml_lookup(document->package, rel->target);
        row.kind = rel->kind;
        row.kept = row.entry != NULL && !is_taken(book, row.entry);
    }
    if (row.kept) {
        SkSpan name = sk_span_str(sheet->name);
        if (!sk_xlsx_is_sheet_name(name) || !sk_xlsx_fold(name, folded))
            return sk_throw(error, SK_ERROR_MALFORMED, "xlsx: bad name of a sheet");
        if (!g_hash_table_add(book->names, g_strdup(folded)))
            return sk_throw(error, SK_ERROR_AMBIGUOUS, "xlsx: two sheets of one name");
        row.number = book->kept_n++;
    }
    row.name = g_strdup(sheet->name);
    g_array_append_val(book->sheets, row);
    return true;
}

/* Someone must be able to look at it. */
static void
show_one(SkXlsx *book)
{
    SkXlsxSheet *first = NULL;

    for (unsigned i = 0; i < book->sheets->len; i++) {
        SkXlsxSheet *sheet = &g_array_index(book->sheets, SkXlsxSheet, i);
        if (sheet->kept && !sheet->hidden)
            return;
        if (sheet->kept && first == NULL)
            first = sheet;
    }
    if (first != NULL)
        first->hidden = false;
}

/* ---- names that go ------------------------------------------------------------------------- */

static bool
name_goes(const SkXlsx *book, const Name *name)
{
    SkSpan text = sk_span_str(name->text != NULL ? name->text : "");
    unsigned links = 0;

    if (name->macro || !sk_formula_is_name(sk_span_str(name->name)))
        return true;
    if (name->sheet != UINT32_MAX && (name->sheet >= book->sheets->len ||
                                      !g_array_index(book->sheets, SkXlsxSheet, name->sheet).kept))
        return true;
    return sk_formula(&book->formulas, text, &links) != SK_ELEMENT_NONE;
}

/* A name that goes takes those along that are made of it. */
static bool
find_lost(SkXlsx *book, GArray *names, GError **error)
{
    bool more = names->len > 0;

    for (unsigned round = 0; more; round++) {
        if (round >= ROUNDS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "xlsx: names nest too deeply");
        more = false;
        for (unsigned i = 0; i < names->len; i++) {
            const Name *name = &g_array_index(names, Name, i);
            char folded[SK_XLSX_NAME_MAX * 4];
            if (!sk_xlsx_fold(sk_span_str(name->name), folded) ||
                g_hash_table_contains(book->lost, folded) || !name_goes(book, name))
                continue;
            g_hash_table_add(book->lost, g_strdup(folded));
            more = true;
        }
    }
    return true;
}

/* ---- pivot tables -------------------------------------------------------------------------- */

typedef struct {
    const SkXlsx *book;
    bool worksheet; /* the source is of this kind */
    bool inside;    /* and it is in this workbook */
} Source;

static bool
look_at_source(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
               GError **error)
{
    Source *self = user;

    (void)error;
    if (depth == 2 && symbol == SK_EL_cacheSource)
        self->worksheet = sk_span_is(sk_ooxml_value(attrs, n, SK_AT_type), "worksheet");
    if (depth == 3 && symbol == SK_EL_worksheetSource) {
        SkSpan sheet = sk_ooxml_value(attrs, n, SK_AT_sheet);
        SkSpan name = sk_ooxml_value(attrs, n, SK_AT_name);
        self->inside = sk_ooxml_value(attrs, n, SK_AT_r_id).n == 0 &&
                       (sheet.n == 0 || is_sheet(self->book, sheet)) &&
                       (name.n == 0 || sk_formula_is_name(name));
    }
    return true;
}

static bool
add_cache(SkOoxmlDocument *document, const Cache *cache, GArray *rels, GHashTable *ids,
          GHashTable *seen, GError **error)
{
    SkXlsx *book = document->own;
    const SkOoxmlRel *rel = rel_of(rels, cache->id);
    const SkZipEntry *entry = NULL;
    const SkZipEntry *records = NULL;
    Source source = { .book = book };
    uint32_t id = 0;

    if (rel != NULL && !rel->external && rel->kind == SK_OOXML_PIVOT_CACHE_DEFINITION)
        entry = sk_ooxml_lookup(document->package, rel->target);
    if (entry == NULL || g_hash_table_contains(book->caches, entry) ||
        !sk_xlsx_whole(sk_span_str(cache->cache), &id) ||
        !g_hash_table_add(ids, g_strdup(cache->cache)))
        return true;
    if (!sk_ooxml_scan(document, entry, look_at_source, &source, error) ||
        !sk_ooxml_find(document, entry, SK_OOXML_PIVOT_CACHE_RECORDS, &records, error))
        return false;
    bool shared = records != NULL && !g_hash_table_add(seen, (void *)(uintptr_t)records);
    if (source.worksheet && source.inside && !shared)
        g_hash_table_insert(book->caches, (void *)(uintptr_t)entry, g_strdup(cache->cache));
    return true;
}

/* ---- links to programs --------------------------------------------------------------------- */

static bool
look_for_program(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                 GError **error)
{
    (void)depth, (void)attrs, (void)n, (void)error;
    if (symbol == SK_EL_ddeLink || symbol == SK_EL_oleLink)
        *(unsigned *)user += 1;
    return true;
}

/* Links to other workbooks do not come out; those that start a program are told by name. */
static bool
report_programs(SkOoxmlDocument *document, GArray *rels, GError **error)
{
    for (unsigned i = 0; i < rels->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
        const SkZipEntry *entry = NULL;
        unsigned programs = 0;
        SkVerdict verdict = SK_VERDICT_NONE;
        g_autoptr(GError) failure = NULL;
        if (rel->kind == SK_OOXML_OTHER && !rel->external &&
            rel->element == SK_ELEMENT_EXTERNAL_WORKBOOK)
            entry = sk_ooxml_lookup(document->package, rel->target);
        if (entry != NULL &&
            !sk_ooxml_scan(document, entry, look_for_program, &programs, &failure) &&
            !g_error_matches(failure, SK_ERROR, SK_ERROR_MALFORMED)) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return false;
        }
        if (programs > 0 && !sk_disarm_found(document->disarm, SK_ELEMENT_DDE_FIELD, entry->name,
                                             programs, &verdict, error))
            return false;
    }
    return true;
}

/* ---- dynamic arrays ------------------------------------------------------------------------ */

static bool
look_at_metadata(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                 GError **error)
{
    int *kinds = user;

    (void)error;
    if (depth == 3 && symbol == SK_EL_metadataType)
        *kinds = *kinds == 0 && sk_span_is(sk_ooxml_value(attrs, n, SK_AT_name), "XLDAPR") ? 1 : -1;
    if (depth == 2 && symbol == SK_EL_futureMetadata &&
        !sk_span_is(sk_ooxml_value(attrs, n, SK_AT_name), "XLDAPR"))
        *kinds = -1;
    return true;
}

static bool
open_metadata(SkOoxmlDocument *document, GError **error)
{
    const SkZipEntry *entry = NULL;
    int kinds = 0;

    if (!sk_ooxml_find(document, NULL, SK_OOXML_SHEET_METADATA, &entry, error))
        return false;
    if (entry != NULL && !sk_ooxml_scan(document, entry, look_at_metadata, &kinds, error))
        return false;
    ((SkXlsx *)document->own)->metadata = kinds == 1;
    return true;
}

/* ---- all ----------------------------------------------------------------------------------- */

static void
sheet_free(void *p)
{
    g_free(((SkXlsxSheet *)p)->name);
}

static void
notes_free(void *p)
{
    SkXlsxNotes *self = p;

    g_array_unref(self->cells);
    g_clear_pointer(&self->boxes, g_hash_table_unref);
    g_free(self);
}

static SkXlsx *
book_new(const SkOoxmlDocument *document)
{
    SkXlsx *self = g_new0(SkXlsx, 1);

    self->sheets = list_of(sizeof(SkXlsxSheet), sheet_free);
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->caches = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    self->defined = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->notes = g_ptr_array_new_with_free_func(notes_free);
    self->controls = g_ptr_array_new_with_free_func(sk_xlsx_controls_free);
    self->pictures = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)(void *)g_array_unref);
    self->formulas.links =
        sk_disarm_verdict(document->disarm, SK_ELEMENT_HYPERLINK) == SK_VERDICT_KEPT;
    self->formulas.is_sheet = is_sheet;
    self->formulas.is_lost = is_lost;
    self->formulas.user = self;
    return self;
}

void
sk_xlsx_close(SkOoxmlDocument *document)
{
    SkXlsx *self = document->own;

    g_array_unref(self->sheets);
    g_hash_table_unref(self->names);
    g_hash_table_unref(self->lost);
    g_hash_table_unref(self->caches);
    g_hash_table_unref(self->defined);
    g_hash_table_unref(self->tables);
    g_ptr_array_unref(self->notes);
    g_ptr_array_unref(self->controls);
    g_hash_table_unref(self->pictures);
    g_free(self);
}

bool
sk_xlsx_open(SkOoxmlDocument *document, GError **error)
{
    static const SkXmlHandler handler = { sk_ooxml_element, sk_ooxml_attribute,
                                          on_start,         on_end,
                                          on_text,          NULL };
    g_auto(Scan) scan = { .names = list_of(sizeof(Name), name_clear),
                          .sheets = list_of(sizeof(Sheet), sheet_clear),
                          .caches = list_of(sizeof(Cache), cache_clear),
                          .text = g_string_new(NULL) };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &scan);
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) rels = NULL;
    const SkZipEntry *main = sk_ooxml_main(document->package);
    SkXlsx *book = document->own = book_new(document);

    if (!sk_ooxml_parse(document->package, main, reader, error) ||
        !sk_ooxml_relationships(document->package, main, &rels, error))
        return false;
    for (unsigned i = 0; i < scan.sheets->len; i++) {
        if (!add_sheet(document, &g_array_index(scan.sheets, Sheet, i), rels, error))
            return false;
    }
    if (book->kept_n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "xlsx: no sheet");
    show_one(book);
    for (unsigned i = 0; i < scan.caches->len; i++) {
        if (!add_cache(document, &g_array_index(scan.caches, Cache, i), rels, ids, seen, error))
            return false;
    }
    if (!report_programs(document, rels, error) || !open_metadata(document, error) ||
        !find_lost(book, scan.names, error))
        return false;
    if (g_hash_table_size(book->lost) == 0)
        book->formulas.is_lost = NULL;
    return true;
}
