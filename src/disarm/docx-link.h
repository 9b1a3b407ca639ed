/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-link.h - which addresses a link may go to, and their one way of being written.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/docx.md ("Links")   Tests: tests/unit/disarm/test-docx-link.c
 */
#pragma once

#include "base/base.h"

#define SK_DOCX_LINK_MAX 2048u

/** sk_docx_link: (transfer full): @address written anew, or NULL for any that is not http, https or
 * mailto of the grammar. */
char *sk_docx_link(SkSpan address);
