/* SPDX-License-Identifier: Apache-2.0
 * pixels.c - contract in pixels.h. Every call into libpng stands in a function that sets its own
 * jump. */
#include "disarm/pixels.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

#define PARTS 6u

struct SkPixels {
    png_struct *png;
    png_info *info;
    SkSpan parts[PARTS]; /* borrowed: what libpng reads, one after the other */
    unsigned part;
    bool interlaced;
    uint8_t *frame; /* owned: the whole picture if interlaced, else NULL */
    size_t row_bytes;
    uint32_t row, height;
    bool more;   /* libpng found data after the last row */
    bool warned; /* … or anything else to complain of */
    bool memory; /* the failure was one of memory */
};

static void
on_error(png_struct *png, const char *message)
{
    SkPixels *self = png_get_error_ptr(png);
    self->memory = strstr(message, "memory") != NULL;
    png_longjmp(png, 1);
}

static void
on_warning(png_struct *png, const char *message)
{
    SkPixels *self = png_get_error_ptr(png);
    if (strstr(message, "Extra compressed data") != NULL ||
        strstr(message, "Too much image data") != NULL)
        self->more = true;
    else
        self->warned = true;
}

static void
on_read(png_struct *png, uint8_t *to, size_t n)
{
    SkPixels *self = png_get_io_ptr(png);
    while (n > 0) {
        while (self->part < PARTS && self->parts[self->part].n == 0)
            self->part++;
        if (self->part == PARTS)
            png_error(png, "end");
        SkSpan *part = &self->parts[self->part];
        size_t take = MIN(n, part->n);
        memcpy(to, part->p, take);
        *part = sk_span_sub(*part, take, part->n - take);
        to += take;
        n -= take;
    }
}

static bool
failed(const SkPixels *self, GError **error)
{
    return sk_throw(error, self->memory ? SK_ERROR_LIMIT : SK_ERROR_MALFORMED,
                    "png: image data broken (row %u)", self->row);
}

static bool
start(SkPixels *self, const SkPng *png, GError **error)
{
    if (setjmp(png_jmpbuf(self->png)) != 0)
        return failed(self, error);
    png_set_read_fn(self->png, self, on_read);
    png_set_user_limits(self->png, SK_PNG_SIDE_MAX, SK_PNG_SIDE_MAX);
    /* The walk has checked every CRC. */
    png_set_crc_action(self->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_benign_errors(self->png, 1);
    png_read_info(self->png, self->info);
    if (png->header.depth == 16) {
        if (png->trns.n > 0)
            png_set_tRNS_to_alpha(self->png);
        png_set_scale_16(self->png);
    }
    if (self->interlaced)
        png_set_interlace_handling(self->png);
    png_read_update_info(self->png, self->info);
    g_assert(png_get_rowbytes(self->png, self->info) == self->row_bytes);
    return true;
}

static bool
read_frame(SkPixels *self, GError **error)
{
    if (setjmp(png_jmpbuf(self->png)) != 0)
        return failed(self, error);
    for (unsigned pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
        for (uint32_t row = 0; row < self->height; row++)
            png_read_row(self->png, self->frame + self->row_bytes * row, NULL);
    }
    return true;
}

static SkPngHeader
converted(const SkPng *png)
{
    SkPngHeader header = png->header;
    header.interlaced = false;
    if (header.depth == 16) {
        header.depth = 8;
        if (header.transparency.n > 0)
            header.colour = header.colour == SK_PNG_GREY ? SK_PNG_GREY_ALPHA : SK_PNG_RGBA;
        header.transparency = SK_SPAN_EMPTY;
    }
    return header;
}

bool
sk_pixels_open(const SkPng *png, SkPixels **ret, SkPngHeader *ret_header, GError **error)
{
    g_autoptr(SkPixels) self = g_new0(SkPixels, 1);
    SkPngHeader header = converted(png);
    bool suggested = png->header.colour != SK_PNG_PALETTE;
    self->parts[0] = sk_span("\x89PNG\r\n\x1a\n", 8);
    self->parts[1] = png->ihdr;
    self->parts[2] = suggested ? SK_SPAN_EMPTY : png->plte;
    self->parts[3] = png->trns;
    self->parts[4] = png->idats;
    self->parts[5] = png->iend;
    self->interlaced = png->header.interlaced;
    self->row_bytes = sk_png_row_bytes(&header);
    self->height = header.height;
    self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
    self->info = self->png == NULL ? NULL : png_create_info_struct(self->png);
    if (self->info == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "png: no memory");
    if (!start(self, png, error))
        return false;
    if (self->interlaced) {
        self->frame = g_try_malloc0_n(self->height, self->row_bytes);
        if (self->frame == NULL)
            return sk_throw(error, SK_ERROR_LIMIT, "png: no memory for an interlaced picture");
        if (!read_frame(self, error))
            return false;
    }
    *ret_header = header;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_pixels_free(SkPixels *self)
{
    if (self == NULL)
        return;
    if (self->png != NULL)
        png_destroy_read_struct(&self->png, &self->info, NULL);
    g_free(self->frame);
    g_free(self);
}

bool
sk_pixels_row(SkPixels *self, uint8_t *row, GError **error)
{
    g_assert(self->row < self->height);
    if (self->frame != NULL) {
        memcpy(row, self->frame + self->row_bytes * self->row, self->row_bytes);
    } else {
        if (setjmp(png_jmpbuf(self->png)) != 0)
            return failed(self, error);
        png_read_row(self->png, row, NULL);
    }
    self->row++;
    return true;
}

bool
sk_pixels_end(SkPixels *self, bool *ret_more, GError **error)
{
    if (setjmp(png_jmpbuf(self->png)) != 0)
        return failed(self, error);
    png_read_end(self->png, NULL);
    if (self->warned)
        return sk_throw(error, SK_ERROR_MALFORMED, "png: image data with errors");
    *ret_more = self->more;
    return true;
}
