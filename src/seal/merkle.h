/* SPDX-License-Identifier: Apache-2.0
 *
 * merkle.h - the hash tree of RFC 6962 section 2.1 (RFC 9162 section 2.1): hashes, roots, and the
 * making and checking of inclusion and consistency proofs. No I/O: stored hashes come by a
 * callback. Runs in: sealer, web (proofs), command line. Trusts: nothing. Tests:
 * tests/unit/seal/test-log.c, tests/unit/seal/test-corpus-tlog.c
 */
#pragma once

#include "base/base.h"

#define SK_HASH_BYTES 32u
#define SK_PROOF_HASHES_MAX 64u /* of an inclusion proof; consistency: one more */

typedef struct {
    uint8_t b[SK_HASH_BYTES];
} SkHash;

static inline bool
sk_hash_equal(const SkHash *a, const SkHash *b)
{
    return __builtin_memcmp(a->b, b->b, SK_HASH_BYTES) == 0;
}

SkHash sk_hash_sha256(SkSpan s);
SkHash sk_merkle_leaf(SkSpan entry);                            /* SHA-256(0x00 ‖ entry) */
SkHash sk_merkle_node(const SkHash *left, const SkHash *right); /* SHA-256(0x01 ‖ left ‖ right) */
SkHash sk_merkle_empty(void);                                   /* SHA-256() */

/**
 * SkMerkleGet: fetches the hash of the complete subtree of 2^@level leaves that starts at leaf
 * @index · 2^@level. The caller asks only for subtrees that lie within the tree's size.
 */
typedef bool (*SkMerkleGet)(unsigned level, uint64_t index, SkHash *ret, void *data,
                            GError **error);

/** sk_merkle_root: of the first @size leaves. Size 0: sk_merkle_empty. At most 64 fetches. */
bool sk_merkle_root(uint64_t size, SkMerkleGet get, void *data, SkHash *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_merkle_inclusion: @ret: (out) (transfer full): GArray of SkHash, leaf to root. @index < @size
 * (asserted). */
bool sk_merkle_inclusion(uint64_t index, uint64_t size, SkMerkleGet get, void *data, GArray **ret,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_merkle_consistency: @from ≤ @to (asserted); empty for @from 0 or @from = @to. */
bool sk_merkle_consistency(uint64_t from, uint64_t to, SkMerkleGet get, void *data, GArray **ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_merkle_inclusion_check: SK_ERROR_MALFORMED where the proof does not lead from @leaf to @root.
 * RFC 9162 2.1.3.2. */
bool sk_merkle_inclusion_check(uint64_t index, uint64_t size, const SkHash *leaf,
                               const SkHash *proof, size_t n_proof, const SkHash *root,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_merkle_consistency_check: RFC 9162 2.1.4.2. @from 0 is SK_ERROR_MALFORMED: it proves nothing.
 */
bool sk_merkle_consistency_check(uint64_t from, uint64_t to, const SkHash *from_root,
                                 const SkHash *to_root, const SkHash *proof, size_t n_proof,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
