/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-out.h - the bytes of a new content stream while they grow: at the end, taken back
 * from the end, or put in before what was written last. A failure (limit, memory) sticks.
 * Runs in: disarm worker (no files, no network).
 * Tests: tests/unit/disarm/test-pdf-content.c
 */
#pragma once

#include "base/base.h"

typedef struct {
    uint8_t *p; /* owned */
    size_t n, room;
    uint64_t limit;
    bool bad;
} SkPdfOut;

static inline void
sk_pdf_out_clear(SkPdfOut *self)
{
    g_free(self->p);
    *self = (SkPdfOut){ 0 };
}

/** sk_pdf_out_grow: makes room for @more bytes behind what is there; false, and it sticks, where
 * that cannot be. */
bool sk_pdf_out_grow(SkPdfOut *self, size_t more);

static inline bool
sk_pdf_out_room(SkPdfOut *self, size_t more)
{
    return !self->bad && (more <= self->room - self->n || sk_pdf_out_grow(self, more));
}

static inline void
sk_pdf_out_span(SkPdfOut *self, SkSpan s)
{
    if (!sk_pdf_out_room(self, s.n))
        return;
    for (size_t i = 0; i < s.n; i++)
        self->p[self->n + i] = s.p[i];
    self->n += s.n;
}

static inline void
sk_pdf_out_str(SkPdfOut *self, const char *s)
{
    sk_pdf_out_span(self, sk_span_str(s));
}

static inline void
sk_pdf_out_u8(SkPdfOut *self, uint8_t c)
{
    if (sk_pdf_out_room(self, 1))
        self->p[self->n++] = c;
}

void sk_pdf_out_uint(SkPdfOut *self, uint32_t v);
/** sk_pdf_out_hex: `<0A1B>`. */
void sk_pdf_out_hex(SkPdfOut *self, SkSpan bytes);

/** sk_pdf_out_back: what was written from @at on is taken back. */
static inline void
sk_pdf_out_back(SkPdfOut *self, size_t at)
{
    if (at < self->n)
        self->n = at;
}

/** sk_pdf_out_insert: puts @s in at @at. Costs what lies behind it. */
void sk_pdf_out_insert(SkPdfOut *self, size_t at, SkSpan s);
/** sk_pdf_out_cut: takes the @n bytes at @at out (both inside: asserted). */
void sk_pdf_out_cut(SkPdfOut *self, size_t at, size_t n);
/** sk_pdf_out_steal: (transfer full): all of it; it is empty then. */
GBytes *sk_pdf_out_steal(SkPdfOut *self);
