/* SPDX-License-Identifier: Apache-2.0
 *
 * read-names.h - the names that rulesets write for numbers: protocols, services, types of ICMP,
 * flags. Our own tables: a name means the same on every machine, and one that is not here is not
 * understood. Runs in: sekisho-wall. Trusts: nothing. Spec: IANA protocol, service, ICMP, DSCP
 * registries; nft(8), iptables-extensions(8) Tests: tests/unit/wall/test-read-nft.c,
 * test-read-iptables.c
 */
#pragma once

#include "base/base.h"

/** SkWallNames: one list of names. */
typedef enum {
    SK_NAMES_NONE = 0,
    SK_NAMES_PROTOCOL,
    SK_NAMES_SERVICE,
    SK_NAMES_ICMP_TYPE,
    SK_NAMES_ICMP_CODE,
    SK_NAMES_ICMP6_TYPE,
    SK_NAMES_ICMP6_CODE,
    SK_NAMES_TCP_FLAG,
    SK_NAMES_CT_STATE,  /* the kernel's bits */
    SK_NAMES_CT_STATUS, /* the same */
    SK_NAMES_CT_DIRECTION,
    SK_NAMES_DSCP,
    SK_NAMES_ETHER_TYPE,
    SK_NAMES_PACKET_TYPE,
    SK_NAMES_ADDRESS_TYPE, /* RTN_… */
    SK_NAMES_NFPROTO,
    SK_NAMES_BOOLEAN,
    SK_NAMES_COUNT
} SkWallNames;

/** sk_wall_names_lookup: false where the list has no such name. Lower case only. */
bool sk_wall_names_lookup(SkWallNames list, SkSpan name, uint64_t *ret);
