/* SPDX-License-Identifier: Apache-2.0
 *
 * decimal.h - a number as a spreadsheet stores it, in decimal digits, so that what is shown is
 * rounded as people round and never by way of binary fractions. Runs in: disarm worker. Trusts:
 * nothing. Tests: tests/unit/disarm/test-number-format.c
 */
#pragma once

#include "base/base.h"

#define SK_DECIMAL_DIGITS 15u /* significant ones that spreadsheets keep */
#define SK_DECIMAL_EXPONENT_MAX 400

/** SkDecimal: 0.D1D2D3… × 10^point, D1 not 0; n is 0 for zero. */
typedef struct {
    bool negative;
    unsigned n;
    int point;
    uint8_t digits[SK_DECIMAL_DIGITS + 1];
} SkDecimal;

/** sk_decimal_parse: `-12.5E-3` and its like, rounded to the digits that are kept. */
bool sk_decimal_parse(SkSpan s, SkDecimal *ret);
/** sk_decimal_round: to @places digits behind the point (before it where negative), halves away
 * from zero. */
void sk_decimal_round(SkDecimal *self, int places);
/** sk_decimal_digit: the digit of 10^@power: 0 is that of the ones. */
uint8_t sk_decimal_digit(const SkDecimal *self, int power);
/** sk_decimal_whole: the part before the point without its sign; UINT64_MAX where that does not
 * fit. */
uint64_t sk_decimal_whole(const SkDecimal *self);
/** sk_decimal_fraction_of: the part behind the point times @units (below 2^40), rounded. */
uint64_t sk_decimal_fraction_of(const SkDecimal *self, uint64_t units);
/** sk_decimal_compare: as signed numbers: -1, 0, 1. */
int sk_decimal_compare(const SkDecimal *a, const SkDecimal *b);
