/* SPDX-License-Identifier: Apache-2.0
 *
 * test-webp.c - WebP pictures: what is dropped, animations by rule, sizes that do not agree. */
#include "picture-file.h"

static GByteArray *
seed(const char *name)
{
    return g_bytes_unref_to_array(picture_seed(name));
}

static Disarmed
take(const GByteArray *webp, SkVerdict animation)
{
    return disarm_picture(SK_TYPE_WEBP, sk_span(webp->data, webp->len), animation);
}

static bool
holds(const Disarmed *self, const char *what)
{
    return sk_span_find(output_of(self), 0, sk_span_str(what)) != SIZE_MAX;
}

static void
append_chunk(GByteArray *webp, const char *name, const char *content)
{
    uint32_t n = (uint32_t)strlen(content);

    g_byte_array_append(webp, (const uint8_t *)name, 4);
    g_byte_array_append(webp, (const uint8_t[]){ (uint8_t)n, 0, 0, 0 }, 4);
    g_byte_array_append(webp, (const uint8_t *)content, n);
    uint32_t size = webp->len - 8;
    for (unsigned i = 0; i < 4; i++)
        webp->data[4 + i] = (uint8_t)(size >> 8 * i);
}

static void
test_kinds(void)
{
    static const char *const names[] = { "lossless.webp", "lossy.webp", "lossy-alpha.webp" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GByteArray) webp = seed(names[i]);
        autodisarmed out = take(webp, SK_VERDICT_NONE);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_ENCODING), ==, i > 0 ? 1 : 0);
        g_assert_true(holds(&out, "VP8L"));
        g_assert_false(holds(&out, "VP8 "));
    }
}

static void
test_hidden(void)
{
    g_autoptr(GByteArray) webp = seed("lossless.webp");

    append_chunk(webp, "EXIF", "somewhere!");
    append_chunk(webp, "ICCP", "profiles");
    append_chunk(webp, "evil", "payloads");
    g_byte_array_append(webp, (const uint8_t *)"MZ", 2);
    autodisarmed out = take(webp, SK_VERDICT_NONE);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_METADATA), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_PROFILE), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_UNKNOWN), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TRAILING_DATA), ==, 1);
    g_assert_false(holds(&out, "somewhere"));
    g_assert_false(holds(&out, "payloads"));
}

static void
test_animation(void)
{
    g_autoptr(GByteArray) webp = seed("animated.webp");
    autodisarmed first = take(webp, SK_VERDICT_NONE);
    autodisarmed all = take(webp, SK_VERDICT_KEPT);
    autodisarmed none = take(webp, SK_VERDICT_REFUSED);

    g_assert_cmpint(first.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&first, SK_ELEMENT_PICTURE_ANIMATION), >, 0);
    g_assert_false(holds(&first, "ANMF"));
    g_assert_true(holds(&all, "ANMF"));
    g_assert_cmpint(none.report->outcome, ==, SK_OUTCOME_REFUSED);
}

/* A frame says another size than its picture; a picture says more pixels than there may be. */
static void
test_sizes(void)
{
    g_autoptr(GByteArray) webp = seed("animated.webp");
    size_t at = sk_span_find(sk_span(webp->data, webp->len), 0, sk_span_str("ANMF"));
    SkJob job = sk_job_default();

    job.limits.pixels = 10;
    autodisarmed limit = disarm_with(&job, sk_span(webp->data, webp->len));
    g_assert_cmpint(limit.report->reason, ==, SK_REASON_LIMIT);
    size_t screen = sk_span_find(sk_span(webp->data, webp->len), 0, sk_span_str("VP8X"));
    webp->data[screen + 8 + 5] = 0x40; /* 16,000 pixels more than it is wide: over the side's limit, not the pixels' */
    autodisarmed wide = take(webp, SK_VERDICT_KEPT);
    g_assert_cmpint(wide.report->reason, ==, SK_REASON_LIMIT);
    webp->data[screen + 8 + 5] = 0;
    webp->data[at + 8 + 6]++;
    autodisarmed broken = take(webp, SK_VERDICT_NONE);
    g_assert_cmpint(broken.report->reason, ==, SK_REASON_MALFORMED);
}

static void
test_cut(void)
{
    g_autoptr(GByteArray) webp = seed("lossless.webp");

    for (guint n = 12; n < webp->len; n += 7) {
        SkJob job = sk_job_default();
        job.hint = SK_TYPE_WEBP;
        autodisarmed out = disarm_with(&job, sk_span(webp->data, n));
        g_assert_cmpint(out.report->reason, ==, SK_REASON_MALFORMED);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/webp/kinds", test_kinds);
    g_test_add_func("/webp/hidden", test_hidden);
    g_test_add_func("/webp/animation", test_animation);
    g_test_add_func("/webp/sizes", test_sizes);
    g_test_add_func("/webp/cut", test_cut);
    return g_test_run();
}
