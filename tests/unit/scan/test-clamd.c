/* SPDX-License-Identifier: Apache-2.0
 * test-clamd.c - a daemon that answers as it should not: whatever is not one of the two answers is a failure. And the
 * real one, where it is installed. */
#include "scan/clamd.h"

#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    const char *answer;
    size_t n;
    bool reads;   /* all of the object first */
    bool endless; /* says it again and again */
    bool silent;  /* holds the line and says nothing */
} Fake;

typedef struct {
    const Fake *fake;
    int listener;
    int stop; /* closed by the other side: end */
} Server;

static int
listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

static bool
read_exactly(int fd, uint8_t *to, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = read(fd, to + at, n - at);
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static void *
serve(void *data)
{
    Server *self = data;
    uint8_t head[10], length[4], chunk[65536];
    int fd = accept(self->listener, NULL, NULL);

    if (self->fake->reads) {
        g_assert_true(read_exactly(fd, head, 10));
        g_assert_cmpmem(head, 10, "zINSTREAM", 10);
        for (;;) {
            g_assert_true(read_exactly(fd, length, 4));
            uint32_t n = (uint32_t)length[0] << 24 | (uint32_t)length[1] << 16 | (uint32_t)length[2] << 8 | length[3];
            g_assert_cmpuint(n, <=, sizeof chunk);
            if (n == 0)
                break;
            g_assert_true(read_exactly(fd, chunk, n));
        }
    }
    do {
        if (send(fd, self->fake->answer, self->fake->n, MSG_NOSIGNAL) < 0)
            break;
    } while (self->fake->endless);
    if (self->fake->silent) {
        struct pollfd wait = { .fd = self->stop, .events = POLLIN };
        while (poll(&wait, 1, -1) < 0 && errno == EINTR)
            continue;
    }
    close(fd);
    return NULL;
}

static bool
ask(const Fake *fake, size_t size, char **ret_name)
{
    g_autofree char *dir = g_dir_make_tmp("sk-clamd-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "s", NULL);
    g_autofree uint8_t *object = g_malloc0(size + 1);
    g_autoptr(GError) error = NULL;
    int pipes[2];

    g_assert_cmpint(pipe(pipes), ==, 0);
    Server server = { .fake = fake, .listener = listen_at(path), .stop = pipes[0] };
    GThread *thread = g_thread_new("clamd", serve, &server);
    sk_autofd input = sk_memfd_from("object", sk_span(object, size), NULL);
    bool ok = sk_clamd_scan(path, input, 400, ret_name, &error);
    g_assert_cmpint(ok, ==, error == NULL);
    close(pipes[1]);
    g_thread_join(thread);
    close(server.listener);
    close(pipes[0]);
    unlink(path);
    rmdir(dir);
    return ok;
}

#define FAKE(text, ...) { .answer = text, .n = sizeof(text) - 1, __VA_ARGS__ }

static void
answers(void)
{
    static const Fake ok = FAKE("stream: OK\0", .reads = true), hit = FAKE("stream: A.B-1 FOUND\0", .reads = true);
    char *name = NULL;

    g_assert_true(ask(&ok, 0, &name));
    g_assert_null(name);
    g_assert_true(ask(&ok, 300000, &name));
    g_assert_null(name);
    g_assert_true(ask(&hit, 65536, &name));
    g_assert_cmpstr(name, ==, "A.B-1");
    g_free(name);
}

static void
hostile(void)
{
    static const Fake fakes[] = {
        FAKE("", .reads = true),
        FAKE("stream: OK", .reads = true),            /* no end */
        FAKE("stream: O\0", .reads = true),
        FAKE("stream: OK\0stream: OK\0", .reads = true),
        FAKE("stream: OK\0\0", .reads = true),
        FAKE("stream:  FOUND\0", .reads = true),      /* no name */
        FAKE("stream: OK\n", .reads = true),
        FAKE("1: stream: OK\0", .reads = true),
        FAKE("INSTREAM size limit exceeded. ERROR\0", .reads = true),
        FAKE("INSTREAM size limit exceeded. ERROR\0"),
        FAKE("UNKNOWN COMMAND\0"),
        FAKE("HTTP/1.1 400 Bad Request\r\n\r\n"),
        FAKE("stream: ", .reads = true, .endless = true),
        FAKE("stream: ", .reads = true, .silent = true), /* half of one */
        FAKE("", .silent = true),                        /* reads nothing, says nothing */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fakes); i++) {
        char *name = NULL;
        if (ask(&fakes[i], 2000000, &name))
            g_error("answer %zu is taken", i);
        g_assert_null(name);
    }
}

/* What a name holds beside characters is not shown. */
static void
plain_name(void)
{
    static const Fake fake = FAKE("stream: a\xe2\x80\xae" "b\x1b[1m\xff FOUND\0", .reads = true);
    g_autofree char *name = NULL;

    g_assert_true(ask(&fake, 1, &name));
    g_assert_true(g_utf8_validate(name, -1, NULL));
    g_assert_null(strstr(name, "\x1b"));
    g_assert_null(strstr(name, "\xe2\x80\xae"));
}

static void
absent(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = NULL, *longer = g_strnfill(300, 'x');
    sk_autofd input = sk_memfd_from("object", SK_SPAN_EMPTY, NULL);

    g_assert_false(sk_clamd_scan("/nonexistent/clamd", input, 400, &name, &error));
    g_clear_error(&error);
    g_assert_false(sk_clamd_scan(longer, input, 400, &name, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
}

/* The real daemon, with one signature of ours: the bytes of "sekisho-harmless-probe". */
static void
real(void)
{
    static const char probe[] = "some words, then sekisho-harmless-probe, then more";
    g_autofree char *dir = g_dir_make_tmp("sk-clamd-XXXXXX", NULL);
    g_autofree char *socket = g_build_filename(dir, "clamd.ctl", NULL);
    g_autofree char *base = g_build_filename(dir, "test.ndb", NULL);
    g_autofree char *conf = g_build_filename(dir, "clamd.conf", NULL);
    g_autofree char *settings = g_strdup_printf("Foreground yes\nLocalSocket %s\nDatabaseDirectory %s\nTemporaryDirectory %s\n"
                                                "User %s\n", socket, dir, dir, g_get_user_name());
    GPid pid = 0;

    if (access("/usr/sbin/clamd", X_OK) != 0) {
        rmdir(dir);
        g_test_skip("no clamd");
        return;
    }
    g_assert_true(g_file_set_contents(base, "Sekisho.Probe:0:*:73656b6973686f2d6861726d6c6573732d70726f6265\n", -1, NULL));
    g_assert_true(g_file_set_contents(conf, settings, -1, NULL));
    char *argv[] = { (char *)"/usr/sbin/clamd", (char *)"-c", conf, NULL };
    g_assert_true(g_spawn_async(dir, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid, NULL));
    sk_autofd hit = sk_memfd_from("hit", sk_span_str(probe), NULL);
    sk_autofd none = sk_memfd_from("none", sk_span_str("nothing of the kind"), NULL);
    g_autofree char *name = NULL, *nothing = NULL;
    bool scanned = false;
    for (unsigned i = 0; i < 300 && !scanned; i++) {
        scanned = sk_clamd_scan(socket, hit, 5000, &name, NULL);
        if (!scanned)
            g_usleep(100000);
    }
    g_assert_true(scanned);
    g_assert_cmpstr(name, ==, "Sekisho.Probe.UNOFFICIAL");
    g_assert_true(sk_clamd_scan(socket, none, 5000, &nothing, NULL));
    g_assert_null(nothing);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    const char *remove[] = { "rm", "-r", dir, NULL };
    g_assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    g_test_add_func("/scan/clamd/answers", answers);
    g_test_add_func("/scan/clamd/hostile", hostile);
    g_test_add_func("/scan/clamd/plain-name", plain_name);
    g_test_add_func("/scan/clamd/absent", absent);
    g_test_add_func("/scan/clamd/real", real);
    return g_test_run();
}
