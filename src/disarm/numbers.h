/* SPDX-License-Identifier: Apache-2.0
 *
 * numbers.h - numbers in a text that may be a person's My Number (個人番号): twelve digits whose
 * last one is the check digit of the ministerial ordinance. Says how many and on which line, never
 * which. Runs in: disarm worker (no files, no network). Trusts: nothing. Spec:
 * docs/formats/my-number.md   Tests: tests/unit/disarm/test-numbers.c, tests/fuzz/fuzz-numbers.c
 */
#pragma once

#include "base/base.h"
#include "sandbox/report.h"

#define SK_NUMBER_DIGITS 12u
#define SK_NUMBER_PLACES_MAX 100u /* lines that are named; further ones count for the whole text   \
                                   */

/** sk_number_is: do these digits (0 to 9 each) pass the check digit? Twelve zeros do not. */
bool sk_number_is(const uint8_t digits[SK_NUMBER_DIGITS]);
/** sk_corporate_is: do thirteen digits pass the check digit of a corporate number (法人番号)? */
bool sk_corporate_is(const uint8_t digits[SK_NUMBER_DIGITS + 1]);
/**
 * sk_numbers_scan: finds them in @text, which should be UTF-8: digits and separators of half or
 * full width. Each line with some is one finding of `my-number`. Linear, one pass. Returns: how
 * many
 */
uint64_t sk_numbers_scan(SkSpan text, SkReport *report);
