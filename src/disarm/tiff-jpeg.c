/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-jpeg.c - strips and tiles of TIFF that are JPEG: the tables that all of them share and each
 * one's own data make a whole file, whose markers are walked before libjpeg sees it. Spec: TIFF
 * Technical Note 2 (1995)
 */
#include "disarm/tiff-file.h"

#include "disarm/libjpeg.h"
#include "format/jpeg.h"

#define SOI "\xff\xd8"
#define EOI "\xff\xd9"
#define ADOBE "\xff\xee\0\x0e" "Adobe\0\x64\0\0\0\0\0" /* four components, no transform */

static SkSpan
without_ends(SkSpan s)
{
    if (sk_span_starts(s, SOI))
        s = sk_span_sub(s, 2, s.n - 2);
    if (s.n >= 2 && sk_span_equal(sk_span_sub(s, s.n - 2, 2), sk_span_str(EOI)))
        s = sk_span_sub(s, 0, s.n - 2);
    return s;
}

static GByteArray *
join(const SkTiffFile *file, SkSpan in, unsigned samples)
{
    GByteArray *whole = g_byte_array_new();
    SkSpan tables = without_ends(file->jpeg_tables);

    g_byte_array_append(whole, (const uint8_t *)SOI, 2);
    if (samples == 4)
        g_byte_array_append(whole, (const uint8_t *)ADOBE, sizeof ADOBE - 1);
    g_byte_array_append(whole, tables.p, (guint)tables.n);
    if (sk_span_starts(in, SOI))
        in = sk_span_sub(in, 2, in.n - 2);
    g_byte_array_append(whole, in.p, (guint)in.n);
    return whole;
}

typedef struct {
    struct jpeg_decompress_struct in;
    SkJpegErrors errors;
    SkJpegSource source;
} Decoder;

static J_COLOR_SPACE
space_of(const SkTiffFile *file, unsigned samples)
{
    if (samples == 1)
        return JCS_GRAYSCALE;
    if (samples == 4)
        return JCS_CMYK;
    return file->photometric == SK_TIFF_YCC ? JCS_YCbCr : JCS_RGB;
}

static bool
decode(Decoder *self, const SkTiffFile *file, uint32_t rows, unsigned samples, bool keep_ycc,
       uint8_t *out, GError **error)
{
    size_t stride = sk_tiff_chunk_row(file, samples);

    if (setjmp(self->errors.jump) != 0)
        return sk_libjpeg_throw(&self->errors, error);
    (void)jpeg_read_header(&self->in, TRUE);
    /* The last strip may be written as high as the others. */
    if (self->in.image_width != file->chunk_width || self->in.image_height < rows ||
        self->in.num_components != (int)samples)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: JPEG of another size");
    self->in.jpeg_color_space = space_of(file, samples);
    self->in.out_color_space = samples == 3 && !keep_ycc ? JCS_RGB : self->in.jpeg_color_space;
    (void)jpeg_start_decompress(&self->in);
    while (self->in.output_scanline < rows) {
        JSAMPROW row = out + stride * self->in.output_scanline;
        (void)jpeg_read_scanlines(&self->in, &row, 1);
    }
    return true;
}

bool
sk_tiff_jpeg_decode(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows,
                    unsigned samples, bool keep_ycc, uint8_t *out, GError **error)
{
    g_auto(SkJpeg) jpeg = { .parts = NULL };

    if (!sk_jpeg_parse(in, &self->job->limits, &jpeg, error))
        return false;
    g_autofree Decoder *decoder = g_new0(Decoder, 1);
    sk_libjpeg_errors(&decoder->errors);
    decoder->in.err = &decoder->errors.base;
    if (setjmp(decoder->errors.jump) != 0)
        return sk_libjpeg_throw(&decoder->errors, error);
    jpeg_create_decompress(&decoder->in);
    sk_libjpeg_source(&decoder->source, &g_array_index(jpeg.parts, SkSpan, 0), jpeg.parts->len);
    decoder->in.src = &decoder->source.base;
    bool done = decode(decoder, file, rows, samples, keep_ycc, out, error);
    jpeg_destroy_decompress(&decoder->in);
    return done;
}

bool
sk_tiff_jpeg(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows, unsigned samples,
             uint8_t *out, GError **error)
{
    g_autoptr(GByteArray) whole = join(file, in, samples);

    return sk_tiff_jpeg_decode(self, file, sk_span(whole->data, whole->len), rows, samples, false,
                               out, error);
}
