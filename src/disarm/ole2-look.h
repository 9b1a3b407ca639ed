/* SPDX-License-Identifier: Apache-2.0
 *
 * ole2-look.h - what an old Office document is and what is in it, by our own reader, before
 * LibreOffice is given it. Nothing of it is rebuilt here: what is found does not survive conversion
 * and the disarming that follows; it is noted so that a person learns of it, and refused where the
 * policy says so.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/old-office.md   Tests: tests/unit/disarm/test-old-office.c,
 * tests/fuzz/fuzz-old-office.c
 */
#pragma once

#include "disarm/disarm.h"

/**
 * sk_ole2_identify: the type of a compound file by the streams in its root: doc, doc95, xls, xls95,
 * ppt, msg, hwp, jtd, jtdc, or ole2 for anything else.
 * @hint: tells jtdc from jtd, and what a file is that cannot be opened at all: it is refused for
 *   that later
 * @polyglot: set where it holds the main streams of two programs; else untouched
 */
SkType sk_ole2_identify(SkSpan input, SkType hint, bool *polyglot);
/** sk_biff_identify: xls95 for a workbook of Excel 4 and before, which is no compound file; else
 * NONE. */
SkType sk_biff_identify(SkSpan input);

/** sk_doc_look, sk_xls_look, sk_ppt_look, sk_hwp_look, sk_rtf_look: SkDisarmFunc without an output.
 * ENCRYPTED where it is locked, UNSUPPORTED for a HWP document that LibreOffice does not read. */
bool sk_doc_look(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_xls_look(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ppt_look(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_hwp_look(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_rtf_look(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
