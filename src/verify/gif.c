/* SPDX-License-Identifier: Apache-2.0
 *
 * gif.c - the profile of GIF: the one order of blocks, every code of every frame, and tables that
 * hold the used colours in order and nothing else.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/gif.md   Tests: tests/unit/verify/bites-picture.c
 */
#include "verify/proof.h"
#include "base/reader.h"

#include <string.h>

#define STRINGS 4096u
#define PAIRS 8192u /* places for strings by what they are made of */
#define LOOP "\x21\xff\x0bNETSCAPE2.0\x03\x01"

typedef struct {
    uint32_t width, height;
    unsigned depth; /* of its table */
    bool transparent;
    unsigned clear; /* the transparent index */
    SkSpan table;
} Frame;

typedef struct {
    SkProof *proof;
    SkReader r;
    uint32_t width, height;
    unsigned frames;
    bool timed; /* the only frame has a delay, or another disposal than 1 */
    bool looped;
} Gif;

static bool
no(const Gif *gif, SkElement element, const char *what)
{
    return sk_proof_no(gif->proof, element, "%s, byte %zu", what, gif->r.at);
}

/* ---- the data of a frame: bytes out of blocks, codes out of bytes ---------------------------- */

typedef struct {
    SkReader *r;
    SkSpan block; /* what is left of it */
    bool last;    /* it was shorter than 255, so the empty one follows */
    uint32_t bits;
    unsigned n;
} Data;

static bool
next_block(const Gif *gif, Data *data)
{
    uint8_t n = sk_reader_u8(data->r);

    data->block = sk_reader_span(data->r, n);
    if (n == 0 || data->last || !sk_reader_ok(data->r))
        return no(gif, SK_ELEMENT_PICTURE_ENCODING, "data cut short");
    data->last = n < 255;
    return true;
}

static bool
take_code(const Gif *gif, Data *data, unsigned width, unsigned *ret)
{
    while (data->n < width) {
        if (data->block.n == 0 && !next_block(gif, data))
            return false;
        data->bits |= (uint32_t)data->block.p[0] << data->n;
        data->n += 8;
        data->block = sk_span_sub(data->block, 1, data->block.n - 1);
    }
    *ret = data->bits & ((1u << width) - 1);
    data->bits >>= width;
    data->n -= width;
    return true;
}

static bool
end_data(const Gif *gif, Data *data)
{
    if (data->bits != 0)
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "bits after the end code");
    if (data->block.n > 0 || sk_reader_u8(data->r) != 0)
        return no(gif, SK_ELEMENT_TRAILING_DATA, "data after the end code");
    return true;
}

/* ---- strings --------------------------------------------------------------------------------- */

typedef struct {
    uint16_t before[STRINGS]; /* the string that it is longer than by */
    uint8_t last[STRINGS];    /* this pixel */
    uint8_t first[STRINGS];
    uint32_t length[STRINGS];
    uint32_t pairs[PAIRS]; /* before and last of those made so far, plus one; 0: none */
    unsigned n;            /* the next free number */
    unsigned literals;
} Strings;

static void
begin_strings(Strings *s, unsigned minimum)
{
    s->literals = 1u << minimum;
    s->n = s->literals + 2;
    memset(s->pairs, 0, sizeof s->pairs);
    for (unsigned i = 0; i < s->literals; i++) {
        s->first[i] = s->last[i] = (uint8_t)i;
        s->length[i] = 1;
    }
}

static uint32_t
pair_of(unsigned before, uint8_t last)
{
    return ((uint32_t)before << 8 | last) + 1;
}

/* Where @pair is, or would go. */
static unsigned
place_of(const Strings *s, uint32_t pair)
{
    unsigned at = pair * 2654435761u >> 19;

    while (s->pairs[at] != 0 && s->pairs[at] != pair)
        at = (at + 1) % PAIRS;
    return at;
}

/* One more string, which must not be there yet. */
static bool
add_string(Strings *s, unsigned before, uint8_t last)
{
    uint32_t pair = pair_of(before, last);
    unsigned at = place_of(s, pair);

    if (s->pairs[at] != 0)
        return false;
    s->pairs[at] = pair;
    s->before[s->n] = (uint16_t)before;
    s->last[s->n] = last;
    s->first[s->n] = s->first[before];
    s->length[s->n] = s->length[before] + 1;
    s->n++;
    return true;
}

static void
mark_pixels(const Strings *s, unsigned code, bool used[256])
{
    for (; code >= s->literals; code = s->before[code])
        used[s->last[code]] = true;
    used[code] = true;
}

/* The string that @before would have become with @last behind it: is it there already? */
static bool
has_string(const Strings *s, unsigned before, uint8_t last)
{
    return s->pairs[place_of(s, pair_of(before, last))] != 0;
}

typedef struct {
    Strings strings;
    Data data;
    unsigned minimum;
    uint64_t left; /* pixels */
    bool *used;    /* borrowed */
} Round;

static bool
count_pixels(const Gif *gif, Round *round, unsigned code)
{
    if (round->strings.length[code] > round->left)
        return no(gif, SK_ELEMENT_PICTURE_ENCODING, "too many pixels");
    round->left -= round->strings.length[code];
    mark_pixels(&round->strings, code, round->used);
    return true;
}

/* The first code behind a clear code, which is one pixel. */
static bool
take_first(const Gif *gif, Round *round, unsigned *ret)
{
    if (!take_code(gif, &round->data, round->minimum + 1, ret))
        return false;
    return *ret < 1u << round->minimum ||
           no(gif, SK_ELEMENT_NOT_CANONICAL, "no pixel behind a clear code");
}

/* From the first code behind a clear code, which is in @first, up to that behind the next one, or
 * to the end. */
static bool
check_round(const Gif *gif, Round *round, unsigned *first, bool *ret_ended)
{
    Strings *s = &round->strings;
    unsigned width = round->minimum + 1, clear = 1u << round->minimum, before = *first, code = 0;

    begin_strings(s, round->minimum);
    if (!count_pixels(gif, round, before))
        return false;
    for (;;) {
        if (!take_code(gif, &round->data, width, &code))
            return false;
        if (code == clear + 1 || code == clear)
            break;
        bool made_now = code == s->n;
        if (code > s->n)
            return no(gif, SK_ELEMENT_PICTURE_ENCODING, "no such code");
        if (!add_string(s, before, made_now ? s->first[before] : s->first[code]))
            return no(gif, SK_ELEMENT_NOT_CANONICAL, "not the longest string");
        if (s->n == STRINGS)
            return no(gif, SK_ELEMENT_NOT_CANONICAL, "no clear code");
        if (!count_pixels(gif, round, code))
            return false;
        before = code;
        if (s->n == 1u << width && width < 12)
            width++;
    }
    *ret_ended = code == clear + 1;
    if (*ret_ended)
        return round->left == 0 || no(gif, SK_ELEMENT_PICTURE_ENCODING, "pixels missing");
    if (s->n != STRINGS - 1)
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "early clear code");
    return take_first(gif, round, first) &&
           (!has_string(s, before, (uint8_t)*first) ||
            no(gif, SK_ELEMENT_NOT_CANONICAL, "not the longest string"));
}

static bool
check_pixels(Gif *gif, const Frame *frame, bool used[256])
{
    g_autofree Round *round = g_new0(Round, 1);
    unsigned code = 0;

    round->minimum = MAX(frame->depth, 2u);
    round->left = (uint64_t)frame->width * frame->height;
    round->data.r = &gif->r;
    round->used = used;
    if (sk_reader_u8(&gif->r) != round->minimum)
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "code size");
    if (!take_code(gif, &round->data, round->minimum + 1, &code))
        return false;
    if (code != 1u << round->minimum)
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "no clear code");
    if (!take_first(gif, round, &code))
        return false;
    for (bool ended = false; !ended;)
        if (!check_round(gif, round, &code, &ended))
            return false;
    return end_data(gif, &round->data);
}

/* ---- frames ---------------------------------------------------------------------------------- */

static uint32_t
colour_at(const Frame *frame, unsigned i)
{
    const uint8_t *c = frame->table.p + 3 * (size_t)i;
    return (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2];
}

/* Used colours in order, the transparent one, nothing else; the least table that holds them. */
static bool
check_table(const Gif *gif, const Frame *frame, const bool used[256])
{
    unsigned n = 0;

    while (n < 1u << frame->depth && used[n])
        n++;
    for (unsigned i = n; i < 256; i++)
        if (used[i] || (i < 1u << frame->depth && colour_at(frame, i) != 0))
            return no(gif, SK_ELEMENT_NOT_CANONICAL, "unused colour");
    unsigned colours = frame->transparent ? n - 1 : n;
    if (frame->transparent && (n == 0 || frame->clear != n - 1 || colour_at(frame, n - 1) != 0))
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "transparent colour");
    for (unsigned i = 1; i < colours; i++)
        if (colour_at(frame, i) <= colour_at(frame, i - 1))
            return no(gif, SK_ELEMENT_NOT_CANONICAL, "order of colours");
    if (frame->depth > 1 && n <= 1u << (frame->depth - 1))
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "size of the table");
    return true;
}

static bool
read_control(Gif *gif, Frame *frame)
{
    SkReader *r = &gif->r;
    bool known = sk_span_equal(sk_reader_span(r, 3), sk_span("\x21\xf9\x04", 3));
    uint8_t flags = sk_reader_u8(r);
    uint16_t delay = sk_reader_u16le(r);

    frame->clear = sk_reader_u8(r);
    frame->transparent = (flags & 1) != 0;
    unsigned disposal = flags >> 2;
    if (!known || sk_reader_u8(r) != 0 || !sk_reader_ok(r) || (flags & 2) != 0 || disposal < 1 ||
        disposal > 3 || (!frame->transparent && frame->clear != 0))
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "control");
    gif->timed = gif->timed || delay > 0 || disposal != 1;
    return true;
}

static bool
read_place(Gif *gif, Frame *frame)
{
    SkReader *r = &gif->r;
    bool known = sk_reader_u8(r) == 0x2c;
    uint32_t left = sk_reader_u16le(r), top = sk_reader_u16le(r);

    frame->width = sk_reader_u16le(r);
    frame->height = sk_reader_u16le(r);
    uint8_t flags = sk_reader_u8(r);
    frame->depth = (flags & 7u) + 1;
    frame->table = sk_reader_span(r, (size_t)3 << frame->depth);
    if (!known || !sk_reader_ok(r) || (flags & 0xf8) != 0x80 || frame->width == 0 ||
        frame->height == 0 || left + frame->width > gif->width || top + frame->height > gif->height)
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "frame");
    return true;
}

static bool
check_frame(Gif *gif)
{
    Frame frame = { .depth = 1 };
    bool used[256] = { false };

    if (!read_control(gif, &frame) || !read_place(gif, &frame))
        return false;
    if (++gif->frames > 1 && !sk_proof_keeps(gif->proof, SK_ELEMENT_PICTURE_ANIMATION))
        return no(gif, SK_ELEMENT_PICTURE_ANIMATION, "second frame");
    return sk_proof_expand(gif->proof, (uint64_t)frame.width * frame.height) &&
           check_pixels(gif, &frame, used) && check_table(gif, &frame, used);
}

/* What stands where a frame or the end should. */
static bool
no_block(const Gif *gif)
{
    int mark = sk_reader_peek(&gif->r, 0), label = sk_reader_peek(&gif->r, 1);

    if (mark != 0x21)
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "block");
    if (label == 0xfe || label == 0x01)
        return no(gif, SK_ELEMENT_PICTURE_TEXT, "text");
    return no(gif, label == 0xff ? SK_ELEMENT_PICTURE_METADATA : SK_ELEMENT_NOT_CANONICAL,
              "extension");
}

static bool
check_loop(Gif *gif)
{
    SkSpan rest = sk_span_sub(gif->r.in, gif->r.at, gif->r.in.n - gif->r.at);

    if (!sk_span_starts(rest, LOOP))
        return true;
    if (!sk_proof_keeps(gif->proof, SK_ELEMENT_PICTURE_ANIMATION))
        return no(gif, SK_ELEMENT_PICTURE_ANIMATION, "loop");
    gif->looped = true;
    sk_reader_skip(&gif->r, strlen(LOOP) + 2);
    return sk_reader_u8(&gif->r) == 0 || no(gif, SK_ELEMENT_NOT_CANONICAL, "loop");
}

static bool
check(Gif *gif)
{
    SkReader *r = &gif->r;

    if (!sk_span_is(sk_reader_span(r, 6), "GIF89a"))
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "signature");
    gif->width = sk_reader_u16le(r);
    gif->height = sk_reader_u16le(r);
    if (!sk_span_equal(sk_reader_span(r, 3), sk_span("\x70\0\0", 3)))
        return no(gif, SK_ELEMENT_NOT_CANONICAL, "screen");
    if (!sk_proof_pixels(gif->proof, gif->width, gif->height) || !check_loop(gif))
        return false;
    while (sk_reader_peek(r, 0) == 0x21 && sk_reader_peek(r, 1) == 0xf9)
        if (!check_frame(gif))
            return false;
    if (gif->frames == 0 || sk_reader_peek(r, 0) != 0x3b)
        return no_block(gif);
    sk_reader_skip(r, 1);
    if (gif->frames == 1 && (gif->timed || gif->looped))
        return no(gif, SK_ELEMENT_PICTURE_ANIMATION, "times of a still picture");
    return sk_reader_left(r) == 0 || no(gif, SK_ELEMENT_TRAILING_DATA, "data after the end");
}

bool
sk_verify_gif(SkProof *proof, SkSpan in)
{
    Gif gif = { .proof = proof, .r = sk_reader(in) };

    return check(&gif);
}
