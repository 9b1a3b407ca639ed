/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-pages.c - a TIFF file that stands alone: all of its pages, as TIFF.
 * Spec: docs/formats/tiff.md, TIFF 6.0   Tests: tests/unit/disarm/test-tiff.c
 */
#include "disarm/formats.h"

#include "disarm/picture-formats.h"
#include "disarm/tiff-file.h"

#include "format/tiff.h"

#include <string.h>

#define SIDE_MAX 65535u

/* Bits of a bilevel page that is one strip wide, 1 for black. */
static void
into_bits(const SkTiffFile *self, void *user, uint32_t left, uint32_t y, const uint8_t *row)
{
    size_t n = ((size_t)self->width + 7) / 8;
    uint8_t *to = (uint8_t *)user + y * n,
            turn = self->photometric == SK_TIFF_BLACK_IS_ZERO ? 0xff : 0;

    g_assert(left == 0);
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(row[i] ^ turn);
    if (self->width % 8 != 0)
        to[n - 1] &= (uint8_t)(0xff00u >> self->width % 8);
}

/* What is dropped of a page, by kind. */
static SkElement
element_of(unsigned tag)
{
    static const struct {
        uint16_t tag;
        SkElement element;
    } dropped[] = {
        { 269, SK_ELEMENT_PICTURE_TEXT },       { 270, SK_ELEMENT_PICTURE_TEXT },
        { 271, SK_ELEMENT_PICTURE_METADATA },   { 272, SK_ELEMENT_PICTURE_METADATA },
        { 285, SK_ELEMENT_PICTURE_TEXT },       { 305, SK_ELEMENT_PICTURE_TEXT },
        { 306, SK_ELEMENT_PICTURE_TEXT },       { 315, SK_ELEMENT_PICTURE_TEXT },
        { 316, SK_ELEMENT_PICTURE_TEXT },       { 330, SK_ELEMENT_PICTURE_SECOND },
        { 700, SK_ELEMENT_PICTURE_METADATA },   { 33432, SK_ELEMENT_PICTURE_TEXT },
        { 33723, SK_ELEMENT_PICTURE_METADATA }, { 34377, SK_ELEMENT_PICTURE_METADATA },
        { 34665, SK_ELEMENT_PICTURE_METADATA }, { 34675, SK_ELEMENT_PICTURE_PROFILE },
        { 34853, SK_ELEMENT_PICTURE_METADATA },
    };
    /* Those of TIFF 6.0 that say how the page is coded, or where it lies on paper. */
    static const uint16_t plain[] = {
        254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281,
        282, 283, 284, 286, 287, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 322, 323,
        324, 325, 326, 327, 328, 332, 334, 336, 338, 339, 340, 341, 347, 512, 513, 514, 515, 519,
        520, 521, 529, 530, 531, 532
    };

    for (size_t i = 0; i < G_N_ELEMENTS(dropped); i++) {
        if (dropped[i].tag == tag)
            return dropped[i].element;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (plain[i] == tag)
            return SK_ELEMENT_NONE;
    }
    return SK_ELEMENT_PICTURE_UNKNOWN;
}

static bool
tell_fields(SkDisarm *disarm, const SkTiffFile *self, SkSpan page, GError **error)
{
    for (unsigned i = 0; i < self->fields_n; i++) {
        SkElement element = element_of(self->fields[i].tag);
        if (element != SK_ELEMENT_NONE && !sk_picture_found(disarm, element, 1, page, error))
            return false;
    }
    return sk_picture_found(disarm, SK_ELEMENT_PICTURE_ORIENTATION, self->orientation != 1 ? 1 : 0,
                            page, error);
}

static void
set_resolution(const SkTiffFile *self, SkTiffPage *page)
{
    uint32_t x = sk_tiff_resolution(self, SK_TIFF_TAG_RESOLUTION_X),
             y = sk_tiff_resolution(self, SK_TIFF_TAG_RESOLUTION_Y);
    uint32_t unit = sk_tiff_value(self, SK_TIFF_TAG_RESOLUTION_UNIT, 0, 2);
    bool known = x > 0 && y > 0 && unit >= 1 && unit <= 3, turned = self->orientation >= 5;

    page->resolution_x = known ? (turned ? y : x) : 100;
    page->resolution_y = known ? (turned ? x : y) : 100;
    page->resolution_unit = (uint16_t)(known ? unit : 1);
}

static SkTiffKind
least_kind(const SkRaster *raster)
{
    size_t n = (size_t)raster->width * raster->height;
    SkTiffKind kind = SK_TIFF_BILEVEL;

    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = raster->pixels + 4 * i;
        if (p[3] != 0xff)
            return SK_TIFF_RGBA;
        if (p[0] != p[1] || p[1] != p[2])
            kind = SK_TIFF_RGB;
        else if (kind == SK_TIFF_BILEVEL && p[0] != 0 && p[0] != 0xff)
            kind = SK_TIFF_GREY;
    }
    return kind;
}

typedef struct {
    const SkRaster *raster;
    const uint8_t *bits;
    SkTiffPage page;
} Out;

static void
row_of_raster(void *user, uint32_t y, uint8_t *to)
{
    const Out *self = user;
    uint32_t width = self->page.width;
    const uint8_t *from = self->raster->pixels + 4 * (size_t)y * width;

    if (self->page.kind == SK_TIFF_BILEVEL)
        memset(to, 0, sk_tiff_row_bytes(SK_TIFF_BILEVEL, width));
    for (uint32_t x = 0; x < width; x++, from += 4) {
        switch (self->page.kind) {
        case SK_TIFF_BILEVEL:
            to[x / 8] |= (uint8_t)(from[0] == 0 ? 0x80 >> x % 8 : 0);
            break;
        case SK_TIFF_GREY:
            to[x] = from[0];
            break;
        case SK_TIFF_RGB:
            for (unsigned c = 0; c < 3; c++)
                to[3 * (size_t)x + c] = from[c];
            break;
        case SK_TIFF_RGBA:
            for (unsigned c = 0; c < 4; c++)
                to[4 * (size_t)x + c] = from[3] == 0 ? 0 : from[c];
            break;
        }
    }
}

static void
row_of_bits(void *user, uint32_t y, uint8_t *to)
{
    const Out *self = user;
    size_t n = sk_tiff_row_bytes(SK_TIFF_BILEVEL, self->page.width);

    memcpy(to, self->bits + y * n, n);
}

static bool
write_bits(SkDisarm *disarm, SkTiffFile *self, SkTiffWriter *writer, Out *out, GError **error)
{
    size_t n = sk_tiff_row_bytes(SK_TIFF_BILEVEL, self->width) * self->height;
    g_autofree uint8_t *bits = g_try_malloc0(n);

    if (bits == NULL)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: no memory");
    if (!sk_disarm_expand(disarm, n, 0, 0, error) ||
        !sk_tiff_pixels(disarm, self, into_bits, bits, error))
        return false;
    out->bits = bits;
    out->page.kind = SK_TIFF_BILEVEL;
    out->page.width = self->width;
    out->page.height = self->height;
    out->page.row = row_of_bits;
    return sk_tiff_writer_page(writer, &out->page, error);
}

/* The raster is gone with its page: what counts of it is what the page holds. */
static bool
write_raster(SkDisarm *disarm, SkTiffFile *self, SkTiffWriter *writer, Out *out, GError **error)
{
    uint64_t before = disarm->expanded, samples = MIN(self->samples, 4u);
    g_autoptr(SkRaster) raster = NULL;

    if (!sk_tiff_raster(disarm, self, &raster, error))
        return false;
    disarm->expanded = before + samples * self->width * self->height;
    out->raster = raster;
    out->page.kind = least_kind(raster);
    out->page.width = raster->width;
    out->page.height = raster->height;
    out->page.row = row_of_raster;
    return sk_tiff_writer_page(writer, &out->page, error);
}

static bool
write_page(SkDisarm *disarm, SkTiffFile *self, SkTiffWriter *writer, GError **error)
{
    Out out = { .raster = NULL };

    if (self->width > SIDE_MAX || self->height > SIDE_MAX ||
        (uint64_t)self->width * self->height > disarm->job->limits.pixels)
        return sk_throw(error, SK_ERROR_LIMIT, "tiff: too many pixels");
    out.page.user = &out;
    set_resolution(self, &out.page);
    bool bits = self->bits == 1 && self->samples == 1 &&
                self->photometric <= SK_TIFF_BLACK_IS_ZERO && self->orientation == 1 &&
                !self->tiles;
    return bits ? write_bits(disarm, self, writer, &out, error)
                : write_raster(disarm, self, writer, &out, error);
}

/* A smaller copy, or a mask: not a page. */
static SkElement
aside(const SkTiffFile *self)
{
    uint32_t kind = sk_tiff_value(self, SK_TIFF_TAG_SUBFILE, 0, 0);

    return (kind & 1) != 0   ? SK_ELEMENT_PICTURE_THUMBNAIL
           : (kind & 4) != 0 ? SK_ELEMENT_PICTURE_SECOND
                             : SK_ELEMENT_NONE;
}

static bool
rebuild(SkDisarm *self, SkSpan picture, SkSpan place_of, SkSink *out, GError **error)
{
    g_autofree SkTiffFile *tiff = g_new0(SkTiffFile, 1);
    g_autoptr(SkTiffWriter) writer = sk_tiff_writer_new(out);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    unsigned pages = 0;

    (void)place_of;
    if (!sk_tiff_open(tiff, picture, error))
        return false;
    while (tiff->next != 0) {
        if (!g_hash_table_add(seen, g_memdup2(&tiff->next, sizeof tiff->next)))
            return sk_throw(error, SK_ERROR_MALFORMED, "tiff: directories in a circle");
        if (g_hash_table_size(seen) > self->job->limits.pages)
            return sk_throw(error, SK_ERROR_LIMIT, "tiff: over %u pages", self->job->limits.pages);
        g_autofree char *place = g_strdup_printf("page %u", pages + 1);
        if (!sk_tiff_fields(tiff, error))
            return false;
        SkElement no_page = aside(tiff);
        if (no_page != SK_ELEMENT_NONE) {
            if (!sk_picture_found(self, no_page, 1, sk_span_str(place), error))
                return false;
            continue;
        }
        if (!sk_tiff_kind(self, tiff, error) ||
            !tell_fields(self, tiff, sk_span_str(place), error) ||
            !write_page(self, tiff, writer, error))
            return false;
        pages++;
    }
    return pages > 0 || sk_throw(error, SK_ERROR_MALFORMED, "tiff: no page in it");
}

bool
sk_tiff_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, rebuild, SK_TYPE_TIFF, self->input, SK_SPAN_EMPTY, self->sink,
                             error);
}
