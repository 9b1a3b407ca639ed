/* SPDX-License-Identifier: Apache-2.0
 *
 * read-nft-json.h - `nft -j -a list ruleset` held against the text of the same ruleset: two printers of one program that
 * lose different things. Never a source of meaning: it says which tables hold parts of iptables, and every
 * difference becomes an unmodelled line. What it is known to lose is not compared: flags of tables (it prints the
 * table's name for them), devices of chains, comments, auto-merge.
 * Runs in: sekisho-wall. Trusts: nothing.
 * Spec: libnftables-json(5) 1.0.6   Tests: tests/unit/wall/test-snapshot.c
 */
#pragma once

#include "wall/ruleset.h"

typedef struct SkNftJson SkNftJson;

/** sk_nft_json_parse: (transfer full). @error: SK_ERROR_MALFORMED, SK_ERROR_LIMIT */
SkNftJson *sk_nft_json_parse(SkSpan json, GError **error);
void sk_nft_json_free(SkNftJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkNftJson, sk_nft_json_free)

/** sk_nft_json_has_xt: does any rule of that table hold a match or target of iptables that nft cannot say? */
bool sk_nft_json_has_xt(const SkNftJson *self, SkWallFamily family, const char *table);
/** sk_nft_json_check: adds an unmodelled line to @ruleset for every difference. Tables of iptables are compared by
 * their chains and numbers of rules, those of nft by each rule's handle too. Returns: how many */
unsigned sk_nft_json_check(const SkNftJson *self, SkWallRuleset *ruleset);
