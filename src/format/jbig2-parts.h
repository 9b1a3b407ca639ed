/* SPDX-License-Identifier: Apache-2.0
 *
 * jbig2-parts.h - what the files of the JBIG2 reader share; nobody else includes it.
 * Runs in: disarm worker (no files, no network). Trusts: nothing. Tests: as jbig2.h
 */
#pragma once

#include "base/reader.h"

/* ---- bitmaps --------------------------------------------------------------------------------- */

typedef struct {
    uint32_t width, height;
    size_t stride;
    uint8_t *rows; /* owned; 1 is black */
} SkJbig2Bitmap;

/** sk_jbig2_bitmap_new: (transfer full): white; NULL where there is no memory. Sides may be 0. */
SkJbig2Bitmap *sk_jbig2_bitmap_new(uint32_t width, uint32_t height);
void sk_jbig2_bitmap_free(SkJbig2Bitmap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkJbig2Bitmap, sk_jbig2_bitmap_free)

/* White outside. */
static inline unsigned
sk_jbig2_get(const SkJbig2Bitmap *self, int64_t x, int64_t y)
{
    if (x < 0 || y < 0 || x >= self->width || y >= self->height)
        return 0;
    return (unsigned)self->rows[(size_t)y * self->stride + (size_t)x / 8] >> (7 - x % 8) & 1u;
}

typedef enum { SK_JBIG2_OR, SK_JBIG2_AND, SK_JBIG2_XOR, SK_JBIG2_XNOR, SK_JBIG2_REPLACE } SkJbig2Op;

/** sk_jbig2_combine: @from onto @to with its corner at (@x, @y); what lies outside is cut. */
void sk_jbig2_combine(SkJbig2Bitmap *to, const SkJbig2Bitmap *from, int64_t x, int64_t y,
                      SkJbig2Op op);
void sk_jbig2_fill(SkJbig2Bitmap *self);

/* ---- arithmetic codes (Annex E and A) -------------------------------------------------------- */

typedef struct {
    SkSpan in;
    size_t at;
    uint32_t c, a;
    int ct;
    uint64_t past; /* bytes that were asked for behind the end */
} SkJbig2Arith;

typedef uint8_t SkJbig2Cx; /* state, and the more probable symbol in the top bit */

/* Table E.1: probability, next state, next state after the less probable symbol, and whether the
 * symbols change places. */
typedef struct {
    uint16_t qe;
    uint8_t more, less;
    bool change;
} SkJbig2State;

#define SK_JBIG2_STATES 47u
extern const SkJbig2State sk_jbig2_states[SK_JBIG2_STATES];

void sk_jbig2_arith_begin(SkJbig2Arith *self, SkSpan in);
unsigned sk_jbig2_bit(SkJbig2Arith *self, SkJbig2Cx *cx);

typedef struct {
    SkJbig2Cx cx[512];
} SkJbig2Integer;

/** sk_jbig2_integer: false: out of band. */
bool sk_jbig2_integer(SkJbig2Arith *arith, SkJbig2Integer *cx, int32_t *ret);
/** sk_jbig2_id: of @length bits; @cx holds 2^length. */
uint32_t sk_jbig2_id(SkJbig2Arith *arith, SkJbig2Cx *cx, unsigned length);

/* ---- regions (6.2, 6.3) ---------------------------------------------------------------------- */

#define SK_JBIG2_GENERIC_CX 65536u
#define SK_JBIG2_REFINE_CX 8192u

typedef struct {
    unsigned template;
    bool typical;
    int8_t at[8];
} SkJbig2Generic;

typedef struct {
    unsigned template;
    bool typical;
    int8_t at[4];
} SkJbig2Refine;

/** Budget: pixels that may still be decoded or painted; what has none costs some as well. */
typedef struct {
    uint64_t left;
} SkJbig2Budget;

/**
 * sk_jbig2_spend: SK_ERROR_LIMIT where @width × @height is more than is left. A row costs a few
 * pixels however narrow it is, and nothing is for nothing: sides of 0 are right for a step that
 * paints none.
 */
bool sk_jbig2_spend(SkJbig2Budget *self, uint32_t width, uint32_t height,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_jbig2_generic: fills @to; @cx holds SK_JBIG2_GENERIC_CX. */
void sk_jbig2_generic(SkJbig2Arith *arith, SkJbig2Cx *cx, const SkJbig2Generic *params,
                      SkJbig2Bitmap *to);
/** sk_jbig2_refine: fills @to from @reference, whose corner lies at (@dx, @dy); @cx holds
 * SK_JBIG2_REFINE_CX. */
void sk_jbig2_refine(SkJbig2Arith *arith, SkJbig2Cx *cx, const SkJbig2Refine *params,
                     const SkJbig2Bitmap *reference, int32_t dx, int32_t dy, SkJbig2Bitmap *to);

/* ---- symbols and text (6.4, 6.5) ------------------------------------------------------------- */

typedef struct {
    /* owned, of SkJbig2Bitmap, which may be shared between dictionaries (g_rc_box) */
    GPtrArray *symbols;
    SkJbig2Cx *generic, *refine; /* owned: kept for a later dictionary, or NULL */
} SkJbig2Dictionary;

SkJbig2Dictionary *sk_jbig2_dictionary_new(void);
void sk_jbig2_dictionary_free(SkJbig2Dictionary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkJbig2Dictionary, sk_jbig2_dictionary_free)

/** sk_jbig2_symbols: (transfer full): the dictionary of a segment whose data @r reads. @before: of
 * SkJbig2Dictionary, those it refers to. */
bool sk_jbig2_symbols(SkReader *r, GPtrArray *before, SkJbig2Budget *budget,
                      SkJbig2Dictionary **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_jbig2_text: a text region's data, behind its region information, onto @to. */
bool sk_jbig2_text(SkReader *r, GPtrArray *dictionaries, SkJbig2Budget *budget, SkJbig2Bitmap *to,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
