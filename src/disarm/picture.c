/* SPDX-License-Identifier: Apache-2.0
 * picture.c - contract in picture.h. */
#include "disarm/picture.h"

#include "disarm/identify.h"
#include "disarm/picture-formats.h"

bool
sk_picture_found(SkDisarm *self, SkElement element, uint32_t count, SkSpan place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return count == 0 || sk_disarm_found(self, element, place, count, &verdict, error);
}

bool
sk_picture_disarm(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, SkType *ret_type, GError **error)
{
    bool polyglot = false;
    SkType type = sk_identify(picture, SK_TYPE_NONE, &polyglot);
    *ret_type = type;
    if (type != SK_TYPE_PNG && type != SK_TYPE_JPEG)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "picture: %s", sk_type_get(type)->name);
    if (!sk_picture_found(self, SK_ELEMENT_POLYGLOT, polyglot ? 1 : 0, place, error))
        return false;
    return type == SK_TYPE_PNG ? sk_png_disarm_picture(self, picture, place, out, error)
                               : sk_jpeg_disarm_picture(self, picture, place, out, error);
}
