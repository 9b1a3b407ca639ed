/* SPDX-License-Identifier: Apache-2.0
 *
 * list-number.h - the number of a list's item as it is read: 3, iii, ③, 三, ウ.
 * Runs in: disarm worker. Trusts: nothing.
 * Tests: tests/unit/disarm/test-number-format.c
 */
#pragma once

#include "base/base.h"

/**
 * sk_list_number: (transfer full): @n written in @format, a word of WordprocessingML's
 * ST_NumberFormat; as decimal digits where the format is not known or has no such number.
 */
char *sk_list_number(const char *format, unsigned n);
