/* SPDX-License-Identifier: Apache-2.0
 * picture.c - contract in picture.h. */
#include "disarm/picture.h"

#include "disarm/icc.h"
#include "disarm/identify.h"
#include "disarm/picture-formats.h"

bool
sk_picture_found(SkDisarm *self, SkElement element, uint32_t count, SkSpan place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    bool keepable =
        element == SK_ELEMENT_PICTURE_PROFILE || element == SK_ELEMENT_PICTURE_ANIMATION;

    if (count > 0 && keepable && sk_disarm_verdict(self, element) == SK_VERDICT_KEPT) {
        sk_report_find(self->report, element, SK_ACTION_REMOVED, place, count);
        return true;
    }
    return count == 0 || sk_disarm_found(self, element, place, count, &verdict, error);
}

bool
sk_picture_profile(SkDisarm *self, SkSpan profile, unsigned components, uint32_t count,
                   SkSpan place, GBytes **ret, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.output);
    SkVerdict verdict = SK_VERDICT_NONE;

    *ret = NULL;
    if (sk_disarm_verdict(self, SK_ELEMENT_PICTURE_PROFILE) != SK_VERDICT_KEPT || profile.n == 0 ||
        !sk_icc_rebuild(profile, components, sink, NULL, NULL) || !sk_sink_finish(sink, NULL))
        return sk_picture_found(self, SK_ELEMENT_PICTURE_PROFILE, count, place, error);
    if (!sk_disarm_found(self, SK_ELEMENT_PICTURE_PROFILE, place, count, &verdict, error))
        return false;
    *ret = sk_sink_steal_bytes(sink);
    return true;
}

bool
sk_picture_single(SkDisarm *self, SkPictureRun *run, SkType type, SkSpan picture, SkSpan place,
                  SkSink *out, GError **error)
{
    g_autoptr(SkSink) made = sk_sink_new_memory(self->job->limits.output);

    if (!run(self, picture, place, made, error) || !sk_sink_finish(made, error))
        return false;
    if (!sk_identify_is_single(sk_sink_memory(made), type))
        return sk_throw(error, SK_ERROR_MALFORMED, "picture: it spells another type");
    sk_sink_span(out, sk_sink_memory(made));
    return sk_sink_ok(out) || sk_throw(error, SK_ERROR_LIMIT, "picture: output too large");
}

/* What is drawn looks like nothing else already (raster.c). */
static const struct {
    SkType type, type_out;
    SkPictureRun *run;
} kinds[] = {
    { SK_TYPE_PNG, SK_TYPE_PNG, sk_png_disarm_picture },
    { SK_TYPE_JPEG, SK_TYPE_JPEG, sk_jpeg_disarm_picture },
    { SK_TYPE_GIF, SK_TYPE_PNG, sk_gif_disarm_picture },
    { SK_TYPE_BMP, SK_TYPE_PNG, sk_bmp_disarm_picture },
    { SK_TYPE_WEBP, SK_TYPE_PNG, sk_webp_disarm_picture },
    { SK_TYPE_ICO, SK_TYPE_PNG, sk_ico_disarm_picture },
    { SK_TYPE_TIFF, SK_TYPE_PNG, sk_tiff_disarm_picture },
    { SK_TYPE_EMF, SK_TYPE_PNG, sk_emf_disarm_picture },
    { SK_TYPE_WMF, SK_TYPE_PNG, sk_wmf_disarm_picture },
};

bool
sk_picture_disarm(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, SkType *ret_type,
                  GError **error)
{
    bool polyglot = false;
    SkType type = sk_identify(picture, SK_TYPE_NONE, &polyglot);

    *ret_type = type;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].type != type)
            continue;
        *ret_type = kinds[i].type_out;
        if (!sk_picture_found(self, SK_ELEMENT_POLYGLOT, polyglot ? 1 : 0, place, error))
            return false;
        return type == *ret_type
                   ? sk_picture_single(self, kinds[i].run, type, picture, place, out, error)
                   : kinds[i].run(self, picture, place, out, error);
    }
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "picture: %s", sk_type_get(type)->name);
}

bool
sk_picture_rebuild(SkDisarm *self, SkSpan picture, SkSpan place, SkElement lost, GBytes **ret,
                   SkType *ret_type, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.output);
    g_autoptr(GError) failure = NULL;
    SkVerdict verdict = SK_VERDICT_NONE;

    *ret = NULL;
    if (sk_picture_disarm(self, picture, place, sink, ret_type, &failure)) {
        if (!sk_sink_finish(sink, error))
            return false;
        *ret = sk_sink_steal_bytes(sink);
        return true;
    }
    if (g_error_matches(failure, SK_ERROR, SK_ERROR_FORBIDDEN) ||
        g_error_matches(failure, SK_ERROR, SK_ERROR_LIMIT)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (lost == SK_ELEMENT_NONE)
        lost = g_error_matches(failure, SK_ERROR, SK_ERROR_UNSUPPORTED)
                   ? SK_ELEMENT_UNSUPPORTED_PICTURE
                   : SK_ELEMENT_PICTURE_REPLACED;
    return sk_disarm_found(self, lost, place, 1, &verdict, error);
}
