/* SPDX-License-Identifier: Apache-2.0
 *
 * apply.h - from one wall to the next: what is loaded is always the closed wall or one that was proved,
 * whenever the power goes. A new one stays only when somebody confirms it in time; who watches over
 * that is a process of its own, which a lost terminal does not end.
 * Runs in: sekisho-wall with CAP_NET_ADMIN. Trusts: its folder.
 * Spec: docs/wall.md   Tests: tests/e2e/e2e-wall-apply
 *
 * In the folder: `proved` (kept.h) is the wall to go back to; `pending` one that waits for its
 * confirmation, which is the renaming of the one into the other; `status.json` what is loaded;
 * `seal` a log of every wall that was loaded (own-seal.h);
 * `lock` held by whoever changes something, `watch.lock` by the process that watches over `pending`.
 */
#pragma once

#include "policy/policy.h"
#include "wall/judge.h"

#define SK_WALL_FOLDER "/var/lib/sekisho-wall"
#define SK_WALL_ORIGIN "sekisho/wall-loaded" /* of the seal in it */
#define SK_WALL_CONFIRM_DEFAULT 60u /* seconds */
#define SK_WALL_CONFIRM_MAX 3600u

typedef struct SkWallSeat SkWallSeat;

/** sk_wall_seat_open: makes the folder where it is missing, and waits for whoever else changes the wall. */
bool sk_wall_seat_open(const char *folder, SkWallSeat **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_seat_free(SkWallSeat *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallSeat, sk_wall_seat_free)

/** SkWallOutcome: what a change came to. */
typedef struct {
    const char *state; /* "proved", "pending", "closed" */
    char *policy;      /* digest; "" for the closed wall */
    char *reason;      /* why it is closed, or another one than asked for; NULL: it is as asked */
    unsigned ended;    /* connections */
    char *unsealed;    /* why its leaf could not be written; NULL: it was */
    bool expired;      /* specific flows were taken out */
    SkWallSeen seen;   /* the snapshot that it was judged by */
} SkWallOutcome;
void sk_wall_outcome_clear(SkWallOutcome *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWallOutcome, sk_wall_outcome_clear)

/**
 * sk_wall_apply:
 * @seconds: to confirm it; 0: it is confirmed at once
 * @error: SK_ERROR_FORBIDDEN: refused, and what was loaded before is loaded still or again (@ret says
 *   which); others: it could not be done, likewise
 */
bool sk_wall_apply(SkWallSeat *self, const SkPolicy *policy, unsigned nflog_group, unsigned seconds,
                   SkWallOutcome *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_confirm: the wall that waits becomes the one to go back to. SK_ERROR_FORBIDDEN: none waits,
 * it is too late, or what is loaded is not what waits: then it is rolled back. */
bool sk_wall_confirm(SkWallSeat *self, SkWallOutcome *ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_rollback: back to the last wall that was proved, or else the closed one. */
bool sk_wall_rollback(SkWallSeat *self, SkWallOutcome *ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_boot: the closed wall first; then the last one that was proved, proved once more. */
bool sk_wall_boot(SkWallSeat *self, unsigned nflog_group, SkWallOutcome *ret,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_expire: takes specific flows out that are over, and a wall that waits while nobody watches over it any more.
 * Nothing is done where none is. */
bool sk_wall_expire(SkWallSeat *self, SkWallOutcome *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_seat_status: (transfer full): one JSON object: what status.json says, and whether it is so. */
char *sk_wall_seat_status(SkWallSeat *self, bool *ret_good,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
