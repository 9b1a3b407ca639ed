/* SPDX-License-Identifier: Apache-2.0
 *
 * font-run.h - what the charstrings of Type 1 and of CFF have in common while they are carried out:
 * numbers on a stack, calls by a stack of readers, an outline that grows, and a bound on the work.
 * What an operator does is its kind's.
 * Runs in: disarm worker. Trusts: nothing: calls, operands and operators are bounded.
 * Spec: docs/formats/font.md   Tests: tests/unit/format/test-font.c
 */
#pragma once

#include "format/font-parts.h"

#define SK_FONT_STACK 48u

typedef struct {
    bool type2; /* numbers as Type 2 spells them: 28, and 255 as 16.16 */
    /* An operator; it takes what it needs of @r, and the stack. */
    bool (*carry_out)(void *user, SkReader *r, unsigned op, GError **error);
    /* The glyph's end; `ended` is set, or another program entered. */
    bool (*end)(void *user, GError **error);
} SkFontRunKind;

typedef struct {
    const SkFontRunKind *kind;
    void *user;
    uint32_t glyph;      /* for errors */
    uint32_t *all_steps; /* borrowed: operators of the whole font so far */
    uint32_t steps;
    int64_t stack[SK_FONT_STACK]; /* 16.16 */
    unsigned n;
    SkReader calls[SK_FONT_CALLS_MAX + 1];
    unsigned depth;
    bool begun; /* the width is known */
    bool ended;
    SkFontOutline out;
} SkFontRun;

/** sk_font_run: carries out @program, and what it enters, up to the end. */
bool sk_font_run(SkFontRun *self, SkSpan program, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- for operators ------------------------------------------------------------------------ */

/** sk_font_run_fail: Returns: false, with MALFORMED. */
bool sk_font_run_fail(const SkFontRun *self, GError **error, const char *what);
/** sk_font_run_enter: another program from its beginning, with nothing on the stack. */
void sk_font_run_enter(SkFontRun *self, SkSpan program);
bool sk_font_run_call(SkFontRun *self, SkSpan program, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_font_run_return(SkFontRun *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_font_run_curve(SkFontRun *self, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e,
                       int64_t f);
