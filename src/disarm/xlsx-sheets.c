/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-sheets.c - the workbook part: its sheets, defined names and pivot caches, and which parts
 * are wanted at all.
 */
#include "disarm/xlsx.h"

static bool
refer_sheet(SkOoxmlFilter *filter, const SkXlsxSheet *sheet, SkSpan id, GError **error)
{
    unsigned number = 0;

    if (!sk_ooxml_refer(filter, id, sheet->kind, &number, NULL, error))
        return false;
    if (number == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "xlsx: a sheet's part is used twice");
    return sk_ooxml_put_id(filter, SK_AT_r_id, number, error);
}

bool
sk_xlsx_start_sheet(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkXlsx *book = sk_xlsx_book(filter);
    SkXlsxPart *part = sk_xlsx_part(filter);

    if (filter->depth != 3 || sk_ooxml_parent(filter) != SK_EL_sheets ||
        book->sheet_at >= book->sheets->len) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    const SkXlsxSheet *sheet = &g_array_index(book->sheets, SkXlsxSheet, book->sheet_at++);
    if (!sheet->kept) {
        sk_ooxml_drop(filter, SK_ELEMENT_XLM_MACRO);
        return true;
    }
    filter->kept_n = 0;
    g_snprintf(part->reference, sizeof part->reference, "%u", sheet->number + 1);
    if (!sk_ooxml_put(filter, SK_AT_name, sk_span_str(sheet->name), error) ||
        !refer_sheet(filter, sheet, sk_ooxml_value(attrs, n, SK_AT_r_id), error) ||
        !sk_ooxml_put(filter, SK_AT_sheetId, sk_span_str(part->reference), error))
        return false;
    if (sk_span_is(sk_ooxml_value(attrs, n, SK_AT_state), "veryHidden"))
        sk_ooxml_count(filter, SK_ELEMENT_VERY_HIDDEN_SHEET);
    if (sheet->hidden) {
        sk_ooxml_count(filter, SK_ELEMENT_HIDDEN_SHEET);
        if (!sk_ooxml_put(filter, SK_AT_state, sk_span_str("hidden"), error))
            return false;
    }
    sk_ooxml_write_kept(filter, SK_EL_sheet);
    return true;
}

bool
sk_xlsx_start_name(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan name = sk_ooxml_value(attrs, n, SK_AT_name);
    SkSpan macro[] = { sk_ooxml_value(attrs, n, SK_AT_function),
                       sk_ooxml_value(attrs, n, SK_AT_vbProcedure),
                       sk_ooxml_value(attrs, n, SK_AT_xlm) };
    bool starts = sk_formula_starts_macro(name);

    for (size_t i = 0; i < G_N_ELEMENTS(macro); i++)
        starts = starts ||
                 (macro[i].n > 0 && !sk_span_is(macro[i], "0") && !sk_span_is(macro[i], "false"));
    if (starts || filter->depth != 3) {
        sk_ooxml_drop(filter, starts ? SK_ELEMENT_AUTO_MACRO : SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    if (!sk_ooxml_filter_attrs(filter, SK_EL_definedName, attrs, n, error))
        return false;
    bool local = sk_ooxml_value(attrs, n, SK_AT_localSheetId).n > 0;
    if (sk_ooxml_kept(filter, SK_AT_name) == NULL ||
        (local && sk_ooxml_kept(filter, SK_AT_localSheetId) == NULL)) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
    sk_xlsx_save(filter, SK_FORMULA_MAX, SK_XLSX_END_NAME);
    return true;
}

void
sk_xlsx_end_name(SkOoxmlFilter *filter)
{
    SkXlsx *book = sk_xlsx_book(filter);
    const SkXlsxPart *part = sk_xlsx_part(filter);
    SkSpan text = sk_span(filter->gathered->str, filter->gathered->len);
    SkSpan name = sk_xlsx_saved(part, SK_AT_name);
    SkElement element = sk_xlsx_formula(filter, &text);

    if (element == SK_ELEMENT_NONE && book->formulas.is_lost != NULL &&
        book->formulas.is_lost(book, name))
        element = SK_ELEMENT_UNKNOWN_FORMULA;
    if (element != SK_ELEMENT_NONE) {
        sk_ooxml_count(filter, element);
        return;
    }
    g_autofree char *written = sk_span_dup(name);
    g_autofree char *folded = g_ascii_strdown(written, -1);
    g_autofree char *sheet = sk_span_dup(sk_xlsx_saved(part, SK_AT_localSheetId));
    if (!g_hash_table_add(book->defined, g_strdup_printf("%s\n%s", folded, sheet))) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return;
    }
    sk_xlsx_write_saved(filter, "definedName");
    sk_xml_writer_text(filter->out, text);
    sk_xml_writer_end(filter->out, "definedName");
}

/* Only those whose data are in the workbook. */
bool
sk_xlsx_start_cache(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    g_autofree char *id = sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_r_id));
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, id);
    const SkZipEntry *entry = rel == NULL || rel->external
                                  ? NULL
                                  : sk_ooxml_lookup(filter->document->package, rel->target);
    const char *cache =
        entry == NULL ? NULL : g_hash_table_lookup(sk_xlsx_book(filter)->caches, entry);

    if (cache == NULL || !sk_span_is(sk_ooxml_value(attrs, n, SK_AT_cacheId), cache)) {
        sk_ooxml_drop(filter, SK_ELEMENT_PIVOT_TABLE);
        return true;
    }
    return sk_ooxml_keep(filter, SK_EL_pivotCache, attrs, n, SK_AT_r_id, error);
}

bool
sk_xlsx_wants(SkOoxmlDocument *document, SkOoxmlKind kind, const SkZipEntry *entry)
{
    const SkXlsx *book = document->own;

    if (kind == SK_OOXML_COMMENTS)
        return sk_disarm_verdict(document->disarm, SK_ELEMENT_COMMENTS) == SK_VERDICT_KEPT &&
               !g_hash_table_contains(document->known, entry);
    if (kind == SK_OOXML_PIVOT_TABLE && g_hash_table_contains(document->known, entry))
        return false;
    if (kind == SK_OOXML_SHEET_METADATA)
        return book->metadata;
    if (kind == SK_OOXML_PIVOT_CACHE_DEFINITION)
        return g_hash_table_contains(document->known, entry);
    if (kind != SK_OOXML_PIVOT_TABLE)
        return true;
    const SkZipEntry *cache = NULL;
    g_autoptr(GError) ignored = NULL; /* a broken list of relationships is found again later */
    return sk_ooxml_find(document, entry, SK_OOXML_PIVOT_CACHE_DEFINITION, &cache, &ignored) &&
           cache != NULL && g_hash_table_contains(book->caches, cache);
}
