/* SPDX-License-Identifier: Apache-2.0
 *
 * test-svg.c - SVG pictures: what comes of one element, attribute or rule of a style sheet; what is told and what
 * refused. Whatever comes out conforms, and comes to rest. */
#include "disarming.h"
#include "verify/verify.h"

#define NS " xmlns=\"http://www.w3.org/2000/svg\""
#define XLINK " xmlns:xlink=\"http://www.w3.org/1999/xlink\""
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<svg" NS XLINK

static Disarmed
take(SkSpan svg)
{
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_SVG;
    job.strict_hint = true;
    Disarmed out = disarm_with(&job, svg);
    if (out.report->outcome == SK_OUTCOME_CLEAN) {
        g_autoptr(SkReport) proof = sk_report_new();
        sk_verify_run(&job, output_of(&out), proof);
        if (proof->outcome != SK_OUTCOME_CLEAN)
            g_error("verify: %s", g_array_index(proof->findings, SkFinding, 0).place);
        autodisarmed again = disarm_with(&job, output_of(&out));
        g_assert_true(g_bytes_equal(again.output, out.output));
    }
    return out;
}

typedef struct {
    const char *in, *want; /* inside of the root; NULL: gone */
    SkElement told;        /* or NONE */
} Case;

#define STYLE(css, element) "<style>" css "</style>" element

static const Case cases[] = {
    { "<path d='M 10,20 l.5.5-1e1,2 a1 1 0 01 5 5 z'/>", "<path d=\"M10 20l0.5 0.5 -10 2a1 1 0 0 1 5 5z\"/>", 0 },
    { "<path d='M0 0L1 1L2'/>", "<path d=\"M0 0L1 1\"/>", 0 },
    { "<path d='L1 1'/>", "<path/>", SK_ELEMENT_PICTURE_UNKNOWN },
    { "<rect width='010.500' height='+.5px' x='-0' y='1e-3' rx='50%'/>",
      "<rect height=\"0.5px\" rx=\"50%\" width=\"10.5\" x=\"0\" y=\"0.001\"/>", 0 },
    { "<rect width='12345678901'/>", "<rect/>", SK_ELEMENT_PICTURE_UNKNOWN },
    { "<g fill='#ABC' stroke='rgb(255, 0,50%)' color='Red'/>", "<g color=\"Red\" fill=\"#aabbcc\" stroke=\"#ff0080\"/>", 0 },
    { "<g fill='rgba(1,2,3,.50)' stroke='rgba(1,2,3,1)'/>", "<g fill=\"rgba(1,2,3,0.5)\" stroke=\"#010203\"/>", 0 },
    { "<g transform='translate(10px , 5) rotate(45deg)'/>", "<g transform=\"translate(10 5) rotate(45)\"/>", 0 },
    { "<g transform='evil(1)'/>", "<g/>", SK_ELEMENT_PICTURE_UNKNOWN },
    { "<text font-family='\"MS 明朝\", serif' xml:space='preserve'> 住民 &amp; 票 </text>",
      "<text font-family=\"MS 明朝,serif\" xml:space=\"preserve\"> 住民 &amp; 票 </text>", 0 },
    /* What acts. */
    { "<script>alert(1)</script>", NULL, SK_ELEMENT_SVG_SCRIPT },
    { "<g onclick='alert(1)'/>", "<g/>", SK_ELEMENT_SVG_SCRIPT },
    { "<g OnLoad='alert(1)'/>", "<g/>", SK_ELEMENT_SVG_SCRIPT },
    { "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>", NULL, SK_ELEMENT_SVG_FOREIGN },
    { "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>a</x:script>", NULL, SK_ELEMENT_SVG_SCRIPT },
    { "<set attributeName='href' to='javascript:a'/>", NULL, SK_ELEMENT_PICTURE_ANIMATION },
    { "<a xlink:href='javascript:alert(1)'><g/></a>", "<g><g/></g>", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "<a xlink:href=' java&#9;script:alert(1)'><g/></a>", "<g><g/></g>", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "<a href='https://example.jp/a'><g/></a>", "<a xlink:href=\"https://example.jp/a\"><g/></a>", SK_ELEMENT_HYPERLINK },
    { "<text><a href='data:text/html,x'>y</a></text>", "<text><tspan>y</tspan></text>", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "<image xlink:href='http://example.jp/a.png'/>", "<image/>", SK_ELEMENT_SVG_EXTERNAL },
    { "<use href='other.svg#a'/>", "<use/>", SK_ELEMENT_SVG_EXTERNAL },
    { "<g fill='url(http://example.jp/#a)'/>", "<g fill=\"none\"/>", SK_ELEMENT_SVG_EXTERNAL },
    { "<g style='fill:url(//example.jp/a)'/>", "<g/>", SK_ELEMENT_SVG_EXTERNAL },
    { "<feImage xlink:href='http://example.jp/'/>", NULL, SK_ELEMENT_SVG_EXTERNAL },
    { STYLE("@import 'http://example.jp/a.css';", ""), NULL, SK_ELEMENT_SVG_EXTERNAL },
    { "<?xml-stylesheet href='a.css'?><g/>", "<g/>", SK_ELEMENT_XML_INSTRUCTION },
    { "<metadata><a/></metadata><i:x xmlns:i='urn:i' onclick='a'/>", NULL, SK_ELEMENT_PICTURE_METADATA },
    /* References. */
    { "<use href='#a'/><g id='a'/>", "<use xlink:href=\"#i1\"/><g id=\"i1\"/>", 0 },
    { "<g id='a'/>", "<g/>", 0 },
    { "<use href='#b'/>", "<use/>", SK_ELEMENT_SVG_REFERENCE },
    { "<g fill='url(#a) red'/><clipPath id='a'/>", "<g fill=\"none\"/><clipPath/>", SK_ELEMENT_SVG_REFERENCE },
    { "<g fill='url(\"#a\")'/><pattern id='a'/>", "<g fill=\"url(#i1)\"/><pattern id=\"i1\"/>", 0 },
    { "<g id='x'/><use href='#x'/><rect id='x'/>", "<g id=\"i1\"/><use xlink:href=\"#i1\"/><rect/>", 0 },
    /* Style sheets. */
    { STYLE("g{fill:red}", "<g fill='blue'/>"), "<g fill=\"red\"/>", 0 },
    { STYLE(".a,rect{fill:red}.b{fill:#00f;opacity:.5}", "<g class='a b'/>"), "<g fill=\"#0000ff\" opacity=\"0.5\"/>", 0 },
    { STYLE("#x{fill:red}.a{fill:blue}", "<g id='x' class='a'/>"), "<g fill=\"red\"/>", 0 },
    { STYLE("g{fill:red !important}", "<g style='fill:blue'/>"), "<g fill=\"red\"/>", 0 },
    { STYLE("svg > g path{fill:red}", "<g><a><path/></a></g><path/>"),
      "<g><g><path fill=\"red\"/></g></g><path/>", 0 },
    { STYLE("/* a{} */ *{stroke:red}", "<g/>"), NULL, 0 },
    { STYLE("a:hover{fill:red}", "<g/>"), "<g/>", SK_ELEMENT_SVG_STYLE },
    { STYLE("@media print{g{fill:red}}", "<g/>"), "<g/>", SK_ELEMENT_SVG_STYLE },
    { "<g style='mix-blend-mode:multiply;fill:red;-x:y'/>", "<g fill=\"red\" style=\"mix-blend-mode:multiply\"/>", 0 },
    { "<g style='behavior:url(#x);width:expression(1)'/>", "<g/>", SK_ELEMENT_SVG_STYLE },
    /* Of a switch, what may be shown. */
    { "<switch><foreignObject/><g requiredExtensions='x'/><g systemLanguage='en'/><g fill='red'/><g/></switch>",
      "<g><g fill=\"red\"/></g>", 0 },
};

static void
test_case(const void *data)
{
    const Case *c = data;
    g_autofree char *in = g_strdup_printf("<svg" NS XLINK ">%s</svg>", c->in);
    autodisarmed out = take(sk_span_str(in));

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    if (c->told != SK_ELEMENT_NONE)
        g_assert_cmpuint(found(&out, c->told), >, 0);
    g_autofree char *got = sk_span_dup(output_of(&out));
    if (c->want != NULL) {
        g_autofree char *want = g_strdup_printf(HEAD ">%s</svg>", c->want);
        g_assert_cmpstr(got, ==, want);
    }
    static const char *const never[] = { "script", "alert", "example.jp/a.", "expression", "import", "javascript" };
    for (unsigned i = 0; i < G_N_ELEMENTS(never); i++)
        g_assert_null(strstr(got, never[i]));
}

/* ---- what refuses ----------------------------------------------------------------------------- */

static void
refused(const char *svg, SkReason reason)
{
    autodisarmed out = take(sk_span_str(svg));
    g_assert_cmpstr(sk_reason_name(out.report->reason), ==, sk_reason_name(reason));
}

static void
test_refused(void)
{
    GString *bomb = g_string_new("<svg" NS ">");

    refused("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", SK_REASON_TYPE_MISMATCH);
    refused("<svg/>", SK_REASON_MALFORMED);
    refused("<svg" NS "><g></svg>", SK_REASON_MALFORMED);
    refused("<svg" NS "><g id='a'><use href='#a'/></g></svg>", SK_REASON_MALFORMED);
    refused("<svg" NS "><g id='a' fill='url(#b)'/><pattern id='b'><use href='#a'/></pattern></svg>", SK_REASON_MALFORMED);
    refused("<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg" NS "/>", SK_REASON_FORBIDDEN);
    refused("<!DOCTYPE svg [<!ENTITY a '&b;&b;'><!ENTITY b 'x'>]><svg" NS "/>", SK_REASON_FORBIDDEN);
    refused("<!DOCTYPE svg [<!ENTITY % a 'x'>]><svg" NS "/>", SK_REASON_FORBIDDEN);
    g_string_append(bomb, "<g id='a0'/>");
    for (unsigned i = 1; i < 8; i++) {
        g_string_append_printf(bomb, "<g id='a%u'>", i);
        for (unsigned k = 0; k < 10; k++)
            g_string_append_printf(bomb, "<use href='#a%u'/>", i - 1);
        g_string_append(bomb, "</g>");
    }
    g_string_append(bomb, "</svg>");
    refused(bomb->str, SK_REASON_LIMIT);
    g_string_free(bomb, TRUE);
}

static void
test_entities(void)
{
    autodisarmed out = take(sk_span_str("<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
                                        "\"http://www.w3.org/a.dtd\" [ <!ENTITY ns \"http://www.w3.org/2000/svg\"> ]>"
                                        "<svg xmlns=\"&ns;\"><g/></svg>"));

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_true(sk_span_is(output_of(&out), HEAD "><g/></svg>"));
}

/* A PNG of one pixel inside, with words in it, and one that is none. */
static void
test_image(void)
{
    static const char png[] =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    g_autofree char *good = g_strdup_printf("<svg" NS "><image href='data:image/png;base64,%s'/></svg>", png);
    autodisarmed out = take(sk_span_str(good));

    g_assert_true(sk_span_find(output_of(&out), 0, sk_span_str("data:image/png;base64,")) != SIZE_MAX);
    autodisarmed none = take(sk_span_str("<svg" NS "><image href='data:image/png;base64,AAAA'/></svg>"));
    g_assert_cmpint(none.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&none, SK_ELEMENT_UNSUPPORTED_PICTURE), ==, 1);
    g_assert_true(sk_span_find(output_of(&none), 0, sk_span_str("data:image/png;base64,")) != SIZE_MAX);
    autodisarmed inner = take(sk_span_str("<svg" NS "><image href='data:image/svg+xml;base64,PHN2Zy8+'/></svg>"));
    g_assert_cmpuint(found(&inner, SK_ELEMENT_UNSUPPORTED_PICTURE), ==, 1);
    g_assert_true(sk_span_find(output_of(&inner), 0, sk_span_str("svg+xml")) == SIZE_MAX);
}

static void
test_gzip(void)
{
    static const uint8_t gzip[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xb3, 0x29, 0x2e, 0x4b, 0x57, 0xa8, 0xc8, 0xcd, 0xc9,
                                    0x2b, 0xb6, 0x55, 0xca, 0x28, 0x29, 0x29, 0xb0, 0xd2, 0xd7, 0x2f, 0x2f, 0x2f, 0xd7, 0x2b };
    autodisarmed cut = take(sk_span(gzip, sizeof gzip));

    g_assert_cmpint(cut.report->reason, ==, SK_REASON_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/svg/case/%u", i);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/svg/refused", test_refused);
    g_test_add_func("/svg/entities", test_entities);
    g_test_add_func("/svg/image", test_image);
    g_test_add_func("/svg/gzip", test_gzip);
    return g_test_run();
}
