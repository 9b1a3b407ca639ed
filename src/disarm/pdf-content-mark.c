/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-mark.c - marked content: tags from a list, properties written in place, what is
 * optional decided. ISO 32000-1, 14.6, 8.11.3.
 */
#include "disarm/pdf-content-parts.h"

#include "disarm/pdf-spell.h"

#include <string.h>

#define TEXT_MAX 16383u /* bytes of UTF-8: never over 32,768 as pdf.md spells it */
#define LANG_MAX 35u

/* docs/formats/pdf-content.md, "Marked content"; in byte order. */
static const char *const known_tags[] = {
    "Annot", "Art", "Artifact", "Aside", "BibEntry", "BlockQuote", "Caption", "Clip", "Code", "Div",
    "Document", "DocumentFragment", "Em", "FENote", "Figure", "Form", "Formula", "H", "H1", "H2",
    "H3", "H4", "H5", "H6", "Index", "L", "LBody", "LI", "Lbl", "Link", "NonStruct", "Note", "P",
    "Part", "Private", "Quote", "RB", "RP", "RT", "Reference", "ReversedChars", "Ruby", "Sect",
    "Span", "Strong", "Sub", "TBody", "TD", "TFoot", "TH", "THead", "TOC", "TOCI", "TR", "Table",
    "Title", "Tx", "WP", "WT", "Warichu",
};

static const char *
tag_name(SkSpan tag)
{
    size_t low = 0, high = G_N_ELEMENTS(known_tags);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        SkSpan name = sk_span_str(known_tags[middle]);
        int order = 0;
        for (size_t i = 0; order == 0 && i < MIN(name.n, tag.n); i++)
            order = (int)tag.p[i] - (int)name.p[i];
        if (order == 0 && tag.n == name.n)
            return known_tags[middle];
        if (order > 0 || (order == 0 && tag.n > name.n))
            low = middle + 1;
        else
            high = middle;
    }
    return "Span";
}

/* ---- a dictionary that stands in the content ----------------------------------------------- */

static void
read_mcid(SkPdfScan *scan, SkPdfMarked *ret)
{
    SkSpan word = sk_pdf_scan_word(scan);
    uint32_t v = 0;

    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] < '0' || word.p[i] > '9' || v > SK_PDF_MCID_MAX)
            return;
        v = v * 10 + (uint32_t)(word.p[i] - '0');
    }
    ret->has_mcid = word.n > 0 && v <= SK_PDF_MCID_MAX;
    ret->mcid = v;
}

static void
read_text(SkPdfContent *self, SkPdfScan *scan, char **ret)
{
    g_autoptr(GByteArray) bytes = sk_pdf_scan_string(scan);

    if (bytes == NULL)
        return;
    g_free(*ret);
    *ret = self->hooks->text(self->hooks->user, sk_span(bytes->data, bytes->len));
}

static void
read_entry(SkPdfContent *self, SkPdfScan *scan, SkSpan key, SkPdfMarked *ret)
{
    size_t start = scan->at;

    if (sk_span_is(key, "MCID"))
        read_mcid(scan, ret);
    else if (sk_span_is(key, "ActualText"))
        read_text(self, scan, &ret->actual_text);
    else if (sk_span_is(key, "Alt"))
        read_text(self, scan, &ret->alt);
    else if (sk_span_is(key, "E"))
        read_text(self, scan, &ret->expansion);
    else if (sk_span_is(key, "Lang"))
        read_text(self, scan, &ret->lang);
    if (scan->at == start && !sk_pdf_scan_pass(scan))
        scan->at = scan->in.n;
}

/* @raw with its brackets. */
static void
read_dictionary(SkPdfContent *self, SkSpan raw, SkPdfMarked *ret)
{
    if (raw.n < 4)
        return;
    SkPdfScan scan = { .in = sk_span_sub(raw, 2, raw.n - 4), .out = &self->out };

    for (;;) {
        uint8_t decoded[SK_PDF_NAME_MAX];
        sk_pdf_scan_blank(&scan);
        if (scan.at >= scan.in.n)
            return;
        if (scan.in.p[scan.at] != '/') {
            if (!sk_pdf_scan_pass(&scan))
                return;
            continue;
        }
        size_t n = sk_pdf_name_decode(sk_pdf_scan_name(&scan), decoded);
        sk_pdf_scan_blank(&scan);
        if (scan.at >= scan.in.n)
            return;
        read_entry(self, &scan, n == SIZE_MAX ? SK_SPAN_EMPTY : sk_span(decoded, n), ret);
    }
}

/* ---- writing ------------------------------------------------------------------------------- */

static bool
is_lang(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++) {
        if (!g_ascii_isalnum(s[i]) && s[i] != '-')
            return false;
    }
    return n > 0 && n <= LANG_MAX;
}

static bool
new_mcid(SkPdfContent *self, const SkPdfMarked *marked)
{
    if (!marked->has_mcid || marked->mcid > SK_PDF_MCID_MAX || !self->options->tagged ||
        (self->options->kind != SK_PDF_CONTENT_PAGE &&
         self->options->kind != SK_PDF_CONTENT_MARKED))
        return false;
    if (self->mcids == NULL)
        self->mcids = g_hash_table_new(NULL, NULL);
    return g_hash_table_add(self->mcids, GUINT_TO_POINTER(marked->mcid + 1));
}

static void
put_entry(GString *line, const char *key, const char *text)
{
    if (text == NULL || strlen(text) > TEXT_MAX)
        return;
    g_string_append_printf(line, "/%s ", key);
    sk_pdf_put_text(line, text);
    g_string_append_c(line, ' ');
}

static void
write_mark(SkPdfContent *self, const char *tag, const SkPdfMarked *marked)
{
    g_autoptr(GString) entries = g_string_new(NULL);

    if (new_mcid(self, marked))
        g_string_append_printf(entries, "/MCID %u ", marked->mcid);
    put_entry(entries, "ActualText", marked->actual_text);
    put_entry(entries, "Alt", marked->alt);
    put_entry(entries, "E", marked->expansion);
    if (marked->lang != NULL && is_lang(marked->lang))
        put_entry(entries, "Lang", marked->lang);
    sk_pdf_out_u8(&self->out, '/');
    sk_pdf_out_str(&self->out, tag);
    if (entries->len == 0) {
        sk_pdf_content_line(self, " BMC");
        return;
    }
    sk_pdf_out_str(&self->out, " << ");
    sk_pdf_out_span(&self->out, sk_span(entries->str, entries->len));
    sk_pdf_content_line(self, ">> BDC");
}

/* ---- the operators ------------------------------------------------------------------------- */

/* What the operand behind the tag says. */
static bool
read_properties(SkPdfContent *self, const SkPdfOperand *o, SkPdfMarked *ret, GError **error)
{
    uint8_t decoded[SK_PDF_NAME_MAX];

    if (o->kind == SK_PDF_OPERAND_DICTIONARY) {
        read_dictionary(self, o->raw, ret);
        return true;
    }
    size_t n = o->kind == SK_PDF_OPERAND_NAME ? sk_pdf_name_decode(o->raw, decoded) : SIZE_MAX;
    if (n == SIZE_MAX)
        return true;
    g_autoptr(GError) failed = NULL;
    if (!self->hooks->properties(self->hooks->user, sk_span(decoded, n), ret, &failed) &&
        failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return false;
    }
    return true;
}

static SkPdfLine
open_mark(SkPdfContent *self, SkSpan tag, const SkPdfMarked *marked)
{
    bool optional = sk_span_is(tag, "OC");
    uint8_t mark = 0;

    sk_pdf_content_drop(self);
    if (optional && marked->hidden) {
        mark = SK_PDF_MARK_HIDES;
        self->hiding++;
    } else if (!optional && !marked->files && self->hiding == 0) {
        mark = SK_PDF_MARK_WRITTEN;
        write_mark(self, tag_name(tag), marked);
    }
    self->marks[self->marked++] = mark;
    return mark == SK_PDF_MARK_WRITTEN ? SK_PDF_LINE_WRITTEN : SK_PDF_LINE_NONE;
}

SkPdfLine
sk_pdf_content_mark(SkPdfContent *self, SkSpan word, GError **error)
{
    SkPdfMarked marked = { 0 };
    uint8_t decoded[SK_PDF_NAME_MAX];
    unsigned wanted = word.p[0] == 'B' && word.p[1] == 'D' ? 2 : 1;
    size_t n = 0;

    if (word.p[1] == 'P') { /* a point marks nothing that is shown */
        sk_pdf_content_drop(self);
        return SK_PDF_LINE_NONE;
    }
    if (self->marked >= SK_PDF_MARKS_MAX) {
        (void)sk_throw(error, SK_ERROR_LIMIT, "pdf-content: over %u marks within one another",
                       SK_PDF_MARKS_MAX);
        return SK_PDF_LINE_ERROR;
    }
    /* Even one that says nothing pairs with its EMC. */
    if (!sk_pdf_content_take(self, wanted) || self->args[0].kind != SK_PDF_OPERAND_NAME)
        return open_mark(self, SK_SPAN_EMPTY, &marked);
    n = sk_pdf_name_decode(self->args[0].raw, decoded);
    SkSpan tag = n == SIZE_MAX ? SK_SPAN_EMPTY : sk_span(decoded, n);
    marked.files = sk_span_is(tag, "AF");
    if (wanted == 2 && !read_properties(self, &self->args[1], &marked, error)) {
        sk_pdf_marked_clear(&marked);
        return SK_PDF_LINE_ERROR;
    }
    SkPdfLine line = open_mark(self, tag, &marked);
    sk_pdf_marked_clear(&marked);
    return line;
}
