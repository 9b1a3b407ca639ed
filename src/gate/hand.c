/* SPDX-License-Identifier: Apache-2.0
 * hand.c - contract in hand.h. */
#include "gate/hand.h"

#include "base/clock.h"
#include "base/name.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

struct SkHand {
    int fd;
    int stop;
    GString *in; /* what was read and not yet taken */
};

/* ---- bytes ------------------------------------------------------------------------------------ */

static bool
wait_for(const SkHand *self, short events, int64_t until, GError **error)
{
    struct pollfd fds[] = { { .fd = self->fd, .events = events }, { .fd = self->stop, .events = POLLIN } };
    int64_t left = until - sk_clock_monotonic();

    if (left <= 0)
        return sk_throw(error, SK_ERROR_IO, "mail server: no answer in time");
    if (poll(fds, G_N_ELEMENTS(fds), (int)(left / 1000) + 1) < 0 && errno != EINTR)
        return sk_throw_errno(error, "mail server");
    if (fds[1].revents != 0)
        return sk_throw(error, SK_ERROR_IO, "mail server: asked to end");
    return true;
}

static bool
write_all(const SkHand *self, SkSpan bytes, GError **error)
{
    int64_t until = sk_clock_monotonic() + (int64_t)SK_HAND_PATIENCE_MS * 1000;

    while (bytes.n > 0) {
        ssize_t n = send(self->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return sk_throw_errno(error, "mail server");
        if (n > 0)
            bytes = sk_span_sub(bytes, (size_t)n, bytes.n - (size_t)n);
        else if (!wait_for(self, POLLOUT, until, error))
            return false;
    }
    return true;
}

static bool
read_more(SkHand *self, int64_t until, GError **error)
{
    char bytes[4096];
    ssize_t n = recv(self->fd, bytes, sizeof bytes, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return wait_for(self, POLLIN, until, error);
    if (n < 0)
        return sk_throw_errno(error, "mail server");
    if (n == 0)
        return sk_throw(error, SK_ERROR_IO, "mail server: it has gone");
    g_string_append_len(self->in, bytes, n);
    return true;
}

/* ---- answers ---------------------------------------------------------------------------------- */

/* (transfer full): the next line, without its end. */
static char *
read_line(SkHand *self, int64_t until, GError **error)
{
    for (;;) {
        const char *lf = memchr(self->in->str, '\n', self->in->len);
        if (lf != NULL) {
            gsize n = (gsize)(lf - self->in->str);
            char *line = g_strndup(self->in->str, n > 0 && self->in->str[n - 1] == '\r' ? n - 1 : n);
            g_string_erase(self->in, 0, (gssize)n + 1);
            return line;
        }
        if (self->in->len > SK_HAND_LINE_MAX) {
            g_set_error(error, SK_ERROR, SK_ERROR_IO, "mail server: a line over %u bytes", SK_HAND_LINE_MAX);
            return NULL;
        }
        if (!read_more(self, until, error))
            return NULL;
    }
}

static bool
is_answer(const char *line)
{
    return line[0] >= '2' && line[0] <= '5' && g_ascii_isdigit(line[1]) && g_ascii_isdigit(line[2]) &&
           (line[3] == '\0' || line[3] == ' ' || line[3] == '-');
}

/* All the lines of one answer have one code; 3xx and 2xx are told apart by the caller. */
static bool
read_answer(SkHand *self, SkHandAnswer *ret, GError **error)
{
    int64_t until = sk_clock_monotonic() + (int64_t)SK_HAND_PATIENCE_MS * 1000;
    SkHandAnswer answer = { 0 };

    for (unsigned i = 0; i < SK_HAND_LINES_MAX; i++) {
        g_autofree char *line = read_line(self, until, error);
        if (line == NULL)
            return false;
        if (!is_answer(line) || (i > 0 && strncmp(line, answer.code, 3) != 0))
            return sk_throw(error, SK_ERROR_IO, "mail server: this is no answer");
        memcpy(answer.code, line, 3);
        if (line[3] == '-')
            continue;
        answer.verdict = line[0] == '2' || line[0] == '3' ? SK_HAND_TAKEN
                         : line[0] == '5'                 ? SK_HAND_REFUSED
                                                          : SK_HAND_LATER;
        *ret = answer;
        return true;
    }
    return sk_throw(error, SK_ERROR_IO, "mail server: an answer of over %u lines", SK_HAND_LINES_MAX);
}

static bool
ask(SkHand *self, const char *line, SkHandAnswer *ret, GError **error)
{
    return write_all(self, sk_span_str(line), error) && read_answer(self, ret, error);
}

/* ---- opening ---------------------------------------------------------------------------------- */

static int
connect_to(const char *path, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path) {
        g_set_error(error, SK_ERROR, SK_ERROR_IO, "mail server: the path is too long");
        return -1;
    }
    sk_autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        sk_error_set_errno(error, "mail server");
        return -1;
    }
    return sk_fd_steal(&fd);
}

SkHand *
sk_hand_open(const char *path, bool lmtp, const char *host, int stop, GError **error)
{
    g_autoptr(SkHand) self = g_new0(SkHand, 1);
    g_autofree char *hello = g_strdup_printf("%s %s\r\n", lmtp ? "LHLO" : "EHLO", host);
    SkHandAnswer answer = { 0 };

    self->in = g_string_new(NULL);
    self->stop = stop;
    self->fd = connect_to(path, error);
    if (self->fd < 0 || !read_answer(self, &answer, error) ||
        (answer.verdict == SK_HAND_TAKEN && !ask(self, hello, &answer, error)))
        return NULL;
    if (answer.verdict != SK_HAND_TAKEN) {
        g_set_error(error, SK_ERROR, SK_ERROR_IO, "mail server: it greets with %s", answer.code);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void
sk_hand_close(SkHand *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0 && send(self->fd, "QUIT\r\n", 6, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        errno = 0; /* it has gone already */
    sk_fd_clear(&self->fd);
    if (self->in != NULL)
        g_string_free(self->in, TRUE);
    g_free(self);
}

/* ---- a mail ----------------------------------------------------------------------------------- */

/* A dot at the start of a line gets a second one (RFC 5321, 4.5.2). */
static GString *
stuffed(SkSpan message)
{
    GString *out = g_string_sized_new(message.n + 16);
    bool start = true;

    for (size_t i = 0; i < message.n; i++) {
        char c = (char)message.p[i];
        g_assert(c != '\n' || (i > 0 && message.p[i - 1] == '\r'));
        if (start && c == '.')
            g_string_append_c(out, '.');
        g_string_append_c(out, c);
        start = c == '\n';
    }
    g_assert(start);
    return g_string_append(out, ".\r\n");
}

/* What was begun is taken back, so that the next mail finds nothing of it. */
static bool
take_back(SkHand *self, SkHandAnswer *answer, GError **error)
{
    SkHandAnswer reset = { 0 };

    if (!ask(self, "RSET\r\n", &reset, error))
        return false;
    if (answer->verdict == SK_HAND_TAKEN)
        answer->verdict = SK_HAND_LATER; /* 2xx where 354 belongs: not a server that we know */
    return reset.verdict == SK_HAND_TAKEN || sk_throw(error, SK_ERROR_IO, "mail server: RSET gets %s", reset.code);
}

bool
sk_hand_mail(SkHand *self, const char *recipient, SkSpan message, SkHandAnswer *ret, GError **error)
{
    g_assert(sk_mail_is(recipient));
    g_autofree char *to = g_strdup_printf("RCPT TO:<%s>\r\n", recipient);
    const struct {
        const char *line;
        char wants;
    } steps[] = { { "MAIL FROM:<>\r\n", '2' }, { to, '2' }, { "DATA\r\n", '3' } };
    SkHandAnswer answer = { 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (!ask(self, steps[i].line, &answer, error))
            return false;
        if (answer.code[0] == steps[i].wants)
            continue;
        if (!take_back(self, &answer, error))
            return false;
        /* That nobody may write, or not from us, says nothing about this mail. */
        if (i == 0 && answer.verdict == SK_HAND_REFUSED)
            answer.verdict = SK_HAND_LATER;
        *ret = answer;
        return true;
    }
    GString *bytes = stuffed(message);
    bool sent = write_all(self, sk_span(bytes->str, bytes->len), error) && read_answer(self, &answer, error);
    g_string_free(bytes, TRUE);
    if (!sent)
        return false;
    if (answer.code[0] == '3')
        return sk_throw(error, SK_ERROR_IO, "mail server: %s for a whole mail", answer.code);
    *ret = answer;
    return true;
}
