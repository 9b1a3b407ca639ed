/* SPDX-License-Identifier: Apache-2.0
 *
 * compile-nft-parts.h - what compile-nft.c and compile-nft-pair.c share: the text as it grows, and words of
 * nft's.
 * Runs in: sekisho-wall. Trusts: the policy, which has been checked.
 * Spec: nft(8) 1.0.6   Tests: tests/golden/wall-compile
 */
#pragma once

#include "wall/compile.h"
#include "wall/plan.h"

/* Never a source from another machine. (RFC 1122 3.2.1.3, RFC 4291 2.5.2, 2.5.3, 2.7) */
#define NO_SOURCE_V4 "0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/3"
#define NO_SOURCE_V6 "::1, ff00::/8" /* `::` asks whether an address is free (RFC 4862) */
/* Never forwarded, as source or destination. */
#define NO_WAY_V4 NO_SOURCE_V4
#define NO_WAY_V6 "::/127, fe80::/10, ff00::/8"
#define ERRORS_V4 "icmp type { 3, 11, 12 }"
#define ERRORS_V6 "icmpv6 type { 1, 2, 3, 4 }"
#define NEIGHBOURS "icmpv6 type { 133, 134, 135, 136 } ip6 hoplimit 255"

typedef struct {
    GString *out;
    const SkWallPlan *plan;
    const SkWallCompile *how;
    GPtrArray *counters; /* of owned char *, as they come up */
    GString *nobodys[2]; /* by family: networks that no error from or to outside may name */
    GString *chains;     /* what no base chain is */
} SkNft;

/** sk_nft_addresses: "a, b"; @first: nothing stands before them. */
void sk_nft_addresses(GString *out, const GArray *addresses, bool first);
/** sk_nft_match: "ip saddr a " or "ip saddr { a, b } " */
void sk_nft_match(GString *out, bool v6, bool source, const GArray *addresses);
void sk_nft_ports(GString *out, const SkPorts *ports);
/** sk_nft_states: of what opens a connection and belongs to it, or of its replies. */
const char *sk_nft_states(bool reply);
/** sk_nft_pair: the chain and the sets of @pair. */
void sk_nft_pair(SkNft *nft, const SkWallPair *pair);
