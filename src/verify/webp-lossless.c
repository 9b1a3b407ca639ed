/* SPDX-License-Identifier: Apache-2.0
 * webp-lossless.c - contract in webp.h. Pixels are computed only of the images inside the stream
 * that say how the rest of it is coded; of the picture itself only their number is counted. */
#include "verify/webp.h"

#include <string.h>

#define BITS_MAX 15u /* of a code */
#define FAST 8u      /* bits looked at at once */
#define GREEN (256u + 24u)
#define DISTANCES 40u
#define NEAR 120u
#define CACHE_MAX 11u

typedef struct {
    SkProof *proof;
    SkSpan in;
    size_t place; /* of in, in the file */
    size_t at;    /* next byte */
    uint64_t bits;
    unsigned n; /* bits in it */
    bool ended; /* more was asked for than there is; sticks */
    int8_t near[NEAR][2];
} Stream;

static bool
no(const Stream *s, SkElement element, const char *what)
{
    return sk_proof_no(s->proof, element, "%s, byte %zu", what, s->place + s->at);
}

static bool
broken(const Stream *s, const char *what)
{
    return no(s, SK_ELEMENT_PICTURE_ENCODING, what);
}

/* ---- bits ------------------------------------------------------------------------------------ */

static void
fill(Stream *s)
{
    while (s->n <= 56 && s->at < s->in.n) {
        s->bits |= (uint64_t)s->in.p[s->at++] << s->n;
        s->n += 8;
    }
}

static uint32_t
take(Stream *s, unsigned n)
{
    if (s->n < n)
        fill(s);
    if (s->n < n) {
        s->ended = true;
        return 0;
    }
    uint32_t v = (uint32_t)(s->bits & (((uint64_t)1 << n) - 1));
    s->bits >>= n;
    s->n -= n;
    return v;
}

/* ---- prefix codes ---------------------------------------------------------------------------- */

typedef struct {
    /* symbol and length, where the code is no longer than FAST: symbol << 4 | length */
    uint16_t fast[1u << FAST];
    uint16_t counts[BITS_MAX + 1];
    uint16_t *symbols; /* owned: in the order of their codes */
    bool single;       /* one symbol, which takes no bits */
} Code;

static void
code_clear(Code *code)
{
    g_free(code->symbols);
}

/* Codes of up to FAST bits, at every place of the table that begins with them; bits come lowest
 * first. */
static void
make_fast(Code *code)
{
    unsigned first = 0, index = 0;

    memset(code->fast, 0, sizeof code->fast);
    for (unsigned length = 1; length <= FAST; length++, first <<= 1) {
        for (unsigned i = 0; i < code->counts[length]; i++, first++, index++) {
            unsigned turned = 0;
            for (unsigned b = 0; b < length; b++)
                turned |= (first >> b & 1) << (length - 1 - b);
            for (; turned < 1u << FAST; turned += 1u << length)
                code->fast[turned] = (uint16_t)((unsigned)code->symbols[index] << 4 | length);
        }
    }
}

/* From the lengths of @n symbols. */
static bool
make_code(const Stream *s, const uint8_t *lengths, unsigned n, Code *ret)
{
    unsigned starts[BITS_MAX + 1] = { 0 }, used = 0;
    int open = 1;

    for (unsigned i = 0; i < n; i++)
        if (lengths[i] > 0) {
            ret->counts[lengths[i]]++;
            used++;
        }
    if (used == 0)
        return broken(s, "empty code");
    for (unsigned length = 1; length <= BITS_MAX; length++) {
        open = 2 * open - ret->counts[length];
        if (open < 0)
            return broken(s, "too many codes");
        if (length > 1)
            starts[length] = starts[length - 1] + ret->counts[length - 1];
    }
    if (open > 0 && used > 1)
        return broken(s, "incomplete code");
    ret->symbols = g_new(uint16_t, used);
    for (unsigned i = 0; i < n; i++)
        if (lengths[i] > 0)
            ret->symbols[starts[lengths[i]]++] = (uint16_t)i;
    ret->single = used == 1;
    if (!ret->single)
        make_fast(ret);
    return true;
}

static unsigned
take_symbol(Stream *s, const Code *code)
{
    if (code->single)
        return code->symbols[0];
    if (s->n < BITS_MAX)
        fill(s);
    uint16_t fast = code->fast[s->bits & ((1u << FAST) - 1)];
    if (fast != 0 && (fast & 15u) <= s->n) {
        s->bits >>= fast & 15;
        s->n -= fast & 15u;
        return fast >> 4;
    }
    int value = 0, first = 0, index = 0;
    for (unsigned length = 1; length <= BITS_MAX; length++) {
        value |= (int)take(s, 1);
        int count = code->counts[length];
        if (s->ended)
            return 0;
        if (value - count < first)
            return code->symbols[index + value - first];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    s->ended = true; /* a complete code has none such */
    return 0;
}

/* The lengths of @n codes, themselves coded. */
static bool
take_lengths(Stream *s, uint8_t *lengths, unsigned n)
{
    static const uint8_t order[] = {
        17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    };
    uint8_t own[G_N_ELEMENTS(order)] = { 0 };
    __attribute__((cleanup(code_clear))) Code code = { .single = false };
    unsigned before = 8, most = n, known = 4 + take(s, 4);

    for (unsigned i = 0; i < known; i++)
        own[order[i]] = (uint8_t)take(s, 3);
    if (take(s, 1) != 0) {
        unsigned bits = 2 + 2 * take(s, 3);
        most = 2 + take(s, bits);
    }
    if (s->ended || most > n)
        return broken(s, "lengths of codes");
    if (!make_code(s, own, G_N_ELEMENTS(own), &code))
        return false;
    for (unsigned at = 0; at < n && most > 0; most--) {
        unsigned symbol = take_symbol(s, &code), times = 1, value = symbol;
        if (symbol >= 16) {
            static const uint8_t bits[] = { 2, 3, 7 }, least[] = { 3, 3, 11 };
            times = least[symbol - 16] + take(s, bits[symbol - 16]);
            value = symbol == 16 ? before : 0;
        } else if (symbol > 0) {
            before = symbol;
        }
        if (s->ended || times > n - at)
            return broken(s, "lengths of codes");
        memset(lengths + at, (int)value, times);
        at += times;
    }
    return true;
}

static bool
take_code(Stream *s, unsigned n, Code *ret)
{
    g_autofree uint8_t *lengths = g_malloc0(n);

    if (take(s, 1) == 0)
        return take_lengths(s, lengths, n) && make_code(s, lengths, n, ret);
    bool two = take(s, 1) != 0;
    unsigned first = take(s, take(s, 1) != 0 ? 8 : 1), second = two ? take(s, 8) : first;
    if (s->ended || first >= n || second >= n || (two && first == second))
        return broken(s, "simple code");
    lengths[first] = lengths[second] = 1;
    return make_code(s, lengths, n, ret);
}

/* ---- groups ---------------------------------------------------------------------------------- */

enum { CODE_GREEN, CODE_RED, CODE_BLUE, CODE_ALPHA, CODE_DISTANCE, CODES };

typedef struct {
    Code codes[CODES];
} Group;

typedef struct {
    uint32_t width, height;
    Group *groups; /* owned */
    uint32_t groups_n;
    uint32_t *names;  /* owned: of groups, by blocks; NULL: the first one everywhere */
    unsigned block;   /* bits of a block's side */
    uint32_t across;  /* blocks */
    unsigned cache;   /* bits; 0: none */
    uint32_t *pixels; /* owned, computed; NULL: only counted */
} Image;

static void
image_clear(Image *image)
{
    for (uint32_t i = 0; i < image->groups_n; i++)
        for (unsigned c = 0; c < CODES; c++)
            code_clear(&image->groups[i].codes[c]);
    g_free(image->groups);
    g_free(image->names);
    g_free(image->pixels);
}
#define autoimage __attribute__((cleanup(image_clear))) Image

static bool
take_groups(Stream *s, Image *image, uint32_t n)
{
    const unsigned sizes[CODES] = {
        GREEN + (image->cache > 0 ? 1u << image->cache : 0), 256, 256, 256, DISTANCES
    };

    image->groups = g_try_new0(Group, n);
    if (image->groups == NULL)
        return no(s, SK_ELEMENT_NOT_CANONICAL, "too many codes");
    image->groups_n = n;
    for (uint32_t i = 0; i < n; i++)
        for (unsigned c = 0; c < CODES; c++)
            if (!take_code(s, sizes[c], &image->groups[i].codes[c]))
                return false;
    return true;
}

static bool
take_cache(Stream *s, Image *image)
{
    image->cache = take(s, 1) != 0 ? take(s, 4) : 0;
    if (s->ended || image->cache > CACHE_MAX)
        return broken(s, "colour cache");
    return true;
}

/* ---- the data of an image -------------------------------------------------------------------- */

/* Short distances are near in two directions: the nearest 120, of equally near ones the higher,
 * then the right one. */
static void
find_near(Stream *s)
{
    unsigned n = 0;

    for (int far = 1; n < NEAR; far++)
        for (int y = 7; y >= 0; y--)
            for (int x = 8; x >= 0; x--) {
                if (x * x + y * y != far || (y == 0 && x == 0))
                    continue;
                s->near[n][0] = (int8_t)x;
                s->near[n++][1] = (int8_t)y;
                if (x == 0 || x == 8 || y == 0)
                    continue;
                s->near[n][0] = (int8_t)-x;
                s->near[n++][1] = (int8_t)y;
            }
}

static uint32_t
take_number(Stream *s, unsigned prefix)
{
    if (prefix < 4)
        return prefix + 1;
    unsigned bits = (prefix - 2) >> 1;
    return ((2 + (prefix & 1)) << bits) + take(s, bits) + 1;
}

static uint64_t
distance_of(const Stream *s, uint32_t code, uint32_t width)
{
    if (code > NEAR)
        return code - NEAR;
    int64_t distance = s->near[code - 1][0] + (int64_t)s->near[code - 1][1] * width;
    return distance < 1 ? 1 : (uint64_t)distance;
}

/* Colours lately seen, by a number that their bits make. */
typedef struct {
    uint32_t *colours; /* owned; NULL: none are kept */
    unsigned bits;
} Cache;

static void
remember(Cache *cache, uint32_t colour)
{
    if (cache->colours != NULL)
        cache->colours[0x1e35a7bdu * colour >> (32 - cache->bits)] = colour;
}

static const Group *
group_at(const Image *image, uint64_t at)
{
    if (image->names == NULL)
        return &image->groups[0];
    uint32_t x = (uint32_t)(at % image->width) >> image->block,
             y = (uint32_t)(at / image->width) >> image->block;
    return &image->groups[image->names[(size_t)y * image->across + x]];
}

static bool
take_copy(Stream *s, Image *image, const Group *group, unsigned green, uint64_t *at, Cache *cache)
{
    uint64_t all = (uint64_t)image->width * image->height;
    uint32_t length = take_number(s, green - 256);
    uint32_t code = take_number(s, take_symbol(s, &group->codes[CODE_DISTANCE]));
    uint64_t distance = distance_of(s, code, image->width);

    if (s->ended || distance > *at || length > all - *at)
        return broken(s, "copy beyond the picture");
    for (uint32_t i = 0; image->pixels != NULL && i < length; i++) {
        image->pixels[*at + i] = image->pixels[*at + i - distance];
        remember(cache, image->pixels[*at + i]);
    }
    *at += length;
    return true;
}

static void
take_literal(Stream *s, Image *image, const Group *group, unsigned green, uint64_t at, Cache *cache)
{
    uint32_t red = take_symbol(s, &group->codes[CODE_RED]);
    uint32_t blue = take_symbol(s, &group->codes[CODE_BLUE]);
    uint32_t alpha = take_symbol(s, &group->codes[CODE_ALPHA]);

    if (image->pixels == NULL)
        return;
    image->pixels[at] = alpha << 24 | red << 16 | green << 8 | blue;
    remember(cache, image->pixels[at]);
}

static bool
take_pixels(Stream *s, Image *image)
{
    uint64_t all = (uint64_t)image->width * image->height;
    g_autofree uint32_t *colours = image->cache > 0 && image->pixels != NULL
                                       ? g_new0(uint32_t, (size_t)1 << image->cache)
                                       : NULL;
    Cache cache = { .colours = colours, .bits = image->cache };

    for (uint64_t at = 0; at < all;) {
        const Group *group = group_at(image, at);
        unsigned green = take_symbol(s, &group->codes[CODE_GREEN]);
        if (green < 256) {
            take_literal(s, image, group, green, at++, &cache);
        } else if (green < GREEN) {
            if (!take_copy(s, image, group, green, &at, &cache))
                return false;
        } else {
            if (image->pixels != NULL) {
                image->pixels[at] = colours[green - GREEN];
                remember(&cache, image->pixels[at]);
            }
            at++;
        }
        if (s->ended)
            return broken(s, "data cut short");
    }
    return true;
}

/* An image inside of the stream. */
static bool
take_inner(Stream *s, uint32_t width, uint32_t height, uint32_t **ret_pixels)
{
    autoimage image = { .width = width, .height = height };

    if (!sk_proof_expand(s->proof, 4 * (uint64_t)width * height))
        return false;
    image.pixels = g_try_new0(uint32_t, (size_t)width * height);
    if (image.pixels == NULL)
        return no(s, SK_ELEMENT_NOT_CANONICAL, "too large");
    if (!take_cache(s, &image) || !take_groups(s, &image, 1) || !take_pixels(s, &image))
        return false;
    *ret_pixels = g_steal_pointer(&image.pixels);
    return true;
}

/* ---- the stream ------------------------------------------------------------------------------ */

static uint32_t
blocks(uint32_t side, unsigned bits)
{
    return ((side - 1) >> bits) + 1;
}

static bool
take_transforms(Stream *s, SkLossless *size)
{
    enum { PREDICTOR, COLOUR, GREEN_LESS, INDEXES };
    unsigned seen = 0;

    while (take(s, 1) != 0) {
        unsigned kind = take(s, 2);
        g_autofree uint32_t *pixels = NULL;
        if ((seen & 1u << kind) != 0)
            return broken(s, "transform twice");
        seen |= 1u << kind;
        if (kind == PREDICTOR || kind == COLOUR) {
            unsigned bits = take(s, 3) + 2;
            if (!take_inner(s, blocks(size->width, bits), blocks(size->height, bits), &pixels))
                return false;
        } else if (kind == INDEXES) {
            uint32_t n = take(s, 8) + 1;
            if (!take_inner(s, n, 1, &pixels))
                return false;
            size->width = blocks(size->width, n > 16 ? 0 : n > 4 ? 1 : n > 2 ? 2 : 3);
        }
    }
    return !s->ended || broken(s, "data cut short");
}

/* Which group of codes holds in which block; none is behind the greatest that is named. */
static bool
take_names(Stream *s, Image *image, uint32_t *ret_groups)
{
    *ret_groups = 1;
    if (take(s, 1) == 0)
        return true;
    image->block = take(s, 3) + 2;
    image->across = blocks(image->width, image->block);
    uint32_t n = image->across * blocks(image->height, image->block);
    g_autofree uint32_t *names = NULL;
    if (!take_inner(s, image->across, blocks(image->height, image->block), &names) || names == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        names[i] = names[i] >> 8 & 0xffff;
        *ret_groups = MAX(*ret_groups, names[i] + 1);
    }
    image->names = g_steal_pointer(&names);
    return true;
}

static bool
check_stream(Stream *s, SkLossless *ret)
{
    uint32_t groups = 0;

    if (take(s, 8) != 0x2f)
        return broken(s, "signature");
    ret->width = take(s, 14) + 1;
    ret->height = take(s, 14) + 1;
    ret->alpha = take(s, 1) != 0;
    if (take(s, 3) != 0 || s->ended)
        return broken(s, "version");
    if (!sk_proof_pixels(s->proof, ret->width, ret->height))
        return false;
    SkLossless coded = *ret;
    if (!take_transforms(s, &coded))
        return false;
    autoimage image = { .width = coded.width, .height = coded.height };
    if (!take_cache(s, &image) || !take_names(s, &image, &groups) ||
        !take_groups(s, &image, groups) || !take_pixels(s, &image))
        return false;
    if (s->at < s->in.n || s->n >= 8)
        return no(s, SK_ELEMENT_TRAILING_DATA, "data after the last pixel");
    return s->bits == 0 || no(s, SK_ELEMENT_NOT_CANONICAL, "unused bits");
}

bool
sk_lossless_check(SkProof *proof, SkSpan in, size_t at, SkLossless *ret)
{
    Stream s = { .proof = proof, .in = in, .place = at };

    find_near(&s);
    return check_stream(&s, ret);
}
