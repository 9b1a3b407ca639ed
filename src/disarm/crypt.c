/* SPDX-License-Identifier: Apache-2.0
 * crypt.c - contract in crypt.h. */
#include "disarm/crypt.h"

#include <nettle/cbc.h>
#include <nettle/memops.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>

typedef union {
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
} Context;

static const struct nettle_hash *
hash_get(SkHash hash)
{
    static const struct nettle_hash *const table[] = {
        [SK_HASH_SHA1] = &nettle_sha1,
        [SK_HASH_SHA256] = &nettle_sha256,
        [SK_HASH_SHA384] = &nettle_sha384,
        [SK_HASH_SHA512] = &nettle_sha512,
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(table) == SK_HASH_COUNT);

    g_assert(hash < SK_HASH_COUNT && table[hash]->context_size <= sizeof(Context));
    return table[hash];
}

unsigned
sk_hash_size(SkHash hash)
{
    return hash_get(hash)->digest_size;
}

void
sk_hash_two(SkHash hash, SkSpan a, SkSpan b, uint8_t ret[SK_HASH_MAX])
{
    const struct nettle_hash *h = hash_get(hash);
    Context context;

    h->init(&context);
    h->update(&context, a.n, a.p);
    h->update(&context, b.n, b.p);
    h->digest(&context, h->digest_size, ret);
    explicit_bzero(&context, sizeof context);
}

void
sk_hash_spin(SkHash hash, uint32_t rounds, uint8_t digest[SK_HASH_MAX])
{
    const struct nettle_hash *h = hash_get(hash);
    unsigned n = h->digest_size;
    uint8_t block[4 + SK_HASH_MAX];
    Context context;

    h->init(&context);
    memcpy(block + 4, digest, n);
    for (uint32_t i = 0; i < rounds; i++) {
        for (unsigned k = 0; k < 4; k++)
            block[k] = (uint8_t)(i >> 8 * k);
        h->update(&context, 4 + n, block);
        h->digest(&context, n, block + 4); /* which starts the next one */
    }
    memcpy(digest, block + 4, n);
    explicit_bzero(block, sizeof block);
    explicit_bzero(&context, sizeof context);
}

/* ---- HMAC ---------------------------------------------------------------------------------- */

void
sk_hmac_start(SkHmac *self, SkHash hash, SkSpan key)
{
    g_assert(hash_get(hash)->context_size <= sizeof self->state);
    self->hash = hash;
    hmac_set_key(&self->outer, &self->inner, &self->state, hash_get(hash), key.n, key.p);
}

void
sk_hmac_add(SkHmac *self, SkSpan s)
{
    hmac_update(&self->state, hash_get(self->hash), s.n, s.p);
}

bool
sk_hmac_end(SkHmac *self, SkSpan want)
{
    uint8_t digest[SK_HASH_MAX];
    unsigned n = sk_hash_size(self->hash);

    hmac_digest(&self->outer, &self->inner, &self->state, hash_get(self->hash), n, digest);
    bool equal = sk_crypt_equal(want, sk_span(digest, n));
    explicit_bzero(self, sizeof *self);
    return equal;
}

/* ---- AES ----------------------------------------------------------------------------------- */

void
sk_aes_set(SkAes *self, SkSpan key)
{
    g_assert(key.n == 16 || key.n == 24 || key.n == 32);
    self->key = (unsigned)key.n;
    if (key.n == 16)
        aes128_set_decrypt_key(&self->u.aes128, key.p);
    else if (key.n == 24)
        aes192_set_decrypt_key(&self->u.aes192, key.p);
    else
        aes256_set_decrypt_key(&self->u.aes256, key.p);
}

static nettle_cipher_func *
cipher_of(const SkAes *self)
{
    return self->key == 16   ? nettle_aes128.decrypt
           : self->key == 24 ? nettle_aes192.decrypt
                             : nettle_aes256.decrypt;
}

void
sk_aes_cbc(const SkAes *self, uint8_t iv[SK_AES_BLOCK], SkSpan in, uint8_t *out)
{
    g_assert(in.n % SK_AES_BLOCK == 0);
    cbc_decrypt(&self->u, cipher_of(self), SK_AES_BLOCK, iv, in.n, out, in.p);
}

void
sk_aes_ecb(const SkAes *self, SkSpan in, uint8_t *out)
{
    g_assert(in.n % SK_AES_BLOCK == 0);
    cipher_of(self)(&self->u, in.n, out, in.p);
}

bool
sk_crypt_equal(SkSpan a, SkSpan b)
{
    return a.n == b.n && memeql_sec(a.p, b.p, a.n) == 1;
}

/* ---- numbers and base64 -------------------------------------------------------------------- */

static int
base64_value(uint8_t c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

bool
sk_crypt_base64(SkSpan text, uint8_t *ret, size_t max, size_t *ret_n)
{
    uint32_t bits = 0;
    size_t n = 0, digits = 0, pads = 0;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
            continue;
        int value = base64_value(c);
        if (c == '=') {
            pads++;
            continue;
        }
        if (value < 0 || pads > 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (++digits % 4 == 1)
            continue;
        if (n >= max)
            return false;
        ret[n++] = (uint8_t)(bits >> (digits % 4 == 2 ? 4 : digits % 4 == 3 ? 2 : 0));
    }
    *ret_n = n;
    return digits % 4 != 1 && pads < 3 && (digits + pads) % 4 == 0;
}

bool
sk_crypt_decimal(SkSpan text, uint32_t max, uint32_t *ret)
{
    uint64_t value = 0;

    if (text.n == 0 || text.n > 10)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.p[i] - '0');
    }
    if (value > max)
        return false;
    *ret = (uint32_t)value;
    return true;
}
