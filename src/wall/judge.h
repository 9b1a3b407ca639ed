/* SPDX-License-Identifier: Apache-2.0
 *
 * judge.h - may this ruleset be the wall? It has to be proved to let pass what the policy says, and
 * nothing else.
 * Runs in: sekisho-wall. Trusts: nothing in the listings.
 * Tests: tests/e2e/e2e-wall-apply
 */
#pragma once

#include "policy/policy.h"

/**
 * sk_wall_judge:
 * @own: the wall's table as nft lists it
 * @others: every other table there is
 * @error: SK_ERROR_FORBIDDEN, with the reason in words
 */
bool sk_wall_judge(const SkPolicy *policy, int64_t at, const char *own, const char *others,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
    char digest[65]; /* of the snapshot; "" before one was taken */
    uint64_t generation;
} SkWallSeen;

/**
 * sk_wall_judge_machine: takes a snapshot of all that is loaded here and of what stands beside it.
 * @policy: that nothing else passes; NULL: only that nothing is there that nobody can be sure of
 * @ret: (out) (optional): which snapshot
 * @error: SK_ERROR_FORBIDDEN, with the reason in words; SK_ERROR_IO
 */
bool sk_wall_judge_machine(const SkPolicy *policy, int64_t at, SkWallSeen *ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
