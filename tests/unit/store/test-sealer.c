/* SPDX-License-Identifier: Apache-2.0
 * test-sealer.c - leaves from the queue into the tree: each once and in order, through kills
 * between any two writes of either side; old copies of either side are recognised. */
#include "fixture.h"

#include "store/sealer.h"

#include <stdio.h>
#include <unistd.h>

#define ORIGIN "sekisho.example/internet"

typedef struct {
    Station s;
    char *seal_dir;
    char *key_path;
} Both;

static void
up(Both *b)
{
    GError *error = NULL;
    fixture_up(&b->s, "internet");
    b->seal_dir = g_build_filename(b->s.dir, "seal", NULL);
    b->key_path = g_build_filename(b->s.dir, "seal.key", NULL);
    g_assert_true(sk_seal_setup(b->seal_dir, b->key_path, ORIGIN, &error));
    g_assert_no_error(error);
}

static void
down(Both *b)
{
    fixture_down(&b->s);
    g_free(b->seal_dir);
    g_free(b->key_path);
}

static void
run(const char *command, const char *a, const char *b)
{
    g_autofree char *line = g_strdup_printf("%s '%s' '%s'", command, a, b);
    g_assert_cmpint(system(line), ==, 0);
}

static SkSeal *
open_seal(Both *b)
{
    GError *error = NULL;
    SkSeal *seal = sk_seal_open(b->seal_dir, b->key_path, &error);
    g_assert_no_error(error);
    return seal;
}

static uint64_t
seal_all(Both *b)
{
    GError *error = NULL;
    uint64_t n = 0;
    g_autoptr(SkSeal) seal = open_seal(b);
    g_assert_true(sk_sealer_once(b->s.store, seal, &n, &error));
    g_assert_no_error(error);
    return n;
}

static void
assert_intact(Both *b, uint64_t want)
{
    GError *error = NULL;
    g_autoptr(SkSeal) seal = open_seal(b);
    g_autoptr(SkSealReport) report = NULL;
    g_assert_true(sk_seal_verify(b->seal_dir, sk_seal_key(seal), NULL, &report, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < report->faults->len; i++)
        g_test_message("%s", (char *)g_ptr_array_index(report->faults, i));
    g_assert_true(sk_seal_intact(report));
    g_assert_cmpuint(report->size, ==, want);
}

/* One act is one leaf. */
static void
act(SkStore *store, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        sk_crossing_free(fixture_receive(store, "taro", 0));
}

static void
sealing(void)
{
    Both b = { 0 };
    up(&b);
    g_assert_cmpuint(seal_all(&b), ==, 0);
    act(b.s.store, 3);
    g_assert_cmpuint(seal_all(&b), ==, 3);
    g_assert_cmpuint(seal_all(&b), ==, 0);
    act(b.s.store, 5);
    g_assert_cmpuint(seal_all(&b), ==, 5);
    assert_intact(&b, 8);
    g_assert_cmpint(fixture_int(b.s.store, "SELECT count(*) FROM leaf_queue"), ==, 0);
    SkOverview o;
    g_assert_true(sk_store_overview(b.s.store, 0, &o, NULL));
    g_assert_cmpuint(o.leaves, ==, 8);
    g_assert_cmpuint(o.unsealed, ==, 0);
    down(&b);
}

/* Names are blanked, the salt is gone, the seal still stands. */
static void
after_expiry(void)
{
    Both b = { 0 };
    up(&b);
    sk_crossing_free(fixture_receive(b.s.store, "taro", HOUR));
    seal_all(&b);
    b.s.wall += 2 * HOUR;
    SkSweep sweep;
    g_assert_true(sk_store_sweep(b.s.store, &sweep, NULL));
    g_assert_cmpuint(sweep.expired, ==, 1);
    g_assert_cmpuint(seal_all(&b), ==, 1);
    assert_intact(&b, 2);
    down(&b);
}

static void
mismatch(Both *b)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSeal) seal = open_seal(b);
    int64_t queued = fixture_int(b->s.store, "SELECT count(*) FROM leaf_queue");
    uint64_t size = sk_seal_size(seal);
    g_assert_false(sk_sealer_once(b->s.store, seal, NULL, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MISMATCH);
    g_assert_cmpuint(sk_seal_size(seal), ==, size);
    g_assert_cmpint(fixture_int(b->s.store, "SELECT count(*) FROM leaf_queue"), ==, queued);
}

static void
old_seal(void)
{
    Both b = { 0 };
    up(&b);
    act(b.s.store, 3);
    seal_all(&b);
    g_autofree char *copy = g_build_filename(b.s.dir, "copy", NULL);
    run("cp -r", b.seal_dir, copy);
    act(b.s.store, 3);
    seal_all(&b);
    run("rm -rf", b.seal_dir, b.seal_dir);
    run("mv", copy, b.seal_dir);
    mismatch(&b);
    down(&b);
}

static void
old_database(void)
{
    Both b = { 0 };
    up(&b);
    act(b.s.store, 3);
    seal_all(&b);
    sk_store_close(g_steal_pointer(&b.s.store)); /* the log is folded into the file */
    g_autofree char *copy = g_build_filename(b.s.dir, "copy.db", NULL);
    run("cp", b.s.path, copy);
    b.s.store = fixture_open(&b.s);
    act(b.s.store, 3);
    seal_all(&b);
    sk_store_close(g_steal_pointer(&b.s.store));
    run("cp", copy, b.s.path);
    b.s.store = fixture_open(&b.s);
    mismatch(&b); /* three entries that it never heard of */
    act(b.s.store, 3);
    mismatch(&b); /* as many, but others */
    act(b.s.store, 3);
    mismatch(&b);
    down(&b);
}

static void
other_seal(void)
{
    Both a = { 0 };
    Both b = { 0 };
    up(&a);
    up(&b);
    act(a.s.store, 3);
    act(b.s.store, 3);
    seal_all(&a);
    seal_all(&b);
    char *swap = a.seal_dir;
    char *swap_key = a.key_path;
    a.seal_dir = b.seal_dir;
    a.key_path = b.key_path;
    b.seal_dir = swap;
    b.key_path = swap_key;
    mismatch(&a);
    mismatch(&b);
    down(&a);
    down(&b);
}

static void
die_at(unsigned n, void *data)
{
    if (n == *(unsigned *)data)
        _exit(42);
}

/* A sealer in a child that dies before the write number @at of the seal, or of the database. */
static int
seal_and_die(Both *b, unsigned at, bool in_database)
{
    pid_t child = fork();
    if (child == 0) {
        SkStore *store = sk_store_open(b->s.path, NULL, NULL);
        SkSeal *seal = sk_seal_open(b->seal_dir, b->key_path, NULL);
        SkStoreHooks hooks = { .step = die_at, .data = &at };
        if (store == NULL || seal == NULL)
            _exit(1);
        if (in_database)
            sk_store_set_hooks(store, &hooks);
        else
            sk_seal_set_step(seal, die_at, &at);
        _exit(sk_sealer_once(store, seal, NULL, NULL) ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
killed(void)
{
    Both b = { 0 };
    uint64_t leaves = 0;
    up(&b);
    for (int in_database = 0; in_database < 2; in_database++) {
        int code = 42;
        for (unsigned at = 0; code == 42; at++) {
            act(b.s.store, 2);
            leaves += 2;
            sk_store_close(g_steal_pointer(&b.s.store));
            code = seal_and_die(&b, at, in_database);
            g_assert_true(code == 42 || code == 0);
            b.s.store = fixture_open(&b.s);
            seal_all(&b);
            assert_intact(&b, leaves);
        }
    }
    g_assert_cmpuint(leaves, >, 20);
    g_assert_cmpint(fixture_int(b.s.store, "SELECT next_leaf FROM station"), ==, (int64_t)leaves);
    g_assert_cmpint(fixture_int(b.s.store, "SELECT count(*) FROM leaf_queue"), ==, 0);
    down(&b);
}

/* The loop: seals what comes, ends when told, and once more before it ends. */
static void
role(void)
{
    Both b = { 0 };
    int stop[2];
    up(&b);
    act(b.s.store, 4);
    g_assert_cmpint(pipe(stop), ==, 0);
    sk_store_close(g_steal_pointer(&b.s.store));
    pid_t child = fork();
    if (child == 0) {
        close(stop[1]);
        g_autoptr(SkStore) store = sk_store_open(b.s.path, b.s.vault, NULL);
        g_autoptr(SkSeal) seal = sk_seal_open(b.seal_dir, b.key_path, NULL);
        _exit(sk_sealer_run(store, seal, stop[0], NULL) ? 0 : 1);
    }
    close(stop[0]);
    b.s.store = fixture_open(&b.s);
    for (int i = 0; i < 200 && fixture_int(b.s.store, "SELECT sealed FROM station") < 4; i++)
        g_usleep(20000);
    act(b.s.store, 1);
    close(stop[1]);
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_intact(&b, 5);
    down(&b);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sealer/sealing", sealing);
    g_test_add_func("/sealer/after-expiry", after_expiry);
    g_test_add_func("/sealer/old-seal", old_seal);
    g_test_add_func("/sealer/old-database", old_database);
    g_test_add_func("/sealer/other-seal", other_seal);
    g_test_add_func("/sealer/killed", killed);
    g_test_add_func("/sealer/role", role);
    return g_test_run();
}
