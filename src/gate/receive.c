/* SPDX-License-Identifier: Apache-2.0
 * receive.c - contract in receive.h: connections and their loop; what is kept is keep.c's, the protocol lmtp.c's. */
#include "gate/receive.h"

#include "base/clock.h"
#include "base/log.h"
#include "gate/keep.h"
#include "gate/letter.h"
#include "gate/lmtp.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define PIECE (64u << 10) /* read of one connection before the next one's turn */
#define TELL_MS 2000      /* refused mails are looked for this often */
#define TELL_AT_ONCE 16u

typedef struct {
    int fd;
    SkLmtp *lmtp;
    SkKeep *keep;
    int64_t heard;   /* the last byte either way */
    int64_t started; /* the mail that is under way; 0: none is */
    bool over;       /* what is left is to be sent, and then it is closed */
} Connection;

typedef struct {
    const SkReceiveRole *role;
    char *host;
    GPtrArray *connections; /* of Connection */
} Loop;

static void
connection_free(void *data)
{
    Connection *c = data;

    sk_lmtp_free(c->lmtp); /* aborts what has begun, so before the keeper */
    sk_keep_free(c->keep);
    sk_fd_clear(&c->fd);
    g_free(c);
}

static void
loop_clear(Loop *self)
{
    g_clear_pointer(&self->connections, g_ptr_array_unref);
    g_free(self->host);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Loop, loop_clear)

static void
take_connection(Loop *self)
{
    sk_autofd fd = accept4(self->role->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return;
    Connection *c = g_new0(Connection, 1);
    c->keep = sk_keep_new(self->role, self->host);
    c->lmtp = sk_lmtp_new(self->host, sk_keep_size_max(c->keep), sk_keep_calls(), c->keep);
    c->fd = sk_fd_steal(&fd);
    c->heard = sk_clock_monotonic();
    g_ptr_array_add(self->connections, c);
}

/* false: it has gone. */
static bool
write_out(Connection *c)
{
    SkSpan out = sk_lmtp_output(c->lmtp);

    if (out.n == 0)
        return true;
    ssize_t n = send(c->fd, out.p, out.n, MSG_NOSIGNAL);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    sk_lmtp_sent(c->lmtp, (size_t)n);
    c->heard = sk_clock_monotonic();
    return true;
}

/* false: it has gone, and with it what it had not yet finished saying. */
static bool
read_in(Connection *c)
{
    uint8_t bytes[PIECE];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    c->heard = sk_clock_monotonic();
    c->over = !sk_lmtp_feed(c->lmtp, sk_span(bytes, (size_t)n));
    if (sk_lmtp_is_idle(c->lmtp))
        c->started = 0;
    else if (c->started == 0)
        c->started = c->heard;
    return true;
}

/* Answers first: who does not read them is not read from. */
static bool
serve(Connection *c, short events)
{
    int64_t now = sk_clock_monotonic();
    bool slow = now - c->heard > SK_RECEIVE_PATIENCE_US || (c->started != 0 && now - c->started > SK_RECEIVE_MAIL_US);

    if (slow && c->over)
        return false;
    if (slow) {
        sk_log(SK_LOG_WARNING, "mail-server-too-slow", NULL);
        sk_lmtp_hang_up(c->lmtp);
        c->over = true;
        c->heard = now;
    }
    if (!write_out(c))
        return false;
    if (sk_lmtp_output(c->lmtp).n > 0)
        return true;
    if (c->over)
        return false;
    return (events & (POLLIN | POLLHUP | POLLERR)) == 0 || (read_in(c) && write_out(c));
}

static void
serve_all(Loop *self, const struct pollfd *fds)
{
    for (guint i = self->connections->len; i > 0; i--)
        if (!serve(g_ptr_array_index(self->connections, i - 1), fds[i - 1].revents))
            g_ptr_array_remove_index(self->connections, i - 1);
}

/* Everybody is told who may be: one mail for all that it was for, which crosses as that one did. */
static bool
tell_refused(const Loop *self, GError **error)
{
    for (unsigned i = 0; i < TELL_AT_ONCE; i++) {
        bool any = false;
        if (!sk_keep_tell_one(self->role, self->host, &any, error))
            return false;
        if (!any)
            return true;
    }
    return true;
}

/* A full disk is waited out: nothing is told twice, and nothing forgotten. */
static bool
tell(const Loop *self, GError **error)
{
    g_autoptr(GError) why = NULL;

    if (tell_refused(self, &why))
        return true;
    if (g_error_matches(why, SK_ERROR, SK_ERROR_IO) || g_error_matches(why, SK_ERROR, SK_ERROR_FORBIDDEN)) {
        sk_log(SK_LOG_ERROR, "refusal-untold", "why", why->message, NULL);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}

/* *ret_stop: asked to end. */
static void
turn(Loop *self, int patience_ms, bool *ret_stop)
{
    struct pollfd fds[2 + SK_RECEIVE_CONNECTIONS_MAX];
    guint n = self->connections->len;
    bool room = n < SK_RECEIVE_CONNECTIONS_MAX;

    fds[0] = (struct pollfd){ .fd = self->role->stop, .events = POLLIN };
    fds[1] = (struct pollfd){ .fd = room ? self->role->listener : -1, .events = POLLIN };
    for (guint i = 0; i < n; i++) {
        const Connection *c = g_ptr_array_index(self->connections, i);
        bool waits = sk_lmtp_output(c->lmtp).n > 0;
        fds[2 + i] = (struct pollfd){ .fd = c->fd, .events = waits ? POLLOUT : POLLIN };
    }
    if (poll(fds, 2 + n, patience_ms) < 0)
        return;
    *ret_stop = fds[0].revents != 0;
    serve_all(self, fds + 2);
    if (fds[1].revents != 0)
        take_connection(self);
}

bool
sk_receive_run(const SkReceiveRole *role, GError **error)
{
    g_auto(Loop) self = { .role = role, .host = sk_letter_host(role->origin) };
    int64_t tell_at = 0;
    bool stop = false;

    self.connections = g_ptr_array_new_with_free_func(connection_free);
    while (!stop) {
        int64_t now = sk_clock_monotonic();
        if (now >= tell_at) {
            if (!tell(&self, error))
                return false;
            tell_at = now + (int64_t)TELL_MS * 1000;
        }
        turn(&self, TELL_MS, &stop);
    }
    for (guint i = 0; i < self.connections->len; i++) {
        Connection *c = g_ptr_array_index(self.connections, i);
        sk_lmtp_hang_up(c->lmtp);
        write_out(c);
    }
    return true;
}
