/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pptx.c - slides through sk_disarm_run, one thing at a time: what its place in the new slide looks like. */
#include "disarm/disarm.h"
#include "disarm/pptx-timing.h"

#include "../format/zip-builder.h"
#include "zip-text.h"

#define P "http://schemas.openxmlformats.org/presentationml/2006/main"
#define A "http://schemas.openxmlformats.org/drawingml/2006/main"
#define C "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define DGM "http://schemas.openxmlformats.org/drawingml/2006/diagram"
#define TABLE "http://schemas.openxmlformats.org/drawingml/2006/table"
#define OLE "http://schemas.openxmlformats.org/presentationml/2006/ole"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define NS                                                                                         \
    " xmlns:p='" P "' xmlns:a='" A "' xmlns:r='" OFFICE "' xmlns:c='" C "' xmlns:dgm='" DGM "'"     \
    " xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"                      \
    " xmlns:p14='http://schemas.microsoft.com/office/powerpoint/2010/main'"                        \
    " xmlns:a14='http://schemas.microsoft.com/office/drawing/2010/main'"                           \
    " xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"                        \
    " xmlns:dsp='http://schemas.microsoft.com/office/drawing/2008/diagram'"
#define TYPE(name, type) "<Override PartName='/" name "' ContentType='application/vnd." type "+xml'/>"
#define PML "openxmlformats-officedocument.presentationml."
#define RELS(x)                                                                                    \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x      \
    "</Relationships>"
#define REL(id, type, target)                                                                      \
    "<Relationship Id='" id "' Type='" OFFICE "/" type "' Target='" target "'/>"
#define OUTER(id, type, target)                                                                    \
    "<Relationship Id='" id "' Type='" OFFICE "/" type "' Target='" target                         \
    "' TargetMode='External'/>"
#define SP(number, link)                                                                           \
    "<p:sp><p:nvSpPr><p:cNvPr id='" number "' name='n'>" link                                      \
    "</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp>"
#define FRAME(uri, x)                                                                              \
    "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='4' name='f'/><p:cNvGraphicFramePr>"          \
    "<a:graphicFrameLocks/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm>"           \
    "<a:off x='1' y='2'/><a:ext cx='3' cy='4'/></p:xfrm><a:graphic><a:graphicData uri='" uri "'>" x \
    "</a:graphicData></a:graphic></p:graphicFrame>"
#define PICTURE                                                                                    \
    "<p:pic><p:nvPicPr><p:cNvPr id='0' name=''/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill>"     \
    "<a:blip r:embed='i'/></p:blipFill><p:spPr bwMode='auto'/></p:pic>"

static GBytes *
build(const char *body, const char *after, const char *root)
{
    g_autofree char *slide = g_strdup_printf(
        "<p:sld" NS " %s><p:cSld><p:spTree>%s</p:spTree></p:cSld>%s</p:sld>", root, body, after);
    const ZipItem items[] = {
        { .name = "[Content_Types].xml", .content =
          "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
          "<Default Extension='xml' ContentType='application/xml'/>"
          "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
          TYPE("p.xml", PML "presentation.main") TYPE("s.xml", PML "slide") TYPE("l.xml", PML "slideLayout")
          TYPE("m.xml", PML "slideMaster") TYPE("t.xml", "openxmlformats-officedocument.theme")
          TYPE("c.xml", "openxmlformats-officedocument.drawingml.chart") "</Types>" },
        { .name = "_rels/.rels", .content = RELS(REL("a", "officeDocument", "p.xml")) },
        { .name = "p.xml", .content = "<p:presentation" NS "><p:sldMasterIdLst><p:sldMasterId r:id='m'/></p:sldMasterIdLst>"
          "<p:sldIdLst><p:sldId id='256' r:id='s'/></p:sldIdLst></p:presentation>" },
        { .name = "_rels/p.xml.rels", .content = RELS(REL("m", "slideMaster", "m.xml") REL("s", "slide", "s.xml")) },
        { .name = "m.xml", .content = "<p:sldMaster" NS "><p:cSld><p:spTree/></p:cSld></p:sldMaster>" },
        { .name = "_rels/m.xml.rels", .content = RELS(REL("t", "theme", "t.xml")) },
        { .name = "l.xml", .content = "<p:sldLayout" NS "><p:cSld><p:spTree/></p:cSld></p:sldLayout>" },
        { .name = "_rels/l.xml.rels", .content = RELS(REL("m", "slideMaster", "m.xml")) },
        { .name = "t.xml", .content = "<a:theme" NS " name='t'/>" },
        { .name = "c.xml", .content = "<c:chartSpace" NS "><c:chart/></c:chartSpace>" },
        { .name = "d.xml", .content = "<dgm:dataModel" NS "><dgm:ptLst><dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>node</a:t></a:r></a:p></dgm:t>"
          "</dgm:pt></dgm:ptLst><dgm:extLst><dsp:dataModelExt relId='w'/></dgm:extLst></dgm:dataModel>" },
        { .name = "e.xml", .content = "<dgm:dataModel" NS "><dgm:ptLst><dgm:pt><dgm:t><a:bodyPr/><a:p><a:r><a:t>node</a:t></a:r></a:p></dgm:t>"
          "</dgm:pt></dgm:ptLst></dgm:dataModel>" },
        { .name = "w.xml", .content = "<dsp:drawing" NS "><dsp:spTree><dsp:nvGrpSpPr/><dsp:grpSpPr/><dsp:sp modelId='x'><dsp:nvSpPr><dsp:cNvPr id='0' "
          "name='d'/><dsp:cNvSpPr/></dsp:nvSpPr><dsp:spPr/></dsp:sp></dsp:spTree></dsp:drawing>" },
        { .name = "v.xml", .content = "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'>"
          "<v:shape id='v1'><v:imagedata o:relid='i'/></v:shape></xml>" },
        { .name = "_rels/v.xml.rels", .content = RELS(REL("i", "image", "i.png")) },
        { .name = "i.png", .content = "no picture" },
        { .name = "s.xml", .content = slide },
        { .name = "_rels/s.xml.rels", .content =
          RELS(REL("l", "slideLayout", "l.xml") REL("c", "chart", "c.xml") REL("i", "image", "i.png") REL("s", "slide", "s.xml")
               REL("d", "diagramData", "d.xml") REL("e", "diagramData", "e.xml") REL("v", "vmlDrawing", "v.xml")
               "<Relationship Id='w' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='w.xml'/>"
               OUTER("h", "hyperlink", "http://h.example/") OUTER("f", "hyperlink", "file:///c:/x.exe")) },
    };

    return zip_build(items, G_N_ELEMENTS(items), (ZipFrame){ .disk = 0 });
}

/* From p:spTree on. */
static char *
slide_of(const Disarmed *d)
{
    g_autofree char *all = zip_text(d, "ppt/slides/slide1.xml");
    const char *tree = strstr(all, "<p:spTree");

    g_assert_nonnull(tree);
    return g_strdup(tree);
}

typedef struct {
    const char *name;
    const char *body, *after;
    const char *want; /* stands in the new slide */
    const char *not;  /* does not; or NULL */
    const char *code; /* is reported; or NULL */
} Row;

#define PLACE                                                                                      \
    "<a:xfrm><a:off x=\"1\" y=\"2\"/><a:ext cx=\"3\" cy=\"4\"/></a:xfrm>"                           \
    "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>"
#define NAMES                                                                                      \
    "<p:pic><p:nvPicPr><p:cNvPr id=\"4\" name=\"f\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>"
#define FILL "<p:blipFill><a:blip r:embed=\"rId2\"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>"
#define SET(spid)                                                                                  \
    "<p:set><p:cBhvr><p:cTn id='2'/><p:tgtEl><p:spTgt spid='" spid                                 \
    "'/></p:tgtEl><p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst>"        \
    "</p:cBhvr></p:set>"
#define TIMING(x)                                                                                  \
    "<p:timing><p:tnLst><p:par><p:cTn id='1' nodeType='tmRoot'><p:childTnLst>" x                   \
    "</p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>"

static const Row rows[] = {
    { "link", SP("2", "<a:hlinkClick r:id='h' tooltip='t' history='0' endSnd='1'/>"), "",
      "<a:hlinkClick history=\"0\" r:id=\"rId2\" tooltip=\"t\"/>", NULL, "hyperlink" },
    { "file", SP("2", "<a:hlinkClick r:id='f'/>"), "", "<p:cNvPr id=\"2\" name=\"n\"/>", "hlink",
      "unsafe-hyperlink" },
    { "macro", SP("2", "<a:hlinkHover r:id='' action='ppaction://macro?name=m'/>"), "",
      "<p:cNvPr id=\"2\" name=\"n\"/>", "hlink", "unsafe-hyperlink" },
    { "noaction", SP("2", "<a:hlinkClick r:id='' action='ppaction://noaction'/>"), "",
      "<p:cNvPr id=\"2\" name=\"n\"/>", "hlink", NULL },
    { "file-action", SP("2", "<a:hlinkClick r:id='h' action='ppaction://hlinkfile'/>"), "",
      "<p:cNvPr id=\"2\" name=\"n\"/>", "hlink", "unsafe-hyperlink" },
    { "jump", SP("2", "<a:hlinkClick r:id='s' action='ppaction://hlinksldjump'/>"), "",
      "<a:hlinkClick action=\"ppaction://hlinksldjump\" r:id=\"rId2\"/>", NULL, NULL },
    { "next", SP("2", "<a:hlinkClick r:id='h' action='ppaction://hlinkshowjump?jump=nextslide'/>"), "",
      "<a:hlinkClick action=\"ppaction://hlinkshowjump?jump=nextslide\" r:id=\"\"/>", NULL, NULL },
    { "chart", FRAME(C, "<c:chart r:id='c'/>"), "",
      "<a:graphicData uri=\"" C "\"><c:chart r:id=\"rId2\"/></a:graphicData>", NULL, NULL },
    { "no-chart", FRAME(C, "<c:chart r:id='x'/>"), "", NAMES FILL "<p:spPr>" PLACE, "graphic", NULL },
    { "table", FRAME(TABLE, "<a:tbl/><a:tbl/><c:chart r:id='c'/>"), "",
      "<a:graphicData uri=\"" TABLE "\"><a:tbl/></a:graphicData>", NULL, NULL },
    { "object", FRAME(OLE, "<p:oleObj r:id='x' progId='P'><p:embed/>" PICTURE "</p:oleObj>"), "",
      NAMES "<p:blipFill><a:blip r:embed=\"rId2\"/></p:blipFill><p:spPr bwMode=\"auto\"/></p:pic>", "oleObj",
      "embedded-object" },
    { "object-alternate", FRAME(OLE, "<mc:AlternateContent><mc:Choice Requires='v'><p:oleObj spid='v1'/></mc:Choice><mc:Fallback>"
      "<p:oleObj><p:link/>" PICTURE PICTURE "</p:oleObj></mc:Fallback></mc:AlternateContent>"), "",
      NAMES "<p:blipFill><a:blip r:embed=\"rId2\"/></p:blipFill><p:spPr bwMode=\"auto\"/></p:pic></p:spTree>", "Alternate",
      "embedded-object" },
    { "object-vml", FRAME(OLE, "<p:oleObj spid='v1'/>"), "", NAMES FILL "<p:spPr>" PLACE, "oleObj",
      "embedded-object" },
    { "object-nothing", FRAME(OLE, "<p:oleObj spid='v2'/>"), "", NAMES FILL "<p:spPr>" PLACE, "oleObj",
      "embedded-object" },
    { "smartart", FRAME(DGM, "<dgm:relIds r:dm='d'/>"), "",
      "<p:grpSp><p:nvGrpSpPr><p:cNvPr id=\"4\" name=\"f\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>"
      "<a:off x=\"1\" y=\"2\"/><a:ext cx=\"3\" cy=\"4\"/><a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"3\" cy=\"4\"/></a:xfrm></p:grpSpPr>"
      "<p:sp><p:nvSpPr><p:cNvPr id=\"5\" name=\"d\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp></p:grpSp>", "node",
      "smartart-flattened" },
    { "smartart-text", FRAME(DGM, "<dgm:relIds r:dm='e'/>"), "",
      "<p:txBody><a:bodyPr wrap=\"square\"><a:normAutofit/></a:bodyPr><a:lstStyle/><a:p><a:r><a:t>node</a:t></a:r></a:p></p:txBody></p:sp></p:grpSp>",
      "dgm", "smartart-flattened" },
    { "effect", SP("2", ""), TIMING(SET("2")), "<p:attrName>style.visibility</p:attrName>", NULL, NULL },
    { "effect-astray", SP("2", ""), TIMING(SET("3")), "</p:spTree>", "p:timing", NULL },
    { "command", SP("2", ""), TIMING("<p:cmd type='call' cmd='playFrom(0)'><p:cBhvr/></p:cmd>" SET("2")), "<p:set>", "p:cmd",
      "animation-command" },
    { "sound", SP("2", ""), TIMING("<p:audio><p:cMediaNode><p:cTn/><p:tgtEl><p:sndTgt r:embed='x'/></p:tgtEl></p:cMediaNode></p:audio>"),
      "</p:spTree>", "p:timing", "embedded-media" },
    { "transition", "", "<mc:AlternateContent><mc:Choice Requires='p14'><p:transition p14:dur='9'><p14:flash/></p:transition></mc:Choice>"
      "<mc:Fallback><p:transition/></mc:Fallback></mc:AlternateContent>",
      "<mc:AlternateContent><mc:Choice Requires=\"p14\"><p:transition p14:dur=\"9\"><p14:flash/></p:transition></mc:Choice></mc:AlternateContent>",
      "Fallback", "alternate-content" },
    { "ink", "<mc:AlternateContent><mc:Choice Requires='p14'><p:contentPart r:id='x'/></mc:Choice><mc:Fallback>" PICTURE
      "</mc:Fallback></mc:AlternateContent>", "", "<p:spTree><p:pic>", "Alternate", "alternate-content" },
    { "equation", "<mc:AlternateContent><mc:Choice Requires='a14'><p:sp><p:txBody><a:p><a14:m><m:oMath/></a14:m></a:p></p:txBody></p:sp></mc:Choice>"
      "<mc:Fallback><p:sp/></mc:Fallback></mc:AlternateContent>", "", "<a14:m><m:oMath/></a14:m>", "Fallback", NULL },
    { "video", "<p:pic><p:nvPicPr><p:cNvPr id='3' name='v'><a:hlinkClick r:id='' action='ppaction://media'/></p:cNvPr><p:cNvPicPr/><p:nvPr>"
      "<a:videoFile r:link='x'/></p:nvPr></p:nvPicPr><p:blipFill><a:blip r:embed='i'/></p:blipFill><p:spPr/></p:pic>", "",
      "<p:cNvPr id=\"3\" name=\"v\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rId2\"/></p:blipFill>", "video",
      "embedded-media" },
};

static void
slide(const void *data)
{
    const Row *row = data;
    g_autoptr(GBytes) input = build(row->body, row->after, "");
    autodisarmed d = disarm(sk_span_bytes(input), SK_TYPE_PPTX, SK_LEVEL_REBUILT);
    g_autofree char *out = slide_of(&d);

    g_test_message("%s", out);
    g_assert_nonnull(strstr(out, row->want));
    g_assert_true(row->not== NULL || strstr(out, row->not) == NULL);
    if (row->code != NULL)
        g_assert_cmpuint(found(&d, sk_element_lookup(row->code)), >, 0);
    assert_idempotent(&d, SK_TYPE_PPTX, SK_LEVEL_REBUILT);
}

static void
hidden(void)
{
    g_autoptr(GBytes) input = build("", "", "show='0'");
    SkJob job = sk_job_default();

    autodisarmed kept = disarm(sk_span_bytes(input), SK_TYPE_PPTX, SK_LEVEL_REBUILT);
    g_assert_cmpuint(found(&kept, SK_ELEMENT_HIDDEN_SLIDE), ==, 1);
    assert_idempotent(&kept, SK_TYPE_PPTX, SK_LEVEL_REBUILT);
    job.hint = SK_TYPE_PPTX;
    job.verdicts[SK_ELEMENT_HIDDEN_SLIDE] = SK_VERDICT_REFUSED;
    autodisarmed refused = disarm_with(&job, sk_span_bytes(input));
    assert_refused(&refused, SK_REASON_FORBIDDEN);
}

static void
links_removed(void)
{
    g_autoptr(GBytes) input = build(SP("2", "<a:hlinkClick r:id='h'/>") SP(
                                        "3", "<a:hlinkClick r:id='s' action='ppaction://hlinksldjump'/>"),
                                    "", "");
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_PPTX;
    job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REMOVED;
    autodisarmed d = disarm_with(&job, sk_span_bytes(input));
    g_autofree char *out = slide_of(&d);
    g_assert_nonnull(strstr(out, "<p:cNvPr id=\"2\" name=\"n\"/>"));
    g_assert_nonnull(strstr(out, "hlinksldjump"));
}

/* p:timing and what is in it, by depth; `!` what the tables do not know, a digit the shape aimed at. */
static void
timing_dies(void)
{
    static const struct {
        unsigned depth;
        SkXmlSymbol symbol;
        bool known;
        const char *spid;
        bool dead;
    } nodes[] = {
        { 2, SK_EL_p_timing, true, "", false },     { 3, SK_EL_p_tnLst, true, "", false },
        { 4, SK_EL_p_par, true, "", false },        { 5, SK_EL_p_cTn, true, "", false },
        { 6, SK_EL_p_childTnLst, true, "", false }, { 7, SK_EL_p_par, true, "", true },
        { 8, SK_EL_p_cTn, true, "", true },         { 9, SK_EL_p_stCondLst, true, "", true },
        { 10, SK_EL_p_cond, true, "", true },       { 11, SK_EL_p_tgtEl, true, "", true },
        { 12, SK_EL_p_spTgt, true, "8", true },     { 9, SK_EL_p_childTnLst, true, "", true },
        { 10, SK_EL_p_cmd, false, "", true },       { 7, SK_EL_p_par, true, "", false },
        { 8, SK_EL_p_cTn, true, "", false },        { 9, SK_EL_p_childTnLst, true, "", false },
        { 10, SK_EL_p_set, true, "", false },       { 11, SK_EL_p_cBhvr, true, "", false },
        { 12, SK_EL_p_cTn, true, "", false },       { 12, SK_EL_p_tgtEl, true, "", false },
        { 13, SK_EL_p_spTgt, true, "7", false },    { 3, SK_EL_p_bldLst, true, "", true },
        { 4, SK_EL_p_bldP, true, "8", true },
    };
    g_autoptr(SkPptxTiming) timing = sk_pptx_timing_new(5);
    g_autoptr(GHashTable) shapes = g_hash_table_new(g_str_hash, g_str_equal);

    g_hash_table_add(shapes, (void *)(uintptr_t)"7");
    for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++)
        sk_pptx_timing_add(timing, nodes[i].depth, nodes[i].symbol, nodes[i].known,
                           sk_span_str(nodes[i].spid));
    g_assert_false(sk_pptx_timing_is_dead(timing, 10));
    sk_pptx_timing_decide(timing, shapes);
    for (size_t i = 0; i < G_N_ELEMENTS(nodes); i++) {
        g_test_message("%zu", i);
        g_assert_true(sk_pptx_timing_is_dead(timing, 5 + (unsigned)i) == nodes[i].dead);
    }
    g_assert_false(sk_pptx_timing_is_dead(timing, 4));
    g_assert_false(sk_pptx_timing_is_dead(timing, 5 + G_N_ELEMENTS(nodes)));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/disarm/pptx/slide/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], slide);
    }
    g_test_add_func("/disarm/pptx/hidden", hidden);
    g_test_add_func("/disarm/pptx/links-removed", links_removed);
    g_test_add_func("/disarm/pptx/timing", timing_dies);
    return g_test_run();
}
