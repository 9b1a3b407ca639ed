/* SPDX-License-Identifier: Apache-2.0
 * fuzz-seal.c - any bytes as one of the seal's texts; the first byte says which. Whatever is
 * accepted is written again, and comes out the same: there is one way to write each. */
#include "fuzz.h"
#include "seal/checkpoint.h"
#include "seal/leaf.h"
#include "seal/tile.h"

#include <string.h>

#define KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

static void
key(SkSpan s)
{
    SkNoteKey parsed;
    g_autoptr(SkNoteSigner) signer = NULL;
    if (sk_note_key_parse(s, &parsed, NULL)) {
        g_autofree char *again = sk_note_key_emit(&parsed);
        g_assert_true(sk_span_is(s, again));
    }
    if (sk_note_signer_parse(s, &signer, NULL)) {
        g_autofree char *again = sk_note_signer_emit(signer);
        g_assert_true(sk_span_is(s, again));
    }
}

static void
note(SkSpan s)
{
    SkNoteKey trusted;
    SkSpan text = SK_SPAN_EMPTY;
    uint32_t by = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(sk_note_key_parse(sk_span_str(KEY), &trusted, NULL));
    bool ok = sk_note_open(s, &trusted, 1, &text, &by, &error);
    g_assert_cmpint(ok, ==, error == NULL);
    g_assert_cmpint(ok, ==, by == 1);
    g_assert_true(!ok || text.n < s.n);
}

static void
checkpoint(SkSpan s)
{
    SkCheckpoint c;
    if (!sk_checkpoint_parse(s, &c, NULL))
        return;
    g_autofree char *origin = sk_span_dup(c.origin);
    if (strlen(origin) != c.origin.n)
        return;
    g_autofree char *head = sk_checkpoint_emit(origin, c.size, &c.root);
    g_assert_true(sk_span_starts(s, head));
    g_assert_cmpuint(strlen(head) + c.extensions.n, ==, s.n);
}

static void
proof(SkSpan s)
{
    g_autoptr(SkProofFile) p = NULL;
    if (!sk_proof_file_parse(s, &p, NULL))
        return;
    g_assert_cmpuint(p->hashes->len, <=, SK_PROOF_HASHES_MAX);
    g_autofree char *again = sk_proof_file_emit(p->index, p->hashes, p->checkpoint);
    g_autofree char *whole = sk_span_dup(s);
    g_assert_true(p->extra != NULL || strlen(whole) != s.n || strcmp(again, whole) == 0);
}

static void
tile(SkSpan s)
{
    SkTile t;
    if (!sk_tile_parse(s, &t, NULL))
        return;
    g_autofree char *again = sk_tile_path(t);
    g_assert_true(sk_span_is(s, again));
}

static void
bundle(SkSpan s)
{
    g_autoptr(GArray) entries = NULL;
    g_autoptr(GByteArray) again = g_byte_array_new();
    unsigned width = s.n == 0 ? 1 : s.p[0] + 1u;
    s = sk_span_sub(s, MIN(s.n, 1), s.n - MIN(s.n, 1));
    if (!sk_bundle_parse(s, width, &entries, NULL))
        return;
    g_assert_cmpuint(entries->len, ==, width);
    for (guint i = 0; i < entries->len; i++)
        sk_bundle_append(again, g_array_index(entries, SkSpan, i));
    g_assert_true(sk_span_equal(s, sk_span(again->data, again->len)));
}

static void
leaf(SkSpan s)
{
    int64_t time = sk_leaf_lookup_integer(s, "time");
    g_assert_true(time == -1 || (sk_leaf_is(s) && time >= 0 && time <= SK_LEAF_INTEGER_MAX));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const targets[])(SkSpan s) = { key, note, checkpoint, proof, tile, bundle, leaf };
    if (size > 0)
        targets[data[0] % G_N_ELEMENTS(targets)](sk_span(data + 1, size - 1));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "\x00" KEY,
        "\x00PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "\x01If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n\xe2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/"
        "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
        "\x02sekisho.example/lgwan\n12\nvt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n",
        "\x03"
        "c2sp.org/tlog-proof@v1\nindex "
        "5\nrzFuy5Go7nrpkhBwKy1HWPMM3eO/YePY54fXRoH5Cm4=\n\ncheckpoint\n",
        "\x04tile/0/x001/x234/067.p/41",
        "\x04tile/entries/255",
        "\x06{\"act\":\"claim\",\"text\":\"a\\\"\\\\\\n\\u0001\xe3\x81\x82\",\"time\":"
        "1800000000000000,\"v\":1}",
    };
    static const char two_entries[] = "\x05\x01\x00\x01"
                                      "a\x00\x02"
                                      "bc";
    if (index == G_N_ELEMENTS(seeds))
        return g_bytes_new_static(two_entries, sizeof two_entries - 1);
    if (index > G_N_ELEMENTS(seeds))
        return NULL;
    /* The selector may be a zero byte, so the length is taken past it. */
    return g_bytes_new_static(seeds[index], 1 + strlen(seeds[index] + 1));
}
