/* SPDX-License-Identifier: Apache-2.0
 *
 * icc-parts.h - the types of a colour profile's tags: each parsed, and spelled as
 * docs/formats/icc.md has it.
 * Runs in: disarm worker (no files, no network). Trusts: nothing. Tests: as icc.h
 */
#pragma once

#include "base/sink.h"

/* All: false with MALFORMED, TRUNCATED or UNSUPPORTED where the tag is not sane. @tag: its bytes,
 * borrowed. */
bool sk_icc_xyz(SkSpan tag, SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_icc_put_white(SkSink *out); /* D50 */
bool sk_icc_adaptation(SkSpan tag, SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_icc_curve_tag: @para: the parametric kind is known (version 4). */
bool sk_icc_curve_tag(SkSpan tag, bool para, SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_icc_table: from @in_n to @out_n channels. @fourth: version 4; @from_pcs: B2A. */
bool sk_icc_table(SkSpan tag, bool fourth, bool from_pcs, unsigned in_n, unsigned out_n,
                  SkSink *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
