/* SPDX-License-Identifier: Apache-2.0
 *
 * policy-adopt.h - `sekisho policy adopt` and `sekisho policy signer`: which policy is in force, and
 * who may say so. Runs in: `sekisho`. Trusts: sekisho.conf's owner; no signature.
 * Tests: tests/e2e/e2e-adopt
 */
#pragma once

#include "cmd/cmd.h"
#include "policy/policy.h"

#define SK_POLICY_ADOPT_USAGE                                                                      \
    "check|show|explain [OPTION...] FILE\n"                                                        \
    "       sekisho policy adopt FILE --signature FILE --signature FILE [--conf FILE]\n"           \
    "       sekisho policy signer list|add|remove [OPTION...]"

/** sk_policy_adopt_run: @argv[0] is "adopt" or "signer". */
SkExit sk_policy_adopt_run(int argc, char **argv);
/**
 * sk_policy_standing: is the file at @path the one that sekisho.conf calls its policy, and what is
 * its standing?
 * @conf: NULL: the usual one
 * @policy: of @sources, or NULL where it has errors
 * Returns: "in-force", "not-adopted", or NULL where it is no station's policy, or nobody may tell
 */
const char *sk_policy_standing(const char *conf, const char *path, const SkSources *sources,
                               const SkPolicy *policy);
