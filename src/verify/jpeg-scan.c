/* SPDX-License-Identifier: Apache-2.0
 * jpeg-scan.c - contract in jpeg-scan.h.
 *
 * Codes are looked up by their first LOOKUP_BITS bits; the entry says how far to move in the data
 * (code and extra bits together) and among the coefficients, since that is all a check needs. At
 * most 27 bits go with one coefficient, so one refill of at least 56 serves two. */
#include "verify/jpeg-scan.h"
#include "verify/jpeg-tables.h"

#define LOOKUP_BITS 11u
#define BLOCK 64u    /* coefficients */
#define NO_CODE 128u /* a step that ends the block, and tells why */

typedef struct {
    uint8_t bits; /* code and extra bits; 0: the code is longer than the index */
    uint8_t step; /* coefficients to move by; 0: the block ends (AC) */
} Code;

typedef struct {
    Code fast[1u << LOOKUP_BITS];
    uint32_t limit[18]; /* by length: first 16-bit prefix too large for a code of it */
    int32_t offset[17]; /* by length: index of its first symbol, less its first code */
    const SkJpegHuffman *spec;
    bool ac;
} Table;

typedef struct {
    SkSpan in;
    size_t at;       /* first byte not yet in @window */
    uint64_t window; /* left-aligned; bits past @have are either zero or what follows at @at */
    int have;        /* valid bits in @window; negative after reading past the end */
} Bits;

static Code
code_of(const Table *table, unsigned length, uint8_t symbol)
{
    unsigned run = symbol >> 4, size = symbol & 15u;

    if (!table->ac)
        return (Code){ (uint8_t)(length + symbol), 1 };
    if (symbol == 0x00)
        return (Code){ (uint8_t)length, 0 };
    return (Code){ (uint8_t)(length + size), (uint8_t)(run + 1) };
}

static void
table_build(Table *table, const SkJpegHuffman *spec)
{
    uint32_t code = 0;
    unsigned k = 0;

    *table = (Table){ .spec = spec, .ac = spec->class_and_id >= 0x10 };
    for (unsigned length = 1; length <= 16; length++) {
        table->offset[length] = (int32_t)k - (int32_t)code;
        for (unsigned i = 0; i < spec->counts[length - 1]; i++, k++, code++) {
            if (length > LOOKUP_BITS)
                continue;
            unsigned shift = LOOKUP_BITS - length;
            for (uint32_t tail = 0; tail < 1u << shift; tail++)
                table->fast[code << shift | tail] = code_of(table, length, spec->symbols[k]);
        }
        table->limit[length] = code << (16 - length);
        code <<= 1;
    }
    g_assert(k == spec->n);
}

static inline uint64_t
load_be64(const uint8_t *p)
{
    return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
           (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
           (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

/* Byte by byte near the end and around FF: a stuffed 00 is dropped, a marker stops it. */
static void
refill_slowly(Bits *b)
{
    while (b->have <= 56 && b->at < b->in.n) {
        uint8_t byte = b->in.p[b->at];
        if (byte == 0xff && (b->in.n - b->at < 2 || b->in.p[b->at + 1] != 0x00))
            return;
        b->window |= (uint64_t)byte << (56 - b->have);
        b->have += 8;
        b->at += byte == 0xff ? 2 : 1;
    }
}

static inline void
refill(Bits *b)
{
    if (b->in.n - b->at >= 8 && b->have >= 0) {
        uint64_t next = load_be64(b->in.p + b->at);
        uint64_t inverse = ~next; /* has a zero byte where @next has FF */
        if (((inverse - 0x0101010101010101u) & ~inverse & 0x8080808080808080u) == 0) {
            b->window |= next >> b->have;
            b->at += (size_t)(63 - b->have) >> 3;
            b->have |= 56;
            return;
        }
    }
    if (b->have >= 0)
        refill_slowly(b);
}

static inline void
drop(Bits *b, unsigned n)
{
    b->window <<= n;
    b->have -= (int)n;
}

/* A code longer than the index; or no code at all: all ones, or garbage behind the end. */
static Code
lookup_slowly(const Table *table, uint64_t window)
{
    uint32_t prefix = (uint32_t)(window >> 48);

    for (unsigned length = LOOKUP_BITS + 1; length <= 16; length++)
        if (prefix < table->limit[length]) {
            int32_t index = (int32_t)(prefix >> (16 - length)) + table->offset[length];
            return code_of(table, length, table->spec->symbols[index]);
        }
    return (Code){ 1, NO_CODE };
}

static inline Code
lookup(const Table *table, uint64_t window)
{
    Code code = table->fast[window >> (64 - LOOKUP_BITS)];
    return G_LIKELY(code.bits != 0) ? code : lookup_slowly(table, window);
}

/* T.81 F.2.2.1 and F.2.2.2, without the values: the DC code, then AC codes up to the block's end.
 */
static SkJpegScanResult
walk_block(Bits *b, const Table pair[2])
{
    unsigned k = 0;
    const Table *table = &pair[0];

    while (k < BLOCK) {
        refill(b);
        Code code = lookup(table, b->window);
        drop(b, code.bits);
        k += code.step;
        if (code.step == 0 || k >= BLOCK)
            break;
        table = &pair[1];
        code = lookup(table, b->window);
        drop(b, code.bits);
        k += code.step;
        if (code.step == 0)
            break;
    }
    if (k >= NO_CODE)
        return SK_JPEG_SCAN_CODE;
    if (b->have < 0)
        return SK_JPEG_SCAN_CUT;
    return k > BLOCK ? SK_JPEG_SCAN_INDEX : SK_JPEG_SCAN_OK;
}

static SkJpegScanResult
walk_mcus(Bits *b, const SkJpegScan *scan, const Table tables[4])
{
    for (uint64_t mcu = 0; mcu < scan->mcus; mcu++) {
        for (unsigned component = 0; component < scan->components; component++) {
            const Table *pair = &tables[2u * scan->table[component]];
            for (unsigned i = 0; i < scan->blocks[component]; i++) {
                SkJpegScanResult result = walk_block(b, pair);
                if (result != SK_JPEG_SCAN_OK)
                    return result;
            }
        }
    }
    return SK_JPEG_SCAN_OK;
}

SkJpegScanResult
sk_jpeg_scan(SkSpan in, const SkJpegScan *scan, size_t *ret_at)
{
    g_autofree Table *tables = g_new(Table, 4);
    Bits b = { .in = in };

    for (unsigned i = 0; i < 4; i++)
        table_build(&tables[i], &sk_jpeg_huffman[i]);
    SkJpegScanResult result = walk_mcus(&b, scan, tables);
    *ret_at = b.at;
    if (result != SK_JPEG_SCAN_OK)
        return result;

    /* Whole bytes left in the window were never asked for: the scan ends before them, so step back.
     * A window is at most 8 bytes, each perhaps followed by its stuffing. */
    refill_slowly(&b);
    if (b.have >= 8)
        return SK_JPEG_SCAN_CUT;
    *ret_at = b.at;
    uint64_t ones = ~(uint64_t)0;
    if (b.have > 0 && b.window >> (64 - b.have) != ones >> (64 - b.have))
        return SK_JPEG_SCAN_PADDING;
    return SK_JPEG_SCAN_OK;
}

const char *
sk_jpeg_scan_words(SkJpegScanResult result)
{
    static const char *const words[] = { "", "scan cut or too long", "no such code",
                                         "coefficient past 63", "padding" };
    g_assert(result < G_N_ELEMENTS(words));
    return words[result];
}
