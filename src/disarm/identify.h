/* SPDX-License-Identifier: Apache-2.0
 *
 * identify.h - what is this object, by its content? The extension is only a hint among texts (csv, tsv,
 * text, markdown…), where content cannot tell. Magic numbers find the candidate; the full parse that
 * follows is what proves it.
 * Runs in: disarm worker. Trusts: nothing.
 * Tests: tests/unit/disarm/test-identify.c
 */
#pragma once

#include "base/types.h"

/**
 * sk_identify: SK_TYPE_NONE for content of no known type.
 * @polyglot: set when the content also begins or ends like another active type (a PDF header within
 *     its first 1024 bytes, a ZIP end record after a picture, …)
 */
SkType sk_identify(SkSpan input, SkType hint, bool *polyglot);
