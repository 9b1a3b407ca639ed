/* SPDX-License-Identifier: Apache-2.0
 * odf-names.c - what a thing outside the profile is called; contract in odf.h. Refused it is
 * anyway: these tables only choose the word. */
#include "verify/odf.h"

#include <string.h>

typedef struct {
    const char *name;
    SkElement element;
} Name;

/* By the beginning of an element's name; the first that fits. */
static const Name elements[] = {
    { "office:script", SK_ELEMENT_ODF_MACRO },
    { "text:script", SK_ELEMENT_ODF_MACRO },
    { "text:execute-macro", SK_ELEMENT_ODF_MACRO },
    { "table:error-macro", SK_ELEMENT_ODF_MACRO },
    { "office:event-listeners", SK_ELEMENT_EVENT_LISTENER },
    { "script:event", SK_ELEMENT_EVENT_LISTENER },
    { "presentation:event", SK_ELEMENT_EVENT_LISTENER },
    { "presentation:sound", SK_ELEMENT_EMBEDDED_MEDIA },
    { "anim:audio", SK_ELEMENT_EMBEDDED_MEDIA },
    { "anim:command", SK_ELEMENT_ANIMATION_COMMAND },
    { "text:section-source", SK_ELEMENT_SUB_DOCUMENT },
    { "office:dde", SK_ELEMENT_DDE_FIELD },
    { "text:dde", SK_ELEMENT_DDE_FIELD },
    { "table:dde", SK_ELEMENT_DDE_FIELD },
    { "table:table-source", SK_ELEMENT_DATA_CONNECTION },
    { "table:cell-range-source", SK_ELEMENT_DATA_CONNECTION },
    { "table:database-source", SK_ELEMENT_DATA_CONNECTION },
    { "table:source-service", SK_ELEMENT_DATA_CONNECTION },
    { "text:database", SK_ELEMENT_ACTIVE_FIELD },
    { "text:alphabetical-index-auto-mark-file", SK_ELEMENT_EXTERNAL_RELATIONSHIP },
    { "office:forms", SK_ELEMENT_FORM_CONTROL },
    { "form:", SK_ELEMENT_FORM_CONTROL },
    { "draw:control", SK_ELEMENT_FORM_CONTROL },
    { "xforms:", SK_ELEMENT_FORM_CONTROL },
    { "draw:object-ole", SK_ELEMENT_EMBEDDED_OBJECT },
    { "draw:plugin", SK_ELEMENT_PLUGIN },
    { "draw:applet", SK_ELEMENT_PLUGIN },
    { "draw:floating-frame", SK_ELEMENT_PLUGIN },
    { "draw:param", SK_ELEMENT_PLUGIN },
    { "office:binary-data", SK_ELEMENT_EMBEDDED_OBJECT },
    { "office:document", SK_ELEMENT_EMBEDDED_OBJECT },
    { "svg:font-face-src", SK_ELEMENT_EMBEDDED_FONT },
    { "svg:font-face-uri", SK_ELEMENT_EMBEDDED_FONT },
    { "svg:font-face-name", SK_ELEMENT_EMBEDDED_FONT },
    { "text:sender-", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:author-", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:file-name", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:template-name", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:initial-creator", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:creator", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:user-defined", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "meta:user-defined", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "meta:", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "dc:", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "text:conditional-text", SK_ELEMENT_UNKNOWN_FIELD },
    { "text:hidden-", SK_ELEMENT_UNKNOWN_FIELD },
    { "text:variable-", SK_ELEMENT_UNKNOWN_FIELD },
    { "text:user-field-", SK_ELEMENT_UNKNOWN_FIELD },
    { "text:expression", SK_ELEMENT_UNKNOWN_FIELD },
    { "text:text-input", SK_ELEMENT_UNKNOWN_FIELD },
    { "rdf", SK_ELEMENT_RDF_METADATA },
    { "table:table-protection", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "loext:table-protection", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "ds:", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "dsig:", SK_ELEMENT_DOCUMENT_SIGNATURE },
};

/* By the beginning of an attribute's name. */
static const Name attributes[] = {
    { "xlink:href", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "xml:base", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "xhtml:", SK_ELEMENT_RDF_METADATA },
    { "rdfa:", SK_ELEMENT_RDF_METADATA },
    { "script:", SK_ELEMENT_EVENT_LISTENER },
    { "presentation:verb", SK_ELEMENT_EVENT_LISTENER },
    { "table:protect", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "text:protection-key", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "office:dde", SK_ELEMENT_DDE_FIELD },
    { "office:automatic-update", SK_ELEMENT_DDE_FIELD },
    { "table:filter-name", SK_ELEMENT_DATA_CONNECTION },
    { "form:", SK_ELEMENT_FORM_CONTROL },
    { "draw:control", SK_ELEMENT_FORM_CONTROL },
    { "draw:class-id", SK_ELEMENT_EMBEDDED_OBJECT },
    { "officeooo:rsid", SK_ELEMENT_REVISION_IDS },
    { "officeooo:paragraph-rsid", SK_ELEMENT_REVISION_IDS },
    { "xmlns", SK_ELEMENT_NOT_CANONICAL },
};

/* By a piece of an entry's name, lower case; the first that fits. */
static const Name entries[] = {
    { "basic/", SK_ELEMENT_ODF_MACRO },
    { "scripts/", SK_ELEMENT_ODF_MACRO },
    { "dialogs/", SK_ELEMENT_ODF_MACRO },
    { "configurations2", SK_ELEMENT_CUSTOM_UI },
    { "thumbnails/", SK_ELEMENT_THUMBNAIL },
    { "manifest.rdf", SK_ELEMENT_RDF_METADATA },
    { "signatures.xml", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "objectreplacements/", SK_ELEMENT_OBJECT_PREVIEW },
    { "layout-cache", SK_ELEMENT_LAYOUT_CACHE },
    { "fonts/", SK_ELEMENT_EMBEDDED_FONT },
    { "database/", SK_ELEMENT_DATA_CONNECTION },
    { "media/", SK_ELEMENT_EMBEDDED_MEDIA },
    { ".wmf", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".emf", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".svm", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".svg", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".gif", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".tif", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".bmp", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { "object", SK_ELEMENT_EMBEDDED_OBJECT },
};

/* By what stands in the mimetype or the manifest. */
static const Name package_words[] = {
    { "<!DOCTYPE", SK_ELEMENT_XML_DTD },     { "encryption-data", SK_ELEMENT_ENCRYPTED_PACKAGE },
    { "-template", SK_ELEMENT_MACRO_TYPE },  { "Basic/", SK_ELEMENT_ODF_MACRO },
    { "Scripts/", SK_ELEMENT_ODF_MACRO },    { "manifest.rdf", SK_ELEMENT_RDF_METADATA },
    { "Thumbnails/", SK_ELEMENT_THUMBNAIL }, { "application/vnd.", SK_ELEMENT_WRONG_CONTENT_TYPE },
};

static SkElement
find_beginning(SkSpan s, const Name *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sk_span_starts(s, names[i].name))
            return names[i].element;
    return SK_ELEMENT_UNKNOWN_PART;
}

static SkElement
find_piece(SkSpan s, const Name *names, size_t n, SkElement otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (sk_span_find(s, 0, sk_span_str(names[i].name)) != SIZE_MAX)
            return names[i].element;
    return otherwise;
}

SkElement
sk_opendocument_name_of_element(SkSpan name)
{
    return find_beginning(name, elements, G_N_ELEMENTS(elements));
}

SkElement
sk_opendocument_name_of_attribute(SkSpan element, SkSpan name, SkSpan value)
{
    if (sk_span_is(name, "xlink:href"))
        return sk_opendocument_name_of_link(element, value);
    return find_beginning(name, attributes, G_N_ELEMENTS(attributes));
}

SkElement
sk_opendocument_name_of_link(SkSpan element, SkSpan value)
{
    static const char *const macros[] = { "vnd.sun.star.", "macro:", "script:",
                                          "service:",      "slot:",  ".uno:" };
    g_autofree char *folded = g_ascii_strdown((const char *)value.p, (gssize)value.n);

    for (unsigned i = 0; i < G_N_ELEMENTS(macros); i++)
        if (g_str_has_prefix(folded, macros[i]))
            return SK_ELEMENT_ODF_MACRO;
    if (sk_span_is(element, "draw:image") || sk_span_is(element, "draw:fill-image"))
        return SK_ELEMENT_EXTERNAL_IMAGE;
    return SK_ELEMENT_UNSAFE_HYPERLINK;
}

SkElement
sk_opendocument_name_of_entry(SkSpan name)
{
    g_autofree char *folded = g_ascii_strdown((const char *)name.p, (gssize)name.n);
    return find_piece(sk_span_str(folded), entries, G_N_ELEMENTS(entries), SK_ELEMENT_UNKNOWN_PART);
}

SkElement
sk_opendocument_name_in_package(SkSpan content)
{
    return find_piece(content, package_words, G_N_ELEMENTS(package_words),
                      SK_ELEMENT_NOT_CANONICAL);
}
