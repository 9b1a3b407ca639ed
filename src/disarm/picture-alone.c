/* SPDX-License-Identifier: Apache-2.0
 * picture-alone.c - pictures that came alone and come out as PNG: the same readers as inside
 * documents. What is drawn looks like nothing else already (raster.c). */
#include "disarm/formats.h"

#include "disarm/picture-formats.h"

#include "base/reader.h"

bool
sk_gif_draw(SkDisarm *self, GError **error)
{
    return sk_gif_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}

/* What lies behind the size that the file says of itself; many say none that could be. */
bool
sk_bmp_draw(SkDisarm *self, GError **error)
{
    SkReader r = sk_reader(self->input);

    sk_reader_skip(&r, 2);
    uint32_t size = sk_reader_u32le(&r);
    sk_reader_skip(&r, 4);
    uint32_t pixels = sk_reader_u32le(&r);
    bool more = sk_reader_ok(&r) && size > pixels && size < self->input.n;
    if (!sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, more ? 1 : 0, SK_SPAN_EMPTY, error))
        return false;
    return sk_bmp_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}

/* A PNG inside of an icon is written anew, and not drawn. */
bool
sk_ico_draw(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, sk_ico_disarm_picture, SK_TYPE_PNG, self->input, SK_SPAN_EMPTY,
                             self->sink, error);
}

bool
sk_emf_draw(SkDisarm *self, GError **error)
{
    return sk_emf_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}

bool
sk_wmf_draw(SkDisarm *self, GError **error)
{
    return sk_wmf_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}
