/* SPDX-License-Identifier: Apache-2.0
 * test-docx.c - the package, its relationships and the rules beside the table: each broken once.
 * What the table itself leaves out is the matter of test-bites.c. */
#include "build.h"

#include <string.h>

#define DOCUMENT "word/document.xml"
#define RELATIONS "word/_rels/document.xml.rels"
#define TYPES "[Content_Types].xml"
#define O "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

static void
xml(void)
{
    static const PartChange changes[] = {
        { DOCUMENT, "<w:b/>", "<w:b />", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b  w:val=\"1\"/>", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b w:val='1'/>", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b w:val=\"1\" w:val=\"1\"/>", "unknown-part" },
        { DOCUMENT, "<w:b/>", "<w:b></w:b>", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b/", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<W:B/>", "unknown-part" },
        { DOCUMENT, "<w:b/>", "<b/>", "unknown-part" },
        { DOCUMENT, "<w:b/>", " <w:b/>", "unknown-part" },
        { DOCUMENT, "<w:b/>", "<![CDATA[a]]>", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b/></w:r>", "not-canonical" },
        { DOCUMENT, "案内", "a>b", "not-canonical" },
        { DOCUMENT, "案内", "&#68;DEAUTO", "xml-dtd" },
        { DOCUMENT, "案内", "&#x44;", "xml-dtd" },
        { DOCUMENT, "案内", "&apos;", "xml-dtd" },
        { DOCUMENT, "案内", "&quot;", "xml-dtd" },
        { DOCUMENT, "案内", "a&#xD;\"'\t\n", "clean" },
        { DOCUMENT, "案内", "a\rb", "text-control" },
        { DOCUMENT, "案内",
          "a\x01"
          "b",
          "text-control" },
        { DOCUMENT, "案内", "\x88\xc4", "text-encoding" },
        { DOCUMENT, "案内", "\xed\xa0\x80", "text-encoding" },
        { DOCUMENT, "案内", "\xef\xbf\xbf", "text-control" },
        { DOCUMENT, "案内", "<w:b/>", "not-canonical" },
        { DOCUMENT, "MS Mincho", "MS\tMincho", "not-canonical" },
        { DOCUMENT, "MS Mincho", "MS<Mincho", "not-canonical" },
        { DOCUMENT, "MS Mincho", "MS\xc2\x85Mincho", "text-control" },
        { DOCUMENT, "MS Mincho", "MS&amp;&lt;&gt;&quot;'", "clean" },
        { DOCUMENT, "?>\n", "?>", "not-canonical" },
        { DOCUMENT, "UTF-8", "utf-8", "not-canonical" },
        { DOCUMENT, "<?xml", "\xef\xbb\xbf<?xml", "not-canonical" },
        { DOCUMENT, "</w:document>", "</w:document>\n", "trailing-data" },
        { DOCUMENT, "</w:document>", "</w:document><w:document/>", "trailing-data" },
        { DOCUMENT, "</w:document>", "", "not-canonical" },
        { DOCUMENT, "xmlns:w=\"http", "xmlns:w=\"https", "not-canonical" },
        { DOCUMENT, " xmlns:v=\"urn:schemas-microsoft-com:vml\"", "", "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b xmlns:w=\"urn:x\"/>", "not-canonical" },
        { DOCUMENT, "<w:jc w:val=\"center\"/>", "<w:jc w:val=\"a b\"/>", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"9525px9\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"-1.5pt\"", "clean" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"-2.7E-2\"", "clean" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1e+100\"", "clean" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1E\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1E-\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1E1234\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1E2%\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1E2.5\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"1.\"", "not-canonical" },
        { DOCUMENT, "cx=\"9525\"", "cx=\"\"", "not-canonical" },
        { DOCUMENT, "width:9pt", "width:expression(1)", "not-canonical" },
        { DOCUMENT, "xml:space=\"preserve\"", "xml:space=\"default\"", "not-canonical" },
        { DOCUMENT, "w:ascii=\"MS Mincho\" w:eastAsia=\"ＭＳ 明朝\"",
          "w:eastAsia=\"ＭＳ 明朝\" w:ascii=\"MS Mincho\"", "unknown-part" },
    };
    assert_changes(SK_TYPE_DOCX, changes, G_N_ELEMENTS(changes));
}

static void
rules(void)
{
    static const PartChange changes[] = {
        /* roots */
        { DOCUMENT, "<w:body>", "<w:body><w:styles/>", "not-canonical" },
        { "word/styles.xml", "<w:styles", "<w:hdr", "wrong-content-type" },
        { "word/header1.xml", "<w:hdr", "<w:document", "wrong-content-type" },
        /* alternate content */
        { DOCUMENT, "<mc:Choice Requires=\"wps\">", "<mc:Choice>", "not-canonical" },
        { DOCUMENT, "Requires=\"wps\"", "Requires=\"w14\"", "not-canonical" },
        { DOCUMENT, "</mc:Choice>", "</mc:Choice><mc:Choice Requires=\"wpg\"/>",
          "alternate-content" },
        { DOCUMENT, "</mc:Choice>", "</mc:Choice><w:p/>", "alternate-content" },
        { DOCUMENT, "<w:b/>", "<w:b/><mc:Choice Requires=\"wps\"/>", "alternate-content" },
        { DOCUMENT, "<w:b/>", "<w:b/><mc:AlternateContent/>", "alternate-content" },
        /* fields */
        { DOCUMENT, "<w:fldChar w:fldCharType=\"end\"/>", "", "not-canonical" },
        { DOCUMENT, "<w:fldChar w:fldCharType=\"separate\"/>", "", "not-canonical" },
        { DOCUMENT, "<w:fldChar w:fldCharType=\"begin\"/>", "", "not-canonical" },
        { DOCUMENT, "\"separate\"/>", "\"begin\"/>", "not-canonical" },
        { DOCUMENT, "\"separate\"/>", "\"end\"/>", "not-canonical" },
        { DOCUMENT, "\"separate\"/>", "\"other\"/>", "not-canonical" },
        { DOCUMENT, "<w:fldChar w:fldCharType=\"separate\"/>",
          "<w:fldChar w:fldCharType=\"separate\"/><w:fldChar w:fldCharType=\"separate\"/>",
          "not-canonical" },
        { DOCUMENT, "<w:fldChar w:fldCharType=\"begin\"/>",
          "<w:fldChar w:fldCharType=\"begin\"/><w:b/>", "not-canonical" },
        { DOCUMENT, "<w:fldChar w:fldCharType=\"begin\"/>",
          "<w:fldChar w:fldCharType=\"begin\"></w:fldChar>", "not-canonical" },
        { DOCUMENT, "</w:instrText>", "</w:instrText><w:instrText> PAGE </w:instrText>",
          "not-canonical" },
        { DOCUMENT, "<w:b/>", "<w:b/><w:instrText> PAGE </w:instrText>", "not-canonical" },
        { DOCUMENT, "<w:txbxContent><w:p/>",
          "<w:txbxContent><w:p><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
          "not-canonical" },
        { DOCUMENT, "<w:txbxContent><w:p/>",
          "<w:txbxContent><w:p><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText> PAGE "
          "</w:instrText></w:r></w:p>",
          "not-canonical" },
        { DOCUMENT, "<w:fldSimple w:instr=\" DATE \\@ &quot;yyyy年M月d日&quot; \">",
          "<w:fldSimple>", "not-canonical" },
        { DOCUMENT, " DATE \\@ &quot;yyyy年M月d日&quot; ", " DDE a b ", "dde-field" },
        /* instructions */
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " PAGE ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", "PAGE ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " page ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " PAGE  ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " PAGE", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " REF 別表１ \\h ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " SEQ \"図\\\"a\" \\# \"0\" ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " SEQ \"a ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " SEQ \\1 ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " EQ \\f(1,2) ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " EQ {DDE a} ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " = 1+2 ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " =  1 ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ",
          " HYPERLINK \"https://example.jp/?a=1\" \\l \"b\" \\o \"c\" ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " HYPERLINK \\l \"_Toc1\" ", "clean" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " HYPERLINK \"ms-msdt:/id\" ", "unsafe-hyperlink" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " HYPERLINK \"https://example.jp/\" \\t \"a\" ",
          "unsafe-hyperlink" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " HYPERLINK \"\\\\\\\\server\\\\a\" ",
          "unsafe-hyperlink" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " PAGE \xc2\x85 ", "unknown-field" },
        { DOCUMENT, " PAGE \\* MERGEFORMAT ", " REF a\xe2\x80\xae ", "unknown-field" },
        /* notes */
        { DOCUMENT, "<w:footnoteReference w:id=\"1\"/>", "<w:footnoteReference w:id=\"2\"/>",
          "not-canonical" },
        { DOCUMENT, "<w:footnoteReference w:id=\"1\"/>", "<w:footnoteReference w:id=\"01\"/>",
          "not-canonical" },
        { DOCUMENT, "<w:footnoteReference w:id=\"1\"/>", "<w:footnoteReference/>",
          "not-canonical" },
        { DOCUMENT, "<w:footnoteReference w:id=\"1\"/>", "<w:endnoteReference w:id=\"1\"/>",
          "not-canonical" },
        { DOCUMENT, "<w:commentReference w:id=\"0\"/>", "<w:commentReference w:id=\"9\"/>",
          "not-canonical" },
        { "word/settings.xml", "<w:footnote w:id=\"1\"/>", "<w:footnote w:id=\"7\"/>",
          "not-canonical" },
        { "word/footnotes.xml", "</w:footnote></w:footnotes>",
          "</w:footnote><w:footnote w:id=\"1\"/></w:footnotes>", "not-canonical" },
    };
    assert_changes(SK_TYPE_DOCX, changes, G_N_ELEMENTS(changes));
}

#define CHART_RANGE "Sheet1!$A$1"

static void
relationships(void)
{
    static const PartChange changes[] = {
        { RELATIONS, "Id=\"rId1\"", "Id=\"rId01\"", "not-canonical" },
        { RELATIONS, "Id=\"rId2\"", "Id=\"rId3\"", "not-canonical" },
        { RELATIONS, "styles.xml", "/word/styles.xml", "unsafe-part-name" },
        { RELATIONS, "styles.xml", "styles1.xml", "unsafe-part-name" },
        { RELATIONS, "media/image1.png", "media/image01.png", "unsafe-part-name" },
        { RELATIONS, "media/image1.png", "media/image3.png", "not-canonical" },
        { RELATIONS, "media/image2.jpeg", "media/image1.png", "not-canonical" },
        { RELATIONS, "media/image2.jpeg", "media/image2.jpg", "unsafe-part-name" },
        { RELATIONS, "media/image1.png", "../media/image1.png", "unsafe-part-name" },
        { RELATIONS, "chart1.xml\" Type=\"" O "chart", "chart1.xml\" Type=\"" O "header",
          "unsafe-part-name" },
        { RELATIONS, O "theme", O "styles", "not-canonical" },
        { RELATIONS, " TargetMode=\"External\"", "", "not-canonical" },
        { RELATIONS, "TargetMode=\"External\"", "TargetMode=\"Internal\"", "not-canonical" },
        { RELATIONS, "<Relationships xmlns", "<Relationships  xmlns", "not-canonical" },
        { RELATIONS, "</Relationships>", "x</Relationships>", "not-canonical" },
        { RELATIONS, "</Relationships>",
          "<Relationship Id=\"rId12\" Target=\"media/image3.png\" Type=\"" O
          "image\"/></Relationships>",
          "not-canonical" },                                                   /* never used */
        { DOCUMENT, "r:embed=\"rId7\"", "r:embed=\"rId8\"", "not-canonical" }, /* out of order */
        { DOCUMENT, "r:embed=\"rId7\"", "r:embed=\"rId9\"", "not-canonical" }, /* a chart */
        { DOCUMENT, "r:embed=\"rId7\"", "r:embed=\"rId1\"", "not-canonical" }, /* styles */
        { DOCUMENT, "r:embed=\"rId7\"", "r:embed=\"rId99\"", "not-canonical" },
        { DOCUMENT, "r:embed=\"rId7\"", "r:embed=\"rId7x\"", "not-canonical" },
        { DOCUMENT, " r:embed=\"rId7\"", "", "not-canonical" },
        { DOCUMENT, "<c:chart r:id=\"rId9\"/>", "<c:chart/>", "not-canonical" },
        { "word/header1.xml", "<w:p>", "<w:p><w:hyperlink r:id=\"rId1\"/>", "not-canonical" },
        { "word/chart1.xml", "<c:chart>", "<c:chart r:id=\"rId1\">", "not-canonical" },
        { "word/chart1.xml", CHART_RANGE, "(Sheet1!$A$1,'表 (2)'!$B$2:$B$9)", "clean" },
        { "word/chart1.xml", "<c:f>" CHART_RANGE "</c:f>", "<c:f/>", "clean" },
        { "word/chart1.xml", CHART_RANGE, "cmd|'/c calc'!A0", "dde-field" },
        { "word/chart1.xml", CHART_RANGE, "cmd｜A0", "dde-field" },
        { "word/chart1.xml", CHART_RANGE, "DDE(a,b)", "external-relationship" },
        { "word/chart1.xml", CHART_RANGE, "=A1", "external-relationship" },
        { "word/chart1.xml", CHART_RANGE, "&lt;", "external-relationship" },
        { "word/chart1.xml", CHART_RANGE, "[1]Sheet1!A1", "external-relationship" },
        { "word/chart1.xml", CHART_RANGE, "\\\\server\\a!A1", "external-relationship" },
        { "word/chart1.xml", CHART_RANGE, "'http://a/b'!A1", "external-relationship" },
        { "_rels/.rels", "Id=\"rId2\"", "Id=\"rId9\"", "not-canonical" },
        { "docProps/app.xml", "Sekisho", "Microsoft Word", "not-canonical" },
        { "docProps/app.xml", "Sekisho", "Sekish0", "not-canonical" },
        { "docProps/app.xml", "Sekisho", "Microsoft Office", "clean" },
        { "docProps/app.xml", "Sekisho", "LibreOffice", "clean" },
        { "docProps/app.xml", "Sekisho</Application>",
          "Microsoft Office</Application><AppVersion>12.0000</AppVersion>", "clean" },
        { "docProps/app.xml", "Sekisho</Application>",
          "Microsoft Office</Application><AppVersion>12.0001</AppVersion>", "not-canonical" },
        { "docProps/app.xml", "</Application>", "</Application><Company>○○市</Company>",
          "document-properties" },
        { TYPES, "Extension=\"png\"", "Extension=\"bin\"", "wrong-content-type" },
        { TYPES, "PartName=\"/word/styles.xml\"", "PartName=\"/word/theme.xml\"",
          "wrong-content-type" },
        { TYPES, "</Types>", " </Types>", "wrong-content-type" },
    };
    assert_changes(SK_TYPE_DOCX, changes, G_N_ELEMENTS(changes));
}

static void
links(void)
{
    static const struct {
        const char *link;
        bool good;
    } cases[] = {
        { "http://example.jp", true },
        { "https://example.jp:8443/a/b?c=d#e", true },
        { "https://example.jp?c", true },
        { "https://xn--wgv71a.jp/", true },
        { "https://%E4%BE%8B.jp/%E4%BE%8B", true },
        { "https://[2001:db8::1]/", true },
        { "mailto:soumu@example.jp", true },
        { "mailto:soumu@example.jp?subject=a%20b&amp;body=c%0D%0Ad", true },
        { "HTTP://example.jp", false },
        { "http:example.jp", false },
        { "http://", false },
        { "http://EXAMPLE.jp", false },
        { "http://user@example.jp/", false },
        { "http://example.jp\\a", false },
        { "http://example.jp/ a", false },
        { "http://example.jp/%", false },
        { "http://example.jp/%0a", false },
        { "http://example.jp/%0A", false },
        { "http://example.jp/%7F", false },
        { "http://example.jp:/", false },
        { "http://example.jp:123456/", false },
        { "http://example.jp/a#b#c", false },
        { "http://example.jp/例", false },
        { "http://%41.jp/", false },
        { "http://[]/", false },
        { "mailto:", false },
        { "mailto:a@example.jp?attach=/etc/passwd", false },
        { "mailto:a@example.jp?subject=a%0D%0ABcc:b@example.jp", false },
        { "mailto:a@example.jp?cc=b%0Ac", false },
        { "mailto:a@example.jp?body=a%0D%0A&amp;bcc=b%0D", false },
        { "mailto:a@example.jp%0D%0ABcc:b@example.jp", false },
        { "mailto:a@example.jp?subject=a&amp;b", false },
        { "ftp://example.jp/", false },
        { "file:///etc/passwd", false },
        { "javascript:alert(1)", false },
        { "//example.jp/", false },
        { "data:text/html,a", false },
        { "mhtml:http://example.jp/!x-usc:http://example.jp/", false },
        { "", false },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        PartChange change = { RELATIONS, "https://www.example.jp/annai?a=1&amp;b=2#top",
                              cases[i].link, cases[i].good ? "clean" : "unsafe-hyperlink" };
        assert_changes(SK_TYPE_DOCX, &change, 1);
    }
    g_autofree char *tail = g_strnfill(2048, 'a');
    g_autofree char *long_link = g_strconcat("https://", tail, NULL);
    PartChange change = { RELATIONS, "https://www.example.jp/annai?a=1&amp;b=2#top", long_link,
                          "unsafe-hyperlink" };
    assert_changes(SK_TYPE_DOCX, &change, 1);
}

/* Entries: in another order, missing, stored, or named otherwise. */
static void
package(void)
{
    GPtrArray *swapped = docx_new();
    void *entry = g_ptr_array_steal_index(swapped, 4);
    g_ptr_array_insert(swapped, 5, entry);
    assert_refused(SK_TYPE_DOCX, docx_build(swapped), "unknown-part");

    for (guint i = 0; i < 15; i++) {
        GPtrArray *missing = docx_new();
        g_assert_cmpuint(missing->len, ==, 15);
        g_ptr_array_remove_index(missing, i);
        g_autoptr(GByteArray) file = docx_build(missing);
        g_assert_cmpstr(verify_word(SK_TYPE_DOCX, bytes_span(file), NULL), !=, "clean");
    }
    for (guint i = 0; i < 15; i++) {
        GPtrArray *stored = docx_new();
        Entry *e = stored->pdata[i];
        e->stored = !e->stored;
        assert_refused(SK_TYPE_DOCX, docx_build(stored), "zip-method");
    }
}

/* Depth, a token longer than the window, a text over many windows. */
static void
sizes(void)
{
    g_autoptr(GString) deep = g_string_new("<w:b/></w:rPr>");
    for (unsigned i = 0; i < 300; i++)
        g_string_append(deep, "<w:r>");
    PartChange too_deep = { DOCUMENT, "<w:b/></w:rPr>", deep->str, "not-canonical" };
    assert_changes(SK_TYPE_DOCX, &too_deep, 1);

    g_autofree char *name = g_strnfill(300000, 'a');
    g_autofree char *tag = g_strdup_printf("<w:b w:val=\"%s\"/>", name);
    PartChange too_long = { DOCUMENT, "<w:b/>", tag, "not-canonical" };
    assert_changes(SK_TYPE_DOCX, &too_long, 1);

    g_autoptr(GString) text = g_string_new(NULL);
    for (unsigned i = 0; i < 300000; i++)
        g_string_append(text, i % 7 == 0 ? "&amp;" : i % 3 == 0 ? "漢" : "a");
    PartChange windows = { DOCUMENT, "案内", text->str, "clean" };
    assert_changes(SK_TYPE_DOCX, &windows, 1);

    g_autofree char *instruction = g_strnfill(4096, 'a');
    g_autofree char *field = g_strdup_printf(" REF %s ", instruction);
    PartChange long_field = { DOCUMENT, " PAGE \\* MERGEFORMAT ", field, "not-canonical" };
    assert_changes(SK_TYPE_DOCX, &long_field, 1);
    PartChange long_value = { DOCUMENT, "MS Mincho", text->str, "not-canonical" };
    assert_changes(SK_TYPE_DOCX, &long_value, 1);
}

/* The container alone: every byte of its records is fixed by the profile. */
static void
small(void)
{
    g_autoptr(GByteArray) file = docx_build(docx_new());
    size_t directory = sk_span_find(bytes_span(file), 0, sk_span_str("PK\1\2"));

    assert_every_cut_refused(SK_TYPE_DOCX, bytes_span(file));
    for (size_t i = 0; i < file->len; i++) {
        uint8_t bit = (uint8_t)(1u << i % 8); /* one a byte: all of them take half a minute */
        file->data[i] ^= bit;
        const char *word = verify_word(SK_TYPE_DOCX, bytes_span(file), NULL);
        if (i < 30 || i >= directory)
            g_assert_cmpstr(word, !=, "clean");
        file->data[i] ^= bit;
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/docx/xml", xml);
    g_test_add_func("/verify/docx/rules", rules);
    g_test_add_func("/verify/docx/relationships", relationships);
    g_test_add_func("/verify/docx/links", links);
    g_test_add_func("/verify/docx/package", package);
    g_test_add_func("/verify/docx/sizes", sizes);
    g_test_add_func("/verify/docx/small", small);
    return g_test_run();
}
