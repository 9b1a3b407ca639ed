/* SPDX-License-Identifier: Apache-2.0
 *
 * icc.h - colour profiles of a rebuilt PDF, in their one form.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/icc.md   Tests: tests/unit/verify/test-icc.c
 */
#pragma once

#include "verify/proof.h"

/** sk_verify_icc: @ret_components: of its device space. */
bool sk_verify_icc(SkProof *proof, SkSpan in, unsigned *ret_components) G_GNUC_WARN_UNUSED_RESULT;
