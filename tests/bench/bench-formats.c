/* SPDX-License-Identifier: Apache-2.0
 * bench-formats.c FILE... - disarm and verify in this process against the bare decode and encode of the same
 * library: PNG by libpng (level 1, Sub), JPEG by libjpeg-turbo (same quality). Median CPU of 7. */
#include "base/io.h"
#include "disarm/disarm.h"
#include "verify/verify.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <turbojpeg.h>

#define RUNS 7

static double
cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint64_t pixels_of; /* of the file at hand */

static void
to_bytes(png_struct *png, uint8_t *data, size_t n)
{
    g_byte_array_append(png_get_io_ptr(png), data, (guint)n);
}

static void
no_flush(png_struct *png)
{
    (void)png;
}

typedef struct {
    const uint8_t *p;
} From;

static void
from_bytes(png_struct *png, uint8_t *to, size_t n)
{
    From *from = png_get_io_ptr(png);
    memcpy(to, from->p, n);
    from->p += n;
}

static void
bare_png(SkSpan in)
{
    From from = { in.p };
    png_struct *r = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_info *info = png_create_info_struct(r);
    png_set_read_fn(r, &from, from_bytes);
    png_read_info(r, info);
    uint32_t w = png_get_image_width(r, info), h = png_get_image_height(r, info);
    pixels_of = (uint64_t)w * h;
    g_autoptr(GByteArray) out = g_byte_array_new();
    png_struct *e = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_info *einfo = png_create_info_struct(e);
    png_set_write_fn(e, out, to_bytes, no_flush);
    png_set_IHDR(e, einfo, w, h, png_get_bit_depth(r, info), png_get_color_type(r, info), 0, 0, 0);
    png_color *palette = NULL;
    int n = 0;
    if (png_get_PLTE(r, info, &palette, &n) != 0)
        png_set_PLTE(e, einfo, palette, n);
    png_set_compression_level(e, 1);
    png_set_filter(e, 0, PNG_FILTER_SUB);
    png_write_info(e, einfo);
    g_autofree uint8_t *row = g_malloc(png_get_rowbytes(r, info));
    for (uint32_t y = 0; y < h; y++) {
        png_read_row(r, row, NULL);
        png_write_row(e, row);
    }
    png_read_end(r, NULL);
    png_write_end(e, NULL);
    png_destroy_read_struct(&r, &info, NULL);
    png_destroy_write_struct(&e, &einfo);
}

static void
bare_jpeg(SkSpan in)
{
    tjhandle d = tjInitDecompress(), c = tjInitCompress();
    int w = 0, h = 0, sub = 0, space = 0;
    tjDecompressHeader3(d, in.p, in.n, &w, &h, &sub, &space);
    pixels_of = (uint64_t)w * (uint64_t)h;
    uint8_t *rgb = g_malloc((size_t)w * (size_t)h * 3);
    tjDecompress2(d, in.p, in.n, rgb, w, 0, h, TJPF_RGB, 0);
    unsigned char *out = NULL;
    unsigned long n = 0;
    tjCompress2(c, rgb, w, 0, h, TJPF_RGB, &out, &n, sub, 85, 0);
    tjFree(out);
    g_free(rgb);
    tjDestroy(d);
    tjDestroy(c);
}

static size_t
ours(SkSpan in, SkType type, double *ret_disarm, double *ret_verify)
{
    SkJob job = sk_job_default();
    job.hint = type;
    g_autoptr(SkSink) sink = sk_sink_new_memory(job.limits.output);
    g_autoptr(SkReport) report = sk_report_new(), verified = sk_report_new();
    double start = cpu_ms();
    sk_disarm_run(&job, in, sink, report);
    double between = cpu_ms();
    if (report->outcome != SK_OUTCOME_CLEAN)
        g_error("refused: %s", sk_reason_name(report->reason));
    sk_verify_run(&job, sk_sink_memory(sink), verified);
    *ret_disarm = between - start;
    *ret_verify = cpu_ms() - between;
    g_assert(verified->outcome == SK_OUTCOME_CLEAN);
    return sk_sink_memory(sink).n;
}

static int
ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double
median(double *values)
{
    qsort(values, RUNS, sizeof *values, ascending);
    return values[RUNS / 2];
}

int
main(int argc, char **argv)
{
    printf("| file | MP | bare ms | disarm ms | verify ms | speed, bare = 100 %% | bytes in → out |\n|---|---|---|---|---|---|---|\n");
    for (int i = 1; i < argc; i++) {
        g_autoptr(GBytes) bytes = NULL;
        if (!sk_io_read_file(argv[i], 1u << 30, &bytes, NULL))
            continue;
        SkSpan in = sk_span_bytes(bytes);
        SkType type = sk_type_from_name(argv[i]);
        double bare[RUNS], disarm[RUNS], verify[RUNS];
        size_t out = 0;
        for (unsigned run = 0; run < RUNS; run++) {
            double start = cpu_ms();
            (type == SK_TYPE_PNG ? bare_png : bare_jpeg)(in);
            bare[run] = cpu_ms() - start;
            out = ours(in, type, &disarm[run], &verify[run]);
        }
        double b = median(bare), d = median(disarm), v = median(verify);
        g_autofree char *name = g_path_get_basename(argv[i]);
        printf("| %s | %.1f | %.1f | %.1f | %.1f | %.0f %% | %zu → %zu |\n", name, (double)pixels_of / 1e6, b, d, v,
               100 * b / (d + v), in.n, out);
    }
    return 0;
}
