/* SPDX-License-Identifier: Apache-2.0
 * test-vault.c - objects whole or not at all: any size, any flipped byte, swapped files, a full
 * disk, a kill before each write, a lost key. */
#include "base/io.h"
#include "store/vault.h"
#include "unit/scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define LIMIT (8u << 20)

typedef struct {
    char *root;
    char *dir;
    SkVault *vault;
} Place;

static void
up(Place *p)
{
    GError *error = NULL;
    p->root = scratch_dir();
    p->dir = g_build_filename(p->root, "vault", NULL);
    g_assert_true(sk_vault_setup(p->dir, &error));
    g_assert_no_error(error);
    p->vault = sk_vault_open(p->dir, &error);
    g_assert_no_error(error);
}

static void
down(Place *p)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", p->root);
    sk_vault_close(p->vault);
    g_assert_cmpint(system(command), ==, 0);
    g_free(p->root);
    g_free(p->dir);
}

static uint8_t *
noise(size_t n)
{
    uint8_t *out = g_malloc(n + 1);
    uint32_t x = 1;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525u + 1013904223u;
        out[i] = (uint8_t)(x >> 24);
    }
    return out;
}

/* @piece bytes at a time. */
static char *
put(SkVault *vault, const uint8_t *bytes, size_t n, size_t piece, char **ret_hex)
{
    GError *error = NULL;
    uint8_t digest[SK_SHA256_BYTES];
    char *id = NULL;
    SkVaultWriter *w = sk_vault_begin(vault, LIMIT, &error);
    g_assert_no_error(error);
    for (size_t at = 0; at < n; at += piece)
        g_assert_true(sk_vault_append(w, sk_span(bytes + at, MIN(piece, n - at)), &error));
    g_assert_cmpuint(sk_vault_written(w), ==, n);
    g_assert_true(sk_vault_commit(w, &id, digest, &error));
    g_assert_no_error(error);
    if (ret_hex != NULL) {
        g_autofree char *want = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, n);
        *ret_hex = g_new0(char, 65);
        for (unsigned i = 0; i < SK_SHA256_BYTES; i++)
            g_snprintf(*ret_hex + 2 * i, 3, "%02x", digest[i]);
        g_assert_cmpstr(*ret_hex, ==, want);
    }
    return id;
}

static char *
path_of(const Place *p, const char *id)
{
    return g_strdup_printf("%s/%.2s/%s", p->dir, id, id);
}

static void
sizes(void)
{
    static const size_t all[] = { 0, 1, 17, 65535, 65536, 65537, 131072, 131073, 300000 };
    static const size_t pieces[] = { 1000000, 65536, 65537, 4095 };
    Place p = { 0 };
    up(&p);
    g_autofree uint8_t *bytes = noise(300000);
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(pieces); k++) {
            GError *error = NULL;
            g_autofree char *hex = NULL;
            g_autofree char *id = put(p.vault, bytes, all[i], pieces[k], &hex);
            sk_autofd fd = sk_vault_get(p.vault, id, LIMIT, hex, &error);
            g_assert_no_error(error);
            g_assert_true(sk_memfd_is_sealed(fd));
            g_autoptr(GBytes) got = sk_memfd_map(fd, &error);
            g_assert_true(sk_span_equal(sk_span_bytes(got), sk_span(bytes, all[i])));
            g_assert_true(sk_vault_check(p.vault, id, hex, &error));
            if (all[i] > 0) {
                g_assert_cmpint(sk_vault_get(p.vault, id, all[i] - 1, hex, &error), ==, -1);
                g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
                g_clear_error(&error);
            }
        }
    }
    down(&p);
}

/* What is on disk shows nothing of the content, and two puts of the same are two objects. */
static void
hidden(void)
{
    Place p = { 0 };
    up(&p);
    const char *text = "住民票の写しを一通ください。住民票の写しを一通ください。";
    g_autofree char *a = put(p.vault, (const uint8_t *)text, strlen(text), 1000, NULL);
    g_autofree char *b = put(p.vault, (const uint8_t *)text, strlen(text), 1000, NULL);
    g_autofree char *path_a = path_of(&p, a);
    g_autofree char *path_b = path_of(&p, b);
    g_autoptr(GBytes) on_disk = NULL;
    g_autoptr(GBytes) other = NULL;
    struct stat st;
    g_assert_true(sk_io_read_file(path_a, LIMIT, &on_disk, NULL));
    g_assert_true(sk_io_read_file(path_b, LIMIT, &other, NULL));
    g_assert_true(sk_span_find(sk_span_bytes(on_disk), 0, sk_span_str("住民")) == SIZE_MAX);
    g_assert_false(g_bytes_equal(on_disk, other));
    g_assert_cmpint(stat(path_a, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 077, ==, 0);
    down(&p);
}

static void
write_over(const char *path, SkSpan s)
{
    sk_autofd fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);
    g_assert_cmpint(write(fd, s.p, s.n), ==, s.n);
}

static void
refused(const Place *p, const char *id)
{
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(sk_vault_get(p->vault, id, LIMIT, NULL, &error), ==, -1);
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    g_assert_false(sk_vault_check(p->vault, id, NULL, NULL));
}

static void
changed(void)
{
    Place p = { 0 };
    up(&p);
    g_autofree uint8_t *bytes = noise(140000); /* three chunks */
    g_autofree char *id = put(p.vault, bytes, 140000, 1 << 20, NULL);
    g_autofree char *small = put(p.vault, bytes, 3, 1 << 20, NULL);
    const char *ids[] = { id, small };
    for (size_t k = 0; k < 2; k++) {
        g_autofree char *path = path_of(&p, ids[k]);
        g_autoptr(GBytes) whole = NULL;
        g_assert_true(sk_io_read_file(path, LIMIT, &whole, NULL));
        SkSpan s = sk_span_bytes(whole);
        g_autofree uint8_t *copy = g_memdup2(s.p, s.n);
        size_t every = k == 0 ? 4099 : 1;
        for (size_t at = 0; at < s.n; at += every) {
            copy[at] ^= (uint8_t)(1 << at % 8);
            write_over(path, sk_span(copy, s.n));
            refused(&p, ids[k]);
            copy[at] ^= (uint8_t)(1 << at % 8);
        }
        for (size_t n = 0; n < s.n; n += every) { /* cut anywhere, also between chunks */
            write_over(path, sk_span(copy, n));
            refused(&p, ids[k]);
        }
        g_autofree uint8_t *longer = g_malloc0(s.n + 1);
        memcpy(longer, s.p, s.n);
        write_over(path, sk_span(longer, s.n + 1));
        refused(&p, ids[k]);
        write_over(path, s);
        g_assert_true(sk_vault_check(p.vault, ids[k], NULL, NULL));
    }
    /* Cut after a whole chunk: 128 bytes of header, 65,553 a chunk. */
    g_autofree char *path = path_of(&p, id);
    g_assert_cmpint(truncate(path, 120 + 65553), ==, 0);
    refused(&p, id);
    down(&p);
}

/* Each object is bound to its name: another's file under it is not taken. */
static void
swapped(void)
{
    Place p = { 0 };
    up(&p);
    g_autofree char *a = put(p.vault, (const uint8_t *)"one", 3, 3, NULL);
    g_autofree char *hex = NULL;
    g_autofree char *b = put(p.vault, (const uint8_t *)"two", 3, 3, &hex);
    g_autofree char *path_a = path_of(&p, a);
    g_autofree char *path_b = path_of(&p, b);
    g_autoptr(GBytes) bytes = NULL;
    g_assert_true(sk_io_read_file(path_b, LIMIT, &bytes, NULL));
    write_over(path_a, sk_span_bytes(bytes));
    refused(&p, a);
    g_autoptr(GError) error = NULL;
    g_autofree char *wrong = g_strnfill(64, '0');
    g_assert_cmpint(sk_vault_get(p.vault, b, LIMIT, wrong, &error), ==, -1);
    g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    sk_autofd fd = sk_vault_get(p.vault, b, LIMIT, hex, NULL);
    g_assert_cmpint(fd, >=, 0);

    static const char *const none[] = { "", "../key", "00000000000000000000000000000000", "zz" };
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
        g_clear_error(&error);
        g_assert_cmpint(sk_vault_get(p.vault, none[i], LIMIT, NULL, &error), ==, -1);
        g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    }
    g_assert_true(sk_vault_remove(p.vault, b, NULL));
    g_assert_true(sk_vault_remove(p.vault, b, NULL));
    g_assert_false(sk_vault_check(p.vault, b, NULL, NULL));
    down(&p);
}

static unsigned
count(const Place *p, const char *what)
{
    g_autofree char *command = g_strdup_printf("sh -c \"find '%s' %s | wc -l\"", p->dir, what);
    g_autofree char *out = NULL;
    g_assert_true(g_spawn_command_line_sync(command, &out, NULL, NULL, NULL));
    return (unsigned)g_ascii_strtoull(g_strstrip(out), NULL, 10);
}

static void
given_up(void)
{
    Place p = { 0 };
    up(&p);
    g_autoptr(GError) error = NULL;
    SkVaultWriter *w = sk_vault_begin(p.vault, 10, &error);
    g_assert_true(sk_vault_append(w, sk_span_str("0123456789"), &error));
    g_assert_false(sk_vault_append(w, sk_span_str("x"), &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);
    char *id = NULL;
    g_assert_false(sk_vault_commit(w, &id, NULL, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    sk_vault_abort(sk_vault_begin(p.vault, 10, NULL));
    g_assert_cmpuint(count(&p, "-type f ! -name key"), ==, 0);
    down(&p);
}

static void
ignore_signal(int n)
{
    (void)n;
}

/* RLIMIT_FSIZE stands for a full disk: the write fails in the middle of the third chunk. */
static void
disk_full(void)
{
    Place p = { 0 };
    up(&p);
    g_autofree uint8_t *bytes = noise(300000);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { .rlim_cur = 150000, .rlim_max = 150000 };
        signal(SIGXFSZ, ignore_signal);
        setrlimit(RLIMIT_FSIZE, &limit);
        GError *error = NULL;
        SkVaultWriter *w = sk_vault_begin(p.vault, LIMIT, &error);
        bool ok = w != NULL && sk_vault_append(w, sk_span(bytes, 300000), &error);
        bool clean = !ok && g_error_matches(error, SK_ERROR, SK_ERROR_IO) &&
                     !sk_vault_append(w, sk_span_str("x"), NULL);
        sk_vault_abort(w);
        g_clear_error(&error);
        _exit(clean ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    g_assert_cmpuint(count(&p, "-type f ! -name key"), ==, 0);
    g_autofree char *id = put(p.vault, bytes, 300000, 1 << 20, NULL); /* and space again */
    g_assert_true(sk_vault_check(p.vault, id, NULL, NULL));
    down(&p);
}

static void
die_at(unsigned n, void *data)
{
    if (n == *(unsigned *)data)
        _exit(42);
}

/* Killed before each write: under an id there is a whole object or nothing; the rest is swept. */
static void
killed(void)
{
    Place p = { 0 };
    up(&p);
    g_autofree uint8_t *bytes = noise(140000);
    int code = 42;
    unsigned at = 0;
    for (; code == 42; at++) {
        pid_t child = fork();
        if (child == 0) {
            sk_vault_set_step(p.vault, die_at, &at);
            char *id = NULL;
            SkVaultWriter *w = sk_vault_begin(p.vault, LIMIT, NULL);
            _exit(w != NULL && sk_vault_append(w, sk_span(bytes, 140000), NULL) &&
                          sk_vault_commit(w, &id, NULL, NULL)
                      ? 0
                      : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        code = WEXITSTATUS(status);
        g_autoptr(GPtrArray) ids = sk_vault_list(p.vault, 0, NULL);
        for (guint i = 0; i < ids->len; i++) {
            g_assert_true(sk_vault_check(p.vault, g_ptr_array_index(ids, i), NULL, NULL));
            g_assert_true(sk_vault_remove(p.vault, g_ptr_array_index(ids, i), NULL));
        }
    }
    g_assert_cmpint(code, ==, 0);
    g_assert_cmpuint(at, >, 6);
    g_assert_cmpuint(count(&p, "-path '*/new/*'"), >, 0);
    g_assert_true(sk_vault_sweep_temporary(p.vault, 3600 * (int64_t)G_USEC_PER_SEC, NULL));
    g_assert_cmpuint(count(&p, "-path '*/new/*'"), >, 0); /* young: somebody may be writing */
    g_assert_true(sk_vault_sweep_temporary(p.vault, 0, NULL));
    g_assert_cmpuint(count(&p, "-path '*/new/*'"), ==, 0);
    down(&p);
}

static void
keys(void)
{
    Place p = { 0 };
    up(&p);
    g_autofree char *id = put(p.vault, (const uint8_t *)"x", 1, 1, NULL);
    g_autofree char *key = g_build_filename(p.dir, "key", NULL);
    g_assert_true(sk_vault_setup(p.dir, NULL)); /* again: the same key */
    g_autoptr(SkVault) again = sk_vault_open(p.dir, NULL);
    g_assert_true(sk_vault_check(again, id, NULL, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(chmod(key, 0644), ==, 0);
    g_assert_null(sk_vault_open(p.dir, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);
    g_assert_cmpint(chmod(key, 0600), ==, 0);
    g_assert_cmpint(truncate(key, 31), ==, 0);
    g_assert_null(sk_vault_open(p.dir, NULL));
    unlink(key);
    g_assert_false(sk_vault_setup(p.dir, &error)); /* never a new key over old objects */
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    down(&p);
}

static void
from_descriptor(void)
{
    Place p = { 0 };
    up(&p);
    g_autofree uint8_t *bytes = noise(200000);
    g_autofree char *hex = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, 200000);
    sk_autofd in = sk_memfd_from("in", sk_span(bytes, 200000), NULL);
    g_autofree char *id = NULL;
    char *none = NULL;
    uint8_t digest[SK_SHA256_BYTES];
    g_assert_true(sk_vault_put_fd(p.vault, in, LIMIT, &id, digest, NULL));
    sk_autofd out = sk_vault_get(p.vault, id, LIMIT, hex, NULL);
    g_assert_cmpint(sk_io_size(out), ==, 200000);
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_vault_put_fd(p.vault, in, 199999, &none, NULL, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    uint64_t free_bytes = 0;
    uint64_t total = 0;
    g_assert_true(sk_vault_disk(p.vault, &free_bytes, &total, NULL));
    g_assert_cmpuint(free_bytes, <=, total);
    down(&p);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vault/sizes", sizes);
    g_test_add_func("/vault/hidden", hidden);
    g_test_add_func("/vault/changed", changed);
    g_test_add_func("/vault/swapped", swapped);
    g_test_add_func("/vault/given-up", given_up);
    g_test_add_func("/vault/disk-full", disk_full);
    g_test_add_func("/vault/killed", killed);
    g_test_add_func("/vault/keys", keys);
    g_test_add_func("/vault/from-descriptor", from_descriptor);
    return g_test_run();
}
