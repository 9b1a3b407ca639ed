/* SPDX-License-Identifier: Apache-2.0
 *
 * test-html-text.c - web pages as text: one construction, and what is read of it. */
#include "disarm/html-text.h"

#include <string.h>

typedef struct {
    const char *in, *want;
} Case;

static const Case cases[] = {
    { "<title> 住民票 </title><h1>見出し</h1><p>a\n b<br>c<p>d", "住民票\n\n■ 見出し\n\na b\nc\n\nd\n" },
    { "<ul><li>a<li>b<ol start=3><li>c<li>d</ol><li>e</ul>f", "・a\n・b\n  3. c\n  4. d\n・e\n\nf\n" },
    { "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> >\n> > b\n" },
    { "<table><tr><th>氏名<th>x<tr><td>a<td>b</table>", "氏名  x\na     b\n" },
    { "<table><tr><td>a<table><tr><td>1<td>2</table></table>", "a\n\n1  2\n" },
    { "<a href='https://example.jp/a'>こちら</a>と<a href='https://example.jp/a'>ここ</a>",
      "こちら[1]とここ[1]\n\n----\n[1] https://example.jp/a\n" },
    { "<a href='https://evil.example/'>www.example.jp</a>",
      "www.example.jp[1: 表示と行き先が違います]\n\n----\n[1] https://evil.example/\n" },
    { "<a href='http://xn--wgv71a119e.jp/'>x</a>", "x[1]\n\n----\n[1] http://xn--wgv71a119e.jp/ (日本語.jp)\n" },
    { "<a href='javascript:x'>y</a>", "y［危険なリンク: 削除］\n" },
    { "<img src=http://a.example/1 width=1 height=1><img src=x alt=図>a", "［画像: 図］a\n" },
    { "a<span style='display:none'>b</span>c", "a［非表示: b］c\n" },
    { "<ruby>漢<rp>(<rt>かん<rp>)</ruby>字", "漢（かん）字\n" },
    { "<script>x</script><style>y</style>a", "a\n" },
    { "<pre>a\n  b</pre>", "a\n  b\n" },
    { "<p>a<hr>b", "a\n\n--------\n\nb\n" },
    { "", "" },
};

static void
each(const void *data)
{
    const Case *c = data;
    SkHtmlTextOptions options = { 0 };
    SkHtmlTextCounts counts;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_html_text(sk_span_str(c->in), SK_SPAN_EMPTY, &options, out, &counts, &error));
    g_assert_cmpstr(out->str, ==, c->want);
}

/* Cells go on in the next line; no character is cut, no line is wider. */
static void
wide(void)
{
    SkHtmlTextOptions options = { .width = 20 };
    SkHtmlTextCounts counts;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(sk_html_text(sk_span_str("<table><tr><td>項目<td>住民基本台帳の閲覧について</table>"), SK_SPAN_EMPTY,
                               &options, out, &counts, &error));
    g_assert_cmpstr(out->str, ==, "項目  住民基本台帳の\n      閲覧について\n");
}

static void
counted(void)
{
    SkHtmlTextOptions options = { 0 };
    SkHtmlTextCounts counts;
    g_autoptr(GString) out = g_string_new(NULL);

    g_assert_true(sk_html_text(sk_span_str("<img src=//a.example/x width=0><img src=http://a.example/><p hidden>x<a href=data:x>y"),
                               SK_SPAN_EMPTY, &options, out, &counts, NULL));
    g_assert_cmpuint(counts.trackers, ==, 1);
    g_assert_cmpuint(counts.remote, ==, 1);
    g_assert_cmpuint(counts.hidden, ==, 1);
    g_assert_cmpuint(counts.unsafe, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/disarm/html-text/%zu", i);
        g_test_add_data_func(path, &cases[i], each);
    }
    g_test_add_func("/disarm/html-text/wide", wide);
    g_test_add_func("/disarm/html-text/counted", counted);
    return g_test_run();
}
