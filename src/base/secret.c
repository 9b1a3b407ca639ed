/* SPDX-License-Identifier: Apache-2.0
 * secret.c - contract in secret.h. A frame is the word, the key, and the secret with NUL behind it
 * to the end. */
#include "base/secret.h"

#include "base/clock.h"
#include "base/io.h"

#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define WORD "sk-pass1"
#define WORD_LEN (sizeof WORD - 1)
#define FRAME_LEN (WORD_LEN + SK_SECRET_KEY_LEN + SK_SECRET_MAX + 1)
#define FRAMES_AT_ONCE 256u /* then the runner has other things to do */

typedef struct {
    char key[SK_SECRET_KEY_LEN + 1]; /* "": the place is free */
    char secret[SK_SECRET_MAX + 1];
    int64_t since; /* monotonic µs */
} Place;

struct SkSecrets {
    int sock; /* borrowed; -1 once the other end is closed */
    Place places[SK_SECRETS_MAX];
};

static bool
is_key(const char *key)
{
    return strlen(key) == SK_SECRET_KEY_LEN && strspn(key, "0123456789abcdef") == SK_SECRET_KEY_LEN;
}

/* The limit alone does not hold where cores go to a program: that one is started all the same. */
bool
sk_secret_guard(GError **error)
{
    const struct rlimit none = { 0, 0 };

    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return sk_throw_errno(error, "RLIMIT_CORE");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return sk_throw_errno(error, "prctl(PR_SET_DUMPABLE)");
    return true;
}

bool
sk_secret_send(int sock, const char *key, SkSpan secret, GError **error)
{
    uint8_t frame[FRAME_LEN] = { 0 };

    g_assert(is_key(key) && secret.n > 0 && secret.n <= SK_SECRET_MAX &&
             memchr(secret.p, 0, secret.n) == NULL);
    memcpy(frame, WORD, WORD_LEN);
    memcpy(frame + WORD_LEN, key, SK_SECRET_KEY_LEN);
    memcpy(frame + WORD_LEN + SK_SECRET_KEY_LEN, secret.p, secret.n);
    bool sent = sk_io_send_frame_now(sock, sk_span(frame, sizeof frame), NULL, 0, error);
    explicit_bzero(frame, sizeof frame);
    return sent;
}

SkSecrets *
sk_secrets_new(int sock)
{
    SkSecrets *self = g_new0(SkSecrets, 1);

    self->sock = sock;
    return self;
}

void
sk_secrets_free(SkSecrets *self)
{
    if (self == NULL)
        return;
    explicit_bzero(self, sizeof *self);
    g_free(self);
}

static Place *
lookup(const SkSecrets *self, const char *key)
{
    for (unsigned i = 0; i < SK_SECRETS_MAX; i++) {
        if (key[0] != '\0' && strcmp(self->places[i].key, key) == 0)
            return (Place *)(uintptr_t)&self->places[i];
    }
    return NULL;
}

/* A free place, or the oldest one's. */
static Place *
make_place(SkSecrets *self)
{
    Place *oldest = &self->places[0];

    for (unsigned i = 0; i < SK_SECRETS_MAX; i++) {
        Place *place = &self->places[i];
        if (place->key[0] == '\0')
            return place;
        if (place->since < oldest->since)
            oldest = place;
    }
    return oldest;
}

static void
keep(SkSecrets *self, SkSpan frame)
{
    char key[SK_SECRET_KEY_LEN + 1] = { 0 };

    if (frame.n != FRAME_LEN || memcmp(frame.p, WORD, WORD_LEN) != 0 || frame.p[frame.n - 1] != 0)
        return;
    memcpy(key, frame.p + WORD_LEN, SK_SECRET_KEY_LEN);
    if (!is_key(key))
        return;
    Place *place = lookup(self, key);
    if (place == NULL)
        place = make_place(self);
    explicit_bzero(place, sizeof *place);
    memcpy(place->key, key, sizeof key);
    memcpy(place->secret, frame.p + WORD_LEN + SK_SECRET_KEY_LEN, SK_SECRET_MAX + 1);
    place->since = sk_clock_monotonic();
}

/* false: nothing waits, or nothing ever will. */
static bool
take_one(SkSecrets *self)
{
    struct pollfd readable = { .fd = self->sock, .events = POLLIN };
    uint8_t frame[FRAME_LEN];
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };
    size_t n = 0;

    if (self->sock < 0 || poll(&readable, 1, 0) <= 0)
        return false;
    bool got = sk_io_recv_frame(self->sock, frame, sizeof frame, &n, fds, NULL);
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&fds[i]);
    if (got && n == 0)
        self->sock = -1; /* the supervisor gives a new pair with a new start */
    if (got && n > 0)
        keep(self, sk_span(frame, n));
    explicit_bzero(frame, sizeof frame);
    return self->sock >= 0;
}

void
sk_secrets_take(SkSecrets *self)
{
    int64_t old = sk_clock_monotonic() - SK_SECRETS_KEEP_US;

    for (unsigned i = 0; i < FRAMES_AT_ONCE && take_one(self); i++)
        continue;
    for (unsigned i = 0; i < SK_SECRETS_MAX; i++) {
        if (self->places[i].key[0] != '\0' && self->places[i].since <= old)
            explicit_bzero(&self->places[i], sizeof self->places[i]);
    }
}

SkSpan
sk_secrets_get(const SkSecrets *self, const char *key)
{
    const Place *place = lookup(self, key);

    return place == NULL ? SK_SPAN_EMPTY : sk_span_str(place->secret);
}

void
sk_secrets_forget(SkSecrets *self, const char *key)
{
    Place *place = lookup(self, key);

    if (place != NULL)
        explicit_bzero(place, sizeof *place);
}
