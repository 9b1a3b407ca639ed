/* SPDX-License-Identifier: Apache-2.0
 *
 * lock-builder.h - documents locked with a password, for tests: the encrypting side of [MS-OFFCRYPTO], written apart
 * from the side under test.
 */
#pragma once

#include "../format/ole2-builder.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/hmac.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

typedef struct {
    const char *hash; /* of the password's side and the package's: "SHA1" … "SHA512" */
    unsigned bits;    /* of the package's key */
    unsigned spin;
    const char *xml_from; /* and… */
    const char *xml_to;   /* …what stands there instead; NULL: an honest description */
    bool changed;         /* one bit of the package is another than was signed */
    int64_t size_off;     /* added to the package's length */
} LockAgile;

static inline const struct nettle_hash *
lock_hash(const char *name)
{
    return strcmp(name, "SHA1") == 0     ? &nettle_sha1
           : strcmp(name, "SHA256") == 0 ? &nettle_sha256
           : strcmp(name, "SHA384") == 0 ? &nettle_sha384
                                         : &nettle_sha512;
}

/* H(a b), whose length is the digest's. */
static inline void
lock_digest(const struct nettle_hash *h, const void *a, size_t a_n, const void *b, size_t b_n, uint8_t *ret)
{
    struct sha512_ctx context;
    h->init(&context);
    h->update(&context, a_n, a);
    h->update(&context, b_n, b);
    h->digest(&context, h->digest_size, ret);
}

static inline void
lock_aes(const uint8_t *key, unsigned key_n, const uint8_t *iv, size_t n, const uint8_t *in, uint8_t *out)
{
    uint8_t vector[16];
    struct aes256_ctx c256;
    struct aes192_ctx c192;
    struct aes128_ctx c128;
    memcpy(vector, iv, 16);
    if (key_n == 16) {
        aes128_set_encrypt_key(&c128, key);
        cbc_encrypt(&c128, nettle_aes128.encrypt, 16, vector, n, out, in);
    } else if (key_n == 24) {
        aes192_set_encrypt_key(&c192, key);
        cbc_encrypt(&c192, nettle_aes192.encrypt, 16, vector, n, out, in);
    } else {
        aes256_set_encrypt_key(&c256, key);
        cbc_encrypt(&c256, nettle_aes256.encrypt, 16, vector, n, out, in);
    }
}

/* H(n … H(1 H(0 H(salt password)))): the password in UTF-16. */
static inline void
lock_spin(const struct nettle_hash *h, const uint8_t salt[16], const char *password, unsigned spin, uint8_t *ret)
{
    glong n = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(password, -1, NULL, &n, NULL); /* little-endian machines */
    lock_digest(h, salt, 16, units, (size_t)n * 2, ret);
    for (uint32_t i = 0; i < spin; i++) {
        uint8_t number[4] = { (uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16), (uint8_t)(i >> 24) };
        lock_digest(h, number, 4, ret, h->digest_size, ret);
    }
}

/* Under a key made of @from and @block: @n bytes, in base64. */
static inline char *
lock_value(const struct nettle_hash *h, const uint8_t *from, const char *block, unsigned key_n, const uint8_t *salt,
           const uint8_t *value, size_t n)
{
    uint8_t key[64 + 64], in[64] = { 0 }, out[64];
    size_t whole = (n + 15) / 16 * 16;
    lock_digest(h, from, h->digest_size, block, 8, key);
    memset(key + h->digest_size, 0x36, 64);
    memcpy(in, value, n);
    lock_aes(key, key_n, salt, whole, in, out);
    return g_base64_encode(out, whole);
}

static inline char *
lock_package_value(const struct nettle_hash *h, const uint8_t *key, unsigned key_n, const uint8_t *salt,
                   const char *block, const uint8_t *value)
{
    uint8_t iv[64], in[64] = { 0 }, out[64];
    size_t whole = (h->digest_size + 15) / 16 * 16;
    lock_digest(h, salt, 16, block, 8, iv);
    memcpy(in, value, h->digest_size);
    lock_aes(key, key_n, iv, whole, in, out);
    return g_base64_encode(out, whole);
}

static inline GByteArray *
lock_package(SkSpan plain, const struct nettle_hash *h, const uint8_t *key, unsigned key_n, const uint8_t *salt,
             int64_t size_off)
{
    GByteArray *out = g_byte_array_new();
    uint64_t size = plain.n + (uint64_t)size_off;
    for (unsigned i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t)(size >> 8 * i);
        g_byte_array_append(out, &byte, 1);
    }
    for (size_t at = 0; at < plain.n; at += 4096) {
        uint8_t number[4] = { (uint8_t)(at >> 12), (uint8_t)(at >> 20), 0, 0 };
        uint8_t iv[64], in[4096] = { 0 }, segment[4096];
        size_t n = MIN(plain.n - at, (size_t)4096), whole = (n + 15) / 16 * 16;
        memcpy(in, plain.p + at, n);
        lock_digest(h, salt, 16, number, 4, iv);
        lock_aes(key, key_n, iv, whole, in, segment);
        g_byte_array_append(out, segment, (guint)whole);
    }
    return out;
}

static inline char *
lock_xml(const LockAgile *spec, const struct nettle_hash *h, const char *salts[2], char *values[5])
{
    g_autofree char *parameters = g_strdup_printf("saltSize=\"16\" blockSize=\"16\" keyBits=\"%u\" hashSize=\"%u\" "
                                                  "cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" "
                                                  "hashAlgorithm=\"%s\"",
                                                  spec->bits, h->digest_size, spec->hash);
    g_autofree char *xml = g_strdup_printf(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"
        "<encryption xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" "
        "xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\">"
        "<keyData %s saltValue=\"%s\"/><dataIntegrity encryptedHmacKey=\"%s\" encryptedHmacValue=\"%s\"/>"
        "<keyEncryptors><keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\">"
        "<p:encryptedKey spinCount=\"%u\" %s saltValue=\"%s\" encryptedVerifierHashInput=\"%s\" "
        "encryptedVerifierHashValue=\"%s\" encryptedKeyValue=\"%s\"/></keyEncryptor></keyEncryptors></encryption>",
        parameters, salts[0], values[3], values[4], spec->spin, parameters, salts[1], values[0], values[1], values[2]);
    if (spec->xml_from == NULL)
        return g_steal_pointer(&xml);
    char *at = strstr(xml, spec->xml_from);
    g_assert_nonnull(at);
    g_autofree char *head = g_strndup(xml, (gsize)(at - xml));
    return g_strconcat(head, spec->xml_to, at + strlen(spec->xml_from), NULL);
}

static inline GBytes *
lock_container(SkSpan version, SkSpan description, const GByteArray *package)
{
    g_autoptr(GByteArray) info = g_byte_array_new();
    g_byte_array_append(info, version.p, (guint)version.n);
    g_byte_array_append(info, description.p, (guint)description.n);
    const Ole2Item items[] = {
        { .name = "\006DataSpaces", .storage = true },
        { .name = "Version", .parent = 1, .content = sk_span_str("made up") },
        { .name = "EncryptionInfo", .content = { info->data, info->len } },
        { .name = "EncryptedPackage", .content = { package->data, package->len } },
    };
    return ole2_build(items, G_N_ELEMENTS(items), NULL);
}

/* (transfer full): @plain, locked with @password. Salts and keys are always the same ones. */
static inline GBytes *
lock_agile(SkSpan plain, const char *password, const LockAgile *spec)
{
    const struct nettle_hash *h = lock_hash(spec->hash);
    uint8_t salt[2][16], key[32], verifier[16], digest[64], spun[64], hmac_key[64], hmac[64];
    struct sha512_ctx outer, inner, state;
    unsigned key_n = spec->bits / 8;

    for (unsigned i = 0; i < 16; i++) {
        salt[0][i] = (uint8_t)(i * 7 + 1);
        salt[1][i] = (uint8_t)(i * 13 + 5);
        verifier[i] = (uint8_t)(i * 3 + 9);
    }
    for (unsigned i = 0; i < 64; i++)
        hmac_key[i] = (uint8_t)(i * 5 + 3), key[i % 32] = (uint8_t)(i * 11 + 2);
    g_autoptr(GByteArray) package = lock_package(plain, h, key, key_n, salt[0], spec->size_off);
    hmac_set_key(&outer, &inner, &state, h, h->digest_size, hmac_key);
    hmac_update(&state, h, package->len, package->data);
    hmac_digest(&outer, &inner, &state, h, h->digest_size, hmac);
    if (spec->changed)
        package->data[package->len / 2] ^= 1;
    lock_spin(h, salt[1], password, spec->spin, spun);
    lock_digest(h, verifier, 16, "", 0, digest);

    char *values[5] = {
        lock_value(h, spun, "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", key_n, salt[1], verifier, 16),
        lock_value(h, spun, "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", key_n, salt[1], digest, h->digest_size),
        lock_value(h, spun, "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", key_n, salt[1], key, key_n),
        lock_package_value(h, key, key_n, salt[0], "\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", hmac_key),
        lock_package_value(h, key, key_n, salt[0], "\xa0\x67\x7f\x02\xb2\x2c\x84\x33", hmac),
    };
    g_autofree char *salt_0 = g_base64_encode(salt[0], 16);
    g_autofree char *salt_1 = g_base64_encode(salt[1], 16);
    g_autofree char *xml = lock_xml(spec, h, (const char *[]){ salt_0, salt_1 }, values);
    for (unsigned i = 0; i < 5; i++)
        g_free(values[i]);
    return lock_container(sk_span("\4\0\4\0\x40\0\0\0", 8), sk_span_str(xml), package);
}

/* The same by standard encryption, with a key of @bits. */
static inline GBytes *
lock_standard(SkSpan plain, const char *password, unsigned bits)
{
    uint8_t salt[16], verifier[16], digest[64], both[40], pad[64], key[32], out[32], in[32] = { 0 }, zero[16] = { 0 };
    g_autoptr(SkSink) s = sk_sink_new_memory(4096);
    g_autoptr(GByteArray) package = g_byte_array_new();

    for (unsigned i = 0; i < 16; i++)
        salt[i] = (uint8_t)(i * 9 + 4), verifier[i] = (uint8_t)(i * 17 + 8);
    lock_spin(&nettle_sha1, salt, password, 50000, digest);
    lock_digest(&nettle_sha1, digest, 20, "\0\0\0\0", 4, digest);
    for (unsigned half = 0; half < 2; half++) {
        for (unsigned i = 0; i < 64; i++)
            pad[i] = (uint8_t)((half == 0 ? 0x36 : 0x5c) ^ (i < 20 ? digest[i] : 0));
        lock_digest(&nettle_sha1, pad, 64, "", 0, both + half * 20);
    }
    memcpy(key, both, bits / 8);
    for (unsigned i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t)(plain.n >> 8 * i);
        g_byte_array_append(package, &byte, 1);
    }
    /* One block at a time with a vector of zeros is the mode without vectors. */
    for (size_t at = 0; at < plain.n; at += 16) {
        memset(in, 0, 16);
        memcpy(in, plain.p + at, MIN(plain.n - at, (size_t)16));
        lock_aes(key, bits / 8, zero, 16, in, out);
        g_byte_array_append(package, out, 16);
    }
    static const char provider[] = "M\0y\0 \0P\0r\0o\0v\0i\0d\0e\0r\0\0";
    sk_sink_u32le(s, 0x24);
    sk_sink_u32le(s, 32 + sizeof provider);
    const uint32_t header[] = { 0x24, 0, 0x660e + (bits - 128) / 64, 0x8004, bits, 0x18, 0, 0 };
    for (unsigned i = 0; i < 8; i++)
        sk_sink_u32le(s, header[i]);
    sk_sink_span(s, sk_span(provider, sizeof provider));
    sk_sink_u32le(s, 16);
    sk_sink_span(s, sk_span(salt, 16));
    lock_aes(key, bits / 8, zero, 16, verifier, out);
    sk_sink_span(s, sk_span(out, 16));
    sk_sink_u32le(s, 20);
    memset(in, 0, sizeof in);
    lock_digest(&nettle_sha1, verifier, 16, "", 0, in);
    lock_aes(key, bits / 8, zero, 16, in, out);
    lock_aes(key, bits / 8, zero, 16, in + 16, out + 16);
    sk_sink_span(s, sk_span(out, 32));
    return lock_container(sk_span("\3\0\2\0", 4), sk_sink_memory(s), package);
}
