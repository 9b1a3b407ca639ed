/* SPDX-License-Identifier: Apache-2.0
 *
 * leaf.h - the canonical JSON of a leaf: RFC 8785 with ASCII keys, integers and strings, in one
 * flat object; and the salted hash that stands for personal data in it. Runs in: web, runner,
 * intake, command line. Trusts: nothing. Spec: docs/formats/leaf.md   Tests:
 * tests/unit/seal/test-log.c
 */
#pragma once

#include "base/base.h"

#define SK_SALT_BYTES 16u
#define SK_LEAF_MEMBERS_MAX 32u
#define SK_LEAF_INTEGER_MAX INT64_C(9007199254740991) /* what every JSON reader keeps exactly */

typedef struct SkLeaf SkLeaf;
SkLeaf *sk_leaf_new(void); /* (transfer full) */
void sk_leaf_free(SkLeaf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkLeaf, sk_leaf_free)
/** sk_leaf_string: @key: [a-z][a-z0-9-]*, not yet there (asserted); @value: NULL or "" leaves the
 * member out; bad UTF-8 becomes U+FFFD. */
void sk_leaf_string(SkLeaf *self, const char *key, const char *value);
/** sk_leaf_integer: 0 ≤ @value ≤ SK_LEAF_INTEGER_MAX (asserted). */
void sk_leaf_integer(SkLeaf *self, const char *key, int64_t value);
/** sk_leaf_hidden: lower-case hex of SHA-256(salt ‖ value); NULL or "" leaves the member out. */
void sk_leaf_hidden(SkLeaf *self, const char *key, const uint8_t *salt, const char *value);
/** sk_leaf_has: is there a member of that name? */
bool sk_leaf_has(const SkLeaf *self, const char *key);
/** sk_leaf_emit: (transfer full): members sorted by key, no white space. */
GBytes *sk_leaf_emit(SkLeaf *self);
/** sk_leaf_is: is @entry in exactly this form? For `seal verify`. */
bool sk_leaf_is(SkSpan entry);
/** sk_leaf_lookup_integer: of an entry that is a leaf: a member's value; -1 where there is none. */
int64_t sk_leaf_lookup_integer(SkSpan entry, const char *key);
