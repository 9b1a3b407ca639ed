/* SPDX-License-Identifier: Apache-2.0
 * test-png.c - the profile of PNG: every kind of picture it has, and each rule broken once. */
#include "build.h"

#include <string.h>

typedef struct {
    uint32_t width, height;
    unsigned depth, color;
    unsigned palette; /* entries; 0: no PLTE */
    const char *trns; /* bytes, or NULL */
    size_t trns_n;
    int filter;    /* -1: the right one */
    unsigned last; /* or'ed into each row's last byte */
    unsigned fill; /* every other byte */
    int rows_more; /* than height */
} Plan;

static GByteArray *
build(const Plan *p)
{
    static const unsigned channels[] = { 1, 0, 3, 1, 2, 0, 4 };
    GByteArray *out = g_byte_array_new();
    g_autoptr(GByteArray) rows = g_byte_array_new();
    size_t bytes = (p->width * channels[p->color] * p->depth + 7) / 8;
    char entries[3 * 256] = { 0 };

    png_header(out, p->width, p->height, p->depth, p->color);
    if (p->palette > 0)
        png_chunk(out, "PLTE", sk_span(entries, 3 * p->palette));
    if (p->trns != NULL)
        png_chunk(out, "tRNS", sk_span(p->trns, p->trns_n));
    for (uint32_t y = 0; y < (uint32_t)((int)p->height + p->rows_more); y++) {
        put_u8(rows, p->filter >= 0 ? (unsigned)p->filter : p->depth == 8 && p->color != 3 ? 1 : 0);
        for (size_t x = 0; x < bytes; x++)
            put_u8(rows, x + 1 == bytes ? p->fill | p->last : p->fill);
    }
    png_data(out, bytes_span(rows));
    png_chunk(out, "IEND", SK_SPAN_EMPTY);
    return out;
}

static void
kinds(void)
{
    static const Plan good[] = {
        { .width = 5, .height = 3, .depth = 1, .color = 0, .filter = -1 },
        { .width = 5, .height = 3, .depth = 2, .color = 0, .filter = -1 },
        { .width = 5,
          .height = 3,
          .depth = 4,
          .color = 0,
          .filter = -1,
          .trns = "\0\x0f",
          .trns_n = 2 },
        { .width = 5,
          .height = 3,
          .depth = 8,
          .color = 0,
          .filter = -1,
          .trns = "\0\xff",
          .trns_n = 2 },
        { .width = 5,
          .height = 3,
          .depth = 8,
          .color = 2,
          .filter = -1,
          .trns = "\0\1\0\2\0\3",
          .trns_n = 6 },
        { .width = 5, .height = 3, .depth = 1, .color = 3, .filter = -1, .palette = 1 },
        { .width = 5,
          .height = 3,
          .depth = 2,
          .color = 3,
          .filter = -1,
          .palette = 4,
          .fill = 0,
          .last = 0xc0 },
        { .width = 6,
          .height = 3,
          .depth = 4,
          .color = 3,
          .filter = -1,
          .palette = 3,
          .fill = 0x21 },
        { .width = 5,
          .height = 3,
          .depth = 8,
          .color = 3,
          .filter = -1,
          .palette = 256,
          .fill = 0xff,
          .trns = "\xff\0",
          .trns_n = 2 },
        { .width = 5, .height = 3, .depth = 8, .color = 4, .filter = -1, .fill = 7 },
        { .width = 5, .height = 3, .depth = 8, .color = 6, .filter = -1, .fill = 7 },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        g_test_message("case %u", i);
        assert_clean(SK_TYPE_PNG, build(&good[i]));
    }
}

static void
broken(void)
{
    static const struct {
        Plan plan;
        const char *word;
    } bad[] = {
        { { .width = 5, .height = 3, .depth = 16, .color = 0, .filter = 1 }, "not-canonical" },
        { { .width = 5, .height = 3, .depth = 4, .color = 2, .filter = 0 }, "not-canonical" },
        { { .width = 0, .height = 3, .depth = 8, .color = 0, .filter = -1 }, "picture-encoding" },
        { { .width = 65536, .height = 1, .depth = 8, .color = 0, .filter = -1 }, "not-canonical" },
        { { .width = 60000,
            .height = 60000,
            .depth = 1,
            .color = 0,
            .filter = -1,
            .rows_more = -59999 },
          "picture-encoding" },
        { { .width = 5, .height = 3, .depth = 8, .color = 2, .filter = 0 }, "not-canonical" },
        { { .width = 5, .height = 3, .depth = 1, .color = 0, .filter = 1 }, "not-canonical" },
        { { .width = 5, .height = 3, .depth = 1, .color = 0, .filter = -1, .last = 1 },
          "not-canonical" },
        { { .width = 5, .height = 3, .depth = 8, .color = 3, .filter = -1 }, "not-canonical" },
        { { .width = 5, .height = 3, .depth = 1, .color = 3, .filter = -1, .palette = 3 },
          "not-canonical" },
        { { .width = 5,
            .height = 3,
            .depth = 8,
            .color = 3,
            .filter = -1,
            .palette = 3,
            .fill = 3 },
          "not-canonical" },
        { { .width = 5,
            .height = 3,
            .depth = 2,
            .color = 3,
            .filter = -1,
            .palette = 2,
            .fill = 0,
            .last = 0x80 },
          "not-canonical" },
        { { .width = 5, .height = 3, .depth = 8, .color = 0, .filter = -1, .palette = 3 },
          "not-canonical" },
        { { .width = 5, .height = 3, .depth = 8, .color = 2, .filter = -1, .palette = 3 },
          "picture-metadata" },
        { { .width = 5, .height = 3, .depth = 8, .color = 2, .filter = -1, .rows_more = 1 },
          "trailing-data" },
        { { .width = 5, .height = 3, .depth = 8, .color = 2, .filter = -1, .rows_more = -1 },
          "picture-encoding" },
        { { .width = 5,
            .height = 3,
            .depth = 4,
            .color = 0,
            .filter = -1,
            .trns = "\0\x10",
            .trns_n = 2 },
          "not-canonical" },
        { { .width = 5,
            .height = 3,
            .depth = 8,
            .color = 2,
            .filter = -1,
            .trns = "\1\1\0\2\0\3",
            .trns_n = 6 },
          "not-canonical" },
        { { .width = 5,
            .height = 3,
            .depth = 8,
            .color = 6,
            .filter = -1,
            .trns = "\0\2",
            .trns_n = 2 },
          "not-canonical" },
        { { .width = 5,
            .height = 3,
            .depth = 8,
            .color = 3,
            .filter = -1,
            .palette = 2,
            .trns = "\0\xff",
            .trns_n = 2 },
          "not-canonical" },
        { { .width = 5,
            .height = 3,
            .depth = 8,
            .color = 3,
            .filter = -1,
            .palette = 1,
            .trns = "\0\0",
            .trns_n = 2 },
          "not-canonical" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_test_message("case %u", i);
        assert_refused(SK_TYPE_PNG, build(&bad[i].plan), bad[i].word);
    }
}

/* A picture over several IDAT chunks, and the sizes that they may have. */
static void
pieces(void)
{
    enum { SIDE = 400 };
    g_autoptr(GByteArray) rows = g_byte_array_new();
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    for (unsigned i = 0; i < SIDE; i++) {
        put_u8(rows, 1);
        for (unsigned x = 0; x < SIDE; x++)
            put_u8(rows, g_rand_int(rand) & 0xff);
    }
    g_autoptr(GByteArray) data = deflate_bytes(bytes_span(rows), false);
    g_assert_cmpuint(data->len, >, 2 * 65536);
    static const struct {
        size_t sizes[4];
        const char *word;
    } cases[] = {
        { { 65536, 65536, 1000000, 0 }, "clean" },
        { { 65536, 1000000, 0, 0 }, "not-canonical" },
        { { 65535, 65536, 1000000, 0 }, "not-canonical" },
        { { 65536, 0, 65536, 1000000 }, "trailing-data" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        GByteArray *file = g_byte_array_new();
        size_t at = 0;
        png_header(file, SIDE, SIDE, 8, 0);
        for (unsigned k = 0; k < 4 && at < data->len; k++) {
            size_t n = MIN(cases[i].sizes[k], data->len - at);
            png_chunk(file, "IDAT", sk_span(data->data + at, n));
            at += n;
        }
        png_chunk(file, "IEND", SK_SPAN_EMPTY);
        assert_refused(SK_TYPE_PNG, file, cases[i].word);
    }
}

static GByteArray *
with_data(SkSpan data, const char *more)
{
    GByteArray *file = g_byte_array_new();
    png_header(file, 4, 2, 8, 2);
    png_chunk(file, "IDAT", data);
    if (more != NULL)
        png_chunk(file, more, SK_SPAN_EMPTY);
    png_chunk(file, "IEND", SK_SPAN_EMPTY);
    return file;
}

static void
stream(void)
{
    static const uint8_t rows[2][13] = { { 1, 9, 8, 7 }, { 1, 200, 100, 50, 1, 2, 3 } };
    g_autoptr(GByteArray) data = deflate_bytes(sk_span(rows, sizeof rows), false);
    size_t n = data->len;

    assert_clean(SK_TYPE_PNG, with_data(bytes_span(data), NULL));
    assert_refused(SK_TYPE_PNG, with_data(sk_span(data->data, n - 1), NULL), "picture-encoding");
    put_u8(data, 0);
    assert_refused(SK_TYPE_PNG, with_data(bytes_span(data), NULL), "trailing-data");
    g_byte_array_set_size(data, (guint)n);
    assert_refused(SK_TYPE_PNG, with_data(bytes_span(data), "IDAT"), "not-canonical");
    assert_refused(SK_TYPE_PNG, with_data(bytes_span(data), "tEXt"), "picture-text");
    data->data[n - 1] ^= 1; /* Adler-32 */
    assert_refused(SK_TYPE_PNG, with_data(bytes_span(data), NULL), "picture-encoding");
    data->data[n - 1] ^= 1;
    data->data[1] = 0x9c;
    data->data[0] = 0x78;
    assert_refused(SK_TYPE_PNG, with_data(bytes_span(data), NULL), "not-canonical");
}

/* The chunks before IDAT, in every order but the right one. */
static void
order(void)
{
    static const struct {
        const char *types[4];
        const char *word;
    } cases[] = {
        { { "pHYs", "PLTE", "tRNS" }, "clean" },
        { { "PLTE" }, "clean" },
        { { "PLTE", "pHYs" }, "not-canonical" },
        { { "tRNS", "PLTE" }, "not-canonical" },
        { { "PLTE", "PLTE" }, "not-canonical" },
        { { "PLTE", "tRNS", "tRNS" }, "not-canonical" },
        { { "pHYs", "pHYs", "PLTE" }, "not-canonical" },
        { { "PLTE", "IEND" }, "not-canonical" },
        { { "PLTE", "IHDR" }, "not-canonical" },
        { { "PLTE", "bKGD" }, "picture-metadata" },
        { { "PLTE", "CgBI" }, "picture-unknown" },
        { { "PLTE", "fdAT" }, "picture-animation" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        GByteArray *file = g_byte_array_new();
        png_header(file, 2, 1, 8, 3);
        for (unsigned k = 0; cases[i].types[k] != NULL; k++) {
            const char *type = cases[i].types[k];
            static const uint8_t density[] = { 0, 0, 0x0e, 0xc4, 0, 0, 0x0e, 0xc4, 1 };
            bool phys = strcmp(type, "pHYs") == 0;
            png_chunk(file, type, sk_span(density, phys ? 9 : strcmp(type, "tRNS") == 0 ? 1 : 6));
        }
        png_data(file, sk_span("\0\0\1", 3));
        png_chunk(file, "IEND", SK_SPAN_EMPTY);
        g_test_message("case %u", i);
        assert_refused(SK_TYPE_PNG, file, cases[i].word);
    }
    assert_refused(SK_TYPE_PNG, png_build("pHYs", "\1\1\1\1\1\1\1\1\1"), "not-canonical");
}

static void
small(void)
{
    g_autoptr(GByteArray) file = png_build(NULL, NULL);

    assert_every_cut_refused(SK_TYPE_PNG, bytes_span(file));
    assert_flips_harmless(SK_TYPE_PNG, bytes_span(file));
    /* Every flip breaks a CRC, the signature, or what the profile fixes: none conforms. */
    for (size_t i = 0; i < file->len * 8; i++) {
        file->data[i / 8] ^= (uint8_t)(1u << i % 8);
        g_assert_cmpstr(verify_word(SK_TYPE_PNG, bytes_span(file), NULL), !=, "clean");
        file->data[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/png/kinds", kinds);
    g_test_add_func("/verify/png/broken", broken);
    g_test_add_func("/verify/png/pieces", pieces);
    g_test_add_func("/verify/png/stream", stream);
    g_test_add_func("/verify/png/order", order);
    g_test_add_func("/verify/png/small", small);
    return g_test_run();
}
