/* SPDX-License-Identifier: Apache-2.0
 *
 * old-lock-builder.h - old Word and Excel documents, locked, for tests: the encrypting side, written apart from the side
 * under test. Only as much of a document as the lock is about.
 */
#pragma once

#include "lock-builder.h"

#include <nettle/arcfour.h>
#include <nettle/md5.h>

typedef struct {
    bool crypto_api; /* else MD5 */
    unsigned bits;   /* CryptoAPI: 40 to 128 */
} LockOld;

static inline void
lock_old_digest(const LockOld *spec, const uint8_t salt[16], const char *password, uint8_t ret[64])
{
    glong n = 0;
    g_autofree gunichar2 *units = g_utf8_to_utf16(password, -1, NULL, &n, NULL);
    uint8_t many[16 * 21], digest[16];
    struct md5_ctx md5;

    if (spec->crypto_api) {
        lock_digest(&nettle_sha1, salt, 16, units, (size_t)n * 2, ret);
        return;
    }
    md5_init(&md5);
    md5_update(&md5, (size_t)n * 2, (const uint8_t *)units);
    md5_digest(&md5, 16, digest);
    for (unsigned i = 0; i < 16; i++) {
        memcpy(many + i * 21, digest, 5);
        memcpy(many + i * 21 + 5, salt, 16);
    }
    md5_update(&md5, sizeof many, many);
    md5_digest(&md5, 16, ret);
}

static inline void
lock_old_rc4(const LockOld *spec, const uint8_t digest[64], uint32_t block, struct arcfour_ctx *ret)
{
    uint8_t number[4] = { (uint8_t)block, (uint8_t)(block >> 8), 0, 0 }, key[64];
    lock_digest(spec->crypto_api ? &nettle_sha1 : &nettle_md5, digest, spec->crypto_api ? 20 : 5, number, 4, key);
    if (spec->crypto_api && spec->bits == 40)
        memset(key + 5, 0, 11);
    arcfour_set_key(ret, spec->crypto_api && spec->bits > 40 ? spec->bits / 8 : 16, key);
}

/* (transfer full): the encryption header for @password; @ret_digest: what keys are made from. */
static inline GBytes *
lock_old_header(const LockOld *spec, const char *password, uint8_t ret_digest[64])
{
    g_autoptr(SkSink) s = sk_sink_new_memory(4096);
    uint8_t salt[16], verifier[16], hash[64], locked[40];
    struct arcfour_ctx rc4;
    unsigned n = spec->crypto_api ? 20 : 16;

    for (unsigned i = 0; i < 16; i++)
        salt[i] = (uint8_t)(i * 5 + 2), verifier[i] = (uint8_t)(i * 3 + 7);
    lock_old_digest(spec, salt, password, ret_digest);
    lock_digest(spec->crypto_api ? &nettle_sha1 : &nettle_md5, verifier, 16, "", 0, hash);
    lock_old_rc4(spec, ret_digest, 0, &rc4);
    arcfour_crypt(&rc4, 16, locked, verifier);
    arcfour_crypt(&rc4, n, locked + 16, hash);
    if (spec->crypto_api) {
        const uint32_t words[] = { 4, 34, 4, 0, 0x6801, 0x8004, spec->bits, 1, 0, 0 };
        sk_sink_u16le(s, 2);
        sk_sink_u16le(s, 2);
        for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
            sk_sink_u32le(s, words[i]);
        sk_sink_u16le(s, 0); /* the provider's name: none */
        sk_sink_u32le(s, 16);
    } else {
        sk_sink_u16le(s, 1);
        sk_sink_u16le(s, 1);
    }
    sk_sink_span(s, sk_span(salt, 16));
    sk_sink_span(s, sk_span(locked, 16));
    if (spec->crypto_api)
        sk_sink_u32le(s, 20);
    sk_sink_span(s, sk_span(locked + 16, n));
    return sk_sink_steal_bytes(s);
}

static inline void
lock_old_apply(const LockOld *spec, const uint8_t digest[64], unsigned block, uint8_t *bytes, size_t n)
{
    for (size_t at = 0; at < n; at += block) {
        struct arcfour_ctx rc4;
        lock_old_rc4(spec, digest, (uint32_t)(at / block), &rc4);
        arcfour_crypt(&rc4, MIN(n - at, (size_t)block), bytes + at, bytes + at);
    }
}

static inline void
lock_old_fill(uint8_t *bytes, size_t n, unsigned seed)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 9) + (uint8_t)seed;
}

/* (transfer full): a Word document of three streams; @password NULL: the same without a lock. */
static inline GBytes *
lock_old_word(const LockOld *spec, const char *password)
{
    static uint8_t streams[3][6000];
    static const size_t lengths[] = { 6000, 5000, 300 };
    uint8_t digest[64];
    g_autoptr(GBytes) header = lock_old_header(spec, password != NULL ? password : "", digest);
    SkSpan h = sk_span_bytes(header);

    for (unsigned i = 0; i < 3; i++)
        lock_old_fill(streams[i], lengths[i], i);
    memcpy(streams[0], "\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00", 18);
    memset(streams[1], 0, h.n);
    if (password != NULL) {
        uint8_t open[68];
        memcpy(open, streams[0], sizeof open);
        for (unsigned i = 0; i < 3; i++)
            lock_old_apply(spec, digest, 512, streams[i], lengths[i]);
        memcpy(streams[0], open, sizeof open);
        streams[0][11] |= 1;
        streams[0][14] = (uint8_t)h.n;
    }
    memcpy(streams[1], h.p, h.n);
    const Ole2Item items[] = { { .name = "WordDocument", .content = { streams[0], lengths[0] } },
                               { .name = "1Table", .content = { streams[1], lengths[1] } },
                               { .name = "Data", .content = { streams[2], lengths[2] } } };
    return ole2_build(items, 3, NULL);
}

static inline void
lock_old_record(GByteArray *out, uint16_t id, const uint8_t *body, size_t n)
{
    const uint8_t head[] = { (uint8_t)id, (uint8_t)(id >> 8), (uint8_t)n, (uint8_t)(n >> 8) };
    g_byte_array_append(out, head, 4);
    g_byte_array_append(out, body, (guint)n);
}

/* (transfer full): an Excel workbook; @password NULL: the same without a lock, and with nothing where it stood. */
static inline GBytes *
lock_old_excel(const LockOld *spec, const char *password)
{
    uint8_t digest[64], body[8000];
    g_autoptr(GByteArray) plain = g_byte_array_new();
    g_autoptr(GBytes) header = lock_old_header(spec, password != NULL ? password : "", digest);
    SkSpan h = sk_span_bytes(header);
    uint8_t pass[256] = { 1, 0 };
    size_t bound = 0;

    memcpy(pass + 2, h.p, h.n);
    if (password == NULL)
        memset(pass, 0, sizeof pass);
    lock_old_fill(body, sizeof body, 3);
    lock_old_record(plain, 0x0809, body, 16);
    lock_old_record(plain, password != NULL ? 0x002f : 0x7fff, pass, h.n + 2);
    lock_old_record(plain, 0x0042, body, 2);
    lock_old_record(plain, 0x0085, body, 20);
    bound = plain->len - 20;
    lock_old_record(plain, 0x00fc, body, 8000);
    lock_old_record(plain, 0x00e1, body, 2);
    lock_old_record(plain, 0x000a, body, 0);
    if (password != NULL) {
        g_autofree uint8_t *locked = g_memdup2(plain->data, plain->len);
        lock_old_apply(spec, digest, 1024, locked, plain->len);
        size_t code = 20 + 4 + h.n + 2 + 4;
        memcpy(plain->data + code, locked + code, 2);
        memcpy(plain->data + bound + 4, locked + bound + 4, 16);
        memcpy(plain->data + bound + 24, locked + bound + 24, 8000);
    }
    const Ole2Item items[] = { { .name = "Workbook", .content = { plain->data, plain->len } } };
    return ole2_build(items, 1, NULL);
}
