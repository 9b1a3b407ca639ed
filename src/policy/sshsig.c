/* SPDX-License-Identifier: Apache-2.0
 * sshsig.c - contract in sshsig.h. Every field has one allowed form, so a signature has one text. */
#include "policy/sshsig.h"

#include "base/reader.h"
#include "base/sink.h"

#include <sodium.h>
#include <string.h>

#define BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define END "-----END SSH SIGNATURE-----\n"
#define MAGIC "SSHSIG"
#define KEY_TYPE "ssh-ed25519"
#define NAMESPACE_MAX 64u

void
sk_sshsig_free(SkSshsig *self)
{
    if (self == NULL)
        return;
    g_free(self->namespace);
    g_free(self);
}

/* (transfer full): NULL for anything but one canonical reading of base64, line ends left out. */
static GBytes *
decode(SkSpan base64)
{
    uint8_t out[SK_SSHSIG_BYTES_MAX];
    size_t n = 0;

    if (base64.n > SK_SSHSIG_BYTES_MAX ||
        sodium_base642bin(out, sizeof out, (const char *)base64.p, base64.n, "\n", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    return g_bytes_new(out, n);
}

static SkSpan
take_string(SkReader *r)
{
    return sk_reader_span(r, sk_reader_u32be(r));
}

/* `ssh-ed25519` and 32 bytes, to the end. */
static bool
take_key(SkSpan blob, SkSshKey *ret, GError **error)
{
    SkReader r = sk_reader(blob);
    SkSpan type = take_string(&r);

    if (sk_reader_ok(&r) && !sk_span_is(type, KEY_TYPE))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "ssh key: only Ed25519 keys (ssh-keygen -t ed25519) serve here");
    SkSpan key = take_string(&r);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0 || key.n != SK_SSH_KEY_BYTES)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh key: not well formed");
    for (size_t i = 0; i < key.n; i++)
        ret->b[i] = key.p[i];
    return true;
}

static bool
take_signature(SkSpan blob, SkSshsig *self, GError **error)
{
    SkReader r = sk_reader(blob);
    SkSpan type = take_string(&r);
    SkSpan value = take_string(&r);

    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0 || !sk_span_is(type, KEY_TYPE) ||
        value.n != SK_SSH_SIGNATURE_BYTES)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh signature: not an Ed25519 signature");
    for (size_t i = 0; i < value.n; i++)
        self->signature[i] = value.p[i];
    return true;
}

static bool
namespace_is(SkSpan name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!g_ascii_islower((char)name.p[i]) && name.p[i] != '-')
            return false;
    return name.n > 0 && name.n <= NAMESPACE_MAX;
}

static bool
parse_blob(SkSpan blob, SkSshsig *self, GError **error)
{
    SkReader r = sk_reader(blob);
    SkSpan magic = sk_reader_span(&r, strlen(MAGIC));
    uint32_t version = sk_reader_u32be(&r);
    SkSpan key = take_string(&r);
    SkSpan name = take_string(&r);
    SkSpan reserved = take_string(&r);
    SkSpan hash = take_string(&r);
    SkSpan signature = take_string(&r);

    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0 || !sk_span_is(magic, MAGIC))
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh signature: not well formed");
    self->sha256 = sk_span_is(hash, "sha256");
    if (version != 1 || (!self->sha256 && !sk_span_is(hash, "sha512")))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "ssh signature: of another version or hash");
    if (reserved.n != 0 || !namespace_is(name))
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh signature: its namespace is none of ours");
    self->namespace = sk_span_dup(name);
    return take_key(key, &self->key, error) && take_signature(signature, self, error);
}

bool
sk_sshsig_parse(SkSpan text, SkSshsig **ret, GError **error)
{
    g_autoptr(SkSshsig) self = g_new0(SkSshsig, 1);
    g_autoptr(GString) plain = g_string_new(NULL);

    if (text.n > SK_SSHSIG_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "ssh signature: over %u bytes", SK_SSHSIG_BYTES_MAX);
    /* DEVIATION: line ends of Windows, where officers sign too. */
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
            g_string_append_c(plain, (char)text.p[i]);
    SkSpan all = sk_span(plain->str, plain->len);
    size_t end = sk_span_find(all, 0, sk_span_str(END));
    if (!sk_span_starts(all, BEGIN) || end == SIZE_MAX || end + strlen(END) != all.n)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh signature: this is none (ssh-keygen -Y sign makes them)");
    g_autoptr(GBytes) blob = decode(sk_span_sub(all, strlen(BEGIN), end - strlen(BEGIN)));
    if (blob == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh signature: not base64");
    if (!parse_blob(sk_span_bytes(blob), self, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- verifying ---- */

static void
put_string(SkSink *out, SkSpan s)
{
    sk_sink_u32be(out, (uint32_t)s.n);
    sk_sink_span(out, s);
}

bool
sk_sshsig_verify(const SkSshsig *self, const char *namespace, SkSpan message)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(1024);
    uint8_t hash[crypto_hash_sha512_BYTES];

    if (sodium_init() < 0 || strcmp(self->namespace, namespace) != 0)
        return false;
    if (self->sha256)
        crypto_hash_sha256(hash, message.p, message.n);
    else
        crypto_hash_sha512(hash, message.p, message.n);
    sk_sink_str(out, MAGIC);
    put_string(out, sk_span_str(namespace));
    put_string(out, SK_SPAN_EMPTY);
    put_string(out, sk_span_str(self->sha256 ? "sha256" : "sha512"));
    put_string(out, sk_span(hash, self->sha256 ? crypto_hash_sha256_BYTES : crypto_hash_sha512_BYTES));
    SkSpan signed_data = sk_sink_memory(out);
    return sk_sink_ok(out) &&
           crypto_sign_verify_detached(self->signature, signed_data.p, signed_data.n, self->key.b) == 0;
}

/* ---- keys ---- */

bool
sk_ssh_key_parse(SkSpan line, SkSshKey *ret, GError **error)
{
    g_autofree char *text = sk_span_dup(line);

    if (strlen(text) != line.n || line.n > SK_SSHSIG_BYTES_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh key: not well formed");
    text[strcspn(text, "\r\n")] = '\0';
    g_auto(GStrv) words = g_strsplit(text, " ", 3);
    if (g_strv_length(words) < 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh key: this is none (the .pub file holds it)");
    if (strcmp(words[0], KEY_TYPE) != 0)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "ssh key: only Ed25519 keys (ssh-keygen -t ed25519) serve here");
    g_autoptr(GBytes) blob = decode(sk_span_str(words[1]));
    if (blob == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "ssh key: not base64");
    return take_key(sk_span_bytes(blob), ret, error);
}

/* (transfer full) */
static GBytes *
key_blob(const SkSshKey *self)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(128);

    put_string(out, sk_span_str(KEY_TYPE));
    put_string(out, sk_span(self->b, sizeof self->b));
    return sk_sink_steal_bytes(out);
}

char *
sk_ssh_key_emit(const SkSshKey *self)
{
    g_autoptr(GBytes) blob = key_blob(self);
    SkSpan s = sk_span_bytes(blob);
    g_autofree char *base64 = g_base64_encode(s.p, s.n);
    return g_strconcat(KEY_TYPE " ", base64, NULL);
}

char *
sk_ssh_key_fingerprint(const SkSshKey *self)
{
    g_autoptr(GBytes) blob = key_blob(self);
    SkSpan s = sk_span_bytes(blob);
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, s.p, s.n);
    g_autofree char *base64 = g_base64_encode(hash, sizeof hash);
    base64[strcspn(base64, "=")] = '\0';
    return g_strconcat("SHA256:", base64, NULL);
}

bool
sk_ssh_key_equal(const SkSshKey *a, const SkSshKey *b)
{
    return sk_span_equal(sk_span(a->b, sizeof a->b), sk_span(b->b, sizeof b->b));
}
