/* SPDX-License-Identifier: Apache-2.0
 * fuzz-pdf-content.c - content streams: what comes out is lines of ASCII, and comes out again unchanged, with nothing removed,
 * hidden or guessed. The first byte chooses the kind of stream. */
#include "fuzz.h"

#include "../unit/disarm/pdf-content-hooks.h"

static bool
rebuild(SkSpan in, const SkPdfContentOptions *options, GBytes **ret, SkPdfContentFacts *facts, GError **error)
{
    Resources resources = { .picture = g_string_new(NULL) };
    SkPdfContentHooks hooks = resources_hooks(&resources);
    bool good = sk_pdf_content_rebuild(in, options, &hooks, ret, facts, error);

    resources_clear(&resources);
    g_string_free(resources.picture, TRUE);
    return good;
}

static void
check_lines(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++) {
        g_assert_true(s.p[i] == '\n' || (s.p[i] >= 0x20 && s.p[i] < 0x7f));
        g_assert_true(i > 0 || s.p[i] != '\n');
        g_assert_false(i > 0 && s.p[i] == '\n' && (s.p[i - 1] == '\n' || s.p[i - 1] == ' '));
    }
    g_assert_true(s.n == 0 || s.p[s.n - 1] == '\n');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkPdfContentFacts facts = { 0 }, again = { 0 };
    g_autoptr(GBytes) out = NULL, second = NULL;
    g_autoptr(GError) error = NULL;

    if (size == 0)
        return 0;
    const SkPdfContentOptions options = {
        .kind = (SkPdfContentKind)(data[0] % 4), .tagged = (data[0] & 4) != 0, .limit = 8u << 20
    };
    if (!rebuild(sk_span(data + 1, size - 1), &options, &out, &facts, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    check_lines(sk_span_bytes(out));
    g_assert_true(rebuild(sk_span_bytes(out), &options, &second, &again, &error));
    g_assert_true(g_bytes_equal(out, second));
    g_assert_cmpuint(again.removed, ==, 0);
    g_assert_cmpuint(again.hidden, ==, 0);
    g_assert_cmpuint(again.guessed, ==, 0);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "\004q 1 0 0 1 72 720 cm 0 0 100 50 re W n /a gs 1 0 0 rg 0 0 m 10 10 l 1 2 3 4 5 6 c h S Q",
        "\004BT /F1 12 Tf 1 0 0 1 72 720 Tm [(A)-120<42> 1 2(c)] TJ (x)' 1 2 (y)\" ET /P <</MCID 3/ActualText(a)>> BDC EMC",
        "\001/OC /Off BDC 0 0 1 1 re f BT /F1 1 Tf (a) Tj ET EMC /s sh /x Do /c cs .5 scn /p SCN",
        "\003500 0 0 0 10 10 d1 q 10 0 0 10 0 0 cm BI /W 8 /H 2 /IM true /D[1 0] ID ab EI Q",
        "\002BI /W 2/H 1/CS/RGB/BPC 8/F[/A85/Fl] ID Gb!~> EI BX foo EX [3 2] 0 d 5 M /Perceptual ri",
        "\000BT q 1 0 0 rg 0 0 1 1 re f Q 1 0 0 1 0 0 Tm (a\\)\\053(b)) Tj 7 Tr ET % c\n--5 5-3 .1.2 1e3 m Qq",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new(seeds[index], index == 5 ? 1 + strlen(seeds[index] + 1) : strlen(seeds[index])) : NULL;
}
