/* SPDX-License-Identifier: Apache-2.0
 *
 * test-icc.c - colour profiles in their one form: each byte of one is as it must be, or is a number within its range.
 */
#include "verify/icc.h"

#include <string.h>

static int
prove(SkSpan profile)
{
    g_autofree uint8_t *copy = g_memdup2(profile.n > 0 ? profile.p : (const uint8_t *)"", MAX(profile.n, 1));
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    SkProof proof = { .job = &job, .report = report, .part = "" };
    unsigned components = 0;

    if (sk_verify_icc(&proof, sk_span(copy, profile.n), &components))
        return (int)components;
    g_assert_cmpuint(report->findings->len, ==, 1);
    g_assert_cmpint(g_array_index(report->findings, SkFinding, 0).element, ==, SK_ELEMENT_PICTURE_PROFILE);
    return -1;
}

static void
put(GByteArray *to, const char *bytes, size_t n)
{
    g_byte_array_append(to, (const guint8 *)bytes, (guint)n);
}

static void
put_zeros(GByteArray *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put(to, "\0", 1);
}

#define PUT(to, text) put(to, text, sizeof text - 1)

/* Grey, version 4: two texts, a white point, a curve, which leads nowhere else. */
static GByteArray *
grey(void)
{
    GByteArray *out = g_byte_array_new();

    PUT(out, "\0\0\1\x24\0\0\0\0\4\x20\0\0mntrGRAYXYZ \7\xd0\0\1\0\1\0\0\0\0\0\0acsp");
    put_zeros(out, 24 + 4);
    PUT(out, "\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d");
    put_zeros(out, 48);
    PUT(out, "\0\0\0\4" "desc\0\0\0\xb4\0\0\0\x2a" "cprt\0\0\0\xe0\0\0\0\x1e" "wtpt\0\0\1\0\0\0\0\x14" "kTRC\0\0\1\x14\0\0\0\x0e");
    PUT(out, "mluc\0\0\0\0\0\0\0\1\0\0\0\x0c" "enUS\0\0\0\x0e\0\0\0\x1c\0P\0r\0o\0f\0i\0l\0e\0\0");
    PUT(out, "mluc\0\0\0\0\0\0\0\1\0\0\0\x0c" "enUS\0\0\0\2\0\0\0\x1c\0-\0\0");
    PUT(out, "XYZ \0\0\0\0\0\0\xf6\xd6\0\1\0\0\0\0\xd3\x2d");
    PUT(out, "curv\0\0\0\0\0\0\0\1\2\x33\0\0");
    return out;
}

static void
test_grey(void)
{
    g_autoptr(GByteArray) profile = grey();
    SkSpan s = sk_span(profile->data, profile->len);

    g_assert_cmpuint(s.n, ==, 0x124);
    g_assert_cmpint(prove(s), ==, 1);
    for (size_t i = 0; i < s.n; i++)
        g_assert_cmpint(prove(sk_span_sub(s, 0, i)), ==, -1);
    g_byte_array_append(profile, (const guint8 *)"\0\0\0\0", 4);
    profile->data[3] += 4;
    g_assert_cmpint(prove(sk_span(profile->data, profile->len)), ==, -1);
}

/* Every bit turned: refused, but for those that make another profile that is as good. */
static void
test_bits(void)
{
    g_autoptr(GByteArray) profile = grey();

    for (size_t i = 0; i < profile->len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            profile->data[i] ^= (uint8_t)(1u << bit);
            bool intent = i == 67 && bit < 2, white = i >= 0x108 && i < 0x114, exponent = i == 0x120 || i == 0x121;
            int got = prove(sk_span(profile->data, profile->len));
            if (!intent && !white && !exponent && got != -1)
                g_error("byte %zu, bit %u", i, bit);
            g_assert_true(!(intent || exponent) || got == 1);
            profile->data[i] ^= (uint8_t)(1u << bit);
        }
    }
}

/* What must not stand together: a matrix in grey, a table without the first, two tags of the same data apart. */
static void
test_sets(void)
{
    struct {
        size_t at;
        const char *bytes;
    } cases[] = {
        { 16, "RGB " },       { 16, "CMYK" },   { 12, "link" }, { 8, "\2\x40" }, { 132 + 36, "rTRC" },
        { 132 + 36, "A2B0" }, { 132, "cprt" }, { 132, "dmnd" }, { 0x108, "\x7f\xff" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) profile = grey();
        memcpy(profile->data + cases[i].at, cases[i].bytes, strlen(cases[i].bytes));
        g_assert_cmpint(prove(sk_span(profile->data, profile->len)), ==, -1);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify-icc/grey", test_grey);
    g_test_add_func("/verify-icc/bits", test_bits);
    g_test_add_func("/verify-icc/sets", test_sets);
    return g_test_run();
}
