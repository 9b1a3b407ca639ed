/* SPDX-License-Identifier: Apache-2.0
 *
 * test-pictures.c - kinds of picture that become PNG: one picture in many encodings (the fuzzing seeds
 * same-*) becomes one and the same PNG; what is told; what is refused. */
#include "disarm/picture.h"

#include "base/io.h"
#include "disarming.h"
#include "format/png.h"

typedef struct {
    SkReport *report; /* owned */
    GBytes *png;      /* owned; NULL on failure */
    int code;         /* of the error */
} Result;

static void
result_clear(Result *self)
{
    sk_report_free(self->report);
    g_clear_pointer(&self->png, g_bytes_unref);
}
#define autoresult __attribute__((cleanup(result_clear))) Result

static Result
disarm_picture(SkSpan picture)
{
    SkJob job = sk_job_default();
    g_autofree uint8_t *heap = g_memdup2(picture.p, picture.n);
    g_autoptr(SkSink) sink = sk_sink_new_memory(job.limits.output);
    g_autoptr(GError) error = NULL;
    Result out = { .report = sk_report_new() };
    SkDisarm disarm = { .job = &job, .report = out.report };
    SkType type = SK_TYPE_NONE;

    if (sk_picture_disarm(&disarm, sk_span(heap, picture.n), sk_span_str("p"), sink, &type, &error)) {
        g_assert_true(sk_sink_finish(sink, NULL));
        g_assert_cmpint(type, ==, SK_TYPE_PNG);
        out.png = sk_sink_steal_bytes(sink);
    } else {
        out.code = error->code;
    }
    return out;
}

static unsigned
told(const Result *self, SkElement element)
{
    Disarmed disarmed = { .report = self->report };

    return found(&disarmed, element);
}

static GBytes *
stored(const char *kind, const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_SOURCE"), "tests", "fuzz", kind, "pictures", name, NULL);
    GBytes *bytes = NULL;

    g_assert_true(sk_io_read_file(path, 1u << 20, &bytes, NULL));
    return bytes;
}

static GBytes *
seed(const char *name)
{
    return stored("seeds", name);
}

/* All seeds of the prefix come to one PNG. */
static GBytes *
same(const char *prefix, unsigned least)
{
    g_autofree char *folder = g_build_filename(g_getenv("SEKISHO_SOURCE"), "tests", "fuzz", "seeds", "pictures", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GBytes) first = NULL;
    unsigned n = 0;

    g_assert_nonnull(dir);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        if (!g_str_has_prefix(name, prefix))
            continue;
        g_autoptr(GBytes) picture = seed(name);
        autoresult result = disarm_picture(sk_span_bytes(picture));
        g_assert_nonnull(result.png);
        g_assert_cmpuint(told(&result, SK_ELEMENT_PICTURE_ENCODING), ==, 1);
        g_assert_cmpuint(told(&result, SK_ELEMENT_PICTURE_ORIENTATION), ==, strstr(name, "orientation") != NULL);
        if (first == NULL)
            first = g_bytes_ref(result.png);
        if (!g_bytes_equal(first, result.png))
            g_error("%s differs from the others", name);
        n++;
    }
    g_assert_cmpuint(n, >=, least);
    return g_steal_pointer(&first);
}

static void
test_same(void)
{
    g_autoptr(GBytes) png = same("same-", 17);
    g_assert_nonnull(png);
}

/* Drawings of one shape, a red left half, in many records. */
static void
test_drawings(void)
{
    g_autoptr(GBytes) png = same("half-", 15);
    SkLimits limits = sk_limits_default();
    SkPng parsed;

    g_assert_true(sk_png_parse(sk_span_bytes(png), &limits, &parsed, NULL));
    g_assert_cmpuint(parsed.header.width, ==, 192);
    g_assert_cmpuint(parsed.header.height, ==, 96);
    g_assert_cmpuint(parsed.header.palette.n, ==, 6);
    g_assert_true(sk_span_equal(sk_span_sub(parsed.header.palette, 0, 3), sk_span("\xff\0\0", 3)));
    g_assert_cmpuint(parsed.header.transparency.n, ==, 2);
}

/* Texts are told; a drawing with nothing in it is not one that we can draw. */
static void
test_drawn_texts(void)
{
    g_autoptr(GBytes) emf = seed("text.emf");
    autoresult one = disarm_picture(sk_span_bytes(emf));
    g_autoptr(GBytes) wmf = seed("text.wmf");
    autoresult two = disarm_picture(sk_span_bytes(wmf));
    g_autoptr(GBytes) full = seed("half-rectangle.emf");
    g_autoptr(GByteArray) empty = g_byte_array_new();

    g_assert_cmpuint(told(&one, SK_ELEMENT_DRAWING_TEXT), ==, 2);
    g_assert_cmpuint(told(&two, SK_ELEMENT_DRAWING_TEXT), ==, 2);
    g_byte_array_append(empty, g_bytes_get_data(full, NULL), 88); /* its header */
    g_byte_array_append(empty, (const uint8_t *)"\x0e\0\0\0\x14\0\0\0\0\0\0\0\x10\0\0\0\x14\0\0\0", 20);
    autoresult nothing = disarm_picture(sk_span(empty->data, empty->len));
    g_assert_cmpint(nothing.code, ==, SK_ERROR_UNSUPPORTED);
}

/* What a drawing comes to that has one text of @n bytes, of a font with @charset. */
static unsigned
drawn(const char *text, uint32_t n, bool wide, uint8_t charset)
{
    static const uint32_t header[] = { 1,    88, 0, 0, 199, 99, 0, 0, 5291, 2645, 0x464d4520, 0x10000, 0, 5,
                                       1 << 16 | 2, 0, 0, 0, 960, 960, 254, 254 };
    static const uint32_t select[] = { 37, 12, 1 }, end[] = { 14, 20, 0, 16, 20 };
    uint32_t font[83] = { 82, 332, 1, (uint32_t)-40, 0, 0, 0, 400, (uint32_t)charset << 24 };
    uint32_t size = 76 + (n + 3) / 4 * 4, record[] = { wide ? 84u : 83u, size, 0, 0, 0, 0, 1, 0, 0, 10, 10,
                                                       wide ? n / 2 : n, 76, 0, 0, 0, 0, 0, 0 };
    g_autoptr(GByteArray) emf = g_byte_array_new();

    g_byte_array_append(emf, (const uint8_t *)header, sizeof header);
    g_byte_array_append(emf, (const uint8_t *)font, 332);
    g_byte_array_append(emf, (const uint8_t *)select, sizeof select);
    g_byte_array_append(emf, (const uint8_t *)record, sizeof record);
    g_byte_array_append(emf, (const uint8_t *)text, n);
    g_byte_array_append(emf, (const uint8_t *)"\0\0\0", (4 - n % 4) % 4);
    g_byte_array_append(emf, (const uint8_t *)end, sizeof end);
    autoresult result = disarm_picture(sk_span(emf->data, emf->len));
    g_assert_nonnull(result.png);
    g_assert_cmpuint(told(&result, SK_ELEMENT_DRAWING_TEXT), ==, 1);
    return g_bytes_hash(result.png);
}

/* Letters are lines, and each another; what is none is one bar, whatever it is. */
static void
test_letters(void)
{
    unsigned bar = drawn("\x42\x30\x44\x30", 4, true, 0);

    g_assert_cmpuint(drawn("A\0B\0", 4, true, 0), !=, bar);
    g_assert_cmpuint(drawn("A\0B\0", 4, true, 0), ==, drawn("AB", 2, false, 0));
    g_assert_cmpuint(drawn("\x21\xff\x22\xff", 4, true, 0), ==, drawn("AB", 2, false, 0));
    g_assert_cmpuint(drawn("AB", 2, false, 2), ==, bar);            /* symbols */
    g_assert_cmpuint(drawn("\x83\x41", 2, false, 128), ==, bar);    /* one character of Shift_JIS */
    g_assert_cmpuint(drawn("\x83\x41", 2, false, 0), !=, bar);      /* something, and an A */
    for (int c = '!'; c <= '~'; c++)
        g_assert_cmpuint(drawn((const char[]){ (char)c, (char)c }, 2, false, 0), !=, bar);
}

static void
test_told(void)
{
    g_autoptr(GBytes) animated = seed("animated.gif");
    autoresult moving = disarm_picture(sk_span_bytes(animated));
    g_autoptr(GBytes) plain = seed("same-plain.gif");
    autoresult still = disarm_picture(sk_span_bytes(plain));

    g_assert_cmpuint(told(&moving, SK_ELEMENT_PICTURE_ANIMATION), ==, 1);
    g_assert_cmpuint(told(&moving, SK_ELEMENT_PICTURE_TEXT), >=, 1);
    g_assert_true(g_bytes_equal(moving.png, still.png));
    g_autoptr(GByteArray) longer = g_byte_array_new();
    g_byte_array_append(longer, g_bytes_get_data(plain, NULL), (guint)g_bytes_get_size(plain));
    g_byte_array_append(longer, (const uint8_t *)"payload", 7);
    autoresult trailing = disarm_picture(sk_span(longer->data, longer->len));
    g_assert_cmpuint(told(&trailing, SK_ELEMENT_TRAILING_DATA), ==, 1);
    g_assert_true(g_bytes_equal(trailing.png, still.png));
}

static void
test_transparent(void)
{
    g_autoptr(GBytes) gif = seed("transparent.gif");
    autoresult result = disarm_picture(sk_span_bytes(gif));
    SkLimits limits = sk_limits_default();
    SkPng png;

    g_assert_true(sk_png_parse(sk_span_bytes(result.png), &limits, &png, NULL));
    g_assert_cmpint(png.header.colour, ==, SK_PNG_PALETTE);
    g_assert_cmpuint(png.header.transparency.n, >, 0);
}

/* Every file, cut anywhere, is drawn or refused for a reason of its own, and never for a limit. */
static void
test_cut(void)
{
    static const char *const names[] = { "same-interlaced.gif", "same-rle8.bmp", "same-tiff_lzw.tif", "cmyk.tif",
                                         "shapes.emf",          "text.emf",      "half-dib.emf",      "text.wmf" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) picture = seed(names[i]);
        for (size_t n = 0; n < g_bytes_get_size(picture); n += 7) {
            autoresult result = disarm_picture(sk_span_sub(sk_span_bytes(picture), 0, n));
            g_assert_true(result.png != NULL || result.code != SK_ERROR_LIMIT);
        }
    }
}

/* Sizes that the data cannot fill are no limit's affair either. */
static void
test_lies(void)
{
    static const uint8_t tall[] = { 'B', 'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 255, 255, 255, 127, 255,
                                    255, 255, 127, 1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                    0, 0, 0, 0, 0, 1, 2, 3, 4 };
    autoresult result = disarm_picture(sk_span(tall, sizeof tall));

    g_assert_cmpint(result.code, ==, SK_ERROR_TRUNCATED);
}

/* What comes before the sender's colours and tables goes, and they move to where a PDF's header is looked for. */
static void
test_single(void)
{
    static const char *const names[] = { "late-palette-spells-pdf.png", "late-table-spells-pdf.jpeg" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) picture = stored("crashes", names[i]);
        autoresult result = disarm_picture(sk_span_bytes(picture));
        g_assert_null(result.png);
        g_assert_cmpint(result.code, ==, SK_ERROR_MALFORMED);
        autodisarmed alone = disarm(sk_span_bytes(picture), SK_TYPE_NONE, SK_LEVEL_REBUILT);
        g_assert_cmpint(alone.report->outcome, ==, SK_OUTCOME_REFUSED);
        g_assert_cmpint(alone.report->reason, ==, SK_REASON_MALFORMED);
    }
}

/* ---- two types in one ------------------------------------------------------------------------ */

static SkReason
alone(const GByteArray *picture, unsigned *ret_rest)
{
    Disarmed out = disarm(sk_span(picture->data, picture->len), SK_TYPE_NONE, SK_LEVEL_REBUILT);
    SkReason reason = out.report->reason;
    bool leaks = sk_span_find(output_of(&out), 0, sk_span_str("payload")) != SIZE_MAX;

    g_assert_false(leaks);
    *ret_rest = found(&out, SK_ELEMENT_TRAILING_DATA);
    disarmed_clear(&out);
    return reason;
}

static GByteArray *
seed_array(const char *name)
{
    return g_bytes_unref_to_array(seed(name));
}

/* An archive behind a picture refuses it; anything else behind it goes, and is told. */
static void
test_polyglots(void)
{
    static const char *const names[] = { "plain.png", "plain.jpeg", "same-plain.gif", "lossless.webp" };
    static const char zip[] = "payloadPK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    static const char *const refused[] = { "payload Rar!\x1a\x07\x01", "payload 7z\xbc\xaf\x27\x1c" };
    static const char *const rest[] = { "<script>payload</script>", "MZpayload", "=1;alert('payload')//" };
    unsigned told = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GByteArray) with_zip = seed_array(names[i]);
        g_byte_array_append(with_zip, (const uint8_t *)zip, sizeof zip - 1);
        g_assert_cmpint(alone(with_zip, &told), ==, SK_REASON_FORBIDDEN);
        for (unsigned k = 0; k < G_N_ELEMENTS(refused); k++) {
            g_autoptr(GByteArray) archive = seed_array(names[i]);
            g_byte_array_append(archive, (const uint8_t *)refused[k], (guint)strlen(refused[k]));
            g_assert_cmpint(alone(archive, &told), ==, SK_REASON_FORBIDDEN);
        }
        for (unsigned k = 0; k < G_N_ELEMENTS(rest); k++) {
            g_autoptr(GByteArray) more = seed_array(names[i]);
            g_byte_array_append(more, (const uint8_t *)rest[k], (guint)strlen(rest[k]));
            g_assert_cmpint(alone(more, &told), ==, SK_REASON_NONE);
            g_assert_cmpuint(told, ==, 1);
        }
    }
}

/* A PDF in a comment of a GIF; a GIF whose width begins a comment of a script. */
static void
test_gif_polyglots(void)
{
    static const char pdf[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff\x21\xfe\x12%PDF-1.4 1 0 obj<<\0"
                              "\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;";
    static const char script[] = "GIF89a/*\1\0\x80\0\0*/=pay\x21\xfe\x0dload;alert(1)\0"
                                 "\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;";
    g_autoptr(GByteArray) one = g_byte_array_new(), two = g_byte_array_new();
    unsigned told = 0;

    g_byte_array_append(one, (const uint8_t *)pdf, sizeof pdf - 1);
    g_byte_array_append(two, (const uint8_t *)script, sizeof script - 1);
    g_assert_cmpint(alone(one, &told), ==, SK_REASON_FORBIDDEN);
    Disarmed out = disarm(sk_span(two->data, two->len), SK_TYPE_NONE, SK_LEVEL_REBUILT);
    g_assert_cmpint(out.report->reason, ==, SK_REASON_NONE);
    g_assert_true(sk_span_find(output_of(&out), 0, sk_span_str("alert")) == SIZE_MAX);
    disarmed_clear(&out);
}

/* ---- animations of PNG ----------------------------------------------------------------------- */

static unsigned
chunks_of(const Disarmed *self, const char *type)
{
    unsigned n = 0;

    for (size_t at = 0; (at = sk_span_find(output_of(self), at, sk_span_str(type))) != SIZE_MAX; at++)
        n++;
    return n;
}

static void
test_png_animation(void)
{
    static const struct {
        const char *name;
        unsigned frames, controls;
    } cases[] = { { "animated.png", 3, 3 }, { "animated-default.png", 2, 2 } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) png = seed_array(cases[i].name);
        SkSpan whole = sk_span(png->data, png->len);
        SkJob job = sk_job_default();
        Disarmed first = disarm_with(&job, whole);
        job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = SK_VERDICT_KEPT;
        Disarmed all = disarm_with(&job, whole);
        Disarmed again = disarm_with(&job, output_of(&all));
        g_assert_cmpuint(chunks_of(&first, "fcTL") + chunks_of(&first, "fdAT") + chunks_of(&first, "acTL"), ==, 0);
        g_assert_cmpuint(found(&all, SK_ELEMENT_PICTURE_ANIMATION), ==, cases[i].frames - 1);
        g_assert_cmpuint(chunks_of(&all, "fcTL"), ==, cases[i].controls);
        g_assert_true(g_bytes_equal(all.output, again.output));
        disarmed_clear(&first);
        disarmed_clear(&all);
        disarmed_clear(&again);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pictures/same", test_same);
    g_test_add_func("/pictures/drawings", test_drawings);
    g_test_add_func("/pictures/drawn-texts", test_drawn_texts);
    g_test_add_func("/pictures/letters", test_letters);
    g_test_add_func("/pictures/told", test_told);
    g_test_add_func("/pictures/transparent", test_transparent);
    g_test_add_func("/pictures/cut", test_cut);
    g_test_add_func("/pictures/lies", test_lies);
    g_test_add_func("/pictures/single", test_single);
    g_test_add_func("/pictures/png-animation", test_png_animation);
    g_test_add_func("/pictures/polyglots", test_polyglots);
    g_test_add_func("/pictures/gif-polyglots", test_gif_polyglots);
    return g_test_run();
}
