/* SPDX-License-Identifier: Apache-2.0
 * guard.c - contract in guard.h. One epoll loop; connections are edge-triggered, since a peeked
 * byte stays in the socket and would wake a level-triggered loop for ever. */
#include "web/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/problem.h"

#define EVENTS 64
#define ACCEPT_AT_ONCE 64u

typedef struct {
    bool unix_socket;
    int fd; /* borrowed */
} Listener;

typedef struct {
    GList link; /* in waiting or lingering; link.data is the connection itself */
    int fd;     /* owned */
    bool lingering;
    int64_t deadline;
    struct sockaddr_storage peer;
    socklen_t peer_n;
} Waiting;

struct SkGuard {
    SkGuardOptions options;
    Listener listeners[SK_GUARD_LISTENERS_MAX];
    GThread *thread;
    int epoll;
    int stop;         /* eventfd */
    GQueue waiting;   /* by deadline: all have waited under the same limit */
    GQueue lingering; /* answered; what they still send is thrown away until they close */
    uint8_t buffer[SK_HEAD_MAX];
    unsigned refused; /* atomic */
};

static void
drop(SkGuard *self, Waiting *w)
{
    g_queue_unlink(w->lingering ? &self->lingering : &self->waiting, &w->link);
    close(w->fd); /* leaves the epoll set with it */
    g_free(w);
}

/* Closing a socket with unread bytes resets it, and the answer may be lost with it: so the answer
 * is sent, our side is shut, and the rest is read away for a moment. */
static void
linger(SkGuard *self, Waiting *w)
{
    shutdown(w->fd, SHUT_WR);
    g_queue_unlink(&self->waiting, &w->link);
    w->lingering = true;
    w->deadline = sk_clock_monotonic() + SK_GUARD_LINGER_US;
    g_queue_push_tail_link(&self->lingering, &w->link);
}

static bool
drain(SkGuard *self, Waiting *w)
{
    for (unsigned i = 0; i < 64; i++) {
        ssize_t n = recv(w->fd, self->buffer, sizeof self->buffer, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (n == 0)
            return false;
    }
    return false; /* a flood: enough was read to let the answer through */
}

static void
answer(SkGuard *self, Waiting *w, SkProblem problem, unsigned status, const char *why)
{
    g_autofree char *text = sk_problem_http(problem, status);
    ssize_t sent = send(w->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);

    g_atomic_int_inc(&self->refused);
    sk_log(SK_LOG_WARNING, "request-refused", "why", why, NULL);
    linger(self, w);
    if (sent < 0 || !drain(self, w))
        drop(self, w);
}

static bool
watch_connection(SkGuard *self, Waiting *w)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = w };
    return epoll_ctl(self->epoll, EPOLL_CTL_ADD, w->fd, &event) == 0;
}

static void
hand_over(SkGuard *self, Waiting *w)
{
    epoll_ctl(self->epoll, EPOLL_CTL_DEL, w->fd, NULL);
    if (self->options.hand_over(self->options.data, w->fd, (const struct sockaddr *)&w->peer,
                                w->peer_n)) {
        g_queue_unlink(&self->waiting, &w->link);
        g_free(w);
        return;
    }
    if (watch_connection(self, w))
        answer(self, w, SK_PROBLEM_BUSY, 503, "full");
    else
        drop(self, w);
}

static SkProblem
problem_for(unsigned status)
{
    return status == 421 ? SK_PROBLEM_BAD_HOST : SK_PROBLEM_BAD_REQUEST;
}

/* false: the peer has gone, or has closed its side before the head was complete. */
static bool
peek(SkGuard *self, Waiting *w, bool half_closed)
{
    ssize_t n = recv(w->fd, self->buffer, sizeof self->buffer, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (n == 0)
        return false;
    SkHead head;
    SkHeadAnswer found = sk_head_check(sk_span(self->buffer, (size_t)n), &self->options.hosts, &head);
    explicit_bzero(self->buffer, (size_t)n); /* a head may bring a password */
    switch (found) {
    case SK_HEAD_MORE:
        return !half_closed;
    case SK_HEAD_OK:
        hand_over(self, w);
        return true;
    case SK_HEAD_BAD:
        answer(self, w, problem_for(head.status), head.status, head.why);
        return true;
    }
    return false;
}

static void
on_connection(SkGuard *self, Waiting *w, uint32_t events)
{
    if (w->lingering) {
        if ((events & (EPOLLERR | EPOLLHUP)) != 0 || !drain(self, w))
            drop(self, w);
    } else if ((events & EPOLLERR) != 0 || !peek(self, w, (events & EPOLLRDHUP) != 0)) {
        drop(self, w);
    }
}

static bool
peer_is_loopback(const struct sockaddr_storage *peer)
{
    if (peer->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)peer;
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    if (peer->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)peer;
        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    }
    return false;
}

static void
adopt(SkGuard *self, int fd, const struct sockaddr_storage *peer, socklen_t peer_n)
{
    if (self->waiting.length + self->lingering.length >= SK_GUARD_WAITING_MAX)
        drop(self, g_queue_is_empty(&self->lingering) ? g_queue_peek_head(&self->waiting)
                                                      : g_queue_peek_head(&self->lingering));
    Waiting *w = g_new0(Waiting, 1);
    w->link.data = w;
    w->fd = fd;
    w->peer = *peer;
    w->peer_n = peer_n;
    w->deadline = sk_clock_monotonic() + (self->options.deadline_us > 0 ? self->options.deadline_us
                                                                        : SK_GUARD_DEADLINE_US);
    g_queue_push_tail_link(&self->waiting, &w->link);
    if (!watch_connection(self, w))
        drop(self, w);
}

/* false: nothing more to accept now. */
static bool
accept_one(SkGuard *self, const Listener *listener)
{
    struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
    socklen_t peer_n = sizeof peer;
    int fd = accept4(listener->fd, (struct sockaddr *)&peer, &peer_n, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
        /* The listener would wake the loop at once again: make room, or give the others a moment.
         */
        if (g_queue_is_empty(&self->waiting))
            g_usleep(10000);
        else
            drop(self, g_queue_peek_head(&self->waiting));
        return false;
    }
    if (fd < 0)
        return errno == EINTR || errno == ECONNABORTED;
    if (listener->unix_socket)
        peer = (struct sockaddr_storage){ .ss_family = AF_UNIX };
    else if (!peer_is_loopback(&peer)) {
        close(fd);
        return true;
    }
    adopt(self, fd, &peer, listener->unix_socket ? (socklen_t)sizeof(sa_family_t) : peer_n);
    return true;
}

static Listener *
listener_of(SkGuard *self, const void *p)
{
    for (unsigned i = 0; i < self->options.n_listeners; i++)
        if (p == &self->listeners[i])
            return &self->listeners[i];
    return NULL;
}

static void
sweep(SkGuard *self, GQueue *queue, int64_t now)
{
    for (;;) {
        Waiting *w = g_queue_peek_head(queue);
        if (w == NULL || w->deadline > now)
            return;
        drop(self, w);
    }
}

/* Milliseconds until the next deadline, rounded up; -1 for none. */
static int
next_timeout(SkGuard *self)
{
    const Waiting *first = g_queue_peek_head(&self->waiting);
    const Waiting *second = g_queue_peek_head(&self->lingering);
    int64_t at = MIN(first == NULL ? INT64_MAX : first->deadline,
                     second == NULL ? INT64_MAX : second->deadline);
    if (at == INT64_MAX)
        return -1;
    int64_t left = at - sk_clock_monotonic();
    return left <= 0 ? 0 : (int)(left / 1000 + 1);
}

static void *
run(void *data)
{
    SkGuard *self = data;
    struct epoll_event events[EVENTS];

    for (;;) {
        int n = epoll_wait(self->epoll, events, EVENTS, next_timeout(self));
        bool accepting = false;
        /* Connections first: accepting may drop one that an event further on points to. */
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr == &self->stop)
                return NULL;
            if (listener_of(self, events[i].data.ptr) == NULL)
                on_connection(self, events[i].data.ptr, events[i].events);
            else
                accepting = true;
        }
        for (int i = 0; accepting && i < n; i++) {
            Listener *listener = listener_of(self, events[i].data.ptr);
            for (unsigned k = 0;
                 listener != NULL && k < ACCEPT_AT_ONCE && accept_one(self, listener); k++)
                ;
        }
        int64_t now = sk_clock_monotonic();
        sweep(self, &self->waiting, now);
        sweep(self, &self->lingering, now);
    }
}

/* What is watched here is read until there is nothing left, so it must not block. */
static bool
watch(SkGuard *self, int fd, void *p, GError **error)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = p };
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return sk_throw_errno(error, "fcntl");
    if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return sk_throw_errno(error, "epoll_ctl");
    return true;
}

bool
sk_guard_new(const SkGuardOptions *options, SkGuard **ret, GError **error)
{
    g_assert(options->n_listeners > 0 && options->n_listeners <= SK_GUARD_LISTENERS_MAX);
    g_autoptr(SkGuard) self = g_new0(SkGuard, 1);
    self->options = *options;
    self->stop = -1;
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (self->epoll < 0)
        return sk_throw_errno(error, "epoll_create1");
    self->stop = eventfd(0, EFD_CLOEXEC);
    if (self->stop < 0)
        return sk_throw_errno(error, "eventfd");
    if (!watch(self, self->stop, &self->stop, error))
        return false;
    for (unsigned i = 0; i < options->n_listeners; i++) {
        self->listeners[i] = (Listener){ .fd = options->listeners[i].fd,
                                         .unix_socket = options->listeners[i].unix_socket };
        if (!watch(self, self->listeners[i].fd, &self->listeners[i], error))
            return false;
    }
    self->options.listeners = NULL; /* copied above */
    self->thread = g_thread_try_new("guard", run, self, error);
    if (self->thread == NULL)
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_guard_free(SkGuard *self)
{
    if (self == NULL)
        return;
    if (self->thread != NULL) {
        uint64_t one = 1;
        while (write(self->stop, &one, sizeof one) < 0 && errno == EINTR)
            ;
        g_thread_join(self->thread);
    }
    while (!g_queue_is_empty(&self->waiting))
        drop(self, g_queue_peek_head(&self->waiting));
    while (!g_queue_is_empty(&self->lingering))
        drop(self, g_queue_peek_head(&self->lingering));
    sk_fd_clear(&self->epoll);
    sk_fd_clear(&self->stop);
    g_free(self);
}

unsigned
sk_guard_refused(SkGuard *self)
{
    return (unsigned)g_atomic_int_get((int *)&self->refused);
}
