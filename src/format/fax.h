/* SPDX-License-Identifier: Apache-2.0
 *
 * fax.h - bilevel pictures as fax machines code them (ITU-T T.4 Group 3 in one and two dimensions,
 * ITU-T T.6 Group 4), row by row. Uncompressed mode is not carried out.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf-picture.md, ITU-T T.4, T.6   Tests: tests/unit/format/test-fax.c,
 * tests/fuzz/fuzz-fax.c
 */
#pragma once

#include "base/base.h"

#define SK_FAX_COLUMNS_MAX 65535u

typedef enum {
    SK_FAX_G3_1D, /* TIFF compression 2 (with byte_align) and 3 */
    SK_FAX_G3_2D, /* a bit before each row says which */
    SK_FAX_G4,    /* TIFF compression 4 */
} SkFaxKind;

typedef struct {
    SkFaxKind kind;
    uint32_t columns;  /* 1 to SK_FAX_COLUMNS_MAX (asserted) */
    bool byte_align;   /* every row begins on a byte */
    bool lowest_first; /* the first bit of a byte is its lowest (TIFF's FillOrder 2) */
} SkFaxParams;

typedef struct SkFax SkFax;

/** sk_fax_new: (transfer full): @in is borrowed. */
SkFax *sk_fax_new(SkSpan in, const SkFaxParams *params);
void sk_fax_free(SkFax *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkFax, sk_fax_free)

/**
 * sk_fax_row: the next row into @row, of (columns + 7) / 8 bytes; 1 is black, unused bits are 0.
 * @ret_more: false where the coded picture has ended (end code, or no more data); @row is white
 *   then
 * Returns: false with SK_ERROR_MALFORMED for what no fax machine wrote. A row of Group 3 that is
 * damaged is
 *     the row before it, and counted.
 */
bool sk_fax_row(SkFax *self, uint8_t *row, bool *ret_more,
                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_fax_damaged: rows that were damaged so far. */
uint32_t sk_fax_damaged(const SkFax *self);
