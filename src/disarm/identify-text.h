/* SPDX-License-Identifier: Apache-2.0
 *
 * identify-text.h - which of the texts is it? Content has the first word where it carries a mark (a
 * doctype, a header, `#!`), the name where it carries none; the order is that of
 * docs/formats/identify.md.
 * Runs in: disarm worker. Trusts: nothing.
 * Tests: tests/unit/disarm/test-identify.c, test-identify-pairs.c
 */
#pragma once

#include "base/types.h"

/** sk_text_is_name: is @hint a name that a text may have? */
bool sk_text_is_name(SkType hint);
/** sk_text_mark: what the first words of a text say that it is, whatever its encoding; TEXT where
 * they say nothing. Never CSV, TSV or JSON, which only names tell. */
SkType sk_text_mark(SkSpan input);
/** sk_text_decide: a text that carries @mark under a name of @hint. */
SkType sk_text_decide(SkSpan input, SkType mark, SkType hint);
