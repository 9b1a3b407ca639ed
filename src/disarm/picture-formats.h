/* SPDX-License-Identifier: Apache-2.0
 *
 * picture-formats.h - the kinds of picture behind picture.h, and what they share.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 */
#pragma once

#include "disarm/disarm.h"

/** sk_picture_found: a finding of @count, none if that is 0: of what goes, also where the rule
 * would keep it (who keeps it asks sk_disarm_found). false as sk_disarm_found. */
bool sk_picture_found(SkDisarm *self, SkElement element, uint32_t count, SkSpan place,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_picture_profile: (transfer full): a colour profile that the rule keeps, written anew, and its
 * finding of @count; NULL where there is none that is sane. @components: 1, 3 or 4. */
bool sk_picture_profile(SkDisarm *self, SkSpan profile, unsigned components, uint32_t count,
                        SkSpan place, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef bool SkPictureRun(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                          GError **error);
/** sk_picture_single: what @run makes of a picture of @type, which stays one; SK_ERROR_MALFORMED
 * where its colours, tables or pixels, the sender's choice, spell another type as well. */
bool sk_picture_single(SkDisarm *self, SkPictureRun *run, SkType type, SkSpan picture, SkSpan place,
                       SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Contracts as sk_picture_disarm's, for a picture that begins like one of the kind. */
bool sk_png_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_jpeg_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for kinds that come out as PNG. */
bool sk_gif_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_bmp_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_webp_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ico_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tiff_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_emf_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_wmf_disarm_picture(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
