/* SPDX-License-Identifier: Apache-2.0
 * ooxml-lock.c - contract in ooxml-lock.h. Names in brackets are sections of [MS-OFFCRYPTO]. */
#include "disarm/ooxml-lock.h"

#include "base/reader.h"

#include <string.h>

#define STANDARD_SPIN 50000u
#define SEGMENT 4096u
#define SIZE_BYTES 8u
#define PAD 0x36

static const uint8_t block_verifier[] = { 0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79 };
static const uint8_t block_verifier_hash[] = { 0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e };
static const uint8_t block_key[] = { 0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6 };
static const uint8_t block_hmac_key[] = { 0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6 };
static const uint8_t block_hmac_value[] = { 0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33 };

/* The digest of salt and password, spun: what every key of the document is made from. @password is
 * UTF-8, and counts as UTF-16, little-endian. */
static void
spin_password(const SkLockParameters *parameters, uint32_t spin, const char *password,
              uint8_t ret[SK_HASH_MAX])
{
    glong n = 0;
    gunichar2 *units = g_utf8_to_utf16(password, -1, NULL, &n, NULL);
    g_assert(units != NULL); /* the job's decoder has checked it */
    g_autofree uint8_t *bytes = g_malloc((size_t)n * 2 + 1);

    for (glong i = 0; i < n; i++) {
        bytes[i * 2] = (uint8_t)units[i];
        bytes[i * 2 + 1] = (uint8_t)(units[i] >> 8);
    }
    sk_hash_two(parameters->hash, sk_span(parameters->salt.p, parameters->salt.n),
                sk_span(bytes, (size_t)n * 2), ret);
    explicit_bzero(bytes, (size_t)n * 2);
    explicit_bzero(units, (size_t)n * sizeof *units);
    g_free(units);
    sk_hash_spin(parameters->hash, spin, ret);
}

/* ---- standard (2.3.4.7, 2.3.4.9) ----------------------------------------------------------- */

/* CryptDeriveKey of the old Windows interface. */
static void
derive_standard(const uint8_t digest[SK_HASH_MAX], unsigned key_bytes, uint8_t ret[SK_AES_KEY_MAX])
{
    unsigned n = sk_hash_size(SK_HASH_SHA1);
    uint8_t inner[64], both[SK_HASH_MAX * 2];

    for (unsigned half = 0; half < 2; half++) {
        memset(inner, half == 0 ? PAD : 0x5c, sizeof inner);
        for (unsigned i = 0; i < n; i++)
            inner[i] ^= digest[i];
        sk_hash_two(SK_HASH_SHA1, sk_span(inner, sizeof inner), SK_SPAN_EMPTY,
                    both + (size_t)half * n);
    }
    memcpy(ret, both, key_bytes);
    explicit_bzero(inner, sizeof inner);
    explicit_bzero(both, sizeof both);
}

static bool
standard_key(const SkOoxmlLock *self, const char *password, uint8_t ret_key[SK_AES_KEY_MAX])
{
    unsigned n = sk_hash_size(SK_HASH_SHA1);
    uint8_t digest[SK_HASH_MAX], verifier[SK_AES_BLOCK], want[SK_AES_BLOCK * 2];
    SkAes aes;

    spin_password(&self->password, STANDARD_SPIN, password, digest);
    sk_hash_two(SK_HASH_SHA1, sk_span(digest, n), sk_span("\0\0\0\0", 4), digest);
    derive_standard(digest, self->password.key_bytes, ret_key);
    sk_aes_set(&aes, sk_span(ret_key, self->password.key_bytes));
    sk_aes_ecb(&aes, sk_span(self->verifier.p, sizeof verifier), verifier);
    sk_aes_ecb(&aes, sk_span(self->verifier_hash.p, sizeof want), want);
    sk_hash_two(SK_HASH_SHA1, sk_span(verifier, sizeof verifier), SK_SPAN_EMPTY, digest);
    bool opens = sk_crypt_equal(sk_span(digest, n), sk_span(want, n));
    explicit_bzero(digest, sizeof digest);
    explicit_bzero(&aes, sizeof aes);
    return opens;
}

/* ---- agile (2.3.4.11 to 2.3.4.15) ---------------------------------------------------------- */

/* @s cut or padded to @n bytes. */
static void
fit(SkSpan s, size_t n, uint8_t *ret)
{
    memset(ret, PAD, n);
    memcpy(ret, s.p, MIN(s.n, n));
}

/* One value that the password's key for @block opens. */
static void
open_value(const SkLockParameters *parameters, const uint8_t digest[SK_HASH_MAX],
           const uint8_t block[8], const SkLockValue *value, uint8_t ret[SK_OOXML_LOCK_VALUE_MAX])
{
    unsigned n = sk_hash_size(parameters->hash);
    uint8_t derived[SK_HASH_MAX], key[SK_AES_KEY_MAX], iv[SK_AES_BLOCK];
    SkAes aes;

    sk_hash_two(parameters->hash, sk_span(digest, n), sk_span(block, 8), derived);
    fit(sk_span(derived, n), parameters->key_bytes, key);
    fit(sk_span(parameters->salt.p, parameters->salt.n), sizeof iv, iv);
    sk_aes_set(&aes, sk_span(key, parameters->key_bytes));
    sk_aes_cbc(&aes, iv, sk_span(value->p, value->n), ret);
    explicit_bzero(derived, sizeof derived);
    explicit_bzero(key, sizeof key);
    explicit_bzero(&aes, sizeof aes);
}

static bool
agile_key(const SkOoxmlLock *self, const char *password, uint8_t ret_key[SK_AES_KEY_MAX])
{
    const SkLockParameters *parameters = &self->password;
    unsigned n = sk_hash_size(parameters->hash);
    uint8_t digest[SK_HASH_MAX], plain[SK_OOXML_LOCK_VALUE_MAX], got[SK_HASH_MAX];

    spin_password(parameters, self->spin, password, digest);
    open_value(parameters, digest, block_verifier, &self->verifier, plain);
    sk_hash_two(parameters->hash, sk_span(plain, parameters->salt.n), SK_SPAN_EMPTY, got);
    open_value(parameters, digest, block_verifier_hash, &self->verifier_hash, plain);
    bool opens = sk_crypt_equal(sk_span(got, n), sk_span(plain, n));
    open_value(parameters, digest, block_key, &self->key, plain);
    memcpy(ret_key, plain, self->package.key_bytes);
    explicit_bzero(digest, sizeof digest);
    explicit_bzero(plain, sizeof plain);
    return opens;
}

bool
sk_ooxml_lock_key(const SkOoxmlLock *self, const char *password, uint8_t ret_key[SK_AES_KEY_MAX])
{
    bool opens =
        self->agile ? agile_key(self, password, ret_key) : standard_key(self, password, ret_key);

    if (!opens)
        explicit_bzero(ret_key, SK_AES_KEY_MAX);
    return opens;
}

/* ---- the package --------------------------------------------------------------------------- */

typedef struct {
    const SkOoxmlLock *lock;
    SkAes aes;
    SkHmac hmac;
    uint8_t segment[SEGMENT];
    size_t filled;
    uint32_t number; /* of the segment */
    uint8_t size[SIZE_BYTES];
    size_t size_read;
    uint8_t *out; /* owned; as long as the stream */
    size_t written;
} Opening;

/* The vector of the package's salt and @block. */
static void
package_iv(const SkOoxmlLock *lock, SkSpan block, uint8_t ret[SK_AES_BLOCK])
{
    uint8_t digest[SK_HASH_MAX];

    sk_hash_two(lock->package.hash, sk_span(lock->package.salt.p, lock->package.salt.n), block,
                digest);
    memcpy(ret, digest, SK_AES_BLOCK);
}

static bool
close_segment(Opening *self, GError **error)
{
    SkSpan s = sk_span(self->segment, self->filled);

    if (s.n % SK_AES_BLOCK != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: package is no whole number of blocks");
    if (self->lock->agile) {
        uint8_t number[4], iv[SK_AES_BLOCK];
        for (unsigned i = 0; i < sizeof number; i++)
            number[i] = (uint8_t)(self->number >> 8 * i);
        package_iv(self->lock, sk_span(number, sizeof number), iv);
        sk_aes_cbc(&self->aes, iv, s, self->out + self->written);
    } else {
        sk_aes_ecb(&self->aes, s, self->out + self->written);
    }
    self->written += s.n;
    self->number++;
    self->filled = 0;
    return true;
}

static bool
on_chunk(void *user, SkSpan chunk, GError **error)
{
    Opening *self = user;
    SkReader r = sk_reader(chunk);

    if (self->lock->agile)
        sk_hmac_add(&self->hmac, chunk);
    while (self->size_read < SIZE_BYTES && sk_reader_left(&r) > 0)
        self->size[self->size_read++] = sk_reader_u8(&r);
    while (sk_reader_left(&r) > 0) {
        SkSpan part = sk_reader_span(&r, MIN(sk_reader_left(&r), SEGMENT - self->filled));
        memcpy(self->segment + self->filled, part.p, part.n);
        self->filled += part.n;
        if (self->filled == SEGMENT && !close_segment(self, error))
            return false;
    }
    return true;
}

/* Starts the check of an agile package, and gives what must come out. */
static void
start_hmac(Opening *self, uint8_t ret_want[SK_OOXML_LOCK_VALUE_MAX])
{
    const SkOoxmlLock *lock = self->lock;
    uint8_t key[SK_OOXML_LOCK_VALUE_MAX], iv[SK_AES_BLOCK];

    package_iv(lock, sk_span(block_hmac_key, sizeof block_hmac_key), iv);
    sk_aes_cbc(&self->aes, iv, sk_span(lock->hmac_key.p, lock->hmac_key.n), key);
    package_iv(lock, sk_span(block_hmac_value, sizeof block_hmac_value), iv);
    sk_aes_cbc(&self->aes, iv, sk_span(lock->hmac_value.p, lock->hmac_value.n), ret_want);
    sk_hmac_start(&self->hmac, lock->package.hash, sk_span(key, sk_hash_size(lock->package.hash)));
    explicit_bzero(key, sizeof key);
}

static bool
run_opening(Opening *self, const SkOle2 *ole2, const SkOle2Entry *stream, GError **error)
{
    uint8_t want[SK_OOXML_LOCK_VALUE_MAX] = { 0 };

    if (self->lock->agile)
        start_hmac(self, want);
    if (!sk_ole2_each(ole2, stream, on_chunk, self, error) || !close_segment(self, error))
        return false;
    if (self->lock->agile &&
        !sk_hmac_end(&self->hmac, sk_span(want, sk_hash_size(self->lock->package.hash))))
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "lock: the package is not the one that was locked");
    return true;
}

bool
sk_ooxml_lock_open(const SkOoxmlLock *self, const uint8_t key[SK_AES_KEY_MAX], const SkOle2 *ole2,
                   const SkOle2Entry *stream, GBytes **ret, GError **error)
{
    g_autofree Opening *opening = g_new0(Opening, 1);
    g_autofree uint8_t *out = g_malloc(stream->size + 1);

    opening->lock = self;
    opening->out = out;
    sk_aes_set(&opening->aes,
               sk_span(key, self->agile ? self->package.key_bytes : self->password.key_bytes));
    bool ok = run_opening(opening, ole2, stream, error);
    explicit_bzero(&opening->aes, sizeof opening->aes);
    if (!ok)
        return false;

    SkReader r = sk_reader(sk_span(opening->size, opening->size_read));
    uint64_t size = sk_reader_u64le(&r);
    if (!sk_reader_ok(&r) || size > opening->written)
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: package of %" G_GUINT64_FORMAT " bytes",
                        size);
    *ret = g_bytes_new_take(g_steal_pointer(&out), (gsize)size);
    return true;
}
