/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pptx.c - one part of a presentation, its root says which, wrapped into a package with the others, through the
 * PowerPoint disarmer and the verifier: what disarm writes, verify accepts, and a second pass leaves as it is. */
#include "fuzz.h"
#include "office.h"

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
#define PML "openxmlformats-officedocument.presentationml."
#define RELS(x) "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x "</Relationships>"
#define LINK "<Relationship Id='h' Type='" OFFICE "/hyperlink' Target='http://h/?a&amp;b' TargetMode='External'/>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" OFFICE "/" type "' Target='" target "'/>"

#define TREE "<p:cSld><p:spTree/></p:cSld>"

/* The parts, the first of them for whatever names no other root; the fuzzed one is replaced. */
static const OfficePart parts[] = {
    { "s.xml", PML "slide+xml", ":sld ",
      RELS(REL("l", "slideLayout", "l.xml") REL("c", "chart", "c.xml") REL("i", "image", "i.png") REL("s", "slide", "s.xml")
           REL("d", "diagramData", "d.xml") REL("v", "vmlDrawing", "v.xml") REL("n", "notesSlide", "n.xml") REL("k", "comments", "k.xml")
           "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>" LINK),
      "<p:sld" NS ">" TREE "</p:sld>" },
    { "p.xml", PML "presentation.main+xml", ":presentation ",
      RELS(REL("m", "slideMaster", "m.xml") REL("s", "slide", "s.xml") REL("o", "notesMaster", "o.xml") REL("h", "handoutMaster", "h.xml")
           REL("r", "presProps", "r.xml") REL("b", "tableStyles", "b.xml") REL("u", "commentAuthors", "u.xml")),
      "<p:presentation" NS "><p:sldMasterIdLst><p:sldMasterId r:id='m'/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id='o'/>"
      "</p:notesMasterIdLst><p:handoutMasterIdLst><p:handoutMasterId r:id='h'/></p:handoutMasterIdLst><p:sldIdLst><p:sldId id='256' r:id='s'/></p:sldIdLst>"
      "<p:custShowLst><p:custShow name='c' id='1'><p:sldLst><p:sld r:id='s'/></p:sldLst></p:custShow></p:custShowLst></p:presentation>" },
    { "m.xml", PML "slideMaster+xml", ":sldMaster ", RELS(REL("t", "theme", "t.xml") REL("l", "slideLayout", "l.xml")),
      "<p:sldMaster" NS ">" TREE "<p:sldLayoutIdLst><p:sldLayoutId r:id='l'/></p:sldLayoutIdLst></p:sldMaster>" },
    { "l.xml", PML "slideLayout+xml", ":sldLayout ", RELS(REL("m", "slideMaster", "m.xml")), "<p:sldLayout" NS ">" TREE "</p:sldLayout>" },
    { "t.xml", "openxmlformats-officedocument.theme+xml", ":theme ", NULL, "<a:theme" NS " name='t'/>" },
    { "n.xml", PML "notesSlide+xml", ":notes ", RELS(REL("o", "notesMaster", "o.xml") REL("s", "slide", "s.xml")), "<p:notes" NS ">" TREE "</p:notes>" },
    { "o.xml", PML "notesMaster+xml", ":notesMaster ", RELS(REL("t", "theme", "t.xml")), "<p:notesMaster" NS ">" TREE "</p:notesMaster>" },
    { "h.xml", PML "handoutMaster+xml", ":handoutMaster ", RELS(REL("t", "theme", "t.xml")), "<p:handoutMaster" NS ">" TREE "</p:handoutMaster>" },
    { "r.xml", PML "presProps+xml", ":presentationPr ", NULL, "<p:presentationPr" NS "><p:showPr loop='1'><p:present/></p:showPr></p:presentationPr>" },
    { "b.xml", PML "tableStyles+xml", ":tblStyleLst ", NULL, "<a:tblStyleLst" NS " def='{1}'><a:tblStyle styleId='{1}' styleName='b'/></a:tblStyleLst>" },
    { "u.xml", PML "commentAuthors+xml", ":cmAuthorLst ", NULL, "<p:cmAuthorLst" NS "><p:cmAuthor id='0' name='a' initials='a' lastIdx='1' clrIdx='0'/></p:cmAuthorLst>" },
    { "k.xml", PML "comments+xml", ":cmLst ", NULL,
      "<p:cmLst" NS "><p:cm authorId='0' dt='2020-01-01T00:00:00' idx='1'><p:pos x='1' y='1'/><p:text>k</p:text></p:cm></p:cmLst>" },
    { "c.xml", "openxmlformats-officedocument.drawingml.chart+xml", ":chartSpace ", NULL, "<c:chartSpace" NS "><c:chart/></c:chartSpace>" },
    { "d.xml", "openxmlformats-officedocument.drawingml.diagramData+xml", ":dataModel ", NULL,
      "<dgm:dataModel" NS "><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>x</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>"
      "<dgm:extLst><dsp:dataModelExt relId='w'/></dgm:extLst></dgm:dataModel>" },
    { "w.xml", "ms-office.drawingml.diagramDrawing+xml", ":drawing ", NULL,
      "<dsp:drawing" NS "><dsp:spTree><dsp:sp><dsp:nvSpPr><dsp:cNvPr id='0' name=''/></dsp:nvSpPr></dsp:sp></dsp:spTree></dsp:drawing>" },
    { "v.xml", "openxmlformats-officedocument.vmlDrawing", "<xml ", RELS(REL("i", "image", "i.png")),
      "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'>"
      "<v:shape id='v1'><v:imagedata o:relid='i'/></v:shape></xml>" },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) input =
        office_wrap(parts, G_N_ELEMENTS(parts), RELS(REL("a", "officeDocument", "p.xml")), sk_span(data, size));

    office_round(sk_span_bytes(input));
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

    return office_seed(parts, G_N_ELEMENTS(parts), seeds, G_N_ELEMENTS(seeds), index);
}
