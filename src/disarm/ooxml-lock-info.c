/* SPDX-License-Identifier: Apache-2.0
 * ooxml-lock-info.c - sk_ooxml_lock_parse: contract in ooxml-lock.h. Two layouts, told apart by the
 * version in front: a record of fixed fields (standard), and XML (agile). */
#include "disarm/ooxml-lock.h"

#include "base/reader.h"
#include "format/xml.h"

#include <string.h>

#define URI_ENCRYPTION "http://schemas.microsoft.com/office/2006/encryption"
#define URI_PASSWORD "http://schemas.microsoft.com/office/2006/keyEncryptor/password"
#define FLAG_CRYPTO_API 0x04u
#define FLAG_EXTERNAL 0x10u
#define FLAG_AES 0x20u
#define ALGORITHM_SHA1 0x8004u
#define SALT_BYTES 16u

static bool
value_set(SkLockValue *ret, SkSpan s)
{
    if (s.n > sizeof ret->p)
        return false;
    memcpy(ret->p, s.p, s.n);
    ret->n = s.n;
    return true;
}

/* ---- standard ------------------------------------------------------------------------------ */

static bool
parse_header(SkReader *r, SkOoxmlLock *ret, GError **error)
{
    SkReader h = sk_reader(sk_reader_span(r, sk_reader_u32le(r)));
    uint32_t flags = sk_reader_u32le(&h);
    sk_reader_skip(&h, 4);
    uint32_t cipher = sk_reader_u32le(&h), hash = sk_reader_u32le(&h), bits = sk_reader_u32le(&h);

    if (!sk_reader_ok(&h) || !sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "lock: header cut short");
    if ((flags & FLAG_EXTERNAL) != 0 ||
        (flags & (FLAG_AES | FLAG_CRYPTO_API)) != (FLAG_AES | FLAG_CRYPTO_API))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "lock: flags %#x", flags);
    /* 0x660e, 0x660f, 0x6610: AES of 128, 192, 256 bits; 0: as the flags and the length of the key
     * say. */
    bool known = bits == 128 || bits == 192 || bits == 256;
    if (!known || (cipher != 0 && cipher != 0x660e + (bits - 128) / 64) ||
        (hash != 0 && hash != ALGORITHM_SHA1))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "lock: cipher %#x of %u bits, hash %#x",
                        cipher, bits, hash);
    ret->password = (SkLockParameters){ .hash = SK_HASH_SHA1, .key_bytes = bits / 8 };
    return true;
}

static bool
parse_standard(SkReader *r, SkOoxmlLock *ret, GError **error)
{
    sk_reader_skip(r, 4); /* the flags again */
    if (!parse_header(r, ret, error))
        return false;
    uint32_t salt_bytes = sk_reader_u32le(r);
    SkSpan salt = sk_reader_span(r, SALT_BYTES);
    SkSpan verifier = sk_reader_span(r, SK_AES_BLOCK);
    uint32_t hash_bytes = sk_reader_u32le(r);
    SkSpan hash = sk_reader_span(r, (size_t)SK_AES_BLOCK * 2);

    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "lock: verifier cut short");
    if (salt_bytes != SALT_BYTES || hash_bytes != sk_hash_size(SK_HASH_SHA1))
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: verifier out of range");
    bool fits = value_set(&ret->password.salt, salt) && value_set(&ret->verifier, verifier) &&
                value_set(&ret->verifier_hash, hash);
    g_assert(fits);
    return true;
}

/* ---- agile --------------------------------------------------------------------------------- */

enum { E_ENCRYPTION = 1, E_KEY_DATA, E_INTEGRITY, E_ENCRYPTORS, E_ENCRYPTOR, E_KEY };

enum {
    A_SALT_SIZE = 1,
    A_BLOCK_SIZE,
    A_KEY_BITS,
    A_HASH_SIZE,
    A_CIPHER,
    A_CHAINING,
    A_HASH,
    A_SALT,
    A_SPIN,
    A_VERIFIER,
    A_VERIFIER_HASH,
    A_KEY,
    A_HMAC_KEY,
    A_HMAC_VALUE,
    A_COUNT
};

typedef struct {
    SkOoxmlLock *lock; /* borrowed */
    unsigned depth;
    unsigned seen; /* bits 1 << E_… */
} Agile;

static SkXmlSymbol
agile_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (sk_span_is(uri, URI_PASSWORD))
        return sk_span_is(local, "encryptedKey") ? E_KEY : 0;
    if (!sk_span_is(uri, URI_ENCRYPTION))
        return 0;
    return sk_span_is(local, "encryption")      ? E_ENCRYPTION
           : sk_span_is(local, "keyData")       ? E_KEY_DATA
           : sk_span_is(local, "dataIntegrity") ? E_INTEGRITY
           : sk_span_is(local, "keyEncryptors") ? E_ENCRYPTORS
           : sk_span_is(local, "keyEncryptor")  ? E_ENCRYPTOR
                                                : 0;
}

static SkXmlSymbol
agile_attribute(void *user, SkSpan uri, SkSpan local)
{
    static const char *const names[] = {
        [A_SALT_SIZE] = "saltSize",
        [A_BLOCK_SIZE] = "blockSize",
        [A_KEY_BITS] = "keyBits",
        [A_HASH_SIZE] = "hashSize",
        [A_CIPHER] = "cipherAlgorithm",
        [A_CHAINING] = "cipherChaining",
        [A_HASH] = "hashAlgorithm",
        [A_SALT] = "saltValue",
        [A_SPIN] = "spinCount",
        [A_VERIFIER] = "encryptedVerifierHashInput",
        [A_VERIFIER_HASH] = "encryptedVerifierHashValue",
        [A_KEY] = "encryptedKeyValue",
        [A_HMAC_KEY] = "encryptedHmacKey",
        [A_HMAC_VALUE] = "encryptedHmacValue",
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == A_COUNT);

    (void)user;
    for (SkXmlSymbol i = 1; uri.n == 0 && i < A_COUNT; i++) {
        if (sk_span_is(local, names[i]))
            return i;
    }
    return 0;
}

static bool
hash_lookup(SkSpan name, SkHash *ret)
{
    static const char *const names[] = { "SHA1", "SHA256", "SHA384", "SHA512" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(name, names[i])) {
            *ret = (SkHash)i;
            return true;
        }
    }
    if (!sk_span_is(name, "SHA-1"))
        return false;
    *ret = SK_HASH_SHA1;
    return true;
}

/* A value in base64 whose length, decoded, is known. */
static bool
parse_value(SkSpan text, size_t bytes, SkLockValue *ret, GError **error)
{
    if (!sk_crypt_base64(text, ret->p, sizeof ret->p, &ret->n) || ret->n != bytes)
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: value out of range");
    return true;
}

static bool
parse_parameters(const SkSpan *values, SkLockParameters *ret, GError **error)
{
    uint32_t salt = 0, block = 0, bits = 0, hash = 0;

    if (!sk_span_is(values[A_CIPHER], "AES") ||
        !sk_span_is(values[A_CHAINING], "ChainingModeCBC") ||
        !hash_lookup(values[A_HASH], &ret->hash))
        return sk_throw(error, SK_ERROR_UNSUPPORTED,
                        "lock: algorithms other than AES, CBC and SHA");
    bool sound = sk_crypt_decimal(values[A_SALT_SIZE], SK_OOXML_LOCK_VALUE_MAX, &salt) &&
                 salt > 0 && sk_crypt_decimal(values[A_BLOCK_SIZE], SK_AES_BLOCK, &block) &&
                 block == SK_AES_BLOCK && sk_crypt_decimal(values[A_KEY_BITS], 256, &bits) &&
                 bits >= 128 && bits % 64 == 0 &&
                 sk_crypt_decimal(values[A_HASH_SIZE], SK_HASH_MAX, &hash) &&
                 hash == sk_hash_size(ret->hash);
    if (!sound)
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: sizes out of range");
    ret->key_bytes = bits / 8;
    return parse_value(values[A_SALT], salt, &ret->salt, error);
}

static size_t
whole_blocks(size_t n)
{
    return (n + SK_AES_BLOCK - 1) / SK_AES_BLOCK * SK_AES_BLOCK;
}

static bool
parse_key(const SkSpan *values, SkOoxmlLock *ret, GError **error)
{
    if (!parse_parameters(values, &ret->password, error))
        return false;
    if (!sk_crypt_decimal(values[A_SPIN], UINT32_MAX, &ret->spin))
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: spin count out of range");
    if (ret->spin > SK_OOXML_LOCK_SPIN_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "lock: spin count %u", ret->spin);
    return parse_value(values[A_VERIFIER], whole_blocks(ret->password.salt.n), &ret->verifier,
                       error) &&
           parse_value(values[A_VERIFIER_HASH], whole_blocks(sk_hash_size(ret->password.hash)),
                       &ret->verifier_hash, error) &&
           /* The key it opens is the package's; how long that is must be said before. */
           parse_value(values[A_KEY], whole_blocks(ret->package.key_bytes), &ret->key, error);
}

static bool
parse_integrity(const SkSpan *values, SkOoxmlLock *ret, GError **error)
{
    size_t n = whole_blocks(sk_hash_size(ret->package.hash));

    return parse_value(values[A_HMAC_KEY], n, &ret->hmac_key, error) &&
           parse_value(values[A_HMAC_VALUE], n, &ret->hmac_value, error);
}

static bool
agile_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    static const unsigned depths[] = { [E_ENCRYPTION] = 1, [E_KEY_DATA] = 2,  [E_INTEGRITY] = 2,
                                       [E_ENCRYPTORS] = 2, [E_ENCRYPTOR] = 3, [E_KEY] = 4 };
    Agile *self = user;
    SkSpan values[A_COUNT];

    self->depth++;
    if (element == 0) /* a key for a certificate, say: another road to the same package */
        return true;
    if (self->depth != depths[element])
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: element out of place");
    if (element != E_ENCRYPTOR && (self->seen & 1u << element) != 0)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "lock: element stands twice");
    self->seen |= 1u << element;
    for (unsigned i = 0; i < A_COUNT; i++)
        values[i] = SK_SPAN_EMPTY;
    for (unsigned i = 0; i < n; i++)
        values[attrs[i].symbol] = attrs[i].value;
    if (element == E_KEY_DATA)
        return parse_parameters(values, &self->lock->package, error);
    if ((element == E_INTEGRITY || element == E_KEY) && (self->seen & 1u << E_KEY_DATA) == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "lock: element out of order");
    if (element == E_INTEGRITY)
        return parse_integrity(values, self->lock, error);
    return element != E_KEY || parse_key(values, self->lock, error);
}

static bool
agile_end(void *user, SkXmlSymbol element, GError **error)
{
    Agile *self = user;

    (void)element, (void)error;
    self->depth--;
    return true;
}

static bool
agile_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

static bool
parse_agile(SkSpan xml, SkOoxmlLock *ret, GError **error)
{
    static const SkXmlHandler handler = { agile_element, agile_attribute, agile_start,
                                          agile_end,     agile_text,      NULL };
    Agile agile = { .lock = ret };
    unsigned needed = 1u << E_KEY_DATA | 1u << E_INTEGRITY | 1u << E_KEY;

    ret->agile = true;
    if (!sk_xml_parse(xml, &handler, &agile, error))
        return false;
    if ((agile.seen & needed) != needed)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "lock: no password opens it");
    return true;
}

bool
sk_ooxml_lock_parse(SkSpan info, SkOoxmlLock *ret, GError **error)
{
    SkReader r = sk_reader(info);
    uint16_t major = sk_reader_u16le(&r), minor = sk_reader_u16le(&r);
    SkOoxmlLock lock = { .agile = false };
    bool ok = false;

    if (major == 4 && minor == 4) {
        sk_reader_skip(&r, 4); /* reserved */
        ok = parse_agile(sk_reader_span(&r, sk_reader_left(&r)), &lock, error);
    } else if (major >= 2 && major <= 4 && minor == 2) {
        ok = parse_standard(&r, &lock, error);
    } else {
        ok = sk_throw(error, SK_ERROR_UNSUPPORTED, "lock: version %u.%u", major, minor);
    }
    if (ok)
        *ret = lock;
    return ok;
}
