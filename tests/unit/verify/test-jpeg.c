/* SPDX-License-Identifier: Apache-2.0
 * test-jpeg.c - the profile of JPEG: libjpeg writes pictures of every kind, whose codes the walk
 * must read to the last bit; then each rule is broken once. */
#include "build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

typedef struct {
    unsigned width, height;
    int components;
    J_COLOR_SPACE from, space;
    int h, v; /* of the first component */
    int quality;
    int restart;
    bool progressive, optimised;
} Plan;

/* Noise, so that every length of code comes up. */
static GByteArray *
compress(const Plan *plan)
{
    struct jpeg_compress_struct c = { 0 };
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long n = 0;
    g_autoptr(GRand) rand = g_rand_new_with_seed(plan->width * 7 + plan->height);
    g_autofree JSAMPLE *row = g_malloc(plan->width * 4);

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &out, &n);
    c.image_width = plan->width;
    c.image_height = plan->height;
    c.input_components = plan->components;
    c.in_color_space = plan->from;
    jpeg_set_defaults(&c);
    jpeg_set_colorspace(&c, plan->space);
    jpeg_set_quality(&c, plan->quality, TRUE);
    c.comp_info[0].h_samp_factor = plan->h;
    c.comp_info[0].v_samp_factor = plan->v;
    c.restart_interval = (unsigned)plan->restart;
    c.optimize_coding = plan->optimised;
    if (plan->progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        for (unsigned i = 0; i < plan->width * (unsigned)plan->components; i++)
            row[i] = (JSAMPLE)(c.next_scanline % 16 < 8 ? g_rand_int(rand) : i);
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    GByteArray *file = g_byte_array_new();
    put(file, out, n);
    free(out);
    return file;
}

static void
kinds(void)
{
    static const struct {
        int components;
        J_COLOR_SPACE from, space;
    } spaces[] = {
        { 1, JCS_GRAYSCALE, JCS_GRAYSCALE }, { 3, JCS_RGB, JCS_YCbCr }, { 3, JCS_RGB, JCS_RGB },
        { 4, JCS_CMYK, JCS_CMYK },           { 4, JCS_CMYK, JCS_YCCK },
    };
    static const int factors[][2] = { { 1, 1 }, { 2, 1 }, { 1, 2 }, { 2, 2 }, { 4, 1 } };
    static const unsigned sizes[][2] = { { 1, 1 }, { 8, 8 }, { 33, 17 }, { 16, 100 } };

    for (unsigned s = 0; s < G_N_ELEMENTS(spaces); s++)
        for (unsigned f = 0; f < G_N_ELEMENTS(factors); f++)
            for (unsigned z = 0; z < G_N_ELEMENTS(sizes); z++)
                for (int quality = 1; quality <= 100; quality += 33) {
                    Plan plan = { .width = sizes[z][0],
                                  .height = sizes[z][1],
                                  .components = spaces[s].components,
                                  .from = spaces[s].from,
                                  .space = spaces[s].space,
                                  .h = factors[f][0],
                                  .v = factors[f][1],
                                  .quality = quality };
                    if (plan.components == 1 && f > 0)
                        continue;
                    g_test_message("%d components to %d, %d x %d, %u x %u, quality %d",
                                   plan.components, plan.space, plan.h, plan.v, plan.width,
                                   plan.height, quality);
                    assert_clean(SK_TYPE_JPEG, compress(&plan));
                }
}

static void
other_coding(void)
{
    Plan plan = { .width = 40,
                  .height = 40,
                  .components = 3,
                  .from = JCS_RGB,
                  .space = JCS_YCbCr,
                  .h = 2,
                  .v = 2,
                  .quality = 80 };

    assert_clean(SK_TYPE_JPEG, compress(&plan));
    plan.restart = 2;
    assert_refused(SK_TYPE_JPEG, compress(&plan), "not-canonical");
    plan.restart = 0;
    plan.progressive = true;
    assert_refused(SK_TYPE_JPEG, compress(&plan), "not-canonical");
    plan.progressive = false;
    plan.optimised = true;
    assert_refused(SK_TYPE_JPEG, compress(&plan), "not-canonical");
}

typedef struct {
    const char *find;
    size_t n;
    size_t offset;
    uint8_t value;
    const char *word;
} Change;

/* One byte of a conforming file becomes another. */
static void
headers(void)
{
    static const Change changes[] = {
        { "JFIF", 4, 6, 2, "not-canonical" },         /* version 1.2 */
        { "JFIF", 4, 7, 3, "not-canonical" },         /* units */
        { "JFIF", 4, 9, 0, "not-canonical" },         /* X density 0 */
        { "JFIF", 4, 12, 1, "picture-thumbnail" },    /* a thumbnail's width */
        { "\xff\xdb", 2, 4, 0x10, "not-canonical" },  /* 16-bit quantisers */
        { "\xff\xdb", 2, 4, 3, "not-canonical" },     /* another table than the frame's */
        { "\xff\xdb", 2, 9, 0, "not-canonical" },     /* a divisor of nothing */
        { "\xff\xc0", 2, 1, 0xc2, "not-canonical" },  /* progressive */
        { "\xff\xc0", 2, 4, 12, "not-canonical" },    /* precision */
        { "\xff\xc0", 2, 10, 9, "not-canonical" },    /* component id */
        { "\xff\xc0", 2, 11, 0x44, "not-canonical" }, /* over ten blocks an MCU */
        { "\xff\xc0", 2, 11, 0x02, "not-canonical" }, /* H of 0 */
        { "\xff\xc4", 2, 5, 1, "not-canonical" },     /* another Huffman table */
        { "\xff\xda", 2, 6, 0x11, "not-canonical" },  /* the wrong table for a component */
        { "\xff\xda", 2, 12, 62, "not-canonical" },   /* spectral selection */
    };
    JpegPlan plan = { .width = 20, .height = 10 };

    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        GByteArray *file = jpeg_build(&plan);
        size_t at = sk_span_find(bytes_span(file), 0, sk_span(changes[i].find, changes[i].n));
        file->data[at + changes[i].offset] = changes[i].value;
        g_test_message("change %u", i);
        g_assert_cmpstr(verify_word(SK_TYPE_JPEG, bytes_span(file), NULL), ==, changes[i].word);
        g_byte_array_unref(file);
    }
}

/* What may be wrong with the entropy-coded data alone. */
static void
data(void)
{
    JpegPlan plan = { .width = 8, .height = 8, .grey = true };
    g_autoptr(GByteArray) file = jpeg_build(&plan);
    size_t head = sk_span_find(bytes_span(file), 0, sk_span("\x3f\0", 2)) + 2;
    static const struct {
        const char *bytes;
        size_t n;
        const char *word;
    } cases[] = {
        { "\x2b", 1, "clean" },                              /* 00 1010 11: DC 0, end, ones */
        { "\x2a", 1, "picture-encoding" },                   /* padding not ones */
        { "\x2b\xff", 2, "not-canonical" },                  /* FF FF D9: a fill byte */
        { "\x2b\xff\0", 3, "picture-encoding" },             /* a byte more than the picture has */
        { "", 0, "picture-encoding" },                       /* nothing */
        { "\x2f", 1, "picture-encoding" },                   /* 00 1011 11: cut inside a code */
        { "\x3f\xff\0\xff\0\xff\0", 7, "picture-encoding" }, /* 00 then all ones: no such code */
        { "\x3f\xe7\xfc\xff\0\x9f\xf3\xff\0\x2b", 10,
          "picture-encoding" },                /* four runs of sixteen */
        { "\xff\xd0", 2, "picture-encoding" }, /* a restart marker */
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        GByteArray *made = g_byte_array_new();
        put(made, file->data, head);
        put(made, cases[i].bytes, cases[i].n);
        put(made, "\xff\xd9", 2);
        g_test_message("case %u", i);
        assert_refused(SK_TYPE_JPEG, made, cases[i].word);
    }
}

static void
limits(void)
{
    JpegPlan plan = { .width = 20, .height = 10 };
    g_autoptr(GByteArray) file = jpeg_build(&plan);
    SkJob job = sk_job_default();

    job.limits.pixels = 199;
    g_assert_cmpstr(verify_word(SK_TYPE_JPEG, bytes_span(file), &job), ==, "picture-encoding");
    job.limits.pixels = 200;
    g_assert_cmpstr(verify_word(SK_TYPE_JPEG, bytes_span(file), &job), ==, "clean");
    plan.height = 65501;
    plan.width = 1;
    plan.grey = true;
    assert_refused(SK_TYPE_JPEG, jpeg_build(&plan), "not-canonical");
}

static void
small(void)
{
    JpegPlan plan = { .width = 20, .height = 10 };
    g_autoptr(GByteArray) file = jpeg_build(&plan);

    assert_every_cut_refused(SK_TYPE_JPEG, bytes_span(file));
    assert_flips_harmless(SK_TYPE_JPEG, bytes_span(file));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/jpeg/kinds", kinds);
    g_test_add_func("/verify/jpeg/other-coding", other_coding);
    g_test_add_func("/verify/jpeg/headers", headers);
    g_test_add_func("/verify/jpeg/data", data);
    g_test_add_func("/verify/jpeg/limits", limits);
    g_test_add_func("/verify/jpeg/small", small);
    return g_test_run();
}
