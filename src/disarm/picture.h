/* SPDX-License-Identifier: Apache-2.0
 *
 * picture.h - a picture inside a document: the same disarming as of a picture that came alone, in
 * the worker of its document.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/png.md, docs/formats/jpeg.md   Tests: tests/unit/disarm/test-png.c,
 * tests/unit/disarm/test-jpeg.c
 */
#pragma once

#include "disarm/disarm.h"

/**
 * sk_picture_disarm: what @picture is, it says itself: a name or media type beside it is not asked.
 * @self: the document's; its job, its report and its sum of expanded bytes are used, its input and
 *   sink are not
 * @place: where the picture stands, for the findings (a part's name)
 * @out: receives the whole new picture; what a failed picture leaves in it is not to be used
 * @ret_type: what it became: SK_TYPE_PNG or SK_TYPE_JPEG
 * Returns: true, or false with SK_ERROR_UNSUPPORTED for a kind of picture that is not carried out
 * (and
 *     *ret_type, where the kind is known, else SK_TYPE_NONE), or the picture's own error. Only
 *     SK_ERROR_FORBIDDEN and SK_ERROR_LIMIT ought to refuse the document; for the rest a stand-in
 *       serves.
 */
bool sk_picture_disarm(SkDisarm *self, SkSpan picture, SkSpan place, SkSink *out, SkType *ret_type,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_picture_rebuild: @picture into memory, for a part of a document.
 * @lost: the finding where it cannot be shown; SK_ELEMENT_NONE: what became of it says which
 * @ret: (out) (transfer full): NULL where the stand-in must serve, and the finding is made
 */
bool sk_picture_rebuild(SkDisarm *self, SkSpan picture, SkSpan place, SkElement lost, GBytes **ret,
                        SkType *ret_type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
