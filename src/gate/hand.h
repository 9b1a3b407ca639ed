/* SPDX-License-Identifier: Apache-2.0
 *
 * hand.h - the sending end of LMTP or SMTP over a Unix socket: one mail to one recipient, and what the server said.
 * Runs in: deliver role. Trusts: not the server: its answers are bounded, and each step has its time.
 * Spec: RFC 2033, RFC 5321   Tests: tests/unit/gate/test-hand.c
 */
#pragma once

#include "base/base.h"

#define SK_HAND_LINE_MAX 2048u /* bytes of an answer's line */
#define SK_HAND_LINES_MAX 100u
#define SK_HAND_PATIENCE_MS 300000 /* for one answer (RFC 5321, 4.5.3.2.6) */

typedef enum {
    SK_HAND_TAKEN = 1, /* 2xx: it is the server's now */
    SK_HAND_REFUSED,   /* 5xx: never */
    SK_HAND_LATER,     /* 4xx, or another server than was thought */
} SkHandVerdict;

typedef struct {
    SkHandVerdict verdict;
    char code[4]; /* three digits */
} SkHandAnswer;

typedef struct SkHand SkHand;

/**
 * sk_hand_open: (transfer full): connects and greets.
 * @host: how we call ourselves
 * @stop: readable: gives up, SK_ERROR_IO
 * @error: SK_ERROR_IO
 */
SkHand *sk_hand_open(const char *path, bool lmtp, const char *host, int stop, GError **error);
void sk_hand_close(SkHand *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkHand, sk_hand_close)

/**
 * sk_hand_mail: from nobody: nothing that goes wrong behind it is ever answered to the outside.
 * @recipient: sk_mail_is (asserted)
 * @message: lines end in CR and LF, the last one too (asserted)
 * @error: SK_ERROR_IO: no answer was understood: what became of it is not known; the connection is of no more use
 */
bool sk_hand_mail(SkHand *self, const char *recipient, SkSpan message, SkHandAnswer *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
