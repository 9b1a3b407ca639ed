/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-formula.h - is a text a formula of the profile? One walk over its tokens with one stack of
 * brackets: no search, no recursion.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/formula.md   Tests: tests/unit/verify/test-formula.c
 */
#pragma once

#include "base/base.h"
#include "base/elements.h"

#define SK_FORMULA_MAX 32768u /* bytes */

typedef struct {
    GHashTable *sheets; /* borrowed: names of sheets, their ASCII letters in lower case */
    bool keep_links;    /* HYPERLINK may name an address */
} SkFormulaRules;

/** sk_workbook_refuse_formula: @s with its references resolved.
 * Returns: SK_ELEMENT_NONE for a formula of the profile, or what it is instead */
SkElement sk_workbook_refuse_formula(const SkFormulaRules *rules, SkSpan s);
/** sk_workbook_is_error: one of the values that a failed formula has, such as #N/A. */
bool sk_workbook_is_error(SkSpan s);
/** sk_workbook_is_name: a *word* of formula.md without `$`. */
bool sk_workbook_is_name(SkSpan s);
/** sk_workbook_is_link: a *link* of formula.md. */
bool sk_workbook_is_link(SkSpan s);
/** sk_workbook_is_function: @name in upper case is in the list of formula.md. (Made at build time.)
 */
bool sk_workbook_is_function(const char *name);
