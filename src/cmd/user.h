/* SPDX-License-Identifier: Apache-2.0
 *
 * user.h - inside `sekisho user`: what its verbs share (user.c: accounts; user-factor.c: how they
 * sign in). */
#pragma once

#include "cmd/station.h"

typedef struct {
    SkStore *store;
    const SkConf *conf;
    const SkConfStation *station;
    const char *name;
    const char *label;
    const char *role;
    const char *section;
    const char *password_file;
    bool json;
} SkUserRun;

/** sk_user_fail: complains; what the call's exit is. */
SkExit sk_user_fail(const SkUserRun *run, const GError *error);
/** sk_user_done: says so on standard output. */
void sk_user_done(const SkUserRun *run, const char *what);
/** sk_user_password_ok: may it be the account's password? Complains where not. */
bool sk_user_password_ok(const SkUserRun *run, const char *password);

SkExit sk_user_enrol(const SkUserRun *run);
SkExit sk_user_reset_factor(const SkUserRun *run);
SkExit sk_user_break_glass(const SkUserRun *run);
SkExit sk_user_totp(const SkUserRun *run);
