/* SPDX-License-Identifier: Apache-2.0
 * child.c - contract in child.h. */
#include "wall/child.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/syscall.h>

struct SkWallChild {
    pid_t pid;
    int fd;
    int ask; /* -1: it is told nothing */
    int64_t deadline;
    GByteArray *output;
};

/* In the child: async-signal-safe calls only. */
static void
become(const char *const *argv, bool bare, int in, int out)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { { 0 }, { 0 } };
    sigset_t all;

    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        _exit(3);
    if (bare) {
        (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        for (int i = 0; i <= CAP_LAST_CAP; i++)
            (void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
        if (syscall(SYS_capset, &header, none) != 0)
            _exit(3);
    }
    if (dup2(out, STDOUT_FILENO) < 0 || (in >= 0 && dup2(in, STDIN_FILENO) < 0))
        _exit(3);
    execv(argv[0], (char *const *)argv);
    _exit(3);
}

static void
close_both(const int *ends)
{
    for (unsigned i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

static bool
start(const char *const *argv, bool bare, bool asked, SkWallChild **ret, GError **error)
{
    int out[2] = { -1, -1 }, in[2] = { -1, -1 };

    /* A socket, so that a child that is gone is an error and not a signal. */
    if (pipe2(out, O_CLOEXEC) != 0 ||
        (asked && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0)) {
        close_both(out);
        return sk_throw_errno(error, "pipe");
    }
    pid_t pid = fork();
    if (pid == 0)
        become(argv, bare, in[1], out[1]);
    close(out[1]);
    if (in[1] >= 0)
        close(in[1]);
    if (pid < 0) {
        close(out[0]);
        if (in[0] >= 0)
            close(in[0]);
        return sk_throw_errno(error, "fork");
    }
    (void)fcntl(out[0], F_SETFL, O_NONBLOCK);
    SkWallChild *self = g_new0(SkWallChild, 1);
    self->pid = pid;
    self->fd = out[0];
    self->ask = in[0];
    self->deadline = INT64_MAX;
    self->output = g_byte_array_new();
    *ret = self;
    return true;
}

bool
sk_wall_child_start(const char *const *argv, bool bare, int64_t deadline_us, SkWallChild **ret,
                    GError **error)
{
    if (!start(argv, bare, false, ret, error))
        return false;
    (*ret)->deadline = sk_clock_monotonic() + deadline_us;
    return true;
}

bool
sk_wall_child_start_asked(const char *const *argv, bool bare, SkWallChild **ret, GError **error)
{
    return start(argv, bare, true, ret, error);
}

bool
sk_wall_child_ask(SkWallChild *self, const char *line, int64_t deadline_us, GError **error)
{
    size_t n = strlen(line);

    g_assert(self->ask >= 0 && n > 0 && line[n - 1] == '\n');
    g_byte_array_set_size(self->output, 0);
    self->deadline = sk_clock_monotonic() + deadline_us;
    return send(self->ask, line, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n ||
           sk_throw_errno(error, "a child does not listen");
}

static int
reap(SkWallChild *self, bool kill_it)
{
    int status = 0;

    if (self->pid > 0) {
        if (kill_it)
            kill(self->pid, SIGKILL);
        while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
            continue;
        self->pid = 0;
    }
    return status;
}

void
sk_wall_child_free(SkWallChild *self)
{
    if (self == NULL)
        return;
    (void)reap(self, true);
    close(self->fd);
    if (self->ask >= 0)
        close(self->ask);
    g_byte_array_unref(self->output);
    g_free(self);
}

int
sk_wall_child_fd(const SkWallChild *self)
{
    return self->fd;
}

int64_t
sk_wall_child_deadline(const SkWallChild *self)
{
    return self->deadline;
}

static SkWallChildState
failed(SkWallChild *self, const char *why, char **ret_why)
{
    (void)reap(self, true);
    *ret_why = g_strdup(why);
    return SK_WALL_CHILD_FAILED;
}

SkWallChildState
sk_wall_child_take(SkWallChild *self, int *ret_status, GBytes **ret_output, char **ret_why)
{
    uint8_t buffer[65536];
    ssize_t n;

    while ((n = read(self->fd, buffer, sizeof buffer)) > 0) {
        if (self->output->len + (size_t)n > SK_WALL_CHILD_OUTPUT_MAX)
            return failed(self, "it wrote too much", ret_why);
        g_byte_array_append(self->output, buffer, (guint)n);
    }
    if (self->ask >= 0 && self->output->len > 0 &&
        self->output->data[self->output->len - 1] == '\n') {
        *ret_output = g_bytes_new(self->output->data, self->output->len);
        g_byte_array_set_size(self->output, 0);
        self->deadline = INT64_MAX;
        return SK_WALL_CHILD_SAID;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return sk_clock_monotonic() < self->deadline ? SK_WALL_CHILD_RUNS
                                                     : failed(self, "it took too long", ret_why);
    if (n < 0)
        return failed(self, "its output could not be read", ret_why);
    int status = reap(self, false);
    if (!WIFEXITED(status))
        return failed(self, "it was killed", ret_why);
    *ret_status = WEXITSTATUS(status);
    *ret_output = g_bytes_new(self->output->data, self->output->len);
    return SK_WALL_CHILD_ENDED;
}
