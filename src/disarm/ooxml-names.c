/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-names.c - contract in ooxml-names.h.
 */
#include "disarm/ooxml-names.h"

#include <string.h>

#define RELS_URI "http://schemas.openxmlformats.org/package/2006/relationships"
#define TRANSITIONAL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define STRICT "http://purl.oclc.org/ooxml/officeDocument/relationships/"
/* PowerPoint's newer comments stand where the older ones did. */
#define THREADS "http://schemas.microsoft.com/office/2018/10/relationships/"
#define RELS_MAX 65536u

static const char *const kind_names[SK_OOXML_KINDS] = {
    [SK_OOXML_OTHER] = "",
    [SK_OOXML_DOCUMENT] = "officeDocument",
    [SK_OOXML_STYLES] = "styles",
    [SK_OOXML_NUMBERING] = "numbering",
    [SK_OOXML_SETTINGS] = "settings",
    [SK_OOXML_FONT_TABLE] = "fontTable",
    [SK_OOXML_THEME] = "theme",
    [SK_OOXML_FOOTNOTES] = "footnotes",
    [SK_OOXML_ENDNOTES] = "endnotes",
    [SK_OOXML_COMMENTS] = "comments",
    [SK_OOXML_HEADER] = "header",
    [SK_OOXML_FOOTER] = "footer",
    [SK_OOXML_CHART] = "chart",
    [SK_OOXML_THEME_OVERRIDE] = "themeOverride",
    [SK_OOXML_PRES_PROPS] = "presProps",
    [SK_OOXML_TABLE_STYLES] = "tableStyles",
    [SK_OOXML_COMMENT_AUTHORS] = "commentAuthors",
    [SK_OOXML_SLIDE_MASTER] = "slideMaster",
    [SK_OOXML_SLIDE_LAYOUT] = "slideLayout",
    [SK_OOXML_SLIDE] = "slide",
    [SK_OOXML_NOTES_MASTER] = "notesMaster",
    [SK_OOXML_NOTES_SLIDE] = "notesSlide",
    [SK_OOXML_HANDOUT_MASTER] = "handoutMaster",
    [SK_OOXML_DIAGRAM_DATA] = "diagramData",
    [SK_OOXML_DIAGRAM_DRAWING] =
        "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
    [SK_OOXML_VML_DRAWING] = "vmlDrawing",
    [SK_OOXML_SHARED_STRINGS] = "sharedStrings",
    [SK_OOXML_SHEET_METADATA] = "sheetMetadata",
    [SK_OOXML_WORKSHEET] = "worksheet",
    [SK_OOXML_CHARTSHEET] = "chartsheet",
    [SK_OOXML_DRAWING] = "drawing",
    [SK_OOXML_TABLE] = "table",
    [SK_OOXML_PIVOT_TABLE] = "pivotTable",
    [SK_OOXML_PIVOT_CACHE_DEFINITION] = "pivotCacheDefinition",
    [SK_OOXML_PIVOT_CACHE_RECORDS] = "pivotCacheRecords",
    [SK_OOXML_IMAGE] = "image",
    [SK_OOXML_HYPERLINK] = "hyperlink",
};

/* How relationships that are not followed are reported, by the last part of their type. */
static const struct {
    const char *name;
    SkElement element;
} others[] = {
    { "attachedTemplate", SK_ELEMENT_ATTACHED_TEMPLATE },
    { "subDocument", SK_ELEMENT_SUB_DOCUMENT },
    { "mailMergeSource", SK_ELEMENT_MAIL_MERGE },
    { "mailMergeHeaderSource", SK_ELEMENT_MAIL_MERGE },
    { "recipientData", SK_ELEMENT_MAIL_MERGE },
    { "image", SK_ELEMENT_EXTERNAL_IMAGE },
    { "oleObject", SK_ELEMENT_EMBEDDED_OBJECT },
    { "package", SK_ELEMENT_EMBEDDED_OBJECT },
    { "aFChunk", SK_ELEMENT_ALT_CHUNK },
    { "control", SK_ELEMENT_ACTIVEX },
    { "vbaProject", SK_ELEMENT_VBA_PROJECT },
    { "audio", SK_ELEMENT_EMBEDDED_MEDIA },
    { "video", SK_ELEMENT_EMBEDDED_MEDIA },
    { "media", SK_ELEMENT_EMBEDDED_MEDIA },
    { "externalLinkPath", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "externalLink", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "xlExternalLinkPath/xlPathMissing", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "connections", SK_ELEMENT_DATA_CONNECTION },
    { "queryTable", SK_ELEMENT_DATA_CONNECTION },
};

/* Parts that do not come out, by what their name or content type contains (lower case). */
static const struct {
    const char *mark;
    SkElement element;
} marks[] = {
    { "vbaproject", SK_ELEMENT_VBA_PROJECT },
    { "vbadata", SK_ELEMENT_VBA_PROJECT },
    { "activex", SK_ELEMENT_ACTIVEX },
    { "ctrlprop", SK_ELEMENT_FORM_CONTROL },
    { "embeddings/", SK_ELEMENT_EMBEDDED_OBJECT },
    { "oleobject", SK_ELEMENT_EMBEDDED_OBJECT },
    { "customxml", SK_ELEMENT_CUSTOM_XML },
    { "customui", SK_ELEMENT_CUSTOM_UI },
    { "usercustomization/", SK_ELEMENT_CUSTOM_UI },
    { "attachedtoolbars", SK_ELEMENT_CUSTOM_UI },
    { "keymapcustomizations", SK_ELEMENT_CUSTOM_UI },
    { "signature", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "custom-properties", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "docprops/custom", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "thumbnail", SK_ELEMENT_THUMBNAIL },
    { "docprops/", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "core-properties", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "extended-properties", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "glossary", SK_ELEMENT_GLOSSARY },
    { "printersettings", SK_ELEMENT_PRINTER_SETTINGS },
    { "/fonts/", SK_ELEMENT_EMBEDDED_FONT },
    { "obfuscatedfont", SK_ELEMENT_EMBEDDED_FONT },
    { "webextension", SK_ELEMENT_WEB_EXTENSION },
    { "/people.xml", SK_ELEMENT_PEOPLE },
    { "afchunk", SK_ELEMENT_ALT_CHUNK },
    { "macrosheet", SK_ELEMENT_XLM_MACRO },
    { "mailmerge", SK_ELEMENT_MAIL_MERGE },
    { "recipientdata", SK_ELEMENT_MAIL_MERGE },
    { "connections", SK_ELEMENT_DATA_CONNECTION },
    { "|audio/", SK_ELEMENT_EMBEDDED_MEDIA },
    { "|video/", SK_ELEMENT_EMBEDDED_MEDIA },
    { "presentationml.tags+xml", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "querytable", SK_ELEMENT_DATA_CONNECTION },
    { "calcchain", SK_ELEMENT_NONE }, /* Excel makes a new one */
    { "externallink", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "dialogsheet", SK_ELEMENT_XLM_MACRO },
    { "intlmacrosheet", SK_ELEMENT_XLM_MACRO },
    { "threadedcomment", SK_ELEMENT_THREADED_COMMENTS },
    { "/persons/", SK_ELEMENT_PEOPLE },
    { "slicer", SK_ELEMENT_SLICER },
    { "timeline", SK_ELEMENT_SLICER },
    { "xmlmaps", SK_ELEMENT_CUSTOM_XML },
    { "customproperty", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "/revisions/", SK_ELEMENT_REVISION_IDS },
    { "pivotcache", SK_ELEMENT_PIVOT_TABLE },
    { "pivottable", SK_ELEMENT_PIVOT_TABLE },
    { "vmldrawing", SK_ELEMENT_VML_DRAWING },
};

const char *
sk_ooxml_kind_name(SkOoxmlKind kind)
{
    return kind_names[kind];
}

SkElement
sk_ooxml_classify(SkSpan name, const char *content_type)
{
    g_autofree char *text = sk_span_dup(name);
    g_autofree char *both = g_strdup_printf("/%s|%s", text, content_type);
    g_autofree char *folded = g_ascii_strdown(both, -1);

    if (g_str_has_suffix(text, ".rels"))
        return SK_ELEMENT_NONE;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (strstr(folded, marks[i].mark) != NULL)
            return marks[i].element;
    }
    return SK_ELEMENT_UNKNOWN_PART;
}

SkType
sk_ooxml_type_lookup(const char *content_type)
{
    static const struct {
        const char *content_type;
        SkType type;
    } types[] = {
#define WORD "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define EXCEL "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define POWERPOINT "application/vnd.openxmlformats-officedocument.presentationml."
        { WORD "document.main+xml", SK_TYPE_DOCX },
        { "application/vnd.ms-word.document.macroEnabled.main+xml", SK_TYPE_DOCM },
        { WORD "template.main+xml", SK_TYPE_DOTX },
        { "application/vnd.ms-word.template.macroEnabledTemplate.main+xml", SK_TYPE_DOTM },
        { EXCEL "sheet.main+xml", SK_TYPE_XLSX },
        { "application/vnd.ms-excel.sheet.macroEnabled.main+xml", SK_TYPE_XLSM },
        { EXCEL "template.main+xml", SK_TYPE_XLTX },
        { "application/vnd.ms-excel.template.macroEnabled.main+xml", SK_TYPE_XLTM },
        { "application/vnd.ms-excel.addin.macroEnabled.main+xml", SK_TYPE_XLAM },
        { "application/vnd.ms-excel.sheet.binary.macroEnabled.main", SK_TYPE_XLSB },
        { POWERPOINT "presentation.main+xml", SK_TYPE_PPTX },
        { "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", SK_TYPE_PPTM },
        { POWERPOINT "template.main+xml", SK_TYPE_POTX },
        { "application/vnd.ms-powerpoint.template.macroEnabled.main+xml", SK_TYPE_POTM },
        { POWERPOINT "slideshow.main+xml", SK_TYPE_PPSX },
        { "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml", SK_TYPE_PPSM },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_ascii_strcasecmp(content_type, types[i].content_type) == 0)
            return types[i].type;
    }
    return SK_TYPE_NONE;
}

/* ---- part names ---------------------------------------------------------------------------- */

static bool
is_tricky(SkSpan target)
{
    for (size_t i = 0; i < target.n; i++) {
        uint8_t c = target.p[i];
        if (c < 0x20 || c == 0x7f || c == '\\' || c == ':' || c == '?')
            return true;
        if (c != '%')
            continue;
        int high = i + 2 < target.n ? g_ascii_xdigit_value((char)target.p[i + 1]) : -1;
        int low = i + 2 < target.n ? g_ascii_xdigit_value((char)target.p[i + 2]) : -1;
        int decoded = high < 0 || low < 0 ? 0 : high * 16 + low;
        if (decoded < 0x20 || decoded == '/' || decoded == '\\' || decoded == '.' || decoded == '%')
            return true;
    }
    return false;
}

/* Takes the last segment off; false where there is none. */
static bool
go_up(GString *path)
{
    if (path->len == 0)
        return false;
    char *slash = strrchr(path->str, '/');
    g_string_truncate(path, slash == NULL ? 0 : (gsize)(slash - path->str));
    return true;
}

char *
sk_ooxml_resolve(SkSpan source, SkSpan target)
{
    size_t hash = sk_span_find(target, 0, sk_span_str("#"));
    if (hash != SIZE_MAX)
        target = sk_span_sub(target, 0, hash);
    if (is_tricky(target))
        return NULL;

    g_autofree char *base = sk_span_dup(source);
    g_autoptr(GString) path = g_string_new(base);
    if (sk_span_starts(target, "/"))
        g_string_truncate(path, 0);
    else
        (void)go_up(path);
    g_autofree char *text = sk_span_dup(target);
    g_auto(GStrv) segments = g_strsplit(text, "/", -1);
    for (unsigned i = 0; segments[i] != NULL; i++) {
        if (segments[i][0] == '\0' || strcmp(segments[i], ".") == 0)
            continue;
        if (strcmp(segments[i], "..") == 0) {
            if (!go_up(path))
                return NULL;
            continue;
        }
        g_string_append_printf(path, "%s%s", path->len > 0 ? "/" : "", segments[i]);
    }
    return g_string_free(g_steal_pointer(&path), FALSE);
}

/* ---- relationships ------------------------------------------------------------------------- */

enum { E_RELATIONSHIPS = 1, E_RELATIONSHIP };
enum { A_OTHER = 0, A_ID, A_TYPE, A_TARGET, A_MODE, A_COUNT };

typedef struct {
    GArray *rels;
    GHashTable *ids; /* owned set of char * owned by rels' members */
    SkSpan source;
    SkElement *element;
} Rels;

static void
rel_clear(void *p)
{
    SkOoxmlRel *rel = p;
    g_free(rel->id);
    g_free(rel->target);
}

GArray *
sk_ooxml_rels_new(void)
{
    GArray *rels = g_array_new(FALSE, TRUE, sizeof(SkOoxmlRel));
    g_array_set_clear_func(rels, rel_clear);
    return rels;
}

static SkXmlSymbol
rels_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (!sk_span_is(uri, RELS_URI))
        return 0;
    return sk_span_is(local, "Relationships")  ? E_RELATIONSHIPS
           : sk_span_is(local, "Relationship") ? E_RELATIONSHIP
                                               : 0;
}

static SkXmlSymbol
rels_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (uri.n > 0)
        return A_OTHER;
    return sk_span_is(local, "Id")           ? A_ID
           : sk_span_is(local, "Type")       ? A_TYPE
           : sk_span_is(local, "Target")     ? A_TARGET
           : sk_span_is(local, "TargetMode") ? A_MODE
                                             : A_OTHER;
}

/* Only the two known homes of a type make it one that is followed; the same last word elsewhere
 * does not. */
static SkOoxmlKind
kind_of(SkSpan type)
{
    static const char *const homes[] = { TRANSITIONAL, STRICT };

    for (size_t h = 0; h < G_N_ELEMENTS(homes); h++) {
        size_t n = strlen(homes[h]);
        if (!sk_span_starts(type, homes[h]))
            continue;
        SkSpan last = sk_span_sub(type, n, type.n - n);
        for (SkOoxmlKind kind = SK_OOXML_DOCUMENT; kind < SK_OOXML_KINDS; kind++) {
            if (sk_span_is(last, kind_names[kind]))
                return kind;
        }
    }
    if (sk_span_is(type, THREADS "comments"))
        return SK_OOXML_COMMENTS;
    if (sk_span_is(type, THREADS "authors"))
        return SK_OOXML_COMMENT_AUTHORS;
    for (SkOoxmlKind kind = SK_OOXML_DOCUMENT; kind < SK_OOXML_KINDS; kind++) {
        if (strchr(kind_names[kind], ':') != NULL && sk_span_is(type, kind_names[kind]))
            return kind;
    }
    return SK_OOXML_OTHER;
}

static SkElement
element_of(SkSpan type, bool external)
{
    g_autofree char *text = sk_span_dup(type);
    const char *slash = strrchr(text, '/');
    const char *last = slash != NULL ? slash + 1 : text;

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (strcmp(last, others[i].name) == 0)
            return others[i].element;
    }
    return external ? SK_ELEMENT_EXTERNAL_RELATIONSHIP : SK_ELEMENT_UNKNOWN_PART;
}

static bool
add_rel(Rels *self, const SkSpan *values, GError **error)
{
    SkOoxmlRel rel = { .kind = kind_of(values[A_TYPE]),
                       .external = sk_span_is(values[A_MODE], "External") };

    if (values[A_ID].n == 0 || values[A_TYPE].n == 0 ||
        !(rel.external || values[A_MODE].n == 0 || sk_span_is(values[A_MODE], "Internal")))
        return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: broken relationship");
    if (self->rels->len >= RELS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "ooxml: too many relationships");
    rel.element = element_of(values[A_TYPE], rel.external);
    rel.target = rel.external ? sk_span_dup(values[A_TARGET])
                              : sk_ooxml_resolve(self->source, values[A_TARGET]);
    if (rel.target == NULL) {
        *self->element = SK_ELEMENT_UNSAFE_PART_NAME;
        return sk_throw(error, SK_ERROR_FORBIDDEN, "ooxml: unsafe part name in a relationship");
    }
    rel.id = sk_span_dup(values[A_ID]);
    g_array_append_val(self->rels, rel);
    if (!g_hash_table_add(self->ids, rel.id))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "ooxml: two relationships of one id");
    return true;
}

static bool
rels_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkSpan values[A_COUNT] = { { .n = 0 } };

    if (element == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "ooxml: unknown element among relationships");
    for (unsigned i = 0; i < n; i++)
        values[attrs[i].symbol] = attrs[i].value;
    return element != E_RELATIONSHIP || add_rel(user, values, error);
}

static bool
rels_end(void *user, SkXmlSymbol element, GError **error)
{
    (void)user, (void)element, (void)error;
    return true;
}

static bool
rels_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

bool
sk_ooxml_rels_parse(SkSpan xml, SkSpan source, GArray **ret, SkElement *ret_element, GError **error)
{
    static const SkXmlHandler handler = { rels_element, rels_attribute, rels_start,
                                          rels_end,     rels_text,      NULL };
    g_autoptr(GArray) rels = sk_ooxml_rels_new();
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    Rels self = { .rels = rels, .ids = ids, .source = source, .element = ret_element };

    if (!sk_xml_parse(xml, &handler, &self, error))
        return false;
    *ret = g_steal_pointer(&rels);
    return true;
}
