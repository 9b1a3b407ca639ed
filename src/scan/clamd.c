/* SPDX-License-Identifier: Apache-2.0
 * clamd.c - contract in clamd.h. What is not exactly one of the answers that we know is a failure,
 * never "nothing found". */
#include "scan/clamd.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/name.h"
#include "base/sink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK 65536u
#define ANSWER_MAX 1024u

typedef struct {
    int sock;
    int64_t deadline; /* monotonic */
} Talk;

static bool
wait_for(const Talk *self, short events, short *ret, GError **error)
{
    for (;;) {
        int64_t left_ms = (self->deadline - sk_clock_monotonic()) / 1000;
        struct pollfd fd = { .fd = self->sock, .events = events };
        if (left_ms <= 0)
            return sk_throw(error, SK_ERROR_IO, "clamd: no answer in time");
        int n = poll(&fd, 1, (int)MIN(left_ms, (int64_t)G_MAXINT));
        if (n > 0) {
            *ret = fd.revents;
            return true;
        }
        if (n < 0 && errno != EINTR)
            return sk_throw(error, SK_ERROR_IO, "clamd: %s", g_strerror(errno));
    }
}

static bool
open_socket(Talk *self, const char *path, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
        return sk_throw(error, SK_ERROR_IO, "clamd: the socket's path is too long");
    self->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (self->sock < 0 ||
        connect(self->sock, (const struct sockaddr *)&address, sizeof address) != 0)
        return sk_throw(error, SK_ERROR_IO, "clamd: %s", g_strerror(errno));
    return true;
}

/* @ret_answered: it has something to say before it has heard everything. */
static bool
send_all(const Talk *self, SkSpan what, bool *ret_answered, GError **error)
{
    for (size_t at = 0; at < what.n && !*ret_answered;) {
        short events = 0;
        if (!wait_for(self, POLLIN | POLLOUT, &events, error))
            return false;
        if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) {
            *ret_answered = true;
            break;
        }
        ssize_t n = send(self->sock, what.p + at, what.n - at, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return sk_throw(error, SK_ERROR_IO, "clamd: %s", g_strerror(errno));
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool
send_length(const Talk *self, uint32_t n, bool *ret_answered, GError **error)
{
    const uint8_t length[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
                                (uint8_t)n };
    return send_all(self, sk_span(length, sizeof length), ret_answered, error);
}

static bool
send_object(const Talk *self, int input, GError **error)
{
    g_autofree uint8_t *chunk = g_malloc(CHUNK);
    bool answered = false;

    if (!send_all(self, sk_span("zINSTREAM", 10), &answered, error))
        return false;
    for (off_t at = 0; !answered;) {
        ssize_t n = pread(input, chunk, CHUNK, at);
        if (n < 0)
            return sk_throw(error, SK_ERROR_IO, "clamd: the object: %s", g_strerror(errno));
        if (!send_length(self, (uint32_t)n, &answered, error))
            return false;
        if (n == 0)
            break; /* a chunk of no length ends the stream */
        if (!answered && !send_all(self, sk_span(chunk, (size_t)n), &answered, error))
            return false;
        at += n;
    }
    return true;
}

/* (transfer full): everything until the daemon closes, NULL at its end left out. */
static char *
hear(const Talk *self, GError **error)
{
    char answer[ANSWER_MAX + 1];
    size_t n = 0;

    for (;;) {
        short events = 0;
        if (!wait_for(self, POLLIN, &events, error))
            return NULL;
        ssize_t got = recv(self->sock, answer + n, sizeof answer - n, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got < 0) {
            (void)sk_throw(error, SK_ERROR_IO, "clamd: %s", g_strerror(errno));
            return NULL;
        }
        if (got == 0)
            break;
        n += (size_t)got;
        if (n > ANSWER_MAX) {
            (void)sk_throw(error, SK_ERROR_IO, "clamd: its answer does not end");
            return NULL;
        }
    }
    if (n == 0 || answer[n - 1] != '\0' || strlen(answer) != n - 1) {
        (void)sk_throw(error, SK_ERROR_IO, "clamd: its answer is cut short");
        return NULL;
    }
    return g_strdup(answer);
}

static bool
understand(const char *answer, char **ret_name, GError **error)
{
    static const char before[] = "stream: ", after[] = " FOUND";
    size_t n = strlen(answer);

    if (strcmp(answer, "stream: OK") == 0) {
        *ret_name = NULL;
        return true;
    }
    if (!g_str_has_prefix(answer, before) || !g_str_has_suffix(answer, after) ||
        n <= strlen(before) + strlen(after))
        return sk_throw(error, SK_ERROR_IO, "clamd: it did not scan the object");
    *ret_name = sk_text_plain(
        sk_span(answer + strlen(before), n - strlen(before) - strlen(after)), SK_CLAMD_NAME_MAX);
    return true;
}

bool
sk_clamd_scan(const char *socket, int input, uint32_t wall_ms, char **ret_name, GError **error)
{
    Talk talk = { .sock = -1, .deadline = sk_clock_monotonic() + (int64_t)wall_ms * 1000 };
    g_autofree char *answer = NULL;

    if (open_socket(&talk, socket, error) && send_object(&talk, input, error))
        answer = hear(&talk, error);
    sk_fd_clear(&talk.sock);
    return answer != NULL && understand(answer, ret_name, error);
}
