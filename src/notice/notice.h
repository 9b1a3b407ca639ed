/* SPDX-License-Identifier: Apache-2.0
 *
 * notice.h - the notice role: looks every few seconds whose mail is due, writes it, and has the courier
 * take it away. Crossings never wait for it: it reads what others have committed, and writes only its own
 * table. Runs in: notice role (database; no network). Trusts: its station's database; the courier's answer
 * no further than its one byte. Spec: docs/notices.md   Tests: tests/e2e/e2e-notice
 */
#pragma once

#include "notice/mail.h"

typedef struct {
    SkStore *store;
    const SkMessages *messages;
    SkMailFrame frame; /* @now is set by the role */
    int courier;       /* socket */
    int stop;          /* readable: end */
} SkNoticeRole;

/** sk_notice_run: until stop. IO: the courier has gone (the supervisor starts both anew). */
bool sk_notice_run(const SkNoticeRole *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_notice_digest_day: whose digest may go out at @now: from 8 o'clock in Japan on that day's own. */
int32_t sk_notice_digest_day(int64_t now);
