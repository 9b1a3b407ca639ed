/* SPDX-License-Identifier: Apache-2.0
 *
 * receive.h - the mail role of a sending station: takes mail from the mail server of its zone by LMTP, over one
 * listening Unix socket. What it has said 250 to is on disk, original and crossing; what it has not, the mail server
 * still has and brings again. It writes to nobody: what was refused it tells the recipients of by a mail that crosses
 * like any other.
 * One thread, one poll loop. Runs in: mail role. Trusts: its station's store and policy; nothing that comes in.
 * Spec: docs/mail.md   Tests: tests/e2e/e2e-mail
 */
#pragma once

#include "notice/messages.h"
#include "policy/policy.h"
#include "store/store.h"

#define SK_RECEIVE_CONNECTIONS_MAX 32u
#define SK_RECEIVE_PATIENCE_US (INT64_C(300) * G_USEC_PER_SEC) /* without a byte (RFC 5321, 4.5.3.2) */
#define SK_RECEIVE_MAIL_US (INT64_C(1800) * G_USEC_PER_SEC)    /* for all of one mail */
#define SK_RECEIVE_RESERVE ((uint64_t)64 << 20) /* of the vault's disk, left free; of a small one a quarter */

typedef struct {
    const char *zone;   /* ours */
    const char *origin; /* of our pages: our name among mail servers is its host */
    const SkPolicy *policy;
    SkStore *store;
    const SkMessages *messages;
    int listener; /* non-blocking */
    int stop;     /* readable: end */
} SkReceiveRole;

/** sk_receive_run: until stop. SK_ERROR_IO of the database. */
bool sk_receive_run(const SkReceiveRole *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
