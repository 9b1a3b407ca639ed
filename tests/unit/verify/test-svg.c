/* SPDX-License-Identifier: Apache-2.0
 *
 * test-svg.c - the profile of SVG: one thing wrong in a picture that conforms, and what it is called. */
#include "build.h"

#include <string.h>

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define ROOT "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""

typedef struct {
    const char *word, *inside;
} Case;

static const Case cases[] = {
    { "clean", "<g/>" },
    { "clean", "<path d=\"M10 20l0.5 0.5 -10 2a1 1 0 0 1 5 5z\" fill=\"#00ff00\"/>" },
    { "clean", "<text font-family=\"MS 明朝,serif\" x=\"1 2 3px\">住民&amp;<tspan>票</tspan></text>" },
    { "clean", "<use xlink:href=\"#i1\"/><g id=\"i1\"/>" },
    { "clean", "<linearGradient id=\"i1\"/><g fill=\"url(#i1)\"/>" },
    { "clean", "<a xlink:href=\"https://example.jp/\"><g/></a>" },
    { "svg-script", "<script>a</script>" },
    { "svg-script", "<g onclick=\"a\"/>" },
    { "svg-foreign", "<foreignObject/>" },
    { "svg-foreign", "<iframe/>" },
    { "svg-style", "<style>a</style>" },
    { "svg-style", "<g class=\"a\"/>" },
    { "svg-style", "<g style=\"fill:red\"/>" },
    { "svg-external", "<feImage/>" },
    { "svg-external", "<image xlink:href=\"http://example.jp/\"/>" },
    { "svg-external", "<image xlink:href=\"data:image/svg+xml;base64,AAAA\"/>" },
    { "svg-external", "<use xlink:href=\"a.svg#i1\"/>" },
    { "svg-external", "<g href=\"#i1\"/>" },
    { "svg-external", "<g fill=\"url(http://example.jp/)\"/>" },
    { "svg-external", "<rect xlink:href=\"#i1\"/>" },
    { "svg-reference", "<use xlink:href=\"#i1\"/>" },
    { "svg-reference", "<g fill=\"url(#i1)\"/><g id=\"i1\"/>" },
    { "svg-reference", "<g id=\"i1\"><use xlink:href=\"#i1\"/></g>" },
    { "svg-reference", "<g fill=\"url(#i2)\" id=\"i1\"/><pattern id=\"i2\"><use xlink:href=\"#i1\"/></pattern>" },
    { "picture-animation", "<animate/>" },
    { "picture-animation", "<set/>" },
    { "picture-metadata", "<metadata/>" },
    { "picture-unknown", "<font/>" },
    { "picture-unknown", "<g foo=\"1\"/>" },
    { "unsafe-hyperlink", "<a xlink:href=\"javascript:a\"/>" },
    { "xml-instruction", "<!-- a -->" },
    { "xml-instruction", "<?xml-stylesheet href=\"a\"?>" },
    { "not-canonical", "<g></g>" },
    { "not-canonical", "<g fill=\"red\" color=\"red\"/>" },
    { "not-canonical", "<g> </g>" },
    { "not-canonical", "<g id=\"i1\"/>" },
    { "not-canonical", "<g id=\"a\"/>" },
    { "not-canonical", "<a><g/></a>" },
    { "not-canonical", "<use xlink:href=\"#i1\"/><g id=\"i2\"/>" },
    { "not-canonical", "<title><g/></title>" },
    { "not-canonical", "<rect x=\"01\"/>" },
    { "not-canonical", "<rect x=\"-0\"/>" },
    { "not-canonical", "<rect x=\"1.50\"/>" },
    { "not-canonical", "<rect x=\"+1\"/>" },
    { "not-canonical", "<rect x=\"1e3\"/>" },
    { "not-canonical", "<rect x=\"1  2\"/>" },
    { "not-canonical", "<rect x=\"calc(1)\"/>" },
    { "not-canonical", "<g fill=\"#FFF\"/>" },
    { "not-canonical", "<g fill=\"rgba(256,0,0,0.5)\"/>" },
    { "not-canonical", "<path d=\"L1 1\"/>" },
    { "not-canonical", "<path d=\"M1\"/>" },
    { "not-canonical", "<path d=\"M1 1a1 1 0 2 0 1 1\"/>" },
    { "not-canonical", "<g transform=\"rotate(1 2)\"/>" },
    { "not-canonical", "<g transform=\"matrix(1)\"/>" },
    { "not-canonical", "<text font-family=\"a;b\"/>" },
    { "not-canonical", "<image xlink:href=\"data:image/png;base64,A\"/>" },
};

static GByteArray *
svg(const char *inside)
{
    GByteArray *out = bytes_new(DECLARATION ROOT ">");

    put_str(out, inside);
    put_str(out, "</svg>");
    return out;
}

static void
test_case(const void *data)
{
    const Case *c = data;
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = svg(c->inside);

    g_assert_cmpstr(verify_word(SK_TYPE_SVG, bytes_span(file), &job), ==, c->word);
}

static void
test_whole(void)
{
    g_autoptr(GByteArray) file = svg("<g fill=\"url(#i1)\"/><pattern id=\"i1\"><rect/></pattern>");
    SkJob job = sk_job_default();

    assert_every_cut_refused(SK_TYPE_SVG, bytes_span(file));
    assert_flips_harmless(SK_TYPE_SVG, bytes_span(file));
    assert_refused(SK_TYPE_SVG, bytes_new(DECLARATION "<g/>"), "wrong-type");
    assert_refused(SK_TYPE_SVG, bytes_new("<svg/>"), "wrong-type");
    assert_refused(SK_TYPE_SVG, bytes_new(DECLARATION "<svg xmlns=\"http://www.w3.org/1999/xhtml\"/>"), "not-canonical");
    g_autoptr(GByteArray) link = svg("<a xlink:href=\"https://example.jp/\"><g/></a>");
    job.verdicts[SK_ELEMENT_HYPERLINK] = SK_VERDICT_REMOVED;
    g_assert_cmpstr(verify_word(SK_TYPE_SVG, bytes_span(link), &job), ==, "hyperlink");
}

/* Ten times ten times… as many. */
static void
test_bomb(void)
{
    g_autoptr(GString) inside = g_string_new("<g id=\"i1\"/>");
    SkJob job = sk_job_default();

    for (unsigned i = 1; i < 8; i++) {
        if (i < 7)
            g_string_append_printf(inside, "<g id=\"i%u\">", i + 1);
        for (unsigned k = 0; k < 10; k++)
            g_string_append_printf(inside, "<use xlink:href=\"#i%u\"/>", i);
        if (i < 7)
            g_string_append(inside, "</g>");
    }
    g_autoptr(GByteArray) file = svg(inside->str);
    g_assert_cmpstr(verify_word(SK_TYPE_SVG, bytes_span(file), &job), ==, "svg-reference");
}

/* A PNG of the profile inside, and one that is not. */
static void
test_picture(void)
{
    g_autoptr(GByteArray) png = png_build(NULL, NULL), other = png_build("tEXt", "Comment");
    g_autofree char *good = g_base64_encode(png->data, png->len), *bad = g_base64_encode(other->data, other->len);
    g_autofree char *one = g_strdup_printf("<image xlink:href=\"data:image/png;base64,%s\"/>", good);
    g_autofree char *two = g_strdup_printf("<image xlink:href=\"data:image/png;base64,%s\"/>", bad);

    assert_clean(SK_TYPE_SVG, svg(one));
    assert_refused(SK_TYPE_SVG, svg(two), "picture-text");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/verify/svg/%u/%s", i, cases[i].word);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/verify/svg/whole", test_whole);
    g_test_add_func("/verify/svg/bomb", test_bomb);
    g_test_add_func("/verify/svg/picture", test_picture);
    return g_test_run();
}
