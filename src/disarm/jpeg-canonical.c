/* SPDX-License-Identifier: Apache-2.0
 * jpeg-canonical.c - contract in jpeg-canonical.h. The profile has one spelling for given
 * coefficients and quantisation: the standard codes, no run of sixteen zeros before the end of a
 * block, ones at the end. What is spelled so is what the encoder would write. */
#include "disarm/jpeg-canonical.h"

#include "disarm/libjpeg.h"

#include <string.h>

#define FAST_BITS 10u
#define BLOCK 64u
#define END_OF_BLOCK 0x00u
#define ZEROS 0xf0u /* sixteen of them */
#define NO_SYMBOL 0xffu
#define DC_MIN (-1024)
#define DC_MAX 1023
#define SEGMENT(name) sk_span((name), sizeof(name))

/* ---- tables ------------------------------------------------------------------------------- */

typedef struct {
    uint8_t bits; /* of the code; 0: it is longer than the index */
    uint8_t all;  /* with the bits of its value */
    uint8_t symbol;
} Code;

typedef struct {
    Code fast[1u << FAST_BITS];
    uint32_t limit[17]; /* by length: the first 16 bits too large for a code of it */
    int32_t offset[17]; /* by length: index of its first symbol, less its first code */
    const JHUFF_TBL *spec;
} Table;

static Code
code_of(unsigned length, uint8_t symbol)
{
    return (Code){ (uint8_t)length, (uint8_t)(length + (symbol & 15u)), symbol };
}

static void
table_build(Table *self, const JHUFF_TBL *spec)
{
    uint32_t code = 0;
    int32_t k = 0;

    *self = (Table){ .spec = spec };
    for (unsigned length = 1; length <= 16; length++) {
        self->offset[length] = k - (int32_t)code;
        for (unsigned i = 0; i < spec->bits[length]; i++, k++, code++) {
            if (length > FAST_BITS)
                continue;
            unsigned shift = FAST_BITS - length;
            for (uint32_t tail = 0; tail < 1u << shift; tail++)
                self->fast[code << shift | tail] = code_of(length, spec->huffval[k]);
        }
        self->limit[length] = code << (16 - length);
        code <<= 1;
    }
}

/* The standard's, as libjpeg has them: what it writes with. */
typedef struct {
    struct jpeg_compress_struct libjpeg;
    SkJpegErrors errors;
    Table dc[2], ac[2];
} Tables;

static void
tables_free(Tables *self)
{
    jpeg_destroy_compress(&self->libjpeg);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tables, tables_free)

static bool
tables_fill(Tables *self)
{
    if (setjmp(self->errors.jump) != 0)
        return false;
    jpeg_create_compress(&self->libjpeg);
    self->libjpeg.input_components = 3;
    self->libjpeg.in_color_space = JCS_YCbCr;
    jpeg_set_defaults(&self->libjpeg);
    for (unsigned i = 0; i < 2; i++) {
        table_build(&self->dc[i], self->libjpeg.dc_huff_tbl_ptrs[i]);
        table_build(&self->ac[i], self->libjpeg.ac_huff_tbl_ptrs[i]);
    }
    return true;
}

static Tables *
tables_new(void)
{
    g_autoptr(Tables) self = g_new0(Tables, 1);

    sk_libjpeg_errors(&self->errors);
    self->libjpeg.err = &self->errors.base;
    return tables_fill(self) ? g_steal_pointer(&self) : NULL;
}

/* ---- segments ----------------------------------------------------------------------------- */

/* What a frame says that is needed behind it. */
typedef struct {
    unsigned components;
    uint8_t quantisation[3]; /* by component */
} Frame;

static bool
take_frame(const SkJpeg *jpeg, SkSpan segment, Frame *ret)
{
    unsigned n = jpeg->components;
    const uint8_t head[] = { 0xff,
                             0xc0,
                             0,
                             (uint8_t)(8 + 3 * n),
                             8,
                             (uint8_t)(jpeg->height >> 8),
                             (uint8_t)jpeg->height,
                             (uint8_t)(jpeg->width >> 8),
                             (uint8_t)jpeg->width,
                             (uint8_t)n };

    *ret = (Frame){ .components = n };
    if (segment.n != sizeof head + 3 * n || memcmp(segment.p, head, sizeof head) != 0)
        return false;
    for (unsigned i = 0; i < n; i++) {
        const uint8_t *component = segment.p + sizeof head + 3 * i;
        if (component[0] != i + 1 || component[1] != 0x11 || component[2] > 3)
            return false;
        ret->quantisation[i] = component[2];
    }
    return true;
}

static bool
is_quantisation(SkSpan segment, unsigned id)
{
    const uint8_t head[] = { 0xff, 0xdb, 0, 67, (uint8_t)id };

    if (segment.n != sizeof head + BLOCK || memcmp(segment.p, head, sizeof head) != 0)
        return false;
    return memchr(segment.p + sizeof head, 0, BLOCK) == NULL;
}

/* @parts are the tables that the components use, each once, in the order of first use. */
static bool
are_quantisations(const SkSpan *parts, unsigned n, const Frame *frame)
{
    unsigned at = 0, seen = 0;

    for (unsigned i = 0; i < frame->components; i++) {
        unsigned id = frame->quantisation[i];
        if ((seen & 1u << id) != 0)
            continue;
        seen |= 1u << id;
        if (at == n || !is_quantisation(parts[at++], id))
            return false;
    }
    return at == n;
}

static bool
is_huffman(SkSpan segment, const JHUFF_TBL *table, unsigned class_and_id)
{
    size_t n = 0;

    for (unsigned i = 1; i <= 16; i++)
        n += table->bits[i];
    const uint8_t head[] = { 0xff, 0xc4, (uint8_t)((19 + n) >> 8), (uint8_t)(19 + n),
                             (uint8_t)class_and_id };
    return segment.n == sizeof head + 16 + n && memcmp(segment.p, head, sizeof head) == 0 &&
           memcmp(segment.p + sizeof head, table->bits + 1, 16) == 0 &&
           memcmp(segment.p + sizeof head + 16, table->huffval, n) == 0;
}

static bool
are_huffmans(const SkSpan *parts, unsigned n, const Tables *tables, const Frame *frame)
{
    unsigned pairs = frame->components == 1 ? 1 : 2;

    if (n != 2 * pairs)
        return false;
    for (unsigned i = 0; i < pairs; i++) {
        if (!is_huffman(parts[2 * i], tables->dc[i].spec, i) ||
            !is_huffman(parts[2 * i + 1], tables->ac[i].spec, 0x10 | i))
            return false;
    }
    return true;
}

/* The head of the scan; what follows it is *@ret. */
static bool
take_scan(SkSpan segment, const Frame *frame, SkSpan *ret)
{
    static const uint8_t one[] = { 0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 63, 0 };
    static const uint8_t three[] = { 0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0 };
    SkSpan head = frame->components == 1 ? SEGMENT(one) : SEGMENT(three);

    if (segment.n < head.n || memcmp(segment.p, head.p, head.n) != 0)
        return false;
    *ret = sk_span_sub(segment, head.n, segment.n - head.n);
    return true;
}

/* ---- the scan ----------------------------------------------------------------------------- */

typedef struct {
    SkSpan in;
    size_t at;       /* the first byte that is not in @window */
    uint64_t window; /* from its uppermost bit; below @have bits all zeros */
    int have;        /* negative: more was read than there is */
} Bits;

/* At least 32 bits, unless the scan ends: more than go with one coefficient. Four bytes at once
 * where none of them is FF. */
static inline void
refill(Bits *self)
{
    const uint8_t *p = self->in.p + self->at;

    if (self->have > 32 || self->have < 0)
        return;
    if (self->in.n - self->at >= 4) {
        uint32_t four = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        if (((~four - 0x01010101u) & four & 0x80808080u) == 0) { /* no byte of ~four is 0 */
            self->window |= (uint64_t)four << (32 - self->have);
            self->have += 32;
            self->at += 4;
            return;
        }
    }
    while (self->have <= 56 && self->at < self->in.n) {
        uint8_t byte = self->in.p[self->at];
        if (byte == 0xff && (self->in.n - self->at < 2 || self->in.p[self->at + 1] != 0))
            return; /* a marker: the scan ends for us */
        self->at += byte == 0xff ? 2 : 1;
        self->window |= (uint64_t)byte << (56 - self->have);
        self->have += 8;
    }
}

static inline void
drop(Bits *self, unsigned n)
{
    self->window <<= n;
    self->have -= (int)n;
}

/* A code that is longer than the index; or none at all. */
static Code
lookup_slowly(const Table *table, uint64_t window)
{
    uint32_t prefix = (uint32_t)(window >> 48);

    for (unsigned length = FAST_BITS + 1; length <= 16; length++) {
        if (prefix < table->limit[length]) {
            int32_t index = (int32_t)(prefix >> (16 - length)) + table->offset[length];
            return code_of(length, table->spec->huffval[index]);
        }
    }
    return code_of(1, NO_SYMBOL);
}

static inline Code
lookup(const Table *table, uint64_t window)
{
    Code code = table->fast[window >> (64 - FAST_BITS)];
    return G_LIKELY(code.bits != 0) ? code : lookup_slowly(table, window);
}

/* The next DC coefficient, by its difference from the last. */
static bool
walk_dc(Bits *bits, const Table *table, int *dc)
{
    refill(bits);
    Code code = lookup(table, bits->window);
    unsigned size = code.symbol;
    if (size > 11)
        return false;
    drop(bits, code.bits);
    if (size == 0)
        return true;
    int value = (int)(bits->window >> (64 - size));
    drop(bits, size);
    *dc += value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    return *dc >= DC_MIN && *dc <= DC_MAX;
}

/* 63 AC coefficients, of which no value is looked at. The encoder never writes sixteen zeros but
 * before one that is none. */
static bool
walk_ac(Bits *bits, const Table *table)
{
    bool zeros = false;

    for (unsigned k = 1; k < BLOCK;) {
        refill(bits);
        Code code = lookup(table, bits->window);
        drop(bits, code.all);
        if (code.symbol == END_OF_BLOCK)
            return !zeros;
        zeros = code.symbol == ZEROS;
        k += (code.symbol >> 4) + 1u;
        if (code.symbol == NO_SYMBOL || k > BLOCK)
            return false;
    }
    return !zeros;
}

/* The bits that are left are fewer than eight, and ones. */
static bool
is_end(Bits *self)
{
    refill(self);
    return self->at == self->in.n && self->have >= 0 && self->have < 8 &&
           (self->have == 0 || self->window >> (64 - self->have) == (1u << self->have) - 1);
}

static bool
is_canonical_scan(const SkJpeg *jpeg, SkSpan data, const Tables *tables)
{
    Bits bits = { .in = data };
    int dc[3] = { 0 };
    uint64_t blocks = (uint64_t)((jpeg->width + 7) / 8) * ((jpeg->height + 7) / 8);

    for (uint64_t block = 0; block < blocks; block++) {
        for (unsigned i = 0; i < jpeg->components; i++) {
            unsigned table = i == 0 ? 0 : 1;
            if (!walk_dc(&bits, &tables->dc[table], &dc[i]) ||
                !walk_ac(&bits, &tables->ac[table]) || bits.have < 0)
                return false;
        }
    }
    return is_end(&bits);
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* Parts that begin with marker @code, from @at on. */
static unsigned
count_of(const SkSpan *parts, unsigned n, unsigned at, uint8_t code)
{
    unsigned from = at;

    while (at < n && parts[at].n > 1 && parts[at].p[1] == code)
        at++;
    return at - from;
}

bool
sk_jpeg_is_canonical(const SkJpeg *jpeg)
{
    const SkSpan *parts = &g_array_index(jpeg->parts, SkSpan, 0);
    unsigned n = jpeg->parts->len;
    Frame frame;
    SkSpan data;

    if (jpeg->progressive || !jpeg->jfif || jpeg->adobe >= 0 || jpeg->scans != 1 ||
        jpeg->profile.n > 0 || (jpeg->components != 1 && jpeg->components != 3))
        return false;
    unsigned tables_at = 1 + count_of(parts, n, 1, 0xe0); /* behind SOI and JFIF */
    unsigned frame_at = tables_at + count_of(parts, n, tables_at, 0xdb);
    unsigned codes_at = frame_at + count_of(parts, n, frame_at, 0xc0);
    unsigned scan_at = codes_at + count_of(parts, n, codes_at, 0xc4);
    if (tables_at != 2 || codes_at != frame_at + 1 || scan_at + 2 != n)
        return false;
    g_autoptr(Tables) tables = tables_new();
    return tables != NULL && take_frame(jpeg, parts[frame_at], &frame) &&
           are_quantisations(parts + tables_at, frame_at - tables_at, &frame) &&
           are_huffmans(parts + codes_at, scan_at - codes_at, tables, &frame) &&
           take_scan(parts[scan_at], &frame, &data) && is_canonical_scan(jpeg, data, tables);
}
