/* SPDX-License-Identifier: Apache-2.0
 * picture-alone.c - pictures that came alone and come out as PNG: the same readers as inside documents. What is
 * drawn looks like nothing else already (raster.c). */
#include "disarm/formats.h"

#include "disarm/picture-formats.h"

bool
sk_gif_draw(SkDisarm *self, GError **error)
{
    return sk_gif_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}

bool
sk_bmp_draw(SkDisarm *self, GError **error)
{
    return sk_bmp_disarm_picture(self, self->input, SK_SPAN_EMPTY, self->sink, error);
}

/* A PNG inside of an icon is written anew, and not drawn. */
bool
sk_ico_draw(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, sk_ico_disarm_picture, SK_TYPE_PNG, self->input, SK_SPAN_EMPTY, self->sink, error);
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
