/* SPDX-License-Identifier: Apache-2.0
 *
 * read-nft.h - a ruleset from nft's text: a listing (`nft -a -nn list ruleset`) or a script as
 * people write them. What is not understood is never left out: a question becomes an unknown,
 * anything else an unmodelled line. Tables of arp, bridge and netdev, and hooks ingress and egress,
 * are read for their names; where they hold rules, that is an unmodelled line. No recursion; linear
 * in the text. Runs in: sekisho-wall. Trusts: nothing. Spec: nft(8) 1.0.6   Tests:
 * tests/unit/wall/test-read-nft.c
 */
#pragma once

#include "wall/ruleset.h"

/**
 * sk_wall_read_nft: adds the tables of @text to @into.
 * @error: SK_ERROR_MALFORMED with line and column where blocks do not fit together, SK_ERROR_LIMIT.
 * @into may hold part of it then, and is only to be freed.
 */
bool sk_wall_read_nft(SkSpan text, SkWallRuleset *into, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_read_nft_some: only the tables that @pick says yes to; NULL: all. */
bool sk_wall_read_nft_some(SkSpan text, SkWallPick pick, void *data, SkWallRuleset *into,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
