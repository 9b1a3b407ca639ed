/* SPDX-License-Identifier: Apache-2.0
 *
 * icc.h - a colour profile parsed to its numbers and written anew.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/icc.md   Tests: tests/unit/disarm/test-icc.c, tests/fuzz/fuzz-icc.c
 */
#pragma once

#include "base/sink.h"

/**
 * sk_icc_rebuild:
 * @components: what the colour space says: 1, 3 or 4; 0: any. Another number than the profile's is
 *   not sane
 * @out: receives the whole new profile; what a failed one leaves in it is not to be used
 * @ret_components: or NULL
 * Returns: true, or false with SK_ERROR_MALFORMED, TRUNCATED or UNSUPPORTED for a profile that is
 * not sane: the
 *     caller takes the device space of that many components instead.
 */
bool sk_icc_rebuild(SkSpan in, unsigned components, SkSink *out, unsigned *ret_components,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
