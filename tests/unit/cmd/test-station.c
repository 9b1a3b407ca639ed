/* SPDX-License-Identifier: Apache-2.0
 * test-station.c - `sekisho seal` and `sekisho user` on a station that is set up here: exit
 * statuses, what they print, what they refuse. */
#include "base/io.h"
#include "cmd/station.h"
#include "store/sealer.h"
#include "unit/scratch.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    char *dir;
    char *conf;
    char *seal;
    char *key;
    char *store;
    char *out; /* what the last call printed */
} Town;

static void
up(Town *t)
{
    GError *error = NULL;
    t->dir = scratch_dir();
    t->conf = g_build_filename(t->dir, "sekisho.conf", NULL);
    t->seal = g_build_filename(t->dir, "seal", NULL);
    t->key = g_build_filename(t->dir, "seal.key", NULL);
    t->store = g_build_filename(t->dir, "store.db", NULL);
    const char *text =
        "policy \"policy.conf\"\nprograms \".\"\npages \"web\"\n"
        "station lgwan {\n  listen http \"127.0.0.1:8002\"\n  origin "
        "\"http://lgwan.localhost:8002\"\n"
        "  content-origin \"http://files.lgwan.localhost:8002\"\n  store sqlite \"store.db\"\n"
        "  vault directory \"vault\"\n  seal directory \"seal\"\n  key \"seal.key\"\n}\n";
    g_assert_true(sk_io_write_file(t->conf, sk_span_str(text), 0600, &error));
    g_assert_true(sk_store_setup(t->store, NULL, "lgwan", &error));
    g_assert_true(sk_seal_setup(t->seal, t->key, "sekisho.example/lgwan", &error));
    g_assert_no_error(error);
}

static void
down(Town *t)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", t->dir);
    g_assert_cmpint(system(command), ==, 0);
    g_free(t->dir);
    g_free(t->conf);
    g_free(t->seal);
    g_free(t->key);
    g_free(t->store);
    g_free(t->out);
}

/* Runs @command with the words of @line, standard input from @input; keeps what it prints. */
static int
call(Town *t, const SkCommand *command, const char *line, const char *input)
{
    g_autofree char *all = g_strdup_printf("%s --conf %s", line, t->conf);
    g_autofree char *path = g_build_filename(t->dir, "printed", NULL);
    g_auto(GStrv) words = NULL;
    int argc = 0;
    g_assert_true(g_shell_parse_argv(all, &argc, &words, NULL));
    g_autofree char **argv =
        g_memdup2(words, sizeof *words * ((size_t)argc + 1)); /* options are taken out of it */

    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    int before_in = dup(STDIN_FILENO);
    sk_autofd to = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    sk_autofd from = sk_memfd_from("in", sk_span_str(input == NULL ? "" : input), NULL);
    lseek(from, 0, SEEK_SET);
    dup2(to, STDOUT_FILENO);
    dup2(from, STDIN_FILENO);
    clearerr(stdin);
    int code = command->run(argc, argv);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    dup2(before_in, STDIN_FILENO);
    close(before);
    close(before_in);

    g_autoptr(GBytes) bytes = NULL;
    g_assert_true(sk_io_read_file(path, 1 << 20, &bytes, NULL));
    g_free(t->out);
    t->out = sk_span_dup(sk_span_bytes(bytes));
    return code;
}

static void
users(void)
{
    Town t = { 0 };
    up(&t);
    const SkCommand *user = &sk_command_user;
    g_assert_cmpint(call(&t, user, "user list --json", NULL), ==, SK_EXIT_DONE);
    g_assert_cmpstr(t.out, ==, "");
    g_assert_cmpint(
        call(&t, user, "user add taro --label '見本 太郎' --section 住民課", "a long password\n"),
        ==, SK_EXIT_DONE);
    g_assert_cmpint(call(&t, user, "user add taro", "a long password\n"), ==, SK_EXIT_NO);
    g_assert_cmpint(call(&t, user, "user add jiro", "short\n"), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, user, "user add jiro", ""), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, user, "user add jiro --role king", "a long password\n"), ==,
                    SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, user, "user add Jiro", "a long password\n"), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, user, "user add", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, user, "user erase taro", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, user, "user add admin --role administrator", "a long password\n"), ==,
                    SK_EXIT_DONE);
    g_assert_cmpint(call(&t, user, "user lock admin", NULL), ==, SK_EXIT_NO);
    g_assert_cmpint(call(&t, user, "user lock taro", NULL), ==, SK_EXIT_DONE);
    g_assert_cmpint(call(&t, user, "user lock nobody", NULL), ==, SK_EXIT_NO);
    g_assert_cmpint(call(&t, user, "user list", NULL), ==, SK_EXIT_DONE);
    g_assert_nonnull(strstr(t.out, "見本 太郎, 住民課 (locked)"));
    g_assert_cmpint(call(&t, user, "user unlock taro --json", NULL), ==, SK_EXIT_DONE);
    g_assert_cmpstr(t.out, ==, "{\"name\":\"taro\",\"done\":\"unlocked\"}\n");
    g_assert_cmpint(call(&t, user, "user set-password taro", "another password\n"), ==,
                    SK_EXIT_DONE);
    g_assert_cmpint(call(&t, user, "user list --json", NULL), ==, SK_EXIT_DONE);
    g_auto(GStrv) lines = g_strsplit(g_strstrip(t.out), "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 2);
    json_t *line = json_loads(lines[1], 0, NULL);
    g_assert_cmpstr(json_string_value(json_object_get(line, "label")), ==, "見本 太郎");
    g_assert_true(json_is_false(json_object_get(line, "locked")));
    json_decref(line);
    g_assert_cmpint(call(&t, user, "user list --station mynumber", NULL), ==, SK_EXIT_USAGE);
    g_assert_null(strstr(t.out, "password"));
    down(&t);
}

static json_t *
answer(Town *t, const char *line, int code)
{
    json_error_t error;
    g_assert_cmpint(call(t, &sk_command_seal, line, NULL), ==, code);
    json_t *out = json_loads(t->out, 0, &error);
    g_assert_nonnull(out);
    return out;
}

static void
fill(Town *t, int n)
{
    GError *error = NULL;
    g_autoptr(SkStore) store = sk_store_open(t->store, NULL, &error);
    g_autoptr(SkSeal) seal = sk_seal_open(t->seal, t->key, &error);
    g_assert_no_error(error);
    for (int i = 0; i < n; i++) {
        SkReceive in = { .to = "internet",
                         .sender = "taro",
                         .recipient = "hanako",
                         .name = "a.txt",
                         .object_in = "00112233445566778899aabbccddeeff",
                         .sha256_in =
                             "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" };
        g_assert_true(sk_store_receive(store, &in, NULL, &error));
    }
    g_assert_true(sk_sealer_once(store, seal, NULL, &error));
}

static void
seals(void)
{
    Town t = { 0 };
    up(&t);
    fill(&t, 5);
    json_t *report = answer(&t, "seal verify --json", SK_EXIT_DONE);
    g_assert_true(json_is_true(json_object_get(report, "intact")));
    g_assert_cmpint(json_integer_value(json_object_get(report, "size")), ==, 5);
    g_assert_cmpstr(json_string_value(json_object_get(report, "rollback")), ==, "not-checked");
    g_assert_true(json_is_null(json_object_get(report, "against")));
    json_decref(report);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal verify", NULL), ==, SK_EXIT_DONE);
    g_assert_nonnull(strstr(t.out, "rollback not checked"));

    g_assert_cmpint(call(&t, &sk_command_seal, "seal checkpoint", NULL), ==, SK_EXIT_DONE);
    g_autofree char *kept = g_build_filename(t.dir, "kept", NULL);
    g_assert_true(sk_io_write_file(kept, sk_span_str(t.out), 0600, NULL));
    fill(&t, 3);
    g_autofree char *against = g_strdup_printf("seal verify --json --against %s", kept);
    report = answer(&t, against, SK_EXIT_DONE);
    g_assert_cmpstr(json_string_value(json_object_get(report, "rollback")), ==, "none");
    g_assert_cmpint(json_integer_value(json_object_get(report, "against")), ==, 5);
    json_decref(report);

    json_t *entry = answer(&t, "seal show 7 --json", SK_EXIT_DONE);
    g_assert_cmpstr(json_string_value(json_object_get(entry, "act")), ==, "receive");
    json_decref(entry);
    json_t *log = answer(&t, "seal show --json", SK_EXIT_DONE);
    g_assert_cmpstr(json_string_value(json_object_get(log, "origin")), ==, "sekisho.example/lgwan");
    json_decref(log);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal export 3", NULL), ==, SK_EXIT_DONE);
    g_assert_true(g_str_has_prefix(t.out, "c2sp.org/tlog-proof@v1\nindex 3\n"));
    g_assert_cmpint(call(&t, &sk_command_seal, "seal export 8", NULL), ==, SK_EXIT_FAILED);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal export", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal show -- -1", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal erase", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal show --against x", NULL), ==, SK_EXIT_USAGE);

    /* A copy, by the key that an auditor has. */
    g_autofree char *copy = g_strdup_printf("seal verify --directory %s", t.seal);
    g_assert_cmpint(call(&t, &sk_command_seal, copy, NULL), ==, SK_EXIT_USAGE);
    g_autofree char *with_key =
        g_strdup_printf("seal verify --directory %s --key %s.pub", t.seal, t.key);
    g_assert_cmpint(call(&t, &sk_command_seal, with_key, NULL), ==, SK_EXIT_DONE);

    g_autofree char *tile = g_build_filename(t.seal, "tile/0/000.p/8", NULL);
    g_assert_cmpint(truncate(tile, 3), ==, 0);
    report = answer(&t, "seal verify --json", SK_EXIT_NO);
    g_assert_true(json_is_false(json_object_get(report, "intact")));
    g_assert_cmpuint(json_array_size(json_object_get(report, "faults")), >=, 1);
    json_decref(report);
    unlink(t.conf);
    g_assert_cmpint(call(&t, &sk_command_seal, "seal verify", NULL), ==, SK_EXIT_FAILED);
    down(&t);
}

static json_t *
status_of(Town *t, int code)
{
    g_assert_cmpint(call(t, &sk_command_status, "status --json", NULL), ==, code);
    json_t *all = json_loads(t->out, 0, NULL);
    g_assert_true(json_is_true(json_object_get(json_object_get(all, "wall"), "built")));
    g_assert_cmpuint(json_array_size(json_object_get(all, "stations")), ==, 1);
    json_t *first = json_incref(json_array_get(json_object_get(all, "stations"), 0));
    json_decref(all);
    return first;
}

static void
statuses(void)
{
    Town t = { 0 };
    up(&t);
    g_autofree char *vault = g_build_filename(t.dir, "vault", NULL);
    g_assert_cmpint(mkdir(vault, 0700), ==, 0);
    fill(&t, 3);
    /* No policy is adopted here, and that is a no; tests/e2e/e2e-adopt has one. */
    json_t *station = status_of(&t, SK_EXIT_NO);
    json_t *seal = json_object_get(station, "seal");
    g_assert_cmpint(
        json_integer_value(json_object_get(json_object_get(station, "queues"), "received")), ==, 3);
    g_assert_cmpint(json_integer_value(json_object_get(seal, "size")), ==, 3);
    g_assert_cmpint(json_integer_value(json_object_get(seal, "lastCheckpoint")), >, 0);
    g_assert_cmpint(json_integer_value(json_object_get(json_object_get(station, "disk"), "total")),
                    >, 0);
    json_decref(station);

    g_assert_cmpint(call(&t, &sk_command_status, "status --language ja", NULL), ==, SK_EXIT_NO);
    g_assert_nonnull(strstr(t.out, "処理待ち 3"));
    g_assert_nonnull(strstr(t.out, "sekisho wall status"));
    g_assert_cmpint(call(&t, &sk_command_status, "status --language en", NULL), ==, SK_EXIT_NO);
    g_assert_nonnull(strstr(t.out, "waiting 3"));
    g_assert_null(strstr(t.out, "\033"));
    g_assert_cmpint(call(&t, &sk_command_status, "status --language fr", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, &sk_command_status, "status now", NULL), ==, SK_EXIT_USAGE);
    g_assert_cmpint(call(&t, &sk_command_status, "status --station internet", NULL), ==,
                    SK_EXIT_USAGE);

    /* What is missing is said, and not made. */
    g_assert_cmpint(rmdir(vault), ==, 0);
    g_assert_cmpint(call(&t, &sk_command_status, "status --language en", NULL), ==, SK_EXIT_FAILED);
    g_assert_nonnull(strstr(t.out, "cannot be read"));
    g_assert_false(g_file_test(vault, G_FILE_TEST_EXISTS));
    g_assert_cmpint(unlink(t.store), ==, 0);
    station = status_of(&t, SK_EXIT_NO);
    g_assert_true(json_is_false(json_object_get(station, "setUp")));
    json_decref(station);
    g_assert_cmpint(call(&t, &sk_command_status, "status --language en", NULL), ==, SK_EXIT_NO);
    g_assert_nonnull(strstr(t.out, "not set up"));
    g_assert_false(g_file_test(t.store, G_FILE_TEST_EXISTS));
    down(&t);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/station/users", users);
    g_test_add_func("/station/seals", seals);
    g_test_add_func("/station/statuses", statuses);
    return g_test_run();
}
