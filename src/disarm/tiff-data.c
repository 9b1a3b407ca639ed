/* SPDX-License-Identifier: Apache-2.0
 * tiff-data.c - contract in tiff-file.h: strips and tiles, decompressed. */
#include "disarm/tiff-file.h"

#include "base/reader.h"
#include "disarm/libwebp.h"
#include "format/fax.h"

#include <string.h>
#include <zlib.h>

/* Each fills @out; false where the data is broken. */

static bool
unpack_bits(SkSpan in, uint8_t *out, size_t n)
{
    SkReader r = sk_reader(in);
    size_t at = 0;

    while (at < n) {
        unsigned count = sk_reader_u8(&r);
        if (!sk_reader_ok(&r))
            return false;
        if (count == 128)
            continue;
        bool literal = count < 128;
        size_t length = MIN(literal ? count + 1u : 257u - count, n - at);
        SkSpan s = sk_reader_span(&r, literal ? length : 1);
        if (!sk_reader_ok(&r))
            return false;
        for (size_t i = 0; i < length; i++)
            out[at++] = s.p[literal ? i : 0];
    }
    return true;
}

typedef struct {
    /* A string is where it was last written, one byte longer than the one before it. */
    size_t at[4097];
    unsigned length[4097];
} Strings;

static bool
unpack_lzw(SkSpan in, uint8_t *out, size_t n)
{
    g_autofree Strings *strings = g_new0(Strings, 1);
    unsigned width = 9, next = 258;
    size_t done = 0, last_at = 0, bit = 0;
    unsigned last_n = 0; /* 0: just cleared */

    while (done < n) {
        if (bit + width > 8 * in.n)
            return false;
        unsigned code = 0;
        for (unsigned i = 0; i < width; i++, bit++)
            code = code << 1 | ((unsigned)in.p[bit / 8] >> (7 - bit % 8) & 1u);
        if (code == 257)
            return false;
        if (code == 256) {
            width = 9;
            next = 258;
            last_n = 0;
            continue;
        }
        if (last_n > 0 && next <= 4096) { /* the string before, and the byte now following it */
            strings->at[next] = last_at;
            strings->length[next] = last_n + 1;
            next++;
        }
        unsigned length = code < 256 ? 1 : code < next ? strings->length[code] : 0;
        if (length == 0 || (code >= 258 && last_n == 0))
            return false;
        size_t from = code < 256 ? 0 : strings->at[code];
        last_at = done;
        last_n = length;
        for (unsigned i = 0; i < length && done < n; i++, done++)
            out[done] = code < 256 ? (uint8_t)code : out[from + i];
        if (next + 1 >= 1u << width && width < 12)
            width++;
    }
    return true;
}

static bool
unpack_deflate(SkSpan in, uint8_t *out, size_t n)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)MIN(in.n, UINT32_MAX) };

    if (inflateInit(&z) != Z_OK)
        return false;
    z.next_out = out;
    z.avail_out = (uInt)n;
    int rc = inflate(&z, Z_FINISH);
    bool full = z.avail_out == 0;
    inflateEnd(&z);
    return full && (rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR);
}

/* Every byte's bits the other way round. */
static void
reverse_bits(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned v = p[i];
        v = (v & 0xf0) >> 4 | (v & 0x0f) << 4;
        v = (v & 0xcc) >> 2 | (v & 0x33) << 2;
        p[i] = (uint8_t)((v & 0xaa) >> 1 | (v & 0x55) << 1);
    }
}

/* Rows of a fax, 1 for black; where it ends early the rest is white. */
static bool
unpack_fax(const SkTiffFile *file, SkSpan in, uint32_t rows, uint8_t *out, GError **error)
{
    size_t row_bytes = sk_tiff_chunk_row(file, 1);
    SkFaxParams params = { .columns = file->chunk_width,
                           .kind = file->compression == SK_TIFF_FAX4 ? SK_FAX_G4
                                   : file->compression == SK_TIFF_FAX3 && file->fax_2d
                                       ? SK_FAX_G3_2D
                                       : SK_FAX_G3_1D,
                           .byte_align = file->compression == SK_TIFF_FAX_ROWS,
                           .lowest_first = file->lowest_first };
    g_autoptr(SkFax) fax = sk_fax_new(in, &params);
    bool more = true;

    for (uint32_t y = 0; y < rows; y++) {
        uint8_t *row = out + y * row_bytes;
        if (!more)
            memset(row, 0, row_bytes);
        else if (!sk_fax_row(fax, row, &more, error))
            return false;
        for (size_t i = 0; i < row_bytes && file->photometric == SK_TIFF_BLACK_IS_ZERO; i++)
            row[i] = (uint8_t)~row[i];
    }
    return true;
}

/* The strip is a WebP file; its first picture counts. */
static bool
unpack_webp(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows, unsigned samples,
            uint8_t *out, GError **error)
{
    uint64_t before = self->expanded;
    SkReader r = sk_reader(in);
    SkWebpPicture picture = { .lossless = false };
    g_autoptr(SkRaster) raster = NULL;

    sk_reader_skip(&r, 12);
    while (picture.stream.n == 0) {
        SkSpan name = sk_reader_span(&r, 4);
        uint32_t n = sk_reader_u32le(&r);
        SkSpan content = sk_reader_span(&r, n);
        sk_reader_skip(&r, MIN(n % 2, sk_reader_left(&r)));
        if (!sk_reader_ok(&r))
            return sk_throw(error, SK_ERROR_MALFORMED, "tiff: WebP without a picture");
        if (sk_span_is(name, "ALPH"))
            picture.alpha = content;
        picture.lossless = sk_span_is(name, "VP8L");
        if (picture.lossless || sk_span_is(name, "VP8 "))
            picture.stream = content;
    }
    uint32_t width = 0, height = 0;
    if (!sk_webp_size(&picture, &width, &height, error))
        return false;
    if (width != file->chunk_width || height < rows || height > file->chunk_height)
        return sk_throw(error, SK_ERROR_MALFORMED, "tiff: WebP of another size");
    if (!sk_webp_decode(self, &picture, &raster, error))
        return false;
    self->expanded = before; /* it is gone with its strip */
    g_assert(raster->width == width && raster->height == height);
    for (size_t i = 0; i < (size_t)raster->width * rows; i++) {
        for (unsigned s = 0; s < samples; s++)
            out[i * samples + s] = raster->pixels[4 * i + s];
    }
    return true;
}

static bool
is_fax(const SkTiffFile *file)
{
    return file->compression == SK_TIFF_FAX_ROWS || file->compression == SK_TIFF_FAX3 ||
           file->compression == SK_TIFF_FAX4;
}

/* With the lowest bit first, the bytes are turned before they are decoded. */
static bool
unpack_plain(const SkTiffFile *file, SkSpan in, uint8_t *out, size_t n)
{
    switch (file->compression) {
    case SK_TIFF_LZW:
        return unpack_lzw(in, out, n);
    case SK_TIFF_PACKBITS:
        return unpack_bits(in, out, n);
    case SK_TIFF_STORED:
        if (in.n < n)
            return false;
        memcpy(out, in.p, n);
        return true;
    default:
        return unpack_deflate(in, out, n);
    }
}

static bool
unpack_any(const SkTiffFile *file, SkSpan in, uint8_t *out, size_t n, GError **error)
{
    g_autofree uint8_t *turned = NULL;

    if (file->lowest_first) {
        turned = g_memdup2(in.p, in.n);
        reverse_bits(turned, in.n);
        in = sk_span(turned, in.n);
    }
    return unpack_plain(file, in, out, n) ||
           sk_throw(error, SK_ERROR_MALFORMED, "tiff: image data broken");
}

/* YCbCr by clumps: all brightness of a clump, then its two colours. */
static bool
unpack_ycc(const SkTiffFile *file, SkSpan in, uint32_t rows, uint8_t *out, GError **error)
{
    uint32_t w = file->clump_width, h = file->clump_height, width = file->chunk_width;
    size_t size = (size_t)w * h + 2, across = (width - 1) / w + 1,
           n = across * ((rows - 1) / h + 1) * size;
    g_autofree uint8_t *clumps = g_try_malloc0(n);

    if (clumps == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: no memory");
    if (!unpack_any(file, in, clumps, n, error))
        return false;
    for (uint32_t y = 0; y < rows; y++) {
        for (uint32_t x = 0; x < width; x++) {
            const uint8_t *clump = clumps + (y / h * across + x / w) * size;
            uint8_t ycc[3] = { clump[y % h * w + x % w], clump[size - 2], clump[size - 1] };
            sk_tiff_ycc(file, ycc, out + 3 * ((size_t)y * width + x));
        }
    }
    return true;
}

bool
sk_tiff_unpack(SkDisarm *self, const SkTiffFile *file, SkSpan in, uint32_t rows, unsigned samples,
               uint8_t *out, GError **error)
{
    if (is_fax(file))
        return unpack_fax(file, in, rows, out, error);
    if (file->compression == SK_TIFF_JPEG)
        return sk_tiff_jpeg(self, file, in, rows, samples, out, error);
    if (file->compression == SK_TIFF_JPEG_OLD)
        return sk_tiff_jpeg_old(self, file, in, rows, out, error);
    if (file->compression == SK_TIFF_WEBP)
        return unpack_webp(self, file, in, rows, samples, out, error);
    if (file->photometric == SK_TIFF_YCC)
        return unpack_ycc(file, in, rows, out, error);
    return unpack_any(file, in, out, sk_tiff_chunk_row(file, samples) * rows, error);
}
