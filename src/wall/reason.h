/* SPDX-License-Identifier: Apache-2.0
 *
 * reason.h - why nobody can be sure of a line (SkWallUnmodelled.why), in Japanese. The readers say why in English, where they
 * find it; each of their sentences stands here once more.
 * Runs in: sekisho-wall. Spec: docs/wall-proof.md   Tests: tests/golden/wall-reasons
 */
#pragma once

#include "base/base.h"

/** sk_wall_reason_ja: @why in Japanese; NULL where it is no sentence of the readers (what a kernel said, say): shown as it is. */
const char *sk_wall_reason_ja(const char *why);
