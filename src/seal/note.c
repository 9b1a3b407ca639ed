/* SPDX-License-Identifier: Apache-2.0
 * note.c - contract in note.h. Strict: one way to write each note, and whatever else is malformed.
 */
#include "seal/note.h"

#include "base/reader.h"
#include "base/uuid.h"
#include "seal/merkle.h"

#include <sodium.h>
#include <string.h>

#define DASH "\xe2\x80\x94" /* EM DASH begins a signature line */
#define ID_BYTES 4u
#define KEY_BYTES 33u /* type, then 32 bytes of key or seed */
#define SIGNATURE_BYTES crypto_sign_BYTES
#define COSIGNATURE_BYTES (8u + crypto_sign_BYTES) /* time, then signature */

struct SkNoteSigner {
    SkNoteKey key;
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
};

/* ---- base64 ---- */

char *
sk_base64_emit(SkSpan s)
{
    return g_base64_encode(s.p, s.n);
}

/* Decode and encode again: only the one canonical writing of a value comes out the same. */
GBytes *
sk_base64_parse(SkSpan s)
{
    size_t n = s.n / 4 * 3 + 1;
    g_autofree uint8_t *out = g_malloc(n);
    size_t got = 0;

    if (s.n % 4 != 0 || sodium_base642bin(out, n, (const char *)s.p, s.n, NULL, &got, NULL,
                                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    g_autofree char *again = g_base64_encode(out, got);
    return sk_span_is(s, again) ? g_bytes_new(out, got) : NULL;
}

/* ---- keys ---- */

uint32_t
sk_note_key_id(const char *name, SkNoteAlgorithm algorithm, const uint8_t *public_key)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    const uint8_t middle[2] = { '\n', (uint8_t)algorithm };
    g_byte_array_append(all, (const uint8_t *)name, (guint)strlen(name));
    g_byte_array_append(all, middle, sizeof middle);
    g_byte_array_append(all, public_key, 32);
    SkHash hash = sk_hash_sha256(sk_span(all->data, all->len));
    SkReader r = sk_reader(sk_span(hash.b, sizeof hash.b));
    return sk_reader_u32be(&r);
}

/* Not empty, UTF-8, no white space of any script, no plus. */
static bool
is_key_name(SkSpan name)
{
    if (name.n == 0 || name.n > SK_NOTE_KEY_NAME_MAX ||
        !g_utf8_validate((const char *)name.p, (gssize)name.n, NULL))
        return false;
    g_autofree char *copy = sk_span_dup(name);
    for (const char *c = copy; *c != '\0'; c = g_utf8_next_char(c))
        if (*c == '+' || g_unichar_isspace(g_utf8_get_char(c)) ||
            g_unichar_iscntrl(g_utf8_get_char(c)))
            return false;
    return true;
}

static bool
throw_key(GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "note key: not a key");
}

/* NAME+ID+base64: the three parts. The base64 may hold further pluses. */
static bool
split_key(SkSpan s, SkSpan *ret_name, uint32_t *ret_id, GBytes **ret_data, GError **error)
{
    uint8_t id[ID_BYTES];
    size_t first = sk_span_find(s, 0, sk_span_str("+"));
    size_t second = first == SIZE_MAX ? SIZE_MAX : sk_span_find(s, first + 1, sk_span_str("+"));
    if (second == SIZE_MAX || second - first != 2 * ID_BYTES + 1)
        return throw_key(error);
    SkSpan name = sk_span_sub(s, 0, first);
    g_autofree char *hex = sk_span_dup(sk_span_sub(s, first + 1, 2 * ID_BYTES));
    g_autoptr(GBytes) data = sk_base64_parse(sk_span_sub(s, second + 1, s.n - second - 1));
    if (!is_key_name(name) || strlen(hex) != 2 * ID_BYTES || !sk_unhex(hex, id, ID_BYTES) ||
        data == NULL || g_bytes_get_size(data) == 0)
        return throw_key(error);
    SkReader r = sk_reader(sk_span(id, sizeof id));
    *ret_id = sk_reader_u32be(&r);
    *ret_name = name;
    *ret_data = g_steal_pointer(&data);
    return true;
}

bool
sk_note_key_parse(SkSpan vkey, SkNoteKey *ret, GError **error)
{
    SkNoteKey key = { 0 };
    SkSpan name = SK_SPAN_EMPTY;
    g_autoptr(GBytes) data = NULL;

    if (!split_key(vkey, &name, &key.id, &data, error))
        return false;
    SkReader r = sk_reader_from_bytes(data);
    uint8_t type = sk_reader_u8(&r);
    if (type != SK_NOTE_ED25519 && type != SK_NOTE_COSIGNATURE)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "note key: algorithm %u", type);
    SkSpan public_key = sk_reader_span(&r, sizeof key.public_key);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0)
        return throw_key(error);
    memcpy(key.name, name.p, name.n);
    memcpy(key.public_key, public_key.p, sizeof key.public_key);
    key.algorithm = (SkNoteAlgorithm)type;
    if (sk_note_key_id(key.name, key.algorithm, key.public_key) != key.id)
        return throw_key(error);
    *ret = key;
    return true;
}

/* (transfer full): type byte and key, as base64. */
static char *
typed_base64(SkNoteAlgorithm algorithm, const uint8_t *key)
{
    uint8_t typed[KEY_BYTES] = { (uint8_t)algorithm };
    memcpy(typed + 1, key, KEY_BYTES - 1);
    char *out = sk_base64_emit(sk_span(typed, sizeof typed));
    sodium_memzero(typed, sizeof typed);
    return out;
}

char *
sk_note_key_emit(const SkNoteKey *key)
{
    g_autofree char *data = typed_base64(key->algorithm, key->public_key);
    return g_strdup_printf("%s+%08x+%s", key->name, key->id, data);
}

/* ---- signing ---- */

#define PRIVATE "PRIVATE+KEY+"

static SkNoteSigner *
signer_from_seed(const char *name, const uint8_t *seed)
{
    SkNoteSigner *self = g_new0(SkNoteSigner, 1);
    g_assert(strlen(name) <= SK_NOTE_KEY_NAME_MAX && is_key_name(sk_span_str(name)));
    memcpy(self->seed, seed, sizeof self->seed);
    crypto_sign_seed_keypair(self->key.public_key, self->secret, self->seed);
    memcpy(self->key.name, name, strlen(name));
    self->key.algorithm = SK_NOTE_ED25519;
    self->key.id = sk_note_key_id(name, SK_NOTE_ED25519, self->key.public_key);
    return self;
}

SkNoteSigner *
sk_note_signer_new(const char *name)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    sk_random(seed, sizeof seed);
    SkNoteSigner *self = signer_from_seed(name, seed);
    sodium_memzero(seed, sizeof seed);
    return self;
}

bool
sk_note_signer_parse(SkSpan skey, SkNoteSigner **ret, GError **error)
{
    SkSpan name = SK_SPAN_EMPTY;
    uint32_t id = 0;
    g_autoptr(GBytes) data = NULL;
    g_autoptr(SkNoteSigner) self = NULL;
    size_t prefix = sizeof PRIVATE - 1;

    if (!sk_span_starts(skey, PRIVATE))
        return throw_key(error);
    if (!split_key(sk_span_sub(skey, prefix, skey.n - prefix), &name, &id, &data, error))
        return false;
    SkReader r = sk_reader_from_bytes(data);
    if (sk_reader_u8(&r) != SK_NOTE_ED25519)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "note key: another algorithm");
    SkSpan seed = sk_reader_span(&r, crypto_sign_SEEDBYTES);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0)
        return throw_key(error);
    g_autofree char *copy = sk_span_dup(name);
    self = signer_from_seed(copy, seed.p);
    if (self->key.id != id)
        return throw_key(error);
    *ret = g_steal_pointer(&self);
    return true;
}

char *
sk_note_signer_emit(const SkNoteSigner *self)
{
    g_autofree char *data = typed_base64(SK_NOTE_ED25519, self->seed);
    char *out = g_strdup_printf(PRIVATE "%s+%08x+%s", self->key.name, self->key.id, data);
    sodium_memzero(data, strlen(data));
    return out;
}

const SkNoteKey *
sk_note_signer_key(const SkNoteSigner *self)
{
    return &self->key;
}

void
sk_note_signer_free(SkNoteSigner *self)
{
    if (self == NULL)
        return;
    sodium_memzero(self, sizeof *self);
    g_free(self);
}

static bool
is_text(SkSpan text)
{
    if (text.n == 0 || text.p[text.n - 1] != '\n' ||
        !g_utf8_validate((const char *)text.p, (gssize)text.n, NULL))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 && text.p[i] != '\n')
            return false;
    return true;
}

char *
sk_note_sign(SkSpan text, const SkNoteSigner *signer)
{
    uint8_t signature[ID_BYTES + SIGNATURE_BYTES];
    g_assert(is_text(text));
    for (unsigned i = 0; i < ID_BYTES; i++)
        signature[i] = (uint8_t)(signer->key.id >> (24 - 8 * i));
    crypto_sign_detached(signature + ID_BYTES, NULL, text.p, text.n, signer->secret);
    g_autofree char *data = sk_base64_emit(sk_span(signature, sizeof signature));
    return g_strdup_printf("%.*s\n" DASH " %s %s\n", (int)text.n, (const char *)text.p,
                           signer->key.name, data);
}

/* ---- opening ---- */

typedef struct {
    SkSpan name;
    uint32_t id;
    GBytes *signature; /* owned: without the id */
} Line;

static void
line_clear(Line *line)
{
    g_clear_pointer(&line->signature, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Line, line_clear)

static bool
throw_note(GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "note: %s", what);
}

/* `— NAME BASE64`, without its newline. */
static bool
parse_line(SkSpan s, Line *ret, GError **error)
{
    size_t start = sizeof DASH " " - 1;
    if (!sk_span_starts(s, DASH " "))
        return throw_note(error, "a line that is no signature");
    size_t space = sk_span_find(s, start, sk_span_str(" "));
    if (space == SIZE_MAX || !is_key_name(sk_span_sub(s, start, space - start)))
        return throw_note(error, "a signature without a key's name");
    g_autoptr(GBytes) data = sk_base64_parse(sk_span_sub(s, space + 1, s.n - space - 1));
    if (data == NULL || g_bytes_get_size(data) <= ID_BYTES)
        return throw_note(error, "a signature that is no base64");
    SkReader r = sk_reader_from_bytes(data);
    ret->name = sk_span_sub(s, start, space - start);
    ret->id = sk_reader_u32be(&r);
    ret->signature = g_bytes_new_from_bytes(data, ID_BYTES, g_bytes_get_size(data) - ID_BYTES);
    return true;
}

static bool
verify_cosignature(const SkNoteKey *key, SkSpan signature, SkSpan text)
{
    if (signature.n != COSIGNATURE_BYTES)
        return false;
    SkReader r = sk_reader(signature);
    uint64_t time = sk_reader_u64be(&r);
    SkSpan bare = sk_reader_span(&r, crypto_sign_BYTES);
    g_autofree char *message = g_strdup_printf("cosignature/v1\ntime %" G_GUINT64_FORMAT "\n%.*s",
                                               time, (int)text.n, (const char *)text.p);
    return crypto_sign_verify_detached(bare.p, (const uint8_t *)message, strlen(message),
                                       key->public_key) == 0;
}

static bool
verify_line(const SkNoteKey *key, const Line *line, SkSpan text)
{
    SkSpan signature = sk_span_bytes(line->signature);
    if (key->algorithm == SK_NOTE_COSIGNATURE)
        return verify_cosignature(key, signature, text);
    return signature.n == SIGNATURE_BYTES &&
           crypto_sign_verify_detached(signature.p, text.p, text.n, key->public_key) == 0;
}

/* Where the text ends: after the last empty line. */
static bool
split_note(SkSpan note, SkSpan *ret_text, SkSpan *ret_lines, GError **error)
{
    if (note.n > SK_NOTE_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "note: over %u bytes", SK_NOTE_BYTES_MAX);
    if (!is_text(note))
        return throw_note(error, "not lines of plain text");
    size_t end = SIZE_MAX;
    for (size_t at = sk_span_find(note, 0, sk_span_str("\n\n")); at != SIZE_MAX;
         at = sk_span_find(note, at + 1, sk_span_str("\n\n")))
        end = at;
    if (end == SIZE_MAX || end + 2 == note.n)
        return throw_note(error, "no signatures");
    *ret_text = sk_span_sub(note, 0, end + 1);
    *ret_lines = sk_span_sub(note, end + 2, note.n - end - 2);
    return true;
}

static bool
take_line(const Line *line, SkSpan text, const SkNoteKey *keys, size_t n_keys, uint32_t *is_signed,
          GError **error)
{
    for (size_t i = 0; i < n_keys; i++) {
        if (keys[i].id != line->id || !sk_span_is(line->name, keys[i].name) ||
            (*is_signed >> i & 1) != 0)
            continue;
        if (!verify_line(&keys[i], line, text))
            return sk_throw(error, SK_ERROR_FORBIDDEN,
                            "note: the signature of a known key is wrong");
        *is_signed |= UINT32_C(1) << i;
    }
    return true;
}

bool
sk_note_open(SkSpan note, const SkNoteKey *keys, size_t n_keys, SkSpan *ret_text,
             uint32_t *ret_signed, GError **error)
{
    SkSpan text = SK_SPAN_EMPTY;
    SkSpan lines = SK_SPAN_EMPTY;
    uint32_t is_signed = 0;
    unsigned n = 0;

    g_assert(n_keys <= 32);
    if (!split_note(note, &text, &lines, error))
        return false;
    /* The form of every line first: a note is malformed wherever its fault stands. */
    for (size_t at = 0; at < lines.n; n++) {
        g_auto(Line) line = { .signature = NULL };
        size_t end = sk_span_find(lines, at, sk_span_str("\n"));
        g_assert(end != SIZE_MAX); /* is_text: the last byte is a newline */
        if (n >= SK_NOTE_SIGNATURES_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "note: over %u signatures",
                            SK_NOTE_SIGNATURES_MAX);
        if (!parse_line(sk_span_sub(lines, at, end - at), &line, error) ||
            !take_line(&line, text, keys, n_keys, &is_signed, error))
            return false;
        at = end + 1;
    }
    if (is_signed == 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "note: no signature by a known key");
    *ret_text = text;
    if (ret_signed != NULL)
        *ret_signed = is_signed;
    return true;
}
