/* SPDX-License-Identifier: Apache-2.0
 *
 * weak.h - passwords that are guessed first. Compared as a whole: a long sentence that has such a
 * word in it is fine. Case, width, and the digits and signs before and after make no difference:
 * `Ｓａｋｕｒａ2026!` is `sakura`.
 * Runs in: web, `sekisho user`. Spec: docs/decisions/0116-which-passwords.md
 * Tests: tests/unit/factor/test-weak.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_WEAK_NO = 0,
    SK_WEAK_WORD,    /* one of data/banned-words.txt */
    SK_WEAK_NAME,    /* the account's own name, or the town's or the zone's */
    SK_WEAK_RUN,     /* counted, or along the keys: abcdef, 1qaz2wsx */
    SK_WEAK_REPEATS, /* the same few characters again and again */
} SkWeak;

/**
 * sk_weak: @password: valid UTF-8
 * @names: words of this account and place, NULL-terminated; NULL members of a shorter list are not
 * allowed; "" is skipped
 */
SkWeak sk_weak(const char *password, const char *const *names);
