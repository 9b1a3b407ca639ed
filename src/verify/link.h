/* SPDX-License-Identifier: Apache-2.0
 *
 * link.h - the one grammar of links that may leave a document.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/docx.md, "Links"   Tests: tests/unit/verify/test-docx.c
 */
#pragma once

#include "base/base.h"

#define SK_LINK_MAX 2048u

/** sk_link_is_permitted: @s with its references resolved. */
bool sk_link_is_permitted(SkSpan s);
