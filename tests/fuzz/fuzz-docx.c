/* SPDX-License-Identifier: Apache-2.0
 * fuzz-docx.c - one part of a document, its root says which, wrapped into a package with the others, through the Word
 * disarmer and the verifier: what disarm writes, verify accepts, and a second pass leaves as it is. */
#include "fuzz.h"
#include "office.h"

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define A "http://schemas.openxmlformats.org/drawingml/2006/main"
#define C "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define DGM "http://schemas.openxmlformats.org/drawingml/2006/diagram"
#define WP "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define PIC "http://schemas.openxmlformats.org/drawingml/2006/picture"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS                                                                                         \
    " xmlns:w='" W "' xmlns:r='" OFFICE "' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"        \
    " xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' xmlns:v='urn:schemas-microsoft-com:vml'" \
    " xmlns:a='" A "' xmlns:c='" C "' xmlns:dgm='" DGM "' xmlns:wp='" WP "' xmlns:pic='" PIC "'"   \
    " xmlns:dsp='http://schemas.microsoft.com/office/drawing/2008/diagram'"                        \
    " xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
#define WML "openxmlformats-officedocument.wordprocessingml."
#define RELS(x) "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" OFFICE "/" type "' Target='" target "'/>"
#define LINK "<Relationship Id='h' Type='" OFFICE "/hyperlink' Target='http://h/?a&amp;b' TargetMode='External'/>"
#define P(x) "<w:p><w:r><w:t>" x "</w:t></w:r></w:p>"

/* The parts, the first of them for whatever names no other root; the fuzzed one is replaced. */
static const OfficePart parts[] = {
    { "d.xml", WML "document.main+xml", ":document ",
      RELS(REL("s", "styles", "s.xml") REL("n", "numbering", "n.xml") REL("e", "settings", "e.xml") REL("o", "fontTable", "o.xml")
           REL("t", "theme", "t.xml") REL("f", "footnotes", "f.xml") REL("g", "endnotes", "g.xml") REL("k", "comments", "k.xml")
           REL("u", "header", "u.xml") REL("l", "footer", "l.xml") REL("c", "chart", "c.xml") REL("q", "diagramData", "q.xml")
           REL("i", "image", "i.png") LINK
           "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>"),
      "<w:document" NS "><w:body><w:p><w:pPr><w:pStyle w:val='a'/><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
      "<w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:endnoteReference w:id='2'/></w:r><w:r><w:commentReference w:id='0'/></w:r>"
      "<w:r><w:drawing><wp:inline><wp:extent cx='1' cy='1'/><wp:docPr id='1' name='c'/><a:graphic><a:graphicData uri='" C "'><c:chart r:id='c'/>"
      "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r><w:r><w:drawing><wp:inline><wp:extent cx='1' cy='1'/><wp:docPr id='2' name='d'/>"
      "<a:graphic><a:graphicData uri='" DGM "'><dgm:relIds r:dm='q'/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
      "<w:sectPr><w:headerReference w:type='default' r:id='u'/><w:footerReference w:type='default' r:id='l'/></w:sectPr></w:body></w:document>" },
    { "s.xml", WML "styles+xml", ":styles ", NULL,
      "<w:styles" NS "><w:docDefaults/><w:style w:type='paragraph' w:styleId='a'><w:name w:val='a'/></w:style></w:styles>" },
    { "n.xml", WML "numbering+xml", ":numbering ", NULL,
      "<w:numbering" NS "><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:lvlText w:val='%1'/></w:lvl></w:abstractNum>"
      "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>" },
    { "e.xml", WML "settings+xml", ":settings ", NULL, "<w:settings" NS "><w:zoom w:percent='100'/><w:attachedTemplate r:id='x'/></w:settings>" },
    { "o.xml", WML "fontTable+xml", ":fonts ", NULL, "<w:fonts" NS "><w:font w:name='f'><w:charset w:val='80'/><w:embedRegular r:id='x'/></w:font></w:fonts>" },
    { "t.xml", "openxmlformats-officedocument.theme+xml", ":theme ", NULL, "<a:theme" NS " name='t'/>" },
    { "f.xml", WML "footnotes+xml", ":footnotes ", RELS(LINK),
      "<w:footnotes" NS "><w:footnote w:type='separator' w:id='0'>" P("") "</w:footnote><w:footnote w:id='2'>" P("f") "</w:footnote></w:footnotes>" },
    { "g.xml", WML "endnotes+xml", ":endnotes ", NULL, "<w:endnotes" NS "><w:endnote w:id='2'>" P("g") "</w:endnote></w:endnotes>" },
    { "k.xml", WML "comments+xml", ":comments ", NULL,
      "<w:comments" NS "><w:comment w:id='0' w:author='a' w:date='2020-01-01T00:00:00Z'>" P("k") "</w:comment></w:comments>" },
    { "u.xml", WML "header+xml", ":hdr ", RELS(REL("i", "image", "i.png")), "<w:hdr" NS ">" P("u") "</w:hdr>" },
    { "l.xml", WML "footer+xml", ":ftr ", NULL, "<w:ftr" NS ">" P("l") "</w:ftr>" },
    { "c.xml", "openxmlformats-officedocument.drawingml.chart+xml", ":chartSpace ", NULL,
      "<c:chartSpace" NS "><c:chart><c:plotArea><c:barChart><c:ser><c:idx val='0'/><c:order val='0'/><c:val><c:numRef><c:f>S!$A$1</c:f><c:numCache>"
      "<c:pt idx='0'><c:v>1</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart><c:externalData r:id='x'/></c:chartSpace>" },
    { "q.xml", "openxmlformats-officedocument.drawingml.diagramData+xml", ":dataModel ", NULL,
      "<dgm:dataModel" NS "><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>x</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst><dgm:extLst><dsp:dataModelExt "
      "relId='w'/></dgm:extLst></dgm:dataModel>" },
    { "w.xml", "ms-office.drawingml.diagramDrawing+xml", ":drawing ", RELS(REL("i", "image", "i.png")),
      "<dsp:drawing" NS "><dsp:spTree><dsp:sp><dsp:nvSpPr><dsp:cNvPr id='0' name=''/></dsp:nvSpPr></dsp:sp></dsp:spTree></dsp:drawing>" },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) input =
        office_wrap(parts, G_N_ELEMENTS(parts), RELS(REL("a", "officeDocument", "d.xml")), sk_span(data, size));

    office_round(sk_span_bytes(input));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
#define BODY(x) "<w:document" NS "><w:body>" x "</w:body></w:document>"
    static const char *const seeds[] = {
        BODY("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar "
             "w:fldCharType='separate'/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"),
        BODY("<w:p><w:hyperlink r:id='h'><w:r><w:t xml:space='preserve'> a</w:t></w:r></w:hyperlink><w:fldSimple w:instr='DATE'/>"
             "<w:sdt><w:sdtContent><w:r><w:pict><v:shape style='width:1pt'><v:imagedata r:id='i'/></v:shape></w:pict></w:r></w:sdtContent></w:sdt></w:p>"),
        BODY("<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><a:blip r:embed='i'/></w:drawing></mc:Choice><mc:Fallback>"
             "<w:t>x</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p><w:sectPr><w:pgSz w:w='1'/></w:sectPr>"),
        BODY("<w:p><w:ins w:id='1' w:author='a'><w:r><w:t>i</w:t></w:r></w:ins><w:del w:id='2' w:author='a'><w:r><w:delText>d</w:delText></w:r></w:del>"
             "<w:r><w:ruby><w:rt><w:r><w:t>r</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>b</w:t></w:r></w:rubyBase></w:ruby></w:r><w:bookmarkStart w:id='3' "
             "w:name='b'/><w:bookmarkEnd w:id='3'/><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"),
        BODY("<w:p><w:r><w:object><v:shape id='s' style='width:1pt'><v:imagedata r:id='i'/></v:shape></w:object></w:r><w:r><w:drawing><wp:anchor><wp:docPr "
             "id='1' name='p'><a:hlinkClick r:id='h'/></wp:docPr><a:graphic><a:graphicData uri='" PIC "'><pic:pic><pic:blipFill><a:blip r:embed='i' r:link='h'/>"
             "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"),
    };

    return office_seed(parts, G_N_ELEMENTS(parts), seeds, G_N_ELEMENTS(seeds), index);
}
