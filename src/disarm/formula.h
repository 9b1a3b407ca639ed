/* SPDX-License-Identifier: Apache-2.0
 *
 * formula.h - may a formula of a spreadsheet stay? Read by tokens against a closed list of
 * functions, sheets and shapes of links; nothing is searched for, so nothing can hide.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/formula.md   Tests: tests/unit/disarm/test-formula.c,
 * tests/fuzz/fuzz-formula.c
 */
#pragma once

#include "base/elements.h"

#define SK_FORMULA_MAX 32768u

/* What of the workbook a formula may speak of. */
typedef struct {
    bool links; /* HYPERLINK may lead outside */
    /* Is @name a sheet that comes out? */
    bool (*is_sheet)(const void *user, SkSpan name);
    /* Is @name (a defined name) one that did not come out? NULL: there is none. */
    bool (*is_lost)(const void *user, SkSpan name);
    const void *user;
} SkFormulaBook;

/**
 * sk_formula:
 * @ret_links: (out): how many HYPERLINKs lead outside
 * Returns: SK_ELEMENT_NONE where it may stay as it is, else the element that it goes as. Linear.
 */
SkElement sk_formula(const SkFormulaBook *book, SkSpan text, unsigned *ret_links);
/** sk_formula_is_name: a word of the grammar without `$`, and no name that starts a macro. */
bool sk_formula_is_name(SkSpan name);
/** sk_formula_element: how a call of @name, which is not on the list, is reported. */
SkElement sk_formula_element(const char *name);
/** sk_formula_is_link: a *link* of the page, which HYPERLINK may name. */
bool sk_formula_is_link(SkSpan text);
/** sk_formula_starts_macro: Auto_Open and its kin, in any spelling. */
bool sk_formula_starts_macro(SkSpan name);
/** sk_formula_is_error: is @s one of the grammar's errors, as a whole? */
bool sk_formula_is_error(SkSpan s);
/** sk_formula_is_listed: is @name one of the @n of @list, which is in byte order? */
bool sk_formula_is_listed(const char *name, const char *const *list, size_t n);
