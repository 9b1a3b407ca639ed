/* SPDX-License-Identifier: Apache-2.0
 *
 * font-type1.h - what the two halves of the Type 1 reader share: the font as read, and the carrying
 * out of its charstrings.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font.c
 */
#pragma once

#include "format/font-parts.h"

/** SkType1Program: a charstring, decrypted. */
typedef struct {
    size_t at, n;
    bool there;
} SkType1Program;

typedef struct {
    char *name; /* owned */
    SkType1Program program;
} SkType1Glyph;

typedef struct {
    GByteArray *programs;  /* owned: all charstrings and subroutines */
    GArray *glyphs;        /* owned, of SkType1Glyph, as they stood */
    GHashTable *by_name;   /* owned: name to index + 1 */
    SkType1Program *subrs; /* owned */
    uint32_t subr_count;
    uint32_t steps; /* operators carried out, of all glyphs so far */
    bool hints;     /* were met; stays true */
} SkType1;

static inline SkSpan
sk_type1_program(const SkType1 *self, const SkType1Program *program)
{
    return sk_span_sub(sk_span(self->programs->data, self->programs->len), program->at, program->n);
}

/** sk_type1_run: appends glyph @glyph's charstring, as Type 2, to @put. */
bool sk_type1_run(SkType1 *self, uint32_t glyph, SkFontPut *put, SkFontBox *box,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_type1_decrypt: appends the plain text of @cipher to @out, without the first @skip bytes. */
void sk_type1_decrypt(SkSpan cipher, uint16_t key, size_t skip, GByteArray *out);
