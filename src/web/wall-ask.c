/* SPDX-License-Identifier: Apache-2.0
 * wall-ask.c - contract in wall-ask.h. */
#include "web/wall-ask.h"

#include "base/clock.h"
#include "base/io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_MAX (1u << 20)
#define PATIENCE (10ll * 1000000)

/* A question costs up to a second of CPU: they are answered one at a time. */
static GMutex asking;

static bool
valid(const SkWallQuery *ask)
{
    uint8_t bytes[16];
    bool v4 = inet_pton(AF_INET, ask->from, bytes) == 1 && inet_pton(AF_INET, ask->to, bytes) == 1;
    bool v6 =
        inet_pton(AF_INET6, ask->from, bytes) == 1 && inet_pton(AF_INET6, ask->to, bytes) == 1;
    bool ports = strcmp(ask->protocol, "tcp") == 0 || strcmp(ask->protocol, "udp") == 0;

    return (v4 || v6) &&
           (ports ? ask->port > 0 : strcmp(ask->protocol, "icmp") == 0 && ask->port == 0);
}

static bool
start(const char *programs, const char *directory, const SkWallQuery *ask, pid_t *ret_pid,
      int *ret_fd, GError **error)
{
    g_autofree char *program = g_build_filename(programs, "sekisho-wall", NULL);
    g_autofree char *what = ask->port == 0 ? g_strdup(ask->protocol)
                                           : g_strdup_printf("%s:%u", ask->protocol, ask->port);
    char *argv[] = { program,
                     (char *)(uintptr_t) "ask",
                     (char *)(uintptr_t) "--state",
                     (char *)(uintptr_t)directory,
                     (char *)(uintptr_t) "--json",
                     (char *)(uintptr_t)ask->from,
                     (char *)(uintptr_t)ask->to,
                     what,
                     NULL };
    char *environment[] = { (char *)(uintptr_t) "LC_ALL=C.UTF-8", NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return sk_throw_errno(error, "pipe");
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int failed = posix_spawn(ret_pid, program, &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *ret_fd = ends[0];
    if (failed == 0)
        return true;
    close(ends[0]);
    errno = failed;
    return sk_throw_errno(error, "sekisho-wall");
}

/* Reads until the end, as long as there is patience and room. */
static bool
gather(int fd, GByteArray *output, GError **error)
{
    int64_t deadline = sk_clock_monotonic() + PATIENCE;
    uint8_t buffer[16384];

    for (;;) {
        int64_t left = deadline - sk_clock_monotonic();
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        if (left <= 0 || (poll(&wait, 1, (int)(left / 1000 + 1)) == 0))
            return sk_throw(error, SK_ERROR_LIMIT, "sekisho-wall takes too long");
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sk_throw_errno(error, "sekisho-wall");
        if (output->len + (size_t)n > ANSWER_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "sekisho-wall says too much");
        g_byte_array_append(output, buffer, (guint)n);
    }
}

static bool
understand(int status, const GByteArray *output, json_t **ret, GError **error)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

    if (code == 2)
        return sk_throw(error, SK_ERROR_MALFORMED, "there is no such packet");
    if (code != 0 && code != 1)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "there is no snapshot to ask");
    *ret = json_loadb((const char *)output->data, output->len, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(*ret))
        return true;
    json_decref(*ret);
    *ret = NULL;
    return sk_throw(error, SK_ERROR_INTERNAL, "sekisho-wall gives no answer");
}

static bool
ask_now(const char *programs, const char *directory, const SkWallQuery *ask, json_t **ret,
        GError **error)
{
    g_autoptr(GByteArray) output = g_byte_array_new();
    pid_t pid = -1;
    int fd = -1, status = 0;

    if (!start(programs, directory, ask, &pid, &fd, error))
        return false;
    bool whole = gather(fd, output, error);
    close(fd);
    if (!whole)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return whole && understand(status, output, ret, error);
}

bool
sk_wall_ask(const char *programs, const char *directory, const SkWallQuery *ask, json_t **ret,
            GError **error)
{
    if (programs == NULL || directory == NULL)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "nobody watches the wall");
    if (!valid(ask))
        return sk_throw(error, SK_ERROR_MALFORMED, "there is no such packet");
    if (!g_mutex_trylock(&asking))
        return sk_throw(error, SK_ERROR_LIMIT, "another question is being answered");
    bool good = ask_now(programs, directory, ask, ret, error);
    g_mutex_unlock(&asking);
    return good;
}
