/* SPDX-License-Identifier: Apache-2.0
 * bench-verify.c - MB/s and CPU milliseconds of each profile on a large conforming object, built
 * here. Medians of five. Beside JPEG and PNG stands what a bare decode of the same bytes costs. */
#include "../unit/verify/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jpeglib.h>
#include <png.h>

#define ROUNDS 5

static double
cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* @content: bytes to count, where they are more than the file's. */
static double
run(const char *name, SkType type, const GByteArray *file, double content)
{
    double ms[ROUNDS];
    SkJob job = sk_job_default();

    job.level = SK_LEVEL_NONE;
    job.hint = type;
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autoptr(SkReport) report = sk_report_new();
        double start = cpu_ms();
        sk_verify_run(&job, bytes_span(file), report);
        ms[i] = cpu_ms() - start;
        if (report->outcome != SK_OUTCOME_CLEAN) {
            const SkFinding *finding = &g_array_index(report->findings, SkFinding, 0);
            printf("%-28s refused: %s, %s\n", name, sk_element_get(finding->element)->code,
                   finding->place);
            return 0;
        }
    }
    qsort(ms, ROUNDS, sizeof ms[0], by_value);
    double median = ms[ROUNDS / 2], size = file->len / 1e6;
    printf("%-28s %7.1f MB %8.1f ms %8.0f MB/s of file %8.0f MB/s of content\n", name, size, median,
           size / median * 1e3, content / 1e6 / median * 1e3);
    return median;
}

/* Slopes and a little noise: between a drawing and a photograph. */
static void
fill_row(uint8_t *row, unsigned y, unsigned n, GRand *rand)
{
    uint32_t noise = g_rand_int(rand);
    for (unsigned x = 0; x < n; x++) {
        noise = noise * 1664525u + 1013904223u;
        row[x] = (uint8_t)(128 + (int)((x / 3 * 7 + y * 5) / 16 % 96) - 48 + (int)(noise >> 28));
    }
}

static GByteArray *
compress(unsigned width, unsigned height, int quality)
{
    struct jpeg_compress_struct c = { 0 };
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long n = 0;
    g_autofree JSAMPLE *row = g_malloc(width * 3);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &out, &n);
    c.image_width = width;
    c.image_height = height;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, quality, TRUE);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        fill_row(row, c.next_scanline, width * 3, rand);
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
bare_jpeg(const GByteArray *file)
{
    struct jpeg_decompress_struct d = { 0 };
    struct jpeg_error_mgr errors;
    double start = cpu_ms();

    d.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&d);
    jpeg_mem_src(&d, file->data, file->len);
    jpeg_read_header(&d, TRUE);
    jpeg_start_decompress(&d);
    g_autofree JSAMPLE *row = g_malloc(d.output_width * 3);
    while (d.output_scanline < d.output_height)
        jpeg_read_scanlines(&d, &row, 1);
    jpeg_finish_decompress(&d);
    jpeg_destroy_decompress(&d);
    printf("%-28s %20.1f ms\n", "  libjpeg-turbo, decode", cpu_ms() - start);
}

static void
jpeg(void)
{
    static const int qualities[] = { 75, 90, 98 };
    for (unsigned i = 0; i < G_N_ELEMENTS(qualities); i++) {
        g_autoptr(GByteArray) file = compress(4000, 3000, qualities[i]);
        g_autofree char *name = g_strdup_printf("jpeg 12 MP, quality %d", qualities[i]);
        (void)run(name, SK_TYPE_JPEG, file, 36e6);
        bare_jpeg(file);
    }
}

static void
png(void)
{
    enum { WIDTH = 3000, HEIGHT = 2000 };
    g_autoptr(GByteArray) rows = g_byte_array_new();
    g_autofree uint8_t *row = g_malloc0(WIDTH * 3 + 1);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    GByteArray *file = g_byte_array_new();

    row[0] = 1;
    for (unsigned y = 0; y < HEIGHT; y++) {
        fill_row(row + 1, y, WIDTH * 3, rand);
        for (unsigned x = WIDTH * 3; x > 3; x--)
            row[x] = (uint8_t)(row[x] - row[x - 3]);
        put(rows, row, WIDTH * 3 + 1);
    }
    png_header(file, WIDTH, HEIGHT, 8, 2);
    g_autoptr(GByteArray) data = deflate_bytes(bytes_span(rows), false);
    for (size_t at = 0; at < data->len; at += 65536)
        png_chunk(file, "IDAT", sk_span(data->data + at, MIN(65536, data->len - at)));
    png_chunk(file, "IEND", SK_SPAN_EMPTY);
    (void)run("png 6 MP, RGB", SK_TYPE_PNG, file, rows->len);
    png_image image = { .version = PNG_IMAGE_VERSION };
    g_autofree uint8_t *pixels = g_malloc(WIDTH * HEIGHT * 3);
    double start = cpu_ms();
    g_assert_true(png_image_begin_read_from_memory(&image, file->data, file->len));
    image.format = PNG_FORMAT_RGB;
    g_assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
    printf("%-28s %20.1f ms\n", "  libpng, decode", cpu_ms() - start);
    g_byte_array_unref(file);
}

static void
docx(void)
{
    static const char run_xml[] =
        "<w:p><w:pPr><w:pStyle w:val=\"a\"/><w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:rFonts "
        "w:hint=\"eastAsia\"/><w:sz "
        "w:val=\"%u\"/></w:rPr><w:t>令和%u年度 予算の執行について、別紙 %08x "
        "のとおり通知します。</w:t></w:r></w:p>";
    GPtrArray *entries = docx_new();
    g_autoptr(GString) text = g_string_new("<w:body>");
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    while (text->len < 200u << 20)
        g_string_append_printf(text, run_xml, 20 + g_rand_int(rand) % 5, g_rand_int(rand) % 99,
                               g_rand_int(rand));
    docx_replace(entries, "word/document.xml", "<w:body>", text->str);
    g_autoptr(GByteArray) file = docx_build(entries);
    (void)run("docx, 200 MB of XML", SK_TYPE_DOCX, file, text->len);
}

static void
pdf(void)
{
    g_autoptr(GByteArray) file = pdf_build(NULL, NULL);
    (void)run("pdf, two small pages", SK_TYPE_PDF, file, file->len);
}

static void
text(void)
{
    GByteArray *plain = g_byte_array_new(), *table = bytes_new("\xef\xbb\xbf");

    while (plain->len < 32u << 20)
        put_str(plain, "第1条　この要綱は、補助金の交付について必要な事項を定める。See annex 12 "
                       "for details.\n");
    while (table->len < 32u << 20)
        put_str(table, "12345,山田花子,\"東京都,千代田区\",2026-04-01,-1200,memo\r\n");
    (void)run("text", SK_TYPE_TEXT, plain, plain->len);
    (void)run("csv", SK_TYPE_CSV, table, table->len);
    g_byte_array_unref(plain);
    g_byte_array_unref(table);
}

int
main(void)
{
    text();
    png();
    jpeg();
    pdf();
    docx();
    return 0;
}
