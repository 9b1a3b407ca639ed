/* SPDX-License-Identifier: Apache-2.0
 * merkle.c - contract in merkle.h. A tree of any size is a row of complete subtrees, one per set
 * bit of the size; roots and proofs are foldings of such rows, without recursion. */
#include "seal/merkle.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT(SK_HASH_BYTES == crypto_hash_sha256_BYTES);

SkHash
sk_hash_sha256(SkSpan s)
{
    SkHash out;
    crypto_hash_sha256(out.b, s.p, s.n);
    return out;
}

static SkHash
prefixed(uint8_t prefix, SkSpan a, SkSpan b)
{
    crypto_hash_sha256_state state;
    SkHash out;

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &prefix, 1);
    crypto_hash_sha256_update(&state, a.p, a.n);
    crypto_hash_sha256_update(&state, b.p, b.n);
    crypto_hash_sha256_final(&state, out.b);
    return out;
}

SkHash
sk_merkle_leaf(SkSpan entry)
{
    return prefixed(0, entry, SK_SPAN_EMPTY);
}

SkHash
sk_merkle_node(const SkHash *left, const SkHash *right)
{
    return prefixed(1, sk_span(left->b, SK_HASH_BYTES), sk_span(right->b, SK_HASH_BYTES));
}

SkHash
sk_merkle_empty(void)
{
    return sk_hash_sha256(SK_SPAN_EMPTY);
}

/* The root of the leaves [@begin, @begin + @size): @begin is a multiple of the greatest power of
 * two that is at most @size, which holds for every range that roots and proofs ask for. */
static bool
range_root(uint64_t begin, uint64_t size, SkMerkleGet get, void *data, SkHash *ret, GError **error)
{
    SkHash parts[64];
    unsigned n = 0;

    g_assert(size > 0);
    for (unsigned left = 64; left > 0; left--) {
        unsigned level = left - 1;
        if ((size >> level & 1) == 0)
            continue;
        if (!get(level, begin >> level, &parts[n++], data, error))
            return false;
        begin += UINT64_C(1) << level;
    }
    while (n > 1) {
        parts[n - 2] = sk_merkle_node(&parts[n - 2], &parts[n - 1]);
        n--;
    }
    *ret = parts[0];
    return true;
}

bool
sk_merkle_root(uint64_t size, SkMerkleGet get, void *data, SkHash *ret, GError **error)
{
    if (size > 0)
        return range_root(0, size, get, data, ret, error);
    *ret = sk_merkle_empty();
    return true;
}

/* The greatest power of two below @size (> 1): where RFC 6962 splits a tree. */
static uint64_t
split_of(uint64_t size)
{
    return UINT64_C(1) << (63 - (unsigned)__builtin_clzll(size - 1));
}

static void
reverse(GArray *hashes)
{
    for (guint i = 0; i < hashes->len / 2; i++) {
        SkHash *a = &g_array_index(hashes, SkHash, i);
        SkHash *b = &g_array_index(hashes, SkHash, hashes->len - 1 - i);
        SkHash swap = *a;
        *a = *b;
        *b = swap;
    }
}

static bool
append_range(GArray *out, uint64_t begin, uint64_t size, SkMerkleGet get, void *data,
             GError **error)
{
    SkHash hash;
    if (!range_root(begin, size, get, data, &hash, error))
        return false;
    g_array_append_val(out, hash);
    return true;
}

bool
sk_merkle_inclusion(uint64_t index, uint64_t size, SkMerkleGet get, void *data, GArray **ret,
                    GError **error)
{
    g_assert(index < size);
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SkHash));
    uint64_t begin = 0;

    /* From the root down: at each split, the sibling; reversed at the end, so leaf to root. */
    while (size > 1) {
        uint64_t k = split_of(size);
        bool right = index - begin >= k;
        if (!append_range(out, right ? begin : begin + k, right ? k : size - k, get, data, error))
            return false;
        begin = right ? begin + k : begin;
        size = right ? size - k : k;
    }
    reverse(out);
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_merkle_consistency(uint64_t from, uint64_t to, SkMerkleGet get, void *data, GArray **ret,
                      GError **error)
{
    g_assert(from <= to);
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SkHash));
    uint64_t begin = 0;
    bool whole = true; /* is what is left of @from a tree that the checker knows the root of? */

    while (from > 0 && from < to) {
        uint64_t k = split_of(to);
        if (from <= k) {
            if (!append_range(out, begin + k, to - k, get, data, error))
                return false;
            to = k;
        } else {
            if (!append_range(out, begin, k, get, data, error))
                return false;
            begin += k;
            from -= k;
            to -= k;
            whole = false;
        }
    }
    if (from > 0 && !whole && !append_range(out, begin, to, get, data, error))
        return false;
    reverse(out);
    *ret = g_steal_pointer(&out);
    return true;
}

bool
sk_merkle_inclusion_check(uint64_t index, uint64_t size, const SkHash *leaf, const SkHash *proof,
                          size_t n_proof, const SkHash *root, GError **error)
{
    if (index >= size)
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: no such leaf in a tree of that size");

    uint64_t node = index;
    uint64_t last = size - 1;
    SkHash hash = *leaf;
    for (size_t i = 0; i < n_proof; i++) {
        if (last == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "proof: too long");
        if ((node & 1) == 1 || node == last) {
            hash = sk_merkle_node(&proof[i], &hash);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = sk_merkle_node(&hash, &proof[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    if (last != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: too short");
    if (!sk_hash_equal(&hash, root))
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: does not lead to the root");
    return true;
}

bool
sk_merkle_consistency_check(uint64_t from, uint64_t to, const SkHash *from_root,
                            const SkHash *to_root, const SkHash *proof, size_t n_proof,
                            GError **error)
{
    if (from == 0 || from > to)
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: sizes that prove nothing");
    if (from == to) {
        if (n_proof != 0 || !sk_hash_equal(from_root, to_root))
            return sk_throw(error, SK_ERROR_MALFORMED, "proof: two roots of one size");
        return true;
    }

    /* A @from that is a power of two is itself the first node of the path. */
    bool implied = (from & (from - 1)) == 0;
    if (!implied && n_proof == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: too short");
    size_t at = implied ? 0 : 1;
    SkHash first = implied ? *from_root : proof[0];
    SkHash second = first;
    uint64_t node = from - 1;
    uint64_t last = to - 1;

    while ((node & 1) == 1) {
        node >>= 1;
        last >>= 1;
    }
    for (; at < n_proof; at++) {
        if (last == 0)
            return sk_throw(error, SK_ERROR_MALFORMED, "proof: too long");
        if ((node & 1) == 1 || node == last) {
            first = sk_merkle_node(&proof[at], &first);
            second = sk_merkle_node(&proof[at], &second);
            while ((node & 1) == 0 && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            second = sk_merkle_node(&second, &proof[at]);
        }
        node >>= 1;
        last >>= 1;
    }
    if (last != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: too short");
    if (!sk_hash_equal(&first, from_root) || !sk_hash_equal(&second, to_root))
        return sk_throw(error, SK_ERROR_MALFORMED, "proof: does not lead to both roots");
    return true;
}
