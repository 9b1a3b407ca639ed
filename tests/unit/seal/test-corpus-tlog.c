/* SPDX-License-Identifier: Apache-2.0
 * test-corpus-tlog.c - the public vectors for notes, checkpoints, proofs, tiles and paths, written
 * by other implementations of the same formats. */
#include "base/io.h"
#include "base/uuid.h"
#include "seal/checkpoint.h"
#include "seal/tile.h"

#include <jansson.h>
#include <string.h>

static char *
corpus_path(const char *name)
{
    return g_build_filename(g_getenv("SEKISHO_CORPUS"), "tlog", name, NULL);
}

static bool
is_absent(void)
{
    g_autofree char *path = g_getenv("SEKISHO_CORPUS") == NULL ? NULL : corpus_path("README.md");
    if (path != NULL && g_file_test(path, G_FILE_TEST_EXISTS))
        return false;
    g_test_skip("no corpus beside the checkout");
    return true;
}

static GBytes *
load(const char *name)
{
    g_autofree char *path = corpus_path(name);
    GBytes *out = NULL;
    GError *error = NULL;
    g_assert_true(sk_io_read_file(path, 1 << 24, &out, &error));
    g_assert_no_error(error);
    return out;
}

static json_t *
load_json(const char *name)
{
    g_autoptr(GBytes) bytes = load(name);
    SkSpan s = sk_span_bytes(bytes);
    json_error_t error;
    json_t *out = json_loadb((const char *)s.p, s.n, 0, &error);
    g_assert_nonnull(out);
    return out;
}

/* One line without its end. */
static SkSpan
trimmed(GBytes *bytes)
{
    SkSpan s = sk_span_bytes(bytes);
    while (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    return s;
}

static SkNoteKey
load_key(const char *name)
{
    g_autoptr(GBytes) bytes = load(name);
    SkNoteKey key;
    GError *error = NULL;
    g_assert_true(sk_note_key_parse(trimmed(bytes), &key, &error));
    g_assert_no_error(error);
    g_autofree char *again = sk_note_key_emit(&key);
    g_assert_true(sk_span_is(trimmed(bytes), again));
    return key;
}

static const char *
text_of(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static SkHash
hash_of(json_t *value)
{
    SkHash hash = { { 0 } };
    g_autoptr(GBytes) data = sk_base64_parse(sk_span_str(json_string_value(value)));
    g_assert_nonnull(data);
    g_assert_cmpuint(g_bytes_get_size(data), ==, SK_HASH_BYTES);
    memcpy(hash.b, g_bytes_get_data(data, NULL), SK_HASH_BYTES);
    return hash;
}

/* ---- notes ---- */

static void
notes(void)
{
    if (is_absent())
        return;
    SkNoteKey peter = load_key("note/go-peter.vkey");
    SkNoteKey enoch = load_key("note/go-enoch.vkey");
    SkNoteKey c2sp = load_key("note/c2sp-example.vkey");
    const SkNoteKey both[] = { peter, enoch };
    g_autoptr(GBytes) note = load("note/go-both.note");
    SkSpan text;
    uint32_t by = 0;
    g_assert_true(sk_note_open(sk_span_bytes(note), both, 2, &text, &by, NULL));
    g_assert_cmpuint(by, ==, 3);
    g_autoptr(GBytes) example = load("note/c2sp-example.note");
    g_assert_true(sk_note_open(sk_span_bytes(example), &c2sp, 1, &text, NULL, NULL));
    g_assert_true(sk_span_is(text, "This is an example message.\n"));
    g_assert_false(sk_note_open(sk_span_bytes(example), both, 2, &text, NULL, NULL));

    /* Signing is deterministic: our signature is theirs. */
    g_autoptr(GBytes) skey = load("note/go-peter.skey");
    g_autoptr(GBytes) plain = load("note/go-peter.text");
    g_autoptr(GBytes) want = load("note/go-peter.note");
    g_autoptr(SkNoteSigner) signer = NULL;
    g_assert_true(sk_note_signer_parse(trimmed(skey), &signer, NULL));
    g_autofree char *again = sk_note_signer_emit(signer);
    g_assert_true(sk_span_is(trimmed(skey), again));
    g_autofree char *made = sk_note_sign(sk_span_bytes(plain), signer);
    g_assert_true(sk_span_is(sk_span_bytes(want), made));
    g_assert_cmpuint(sk_note_signer_key(signer)->id, ==, peter.id);
}

static void
open_case(json_t *c)
{
    SkNoteKey keys[4];
    size_t n = 0;
    size_t i = 0;
    json_t *vkey = NULL;
    const char *verdict = text_of(c, "verdict");
    gsize size = 0;
    g_autofree uint8_t *note = g_base64_decode(text_of(c, "note_b64"), &size);
    json_array_foreach(json_object_get(c, "trusted"), i, vkey)
        g_assert_true(sk_note_key_parse(sk_span_str(json_string_value(vkey)), &keys[n++], NULL));

    SkSpan text;
    uint32_t by = 0;
    g_autoptr(GError) error = NULL;
    bool ok = sk_note_open(sk_span(note, size), keys, n, &text, &by, &error);
    g_test_message("%s: %s", text_of(c, "name"), error == NULL ? "opened" : error->message);
    if (g_str_has_prefix(verdict, "ok:")) {
        g_assert_true(ok);
        g_assert_cmpint(__builtin_popcount(by), ==, verdict[3] - '0');
    } else {
        int code = g_str_equal(verdict, "reject") ? SK_ERROR_FORBIDDEN : SK_ERROR_MALFORMED;
        g_assert_error(error, SK_ERROR, code);
    }
}

static void
note_cases(void)
{
    if (is_absent())
        return;
    json_t *cases = load_json("note/go-open-cases.json");
    size_t i = 0;
    json_t *c = NULL;
    g_assert_cmpuint(json_array_size(cases), >=, 12);
    json_array_foreach(cases, i, c) open_case(c);
    json_decref(cases);

    g_autoptr(GBytes) bad = load("note/go-bad-vkeys.txt");
    g_autofree char *all = sk_span_dup(trimmed(bad));
    g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 2);
    for (char **line = lines; *line != NULL; line++) {
        SkNoteKey key;
        g_assert_false(sk_note_key_parse(sk_span_str(*line), &key, NULL));
    }
}

static void
key_ids(void)
{
    if (is_absent())
        return;
    json_t *cases = load_json("note/keyid.json");
    size_t i = 0;
    json_t *c = NULL;
    json_array_foreach(cases, i, c)
    {
        SkNoteKey key;
        g_assert_true(sk_note_key_parse(sk_span_str(text_of(c, "vkey")), &key, NULL));
        g_assert_cmpstr(key.name, ==, text_of(c, "name"));
        g_assert_cmpint(key.algorithm, ==, json_integer_value(json_object_get(c, "type")));
        g_assert_cmpuint(sk_note_key_id(key.name, key.algorithm, key.public_key), ==, key.id);
        if (json_object_get(c, "pubkey_b64") != NULL) {
            SkHash public_key = hash_of(json_object_get(c, "pubkey_b64"));
            g_assert_cmpmem(public_key.b, 32, key.public_key, 32);
        }
    }
    json_decref(cases);
}

/* ---- checkpoints ---- */

static void
checkpoints(void)
{
    if (is_absent())
        return;
    SkNoteKey sumdb = load_key("checkpoint/sumdb.vkey");
    g_autoptr(GBytes) note = load("checkpoint/sumdb-35225469.checkpoint");
    SkCheckpoint c;
    g_assert_true(
        sk_checkpoint_open(sk_span_bytes(note), &sumdb, "go.sum database tree", &c, NULL));
    g_assert_cmpuint(c.size, ==, 35225469);
    g_assert_false(sk_checkpoint_open(sk_span_bytes(note), &sumdb, "sum.golang.org", &c, NULL));

    g_autoptr(GBytes) layout = load("checkpoint/c2sp-layout-example.txt");
    SkSpan s = sk_span_bytes(layout);
    size_t end = sk_span_find(s, 0, sk_span_str("\n\n"));
    g_assert_true(sk_checkpoint_parse(sk_span_sub(s, 0, end + 1), &c, NULL));
    g_assert_cmpuint(c.size, ==, 20852163);
    g_assert_false(sk_checkpoint_open(s, &sumdb, "example.com/behind-the-sofa", &c, NULL));

    SkNoteKey witness = load_key("cosignature/witness.example.org.vkey");
    g_autoptr(GBytes) cosigned = load("cosignature/rome2026h1-300.checkpoint");
    g_assert_true(
        sk_checkpoint_open(sk_span_bytes(cosigned), &witness, "rome2026h1.example.org", &c, NULL));
    g_assert_cmpuint(c.size, ==, 300);
    /* One bit of the time that it names, or of anything else, and it is wrong. */
    g_autofree char *copy = sk_span_dup(sk_span_bytes(cosigned));
    char *line = strstr(copy, "witness.example.org ");
    line[strlen("witness.example.org ") + 9] ^= 1;
    g_assert_false(
        sk_checkpoint_open(sk_span_str(copy), &witness, "rome2026h1.example.org", &c, NULL));
}

static void
bodies(void)
{
    if (is_absent())
        return;
    json_t *cases = load_json("checkpoint/body-cases.json");
    size_t i = 0;
    json_t *c = NULL;
    json_array_foreach(cases, i, c)
    {
        SkSpan origin;
        SkSpan extensions;
        uint64_t size = 0;
        g_autoptr(GBytes) root = NULL;
        SkCheckpoint strict;
        SkSpan body = sk_span_str(text_of(c, "body"));
        bool ok = sk_checkpoint_layout(body, &origin, &size, &root, &extensions, NULL);
        g_test_message("%s", text_of(c, "desc"));
        g_assert_cmpint(ok, ==, json_is_true(json_object_get(c, "ok")));
        g_assert_false(sk_checkpoint_parse(body, &strict, NULL)); /* no root here has 32 bytes */
        if (!ok)
            continue;
        g_assert_true(sk_span_is(origin, text_of(c, "origin")));
        g_assert_cmpuint(size, ==, json_integer_value(json_object_get(c, "size")));
        json_t *lines = json_object_get(c, "extensions");
        g_assert_cmpuint(extensions.n, ==, lines == NULL ? 0 : strlen("lots\nof\nlines\n"));
    }
    json_decref(cases);
}

static void
proof_files(void)
{
    if (is_absent())
        return;
    json_t *cases = load_json("proof/tlog-proof-cases.json");
    size_t i = 0;
    json_t *c = NULL;
    json_array_foreach(json_object_get(cases, "ok"), i, c)
    {
        g_autoptr(SkProofFile) proof = NULL;
        g_assert_true(sk_proof_file_parse(sk_span_str(text_of(c, "text")), &proof, NULL));
        g_assert_cmpuint(proof->index, ==, json_integer_value(json_object_get(c, "index")));
        g_assert_cmpuint(proof->hashes->len, ==, json_integer_value(json_object_get(c, "hashes")));
        if (text_of(c, "extra") != NULL) {
            g_assert_true(sk_span_is(sk_span_bytes(proof->extra), text_of(c, "extra")));
        } else {
            g_autofree char *again =
                sk_proof_file_emit(proof->index, proof->hashes, proof->checkpoint);
            g_assert_cmpstr(again, ==, text_of(c, "text"));
        }
    }
    json_array_foreach(json_object_get(cases, "reject"), i, c)
    {
        g_autoptr(SkProofFile) proof = NULL;
        g_test_message("%s", text_of(c, "why"));
        g_assert_false(sk_proof_file_parse(sk_span_str(text_of(c, "text")), &proof, NULL));
    }
    json_decref(cases);
}

/* ---- trees ---- */

typedef struct {
    GArray *leaves; /* of SkHash */
} Tree;

/* By the definition: the hash of a complete subtree, folded from its leaves. */
static bool
tree_get(unsigned level, uint64_t index, SkHash *ret, void *data, GError **error)
{
    const Tree *tree = data;
    size_t n = (size_t)1 << level;
    g_autofree SkHash *hashes = g_new(SkHash, n);
    (void)error;
    g_assert_cmpuint((index + 1) << level, <=, tree->leaves->len);
    for (size_t i = 0; i < n; i++)
        hashes[i] = g_array_index(tree->leaves, SkHash, (index << level) + i);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            hashes[i] = sk_merkle_node(&hashes[2 * i], &hashes[2 * i + 1]);
    *ret = hashes[0];
    return true;
}

static SkHash
tree_root(Tree *tree, uint64_t size)
{
    SkHash root;
    g_assert_true(sk_merkle_root(size, tree_get, tree, &root, NULL));
    return root;
}

static void
assert_hex(const SkHash *hash, json_t *want)
{
    g_autofree char *hex = sk_hex(sk_span(hash->b, SK_HASH_BYTES));
    g_assert_cmpstr(hex, ==, json_string_value(want));
}

static void
rfc6962(void)
{
    if (is_absent())
        return;
    json_t *all = load_json("merkle/rfc6962-8-leaves.json");
    Tree tree = { .leaves = g_array_new(FALSE, FALSE, sizeof(SkHash)) };
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach(json_object_get(all, "leaf_inputs_hex"), i, value)
    {
        uint8_t input[64];
        size_t n = strlen(json_string_value(value)) / 2;
        g_assert_true(sk_unhex(json_string_value(value), input, n));
        SkHash leaf = sk_merkle_leaf(sk_span(input, n));
        assert_hex(&leaf, json_array_get(json_object_get(all, "leaf_hashes_hex"), i));
        g_array_append_val(tree.leaves, leaf);
    }
    json_array_foreach(json_object_get(all, "root_hash_hex_by_size"), i, value)
    {
        SkHash root = tree_root(&tree, i);
        assert_hex(&root, value);
    }
    SkHash named[] = { sk_merkle_empty(), sk_merkle_leaf(SK_SPAN_EMPTY),
                       sk_merkle_leaf(sk_span_str("L123456")) };
    json_t *hashes = json_object_get(all, "hashes");
    for (i = 0; i < G_N_ELEMENTS(named); i++)
        assert_hex(&named[i], json_object_get(json_array_get(hashes, i), "sha256"));
    g_assert_cmpuint(json_array_size(hashes), ==,
                     4); /* the last: a node of two words that are no hashes */
    g_array_unref(tree.leaves);
    json_decref(all);
}

/* Any length: the vectors' proofs include hashes that are cut. @ret: NULL where one is not 32
 * bytes. */
static GArray *
proof_of(json_t *list)
{
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SkHash));
    size_t i = 0;
    json_t *value = NULL;
    json_array_foreach(list, i, value)
    {
        g_autoptr(GBytes) data = sk_base64_parse(sk_span_str(json_string_value(value)));
        if (data == NULL || g_bytes_get_size(data) != SK_HASH_BYTES)
            return NULL;
        g_array_append_vals(out, g_bytes_get_data(data, NULL), 1);
    }
    return g_steal_pointer(&out);
}

static bool
lookup_hash(json_t *object, const char *key, SkHash *ret)
{
    const char *text = text_of(object, key);
    g_autoptr(GBytes) data = text == NULL ? NULL : sk_base64_parse(sk_span_str(text));
    if (data == NULL || g_bytes_get_size(data) != SK_HASH_BYTES)
        return false;
    memcpy(ret->b, g_bytes_get_data(data, NULL), SK_HASH_BYTES);
    return true;
}

/* jansson has no unsigned 64-bit integers; the vectors have 2^64 - 1, read here as a real number.
 */
static uint64_t
number_of(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    return json_is_real(value) ? UINT64_MAX : (uint64_t)json_integer_value(value);
}

static json_t *
load_cases(const char *name)
{
    g_autoptr(GBytes) bytes = load(name);
    SkSpan s = sk_span_bytes(bytes);
    g_autofree char *text = sk_span_dup(s);
    g_autoptr(GString) fixed = g_string_new(text);
    g_string_replace(fixed, "18446744073709551615", "1e99", 0);
    json_t *out = json_loads(fixed->str, 0, NULL);
    g_assert_nonnull(out);
    return out;
}

static void
inclusion(void)
{
    if (is_absent())
        return;
    json_t *cases = load_cases("merkle/inclusion.json");
    size_t i = 0;
    size_t good = 0;
    json_t *c = NULL;
    g_assert_cmpuint(json_array_size(cases), ==, 49);
    json_array_foreach(cases, i, c)
    {
        SkHash root;
        SkHash leaf;
        g_autoptr(GArray) proof = proof_of(json_object_get(c, "proof"));
        bool ok =
            proof != NULL && lookup_hash(c, "root", &root) && lookup_hash(c, "leafHash", &leaf) &&
            sk_merkle_inclusion_check(number_of(c, "leafIdx"), number_of(c, "treeSize"), &leaf,
                                      (const SkHash *)(void *)proof->data, proof->len, &root, NULL);
        g_test_message("%s", text_of(c, "file"));
        g_assert_cmpint(ok, ==, !json_is_true(json_object_get(c, "wantErr")));
        good += ok;
    }
    g_assert_cmpuint(good, >=, 3);
    json_decref(cases);
}

static void
consistency(void)
{
    if (is_absent())
        return;
    json_t *cases = load_cases("merkle/consistency.json");
    size_t i = 0;
    size_t good = 0;
    json_t *c = NULL;
    g_assert_cmpuint(json_array_size(cases), ==, 43);
    json_array_foreach(cases, i, c)
    {
        SkHash first;
        SkHash second;
        g_autoptr(GArray) proof = proof_of(json_object_get(c, "proof"));
        bool ok = proof != NULL && lookup_hash(c, "root1", &first) &&
                  lookup_hash(c, "root2", &second) &&
                  sk_merkle_consistency_check(number_of(c, "size1"), number_of(c, "size2"), &first,
                                              &second, (const SkHash *)(void *)proof->data,
                                              proof->len, NULL);
        g_test_message("%s", text_of(c, "file"));
        g_assert_cmpint(ok, ==, !json_is_true(json_object_get(c, "wantErr")));
        good += ok;
    }
    g_assert_cmpuint(good, >=, 3);
    json_decref(cases);
}

/* ---- logs ---- */

static void
append_tile(Tree *tree, const char *name, unsigned width)
{
    g_autoptr(GBytes) bytes = load(name);
    SkSpan s = sk_span_bytes(bytes);
    g_assert_cmpuint(s.n, ==, width * SK_HASH_BYTES);
    g_array_append_vals(tree->leaves, s.p, width);
}

static void
log_15(void)
{
    if (is_absent())
        return;
    SkNoteKey key = load_key("tiles/log-15.vkey");
    g_autoptr(GBytes) skey = load("tiles/log-15.skey");
    g_autoptr(SkNoteSigner) signer = NULL;
    g_assert_true(sk_note_signer_parse(trimmed(skey), &signer, NULL));
    for (unsigned size = 0; size <= 15; size++) {
        g_autofree char *name = g_strdup_printf("tiles/log-15/checkpoint.%u", size);
        g_autoptr(GBytes) note = load(name);
        Tree tree = { .leaves = g_array_new(FALSE, FALSE, sizeof(SkHash)) };
        SkCheckpoint c;
        g_assert_true(
            sk_checkpoint_open(sk_span_bytes(note), &key, "example.com/log/testdata", &c, NULL));
        g_assert_cmpuint(c.size, ==, size);
        if (size > 0) {
            SkTile tile = { .level = 0, .width = size };
            g_autofree char *path = sk_tile_path(tile);
            g_autofree char *tile_name = g_strconcat("tiles/log-15/", path, NULL);
            append_tile(&tree, tile_name, size);
            tile.level = SK_TILE_ENTRIES;
            g_autofree char *bundle_path = sk_tile_path(tile);
            g_autofree char *bundle_name = g_strconcat("tiles/log-15/", bundle_path, NULL);
            g_autoptr(GBytes) bundle = load(bundle_name);
            g_autoptr(GArray) entries = NULL;
            g_autoptr(GByteArray) again = g_byte_array_new();
            g_assert_true(sk_bundle_parse(sk_span_bytes(bundle), size, &entries, NULL));
            for (unsigned i = 0; i < size; i++) {
                SkHash leaf = sk_merkle_leaf(g_array_index(entries, SkSpan, i));
                g_assert_true(sk_hash_equal(&leaf, &g_array_index(tree.leaves, SkHash, i)));
                sk_bundle_append(again, g_array_index(entries, SkSpan, i));
            }
            g_assert_true(sk_span_equal(sk_span_bytes(bundle), sk_span(again->data, again->len)));
        }
        SkHash root = tree_root(&tree, size);
        g_assert_true(sk_hash_equal(&root, &c.root));
        g_autofree char *body = sk_checkpoint_emit("example.com/log/testdata", size, &root);
        g_autofree char *signed_again = sk_note_sign(sk_span_str(body), signer);
        g_assert_true(sk_span_is(sk_span_bytes(note), signed_again));
        g_array_unref(tree.leaves);
    }
}

/* Proofs of our making between all sizes of that log hold by our checker, and by no other size's
 * root. */
static void
log_15_proofs(void)
{
    if (is_absent())
        return;
    Tree tree = { .leaves = g_array_new(FALSE, FALSE, sizeof(SkHash)) };
    append_tile(&tree, "tiles/log-15/tile/0/000.p/15", 15);
    for (uint64_t to = 1; to <= 15; to++) {
        SkHash root = tree_root(&tree, to);
        for (uint64_t from = 1; from <= to; from++) {
            SkHash old = tree_root(&tree, from);
            g_autoptr(GArray) proof = NULL;
            g_assert_true(sk_merkle_consistency(from, to, tree_get, &tree, &proof, NULL));
            const SkHash *hashes = (const SkHash *)(void *)proof->data;
            g_assert_true(
                sk_merkle_consistency_check(from, to, &old, &root, hashes, proof->len, NULL));
            g_assert_false(from < to && sk_merkle_consistency_check(from, to, &root, &root, hashes,
                                                                    proof->len, NULL));
        }
        for (uint64_t index = 0; index < to; index++) {
            const SkHash *leaf = &g_array_index(tree.leaves, SkHash, index);
            g_autoptr(GArray) proof = NULL;
            g_assert_true(sk_merkle_inclusion(index, to, tree_get, &tree, &proof, NULL));
            const SkHash *hashes = (const SkHash *)(void *)proof->data;
            g_assert_true(
                sk_merkle_inclusion_check(index, to, leaf, hashes, proof->len, &root, NULL));
            g_assert_false(
                sk_merkle_inclusion_check(index ^ 1, to, leaf, hashes, proof->len, &root, NULL));
        }
    }
    g_array_unref(tree.leaves);
}

static void
log_300(void)
{
    if (is_absent())
        return;
    SkNoteKey key = load_key("tiles/log-300.cosigner.vkey");
    g_autoptr(GBytes) note = load("tiles/log-300/checkpoint");
    Tree tree = { .leaves = g_array_new(FALSE, FALSE, sizeof(SkHash)) };
    SkCheckpoint c;
    g_assert_true(
        sk_checkpoint_open(sk_span_bytes(note), &key, "rome2026h1.example.org", &c, NULL));
    append_tile(&tree, "tiles/log-300/tile/0/000", 256);
    append_tile(&tree, "tiles/log-300/tile/0/001.p/44", 44);
    for (unsigned i = 0; i < 300; i++) {
        g_autofree char *entry = g_strdup_printf("record %u", i);
        SkHash leaf = sk_merkle_leaf(sk_span_str(entry));
        g_assert_true(sk_hash_equal(&leaf, &g_array_index(tree.leaves, SkHash, i)));
    }
    SkHash root = tree_root(&tree, 300);
    g_assert_true(sk_hash_equal(&root, &c.root));
    g_autoptr(GBytes) upper = load("tiles/log-300/tile/1/000.p/1");
    SkHash first;
    g_assert_true(tree_get(8, 0, &first, &tree, NULL));
    g_assert_true(sk_span_equal(sk_span_bytes(upper), sk_span(first.b, SK_HASH_BYTES)));
    g_array_unref(tree.leaves);
}

/* ---- a witness's steps: checkpoints and the proofs between them, in order ---- */

typedef struct {
    SkNoteKey key;
    const char *origin;
    uint64_t size;
    SkHash root;
} Witness;

/* What a witness would answer to `old N`, hashes, an empty line and a checkpoint. */
static int
witness_step(Witness *w, const char *body)
{
    const char *cut = strstr(body, "\n\n");
    g_autofree char *head = g_strndup(body, (gsize)(cut - body));
    g_auto(GStrv) lines = g_strsplit(head, "\n", -1);
    g_autoptr(GArray) proof = g_array_new(FALSE, FALSE, sizeof(SkHash));
    uint64_t old = g_ascii_strtoull(lines[0] + strlen("old "), NULL, 10);
    SkCheckpoint c;

    for (char **line = lines + 1; *line != NULL; line++) {
        g_autoptr(GBytes) hash = sk_base64_parse(sk_span_str(*line));
        g_assert_cmpuint(g_bytes_get_size(hash), ==, SK_HASH_BYTES);
        g_array_append_vals(proof, g_bytes_get_data(hash, NULL), 1);
    }
    if (!sk_checkpoint_open(sk_span_str(cut + 2), &w->key, w->origin, &c, NULL))
        return 403;
    if (old != w->size)
        return 409;
    if (old > 0 &&
        !sk_merkle_consistency_check(old, c.size, &w->root, &c.root,
                                     (const SkHash *)(void *)proof->data, proof->len, NULL))
        return 422;
    w->size = c.size;
    w->root = c.root;
    return 200;
}

static void
witness_steps(void)
{
    if (is_absent())
        return;
    json_t *all = load_json("witness/add-checkpoint-steps.json");
    Witness w = { .origin = text_of(all, "origin") };
    size_t i = 0;
    json_t *step = NULL;
    g_strlcpy(w.key.name, w.origin, sizeof w.key.name);
    w.key.algorithm = SK_NOTE_ED25519;
    g_assert_true(sk_unhex(text_of(all, "log_key_hex"), w.key.public_key, 32));
    w.key.id = sk_note_key_id(w.key.name, w.key.algorithm, w.key.public_key);
    json_array_foreach(json_object_get(all, "steps"), i, step)
    {
        g_test_message("step %zu", i);
        g_assert_cmpint(witness_step(&w, text_of(step, "body")), ==,
                        json_integer_value(json_object_get(step, "status")));
    }
    g_assert_cmpuint(i, ==, 9);
    json_decref(all);
}

/* ---- paths ---- */

static void
paths(void)
{
    if (is_absent())
        return;
    json_t *all = load_json("tiles/paths.json");
    size_t i = 0;
    json_t *c = NULL;
    json_array_foreach(json_object_get(all, "format"), i, c)
    {
        json_t *width = json_object_get(c, "width");
        json_t *level = json_object_get(c, "level");
        SkTile tile = {
            .level = json_is_string(level) ? SK_TILE_ENTRIES : (int)json_integer_value(level),
            .index = (uint64_t)json_integer_value(json_object_get(c, "index")),
            .width = width == NULL ? SK_TILE_WIDTH : (unsigned)json_integer_value(width)
        };
        SkTile back;
        g_autofree char *path = sk_tile_path(tile);
        g_assert_cmpstr(path, ==, text_of(c, "path"));
        g_assert_true(sk_tile_parse(sk_span_str(path), &back, NULL));
        g_assert_true(back.level == tile.level && back.index == tile.index &&
                      back.width == tile.width);
    }
    json_array_foreach(json_object_get(all, "entries_for_leaf"), i, c)
    {
        uint64_t index = (uint64_t)json_integer_value(json_object_get(c, "leaf")) / SK_TILE_WIDTH;
        uint64_t size = (uint64_t)json_integer_value(json_object_get(c, "size"));
        SkTile tile = { .level = SK_TILE_ENTRIES,
                        .index = index,
                        .width = sk_tile_width(SK_TILE_ENTRIES, index, size) };
        g_autofree char *path = sk_tile_path(tile);
        g_assert_cmpstr(path, ==, text_of(c, "path"));
    }
    json_array_foreach(json_object_get(all, "reject"), i, c)
    {
        SkTile tile;
        g_test_message("%s", json_string_value(c));
        g_assert_false(sk_tile_parse(sk_span_str(json_string_value(c)), &tile, NULL));
    }
    const char *size = NULL;
    json_object_foreach(json_object_get(all, "tiles_of_size"), size, c)
    {
        for (int level = 0; level < 3; level++) {
            unsigned partial = 0;
            uint64_t full = sk_tile_count(level, g_ascii_strtoull(size, NULL, 10), &partial);
            g_autofree char *full_key = g_strdup_printf("full_level%d", level);
            g_autofree char *partial_key = g_strdup_printf("partial_level%d", level);
            g_assert_cmpuint(full, ==, json_integer_value(json_object_get(c, full_key)));
            g_assert_cmpuint(partial, ==, json_integer_value(json_object_get(c, partial_key)));
        }
    }
    json_decref(all);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tlog/notes", notes);
    g_test_add_func("/tlog/note-cases", note_cases);
    g_test_add_func("/tlog/key-ids", key_ids);
    g_test_add_func("/tlog/checkpoints", checkpoints);
    g_test_add_func("/tlog/bodies", bodies);
    g_test_add_func("/tlog/proof-files", proof_files);
    g_test_add_func("/tlog/rfc6962", rfc6962);
    g_test_add_func("/tlog/inclusion", inclusion);
    g_test_add_func("/tlog/consistency", consistency);
    g_test_add_func("/tlog/log-15", log_15);
    g_test_add_func("/tlog/log-15-proofs", log_15_proofs);
    g_test_add_func("/tlog/log-300", log_300);
    g_test_add_func("/tlog/witness-steps", witness_steps);
    g_test_add_func("/tlog/paths", paths);
    return g_test_run();
}
