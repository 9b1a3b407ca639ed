/* SPDX-License-Identifier: Apache-2.0
 *
 * test-tiff.c - TIFF pictures that came alone: many pages, fax, the least kind that holds a page, circles, what
 * hides in fields. */
#include "base/io.h"
#include "disarming.h"
#include "verify/verify.h"

static void
put16(GByteArray *out, unsigned v)
{
    g_byte_array_append(out, (const uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8) }, 2);
}

static void
put32(GByteArray *out, unsigned v)
{
    put16(out, v & 0xffff);
    put16(out, v >> 16);
}

typedef struct {
    unsigned tag, value;
} Field;

/* One page: @data stands before its directory, and all values are LONG but the resolution. */
static void
add_page(GByteArray *out, unsigned *next_at, SkSpan data, const Field *fields, unsigned n)
{
    unsigned at = out->len, directory = at + (unsigned)data.n;

    g_byte_array_append(out, data.p, (guint)data.n);
    for (unsigned i = 0; i < 4; i++)
        out->data[*next_at + i] = (uint8_t)(directory >> 8 * i);
    put16(out, n);
    for (unsigned i = 0; i < n; i++) {
        put16(out, fields[i].tag);
        put16(out, 4);
        put32(out, 1);
        put32(out, fields[i].tag == 273 ? at : fields[i].value);
    }
    *next_at = out->len;
    put32(out, 0);
}

static GByteArray *
new_file(unsigned *next_at)
{
    GByteArray *out = g_byte_array_new();

    g_byte_array_append(out, (const uint8_t *)"II*\0\0\0\0\0", 8);
    *next_at = 4;
    return out;
}

static Disarmed
take(const GByteArray *tiff)
{
    SkJob job = sk_job_default();
    Disarmed out = disarm_with(&job, sk_span(tiff->data, tiff->len));

    if (out.report->outcome == SK_OUTCOME_CLEAN) {
        g_autoptr(SkReport) proof = sk_report_new();
        job.hint = SK_TYPE_TIFF;
        sk_verify_run(&job, output_of(&out), proof);
        g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
        autodisarmed again = disarm_with(&job, output_of(&out));
        g_assert_true(g_bytes_equal(again.output, out.output));
    }
    return out;
}

static unsigned
field_of(const Disarmed *self, unsigned i)
{
    const uint8_t *p = output_of(self).p + 10 + 12 * i + 8;
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

/* Grey, with black and white only: bilevel. With another grey: grey. */
static void
test_least(void)
{
    static const struct {
        const char *pixels;
        unsigned bits, photometric;
    } cases[] = { { "\0\xff\xff\0", 1, 0 }, { "\0\x80\xff\0", 8, 1 } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Field fields[] = { { 256, 4 }, { 257, 1 }, { 258, 8 }, { 259, 1 }, { 262, 1 },
                                 { 273, 0 }, { 277, 1 }, { 278, 1 }, { 279, 4 } };
        unsigned next = 0;
        g_autoptr(GByteArray) tiff = new_file(&next);
        add_page(tiff, &next, sk_span(cases[i].pixels, 4), fields, G_N_ELEMENTS(fields));
        autodisarmed out = take(tiff);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpuint(field_of(&out, 2), ==, cases[i].bits);
        g_assert_cmpuint(field_of(&out, 4), ==, cases[i].photometric);
    }
}

/* Group 4: eight white pixels a row; a row is one code, vertical mode 0. */
static void
test_fax(void)
{
    const Field fields[] = { { 256, 8 }, { 257, 3 }, { 258, 1 }, { 259, 4 }, { 262, 0 }, { 270, 7 },
                             { 273, 0 }, { 277, 1 }, { 278, 3 }, { 279, 1 } };
    unsigned next = 0;
    g_autoptr(GByteArray) tiff = new_file(&next);

    for (unsigned i = 0; i < 3; i++)
        add_page(tiff, &next, sk_span("\xe0", 1), fields, G_N_ELEMENTS(fields));
    autodisarmed out = take(tiff);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_TEXT), ==, 3);
    SkJob job = sk_job_default();
    job.limits.pages = 2;
    autodisarmed many = disarm_with(&job, sk_span(tiff->data, tiff->len));
    g_assert_cmpint(many.report->reason, ==, SK_REASON_LIMIT);
}

static void
test_circle(void)
{
    const Field fields[] = { { 256, 4 }, { 257, 1 }, { 258, 8 }, { 259, 1 }, { 262, 1 },
                             { 273, 0 }, { 277, 1 }, { 278, 1 }, { 279, 4 } };
    unsigned next = 0;
    g_autoptr(GByteArray) tiff = new_file(&next);

    add_page(tiff, &next, sk_span("abcd", 4), fields, G_N_ELEMENTS(fields));
    for (unsigned i = 0; i < 4; i++) /* after itself */
        tiff->data[next + i] = tiff->data[4 + i];
    autodisarmed out = take(tiff);
    g_assert_cmpint(out.report->reason, ==, SK_REASON_MALFORMED);
}

/* A smaller copy goes; a file of nothing else has no page. */
static void
test_thumbnail(void)
{
    const Field fields[] = { { 254, 1 }, { 256, 4 }, { 257, 1 }, { 258, 8 }, { 259, 1 }, { 262, 1 },
                             { 273, 0 }, { 277, 1 }, { 278, 1 }, { 279, 4 } };
    unsigned next = 0;
    g_autoptr(GByteArray) tiff = new_file(&next);

    add_page(tiff, &next, sk_span("abcd", 4), fields, G_N_ELEMENTS(fields));
    autodisarmed none = take(tiff);
    g_assert_cmpint(none.report->reason, ==, SK_REASON_MALFORMED);
    add_page(tiff, &next, sk_span("efgh", 4), fields + 1, G_N_ELEMENTS(fields) - 1);
    autodisarmed one = take(tiff);
    g_assert_cmpint(one.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&one, SK_ELEMENT_PICTURE_THUMBNAIL), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tiff/least", test_least);
    g_test_add_func("/tiff/fax", test_fax);
    g_test_add_func("/tiff/circle", test_circle);
    g_test_add_func("/tiff/thumbnail", test_thumbnail);
    return g_test_run();
}
