/* SPDX-License-Identifier: Apache-2.0
 *
 * grace.h - what a terminal keeps so that a person whom the station let in can come in again while
 * the station cannot be reached: one file an account, for its owner alone, with an Argon2id hash of
 * the password and when, by two clocks, in which boot. Runs in: whatever program asks PAM. Trusts:
 * the folder, if nobody else can write there. Spec:
 * docs/decisions/0137-a-terminal-without-its-station.md Tests: tests/e2e/e2e-terminals
 */
#pragma once

#include "pam/options.h"

#include <stdint.h>

#define SK_GRACE_TRIES 5 /* wrong passwords; then the record goes */

typedef enum {
    SK_GRACE_NONE,  /* no record that counts: too old, another boot, another station, or none at all
                     */
    SK_GRACE_WRONG, /* there is one, and the password is another */
    SK_GRACE_YES,
} SkGrace;

/** sk_grace_keep: instead of an older record. @seconds 0: only forgets. false: nothing is kept. */
bool sk_grace_keep(const SkTerminalOptions *options, const char *name, const char *password,
                   int64_t seconds);
/** sk_grace_check: @ret_left: seconds until it ends. A try is written down before it is judged. */
SkGrace sk_grace_check(const SkTerminalOptions *options, const char *name, const char *password,
                       int64_t *ret_left);
/** sk_grace_refused: the station has said no: a record with this very password is of a right that
 * is gone. */
void sk_grace_refused(const SkTerminalOptions *options, const char *name, const char *password);
