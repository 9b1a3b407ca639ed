/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify-html.c - pages put together from pieces of the profile and from any bytes. Where verify says yes, a whole
 * parser of HTML, which shares nothing with it, finds the same tags, and nothing that is not in the table: that is what
 * the profile promises of every reader. */
#include "format/html-token.h"
#include "fuzz.h"
#include "verify/html.h"
#include "verify/verify.h"

#include <string.h>

#define HEAD                                                                                       \
    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"                                  \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "    \
    "style-src 'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"              \
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>a &lt;b</title>\n</head>\n<body>"
#define OPEN_MAX 64u
#define CLOSE 0xFEu   /* the innermost element ends */
#define LITERAL 0xFFu /* the byte behind it stands for itself */

static const struct {
    const char *text;
    const char *end; /* NULL: it opens nothing */
} pieces[] = {
    { "x", NULL },
    { " \n", NULL },
    { "&lt;script&gt;", NULL },
    { "&amp;lt;", NULL },
    { "\"'", NULL },
    { "--", NULL },
    { "]]", NULL },
    { "/", NULL },
    { "=", NULL },
    { "<br>", NULL },
    { "<hr>", NULL },
    { "<wbr>", NULL },
    { "<img alt=\"&quot;&gt;&lt;/title&gt;\">", NULL },
    { "<col span=\"2\">", NULL },
    { "<p>", "</p>" },
    { "<p title=\"--&gt;\">", "</p>" },
    { "<b>", "</b>" },
    { "<i>", "</i>" },
    { "<a href=\"https://a.example/\">", "</a>" },
    { "<nobr>", "</nobr>" },
    { "<font size=\"1\">", "</font>" },
    { "<div style=\"color:red\">", "</div>" },
    { "<pre>\n", "</pre>" },
    { "<h1>", "</h1>" },
    { "<ul>", "</ul>" },
    { "<li>", "</li>" },
    { "<dt>", "</dt>" },
    { "<table>", "</table>" },
    { "<tbody>", "</tbody>" },
    { "<tr>", "</tr>" },
    { "<td>", "</td>" },
    { "<caption>", "</caption>" },
    { "<colgroup>", "</colgroup>" },
    { "<ruby>", "</ruby>" },
    { "<rt>", "</rt>" },
    { "<details open=\"\">", "</details>" },
    { "<summary>", "</summary>" },
    { "<body>", "</body>" },
};

/* What is open is closed, so that a page of pieces alone is well formed. */
static GString *
page(SkSpan program)
{
    GString *out = g_string_new(HEAD);
    const char *open[OPEN_MAX];
    unsigned n = 0;

    for (size_t i = 0; i < program.n; i++) {
        unsigned byte = program.p[i];
        if (byte == LITERAL) {
            if (++i < program.n)
                g_string_append_c(out, (char)program.p[i]);
        } else if (byte == CLOSE) {
            if (n > 0)
                g_string_append(out, open[--n]);
        } else {
            unsigned which = byte % G_N_ELEMENTS(pieces);
            if (pieces[which].end != NULL && n == OPEN_MAX)
                continue;
            g_string_append(out, pieces[which].text);
            if (pieces[which].end != NULL)
                open[n++] = pieces[which].end;
        }
    }
    while (n > 0)
        g_string_append(out, open[--n]);
    g_string_append(out, "</body></html>");
    return out;
}

static bool
is_clean(SkSpan in)
{
    g_autofree uint8_t *heap = g_memdup2(in.p, in.n);
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = sk_job_default();

    job.hint = SK_TYPE_HTML;
    job.limits.pixels = 1u << 20;
    job.limits.expanded = 16u << 20;
    sk_verify_run(&job, sk_span(heap, in.n), report);
    return report->outcome == SK_OUTCOME_CLEAN;
}

/* Every < begins a tag, every > ends one. */
static void
assert_tags(SkSpan in)
{
    g_autoptr(GStringChunk) strings = g_string_chunk_new(4096);
    g_autoptr(GString) scratch = g_string_new(NULL);
    g_autofree SkHtmlToken *token = g_new0(SkHtmlToken, 1);
    SkHtmlTokenizer tokens = { .in = in, .strings = strings, .scratch = scratch };
    unsigned tags = 0, opens = 0, closes = 0;

    for (;;) {
        sk_html_token(&tokens, token);
        if (token->kind == SK_HTML_TOKEN_END_OF_FILE)
            break;
        g_assert_cmpint(token->kind, !=, SK_HTML_TOKEN_COMMENT);
        tags += token->kind != SK_HTML_TOKEN_TEXT ? 1 : 0;
    }
    for (size_t i = 0; i < in.n; i++) {
        opens += in.p[i] == '<' ? 1 : 0;
        closes += in.p[i] == '>' ? 1 : 0;
    }
    g_assert_cmpuint(tags, ==, opens);
    g_assert_cmpuint(tags, ==, closes);
}

static bool
is_in_table(char kind, SkSpan name)
{
    for (unsigned i = 0; i < sk_html_table_n; i++) {
        if (sk_html_table[i].kind == kind && sk_span_is(name, sk_html_table[i].name))
            return true;
    }
    return false;
}

static void
assert_tree(SkSpan in)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkHtmlTree) tree = NULL;

    g_assert_true(sk_html_parse(in, &tree, &error));
    g_assert_cmpuint(tree->comments, ==, 0);
    g_assert_false(tree->quirks);
    for (uint32_t at = 0; at != SK_HTML_NONE; at = sk_html_follow(tree, at, tree->body, false)) {
        at = at == 0 ? tree->body : at; /* the head is fixed */
        const SkHtmlNode *node = sk_html_node(tree, at);
        if (node->is_text)
            continue;
        g_assert_cmpint(node->space, ==, SK_HTML_NS_HTML);
        g_assert_true(is_in_table('e', node->text));
        for (uint32_t i = 0; i < node->attrs_n; i++)
            g_assert_true(is_in_table('@', g_array_index(tree->attrs, SkHtmlAttr, node->attrs + i).name));
    }
}

static void
look(SkSpan in)
{
    if (!is_clean(in))
        return;
    assert_tags(in);
    assert_tree(in);
    g_autoptr(GString) more = g_string_new_len((const char *)in.p, (gssize)in.n);
    g_string_append_c(more, ' ');
    g_assert_false(is_clean(sk_span(more->str, more->len)));
    g_assert_false(is_clean(sk_span(more->str, more->len - 2)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GString) made = page(sk_span(data, size));

    look(sk_span(data, size));
    look(sk_span(made->str, made->len));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const uint8_t every[] = { 27, 28, 29, 30, 14, 16, 0, CLOSE, 1, 2, CLOSE, 18, 19, 12, CLOSE },
                         quoted[] = { 14, LITERAL, '<', LITERAL, '!', LITERAL, '-', 5, LITERAL, '>' };

    if (index == 0)
        return g_bytes_new_static(every, sizeof every);
    if (index == 1)
        return g_bytes_new_static(quoted, sizeof quoted);
    if (index > 2)
        return NULL;
    g_autoptr(GString) whole = page(sk_span(every, sizeof every));
    g_assert_true(is_clean(sk_span(whole->str, whole->len)));
    return g_bytes_new(whole->str, whole->len);
}
