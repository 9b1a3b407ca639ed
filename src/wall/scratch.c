/* SPDX-License-Identifier: Apache-2.0
 * scratch.c - contract in scratch.h. Every step inside is a child's: the caller never changes its
 * own namespaces, so nothing of it can be left in the wrong one. */
#include "wall/scratch.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define SAID_MAX 2000u /* bytes of a failed program's words that go into the message */

struct SkScratch {
    int net;
    int user; /* -1: that of the caller */
};

static bool
write_proc(const char *path, const char *text)
{
    sk_autofd fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

static bool
own_user(void)
{
    char uid_map[64];
    char gid_map[64];

    (void)snprintf(uid_map, sizeof uid_map, "0 %u 1\n", geteuid());
    (void)snprintf(gid_map, sizeof gid_map, "0 %u 1\n", getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
           write_proc("/proc/self/setgroups", "deny") &&
           write_proc("/proc/self/gid_map", gid_map) && write_proc("/proc/self/uid_map", uid_map);
}

static bool
enter(const SkScratch *self)
{
    if (self == NULL)
        return true;
    if (self->user >= 0 && setns(self->user, CLONE_NEWUSER) != 0)
        return false;
    return setns(self->net, CLONE_NEWNET) == 0;
}

/* The child's half of sk_scratch_open: 0 or an errno, and the descriptors where it was made. */
static void
make(const SkScratch *beside, int sock)
{
    bool with_user = false;
    bool made = false;

    if (beside != NULL) {
        with_user = beside->user >= 0;
        made = enter(beside) && unshare(CLONE_NEWNET) == 0;
    } else if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0) {
        made = true;
    } else {
        with_user = true;
        made = own_user();
    }
    uint8_t frame[1] = { made ? 0 : (uint8_t)errno };
    int fds[2] = { made ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1, -1 };
    unsigned n = fds[0] >= 0 ? 1 : 0;
    if (n == 1 && with_user && (fds[1] = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC)) >= 0)
        n = 2;
    (void)!sk_io_send_frame(sock, sk_span(frame, 1), fds, n, NULL);
    _exit(0);
}

static void
wait_for(pid_t pid, int *ret_status)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    *ret_status = status;
}

/* Reads one frame of a child's; its byte is an errno. */
static bool
receive(int sock, const char *what, int fds[SK_IO_FDS_MAX], GError **error)
{
    uint8_t frame[1] = { EPROTO };
    size_t n = 0;

    if (!sk_io_recv_frame(sock, frame, sizeof frame, &n, fds, error))
        return false;
    if (n != 1)
        return sk_throw(error, SK_ERROR_SANDBOX, "%s: the child ended early", what);
    if (frame[0] != 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "%s: %s", what, g_strerror(frame[0]));
    return true;
}

/* (transfer full): one end here, a child with the other; 0 in the child. */
static pid_t
child(int *ret_sock, GError **error)
{
    int pair[2] = { -1, -1 };

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        (void)!sk_throw_errno(error, "socketpair");
        return -1;
    }
    pid_t pid = fork();
    if (pid < 0)
        (void)!sk_throw_errno(error, "fork");
    else if (pid == 0)
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    int mine = pid == 0 ? 1 : 0;
    close(pair[1 - mine]);
    if (pid < 0)
        close(pair[mine]);
    *ret_sock = pid < 0 ? -1 : pair[mine];
    return pid;
}

bool
sk_scratch_open(const SkScratch *beside, SkScratch **ret, GError **error)
{
    g_autoptr(SkScratch) self = g_new0(SkScratch, 1);
    sk_autofd sock = -1;
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };
    int status = 0;

    self->net = self->user = -1;
    pid_t pid = child(&sock, error);
    if (pid < 0)
        return false;
    if (pid == 0)
        make(beside, sock);
    bool made = receive(sock, "network namespace (are user namespaces allowed here?)", fds, error);
    wait_for(pid, &status);
    if (!made)
        return false;
    self->net = fds[0];
    self->user = fds[1];
    if (self->net < 0)
        return sk_throw(error, SK_ERROR_SANDBOX, "network namespace: no descriptor");
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_scratch_free(SkScratch *self)
{
    if (self == NULL)
        return;
    sk_fd_clear(&self->net);
    sk_fd_clear(&self->user);
    g_free(self);
}

int
sk_scratch_net(const SkScratch *self)
{
    return self->net;
}

int
sk_scratch_socket(const SkScratch *self, int domain, int type, int protocol, GError **error)
{
    sk_autofd sock = -1;
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };
    int status = 0;

    pid_t pid = child(&sock, error);
    if (pid < 0)
        return -1;
    if (pid == 0) {
        int fd = enter(self) ? socket(domain, type | SOCK_CLOEXEC, protocol) : -1;
        uint8_t frame[1] = { fd >= 0 ? 0 : (uint8_t)errno };
        (void)!sk_io_send_frame(sock, sk_span(frame, 1), &fd, fd >= 0 ? 1 : 0, NULL);
        _exit(0);
    }
    bool made = receive(sock, "socket", fds, error);
    wait_for(pid, &status);
    return made ? fds[0] : -1;
}

bool
sk_scratch_call(const SkScratch *self, SkScratchWork work, void *data, const char *what,
                GError **error)
{
    sk_autofd sock = -1;
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };
    int status = 0;

    pid_t pid = child(&sock, error);
    if (pid < 0)
        return false;
    if (pid == 0) {
        errno = 0;
        bool done = enter(self) && work(data);
        uint8_t frame[1] = { done ? 0 : (uint8_t)(errno != 0 ? errno : EPROTO) };
        (void)!sk_io_send_frame(sock, sk_span(frame, 1), NULL, 0, NULL);
        _exit(0);
    }
    bool done = receive(sock, what, fds, error);
    wait_for(pid, &status);
    return done;
}

static G_GNUC_NORETURN void
become(const SkScratch *self, const char *const *argv, const int fds[3])
{
    static const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
                                       /* /run may not be writable, and nobody else is in here */
                                       "XTABLES_LOCKFILE=/dev/null", NULL };
    if (!enter(self))
        _exit(126);
    for (int i = 0; i < 3; i++)
        if (dup2(fds[i], i) < 0)
            _exit(126);
    (void)alarm(SK_SCRATCH_SECONDS_MAX);
    (void)execvpe(argv[0], (char *const *)argv, (char *const *)env);
    _exit(127);
}

static bool
content(int fd, GBytes **ret, GError **error)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    return sk_io_read_file(path, SK_SCRATCH_OUTPUT_MAX, ret, error);
}

static bool
say(const char *program, int status, int fd, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (WIFSIGNALED(status))
        return sk_throw(error, SK_ERROR_IO, "%s: ended by signal %d", program, WTERMSIG(status));
    if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)
        return sk_throw(error, SK_ERROR_IO, "%s: cannot be run here", program);
    if (!content(fd, &bytes, error))
        return false;
    SkSpan words = sk_span_bytes(bytes);
    g_autofree char *text = sk_span_dup(sk_span_sub(words, 0, MIN(words.n, SAID_MAX)));
    g_autofree char *valid = g_utf8_make_valid(g_strchomp(text), -1);
    return sk_throw(error, SK_ERROR_MALFORMED, "%s: %s", program, valid);
}

bool
sk_scratch_run(const SkScratch *self, const char *const *argv, SkSpan input, GBytes **ret_output,
               GError **error)
{
    sk_autofd in = sk_memfd_from("input", input, error);
    sk_autofd out = in >= 0 ? sk_memfd_new("output", error) : -1;
    sk_autofd err = out >= 0 ? sk_memfd_new("errors", error) : -1;
    int status = 0;

    if (err < 0)
        return false;
    if (lseek(in, 0, SEEK_SET) != 0)
        return sk_throw_errno(error, "lseek");
    pid_t pid = fork();
    if (pid < 0)
        return sk_throw_errno(error, "fork");
    if (pid == 0)
        become(self, argv, (const int[]){ in, out, err });
    wait_for(pid, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return say(argv[0], status, err, error);
    return ret_output == NULL || content(out, ret_output, error);
}
