/* SPDX-License-Identifier: Apache-2.0
 * question.c - contract in question.h. Links no libldap. */
#include "directory/question.h"

#include "base/io.h"
#include "base/reader.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define MAGIC "SkD1"

static void
wipe(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

/* ---- frames ---- */

void
sk_directory_question_free(SkDirectoryQuestion *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    wipe(self->password);
    g_free(self);
}

static bool
is_name(SkSpan s)
{
    bool good = s.n > 0 && s.n <= SK_DIRECTORY_NAME_MAX && g_ascii_isalnum(s.p[0]);

    for (size_t i = 0; i < s.n && good; i++)
        good = s.p[i] != '\0' && strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", s.p[i]) != NULL;
    return good;
}

static bool
is_password(SkSpan s)
{
    return s.n > 0 && s.n <= SK_DIRECTORY_PASSWORD_MAX && memchr(s.p, '\0', s.n) == NULL;
}

static void
put(GByteArray *out, const char *s)
{
    size_t n = strlen(s);
    const uint8_t length[] = { (uint8_t)(n & 0xff), (uint8_t)(n >> 8) };
    g_byte_array_append(out, length, sizeof length);
    g_byte_array_append(out, (const uint8_t *)s, (guint)n);
}

GByteArray *
sk_directory_frame(const char *name, const char *password)
{
    if ((name == NULL) != (password == NULL) ||
        (name != NULL && (!is_name(sk_span_str(name)) || !is_password(sk_span_str(password)))))
        return NULL;
    GByteArray *out = g_byte_array_sized_new(SK_DIRECTORY_FRAME_MAX); /* never moved */
    g_byte_array_append(out, (const uint8_t *)MAGIC, strlen(MAGIC));
    put(out, name == NULL ? "" : name);
    put(out, password == NULL ? "" : password);
    return out;
}

bool
sk_directory_frame_parse(SkSpan frame, SkDirectoryQuestion **ret, GError **error)
{
    SkReader r = sk_reader(frame);
    SkSpan magic = sk_reader_span(&r, strlen(MAGIC));
    SkSpan name = sk_reader_span(&r, sk_reader_u16le(&r));
    SkSpan password = sk_reader_span(&r, sk_reader_u16le(&r));
    bool nobody = name.n == 0 && password.n == 0;

    if (!sk_reader_ok(&r) || sk_reader_left(&r) > 0 || !sk_span_is(magic, MAGIC) ||
        (!nobody && (!is_name(name) || !is_password(password))))
        return sk_throw(error, SK_ERROR_MALFORMED, "directory: not a question");
    *ret = g_new0(SkDirectoryQuestion, 1);
    if (!nobody) {
        (*ret)->name = sk_span_dup(name);
        (*ret)->password = sk_span_dup(password);
    }
    return true;
}

/* ---- asking ---- */

static SkDirectoryAnswer
wait_for(int mine)
{
    int64_t until = g_get_monotonic_time() + SK_DIRECTORY_PATIENCE_MS * INT64_C(1000);
    struct pollfd fd = { .fd = mine, .events = POLLIN };
    uint8_t answer = 0;
    int ready = 0;

    do {
        int64_t left = (until - g_get_monotonic_time()) / 1000;
        ready = left <= 0 ? 0 : poll(&fd, 1, (int)left);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0 || recv(mine, &answer, 1, MSG_DONTWAIT) != 1 || answer == 0 ||
        answer >= SK_DIRECTORY_ANSWERS)
        return SK_DIRECTORY_AWAY;
    return (SkDirectoryAnswer)answer;
}

SkDirectoryAnswer
sk_directory_ask(int sock, const char *name, const char *password)
{
    g_autoptr(GByteArray) frame = sk_directory_frame(name, password);
    int pair[2];

    if (frame == NULL)
        return SK_DIRECTORY_NO;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        explicit_bzero(frame->data, frame->len);
        return SK_DIRECTORY_AWAY;
    }
    sk_autofd mine = pair[0];
    bool sent = sk_io_send_frame_now(sock, sk_span(frame->data, frame->len), &pair[1], 1, NULL);
    sk_fd_clear(&pair[1]); /* now the other side's alone: when it goes, we hear it */
    explicit_bzero(frame->data, frame->len);
    return sent ? wait_for(mine) : SK_DIRECTORY_AWAY;
}

/* ---- settings ---- */

void
sk_directory_door_free(SkDirectoryDoor *self)
{
    if (self == NULL)
        return;
    g_free(self->url);
    g_free(self->bind);
    wipe(self->password);
    g_free(self->base);
    g_free(self->filter);
    g_free(self->account);
    g_free(self);
}

GBytes *
sk_directory_door_emit(const SkDirectoryDoor *self)
{
    json_t *all = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "url", self->url, "bind", self->bind,
                            "password", self->password, "base", self->base, "filter", self->filter,
                            "account", self->account);
    char *text = all == NULL ? NULL : json_dumps(all, JSON_COMPACT);

    json_decref(all);
    return text == NULL ? NULL : g_bytes_new_with_free_func(text, strlen(text), free, text);
}

bool
sk_directory_door_parse(SkSpan text, SkDirectoryDoor **ret, GError **error)
{
    const char *v[6] = { NULL };
    json_t *all = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    bool good = all != NULL &&
                json_unpack(all, "{s:s, s:s, s:s, s:s, s:s, s:s !}", "url", &v[0], "bind", &v[1],
                            "password", &v[2], "base", &v[3], "filter", &v[4], "account",
                            &v[5]) == 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(v) && good; i++)
        good = *v[i] != '\0';
    if (good) {
        SkDirectoryDoor *self = g_new0(SkDirectoryDoor, 1);
        char **const slots[] = { &self->url,  &self->bind,   &self->password,
                                 &self->base, &self->filter, &self->account };
        for (unsigned i = 0; i < G_N_ELEMENTS(slots); i++)
            *slots[i] = g_strdup(v[i]);
        *ret = self;
    }
    json_decref(all);
    return good || sk_throw(error, SK_ERROR_MALFORMED, "directory: no settings");
}

bool
sk_directory_secret(const char *path, char **ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    struct stat st = { 0 };

    if (stat(path, &st) != 0)
        return sk_throw_errno(error, path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "%s: a password's file that only its owner may read (mode 0600) is needed",
                        path);
    if (!sk_io_read_file(path, SK_DIRECTORY_PASSWORD_MAX, &bytes, error))
        return false;
    SkSpan text = sk_span_bytes(bytes);
    if (text.n > 0 && text.p[text.n - 1] == '\n')
        text.n--;
    if (!is_password(text) || memchr(text.p, '\n', text.n) != NULL)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "%s: an empty password, or more than one line: a directory is never asked "
                        "without a password",
                        path);
    *ret = sk_span_dup(text);
    return true;
}
