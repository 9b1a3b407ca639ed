/* SPDX-License-Identifier: Apache-2.0
 *
 * deliver.h - the deliver role of a receiving station: hands what was verified to the mail server of its zone, a fresh
 * message for each recipient, and goes on until that has taken or refused each. Between the server's 250 and our
 * record of it a death costs a second copy, byte by byte the same; nothing costs the mail.
 * One thread. Runs in: deliver role. Trusts: its station's store; not the mail server's answers beyond their codes.
 * Spec: docs/mail.md   Tests: tests/e2e/e2e-mail
 */
#pragma once

#include "notice/messages.h"
#include "store/store.h"

typedef struct {
    const char *origin; /* of our pages */
    const char *path;   /* the mail server's socket */
    bool lmtp;          /* else SMTP */
    SkStore *store;
    const SkMessages *messages;
    int stop; /* readable: end */
} SkDeliverRole;

/** sk_deliver_run: until stop. SK_ERROR_IO of the database. */
bool sk_deliver_run(const SkDeliverRole *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
