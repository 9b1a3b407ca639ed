/* SPDX-License-Identifier: Apache-2.0
 * test-xml.c - the profile of XML that is data, sentence by sentence. */
#include "build.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static void
profile(void)
{
    static const struct {
        const char *content, *word;
    } rows[] = {
        { HEAD "<a/>\n", "clean" },
        { HEAD "<申請書 番号=\"1\">\n\t<b/> 円</申請書>\n", "clean" },
        { HEAD "<p:a xmlns:p=\"u\" p:b=\"&quot;&#xA;&#x9;&lt;&gt;&amp;'\" xml:lang=\"ja\">\"&gt;</p:a>\n", "clean" },
        { HEAD "<a xmlns=\"u\"><b xmlns=\"\"/></a>\n", "clean" },
        { "", "not-canonical" },
        { "<a/>\n", "not-canonical" },
        { HEAD "<a/>", "not-canonical" },
        { HEAD "<a/>\n\n", "trailing-data" },
        { HEAD "<a/><b/>\n", "not-canonical" },
        { HEAD "<a></a>\n", "not-canonical" },
        { HEAD "<a />\n", "not-canonical" },
        { HEAD "<a  b=\"\"/>\n", "not-canonical" },
        { HEAD "<a b='1'/>\n", "not-canonical" },
        { HEAD "<a b=\"1\" b=\"1\"/>\n", "not-canonical" },
        { HEAD "<a b=\"1\" xmlns:c=\"u\"/>\n", "not-canonical" },
        { HEAD "<a b=\"\n\"/>\n", "not-canonical" },
        { HEAD "<a>></a>\n", "not-canonical" },
        { HEAD "<a>&#65;</a>\n", "not-canonical" },
        { HEAD "<a>&quot;</a>\n", "not-canonical" },
        { HEAD "<a>&b;</a>\n", "not-canonical" },
        { HEAD "<a>b</c>\n", "not-canonical" },
        { HEAD "<a>b", "not-canonical" },
        { HEAD "<p:a/>\n", "not-canonical" },
        { HEAD "<a><b xmlns:p=\"u\"/><p:c/></a>\n", "not-canonical" },
        { HEAD "<a p:b=\"\"/>\n", "not-canonical" },
        { HEAD "<a xmlns:p=\"\"/>\n", "not-canonical" },
        { HEAD "<a xmlns:xml=\"u\"/>\n", "not-canonical" },
        { HEAD "<a xmlns:p=\"u\"><p:b:c/></a>\n", "not-canonical" },
        { HEAD "<1a/>\n", "not-canonical" },
        { HEAD "<a\xe2\x80\x8b/>\n", "not-canonical" },
        { HEAD "<a\xef\xb8\x8f/>\n", "not-canonical" },
        { HEAD "<a>\r</a>\n", "text-control" },
        { HEAD "<a>\xe2\x80\xae</a>\n", "text-bidi" },
        { HEAD "<a b=\"\xe2\x80\x8b\"/>\n", "text-invisible" },
        { HEAD "<a>\xc1\xbf</a>\n", "text-encoding" },
        { HEAD "<!DOCTYPE a><a/>\n", "xml-dtd" },
        { HEAD "<a><!-- b --></a>\n", "xml-instruction" },
        { HEAD "<?b c?><a/>\n", "xml-instruction" },
        { HEAD "<a><![CDATA[b]]></a>\n", "not-canonical" },
        { HEAD "<a><b xmlns=\"http://www.w3.org/1999/xhtml\"/></a>\n", "xml-active" },
        { HEAD "<a xmlns:b=\"urn:schemas-microsoft-com:office:spreadsheet\"/>\n", "xml-active" },
        { HEAD "<a xmlns:b=\"http://www.w3.org/2001/XInclude\"/>\n", "xml-include" },
        { HEAD "<a xmlns:b=\"u\" b:noNamespaceSchemaLocation=\"c\"/>\n", "xml-schema" },
        { HEAD "<a schemaLocation=\"c\"/>\n", "clean" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        g_assert_cmpstr(verify_word(SK_TYPE_XML, sk_span_str(rows[i].content), NULL), ==, rows[i].word);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/xml/profile", profile);
    return g_test_run();
}
