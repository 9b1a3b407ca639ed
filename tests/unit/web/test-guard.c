/* SPDX-License-Identifier: Apache-2.0
 * test-guard.c - the acceptor over real sockets: what is handed on, what is answered and closed,
 * and that nobody waits for ever. */
#include "web/guard.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define HOST "Host: lgwan.localhost:8002\r\n"

typedef struct {
    int listener;
    struct sockaddr_in address;
    GAsyncQueue *handed; /* of fd + 1 */
    SkGuard *guard;
    bool full;
} World;

static bool
take(void *data, int fd, const struct sockaddr *peer, socklen_t peer_n)
{
    World *w = data;
    g_assert_cmpint(peer->sa_family, ==, AF_INET);
    g_assert_cmpuint(peer_n, ==, sizeof(struct sockaddr_in));
    if (w->full)
        return false;
    g_async_queue_push(w->handed, GINT_TO_POINTER(fd + 1));
    return true;
}

static void
up(World *w, int64_t deadline_us)
{
    g_autoptr(GError) error = NULL;
    socklen_t n = sizeof w->address;

    *w = (World){ .handed = g_async_queue_new() };
    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    w->address =
        (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    g_assert_cmpint(bind(w->listener, (struct sockaddr *)&w->address, sizeof w->address), ==, 0);
    g_assert_cmpint(listen(w->listener, 1024), ==, 0);
    g_assert_cmpint(getsockname(w->listener, (struct sockaddr *)&w->address, &n), ==, 0);
    const SkWebListener listener = { .fd = w->listener };
    const SkGuardOptions options = { .listeners = &listener,
                                     .n_listeners = 1,
                                     .hosts = { .main = "lgwan.localhost:8002",
                                                .content = "files.lgwan.localhost:8002" },
                                     .hand_over = take,
                                     .data = w,
                                     .deadline_us = deadline_us };
    g_assert_true(sk_guard_new(&options, &w->guard, &error));
    g_assert_no_error(error);
}

static void
down(World *w)
{
    sk_guard_free(w->guard);
    close(w->listener);
    for (void *p = NULL; (p = g_async_queue_try_pop(w->handed)) != NULL;)
        close(GPOINTER_TO_INT(p) - 1);
    g_async_queue_unref(w->handed);
}

static int
dial(World *w)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = { .tv_sec = 10 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&w->address, sizeof w->address), ==, 0);
    return fd;
}

static void
say(int fd, const char *text)
{
    g_assert_cmpint(send(fd, text, strlen(text), MSG_NOSIGNAL), ==, strlen(text));
}

/* Everything until the other side closes. */
static char *
hear(int fd)
{
    GString *out = g_string_new(NULL);
    char buffer[4096];
    ssize_t n = 0;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0)
        g_string_append_len(out, buffer, n);
    g_assert_true(n == 0 || errno == ECONNRESET);
    close(fd);
    return g_string_free(out, FALSE);
}

static void
hands_on(void)
{
    World w;
    char buffer[256];
    up(&w, 0);
    sk_autofd fd = dial(&w);
    say(fd, "GET / HT");
    say(fd, "TP/1.1\r\n" HOST);
    g_assert_null(g_async_queue_timeout_pop(w.handed, 20000));
    say(fd, "\r\nrest");
    sk_autofd got = GPOINTER_TO_INT(g_async_queue_timeout_pop(w.handed, 5 * G_USEC_PER_SEC)) - 1;
    g_assert_cmpint(got, >=, 0);
    /* Nothing was taken out of it. */
    g_assert_cmpint(recv(got, buffer, sizeof buffer, 0), ==,
                    strlen("GET / HTTP/1.1\r\n" HOST "\r\nrest"));
    g_assert_cmpuint(sk_guard_refused(w.guard), ==, 0);
    down(&w);
}

static void
refuses(void)
{
    static const struct {
        const char *bytes;
        const char *status;
    } cases[] = {
        { "POST / HTTP/1.1\r\n" HOST
          "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n" HOST
          "\r\n",
          "HTTP/1.1 400 " },
        { "GET / HTTP/1.1\n", "HTTP/1.1 400 " },
        { "GET / HTTP/1.1\r\nHost: elsewhere\r\n", "HTTP/1.1 421 " },
        { "GET / HTTP/1.0\r\n", "HTTP/1.1 505 " },
    };
    World w;
    up(&w, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        int fd = dial(&w);
        say(fd, cases[i].bytes);
        g_autofree char *answer = hear(fd);
        g_test_message("%s", answer);
        g_assert_true(g_str_has_prefix(answer, cases[i].status));
        g_assert_nonnull(strstr(answer, "\r\nConnection: close\r\n"));
        g_assert_nonnull(strstr(answer, "\r\nContent-Security-Policy: default-src 'none';"));
        g_assert_nonnull(strstr(answer, "\"code\":"));
    }
    g_assert_cmpuint(sk_guard_refused(w.guard), ==, G_N_ELEMENTS(cases));
    g_assert_cmpint(g_async_queue_length(w.handed), ==, 0);
    down(&w);
}

static void
deadline(void)
{
    World w;
    up(&w, 50000);
    int fd = dial(&w);
    say(fd, "GET / HTTP/1.1\r\n" HOST);
    g_autofree char *answer = hear(fd); /* closed without a word */
    g_assert_cmpstr(answer, ==, "");
    down(&w);
}

static void
crowd(void)
{
    World w;
    int fds[SK_GUARD_WAITING_MAX + 8];
    up(&w, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = dial(&w);
        say(fds[i], "GET / HTTP/1.1\r\n");
    }
    /* The ones that have waited longest had to go; the newest is served. */
    for (unsigned i = 0; i < 8; i++) {
        g_autofree char *answer = hear(fds[i]);
        g_assert_cmpstr(answer, ==, "");
    }
    say(fds[G_N_ELEMENTS(fds) - 1], HOST "\r\n");
    void *got = g_async_queue_timeout_pop(w.handed, 5 * G_USEC_PER_SEC);
    g_assert_nonnull(got);
    close(GPOINTER_TO_INT(got) - 1);
    for (unsigned i = 8; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    down(&w);
}

static void
full(void)
{
    World w;
    up(&w, 0);
    w.full = true;
    int fd = dial(&w);
    say(fd, "GET / HTTP/1.1\r\n" HOST "\r\n");
    g_autofree char *answer = hear(fd);
    g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 503 "));
    g_assert_nonnull(strstr(answer, "\r\nRetry-After: 1\r\n"));
    down(&w);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/guard/hands-on", hands_on);
    g_test_add_func("/web/guard/refuses", refuses);
    g_test_add_func("/web/guard/deadline", deadline);
    g_test_add_func("/web/guard/crowd", crowd);
    g_test_add_func("/web/guard/full", full);
    return g_test_run();
}
