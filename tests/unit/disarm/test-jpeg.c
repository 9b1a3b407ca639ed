/* SPDX-License-Identifier: Apache-2.0
 * test-jpeg.c - JPEG: what is seen stays to the bit, all else goes; turning; hostile markers. */
#include "unit/disarm/disarming.h"

#include "disarm/coefficients.h"
#include "disarm/jpeg-canonical.h"

#include <turbojpeg.h>

#define SPAN(s) ((SkSpan){ (const uint8_t *)(s), sizeof(s) - 1 })

/* A picture with a different colour in each corner, so that every turn shows. */
static GByteArray *
picture(int width, int height, int subsampling, int flags)
{
    g_autofree uint8_t *rgb = g_malloc((size_t)width * height * 3);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint8_t *p = rgb + ((size_t)y * width + x) * 3;
            p[0] = (uint8_t)(x * 255 / width);
            p[1] = (uint8_t)(y * 255 / height);
            p[2] = x < width / 3 && y < height / 4 ? 255 : 0;
        }
    }
    tjhandle handle = tjInitCompress();
    unsigned char *file = NULL;
    unsigned long n = 0;
    g_assert_cmpint(tjCompress2(handle, rgb, width, 0, height, TJPF_RGB, &file, &n, subsampling, 90, flags), ==, 0);
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, file, (guint)n);
    tjFree(file);
    tjDestroy(handle);
    return out;
}

static SkSpan
span(const GByteArray *bytes)
{
    return sk_span(bytes->data, bytes->len);
}

/* A segment right behind SOI. */
static void
plant(GByteArray *jpeg, uint8_t marker, SkSpan data)
{
    g_autoptr(GByteArray) old = g_byte_array_new();
    g_byte_array_append(old, jpeg->data + 2, jpeg->len - 2);
    uint8_t head[] = { 0xFF, marker, (uint8_t)((data.n + 2) >> 8), (uint8_t)(data.n + 2) };
    g_byte_array_set_size(jpeg, 2);
    g_byte_array_append(jpeg, head, 4);
    g_byte_array_append(jpeg, data.p, (guint)data.n);
    g_byte_array_append(jpeg, old->data, old->len);
}

static void
plant_orientation(GByteArray *jpeg, uint8_t orientation)
{
    uint8_t exif[] = { 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                       0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0 };
    plant(jpeg, 0xE1, sk_span(exif, sizeof exif));
}

static uint8_t *
pixels(SkSpan file, int *ret_width, int *ret_height)
{
    tjhandle handle = tjInitDecompress();
    int subsampling = 0, space = 0;
    g_assert_cmpint(tjDecompressHeader3(handle, file.p, file.n, ret_width, ret_height, &subsampling, &space), ==, 0);
    uint8_t *out = g_malloc((size_t)*ret_width * *ret_height * 3);
    g_assert_cmpint(tjDecompress2(handle, file.p, file.n, out, *ret_width, 0, *ret_height, TJPF_RGB, 0), ==, 0);
    tjDestroy(handle);
    return out;
}

static void
assert_same_picture(SkSpan a, SkSpan b)
{
    int w = 0, h = 0, w2 = 0, h2 = 0;
    g_autofree uint8_t *x = pixels(a, &w, &h);
    g_autofree uint8_t *y = pixels(b, &w2, &h2);
    g_assert_cmpint(w, ==, w2);
    g_assert_cmpint(h, ==, h2);
    g_assert_cmpmem(x, (size_t)w * h * 3, y, (size_t)w2 * h2 * 3);
}

/* The markers of a file of ours, in hexadecimal; after SOS only EOI. */
static char *
markers(SkSpan file)
{
    GString *out = g_string_new(NULL);
    size_t at = 0;
    while (at + 4 <= file.n && file.p[at + 1] != 0xDA) {
        g_assert_cmpuint(file.p[at], ==, 0xFF);
        g_string_append_printf(out, "%02X ", file.p[at + 1]);
        at += file.p[at + 1] == 0xD8 ? 2 : 2u + (file.p[at + 2] << 8 | file.p[at + 3]);
    }
    g_string_append(out, "DA ");
    for (at += 2; at + 1 < file.n; at++) {
        if (file.p[at] == 0xFF && file.p[at + 1] != 0)
            g_string_append_printf(out, "%02X ", file.p[at + 1]);
    }
    return g_string_free(out, FALSE);
}

static void
metadata_goes(void)
{
    g_autoptr(GByteArray) jpeg = picture(100, 60, TJSAMP_420, 0);
    SkSpan bare = span(jpeg);
    g_autofree uint8_t *copy = g_memdup2(bare.p, bare.n);
    bare = sk_span(copy, bare.n);
    plant(jpeg, 0xFE, SPAN("payload-in-comment"));
    plant(jpeg, 0xE2, SPAN("ICC_PROFILE\0payload-in-profile"));
    plant(jpeg, 0xE2, SPAN("MPF\0payload-in-mpf"));
    plant(jpeg, 0xED, SPAN("Photoshop 3.0\0payload-in-iptc"));
    plant(jpeg, 0xE1, SPAN("http://ns.adobe.com/xap/1.0/\0payload-in-xmp"));
    plant(jpeg, 0xE1, SPAN("Exif\0\0II*\0payload-in-exif"));
    plant(jpeg, 0xE0, SPAN("JFXX\0\x10payload-in-thumbnail"));
    g_byte_array_append(jpeg, (const uint8_t *)"payload-after", 13);
    autodisarmed out = disarm(span(jpeg), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
    SkSpan file = output_of(&out);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_TEXT), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_PROFILE), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_SECOND), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_METADATA), ==, 3);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_THUMBNAIL), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TRAILING_DATA), ==, 1);
    g_assert_cmpuint(sk_span_find(file, 0, sk_span_str("payload")), ==, SIZE_MAX);
    g_autofree char *names = markers(file);
    g_assert_cmpstr(names, ==, "D8 E0 DB DB C0 C4 C4 C4 C4 DA D9 ");
    assert_same_picture(bare, file);
    autodisarmed again = disarm(file, SK_TYPE_JPEG, SK_LEVEL_IMAGE);
    assert_output(&again, file);
    g_assert_cmpuint(again.report->findings->len, ==, 0);
}

static void
every_kind(void)
{
    static const int subsamplings[] = { TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_GRAY, TJSAMP_440, TJSAMP_411 };
    static const int flags[] = { 0, TJFLAG_PROGRESSIVE };
    for (size_t i = 0; i < G_N_ELEMENTS(subsamplings); i++) {
        for (size_t f = 0; f < G_N_ELEMENTS(flags); f++) {
            g_autoptr(GByteArray) jpeg = picture(61, 37, subsamplings[i], flags[f]);
            autodisarmed out = disarm(span(jpeg), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
            g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
            g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_ENCODING), ==, flags[f] != 0 ? 1 : 0);
            assert_same_picture(span(jpeg), output_of(&out));
            assert_idempotent(&out, SK_TYPE_JPEG, SK_LEVEL_REBUILT);
            g_autofree char *names = markers(output_of(&out));
            g_assert_cmpstr(names, ==, subsamplings[i] == TJSAMP_GRAY ? "D8 E0 DB C0 C4 C4 DA D9 "
                                                                    : "D8 E0 DB DB C0 C4 C4 C4 C4 DA D9 ");
        }
    }
}

/* Where the pixel at @x, @y of the upright picture comes from: EXIF 2.32, by rotations and mirrors. */
static void
source_of(uint8_t orientation, int width, int height, int x, int y, int *ret_x, int *ret_y)
{
    int right = width - 1, below = height - 1;
    const int sources[9][2] = { { 0, 0 },         { x, y }, { right - x, y }, { right - x, below - y }, { x, below - y },
                                { y, x },         { y, below - x }, { right - y, below - x }, { right - y, x } };
    *ret_x = sources[orientation][0];
    *ret_y = sources[orientation][1];
}

static void
turned(int width, int height, int tolerance)
{
    for (uint8_t orientation = 2; orientation <= 8; orientation++) {
        g_autoptr(GByteArray) jpeg = picture(width, height, TJSAMP_444, 0);
        int w = 0, h = 0, w2 = 0, h2 = 0;
        g_autofree uint8_t *before = pixels(span(jpeg), &w, &h);
        plant_orientation(jpeg, orientation);
        autodisarmed out = disarm(span(jpeg), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_ORIENTATION), ==, 1);
        g_autofree uint8_t *after = pixels(output_of(&out), &w2, &h2);
        g_assert_cmpint(w2, ==, orientation >= 5 ? h : w);
        g_assert_cmpint(h2, ==, orientation >= 5 ? w : h);
        for (int y = 0; y < h2; y++) {
            for (int x = 0; x < w2; x++) {
                int from_x = 0, from_y = 0;
                source_of(orientation, w, h, x, y, &from_x, &from_y);
                for (int c = 0; c < 3; c++) {
                    int a = before[(from_y * w + from_x) * 3 + c], b = after[(y * w2 + x) * 3 + c];
                    g_assert_cmpint(ABS(a - b), <=, tolerance);
                }
            }
        }
        assert_idempotent(&out, SK_TYPE_JPEG, SK_LEVEL_REBUILT);
    }
}

static void
orientation(void)
{
    turned(64, 48, 4);  /* whole blocks: no loss, but for the rounding of the inverse transform */
    turned(61, 37, 40); /* by pixels: the sharp edge of the planted corner moves within its block */
}

static void
assert_jpeg_refused(const GByteArray *jpeg, SkReason reason)
{
    autodisarmed out = disarm(span(jpeg), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
    assert_refused(&out, reason);
}

/* The place of the first marker @code. */
static guint
place_of(const GByteArray *jpeg, uint8_t code)
{
    for (guint i = 0; i + 1 < jpeg->len; i++) {
        if (jpeg->data[i] == 0xFF && jpeg->data[i + 1] == code)
            return i;
    }
    g_assert_not_reached();
}

static void
hostile(void)
{
    g_autoptr(GByteArray) good = picture(40, 30, TJSAMP_420, 0);
    /* Every cut: never clean, never a crash. */
    for (guint n = 3; n < good->len; n += n < 700 ? 1 : 7) {
        autodisarmed out = disarm(sk_span(good->data, n), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
    }
    /* Every byte of the headers wrong: whatever is still clean is of our form, and stays so. */
    for (guint at = 2; at < MIN(good->len, 680u); at++) {
        good->data[at] ^= 0x41;
        autodisarmed out = disarm(span(good), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
        if (out.report->outcome == SK_OUTCOME_CLEAN)
            assert_idempotent(&out, SK_TYPE_JPEG, SK_LEVEL_REBUILT);
        good->data[at] ^= 0x41;
    }
    guint sof = place_of(good, 0xC0);
    static const struct {
        uint8_t code;
        SkReason reason;
    } processes[] = { { 0xC3, SK_REASON_UNSUPPORTED }, { 0xC5, SK_REASON_UNSUPPORTED }, { 0xC9, SK_REASON_UNSUPPORTED },
                      { 0xCA, SK_REASON_UNSUPPORTED }, { 0xDC, SK_REASON_UNSUPPORTED }, { 0xF0, SK_REASON_MALFORMED },
                      { 0xD8, SK_REASON_MALFORMED },   { 0xD0, SK_REASON_MALFORMED } };
    for (size_t i = 0; i < G_N_ELEMENTS(processes); i++) {
        good->data[sof + 1] = processes[i].code;
        assert_jpeg_refused(good, processes[i].reason);
    }
    good->data[sof + 1] = 0xC0;
    good->data[sof + 4] = 12; /* bits */
    assert_jpeg_refused(good, SK_REASON_UNSUPPORTED);
    good->data[sof + 4] = 8;
    memcpy(good->data + sof + 5, "\xEA\x60\xEA\x60", 4); /* 60,000 × 60,000 */
    assert_jpeg_refused(good, SK_REASON_LIMIT);
    memcpy(good->data + sof + 5, "\x27\x10\x27\x10", 4); /* 10,000 × 10,000, with the data of 40 × 30 */
    assert_jpeg_refused(good, SK_REASON_MALFORMED);
}

static void
two_faces(void)
{
    static const uint8_t zip_end[22] = { 'P', 'K', 5, 6 };
    g_autoptr(GByteArray) zip = picture(40, 30, TJSAMP_420, 0);
    g_byte_array_append(zip, (const uint8_t *)"PK\x03\x04 a local file", 18);
    g_byte_array_append(zip, zip_end, sizeof zip_end);
    assert_jpeg_refused(zip, SK_REASON_FORBIDDEN);

    g_autoptr(GByteArray) pdf = picture(40, 30, TJSAMP_420, 0);
    plant(pdf, 0xFE, SPAN("%PDF-1.4\n1 0 obj\n"));
    assert_jpeg_refused(pdf, SK_REASON_FORBIDDEN);

    /* A second picture behind the first, as some cameras and some senders put one. */
    g_autoptr(GByteArray) two = picture(40, 30, TJSAMP_420, 0);
    g_autoptr(GByteArray) hidden = picture(16, 16, TJSAMP_444, 0);
    g_byte_array_append(two, hidden->data, hidden->len);
    autodisarmed out = disarm(span(two), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(found(&out, SK_ELEMENT_PICTURE_SECOND), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_TRAILING_DATA), ==, 0);
}

/* Density: kept, turned with the picture, mended. */
static void
density(void)
{
    static const struct {
        SkSpan in;
        uint8_t orientation;
        SkSpan out;
    } rows[] = {
        { SPAN("\x01\x01\x2C\x00\x96"), 1, SPAN("\x01\x01\x2C\x00\x96") },
        { SPAN("\x01\x01\x2C\x00\x96"), 6, SPAN("\x01\x00\x96\x01\x2C") },
        { SPAN("\x01\x00\x00\x00\x96"), 1, SPAN("\x00\x00\x01\x00\x01") },
        { SPAN("\x07\x00\x48\x00\x48"), 1, SPAN("\x00\x00\x01\x00\x01") },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) jpeg = picture(64, 48, TJSAMP_420, 0);
        memcpy(jpeg->data + 13, rows[i].in.p, 5);
        if (rows[i].orientation != 1)
            plant_orientation(jpeg, rows[i].orientation);
        autodisarmed out = disarm(span(jpeg), SK_TYPE_JPEG, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
        g_assert_cmpmem(output_of(&out).p + 13, 5, rows[i].out.p, 5);
    }
}

/* ---- canonical already ------------------------------------------------------------------------ */

/* Whatever is said to be canonical must be what the way through the coefficients gives. Returns what was said. */
static bool
said_canonical(SkSpan file)
{
    SkLimits limits = sk_job_default().limits;
    g_autofree uint8_t *heap = g_memdup2(file.p, file.n);
    g_auto(SkJpeg) jpeg = { .parts = NULL };
    SkJpegKind kind = SK_JPEG_OTHER, kind2 = SK_JPEG_OTHER;

    if (!sk_jpeg_parse(sk_span(heap, file.n), &limits, &jpeg, NULL) || !sk_jpeg_is_canonical(&jpeg))
        return false;
    g_autoptr(SkSink) copied = sk_sink_new_memory(1u << 24);
    g_autoptr(SkSink) recoded = sk_sink_new_memory(1u << 24);
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_coefficients_rebuild(&jpeg, copied, &kind, &error));
    g_assert_true(sk_coefficients_recode(&jpeg, recoded, &kind2, &error));
    g_assert_cmpint(kind, ==, kind2);
    SkSpan a = sk_sink_memory(copied), b = sk_sink_memory(recoded);
    g_assert_cmpmem(a.p, a.n, b.p, b.n);
    return true;
}

/* Noise reaches every code there is. */
static GByteArray *
noise(GRand *rand, int width, int height, int subsampling, int quality)
{
    g_autofree uint8_t *rgb = g_malloc((size_t)width * height * 3);
    int calm = g_rand_int_range(rand, 1, 40);
    for (size_t i = 0; i < (size_t)width * height * 3; i++)
        rgb[i] = (uint8_t)(g_rand_int_range(rand, 0, calm) == 0 ? g_rand_int_range(rand, 0, 256) : (int)(i / 16));
    tjhandle handle = tjInitCompress();
    unsigned char *file = NULL;
    unsigned long n = 0;
    g_assert_cmpint(tjCompress2(handle, rgb, width, 0, height, TJPF_RGB, &file, &n, subsampling, quality, 0), ==, 0);
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, file, (guint)n);
    tjFree(file);
    tjDestroy(handle);
    return out;
}

static void
canonical_already(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    for (int i = 0; i < 60; i++) {
        bool grey = i % 3 == 0;
        int width = g_rand_int_range(rand, 1, 70), height = g_rand_int_range(rand, 1, 50);
        g_autoptr(GByteArray) jpeg = noise(rand, width, height, grey ? TJSAMP_GRAY : TJSAMP_444, g_rand_int_range(rand, 1, 101));
        g_assert_true(said_canonical(span(jpeg)));
        guint headers = place_of(jpeg, 0xDA);
        for (int k = 0; k < 120; k++) {
            g_autoptr(GByteArray) mutant = g_byte_array_new();
            g_byte_array_append(mutant, jpeg->data, jpeg->len);
            guint at = (guint)g_rand_int_range(rand, k % 2 == 0 ? (gint)headers : 2, (gint)jpeg->len);
            mutant->data[at] ^= (uint8_t)(1u << g_rand_int_range(rand, 0, 8));
            (void)said_canonical(span(mutant));
        }
        plant(jpeg, 0xFE, SPAN("a comment, which goes"));
        g_assert_true(said_canonical(span(jpeg)));
    }
}

/* One grey block whose scan is @scan. */
static GByteArray *
one_block(SkSpan scan)
{
    g_autofree uint8_t *grey = g_malloc0(64);
    memset(grey, 128, 64);
    tjhandle handle = tjInitCompress();
    unsigned char *file = NULL;
    unsigned long n = 0;
    g_assert_cmpint(tjCompress2(handle, grey, 8, 0, 8, TJPF_GRAY, &file, &n, TJSAMP_GRAY, 90, 0), ==, 0);
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, file, (guint)n - 3); /* one byte of data, EOI */
    g_assert_cmpuint(file[n - 3], ==, 0x2b);      /* no difference, end of block, padding */
    g_byte_array_append(out, scan.p, (guint)scan.n);
    g_byte_array_append(out, (const uint8_t *)"\xFF\xD9", 2);
    tjFree(file);
    tjDestroy(handle);
    return out;
}

static void
not_canonical(void)
{
    static const struct {
        SkSpan scan;
        bool canonical;
    } rows[] = {
        { SPAN("\x2B"), true },
        { SPAN("\x2A"), false },             /* padding of another kind */
        { SPAN("\x2B\xFF\x00"), false },     /* more data */
        { SPAN("\x3F\xE6\xBF"), false },     /* sixteen zeros, end of block */
        { SPAN("\x3F\xE7\xFC\xFF\x00\x9F\xF3"), false }, /* zeros up to the end and beyond */
        { SPAN("\x2B\xFF\xD0"), false },     /* a restart */
        { SPAN("\x0F"), false },             /* a difference, and no coefficients */
        { SPAN("\xFF\x00\xFF\x00"), false }, /* no code */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) jpeg = one_block(rows[i].scan);
        g_assert_cmpint(said_canonical(span(jpeg)), ==, rows[i].canonical);
    }
    static const int others[][2] = { { TJSAMP_420, 0 }, { TJSAMP_422, 0 }, { TJSAMP_444, TJFLAG_PROGRESSIVE } };
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GByteArray) jpeg = picture(40, 30, others[i][0], others[i][1]);
        g_assert_false(said_canonical(span(jpeg)));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jpeg/metadata-goes", metadata_goes);
    g_test_add_func("/jpeg/every-kind", every_kind);
    g_test_add_func("/jpeg/orientation", orientation);
    g_test_add_func("/jpeg/hostile", hostile);
    g_test_add_func("/jpeg/two-faces", two_faces);
    g_test_add_func("/jpeg/density", density);
    g_test_add_func("/jpeg/canonical-already", canonical_already);
    g_test_add_func("/jpeg/not-canonical", not_canonical);
    return g_test_run();
}
