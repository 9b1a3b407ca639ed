/* SPDX-License-Identifier: Apache-2.0
 * fuzz-xlsx.c - one part of a workbook, the first byte says which, through the disarmer and the verifier: what disarm
 * writes, verify accepts, and a second pass leaves as it is. */
#include "fuzz.h"
#include "office.h"

#include <string.h>

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MAIN "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "
#define R "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' "
#define RELS "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
#define SML "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define REL(id, kind, target) "<Relationship Id='" id "' Type='" OFFICE kind "' Target='" target "'/>"
#define XDR                                                                                        \
    "<xdr:wsDr xmlns:xdr='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing' xmlns:a='http://schemas." \
    "openxmlformats.org/drawingml/2006/main' " R                                                   \
    "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:a14='http://schemas.microsoft.com/office/drawing/2010/main'>"
#define SPOT "<xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
#define SHAPE                                                                                      \
    "<xdr:twoCellAnchor><xdr:from>" SPOT "</xdr:from><xdr:to>" SPOT                                \
    "</xdr:to><xdr:sp macro='' textlink='S!A1'><xdr:nvSpPr><xdr:cNvPr id='2' name='n' hidden='1'><a:extLst><a:ext uri='u'><a14:compatExt " \
    "spid='_x0000_s1025'/></a:ext></a:extLst></xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>t</a:t>" \
    "</a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>"

/* The parts; the fuzzed one is replaced. */
static const struct {
    const char *name;
    const char *type;
    const char *rels; /* NULL: none */
    const char *content;
} parts[] = {
    { "xl/s1.xml", SML "worksheet+xml",
      REL("c", "comments", "c.xml") REL("d", "drawing", "d.xml") REL("v", "vmlDrawing", "v.vml") REL("h", "vmlDrawing", "h.vml") REL("t", "table", "t.xml")
          REL("p", "pivotTable", "p.xml") REL("k", "ctrlProp", "k.xml")
      "<Relationship Id='l' Type='" OFFICE "hyperlink' Target='http://h/' TargetMode='External'/>",
      "<worksheet " MAIN R "xmlns:x14='http://schemas.microsoft.com/office/spreadsheetml/2009/9/main' xmlns:xm='http://schemas.microsoft.com/office/excel/2006/main'>"
      "<cols><col min='1' max='2' hidden='1'/></cols><sheetData><row r='1'><c r='A1' s='0' t='s'><v>0</v></c><c><f t='shared' ref='B1:B2' si='0'>A1+n</f><v>1</v></c>"
      "<c t='str'><f>HYPERLINK(\"http://h/\")</f><v>x</v></c><c t='inlineStr'><is><t>a</t></is></c></row><row><c><f t='shared' si='0'/></c></row></sheetData>"
      "<conditionalFormatting sqref='A1'><cfRule type='cellIs' dxfId='0' priority='1'><formula>1</formula></cfRule></conditionalFormatting>"
      "<dataValidations><dataValidation sqref='A1  B2'><formula1>S!A1</formula1></dataValidation></dataValidations>"
      "<hyperlinks><hyperlink ref='A1' r:id='l'/><hyperlink ref='A2' location='S!A1'/></hyperlinks><drawing r:id='d'/><legacyDrawing r:id='v'/><legacyDrawingHF r:id='h'/>"
      "<controls><control shapeId='1025' r:id='k'/></controls><tableParts><tablePart r:id='t'/></tableParts><extLst><ext uri='{05C60535-1F16-4fd2-B633-F4F36F0B64E0}'>"
      "<x14:sparklineGroups><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>S!A1</xm:f><xm:sqref>A1</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
      "</x14:sparklineGroups></ext></extLst></worksheet>" },
    { "xl/w.xml", SML "sheet.main+xml",
      REL("s", "worksheet", "s1.xml") REL("y", "styles", "y.xml") REL("g", "sharedStrings", "g.xml") REL("q", "pivotCacheDefinition", "q.xml"),
      "<workbook " MAIN R "><bookViews><workbookView activeTab='0'/></bookViews><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets><definedNames>"
      "<definedName name='n' localSheetId='0'>S!$A$1</definedName><definedName name='m'>[1]x</definedName></definedNames>"
      "<pivotCaches><pivotCache cacheId='3' r:id='q'/></pivotCaches></workbook>" },
    { "xl/y.xml", SML "styles+xml", NULL,
      "<styleSheet " MAIN "><numFmts><numFmt numFmtId='164' formatCode='0'/></numFmts><fonts><font><b/><sz val='1'/></font></fonts><fills><fill><patternFill patternType='none'/></fill>"
      "</fills><borders><border><left style='thin'/></border></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf fontId='0' xfId='0'/></cellXfs><dxfs><dxf/></dxfs></styleSheet>" },
    { "xl/g.xml", SML "sharedStrings+xml", NULL, "<sst " MAIN "><si><t>a</t><rPh sb='0' eb='1'><t>b</t></rPh><phoneticPr fontId='0'/></si></sst>" },
    { "xl/c.xml", SML "comments+xml", NULL,
      "<comments " MAIN "><authors><author>a</author></authors><commentList><comment ref='A1' authorId='0'><text><t>t</t></text></comment></commentList></comments>" },
    { "xl/d.xml", "application/vnd.openxmlformats-officedocument.drawing+xml", NULL,
      XDR "<mc:AlternateContent><mc:Choice Requires='a14'>" SHAPE "</mc:Choice><mc:Fallback/></mc:AlternateContent>" SHAPE "</xdr:wsDr>" },
    { "xl/v.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", NULL,
      "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:x='urn:schemas-microsoft-com:office:excel'><v:shape><x:ClientData ObjectType='Note'><x:Anchor>1, 2, 3, 4, 5, 6, 7, 8</x:Anchor>"
      "<x:Row>0</x:Row><x:Column>0</x:Column><x:Visible/></x:ClientData></v:shape></xml>" },
    { "xl/h.vml", "application/vnd.openxmlformats-officedocument.vmlDrawing", REL("i", "image", "i.png"),
      "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'><v:shape id='LH' style='width:12.5pt;height:3pt'><v:imagedata o:relid='i'/>"
      "</v:shape></xml>" },
    { "xl/t.xml", SML "table+xml", NULL,
      "<table " MAIN "id='1' name='T' displayName='T' ref='A1:A2'><tableColumns><tableColumn id='1' name='a'><calculatedColumnFormula>T[a]</calculatedColumnFormula></tableColumn>"
      "</tableColumns></table>" },
    { "xl/q.xml", SML "pivotCacheDefinition+xml", NULL,
      "<pivotCacheDefinition " MAIN "><cacheSource type='worksheet'><worksheetSource ref='A1:B2' sheet='S'/></cacheSource><cacheFields><cacheField name='a'/></cacheFields></pivotCacheDefinition>" },
    { "xl/p.xml", SML "pivotTable+xml", REL("q", "pivotCacheDefinition", "q.xml"),
      "<pivotTableDefinition " MAIN "name='p' cacheId='3' dataCaption='d'><location ref='A1' firstHeaderRow='1' firstDataRow='1' firstDataCol='1'/></pivotTableDefinition>" },
    { "xl/k.xml", "application/vnd.ms-excel.controlproperties+xml", NULL,
      "<formControlPr xmlns='http://schemas.microsoft.com/office/spreadsheetml/2009/9/main' objectType='CheckBox' checked='Checked'/>" },
};

static void
put_types(SkZipWriter *writer)
{
    g_autoptr(GString) types = g_string_new("<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
                                            "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>");

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        g_string_append_printf(types, "<Override PartName='/%s' ContentType='%s'/>", parts[i].name, parts[i].type);
    g_string_append(types, "</Types>");
    office_put(writer, "[Content_Types].xml", sk_span(types->str, types->len));
}

static GBytes *
wrap(size_t which, SkSpan content)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    put_types(writer);
    office_put(writer, "_rels/.rels", sk_span_str(RELS REL("m", "officeDocument", "xl/w.xml") "</Relationships>"));
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        office_put(writer, parts[i].name, i == which ? content : sk_span_str(parts[i].content));
        if (parts[i].rels == NULL)
            continue;
        g_autofree char *name = g_strdup_printf("xl/_rels/%s.rels", parts[i].name + strlen("xl/"));
        g_autofree char *rels = g_strdup_printf(RELS "%s</Relationships>", parts[i].rels);
        office_put(writer, name, sk_span_str(rels));
    }
    office_put(writer, "xl/i.png", sk_span_str("no picture"));
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    g_autoptr(GBytes) input = wrap(data[0] % G_N_ELEMENTS(parts), sk_span(data + 1, size - 1));
    office_round(sk_span_bytes(input));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    if (index >= G_N_ELEMENTS(parts))
        return NULL;
    g_autoptr(GByteArray) seed = g_byte_array_new();
    const uint8_t which = (uint8_t)index;

    g_byte_array_append(seed, &which, 1);
    g_byte_array_append(seed, (const uint8_t *)parts[index].content, (guint)strlen(parts[index].content));
    return g_byte_array_free_to_bytes(g_steal_pointer(&seed));
}
