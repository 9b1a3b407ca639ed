/* SPDX-License-Identifier: Apache-2.0
 *
 * crypt.h - the few cryptographic words that locked documents need, over nettle: digests, HMAC, AES
 * for decryption. Nothing here opens a file, loads a module or starts a thread, so that it runs
 * under the worker's filter (docs/decisions/0037-locks.md). Runs in: disarm worker (no files, no
 * network). Trusts: nothing. Spec: docs/formats/encryption.md   Tests:
 * tests/unit/disarm/test-ooxml-lock.c
 */
#pragma once

#include "base/base.h"

#include <nettle/aes.h>
#include <nettle/hmac.h>

typedef enum {
    SK_HASH_SHA1,
    SK_HASH_SHA256,
    SK_HASH_SHA384,
    SK_HASH_SHA512,
    SK_HASH_COUNT,
} SkHash;

#define SK_HASH_MAX 64u
#define SK_AES_BLOCK 16u
#define SK_AES_KEY_MAX 32u

/** sk_hash_size: bytes of its digest. */
unsigned sk_hash_size(SkHash hash);
/** sk_hash_two: the digest of @a and @b, one behind the other. */
void sk_hash_two(SkHash hash, SkSpan a, SkSpan b, uint8_t ret[SK_HASH_MAX]);
/** sk_hash_spin: @rounds times: @digest becomes the digest of its round's number (32 bits,
 * little-endian, from 0) and itself. */
void sk_hash_spin(SkHash hash, uint32_t rounds, uint8_t digest[SK_HASH_MAX]);

typedef struct {
    SkHash hash;
    struct sha512_ctx outer, inner, state; /* the largest of them; each digest uses its own share */
} SkHmac;

void sk_hmac_start(SkHmac *self, SkHash hash, SkSpan key);
void sk_hmac_add(SkHmac *self, SkSpan s);
/** sk_hmac_end: is @want (of the digest's length) what came out? In constant time; @self is wiped.
 */
bool sk_hmac_end(SkHmac *self, SkSpan want);

typedef struct {
    unsigned key; /* bytes: 16, 24 or 32 */
    union {
        struct aes128_ctx aes128;
        struct aes192_ctx aes192;
        struct aes256_ctx aes256;
    } u;
} SkAes;

/** sk_aes_set: for decryption with @key of 16, 24 or 32 bytes (asserted). */
void sk_aes_set(SkAes *self, SkSpan key);
/** sk_aes_cbc, sk_aes_ecb: @in, whole blocks (asserted), into @out, which may be the same place.
 * @iv moves on. */
void sk_aes_cbc(const SkAes *self, uint8_t iv[SK_AES_BLOCK], SkSpan in, uint8_t *out);
void sk_aes_ecb(const SkAes *self, SkSpan in, uint8_t *out);

/** sk_crypt_equal: in constant time. */
bool sk_crypt_equal(SkSpan a, SkSpan b);

/** sk_crypt_base64: strictly RFC 4648, but for white space; false where @text is none or over @max
 * bytes. */
bool sk_crypt_base64(SkSpan text, uint8_t *ret, size_t max,
                     size_t *ret_n) G_GNUC_WARN_UNUSED_RESULT;
/** sk_crypt_decimal: digits and nothing else, at most @max. */
bool sk_crypt_decimal(SkSpan text, uint32_t max, uint32_t *ret) G_GNUC_WARN_UNUSED_RESULT;
