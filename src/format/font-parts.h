/* SPDX-License-Identifier: Apache-2.0
 *
 * font-parts.h - what the readers and writers of fonts share among themselves: a buffer to write
 * glyphs into, names, the outline that every charstring becomes, and the one writer of CFF.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font.c
 */
#pragma once

#include "base/reader.h"
#include "format/font.h"

/* ---- a buffer ----------------------------------------------------------------------------- */

/** SkFontPut: bytes to come. Room is made ahead for a whole glyph, so that a byte costs a store. */
typedef struct {
    uint8_t *p; /* owned */
    size_t n;
    size_t room;
} SkFontPut;

void sk_font_put_reserve(SkFontPut *self, size_t more);
void sk_font_put_clear(SkFontPut *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkFontPut, sk_font_put_clear)

static inline void
sk_font_put8(SkFontPut *self, unsigned v)
{
    g_assert(self->n < self->room);
    self->p[self->n++] = (uint8_t)v;
}

static inline void
sk_font_put16(SkFontPut *self, unsigned v)
{
    sk_font_put8(self, v >> 8);
    sk_font_put8(self, v & 0xff);
}

static inline void
sk_font_put32(SkFontPut *self, uint32_t v)
{
    sk_font_put16(self, v >> 16);
    sk_font_put16(self, v & 0xffff);
}

/* ---- names -------------------------------------------------------------------------------- */

/** sk_font_name_fits: is it a *name* of docs/formats/font.md? */
bool sk_font_name_fits(SkSpan name);
/** sk_font_name_clean: (transfer full): what of @name may stand, "Font" where nothing may. */
char *sk_font_name_clean(SkSpan name);
/** sk_font_is_tricky: does a font of that name draw by its instructions? @name may be NULL. */
bool sk_font_is_tricky(const char *name);

#define SK_FONT_STANDARD_STRINGS 391u
/** sk_font_standard_string: of SID @sid < 391. */
const char *sk_font_standard_string(unsigned sid);
/** sk_font_standard_code, sk_font_expert_code: the SID of @code in that encoding, 0 for none. */
unsigned sk_font_standard_code(unsigned code);
unsigned sk_font_expert_code(unsigned code);
/** sk_font_expert_sid: the SID of glyph @glyph in the Expert (@subset: ExpertSubset) charset; 0
 * past its end. */
unsigned sk_font_expert_sid(unsigned glyph, bool subset);
/** sk_font_mac_name: of the 258 of `post` 1.0. */
const char *sk_font_mac_name(unsigned index);
#define SK_FONT_MAC_NAMES 258u

/* ---- outlines of charstrings -------------------------------------------------------------- */

/* Numbers are 16.16, in 64 bits so that sums are safe and checked once where they are written. */
#define SK_FONT_ONE ((int64_t)65536)

typedef struct {
    int64_t x_min, y_min, x_max, y_max;
    bool any;
} SkFontBox;

/** SkFontOutline: one charstring on its way out; a failure sticks. */
typedef struct {
    SkFontPut *put;  /* borrowed */
    SkFontBox *box;  /* borrowed: grows by every position */
    size_t start;    /* in put */
    int64_t x, y;    /* where the glyph's own program stands */
    int64_t wx, wy;  /* where what is written stands */
    bool open;       /* a contour is being written */
    uint8_t stretch; /* operator of the stretch being written, 0: none */
    unsigned count;  /* lines or curves in it */
    bool bad;        /* a position, width or size that cannot be written */
} SkFontOutline;

void sk_font_outline_begin(SkFontOutline *self, SkFontPut *put, SkFontBox *box, int64_t width);
void sk_font_outline_move(SkFontOutline *self, int64_t dx, int64_t dy);
void sk_font_outline_line(SkFontOutline *self, int64_t dx, int64_t dy);
void sk_font_outline_curve(SkFontOutline *self, const int64_t d[6]);
/** sk_font_outline_close: what follows begins a contour where this one ended. */
void sk_font_outline_close(SkFontOutline *self);
/** sk_font_outline_end: Returns: false where the glyph cannot be written. */
bool sk_font_outline_end(SkFontOutline *self) G_GNUC_WARN_UNUSED_RESULT;

/** sk_font_fixed_div: 16.16, rounded to the nearest; @b is not 0. */
int64_t sk_font_fixed_div(int64_t a, int64_t b);

/* ---- CFF as it is written ----------------------------------------------------------------- */

#define SK_FONT_PICO ((int64_t)1000000000000) /* decimals are kept in 10^-12 */

typedef struct {
    bool present;
    int64_t pico[6];
} SkFontMatrix;

typedef struct {
    uint8_t code;
    uint16_t sid;
} SkFontSupplement;

/** SkCffPlan: a CFF font ready to be written. */
typedef struct {
    bool cid;
    char *name;                /* owned */
    char *registry, *ordering; /* owned, with cid */
    unsigned supplement;
    SkFontMatrix matrix;
    GArray *numbers;        /* of uint16_t: a glyph's SID or CID; glyph 0 has 0 */
    GPtrArray *strings;     /* of char *, owned: those after the standard ones */
    GHashTable *string_ids; /* their SIDs */
    bool encoded;           /* an Encoding is written */
    GByteArray *codes;      /* of glyphs 1… */
    GArray *supplements;    /* of SkFontSupplement, codes rising */
    GArray *matrices;       /* of SkFontMatrix, one an FD */
    GByteArray *fds;        /* a glyph's FD, with cid */
    GArray *ends;           /* of uint32_t: where each charstring ends in put */
    SkFontPut put;          /* the charstrings */
    SkFontBox box;
} SkCffPlan;

SkCffPlan *sk_cff_plan_new(bool cid);
void sk_cff_plan_free(SkCffPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkCffPlan, sk_cff_plan_free)
/** sk_cff_plan_sid: of @name, which is a name; 0 where there is no room for another string. */
uint16_t sk_cff_plan_sid(SkCffPlan *self, const char *name);
/** sk_cff_plan_write: Returns: false with LIMIT where it is longer than @limit. */
bool sk_cff_plan_write(const SkCffPlan *self, uint64_t limit, SkSink *out,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- readers by kind; all fill @facts, and write nothing on failure ------------------------ */

bool sk_font_truetype(SkSpan in, size_t start, const SkFontOptions *options, SkSink *out,
                      SkFontFacts *facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_font_cff(SkSpan in, const SkFontOptions *options, uint64_t limit, SkSink *out,
                 SkFontFacts *facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_font_type1(SkSpan in, const SkFontOptions *options, uint64_t limit, SkSink *out,
                   SkFontFacts *facts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_font_limit: how long the output of @in may be. */
uint64_t sk_font_limit(SkSpan in);

/* ---- sfnt --------------------------------------------------------------------------------- */

/** sk_sfnt_table: finds @tag in the directory at @start. A table that leaves the file is not there;
 * one that stands twice is AMBIGUOUS. @ret is empty where it is not there. */
bool sk_sfnt_table(SkSpan in, size_t start, const char *tag, SkSpan *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_sfnt_map: the cmap table anew, of the glyphs below @glyphs; empty where nothing is mapped. */
void sk_sfnt_map(SkSpan table, uint32_t glyphs, SkFontPut *put);
/** sk_sfnt_names: the post table anew; empty where no glyph has a name. */
void sk_sfnt_names(SkSpan table, uint32_t glyphs, SkFontPut *put);
