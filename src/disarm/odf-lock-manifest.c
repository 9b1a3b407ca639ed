/* SPDX-License-Identifier: Apache-2.0
 * odf-lock-manifest.c - sk_odf_manifest_parse: contract in odf-lock.h. */
#include "disarm/odf-lock.h"

#include "format/xml.h"

#include <string.h>

#define URI "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
#define URI_LOEXT "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"
#define MEMORY_KIB_MAX (256u << 10)
#define MEMORY_SUM_MAX (1u << 20) /* KiB over all rounds */
#define LANES_MAX 16u

enum { E_MANIFEST = 1, E_FILE, E_DATA, E_ALGORITHM, E_DERIVATION, E_START, E_KEYINFO };

enum {
    A_PATH = 1,
    A_MEDIA_TYPE,
    A_VERSION,
    A_SIZE,
    A_CHECKSUM_TYPE,
    A_CHECKSUM,
    A_ALGORITHM,
    A_IV,
    A_DERIVATION,
    A_ROUNDS,
    A_SALT,
    A_KEY_SIZE,
    A_START,
    A_ARGON2_ROUNDS,
    A_ARGON2_MEMORY,
    A_ARGON2_LANES,
    A_COUNT
};

typedef struct {
    GArray *files;     /* owned, of SkOdfFile */
    GHashTable *paths; /* owned set; borrowed strings of the files */
    uint32_t most;
    unsigned depth;
    unsigned seen; /* bits 1 << E_…, of the file that is open */
} Parse;

void
sk_odf_file_clear(SkOdfFile *self)
{
    g_free(self->path);
    g_free(self->media_type);
    g_free(self->version);
}

static SkXmlSymbol
on_element(void *user, SkSpan uri, SkSpan local)
{
    static const char *const names[] = {
        [E_MANIFEST] = "manifest",         [E_FILE] = "file-entry",
        [E_DATA] = "encryption-data",      [E_ALGORITHM] = "algorithm",
        [E_DERIVATION] = "key-derivation", [E_START] = "start-key-generation",
        [E_KEYINFO] = "encrypted-key",
    };

    (void)user;
    if (!sk_span_is(uri, URI) &&
        !(sk_span_is(uri, URI_LOEXT) && sk_span_is(local, names[E_KEYINFO])))
        return 0;
    for (SkXmlSymbol i = 1; i < G_N_ELEMENTS(names); i++) {
        if (sk_span_is(local, names[i]))
            return i;
    }
    return 0;
}

static SkXmlSymbol
on_attribute(void *user, SkSpan uri, SkSpan local)
{
    static const char *const names[] = {
        [A_PATH] = "full-path",
        [A_MEDIA_TYPE] = "media-type",
        [A_VERSION] = "version",
        [A_SIZE] = "size",
        [A_CHECKSUM_TYPE] = "checksum-type",
        [A_CHECKSUM] = "checksum",
        [A_ALGORITHM] = "algorithm-name",
        [A_IV] = "initialisation-vector",
        [A_DERIVATION] = "key-derivation-name",
        [A_ROUNDS] = "iteration-count",
        [A_SALT] = "salt",
        [A_KEY_SIZE] = "key-size",
        [A_START] = "start-key-generation-name",
        [A_ARGON2_ROUNDS] = "argon2-iterations",
        [A_ARGON2_MEMORY] = "argon2-memory",
        [A_ARGON2_LANES] = "argon2-lanes",
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == A_COUNT);

    (void)user;
    for (SkXmlSymbol i = 1; i < A_COUNT; i++) {
        if (sk_span_is(local, names[i]))
            return sk_span_is(uri, i >= A_ARGON2_ROUNDS ? URI_LOEXT : URI) ? i : 0;
    }
    return 0;
}

static SkOdfFile *
current(const Parse *self)
{
    return &g_array_index(self->files, SkOdfFile, self->files->len - 1);
}

static bool
parse_value(SkSpan text, SkOdfValue *ret, GError **error)
{
    if (!sk_crypt_base64(text, ret->p, sizeof ret->p, &ret->n) || ret->n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: value out of range");
    return true;
}

static bool
add_file(Parse *self, const SkSpan *values, GError **error)
{
    SkOdfFile file = { .start = SK_HASH_SHA1 };

    if (self->files->len >= self->most)
        return sk_throw(error, SK_ERROR_LIMIT, "odf: over %u files", self->most);
    if (values[A_PATH].n == 0 || sk_span_find(values[A_PATH], 0, sk_span("", 1)) != SIZE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: file without a path");
    if (values[A_SIZE].n > 0 && !sk_crypt_decimal(values[A_SIZE], UINT32_MAX, &file.size))
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: file's size out of range");
    file.path = sk_span_dup(values[A_PATH]);
    file.media_type = sk_span_dup(values[A_MEDIA_TYPE]);
    file.version = sk_span_dup(values[A_VERSION]);
    g_array_append_val(self->files, file);
    self->seen = 0;
    if (!g_hash_table_add(self->paths, file.path))
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "odf: file stands twice");
    return true;
}

/* Names as they are found: short ones of the old versions, addresses of the new. */
static bool
hash_lookup(SkSpan name, const char *const *sha1, const char *const *sha256, SkHash *ret)
{
    for (unsigned i = 0; i < 3; i++) {
        if (sha1[i] != NULL && sk_span_is(name, sha1[i])) {
            *ret = SK_HASH_SHA1;
            return true;
        }
        if (sha256[i] != NULL && sk_span_is(name, sha256[i])) {
            *ret = SK_HASH_SHA256;
            return true;
        }
    }
    return false;
}

static bool
parse_data(SkOdfFile *file, const SkSpan *values, GError **error)
{
    static const char *const sha1[] = { "SHA1/1K", URI "#sha1-1k", NULL };
    static const char *const sha256[] = { "SHA256/1K", URI "#sha256-1k", NULL };

    if (values[A_CHECKSUM_TYPE].n == 0)
        return true; /* the cipher has a check of its own, or is refused below */
    if (!hash_lookup(values[A_CHECKSUM_TYPE], sha1, sha256, &file->checksum_hash))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "odf: checksum of another kind");
    if (!parse_value(values[A_CHECKSUM], &file->checksum, error))
        return false;
    if (file->checksum.n != sk_hash_size(file->checksum_hash))
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: checksum of %zu bytes", file->checksum.n);
    return true;
}

static bool
parse_algorithm(SkOdfFile *file, const SkSpan *values, GError **error)
{
    static const struct {
        const char *name;
        SkOdfCipher cipher;
        size_t iv;
    } ciphers[] = {
        { "Blowfish CFB", SK_ODF_CIPHER_BLOWFISH, 8 },
        { URI "#blowfish", SK_ODF_CIPHER_BLOWFISH, 8 },
        { "http://www.w3.org/2001/04/xmlenc#aes256-cbc", SK_ODF_CIPHER_CBC, 16 },
        { "http://www.w3.org/2009/xmlenc11#aes256-gcm", SK_ODF_CIPHER_GCM, 12 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        if (!sk_span_is(values[A_ALGORITHM], ciphers[i].name))
            continue;
        file->cipher = ciphers[i].cipher;
        if (!parse_value(values[A_IV], &file->iv, error))
            return false;
        return file->iv.n == ciphers[i].iv ||
               sk_throw(error, SK_ERROR_MALFORMED, "odf: vector of %zu bytes", file->iv.n);
    }
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "odf: another cipher");
}

static bool
parse_argon2(SkOdfFile *file, const SkSpan *values, GError **error)
{
    bool sound =
        sk_crypt_decimal(values[A_ARGON2_ROUNDS], UINT32_MAX, &file->rounds) && file->rounds > 0 &&
        sk_crypt_decimal(values[A_ARGON2_MEMORY], UINT32_MAX, &file->memory_kib) &&
        sk_crypt_decimal(values[A_ARGON2_LANES], UINT32_MAX, &file->lanes) && file->lanes > 0;

    if (!sound)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: argon2 out of range");
    if (file->memory_kib > MEMORY_KIB_MAX || file->lanes > LANES_MAX ||
        (uint64_t)file->memory_kib * file->rounds > MEMORY_SUM_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "odf: argon2 of %u KiB, %u rounds, %u lanes",
                        file->memory_kib, file->rounds, file->lanes);
    file->argon2 = true;
    return true;
}

static bool
parse_derivation(SkOdfFile *file, const SkSpan *values, GError **error)
{
    uint32_t key = file->cipher == SK_ODF_CIPHER_BLOWFISH ? 16 : 32;
    SkSpan name = values[A_DERIVATION];

    if (values[A_KEY_SIZE].n > 0 && !sk_crypt_decimal(values[A_KEY_SIZE], SK_AES_KEY_MAX, &key))
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: key size out of range");
    file->key_bytes = key;
    if (!parse_value(values[A_SALT], &file->salt, error))
        return false;
    if (sk_span_is(name, "urn:org:documentfoundation:names:experimental:office:manifest:argon2id"))
        return parse_argon2(file, values, error);
    if (sk_span_is(name, "PGP"))
        return sk_throw(error, SK_ERROR_ENCRYPTED, "odf: locked with keys, not with a password");
    if (!sk_span_is(name, "PBKDF2") && !sk_span_is(name, URI "#pbkdf2"))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "odf: another key derivation");
    if (!sk_crypt_decimal(values[A_ROUNDS], UINT32_MAX, &file->rounds) || file->rounds == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: rounds out of range");
    if (file->rounds > SK_ODF_LOCK_ROUNDS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "odf: %u rounds", file->rounds);
    return true;
}

static bool
parse_start(SkOdfFile *file, const SkSpan *values, GError **error)
{
    static const char *const sha1[] = { "SHA1", "http://www.w3.org/2000/09/xmldsig#sha1", NULL };
    static const char *const sha256[] = { "SHA256", "http://www.w3.org/2000/09/xmldsig#sha256",
                                          "http://www.w3.org/2001/04/xmlenc#sha256" };

    return hash_lookup(values[A_START], sha1, sha256, &file->start) ||
           sk_throw(error, SK_ERROR_UNSUPPORTED, "odf: another start key");
}

/* Which cipher takes which key, and that each locked file can be told from noise. */
static bool
check_file(const Parse *self, GError **error)
{
    const SkOdfFile *file = current(self);
    bool locked = (self->seen & 1u << E_DATA) != 0;

    if (!locked)
        return true;
    if ((self->seen & 1u << E_ALGORITHM) == 0 || (self->seen & 1u << E_DERIVATION) == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: lock without algorithm or key");
    bool key =
        file->cipher == SK_ODF_CIPHER_BLOWFISH ? file->key_bytes >= 8 : file->key_bytes == 32;
    bool check = file->cipher == SK_ODF_CIPHER_GCM || file->checksum.n > 0;
    return (key && check) ||
           sk_throw(error, SK_ERROR_MALFORMED, "odf: lock without a check, or of another key");
}

static bool
on_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    static const unsigned depths[] = {
        [E_MANIFEST] = 1,   [E_FILE] = 2,  [E_DATA] = 3,   [E_ALGORITHM] = 4,
        [E_DERIVATION] = 4, [E_START] = 4, [E_KEYINFO] = 0
    };
    Parse *self = user;
    SkSpan values[A_COUNT];

    self->depth++;
    if (element == E_KEYINFO)
        return sk_throw(error, SK_ERROR_ENCRYPTED, "odf: locked with keys, not with a password");
    if (element == 0)
        return true;
    if (self->depth != depths[element] || (element >= E_DATA && self->files->len == 0))
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: manifest out of order");
    for (unsigned i = 0; i < A_COUNT; i++)
        values[i] = SK_SPAN_EMPTY;
    for (unsigned i = 0; i < n; i++)
        values[attrs[i].symbol] = attrs[i].value;
    if (element == E_MANIFEST)
        return true;
    if (element == E_FILE)
        return add_file(self, values, error);
    if ((self->seen & 1u << element) != 0)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "odf: lock said twice");
    self->seen |= 1u << element;
    SkOdfFile *file = current(self);
    return element == E_DATA         ? parse_data(file, values, error)
           : element == E_ALGORITHM  ? parse_algorithm(file, values, error)
           : element == E_DERIVATION ? parse_derivation(file, values, error)
                                     : parse_start(file, values, error);
}

static bool
on_end(void *user, SkXmlSymbol element, GError **error)
{
    Parse *self = user;

    self->depth--;
    return element != E_FILE || check_file(self, error);
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

bool
sk_odf_manifest_parse(SkSpan xml, uint32_t most, GArray **ret, GError **error)
{
    static const SkXmlHandler handler = {
        on_element, on_attribute, on_start, on_end, on_text, NULL
    };
    g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(SkOdfFile));
    g_autoptr(GHashTable) paths = g_hash_table_new(g_str_hash, g_str_equal);
    Parse parse = { .files = files, .paths = paths, .most = most };

    g_array_set_clear_func(files, (GDestroyNotify)sk_odf_file_clear);
    if (!sk_xml_parse(xml, &handler, &parse, error))
        return false;
    *ret = g_steal_pointer(&files);
    return true;
}

bool
sk_odf_manifest_is_locked(const GArray *files)
{
    for (unsigned i = 0; i < files->len; i++) {
        if (g_array_index(files, SkOdfFile, i).cipher != SK_ODF_CIPHER_NONE)
            return true;
    }
    return false;
}
