/* SPDX-License-Identifier: Apache-2.0
 * test-png.c - PNG: pixels stay, all else goes; hostile chunks; the profile's form. Files are built here
 * chunk by chunk, with zlib as the other side. */
#include "unit/disarm/disarming.h"

#include "base/reader.h"

#include <png.h>
#include <zlib.h>

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SPAN(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

static void
put_u32(GByteArray *to, uint32_t v)
{
    uint8_t b[] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
    g_byte_array_append(to, b, 4);
}

static void
put_chunk(GByteArray *to, const char *type, SkSpan data)
{
    put_u32(to, (uint32_t)data.n);
    guint start = to->len;
    g_byte_array_append(to, (const uint8_t *)type, 4);
    g_byte_array_append(to, data.p, (guint)data.n);
    put_u32(to, (uint32_t)crc32(0, to->data + start, to->len - start));
}

static void
put_ihdr(GByteArray *to, uint32_t width, uint32_t height, uint8_t depth, uint8_t colour, uint8_t interlace)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    put_u32(data, width);
    put_u32(data, height);
    uint8_t rest[] = { depth, colour, 0, 0, interlace };
    g_byte_array_append(data, rest, sizeof rest);
    put_chunk(to, "IHDR", sk_span(data->data, data->len));
}

static GByteArray *
new_png(void)
{
    GByteArray *png = g_byte_array_new();
    g_byte_array_append(png, (const uint8_t *)SIGNATURE, 8);
    return png;
}

static void
put_idat(GByteArray *to, SkSpan rows)
{
    uLongf n = compressBound(rows.n);
    g_autofree uint8_t *deflated = g_malloc(n);
    g_assert_cmpint(compress(deflated, &n, rows.p, rows.n), ==, Z_OK);
    put_chunk(to, "IDAT", sk_span(deflated, n));
}

/* 3 × 2 grey pixels and what may be planted at three places. */
static GByteArray *
grey(void (*before)(GByteArray *), void (*after)(GByteArray *))
{
    GByteArray *png = new_png();
    put_ihdr(png, 3, 2, 8, 0, 0);
    if (before != NULL)
        before(png);
    put_idat(png, SPAN("\0\x01\x02\x03\0\xF0\x00\x80"));
    if (after != NULL)
        after(png);
    put_chunk(png, "IEND", SK_SPAN_EMPTY);
    return png;
}

static SkSpan
span(const GByteArray *bytes)
{
    return sk_span(bytes->data, bytes->len);
}

/* The pixels as libpng's simple reader shows them, RGBA. */
static GBytes *
pixels(SkSpan file, uint32_t *ret_width, uint32_t *ret_height)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    g_assert_true(png_image_begin_read_from_memory(&image, file.p, file.n));
    image.format = PNG_FORMAT_RGBA;
    uint8_t *buffer = g_malloc(PNG_IMAGE_SIZE(image));
    g_assert_true(png_image_finish_read(&image, NULL, buffer, 0, NULL));
    *ret_width = image.width;
    *ret_height = image.height;
    return g_bytes_new_take(buffer, PNG_IMAGE_SIZE(image));
}

static void
assert_same_picture(SkSpan a, SkSpan b)
{
    uint32_t w = 0, h = 0, w2 = 0, h2 = 0;
    g_autoptr(GBytes) x = pixels(a, &w, &h);
    g_autoptr(GBytes) y = pixels(b, &w2, &h2);
    g_assert_cmpuint(w, ==, w2);
    g_assert_cmpuint(h, ==, h2);
    g_assert_true(g_bytes_equal(x, y));
}

/* The names of the chunks of a file of ours, one after the other. */
static char *
chunk_names(SkSpan file)
{
    GString *names = g_string_new(NULL);
    SkReader r = sk_reader(file);
    sk_reader_skip(&r, 8);
    while (sk_reader_left(&r) > 0) {
        uint32_t n = sk_reader_u32be(&r);
        SkSpan type = sk_reader_span(&r, 4);
        g_string_append_len(names, (const char *)type.p, (gssize)type.n);
        g_string_append_c(names, ' ');
        sk_reader_skip(&r, (size_t)n + 4);
    }
    g_assert_true(sk_reader_ok(&r));
    return g_string_free(names, FALSE);
}

static void
plant_metadata(GByteArray *png)
{
    put_chunk(png, "sRGB", SPAN("\0"));
    put_chunk(png, "pHYs", SPAN("\0\0\x0B\x13\0\0\x0B\x13\x01"));
    put_chunk(png, "tEXt", SPAN("Comment\0payload-in-text"));
    put_chunk(png, "eXIf", SPAN("MM\0*payload-in-exif"));
    put_chunk(png, "prVt", SPAN("payload-in-private"));
    put_chunk(png, "acTL", SPAN("\0\0\0\1\0\0\0\0"));
}

static void
metadata_goes(void)
{
    g_autoptr(GByteArray) png = grey(plant_metadata, NULL);
    g_byte_array_append(png, (const uint8_t *)"payload-after", 13);
    autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_PROFILE), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_TEXT), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_METADATA), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_UNKNOWN), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_ANIMATION), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TRAILING_DATA), ==, 1);
    SkSpan file = output_of(&out);
    g_autofree char *names = chunk_names(file);
    g_assert_cmpstr(names, ==, "IHDR pHYs IDAT IEND ");
    g_assert_cmpuint(sk_span_find(file, 0, sk_span_str("payload")), ==, SIZE_MAX);
    assert_same_picture(span(png), file);
    assert_idempotent(&out, SK_TYPE_PNG, SK_LEVEL_IMAGE);
    autodisarmed again = disarm(file, SK_TYPE_PNG, SK_LEVEL_REBUILT);
    g_assert_cmpuint(again.report->findings->len, ==, 0);
}

/* Every kind of picture that libpng can write, with noise in it: the pixels stay. */
static void
every_kind(void)
{
    static const struct {
        uint8_t colour, depth;
    } kinds[] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 }, { 2, 16 }, { 3, 1 },
                  { 3, 2 }, { 3, 4 }, { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 }, { 6, 16 } };
    for (size_t i = 0; i < G_N_ELEMENTS(kinds) * 2; i++) {
        uint8_t colour = kinds[i / 2].colour, depth = kinds[i / 2].depth, interlace = i % 2;
        uint32_t width = 61, height = 37;
        static const uint8_t channels[] = { 1, 0, 3, 1, 2, 0, 4 };
        size_t row = (width * channels[colour] * depth + 7) / 8;
        g_autoptr(GByteArray) rows = g_byte_array_new();
        if (interlace == 0) {
            for (uint32_t y = 0; y < height; y++) {
                uint8_t filter = (uint8_t)(y % 5);
                g_byte_array_append(rows, &filter, 1);
                for (size_t x = 0; x < row; x++) {
                    uint8_t b = (uint8_t)g_test_rand_int();
                    g_byte_array_append(rows, &b, 1);
                }
            }
        } else {
            static const uint8_t x0[] = { 0, 4, 0, 2, 0, 1, 0 }, y0[] = { 0, 0, 4, 0, 2, 0, 1 },
                                 dx[] = { 8, 8, 4, 4, 2, 2, 1 }, dy[] = { 8, 8, 8, 4, 4, 2, 2 };
            for (unsigned p = 0; p < 7; p++) {
                uint32_t w = (width - x0[p] + dx[p] - 1) / dx[p], h = (height - y0[p] + dy[p] - 1) / dy[p];
                for (uint32_t y = 0; y < h; y++) {
                    for (size_t x = 0; x < 1 + (w * channels[colour] * depth + 7) / 8; x++) {
                        uint8_t b = x == 0 ? 0 : (uint8_t)g_test_rand_int();
                        g_byte_array_append(rows, &b, 1);
                    }
                }
            }
        }
        g_autoptr(GByteArray) png = new_png();
        put_ihdr(png, width, height, depth, colour, interlace);
        if (colour == 3) {
            uint8_t palette[768];
            for (size_t b = 0; b < sizeof palette; b++)
                palette[b] = (uint8_t)(b * 7);
            put_chunk(png, "PLTE", sk_span(palette, 3u << depth));
            put_chunk(png, "tRNS", SPAN("\x80\xFF"));
        }
        if (colour == 0 || colour == 2)
            put_chunk(png, "tRNS", sk_span("\0\1\0\1\0\1", colour == 0 ? 2 : 6));
        put_idat(png, span(rows));
        put_chunk(png, "IEND", SK_SPAN_EMPTY);

        autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_ENCODING), ==, interlace != 0 || depth == 16 ? 1 : 0);
        if (depth != 16) /* libpng's simple reader rounds 16 bits another way */
            assert_same_picture(span(png), output_of(&out));
        assert_idempotent(&out, SK_TYPE_PNG, SK_LEVEL_REBUILT);
        autodisarmed same = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
        assert_output(&same, output_of(&out)); /* determinism */
    }
}

/* The profile's form, on a picture of several IDATs. */
static void
form(void)
{
    uint32_t width = 300, height = 300;
    g_autoptr(GByteArray) rows = g_byte_array_new();
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < 1 + width * 4; x++) {
            uint8_t b = x == 0 ? 4 : (uint8_t)g_test_rand_int();
            g_byte_array_append(rows, &b, 1);
        }
    }
    g_autoptr(GByteArray) png = new_png();
    put_ihdr(png, width, height, 8, 6, 0);
    put_idat(png, span(rows));
    put_chunk(png, "IEND", SK_SPAN_EMPTY);
    autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);

    SkReader r = sk_reader(output_of(&out));
    g_autoptr(GByteArray) zlib = g_byte_array_new();
    sk_reader_skip(&r, 8 + 25);
    for (;;) {
        uint32_t n = sk_reader_u32be(&r);
        SkSpan type = sk_reader_span(&r, 4), data = sk_reader_span(&r, n);
        sk_reader_skip(&r, 4);
        if (!sk_span_is(type, "IDAT"))
            break;
        g_byte_array_append(zlib, data.p, (guint)data.n);
        g_assert_true(n == 65536 || zlib->len % 65536 == n % 65536);
    }
    g_assert_cmpuint(zlib->len, >, 300000);
    g_assert_cmpmem(zlib->data, 2, "\x78\x01", 2);
    uLongf size = (width * 4 + 1) * height;
    uLong used = zlib->len;
    g_autofree uint8_t *inflated = g_malloc(size);
    g_assert_cmpint(uncompress2(inflated, &size, zlib->data, &used), ==, Z_OK);
    g_assert_cmpuint(used, ==, zlib->len);
    g_assert_cmpuint(size, ==, (width * 4 + 1) * height);
    for (uint32_t y = 0; y < height; y++)
        g_assert_cmpuint(inflated[y * (width * 4 + 1)], ==, 1);
}

static void
assert_png_refused(const GByteArray *png, SkReason reason)
{
    autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
    assert_refused(&out, reason);
}

static void
plant_critical(GByteArray *png)
{
    put_chunk(png, "EVIL", SPAN("x"));
}

static void
plant_idat(GByteArray *png)
{
    put_chunk(png, "tEXt", SPAN("a\0b"));
    put_idat(png, SPAN("\0\x01\x02\x03\0\xF0\x00\x80"));
}

static void
plant_second_header(GByteArray *png)
{
    put_ihdr(png, 3, 2, 8, 0, 0);
}

static void
plant_trns(GByteArray *png)
{
    put_chunk(png, "tRNS", SPAN("\0\1"));
}

static void
hostile(void)
{
    static void (*const before[])(GByteArray *) = { plant_critical, plant_second_header };
    for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
        g_autoptr(GByteArray) png = grey(before[i], NULL);
        assert_png_refused(png, SK_REASON_MALFORMED);
    }
    static void (*const after[])(GByteArray *) = { plant_critical, plant_second_header, plant_idat, plant_trns };
    for (size_t i = 0; i < G_N_ELEMENTS(after); i++) {
        g_autoptr(GByteArray) png = grey(NULL, after[i]);
        assert_png_refused(png, SK_REASON_MALFORMED);
    }
    /* One wrong bit anywhere, and every cut. */
    g_autoptr(GByteArray) good = grey(plant_metadata, NULL);
    for (guint at = 8; at < good->len; at++) {
        good->data[at] ^= 0x10;
        autodisarmed out = disarm(span(good), SK_TYPE_PNG, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
        good->data[at] ^= 0x10;
    }
    for (guint n = 8; n < good->len; n++) {
        autodisarmed out = disarm(sk_span(good->data, n), SK_TYPE_PNG, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
    }
}

static void
sizes(void)
{
    static const struct {
        uint32_t width, height;
        SkReason reason;
    } rows[] = {
        { 60000, 60000, SK_REASON_LIMIT },      { 0x7FFFFFFF, 0x7FFFFFFF, SK_REASON_LIMIT },
        { 0xFFFFFFFF, 1, SK_REASON_LIMIT },     { 65536, 1, SK_REASON_LIMIT },
        { 0, 1, SK_REASON_MALFORMED },          { 1, 0, SK_REASON_MALFORMED },
        { 20000, 10000, SK_REASON_MALFORMED }, /* within the limits, but its data is not there */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) png = new_png();
        put_ihdr(png, rows[i].width, rows[i].height, 8, 0, 0);
        put_idat(png, SPAN("\0\x01\x02\x03"));
        put_chunk(png, "IEND", SK_SPAN_EMPTY);
        assert_png_refused(png, rows[i].reason);
    }
}

/* 50 MB of zeros behind a picture of 3 × 2: nothing of it is kept, and little of it is inflated. */
static void
bomb(void)
{
    g_autofree uint8_t *zeros = g_malloc0(50u << 20);
    g_autoptr(GByteArray) png = new_png();
    put_ihdr(png, 3, 2, 8, 0, 0);
    put_idat(png, sk_span(zeros, 50u << 20));
    put_chunk(png, "IEND", SK_SPAN_EMPTY);
    autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
    if (out.report->outcome == SK_OUTCOME_CLEAN)
        g_assert_cmpuint(g_bytes_get_size(out.output), <, 200);
    else
        assert_refused(&out, SK_REASON_MALFORMED);
}

static void
palettes(void)
{
    static const struct {
        SkSpan palette, rows;
        SkReason reason;
    } rows[] = {
        { SPAN("abcdef"), SPAN("\0\x01"), SK_REASON_NONE },
        { SPAN("abcdef"), SPAN("\0\x02"), SK_REASON_MALFORMED }, /* index past the end */
        { SPAN("abcde"), SPAN("\0\x01"), SK_REASON_MALFORMED },
        { SPAN(""), SPAN("\0\x00"), SK_REASON_MALFORMED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) png = new_png();
        put_ihdr(png, 1, 1, 8, 3, 0);
        put_chunk(png, "PLTE", rows[i].palette);
        put_idat(png, rows[i].rows);
        put_chunk(png, "IEND", SK_SPAN_EMPTY);
        autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
        g_assert_cmpstr(sk_reason_name(out.report->reason), ==, sk_reason_name(rows[i].reason));
    }
    g_autoptr(GByteArray) none = new_png();
    put_ihdr(none, 1, 1, 8, 3, 0);
    put_idat(none, SPAN("\0\0"));
    put_chunk(none, "IEND", SK_SPAN_EMPTY);
    assert_png_refused(none, SK_REASON_MALFORMED);
}

static void
two_faces(void)
{
    static const uint8_t zip_end[22] = { 'P', 'K', 5, 6 };
    g_autoptr(GByteArray) png = grey(NULL, NULL);
    g_byte_array_append(png, (const uint8_t *)"PK\x03\x04 a local file", 18);
    g_byte_array_append(png, zip_end, sizeof zip_end);
    autodisarmed out = disarm(span(png), SK_TYPE_PNG, SK_LEVEL_REBUILT);
    assert_refused(&out, SK_REASON_FORBIDDEN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_POLYGLOT), ==, 1);

    g_autoptr(GByteArray) apple = new_png();
    put_chunk(apple, "CgBI", SPAN("\x50\0\x20\x02"));
    put_ihdr(apple, 3, 2, 8, 0, 0);
    assert_png_refused(apple, SK_REASON_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/png/metadata-goes", metadata_goes);
    g_test_add_func("/png/every-kind", every_kind);
    g_test_add_func("/png/form", form);
    g_test_add_func("/png/hostile", hostile);
    g_test_add_func("/png/sizes", sizes);
    g_test_add_func("/png/bomb", bomb);
    g_test_add_func("/png/palettes", palettes);
    g_test_add_func("/png/two-faces", two_faces);
    return g_test_run();
}
