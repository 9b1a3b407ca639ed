/* SPDX-License-Identifier: Apache-2.0
 * bench-bare.c - `bench-bare RUNS FILE…`: bare decode and encode of a picture with the same libraries and
 * settings as disarm, from memory to memory, nothing checked: the peer that pictures are measured against.
 * One JSON line a file with the median in milliseconds. */
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#define RUNS_MAX 1000

typedef struct {
    SkSpan in;
    size_t at;
} Source;

static void
png_take(png_structp png, png_bytep to, size_t n)
{
    Source *s = png_get_io_ptr(png);
    memcpy(to, s->in.p + s->at, n);
    s->at += n;
}

static void
png_give(png_structp png, png_bytep from, size_t n)
{
    sk_sink_span(png_get_io_ptr(png), sk_span(from, n));
}

static void
run_png(SkSpan in, SkSink *out)
{
    Source source = { .in = in };
    png_structp r = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(r);
    png_uint_32 w = 0, h = 0;
    int depth = 0, colour = 0, interlace = 0, n = 0;
    png_colorp palette = NULL;

    png_set_read_fn(r, &source, png_take);
    png_read_info(r, info);
    png_get_IHDR(r, info, &w, &h, &depth, &colour, &interlace, NULL, NULL);
    png_set_interlace_handling(r);
    png_read_update_info(r, info);
    size_t stride = png_get_rowbytes(r, info);
    g_autofree uint8_t *pixels = g_malloc(stride * h);
    g_autofree png_bytep *rows = g_new(png_bytep, h);
    for (png_uint_32 y = 0; y < h; y++)
        rows[y] = pixels + stride * y;
    png_read_image(r, rows);

    png_structp wr = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop winfo = png_create_info_struct(wr);
    png_set_write_fn(wr, out, png_give, NULL);
    png_set_compression_level(wr, 1);
    png_set_filter(wr, 0, PNG_FILTER_SUB);
    png_set_IHDR(wr, winfo, w, h, depth, colour, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (png_get_PLTE(r, info, &palette, &n) != 0)
        png_set_PLTE(wr, winfo, palette, n);
    png_write_info(wr, winfo);
    png_write_image(wr, rows);
    png_write_end(wr, winfo);
    png_destroy_write_struct(&wr, &winfo);
    png_destroy_read_struct(&r, &info, NULL);
}

static void
run_jpeg(SkSpan in, SkSink *out)
{
    struct jpeg_decompress_struct d;
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    unsigned char *memory = NULL;
    unsigned long size = 0;

    d.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&d);
    jpeg_mem_src(&d, in.p, in.n);
    jpeg_read_header(&d, TRUE);
    jpeg_start_decompress(&d);
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &memory, &size);
    c.image_width = d.output_width;
    c.image_height = d.output_height;
    c.input_components = d.output_components;
    c.in_color_space = d.out_color_space;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, 90, TRUE);
    jpeg_start_compress(&c, TRUE);
    g_autofree uint8_t *row = g_malloc((size_t)d.output_width * (size_t)d.output_components);
    while (d.output_scanline < d.output_height) {
        JSAMPROW rows[] = { row };
        jpeg_read_scanlines(&d, rows, 1);
        jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_finish_decompress(&d);
    jpeg_destroy_compress(&c);
    jpeg_destroy_decompress(&d);
    sk_sink_span(out, sk_span(memory, size));
    free(memory);
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    unsigned runs = (unsigned)CLAMP(atoi(argv[1]), 1, RUNS_MAX);
    static double times[RUNS_MAX];

    for (int i = 2; i < argc; i++) {
        g_autoptr(GBytes) bytes = NULL;
        g_autoptr(GError) error = NULL;
        if (!sk_io_read_file(argv[i], 1u << 30, &bytes, &error))
            g_error("%s", error->message);
        SkSpan in = sk_span_bytes(bytes);
        for (unsigned run = 0; run <= runs; run++) { /* one more: the first warms up */
            g_autoptr(SkSink) out = sk_sink_new_memory(1u << 30);
            int64_t start = sk_clock_monotonic();
            if (in.n > 0 && in.p[0] == 0x89)
                run_png(in, out);
            else
                run_jpeg(in, out);
            times[run == 0 ? 0 : run - 1] = (double)(sk_clock_monotonic() - start) / 1000;
        }
        qsort(times, runs, sizeof *times, by_size);
        g_autofree char *name = sk_json_quote(argv[i]);
        printf("{\"file\":%s,\"ms\":%.3f}\n", name, times[runs / 2]);
        fflush(stdout);
    }
    return 0;
}
