/* SPDX-License-Identifier: Apache-2.0
 *
 * result.h - what came of one file, as a JSON object or in words.
 * Runs in: `sekisho disarm`, `sekisho verify`. Trusts: reports that sandbox/report.h has decoded.
 * Tests: tests/unit/cmd/test-result.c
 */
#pragma once

#include "sandbox/report.h"

#include <stdio.h>

typedef struct {
    const char *file;       /* borrowed; as it was named in the call */
    const SkReport *report; /* borrowed */
    SkLevel asked;          /* the level that was asked for; NONE: none was */
    const char *output;     /* borrowed; NULL: none */
    char *sha256_in;        /* owned; NULL: not read whole */
    char *sha256_out;       /* owned; NULL: no output */
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t milliseconds;
} SkResult;

void sk_result_clear(SkResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkResult, sk_result_clear)

/* How results are shown. */
typedef struct {
    const char *language; /* "ja" or "en" */
    bool colour;
    bool verified_only; /* `sekisho verify`: nothing was written, so nothing is said of an output */
} SkResultStyle;

/** sk_result_language_is_known: NULL, "ja" or "en". */
bool sk_result_language_is_known(const char *language);
/** sk_result_style: @language may be NULL: from the environment. Colour on a terminal without
 * NO_COLOR. */
SkResultStyle sk_result_style(const char *language, FILE *to);
/** sk_result_print_json: one object on one line. */
void sk_result_print_json(const SkResult *self, const SkResultStyle *style, FILE *to);
/** sk_result_print: a few lines for a person. */
void sk_result_print(const SkResult *self, const SkResultStyle *style, FILE *to);
