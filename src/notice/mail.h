/* SPDX-License-Identifier: Apache-2.0
 *
 * mail.h - one mail about an account's notices: plain text, UTF-8; how many of which kind, and where to
 * look. No names, titles or content: mail lies in other people's stores. Runs in: notice role.
 * Spec: docs/notices.md; RFC 5322, RFC 2045, RFC 2047, RFC 3834   Tests: tests/unit/notice/test-mail.c
 */
#pragma once

#include "notice/messages.h"
#include "store/notice.h"

typedef struct {
    const char *from;   /* mail address (sk_mail_is) */
    const char *origin; /* of the pages */
    const char *zone;   /* the policy's name of it */
    int64_t now;        /* µs UTC */
} SkMailFrame;

/** sk_mail_compose: (transfer full): the whole message, lines ended by CR LF, none over 76 bytes. */
char *sk_mail_compose(const SkMessages *messages, const SkMailFrame *frame, const SkMailing *mailing);
