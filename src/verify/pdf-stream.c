/* SPDX-License-Identifier: Apache-2.0
 * pdf-stream.c - contract in pdf-stream.h. */
#include "verify/pdf-stream.h"

#include <string.h>

#define CHUNK 65536u
#define ZLIB_HEAD "\x78\x01"

static bool
begin(SkInflate *inflate, SkSpan data)
{
    sk_inflate_begin(inflate, false);
    sk_inflate_feed(inflate, data);
    return sk_span_starts(data, ZLIB_HEAD);
}

/* Up to @most more bytes at @window's end. The stream must end with its data. */
static bool
inflate_more(SkPdfFile *file, uint32_t number, SkInflate *inflate, GByteArray *window, guint most)
{
    guint before = window->len;

    g_byte_array_set_size(window, before + most);
    size_t n = sk_inflate_read(inflate, window->data + before, most);
    g_byte_array_set_size(window, before + (guint)n);
    if (inflate->bad || (n < most && !inflate->ended))
        return sk_pdf_wrong(file, number, "data that do not inflate");
    if (inflate->ended && sk_inflate_left(inflate) > 0)
        return sk_pdf_no(file, number, SK_ELEMENT_TRAILING_DATA, "data after the stream's end");
    return sk_proof_expand(file->proof, n);
}

GByteArray *
sk_pdf_inflate(SkPdfFile *self, uint32_t number, size_t most)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    SkInflate inflate;
    bool good = begin(&inflate, sk_pdf_data(self, number)) ||
                sk_pdf_wrong(self, number, "head of its data");

    while (good && !inflate.ended) {
        good = inflate_more(self, number, &inflate, out, CHUNK) &&
               (out->len <= most || sk_pdf_wrong(self, number, "too long"));
    }
    sk_inflate_end(&inflate);
    return good ? g_steal_pointer(&out) : NULL;
}

void
sk_pdf_lines_begin(SkPdfLines *self, SkPdfFile *file, uint32_t number)
{
    *self = (SkPdfLines){ .file = file, .number = number, .window = g_byte_array_new() };
    if (!begin(&self->inflate, sk_pdf_data(file, number)))
        self->bad = !sk_pdf_wrong(file, number, "head of its data");
}

void
sk_pdf_lines_end(SkPdfLines *self)
{
    sk_inflate_end(&self->inflate);
    g_clear_pointer(&self->window, g_byte_array_unref);
}

static bool
refill(SkPdfLines *self)
{
    size_t left = self->window->len - self->at;

    if (left > SK_PDF_LINE_MAX)
        return sk_pdf_wrong(self->file, self->number, "a line that is too long");
    g_byte_array_remove_range(self->window, 0, (guint)self->at);
    self->at = 0;
    return inflate_more(self->file, self->number, &self->inflate, self->window,
                        CHUNK + (guint)left);
}

bool
sk_pdf_lines_next(SkPdfLines *self, SkSpan *ret)
{
    size_t looked = 0;

    while (!self->bad) {
        SkSpan left = SK_SPAN_EMPTY; /* a window that never held a byte is no place to count from */
        if (self->window->data != NULL)
            left = sk_span(self->window->data + self->at, self->window->len - self->at);
        const uint8_t *end =
            left.n == looked ? NULL : memchr(left.p + looked, '\n', left.n - looked);
        if (end != NULL) {
            *ret = sk_span(left.p, (size_t)(end - left.p));
            self->at += ret->n + 1;
            return true;
        }
        looked = left.n;
        if (self->inflate.ended) {
            self->bad = left.n > 0 &&
                        !sk_pdf_wrong(self->file, self->number, "a last line without its end");
            return false;
        }
        self->bad = !refill(self);
    }
    return false;
}
