/* SPDX-License-Identifier: Apache-2.0
 *
 * delay.h - inside src/store only: how long whoever fails to sign in has to wait. Three counts,
 * each under a hash:
 *
 * - of a typed name, whether anybody has it or not: all terminals together that this account has
 *   never signed in from. From the fifth failure on 30 s, doubling to an hour; forgotten after a
 * day;
 * - of an account at a terminal that it has signed in from before: the same, apart from the first,
 *   so that a stranger who knows a name does not keep its owner out;
 * - of a client's address, where it is known: failures at terminals that the account has never
 *   signed in from. Fifty, then one minute, doubling to fifteen; one failure is forgotten every
 * five minutes. Whoever signs in from a terminal known for the account is not asked for it.
 *
 * A fourth delays nobody: failures of the whole station at unknown terminals. When a hundred within
 * about an hour are passed it is told, once an hour, since somebody tries many names from many
 * places.
 *
 * Times are of the machine's boot clock. Runs in: web. Trusts: that an address is what the zone's
 * own proxy said (web/client.h). Spec: docs/decisions/0064-delays-by-typed-name.md,
 * 0122-whom-a-stranger-can-delay.md   Tests: tests/unit/store/test-delay.c,
 * tests/bench/signin.py
 */
#pragma once

#include "seal/merkle.h"
#include "store/account.h"

#define SK_DELAY_ADDRESS_FREE 50
#define SK_DELAY_ADDRESS_FIRST (INT64_C(60) * G_USEC_PER_SEC)
#define SK_DELAY_ADDRESS_MAX (INT64_C(900) * G_USEC_PER_SEC)
#define SK_DELAY_ADDRESS_LEAK (INT64_C(300) * G_USEC_PER_SEC)
#define SK_DELAY_STATION_FREE 100
#define SK_DELAY_STATION_LEAK (INT64_C(36) * G_USEC_PER_SEC)
#define SK_DELAY_STATION_TELL (INT64_C(3600) * G_USEC_PER_SEC)

/** SkDelayKeys: what a try is counted under. */
typedef struct {
    SkHash account;
    SkHash address;
    bool has_address;
    bool known; /* the account has signed in from this terminal before */
    bool paid;  /* the account's count has this try in it already (sk_delay_pay) */
} SkDelayKeys;

/** sk_delay_keys: @name: as typed; @client: may be NULL. */
bool sk_delay_keys(SkStore *store, const char *name, const SkClient *client, SkDelayKeys *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_delay_pay: inside a transaction, before a try whose password leaves the machine: counted as a
 * failure of the account beforehand, so that no crowd of tries is under way at once. Marks @keys. */
bool sk_delay_pay(SkStore *store, SkDelayKeys *keys, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_delay_repay: inside a transaction: the password was right after all. Nothing where nothing was
 * paid. */
bool sk_delay_repay(SkStore *store, SkDelayKeys *keys, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_delay_read: µs that are left; 0: may try. Of what was paid for, the address's alone. */
bool sk_delay_read(SkStore *store, const SkDelayKeys *keys, int64_t *ret_wait,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_delay_fail: inside a transaction: one failure more. @ret_wait: µs from now. @ret_spraying: it
 * is to be told. */
bool sk_delay_fail(SkStore *store, const SkDelayKeys *keys, int64_t *ret_wait, bool *ret_spraying,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_delay_clear: inside a transaction, after a success: the account's own count; the address's
 * stays, or one good account would buy a hundred bad tries. */
bool sk_delay_clear(SkStore *store, const SkDelayKeys *keys,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_delay_tell: inside a transaction: one more of what anybody can bring about as often as they
 * like, at no cost, of @kind; @ret: is it to be written down? A hundred within about an hour are,
 * so that nobody fills the seal. */
bool sk_delay_tell(SkStore *store, const char *kind, bool *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
