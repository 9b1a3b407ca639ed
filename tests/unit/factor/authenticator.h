/* SPDX-License-Identifier: Apache-2.0
 *
 * authenticator.h - a browser and an authenticator in software, for tests: makes keys with OpenSSL,
 * writes CBOR and client data by hand, and lies where a test tells it to. Nothing of src/factor is
 * used to make what src/factor is to read, but base64url. */
#pragma once

#include "factor/webauthn.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <string.h>

typedef struct {
    EVP_PKEY *key;
    SkCose algorithm;
    uint8_t id[32];
    uint32_t count;
    /* lies */
    const char *origin; /* NULL: the site's */
    const char *rp_id;
    const char *type;
    const char *more;   /* further members of the client data, with their comma */
    const char *format; /* NULL: none */
    uint8_t flags;      /* 0: UP (and AT where it belongs) */
} Authenticator;

static inline void
put(GByteArray *out, const void *p, size_t n)
{
    g_byte_array_append(out, p, (guint)n);
}

static inline void
put_be(GByteArray *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = bytes; i > 0; i--) {
        uint8_t b = (uint8_t)(value >> (8 * (i - 1)));
        put(out, &b, 1);
    }
}

static inline void
put_head(GByteArray *out, unsigned major, uint64_t value)
{
    unsigned bytes = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
    uint8_t low = bytes == 0 ? (uint8_t)value : bytes == 1 ? 24 : bytes == 2 ? 25 : 26;
    uint8_t head = (uint8_t)(major << 5 | low);
    put(out, &head, 1);
    put_be(out, value, bytes);
}

static inline void
put_int(GByteArray *out, int64_t value)
{
    put_head(out, value < 0 ? 1 : 0, value < 0 ? (uint64_t)(-1 - value) : (uint64_t)value);
}

static inline void
put_bytes(GByteArray *out, const void *p, size_t n)
{
    put_head(out, 2, n);
    put(out, p, n);
}

static inline void
put_text(GByteArray *out, const char *s)
{
    put_head(out, 3, strlen(s));
    put(out, s, strlen(s));
}

static inline void
authenticator_init(Authenticator *self, SkCose algorithm)
{
    *self = (Authenticator){ .algorithm = algorithm, .count = 7 };
    self->key = algorithm == SK_COSE_ES256   ? EVP_EC_gen("P-256")
                : algorithm == SK_COSE_EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                             : EVP_RSA_gen(2048);
    g_assert_nonnull(self->key);
    randombytes_buf(self->id, sizeof self->id);
}

static inline void
authenticator_clear(Authenticator *self)
{
    EVP_PKEY_free(self->key);
    self->key = NULL;
}

static inline void
put_number(GByteArray *out, EVP_PKEY *key, const char *name, size_t bytes)
{
    BIGNUM *n = NULL;
    uint8_t b[512];
    g_assert_cmpint(EVP_PKEY_get_bn_param(key, name, &n), ==, 1);
    g_assert_cmpint(BN_bn2binpad(n, b, (int)bytes), ==, (int)bytes);
    put_bytes(out, b, bytes);
    BN_free(n);
}

static inline void
put_key(GByteArray *out, const Authenticator *self)
{
    if (self->algorithm == SK_COSE_ES256) {
        put_head(out, 5, 5);
        put_int(out, 1), put_int(out, 2), put_int(out, 3), put_int(out, -7), put_int(out, -1), put_int(out, 1);
        put_int(out, -2);
        put_number(out, self->key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
        put_int(out, -3);
        put_number(out, self->key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    } else if (self->algorithm == SK_COSE_EDDSA) {
        uint8_t key[32];
        size_t n = sizeof key;
        g_assert_cmpint(EVP_PKEY_get_raw_public_key(self->key, key, &n), ==, 1);
        put_head(out, 5, 4);
        put_int(out, 1), put_int(out, 1), put_int(out, 3), put_int(out, -8), put_int(out, -1), put_int(out, 6);
        put_int(out, -2);
        put_bytes(out, key, n);
    } else {
        put_head(out, 5, 4);
        put_int(out, 1), put_int(out, 3), put_int(out, 3), put_int(out, -257), put_int(out, -1);
        put_number(out, self->key, OSSL_PKEY_PARAM_RSA_N, (size_t)EVP_PKEY_get_bits(self->key) / 8);
        put_int(out, -2);
        put_bytes(out, "\1\0\1", 3);
    }
}

/* rpIdHash, flags, signCount. */
static inline void
put_authenticator_head(GByteArray *out, const Authenticator *self, const char *rp_id, uint8_t flags)
{
    uint8_t hash[32];
    const char *rp = self->rp_id == NULL ? rp_id : self->rp_id;
    crypto_hash_sha256(hash, (const uint8_t *)rp, strlen(rp));
    put(out, hash, sizeof hash);
    put(out, &flags, 1);
    put_be(out, self->count, 4);
}

static inline GBytes *
client_data(const Authenticator *self, const SkWebauthnSite *site, const char *type)
{
    g_autofree char *challenge = sk_base64url(site->challenge);
    char *json = g_strdup_printf(
        "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false%s}",
        self->type == NULL ? type : self->type, challenge,
        self->origin == NULL ? site->origin : self->origin, self->more == NULL ? "" : self->more);
    return g_bytes_new_take(json, strlen(json));
}

/* The attestation object of a registration. */
static inline GBytes *
attestation_of(const Authenticator *self, const char *rp_id)
{
    GByteArray *data = g_byte_array_new();
    GByteArray *out = g_byte_array_new();
    static const uint8_t aaguid[16];

    put_authenticator_head(data, self, rp_id, self->flags == 0 ? 0x41 : self->flags);
    put(data, aaguid, sizeof aaguid);
    put_be(data, sizeof self->id, 2);
    put(data, self->id, sizeof self->id);
    put_key(data, self);
    put_head(out, 5, 3);
    put_text(out, "fmt");
    put_text(out, self->format == NULL ? "none" : self->format);
    put_text(out, "attStmt");
    put_head(out, 5, 0);
    put_text(out, "authData");
    put_bytes(out, data->data, data->len);
    g_byte_array_unref(data);
    return g_byte_array_free_to_bytes(out);
}

typedef struct {
    GBytes *client;
    GBytes *data;
    GBytes *signature;
} Signed;

static inline SkWebauthnAnswer
signed_spans(const Signed *s)
{
    return (SkWebauthnAnswer){ .client_data = sk_span_bytes(s->client),
                               .authenticator_data = sk_span_bytes(s->data),
                               .signature = sk_span_bytes(s->signature) };
}

static inline void
signed_clear(Signed *s)
{
    g_bytes_unref(s->client);
    g_bytes_unref(s->data);
    g_bytes_unref(s->signature);
}

static inline GBytes *
sign(const Authenticator *self, SkSpan message)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t *signature = g_malloc(512);
    size_t n = 512;
    const EVP_MD *digest = self->algorithm == SK_COSE_EDDSA ? NULL : EVP_sha256();
    g_assert_cmpint(EVP_DigestSignInit(context, NULL, digest, NULL, self->key), ==, 1);
    g_assert_cmpint(EVP_DigestSign(context, signature, &n, message.p, message.n), ==, 1);
    EVP_MD_CTX_free(context);
    return g_bytes_new_take(signature, n);
}

/* navigator.credentials.get(): the counter grows by one first, where there is one. */
static inline Signed
answer_of(Authenticator *self, const SkWebauthnSite *site)
{
    Signed out = { .client = client_data(self, site, "webauthn.get") };
    GByteArray *data = g_byte_array_new();
    GByteArray *message = g_byte_array_new();
    uint8_t hash[32];

    if (self->count != 0)
        self->count++;
    put_authenticator_head(data, self, site->rp_id, self->flags == 0 ? 0x01 : self->flags);
    SkSpan client = sk_span_bytes(out.client);
    crypto_hash_sha256(hash, client.p, client.n);
    put(message, data->data, data->len);
    put(message, hash, sizeof hash);
    out.signature = sign(self, sk_span(message->data, message->len));
    out.data = g_byte_array_free_to_bytes(data);
    g_byte_array_unref(message);
    return out;
}
