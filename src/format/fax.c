/* SPDX-License-Identifier: Apache-2.0
 *
 * fax.c - contract in fax.h. A row is a list of its changing elements: where white becomes black,
 * where black becomes white, and so on in turn; that is what both the one-dimensional runs and the
 * two-dimensional modes speak of.
 */
#include "format/fax.h"

#include <string.h>

#define CODE_BITS 13u /* of the longest run code */
#define MODE_BITS 7u
#define EOL_BITS 12u
#define RUNS_MAX (64u + 27u + 13u)

/* T.4 tables 2 and 3: run lengths 0 to 63, then 64, 128 … 1728. */
static const char *const white_codes[] = {
    "00110101",  "000111",    "0111",      "1000",      "1011",      "1100",      "1110",
    "1111",      "10011",     "10100",     "00111",     "01000",     "001000",    "000011",
    "110100",    "110101",    "101010",    "101011",    "0100111",   "0001100",   "0001000",
    "0010111",   "0000011",   "0000100",   "0101000",   "0101011",   "0010011",   "0100100",
    "0011000",   "00000010",  "00000011",  "00011010",  "00011011",  "00010010",  "00010011",
    "00010100",  "00010101",  "00010110",  "00010111",  "00101000",  "00101001",  "00101010",
    "00101011",  "00101100",  "00101101",  "00000100",  "00000101",  "00001010",  "00001011",
    "01010010",  "01010011",  "01010100",  "01010101",  "00100100",  "00100101",  "01011000",
    "01011001",  "01011010",  "01011011",  "01001010",  "01001011",  "00110010",  "00110011",
    "00110100",  "11011",     "10010",     "010111",    "0110111",   "00110110",  "00110111",
    "01100100",  "01100101",  "01101000",  "01100111",  "011001100", "011001101", "011010010",
    "011010011", "011010100", "011010101", "011010110", "011010111", "011011000", "011011001",
    "011011010", "011011011", "010011000", "010011001", "010011010", "011000",    "010011011",
};
static const char *const black_codes[] = {
    "0000110111",    "010",           "11",            "10",            "011",
    "0011",          "0010",          "00011",         "000101",        "000100",
    "0000100",       "0000101",       "0000111",       "00000100",      "00000111",
    "000011000",     "0000010111",    "0000011000",    "0000001000",    "00001100111",
    "00001101000",   "00001101100",   "00000110111",   "00000101000",   "00000010111",
    "00000011000",   "000011001010",  "000011001011",  "000011001100",  "000011001101",
    "000001101000",  "000001101001",  "000001101010",  "000001101011",  "000011010010",
    "000011010011",  "000011010100",  "000011010101",  "000011010110",  "000011010111",
    "000001101100",  "000001101101",  "000011011010",  "000011011011",  "000001010100",
    "000001010101",  "000001010110",  "000001010111",  "000001100100",  "000001100101",
    "000001010010",  "000001010011",  "000000100100",  "000000110111",  "000000111000",
    "000000100111",  "000000101000",  "000001011000",  "000001011001",  "000000101011",
    "000000101100",  "000001011010",  "000001100110",  "000001100111",  "0000001111",
    "000011001000",  "000011001001",  "000001011011",  "000000110011",  "000000110100",
    "000000110101",  "0000001101100", "0000001101101", "0000001001010", "0000001001011",
    "0000001001100", "0000001001101", "0000001110010", "0000001110011", "0000001110100",
    "0000001110101", "0000001110110", "0000001110111", "0000001010010", "0000001010011",
    "0000001010100", "0000001010101", "0000001011010", "0000001011011", "0000001100100",
    "0000001100101",
};
/* Of both colours: 1792, 1856 … 2560. */
static const char *const long_codes[] = {
    "00000001000",  "00000001100",  "00000001101",  "000000010010", "000000010011", "000000010100",
    "000000010101", "000000010110", "000000010111", "000000011100", "000000011101", "000000011110",
    "000000011111",
};

typedef enum { PASS, HORIZONTAL, V0, VR1, VR2, VR3, VL1, VL2, VL3, MODES } Mode;
static const char *const mode_codes[MODES] = { "0001",   "001", "1",      "011",    "000011",
                                               "0000011", "010", "000010", "0000010" };
static const int mode_shifts[MODES] = { 0, 0, 0, 1, 2, 3, -1, -2, -3 };

typedef struct {
    uint16_t value;
    uint8_t bits; /* 0: no such code */
} Code;

struct SkFax {
    SkSpan in;        /* borrowed */
    uint64_t at, end; /* in bits */
    SkFaxParams params;
    uint32_t *before, *now; /* owned: changing elements of the row before and of this one */
    uint32_t before_n, now_n;
    uint32_t damaged;
    bool eols; /* rows of Group 3 begin with an end-of-line code */
    bool ended;
    Code runs[2][1u << CODE_BITS]; /* white, black */
    Code modes[1u << MODE_BITS];
};

/* ---- codes --------------------------------------------------------------------------------- */

static void
add_code(Code *table, unsigned table_bits, const char *code, unsigned value)
{
    unsigned bits = (unsigned)strlen(code), prefix = 0;

    for (unsigned i = 0; i < bits; i++)
        prefix = prefix << 1 | (code[i] == '1');
    unsigned rest = table_bits - bits;
    for (unsigned i = 0; i < 1u << rest; i++) {
        Code *entry = &table[prefix << rest | i];
        g_assert(entry->bits == 0); /* no code begins with another */
        *entry = (Code){ .value = (uint16_t)value, .bits = (uint8_t)bits };
    }
}

static void
add_runs(Code *table, const char *const *codes, size_t n)
{
    for (unsigned i = 0; i < n; i++)
        add_code(table, CODE_BITS, codes[i], i < 64 ? i : (i - 63) * 64);
    for (unsigned i = 0; i < G_N_ELEMENTS(long_codes); i++)
        add_code(table, CODE_BITS, long_codes[i], 1792 + 64 * i);
}

G_STATIC_ASSERT(G_N_ELEMENTS(white_codes) == 91 && G_N_ELEMENTS(black_codes) == 91);

SkFax *
sk_fax_new(SkSpan in, const SkFaxParams *params)
{
    g_assert(params->columns > 0 && params->columns <= SK_FAX_COLUMNS_MAX);
    SkFax *self = g_new0(SkFax, 1);
    self->in = in;
    self->end = 8 * (uint64_t)in.n;
    self->params = *params;
    self->before = g_new(uint32_t, params->columns + 2u);
    self->now = g_new(uint32_t, params->columns + 2u);
    add_runs(self->runs[0], white_codes, G_N_ELEMENTS(white_codes));
    add_runs(self->runs[1], black_codes, G_N_ELEMENTS(black_codes));
    for (unsigned i = 0; i < MODES; i++)
        add_code(self->modes, MODE_BITS, mode_codes[i], i);
    return self;
}

void
sk_fax_free(SkFax *self)
{
    if (self == NULL)
        return;
    g_free(self->before);
    g_free(self->now);
    g_free(self);
}

uint32_t
sk_fax_damaged(const SkFax *self)
{
    return self->damaged;
}

/* ---- bits ---------------------------------------------------------------------------------- */

static uint32_t
byte_at(const SkFax *self, uint64_t i)
{
    uint32_t b = i < self->in.n ? self->in.p[i] : 0;

    if (!self->params.lowest_first)
        return b;
    b = (b >> 4 & 0x0fu) | (b & 0x0fu) << 4;
    b = (b >> 2 & 0x33u) | (b & 0x33u) << 2;
    return (b >> 1 & 0x55u) | (b & 0x55u) << 1;
}

/* The next @n ≤ 16 bits; zeros past the end. */
static uint32_t
peek(const SkFax *self, unsigned n)
{
    uint64_t i = self->at / 8;
    uint32_t three = byte_at(self, i) << 16 | byte_at(self, i + 1) << 8 | byte_at(self, i + 2);

    return three >> (24 - self->at % 8 - n) & ((1u << n) - 1);
}

static bool
has(const SkFax *self, unsigned n)
{
    return self->end - self->at >= n;
}

/* The next code of @table, or -1. */
static int
take(SkFax *self, const Code *table, unsigned table_bits)
{
    const Code *code = &table[peek(self, table_bits)];

    if (code->bits == 0 || !has(self, code->bits))
        return -1;
    self->at += code->bits;
    return code->value;
}

/* A whole run of @colour: make-up codes and the one that ends them. -1: no such code, or over
 * @most. */
static int64_t
take_run(SkFax *self, unsigned colour, uint32_t most)
{
    uint32_t sum = 0;

    for (;;) {
        int run = take(self, self->runs[colour], CODE_BITS);
        if (run < 0 || (uint32_t)run > most - sum)
            return -1;
        sum += (uint32_t)run;
        if (run < 64)
            return sum;
    }
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* The colour changes at @at. Two changes at one place are none. */
static void
change(SkFax *self, uint32_t at)
{
    if (self->now_n > 0 && self->now[self->now_n - 1] == at)
        self->now_n--;
    else if (at < self->params.columns)
        self->now[self->now_n++] = at;
}

static bool
read_1d(SkFax *self)
{
    uint32_t columns = self->params.columns, at = 0;

    for (unsigned colour = 0; at < columns; colour = 1 - colour) {
        int64_t run = take_run(self, colour, columns - at);
        if (run < 0)
            return false;
        at += (uint32_t)run;
        change(self, at);
    }
    return true;
}

/* The first changing element of the row before that lies right of @a0 and goes to the colour that
 * is not @colour: its index. */
static uint32_t
find_b1(const SkFax *self, uint32_t from, int64_t a0, unsigned colour)
{
    uint32_t i = from;

    if (i % 2 != colour)
        i = i > 0 ? i - 1 : 1;
    while (i < self->before_n && self->before[i] <= a0)
        i += 2;
    return i;
}

static uint32_t
element(const SkFax *self, uint32_t i)
{
    return i < self->before_n ? self->before[i] : self->params.columns;
}

static bool
read_horizontal(SkFax *self, int64_t *a0, unsigned colour)
{
    uint32_t columns = self->params.columns, at = (uint32_t)MAX(*a0, 0);

    for (unsigned i = 0; i < 2; i++) {
        int64_t run = take_run(self, i == 0 ? colour : 1 - colour, columns - at);
        if (run < 0)
            return false;
        at += (uint32_t)run;
        change(self, at);
    }
    *a0 = at;
    return true;
}

static bool
read_2d(SkFax *self)
{
    int64_t a0 = -1, columns = self->params.columns;
    unsigned colour = 0;
    uint32_t b = 0;

    while (a0 < columns) {
        int mode = take(self, self->modes, MODE_BITS);
        if (mode < 0)
            return false;
        b = find_b1(self, b, a0, colour);
        if (mode == PASS) {
            a0 = element(self, b + 1);
        } else if (mode == HORIZONTAL) {
            if (!read_horizontal(self, &a0, colour))
                return false;
        } else {
            int64_t a1 = (int64_t)element(self, b) + mode_shifts[mode];
            if (a1 <= a0 || a1 > columns)
                return false;
            change(self, (uint32_t)a1);
            a0 = a1;
            colour = 1 - colour;
        }
    }
    return true;
}

static void
paint(const SkFax *self, uint8_t *row)
{
    uint32_t columns = self->params.columns;

    memset(row, 0, (columns + 7) / 8);
    for (uint32_t i = 0; i < self->now_n; i += 2) {
        uint32_t from = self->now[i], to = i + 1 < self->now_n ? self->now[i + 1] : columns;
        uint32_t first = from / 8, last = (to - 1) / 8;
        unsigned head = 0xffu >> from % 8, tail = 0xff00u >> ((to - 1) % 8 + 1) & 0xffu;
        if (first == last) {
            row[first] |= (uint8_t)(head & tail);
            continue;
        }
        row[first] |= (uint8_t)head;
        memset(row + first + 1, 0xff, last - first - 1);
        row[last] |= (uint8_t)tail;
    }
}

/* ---- between rows -------------------------------------------------------------------------- */

/* Goes over one end-of-line code, and the zeros that may stand before it. */
static bool
take_eol(SkFax *self)
{
    uint64_t at = self->at;

    if (peek(self, EOL_BITS - 1) != 0)
        return false;
    while (has(self, 1) && peek(self, 1) == 0)
        self->at++;
    if (!has(self, 1)) { /* zeros to the end of the data are no code */
        self->at = at;
        return false;
    }
    self->at++;
    return true;
}

static void
align(SkFax *self)
{
    self->at = (self->at + 7) / 8 * 8;
}

/* To just before the next end-of-line code; false where there is none. */
static bool
find_eol(SkFax *self)
{
    while (has(self, EOL_BITS)) {
        if (peek(self, EOL_BITS - 1) == 0) {
            uint64_t at = self->at;
            bool found = take_eol(self);
            self->at = at;
            return found;
        }
        self->at++;
    }
    return false;
}

/* What stands before a row of Group 3. Two end-of-line codes in a row end the picture: DEVIATION,
 * six of them should. */
static bool
begin_g3(SkFax *self, bool *ret_2d)
{
    unsigned codes = 0;

    /* Where rows begin with a code for it, fill bits stand before that; a run of white may look
     * like both together. */
    if (self->params.byte_align && (!self->eols || peek(self, EOL_BITS - 1) != 0))
        align(self);
    for (; codes < 2 && take_eol(self); codes++) {
        self->eols = true;
        if (self->params.kind != SK_FAX_G3_2D)
            continue;
        *ret_2d = peek(self, 1) == 0;
        self->at += has(self, 1) ? 1 : 0;
    }
    if (codes == 0 && self->params.kind == SK_FAX_G3_2D && has(self, 1)) {
        *ret_2d = peek(self, 1) == 0;
        self->at++;
    }
    return codes < 2 && has(self, 1);
}

static bool
read_g3(SkFax *self, GError **error)
{
    bool two = false;

    if (!begin_g3(self, &two)) {
        self->ended = true;
        return true;
    }
    uint64_t from = self->at;
    if (two ? read_2d(self) : read_1d(self))
        return true;
    /* Only fill bits are left: the picture has ended. */
    self->at = from;
    if (!find_eol(self)) {
        self->at = from;
        while (has(self, 1) && peek(self, 1) == 0)
            self->at++;
        self->ended = !has(self, 1);
        return self->ended ||
               sk_throw(error, SK_ERROR_MALFORMED, "fax: a code that does not exist");
    }
    /* DEVIATION: a damaged row is the row before; the line was noisy. */
    self->damaged++;
    memcpy(self->now, self->before, self->before_n * sizeof *self->now);
    self->now_n = self->before_n;
    return true;
}

static bool
read_g4(SkFax *self, GError **error)
{
    if (self->params.byte_align)
        align(self);
    /* Eleven zeros begin the end code; DEVIATION: half of it serves, and so do zeros to the end. */
    if (!has(self, 1) || peek(self, EOL_BITS - 1) == 0) {
        self->ended = true;
        return true;
    }
    return read_2d(self) || sk_throw(error, SK_ERROR_MALFORMED, "fax: a code that does not exist");
}

bool
sk_fax_row(SkFax *self, uint8_t *row, bool *ret_more, GError **error)
{
    if (!self->ended) {
        uint32_t *swap = self->before;
        self->before = self->now;
        self->before_n = self->now_n;
        self->now = swap;
        self->now_n = 0;
        if (!(self->params.kind == SK_FAX_G4 ? read_g4(self, error) : read_g3(self, error)))
            return false;
    }
    if (self->ended)
        self->now_n = 0;
    paint(self, row);
    *ret_more = !self->ended;
    return true;
}
