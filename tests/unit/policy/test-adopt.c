/* SPDX-License-Identifier: Apache-2.0
 * test-adopt.c - signatures as ssh-keygen makes them, lists of signers, and what takes effect. The keys
 * are made here; tests/e2e/e2e-adopt does the same with the real ssh-keygen. */
#include "base/io.h"
#include "base/sink.h"
#include "policy/adopt.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TOWN                                                                                       \
    "zone lgwan \"LGWAN\" {\n trust 2\n sign-in password\n}\n"                                     \
    "zone internet \"net\" {\n trust 1\n sign-in password\n}\n"                                    \
    "file from internet to lgwan as rebuilt\n"

typedef struct {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    SkSshKey key;
} Person;

static Person
person_new(void)
{
    Person p;
    g_assert_cmpint(crypto_sign_keypair(p.key.b, p.secret), ==, 0);
    return p;
}

/* What a test twists: NULL or 0 is as it should be. */
typedef struct {
    const char *namespace;
    const char *hash;
    const char *key_type;
    const char *signature_type;
    const char *reserved;
    const char *magic;
    uint32_t version;
    const char *tail; /* behind the blob's end */
    bool flip;        /* one bit of the signature */
} Twist;

static void
put(SkSink *out, SkSpan s)
{
    sk_sink_u32be(out, (uint32_t)s.n);
    sk_sink_span(out, s);
}

static const char *
or(const char *value, const char *otherwise)
{
    return value == NULL ? otherwise : value;
}

static GBytes *
typed(const char *type, const uint8_t *p, size_t n)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(1024);
    put(out, sk_span_str(type));
    put(out, sk_span(p, n));
    return sk_sink_steal_bytes(out);
}

static GBytes *
armour(SkSpan blob)
{
    g_autofree char *base64 = g_base64_encode(blob.p, blob.n);
    g_autoptr(GString) out = g_string_new("-----BEGIN SSH SIGNATURE-----\n");
    for (size_t at = 0; at < strlen(base64); at += 70)
        g_string_append_printf(out, "%.70s\n", base64 + at);
    g_string_append(out, "-----END SSH SIGNATURE-----\n");
    return g_bytes_new(out->str, out->len);
}

static GBytes *
sign_as(const Person *p, const char *message, const Twist *t)
{
    const char *namespace = or(t->namespace, SK_ADOPT_NAMESPACE);
    const char *hash = or(t->hash, "sha512");
    uint8_t digest[64];
    uint8_t signature[crypto_sign_BYTES];
    g_autoptr(SkSink) data = sk_sink_new_memory(4096);
    g_autoptr(SkSink) out = sk_sink_new_memory(4096);
    bool sha256 = strcmp(hash, "sha256") == 0;

    if (sha256)
        crypto_hash_sha256(digest, (const uint8_t *)message, strlen(message));
    else
        crypto_hash_sha512(digest, (const uint8_t *)message, strlen(message));
    sk_sink_str(data, "SSHSIG");
    put(data, sk_span_str(namespace));
    put(data, sk_span_str(or(t->reserved, "")));
    put(data, sk_span_str(hash));
    put(data, sk_span(digest, sha256 ? 32 : 64));
    SkSpan s = sk_sink_memory(data);
    crypto_sign_detached(signature, NULL, s.p, s.n, p->secret);
    if (t->flip)
        signature[7] ^= 1;
    g_autoptr(GBytes) key = typed(or(t->key_type, "ssh-ed25519"), p->key.b, 32);
    g_autoptr(GBytes) value = typed(or(t->signature_type, "ssh-ed25519"), signature, 64);
    sk_sink_str(out, or(t->magic, "SSHSIG"));
    sk_sink_u32be(out, t->version == 0 ? 1 : t->version);
    put(out, sk_span_bytes(key));
    put(out, sk_span_str(namespace));
    put(out, sk_span_str(or(t->reserved, "")));
    put(out, sk_span_str(hash));
    put(out, sk_span_bytes(value));
    sk_sink_str(out, or(t->tail, ""));
    return armour(sk_sink_memory(out));
}

static GBytes *
sign_text(const Person *p, const char *message)
{
    const Twist plain = { 0 };
    return sign_as(p, message, &plain);
}

static void
signatures(void)
{
    Person p = person_new();
    static const struct {
        Twist twist;
        int code; /* 0: it parses */
        bool verifies;
    } cases[] = {
        { { 0 }, 0, true },
        { { .hash = "sha256" }, 0, true },
        { { .flip = true }, 0, false },
        { { .namespace = "file" }, 0, false },
        { { .namespace = "" }, SK_ERROR_MALFORMED, false },
        { { .namespace = "a\nb" }, SK_ERROR_MALFORMED, false },
        { { .hash = "sha1" }, SK_ERROR_UNSUPPORTED, false },
        { { .version = 2 }, SK_ERROR_UNSUPPORTED, false },
        { { .key_type = "ssh-rsa" }, SK_ERROR_UNSUPPORTED, false },
        { { .key_type = "sk-ssh-ed25519@openssh.com" }, SK_ERROR_UNSUPPORTED, false },
        { { .signature_type = "rsa-sha2-512" }, SK_ERROR_MALFORMED, false },
        { { .reserved = "x" }, SK_ERROR_MALFORMED, false },
        { { .magic = "SSHSIC" }, SK_ERROR_MALFORMED, false },
        { { .tail = "x" }, SK_ERROR_MALFORMED, false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) text = sign_as(&p, TOWN, &cases[i].twist);
        g_autoptr(SkSshsig) signature = NULL;
        g_autoptr(GError) error = NULL;
        bool ok = sk_sshsig_parse(sk_span_bytes(text), &signature, &error);
        g_test_message("case %zu", i);
        g_assert_cmpint(ok, ==, cases[i].code == 0);
        if (!ok) {
            g_assert_cmpint(error->code, ==, cases[i].code);
            continue;
        }
        g_assert_true(sk_ssh_key_equal(&signature->key, &p.key));
        g_assert_cmpint(sk_sshsig_verify(signature, SK_ADOPT_NAMESPACE, sk_span_str(TOWN)), ==, cases[i].verifies);
        g_assert_false(sk_sshsig_verify(signature, SK_ADOPT_NAMESPACE, sk_span_str(TOWN " ")));
    }
}

/* One signature has one text: every other spelling of it is refused. */
static void
armours(void)
{
    Person p = person_new();
    g_autoptr(GBytes) bytes = sign_text(&p, TOWN);
    g_autofree char *good = sk_span_dup(sk_span_bytes(bytes));
    g_autofree char *before = g_strconcat(" ", good, NULL);
    g_autofree char *behind = g_strconcat(good, "x", NULL);
    g_autofree char *twice = g_strconcat(good, good, NULL);
    g_autofree char *cut = g_strndup(good, strlen(good) - 40);
    g_auto(GStrv) lines = g_strsplit(good, "\n", -1);
    g_autofree char *windows = g_strjoinv("\r\n", lines);
    g_autofree char *spaced = g_strjoinv(" \n", lines);
    const char *const bad[] = { before, behind, twice, cut, spaced, "", "-----BEGIN SSH SIGNATURE-----\n",
                                "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n" };
    g_autoptr(SkSshsig) signature = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(SkSshsig) none = NULL;
        g_assert_false(sk_sshsig_parse(sk_span_str(bad[i]), &none, NULL));
        g_assert_null(none);
    }
    g_assert_true(sk_sshsig_parse(sk_span_str(windows), &signature, NULL));
    g_assert_true(sk_sshsig_verify(signature, SK_ADOPT_NAMESPACE, sk_span_str(TOWN)));
    g_autofree char *long_text = g_strnfill(SK_SSHSIG_BYTES_MAX + 1, 'A');
    g_autoptr(SkSshsig) none = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_sshsig_parse(sk_span_str(long_text), &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
}

/* A point of small order verifies everything where nobody looks: libsodium does. */
static void
weak_keys(void)
{
    Person p = person_new();
    g_autoptr(GBytes) text = sign_text(&p, TOWN);
    g_autoptr(SkSshsig) signature = NULL;
    g_assert_true(sk_sshsig_parse(sk_span_bytes(text), &signature, NULL));
    memset(signature->key.b, 0, 32);
    memset(signature->signature, 0, 64);
    signature->key.b[0] = signature->signature[0] = 1;
    g_assert_false(sk_sshsig_verify(signature, SK_ADOPT_NAMESPACE, sk_span_str(TOWN)));
}

static void
keys(void)
{
    Person p = person_new();
    g_autofree char *line = sk_ssh_key_emit(&p.key);
    g_autofree char *commented = g_strconcat(line, " 見本 ciso@example\n", NULL);
    SkSshKey back;
    g_assert_true(sk_ssh_key_parse(sk_span_str(commented), &back, NULL));
    g_assert_true(sk_ssh_key_equal(&back, &p.key));
    g_autofree char *fingerprint = sk_ssh_key_fingerprint(&p.key);
    g_assert_cmpuint(strlen(fingerprint), ==, strlen("SHA256:") + 43);
    static const char *const bad[] = { "", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 AAAA", "ssh-rsa AAAA",
                                       "ssh-ed25519 !!!!" };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sk_ssh_key_parse(sk_span_str(bad[i]), &back, NULL));
}

static void
lists(void)
{
    Person a = person_new(), b = person_new();
    g_autoptr(SkSigners) list = sk_signers_new();
    g_assert_true(sk_signers_add(list, SK_SIGNER_ADMINISTRATOR, &b.key, NULL));
    g_assert_false(sk_signers_complete(list));
    g_assert_true(sk_signers_add(list, SK_SIGNER_CISO, &a.key, NULL));
    g_assert_true(sk_signers_complete(list));
    g_assert_false(sk_signers_add(list, SK_SIGNER_ADMINISTRATOR, &a.key, NULL)); /* one key, one person */
    g_assert_cmpuint(list->serial, ==, 2);
    g_autofree char *text = sk_signers_emit(list);
    g_autoptr(SkSigners) back = NULL;
    g_assert_true(sk_signers_parse(sk_span_str(text), &back, NULL));
    g_autofree char *again = sk_signers_emit(back);
    g_assert_cmpstr(text, ==, again);
    g_assert_false(sk_signers_remove(back, SK_SIGNER_ADMINISTRATOR, &a.key, NULL));
    g_assert_true(sk_signers_remove(back, SK_SIGNER_CISO, &a.key, NULL));
    g_assert_false(sk_signers_complete(back));
    g_assert_cmpuint(back->serial, ==, 3);

    g_autofree char *open_end = g_strndup(text, strlen(text) - 1);
    g_autofree char *twice = g_strconcat(text, "serial 2\n", NULL);
    g_autofree char *more = g_strconcat(text, "\n", NULL);
    const char *const bad[] = { "", "sekisho-signers 1\n", "sekisho-signers 1\nserial 02\n", "sekisho-signers 2\nserial 1\n",
                                "sekisho-signers 1\nserial 1\nmayor ssh-ed25519 AAAA\n", open_end, twice, more };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(SkSigners) none = NULL;
        g_test_message("list %zu", i);
        g_assert_false(sk_signers_parse(sk_span_str(bad[i]), &none, NULL));
    }
}

/* ---- the directory ---- */

typedef struct {
    char *directory;
    Person ciso;
    Person admin;
    Person admin2;
    Person stranger;
} Town;

static void
town_up(Town *t)
{
    g_autoptr(SkSigners) list = sk_signers_new();
    g_autofree char *top = g_dir_make_tmp("sekisho-adopt-XXXXXX", NULL);
    t->directory = g_build_filename(top, "adopted", NULL);
    t->ciso = person_new();
    t->admin = person_new();
    t->admin2 = person_new();
    t->stranger = person_new();
    g_assert_true(sk_signers_add(list, SK_SIGNER_CISO, &t->ciso.key, NULL));
    g_assert_true(sk_adopt_signers(t->directory, list, NULL, NULL));
    g_assert_true(sk_signers_add(list, SK_SIGNER_ADMINISTRATOR, &t->admin.key, NULL));
    g_assert_true(sk_adopt_signers(t->directory, list, NULL, NULL));
    g_assert_false(sk_adopt_signers(t->directory, list, NULL, NULL)); /* the serial did not grow */
}

static void
town_down(Town *t)
{
    g_autofree char *top = g_path_get_dirname(t->directory);
    g_autofree char *quoted = g_shell_quote(top);
    g_autofree char *command = g_strdup_printf("rm -rf %s", quoted);
    g_assert_cmpint(system(command), ==, 0);
    g_free(t->directory);
}

/* 0, or the error's code. */
static int
adopt(Town *t, const char *text, const Person *first, const Person *second)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    GBytes *signatures[2] = { sign_text(first, text), sign_text(second, text) };
    g_autoptr(GError) error = NULL;
    bool ok = sk_adopt(t->directory, bytes, signatures, &error);
    g_bytes_unref(signatures[0]);
    g_bytes_unref(signatures[1]);
    g_assert_cmpint(ok, ==, error == NULL);
    return ok ? 0 : error->code;
}

static int
load(Town *t, SkAdopted **ret)
{
    g_autoptr(GError) error = NULL;
    *ret = NULL;
    bool ok = sk_adopted_load(t->directory, ret, &error);
    g_assert_cmpint(ok, ==, error == NULL && *ret != NULL);
    return ok ? 0 : error->code;
}

static void
adopting(void)
{
    Town t = { 0 };
    g_autoptr(SkAdopted) none = NULL;
    g_autoptr(SkAdopted) first = NULL;
    g_autoptr(SkAdopted) second = NULL;
    town_up(&t);

    g_assert_cmpint(load(&t, &none), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(adopt(&t, TOWN, &t.ciso, &t.ciso), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(adopt(&t, TOWN, &t.admin, &t.admin), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(adopt(&t, TOWN, &t.ciso, &t.stranger), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(adopt(&t, "zone x", &t.ciso, &t.admin), ==, SK_ERROR_MALFORMED);
    g_assert_cmpint(load(&t, &none), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(adopt(&t, TOWN, &t.admin, &t.ciso), ==, 0); /* in either order */
    g_assert_cmpint(adopt(&t, TOWN, &t.ciso, &t.admin), ==, 0); /* once more is no more */
    g_assert_cmpint(load(&t, &first), ==, 0);
    g_assert_cmpstr(first->signed_by[SK_SIGNER_CISO], !=, first->signed_by[SK_SIGNER_ADMINISTRATOR]);
    g_autofree char *ciso = sk_ssh_key_fingerprint(&t.ciso.key);
    g_assert_cmpstr(first->signed_by[SK_SIGNER_CISO], ==, ciso);
    g_assert_nonnull(sk_policy_zone(first->policy, "lgwan"));

    g_assert_cmpint(adopt(&t, TOWN "# of 2026\n", &t.ciso, &t.admin), ==, 0);
    g_assert_cmpint(load(&t, &second), ==, 0);
    g_assert_cmpstr(second->text_sha256, !=, first->text_sha256);
    /* Deterministic signatures can be played again: a text comes back only under new ones. */
    g_assert_cmpint(adopt(&t, TOWN, &t.ciso, &t.admin), ==, SK_ERROR_FORBIDDEN);
    town_down(&t);
}

static void
write_into(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(sk_io_write_file(path, sk_span_str(text), 0600, NULL));
}

/* Whoever can write there but has no key changes nothing that is believed. */
static void
tampering(void)
{
    Town t = { 0 };
    g_autoptr(SkAdopted) good = NULL;
    g_autoptr(SkAdopted) bad = NULL;
    town_up(&t);
    g_assert_cmpint(adopt(&t, TOWN, &t.ciso, &t.admin), ==, 0);
    g_assert_cmpint(load(&t, &good), ==, 0);
    g_autofree char *folder = g_build_filename(t.directory, good->text_sha256, NULL);

    write_into(folder, "policy.conf", TOWN "# ");
    g_assert_cmpint(load(&t, &bad), ==, SK_ERROR_FORBIDDEN);
    write_into(folder, "policy.conf", TOWN);
    g_assert_cmpint(load(&t, &bad), ==, 0);
    g_clear_pointer(&bad, sk_adopted_free);
    /* A properly signed text in another's place. */
    const char *other = TOWN "# other\n";
    g_autoptr(GBytes) ciso = sign_text(&t.ciso, other);
    g_autoptr(GBytes) admin = sign_text(&t.admin, other);
    g_autofree char *ciso_text = sk_span_dup(sk_span_bytes(ciso));
    g_autofree char *admin_text = sk_span_dup(sk_span_bytes(admin));
    write_into(folder, "policy.conf", other);
    write_into(folder, "ciso.sig", ciso_text);
    write_into(folder, "administrator.sig", admin_text);
    g_assert_cmpint(load(&t, &bad), ==, SK_ERROR_FORBIDDEN);
    write_into(t.directory, "log", "sekisho-adopted 1\n../../etc 5\n");
    g_assert_cmpint(load(&t, &bad), ==, SK_ERROR_MALFORMED);
    write_into(t.directory, "log", "");
    g_assert_cmpint(load(&t, &bad), ==, SK_ERROR_MALFORMED);
    town_down(&t);
}

static int
change(Town *t, SkSigners *next, const Person *first, const Person *second)
{
    g_autofree char *text = sk_signers_emit(next);
    const Twist twist = { .namespace = SK_ADOPT_SIGNERS_NAMESPACE };
    GBytes *signatures[2] = { sign_as(first, text, &twist), sign_as(second, text, &twist) };
    g_autoptr(GError) error = NULL;
    bool ok = sk_adopt_signers(t->directory, next, signatures, &error);
    g_bytes_unref(signatures[0]);
    g_bytes_unref(signatures[1]);
    return ok ? 0 : error->code;
}

static void
changing_signers(void)
{
    Town t = { 0 };
    g_autoptr(SkSigners) list = NULL;
    g_autoptr(SkAdopted) before = NULL;
    g_autoptr(SkAdopted) after = NULL;
    g_autoptr(GError) error = NULL;
    town_up(&t);
    g_assert_cmpint(adopt(&t, TOWN, &t.ciso, &t.admin), ==, 0);
    g_assert_cmpint(load(&t, &before), ==, 0);

    g_assert_true(sk_adopted_signers(t.directory, &list, NULL));
    g_assert_true(sk_signers_add(list, SK_SIGNER_ADMINISTRATOR, &t.admin2.key, NULL));
    g_assert_false(sk_adopt_signers(t.directory, list, NULL, &error)); /* set-up is over */
    g_assert_error(error, SK_ERROR, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(change(&t, list, &t.ciso, &t.admin2), ==, SK_ERROR_FORBIDDEN); /* not by whom it would make a signer */
    g_assert_cmpint(change(&t, list, &t.ciso, &t.admin), ==, 0);
    g_assert_cmpint(change(&t, list, &t.ciso, &t.admin), ==, SK_ERROR_FORBIDDEN); /* played again */
    /* What is in force stays so when its signer leaves. */
    g_assert_true(sk_signers_remove(list, SK_SIGNER_ADMINISTRATOR, &t.admin.key, NULL));
    g_assert_cmpint(change(&t, list, &t.ciso, &t.admin2), ==, 0);
    g_assert_cmpint(load(&t, &after), ==, 0);
    g_assert_cmpstr(after->text_sha256, ==, before->text_sha256);
    g_assert_cmpstr(after->signers_sha256, !=, before->signers_sha256);
    g_assert_cmpint(adopt(&t, TOWN "# 2\n", &t.ciso, &t.admin), ==, SK_ERROR_FORBIDDEN);
    g_assert_cmpint(adopt(&t, TOWN "# 2\n", &t.ciso, &t.admin2), ==, 0);
    g_assert_true(sk_signers_remove(list, SK_SIGNER_CISO, &t.ciso.key, NULL));
    g_assert_cmpint(change(&t, list, &t.ciso, &t.admin2), ==, SK_ERROR_FORBIDDEN); /* nobody would be left */
    town_down(&t);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(sodium_init(), >=, 0);
    g_test_add_func("/adopt/signatures", signatures);
    g_test_add_func("/adopt/armours", armours);
    g_test_add_func("/adopt/weak-keys", weak_keys);
    g_test_add_func("/adopt/keys", keys);
    g_test_add_func("/adopt/lists", lists);
    g_test_add_func("/adopt/adopting", adopting);
    g_test_add_func("/adopt/tampering", tampering);
    g_test_add_func("/adopt/changing-signers", changing_signers);
    return g_test_run();
}
