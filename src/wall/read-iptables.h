/* SPDX-License-Identifier: Apache-2.0
 *
 * read-iptables.h - a ruleset from the text of iptables-save or ip6tables-save, of either kind (nf_tables, legacy).
 * Its tables become tables of the same model as nft's, with the priorities at which the kernel asks them. What is
 * not understood is an unknown where it only asks, else an unmodelled line. No recursion; linear in the text.
 * Runs in: sekisho-wall. Trusts: nothing.
 * Spec: iptables-save(8), iptables-extensions(8) 1.8.9
 * Tests: tests/unit/wall/test-read-iptables.c
 */
#pragma once

#include "wall/ruleset.h"

/**
 * sk_wall_read_iptables: adds the tables of @text to @into: of nf_tables under their own names, of legacy under
 * "NAME (legacy)", since the two may stand side by side.
 * @origin: SK_WALL_FROM_IPTABLES_NFT or SK_WALL_FROM_IPTABLES_LEGACY
 * @error: SK_ERROR_MALFORMED with the line, SK_ERROR_TRUNCATED without the last COMMIT, SK_ERROR_AMBIGUOUS where a
 * table comes twice, SK_ERROR_LIMIT. @into may hold part of it then, and is only to be freed.
 */
bool sk_wall_read_iptables(SkSpan text, bool v6, SkWallOrigin origin, SkWallRuleset *into,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_read_iptables_some: only the tables that @pick says yes to; NULL: all. */
bool sk_wall_read_iptables_some(SkSpan text, bool v6, SkWallOrigin origin, SkWallPick pick,
                                void *data, SkWallRuleset *into,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_wall_is_iptables: does it look like such a save (a line that begins with `*`, not behind anything else)? */
bool sk_wall_is_iptables(SkSpan text);
