/* SPDX-License-Identifier: Apache-2.0
 * webauthn.c - contract in webauthn.h: the browser's half (clientDataJSON), the authenticator's
 * half (authenticator data, COSE key), and the signature over both. */
#include "factor/webauthn.h"

#include "base/reader.h"
#include "factor/cbor.h"

#include <arpa/inet.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <jansson.h>
#include <sodium.h>
#include <string.h>

#define FLAG_UP 0x01u
#define FLAG_UV 0x04u
#define FLAG_AT 0x40u
#define FLAG_ED 0x80u
#define FLAGS_KNOWN (FLAG_UP | FLAG_UV | 0x08u | 0x10u | FLAG_AT | FLAG_ED) /* BE, BS between */
#define AAGUID_BYTES 16u
#define RS256_MODULUS 256u

void
sk_webauthn_credential_clear(SkWebauthnCredential *self)
{
    g_clear_pointer(&self->id, g_bytes_unref);
    g_clear_pointer(&self->key, g_bytes_unref);
}

/* ---- base64url ---- */

char *
sk_base64url(SkSpan s)
{
    size_t n = sodium_base64_ENCODED_LEN(s.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = g_malloc(n);
    return sodium_bin2base64(out, n, s.p, s.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

GBytes *
sk_unbase64url(const char *s, size_t max)
{
    size_t chars = strlen(s);
    size_t n = 0;

    if (chars > (max + 2) / 3 * 4)
        return NULL;
    g_autofree uint8_t *out = g_malloc(max + 1);
    /* Strict in libsodium: no padding, no other characters, no bits left over. */
    if (sodium_base642bin(out, max, s, chars, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return NULL;
    return g_bytes_new(out, n);
}

/* ---- the browser's half ---- */

static bool
string_is(const json_t *object, const char *name, const char *wanted)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) && json_string_length(value) == strlen(wanted) &&
           strcmp(json_string_value(value), wanted) == 0;
}

/* Exactly our challenge, in its one spelling. */
static bool
challenge_is(const json_t *object, SkSpan challenge)
{
    g_autofree char *wanted = sk_base64url(challenge);
    return string_is(object, "challenge", wanted);
}

static bool
check_client(const json_t *object, const char *type, const SkWebauthnSite *site, GError **error)
{
    const json_t *cross = json_object_get(object, "crossOrigin");

    if (!string_is(object, "type", type))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: of another type");
    if (!challenge_is(object, site->challenge))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: another challenge");
    if (!string_is(object, "origin", site->origin))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: another origin");
    if ((cross != NULL && !json_is_false(cross)) || json_object_get(object, "topOrigin") != NULL)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: inside another site's page");
    return true;
}

static bool
read_client(SkSpan client_data, const char *type, const SkWebauthnSite *site, GError **error)
{
    json_error_t ignored;

    if (client_data.n > SK_WEBAUTHN_CLIENT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "webauthn: client data over %u bytes",
                        SK_WEBAUTHN_CLIENT_MAX);
    json_t *object =
        json_loadb((const char *)client_data.p, client_data.n, JSON_REJECT_DUPLICATES, &ignored);
    bool ok = json_is_object(object)
                  ? check_client(object, type, site, error)
                  : sk_throw(error, SK_ERROR_MALFORMED, "webauthn: client data is no JSON object");
    json_decref(object);
    return ok;
}

/* ---- the authenticator's half ---- */

typedef struct {
    uint8_t flags;
    uint32_t count;
} Head;

static bool
read_head(SkReader *r, const SkWebauthnSite *site, bool need_verified, Head *ret, GError **error)
{
    uint8_t rp[crypto_hash_sha256_BYTES];
    SkSpan rp_hash = sk_reader_span(r, sizeof rp);
    Head head = { .flags = sk_reader_u8(r) };
    head.count = sk_reader_u32be(r);

    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "webauthn: authenticator data is cut short");
    crypto_hash_sha256(rp, (const uint8_t *)site->rp_id, strlen(site->rp_id));
    if (!sk_span_equal(rp_hash, sk_span(rp, sizeof rp)))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: made for another site");
    if ((head.flags & ~FLAGS_KNOWN) != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "webauthn: reserved flags");
    if ((head.flags & FLAG_UP) == 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: nobody touched it");
    if (need_verified && (head.flags & FLAG_UV) == 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: its user was not verified");
    *ret = head;
    return true;
}

/* Extensions were not asked for, and are not looked at; they must be there whole, and nothing
 * behind them. */
static bool
read_extensions(SkReader *r, const Head *head, GError **error)
{
    SkCborItem map;
    SkSpan rest = sk_reader_span(r, sk_reader_left(r));

    if ((head->flags & FLAG_ED) == 0)
        return rest.n == 0 || sk_throw(error, SK_ERROR_MALFORMED, "webauthn: bytes behind the end");
    if (!sk_cbor_parse(rest, NULL, &map, error))
        return false;
    return map.type == SK_CBOR_MAP ||
           sk_throw(error, SK_ERROR_MALFORMED, "webauthn: extensions are no map");
}

static bool
bytes_of(const SkCborItem *key, int64_t label, size_t n, SkSpan *ret)
{
    SkCborItem item;
    if (!sk_cbor_get_int(key, label, &item) || item.type != SK_CBOR_BYTES || item.bytes.n != n)
        return false;
    *ret = item.bytes;
    return true;
}

static bool
int_is(const SkCborItem *key, int64_t label, int64_t value)
{
    SkCborItem item;
    return sk_cbor_get_int(key, label, &item) && sk_cbor_is_int(&item, value);
}

static GBytes *
join(SkSpan a, SkSpan b)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, a.p, (guint)a.n);
    g_byte_array_append(out, b.p, (guint)b.n);
    return g_byte_array_free_to_bytes(out);
}

/* COSE_Key (RFC 9053): exactly the members of its kind. NULL where it is of no kind of ours. */
static GBytes *
read_key(const SkCborItem *key, SkCose *ret)
{
    SkSpan a = SK_SPAN_EMPTY;
    SkSpan b = SK_SPAN_EMPTY;

    if (int_is(key, 1, 2) && int_is(key, 3, SK_COSE_ES256) && int_is(key, -1, 1) &&
        bytes_of(key, -2, 32, &a) && bytes_of(key, -3, 32, &b) && key->value == 5) {
        *ret = SK_COSE_ES256;
        return join(a, b);
    }
    if (int_is(key, 1, 1) && int_is(key, 3, SK_COSE_EDDSA) && int_is(key, -1, 6) &&
        bytes_of(key, -2, 32, &a) && key->value == 4) {
        *ret = SK_COSE_EDDSA;
        return join(a, b);
    }
    /* libfido2 knows RSA of 2048 bits and no other. */
    if (int_is(key, 1, 3) && int_is(key, 3, SK_COSE_RS256) &&
        bytes_of(key, -1, RS256_MODULUS, &a) && a.p[0] >= 0x80 && bytes_of(key, -2, 3, &b) &&
        memcmp(b.p, "\x01\x00\x01", 3) == 0 && key->value == 4) {
        *ret = SK_COSE_RS256;
        return join(a, b);
    }
    return NULL;
}

/* ---- keys and signatures: libfido2 ---- */

typedef struct {
    es256_pk_t *es256;
    eddsa_pk_t *eddsa;
    rs256_pk_t *rs256;
} Keys;

static void
keys_clear(Keys *keys)
{
    es256_pk_free(&keys->es256);
    eddsa_pk_free(&keys->eddsa);
    rs256_pk_free(&keys->rs256);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Keys, keys_clear)

/* (transfer none): what fido_assert_verify takes; NULL where it is no point of the curve, … */
static const void *
load_key(Keys *keys, SkCose algorithm, GBytes *bytes)
{
    SkSpan key = sk_span_bytes(bytes);
    switch (algorithm) {
    case SK_COSE_ES256:
        keys->es256 = es256_pk_new();
        return keys->es256 != NULL && es256_pk_from_ptr(keys->es256, key.p, key.n) == FIDO_OK
                   ? keys->es256
                   : NULL;
    case SK_COSE_EDDSA:
        keys->eddsa = eddsa_pk_new();
        return keys->eddsa != NULL && eddsa_pk_from_ptr(keys->eddsa, key.p, key.n) == FIDO_OK
                   ? keys->eddsa
                   : NULL;
    case SK_COSE_RS256:
        keys->rs256 = rs256_pk_new();
        return keys->rs256 != NULL && rs256_pk_from_ptr(keys->rs256, key.p, key.n) == FIDO_OK
                   ? keys->rs256
                   : NULL;
    }
    return NULL;
}

static void
free_assert(fido_assert_t **self)
{
    fido_assert_free(self);
}

/* libfido2 looks at site, flags and extensions once more: two readers, one answer. */
static bool
verify(const SkWebauthnSite *site, const SkWebauthnCredential *credential, bool need_verified,
       const SkWebauthnAnswer *answer, GError **error)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    __attribute__((cleanup(free_assert))) fido_assert_t *assert = fido_assert_new();
    g_auto(Keys) keys = { 0 };
    const void *key = load_key(&keys, credential->algorithm, credential->key);

    crypto_hash_sha256(hash, answer->client_data.p, answer->client_data.n);
    if (assert == NULL || key == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "webauthn: no key to verify with");
    if (fido_assert_set_count(assert, 1) != FIDO_OK ||
        fido_assert_set_clientdata_hash(assert, hash, sizeof hash) != FIDO_OK ||
        fido_assert_set_rp(assert, site->rp_id) != FIDO_OK ||
        fido_assert_set_up(assert, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(assert, need_verified ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) != FIDO_OK ||
        fido_assert_set_authdata_raw(assert, 0, answer->authenticator_data.p,
                                     answer->authenticator_data.n) != FIDO_OK ||
        fido_assert_set_sig(assert, 0, answer->signature.p, answer->signature.n) != FIDO_OK)
        return sk_throw(error, SK_ERROR_MALFORMED, "webauthn: libfido2 cannot read it");
    if (fido_assert_verify(assert, 0, credential->algorithm, key) != FIDO_OK)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "webauthn: the signature is not this key's");
    return true;
}

/* ---- registration ---- */

static bool
read_credential(SkReader *r, SkWebauthnCredential *ret, GError **error)
{
    size_t used = 0;
    SkCborItem key;

    sk_reader_skip(r, AAGUID_BYTES);
    SkSpan id = sk_reader_span(r, sk_reader_u16be(r));
    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "webauthn: the credential is cut short");
    if (id.n == 0 || id.n > SK_WEBAUTHN_ID_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "webauthn: a credential id of %zu bytes", id.n);
    if (!sk_cbor_parse(sk_span_sub(r->in, r->at, sk_reader_left(r)), &used, &key, error))
        return false;
    sk_reader_skip(r, used);
    ret->key = read_key(&key, &ret->algorithm);
    if (ret->key == NULL)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "webauthn: a key of another kind or size");
    g_auto(Keys) keys = { 0 };
    if (load_key(&keys, ret->algorithm, ret->key) == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "webauthn: the key is not one of its kind");
    ret->id = g_bytes_new(id.p, id.n);
    return true;
}

/* The object's three members; @ret: authenticator data. */
static bool
read_attestation(SkSpan attestation, SkSpan *ret, GError **error)
{
    SkCborItem object, format, statement, data;

    if (attestation.n > SK_WEBAUTHN_OBJECT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "webauthn: an attestation over %u bytes",
                        SK_WEBAUTHN_OBJECT_MAX);
    if (!sk_cbor_parse(attestation, NULL, &object, error))
        return false;
    if (!sk_cbor_get_text(&object, "fmt", &format) || format.type != SK_CBOR_TEXT ||
        !sk_cbor_get_text(&object, "attStmt", &statement) || statement.type != SK_CBOR_MAP ||
        !sk_cbor_get_text(&object, "authData", &data) || data.type != SK_CBOR_BYTES ||
        object.value != 3)
        return sk_throw(error, SK_ERROR_MALFORMED, "webauthn: no attestation object");
    if (!sk_span_is(format.bytes, "none") || statement.value != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "webauthn: attestation was not asked for");
    *ret = data.bytes;
    return true;
}

bool
sk_webauthn_register(const SkWebauthnSite *site, bool need_verified, SkSpan client_data,
                     SkSpan attestation, SkWebauthnCredential *ret, GError **error)
{
    g_auto(SkWebauthnCredential) out = { 0 };
    SkSpan data = SK_SPAN_EMPTY;
    Head head;

    if (!read_client(client_data, "webauthn.create", site, error) ||
        !read_attestation(attestation, &data, error))
        return false;
    SkReader r = sk_reader(data);
    if (!read_head(&r, site, need_verified, &head, error))
        return false;
    if ((head.flags & FLAG_AT) == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "webauthn: no credential in it");
    if (!read_credential(&r, &out, error) || !read_extensions(&r, &head, error))
        return false;
    out.count = head.count;
    out.verified = (head.flags & FLAG_UV) != 0;
    *ret = out;
    out = (SkWebauthnCredential){ 0 };
    return true;
}

/* ---- assertion ---- */

static bool
count_grows(uint32_t before, uint32_t now)
{
    return (before == 0 && now == 0) || now > before;
}

bool
sk_webauthn_assert(const SkWebauthnSite *site, const SkWebauthnCredential *credential,
                   bool need_verified, const SkWebauthnAnswer *answer, uint32_t *ret_count,
                   bool *ret_verified, GError **error)
{
    Head head;

    if (answer->authenticator_data.n > SK_WEBAUTHN_OBJECT_MAX ||
        answer->signature.n > SK_WEBAUTHN_SIGNATURE_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "webauthn: an answer larger than any can be");
    if (!read_client(answer->client_data, "webauthn.get", site, error))
        return false;
    SkReader r = sk_reader(answer->authenticator_data);
    if (!read_head(&r, site, need_verified, &head, error))
        return false;
    if ((head.flags & FLAG_AT) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "webauthn: a credential inside an answer");
    if (!read_extensions(&r, &head, error) ||
        !verify(site, credential, need_verified, answer, error))
        return false;
    if (!count_grows(credential->count, head.count))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "webauthn: the counter went back");
    *ret_count = head.count;
    *ret_verified = (head.flags & FLAG_UV) != 0;
    return true;
}

char *
sk_webauthn_rp_id(const char *origin)
{
    const char *mark = strstr(origin, "://");
    uint8_t address[16];

    if (mark == NULL || mark[3] == '[')
        return NULL;
    g_autofree char *host = g_strndup(mark + 3, strcspn(mark + 3, ":/"));
    return host[0] == '\0' || inet_pton(AF_INET, host, address) == 1 ? NULL
                                                                     : g_steal_pointer(&host);
}
