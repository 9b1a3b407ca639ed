/* SPDX-License-Identifier: Apache-2.0
 *
 * compile.h - the wall in the words that the kernel's tools load: nft's, or iptables-save's.
 * Runs in: sekisho-wall. Trusts: the policy, which has been checked: of its words only names, numbers
 * and interfaces stand in what is written, never what people are called.
 * Spec: docs/wall.md; nft(8) 1.0.6, iptables(8) 1.8.9   Tests: tests/golden/wall-compile
 *
 * The same policy at the same time always gives the same text.
 */
#pragma once

#include "policy/policy.h"

#define SK_WALL_TABLE "sekisho"   /* the one table, inet; nothing of the wall is outside it */
#define SK_WALL_NFLOG_DEFAULT 17u /* 1 to 65535 */
#define SK_WALL_DROPS_NAMED_MAX                                                                    \
    16u /* zones up to which dropped packets are counted for each pair */

typedef struct {
    int64_t at;           /* µs UTC: specific flows that are over then are left out */
    unsigned nflog_group; /* where the drops are told */
} SkWallCompile;

/**
 * sk_wall_compile_nft: (transfer full): a file for `nft -f`: in one transaction the table is made anew.
 * @error: SK_ERROR_MALFORMED: a flow's zone names no interface
 */
bool sk_wall_compile_nft(const SkPolicy *policy, const SkWallCompile *how, char **ret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_compile_iptables: the same meaning for `iptables-restore` or, where @v6,
 * `ip6tables-restore`: both are needed. */
bool sk_wall_compile_iptables(const SkPolicy *policy, const SkWallCompile *how, bool v6, char **ret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_drop_all: (transfer full): a file for `nft -f` that lets nothing pass but loopback. */
char *sk_wall_drop_all(unsigned nflog_group);
