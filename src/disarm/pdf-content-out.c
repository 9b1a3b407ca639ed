/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-out.c - contract in pdf-content-out.h.
 */
#include "disarm/pdf-content-out.h"

#include <string.h>

#define FIRST_ROOM 4096u

bool
sk_pdf_out_grow(SkPdfOut *self, size_t more)
{
    size_t want = 0, room = MAX(self->room, FIRST_ROOM);

    if (self->bad || !sk_size_add(self->n, more, &want) || want > self->limit) {
        self->bad = true;
        return false;
    }
    while (room < want && sk_size_mul(room, 2, &room))
        ;
    uint8_t *p = room < want ? NULL : g_try_realloc(self->p, room);
    if (p == NULL) {
        self->bad = true;
        return false;
    }
    self->p = p;
    self->room = room;
    return true;
}

void
sk_pdf_out_uint(SkPdfOut *self, uint32_t v)
{
    uint8_t digits[10];
    size_t n = 0;

    do {
        digits[sizeof digits - ++n] = (uint8_t)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    sk_pdf_out_span(self, sk_span(digits + sizeof digits - n, n));
}

void
sk_pdf_out_hex(SkPdfOut *self, SkSpan bytes)
{
    static const char digits[] = "0123456789ABCDEF";

    sk_pdf_out_u8(self, '<');
    for (size_t i = 0; i < bytes.n; i++) {
        sk_pdf_out_u8(self, (uint8_t)digits[bytes.p[i] >> 4]);
        sk_pdf_out_u8(self, (uint8_t)digits[bytes.p[i] & 15]);
    }
    sk_pdf_out_u8(self, '>');
}

/* memmove, in these two only: the ranges overlap, and both ends were checked. */
void
sk_pdf_out_insert(SkPdfOut *self, size_t at, SkSpan s)
{
    g_assert(at <= self->n);
    if (!sk_pdf_out_room(self, s.n))
        return;
    memmove(self->p + at + s.n, self->p + at, self->n - at);
    for (size_t i = 0; i < s.n; i++)
        self->p[at + i] = s.p[i];
    self->n += s.n;
}

void
sk_pdf_out_cut(SkPdfOut *self, size_t at, size_t n)
{
    g_assert(at <= self->n && n <= self->n - at);
    if (n == 0)
        return;
    memmove(self->p + at, self->p + at + n, self->n - at - n);
    self->n -= n;
}

GBytes *
sk_pdf_out_steal(SkPdfOut *self)
{
    GBytes *bytes = g_bytes_new_take(g_steal_pointer(&self->p), self->n);

    self->n = self->room = 0;
    return bytes;
}
