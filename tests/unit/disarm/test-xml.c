/* SPDX-License-Identifier: Apache-2.0
 * test-xml.c - XML that is data: what stays as it is, what goes, what refuses. */
#include "unit/disarm/disarming.h"

#define TEXT(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define XHTML "http://www.w3.org/1999/xhtml"

static void
rewritten(void)
{
    static const struct {
        SkSpan in, out;
        SkElement element;
        unsigned count;
    } rows[] = {
        { TEXT("<a/>"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_NONE, 0 },
        { TEXT("<?xml version='1.0'?><a ></a >"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_NONE, 0 },
        { TEXT("<申請書 番号='1'>\r\n\t<b/> 円</申請書>"), TEXT(HEAD "<申請書 番号=\"1\">\n\t<b/> 円</申請書>\n"), SK_ELEMENT_NONE, 0 },
        { TEXT("<p:a z='1' xmlns:p='u' a='\"&#10;&#9;\t&lt;'><p:b xmlns='v'><c/></p:b></p:a>"),
          TEXT(HEAD "<p:a xmlns:p=\"u\" z=\"1\" a=\"&quot;&#xA;&#x9; &lt;\"><p:b xmlns=\"v\"><c/></p:b></p:a>\n"), SK_ELEMENT_NONE, 0 },
        { TEXT("<a>&amp;<![CDATA[<]]]]><![CDATA[>]]>&#x5186;</a>"), TEXT(HEAD "<a>&amp;&lt;]]&gt;円</a>\n"), SK_ELEMENT_NONE, 0 },
        { TEXT("<?xml-stylesheet href='x.xsl'?><a><!-- b --><?mso-application progid='Word.Document'?></a>"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_XML_INSTRUCTION, 3 },
        { TEXT("<a>x&#x202E;y</a>"), TEXT(HEAD "<a>xy</a>\n"), SK_ELEMENT_TEXT_BIDI, 1 },
        { TEXT("<a>\xE2\x80\x8B</a>"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { TEXT("<a b='\xE2\x80\x8B'/>"), TEXT(HEAD "<a b=\"\"/>\n"), SK_ELEMENT_TEXT_INVISIBLE, 1 },
        { TEXT("<a>👨<!-- x -->\xE2\x80\x8D👩</a>"), TEXT(HEAD "<a>👨\xE2\x80\x8D👩</a>\n"), SK_ELEMENT_XML_INSTRUCTION, 1 },
        { TEXT("<a xmlns:i='http://www.w3.org/2001/XInclude'>b<i:include href='file:///etc/passwd'><i:fallback>x</i:fallback></i:include>c</a>"), TEXT(HEAD "<a>bc</a>\n"), SK_ELEMENT_XML_INCLUDE, 1 },
        { TEXT("<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:schemaLocation='u v' x:type='t'/>"), TEXT(HEAD "<a xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" x:type=\"t\"/>\n"), SK_ELEMENT_XML_SCHEMA, 1 },
        { TEXT("<a><h:script xmlns:h='" XHTML "'>alert(1)<b/></h:script>c</a>"), TEXT(HEAD "<a>c</a>\n"), SK_ELEMENT_XML_ACTIVE, 1 },
        { TEXT("<a><s xmlns='" XHTML "\xE2\x80\x8B'/></a>"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_XML_ACTIVE, 1 },
        { TEXT("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x90\x5C\x90\xBF</a>"), TEXT(HEAD "<a>申請</a>\n"), SK_ELEMENT_TEXT_ENCODING, 1 },
        { TEXT("\xFF\xFE<\0a\0/\0>\0"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_TEXT_ENCODING, 1 },
        { TEXT("\xEF\xBB\xBF<a/>"), TEXT(HEAD "<a/>\n"), SK_ELEMENT_TEXT_BOM, 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        autodisarmed out = disarm(rows[i].in, SK_TYPE_XML, SK_LEVEL_REBUILT);
        assert_output(&out, rows[i].out);
        if (rows[i].element == SK_ELEMENT_NONE)
            g_assert_cmpuint(out.report->findings->len, ==, 0);
        else
            g_assert_cmpuint(found(&out, rows[i].element), ==, rows[i].count);
        autodisarmed again = disarm(output_of(&out), SK_TYPE_XML, SK_LEVEL_TEXT);
        assert_output(&again, rows[i].out);
        g_assert_cmpuint(again.report->findings->len, ==, 0);
    }
}

static void
refused(void)
{
    static const struct {
        const char *in;
        SkReason reason;
    } rows[] = {
        { "<a>", SK_REASON_MALFORMED },
        { "<a></b>", SK_REASON_MALFORMED },
        { "<a/><b/>", SK_REASON_MALFORMED },
        { "<a>&b;</a>", SK_REASON_MALFORMED },
        { "<p:a/>", SK_REASON_MALFORMED },
        { "<a b='1' b='2'/>", SK_REASON_MALFORMED },
        { "<a\xE2\x80\x8B/>", SK_REASON_MALFORMED },
        { "<a b\xE2\x80\xAE='1'/>", SK_REASON_MALFORMED },
        { "<?xml version='1.0'?><!DOCTYPE a><a/>", SK_REASON_FORBIDDEN },
        { "<?xml version='1.0'?><h:html xmlns:h='" XHTML "'><h:script>alert(1)</h:script></h:html>", SK_REASON_FORBIDDEN },
        { "<?xml version='1.0'?><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='b'/>", SK_REASON_FORBIDDEN },
        { "<?xml version='1.0' encoding='UTF-7'?><a/>", SK_REASON_UNSUPPORTED },
        { "<?xml version='1.0' encoding='EUC-JP'?><a>\x90</a>", SK_REASON_MALFORMED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        autodisarmed out = disarm(sk_span_str(rows[i].in), SK_TYPE_XML, SK_LEVEL_REBUILT);
        if (out.report->reason != SK_REASON_TYPE_MISMATCH) /* some are known before they are read */
            assert_refused(&out, rows[i].reason);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disarm/xml/rewritten", rewritten);
    g_test_add_func("/disarm/xml/refused", refused);
    return g_test_run();
}
