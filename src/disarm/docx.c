/* SPDX-License-Identifier: Apache-2.0
 *
 * docx.c - sk_docx_disarm: the profile of Word documents for the engine, and the notes and comments
 * that must be known before anything is written.
 */
#include "disarm/docx.h"

#define WORD "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define NOTES_MAX 65536u /* of a kind, as the profile */
#define OFFICE "http://schemas.microsoft.com/office/word/2010/"

extern const char sk_docx_declarations[];
extern const SkOoxmlElementRow sk_docx_elements[];
extern const SkOoxmlAttrRow sk_docx_attrs[];

/* ---- notes and comments -------------------------------------------------------------------- */

static bool
add_id(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
       GError **error)
{
    SkSpan id = sk_ooxml_value(attrs, n, SK_AT_w_id);

    if (depth == 2 &&
        (symbol == SK_EL_w_comment || symbol == SK_EL_w_footnote || symbol == SK_EL_w_endnote) &&
        sk_ooxml_value_is(SK_VALUE_N, id))
        g_hash_table_add(user, sk_span_dup(id));
    return g_hash_table_size(user) <= NOTES_MAX ||
           sk_throw(error, SK_ERROR_LIMIT, "docx: over %u notes of a kind", NOTES_MAX);
}

/* Before anything is written it must be known which notes and comments there are to refer to. */
static bool
collect_ids(SkOoxmlDocument *document, GError **error)
{
    static const SkOoxmlKind sources[SK_DOCX_IDS] = { SK_OOXML_COMMENTS, SK_OOXML_FOOTNOTES,
                                                      SK_OOXML_ENDNOTES };
    bool comments = sk_disarm_verdict(document->disarm, SK_ELEMENT_COMMENTS) == SK_VERDICT_KEPT;
    SkDocx *self = g_new0(SkDocx, 1);

    document->own = self;
    for (unsigned k = 0; k < SK_DOCX_IDS; k++)
        self->ids[k] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned k = 0; k < SK_DOCX_IDS; k++) {
        const SkZipEntry *entry = NULL;
        if (!sk_ooxml_find(document, NULL, sources[k], &entry, error))
            return false;
        if (entry != NULL && (k != SK_DOCX_COMMENTS || comments) &&
            !sk_ooxml_scan(document, entry, add_id, self->ids[k], error))
            return false;
    }
    return true;
}

static void
free_ids(SkOoxmlDocument *document)
{
    SkDocx *self = document->own;

    for (unsigned k = 0; k < SK_DOCX_IDS; k++)
        g_hash_table_unref(self->ids[k]);
    g_free(self);
}

static bool
wants(SkOoxmlDocument *document, SkOoxmlKind kind, const SkZipEntry *entry)
{
    (void)entry;
    return kind != SK_OOXML_COMMENTS ||
           sk_disarm_verdict(document->disarm, SK_ELEMENT_COMMENTS) == SK_VERDICT_KEPT;
}

/* ---- the profile --------------------------------------------------------------------------- */

static const char *const required[] = { "wps", "wpg", NULL };

static const SkOoxmlGraphic graphics[] = {
    { SK_OOXML_GRAPHIC_PICTURE, "http://purl.oclc.org/ooxml/drawingml/picture" },
    { SK_OOXML_GRAPHIC_CHART, "http://purl.oclc.org/ooxml/drawingml/chart" },
    { OFFICE "wordprocessingShape", NULL },
    { OFFICE "wordprocessingGroup", NULL },
    { NULL, NULL },
};

static const SkOoxmlProfile profile = {
    .name = "docx",
    .type = SK_TYPE_DOCX,
    .accepted = { SK_TYPE_DOCM, SK_TYPE_DOTX, SK_TYPE_DOTM },
    .declarations = sk_docx_declarations,
    .elements = sk_docx_elements,
    .attrs = sk_docx_attrs,
    .parts = {
        [SK_OOXML_DOCUMENT] = { "word/document.xml", WORD "document.main+xml", SK_EL_w_document,
                                { SK_OOXML_STYLES, SK_OOXML_NUMBERING, SK_OOXML_SETTINGS,
                                  SK_OOXML_FONT_TABLE, SK_OOXML_THEME, SK_OOXML_FOOTNOTES,
                                  SK_OOXML_ENDNOTES, SK_OOXML_COMMENTS } },
        [SK_OOXML_STYLES] = { "word/styles.xml", WORD "styles+xml", SK_EL_w_styles, { 0 } },
        [SK_OOXML_NUMBERING] = { "word/numbering.xml", WORD "numbering+xml", SK_EL_w_numbering,
                                 { 0 } },
        [SK_OOXML_SETTINGS] = { "word/settings.xml", WORD "settings+xml", SK_EL_w_settings, { 0 } },
        [SK_OOXML_FONT_TABLE] = { "word/fontTable.xml", WORD "fontTable+xml", SK_EL_w_fonts,
                                  { 0 } },
        [SK_OOXML_THEME] = { "word/theme.xml", SK_OOXML_TYPE_THEME, SK_EL_a_theme, { 0 } },
        [SK_OOXML_FOOTNOTES] = { "word/footnotes.xml", WORD "footnotes+xml", SK_EL_w_footnotes,
                                 { 0 } },
        [SK_OOXML_ENDNOTES] = { "word/endnotes.xml", WORD "endnotes+xml", SK_EL_w_endnotes, { 0 } },
        [SK_OOXML_COMMENTS] = { "word/comments.xml", WORD "comments+xml", SK_EL_w_comments, { 0 } },
        [SK_OOXML_HEADER] = { "word/header#.xml", WORD "header+xml", SK_EL_w_hdr, { 0 } },
        [SK_OOXML_FOOTER] = { "word/footer#.xml", WORD "footer+xml", SK_EL_w_ftr, { 0 } },
        [SK_OOXML_CHART] = { "word/chart#.xml", SK_OOXML_TYPE_CHART, SK_EL_c_chartSpace, { 0 } },
        [SK_OOXML_IMAGE] = { "word/media/image#", NULL, 0, { 0 } },
    },
    .required = required,
    .graphics = graphics,
    .special = sk_docx_special,
    .open = collect_ids,
    .close = free_ids,
    .wants = wants,
    .part_open = sk_docx_part_open,
    .part_close = sk_docx_part_close,
    .hides = sk_docx_hides,
    .start = sk_docx_start,
    .dropped = sk_docx_dropped,
    .end = sk_docx_end,
    .text = sk_docx_text,
    .standin = sk_docx_standin,
    .diagram = sk_docx_diagram,
};

bool
sk_docx_disarm(SkDisarm *disarm, GError **error)
{
    return sk_ooxml_rebuild(&profile, disarm, error);
}
