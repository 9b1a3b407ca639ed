/* SPDX-License-Identifier: Apache-2.0
 *
 * test-html.c - web pages as trees: what the standard makes of a construction, worked out by hand from its text; the
 * bounds that are ours; encodings of one byte against glibc's iconv. */
#include "unit/format/html-dump.h"
#include "format/single-byte.h"

#include <iconv.h>

#define BODY "<html><head></head><body>"
#define END "</body></html>"
#define HOLE "\xef\xbf\xbd"

typedef struct {
    const char *in, *want; /* the whole tree, or what is in its body */
} Case;

static const Case cases[] = {
    /* Character references. */
    { "a&amp;b&copy;&copy1&notit;&notin;", "a&amp;b©©1¬it;∉" },
    { "&#65;&#x42;&#X43;&#68 &#128;&#0;&#xD800;&#x110000;&#99999999999;", "ABCD €" HOLE HOLE HOLE HOLE },
    { "&bogus;&;& &#;&#x;&#xg;&", "&amp;bogus;&amp;;&amp; &amp;#;&amp;#x;&amp;#xg;&amp;" },
    { "&amp;lt;&AMP&LT;", "&amp;lt;&amp;&lt;" },
    { "&CounterClockwiseContourIntegral;&NotEqualTilde;", "∳≂̸" },
    { "<p title='&copy1 &copy; &not=x &lt'>", "<p title=\"&amp;copy1 © &amp;not=x &lt;\"></p>" },
    { "<p title=&#x22;&quot>", "<p title=\"&quot;&quot;\"></p>" },
    /* Tags. */
    { "<P TITLE=a title=b CLASS='c\"d' x/y=z>", "<p class=\"c&quot;d\" title=\"a\" x=\"\" y=\"z\"></p>" },
    { "<p a = b =c d=>x", "<p =c=\"\" a=\"b\" d=\"\">x</p>" },
    { "<p a='b'c=\"d\"e>x", "<p a=\"b\" c=\"d\" e=\"\">x</p>" },
    { "<p a=b/c>x", "<p a=\"b/c\">x</p>" },
    { "<div<b>x", "<div<b>x</div<b>" },
    { "<p\n\t/ / title=a>x</P\n>y", "<p title=\"a\">x</p>y" },
    { "<b/>x", "<b>x</b>" },
    { "<3 < a<b>", "&lt;3 &lt; a<b></b>" },
    { "a<", "a&lt;" },
    { "a</", "a&lt;/" },
    { "a</>b</ c>d", "abd" },
    { "a<b title='c", "a" },
    { "a</b", "a" },
    { "x<br></br>y</hr>", "x<br></br><br></br>y" },
    { "<image src=x>", "<img src=\"x\"></img>" },
    /* Comments and what is read as one. */
    { "a<!--b-->c<!-->d<!--->e<!----!>f", "acdef" },
    { "a<!--b<!--c-->d", "ad" },
    { "a<!--b--c-- >d", "a" },
    { "a<?b>c<!d>e<![CDATA[f]]>g", "aceg" },
    { "a<!--", "a" },
    /* Text that is no markup. */
    { "a<textarea>\n\n<b>&amp;</textareax></textarea >c", "a<textarea>\n&lt;b>&amp;&lt;/textareax></textarea>c" },
    { "<title>a<b>&lt;</titlex></TITLE>c",
      "<html><head><title>a&lt;b>&lt;&lt;/titlex></title></head><body>c" END },
    { "<p><style></styl>&amp;</style/>a", "<p><style>&lt;/styl>&amp;amp;</style>a</p>" },
    { "<p><script><!--<script></script>--></script>a",
      "<p><script>&lt;!--&lt;script>&lt;/script>--></script>a</p>" },
    { "<p><script><!--</script>a", "<p><script>&lt;!--</script>a</p>" },
    { "<p><script><!--<script>--></script>a", "<p><script>&lt;!--&lt;script>--></script>a</p>" },
    { "<p><script><!--<script></script></script>a", "<p><script>&lt;!--&lt;script>&lt;/script></script>a</p>" },
    { "<p><script><!--<scripta></script>a", "<p><script>&lt;!--&lt;scripta></script>a</p>" },
    { "<p><script><!--><script></script>a", "<p><script>&lt;!-->&lt;script></script>a</p>" },
    { "<p><script>a", "<p><script>a</script></p>" },
    { "<p><xmp>&amp;<b></xmp>", "<p></p><xmp>&amp;amp;&lt;b></xmp>" },
    { "<p><iframe><b></iframe>a", "<p><iframe>&lt;b></iframe>a</p>" },
    { "a<plaintext></plaintext><b>", "a<plaintext>&lt;/plaintext>&lt;b></plaintext>" },
    { "a<pre>\n\nb</pre><listing>\nc", "a<pre>\nb</pre><listing>c</listing>" },
    { "<i></i><noscript><p>a</noscript>b", "<i></i><noscript><p>ab</p></noscript>" },
    /* The whole page. */
    { "", BODY END },
    { " <!--x--> a", BODY "a" END },
    { "</p></div>x", BODY "x" END },
    { "</br>x", BODY "<br></br>x" END },
    { "<meta charset=x>a<title>b</title>",
      "<html><head><meta charset=\"x\"></meta></head><body>a<title>b</title>" END },
    { "<html a=1><html a=2 b=3><body c=4>x<body c=5 d=6>",
      "<html a=\"1\" b=\"3\"><head></head><body c=\"4\" d=\"6\">x" END },
    { "<head></head> <link>x", "<html><head><link></link></head> <body>x" END },
    { "<head><p>x", BODY "<p>x</p>" END },
    { "x</body>y</html>z", BODY "xyz" END },
    { "<p>a</body><p>b", BODY "<p>a</p><p>b</p>" END },
    { "<head><meta></head></head>x</head>", "<html><head><meta></meta></head><body>x" END },
    /* Ours: frames are not carried out, and a noscript in the head is only what it holds. */
    { "<frameset><frame></frameset>x", BODY "x" END },
    { "<noscript><link></noscript>x", "<html><head><link></link></head><body>x" END },
    /* Blocks, lists, forms. */
    { "<p>a<div>b</p>c", "<p>a</p><div>b<p></p>c</div>" },
    { "<p>a<p>b<h1>c<h2>d", "<p>a</p><p>b</p><h1>c</h1><h2>d</h2>" },
    { "<h1>a</h2>b", "<h1>a</h1>b" },
    { "<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>" },
    { "<li><div><li>a", "<li><div></div></li><li>a</li>" },
    { "<li><section><li>a", "<li><section><li>a</li></section></li>" },
    { "<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>" },
    { "<form>a<form>b</form>c", "<form>ab</form>c" },
    { "<form><div></form>x<form>y", "<form><div>x<form>y</form></div></form>" },
    { "<button><p>a<button>b", "<button><p>a</p></button><button>b</button>" },
    { "<p><button><p>a</button>b", "<p><button><p>a</p></button>b</p>" },
    { "<ruby>a<rt>b<rp>c</ruby>d", "<ruby>a<rt>b</rt><rp>c</rp></ruby>d" },
    { "<ruby><rb>a<rtc><rt>b<rt>c<rb>d", "<ruby><rb>a</rb><rtc><rt>b</rt><rt>c</rt></rtc><rb>d</rb></ruby>" },
    { "<div><span></div>x", "<div><span></span></div>x" },
    { "<span><p></span>x", "<span><p>x</p></span>" },
    { "<select><option>a<option>b<p>c</select>d", "<select><option>a</option><option>bc</option></select>d" },
    { "<select><optgroup><option>a<optgroup>b<input>", "<select><optgroup><option>a</option></optgroup><optgroup>b"
                                                       "</optgroup></select><input></input>" },
    /* Formatting: the adoption agency. */
    { "<b>1<i>2</b>3</i>4", "<b>1<i>2</i></b><i>3</i>4" },
    { "<b>1<p>2</b>3</p>4", "<b>1</b><p><b>2</b>3</p>4" },
    { "<p>1<b>2</p>3</b>4", "<p>1<b>2</b></p><b>3</b>4" },
    { "<a>1<div>2<div>3</a>4", "<a>1</a><div><a>2</a><div><a>3</a>4</div></div>" },
    { "<a>1<a>2", "<a>1</a><a>2</a>" },
    { "<nobr>1<nobr>2", "<nobr>1</nobr><nobr>2</nobr>" },
    { "<i><b><u><s><p>1</i>2",
      "<i><b><u><s></s></u></b></i><b><u><s><p><i>1</i>2</p></s></u></b>" },
    { "<i><b><u><s><tt><p>1</i>2",
      "<i><b><u><s><tt></tt></s></u></b></i><u><s><tt><p><i>1</i>2</p></tt></s></u>" },
    { "<font size=1><font size=2><p>x</font>y",
      "<font size=\"1\"><font size=\"2\"></font><p><font size=\"2\">x</font>y</p></font>" },
    { "<p><b><b><b><b></p>x",
      "<p><b><b><b><b></b></b></b></b></p><b><b><b>x</b></b></b>" },
    { "<p><b a=1><b a=2><b a=1 c><b c a=1></p>x",
      "<p><b a=\"1\"><b a=\"2\"><b a=\"1\" c=\"\"><b a=\"1\" c=\"\"></b></b></b></b></p>"
      "<b a=\"1\"><b a=\"2\"><b a=\"1\" c=\"\"><b a=\"1\" c=\"\">x</b></b></b></b>" },
    { "</b>x</i>", BODY "x" END },
    { "<b>1<object>2</b>3</object>4", "<b>1<object>23</object>4</b>" },
    /* Tables: what does not belong in one goes in front of it. */
    { "<table>1<tr>2<td>3</table>4", "12<table><tbody><tr><td>3</td></tr></tbody></table>4" },
    { "<table><b>1<tr><td>2</table>3", "<b>1</b><table><tbody><tr><td>2</td></tr></tbody></table><b>3</b>" },
    { "<table><tr><p>1<td>2", "<p>1</p><table><tbody><tr><td>2</td></tr></tbody></table>" },
    { "<table> <tr> x<td>", " x<table> <tbody><tr><td></td></tr></tbody></table>" },
    { "<table><input type=Hidden><input>", "<input></input><table><input type=\"Hidden\"></input></table>" },
    { "<table><a>1<table>2", "<a>1</a><table></table><a>2</a><table></table>" },
    { "<table><caption>1<col><td>2",
      "<table><caption>1</caption><colgroup><col></col></colgroup><tbody><tr><td>2</td></tr></tbody></table>" },
    { "<table><td>1<table><td>2</table>3",
      "<table><tbody><tr><td>1<table><tbody><tr><td>2</td></tr></tbody></table>3</td></tr></tbody></table>" },
    { "<table><td></body></html>x", "<table><tbody><tr><td>x</td></tr></tbody></table>" },
    { "<table><thead><tr><th>a<tbody><td>b<tfoot><td>c",
      "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody>"
      "<tfoot><tr><td>c</td></tr></tfoot></table>" },
    { "<table><form><tr><td>a</form>b", "<table><form></form><tbody><tr><td>ab</td></tr></tbody></table>" },
    { "<table><td><b>a<td>b", "<table><tbody><tr><td><b>a</b></td><td>b</td></tr></tbody></table>" },
    { "<p><table><td>x", "<p><table><tbody><tr><td>x</td></tr></tbody></table></p>" },
    { "<!DOCTYPE html><p><table><td>x", "<p></p><table><tbody><tr><td>x</td></tr></tbody></table>" },
    { "a<td>b<tr>c</tbody>d", "abcd" },
    /* Templates: their content is what is in them. */
    { "<p><template><tr><td>1</template>2", "<p><template><tr><td>1</td></tr></template>2</p>" },
    { "<i></i><template><b>1</template>2", "<i></i><template><b>1</b></template>2" },
    { "<i></i><template><td>1<tr>2</template>3", "<i></i><template><td>1</td>2</template>3" },
    { "<i><template></i>1</template>2", "<i><template>1</template>2</i>" },
    { "<template><template>a</template>b</template>c",
      "<html><head><template><template>a</template>b</template></head><body>c" END },
    { "<i></i><template><div>", "<i></i><template><div></div></template>" },
    { "<table><template>a</template>b", "b<table><template>a</template></table>" },
    /* SVG and MathML. */
    { "<svg><G/><p>1", "<svg:svg><svg:g></svg:g></svg:svg><p>1</p>" },
    { "<svg><a/>b</svg>c", "<svg:svg><svg:a></svg:a>b</svg:svg>c" },
    { "<svg><foreignObject><p>1</svg>2",
      "<svg:svg><svg:foreignobject><p>12</p></svg:foreignobject></svg:svg>" },
    { "<svg><title><b>1</title>2", "<svg:svg><svg:title><b>12</b></svg:title></svg:svg>" },
    { "<svg><![CDATA[<b>&amp;]]></svg>x", "<svg:svg>&lt;b>&amp;amp;</svg:svg>x" },
    { "<svg><style><b>", "<svg:svg><svg:style></svg:style></svg:svg><b></b>" },
    { "<svg><script>&lt;a</script>b", "<svg:svg><svg:script>&lt;a</svg:script>b</svg:svg>" },
    { "<svg></p>1", "<svg:svg></svg:svg><p></p>1" },
    { "<svg><font x=1><font color=1>2",
      "<svg:svg><svg:font x=\"1\"></svg:font></svg:svg><font color=\"1\">2</font>" },
    { "<math><mi><b>1</mi>2", "<math:math><math:mi><b>12</b></math:mi></math:math>" },
    { "<math><mi><mglyph>1<b>", "<math:math><math:mi><math:mglyph>1</math:mglyph><b></b></math:mi></math:math>" },
    { "<math><mtext><mglyph><p>",
      "<math:math><math:mtext><math:mglyph></math:mglyph><p></p></math:mtext></math:math>" },
    { "<math><annotation-xml encoding=TEXT/HTML><p>1",
      "<math:math><math:annotation-xml encoding=\"TEXT/HTML\"><p>1</p></math:annotation-xml></math:math>" },
    { "<math><annotation-xml><p>1",
      "<math:math><math:annotation-xml></math:annotation-xml></math:math><p>1</p>" },
    { "<math><annotation-xml><svg><g>",
      "<math:math><math:annotation-xml><svg:svg><svg:g></svg:g></svg:svg></math:annotation-xml></math:math>" },
    { "<svg><image>1<desc><image>2", "<svg:svg><svg:image>1<svg:desc><img></img>2</svg:desc></svg:image></svg:svg>" },
    { "<math><mi><image>1", "<math:math><math:mi><img></img>1</math:mi></math:math>" },
    { "<table><svg><td>1", "<svg:svg><svg:td>1</svg:td></svg:svg><table></table>" },
};

static SkHtmlTree *
parse(SkSpan in)
{
    g_autoptr(GError) error = NULL;
    SkHtmlTree *tree = NULL;

    g_assert_true(sk_html_parse(in, &tree, &error));
    g_assert_no_error(error);
    return tree;
}

static void
assert_tree(SkSpan in, const char *want)
{
    g_autofree uint8_t *heap = g_memdup2(in.p, in.n);
    g_autoptr(SkHtmlTree) tree = parse(sk_span(heap, in.n));
    g_autoptr(GString) all = dump_tree(tree);
    g_autofree char *whole =
        g_str_has_prefix(want, "<html") ? g_strdup(want) : g_strconcat(BODY, want, END, NULL);

    g_assert_cmpstr(all->str, ==, whole);
}

static void
test_case(const void *data)
{
    const Case *c = data;

    g_autofree char *in = g_strescape(c->in, NULL);
    g_test_message("%s", in);
    assert_tree(sk_span_str(c->in), c->want);
}

static void
test_nul(void)
{
    static const char text[] = "a\0b<p title='c\0d' e\0f><i\0>", raw[] = "a<textarea>b\0c</textarea>",
                      island[] = "<svg>a\0b";

    assert_tree(sk_span((const uint8_t *)text, sizeof text - 1),
                "ab<p e" HOLE "f=\"\" title=\"c" HOLE "d\"><i" HOLE "></i" HOLE "></p>");
    assert_tree(sk_span((const uint8_t *)raw, sizeof raw - 1), "a<textarea>b" HOLE "c</textarea>");
    assert_tree(sk_span((const uint8_t *)island, sizeof island - 1), "<svg:svg>a" HOLE "b</svg:svg>");
}

static void
test_quirks(void)
{
    static const struct {
        const char *in;
        bool quirks;
    } pages[] = {
        { "", true },
        { "<p>", true },
        { "<!DOCTYPE html>", false },
        { "<!-- a --> <!doctype HTML >", false },
        { "<!DOCTYPE>", true },
        { "<!DOCTYPE svg>", true },
        { "<!DOCTYPE html", true },
        { "<p><!DOCTYPE html>", true },
        { "<!DOCTYPE html SYSTEM 'about:legacy-compat'>", false },
        { "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">", false },
        { "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">", true },
        { "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\"   >", true },
        { "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"\">", false },
        { "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://a.example/\">", false },
        { "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://a.example/\">", false },
        { "<!DOCTYPE html PUBLIC '-//w3c//dtd html 3.2 final//en' 'a'>", true },
        { "<!DOCTYPE html PUBLIC \"HTML\">", true },
        { "<!DOCTYPE html PUBLIC>", true },
        { "<!DOCTYPE html SYSTEM>", true },
        { "<!DOCTYPE html PUBLIC \"a>", true },
        { "<!DOCTYPE html PUBLIC \"a\" b>", true },
        { "<!DOCTYPE html PUBLIC \"a\"'b'>", false },
        { "<!DOCTYPE html SYSTEM 'a' b>", false },
        { "<!DOCTYPE html a>", true },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        g_autoptr(SkHtmlTree) tree = parse(sk_span_str(pages[i].in));
        g_test_message("%s", pages[i].in);
        g_assert_cmpint(tree->quirks, ==, pages[i].quirks);
    }
}

static void
test_comments(void)
{
    g_autoptr(SkHtmlTree) tree = parse(sk_span_str("<!--a--><p><!-- [if IE]>b<![endif]--><![endif]--><?c>"));

    g_assert_cmpuint(tree->comments, ==, 4);
    g_assert_cmpuint(tree->conditional, ==, 2);
}

static unsigned
count(const SkHtmlTree *tree, const char *name)
{
    unsigned n = 0;

    for (uint32_t at = 0; at != SK_HTML_NONE; at = sk_html_follow(tree, at, 0, false)) {
        const SkHtmlNode *node = sk_html_node(tree, at);
        n += !node->is_text && at != 0 && sk_span_is(node->text, name) ? 1 : 0;
    }
    return n;
}

/* What is too deep is left out, its text is not, and everything is open only once. */
static void
test_depth(void)
{
    g_autoptr(GString) page = g_string_new(NULL);
    unsigned fit = SK_HTML_DEPTH_MAX - 2; /* html and body are open */

    for (unsigned i = 0; i < fit + 18; i++)
        g_string_append(page, "<div>");
    g_string_append(page, "inside<br>");
    g_autoptr(SkHtmlTree) tree = parse(sk_span(page->str, page->len));
    g_assert_cmpuint(count(tree, "div"), ==, fit);
    g_assert_cmpuint(count(tree, "br"), ==, 1);
    g_assert_cmpuint(tree->too_deep, ==, 18);
    g_autoptr(GString) all = dump_tree(tree);
    g_assert_nonnull(strstr(all->str, "<div>inside<br></br></div>"));
}

static void
test_attributes(void)
{
    g_autoptr(GString) page = g_string_new("<p");

    for (unsigned i = 0; i < SK_HTML_ATTRS_MAX + 6; i++)
        g_string_append_printf(page, " a%u=%u", i, i);
    g_string_append(page, ">x");
    g_autoptr(SkHtmlTree) tree = parse(sk_span(page->str, page->len));
    uint32_t p = sk_html_node(tree, tree->body)->first;
    g_assert_cmpuint(sk_html_node(tree, p)->attrs_n, ==, SK_HTML_ATTRS_MAX);
    g_assert_cmpuint(tree->too_many_attrs, ==, 6);
    const SkSpan *last = sk_html_attr(tree, p, "a63");
    g_assert_true(last != NULL && sk_span_is(*last, "63"));
    g_assert_null(sk_html_attr(tree, p, "a64"));
}

/* Each paragraph opens all of them again: they are few. */
static void
test_formatting(void)
{
    g_autoptr(GString) page = g_string_new("<p>");

    for (unsigned i = 0; i < 40; i++)
        g_string_append_printf(page, "<font size=%u>", i);
    g_string_append(page, "</p><div>x");
    g_autoptr(SkHtmlTree) tree = parse(sk_span(page->str, page->len));
    g_assert_cmpuint(count(tree, "font"), ==, 40 + 24);
}

static void
test_nodes(void)
{
    g_autoptr(GString) page = g_string_sized_new(4 * (SK_HTML_NODES_MAX + 1));
    g_autoptr(GError) error = NULL;
    SkHtmlTree *tree = NULL;

    for (unsigned i = 0; i <= SK_HTML_NODES_MAX; i++)
        g_string_append(page, "<br>");
    g_assert_false(sk_html_parse(sk_span(page->str, page->len), &tree, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_assert_null(tree);
}

static void
test_names(void)
{
    for (unsigned i = 1; i < SK_HTML_TAGS; i++) {
        const char *name = sk_html_tag_name((SkHtmlTag)i);
        g_assert_cmpuint(sk_html_tag(sk_span_str(name)), ==, i);
        g_assert_true(i == 1 || strcmp(sk_html_tag_name((SkHtmlTag)(i - 1)), name) < 0);
    }
    g_assert_cmpuint(sk_html_tag(sk_span_str("")), ==, SK_HTML_OTHER);
    g_assert_cmpuint(sk_html_tag(sk_span_str("tablex")), ==, SK_HTML_OTHER);
    g_assert_cmpuint(sk_html_tag(sk_span_str("TABLE")), ==, SK_HTML_OTHER);
}

/* From A0 on, where the standard of the web and glibc speak of the same. */
static void
test_single_bytes(void)
{
    unsigned encodings = 0;

    for (unsigned i = 0; i < sk_single_bytes_n; i++) {
        const SkSingleByte *single = &sk_single_bytes[i];
        if (g_str_equal(single->label, "macintosh") || g_str_equal(single->label, "mac-cyrillic"))
            continue; /* glibc has older ones, without the euro */
        iconv_t cd = iconv_open("UTF-16LE", single->label);
        if (cd == (iconv_t)-1)
            continue;
        encodings++;
        for (unsigned byte = 0xA0; byte < 0x100; byte++) {
            char in = (char)byte, out[8], *from = &in, *to = out;
            size_t left = 1, room = sizeof out;
            iconv(cd, NULL, NULL, NULL, NULL);
            if (iconv(cd, &from, &left, &to, &room) == (size_t)-1 || left > 0 || room != 6)
                continue;
            if (g_str_equal(single->label, "koi8-u") && (byte == 0xAE || byte == 0xBE))
                continue; /* browsers read the letters of koi8-ru there */
            unsigned code = (uint8_t)out[0] | (unsigned)(uint8_t)out[1] << 8;
            if (single->upper[byte - 0x80] != code)
                g_test_message("%s %02X: %04X, iconv %04X", single->label, byte, single->upper[byte - 0x80], code);
            g_assert_cmpuint(single->upper[byte - 0x80], ==, code);
        }
        iconv_close(cd);
    }
    g_assert_cmpuint(encodings, >=, 20);
    g_assert_null(sk_single_byte(sk_span_str("utf-7")));
    g_assert_nonnull(sk_single_byte(sk_span_str("ISO-8859-2")));
}

static void
test_decode(void)
{
    static const struct {
        const char *in, *label, *want;
        unsigned replaced;
    } texts[] = {
        { "a\r\nb\rc\n", "", "a\nb\nc\n", 0 },
        { "\xef\xbb\xbf" "a", "shift_jis", "a", 0 },
        { "\x8f\x5a\x96\xaf", "shift_jis", "住民", 0 },
        { "\xb1", "iso-8859-2", "ą", 0 },
        { "\x93" "a\x94", "iso-8859-1", "“a”", 0 },
        { "<meta charset='koi8-r'>\xc1", "", "<meta charset='koi8-r'>а", 0 },
        { "<!-- <meta charset=koi8-r> -->\xe3\x81\x82", "", "<!-- <meta charset=koi8-r> -->あ", 0 },
        { "+ADw-", "utf-7", "+ADw-", 0 },
        { "\xc7", "ISO-8859-6", "ا", 0 },
    };
    /* What one names and strict trial would take for Japanese; what is sure all the same. */
    static const struct {
        const char *in, *label;
        bool unread;
    } others[] = {
        { "\xd0\xc2", "GB2312", true },
        { "<meta charset=big5>\xa4\xa4", "", true },
        { "<meta charset=gbk>a", "", false },
        { "<meta charset=euc-kr>住民", "", false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        SkHtmlCharset charset;
        g_autoptr(GString) out = sk_html_decode(sk_span_str(texts[i].in), sk_span_str(texts[i].label), &charset);
        g_test_message("%zu: %s", i, charset.name);
        g_assert_cmpstr(out->str, ==, texts[i].want);
        g_assert_cmpuint(charset.replaced, ==, texts[i].replaced);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        SkHtmlCharset charset;
        g_autoptr(GString) out = sk_html_decode(sk_span_str(others[i].in), sk_span_str(others[i].label), &charset);
        g_assert_cmpint(charset.unread, ==, others[i].unread);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/format/html/tree/%zu", i);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/format/html/nul", test_nul);
    g_test_add_func("/format/html/quirks", test_quirks);
    g_test_add_func("/format/html/comments", test_comments);
    g_test_add_func("/format/html/depth", test_depth);
    g_test_add_func("/format/html/attributes", test_attributes);
    g_test_add_func("/format/html/formatting", test_formatting);
    g_test_add_func("/format/html/nodes", test_nodes);
    g_test_add_func("/format/html/names", test_names);
    g_test_add_func("/format/html/single-bytes", test_single_bytes);
    g_test_add_func("/format/html/decode", test_decode);
    return g_test_run();
}
