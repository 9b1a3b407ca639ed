/* SPDX-License-Identifier: Apache-2.0
 *
 * head.h - is this the head of a request that can be read in one way only? A pure function over the
 * bytes that have come so far. What it refuses, libmicrohttpd never sees:
 *   - any Transfer-Encoding and what looks like it;
 *   - more than one of Host, Content-Length or another header that we read;
 *   - a bare LF, a bare CR, NUL or any other control; a folded line; space before the colon;
 *   - a target that is not a path (absolute-form, `*`, authority), or a half percent-escape in it;
 *   - any version but HTTP/1.1; a Host that is not this listener's (421);
 *   - a body on GET, HEAD or DELETE; a Content-Length that is not one plain number;
 *   - more than SK_HEAD_MAX bytes or SK_HEAD_FIELDS_MAX fields (431).
 * It answers as soon as the first wrong byte is there, not at the end of the head.
 * Runs in: web. Trusts: nothing.
 * Spec: RFC 9112 sections 2 to 6, read strictly; docs/decisions/0070-one-request-one-reading.md
 * Tests: tests/unit/web/test-head.c, tests/fuzz/fuzz-head.c, tests/e2e/e2e-web
 */
#pragma once

#include "base/base.h"

#define SK_HEAD_MAX (16u << 10)
#define SK_HEAD_TARGET_MAX 8192u
#define SK_HEAD_FIELDS_MAX 64u

typedef enum {
    SK_HEAD_MORE = 1, /* nothing wrong so far, and not complete */
    SK_HEAD_OK,       /* complete */
    SK_HEAD_BAD,      /* answer with the status and close */
} SkHeadAnswer;

/** SkHeadHosts: the two authorities that this listener answers to; @content may be NULL. */
typedef struct {
    const char *main;
    const char *content;
} SkHeadHosts;

typedef struct {
    size_t n;                /* OK: bytes of the head, its empty line included */
    bool content_host;       /* OK: Host is the content origin's */
    bool has_length;         /* OK: there is a Content-Length */
    uint64_t content_length; /* OK */
    unsigned status;         /* BAD: 400, 421, 431 or 505 */
    const char *why;         /* BAD: a fixed word for the log */
} SkHead;

/** sk_head_check: @bytes is everything received so far. Linear; allocates nothing. */
SkHeadAnswer sk_head_check(SkSpan bytes, const SkHeadHosts *hosts, SkHead *ret);
