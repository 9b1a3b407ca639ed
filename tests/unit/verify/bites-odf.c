/* SPDX-License-Identifier: Apache-2.0
 * bites-odf.c - contract in bites-odf.h. Each plant changes one place of a file that otherwise
 * conforms. */
#include "bites-odf.h"

#include <string.h>

#define T SK_TYPE_ODT
#define S SK_TYPE_ODS
#define P SK_TYPE_ODP
#define C "content.xml"
#define MANIFEST "META-INF/manifest.xml"
/* An element more in the text, or an attribute more on its first paragraph. */
#define IN_TEXT(xml) "<office:text>", "<office:text>" xml
#define IN_LINE(xml) "本文", "本文" xml
#define ON_PARAGRAPH(xml) "<text:p text:style-name", "<text:p " xml " text:style-name"
#define LINK "https://www.example.jp/annai"
#define FORMULA(text) "[.A1]+SUM([.B1:.B2])", text

typedef struct {
    const char *code;
    SkType type;
    const char *part; /* whose first @old becomes @new; an entry more where @old is NULL */
    const char *old, *new;
    SkVerdict verdict; /* what the policy says of the element */
} Plant;

static const Plant plants[] = {
    { "unknown-part", T, C, IN_TEXT("<text:foo/>"), 0 },
    { "unknown-part", T, C, IN_TEXT("<foo:bar/>"), 0 },
    { "unknown-part", T, C, ON_PARAGRAPH("foo:bar=\"1\""), 0 },
    { "unknown-part", T, C, "<office:text>", "<office:text>x", 0 },
    { "unknown-part", T, "foo.xml", NULL, "x", 0 },
    { "not-canonical", T, C, "<text:s text:c=\"2\"/>", "<text:s text:c=\"2\"></text:s>", 0 },
    /* programs */
    { "odf-macro", T, C, IN_TEXT("<office:scripts/>"), 0 },
    { "odf-macro", T, C, IN_LINE("<text:script script:language=\"x\">a</text:script>"), 0 },
    { "odf-macro", T, C, IN_LINE("<text:execute-macro/>"), 0 },
    { "odf-macro", S, C, "<table:content-validation ",
      "<table:error-macro/><table:content-validation ", 0 },
    { "odf-macro", T, C, LINK, "vnd.sun.star.script:Standard.Module1.Main?language=Basic", 0 },
    { "odf-macro", T, C, LINK, "MACRO:///Standard.Module1.Main()", 0 },
    { "odf-macro", T, "Basic/Standard/Module1.xml", NULL, "x", 0 },
    { "odf-macro", T, "Scripts/python/a.py", NULL, "x", 0 },
    { "event-listener", P, C, "<presentation:event-listener ",
      "<script:event-listener/><presentation:event-listener ", 0 },
    { "event-listener", P, C, "\"next-page\"", "\"execute\"", 0 },
    { "event-listener", P, C, "\"next-page\"", "\"verb\"", 0 },
    { "event-listener", P, C, "\"dom:click\"", "\"dom:load\"", 0 },
    { "event-listener", P, C, "\"show\"", "\"hide\"", 0 },
    { "event-listener", T, C,
      IN_TEXT("<presentation:event-listener presentation:action=\"stop\" "
              "script:event-name=\"dom:click\"/>"),
      0 },
    { "plugin", T, C, IN_LINE("<draw:plugin/>"), 0 },
    { "plugin", T, C, IN_LINE("<draw:applet/>"), 0 },
    { "plugin", T, C, IN_LINE("<draw:floating-frame xlink:href=\"http://example.jp/\"/>"), 0 },
    { "embedded-media", P, C, "\"next-page\" script:event-name=\"dom:click\"/>",
      "\"next-page\" "
      "script:event-name=\"dom:click\"><presentation:sound/></presentation:event-listener>",
      0 },
    { "animation-command", P, C, "</draw:page>", "<anim:command/></draw:page>", 0 },
    { "embedded-object", T, C, IN_LINE("<draw:object-ole xlink:href=\"./Object 1\"/>"), 0 },
    { "embedded-object", T, C, "./Object2", "./Object3", 0 },
    { "embedded-object", T, C, "./Object2", "./Object1", 0 },
    { "embedded-object", T, C, "./Object2", "../Object2", 0 },
    { "embedded-object", T, "Object9/content.xml", NULL, "x", 0 },
    { "object-preview", T, "ObjectReplacements/Object1", NULL, "x", 0 },
    { "form-control", T, C, IN_TEXT("<office:forms/>"), 0 },
    { "form-control", T, C, IN_LINE("<draw:control/>"), 0 },
    /* what is fetched */
    { "sub-document", T, C, "<text:p>節", "<text:section-source xlink:href=\"a.odt\"/><text:p>節",
      0 },
    { "data-connection", T, C, "<table:table-column/>",
      "<table:table-source xlink:href=\"a.ods\"/><table:table-column/>", 0 },
    { "data-connection", S, C, "<table:content-validations>",
      "<table:cell-range-source/><table:content-validations>", 0 },
    { "external-workbook", S, C, "table:name=\"表\"", "table:name=\"'file:///a.ods'#表\"", 0 },
    { "active-field", T, C, IN_LINE("<text:database-display/>"), 0 },
    { "dde-field", T, C, IN_TEXT("<text:dde-connection-decls/>"), 0 },
    { "dde-field", T, C, "<text:p>節", "<office:dde-source/><text:p>節", 0 },
    { "dde-field", T, C, FORMULA("DDE(&quot;soffice&quot;;&quot;a.ods&quot;;&quot;A1&quot;)"), 0 },
    { "dde-field", T, C, FORMULA("cmd|1"), 0 },
    { "external-formula", T, C, FORMULA("['file:///c:/a.ods'#$Sheet1.A1]"), 0 },
    { "external-formula", T, C, FORMULA("'file:///c:/a.ods'#A1"), 0 },
    { "active-formula", T, C, FORMULA("WEBSERVICE(&quot;https://example.jp/&quot;)"), 0 },
    { "active-formula", T, C, FORMULA("COM.MICROSOFT.WEBSERVICE([.A1])"), 0 },
    { "active-formula", T, C, FORMULA("INDIRECT(&quot;'file:///a.ods'#A1&quot;)"), 0 },
    { "unknown-formula", T, C, FORMULA("MYMACRO([.A1])"), 0 },
    { "unknown-formula", T, C, FORMULA("SUM([.A1]"), 0 },
    { "unknown-formula", S, C, "of:cell-content-is-between(1,10)", "of:exec(1)", 0 },
    { "external-image", T, C, "Pictures/image1.png", "http://example.jp/a.png", 0 },
    { "external-image", T, C, "Pictures/image1.png", "../image1.png", 0 },
    { "external-image", T, "styles.xml", "Pictures/image2.png", "Pictures/image3.png", 0 },
    { "external-relationship", T, C,
      IN_TEXT("<text:alphabetical-index-auto-mark-file xlink:href=\"a.sdi\"/>"), 0 },
    { "hyperlink", T, C, "<office:text>", "<office:text>", SK_VERDICT_REMOVED },
    { "hyperlink", S, C, "<office:spreadsheet>", "<office:spreadsheet>", SK_VERDICT_REMOVED },
    { "unsafe-hyperlink", T, C, LINK, "file:///c:/a.exe", 0 },
    { "unsafe-hyperlink", T, C, LINK, "a.exe", 0 },
    { "unsafe-hyperlink", T, C, LINK, "javascript:alert(1)", 0 },
    { "unsafe-hyperlink", S, C, "&quot;https://www.example.jp/&quot;", "&quot;\\\\server\\a&quot;",
      0 },
    { "unsafe-hyperlink", S, C, "&quot;https://www.example.jp/&quot;", "[.A1]", 0 },
    { "embedded-font", T, C, "svg:font-family=\"F\"/>",
      "svg:font-family=\"F\"><svg:font-face-src/></style:font-face>", 0 },
    { "embedded-font", T, "Fonts/a.ttf", NULL, "x", 0 },
    { "printer-settings", T, "settings.xml", "config:name=\"ViewId\"",
      "config:name=\"PrinterSetup\"", 0 },
    /* what tells of people and machines */
    { "document-properties", T, "meta.xml", "LibreOffice/7.4.7.2",
      "LibreOffice/7.4.7.2$Linux_X86_64", 0 },
    { "document-properties", T, "meta.xml", "<meta:generator>",
      "<dc:creator>A</dc:creator><meta:generator>", 0 },
    { "document-properties", T, C, IN_LINE("<text:author-name>A</text:author-name>"), 0 },
    { "document-properties", T, C, IN_LINE("<text:file-name>A</text:file-name>"), 0 },
    { "custom-properties", T, "meta.xml", "</office:meta>", "<meta:user-defined/></office:meta>",
      0 },
    { "unknown-field", T, C, IN_LINE("<text:conditional-text>A</text:conditional-text>"), 0 },
    { "unknown-field", T, C, IN_LINE("<text:variable-set>A</text:variable-set>"), 0 },
    { "revision-ids", T, C, ON_PARAGRAPH("officeooo:rsid=\"00012345\""), 0 },
    { "rdf-metadata", T, "manifest.rdf", NULL, "x", 0 },
    { "rdf-metadata", T, C, ON_PARAGRAPH("xhtml:about=\"x\""), 0 },
    { "layout-cache", T, "layout-cache", NULL, "x", 0 },
    { "thumbnail", T, "Thumbnails/thumbnail.png", NULL, "x", 0 },
    { "custom-ui", T, "Configurations2/menubar/menubar.xml", NULL, "x", 0 },
    { "document-signature", T, "META-INF/documentsignatures.xml", NULL, "x", 0 },
    { "document-protection", T, C, "table:name=\"T\"", "table:name=\"T\" table:protected=\"true\"",
      0 },
    { "comments", T, C, "<office:text>", "<office:text>", SK_VERDICT_REMOVED },
    { "tracked-changes", T, C, IN_TEXT("<text:tracked-changes/>"), SK_VERDICT_REFUSED },
    { "hidden-text", T, C, "text:display=\"true\"", "text:display=\"none\"", SK_VERDICT_REFUSED },
    { "hidden-text", S, "styles.xml", "table:display=\"true\"", "table:display=\"false\"",
      SK_VERDICT_REFUSED },
    /* the package and its XML */
    { "macro-type", T, "mimetype", "opendocument.text", "opendocument.text-template", 0 },
    { "wrong-content-type", T, "mimetype", "opendocument.text", "opendocument.graphics", 0 },
    { "wrong-content-type", T, MANIFEST, "opendocument.text", "opendocument.spreadsheet", 0 },
    { "wrong-content-type", T, C, "office:text>", "office:spreadsheet>", 0 },
    { "encrypted-package", T, MANIFEST, "manifest:full-path=\"content.xml\"",
      "manifest:full-path=\"content.xml\"><manifest:encryption-data/", 0 },
    { "unsupported-picture", T, "Pictures/image3.svm", NULL, "x", 0 },
    { "zip-slip", T, "a/../../b.xml", NULL, "x", 0 },
    { "xml-dtd", T, C, "本文", "&lol;", 0 },
    { "xml-dtd", T, C, "<office:document-content ", "<!DOCTYPE a><office:document-content ", 0 },
    { "xml-instruction", T, C, IN_TEXT("<!-- a -->"), 0 },
};

static GByteArray *
build(const Plant *plant)
{
    GPtrArray *entries = odf_new(plant->type);

    if (plant->old == NULL)
        docx_add(entries, plant->part, plant->new);
    else
        docx_replace(entries, plant->part, plant->old, plant->new);
    return docx_build(entries);
}

static void
plant_one(const void *data)
{
    const Plant *plant = data;
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = build(plant);

    job.level = SK_LEVEL_NONE;
    if (plant->verdict != SK_VERDICT_NONE) {
        g_assert_cmpstr(verify_word(plant->type, bytes_span(file), &job), ==, "clean");
        for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
            if (strcmp(sk_element_get((SkElement)i)->code, plant->code) == 0)
                job.verdicts[i] = (uint8_t)plant->verdict;
    }
    g_assert_cmpstr(verify_word(plant->type, bytes_span(file), &job), ==, plant->code);
}

bool
odf_plants_have(const char *code)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(plants); i++)
        if (strcmp(plants[i].code, code) == 0)
            return true;
    return false;
}

void
odf_plants_add(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(plants); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/%s/odf/%u", plants[i].code, i);
        g_test_add_data_func(path, &plants[i], plant_one);
    }
}
