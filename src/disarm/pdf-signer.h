/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-signer.h - whose certificate a signature carries, by the name in it. Nothing is checked: it is what stood there.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: RFC 5652 (CMS), RFC 5280 (certificates), X.690 (DER)   Tests: tests/unit/disarm/test-pdf-signer.c,
 * tests/fuzz/fuzz-pdf-signer.c
 */
#pragma once

#include "base/base.h"

/** sk_pdf_signer: (transfer full): from a signature's Contents, which zeros may follow: common name and organisation of the
 * certificate that its first signer names, as text (pdf.h). NULL: there is none that can be read strictly. Linear. */
char *sk_pdf_signer(SkSpan contents);
