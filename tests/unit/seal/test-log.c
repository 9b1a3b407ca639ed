/* SPDX-License-Identifier: Apache-2.0
 * test-log.c - a seal on disk: appended in batches of any size, killed before any write, and then
 * changed by hand in every file: one flipped bit, one missing, cut or foreign file, one entry left
 * out. */
#include "base/io.h"
#include "seal/leaf.h"
#include "seal/log.h"
#include "unit/scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct {
    char *root; /* holds everything below */
    char *dir;
    char *key_path;
    SkNoteKey key;
} Log;

static void
up(Log *log)
{
    GError *error = NULL;
    log->root = scratch_dir();
    log->dir = g_build_filename(log->root, "seal", NULL);
    log->key_path = g_build_filename(log->root, "seal.key", NULL);
    g_assert_true(sk_seal_setup(log->dir, log->key_path, "sekisho.example/lgwan", &error));
    g_assert_no_error(error);
    g_autofree char *pub = g_strconcat(log->key_path, ".pub", NULL);
    g_autoptr(GBytes) vkey = NULL;
    g_assert_true(sk_io_read_file(pub, 1000, &vkey, &error));
    SkSpan s = sk_span_bytes(vkey);
    g_assert_true(sk_note_key_parse(sk_span_sub(s, 0, s.n - 1), &log->key, &error));
    g_assert_no_error(error);
}

static void
run(const char *format, const char *a, const char *b)
{
    g_autofree char *qa = g_shell_quote(a);
    g_autofree char *qb = g_shell_quote(b);
    g_autofree char *command = g_strdup_printf("%s %s %s", format, qa, qb);
    g_assert_cmpint(system(command), ==, 0);
}

static void
down(Log *log)
{
    run("rm -rf", log->root, log->root);
    g_free(log->root);
    g_free(log->dir);
    g_free(log->key_path);
}

static SkSeal *
open_log(Log *log)
{
    GError *error = NULL;
    SkSeal *seal = sk_seal_open(log->dir, log->key_path, &error);
    g_assert_no_error(error);
    return seal;
}

static GBytes *
entry_of(uint64_t i)
{
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    g_autofree char *id = g_strdup_printf("crossing-%" G_GUINT64_FORMAT, i);
    sk_leaf_string(leaf, "act", "receive");
    sk_leaf_string(leaf, "crossing", id);
    sk_leaf_integer(leaf, "time", 1800000000000000 + (int64_t)i / 3);
    return sk_leaf_emit(leaf);
}

static void
free_bytes(void *p)
{
    g_bytes_unref(p);
}

static GPtrArray *
batch_of(uint64_t from, uint64_t n)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(free_bytes);
    for (uint64_t i = 0; i < n; i++)
        g_ptr_array_add(out, entry_of(from + i));
    return out;
}

static void
append(SkSeal *seal, uint64_t n)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) batch = batch_of(sk_seal_size(seal), n);
    g_assert_true(sk_seal_append(seal, batch, &error));
    g_assert_no_error(error);
}

static void
grow(Log *log, uint64_t n, uint64_t per_batch)
{
    g_autoptr(SkSeal) seal = open_log(log);
    for (uint64_t i = 0; i < n; i += per_batch)
        append(seal, MIN(per_batch, n - i));
}

static SkSealReport *
verify(Log *log, GBytes *against)
{
    GError *error = NULL;
    SkSealReport *report = NULL;
    g_assert_true(sk_seal_verify(log->dir, &log->key, against, &report, &error));
    g_assert_no_error(error);
    return report;
}

static bool
is_intact(Log *log)
{
    g_autoptr(SkSealReport) report = verify(log, NULL);
    for (guint i = 0; i < report->faults->len; i++)
        g_test_message("%s", (char *)g_ptr_array_index(report->faults, i));
    return sk_seal_intact(report);
}

static SkHash
naive_root(uint64_t n)
{
    g_autofree SkHash *row = g_new(SkHash, n + 1);
    for (uint64_t i = 0; i < n; i++) {
        g_autoptr(GBytes) entry = entry_of(i);
        row[i] = sk_merkle_leaf(sk_span_bytes(entry));
    }
    if (n == 0)
        return sk_merkle_empty();
    /* An odd one out is carried up as it is: the same tree as RFC 6962's. */
    for (; n > 1; n = (n + 1) / 2)
        for (uint64_t i = 0; i < (n + 1) / 2; i++)
            row[i] = 2 * i + 1 < n ? sk_merkle_node(&row[2 * i], &row[2 * i + 1]) : row[2 * i];
    return row[0];
}

static void
growing(void)
{
    static const uint64_t steps[] = { 1, 1, 2, 3, 200, 48, 1, 1, 255, 256, 300, 700 };
    Log log = { 0 };
    up(&log);
    g_assert_true(is_intact(&log));
    uint64_t size = 0;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(free_bytes);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        grow(&log, steps[i], steps[i]); /* opened anew each time */
        size += steps[i];
        g_autoptr(SkSealReport) report = verify(&log, NULL);
        SkHash want = naive_root(size);
        g_assert_true(sk_seal_intact(report));
        g_assert_cmpint(report->rollback, ==, SK_ROLLBACK_NOT_CHECKED);
        g_assert_cmpuint(report->size, ==, size);
        g_assert_true(sk_hash_equal(&report->root, &want));
        SkHash at;
        g_assert_true(sk_seal_root_at(log.dir, size / 2, &at, NULL));
        want = naive_root(size / 2);
        g_assert_true(sk_hash_equal(&at, &want));
        GBytes *note = NULL;
        g_assert_true(sk_seal_read_checkpoint(log.dir, &note, NULL, NULL));
        g_ptr_array_add(notes, note);
        for (guint k = 0; k < notes->len; k++) {
            g_autoptr(SkSealReport) against = verify(&log, g_ptr_array_index(notes, k));
            g_assert_true(sk_seal_intact(against));
            g_assert_cmpint(against->rollback, ==, SK_ROLLBACK_NONE);
        }
    }
    down(&log);
}

static void
entries_and_proofs(void)
{
    Log log = { 0 };
    up(&log);
    grow(&log, 600, 37);
    SkHash root = naive_root(600);
    for (uint64_t i = 0; i < 600; i += 7) {
        g_autoptr(GBytes) got = NULL;
        g_autoptr(GBytes) want = entry_of(i);
        g_autofree char *text = NULL;
        g_autoptr(SkProofFile) proof = NULL;
        SkCheckpoint c;
        g_assert_true(sk_seal_read_entry(log.dir, i, &got, NULL));
        g_assert_true(g_bytes_equal(got, want));
        g_assert_true(sk_seal_export(log.dir, i, &text, NULL));
        g_assert_true(sk_proof_file_parse(sk_span_str(text), &proof, NULL));
        g_assert_true(sk_checkpoint_open(proof->checkpoint, &log.key, log.key.name, &c, NULL));
        SkHash leaf = sk_merkle_leaf(sk_span_bytes(got));
        g_assert_true(sk_merkle_inclusion_check(i, c.size, &leaf,
                                                (const SkHash *)(void *)proof->hashes->data,
                                                proof->hashes->len, &c.root, NULL));
        g_assert_true(sk_hash_equal(&c.root, &root));
    }
    g_autoptr(GError) error = NULL;
    GBytes *none = NULL;
    char *no_text = NULL;
    g_assert_false(sk_seal_read_entry(log.dir, 600, &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_FORBIDDEN);
    g_assert_false(sk_seal_export(log.dir, UINT64_MAX, &no_text, NULL));
    /* A partial tile that has gone is read from the beginning of its full one. */
    SkTile old = { .level = 0, .index = 0, .width = 37 };
    for (old.level = SK_TILE_ENTRIES; old.level <= 0; old.level++) {
        g_autofree char *path = sk_tile_path(old);
        g_autofree char *file = g_build_filename(log.dir, path, NULL);
        g_autoptr(GBytes) tile = NULL;
        g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
        g_assert_true(sk_seal_read_tile(log.dir, old, &tile, NULL));
        if (old.level == 0) {
            g_assert_cmpuint(g_bytes_get_size(tile), ==, 37 * 32);
        } else {
            g_autoptr(GArray) entries = NULL;
            g_assert_true(sk_bundle_parse(sk_span_bytes(tile), 37, &entries, NULL));
        }
    }
    SkTile beyond = { .level = 0, .index = 2, .width = 100 };
    g_clear_error(&error);
    g_assert_false(sk_seal_read_tile(log.dir, beyond, &none, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_FORBIDDEN);
    down(&log);
}

/* (element-type char*): every file of the log, relative. */
static GPtrArray *
list_files(const char *dir)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *quoted = g_shell_quote(dir);
    g_autofree char *command = g_strdup_printf("sh -c \"cd %s && find . -type f\"", quoted);
    g_autofree char *listing = NULL;
    g_assert_true(g_spawn_command_line_sync(command, &listing, NULL, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(g_strstrip(listing), "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (!g_str_equal(*line, "./lock") && !g_str_equal(*line, "./new"))
            g_ptr_array_add(out, g_strdup(*line + 2));
    return out;
}

static void
write_over(const char *path, SkSpan s)
{
    sk_autofd fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0644);
    g_assert_cmpint(write(fd, s.p, s.n), ==, s.n);
}

static void
spoil_file(Log *log, const char *name)
{
    g_autofree char *path = g_build_filename(log->dir, name, NULL);
    g_autoptr(GBytes) bytes = NULL;
    g_assert_true(sk_io_read_file(path, 1 << 24, &bytes, NULL));
    SkSpan s = sk_span_bytes(bytes);
    g_autofree uint8_t *copy = g_memdup2(s.p, s.n);
    g_test_message("%s", name);
    /* One bit, at some places of the file: both ends and between. */
    for (size_t i = 0; i < 6; i++) {
        size_t at = i * (s.n - 1) / 5;
        copy[at] ^= (uint8_t)(1 << i);
        write_over(path, sk_span(copy, s.n));
        g_assert_false(is_intact(log));
        copy[at] ^= (uint8_t)(1 << i);
    }
    write_over(path, sk_span(copy, s.n - 1)); /* cut */
    g_assert_false(is_intact(log));
    g_autofree uint8_t *longer = g_malloc0(s.n + 1);
    memcpy(longer, s.p, s.n);
    write_over(path, sk_span(longer, s.n + 1));
    g_assert_false(is_intact(log));
    unlink(path); /* gone: older partial tiles may be, nothing else */
    bool is_partial = strstr(name, ".p/") != NULL;
    bool intact = is_intact(log);
    g_assert_true(!intact || is_partial);
    write_over(path, s);
    g_assert_true(is_intact(log));
}

static void
spoiled(void)
{
    Log log = { 0 };
    up(&log);
    grow(&log, 520, 130); /* leaves full tiles and older partial ones */
    g_autoptr(GPtrArray) files = list_files(log.dir);
    g_assert_cmpuint(files->len, >, 8);
    for (guint i = 0; i < files->len; i++)
        spoil_file(&log, g_ptr_array_index(files, i));
    down(&log);
}

/* Every byte of the checkpoint, and of an entry bundle of three. */
static void
every_byte(void)
{
    static const char *const names[] = { "checkpoint", "tile/entries/000.p/3", "tile/0/000.p/3" };
    Log log = { 0 };
    up(&log);
    grow(&log, 3, 3);
    for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
        g_autofree char *path = g_build_filename(log.dir, names[k], NULL);
        g_autoptr(GBytes) bytes = NULL;
        g_assert_true(sk_io_read_file(path, 1 << 20, &bytes, NULL));
        SkSpan s = sk_span_bytes(bytes);
        g_autofree uint8_t *copy = g_memdup2(s.p, s.n);
        for (size_t at = 0; at < s.n; at++) {
            copy[at] ^= (uint8_t)(1 << at % 8);
            write_over(path, sk_span(copy, s.n));
            g_assert_false(is_intact(&log));
            copy[at] ^= (uint8_t)(1 << at % 8);
        }
        write_over(path, s);
    }
    g_assert_true(is_intact(&log));
    down(&log);
}

/* A forger with the disk but without the key: rebuilds everything for other entries. */
static void
forged(void)
{
    Log log = { 0 };
    Log other = { 0 };
    up(&log);
    up(&other);
    grow(&log, 10, 10);
    grow(&other, 9,
         9); /* one entry missing, tiles and checkpoint by another key of the same name */
    g_autofree char *tiles = g_build_filename(log.dir, "tile", NULL);
    g_autofree char *forged_tiles = g_build_filename(other.dir, "tile", NULL);
    g_autofree char *forged_note = g_build_filename(other.dir, "checkpoint", NULL);
    run("rm -rf", tiles, tiles);
    run("cp -r", forged_tiles, log.dir);
    g_assert_false(is_intact(&log));
    run("cp", forged_note, log.dir);
    g_assert_false(is_intact(&log));
    down(&log);
    down(&other);
}

static void
rolled_back(void)
{
    Log log = { 0 };
    up(&log);
    grow(&log, 300, 300);
    g_autofree char *old = g_build_filename(log.root, "old", NULL);
    run("cp -r", log.dir, old);
    g_autoptr(GBytes) early = NULL;
    g_assert_true(sk_seal_read_checkpoint(log.dir, &early, NULL, NULL));
    grow(&log, 100, 10);
    g_autoptr(GBytes) late = NULL;
    g_assert_true(sk_seal_read_checkpoint(log.dir, &late, NULL, NULL));

    /* The old directory is put back: alone it is intact, against the later checkpoint it is not. */
    run("rm -rf", log.dir, log.dir);
    run("mv", old, log.dir);
    g_assert_true(is_intact(&log));
    g_autoptr(SkSealReport) found = verify(&log, late);
    g_assert_cmpint(found->rollback, ==, SK_ROLLBACK_FOUND);
    g_assert_false(sk_seal_intact(found));

    /* It goes on with other entries, by the right key: a fork. */
    g_autoptr(SkSeal) seal = open_log(&log);
    g_autoptr(GPtrArray) others = batch_of(5000, 100);
    g_assert_true(sk_seal_append(seal, others, NULL));
    g_autoptr(SkSealReport) fork = verify(&log, late);
    g_assert_cmpint(fork->rollback, ==, SK_ROLLBACK_FORK);
    append(seal, 50);
    g_autoptr(SkSealReport) longer = verify(&log, late);
    g_assert_cmpint(longer->rollback, ==, SK_ROLLBACK_FORK);
    g_autoptr(SkSealReport) fine = verify(&log, early);
    g_assert_cmpint(fine->rollback, ==, SK_ROLLBACK_NONE);

    /* What is no checkpoint of this log answers nothing. */
    g_autoptr(GBytes) junk = g_bytes_new_static("junk", 4);
    SkSealReport *none = NULL;
    g_assert_false(sk_seal_verify(log.dir, &log.key, junk, &none, NULL));
    down(&log);
}

static void
foreign_files(void)
{
    static const char *const names[] = { "extra", "tile/0/000.p/0", "tile/0/1", "tile/entries/x",
                                         "tile/9/notes.txt" };
    Log log = { 0 };
    up(&log);
    grow(&log, 20, 20);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(log.dir, names[i], NULL);
        g_autofree char *folder = g_path_get_dirname(path);
        g_mkdir_with_parents(folder, 0755);
        write_over(path, sk_span_str("x"));
        g_assert_false(is_intact(&log));
        unlink(path);
    }
    g_assert_true(is_intact(&log));
    /* A link out of the directory is not followed. */
    g_autofree char *tile = g_build_filename(log.dir, "tile/0/000.p/20", NULL);
    g_autofree char *away = g_build_filename(log.root, "away", NULL);
    g_assert_cmpint(rename(tile, away), ==, 0);
    g_assert_cmpint(symlink(away, tile), ==, 0);
    g_assert_false(is_intact(&log));
    down(&log);
}

static void
not_leaves(void)
{
    Log log = { 0 };
    up(&log);
    g_autoptr(SkSeal) seal = open_log(&log);
    g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_bytes);
    g_ptr_array_add(batch, entry_of(600));
    g_assert_true(sk_seal_append(seal, batch, NULL));
    g_ptr_array_set_size(batch, 0);
    g_ptr_array_add(batch, entry_of(0)); /* time goes back */
    g_assert_true(sk_seal_append(seal, batch, NULL));
    g_assert_false(is_intact(&log));
    /* An empty entry, or one that is too long, is not taken. */
    g_autoptr(GError) error = NULL;
    g_ptr_array_set_size(batch, 0);
    g_ptr_array_add(batch, g_bytes_new_static("", 0));
    g_assert_false(sk_seal_append(seal, batch, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);
    g_autofree uint8_t *large = g_malloc0(SK_TILE_ENTRY_MAX + 1);
    g_ptr_array_set_size(batch, 0);
    g_ptr_array_add(batch, g_bytes_new(large, SK_TILE_ENTRY_MAX + 1));
    g_assert_false(sk_seal_append(seal, batch, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_assert_cmpuint(sk_seal_size(seal), ==, 2);
    down(&log);
}

/* ---- killed ---- */

static void
die_at(unsigned n, void *data)
{
    if (n == *(unsigned *)data)
        _exit(42);
}

/* A child appends one batch and dies before its write number @at: 42; 0 where it came to its end.
 */
static int
append_and_die(Log *log, uint64_t n, unsigned at)
{
    pid_t child = fork();
    if (child == 0) {
        SkSeal *seal = sk_seal_open(log->dir, log->key_path, NULL);
        if (seal == NULL)
            _exit(1);
        sk_seal_set_step(seal, die_at, &at);
        g_autoptr(GPtrArray) batch = batch_of(sk_seal_size(seal), n);
        _exit(sk_seal_append(seal, batch, NULL) ? 0 : 2);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
killed_from(uint64_t size, uint64_t n)
{
    Log log = { 0 };
    up(&log);
    grow(&log, size, 250);
    g_autofree char *saved = g_build_filename(log.root, "saved", NULL);
    run("cp -r", log.dir, saved);
    SkHash before = naive_root(size);
    SkHash after = naive_root(size + n);
    int code = 42;
    for (unsigned at = 0; code == 42; at++) {
        g_assert_cmpuint(at, <, 500);
        run("rm -rf", log.dir, log.dir);
        run("cp -r", saved, log.dir);
        code = append_and_die(&log, n, at);
        g_assert_true(code == 42 || code == 0);
        g_autoptr(SkSealReport) report = verify(&log, NULL);
        g_assert_true(sk_seal_intact(report));
        bool old = sk_hash_equal(&report->root, &before);
        g_assert_true(old || sk_hash_equal(&report->root, &after));
        /* The next one carries on: with the same batch, and one more. */
        g_autoptr(SkSeal) seal = open_log(&log);
        append(seal, size + n - sk_seal_size(seal));
        append(seal, 1);
        SkHash root = sk_seal_root(seal);
        SkHash want = naive_root(size + n + 1);
        g_assert_true(sk_hash_equal(&root, &want));
        g_assert_true(is_intact(&log));
    }
    down(&log);
}

static void
killed(void)
{
    killed_from(0, 1);
    killed_from(5, 3);
    killed_from(250, 10); /* fills a tile, begins the next, and the level above */
}

static void
ignore_signal(int n)
{
    (void)n;
}

/* RLIMIT_FSIZE stands for a full disk: the batch is refused whole, and taken once there is room. */
static void
disk_full(void)
{
    Log log = { 0 };
    up(&log);
    grow(&log, 20, 20);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { .rlim_cur = 3000, .rlim_max = RLIM_INFINITY };
        GError *error = NULL;
        SkSeal *seal = sk_seal_open(log.dir, log.key_path, NULL);
        GPtrArray *batch = batch_of(20, 300);
        signal(SIGXFSZ, ignore_signal);
        setrlimit(RLIMIT_FSIZE, &limit);
        if (sk_seal_append(seal, batch, &error) || !g_error_matches(error, SK_ERROR, SK_ERROR_IO) ||
            sk_seal_size(seal) != 20)
            _exit(1);
        limit.rlim_cur = RLIM_INFINITY;
        setrlimit(RLIMIT_FSIZE, &limit);
        if (!is_intact(&log))
            _exit(2);
        _exit(sk_seal_append(seal, batch, NULL) && sk_seal_size(seal) == 320 ? 0 : 3);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
    g_autoptr(SkSealReport) report = verify(&log, NULL);
    SkHash want = naive_root(320);
    g_assert_true(sk_seal_intact(report) && sk_hash_equal(&report->root, &want));
    down(&log);
}

static void
locked(void)
{
    Log log = { 0 };
    up(&log);
    g_autoptr(SkSeal) first = open_log(&log);
    g_autoptr(GError) error = NULL;
    g_assert_null(sk_seal_open(log.dir, log.key_path, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    down(&log);
}

static void
setups(void)
{
    Log log = { 0 };
    up(&log);
    struct stat st;
    g_assert_cmpint(stat(log.key_path, &st), ==, 0);
    g_assert_cmpint(st.st_mode & 0777, ==, 0600);
    g_assert_true(sk_seal_setup(log.dir, log.key_path, "sekisho.example/lgwan",
                                NULL)); /* again: the same key */
    g_assert_true(is_intact(&log));
    g_autoptr(GError) error = NULL;
    g_assert_false(sk_seal_setup(log.dir, log.key_path, "sekisho.example/other", &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_MISMATCH);
    g_clear_error(&error);
    g_assert_cmpint(chmod(log.key_path, 0640), ==, 0);
    g_assert_null(sk_seal_open(log.dir, log.key_path, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);
    unlink(log.key_path); /* the log is there: no new key is made over it */
    g_assert_false(sk_seal_setup(log.dir, log.key_path, "sekisho.example/lgwan", &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    down(&log);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/growing", growing);
    g_test_add_func("/log/entries-and-proofs", entries_and_proofs);
    g_test_add_func("/log/spoiled", spoiled);
    g_test_add_func("/log/every-byte", every_byte);
    g_test_add_func("/log/forged", forged);
    g_test_add_func("/log/rolled-back", rolled_back);
    g_test_add_func("/log/foreign-files", foreign_files);
    g_test_add_func("/log/not-leaves", not_leaves);
    g_test_add_func("/log/killed", killed);
    g_test_add_func("/log/disk-full", disk_full);
    g_test_add_func("/log/locked", locked);
    g_test_add_func("/log/setups", setups);
    return g_test_run();
}
