/* SPDX-License-Identifier: Apache-2.0
 * test-world.c - what a zygote and its worker are and have, looked at from outside through /proc
 * while a worker hangs: identity, capabilities, namespaces, root, network, descriptors, limits. */
#include "base/clock.h"
#include "base/io.h"
#include "harness.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A worker that hangs in its own thread's pool, until the wall limit ends it. */
typedef struct {
    SkPool *pool;
    SkJob job;
    Result result;
    GThread *thread;
    pid_t outer;  /* waits outside the pid namespace */
    pid_t zygote; /* first inside */
    pid_t worker;
} World;

static char *
proc_text(pid_t pid, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", pid, name);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static pid_t
only_child(pid_t pid)
{
    g_autofree char *name = g_strdup_printf("task/%d/children", pid);
    g_autofree char *text = proc_text(pid, name);
    return text == NULL ? 0 : (pid_t)g_ascii_strtoll(text, NULL, 10);
}

/* (transfer full): what follows `KEY:` in /proc/PID/status. */
static char *
status_of(pid_t pid, const char *key)
{
    g_autofree char *text = proc_text(pid, "status");
    g_auto(GStrv) lines = g_strsplit(text == NULL ? "" : text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix(*line, key) && (*line)[strlen(key)] == ':')
            return g_strdup(g_strstrip(*line + strlen(key) + 1));
    return NULL;
}

static void *
run_hanging(void *data)
{
    World *world = data;
    world->result = harness_run(world->pool, &world->job, "hang");
    return NULL;
}

static void
world_begin(World *world)
{
    g_autoptr(GError) error = NULL;
    int64_t deadline = sk_clock_monotonic() + 10 * G_USEC_PER_SEC;

    *world = (World){ .pool = sk_pool_new(g_getenv("SEKISHO_EVIL_WORKER")), .job = harness_job() };
    world->job.limits.wall_ms = 3000;
    g_assert_true(sk_pool_warm(world->pool, &error));
    world->thread = g_thread_new("hang", run_hanging, world);
    world->outer = sk_pool_pid(world->pool);
    world->zygote = only_child(world->outer);
    g_assert_cmpint(world->zygote, >, 0);
    /* The filter is the last thing before the work. */
    for (bool filtered = false; !filtered;) {
        g_assert_cmpint(sk_clock_monotonic(), <, deadline);
        world->worker = only_child(world->zygote);
        g_autofree char *seccomp = world->worker == 0 ? NULL : status_of(world->worker, "Seccomp");
        filtered = g_strcmp0(seccomp, "2") == 0;
    }
}

static void
world_end(World *world)
{
    g_thread_join(world->thread);
    harness_assert_refused(&world->result, SK_REASON_TIMEOUT);
    g_assert_cmpint(kill(world->outer, 0), ==, -1);
    result_clear(&world->result);
    sk_pool_free(world->pool);
}

static void
assert_status(pid_t pid, const char *key, const char *want)
{
    g_autofree char *got = status_of(pid, key);
    g_test_message("%s", key);
    g_assert_cmpstr(got, ==, want);
}

static void
assert_identity(pid_t pid)
{
    if (geteuid() == 0) {
        assert_status(pid, "Uid", "65534\t65534\t65534\t65534");
        assert_status(pid, "Gid", "65534\t65534\t65534\t65534");
        assert_status(pid, "Groups", "");
    }
    assert_status(pid, "CapInh", "0000000000000000");
    assert_status(pid, "CapPrm", "0000000000000000");
    assert_status(pid, "CapEff", "0000000000000000");
    assert_status(pid, "CapBnd", "0000000000000000");
    assert_status(pid, "CapAmb", "0000000000000000");
    assert_status(pid, "NoNewPrivs", "1");
    assert_status(pid, "Threads", "1");
}

static void
identity(const World *world)
{
    assert_identity(world->zygote);
    assert_identity(world->worker);
    assert_status(world->worker, "Seccomp_filters", "1");
    g_autofree char *nspid = status_of(world->zygote, "NSpid");
    g_assert_true(g_str_has_suffix(nspid, "\t1")); /* its death is the death of all inside */
}

static void
namespaces(const World *world)
{
    static const char *const kinds[] = { "user", "mnt", "net", "pid", "ipc", "uts", "cgroup" };

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *ours_path = g_strdup_printf("/proc/self/ns/%s", kinds[i]);
        g_autofree char *path = g_strdup_printf("/proc/%d/ns/%s", world->worker, kinds[i]);
        g_autofree char *ours = g_file_read_link(ours_path, NULL);
        g_autofree char *theirs = g_file_read_link(path, NULL);
        g_test_message("%s", kinds[i]);
        g_assert_nonnull(ours);
        if (geteuid() == 0) /* a worker is not dumpable: nobody else may look */
            g_assert_nonnull(theirs);
        g_assert_cmpstr(ours, !=, theirs);
    }
}

static void
no_network(const World *world)
{
    if (geteuid() == 0) {
        g_autofree char *devices = proc_text(world->zygote, "net/dev");
        g_auto(GStrv) lines = g_strsplit(g_strchomp(devices), "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, 3); /* two of headings, and lo */
        g_assert_nonnull(strstr(lines[2], "lo:"));
        /* lo that is up would have its own routes */
        g_autofree char *routes = proc_text(world->zygote, "net/fib_trie");
        g_assert_null(routes == NULL ? NULL : strstr(routes, "127.0.0.1"));
        g_autofree char *six = proc_text(world->zygote, "net/if_inet6");
        g_assert_true(six == NULL || *six == '\0');
    }
}

static unsigned
count_entries(const char *path)
{
    unsigned n = 0;
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_assert_nonnull(folder);
    while (g_dir_read_name(folder) != NULL)
        n++;
    return n;
}

static void
empty_root(const World *world)
{
    if (geteuid() == 0) {
        g_autofree char *root = g_strdup_printf("/proc/%d/root/", world->worker);
        g_assert_cmpuint(count_entries(root), ==, 0);
        g_autofree char *file = g_build_filename(root, "x", NULL);
        g_assert_false(g_file_set_contents(file, "x", 1, NULL));
        /* One mount, the root itself, and that read-only. */
        g_autofree char *mounts = proc_text(world->worker, "mounts");
        g_auto(GStrv) lines = g_strsplit(g_strchomp(mounts), "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, 1);
        g_assert_true(g_str_has_prefix(lines[0], "sekisho / tmpfs ro,nosuid,nodev,noexec"));
    }
}

static void
descriptors(const World *world)
{
    static const char *const want[] = { "/dev/null", "/dev/null", "/dev/null",
                                        "/memfd:sk-output (deleted)",
                                        "/memfd:sk-report (deleted)" };
    if (geteuid() == 0) {
        g_autofree char *folder = g_strdup_printf("/proc/%d/fd", world->worker);
        g_assert_cmpuint(count_entries(folder), ==, G_N_ELEMENTS(want));
        for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
            g_autofree char *path = g_strdup_printf("%s/%u", folder, i);
            g_autofree char *target = g_file_read_link(path, NULL);
            g_assert_cmpstr(target, ==, want[i]);
        }
    }
}

static void
limits(const World *world)
{
    static const char *const want[] = {
        "Max cpu time              1                    2                    seconds",
        "Max core file size        0                    0                    bytes",
        "Max processes             0                    0                    processes",
        "Max open files            5                    5                    files",
        "Max locked memory         0                    0                    bytes",
        "Max address space         268435456            268435456            bytes",
    };
    g_autofree char *text = proc_text(world->worker, "limits");
    if (geteuid() == 0)
        for (unsigned i = 0; i < G_N_ELEMENTS(want); i++) {
            g_test_message("%s", want[i]);
            g_assert_nonnull(strstr(text, want[i]));
        }
}

/* Killing what the pool knows of kills everything, also while a worker is busy. */
static void
nobody_left(void)
{
    World world;
    world_begin(&world);
    pid_t pids[] = { world.outer, world.zygote, world.worker };
    kill(world.outer, SIGKILL); /* the pool tries once more, and then its time is up */
    world_end(&world);
    int64_t deadline = sk_clock_monotonic() + 5 * G_USEC_PER_SEC;
    for (unsigned i = 0; i < G_N_ELEMENTS(pids); i++)
        while (kill(pids[i], 0) == 0)
            g_assert_cmpint(sk_clock_monotonic(), <, deadline);
}

static void
look(const void *data)
{
    World world;

    (void)data;
    world_begin(&world);
    identity(&world);
    namespaces(&world);
    no_network(&world);
    empty_root(&world);
    descriptors(&world);
    limits(&world);
    world_end(&world);
}

static void
as_we_are(void)
{
    look(NULL);
}

static void
as_user(void)
{
    char *program = harness_copy("SEKISHO_EVIL_WORKER", "evil-worker");
    g_setenv("SEKISHO_EVIL_WORKER", program, TRUE);
    if (!harness_as_user(look, NULL))
        g_test_message("an ordinary user already");
    harness_uncopy(program);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/world/as-we-are", as_we_are);
    g_test_add_func("/world/nobody-left", nobody_left);
    g_test_add_func("/world/as-user", as_user);
    return g_test_run();
}
