/* SPDX-License-Identifier: Apache-2.0
 *
 * test-xlsx.c - cells, ranges and numbers as text; SmartArt through sk_disarm_run. Other whole workbooks: tests/golden/hostile-xlsx, corpus-xlsx. */
#include "disarm/xlsx.h"

#include "../format/zip-builder.h"
#include "zip-text.h"

#include <string.h>

static void
test_cells(void)
{
    static const struct {
        const char *text;
        uint32_t row, column; /* 0: no cell */
    } cases[] = {
        { "A1", 1, 1 },          { "Z9", 9, 26 },     { "AA10", 10, 27 }, { "XFD1048576", 1048576, 16384 },
        { "XFE1", 0, 0 },        { "A1048577", 0, 0 }, { "A0", 0, 0 },     { "A01", 0, 0 },
        { "1A", 0, 0 },          { "A", 0, 0 },       { "1", 0, 0 },      { "", 0, 0 },
        { "AAAA1", 0, 0 },       { "A1:B2", 0, 0 },   { "$A$1", 0, 0 },   { "A99999999", 0, 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SkXlsxCell cell = { 0, 0 };
        char name[16];
        bool good = sk_xlsx_cell(sk_span_str(cases[i].text), false, &cell);
        g_assert_cmpint(good, ==, cases[i].row > 0);
        if (!good)
            continue;
        g_assert_cmpuint(cell.row, ==, cases[i].row);
        g_assert_cmpuint(cell.column, ==, cases[i].column);
        (void)sk_xlsx_cell_name(cell, name);
        g_assert_cmpstr(name, ==, cases[i].text);
    }
}

static void
test_areas(void)
{
    static const char *const good[] = { "A1", "A1:B2", "$A$1:$B$2", "A:C", "$A:$C", "1:9", "$1:$9", "B2:A1" };
    static const char *const bad[] = { "", "A", "1", "A1:", ":A1", "A1:B", "A:1", "A1:B2:C3", "a1", "A$", "$", "A1 B2", "S!A1" };
    g_autoptr(GString) out = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(sk_xlsx_is_area(sk_span_str(good[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_xlsx_is_area(sk_span_str(bad[i])));
    g_assert_cmpuint(sk_xlsx_cells(sk_span_str("A1:XFD1048576")), ==, 17179869184u);
    g_assert_cmpuint(sk_xlsx_cells(sk_span_str("B2:A1")), ==, 4);
    g_assert_cmpuint(sk_xlsx_cells(sk_span_str("A:C")), ==, 0);
    g_assert_true(sk_xlsx_areas(sk_span_str("  A1\tB2:C3\n"), out));
    g_assert_cmpstr(out->str, ==, "A1 B2:C3");
    g_assert_false(sk_xlsx_areas(sk_span_str(" "), out));
    g_assert_false(sk_xlsx_areas(sk_span_str("A1,B2"), out));
}

static void
test_numbers(void)
{
    static const char *const good[] = { "0", "-1", "1.5", ".5", "1E5", "1e-300", "-.5E+1", "0.10000000000000001" };
    static const char *const bad[] = { "", "-", ".", "1.", "E5", "1E", "1E+", "+1", "1 ", "0x1", "1E1234", "INF", "NaN" };
    uint32_t whole = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(sk_xlsx_is_double(sk_span_str(good[i])));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_xlsx_is_double(sk_span_str(bad[i])));
    g_assert_true(sk_xlsx_whole(sk_span_str("999999999"), &whole) && whole == 999999999);
    g_assert_false(sk_xlsx_whole(sk_span_str("01"), &whole));
    g_assert_false(sk_xlsx_whole(sk_span_str("1000000000"), &whole));
    g_assert_false(sk_xlsx_whole(sk_span_str("-1"), &whole));
    g_assert_true(sk_xlsx_is_spans(sk_span_str("1:5 7:9")));
    g_assert_false(sk_xlsx_is_spans(sk_span_str("1:5 ")));
    g_assert_false(sk_xlsx_is_spans(sk_span_str("1")));
}

static void
test_sheet_names(void)
{
    g_assert_true(sk_xlsx_is_sheet_name(sk_span_str("様式 第1号")));
    g_assert_true(sk_xlsx_is_sheet_name(sk_span_str("it's")));
    static const char *const bad[] = { "", "'a", "a'", "a:b", "[a]", "a/b", "a\\b", "a?", "a*", "a\n" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_xlsx_is_sheet_name(sk_span_str(bad[i])));
}

/* ---- SmartArt ------------------------------------------------------------------------------ */

#define ML "http://schemas.openxmlformats.org/"
#define OFFICE ML "officeDocument/2006/relationships"
#define DGM ML "drawingml/2006/diagram"
#define NS                                                                                         \
    " xmlns='" ML "spreadsheetml/2006/main' xmlns:xdr='" ML "drawingml/2006/spreadsheetDrawing'"    \
    " xmlns:a='" ML "drawingml/2006/main' xmlns:r='" OFFICE "' xmlns:dgm='" DGM "'"                 \
    " xmlns:mc='" ML "markup-compatibility/2006'"                                                  \
    " xmlns:dsp='http://schemas.microsoft.com/office/drawing/2008/diagram'"
#define TYPE(name, type) "<Override PartName='/" name "' ContentType='application/vnd.openxmlformats-officedocument." type "+xml'/>"
#define RELS(x) "<Relationships xmlns='" ML "package/2006/relationships'>" x "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" OFFICE "/" type "' Target='" target "'/>"
#define CELL(column, row)                                                                          \
    "<xdr:col>" column "</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>" row "</xdr:row><xdr:rowOff>0</xdr:rowOff>"
#define ANCHOR(x)                                                                                  \
    "<xdr:twoCellAnchor><xdr:from>" CELL("1", "1") "</xdr:from><xdr:to>" CELL("9", "20") "</xdr:to>" x \
    "<xdr:clientData/></xdr:twoCellAnchor>"
#define FRAME(place, x)                                                                            \
    "<xdr:graphicFrame macro=''><xdr:nvGraphicFramePr><xdr:cNvPr id='4' name='f' descr='e'/><xdr:cNvGraphicFramePr/>" \
    "</xdr:nvGraphicFramePr><xdr:xfrm>" place "</xdr:xfrm><a:graphic><a:graphicData uri='" DGM "'>" x \
    "</a:graphicData></a:graphic></xdr:graphicFrame>"
#define PLACE(x, y, cx, cy) "<a:off x='" x "' y='" y "'/><a:ext cx='" cx "' cy='" cy "'/>"
#define NOWHERE PLACE("0", "0", "0", "0")
#define SHAPE(place)                                                                               \
    "<dsp:sp modelId='{1}'><dsp:nvSpPr><dsp:cNvPr id='0' name='n'><a:hlinkClick r:id='evil'/></dsp:cNvPr><dsp:cNvSpPr/></dsp:nvSpPr>" \
    "<dsp:spPr><a:xfrm rot='60'>" place "</a:xfrm></dsp:spPr><dsp:style><a:fontRef idx='minor'/></dsp:style><dsp:txBody><a:bodyPr/><a:p>" \
    "<a:r><a:t>foo</a:t></a:r></a:p></dsp:txBody><dsp:txXfrm><a:off x='7777' y='7777'/></dsp:txXfrm></dsp:sp>"
#define OUT_SHAPE(id, place)                                                                       \
    "<xdr:sp><xdr:nvSpPr><xdr:cNvPr id=\"" id "\" name=\"n\"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm rot=\"60\">" place \
    "</a:xfrm></xdr:spPr><xdr:style><a:fontRef idx=\"minor\"/></xdr:style><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>foo</a:t></a:r></a:p>" \
    "</xdr:txBody></xdr:sp>"
#define GROUP(place)                                                                               \
    "<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr descr=\"e\" id=\"4\" name=\"f\"/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr><a:xfrm>" \
    place "</a:xfrm></xdr:grpSpPr>"
#define POINT(name, x, a, y, b) "<a:" name " " x "=\"" a "\" " y "=\"" b "\"/>"
#define OUT_PLACE(x, y, cx, cy) POINT("off", "x", x, "y", y) POINT("ext", "cx", cx, "cy", cy)
#define OUT_CHILD(x, y, cx, cy) POINT("chOff", "x", x, "y", y) POINT("chExt", "cx", cx, "cy", cy)

typedef struct {
    const char *name;
    const char *frame, *shapes; /* in the sheet's drawing, in that of the diagram */
    const char *want, *not;
} Diagram;

static const Diagram diagrams[] = {
    { "sized", FRAME(PLACE("1", "2", "300", "400"), "<dgm:relIds r:dm='d'/>"), SHAPE(PLACE("10", "20", "30", "40")),
      "</xdr:to>" GROUP(OUT_PLACE("1", "2", "300", "400") OUT_CHILD("0", "0", "300", "400"))
      OUT_SHAPE("1000001", OUT_PLACE("10", "20", "30", "40")) "</xdr:grpSp><xdr:clientData/>", "graphic" },
    { "of-its-shapes", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"),
      SHAPE(PLACE("10", "-20", "30", "40")) "<dsp:grpSp><dsp:nvGrpSpPr><dsp:cNvPr id='0' name=''/><dsp:cNvGrpSpPr/></dsp:nvGrpSpPr><dsp:grpSpPr>"
      "<a:xfrm>" PLACE("50", "60", "70", "80") "</a:xfrm></dsp:grpSpPr>" SHAPE(PLACE("9999", "9999", "9999", "9999")) "</dsp:grpSp>",
      GROUP(OUT_PLACE("0", "0", "130", "160") OUT_CHILD("0", "-20", "130", "160")), "graphic" },
    { "twice", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/><dgm:relIds r:dm='d'/>evil"), SHAPE(PLACE("0", "0", "1", "1")),
      OUT_SHAPE("1000001", OUT_PLACE("0", "0", "1", "1")) "</xdr:grpSp><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>", "graphic" },
    { "in-two-frames", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>") FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"), SHAPE(PLACE("0", "0", "1", "1")),
      "</xdr:sp></xdr:grpSp><xdr:pic>", "1000002" },
    { "in-a-group", "<xdr:grpSp><xdr:nvGrpSpPr/><xdr:grpSpPr/>" FRAME(PLACE("1", "2", "3", "4"), "<dgm:relIds r:dm='d'/>") "</xdr:grpSp>",
      SHAPE(PLACE("0", "0", "1", "1")), "</xdr:sp></xdr:grpSp></xdr:grpSp><xdr:clientData/>", "graphic" },
    { "without-room", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"), SHAPE(PLACE("5", "0", "5", "0")) SHAPE(""), "<xdr:pic>", "xdr:sp>" },
    { "huge", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"), SHAPE(PLACE("0", "0", "999999999999999999", "1")), "<xdr:pic>", "xdr:sp>" },
    { "no-shapes", FRAME(PLACE("1", "2", "3", "4"), "<dgm:relIds r:dm='d'/>"), "", "<xdr:pic>", "xdr:grpSp" },
    { "no-data", FRAME(NOWHERE, "<dgm:relIds r:dm='x'/>"), SHAPE(PLACE("0", "0", "1", "1")), "<xdr:pic>", "xdr:grpSp" },
    { "in-itself", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"), SHAPE(PLACE("0", "0", "1", "1")) FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"),
      "</xdr:sp><xdr:pic>", "graphic" },
    { "alternatives", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>"), SHAPE(PLACE("0", "0", "1", "1")) "</dsp:spTree><mc:AlternateContent>"
      "<mc:Choice Requires='a'/><mc:Fallback/></mc:AlternateContent><dsp:spTree>", "</xdr:sp></xdr:grpSp>", "Alternate" },
    { "astray", FRAME(NOWHERE, "<dgm:relIds r:dm='d'/>") SHAPE(PLACE("0", "0", "1", "1")), SHAPE(PLACE("0", "0", "1", "1")),
      "</xdr:sp></xdr:grpSp><xdr:clientData/>", "graphic" },
};

static GBytes *
build(const Diagram *diagram)
{
    g_autofree char *sheet = g_strdup_printf("<xdr:wsDr" NS ">" ANCHOR("%s") "</xdr:wsDr>", diagram->frame);
    g_autofree char *shapes = g_strdup_printf(
        "<dsp:drawing" NS "><dsp:spTree><dsp:nvGrpSpPr><dsp:cNvPr id='0' name=''/></dsp:nvGrpSpPr><dsp:grpSpPr/>%s</dsp:spTree></dsp:drawing>",
        diagram->shapes);
    const ZipItem items[] = {
        { .name = "[Content_Types].xml", .content =
          "<Types xmlns='" ML "package/2006/content-types'><Default Extension='xml' ContentType='application/xml'/>"
          "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
          TYPE("b.xml", "spreadsheetml.sheet.main") TYPE("s.xml", "spreadsheetml.worksheet") TYPE("r.xml", "drawing") "</Types>" },
        { .name = "_rels/.rels", .content = RELS(REL("a", "officeDocument", "b.xml")) },
        { .name = "b.xml", .content = "<workbook" NS "><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>" },
        { .name = "_rels/b.xml.rels", .content = RELS(REL("s", "worksheet", "s.xml")) },
        { .name = "s.xml", .content = "<worksheet" NS "><sheetData/><drawing r:id='r'/></worksheet>" },
        { .name = "_rels/s.xml.rels", .content = RELS(REL("r", "drawing", "r.xml")) },
        { .name = "r.xml", .content = sheet },
        { .name = "_rels/r.xml.rels", .content = RELS(REL("d", "diagramData", "d.xml")
          "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>") },
        { .name = "d.xml", .content = "<dgm:dataModel" NS "><dgm:extLst><dsp:dataModelExt relId='w'/></dgm:extLst></dgm:dataModel>" },
        { .name = "w.xml", .content = shapes },
        { .name = "_rels/w.xml.rels", .content = RELS(REL("d", "diagramData", "d.xml")
          "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>") },
    };

    return zip_build(items, G_N_ELEMENTS(items), (ZipFrame){ .disk = 0 });
}

static void
test_diagram(const void *data)
{
    const Diagram *diagram = data;
    g_autoptr(GBytes) input = build(diagram);
    autodisarmed d = disarm(sk_span_bytes(input), SK_TYPE_XLSX, SK_LEVEL_REBUILT);
    g_autofree char *out = zip_text(&d, "xl/drawing1.xml");

    g_test_message("%s", out);
    g_assert_nonnull(strstr(out, diagram->want));
    g_assert_null(strstr(out, diagram->not));
    g_assert_null(strstr(out, "evil"));
    g_assert_null(strstr(out, "dsp"));
    g_assert_null(strstr(out, "dgm"));
    g_assert_cmpuint(found(&d, SK_ELEMENT_SMARTART_FLATTENED), >, 0);
    assert_idempotent(&d, SK_TYPE_XLSX, SK_LEVEL_REBUILT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xlsx/cells", test_cells);
    g_test_add_func("/xlsx/areas", test_areas);
    g_test_add_func("/xlsx/numbers", test_numbers);
    g_test_add_func("/xlsx/sheet-names", test_sheet_names);
    for (size_t i = 0; i < G_N_ELEMENTS(diagrams); i++) {
        g_autofree char *path = g_strconcat("/xlsx/diagram/", diagrams[i].name, NULL);
        g_test_add_data_func(path, &diagrams[i], test_diagram);
    }
    return g_test_run();
}
