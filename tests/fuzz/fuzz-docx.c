/* SPDX-License-Identifier: Apache-2.0
 * fuzz-docx.c - a document's text, wrapped into a package, through the Word disarmer and the verifier: what
 * disarm writes, verify accepts, and a second pass leaves as it is. */
#include "fuzz.h"
#include "office.h"

#include <string.h>

#define TYPES                                                                                      \
    "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'><Default Extension='xml' ContentType="  \
    "'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PACKAGE                                                                                    \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"         \
    "<Relationship Id='a' Type='" OFFICE "officeDocument' Target='d.xml'/></Relationships>"
#define RELS                                                                                       \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"         \
    "<Relationship Id='h' Type='" OFFICE "hyperlink' Target='http://h/?a&amp;b' TargetMode='External'/>" \
    "<Relationship Id='i' Type='" OFFICE "image' Target='i.png'/></Relationships>"

static GBytes *
wrap(SkSpan document)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);

    office_put(writer, "[Content_Types].xml", sk_span_str(TYPES));
    office_put(writer, "_rels/.rels", sk_span_str(PACKAGE));
    office_put(writer, "_rels/d.xml.rels", sk_span_str(RELS));
    office_put(writer, "d.xml", document);
    office_put(writer, "i.png", sk_span_str("no picture"));
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) input = wrap(sk_span(data, size));

    office_round(sk_span_bytes(input), SK_TYPE_DOCX);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
#define W                                                                                          \
    "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='" \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships' xmlns:mc='http://schemas.openxmlformats.org/"  \
    "markup-compatibility/2006' xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape' xmlns:v='" \
    "urn:schemas-microsoft-com:vml' xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><w:body>"
    static const char *const seeds[] = {
        W "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar "
          "w:fldCharType='separate'/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p></w:body></w:document>",
        W "<w:p><w:hyperlink r:id='h'><w:r><w:t xml:space='preserve'> a</w:t></w:r></w:hyperlink><w:fldSimple w:instr='DATE'/>"
          "<w:sdt><w:sdtContent><w:r><w:pict><v:shape style='width:1pt'><v:imagedata r:id='i'/></v:shape></w:pict></w:r></w:sdtContent></w:sdt>"
          "</w:p></w:body></w:document>",
        W "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><a:blip r:embed='i'/></w:drawing></mc:Choice><mc:Fallback>"
          "<w:t>x</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p><w:sectPr><w:pgSz w:w='1'/></w:sectPr></w:body></w:document>",
    };

    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], strlen(seeds[index])) : NULL;
}
