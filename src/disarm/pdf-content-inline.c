/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-inline.c - pictures that stand in the content. Where their data end is said by their
 * size or by their filter; a search for EI serves only where neither does. ISO 32000-1, 8.9.7.
 */
#include "disarm/pdf-content-parts.h"

#include "base/reader.h"
#include "disarm/pdf-spell.h"

#include <zlib.h>

/* bytes looked at, and inflated, for the ends of all pictures of a content */
#define WALKED_MAX (UINT64_C(128) << 20)
#define LOOK_BEHIND 16u /* bytes behind an EI that must look like content */

typedef enum {
    END_UNKNOWN,
    END_BY_SIZE,
    END_BY_FLATE,
    END_BY_JPEG,
    END_BY_RUNS,
    END_BY_TILDE,
    END_BY_BRACKET,
} End;

typedef struct {
    int64_t width, height, bits, components;
    bool stencil;
    End end;
} Shape;

/* ---- the dictionary ------------------------------------------------------------------------ */

static bool
either(SkSpan name, const char *a, const char *b)
{
    return sk_span_is(name, a) || sk_span_is(name, b);
}

/* The first filter says where the data end. */
static void
read_filter(SkPdfScan *scan, Shape *shape)
{
    if (scan->at < scan->in.n && scan->in.p[scan->at] == '[') {
        scan->at++;
        sk_pdf_scan_blank(scan);
        if (scan->at < scan->in.n && scan->in.p[scan->at] == ']')
            return;
    }
    SkSpan name = sk_pdf_scan_name(scan);
    if (either(name, "Fl", "FlateDecode"))
        shape->end = END_BY_FLATE;
    else if (either(name, "DCT", "DCTDecode"))
        shape->end = END_BY_JPEG;
    else if (either(name, "RL", "RunLengthDecode"))
        shape->end = END_BY_RUNS;
    else if (either(name, "A85", "ASCII85Decode"))
        shape->end = END_BY_TILDE;
    else if (either(name, "AHx", "ASCIIHexDecode"))
        shape->end = END_BY_BRACKET;
    else
        shape->end = END_UNKNOWN;
}

static void
read_space(SkPdfScan *scan, Shape *shape)
{
    if (scan->at < scan->in.n && scan->in.p[scan->at] == '[') {
        scan->at++;
        sk_pdf_scan_blank(scan);
    }
    SkSpan name = sk_pdf_scan_name(scan);
    if (either(name, "G", "DeviceGray") || either(name, "I", "Indexed") ||
        either(name, "CalGray", "Separation"))
        shape->components = 1;
    else if (either(name, "RGB", "DeviceRGB") || either(name, "CalRGB", "Lab"))
        shape->components = 3;
    else if (either(name, "CMYK", "DeviceCMYK"))
        shape->components = 4;
    else
        shape->components = 0;
}

static void
read_number(SkPdfScan *scan, int64_t *ret)
{
    int64_t v = 0;

    if (sk_pdf_number_parse(sk_pdf_scan_word(scan), &v) && v >= 0)
        *ret = v / SK_PDF_ONE;
}

static void
read_value(SkPdfScan *scan, SkSpan key, Shape *shape)
{
    if (either(key, "W", "Width"))
        read_number(scan, &shape->width);
    else if (either(key, "H", "Height"))
        read_number(scan, &shape->height);
    else if (either(key, "BPC", "BitsPerComponent"))
        read_number(scan, &shape->bits);
    else if (either(key, "CS", "ColorSpace"))
        read_space(scan, shape);
    else if (either(key, "F", "Filter"))
        read_filter(scan, shape);
    else if (either(key, "IM", "ImageMask"))
        shape->stencil = sk_span_is(sk_pdf_scan_word(scan), "true");
}

/* From behind BI to behind ID. false: it never comes. */
static bool
read_dictionary(SkPdfScan *scan, Shape *shape, SkSpan *ret)
{
    size_t start = scan->at;

    for (;;) {
        sk_pdf_scan_blank(scan);
        if (scan->at >= scan->in.n)
            return false;
        size_t at = scan->at;
        if (scan->in.p[at] != '/') {
            SkSpan word = sk_pdf_scan_word(scan);
            if (sk_span_is(word, "ID")) {
                *ret = sk_span_sub(scan->in, start, at - start);
                return true;
            }
            sk_pdf_scan_guess(scan);
            if (word.n == 0 && !sk_pdf_scan_pass(scan))
                return false;
            continue;
        }
        SkSpan key = sk_pdf_scan_name(scan);
        sk_pdf_scan_blank(scan);
        size_t value = scan->at;
        read_value(scan, key, shape);
        scan->at = value; /* what was read of it is whole only for readers of it */
        if (!sk_pdf_scan_pass(scan))
            return false;
    }
}

/* ---- where the data end -------------------------------------------------------------------- */

static size_t
by_size(SkSpan data, const Shape *shape)
{
    int64_t bits = shape->stencil ? 1 : shape->bits,
            components = shape->stencil ? 1 : shape->components;

    if (bits < 1 || bits > 16 || components == 0 || shape->width > INT32_MAX ||
        shape->height > INT32_MAX)
        return SIZE_MAX;
    uint64_t row = ((uint64_t)shape->width * (uint64_t)(bits * components) + 7) / 8;
    uint64_t all = 0;
    if (__builtin_mul_overflow(row, (uint64_t)shape->height, &all) || all > data.n)
        return SIZE_MAX;
    return (size_t)all;
}

static size_t
by_flate(SkSpan data, uint64_t *walked)
{
    z_stream z = { 0 };
    uint8_t scrap[16384];
    int result = Z_OK;

    if (inflateInit(&z) != Z_OK)
        return SIZE_MAX;
    z.next_in = (z_const Bytef *)data.p;
    z.avail_in = (uInt)MIN(data.n, UINT_MAX);
    while (result == Z_OK && *walked <= WALKED_MAX) {
        z.next_out = scrap;
        z.avail_out = sizeof scrap;
        result = inflate(&z, Z_NO_FLUSH);
        *walked += sizeof scrap - z.avail_out;
    }
    size_t end = result == Z_STREAM_END ? (size_t)z.total_in : SIZE_MAX;
    (void)inflateEnd(&z);
    return end;
}

/* To behind the marker EOI: segments by their lengths, entropy-coded data by their bytes. */
static size_t
by_jpeg(SkSpan data)
{
    SkReader r = sk_reader(data);

    if (sk_reader_u16be(&r) != 0xffd8)
        return SIZE_MAX;
    while (sk_reader_ok(&r)) {
        if (sk_reader_u8(&r) != 0xff)
            continue; /* inside of entropy-coded data */
        int marker = sk_reader_peek(&r, 0);
        if (marker == 0xff || marker < 0)
            continue;
        sk_reader_skip(&r, 1);
        if (marker == 0xd9)
            return r.at;
        if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8))
            continue;
        unsigned length = sk_reader_u16be(&r);
        if (length < 2)
            return SIZE_MAX;
        sk_reader_skip(&r, length - 2);
    }
    return SIZE_MAX;
}

static size_t
by_runs(SkSpan data)
{
    SkReader r = sk_reader(data);

    while (sk_reader_ok(&r)) {
        uint8_t n = sk_reader_u8(&r);
        if (n == 128)
            return sk_reader_ok(&r) ? r.at : SIZE_MAX;
        sk_reader_skip(&r, n < 128 ? n + 1u : 1u);
    }
    return SIZE_MAX;
}

static size_t
behind(SkSpan data, const char *mark)
{
    size_t at = sk_span_find(data, 0, sk_span_str(mark));

    return at == SIZE_MAX ? SIZE_MAX : at + sk_span_str(mark).n;
}

static size_t
find_end(SkSpan data, const Shape *shape, uint64_t *walked)
{
    switch (shape->end) {
    case END_BY_SIZE:
        return by_size(data, shape);
    case END_BY_FLATE:
        return by_flate(data, walked);
    case END_BY_JPEG:
        return by_jpeg(data);
    case END_BY_RUNS:
        return by_runs(data);
    case END_BY_TILDE:
        return behind(data, "~>");
    case END_BY_BRACKET:
        return behind(data, ">");
    case END_UNKNOWN:
    default:
        return SIZE_MAX;
    }
}

/* Many pictures without an end would each be looked for to the end of the content: what that costs
 * is counted. */
static size_t
end_of(SkSpan data, const Shape *shape, uint64_t *walked)
{
    if (shape->end == END_UNKNOWN || *walked > WALKED_MAX)
        return SIZE_MAX;
    size_t n = find_end(data, shape, walked);
    if (shape->end != END_BY_SIZE)
        *walked += n == SIZE_MAX ? data.n : n;
    return n;
}

/* Does EI stand at @at, and end there? */
static bool
is_ei(SkSpan in, size_t at)
{
    return at < in.n && in.n - at >= 2 && in.p[at] == 'E' && in.p[at + 1] == 'I' &&
           (in.n - at == 2 || (sk_pdf_class[in.p[at + 2]] & SK_PDF_SPACE) != 0);
}

/* EI behind white space. SIZE_MAX: something else stands there. */
static size_t
ei_behind(SkSpan in, size_t at)
{
    while (at < in.n && (sk_pdf_class[in.p[at]] & SK_PDF_SPACE) != 0)
        at++;
    return is_ei(in, at) ? at : SIZE_MAX;
}

static bool
looks_like_content(SkSpan in, size_t at)
{
    for (size_t i = at; i < in.n && i - at < LOOK_BEHIND; i++) {
        uint8_t c = in.p[i];
        if (c >= 0x7f || (c < 0x20 && (sk_pdf_class[c] & SK_PDF_SPACE) == 0) || c == 0)
            return false;
    }
    return true;
}

/* The first EI between white space that content seems to follow. */
static size_t
search(SkSpan in, size_t from)
{
    for (size_t at = from; (at = sk_span_find(in, at, sk_span_str("EI"))) != SIZE_MAX; at++) {
        if ((at == from || (sk_pdf_class[in.p[at - 1]] & SK_PDF_SPACE) != 0) && is_ei(in, at) &&
            looks_like_content(in, at + 2))
            return at;
    }
    return SIZE_MAX;
}

/* From behind ID: the data, and the input behind EI. */
static bool
read_data(SkPdfScan *scan, const Shape *shape, uint64_t *walked, SkSpan *ret)
{
    size_t start = scan->at + (scan->at < scan->in.n ? 1 : 0);

    /* One white space; of CR LF both, unless the data fit only behind the first. */
    bool two = start < scan->in.n && scan->in.p[start - 1] == '\r' && scan->in.p[start] == '\n';
    for (unsigned i = two ? 2 : 1; i > 0; i--) {
        size_t from = start + i - 1;
        SkSpan rest = sk_span_sub(scan->in, from, scan->in.n - from);
        size_t n = end_of(rest, shape, walked);
        size_t ei = n == SIZE_MAX ? SIZE_MAX : ei_behind(scan->in, from + n);
        if (ei != SIZE_MAX) {
            *ret = sk_span_sub(rest, 0, n);
            scan->at = ei + 2;
            return true;
        }
    }
    if (shape->end != END_UNKNOWN &&
        !(shape->end == END_BY_SIZE && shape->components == 0 && !shape->stencil))
        sk_pdf_scan_guess(scan);
    size_t ei = search(scan->in, start);
    if (ei == SIZE_MAX)
        return false;
    size_t end = ei > start && (sk_pdf_class[scan->in.p[ei - 1]] & SK_PDF_SPACE) != 0 ? ei - 1 : ei;
    *ret = sk_span_sub(scan->in, start, end - start);
    scan->at = ei + 2;
    return true;
}

SkPdfLine
sk_pdf_content_inline(SkPdfContent *self, GError **error)
{
    SkPdfInline picture = { SK_SPAN_EMPTY, SK_SPAN_EMPTY };
    Shape shape = { .end = END_BY_SIZE };
    int32_t index = SK_PDF_USE_ABSENT;

    sk_pdf_content_drop(self);
    if (!read_dictionary(&self->scan, &shape, &picture.dictionary) ||
        !read_data(&self->scan, &shape, &self->walked, &picture.data)) {
        sk_pdf_scan_guess(&self->scan);
        self->scan.at = self->scan.in.n;
        sk_pdf_content_remove(self);
        return SK_PDF_LINE_NONE;
    }
    if (self->walked > WALKED_MAX) {
        (void)sk_throw(error, SK_ERROR_LIMIT,
                       "pdf-content: the ends of pictures are too far to find");
        return SK_PDF_LINE_ERROR;
    }
    if (self->hiding > 0) {
        self->facts.hidden++;
        return SK_PDF_LINE_NONE;
    }
    if (!self->hooks->inline_picture(self->hooks->user, &picture, &index, error))
        return SK_PDF_LINE_ERROR;
    if (index < 0) {
        if (index != SK_PDF_USE_GONE)
            sk_pdf_content_remove(self);
        return SK_PDF_LINE_NONE;
    }
    sk_pdf_out_str(&self->out, "/X");
    sk_pdf_out_uint(&self->out, (uint32_t)index);
    sk_pdf_out_u8(&self->out, ' ');
    sk_pdf_content_line(self, "Do");
    return SK_PDF_LINE_WRITTEN;
}
