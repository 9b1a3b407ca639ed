/* SPDX-License-Identifier: Apache-2.0
 *
 * chars.h - a strict UTF-8 decoder and the characters that no profile lets through.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/text.md; RFC 3629; Unicode 15.0   Tests: tests/unit/verify/test-text.c
 */
#pragma once

#include "base/elements.h"

#define SK_CHAR_BAD UINT32_MAX

/**
 * sk_char_next: the character at @at, which must lie inside @in; moves @at behind it.
 * Returns: SK_CHAR_BAD, @at unmoved, for a byte sequence that RFC 3629 does not have: overlong, a
 * surrogate, over U+10FFFF, cut short
 */
static inline uint32_t
sk_char_next(SkSpan in, size_t *at)
{
    const uint8_t *p = in.p + *at;
    size_t left = in.n - *at;
    uint32_t c = p[0];

#define CONTINUES(i) ((p[i] & 0xc0u) == 0x80u)
    if (c < 0x80) {
        *at += 1;
        return c;
    }
    if (c >= 0xe0 && c < 0xf0 && left >= 3 && CONTINUES(1) && CONTINUES(2)) {
        c = (c & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
        *at += 3;
        if (c >= 0x800 && (c < 0xd800 || c > 0xdfff))
            return c;
        *at -= 3;
    } else if (c >= 0xc2 && c < 0xe0 && left >= 2 && CONTINUES(1)) {
        *at += 2;
        return (c & 0x1fu) << 6 | (p[1] & 0x3fu);
    } else if (c >= 0xf0 && c < 0xf5 && left >= 4 && CONTINUES(1) && CONTINUES(2) && CONTINUES(3)) {
        c = (c & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
        *at += 4;
        if (c >= 0x10000 && c <= 0x10ffff)
            return c;
        *at -= 4;
    }
#undef CONTINUES
    return SK_CHAR_BAD;
}

/** sk_char_plain_run: how many bytes from @at are printable ASCII (U+0020 to U+007E). */
static inline size_t
sk_char_plain_run(SkSpan in, size_t at)
{
    size_t from = at;
    while (at < in.n && in.p[at] >= 0x20 && in.p[at] < 0x7f)
        at++;
    return at - from;
}

/**
 * SkCharWalk: the characters of one text, one by one: which may stand where. Some need a reason
 * before them, some also behind, so a walk has an end. Begin with SK_CHAR_WALK(keep_invisible).
 */
typedef struct {
    uint32_t before;     /* SK_CHAR_BAD at the beginning */
    uint8_t after;       /* a set that the next character must be in; 0: none */
    bool keep_invisible; /* the policy keeps `text-invisible` */
} SkCharWalk;

#define SK_CHAR_WALK(keep)                                                                         \
    ((SkCharWalk){ .before = SK_CHAR_BAD, .after = 0, .keep_invisible = (keep) })

/** sk_char_step: SK_ELEMENT_NONE, or what refuses @c here or the character before it. LF and TAB
 * may stand. */
SkElement sk_char_step(SkCharWalk *self, uint32_t c);
/** sk_char_stop: nothing follows. */
SkElement sk_char_stop(const SkCharWalk *self);
