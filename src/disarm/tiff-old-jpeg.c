/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-old-jpeg.c - contract in tiff-file.h: JPEG as TIFF 6.0 had it first (compression 6). Either
 * one JPEG file lies somewhere in the file, or tables do: then each strip or tile is one scan, for
 * which a whole file is written here. What is in neither form is refused. Spec:
 * docs/formats/tiff.md; TIFF 6.0, section 22
 */
#include "disarm/tiff-file.h"

#include "base/reader.h"
#include "format/jpeg.h"

#include <string.h>

enum {
    PROCESS = 512,
    INTERCHANGE = 513,
    INTERCHANGE_LENGTH = 514,
    RESTARTS = 515,
    QUANTISATION = 519,
    DC_TABLES = 520,
    AC_TABLES = 521,
};

enum { SOF1 = 0xC1, DHT = 0xC4, SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, DQT = 0xDB, DRI = 0xDD };

SkSpan
sk_tiff_jpeg_old_whole(SkDisarm *self, const SkTiffFile *file)
{
    uint32_t at = sk_tiff_value(file, INTERCHANGE, 0, 0),
             n = sk_tiff_value(file, INTERCHANGE_LENGTH, 0, UINT32_MAX);

    if (at == 0 || at >= file->file.n)
        return SK_SPAN_EMPTY;
    SkSpan whole = sk_span_sub(file->file, at, MIN(n, file->file.n - at));
    g_auto(SkJpeg) jpeg = { .parts = NULL };
    bool ok = sk_jpeg_parse(whole, &self->job->limits, &jpeg, NULL) && jpeg.width == file->width &&
              jpeg.height == file->height;
    return ok ? whole : SK_SPAN_EMPTY;
}

static void
put(GByteArray *out, unsigned byte)
{
    uint8_t b = (uint8_t)byte;
    g_byte_array_append(out, &b, 1);
}

static void
put_marker(GByteArray *out, unsigned marker, size_t length)
{
    put(out, 0xff);
    put(out, marker);
    if (length > 0) {
        put(out, (unsigned)(length + 2) >> 8);
        put(out, (unsigned)(length + 2) & 0xff);
    }
}

/* A table of component @i that @tag points to: 64 bytes, or 16 counts and as many values as they
 * say. */
static bool
put_table(const SkTiffFile *file, unsigned tag, unsigned i, GByteArray *out)
{
    SkReader r = sk_reader(file->file);
    unsigned values = 0;

    sk_reader_seek(&r, sk_tiff_value(file, tag, i, UINT32_MAX));
    SkSpan head = sk_reader_span(&r, tag == QUANTISATION ? 64 : 16);
    if (!sk_reader_ok(&r))
        return false;
    for (size_t k = 0; k < head.n && tag != QUANTISATION; k++)
        values += head.p[k];
    SkSpan rest = sk_reader_span(&r, values);
    if (!sk_reader_ok(&r) || values > 256)
        return false;
    put_marker(out, tag == QUANTISATION ? DQT : DHT, 1 + head.n + rest.n);
    put(out, (tag == AC_TABLES ? 0x10u : 0) | i);
    g_byte_array_append(out, head.p, (guint)head.n);
    if (rest.n > 0)
        g_byte_array_append(out, rest.p, (guint)rest.n);
    return true;
}

static bool
put_tables(const SkTiffFile *file, GByteArray *out)
{
    for (unsigned i = 0; i < file->samples; i++) {
        if (!put_table(file, QUANTISATION, i, out) || !put_table(file, DC_TABLES, i, out) ||
            !put_table(file, AC_TABLES, i, out))
            return false;
    }
    return true;
}

static void
put_frame(const SkTiffFile *file, uint32_t rows, GByteArray *out)
{
    bool shared = file->photometric == SK_TIFF_YCC;
    unsigned n = file->samples, restarts = sk_tiff_value(file, RESTARTS, 0, 0);

    put_marker(out, SOF1, 6 + 3 * n);
    put(out, 8);
    put(out, rows >> 8);
    put(out, rows & 0xff);
    put(out, file->chunk_width >> 8);
    put(out, file->chunk_width & 0xff);
    put(out, n);
    for (unsigned i = 0; i < n; i++) {
        put(out, i + 1);
        put(out, i == 0 && shared ? file->clump_width << 4 | file->clump_height : 0x11);
        put(out, i);
    }
    if (restarts > 0) {
        put_marker(out, DRI, 2);
        put(out, restarts >> 8 & 0xff);
        put(out, restarts & 0xff);
    }
    put_marker(out, SOS, 4 + 2 * n);
    put(out, n);
    for (unsigned i = 0; i < n; i++) {
        put(out, i + 1);
        put(out, i << 4 | i);
    }
    put(out, 0);
    put(out, 63);
    put(out, 0);
}

/* All that stands before the data: as one piece in the file, or table by table. */
static bool
put_head(const SkTiffFile *file, uint32_t rows, GByteArray *out)
{
    uint32_t at = sk_tiff_value(file, INTERCHANGE, 0, 0),
             n = sk_tiff_value(file, INTERCHANGE_LENGTH, 0, 0);

    if (at > 0 && at < file->file.n && n > 0) {
        SkSpan head = sk_span_sub(file->file, at, MIN(n, file->file.n - at));
        g_byte_array_append(out, head.p, (guint)head.n);
        return true;
    }
    put_marker(out, SOI, 0);
    if (rows > 65535 || file->chunk_width > 65535 || !put_tables(file, out))
        return false;
    put_frame(file, rows, out);
    return true;
}

/* The strip as a file of its own. */
static GByteArray *
build(const SkTiffFile *file, SkSpan in, uint32_t rows)
{
    g_autoptr(GByteArray) out = g_byte_array_new();

    if (!put_head(file, rows, out))
        return NULL;
    g_byte_array_append(out, in.p, (guint)in.n);
    if (in.n < 2 || in.p[in.n - 2] != 0xff || in.p[in.n - 1] != EOI)
        put_marker(out, EOI, 0);
    return g_steal_pointer(&out);
}

bool
sk_tiff_jpeg_old(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows, uint8_t *out,
                 GError **error)
{
    g_autoptr(GByteArray) built = NULL;
    bool ycc = file->photometric == SK_TIFF_YCC;
    size_t pixels = (size_t)file->chunk_width * rows;

    if (file->jpeg_whole.n > 0) {
        in = file->jpeg_whole;
    } else if (!sk_span_starts(
                   in,
                   "\xff\xd8")) { /* else each strip is a file: not foreseen, but unmistakable */
        if (sk_tiff_value(file, PROCESS, 0, 1) != 1)
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "tiff: old JPEG without loss");
        built = build(file, in, file->tiles ? file->chunk_height : rows);
        if (built == NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "tiff: old JPEG without its tables");
        in = sk_span(built->data, built->len);
    }
    if (!sk_tiff_jpeg_decode(self, file, in, rows, file->samples, true, out, error))
        return false;
    for (size_t i = 0; i < pixels && ycc; i++) {
        uint8_t rgb[3];
        sk_tiff_ycc(file, out + 3 * i, rgb);
        memcpy(out + 3 * i, rgb, 3);
    }
    return true;
}
