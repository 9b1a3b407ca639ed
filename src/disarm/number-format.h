/* SPDX-License-Identifier: Apache-2.0
 *
 * number-format.h - a cell's value as a person sees it: number formats of spreadsheets, with
 * Japanese eras, weekdays and digits. Runs in: disarm worker. Trusts: nothing. Spec: ECMA-376 part
 * 1, 18.8.30 and 18.8.31; docs/formats/office-text.md Tests: tests/unit/disarm/test-number-format.c
 */
#pragma once

#include "disarm/decimal.h"

typedef struct SkNumberFormat SkNumberFormat;

/** sk_number_format_new: (transfer full): of a format code; one that says nothing is General. */
SkNumberFormat *sk_number_format_new(const char *code);
void sk_number_format_free(SkNumberFormat *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkNumberFormat, sk_number_format_free)
/** sk_number_format_builtin: the code of a numFmtId as Excel has it in Japanese; NULL for an unused
 * one. */
const char *sk_number_format_builtin(uint32_t id);

/** sk_number_format_number: appends @number as shown. What is no number is appended as it is.
 * @from_1904: days are counted from 1904 */
void sk_number_format_number(const SkNumberFormat *self, SkSpan number, bool from_1904,
                             GString *out);
/** sk_number_format_text: appends a cell that is a text. */
void sk_number_format_text(const SkNumberFormat *self, SkSpan text, GString *out);
