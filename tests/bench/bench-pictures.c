/* SPDX-License-Identifier: Apache-2.0
 * bench-pictures.c - disarm and verify of a picture in this process, against a bare decode and encode by
 * libpng, libjpeg-turbo or libwebp from memory to memory, nothing checked; in turn, so that both meet the same machine.
 * `bench-pictures RUNS FILE…`: one JSON line a file, medians of CPU milliseconds.
 * `bench-pictures make DIRECTORY`: a PNG of 6 and a JPEG of 12 megapixels, between a drawing and a photograph. */
#include "base/io.h"
#include "base/log.h"
#include "disarm/disarm.h"
#include "verify/verify.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <webp/encode.h>

#define RUNS_MAX 1000
#define FILE_MAX (1u << 30)
#define JPEG_QUALITY 85

static double
cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double *values, unsigned n)
{
    qsort(values, n, sizeof *values, by_size);
    return values[n / 2];
}

/* ---- the peers ---- */

typedef struct {
    unsigned width;
    unsigned height;
} Size;

typedef struct {
    SkSpan in;
    size_t at;
} Source;

static void
png_take(png_structp png, png_bytep to, size_t n)
{
    Source *s = png_get_io_ptr(png);
    if (n > s->in.n - s->at)
        png_error(png, "cut");
    memcpy(to, s->in.p + s->at, n);
    s->at += n;
}

static void
png_give(png_structp png, png_bytep from, size_t n)
{
    sk_sink_span(png_get_io_ptr(png), sk_span(from, n));
}

static void
png_no_flush(png_structp png)
{
    (void)png;
}

/* Level 1 and the Sub filter: what disarm writes with. */
static void
encode_png(SkSink *out, const png_image *like, png_structp from, png_infop info, png_bytep *rows)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop to = png_create_info_struct(png);
    png_colorp palette = NULL;
    int colours = 0;

    png_set_write_fn(png, out, png_give, png_no_flush);
    png_set_compression_level(png, 1);
    png_set_filter(png, 0, PNG_FILTER_SUB);
    png_set_IHDR(png, to, like->width, like->height, from == NULL ? 8 : png_get_bit_depth(from, info),
                 from == NULL ? PNG_COLOR_TYPE_RGB : png_get_color_type(from, info), PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (from != NULL && png_get_PLTE(from, info, &palette, &colours) != 0)
        png_set_PLTE(png, to, palette, colours);
    png_write_info(png, to);
    png_write_image(png, rows);
    png_write_end(png, to);
    png_destroy_write_struct(&png, &to);
}

static Size
bare_png(SkSpan in)
{
    Source source = { .in = in };
    png_image like = { .version = PNG_IMAGE_VERSION };
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    g_autoptr(SkSink) out = sk_sink_new_memory(FILE_MAX);

    png_set_read_fn(png, &source, png_take);
    png_read_info(png, info);
    like.width = png_get_image_width(png, info);
    like.height = png_get_image_height(png, info);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t stride = png_get_rowbytes(png, info);
    g_autofree uint8_t *pixels = g_malloc(stride * like.height);
    g_autofree png_bytep *rows = g_new(png_bytep, like.height);
    for (unsigned y = 0; y < like.height; y++)
        rows[y] = pixels + stride * y;
    png_read_image(png, rows);
    encode_png(out, &like, png, info, rows);
    png_destroy_read_struct(&png, &info, NULL);
    return (Size){ like.width, like.height };
}

/* 0 × 0: the library decodes no such picture (CMYK). */
static Size
bare_jpeg(SkSpan in)
{
    tjhandle decoder = tjInitDecompress();
    tjhandle encoder = tjInitCompress();
    int w = 0, h = 0, sub = 0, space = 0;
    Size size = { 0, 0 };

    if (tjDecompressHeader3(decoder, in.p, in.n, &w, &h, &sub, &space) == 0 && sub >= 0) {
        g_autofree uint8_t *rgb = g_malloc((size_t)w * (size_t)h * 3);
        unsigned char *out = NULL;
        unsigned long n = 0;
        if (tjDecompress2(decoder, in.p, in.n, rgb, w, 0, h, TJPF_RGB, 0) == 0 &&
            tjCompress2(encoder, rgb, w, 0, h, TJPF_RGB, &out, &n, sub, JPEG_QUALITY, 0) == 0)
            size = (Size){ (unsigned)w, (unsigned)h };
        tjFree(out);
    }
    tjDestroy(decoder);
    tjDestroy(encoder);
    return size;
}

/* Without loss, with the settings that disarm has. */
static Size
bare_webp(SkSpan in)
{
    WebPConfig config;
    WebPPicture picture;
    WebPMemoryWriter out;
    int w = 0, h = 0;
    uint8_t *rgba = WebPDecodeRGBA(in.p, in.n, &w, &h);

    if (rgba == NULL)
        return (Size){ 0, 0 };
    g_assert(WebPConfigInit(&config) && WebPConfigLosslessPreset(&config, 1) && WebPPictureInit(&picture));
    config.exact = 1;
    WebPMemoryWriterInit(&out);
    picture.use_argb = 1;
    picture.width = w;
    picture.height = h;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &out;
    bool good = WebPPictureImportRGBA(&picture, rgba, 4 * w) && WebPEncode(&config, &picture);
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&out);
    WebPFree(rgba);
    return good ? (Size){ (unsigned)w, (unsigned)h } : (Size){ 0, 0 };
}

static SkType
type_of(SkSpan in)
{
    if (sk_span_starts(in, "RIFF"))
        return SK_TYPE_WEBP;
    return in.n > 0 && in.p[0] == 0x89 ? SK_TYPE_PNG : SK_TYPE_JPEG;
}

static Size
bare(SkSpan in, SkType type)
{
    return (type == SK_TYPE_WEBP ? bare_webp : type == SK_TYPE_PNG ? bare_png : bare_jpeg)(in);
}

/* ---- ours ---- */

static bool
ours(SkSpan in, SkType type, double *ret_disarm, double *ret_verify)
{
    SkJob job = sk_job_default();
    job.hint = type;
    g_autoptr(SkSink) sink = sk_sink_new_memory(job.limits.output);
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(SkReport) verified = sk_report_new();
    double start = cpu_ms();

    sk_disarm_run(&job, in, sink, report);
    double between = cpu_ms();
    if (report->outcome != SK_OUTCOME_CLEAN)
        return false;
    sk_verify_run(&job, sk_sink_memory(sink), verified);
    *ret_disarm = between - start;
    *ret_verify = cpu_ms() - between;
    if (verified->outcome != SK_OUTCOME_CLEAN)
        g_error("verify refused what disarm made");
    return true;
}

static bool
measure(const char *path, unsigned runs)
{
    static double peer[RUNS_MAX], disarm[RUNS_MAX], verify[RUNS_MAX];
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_io_read_file(path, FILE_MAX, &bytes, &error))
        g_error("%s", error->message);
    SkSpan in = sk_span_bytes(bytes);
    SkType type = type_of(in);
    if (!ours(in, type, &disarm[0], &verify[0])) /* warms up as well */
        return false;
    Size size = { 0, 0 };
    for (unsigned run = 0; run < runs; run++) {
        double start = cpu_ms();
        size = bare(in, type);
        peer[run] = cpu_ms() - start;
        if (size.width == 0 || !ours(in, type, &disarm[run], &verify[run]))
            return false;
    }
    g_autofree char *name = sk_json_quote(path);
    printf("{\"file\":%s,\"type\":\"%s\",\"megapixels\":%.2f,\"bare_ms\":%.3f,\"disarm_ms\":%.3f,\"verify_ms\":%.3f}\n",
           name, sk_type_get(type)->name, (double)size.width * size.height / 1e6, median(peer, runs),
           median(disarm, runs), median(verify, runs));
    fflush(stdout);
    return true;
}

/* ---- pictures to measure with ---- */

static uint8_t *
draw(Size size)
{
    uint8_t *pixels = g_malloc((size_t)size.width * size.height * 3);
    uint32_t noise = 1;
    for (size_t y = 0, at = 0; y < size.height; y++)
        for (size_t x = 0; x < (size_t)size.width * 3; x++, at++) {
            noise = noise * 1664525u + 1013904223u;
            pixels[at] = (uint8_t)(80 + (x / 3 * 7 + y * 5) / 16 % 96 + (noise >> 29));
        }
    return pixels;
}

static void
keep(const char *folder, const char *name, SkSpan bytes)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    if (!sk_io_write_file(path, bytes, 0644, &error))
        g_error("%s", error->message);
}

static int
make(const char *folder)
{
    Size large = { 4000, 3000 };
    Size middle = { 3000, 2000 };
    g_autofree uint8_t *photo = draw(large);
    g_autofree uint8_t *drawing = draw(middle);
    g_autofree png_bytep *rows = g_new(png_bytep, middle.height);
    g_autoptr(SkSink) out = sk_sink_new_memory(FILE_MAX);
    png_image like = { .width = middle.width, .height = middle.height };
    tjhandle encoder = tjInitCompress();
    unsigned char *jpeg = NULL;
    unsigned long n = 0;

    for (size_t y = 0; y < middle.height; y++)
        rows[y] = drawing + y * middle.width * 3;
    encode_png(out, &like, NULL, NULL, rows);
    keep(folder, "6mp.png", sk_sink_memory(out));
    if (tjCompress2(encoder, photo, (int)large.width, 0, (int)large.height, TJPF_RGB, &jpeg, &n, TJSAMP_420, 90, 0) != 0)
        g_error("no JPEG");
    keep(folder, "12mp.jpg", sk_span(jpeg, n));
    tjFree(jpeg);
    tjDestroy(encoder);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    if (strcmp(argv[1], "make") == 0)
        return make(argv[2]);
    unsigned runs = (unsigned)CLAMP(atoi(argv[1]), 1, RUNS_MAX);
    for (int i = 2; i < argc; i++)
        if (!measure(argv[i], runs))
            fprintf(stderr, "left out, one of the two does not take it: %s\n", argv[i]);
    return 0;
}
