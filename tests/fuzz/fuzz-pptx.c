/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pptx.c - a slide, wrapped into a presentation with everything that it may refer to, through the PowerPoint
 * disarmer and the verifier: what disarm writes, verify accepts, and a second pass leaves as it is. */
#include "fuzz.h"
#include "office.h"

#include <string.h>

#define P "http://schemas.openxmlformats.org/presentationml/2006/main"
#define A "http://schemas.openxmlformats.org/drawingml/2006/main"
#define C "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define DGM "http://schemas.openxmlformats.org/drawingml/2006/diagram"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS                                                                                         \
    " xmlns:p='" P "' xmlns:a='" A "' xmlns:r='" OFFICE "' xmlns:c='" C "' xmlns:dgm='" DGM "'"     \
    " xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"                      \
    " xmlns:p14='http://schemas.microsoft.com/office/powerpoint/2010/main'"                        \
    " xmlns:a14='http://schemas.microsoft.com/office/drawing/2010/main'"                           \
    " xmlns:dsp='http://schemas.microsoft.com/office/drawing/2008/diagram'"
#define TYPE(name, type) "<Override PartName='/" name "' ContentType='application/vnd." type "+xml'/>"
#define PML "openxmlformats-officedocument.presentationml."
#define RELS(x) "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" OFFICE "/" type "' Target='" target "'/>"

static const struct {
    const char *name, *content;
} parts[] = {
    { "[Content_Types].xml",
      "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
      "<Default Extension='xml' ContentType='application/xml'/>"
      TYPE("p.xml", PML "presentation.main") TYPE("s.xml", PML "slide") TYPE("l.xml", PML "slideLayout")
      TYPE("m.xml", PML "slideMaster") TYPE("t.xml", "openxmlformats-officedocument.theme")
      TYPE("c.xml", "openxmlformats-officedocument.drawingml.chart") "</Types>" },
    { "_rels/.rels", RELS(REL("a", "officeDocument", "p.xml")) },
    { "p.xml", "<p:presentation" NS "><p:sldMasterIdLst><p:sldMasterId r:id='m'/></p:sldMasterIdLst><p:sldIdLst>"
               "<p:sldId id='256' r:id='s'/></p:sldIdLst></p:presentation>" },
    { "_rels/p.xml.rels", RELS(REL("m", "slideMaster", "m.xml") REL("s", "slide", "s.xml")) },
    { "m.xml", "<p:sldMaster" NS "><p:cSld><p:spTree/></p:cSld></p:sldMaster>" },
    { "_rels/m.xml.rels", RELS(REL("t", "theme", "t.xml")) },
    { "l.xml", "<p:sldLayout" NS "><p:cSld><p:spTree/></p:cSld></p:sldLayout>" },
    { "_rels/l.xml.rels", RELS(REL("m", "slideMaster", "m.xml")) },
    { "t.xml", "<a:theme" NS " name='t'/>" },
    { "c.xml", "<c:chartSpace" NS "><c:chart/></c:chartSpace>" },
    { "d.xml", "<dgm:dataModel" NS "><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>x</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>"
               "<dgm:extLst><dsp:dataModelExt relId='w'/></dgm:extLst></dgm:dataModel>" },
    { "w.xml", "<dsp:drawing" NS "><dsp:spTree><dsp:sp><dsp:nvSpPr><dsp:cNvPr id='0' name=''/></dsp:nvSpPr></dsp:sp></dsp:spTree></dsp:drawing>" },
    { "v.xml", "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'>"
               "<v:shape id='v1'><v:imagedata o:relid='i'/></v:shape></xml>" },
    { "_rels/v.xml.rels", RELS(REL("i", "image", "i.png")) },
    { "i.png", "no picture" },
    { "_rels/s.xml.rels",
      RELS(REL("l", "slideLayout", "l.xml") REL("c", "chart", "c.xml") REL("i", "image", "i.png") REL("s", "slide", "s.xml")
           REL("d", "diagramData", "d.xml") REL("v", "vmlDrawing", "v.xml")
           "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>"
           "<Relationship Id='h' Type='" OFFICE "/hyperlink' Target='http://h/?a&amp;b' TargetMode='External'/>") },
};

static GBytes *
wrap(SkSpan slide)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        office_put(writer, parts[i].name, sk_span_str(parts[i].content));
    office_put(writer, "s.xml", slide);
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) input = wrap(sk_span(data, size));

    office_round(sk_span_bytes(input), SK_TYPE_PPTX);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
#define SLIDE(body, after) "<p:sld" NS "><p:cSld><p:spTree>" body "</p:spTree></p:cSld>" after "</p:sld>"
#define SHAPE(link) "<p:sp><p:nvSpPr><p:cNvPr id='2' name='n'>" link "</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>x</a:t></a:r></a:p></p:txBody></p:sp>"
#define FRAME(uri, x)                                                                              \
    "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='4' name='f'/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm>" \
    "<a:off x='1' y='2'/><a:ext cx='3' cy='4'/></p:xfrm><a:graphic><a:graphicData uri='" uri "'>" x "</a:graphicData></a:graphic></p:graphicFrame>"
#define EFFECT(x)                                                                                  \
    "<p:timing><p:tnLst><p:par><p:cTn id='1' nodeType='tmRoot'><p:childTnLst>" x "</p:childTnLst></p:cTn></p:par></p:tnLst>"  \
    "<p:bldLst><p:bldP spid='2' grpId='0'/></p:bldLst></p:timing>"
#define SET "<p:set><p:cBhvr><p:cTn id='2'/><p:tgtEl><p:spTgt spid='2'/></p:tgtEl><p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr></p:set>"
    static const char *const seeds[] = {
        SLIDE(SHAPE("<a:hlinkClick r:id='h'/><a:hlinkHover r:id='s' action='ppaction://hlinksldjump'/>"), EFFECT(SET "<p:cmd cmd='x'/>")),
        SLIDE(FRAME(C, "<c:chart r:id='c'/>") FRAME("http://schemas.openxmlformats.org/drawingml/2006/table", "<a:tbl><a:tr h='1'><a:tc/></a:tr></a:tbl>"), ""),
        SLIDE(FRAME("http://schemas.openxmlformats.org/presentationml/2006/ole", "<mc:AlternateContent><mc:Choice Requires='v'><p:oleObj spid='v1'/></mc:Choice><mc:Fallback>"
              "<p:oleObj><p:embed/><p:pic><p:blipFill><a:blip r:embed='i'/></p:blipFill><p:spPr/></p:pic></p:oleObj></mc:Fallback></mc:AlternateContent>"), ""),
        SLIDE(FRAME("http://schemas.openxmlformats.org/presentationml/2006/ole", "<p:oleObj spid='v1'/>"), ""),
        SLIDE(FRAME(DGM, "<dgm:relIds r:dm='d'/>"), "<mc:AlternateContent><mc:Choice Requires='p14'><p:transition p14:dur='1'><p14:flash/></p:transition></mc:Choice>"
              "<mc:Fallback><p:transition><p:fade/></p:transition></mc:Fallback></mc:AlternateContent>"),
        "<p:sld" NS " show='0'><p:cSld><p:spTree/><p:controls><p:control><p:pic><p:blipFill><a:blip r:embed='i'/></p:blipFill><p:spPr><a:xfrm><a:off x='1' y='1'/><a:ext cx='1' cy='1'/>"
        "</a:xfrm></p:spPr></p:pic></p:control></p:controls></p:cSld></p:sld>",
    };

    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
