/* SPDX-License-Identifier: Apache-2.0
 * fuzz-cbor.c - the CBOR reader: what it takes has one form only. It is written again here by the rules of the
 * canonical form, from what was read, and must come out byte for byte; lookups stay inside. And the two places that
 * hostile CBOR reaches: a registration and an assertion. */
#include "factor/cbor.h"
#include "factor/webauthn.h"
#include "fuzz.h"

#include <string.h>

static void
put_head(GByteArray *out, unsigned major, uint64_t value)
{
    static const uint64_t most[] = { 0xff, 0xffff, 0xffffffff, UINT64_MAX };
    unsigned form = 0;
    uint8_t head[9] = { (uint8_t)(major << 5 | value) };

    if (value < 24) {
        g_byte_array_append(out, head, 1);
        return;
    }
    while (value > most[form])
        form++;
    unsigned bytes = 1u << form;
    head[0] = (uint8_t)(major << 5 | (24 + form));
    for (unsigned i = 0; i < bytes; i++)
        head[1 + i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    g_byte_array_append(out, head, 1 + bytes);
}

/* Depth is bounded by the reader under test: a test may recurse. */
static void
put_item(GByteArray *out, const SkCborItem *item)
{
    if (item->type >= SK_CBOR_FALSE) {
        put_head(out, 7, 20u + (item->type - SK_CBOR_FALSE));
        return;
    }
    bool string = item->type == SK_CBOR_BYTES || item->type == SK_CBOR_TEXT;
    put_head(out, item->type, string ? item->bytes.n : item->value);
    g_byte_array_append(out, item->bytes.p, (guint)item->bytes.n);
    size_t at = 0;
    while (at < item->inside.n) {
        SkCborItem child;
        size_t used = 0;
        g_assert_true(sk_cbor_parse(sk_span_sub(item->inside, at, item->inside.n - at), &used, &child, NULL));
        put_item(out, &child);
        at += used;
    }
}

static void
look_up(const SkCborItem *item)
{
    SkCborItem found;
    static const char *const names[] = { "fmt", "attStmt", "authData", "" };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (sk_cbor_get_text(item, names[i], &found))
            g_assert_true(found.whole.p >= item->whole.p && found.whole.p + found.whole.n <= item->whole.p + item->whole.n);
    for (int64_t key = -3; key <= 3; key++)
        if (sk_cbor_get_int(item, key, &found))
            g_assert_cmpint(item->type, ==, SK_CBOR_MAP);
}

static void
ceremonies(SkSpan in)
{
    static const uint8_t challenge[SK_WEBAUTHN_CHALLENGE_BYTES] = { 0 };
    static const char client[] = "{\"type\":\"webauthn.create\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
                                 "\"origin\":\"http://lgwan.localhost:8002\"}";
    const SkWebauthnSite site = { .origin = "http://lgwan.localhost:8002",
                                  .rp_id = "lgwan.localhost",
                                  .challenge = sk_span(challenge, sizeof challenge) };
    g_auto(SkWebauthnCredential) credential = { 0 };
    g_autoptr(GError) error = NULL;
    if (!sk_webauthn_register(&site, false, sk_span_str(client), in, &credential, &error))
        g_assert_nonnull(error);
    else
        g_assert_cmpuint(g_bytes_get_size(credential.key), <=, SK_WEBAUTHN_KEY_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan in = sk_span(data, size);
    SkCborItem item;
    size_t used = 0;
    g_autoptr(GError) error = NULL;

    ceremonies(in);
    if (!sk_cbor_parse(in, &used, &item, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    g_autoptr(GByteArray) again = g_byte_array_new();
    put_item(again, &item);
    g_assert_cmpmem(again->data, again->len, data, used);
    look_up(&item);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    /* A COSE key; an attestation object around authenticator data of the right site (SHA-256 of its name). */
    static const char key[] = "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"
                              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                              "\x22\x58\x20"
                              "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy";
    static const char flat[] = "\x86\x00\x38\xff\x41x\x61y\xf4\xa1\x01\x81\xf6";
    if (index == 0)
        return g_bytes_new_static(key, sizeof key - 1);
    if (index == 1)
        return g_bytes_new_static(flat, sizeof flat - 1);
    if (index > 2)
        return NULL;
    GByteArray *out = g_byte_array_new();
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint8_t head[32 + 5 + 16 + 2 + 4] = { 0 };
    gsize n = 32;
    g_checksum_update(sum, (const guchar *)"lgwan.localhost", -1);
    g_checksum_get_digest(sum, head, &n);
    head[32] = 0x41;
    head[54] = 4;
    static const char before[] = "\xa3\x63"
                                 "fmt\x64none\x67"
                                 "attStmt\xa0\x68"
                                 "authData";
    g_byte_array_append(out, (const guint8 *)before, sizeof before - 1);
    put_head(out, 2, sizeof head + sizeof key - 1);
    g_byte_array_append(out, head, sizeof head);
    g_byte_array_append(out, (const guint8 *)key, sizeof key - 1);
    return g_byte_array_free_to_bytes(out);
}
