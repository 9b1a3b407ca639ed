/* SPDX-License-Identifier: Apache-2.0
 * old-lock.c - keys and ciphers of old locks: contract in old-lock.h. Names in brackets are
 * sections of [MS-OFFCRYPTO]. */
#include "disarm/old-lock.h"

#include "base/reader.h"

#include <nettle/arcfour.h>
#include <nettle/md5.h>
#include <string.h>

#define SHORT_KEY 5u
#define LONG_KEY 16u
#define FLAG_CRYPTO_API 0x04u
#define FLAG_EXTERNAL 0x10u
#define FLAG_AES 0x20u
#define RC4 0x6801u
#define SHA1 0x8004u
#define SHA1_BYTES 20u

static void
copy(uint8_t *ret, SkSpan s, size_t n)
{
    memcpy(ret, s.p, MIN(s.n, n));
}

/* ---- what a lock says of itself ------------------------------------------------------------ */

static bool
parse_crypto_api(SkReader *r, SkOldLock *ret, GError **error)
{
    uint32_t flags = sk_reader_u32le(r);
    SkReader h = sk_reader(sk_reader_span(r, sk_reader_u32le(r)));

    sk_reader_skip(&h, 8); /* the flags again, and zeros */
    uint32_t cipher = sk_reader_u32le(&h), hash = sk_reader_u32le(&h), bits = sk_reader_u32le(&h);
    uint32_t salt_bytes = sk_reader_u32le(r);
    copy(ret->salt, sk_reader_span(r, sizeof ret->salt), sizeof ret->salt);
    copy(ret->verifier, sk_reader_span(r, sizeof ret->verifier), sizeof ret->verifier);
    uint32_t hash_bytes = sk_reader_u32le(r);
    copy(ret->verifier_hash, sk_reader_span(r, SHA1_BYTES), SHA1_BYTES);

    if (!sk_reader_ok(&h) || !sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "old lock: header cut short");
    if ((flags & (FLAG_EXTERNAL | FLAG_AES)) != 0 || (flags & FLAG_CRYPTO_API) == 0 ||
        cipher != RC4 || hash != SHA1)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "old lock: cipher %#x, hash %#x", cipher,
                        hash);
    bits = bits == 0 ? 40 : bits;
    if (bits < 40 || bits > 128 || bits % 8 != 0 || salt_bytes != sizeof ret->salt ||
        hash_bytes != SHA1_BYTES)
        return sk_throw(error, SK_ERROR_MALFORMED, "old lock: sizes out of range");
    ret->kind = SK_OLD_LOCK_CRYPTO_API;
    ret->key_bytes = bits / 8;
    return true;
}

bool
sk_old_lock_parse(SkSpan header, SkOldLock *ret, GError **error)
{
    SkReader r = sk_reader(header);
    SkOldLock lock = { .kind = SK_OLD_LOCK_MD5 };
    uint16_t major = sk_reader_u16le(&r), minor = sk_reader_u16le(&r);

    if (major >= 2 && major <= 4 && minor == 2) {
        if (!parse_crypto_api(&r, &lock, error))
            return false;
    } else if (major == 1 && minor == 1) {
        copy(lock.salt, sk_reader_span(&r, sizeof lock.salt), sizeof lock.salt);
        copy(lock.verifier, sk_reader_span(&r, sizeof lock.verifier), sizeof lock.verifier);
        copy(lock.verifier_hash, sk_reader_span(&r, MD5_DIGEST_SIZE), MD5_DIGEST_SIZE);
    } else {
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "old lock: version %u.%u", major, minor);
    }
    if (!sk_reader_ok(&r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "old lock: header cut short");
    *ret = lock;
    return true;
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void
md5(SkSpan a, SkSpan b, uint8_t ret[MD5_DIGEST_SIZE])
{
    struct md5_ctx context;

    md5_init(&context);
    md5_update(&context, a.n, a.p);
    md5_update(&context, b.n, b.p);
    md5_digest(&context, MD5_DIGEST_SIZE, ret);
    explicit_bzero(&context, sizeof context);
}

/* (transfer full): UTF-16, little-endian; to be wiped. */
static uint8_t *
utf16_of(const char *password, size_t *ret_n)
{
    glong n = 0;
    gunichar2 *units = g_utf8_to_utf16(password, -1, NULL, &n, NULL);
    g_assert(units != NULL); /* the job's decoder has checked it */
    uint8_t *out = g_malloc((size_t)n * 2 + 1);

    for (glong i = 0; i < n; i++) {
        out[i * 2] = (uint8_t)units[i];
        out[i * 2 + 1] = (uint8_t)(units[i] >> 8);
    }
    explicit_bzero(units, (size_t)n * sizeof *units);
    g_free(units);
    *ret_n = (size_t)n * 2;
    return out;
}

/* 2.3.6.2: sixteen times the first bytes of the password's digest and the salt. */
static void
derive_md5(const SkOldLock *lock, SkSpan password, SkOldKey *ret)
{
    uint8_t digest[MD5_DIGEST_SIZE], many[16 * (SHORT_KEY + sizeof lock->salt)];

    md5(password, SK_SPAN_EMPTY, digest);
    for (unsigned i = 0; i < 16; i++) {
        uint8_t *at = many + (size_t)i * (SHORT_KEY + sizeof lock->salt);
        memcpy(at, digest, SHORT_KEY);
        memcpy(at + SHORT_KEY, lock->salt, sizeof lock->salt);
    }
    md5(sk_span(many, sizeof many), SK_SPAN_EMPTY, ret->digest);
    explicit_bzero(digest, sizeof digest);
    explicit_bzero(many, sizeof many);
}

/* The key of block @number (2.3.5.2, 2.3.6.2). */
static void
set_block(const SkOldKey *key, uint32_t number, struct arcfour_ctx *ret)
{
    uint8_t digest[SK_HASH_MAX] = { 0 };
    uint8_t le[4] = { (uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                      (uint8_t)(number >> 24) };

    if (key->kind == SK_OLD_LOCK_MD5) {
        md5(sk_span(key->digest, SHORT_KEY), sk_span(le, sizeof le), digest);
        arcfour_set_key(ret, LONG_KEY, digest);
    } else {
        sk_hash_two(SK_HASH_SHA1, sk_span(key->digest, SHA1_BYTES), sk_span(le, sizeof le), digest);
        if (key->key_bytes == SHORT_KEY) /* a short key is a long one that ends with zeros */
            memset(digest + SHORT_KEY, 0, LONG_KEY - SHORT_KEY);
        arcfour_set_key(ret, key->key_bytes == SHORT_KEY ? LONG_KEY : key->key_bytes, digest);
    }
    explicit_bzero(digest, sizeof digest);
}

static bool
opens_rc4(const SkOldLock *lock, const SkOldKey *key)
{
    struct arcfour_ctx rc4;
    uint8_t verifier[sizeof lock->verifier], want[SHA1_BYTES], got[SK_HASH_MAX];
    size_t n = lock->kind == SK_OLD_LOCK_MD5 ? MD5_DIGEST_SIZE : SHA1_BYTES;

    set_block(key, 0, &rc4);
    arcfour_crypt(&rc4, sizeof verifier, verifier, lock->verifier);
    arcfour_crypt(&rc4, n, want, lock->verifier_hash);
    if (lock->kind == SK_OLD_LOCK_MD5)
        md5(sk_span(verifier, sizeof verifier), SK_SPAN_EMPTY, got);
    else
        sk_hash_two(SK_HASH_SHA1, sk_span(verifier, sizeof verifier), SK_SPAN_EMPTY, got);
    explicit_bzero(&rc4, sizeof rc4);
    return sk_crypt_equal(sk_span(got, n), sk_span(want, n));
}

bool
sk_old_lock_key(const SkOldLock *self, const char *password, SkOldKey *ret)
{
    size_t n = 0;
    uint8_t *bytes = utf16_of(password, &n);

    *ret = (SkOldKey){ .kind = self->kind, .key_bytes = self->key_bytes };
    if (self->kind == SK_OLD_LOCK_MD5)
        derive_md5(self, sk_span(bytes, n), ret);
    else
        sk_hash_two(SK_HASH_SHA1, sk_span(self->salt, sizeof self->salt), sk_span(bytes, n),
                    ret->digest);
    explicit_bzero(bytes, n);
    g_free(bytes);
    return opens_rc4(self, ret);
}

void
sk_old_lock_apply(const SkOldKey *key, unsigned block, uint8_t *bytes, size_t n)
{
    struct arcfour_ctx rc4;

    for (size_t at = 0; at < n; at += block) {
        set_block(key, (uint32_t)(at / block), &rc4);
        arcfour_crypt(&rc4, MIN(n - at, (size_t)block), bytes + at, bytes + at);
    }
    explicit_bzero(&rc4, sizeof rc4);
}
