/* SPDX-License-Identifier: Apache-2.0
 * pool.c - contract in pool.h. The zygote is asked for one job at a time, so whatever it says out
 * of turn is a breach and ends it. */
#include "sandbox/pool.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/reader.h"
#include "sandbox/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define ZYGOTE_SOCKET 3
#define READY_US (20 * G_USEC_PER_SEC)
#define END_MS 5000

struct SkPool {
    char *program; /* owned */
    char *rules;   /* owned; of sekisho-scan; NULL elsewhere */
    pid_t pid;     /* the zygote's outer process; 0: none runs */
    int socket;    /* owned; -1: none runs */
    unsigned jobs; /* done by this zygote */
    unsigned jobs_max;
    uint64_t cpu_us; /* of all workers so far */
};

/* What a zygote said of a worker's end, or that it said nothing. */
typedef struct {
    bool timed_out;
    bool gone; /* the zygote itself has ended: something outside killed it */
    bool answered;
    int status;
    uint64_t cpu_us;
} Ending;

SkPool *
sk_pool_new(const char *program)
{
    SkPool *self = g_new0(SkPool, 1);
    self->program = g_strdup(program);
    self->socket = -1;
    self->jobs_max = SK_POOL_JOBS_MAX;
    return self;
}

void
sk_pool_set_rules(SkPool *self, const char *path)
{
    g_assert(self->pid == 0);
    g_free(self->rules);
    self->rules = g_strdup(path);
}

void
sk_pool_set_single(SkPool *self)
{
    self->jobs_max = 1;
}

/* Killing the outer process kills the first one of the pid namespace, and that one everything in
 * it. The last of them to go closes the other end of the socket. */
static int
end_zygote(SkPool *self)
{
    int status = 0;

    if (self->pid == 0)
        return 0;
    kill(self->pid, SIGKILL);
    while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    struct pollfd closed = { .fd = self->socket, .events = 0 };
    while (poll(&closed, 1, END_MS) < 0 && errno == EINTR)
        continue;
    sk_fd_clear(&self->socket);
    /* What it left behind, all in its group, is ours to bury where we are the first process of a pid namespace. Nobody
     * else's: another thread may be waiting for that. */
    while (getpid() == 1 && waitpid(-self->pid, NULL, WNOHANG) > 0)
        continue;
    self->pid = 0;
    self->jobs = 0;
    return status;
}

void
sk_pool_free(SkPool *self)
{
    if (self == NULL)
        return;
    end_zygote(self);
    g_free(self->program);
    g_free(self->rules);
    g_free(self);
}

uint64_t
sk_pool_cpu_us(const SkPool *self)
{
    return self->cpu_us;
}

pid_t
sk_pool_pid(const SkPool *self)
{
    return self->pid;
}

/* ---- starting ------------------------------------------------------------------------------ */

/* Nothing of our environment goes in but what the sanitizers are told. Symbols are bound once, before all forks. */
static GStrv
zygote_environment(const SkPool *self)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_strv_builder_add_many(builder, "LANG=C.UTF-8", "PATH=/nonexistent", "HOME=/",
                            "G_SLICE=always-malloc", "LD_BIND_NOW=1", NULL);
    g_autofree char *rules = self->rules == NULL ? NULL : g_strconcat("SEKISHO_YARA_RULES=", self->rules, NULL);
    if (rules != NULL)
        g_strv_builder_add(builder, rules);
#ifdef SK_SANITIZED
    static const char *const kept[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS" };
    for (unsigned i = 0; i < G_N_ELEMENTS(kept); i++) {
        const char *value = g_getenv(kept[i]);
        g_autofree char *pair = value == NULL ? NULL : g_strdup_printf("%s=%s", kept[i], value);
        if (pair != NULL)
            g_strv_builder_add(builder, pair);
    }
#endif
    return g_strv_builder_end(builder);
}

static int
set_attributes(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions, int socket)
{
    sigset_t none;
    sigset_t all;
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP; /* a group of its own */

    sigemptyset(&none);
    sigfillset(&all);
    int rc = posix_spawnattr_setflags(attributes, flags);
    if (rc == 0)
        rc = posix_spawnattr_setsigmask(attributes, &none);
    if (rc == 0)
        rc = posix_spawnattr_setsigdefault(attributes, &all);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(actions, socket, ZYGOTE_SOCKET);
    if (rc == 0)
        rc = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (rc == 0)
        rc = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (rc == 0)
        rc = posix_spawn_file_actions_addclosefrom_np(actions, ZYGOTE_SOCKET + 1);
    return rc;
}

/* posix_spawn, since our caller may have threads: nothing of ours runs between fork and exec. */
static bool
spawn(SkPool *self, int socket, GError **error)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    char *argv[] = { self->program, (char[]){ "--zygote" }, NULL };
    g_auto(GStrv) environment = zygote_environment(self);
    pid_t pid = 0;

    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    int rc = set_attributes(&attributes, &actions, socket);
    if (rc == 0)
        rc = posix_spawn(&pid, self->program, &actions, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (rc != 0)
        return sk_throw(error, SK_ERROR_IO, "%s: cannot be started: %s", self->program,
                        g_strerror(rc));
    self->pid = pid;
    return true;
}

/* Waits for a frame until @deadline. False when time ran out. A peer that closed counts as a frame.
 */
static bool
wait_readable(int socket, int64_t deadline)
{
    for (;;) {
        int64_t left = (deadline - sk_clock_monotonic() + 999) / 1000;
        struct pollfd readable = { .fd = socket, .events = POLLIN };
        int n = poll(&readable, 1, (int)CLAMP(left, 0, G_MAXINT));
        if (n > 0)
            return true;
        if (n == 0 && left <= 0)
            return false;
        if (n < 0 && errno != EINTR)
            return true; /* the read that follows finds out why */
    }
}

/* One frame from the zygote; it never sends a descriptor. False: closed (@ret_gone), or not what
 * was due. */
static bool
read_frame(int socket, uint64_t word, uint64_t *ret_first, uint64_t *ret_second, bool *ret_gone)
{
    uint8_t frame[SK_ZYGOTE_FRAME_LEN];
    size_t n = 0;
    int fds[SK_IO_FDS_MAX] = { -1, -1, -1, -1 };

    g_autoptr(GError) why = NULL;
    *ret_gone = false;
    if (!sk_io_recv_frame(socket, frame, sizeof frame, &n, fds, &why)) {
        /* One that was killed before it read its job resets the connection instead of closing it. */
        *ret_gone = g_error_matches(why, SK_ERROR, SK_ERROR_IO);
        return false;
    }
    *ret_gone = n == 0;
    bool brought = fds[0] >= 0;
    for (unsigned i = 0; i < SK_IO_FDS_MAX; i++)
        sk_fd_clear(&fds[i]);
    SkReader r = sk_reader(sk_span(frame, n));
    uint64_t got = sk_reader_u64le(&r);
    *ret_first = sk_reader_u64le(&r);
    *ret_second = sk_reader_u64le(&r);
    return !brought && sk_reader_ok(&r) && got == word;
}

static bool
fail_start(SkPool *self, GError **error)
{
    int status = end_zygote(self);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return sk_throw(error, SK_ERROR_IO, "%s: cannot be started", self->program);
    return sk_throw(error, SK_ERROR_SANDBOX, "%s: the sandbox could not be set up", self->program);
}

bool
sk_pool_warm(SkPool *self, GError **error)
{
    int pair[2];
    uint64_t fingerprint = 0;
    uint64_t unused = 0;
    bool gone = false;

    if (self->pid != 0)
        return true;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return sk_throw_errno(error, "socketpair");
    self->socket = pair[0];
    sk_autofd theirs = pair[1];
    if (!spawn(self, theirs, error)) {
        sk_fd_clear(&self->socket);
        return false;
    }
    sk_fd_clear(&theirs);
    if (!wait_readable(self->socket, sk_clock_monotonic() + READY_US) ||
        !read_frame(self->socket, SK_ZYGOTE_READY, &fingerprint, &unused, &gone) ||
        fingerprint != SK_TABLES_FINGERPRINT)
        return fail_start(self, error);
    return true;
}

/* ---- one job ------------------------------------------------------------------------------- */

/* A zygote that is dead, has spoken out of turn or is old makes place for a new one. */
static bool
get_ready(SkPool *self, GError **error)
{
    if (self->pid != 0) {
        struct pollfd quiet = { .fd = self->socket, .events = POLLIN };
        if (self->jobs >= self->jobs_max || poll(&quiet, 1, 0) != 0)
            end_zygote(self);
    }
    return sk_pool_warm(self, error);
}

/* @again: may a failure be tried once more? Then it is not an error yet. */
static bool
send_job(SkPool *self, const SkJob *job, const int fds[SK_JOB_FDS], const bool *again,
         GError **error)
{
    uint8_t frame[SK_JOB_FRAME_LEN];

    sk_job_emit(job, frame);
    bool sent = sk_io_send_frame(self->socket, sk_span(frame, sizeof frame), fds, SK_JOB_FDS,
                                 *again ? NULL : error);
    explicit_bzero(frame, sizeof frame);
    if (sent)
        return true;
    end_zygote(self);
    return false;
}

static Ending
await(SkPool *self, const SkJob *job)
{
    uint64_t status = 0;
    Ending ending = { 0 };
    int64_t deadline = sk_clock_monotonic() + (int64_t)job->limits.wall_ms * 1000;

    if (!wait_readable(self->socket, deadline)) {
        ending.timed_out = true;
    } else {
        ending.answered =
            read_frame(self->socket, SK_ZYGOTE_DONE, &status, &ending.cpu_us, &ending.gone) &&
            status <= G_MAXINT;
        ending.status = (int)status;
    }
    self->jobs++;
    self->cpu_us += ending.answered ? ending.cpu_us : 0;
    if (!ending.answered || !WIFEXITED(ending.status) ||
        WEXITSTATUS(ending.status) != SK_WORKER_DONE || self->jobs_max == 1)
        end_zygote(self); /* and with it its pid namespace and its mounts */
    return ending;
}

/* Why a worker that did not end well is refused; NONE for one that did. */
static SkReason
reason_of(const Ending *ending, const SkJob *job)
{
    if (ending->timed_out)
        return SK_REASON_TIMEOUT;
    if (!ending->answered)
        return SK_REASON_CRASH;
    if (WIFEXITED(ending->status))
        return WEXITSTATUS(ending->status) == SK_WORKER_DONE     ? SK_REASON_NONE
               : WEXITSTATUS(ending->status) == SK_WORKER_MEMORY ? SK_REASON_LIMIT
                                                                 : SK_REASON_CRASH;
    switch (WTERMSIG(ending->status)) {
    case SIGSYS:
        return SK_REASON_SANDBOX;
    case SIGXCPU:
    case SIGXFSZ:
        return SK_REASON_LIMIT;
    case SIGKILL: /* behind SIGXCPU; anything else that kills so is not the object's doing */
        return ending->cpu_us / 1000 >= job->limits.cpu_ms ? SK_REASON_LIMIT : SK_REASON_CRASH;
    default:
        return SK_REASON_CRASH;
    }
}

/* What was written is fixed first and read after. Any doubt is false. */
static bool
take_report(int fd, SkReport **ret)
{
    if (sk_io_size(fd) > (int64_t)SK_REPORT_BYTES_MAX || !sk_memfd_seal(fd, NULL))
        return false;
    g_autoptr(GBytes) frame = sk_memfd_map(fd, NULL);
    return frame != NULL && sk_report_parse(sk_span_bytes(frame), ret, NULL);
}

static bool
check_output(int fd, const SkReport *report, const SkJob *job)
{
    if (!sk_memfd_seal(fd, NULL))
        return false;
    int64_t size = sk_io_size(fd);
    bool may_write = report->outcome == SK_OUTCOME_CLEAN || report->outcome == SK_OUTCOME_CONVERT ||
                     report->outcome == SK_OUTCOME_DRAW || report->outcome == SK_OUTCOME_CHILDREN;
    if (!may_write)
        return size == 0;
    return size >= 0 && (uint64_t)size <= job->limits.output;
}

static SkReport *
refused(SkReason reason)
{
    SkReport *report = sk_report_new();
    report->reason = reason;
    return report;
}

/* Takes the worker's word where everything fits together; nothing of a liar's word is kept. */
static void
conclude(SkPool *self, const SkJob *job, const Ending *ending, int *output, int report_fd,
         SkReport **ret_report, int *ret_output)
{
    g_autoptr(SkReport) report = NULL;
    SkReason reason = reason_of(ending, job);

    if (reason == SK_REASON_NONE &&
        (!take_report(report_fd, &report) || !check_output(*output, report, job))) {
        end_zygote(self);
        reason = SK_REASON_CRASH;
    }
    if (reason != SK_REASON_NONE) {
        *ret_report = refused(reason);
        *ret_output = -1;
        return;
    }
    bool wrote = report->outcome == SK_OUTCOME_CLEAN ||
                 (report->outcome != SK_OUTCOME_REFUSED && sk_io_size(*output) > 0);
    *ret_output = wrote ? sk_fd_steal(output) : -1;
    *ret_report = g_steal_pointer(&report);
}

/* @ret_again: the zygote had been killed from outside, which no worker can do, so the object is not
 * to blame and a new zygote may try. */
static bool
attempt(SkPool *self, const SkJob *job, int input, SkReport **ret_report, int *ret_output,
        bool *ret_again, GError **error)
{
    sk_autofd output = sk_memfd_new("sk-output", error);
    if (output < 0)
        return false;
    sk_autofd report = sk_memfd_new("sk-report", error);
    if (report < 0 || !get_ready(self, error))
        return false;
    if (!send_job(self, job, (const int[SK_JOB_FDS]){ input, output, report }, ret_again, error))
        return *ret_again;
    Ending ending = await(self, job);
    if (ending.gone && *ret_again)
        return true;
    *ret_again = false;
    conclude(self, job, &ending, &output, report, ret_report, ret_output);
    return true;
}

bool
sk_pool_run(SkPool *self, const SkJob *job, int input, SkReport **ret_report, int *ret_output,
            GError **error)
{
    bool again = true;

    if (!sk_memfd_is_sealed(input))
        return sk_throw(error, SK_ERROR_IO, "job: the input is not sealed");
    if (!attempt(self, job, input, ret_report, ret_output, &again, error))
        return false;
    if (!again)
        return true;
    again = false;
    return attempt(self, job, input, ret_report, ret_output, &again, error);
}
