/* SPDX-License-Identifier: Apache-2.0
 *
 * test-html.c - the profile of web pages: a page that uses all of it conforms, and one thing changed in it is refused
 * and called by its name. */
#include "build.h"

#include <string.h>

#define CSP "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
#define HEAD                                                                                                           \
    "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"                                          \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"" CSP "\">\n"                                              \
    "<meta name=\"referrer\" content=\"no-referrer\">\n"                                                               \
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>住民票 &amp; 印鑑</title>\n</head>\n"
#define END "</body></html>"

/* Every class of value, both kinds of elements. */
#define WHOLE                                                                                                          \
    "<h1 align=\"center\" id=\"i1\">窓口の案内</h1>\n<p dir=\"ltr\" lang=\"ja-JP\" title=\"&quot;&amp;&lt;&gt;\">受付"  \
    "&lt;<b>九時</b>&gt;<br><a href=\"#i2\">次</a> <a href=\"https://www.example.jp/?a=1&amp;b=2\">外</a></p>\n"         \
    "<table bgcolor=\"#ffee00\" border=\"1\" summary=\"表\" width=\"50%\"><tbody><tr valign=\"top\">"                  \
    "<td colspan=\"2\" height=\"20\" nowrap=\"\">甲</td></tr></tbody></table>\n"                                       \
    "<ol start=\"3\" type=\"a\"><li id=\"i2\" value=\"12345\">乙</li></ol>\n"                                          \
    "<div style=\"color:#01aaff;margin:0 -0.5em 1.25px auto;font-family:'MS 明朝','sans-serif'\">\n"                   \
    "<pre>\n\n 丙</pre></div><hr noshade=\"\" size=\"2\"><ruby>漢<rp>(</rp><rt>かん</rt></ruby>\n"                      \
    "<font color=\"red\" face=\"'A_b-c.d+1'\" size=\"-1\">丁</font><img alt=\"図\" width=\"10\">\n"

typedef struct {
    const char *word, *inside; /* of the body */
} Case;

static const Case cases[] = {
    { "clean", "" },
    { "clean", WHOLE },
    { "clean", "<p>javascript:alert(1) onclick=\"x\" url(x) '\"</p>" },
    { "clean", "<p id=\"i1\"><a href=\"#i1\">a</a></p>" },
    { "clean", "<a href=\"mailto:a@example.jp\">a</a>" },
    { "clean", "<details open=\"\"><summary>a</summary></details>" },
    { "clean", "<p style=\"border:1px solid #000000\">a</p>" },
    { "clean", "<img alt=\"&lt;script&gt;\">" },
    { "html-script", "<script>a</script>" },
    { "html-script", "<p onclick=\"a\">a</p>" },
    { "html-script", "<img alt=\"a\" onerror=\"alert(1)\">" },
    { "html-script", "<p on=\"\">a</p>" },
    { "html-form", "<form>a</form>" },
    { "html-form", "<input>" },
    { "html-form", "<button>a</button>" },
    { "html-form", "<select></select>" },
    { "html-form", "<textarea></textarea>" },
    { "html-embedded", "<iframe></iframe>" },
    { "html-embedded", "<object></object>" },
    { "html-embedded", "<embed>" },
    { "html-embedded", "<applet></applet>" },
    { "html-embedded", "<template></template>" },
    { "html-embedded", "<video></video>" },
    { "html-embedded", "<audio></audio>" },
    { "html-external", "<link>" },
    { "html-external", "<img alt=\"a\" src=\"http://a.example/\">" },
    { "html-external", "<img src=\"//a.example/x.png\">" },
    { "html-external", "<img src=\"\">" },
    { "html-external", "<img src=\"data:image/svg+xml;base64,AAAA\">" },
    { "html-external", "<img src=\"data:image/gif;base64,AAAA\">" },
    { "html-external", "<img src=\"data:text/html,a\">" },
    { "html-external", "<img src=\"DATA:image/png;base64,AAAA\">" },
    { "html-external", "<img srcset=\"a 2x\">" },
    { "html-external", "<table background=\"a\"></table>" },
    { "html-external", "<a ping=\"a\">a</a>" },
    { "html-external", "<p poster=\"a\">a</p>" },
    { "html-external", "<p style=\"background-color:url(http://a.example/)\">a</p>" },
    { "html-external", "<p style=\"color:red;width:url(a)\">a</p>" },
    { "html-redirect", "<base>" },
    { "html-redirect", "<meta http-equiv=\"refresh\">" },
    { "html-style", "<style>a</style>" },
    { "html-style", "<p style=\"behavior:a\">a</p>" },
    { "html-style", "<p style=\"position:fixed\">a</p>" },
    { "html-style", "<p style=\"background:red\">a</p>" },
    { "html-style", "<p style=\"width:expression(1)\">a</p>" },
    { "html-style", "<p style=\"width:calc(1px)\">a</p>" },
    { "html-style", "<p style=\"color:RED\">a</p>" },
    { "html-style", "<p style=\"color:#FFF\">a</p>" },
    { "html-style", "<p style=\"color: red\">a</p>" },
    { "html-style", "<p style=\"color:red !important\">a</p>" },
    { "html-style", "<p style=\"width:01px\">a</p>" },
    { "html-style", "<p style=\"width:1.50px\">a</p>" },
    { "html-style", "<p style=\"width:-0\">a</p>" },
    { "html-style", "<p style=\"width:1zz\">a</p>" },
    { "html-style", "<p style=\"width:1  2\">a</p>" },
    { "html-style", "<p style=\"margin:1 2 3 4 5 6 7 8 9 10 11 12 13\">a</p>" },
    { "html-style", "<p style=\"color:\\72 ed\">a</p>" },
    { "html-style", "<p style=\"color/**/:red\">a</p>" },
    { "html-style", "<p style=\"color\">a</p>" },
    { "html-style", "<p style=\"font-family:serif\">a</p>" },
    { "html-style", "<p style=\"font-family:' a'\">a</p>" },
    { "html-style", "<p style=\"font-family:'a','\">a</p>" },
    { "html-style", "<p style=\"font-family:'a\\27 '\">a</p>" },
    { "html-island", "<svg></svg>" },
    { "html-island", "<math></math>" },
    { "html-comment", "<!-- a -->" },
    { "html-comment", "<!doctype html>" },
    { "html-comment", "<p><![CDATA[a]]></p>" },
    { "html-smuggling", "<a download=\"a.exe\">a</a>" },
    { "html-reference", "<a href=\"#i1\">a</a>" },
    { "html-reference", "<p id=\"i1\"><a href=\"#i2\">a</a></p>" },
    { "html-reference", "<a href=\"#a\">a</a>" },
    { "html-reference", "<a href=\"#\">a</a>" },
    { "html-reference", "<p id=\"i1\"><a href=\"#i01\">a</a></p>" },
    { "html-unknown", "<foo>a</foo>" },
    { "html-unknown", "<P>a</P>" },
    { "html-unknown", "<?xml?>" },
    { "html-unknown", "<xmp>a</xmp>" },
    { "html-unknown", "<plaintext>" },
    { "html-unknown", "<noscript>a</noscript>" },
    { "html-unknown", "<title>a</title>" },
    { "html-unknown", "<head></head>" },
    { "html-unknown", "<frameset></frameset>" },
    { "html-unknown", "<p foo=\"a\">a</p>" },
    { "html-unknown", "<p class=\"a\">a</p>" },
    { "html-unknown", "<p href=\"#i1\">a</p>" },
    { "html-unknown", "<p src=\"a\">a</p>" },
    { "html-unknown", "<td align=\"left\" cellpadding=\"1\">a</td>" },
    { "html-unknown", "<p >a</p>" },
    { "unsafe-hyperlink", "<a href=\"javascript:alert(1)\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"JaVaScRiPt:alert(1)\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"java\nscript:alert(1)\">a</a>" },
    { "unsafe-hyperlink", "<a href=\" https://example.jp/\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"data:text/html,a\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"file://server/a\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"//example.jp/\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"a.html\">a</a>" },
    { "unsafe-hyperlink", "<a href=\"\">a</a>" },
    { "not-canonical", "<p>a" },
    { "not-canonical", "a</p>" },
    { "not-canonical", "<b><i>a</b></i>" },
    { "not-canonical", "<br></br>" },
    { "not-canonical", "<br/>" },
    { "not-canonical", "<body>a</body>" },
    { "not-canonical", "</body><p>a</p><body>" },
    { "not-canonical", "<p>a</p >" },
    { "not-canonical", "<p\n>a</p>" },
    { "not-canonical", "<pre>a</pre>" },
    { "not-canonical", "a > b" },
    { "not-canonical", "a & b" },
    { "not-canonical", "a &nbsp; b" },
    { "not-canonical", "a &#38; b" },
    { "not-canonical", "a &quot; b" },
    { "not-canonical", "a &amp b" },
    { "not-canonical", "a &AMP; b" },
    { "not-canonical", "<p title=\"a&apos;\">a</p>" },
    { "not-canonical", "<p title=\"a&#x22;\">a</p>" },
    { "not-canonical", "<p title=\"a>\">a</p>" },
    { "not-canonical", "<p title=\"a<\">a</p>" },
    { "not-canonical", "<p title=a>a</p>" },
    { "not-canonical", "<p title='a'>a</p>" },
    { "not-canonical", "<p title>a</p>" },
    { "not-canonical", "<p title =\"a\">a</p>" },
    { "not-canonical", "<p title=\"a\"lang=\"ja\">a</p>" },
    { "not-canonical", "<p title=\"a\" lang=\"ja\">a</p>" },
    { "not-canonical", "<p title=\"a\" title=\"a\">a</p>" },
    { "not-canonical", "<p align=\"Left\">a</p>" },
    { "not-canonical", "<p align=\"\">a</p>" },
    { "not-canonical", "<p lang=\"1\">a</p>" },
    { "not-canonical", "<p lang=\"ja_JP\">a</p>" },
    { "not-canonical", "<p id=\"a\">a</p>" },
    { "not-canonical", "<p id=\"i2\">a</p>" },
    { "not-canonical", "<p id=\"i01\">a</p>" },
    { "not-canonical", "<p id=\"i1\"><b id=\"i1\">a</b></p>" },
    { "not-canonical", "<p style=\"\">a</p>" },
    { "not-canonical", "<p style=\"color:red;\">a</p>" },
    { "not-canonical", "<td colspan=\"02\">a</td>" },
    { "not-canonical", "<td colspan=\"123456\">a</td>" },
    { "not-canonical", "<td width=\"1px\">a</td>" },
    { "not-canonical", "<td nowrap=\"nowrap\">a</td>" },
    { "not-canonical", "<font color=\"#abc\">a</font>" },
    { "not-canonical", "<font face=\"serif\">a</font>" },
    { "not-canonical", "<font size=\"+-1\">a</font>" },
    { "not-canonical", "<img src=\"data:image/png;base64,A\">" },
    { "not-canonical", "<img src=\"data:image/png;base64,\">" },
    { "text-control", "a\033b" },
    { "text-control", "a\fb" },
    { "text-newline", "a\r\nb" },
    { "text-invisible", "a\xe2\x80\x8b" "b" },
    { "text-bidi", "<p title=\"gpj\xe2\x80\xae" "exe\">a</p>" },
    { "text-encoding", "a\xc0\xafz" },
    { "text-encoding", "a\x83z" },
};

static GByteArray *
page(const char *inside)
{
    GByteArray *out = bytes_new(HEAD "<body>");

    put_str(out, inside);
    put_str(out, END);
    return out;
}

static void
test_case(const void *data)
{
    const Case *c = data;
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = page(c->inside);
    g_autofree char *place = strcmp(c->word, "clean") == 0 ? NULL : verify_place(SK_TYPE_HTML, bytes_span(file));

    g_autofree char *inside = g_strescape(c->inside, NULL);
    g_test_message("at: %s in %s", place, inside);
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(file), &job), ==, c->word);
}

/* In the page the first @old becomes @new. */
static const struct {
    const char *word, *old, *new;
} changes[] = {
    { "clean", " lang=\"ja\"", "" },
    { "clean", "ja\"", "en-GB\"" },
    { "clean", "住民票 &amp; 印鑑", "" },
    { "clean", "<body>", "<body bgcolor=\"#ffffff\" text=\"black\">" },
    { "wrong-type", "<!DOCTYPE html>\n", "" },
    { "wrong-type", "<!DOCTYPE", "<!doctype" },
    { "wrong-type", "<!DOCTYPE html>", "<!DOCTYPE html PUBLIC \"a\">" },
    { "wrong-type", "<!DOCTYPE", " <!DOCTYPE" },
    { "wrong-type", "<!DOCTYPE", "\xef\xbb\xbf<!DOCTYPE" },
    { "wrong-type", "<html", "<HTML" },
    { "not-canonical", "\"ja\"", "\"\"" },
    { "not-canonical", "\"ja\"", "\"j\"\"" },
    { "not-canonical", "\"ja\"", "\"ja\" manifest=\"a\"" },
    { "not-canonical", "\"ja\"", "\"ja\" onload=\"a\"" },
    { "not-canonical", "utf-8", "utf-7" },
    { "not-canonical", "'none'", "'self'" },
    { "not-canonical", "img-src data:", "img-src *" },
    { "not-canonical", "'unsafe-inline'", "'unsafe-inline'; script-src 'unsafe-inline'" },
    { "not-canonical", "Content-Security-Policy", "Content-Security-Policy-Report-Only" },
    { "not-canonical", "<meta http-equiv=\"Content-Security-Policy\" content=\"" CSP "\">\n", "" },
    { "not-canonical", "no-referrer", "unsafe-url" },
    { "not-canonical", "<meta name=\"viewport\"", "<script></script><meta name=\"viewport\"" },
    { "not-canonical", "<title>", "<TITLE>" },
    { "not-canonical", "&amp; 印鑑", "& 印鑑" },
    { "not-canonical", "印鑑", "<b>印鑑" },
    { "not-canonical", "印鑑", "</title><script>" },
    { "not-canonical", "</head>\n", "<style></style></head>\n" },
    { "not-canonical", "</head>\n", "</head>" },
    { "not-canonical", "</head>\n", "</head>\n\n" },
    { "not-canonical", "<body>", "" },
    { "not-canonical", "<body>", "<div>" },
    { "html-script", "<body>", "<body onload=\"a\">" },
    { "html-external", "<body>", "<body background=\"a\">" },
    { "html-unknown", "<body>", "<frameset>" },
    { "not-canonical", "</body>", "" },
    { "not-canonical", "</body>", "</body>\n" },
    { "not-canonical", "</html>", "" },
    { "not-canonical", "</html>", "</HTML>" },
    { "not-canonical", "</html>", "<p>a</p></html>" },
    { "not-canonical", "</html>", "</html>\n" },
    { "not-canonical", "</html>", "</html><!-- a -->" },
    { "not-canonical", "</html>", "</html><script></script>" },
};

static void
test_changes(void)
{
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = page("<p>本文</p>");
    g_autofree char *text = sk_span_dup(bytes_span(file));

    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        const char *at = strstr(text, changes[i].old);
        g_assert_nonnull(at);
        g_autofree char *before = g_strndup(text, (gsize)(at - text));
        g_autofree char *other = g_strconcat(before, changes[i].new, at + strlen(changes[i].old), NULL);
        g_autofree char *new = g_strescape(changes[i].new, NULL), *old = g_strescape(changes[i].old, NULL);
        g_test_message("%s for %s", new, old);
        g_assert_cmpstr(verify_word(SK_TYPE_HTML, sk_span_str(other), &job), ==, changes[i].word);
    }
}

/* The head as the document has it, which is what the profile demands. */
static void
test_document(void)
{
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_SOURCE"), "docs/formats/html.md", NULL);
    g_autofree char *document = NULL;

    g_assert_true(g_file_get_contents(path, &document, NULL, NULL));
    const char *from = strstr(document, "  ```\n");
    g_assert_nonnull(from);
    from += strlen("  ```\n");
    const char *to = strstr(from, "  ```\n");
    g_assert_nonnull(to);
    g_autofree char *block = g_strndup(from + 2, (gsize)(to - from - 2));
    g_auto(GStrv) lines = g_strsplit(block, "\n  ", -1);
    g_autofree char *head = g_strjoinv("\n", lines);
    g_auto(GStrv) around = g_strsplit(head, "…", -1);
    g_assert_cmpuint(g_strv_length(around), ==, 2);
    g_autofree char *whole = g_strconcat(around[0], "案内", around[1], "<body>a" END, NULL);
    assert_clean(SK_TYPE_HTML, bytes_new(whole));
}

static void
test_whole(void)
{
    g_autoptr(GByteArray) file = page(WHOLE), nul = page("a?b"), small = page("<p id=\"i1\">a</p>");

    assert_every_cut_refused(SK_TYPE_HTML, bytes_span(file));
    assert_flips_harmless(SK_TYPE_HTML, bytes_span(small));
    for (size_t i = 0; i < nul->len; i++)
        nul->data[i] = nul->data[i] == '?' ? 0 : nul->data[i];
    SkJob job = sk_job_default();
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(nul), &job), ==, "text-control");
    assert_refused(SK_TYPE_HTML, bytes_new(""), "wrong-type");
}

/* Links stand by the policy's word alone; a place in the page is no link. */
static void
test_policy(void)
{
    g_autoptr(GByteArray) link = page("<a href=\"https://example.jp/\">a</a>");
    g_autoptr(GByteArray) place = page("<a href=\"#i1\">a</a><p id=\"i1\">b</p>");
    SkJob job = sk_job_default();

    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(link), &job), ==, "clean");
    job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REMOVED;
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(link), &job), ==, "hyperlink");
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(place), &job), ==, "clean");
    job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REFUSED;
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(link), &job), ==, "hyperlink");
    job.level = SK_LEVEL_TEXT;
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(place), &job), !=, "clean");
}

static void
test_depth(void)
{
    for (unsigned n = 511; n <= 512; n++) {
        g_autoptr(GString) inside = g_string_new(NULL);
        for (unsigned i = 0; i < n; i++)
            g_string_append(inside, "<div>");
        for (unsigned i = 0; i < n; i++)
            g_string_append(inside, "</div>");
        if (n == 511)
            assert_clean(SK_TYPE_HTML, page(inside->str));
        else
            assert_refused(SK_TYPE_HTML, page(inside->str), "not-canonical");
    }
}

/* What repeats may do so @most times. */
static void
test_edges(void)
{
    static const struct {
        const char *before, *part, *after;
        unsigned most;
        const char *word;
    } edges[] = {
        { "<p align=\"a", "b", "\">a</p>", 31, "not-canonical" },
        { "<p lang=\"a", "-", "\">a</p>", 31, "not-canonical" },
        { "<li value=\"1", "0", "\">a</li>", 4, "not-canonical" },
        { "<img width=\"1", "0", "%\">", 4, "not-canonical" },
        { "<hr size=\"+1", "0", "\">", 2, "not-canonical" },
        { "<p style=\"color:a", "1", "\">a</p>", 31, "html-style" },
        { "<p style=\"width:-1", "0", ".5px\">a</p>", 5, "html-style" },
        { "<p style=\"width:0.", "5", "em\">a</p>", 4, "html-style" },
        { "<p style=\"margin:0", " 1", "\">a</p>", 11, "html-style" },
        { "<p style=\"font-family:'a", "b", "'\">a</p>", 63, "html-style" },
        { "<p style=\"font-family:'a'", ",'b'", "\">a</p>", 15, "html-style" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(edges); i++) {
        g_autoptr(GString) inside = g_string_new(edges[i].before);
        for (unsigned n = 0; n < edges[i].most; n++)
            g_string_append(inside, edges[i].part);
        g_autofree char *fits = g_strconcat(inside->str, edges[i].after, NULL);
        g_autofree char *over = g_strconcat(inside->str, edges[i].part, edges[i].after, NULL);
        g_test_message("%s", fits);
        assert_clean(SK_TYPE_HTML, page(fits));
        assert_refused(SK_TYPE_HTML, page(over), edges[i].word);
    }
}

static GByteArray *
with_picture(const char *type, const GByteArray *data, const char *tail)
{
    g_autofree char *base64 = g_base64_encode(data->data, data->len);
    g_autofree char *inside = g_strdup_printf("<img src=\"data:image/%s;base64,%s%s\">", type, base64, tail);
    return page(inside);
}

/* Pictures of the profile, and what is not quite one. */
static void
test_picture(void)
{
    JpegPlan plan = { .width = 9, .height = 9 }, trailing = { .width = 9, .height = 9, .tail = "MZ" };
    g_autoptr(GByteArray) png = png_build(NULL, NULL), text = png_build("tEXt", "Comment");
    g_autoptr(GByteArray) jpeg = jpeg_build(&plan), more = jpeg_build(&trailing);
    SkJob job = sk_job_default();

    assert_clean(SK_TYPE_HTML, with_picture("png", png, ""));
    assert_clean(SK_TYPE_HTML, with_picture("jpeg", jpeg, ""));
    assert_refused(SK_TYPE_HTML, with_picture("png", text, ""), "picture-text");
    assert_refused(SK_TYPE_HTML, with_picture("jpeg", more, ""), "trailing-data");
    assert_refused(SK_TYPE_HTML, with_picture("gif", png, ""), "html-external");
    assert_refused(SK_TYPE_HTML, with_picture("png", png, " "), "not-canonical");
    assert_refused(SK_TYPE_HTML, with_picture("png", png, "\n"), "not-canonical");
    assert_refused(SK_TYPE_HTML, with_picture("png", png, "="), "not-canonical");
    assert_refused(SK_TYPE_HTML, with_picture("png", png, "#a"), "not-canonical");
    g_autoptr(GByteArray) crossed = with_picture("jpeg", png, ""), other = with_picture("png", jpeg, "");
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(crossed), &job), !=, "clean");
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(other), &job), !=, "clean");
    png->data[png->len - 20] ^= 1;
    g_autoptr(GByteArray) damaged = with_picture("png", png, "");
    g_assert_cmpstr(verify_word(SK_TYPE_HTML, bytes_span(damaged), &job), !=, "clean");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/verify/html/%u/%s", i, cases[i].word);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/verify/html/changes", test_changes);
    g_test_add_func("/verify/html/document", test_document);
    g_test_add_func("/verify/html/whole", test_whole);
    g_test_add_func("/verify/html/policy", test_policy);
    g_test_add_func("/verify/html/depth", test_depth);
    g_test_add_func("/verify/html/edges", test_edges);
    g_test_add_func("/verify/html/picture", test_picture);
    return g_test_run();
}
