/* SPDX-License-Identifier: Apache-2.0
 *
 * options.h - the words after pam_sekisho.so in a PAM service file. Runs in: whatever program asks
 * PAM. Trusts: root, who wrote that file. Spec: docs/man/pam_sekisho.8.scd   Tests:
 * tests/e2e/e2e-terminals
 */
#pragma once

#include <stdbool.h>

#define SK_TERMINAL_STATE "/var/lib/sekisho-terminal"

typedef struct {
    const char *station;     /* https://HOST[:PORT], or http:// to this machine; borrowed */
    const char *ca;          /* file of certificates instead of the system's, or NULL */
    const char *unix_socket; /* or NULL */
    const char *state;       /* folder of the records for the grace */
    long timeout;            /* seconds for one request */
    bool plain;              /* http:// */
    bool grace;
} SkTerminalOptions;

/**
 * sk_terminal_options: an unknown word, a missing station or one that is not allowed is an error.
 * @ret_why: a sentence for the log; borrowed, constant
 */
bool sk_terminal_options(int argc, const char **argv, SkTerminalOptions *ret, const char **ret_why);
/** sk_terminal_name_is: what a station takes as an account's name: a file's name as well, so no dot
 * begins it. */
bool sk_terminal_name_is(const char *name);
