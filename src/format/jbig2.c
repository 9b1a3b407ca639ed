/* SPDX-License-Identifier: Apache-2.0
 * jbig2.c - contract in jbig2.h: segments, the page, and what is painted on it. */
#include "format/jbig2.h"

#include "format/fax.h"
#include "format/jbig2-parts.h"

#include <string.h>

#define SEGMENTS_MAX 65536u
#define REFERRED_MAX 1024u
#define SIDE_MAX 65535u
#define UNKNOWN 0xffffffffu
#define WORK_A_PIXEL 8u /* how often each pixel may be painted, all in all */
/* A page may be larger than its picture, and a dictionary larger than both; but only as input pays
 * for it. */
#define SPARE_LEAST 16384u
#define SPARE_A_BYTE 256u
#define SPARE_MOST 1000000u

enum {
    SYMBOLS = 0,
    TEXT = 6,
    TEXT_LOSSLESS = 7,
    GENERIC = 38,
    GENERIC_LOSSLESS = 39,
    REFINEMENT = 42,
    REFINEMENT_LOSSLESS = 43,
    PAGE = 48,
    PAGE_END = 49,
    STRIPE_END = 50,
    FILE_END = 51,
    PROFILES = 52,
    EXTENSION = 62,
};

typedef struct {
    uint32_t number;
    unsigned type;
    SkSpan data;
} Segment;

typedef struct {
    uint32_t width, height;
    int64_t x, y;
    SkJbig2Op op;
} Region;

typedef struct {
    uint32_t width, height; /* as the dictionary says */
    uint64_t pixels;
    SkJbig2Budget budget;
    SkJbig2Bitmap *page;      /* owned, or NULL */
    GHashTable *dictionaries; /* owned: number of a segment → SkJbig2Dictionary */
    GArray *refers;           /* owned: of the segment at hand */
} Decoder;

static void
decoder_clear(Decoder *self)
{
    sk_jbig2_bitmap_free(self->page);
    g_hash_table_unref(self->dictionaries);
    g_array_unref(self->refers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Decoder, decoder_clear)

/* ---- segments -------------------------------------------------------------------------------- */

static bool
read_segment(SkReader *r, GArray *refers, Segment *ret, GError **error)
{
    ret->number = sk_reader_u32be(r);
    unsigned flags = sk_reader_u8(r), counts = (unsigned)sk_reader_peek(r, 0);
    uint32_t n = counts >> 5 & 7u;

    if (n == 7) {
        n = sk_reader_u32be(r) & 0x1fffffffu;
        if (n > REFERRED_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "jbig2: segment that refers to too many");
        sk_reader_skip(r, (n + 8) / 8);
    } else {
        sk_reader_skip(r, 1);
    }
    if (n == 5 || n == 6)
        return sk_throw(error, SK_ERROR_MALFORMED, "jbig2: segment's references");
    g_array_set_size(refers, 0);
    for (uint32_t i = 0; i < n && sk_reader_ok(r); i++) {
        uint32_t other = ret->number <= 256     ? sk_reader_u8(r)
                         : ret->number <= 65536 ? sk_reader_u16be(r)
                                                : sk_reader_u32be(r);
        g_array_append_val(refers, other);
    }
    sk_reader_skip(r, (flags & 0x40) != 0 ? 4 : 1);
    uint32_t length = sk_reader_u32be(r);
    ret->type = flags & 63u;
    if (length == UNKNOWN)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jbig2: segment of unknown length");
    /* DEVIATION: the last segment may be shorter than it says; it is read as far as it goes. */
    ret->data = sk_reader_span(r, MIN(length, sk_reader_left(r)));
    return sk_reader_ok(r) || sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: segment cut short");
}

/* The dictionaries that the segment refers to, borrowed. Their symbols are listed anew for each
 * segment, at a price. */
static bool
referred(Decoder *self, GPtrArray *to, GError **error)
{
    for (guint i = 0; i < self->refers->len; i++) {
        uint32_t number = g_array_index(self->refers, uint32_t, i);
        SkJbig2Dictionary *dictionary =
            g_hash_table_lookup(self->dictionaries, GUINT_TO_POINTER(number));
        if (dictionary == NULL)
            continue;
        if (!sk_jbig2_spend(&self->budget, dictionary->symbols->len, 1, error))
            return false;
        g_ptr_array_add(to, dictionary);
    }
    return true;
}

/* ---- the page -------------------------------------------------------------------------------- */

static bool
begin_page(Decoder *self, SkReader *r, GError **error)
{
    uint32_t width = sk_reader_u32be(r), height = sk_reader_u32be(r);

    sk_reader_skip(r, 8);
    unsigned flags = sk_reader_u8(r);
    sk_reader_skip(r, 2);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: page cut short");
    if (self->page != NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "jbig2: two pages");
    height = height == UNKNOWN ? self->height : height;
    if (width == 0 || height == 0 || width > SIDE_MAX || height > SIDE_MAX ||
        (uint64_t)width * height > self->pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "jbig2: page of an impossible size");
    self->page = sk_jbig2_bitmap_new(width, height);
    if (self->page == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "jbig2: no memory");
    if ((flags & 4) != 0)
        sk_jbig2_fill(self->page);
    return true;
}

static bool
begin_region(Decoder *self, SkReader *r, Region *ret, SkJbig2Bitmap **ret_bitmap, GError **error)
{
    ret->width = sk_reader_u32be(r);
    ret->height = sk_reader_u32be(r);
    ret->x = sk_reader_u32be(r);
    ret->y = sk_reader_u32be(r);
    unsigned op = sk_reader_u8(r) & 7u;
    ret->op = (SkJbig2Op)op;
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: region cut short");
    if (self->page == NULL || op > SK_JBIG2_REPLACE || ret->width > SIDE_MAX ||
        ret->height > SIDE_MAX || (uint64_t)ret->width * ret->height > self->pixels)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "jbig2: region without a page, or of an impossible size");
    if (!sk_jbig2_spend(&self->budget, ret->width, ret->height, error))
        return false;
    *ret_bitmap = sk_jbig2_bitmap_new(ret->width, ret->height);
    return *ret_bitmap != NULL || sk_throw(error, SK_ERROR_LIMIT, "jbig2: no memory");
}

static bool
read_mmr(SkSpan in, SkJbig2Bitmap *to, GError **error)
{
    if (to->width == 0)
        return true;
    SkFaxParams params = { .kind = SK_FAX_G4, .columns = to->width };
    g_autoptr(SkFax) fax = sk_fax_new(in, &params);
    bool more = true;

    for (uint32_t y = 0; y < to->height && more; y++) {
        if (!sk_fax_row(fax, to->rows + y * to->stride, &more, error))
            return false;
    }
    return true;
}

static bool
read_generic(SkReader *r, SkJbig2Bitmap *to, GError **error)
{
    unsigned flags = sk_reader_u8(r);
    SkJbig2Generic params = { .template = flags >> 1 & 3u, .typical = (flags & 8) != 0 };

    if ((flags & 0x10) != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jbig2: twelve adaptive pixels");
    if ((flags & 1) != 0)
        return read_mmr(sk_reader_span(r, sk_reader_left(r)), to, error);
    for (unsigned i = 0; i < (params.template == 0 ? 8u : 2u); i++)
        params.at[i] = (int8_t)sk_reader_u8(r);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: region cut short");
    g_autofree SkJbig2Cx *cx = g_new0(SkJbig2Cx, SK_JBIG2_GENERIC_CX);
    SkJbig2Arith arith;
    sk_jbig2_arith_begin(&arith, sk_reader_span(r, sk_reader_left(r)));
    sk_jbig2_generic(&arith, cx, &params, to);
    return true;
}

/* Of what stands on the page at that place. */
static bool
read_refinement(const Decoder *self, SkReader *r, const Region *region, SkJbig2Bitmap *to,
                GError **error)
{
    unsigned flags = sk_reader_u8(r);
    SkJbig2Refine params = { .template = flags & 1u, .typical = (flags & 2) != 0 };

    if (self->refers->len > 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jbig2: refinement of another region");
    for (unsigned i = 0; i < 4 && params.template == 0; i++)
        params.at[i] = (int8_t)sk_reader_u8(r);
    if (!sk_reader_ok(r) || region->x > SIDE_MAX || region->y > SIDE_MAX)
        return sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: region cut short");
    g_autofree SkJbig2Cx *cx = g_new0(SkJbig2Cx, SK_JBIG2_REFINE_CX);
    SkJbig2Arith arith;
    sk_jbig2_arith_begin(&arith, sk_reader_span(r, sk_reader_left(r)));
    sk_jbig2_refine(&arith, cx, &params, self->page, -(int32_t)region->x, -(int32_t)region->y, to);
    return true;
}

static bool
paint_region(Decoder *self, unsigned type, SkReader *r, GError **error)
{
    Region region;
    g_autoptr(SkJbig2Bitmap) bitmap = NULL;
    g_autoptr(GPtrArray) dictionaries = g_ptr_array_new();

    if (!referred(self, dictionaries, error) || !begin_region(self, r, &region, &bitmap, error))
        return false;
    bool good = type == TEXT || type == TEXT_LOSSLESS
                    ? sk_jbig2_text(r, dictionaries, &self->budget, bitmap, error)
                : type == GENERIC || type == GENERIC_LOSSLESS
                    ? read_generic(r, bitmap, error)
                    : read_refinement(self, r, &region, bitmap, error);
    if (!good)
        return false;
    sk_jbig2_combine(self->page, bitmap, region.x, region.y, region.op);
    return true;
}

static bool
add_dictionary(Decoder *self, const Segment *segment, SkReader *r, GError **error)
{
    g_autoptr(GPtrArray) before = g_ptr_array_new();
    SkJbig2Dictionary *dictionary = NULL;

    if (g_hash_table_contains(self->dictionaries, GUINT_TO_POINTER(segment->number)))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "jbig2: two segments of one number");
    if (!referred(self, before, error) ||
        !sk_jbig2_symbols(r, before, &self->budget, &dictionary, error))
        return false;
    g_hash_table_insert(self->dictionaries, GUINT_TO_POINTER(segment->number), dictionary);
    return true;
}

static bool
run_segment(Decoder *self, const Segment *segment, GError **error)
{
    SkReader r = sk_reader(segment->data);

    switch (segment->type) {
    case SYMBOLS:
        return add_dictionary(self, segment, &r, error);
    case TEXT:
    case TEXT_LOSSLESS:
    case GENERIC:
    case GENERIC_LOSSLESS:
    case REFINEMENT:
    case REFINEMENT_LOSSLESS:
        return paint_region(self, segment->type, &r, error);
    case PAGE:
        return begin_page(self, &r, error);
    case PAGE_END:
    case STRIPE_END:
    case FILE_END:
    case PROFILES:
    case EXTENSION:
        return true;
    default:
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jbig2: segment of type %u", segment->type);
    }
}

static bool
run_all(Decoder *self, SkSpan in, GError **error)
{
    SkReader r = sk_reader(in);

    for (uint32_t n = 0; sk_reader_left(&r) > 0; n++) {
        Segment segment;
        if (n == SEGMENTS_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "jbig2: over %u segments", SEGMENTS_MAX);
        /* DEVIATION: a few bytes behind the last segment are none. */
        if (n > 0 && sk_reader_left(&r) < 11)
            break;
        if (!read_segment(&r, self->refers, &segment, error) || !run_segment(self, &segment, error))
            return false;
        if (segment.type == PAGE_END || segment.type == FILE_END)
            break;
    }
    return true;
}

bool
sk_jbig2_decode(SkSpan data, SkSpan globals, uint32_t width, uint32_t height, uint64_t pixels,
                GBytes **ret, GError **error)
{
    g_auto(Decoder) self = { .width = width, .height = height, .pixels = pixels };

    self.refers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    self.dictionaries =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)sk_jbig2_dictionary_free);
    uint64_t spare = MIN(SPARE_LEAST + (data.n + globals.n) * (uint64_t)SPARE_A_BYTE, SPARE_MOST);
    self.budget.left = ((uint64_t)width * height + spare) * WORK_A_PIXEL;
    if (!run_all(&self, globals, error) || !run_all(&self, data, error))
        return false;
    if (self.page == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "jbig2: no page");
    g_autoptr(SkJbig2Bitmap) out = sk_jbig2_bitmap_new(width, height);
    if (out == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "jbig2: no memory");
    sk_jbig2_combine(out, self.page, 0, 0, SK_JBIG2_REPLACE);
    *ret = g_bytes_new(out->rows, out->stride * height);
    return true;
}
