/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-lock-builder.h - OpenDocument packages locked with a password, for tests: the encrypting side, written apart
 * from the side under test. What is inside need not be a document.
 */
#pragma once

#include "format/zip.h"
#include "lock-builder.h"

#include <argon2.h>
#include <nettle/blowfish.h>
#include <nettle/cfb.h>
#include <nettle/gcm.h>
#include <nettle/pbkdf2.h>
#include <zlib.h>

typedef enum { LOCK_BLOWFISH, LOCK_CBC, LOCK_GCM } LockCipher;

typedef struct {
    LockCipher cipher;
    bool sha256;   /* start key and checksum; else SHA-1 */
    bool argon2;
    bool whole;    /* one entry, which is @files in a package of their own */
    bool raw;      /* what is locked is not deflated */
    bool deflated; /* the ZIP says that a locked entry is deflated */
    const char *xml_from, *xml_to;
    int changed; /* the entry (from 1) of which one bit is another */
} LockOdf;

typedef struct {
    const char *name;
    SkSpan content;
} LockOdfFile;

static inline GByteArray *
lock_deflate(SkSpan plain)
{
    GByteArray *out = g_byte_array_new();
    z_stream z = { .next_in = (Bytef *)(uintptr_t)plain.p, .avail_in = (uInt)plain.n };
    g_assert(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    g_byte_array_set_size(out, (guint)deflateBound(&z, (uLong)plain.n));
    z.next_out = out->data;
    z.avail_out = out->len;
    g_assert(deflate(&z, Z_FINISH) == Z_STREAM_END);
    g_byte_array_set_size(out, (guint)z.total_out);
    deflateEnd(&z);
    return out;
}

static inline void
lock_odf_key(const LockOdf *spec, const char *password, const uint8_t salt[16], uint8_t ret[32])
{
    uint8_t start[64];
    const struct nettle_hash *h = spec->sha256 ? &nettle_sha256 : &nettle_sha1;
    lock_digest(h, password, strlen(password), "", 0, start);
    if (spec->argon2)
        g_assert(argon2id_hash_raw(2, 64, 4, start, h->digest_size, salt, 16, ret, 32) == ARGON2_OK);
    else
        pbkdf2_hmac_sha1(h->digest_size, start, 40, 16, salt, spec->cipher == LOCK_BLOWFISH ? 16 : 32, ret);
}

static inline GByteArray *
lock_odf_encrypt(const LockOdf *spec, const uint8_t key[32], const uint8_t iv[16], const GByteArray *plain)
{
    GByteArray *out = g_byte_array_new();
    uint8_t vector[16];
    memcpy(vector, iv, 16);
    g_byte_array_set_size(out, plain->len);
    if (spec->cipher == LOCK_BLOWFISH) {
        struct blowfish_ctx c;
        blowfish_set_key(&c, 16, key);
        cfb_encrypt(&c, (nettle_cipher_func *)blowfish_encrypt, 8, vector, plain->len, out->data, plain->data);
    } else if (spec->cipher == LOCK_CBC) {
        unsigned pad = 16 - plain->len % 16;
        g_autofree uint8_t *in = g_malloc0(plain->len + pad);
        memcpy(in, plain->data, plain->len);
        in[plain->len + pad - 1] = (uint8_t)pad;
        g_byte_array_set_size(out, plain->len + pad);
        lock_aes(key, 32, iv, out->len, in, out->data);
    } else {
        struct gcm_aes256_ctx c;
        g_byte_array_set_size(out, plain->len + 12 + 16);
        memcpy(out->data, iv, 12);
        gcm_aes256_set_key(&c, key);
        gcm_aes256_set_iv(&c, 12, iv);
        gcm_aes256_encrypt(&c, plain->len, out->data + 12, plain->data);
        gcm_aes256_digest(&c, 16, out->data + 12 + plain->len);
    }
    return out;
}

/* One file: what stands of it in the manifest (appended) and in the ZIP (returned). */
static inline GByteArray *
lock_odf_file(const LockOdf *spec, const LockOdfFile *file, unsigned number, const char *password, GString *manifest)
{
    uint8_t salt[16], iv[16], key[32], digest[64];
    for (unsigned i = 0; i < 16; i++)
        salt[i] = (uint8_t)(i * 5 + number), iv[i] = (uint8_t)(i * 7 + number);
    g_autoptr(GByteArray) plain =
        spec->raw ? g_byte_array_append(g_byte_array_new(), file->content.p, (guint)file->content.n)
                  : lock_deflate(file->content);
    const struct nettle_hash *h = spec->sha256 ? &nettle_sha256 : &nettle_sha1;
    lock_digest(h, plain->data, MIN(plain->len, 1024u), "", 0, digest);
    lock_odf_key(spec, password, salt, key);
    GByteArray *out = lock_odf_encrypt(spec, key, iv, plain);
    if (spec->changed == (int)number)
        out->data[out->len / 2] ^= 1;

    static const char *const ciphers[] = { "Blowfish CFB", "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
                                           "http://www.w3.org/2009/xmlenc11#aes256-gcm" };
    g_autofree char *sum = g_base64_encode(digest, h->digest_size);
    g_autofree char *iv_64 = g_base64_encode(iv, spec->cipher == LOCK_BLOWFISH ? 8 : spec->cipher == LOCK_CBC ? 16 : 12);
    g_autofree char *salt_64 = g_base64_encode(salt, 16);
    g_string_append_printf(manifest, "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"text/xml\" "
                                     "manifest:size=\"%zu\"><manifest:encryption-data",
                           file->name, file->content.n);
    if (spec->cipher != LOCK_GCM)
        g_string_append_printf(manifest, " manifest:checksum-type=\"%s\" manifest:checksum=\"%s\"",
                               spec->sha256 ? "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k" : "SHA1/1K",
                               sum);
    g_string_append_printf(manifest, "><manifest:algorithm manifest:algorithm-name=\"%s\" "
                                     "manifest:initialisation-vector=\"%s\"/>",
                           ciphers[spec->cipher], iv_64);
    if (spec->sha256)
        g_string_append(manifest, "<manifest:start-key-generation manifest:start-key-generation-name="
                                  "\"http://www.w3.org/2000/09/xmldsig#sha256\" manifest:key-size=\"32\"/>");
    if (spec->argon2)
        g_string_append_printf(manifest, "<manifest:key-derivation manifest:key-derivation-name=\"urn:org:"
                                         "documentfoundation:names:experimental:office:manifest:argon2id\" "
                                         "manifest:key-size=\"32\" loext:argon2-iterations=\"2\" "
                                         "loext:argon2-memory=\"64\" loext:argon2-lanes=\"4\" manifest:salt=\"%s\"/>",
                               salt_64);
    else
        g_string_append_printf(manifest, "<manifest:key-derivation manifest:key-derivation-name=\"PBKDF2\" %s"
                                         "manifest:iteration-count=\"40\" manifest:salt=\"%s\"/>",
                               spec->cipher == LOCK_BLOWFISH ? "" : "manifest:key-size=\"32\" ", salt_64);
    g_string_append(manifest, "</manifest:encryption-data></manifest:file-entry>");
    return out;
}

/* A plain package of @files, as it would be without locks. */
static inline GBytes *
lock_odf_plain(const LockOdfFile *files, unsigned n)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(UINT32_MAX);
    g_autoptr(SkZipWriter) zip = sk_zip_writer_new(sink);
    for (unsigned i = 0; i < n; i++) {
        sk_zip_writer_begin(zip, files[i].name, true);
        sk_zip_writer_span(zip, files[i].content);
        sk_zip_writer_end(zip);
    }
    g_assert(sk_zip_writer_finish(zip, NULL));
    return sk_sink_steal_bytes(sink);
}

static inline void
lock_odf_entry(SkZipWriter *zip, const char *name, SkSpan content, bool deflate)
{
    sk_zip_writer_begin(zip, name, deflate);
    sk_zip_writer_span(zip, content);
    sk_zip_writer_end(zip);
}

/* (transfer full) */
static inline GBytes *
lock_odf(const LockOdf *spec, const LockOdfFile *files, unsigned n, const char *password)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(UINT32_MAX);
    g_autoptr(SkZipWriter) zip = sk_zip_writer_new(sink);
    g_autoptr(GBytes) inner = lock_odf_plain(files, n);
    const LockOdfFile whole = { "encrypted-package", sk_span_bytes(inner) };
    g_autoptr(GString) manifest =
        g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest manifest:version=\"1.3\" "
                     "xmlns:loext=\"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0\" "
                     "xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">"
                     "<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" "
                     "manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>");

    lock_odf_entry(zip, "mimetype", sk_span_str("application/vnd.oasis.opendocument.text"), false);
    for (unsigned i = 0; i < (spec->whole ? 1 : n); i++) {
        const LockOdfFile *file = spec->whole ? &whole : &files[i];
        g_autoptr(GByteArray) data = lock_odf_file(spec, file, i + 1, password, manifest);
        lock_odf_entry(zip, file->name, sk_span(data->data, data->len), spec->deflated);
    }
    g_string_append(manifest, "</manifest:manifest>");
    if (spec->xml_from != NULL) {
        g_assert(strstr(manifest->str, spec->xml_from) != NULL);
        g_string_replace(manifest, spec->xml_from, spec->xml_to, 1);
    }
    lock_odf_entry(zip, "META-INF/manifest.xml", sk_span(manifest->str, manifest->len), true);
    g_assert(sk_zip_writer_finish(zip, NULL));
    return sk_sink_steal_bytes(sink);
}
