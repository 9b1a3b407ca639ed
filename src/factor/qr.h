/* SPDX-License-Identifier: Apache-2.0
 *
 * qr.h - text as a QR code, drawn as the path of an SVG: one square a dark module, so that a page
 * needs no picture from anywhere. Runs in: web. Spec: ISO/IEC 18004 through libqrencode
 * Tests: tests/unit/factor/test-totp.c
 */
#pragma once

#include "base/base.h"

#define SK_QR_QUIET 4 /* modules of white around it */

/**
 * sk_qr_path: (transfer full): `M4 4h1v1h-1z…` in a square of @ret_size modules, quiet zone
 * included. NULL with LIMIT where @text does not fit.
 */
char *sk_qr_path(const char *text, unsigned *ret_size, GError **error);
