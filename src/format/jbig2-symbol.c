/* SPDX-License-Identifier: Apache-2.0
 * jbig2-symbol.c - dictionaries of symbols, and the regions that are set with them. Contract in
 * jbig2-parts.h. */
#include "format/jbig2-parts.h"

#include <string.h>

#define SYMBOLS_MAX 65536u
#define SIDE_MAX 65535

enum { BOTTOM_LEFT, TOP_LEFT, BOTTOM_RIGHT, TOP_RIGHT };

typedef struct {
    SkJbig2Integer t, first, next, within, refined, width, height, dx, dy;
    SkJbig2Cx *id; /* owned: 2^id_bits */
    unsigned id_bits;
} TextCodes;

typedef struct {
    bool refine, transposed;
    unsigned strips, corner;
    SkJbig2Op op;
    int32_t offset;
    uint32_t instances;
    SkJbig2Refine how;
} TextParams;

SkJbig2Dictionary *
sk_jbig2_dictionary_new(void)
{
    SkJbig2Dictionary *self = g_new0(SkJbig2Dictionary, 1);

    self->symbols = g_ptr_array_new_with_free_func((GDestroyNotify)sk_jbig2_bitmap_free);
    return self;
}

void
sk_jbig2_dictionary_free(SkJbig2Dictionary *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->symbols);
    g_free(self->generic);
    g_free(self->refine);
    g_free(self);
}

static unsigned
bits_for(uint32_t n)
{
    unsigned bits = 0;

    while (bits < 31 && 1u << bits < n)
        bits++;
    return bits;
}

static bool
broken(GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "jbig2: %s", what);
}

static bool
make_bitmap(SkJbig2Budget *budget, int64_t width, int64_t height, SkJbig2Bitmap **ret,
            GError **error)
{
    if (width < 0 || height < 0 || width > SIDE_MAX || height > SIDE_MAX)
        return broken(error, "symbol of an impossible size");
    if (!sk_jbig2_spend(budget, (uint32_t)width, (uint32_t)height, error))
        return false;
    *ret = sk_jbig2_bitmap_new((uint32_t)width, (uint32_t)height);
    return *ret != NULL || sk_throw(error, SK_ERROR_LIMIT, "jbig2: no memory");
}

/* ---- text ------------------------------------------------------------------------------------ */

static int32_t
any(SkJbig2Arith *arith, SkJbig2Integer *cx, bool *bad)
{
    int32_t value = 0;

    if (!sk_jbig2_integer(arith, cx, &value))
        *bad = true;
    return value;
}

/* A symbol that is not quite the one of the dictionary. */
static bool
refine_symbol(SkJbig2Arith *arith, TextCodes *codes, SkJbig2Cx *refine, const SkJbig2Refine *how,
              const SkJbig2Bitmap *symbol, SkJbig2Budget *budget, SkJbig2Bitmap **ret,
              GError **error)
{
    bool bad = false;
    int64_t dw = any(arith, &codes->width, &bad), dh = any(arith, &codes->height, &bad);
    int64_t dx = any(arith, &codes->dx, &bad), dy = any(arith, &codes->dy, &bad);

    dx += dw >> 1; /* rounded down, below zero too */
    dy += dh >> 1;
    if (bad || dx < -SIDE_MAX || dx > SIDE_MAX || dy < -SIDE_MAX || dy > SIDE_MAX)
        return broken(error, "refinement of an impossible size");
    if (!make_bitmap(budget, symbol->width + dw, symbol->height + dh, ret, error))
        return false;
    sk_jbig2_refine(arith, refine, how, symbol, (int32_t)dx, (int32_t)dy, *ret);
    return true;
}

static bool
place_symbol(const TextParams *params, const SkJbig2Bitmap *symbol, int64_t *s, int64_t t,
             SkJbig2Budget *budget, SkJbig2Bitmap *to, GError **error)
{
    int64_t length = (params->transposed ? (int64_t)symbol->height : (int64_t)symbol->width) - 1;
    bool right = params->corner == BOTTOM_RIGHT || params->corner == TOP_RIGHT;
    bool bottom = params->corner == BOTTOM_RIGHT || params->corner == BOTTOM_LEFT;
    bool before = params->transposed ? bottom : right;

    if (!sk_jbig2_spend(budget, symbol->width, symbol->height, error))
        return false;
    *s += before ? length : 0;
    int64_t x = params->transposed ? t : *s, y = params->transposed ? *s : t;
    sk_jbig2_combine(to, symbol, right ? x - symbol->width + 1 : x,
                     bottom ? y - symbol->height + 1 : y, params->op);
    *s += before ? 0 : length;
    return true;
}

/* One strip's instances, until a value out of band. */
static bool
read_strip(SkJbig2Arith *arith, TextCodes *codes, SkJbig2Cx *refine, const TextParams *params,
           GPtrArray *symbols, int64_t t, int64_t *first, uint32_t *done, SkJbig2Budget *budget,
           SkJbig2Bitmap *to, GError **error)
{
    bool bad = false;
    int32_t step = 0;

    *first += any(arith, &codes->first, &bad);
    int64_t s = *first;
    for (;;) {
        int32_t within = params->strips == 1 ? 0 : any(arith, &codes->within, &bad);
        uint32_t id = sk_jbig2_id(arith, codes->id, codes->id_bits);
        bool refined = params->refine && any(arith, &codes->refined, &bad) != 0;
        g_autoptr(SkJbig2Bitmap) other = NULL;
        if (bad || id >= symbols->len || *done >= params->instances || s < INT32_MIN ||
            s > INT32_MAX || arith->past > 1024)
            return broken(error, "text region");
        const SkJbig2Bitmap *symbol = g_ptr_array_index(symbols, id);
        if (refined &&
            !refine_symbol(arith, codes, refine, &params->how, symbol, budget, &other, error))
            return false;
        if (!place_symbol(params, refined ? other : symbol, &s, t + within, budget, to, error))
            return false;
        (*done)++;
        if (!sk_jbig2_integer(arith, &codes->next, &step))
            return true;
        s += (int64_t)step + params->offset;
    }
}

static bool
read_text(SkJbig2Arith *arith, TextCodes *codes, SkJbig2Cx *refine, const TextParams *params,
          GPtrArray *symbols, SkJbig2Budget *budget, SkJbig2Bitmap *to, GError **error)
{
    bool bad = false;
    int64_t t = -(int64_t)any(arith, &codes->t, &bad) * params->strips, first = 0;

    for (uint32_t done = 0; done < params->instances;) {
        t += (int64_t)any(arith, &codes->t, &bad) * params->strips;
        if (bad || t < INT32_MIN || t > INT32_MAX)
            return broken(error, "strip of text");
        if (!read_strip(arith, codes, refine, params, symbols, t, &first, &done, budget, to, error))
            return false;
    }
    return true;
}

static void
read_adaptive(SkReader *r, int8_t *at, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        at[i] = (int8_t)sk_reader_u8(r);
}

bool
sk_jbig2_text(SkReader *r, GPtrArray *dictionaries, SkJbig2Budget *budget, SkJbig2Bitmap *to,
              GError **error)
{
    unsigned flags = sk_reader_u16be(r);
    g_autoptr(GPtrArray) symbols = g_ptr_array_new();
    g_autofree TextCodes *codes = g_new0(TextCodes, 1);
    g_autofree SkJbig2Cx *refine = g_new0(SkJbig2Cx, SK_JBIG2_REFINE_CX);
    TextParams params = { .refine = (flags & 2) != 0,
                          .strips = 1u << (flags >> 2 & 3u),
                          .corner = flags >> 4 & 3u,
                          .transposed = (flags & 0x40) != 0,
                          .op = (SkJbig2Op)(flags >> 7 & 3u),
                          .offset = (int32_t)(flags >> 10 & 31u) - ((flags & 0x4000) != 0 ? 32 : 0),
                          .how = { .template = flags >> 15 & 1u } };

    if ((flags & 1) != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jbig2: Huffman codes");
    if (params.refine && params.how.template == 0)
        read_adaptive(r, params.how.at, 4);
    params.instances = sk_reader_u32be(r);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: text region cut short");
    for (guint i = 0; i < dictionaries->len; i++) {
        const SkJbig2Dictionary *dictionary = g_ptr_array_index(dictionaries, i);
        for (guint k = 0; k < dictionary->symbols->len; k++)
            g_ptr_array_add(symbols, g_ptr_array_index(dictionary->symbols, k));
    }
    if ((flags & 0x200) != 0)
        sk_jbig2_fill(to);
    codes->id_bits = bits_for(symbols->len);
    if (codes->id_bits > 22)
        return sk_throw(error, SK_ERROR_LIMIT, "jbig2: too many symbols");
    g_autofree SkJbig2Cx *ids = g_new0(SkJbig2Cx, (gsize)1 << codes->id_bits);
    codes->id = ids;
    SkJbig2Arith arith;
    sk_jbig2_arith_begin(&arith, sk_reader_span(r, sk_reader_left(r)));
    return read_text(&arith, codes, refine, &params, symbols, budget, to, error);
}

/* ---- dictionaries ---------------------------------------------------------------------------- */

typedef struct {
    SkJbig2Arith arith;
    SkJbig2Integer height, width, aggregates, run;
    TextCodes codes; /* of symbols made of others */
    SkJbig2Generic generic;
    SkJbig2Refine refine;
    bool aggregate, keeps, uses;
    uint32_t exported, made;
    SkJbig2Cx *generic_cx, *refine_cx; /* owned */
    GPtrArray *symbols; /* owned, of owned bitmaps: those of before, then the new ones */
    SkJbig2Budget *budget;
} Maker;

static void
maker_free(Maker *self)
{
    if (self == NULL)
        return;
    g_free(self->codes.id);
    g_free(self->generic_cx);
    g_free(self->refine_cx);
    g_ptr_array_unref(self->symbols);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maker, maker_free)

static bool
read_head(Maker *self, SkReader *r, GError **error)
{
    unsigned flags = sk_reader_u16be(r);

    if ((flags & 1) != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "jbig2: Huffman codes");
    self->aggregate = (flags & 2) != 0;
    self->uses = (flags & 0x100) != 0;
    self->keeps = (flags & 0x200) != 0;
    self->generic.template = flags >> 10 & 3u;
    self->refine.template = flags >> 12 & 1u;
    read_adaptive(r, self->generic.at, self->generic.template == 0 ? 8 : 2);
    if (self->aggregate && self->refine.template == 0)
        read_adaptive(r, self->refine.at, 4);
    self->exported = sk_reader_u32be(r);
    self->made = sk_reader_u32be(r);
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "jbig2: dictionary cut short");
    if (self->made > SYMBOLS_MAX || self->symbols->len > SYMBOLS_MAX - self->made ||
        self->exported > self->symbols->len + self->made)
        return sk_throw(error, SK_ERROR_LIMIT, "jbig2: too many symbols");
    return sk_jbig2_spend(self->budget, self->made, 1, error);
}

static bool
begin_contexts(Maker *self, GPtrArray *before, GError **error)
{
    const SkJbig2Dictionary *last =
        before->len > 0 ? g_ptr_array_index(before, before->len - 1) : NULL;

    self->codes.id_bits = bits_for(self->symbols->len + self->made);
    self->codes.id = g_new0(SkJbig2Cx, (gsize)1 << self->codes.id_bits);
    if (!self->uses) {
        self->generic_cx = g_new0(SkJbig2Cx, SK_JBIG2_GENERIC_CX);
        self->refine_cx = g_new0(SkJbig2Cx, SK_JBIG2_REFINE_CX);
        return true;
    }
    if (last == NULL || last->generic == NULL)
        return broken(error, "dictionary without the one it goes on from");
    self->generic_cx = g_memdup2(last->generic, SK_JBIG2_GENERIC_CX);
    self->refine_cx = g_memdup2(last->refine, SK_JBIG2_REFINE_CX);
    return true;
}

/* A symbol made of others: of one, refined; or of several, as text. */
static bool
make_aggregate(Maker *self, SkJbig2Bitmap *symbol, GError **error)
{
    bool bad = false;
    int32_t n = any(&self->arith, &self->aggregates, &bad);

    if (bad || n < 1)
        return broken(error, "symbol made of none");
    if (n > 1) {
        TextParams params = { .refine = true,
                              .strips = 1,
                              .corner = TOP_LEFT,
                              .instances = (uint32_t)n,
                              .how = self->refine };
        return read_text(&self->arith, &self->codes, self->refine_cx, &params, self->symbols,
                         self->budget, symbol, error);
    }
    uint32_t id = sk_jbig2_id(&self->arith, self->codes.id, self->codes.id_bits);
    int32_t dx = any(&self->arith, &self->codes.dx, &bad),
            dy = any(&self->arith, &self->codes.dy, &bad);
    if (bad || id >= self->symbols->len || ABS((int64_t)dx) > SIDE_MAX ||
        ABS((int64_t)dy) > SIDE_MAX)
        return broken(error, "symbol made of one that is not there");
    sk_jbig2_refine(&self->arith, self->refine_cx, &self->refine,
                    g_ptr_array_index(self->symbols, id), dx, dy, symbol);
    return true;
}

static bool
make_class(Maker *self, int64_t height, uint32_t *done, GError **error)
{
    int64_t width = 0;
    int32_t step = 0;

    while (sk_jbig2_integer(&self->arith, &self->width, &step)) {
        SkJbig2Bitmap *symbol = NULL;
        width += step;
        if (*done >= self->made || self->arith.past > 1024)
            return broken(error, "more symbols than were announced");
        if (!make_bitmap(self->budget, width, height, &symbol, error))
            return false;
        bool good = true;
        if (self->aggregate)
            good = make_aggregate(self, symbol, error);
        else
            sk_jbig2_generic(&self->arith, self->generic_cx, &self->generic, symbol);
        /* Only now: a symbol is not made of itself. */
        g_ptr_array_add(self->symbols, symbol);
        if (!good)
            return false;
        (*done)++;
    }
    return true;
}

static bool
make_symbols(Maker *self, GError **error)
{
    int64_t height = 0;

    for (uint32_t done = 0, classes = 0; done < self->made; classes++) {
        bool bad = false;
        height += any(&self->arith, &self->height, &bad);
        if (bad || height < 0 || height > SIDE_MAX || classes > SYMBOLS_MAX ||
            self->arith.past > 1024)
            return broken(error, "class of symbols");
        if (!sk_jbig2_spend(self->budget, 0, 0, error))
            return false;
        if (!make_class(self, height, &done, error))
            return false;
    }
    return true;
}

static bool
export_symbols(Maker *self, SkJbig2Dictionary *to, GError **error)
{
    bool exports = false, bad = false;

    for (uint32_t at = 0, runs = 0; at < self->symbols->len; exports = !exports, runs++) {
        int32_t run = any(&self->arith, &self->run, &bad);
        if (bad || run < 0 || (uint32_t)run > self->symbols->len - at || runs > 2 * SYMBOLS_MAX)
            return broken(error, "list of exported symbols");
        if (!sk_jbig2_spend(self->budget, 0, 0, error))
            return false;
        for (int32_t i = 0; i < run && exports; i++)
            g_ptr_array_add(to->symbols,
                            g_rc_box_acquire(g_ptr_array_index(self->symbols, at + (uint32_t)i)));
        at += (uint32_t)run;
    }
    return to->symbols->len == self->exported || broken(error, "exported symbols miscounted");
}

bool
sk_jbig2_symbols(SkReader *r, GPtrArray *before, SkJbig2Budget *budget, SkJbig2Dictionary **ret,
                 GError **error)
{
    g_autoptr(Maker) self = g_new0(Maker, 1);
    g_autoptr(SkJbig2Dictionary) out = sk_jbig2_dictionary_new();

    self->budget = budget;
    self->symbols = g_ptr_array_new_with_free_func((GDestroyNotify)sk_jbig2_bitmap_free);
    for (guint i = 0; i < before->len; i++) {
        const SkJbig2Dictionary *dictionary = g_ptr_array_index(before, i);
        for (guint k = 0; k < dictionary->symbols->len && self->symbols->len <= SYMBOLS_MAX; k++)
            g_ptr_array_add(self->symbols,
                            g_rc_box_acquire(g_ptr_array_index(dictionary->symbols, k)));
    }
    if (!read_head(self, r, error) || !begin_contexts(self, before, error))
        return false;
    sk_jbig2_arith_begin(&self->arith, sk_reader_span(r, sk_reader_left(r)));
    if (!make_symbols(self, error) || !export_symbols(self, out, error))
        return false;
    if (self->keeps) {
        out->generic = g_steal_pointer(&self->generic_cx);
        out->refine = g_steal_pointer(&self->refine_cx);
    }
    *ret = g_steal_pointer(&out);
    return true;
}
