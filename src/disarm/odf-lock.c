/* SPDX-License-Identifier: Apache-2.0
 * odf-lock.c - contract in odf-lock.h. The new package is written from what the ZIP walk has
 * checked; entries stay deflated as they were, since their disarmer inflates them anyway. */
#include "disarm/odf-lock.h"

#include "base/reader.h"
#include "format/xml.h"

#include <argon2.h>
#include <nettle/blowfish.h>
#include <nettle/cfb.h>
#include <nettle/gcm.h>
#include <nettle/pbkdf2.h>
#include <string.h>

#define CHECKED_BYTES 1024u
#define MANIFEST "META-INF/manifest.xml"
#define WHOLE_PACKAGE "encrypted-package"
#define FLAG_UTF8 0x0800u
#define DATE_1980 0x0021u

/* An entry of the new package. */
typedef struct {
    SkSpan name; /* borrowed */
    uint32_t offset;
    uint32_t crc;
    uint32_t compressed;
    uint32_t size;
    bool deflated;
} Written;

typedef struct {
    const char *password; /* borrowed */
    uint64_t limit;
    uint64_t expanded;
    bool sure;       /* one entry was opened: the password is the right one */
    SkSink *sink;    /* owned */
    GArray *written; /* owned, of Written */
} Opening;

/* ---- keys and ciphers ---------------------------------------------------------------------- */

/* What it cannot compute is no word on the password. */
static bool
derive_argon2(const SkOdfFile *file, const uint8_t *start, unsigned start_n,
              uint8_t ret[SK_AES_KEY_MAX], GError **error)
{
    /* One thread computes all lanes: the worker may not start another. */
    argon2_context context = { .out = ret,
                               .outlen = file->key_bytes,
                               .pwd = (uint8_t *)(uintptr_t)start,
                               .pwdlen = start_n,
                               .salt = (uint8_t *)(uintptr_t)file->salt.p,
                               .saltlen = (uint32_t)file->salt.n,
                               .t_cost = file->rounds,
                               .m_cost = file->memory_kib,
                               .lanes = file->lanes,
                               .threads = 1,
                               .version = ARGON2_VERSION_13 };
    int rc = argon2id_ctx(&context);
    return rc == ARGON2_OK ||
           sk_throw(error,
                    rc == ARGON2_MEMORY_ALLOCATION_ERROR ? SK_ERROR_LIMIT : SK_ERROR_MALFORMED,
                    "odf: argon2: %s", argon2_error_message(rc));
}

static bool
derive_key(const SkOdfFile *file, const char *password, uint8_t ret[SK_AES_KEY_MAX], GError **error)
{
    uint8_t start[SK_HASH_MAX];
    unsigned n = sk_hash_size(file->start);
    bool ok = true;

    sk_hash_two(file->start, sk_span_str(password), SK_SPAN_EMPTY, start);
    if (file->argon2)
        ok = derive_argon2(file, start, n, ret, error);
    else
        pbkdf2_hmac_sha1(n, start, file->rounds, file->salt.n, file->salt.p, file->key_bytes, ret);
    explicit_bzero(start, sizeof start);
    return ok;
}

static bool
decrypt_blowfish(const SkOdfFile *file, const uint8_t *key, SkSpan in, uint8_t *out, size_t *ret_n)
{
    struct blowfish_ctx context;
    uint8_t iv[BLOWFISH_BLOCK_SIZE];

    memcpy(iv, file->iv.p, sizeof iv);
    if (blowfish_set_key(&context, file->key_bytes, key) != 1)
        return false;
    cfb_decrypt(&context, (nettle_cipher_func *)blowfish_encrypt, sizeof iv, iv, in.n, out, in.p);
    explicit_bzero(&context, sizeof context);
    *ret_n = in.n;
    return true;
}

/* The last byte counts the padding; its other bytes may be anything. */
static bool
decrypt_cbc(const SkOdfFile *file, const uint8_t *key, SkSpan in, uint8_t *out, size_t *ret_n)
{
    uint8_t iv[SK_AES_BLOCK];
    SkAes aes;

    if (in.n == 0 || in.n % SK_AES_BLOCK != 0)
        return false;
    memcpy(iv, file->iv.p, sizeof iv);
    sk_aes_set(&aes, sk_span(key, file->key_bytes));
    sk_aes_cbc(&aes, iv, in, out);
    explicit_bzero(&aes, sizeof aes);
    uint8_t pad = out[in.n - 1];
    *ret_n = in.n - pad;
    return pad > 0 && pad <= SK_AES_BLOCK;
}

/* The vector stands in front, the tag behind. */
static bool
decrypt_gcm(const SkOdfFile *file, const uint8_t *key, SkSpan in, uint8_t *out, size_t *ret_n)
{
    struct gcm_aes256_ctx context;
    uint8_t tag[GCM_DIGEST_SIZE];
    size_t iv = file->iv.n;

    if (in.n < iv + sizeof tag || !sk_crypt_equal(sk_span_sub(in, 0, iv), sk_span(file->iv.p, iv)))
        return false;
    *ret_n = in.n - iv - sizeof tag;
    gcm_aes256_set_key(&context, key);
    gcm_aes256_set_iv(&context, iv, file->iv.p);
    gcm_aes256_decrypt(&context, *ret_n, out, in.p + iv);
    gcm_aes256_digest(&context, sizeof tag, tag);
    explicit_bzero(&context, sizeof context);
    return sk_crypt_equal(sk_span(tag, sizeof tag), sk_span_sub(in, in.n - sizeof tag, sizeof tag));
}

static bool
passes_check(const SkOdfFile *file, SkSpan plain)
{
    uint8_t digest[SK_HASH_MAX];

    if (file->checksum.n == 0)
        return true;
    sk_hash_two(file->checksum_hash, sk_span_sub(plain, 0, MIN(plain.n, (size_t)CHECKED_BYTES)),
                SK_SPAN_EMPTY, digest);
    return sk_crypt_equal(sk_span(digest, file->checksum.n),
                          sk_span(file->checksum.p, file->checksum.n));
}

/* Into @out, as long as @in; *ret_opens is false where the check fails. */
static bool
decrypt(const SkOdfFile *file, const char *password, SkSpan in, uint8_t *out, size_t *ret_n,
        bool *ret_opens, GError **error)
{
    uint8_t key[SK_AES_KEY_MAX] = { 0 };

    if (!derive_key(file, password, key, error))
        return false;
    bool ok = file->cipher == SK_ODF_CIPHER_BLOWFISH ? decrypt_blowfish(file, key, in, out, ret_n)
              : file->cipher == SK_ODF_CIPHER_CBC    ? decrypt_cbc(file, key, in, out, ret_n)
                                                     : decrypt_gcm(file, key, in, out, ret_n);
    explicit_bzero(key, sizeof key);
    *ret_opens = ok && passes_check(file, sk_span(out, *ret_n));
    return true;
}

/* ---- the new package ----------------------------------------------------------------------- */

static void
emit_header(SkSink *sink, const Written *w, bool directory)
{
    bool ascii = true;
    for (size_t i = 0; i < w->name.n; i++)
        ascii = ascii && w->name.p[i] < 0x80;

    sk_sink_u32le(sink, directory ? 0x02014b50 : 0x04034b50);
    if (directory)
        sk_sink_u16le(sink, 20);
    sk_sink_u16le(sink, 20);
    sk_sink_u16le(sink, ascii ? 0 : FLAG_UTF8);
    sk_sink_u16le(sink, w->deflated ? 8 : 0);
    sk_sink_u16le(sink, 0);
    sk_sink_u16le(sink, DATE_1980);
    sk_sink_u32le(sink, w->crc);
    sk_sink_u32le(sink, w->compressed);
    sk_sink_u32le(sink, w->size);
    sk_sink_u16le(sink, (uint16_t)w->name.n);
    sk_sink_u16le(sink, 0);
    if (directory) {
        for (unsigned i = 0; i < 5; i++) /* comment, disk, attributes: ten bytes */
            sk_sink_u16le(sink, 0);
        sk_sink_u32le(sink, w->offset);
    }
    sk_sink_span(sink, w->name);
}

static bool
emit_entry(Opening *self, SkZipEntry entry, GError **error)
{
    Written w = { .name = entry.name,
                  .offset = (uint32_t)sk_sink_at(self->sink),
                  .crc = entry.crc,
                  .compressed = (uint32_t)entry.data.n,
                  .size = (uint32_t)entry.size,
                  .deflated = entry.deflated };

    if (entry.data.n >= UINT32_MAX || entry.size >= UINT32_MAX ||
        sk_sink_at(self->sink) >= UINT32_MAX || self->written->len >= UINT16_MAX - 1)
        return sk_throw(error, SK_ERROR_LIMIT, "odf: package too large");
    emit_header(self->sink, &w, false);
    sk_sink_span(self->sink, entry.data);
    g_array_append_val(self->written, w);
    return true;
}

static void
emit_directory(Opening *self)
{
    uint32_t at = (uint32_t)sk_sink_at(self->sink);

    for (unsigned i = 0; i < self->written->len; i++)
        emit_header(self->sink, &g_array_index(self->written, Written, i), true);
    uint32_t size = (uint32_t)sk_sink_at(self->sink) - at;
    sk_sink_u32le(self->sink, 0x06054b50);
    sk_sink_u32le(self->sink, 0);
    sk_sink_u16le(self->sink, (uint16_t)self->written->len);
    sk_sink_u16le(self->sink, (uint16_t)self->written->len);
    sk_sink_u32le(self->sink, size);
    sk_sink_u32le(self->sink, at);
    sk_sink_u16le(self->sink, 0);
}

static void
on_xml(void *user, SkSpan s)
{
    sk_sink_span(user, s);
}

/* The manifest as it stands, but for what it says of locks. */
static GBytes *
write_manifest(const GArray *files)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(UINT32_MAX);
    g_autoptr(SkXmlWriter) xml = sk_xml_writer_new(on_xml, sink);

    sk_xml_writer_declaration(xml);
    sk_xml_writer_start(xml, "manifest:manifest");
    sk_xml_writer_raw(xml,
                      " xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"");
    for (unsigned i = 0; i < files->len; i++) {
        const SkOdfFile *file = &g_array_index(files, SkOdfFile, i);
        sk_xml_writer_start(xml, "manifest:file-entry");
        sk_xml_writer_attr(xml, "manifest:full-path", sk_span_str(file->path));
        if (*file->version != '\0')
            sk_xml_writer_attr(xml, "manifest:version", sk_span_str(file->version));
        sk_xml_writer_attr(xml, "manifest:media-type", sk_span_str(file->media_type));
        sk_xml_writer_end(xml, "manifest:file-entry");
    }
    sk_xml_writer_end(xml, "manifest:manifest");
    sk_xml_writer_finish(xml);
    return sk_sink_steal_bytes(sink);
}

static bool
emit_manifest(Opening *self, const SkZipEntry *entry, const GArray *files, GError **error)
{
    g_autoptr(GBytes) xml = write_manifest(files);
    SkZipEntry plain = { .name = entry->name,
                         .data = sk_span_bytes(xml),
                         .size = g_bytes_get_size(xml) };

    plain.crc = sk_zip_crc(plain.data);
    return emit_entry(self, plain, error);
}

/* What a check that fails means: the wrong password at first, a broken document after. */
static bool
fail_check(const Opening *self, bool *ret_opens, GError **error)
{
    if (self->sure)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: an entry is not the one that was locked");
    *ret_opens = false;
    return true;
}

static bool
measure(Opening *self, const SkOdfFile *file, SkZipEntry *plain, GError **error)
{
    uint64_t size = 0;

    if (file->size > self->limit - self->expanded)
        return sk_throw(error, SK_ERROR_LIMIT, "odf: locked entries inflate to too much");
    if (!sk_zip_measure(plain->data, file->size, &size, &plain->crc, error))
        return false;
    if (size != file->size)
        return sk_throw(error, SK_ERROR_AMBIGUOUS,
                        "odf: entry of %" G_GUINT64_FORMAT " bytes, not %u", size, file->size);
    self->expanded += size;
    plain->size = size;
    plain->deflated = true;
    return true;
}

static bool
open_entry(Opening *self, const SkZipEntry *entry, const SkOdfFile *file, bool *ret_opens,
           GError **error)
{
    g_autofree uint8_t *out = g_malloc(entry->data.n + 1);
    SkZipEntry plain = { .name = entry->name };
    size_t n = 0;
    bool opens = false;

    if (entry->deflated)
        return sk_throw(error, SK_ERROR_MALFORMED, "odf: a locked entry that is deflated");
    if (!decrypt(file, self->password, entry->data, out, &n, &opens, error))
        return false;
    if (!opens)
        return fail_check(self, ret_opens, error);
    plain.data = sk_span(out, n);
    if (!measure(self, file, &plain, error))
        return false;
    self->sure = true;
    return emit_entry(self, plain, error);
}

static const SkOdfFile *
lookup(GHashTable *files, SkSpan name)
{
    g_autofree char *path = sk_span_dup(name);

    return g_hash_table_lookup(files, path);
}

static bool
append(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)expanded, (void)compressed, (void)error;
    g_byte_array_append(user, chunk.p, (guint)chunk.n);
    return true;
}

/* The whole package as one entry: as it is, or deflated. */
static bool
open_whole(const Opening *self, const SkZipEntry *entry, const SkOdfFile *file, bool *ret_opens,
           GBytes **ret, GError **error)
{
    g_autofree uint8_t *out = g_malloc(entry->data.n + 1);
    g_autoptr(GByteArray) bytes = NULL;
    SkZipEntry plain = { .deflated = true };
    size_t n = 0;

    if (!decrypt(file, self->password, entry->data, out, &n, ret_opens, error))
        return false;
    if (!*ret_opens)
        return true;
    plain.data = sk_span(out, n);
    if (n == file->size && sk_span_starts(plain.data, "PK")) {
        *ret = g_bytes_new_take(g_steal_pointer(&out), n);
        return true;
    }
    if (file->size > MIN(self->limit, (uint64_t)G_MAXINT32))
        return sk_throw(error, SK_ERROR_LIMIT, "odf: the package inflates to too much");
    if (!sk_zip_measure(plain.data, file->size, &plain.size, &plain.crc, error))
        return false;
    bytes = g_byte_array_sized_new((guint)plain.size);
    if (!sk_zip_inflate(&plain, append, bytes, error))
        return false;
    *ret = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    return true;
}

/* Every file that is said to be locked must be there, or nobody knows what it was. */
static bool
check_all_there(const SkZip *zip, const GArray *files, GError **error)
{
    for (unsigned i = 0; i < files->len; i++) {
        const SkOdfFile *file = &g_array_index(files, SkOdfFile, i);
        if (file->cipher != SK_ODF_CIPHER_NONE &&
            sk_zip_lookup(zip, sk_span_str(file->path)) == NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "odf: a locked entry that is not there");
    }
    return true;
}

static bool
write_package(Opening *self, const SkZip *zip, const GArray *files, GHashTable *table,
              bool *ret_opens, GError **error)
{
    for (uint32_t i = 0; i < zip->n && *ret_opens; i++) {
        const SkZipEntry *entry = &zip->entries[i];
        const SkOdfFile *file = lookup(table, entry->name);
        bool ok = sk_span_is(entry->name, MANIFEST) ? emit_manifest(self, entry, files, error)
                  : file != NULL && file->cipher != SK_ODF_CIPHER_NONE
                      ? open_entry(self, entry, file, ret_opens, error)
                      : emit_entry(self, *entry, error);
        if (!ok)
            return false;
    }
    emit_directory(self);
    return sk_sink_finish(self->sink, error);
}

bool
sk_odf_lock_open(const SkZip *zip, const GArray *files, const char *password, uint64_t limit,
                 bool *ret_opens, GBytes **ret, GError **error)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(UINT32_MAX);
    g_autoptr(GArray) written = g_array_new(FALSE, FALSE, sizeof(Written));
    g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
    Opening self = { .password = password, .limit = limit, .sink = sink, .written = written };

    *ret_opens = true;
    for (unsigned i = 0; i < files->len; i++) {
        SkOdfFile *file = &g_array_index(files, SkOdfFile, i);
        g_hash_table_insert(table, file->path, file);
    }
    if (!check_all_there(zip, files, error))
        return false;
    const SkZipEntry *whole = sk_zip_lookup(zip, sk_span_str(WHOLE_PACKAGE));
    const SkOdfFile *file = whole == NULL ? NULL : lookup(table, whole->name);
    if (file != NULL && file->cipher != SK_ODF_CIPHER_NONE)
        return open_whole(&self, whole, file, ret_opens, ret, error);
    if (!write_package(&self, zip, files, table, ret_opens, error))
        return false;
    if (*ret_opens)
        *ret = sk_sink_steal_bytes(sink);
    return true;
}
