/* SPDX-License-Identifier: Apache-2.0
 *
 * terminal.h - inside src/store only: the browsers that people have signed in with. A terminal is a
 * random value in a cookie of its own, kept as a hash; it proves nothing but that this account has
 * signed in from there before, which decides whose failures are counted together (delay.h) and
 * whether a second session is one on another terminal. Forgotten 180 days after the last sign-in.
 * Runs in: web, sealer (sweep). Trusts: nothing. Tests: tests/unit/store/test-session.c
 */
#pragma once

#include "store/account.h"

#define SK_TERMINAL_KEPT (INT64_C(180) * 24 * 3600 * G_USEC_PER_SEC)

/** sk_terminal_known: (out) (transfer full): @ret: the id of the terminal whose cookie is @cookie
 * (may be NULL), where @account has signed in from it; NULL otherwise. */
bool sk_terminal_known(SkStore *store, const char *cookie, const char *account, char **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_terminal_remember: inside a transaction: @account has signed in from the terminal of @cookie,
 * or from a new one. @ret_cookie: (transfer full): the cookie to be kept there. */
bool sk_terminal_remember(SkStore *store, const char *cookie, const char *account, int64_t now,
                          char **ret_id, char **ret_cookie,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_terminal_list: @out: (element-type char*): ids of the terminals of @account. */
bool sk_terminal_list(SkStore *store, const char *account, GPtrArray *out,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_terminal_sweep: inside a transaction: forgets what is over its time. */
bool sk_terminal_sweep(SkStore *store, int64_t now, GError **error) G_GNUC_WARN_UNUSED_RESULT;
