/* SPDX-License-Identifier: Apache-2.0
 *
 * test-html.c - web pages: what comes of one construction, what is told, what never comes through. Whatever comes out
 * conforms, and comes to rest. */
#include "disarming.h"
#include "verify/verify.h"

#include <string.h>

static Disarmed
take(SkSpan page)
{
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_HTML;
    job.strict_hint = true;
    Disarmed out = disarm_with(&job, page);
    if (out.report->outcome == SK_OUTCOME_CLEAN) {
        g_autoptr(SkReport) proof = sk_report_new();
        sk_verify_run(&job, output_of(&out), proof);
        if (proof->outcome != SK_OUTCOME_CLEAN)
            g_error("verify: %s in %.*s", g_array_index(proof->findings, SkFinding, 0).place,
                    (int)output_of(&out).n, (const char *)output_of(&out).p);
        autodisarmed again = disarm_with(&job, output_of(&out));
        g_assert_true(g_bytes_equal(again.output, out.output));
    }
    return out;
}

typedef struct {
    const char *in, *want; /* inside of the body */
    SkElement told;        /* or NONE */
} Case;

static const Case cases[] = {
    { "<p>住民<b>票", "<p>住民<b>票</b></p>", 0 },
    { "<P ALIGN=Center onclick=x>a", "<p align=\"center\">a</p>", SK_ELEMENT_HTML_SCRIPT },
    { "a&amp;b&copy&#x3042;&nbsp;&lt;", "a&amp;b©あ\xc2\xa0&lt;", 0 },
    { "<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>", 0 },
    { "<b>1<p>2</b>3</p>", "<b>1</b><p><b>2</b>3</p>", 0 },
    { "<table><tr><td>a<td>b</table>",
      "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", 0 },
    { "<table>x<tr><td>a</table>", "x<table><tbody><tr><td>a</td></tr></tbody></table>", 0 },
    { "<pre>\n\n a</pre>", "<pre>\n\n a</pre>", 0 },
    { "<ruby>漢<rt>かん</ruby>", "<ruby>漢<rt>かん</rt></ruby>", 0 },
    { "<font color=RED size=+1 face='MS 明朝'>x</font>",
      "<font color=\"red\" face=\"'MS 明朝'\" size=\"+1\">x</font>", 0 },
    { "<div style='COLOR:RGB(1,2,3); margin:0 .50em; behavior:url(a); x:expression(1)'>x</div>",
      "<div style=\"color:#010203;margin:0 0.5em\">x</div>", SK_ELEMENT_HTML_EXTERNAL },
    { "<div style='width:expression(alert(1));-moz-binding:url(x)'>x</div>", "<div>x</div>", SK_ELEMENT_HTML_STYLE },
    { "<div style='background:#abc url(http://a.example/)'>x</div>", "<div>x</div>", SK_ELEMENT_HTML_EXTERNAL },
    { "<a href=#x>a</a><p id=x>b", "<a href=\"#i1\">a</a><p id=\"i1\">b</p>", 0 },
    { "<a href=#y>a</a>", "<a>a</a>", SK_ELEMENT_HTML_REFERENCE },
    { "<a href='https://example.jp/?a=1&amp;b'>a</a>", "<a href=\"https://example.jp/?a=1&amp;b\">a</a>", SK_ELEMENT_HYPERLINK },
    { "<a href='https://evil.example/'>https://bank.example.jp/</a>",
      "<a href=\"https://evil.example/\">https://bank.example.jp/</a>", SK_ELEMENT_HTML_DECEPTIVE_LINK },
    { "<a href=' java&#9;script:alert(1)'>a</a>", "<a>a</a>", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "<a href='&#106avascript:alert(1)'>a</a>", "<a>a</a>", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "<a href='vbscript:x' download=a.exe>a</a>", "<a>a</a>", SK_ELEMENT_HTML_SMUGGLING },
    { "<a href='data:text/html,x'>a</a>", "<a>a</a>", SK_ELEMENT_UNSAFE_HYPERLINK },
    { "<img src=http://a.example/x.png alt=図>", "<img alt=\"図\">", SK_ELEMENT_HTML_EXTERNAL },
    { "<img src=http://a.example/x.gif width=1 height=1>", "", SK_ELEMENT_HTML_TRACKER },
    { "<img srcset='http://a.example/x 2x' alt=x>", "<img alt=\"x\">", SK_ELEMENT_HTML_EXTERNAL },
    { "<img src='data:image/svg+xml,<svg onload=alert(1)>' alt=x>", "<img alt=\"x\">", 0 },
    { "<script>alert(1)</script>x", "x", SK_ELEMENT_HTML_SCRIPT },
    { "<script><!--<script></script>--></script>x", "x", SK_ELEMENT_HTML_SCRIPT },
    { "<iframe src=x><p>a</iframe>b", "b", SK_ELEMENT_HTML_EMBEDDED },
    { "<object data=x><p>a</object>", "<p>a</p>", SK_ELEMENT_HTML_EMBEDDED },
    { "<form action=x><input value=1>名</form>", "<div>名</div>", SK_ELEMENT_HTML_FORM },
    { "<base href=http://a.example/>x", "x", SK_ELEMENT_HTML_REDIRECT },
    { "<meta http-equiv=Refresh content='0;url=x'>x", "x", SK_ELEMENT_HTML_REDIRECT },
    { "<link rel=stylesheet href=x>x", "x", SK_ELEMENT_HTML_EXTERNAL },
    { "<!--[if IE]><p>a<![endif]-->x", "x", SK_ELEMENT_HTML_COMMENT },
    { "<![if IE]>y<![endif]>x", "yx", SK_ELEMENT_HTML_COMMENT },
    { "<p style=display:none>a", "<p style=\"display:none\">a</p>", SK_ELEMENT_HTML_HIDDEN },
    { "a\xe2\x80\xae" "b&#x202e;c", "abc", SK_ELEMENT_TEXT_BIDI },
    /* Constructions that change when they are read again, as published against other cleaners. */
    { "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", NULL, 0 },
    { "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", NULL, SK_ELEMENT_HTML_ISLAND },
    { "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", NULL, SK_ELEMENT_HTML_ISLAND },
    { "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", NULL, SK_ELEMENT_HTML_ISLAND },
    { "<svg><![CDATA[><img src=x onerror=alert(1)>]]>", NULL, SK_ELEMENT_HTML_ISLAND },
    { "<template><s><template><s><img src=x onerror=alert(1)>@</s></template>", NULL, SK_ELEMENT_HTML_EMBEDDED },
    { "<select><template><style><!--</style><a rel=\"--></style></template></select><img id=x src onerror=alert(1)>\">", NULL, SK_ELEMENT_HTML_FORM },
    { "<a title='`x`onerror=alert(1)`'>a</a><img alt='``onerror=alert(1)'>", NULL, 0 },
    { "<xmp><p title=\"</xmp><img src onerror=alert(1)>\">", NULL, 0 },
    { "<noembed><p title=\"</noembed><img src onerror=alert(1)>\">", NULL, 0 },
    { "<textarea><p title=\"</textarea><img src onerror=alert(1)>\">", NULL, SK_ELEMENT_HTML_FORM },
    { "<!--><img src onerror=alert(1)>-->", NULL, SK_ELEMENT_HTML_SCRIPT },
    { "<!-- --!><img src onerror=alert(1)>-->", NULL, SK_ELEMENT_HTML_SCRIPT },
    { "<?xml version='1.0'?><img src onerror=alert(1)>", NULL, SK_ELEMENT_HTML_SCRIPT },
    { "<a/href=x/onclick=alert(1)/>x<//a><//x onclick=alert(1)>", NULL, 0 },
    { "<table><td><table><a><table><a><img src onerror=alert(1)>", NULL, SK_ELEMENT_HTML_SCRIPT },
    { "<p><a><table><a><p><b><table><p></b>x", NULL, 0 },
    { "<h1><div><h2><p><h3><ul><li><dl><dt><dd><p><hr><form><form>x", NULL, 0 },
    { "<plaintext><script>alert(1)</script>", NULL, 0 },
    { "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>x", NULL, 0 },
    { "<body onload=alert(1)><body onfocus=alert(2) bgcolor=red>x", NULL, SK_ELEMENT_HTML_SCRIPT },
    { "<isindex action=javascript:alert(1)><keygen autofocus onfocus=alert(1)>", NULL, SK_ELEMENT_HTML_FORM },
    { "<p id='constructor'><a name=__proto__ href='#__proto__'>x", NULL, 0 },
};

static void
each(const void *data)
{
    const Case *c = data;
    g_autofree char *page = g_strconcat("<html>", c->in, NULL);
    autodisarmed out = take(sk_span_str(page));

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_autofree char *text = sk_span_dup(output_of(&out));
    const char *body = strstr(text, "<body");
    g_assert_nonnull(body);
    body = strchr(body, '>') + 1;
    g_autofree char *inside = g_strndup(body, strlen(body) - strlen("</body></html>"));
    if (c->want != NULL)
        g_assert_cmpstr(inside, ==, c->want);
    static const char *const never[] = { " on", "<script", "javascript:", "<style", "<svg", "<math", "<iframe", "http://a.", "url(" };
    for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
        for (const char *at = inside; (at = strstr(at, never[i])) != NULL; at++) {
            /* In a tag, and not in a value of it. */
            const char *open = at;
            unsigned quotes = 0;
            while (open > inside && *open != '<' && *open != '>') {
                quotes += *open == '"' ? 1 : 0;
                open--;
            }
            g_assert_true(*open != '<' || quotes % 2 == 1);
        }
    }
    if (c->told != SK_ELEMENT_NONE)
        g_assert_cmpuint(found(&out, c->told), >, 0);
}

static void
encodings(void)
{
    static const struct {
        const char *in, *want;
    } pages[] = {
        { "<meta charset=shift_jis><p>\x8f\x5a\x96\xaf", "住民" },
        { "<meta charset=euc-jp><p>\xbd\xbb\xcc\xb1", "住民" },
        { "<p>\x1b$B=;L1\x1b(B", "住民" },
        { "<meta charset=iso-8859-2><p>\xb1", "ą" },
        { "<meta charset=utf-7><p>+ADw-script+AD4-", "+ADw-script+AD4-" },
        { "<meta charset=utf-8><p>\x80x住民", "\xef\xbf\xbdx住民" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autofree char *page = g_strconcat("<html>", pages[i].in, NULL);
        autodisarmed out = take(sk_span_str(page));
        g_autofree char *text = sk_span_dup(output_of(&out));
        g_assert_nonnull(strstr(text, pages[i].want));
    }
}

/* Words that spell the head of a PDF, with and without a PDF behind it: found by fuzzing. */
static void
spells_another(void)
{
    static const char *const pages[] = { "<p>a<b>a h%PDF-ref=#x>d", "<title>&#37;PDF-1.4</title><pre>1 0 obj<</Type/Catalog>>endobj",
                                         "<html>%\1PDF-1.7" };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        autodisarmed out = take(sk_span_str(pages[i]));
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
        g_assert_cmpuint(found(&out, SK_ELEMENT_POLYGLOT), ==, 1);
        SkJob job = sk_job_default();
        job.hint = SK_TYPE_HTML;
        job.level = SK_LEVEL_TEXT;
        autodisarmed text = disarm_with(&job, sk_span_str(pages[i]));
        g_assert_false(text.report->outcome == SK_OUTCOME_CLEAN && sk_span_starts(output_of(&text), "%PDF-"));
    }
    g_autoptr(GString) late = g_string_new("<html>");
    for (unsigned i = 0; i < 400; i++)
        g_string_append(late, "abc ");
    g_string_append(late, "%PDF-1.7");
    autodisarmed out = take(sk_span(late->str, late->len));
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
}

/* The page of an archive, with the one picture that it shows; the script beside it is left out. */
static void
archive(void)
{
    static const char mht[] =
        "From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b1\"\r\n\r\n"
        "--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<p>=E4=BD=8F<img src=3Dcid:p1 alt=3Dx><img src=3Dcid:p2 alt=3Dy>\r\n"
        "--b1\r\nContent-Type: image/bmp\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAATCwAAEwsAAAAAAAAAAAAA/wAAAA==\r\n"
        "--b1\r\nContent-Type: text/javascript\r\nContent-Location: http://a.example/x.js\r\n\r\nalert(1)\r\n--b1--\r\n";
    SkJob job = sk_job_default();
    job.hint = SK_TYPE_MHT;
    autodisarmed out = disarm_with(&job, sk_span_str(mht));
    g_autofree char *text = sk_span_dup(output_of(&out));

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(out.report->type_out, ==, SK_TYPE_HTML);
    g_assert_nonnull(strstr(text, "<p>住<img alt=\"x\" src=\"data:image/png;base64,"));
    g_assert_nonnull(strstr(text, "<img alt=\"y\">"));
    g_assert_null(strstr(text, "alert"));
    g_assert_cmpuint(found(&out, SK_ELEMENT_HTML_ARCHIVE_PART), ==, 1);
}

static void
bounds(void)
{
    static const char *const parts[] = { "<div>", "<b><p>", "<table><td>", "<a><font size=1 color=red>", "<svg>", "<i x=", "<!--", "&amp", "<template>", "<select><option>", "</p>", "<ruby><rt>" };

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autoptr(GString) page = g_string_new("<html>");
        for (unsigned k = 0; k < 20000; k++)
            g_string_append(page, parts[i]);
        autodisarmed out = take(sk_span(page->str, page->len));
        g_assert_true(out.report->outcome == SK_OUTCOME_CLEAN || out.report->outcome == SK_OUTCOME_REFUSED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/disarm/html/%zu", i);
        g_test_add_data_func(path, &cases[i], each);
    }
    g_test_add_func("/disarm/html/encodings", encodings);
    g_test_add_func("/disarm/html/spells-another", spells_another);
    g_test_add_func("/disarm/html/archive", archive);
    g_test_add_func("/disarm/html/bounds", bounds);
    return g_test_run();
}
