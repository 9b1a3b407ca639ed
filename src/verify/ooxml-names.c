/* SPDX-License-Identifier: Apache-2.0
 * ooxml-names.c - what a thing outside the profile is called in the report; contract in ooxml.h.
 * Only names: whatever is not listed here is refused all the same, as unknown-part or
 * not-canonical. */
#include "verify/ooxml.h"

typedef struct {
    const char *name; /* whole, or a piece, as the look-up says */
    SkElement element;
} Name;

/* By the element's written name. Prefixes that only macros' and add-ins' namespaces use need no
 * rows. */
static const Name elements[] = {
    { "w:object", SK_ELEMENT_EMBEDDED_OBJECT },
    { "w:objectEmbed", SK_ELEMENT_EMBEDDED_OBJECT },
    { "w:objectLink", SK_ELEMENT_EMBEDDED_OBJECT },
    { "o:OLEObject", SK_ELEMENT_EMBEDDED_OBJECT },
    { "w:control", SK_ELEMENT_ACTIVEX },
    { "w:altChunk", SK_ELEMENT_ALT_CHUNK },
    { "w:subDoc", SK_ELEMENT_SUB_DOCUMENT },
    { "w:attachedTemplate", SK_ELEMENT_ATTACHED_TEMPLATE },
    { "w:mailMerge", SK_ELEMENT_MAIL_MERGE },
    { "w:dataBinding", SK_ELEMENT_DATA_BINDING },
    { "w15:dataBinding", SK_ELEMENT_DATA_BINDING },
    { "w:sdt", SK_ELEMENT_DATA_BINDING },
    { "w:customXml", SK_ELEMENT_CUSTOM_XML },
    { "w:smartTag", SK_ELEMENT_CUSTOM_XML },
    { "w:documentProtection", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "w:writeProtection", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "w:rsids", SK_ELEMENT_REVISION_IDS },
    { "w:rsid", SK_ELEMENT_REVISION_IDS },
    { "w:rsidRoot", SK_ELEMENT_REVISION_IDS },
    { "mc:Fallback", SK_ELEMENT_ALTERNATE_CONTENT },
    { "w:ffData", SK_ELEMENT_FORM_CONTROL },
    { "w:embedRegular", SK_ELEMENT_EMBEDDED_FONT },
    { "w:embedBold", SK_ELEMENT_EMBEDDED_FONT },
    { "w:embedItalic", SK_ELEMENT_EMBEDDED_FONT },
    { "w:embedBoldItalic", SK_ELEMENT_EMBEDDED_FONT },
    { "w:docVars", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "w:docVar", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "c:externalData", SK_ELEMENT_DATA_CONNECTION },
    { "a:videoFile", SK_ELEMENT_EMBEDDED_MEDIA },
    { "a:audioFile", SK_ELEMENT_EMBEDDED_MEDIA },
    { "a:hlinkHover", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "w:frameset", SK_ELEMENT_SUB_DOCUMENT },
    { "w:framesetSplitbar", SK_ELEMENT_SUB_DOCUMENT },
    { "w:script", SK_ELEMENT_VML_SCRIPT },
    { "mc:AlternateContent", SK_ELEMENT_ALTERNATE_CONTENT },
    { "a:wavAudioFile", SK_ELEMENT_EMBEDDED_MEDIA },
    { "a:audioCd", SK_ELEMENT_EMBEDDED_MEDIA },
    { "a:quickTimeFile", SK_ELEMENT_EMBEDDED_MEDIA },
    { "a:snd", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p:audio", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p:video", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p:cMediaNode", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p:sndAc", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p:snd", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p14:media", SK_ELEMENT_EMBEDDED_MEDIA },
    { "p:cmd", SK_ELEMENT_ANIMATION_COMMAND },
    { "p:oleObj", SK_ELEMENT_EMBEDDED_OBJECT },
    { "p:embed", SK_ELEMENT_EMBEDDED_OBJECT },
    { "p:link", SK_ELEMENT_EMBEDDED_OBJECT },
    { "p:controls", SK_ELEMENT_ACTIVEX },
    { "p:control", SK_ELEMENT_ACTIVEX },
    { "p:custDataLst", SK_ELEMENT_CUSTOM_XML },
    { "p:tags", SK_ELEMENT_CUSTOM_XML },
    { "p:tagLst", SK_ELEMENT_CUSTOM_XML },
    { "p:smartTags", SK_ELEMENT_CUSTOM_XML },
    { "p:modifyVerifier", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "p:embeddedFontLst", SK_ELEMENT_EMBEDDED_FONT },
    { "p:embeddedFont", SK_ELEMENT_EMBEDDED_FONT },
    { "dgm:relIds", SK_ELEMENT_SMARTART_FLATTENED },
    { "oleObjects", SK_ELEMENT_EMBEDDED_OBJECT },
    { "oleObject", SK_ELEMENT_EMBEDDED_OBJECT },
    { "controls", SK_ELEMENT_ACTIVEX },
    { "control", SK_ELEMENT_ACTIVEX },
    { "formControlPr", SK_ELEMENT_FORM_CONTROL },
    { "connections", SK_ELEMENT_DATA_CONNECTION },
    { "connection", SK_ELEMENT_DATA_CONNECTION },
    { "queryTable", SK_ELEMENT_DATA_CONNECTION },
    { "webPublishItems", SK_ELEMENT_DATA_CONNECTION },
    { "webPublishing", SK_ELEMENT_DATA_CONNECTION },
    { "volTypes", SK_ELEMENT_DATA_CONNECTION },
    { "consolidation", SK_ELEMENT_DATA_CONNECTION },
    { "dbPr", SK_ELEMENT_DATA_CONNECTION },
    { "olapPr", SK_ELEMENT_DATA_CONNECTION },
    { "xmlColumnPr", SK_ELEMENT_CUSTOM_XML },
    { "singleXmlCells", SK_ELEMENT_CUSTOM_XML },
    { "smartTags", SK_ELEMENT_CUSTOM_XML },
    { "externalReferences", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "externalReference", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "externalLink", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "externalBook", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "ddeLink", SK_ELEMENT_DDE_FIELD },
    { "oleLink", SK_ELEMENT_EMBEDDED_OBJECT },
    { "functionGroups", SK_ELEMENT_XLM_MACRO },
    { "macrosheet", SK_ELEMENT_XLM_MACRO },
    { "dialogsheet", SK_ELEMENT_XLM_MACRO },
    { "sheetProtection", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "workbookProtection", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "protectedRanges", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "fileSharing", SK_ELEMENT_DOCUMENT_PROTECTION },
    { "customWorkbookViews", SK_ELEMENT_CUSTOM_VIEW },
    { "customSheetViews", SK_ELEMENT_CUSTOM_VIEW },
    { "customSheetView", SK_ELEMENT_CUSTOM_VIEW },
    { "customProperties", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "x14:slicerList", SK_ELEMENT_SLICER },
    { "x14:slicerCaches", SK_ELEMENT_SLICER },
    { "slicers", SK_ELEMENT_SLICER },
    { "timelines", SK_ELEMENT_SLICER },
    { "ThreadedComments", SK_ELEMENT_THREADED_COMMENTS },
};

/* By the attribute's written name; @element narrows it where the name alone does not say. */
static const struct {
    const char *element;
    const char *name;
    SkElement report;
} attributes[] = {
    { NULL, "href", SK_ELEMENT_UNSAFE_HYPERLINK },
    { NULL, "action", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "v:imagedata", "src", SK_ELEMENT_EXTERNAL_IMAGE },
    { "v:imagedata", "o:href", SK_ELEMENT_EXTERNAL_IMAGE },
    { "v:imagedata", "r:href", SK_ELEMENT_EXTERNAL_IMAGE },
    { "v:fill", "src", SK_ELEMENT_EXTERNAL_IMAGE },
    { "v:fill", "o:href", SK_ELEMENT_EXTERNAL_IMAGE },
    { "a:blip", "r:link", SK_ELEMENT_EXTERNAL_IMAGE },
    { NULL, "o:href", SK_ELEMENT_UNSAFE_HYPERLINK },
    { NULL, "o:ole", SK_ELEMENT_EMBEDDED_OBJECT },
    { NULL, "w14:paraId", SK_ELEMENT_REVISION_IDS },
    { NULL, "w14:textId", SK_ELEMENT_REVISION_IDS },
    { NULL, "mc:Ignorable", SK_ELEMENT_ALTERNATE_CONTENT },
    { NULL, "macro", SK_ELEMENT_VBA_PROJECT },
    { NULL, "codeName", SK_ELEMENT_VBA_PROJECT },
    { "definedName", "function", SK_ELEMENT_AUTO_MACRO },
    { "definedName", "vbProcedure", SK_ELEMENT_AUTO_MACRO },
    { "definedName", "xlm", SK_ELEMENT_AUTO_MACRO },
    { NULL, "connectionId", SK_ELEMENT_DATA_CONNECTION },
    { NULL, "queryTableFieldId", SK_ELEMENT_DATA_CONNECTION },
    { "worksheetSource", "r:id", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { NULL, "invalidUrl", SK_ELEMENT_UNSAFE_HYPERLINK },
    { NULL, "tgtFrame", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "pageSetup", "r:id", SK_ELEMENT_PRINTER_SETTINGS },
    { NULL, "xr:uid", SK_ELEMENT_REVISION_IDS },
    { NULL, "xr10:uid", SK_ELEMENT_REVISION_IDS },
};

/* By a piece of an entry's name, lower case; the first that fits. */
static const Name entries[] = {
    { "threadedcomments/", SK_ELEMENT_THREADED_COMMENTS },
    { "persons/", SK_ELEMENT_PEOPLE },
    { "externallinks/", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "slicer", SK_ELEMENT_SLICER },
    { "timeline", SK_ELEMENT_SLICER },
    { "xl/model/", SK_ELEMENT_DATA_CONNECTION },
    { "volatiledependencies", SK_ELEMENT_DATA_CONNECTION },
    { "xmlmaps", SK_ELEMENT_CUSTOM_XML },
    { "ppt/tags/", SK_ELEMENT_CUSTOM_XML },
    { "diagrams/", SK_ELEMENT_SMARTART_FLATTENED },
    { ".wav", SK_ELEMENT_EMBEDDED_MEDIA },
    { ".mp3", SK_ELEMENT_EMBEDDED_MEDIA },
    { ".mp4", SK_ELEMENT_EMBEDDED_MEDIA },
    { ".m4a", SK_ELEMENT_EMBEDDED_MEDIA },
    { ".wmv", SK_ELEMENT_EMBEDDED_MEDIA },
    { ".avi", SK_ELEMENT_EMBEDDED_MEDIA },
    { "vbaproject", SK_ELEMENT_VBA_PROJECT },
    { "vbadata", SK_ELEMENT_VBA_PROJECT },
    { "macrosheets/", SK_ELEMENT_XLM_MACRO },
    { "dialogsheets/", SK_ELEMENT_XLM_MACRO },
    { "embeddings/", SK_ELEMENT_EMBEDDED_OBJECT },
    { "activex/", SK_ELEMENT_ACTIVEX },
    { "ctrlprops/", SK_ELEMENT_FORM_CONTROL },
    { "customui", SK_ELEMENT_CUSTOM_UI },
    { "attachedtoolbars", SK_ELEMENT_CUSTOM_UI },
    { "customizations.xml", SK_ELEMENT_CUSTOM_UI },
    { "afchunk", SK_ELEMENT_ALT_CHUNK },
    { "customxml/", SK_ELEMENT_CUSTOM_XML },
    { "printersettings", SK_ELEMENT_PRINTER_SETTINGS },
    { "fonts/", SK_ELEMENT_EMBEDDED_FONT },
    { "docprops/custom.xml", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "docprops/thumbnail", SK_ELEMENT_THUMBNAIL },
    { "docprops/", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "word/comments", SK_ELEMENT_COMMENTS },
    { "xl/comments", SK_ELEMENT_COMMENTS },
    { "ppt/comments", SK_ELEMENT_COMMENTS },
    { "xl/pivot", SK_ELEMENT_PIVOT_TABLE },
    { "people.xml", SK_ELEMENT_PEOPLE },
    { "webextensions/", SK_ELEMENT_WEB_EXTENSION },
    { "connections.xml", SK_ELEMENT_DATA_CONNECTION },
    { "querytables/", SK_ELEMENT_DATA_CONNECTION },
    { "_xmlsignatures/", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "glossary/", SK_ELEMENT_GLOSSARY },
    { "vmldrawing", SK_ELEMENT_VML_DRAWING },
    { "encryptedpackage", SK_ELEMENT_ENCRYPTED_PACKAGE },
    { ".emf", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".wmf", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".gif", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".tif", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".bmp", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".svg", SK_ELEMENT_UNSUPPORTED_PICTURE },
    { ".webp", SK_ELEMENT_UNSUPPORTED_PICTURE },
};

/* By the end of a relationship's type. */
static const Name relationships[] = {
    { "/vbaProject", SK_ELEMENT_VBA_PROJECT },
    { "/wordVbaData", SK_ELEMENT_VBA_PROJECT },
    { "/xlMacrosheet", SK_ELEMENT_XLM_MACRO },
    { "/xlIntlMacrosheet", SK_ELEMENT_XLM_MACRO },
    { "/dialogsheet", SK_ELEMENT_XLM_MACRO },
    { "/oleObject", SK_ELEMENT_EMBEDDED_OBJECT },
    { "/package", SK_ELEMENT_EMBEDDED_OBJECT },
    { "/control", SK_ELEMENT_ACTIVEX },
    { "/activeXControlBinary", SK_ELEMENT_ACTIVEX },
    { "/ctrlProp", SK_ELEMENT_FORM_CONTROL },
    { "/extensibility", SK_ELEMENT_CUSTOM_UI },
    { "/attachedToolbars", SK_ELEMENT_CUSTOM_UI },
    { "/keyMapCustomizations", SK_ELEMENT_CUSTOM_UI },
    { "/aFChunk", SK_ELEMENT_ALT_CHUNK },
    { "/customXml", SK_ELEMENT_CUSTOM_XML },
    { "/customXmlProps", SK_ELEMENT_CUSTOM_XML },
    { "/printerSettings", SK_ELEMENT_PRINTER_SETTINGS },
    { "/font", SK_ELEMENT_EMBEDDED_FONT },
    { "/core-properties", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "/custom-properties", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "/thumbnail", SK_ELEMENT_THUMBNAIL },
    { "/commentsExtended", SK_ELEMENT_COMMENTS },
    { "/people", SK_ELEMENT_PEOPLE },
    { "/webextension", SK_ELEMENT_WEB_EXTENSION },
    { "/webextensiontaskpanes", SK_ELEMENT_WEB_EXTENSION },
    { "/connections", SK_ELEMENT_DATA_CONNECTION },
    { "/queryTable", SK_ELEMENT_DATA_CONNECTION },
    { "/mailMergeSource", SK_ELEMENT_MAIL_MERGE },
    { "/mailMergeHeaderSource", SK_ELEMENT_MAIL_MERGE },
    { "/recipientData", SK_ELEMENT_MAIL_MERGE },
    { "/digital-signature/origin", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "/digital-signature/signature", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "/glossaryDocument", SK_ELEMENT_GLOSSARY },
    { "/attachedTemplate", SK_ELEMENT_ATTACHED_TEMPLATE },
    { "/subDocument", SK_ELEMENT_SUB_DOCUMENT },
    { "/frame", SK_ELEMENT_SUB_DOCUMENT },
    { "/vmlDrawing", SK_ELEMENT_VML_DRAWING },
    { "/officeDocument", SK_ELEMENT_ALTERNATE_MAIN_PART },
    { "/externalLink", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "/externalLinkPath", SK_ELEMENT_EXTERNAL_WORKBOOK },
    { "/slicer", SK_ELEMENT_SLICER },
    { "/slicerCache", SK_ELEMENT_SLICER },
    { "/timeline", SK_ELEMENT_SLICER },
    { "/timelineCache", SK_ELEMENT_SLICER },
    { "/threadedComment", SK_ELEMENT_THREADED_COMMENTS },
    { "/person", SK_ELEMENT_PEOPLE },
    { "/xmlMaps", SK_ELEMENT_CUSTOM_XML },
    { "/tableSingleCells", SK_ELEMENT_CUSTOM_XML },
    { "/tags", SK_ELEMENT_CUSTOM_XML },
    { "/volatileDependencies", SK_ELEMENT_DATA_CONNECTION },
    { "/diagramData", SK_ELEMENT_SMARTART_FLATTENED },
    { "/diagramDrawing", SK_ELEMENT_SMARTART_FLATTENED },
    { "/media", SK_ELEMENT_EMBEDDED_MEDIA },
    { "/audio", SK_ELEMENT_EMBEDDED_MEDIA },
    { "/video", SK_ELEMENT_EMBEDDED_MEDIA },
};

/* By the first word of a field's instruction, upper case. */
static const Name fields[] = {
    { "DDE", SK_ELEMENT_DDE_FIELD },
    { "DDEAUTO", SK_ELEMENT_DDE_FIELD },
    { "INCLUDETEXT", SK_ELEMENT_ACTIVE_FIELD },
    { "INCLUDEPICTURE", SK_ELEMENT_ACTIVE_FIELD },
    { "INCLUDE", SK_ELEMENT_ACTIVE_FIELD },
    { "IMPORT", SK_ELEMENT_ACTIVE_FIELD },
    { "LINK", SK_ELEMENT_ACTIVE_FIELD },
    { "EMBED", SK_ELEMENT_ACTIVE_FIELD },
    { "DATABASE", SK_ELEMENT_ACTIVE_FIELD },
    { "RD", SK_ELEMENT_ACTIVE_FIELD },
    { "AUTOTEXT", SK_ELEMENT_ACTIVE_FIELD },
    { "MACROBUTTON", SK_ELEMENT_ACTIVE_FIELD },
    { "GOTOBUTTON", SK_ELEMENT_ACTIVE_FIELD },
    { "HYPERLINK", SK_ELEMENT_UNSAFE_HYPERLINK },
};

/* In order: what gives away the reason why a part of the package is not the expected one. */
static const Name package_words[] = {
    { "<!DOCTYPE", SK_ELEMENT_XML_DTD },
    { "vbaProject", SK_ELEMENT_VBA_PROJECT },
    { "digital-signature", SK_ELEMENT_DOCUMENT_SIGNATURE },
    { "custom-properties", SK_ELEMENT_CUSTOM_PROPERTIES },
    { "core-properties", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "metadata/thumbnail", SK_ELEMENT_THUMBNAIL },
    { "webextension", SK_ELEMENT_WEB_EXTENSION },
    { "ui/extensibility", SK_ELEMENT_CUSTOM_UI },
    { "macroEnabled", SK_ELEMENT_MACRO_TYPE },
    { "template.main", SK_ELEMENT_MACRO_TYPE },
    { "slideshow.main", SK_ELEMENT_MACRO_TYPE },
    { "<Company>", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "<Manager>", SK_ELEMENT_DOCUMENT_PROPERTIES },
    { "<Template>", SK_ELEMENT_DOCUMENT_PROPERTIES },
};

SkElement
sk_package_name_of_element(SkSpan name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(elements); i++)
        if (sk_span_is(name, elements[i].name))
            return elements[i].element;
    return SK_ELEMENT_UNKNOWN_PART;
}

SkElement
sk_package_name_of_attribute(SkSpan element, SkSpan name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(attributes); i++)
        if (sk_span_is(name, attributes[i].name) &&
            (attributes[i].element == NULL || sk_span_is(element, attributes[i].element)))
            return attributes[i].report;
    if (sk_span_starts(name, "w:rsid"))
        return SK_ELEMENT_REVISION_IDS;
    if (sk_span_starts(name, "on") && sk_span_starts(element, "v:"))
        return SK_ELEMENT_VML_SCRIPT;
    if (sk_span_starts(name, "xmlns"))
        return SK_ELEMENT_NOT_CANONICAL;
    return SK_ELEMENT_UNKNOWN_PART;
}

static SkElement
find_piece(SkSpan s, const Name *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sk_span_find(s, 0, sk_span_str(names[i].name)) != SIZE_MAX)
            return names[i].element;
    return SK_ELEMENT_NONE;
}

SkElement
sk_package_name_of_entry(SkSpan name)
{
    g_autofree char *folded = g_ascii_strdown((const char *)name.p, (gssize)name.n);
    SkElement found = find_piece(sk_span_str(folded), entries, G_N_ELEMENTS(entries));

    return found != SK_ELEMENT_NONE ? found : SK_ELEMENT_UNKNOWN_PART;
}

SkElement
sk_package_name_of_relationship(SkSpan type, bool external)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(relationships); i++) {
        SkSpan end = sk_span_str(relationships[i].name);
        if (type.n >= end.n && sk_span_equal(sk_span_sub(type, type.n - end.n, end.n), end))
            return relationships[i].element;
    }
    if (!external)
        return SK_ELEMENT_UNKNOWN_PART;
    bool image = sk_span_find(type, 0, sk_span_str("/image")) != SIZE_MAX;
    return image ? SK_ELEMENT_EXTERNAL_IMAGE : SK_ELEMENT_EXTERNAL_RELATIONSHIP;
}

SkElement
sk_package_name_of_instruction(SkSpan s)
{
    size_t from = 0, to;

    while (from < s.n && s.p[from] == ' ')
        from++;
    for (to = from; to < s.n && g_ascii_isalpha(s.p[to]); to++)
        ;
    g_autofree char *word = g_ascii_strup((const char *)s.p + from, (gssize)(to - from));
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
        if (g_str_equal(word, fields[i].name))
            return fields[i].element;
    return SK_ELEMENT_UNKNOWN_FIELD;
}

SkElement
sk_package_name_in_package(SkSpan content)
{
    size_t main_part = sk_span_find(content, 0, sk_span_str("/officeDocument\""));
    SkElement found = find_piece(content, package_words, G_N_ELEMENTS(package_words));

    if (found != SK_ELEMENT_NONE)
        return found;
    if (main_part != SIZE_MAX &&
        sk_span_find(content, main_part + 1, sk_span_str("/officeDocument\"")) != SIZE_MAX)
        return SK_ELEMENT_ALTERNATE_MAIN_PART;
    return sk_span_find(content, 0, sk_span_str("<Types ")) != SIZE_MAX
               ? SK_ELEMENT_WRONG_CONTENT_TYPE
               : SK_ELEMENT_NOT_CANONICAL;
}
