/* SPDX-License-Identifier: Apache-2.0
 *
 * test-tiff.c - TIFF pictures that came alone: many pages, fax, the least kind that holds a page, circles, what
 * hides in fields. */
#include "base/reader.h"
#include "picture-file.h"

#include <zlib.h>

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
    unsigned tag, value, type, n; /* type 0: one LONG; StripOffsets are counted from the data */
} Field;

/* One page: @data stands before its directory. */
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
        bool places = fields[i].tag == 273 || (fields[i].tag >= 513 && fields[i].tag <= 521 && fields[i].tag != 514);
        put16(out, fields[i].type == 0 ? 4 : fields[i].type);
        put32(out, fields[i].type == 0 ? 1 : fields[i].n);
        put32(out, places ? at + fields[i].value : fields[i].value);
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
    return disarm_picture(SK_TYPE_TIFF, sk_span(tiff->data, tiff->len), SK_VERDICT_NONE);
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
        const Field fields[] = { { 256, 4, 0, 0 }, { 257, 1, 0, 0 }, { 258, 8, 0, 0 }, { 259, 1, 0, 0 }, { 262, 1, 0, 0 },
                                 { 273, 0, 0, 0 }, { 277, 1, 0, 0 }, { 278, 1, 0, 0 }, { 279, 4, 0, 0 } };
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
    const Field fields[] = { { 256, 8, 0, 0 }, { 257, 3, 0, 0 }, { 258, 1, 0, 0 }, { 259, 4, 0, 0 }, { 262, 0, 0, 0 }, { 270, 7, 0, 0 },
                             { 273, 0, 0, 0 }, { 277, 1, 0, 0 }, { 278, 3, 0, 0 }, { 279, 1, 0, 0 } };
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
    const Field fields[] = { { 256, 4, 0, 0 }, { 257, 1, 0, 0 }, { 258, 8, 0, 0 }, { 259, 1, 0, 0 }, { 262, 1, 0, 0 },
                             { 273, 0, 0, 0 }, { 277, 1, 0, 0 }, { 278, 1, 0, 0 }, { 279, 4, 0, 0 } };
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
    const Field fields[] = { { 254, 1, 0, 0 }, { 256, 4, 0, 0 }, { 257, 1, 0, 0 }, { 258, 8, 0, 0 }, { 259, 1, 0, 0 }, { 262, 1, 0, 0 },
                             { 273, 0, 0, 0 }, { 277, 1, 0, 0 }, { 278, 1, 0, 0 }, { 279, 4, 0, 0 } };
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

/* ---- other kinds of samples ---------------------------------------------------------------- */

typedef struct {
    const char *name;
    SkSpan data;
    Field more[6]; /* beside size, strips and resolution; ends with tag 0 */
    uint32_t width, height, kind; /* 1: grey, 3: RGB */
    uint8_t pixels[12];
} Kind;

/* The rows of the one strip of a grey or RGB page. */
static void
pixels_of(const Disarmed *self, size_t n, unsigned kind, uint8_t *ret)
{
    SkReader r = sk_reader(output_of(self));
    uLongf length = n;

    sk_reader_seek(&r, 10 + 12 * 5 + 8);
    uint32_t at = sk_reader_u32le(&r);
    sk_reader_seek(&r, 10 + 12 * 8 + 8);
    uint32_t bytes = sk_reader_u32le(&r);
    sk_reader_seek(&r, at);
    SkSpan strip = sk_reader_span(&r, bytes);
    g_assert_true(sk_reader_ok(&r));
    g_assert_cmpint(uncompress(ret, &length, strip.p, strip.n), ==, Z_OK);
    g_assert_cmpuint(length, ==, n);
    for (size_t i = kind; i < n; i++) /* all rows here are one row */
        ret[i] = (uint8_t)(ret[i] + ret[i - kind]);
}

static Disarmed
take_kind(const Kind *kind)
{
    Field fields[16] = { { 256, kind->width, 0, 0 }, { 257, kind->height, 0, 0 } };
    unsigned next = 0, n = 2;
    g_autoptr(GByteArray) tiff = new_file(&next);

    for (unsigned i = 0; i < G_N_ELEMENTS(kind->more) && kind->more[i].tag > 0; i++)
        fields[n++] = kind->more[i];
    fields[n++] = (Field){ 273, 0, 0, 0 };
    fields[n++] = (Field){ 278, kind->height, 0, 0 };
    fields[n++] = (Field){ 279, (unsigned)kind->data.n, 0, 0 };
    add_page(tiff, &next, kind->data, fields, n);
    return take(tiff);
}

#define DATA(s) { (const uint8_t *)(s), sizeof(s) - 1 }

static void
test_kinds(void)
{
    static const Kind kinds[] = {
        { "fractions: 0, 0.5, 1", DATA("\0\0\0\0\0\0\0\x3f\0\0\x80\x3f"),
          { { 258, 32, 0, 0 }, { 262, 1, 0, 0 }, { 339, 3, 0, 0 } }, 3, 1, 1, { 0, 128, 255 } },
        { "heights: -100, 0, 300, none", DATA("\0\0\xc8\xc2\0\0\0\0\0\0\x96\x43\xff\xff\x7f\xff"),
          { { 258, 32, 0, 0 }, { 262, 1, 0, 0 }, { 339, 3, 0, 0 } }, 4, 1, 1, { 0, 64, 255, 0 } },
        { "no number at all", DATA("\0\0\xc0\x7f\0\0\xc0\x7f\0\0\0\x3f"),
          { { 258, 32, 0, 0 }, { 262, 1, 0, 0 }, { 339, 3, 0, 0 } }, 3, 1, 1, { 0, 0, 128 } },
        { "halves: 0, 0.5, 2 of colour", DATA("\0\0\0\x38\0\x40"),
          { { 258, 16, 0, 0 }, { 262, 2, 0, 0 }, { 277, 3, 0, 0 }, { 339, 3, 0, 0 } }, 1, 1, 3, { 0, 128, 255 } },
        { "doubles", DATA("\0\0\0\0\0\0\xe0\x3f\0\0\0\0\0\0\0\0"),
          { { 258, 64, 0, 0 }, { 262, 1, 0, 0 }, { 339, 3, 0, 0 } }, 2, 1, 1, { 128, 0, 0, 0 } },
        { "signed", DATA("\x18\xfc\0\0\xe8\x03"), { { 258, 16, 0, 0 }, { 262, 1, 0, 0 }, { 339, 2, 0, 0 } }, 3, 1, 1, { 0, 128, 255 } },
        { "32 bits of colour", DATA("\0\0\0\x80\0\0\0\0\xff\xff\xff\xff"),
          { { 258, 32, 0, 0 }, { 262, 2, 0, 0 }, { 277, 3, 0, 0 } }, 1, 1, 3, { 128, 0, 255 } },
        { "12 bits", DATA("\x80\x00\xff\x00\x10"), { { 258, 12, 0, 0 }, { 262, 1, 0, 0 } }, 3, 1, 1, { 128, 15, 0 } },
        { "2 bits of colour", DATA("\x1b\xc0"), { { 258, 2, 0, 0 }, { 262, 2, 0, 0 }, { 277, 3, 0, 0 } }, 2, 1, 3, { 0, 85, 170, 255, 255, 0 } },
        { "Lab: white, red, black", DATA("\xff\0\0\x8a\x51\x46\0\0\0"),
          { { 258, 8, 0, 0 }, { 262, 8, 0, 0 }, { 277, 3, 0, 0 } }, 3, 1, 3, { 255, 255, 255, 255, 0, 0, 0, 0, 0 } },
        { "Lab as profiles have it", DATA("\xff\x80\x80\x8a\xd1\xc6"),
          { { 258, 8, 0, 0 }, { 262, 9, 0, 0 }, { 277, 3, 0, 0 } }, 2, 1, 3, { 255, 255, 255, 255, 0, 0 } },
        { "YCbCr, two by two", DATA("\x4c\x4c\x4c\x4c\x55\xff"),
          { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 } }, 2, 1, 3, { 254, 0, 0, 254, 0, 0 } },
        { "YCbCr, each its own", DATA("\x4c\x55\xff\x80\x80\x80"),
          { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 }, { 530, 0x10001, 3, 2 } }, 2, 1, 3, { 254, 0, 0, 128, 128, 128 } },
        { "YCbCr of television", DATA("\x10\x80\x80\x51\x5a\xf0" "\x10\0\0\0\1\0\0\0" "\xeb\0\0\0\1\0\0\0" "\x80\0\0\0\1\0\0\0" "\xf0\0\0\0\1\0\0\0"
                                      "\x80\0\0\0\1\0\0\0" "\xf0\0\0\0\1\0\0\0"),
          { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 }, { 530, 0x10001, 3, 2 }, { 532, 14, 5, 6 } }, 2, 1, 3, { 0, 0, 0, 254, 0, 0 } },
        { "the same in whole numbers", DATA("\x10\x80\x80\x51\x5a\xf0" "\x10\0\xeb\0\x80\0\xf0\0\x80\0\xf0\0"),
          { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 }, { 530, 0x10001, 3, 2 }, { 532, 14, 3, 6 } }, 2, 1, 3, { 0, 0, 0, 254, 0, 0 } },
        { "white below black", DATA("\x10\x80\x80\x51\x5a\xf0" "\xeb\0\x10\0\x80\0\xf0\0\x80\0\xf0\0"),
          { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 }, { 530, 0x10001, 3, 2 }, { 532, 14, 3, 6 } }, 2, 1, 3, { 16, 16, 16, 238, 14, 14 } },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const Kind *kind = &kinds[i];
        size_t n = (size_t)kind->width * kind->height * kind->kind;
        uint8_t pixels[12] = { 0 };
        g_test_message("%s", kind->name);
        autodisarmed out = take_kind(kind);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        pixels_of(&out, n, kind->kind, pixels);
        for (size_t k = 0; k < n; k++)
            g_assert_cmpint(ABS(pixels[k] - kind->pixels[k]), <=, 1);
    }
}

/* Predictor 3: bytes by their rank, each less the one before it, deflated. 0.5 and 0.5. */
static void
test_predictor_of_fractions(void)
{
    static const uint8_t plain[] = { 0x3f, 0x00, 0xc1, 0x00, 0x00, 0x00, 0x00, 0x00 };
    uint8_t packed[64], pixels[2];
    uLongf n = sizeof packed;

    g_assert_cmpint(compress(packed, &n, plain, sizeof plain), ==, Z_OK);
    Kind kind = { .data = { packed, n }, .more = { { 258, 32, 0, 0 }, { 259, 8, 0, 0 }, { 262, 1, 0, 0 }, { 317, 3, 0, 0 }, { 339, 3, 0, 0 } },
                  .width = 2, .height = 1 };
    autodisarmed out = take_kind(&kind);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    pixels_of(&out, 2, 1, pixels);
    g_assert_cmpuint(pixels[0], ==, 128);
    g_assert_cmpuint(pixels[1], ==, 128);
}

/* What says more than there is, or nothing that anyone could draw. */
static void
test_lies(void)
{
    static const struct {
        Kind kind;
        SkReason reason;
    } cases[] = {
        { { "clumps of three", DATA("abcdef"), { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 }, { 530, 0x30003, 3, 2 } }, 2, 1, 3, { 0 } }, SK_REASON_MALFORMED },
        { { "clumps that end early", DATA("abcd"), { { 258, 8, 0, 0 }, { 262, 6, 0, 0 }, { 277, 3, 0, 0 } }, 2, 1, 3, { 0 } }, SK_REASON_MALFORMED },
        { { "predictor of a future", DATA("abcd"), { { 258, 8, 0, 0 }, { 259, 5, 0, 0 }, { 262, 1, 0, 0 }, { 317, 4, 0, 0 } }, 4, 1, 1, { 0 } }, SK_REASON_UNSUPPORTED },
        { { "palette of fractions", DATA("abcd"), { { 258, 32, 0, 0 }, { 262, 3, 0, 0 }, { 339, 3, 0, 0 } }, 1, 1, 1, { 0 } }, SK_REASON_UNSUPPORTED },
        { { "palette of 16 bits", DATA("abcd"), { { 258, 16, 0, 0 }, { 262, 3, 0, 0 } }, 2, 1, 1, { 0 } }, SK_REASON_UNSUPPORTED },
        { { "planes of 12 bits", DATA("abcdefghi"), { { 258, 12, 0, 0 }, { 262, 2, 0, 0 }, { 277, 3, 0, 0 }, { 284, 2, 0, 0 } }, 2, 1, 1, { 0 } }, SK_REASON_UNSUPPORTED },
        { { "old JPEG without tables", DATA("abcd"), { { 258, 8, 0, 0 }, { 259, 6, 0, 0 }, { 262, 1, 0, 0 } }, 8, 8, 1, { 0 } }, SK_REASON_MALFORMED },
        { { "old JPEG whose tables are elsewhere", DATA("abcd"), { { 258, 8, 0, 0 }, { 259, 6, 0, 0 }, { 262, 1, 0, 0 }, { 519, 1 << 30, 0, 0 } }, 8, 8, 1, { 0 } }, SK_REASON_MALFORMED },
        { { "old JPEG that is no JPEG", DATA("abcd"), { { 258, 8, 0, 0 }, { 259, 6, 0, 0 }, { 262, 1, 0, 0 }, { 513, 0, 0, 0 }, { 514, 4, 0, 0 } }, 8, 8, 1, { 0 } }, SK_REASON_MALFORMED },
        { { "old JPEG by another process", DATA("abcd"), { { 258, 8, 0, 0 }, { 259, 6, 0, 0 }, { 262, 1, 0, 0 }, { 512, 14, 0, 0 } }, 8, 8, 1, { 0 } }, SK_REASON_UNSUPPORTED },
        { { "WebP of nothing", DATA("RIFF\4\0\0\0WEBPVP8L"), { { 258, 8, 0, 0 }, { 259, 50001, 0, 0 }, { 262, 2, 0, 0 }, { 277, 3, 0, 0 } }, 8, 8, 1, { 0 } }, SK_REASON_MALFORMED },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].kind.name);
        autodisarmed out = take_kind(&cases[i].kind);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
        g_assert_cmpint(out.report->reason, ==, cases[i].reason);
    }
}

/* A thousand strips of a row each, all of them the same long one, to be turned bit by bit. */
static void
test_overlap(void)
{
    g_autofree uint8_t *data = g_malloc0(1 << 20);
    const Field fields[] = { { 256, 8, 0, 0 },   { 257, 65000, 0, 0 }, { 258, 8, 0, 0 }, { 259, 1, 0, 0 },
                             { 262, 1, 0, 0 },   { 266, 2, 0, 0 },     { 273, 0, 0, 1 }, { 277, 1, 0, 0 },
                             { 278, 1, 0, 0 } };
    unsigned next = 0;
    g_autoptr(GByteArray) tiff = new_file(&next);

    Field many[G_N_ELEMENTS(fields)];
    for (unsigned i = 0; i < G_N_ELEMENTS(fields); i++)
        many[i] = fields[i];
    many[6].type = 4;
    many[6].n = 65000; /* the places are the zeros themselves: all of the file */
    add_page(tiff, &next, sk_span(data, 1 << 20), many, G_N_ELEMENTS(many));
    autodisarmed out = take(tiff);
    g_assert_cmpint(out.report->reason, ==, SK_REASON_MALFORMED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tiff/least", test_least);
    g_test_add_func("/tiff/fax", test_fax);
    g_test_add_func("/tiff/circle", test_circle);
    g_test_add_func("/tiff/thumbnail", test_thumbnail);
    g_test_add_func("/tiff/kinds", test_kinds);
    g_test_add_func("/tiff/predictor-of-fractions", test_predictor_of_fractions);
    g_test_add_func("/tiff/lies", test_lies);
    g_test_add_func("/tiff/overlap", test_overlap);
    return g_test_run();
}
