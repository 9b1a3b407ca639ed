/* SPDX-License-Identifier: Apache-2.0
 *
 * counters.h - the named counters of the wall's own table, out of what `nft list ruleset` says: every dropped packet,
 * where the log has ten a second at most.
 * Runs in: sekisho-wall watch. Trusts: nft's listing, bounded.
 * Spec: docs/formats/wall-status.md   Tests: tests/unit/wall/test-counters.c
 */
#pragma once

#include "base/base.h"

#define SK_WALL_COUNTERS_MAX 1024u

/**
 * sk_wall_counters_json: (transfer full): a member of an object, without its braces:
 * `"counters":[{"name":"drop_lgwan_to_internet","packets":3,"bytes":180}]`, in the listing's order; those of no
 * other table. What is not in the form of nft's listing is left out.
 */
char *sk_wall_counters_json(SkSpan listing);
