/* SPDX-License-Identifier: Apache-2.0
 *
 * font-cff.h - what the parts of the CFF reader share: indexes, DICTs, and the carrying out of Type
 * 2 charstrings.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font.c
 */
#pragma once

#include "format/font-parts.h"

typedef struct {
    SkSpan offsets; /* count + 1 of them */
    SkSpan data;    /* offset 1 is its first byte */
    uint32_t count;
    unsigned size; /* of an offset */
    size_t end;    /* behind it, in the file */
} SkCffIndex;

bool sk_cff_index_parse(SkSpan in, size_t at, SkCffIndex *ret,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_cff_index_get: false where entry @i is not there, or not in order. */
bool sk_cff_index_get(const SkCffIndex *index, uint32_t i, SkSpan *ret) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    int64_t whole; /* an integer, or a decimal cut to one */
    int64_t pico;  /* within ±32,768 units; or INT64_MIN: out of range */
} SkCffOperand;

typedef struct {
    SkCffOperand charset, encoding, charstrings, fd_array, fd_select, subrs; /* offsets */
    SkCffOperand private_size, private_at;
    SkCffOperand registry, ordering, supplement;
    SkCffOperand default_width, nominal_width;
    SkCffOperand charstring_type, paint_type;
    SkFontMatrix matrix;
    bool cid, synthetic, has_private;
    bool hints;
} SkCffDict;

/** sk_cff_dict_parse: a DICT of any kind; what is not there is 0. */
bool sk_cff_dict_parse(SkSpan data, SkCffDict *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkCffPrivate: of a Private DICT, with its subroutines. */
typedef struct {
    SkCffIndex subrs;
    int64_t default_width, nominal_width; /* 16.16 */
} SkCffPrivate;

typedef struct {
    const SkCffIndex *charstrings;
    const SkCffIndex *global_subrs;
    const SkCffPrivate *private_dict;
    /* The glyph of a code of StandardEncoding, for accents put on letters; -1 for none. */
    int (*glyph_of_code)(void *user, unsigned code);
    void *user;
    uint32_t steps; /* operators carried out, of all glyphs so far */
    bool hints;     /* were met; stays true */
} SkType2;

/** sk_type2_run: appends glyph @glyph's charstring, written anew, to @put. */
bool sk_type2_run(SkType2 *self, uint32_t glyph, SkFontPut *put, SkFontBox *box,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
