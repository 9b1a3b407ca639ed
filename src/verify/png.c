/* SPDX-License-Identifier: Apache-2.0
 *
 * png.c - the profile of PNG: the one order of chunks, every CRC, and every row through inflate.
 * Runs in: verify worker. Trusts: nothing; zlib.
 * Spec: docs/formats/png.md   Tests: tests/unit/verify/test-png.c
 */
#include "verify/icc.h"
#include "verify/inflate.h"
#include "verify/proof.h"
#include "base/reader.h"

#include <string.h>

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define SIDE_MAX 65535u
#define IDAT_SIZE 65536u
#define WINDOW (64u << 10)
#define PROFILE_MAX (8u << 20)

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

typedef struct {
    char type[5];
    SkSpan data;
    size_t at;
} Chunk;

typedef struct {
    SkProof *proof;
    SkReader r;
    Chunk chunk; /* the one at the cursor */
    SkPicture picture;
    unsigned depth, color, channels;
    unsigned palette;  /* entries */
    uint32_t frames;   /* of an animation, as acTL says; 0: none */
    uint32_t sequence; /* of the next fcTL or fdAT */
    uint32_t shown;    /* frames that came */

    SkInflate inflate;
    uint8_t *window; /* owned */
    uint64_t rows;   /* whole rows seen */
    uint64_t column; /* bytes of the current row seen, its filter byte among them */
} Png;

static bool
no(const Png *png, SkElement element, const char *what)
{
    return sk_proof_no(png->proof, element, "%s, byte %zu", what, png->chunk.at);
}

/* Makes the next chunk the one at the cursor; its CRC is right. */
static bool
next_chunk(Png *png)
{
    SkReader *r = &png->r;

    png->chunk.at = r->at;
    uint32_t length = sk_reader_u32be(r);
    size_t start = r->at;
    SkSpan type = sk_reader_span(r, 4);
    png->chunk.data = sk_reader_span(r, length);
    SkSpan covered =
        sk_reader_ok(r) ? sk_span_sub(r->in, start, 4 + (size_t)length) : SK_SPAN_EMPTY;
    uint32_t crc = sk_reader_u32be(r);
    if (!sk_reader_ok(r))
        return no(png, SK_ELEMENT_NOT_CANONICAL, "chunk cut short");
    for (unsigned i = 0; i < 4; i++)
        png->chunk.type[i] = g_ascii_isalpha(type.p[i]) ? (char)type.p[i] : '?';
    return sk_crc(0, covered) == crc || no(png, SK_ELEMENT_NOT_CANONICAL, "CRC");
}

static bool
is_chunk(const Png *png, const char *type)
{
    return strcmp(png->chunk.type, type) == 0;
}

/* The chunk at the cursor has no place in the profile, or not here. */
static bool
no_chunk(const Png *png)
{
    static const struct {
        const char *types;
        SkElement element;
    } names[] = {
        { "tEXt zTXt iTXt", SK_ELEMENT_PICTURE_TEXT },
        { "iCCP sRGB gAMA cHRM cICP mDCV cLLI", SK_ELEMENT_PICTURE_PROFILE },
        { "acTL fcTL fdAT", SK_ELEMENT_PICTURE_ANIMATION },
        { "eXIf tIME bKGD hIST sBIT sPLT", SK_ELEMENT_PICTURE_METADATA },
        { "IHDR pHYs tRNS IDAT IEND", SK_ELEMENT_NOT_CANONICAL },
    };
    SkElement element = SK_ELEMENT_PICTURE_UNKNOWN;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (strstr(names[i].types, png->chunk.type) != NULL)
            element = names[i].element;
    if (is_chunk(png, "PLTE"))
        element = png->color == RGB || png->color == RGBA ? SK_ELEMENT_PICTURE_METADATA
                                                          : SK_ELEMENT_NOT_CANONICAL;
    return no(png, element, png->chunk.type);
}

static bool
check_header(Png *png)
{
    /* Channels by colour type; 0: no such type. */
    static const uint8_t channels[] = {
        [GREY] = 1, [RGB] = 3, [PALETTE] = 1, [GREY_ALPHA] = 2, [RGBA] = 4
    };
    SkReader r = sk_reader(png->chunk.data);

    if (!is_chunk(png, "IHDR"))
        return no_chunk(png);
    png->picture.width = sk_reader_u32be(&r);
    png->picture.height = sk_reader_u32be(&r);
    png->depth = sk_reader_u8(&r);
    png->color = sk_reader_u8(&r);
    SkSpan methods = sk_reader_span(&r, 3);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) > 0 ||
        !sk_span_equal(methods, sk_span("\0\0\0", 3)))
        return no(png, SK_ELEMENT_NOT_CANONICAL, "IHDR");
    png->channels = png->color < G_N_ELEMENTS(channels) ? channels[png->color] : 0;
    bool small = png->depth == 1 || png->depth == 2 || png->depth == 4;
    if (png->channels == 0 || !(png->depth == 8 || (small && png->channels == 1)))
        return no(png, SK_ELEMENT_NOT_CANONICAL, "IHDR depth or colour");
    if (png->picture.width > SIDE_MAX || png->picture.height > SIDE_MAX)
        return no(png, SK_ELEMENT_NOT_CANONICAL, "IHDR size");
    png->picture.components = png->channels;
    return sk_proof_pixels(png->proof, png->picture.width, png->picture.height);
}

/* A name that is always the same, and a zlib stream of the profile. */
static bool
check_profile(Png *png)
{
    static const char head[] = "icc\0";
    SkSpan data = png->chunk.data;
    unsigned components = 0, wanted = png->color == GREY || png->color == GREY_ALPHA ? 1 : 3;
    g_autofree uint8_t *out = NULL;
    SkInflate inflate;

    if (!sk_proof_keeps(png->proof, SK_ELEMENT_PICTURE_PROFILE))
        return no_chunk(png);
    if (data.n < sizeof head + 2 ||
        !sk_span_equal(sk_span_sub(data, 0, sizeof head), sk_span(head, sizeof head)) ||
        data.p[sizeof head] != 0x78 || data.p[sizeof head + 1] != 0x01)
        return no(png, SK_ELEMENT_PICTURE_PROFILE, "iCCP");
    out = g_malloc(PROFILE_MAX + 1);
    sk_inflate_begin(&inflate, false);
    sk_inflate_feed(&inflate, sk_span_sub(data, sizeof head, data.n - sizeof head));
    size_t n = sk_inflate_read(&inflate, out, PROFILE_MAX + 1);
    bool whole =
        inflate.ended && !inflate.bad && sk_inflate_left(&inflate) == 0 && n <= PROFILE_MAX;
    sk_inflate_end(&inflate);
    if (!whole)
        return no(png, SK_ELEMENT_PICTURE_PROFILE, "iCCP stream");
    return sk_proof_expand(png->proof, n) &&
           sk_verify_icc(png->proof, sk_span(out, n), &components) &&
           (components == wanted ||
            no(png, SK_ELEMENT_PICTURE_PROFILE, "profile of other colours"));
}

static bool
check_density(const Png *png)
{
    SkReader r = sk_reader(png->chunk.data);
    uint32_t x = sk_reader_u32be(&r), y = sk_reader_u32be(&r);
    uint8_t unit = sk_reader_u8(&r);

    if (!sk_reader_ok(&r) || sk_reader_left(&r) > 0 || x < 1 || x > 1000000 || y < 1 ||
        y > 1000000 || unit > 1)
        return no(png, SK_ELEMENT_NOT_CANONICAL, "pHYs");
    return true;
}

static bool
check_palette(Png *png)
{
    size_t n = png->chunk.data.n;

    if (png->color != PALETTE)
        return no_chunk(png);
    if (n == 0 || n % 3 != 0 || n / 3 > 1u << png->depth)
        return no(png, SK_ELEMENT_NOT_CANONICAL, "PLTE");
    png->palette = (unsigned)(n / 3);
    return true;
}

static bool
check_transparency(const Png *png)
{
    SkSpan data = png->chunk.data;
    SkReader r = sk_reader(data);
    bool fits = false;

    if (png->color == GREY)
        fits = data.n == 2 && sk_reader_u16be(&r) < 1u << png->depth;
    else if (png->color == RGB)
        fits = data.n == 6 && sk_reader_u16be(&r) <= 255 && sk_reader_u16be(&r) <= 255 &&
               sk_reader_u16be(&r) <= 255;
    else if (png->color == PALETTE)
        fits = data.n >= 1 && data.n <= png->palette && data.p[data.n - 1] != 0xff;
    return fits || no(png, SK_ELEMENT_NOT_CANONICAL, "tRNS");
}

static bool
check_animation(Png *png)
{
    SkReader r = sk_reader(png->chunk.data);

    if (!sk_proof_keeps(png->proof, SK_ELEMENT_PICTURE_ANIMATION))
        return no_chunk(png);
    png->frames = sk_reader_u32be(&r);
    sk_reader_skip(&r, 4);
    return (sk_reader_ok(&r) && sk_reader_left(&r) == 0 && png->frames >= 2) ||
           no(png, SK_ELEMENT_PICTURE_ANIMATION, "acTL");
}

/* A frame lies inside of @whole; the picture itself, if it is one, is as large. */
static bool
check_control(Png *png, SkPicture whole, bool itself)
{
    SkReader r = sk_reader(png->chunk.data);
    uint32_t sequence = sk_reader_u32be(&r), width = sk_reader_u32be(&r),
             height = sk_reader_u32be(&r);
    uint32_t left = sk_reader_u32be(&r), top = sk_reader_u32be(&r);

    sk_reader_skip(&r, 4);
    uint8_t disposal = sk_reader_u8(&r), blending = sk_reader_u8(&r);
    bool inside = width > 0 && height > 0 && left <= whole.width && top <= whole.height &&
                  width <= whole.width - left && height <= whole.height - top;
    if (png->frames == 0 || !sk_reader_ok(&r) || sk_reader_left(&r) > 0 ||
        sequence != png->sequence || !inside || disposal > 2 || blending > 1 ||
        (itself && (width != whole.width || height != whole.height)))
        return no(png, SK_ELEMENT_PICTURE_ANIMATION, "fcTL");
    png->sequence++;
    png->shown++;
    png->picture.width = width;
    png->picture.height = height;
    return true;
}

/* The chunks that may stand between IHDR and IDAT, each once, in this order. */
static bool
check_optional(Png *png)
{
    if (!next_chunk(png))
        return false;
    if (is_chunk(png, "iCCP") && (!check_profile(png) || !next_chunk(png)))
        return false;
    if (is_chunk(png, "acTL") && (!check_animation(png) || !next_chunk(png)))
        return false;
    if (is_chunk(png, "pHYs") && (!check_density(png) || !next_chunk(png)))
        return false;
    if (is_chunk(png, "PLTE") && (!check_palette(png) || !next_chunk(png)))
        return false;
    if (png->color == PALETTE && png->palette == 0)
        return no_chunk(png);
    if (is_chunk(png, "tRNS") && (!check_transparency(png) || !next_chunk(png)))
        return false;
    if (is_chunk(png, "fcTL") && (!check_control(png, png->picture, true) || !next_chunk(png)))
        return false;
    return is_chunk(png, "IDAT") || no_chunk(png);
}

/* ---- rows --------------------------------------------------------------------------------- */

static uint64_t
row_bytes(const Png *png)
{
    return 1 + ((uint64_t)png->picture.width * png->channels * png->depth + 7) / 8;
}

/* A byte of packed pixels: every index is in the palette. */
static bool
indexes_fit(const Png *png, uint8_t byte, unsigned pixels)
{
    for (unsigned i = 0; i < pixels; i++) {
        unsigned shift = 8 - png->depth * (i + 1);
        if (((unsigned)byte >> shift & ((1u << png->depth) - 1)) >= png->palette)
            return false;
    }
    return true;
}

static bool
check_row_piece(const Png *png, SkSpan piece, bool ends_row)
{
    unsigned per_byte = 8 / png->depth;
    unsigned in_last = png->picture.width % per_byte; /* pixels of a last byte that is not full */
    unsigned used = ends_row && in_last > 0 ? in_last : per_byte;

    if (png->depth == 8 && (png->color != PALETTE || png->palette == 256))
        return true;
    if (png->depth < 8 && ends_row && in_last > 0 &&
        (piece.p[piece.n - 1] & (0xffu >> (in_last * png->depth))) != 0)
        return no(png, SK_ELEMENT_NOT_CANONICAL, "unused bits");
    if (png->color != PALETTE)
        return true;
    for (size_t i = 0; i < piece.n; i++)
        if (!indexes_fit(png, piece.p[i], i + 1 == piece.n ? used : per_byte))
            return no(png, SK_ELEMENT_NOT_CANONICAL, "index past the palette");
    return true;
}

/* Inflated bytes, wherever in a row they begin. */
static bool
check_rows(Png *png, SkSpan bytes)
{
    uint64_t row = row_bytes(png);
    uint8_t filter = png->depth == 8 && png->color != PALETTE ? 1 : 0;

    while (bytes.n > 0) {
        if (png->rows == png->picture.height)
            return no(png, SK_ELEMENT_TRAILING_DATA, "data after the last row");
        if (png->column == 0 && bytes.p[0] != filter)
            return no(png, SK_ELEMENT_NOT_CANONICAL, "row filter");
        size_t skip = png->column == 0 ? 1 : 0;
        size_t n = (size_t)MIN(bytes.n, row - png->column);
        bool ends = png->column + n == row;
        if (n > skip && !check_row_piece(png, sk_span_sub(bytes, skip, n - skip), ends))
            return false;
        png->column = ends ? 0 : png->column + n;
        png->rows += ends ? 1 : 0;
        bytes = sk_span_sub(bytes, n, bytes.n - n);
    }
    return true;
}

static bool
check_data_chunk(Png *png, SkSpan data)
{
    sk_inflate_feed(&png->inflate, data);
    for (;;) {
        size_t n = sk_inflate_read(&png->inflate, png->window, WINDOW);
        if (!sk_proof_expand(png->proof, n) || !check_rows(png, sk_span(png->window, n)))
            return false;
        if (png->inflate.bad)
            return no(png, SK_ELEMENT_PICTURE_ENCODING, "zlib stream");
        if (n < WINDOW)
            break;
    }
    if (sk_inflate_left(&png->inflate) > 0)
        return no(png, SK_ELEMENT_TRAILING_DATA, "data after the zlib stream");
    return true;
}

/* What of the chunk is data: behind its number, in fdAT. */
static bool
take_data(Png *png, bool later, SkSpan *ret)
{
    SkReader r = sk_reader(png->chunk.data);

    if (later && sk_reader_u32be(&r) != png->sequence++)
        return no(png, SK_ELEMENT_PICTURE_ANIMATION, "number of fdAT");
    *ret = sk_reader_span(&r, sk_reader_left(&r));
    return sk_reader_ok(&r) || no(png, SK_ELEMENT_PICTURE_ANIMATION, "fdAT");
}

/* All chunks of one stream; the chunk behind them is then at the cursor. */
static bool
check_data(Png *png, const char *type)
{
    bool later = strcmp(type, "fdAT") == 0;
    SkSpan data;

    for (bool first = true; is_chunk(png, type); first = false) {
        if (!take_data(png, later, &data))
            return false;
        if (first && !sk_span_starts(data, "\x78\x01"))
            return no(png, SK_ELEMENT_NOT_CANONICAL, "zlib header");
        if (data.n == 0 || png->inflate.ended)
            return no(png, SK_ELEMENT_TRAILING_DATA, "data after the zlib stream");
        if (!check_data_chunk(png, data) || !next_chunk(png))
            return false;
        if (data.n > IDAT_SIZE || (data.n < IDAT_SIZE && is_chunk(png, type)))
            return no(png, SK_ELEMENT_NOT_CANONICAL, "IDAT size");
    }
    if (!png->inflate.ended || png->rows != png->picture.height)
        return no(png, SK_ELEMENT_PICTURE_ENCODING, "rows missing");
    return true;
}

/* Frames behind the picture itself: each a control and a stream of its own. */
static bool
check_frames(Png *png)
{
    SkPicture whole = png->picture;
    bool good = true;

    while (good && png->frames > 0 && is_chunk(png, "fcTL")) {
        sk_inflate_end(&png->inflate);
        sk_inflate_begin(&png->inflate, false);
        png->rows = png->column = 0;
        good = check_control(png, whole, false) && next_chunk(png) &&
               (is_chunk(png, "fdAT") || no_chunk(png)) && check_data(png, "fdAT");
    }
    png->picture = whole;
    return good &&
           (png->shown == png->frames || no(png, SK_ELEMENT_PICTURE_ANIMATION, "frames missing"));
}

static bool
check(Png *png)
{
    if (!sk_span_equal(sk_reader_span(&png->r, 8), sk_span(SIGNATURE, 8)))
        return no(png, SK_ELEMENT_WRONG_TYPE, "signature");
    if (!next_chunk(png) || !check_header(png) || !check_optional(png) ||
        !check_data(png, "IDAT") || !check_frames(png))
        return false;
    if (!is_chunk(png, "IEND") || png->chunk.data.n > 0)
        return no_chunk(png);
    png->chunk.at = png->r.at;
    return sk_reader_left(&png->r) == 0 || no(png, SK_ELEMENT_TRAILING_DATA, "data after IEND");
}

bool
sk_verify_png(SkProof *proof, SkSpan in, SkPicture *ret)
{
    g_autofree uint8_t *window = g_malloc(WINDOW);
    Png png = { .proof = proof, .r = sk_reader(in), .window = window };

    sk_inflate_begin(&png.inflate, false);
    bool good = check(&png);
    sk_inflate_end(&png.inflate);
    if (good)
        *ret = png.picture;
    return good;
}
