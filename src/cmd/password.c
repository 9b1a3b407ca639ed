/* SPDX-License-Identifier: Apache-2.0
 * password.c - contract in password.h. Read by read(2) into one buffer: a stream of the C library
 * would keep a copy of its own. */
#include "cmd/password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>

#define LINE_BYTES (SK_JOB_PASSWORD_MAX + 2) /* CR and LF behind it */

/* Up to the first line feed, the end, or a full buffer. */
static bool
read_line(int fd, char *line, size_t *ret_n, GError **error)
{
    size_t n = 0;

    while (n < LINE_BYTES) {
        ssize_t got = read(fd, line + n, 1); /* what follows the line is another's to read */
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sk_throw_errno(error, "the password cannot be read");
        if (got == 0 || line[n] == '\n')
            break;
        n++;
    }
    if (n > 0 && line[n - 1] == '\r')
        n--;
    *ret_n = n;
    return true;
}

static bool
ask(char *line, size_t *ret_n, GError **error)
{
    struct termios before;

    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return sk_throw_errno(error, "terminal");
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
        return sk_throw_errno(error, "terminal");
    static const char prompt[] = "Password: ";
    bool asked = write(STDERR_FILENO, prompt, sizeof prompt - 1) > 0;
    bool ok = asked && read_line(STDIN_FILENO, line, ret_n, error);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    if (asked && write(STDERR_FILENO, "\n", 1) < 0)
        return ok; /* nothing hangs on it */
    return asked ? ok : sk_throw_errno(error, "terminal");
}

static bool
take(const char *path, char *line, size_t *ret_n, GError **error)
{
    if (strcmp(path, "-") == 0)
        return isatty(STDIN_FILENO) == 1 ? ask(line, ret_n, error)
                                         : read_line(STDIN_FILENO, line, ret_n, error);
    sk_autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return sk_throw_errno(error, path);
    return read_line(fd, line, ret_n, error);
}

bool
sk_password_take(SkJob *job, const char *path, GError **error)
{
    char line[LINE_BYTES];
    size_t n = 0;
    bool ok = take(path, line, &n, error);

    if (ok && (n == 0 || !sk_job_set_password(job, sk_span(line, n))))
        ok = sk_throw(error, SK_ERROR_MALFORMED, "a password is one line of UTF-8, 1 to %u bytes",
                      SK_JOB_PASSWORD_MAX);
    explicit_bzero(line, sizeof line);
    return ok;
}
