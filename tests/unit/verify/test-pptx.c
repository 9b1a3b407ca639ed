/* SPDX-License-Identifier: Apache-2.0
 * test-pptx.c - the package of a presentation and the rules beside its table: each broken once.
 * What the table itself leaves out is the matter of test-bites.c. */
#include "build.h"

#include <string.h>

#define SHOW "ppt/presentation.xml"
#define SLIDE "ppt/slides/slide1.xml"
#define RELATIONS "ppt/slides/_rels/slide1.xml.rels"
#define NOTES_RELATIONS "ppt/notesSlides/_rels/notesSlide1.xml.rels"
#define O "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

#define JUMP "action=\"ppaction://hlinksldjump\" r:id=\"rId5\""
#define NEXT "action=\"ppaction://hlinkshowjump?jump=nextslide\" r:id=\"\""

static void
actions(void)
{
    static const PartChange changes[] = {
        { SLIDE, NEXT, "action=\"ppaction://customshow?id=0&amp;return=true\" r:id=\"\"", "clean" },
        { SLIDE, NEXT, "action=\"ppaction://customshow?id=\" r:id=\"\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://customshow?id=0&amp;run=a\" r:id=\"\"",
          "unsafe-hyperlink" },
        { SLIDE, NEXT, "r:id=\"rId4\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://program\" r:id=\"\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://macro?name=a\" r:id=\"\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://ole?verb=0\" r:id=\"\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://hlinkfile\" r:id=\"rId4\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://media\" r:id=\"\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"PPACTION://hlinksldjump\" r:id=\"rId5\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"\" r:id=\"\"", "unsafe-hyperlink" },
        { SLIDE, NEXT, "action=\"ppaction://hlinkshowjump?jump=nextslide\"", "not-canonical" },
        { SLIDE, NEXT, "action=\"ppaction://hlinkshowjump?jump=nextslide\" r:id=\"rId4\"",
          "unsafe-hyperlink" },
        { SLIDE, JUMP, "action=\"ppaction://hlinksldjump\" r:id=\"rId4\"", "not-canonical" },
        { SLIDE, JUMP, "r:id=\"rId5\"", "not-canonical" },
        { SLIDE, JUMP, "r:id=\"\"", "not-canonical" },
        { RELATIONS, "https://www.example.jp/annai", "file:///c:/a.exe", "unsafe-hyperlink" },
        { RELATIONS, "https://www.example.jp/annai", "\\\\server\\a", "unsafe-hyperlink" },
    };
    assert_changes(SK_TYPE_PPTX, changes, G_N_ELEMENTS(changes));
}

static void
relationships(void)
{
    static const PartChange changes[] = {
        { RELATIONS, "../media/image1.png", "media/image1.png", "unsafe-part-name" },
        { RELATIONS, "../media/image1.png", "../../ppt/media/image1.png", "unsafe-part-name" },
        { RELATIONS, "slide2.xml", "../slides/slide2.xml", "unsafe-part-name" },
        { RELATIONS, "slide2.xml", "slide3.xml", "unknown-part" },
        { RELATIONS, "slide2.xml", "slide4.xml", "not-canonical" },
        { RELATIONS, O "notesSlide", O "slideMaster", "not-canonical" },
        { RELATIONS, O "notesSlide", O "oleObject", "embedded-object" },
        { RELATIONS, O "notesSlide", O "video", "embedded-media" },
        { RELATIONS, O "notesSlide", O "tags", "custom-xml" },
        { NOTES_RELATIONS, "slide1.xml", "slide2.xml", "clean" },
        { NOTES_RELATIONS, "../slides/slide1.xml", "slide1.xml", "unsafe-part-name" },
        { "ppt/slides/_rels/slide2.xml.rels", O "slideLayout", O "themeOverride",
          "unsafe-part-name" },
        { "ppt/slideLayouts/_rels/slideLayout1.xml.rels", "slideMaster1.xml", "slideMaster2.xml",
          "unknown-part" },
        { SHOW, "r:id=\"rId6\"", "r:id=\"rId7\"", "not-canonical" },
        { SHOW, "<p:sldId id=\"257\" r:id=\"rId9\"/>", "", "not-canonical" },
        { SLIDE, "r:embed=\"rId6\"", "r:embed=\"rId1\"", "not-canonical" },
        { SLIDE, "<a:blip r:embed=\"rId6\"/>", "<a:blip r:embed=\"rId6\" r:link=\"rId6\"/>",
          "external-image" },
    };
    assert_changes(SK_TYPE_PPTX, changes, G_N_ELEMENTS(changes));
}

static void
rules(void)
{
    static const PartChange changes[] = {
        { SLIDE, "Requires=\"p14\"", "Requires=\"p16\"", "not-canonical" },
        { SLIDE, "<mc:Choice Requires=\"p14\">", "<mc:Choice>", "not-canonical" },
        { SLIDE, "</mc:Choice>", "</mc:Choice><mc:Fallback/>", "alternate-content" },
        { SLIDE, "<p:spTree>",
          "<p:spTree><mc:AlternateContent><mc:Choice "
          "Requires=\"p14\"/></mc:AlternateContent>",
          "alternate-content" },
        { SLIDE, "<p:spTree>",
          "<p:spTree><mc:AlternateContent><mc:Choice "
          "Requires=\"a14\"/></mc:AlternateContent>",
          "clean" },
        { SLIDE, "<p:spTree>", "<p:spTree><p:sld/>", "not-canonical" },
        { SLIDE, "<p:spTree>", "<p:spTree><p:presentation/>", "not-canonical" },
        { SHOW, "<p:sld r:id=\"rId8\"/>", "<p:sld show=\"1\" r:id=\"rId8\"/>", "unknown-part" },
        { SHOW, "<p:sld r:id=\"rId8\"/>", "<p:sld r:id=\"rId8\" show=\"1\"/>", "not-canonical" },
        { SHOW, "<p:sld r:id=\"rId8\"/>", "<p:sld/>", "not-canonical" },
        { SHOW, "id=\"257\"", "id=\"256\"", "not-canonical" },
        { SHOW, "<p14:sldId id=\"256\"/>", "<p14:sldId id=\"258\"/>", "not-canonical" },
        { SHOW, "<p14:sldId id=\"256\"/>", "<p14:sldId/>", "not-canonical" },
        { SHOW, "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}", "{0}", "not-canonical" },
        { SHOW, "</p:ext>", "</p:ext><p:ext/>", "not-canonical" },
        { SHOW, "</p14:sectionLst>", "</p14:sectionLst><p:custShow/>", "unknown-part" },
        { SLIDE, "<p:spTree>", "<p:spTree><p:extLst/>", "unknown-part" },
        { SLIDE, "spid=\"2\"", "spid=\"4\"", "not-canonical" },
        { SLIDE, "spid=\"2\"", "spid=\"02\"", "not-canonical" },
        { SLIDE, "<p:spTgt spid=\"2\"/>", "<p:spTgt/>", "not-canonical" },
        { SLIDE, "<p:tgtEl><p:spTgt spid=\"2\"/></p:tgtEl>", "<p:tgtEl/>", "not-canonical" },
        { SLIDE, "<p:attrName>ppt_x<", "<p:attrName>a b<", "not-canonical" },
        { SLIDE, "<p:attrName>ppt_x</p:attrName>", "<p:attrName/>", "not-canonical" },
        { SLIDE, "(#ppt_w*0.5)", "a&quot;b", "not-canonical" },
        { SLIDE, "<p:cBhvr>", "<p:cmd cmd=\"playFrom(0)\" type=\"call\"/><p:cBhvr>",
          "animation-command" },
        { SLIDE, "<a:tbl><a:tblGrid/></a:tbl>", "<c:chart r:id=\"rId7\"/>", "unknown-part" },
        { SLIDE, "<a:tbl><a:tblGrid/></a:tbl>", "<a:tbl/><a:tbl/>", "unknown-part" },
        { SLIDE, "drawingml/2006/table", "drawingml/2006/ole", "not-canonical" },
        { "ppt/charts/chart1.xml", "Sheet1!$A$1", "cmd|'/c calc'!A1", "dde-field" },
        { "ppt/charts/chart1.xml", "<c:chart>", "<c:externalData r:id=\"rId1\"/><c:chart>",
          "data-connection" },
    };
    assert_changes(SK_TYPE_PPTX, changes, G_N_ELEMENTS(changes));
}

static void
verdicts(void)
{
    static const SkElement kept[] = { SK_ELEMENT_HYPERLINK, SK_ELEMENT_COMMENTS,
                                      SK_ELEMENT_HIDDEN_SLIDE };
    g_autoptr(GByteArray) file = docx_build(office_new(SK_TYPE_PPTX));

    for (unsigned i = 0; i < G_N_ELEMENTS(kept); i++) {
        SkJob job = sk_job_default();
        job.level = SK_LEVEL_NONE;
        job.verdicts[kept[i]] = SK_VERDICT_REFUSED;
        g_assert_cmpstr(verify_word(SK_TYPE_PPTX, bytes_span(file), &job), ==,
                        sk_element_get(kept[i])->code);
    }
    g_assert_cmpstr(verify_word(SK_TYPE_PPTX, bytes_span(file), NULL), ==, "clean");
}

static void
cuts(void)
{
    g_autoptr(GByteArray) file = docx_build(office_new(SK_TYPE_PPTX));

    for (size_t n = 0; n < file->len; n += 37)
        g_assert_cmpstr(verify_word(SK_TYPE_PPTX, sk_span(file->data, n), NULL), !=, "clean");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/pptx/actions", actions);
    g_test_add_func("/verify/pptx/relationships", relationships);
    g_test_add_func("/verify/pptx/rules", rules);
    g_test_add_func("/verify/pptx/verdicts", verdicts);
    g_test_add_func("/verify/pptx/cuts", cuts);
    return g_test_run();
}
