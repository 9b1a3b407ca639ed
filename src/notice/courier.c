/* SPDX-License-Identifier: Apache-2.0
 * courier.c - contract in courier.h: frames and settings; courier-smtp.c talks to the server. */
#include "notice/courier.h"

#include "base/io.h"
#include "base/name.h"
#include "base/reader.h"
#include "base/sink.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>

#define MAGIC "SkM1"
#define HEAD "sekisho-courier 1\n"

/* ---- settings ---- */

static const struct {
    const char *name;
    size_t offset;
} members[] = {
    { "smtp", offsetof(SkCourierSettings, url) },       { "unix", offsetof(SkCourierSettings, unix_path) },
    { "from", offsetof(SkCourierSettings, from) },      { "user", offsetof(SkCourierSettings, user) },
    { "password", offsetof(SkCourierSettings, password) },
};

static char **
slot(const SkCourierSettings *self, unsigned i)
{
    return (char **)(void *)((char *)(uintptr_t)self + members[i].offset);
}

void
sk_courier_settings_free(SkCourierSettings *self)
{
    if (self == NULL)
        return;
    if (self->password != NULL)
        sodium_memzero(self->password, strlen(self->password));
    for (unsigned i = 0; i < G_N_ELEMENTS(members); i++)
        g_free(*slot(self, i));
    g_clear_pointer(&self->ca, g_bytes_unref);
    g_free(self);
}

bool
sk_courier_settings_emit(const SkCourierSettings *self, GBytes **ret, GError **error)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(64u << 10);

    sk_sink_str(out, HEAD);
    for (unsigned i = 0; i < G_N_ELEMENTS(members); i++) {
        const char *value = *slot(self, i);
        if (value == NULL)
            continue;
        if (strpbrk(value, "\r\n") != NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "courier: a setting has a line end in it");
        sk_sink_printf(out, "%s %s\n", members[i].name, value);
    }
    if (!sk_sink_finish(out, error))
        return false;
    *ret = sk_sink_steal_bytes(out);
    return true;
}

static bool
parse_line(SkCourierSettings *self, const char *line)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(members); i++) {
        size_t n = strlen(members[i].name);
        if (strncmp(line, members[i].name, n) != 0 || line[n] != ' ' || *slot(self, i) != NULL)
            continue;
        *slot(self, i) = g_strdup(line + n + 1);
        return true;
    }
    return false;
}

bool
sk_courier_settings_parse(SkSpan text, SkCourierSettings **ret, GError **error)
{
    g_autoptr(SkCourierSettings) self = g_new0(SkCourierSettings, 1);
    g_autofree char *copy = sk_span_dup(text);

    if (strlen(copy) != text.n || !g_str_has_prefix(copy, HEAD))
        return sk_throw(error, SK_ERROR_MALFORMED, "courier: no settings");
    g_auto(GStrv) lines = g_strsplit(copy + strlen(HEAD), "\n", -1);
    for (unsigned i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
        if (!parse_line(self, lines[i]))
            return sk_throw(error, SK_ERROR_MALFORMED, "courier: an unknown setting");
    sodium_memzero(copy, text.n);
    if ((self->url == NULL) == (self->unix_path == NULL) || self->from == NULL || !sk_mail_is(self->from) ||
        (self->user == NULL) != (self->password == NULL))
        return sk_throw(error, SK_ERROR_MALFORMED, "courier: settings that do not fit together");
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- frames ---- */

GBytes *
sk_courier_frame(const char *to, SkSpan message)
{
    g_autoptr(SkSink) out = sk_sink_new_memory(SK_COURIER_FRAME_MAX);

    g_assert(sk_mail_is(to) && message.n <= SK_COURIER_MESSAGE_MAX);
    sk_sink_str(out, MAGIC);
    sk_sink_u16le(out, (uint16_t)strlen(to));
    sk_sink_str(out, to);
    sk_sink_span(out, message);
    g_assert(sk_sink_ok(out));
    return sk_sink_steal_bytes(out);
}

bool
sk_courier_frame_parse(SkSpan frame, char **ret_to, SkSpan *ret_message, GError **error)
{
    SkReader r = sk_reader(frame);
    SkSpan magic = sk_reader_span(&r, strlen(MAGIC));
    SkSpan to = sk_reader_span(&r, sk_reader_u16le(&r));
    SkSpan message = sk_reader_span(&r, sk_reader_left(&r));
    g_autofree char *address = sk_span_dup(to);

    if (!sk_reader_ok(&r) || !sk_span_is(magic, MAGIC) || strlen(address) != to.n || !sk_mail_is(address) ||
        message.n == 0 || message.n > SK_COURIER_MESSAGE_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "courier: not a mail");
    *ret_to = g_steal_pointer(&address);
    *ret_message = message;
    return true;
}

bool
sk_courier_ask(int sock, int stop, const char *to, SkSpan message, SkCourierAnswer *ret, GError **error)
{
    struct pollfd fds[] = { { .fd = sock, .events = POLLIN }, { .fd = stop, .events = POLLIN } };
    g_autoptr(GBytes) frame = sk_courier_frame(to, message);
    int received[SK_IO_FDS_MAX];
    uint8_t answer = 0;
    size_t n = 0;

    if (!sk_io_send_frame_now(sock, sk_span_bytes(frame), NULL, 0, error))
        return false;
    int ready = poll(fds, G_N_ELEMENTS(fds), SK_COURIER_PATIENCE_MS);
    if (ready < 0 && errno != EINTR)
        return sk_throw_errno(error, "poll");
    if (fds[1].revents != 0) {
        *ret = SK_COURIER_FAILED;
        return true;
    }
    if (ready <= 0)
        return sk_throw(error, SK_ERROR_IO, "courier: no answer");
    if (!sk_io_recv_frame(sock, &answer, 1, &n, received, error))
        return false;
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&received[i]);
    if (n != 1 || answer == 0 || answer >= SK_COURIER_COUNT)
        return sk_throw(error, SK_ERROR_IO, "courier: it has gone or answers nonsense");
    *ret = (SkCourierAnswer)answer;
    return true;
}
