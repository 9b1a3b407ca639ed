/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff.c - the profile of TIFF: the one directory a page may have, every offset where it must be,
 * every strip through inflate.
 * Runs in: verify worker. Trusts: nothing; zlib.
 * Spec: docs/formats/tiff.md   Tests: tests/unit/verify/bites-picture.c
 */
#include "verify/inflate.h"
#include "verify/proof.h"
#include "base/reader.h"

#include <string.h>

#define SIDE_MAX 65535u
#define STRIP 262144u
#define RESOLUTION_MAX 100000000u
#define WINDOW (64u << 10)

enum { SHORT = 3, LONG = 4, RATIONAL = 5 };

typedef struct {
    SkProof *proof;
    SkReader r;
    uint8_t *window; /* owned by the caller */
    unsigned page;   /* from 1 */

    /* Of the page. */
    uint32_t width, height, samples, bits, photometric, rows;
    uint32_t strips, offsets, sizes; /* how many; the values of their fields */
    uint32_t next;
} Tiff;

typedef struct {
    uint16_t tag, type;
    uint32_t count, value;
} Field;

static bool
no(const Tiff *tiff, SkElement element, const char *what)
{
    return sk_proof_no(tiff->proof, element, "page %u: %s, byte %zu", tiff->page, what, tiff->r.at);
}

static bool
wrong(const Tiff *tiff, const char *what)
{
    return no(tiff, SK_ELEMENT_NOT_CANONICAL, what);
}

/* A field that has no place in the profile, or not here. */
static bool
no_field(const Tiff *tiff, unsigned tag)
{
    static const struct {
        SkElement element;
        uint16_t tags[9];
    } names[] = {
        { SK_ELEMENT_PICTURE_PROFILE, { 34675 } },
        { SK_ELEMENT_PICTURE_TEXT, { 269, 270, 285, 305, 306, 315, 316, 33432 } },
        { SK_ELEMENT_PICTURE_METADATA, { 271, 272, 700, 33723, 34377, 34665, 34853 } },
        { SK_ELEMENT_PICTURE_SECOND, { 330 } },
        { SK_ELEMENT_NOT_CANONICAL, { 256, 257, 258, 259, 262, 273, 277, 278, 279 } },
        { SK_ELEMENT_NOT_CANONICAL, { 282, 283, 296, 317, 338 } },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        for (unsigned k = 0; k < G_N_ELEMENTS(names[i].tags); k++)
            if (tag != 0 && names[i].tags[k] == tag)
                return no(tiff, names[i].element, "field");
    return no(tiff, SK_ELEMENT_PICTURE_UNKNOWN, "field");
}

/* The next field, which is this one; shorter values are followed by zeros, as a number says by
 * itself. */
static bool
take(Tiff *tiff, uint16_t tag, uint16_t type, Field *ret)
{
    SkReader *r = &tiff->r;

    ret->tag = sk_reader_u16le(r);
    ret->type = sk_reader_u16le(r);
    ret->count = sk_reader_u32le(r);
    ret->value = sk_reader_u32le(r);
    if (!sk_reader_ok(r))
        return wrong(tiff, "cut short");
    if (ret->tag != tag)
        return no_field(tiff, ret->tag);
    return ret->type == type || wrong(tiff, "type of a field");
}

static bool
take_number(Tiff *tiff, uint16_t tag, uint16_t type, uint32_t *ret)
{
    Field field;

    if (!take(tiff, tag, type, &field))
        return false;
    *ret = field.value;
    return field.count == 1 || wrong(tiff, "count of a field");
}

static uint64_t
row_bytes(const Tiff *tiff)
{
    return ((uint64_t)tiff->width * tiff->samples * tiff->bits + 7) / 8;
}

/* Which of the four kinds it is; the bits of several samples stand elsewhere. */
static bool
check_kind(const Tiff *tiff, bool bilevel, uint32_t bits_count)
{
    bool fits = bilevel
                    ? tiff->samples == 1 && tiff->photometric == 0
                    : (tiff->samples == 1 && tiff->photometric == 1) ||
                          ((tiff->samples == 3 || tiff->samples == 4) && tiff->photometric == 2);
    return (fits && bits_count == tiff->samples) || wrong(tiff, "kind of pixels");
}

static bool
check_strips_field(Tiff *tiff, const Field *offsets)
{
    uint64_t rows = STRIP / row_bytes(tiff);

    rows = MIN(MAX(rows, 1), (uint64_t)tiff->height);
    tiff->rows = (uint32_t)rows;
    tiff->strips = (tiff->height - 1) / tiff->rows + 1;
    tiff->offsets = offsets->value;
    return offsets->count == tiff->strips || wrong(tiff, "number of strips");
}

/* The fields that say what the pixels are, up to the strips. */
static bool
read_pixel_fields(Tiff *tiff, uint32_t *ret_bits_value)
{
    Field bits, offsets;
    uint32_t compression = 0;

    if (!take_number(tiff, 256, LONG, &tiff->width) ||
        !take_number(tiff, 257, LONG, &tiff->height) || !take(tiff, 258, SHORT, &bits) ||
        !take_number(tiff, 259, SHORT, &compression) ||
        !take_number(tiff, 262, SHORT, &tiff->photometric) || !take(tiff, 273, LONG, &offsets) ||
        !take_number(tiff, 277, SHORT, &tiff->samples))
        return false;
    if (tiff->width > SIDE_MAX || tiff->height > SIDE_MAX)
        return wrong(tiff, "size");
    bool bilevel = bits.count == 1 && bits.value == 1;
    if (compression != 8 || (bits.count == 1 && bits.value != 1 && bits.value != 8))
        return wrong(tiff, "compression or bits");
    tiff->bits = bilevel ? 1 : 8;
    *ret_bits_value = bits.value;
    return sk_proof_pixels(tiff->proof, tiff->width, tiff->height) &&
           check_kind(tiff, bilevel, bits.count) && check_strips_field(tiff, &offsets);
}

static bool
read_directory(Tiff *tiff, uint32_t *ret_bits_value, uint32_t ret_resolutions[2])
{
    uint16_t n = sk_reader_u16le(&tiff->r);
    uint32_t rows = 0, unit = 0, predictor = 0, extra = 0;
    Field sizes, x, y;

    if (!read_pixel_fields(tiff, ret_bits_value) || !take_number(tiff, 278, LONG, &rows) ||
        !take(tiff, 279, LONG, &sizes) || !take(tiff, 282, RATIONAL, &x) ||
        !take(tiff, 283, RATIONAL, &y) || !take_number(tiff, 296, SHORT, &unit))
        return false;
    if (tiff->bits == 8 && !take_number(tiff, 317, SHORT, &predictor))
        return false;
    if (tiff->samples == 4 && !take_number(tiff, 338, SHORT, &extra))
        return false;
    unsigned fields = 12u + (tiff->bits == 8 ? 1u : 0u) + (tiff->samples == 4 ? 1u : 0u);
    if (n > fields) { /* which one is too many? */
        uint16_t tag = sk_reader_u16le(&tiff->r);
        return no_field(tiff, tag);
    }
    if (n != fields || rows != tiff->rows || sizes.count != tiff->strips || x.count != 1 ||
        y.count != 1 || unit < 1 || unit > 3 || (tiff->bits == 8 && predictor != 2) ||
        (tiff->samples == 4 && extra != 2))
        return wrong(tiff, "value of a field");
    tiff->sizes = sizes.value;
    ret_resolutions[0] = x.value;
    ret_resolutions[1] = y.value;
    tiff->next = sk_reader_u32le(&tiff->r);
    return sk_reader_ok(&tiff->r) || wrong(tiff, "cut short");
}

static bool
check_resolution(Tiff *tiff, uint32_t place)
{
    if (place != tiff->r.at)
        return wrong(tiff, "place of a resolution");
    uint32_t above = sk_reader_u32le(&tiff->r), below = sk_reader_u32le(&tiff->r);
    return (sk_reader_ok(&tiff->r) && above >= 1 && above <= RESOLUTION_MAX && below == 100) ||
           wrong(tiff, "resolution");
}

/* What does not fit into the fields, in its one place. */
static bool
check_values(Tiff *tiff, uint32_t bits_value, const uint32_t resolutions[2], SkSpan *ret_offsets,
             SkSpan *ret_sizes)
{
    SkReader *r = &tiff->r;

    if (tiff->samples > 1) {
        if (bits_value != r->at)
            return wrong(tiff, "place of the bits");
        for (unsigned i = 0; i < tiff->samples; i++)
            if (sk_reader_u16le(r) != 8)
                return wrong(tiff, "bits");
    }
    if (tiff->strips > 1) {
        size_t n = 4 * (size_t)tiff->strips;
        if (tiff->offsets != r->at || tiff->sizes != r->at + n)
            return wrong(tiff, "place of the strips");
        *ret_offsets = sk_reader_span(r, n);
        *ret_sizes = sk_reader_span(r, n);
        if (!sk_reader_ok(r))
            return wrong(tiff, "cut short");
    }
    return check_resolution(tiff, resolutions[0]) && check_resolution(tiff, resolutions[1]);
}

/* ---- strips ---------------------------------------------------------------------------------- */

/* Bits behind the end of bilevel rows, wherever in a row @bytes begins; @at counts the strip's
 * bytes. */
static bool
check_unused_bits(const Tiff *tiff, SkSpan bytes, uint64_t at)
{
    uint64_t row = row_bytes(tiff);
    unsigned used = tiff->width % 8;

    if (tiff->bits != 1 || used == 0)
        return true;
    for (uint64_t i = row - 1 - at % row; i < bytes.n; i += row)
        if ((bytes.p[i] & 0xffu >> used) != 0)
            return wrong(tiff, "unused bits");
    return true;
}

static bool
check_stream(const Tiff *tiff, SkInflate *inflate, SkSpan strip, uint64_t expected)
{
    uint64_t got = 0;

    sk_inflate_feed(inflate, strip);
    for (;;) {
        size_t n = sk_inflate_read(inflate, tiff->window, WINDOW);
        if (inflate->bad)
            return no(tiff, SK_ELEMENT_PICTURE_ENCODING, "zlib stream");
        if (!sk_proof_expand(tiff->proof, n))
            return false;
        if (n > expected - got)
            return no(tiff, SK_ELEMENT_TRAILING_DATA, "data after the last row");
        if (!check_unused_bits(tiff, sk_span(tiff->window, n), got))
            return false;
        got += n;
        if (n < WINDOW)
            break;
    }
    if (sk_inflate_left(inflate) > 0)
        return no(tiff, SK_ELEMENT_TRAILING_DATA, "data after the zlib stream");
    return (inflate->ended && got == expected) ||
           no(tiff, SK_ELEMENT_PICTURE_ENCODING, "rows missing");
}

static bool
check_strip(Tiff *tiff, uint32_t i, uint32_t offset, uint32_t size)
{
    uint32_t rows = MIN(tiff->rows, tiff->height - i * tiff->rows);
    SkInflate inflate;

    if (offset != tiff->r.at)
        return wrong(tiff, "place of a strip");
    SkSpan strip = sk_reader_span(&tiff->r, size);
    if (!sk_reader_ok(&tiff->r))
        return wrong(tiff, "cut short");
    if (!sk_span_starts(strip, "\x78\x01"))
        return wrong(tiff, "zlib header");
    sk_inflate_begin(&inflate, false);
    bool good = check_stream(tiff, &inflate, strip, rows * row_bytes(tiff));
    sk_inflate_end(&inflate);
    return good;
}

static bool
check_strips(Tiff *tiff, SkSpan offsets, SkSpan sizes)
{
    SkReader o = sk_reader(offsets), s = sk_reader(sizes);

    if (tiff->strips == 1)
        return check_strip(tiff, 0, tiff->offsets, tiff->sizes);
    for (uint32_t i = 0; i < tiff->strips; i++) {
        uint32_t offset = sk_reader_u32le(&o), size = sk_reader_u32le(&s);
        if (!check_strip(tiff, i, offset, size))
            return false;
    }
    return true;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static bool
check_page(Tiff *tiff)
{
    uint32_t bits_value = 0, resolutions[2] = { 0 };
    SkSpan offsets = SK_SPAN_EMPTY, sizes = SK_SPAN_EMPTY;

    if (++tiff->page > tiff->proof->job->limits.pages)
        return wrong(tiff, "too many pages");
    return read_directory(tiff, &bits_value, resolutions) &&
           check_values(tiff, bits_value, resolutions, &offsets, &sizes) &&
           check_strips(tiff, offsets, sizes);
}

bool
sk_verify_tiff(SkProof *proof, SkSpan in)
{
    g_autofree uint8_t *window = g_malloc(WINDOW);
    Tiff tiff = { .proof = proof, .r = sk_reader(in), .window = window };

    if (!sk_span_equal(sk_reader_span(&tiff.r, 8), sk_span("II*\0\x08\0\0\0", 8)))
        return wrong(&tiff, "header");
    do {
        if (!check_page(&tiff))
            return false;
        if (tiff.next != 0 && tiff.r.at % 2 != 0 && sk_reader_u8(&tiff.r) != 0)
            return wrong(&tiff, "between pages");
        if (tiff.next != 0 && tiff.next != tiff.r.at)
            return wrong(&tiff, "place of the next page");
    } while (tiff.next != 0);
    return sk_reader_left(&tiff.r) == 0 ||
           no(&tiff, SK_ELEMENT_TRAILING_DATA, "data after the last page");
}
