/* SPDX-License-Identifier: Apache-2.0
 * test-xlsx.c - the package of a workbook, its values and the rules beside its table: each broken
 * once. What the table itself leaves out is the matter of test-bites.c. */
#include "build.h"

#include <string.h>

#define BOOK "xl/workbook.xml"
#define SHEET "xl/worksheet1.xml"
#define STYLES "xl/styles.xml"
#define NOTES "xl/vmlDrawing1.vml"
#define HEADER "xl/vmlDrawing2.vml"

static void
cells(void)
{
    static const PartChange changes[] = {
        { SHEET, "r=\"3\">", "r=\"1\">", "not-canonical" },
        { SHEET, "<c r=\"B1\"", "<c r=\"A1\"", "not-canonical" },
        { SHEET, "<c r=\"B1\"", "<c r=\"B2\"", "not-canonical" },
        { SHEET, "<c r=\"B1\"", "<c r=\"$B$1\"", "not-canonical" },
        { SHEET, "<c r=\"B1\"", "<c r=\"B01\"", "not-canonical" },
        { SHEET, "<c r=\"B1\"", "<c r=\"B1:B1\"", "not-canonical" },
        { SHEET, "<c r=\"B1\" s", "<c s", "not-canonical" },
        { SHEET, "r=\"XFD3\"", "r=\"XFE3\"", "not-canonical" },
        { SHEET, "<row r=\"9\">", "<row>", "not-canonical" },
        { SHEET, "<row r=\"9\">", "<row r=\"1048577\">", "not-canonical" },
        { SHEET, "<row r=\"9\">", "<row r=\"9.0\">", "not-canonical" },
        { SHEET, "<c r=\"B1\" s=\"1\">", "<c r=\"B1\" s=\"2\">", "not-canonical" },
        { SHEET, "<c r=\"B1\" s=\"1\">", "<c r=\"B1\" s=\"01\">", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"s\"><v>2</v>", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"s\"><v>00</v>", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"s\"><v/>", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"n\"><v>0</v>", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"s\"><v>0</v><v>0</v>", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"s\"><v>0</v><f>1</f>", "not-canonical" },
        { SHEET, "t=\"s\"><v>0</v>", "t=\"s\"><is/>", "not-canonical" },
        { SHEET, "<v>-1.5E+3</v>", "<v>abc</v>", "not-canonical" },
        { SHEET, "<v>-1.5E+3</v>", "<v>-</v>", "not-canonical" },
        { SHEET, "<v>-1.5E+3</v>", "<v>1E</v>", "not-canonical" },
        { SHEET, "<v>-1.5E+3</v>", "<v> 1</v>", "not-canonical" },
        { SHEET, "<v>-1.5E+3</v>", "<v>&amp;</v>", "not-canonical" },
        { SHEET, "<v>#DIV/0!</v>", "<v>#FOO!</v>", "not-canonical" },
        { SHEET, "t=\"b\"><v>1</v>", "t=\"b\"><v>2</v>", "not-canonical" },
        { SHEET, "<is><t>直接</t></is>", "<v>1</v>", "not-canonical" },
        { SHEET, "<is><t>直接</t></is>", "<row r=\"4\"/>", "not-canonical" },
        { SHEET, "<is><t>直接</t></is>", "<is><c r=\"A3\"/></is>", "not-canonical" },
        { SHEET, "cm=\"1\"", "cm=\"0\"", "not-canonical" },
        { SHEET, "cm=\"1\"", "cm=\"2\"", "not-canonical" },
        { SHEET, "spans=\"1:3\"", "spans=\"1:3 5:7\"", "clean" },
        { SHEET, "spans=\"1:3\"", "spans=\"1\"", "not-canonical" },
        { SHEET, "spans=\"1:3\"", "spans=\"1:3 \"", "not-canonical" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"A1 A:B 1:2 $C$3\"", "clean" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"A1  B1\"", "not-canonical" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"A\"", "not-canonical" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"A1:B\"", "not-canonical" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"$\"", "not-canonical" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"A$:B\"", "not-canonical" },
        { SHEET, "sqref=\"A1 B1:C3\"", "sqref=\"\"", "not-canonical" },
    };
    assert_changes(SK_TYPE_XLSX, changes, G_N_ELEMENTS(changes));
}

static void
formulas(void)
{
    static const PartChange changes[] = {
        { SHEET, "<f>1/0</f>", "<f/>", "unknown-formula" },
        { SHEET, "<f>1/0</f>", "<f>cmd|'/c calc'!A1</f>", "dde-field" },
        { SHEET, "<f>1/0</f>", "<f>Sheet9!A1</f>", "external-formula" },
        { SHEET, "<f>1/0</f>", "<f>'人口 1'!A1</f>", "clean" },
        { SHEET, "<f>1/0</f>", "<f t=\"normal\">1/0</f>", "not-canonical" },
        { SHEET, "<f>1/0</f>", "<f ref=\"A1:B2\" t=\"dataTable\"/>", "clean" },
        { SHEET, "<f>1/0</f>", "<f ref=\"A1:B2\" t=\"dataTable\">1</f>", "not-canonical" },
        { SHEET, "<f>1/0</f>", "<f t=\"dataTable\"/>", "not-canonical" },
        { SHEET, "ref=\"C9\" t=\"array\"", "t=\"array\"", "not-canonical" },
        { SHEET, "ref=\"C9\" t=\"array\"", "ref=\"A1:B600000\" t=\"array\"", "not-canonical" },
        { SHEET, "ref=\"C9\" t=\"array\"", "ref=\"A:B\" t=\"array\"", "not-canonical" },
        { SHEET, "ref=\"A9:B9\" si=\"0\" t=\"shared\"", "si=\"0\" t=\"shared\"", "not-canonical" },
        { SHEET, "ref=\"A9:B9\" si=\"0\"", "ref=\"A9:B9\" si=\"1\"", "not-canonical" },
        { SHEET, "ref=\"A9:B9\" si=\"0\"", "ref=\"A9:B9\" si=\"1048576\"", "not-canonical" },
        { SHEET, "<f si=\"0\" t=\"shared\"/>", "<f si=\"0\" t=\"shared\">1</f>", "not-canonical" },
        { SHEET, "<f si=\"0\" t=\"shared\"/>", "<f ref=\"B9\" si=\"0\" t=\"shared\">1</f>",
          "not-canonical" },
        { SHEET, "<formula>A1&gt;0</formula>", "<formula/>", "unknown-formula" },
        { SHEET, "<formula1>\"甲,乙\"</formula1>", "<formula1>[1]A!A1</formula1>",
          "external-formula" },
        { BOOK, ">0.1<", ">EXEC(\"calc\")<", "xlm-macro" },
        { BOOK, ">0.1</definedName>", "/>", "unknown-formula" },
        { "xl/chart1.xml", "'人口 1'!$A$1:$A$3", "[1]a!A1", "external-formula" },
        { "xl/drawing1.xml", "textlink=\"'人口 1'!$A$1\"", "textlink=\"cmd|a!b\"", "dde-field" },
        { "xl/drawing1.xml", "textlink=\"'人口 1'!$A$1\"", "textlink=\"\"", "clean" },
        { "xl/table1.xml", ">表1[[#This Row],[区分]]<", ">RTD(\"a\",,1)<", "active-formula" },
        { "xl/pivotCacheDefinition1.xml", "<cacheField ", "<cacheField formula=\"a|b\" ",
          "dde-field" },
    };
    assert_changes(SK_TYPE_XLSX, changes, G_N_ELEMENTS(changes));
}

static void
book(void)
{
    static const PartChange changes[] = {
        { BOOK, "name=\"図\"", "name=\"人口 1\"", "not-canonical" },
        { BOOK, "name=\"図\"", "name=\"a:b\"", "not-canonical" },
        { BOOK, "name=\"図\"", "name=\"'a\"", "not-canonical" },
        { BOOK, "sheetId=\"2\"", "sheetId=\"1\"", "not-canonical" },
        { BOOK, "sheetId=\"2\"", "sheetId=\"2\" state=\"hidden\"", "clean" },
        { BOOK, "sheetId=\"2\"", "sheetId=\"2\" state=\"veryHidden\"", "very-hidden-sheet" },
        { BOOK, "sheetId=\"2\"", "sheetId=\"2\" state=\"visible\"", "not-canonical" },
        { BOOK, "activeTab=\"0\"", "activeTab=\"2\"", "not-canonical" },
        { BOOK, "localSheetId=\"0\"", "localSheetId=\"2\"", "not-canonical" },
        { BOOK, "name=\"税率\"", "name=\"Auto_Open\"", "auto-macro" },
        { BOOK, "name=\"税率\"", "name=\"_xlnm.AUTO_OPEN\"", "auto-macro" },
        { BOOK, "name=\"税率\"", "name=\"_XLNM.auto_close_\"", "auto-macro" },
        { BOOK, "name=\"税率\"", "name=\"ａｕｔｏ＿open\"", "auto-macro" },
        { BOOK, "name=\"税率\"", "name=\"autos\"", "clean" },
        { BOOK, "name=\"税率\"", "name=\"a b\"", "not-canonical" },
        { BOOK, "name=\"税率\"", "localSheetId=\"0\" name=\"_XLNM.print_area\"", "not-canonical" },
        { BOOK, "cacheId=\"3\"", "cacheId=\"4\"", "not-canonical" },
        { BOOK, "<pivotCache cacheId=\"3\" r:id=\"rId7\"/>", "", "not-canonical" },
        { BOOK, "r:id=\"rId6\"", "r:id=\"rId7\"", "not-canonical" },
        { STYLES, "<dxf/>", "", "not-canonical" },
        { STYLES, "<dxfs><dxf/></dxfs>", "<dxfs/>", "not-canonical" },
        { STYLES, "<fills><fill/></fills>", "", "not-canonical" },
        { STYLES, "fontId=\"0\" numFmtId=\"14\"", "fontId=\"1\" numFmtId=\"14\"", "not-canonical" },
        { STYLES, "xfId=\"0\"", "xfId=\"1\"", "not-canonical" },
        { SHEET, "location=\"図!A1\"", "location=\"[a.xlsx]図!A1\"", "not-canonical" },
        { SHEET, "location=\"図!A1\"", "location=\"\\\\server\"", "not-canonical" },
        { SHEET, "<hyperlink location=\"図!A1\" ref=\"A2\"/>", "<hyperlink ref=\"A2\"/>",
          "not-canonical" },
        { SHEET, "<drawing r:id=\"rId4\"/>", "<drawing/>", "not-canonical" },
        { SHEET, "<drawing r:id=\"rId4\"/>", "<drawing r:id=\"rId5\"/>", "not-canonical" },
        { SHEET, "<tablePart r:id=\"rId7\"/>", "", "not-canonical" },
        { "xl/table1.xml", "name=\"表1\"", "name=\"\"", "not-canonical" },
        { "xl/pivotTable1.xml", "cacheId=\"3\"", "cacheId=\"1\"", "not-canonical" },
        { "xl/pivotTable1.xml", "cacheId=\"3\" ", "", "not-canonical" },
        { "xl/pivotCacheDefinition1.xml", "type=\"worksheet\"", "type=\"external\"",
          "data-connection" },
        { "xl/pivotCacheDefinition1.xml", "<worksheetSource ref=\"A1:B3\" sheet=\"人口 1\"/>",
          "<worksheetSource/><worksheetSource/>", "not-canonical" },
        { "xl/pivotCacheDefinition1.xml", "sheet=\"人口 1\"", "sheet=\"人口 2\"",
          "external-workbook" },
        { "xl/pivotCacheDefinition1.xml", "sheet=\"人口 1\"", "sheet=\"[a.xlsx]人口 1\"",
          "not-canonical" },
        { "xl/sheetMetadata.xml", "<metadataType name=\"XLDAPR\"/>",
          "<metadataType name=\"XLMDX\"/>", "unknown-part" },
        { "xl/sheetMetadata.xml", "<xda:dynamicArrayProperties fDynamic=\"1\"/>", "<bk/>",
          "not-canonical" },
        { "xl/drawing1.xml", "<xdr:col>1<", "<xdr:col>-1<", "not-canonical" },
        { "xl/drawing1.xml", "<c:chart r:id=\"rId1\"/>", "<c:chart/>", "not-canonical" },
        { "xl/_rels/chartsheet1.xml.rels", "drawing1.xml", "media/../drawing1.xml",
          "unsafe-part-name" },
        { "xl/_rels/worksheet1.xml.rels", "vmlDrawing1.vml", "vmlDrawing1.xml", "vml-drawing" },
        { "xl/_rels/workbook.xml.rels",
          "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme",
          "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/connections",
          "data-connection" },
    };
    assert_changes(SK_TYPE_XLSX, changes, G_N_ELEMENTS(changes));
}

static void
notes(void)
{
    static const PartChange changes[] = {
        { SHEET, "<legacyDrawing r:id=\"rId5\"/><legacyDrawingHF r:id=\"rId6\"/>",
          "<legacyDrawingHF r:id=\"rId5\"/><legacyDrawing r:id=\"rId6\"/>", "vml-drawing" },
        { SHEET, "<legacyDrawing r:id=\"rId5\"/>", "", "not-canonical" },
        { SHEET, "<legacyDrawing r:id=\"rId5\"/>",
          "<legacyDrawing r:id=\"rId5\"/><legacyDrawing r:id=\"rId5\"/>", "vml-drawing" },
        { SHEET, "<legacyDrawingHF r:id=\"rId6\"/>", "<legacyDrawingHF r:id=\"rId5\"/>",
          "vml-drawing" },
        { "xl/comments1.xml", "authorId=\"0\"", "authorId=\"1\"", "not-canonical" },
        { "xl/comments1.xml", "ref=\"B2\"", "ref=\"B2:B3\"", "not-canonical" },
        { "xl/comments1.xml", "ref=\"B2\"", "ref=\"A:A\"", "not-canonical" },
        { "xl/comments1.xml", "ref=\"B2\"", "ref=\"B3\"", "vml-drawing" },
        { "xl/comments1.xml", "</commentList>",
          "<comment authorId=\"0\" ref=\"C2\"/></commentList>", "vml-drawing" },
        { "xl/comments1.xml", "</commentList>",
          "<comment authorId=\"0\" ref=\"B2\"/></commentList>", "not-canonical" },
        { NOTES, "visibility:hidden", "visibility:visible", "vml-drawing" },
        { NOTES, "visibility:hidden", "visibility:url(http://a)", "vml-drawing" },
        { NOTES, "2, 15, 0, 10, 4, 15, 4, 4", "2, 15, 0, 10, 4, 15, 4", "vml-drawing" },
        { NOTES, "2, 15, 0, 10, 4, 15, 4, 4", "2, 15, 0, 10, 4, 15, 4, 4, 4", "vml-drawing" },
        { NOTES, "2, 15, 0, 10, 4, 15, 4, 4", "2, 15, 0, 10, 4, 15, 4, 1048576", "vml-drawing" },
        { NOTES, "2, 15, 0, 10, 4, 15, 4, 4", "2, 15, 0, 10, 4, 15, 4,4", "vml-drawing" },
        { NOTES, "2, 15, 0, 10, 4, 15, 4, 4", "-1", "vml-drawing" },
        { NOTES, "_x0000_s1025", "_x0000_s1026", "vml-drawing" },
        { NOTES, "<x:Row>1<", "<x:Row>2<", "vml-drawing" },
        { NOTES, "<x:AutoFill>", "<x:FmlaMacro>a</x:FmlaMacro><x:AutoFill>", "vml-drawing" },
        { NOTES, "<v:fill ", "<v:fill href=\"http://a\" ", "vml-drawing" },
        { NOTES, "</xml>", "<v:shape/></xml>", "vml-drawing" },
        { NOTES, "data=\"1\"", "data=\"2\"", "vml-drawing" },
        { NOTES, "ObjectType=\"Note\"", "ObjectType=\"Button\"", "vml-drawing" },
        { HEADER, "LHFIRST", "LHLAST", "vml-drawing" },
        { HEADER, "72.25pt", "072pt", "vml-drawing" },
        { HEADER, "72.25pt", "expression(1)", "vml-drawing" },
        { HEADER, "height:9pt", "height:9px", "vml-drawing" },
        { HEADER, "z-index:1", "z-index:2", "vml-drawing" },
        { HEADER, "o:relid=\"rId1\"", "o:relid=\"rId2\"", "not-canonical" },
        { HEADER, "o:title=\"\"", "o:title=\"a\"", "vml-drawing" },
        { HEADER, "o:relid=\"rId1\"", "o:href=\"rId1\"", "vml-drawing" },
    };
    assert_changes(SK_TYPE_XLSX, changes, G_N_ELEMENTS(changes));
}

/* Longer than the window, so that cells are cut at its end in every way; and one cell of many that
 * is wrong is found, whether it is read at sight or not. */
static void
long_sheet(void)
{
    static const struct {
        const char *cell, *word;
    } cells[] = {
        { "<c r=\"C%u\" s=\"1\"><v>-12.5E+3</v></c>", "clean" },
        { "<c r=\"C%u\" s=\"1\" t=\"s\"/>", "clean" },
        { "<c r=\"C%u\" s=\"2\"/>", "not-canonical" },
        { "<c r=\"C%u\" t=\"s\"><v>2</v></c>", "not-canonical" },
        { "<c r=\"C%u\" t=\"s\"><v>01</v></c>", "not-canonical" },
        { "<c r=\"C%u\"><v>1.</v></c>", "not-canonical" },
        { "<c r=\"C%u\"><v></v></c>", "not-canonical" },
        { "<c r=\"C%u\"><v>1</v ></c>", "not-canonical" },
        { "<c r=\"B%u\"><v>1</v></c>", "not-canonical" },
        { "<c r=\"C1%u\"><v>1</v></c>", "not-canonical" },
        { "<c r=\"XFE%u\"><v>1</v></c>", "not-canonical" },
        { "<c r=\"C%u\" s=\"\"><v>1</v></c>", "not-canonical" },
        { "<c r=\"C%u\"  s=\"1\"><v>1</v></c>", "not-canonical" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cells); i++) {
        GPtrArray *entries = office_new(SK_TYPE_XLSX);
        g_autoptr(GString) rows = g_string_new("");
        for (unsigned row = 10; row < 12000; row++) {
            g_string_append_printf(rows,
                                   "<row r=\"%u\"><c r=\"A%u\" t=\"s\"><v>1</v></c><c r=\"B%u\" "
                                   "s=\"1\"><v>%u</v></c>",
                                   row, row, row, row * row);
            if (row == 11987) {
                g_autofree char *cell = g_strdup(cells[i].cell);
                char *hole = strstr(cell, "%u");
                g_string_append_len(rows, cell, hole - cell);
                g_string_append_printf(rows, "%u%s", row, hole + 2);
            }
            g_string_append(rows, "</row>");
        }
        g_string_append(rows, "</sheetData>");
        docx_replace(entries, SHEET, "</sheetData>", rows->str);
        if (strcmp(cells[i].word, "clean") == 0)
            assert_clean(SK_TYPE_XLSX, docx_build(entries));
        else
            assert_refused(SK_TYPE_XLSX, docx_build(entries), cells[i].word);
    }
}

static void
cuts(void)
{
    g_autoptr(GByteArray) file = docx_build(office_new(SK_TYPE_XLSX));

    for (size_t n = 0; n < file->len; n += 37)
        g_assert_cmpstr(verify_word(SK_TYPE_XLSX, sk_span(file->data, n), NULL), !=, "clean");
}

/* The kind of package is seen without a name. */
static void
guess(void)
{
    g_autoptr(GByteArray) file = docx_build(office_new(SK_TYPE_XLSX));
    g_autoptr(SkReport) report = verify_as(SK_TYPE_NONE, bytes_span(file), NULL);

    g_assert_cmpint(report->type_out, ==, SK_TYPE_XLSX);
    g_assert_cmpstr(verify_word(SK_TYPE_DOCX, bytes_span(file), NULL), !=, "clean");
    g_assert_cmpstr(verify_word(SK_TYPE_PPTX, bytes_span(file), NULL), !=, "clean");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/xlsx/cells", cells);
    g_test_add_func("/verify/xlsx/formulas", formulas);
    g_test_add_func("/verify/xlsx/book", book);
    g_test_add_func("/verify/xlsx/notes", notes);
    g_test_add_func("/verify/xlsx/long-sheet", long_sheet);
    g_test_add_func("/verify/xlsx/cuts", cuts);
    g_test_add_func("/verify/xlsx/guess", guess);
    return g_test_run();
}
