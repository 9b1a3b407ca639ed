/* SPDX-License-Identifier: Apache-2.0
 *
 * test-gif.c - GIF pictures that came alone: one file for one series of pixels, animations by rule, what hides in
 * tables, blocks and sizes. */
#include "picture-file.h"

static unsigned
frames_of(SkSpan gif)
{
    unsigned n = 0;

    for (size_t at = 0; (at = sk_span_find(gif, at, sk_span("\x21\xf9\x04", 3))) != SIZE_MAX; at++)
        n++;
    return n;
}

static void
test_same(void)
{
    g_autoptr(GBytes) plain = picture_seed("same-plain.gif");
    g_autoptr(GBytes) interlaced = picture_seed("same-interlaced.gif");
    autodisarmed one = disarm_picture(SK_TYPE_GIF, sk_span_bytes(plain), SK_VERDICT_NONE);
    autodisarmed two = disarm_picture(SK_TYPE_GIF, sk_span_bytes(interlaced), SK_VERDICT_NONE);

    g_assert_cmpint(one.report->type_out, ==, SK_TYPE_GIF);
    g_assert_cmpuint(g_bytes_get_size(one.output), >, 0);
    g_assert_true(g_bytes_equal(one.output, two.output));
}

static void
test_animation(void)
{
    g_autoptr(GBytes) gif = picture_seed("animated.gif");
    autodisarmed first = disarm_picture(SK_TYPE_GIF, sk_span_bytes(gif), SK_VERDICT_NONE);
    autodisarmed all = disarm_picture(SK_TYPE_GIF, sk_span_bytes(gif), SK_VERDICT_KEPT);
    autodisarmed none = disarm_picture(SK_TYPE_GIF, sk_span_bytes(gif), SK_VERDICT_REFUSED);

    g_assert_cmpuint(found(&first, SK_ELEMENT_PICTURE_ANIMATION), >, 0);
    g_assert_cmpuint(frames_of(output_of(&first)), ==, 1);
    g_assert_cmpuint(frames_of(output_of(&all)), ==, found(&all, SK_ELEMENT_PICTURE_ANIMATION) + 1);
    g_assert_cmpint(none.report->outcome, ==, SK_OUTCOME_REFUSED);
}

/* One pixel beyond its screen, a table of words, a comment, and a program behind the end. */
#define HEAD "GIF89a\1\0\1\0\x80\0\0" "<?php "
#define PIXELS "\2\2\x44\x05\0"

static void
test_hidden(void)
{
    static const char gif[] = HEAD "\x21\xfe\x04" "evil\0" "\x2c\0\0\0\0\1\0\1\0\0" "\2\2\x44\x01\0" "; MZ";
    autodisarmed out = disarm_picture(SK_TYPE_GIF, sk_span(gif, sizeof gif - 1), SK_VERDICT_NONE);

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_TEXT), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TRAILING_DATA), ==, 1);
    g_assert_true(sk_span_find(output_of(&out), 0, sk_span_str("<?php")) == SIZE_MAX);
    g_assert_true(sk_span_find(output_of(&out), 0, sk_span_str("evil")) == SIZE_MAX);
}

static void
test_outside(void)
{
    static const char beyond[] = HEAD "\x2c\0\0\0\0\2\0\1\0\0" PIXELS ";";
    static const char far[] = HEAD "\x2c\7\0\0\0\2\0\1\0\0" PIXELS ";";
    static const char none[] = HEAD "\x2c\0\0\0\0\0\0\1\0\0" PIXELS ";";
    autodisarmed clipped = disarm_picture(SK_TYPE_GIF, sk_span(beyond, sizeof beyond - 1), SK_VERDICT_NONE);
    autodisarmed gone = disarm_picture(SK_TYPE_GIF, sk_span(far, sizeof far - 1), SK_VERDICT_NONE);
    autodisarmed broken = disarm_picture(SK_TYPE_GIF, sk_span(none, sizeof none - 1), SK_VERDICT_NONE);

    g_assert_cmpuint(found(&clipped, SK_ELEMENT_PICTURE_ENCODING), ==, 1);
    g_assert_cmpuint(found(&gone, SK_ELEMENT_PICTURE_ENCODING), ==, 1);
    g_assert_cmpint(broken.report->reason, ==, SK_REASON_MALFORMED);
}

/* Noise in all colours fills the table of strings again and again; it comes out as it went in. */
static void
test_long(void)
{
    g_autoptr(GByteArray) gif = g_byte_array_new();
    uint32_t noise = 7;

    g_byte_array_append(gif, (const uint8_t *)"GIF89a\x2c\1\x2c\1\xf7\0\0", 13);
    for (unsigned i = 0; i < 256; i++)
        g_byte_array_append(gif, (const uint8_t[]){ (uint8_t)(255 - i), (uint8_t)(i * 7), 3 }, 3);
    g_byte_array_append(gif, (const uint8_t *)"\x2c\0\0\0\0\x2c\1\x2c\1\0\7", 11);
    /* Codes of eight bits, a clear code before the table makes them wider: 128 colours. */
    unsigned in_block = 0;
    for (unsigned i = 0; i < 300 * 300 + 300 * 300 / 64 + 1; i++) {
        noise = noise * 1664525u + 1013904223u;
        uint8_t code = i % 65 == 0 ? 0x80 : (uint8_t)(noise >> 28 & (i / 4000 % 2 == 0 ? 127 : 3));
        if (in_block++ % 255 == 0)
            g_byte_array_append(gif, (const uint8_t[]){ 255 }, 1);
        g_byte_array_append(gif, &code, 1);
    }
    for (; in_block % 255 != 0; in_block++)
        g_byte_array_append(gif, (const uint8_t[]){ 0x81 }, 1);
    g_byte_array_append(gif, (const uint8_t *)"\0;", 2);
    autodisarmed out = disarm_picture(SK_TYPE_GIF, sk_span(gif->data, gif->len), SK_VERDICT_NONE);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
}

/* All 256 colours, and then the end where one more pixel should be: nothing is left to show it with. */
static void
test_full(void)
{
    g_autoptr(GByteArray) gif = g_byte_array_new(), data = g_byte_array_new();
    uint32_t bits = 0;
    unsigned n = 0;

    g_byte_array_append(gif, (const uint8_t *)"GIF89a\1\1\1\0\xf7\0\0", 13);
    for (unsigned i = 0; i < 256; i++)
        g_byte_array_append(gif, (const uint8_t[]){ (uint8_t)i, 0, 0 }, 3);
    g_byte_array_append(gif, (const uint8_t *)"\x2c\0\0\0\0\1\1\1\0\0\x08", 11);
    for (unsigned i = 0; i < 256 + 256 / 64 + 1; i++) { /* codes of nine bits: a clear code before they grow */
        uint32_t code = i == 256 + 256 / 64 ? 257 : i % 65 == 0 ? 256 : i - i / 65 - 1;
        for (bits |= code << n, n += 9; n >= 8; n -= 8, bits >>= 8)
            g_byte_array_append(data, (const uint8_t[]){ (uint8_t)bits }, 1);
    }
    g_byte_array_append(data, (const uint8_t[]){ (uint8_t)bits }, 1);
    for (guint at = 0; at < data->len; at += 255) {
        uint8_t size = (uint8_t)MIN(255u, data->len - at);
        g_byte_array_append(gif, &size, 1);
        g_byte_array_append(gif, data->data + at, size);
    }
    g_byte_array_append(gif, (const uint8_t *)"\0;", 2);
    autodisarmed out = disarm_picture(SK_TYPE_GIF, sk_span(gif->data, gif->len), SK_VERDICT_NONE);
    g_assert_cmpint(out.report->reason, ==, SK_REASON_MALFORMED);
    gif->data[6] = gif->data[13 + 768 + 5] = 0; /* 256 pixels wide: then none is missing */
    autodisarmed whole = disarm_picture(SK_TYPE_GIF, sk_span(gif->data, gif->len), SK_VERDICT_NONE);
    g_assert_cmpint(whole.report->outcome, ==, SK_OUTCOME_CLEAN);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gif/same", test_same);
    g_test_add_func("/gif/animation", test_animation);
    g_test_add_func("/gif/hidden", test_hidden);
    g_test_add_func("/gif/outside", test_outside);
    g_test_add_func("/gif/long", test_long);
    g_test_add_func("/gif/full", test_full);
    return g_test_run();
}
