/* SPDX-License-Identifier: Apache-2.0
 *
 * html.h - what the two halves of the profile of web pages share: the table that is made of the
 * page, and the spelling of values.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/html.md   Tests: tests/unit/verify/test-html.c,
 * tests/fuzz/fuzz-verify-html.c
 */
#pragma once

#include "verify/proof.h"

typedef struct {
    const char *name;
    char kind;         /* e: element; @: attribute; : property */
    char value;        /* an element's c or v; the class of a value */
    const char *where; /* elements, a space before and after each */
} SkHtmlTableRow;

extern const SkHtmlTableRow sk_html_table[];
extern const unsigned sk_html_table_n;

/** sk_html_spelled: is @s, references resolved, a value of class @value? */
bool sk_html_spelled(char value, SkSpan s);
