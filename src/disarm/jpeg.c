/* SPDX-License-Identifier: Apache-2.0
 * jpeg.c - JPEG pictures: walk, take the coefficients out, write anew. Spec:
 * docs/formats/jpeg.md */
#include "disarm/formats.h"

#include "disarm/coefficients.h"
#include "disarm/picture-formats.h"
#include "disarm/turn.h"

static bool
report(SkDisarm *self, const SkJpeg *jpeg, SkSpan place, GError **error)
{
    SkSpan rest = jpeg->rest;
    size_t zeros = 0;
    while (zeros < rest.n && rest.p[zeros] == 0)
        zeros++;
    bool second = sk_span_starts(sk_span_sub(rest, zeros, rest.n - zeros), "\xFF\xD8\xFF");
    return sk_picture_found(self, SK_ELEMENT_PICTURE_METADATA, jpeg->metadata, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_THUMBNAIL, jpeg->thumbnails, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_TEXT, jpeg->texts, place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_SECOND, jpeg->seconds + (second ? 1 : 0),
                            place, error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ENCODING, jpeg->progressive ? 1 : 0, place,
                            error) &&
           sk_picture_found(self, SK_ELEMENT_PICTURE_ORIENTATION, jpeg->orientation != 1 ? 1 : 0,
                            place, error) &&
           sk_picture_found(self, SK_ELEMENT_TRAILING_DATA, rest.n > 0 && !second ? 1 : 0, place,
                            error);
}

/* The pieces of a colour profile in one; nothing where one of them is not there, or is too many. */
static GByteArray *
join_profile(const SkJpeg *jpeg)
{
    GByteArray *out = g_byte_array_new();

    for (unsigned i = 1; i <= jpeg->icc_n; i++) {
        if (jpeg->icc[i].n == 0) {
            g_byte_array_set_size(out, 0);
            break;
        }
        g_byte_array_append(out, jpeg->icc[i].p, (guint)jpeg->icc[i].n);
    }
    return out;
}

/* The turned picture once more through the walk and the writer: one writer, one form. */
static bool
turn(SkDisarm *self, const SkJpeg *jpeg, SkSink *out, GError **error)
{
    g_autoptr(SkSink) upright = sk_sink_new_memory(self->job->limits.output);
    g_autoptr(GBytes) turned = NULL;
    g_auto(SkJpeg) second = { .parts = NULL };
    SkJpegKind kind = SK_JPEG_OTHER;

    if (!sk_coefficients_rebuild(jpeg, upright, &kind, error) || !sk_sink_finish(upright, error) ||
        !sk_turn_jpeg(sk_sink_memory(upright), jpeg->orientation, &turned, error) ||
        !sk_jpeg_parse(sk_span_bytes(turned), &self->job->limits, &second, error))
        return false;
    bool exchanged = jpeg->orientation >= 5;
    second.profile = jpeg->profile;
    second.density_unit = jpeg->density_unit;
    second.density_x = exchanged ? jpeg->density_y : jpeg->density_x;
    second.density_y = exchanged ? jpeg->density_x : jpeg->density_y;
    return sk_coefficients_rebuild(&second, out, &kind, error);
}

bool
sk_jpeg_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, GError **error)
{
    g_auto(SkJpeg) jpeg = { .parts = NULL };
    SkJpegKind kind = SK_JPEG_OTHER;

    if (!sk_jpeg_parse(picture, &self->job->limits, &jpeg, error) ||
        !report(self, &jpeg, place, error) ||
        !sk_disarm_expand(self, (uint64_t)jpeg.width * jpeg.height * jpeg.components, 0, 0, error))
        return false;
    g_autoptr(GByteArray) joined = join_profile(&jpeg);
    g_autoptr(GBytes) profile = NULL;
    if (!sk_picture_profile(self, sk_span(joined->data, joined->len), jpeg.components,
                            jpeg.profiles, place, &profile, error))
        return false;
    if (profile != NULL && g_bytes_get_size(profile) <= SK_JPEG_ICC_MAX * SK_JPEG_ICC_PIECE)
        jpeg.profile = sk_span_bytes(profile);
    return jpeg.orientation == 1 ? sk_coefficients_rebuild(&jpeg, out, &kind, error)
                                 : turn(self, &jpeg, out, error);
}

bool
sk_jpeg_disarm(SkDisarm *self, GError **error)
{
    return sk_picture_single(self, sk_jpeg_disarm_picture, SK_TYPE_JPEG, self->input, SK_SPAN_EMPTY,
                             self->sink, error);
}
