/* SPDX-License-Identifier: Apache-2.0
 *
 * message.h - a mail of our own words (RFC 5322): UTF-8 in base64, lines of at most 76 characters. The same fields
 * give the same bytes. Runs in: notice, mail, deliver roles. Trusts: its caller.
 * Tests: tests/unit/notice/test-mail.c, tests/unit/gate/test-letter.c
 */
#pragma once

#include "base/base.h"

typedef struct {
    const char *label;   /* the name beside the sender's address; NULL: none */
    const char *from;    /* sk_mail_is */
    const char *to;      /* the same; NULL: not said: who it is for is not for each other to know */
    const char *subject; /* plain UTF-8 */
    const char *id;      /* without <>; ASCII */
    int64_t time;
    bool automatic;      /* nobody wrote it, and nobody is to answer (RFC 3834) */
    const char *more;    /* whole lines of header, or NULL */
    SkSpan text;         /* UTF-8; lines end in CR and LF, or in LF, which is mended */
} SkMessage;

/** sk_message_emit: (transfer full): lines end in CR and LF. */
char *sk_message_emit(const SkMessage *self);
/** sk_message_date: (transfer full): RFC 5322, in Japan's time. */
char *sk_message_date(int64_t time);
