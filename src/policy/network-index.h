/* SPDX-License-Identifier: Apache-2.0
 *
 * network-index.h - which of many networks hold an address, without asking each of them. Runs in:
 * sekisho. Trusts: nothing. Tests: tests/unit/policy/test-words.c
 */
#pragma once

#include "policy/policy.h"

typedef struct {
    const SkNetwork *network; /* borrowed */
    gconstpointer owner;
} SkNetworkEntry;

typedef struct SkNetworkIndex SkNetworkIndex;

SkNetworkIndex *sk_network_index_new(void);
void sk_network_index_free(SkNetworkIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkNetworkIndex, sk_network_index_free)
/** sk_network_index_add: @n, borrowed, has its host bits zero. */
void sk_network_index_add(SkNetworkIndex *self, const SkNetwork *n, gconstpointer owner);
/** sk_network_index_find: (transfer container): of const SkNetworkEntry: those that hold all of @n,
 * the widest first. */
GPtrArray *sk_network_index_find(const SkNetworkIndex *self, const SkNetwork *n);
