/* SPDX-License-Identifier: Apache-2.0
 *
 * ico.c - icons and cursors: the largest of their pictures, as PNG. Spec: docs/formats/pictures.md,
 * the icon resources of Windows 3.0, and PNG inside as of Vista   Tests:
 * tests/unit/disarm/test-pictures.c
 */
#include "disarm/dib.h"
#include "disarm/picture-formats.h"

#include "base/reader.h"

#define LIST 6u
#define ENTRY 16u

typedef struct {
    SkSpan data;
    uint32_t pixels, bits;
    size_t end;
} Entry;

static uint32_t
side(uint8_t raw)
{
    return raw == 0 ? 256 : raw;
}

static bool
read_entry(SkSpan picture, bool cursor, SkReader *r, Entry *ret)
{
    uint32_t width = side(sk_reader_u8(r)), height = side(sk_reader_u8(r));

    sk_reader_skip(r, 4);
    uint16_t bits = sk_reader_u16le(r); /* of cursors: where it points to */
    uint32_t size = sk_reader_u32le(r), at = sk_reader_u32le(r);
    if (!sk_reader_ok(r) || at < LIST + ENTRY || at > picture.n || size > picture.n - at)
        return false;
    *ret = (Entry){ .data = sk_span_sub(picture, at, size),
                    .pixels = width * height,
                    .bits = cursor ? 0 : bits,
                    .end = at + size };
    return true;
}

static bool
is_better(const Entry *a, const Entry *b)
{
    return a->pixels != b->pixels ? a->pixels > b->pixels : a->bits > b->bits;
}

bool
sk_ico_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    SkReader r = sk_reader(picture);
    Entry best = { .pixels = 0 };
    size_t end = 0;
    g_autoptr(SkRaster) raster = NULL;

    sk_reader_skip(&r, 2);
    bool cursor = sk_reader_u16le(&r) == 2;
    uint16_t n = sk_reader_u16le(&r);
    for (unsigned i = 0; i < n; i++) {
        Entry entry = { .pixels = 0 };
        if (!read_entry(picture, cursor, &r, &entry))
            return sk_throw(error, SK_ERROR_TRUNCATED, "ico: picture %u outside of the file",
                            i + 1);
        if (is_better(&entry, &best))
            best = entry;
        end = MAX(end, entry.end);
    }
    if (best.pixels == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "ico: no picture in it");
    if (!sk_picture_found(self, SK_ELEMENT_PICTURE_SECOND, n - 1u, place, error) ||
        !sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, end < picture.n ? 1 : 0, place, error) ||
        !sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, 1, place, error))
        return false;
    if (sk_span_starts(best.data, "\x89PNG"))
        return sk_png_disarm_picture(self, best.data, place, out, error);
    return sk_dib_read_icon(self, best.data, &raster, error) && sk_raster_write(raster, out, error);
}
