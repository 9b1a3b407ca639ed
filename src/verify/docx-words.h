/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-words.h - the grammar of fields' instructions.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/docx.md, "Instructions of fields"   Tests: tests/unit/verify/test-docx.c
 */
#pragma once

#include "base/base.h"

#define SK_DOCX_INSTRUCTION_MAX 4096u

/** sk_docx_is_instruction: @s with its references resolved. */
bool sk_docx_is_instruction(SkSpan s);
