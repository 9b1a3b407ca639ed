/* SPDX-License-Identifier: Apache-2.0
 * archive-lock.c - contract in archive-lock.h. */
#include "disarm/archive-lock.h"

#include "base/reader.h"
#include "disarm/crypt.h"

#include <nettle/pbkdf2.h>
#include <string.h>
#include <zlib.h>

#define HEAD 12u     /* of ZipCrypto */
#define VERIFIER 2u  /* of AES, behind the salt */
#define CODE 10u     /* of AES, at the end */
#define ROUNDS 1000u /* of PBKDF2, as WinZip fixed them */

/* ---- ZipCrypto ----------------------------------------------------------------------------- */

typedef struct {
    uint32_t keys[3];
} Keys;

static uint32_t
crc_step(uint32_t crc, uint8_t b)
{
    const z_crc_t *table = get_crc_table();
    return (uint32_t)table[(crc ^ b) & 0xff] ^ crc >> 8;
}

static void
keys_update(Keys *k, uint8_t b)
{
    k->keys[0] = crc_step(k->keys[0], b);
    k->keys[1] = (k->keys[1] + (k->keys[0] & 0xff)) * 134775813u + 1;
    k->keys[2] = crc_step(k->keys[2], (uint8_t)(k->keys[1] >> 24));
}

static Keys
keys_of(const char *password)
{
    Keys k = { { 0x12345678u, 0x23456789u, 0x34567890u } };
    for (const char *p = password; *p != '\0'; p++)
        keys_update(&k, (uint8_t)*p);
    return k;
}

static uint8_t
keys_open(Keys *k, uint8_t b)
{
    uint32_t t = (k->keys[2] & 0xffff) | 2;
    uint8_t plain = (uint8_t)(b ^ (uint8_t)((t * (t ^ 1)) >> 8));
    keys_update(k, plain);
    return plain;
}

static bool
crypto_fits(const char *password, const SkZipEntry *entry, Keys *ret)
{
    uint8_t last = 0;

    *ret = keys_of(password);
    for (unsigned i = 0; i < HEAD; i++)
        last = keys_open(ret, entry->data.p[i]);
    return last == entry->check;
}

static GBytes *
crypto_open(const char *password, const SkZipEntry *entry)
{
    Keys k;
    size_t n = entry->data.n - HEAD;
    uint8_t *out = g_malloc(n + 1);

    (void)crypto_fits(password, entry, &k);
    for (size_t i = 0; i < n; i++)
        out[i] = keys_open(&k, entry->data.p[HEAD + i]);
    explicit_bzero(&k, sizeof k);
    return g_bytes_new_take(out, n);
}

/* ---- AES ----------------------------------------------------------------------------------- */

typedef struct {
    unsigned salt, key; /* bytes */
    bool without_crc;   /* AE-2: it has its code instead */
    uint8_t derived[2 * 32 + VERIFIER];
} Aes;

static void
aes_derive(const char *password, const SkZipEntry *entry, Aes *ret)
{
    SkReader r = sk_reader(entry->aes); /* its form was checked by the walk */
    uint16_t version = sk_reader_u16le(&r);
    sk_reader_skip(&r, 2);
    unsigned strength = sk_reader_u8(&r);

    *ret = (Aes){ .salt = 4 + 4 * strength, .key = 8 + 8 * strength, .without_crc = version == 2 };
    pbkdf2_hmac_sha1(strlen(password), (const uint8_t *)password, ROUNDS, ret->salt, entry->data.p,
                     2 * (size_t)ret->key + VERIFIER, ret->derived);
}

static bool
aes_fits(const char *password, const SkZipEntry *entry)
{
    Aes aes;

    aes_derive(password, entry, &aes);
    bool fits = sk_crypt_equal(sk_span(aes.derived + 2 * aes.key, VERIFIER), sk_span(entry->data.p + aes.salt, VERIFIER));
    explicit_bzero(&aes, sizeof aes);
    return fits;
}

/* Counter mode, the counter little-endian and from 1. */
static void
aes_counter(const uint8_t *key, unsigned key_n, SkSpan in, uint8_t *out)
{
    union {
        struct aes128_ctx a;
        struct aes192_ctx b;
        struct aes256_ctx c;
    } u;
    uint8_t counter[AES_BLOCK_SIZE] = { 0 }, stream[AES_BLOCK_SIZE];

    if (key_n == 16)
        aes128_set_encrypt_key(&u.a, key);
    else if (key_n == 24)
        aes192_set_encrypt_key(&u.b, key);
    else
        aes256_set_encrypt_key(&u.c, key);
    for (size_t at = 0; at < in.n; at += AES_BLOCK_SIZE) {
        size_t n = MIN(in.n - at, (size_t)AES_BLOCK_SIZE);
        for (unsigned i = 0; i < 8 && ++counter[i] == 0; i++)
            ;
        if (key_n == 16)
            aes128_encrypt(&u.a, sizeof stream, stream, counter);
        else if (key_n == 24)
            aes192_encrypt(&u.b, sizeof stream, stream, counter);
        else
            aes256_encrypt(&u.c, sizeof stream, stream, counter);
        for (size_t i = 0; i < n; i++)
            out[at + i] = in.p[at + i] ^ stream[i];
    }
    explicit_bzero(&u, sizeof u);
}

/* The first ten bytes of the HMAC over what is locked. */
static bool
aes_is_whole(const Aes *aes, SkSpan locked, SkSpan code)
{
    struct hmac_sha1_ctx hmac;
    uint8_t digest[SHA1_DIGEST_SIZE];

    hmac_sha1_set_key(&hmac, aes->key, aes->derived + aes->key);
    hmac_sha1_update(&hmac, locked.n, locked.p);
    hmac_sha1_digest(&hmac, sizeof digest, digest);
    explicit_bzero(&hmac, sizeof hmac);
    return sk_crypt_equal(sk_span(digest, CODE), code);
}

static bool
aes_open(const char *password, const SkZipEntry *entry, bool *ret_without_crc, GBytes **ret, GError **error)
{
    Aes aes;

    aes_derive(password, entry, &aes);
    size_t from = aes.salt + VERIFIER, n = entry->data.n - from - CODE; /* room for them was checked by the walk */
    SkSpan locked = sk_span_sub(entry->data, from, n);
    bool whole = aes_is_whole(&aes, locked, sk_span_sub(entry->data, from + n, CODE));
    if (whole) {
        uint8_t *out = g_malloc(n + 1);
        aes_counter(aes.derived, aes.key, locked, out);
        *ret = g_bytes_new_take(out, n);
        *ret_without_crc = aes.without_crc;
    }
    explicit_bzero(&aes, sizeof aes);
    return whole || sk_throw(error, SK_ERROR_MALFORMED, "zip: locked content was changed");
}

/* ---- the two of them ----------------------------------------------------------------------- */

bool
sk_archive_lock_fits(const SkArchiveLock *self, const SkZipEntry *entry)
{
    Keys k;

    if (entry->aes.n > 0)
        return aes_fits(self->password, entry);
    bool fits = crypto_fits(self->password, entry, &k);
    explicit_bzero(&k, sizeof k);
    return fits;
}

bool
sk_archive_lock_open(const SkArchiveLock *self, SkZipEntry *entry, GBytes **ret, GError **error)
{
    if (entry->aes.n == 0)
        *ret = crypto_open(self->password, entry);
    else if (!aes_open(self->password, entry, &entry->without_crc, ret, error))
        return false;
    entry->data = sk_span_bytes(*ret);
    return true;
}
