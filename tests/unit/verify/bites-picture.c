/* SPDX-License-Identifier: Apache-2.0
 * bites-picture.c - canonical files of the profiles of pictures that have one file for each series of pixels, and
 * what is changed in them: each change alone is refused, and named. */
#include "bites-picture.h"

#include <string.h>

/* Two by two pixels, of two colours, the second one transparent or not: a frame from its control on. */
#define CONTROL "\x21\xf9\x04\x04\0\0\0\0"
#define PLACE "\x2c\0\0\0\0\2\0\2\0\x80"
#define TABLE "\0\0\xff\xff\0\0"
#define DATA "\2\3\x44\x02\5\0"
#define SCREEN "GIF89a\2\0\2\0\x70\0\0"
#define LOOP "\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
#define FRAME CONTROL PLACE TABLE DATA

typedef struct {
    const char *word;
    bool kept; /* animations are */
    const char *bytes;
    size_t n;
} Gif;

#define GIF(word, kept, bytes) { word, kept, bytes, sizeof(bytes) - 1 }

static const Gif gifs[] = {
    GIF("clean", false, SCREEN FRAME ";"),
    GIF("clean", true, SCREEN FRAME ";"),
    GIF("clean", true, SCREEN FRAME FRAME ";"),
    GIF("clean", true, SCREEN LOOP FRAME "\x21\xf9\x04\x08\5\0\0\0" PLACE TABLE DATA ";"),
    GIF("clean", false, SCREEN "\x21\xf9\x04\x05\0\0\1\0" PLACE "\0\0\xff\0\0\0" DATA ";"),
    GIF("picture-animation", false, SCREEN FRAME FRAME ";"),
    GIF("picture-animation", false, SCREEN LOOP FRAME ";"),
    GIF("picture-animation", true, SCREEN LOOP FRAME ";"),
    GIF("picture-animation", true, SCREEN "\x21\xf9\x04\x04\1\0\0\0" PLACE TABLE DATA ";"),
    GIF("picture-animation", true, SCREEN "\x21\xf9\x04\x08\0\0\0\0" PLACE TABLE DATA ";"),
    GIF("picture-text", false, SCREEN FRAME "\x21\xfe\2hi\0;"),
    GIF("picture-text", false, SCREEN "\x21\xfe\2hi\0" FRAME ";"),
    GIF("picture-metadata", false, SCREEN FRAME "\x21\xff\x0bXMP DataXMP\1x\0;"),
    GIF("trailing-data", false, SCREEN FRAME ";\xff\xd8\xff"),
    GIF("trailing-data", false, SCREEN CONTROL PLACE TABLE "\2\4\x44\x02\5x\0" ";"),
    GIF("picture-encoding", false, SCREEN CONTROL PLACE TABLE "\2\2\x44\x02\0" ";"),
    GIF("picture-encoding", false, SCREEN CONTROL PLACE TABLE "\2\2\x44\x01\0" ";"), /* one pixel */
    GIF("not-canonical", false, SCREEN FRAME),
    GIF("not-canonical", false, SCREEN ";"),
    GIF("wrong-type", false, "GIF87a\2\0\2\0\x70\0\0" FRAME ";"),
    GIF("not-canonical", false, "GIF89a\2\0\2\0\xf0\0\0" TABLE FRAME ";"),
    GIF("not-canonical", false, "GIF89a\2\0\2\0\x70\1\0" FRAME ";"),
    GIF("not-canonical", false, "GIF89a\1\0\2\0\x70\0\0" FRAME ";"), /* beyond the screen */
    GIF("not-canonical", false, SCREEN PLACE TABLE DATA ";"),         /* no control */
    GIF("not-canonical", false, SCREEN "\x21\xf9\x04\0\0\0\0\0" PLACE TABLE DATA ";"),
    GIF("not-canonical", false, SCREEN "\x21\xf9\x04\x04\0\0\1\0" PLACE TABLE DATA ";"),
    GIF("not-canonical", false, SCREEN "\x21\xf9\x04\x05\0\0\0\0" PLACE TABLE DATA ";"),
    GIF("not-canonical", false, SCREEN CONTROL "\x2c\0\0\0\0\2\0\2\0\xc0" TABLE DATA ";"), /* interlaced */
    GIF("not-canonical", false, SCREEN CONTROL PLACE "\xff\0\0\0\0\xff" DATA ";"),         /* order */
    GIF("not-canonical", false, SCREEN CONTROL PLACE "\xff\0\0\xff\0\0" DATA ";"),         /* twice */
    GIF("not-canonical", false, SCREEN CONTROL "\x2c\0\0\0\0\2\0\2\0\x81" TABLE "\0\0\0\0\0\0" DATA ";"),
    GIF("not-canonical", false, SCREEN CONTROL "\x2c\0\0\0\0\2\0\2\0\x81" TABLE "<?php " DATA ";"),
    GIF("not-canonical", false, SCREEN CONTROL PLACE TABLE "\3\3\x44\x02\5\0" ";"),
    /* The first pixel, then a new table at once. */
    GIF("not-canonical", false, SCREEN CONTROL PLACE TABLE "\2\4\x04\x11\x02\5\0" ";"),
};

static void
check_gif(const void *data)
{
    const Gif *gif = data;
    SkJob job = sk_job_default();

    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = gif->kept ? SK_VERDICT_KEPT : SK_VERDICT_NONE;
    g_assert_cmpstr(verify_word(SK_TYPE_GIF, sk_span(gif->bytes, gif->n), &job), ==, gif->word);
}

static void
check_soil(void)
{
    assert_every_cut_refused(SK_TYPE_GIF, sk_span(gifs[0].bytes, gifs[0].n));
    assert_flips_harmless(SK_TYPE_GIF, sk_span(gifs[0].bytes, gifs[0].n));
}

/* ---- TIFF: a bilevel page of 9 by 2 pixels, and one of 2 by 1 in RGB ----------------------------- */

typedef struct {
    const char *word;
    size_t at; /* of a byte of the first page that is another one; 0: none */
    uint8_t byte;
    const char *rows;     /* of the first page; NULL: as they should be */
    const char *tail;     /* behind the last page */
    unsigned field, more; /* a tag in place of this one; a tag behind all of them */
} Tiff;

#define FIELD(i) (10u + 12u * (i))

static void
tiff_field(GByteArray *out, const Tiff *tiff, unsigned tag, unsigned type, unsigned count, unsigned value)
{
    bool other = tiff->field > 0 && tag == 257;

    put_le(out, 2, other ? tiff->field : tag);
    put_le(out, 2, type);
    put_le(out, 4, count);
    put_le(out, 4, value);
}

static void
tiff_page(GByteArray *out, const Tiff *tiff, bool rgb, bool last)
{
    unsigned fields = (rgb ? 13 : 12) + (tiff->more > 0 ? 1 : 0);
    unsigned values = out->len + 2 + 12 * fields + 4, resolution = values + (rgb ? 6 : 0);
    const char *rows = tiff->rows != NULL && !rgb ? tiff->rows : rgb ? "\1\2\3\4\5\6" : "\xff\x80\x01\x80";
    g_autoptr(GByteArray) strip = deflate_bytes(sk_span(rows, rgb ? 6 : strlen(rows)), false);
    unsigned end = resolution + 16 + strip->len;

    put_le(out, 2, fields);
    tiff_field(out, tiff, 256, 4, 1, rgb ? 2 : 9);
    tiff_field(out, tiff, 257, 4, 1, rgb ? 1 : 2);
    tiff_field(out, tiff, 258, 3, rgb ? 3 : 1, rgb ? values : 1);
    tiff_field(out, tiff, 259, 3, 1, 8);
    tiff_field(out, tiff, 262, 3, 1, rgb ? 2 : 0);
    tiff_field(out, tiff, 273, 4, 1, resolution + 16);
    tiff_field(out, tiff, 277, 3, 1, rgb ? 3 : 1);
    tiff_field(out, tiff, 278, 4, 1, rgb ? 1 : 2);
    tiff_field(out, tiff, 279, 4, 1, strip->len);
    tiff_field(out, tiff, 282, 5, 1, resolution);
    tiff_field(out, tiff, 283, 5, 1, resolution + 8);
    tiff_field(out, tiff, 296, 3, 1, 2);
    if (rgb)
        tiff_field(out, tiff, 317, 3, 1, 2);
    if (tiff->more > 0)
        tiff_field(out, tiff, tiff->more, 2, 4, 0);
    put_le(out, 4, last ? 0 : end + end % 2);
    for (unsigned i = 0; rgb && i < 3; i++)
        put_le(out, 2, 8);
    for (unsigned i = 0; i < 2; i++) {
        put_le(out, 4, 20400);
        put_le(out, 4, 100);
    }
    put(out, strip->data, strip->len);
    for (; !last && out->len % 2 != 0;)
        put_u8(out, 0);
}

static GByteArray *
tiff_build(const Tiff *tiff)
{
    static const Tiff plain = { .word = NULL };
    GByteArray *out = g_byte_array_new();

    put(out, "II*\0\x08\0\0\0", 8);
    tiff_page(out, tiff, false, false);
    tiff_page(out, &plain, true, true);
    if (tiff->tail != NULL)
        put_str(out, tiff->tail);
    if (tiff->at > 0)
        out->data[tiff->at] = tiff->byte;
    return out;
}

static const Tiff tiffs[] = {
    { .word = "clean" },
    { .word = "wrong-type", .at = 2, .byte = 43 },                        /* BigTIFF */
    { .word = "not-canonical", .at = 4, .byte = 10 },                     /* where the directory is */
    { .word = "not-canonical", .at = FIELD(0) + 2, .byte = 3 },           /* a type */
    { .word = "not-canonical", .at = FIELD(0) + 10, .byte = 1 },          /* a width */
    { .word = "not-canonical", .at = FIELD(2) + 8, .byte = 2 },           /* bits */
    { .word = "not-canonical", .at = FIELD(3) + 8, .byte = 7 },           /* JPEG inside */
    { .word = "not-canonical", .at = FIELD(3) + 10, .byte = 7 },          /* behind a short value */
    { .word = "not-canonical", .at = FIELD(4) + 8, .byte = 1 },           /* black is zero */
    { .word = "not-canonical", .at = FIELD(5) + 4, .byte = 2 },           /* two strips */
    { .word = "not-canonical", .at = FIELD(5) + 8, .byte = 8 },           /* the strip is the header */
    { .word = "not-canonical", .at = FIELD(7) + 8, .byte = 1 },           /* rows of a strip */
    { .word = "not-canonical", .at = FIELD(9) + 8, .byte = 8 },           /* a resolution elsewhere */
    { .word = "not-canonical", .at = FIELD(11) + 8, .byte = 4 },          /* a unit */
    { .word = "not-canonical", .at = FIELD(12), .byte = 2 },              /* where the next page is */
    { .word = "not-canonical", .at = FIELD(12) + 4 + 4, .byte = 1 },      /* parts of an inch */
    { .word = "not-canonical", .rows = "\xff\xc0\x01\x80" },              /* unused bits */
    { .word = "picture-encoding", .rows = "\xff\x80\x01" },              /* a row is cut short */
    { .word = "trailing-data", .rows = "\xff\x80\x01\x80\x01" },         /* … or too long */
    { .word = "trailing-data", .tail = "MZ" },
    { .word = "picture-text", .field = 270 },
    { .word = "picture-text", .more = 305 },
    { .word = "picture-metadata", .more = 34665 },
    { .word = "picture-metadata", .field = 700 },
    { .word = "picture-profile", .more = 34675 },
    { .word = "picture-second", .more = 330 },
    { .word = "picture-unknown", .more = 65000 },
};

static void
check_tiff(const void *data)
{
    const Tiff *tiff = data;
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = tiff_build(tiff);

    g_assert_cmpstr(verify_word(SK_TYPE_TIFF, bytes_span(file), &job), ==, tiff->word);
}

static void
check_tiff_soil(void)
{
    g_autoptr(GByteArray) file = tiff_build(&tiffs[0]);
    SkJob job = sk_job_default();

    assert_every_cut_refused(SK_TYPE_TIFF, bytes_span(file));
    assert_flips_harmless(SK_TYPE_TIFF, bytes_span(file));
    job.limits.pages = 1;
    g_assert_cmpstr(verify_word(SK_TYPE_TIFF, bytes_span(file), &job), ==, "not-canonical");
}

/* ---- PNG with frames: 2 by 1 grey pixels, and a frame of one of them ------------------------------ */

typedef struct {
    const char *word;
    bool kept;
    unsigned frames, sequence, width, left, disposal;
    const char *rows; /* of the frame; NULL: as they should be */
} Apng;

static void
apng_control(GByteArray *out, unsigned sequence, unsigned width, unsigned left, unsigned disposal)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    const unsigned numbers[] = { sequence, width, 1, left, 0, 1u << 16 | 10 };

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        put_be(data, 4, numbers[i]);
    put_u8(data, disposal);
    put_u8(data, 0);
    png_chunk(out, "fcTL", bytes_span(data));
}

static GByteArray *
apng_build(const Apng *plan)
{
    GByteArray *out = g_byte_array_new();
    g_autoptr(GByteArray) actl = g_byte_array_new(), fdat = g_byte_array_new();
    SkSpan rows = plan->rows != NULL ? sk_span(plan->rows, 3) : sk_span("\1\7", 2);
    g_autoptr(GByteArray) stream = deflate_bytes(rows, false);

    png_header(out, 2, 1, 8, 0);
    put_be(actl, 4, plan->frames);
    put_be(actl, 4, 0);
    png_chunk(out, "acTL", bytes_span(actl));
    apng_control(out, 0, 2, 0, 0);
    png_data(out, sk_span("\1\5\6", 3));
    apng_control(out, plan->sequence, plan->width, plan->left, plan->disposal);
    put_be(fdat, 4, plan->sequence + 1);
    put(fdat, stream->data, stream->len);
    png_chunk(out, "fdAT", bytes_span(fdat));
    png_chunk(out, "IEND", SK_SPAN_EMPTY);
    return out;
}

static const Apng apngs[] = {
    { "clean", true, 2, 1, 1, 1, 2, NULL },
    { "picture-animation", false, 2, 1, 1, 1, 0, NULL },
    { "picture-animation", true, 3, 1, 1, 1, 0, NULL }, /* one is missing */
    { "picture-animation", true, 1, 1, 1, 1, 0, NULL }, /* no animation */
    { "picture-animation", true, 2, 2, 1, 1, 0, NULL }, /* a number is left out */
    { "picture-animation", true, 2, 1, 2, 1, 0, NULL }, /* beyond the picture */
    { "picture-animation", true, 2, 1, 0, 1, 0, NULL },
    { "picture-animation", true, 2, 1, 1, 1, 3, NULL }, /* no such disposal */
    { "trailing-data", true, 2, 1, 1, 1, 0, "\1\7\7" },
};

static void
check_apng(const void *data)
{
    const Apng *plan = data;
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file = apng_build(plan);

    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = plan->kept ? SK_VERDICT_KEPT : SK_VERDICT_NONE;
    g_assert_cmpstr(verify_word(SK_TYPE_PNG, bytes_span(file), &job), ==, plan->word);
}

/* ---- SVG: more of it in test-svg.c --------------------------------------------------------------- */

static const struct {
    const char *word, *inside;
} svgs[] = {
    { "svg-script", "<script>alert(1)</script>" },
    { "svg-external", "<image xlink:href=\"http://example.jp/a.png\"/>" },
    { "svg-foreign", "<foreignObject/>" },
    { "svg-style", "<style>a{}</style>" },
    { "svg-reference", "<use xlink:href=\"#i1\"/>" },
};

static void
check_svg(const void *data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    SkJob job = sk_job_default();
    g_autoptr(GByteArray) file =
        bytes_new("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">");

    put_str(file, svgs[i].inside);
    put_str(file, "</svg>");
    g_assert_cmpstr(verify_word(SK_TYPE_SVG, bytes_span(file), &job), ==, svgs[i].word);
}

bool
picture_plants_have(const char *code)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(svgs); i++)
        if (strcmp(svgs[i].word, code) == 0)
            return true;
    return false;
}

void
picture_plants_add(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(svgs); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/%s", svgs[i].word);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), check_svg);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(apngs); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/apng/%u/%s", i, apngs[i].word);
        g_test_add_data_func(path, &apngs[i], check_apng);
    }
    g_test_add_func("/verify/bites/tiff/soil", check_tiff_soil);
    for (unsigned i = 0; i < G_N_ELEMENTS(tiffs); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/tiff/%u/%s", i, tiffs[i].word);
        g_test_add_data_func(path, &tiffs[i], check_tiff);
    }
    g_test_add_func("/verify/bites/gif/soil", check_soil);
    for (unsigned i = 0; i < G_N_ELEMENTS(gifs); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/gif/%u/%s", i, gifs[i].word);
        g_test_add_data_func(path, &gifs[i], check_gif);
    }
}
